//! Histories of other systems, taken over whole.

use std::io::BufReader;
use std::path::Path;

use simpul_report::import::{
    FileKind, ImportError, ImportOptions, Mapping, Reading, RefusedRow, Summary, UnknownCategory, Watcher, run,
};
use simpul_report::model::{Source, Status};
use simpul_report::sql;
use simpul_shell::testing::TestSite;
use simpul_store::testing::TEST_REGION;

use crate::open311::site;

/// Keeps what it is told.
#[derive(Default)]
struct Kept {
    refused: Vec<RefusedRow>,
    remarks: Vec<(u64, String)>,
    looked_at: u64,
}

impl Watcher for Kept {
    fn refused(&mut self, row: &RefusedRow) {
        self.refused.push(row.clone());
    }
    fn remark(&mut self, line: u64, says: &str) {
        self.remarks.push((line, says.to_owned()));
    }
    fn progress(&mut self, rows: u64) {
        self.looked_at = rows;
    }
}

fn options() -> ImportOptions {
    ImportOptions {
        kind: None,
        source: Source::Import,
        prefix: None,
        mapping: Mapping::default(),
        unknown: UnknownCategory::Create,
        reading: Reading { offset: -6 * 3600, month_first: false },
        dry_run: false,
    }
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was not run")]
fn say(line: &str) {
    eprintln!("{line}");
}

async fn import(site: &TestSite, text: &str, options: &ImportOptions) -> (Summary, Kept) {
    let mut kept = Kept::default();
    let done = run(&site.app.directory, TEST_REGION, text.as_bytes(), options, &mut kept).await;
    (done.expect("import"), kept)
}

/// A real history, where it is there.
async fn real(site: &TestSite, name: &str, options: &ImportOptions) -> Option<(Summary, Kept)> {
    let path = Path::new("/work/shared/data/reports").join(name);
    let near = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/reports").join(name);
    let Some(found) = [near, path].into_iter().find(|path| path.exists()) else {
        say(&format!("skipped: {name} is not here"));
        return None;
    };
    let file = BufReader::new(std::fs::File::open(found).expect("file"));
    let mut kept = Kept::default();
    let summary = run(&site.app.directory, TEST_REGION, file, options, &mut kept).await.expect("import");
    Some((summary, kept))
}

#[tokio::test]
async fn new_orleans_is_taken_over_whole_and_a_second_time_changes_nothing() {
    let site = site().await;
    let dry = ImportOptions { dry_run: true, ..options() };
    let Some((foreseen, _)) = real(&site, "new-orleans-311.csv", &dry).await else { return };
    let (summary, kept) = real(&site, "new-orleans-311.csv", &options()).await.expect("there");
    assert_eq!(foreseen, summary, "a dry run says what will be");
    assert_eq!((summary.read, summary.new, summary.refused), (100, 100, 0), "{:?}", kept.refused);
    assert_eq!(kept.remarks.len(), 9, "nine lines have coordinates of another system");
    // Of 16 kinds one, the street light, is a category here already.
    assert_eq!(summary.categories.len(), 15);
    assert_eq!(kept.looked_at, 100);
    let (again, _) = real(&site, "new-orleans-311.csv", &options()).await.expect("there");
    assert_eq!((again.new, again.changed, again.same), (0, 0, 100));
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let one = sql::by_foreign(&mut conn, Source::Import, "101000608800").await.expect("read").expect("there");
    assert_eq!((one.status(), one.category.as_str()), (Status::Closed, "large_item_trash_garbage_pickup"));
    assert_eq!(
        simpul_kernel::format::iso(one.times.reported, simpul_kernel::calendar::Zone::Wita),
        "2016-10-21T22:55:58+08:00"
    );
    assert_eq!(one.place.landmark, "7723 Hampson St");
    let nowhere = sql::by_foreign(&mut conn, Source::Import, "101000613784").await.expect("read").expect("there");
    assert_eq!((nowhere.place.point, nowhere.body.as_str()), (None, "[Call 311 for details]"));
}

#[tokio::test]
async fn chicago_is_taken_over_with_its_notes_as_history() {
    let site = site().await;
    let chicago = ImportOptions { prefix: Some("chicago".to_owned()), ..options() };
    let Some((summary, kept)) = real(&site, "chicago-open311.json", &chicago).await else { return };
    assert_eq!((summary.read, summary.new, summary.refused), (50, 50, 0), "{:?}", kept.refused);
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let one = sql::by_foreign(&mut conn, Source::Import, "chicago:14-00684314").await.expect("read").expect("there");
    assert_eq!(one.status(), Status::Closed);
    let events = sql::events(&mut conn, one.id).await.expect("events");
    assert_eq!(events.len(), 6);
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    drop(conn);
    let (again, _) = real(&site, "chicago-open311.json", &chicago).await.expect("there");
    assert_eq!((again.new, again.same), (0, 50));
    // What was imported is what Open311 shows.
    let listed = site.browser().get("/open311/v2/requests.json?start_date=2010-01-01").await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(50));
    let lines = site.browser().get("/open311/v2/servicerequestupdates.json?start_date=2010-01-01").await.json();
    assert_eq!(lines.as_array().map(Vec::len), Some(227));
}

