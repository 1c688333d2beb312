//! `/rapat`: meetings that are called, held and written down.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::Timestamp;
use simpul_people::Permission;
use simpul_shell::{
    Choice, DrawnPiece, Form, FormView, Officer, Page, PageError, PageResult, Path, Qr, Query, Redirect, Tag, render,
    render_refused,
};
use simpul_store::{Conn, Error, Result};
use uuid::Uuid;

use super::together::{
    ItemLine, Tabs, actor_name, agency_choices, meeting_tag, officer_choices, partner_of, read_choice, read_due,
    read_moment, shown_moment,
};
use super::{CanManageMeetings, CanSeePlan};
use crate::actions::{
    AddItem, AddPoint, CancelMeeting, ChangeMeeting, Decide, DropPoint, FinishMinutes, HoldMeeting, Invitation,
    NewTask, PlanMeeting, WriteMinutes,
};
use crate::model::item::Item;
use crate::model::meeting::{
    Decision, MINUTES_MAX_CHARS, Meeting, MeetingState, Point, PointKind, Request, shown_digest,
};
use crate::{agenda, sql};

/// Meetings of the past on one page.
const PAST_ROWS_COUNT: usize = 30;

/// A meeting as lists show it.
struct MeetingLine {
    meeting: Meeting,
    body: String,
    tag: Tag,
}

#[derive(Template)]
#[template(path = "plan/meetings.html")]
struct MeetingsPage {
    page: Page,
    tabs: Tabs,
    ahead: Vec<MeetingLine>,
    past: Vec<MeetingLine>,
    owed: Option<DrawnPiece>,
    first: Option<String>,
    next: Option<String>,
    manages: bool,
}

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    sebelum: String,
}

