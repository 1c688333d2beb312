// What the chosen category asks further, on the page for a citizen at the counter. Where it does not come, the server
// asks when the entry is saved.
"use strict";
(() => {
  const part = document.querySelector("[data-ask]");
  const form = part?.closest("form");
  if (!form) return;
  form.questions = [form.elements.category.value, part.querySelector("[data-questions]").innerHTML];
  // Here the questions are no step of their own: they stand there, or there are none.
  form.showPage = () => (part.hidden = !part.hasAttribute("data-page"));
  form.elements.category.addEventListener("change", () =>
    import("/a/tanya.js").then((tanya) => tanya.ask(form, part)).catch(() => {})
  );
})();
