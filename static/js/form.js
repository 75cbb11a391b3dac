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

// <button data-add="name">: one more empty box of a list, from the template beside it.
document.addEventListener("click", (event) => {
  const name = event.target.closest?.("[data-add]")?.dataset.add;
  if (!name) return;
  const boxes = document.getElementById(`${name}-records`);
  const source = document.getElementById(`${name}-template`).innerHTML;
  boxes.insertAdjacentHTML("beforeend", source.replaceAll("__index__", String(boxes.children.length)));
  boxes.lastElementChild.querySelector("input, select")?.focus();
});

// Without scripts these would do nothing.
for (const item of document.querySelectorAll("[data-scripted][hidden]")) item.hidden = false;