fn before(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

async fn body_names(conn: &mut Conn) -> Result<Vec<(Uuid, String)>> {
    Ok(sql::body::all(conn).await?.into_iter().map(|body| (body.id, body.name)).collect())
}

fn line(meeting: Meeting, bodies: &[(Uuid, String)]) -> MeetingLine {
    let body = bodies.iter().find(|(id, _)| Some(*id) == meeting.body).map(|(_, name)| name.clone());
    MeetingLine { tag: meeting_tag(meeting.state), body: body.unwrap_or_default(), meeting }
}

/// The meetings that a partner is asked something by; `None` for whoever is of the house.
async fn seen_by(conn: &mut Conn, officer: &Officer<CanSeePlan>) -> Result<Option<Vec<Uuid>>> {
    let Some(agencies) = partner_of(officer) else { return Ok(None) };
    let mut seen = Vec::new();
    for agency in agencies {
        seen.extend(sql::item::meetings_of(conn, agency).await?);
    }
    Ok(Some(seen))
}

/// The list.
pub async fn list(officer: Officer<CanSeePlan>, Query(asked): Query<Asked>) -> PageResult {
    let page = officer.page("plan.meeting.title").at("/rapat");
    let mut conn = officer.read().await?;
    let seen = seen_by(&mut conn, &officer).await?;
    let shows = |meeting: &Meeting| seen.as_ref().is_none_or(|seen| seen.contains(&meeting.id));
    let bodies = body_names(&mut conn).await?;
    let mut ahead = sql::meeting::ahead(&mut conn).await?;
    ahead.retain(shows);
    let since = before(&asked.sebelum).unwrap_or((Timestamp(i64::MAX), Uuid::max()));
    let limit = i64::try_from(PAST_ROWS_COUNT + 1).unwrap_or(i64::MAX);
    let mut past = sql::meeting::past(&mut conn, since, limit).await?;
    let more = past.len() > PAST_ROWS_COUNT;
    past.truncate(PAST_ROWS_COUNT);
    let last = past.last().filter(|_| more);
    let next = last.map(|last| format!("/rapat?sebelum={}.{}", last.starts.0, last.id));
    past.retain(shows);
    let owed = super::owed::draw(&mut conn, &officer, &page).await?;
    drop(conn);
    let lines = |all: Vec<Meeting>| all.into_iter().map(|meeting| line(meeting, &bodies)).collect();
    render(&MeetingsPage {
        tabs: Tabs::new(&page, &officer, "/rapat"),
        ahead: lines(ahead),
        past: lines(past),
        owed,
        first: (!asked.sebelum.is_empty()).then(|| "/rapat".to_owned()),
        next,
        manages: officer.may(Permission::ManageMeetings),
        page,
    })
}

#[derive(Template)]
#[template(path = "plan/meeting_form.html")]
struct InvitationPage {
    page: Page,
    form: FormView,
    bodies: Vec<Choice>,
    meeting: Option<Meeting>,
}

impl InvitationPage {
    fn action(&self) -> String {
        self.meeting.as_ref().map_or_else(|| "/rapat/baru".to_owned(), |one| format!("/rapat/{}/ubah", one.id))
    }

    fn back(&self) -> String {
        self.meeting.as_ref().map_or_else(|| "/rapat".to_owned(), |one| format!("/rapat/{}", one.id))
    }
}

async fn invitation_page(
    officer: &Officer<CanManageMeetings>,
    meeting: Option<Meeting>,
    refused: Option<FormView>,
) -> PageResult {
    let title = if meeting.is_some() { "plan.meeting.change" } else { "plan.meeting.new" };
    let page = officer.page(title).at("/rapat").usual_width();
    let bodies = sql::body::all(&mut officer.read().await?).await?;
    let bodies = bodies.into_iter().filter(|body| body.active).map(|body| Choice::new(body.id, body.name)).collect();
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    if let Some(one) = &meeting {
        let body = one.body.map(|id| id.to_string()).unwrap_or_default();
        let starts = shown_moment(page.zone(), one.starts);
        form = form.fill("title", one.title.clone()).fill("number", one.number.clone());
        form = form.fill("venue", one.venue.clone()).fill("body", body).fill("starts", starts);
    }
    let page = if failed { page.failed() } else { page };
    let view = InvitationPage { page, form, bodies, meeting };
    if failed { render_refused(&view) } else { render(&view) }
}

fn read_invitation(officer: &Officer<CanManageMeetings>, form: &Form) -> Result<Invitation> {
    let fields = &form.fields;
    Ok(Invitation {
        number: fields.get("number").to_owned(),
        title: fields.get("title").to_owned(),
        body: read_choice(fields.get("body"), "body", "plan.meeting.refused.body")?,
        venue: fields.get("venue").to_owned(),
        starts: read_moment(officer.region().zone, fields.get("starts")),
    })
}

/// The form by which a meeting is called.
pub async fn new(officer: Officer<CanManageMeetings>) -> PageResult {
    invitation_page(&officer, None, None).await
}

/// Calls a meeting.
pub async fn plan(officer: Officer<CanManageMeetings>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match read_invitation(&officer, &form) {
        Ok(invitation) => officer.write(PlanMeeting { key, invitation }).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(Redirect::to(format!("/rapat/{id}")).flash("plan.meeting.flash_planned").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            invitation_page(&officer, None, Some(refused)).await
        }
    }
}

async fn find<H: simpul_shell::Handle>(officer: &Officer<H>, id: Uuid) -> std::result::Result<Meeting, PageError> {
    sql::meeting::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)
}

/// The form by which an invitation is changed.
pub async fn edit(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>) -> PageResult {
    let meeting = find(&officer, id).await?;
    invitation_page(&officer, Some(meeting), None).await
}

/// Changes it.
pub async fn change(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let meeting = find(&officer, id).await?;
    let done = match read_invitation(&officer, &form) {
        Ok(invitation) => {
            officer.write(ChangeMeeting { meeting: id, version: form.fields.int("version"), invitation }).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(format!("/rapat/{id}")).flash("plan.meeting.flash_saved").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            invitation_page(&officer, Some(meeting), Some(refused)).await
        }
    }
}

/// A point of the agenda with how its item stands now.
struct PointLine {
    point: Point,
    item: Option<ItemLine>,
}

struct DecisionLine {
    decision: Decision,
    items: Vec<ItemLine>,
}

#[derive(Template)]
#[template(path = "plan/meeting.html")]
struct MeetingPage {
    page: Page,
    form: FormView,
    meeting: Meeting,
    body: String,
    tag: Tag,
    points: Vec<PointLine>,
    guests: i64,
    decisions: Vec<DecisionLine>,
    /// What can be answered by a decision.
    asks: Vec<Choice>,
    agencies: Vec<Choice>,
    officers: Vec<Choice>,
    final_by: String,
    address: String,
    qr: Option<Qr>,
    manages: bool,
}

