//! A figure of the plan, and one that became evidence, is the very number of the room's own page.

use axum::http::StatusCode;
use simpul_emergency::actions::SeedTypes;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_kernel::{Actor, Role};
use simpul_plan::actions::OpenPeriods;
use simpul_plan::model::figure::Snapshot;
use simpul_plan::model::{Period, PeriodKind, Quantity};
use simpul_plan::sql;
use simpul_report::actions::{AcceptReport, Reporter, ResolveReport, StartWork};
use simpul_report::model::ReporterMode;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::{sent, sent_by, town};

async fn solved(site: &TestSite, report: Uuid) {
    let (system, version) = (site.db.ctx(Actor::system("test")), None);
    let directory = &site.app.directory;
    directory.write(&system, AcceptReport { report, version, class: None }).await.unwrap();
    directory.write(&system, StartWork { report, version, note: None }).await.unwrap();
    let (text, no_photo_reason) = ("Lampu sudah diganti.".to_owned(), Some("Tidak dapat difoto malam hari".to_owned()));
    let resolve = ResolveReport { report, version, text, photos: Vec::new(), no_photo_reason };
    directory.write(&system, resolve).await.unwrap();
}

/// Three open reports of dark lamps, one of them solved, and a secret one that nobody may count.
async fn lamps(site: &TestSite) {
    for number in 0..3 {
        let report = sent(site, TEST_REGION, &format!("Lampu mati di lorong {number}"), Vec::new()).await;
        if number == 0 {
            solved(site, report.id).await;
        }
    }
    let reporter = Reporter {
        mode: Some(ReporterMode::Secret),
        name: Some("Sitti".into()),
        phone: Some("081300001111".into()),
        email: None,
    };
    sent_by(site, TEST_REGION, "Lampu mati, tolong rahasiakan nama saya", Vec::new(), reporter).await;
}

/// The months of 2026 in a plan with one quick win, whose indicator the system counts; the newest month is open.
async fn planned(site: &TestSite) -> (Browser, Period, String) {
    let mut planner = site.sign_in_as(Role::Planner, None).await.unwrap();
    let years = [("from_year", "2026"), ("to_year", "2026")];
    let head = [("name", "Kota Contoh Cerdas"), ("framework", "enam-dimensi")];
    let plan = planner.post("/rencana/atur", &[&head[..], &years[..]].concat()).await.location().to_owned();
    assert_eq!(planner.post(&format!("{plan}/berlaku"), &[]).await.status, StatusCode::SEE_OTHER);
    let one = [("kind", "quick_win"), ("name", "Penerangan jalan"), ("agency", "Dishub"), ("dimension", "living")];
    let added = planner.post(&format!("{plan}/program"), &[&one[..], &years[..]].concat()).await;
    let programme = added.location().trim_end_matches("/ubah").to_owned();
    let change = [("name", "Penerangan jalan"), ("agency", "Dishub"), ("dimension", "living"), ("why", "Terbuka")];
    let change = [&change[..], &years[..], &[("version", "1"), ("public", "on")]].concat();
    assert_eq!(planner.post(added.location(), &change).await.status, StatusCode::SEE_OTHER);
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let plan = sql::plan::in_force(&mut conn).await.unwrap().unwrap().id;
    let system = site.db.ctx(Actor::system("test"));
    let (kind, first_month, calendar) = (PeriodKind::Month, 1, Calendar::standard(Zone::Wita));
    site.db
        .db
        .write(&system, OpenPeriods { plan, year: 2026, kind, first_month, calendar, days: Default::default() })
        .await
        .unwrap();
    let today = Zone::Wita.date(site.app.db.env().now());
    let periods = sql::progress::periods(&mut conn, plan).await.unwrap();
    let runs = periods.into_iter().find(|one| (one.first_day..=one.last_day).contains(&today)).unwrap();
    (planner, runs, programme)
}

const INDICATOR: &[(&str, &str)] = &[("name", "Aduan lampu"), ("unit", "titik"), ("counting", "accumulative")];