const OWN: &str = "nomor,status,kategori,isi,tanggal,lintang,bujur,alamat,desa_kode\n";

#[tokio::test]
async fn every_row_that_is_refused_has_its_line_and_reason() {
    let site = site().await;
    let text = format!(
        "{OWN}1,selesai,Lampu jalan,mati,02/11/2026,-2.5,120.3,,\n\
         2,entah,Lampu jalan,mati,02/11/2026,,,,\n,baru,Lampu jalan,mati,02/11/2026,,,,\n\
         4,baru,Tidak dikenal,mati,02/11/2026,,,,\n"
    );
    let refuse = ImportOptions { unknown: UnknownCategory::Refuse, ..options() };
    let (summary, kept) = import(&site, &text, &refuse).await;
    assert_eq!((summary.read, summary.new, summary.refused), (4, 1, 3));
    let lines: Vec<u64> = kept.refused.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4, 5]);
    assert!(kept.refused.iter().all(|row| !row.reason.is_empty()));
    let other = ImportOptions { unknown: UnknownCategory::Other, ..options() };
    let (summary, _) = import(&site, &text, &other).await;
    assert_eq!((summary.new, summary.same, summary.refused), (1, 1, 2));
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let four = sql::by_foreign(&mut conn, Source::Import, "4").await.expect("read").expect("there");
    assert_eq!(four.category, "lainnya");
    assert!(four.attributes.is_some_and(|attributes| attributes.contains("Tidak dikenal")));
}

#[tokio::test]
async fn a_record_that_changed_since_is_changed_here() {
    let site = site().await;
    let row = |status: &str, day: u32| {
        format!(
            "id,status,category,reported_at,updated_at,text\n7,{status},Lampu jalan,2026-01-01,2026-01-0{day},mati\n"
        )
    };
    import(&site, &row("open", 1), &options()).await;
    let (summary, _) = import(&site, &row("closed", 3), &options()).await;
    assert_eq!((summary.new, summary.changed, summary.same), (0, 1, 0));
    let (summary, _) = import(&site, &row("closed", 3), &options()).await;
    assert_eq!((summary.new, summary.changed, summary.same), (0, 0, 1));
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let one = sql::by_foreign(&mut conn, Source::Import, "7").await.expect("read").expect("there");
    assert_eq!(one.status(), Status::Closed);
}

#[tokio::test]
async fn the_same_id_twice_in_a_file_is_one_report() {
    let site = site().await;
    let text =
        "id,status,category,reported_at,text\n7,open,Lampu jalan,2026-01-01,a\n7,open,Lampu jalan,2026-01-01,a\n";
    let (summary, _) = import(&site, text, &options()).await;
    assert_eq!((summary.read, summary.new, summary.same), (2, 1, 1));
    assert!(site.db.believed_rows("report").await.expect("engine").is_none_or(|rows| rows == 1.0), "the planner knows");
}

