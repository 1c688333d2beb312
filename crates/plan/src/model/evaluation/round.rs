//! A round of a region: every question answered by its agency, checked by the secretariat, approved by the Sekda.

use std::collections::BTreeMap;

use simpul_kernel::Refusal;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_kernel::words::clean_text;
use time::Date;
use uuid::Uuid;

use super::score::{MARK_MAX, MARK_MIN, share};
use super::{QuestionKey, Ratio, Section, Weights};
use crate::model::framework::names;

names! {
    /// Where a round stands.
    RoundState {
        /// Agencies answer, the secretariat checks.
        Open = "open",
        /// The Sekda is asked to approve.
        Submitted = "submitted",
        /// Approved; assessors score.
        Approved = "approved",
    }
}

names! {
    /// Where an answer stands.
    AnswerState {
        /// Not answered yet.
        Draft = "draft",
        /// Answered by the agency.
        Answered = "answered",
        /// Checked by the secretariat.
        Checked = "checked",
        /// Given back with a reason.
        Returned = "returned",
    }
}

names! {
    /// What was done with the evidence of an answer that had been checked.
    EvidenceDeed {
        /// Something was added.
        Claimed = "claimed",
        /// Something was taken away.
        Unclaimed = "unclaimed",
        /// A file was replaced by a newer one.
        Replaced = "replaced",
    }
}

/// Least effort that an answer costs to improve.
pub const EFFORT_MIN: i64 = 1;
/// The greatest.
pub const EFFORT_MAX: i64 = 3;

/// A round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The year that is evaluated.
    pub year: i64,
    /// The instrument's name.
    pub instrument: String,
    /// The day by which all is answered.
    pub due: Option<Date>,
    /// Where it stands.
    pub state: RoundState,
    /// The evidence that is the signed SPTJM.
    pub statement: Option<Uuid>,
    /// Its row's version.
    pub version: i64,
}

/// A question of a round with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its id.
    pub id: Uuid,
    /// The round's id.
    pub round: Uuid,
    /// What the question is known by.
    pub key: QuestionKey,
    /// The part of the indicator.
    pub subindicator: String,
    /// What is asked.
    pub body: String,
    /// Who answers, as the instrument says.
    pub answered_by: String,
    /// What evidence it wants, as the instrument says.
    pub evidence: String,
    /// The agency that answers.
    pub agency: Option<Uuid>,
    /// The day by which it answers; without one that of the round.
    pub due: Option<Date>,
    /// How much it costs to improve, 1 to 3.
    pub effort: i64,
    /// Where it stands.
    pub state: AnswerState,
    /// What the region gives itself, 0 to 4.
    pub score: Option<i64>,
    /// Why.
    pub note: String,
    /// Its row's version.
    pub version: i64,
    /// Evidence that is claimed for it.
    pub claims_count: i64,
    /// How much of it has been accepted.
    pub accepted_count: i64,
}

fn refused(answer: &Answer) -> Refusal {
    Refusal::new("plan.refused.answer_state").with_words("state", [state_key(answer.state)])
}

/// The key of a state's word.
pub fn state_key(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Draft => "plan.evaluation.state.draft",
        AnswerState::Answered => "plan.evaluation.state.answered",
        AnswerState::Checked => "plan.evaluation.state.checked",
        AnswerState::Returned => "plan.evaluation.state.returned",
    }
}

/// The key of a round's state.
pub fn round_state_key(state: RoundState) -> &'static str {
    match state {
        RoundState::Open => "plan.evaluation.round_state.open",
        RoundState::Submitted => "plan.evaluation.round_state.submitted",
        RoundState::Approved => "plan.evaluation.round_state.approved",
    }
}

impl Round {
    /// Refuses unless agencies may still answer.
    ///
    /// # Errors
    /// `plan.refused.round_closed`.
    pub fn must_be_open(&self) -> Result<(), Refusal> {
        if self.state == RoundState::Open { Ok(()) } else { Err(Refusal::new("plan.refused.round_closed")) }
    }

