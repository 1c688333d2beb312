//! Meetings, action items and commitments for programs: a key of the scope `read` reads, the key of an agency with the
//! scope `write` says that one of its items is done. Nobody's name stands in an answer.

use serde::{Deserialize, Serialize};
use simpul_kernel::Refusal;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_shell::{
    ApiClient, ApiError, ApiJson, ApiResult, IdempotencyKey, Path, Problem, Query, ReadScope, WriteScope, json, once,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::actions::FinishItem;
use crate::model::commitment::Commitment;
use crate::model::item::Item;
use crate::model::meeting::{Meeting, MeetingState, shown_digest};
use crate::sql;

type Reader = ApiClient<ReadScope>;

/// Meetings of the past that are listed.
const PAST_MAX_COUNT: i64 = 200;
/// Items that are over that are listed.
const ENDED_MAX_COUNT: i64 = 500;

/// A meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingView {
    /// Its id.
    pub id: Uuid,
    /// How it is called: `R-3/2026`.
    pub label: String,
    /// The number of the invitation.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Which body meets; absent for a meeting of all.
    pub body: Option<Uuid>,
    /// Where.
    pub venue: String,
    /// When it begins.
    pub starts_at: String,
    /// `planned`, `held`, `minutes_final` or `cancelled`.
    pub state: String,
    /// When its minutes became final.
    pub final_at: Option<String>,
    /// SHA-256 of the final minutes, in hexadecimal.
    pub digest: Option<String>,
}

impl MeetingView {
    fn of(one: &Meeting, zone: Zone) -> MeetingView {
        MeetingView {
            id: one.id,
            label: one.shown(),
            number: one.number.clone(),
            title: one.title.clone(),
            body: one.body,
            venue: one.venue.clone(),
            starts_at: iso(one.starts, zone),
            state: one.state.name().to_owned(),
            final_at: one.final_at.map(|at| iso(at, zone)),
            digest: one.digest.map(|digest| shown_digest(&digest).replace(' ', "")),
        }
    }
}

/// Meetings, the next first, then the last.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeetingList {
    /// The meetings.
    pub meetings: Vec<MeetingView>,
}

/// A decision with what it asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// Its id.
    pub id: Uuid,
    /// What was decided.
    pub text: String,
    /// What it asks for.
    pub action_items: Vec<ItemView>,
}

/// A meeting with all that it decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeMeeting {
    /// The meeting.
    pub meeting: MeetingView,
    /// How many were there.
    pub guests: i64,
    /// What was talked about; empty until it begins.
    pub agenda: Vec<String>,
    /// What was decided.
    pub decisions: Vec<DecisionView>,
    /// What was said; only once the minutes are final.
    pub minutes: Option<String>,
}

/// An action item.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemView {
    /// Its id.
    pub id: Uuid,
    /// How it is called: `TL-12/2026`.
    pub label: String,
    /// The meeting that decided it.
    pub meeting: Uuid,
    /// The decision.
    pub decision: Uuid,
    /// What is to be done.
    pub text: String,
    /// The agency that owns it.
    pub agency: Uuid,
    /// The agency's short name.
    pub agency_name: String,
    /// Until when.
    pub due_at: String,
    /// `open`, `done` or `dropped`.
    pub state: String,
    /// Whether its deadline passed while it was open.
    pub late: bool,
    /// When it was done.
    pub done_at: Option<String>,
    /// What was done.
    pub done_text: Option<String>,
    /// Where the proof lies.
    pub done_link: Option<String>,
}

fn given(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl ItemView {
    fn of<S>(one: &Item, client: &ApiClient<S>) -> ItemView {
        let zone = client.region().zone;
        ItemView {
            id: one.id,
            label: one.shown(),
            meeting: one.meeting,
            decision: one.decision,
            text: one.body.clone(),
            agency: one.agency,
            agency_name: client.place.agency(one.agency).map(|agency| agency.short.clone()).unwrap_or_default(),
            due_at: iso(one.due, zone),
            state: one.state.name().to_owned(),
            late: one.late.is_some() || one.is_late(client.now()),
            done_at: one.done.map(|at| iso(at, zone)),
            done_text: given(&one.done_text),
            done_link: given(&one.done_link),
        }
    }
}

/// Action items.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemList {
    /// The items: open ones by deadline, the others with the last first.
    pub action_items: Vec<ItemView>,
}

/// Which items.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ItemQuery {
    /// `open` (as without it) or `ended`.
    #[param(required = false, example = "open")]
    pub state: String,
    /// Only those of this agency, by its id or short name.
    #[param(required = false, example = "Dishub")]
    pub agency: String,
}

