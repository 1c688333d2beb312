//! Work inside and between agencies: steps down, help, field checks, and what the district's office saw.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Ctx, Role, Timestamp};
use simpul_report::actions::*;
use simpul_report::model::{Level, Order, Stage, Status, Support, Verdict};
use simpul_report::sql::{self, Whose};
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::rules::{Office, office, refused};

fn ask(report: Uuid, agency: Uuid) -> AskSupport {
    AskSupport { report, version: None, agency, instruction: "Pinjamkan mobil tangga".to_owned(), day: String::new() }
}

impl Office {
    async fn supports(&self, report: Uuid) -> Vec<Support> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::support::of_report(&mut conn, report).await.unwrap()
    }

    /// A report that Dishub leads and DLH is asked to help with; DLH's officer, and the help.
    async fn helped(&self, key: u128) -> (Submitted, Ctx, Support) {
        let sent = self.begun(key).await;
        let helper = self.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
        let dlh = self.house.agency("DLH").await.unwrap();
        self.by(&self.officer, ask(sent.id, dlh)).await.unwrap();
        let support = self.supports(sent.id).await.remove(0);
        (sent, helper, support)
    }

    fn day(&self, days: i64) -> String {
        let zone = simpul_kernel::calendar::Zone::Wita;
        let date = zone.date(self.officer.now().plus_micros(days * DAY_MICROS));
        format!("{}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

#[tokio::test]
async fn a_disposisi_goes_down_step_by_step_inside_the_citizens_deadline() {
    let office = office().await;
    let sent = office.begun(1).await;
    let kabid = office.house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let staff = office.house.officer(Role::FieldOfficer, Some("Dishub")).await.unwrap();
    let stranger = office.house.officer(Role::FieldOfficer, Some("DLH")).await.unwrap();
    let down = |to: &Ctx, day: String| DirectReport {
        report: sent.id,
        officer: to.actor.officer_id(),
        orders: vec![Order::Act, Order::ReportBack],
        day,
        ..DirectReport::default()
    };
    assert_eq!(refused(office.by(&office.officer, down(&kabid, office.day(60))).await), "report.together.day_outside");
    assert_eq!(refused(office.by(&office.officer, down(&stranger, String::new())).await), "report.refused.officer");
    let silent = DirectReport { orders: Vec::new(), ..down(&kabid, String::new()) };
    assert_eq!(refused(office.by(&office.officer, silent).await), "report.disposition.say_what");
    office.by(&office.officer, down(&kabid, office.day(2))).await.unwrap();
    office.house.test.clock.advance(simpul_kernel::clock::MINUTE_MICROS);
    office.by(&kabid, down(&staff, office.day(1))).await.unwrap();
    assert_eq!(office.report(sent.id).await.officer, staff.actor.officer_id());
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let steps = sql::disposition::of_report(&mut conn, sent.id).await.unwrap();
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[0].from, office.officer.actor.officer_id());
    assert_eq!(steps[1].from, kabid.actor.officer_id());
    assert!(steps[1].due.unwrap() < steps[0].due.unwrap());
    let in_hand = sql::disposition::in_hand_of(&mut conn, staff.actor.officer_id().unwrap(), 9).await.unwrap();
    assert_eq!((in_hand.len(), in_hand[0].number.as_str()), (1, "LUTRA-2611-0001"));
    let agency = steps[0].agency;
    assert_eq!(sql::disposition::agenda(&mut conn, sent.id, agency).await.unwrap().unwrap().0, "1/2026");
    drop(conn);
    let done = FinishDisposition { step: steps[1].id, note: "Tiang diperiksa".to_owned() };
    assert_eq!(refused(office.by(&office.officer, done.clone()).await), "report.disposition.not_yours");
    office.by(&staff, done.clone()).await.unwrap();
    assert_eq!(refused(office.by(&staff, done).await), "report.disposition.not_yours");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(sql::disposition::in_hand_of(&mut conn, staff.actor.officer_id().unwrap(), 9).await.unwrap().is_empty());
}

/// How many reports stand in an officer's own list: by date, by count, and in that state.
async fn own_work(office: &Office, of: &Ctx, state: Status) -> (usize, i64, usize) {
    let agency = Some(office.house.agency("Dishub").await.unwrap());
    let whose = Whose::Mine { officer: of.actor.officer_id().unwrap(), agency, secrets: true };
    let always = (Timestamp(i64::MIN), Timestamp(i64::MAX));
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let due = sql::inbox_due(&mut conn, whose, always, None, 9).await.unwrap().len();
    let counted = sql::lists::count_due(&mut conn, whose, always, 9).await.unwrap();
    (due, counted, sql::inbox_status(&mut conn, whose, state, None, 9).await.unwrap().len())
}

#[tokio::test]
async fn a_step_that_was_given_to_me_stands_among_my_work_until_i_say_it_is_done() {
    let office = office().await;
    let sent = office.begun(1).await;
    let kabid = office.house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let staff = office.house.officer(Role::FieldOfficer, Some("Dishub")).await.unwrap();
    let down = |to: &Ctx| DirectReport {
        report: sent.id,
        officer: to.actor.officer_id(),
        orders: vec![Order::Act],
        ..DirectReport::default()
    };
    assert_eq!(own_work(&office, &kabid, Status::InProgress).await, (0, 0, 0));
    office.by(&office.officer, down(&kabid)).await.unwrap();
    office.by(&kabid, down(&staff)).await.unwrap();
    assert_eq!(own_work(&office, &staff, Status::InProgress).await, (1, 1, 1));
    assert_eq!(own_work(&office, &kabid, Status::InProgress).await, (1, 1, 1), "the step above still waits");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let hands = sql::disposition::hands_of(&mut conn, sent.id).await.unwrap();
    assert!([&kabid, &staff].iter().all(|of| hands.contains(&of.actor.officer_id().unwrap())), "{hands:?}");
    let steps = sql::disposition::of_report(&mut conn, sent.id).await.unwrap();
    let step = steps.iter().find(|step| Some(step.to) == kabid.actor.officer_id()).unwrap().id;
    drop(conn);
    office.by(&kabid, FinishDisposition { step, note: "Sudah dibagi".to_owned() }).await.unwrap();
    assert_eq!(own_work(&office, &kabid, Status::InProgress).await, (0, 0, 0));
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    assert_eq!(own_work(&office, &staff, Status::Resolved).await.2, 1, "what the officer had in hand by name stays");
}

#[tokio::test]
async fn a_step_on_a_report_that_went_to_another_agency_is_nobodys_work() {
    let office = office().await;
    let sent = office.send(1).await;
    office.by(&office.officer, AcceptReport { report: sent.id, version: None, class: None }).await.unwrap();
    let kabid = office.house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let to = |of: Option<Uuid>| DirectReport {
        report: sent.id,
        officer: of,
        orders: vec![Order::Act],
        ..DirectReport::default()
    };
    office.by(&office.officer, to(kabid.actor.officer_id())).await.unwrap();
    office.by(&office.officer, to(office.officer.actor.officer_id())).await.unwrap();
    assert_eq!(own_work(&office, &kabid, Status::Assigned).await, (1, 1, 1));
    let dlh = office.house.agency("DLH").await.unwrap();
    let coordinator = office.house.officer(Role::ReportCoordinator, None).await.unwrap();
    let back = HandBack { report: sent.id, version: None, reason: "Milik DLH".to_owned(), suggest: Some(dlh) };
    office.by(&office.officer, back).await.unwrap();
    let assign = AssignReport { report: sent.id, version: None, agency: dlh, officer: None, instruction: None };
    office.by(&coordinator, assign).await.unwrap();
    assert_eq!(own_work(&office, &kabid, Status::Assigned).await, (0, 0, 0));
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(sql::disposition::hands_of(&mut conn, sent.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_agencys_next_agenda_number_is_taken_unless_one_is_typed() {
    let office = office().await;
    let mut numbers = Vec::new();
    for (key, typed) in [(1, ""), (2, " 005/AGD "), (3, "")] {
        let sent = office.begun(key).await;
        let step = DirectReport {
            report: sent.id,
            officer: office.officer.actor.officer_id(),
            orders: vec![Order::Know],
            agenda: Some(typed.to_owned()),
            ..DirectReport::default()
        };
        office.by(&office.officer, step).await.unwrap();
        let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
        let booked = sql::disposition::agenda(&mut conn, sent.id, sent.agency.unwrap()).await.unwrap();
        numbers.push(booked.unwrap().0);
    }
    assert_eq!(numbers, ["1/2026", "005/AGD", "2/2026"]);
}

#[tokio::test]
async fn one_agency_leads_others_help_and_only_the_lead_ends_it() {
    let office = office().await;
    let (sent, helper, support) = office.helped(1).await;
    assert_eq!((support.stage, support.due), (Stage::Asked, office.report(sent.id).await.deadlines.resolve));
    let again = office.by(&office.officer, ask(sent.id, support.agency)).await;
    assert_eq!(refused(again), "report.support.already");
    let lead = ask(sent.id, sent.agency.unwrap());
    assert_eq!(refused(office.by(&office.officer, lead).await), "report.support.already");
    let polres = office.house.agency("Polres").await.unwrap();
    let outside = office.by(&office.officer, ask(sent.id, polres)).await;
    assert_eq!(refused(outside), "report.refused.agency");
    let tried = office.by(&helper, office.resolve(sent.id)).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
    office.by(&helper, AcceptSupport { support: support.id }).await.unwrap();
    let tell = TellSupport {
        key: Uuid::from_u128(77),
        support: support.id,
        text: "Mobil datang besok".to_owned(),
        photos: Vec::new(),
    };
    office.by(&helper, tell.clone()).await.unwrap();
    office.by(&helper, tell).await.unwrap();
    let stranger = office.house.officer(Role::AgencyOfficer, Some("Dinkes")).await.unwrap();
    let tried = office.by(&stranger, AcceptSupport { support: support.id }).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
    let silent = FinishSupport { support: support.id, text: " ".to_owned(), photos: Vec::new() };
    assert_eq!(refused(office.by(&helper, silent.clone()).await), "report.refused.words_missing");
    office.by(&helper, FinishSupport { text: "Mobil dipinjamkan".to_owned(), ..silent }).await.unwrap();
    let done = office.supports(sent.id).await.remove(0);
    assert_eq!((done.stage, office.report(sent.id).await.status()), (Stage::Done, Status::InProgress));
    // Asked once more, and told so once in the history for each time.
    office.by(&office.officer, ask(sent.id, support.agency)).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let events = sql::events(&mut conn, sent.id).await.unwrap();
    let kinds = |kind: &str| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!((kinds("report.support_asked"), kinds("report.support_told")), (2, 1));
    let public = events.iter().filter(|event| event.public && event.kind.starts_with("report.support_"));
    assert!(public.clone().count() == 2 && public.clone().all(|event| event.note.is_none()), "no word of staff");
}

#[tokio::test]
async fn help_ends_with_the_work_and_when_another_agency_leads() {
    let office = office().await;
    let (sent, helper, support) = office.helped(1).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    assert_eq!(office.supports(sent.id).await[0].stage, Stage::Ended);
    let late = FinishSupport { support: support.id, text: "Sudah".to_owned(), photos: Vec::new() };
    let tried = office.by(&helper, late).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
    let sent = office.send(2).await;
    office.by(&office.officer, AcceptReport { report: sent.id, version: None, class: None }).await.unwrap();
    office.by(&office.coordinator, ask(sent.id, support.agency)).await.unwrap();
    let back =
        HandBack { report: sent.id, version: None, reason: "Ini sampah".to_owned(), suggest: Some(support.agency) };
    office.by(&office.officer, back).await.unwrap();
    assert_eq!(office.supports(sent.id).await[0].stage, Stage::Ended);
    office.later(60);
    office.settle(false).await;
    let ended = office.supports(sent.id).await.remove(0);
    assert!(!ended.late && ended.level == Level::None, "nobody is late with what is not owed");
}

#[tokio::test]
async fn late_help_goes_up_in_the_helping_agency_to_the_kabid_then_the_head() {
    let office = office().await;
    let sent = office.begun(1).await;
    let dlh = office.house.agency("DLH").await.unwrap();
    let too_far = AskSupport { day: office.day(60), ..ask(sent.id, dlh) };
    assert_eq!(refused(office.by(&office.officer, too_far).await), "report.together.day_outside");
    let soon = AskSupport { day: office.day(2), ..ask(sent.id, dlh) };
    office.by(&office.officer, soon).await.unwrap();
    let asked = office.supports(sent.id).await.remove(0);
    assert!(asked.due < office.report(sent.id).await.deadlines.resolve);
    while office.officer.now() < asked.due.plus_micros(-2 * simpul_kernel::clock::HOUR_MICROS) {
        office.house.test.clock.advance(simpul_kernel::clock::HOUR_MICROS);
    }
    office.settle(false).await;
    assert_eq!(office.supports(sent.id).await[0].level, Level::Kabid);
    office.later(1);
    office.settle(false).await;
    let late = office.supports(sent.id).await.remove(0);
    assert!(late.late && late.level == Level::Head && late.is_late(office.officer.now()));
    assert_eq!(office.report(sent.id).await.level, Level::None, "the lead is not late");
}

#[tokio::test]
async fn nobody_is_asked_to_help_with_a_secret_report() {
    let office = office().await;
    let mut secret = office.submit(1);
    secret.reporter.mode = Some(simpul_report::model::ReporterMode::Secret);
    let sent = office.house.test.db.write(&office.house.citizen(), secret).await.unwrap();
    office.by(&office.officer, AcceptReport { report: sent.id, version: None, class: None }).await.unwrap();
    let dlh = office.house.agency("DLH").await.unwrap();
    assert_eq!(refused(office.by(&office.officer, ask(sent.id, dlh)).await), "report.refused.secret_stays");
    let tried = office.by(&office.coordinator, ask(sent.id, dlh)).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
    assert!(office.supports(sent.id).await.is_empty());
}

fn letter(office: &Office, number: &str) -> LetterText {
    LetterText {
        number: number.to_owned(),
        dated: office.day(0),
        from: office.day(0),
        until: office.day(1),
        purpose: "Memeriksa tiang".to_owned(),
        others: "Budi Rongko\nSiti Mappi".to_owned(),
        ..LetterText::default()
    }
}

#[tokio::test]
async fn a_field_check_moves_the_deadline_only_where_that_is_said_and_a_number_counts_once_a_year() {
    let office = office().await;
    let sent = office.begun(1).await;
    let before = office.report(sent.id).await.deadlines.resolve;
    let order = |key: u128, number: &str, extend: bool| OrderInspection {
        key: Uuid::from_u128(key),
        report: sent.id,
        letter: letter(&office, number),
        extend,
    };
    office.by(&office.officer, order(11, "800/1/ST", false)).await.unwrap();
    assert_eq!(office.report(sent.id).await.deadlines.resolve, before);
    assert_eq!(refused(office.by(&office.officer, order(12, "800 / 1 / st", false)).await), "report.letter.taken");
    office.by(&office.officer, order(13, "", true)).await.unwrap();
    let report = office.report(sent.id).await;
    assert!(report.needs_inspection && report.deadlines.resolve > before);
    assert_eq!(refused(office.by(&office.officer, order(14, "", true)).await), "report.letter.no_extension");
    let stranger = office.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
    let tried = office.by(&stranger, order(15, "", false)).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
    let key = Uuid::from_u128(16);
    let news = AddNote { key, report: sent.id, text: "Petugas ke lokasi".to_owned(), public: true, photos: Vec::new() };
    office.by(&office.officer, news).await.unwrap();
    // The old deadline calls for nobody, the new one does.
    office.later(20);
    office.settle(true).await;
    assert_eq!(office.report(sent.id).await.level, Level::None);
    office.later(100);
    office.settle(false).await;
    assert!(office.report(sent.id).await.level >= Level::Head);
}

#[tokio::test]
async fn who_was_there_is_forgotten_with_the_reporter() {
    let office = office().await;
    let sent = office.begun(1).await;
    let order =
        OrderInspection { key: Uuid::from_u128(11), report: sent.id, letter: letter(&office, ""), extend: false };
    office.by(&office.officer, order).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let check = sql::inspection::of_report(&mut conn, sent.id).await.unwrap().remove(0);
    drop(conn);
    let record = |day: String| RecordInspection {
        key: Uuid::from_u128(12),
        inspection: check.id,
        number: "BA/1".to_owned(),
        day,
        time: "00:30".to_owned(),
        findings: "Tiang miring".to_owned(),
        attendees: "Pelapor: Rina Tappi".to_owned(),
        place: "depan rumah pelapor".to_owned(),
        point: None,
        photos: Vec::new(),
    };
    assert_eq!(refused(office.by(&office.officer, record(office.day(3))).await), "report.letter.not_then");
    office.by(&office.officer, record(office.day(0))).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let data = export(&mut conn, sent.id).await.unwrap().unwrap();
    assert!(data.to_string().contains("Rina Tappi"));
    drop(conn);
    office.by(&office.house.system(), EraseReporter { report: sent.id }).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let check = sql::inspection::of_report(&mut conn, sent.id).await.unwrap().remove(0);
    let protocol = check.protocol.unwrap();
    assert_eq!((protocol.attendees, protocol.place), (None, None));
    assert_eq!(protocol.findings, "Tiang miring");
    // No word of the letter, the findings or those who were there stands in the journal.
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    for word in ["Budi", "Tiang", "Rina", "BA/1", "tiang"] {
        assert!(lines.iter().all(|line| !line.body.contains(word)), "{word}");
    }
}

#[tokio::test]
async fn the_district_office_says_what_is_to_be_seen_in_its_own_district() {
    let office = office().await;
    let sent = office.begun(1).await;
    let place = office.house.directory.of(TEST_REGION).await.unwrap();
    let district = office.report(sent.id).await.place.district.unwrap();
    let own = place.agencies.iter().find(|agency| agency.district == Some(district)).unwrap();
    let other = place.agencies.iter().find(|a| a.district.is_some_and(|code| code != district)).unwrap();
    let camat = office.house.officer(Role::AgencyOfficer, Some(&own.short)).await.unwrap();
    let elsewhere = office.house.officer(Role::AgencyOfficer, Some(&other.short)).await.unwrap();
    let waiting = async || {
        let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
        let found = sql::onsite::waiting(&mut conn, (own.id, district), None, 9).await.unwrap();
        let count = sql::onsite::count_waiting(&mut conn, (own.id, district), 9).await.unwrap();
        assert_eq!(i64::try_from(found.len()).unwrap(), count);
        count
    };
    assert_eq!(waiting().await, 1);
    let check = |key: u128, verdict, text: &str| CheckOnSite {
        key: Uuid::from_u128(key),
        report: sent.id,
        verdict,
        text: text.to_owned(),
        photos: Vec::new(),
    };
    for stranger in [&elsewhere, &office.officer] {
        let tried = office.by(stranger, check(21, Verdict::True, "gelap")).await;
        assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
    }
    assert_eq!(refused(office.by(&camat, check(22, Verdict::True, " ")).await), "report.onsite.say_or_show");
    office.by(&camat, check(23, Verdict::True, "Tiga lampu mati")).await.unwrap();
    assert_eq!(waiting().await, 0);
    assert_eq!(office.report(sent.id).await.status(), Status::InProgress, "the lead decides what follows");
    office.later(1);
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    assert_eq!(waiting().await, 1, "what is said to be solved is looked at once more");
    office.by(&camat, check(24, Verdict::Fixed, "Sudah terang")).await.unwrap();
    assert_eq!(waiting().await, 0);
    let hide = HideReport { report: sent.id, reason: "wajah".to_owned() };
    office.by(&office.coordinator, hide).await.unwrap();
    let tried = office.by(&camat, check(25, Verdict::Fixed, "x")).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
}
