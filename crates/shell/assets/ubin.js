// An operator's map tiles under a map of peta.js: vector tiles in the schema of the Protomaps basemap, drawn in our own
// colours and typeface, or pictures. Read from this server by ranges, nothing from elsewhere.
const DRAWN = ["land", "lake", "coast", "river", "place", "place-dot"];
// What lies above the tiles: areas, points, counts.
const ABOVE = "area-fill";
const FONT = ["Plus Jakarta Sans"];

// The library is a plain script; it is loaded once.
let ready;
const library = () =>
  (ready ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "/a/pmtiles.js";
    script.onload = () => resolve(window.pmtiles);
    script.onerror = reject;
    document.head.append(script);
  }));

let protocol;
async function speak(lib) {
  const { Protocol } = await library();
  if (protocol) return;
  protocol = new Protocol();
  lib.addProtocol("pmtiles", protocol.tile);
}

const byZoom = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
const kind = (...names) => ["in", ["get", "kind"], ["literal", names]];
const name = ["coalesce", ["get", "name:id"], ["get", "name"], ["get", "name:latin"], ""];

function layers(colour, textSize) {
  const of = (id, type, layer, rest) => ({ id: `t-${id}`, type, source: "tiles", "source-layer": layer, ...rest });
  const road = (id, filter, edge, width) => [
    of(`${id}-edge`, "line", "roads", {
      filter,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": edge, "line-width": byZoom(...width.map((v, i) => (i % 2 ? v * 1.4 + 0.4 : v))) },
    }),
    of(id, "line", "roads", {
      filter,
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour.halo, "line-width": byZoom(...width) },
    }),
  ];
  const label = (id, layer, filter, size, rest = {}) =>
    of(id, "symbol", layer, {
      filter,
      layout: { "text-field": name, "text-font": FONT, "text-size": size, ...rest },
      paint: { "text-color": colour.text, "text-halo-color": colour.halo, "text-halo-width": 1.5 },
    });
  const rank = { "symbol-sort-key": ["coalesce", ["get", "sort_key"], ["get", "min_zoom"], 9] };
  const areas = ["==", ["geometry-type"], "Polygon"];
  const lines = ["==", ["geometry-type"], "LineString"];
  return [
    of("earth", "fill", "earth", { filter: areas, paint: { "fill-color": colour.land } }),
    of("water", "fill", "water", { filter: areas, paint: { "fill-color": colour.sea } }),
    of("stream", "line", "water", {
      filter: lines,
      paint: { "line-color": colour.river, "line-width": byZoom(8, 0.5, 14, 2) },
    }),
    of("border", "line", "boundaries", {
      paint: { "line-color": colour.area, "line-width": 0.6, "line-dasharray": [3, 2] },
    }),
    ...road("minor", kind("minor_road", "other"), colour.coast, [11, 0.4, 14, 2, 18, 12]),
    ...road("major", kind("major_road"), colour.coast, [6, 0.4, 12, 2, 18, 18]),
    ...road("highway", kind("highway"), colour.area, [5, 0.6, 12, 3, 18, 22]),
    of("path", "line", "roads", {
      minzoom: 13,
      filter: kind("path"),
      paint: { "line-color": colour.coast, "line-width": 1, "line-dasharray": [2, 2] },
    }),
    of("rail", "line", "roads", {
      filter: kind("rail"),
      paint: { "line-color": colour.area, "line-width": 1, "line-dasharray": [4, 2] },
    }),
    label("water-name", "water", ["has", "name"], textSize * 0.85, { "symbol-placement": "point" }),
    label("hamlet", "places", kind("neighbourhood", "macrohood"), textSize * 0.85, rank),
    label("town", "places", kind("locality"), textSize, rank),
  ];
}

/** Lays the tiles under the map, in place of the drawing. */
export async function lay(lib, map, tiles, colour, textSize) {
  await speak(lib);
  const url = `pmtiles://${new URL(tiles.url, location.href).href}`;
  const raster = tiles.kind === "raster";
  map.addSource("tiles", raster ? { type: "raster", url, tileSize: 256 } : { type: "vector", url });
  if (raster) map.addLayer({ id: "t-picture", type: "raster", source: "tiles" }, ABOVE);
  else for (const layer of layers(colour, textSize)) map.addLayer(layer, ABOVE);
  for (const id of DRAWN) map.getLayer(id) && map.setLayoutProperty(id, "visibility", "none");
}
