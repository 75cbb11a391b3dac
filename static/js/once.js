// A second press within five seconds, before the answer is here, sends nothing. The server is safe against it too.
let sent = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (Date.now() - (sent.get(form) ?? 0) < 5000) event.preventDefault();
  else sent.set(form, Date.now());
});

// Who comes back to the page may send the form again at once.
window.addEventListener("pageshow", () => { sent = new WeakMap(); });
