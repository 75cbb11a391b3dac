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

// Without scripts these would do nothing.
for (const item of document.querySelectorAll("[data-scripted][hidden]")) item.hidden = false;
