//! One question of a round: its answer, its evidence, its check, its marks.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, Tag, render, render_refused,
};
use simpul_store::Result as StoreResult;
use uuid::Uuid;

use super::super::proofs::{EvidenceRow, row};
use super::super::words::{agencies, agency_name, day_shown, person_name, shown, today};
use super::super::{CanAnswerEvaluation, CanManageEvaluation, CanScoreEvaluation, CanSeeEvaluation};
use super::round::{answer_tag, seen};
use crate::actions::evaluation::{AssignAnswer, CheckAnswer, GiveAnswer, GiveMark};
use crate::actions::evidence::ClaimEvidence;
use crate::model::evaluation::round::{Answer, AnswerState, EFFORT_MAX, EFFORT_MIN, EvidenceDeed, state_key};
use crate::model::evaluation::score::{MARK_MAX, MARK_MIN, question_score};
use crate::model::evaluation::{Round, RoundState};
use crate::model::evidence::{SubjectKind, day_text};
use crate::sql::{evidence, round as sql};

struct StepRow {
    at: Timestamp,
    by: String,
    state: String,
    reason: String,
    /// The key of what was done with the evidence that `reason` names.
    deed: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "plan/question.html")]
struct QuestionPage {
    page: Page,
    round: Round,
    answer: Answer,
    section: String,
    agency: Option<String>,
    due: String,
    tag: Tag,
    state: String,
    proofs: Vec<EvidenceRow>,
    steps: Vec<StepRow>,
    proven_otherwise: bool,
    marks: Vec<(String, i64, String)>,
    mark_mean: Option<String>,
    scores: Vec<Choice>,
    efforts: Vec<Choice>,
    agencies: Vec<Choice>,
    library: Vec<Choice>,
    answer_form: Option<FormView>,
    claim_form: Option<FormView>,
    check_form: Option<FormView>,
    assign_form: Option<FormView>,
    mark_form: Option<FormView>,
}

/// The forms of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Answer,
    Claim,
    Check,
    Assign,
    Mark,
}

impl QuestionPage {
    fn path(&self, deed: &str) -> String {
        format!("/evaluasi/{}/soal/{}/{deed}", self.round.id, self.answer.id)
    }

    fn forms(&self) -> impl Iterator<Item = &FormView> {
        [&self.answer_form, &self.claim_form, &self.check_form, &self.assign_form, &self.mark_form]
            .into_iter()
            .flatten()
    }

    fn put(&mut self, deed: Deed, form: FormView) {
        let place = match deed {
            Deed::Answer => &mut self.answer_form,
            Deed::Claim => &mut self.claim_form,
            Deed::Check => &mut self.check_form,
            Deed::Assign => &mut self.assign_form,
            Deed::Mark => &mut self.mark_form,
        };
        *place = Some(form);
    }
}

/// Which forms the officer may use with this answer.
fn may(me: &SignedIn, round: &Round, answer: &Answer, deed: Deed) -> bool {
    let manages = me.may(Permission::ManageEvaluation);
    let scope = me.scope(Permission::AnswerEvaluation);
    let answers = answer.agency.map_or(manages, |agency| scope.covers(agency));
    let open = round.state == RoundState::Open;
    match deed {
        Deed::Answer => open && answers && answer.state != AnswerState::Checked,
        Deed::Claim => open && answers && me.may(Permission::KeepEvidence),
        Deed::Check => open && manages && matches!(answer.state, AnswerState::Answered | AnswerState::Checked),
        Deed::Assign => open && manages,
        Deed::Mark => round.state == RoundState::Approved && me.may(Permission::ScoreEvaluation),
    }
}

async fn question_page(me: &SignedIn, round: Uuid, id: Uuid) -> Result<QuestionPage, PageError> {
    let mut conn = me.read().await?;
    let answer = sql::answer(&mut conn, id).await?.filter(|answer| answer.round == round);
    let answer = answer.ok_or_else(PageError::not_found)?;
    let held = seen(me, &mut conn, round).await?;
    let sections = sql::sections(&mut conn, round).await?;
    let claimed = evidence::of_subject(&mut conn, SubjectKind::Question, id).await?;
    let steps = sql::steps(&mut conn, id).await?;
    let marks = sql::marks_of(&mut conn, id).await?;
    let may_claim = may(me, &held, &answer, Deed::Claim);
    let library = if may_claim { evidence::list(&mut conn).await? } else { Vec::new() };
    drop(conn);
    let page = me.page("plan.evaluation.question").title_text(format!("{} {}", answer.key.code, answer.subindicator));
    let page = page.at("/evaluasi").usual_width();
    let today = today(me);
    let values: Vec<i64> = marks.iter().map(|(_, mark, _)| *mark).collect();
    let score = |score: i64| Choice::new(score, page.t(score_key(score)));
    let last_deed = steps.last().and_then(|step| step.deed);
    let steps = steps.into_iter().map(|step| StepRow {
        at: step.at,
        by: person_name(&me.place, &step.by),
        state: page.t(state_key(step.state)),
        reason: step.reason,
        deed: step.deed.map(deed_key),
    });
    let proven_otherwise = answer.state == AnswerState::Answered && last_deed.is_some();
    let form = |deed: Deed| may(me, &held, &answer, deed).then(|| me.form());
    let known = |id: Uuid| claimed.iter().any(|one| one.id == id);
    Ok(QuestionPage {
        section: sections.into_iter().find(|one| one.key == answer.key.section).map(|one| one.name).unwrap_or_default(),
        agency: agency_name(&me.place, answer.agency),
        due: day_shown(&page, answer.due.or(held.due)),
        tag: answer_tag(&answer, &held, today),
        state: page.t(state_key(answer.state)),
        proofs: claimed.iter().map(|one| row(me, &page, one, today)).collect(),
        steps: steps.collect(),
        proven_otherwise,
        mark_mean: question_score(&values).map(|mean| shown(&page, mean)),
        marks: marks.into_iter().map(|(by, mark, note)| (person_name(&me.place, &by), mark, note)).collect(),
        scores: (MARK_MIN..=MARK_MAX).map(score).collect(),
        efforts: (EFFORT_MIN..=EFFORT_MAX).map(|effort| Choice::new(effort, page.t(effort_key(effort)))).collect(),
        agencies: agencies(&me.place),
        library: library
            .into_iter()
            .filter(|one| !known(one.id))
            .map(|one| Choice::new(one.id, format!("{} ({})", one.about.title, one.about.year)))
            .collect(),
        answer_form: form(Deed::Answer).map(|form| {
            let score = answer.score.map(|score| score.to_string()).unwrap_or_default();
            form.fill("score", score).fill("note", answer.note.clone())
        }),
        claim_form: form(Deed::Claim),
        check_form: form(Deed::Check),
        assign_form: form(Deed::Assign).map(|form| {
            let agency = answer.agency.map(|agency| agency.to_string()).unwrap_or_default();
            form.fill("agency", agency).fill("due", day_text(answer.due)).fill("effort", answer.effort.to_string())
        }),
        mark_form: form(Deed::Mark),
        round: held,
        answer,
        page,
    })
}

