//! Real files of boundaries, read from outside of the project; skipped with a line where they are missing.

use std::path::PathBuf;

use simpul_kernel::Role;
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, RegionId};
use simpul_people::boundaries::{BoundaryReport, MatchedBy};
use simpul_people::model::zone_of;
use simpul_people::testing::House;
use simpul_people::{AreaLevel, NewRegion, RegionSettings, data};
use simpul_store::testing::TEST_REGION;

use crate::{kinds, refusal};

/// The text of a shared file, or `None` after a line that says so.
#[expect(clippy::print_stdout, reason = "a skipped test must say so")]
fn shared(name: &str) -> Option<String> {
    let root = std::env::var_os("SIMPUL_SHARED").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let path = root.join("data/boundaries").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: {} is missing", path.display());
    }
    text
}

async fn import(house: &House, text: String) -> BoundaryReport {
    house.directory.import_boundaries(&house.system(), text, false).await.unwrap()
}

fn at(lat: f64, lon: f64) -> Point {
    Point::from_degrees(lat, lon).unwrap()
}

#[tokio::test]
async fn ministry_codes_match_every_village_and_a_point_finds_its_own() {
    let (Some(villages), Some(districts)) =
        (shared("73.22-luwu-utara-villages.geojson"), shared("73.22-luwu-utara-districts.geojson"))
    else {
        return;
    };
    let house = House::new(&[]).await.unwrap();
    let report = import(&house, villages).await;
    assert_eq!(
        (report.matched.len(), report.unmatched.len(), report.refused.len()),
        (172, 0, 0),
        "{:?}",
        report.refused
    );
    assert_eq!(report.missing.len(), 1, "{:?}", report.missing);
    assert!(report.matched.iter().all(|matched| matched.by == MatchedBy::Code));
    let drawn = house.directory.of(TEST_REGION).await.unwrap().geojson(AreaLevel::District).unwrap();
    let drawn: serde_json::Value = serde_json::from_str(&drawn).unwrap();
    assert_eq!(drawn["features"].as_array().unwrap().len(), 15, "made of their villages");
    let report = import(&house, districts).await;
    assert_eq!((report.matched.len(), report.missing.len()), (15, 0), "{:?} {:?}", report.unmatched, report.refused);
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    let masamba = at(-2.5537, 120.3279);
    assert_eq!(snapshot.inside(masamba), Some(true));
    assert_eq!(snapshot.district_at(masamba).unwrap().name, "Masamba");
    assert_eq!(snapshot.inside(at(-6.2, 106.8)), Some(false), "Jakarta");
    assert!(snapshot.village_at(at(-6.2, 106.8)).is_none());
    for village in snapshot.villages.iter().filter(|village| village.has_boundary) {
        let label = village.label.unwrap();
        assert_eq!(snapshot.village_at(label).map(|found| found.code), Some(village.code), "{}", village.name);
        assert_eq!(snapshot.inside(label), Some(true));
    }
    let drawn = snapshot.geojson(AreaLevel::Village).unwrap();
    let parsed: serde_json::Value = serde_json::from_str(&drawn).unwrap();
    assert_eq!(parsed["features"].as_array().unwrap().len(), 172);
    let districts = snapshot.geojson(AreaLevel::District).unwrap();
    println!("villages {} bytes, districts {} bytes", drawn.len(), districts.len());
    assert!(districts.len() < 120_000, "{}", districts.len());
    assert_eq!(kinds(&house).await.iter().filter(|kind| *kind == "boundaries.imported").count(), 2);
}

#[tokio::test]
async fn the_bureaus_file_matches_by_name_and_leaves_its_codes_behind() {
    let Some(text) = shared("bps-luwu-utara-villages.geojson") else { return };
    let house = House::new(&[]).await.unwrap();
    let first = import(&house, text.clone()).await;
    println!("{} matched, {} not: {:?}", first.matched.len(), first.unmatched.len(), first.unmatched);
    println!("repaired {:?} refused {:?}", first.repaired, first.refused);
    assert!(first.matched.len() >= 150, "{}", first.matched.len());
    assert_eq!(first.matched.len() + first.unmatched.len() + first.refused.len(), 179);
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    let with_code = snapshot.villages.iter().filter(|village| village.bps.is_some()).count();
    assert_eq!(with_code, first.matched.len());
    let second = import(&house, text).await;
    assert_eq!(second.matched.len(), first.matched.len());
    assert!(second.matched.iter().all(|matched| matched.by == MatchedBy::Bps), "told by code the second time");
}

#[tokio::test]
async fn districts_of_before_the_split_match_what_is_left_of_them() {
    let Some(text) = shared("bps-luwu-utara-districts.geojson") else { return };
    let house = House::new(&[]).await.unwrap();
    let report = import(&house, text).await;
    // Limbong is Rongkong today; three districts were split off since.
    assert_eq!(report.matched.len(), 11, "{:?} {:?}", report.unmatched, report.refused);
    assert!(report.unmatched[0].note.contains("Limbong"), "{:?}", report.unmatched);
    assert_eq!(report.missing.len(), 4, "{:?}", report.missing);
}

