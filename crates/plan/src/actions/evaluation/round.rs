//! A round is opened, answered, checked, approved and scored.

use serde_json::json;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::words::{clean_line, clean_text};
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, calendar_of, require, require_in};
use simpul_store::{Action, Error, Result, Tx};
use time::Date;
use uuid::Uuid;

use super::super::who;
use crate::model::evaluation::names::{YEAR_MAX, YEAR_MIN};
use crate::model::evaluation::round::{EFFORT_MAX, EFFORT_MIN, EvidenceDeed};
use crate::model::evaluation::score::check_mark;
use crate::model::evaluation::{ASSESSORS_MAX_COUNT, Answer, Instrument, Question, Round, RoundState, Section};
use crate::model::evidence::{SubjectKind, read_day};
use crate::sql::{evidence, round as sql};

/// What the journal calls a round.
pub const ROUND: &str = "plan_round";
/// What it calls an answer.
pub const ANSWER: &str = "plan_answer";

async fn load(tx: &mut Tx, id: Uuid) -> Result<Round> {
    sql::by_id(tx, id).await?.ok_or(Error::NotFound("round"))
}

async fn load_answer(tx: &mut Tx, id: Uuid) -> Result<(Answer, Round)> {
    let answer = sql::answer(tx, id).await?.ok_or(Error::NotFound("question"))?;
    let round = load(tx, answer.round).await?;
    Ok((answer, round))
}

/// Writes an answer; refused where another wrote it meanwhile.
pub(crate) async fn put(tx: &mut Tx, answer: &Answer) -> Result<()> {
    match sql::set_answer(tx, answer).await? {
        0 => Err(Refusal::new("plan.refused.answer_changed").into()),
        _ => Ok(()),
    }
}

/// Tells what brought an answer where it stands.
fn tell(tx: &mut Tx, ctx: &Ctx, answer: &Answer, kind: &'static str, (reason, deed): (String, Option<EvidenceDeed>)) {
    let step = sql::Step { reason, deed, ..sql::Step::new(ctx.now(), who(ctx), answer.state) };
    sql::insert_step(tx, ctx.new_id(), answer.id, &step);
    tx.journal(ctx, ANSWER, answer.id, kind, told(answer));
}

fn told(answer: &Answer) -> serde_json::Value {
    json!({ "round": answer.round, "section": answer.key.section, "code": answer.key.code })
}

/// Writes an answer with its step; refused where another wrote it meanwhile.
async fn write(tx: &mut Tx, ctx: &Ctx, answer: &Answer, kind: &'static str, reason: String) -> Result<()> {
    put(tx, answer).await?;
    tell(tx, ctx, answer, kind, (reason, None));
    Ok(())
}

/// Says that the evidence of a subject changed. Where that is an answer, whoever checks it now must look again, and one
/// that had been checked waits for that anew, with a step that names the evidence. Answers of closed rounds stay.
pub(crate) async fn evidence_changed(
    tx: &mut Tx,
    ctx: &Ctx,
    (kind, id): (SubjectKind, Uuid),
    (deed, title): (EvidenceDeed, &str),
) -> Result<()> {
    if kind != SubjectKind::Question {
        return Ok(());
    }
    let (answer, round) = load_answer(tx, id).await?;
    if round.state != RoundState::Open {
        return Ok(());
    }
    let after = answer.proven_otherwise();
    put(tx, &after).await?;
    if after.state != answer.state {
        tell(tx, ctx, &after, "plan.answer_unchecked", (title.to_owned(), Some(deed)));
    }
    Ok(())
}

/// Opens a round with the questions of an instrument. Its answer is the round's id.
#[derive(Debug, Clone)]
pub struct OpenRound {
    /// The form's idempotency key.
    pub key: Option<Uuid>,
    /// What it is called.
    pub name: String,
    /// The year that is evaluated, as typed.
    pub year: String,
    /// The day by which all is answered.
    pub due: String,
    /// The instrument's name.
    pub instrument_name: String,
    /// The instrument, read from where all regions' instruments stand.
    pub instrument: Instrument,
}

impl Action for OpenRound {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        self.key
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEvaluation)?;
        let name = clean_line("name", &self.name, LINE_MAX_CHARS, true)?;
        let year = self.year.trim().parse().ok().filter(|year| (YEAR_MIN..=YEAR_MAX).contains(year));
        let year = year.ok_or_else(|| Refusal::field("year", "plan.refused.evidence_year"))?;
        let due = read_day("due", &self.due)?;
        self.instrument.weights()?;
        let state = RoundState::Open;
        let instrument = self.instrument_name.clone();
        let round = Round { id: ctx.new_id(), name, year, instrument, due, state, statement: None, version: 1 };
        let sections: &[Section] = &self.instrument.sections;
        let questions: Vec<(Uuid, &Question)> =
            self.instrument.questions.iter().map(|question| (ctx.new_id(), question)).collect();
        sql::insert(tx, &round, sections, &questions, ctx.now());
        tx.journal(ctx, ROUND, round.id, "plan.round_opened", json!({ "year": year, "questions": questions.len() }));
        Ok(round.id)
    }
}

/// Says which agency answers a question, by when, and what it costs to improve.
#[derive(Debug, Clone)]
pub struct AssignAnswer {
    /// Which question.
    pub answer: Uuid,
    /// The agency; `None` leaves it to the secretariat.
    pub agency: Option<Uuid>,
    /// By when; empty for the round's own day.
    pub due: String,
    /// 1 to 3.
    pub effort: Option<i64>,
}

