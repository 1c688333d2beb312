//! What evaluators found wrong before, each as a check with a plain sentence and a link: better found by ourselves.

mod meetings;
mod order;

pub use meetings::{BodyFacts, MeetingFacts};

use std::collections::{BTreeMap, HashSet};

use time::Date;
use uuid::Uuid;

use super::QuestionKey;
use super::round::{Answer, AnswerState};
use crate::model::budget::Fund;
use crate::model::evidence::Evidence;
use crate::model::programme::{ASPECTS_COUNT, ProgrammeKind, ProgrammeState};

/// From this share on nobody asks whether partners pay anything, in percent of the year's money.
const OTHER_MONEY_WANTED_PERCENT: i64 = 5;

/// A finding: the sentence's key with its values, and where to do something about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The sentence.
    pub key: &'static str,
    /// Values for its places.
    pub args: Vec<(&'static str, String)>,
    /// Where it is mended.
    pub href: String,
}

impl Finding {
    fn new(key: &'static str, href: impl Into<String>) -> Finding {
        Finding { key, args: Vec::new(), href: href.into() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Finding {
        self.args.push((name, value.to_string()));
        self
    }
}

/// The masterplan in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanFacts {
    /// The regulation that it rests on; empty without one.
    pub legal_basis: String,
}

/// A programme as the checks see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeFacts {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// What kind.
    pub kind: ProgrammeKind,
    /// The accountable agency.
    pub agency: Option<Uuid>,
    /// Agencies that take part beside it.
    pub parties: Vec<Uuid>,
    /// Its dimension.
    pub dimension: String,
    /// Whether it belongs to a programme of the masterplan.
    pub has_parent: bool,
    /// First and last year.
    pub years: (i64, i64),
    /// Where it stands.
    pub state: ProgrammeState,
    /// Why it was stopped.
    pub state_reason: String,
    /// How many of a quick win's aspects are written.
    pub aspects_count: usize,
}

/// All that the checks look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Today.
    pub today: Date,
    /// The round's id, for links.
    pub round: Uuid,
    /// The year that is evaluated.
    pub year: i64,
    /// The masterplan in force.
    pub plan: Option<PlanFacts>,
    /// Its programmes.
    pub programmes: Vec<ProgrammeFacts>,
    /// The dimensions in the masterplan's order, with their names.
    pub dimensions: Vec<(String, String)>,
    /// Bodies of the collaboration that still meet.
    pub bodies: Vec<BodyFacts>,
    /// The regency's own agencies: id and short name.
    pub agencies: Vec<(Uuid, String)>,
    /// Rupiah of the year by source of money.
    pub funds: Vec<(Fund, i64)>,
    /// The round's answers.
    pub answers: Vec<Answer>,
    /// All evidence.
    pub evidence: Vec<Evidence>,
    /// Evidence whose file is, byte for byte, that of others too: the first of them, and how many there are.
    pub same_files: Vec<(Uuid, i64)>,
    /// What assessors wrote in the last approved round beside a mark that was not full.
    pub recommendations: BTreeMap<QuestionKey, String>,
}

/// Every finding, the gravest first.
pub fn findings(facts: &Facts) -> Vec<Finding> {
    let mut found = plan(facts);
    found.extend(meetings::found(facts));
    found.extend(money(facts));
    found.extend(quick_wins(facts));
    found.extend(order::found(facts));
    found.extend(answers(facts));
    found.extend(evidence(facts));
    found
}

fn plan(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    match &facts.plan {
        None => found.push(Finding::new("plan.evaluation.finding.no_plan", "/rencana")),
        Some(plan) if plan.legal_basis.trim().is_empty() => {
            found.push(Finding::new("plan.evaluation.finding.no_perbup", "/rencana"));
        }
        Some(_) => {}
    }
    let takes_part = |programme: &ProgrammeFacts| programme.parties.iter().copied().chain(programme.agency).collect();
    let busy: HashSet<Uuid> = facts.programmes.iter().flat_map::<Vec<Uuid>, _>(takes_part).collect();
    let idle: Vec<&str> =
        facts.agencies.iter().filter(|(id, _)| !busy.contains(id)).map(|(_, short)| short.as_str()).collect();
    if facts.plan.is_some() && !idle.is_empty() {
        let finding = Finding::new("plan.evaluation.finding.idle_agencies", "/rencana").with("n", idle.len());
        found.push(finding.with("agencies", idle.join(", ")));
    }
    found
}

