// The citizen's report form. Everything here is a help on top of a form that works without it: steps, place by GPS,
// smaller photos, and a queue for places without signal.
"use strict";
(() => {
  const en = document.documentElement.lang === "en";
  const say = (id, english) => (en ? english : id);
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const DAYS_KEPT = 30;
  const MAX_BYTES = 8e6;

  function make(tag, text, className) {
    const node = document.createElement(tag);
    if (text) node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  // ---- queue: what could not be sent waits in IndexedDB; the service worker alone sends it ----
  function store(mode, work) {
    return new Promise((resolve, reject) => {
      const open = indexedDB.open("simpul", 1);
      open.onupgradeneeded = () => open.result.createObjectStore("antrean", { keyPath: "id" });
      open.onerror = () => reject(open.error);
      open.onsuccess = () => {
        const tx = open.result.transaction("antrean", mode);
        const request = work(tx.objectStore("antrean"));
        tx.oncomplete = () => resolve(request.result);
        tx.onerror = () => reject(tx.error);
      };
    });
  }

  async function wakeSender() {
    const worker = await navigator.serviceWorker?.ready;
    await worker?.sync?.register("laporan").catch(() => {});
    worker?.active?.postMessage("kirim");
  }

  async function enqueue(form, data) {
    data.set("confirm", "1");
    const id = data.get("key") || String(Date.now());
    await store("readwrite", (s) => s.put({ id, url: form.action, at: Date.now(), fields: [...data] }));
    wakeSender();
    await showQueue();
    one("[data-queue]")?.scrollIntoView();
  }

  function queueLine(item) {
    const line = make("p");
    const drop = make("button", item.sent ? say("Tutup", "Dismiss") : say("Hapus", "Delete"), "link");
    drop.onclick = () => store("readwrite", (s) => s.delete(item.id)).then(showQueue);
    drop.type = "button";
    if (item.sent) {
      const link = make("a", item.sent.split("/").pop());
      link.href = item.sent;
      line.append(say("Laporan terkirim: ", "Report sent: "), link, " ", drop);
      return line;
    }
    const reason = item.refused ? say(` (ditolak: ${item.refused})`, ` (refused: ${item.refused})`) : "";
    const text = say(
      "Laporan tersimpan di HP ini dan akan dikirim saat ada sinyal.",
      "The report is saved on this phone and goes when there is signal.",
    );
    const send = make("button", say("Kirim sekarang", "Send now"), "btn small");
    send.onclick = wakeSender;
    send.type = "button";
    line.append(make("strong", say("Belum terkirim. ", "Not sent yet. ")), text + reason + " ", send, " ", drop);
    return line;
  }

  async function showQueue() {
    const box = one("[data-queue]");
    if (!box || !window.indexedDB) return;
    const items = await store("readonly", (s) => s.getAll()).catch(() => []);
    const old = (item) => Date.now() - item.at > (item.sent ? 1 : DAYS_KEPT) * 864e5;
    for (const item of items.filter(old)) store("readwrite", (s) => s.delete(item.id));
    const live = items.filter((item) => !old(item));
    box.setAttribute("role", "status");
    box.replaceChildren(...live.map(queueLine));
    const count = live.filter((item) => !item.sent).length;
    const s = count > 1 ? "s" : "";
    if (count) box.prepend(make("h2", say(`${count} laporan belum terkirim`, `${count} report${s} not sent yet`)));
    box.hidden = !live.length;
  }

  // ---- sending ----
  const newKey = (form) => {
    const field = form.elements.key;
    if (field && window.crypto.randomUUID) field.value = crypto.randomUUID();
  };

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
      xhr.onload = () => (xhr.status >= 500 ? reject() : resolve(xhr));
      xhr.send(data);
    });
  }

  function swap(html) {
    const next = new DOMParser().parseFromString(html, "text/html");
    const main = one("main", next);
    if (!main) return location.reload();
    document.title = next.title;
    one("main").replaceWith(main);
    enhance();
    const focus = one(".errors") || one("section:not([hidden]) h1", main) || one("h1", main);
    focus?.setAttribute("tabindex", "-1");
    scrollTo(0, 0);
    focus?.focus();
  }

  async function submit(form, button) {
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    const data = new FormData(form);
    if (button?.name) data.set(button.name, button.value);
    const note = make("p", say("Mengirim…", "Sending…"), "hint");
    const bar = make("progress");
    note.setAttribute("role", "status");
    const wait = make("div");
    wait.append(note, bar);
    button?.after(wait);
    const slow = setTimeout(() => (note.textContent = say("Jaringan lambat. Tunggu…", "Slow network. Wait…")), 1e4);
    try {
      const answer = await post(form, data, (e) => {
        bar.max = e.total;
        bar.value = e.loaded;
      });
      if (answer.responseURL !== form.action) history.pushState(null, "", answer.responseURL);
      swap(answer.responseText);
    } catch {
      await queueOrSay(form, data);
    } finally {
      clearTimeout(slow);
      form.ariaBusy = "false";
      wait.remove();
    }
  }

  async function queueOrSay(form, data) {
    try {
      if (!navigator.serviceWorker || !("final" in form.dataset || all("[data-page]", form).length > 1)) throw 0;
      await enqueue(form, data);
      form.reset();
      all("input[data-photos]", form).forEach((i) => i.dispatchEvent(new Event("clear")));
      newKey(form);
      steps(form);
    } catch {
      const text = say("Belum terkirim. Coba lagi saat ada sinyal.", "Not sent. Try again when there is signal.");
      const error = make("p", text, "error");
      error.setAttribute("role", "alert");
      one(".error[role]", form)?.remove();
      form.append(error);
    }
  }

  // ---- steps ----
  function steps(form) {
    const pages = all("[data-page]", form);
    if (pages.length < 2) return;
    const show = (index, push) => {
      const at = Math.min(Math.max(index, 0), pages.length - 1);
      pages.forEach((page, i) => (page.hidden = i !== at));
      const text = one("[data-step-text]", form);
      if (text) {
        text.hidden = false;
        text.textContent = say(`Langkah ${at + 1} dari ${pages.length}`, `Step ${at + 1} of ${pages.length}`);
      }
      if (push) {
        history.pushState({ page: at }, "");
        scrollTo(0, 0);
        const heading = one("h1", pages[at]);
        heading?.setAttribute("tabindex", "-1");
        heading?.focus();
      }
      form.dispatchEvent(new CustomEvent("page", { detail: pages[at] }));
    };
    const current = () => pages.findIndex((page) => !page.hidden);
    pages.forEach((page, i) => {
      all("[data-next]", page).forEach((b) => {
        b.hidden = false;
        b.onclick = () => complete(form, page) && show(i + 1, true);
      });
      all("[data-prev]", page).forEach((b) => {
        b.hidden = false;
        b.onclick = (e) => {
          e.preventDefault();
          show(i - 1, true);
        };
      });
    });
    form.onkeydown = (e) => {
      if (e.key !== "Enter" || e.target.tagName !== "INPUT" || current() === pages.length - 1) return;
      e.preventDefault();
      one("[data-next]", pages[current()])?.click();
    };
    form.showPage = show;
    show(
      pages.findIndex((page) => one(".has-error", page)),
      false,
    );
  }

  // Says at once what a step still needs; the server checks everything again.
  function complete(form, page) {
    one(".error[role]", page)?.remove();
    const data = new FormData(form);
    const missing = (page.dataset.need || "").split(" ").find((name) => name && !data.get(name));
    if (!missing) return true;
    const error = make("p", page.dataset.needText || missing, "error");
    error.setAttribute("role", "alert");
    (one("h1", page) || page.firstElementChild).after(error);
    const field = one(`[name="${missing}"]`, page);
    field?.focus();
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
    async function list() {
      const code = district.value;
      const kept = village.value;
      if (groups.length) {
        village.replaceChildren(empty, ...groups.filter((g) => !code || g.dataset.district === code));
      } else if (code && village.dataset.villages) {
        const answer = await fetch(village.dataset.villages.replace("{district}", code)).then((r) => r.json());
        village.replaceChildren(empty, ...(answer.items || answer).map((v) => new Option(v.name, dotted(v.code))));
      }
      village.value = kept;
      if (village.selectedIndex < 0) village.selectedIndex = 0;
    }
    district.onchange = () => {
      setPoint(form, null);
      list();
    };
    village.onchange = () => setPoint(form, null);
    form.choose = async (districtCode, villageCode) => {
      district.value = districtCode || "";
      await list();
      village.value = villageCode || "";
    };
    list();
  }

  function setPoint(form, point) {
    for (const name of ["lat", "lon", "accuracy"]) {
      if (form.elements[name]) form.elements[name].value = point?.[name] ?? "";
    }
  }

  async function lookUp(form, lat, lon, accuracy) {
    const out = one("[data-gps-out]", form);
    out.textContent = say("Mencari desa…", "Looking for the village…");
    setPoint(form, { lat: lat.toFixed(6), lon: lon.toFixed(6), accuracy: Math.round(accuracy) });
    try {
      const at = await fetch(`/api/v1/places/at?lat=${lat.toFixed(6)}&lon=${lon.toFixed(6)}`).then((r) => r.json());
      if (!at.inside) {
        setPoint(form, null);
        out.textContent = say(
          "Lokasi ini di luar kabupaten. Pilih kecamatan dan desa.",
          "This place is outside the regency. Choose the district and village.",
        );
        return;
      }
      if (at.village_code) await form.choose?.(dotted(at.district_code), dotted(at.village_code));
      const name = at.village ? `${at.village}, Kec. ${at.district}` : say("Titik tersimpan", "Point saved");
      const vague = accuracy > 100 || !at.village_code;
      const ask = vague ? say(" Periksa kecamatan dan desanya.", " Check the district and village.") : "";
      out.textContent = `${name}${accuracy ? ` (± ${Math.round(accuracy)} m)` : ""}.${ask}`;
    } catch {
      out.textContent = say(
        "Titik tersimpan. Pilih kecamatan dan desa.",
        "Point saved. Choose the district and village.",
      );
    }
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
      const { pick } = await import("/a/titik.js");
      const { lat, lon } = form.elements;
      const start = [+lat.value || +box.dataset.lat, +lon.value || +box.dataset.lon];
      pick(box, start, (at) => lookUp(form, at.lat, at.lng, 0));
    };
  }

  // ---- photos ----
  async function shrink(file) {
    const link = navigator.connection;
    const poor = link && (link.saveData || /2g|3g/.test(link.effectiveType));
    const [side, quality] = poor ? [1280, 0.6] : [1600, 0.72];
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, side / Math.max(picture.width, picture.height));
      const canvas = make("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
    } catch {
      return file;
    }
  }

  function photos(form) {
    const input = one("input[data-photos]", form);
    const list = one("[data-photo-list]", form);
    if (!input || !list || !window.DataTransfer) return;
    const most = +input.dataset.photos || 3;
    let kept = [];
    const keep = (files) => {
      kept = files;
      const transfer = new DataTransfer();
      kept.forEach((file) => transfer.items.add(file));
      input.files = transfer.files;
    };
    function line(file) {
      const item = make("li");
      const picture = make("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = say("Foto Anda", "Your photo");
      const drop = make("button", say("Hapus", "Remove"), "link");
      drop.type = "button";
      drop.onclick = () => {
        URL.revokeObjectURL(picture.src);
        keep(kept.filter((f) => f !== file));
        item.remove();
        input.focus();
      };
      item.append(picture, `${Math.max(1, Math.round(file.size / 1024))} KB `, drop);
      return item;
    }
    input.onchange = async () => {
      const added = [...input.files].slice(0, most - kept.length);
      const before = kept;
      input.files = new DataTransfer().files;
      for (const file of added) {
        const wait = list.appendChild(make("li", say("Mengecilkan foto…", "Making the photo smaller…")));
        const small = await shrink(file);
        if (small.size > MAX_BYTES) {
          wait.textContent = say("Foto harus lebih kecil dari 8 MB", "The photo must be smaller than 8 MB");
          continue;
        }
        kept = [...kept, small];
        wait.replaceWith(line(small));
      }
      keep(kept.length ? kept : before);
    };
    input.addEventListener("clear", () => {
      keep([]);
      list.replaceChildren();
    });
  }

  // ---- text ----
  function counter(form) {
    for (const area of all("[data-count]", form)) {
      const out = one(`[data-count-for="${area.id}"]`, form);
      if (!out) continue;
      const tell = () => {
        const left = area.maxLength - area.value.length;
        out.textContent = say(`Sisa ${left} karakter`, `${left} characters left`);
      };
      out.hidden = false;
      area.oninput = tell;
      tell();
    }
  }

  function nearby(form) {
    const box = one("[data-near]", form);
    if (!box) return;
    let last;
    form.addEventListener("page", async (e) => {
      if (!e.detail.contains(box)) return;
      const query = new URLSearchParams();
      for (const name of ["category", "village", "lat", "lon"]) query.set(name, new FormData(form).get(name) || "");
      if (String(query) === last || !query.get("village")) return;
      last = String(query);
      const answer = await fetch(`${box.dataset.near}?${query}`).catch(() => null);
      if (answer?.ok) box.innerHTML = await answer.text();
    });
  }

  function enhance() {
    for (const form of all("form[data-report-form]")) {
      villages(form);
      gps(form);
      picker(form);
      photos(form);
      counter(form);
      nearby(form);
      steps(form);
      form.onsubmit = (e) => {
        e.preventDefault();
        submit(form, e.submitter);
      };
    }
    showQueue();
  }

  all("form[data-report-form]").forEach(newKey);
  enhance();
  document.addEventListener("click", toField);
  addEventListener("popstate", (e) => {
    const form = one("form[data-report-form]");
    if (form?.showPage) form.showPage(e.state?.page || 0, false);
    else location.reload();
  });
  addEventListener("online", wakeSender);
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/sw.js").catch(() => {});
    navigator.serviceWorker.addEventListener("message", showQueue);
    if (navigator.onLine) wakeSender();
  }
})();