#[tokio::test]
async fn a_file_of_the_wrong_kind_says_so() {
    let site = site().await;
    let mut kept = Kept::default();
    let wrong = ImportOptions { kind: Some(FileKind::Open311), ..options() };
    let directory = &site.app.directory;
    let error = run(directory, TEST_REGION, "id,status".as_bytes(), &wrong, &mut kept).await.expect_err("refused");
    assert!(matches!(error, ImportError::Unreadable(_)), "{error}");
    let error = run(directory, TEST_REGION, "a,b\n".as_bytes(), &options(), &mut kept).await.expect_err("refused");
    assert!(error.to_string().contains("id=COLUMN"), "{error}");
}

/// Many batches. `SIMPUL_IMPORT_ROWS=100000` makes a measurement of it: in release a minute is the goal.
#[tokio::test]
async fn a_long_file_is_taken_in_batches() {
    use std::fmt::Write as _;
    let rows: u64 = std::env::var("SIMPUL_IMPORT_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(1_201);
    let site = site().await;
    let mut text = String::from("id,status,category,reported_at,text,lat,long\n");
    for row in 0..rows {
        let (month, day) = (row % 9 + 1, row % 28 + 1);
        let said = "Lampu mati di depan rumah";
        let _ = writeln!(text, "{row},closed,Lampu jalan,2026-0{month}-{day:02},{said},-2.5{row:05},120.3");
    }
    let started = tokio::time::Instant::now();
    let (summary, _) = import(&site, &text, &options()).await;
    say(&format!("{rows} rows in {:?}", started.elapsed()));
    assert_eq!((summary.new, summary.refused), (rows, 0));
    let (again, _) = import(&site, &text, &options()).await;
    assert_eq!((again.new, again.same), (0, rows));
}

#[tokio::test]
async fn a_crowded_map_is_counted_and_a_part_of_it_is_shown_one_by_one() {
    use std::fmt::Write as _;
    let site = site().await;
    let mut text = String::from("id,status,category,reported_at,text,lat,long\n");
    for row in 0..600 {
        let _ = writeln!(text, "{row},open,Lampu jalan,2026-10-01,mati,-2.5{row:03},120.3{row:03}");
    }
    import(&site, &text, &options()).await;
    let features = async |query: &str| {
        let answer = site.browser().get(&format!("/peta/laporan.geojson?{query}")).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.text);
        let json: serde_json::Value = serde_json::from_str(&answer.text).expect("json");
        json["features"].as_array().expect("features").clone()
    };
    let counted = features("bbox=120.2,-2.7,120.5,-2.4").await;
    assert!(counted.len() > 1 && counted.len() < 30, "{}", counted.len());
    let sum: i64 = counted.iter().filter_map(|feature| feature["properties"]["count"].as_i64()).sum();
    assert_eq!(sum, 600, "every report is in one cluster");
    let some = features("bbox=120.3095,-2.7,120.3195,-2.4").await;
    assert_eq!(some.len(), 101, "borders count, what lies beside does not");
    assert!(some.iter().all(|feature| feature["properties"]["url"].is_string()), "{some:?}");
    assert_eq!(features("bbox=120.2,-2.7,120.5,-2.4&status=selesai").await.len(), 0);
    assert!(!features("bbox=120.2,-2.7,120.5,-2.4&status=terlambat").await.is_empty(), "none is in time");
    assert_eq!(features("bbox=121,-2.7,121.5,-2.4").await.len(), 0);
    for nonsense in ["120.2,-2.7,120.5", "120.5,-2.7,120.2,-2.4", "a,b,c,d", "120.2,-2.7,120.5,-95"] {
        let answer = site.browser().get(&format!("/peta/laporan.geojson?bbox={nonsense}")).await;
        assert_eq!(answer.status, 400, "{nonsense}: {}", answer.text);
        assert!(answer.text.contains("bbox"), "{}", answer.text);
    }
}