impl Action for AssignAnswer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEvaluation)?;
        let (answer, round) = load_answer(tx, self.answer).await?;
        round.must_be_open()?;
        let due = read_day("due", &self.due)?;
        let effort = self.effort.filter(|effort| (EFFORT_MIN..=EFFORT_MAX).contains(effort));
        let effort = effort.ok_or_else(|| Refusal::field("effort", "plan.refused.effort"))?;
        let after = Answer { agency: self.agency, due, effort, ..answer };
        put(tx, &after).await?;
        tx.journal(ctx, ANSWER, after.id, "plan.answer_assigned", told(&after));
        Ok(())
    }
}

/// The agency answers a question.
#[derive(Debug, Clone)]
pub struct GiveAnswer {
    /// Which question.
    pub answer: Uuid,
    /// What the region gives itself.
    pub score: Option<i64>,
    /// Why.
    pub note: String,
    /// The version of the answer that was looked at; none where no form was.
    pub version: Option<i64>,
}

impl Action for GiveAnswer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let (answer, round) = load_answer(tx, self.answer).await?;
        match answer.agency {
            Some(agency) => require_in(ctx, Permission::AnswerEvaluation, agency)?,
            None => require(ctx, Permission::ManageEvaluation)?,
        }
        round.must_be_open()?;
        self.version.map_or(Ok(()), |version| answer.must_be(version))?;
        let after = answer.answer(self.score, &self.note)?;
        write(tx, ctx, &after, "plan.answer_given", String::new()).await
    }
}

/// The secretariat checks an answer, or gives it back with a reason.
#[derive(Debug, Clone)]
pub struct CheckAnswer {
    /// Which question.
    pub answer: Uuid,
    /// The version of the answer that was looked at.
    pub version: i64,
    /// Whether it is right.
    pub accept: bool,
    /// Why it is given back.
    pub reason: String,
}

impl Action for CheckAnswer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEvaluation)?;
        let (answer, round) = load_answer(tx, self.answer).await?;
        round.must_be_open()?;
        if self.accept {
            return write(tx, ctx, &answer.check(self.version)?, "plan.answer_checked", String::new()).await;
        }
        let (after, reason) = answer.give_back(self.version, &self.reason)?;
        write(tx, ctx, &after, "plan.answer_returned", reason).await
    }
}

/// Asks the Sekda to approve the round.
#[derive(Debug, Clone)]
pub struct SubmitRound {
    /// Which round.
    pub round: Uuid,
    /// The evidence that is the signed statement (SPTJM).
    pub statement: Option<Uuid>,
}

impl Action for SubmitRound {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEvaluation)?;
        let round = load(tx, self.round).await?;
        let answers = sql::answers(tx, round.id).await?;
        let after = round.submit(&answers, self.statement)?;
        let today = calendar_of(tx).await?.zone.date(ctx.now());
        if !is_statement(tx, self.statement, today).await? {
            return Err(Refusal::field("statement", "plan.refused.round_statement").into());
        }
        write_round(tx, ctx, &after, "plan.round_submitted", false).await
    }
}

async fn is_statement(tx: &mut Tx, id: Option<Uuid>, today: Date) -> Result<bool> {
    let Some(id) = id else { return Ok(false) };
    let Some(known) = evidence::by_id(tx, id).await? else { return Ok(false) };
    let newest = evidence::file(tx, id, known.current).await?;
    Ok(newest.is_some_and(|file| known.is_statement(file.media, today)))
}

/// The Sekda approves the round, or gives it back.
#[derive(Debug, Clone)]
pub struct DecideRound {
    /// Which round.
    pub round: Uuid,
    /// Whether it is approved.
    pub approve: bool,
}

impl Action for DecideRound {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ApproveEvaluation)?;
        let after = load(tx, self.round).await?.decide(self.approve)?;
        let kind = if self.approve { "plan.round_approved" } else { "plan.round_returned" };
        write_round(tx, ctx, &after, kind, self.approve).await
    }
}

async fn write_round(tx: &mut Tx, ctx: &Ctx, round: &Round, kind: &'static str, approved: bool) -> Result<()> {
    let by = who(ctx);
    let approved = approved.then(|| (by.as_str(), ctx.now()));
    if sql::set(tx, round, approved).await? == 0 {
        return Err(Refusal::new("plan.refused.answer_changed").into());
    }
    tx.journal(ctx, ROUND, round.id, kind, json!({ "state": round.state.name() }));
    Ok(())
}

/// An assessor gives a mark; a second one replaces the first.
#[derive(Debug, Clone)]
pub struct GiveMark {
    /// Which question.
    pub answer: Uuid,
    /// 0 to 4.
    pub mark: Option<i64>,
    /// Why.
    pub note: String,
}

impl Action for GiveMark {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ScoreEvaluation)?;
        let (answer, round) = load_answer(tx, self.answer).await?;
        if round.state != RoundState::Approved {
            return Err(Refusal::new("plan.refused.round_not_approved").into());
        }
        let missing = || Refusal::field("mark", "plan.refused.answer_score");
        let mark = check_mark(self.mark.ok_or_else(missing)?)?;
        let note = clean_text("mark_note", &self.note, REPORT_TEXT_MAX_CHARS, false)?;
        let by = who(ctx);
        let marks = sql::marks_of(tx, answer.id).await?;
        if marks.len() >= ASSESSORS_MAX_COUNT && !marks.iter().any(|(assessor, ..)| *assessor == by) {
            return Err(Refusal::new("plan.refused.assessors").with("most", ASSESSORS_MAX_COUNT.to_string()).into());
        }
        sql::set_mark(tx, answer.id, &by, (mark, &note), ctx.now()).await?;
        tx.journal(ctx, ANSWER, answer.id, "plan.answer_marked", json!({ "round": round.id, "mark": mark }));
        Ok(())
    }
}
