//! What may be done with a report, by whom, and what Simpul does when a moment has passed.

use std::sync::Arc;

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::geo::Point;
use simpul_kernel::{Ctx, Role};
use simpul_people::AreaLevel;
use simpul_people::actions::PlaceLabels;
use simpul_people::testing::House;
use simpul_report::actions::*;
use simpul_report::desk::{Desk, Rules};
use simpul_report::model::{Class, Level, Place, Report, ReporterMode, Source, Status};
use simpul_report::sql::{self, Contact};
use simpul_report::{Messenger, reactions};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error, outbox};
use uuid::Uuid;

/// A region with rules, and those who act in it.
pub(crate) struct Office {
    pub(crate) house: House,
    pub(crate) desk: Arc<Desk>,
    pub(crate) dishub: Uuid,
    pub(crate) officer: Ctx,
    pub(crate) coordinator: Ctx,
}

pub(crate) async fn office() -> Office {
    let house = House::new(&[simpul_report::MIGRATIONS]).await.unwrap();
    let place = house.directory.of(TEST_REGION).await.unwrap();
    let agencies = place.agencies.iter().map(|agency| (agency.short.clone(), agency.id)).collect();
    house.test.db.write(&house.system(), SeedRules { agencies }).await.unwrap();
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    let desk = Arc::new(Desk::open(&mut conn, place).await.unwrap());
    drop(conn);
    Office {
        dishub: house.agency("Dishub").await.unwrap(),
        officer: house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap(),
        coordinator: house.officer(Role::ReportCoordinator, None).await.unwrap(),
        desk,
        house,
    }
}

impl Office {
    pub(crate) fn submit(&self, key: u128) -> SubmitReport {
        let village = &self.desk.place.villages[0];
        SubmitReport {
            key: Uuid::from_u128(key),
            desk: self.desk.clone(),
            category: "lampu_jalan".to_owned(),
            place: Place { village: Some(village.code), landmark: "dekat lapangan".to_owned(), ..Place::default() },
            text: "Lampu jalan mati 3 biji, hubungi 0812-3456-7890".to_owned(),
            photos: Vec::new(),
            reporter: Reporter { phone: Some("0812 3456 7890".to_owned()), ..Reporter::default() },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        }
    }

    pub(crate) async fn send(&self, key: u128) -> Submitted {
        self.house.test.db.write(&self.house.citizen(), self.submit(key)).await.unwrap()
    }

    pub(crate) async fn by<A: Action>(&self, ctx: &Ctx, action: A) -> Result<A::Output, Error> {
        self.house.test.db.write(ctx, action).await
    }

    pub(crate) async fn report(&self, id: Uuid) -> Report {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::by_id(&mut conn, id).await.unwrap().unwrap()
    }

    pub(crate) async fn settle(&self, text: bool) {
        let messenger = Messenger { directory: self.house.directory.clone(), text, email: false, base_url: None };
        self.house.test.settle(&reactions(messenger)).await.unwrap();
    }

    pub(crate) fn place(&self) -> Arc<simpul_people::Snapshot> {
        self.desk.place.clone()
    }

    pub(crate) fn rules(&self) -> Arc<Rules> {
        self.desk.rules.clone()
    }

    /// The six digits of the newest message to that number or address.
    pub(crate) async fn code_sent_to(&self, reach: &str) -> String {
        let messages = self.messages_to(reach).await;
        let body = messages.first().expect("a code was sent").clone();
        let digits = body.split("kode Anda ").nth(1).expect("the message holds a code");
        digits.chars().take(6).collect()
    }

    /// What was written to that number or address, newest first.
    pub(crate) async fn messages_to(&self, reach: &str) -> Vec<String> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let messages = outbox::list(&mut conn, Uuid::max(), None, 100).await.unwrap();
        messages.into_iter().filter(|message| message.recipient == reach).map(|message| message.body).collect()
    }

    pub(crate) fn later(&self, days: i64) {
        self.house.test.clock.advance(days * DAY_MICROS);
    }

    /// Sent, taken, begun.
    pub(crate) async fn begun(&self, key: u128) -> Submitted {
        let sent = self.send(key).await;
        self.by(&self.officer, AcceptReport { report: sent.id, version: None, class: None }).await.unwrap();
        self.by(&self.officer, StartWork { report: sent.id, version: None, note: None }).await.unwrap();
        sent
    }

    pub(crate) fn resolve(&self, report: Uuid) -> ResolveReport {
        ResolveReport {
            report,
            version: None,
            text: "Tiga lampu sudah diganti".to_owned(),
            photos: Vec::new(),
            no_photo_reason: Some("malam, foto gelap".to_owned()),
        }
    }
}

