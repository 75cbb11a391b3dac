// <input data-filter="selector">: shows only what contains the words typed, in its text or in data-words, and unfolds
// what it is in. data-none selects what says that nothing is left. Enter follows the first link then.
document.addEventListener("input", (event) => {
  const selector = event.target.dataset?.filter;
  if (!selector) return;
  event.stopPropagation();
  const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const item of document.querySelectorAll(selector)) {
    const text = `${item.textContent} ${item.dataset.words ?? ""}`.toLowerCase();
    item.hidden = !wanted.every((word) => text.includes(word));
    left += !item.hidden;
    const fold = item.closest("details");
    if (wanted.length && !item.hidden && fold) fold.open = true;
  }
  const none = event.target.dataset.none && document.querySelector(event.target.dataset.none);
  if (none) none.hidden = left > 0;
}, { capture: true });

document.addEventListener("keydown", (event) => {
  const selector = event.target.dataset?.filter;
  if (event.key !== "Enter" || !selector) return;
  event.preventDefault();
  if (event.target.value && event.target.dataset.none) document.querySelector(`:is(${selector}):not([hidden]) a[href]`)?.click();
});

// <input list data-offer="url">: says the name of what is chosen, and asks the server for more than the page lists.
const waiting = new WeakMap();

document.addEventListener("input", (event) => {
  const { list, dataset, value } = event.target;
  if (!list || !dataset.offer) return;
  const named = [...list.options].find((option) => option.value === value);
  event.target.parentElement.querySelector("[data-chosen]").textContent = named?.label ?? "";
  clearTimeout(waiting.get(event.target));
  if (!named) waiting.set(event.target, setTimeout(() => offer(list, dataset.offer, value), 250));
});

async function offer(list, address, text, tries = 3) {
  const asked = fetch(`${address}&q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
  const answer = await asked.catch(() => null);
  if (!answer || answer.status >= 500) {
    if (tries > 1) setTimeout(() => offer(list, address, text, tries - 1), 1000);
    return;
  }
  if (!answer.ok) return;
  const known = new Set([...list.options].map((option) => option.value));
  for (const [value, name] of (await answer.json()).rows) {
    if (!known.has(value)) list.append(new Option("", value));
    list.lastElementChild.label ||= `${name} (${value})`;
  }
}

// What was typed before this script was there.
for (const control of document.querySelectorAll("[data-offer]")) {
  if (control.value !== control.defaultValue) control.dispatchEvent(new Event("input", { bubbles: true }));
}

// What the preview found wrong stands at its control, unless nobody was there yet; what is no longer wrong goes.
const visited = new WeakSet();

document.addEventListener("input", ({ target }) => { visited.add(target); });

document.addEventListener("htmx:afterSettle", () => {
  const panel = document.getElementById("panel");
  if (!panel?.dataset.faults || panel.dataset.told) return;
  panel.dataset.told = "yes";
  const form = panel.closest("form");
  for (const said of form.querySelectorAll(".filterable :is(ul.errors, ul.errorlist)")) said.remove();
  for (const control of form.querySelectorAll(".filterable [aria-invalid]")) control.removeAttribute("aria-invalid");
  for (const [name, sentences] of Object.entries(JSON.parse(panel.dataset.faults))) tell(form, name, sentences);
});

function tell(form, name, sentences) {
  const named = CSS.escape(name);
  const control = form.querySelector(`[name="${named}"]:not([type="hidden"])`) ?? form.querySelector(`[name^="${named}-"]:not([type="hidden"])`);
  if (!control || !(control.value || visited.has(control))) return;
  const list = Object.assign(document.createElement("ul"), { className: "errors", id: `${control.id || named}_said` });
  list.append(...sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  (control.closest(".combobox") ?? control).after(list);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", list.id);
}

// The first thing that matters: what is wrong, or what there is to write. Not where a keyboard would cover the screen.
const first = [...document.querySelectorAll('[aria-invalid="true"]'), ...document.querySelectorAll("#id_title, [data-filter]")];
if (matchMedia("(hover: hover)").matches) first.find((each) => each.offsetParent)?.focus();

// <input type="file" data-into="id">: puts the text of the file into a control; the file itself is not sent.
document.addEventListener("change", async ({ target }) => {
  const [file] = target.files ?? [];
  const into = document.getElementById(target.dataset?.into);
  if (!file || !into) return;
  into.value = file.size > into.maxLength ? `# ${file.name} is larger than a template may be.` : await file.text();
  into.focus();
});

// Without scripts these would do nothing.
for (const item of document.querySelectorAll("[data-scripted][hidden]")) item.hidden = false;
