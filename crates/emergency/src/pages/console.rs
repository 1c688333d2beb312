//! The console: who calls, what happens, which units are out. One screen, keyboard first; what is typed is kept field
//! by field, so that nothing is lost when a browser dies in the middle of a call.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Tag, render,
    render_refused,
};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::drill::DrillLine;
use super::offer::OfferRow;
use super::place::note_typed;
use super::protocol::{self, Protocol};
use super::similar::{Similar, of_call};
use super::stage::StageLine;
use super::tools::Tools;
use super::typed::{read_site, read_type, village_label};
use super::view::{CallRow, IncidentRow, UnitRow, call_tag};
use super::{CanSeeConsole, CanSuperviseCalls, CanTakeCalls};
use crate::actions::{
    AttachCall, BeatClaim, CALL, ClaimCall, ClassifyCall, KeepField, OpenCall, OpenIncident, SitAt, UnclassifyCall,
};
use crate::model::{Call, CallClass, CallOutcome, CallSource, CallStatus, IncidentType, Priority, Unit, number};
use crate::sql;
use crate::sql::timer::Run;

/// What makes the console better; without any of them it works by its forms.
const SCRIPTS: [&str; 6] = ["konsol.js", "perintah.js", "protokol.js", "suara.js", "sambung.js", "peta.js"];
/// Most rows of each list of the console.
const ROWS_MAX_COUNT: i64 = 200;
/// Lost calls of so many days stand in the list.
const LOST_DAYS: i64 = 1;
/// Days of a number's history beside the last one.
const HISTORY_DAYS: i64 = 30;

/// The call that the taker has before them.
struct Current {
    call: Call,
    number: String,
    /// Earlier calls of this number: last day and last month, by class.
    history: Vec<(CallClass, i64, i64)>,
    undo: bool,
    similar: Option<Similar>,
    protocol: Option<Protocol>,
    tools: Tools,
}

#[derive(Template)]
#[template(path = "emergency/console.html")]
struct Console {
    page: Page,
    form: FormView,
    stage: StageLine,
    drill: DrillLine,
    stream: String,
    extension: String,
    takes: bool,
    beside: Beside,
    current: Option<Current>,
    standing: String,
    queue: Vec<CallRow>,
    lost: Vec<CallRow>,
    incidents: Vec<(Priority, Vec<IncidentRow>)>,
    units: Vec<UnitRow>,
    types: Vec<IncidentType>,
    villages: Vec<String>,
    sources: Vec<(&'static str, String)>,
    silent_line: bool,
    classes: Vec<Choice>,
    outcomes: Vec<Choice>,
}

/// What stands on the console beside calls, incidents and units: the command line, the map, and what others hold for an
/// emergency.
struct Beside {
    sends: bool,
    offers: Vec<OfferRow>,
    centre: String,
    bbox: String,
    credit: String,
    priorities: Vec<Choice>,
}

impl Beside {
    async fn of(conn: &mut Conn, officer: &Officer<CanSeeConsole>, page: &Page) -> Result<Beside> {
        let takes = officer.may(simpul_shell::Permission::TakeCalls);
        let offers = sql::offer::open(conn, ROWS_MAX_COUNT).await?;
        let centre = officer.region().settings.center;
        let level = |level: &Priority| Choice::new(level.level(), format!("P{}", level.level()));
        Ok(Beside {
            sends: officer.may(simpul_shell::Permission::SendUnits),
            offers: offers.iter().map(|offer| OfferRow::of(page, &officer.place, offer, takes)).collect(),
            centre: centre.map(|(lat, lon)| format!("{lat},{lon}")).unwrap_or_default(),
            bbox: officer.place.bbox().map(|[w, s, e, n]| format!("{w},{s},{e},{n}")).unwrap_or_default(),
            credit: page.map_credit(),
            priorities: Priority::ALL.iter().map(level).collect(),
        })
    }
}

/// The rows of the active incidents.
async fn incident_rows(
    conn: &mut Conn,
    officer: &Officer<CanSeeConsole>,
    page: &Page,
    (types, units): (&[IncidentType], &[Unit]),
    runs: &[Run],
) -> Result<Vec<IncidentRow>> {
    let sends = officer.may(simpul_shell::Permission::SendUnits);
    let unseen = sql::after::unnoticed(conn).await?;
    let mut rows = Vec::new();
    for incident in sql::incident::active(conn, ROWS_MAX_COUNT).await? {
        let dispatches = sql::incident::dispatches(conn, incident.id).await?;
        let row = IncidentRow::of(page, &officer.place, types, units, &incident, &dispatches);
        rows.push(row.late(runs).unseen(unseen.contains(&incident.id), sends));
    }
    Ok(rows)
}

impl Console {
    fn status_of(&self, call: &Call) -> String {
        format!("emergency.call_status.{}", call.status.name())
    }

