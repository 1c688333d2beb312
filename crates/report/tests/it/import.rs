//! Histories of other systems, taken over whole.

use std::io::BufReader;
use std::path::Path;

use simpul_report::import::{
    FileKind, ImportError, ImportOptions, Mapping, Reading, RefusedRow, Summary, UnknownCategory, Watcher, Why, run,
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
    fn remark(&mut self, line: u64, says: &Why) {
        self.remarks.push((line, says.to_string()));
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

async fn known(site: &TestSite, id: &str) -> simpul_report::model::Report {
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    sql::by_foreign(&mut conn, Source::Import, id).await.expect("read").expect("there")
}

fn dry() -> ImportOptions {
    ImportOptions { dry_run: true, ..options() }
}

const PLACED: &str = "id,status,category,reported_at,text,lat,long,address,media_url,TIANG\n";

#[tokio::test]
async fn a_changed_row_changes_its_report_also_where_no_column_says_when() {
    let site = site().await;
    let head = "id,status,category,reported_at,text\n";
    import(&site, &format!("{head}C1,new,Lampu jalan,2026-03-01,mati\n"), &options()).await;
    let changed = format!("{head}C1,closed,Lampu jalan,2026-03-01,Sudah menyala\n");
    let (foreseen, _) = import(&site, &changed, &dry()).await;
    let (summary, _) = import(&site, &changed, &options()).await;
    assert_eq!((summary.changed, foreseen.changed), (1, 1));
    let one = known(&site, "C1").await;
    assert_eq!((one.status(), one.body.as_str()), (Status::Closed, "Sudah menyala"));
    let (again, _) = import(&site, &changed, &options()).await;
    assert_eq!((again.changed, again.same), (0, 1));
}

#[tokio::test]
async fn everything_that_a_row_says_anew_is_taken() {
    let site = site().await;
    let first = format!("{PLACED}C2,new,Lampu jalan,2026-03-01,mati,-2.55,120.33,Pasar,https://a.test/1.jpg,12\n");
    import(&site, &first, &options()).await;
    let before = known(&site, "C2").await;
    for row in [
        "C2,new,Sampah,2026-03-01,mati,-2.55,120.33,Pasar,https://a.test/1.jpg,12",
        "C2,new,Sampah,2026-03-01,mati,-2.56,120.34,Pasar,https://a.test/1.jpg,12",
        "C2,new,Sampah,2026-03-01,mati,-2.56,120.34,Terminal,https://a.test/1.jpg,12",
        "C2,new,Sampah,2026-03-01,mati,-2.56,120.34,Terminal,https://a.test/2.jpg,12",
        "C2,new,Sampah,2026-03-01,mati,-2.56,120.34,Terminal,https://a.test/2.jpg,13",
    ] {
        let (summary, _) = import(&site, &format!("{PLACED}{row}\n"), &options()).await;
        assert_eq!((summary.changed, summary.same), (1, 0), "{row}");
    }
    let after = known(&site, "C2").await;
    assert_eq!((before.category.as_str(), after.category.as_str()), ("lampu_jalan", "sampah"));
    assert_eq!(after.place.landmark, "Terminal");
    assert!((after.place.point.expect("point").lat() + 2.56).abs() < 1e-6);
    assert_eq!(after.media_url.as_deref(), Some("https://a.test/2.jpg"));
    assert!(after.attributes.is_some_and(|kept| kept.contains("13")));
}

/// Takes a report to `assigned`, as a coordinator does.
async fn work_on(site: &TestSite, id: &str) {
    use simpul_report::actions::{AssignReport, VerifyReport};
    let report = known(site, id).await;
    let mut ctx = site.db.ctx(simpul_kernel::Actor::system("test"));
    let grant = simpul_kernel::Grant { role: simpul_kernel::Role::ReportCoordinator, agency: None };
    let kind = simpul_kernel::ActorKind::Officer(uuid::Uuid::from_u128(9));
    ctx.actor = simpul_kernel::Actor { kind, grants: vec![grant] };
    let (class, needs_inspection) = (report.class, false);
    let verify = VerifyReport { report: report.id, version: None, class, needs_inspection, category: None };
    site.db.db.write(&ctx, verify).await.expect("verified");
    let agency = site.app.directory.of(TEST_REGION).await.expect("snapshot").agency_by_short("Dishub").expect("a").id;
    let assign = AssignReport { report: report.id, version: None, agency, officer: None, instruction: None };
    site.db.db.write(&ctx, assign).await.expect("assigned");
}

#[tokio::test]
async fn what_was_done_here_is_not_undone_by_a_newer_row() {
    let site = site().await;
    let row = |status: &str, day: u32, text: &str| {
        format!(
            "id,status,category,reported_at,updated_at,text\n\
             OW1,{status},Lampu jalan,2026-10-01,2026-10-0{day},{text}\n"
        )
    };
    import(&site, &row("open", 1, "mati"), &options()).await;
    work_on(&site, "OW1").await;
    let (summary, kept) = import(&site, &row("open", 2, "mati total"), &options()).await;
    assert_eq!((summary.changed, kept.remarks.len()), (1, 0), "{:?}", kept.remarks);
    let one = known(&site, "OW1").await;
    assert_eq!((one.status(), one.body.as_str()), (Status::Assigned, "mati total"));
    // No arrow leads from "assigned" to "closed": the state stays, and whoever imports is told.
    let (foreseen, told) = import(&site, &row("closed", 3, "mati total"), &dry()).await;
    let (summary, kept) = import(&site, &row("closed", 3, "mati total"), &options()).await;
    assert_eq!((summary.changed, summary.remarks), (1, 1));
    assert_eq!((foreseen.changed, &told.remarks), (1, &kept.remarks));
    assert!(kept.remarks[0].1.contains("closed") && kept.remarks[0].1.contains("assigned"), "{:?}", kept.remarks);
    assert_eq!(known(&site, "OW1").await.status(), Status::Assigned);
    // One arrow leads to "in progress".
    import(&site, &row("in progress", 4, "mati total"), &options()).await;
    assert_eq!(known(&site, "OW1").await.status(), Status::InProgress);
    // An older file is known as one.
    let (summary, _) = import(&site, &row("open", 1, "mati"), &options()).await;
    assert_eq!((summary.changed, summary.same), (0, 1));
    let events = {
        let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
        sql::events(&mut conn, known(&site, "OW1").await.id).await.expect("events")
    };
    assert!(events.iter().any(|event| event.detail.as_deref().is_some_and(|detail| detail.contains("theirs"))));
}

#[tokio::test]
async fn what_a_person_had_erased_does_not_come_back_with_the_next_file() {
    use simpul_report::actions::EraseReporter;
    let site = site().await;
    let row = |text: &str| format!("{PLACED}E1,new,Lampu jalan,2026-03-01,{text},-2.55,120.33,Rumah saya,,12\n");
    import(&site, &row("mati"), &options()).await;
    let ctx = site.db.ctx(simpul_kernel::Actor::system("test"));
    let report = known(&site, "E1").await.id;
    site.db.db.write(&ctx, EraseReporter { report }).await.expect("erased");
    import(&site, &row("mati lagi"), &options()).await;
    let one = known(&site, "E1").await;
    assert!(one.body.starts_with("[dihapus") && one.place.point.is_none() && one.attributes.is_none(), "{one:?}");
}

#[tokio::test]
async fn whole_objects_before_a_cut_or_a_stray_word_are_in_and_the_rest_is_named() {
    let site = site().await;
    let one = |id: usize| {
        format!(
            r#"{{"service_request_id":"{id}","status":"open","service_name":"Lampu jalan","description":"x",
            "requested_datetime":"2026-10-01T08:00:00+08:00"}}"#
        )
    };
    let whole: Vec<String> = (0..600).map(one).collect();
    let (summary, kept) = import(&site, &format!("[{},{{\"a\":\"", whole.join(",\n")), &options()).await;
    assert_eq!((summary.read, summary.new, summary.refused), (601, 600, 1), "{:?}", kept.refused);
    let (summary, kept) = import(&site, &format!("[{},\nkata,\n{}]", one(700), one(701)), &options()).await;
    assert_eq!((summary.new, summary.refused), (2, 1), "{:?}", kept.refused);
}

