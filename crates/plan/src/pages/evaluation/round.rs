//! One round: its sections, its index, what could still be won, and the way to its approval.

use std::collections::HashMap;

use askama::Template;
use axum::response::IntoResponse;
use simpul_office::chart::{Chart, Figure, Radar, Series};
use simpul_people::Permission;
use simpul_shell::{
    Choice, Fields, Form, FormView, Lang, Officer, Page, PageError, PageResult, Path, Query, Redirect, SignedIn, Tag,
    render, render_refused,
};
use simpul_store::{Conn, Result as StoreResult};
use time::Date;
use uuid::Uuid;

use super::super::words::{agencies, agency_name, day_shown, round_tag, shown, today};
use super::super::{CanApproveEvaluation, CanManageEvaluation, CanSeeEvaluation};
use crate::actions::evaluation::{DecideRound, SubmitRound};
use crate::model::evaluation::compare::Side;
use crate::model::evaluation::round::{
    Answer, AnswerState, Gap, Marked, MarkedSection, RoundResult, ScoredBy, gaps, marked, result, round_state_key,
    state_key,
};
use crate::model::evaluation::score::{MARK_MAX, MARK_MIN, question_score, shown_weight};
use crate::model::evaluation::{Ratio, Round, RoundState, Section};
use crate::model::evidence::EvidenceKind;
use crate::sql::{evidence, round as sql};

/// Most lines of the list of gaps.
const GAPS_SHOWN_COUNT: usize = 20;

/// A round with all that is counted from it.
pub(super) struct Whole {
    pub(super) round: Round,
    pub(super) sections: Vec<Section>,
    pub(super) answers: Vec<Answer>,
    pub(super) marks: HashMap<Uuid, Vec<i64>>,
}

impl Whole {
    /// Reads a round, where the officer may see it.
    pub(super) async fn read(me: &SignedIn, id: Uuid) -> Result<Whole, PageError> {
        let mut conn = me.read().await?;
        let round = seen(me, &mut conn, id).await?;
        Ok(Whole::of(&mut conn, round).await?)
    }

    /// Reads all that belongs to a round.
    pub(super) async fn of(conn: &mut Conn, round: Round) -> StoreResult<Whole> {
        let sections = sql::sections(conn, round.id).await?;
        let answers = sql::answers(conn, round.id).await?;
        let marks = sql::marks(conn, round.id).await?;
        Ok(Whole { round, sections, answers, marks })
    }

    /// What the region gives itself.
    pub(super) fn own(answer: &Answer) -> Option<Ratio> {
        answer.score.map(Ratio::whole)
    }

    /// What the assessors give.
    pub(super) fn marked(&self, answer: &Answer) -> Option<Ratio> {
        question_score(self.marks.get(&answer.id)?)
    }

    /// By whom the round is scored where one number stands for it.
    pub(super) fn scored_by(&self) -> ScoredBy {
        let whole = !self.answers.is_empty() && self.answers.iter().all(|answer| self.marked(answer).is_some());
        if whole { ScoredBy::Assessors } else { ScoredBy::Region }
    }

    /// Every question's score by whoever scores the round.
    fn scores(&self) -> HashMap<Uuid, Ratio> {
        let by = self.scored_by();
        let score = |answer: &Answer| match by {
            ScoredBy::Assessors => self.marked(answer),
            ScoredBy::Region => Whole::own(answer),
        };
        self.answers.iter().filter_map(|answer| Some((answer.id, score(answer)?))).collect()
    }

    /// The round to be put beside another; its name says by whom it is scored.
    pub(super) fn side(&self, page: &Page) -> Result<Side, PageError> {
        let scores = self.scores();
        let counted = self.count(|answer| scores.get(&answer.id).copied())?;
        let by = page.t(self.scored_by().key());
        Ok(Side::of_round(format!("{} ({}, {by})", self.round.name, self.round.year), &counted))
    }

    fn marked_result(&self) -> Result<Option<Marked>, PageError> {
        if self.marks.is_empty() {
            return Ok(None);
        }
        let counted = marked(&self.sections, &self.answers, |answer| self.marked(answer));
        Ok(Some(counted.map_err(simpul_store::Error::from)?))
    }

    fn count(&self, score: impl Fn(&Answer) -> Option<Ratio>) -> Result<RoundResult, PageError> {
        result(&self.sections, &self.answers, score).map_err(|refusal| simpul_store::Error::from(refusal).into())
    }
}

/// Whether the officer may see a round: while it is filled in, only who belongs to the region's house; an evaluator
/// once it is approved, where the region shows its rounds.
pub(in crate::pages) fn may_see(me: &SignedIn, round: &Round) -> bool {
    let shown = round.state == RoundState::Approved && me.region().settings.share_evaluation;
    shown || me.may(Permission::SeeOpenRounds)
}

