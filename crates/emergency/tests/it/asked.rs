//! What 112 asks of an agency: its own officers see it and take it, and hear of it and of what they have let pass. What
//! holds for the region stands on every page of citizens.

use axum::http::StatusCode;
use simpul_emergency::actions::*;
use simpul_emergency::model::recap::Month;
use simpul_emergency::model::stage::Stage;
use simpul_emergency::model::timer::Timer;
use simpul_emergency::model::{CtiKind, DispatchStatus, Losses};
use simpul_emergency::tell::{self, Ways};
use simpul_emergency::{read, sql};
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::{DAY_MICROS, MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::{Actor, Ctx, Role};
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Conn, ReactionSet, outbox};
use uuid::Uuid;

use crate::room::{Room, refused, room};

impl Room {
    async fn look(&self) -> Conn {
        self.house.test.db.read(TEST_REGION).await.unwrap()
    }

    /// Lets deadlines and reactions run until nothing is left, with mail going out.
    async fn quiet(&self) {
        let out = WaysOut { text: false, email: true };
        let base_url = Some("https://simpul.test/".to_owned());
        let ways = Ways { directory: self.house.directory.clone(), out, base_url };
        let reactions: ReactionSet = simpul_emergency::reactions().and(tell::reactions(ways));
        for _ in 0..3 {
            self.house.test.settle(&reactions).await.unwrap();
        }
    }

    /// What left the house: to whom, and what it says.
    async fn mail(&self) -> Vec<(String, String)> {
        let all = outbox::list(&mut self.look().await, Uuid::max(), None, 100).await.unwrap();
        all.into_iter().map(|message| (message.recipient, message.body)).collect()
    }

    async fn contact(&self, name: &str) -> Uuid {
        let all = sql::field::contacts(&mut self.look().await).await.unwrap();
        all.into_iter().find(|contact| contact.name == name).unwrap().id
    }

    async fn over(&self, key: u128, incident: Uuid, to: &str) -> Uuid {
        let (key, contact) = (Uuid::from_u128(key), self.contact(to).await);
        self.by(&self.rina, HandOver { key, incident, contact, asked: "Pompa 2 unit".to_owned() }).await.unwrap()
    }

    async fn address(&self, officer: &Ctx) -> String {
        let id = officer.actor.officer_id().unwrap();
        let known = simpul_people::sql::officers::by_id(&mut self.look().await, id).await.unwrap();
        known.unwrap().email.unwrap()
    }
}

#[tokio::test]
async fn an_agency_hears_of_what_is_handed_over_to_it_and_its_own_officer_takes_it_once() {
    let room = room().await;
    let own = room.house.officer(Role::AgencyOfficer, Some("BPBD")).await.unwrap();
    let other = room.house.officer(Role::AgencyHead, Some("Dishub")).await.unwrap();
    let field = room.house.officer(Role::FieldOfficer, Some("BPBD")).await.unwrap();
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let handover = room.over(2, incident, "BPBD (TRC)").await;
    room.quiet().await;
    let mail = room.mail().await;
    assert_eq!(mail.len(), 1, "{mail:?}");
    assert_eq!(mail[0].0, room.address(&own).await);
    assert!(mail[0].1.contains("112-0001") && mail[0].1.contains("Pompa 2 unit"), "{mail:?}");
    assert!(mail[0].1.ends_with("https://simpul.test/112/serahan"), "{mail:?}");

    let bpbd = room.house.agency("BPBD").await.unwrap();
    assert_eq!(sql::handover::waiting(&mut room.look().await).await.unwrap(), [(bpbd, 1)]);
    for stranger in [&other, &field, &room.rina, &room.supervisor] {
        assert_eq!(refused(room.by(stranger, AcknowledgeHandover { handover }).await), "people.refused.not_allowed");
    }
    room.by(&own, AcknowledgeHandover { handover }).await.unwrap();
    let again = room.by(&own, AcknowledgeHandover { handover }).await;
    assert_eq!(refused(again), "emergency.refused.handover_received");
    let kept = sql::handover::of_incident(&mut room.look().await, incident).await.unwrap();
    let received = kept[0].received.clone().unwrap();
    assert_eq!(received.officer, own.actor.officer_id());
    assert!(received.by.starts_with("Petugas"), "{received:?}");
    assert!(sql::handover::waiting(&mut room.look().await).await.unwrap().is_empty());
    let lines = simpul_store::journal::lines_after(&mut room.look().await, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains(&received.by) && !line.body.contains("Pompa")));
}

