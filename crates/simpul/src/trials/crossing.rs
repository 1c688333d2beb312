//! Rooms meet in the journal: a report that tells of an emergency is offered to the call takers, and what an incident
//! leaves becomes a report of the agency that owns it.

use simpul_emergency::actions::{LeaveToAgency, OpenIncident, SeedTypes, TakeOffer};
use simpul_emergency::model::Site;
use simpul_emergency::model::offer::Offered;
use simpul_emergency::sql as emergency;
use simpul_kernel::{Actor, Role};
use simpul_report::actions::{Reporter, Submitted};
use simpul_report::model::ReporterMode;
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
async fn a_taken_offer_of_a_report_that_is_gone_parks_nothing() {
    let site = site().await;
    let ctx = site.db.ctx(Actor::system("test"));
    let offer = simpul_emergency::actions::OfferIncident {
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