/// The round of an id, where the officer may see it.
pub(super) async fn seen(me: &SignedIn, conn: &mut Conn, id: Uuid) -> Result<Round, PageError> {
    let round = sql::by_id(conn, id).await?.ok_or_else(PageError::not_found)?;
    if may_see(me, &round) { Ok(round) } else { Err(PageError::forbidden()) }
}

struct SectionRow {
    key: String,
    name: String,
    note: String,
    weight: String,
    filled: String,
    own: String,
    marked: Option<String>,
}

struct GapRow {
    id: Uuid,
    code: String,
    section: String,
    body: String,
    score: String,
    points: String,
    effort: i64,
    what_if: String,
}

#[derive(Template)]
#[template(path = "plan/round.html")]
struct RoundPage {
    page: Page,
    round: Round,
    tag: Tag,
    state: String,
    due: String,
    sections: Vec<SectionRow>,
    radar: RadarPart,
    index: String,
    marked_index: Option<String>,
    marked_filled: Option<String>,
    scored_by: &'static str,
    filled: String,
    left_count: usize,
    late_count: usize,
    gaps: Vec<GapRow>,
    submit_form: Option<FormView>,
    statements: Vec<Choice>,
    decide_form: Option<FormView>,
    statement: Option<Uuid>,
}

impl RoundPage {
    fn path(&self, deed: &str) -> String {
        format!("/evaluasi/{}/{deed}", self.round.id)
    }
}

fn marked_cell(page: &Page, row: &MarkedSection) -> String {
    let part = filled_of(page, row.marked_count, row.questions_count);
    match row.score {
        Some(score) if row.marked_count == row.questions_count => shown(page, score),
        Some(score) => format!("{} ({part})", shown(page, score)),
        None => page.t("plan.evaluation.no_data"),
    }
}

fn section_rows(page: &Page, own: &RoundResult, marked: Option<&Marked>) -> Vec<SectionRow> {
    let rows = own.sections.iter().enumerate().map(|(at, row)| SectionRow {
        key: row.section.key.clone(),
        name: row.section.name.clone(),
        note: row.section.note.clone(),
        weight: shown_weight(row.section.weight),
        filled: filled_of(page, row.scored_count, row.questions_count),
        own: shown(page, row.score),
        marked: marked.and_then(|marked| marked.sections.get(at)).map(|row| marked_cell(page, row)),
    });
    rows.collect()
}

/// A radar, drawn for a wide page and for a telephone. A page with it links `grafik.css`.
pub(super) struct RadarPart {
    pub(super) wide: String,
    pub(super) narrow: String,
}

impl RadarPart {
    pub(super) fn new(radar: Radar, lang: Lang) -> RadarPart {
        let chart = Chart::Radar(radar);
        RadarPart { wide: chart.svg("radar", lang), narrow: chart.svg_narrow("radar-hp", lang) }
    }
}

/// Sections around a point: the region's own scores, and the assessors' where there are any.
fn radar(page: &Page, own: &RoundResult, marked: Option<&Marked>) -> RadarPart {
    let figure = |score: Option<Ratio>| match score {
        Some(score) => Figure::new(score.as_f64(), shown(page, score)),
        None => Figure::none(page.t("plan.evaluation.no_data")),
    };
    let series = |by: ScoredBy, figures: Vec<Figure>| Series { name: page.t(by.key()), figures };
    let assessors = |marked: &Marked| marked.sections.iter().map(|row| figure(row.score)).collect();
    let best = Ratio::whole(MARK_MAX);
    let radar = Radar {
        title: page.t("plan.evaluation.radar"),
        summary: page.t1("plan.evaluation.radar_summary", "index", shown(page, own.index)),
        axis_name: page.t("plan.evaluation.section"),
        axes: own.sections.iter().map(|row| row.section.name.clone()).collect(),
        max: Figure::new(best.as_f64(), MARK_MAX.to_string()),
        first: series(ScoredBy::Region, own.sections.iter().map(|row| figure(Some(row.score))).collect()),
        second: marked.map(|marked| series(ScoredBy::Assessors, assessors(marked))),
    };
    RadarPart::new(radar, page.lang)
}

pub(super) fn filled_of(page: &Page, filled: usize, all: usize) -> String {
    page.tx("plan.evaluation.filled_of", [("n", &*filled.to_string()), ("all", &*all.to_string())])
}

fn gap_row(page: &Page, (whole, scores): (&Whole, &HashMap<Uuid, Ratio>), gap: &Gap<'_>) -> GapRow {
    let answer = gap.answer;
    let section = whole.sections.iter().find(|section| section.key == answer.key.section);
    GapRow {
        id: answer.id,
        code: answer.key.code.clone(),
        section: section.map(|section| section.name.clone()).unwrap_or_default(),
        body: answer.body.clone(),
        score: scores.get(&answer.id).map_or_else(|| page.t("plan.evaluation.no_score"), |score| shown(page, *score)),
        points: shown(page, gap.points),
        effort: answer.effort,
        what_if: format!("n-{}", answer.id),
    }
}