/// A file whose disk fails in the middle.
struct Failing<'a>(&'a [u8]);

impl std::io::Read for Failing<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        if self.0.is_empty() { Err(std::io::Error::other("disk")) } else { self.0.read(into) }
    }
}

#[tokio::test]
async fn a_file_that_can_not_be_read_on_keeps_what_was_read_and_counts_it() {
    let site = site().await;
    let text =
        "id,status,category,reported_at,text\n1,open,Lampu jalan,2026-01-01,a\n2,open,Lampu jalan,2026-01-01,b\n";
    let from = BufReader::new(Failing(text.as_bytes()));
    let mut kept = Kept::default();
    let error = run(&site.app.directory, TEST_REGION, from, &options(), &mut kept).await.expect_err("broken");
    assert!(error.to_string().contains("2 read, 2 new"), "{error}");
    assert_eq!(known(&site, "2").await.body, "b");
}

#[tokio::test]
async fn dates_that_can_not_be_are_refused_by_line_and_nothing_else_is_lost() {
    let site = site().await;
    let mut text = String::from("id,status,category,reported_at,closed_at,text\n");
    for (id, date, closed) in [
        ("1", "2099-01-01", ""),
        ("2", "2200-06-01", ""),
        ("3", "9999-06-01", ""),
        ("4", "1985-05-01", ""),
        ("5", "2026-01-01", "2031-01-01"),
        ("6", "2001-05-01", ""),
    ] {
        text.push_str(&format!(
            "{id},{},Lampu jalan,{date},{closed},mati\n",
            if closed.is_empty() { "open" } else { "closed" }
        ));
    }
    let (summary, kept) = import(&site, &text, &options()).await;
    assert_eq!((summary.new, summary.refused), (1, 5), "{:?}", kept.refused);
    assert!(
        kept.refused.iter().all(|row| row.foreign_id.is_some() && row.reason.contains("was ")),
        "{:?}",
        kept.refused
    );
    assert_eq!(known(&site, "6").await.number, "LUTRA-0105-0001");
}

