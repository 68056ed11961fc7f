// What every page can do: dialogs, menus, toasts, copying, selecting rows, forms that send themselves, the theme.
// Behaviour hangs on data- attributes; every text comes from the page, so that it is translated.

const root = document.documentElement;
root.classList.add("scripted");

const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest(selector);
    if (found) act(found, event);
  });

// ---- Dialogs: <button data-opens="x">, <dialog class="dialog" id="x">, <button data-closes> ----
on("click", "[data-opens]", (button, event) => {
  const dialog = document.getElementById(button.dataset.opens);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  event.preventDefault();
  button.closest("dialog")?.close();
  button.closest("details.menu")?.removeAttribute("open");
  dialog.returnTo = button;
  dialog.showModal();
});
on("click", "[data-closes]", (button, event) => {
  const around = button.closest("dialog, details");
  if (!around) return;
  event.preventDefault();
  around instanceof HTMLDialogElement ? around.close() : shut(around);
});
document.addEventListener("click", ({ target, clientX, clientY }) => {
  if (!(target instanceof HTMLDialogElement) || !target.open) return;
  const box = target.getBoundingClientRect();
  const outside = clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
  if (outside && (clientX || clientY)) target.close();
});
document.addEventListener("close", ({ target }) => {
  const opener = target.returnTo;
  if (opener?.isConnected && (document.activeElement === document.body || !document.activeElement)) opener.focus();
}, true);

// ---- The tab that is open is in sight where tabs are wider than the screen ----
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
}

// ---- Menus and sheets close at Escape and at a click beside them ----
const LOOSE = "details.menu[open], details.sheet[open]";
function shut(details) {
  const held = details.contains(document.activeElement);
  details.removeAttribute("open");
  if (held) details.querySelector("summary")?.focus();
}
document.addEventListener("click", ({ target }) => {
  for (const details of document.querySelectorAll(LOOSE)) if (!details.contains(target)) details.removeAttribute("open");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  for (const details of document.querySelectorAll(LOOSE)) shut(details);
});
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const menu = target instanceof Element && target.closest("details.menu[open]");
  if (menu && relatedTarget && !menu.contains(relatedTarget)) menu.removeAttribute("open");
});

// ---- Toasts. Others ask for one by its template: dispatch "tranter:toast" with the template's id ----
const SHOWN_MS = 6000;
const toasts = document.querySelector(".toasts");

function watch(toast) {
  let timer;
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    if (!toast.matches(".error, .bad, [data-stays]")) timer = setTimeout(() => toast.remove(), SHOWN_MS);
  };
  for (const type of ["mouseenter", "focusin"]) toast.addEventListener(type, stop);
  for (const type of ["mouseleave", "focusout"]) toast.addEventListener(type, start);
  start();
}
if (toasts) {
  // A live region is read out when something comes into it, not for what was there when the page came.
  const first = [...toasts.children];
  toasts.replaceChildren();
  setTimeout(() => toasts.append(...first), 60);
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) if (node.nodeType === 1) watch(node);
  }).observe(toasts, { childList: true });
}
on("click", ".toast [data-dismisses]", (button) => button.closest(".toast").remove());
document.addEventListener("tranter:toast", ({ detail }) => {
  const template = document.getElementById(detail);
  if (!template || !toasts || toasts.querySelector(`[data-from="${detail}"]`)) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.dataset.from = detail;
  toasts.append(toast);
});
document.addEventListener("tranter:untoast", ({ detail }) => toasts?.querySelector(`[data-from="${detail}"]`)?.remove());
const say = (id) => document.dispatchEvent(new CustomEvent("tranter:toast", { detail: id }));

// ---- Copying: <button class="copy" data-copies="id"> ----
on("click", "[data-copies]", async (button) => {
  const source = document.getElementById(button.dataset.copies);
  if (!source) return;
  const text = "value" in source ? source.value : source.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    "select" in source ? source.select() : getSelection().selectAllChildren(source);
    if (!document.execCommand("copy")) return;
  }
  say("say-copied");
});

// ---- Selecting rows: [data-selects] takes all [data-row] around it, .bulk-bar tells how many ----
const around = (box) => box.closest("form, table, [data-selection]") ?? document;
let lastRow = null;

