// What this phone keeps: reports that wait for a signal, which the service worker alone sends, and what was typed into
// a report that is not finished. Loaded by lapor.js once there is something to keep.
const en = document.documentElement.lang === "en";
const say = (id, english) => (en ? english : id);
const DAY_MS = 864e5;
const DAYS_KEPT = 30;
const QUEUE = ["simpul", "antrean"];
const DRAFT = ["simpul-isian", "isian"];
const DRAFT_ID = "isian";
// Made anew with each form, or said by the act of sending.
const NOT_KEPT = ["csrf", "key", "ubah", "confirm"];
const LAST_PAGE = 99;

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function button(text, className, act) {
  const node = make("button", text, className);
  node.type = "button";
  node.onclick = act;
  return node;
}

function store([name, table], mode, work) {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open(name, 1);
    open.onupgradeneeded = () => open.result.createObjectStore(table, { keyPath: "id" });
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const tx = open.result.transaction(table, mode);
      const request = work(tx.objectStore(table));
      tx.oncomplete = () => {
        open.result.close();
        resolve(request.result);
      };
      tx.onerror = tx.onabort = () => reject(tx.error);
    };
  });
}

// lapor.js looks here before it loads this file.
function mark(holds) {
  try {
    if (holds) localStorage.simpul = 1;
    else delete localStorage.simpul;
  } catch {
    // Without this mark lapor.js looks into the store each time.
  }
}

// ---- reports that wait ----

export async function wakeSender() {
  const worker = await navigator.serviceWorker?.ready;
  await worker?.sync?.register("laporan").catch(() => {});
  worker?.active?.postMessage("kirim");
}

export async function enqueue(form, data) {
  if (!("final" in form.dataset)) data.set("confirm", "1");
  const id = data.get("key") || String(Date.now());
  await store(QUEUE, "readwrite", (s) => s.put({ id, url: form.action, at: Date.now(), fields: [...data] }));
  mark(true);
  await dropDraft();
  wakeSender();
  await showQueue();
  document.querySelector("[data-queue]")?.scrollIntoView();
}

const remove = (item) => store(QUEUE, "readwrite", (s) => s.delete(item.id));

// What was refused goes back into the form, with what is missing named.
async function mend(item) {
  const fields = item.fields.filter(([name]) => !NOT_KEPT.includes(name));
  await store(DRAFT, "readwrite", (s) => s.put({ id: DRAFT_ID, at: Date.now(), page: LAST_PAGE, fields }));
  await remove(item);
  location.assign("/lapor");
}

const plain = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;

function refusal(item) {
  const reasons = (item.why || []).map(plain).join(". ");
  const unknown = say("Server tidak menerima laporan ini.", "The server did not take this report.");
  return `${reasons ? `${reasons}.` : unknown} `;
}

function queueLine(item) {
  const line = make("p");
  const drop = button(item.sent ? say("Tutup", "Dismiss") : say("Hapus", "Delete"), "link", () =>
    remove(item).then(showQueue),
  );
  if (item.sent) {
    const link = make("a", item.sent.split("/").pop());
    link.href = item.sent;
    line.append(say("Laporan terkirim: ", "Report sent: "), link, " ", drop);
    return line;
  }
  line.append(make("strong", say("Belum terkirim. ", "Not sent yet. ")));
  if (item.refused) {
    line.append(refusal(item), button(say("Perbaiki", "Correct it"), "btn small", () => mend(item)), " ", drop);
    return line;
  }
  const text = say(
    "Laporan tersimpan di HP ini dan akan dikirim saat ada sinyal.",
    "The report is saved on this phone and goes when there is signal.",
  );
  line.append(`${text} `, button(say("Kirim sekarang", "Send now"), "btn small", wakeSender), " ", drop);
  return line;
}

export async function showQueue() {
  const items = await store(QUEUE, "readonly", (s) => s.getAll()).catch(() => []);
  const old = (item) => Date.now() - item.at > (item.sent ? 1 : DAYS_KEPT) * DAY_MS;
  for (const item of items.filter(old)) remove(item);
  const live = items.filter((item) => !old(item));
  if (!live.length && !(await read())) mark(false);
  const box = document.querySelector("[data-queue]");
  if (!box) return;
  box.setAttribute("role", "status");
  box.replaceChildren(...live.map(queueLine));
  const count = live.filter((item) => !item.sent).length;
  const s = count > 1 ? "s" : "";
  if (count) box.prepend(make("h2", say(`${count} laporan belum terkirim`, `${count} report${s} not sent yet`)));
  box.hidden = !live.length;
}

// ---- what was typed so far ----

const read = () => store(DRAFT, "readonly", (s) => s.get(DRAFT_ID)).catch(() => null);

function tell(form) {
  const line = document.querySelector("[data-kept]");
  if (!line) return;
  line.hidden = !form;
  if (!form) return line.replaceChildren();
  const away = button(say("Buang", "Discard"), "link", async () => {
    form.stopKeeping();
    await dropDraft();
    form.empty();
  });
  line.replaceChildren(say("Isian Anda tersimpan di HP ini. ", "What you typed is kept on this phone. "), away);
}

export async function keepDraft(form) {
  const filled = ([name, value]) => !NOT_KEPT.includes(name) && (value.size ?? value.length);
  const fields = [...new FormData(form)].filter(filled);
  // How to be known is answered beforehand; alone it is nothing typed.
  if (fields.every(([name]) => name === "mode")) return;
  const kept = { id: DRAFT_ID, at: Date.now(), page: form.at, fields, asked: form.questions };
  await store(DRAFT, "readwrite", (s) => s.put(kept));
  mark(true);
  tell(form);
}

/** Puts what was typed before into the form again, and shows the step at which it was left or that lacks something. */
export async function restore(form) {
  const kept = await read();
  if (!kept) return;
  if (Date.now() - kept.at > DAYS_KEPT * DAY_MS) return dropDraft();
  const typed = new Map(kept.fields);
  const fill = () => {
    for (const [name, value] of typed) {
      const field = form.elements[name];
      if (field && field.type !== "file") field.value = value;
    }
    for (const box of form.querySelectorAll("[type=checkbox]")) {
      box.checked = kept.fields.some(([name, value]) => name === box.name && value === box.value);
    }
  };
  fill();
  // The questions of its category come before the answers to them.
  await form.ask?.(kept.asked);
  fill();
  form.choose?.(typed.get("district"), typed.get("village"));
  form.asks = !typed.get("village");
  form.querySelector("details :checked")?.closest("details").setAttribute("open", "");
  const files = kept.fields.map(([, value]) => value).filter((value) => value instanceof Blob);
  if (files.length) await form.addPhotos?.(files);
  for (const area of form.querySelectorAll("[data-count]")) area.oninput?.();
  const pages = [...form.querySelectorAll("[data-page]")];
  const lacking = pages.findIndex((page) => form.lacks(page));
  form.showPage(lacking < 0 ? kept.page : Math.min(kept.page, lacking), false);
  tell(form);
}

export async function dropDraft() {
  await store(DRAFT, "readwrite", (s) => s.delete(DRAFT_ID)).catch(() => {});
  tell(null);
}
