// Whether the console reaches its data: asked each second, so that whoever types learns within two that it does not.
// What is typed stays; nothing is sent off the page until it is back, and then what was kept goes out.
const EVERY_MS = 1000;
const PATIENCE_MS = 900;
const SAID_MS = 6000;
const MAP_MS = 2000;

const box = document.getElementById("putus");
const text = box?.querySelector("p");
const again = box?.querySelector("p + p");
const state = document.querySelector("[data-live-state]");
// "" while the data are reached, else what is wrong: the name of the words that say it.
let down = "";

// Who is signed out is led elsewhere, or refused: nothing that is typed is kept then either.
async function reaches() {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch("/112/sambungan", { signal, redirect: "manual", cache: "no-store" }).catch(() => null);
  if (answer?.ok) return "";
  return answer && (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) ? "out" : "text";
}

function say(words) {
  if (text.textContent !== words) text.textContent = words;
  box.hidden = !words;
  again.hidden = down !== "out";
  if (state) state.textContent = down ? state.dataset.bad : state.dataset.good;
}

// A new sign-in has another token: the forms of this page take it over, so that what stands in them can be sent.
async function renew() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("input[name=csrf]")?.value;
  if (!token) return;
  for (const field of document.querySelectorAll("input[name=csrf]")) field.value = token;
  for (const head of document.querySelectorAll("[data-token]")) head.dataset.token = token;
}

async function look() {
  const now = await reaches();
  if (now && now !== down) {
    down = now;
    say(box.dataset[now]);
  } else if (!now && down) {
    if (down === "out") await renew();
    down = "";
    say(box.dataset.back);
    document.dispatchEvent(new CustomEvent("simpul:back"));
    setTimeout(() => down || say(""), SAID_MS);
  } else if (!now && state && !state.textContent) {
    state.textContent = state.dataset.good;
  }
  setTimeout(look, EVERY_MS);
}

if (box) {
  look();
  // A form that leaves the page now would lead to an error and lose what stands in it.
  addEventListener(
    "submit",
    (event) => {
      if (!down) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(box.dataset.wait);
    },
    true,
  );
}

// The map follows the lists, at most every other second.
let drawn = 0;
function follow() {
  const wait = Math.max(0, drawn + MAP_MS - Date.now());
  drawn = Date.now() + wait;
  setTimeout(() => document.dispatchEvent(new CustomEvent("simpul:live")), wait);
}

let waits = null;
for (const list of document.querySelectorAll("#kejadian, #unit"))
  new MutationObserver(() => {
    waits ||= setTimeout(() => {
      waits = null;
      follow();
    }, 200);
  }).observe(list, { childList: true, subtree: true });