async fn round_page(me: &SignedIn, id: Uuid) -> Result<RoundPage, PageError> {
    let whole = Whole::read(me, id).await?;
    let page =
        me.page("plan.evaluation.title").title_text(whole.round.name.clone()).at("/evaluasi").style("grafik.css");
    let own = whole.count(Whole::own)?;
    let marked = whole.marked_result()?;
    let (filled, all) = own.completeness();
    let today = today(me);
    let may_submit = me.may(Permission::ManageEvaluation) && whole.round.state == RoundState::Open;
    let may_decide = me.may(Permission::ApproveEvaluation) && whole.round.state == RoundState::Submitted;
    let scores = whole.scores();
    let gap_list = gaps(&whole.sections, &whole.answers, |answer| scores.get(&answer.id).copied());
    let statements = if may_submit { signed_statements(me).await? } else { Vec::new() };
    Ok(RoundPage {
        tag: round_tag(whole.round.state),
        state: page.t(round_state_key(whole.round.state)),
        due: day_shown(&page, whole.round.due),
        sections: section_rows(&page, &own, marked.as_ref()),
        radar: radar(&page, &own, marked.as_ref()),
        index: shown(&page, own.index),
        marked_index: marked.as_ref().and_then(|marked| marked.index).map(|index| shown(&page, index)),
        marked_filled: marked.filter(|marked| !marked.is_whole()).map(|marked| {
            let (n, all) = marked.completeness();
            page.tx("plan.evaluation.marked_of", [("n", &*n.to_string()), ("all", &*all.to_string())])
        }),
        scored_by: whole.scored_by().key(),
        filled: filled_of(&page, filled, all),
        left_count: whole.answers.iter().filter(|answer| answer.state != AnswerState::Checked).count(),
        late_count: whole.answers.iter().filter(|answer| answer.is_late(&whole.round, today)).count(),
        gaps: gap_list.iter().take(GAPS_SHOWN_COUNT).map(|gap| gap_row(&page, (&whole, &scores), gap)).collect(),
        submit_form: may_submit.then(|| me.form()),
        statements,
        decide_form: may_decide.then(|| me.form()),
        statement: whole.round.statement,
        round: whole.round,
        page,
    })
}

/// Evidence that may be the signed statement.
async fn signed_statements(me: &SignedIn) -> Result<Vec<Choice>, PageError> {
    let today = today(me);
    let mut conn = me.read().await?;
    let mut choices = Vec::new();
    for one in evidence::list(&mut conn).await?.into_iter().filter(|one| one.about.kind == EvidenceKind::Statement) {
        let newest = evidence::file(&mut conn, one.id, one.current).await?;
        if newest.is_some_and(|file| one.is_statement(file.media, today)) {
            choices.push(Choice::new(one.id, format!("{} ({})", one.about.title, one.about.year)));
        }
    }
    Ok(choices)
}

/// A round.
pub async fn show(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>) -> PageResult {
    render(&round_page(&me, id).await?)
}

async fn after(
    me: &SignedIn,
    id: Uuid,
    done: StoreResult<()>,
    form: &Form,
    flash: &'static str,
    is_submit: bool,
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/evaluasi/{id}")).flash(flash).into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, form);
            let mut view = round_page(me, id).await?;
            view.page = view.page.failed();
            if is_submit {
                view.submit_form = Some(form?);
            } else {
                view.decide_form = Some(form?);
            }
            render_refused(&view)
        }
    }
}

/// Asks the Sekda to approve.
pub async fn submit(me: Officer<CanManageEvaluation>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = me.write(SubmitRound { round: id, statement: form.fields.uuid("statement") }).await;
    after(&me, id, done, &form, "plan.evaluation.submitted", true).await
}

/// The Sekda approves or gives back.
pub async fn decide(me: Officer<CanApproveEvaluation>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let approve = form.fields.get("deed") == "approve";
    let done = me.write(DecideRound { round: id, approve }).await;
    let flash = if approve { "plan.evaluation.approved" } else { "plan.evaluation.given_back" };
    after(&me, id, done, &form, flash, false).await
}

struct AnswerRow {
    id: Uuid,
    code: String,
    indicator: String,
    body: String,
    agency: String,
    tag: Tag,
    state: String,
    score: String,
    claims_count: i64,
    lacks_evidence: bool,
}

#[derive(Template)]
#[template(path = "plan/questions.html")]
struct QuestionsPage {
    page: Page,
    form: FormView,
    round: Round,
    rows: Vec<AnswerRow>,
    sections: Vec<Choice>,
    agencies: Vec<Choice>,
    states: Vec<Choice>,
}

