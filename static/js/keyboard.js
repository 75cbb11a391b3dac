// Keys for people who keep Ringi open all day; "?" lists them. aria-keyshortcuts="x" makes x press it.
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
const search = () => document.querySelector("[data-search]");

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function move(by) {
  const links = rows();
  if (links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1);
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

// The main button: that of an open sheet, of the form in which somebody types, or of the page.
function main(target) {
  const sheet = document.querySelector(":popover-open .button.primary");
  if (sheet) return sheet;
  const around = typing(target) && target.closest("form, .review-form");
  return around ? around.querySelector("button.primary, button[type=submit]") : document.querySelector("main .button.primary");
}

const press = (shortcut) => document.querySelector(`[aria-keyshortcuts="${shortcut}"]`)?.click();
let going = false;

const keys = {
  "/": () => search()?.focus(),
  j: () => move(1),
  k: () => move(-1),
  c: () => document.getElementById("id_review_text")?.focus(),
  p: () => {
    const row = document.activeElement.dataset.propose;
    if (row) location.assign(row);
    else press("p");
  },
  n: () => press("n"),
  g: () => { going = true; },
  "?": () => document.getElementById("keyboard-help")?.togglePopover(),
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (!event.repeat) main(target)?.click();
  } else if (key === "ArrowDown" && target === search() && rows().length) {
    event.preventDefault();
    move(1);
  } else if (event.ctrlKey || event.metaKey || event.altKey || typing(target)) {
    going = false;
  } else if (going && /^[a-z]$/.test(key)) {
    going = false;
    press(`g ${key}`);
  } else if (key in keys) {
    event.preventDefault();
    keys[key]();
  }
});

// Who comes to look for something can type at once, also before HTMX hears it.
if (location.hash === "#search") search()?.focus();
document.addEventListener("htmx:load", () => {
  const box = search();
  if (box && box.value !== box.defaultValue) box.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true });
