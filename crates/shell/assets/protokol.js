// The question card beside the call: it follows the type as it is typed, a digit answers the question that is next, and
// what it proposes goes into the fields when the taker says so. Without it the card is a plain form.
const box = document.getElementById("protokol");
const own = document.querySelector("[data-call]");
const place = own && `/112/panggilan/${own.dataset.call}/protokol`;
const typed = (name) => document.querySelector(`.c-call [name="${name}"]`);
let asked = 0;
// A moment after the last letter, so that a word is asked for once.
const TYPED_MS = 300;
let typing;

function put(text, focus) {
  const piece = new DOMParser().parseFromString(text, "text/html");
  box.replaceChildren(...piece.body.childNodes);
  if (focus) (box.querySelector("[data-next] button") || box.querySelector("[name=use]"))?.focus();
}

// The card that stands there is asked for once: who has gone on into its questions keeps the place in them.
let shown = typed("type")?.value || "";

async function follow() {
  clearTimeout(typing);
  const type = typed("type")?.value || "";
  if (type === shown) return;
  const mine = (asked += 1);
  const answer = await fetch(`${place}?${new URLSearchParams({ type })}`).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  shown = type;
  put(await answer.text(), false);
}

function fill(button) {
  for (const [name, value] of [["type", button.dataset.type], ["priority", button.dataset.priority]]) {
    const field = value && typed(name);
    if (!field) continue;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

box?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  // Once the incident is open there is no field to fill: the form changes the incident.
  if (button?.name === "use" && !typed("type")) return;
  event.preventDefault();
  if (button?.name === "use") {
    fill(button);
    return;
  }
  const body = new URLSearchParams(new FormData(event.target, button));
  body.set("langsung", "1");
  const answer = await fetch(place, { method: "POST", body }).catch(() => null);
  if (answer?.ok) put(await answer.text(), box.contains(document.activeElement));
});

// Letters of the question belong to whoever stands in it; elsewhere a digit is a digit.
box?.addEventListener("keydown", (event) => {
  if (!/^[1-9]$/.test(event.key) || event.altKey || event.ctrlKey) return;
  const button = box.querySelectorAll("[data-next] button")[Number(event.key) - 1];
  if (!button) return;
  event.preventDefault();
  button.click();
});

if (box) {
  const isType = (node) => node.name === "type" && node.closest(".c-call");
  document.addEventListener("change", (event) => isType(event.target) && follow());
  document.addEventListener("input", (event) => {
    if (!isType(event.target)) return;
    clearTimeout(typing);
    typing = setTimeout(follow, TYPED_MS);
  });
  const first = () => box.querySelector("[data-next] button, button");
  document.addEventListener("keydown", async (event) => {
    if (event.key !== "F4" || !event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if ((typed("type")?.value || "") !== shown) await follow();
    first()?.focus();
  }, true);
}
