//! Random lives of a report: whatever is tried in whatever order, what must hold holds.

use proptest::prelude::*;
use simpul_kernel::calendar::{Calendar, Span, Zone};
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::category::{ANSWER_SPAN, Category, Class, VERIFY_SPAN};
use super::question::Questions;
use super::report::{Level, Report, ReporterMode, Source, State, Times};
use super::steps::what;
use super::support::{Stage, Support, is_left_behind};
use super::{Place, Status};

/// Monday 2 November 2026, 09.00 in Makassar.
pub(super) const START: Timestamp = Timestamp(1_793_581_200_000_000);

/// A category of the first agency.
pub(super) fn category(code: &str, days: u32) -> Category {
    Category {
        code: code.into(),
        name_id: code.into(),
        name_en: code.into(),
        description: String::new(),
        keywords: String::new(),
        tile: code.into(),
        icon: code.into(),
        agency: Some(Uuid::from_u128(1)),
        class: Class::Complaint,
        verify: VERIFY_SPAN,
        answer: ANSWER_SPAN,
        resolve: Span::working_days(days),
        span_source: "test".into(),
        emergency: false,
        secret: false,
        active: true,
        position: 1,
        questions: Questions::default(),
        stop_id: String::new(),
        stop_en: String::new(),
    }
}

pub(super) fn report(id: u128) -> Report {
    let calendar = Calendar::standard(Zone::Wita);
    let category = category("lampu_jalan", 7);
    Report {
        id: Uuid::from_u128(id),
        number: format!("LUTRA-2611-{id:04}"),
        token_hash: [1; 32],
        version: 1,
        state: State::New,
        class: category.class,
        needs_inspection: false,
        category: category.code.clone(),
        agency: category.agency,
        officer: None,
        place: Place::default(),
        body: "lampu mati".into(),
        attributes: None,
        source: Source::Web,
        foreign_id: None,
        media_url: None,
        mode: ReporterMode::Anonymous,
        secret: false,
        wish: false,
        hidden: false,
        photo_count: 0,
        deadlines: category.deadlines(&calendar, START),
        times: Times {
            reported: START,
            verified: None,
            assigned: None,
            started: None,
            answered: None,
            resolved: None,
            closed: None,
            updated: START,
        },
        level: Level::None,
        reopened_count: 0,
        follower_count: 0,
        pause: None,
        pause_count: 0,
        previous: None,
    }
}

/// Something that is tried.
#[derive(Debug, Clone, Copy)]
enum Try {
    Verify(usize, bool),
    Assign,
    Direct,
    HandBack,
    Start,
    Note(bool),
    Plan,
    Resolve,
    Reopen,
    Close(bool),
    Reject,
    Elsewhere,
    Archive,
    Merge,
    Unmerge,
    Hide(bool),
    Escalate,
    Erase,
    Pause(bool),
    Resume,
    Unanswered,
}

fn tries() -> impl Strategy<Value = Try> {
    prop_oneof![
        (0usize..3, any::<bool>()).prop_map(|(class, inspection)| Try::Verify(class, inspection)),
        Just(Try::Assign),
        Just(Try::Direct),
        Just(Try::HandBack),
        Just(Try::Start),
        any::<bool>().prop_map(Try::Note),
        Just(Try::Plan),
        Just(Try::Resolve),
        Just(Try::Reopen),
        any::<bool>().prop_map(Try::Close),
        Just(Try::Reject),
        Just(Try::Elsewhere),
        Just(Try::Archive),
        Just(Try::Merge),
        Just(Try::Unmerge),
        any::<bool>().prop_map(Try::Hide),
        Just(Try::Escalate),
        Just(Try::Erase),
        any::<bool>().prop_map(Try::Pause),
        Just(Try::Resume),
        Just(Try::Unanswered),
    ]
}

