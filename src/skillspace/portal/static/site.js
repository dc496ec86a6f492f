// Small comforts on pages that work without them: filters that apply at once, pages that look again, no double sends.
"use strict";

// What was just done, or went wrong, is where reading goes on. A screen reader that still takes in the page passes over
// a focus that comes earlier than the end of loading.
const told = document.querySelector("[role=alert]:not([hidden]), main > .notice[role=status]");
if (told && !location.hash) {
  told.tabIndex = -1;
  addEventListener("load", () => setTimeout(() => { if (document.activeElement === document.body) told.focus(); }, 100));
}

// A choice made by pointing applies at once. With the keyboard one passes by choices on the way to another: the button
// comes back, and applies the one that was meant.
for (const select of document.querySelectorAll("select[data-submit]")) {
  const form = select.form;
  const button = form.querySelector("button");
  let byKeyboard = false;
  if (button) button.parentElement.hidden = true;
  select.addEventListener("pointerdown", () => { byKeyboard = false; });
  select.addEventListener("keydown", (event) => {
    byKeyboard = true;
    if (button && event.key !== "Tab" && event.key !== "Shift") button.parentElement.hidden = false;
  });
  select.addEventListener("change", () => { if (!byKeyboard || !button) form.requestSubmit(); });
}

// Whoever waits at a link or a button finds it again when the page has looked again.
const stops = () => [...document.querySelectorAll("a, button, input, select, textarea, summary")];
const waiting = document.querySelector("[data-reload]");
if (waiting) {
  const [place, text] = JSON.parse(sessionStorage.getItem("waited at") ?? "[]");
  sessionStorage.removeItem("waited at");
  const stop = stops()[place];
  if (stop && stop.textContent === text) stop.focus({ preventScroll: true });
  setTimeout(() => {
    const here = stops().indexOf(document.activeElement);
    if (here >= 0) sessionStorage.setItem("waited at", JSON.stringify([here, document.activeElement.textContent]));
    location.reload();
  }, Number(waiting.dataset.reload) * 1000);
}

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

// A browser may leave half a link outside of a table's frame when it gets the focus.
addEventListener("focusin", ({ target }) => {
  if (target.parentElement?.closest(".scroll")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// What lies around a table takes the focus only while it must: Orca is thrown out of the table by a focus around it. The
// main part takes it when somebody goes there by the first link, a frame where there is something to scroll.
document.querySelector(".skip")?.addEventListener("click", () => {
  const main = document.getElementById("main");
  main.tabIndex = -1;
  main.focus();
  main.addEventListener("blur", () => main.removeAttribute("tabindex"), { once: true });
});
const frames = [...document.querySelectorAll(".scroll[tabindex]")];
const fit = () => {
  for (const frame of frames.filter((it) => it.clientWidth)) {
    if (frame.scrollWidth > frame.clientWidth || frame.scrollHeight > frame.clientHeight) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
};
addEventListener("load", fit);
addEventListener("resize", fit);
