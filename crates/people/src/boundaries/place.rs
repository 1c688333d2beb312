//! Whether a polygon lies where its region lies: one that is drawn elsewhere would turn every report away.

use std::ops::RangeInclusive;

use simpul_kernel::geo::{MultiPolygon, Point};

/// Latitudes of Indonesia, in degrees, with its sea.
pub(super) const INDONESIA_LAT: RangeInclusive<f64> = -11.5..=6.5;
/// Longitudes of Indonesia, in degrees, with its sea.
pub(super) const INDONESIA_LON: RangeInclusive<f64> = 94.0..=142.0;
/// No part of a region lies farther from its middle, in metres. The widest, Maluku Barat Daya, reaches 453 km (measured
/// on the borders of all 522 regencies and cities); Merauke on its mainland reaches 241 km.
const REGION_REACH_METERS: f64 = 600_000.0;

/// Where the region is known to lie, and from what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Middle {
    point: Point,
    settled: bool,
}

/// The middle of a region: what an administrator has settled, or else the place that most areas lie near. Of two that
/// have as many near, the first of `areas` counts, so that what is stored is believed before what comes new.
pub(super) fn middle(settled: Option<Point>, areas: &[Point]) -> Option<Middle> {
    if let Some(point) = settled {
        return Some(Middle { point, settled: true });
    }
    let near = |point: &Point| areas.iter().filter(|other| other.haversine_m(*point) <= REGION_REACH_METERS).count();
    let counted = areas.iter().map(|point| (near(point), *point));
    let (_, point) = counted.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    Some(Middle { point, settled: false })
}

/// Refuses a shape that cannot be part of the region.
///
/// # Errors
/// How far it lies from where.
pub(super) fn refuse_far(shape: &MultiPolygon, middle: Option<Middle>) -> Result<(), String> {
    let bbox = shape.bbox();
    let corners = [bbox.min, bbox.max]
        .into_iter()
        .flat_map(|a| [bbox.min, bbox.max].map(|b| Point { lat_e7: a.lat_e7, lon_e7: b.lon_e7 }));
    let corners: Vec<Point> = corners.collect();
    if let Some(out) =
        corners.iter().find(|at| !INDONESIA_LAT.contains(&at.lat()) || !INDONESIA_LON.contains(&at.lon()))
    {
        return Err(format!("it reaches {out}, which is outside of Indonesia"));
    }
    let Some(Middle { point, settled }) = middle else { return Ok(()) };
    let meters = corners.iter().map(|corner| corner.haversine_m(point)).fold(0.0, f64::max);
    if meters <= REGION_REACH_METERS {
        return Ok(());
    }
    let whose = if settled { "the region's centre as it is settled" } else { "the region's other areas" };
    Err(format!("it reaches {:.0} km away from {whose} ({point})", meters / 1_000.0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    fn square(lat: f64, lon: f64) -> MultiPolygon {
        let ring = json!([[lon, lat], [lon + 0.2, lat], [lon + 0.2, lat + 0.2], [lon, lat + 0.2], [lon, lat]]);
        MultiPolygon::from_geojson(&json!({ "type": "Polygon", "coordinates": [ring] })).unwrap()
    }

    #[test]
    fn a_shape_abroad_is_refused_even_where_nothing_else_is_known() {
        assert_eq!(refuse_far(&square(-2.6, 120.3), None), Ok(()));
        assert!(refuse_far(&square(50.0, 10.0), None).unwrap_err().contains("outside of Indonesia"));
        assert!(refuse_far(&square(0.0, 0.0), None).unwrap_err().contains("outside of Indonesia"));
    }

    #[test]
    fn a_shape_on_another_island_is_refused_and_the_middle_named() {
        let settled = middle(Some(at(-2.55, 120.33)), &[]);
        assert_eq!(refuse_far(&square(-2.6, 120.3), settled), Ok(()));
        let java = refuse_far(&square(-7.6, 111.3), settled).unwrap_err();
        assert!(java.contains("as it is settled (-2.55, 120.33)"), "{java}");
        let others = middle(None, &[at(-2.6, 120.3), at(-2.7, 120.4), at(-7.6, 111.3)]);
        assert!(refuse_far(&square(-7.6, 111.3), others).unwrap_err().contains("other areas"));
    }

    #[test]
    fn one_wrong_neighbour_does_not_refuse_the_many_and_what_is_stored_is_believed_first() {
        let wrong_first = [at(-7.6, 111.3), at(-2.6, 120.3), at(-2.7, 120.4)];
        assert_eq!(refuse_far(&square(-2.6, 120.3), middle(None, &wrong_first)), Ok(()));
        let as_many = [at(-2.6, 120.3), at(-7.6, 111.3)];
        assert!(refuse_far(&square(-7.6, 111.3), middle(None, &as_many)).is_err());
    }

    #[test]
    fn islands_far_apart_are_one_region() {
        // Maluku Barat Daya, from Lirang to Masela.
        let islands = [at(-8.0, 125.7), at(-7.6, 127.4), at(-8.2, 129.9)];
        for island in islands {
            assert_eq!(refuse_far(&square(island.lat(), island.lon()), middle(None, &islands)), Ok(()));
        }
    }
}