#[tokio::test]
async fn a_body_without_an_agency_is_acknowledged_by_the_room_alone_unless_one_is_settled() {
    let room = room().await;
    let own = room.house.officer(Role::AgencyHead, Some("Dinkes")).await.unwrap();
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let polda = room.over(2, incident, "Polda").await;
    assert!(room.by(&own, AcknowledgeHandover { handover: polda }).await.is_err());
    let contacts = sql::field::contacts(&mut room.look().await).await.unwrap();
    let psc = contacts.into_iter().find(|contact| contact.name == "PSC 119").unwrap();
    let dinkes = room.house.agency("Dinkes").await.unwrap();
    let contact = sql::field::Contact { agency: Some(dinkes), ..psc.clone() };
    room.by(&room.supervisor, SetContact { contact }).await.unwrap();
    let unknown = sql::field::Contact { agency: Some(Uuid::from_u128(9)), ..psc };
    let unknown = room.by(&room.supervisor, SetContact { contact: unknown }).await;
    assert_eq!(refused(unknown), "emergency.refused.agency");
    let handover = room.over(3, incident, "PSC 119").await;
    room.by(&own, AcknowledgeHandover { handover }).await.unwrap();
}

#[tokio::test]
async fn what_is_handed_over_in_a_drill_leaves_no_house() {
    let room = room().await;
    room.house.officer(Role::AgencyOfficer, Some("BPBD")).await.unwrap();
    let open = OpenDrillIncident { open: room.fire(1, None) };
    let incident = room.by(&room.house.system(), open).await.unwrap().id;
    room.over(2, incident, "BPBD (TRC)").await;
    room.quiet().await;
    assert!(room.mail().await.is_empty());
}

#[tokio::test]
async fn what_an_agency_lets_pass_is_late_once_and_its_officers_hear_of_it() {
    let room = room().await;
    let system = room.house.system();
    room.by(&system, SeedProtocols).await.unwrap();
    let duty = room.house.officer(Role::DutyOfficer, None).await.unwrap();
    let own = room.house.officer(Role::AgencyOfficer, Some("BPBD")).await.unwrap();
    let stage = Stage::new(3).unwrap();
    let confirm = ConfirmStage { key: Uuid::from_u128(1), district: None, stage, note: "hujan lebat".to_owned() };
    room.by(&duty, confirm).await.unwrap();
    let bpbd = room.house.agency("BPBD").await.unwrap();
    let items = sql::stage::items_of_agency(&mut room.look().await, bpbd).await.unwrap();
    assert!(items.len() > 1, "{items:?}");
    room.by(&own, EndItem { item: items[0].id }).await.unwrap();
    let incident = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    let due = room.house.test.db.env().now().plus_micros(2 * DAY_MICROS);
    let lesson = AddLesson { key: Uuid::from_u128(3), incident, text: "Latih".to_owned(), agency: bpbd, due };
    let lesson = room.by(&room.supervisor, lesson).await.unwrap();
    room.quiet().await;
    let late = |mail: &[(String, String)]| mail.iter().filter(|(_, body)| body.contains("lewat batas")).count();
    assert_eq!(late(&room.mail().await), 0);

    // At the very moment of the last deadline it is late already.
    room.house.test.clock.advance(items.last().unwrap().due.micros_since(room.house.test.db.env().now()));
    room.quiet().await;
    room.house.test.clock.advance(MINUTE_MICROS);
    room.quiet().await;
    let address = room.address(&own).await;
    let mail: Vec<_> = room.mail().await.into_iter().filter(|(to, _)| *to == address).collect();
    assert_eq!(late(&mail), items.len() - 1, "each once, and what was done never: {mail:?}");
    let told: Vec<String> = room.lines(items[1].id).await;
    assert_eq!(told.iter().filter(|kind| *kind == "action_item.late").count(), 1, "{told:?}");

    room.house.test.clock.advance(3 * DAY_MICROS);
    room.quiet().await;
    let lines = room.lines(incident).await;
    assert_eq!(lines.iter().filter(|kind| *kind == "incident.lesson_late").count(), 1, "{lines:?}");
    let finish = FinishLesson { lesson, proof: "Gladi 3 Desember".to_owned() };
    let other = room.house.officer(Role::AgencyHead, Some("Dishub")).await.unwrap();
    assert_eq!(refused(room.by(&other, finish.clone()).await), "people.refused.not_allowed");
    room.by(&own, finish).await.unwrap();
}