pub(crate) fn refused(error: Result<impl std::fmt::Debug, Error>) -> &'static str {
    match error {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_category_names_the_agency_and_the_deadlines() {
    let office = office().await;
    let sent = office.send(1).await;
    assert_eq!(sent.number, "LUTRA-2611-0001");
    assert_eq!(sent.agency, Some(office.dishub));
    let report = office.report(sent.id).await;
    assert_eq!(report.status(), Status::New);
    assert_eq!(report.place.district, Some(office.desk.place.villages[0].district));
    // Verified within 3, answered within 5, solved within 7 working days from Monday 2 November.
    let days = [report.deadlines.verify, report.deadlines.answer, report.deadlines.resolve]
        .map(|due| office.desk.place.calendar.working_days_between(report.times.reported, due));
    assert_eq!(days, [3, 5, 7]);
    assert_eq!(office.send(2).await.number, "LUTRA-2611-0002");
}

#[tokio::test]
async fn the_same_key_is_the_same_report() {
    let office = office().await;
    let (one, two) = (office.send(7).await, office.send(7).await);
    assert_eq!(one, two);
    assert_eq!(office.send(8).await.number, "LUTRA-2611-0002");
}

#[tokio::test]
async fn the_journal_holds_no_word_of_the_citizen() {
    let office = office().await;
    let sent = office.begun(1).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    let own: Vec<_> = lines.iter().filter(|line| line.subject_id == sent.id).collect();
    assert!(own.len() >= 5, "{own:?}");
    for line in own {
        for word in ["Lampu", "biji", "3456", "lapangan", "diganti", "gelap"] {
            assert!(!line.body.contains(word), "{}: {}", line.kind, line.body);
        }
    }
}

#[tokio::test]
async fn a_report_goes_all_the_way_and_the_citizen_has_the_last_word() {
    let office = office().await;
    let sent = office.begun(1).await;
    assert_eq!(
        refused(
            office.by(&office.officer, ConfirmFixed { report: sent.id, proof: Proof::Token(sent.token.clone()) }).await
        ),
        "report.refused.from_in_progress"
    );
    let mut without = office.resolve(sent.id);
    without.no_photo_reason = None;
    assert_eq!(refused(office.by(&office.officer, without).await), "report.refused.photo_after");
    let mut silent = office.resolve(sent.id);
    silent.text = "  ".to_owned();
    assert_eq!(refused(office.by(&office.officer, silent).await), "report.refused.words_missing");
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    let citizen = office.house.citizen();
    let guess = ReopenReport {
        report: sent.id,
        proof: Proof::Token("0000".to_owned()),
        text: "masih mati".to_owned(),
        photos: Vec::new(),
    };
    assert_eq!(refused(office.by(&citizen, guess.clone()).await), "report.refused.not_the_reporter");
    let own = ReopenReport { proof: Proof::Token(sent.token.to_uppercase()), ..guess };
    office.by(&citizen, own).await.unwrap();
    assert_eq!(office.report(sent.id).await.status(), Status::InProgress);
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    let yes = ConfirmFixed { report: sent.id, proof: Proof::Token(sent.token) };
    office.by(&citizen, yes).await.unwrap();
    let report = office.report(sent.id).await;
    assert_eq!((report.status(), report.on_time(), report.reopened_count), (Status::Closed, Some(true), 1));
}

#[tokio::test]
async fn silence_for_ten_days_closes_a_solved_report() {
    let office = office().await;
    let sent = office.begun(1).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    office.later(9);
    office.settle(false).await;
    assert_eq!(office.report(sent.id).await.status(), Status::Resolved);
    office.later(2);
    office.settle(false).await;
    assert_eq!(office.report(sent.id).await.status(), Status::Closed);
}

#[tokio::test]
async fn a_late_report_goes_up_the_ladder_to_the_sekda_and_no_further() {
    let office = office().await;
    let sent = office.begun(1).await;
    let mut seen = Vec::new();
    for _ in 0..20 {
        office.later(1);
        office.settle(false).await;
        let report = office.report(sent.id).await;
        if seen.last() != Some(&report.level) {
            seen.push(report.level);
        }
    }
    assert_eq!(seen.last(), Some(&Level::Secretary));
    assert!(seen.windows(2).all(|pair| pair[0] < pair[1]), "{seen:?}");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let events = sql::events(&mut conn, sent.id).await.unwrap();
    let late = events.iter().filter(|event| event.kind == "report.late").count();
    assert_eq!(late, 2, "the first answer and the solution are late once each: {events:?}");
    drop(conn);
    // What an officer has open is still right: time alone changes no version.
    let report = office.report(sent.id).await;
    let mut resolve = office.resolve(sent.id);
    resolve.version = Some(report.version);
    office.by(&office.officer, resolve).await.unwrap();
    assert_eq!(office.report(sent.id).await.on_time(), Some(false));
}

#[tokio::test]
async fn two_officers_do_not_overwrite_each_other() {
    let office = office().await;
    let sent = office.send(1).await;
    let seen = Some(office.report(sent.id).await.version);
    office.by(&office.officer, AcceptReport { report: sent.id, version: seen, class: None }).await.unwrap();
    let second = office.by(&office.officer, StartWork { report: sent.id, version: seen, note: None }).await;
    assert_eq!(refused(second), "report.refused.changed_meanwhile");
}

#[tokio::test]
async fn another_agencys_officer_does_not_find_the_report() {
    let office = office().await;
    let sent = office.send(1).await;
    let other = office.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
    let taken = office.by(&other, AcceptReport { report: sent.id, version: None, class: None }).await;
    assert!(matches!(taken, Err(Error::NotFound(_))), "{taken:?}");
    let citizen = office.house.citizen();
    let taken = office.by(&citizen, AcceptReport { report: sent.id, version: None, class: None }).await;
    assert!(matches!(taken, Err(Error::NotFound(_))), "{taken:?}");
    let verified = VerifyReport {
        report: sent.id,
        version: None,
        class: Class::Complaint,
        needs_inspection: false,
        category: None,
    };
    let field_officer = office.house.officer(Role::FieldOfficer, Some("Dishub")).await.unwrap();
    assert_eq!(refused(office.by(&field_officer, verified).await), "people.refused.not_allowed");
}

#[tokio::test]
async fn the_agency_checks_its_own_new_reports_and_moves_none_to_another() {
    let office = office().await;
    let (one, two) = (office.send(1).await, office.send(2).await);
    let verify = |report, category: Option<&str>| VerifyReport {
        report,
        version: None,
        class: Class::Information,
        needs_inspection: false,
        category: category.map(str::to_owned),
    };
    let moved = office.by(&office.officer, verify(one.id, Some("sampah"))).await;
    assert_eq!(refused(moved), "report.refused.own_category");
    let stranger = office.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
    assert!(matches!(office.by(&stranger, verify(one.id, None)).await, Err(Error::NotFound(_))));
    office.by(&office.officer, verify(one.id, None)).await.unwrap();
    let report = office.report(one.id).await;
    assert_eq!((report.status(), report.class), (Status::Verified, Class::Information));
    let reject = |ctx: Ctx| {
        let (code, text) = ("unclear".to_owned(), String::new());
        (ctx, RejectReport { report: two.id, version: None, code, text })
    };
    let (field_officer, action) = reject(office.house.officer(Role::FieldOfficer, Some("Dishub")).await.unwrap());
    assert_eq!(refused(office.by(&field_officer, action).await), "people.refused.not_allowed");
    // Where the agency wants it so, its head sees the rejection first.
    office.by(&office.house.system(), SetApproval { agency: office.dishub, on: true }).await.unwrap();
    let (officer, action) = reject(office.officer.clone());
    assert_eq!(office.by(&officer, action).await.unwrap().status, "new");
    let head = office.house.officer(Role::AgencyHead, Some("Dishub")).await.unwrap();
    office.by(&head, ApproveAnswer { report: two.id, version: 1, text: None }).await.unwrap();
    assert_eq!(office.report(two.id).await.status(), Status::Rejected);
}

#[tokio::test]
async fn a_report_about_an_official_is_inspektorats_alone() {
    let office = office().await;
    let mut submit = office.submit(1);
    submit.category = "pungli_rahasia".to_owned();
    let sent = office.by(&office.house.citizen(), submit).await.unwrap();
    assert!(sent.secret);
    let seen = async |ctx: Ctx| {
        let text = "dibaca".to_owned();
        let note = AddNote { key: ctx.new_id(), report: sent.id, text, public: false, photos: Vec::new() };
        office.by(&ctx, note).await
    };
    let auditor = office.house.officer(Role::Auditor, Some("Inspektorat")).await.unwrap();
    assert!(seen(auditor).await.is_ok());
    for role in [Role::ReportCoordinator, Role::RegionAdmin, Role::Leader, Role::DutyOfficer] {
        let other = office.house.officer(role, None).await.unwrap();
        assert!(matches!(seen(other).await, Err(Error::NotFound(_))), "{role:?}");
    }
    assert!(matches!(seen(office.officer.clone()).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_wish_for_secrecy_that_no_agency_has_is_given_to_one_by_the_coordinator_who_then_sees_it_no_more() {
    let office = office().await;
    let secretly = Reporter { mode: Some(ReporterMode::Secret), ..office.submit(1).reporter };
    let category = office.desk.rules.active().find(|found| found.agency.is_none() && !found.secret).unwrap();
    let submit = SubmitReport { category: category.code.clone(), reporter: secretly, ..office.submit(1) };
    let sent = office.by(&office.house.citizen(), submit).await.unwrap();
    assert!(sent.secret && sent.agency.is_none());
    let assign = AssignReport {
        report: sent.id,
        version: None,
        agency: office.dishub,
        officer: None,
        instruction: Some("Tolong ditangani diam-diam".to_owned()),
    };
    for role in [Role::RegionAdmin, Role::Leader, Role::DutyOfficer] {
        let other = office.house.officer(role, None).await.unwrap();
        assert!(matches!(office.by(&other, assign.clone()).await, Err(Error::NotFound(_))), "{role:?}");
    }
    let verify = VerifyReport {
        report: sent.id,
        version: None,
        class: Class::Complaint,
        needs_inspection: false,
        category: None,
    };
    office.by(&office.coordinator, verify).await.unwrap();
    office.by(&office.coordinator, assign.clone()).await.unwrap();
    let report = office.report(sent.id).await;
    assert!(report.secret && report.agency == Some(office.dishub) && !report.is_public());
    assert!(matches!(office.by(&office.coordinator, assign).await, Err(Error::NotFound(_))));
    office.by(&office.officer, StartWork { report: sent.id, version: None, note: None }).await.unwrap();
}

#[tokio::test]
async fn what_is_not_ours_goes_back_with_the_name_of_who_it_belongs_to() {
    let office = office().await;
    let sent = office.send(1).await;
    let nameless = HandBack { report: sent.id, version: None, reason: "bukan kami".to_owned(), suggest: None };
    assert_eq!(refused(office.by(&office.officer, nameless).await), "report.refused.name_the_body");
    let pu = office.house.agency("DPUTRPKP2").await.unwrap();
    let back = HandBack { report: sent.id, version: None, reason: "tiang milik PU".to_owned(), suggest: Some(pu) };
    office.by(&office.officer, back).await.unwrap();
    let report = office.report(sent.id).await;
    assert_eq!((report.status(), report.agency), (Status::New, None));
    let verify = VerifyReport {
        report: sent.id,
        version: Some(report.version),
        class: Class::Information,
        needs_inspection: false,
        category: None,
    };
    office.by(&office.coordinator, verify).await.unwrap();
    let after = office.report(sent.id).await;
    assert!(after.deadlines.resolve < report.deadlines.resolve, "information has less time");
    let assign =
        AssignReport { report: sent.id, version: None, agency: pu, officer: None, instruction: Some("segera".into()) };
    office.by(&office.coordinator, assign).await.unwrap();
    assert_eq!(office.report(sent.id).await.agency, Some(pu));
}

#[tokio::test]
async fn an_anonymous_reporter_leaves_nothing_and_an_erased_one_no_more() {
    let office = office().await;
    let mut submit = office.submit(1);
    submit.reporter.mode = Some(ReporterMode::Anonymous);
    let sent = office.by(&office.house.citizen(), submit).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::contact(&mut conn, sent.id).await.unwrap(), None);
    drop(conn);
    let named = office.send(2).await;
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let contact = sql::contact(&mut conn, named.id).await.unwrap();
    assert_eq!(contact, Some(Contact { phone: Some("+6281234567890".to_owned()), ..Contact::default() }));
    drop(conn);
    let denied = office.by(&office.coordinator, EraseReporter { report: named.id }).await;
    assert_eq!(refused(denied), "people.refused.not_allowed");
    let admin = office.house.officer(Role::RegionAdmin, None).await.unwrap();
    office.by(&admin, EraseReporter { report: named.id }).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::contact(&mut conn, named.id).await.unwrap(), None);
    let kept = export(&mut conn, named.id).await.unwrap().unwrap().to_string();
    assert!(!kept.contains("3456") && !kept.contains("biji"), "{kept}");
    drop(conn);
    let yes = ConfirmFixed { report: named.id, proof: Proof::Token(named.token) };
    let answered = office.by(&office.house.citizen(), yes).await;
    assert_eq!(refused(answered), "report.refused.not_the_reporter");
}

#[tokio::test]
async fn the_reporter_hears_of_each_step_only_where_messages_can_leave() {
    let office = office().await;
    let sent = office.begun(1).await;
    office.settle(false).await;
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(outbox::list(&mut conn, Uuid::max(), None, 10).await.unwrap().is_empty());
    drop(conn);
    let messenger = Messenger { directory: office.house.directory.clone(), text: true, email: false, base_url: None };
    let set = reactions(messenger);
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    office.house.test.settle(&set).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let told = outbox::list(&mut conn, Uuid::max(), None, 10).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].recipient, "+6281234567890");
    assert!(told[0].body.starts_with("LUTRA-2611-0001: sudah ditangani."), "{}", told[0].body);
}