impl MeetingPage {
    fn path(&self, deed: &str) -> String {
        format!("/rapat/{}/{deed}", self.meeting.id)
    }

    fn is(&self, state: MeetingState) -> bool {
        self.meeting.state == state
    }

    fn planned(&self) -> bool {
        self.manages && self.is(MeetingState::Planned)
    }

    fn writing(&self) -> bool {
        self.manages && self.is(MeetingState::Held)
    }

    fn digest(&self) -> String {
        self.meeting.digest.map(|digest| shown_digest(&digest)).unwrap_or_default()
    }

    fn most(&self) -> usize {
        MINUTES_MAX_CHARS
    }
}

async fn points(conn: &mut Conn, officer: &Officer<CanSeePlan>, meeting: &Meeting) -> Result<Vec<PointLine>> {
    let mut points = sql::meeting::agenda(conn, meeting.id).await?;
    if meeting.state == MeetingState::Planned {
        let zone = officer.region().zone;
        let at = (zone, officer.now());
        points.extend(agenda::open_points(conn, meeting.body, &officer.place.agencies, at).await?);
    }
    let mut lines = Vec::new();
    for point in points {
        let item = match (point.kind, point.subject) {
            (PointKind::Item, Some(id)) => sql::item::by_id(conn, id).await?,
            _ => None,
        };
        let item = item.map(|item| ItemLine::of(item, &officer.place, officer.now()));
        lines.push(PointLine { point, item });
    }
    Ok(lines)
}

fn decided(decisions: Vec<Decision>, items: &[Item], officer: &Officer<CanSeePlan>) -> Vec<DecisionLine> {
    let of = |decision: &Decision| {
        let own = items.iter().filter(|item| item.decision == decision.id).cloned();
        own.map(|item| ItemLine::of(item, &officer.place, officer.now())).collect()
    };
    decisions.into_iter().map(|decision| DecisionLine { items: of(&decision), decision }).collect()
}

