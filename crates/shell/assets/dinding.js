// Follows the live stream: the wall, and any page with a part that should stay true. Says so when data stop.
"use strict";
(() => {
  const body = document.body;
  const options = body.dataset;
  const en = document.documentElement.lang === "en";
  const say = (id, english) => (en ? english : id);
  const STALE_MS = 1000 * (options.staleAfter || 15);
  const MINUTE = 6e4;
  const RELOAD_HOUR = 4;
  const SHIFT_EVERY_MS = 10 * MINUTE;
  const SHIFTS = [
    [0, 0],
    [3, 1],
    [1, 3],
    [-2, 2],
    [-3, -1],
    [2, -3],
  ];
  const one = (selector) => document.querySelector(selector);

  let heardAt = Date.now();
  let lastId = "";

  // ---- text size: 16 arc-minutes at the farthest seat ----
  const { distance, width } = options;
  if (distance && width) document.documentElement.style.setProperty("--u", `${(0.665 * distance) / width}vw`);

  // ---- clock of the region ----
  const offset = +(options.offset || 0) * MINUTE;
  const local = (ms) => new Date(ms + offset);
  const two = (n) => String(n).padStart(2, "0");
  const clock = (at) => `${two(at.getUTCHours())}${en ? ":" : "."}${two(at.getUTCMinutes())}`;
  const time = (ms) => `${clock(local(ms))} ${options.zone || "UTC"}`;
  const day = new Intl.DateTimeFormat(en ? "en-GB" : "id-ID", {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });

  function tick() {
    const now = Date.now();
    const clock = one("[data-clock]");
    if (clock) {
      // As the server writes it: "Kam 26 Nov".
      clock.textContent = `${time(now)}  ${day.format(local(now)).replace(",", "")}`;
      clock.dateTime = new Date(now).toISOString();
    }
    const age = one("[data-age]");
    const seconds = Math.round((now - heardAt) / 1000);
    if (age) age.textContent = say(`data ${seconds} dtk lalu`, `data ${seconds} s ago`);
    const stale = now - heardAt > STALE_MS;
    body.classList.toggle("is-stale", stale);
    const banner = one(".stale");
    if (!banner || banner.hidden === !stale) return;
    banner.textContent = stale ? say(`Data berhenti sejak ${time(heardAt)}`, `No data since ${time(heardAt)}`) : "";
    banner.hidden = !stale;
  }

  // ---- the part of the page that follows ----
  let fetching = false;
  let wanted = false;
  async function refresh() {
    if (!options.part) return;
    wanted = true;
    if (fetching) return;
    fetching = true;
    while (wanted) {
      wanted = false;
      try {
        const answer = await fetch(options.part, { headers: { Accept: "text/html" } });
        // Led elsewhere: the screen's token was taken back or the session is over. That page says what to do.
        if (answer.redirected) return location.reload();
        if (answer.ok) put(await answer.text());
      } catch {
        // The stream says by its silence that the server is away; the old numbers stay, greyed.
      }
      await new Promise((done) => setTimeout(done, 1000));
    }
    fetching = false;
  }

  function put(html) {
    const target = one("[data-part-target]");
    if (!target) return;
    const next = new DOMParser().parseFromString(html, "text/html").body;
    for (const kept of target.querySelectorAll("[data-keep][id]"))
      next.querySelector(`#${kept.id}`)?.replaceWith(kept);
    target.replaceChildren(...next.childNodes);
    document.dispatchEvent(new CustomEvent("simpul:part"));
  }

  // ---- the stream, read by fetch so that comments count as a sign of life ----
  function lines(block) {
    if (/^id:/m.test(block)) lastId = /^id: ?(.*)$/m.exec(block)[1];
    const kind = /^event: ?(.*)$/m.exec(block)?.[1];
    // A backup was put back: nothing on this screen is sure any more.
    if (kind === "restored") return location.reload();
    if (!/^data:/m.test(block) || kind === "heartbeat") return;
    document.dispatchEvent(new CustomEvent("simpul:live", { detail: { kind } }));
    refresh();
  }

  async function read() {
    const headers = { Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    const stop = new AbortController();
    const guard = setInterval(() => Date.now() - heardAt > 2 * STALE_MS && stop.abort(), 1000);
    try {
      const answer = await fetch(options.live, { headers, cache: "no-store", signal: stop.signal });
      if (!answer.ok) return;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        heardAt = Date.now();
        const blocks = (rest + value.replace(/\r/g, "")).split("\n\n");
        rest = blocks.pop();
        blocks.forEach(lines);
      }
    } finally {
      clearInterval(guard);
    }
  }

  async function follow() {
    for (let wait = 500; ; wait = Math.min(wait * 2, 6e4)) {
      const began = Date.now();
      await read().catch(() => {});
      if (Date.now() - began > 1e4) wait = 500;
      await new Promise((done) => setTimeout(done, wait * (0.7 + 0.6 * Math.random())));
      refresh();
    }
  }

  // ---- a screen that runs for months ----
  function shift() {
    const frame = one(".frame");
    const [x, y] = SHIFTS[Math.floor(Date.now() / SHIFT_EVERY_MS) % SHIFTS.length];
    if (frame) frame.style.transform = `translate(${x}px, ${y}px)`;
  }

  const stayAwake = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {});

  function reloadAtNight() {
    const now = local(Date.now());
    const next = new Date(now);
    next.setUTCHours(RELOAD_HOUR, 0, 0, 0);
    if (next <= now) next.setUTCDate(next.getUTCDate() + 1);
    setTimeout(() => location.reload(), next - now);
  }

  tick();
  setInterval(tick, 1000);
  if (options.live) follow();
  if (options.part) setInterval(refresh, 1000 * (options.partEvery || 60));
  if (body.classList.contains("wall")) {
    shift();
    setInterval(shift, MINUTE);
    reloadAtNight();
    stayAwake();
    document.addEventListener("visibilitychange", stayAwake);
  }
})();