#[tokio::test]
async fn any_news_from_the_scene_begins_the_wait_for_news_anew() {
    let room = room().await;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let send = SendUnits { key: Uuid::from_u128(2), incident, units: room.units[..1].to_vec() };
    let dispatch = room.by(&room.rina, send).await.unwrap()[0].id;
    let crew = room.house.test.ctx(Actor::unit(room.units[0]));
    let there = CrewSteps { key: Uuid::from_u128(3), dispatch, to: DispatchStatus::OnScene, at: None };
    room.by(&crew, there).await.unwrap();
    let since = || async {
        room.quiet().await;
        let runs = sql::timer::runs_of(&mut room.look().await, incident).await.unwrap();
        let news = runs.into_iter().find(|run| run.running.timer == Timer::News).unwrap();
        room.house.test.db.env().now().micros_since(news.running.since)
    };
    room.later(600);
    assert_eq!(since().await, 600 * SECOND_MICROS);
    room.by(&room.rina, CountLosses { incident, losses: Losses { houses: 2, ..Losses::default() }, victims: None })
        .await
        .unwrap();
    assert_eq!(since().await, 0, "what was lost");
    room.later(600);
    room.by(&crew, ReportUnit { dispatch, text: "Api padam".to_owned() }).await.unwrap();
    assert_eq!(since().await, 0, "a unit's report");
    room.later(600);
    assert_eq!(since().await, 600 * SECOND_MICROS);
    let counted = sql::field::counted(&mut room.look().await, incident).await.unwrap();
    assert_eq!((counted.len(), counted[0].losses.houses), (1, 2), "what was counted is kept with its time");
}

async fn site() -> TestSite {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap()
}

/// The page of the incident that the console's call led to.
fn incident_on(console: &str) -> String {
    let number = console.split("/112/kejadian/").nth(1).unwrap().split(['"', '/']).next().unwrap();
    format!("/112/kejadian/{number}")
}

/// A flood that a taker hands over to BPBD; answers the incident's page.
async fn handed_over(site: &TestSite, taker: &mut Browser) -> String {
    let call = taker.post("/112/panggilan", &[("number", "081299990000")]).await.location().to_owned();
    let call = call.split('=').nth(1).unwrap().to_owned();
    let typed = [("landmark", "Pasar Sentral"), ("type", "flood"), ("note", "ibu Sitti minta tolong")];
    let console = taker.post(&format!("/112/panggilan/{call}/kejadian"), &typed).await.location().to_owned();
    let incident = incident_on(&taker.get(&console).await.text);
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let contacts = sql::field::contacts(&mut conn).await.unwrap();
    drop(conn);
    let contact = contacts.iter().find(|contact| contact.name == "BPBD (TRC)").unwrap().id.to_string();
    let over = [("contact", contact.as_str()), ("asked", "Perahu karet 1 unit")];
    assert!(taker.post(&format!("{incident}/teruskan"), &over).await.status.is_redirection());
    incident
}