fn money(facts: &Facts) -> Vec<Finding> {
    let sum = |apbd: bool| -> i64 {
        facts.funds.iter().filter(|(fund, _)| fund.is_apbd() == apbd).map(|(_, amount)| *amount).sum()
    };
    if facts.plan.is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let told = |key| Finding::new(key, "/rencana").with("year", facts.year);
    if sum(true) == 0 {
        found.push(told("plan.evaluation.finding.no_apbd"));
    }
    match other_percent(sum(true), sum(false)) {
        _ if sum(false) == 0 => found.push(told("plan.evaluation.finding.no_other_money")),
        Some(percent) if percent < OTHER_MONEY_WANTED_PERCENT => {
            let finding = told("plan.evaluation.finding.little_other_money");
            found.push(finding.with("share", percent).with("apbd", 100 - percent));
        }
        _ => {}
    }
    found
}

/// What part of the money is not the regency's own budget, in whole percent, rounded down; `None` without any money.
fn other_percent(apbd: i64, other: i64) -> Option<i64> {
    let all = i128::from(apbd) + i128::from(other);
    if all <= 0 { None } else { i64::try_from(i128::from(other) * 100 / all).ok() }
}

fn quick_wins(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for quick_win in facts.programmes.iter().filter(|programme| programme.kind == ProgrammeKind::QuickWin) {
        let href = format!("/rencana/{}", quick_win.code);
        let (from, to) = quick_win.years;
        let runs = from <= facts.year && facts.year <= to && quick_win.state != ProgrammeState::Stopped;
        if runs && quick_win.aspects_count < ASPECTS_COUNT {
            let finding = Finding::new("plan.evaluation.finding.aspects", href.clone());
            let missing = ASPECTS_COUNT - quick_win.aspects_count;
            found.push(finding.with("name", &quick_win.name).with("n", missing));
        }
        let was_last_year = from < facts.year;
        let settled = match quick_win.state {
            ProgrammeState::Running | ProgrammeState::Done => true,
            ProgrammeState::Stopped => !quick_win.state_reason.trim().is_empty(),
            ProgrammeState::Planned => false,
        };
        if was_last_year && !settled {
            found.push(Finding::new("plan.evaluation.finding.last_years", href).with("name", &quick_win.name));
        }
    }
    found
}

fn question_path(facts: &Facts, answer: &Answer) -> String {
    format!("/evaluasi/{}/soal/{}", facts.round, answer.id)
}

fn answers(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for answer in &facts.answers {
        let named = |key| {
            let finding = Finding::new(key, question_path(facts, answer));
            finding.with("question", format!("{} {}", answer.key.code, answer.body))
        };
        if answer.score.is_some_and(|score| score > 0) && answer.accepted_count == 0 {
            found.push(named("plan.evaluation.finding.no_evidence"));
        }
        // An answer alone is no follow-up: something of this round must prove that something was done.
        let open = matches!(answer.state, AnswerState::Draft | AnswerState::Returned) || answer.claims_count == 0;
        if open && facts.recommendations.contains_key(&answer.key) {
            found.push(named("plan.evaluation.finding.recommendation"));
        }
    }
    found
}