    fn tag_of(&self, call: &Call) -> Tag {
        call_tag(call.status)
    }

    fn class_of(&self, class: &CallClass) -> String {
        format!("emergency.class.{}", class.name())
    }

    fn path(&self, call: &Call, deed: &str) -> String {
        format!("/112/panggilan/{}/{deed}", call.id)
    }

    fn is_over(&self, call: &Call) -> bool {
        !matches!(call.status, CallStatus::Answered | CallStatus::Held | CallStatus::Ringing)
    }
}

fn own_call(calls: &[Call], wanted: Option<Uuid>, viewer: &str) -> Option<Call> {
    let own = |call: &&Call| call.is_with(viewer);
    let chosen = calls.iter().filter(own).find(|call| Some(call.id) == wanted);
    chosen.or_else(|| calls.iter().find(own)).cloned()
}

/// The number and its history. They are shown to whoever has the call, and that they were is written down.
async fn current(
    officer: &Officer<CanSeeConsole>,
    page: &Page,
    call: Call,
    typed: &[(String, String)],
) -> std::result::Result<Current, PageError> {
    officer.write(LogAccess { subject_kind: CALL, subject_id: call.id, what: "caller" }).await?;
    let mut conn = officer.read().await?;
    let number = sql::call::caller(&mut conn, call.id).await?.number.unwrap_or_default();
    let now = officer.now();
    let history = match number.is_empty() {
        true => Vec::new(),
        false => history(&mut conn, &number, call.id, now).await?,
    };
    let undo = call.unclassify(now).is_ok();
    let mut fields = Fields::new();
    typed.iter().for_each(|(name, value)| fields.add(name, value));
    let similar = match call.incident {
        None => Some(of_call(&mut conn, page, &officer.place, &call, &fields).await?),
        Some(_) => None,
    };
    let types = sql::incident::types(&mut conn).await?;
    let protocol = protocol::of_call(&mut conn, page, &call, &types, fields.get("type")).await?;
    let tools = Tools::of(&mut conn, officer, page, &call).await?;
    Ok(Current { call, number, history, undo, similar, protocol, tools })
}

async fn history(conn: &mut Conn, number: &str, but: Uuid, now: Timestamp) -> Result<Vec<(CallClass, i64, i64)>> {
    let day = sql::call::history(conn, number, now.plus_micros(-DAY_MICROS), but).await?;
    let month = sql::call::history(conn, number, now.plus_micros(-HISTORY_DAYS * DAY_MICROS), but).await?;
    let of = |class: CallClass| day.iter().find(|(known, _)| *known == class).map_or(0, |(_, count)| *count);
    Ok(month.into_iter().map(|(class, count)| (class, of(class), count)).collect())
}

/// Rows of the queue, and of the calls to be called back: those that nobody answered, and those that broke off.
async fn call_rows(
    conn: &mut Conn,
    officer: &Officer<CanSeeConsole>,
    page: &Page,
    (open, runs): (&[Call], &[Run]),
) -> Result<(Vec<CallRow>, Vec<CallRow>)> {
    let viewer = officer.ctx.actor.journal_name();
    let since = officer.now().plus_micros(-LOST_DAYS * DAY_MICROS);
    let mut back = sql::call::lost(conn, since, ROWS_MAX_COUNT).await?;
    back.extend(sql::call::cut_off(conn, since, ROWS_MAX_COUNT).await?);
    back.sort_by_key(|call| std::cmp::Reverse((call.started, call.id)));
    let row = |call: &Call, attempts| CallRow::of(page, call, &viewer).seen(&officer.place, call, attempts).late(runs);
    let queue = open.iter().map(|call| row(call, Vec::new())).collect();
    let mut lost = Vec::new();
    for call in &back {
        lost.push(row(call, sql::attempt::of_call(conn, call.id).await?));
    }
    Ok((queue, lost))
}

/// What stands above the console: the stage, and that a drill is being played.
async fn above(
    conn: &mut Conn,
    page: &Page,
    officer: &Officer<CanSeeConsole>,
) -> simpul_store::Result<(StageLine, DrillLine)> {
    let stage = StageLine::staff(conn, page, &officer.place).await?;
    Ok((stage, DrillLine::of(conn, page).await?))
}

/// The call that the address names; it may be over.
async fn wanted_call(conn: &mut Conn, wanted: Option<Uuid>) -> simpul_store::Result<Option<Call>> {
    match wanted {
        Some(id) => sql::call::by_id(conn, id).await,
        None => Ok(None),
    }
}

/// By which ways a call comes that a taker writes down.
fn sources(page: &Page) -> Vec<(&'static str, String)> {
    let name = |source: CallSource| (source.name(), page.t(&format!("emergency.source.{}", source.name())));
    CallSource::by_hand().map(name).collect()
}

/// What a call may have been, and what may have come of it.
fn verdicts(page: &Page) -> (Vec<Choice>, Vec<Choice>) {
    let choice = |key: String, name: &str| Choice::new(name, page.t(&key));
    let class = |class: CallClass| choice(format!("emergency.class.{}", class.name()), class.name());
    let outcome = |one: &CallOutcome| choice(format!("emergency.outcome.{}", one.name()), one.name());
    (CallClass::choices().map(class).collect(), CallOutcome::ALL.iter().map(outcome).collect())
}

pub(super) async fn draw(
    officer: &Officer<CanSeeConsole>,
    wanted: Option<Uuid>,
    refused: Option<FormView>,
) -> PageResult {
    let page = officer.page("emergency.console.title").htmx().style("konsol.css").style("maplibre-gl.css");
    let page = SCRIPTS.into_iter().fold(page, Page::module);
    let viewer = officer.ctx.actor.journal_name();
    let mut conn = officer.read().await?;
    let (seq, _) = simpul_store::journal::head(&mut conn).await?;
    let calls = sql::call::open(&mut conn, ROWS_MAX_COUNT).await?;
    let runs = sql::timer::loud(&mut conn).await?;
    let (queue, lost) = call_rows(&mut conn, officer, &page, (&calls, &runs)).await?;
    let silent_line = sql::ami::all(&mut conn).await?.iter().any(|switch| switch.state == "down");
    let just_done = wanted_call(&mut conn, wanted).await?;
    let types = sql::incident::types(&mut conn).await?;
    let units = sql::unit::all(&mut conn).await?;
    let beside = Beside::of(&mut conn, officer, &page).await?;
    let standing = sql::shift::standing(&mut conn).await?.map(|(text, ..)| text).unwrap_or_default();
    let rows = incident_rows(&mut conn, officer, &page, (&types, &units), &runs).await?;
    let (stage, drill) = above(&mut conn, &page, officer).await?;
    let extension = sql::call::extension_of(&mut conn, officer.id()).await?.unwrap_or_default();
    let known: Vec<Call> = just_done.into_iter().chain(calls.iter().cloned()).collect();
    let mut form = refused.clone().unwrap_or_else(|| officer.form());
    let own = own_call(&known, wanted, &viewer);
    let kept = match &own {
        Some(call) => sql::call::fields(&mut conn, call.id).await?,
        None => Vec::new(),
    };
    for (name, value) in &kept {
        form = form.fill(name, value);
    }
    drop(conn);
    let current = match own {
        Some(call) => Some(current(officer, &page, call, &kept).await?),
        None => None,
    };
    let by_level = |level: Priority| rows.iter().filter(|row| row.incident.priority == level).cloned().collect();
    let labels = officer.place.villages.iter().filter_map(|village| village_label(&officer.place, village.code));
    let (classes, outcomes) = verdicts(&page);
    let view = Console {
        stream: format!("/langsung?layar=112&after={}:{seq}", officer.region().id),
        form,
        stage,
        drill,
        extension,
        takes: officer.may(simpul_shell::Permission::TakeCalls),
        beside,
        current,
        standing,
        queue,
        lost,
        silent_line,
        sources: sources(&page),
        incidents: Priority::ALL.into_iter().map(|level| (level, by_level(level))).collect(),
        units: units.iter().map(|unit| UnitRow::of(&page, &officer.place, unit)).collect(),
        villages: labels.collect(),
        classes,
        outcomes,
        types,
        page,
    };
    match refused {
        None => render(&view),
        Some(_) => render_refused(&Console { page: view.page.clone().failed(), ..view }),
    }
}

/// The console.
pub async fn show(officer: Officer<CanSeeConsole>, Query(query): Query<Fields>) -> PageResult {
    draw(&officer, query.uuid("panggilan"), None).await
}

pub(super) fn id_of(typed: &str) -> std::result::Result<Uuid, PageError> {
    typed.parse().map_err(|_| PageError::not_found())
}

fn back(call: Uuid) -> Redirect {
    Redirect::to(format!("/112?panggilan={call}"))
}

/// The console with what was refused.
pub(super) async fn refuse(
    officer: &Officer<CanTakeCalls>,
    error: simpul_store::Error,
    form: &Form,
    call: Option<Uuid>,
) -> PageResult {
    let refused = officer.refused(error, form)?;
    let officer = officer.also::<CanSeeConsole>().ok_or_else(PageError::forbidden)?;
    draw(&officer, call, Some(refused)).await
}

/// Takes a call.
pub async fn claim(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let reason = Some(form.fields.get("reason").to_owned()).filter(|reason| !reason.is_empty());
    match officer.write(ClaimCall { call, reason }).await {
        Ok(_) => Ok(back(call).into_response()),
        Err(error) => refuse(&officer, error, &form, None).await,
    }
}

#[derive(Template)]
#[template(path = "emergency/take_over.html")]
struct TakeOver {
    page: Page,
    form: FormView,
    call: Call,
    holder: String,
}

impl TakeOver {
    fn action(&self) -> String {
        format!("/112/panggilan/{}/ambil", self.call.id)
    }
}

/// A supervisor takes a call from somebody who has it, and says why.
pub async fn take_over(officer: Officer<CanSuperviseCalls>, Path(id): Path<String>) -> PageResult {
    let call = sql::call::by_id(&mut officer.read().await?, id_of(&id)?).await?.ok_or_else(PageError::not_found)?;
    let holder = call.claim.as_ref().map(|claim| super::rules::author_name(&officer.place, &claim.by));
    let page = officer.page("emergency.console.take_over").at("/112").narrow();
    render(&TakeOver { page, form: officer.form(), call, holder: holder.unwrap_or_default() })
}

/// A call that no telephone system tells of.
pub async fn open_call(officer: Officer<CanTakeCalls>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let source = CallSource::parse(form.fields.get("source")).unwrap_or(CallSource::Manual);
    match officer.write(OpenCall { key, number: form.fields.get("number").to_owned(), source }).await {
        Ok(done) => Ok(back(done.id).into_response()),
        Err(error) => refuse(&officer, error, &form, None).await,
    }
}

/// The officer sits at an extension.
pub async fn sit(officer: Officer<CanTakeCalls>, form: Form) -> PageResult {
    match officer.write(SitAt { extension: form.fields.get("extension").to_owned() }).await {
        Ok(()) => Ok(Redirect::to("/112").flash("emergency.console.seated").into_response()),
        Err(error) => refuse(&officer, error, &form, None).await,
    }
}

/// Whoever has the call is still there: asked by the page's script.
pub async fn beat(officer: Officer<CanTakeCalls>, Path(id): Path<String>, _form: Form) -> PageResult {
    match officer.write(BeatClaim { call: id_of(&id)? }).await? {
        true => Ok(StatusCode::NO_CONTENT.into_response()),
        false => Err(PageError::status(StatusCode::CONFLICT, "emergency.refused.not_yours")),
    }
}

/// Whether the data can be reached: asked by the page's script each second, so that whoever types learns at once that
/// they can't. The guard has read the sign-in already; the head of the journal is read for those that remember it.
pub async fn connection(officer: Officer<CanSeeConsole>) -> PageResult {
    simpul_store::journal::head(&mut officer.read().await?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A field is left: asked by the page's script.
pub async fn keep_field(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let (name, value) = (form.fields.get("name").to_owned(), form.fields.raw("value").to_owned());
    let call = id_of(&id)?;
    officer.write(KeepField { call, name: name.clone(), value: value.clone() }).await?;
    note_typed(&officer, call, &name, &value).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Opens an incident from what was typed during the call.
pub async fn open_incident(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let fields = &form.fields;
    let types = sql::incident::types(&mut officer.read().await?).await?;
    let read = read_type(&types, fields.get("type")).and_then(|kind| {
        let site = read_site(&officer.place, fields.get("village"), fields.get("landmark"), fields.get("point"))?;
        site.check()?;
        Ok((kind.code.clone(), site))
    });
    let (kind, site) = match read {
        Ok(read) => read,
        Err(refusal) => return refuse(&officer, refusal.into(), &form, Some(call)).await,
    };
    let action = OpenIncident {
        key: form.key().unwrap_or_else(|| officer.ctx.new_id()),
        call: Some(call),
        kind,
        priority: fields.int("priority").and_then(Priority::new),
        site,
        note: fields.get("note").to_owned(),
    };
    match officer.write(action).await {
        Ok(done) => Ok(Redirect::to(format!("/112/kejadian/{}", done.number)).into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// The call is about an incident that is known.
pub async fn attach(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let serial = number::read(form.fields.get("incident"));
    let incident = match serial {
        Some(serial) => sql::incident::by_serial(&mut officer.read().await?, serial).await?,
        None => None,
    };
    let unknown = || simpul_kernel::Refusal::field("incident", "emergency.refused.incident").into();
    let attached = match incident {
        Some(incident) => officer.write(AttachCall { call, incident: incident.id }).await,
        None => Err(unknown()),
    };
    match attached {
        Ok(_) => Ok(back(call).flash("emergency.console.attached").into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// Says what the call was and what came of it.
pub async fn classify(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let field = |name| simpul_kernel::Refusal::field(name, "emergency.refused.choose");
    let class = CallClass::parse(form.fields.get("class")).ok_or_else(|| field("class"));
    let outcome = CallOutcome::parse(form.fields.get("outcome")).ok_or_else(|| field("outcome"));
    let said = match class.and_then(|class| Ok((class, outcome?))) {
        Ok((class, outcome)) => officer.write(ClassifyCall { call, class, outcome }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match said {
        Ok(_) => Ok(back(call).flash("emergency.console.classified").into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// Takes back what was said of the call.
pub async fn undo(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    match officer.write(UnclassifyCall { call }).await {
        Ok(_) => Ok(back(call).into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}
