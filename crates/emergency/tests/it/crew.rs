//! The crew's page by its forms alone, the way positions come in, and the pages of supervisor and shift.

use axum::http::{Method, StatusCode};
use simpul_emergency::actions::{AddUnit, GiveUnitKey, OpenIncident, SeedTypes, SendUnits};
use simpul_emergency::model::{Site, Victims};
use simpul_emergency::pages::crew::key_hash;
use simpul_emergency::sql;
use simpul_kernel::{Actor, Role};
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

struct Field {
    site: TestSite,
    agency: Uuid,
    unit: Uuid,
    other: Uuid,
    incident: Uuid,
}

const KEY: &str = "kunci-dk-1";

async fn field() -> Field {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.db.db.write(&ctx, SeedTypes).await.unwrap();
    let agency = site.agency("Damkar").await.unwrap();
    let mut units = Vec::new();
    for call_sign in ["DK-1", "DK-2"] {
        let add = AddUnit { agency, call_sign: call_sign.to_owned(), kind: "fire".to_owned(), base: None };
        units.push(site.db.db.write(&ctx, add).await.unwrap());
    }
    let (unit, other) = (units[0], units[1]);
    site.db.db.write(&ctx, GiveUnitKey { unit, key_hash: key_hash(KEY) }).await.unwrap();
    let open = |key, landmark: &str| OpenIncident {
        key: Uuid::from_u128(key),
        call: None,
        kind: "structure_fire".to_owned(),
        priority: None,
        site: Site { landmark: landmark.to_owned(), ..Site::default() },
        victims: Victims::Unknown,
        note: "Api dari dapur".to_owned(),
    };
    let incident = site.db.db.write(&ctx, open(1, "depan SD 101")).await.unwrap().id;
    let elsewhere = site.db.db.write(&ctx, open(2, "rumah rahasia")).await.unwrap().id;
    for (key, incident, unit) in [(3, incident, unit), (4, elsewhere, other)] {
        let send = SendUnits { key: Uuid::from_u128(key), incident, units: vec![unit] };
        site.db.db.write(&ctx, send).await.unwrap();
    }
    Field { site, agency, unit, other, incident }
}

impl Field {
    async fn dispatch(&self, unit: Uuid) -> simpul_emergency::model::Dispatch {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let since = simpul_kernel::Timestamp(0);
        sql::incident::dispatches_of_unit(&mut conn, unit, since, 1).await.unwrap().pop().unwrap()
    }

    async fn says(&self, phone: &mut Browser, deed: &str, fields: &[(&str, &str)]) -> TestAnswer {
        let dispatch = self.dispatch(self.unit).await.id.to_string();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("dispatch", dispatch.as_str())]).collect();
        phone.post(&format!("/112/unit/{KEY}/{deed}"), &fields).await
    }
}