/// A commitment.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentView {
    /// Its id.
    pub id: Uuid,
    /// How it is called: `K-4/2026`.
    pub label: String,
    /// What it is about.
    pub title: String,
    /// The agency that promises, where it is one of the region's.
    pub agency: Option<Uuid>,
    /// Who promises.
    pub party: String,
    /// What is promised.
    pub promise: String,
    /// What it is worth, in rupiah.
    pub value: Option<i64>,
    /// By when.
    pub due_at: String,
    /// `none`, `nota_kesepakatan`, `pks` or `letter`.
    pub document: String,
    /// The document's number.
    pub document_number: String,
    /// The document's first day.
    pub from: Option<String>,
    /// The document's last day.
    pub until: Option<String>,
    /// Which edition of the text this is.
    pub edition: i64,
    /// `draft`, `open`, `met` or `ended`.
    pub state: String,
    /// Whether its day passed while it was owed.
    pub late: bool,
    /// SHA-256 of this edition, in hexadecimal: what signatures stand under.
    pub digest: String,
}

impl CommitmentView {
    fn of(one: &Commitment, client: &Reader) -> CommitmentView {
        let terms = &one.terms;
        CommitmentView {
            id: one.id,
            label: one.shown(),
            title: terms.title.clone(),
            agency: terms.agency,
            party: terms.party.clone(),
            promise: terms.promise.clone(),
            value: terms.value,
            due_at: iso(terms.due, client.region().zone),
            document: terms.document.name().to_owned(),
            document_number: terms.document_number.clone(),
            from: terms.from.map(|day| day.to_string()),
            until: terms.until.map(|day| day.to_string()),
            edition: one.edition,
            state: one.state.name().to_owned(),
            late: one.late.is_some() || one.is_late(client.now()),
            digest: shown_digest(&one.digest()).replace(' ', ""),
        }
    }
}

/// Commitments, by the day of their promise.
#[derive(Debug, Serialize, ToSchema)]
pub struct CommitmentList {
    /// The commitments.
    pub commitments: Vec<CommitmentView>,
}

/// The agency of a key that belongs to a partner: it sees what is its own. `None` for a key of the house.
fn partner<S>(client: &ApiClient<S>) -> Option<Uuid> {
    let agency = client.key.agency?;
    client.place.agency(agency).filter(|agency| agency.outside).map(|agency| agency.id)
}

fn id_of(text: &str) -> Result<Uuid, ApiError> {
    text.parse().map_err(|_| ApiError::not_found())
}

async fn sees(client: &Reader, meeting: Uuid) -> Result<bool, ApiError> {
    match partner(client) {
        None => Ok(true),
        Some(agency) => Ok(sql::item::meetings_of(&mut client.read().await?, agency).await?.contains(&meeting)),
    }
}

