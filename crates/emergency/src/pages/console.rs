//! The console: who calls, what happens, which units are out. One screen, keyboard first; what is typed is kept field
//! by field, so that nothing is lost when a browser dies in the middle of a call.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Query, partial, render, render_refused,
};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::drill::DrillLine;
use super::parts::call_state::{CallEnd, CallState};
use super::parts::help_row::HelpRow;
use super::parts::offer_row::OfferRow;
use super::parts::send_panel::SendPanel;
use super::parts::silent_lines::SilentLines;
use super::protocol::{self, Protocol};
use super::similar::{Similar, of_call};
use super::stage::StageLine;
use super::tools::Tools;
use super::typed::village_label;
use super::view::{CallRow, IncidentRow, UnitRow, type_name, victim_choices};
use super::{CanSeeConsole, CanTakeCalls};
use crate::actions::CALL;
use crate::model::figures::{Span, within};
use crate::model::{
    Attempt, Call, CallClass, CallOutcome, CallSource, CallStatus, Dispatch, DispatchStatus, Incident, IncidentType,
    Priority, Unit, Victims, number,
};
use crate::read;
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
    state: CallState,
    end: CallEnd,
    sending: Option<Sending>,
}

/// The incident that the call led to, and what can be sent to it without leaving the console.
struct Sending {
    number: String,
    kind: String,
    level: i64,
    out: Vec<(String, String)>,
    panel: Option<SendPanel>,
}

impl Sending {
    async fn of(
        conn: &mut Conn,
        officer: &Officer<CanSeeConsole>,
        page: &Page,
        call: &Call,
    ) -> Result<Option<Sending>> {
        let Some(id) = call.incident else { return Ok(None) };
        let Some(incident) = sql::incident::by_id(conn, id).await? else { return Ok(None) };
        let incident = match incident.merged_into {
            Some(into) => sql::incident::by_id(conn, into).await?.unwrap_or(incident),
            None => incident,
        };
        let whole = read::whole(conn, incident).await?;
        let (types, units) = (sql::incident::types(conn).await?, sql::unit::all(conn).await?);
        let sends = officer.may(simpul_shell::Permission::SendUnits) && whole.incident.status.is_active();
        let sign = |id: Uuid| units.iter().find(|unit| unit.id == id).map(|unit| unit.call_sign.clone());
        let step = |status: DispatchStatus| page.t(&format!("emergency.dispatch_status.{}", status.name()));
        let out = whole.dispatches.iter().filter(|one| one.status.is_out());
        let back = (Some(call.id), officer.now());
        Ok(Some(Sending {
            number: number::shown(whole.incident.serial),
            kind: type_name(&types, &whole.incident.kind),
            level: whole.incident.priority.level(),
            out: out.filter_map(|one| Some((sign(one.unit)?, step(one.status)))).collect(),
            panel: sends.then(|| SendPanel::of(page, &officer.form(), &whole, (&types, &units), back)),
        }))
    }
}

#[derive(Template)]
#[template(path = "emergency/console.html")]
struct Console {
    page: Page,
    form: FormView,
    above: Above,
    stream: String,
    extension: String,
    takes: bool,
    beside: Beside,
    current: Option<Current>,
    standing: String,
    queue: Vec<CallRow>,
    wrap_up: Vec<CallRow>,
    lost: Vec<CallRow>,
    summary: Summary,
    incidents: Vec<(Priority, Vec<IncidentRow>)>,
    units: Vec<UnitRow>,
    types: Vec<IncidentType>,
    villages: Vec<String>,
    sources: Vec<(&'static str, String)>,
    victims: Vec<Choice>,
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
    let incidents = sql::incident::active(conn, ROWS_MAX_COUNT).await?;
    let mut out: BTreeMap<Uuid, Vec<Dispatch>> = BTreeMap::new();
    for (incident, dispatch) in sql::incident::dispatches_of_active(conn).await? {
        out.entry(incident).or_default().push(dispatch);
    }
    let row = |incident: &Incident| {
        let dispatches = out.get(&incident.id).map(Vec::as_slice).unwrap_or_default();
        let row = IncidentRow::of(page, &officer.place, types, units, incident, dispatches);
        row.late(runs).unseen(unseen.contains(&incident.id), sends)
    };
    Ok(incidents.iter().map(row).collect())
}

impl Console {
    fn class_of(&self, class: &CallClass) -> String {
        format!("emergency.class.{}", class.name())
    }

