// Whether the console reaches its data: asked each second, so that whoever types learns within two that it does not.
// What is typed stays; nothing is sent off the page until it is back, and then what was kept goes out.
const EVERY_MS = 1000;
const PATIENCE_MS = 900;
const SAID_MS = 6000;
const MAP_MS = 2000;

const box = document.getElementById("putus");
const text = box?.querySelector("p");
let down = false;

async function reaches() {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch("/112/sambungan", { signal, redirect: "manual", cache: "no-store" }).catch(() => null);
  return !!answer && answer.status < 500;
}

function say(words) {
  if (text.textContent !== words) text.textContent = words;
  box.hidden = !words;
}

async function look() {
  const good = await reaches();
  if (!good && !down) {
    down = true;
    say(box.dataset.text);
  } else if (good && down) {
    down = false;
    say(box.dataset.back);
    document.dispatchEvent(new CustomEvent("simpul:back"));
    setTimeout(() => down || say(""), SAID_MS);
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
