//! Instruments, published scores and rounds, for programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Number;
use simpul_kernel::{Refusal, RegionId};
use simpul_shell::{ApiClient, ApiError, ApiResult, Path, Problem, Query, ReadScope, json};
use simpul_store::Conn;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::model::evaluation::ratio::written_hundredths;
use crate::model::evaluation::round::{RoundResult, result};
use crate::model::evaluation::score::{question_score, shown_weight};
use crate::model::evaluation::{Answer, Instrument, Published, Ratio, Round, RoundState, Section};
use crate::model::evidence::day_text;
use crate::sql::{evaluation as sql, round};

type Client = ApiClient<ReadScope>;

/// Hundredths as a number of JSON: the text is exact, and JSON's number is that text.
fn number(hundredths: i64) -> Option<Number> {
    written_hundredths(hundredths, ".").parse().ok()
}

fn thousandths(count: i64) -> Option<Number> {
    let (sign, count) = (if count < 0 { "-" } else { "" }, count.unsigned_abs());
    format!("{sign}{}.{:03}", count / 1_000, count % 1_000).parse().ok()
}

/// One region's scores of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionScores {
    /// The region's name as the file had it.
    pub name: String,
    /// The score of each section that has one, rounded to hundredths.
    #[schema(value_type = BTreeMap<String, f64>)]
    pub sections: BTreeMap<String, Number>,
    /// The weighted sum, rounded once at the end; absent where a section that weighs something has no score.
    #[schema(value_type = Option<f64>)]
    pub index_computed: Option<Number>,
    /// The index as it was published.
    #[schema(value_type = Option<f64>)]
    pub index_published: Option<Number>,
    /// Computed less published.
    #[schema(value_type = Option<f64>)]
    pub difference: Option<Number>,
}

impl RegionScores {
    fn of(instrument: &Instrument, published: &Published) -> RegionScores {
        let standing = published.standing();
        let section = |(key, score): (&String, &Ratio)| {
            let name = instrument.section(key).map_or_else(|| key.clone(), |section| section.name.clone());
            Some((name, number(score.to_hundredths())?))
        };
        RegionScores {
            name: published.name.clone(),
            sections: standing.sections.iter().filter_map(section).collect(),
            index_computed: standing.index.and_then(|index| number(index.to_hundredths())),
            index_published: published.index.and_then(thousandths),
            difference: published.difference().and_then(thousandths),
        }
    }
}

/// All regions' scores of a year.
#[derive(Debug, Serialize, ToSchema)]
pub struct YearScores {
    /// By name.
    pub regions: Vec<RegionScores>,
}

/// All scores of an instrument in a year; the connection is one to region 0.
///
/// # Errors
/// `plan.refused.no_instrument` where there is none of that name.
pub async fn year_scores(conn: &mut Conn, instrument: &str, year: i64) -> simpul_store::Result<YearScores> {
    let known = sql::instrument(conn, instrument).await?;
    let unknown = || Refusal::field("instrument", "plan.refused.no_instrument").with("name", instrument.to_owned());
    let known = known.ok_or_else(unknown)?;
    let published = sql::published(conn, known.id, year).await?;
    Ok(YearScores { regions: published.iter().map(|one| RegionScores::of(&known.instrument, one)).collect() })
}

/// An instrument in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstrumentView {
    /// Its name.
    pub name: String,
    /// Years of which scores are known, newest first.
    pub years: Vec<i64>,
}

/// Every instrument.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstrumentList {
    /// By name.
    pub instruments: Vec<InstrumentView>,
}

/// Every instrument with the years of which scores are known.
#[utoipa::path(
    get,
    path = "/api/v1/evaluation/instruments",
    tag = "evaluation",
    responses(
        (status = 200, body = InstrumentList, description = "Every instrument"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn instruments(client: Client) -> ApiResult {
    let mut shared = client.app.db.read(RegionId::SHARED).await?;
    let mut instruments = Vec::new();
    for (id, name) in sql::instruments(&mut shared).await? {
        let years = sql::years(&mut shared, id).await?.into_iter().map(|(year, _)| year).collect();
        instruments.push(InstrumentView { name, years });
    }
    Ok(json(&InstrumentList { instruments }))
}

/// Which scores.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ScoresQuery {
    /// The instrument's name.
    #[param(min_length = 1, max_length = 200)]
    pub instrument: String,
    /// The year.
    #[param(minimum = 2000, maximum = 2100)]
    pub year: i64,
}

/// Published scores of all regions in a year, with the index as it is computed.
#[utoipa::path(
    get,
    path = "/api/v1/evaluation/scores",
    tag = "evaluation",
    params(ScoresQuery),
    responses(
        (status = 200, body = YearScores, description = "Every region's scores, by name"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "A filter is wrong"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No such instrument"),
    ),
    security(("key" = [])),
)]
pub async fn scores(client: Client, Query(query): Query<ScoresQuery>) -> ApiResult {
    let mut shared = client.app.db.read(RegionId::SHARED).await?;
    Ok(json(&year_scores(&mut shared, &query.instrument, query.year).await?))
}

