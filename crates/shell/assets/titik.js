// The map on which a citizen moves the point of a report; loaded, with Leaflet, only after a tap.
const STEP_DEGREES = 9e-5; // about 10 m
const KEY_PAUSE_MS = 600;
const ZOOM_REGION = 11;
const ZOOM_POINT = 15;
// From here on the names of villages have room.
const ZOOM_NAMES = 13;
const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function load() {
  if (window.L) return Promise.resolve();
  const css = document.createElement("link");
  css.rel = "stylesheet";
  css.href = "/a/leaflet.css";
  const script = document.createElement("script");
  script.src = "/a/leaflet.js";
  return new Promise((resolve, reject) => {
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(css, script);
  });
}

const style = ({ properties: { kind } }) =>
  kind === "river"
    ? { color: "#3d86b8", weight: 1 }
    : { color: "#7d8a80", weight: 1, fillColor: "#f4f1e6", fillOpacity: kind === "land" ? 1 : 0 };

async function drawBase(L, map, url) {
  const data = await fetch(url).then((answer) => answer.json());
  const isPlace = (feature) => feature.geometry.type === "Point";
  L.geoJSON(data, { interactive: false, filter: (f) => !isPlace(f), style }).addTo(map);
  for (const { geometry, properties } of data.features.filter(isPlace)) {
    const [lon, lat] = geometry.coordinates;
    L.circleMarker([lat, lon], { radius: 3, color: "#333", interactive: false })
      .bindTooltip(properties.name, { permanent: true, direction: "right" })
      .addTo(map);
  }
}

async function drawVillages(L, map, url) {
  const data = await fetch(url).then((answer) => answer.json());
  L.geoJSON(data, { interactive: false, style: { color: "#5d6b78", weight: 1.5, fill: false } }).addTo(map);
  const names = L.layerGroup();
  for (const { properties } of data.features) {
    if (!properties.label_lat) continue;
    const at = [properties.label_lat, properties.label_lon];
    const name = L.tooltip({ permanent: true, direction: "center", className: "village" });
    names.addLayer(name.setLatLng(at).setContent(document.createTextNode(properties.name)));
  }
  const show = () => (map.getZoom() >= ZOOM_NAMES ? names.addTo(map) : names.remove());
  map.on("zoomend", show);
  show();
}

/**
 * Opens the map in `box` at `start` ([lat, lon]), near where the point is `known`, and tells `onPoint` wherever the pin
 * is put.
 */
export async function pick(box, start, known, onPoint) {
  await load();
  const { L } = window;
  const english = document.documentElement.lang === "en";
  const map = L.map(box, { keyboard: false, attributionControl: false, zoomControl: false });
  map.setView(start, known ? ZOOM_POINT : ZOOM_REGION);
  const [zoomInTitle, zoomOutTitle] = english ? ["Zoom in", "Zoom out"] : ["Perbesar", "Perkecil"];
  L.control.zoom({ zoomInTitle, zoomOutTitle }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  if (box.dataset.credit) {
    const credit = document.createElement("p");
    credit.className = "small muted";
    credit.textContent = box.dataset.credit;
    box.after(credit);
  }
  const icon = L.icon({
    iconUrl: "/a/leaflet-marker-icon.png",
    iconRetinaUrl: "/a/leaflet-marker-icon-2x.png",
    shadowUrl: "/a/leaflet-marker-shadow.png",
    iconSize: [25, 41],
    iconAnchor: [12, 41],
  });
  const alt = english ? "Point of the report, arrow keys move it" : "Titik laporan, geser dengan tombol panah";
  const pin = L.marker(start, { draggable: true, icon, alt }).addTo(map);
  const place = (at) => {
    pin.setLatLng(at);
    onPoint(at);
  };
  pin.on("dragend", () => place(pin.getLatLng()));
  map.on("click", (event) => place(event.latlng));
  let timer;
  pin.getElement().addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const at = pin.getLatLng();
    pin.setLatLng([at.lat + arrow[0] * STEP_DEGREES, at.lng + arrow[1] * STEP_DEGREES]);
    clearTimeout(timer);
    timer = setTimeout(() => place(pin.getLatLng()), KEY_PAUSE_MS);
  });
  if (box.dataset.base) await drawBase(L, map, box.dataset.base);
  if (box.dataset.villages) await drawVillages(L, map, box.dataset.villages);
}
