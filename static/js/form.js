// <input data-filter="selector">: shows only what contains the words typed, and unfolds what it is in.
document.addEventListener("input", (event) => {
  const selector = event.target.dataset?.filter;
  if (!selector) return;
  event.stopPropagation();
  const wanted = event.target.value.toLowerCase().trim();
  for (const item of document.querySelectorAll(selector)) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
    const fold = item.closest("details");
    if (wanted && !item.hidden && fold) fold.open = true;
  }
}, { capture: true });

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

async function offer(list, address, text) {
  const answer = await fetch(`${address}&q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const known = new Set([...list.options].map((option) => option.value));
  for (const [value, name] of (await answer.json()).rows) {
    if (!known.has(value)) list.append(new Option("", value));
    list.lastElementChild.label ||= `${name} (${value})`;
  }
}

// Without scripts these would do nothing.
for (const item of document.querySelectorAll("[data-scripted][hidden]")) item.hidden = false;
