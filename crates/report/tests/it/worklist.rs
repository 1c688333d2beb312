//! The officers' list, its files and saved filters, the figures' page, and a leader's directions, through the pages.

use axum::http::StatusCode;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Role};
use simpul_report::actions::{AcceptReport, Reporter, SAVED_FILTERS_MAX_COUNT, SaveCategory, SeedRules, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::question::{Choice, DataType};
use simpul_report::model::{Category, Place, Question, Questions, Source};
use simpul_report::sql;
use simpul_report::{Messenger, reactions};
use simpul_shell::testing::TestSite;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

/// What a spreadsheet would calculate.
const FORMULA: &str = "=HYPERLINK(\"http://evil.test\",\"lampu padam\")";
const SECRET: &str = "minta uang di loket";

struct Town {
    site: TestSite,
    dishub: Uuid,
    dlh: Uuid,
}

impl Town {
    async fn new() -> Town {
        let build =
            |builder: simpul_shell::AppBuilder| simpul_report::furnish(builder.messages(simpul_report::MESSAGES));
        let site = TestSite::new(&[simpul_report::MIGRATIONS], simpul_report::routes(), build).await.unwrap();
        let ctx = site.db.ctx(Actor::system("test"));
        site.app.directory.import_areas(&ctx, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
        let (dishub, dlh) = (site.agency("Dishub").await.unwrap(), site.agency("DLH").await.unwrap());
        let agencies = vec![("Dishub".to_owned(), dishub), ("DLH".to_owned(), dlh)];
        site.app.directory.write(&ctx, SeedRules { agencies }).await.unwrap();
        Town { site, dishub, dlh }
    }

    async fn sent(&self, category: &str, text: &str) -> (Uuid, String) {
        self.submitted(category, text, None).await
    }

    /// A report of a category that asks for a post's number and a colour, with those answers.
    async fn answered(&self, category: &str, answers: &str) {
        let question = |code: &str, asked: &str, values: Vec<Choice>| Question {
            code: code.into(),
            datatype: if values.is_empty() { DataType::Line } else { DataType::Many },
            required: false,
            description: asked.into(),
            description_en: String::new(),
            hint: String::new(),
            values,
        };
        let choice = |key: &str, name: &str| Choice { key: key.into(), name: name.into(), name_en: String::new() };
        let colours = vec![choice("m", "Merah"), choice("p", "Putih")];
        let questions = vec![question("tiang", "Nomor tiang?", Vec::new()), question("warna", "Warna?", colours)];
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let known = sql::categories(&mut conn).await.unwrap().into_iter().find(|c| c.code == category).unwrap();
        drop(conn);
        let category = Category { questions: Questions(questions), ..known };
        let code = category.code.clone();
        let save = SaveCategory { category, seen: None };
        self.site.app.directory.write(&self.site.db.ctx(Actor::system("test")), save).await.unwrap();
        self.submitted(&code, "Lampu padam", Some(answers)).await;
    }

    async fn submitted(&self, category: &str, text: &str, answers: Option<&str>) -> (Uuid, String) {
        let place = self.site.app.directory.of(TEST_REGION).await.unwrap();
        let village = place.villages[0].clone();
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let desk = std::sync::Arc::new(Desk::open(&mut conn, place).await.unwrap());
        drop(conn);
        let submit = SubmitReport {
            key: self.site.app.db.env().new_id(),
            desk,
            category: category.to_owned(),
            place: Place { village: Some(village.code), district: Some(village.district), ..Place::default() },
            text: text.to_owned(),
            photos: Vec::new(),
            reporter: Reporter {
                name: Some("Sitti Warga".into()),
                phone: Some("081234567890".into()),
                ..Reporter::default()
            },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: answers.map(str::to_owned),
            previous: None,
        };
        let sent = self.site.db.db.write(&self.site.db.ctx(Actor::citizen()), submit).await.unwrap();
        (sent.id, sent.number)
    }

    async fn pass(&self, days: i64) {
        self.site.db.clock.advance(days * DAY_MICROS);
        let directory = self.site.app.directory.clone();
        let messenger = Messenger { directory, text: false, email: false, base_url: None };
        self.site.db.settle(&reactions(messenger)).await.unwrap();
    }
}

/// A line of a CSV file, counted from 0.
fn record(file: &str, line: usize) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.as_bytes());
    let found = reader.records().nth(line).unwrap().unwrap();
    found.iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_list_is_asked_for_by_its_address_and_a_fault_in_it_is_named() {
    let town = Town::new().await;
    let (_, lamp) = town.sent("lampu_jalan", "Lampu padam di lorong").await;
    let (_, waste) = town.sent("sampah", "Sampah menumpuk").await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let all = coordinator.get("/kotak/daftar").await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.text);
    assert!(all.text.contains(&lamp) && all.text.contains(&waste) && all.text.contains("2 aduan."), "{}", all.text);
    let one = coordinator.get("/kotak/daftar?kategori=sampah&status=terbuka").await.text;
    assert!(!one.contains(&lamp) && one.contains(&waste) && one.contains("1 aduan."), "{one}");
    let words = coordinator.get("/kotak/daftar?cari=LORONG+padam").await.text;
    assert!(words.contains(&lamp) && !words.contains(&waste), "{words}");
    let number = coordinator.get(&format!("/kotak/daftar?cari={lamp}")).await;
    assert_eq!(number.location(), format!("/kotak/{lamp}"));
    let wrong = coordinator.get("/kotak/daftar?dari=31-12-2026").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("Tulis tanggal seperti 2026-11-22") && wrong.text.contains("31-12-2026"));
}

