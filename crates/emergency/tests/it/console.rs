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
async fn a_whole_call_goes_by_forms_from_the_ring_to_the_closed_incident() {
    let mut console = console().await;
    let call = console.rings().await;
    let page = console.rina.get("/112").await;
    assert!(page.text.contains(&format!("/112/panggilan/{call}/ambil")), "{}", page.text);
    assert!(!page.text.contains("081299988877"), "no number before the claim");
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
    assert_eq!(opened.location(), "/112/kejadian/112-0001", "{:?} {}", fields, opened.text);
    let page = rina.get("/112/kejadian/871").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let page = rina.get("/112/kejadian/1").await.text;
    let unit = page.split("name=\"units\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    rina.post("/112/kejadian/1/kirim", &[("units", &unit)]).await;
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