#[tokio::test]
async fn rows_that_are_nonsense_are_named_by_line_and_leave_nothing() {
    let site = site().await;
    import(&site, "id,status,category,reported_at,text\n0,open,Lampu jalan,2026-01-01,a\n", &options()).await;
    let before = simpul_store::testing::rows(&site.db.db, TEST_REGION).await.expect("rows");
    let dates = ["0000-01-01", "2026-02-31", "2025-02-29", "1969-12-31", "10000-01-01", "-2026-01-01", "kemarin"];
    let mut text = String::from("\u{feff}id;status;category;reported_at;text\r\n");
    for (id, date) in (1..).zip(dates) {
        text.push_str(&format!("{id};open;Lampu jalan;{date};\"a \"\"b\"\" ; c\"\r\n"));
    }
    text.push_str(&format!("8;open;{};2026-01-01;a\r\n", "k".repeat(10_000)));
    text.push_str("9;open;Lampu jalan\r\n");
    let (summary, kept) = import(&site, &text, &options()).await;
    let lines: Vec<u64> = kept.refused.iter().map(|row| row.line).collect();
    assert_eq!((summary.new, summary.refused), (0, 9), "{:?}", kept.refused);
    assert_eq!(lines, (2..=10).collect::<Vec<u64>>(), "{:?}", kept.refused);
    assert!(kept.refused.iter().all(|row| !row.reason.to_string().is_empty()), "{:?}", kept.refused);
    let after = simpul_store::testing::rows(&site.db.db, TEST_REGION).await.expect("rows");
    let changed: Vec<&String> = after.keys().filter(|table| after[*table] != before[*table]).collect();
    assert!(changed.iter().all(|table| ["journal", "region_head"].contains(&table.as_str())), "{changed:?}");
}

#[tokio::test]
async fn a_hundred_thousand_rows_of_nonsense_are_each_told_and_none_is_written() {
    let site = site().await;
    let mut text = String::from("id,status,category,reported_at,text\n");
    for id in 0..100_000 {
        text.push_str(&format!("{id},open,Lampu jalan,31-31-2026,a\n"));
    }
    let (summary, kept) = import(&site, &text, &options()).await;
    assert_eq!((summary.new, summary.refused, kept.refused.len()), (0, 100_000, 100_000));
    assert_eq!(kept.refused.last().map(|row| row.line), Some(100_001));
}

#[tokio::test]
async fn a_row_that_is_refused_makes_no_category() {
    let site = site().await;
    crate::open311::with_boundary(&site).await;
    let text = "id,status,category,reported_at,text,lat,long\n1,open,Pothole,2026-01-01,a,41.7,-87.6\n";
    let (summary, _) = import(&site, text, &options()).await;
    assert_eq!((summary.refused, summary.categories.len()), (1, 0));
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let categories = sql::categories(&mut conn).await.expect("categories");
    assert!(categories.iter().all(|category| category.code != "pothole"));
}

#[tokio::test]
async fn a_dry_run_counts_an_id_that_stands_twice_as_the_import_does() {
    let site = site().await;
    let text = "id,status,category,reported_at,text\n7,open,Lampu jalan,2026-01-01,a\n7,open,Lampu jalan,2026-01-01,a\n\
        7,open,Lampu jalan,2026-01-01,b\n8,open,Lampu jalan,2026-01-01,b\n";
    let (foreseen, _) = import(&site, text, &dry()).await;
    let (summary, _) = import(&site, text, &options()).await;
    assert_eq!(foreseen, summary);
    assert_eq!((summary.new, summary.changed, summary.same), (2, 1, 1));
}

#[tokio::test]
async fn a_text_of_the_standards_length_is_taken_and_personal_columns_are_not() {
    let site = site().await;
    let long = "x".repeat(4000);
    let text = format!(
        "id,status,category,reported_at,text,Kontak,nomor telepon pelapor,Catatan\n\
         1,open,Lampu jalan,2026-01-01,{long},0812,081234567890,hubungi 081234567890\n\
         2,open,Lampu jalan,2026-01-01,{long}x,,,\n"
    );
    let (summary, _) = import(&site, &text, &options()).await;
    assert_eq!((summary.new, summary.refused), (1, 1));
    let kept = known(&site, "1").await.attributes.expect("attributes");
    assert!(kept.contains("Catatan") && !kept.contains("0812") && !kept.contains("Kontak"), "{kept}");
    let utf16: Vec<u8> = "\u{feff}id,status\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut told = Kept::default();
    let error = run(&site.app.directory, TEST_REGION, utf16.as_slice(), &options(), &mut told).await;
    assert!(error.is_err_and(|error| error.to_string().contains("UTF-16")));
}
