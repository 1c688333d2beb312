//! "Atas nama": what an officer enters for a citizen, from a pasted message to the slip.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::{Actor, Role};
use simpul_report::actions::{SaveCategory, SeedRules};
use simpul_report::model::question::DataType;
use simpul_report::model::{Category, Question, Questions, Source, what};
use simpul_report::sql;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

struct Town {
    site: TestSite,
    kecamatan: Uuid,
    village: String,
    district: String,
    officer: Browser,
}

async fn town() -> Town {
    let build = |builder: simpul_shell::AppBuilder| builder.messages(simpul_report::MESSAGES);
    let site = TestSite::new(&[simpul_report::MIGRATIONS], simpul_report::routes(), build).await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.import_areas(&ctx, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
    let (dishub, kecamatan) = (site.agency("Dishub").await.unwrap(), site.agency("Kecamatan Masamba").await.unwrap());
    let seed = SeedRules { agencies: vec![("Dishub".to_owned(), dishub)] };
    site.app.directory.write(&ctx, seed).await.unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dotted = |code| simpul_kernel::area::AreaCode::from_number(code).unwrap().to_string();
    let village = &place.villages[0];
    let (village, district) = (dotted(village.code), dotted(village.district));
    let officer = site.sign_in_as(Role::FieldOfficer, Some(kecamatan)).await.unwrap();
    Town { site, kecamatan, village, district, officer }
}

async fn upload(browser: &mut Browser, fields: &[(&str, &str)]) -> TestAnswer {
    let token = browser.token();
    let mut body = String::new();
    for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
        body.push_str(&format!("--garis\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    body.push_str("--garis--\r\n");
    let kind = Some("multipart/form-data; boundary=garis");
    browser.send(Method::POST, "/kotak/baru", kind, Body::from(body)).await
}

/// The entry of a street lamp that was named at the counter, with other values in place of the usual ones.
fn entry<'a>(village: &'a str, other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("source", "counter"),
        ("said_on", "2026-10-30"),
        ("said_time", ""),
        ("category", "lampu_jalan"),
        ("village", village),
        ("landmark", "dekat lapangan"),
        ("point", ""),
        ("text", "Lampu mati sejak Senin"),
        ("mode", "named"),
        ("name", "Budi"),
        ("phone", "0812 3456 7890"),
        ("email", ""),
        ("reference", ""),
        ("asked", "lampu_jalan"),
    ];
    for (name, value) in other {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

impl Town {
    /// Files the entry; answers the report's number and the slip.
    async fn filed(&mut self, key: &str, other: &[(&str, &str)]) -> (String, TestAnswer) {
        let village = self.village.clone();
        let mut fields = entry(&village, other);
        fields.push(("key", key));
        let done = upload(&mut self.officer, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
        let slip = self.officer.get(done.location()).await;
        let at = slip.text.find("LUTRA-").unwrap();
        (slip.text[at..at + 15].to_owned(), slip)
    }

    async fn report(&self, number: &str) -> simpul_report::model::Report {
        let mut conn = self.site.app.db.read(TEST_REGION).await.unwrap();
        sql::by_number(&mut conn, number).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn an_officer_of_a_kecamatan_files_for_a_citizen_who_gets_a_slip_with_the_key() {
    let mut town = town().await;
    let (number, slip) = town.filed(&Uuid::from_u128(1).to_string(), &[]).await;
    let link = slip.text.split("/laporan/").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    let own = town.site.browser().get(&format!("/laporan/{}", link.trim())).await;
    assert!(own.status == StatusCode::OK && own.text.contains("Lampu mati sejak Senin"), "{}", own.text);
    let public = town.site.browser().get(&format!("/laporan/{number}")).await;
    assert!(public.text.contains("disampaikan lewat loket"), "{}", public.text);
    assert!(!public.text.contains("Budi"), "the name is the agency's");
    let report = town.report(&number).await;
    assert_eq!(report.source, Source::Counter);
    assert!(report.owes(what::VERIFY) && report.deadlines.verify > report.times.reported);
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    let filed = sql::filed::filed(&mut conn, report.id).await.unwrap().unwrap();
    assert!(filed.said < report.times.reported, "deadlines begin at the entry and not when it was said");
}

#[tokio::test]
async fn the_same_entry_twice_is_one_report_and_one_slip() {
    let mut town = town().await;
    let key = Uuid::from_u128(2).to_string();
    let (first, _) = town.filed(&key, &[]).await;
    let (second, _) = town.filed(&key, &[]).await;
    assert_eq!(first, second);
    let mut other = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let slip = other.get(&format!("/kotak/baru/{key}/tanda-terima")).await;
    assert_eq!(slip.status, StatusCode::NOT_FOUND, "a slip holds the citizen's key: it is its officer's alone");
}

#[tokio::test]
async fn a_pasted_message_fills_the_page_and_sends_nothing() {
    let mut town = town().await;
    let paste = "[30/10/26 08.10] ~ Ibu Sari: Jalan <b>rusak</b>\ndi depan sekolah\n[30/10/26 08.12] Loket: Di mana?";
    let page = upload(&mut town.officer, &[("paste", paste), ("fill", "1")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for said in ["Ibu Sari", "2026-10-30", "08:10", "1 pesan orang lain tidak ikut", "depan sekolah"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    assert!(page.text.contains("value=\"whatsapp\" selected") && !page.text.contains("<b>rusak"), "{}", page.text);
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    assert!(sql::by_number(&mut conn, "LUTRA-2611-0001").await.unwrap().is_none());
    let empty = upload(&mut town.officer, &[("paste", "  "), ("fill", "1")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn all_that_is_wrong_is_said_at_once_and_nothing_typed_is_lost() {
    let mut town = town().await;
    let wrong = [
        ("source", "web"),
        ("said_on", "2026-12-24"),
        ("category", ""),
        ("point", "dekat masjid"),
        ("phone", "12"),
        ("text", "  "),
        ("landmark", "Simpang <tiga>"),
    ];
    let village = town.village.clone();
    let refused = upload(&mut town.officer, &entry(&village, &wrong)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["source", "said_on", "category", "point", "phone", "text"] {
        assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", refused.text);
    }
    assert!(refused.text.contains("Simpang &#60;tiga&#62;") && refused.text.contains("dekat masjid"));
    let old = upload(&mut town.officer, &entry(&village, &[("said_on", "2024-01-01")])).await;
    assert!(old.text.contains("366 hari terakhir"), "{}", old.text);
    let district = town.district.clone();
    let vague = upload(&mut town.officer, &entry(&district, &[("landmark", "")])).await;
    assert!(vague.text.contains("href=\"#landmark\""), "a district alone leads no crew: {}", vague.text);
}

#[tokio::test]
async fn what_is_there_already_is_offered_before_it_is_filed_again() {
    let mut town = town().await;
    let here = [("point", "https://maps.google.com/?q=-2.5489,120.3221")];
    let (number, _) = town.filed(&Uuid::from_u128(3).to_string(), &here).await;
    let village = town.village.clone();
    let near = [("point", "-2.5490 120.3222"), ("text", "Lampu padam")];
    let offered = upload(&mut town.officer, &entry(&village, &near)).await;
    assert_eq!(offered.status, StatusCode::OK);
    assert!(offered.text.contains(&number) && offered.text.contains("Lampu padam"), "{}", offered.text);
    let mut same = entry(&village, &near);
    same.push(("follow", &number));
    let followed = upload(&mut town.officer, &same).await;
    assert_eq!(followed.location(), "/kotak/baru", "{}", followed.text);
    assert_eq!(town.report(&number).await.follower_count, 1);
    let (new, _) = town.filed(&Uuid::from_u128(4).to_string(), &[near[0], near[1], ("different", "1")]).await;
    assert_ne!(new, number);
}

#[tokio::test]
async fn without_a_point_what_came_from_the_same_village_is_offered() {
    let mut town = town().await;
    let (number, _) = town.filed(&Uuid::from_u128(7).to_string(), &[]).await;
    let village = town.village.clone();
    let offered = upload(&mut town.officer, &entry(&village, &[("text", "Lampu padam")])).await;
    assert!(offered.status == StatusCode::OK && offered.text.contains(&number), "{}", offered.text);
    let district = town.district.clone();
    let (elsewhere, _) = town.filed(&Uuid::from_u128(8).to_string(), &[("village", &district)]).await;
    assert_ne!(elsewhere, number, "of a district alone nobody knows what is the same");
    let secret = [("mode", "secret"), ("text", "Lampu dicuri petugas")];
    let (secret, _) = town.filed(&Uuid::from_u128(9).to_string(), &secret).await;
    assert_ne!(secret, number, "a secret report is compared with nothing");
}

/// The questions of a lamp: its number must be said.
async fn ask_for_the_pole(town: &Town) {
    let ctx = town.site.db.ctx(Actor::system("test"));
    let known = sql::categories(&mut town.site.db.db.read(TEST_REGION).await.unwrap()).await.unwrap();
    let known = known.into_iter().find(|category| category.code == "lampu_jalan").unwrap();
    let pole = Question {
        code: "tiang".into(),
        datatype: DataType::Line,
        required: true,
        description: "Nomor tiang?".into(),
        description_en: "Number of the pole?".into(),
        hint: String::new(),
        values: Vec::new(),
    };
    let category = Category { questions: Questions(vec![pole]), ..known };
    town.site.app.directory.write(&ctx, SaveCategory { category, seen: None }).await.unwrap();
}

#[tokio::test]
async fn the_questions_of_the_category_are_asked_before_the_entry_is_filed() {
    let mut town = town().await;
    ask_for_the_pole(&town).await;
    let village = town.village.clone();
    let first = upload(&mut town.officer, &entry(&village, &[("asked", "")])).await;
    assert_eq!(first.status, StatusCode::OK, "what was not asked yet is no mistake: {}", first.text);
    for part in ["Nomor tiang?", "name=\"answers-tiang\"", "Jawab pertanyaan untuk kategori ini", "Lampu mati sejak"] {
        assert!(first.text.contains(part), "{part}: {}", first.text);
    }
    let answered = |answer: &'static str| [("asked", "lampu_jalan"), ("answers-tiang", answer)];
    let missing = upload(&mut town.officer, &entry(&village, &answered(" "))).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.text.contains("href=\"#answers-tiang\""), "{}", missing.text);
    let other = [("asked", "sampah"), ("answers-tiang", "LJ-17")];
    let other = upload(&mut town.officer, &entry(&village, &other)).await;
    assert_eq!(other.status, StatusCode::OK, "what another category asked counts for nothing");
    let (number, _) = town.filed(&Uuid::from_u128(10).to_string(), &answered("LJ-17 <b>")).await;
    assert_eq!(town.report(&number).await.attributes.as_deref(), Some(r#"{"tiang":"LJ-17 <b>"}"#));
}

#[tokio::test]
async fn of_an_anonymous_citizen_no_contact_is_kept_and_a_secret_one_is_nowhere_in_public() {
    let mut town = town().await;
    let (number, slip) = town.filed(&Uuid::from_u128(5).to_string(), &[("mode", "anonymous")]).await;
    assert!(slip.text.contains("Kabar tidak dikirim"), "{}", slip.text);
    let report = town.report(&number).await;
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    assert!(sql::contact(&mut conn, report.id).await.unwrap().is_none());
    drop(conn);
    let secret = [("mode", "secret"), ("text", "Petugas meminta uang")];
    let (number, _) = town.filed(&Uuid::from_u128(6).to_string(), &secret).await;
    let mut visitor = town.site.browser();
    assert_eq!(visitor.get(&format!("/laporan/{number}")).await.status, StatusCode::NOT_FOUND);
    assert!(!visitor.get("/laporan").await.text.contains(&number));
    let staff = town.officer.get(&format!("/kotak/{number}")).await;
    assert_eq!(staff.status, StatusCode::NOT_FOUND, "who wrote it down does not read on in another agency's secret");
}

#[tokio::test]
async fn whoever_may_not_file_for_citizens_finds_no_page() {
    let town = town().await;
    let roles = [(Role::Leader, None), (Role::Auditor, None), (Role::RegionAdmin, None), (Role::Planner, None)];
    for (role, agency) in roles {
        let mut browser = town.site.sign_in_as(role, agency).await.unwrap();
        assert_eq!(browser.get("/kotak/baru").await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    for role in [Role::AgencyOfficer, Role::AgencyHead] {
        let mut browser = town.site.sign_in_as(role, Some(town.kecamatan)).await.unwrap();
        assert_eq!(browser.get("/kotak/baru").await.status, StatusCode::OK, "{role:?}");
    }
    assert_ne!(town.site.browser().get("/kotak/baru").await.status, StatusCode::OK);
}
