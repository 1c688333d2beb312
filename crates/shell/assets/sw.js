// Sends reports that waited for a signal, and keeps the empty report form ready without one. Nothing else is cached.
"use strict";
const CACHE = "simpul-1";
const MAX_ENTRIES = 60;
const HASHED = /^\/a\/.+-[0-9a-f]{8,}\.\w+$/;
const SHELL = "/lapor";

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

async function sendOne(item) {
  const body = new FormData();
  for (const [name, value] of item.fields) body.append(name, value);
  const headers = { "X-Simpul-Queued": "1", "X-Simpul-Key": item.id, Accept: "text/html" };
  const answer = await fetch(item.url, { method: "POST", body, headers });
  if (answer.status >= 500 || answer.status === 429) throw new Error("server busy");
  const sent = answer.headers.get("Location") || (answer.redirected && new URL(answer.url).pathname);
  const left = sent ? { id: item.id, at: item.at, sent } : { ...item, refused: answer.status };
  await run("readwrite", (s) => s.put(left));
}

// One sender at a time; the key of each report makes a second try harmless.
const sendAll = () =>
  self.navigator.locks.request("antrean", async () => {
    const items = await run("readonly", (s) => s.getAll());
    try {
      for (const item of items.filter((i) => !i.sent)) await sendOne(item);
    } finally {
      for (const client of await self.clients.matchAll()) client.postMessage("antrean");
    }
  });

// A page that belongs to somebody signed in says no-store or private, and is never kept.
const mayKeep = (answer) =>
  answer.ok && !answer.redirected && !/no-store|private/.test(answer.headers.get("Cache-Control") || "");

async function keep(request, answer) {
  if (!mayKeep(answer)) return;
  const cache = await caches.open(CACHE);
  await cache.put(request, answer.clone());
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MAX_ENTRIES))) await cache.delete(old);
}

async function networkFirst(request, key) {
  try {
    const answer = await fetch(request);
    await keep(key, answer);
    return answer;
  } catch (error) {
    const kept = await caches.match(key);
    if (kept) return kept;
    throw error;
  }
}

async function install() {
  const answer = await fetch(SHELL, { credentials: "omit" });
  const page = await answer.clone().text();
  await keep(SHELL, answer);
  for (const path of new Set(page.match(/\/a\/[\w.-]+/g))) await keep(path, await fetch(path));
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(install().catch(() => {}));
});
self.addEventListener("activate", (event) => {
  const clean = caches.keys().then((names) => names.filter((n) => n !== CACHE).map((n) => caches.delete(n)));
  event.waitUntil(clean.then(() => self.clients.claim()));
});
self.addEventListener("sync", (event) => event.tag === "laporan" && event.waitUntil(sendAll()));
self.addEventListener("message", (event) => event.data === "kirim" && event.waitUntil(sendAll().catch(() => {})));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (HASHED.test(url.pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || networkFirst(request, request)));
  } else if (url.pathname.startsWith("/a/")) {
    event.respondWith(networkFirst(request, request));
  } else if (request.mode === "navigate" && url.pathname === SHELL && !url.search) {
    event.respondWith(networkFirst(request, SHELL));
  }
});
