// Maps for staff, wall and public list: base map, areas and points from GeoJSON of this server, nothing from elsewhere.
const LIGHT = {
  sea: "#cfe3ee",
  land: "#f7f4ea",
  coast: "#7d8a80",
  river: "#5c9cc5",
  area: "#5d6b78",
  text: "#0b0c0c",
  halo: "#ffffff",
  new: "#0046e0",
  work: "#9a5b00",
  done: "#00856a",
  late: "#8f1028",
  off: "#434956",
};
const DARK = {
  sea: "#0d2233",
  land: "#16232f",
  coast: "#3b5266",
  river: "#2a5a7d",
  area: "#6d8296",
  text: "#f0f3f6",
  halo: "#0b1420",
  new: "#6a9cff",
  work: "#ffe04a",
  done: "#7af0c8",
  late: "#f0603f",
  off: "#919293",
};
const STATES = ["new", "work", "done", "late", "off"];
const SHAPE_PX = 40;
const RING_GAP_PX = 6;
const EMPTY = { type: "FeatureCollection", features: [] };
const english = document.documentElement.lang === "en";
const say = (id, en) => (english ? en : id);
const numbers = (text) => (text || "").split(",").map(Number);

// The shapes of the status tags, drawn once each: circle, half circle, tick, triangle, square.
function shape(state, colour, edge) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SHAPE_PX;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const middle = SHAPE_PX / 2;
  pen.fillStyle = colour;
  pen.strokeStyle = edge;
  pen.lineWidth = 4;
  pen.beginPath();
  if (state === "late") [20, 3, 37, 35, 3, 35].forEach((v, i, a) => i % 2 || pen.lineTo(v, a[i + 1]));
  else if (state === "off") pen.rect(7, 7, 26, 26);
  else pen.arc(middle, middle, 14, 0, 7);
  pen.closePath();
  pen.stroke();
  pen.fill();
  pen.beginPath();
  if (state === "work") {
    pen.fillStyle = edge;
    pen.arc(middle, middle, 9, Math.PI / 2, -Math.PI / 2);
    pen.fill();
  } else if (state === "done") {
    pen.moveTo(13, 21);
    pen.lineTo(18, 26);
    pen.lineTo(28, 14);
    pen.stroke();
  }
  return pen.getImageData(0, 0, SHAPE_PX, SHAPE_PX);
}

function style(colour, textSize, hasAreas) {
  const kind = (...names) => ["in", ["get", "kind"], ["literal", names]];
  const line = (id, name, width) => ({
    id,
    type: "line",
    source: "base",
    filter: kind(name),
    paint: { "line-color": colour[name], "line-width": width },
  });
  const label = (id, source, filter, size) => ({
    id,
    type: "symbol",
    source,
    filter,
    layout: {
      "text-field": ["get", "name"],
      "text-font": ["Plus Jakarta Sans"],
      "text-size": size,
      "text-variable-anchor": ["bottom", "top", "left", "right"],
      "text-radial-offset": 0.4,
      "symbol-sort-key": ["coalesce", ["get", "rank"], 5],
    },
    paint: { "text-color": colour.text, "text-halo-color": colour.halo, "text-halo-width": 1.5 },
  });
  const isPoint = ["==", ["geometry-type"], "Point"];
  // A town whose district is drawn already would stand there twice.
  const place = hasAreas ? ["all", kind("place"), ["!", ["has", "district"]]] : kind("place");
  return {
    version: 8,
    sources: Object.fromEntries(
      ["base", "areas", "points"].map((name) => [name, { type: "geojson", data: EMPTY, promoteId: "id" }]),
    ),
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour.sea } },
      { id: "land", type: "fill", source: "base", filter: kind("land"), paint: { "fill-color": colour.land } },
      { id: "lake", type: "fill", source: "base", filter: kind("lake"), paint: { "fill-color": colour.sea } },
      line("coast", "coast", 1.2),
      line("river", "river", 1),
      {
        id: "area-fill",
        type: "fill",
        source: "areas",
        filter: ["!", isPoint],
        paint: {
          "fill-color": colour.late,
          "fill-opacity": ["min", 0.45, ["*", 0.08, ["coalesce", ["get", "late"], 0]]],
        },
      },
      {
        id: "area-line",
        type: "line",
        source: "areas",
        filter: ["!", isPoint],
        paint: { "line-color": colour.area, "line-width": 1 },
      },
      {
        id: "place-dot",
        type: "circle",
        source: "base",
        filter: place,
        paint: { "circle-radius": 2.5, "circle-color": colour.text },
      },
      label("place", "base", place, textSize),
      {
        id: "point",
        type: "symbol",
        source: "points",
        filter: ["!", ["has", "count"]],
        layout: {
          "icon-image": ["concat", "state-", ["coalesce", ["get", "state"], "new"]],
          "icon-allow-overlap": true,
          "icon-ignore-placement": true,
          "icon-size": textSize / 20,
          "symbol-sort-key": ["match", ["get", "state"], "late", 3, "new", 2, "work", 1, 0],
        },
      },
      // Names stand above the points that crowd around them, and make room for counts.
      label("area", "areas", isPoint, textSize),
      {
        id: "cluster",
        type: "circle",
        source: "points",
        filter: ["has", "count"],
        paint: {
          "circle-radius": ["get", "radius"],
          "circle-color": colour.halo,
          "circle-opacity": 0.9,
          "circle-stroke-color": colour.new,
          "circle-stroke-width": 2,
        },
      },
      {
        id: "cluster-count",
        type: "symbol",
        source: "points",
        filter: ["has", "count"],
        layout: {
          "text-field": ["to-string", ["get", "count"]],
          "text-font": ["Plus Jakarta Sans"],
          "text-size": textSize * 0.9,
          "text-allow-overlap": true,
          // Names keep clear of the ring around the number.
          "text-padding": textSize * 0.7,
        },
        paint: { "text-color": colour.text },
      },
    ],
  };
}