#[tokio::test]
async fn a_place_outside_every_list_is_refused_by_its_field() {
    let office = office().await;
    let citizen = office.house.citizen();
    let mut nowhere = office.submit(1);
    nowhere.place = Place::default();
    assert_eq!(refused(office.by(&citizen, nowhere.clone()).await), "report.refused.village_missing");
    nowhere.place.village = Some(7_322_999_999);
    assert_eq!(refused(office.by(&citizen, nowhere.clone()).await), "report.refused.village");
    nowhere.place = Place {
        district: Some(office.desk.place.districts[0].code),
        landmark: "dusun paling ujung".to_owned(),
        ..Place::default()
    };
    assert!(office.by(&citizen, nowhere).await.is_ok(), "a district and a landmark are enough");
    let mut unknown = office.submit(2);
    unknown.category = "tidak_ada".to_owned();
    assert_eq!(refused(office.by(&citizen, unknown).await), "report.refused.category");
    let mut garbled = office.submit(3);
    garbled.text = "a\u{0}b".to_owned();
    assert_eq!(refused(office.by(&citizen, garbled).await), "form.control_char");
    assert_eq!(office.send(4).await.number, "LUTRA-2611-0002", "a refused report takes no number");
}

/// A person's report with this place, and what is said against it.
async fn refusal_of(office: &Office, key: u128, place: Place) -> Option<&'static str> {
    let report = SubmitReport { place, ..office.submit(key) };
    match office.by(&office.house.citizen(), report).await {
        Ok(_) => None,
        refused_or_broken => Some(refused(refused_or_broken)),
    }
}

