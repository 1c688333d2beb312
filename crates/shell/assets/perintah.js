// The console's command line: Ctrl+K leads to it and back to where the cursor was, Tab completes, and what a line did
// is said below it while the page stays as it is. Without it the line is a plain form.
const line = document.getElementById("perintah");
const told = document.getElementById("perintah-kata");
const NOW_MS = 1500;

// Where the cursor was when the line was called for: it returns there, selection and all.
let from = null;

function call() {
  const node = document.activeElement;
  if (node === line) return;
  const range = node?.matches?.("input[type=text],textarea") ? [node.selectionStart, node.selectionEnd] : null;
  from = node && node !== document.body ? { node, range } : null;
  line.focus();
  line.select();
}

function goBack() {
  const place = from;
  from = null;
  if (!place?.node.isConnected) return;
  place.node.focus();
  if (place.range) place.node.setSelectionRange(...place.range);
}

// ---- what Tab offers, asked for as it is typed so that the key itself can answer at once ----

let known = { text: "", offers: [], asking: null };

function ask(text) {
  if (known.text === text) return known.asking;
  const asking = fetch(`/112/perintah?${new URLSearchParams({ teks: text })}`, { signal: AbortSignal.timeout(NOW_MS) })
    .then((answer) => (answer.ok ? answer.json() : []))
    .catch(() => [])
    .then((offers) => {
      if (known.text === text) known = { text, offers, asking: null };
      return offers;
    });
  known = { text, offers: [], asking };
  return asking;
}

const common = (texts) => texts.reduce((one, other) => {
  let end = 0;
  while (end < one.length && one[end].toLowerCase() === other[end]?.toLowerCase()) end += 1;
  return one.slice(0, end);
});

function take(offers) {
  if (!offers.length) return;
  const text = offers.length === 1 ? `${offers[0]} ` : common(offers);
  if (text.length >= line.value.length) line.value = text;
  told.textContent = offers.length > 1 ? offers.join(" · ") : "";
  ask(line.value);
}

// Another line is another deed: it must not be taken for the one before. The same line sent again is the same deed.
function another() {
  const key = line.form.querySelector("[name=key]");
  if (key) key.value = crypto.randomUUID();
}

line?.addEventListener("input", () => {
  another();
  ask(line.value);
});
line?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    event.preventDefault();
    goBack();
    return;
  }
  // A line that is empty or whole lets Tab go on, so that nobody is held here.
  if (event.key !== "Tab" || event.shiftKey || !line.value.trim()) return;
  const waits = known.text === line.value && known.asking;
  if (!waits && !known.offers.length) return;
  event.preventDefault();
  if (waits) waits.then(take);
  else take(known.offers);
});

line?.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const body = new URLSearchParams(new FormData(line.form));
  body.set("langsung", "1");
  const answer = await fetch(line.form.action, { method: "POST", body }).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (!said) {
    told.textContent = line.dataset.lost || "—";
    told.classList.add("warn");
    return;
  }
  told.textContent = said.text;
  told.classList.toggle("warn", !said.done);
  if (said.go) location.assign(said.go);
  if (!said.done) return;
  line.value = "";
  another();
  goBack();
});

if (line)
  document.addEventListener("keydown", (event) => {
    if (!event.ctrlKey || event.altKey || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    call();
  });