#[tokio::test]
async fn nobody_lists_finds_or_takes_out_what_is_secret_to_them() {
    let town = Town::new().await;
    town.sent("lampu_jalan", "Lampu padam").await;
    let (_, secret) = town.sent("pungli_rahasia", SECRET).await;
    for (role, agency) in [
        (Role::AgencyOfficer, Some(town.dishub)),
        (Role::ReportCoordinator, None),
        (Role::Leader, None),
        (Role::Planner, None),
        (Role::RegionAdmin, None),
    ] {
        let mut officer = town.site.sign_in_as(role, agency).await.unwrap();
        for path in [
            "/kotak/daftar?urut=terbaru",
            "/kotak/daftar?cari=loket",
            "/angka/daftar?urut=terlama",
            "/angka/daftar?urut=batas&kategori=pungli_rahasia",
            "/kotak/daftar/unduh?jenis=csv",
            "/kotak/daftar/unduh?jenis=csv&pelapor=1",
        ] {
            let page = officer.get(path).await;
            let known = !page.text.contains(&secret) && !page.text.contains(SECRET);
            assert!(known, "{role:?} {path}: {}", page.text);
        }
        let figures = officer.get("/angka?menurut=kategori").await.text;
        let total = figures.split("<tfoot>").nth(1).unwrap();
        assert!(total.contains(">1</a>") && !total.contains(">2</a>"), "{role:?}: {total}");
    }
    let mut auditor = town.site.sign_in_as(Role::Auditor, None).await.unwrap();
    assert!(auditor.get("/kotak/daftar?urut=terbaru").await.text.contains(&secret));
    assert!(auditor.get("/angka?menurut=kategori").await.text.contains(">2</a>"));
}

#[tokio::test]
async fn a_file_holds_no_formula_and_no_person_unless_asked_and_every_one_is_kept_in_the_log() {
    let town = Town::new().await;
    town.sent("lampu_jalan", FORMULA).await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let file = officer.get("/kotak/daftar/unduh?jenis=csv-excel").await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    assert!(file.text.starts_with("\u{feff}DATA CONTOH – BUKAN DATA RESMI\r\nNomor;Keadaan;"), "{}", file.text);
    assert!(file.text.contains("\"'=HYPERLINK(") && file.text.contains("Masuk (WITA)"), "{}", file.text);
    assert!(!file.text.contains("Sitti") && !file.text.contains("81234567890"), "{}", file.text);
    let people = officer.get("/kotak/daftar/unduh?jenis=csv&pelapor=1").await.text;
    assert!(people.contains("Sitti Warga") && people.contains("Telepon pelapor"), "{people}");
    let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let public = other.get("/kotak/daftar/unduh?jenis=csv&pelapor=1").await.text;
    assert!(public.contains("HYPERLINK") && !public.contains("Sitti"), "{public}");
    let mut planner = town.site.sign_in_as(Role::Planner, None).await.unwrap();
    assert!(!planner.get("/kotak/daftar/unduh?jenis=csv&pelapor=1").await.text.contains("Sitti"));
    let book = officer.get("/kotak/daftar/unduh?jenis=xlsx").await;
    assert!(book.status == StatusCode::OK && book.text.starts_with("PK"));
    let mut assessor = town.site.sign_in_as(Role::Assessor, None).await.unwrap();
    assert_eq!(assessor.get("/kotak/daftar/unduh").await.status, StatusCode::FORBIDDEN);
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let looks = simpul_people::sql::access::recent(&mut conn, None, 20).await.unwrap();
    let count = |what: &str| looks.iter().filter(|look| look.what == what).count();
    assert_eq!((count("report_export"), count("report_export_people")), (3, 2));
}