    fn path(&self, call: &Call, deed: &str) -> String {
        format!("/112/panggilan/{}/{deed}", call.id)
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
    let undo = call.unclassify(&officer.ctx.actor.journal_name(), now).is_ok();
    let mut fields = Fields::new();
    typed.iter().for_each(|(name, value)| fields.add(name, value));
    let similar = match call.incident {
        None => Some(of_call(&mut conn, page, &officer.place, &call, &fields).await?),
        Some(_) => None,
    };
    let types = sql::incident::types(&mut conn).await?;
    let opened = match call.incident {
        Some(id) => sql::incident::by_id(&mut conn, id).await?,
        None => None,
    };
    let kind = opened.map_or_else(|| fields.get("type").to_owned(), |incident| type_name(&types, &incident.kind));
    let protocol = protocol::of_call(&mut conn, page, &call, &types, &kind).await?;
    let tools = Tools::of(&mut conn, officer, page, &call).await?;
    let sending = Sending::of(&mut conn, officer, page, &call).await?;
    let (state, end) = (CallState::of(page, &call), CallEnd::of(page, &call));
    Ok(Current { call, number, history, undo, similar, protocol, tools, state, end, sending })
}

async fn history(conn: &mut Conn, number: &str, but: Uuid, now: Timestamp) -> Result<Vec<(CallClass, i64, i64)>> {
    let day = sql::call::history(conn, number, now.plus_micros(-DAY_MICROS), but).await?;
    let month = sql::call::history(conn, number, now.plus_micros(-HISTORY_DAYS * DAY_MICROS), but).await?;
    let of = |class: CallClass| day.iter().find(|(known, _)| *known == class).map_or(0, |(_, count)| *count);
    Ok(month.into_iter().map(|(class, count)| (class, of(class), count)).collect())
}

/// Rows of the queue, of what is over and not classified, and of the calls to be called back: those that nobody
/// answered, and those that broke off.
struct CallRows {
    queue: Vec<CallRow>,
    wrap_up: Vec<CallRow>,
    lost: Vec<CallRow>,
}

async fn call_rows(
    conn: &mut Conn,
    officer: &Officer<CanSeeConsole>,
    page: &Page,
    (open, runs): (&[Call], &[Run]),
) -> Result<CallRows> {
    let viewer = officer.ctx.actor.journal_name();
    let since = officer.now().plus_micros(-LOST_DAYS * DAY_MICROS);
    let mut back = sql::call::lost(conn, since, ROWS_MAX_COUNT).await?;
    back.extend(sql::call::cut_off(conn, since, ROWS_MAX_COUNT).await?);
    back.sort_by_key(|call| std::cmp::Reverse((call.started, call.id)));
    let row = |call: &Call, attempts| CallRow::of(page, call, &viewer).seen(&officer.place, call, attempts).late(runs);
    let (mut queue, mut wrap_up) = (Vec::new(), Vec::new());
    for call in open {
        let line = row(call, Vec::new()).numbered(sql::call::ringing_number(conn, call).await?.as_deref());
        let list = if call.status == CallStatus::WrapUp { &mut wrap_up } else { &mut queue };
        list.push(line);
    }
    let mut tried: BTreeMap<Uuid, Vec<Attempt>> = BTreeMap::new();
    for attempt in sql::attempt::of_lost(conn, since).await? {
        tried.entry(attempt.call).or_default().push(attempt);
    }
    let lost = back.iter().map(|call| row(call, tried.remove(&call.id).unwrap_or_default())).collect();
    Ok(CallRows { queue, wrap_up, lost })
}

/// What stands above the console: the stage, that a drill is being played, telephone systems that are not heard, and
/// takers who wait for a supervisor.
struct Above {
    stage: StageLine,
    drill: DrillLine,
    silent: SilentLines,
    helps: Vec<HelpRow>,
}

impl Above {
    async fn of(conn: &mut Conn, page: &Page, officer: &Officer<CanSeeConsole>) -> Result<Above> {
        let viewer = officer.ctx.actor.journal_name();
        let helps = sql::help::open(conn).await?;
        Ok(Above {
            stage: StageLine::staff(conn, page, &officer.place).await?,
            drill: DrillLine::of(conn, page).await?,
            silent: SilentLines::of(page, &sql::ami::all(conn).await?),
            helps: helps.iter().filter_map(|help| HelpRow::of(page, &officer.place, help, &viewer)).collect(),
        })
    }
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

/// Choices with the key that takes each.
fn keyed(page: &Page, choices: impl Iterator<Item = (String, &'static str)>) -> Vec<Choice> {
    choices.zip(1..).map(|((word, name), key)| Choice::new(name, format!("{key} {}", page.t(&word)))).collect()
}

/// What a call may have been, and what may have come of it.
fn verdicts(page: &Page) -> (Vec<Choice>, Vec<Choice>) {
    let class = |class: CallClass| (format!("emergency.class.{}", class.name()), class.name());
    let outcome = |one: &CallOutcome| (format!("emergency.outcome.{}", one.name()), one.name());
    (keyed(page, CallClass::choices().map(class)), keyed(page, CallOutcome::ALL.iter().map(outcome)))
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
    let CallRows { queue, wrap_up, lost } = call_rows(&mut conn, officer, &page, (&calls, &runs)).await?;
    let summary = Summary::of(&mut conn, &page).await?;
    let just_done = wanted_call(&mut conn, wanted).await?;
    let types = sql::incident::types(&mut conn).await?;
    let units = sql::unit::all(&mut conn).await?;
    let beside = Beside::of(&mut conn, officer, &page).await?;
    let standing = sql::shift::standing(&mut conn).await?.map(|(text, ..)| text).unwrap_or_default();
    let rows = incident_rows(&mut conn, officer, &page, (&types, &units), &runs).await?;
    let above = Above::of(&mut conn, &page, officer).await?;
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
    form = form.fill("victims", Victims::Unknown.name());
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
        above,
        extension,
        takes: officer.may(simpul_shell::Permission::TakeCalls),
        beside,
        current,
        standing,
        queue,
        wrap_up,
        lost,
        summary,
        sources: sources(&page),
        incidents: Priority::ALL.into_iter().map(|level| (level, by_level(level))).collect(),
        units: units.iter().map(|unit| UnitRow::of(&page, &officer.place, unit)).collect(),
        villages: labels.collect(),
        victims: victim_choices(&page),
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

/// How the room does today: in the head of the console.
#[derive(Template)]
#[template(path = "emergency/summary.html")]
pub struct Summary {
    page: Page,
    within: Vec<(&'static str, Option<i64>)>,
}
impl HtmlSafe for Summary {}

impl Summary {
    async fn of(conn: &mut Conn, page: &Page) -> Result<Summary> {
        let from = page.zone().instant(page.zone().date(page.now), 0);
        let samples = sql::figures::samples(conn, from, page.now, page.zone()).await?;
        let share = |span: Span| {
            let took: Vec<i64> = samples.iter().filter(|one| one.span == span).map(|one| one.micros).collect();
            let good = within(span, &took).filter(|_| !took.is_empty())?;
            i64::try_from(good * 100 / took.len()).ok()
        };
        let shares = vec![
            ("emergency.console.within_answer", share(Span::Answer)),
            ("emergency.console.within_process", share(Span::Process)),
        ];
        Ok(Summary { page: page.clone(), within: shares })
    }
}

/// The same alone: asked by the page's script each minute.
pub async fn summary(officer: Officer<CanSeeConsole>) -> PageResult {
    let page = officer.page("emergency.console.title");
    partial(&Summary::of(&mut officer.read().await?, &page).await?)
}

/// The console.
pub async fn show(officer: Officer<CanSeeConsole>, Query(query): Query<Fields>) -> PageResult {
    draw(&officer, query.uuid("panggilan"), None).await
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

/// Whether the data can be reached: asked by the page's script each second, so that whoever types learns at once that
/// they can't. The guard has read the sign-in already; the head of the journal is read for those that remember it.
pub async fn connection(officer: Officer<CanSeeConsole>) -> PageResult {
    simpul_store::journal::head(&mut officer.read().await?).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
