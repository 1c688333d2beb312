// The page behind the link that 112 sends: it asks the telephone for its position, shows how exact it is, and sends it
// only when the caller presses the button. Without it the place is typed.
"use strict";
(() => {
  const box = document.querySelector("[data-locate]");
  if (!box) return;
  const form = box.closest("form");
  const out = box.querySelector("[data-out]");
  const button = box.querySelector("[data-find]");
  if (!navigator.geolocation || !window.isSecureContext) {
    out.textContent = box.dataset.failed;
    button.hidden = true;
    box.hidden = false;
    return;
  }
  box.hidden = false;

  const found = ({ coords }) => {
    form.elements.lat.value = coords.latitude.toFixed(6);
    form.elements.lon.value = coords.longitude.toFixed(6);
    form.elements.accuracy.value = Math.ceil(coords.accuracy);
    out.textContent = box.dataset.found.replace("{metres}", String(Math.ceil(coords.accuracy)));
    button.disabled = false;
  };
  const failed = ({ code }) => {
    out.textContent = code === 1 ? box.dataset.denied : box.dataset.failed;
    button.disabled = false;
  };
  button.addEventListener("click", () => {
    out.textContent = box.dataset.searching;
    button.disabled = true;
    const options = { enableHighAccuracy: true, timeout: 20000, maximumAge: 10000 };
    navigator.geolocation.getCurrentPosition(found, failed, options);
  });
})();
