//! The console by its forms alone, as it works without a script.

use axum::http::StatusCode;
use simpul_emergency::actions::{AddUnit, HearCti, SeedTypes};
use simpul_emergency::model::{CtiEvent, CtiKind};
use simpul_kernel::{Actor, Role};
use simpul_shell::testing::{Browser, TestSite};

struct Console {
    site: TestSite,
    rina: Browser,
}

async fn console() -> Console {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.db.db.write(&ctx, SeedTypes).await.unwrap();
    let agency = site.agency("Damkar").await.unwrap();
    let add = AddUnit { agency, call_sign: "DK-1".to_owned(), kind: "fire".to_owned(), base: None };
    site.db.db.write(&ctx, add).await.unwrap();
    let rina = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    Console { site, rina }
}

impl Console {
    async fn rings(&self) -> uuid::Uuid {
        let number = Some("081299988877".to_owned());
        let event = CtiEvent { caller_number: number, ..CtiEvent::new(CtiKind::Ringing, self.site.db.db.env().now()) };
        let hear = HearCti { trunk: "utama".to_owned(), call_id: "a".to_owned(), event, drill: false };
        self.site.db.db.write(&self.site.db.ctx(Actor::system("test")), hear).await.unwrap().id
    }
}

#[tokio::test]
async fn a_village_that_nobody_knows_holds_up_no_unit_where_a_landmark_leads_there() {
    let mut console = console().await;
    let call = console.rings().await;
    let rina = &mut console.rina;
    rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let path = format!("/112/panggilan/{call}/kejadian");
    let alone = rina.post(&path, &[("village", "Kapuna"), ("type", "Banjir")]).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing else leads there");
    let opened = rina.post(&path, &[("village", "Kapuna"), ("landmark", "depan pasar"), ("type", "Banjir")]).await;
    assert_eq!(opened.location(), format!("/112?panggilan={call}"), "{}", opened.text);
    let page = rina.get("/112/kejadian/112-0001").await.text;
    assert!(page.contains("Kapuna, depan pasar"), "what was typed stays as words: {page}");
    assert!(!page.contains("&lt;time"), "the timeline shows times and no markup: {page}");
    let placed =
        rina.post(&format!("/112/panggilan/{call}/titik"), &[("point", "-2.55,120.33"), ("radius", "23")]).await;
    assert_eq!(placed.location(), format!("/112?panggilan={call}"), "{}", placed.text);
    assert!(rina.get("/112/kejadian/112-0001").await.text.contains("-2.55,120.33"));
    let card = rina.get(&format!("/112?panggilan={call}")).await.text;
    assert!(card.contains("id=\"protokol-judul\""), "the questions go on while units are under way: {card}");
}

