//! What a category asks further, where it ends the form, what may have been reported before, and who keeps all that.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Role};
use simpul_people::KeyScope;
use simpul_report::actions::{ChangeQuestions, SaveCategory};
use simpul_report::model::question::{Change, Choice, DataType};
use simpul_report::model::{Category, Question};
use simpul_report::sql;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::town::{Founded, founded};

struct Town {
    site: TestSite,
    dishub: Uuid,
    village: String,
}

async fn town() -> Town {
    let Founded { site, dishub, village } = founded().await;
    Town { site, dishub, village }
}

fn question(code: &str, datatype: DataType, required: bool) -> Question {
    let choice = |key: &str, name: &str| Choice { key: key.into(), name: name.into(), name_en: "Red".into() };
    Question {
        code: code.into(),
        datatype,
        required,
        description: format!("Tanya {code}?"),
        description_en: format!("Ask {code}?"),
        hint: String::new(),
        values: if datatype.is_list() { vec![choice("m", "Merah"), choice("p", "Putih")] } else { Vec::new() },
    }
}

async fn upload(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> TestAnswer {
    let token = browser.token();
    let all = std::iter::once(("csrf", token.as_str())).chain(fields.iter().copied());
    let part = |(name, value): (&str, &str)| {
        format!("--garis\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = all.map(part).collect::<String>() + "--garis--\r\n";
    browser.send(Method::POST, path, Some("multipart/form-data; boundary=garis"), Body::from(body)).await
}

impl Town {
    async fn ask(&self, category: &str, questions: Vec<Question>) {
        let ctx = self.site.db.ctx(Actor::system("test"));
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let known = sql::categories(&mut conn).await.unwrap().into_iter().find(|c| c.code == category).unwrap();
        drop(conn);
        let category = Category { questions: simpul_report::model::Questions(questions), ..known };
        self.site.app.directory.write(&ctx, SaveCategory { category, seen: None }).await.unwrap();
    }

    fn fields<'a>(&'a self, category: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![("category", category), ("village", &self.village), ("text", text), ("mode", "anonymous")]
    }

    async fn report(&self, number: &str) -> simpul_report::model::Report {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        sql::by_number(&mut conn, number).await.unwrap().unwrap()
    }

    async fn writer(&self) -> Browser {
        let key = self.site.api_key(&[KeyScope::Read, KeyScope::Write, KeyScope::Open311], None).await.unwrap();
        self.site.browser().with("x-api-key", &key)
    }
}

#[tokio::test]
async fn without_a_script_the_questions_come_before_the_answers_are_checked() {
    let town = town().await;
    let warna = question("warna", DataType::One, false);
    town.ask("lampu_jalan", vec![question("tiang", DataType::Line, true), warna]).await;
    let mut citizen = town.site.browser();
    let sent = upload(&mut citizen, "/lapor", &town.fields("lampu_jalan", "Lampu mati")).await;
    assert_eq!(sent.location(), "/lapor/periksa", "what was not asked yet is no mistake: {}", sent.text);
    let asked = citizen.get("/lapor/periksa").await;
    assert_eq!(asked.location(), "/lapor?ubah=pertanyaan");
    let step = citizen.get(asked.location()).await;
    for part in ["Tanya tiang?", "Tanya warna?", "name=\"answers-tiang\"", "value=\"lampu_jalan\"", "Saya tidak tahu"] {
        assert!(step.text.contains(part), "{part}: {}", step.text);
    }
    let step = |answer: &'static str| [("ubah", "pertanyaan"), ("asked", "lampu_jalan"), ("answers-tiang", answer)];
    let missing = upload(&mut citizen, "/lapor", &step(" ")).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.text.contains("href=\"#answers-tiang\">Jawab pertanyaan ini: Tanya tiang?"), "{}", missing.text);
    let given = upload(&mut citizen, "/lapor", &[&step("LJ-17 <b>")[..], &[("answers-warna", "m")]].concat()).await;
    assert_eq!(given.location(), "/lapor/periksa", "{}", given.text);
    let review = citizen.get("/lapor/periksa").await;
    for part in ["LJ-17 &#60;b&#62;", "Merah", "/lapor?ubah=pertanyaan"] {
        assert!(review.text.contains(part), "{part}: {}", review.text);
    }
    let done = citizen.post("/lapor/kirim", &[]).await;
    let number = done.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
    assert_eq!(town.report(&number).await.attributes.as_deref(), Some(r#"{"tiang":"LJ-17 <b>","warna":"m"}"#));
    let public = town.site.browser().get(&format!("/laporan/{number}")).await.text;
    assert!(public.contains("Merah") && !public.contains("LJ-17"), "only lists are public: {public}");
    let mine = citizen.get(done.location()).await;
    let link = mine.text.split("href=\"").find(|part| part.contains("?kunci=")).unwrap().split('"').next().unwrap();
    assert!(citizen.get(link).await.text.contains("LJ-17 &#60;b&#62;"));
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    assert!(officer.get(&format!("/kotak/{number}")).await.text.contains("LJ-17 &#60;b&#62;"));
    let api = town.site.browser().get(&format!("/api/v1/reports/{number}")).await;
    assert_eq!(api.json()["answers"], json!([{ "question": "Tanya warna?", "answer": "Merah" }]), "{}", api.text);
}

#[tokio::test]
async fn another_kind_asks_its_own_questions_and_keeps_no_answers_of_the_first() {
    let town = town().await;
    town.ask("lampu_jalan", vec![question("tiang", DataType::Line, false)]).await;
    town.ask("sampah", Vec::new()).await;
    let mut citizen = town.site.browser();
    let mut fields = town.fields("lampu_jalan", "Lampu mati");
    fields.extend([("asked", "lampu_jalan"), ("answers-tiang", "LJ-17")]);
    upload(&mut citizen, "/lapor", &fields).await;
    upload(&mut citizen, "/lapor", &[("ubah", "masalah"), ("category", "sampah")]).await;
    let review = citizen.get("/lapor/periksa").await;
    assert_eq!(review.status, StatusCode::OK, "nothing to ask: {}", review.location());
    let done = citizen.post("/lapor/kirim", &[]).await;
    let number = done.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
    assert_eq!(town.report(&number).await.attributes, None);
}

#[tokio::test]
async fn the_script_gets_the_questions_as_a_piece_and_a_phone_may_skip_what_is_not_required() {
    let town = town().await;
    let mut phone = town.site.browser().with("accept-language", "en");
    let piece = phone.get("/lapor/pertanyaan?category=lampu_jalan").await;
    assert!(piece.text.contains("What is the number on the pole?") && !piece.text.contains("<html"), "{}", piece.text);
    for none in ["lainnya", "tidak_ada", ""] {
        assert_eq!(phone.get(&format!("/lapor/pertanyaan?category={none}")).await.text.trim(), "", "{none}");
    }
    let mut waited = town.fields("lampu_jalan", "Lampu mati");
    waited.push(("confirm", "1"));
    let skipped = upload(&mut phone, "/lapor", &waited).await;
    assert!(skipped.location().starts_with("/lapor/terkirim/"), "{}", skipped.text);
    town.ask("lampu_jalan", vec![question("tiang", DataType::Line, true)]).await;
    let refused = upload(&mut phone, "/lapor", &waited).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Answer this question: Ask tiang?"), "{}", refused.text);
    let mut whole = waited.clone();
    whole.extend([("asked", "lampu_jalan"), ("answers-tiang", "LJ-9")]);
    let sent = upload(&mut phone, "/lapor", &whole).await;
    let number = sent.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
    assert_eq!(town.report(&number).await.attributes.as_deref(), Some(r#"{"tiang":"LJ-9"}"#));
}

#[tokio::test]
async fn programs_answer_the_same_questions_and_are_told_which_answer_is_wrong() {
    let town = town().await;
    let asked = vec![question("jumlah", DataType::Number, true), question("warna", DataType::Many, false)];
    town.ask("lampu_jalan", asked).await;
    let mut program = town.writer().await;
    let listed = program.get("/api/v1/categories").await.json();
    let lamp = listed["items"].as_array().unwrap().iter().find(|one| one["code"] == "lampu_jalan").unwrap().clone();
    assert_eq!(lamp["questions"][0]["datatype"], "number");
    assert_eq!(lamp["questions"][1]["values"][0], json!({ "code": "m", "name": "Merah" }));
    let lamp = json!({ "category": "lampu_jalan", "text": "Gelap", "landmark": "pasar" });
    let body = |answers: serde_json::Value| {
        let mut body = lamp.clone();
        body["answers"] = answers;
        body
    };
    for (answers, says) in [
        (json!({}), "Tanya jumlah?"),
        (json!({ "jumlah": "banyak" }), "Tanya jumlah?"),
        (json!({ "jumlah": "2", "warna": ["m", "x"] }), "Tanya warna?"),
        (json!({ "jumlah": "2", "tinggi": "3" }), "tinggi"),
    ] {
        let refused = program.send_json(Method::POST, "/api/v1/reports", &body(answers)).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
        let error = &refused.json()["errors"][0];
        assert_eq!(error["field"], "answers");
        assert!(error["detail"].as_str().unwrap().contains(says), "{}", refused.text);
    }
    let good = body(json!({ "jumlah": "2", "warna": ["m", "p"] }));
    let sent = program.send_json(Method::POST, "/api/v1/reports", &good).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let number = sent.json()["number"].as_str().unwrap().to_owned();
    let kept = town.report(&number).await.attributes.unwrap();
    assert_eq!(kept, r#"{"jumlah":"2","warna":["m","p"]}"#);
    let wrong = [("service_code", "lampu_jalan"), ("address_string", "pasar"), ("attribute[jumlah]", "dua")];
    let refused = program.post_bare("/open311/v2/requests.json", &wrong).await;
    assert!(refused.text.contains("Tanya jumlah?"), "{}", refused.text);
}

#[tokio::test]
async fn a_stopping_category_says_whom_to_call_and_takes_no_report_by_any_way() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let form = citizen.get("/lapor").await.text;
    assert!(form.contains("href=\"/lapor/berhenti/kejadian_darurat\""), "{form}");
    assert!(!form.contains("value=\"kejadian_darurat\""), "it can't be chosen");
    let page = citizen.get("/lapor/berhenti/kejadian_darurat").await.text;
    assert!(page.contains("Jangan tunggu jawaban formulir ini.") && page.contains("tel:119"), "{page}");
    assert!(!page.contains("tel:112"), "112 is not active here");
    let chosen = upload(&mut citizen, "/lapor", &town.fields("kejadian_darurat", "Ada api")).await;
    assert_eq!(chosen.location(), "/lapor/berhenti/kejadian_darurat");
    let mut waited = town.fields("kejadian_darurat", "Ada api");
    waited.push(("confirm", "1"));
    let refused = upload(&mut citizen, "/lapor", &waited).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "Telepon 119 (PSC), 113 (Damkar), 110 (Polres).";
    assert!(refused.text.contains(words), "{}", refused.text);
    let mut program = town.writer().await;
    let body = json!({ "category": "kejadian_darurat", "text": "Api", "landmark": "pasar" });
    let refused = program.send_json(Method::POST, "/api/v1/reports", &body).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains(words), "{}", refused.text);
    let fields = [("service_code", "kejadian_darurat"), ("address_string", "pasar"), ("description", "Api")];
    let refused = program.post_bare("/open311/v2/requests.json", &fields).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text.contains(words), "{}", refused.text);
    assert_eq!(citizen.get("/lapor/berhenti/lampu_jalan").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_point_the_same_kind_in_the_same_village_is_offered_for_fourteen_days() {
    let town = town().await;
    let mut first = town.site.browser();
    let mut fields = town.fields("sampah", "Sampah menumpuk di pasar");
    fields.push(("asked", "sampah"));
    upload(&mut first, "/lapor", &fields).await;
    let sent = first.post("/lapor/kirim", &[]).await;
    let number = sent.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
    let mut second = town.site.browser();
    upload(&mut second, "/lapor", &fields).await;
    let review = second.get("/lapor/periksa").await.text;
    assert!(review.contains("di desa yang sama") && review.contains(&number), "{review}");
    let query = format!("/lapor/mirip?category=sampah&village={}", town.village);
    assert!(second.get(&query).await.text.contains(&number), "the script finds it too");
    for other in [query.replace("sampah", "pohon"), "/lapor/mirip?category=sampah".to_owned()] {
        assert!(!second.get(&other).await.text.contains(&number), "{other}");
    }
    let followed = second.post(&format!("/laporan/{number}/ikuti"), &[]).await;
    assert_eq!(followed.status, StatusCode::SEE_OTHER, "{}", followed.text);
    assert_eq!(town.report(&number).await.follower_count, 1);
    upload(&mut second, "/lapor", &[("ubah", "pelapor"), ("mode", "secret")]).await;
    assert!(!second.get("/lapor/periksa").await.text.contains(&number), "whoever reports secretly follows nobody");
    let report = town.report(&number).await.id;
    let ctx = town.site.db.ctx(Actor::system("test"));
    let hide = simpul_report::actions::HideReport { report, reason: "wajah".to_owned() };
    town.site.db.db.write(&ctx, hide).await.unwrap();
    assert!(!second.get(&query).await.text.contains(&number), "what is hidden is never offered");
    town.site.db.db.write(&ctx, simpul_report::actions::ShowReport { report }).await.unwrap();
    town.site.db.clock.advance(15 * DAY_MICROS);
    assert!(!second.get(&query).await.text.contains(&number), "after fourteen days it is another matter");
}

#[tokio::test]
async fn a_coordinator_edits_questions_without_a_developer_and_everybody_sees_who_did() {
    let town = town().await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let path = "/admin/report/kategori/pohon";
    let seen = async |browser: &mut Browser| {
        let page = browser.get(path).await.text;
        page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let version = seen(&mut coordinator).await;
    let mut fields = vec![
        ("new", "1"),
        ("seen", version.as_str()),
        ("code", "jenis"),
        ("description", "Pohon apa?"),
        ("datatype", "singlevaluelist"),
        ("values", ""),
    ];
    let save = format!("{path}/pertanyaan");
    let refused = coordinator.post(&save, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Tulis 1 sampai 30 pilihan"), "{}", refused.text);
    fields[5] = ("values", "trembesi = Trembesi | Rain tree\nKelapa sawit");
    assert_eq!(coordinator.post(&save, &fields).await.status, StatusCode::SEE_OTHER);
    let stale = coordinator.post(&save, &fields).await;
    assert!(stale.text.contains("Sudah diubah orang lain"), "{}", stale.text);
    let piece = town.site.browser().get("/lapor/pertanyaan?category=pohon").await.text;
    assert!(piece.contains("kelapa_sawit") && piece.find("Apa yang terancam?") < piece.find("Pohon apa?"), "{piece}");
    let version = seen(&mut coordinator).await;
    let moved = coordinator.post(&format!("{path}/susunan"), &[("seen", &version), ("up", "jenis")]).await;
    assert_eq!(moved.location(), format!("{path}#pertanyaan"));
    let piece = town.site.browser().get("/lapor/pertanyaan?category=pohon").await.text;
    assert!(piece.find("Apa yang terancam?") > piece.find("Pohon apa?"), "{piece}");
    let preview = coordinator.get(&format!("{path}/pratinjau")).await.text;
    assert!(preview.contains("Pohon apa?"), "{preview}");
    let version = seen(&mut coordinator).await;
    coordinator.post(&format!("{path}/susunan"), &[("seen", &version), ("remove", "jenis")]).await;
    assert!(!town.site.browser().get("/lapor/pertanyaan?category=pohon").await.text.contains("Pohon apa?"));
    let page = coordinator.get(path).await.text;
    assert!(page.contains("Petugas report_coordinator") && page.contains("Pertanyaan kepada warga, jenis"), "{page}");
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    for line in simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap() {
        assert!(!line.body.contains("Pohon apa") && !line.body.contains("Rain tree"), "codes only: {}", line.body);
    }
    drop(conn);
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(officer.post(&save, &fields).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_rule_is_never_overwritten_unseen_and_a_retired_category_keeps_its_reports() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let mut fields = town.fields("sampah", "Sampah menumpuk");
    fields.push(("asked", "sampah"));
    upload(&mut citizen, "/lapor", &fields).await;
    let sent = citizen.post("/lapor/kirim", &[]).await;
    let number = sent.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
    let mut admin = town.site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let taken = |code: &'static str, seen: &'static str| {
        vec![
            ("code", code),
            ("seen", seen),
            ("name_id", "Sampah"),
            ("name_en", "Waste"),
            ("tile", "sampah"),
            ("icon", "sampah"),
            ("class", "complaint"),
            ("verify", "1"),
            ("verify_unit", "working_day"),
            ("answer", "3"),
            ("answer_unit", "day"),
            ("resolve", "9"),
            ("resolve_unit", "day"),
            ("span_source", "Perbup 12/2026"),
        ]
    };
    let again = [taken("sampah", "0"), vec![("new", "1")]].concat();
    let refused = admin.post("/admin/report/kategori", &again).await;
    assert!(refused.text.contains("Kode ini sudah dipakai"), "{}", refused.text);
    let saved = admin.post("/admin/report/kategori", &taken("sampah", "1")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let stale = admin.post("/admin/report/kategori", &taken("sampah", "1")).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.text.contains("Sudah diubah orang lain"), "{}", stale.text);
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let kept = sql::categories(&mut conn).await.unwrap().into_iter().find(|c| c.code == "sampah").unwrap();
    drop(conn);
    assert!(!kept.active && !kept.questions.is_empty(), "retired, and its questions stand");
    assert_eq!((kept.verify.unit.as_str(), kept.answer.unit.as_str()), ("working_day", "day"));
    assert!(!town.site.browser().get("/lapor").await.text.contains("value=\"sampah\""));
    assert_eq!(town.site.browser().get(&format!("/laporan/{number}")).await.status, StatusCode::OK);
    let reason = [("code", "unclear"), ("seen", "1"), ("text_id", "Kurang jelas"), ("text_en", "Unclear")];
    assert_eq!(admin.post("/admin/report/alasan", &reason).await.status, StatusCode::SEE_OTHER);
    let stale = admin.post("/admin/report/alasan", &reason).await;
    assert!(stale.text.contains("Sudah diubah orang lain"), "{}", stale.text);
    assert!(admin.get("/admin/report/alasan/unclear").await.text.contains("Kalimat untuk warga (Indonesia)"));
}

const NAUGHTY: [&str; 8] = [
    "<script>alert(1)</script>",
    "'; DROP TABLE report; --",
    "=cmd|' /C calc'!A0",
    "a\r\nb\tc",
    "\u{202e}terbalik\u{202c}",
    "田中さん 👩‍👩‍👧 ̶a̶",
    "{{ 7*7 }} %s &amp; \"kutip\"",
    "a\u{7}b",
];

#[tokio::test]
async fn naughty_words_in_answers_come_back_as_they_were() {
    let town = town().await;
    let text = question("cerita", DataType::Text, false);
    town.ask("lampu_jalan", vec![text]).await;
    for words in NAUGHTY {
        let mut citizen = town.site.browser();
        let mut fields = town.fields("lampu_jalan", "Lampu mati");
        fields.extend([("asked", "lampu_jalan"), ("answers-cerita", words), ("confirm", "1")]);
        let sent = upload(&mut citizen, "/lapor", &fields).await;
        let Some(number) = sent.location().strip_prefix("/lapor/terkirim/") else {
            assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{words:?}");
            continue;
        };
        let kept = town.report(number).await.attributes;
        let kept = simpul_report::model::Answers::parse(kept.as_deref());
        let clean = words.trim().replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
        let clean = clean.replace(simpul_kernel::words::is_direction_mark, "");
        assert_eq!(kept.of("cerita").first().map_or("", String::as_str), clean.trim(), "{words:?}");
    }
}

#[tokio::test]
async fn a_question_of_another_category_is_no_way_around_the_right() {
    let town = town().await;
    let citizen = town.site.db.ctx(Actor::citizen());
    let change = ChangeQuestions { category: "pohon".into(), seen: None, change: Change::Remove("bahaya".into()) };
    assert!(town.site.db.db.write(&citizen, change).await.is_err());
}
