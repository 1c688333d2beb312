// The citizen's report form. Everything here is a help on top of a form that works without it: steps, place by GPS,
// what is near. What few need comes when they need it: photos (foto.js), a map (titik.js), what a kind asks further
// (tanya.js), and what this phone keeps, reports without signal and unfinished ones (simpan.js).
"use strict";
(() => {
  const en = document.documentElement.lang === "en";
  const say = (id, english) => (en ? english : id);
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const EXACT_M = 100;
  const KEEP_MS = 400;
  const NEAR_MS = 3000;
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  function make(tag, text, className) {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  function complain(text, place, add = "append") {
    const error = make("p", text, "error");
    error.setAttribute("role", "alert");
    place[add](error);
    return error;
  }

  // ---- what this phone keeps: its script comes only where there is something ----
  const keeper = (work) => import("/a/simpan.js").then(work).catch(() => {});
  const holds = () => {
    try {
      return localStorage.simpul;
    } catch {
      return true;
    }
  };
  const ifHeld = (work) => holds() && keeper(work);

  const newKey = (form) => {
    const field = form.elements.key;
    if (field && !("final" in form.dataset) && window.crypto.randomUUID) field.value = crypto.randomUUID();
  };

  // An empty form for the next report.
  function clear(form) {
    form.reset();
    setPoint(form, null);
    one("input[data-photos]", form)?.dispatchEvent(new Event("clear"));
    newKey(form);
    form.listVillages?.();
    form.near?.();
    form.ask?.();
    form.showPage?.(0, false);
  }

  function keeping(form) {
    if (all("[data-page]", form).length < 2) return;
    form.empty = () => clear(form);
    form.lacks = (page) => lacks(page, new FormData(form));
    let timer;
    form.changed = (now) => {
      clearTimeout(timer);
      timer = setTimeout(() => form.isConnected && keeper((k) => k.keepDraft(form)), now ? 0 : KEEP_MS);
    };
    form.stopKeeping = () => clearTimeout(timer);
    form.addEventListener("input", () => {
      one(".error[role]", form)?.remove();
      form.changed();
    });
  }

  // ---- sending ----
  function post(form, data, onProgress) {
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open("POST", form.action);
      xhr.timeout = 12e4;
      xhr.setRequestHeader("Accept", "text/html");
      xhr.setRequestHeader("X-Simpul", "1");
      xhr.setRequestHeader("X-Simpul-Key", data.get("key") || "");
      xhr.upload.onprogress = onProgress;
      xhr.onerror = xhr.ontimeout = reject;
      xhr.onload = () => resolve(xhr);
      xhr.send(data);
    });
  }

  function swap(next) {
    document.title = next.title;
    const main = one("main", next);
    one("main").replaceWith(main);
    for (const node of all("[data-js]", main)) node.hidden = false;
    enhance();
    ifHeld((k) => k.showQueue());
    const focus = one(".errors") || one("section:not([hidden]) h1", main) || one("h1", main);
    focus?.setAttribute("tabindex", "-1");
    scrollTo(0, 0);
    focus?.focus();
  }

  async function submit(form, button) {
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    one(".error[role]", form)?.remove();
    const data = new FormData(form);
    if (button?.name) data.set(button.name, button.value);
    const note = make("p", say("Mengirim…", "Sending…"), "hint");
    const bar = make("progress");
    note.setAttribute("role", "status");
    const sending = make("div");
    sending.append(note, bar);
    button?.after(sending);
    const slow = setTimeout(() => (note.textContent = say("Jaringan lambat. Tunggu…", "Slow network. Wait…")), 1e4);
    try {
      const answer = await post(form, data, (e) => {
        bar.max = e.total;
        bar.value = e.loaded;
      });
      await take(form, data, answer);
    } catch {
      await queue(form, data);
    } finally {
      clearTimeout(slow);
      form.ariaBusy = "false";
      sending.remove();
    }
  }

  // A page of ours, whole or with what is missing, takes this one's place. Of every other answer only its words count:
  // what was typed stays.
  async function take(form, data, answer) {
    const next = new DOMParser().parseFromString(answer.responseText, "text/html");
    const main = one("main#main", next);
    const ok = answer.status < 300;
    if (main && (ok || answer.status === 422)) {
      // From here on the server keeps it.
      form.stopKeeping?.();
      await ifHeld((k) => k.dropDraft());
      if (answer.responseURL !== form.action) history.pushState(null, "", answer.responseURL);
      return swap(next);
    }
    const said = main && all("h1, h1 ~ p", main).slice(0, 2).map((node) => node.textContent.trim());
    const words = said?.map((text) => text.replace(/\.?$/, ".")).join(" ");
    const trouble = say("Layanan sedang bermasalah. Coba lagi nanti.", "The service has trouble. Try again later.");
    const stays = say("Isian Anda tetap di sini.", "What you typed stays here.");
    const error = complain(`${words || trouble} ${stays} `, form);
    if (answer.status < 500 || !canQueue(form)) return;
    const later = make("button", say("Simpan di HP ini, kirim nanti", "Keep on this phone, send later"), "link");
    later.type = "button";
    later.onclick = () => queue(form, data);
    error.append(later);
  }

  const canQueue = (form) =>
    navigator.serviceWorker && window.indexedDB && ("final" in form.dataset || all("[data-page]", form).length > 1);

  async function queue(form, data) {
    one(".error[role]", form)?.remove();
    try {
      if (!canQueue(form)) throw 0;
      form.stopKeeping?.();
      const keep = await import("/a/simpan.js");
      await keep.enqueue(form, data);
      if ("final" in form.dataset) form.remove();
      else clear(form);
    } catch {
      complain(say("Belum terkirim. Coba lagi saat ada sinyal.", "Not sent. Try again when there is signal."), form);
    }
  }

  // ---- steps ----
  function steps(form) {
    const pages = () => all("[data-page]", form);
    if (pages().length < 2) return;
    form.showPage = (index, push) => {
      const list = pages();
      const at = Math.min(Math.max(index, 0), list.length - 1);
      form.at = at;
      list.forEach((page, i) => (page.hidden = i !== at));
      const text = one("[data-step-text]", form);
      if (text) {
        text.hidden = false;
        text.textContent = say(`Langkah ${at + 1} dari ${list.length}`, `Step ${at + 1} of ${list.length}`);
      }
      const near = one("[data-near]");
      if (near) near.hidden = !list[at].contains(one("[data-village]", form));
      if (!push) return;
      history.pushState({ page: at }, "");
      scrollTo(0, 0);
      const heading = one("h1", list[at]);
      heading?.setAttribute("tabindex", "-1");
      heading?.focus();
      form.changed(true);
    };
    for (const page of all("[data-page], [data-ask]", form)) {
      const move = (by) => form.showPage(pages().indexOf(page) + by, true);
      all("[data-next]", page).forEach((b) => {
        b.hidden = false;
        b.onclick = async () => {
          if (complete(form, page) && !(await stopsForNear(form, page))) move(1);
        };
      });
      all("[data-prev]", page).forEach((b) => {
        b.hidden = false;
        b.onclick = (e) => {
          e.preventDefault();
          move(-1);
        };
      });
    }
    form.onkeydown = (e) => {
      if (e.key !== "Enter" || e.target.tagName !== "INPUT" || form.at === pages().length - 1) return;
      e.preventDefault();
      one("[data-next]", pages()[form.at])?.click();
    };
    form.showPage(
      pages().findIndex((page) => one(".has-error", page)),
      false,
    );
  }

  // What a step still needs: the name of its field and the words for it. The server checks everything again.
  function lacks(page, data) {
    for (const { dataset: { need, needText, landmarkText } } of [page, ...all("[data-need]", page)]) {
      if (need && !data.get(need)) return [need, needText];
      const exact = data.get("lat") && data.get("accuracy") <= EXACT_M;
      const lost = landmarkText && data.get("village") === "?" && !exact && !data.get("landmark").trim();
      if (lost) return ["landmark", landmarkText];
    }
    return null;
  }

  function complete(form, page) {
    one(".error[role]", page)?.remove();
    const missing = lacks(page, new FormData(form));
    if (!missing) return true;
    const [name, text] = missing;
    const field = one(`[name="${name}"]`, page);
    // Right at what is asked: above it, or under the question of a group.
    const legend = /radio|checkbox/.test(field.type) && one("legend", field.closest("fieldset"));
    complain(text, legend || field, legend ? "after" : "before");
    field.focus();
    return false;
  }

  function toField(e) {
    const link = e.target.closest(".errors a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    const page = field?.closest("[data-page]");
    if (!page) return;
    e.preventDefault();
    const form = page.closest("form");
    form.showPage?.(all("[data-page]", form).indexOf(page), true);
    field.focus();
  }

  // ---- place ----
  /** A code as the selects have it: 7322012001 is 73.22.01.2001. */
  function dotted(code) {
    const parts = /^(..)(..)(..)(.*)$/.exec(code ?? "");
    return parts ? parts.slice(1).filter(Boolean).join(".") : "";
  }

  function villages(form) {
    const district = one("[data-district]", form);
    const village = one("[data-village]", form);
    if (!district || !village) return;
    const groups = all("optgroup", village);
    const empty = village.options[0];
    const list = (form.listVillages = () => {
      const kept = village.value;
      village.replaceChildren(empty, ...groups.filter((g) => !district.value || g.dataset.district === district.value));
      village.value = kept;
      if (village.selectedIndex < 0) village.selectedIndex = 0;
    });
    // A village that was asked for goes with the point; one that is chosen against it takes its place.
    const chosen = () => {
      if (!form.asks) setPoint(form, null);
      if (!form.asks) one("[data-gps-out]", form).textContent = "";
      form.near?.();
    };
    district.onchange = () => {
      list();
      chosen();
    };
    village.onchange = chosen;
    form.choose = (districtCode, villageCode) => {
      district.value = districtCode || "";
      list();
      village.value = villageCode || "";
      if (village.selectedIndex < 0) village.selectedIndex = 0;
    };
    list();
  }

  function setPoint(form, point) {
    form.asks = false;
    for (const name of ["lat", "lon", "accuracy"]) {
      if (form.elements[name]) form.elements[name].value = point?.[name] ?? "";
    }
  }

  async function lookUp(form, lat, lon, accuracy) {
    const out = one("[data-gps-out]", form);
    out.textContent = say("Mencari desa…", "Looking for the village…");
    one(".error[role]", form)?.remove();
    const [at, to] = [lat.toFixed(6), lon.toFixed(6)];
    setPoint(form, { lat: at, lon: to, accuracy: Math.round(accuracy) });
    form.asks = true;
    const found = await fetch(`/api/v1/places/at?lat=${at}&lon=${to}`)
      .then((r) => r.json())
      .catch(() => ({ inside: true }));
    if (form.elements.lat.value !== at) return;
    const within = accuracy ? ` (± ${Math.round(accuracy)} m)` : "";
    if (!found.inside) {
      setPoint(form, null);
      out.textContent = say(
        "Lokasi ini di luar kabupaten. Pilih kecamatan dan desa.",
        "This place is outside the regency. Choose the district and village.",
      );
    } else if (found.village_code && accuracy <= EXACT_M) {
      form.asks = false;
      form.choose(dotted(found.district_code), dotted(found.village_code));
      out.textContent = `${found.village}, Kec. ${found.district}${within}.`;
    } else {
      // A guess of the village would be taken for an answer: only the person knows it now.
      if (found.district_code) form.choose(dotted(found.district_code), "");
      const saved = say("Titik tersimpan", "Point saved");
      const ask = found.district_code
        ? say("Pilih desanya.", "Choose the village.")
        : say("Pilih kecamatan dan desanya.", "Choose the district and village.");
      out.textContent = `${saved}${within}. ${ask}`;
    }
    form.changed?.();
    form.near?.();
  }

  function gps(form) {
    const button = one("[data-gps]", form);
    const out = one("[data-gps-out]", form);
    if (!button || !out || !navigator.geolocation) return;
    button.hidden = false;
    button.onclick = () => {
      out.textContent = say("Mencari lokasi…", "Finding your location…");
      navigator.geolocation.getCurrentPosition(
        (p) => lookUp(form, p.coords.latitude, p.coords.longitude, p.coords.accuracy),
        ({ code }) => {
          const why =
            code === 1
              ? say("Izin lokasi tidak diberikan.", "The location was not permitted.")
              : say("Lokasi HP tidak didapat.", "No location from the phone.");
          out.textContent = why + say(" Pilih kecamatan dan desa.", " Choose the district and village.");
        },
        { enableHighAccuracy: true, timeout: 1e4, maximumAge: 6e4 },
      );
    };
  }

  function picker(form) {
    const box = one("[data-pick]", form);
    const open = one("[data-pick-open]", form);
    if (!box || !open) return;
    open.hidden = false;
    open.onclick = async () => {
      open.hidden = true;
      box.hidden = false;
      const { lat, lon } = form.elements;
      const start = [+lat.value || +box.dataset.lat, +lon.value || +box.dataset.lon];
      try {
        const { pick } = await import("/a/titik.js");
        await pick(box, start, !!lat.value, (at) => lookUp(form, at.lat, at.lng, 0));
      } catch {
        box.hidden = true;
        open.hidden = false;
        one("[data-gps-out]", form).textContent = say(
          "Peta perlu sinyal. Pilih kecamatan dan desa.",
          "The map needs a signal. Choose the district and village.",
        );
      }
    };
  }

  // ---- photos ----
  function photos(form) {
    const input = one("input[data-photos]", form);
    const list = one("[data-photo-list]", form);
    if (!input || !list || !window.DataTransfer) return;
    // Without its script the photos go as they are.
    const script = (work) => import("/a/foto.js").then(work, () => {});
    form.addPhotos = (files) => script((foto) => foto.add(input, list, files, () => form.changed?.()));
    input.onchange = () => form.addPhotos([...input.files]);
    input.addEventListener("clear", () => list.children.length && script((foto) => foto.clear(input, list)));
  }

  // ---- further questions of the category: a step of their own, if it has any ----
  function questions(form) {
    const part = one("[data-ask]", form);
    if (!part || !form.elements.category) return;
    form.questions = [part.dataset.category, one("[data-questions]", part).innerHTML];
    // Where they do not come, the server asks them at the end.
    form.ask = (kept) => import("/a/tanya.js").then((tanya) => tanya.ask(form, part, kept)).catch(() => {});
    form.addEventListener("change", (e) => e.target.name === "category" && form.ask());
  }

  // ---- text ----
  function counter(form) {
    for (const area of all("[data-count]", form)) {
      const out = one(`[data-count-for="${area.id}"]`, form);
      if (!out) continue;
      area.oninput = () => {
        const left = area.maxLength - area.value.length;
        out.textContent = say(`Sisa ${left} karakter`, `${left} characters left`);
      };
      out.hidden = false;
      area.oninput();
    }
  }

  // ---- "Sudah dilaporkan?": a form of its own stands there, so it lies outside the report's ----
  function nearby(form) {
    const box = one("[data-near]");
    if (!box || !one("[data-village]", form)) return;
    let asked;
    let answer;
    form.near = () => {
      const data = new FormData(form);
      const names = ["category", "lat", "lon", "village"];
      const query = new URLSearchParams(names.map((name) => [name, data.get(name) || ""]));
      if (String(query) === asked) return answer;
      asked = String(query);
      box.replaceChildren();
      answer = null;
      if (!(query.get("lat") || query.get("village")) || !query.get("category")) return answer;
      const now = asked;
      return (answer = fetch(`${box.dataset.near}?${query}`)
        .then((r) => (r.ok ? r.text() : ""))
        .then((html) => now === asked && (box.innerHTML = html))
        .catch(() => (asked = "")));
    };
    box.onclick = (e) => e.target.closest("[data-differs]") && form.showPage(form.at + 1, true);
    box.onsubmit = () => ifHeld((k) => k.dropDraft());
  }

  // Stops once at the reports that may be the same.
  async function stopsForNear(form, page) {
    const box = one("[data-near]");
    if (!box || !form.near || !page.contains(one("[data-village]", form))) return false;
    await Promise.race([Promise.all([form.near(), form.ask?.()]), wait(NEAR_MS)]);
    const heading = one("h2", box);
    if (!heading || heading.seen) return false;
    heading.seen = true;
    heading.setAttribute("tabindex", "-1");
    heading.scrollIntoView();
    heading.focus();
    return true;
  }

  function enhance() {
    for (const form of all("form[data-report-form]")) {
      keeping(form);
      villages(form);
      gps(form);
      picker(form);
      photos(form);
      counter(form);
      nearby(form);
      questions(form);
      steps(form);
      form.onsubmit = (e) => {
        e.preventDefault();
        submit(form, e.submitter);
      };
    }
  }

  all("form[data-report-form]").forEach(newKey);
  enhance();
  ifHeld((k) => {
    k.showQueue();
    const form = one("form[data-report-form]");
    if (form?.showPage) k.restore(form);
  });
  document.addEventListener("click", toField);
  addEventListener("popstate", (e) => {
    const form = one("form[data-report-form]");
    if (form?.showPage) form.showPage(e.state?.page || 0, false);
    else location.reload();
  });
  const wake = () => ifHeld((k) => k.wakeSender());
  addEventListener("online", wake);
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/sw.js").catch(() => {});
    navigator.serviceWorker.addEventListener("message", () => ifHeld((k) => k.showQueue()));
    if (navigator.onLine) wake();
  }
})();