const radius = (count, textSize) => textSize * (0.7 + 0.3 * Math.log10(count));

// Counts that would lie on each other are one, at the place of the larger.
function merged(map, data, textSize) {
  const counts = data.features.filter(({ properties }) => properties.count);
  let rings = counts.map(({ geometry, properties }) => ({ geometry, count: properties.count }));
  for (let before = -1; before !== rings.length; ) {
    before = rings.length;
    const kept = [];
    for (const ring of rings.sort((a, b) => b.count - a.count)) {
      const at = map.project(ring.geometry.coordinates);
      const r = radius(ring.count, textSize);
      const near = kept.find((other) => at.dist(other.at) < r + radius(other.count, textSize) + RING_GAP_PX);
      if (near) near.count += ring.count;
      else kept.push({ ...ring, at });
    }
    rings = kept;
  }
  const drawn = rings.map(({ geometry, count }) => ({
    type: "Feature",
    geometry,
    properties: { count, radius: radius(count, textSize) },
  }));
  return { ...data, features: [...data.features.filter(({ properties }) => !properties.count), ...drawn] };
}

function popup(lib, map, feature, at) {
  const box = document.createElement("div");
  const { title, url } = feature.properties;
  const text = document.createElement(url ? "a" : "span");
  text.textContent = title || feature.properties.name || "";
  if (url) text.href = url;
  box.append(text);
  new lib.Popup({ closeButton: true, maxWidth: "240px" }).setLngLat(at).setDOMContent(box).addTo(map);
}

function view(data) {
  const box = numbers(data.bbox);
  if (box.length === 4) return { bounds: box, fitBoundsOptions: { padding: 10 } };
  const [lat, lon] = numbers(data.centre);
  return { center: [lon, lat], zoom: +data.zoom || 8.5 };
}

const WORDS = {
  "NavigationControl.ZoomIn": say("Perbesar", "Zoom in"),
  "NavigationControl.ZoomOut": say("Perkecil", "Zoom out"),
  "AttributionControl.ToggleAttribution": say("Sumber peta", "Map sources"),
  "Map.Title": say("Peta", "Map"),
  "Popup.Close": say("Tutup", "Close"),
};

function start(lib, node) {
  const data = node.dataset;
  const dark = data.theme === "dark" || (data.theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const colour = dark ? DARK : LIGHT;
  const still = "static" in data;
  const textSize = Math.max(12, parseFloat(getComputedStyle(node).fontSize) * 0.8);
  const map = new lib.Map({
    container: node,
    style: style(colour, textSize, !!data.areas),
    ...view(data),
    interactive: !still,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: false,
    locale: WORDS,
    fadeDuration: still || matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
  });
  map.touchZoomRotate?.disableRotation();
  if (!still) map.addControl(new lib.NavigationControl({ showCompass: false }));
  map.addControl(new lib.AttributionControl({ compact: false, customAttribution: data.credit || "" }));
  for (const state of STATES)
    map.addImage(`state-${state}`, shape(state, colour[state], colour.halo), { pixelRatio: 2 });
  // A map that can be moved asks for the part that is looked at; a wall shows the most urgent of the whole region.
  const points = () => {
    if (still) return data.points;
    const box = map.getBounds().toArray().flat();
    const sign = data.points.includes("?") ? "&" : "?";
    return `${data.points}${sign}bbox=${box.map((degree) => Math.max(-180, Math.min(180, degree)).toFixed(5))}`;
  };
  let asked = "";
  const fillPoints = async () => {
    const url = (asked = points());
    const answer = await fetch(url).catch(() => null);
    const data = answer?.ok && (await answer.json());
    if (data && url === asked) map.getSource("points")?.setData(merged(map, data, textSize));
  };
  const fillBase = async () => {
    const answer = await fetch(data.base).catch(() => null);
    const base = answer?.ok && (await answer.json());
    if (!base) return;
    map.getSource("base").setData(base);
    // The operator's own tiles take the place of the drawing.
    if (base.tiles) (await import("/a/ubin.js")).lay(lib, map, base.tiles, colour, textSize).catch(console.warn);
  };
  map.on("load", () => {
    if (data.base) fillBase();
    if (data.areas) map.getSource("areas").setData(data.areas);
    if (data.incidents || data.moments) {
      import("/a/kejadian.js").then((it) => it.lay(map, node, colour, textSize)).catch(console.warn);
    }
    if (!data.points) return;
    fillPoints();
    if (!still) map.on("moveend", fillPoints);
  });
  map.on("click", "cluster", (e) => map.easeTo({ center: e.lngLat, zoom: map.getZoom() + 2 }));
  for (const layer of ["point", "area-fill", "area"]) {
    map.on("click", layer, (e) => {
      if (layer !== "point" && map.queryRenderedFeatures(e.point, { layers: ["point", "cluster"] }).length) return;
      popup(lib, map, e.features[0], e.lngLat);
    });
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  if (data.points) document.addEventListener("simpul:live", fillPoints);
}

const nodes = document.querySelectorAll("[data-map]");
if (nodes.length) {
  try {
    const lib = await import("/a/maplibre-gl.js");
    lib.setWorkerUrl("/a/maplibre-gl-worker.js");
    nodes.forEach((node) => start(lib, node));
  } catch (error) {
    console.warn(error);
    for (const node of nodes) {
      const text = document.createElement("p");
      text.textContent = say(
        "Peta tidak dapat ditampilkan di peramban ini. Datanya ada di daftar.",
        "This browser cannot show the map. The list has the same data.",
      );
      node.replaceChildren(text);
    }
  }
}
