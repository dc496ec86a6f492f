// Small comforts on pages that work without them: filters that apply at once, pages that look again, no double sends.
"use strict";

for (const select of document.querySelectorAll("select[data-submit]")) {
  const form = select.form;
  const button = form.querySelector("button");
  if (button) button.parentElement.hidden = true;
  select.addEventListener("change", () => form.requestSubmit());
}

const waiting = document.querySelector("[data-reload]");
if (waiting) setTimeout(() => location.reload(), Number(waiting.dataset.reload) * 1000);

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => form.setAttribute("aria-busy", "true"), 300);
  });
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});
