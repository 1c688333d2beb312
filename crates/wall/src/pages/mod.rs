//! The pages and the maps.

mod dinding;
mod home;
mod maps;
mod paparan;
mod pimpinan;

use simpul_people::Snapshot;
use simpul_report::sql::Line;
use simpul_shell::{Routes, handles};
use uuid::Uuid;

handles! {
    /// reads what needs a direction from above
    pub CanSeeLeader => SeeLeader;
}

/// The routes of these pages and of what maps are drawn from.
pub fn routes() -> Routes {
    Routes::new()
        .get("/", home::show)
        .get("/dinding", dinding::show)
        .get("/dinding/isi", dinding::part)
        .get("/pimpinan", pimpinan::show)
        .get("/pimpinan/paparan", paparan::show)
        .get("/pimpinan/paparan.pptx", paparan::deck)
        .api_get("/peta/dasar.geojson", maps::base)
        .api_get("/peta/dasar.pmtiles", maps::tiles)
        .api_get("/peta/kecamatan.geojson", maps::districts)
        .api_get("/peta/desa.geojson", maps::villages)
}

/// The smallest part of the region that is known: a village's name, else the district's with its kind.
fn where_of(place: &Snapshot, village: Option<i64>, district: Option<i64>) -> String {
    let village = village.and_then(|code| place.village(code)).map(|village| village.name.clone());
    let district = || district.and_then(|code| place.district(code)).map(|district| format!("Kec. {}", district.name));
    village.or_else(district).unwrap_or_default()
}

/// The same with the district behind the village.
fn where_in_full(place: &Snapshot, line: &Line) -> String {
    let village = line.village.and_then(|code| place.village(code)).map(|village| village.name.clone());
    let district =
        line.district.and_then(|code| place.district(code)).map(|district| format!("Kec. {}", district.name));
    [village, district].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The agency's everyday name; the coordinator's where there is none.
fn agency_name(place: &Snapshot, agency: Option<Uuid>) -> Option<String> {
    agency.and_then(|id| place.agency(id)).map(|agency| agency.short.clone())
}