/// A round in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundView {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// The year that is evaluated.
    pub year: i64,
    /// The instrument's name.
    pub instrument: String,
    /// `open`, `submitted`, `approved`.
    pub state: String,
    /// The day by which all is answered, if there is one.
    #[schema(format = Date)]
    pub due: Option<String>,
    /// Questions that have a score of the region's own.
    pub scored: usize,
    /// All questions.
    pub questions: usize,
    /// The index of the region's own scores, where a question without one counts as 0; absent until the round is
    /// approved, and where the region does not show its rounds.
    #[schema(value_type = Option<f64>)]
    pub index: Option<Number>,
}

/// Whether scores of a round are told: once it is approved, where the region shows its rounds.
fn is_shown(client: &Client, round: &Round) -> bool {
    round.state == RoundState::Approved && client.place.region.settings.share_evaluation
}

fn round_view(round: &Round, counted: &RoundResult, shown: bool) -> RoundView {
    let (scored, questions) = counted.completeness();
    RoundView {
        id: round.id,
        name: round.name.clone(),
        year: round.year,
        instrument: round.instrument.clone(),
        state: round.state.name().to_owned(),
        due: round.due.map(|due| day_text(Some(due))),
        scored,
        questions,
        index: if shown { number(counted.index.to_hundredths()) } else { None },
    }
}

/// Every round of the region.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundList {
    /// The newest year first.
    pub rounds: Vec<RoundView>,
}

fn counted(sections: &[Section], answers: &[Answer]) -> Result<RoundResult, ApiError> {
    let own = |answer: &Answer| answer.score.map(Ratio::whole);
    result(sections, answers, own).map_err(|refusal| simpul_store::Error::from(refusal).into())
}

/// The region's rounds.
#[utoipa::path(
    get,
    path = "/api/v1/evaluation/rounds",
    tag = "evaluation",
    responses(
        (status = 200, body = RoundList, description = "Every round"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn rounds(client: Client) -> ApiResult {
    let mut conn = client.read().await?;
    let mut rounds = Vec::new();
    for held in round::list(&mut conn).await? {
        let sections = round::sections(&mut conn, held.id).await?;
        let answers = round::answers(&mut conn, held.id).await?;
        let shown = is_shown(&client, &held);
        rounds.push(round_view(&held, &counted(&sections, &answers)?, shown));
    }
    Ok(json(&RoundList { rounds }))
}

/// A section of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionView {
    /// Its name.
    pub name: String,
    /// Its weight of a hundred.
    pub weight: String,
    /// The mean of the region's own scores; absent while they are not shown.
    #[schema(value_type = Option<f64>)]
    pub score: Option<Number>,
    /// Questions that have one.
    pub scored: usize,
    /// All questions.
    pub questions: usize,
}

/// A question of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswerView {
    /// Its id.
    pub id: Uuid,
    /// The section's key; with indicator and code what the question is known by.
    pub section: String,
    /// The indicator.
    pub indicator: String,
    /// The code, which alone may repeat.
    pub code: String,
    /// What is asked.
    pub question: String,
    /// `draft`, `answered`, `checked`, `returned`.
    pub state: String,
    /// What the region gives itself; absent while it is not shown.
    pub score: Option<i64>,
    /// The mean of the assessors' marks; absent while it is not shown.
    #[schema(value_type = Option<f64>)]
    pub marked: Option<Number>,
    /// Pieces of evidence that are claimed.
    pub evidence: i64,
    /// How many of them were accepted.
    pub accepted: i64,
}

/// A round as a whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeRound {
    /// The round.
    pub round: RoundView,
    /// Its sections in order.
    pub sections: Vec<SectionView>,
    /// Its questions in order.
    pub answers: Vec<AnswerView>,
}

/// A round with its sections and questions; scores are told once it is approved. What agencies wrote stands on their
/// pages only.
#[utoipa::path(
    get,
    path = "/api/v1/evaluation/rounds/{id}",
    tag = "evaluation",
    params(("id" = Uuid, Path, description = "The round's id")),
    responses(
        (status = 200, body = WholeRound, description = "The round"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn one(client: Client, Path(id): Path<String>) -> ApiResult {
    let id: Uuid = id.parse().map_err(|_| ApiError::not_found())?;
    let mut conn = client.read().await?;
    let held = round::by_id(&mut conn, id).await?.ok_or_else(ApiError::not_found)?;
    let sections = round::sections(&mut conn, id).await?;
    let answers = round::answers(&mut conn, id).await?;
    let marks = round::marks(&mut conn, id).await?;
    let counted = counted(&sections, &answers)?;
    let shown = is_shown(&client, &held);
    let view = |answer: &Answer| AnswerView {
        id: answer.id,
        section: answer.key.section.clone(),
        indicator: answer.key.indicator.clone(),
        code: answer.key.code.clone(),
        question: answer.body.clone(),
        state: answer.state.name().to_owned(),
        score: answer.score.filter(|_| shown),
        marked: marks
            .get(&answer.id)
            .filter(|_| shown)
            .and_then(|marks| number(question_score(marks)?.to_hundredths())),
        evidence: answer.claims_count,
        accepted: answer.accepted_count,
    };
    Ok(json(&WholeRound {
        round: round_view(&held, &counted, shown),
        sections: counted
            .sections
            .iter()
            .map(|row| SectionView {
                name: row.section.name.clone(),
                weight: shown_weight(row.section.weight),
                score: if shown { number(row.score.to_hundredths()) } else { None },
                scored: row.scored_count,
                questions: row.questions_count,
            })
            .collect(),
        answers: answers.iter().map(view).collect(),
    }))
}