    /// Asks the Sekda to approve. Every answer must have been checked, and the signed statement (SPTJM) must be there.
    ///
    /// # Errors
    /// `plan.refused.round_unchecked` with how many answers are left, `plan.refused.round_statement`.
    pub fn submit(&self, answers: &[Answer], statement: Option<Uuid>) -> Result<Round, Refusal> {
        self.must_be_open()?;
        let left = answers.iter().filter(|answer| answer.state != AnswerState::Checked).count();
        if left > 0 {
            return Err(Refusal::new("plan.refused.round_unchecked").with("n", left.to_string()));
        }
        let statement = statement.ok_or_else(|| Refusal::field("statement", "plan.refused.round_statement"))?;
        Ok(Round { state: RoundState::Submitted, statement: Some(statement), ..self.clone() })
    }

    /// The Sekda approves, or gives the round back to be worked on.
    ///
    /// # Errors
    /// `plan.refused.round_not_submitted`.
    pub fn decide(&self, approve: bool) -> Result<Round, Refusal> {
        if self.state != RoundState::Submitted {
            return Err(Refusal::new("plan.refused.round_not_submitted"));
        }
        let state = if approve { RoundState::Approved } else { RoundState::Open };
        Ok(Round { state, ..self.clone() })
    }
}

impl Answer {
    /// The agency answers, or answers anew as long as it was not checked.
    ///
    /// # Errors
    /// `plan.refused.answer_state` once it was checked; `plan.refused.answer_score` without a score of 0 to 4;
    /// `form.missing` without a word why.
    pub fn answer(&self, score: Option<i64>, note: &str) -> Result<Answer, Refusal> {
        if self.state == AnswerState::Checked {
            return Err(refused(self));
        }
        let score = score.filter(|score| (MARK_MIN..=MARK_MAX).contains(score));
        let score = score.ok_or_else(|| Refusal::field("score", "plan.refused.answer_score"))?;
        let note = clean_text("note", note, REPORT_TEXT_MAX_CHARS, true)?;
        Ok(Answer { state: AnswerState::Answered, score: Some(score), note, ..self.clone() })
    }

    /// The secretariat finds it right, as it was shown in `version`.
    ///
    /// # Errors
    /// `plan.refused.answer_newer` where it is no longer what was shown; `plan.refused.answer_state` where nothing was
    /// answered since.
    pub fn check(&self, version: i64) -> Result<Answer, Refusal> {
        self.must_be(version)?;
        if self.state != AnswerState::Answered {
            return Err(refused(self));
        }
        Ok(Answer { state: AnswerState::Checked, ..self.clone() })
    }

    /// The secretariat gives it back. The reason stays in its history.
    ///
    /// # Errors
    /// `plan.refused.answer_newer` where it is no longer what was shown; `plan.refused.answer_state` where there is
    /// nothing to give back; `form.missing` without a reason.
    pub fn give_back(&self, version: i64, reason: &str) -> Result<(Answer, String), Refusal> {
        self.must_be(version)?;
        if !matches!(self.state, AnswerState::Answered | AnswerState::Checked) {
            return Err(refused(self));
        }
        let reason = clean_text("reason", reason, REPORT_TEXT_MAX_CHARS, true)?;
        Ok((Answer { state: AnswerState::Returned, ..self.clone() }, reason))
    }

    /// Refuses where it is no longer what was shown.
    ///
    /// # Errors
    /// `plan.refused.answer_newer`.
    pub fn must_be(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::new("plan.refused.answer_newer")) }
    }

    /// The answer after its evidence changed: what was checked was checked with other evidence.
    pub fn proven_otherwise(&self) -> Answer {
        let state = if self.state == AnswerState::Checked { AnswerState::Answered } else { self.state };
        Answer { state, ..self.clone() }
    }

    /// Whether it is past its day.
    pub fn is_late(&self, round: &Round, today: Date) -> bool {
        let due = self.due.or(round.due);
        matches!(self.state, AnswerState::Draft | AnswerState::Returned) && due.is_some_and(|due| due < today)
    }
}

/// How a section of a round stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionResult {
    /// The section.
    pub section: Section,
    /// Its questions.
    pub questions_count: usize,
    /// Those that have a score.
    pub scored_count: usize,
    /// The mean of its questions; one without a score counts as 0, as the ministry counts it.
    pub score: Ratio,
}

/// How a round stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundResult {
    /// Its sections in order.
    pub sections: Vec<SectionResult>,
    /// The index.
    pub index: Ratio,
}

