// Passkeys: asks the server for a challenge, the device for an answer, and sends it back (Web Authentication Level 3).
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readOptions(options) {
  const listed = (list) => (list || []).map((it) => ({ ...it, id: bytes(it.id) }));
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  if (options.allowCredentials) ready.allowCredentials = listed(options.allowCredentials);
  if (options.excludeCredentials) ready.excludeCredentials = listed(options.excludeCredentials);
  return ready;
}

function written(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() };
}

async function send(address, csrf, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": csrf },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const problem = form.querySelector(".problem");
    const csrf = form.elements.csrf.value;
    problem.hidden = true;
    try {
      const publicKey = readOptions(await send(form.action + "/options", csrf, Object.fromEntries(new FormData(form))));
      const isNew = form.dataset.passkey === "register";
      const credential = await (isNew ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      await send(form.action, csrf, written(credential));
      location.assign(new URL(form.dataset.next, location.origin).origin === location.origin ? form.dataset.next : "/");
    } catch {
      problem.textContent = form.dataset.failed;
      problem.hidden = false;
    }
  }, true);
}