#[tokio::test]
async fn a_crew_sees_its_own_dispatch_and_goes_every_step_without_a_script() {
    let field = field().await;
    let mut phone = field.site.browser();
    let page = phone.get(&format!("/112/unit/{KEY}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("depan SD 101") && page.text.contains("Api dari dapur"), "{}", page.text);
    assert!(!page.text.contains("rumah rahasia"), "another unit's dispatch");
    for state in ["acknowledged", "en_route", "on_scene", "transporting", "at_destination", "cleared"] {
        let step = field.says(&mut phone, "langkah", &[("state", state)]).await;
        assert_eq!(step.status, StatusCode::SEE_OTHER, "{state}: {}", step.text);
    }
    let done = field.dispatch(field.unit).await;
    assert!(done.acknowledged.is_some() && done.at_destination.is_some() && done.ended.is_some());
    let report = field.says(&mut phone, "laporan", &[("report", "Dua tangki air")]).await;
    assert_eq!(report.status, StatusCode::SEE_OTHER, "{}", report.text);
    let page = phone.get(&format!("/112/unit/{KEY}")).await;
    assert!(!page.text.contains("Api dari dapur"), "what is over is known by its number alone");
    let back = field.says(&mut phone, "langkah", &[("state", "en_route")]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.text.contains("Penugasan ini sudah selesai."), "{}", back.text);
}

#[tokio::test]
async fn what_was_queued_twice_counts_once_and_is_answered_shortly() {
    let field = field().await;
    let mut phone = field.site.browser();
    let key = Uuid::from_u128(99).to_string();
    let queued = [("key", key.as_str()), ("queued", "1"), ("text", "Api padam")];
    for _ in 0..2 {
        assert_eq!(field.says(&mut phone, "catat", &queued).await.status, StatusCode::NO_CONTENT);
    }
    let mut conn = field.site.db.db.read(TEST_REGION).await.unwrap();
    let notes = sql::incident::notes(&mut conn, field.incident).await.unwrap();
    assert_eq!(notes.iter().filter(|note| note.body == "Api padam").count(), 1);
}

#[tokio::test]
async fn a_wrong_key_and_another_s_dispatch_are_not_there() {
    let field = field().await;
    let mut phone = field.site.browser();
    for path in ["/112/unit/salah", "/112/osmand?id=salah&lat=-2.5&lon=120.3", "/112/osmand?lat=-2.5&lon=120.3"] {
        assert_eq!(phone.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let dispatch = field.dispatch(field.other).await.id.to_string();
    let step = [("dispatch", dispatch.as_str()), ("state", "on_scene")];
    let answer = phone.post(&format!("/112/unit/{KEY}/langkah"), &step).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
}

#[tokio::test]
async fn osmand_and_traccar_tell_where_a_unit_is_by_get_and_post() {
    let field = field().await;
    let mut phone = field.site.browser();
    let now = field.site.db.db.env().now().unix_seconds();
    let at =
        |seconds: i64| format!("/112/osmand?id={KEY}&lat=-2.54&lon=120.32&accuracy=7.6&timestamp={}", now + seconds);
    assert_eq!(phone.get(&at(-20)).await.status, StatusCode::OK);
    let (status, ..) = phone.open(Method::POST, &at(-10), None, axum::body::Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    let mut conn = field.site.db.db.read(TEST_REGION).await.unwrap();
    let position = sql::unit::by_id(&mut conn, field.unit).await.unwrap().unwrap().position.unwrap();
    assert_eq!((position.accuracy_m, position.at.unix_seconds()), (Some(8), now - 10));
    drop(conn);
    for wrong in ["lat=200&lon=1", "lat=-2.5", "lat=-2.5&lon=120.3&timestamp=kemarin", "lat=-2.5&lon=120&accuracy=-1"] {
        let answer = phone.get(&format!("/112/osmand?id={KEY}&{wrong}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_supervisor_keeps_a_unit_with_its_key_and_the_address_is_shown_once() {
    let field = field().await;
    let mut tita = field.site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let page = tita.get("/112/atur/unit/baru").await;
    let agency = field.agency.to_string();
    let fields = [
        ("call_sign", "amb-9"),
        ("agency", agency.as_str()),
        ("kind", "ambulance"),
        ("base_name", "Puskesmas"),
        ("point", "-2.55, 120.33"),
        ("crew", "Tim A"),
        ("phone", "0800-000"),
        ("capabilities", "AED"),
    ];
    assert_eq!(page.status, StatusCode::OK);
    let kept = tita.post("/112/atur/unit/baru", &fields).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    let twice = tita.post("/112/atur/unit/baru", &fields).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let list = tita.get("/112/atur").await.text;
    assert!(list.contains("AMB-9") && list.contains("Tim A"), "{list}");
    let path = list.split("/112/atur/unit/").find(|part| part.contains(">AMB-9<")).unwrap();
    let id = path.split('"').next().unwrap().to_owned();
    let shown = tita.post(&format!("/112/atur/unit/{id}/kunci"), &[]).await;
    let key = shown.text.split("/112/unit/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_eq!(field.site.browser().get(&format!("/112/unit/{key}")).await.status, StatusCode::OK);
    assert!(!tita.get(&format!("/112/atur/unit/{id}")).await.text.contains(&key), "shown once");
    tita.post(&format!("/112/atur/unit/{id}/cabut"), &[]).await;
    assert_eq!(field.site.browser().get(&format!("/112/unit/{key}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_page_of_what_is_kept_opens_and_keeps() {
    let field = field().await;
    let mut tita = field.site.sign_in_as(Role::Supervisor, None).await.unwrap();
    for path in [
        "/112/atur",
        "/112/atur/jenis",
        "/112/atur/jenis/baru",
        "/112/atur/jenis/flood",
        "/112/atur/waktu",
        "/112/atur/waktu/ring",
        "/112/atur/kata",
        "/112/atur/kontak",
        "/112/atur/saluran",
        "/112/piket",
    ] {
        assert_eq!(tita.get(path).await.status, StatusCode::OK, "{path}");
    }
    let timer = [("warn", "8"), ("alarm", "16"), ("source", "SOP 2026"), ("active", "1")];
    assert_eq!(tita.post("/112/atur/waktu/ring", &timer).await.status, StatusCode::SEE_OTHER);
    assert!(tita.get("/112/atur/waktu").await.text.contains("SOP 2026"));
    let wrong = [("warn", "20"), ("alarm", "x"), ("source", "SOP"), ("active", "1")];
    let refused = tita.post("/112/atur/waktu/ring", &wrong).await;
    assert!(refused.text.contains("Isi 1 sampai 86400 detik."), "{}", refused.text);
    let contact = [("kind", "neighbour"), ("name", "Luwu Timur"), ("phone", "0800"), ("note", "")];
    assert_eq!(tita.post("/112/atur/kontak/baru", &contact).await.status, StatusCode::SEE_OTHER);
    assert!(tita.get("/112/kejadian/1").await.text.contains("Luwu Timur"), "offered on the incident");
    let kind = [
        ("code", "ferry"),
        ("name", "Kapal karam"),
        ("group", "water"),
        ("priority", "1"),
        ("run_card", "rescue:2"),
        ("active", "1"),
        ("seen", ""),
    ];
    let kept = tita.post("/112/atur/jenis/baru", &kind).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    assert!(tita.get("/112/atur/jenis/ferry").await.text.contains("rescue:2"));
}

#[tokio::test]
async fn the_incident_s_page_keeps_what_the_field_tells() {
    let field = field().await;
    let mut rina = field.site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let unit = field.unit.to_string();
    let page = rina.get("/112/kejadian/1").await;
    assert!(page.text.contains("LAPORAN CEPAT 112-0001"), "one tap: {}", page.text);
    let log = [("way", "radio_in"), ("unit", unit.as_str()), ("text", "Butuh tangki")];
    for (deed, fields) in [
        ("radio", &log[..]),
        ("verifikasi", &[("verify_way", "babinsa"), ("finding", "confirmed"), ("said", "Benar")]),
        ("korban", &[("dead", "1"), ("houses", "3"), ("missing", "")]),
        ("ubah", &[("type", "Banjir"), ("priority", "2"), ("landmark", "depan pasar"), ("village", ""), ("point", "")]),
        ("bencana", &[("assessed", "2026-11-26T08:30")]),
        ("laporan-cepat", &[("quick", "LAPORAN CEPAT")]),
    ] {
        let kept = rina.post(&format!("/112/kejadian/1/{deed}"), fields).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{deed}: {}", kept.text);
    }
    let page = rina.get("/112/kejadian/1").await.text;
    for part in ["Radio masuk · DK-1", "Butuh tangki", "Babinsa: benar", "depan pasar", "Banjir", "LAPORAN CEPAT"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let wrong = rina.post("/112/kejadian/1/korban", &[("dead", "banyak")]).await;
    assert!(wrong.text.contains("Isi jumlah 0 sampai"), "{}", wrong.text);
}

#[tokio::test]
async fn a_shift_is_handed_over_accepted_and_printed_by_forms() {
    let field = field().await;
    let mut rina = field.site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let mut tono = field.site.sign_in_as(Role::Dispatcher, None).await.unwrap();
    rina.post("/112/piket/catatan", &[("standing", "Sirene sore pukul 17")]).await;
    assert!(tono.get("/112").await.text.contains("Sirene sore pukul 17"), "it stands on the console");
    let handed = rina.post("/112/piket/serah", &[("text", "Malam tenang"), ("items", "Genset")]).await;
    assert_eq!(handed.status, StatusCode::SEE_OTHER, "{}", handed.text);
    let page = tono.get("/112/piket").await.text;
    let ids: Vec<&str> =
        page.split("name=\"items\" value=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert!(ids.len() >= 3, "two incidents and what was written: {page}");
    let shift = page.split("action=\"/112/piket/").find(|part| part.contains("/terima\"")).unwrap();
    let shift = shift.split('/').next().unwrap();
    let path = format!("/112/piket/{shift}/terima");
    let few = tono.post(&path, &[("items", ids[0])]).await;
    assert!(few.text.contains("hal belum dicentang"), "{}", few.text);
    let all: Vec<(&str, &str)> = ids.iter().map(|id| ("items", *id)).collect();
    assert_eq!(tono.post(&path, &all).await.status, StatusCode::SEE_OTHER);
    let paper = rina.get(&format!("/112/piket/{shift}")).await.text;
    assert!(paper.contains("Malam tenang") && paper.contains("Genset") && paper.contains("112-0001"), "{paper}");
}

#[tokio::test]
async fn a_supervisor_takes_over_a_live_call_with_a_reason_and_a_taker_can_t() {
    let field = field().await;
    let mut rina = field.site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let mut tita = field.site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let opened = rina.post("/112/panggilan", &[("number", "0813")]).await;
    let call = opened.location().split('=').nth(1).unwrap().to_owned();
    let path = format!("/112/panggilan/{call}/ambil-alih");
    assert!(tita.get("/112").await.text.contains(&path));
    assert_eq!(rina.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(tita.get(&path).await.status, StatusCode::OK);
    let taken = tita.post(&format!("/112/panggilan/{call}/ambil"), &[("reason", "Rina sakit")]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
}