impl RoundResult {
    /// How many of the questions have a score: those that have, and all.
    pub fn completeness(&self) -> (usize, usize) {
        let sum = |count: fn(&SectionResult) -> usize| self.sections.iter().map(count).sum();
        (sum(|one| one.scored_count), sum(|one| one.questions_count))
    }
}

/// Counts a round from the score of each answer.
///
/// # Errors
/// `plan.refused.weights_sum`.
pub fn result(
    sections: &[Section],
    answers: &[Answer],
    score: impl Fn(&Answer) -> Option<Ratio>,
) -> Result<RoundResult, Refusal> {
    let weights = Weights::new(sections.iter().map(|section| (section.key.clone(), section.weight)).collect())?;
    let rows = sections.iter().map(|section| {
        let scores: Vec<Option<Ratio>> =
            answers.iter().filter(|answer| answer.key.section == section.key).map(&score).collect();
        let mean = Ratio::mean(scores.iter().map(|score| score.unwrap_or(Ratio::ZERO)));
        SectionResult {
            section: section.clone(),
            questions_count: scores.len(),
            scored_count: scores.iter().flatten().count(),
            score: mean.unwrap_or(Ratio::ZERO),
        }
    });
    let rows: Vec<SectionResult> = rows.collect();
    let by_key: BTreeMap<&str, Ratio> = rows.iter().map(|row| (row.section.key.as_str(), row.score)).collect();
    let index = weights.index(|key| by_key.get(key).copied()).unwrap_or(Ratio::ZERO);
    Ok(RoundResult { sections: rows, index })
}

/// How a section stands by its assessors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedSection {
    /// Its questions.
    pub questions_count: usize,
    /// Those that have a mark.
    pub marked_count: usize,
    /// The mean of those that have one; `None` where none has, as nothing is known of it.
    pub score: Option<Ratio>,
}

/// How a round stands by its assessors, while they give their marks and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its sections in order.
    pub sections: Vec<MarkedSection>,
    /// The index; `None` until every question is marked, as half an index is none.
    pub index: Option<Ratio>,
}

impl Marked {
    /// How many of the questions have a mark, and all.
    pub fn completeness(&self) -> (usize, usize) {
        let sum = |count: fn(&MarkedSection) -> usize| self.sections.iter().map(count).sum();
        (sum(|one| one.marked_count), sum(|one| one.questions_count))
    }

    /// Whether nothing is left to mark.
    pub fn is_whole(&self) -> bool {
        let (marked, all) = self.completeness();
        all > 0 && marked == all
    }
}

/// Counts a round from the assessors' score of each answer.
///
/// # Errors
/// `plan.refused.weights_sum`.
pub fn marked(
    sections: &[Section],
    answers: &[Answer],
    score: impl Fn(&Answer) -> Option<Ratio>,
) -> Result<Marked, Refusal> {
    let own = |section: &Section| {
        let own = answers.iter().filter(|answer| answer.key.section == section.key);
        let scores: Vec<Option<Ratio>> = own.map(&score).collect();
        let known = || scores.iter().flatten().copied();
        MarkedSection { questions_count: scores.len(), marked_count: known().count(), score: Ratio::mean(known()) }
    };
    let counted = Marked { sections: sections.iter().map(own).collect(), index: None };
    let index = if counted.is_whole() { Some(result(sections, answers, &score)?.index) } else { None };
    Ok(Marked { index, ..counted })
}

/// By whom a round is scored, where one number stands for it: never some questions by one and some by the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoredBy {
    /// The region itself.
    Region,
    /// The assessors, who have marked every question.
    Assessors,
}

impl ScoredBy {
    /// The catalogue's word.
    pub fn key(self) -> &'static str {
        match self {
            ScoredBy::Region => "plan.evaluation.own_score",
            ScoredBy::Assessors => "plan.evaluation.marked_score",
        }
    }
}

/// What one question could still bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The question.
    pub answer: &'a Answer,
    /// Points of the index to win, if it reached 4.
    pub points: Ratio,
    /// Those points for each unit of effort.
    pub yields: Ratio,
}