#[tokio::test]
async fn a_crew_can_find_every_place_that_a_person_gives() {
    let office = office().await;
    let district = Some(office.desk.place.districts[0].code);
    let point = Some(Point::from_degrees(-2.55, 120.33).unwrap());
    let vague = Place { point, accuracy_m: Some(400), ..Place::default() };
    let exact = Place { point, accuracy_m: Some(100), ..Place::default() };
    for alone in [vague.clone(), exact.clone()] {
        assert_eq!(refusal_of(&office, 1, alone).await, Some("report.refused.village_missing"), "no district");
    }
    let only_district = Place { district, ..Place::default() };
    assert_eq!(refusal_of(&office, 1, only_district).await, Some("report.refused.landmark_missing"));
    assert_eq!(
        refusal_of(&office, 1, Place { district, ..vague.clone() }).await,
        Some("report.refused.landmark_missing")
    );
    let landmark = "dekat jembatan".to_owned();
    assert_eq!(refusal_of(&office, 1, Place { district, landmark, ..vague }).await, None);
    assert_eq!(refusal_of(&office, 2, Place { district, ..exact.clone() }).await, None);
    let program = SubmitReport { place: exact, source: Source::Open311, ..office.submit(3) };
    assert!(office.by(&office.house.citizen(), program).await.is_ok(), "a program may know the point alone");
}