#[tokio::test]
async fn answers_stand_in_a_column_each_where_one_category_is_asked_for_and_in_lines_otherwise() {
    let town = Town::new().await;
    let kept = r#"{"tiang":"=T-12","warna":["m","p"],"phone":"0812","lama":"dua hari"}"#;
    town.answered("lampu_jalan", kept).await;
    town.sent("sampah", "Sampah menumpuk").await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let file = officer.get("/kotak/daftar/unduh?jenis=csv&kategori=lampu_jalan").await.text;
    let (head, row) = (record(&file, 1), record(&file, 2));
    assert_eq!(head[20..], ["Nomor tiang?", "Warna?", "Jawaban lain"], "{file}");
    assert_eq!(row[20..], ["'=T-12", "Merah, Putih", "lama: dua hari"], "{file}");
    let file = officer.get("/kotak/daftar/unduh?jenis=csv&urut=terlama").await.text;
    assert_eq!(record(&file, 1)[20..], ["Jawaban"], "{file}");
    assert_eq!(record(&file, 2)[20..], ["Nomor tiang?: =T-12\nWarna?: Merah, Putih\nlama: dua hari"], "{file}");
    let people = officer.get("/kotak/daftar/unduh?jenis=csv&kategori=lampu_jalan&pelapor=1").await.text;
    assert_eq!(record(&people, 2)[22], "lama: dua hari\nTelepon: 0812", "{people}");
    // Another agency reads what the public reads: what was chosen from a list.
    let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let file = other.get("/kotak/daftar/unduh?jenis=csv&kategori=lampu_jalan&pelapor=1").await.text;
    assert_eq!(record(&file, 2)[20..23], ["", "Merah, Putih", ""], "{file}");
    let file = other.get("/kotak/daftar/unduh?jenis=csv&urut=terlama").await.text;
    assert_eq!(record(&file, 2)[20..], ["Warna?: Merah, Putih"], "{file}");
}

