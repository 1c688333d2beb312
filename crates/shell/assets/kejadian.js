// Incidents and units on a map: the shape tells the kind, an outline of dashes a drill, and the name stands below it.
const PX = 48;
const MIDDLE = PX / 2;
const EMPTY = { type: "FeatureCollection", features: [] };

// Corners of each shape, from -1 to 1; a circle where there are none.
const corners = (count, turn = -Math.PI / 2, inner = 1) =>
  Array.from({ length: count }, (_, i) => {
    const reach = i % 2 ? inner : 1;
    const angle = turn + (2 * Math.PI * i) / count;
    return [reach * Math.cos(angle), reach * Math.sin(angle)];
  });
const SHAPES = {
  fire: [[0, -1], [0.5, -0.2], [0.8, 0.4], [0.5, 1], [-0.5, 1], [-0.8, 0.4], [-0.4, 0.1], [-0.3, -0.4]],
  medical: [
    [-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35],
    [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35],
  ],
  traffic: corners(4),
  water: [[0, -1], [0.7, 0.2], [0.5, 0.8], [0, 1], [-0.5, 0.8], [-0.7, 0.2]],
  land: [[0, -0.9], [1, 0.8], [-1, 0.8]],
  power: [[0.2, -1], [-0.7, 0.2], [-0.05, 0.2], [-0.3, 1], [0.7, -0.3], [0.05, -0.3]],
  crime: corners(5),
  search: corners(8, -Math.PI / 2, 0.45),
  animal: corners(6),
};
const GROUPS = Object.keys(SHAPES);

function icon(group, fill, edge, drill) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PX;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  pen.beginPath();
  const shape = SHAPES[group];
  const at = (n) => MIDDLE + n * (MIDDLE - 4);
  if (group === "unit") pen.rect(10, 14, 28, 20);
  else if (shape) shape.forEach(([x, y]) => pen.lineTo(at(x), at(y)));
  else pen.arc(MIDDLE, MIDDLE, 17, 0, 7);
  pen.closePath();
  pen.fillStyle = drill ? edge : fill;
  pen.strokeStyle = drill ? fill : edge;
  if (drill) pen.setLineDash([6, 4]);
  pen.fill();
  pen.stroke();
  return pen.getImageData(0, 0, PX, PX);
}

export function lay(map, node, colour, textSize) {
  const kinds = [...GROUPS, "other"];
  for (const group of kinds) {
    for (const [state, fill] of [["trouble", colour.late], ["work", colour.work]]) {
      map.addImage(`${group}-${state}`, icon(group, fill, colour.halo, false), { pixelRatio: 2 });
      map.addImage(`${group}-${state}-drill`, icon(group, fill, colour.halo, true), { pixelRatio: 2 });
    }
  }
  map.addImage("unit", icon("unit", colour.new, colour.halo, false), { pixelRatio: 2 });
  const group = ["match", ["get", "group"], GROUPS, ["get", "group"], "other"];
  const state = ["case", ["get", "trouble"], "trouble", "work"];
  const image = ["concat", group, "-", state, ["case", ["get", "drill"], "-drill", ""]];
  map.addSource("incidents", { type: "geojson", data: EMPTY });
  const mark = ["case", ["get", "drill"], node.dataset.drillWord || "GLADI", ""];
  map.addLayer({
    id: "incident",
    type: "symbol",
    source: "incidents",
    layout: {
      "icon-image": ["case", ["==", ["get", "what"], "unit"], "unit", image],
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
      "icon-size": ["case", ["==", ["get", "what"], "unit"], textSize / 26, textSize / 17],
      "text-field": ["case", ["get", "drill"], ["concat", mark, " ", ["get", "title"]], ["get", "title"]],
      "text-font": ["Plus Jakarta Sans"],
      "text-size": textSize * 0.85,
      "text-variable-anchor": ["top", "bottom", "left", "right"],
      "text-radial-offset": 1,
      "text-optional": true,
      "symbol-sort-key": ["case", ["get", "trouble"], 0, ["==", ["get", "what"], "unit"], 2, 1],
    },
    paint: { "text-color": colour.text, "text-halo-color": colour.halo, "text-halo-width": 1.5 },
  });
  document.addEventListener("simpul:incidents", (event) => map.getSource("incidents")?.setData(event.detail));
  document.dispatchEvent(new CustomEvent("simpul:map"));
  if (!node.dataset.incidents) return;
  let asked = "";
  const fill = async () => {
    const url = (asked = node.dataset.incidents);
    const answer = await fetch(url).catch(() => null);
    const found = answer?.ok && (await answer.json());
    if (found && asked === url) map.getSource("incidents")?.setData(found);
  };
  fill();
  document.addEventListener("simpul:live", fill);
}