#[tokio::test]
async fn without_boundaries_a_person_far_from_every_district_is_elsewhere() {
    let office = office().await;
    let labels = vec![(office.desk.place.districts[0].code, Point::from_degrees(-2.55, 120.33).unwrap())];
    let labels = PlaceLabels { level: AreaLevel::District, labels };
    office.house.directory.write(&office.house.system(), labels).await.unwrap();
    let place = office.house.directory.of(TEST_REGION).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let desk = Arc::new(Desk::open(&mut conn, place.clone()).await.unwrap());
    drop(conn);
    let village = Some(place.villages[0].code);
    let at = |lat, lon| Place { village, point: Some(Point::from_degrees(lat, lon).unwrap()), ..Place::default() };
    let send = |key, place, source| SubmitReport { desk: desk.clone(), place, source, ..office.submit(key) };
    let citizen = office.house.citizen();
    let jakarta = send(1, at(-6.2, 106.8), Source::Web);
    assert_eq!(refused(office.by(&citizen, jakarta).await), "report.refused.outside");
    let makassar = send(1, at(-5.14, 119.41), Source::Web);
    assert_eq!(refused(office.by(&citizen, makassar).await), "report.refused.outside");
    let hills = send(2, at(-2.2, 120.1), Source::Web);
    assert!(office.by(&citizen, hills).await.is_ok(), "the region reaches beyond its centres");
    let program = send(3, at(-6.2, 106.8), Source::Open311);
    assert!(office.by(&citizen, program).await.is_ok(), "for programs an imported boundary decides");
}