/// What each question could still bring to the index, the best yield for its effort first.
pub fn gaps<'a>(sections: &[Section], answers: &'a [Answer], score: impl Fn(&Answer) -> Option<Ratio>) -> Vec<Gap<'a>> {
    let count = |key: &str| answers.iter().filter(|answer| answer.key.section == key).count();
    let value: BTreeMap<&str, Option<Ratio>> = sections
        .iter()
        .map(|section| (section.key.as_str(), share(section.weight).shared_by(count(&section.key))))
        .collect();
    let gap = |answer: &'a Answer| {
        let missing = Ratio::whole(MARK_MAX).minus(score(answer).unwrap_or(Ratio::ZERO))?;
        let points = missing.times((*value.get(answer.key.section.as_str())?)?)?;
        let effort = usize::try_from(answer.effort.clamp(EFFORT_MIN, EFFORT_MAX)).ok()?;
        Some(Gap { answer, points, yields: points.shared_by(effort)? })
    };
    let mut gaps: Vec<Gap<'a>> = answers.iter().filter_map(gap).filter(|gap| gap.points > Ratio::ZERO).collect();
    gaps.sort_by(|one, other| other.yields.cmp(&one.yields).then(other.points.cmp(&one.points)));
    gaps
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn section(key: &str, weight: i64) -> Section {
        Section { key: key.into(), name: key.into(), note: String::new(), weight: weight * 100 }
    }

    fn answer(section: &str, code: usize, score: Option<i64>, effort: i64) -> Answer {
        Answer {
            id: Uuid::from_u128(u128::try_from(code).unwrap()),
            round: Uuid::nil(),
            key: QuestionKey { section: section.into(), indicator: String::new(), code: code.to_string() },
            subindicator: String::new(),
            body: String::new(),
            answered_by: String::new(),
            evidence: String::new(),
            agency: None,
            due: None,
            effort,
            state: AnswerState::Draft,
            score,
            note: String::new(),
            version: 1,
            claims_count: 0,
            accepted_count: 0,
        }
    }

    fn own(answer: &Answer) -> Option<Ratio> {
        answer.score.map(Ratio::whole)
    }

    fn round(state: RoundState) -> Round {
        Round {
            id: Uuid::nil(),
            name: "Uji".into(),
            year: 2026,
            instrument: "Uji".into(),
            due: None,
            state,
            statement: None,
            version: 1,
        }
    }

    #[test]
    fn an_answer_goes_from_the_agency_to_the_secretariat_and_back_with_a_reason() {
        let draft = answer("a", 1, None, 1);
        assert!(draft.check(1).is_err() && draft.give_back(1, "x").is_err());
        assert_eq!(draft.answer(Some(5), "x").unwrap_err().key, "plan.refused.answer_score");
        assert_eq!(draft.answer(Some(3), " ").unwrap_err().key, "form.missing");
        let answered = draft.answer(Some(3), "Perbup 5/2024").unwrap();
        assert_eq!(answered.give_back(1, "").unwrap_err().key, "form.missing");
        let (returned, reason) = answered.give_back(1, "Lampirkan Perbup").unwrap();
        assert_eq!((returned.state, reason.as_str()), (AnswerState::Returned, "Lampirkan Perbup"));
        let checked = returned.answer(Some(2), "sudah").unwrap().check(1).unwrap();
        assert_eq!(checked.answer(Some(4), "lagi").unwrap_err().key, "plan.refused.answer_state");
    }

    #[test]
    fn only_what_was_shown_is_checked() {
        let shown = answer("a", 1, None, 1).answer(Some(3), "Perbup").unwrap();
        let newer = Answer { version: 2, ..shown.answer(Some(4), "lain").unwrap() };
        assert_eq!(newer.check(shown.version).unwrap_err().key, "plan.refused.answer_newer");
        assert_eq!(newer.give_back(shown.version, "x").unwrap_err().key, "plan.refused.answer_newer");
        assert_eq!(newer.check(2).unwrap().state, AnswerState::Checked);
    }

    #[test]
    fn an_answer_whose_evidence_changed_is_checked_again() {
        for state in AnswerState::ALL {
            let after = Answer { state: *state, ..answer("a", 1, Some(3), 1) }.proven_otherwise();
            let expected = if *state == AnswerState::Checked { AnswerState::Answered } else { *state };
            assert_eq!((after.state, after.score), (expected, Some(3)));
        }
    }

    #[test]
    fn a_round_is_approved_once_all_is_checked_and_the_statement_is_there() {
        let open = round(RoundState::Open);
        let mut one = answer("a", 1, Some(3), 1);
        assert_eq!(open.submit(&[one.clone()], None).unwrap_err().key, "plan.refused.round_unchecked");
        one.state = AnswerState::Checked;
        assert_eq!(open.submit(&[one.clone()], None).unwrap_err().key, "plan.refused.round_statement");
        assert_eq!(open.decide(true).unwrap_err().key, "plan.refused.round_not_submitted");
        let submitted = open.submit(&[one.clone()], Some(Uuid::nil())).unwrap();
        assert_eq!(submitted.must_be_open().unwrap_err().key, "plan.refused.round_closed");
        assert_eq!(submitted.decide(false).unwrap().state, RoundState::Open);
        let approved = submitted.decide(true).unwrap();
        assert!(approved.decide(true).is_err() && approved.submit(&[one], Some(Uuid::nil())).is_err());
    }

    #[test]
    fn what_is_not_answered_counts_as_nothing_and_is_told() {
        let sections = [section("a", 40), section("b", 60)];
        let answers = [answer("a", 1, Some(4), 1), answer("a", 2, None, 1), answer("b", 3, Some(3), 1)];
        let result = result(&sections, &answers, own).unwrap();
        assert_eq!(result.sections[0].score, Ratio::whole(2));
        assert_eq!(result.index, Ratio::hundredths(260));
        assert_eq!(result.completeness(), (2, 3));
    }

    #[test]
    fn half_a_marking_has_no_index_and_sections_without_a_mark_have_no_score() {
        let sections = [section("a", 40), section("b", 60)];
        let answers = [answer("a", 1, Some(4), 1), answer("a", 2, None, 1), answer("b", 3, Some(3), 1)];
        let one = marked(&sections, &answers, |answer| (answer.key.code == "1").then(|| Ratio::whole(3))).unwrap();
        assert_eq!((one.completeness(), one.index, one.is_whole()), ((1, 3), None, false));
        assert_eq!((one.sections[0].score, one.sections[1].score), (Some(Ratio::whole(3)), None));
        let all = marked(&sections, &answers, |_| Some(Ratio::whole(3))).unwrap();
        assert_eq!((all.completeness(), all.index), ((3, 3), Some(Ratio::whole(3))));
        let none = marked(&sections, &[], |_| None).unwrap();
        assert_eq!((none.is_whole(), none.index), (false, None));
    }

    #[test]
    fn the_best_yield_for_its_effort_stands_first() {
        let sections = [section("a", 40), section("b", 60)];
        let answers = [answer("a", 1, Some(0), 3), answer("a", 2, Some(4), 1), answer("b", 3, Some(3), 1)];
        let gaps = gaps(&sections, &answers, own);
        let told: Vec<(&str, i64, i64)> = gaps
            .iter()
            .map(|gap| (gap.answer.key.code.as_str(), gap.points.to_hundredths(), gap.yields.to_hundredths()))
            .collect();
        assert_eq!(told, [("3", 60, 60), ("1", 80, 27)], "a full score has no gap");
    }

    proptest! {
        #[test]
        fn closing_every_gap_reaches_the_best_index(
            scores in prop::collection::vec((0usize..3, prop::option::of(0i64..=4), 1i64..=3), 3..60),
        ) {
            let sections = [section("0", 20), section("1", 30), section("2", 50)];
            let mut answers: Vec<Answer> = scores
                .iter()
                .enumerate()
                .map(|(at, (part, score, effort))| answer(&part.to_string(), at, *score, *effort))
                .collect();
            for (at, part) in ["0", "1", "2"].into_iter().enumerate() {
                answers.push(answer(part, 1_000 + at, Some(1), 1));
            }
            let now = result(&sections, &answers, own).unwrap().index;
            let all = gaps(&sections, &answers, own).iter().try_fold(now, |sum, gap| sum.plus(gap.points));
            prop_assert_eq!(all, Some(Ratio::whole(4)));
        }
    }
}