fn attempt(report: &Report, now: Timestamp, calendar: &Calendar, attempt: Try) -> Result<Report, Refusal> {
    let other = self::report(99);
    match attempt {
        Try::Verify(class, inspection) => {
            report.verify(now, calendar, &category("sampah", 5), Class::ALL[class], inspection)
        }
        Try::Assign => report.assign(now, Uuid::from_u128(2), None),
        Try::Direct => report.direct(now, Some(Uuid::from_u128(3))),
        Try::HandBack => report.hand_back(now),
        Try::Start => report.start(now),
        Try::Note(public) => Ok(report.note(now, public)),
        Try::Plan => report.plan(now, 2027, "anggaran".into()),
        Try::Resolve => report.resolve(now, "sudah".into()),
        Try::Reopen => report.reopen(now, calendar),
        Try::Close(confirmed) => report.close(now, confirmed),
        Try::Reject => report.reject(now, "unclear".into(), "tidak jelas".into()),
        Try::Elsewhere => report.send_elsewhere(now, "PLN".into(), "surat".into()),
        Try::Archive => report.archive(now, "tidak ada data".into()),
        Try::Merge => report.merge(now, &other),
        Try::Unmerge => report.unmerge(now),
        Try::Hide(hidden) => report.hide(now, hidden),
        Try::Escalate => Ok(report.escalate(now, report.level.up()).unwrap_or_else(|| report.clone())),
        Try::Erase => Ok(report.erase(now, "-")),
        Try::Pause(asks) => report.start_pause(now, calendar, 5, asks),
        Try::Resume => report.end_pause(now, calendar),
        Try::Unanswered => report.archive_unanswered(now, calendar, "tidak dijawab".into()),
    }
}