async fn draw(officer: &Officer<CanSeePlan>, meeting: Meeting, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    if seen_by(&mut conn, officer).await?.is_some_and(|seen| !seen.contains(&meeting.id)) {
        return Err(PageError::not_found());
    }
    let page = officer.page("plan.meeting.title").title_text(meeting.title.clone()).at("/rapat");
    let bodies = body_names(&mut conn).await?;
    let points = points(&mut conn, officer, &meeting).await?;
    let decisions = sql::meeting::decisions(&mut conn, meeting.id).await?;
    let items = sql::item::of_meeting(&mut conn, meeting.id).await?;
    let guests = sql::meeting::count_guests(&mut conn, meeting.id).await?;
    let asks = match meeting.state {
        MeetingState::Held => sql::agenda::asked(&mut conn).await?,
        _ => Vec::new(),
    };
    drop(conn);
    let ask = |ask: Request| Choice::new(ask.newest.progress, agenda::ask_text(&ask.newest, &officer.place.agencies));
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form()).fill("minutes", meeting.minutes.clone());
    let MeetingLine { meeting, body, tag } = line(meeting, &bodies);
    let address = format!("{}/notula/{}", officer.base_url(), meeting.verify_token);
    let page_label = page.t("plan.meeting.verify.qr");
    let view = MeetingPage {
        page: if failed { page.failed() } else { page },
        form,
        body,
        tag,
        points,
        guests,
        decisions: decided(decisions, &items, officer),
        asks: asks.into_iter().map(ask).collect(),
        agencies: agency_choices(&officer.place),
        officers: officer_choices(&officer.place),
        final_by: meeting.final_by.as_deref().map(|by| actor_name(&officer.place, by)).unwrap_or_default(),
        qr: Qr::of(&address, page_label).filter(|_| meeting.digest.is_some()),
        address,
        manages: officer.may(Permission::ManageMeetings),
        meeting,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// One meeting.
pub async fn show(officer: Officer<CanSeePlan>, Path(id): Path<Uuid>) -> PageResult {
    let meeting = find(&officer, id).await?;
    draw(&officer, meeting, None).await
}

/// Back to the meeting, or the meeting with what was refused.
async fn answer<T>(
    officer: &Officer<CanManageMeetings>,
    id: Uuid,
    form: &Form,
    (done, flash): (Result<T>, &'static str),
) -> PageResult {
    match done {
        Ok(_) => Ok(Redirect::to(format!("/rapat/{id}")).flash(flash).into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            let seen = officer.also::<CanSeePlan>().ok_or_else(PageError::forbidden)?;
            let meeting = find(&seen, id).await?;
            draw(&seen, meeting, Some(refused)).await
        }
    }
}

/// Puts a point onto the agenda.
pub async fn add_point(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = officer.write(AddPoint { key, meeting: id, text: form.fields.raw("point").to_owned() }).await;
    answer(&officer, id, &form, (done, "plan.meeting.flash_saved")).await
}

/// Takes a point off.
pub async fn drop_point(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let point = form.fields.uuid("id").ok_or_else(PageError::not_found)?;
    let done = officer.write(DropPoint { meeting: id, point }).await;
    answer(&officer, id, &form, (done, "plan.meeting.flash_saved")).await
}

/// It begins.
pub async fn hold(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = officer.write(HoldMeeting { meeting: id }).await;
    answer(&officer, id, &form, (done, "plan.meeting.flash_held")).await
}

/// It does not take place.
pub async fn cancel(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = officer.write(CancelMeeting { meeting: id, reason: form.fields.raw("cancel").to_owned() }).await;
    answer(&officer, id, &form, (done, "plan.meeting.flash_cancelled")).await
}

/// What was said.
pub async fn write_minutes(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let text = form.fields.raw("minutes").to_owned();
    let done = officer.write(WriteMinutes { meeting: id, version: form.fields.int("version"), text }).await;
    answer(&officer, id, &form, (done, "plan.meeting.flash_saved")).await
}

/// Whether anything of a task was filled in.
fn wants_task(form: &Form) -> bool {
    ["task", "agency", "due"].iter().any(|name| !form.fields.get(name).is_empty())
}

fn read_task(officer: &Officer<CanManageMeetings>, form: &Form) -> Result<NewTask> {
    let fields = &form.fields;
    Ok(NewTask {
        text: fields.raw("task").to_owned(),
        agency: read_choice(fields.get("agency"), "agency", "plan.item.refused.agency")?,
        officer: read_choice(fields.get("officer"), "officer", "plan.item.refused.officer")?,
        due: read_due(officer.region().zone, fields.get("due")),
    })
}

/// The meeting decides, and says who does it until when.
pub async fn decide(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let task = if wants_task(&form) { read_task(&officer, &form).map(Some) } else { Ok(None) };
    let done = match task {
        Ok(task) => {
            let text = form.fields.raw("decision").to_owned();
            let answers = form.fields.uuid("answers");
            officer.write(Decide { key, meeting: id, text, task, answers }).await
        }
        Err(error) => Err(error),
    };
    answer(&officer, id, &form, (done, "plan.meeting.flash_decided")).await
}

/// Its minutes become final.
pub async fn finish(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = officer.write(FinishMinutes { meeting: id, version: form.fields.int("version") }).await;
    answer(&officer, id, &form, (done, "plan.meeting.flash_final")).await
}

#[derive(Template)]
#[template(path = "plan/item_new.html")]
struct TaskPage {
    page: Page,
    form: FormView,
    decision: Decision,
    agencies: Vec<Choice>,
    officers: Vec<Choice>,
}

impl TaskPage {
    fn action(&self) -> String {
        format!("/rapat/keputusan/{}", self.decision.id)
    }
}

async fn task_page(officer: &Officer<CanManageMeetings>, id: Uuid, refused: Option<FormView>) -> PageResult {
    let decision = sql::meeting::decision(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let page = officer.page("plan.item.new").at("/rapat").usual_width();
    let failed = refused.is_some();
    let view = TaskPage {
        form: refused.unwrap_or_else(|| officer.form()),
        decision,
        agencies: agency_choices(&officer.place),
        officers: officer_choices(&officer.place),
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The form of one more task of a decision.
pub async fn new_task(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>) -> PageResult {
    task_page(&officer, id, None).await
}

/// A decision asks for one more thing.
pub async fn add_task(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match read_task(&officer, &form) {
        Ok(task) => officer.write(AddItem { key, decision: id, task }).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            let decision = sql::meeting::decision(&mut officer.read().await?, id).await?;
            let meeting = decision.ok_or_else(|| PageError::from(Error::NotFound("decision")))?.meeting;
            Ok(Redirect::to(format!("/rapat/{meeting}")).flash("plan.item.flash_made").into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            task_page(&officer, id, Some(refused)).await
        }
    }
}
