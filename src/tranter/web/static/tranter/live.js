// Keeps [data-live] sections true: asks for the mark of what has happened, and on a new one fetches this page again and
// puts in what changed. Never under the hand of somebody who types, selects text or has a dialog open.

const EVERY_MS = 2000;
const AWAY_AFTER = 3;
const { liveUrl, liveMark, signInUrl } = document.body.dataset;

let mark = liveMark ?? null;
let failed = 0;
let stale = false;
let running = false;
let over = false;

const tell = (type, id) => document.dispatchEvent(new CustomEvent(`tranter:${type}`, { detail: id }));
const sections = () => [...document.querySelectorAll("[data-live][id]")].filter((one) => !one.parentElement.closest("[data-live]"));

class SignedOut extends Error {}

async function read(url, accept) {
  const reply = await fetch(url, { headers: { Accept: accept }, credentials: "same-origin" });
  if (reply.status === 401 || (reply.redirected && new URL(reply.url).pathname === signInUrl)) throw new SignedOut();
  if (!reply.ok) throw new Error(String(reply.status));
  return reply;
}

// ---- Is somebody at work in it? ----
const TEXT = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])";

function changed(control) {
  if (control.matches("[data-row], [data-selects]") || control.type === "hidden") return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.type === "file") return control.files.length > 0;
  if (control instanceof HTMLSelectElement) {
    const given = [...control.options].some((option) => option.defaultSelected);
    return [...control.options].some((option, at) => option.selected !== (given ? option.defaultSelected : at === 0));
  }
  return "defaultValue" in control && control.value !== control.defaultValue;
}

function busy(section) {
  const focused = document.activeElement;
  if (section.contains(focused) && focused.matches(TEXT)) return true;
  if (section.querySelector("dialog[open], .htmx-request, form[aria-busy], details.menu[open]")) return true;
  const chosen = getSelection();
  if (chosen && !chosen.isCollapsed && section.contains(chosen.anchorNode)) return true;
  return [...section.querySelectorAll("input, select, textarea")].some(changed);
}

// ---- What a person would miss if the section came anew ----
const signOf = (element) =>
  [element.localName, element.id, element.getAttribute("href"), element.getAttribute("name"), element.getAttribute("value"),
    element.getAttribute("data-opens"), element.getAttribute("href") || element.id ? "" : element.textContent.trim()].join("|");

function sought(section, element) {
  const sign = signOf(element);
  const alike = (within) => [...within.querySelectorAll(element.localName)].filter((one) => signOf(one) === sign);
  const at = alike(section).indexOf(element);
  return (within) => alike(within)[at] ?? alike(within)[0];
}

function remember(section) {
  const focused = section.contains(document.activeElement) && document.activeElement !== section ? document.activeElement : null;
  const details = [...section.querySelectorAll("details")].map((one) => [sought(section, one.querySelector("summary") ?? one), one.open]);
  const scrolled = [...section.querySelectorAll("*")].filter((one) => one.scrollTop || one.scrollLeft)
    .map((one) => [sought(section, one), one.scrollTop, one.scrollLeft]);
  const chosen = new Set([...section.querySelectorAll("[data-row]:checked")].map((row) => row.value));
  return { focused: focused && sought(section, focused), details, scrolled, chosen };
}

function restore(section, kept) {
  for (const [find, open] of kept.details) find(section)?.closest("details")?.toggleAttribute("open", open);
  for (const [find, top, left] of kept.scrolled) {
    const found = find(section);
    if (found) [found.scrollTop, found.scrollLeft] = [top, left];
  }
  for (const row of section.querySelectorAll("[data-row]")) row.checked = kept.chosen.has(row.value);
}

// Gives back what puts the focus where it was: to be called once all is shown, for what is hidden takes none.
function put(section, fresh) {
  const kept = remember(section);
  for (const { name } of [...section.attributes]) if (!fresh.hasAttribute(name)) section.removeAttribute(name);
  for (const { name, value } of fresh.attributes) section.setAttribute(name, value);
  section.replaceChildren(...document.importNode(fresh, true).childNodes);
  restore(section, kept);
  window.htmx?.process(section);
  return () => kept.focused?.(section)?.focus({ preventScroll: true });
}

// A token of a form is another one each time; it is no change.
const same = (one, two) => plain(one) === plain(two);
function plain(element) {
  const copy = element.cloneNode(true);
  for (const token of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) token.remove();
  for (const details of copy.querySelectorAll("details")) details.removeAttribute("open");
  for (const part of copy.querySelectorAll("table, thead, tbody, tr, th, td")) part.removeAttribute("role");
  for (const row of copy.querySelectorAll("[class]")) row.classList.remove("htmx-settling", "htmx-swapping", "htmx-added");
  return copy.innerHTML.replace(/ class=""/g, "");
}

async function refresh() {
  const reply = await read(location.href, "text/html");
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  stale = false;
  const swapped = [];
  for (const section of sections()) {
    const fresh = page.getElementById(section.id);
    if (!fresh || same(section, fresh)) continue;
    if (busy(section)) stale = true;
    else swapped.push(put(section, fresh));
  }
  if (!swapped.length) return;
  tell("swapped");
  for (const focus of swapped) focus();
}

async function tick() {
  if (running || over || document.hidden) return;
  running = true;
  try {
    const { mark: now } = await (await read(liveUrl, "application/json")).json();
    const first = mark === null;
    if ((!first && now !== mark) || stale) await refresh();
    mark = now;
    if (failed >= AWAY_AFTER) tell("untoast", "say-away");
    failed = 0;
  } catch (error) {
    if (error instanceof SignedOut) {
      over = true;
      tell("toast", "say-signed-out");
    } else if (++failed === AWAY_AFTER) tell("toast", "say-away");
  } finally {
    running = false;
  }
}

if (liveUrl && sections().length) {
  setInterval(tick, EVERY_MS);
  document.addEventListener("visibilitychange", tick);
  tick();
}