/// What must hold after any step.
fn check(before: &Report, after: &Report, now: Timestamp) -> Result<(), TestCaseError> {
    let (from, to) = (before.status(), after.status());
    prop_assert!(from == to || from.next().contains(&to), "{:?} → {:?}", from, to);
    prop_assert!(after.version >= before.version);
    prop_assert_eq!(after.id, before.id);
    prop_assert_eq!(&after.number, &before.number);
    prop_assert_eq!(after.times.reported, before.times.reported);
    prop_assert_eq!(after.times.resolved.is_some(), to.is_fixed(), "resolved_at exactly while fixed");
    let over =
        matches!(to, Status::Closed | Status::Rejected | Status::OutOfAuthority | Status::Merged | Status::Archived);
    prop_assert_eq!(after.times.closed.is_some(), over, "closed_at exactly at an end: {:?}", to);
    let owed = to.is_open() && to != Status::Planned;
    prop_assert_eq!(after.due_at().is_some(), owed && !after.is_paused());
    prop_assert!(owed || !after.is_paused(), "only work that is owed stands still");
    prop_assert!(!after.is_paused() || after.version == before.version || from == to, "no state changes meanwhile");
    prop_assert!(after.deadlines.resolve >= after.deadlines.verify, "a deadline never comes before an earlier one");
    prop_assert_eq!(after.on_time().is_some(), to.is_fixed());
    let worked_on = matches!(to, Status::Assigned | Status::InProgress | Status::Planned | Status::Resolved);
    prop_assert!(!worked_on || after.agency.is_some(), "every piece of work has an owner");
    if let Some(answered) = before.times.answered {
        prop_assert_eq!(after.times.answered, Some(answered), "the first answer stays the first");
    }
    prop_assert!(!over || !after.is_late(now), "what is over is not late");
    prop_assert!(after.reopened_count - before.reopened_count <= 1);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_attempts_keeps_what_must_hold(
        steps in prop::collection::vec((tries(), -2 * HOUR_MICROS..4 * DAY_MICROS), 1..60)
    ) {
        let calendar = Calendar::standard(Zone::Wita);
        let mut now = START;
        let mut current = report(1);
        for (step, later) in steps {
            // The clock may be set back, as a real one may.
            now = now.plus_micros(later);
            match attempt(&current, now, &calendar, step) {
                Ok(next) => {
                    check(&current, &next, now)?;
                    current = next;
                }
                Err(refusal) => prop_assert!(refusal.key.starts_with("report.refused."), "{}", refusal),
            }
        }
    }

    #[test]
    fn help_never_leads_nor_outlasts_the_citizens_deadline_nor_the_work(
        steps in prop::collection::vec((tries(), 0u128..5, -10i64..40, -2 * HOUR_MICROS..2 * DAY_MICROS), 1..60)
    ) {
        let calendar = Calendar::standard(Zone::Wita);
        let mut now = START;
        let mut current = report(1);
        let mut helping: Vec<Support> = Vec::new();
        for (id, (step, agency, day, later)) in (1u128..).zip(steps) {
            now = now.plus_micros(later);
            let date = calendar.zone.date(now.plus_micros(day * DAY_MICROS));
            let typed = format!("{}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day());
            let typed = if day < 0 { "" } else { typed.as_str() };
            if let Ok(due) = current.ask_support(now, &calendar, Uuid::from_u128(agency), typed, &helping) {
                helping.push(Support {
                    id: Uuid::from_u128(id), report: current.id, agency: Uuid::from_u128(agency), stage: Stage::Asked,
                    instruction: "bantu".into(), due, late: false, level: Level::None, asked_by: None, asked: now,
                    accepted: None, ended: None, note: None,
                });
            }
            if let Ok(next) = attempt(&current, now, &calendar, step) {
                if is_left_behind(&current, &next) {
                    helping.retain(|support| !support.stage.is_open());
                }
                current = next;
            }
            for support in &helping {
                prop_assert!(current.may_be_helped(), "who helps helps somebody who leads");
                prop_assert!(current.agency != Some(support.agency), "nobody helps itself");
                prop_assert!(support.due <= current.deadlines.resolve);
            }
            let mut agencies: Vec<Uuid> = helping.iter().map(|support| support.agency).collect();
            agencies.sort_unstable();
            agencies.dedup();
            prop_assert_eq!(agencies.len(), helping.len(), "each helps once");
        }
    }

    #[test]
    fn a_refused_attempt_names_the_state(step in tries()) {
        let calendar = Calendar::standard(Zone::Wita);
        let mut closed = report(1);
        closed.state = State::Closed { answer: "sudah".into(), confirmed: true };
        closed.times.resolved = Some(START);
        closed.times.closed = Some(START);
        if let Err(refusal) = attempt(&closed, START, &calendar, step) {
            let says = [
                "report.refused.from_closed", "report.refused.already", "report.refused.merge_target",
                "report.refused.not_paused",
            ];
            prop_assert!(says.contains(&refusal.key), "{}", refusal);
        }
    }
}

#[test]
fn the_first_answer_stops_the_second_deadline_and_work_the_first() {
    let calendar = Calendar::standard(Zone::Wita);
    let new = report(1);
    assert_eq!(new.due_at(), Some(new.deadlines.verify));
    assert!(new.owes(what::VERIFY) && new.owes(what::ANSWER) && new.owes(what::RESOLVE));
    let verified = new.verify(START, &calendar, &category("lampu_jalan", 7), Class::Complaint, false).unwrap();
    assert_eq!(verified.due_at(), Some(verified.deadlines.answer));
    assert!(!verified.owes(what::VERIFY));
    let answered = verified.note(START, true);
    assert_eq!(answered.due_at(), Some(answered.deadlines.resolve));
    assert!(!answered.owes(what::ANSWER));
}

#[test]
fn a_secret_category_stays_secret_when_it_is_changed() {
    let calendar = Calendar::standard(Zone::Wita);
    let mut secret = category("pungli_rahasia", 60);
    secret.secret = true;
    let after = report(1).verify(START, &calendar, &secret, Class::Complaint, true).unwrap();
    assert!(after.secret && !after.is_public());
}

#[test]
fn ten_days_after_it_was_solved_a_new_report_is_needed() {
    let calendar = Calendar::standard(Zone::Wita);
    let mut solved = report(1);
    solved.state = State::Resolved { answer: "sudah".into() };
    solved.times.resolved = Some(START);
    let until = solved.answer_back_until(&calendar).unwrap();
    assert!(until.micros_since(START) >= 10 * DAY_MICROS);
    assert!(solved.reopen(until, &calendar).is_ok());
    let late = solved.reopen(until.plus_micros(1), &calendar).unwrap_err();
    assert_eq!(late.key, "report.refused.too_late_to_reopen");
}

#[test]
fn work_starts_again_after_a_citizen_sends_it_back_with_time_to_do_it() {
    let calendar = Calendar::standard(Zone::Wita);
    let mut solved = report(1);
    solved.state = State::Resolved { answer: "sudah".into() };
    solved.times.resolved = Some(START.plus_micros(30 * DAY_MICROS));
    solved.times.answered = solved.times.resolved;
    solved.level = Level::Secretary;
    let again = START.plus_micros(31 * DAY_MICROS);
    let reopened = solved.reopen(again, &calendar).unwrap();
    assert_eq!(reopened.status(), Status::InProgress);
    assert!(!reopened.is_late(again));
    assert_eq!(reopened.level, Level::None);
}

#[test]
fn a_merged_report_can_not_be_merged_into() {
    let mut merged = report(2);
    merged.state = State::Merged { into: Uuid::from_u128(3) };
    assert_eq!(report(1).merge(START, &merged).unwrap_err().key, "report.refused.merge_target");
    assert_eq!(report(1).merge(START, &report(1)).unwrap_err().key, "report.refused.merge_target");
    let mut secret = report(2);
    secret.secret = true;
    assert_eq!(report(1).merge(START, &secret).unwrap_err().key, "report.refused.merge_secret");
}
