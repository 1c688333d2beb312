// The question card beside the call: it follows the type as it is typed, a digit answers the question that is next, and
// what it proposes goes into the fields when the taker says so. Without it the card is a plain form.
const box = document.getElementById("protokol");
const own = document.querySelector("[data-call]");
const place = own && `/112/panggilan/${own.dataset.call}/protokol`;
const typed = (name) => document.querySelector(`.c-call [name="${name}"]`);
let asked = 0;

function put(text, focus) {
  const piece = new DOMParser().parseFromString(text, "text/html");
  box.replaceChildren(...piece.body.childNodes);
  if (focus) (box.querySelector("[data-next] button") || box.querySelector("[name=use]"))?.focus();
}

async function follow() {
  const mine = (asked += 1);
  const answer = await fetch(`${place}?${new URLSearchParams({ type: typed("type")?.value || "" })}`).catch(() => null);
  if (answer?.ok && mine === asked) put(await answer.text(), false);
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
  event.preventDefault();
  const button = event.submitter;
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
  document.addEventListener("change", (event) => {
    if (event.target.name === "type" && event.target.closest(".c-call")) follow();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F4" || !event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    box.querySelector("[data-next] button, button")?.focus();
  }, true);
}
