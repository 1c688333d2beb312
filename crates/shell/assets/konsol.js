// The 112 console: counters that tick, a call that stays its taker's, fields that are kept as they are left, and keys
// that work while somebody types. Without it the console works by its forms.
const SECOND_MS = 1000;
const BEAT_MS = 15 * SECOND_MS;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const TYPED_MS = 300;
const TYPED_MOST_MS = 1000;

// ---- counters ----

const two = (number) => String(number).padStart(2, "0");

function counter(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const clock = document.querySelector("[data-clock]");
const waiting = document.querySelector("[data-waiting]");
const oldest = document.querySelector("[data-oldest]");

const set = (node, text) => node && node.textContent !== text && (node.textContent = text);

// How many wait and the longest of them, as the list has them now.
function queue() {
  const since = [...document.querySelectorAll("#antre .rings [data-since]")];
  set(waiting, String(since.length));
  set(oldest, since[0]?.textContent ? `(${since[0].textContent})` : "");
}

// The region's time, whatever zone the computer believes to be in.
function regionTime() {
  const at = new Date(Date.now() + Number(clock.dataset.offsetHours) * HOUR_MS);
  return `${at.toISOString().slice(11, 19).replaceAll(":", ".")} ${clock.dataset.zone}`;
}

function tick() {
  for (const node of document.querySelectorAll("[data-since]")) {
    const text = counter(Math.max(0, Math.floor(Date.now() / SECOND_MS - Number(node.dataset.since) / 1e6)));
    set(node, text);
  }
  queue();
  if (clock) set(clock, regionTime());
}

tick();
setInterval(tick, SECOND_MS);

// ---- the call that is before the taker ----

const head = document.querySelector("[data-call]");

function tell(deed, fields) {
  const body = new URLSearchParams({ csrf: head.dataset.token, ...fields });
  return fetch(`/112/panggilan/${head.dataset.call}/${deed}`, { method: "POST", body });
}

// What could not be kept yet, by field: it goes out again when the data can be reached.
const unsent = new Map();
const timers = new Map();
const since = new Map();

async function keep(name, value) {
  clearTimeout(timers.get(name));
  timers.delete(name);
  since.delete(name);
  unsent.set(name, value);
  const answer = await tell("isian", { name, value }).catch(() => null);
  if (answer?.ok && unsent.get(name) === value) unsent.delete(name);
  if (answer && !answer.ok) document.dispatchEvent(new CustomEvent("simpul:refused"));
}

document.addEventListener("simpul:back", () => unsent.forEach((value, name) => keep(name, value)));

// Whoever looks at a screen of 112 is there: what they have stays theirs, also while they look at another call.
const token = () => document.querySelector("input[name=csrf]")?.value;
const beat = () => {
  const body = new URLSearchParams({ csrf: token() });
  fetch("/112/denyut", { method: "POST", body }).catch(() => {});
};
if (token()) {
  beat();
  setInterval(beat, BEAT_MS);
}

if (head) {
  const kept = ["village", "landmark", "point", "type", "priority", "victims", "victims_count", "note"];
  const isKept = (node) => kept.includes(node.name) && node.closest(".c-call");
  document.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (!isKept(event.target)) return;
    keep(name, value);
    similar().catch(() => {});
  });
  // What is being typed is kept too, a moment after the last key, and each second of who types without a pause: a
  // browser may die in the middle of a field. What it may be the same as is asked for as it is typed.
  document.addEventListener("input", (event) => {
    const { name, value } = event.target;
    if (!isKept(event.target)) return;
    unsent.set(name, value);
    clearTimeout(timers.get(name));
    if (!since.has(name)) since.set(name, Date.now());
    const rest = TYPED_MOST_MS - (Date.now() - since.get(name));
    const send = () => {
      keep(name, value);
      if (["village", "point", "type"].includes(name)) similar().catch(() => {});
    };
    timers.set(name, setTimeout(send, Math.max(0, Math.min(TYPED_MS, rest))));
  });
  addEventListener("pagehide", () => {
    for (const [name, value] of unsent)
      navigator.sendBeacon(
        `/112/panggilan/${head.dataset.call}/isian`,
        new URLSearchParams({ csrf: head.dataset.token, name, value }),
      );
  });
}

// A call that the telephone gave to this taker: with nothing before them it comes by itself, else it is one key away.
const comes = document.getElementById("datang");
if (comes)
  new MutationObserver(() => {
    const link = comes.querySelector("a");
    if (link && link.dataset.comes === head?.dataset.call) link.remove();
    else if (link && !head) link.click();
  }).observe(comes, { childList: true });

// How the room does today, each minute.
const summary = document.getElementById("ringkas");
async function renew() {
  const answer = await fetch(summary.dataset.url).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
  summary.replaceChildren(...piece.body.childNodes);
}
if (summary) setInterval(renew, MINUTE_MS);

// Incidents that this may be, asked for anew as fields are left; the last question's answer counts.
let asked = 0;

