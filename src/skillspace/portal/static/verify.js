// Checking a document: a file dropped anywhere on the form, and a code scanned by the camera or found in a picture,
// where the browser can read codes (Barcode Detection API). Without it the form works as it stands.
const form = document.querySelector("form.verify");
const { file, text } = form.elements;
const told = form.querySelector("[data-told]");

function tell(words) {
  told.textContent = words;
  told.hidden = !words;
}

function take(code) {
  text.value = code;
  file.value = "";
  form.requestSubmit();
}

for (const name of ["dragover", "dragenter"]) {
  form.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
}
form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("over"); });
form.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  if (!event.dataTransfer.files.length) return;
  file.files = event.dataTransfer.files;
  file.dispatchEvent(new Event("change"));
});

form.addEventListener("submit", (event) => {
  const brought = file.files[0];
  if (!brought || brought.size <= Number(form.dataset.largest)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell(form.dataset.tooLarge);
}, { capture: true });

async function detector() {
  if (!("BarcodeDetector" in window)) return null;
  const kinds = await BarcodeDetector.getSupportedFormats();
  return kinds.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
}

function scan(reader, button, video) {
  const words = button.textContent;
  let stream = null;

  function stop() {
    for (const track of stream ? stream.getTracks() : []) track.stop();
    stream = null;
    video.hidden = true;
    button.textContent = words;
    button.setAttribute("aria-pressed", "false");
  }

  async function look() {
    if (!stream) return;
    const found = await reader.detect(video).catch(() => []);
    if (found.length && stream) {
      stop();
      take(found[0].rawValue);
    } else {
      setTimeout(look, 200);
    }
  }

  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      tell(form.dataset.noCamera);
      return;
    }
    tell("");
    video.srcObject = stream;
    video.hidden = false;
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-pressed", "true");
    await video.play();
    look();
  });
  addEventListener("pagehide", stop);
}

detector().then((reader) => {
  if (!reader) return;
  // A photograph of a code is what the code says; a picture with a badge inside goes to the node as it is.
  file.addEventListener("change", async () => {
    const picture = file.files[0];
    if (!picture || !/^image\/(jpeg|png|webp)$/.test(picture.type)) return;
    const found = await reader.detect(await createImageBitmap(picture)).catch(() => []);
    if (found.length) take(found[0].rawValue);
    else if (picture.type !== "image/png") tell(form.dataset.noCode);
  });
  if (!navigator.mediaDevices?.getUserMedia) return;
  const place = form.querySelector(".scan");
  place.hidden = false;
  scan(reader, place.querySelector("[data-scan]"), place.querySelector("video"));
}).catch(() => {});
