// Sends reports that waited for a signal, and keeps ready without one the empty report form and, on a crew's phone, its
// own page as it was last seen. Nothing else is cached.
"use strict";
const CACHE = "simpul-1";
const MAX_ENTRIES = 60;
const HASHED = /^\/a\/.+-[0-9a-f]{8,}\.\w+$/;
const FORM = "/lapor";
const FORM_MS = 6 * 36e5;
const SENT = "/lapor/terkirim/";
const CREW_CACHE = "simpul-awak-1";
const CREW = /^\/112\/unit\/[\w-]+$/;

const open = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("simpul", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("antrean", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const run = async (mode, work) => {
  const tx = (await open()).transaction("antrean", mode);
  const request = work(tx.objectStore("antrean"));
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve(request.result);
    tx.onerror = () => reject(tx.error);
  });
};

// What the server says is missing, as it stands in the page's list of mistakes.
const reasons = (html) => [...html.matchAll(/<li><a href="#[\w-]+">([^<]+)<\/a>/g)].map((found) => found[1]);

async function sendOne(item) {
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  const headers = { "X-Simpul": "1", "X-Simpul-Queued": "1", "X-Simpul-Key": item.id, Accept: "text/html" };
  const answer = await fetch(item.url, { method: "POST", body, headers });
  if (answer.status >= 500 || answer.status === 429) throw new Error("server busy");
  const { pathname } = new URL(answer.url);
  const left = pathname.startsWith(SENT)
    ? { id: item.id, at: item.at, sent: pathname }
    : { ...item, refused: answer.status, why: reasons(await answer.text()) };
  await run("readwrite", (s) => s.put(left));
}

// One sender at a time; the key of each report makes a second try harmless.
const sendAll = () =>
  self.navigator.locks.request("antrean", async () => {
    const items = await run("readonly", (s) => s.getAll());
    try {
      // What was refused waits for the person to mend it.
      for (const item of items.filter((i) => !i.sent && !i.refused)) await sendOne(item);
    } finally {
      for (const client of await self.clients.matchAll()) client.postMessage("antrean");
    }
  });

async function keep(key, answer) {
  if (!answer.ok || answer.redirected || /no-store/.test(answer.headers.get("Cache-Control") || "")) return;
  const cache = await caches.open(CACHE);
  await cache.put(key, answer.clone());
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MAX_ENTRIES))) await cache.delete(old);
}

async function asset(request) {
  const kept = await caches.match(request);
  if (kept && HASHED.test(new URL(request.url).pathname)) return kept;
  try {
    const answer = await fetch(request);
    await keep(request, answer);
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

const assetsIn = (text, ending = "\\w+") => new Set(text.match(new RegExp(`/a/[\\w.-]+\\.${ending}\\b`, "g")));

// The form that is kept was asked for without cookies: it is a visitor's, whoever may be signed in.
async function keepForm() {
  const kept = await caches.match(FORM, { ignoreVary: true });
  const age = kept ? Date.now() - Date.parse(kept.headers.get("Date") || "1970-01-01") : Infinity;
  if (age < FORM_MS) return;
  const answer = await fetch(FORM, { credentials: "omit" });
  const page = await answer.clone().text();
  await keep(FORM, answer);
  for (const path of assetsIn(page)) {
    const kept = await asset(new Request(path));
    // Scripts that come when they are needed must be there without a signal as well.
    const parts = path.endsWith(".js") ? assetsIn(await kept.clone().text(), "js") : [];
    for (const part of parts) await asset(new Request(part));
  }
}

async function form(event) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keepForm().catch(() => {}));
    return answer;
  } catch (error) {
    const kept = await caches.match(FORM, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

// A phone is one crew's. A key that was taken back opens nothing here either, once the phone has heard of it.
async function keepCrew(path, answer) {
  const cache = await caches.open(CREW_CACHE);
  if (answer.status === 404) await cache.delete(path);
  if (!answer.ok || answer.redirected) return;
  const page = await answer.text();
  const headers = { "Content-Type": answer.headers.get("Content-Type") };
  const policy = answer.headers.get("Content-Security-Policy");
  if (policy) headers["Content-Security-Policy"] = policy;
  for (const old of await cache.keys()) if (new URL(old.url).pathname !== path) await cache.delete(old);
  // The page itself says that it is the last one that came.
  await cache.put(path, new Response(page.replace("<body", "<body data-kept"), { headers }));
  for (const part of assetsIn(page)) await asset(new Request(part));
}

async function crew(event, path) {
  try {
    const answer = await fetch(event.request);
    event.waitUntil(keepCrew(path, answer.clone()).catch(() => {}));
    return answer;
  } catch (error) {
    const kept = await caches.match(path, { cacheName: CREW_CACHE });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepForm().catch(() => {}));
});
self.addEventListener("activate", (event) => {
  const isOld = (name) => name !== CACHE && name !== CREW_CACHE;
  const clean = caches.keys().then((names) => names.filter(isOld).map((name) => caches.delete(name)));
  event.waitUntil(clean.then(() => self.clients.claim()));
});
self.addEventListener("sync", (event) => event.tag === "laporan" && event.waitUntil(sendAll()));
self.addEventListener("message", (event) => event.data === "kirim" && event.waitUntil(sendAll().catch(() => {})));
self.addEventListener("message", (event) => {
  const path = event.data?.crew;
  if (path && CREW.test(path)) event.waitUntil(fetch(path).then((answer) => keepCrew(path, answer)).catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/a/")) {
    event.respondWith(asset(request));
  } else if (request.mode === "navigate" && url.pathname === FORM && !url.search) {
    event.respondWith(form(event));
  } else if (CREW.test(url.pathname) && !url.search) {
    event.respondWith(crew(event, url.pathname));
  }
});
