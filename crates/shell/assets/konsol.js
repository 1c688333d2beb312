// The 112 console: counters that tick, a call that stays its taker's, fields that are kept as they are left, and keys
// that work while somebody types. Without it the console works by its forms.
const SECOND_MS = 1000;
const BEAT_MS = 15 * SECOND_MS;

// ---- counters ----

const two = (number) => String(number).padStart(2, "0");

function counter(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function tick() {
  for (const node of document.querySelectorAll("[data-since]")) {
    const text = counter(Math.max(0, Math.floor(Date.now() / SECOND_MS - Number(node.dataset.since) / 1e6)));
    if (node.textContent !== text) node.textContent = text;
  }
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

async function keep(name, value) {
  unsent.set(name, value);
  const answer = await tell("isian", { name, value }).catch(() => null);
  if (answer?.ok && unsent.get(name) === value) unsent.delete(name);
}

document.addEventListener("simpul:back", () => unsent.forEach((value, name) => keep(name, value)));

if (head) {
  const beat = () => tell("denyut", {}).catch(() => {});
  beat();
  setInterval(beat, BEAT_MS);
  const kept = ["village", "landmark", "point", "type", "priority", "victims", "victims_count", "note"];
  document.addEventListener("change", (event) => {
    const { name, value } = event.target;
    if (!kept.includes(name) || !event.target.closest(".c-call")) return;
    keep(name, value);
    similar().catch(() => {});
  });
}

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
}

// A candidate's coordinates go into the field with one press.
document.addEventListener("click", (event) => {
  const point = event.target.closest("[data-point]")?.dataset.point;
  const into = point && field("point");
  if (!into) return;
  into.value = point;
  into.dispatchEvent(new Event("change", { bubbles: true }));
});

// ---- keys ----

const field = (name) => document.querySelector(`.c-call [name="${name}"]`);
const button = (key) => document.querySelector(`[data-key="${key}"]`);
const FIELDS = { F3: "village", F4: "type", F6: "incident", F7: "note" };
const target = (key) => (key === "F6" && document.querySelector("#mirip button")) || field(FIELDS[key]);

// The one who waits longest is answered; with nobody waiting a call is written down by hand.
function answer() {
  (document.querySelector("#antre [data-take]") || button("F2"))?.click();
}

document.addEventListener("keydown", (event) => {
  const name = event.ctrlKey && event.key === "Enter" ? "Ctrl+Enter" : event.key;
  if (event.altKey && /^[1-9]$/.test(name)) {
    document.querySelectorAll("#kejadian li a")[Number(name) - 1]?.focus();
  } else if (name === "F2") {
    answer();
  } else if (FIELDS[name] && target(name)) {
    target(name).focus();
  } else if (name === "F10" && document.querySelector(".c-call [name=class]:not(:checked)")) {
    (document.querySelector(".c-call [name=class]:checked") ? button(name) : field("class")).focus();
  } else if (["F8", "F9", "Ctrl+Enter"].includes(name) && button(name)) {
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
