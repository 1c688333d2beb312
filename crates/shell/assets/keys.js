// Keys for lists of work. They count only while a row has the focus (WCAG 2.1.4), so nobody who types is surprised.
"use strict";
(() => {
  const LISTS = "[data-keys]";

  const rowsOf = (list) => [...list.children].filter((row) => !row.hidden);
  const rowOf = (node) => {
    const list = node.closest?.(LISTS);
    return list && rowsOf(list).find((row) => row.contains(node));
  };
  const typing = (node) => node.matches("input:not([type=checkbox],[type=radio]),textarea,select,[contenteditable]");

  // One row of a list is in the tab order; the keys move from there. A row that is drawn anew comes from the server
  // with -1, which keeps the focus on it until it is put right here.
  function prepare() {
    for (const list of document.querySelectorAll(LISTS)) {
      const rows = rowsOf(list);
      const current =
        rows.find((row) => row.contains(document.activeElement)) || rows.find((row) => row.tabIndex === 0) || rows[0];
      for (const row of rows) {
        const tab = row === current ? 0 : -1;
        if (row.getAttribute("tabindex") !== String(tab)) row.tabIndex = tab;
      }
    }
  }

  // Where the focus stood: a row that leaves the list hands it to the one that takes its place.
  let stood = null;
  function stand(row) {
    stood = { row, list: row.parentElement, at: rowsOf(row.parentElement).indexOf(row) };
  }

  function changed() {
    if (stood && !stood.row.isConnected && document.activeElement === document.body) {
      const rows = rowsOf(stood.list);
      rows[Math.min(stood.at, rows.length - 1)]?.focus();
    }
    prepare();
  }

  function go(row, by) {
    const rows = rowsOf(row.parentElement);
    const next = rows[rows.indexOf(row) + by];
    if (!next) return;
    row.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function help() {
    const dialog = document.getElementById("keys-dialog");
    const back = document.activeElement;
    dialog?.addEventListener("close", () => back?.focus(), { once: true });
    dialog?.showModal();
  }

  // What the buttons do is done with the rows that are ticked; with none ticked the key means the row it is pressed on.
  function press(button, row) {
    const box = row.querySelector("input[type=checkbox]");
    if (box && !row.parentElement.querySelector("input[type=checkbox]:checked")) box.checked = true;
    button.click();
  }

  function act(key, row) {
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (key === "j" || key === "ArrowDown") go(row, 1);
    else if (key === "k" || key === "ArrowUp") go(row, -1);
    else if (key === "Enter" || key === "o") (row.querySelector("a.main") || row.querySelector("a"))?.click();
    else if (key === "x") row.querySelector("input[type=checkbox]")?.click();
    else if (key === "?") help();
    else if (button) press(button, row);
    else return false;
    return true;
  }

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || typing(e.target)) return;
    const row = rowOf(e.target);
    if (!row) return;
    if (e.key === "Enter" && e.target !== row) return;
    if (act(e.key, row)) e.preventDefault();
  });
  document.addEventListener("focusin", (e) => {
    const row = rowOf(e.target);
    if (!row) return;
    for (const other of rowsOf(row.parentElement)) other.tabIndex = other === row ? 0 : -1;
    stand(row);
  });
  // Whoever points elsewhere has left the list.
  document.addEventListener("pointerdown", (e) => rowOf(e.target) || (stood = null));
  document.addEventListener("click", (e) => e.target.closest("[data-keys-help]") && help());

  prepare();
  // Rows that come by the live stream or by htmx are made ready as well.
  for (const list of document.querySelectorAll(LISTS))
    new MutationObserver(changed).observe(list, { childList: true, subtree: true, attributeFilter: ["tabindex"] });
})();
