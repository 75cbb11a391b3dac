// <input data-tick-all>: ticks every box of its table, or none. A row's box ticks together with those between, with Shift.
let last = null;

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.type !== "checkbox" || !target.closest("table.list")) return;
  const boxes = [...target.closest("table").querySelectorAll("tbody input[type=checkbox]")];
  if ("tickAll" in target.dataset) {
    for (const box of boxes) box.checked = target.checked;
  } else if (event.shiftKey && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(target)].sort((a, b) => a - b);
    for (const box of boxes.slice(from, to + 1)) box.checked = target.checked;
  }
  last = target;
});

// Without scripts it would do nothing. The list comes again with every change of its filters.
const show = () => document.querySelectorAll("[data-tick-all][hidden]").forEach((each) => { each.hidden = false; });
document.addEventListener("htmx:afterSwap", show);
show();