fn evidence(facts: &Facts) -> Vec<Finding> {
    let mut found = Vec::new();
    for one in facts.evidence.iter().filter(|one| one.claims_count > 0) {
        let named = |key| Finding::new(key, format!("/bukti/{}", one.id)).with("title", &one.about.title);
        if one.is_claimed_by_many() {
            found.push(named("plan.evaluation.finding.claimed_by_many").with("n", one.claims_count));
        }
        if one.is_old(facts.today) {
            found.push(named("plan.evaluation.finding.old"));
        }
    }
    for (id, count) in &facts.same_files {
        if let Some(first) = facts.evidence.iter().find(|one| one.id == *id) {
            let finding = Finding::new("plan.evaluation.finding.same_file", format!("/bukti/{id}"));
            found.push(finding.with("title", &first.about.title).with("n", count));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use time::Month;

    use super::*;
    use crate::model::body::BodyKind;
    use crate::model::evidence::{CLAIMS_MANY_COUNT, EvidenceState, EvidenceText};

    pub(super) fn quick_win(state: ProgrammeState, reason: &str, aspects_count: usize) -> ProgrammeFacts {
        ProgrammeFacts {
            code: "QW-2025-01".into(),
            name: "Lampu jalan".into(),
            kind: ProgrammeKind::QuickWin,
            agency: Some(Uuid::from_u128(1)),
            parties: Vec::new(),
            dimension: "living".into(),
            has_parent: true,
            years: (2025, 2026),
            state,
            state_reason: reason.into(),
            aspects_count,
        }
    }

    fn answer(score: Option<i64>, accepted_count: i64) -> Answer {
        Answer {
            id: Uuid::nil(),
            round: Uuid::nil(),
            key: QuestionKey { section: "baseline".into(), indicator: "A".into(), code: "1.1.1".into() },
            subindicator: String::new(),
            body: "Perbup?".into(),
            answered_by: String::new(),
            evidence: String::new(),
            agency: None,
            due: None,
            effort: 1,
            state: AnswerState::Checked,
            score,
            note: String::new(),
            version: 1,
            claims_count: accepted_count,
            accepted_count,
        }
    }

    fn body(kind: BodyKind, day: Date) -> BodyFacts {
        let id = Uuid::nil();
        let meeting = MeetingFacts { id, day, has_minutes: true, guests_count: 9, outside_count: 2 };
        BodyFacts {
            id,
            kind,
            name: "Dewan".into(),
            has_decree: true,
            duty_months: 6,
            outside_members_count: 3,
            meetings: vec![meeting],
        }
    }

    pub(super) fn clean() -> Facts {
        let met = Date::from_calendar_date(2026, Month::September, 1).unwrap();
        Facts {
            today: Date::from_calendar_date(2026, Month::November, 27).unwrap(),
            round: Uuid::nil(),
            year: 2026,
            plan: Some(PlanFacts { legal_basis: "Perbup 5/2024".into() }),
            programmes: vec![quick_win(ProgrammeState::Running, "", ASPECTS_COUNT)],
            dimensions: vec![("branding".into(), "Branding".into()), ("living".into(), "Living".into())],
            bodies: vec![body(BodyKind::Council, met), body(BodyKind::Forum, met)],
            agencies: vec![(Uuid::from_u128(1), "Dishub".into())],
            funds: vec![(Fund::Pad, 1), (Fund::Csr, 1)],
            answers: vec![answer(Some(3), 1)],
            evidence: Vec::new(),
            same_files: Vec::new(),
            recommendations: BTreeMap::new(),
        }
    }

    pub(super) fn only(change: impl FnOnce(&mut Facts)) -> &'static str {
        let mut facts = clean();
        change(&mut facts);
        let found = findings(&facts);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].key.rsplit('.').next().unwrap()
    }

    #[test]
    fn a_region_without_faults_has_no_findings() {
        assert_eq!(findings(&clean()), []);
    }

    #[test]
    fn every_fault_is_found_by_itself() {
        assert_eq!(only(|facts| facts.plan = Some(PlanFacts { legal_basis: " ".into() })), "no_perbup");
        assert_eq!(only(|facts| facts.plan = None), "no_plan");
        assert_eq!(only(|facts| facts.agencies.push((Uuid::from_u128(2), "DLH".into()))), "idle_agencies");
        assert_eq!(only(|facts| facts.funds = vec![(Fund::Pad, 5)]), "no_other_money");
        assert_eq!(only(|facts| facts.funds = vec![(Fund::Pad, 960), (Fund::Csr, 40)]), "little_other_money");
        assert_eq!(only(|facts| facts.funds = vec![(Fund::Grant, 5)]), "no_apbd");
        assert_eq!(only(|facts| facts.answers = vec![answer(Some(1), 0)]), "no_evidence");
        let aspects = quick_win(ProgrammeState::Running, "", ASPECTS_COUNT - 1);
        assert_eq!(only(|facts| facts.programmes = vec![aspects]), "aspects");
        for (state, reason) in [(ProgrammeState::Planned, ""), (ProgrammeState::Stopped, " ")] {
            let stuck = quick_win(state, reason, ASPECTS_COUNT);
            assert_eq!(only(|facts| facts.programmes = vec![stuck]), "last_years");
        }
    }

    #[test]
    fn an_agency_that_takes_part_in_another_ones_programme_is_not_idle() {
        let mut facts = clean();
        facts.agencies.push((Uuid::from_u128(2), "DLH".into()));
        facts.programmes[0].parties = vec![Uuid::from_u128(2)];
        assert_eq!(findings(&facts), []);
    }

    #[test]
    fn the_share_of_money_is_rounded_down_and_never_overflows() {
        assert_eq!(other_percent(0, 0), None);
        assert_eq!((other_percent(951, 49), other_percent(95, 5)), (Some(4), Some(5)));
        assert_eq!(other_percent(i64::MAX, i64::MAX), Some(50));
        let mut facts = clean();
        facts.funds = vec![(Fund::Pad, 95), (Fund::Csr, 5)];
        assert_eq!(findings(&facts), []);
    }

    #[test]
    fn a_score_of_nothing_needs_no_evidence() {
        let mut facts = clean();
        facts.answers = vec![answer(Some(0), 0), answer(None, 0)];
        assert_eq!(findings(&facts), []);
    }

    #[test]
    fn a_recommendation_is_followed_up_once_its_question_is_answered_and_proven() {
        let recommended = |state| {
            move |facts: &mut Facts| {
                facts.answers[0].state = state;
                facts.recommendations.insert(facts.answers[0].key.clone(), "Lengkapi notula".into());
            }
        };
        assert_eq!(only(recommended(AnswerState::Draft)), "recommendation");
        let unproven = |facts: &mut Facts| {
            recommended(AnswerState::Answered)(facts);
            facts.answers[0].score = Some(0);
            (facts.answers[0].claims_count, facts.answers[0].accepted_count) = (0, 0);
        };
        assert_eq!(only(unproven), "recommendation", "an answer alone is no follow-up");
        let mut facts = clean();
        recommended(AnswerState::Answered)(&mut facts);
        assert_eq!(findings(&facts), []);
    }

    #[test]
    fn one_file_for_many_and_old_evidence_are_told() {
        let about =
            EvidenceText { title: "SK".into(), kind: "decree".into(), year: "2026".into(), ..Default::default() };
        let one = |year: i64, claims_count: i64| {
            let mut about = about.check().unwrap();
            about.year = year;
            let (state, check_note) = (EvidenceState::Accepted, String::new());
            Evidence { id: Uuid::nil(), about, state, check_note, current: 1, claims_count }
        };
        let many = one(2026, CLAIMS_MANY_COUNT);
        assert_eq!(only(|facts| facts.evidence = vec![many]), "claimed_by_many");
        let old = one(2020, 1);
        assert_eq!(only(|facts| facts.evidence = vec![old]), "old");
        let twice = one(2026, 0);
        assert_eq!(only(|facts| (facts.same_files, facts.evidence) = (vec![(twice.id, 3)], vec![twice])), "same_file");
        let unclaimed = one(2020, 0);
        let mut facts = clean();
        facts.evidence = vec![unclaimed];
        assert_eq!(findings(&facts), []);
    }
}
