// Keys for lists of work. They count only while a row has the focus (WCAG 2.1.4), so nobody who types is surprised.
"use strict";
(() => {
  const en = document.documentElement.lang === "en";
  const say = (id, english) => (en ? english : id);
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
    let dialog = document.getElementById("keys-dialog");
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.id = "keys-dialog";
      dialog.setAttribute("aria-labelledby", "keys-title");
      const title = document.createElement("h2");
      title.id = "keys-title";
      title.textContent = say("Tombol pintas", "Keyboard shortcuts");
      const list = document.createElement("dl");
      list.className = "dl";
      const there = (selector) => document.querySelector(selector);
      const lines = [
        ["j / k, ↓ / ↑", say("baris berikut, sebelumnya", "next, previous row")],
        ["Enter, o", say("buka", "open")],
        there(`${LISTS} input[type=checkbox]`) && ["x", say("pilih", "select")],
        there("input[type=search]") && ["/", say("cari", "search")],
        ["?", say("bantuan ini", "this help")],
      ].filter(Boolean);
      for (const button of document.querySelectorAll("[data-key]")) {
        if (!lines.some(([key]) => key === button.dataset.key)) {
          lines.push([button.dataset.key, button.textContent.trim()]);
        }
      }
      for (const [key, text] of lines) {
        const line = list.appendChild(document.createElement("div"));
        const term = line.appendChild(document.createElement("dt"));
        term.appendChild(document.createElement("kbd")).textContent = key;
        line.appendChild(document.createElement("dd")).textContent = text;
      }
      const note = document.createElement("p");
      note.textContent = say("Berlaku saat sebuah baris terpilih.", "They work while a row has the focus.");
      const close = document.createElement("button");
      close.className = "btn";
      close.textContent = say("Tutup", "Close");
      close.onclick = () => dialog.close();
      dialog.append(title, list, note, close);
      document.body.append(dialog);
    }
    const back = document.activeElement;
    dialog.addEventListener("close", () => back?.focus(), { once: true });
    dialog.showModal();
  }

  function act(key, row) {
    const own = `[data-key="${CSS.escape(key)}"]`;
    const button = row.querySelector(own) || document.querySelector(own);
    if (key === "j" || key === "ArrowDown") go(row, 1);
    else if (key === "k" || key === "ArrowUp") go(row, -1);
    else if (key === "Enter" || key === "o") (row.querySelector("a.main") || row.querySelector("a"))?.click();
    else if (key === "x") row.querySelector("input[type=checkbox]")?.click();
    else if (key === "/") document.querySelector("input[type=search]")?.focus();
    else if (key === "?") help();
    else if (button) button.click();
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
