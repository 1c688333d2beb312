//! Rooms meet in the journal: a report that tells of an emergency is offered to the call takers, and what an incident
//! leaves becomes a report of the agency that owns it.

use simpul_emergency::actions::{EndDrill, LeaveToAgency, OpenIncident, SeedTypes, StartDrill, TakeOffer, TellInbox};
use simpul_emergency::model::drill::CitizenTold;
use simpul_emergency::model::offer::Offered;
use simpul_emergency::model::{Site, Victims};
use simpul_emergency::sql as emergency;
use simpul_kernel::{Actor, Role};
use simpul_report::actions::{ChangeQuestions, Reporter, Submitted};
use simpul_report::model::{ReporterMode, question};
use simpul_report::sql as report;
use simpul_shell::testing::TestSite;
use simpul_store::outbox::Gateways;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::{sent, sent_by, town};
use crate::house;

async fn settle(site: &TestSite) {
    let reactions = house::reactions(&site.app.directory, &Gateways::default(), None);
    site.db.settle(&reactions).await.unwrap();
}

async fn offers(site: &TestSite) -> Vec<Offered> {
    emergency::offer::open(&mut site.db.db.read(TEST_REGION).await.unwrap(), 100).await.unwrap()
}

async fn site() -> TestSite {
    let site = town().await;
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedTypes).await.unwrap();
    site
}