#[tokio::test]
async fn a_whole_call_goes_by_forms_from_the_ring_to_the_closed_incident() {
    let mut console = console().await;
    let call = console.rings().await;
    let page = console.rina.get("/112").await;
    assert!(page.text.contains(&format!("/112/panggilan/{call}/ambil")), "{}", page.text);
    assert!(page.text.contains("081299988877"), "whoever takes calls sees who rings");
    assert!(!page.text.contains("dalam 24 jam"), "what is known of the number comes after the claim");
    let rina = &mut console.rina;
    let taken = rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    assert_eq!(taken.location(), format!("/112?panggilan={call}"));
    assert!(rina.get(taken.location()).await.text.contains("081299988877"));

    let kept = rina.post(&format!("/112/panggilan/{call}/isian"), &[("name", "landmark"), ("value", "depan SD")]).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    assert!(rina.get("/112").await.text.contains("depan SD"), "another browser finds what was typed");

    let fields =
        [("village", ""), ("landmark", "depan SD 101"), ("point", ""), ("type", "kebakaran rumah"), ("note", "")];
    let path = format!("/112/panggilan/{call}/kejadian");
    let wrong = rina.post(&path, &[("landmark", "depan SD 101"), ("type", "ke")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let opened = rina.post(&path, &[("landmark", "depan SD 101"), ("type", "Kebakaran rumah / bangunan")]).await;
    assert_eq!(opened.location(), format!("/112?panggilan={call}"), "{:?} {}", fields, opened.text);
    let stays = rina.get(opened.location()).await.text;
    assert!(stays.contains("/112/kejadian/112-0001/kirim") && stays.contains("data-key=\"F8\""), "{stays}");
    let page = rina.get("/112/kejadian/871").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = rina.get("/112/kejadian/1").await.text;
    let unit = page.split("name=\"units\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let back = call.to_string();
    let sent = rina.post("/112/kejadian/1/kirim", &[("units", &unit), ("panggilan", &back)]).await;
    assert_eq!(sent.location(), format!("/112?panggilan={call}"), "who sends from the console stays there");
    let page = rina.get("/112/kejadian/1").await.text;
    let dispatch = page.split("name=\"dispatch\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for state in ["on_scene", "cleared"] {
        let step = rina.post("/112/kejadian/1/langkah", &[("dispatch", &dispatch), ("state", state)]).await;
        assert_eq!(step.status, StatusCode::SEE_OTHER, "{}", step.text);
    }
    rina.post("/112/kejadian/1/catat", &[("text", "api padam <b>"), ("key", "")]).await;
    assert!(
        rina.get("/112/kejadian/1").await.text.contains("api padam &lt;b&gt;")
            || rina.get("/112/kejadian/1").await.text.contains("api padam &#60;b&#62;")
    );
    let refused = rina.post("/112/kejadian/1/tutup", &[("result", "Padam, tanpa korban")]).await;
    assert!(refused.text.contains("Tulis laporan unit dulu: DK-1"), "{}", refused.text);
    let report = [("dispatch", dispatch.as_str()), ("report", "Dua tangki air")];
    rina.post("/112/kejadian/1/laporan-unit", &report).await;
    let closed = rina.post("/112/kejadian/1/tutup", &[("result", "Padam, tanpa korban")]).await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text);
}

#[tokio::test]
async fn while_the_taker_types_the_same_incident_is_offered_and_another_caller_is_attached() {
    let mut console = console().await;
    let call = console.rings().await;
    let rina = &mut console.rina;
    rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let fields = [("point", "-2.5500, 120.3300"), ("type", "Kebakaran rumah / bangunan")];
    rina.post(&format!("/112/panggilan/{call}/kejadian"), &fields).await;
    let second = rina.post("/112/panggilan", &[("number", "0813")]).await;
    let second = second.location().split('=').nth(1).unwrap().to_owned();
    let near = rina.get(&format!("/112/panggilan/{second}/mirip?point=-2.5505,120.3300&type=ke")).await;
    assert!(near.text.contains("112-0001") && near.text.contains("56 meter"), "{}", near.text);
    let far = rina.get(&format!("/112/panggilan/{second}/mirip?point=-2.60,120.3300")).await;
    assert!(!far.text.contains("112-0001"), "{}", far.text);
    let again = rina.post("/112/panggilan", &[("number", "081299988877")]).await;
    assert!(rina.get(again.location()).await.text.contains("nomor yang sama"), "who calls again calls about the same");
    let attached = rina.post(&format!("/112/panggilan/{second}/gabung"), &[("incident", "112-0001")]).await;
    assert_eq!(attached.status, StatusCode::SEE_OTHER, "{}", attached.text);
    let other = console.site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let mut other = other;
    let foreign = other.get(&format!("/112/panggilan/{second}/mirip")).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "only whoever has the call");
}

#[tokio::test]
async fn the_console_is_for_those_of_112() {
    let console = console().await;
    for role in [Role::ReportCoordinator, Role::Leader, Role::RegionAdmin, Role::Auditor] {
        let mut other = console.site.sign_in_as(role, None).await.unwrap();
        assert_eq!(other.get("/112").await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let mut duty = console.site.sign_in_as(Role::DutyOfficer, None).await.unwrap();
    assert_eq!(duty.get("/112").await.status, StatusCode::OK);
}

async fn with_incident() -> Console {
    let mut console = console().await;
    let call = console.rings().await;
    console.rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let fields = [("point", "-2.5500, 120.3300"), ("type", "Kebakaran rumah / bangunan")];
    console.rina.post(&format!("/112/panggilan/{call}/kejadian"), &fields).await;
    console
}

#[tokio::test]
async fn a_line_does_what_its_button_does_and_says_what_it_would_have_understood() {
    let mut console = with_incident().await;
    let rina = &mut console.rina;
    let said =
        |answer: simpul_shell::testing::TestAnswer| answer.json()["text"].as_str().unwrap_or_default().to_owned();
    let run = |line: &'static str| [("command", line), ("langsung", "1")];
    assert_eq!(said(rina.post("/112/perintah", &run("1 +dk1")).await), "DK-1 dikirim ke 112-0001.");
    let wrong = rina.post("/112/perintah", &run("unit dk1 terbang")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(said(wrong).contains("tiba"), "what would have been understood");
    assert_eq!(said(rina.post("/112/perintah", &run("unit dk1 tiba")).await), "DK-1: Di lokasi.");
    assert_eq!(said(rina.post("/112/perintah", &run("1 catat api padam")).await), "Tercatat pada 112-0001.");
    assert_eq!(rina.post("/112/perintah", &run("1")).await.json()["go"], "/112/kejadian/112-0001");
    let early = rina.post("/112/perintah", &run("tutup 1 padam")).await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "a unit is still out");
    said(rina.post("/112/perintah", &run("unit dk1 selesai")).await);
    let page = rina.get("/112/kejadian/1").await.text;
    let dispatch = page.split("name=\"dispatch\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let report = [("dispatch", dispatch.as_str()), ("report", "Api padam")];
    rina.post("/112/kejadian/1/laporan-unit", &report).await;
    assert_eq!(said(rina.post("/112/perintah", &run("tutup 1 padam")).await), "112-0001 diakhiri.");
    let page = rina.get("/112/kejadian/1").await.text;
    assert!(page.contains("api padam") && page.contains("padam"), "{page}");
    let offers = rina.get("/112/perintah?teks=unit%20d").await;
    assert_eq!(offers.json(), serde_json::json!(["unit DK-1"]));
}

#[tokio::test]
async fn the_command_line_is_a_plain_form_without_a_script() {
    let mut console = with_incident().await;
    let rina = &mut console.rina;
    let done = rina.post("/112/perintah", &[("command", "1 +dk1")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/112"));
    let wrong = rina.post("/112/perintah", &[("command", "kirim semua")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("kirim semua") && wrong.text.contains("NOMOR +UNIT"), "the line is still there");
}

#[tokio::test]
async fn the_questions_of_a_type_stand_beside_the_call_and_propose() {
    let mut console = console().await;
    let call = console.rings().await;
    let rina = &mut console.rina;
    rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let path = format!("/112/panggilan/{call}/protokol");
    let piece = rina.get(&format!("{path}?type=Kebakaran%20rumah%20/%20bangunan")).await.text;
    assert!(piece.contains("Keluar dari bangunan") && piece.contains("value=\"api:0\""), "{piece}");
    let fields = [("kind", "structure_fire"), ("version", "1"), ("answer", "api:3"), ("langsung", "1")];
    let piece = rina.post(&path, &fields).await.text;
    assert!(piece.contains("Kebakaran kendaraan") && piece.contains("25 meter"), "another type is proposed: {piece}");
    rina.post(&path, &[("kind", "structure_fire"), ("version", "1"), ("use", "1")]).await;
    let page = rina.get("/112").await.text;
    assert!(page.contains("value=\"Kebakaran kendaraan\""), "what was proposed stands in the field");
}

#[tokio::test]
async fn a_month_that_is_none_is_refused_and_the_recap_shows_no_number_that_can_be_called() {
    let console = with_incident().await;
    let mut leader = console.site.sign_in_as(Role::Leader, None).await.unwrap();
    for wrong in ["november", "2026-13", "x"] {
        for path in ["/112/rekap", "/112/rekap.csv"] {
            let answer = leader.get(&format!("{path}?bulan={wrong}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {wrong}");
            assert!(answer.text.contains("2026-11"), "it says how a month is written: {}", answer.text);
        }
    }
    let page = leader.get("/112/rekap").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("081299988877"));
    let file = leader.get("/112/rekap.csv?jenis=xlsx").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(leader.get("/112/rekap.kementerian.csv").await.status, StatusCode::NOT_FOUND, "nothing is mapped");
}

#[tokio::test]
async fn the_after_action_page_prints_with_times_and_lessons() {
    let mut console = with_incident().await;
    console.rina.post("/112/perintah", &[("command", "1 +dk1")]).await;
    let mut supervisor = console.site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let page = supervisor.get("/112/kejadian/1").await.text;
    let owner = page.split("name=\"owner\"").nth(1).unwrap().split("<option value=\"").nth(2).unwrap();
    let owner = owner.split('"').next().unwrap().to_owned();
    let fields = [("lesson", "Latih ulang"), ("owner", owner.as_str()), ("due", "2999-01-01")];
    let done = supervisor.post("/112/kejadian/1/pelajaran", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let wrong = supervisor.post("/112/kejadian/1/pelajaran", &[("lesson", "x"), ("due", "kapan")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let paper = supervisor.get("/112/kejadian/1?cetak=1").await.text;
    for part in ["Latih ulang", "DK-1", "Permendagri 114/2018", "Kejadian dibuka"] {
        assert!(paper.contains(part), "{part}");
    }
    assert!(!paper.contains("<form"), "nothing to press on paper");
}

#[tokio::test]
async fn two_letters_that_fit_several_types_name_them() {
    let mut console = console().await;
    let call = console.rings().await;
    console.rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let fields = [("landmark", "pasar"), ("type", "ke")];
    let wrong = console.rina.post(&format!("/112/panggilan/{call}/kejadian"), &fields).await;
    assert!(wrong.text.contains("Kebakaran kendaraan") && wrong.text.contains("Kebocoran gas"), "{}", wrong.text);
}