/// The key of what was done with a piece of evidence.
fn deed_key(deed: EvidenceDeed) -> &'static str {
    match deed {
        EvidenceDeed::Claimed => "plan.evaluation.step.claimed",
        EvidenceDeed::Unclaimed => "plan.evaluation.step.unclaimed",
        EvidenceDeed::Replaced => "plan.evaluation.step.replaced",
    }
}

/// The key of what a score means.
fn score_key(score: i64) -> &'static str {
    match score {
        0 => "plan.evaluation.score.s0",
        1 => "plan.evaluation.score.s1",
        2 => "plan.evaluation.score.s2",
        3 => "plan.evaluation.score.s3",
        _ => "plan.evaluation.score.s4",
    }
}

/// The key of what an effort means.
fn effort_key(effort: i64) -> &'static str {
    match effort {
        1 => "plan.evaluation.effort.e1",
        2 => "plan.evaluation.effort.e2",
        _ => "plan.evaluation.effort.e3",
    }
}

/// A question.
pub async fn show(me: Officer<CanSeeEvaluation>, Path((round, id)): Path<(Uuid, Uuid)>) -> PageResult {
    render(&question_page(&me, round, id).await?)
}

async fn after(
    me: &SignedIn,
    (round, id): (Uuid, Uuid),
    done: StoreResult<()>,
    form: &Form,
    (deed, flash): (Deed, &'static str),
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/evaluasi/{round}/soal/{id}")).flash(flash).into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, form);
            let mut view = question_page(me, round, id).await?;
            view.page = view.page.failed();
            view.put(deed, form?);
            render_refused(&view)
        }
    }
}

/// The agency's answer.
pub async fn answer(me: Officer<CanAnswerEvaluation>, Path(at): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let (score, version) = (form.fields.int("score"), form.fields.int("version"));
    let give = GiveAnswer { answer: at.1, score, note: form.fields.get("note").to_owned(), version };
    let done = me.write(give).await;
    after(&me, at, done, &form, (Deed::Answer, "plan.evaluation.answered")).await
}

/// Evidence from the library is claimed for the question, or no longer.
pub async fn claim(me: Officer<CanAnswerEvaluation>, Path(at): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let missing = || simpul_kernel::Refusal::field("evidence", "plan.refused.choose_evidence");
    let claimed = form.fields.get("deed") != "drop";
    let done = match form.fields.uuid("evidence").ok_or_else(missing) {
        Ok(evidence) => me.write(ClaimEvidence { evidence, subject: (SubjectKind::Question, at.1), claimed }).await,
        Err(refusal) => Err(refusal.into()),
    };
    let flash = if claimed { "plan.evidence.claimed" } else { "plan.evidence.unclaimed" };
    after(&me, at, done, &form, (Deed::Claim, flash)).await
}

/// The secretariat's check.
pub async fn check(me: Officer<CanManageEvaluation>, Path(at): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let accept = form.fields.get("deed") == "accept";
    let (version, reason) = (form.fields.int("version").unwrap_or(0), form.fields.get("reason").to_owned());
    let done = me.write(CheckAnswer { answer: at.1, version, accept, reason }).await;
    let flash = if accept { "plan.evaluation.checked" } else { "plan.evaluation.returned" };
    after(&me, at, done, &form, (Deed::Check, flash)).await
}

/// Who answers, by when, at what effort.
pub async fn assign(me: Officer<CanManageEvaluation>, Path(at): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let assign = AssignAnswer {
        answer: at.1,
        agency: form.fields.uuid("agency"),
        due: form.fields.get("due").to_owned(),
        effort: form.fields.int("effort"),
    };
    let done = me.write(assign).await;
    after(&me, at, done, &form, (Deed::Assign, "plan.evaluation.assigned")).await
}

/// An assessor's mark.
pub async fn mark(me: Officer<CanScoreEvaluation>, Path(at): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let give = GiveMark { answer: at.1, mark: form.fields.int("mark"), note: form.fields.get("mark_note").to_owned() };
    let done = me.write(give).await;
    after(&me, at, done, &form, (Deed::Mark, "plan.evaluation.marked")).await
}
