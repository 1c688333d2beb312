// Boxes over faces: drawn by mouse or finger, moved by keyboard, kept in the fields that are sent.
const one = (name) => document.querySelector(`[data-sensor${name}]`);
const stage = one("");
const img = stage.querySelector("img");
const add = one("-add");
const inputs = (tr) => [...tr.querySelectorAll("input")];
const rows = [...document.querySelectorAll("[data-sensor-row]")].map((tr) => ({ tr, inputs: inputs(tr) }));
Object.assign(stage.style, { position: "relative", display: "inline-block", touchAction: "none", overflow: "hidden" });
img.style.display = "block";
img.draggable = false;
const clamp = (n, high, low = 0) => Math.min(Math.max(n, low), high);
const read = (row) => row.inputs.map((input) => parseFloat(input.value.replace(",", ".")));
const empty = (row) => row.inputs.every((input) => !input.value);
const free = () => rows.find(empty);
// A row stands below the photo once its box is drawn, or the button below would be far away.
const tidy = () => rows.forEach((row) => (row.tr.hidden = empty(row) && !row.tr.contains(document.activeElement)));

function draw(row) {
  const box = read(row);
  if (!box.every(Number.isFinite)) return (row.mark = row.mark?.remove());
  if (!row.mark) {
    row.mark = document.createElement("button");
    row.mark.type = "button";
    const looks = { position: "absolute", background: "#000c", border: "2px solid #fd0", padding: 0, cursor: "move" };
    Object.assign(row.mark.style, looks);
    row.mark.addEventListener("keydown", (e) => key(e, row));
    stage.append(row.mark);
  }
  row.mark.ariaLabel = `${stage.dataset.sensor} ${rows.indexOf(row) + 1}: ${box.join("% ")}%`;
  ["left", "top", "width", "height"].forEach((side, i) => (row.mark.style[side] = `${box[i]}%`));
}

function write(row, [x, y, w, h]) {
  const box = [clamp(x, 99), clamp(y, 99), clamp(w, 100, 1), clamp(h, 100, 1)];
  row.inputs.forEach((input, i) => (input.value = box[i].toFixed(1)));
  draw(row);
  tidy();
}

function key(e, row) {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
  const [x, y, w, h] = read(row);
  if (step) write(row, e.shiftKey ? [x, y, w + step[0], h + step[1]] : [x + step[0], y + step[1], w, h]);
  else if (e.key == "Delete") {
    for (const input of row.inputs) input.value = "";
    draw(row);
    tidy();
    add.focus();
  } else return;
  e.preventDefault();
}

let drag;
const at = (e) => {
  const r = img.getBoundingClientRect();
  return [clamp((e.clientX - r.left) / r.width, 1) * 100, clamp((e.clientY - r.top) / r.height, 1) * 100];
};
stage.onpointerdown = (e) => {
  const old = rows.find((row) => row.mark == e.target);
  const row = old || free();
  drag = row && { row, from: at(e), box: old && read(old) };
  stage.setPointerCapture(e.pointerId);
};
stage.onpointermove = (e) => {
  if (!drag) return;
  const [[x, y], [a, b], box] = [at(e), drag.from, drag.box];
  const drawn = [Math.min(x, a), Math.min(y, b), Math.abs(x - a), Math.abs(y - b)];
  write(drag.row, box ? [box[0] + x - a, box[1] + y - b, box[2], box[3]] : drawn);
};
stage.onpointerup = stage.onpointercancel = () => {
  drag?.row.mark?.focus();
  drag = null;
};
add.onclick = () => {
  const row = free();
  if (!row) return;
  write(row, [40, 40, 20, 20]);
  row.mark.focus();
};
for (const row of rows) {
  for (const input of row.inputs) input.oninput = () => draw(row);
  draw(row);
}
tidy();
