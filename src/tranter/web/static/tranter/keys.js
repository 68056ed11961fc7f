// The keyboard: the palette (Ctrl-K or ⌘K), "/" to search, "g" and a letter to go somewhere, "j" and "k" through rows,
// "x" to select one, "?" for this list. Letters can be switched off, for people whose speech or hands make stray keys.

const KEPT_AS = "tranter-letters";
const WAIT_MS = 120;
const apple = /Mac|iPhone|iPad/.test(navigator.platform);
for (const key of document.querySelectorAll("[data-command-key]")) key.textContent = apple ? "⌘K" : "Ctrl K";

// ---- The palette ----
const palette = document.getElementById("palette");
const input = palette?.querySelector("[role=combobox]");
const list = palette?.querySelector("[role=listbox]");
let asked = null;
let timer;

function openPalette() {
  if (!palette || palette.open || document.querySelector("dialog[open]:not(#palette)")) return;
  palette.returnTo = document.activeElement;
  palette.showModal();
  input.value = "";
  fill();
}

async function fill() {
  asked?.abort();
  asked = new AbortController();
  const url = new URL(document.body.dataset.paletteUrl, location.href);
  url.searchParams.set("q", input.value.trim());
  try {
    const reply = await fetch(url, { signal: asked.signal, headers: { "HX-Request": "true" } });
    if (reply.status === 401 || reply.redirected) {
      palette.close();
      document.dispatchEvent(new CustomEvent("tranter:toast", { detail: "say-signed-out" }));
      return;
    }
    if (!reply.ok) return;
    const found = new DOMParser().parseFromString(await reply.text(), "text/html");
    list.replaceChildren(...found.body.childNodes);
    options().forEach((option, at) => {
      option.id ||= `palette-option-${at}`;
      option.tabIndex = -1;
    });
    choose(options()[0]);
    input.setAttribute("aria-expanded", String(options().length > 0));
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

const options = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

if (palette) {
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(fill, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
    if (event.key in steps && all.length) {
      event.preventDefault();
      choose(event.key.startsWith("Arrow") ? all[(steps[event.key] + all.length) % all.length]
        : all[Math.max(0, Math.min(all.length - 1, steps[event.key]))]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
  list.addEventListener("mousemove", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
  list.addEventListener("click", ({ target }) => {
    if (target.closest("[role=option]")?.matches("[data-opens]")) palette.close();
  });
}
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-opens-palette]")) openPalette();
});

// ---- Single letters ----
const letters = document.querySelector("[data-letters]");
const allowed = () => localStorage.getItem(KEPT_AS) !== "off";
if (letters) {
  letters.checked = allowed();
  letters.addEventListener("change", () => localStorage.setItem(KEPT_AS, letters.checked ? "on" : "off"));
}

const TYPED = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const lines = () =>
  [...document.querySelectorAll("main :is(a.stretch, a.item, [data-line])")].filter((one) => one.checkVisibility());

function step(by) {
  const all = lines();
  if (!all.length) return;
  const current = document.activeElement?.closest("tr, li, .item");
  const at = all.findIndex((one) => one === document.activeElement || (current && current.contains(one)));
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by))];
  next.focus();
}

let going = 0;
const MEANINGS = {
  "/": () => document.querySelector(".search input")?.focus(),
  "?": () => {
    const dialog = document.getElementById("shortcuts");
    if (dialog && !dialog.open) dialog.showModal();
  },
  j: () => step(1),
  k: () => step(-1),
  x: () => document.activeElement?.closest("tr, .item")?.querySelector("[data-row]")?.click(),
  g: () => {
    going = performance.now();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    return palette?.open ? palette.close() : openPalette();
  }
  if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing || !allowed()) return;
  if (event.target instanceof Element && event.target.matches(TYPED)) return;
  if (document.querySelector("dialog[open]")) return;
  if (going && performance.now() - going < 1500) {
    going = 0;
    const place = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (place) {
      event.preventDefault();
      return place.click();
    }
  }
  const act = MEANINGS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
