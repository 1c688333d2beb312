// Small helps for every page: no form is sent twice by a nervous finger, print and copy buttons, focus on errors.
"use strict";
(() => {
  const BLOCK_MS = 5000;
  for (const node of document.querySelectorAll("[data-js]")) node.hidden = false;
  document.querySelector(".errors")?.focus();

  document.addEventListener("submit", (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method !== "post" || "again" in form.dataset) return;
    const now = Date.now();
    if (now - (form.sentAt || 0) < BLOCK_MS) e.preventDefault();
    else form.sentAt = now;
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) form.sentAt = 0;
  });

  document.addEventListener("click", (e) => {
    if (e.target.closest("[data-print]")) print();
    const copy = e.target.closest("[data-copy]");
    if (copy)
      navigator.clipboard?.writeText(copy.dataset.copy).then(() => {
        const told = copy.nextElementSibling;
        if (copy.dataset.copied && told?.matches("[role=status]")) told.textContent = copy.dataset.copied;
      });
  });
  // The live stream says that a backup was put back: nothing on this page is sure any more.
  document.addEventListener("restored", () => location.reload());
  document.addEventListener("change", (e) => {
    const name = e.target.dataset?.all;
    if (!name) return;
    for (const box of document.querySelectorAll(`input[type=checkbox][name="${name}"]`))
      box.checked = e.target.checked;
  });
})();