impl QuestionsPage {
    fn path(&self) -> String {
        format!("/evaluasi/{}/soal", self.round.id)
    }
}

/// The shape and colour of an answer's state.
pub(super) fn answer_tag(answer: &Answer, round: &Round, today: Date) -> Tag {
    match answer.state {
        _ if answer.is_late(round, today) => Tag::Late,
        AnswerState::Draft => Tag::Off,
        AnswerState::Answered => Tag::New,
        AnswerState::Checked => Tag::Done,
        AnswerState::Returned => Tag::Work,
    }
}

/// The questions of a round; an agency's officer who asks for nothing is shown the own agency's.
pub async fn questions(
    me: Officer<CanSeeEvaluation>,
    Path(id): Path<Uuid>,
    Query(mut asked): Query<Fields>,
) -> PageResult {
    let whole = Whole::read(&me, id).await?;
    let page = me.page("plan.evaluation.questions").at("/evaluasi");
    if asked.pairs().next().is_none()
        && let simpul_people::Scope::Agencies(own) = me.scope(Permission::AnswerEvaluation)
        && let Some(first) = own.first()
    {
        asked.set("perangkat", first.to_string());
    }
    let today = today(&me);
    let is = |name: &str, value: &str| asked.get(name).is_empty() || asked.get(name) == value;
    let rows = whole.answers.iter().filter(|answer| {
        let agency = answer.agency.map(|agency| agency.to_string()).unwrap_or_default();
        let lacks = !asked.has("tanpa-bukti") || answer.accepted_count == 0;
        is("bagian", &answer.key.section) && is("status", answer.state.name()) && is("perangkat", &agency) && lacks
    });
    let rows = rows.map(|answer| AnswerRow {
        id: answer.id,
        code: answer.key.code.clone(),
        indicator: answer.key.indicator.clone(),
        body: answer.body.clone(),
        agency: agency_name(&me.place, answer.agency).unwrap_or_default(),
        tag: answer_tag(answer, &whole.round, today),
        state: page.t(state_key(answer.state)),
        score: answer.score.map_or_else(|| "–".to_owned(), |score| score.to_string()),
        claims_count: answer.claims_count,
        lacks_evidence: answer.score.is_some_and(|score| score > 0) && answer.accepted_count == 0,
    });
    let state = |state: &AnswerState| Choice::new(state.name(), page.t(state_key(*state)));
    render(&QuestionsPage {
        rows: rows.collect(),
        sections: whole.sections.iter().map(|section| Choice::new(&section.key, section.name.clone())).collect(),
        agencies: agencies(&me.place),
        states: AnswerState::ALL.iter().map(state).collect(),
        form: me.form_with(&Typed(asked), &[]),
        round: whole.round,
        page,
    })
}

/// Fields that came in an address.
struct Typed(Fields);

impl simpul_shell::Typed for Typed {
    fn typed(&self) -> &Fields {
        &self.0
    }
}

#[derive(Template)]
#[template(path = "plan/what_if.html")]
struct WhatIfPage {
    page: Page,
    scored_by: &'static str,
    form: FormView,
    round: Round,
    gaps: Vec<GapRow>,
    marks: Vec<Choice>,
    index: String,
    new_index: String,
    sections: Vec<(String, String, String)>,
}

/// What the index would be if some questions had other scores. Nothing is kept.
pub async fn what_if(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>, Query(asked): Query<Fields>) -> PageResult {
    let whole = Whole::read(&me, id).await?;
    let page = me.page("plan.evaluation.what_if.title").at("/evaluasi");
    let scores = whole.scores();
    let supposed = |answer: &Answer| {
        let mark = asked.int(&format!("n-{}", answer.id)).filter(|mark| (MARK_MIN..=MARK_MAX).contains(mark));
        mark.map(Ratio::whole).or_else(|| scores.get(&answer.id).copied())
    };
    let (now, then) = (whole.count(|answer| scores.get(&answer.id).copied())?, whole.count(supposed)?);
    let gap_list = gaps(&whole.sections, &whole.answers, |answer| scores.get(&answer.id).copied());
    let both = now.sections.iter().zip(&then.sections);
    render(&WhatIfPage {
        scored_by: whole.scored_by().key(),
        gaps: gap_list.iter().take(GAPS_SHOWN_COUNT).map(|gap| gap_row(&page, (&whole, &scores), gap)).collect(),
        marks: (MARK_MIN..=MARK_MAX).map(|mark| Choice::new(mark, mark.to_string())).collect(),
        index: shown(&page, now.index),
        new_index: shown(&page, then.index),
        sections: both
            .map(|(now, then)| (now.section.name.clone(), shown(&page, now.score), shown(&page, then.score)))
            .collect(),
        form: me.form_with(&Typed(asked), &[]),
        round: whole.round,
        page,
    })
}
