//! Files that nobody should hand in, and somebody will: each is answered with what is wrong and where, and leaves
//! nothing behind.

use std::collections::BTreeMap;
use std::fmt::Write;

use simpul_people::boundaries::BoundaryReport;
use simpul_people::data;
use simpul_people::model::agency;
use simpul_people::model::area::read_csv;
use simpul_people::testing::House;
use simpul_store::Digest;
use simpul_store::testing::TEST_REGION;

use crate::refusal;

/// Bytes of a file as large as an upload may be, or nearly.
const LARGE_BYTES: usize = 10 * 1024 * 1024;

/// Every row of the region: what a refusal leaves as it was.
async fn kept(house: &House) -> BTreeMap<String, Digest> {
    simpul_store::testing::rows(&house.test.db, TEST_REGION).await.unwrap()
}

async fn boundaries(house: &House, text: String) -> simpul_store::Result<BoundaryReport> {
    house.directory.import_boundaries(&house.system(), text, false).await
}

fn feature(ring: &str) -> String {
    let head = r#"{"type":"Feature","properties":{"code":"73.22.01"},"geometry":{"type":"Polygon","coordinates":["#;
    format!("{head}{ring}]}}}}")
}

#[tokio::test]
async fn a_file_of_boundaries_that_is_none_says_why_and_writes_nothing() {
    let house = House::new(&[]).await.unwrap();
    let before = kept(&house).await;
    let deep = "[".repeat(100_000);
    for (text, says) in [
        (String::new(), "EOF"),
        ("\u{feff}".to_owned(), "EOF"),
        ("code;name\n73.22.01;Malangke\n".to_owned(), "line 1"),
        (feature("[[NaN,-2],[121,-2],[121,-3],[NaN,-2]]"), "line 1"),
        (feature("[[Infinity,-2],[121,-2],[121,-3]]"), "line 1"),
        (feature("[[1e999,-2],[121,-2],[121,-3]]"), "number"),
        (deep.clone(), "recursion"),
        (feature(&deep), "recursion"),
        (format!(r#"{{"type":"FeatureCollection","features":{deep}"#), "recursion"),
        (r#"{"type":"FeatureCollection"}"#.to_owned(), "features"),
        (r#"{"type":"Topology","objects":{}}"#.to_owned(), "Topology"),
        ("null".to_owned(), "type"),
        (
            r#"{"type":"FeatureCollection","features":[],"crs":{"properties":{"name":"urn:ogc:def:crs:EPSG::32751"}}}"#
                .to_owned(),
            "32751",
        ),
        (format!("[{}", "1,".repeat(LARGE_BYTES / 2)), "EOF"),
    ] {
        let refused = refusal(boundaries(&house, text.clone()).await);
        assert_eq!(refused.key, "people.refused.boundary_file", "{:.80}", text);
        let reason = refused.args.iter().find(|(name, _)| *name == "reason");
        assert!(reason.is_some_and(|(_, reason)| reason.contains(says)), "{:.80}: {reason:?}", text);
    }
    assert_eq!(kept(&house).await, before);
}

#[tokio::test]
async fn a_polygon_that_is_none_is_named_by_its_number_and_leaves_the_others() {
    let house = House::new(&[]).await.unwrap();
    let before = kept(&house).await;
    let large = format!("[{}[120,-2]]", "[120.0000001,-2.0000001],".repeat(LARGE_BYTES / 25));
    for (ring, says) in [
        ("[]".to_owned(), ""),
        ("[[120,-2]]".to_owned(), ""),
        ("[[120,-2],[120,-2],[120,-2],[120,-2]]".to_owned(), ""),
        ("[[\"a\",-2],[121,-2],[121,-3]]".to_owned(), ""),
        ("[[null,-2],[121,-2],[121,-3]]".to_owned(), ""),
        ("[[120],[121],[122]]".to_owned(), ""),
        ("{}".to_owned(), ""),
        ("[[1e300,-2],[121,-2],[121,-3],[1e300,-2]]".to_owned(), ""),
        ("[[999,-2],[998,-2],[998,-3],[999,-2]]".to_owned(), ""),
        (large, ""),
    ] {
        let report = boundaries(&house, feature(&ring)).await.unwrap();
        assert_eq!((report.matched.len(), report.refused.len()), (0, 1), "{ring:.80}");
        let note = &report.refused[0];
        assert!(note.feature == 1 && note.label.contains("73.22.01") && !note.note.is_empty(), "{note:?}");
        assert!(note.note.contains(says), "{note:?}");
    }
    assert_eq!(kept(&house).await, before, "nothing was stored");
    let open = boundaries(&house, feature("[[120,-3],[121,-3],[121,-2],[120,-2]]")).await.unwrap();
    assert_eq!((open.matched.len(), open.repaired.len()), (1, 1), "a ring that is not closed is closed, and told");
}

#[test]
fn tables_with_every_oddity_of_a_spreadsheet_are_read_or_refused_by_line() {
    let region = TEST_REGION;
    let good = "\u{feff}code;parent_code;name\r\n\"73.22.01\";\"73.22\";\"Mal\"\"angke\"\r\n";
    assert_eq!(read_csv(region, &[good]).rows[0].name, "Mal\"angke");
    for (text, line) in [
        ("code,parent_code,name\n73.22.01,73.22,a\0b\n".to_owned(), 2),
        ("code,parent_code,name\n73.22.01,73.22,\"never closed\n73.22.02,73.22,x\n".to_owned(), 2),
        (format!("code,parent_code,name\n73.22.01,73.22,{}\n", "n".repeat(10_000)), 2),
        ("code,parent_code,name\n73.22.01,73.22,ok\n99999999999999999999,73.22,x\n".to_owned(), 3),
        ("code,parent_code,name\n-73.22.01,73.22,x\n".to_owned(), 2),
    ] {
        let read = read_csv(region, &[&text]);
        assert_eq!(read.refused.first().map(|row| row.line), Some(line), "{text:.60}: {:?}", read.rows);
        assert!(!read.refused[0].reason.is_empty());
    }
    let (agencies, refused) = agency::read_csv(&format!(
        "short_name,name,kind\nA,Dinas A,dinas\nB,{},dinas\nC,\u{7},dinas\n,no short,dinas\nD,Dinas D,kerajaan\n",
        "n".repeat(10_000)
    ));
    assert_eq!(agencies.iter().map(|(_, agency)| agency.short.as_str()).collect::<Vec<_>>(), ["A"]);
    assert_eq!(refused.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5, 6]);
}

#[tokio::test]
async fn a_hundred_thousand_rows_are_taken_or_refused_as_a_whole_file() {
    let mut text = String::from("code,parent_code,name\n");
    for row in 0..100_000 {
        let _ = writeln!(text, "35.20.{:02}.{:04},35.20.{:02},Desa {row}", row % 90 + 1, 1001 + row / 90, row % 90 + 1);
    }
    // Another region's rows, all of them: counted, and nothing stored.
    let house = House::new(&[]).await.unwrap();
    let before = kept(&house).await;
    let report = house.directory.import_areas(&house.system(), &[&text], false).await.unwrap();
    assert_eq!((report.added, report.elsewhere), (0, 100_000));
    let own = text.replace("35.20", "73.22").replace("Desa", "");
    let report = house.directory.import_areas(&house.system(), &[&own, data::AREAS_LUWU_UTARA], true).await.unwrap();
    assert!(report.added + report.changed + report.unchanged + report.refused.len() as u64 >= 90_000, "each is told");
    assert_eq!(kept(&house).await, before, "a dry run writes nothing");
}