async fn of(site: &TestSite, submitted: &Submitted) -> simpul_report::model::Report {
    report::by_id(&mut site.db.db.read(TEST_REGION).await.unwrap(), submitted.id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_tells_of_an_emergency_becomes_an_incident_when_a_taker_says_so() {
    let site = site().await;
    sent(&site, TEST_REGION, "Lampu mati di depan pasar", Vec::new()).await;
    let fire = sent(&site, TEST_REGION, "Tolong, rumah tetangga kebakaran besar", Vec::new()).await;
    settle(&site).await;
    settle(&site).await;
    let offered = offers(&site).await;
    assert_eq!(offered.len(), 1, "the lamp is no emergency, and nothing is offered twice: {offered:?}");
    assert_eq!((offered[0].subject, offered[0].label.as_str()), (fire.id, fire.number.as_str()));
    assert!(offered[0].body.contains("kebakaran") && offered[0].site.village.is_some());

    let mut taker = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let console = taker.get("/112").await.text;
    assert!(console.contains(&fire.number) && console.contains("rumah tetangga kebakaran"), "{console}");
    let path = format!("/112/tawaran/{}/ambil", offered[0].id);
    let opened = taker.post(&path, &[("offer_type", "Kebakaran rumah / bangunan")]).await;
    assert_eq!(opened.location(), "/112/kejadian/112-0001", "{}", opened.text);
    settle(&site).await;
    assert!(offers(&site).await.is_empty());
    let before = of(&site, &fire).await;
    assert!(before.times.closed.is_none(), "the report goes its own way");
    let notes = report::parts::events(&mut site.db.db.read(TEST_REGION).await.unwrap(), fire.id).await.unwrap();
    assert!(notes.iter().any(|event| event.note.as_deref().is_some_and(|note| note.contains("112-0001"))), "{notes:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_report_is_offered_to_nobody() {
    let site = site().await;
    let reporter = Reporter {
        mode: Some(ReporterMode::Secret),
        name: Some("Sitti".into()),
        phone: Some("081300001111".into()),
        email: None,
    };
    sent_by(&site, TEST_REGION, "Rumah dibakar, kebakaran, tolong", Vec::new(), reporter).await;
    settle(&site).await;
    assert!(offers(&site).await.is_empty(), "a call taker can't see it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_incident_leaves_becomes_a_report_of_the_agency_that_owns_it() {
    let site = site().await;
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let village = place.villages[0].clone();
    let ctx = site.db.ctx(Actor::system("test"));
    let open = |key, site: Site| OpenIncident {
        key: Uuid::from_u128(key),
        call: None,
        kind: "fallen_tree".to_owned(),
        priority: None,
        site,
        victims: Victims::Unknown,
        note: String::new(),
    };
    let exact = Site { village: Some(village.code), district: Some(village.district), ..Site::default() };
    let incident = site.db.db.write(&ctx, open(1, exact)).await.unwrap().id;
    let road =
        place.agency_by_short("PUPR").or_else(|| place.agency_by_short("PU")).or_else(|| place.agency_by_short("DLH"));
    let agency = road.unwrap().id;
    let leave = |key, incident, text: &str| LeaveToAgency {
        key: Uuid::from_u128(key),
        incident,
        agency,
        text: text.to_owned(),
    };
    site.db.db.write(&ctx, leave(2, incident, "Pohon sudah dipindah, jalan berlubang")).await.unwrap();
    settle(&site).await;
    settle(&site).await;
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let left = emergency::offer::follow_ups(&mut conn, incident).await.unwrap();
    let (id, number) = left[0].report.clone().unwrap_or_else(|| panic!("no report: {left:?}"));
    let filed = report::by_id(&mut conn, id).await.unwrap().unwrap();
    assert_eq!((filed.number.clone(), filed.agency), (number, Some(agency)));
    assert_eq!(
        (filed.body.as_str(), filed.foreign_id.as_deref()),
        ("Pohon sudah dipindah, jalan berlubang", Some("112-0001"))
    );
    drop(conn);
    assert!(offers(&site).await.is_empty(), "what 112 itself files does not come back to it");

    // A place that no crew could find is no place of a report; the incident's page says so, and nothing is parked.
    let vague = Site { landmark: "entah".to_owned(), ..Site::default() };
    let other = site.db.db.write(&ctx, open(3, vague)).await.unwrap().id;
    site.db.db.write(&ctx, leave(4, other, "Jalan berlubang")).await.unwrap();
    settle(&site).await;
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let left = emergency::offer::follow_ups(&mut conn, other).await.unwrap();
    assert!(
        left[0].report.is_none() && left[0].refused.as_deref().is_some_and(|key| key.starts_with("report.refused"))
    );
    assert!(simpul_store::parked(&mut conn, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_incident_leaves_becomes_a_report_though_its_category_asks_what_nobody_at_112_knows() {
    let site = site().await;
    let ctx = site.db.ctx(Actor::system("test"));
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let agency = place.agency_by_short("DLH").unwrap().id;
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let all = report::category::categories(&mut conn).await.unwrap();
    drop(conn);
    let own = all.into_iter().filter(|one| one.agency == Some(agency) && one.active && !one.secret && !one.emergency);
    for category in own {
        let asked = question::Question {
            code: "tiang".to_owned(),
            datatype: question::DataType::One,
            required: true,
            description: "Tiang listrik atau telepon?".to_owned(),
            description_en: String::new(),
            hint: String::new(),
            values: question::read_choices("listrik = Listrik\ntelepon = Telepon"),
        };
        let change = question::Change::Add(asked);
        let ask = ChangeQuestions { category: category.code.clone(), seen: None, change };
        site.db.db.write(&ctx, ask).await.unwrap();
    }
    let village = place.villages[0].clone();
    let exact = Site { village: Some(village.code), district: Some(village.district), ..Site::default() };
    let (key, call, note) = (Uuid::from_u128(1), None, String::new());
    let victims = Victims::Unknown;
    let open = OpenIncident { key, call, kind: "fallen_tree".to_owned(), priority: None, site: exact, victims, note };
    let incident = site.db.db.write(&ctx, open).await.unwrap().id;
    let text = "Tiang roboh di tepi jalan".to_owned();
    site.db.db.write(&ctx, LeaveToAgency { key: Uuid::from_u128(2), incident, agency, text }).await.unwrap();
    settle(&site).await;
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let left = emergency::offer::follow_ups(&mut conn, incident).await.unwrap();
    let (id, _) = left[0].report.clone().unwrap_or_else(|| panic!("no report: {left:?}"));
    let filed = report::by_id(&mut conn, id).await.unwrap().unwrap();
    let wanted = "Tiang roboh di tepi jalan\n\nBelum diketahui ruang 112: Tiang listrik atau telepon?";
    assert_eq!(filed.body, wanted, "the agency reads what it has to ask");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_drill_passes_the_citizens_inbox_marked_counts_nowhere_and_ends_with_the_drill() {
    let site = site().await;
    let ctx = site.db.ctx(Actor::system("test"));
    let start = StartDrill { name: "GLADI: uji".to_owned(), steps: 1, units: Vec::new() };
    let drill = site.db.db.write(&ctx, start).await.unwrap().id;
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let village = place.villages[0].clone();
    let exact = Site {
        village: Some(village.code),
        district: Some(village.district),
        landmark: "jembatan gantung".to_owned(),
        ..Site::default()
    };
    let told = CitizenTold { id: Uuid::from_u128(5), drill, site: exact, text: "Pohon tumbang di jalan".to_owned() };
    site.db.db.write(&ctx, TellInbox { told: told.clone() }).await.unwrap();
    settle(&site).await;
    settle(&site).await;
    let mut coordinator = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let inbox = coordinator.get("/kotak").await.text;
    for shown in ["GLADI-0001", "Pohon tumbang di jalan", "jembatan gantung"] {
        assert!(inbox.contains(shown), "{shown}: {inbox}");
    }
    let mut citizen = site.browser();
    for path in ["/", "/laporan", "/open311/v2/requests.json"] {
        let page = citizen.get(path).await.text;
        assert!(!page.contains("Pohon tumbang") && !page.contains("GLADI-"), "{path}: {page}");
    }
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    assert!(report::by_id(&mut conn, told.id).await.unwrap().is_none(), "it is none of the citizens' reports");
    assert!(simpul_store::outbox::counts(&mut conn).await.unwrap().is_empty(), "nobody is told");
    drop(conn);
    let offered = offers(&site).await;
    assert_eq!((offered.len(), offered[0].label.as_str(), offered[0].drill), (1, "GLADI-0001", true));
    let mut taker = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let console = taker.get("/112").await.text;
    assert!(console.contains("GLADI-0001"), "{console}");
    let take = |offer| TakeOffer {
        key: Uuid::from_u128(6),
        offer,
        kind: "fallen_tree".to_owned(),
        priority: None,
        into: None,
    };
    let opened = site.db.db.write(&ctx, take(offered[0].id)).await.unwrap();
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let incident = emergency::incident::by_id(&mut conn, opened.id).await.unwrap().unwrap();
    drop(conn);
    assert!(incident.drill, "what it opens belongs to the drill");
    settle(&site).await;

    let second = CitizenTold { id: Uuid::from_u128(7), ..told };
    site.db.db.write(&ctx, TellInbox { told: second }).await.unwrap();
    settle(&site).await;
    settle(&site).await;
    assert_eq!(offers(&site).await.len(), 1);
    site.db.db.write(&ctx, EndDrill { drill }).await.unwrap();
    settle(&site).await;
    assert!(offers(&site).await.is_empty());
    assert!(!coordinator.get("/kotak").await.text.contains("GLADI-"));
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    assert!(simpul_store::parked(&mut conn, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_offer_of_a_report_that_is_gone_parks_nothing() {
    let site = site().await;
    let ctx = site.db.ctx(Actor::system("test"));
    let offer = simpul_emergency::actions::OfferIncident {
        drill: false,
        source: simpul_emergency::model::offer::OfferSource::Report,
        subject: Uuid::from_u128(77),
        label: "LUTRA-0000-0000".to_owned(),
        body: "kebakaran".to_owned(),
        site: Site { landmark: "pasar".to_owned(), ..Site::default() },
    };
    let offer = site.db.db.write(&ctx, offer).await.unwrap();
    let key = Uuid::from_u128(78);
    let take = TakeOffer { key, offer, kind: "structure_fire".to_owned(), priority: None, into: None };
    site.db.db.write(&ctx, take).await.unwrap();
    settle(&site).await;
    assert!(simpul_store::parked(&mut site.db.db.read(TEST_REGION).await.unwrap(), 10).await.unwrap().is_empty());
}