#[tokio::test]
async fn an_agency_sees_its_own_hand_overs_with_their_count_and_no_caller() {
    let site = site().await;
    let system = site.db.ctx(Actor::system("test"));
    site.db.db.write(&system, SeedTypes).await.unwrap();
    let (bpbd, dishub) = (site.agency("BPBD").await.unwrap(), site.agency("Dishub").await.unwrap());
    let mut taker = site.sign_in_as(Role::Dispatcher, None).await.unwrap();
    let incident = handed_over(&site, &mut taker).await;

    let mut own = site.sign_in_as(Role::AgencyOfficer, Some(bpbd)).await.unwrap();
    let page = own.get("/112/serahan").await.text;
    for shown in ["Banjir", "Pasar Sentral", "Perahu karet 1 unit", "112-0001"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains("<span class=\"badge\">1<"), "{page}");
    for hidden in ["0812", "Sitti", "minta tolong"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    assert_eq!(own.get(&incident).await.status, StatusCode::FORBIDDEN, "the incident itself stays in the room");
    let id = page.split("/112/serahan/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let path = format!("/112/serahan/{id}/terima");
    let mut other = site.sign_in_as(Role::AgencyHead, Some(dishub)).await.unwrap();
    let page = other.get("/112/serahan").await.text;
    assert!(!page.contains("Pasar Sentral") && !page.contains("class=\"badge\""), "{page}");
    assert!(!other.post(&path, &[]).await.status.is_redirection());
    assert_eq!(own.post(&path, &[]).await.location(), "/112/serahan");
    let page = own.get("/112/serahan").await.text;
    assert!(page.contains("Diterima oleh Petugas agency_officer") && !page.contains("class=\"badge\""), "{page}");
    assert!(taker.get(&incident).await.text.contains("(lewat akun sendiri)"));
}

#[tokio::test]
async fn the_stage_stands_on_every_page_of_citizens_from_the_second_on() {
    let site = site().await;
    let line = "Lihat yang perlu Anda lakukan.";
    let mut citizen = site.browser();
    assert!(!citizen.get("/masuk").await.text.contains(line));
    let duty = site.db.ctx(Actor::system("test"));
    let confirm = |key: u128, district, level| ConfirmStage {
        key: Uuid::from_u128(key),
        district,
        stage: Stage::new(level).unwrap(),
        note: "hujan".to_owned(),
    };
    site.db.db.write(&duty, confirm(1, None, 2)).await.unwrap();
    let page = citizen.get("/masuk").await.text;
    assert!(page.contains("Tingkat kesiagaan COC: 2 dari 5") && page.contains("href=\"/kesiagaan\""), "{page}");
    assert_eq!(page.matches(line).count(), 1);
    assert!(!citizen.get("/kesiagaan").await.text.contains(line), "that page says it at length");
    let mut officer = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    assert!(!officer.get("/112").await.text.contains(line), "officers have it where they work");
    site.db.db.write(&duty, confirm(2, None, 1)).await.unwrap();
    assert!(!citizen.get("/masuk").await.text.contains(line));
}

#[tokio::test]
async fn what_is_handed_over_comes_to_its_agency_s_page_by_itself() {
    let site = site().await;
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedTypes).await.unwrap();
    let (bpbd, dishub) = (site.agency("BPBD").await.unwrap(), site.agency("Dishub").await.unwrap());
    let mut own = site.sign_in_as(Role::AgencyOfficer, Some(bpbd)).await.unwrap();
    let mut other = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let page = own.get("/112/serahan").await.text;
    let stream = page.split("hx-sse:connect=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let stream = stream.replace("&#38;", "&");
    let mut taker = site.sign_in_as(Role::Dispatcher, None).await.unwrap();
    handed_over(&site, &mut taker).await;
    let comes = own.watch(&stream, "Perahu karet 1 unit").await;
    assert!(comes.contains("#serahan") && !comes.contains("Sitti"), "{comes}");
    let comes = other.watch(&stream, "#serahan").await;
    assert!(!comes.contains("Perahu karet"), "{comes}");
}

#[tokio::test]
async fn a_call_counts_once_for_every_agency_that_acted_on_it() {
    let room = room().await;
    let mut incidents = Vec::new();
    for (key, id) in [(1, "a"), (2, "b"), (3, "c")] {
        let call = room.hears(id, room.says(CtiKind::Answered)).await.id;
        incidents.push(room.by(&room.rina, room.fire(key, Some(call))).await.unwrap().id);
    }
    let send = SendUnits { key: Uuid::from_u128(4), incident: incidents[0], units: room.units[..2].to_vec() };
    room.by(&room.tono, send).await.unwrap();
    room.over(5, incidents[0], "Dishub").await;
    room.by(&room.tono, MergeIncident { incident: incidents[1], into: incidents[0] }).await.unwrap();
    let zone = Zone::Wita;
    let month = Month::of(room.house.test.db.env().now(), zone);
    let counted = read::month(&mut room.look().await, month, zone).await.unwrap().calls_by_agency;
    let (own, other) = (room.unit(room.units[0]).await.agency, room.house.agency("Dishub").await.unwrap());
    let mut expected = [(own, 2), (other, 2)];
    expected.sort_unstable();
    assert_eq!(counted, expected, "two units of one agency are one; the call of a merged incident is the other's too");
}
