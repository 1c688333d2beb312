// Words to begin an answer with: those that are chosen stand in the text at once, after what was typed there.
"use strict";
(() => {
  const choice = document.querySelector("select[data-fills]");
  const text = choice && document.getElementById(choice.dataset.fills);
  if (!text) return;
  const words = () => choice.selectedOptions[0]?.dataset.text || "";
  let filled = words();

  function fill() {
    if (!words()) return;
    const own = filled && text.value.endsWith(filled) ? text.value.slice(0, -filled.length) : text.value;
    filled = (own.trim() && !own.endsWith("\n") ? "\n\n" : "") + words();
    text.value = own + filled;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  choice.addEventListener("change", fill);
  choice.form.addEventListener("submit", (e) => {
    e.preventDefault();
    fill();
    text.focus();
  });
})();