/// Meetings.
#[utoipa::path(
    get,
    path = "/api/v1/plan/meetings",
    tag = "plan",
    responses(
        (status = 200, body = MeetingList, description = "The meetings"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn meetings(client: Reader) -> ApiResult {
    let mut conn = client.read().await?;
    let mut all = sql::meeting::ahead(&mut conn).await?;
    let first = (simpul_kernel::Timestamp(i64::MAX), Uuid::max());
    all.extend(sql::meeting::past(&mut conn, first, PAST_MAX_COUNT).await?);
    if let Some(agency) = partner(&client) {
        let own = sql::item::meetings_of(&mut conn, agency).await?;
        all.retain(|meeting| own.contains(&meeting.id));
    }
    drop(conn);
    let zone = client.region().zone;
    Ok(json(&MeetingList { meetings: all.iter().map(|one| MeetingView::of(one, zone)).collect() }))
}

/// One meeting with its agenda, its decisions and what they ask for.
#[utoipa::path(
    get,
    path = "/api/v1/plan/meetings/{id}",
    tag = "plan",
    params(("id" = Uuid, Path, description = "The meeting's id")),
    responses(
        (status = 200, body = WholeMeeting, description = "The meeting"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn meeting(client: Reader, Path(id): Path<String>) -> ApiResult {
    let id = id_of(&id)?;
    if !sees(&client, id).await? {
        return Err(ApiError::not_found());
    }
    let mut conn = client.read().await?;
    let found = sql::meeting::by_id(&mut conn, id).await?.ok_or_else(ApiError::not_found)?;
    let agenda = sql::meeting::agenda(&mut conn, id).await?;
    let decisions = sql::meeting::decisions(&mut conn, id).await?;
    let items = sql::item::of_meeting(&mut conn, id).await?;
    let guests = sql::meeting::count_guests(&mut conn, id).await?;
    drop(conn);
    let of = |decision: Uuid| {
        let own = items.iter().filter(move |item| item.decision == decision);
        own.map(|item| ItemView::of(item, &client)).collect()
    };
    let is_final = found.state == MeetingState::MinutesFinal;
    Ok(json(&WholeMeeting {
        guests,
        agenda: agenda.into_iter().map(|point| point.body).collect(),
        decisions: decisions
            .into_iter()
            .map(|one| DecisionView { id: one.id, action_items: of(one.id), text: one.body })
            .collect(),
        minutes: is_final.then(|| found.minutes.clone()),
        meeting: MeetingView::of(&found, client.region().zone),
    }))
}

/// Action items of meetings.
#[utoipa::path(
    get,
    path = "/api/v1/plan/action-items",
    tag = "plan",
    params(ItemQuery),
    responses(
        (status = 200, body = ItemList, description = "The items"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No such state"),
    ),
    security(("key" = [])),
)]
pub async fn items(client: Reader, Query(asked): Query<ItemQuery>) -> ApiResult {
    if !["", "open", "ended"].contains(&asked.state.as_str()) {
        return Err(Refusal::field("state", "plan.refused.item_filter").into());
    }
    let named = |text: &str| {
        let by_id = text.parse().ok();
        by_id.or_else(|| client.place.agency_by_short(text).map(|agency| agency.id)).unwrap_or_default()
    };
    let wanted = partner(&client).or_else(|| (!asked.agency.is_empty()).then(|| named(&asked.agency)));
    let mut conn = client.read().await?;
    let found = match (asked.state.as_str(), wanted) {
        ("ended", Some(agency)) => sql::item::ended_of(&mut conn, agency, ENDED_MAX_COUNT).await?,
        ("ended", None) => sql::item::ended(&mut conn, ENDED_MAX_COUNT).await?,
        (_, Some(agency)) => sql::item::open_of(&mut conn, agency).await?,
        (_, None) => sql::item::open(&mut conn).await?,
    };
    drop(conn);
    Ok(json(&ItemList { action_items: found.iter().map(|one| ItemView::of(one, &client)).collect() }))
}

/// By what a request that is sent again is known.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct FinishKey {
    /// Any text of your own that no other request has
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 512)]
    pub idempotency_key: Option<String>,
}

/// What was done about an item.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishBody {
    /// What was done: the result.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
    /// Where the proof lies.
    #[serde(default)]
    #[schema(max_length = 500, example = "https://contoh.id/foto/40", pattern = "^(https?://[!-~]*)?$")]
    pub link: String,
}

/// Says that an item is done. The key must be that of the agency that owns it.
#[utoipa::path(
    post,
    path = "/api/v1/plan/action-items/{id}/finish",
    tag = "plan",
    params(("id" = Uuid, Path, description = "The item's id"), FinishKey),
    request_body = FinishBody,
    responses(
        (status = 200, body = ItemView, description = "Done"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It is not open"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn finish(
    client: ApiClient<WriteScope>,
    key: IdempotencyKey,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<FinishBody>,
) -> ApiResult {
    let item = id_of(&id)?;
    let finish =
        FinishItem { key: client.ctx.new_id(), item, text: body.text.clone(), link: body.link.trim().to_owned() };
    once(&client, &key, &(item, &body), finish).await.map_err(conflict)?;
    let done = sql::item::by_id(&mut client.read().await?, item).await?.ok_or_else(ApiError::not_found)?;
    Ok(json(&ItemView::of(&done, &client)))
}

/// Where things don't stand as the action needs it: 409, and not the 422 of a wrong field.
fn conflict(error: simpul_store::Error) -> ApiError {
    let stands = matches!(&error, simpul_store::Error::Refused(refusal)
        if refusal.field.is_none() && refusal.key.starts_with("plan."));
    let mut answer = ApiError::from(error);
    if stands {
        answer.0.status = axum::http::StatusCode::CONFLICT;
    }
    answer
}

/// Commitments of agencies and partners.
#[utoipa::path(
    get,
    path = "/api/v1/plan/commitments",
    tag = "plan",
    responses(
        (status = 200, body = CommitmentList, description = "The commitments"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn commitments(client: Reader) -> ApiResult {
    let mut conn = client.read().await?;
    let found = match partner(&client) {
        Some(agency) => sql::commitment::of_agency(&mut conn, agency).await?,
        None => sql::commitment::all(&mut conn).await?,
    };
    drop(conn);
    Ok(json(&CommitmentList { commitments: found.iter().map(|one| CommitmentView::of(one, &client)).collect() }))
}
