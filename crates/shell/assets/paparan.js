// The arrow keys turn the pages of a meeting, as the links at its foot do.
"use strict";
addEventListener("keydown", (e) => {
  if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
  if (e.target.closest("input, select, textarea, [contenteditable], .scroll")) return;
  const way = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" }[e.key];
  const link = way && document.querySelector(`a[rel=${way}]`);
  if (!link) return;
  e.preventDefault();
  link.click();
});
