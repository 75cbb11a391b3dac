// Text in a control with data-keep outlives the sending of another form of its page: it stands there again afterwards.
const place = (control) => `keep:${location.pathname}#${control.id}`;
const kept = () => document.querySelectorAll("[data-keep][id]");

for (const control of kept()) {
  control.value ||= sessionStorage.getItem(place(control)) ?? "";
  sessionStorage.removeItem(place(control));
}

document.addEventListener("submit", ({ target }) => {
  for (const control of kept()) {
    if (control.form !== target && control.value) sessionStorage.setItem(place(control), control.value);
  }
});