#[tokio::test]
async fn merged_reports_share_followers_and_part_again() {
    let office = office().await;
    let (one, two) = (office.send(1).await, office.send(2).await);
    office.by(&office.house.citizen(), FollowReport { key: Uuid::from_u128(9), report: one.id }).await.unwrap();
    let merge = MergeReport { report: one.id, version: None, into: two.number.clone() };
    office.by(&office.coordinator, merge).await.unwrap();
    assert_eq!(office.report(one.id).await.status(), Status::Merged);
    assert_eq!(office.report(two.id).await.follower_count, 2);
    let circle = MergeReport { report: two.id, version: None, into: one.number.clone() };
    assert_eq!(refused(office.by(&office.coordinator, circle).await), "report.refused.merge_target");
    office.by(&office.coordinator, UnmergeReport { report: one.id, version: None }).await.unwrap();
    assert_eq!(office.report(one.id).await.status(), Status::New);
}

#[tokio::test]
async fn an_agency_that_comes_later_finds_its_categories_and_takes_none_that_has_an_owner() {
    let office = office().await;
    let category = async |code: &str| {
        let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
        let categories = sql::categories(&mut conn).await.unwrap();
        categories.into_iter().find(|category| category.code == code).unwrap()
    };
    let mut hospital = category("layanan_rs").await;
    hospital.agency = None;
    office.by(&office.coordinator, SaveCategory { category: hospital.clone(), seen: None }).await.unwrap();
    let late = Uuid::from_u128(77);
    let agencies = vec![("RSUD Andi Djemma".to_owned(), late), ("Dishub".to_owned(), late)];
    office.by(&office.house.system(), SeedRules { agencies }).await.unwrap();
    hospital.agency = Some(late);
    assert_eq!(category("layanan_rs").await, hospital);
    assert_eq!(category("lampu_jalan").await.agency, Some(office.dishub));
}