#[tokio::test]
async fn a_filter_is_saved_renamed_deleted_and_belongs_to_its_officer_alone() {
    let town = Town::new().await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let save = officer.post("/kotak/saringan", &[("name", "Terlambat saya"), ("query", "terlambat=1&x=2")]).await;
    assert_eq!(save.location(), "/kotak/daftar?terlambat=1");
    assert!(officer.get("/kotak").await.text.contains(r#"href="/kotak/daftar?terlambat=1">Terlambat saya</a>"#));
    let twice = officer.post("/kotak/saringan", &[("name", "Terlambat saya"), ("query", "")]).await;
    assert!(twice.status == StatusCode::UNPROCESSABLE_ENTITY && twice.text.contains("Pakai nama lain"));
    let mut other = town.site.sign_in_as(Role::AgencyHead, Some(town.dishub)).await.unwrap();
    assert!(!other.get("/kotak").await.text.contains("Terlambat saya"));
    let page = officer.get("/kotak/saringan").await.text;
    let path = page.split("action=\"").find(|part| part.starts_with("/kotak/saringan/")).unwrap();
    let path = path.split('"').next().unwrap().to_owned();
    assert_eq!(other.post(&path, &[("name", "Curian")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(&format!("{path}/hapus"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(officer.post(&path, &[("name", "Lewat batas")]).await.status, StatusCode::SEE_OTHER);
    assert!(officer.get("/kotak").await.text.contains("Lewat batas"));
    assert_eq!(officer.post(&format!("{path}/hapus"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!officer.get("/kotak").await.text.contains("Lewat batas"));
    for at in 0..SAVED_FILTERS_MAX_COUNT {
        let saved = officer.post("/kotak/saringan", &[("name", &*format!("S{at}")), ("query", "")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
    }
    let full = officer.post("/kotak/saringan", &[("name", "Satu lagi"), ("query", "")]).await;
    assert!(full.text.contains("paling banyak 20 saringan"), "{}", full.text);
}

#[tokio::test]
async fn figures_say_what_they_mean_and_an_empty_span_has_no_figures_and_no_zero_percent() {
    let town = Town::new().await;
    let mut planner = town.site.sign_in_as(Role::Planner, None).await.unwrap();
    let empty = planner.get("/angka").await;
    assert!(empty.status == StatusCode::OK && empty.text.contains("Tidak ada aduan yang masuk"), "{}", empty.text);
    let (id, _) = town.sent("lampu_jalan", "Lampu padam").await;
    let accept = AcceptReport { report: id, version: None, class: None };
    let ctx = town.site.db.ctx(Actor::system("test"));
    town.site.app.directory.write(&ctx, accept).await.unwrap();
    for (lang, means) in [("id", "Yang ditolak, diteruskan, digabung"), ("en", "Rejected, forwarded, merged")] {
        let page = planner.get(&format!("/angka?menurut=bulan&lang={lang}")).await.text;
        assert!(page.contains(means) && page.contains("report.answer_time"), "{page}");
        assert!(!page.contains("0,0%") && !page.contains("0.0%") && !page.contains("NaN"), "{page}");
    }
    let long = planner.get("/angka?dari=2020-01-01&sampai=2026-11-30").await;
    assert!(long.status == StatusCode::UNPROCESSABLE_ENTITY && long.text.contains("paling lama 24 bulan"));
    let file = planner.get("/angka/unduh?menurut=perangkat&jenis=csv").await.text;
    assert!(
        file.contains("DATA CONTOH") && file.contains("\nDishub,1,1,0,") && file.contains("report.fixed"),
        "{file}"
    );
    let mut field = town.site.sign_in_as(Role::FieldOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(field.get("/angka").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_leaders_direction_stands_above_the_agencys_inbox_and_not_before_the_public() {
    let town = Town::new().await;
    let (id, number) = town.sent("lampu_jalan", "Lampu padam").await;
    let ctx = town.site.db.ctx(Actor::system("test"));
    town.site.app.directory.write(&ctx, AcceptReport { report: id, version: None, class: None }).await.unwrap();
    town.pass(30).await;
    let mut leader = town.site.sign_in_as(Role::Leader, None).await.unwrap();
    let form = format!("/kotak/{number}/arahan");
    assert_eq!(leader.get(&form).await.status, StatusCode::OK);
    let fields = |by| [("kind", "study"), ("by", by), ("text", "Jelaskan mengapa lampu belum diganti")];
    let past = leader.post(&form, &fields("2026-11-01")).await;
    assert!(past.status == StatusCode::UNPROCESSABLE_ENTITY && past.text.contains("Pilih tanggal dari hari ini"));
    let given = leader.post(&form, &fields("2026-12-24")).await;
    assert_eq!(given.location(), "/pimpinan", "{}", given.text);
    let mut own = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let inbox = own.get("/kotak").await.text;
    assert!(inbox.contains("Minta telaahan tertulis") && inbox.contains(&format!("/kotak/{number}")), "{inbox}");
    let page = own.get(&format!("/kotak/{number}")).await.text;
    assert!(page.contains("Jelaskan mengapa lampu belum diganti") && page.contains("Arahan pimpinan"), "{page}");
    assert_eq!(own.post(&form, &fields("2026-12-24")).await.status, StatusCode::FORBIDDEN);
    let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    assert!(!other.get("/kotak").await.text.contains("Minta telaahan"));
    let public = town.site.browser().get(&format!("/laporan/{number}")).await.text;
    assert!(!public.contains("Jelaskan mengapa") && !public.contains("Arahan"), "{public}");
}