async function similar() {
  const box = document.getElementById("mirip");
  if (!box) return;
  const mine = (asked += 1);
  const query = new URLSearchParams(["village", "point", "type"].map((name) => [name, field(name)?.value || ""]));
  const answer = await fetch(`/112/panggilan/${head.dataset.call}/mirip?${query}`);
  if (!answer.ok || mine !== asked) return;
  const piece = new DOMParser().parseFromString(await answer.text(), "text/html");
  box.replaceChildren(...piece.body.childNodes);
  const meant = box.querySelector("[data-means]")?.dataset.means;
  const type = field("type");
  if (meant && type && type.value !== meant && document.activeElement !== type) {
    type.value = meant;
    keep("type", meant);
  }
}

// Letters that mean one type only become its name; where they mean several, each is one press away.
document.addEventListener("click", (event) => {
  const name = event.target.closest("[data-kind]")?.dataset.kind;
  const into = name && field("type");
  if (!into) return;
  into.value = name;
  into.dispatchEvent(new Event("change", { bubbles: true }));
  into.focus();
});

// Once the incident is open, the place that is chosen becomes the incident's.
async function move(chosen) {
  const { point, radius } = chosen.dataset;
  const answer = await tell("titik", { point, radius }).catch(() => null);
  if (answer?.ok) {
    chosen.disabled = true;
    chosen.textContent = "✓";
  } else document.dispatchEvent(new CustomEvent("simpul:refused"));
}

// A candidate's coordinates go into the field with one press.
document.addEventListener("click", (event) => {
  const point = event.target.closest("[data-point]")?.dataset.point;
  const into = point && field("point");
  if (point && !into) move(event.target.closest("[data-point]"));
  if (!into) return;
  into.value = point;
  into.dispatchEvent(new Event("change", { bubbles: true }));
});

// ---- keys ----

const field = (name) => document.querySelector(`.c-call [name="${name}"]`);
const button = (key) => document.querySelector(`[data-key="${key}"]`);
const FIELDS = { F3: "village", F4: "type", F6: "incident", F7: "note" };
const target = (key) => (key === "F6" && document.querySelector("#mirip button")) || field(FIELDS[key]);

// A call at one's own telephone comes first, then the one who waits longest; with nobody waiting a call is written down
// by hand.
function answer() {
  const waits = comes?.querySelector("a") || document.querySelector("#antre .rings [data-take]");
  (waits || document.querySelector("#antre [data-take]") || button("F2"))?.click();
}

// Class and outcome have one key each: F10 leads to what is not said yet, a digit takes it, F10 or Enter sends it.
const verdict = (name) => field(name)?.form?.querySelectorAll(`[name="${name}"]`) ?? [];
const isSaid = (name) => [...verdict(name)].some((one) => one.checked);
const unsaid = () => ["class", "outcome"].find((name) => verdict(name).length && !isSaid(name));
const isVerdict = (node) => node?.matches(".c-call [type=radio]:is([name=class],[name=outcome])");

function say() {
  const open = unsaid();
  (open ? verdict(open)[0].focus() : button("F10")?.focus());
}

function choose(digit) {
  const { name } = document.activeElement;
  const one = verdict(name)[digit - 1];
  if (!one) return;
  one.checked = true;
  say();
}

// A prank is one key; for ten seconds it can be taken back.
function prank() {
  for (const [name, value] of [["class", "prank"], ["outcome", "none"]])
    for (const one of verdict(name)) one.checked = one.value === value;
  if (!unsaid()) button("F10")?.click();
}

document.addEventListener("keydown", (event) => {
  const name = event.ctrlKey && event.key === "Enter" ? "Ctrl+Enter" : event.key;
  if (event.altKey && /^[1-9]$/.test(name)) {
    document.querySelectorAll("#kejadian li a")[Number(name) - 1]?.focus();
  } else if (name === "F2") {
    answer();
  } else if (FIELDS[name] && target(name)) {
    target(name).focus();
  } else if (name === "F10" && unsaid()) {
    say();
  } else if (/^[1-9]$/.test(name) && !event.ctrlKey && isVerdict(document.activeElement)) {
    choose(Number(name));
  } else if (event.ctrlKey && name.toLowerCase() === "g" && verdict("class").length) {
    prank();
  } else if (["F8", "F9", "F10", "Ctrl+Enter"].includes(name) && button(name)) {
    button(name).click();
  } else {
    return;
  }
  event.preventDefault();
});

// Enter leads to the next field and sends nothing: an incident is opened by a deed, not by a slip. Choices are one
// field: the one that is chosen.
const isField = (node) => node.matches("input[type=text],textarea,button,input[type=radio]:checked");

document.querySelector(".c-call")?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || !event.target.matches("input[type=text],input[type=radio]")) return;
  event.preventDefault();
  const { form, name } = event.target;
  const all = [...form.elements];
  all.slice(all.indexOf(event.target) + 1).find((node) => isField(node) && node.name !== name)?.focus();
});

// ---- forms that stay ----

// What such a form does comes back by the live stream: the page is not left, and what is half typed stays. What is
// refused is shown by the page that the form leads to.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-stay]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer && answer.type !== "opaqueredirect" && !answer.ok) form.submit();
});