function count(scope) {
  const rows = [...scope.querySelectorAll("[data-row]")];
  const chosen = rows.filter((row) => row.checked).length;
  for (const all of scope.querySelectorAll("[data-selects]")) {
    all.checked = chosen > 0 && chosen === rows.length;
    all.indeterminate = chosen > 0 && chosen < rows.length;
  }
  const bars = scope.querySelector(".bulk-bar") ? scope.querySelectorAll(".bulk-bar") : document.querySelectorAll(".bulk-bar");
  for (const bar of bars) {
    bar.toggleAttribute("data-shown", chosen > 0);
    for (const place of bar.querySelectorAll("[data-count]")) place.textContent = chosen;
  }
  for (const other of document.querySelectorAll("[data-unselected]")) other.hidden = chosen > 0;
}
on("change", "[data-selects]", (all) => {
  for (const row of around(all).querySelectorAll("[data-row]:not([disabled])")) row.checked = all.checked;
  count(around(all));
});
on("click", "[data-row]", (row, event) => {
  const rows = [...around(row).querySelectorAll("[data-row]")];
  const [from, to] = [rows.indexOf(lastRow), rows.indexOf(row)].sort((one, two) => one - two);
  if (event.shiftKey && from >= 0) for (const between of rows.slice(from, to + 1)) between.checked = row.checked;
  lastRow = row;
  count(around(row));
});
on("click", "[data-unselects]", (button) => {
  const scope = around(button);
  for (const row of scope.querySelectorAll("[data-row]")) row.checked = false;
  count(scope);
});
const recount = () => {
  for (const scope of new Set([...document.querySelectorAll("[data-row]")].map(around))) count(scope);
};
document.addEventListener("tranter:swapped", recount);
addEventListener("pageshow", recount);

// ---- Rows of two lines are no table to a browser any more: roles say that they are one ----
const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
function sayTables() {
  for (const table of document.querySelectorAll("table.rows")) {
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, th, td")]) {
      part.setAttribute("role", ROLES[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader"));
    }
  }
}
sayTables();
for (const type of ["tranter:swapped", "htmx:afterSwap"]) document.addEventListener(type, sayTables);

// ---- Forms: data-submits sends at a change; nothing is sent twice ----
let typing;
on("change", "[data-submits]", (element, event) => {
  if (!event.target.matches("[data-row], [data-selects]")) (element.form ?? event.target.form ?? element).requestSubmit();
});
on("input", "[data-submits][type=search], [data-submits] [type=search]", (input) => {
  clearTimeout(typing);
  typing = setTimeout(() => input.form?.requestSubmit(), 400);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.target) return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  if (form.method === "post") form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
});

// ---- The theme: a choice of this device, kept in a cookie so that the next page comes in it ----
const KEPT_SECONDS = 31536000;
const chosenTheme = () => root.dataset.theme ?? "auto";
function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosenTheme()));
  }
}
on("click", "[data-theme-choice]", ({ dataset: { themeChoice } }) => {
  themeChoice === "auto" ? delete root.dataset.theme : (root.dataset.theme = themeChoice);
  document.cookie = `theme=${themeChoice};path=/;max-age=${KEPT_SECONDS};samesite=lax`;
  showTheme();
});
showTheme();

// ---- The browser's time zone, for who has chosen none ----
const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `zone=${zone};path=/;max-age=${KEPT_SECONDS};samesite=lax`;

// ---- A session that ended meanwhile is said, never shown as an empty page ----
const ended = (xhr) => xhr.status === 401 || (xhr.responseURL && new URL(xhr.responseURL).pathname === document.body.dataset.signInUrl);
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!ended(event.detail.xhr)) return;
  event.detail.shouldSwap = false;
  say("say-signed-out");
});
document.addEventListener("htmx:responseError", ({ detail }) => say(ended(detail.xhr) ? "say-signed-out" : "say-failed"));
document.addEventListener("htmx:sendError", () => say("say-away"));
document.addEventListener("htmx:afterSwap", ({ target }) => {
  for (const form of target.querySelectorAll?.("form[aria-busy]") ?? []) form.removeAttribute("aria-busy");
  recount();
});
