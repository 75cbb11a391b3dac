// A changed select of a filter form applies at once; without this module its button does it.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-apply-at-once]");
  if (form !== null && event.target.matches("select")) form.requestSubmit();
});
