// The crew's page. What is pressed without a signal is kept on this phone and sent in its order when there is one, with
// the time at which it was pressed; a key of its own makes a second try harmless. While the crew is on duty the phone
// tells where it is. The page is kept on the phone as it last came, so that it opens without a signal. Without this
// script the page works by its forms.
const en = document.documentElement.lang === "en";
const say = (id, english) => (en ? english : id);
const LOOK_MS = 1e4;
const RETRY_MS = 5e3;
const MOVE_MS = 5e3;
const TABLE = "antrean";
const box = () => document.getElementById("tugas");
const base = box().dataset.base;

// ---- what waits on this phone ----

function store(mode, work) {
  return new Promise((resolve, reject) => {
    const open = indexedDB.open("simpul-awak", 1);
    open.onupgradeneeded = () => open.result.createObjectStore(TABLE, { keyPath: "n", autoIncrement: true });
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const tx = open.result.transaction(TABLE, mode);
      const request = work(tx.objectStore(TABLE));
      tx.oncomplete = () => {
        open.result.close();
        resolve(request.result);
      };
      tx.onerror = tx.onabort = () => reject(tx.error);
    };
  });
}

function tell(text, alarms) {
  const line = document.getElementById("antre-kirim");
  line.setAttribute("role", alarms ? "alert" : "status");
  line.textContent = text;
  line.hidden = !text;
}

async function post(url, fields) {
  // What holds no file goes as a plain form, as it does without this script.
  const body = fields.some(([, value]) => value instanceof Blob) ? new FormData() : new URLSearchParams();
  for (const [name, value] of fields) body.append(name, value);
  return fetch(url, { method: "POST", body, headers: { "X-Simpul": "1", Accept: "text/html" } });
}

const mistakes = (html) =>
  [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".errors li")].map((li) => li.textContent);

let refused = "";

// Addresses without https have no randomUUID.
function newKey() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// In the order in which they were pressed; what can't go now waits for the next try.
const sendAll = () =>
  navigator.locks.request("awak", async () => {
    const items = await store("readonly", (s) => s.getAll());
    for (const item of items) {
      const answer = await post(item.url, item.fields);
      if (answer.status >= 500 || answer.status === 429) throw new Error("busy");
      if (!answer.ok) refused = mistakes(await answer.text()).join(" ") || say("Ditolak server.", "Refused.");
      await store("readwrite", (s) => s.delete(item.n));
    }
    return items.length;
  });

async function send() {
  try {
    const count = await sendAll();
    tell(refused, true);
    if (count) await look(true);
  } catch {
    const waiting = await store("readonly", (s) => s.count()).catch(() => 0);
    const id = `${waiting} belum terkirim. Dikirim sendiri saat ada sinyal.`;
    tell(waiting ? say(id, `${waiting} not sent yet. Sent when there is signal.`) : "");
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.action.includes(base) || !window.indexedDB || !navigator.locks) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  data.set("key", newKey());
  data.set("pressed", Date.now());
  data.set("queued", "1");
  data.delete("csrf");
  refused = "";
  await store("readwrite", (s) => s.add({ url: form.action, fields: [...data] }));
  form.reset();
  await send();
});

// ---- what the room says ----

const known = () => [...document.querySelectorAll("[data-dispatch]")].map((node) => node.dataset.dispatch);
let seen = known();

function wake() {
  navigator.vibrate?.([400, 200, 400, 200, 400]);
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    tone.frequency.value = 880;
    tone.connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 1);
  } catch {
    // No sound without a touch first: the phone has shaken.
  }
}

// A page that was kept on this phone says from when it is.
function tellAge(page) {
  const line = box().querySelector("[data-old]");
  if (line) line.hidden = page.body.dataset.kept === undefined;
}

const typing = () => [...box().querySelectorAll("input[type=text],textarea,input[type=file]")].some((f) => f.value);

async function look(now) {
  if (!now && (typing() || document.hidden)) return;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = page.getElementById("tugas");
  if (!next || (typing() && !now)) return;
  box().replaceWith(next);
  tellAge(page);
  if (known().some((id) => !seen.includes(id))) wake();
  seen = known();
}

// ---- where it is ----

const share = document.getElementById("bagi-posisi");
const news = document.getElementById("posisi-kabar");
let watch;
let last;

function moved({ coords, timestamp }) {
  last = [
    ["lat", coords.latitude.toFixed(6)],
    ["lon", coords.longitude.toFixed(6)],
    ["accuracy", Math.round(coords.accuracy)],
    ["timestamp", Math.round(timestamp)],
  ];
}

// Only the newest place matters: what could not go is not sent later.
async function move() {
  if (!last) return;
  const fields = last;
  last = null;
  const answer = await post(`${base}/posisi`, fields).catch(() => null);
  const clock = new Date().toTimeString().slice(0, 5);
  news.textContent = answer?.ok ? say(`Terkirim ${clock}`, `Sent ${clock}`) : say("Belum terkirim", "Not sent");
}

function sharing() {
  localStorage.setItem("awak-posisi", share.checked ? "1" : "");
  if (watch !== undefined) navigator.geolocation.clearWatch(watch);
  watch = undefined;
  news.textContent = "";
  if (!share.checked) return;
  const failed = () => (news.textContent = say("Lokasi HP tidak didapat.", "No location from the phone."));
  watch = navigator.geolocation.watchPosition(moved, failed, { enableHighAccuracy: true, maximumAge: 1e3 });
}

if (navigator.geolocation) {
  share.closest("[data-js]").hidden = false;
  share.checked = localStorage.getItem("awak-posisi") === "1";
  share.onchange = sharing;
  sharing();
  setInterval(move, MOVE_MS);
}

navigator.serviceWorker
  ?.register("/sw.js")
  .then(() => navigator.serviceWorker.ready)
  .then((worker) => worker.active.postMessage({ crew: location.pathname }))
  .catch(() => {});
tellAge(document);
addEventListener("online", send);
setInterval(() => look(false), LOOK_MS);
setInterval(async () => (await store("readonly", (s) => s.count()).catch(() => 0)) && send(), RETRY_MS);
send();