#[tokio::test]
async fn another_regions_file_matches_nothing_here_and_everything_there() {
    let Some(text) = shared("35.20-magetan-villages.geojson") else { return };
    let house = House::new(&[]).await.unwrap();
    let report = import(&house, text.clone()).await;
    assert_eq!((report.matched.len(), report.unmatched.len()), (0, 235));
    assert_eq!(house.directory.of(TEST_REGION).await.unwrap().inside(at(-7.6, 111.3)), None, "nothing was stored");
    let magetan = RegionId(3520);
    let new = NewRegion::new(magetan, "Magetan", "MGT");
    assert_eq!(new.zone, zone_of(magetan));
    house.directory.add_region(&house.system(), new, RegionSettings::default()).await.unwrap();
    let ctx = house.test.db.env().ctx(magetan, Actor::system("test"));
    house.directory.import_areas(&ctx, &[data::AREAS_MAGETAN], false).await.unwrap();
    let report = house.directory.import_boundaries(&ctx, text, false).await.unwrap();
    assert_eq!(report.matched.len(), 235, "{:?} {:?}", report.unmatched, report.refused);
    let by_name = shared("bps-magetan-villages.geojson").unwrap();
    let report = house.directory.import_boundaries(&ctx, by_name, true).await.unwrap();
    println!("by name {} of 236, not {:?}", report.matched.len(), report.unmatched);
    assert!(report.matched.len() >= 230);
}

/// Every village's own point, and whose area it was told to be.
async fn told(house: &House, region: RegionId) -> Vec<(i64, Option<i64>)> {
    let snapshot = house.directory.of(region).await.unwrap();
    let points = snapshot.villages.iter().filter_map(|village| Some((village, village.label?)));
    points.map(|(village, label)| (village.code, snapshot.district_at(label).map(|found| found.code))).collect()
}

#[tokio::test]
async fn a_file_of_before_the_split_leaves_the_districts_of_today_alone() {
    let (Some(today), Some(before)) =
        (shared("73.22-luwu-utara-districts.geojson"), shared("bps-luwu-utara-districts.geojson"))
    else {
        return;
    };
    let house = House::new(&[]).await.unwrap();
    import(&house, today.clone()).await;
    let labels = |snapshot: &simpul_people::Snapshot| {
        let at =
            snapshot.districts.iter().map(|district| (district.code, snapshot.district_at(district.label.unwrap())));
        at.map(|(code, found)| (code, found.map(|district| district.code))).collect::<Vec<_>>()
    };
    let fresh = labels(&house.directory.of(TEST_REGION).await.unwrap());
    assert!(fresh.iter().all(|(code, found)| Some(*code) == *found), "{fresh:?}");
    let report = import(&house, before).await;
    let reaching = report.refused.iter().filter(|note| note.note.contains("reaches over")).count();
    // Sabbang, Sukamaju and Baebunta each lost their south; the file calls Rongkong Limbong.
    assert!(reaching >= 3, "{:?}", report.refused);
    assert!(report.unmatched.iter().all(|note| !note.note.is_empty()), "{:?}", report.unmatched);
    assert_eq!(report.matched.len() + report.unmatched.len() + report.refused.len(), 12);
    let after = house.directory.of(TEST_REGION).await.unwrap();
    assert!(after.districts.iter().all(|district| district.has_boundary));
    let still = labels(&after);
    assert!(still.iter().all(|(code, found)| Some(*code) == *found), "{still:?}");
    import(&house, today).await;
    assert_eq!(labels(&house.directory.of(TEST_REGION).await.unwrap()), fresh);
}

