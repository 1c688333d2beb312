//! Programmes and periods for programs: what was published, and with a key of the staff what was handed in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use simpul_kernel::format::iso;
use simpul_people::{Permission, permits};
use simpul_shell::{ApiClient, ApiResult, Problem, Query, ReadScope, json};
use simpul_store::Error;
use utoipa::{IntoParams, ToSchema};

use crate::kept;
use crate::model::status::Light;
use crate::model::{Part, Quantity};
use crate::pages::view;
use crate::read::{Overview, Sees, Stand, Standing};

/// A program that reads.
type Client = ApiClient<ReadScope>;

/// What is asked of the list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The code of a dimension, such as `living`.
    pub dimension: Option<String>,
    /// The short name of the accountable agency.
    pub agency: Option<String>,
    /// The year in which the programme runs.
    pub year: Option<i64>,
}

/// A programme and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgrammeView {
    /// Its code.
    pub code: String,
    /// `programme`, `action` or `quick_win`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// What it does.
    pub summary: String,
    /// The code of its dimension; empty where nobody has said.
    pub dimension: String,
    /// Whether the dimension was inferred and not stated by the source.
    pub dimension_inferred: bool,
    /// The accountable agency's short name; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// Its first year.
    pub from_year: i64,
    /// Its last year.
    pub to_year: i64,
    /// `planned`, `running`, `done` or `stopped`.
    pub state: String,
    /// `green`, `yellow` or `red`; absent where nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
    /// The light as computed, where a person set another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub light_computed: Option<String>,
    /// Its indicators.
    pub indicators: Vec<IndicatorView>,
    /// Who takes part.
    pub parties: Vec<PartyView>,
    /// The aspects of a quick win's card that nobody has written.
    pub missing_aspects: Vec<String>,
}

/// An indicator in the year that is looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorView {
    /// What it is called.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The year that its target and values are of: the newest of which anything was told.
    pub year: i64,
    /// How it is counted, such as `accumulative`.
    pub counting: String,
    /// The target of the year, a decimal number as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// What should be reached by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
    /// Share of what should be reached, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached_percent: Option<String>,
}

/// A body that takes part.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyView {
    /// `responsible`, `consulted`, `informed` or `partner`.
    pub part: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub duty: String,
}

/// A period of reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodView {
    /// Its id.
    pub id: uuid::Uuid,
    /// What it is called.
    pub name: String,
    /// Its first day.
    pub first_day: String,
    /// Its last day.
    pub last_day: String,
    /// From when on it can be told of.
    pub opens_at: String,
    /// Until when it is in time.
    pub due_at: String,
    /// From when on nothing can be handed in.
    pub locks_at: String,
}

fn plain(value: Option<Quantity>) -> Option<String> {
    value.map(Quantity::plain)
}

impl IndicatorView {
    fn of(one: &Standing) -> IndicatorView {
        IndicatorView {
            name: one.indicator.name.clone(),
            unit: one.indicator.unit.clone(),
            year: one.year,
            counting: one.indicator.counting.name().to_owned(),
            target: plain(one.target),
            expected: plain(one.expected),
            actual: plain(one.actual),
            reached_percent: plain(one.share.map(Quantity::percent_of_basis_points)),
        }
    }
}

impl ProgrammeView {
    fn of(client: &Client, stand: &Stand) -> ProgrammeView {
        let one = &stand.programme;
        let light = |light: Light| light.name().to_owned();
        let short = |id| view::agency(&client.place, id);
        let party = |party: &crate::model::Party| PartyView {
            part: Part::name(party.part).to_owned(),
            name: party.agency.map_or_else(|| party.name.clone(), short),
            duty: party.duty.clone(),
        };
        ProgrammeView {
            code: one.code.clone(),
            kind: one.kind.name().to_owned(),
            name: one.name.clone(),
            summary: one.summary.clone(),
            dimension: one.dimension.clone(),
            dimension_inferred: one.inferred,
            agency: one.agency.map(short),
            from_year: one.years.0,
            to_year: one.years.1,
            state: one.state.name().to_owned(),
            light: stand.light().map(light),
            light_computed: stand.overridden.as_ref().and(stand.status.light).map(light),
            indicators: stand.indicators.iter().map(IndicatorView::of).collect(),
            parties: stand.parties.iter().map(party).collect(),
            missing_aspects: stand.missing.iter().map(|field| field.name().to_owned()).collect(),
        }
    }
}

async fn overview(client: &Client) -> Result<Option<Arc<Overview>>, Error> {
    let staff = permits(&client.ctx.actor, Permission::SeeWholePlan);
    let sees = if staff { Sees::HandedIn } else { Sees::Published };
    let mut conn = client.read().await?;
    kept::overview(&mut conn, &client.place, client.now(), sees).await
}

/// The programmes of the plan in force. A key without rights to the plan reads what was published.
#[utoipa::path(
    get,
    path = "/api/v1/plan/programmes",
    tag = "plan",
    params(Asked),
    responses(
        (status = 200, body = Vec<ProgrammeView>, description = "The programmes"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
    ),
    security(("key" = [])),
)]
pub async fn list(client: Client, Query(asked): Query<Asked>) -> ApiResult {
    let Some(overview) = overview(&client).await? else { return Ok(json(&Vec::<ProgrammeView>::new())) };
    let agency = asked.agency.as_deref().map(|short| client.place.agency_by_short(short).map(|agency| agency.id));
    let fits = |stand: &&Stand| {
        let one = &stand.programme;
        one.public
            && asked.dimension.as_ref().is_none_or(|code| *code == one.dimension)
            && asked.year.is_none_or(|year| (one.years.0..=one.years.1).contains(&year))
            && agency.is_none_or(|wanted| wanted.is_some() && wanted == one.agency)
    };
    let views: Vec<ProgrammeView> =
        overview.stands.iter().filter(fits).map(|stand| ProgrammeView::of(&client, stand)).collect();
    Ok(json(&views))
}

/// One programme.
#[utoipa::path(
    get,
    path = "/api/v1/plan/programmes/{code}",
    tag = "plan",
    params(("code" = String, Path, description = "The programme's code")),
    responses(
        (status = 200, body = ProgrammeView, description = "The programme"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is none"),
    ),
    security(("key" = [])),
)]
pub async fn one(client: Client, simpul_shell::Path(code): simpul_shell::Path<String>) -> ApiResult {
    let gone = || Error::NotFound("programme");
    let overview = overview(&client).await?.ok_or_else(gone)?;
    let code = code.to_uppercase();
    let found = overview.stands.iter().find(|stand| stand.programme.code == code && stand.programme.public);
    Ok(json(&ProgrammeView::of(&client, found.ok_or_else(gone)?)))
}

/// The periods of the plan in force, the newest first.
#[utoipa::path(
    get,
    path = "/api/v1/plan/periods",
    tag = "plan",
    responses(
        (status = 200, body = Vec<PeriodView>, description = "The periods"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
    ),
    security(("key" = [])),
)]
pub async fn periods(client: Client) -> ApiResult {
    let zone = client.region().zone;
    let found = overview(&client).await?.map(|overview| overview.periods.clone()).unwrap_or_default();
    let view = |period: crate::model::Period| PeriodView {
        id: period.id,
        name: period.name,
        first_day: period.first_day.to_string(),
        last_day: period.last_day.to_string(),
        opens_at: iso(period.opens_at, zone),
        due_at: iso(period.due_at, zone),
        locks_at: iso(period.locks_at, zone),
    };
    Ok(json(&found.into_iter().map(view).collect::<Vec<_>>()))
}