/// What the column of that name holds in the last row but the meanings of the room's own table.
fn told(table: &str, column: &str) -> String {
    let mut lines = table.lines().skip_while(|line| !line.contains("Tepat waktu"));
    let place = lines.next().unwrap().split(',').position(|name| name.trim_matches('"') == column).unwrap();
    let row = lines.find(|line| line.starts_with("Semua,")).unwrap_or_else(|| panic!("{table}"));
    row.split(',').nth(place).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_that_the_system_counts_tells_what_the_rooms_page_tells() {
    let site = town().await;
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedTypes).await.unwrap();
    lamps(&site).await;
    let (mut planner, period, programme) = planned(&site).await;
    let form = format!("{programme}/indikator/baru");
    for (figure, narrowed, says) in [
        ("report.nothing", "", "tidak ada di sistem ini"),
        ("call.count", "lampu_jalan", "tidak dapat dipilah menurut"),
        ("report.received", "lampu_taman", "tidak dikenal"),
    ] {
        let fields = [INDICATOR, &[("figure", figure), ("figure-category", narrowed)]].concat();
        let refused = planner.post(&form, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{figure}");
        assert!(refused.text.contains(says), "{figure}: {}", refused.text);
    }
    let fields = [INDICATOR, &[("figure", "report.received"), ("figure-category", "lampu_jalan")]].concat();
    let saved = planner.post(&form, &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let indicator: Uuid = saved.location().rsplit('/').next().unwrap().parse().unwrap();
    let seen = site.browser().get(&programme).await.text;
    assert!(seen.contains("3 aduan") && seen.contains("Aduan masuk (Kategori: "), "{seen}");

    site.db.clock.set(period.opens_at);
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dishub = place.agency_by_short("Dishub").unwrap().id;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let code = programme.rsplit('/').next().unwrap();
    let path = format!("/kotak/laporan-kemajuan/{code}/{}", period.id);
    assert!(officer.get(&path).await.text.contains("Dihitung dari sistem"));
    let said = [("sentence", "Tiang sudah berdiri"), ("version", "0"), ("submit", "1")];
    let name = format!("value-{indicator}");
    let typed = officer.post(&path, &[&said[..], &[(name.as_str(), "99")]].concat()).await;
    assert!(typed.text.contains("dihitung dari sistem. Kosongkan"), "{}", typed.text);
    let handed_in = officer.post(&path, &said).await;
    assert_eq!(handed_in.status, StatusCode::SEE_OTHER, "{}", handed_in.text);
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let (head, _) = simpul_store::journal::head(&mut conn).await.unwrap();
    let one = sql::plan::programme_by_code(&mut conn, code).await.unwrap().unwrap();
    let progress = sql::progress::at(&mut conn, one.id, period.id).await.unwrap().unwrap();
    let values = sql::progress::values(&mut conn, progress.id).await.unwrap();
    let amounts: Vec<(Uuid, Quantity)> = values.iter().map(|told| (told.indicator, told.amount)).collect();
    assert_eq!(amounts, [(indicator, Quantity::whole(3))], "the secret one is in no figure");
    let taken = sql::live::of_progress(&mut conn, progress.id).await.unwrap();
    assert_eq!((taken[0].figure.as_str(), taken[0].cases), ("report.received{category=lampu_jalan}", 3));
    assert!((1..head).contains(&taken[0].seq), "the line before the report's own");
    // What comes in later does not move what was handed in.
    sent(&site, TEST_REGION, "Satu lagi mati", Vec::new()).await;
    assert_eq!(sql::progress::values(&mut conn, progress.id).await.unwrap(), values);
    let mut secretary = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let checked = secretary.get(&format!("/rencana/periksa/{}", period.id)).await.text;
    assert!(checked.contains("1 November 2026 – 23 November 2026, 3 kasus"), "until the day: {checked}");
}

async fn attach(browser: &mut Browser, figure: &str, more: &[(&str, &str)]) -> (String, Snapshot) {
    let fields = [&[("figure", figure)], more].concat();
    let made = browser.post("/bukti/angka", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{figure}: {}", made.text);
    let path = made.location().to_owned();
    let file = browser.get(&format!("{path}/berkas/1")).await;
    (path, Snapshot::read(file.text.as_bytes()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_that_became_evidence_is_the_number_of_the_rooms_page() {
    let site = town().await;
    lamps(&site).await;
    let (mut planner, period, programme) = planned(&site).await;
    let (first, last) = (period.first_day.to_string(), period.last_day.to_string());
    let table = format!("/angka/unduh?jenis=csv&kategori=lampu_jalan&dari={first}&sampai={last}");
    let table = planner.get(&table).await.text;
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dishub = place.agency_by_short("Dishub").unwrap().id;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let agency = dishub.to_string();
    let code = programme.rsplit('/').next().unwrap();
    let days = [("from", first.as_str()), ("to", last.as_str()), ("agency", agency.as_str())];
    let more = [&days[..], &[("figure-category", "lampu_jalan"), ("program", code)]].concat();
    for (figure, column) in [
        ("report.received", "Masuk"),
        ("report.open", "Terbuka"),
        ("report.fixed", "Selesai"),
        ("report.on_time_rate", "Tepat waktu"),
    ] {
        let (path, snapshot) = attach(&mut officer, figure, &more).await;
        assert_eq!(snapshot.value.as_deref(), Some(told(&table, column).as_str()), "{figure}: {table}");
        assert_eq!(snapshot.figure, format!("{figure}{{category=lampu_jalan}}"));
        assert!(!snapshot.definition.is_empty() && snapshot.journal.seq > 0 && snapshot.journal.hash.len() == 64);
        assert!(snapshot.sample.contains("DATA CONTOH"));
        let page = officer.get(&path).await.text;
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        let file = sql::evidence::file(&mut site.db.db.read(TEST_REGION).await.unwrap(), id, 1).await.unwrap();
        let (kept, digest) = (snapshot.to_bytes().unwrap(), file.unwrap().digest);
        assert_eq!(site.db.db.files().get(TEST_REGION, &digest).await.unwrap().to_vec(), kept);
        assert!(page.contains(&digest.to_string()) && page.contains("Dibuat oleh sistem"), "{page}");
        assert!(page.contains("Program"), "it is claimed for the programme");
    }
    // Nobody types a figure, and nobody writes over one.
    let none = officer.post("/bukti/angka", &days).await;
    assert!(
        none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("Pilih angka sistem"),
        "{}",
        none.text
    );
    let backwards = [("figure", "report.received"), ("from", last.as_str()), ("to", first.as_str())];
    assert_eq!(officer.post("/bukti/angka", &backwards).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let others = [("figure", "report.received"), ("from", first.as_str()), ("to", last.as_str())];
    let others = [&others[..], &[("agency", "00000000-0000-0000-0000-000000000001")]].concat();
    assert!(officer.post("/bukti/angka", &others).await.status.is_client_error());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_indicator_is_told_by_district_where_that_was_asked_for() {
    let site = town().await;
    let (mut planner, period, programme) = planned(&site).await;
    let fields = [INDICATOR, &[("by_district", "on")]].concat();
    let saved = planner.post(&format!("{programme}/indikator/baru"), &fields).await;
    let indicator = saved.location().rsplit('/').next().unwrap().to_owned();
    site.db.clock.set(period.opens_at);
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dishub = place.agency_by_short("Dishub").unwrap().id;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let code = programme.rsplit('/').next().unwrap();
    let path = format!("/kotak/laporan-kemajuan/{code}/{}", period.id);
    let district = place.districts.first().unwrap();
    let (whole, part) = (format!("value-{indicator}"), format!("district-{indicator}_{}", district.code));
    let form = officer.get(&path).await.text;
    assert!(form.contains(&part) && form.contains(&district.name), "{form}");
    let said = [("sentence", "Berjalan"), ("version", "0"), (whole.as_str(), "480")];
    let wrong = officer.post(&path, &[&said[..], &[(part.as_str(), "banyak")]].concat()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stranger = format!("district-{indicator}_999999");
    let typed = [(part.as_str(), "12,5"), (stranger.as_str(), "7"), ("submit", "1")];
    let done = officer.post(&path, &[&said[..], &typed[..]].concat()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let one = sql::plan::programme_by_code(&mut conn, code).await.unwrap().unwrap();
    let progress = sql::progress::at(&mut conn, one.id, period.id).await.unwrap().unwrap();
    let told = sql::progress::values(&mut conn, progress.id).await.unwrap();
    let told: Vec<(i64, String)> = told.into_iter().map(|told| (told.district, told.amount.plain())).collect();
    assert_eq!(told, [(0, "480".to_owned()), (district.code, "12.5".to_owned())], "999999 is no district of ours");
    let mut secretary = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let checked = secretary.get(&format!("/rencana/periksa/{}", period.id)).await.text;
    assert!(checked.contains(&format!("Aduan lampu · {}", district.name)), "{checked}");
}