#[tokio::test]
async fn two_regions_take_both_shapes_of_file_and_neither_touches_the_other() {
    let names =
        ["73.22-luwu-utara-villages", "bps-luwu-utara-villages", "35.20-magetan-villages", "bps-magetan-villages"];
    let files: Vec<String> = names.iter().filter_map(|name| shared(&format!("{name}.geojson"))).collect();
    let [luwu, luwu_bps, magetan, magetan_bps] = files.as_slice() else { return };
    let house = House::new(&[]).await.unwrap();
    let region = RegionId(3520);
    house
        .directory
        .add_region(&house.system(), NewRegion::new(region, "Magetan", "MGT"), RegionSettings::default())
        .await
        .unwrap();
    let there = house.test.db.env().ctx(region, Actor::system("test"));
    house.directory.import_areas(&there, &[data::AREAS_MAGETAN], false).await.unwrap();
    import(&house, luwu.clone()).await;
    let home = told(&house, TEST_REGION).await;
    for (text, least) in [(magetan_bps, 225), (magetan, 235), (magetan_bps, 225)] {
        let report = house.directory.import_boundaries(&there, text.clone(), false).await.unwrap();
        assert!(report.matched.len() >= least, "{} {:?} {:?}", report.matched.len(), report.unmatched, report.refused);
        assert!(report.unmatched.iter().chain(&report.refused).all(|note| !note.note.is_empty() && note.feature > 0));
    }
    let of_there = told(&house, region).await;
    assert!(
        of_there.len() >= 235 && of_there.iter().all(|(code, found)| *found == Some(code / 10_000)),
        "{of_there:?}"
    );
    assert_eq!(told(&house, TEST_REGION).await, home, "Luwu Utara stands as it stood");
    import(&house, luwu_bps.clone()).await;
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert!(snapshot.villages.iter().filter(|village| village.has_boundary).count() >= 172);
    assert_eq!(told(&house, region).await, of_there, "and Magetan as it stood");
    // The files of the other region match nothing, in either shape.
    for text in [magetan, magetan_bps] {
        let report = import(&house, text.clone()).await;
        assert_eq!(report.matched.len(), 0, "{:?}", report.matched);
    }
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_a_file_that_is_none_is_refused() {
    let house = House::new(&[]).await.unwrap();
    let square = r#"{"type":"Feature","properties":{"code":"73.22.01"},"geometry":{"type":"Polygon",
        "coordinates":[[[120.0,-3.0],[121.0,-3.0],[121.0,-2.0],[120.0,-2.0],[120.0,-3.0]]]}}"#;
    let dry = house.directory.import_boundaries(&house.system(), square.to_owned(), true).await.unwrap();
    assert_eq!(dry.matched.len(), 1);
    assert!(!house.directory.of(TEST_REGION).await.unwrap().has_boundaries());
    import(&house, square.to_owned()).await;
    assert!(house.test.believed_rows("boundary").await.unwrap().is_none_or(|rows| rows == 1.0), "the planner knows");
    let bad = house.directory.import_boundaries(&house.system(), "{}".to_owned(), false).await;
    assert_eq!(refusal(bad).key, "people.refused.boundary_file");
    let leader = house.officer(Role::Leader, None).await.unwrap();
    let outcome = house.directory.import_boundaries(&leader, square.to_owned(), false).await;
    assert_eq!(refusal(outcome).key, "people.refused.not_allowed");
}

fn square(code: &str, west: f64) -> String {
    serde_json::json!({"type":"Feature","properties":{"code":code},"geometry":{"type":"Polygon",
        "coordinates":[[[west,-3.0],[west+0.5,-3.0],[west+0.5,-2.0],[west,-2.0],[west,-3.0]]]}})
    .to_string()
}

#[tokio::test]
async fn a_newer_file_replaces_its_own_areas_and_leaves_all_others() {
    let house = House::new(&[]).await.unwrap();
    import(&house, square("73.22.01", 120.0)).await;
    import(&house, square("73.22.02.2002", 121.0)).await;
    let report = import(&house, square("73.22.03", 122.0)).await;
    assert_eq!(report.kept, ["73.22.01 Malangke"]);
    assert_eq!(report.missing.len(), 13, "{:?}", report.missing);
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!(snapshot.district_at(at(-2.5, 120.2)).unwrap().code, 732_201, "still there");
    assert_eq!(snapshot.district_at(at(-2.5, 121.2)).unwrap().code, 732_202, "by its village");
    assert_eq!(snapshot.district_at(at(-2.5, 122.2)).unwrap().code, 732_203);
    assert_eq!(snapshot.bbox(), Some([120.0, -3.0, 122.5, -2.0]));
    import(&house, square("73.22.01", 119.0)).await;
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert!(snapshot.district_at(at(-2.5, 120.2)).is_none(), "replaced");
    assert_eq!(snapshot.district_at(at(-2.5, 119.2)).unwrap().code, 732_201);
}

#[tokio::test]
async fn one_polygon_drawn_elsewhere_turns_no_report_away() {
    let house = House::new(&[]).await.unwrap();
    import(&house, square("73.22.03", 120.1)).await;
    let masamba = at(-2.5537, 120.3279);
    for far in [square("73.22.01", 110.0), square("73.22.01", 10.0), square("73.22.03", 10.0)] {
        let report = import(&house, far).await;
        assert_eq!((report.matched.len(), report.refused.len()), (0, 1), "{:?}", report.refused);
        assert!(report.refused[0].label.starts_with("73.22.0"));
        let snapshot = house.directory.of(TEST_REGION).await.unwrap();
        assert_eq!(snapshot.inside(masamba), Some(true));
        assert_eq!(snapshot.districts.iter().filter(|district| district.has_boundary).count(), 1);
    }
    // Where the centre is settled, even the first polygon is held against it.
    let settings = RegionSettings { center: Some((-7.65, 111.33)), ..RegionSettings::default() };
    house.directory.set_settings(&house.system(), settings).await.unwrap();
    let report = import(&house, square("73.22.03", 120.1)).await;
    assert!(report.refused[0].note.contains("as it is settled"), "{:?}", report.refused);
}

#[tokio::test]
async fn one_file_is_looked_at_at_a_time_and_the_next_has_its_turn_after_it() {
    let house = House::new(&[]).await.unwrap();
    let ctx = house.system();
    let import = |west: f64| house.directory.import_boundaries(&ctx, square("73.22.03", west), true);
    let (first, second) = tokio::join!(import(120.0), import(120.1));
    assert_eq!(first.unwrap().matched.len(), 1);
    assert_eq!(refusal(second).key, "people.refused.boundary_busy");
    assert_eq!(import(120.1).await.unwrap().matched.len(), 1);
}
