//! What consoles see of this room's lines as they happen: one row that changes, comes or goes, never the whole board.

use simpul_kernel::journal::JournalLine;
use simpul_people::{Directory, Permission, Scope, Snapshot};
use simpul_shell::{PartialView, Screen};
use simpul_store::{Conn, Result};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

use askama::Template;

use crate::actions::{CALL, DRILL, INCIDENT, OFFER, TRUNK, UNIT};
use crate::model::attempt::list_of;
use crate::model::call::Claim;
use crate::model::drill::Drill;
use crate::model::help::Help;
use crate::model::offer::Offered;
use crate::model::{Attempt, Call, CallList, CallStatus, Candidate, Dispatch, Incident, IncidentType, Unit};
use crate::pages::asked;
use crate::pages::drill::DrillLine;
use crate::pages::parts::asked_waiting::{AskedWaiting, Handed, all_waiting};
use crate::pages::parts::call_state::{CallEnd, CallState};
use crate::pages::parts::help_row::HelpRow;
use crate::pages::parts::names::holder_name;
use crate::pages::parts::offer_row::OfferRow;
use crate::pages::parts::silent_lines::SilentLines;
use crate::pages::stage::StageLine;
use crate::pages::tools::Places;
use crate::pages::view::{CallRow, IncidentRow, UnitRow};
use crate::sql;
use crate::sql::ami::Switch;
use crate::sql::timer::Run;

/// The screen's name in `/langsung?layar=112`.
pub const SCREEN: &str = "112";

/// What a line is about, as it stands now.
#[derive(Debug, Clone)]
pub enum Loaded {
    /// A call with what its row shows.
    Call(Box<CallNow>),
    /// An incident with what its row shows.
    Incident(Box<IncidentNow>),
    /// A unit.
    Unit(Box<Unit>, Arc<Snapshot>),
    /// What another room holds for an emergency.
    Offer(Box<Offered>, Arc<Snapshot>),
}

/// A call with what its row shows, and where its caller may be.
#[derive(Debug, Clone)]
pub struct CallNow {
    call: Call,
    attempts: Vec<Attempt>,
    candidates: Vec<Candidate>,
    is_blocked: bool,
    runs: Vec<Run>,
    /// Whether its taker waits for a supervisor.
    help: Option<Help>,
    /// Who calls, while it rings.
    number: Option<String>,
    place: Arc<Snapshot>,
}

/// An incident with what its row shows.
#[derive(Debug, Clone)]
pub struct IncidentNow {
    incident: Incident,
    dispatches: Vec<Dispatch>,
    types: Vec<IncidentType>,
    units: Vec<Unit>,
    is_unseen: bool,
    runs: Vec<Run>,
    place: Arc<Snapshot>,
}

/// The rows of one topic on the console.
pub struct BoardPartial {
    /// Names of places and agencies.
    pub directory: Directory,
    /// The first word of the lines: `call`, `incident` or `unit`.
    pub topic: &'static str,
}

impl PartialView for BoardPartial {
    type Loaded = Loaded;

    fn screen(&self) -> &'static str {
        SCREEN
    }

    fn topic(&self) -> &'static str {
        self.topic
    }

    async fn load(&self, conn: &mut Conn, line: &JournalLine) -> Result<Option<Loaded>> {
        match line.subject_kind.as_str() {
            CALL => self.call(conn, line.subject_id).await,
            INCIDENT => self.incident(conn, line.subject_id).await,
            UNIT => {
                let place = self.directory.of(conn.region()).await?;
                let unit = sql::unit::by_id(conn, line.subject_id).await?;
                Ok(unit.map(|unit| Loaded::Unit(Box::new(unit), place)))
            }
            OFFER => {
                let place = self.directory.of(conn.region()).await?;
                let offer = sql::offer::by_id(conn, line.subject_id).await?;
                Ok(offer.map(|offer| Loaded::Offer(Box::new(offer), place)))
            }
            _ => Ok(None),
        }
    }

    fn show(&self, screen: &Screen, _line: &JournalLine, loaded: &Loaded) -> Option<String> {
        if !screen.viewer.may(Permission::SeeConsole) {
            return None;
        }
        match loaded {
            Loaded::Call(now) => Some(format!("{}{}", call_pieces(screen, now)?, help_pieces(screen, now))),
            Loaded::Incident(now) => incident_pieces(screen, now),
            Loaded::Offer(offer, place) => offer_pieces(screen, place, offer),
            Loaded::Unit(unit, place) => {
                Some(put(&row(&UnitRow::of(&screen.page, place, unit))?, &format!("u-{}", unit.id), "#unit"))
            }
        }
    }
}

impl BoardPartial {
    async fn call(&self, conn: &mut Conn, id: Uuid) -> Result<Option<Loaded>> {
        let place = self.directory.of(conn.region()).await?;
        let Some(call) = sql::call::by_id(conn, id).await? else { return Ok(None) };
        let attempts = sql::attempt::of_call(conn, id).await?;
        let candidates = sql::place::of_call(conn, id).await?;
        let is_blocked = sql::block::is_blocked_call(conn, id).await?;
        let runs = sql::timer::runs_of(conn, id).await?;
        let help = sql::help::open_of(conn, id).await?;
        let number = sql::call::ringing_number(conn, &call).await?;
        Ok(Some(Loaded::Call(Box::new(CallNow { call, attempts, candidates, is_blocked, runs, help, number, place }))))
    }

    async fn incident(&self, conn: &mut Conn, id: Uuid) -> Result<Option<Loaded>> {
        let place = self.directory.of(conn.region()).await?;
        let Some(incident) = sql::incident::by_id(conn, id).await? else { return Ok(None) };
        let dispatches = sql::incident::whole_dispatches(conn, id).await?;
        let (types, mut units) = (sql::incident::types(conn).await?, Vec::new());
        // One row changes: its own units are read, never all of them.
        let sent_to: BTreeSet<Uuid> = dispatches.iter().map(|dispatch| dispatch.incident).collect();
        for incident in sent_to {
            units.extend(sql::unit::of_incident(conn, incident).await?);
        }
        let is_unseen = !sql::after::is_noticed(conn, id).await?;
        let runs = sql::timer::runs_of(conn, id).await?;
        let now = IncidentNow { incident, dispatches, types, units, is_unseen, runs, place };
        Ok(Some(Loaded::Incident(Box::new(now))))
    }
}

fn offer_pieces(screen: &Screen, place: &Snapshot, offer: &Offered) -> Option<String> {
    let id = format!("o-{}", offer.id);
    if offer.decided.is_some() {
        return Some(gone(&id));
    }
    let takes = screen.viewer.may(Permission::TakeCalls);
    Some(put(&row(&OfferRow::of(&screen.page, place, offer, takes))?, &id, "#tawaran"))
}

fn row(row: &impl Template) -> Option<String> {
    row.render().ok()
}

/// A row that changes where it stands, or comes to the end of its list.
fn put(row: &str, id: &str, list: &str) -> String {
    let comes = format!(r##"<hx-partial hx-target="{list}:not(:has(#{id}))" hx-swap="beforeend">{row}</hx-partial>"##);
    format!(r##"{comes}<hx-partial hx-target="#{id}" hx-swap="outerMorph">{row}</hx-partial>"##)
}

fn gone(id: &str) -> String {
    format!(r##"<hx-partial hx-target="#{id}" hx-swap="delete"></hx-partial>"##)
}

/// A call stands in the queue or among those to be called back, for everybody, whoever has it. Where its caller may be
/// is for whoever has it.
fn call_pieces(screen: &Screen, now: &CallNow) -> Option<String> {
    let CallNow { call, attempts, candidates, is_blocked, runs, place, .. } = now;
    let viewer = screen.viewer.as_actor().journal_name();
    let id = format!("c-{}", call.id);
    let held = held_piece(screen, now, &viewer)?;
    let held = format!("{held}{}", own_pieces(screen, call)?);
    let list = match list_of(call, attempts, *is_blocked) {
        CallList::Queue => "#antre",
        CallList::WrapUp => "#perlu",
        CallList::CallBack => "#telepon-balik",
        CallList::Nowhere => return Some(format!("{}{held}", gone(&id))),
    };
    let line = CallRow::of(&screen.page, call, &viewer).seen(place, call, attempts.clone()).late(runs);
    let line = line.numbered(now.number.as_deref());
    let moved = format!(r##"<hx-partial hx-target=".c-list:not({list}) > #{id}" hx-swap="delete"></hx-partial>"##);
    let places = match call.is_with(&viewer) {
        true => row(&Places::of(&screen.page, call, candidates.clone()))?,
        false => return Some(format!("{moved}{held}{}", put(&row(&line)?, &id, list))),
    };
    let near = format!(r##"<hx-partial hx-target="#lokasi-{}" hx-swap="outerMorph">{places}</hx-partial>"##, call.id);
    Some(format!("{moved}{held}{}{near}", put(&row(&line)?, &id, list)))
}

/// Where the call stands, for whoever has it before them; and the way to it, for whoever just got it at their
/// telephone.
fn own_pieces(screen: &Screen, call: &Call) -> Option<String> {
    let viewer = screen.viewer.as_actor().journal_name();
    if !call.is_with(&viewer) {
        return Some(String::new());
    }
    let (state, end) = (row(&CallState::of(&screen.page, call))?, row(&CallEnd::of(&screen.page, call))?);
    let is_talked = matches!(call.status, CallStatus::Answered | CallStatus::Held);
    let way = if is_talked { row(&CallComes { page: &screen.page, call: call.id })? } else { String::new() };
    let pieces = [
        (format!("keadaan-{}", call.id), "outerHTML", state),
        (format!("selesai-{}", call.id), "outerHTML", end),
        ("datang".to_owned(), "innerHTML", way),
    ];
    let piece = |(id, swap, text): (String, &str, String)| {
        format!(r##"<hx-partial hx-target="#{id}" hx-swap="{swap}">{text}</hx-partial>"##)
    };
    Some(pieces.into_iter().map(piece).collect())
}

/// The way to a call that its taker has and does not see.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<a class="btn" data-comes="{{ call }}" href="/112?panggilan={{ call }}">
{{- page.t("emergency.console.comes") }}</a>"#
)]
struct CallComes<'a> {
    page: &'a simpul_shell::Page,
    call: Uuid,
}

/// Beside the form of a call: that another has it now. Whoever had it keeps what is typed there.
#[derive(Template)]
#[template(path = "emergency/held.html")]
struct Held<'a> {
    page: &'a simpul_shell::Page,
    call: Uuid,
    holder: Option<String>,
}

fn held_piece(screen: &Screen, now: &CallNow, viewer: &str) -> Option<String> {
    let (call, page) = (&now.call, &screen.page);
    let other = call.claim.as_ref().filter(|claim| claim.by != viewer);
    let name =
        |claim: &Claim| holder_name(&now.place, &claim.by).unwrap_or_else(|| page.t("emergency.console.another"));
    let holder = other.map(name);
    let piece = row(&Held { page, call: call.id, holder })?;
    Some(format!(r##"<hx-partial hx-target="#milik-{}" hx-swap="outerHTML">{piece}</hx-partial>"##, call.id))
}

/// That the call's taker waits for a supervisor, for supervisors and for whoever asked; else that nobody does.
fn help_pieces(screen: &Screen, now: &CallNow) -> String {
    let id = format!("b-{}", now.call.id);
    let viewer = screen.viewer.as_actor().journal_name();
    let line = now.help.as_ref().and_then(|help| HelpRow::of(&screen.page, &now.place, help, &viewer));
    line.and_then(|line| row(&line)).map_or_else(|| gone(&id), |line| put(&line, &id, "#bantuan"))
}

fn incident_pieces(screen: &Screen, now: &IncidentNow) -> Option<String> {
    let IncidentNow { incident, dispatches, types, units, is_unseen, runs, place } = now;
    let id = format!("k-{}", incident.id);
    if !incident.status.is_active() {
        return Some(gone(&id));
    }
    let sends = screen.viewer.may(Permission::SendUnits);
    let line = IncidentRow::of(&screen.page, place, types, units, incident, dispatches);
    let row = row(&line.late(runs).unseen(*is_unseen, sends))?;
    let list = format!("#p{}", incident.priority.level());
    let elsewhere =
        format!(r##"<hx-partial hx-target="#kejadian > :not({list}) > #{id}" hx-swap="delete"></hx-partial>"##);
    Some(format!("{elsewhere}{}", put(&row, &id, &list)))
}

/// The stage on the console: what is in force, and what is proposed as incidents come and go.
pub struct StagePartial {
    /// Names of districts.
    pub directory: Directory,
    /// The first word of the lines: `incident` or `stage`.
    pub topic: &'static str,
}

/// The stages in force with what is proposed.
#[derive(Debug, Clone)]
pub struct StageNow {
    found: crate::stage::InForce,
    proposed: crate::model::stage::Stage,
    place: Arc<Snapshot>,
}

impl PartialView for StagePartial {
    type Loaded = StageNow;

    fn screen(&self) -> &'static str {
        SCREEN
    }

    fn topic(&self) -> &'static str {
        self.topic
    }

    async fn load(&self, conn: &mut Conn, line: &JournalLine) -> Result<Option<StageNow>> {
        let place = self.directory.of(conn.region()).await?;
        let found = crate::stage::in_force(conn).await?;
        let proposed = crate::stage::proposal(conn, None, line.at).await?.stage;
        Ok(Some(StageNow { found, proposed, place }))
    }

    fn show(&self, screen: &Screen, _line: &JournalLine, now: &StageNow) -> Option<String> {
        if !screen.viewer.may(Permission::SeeConsole) {
            return None;
        }
        let line = row(&StageLine::at_work(&screen.page, &now.place, &now.found, now.proposed))?;
        Some(format!(r##"<hx-partial hx-target="#kesiagaan" hx-swap="innerMorph">{line}</hx-partial>"##))
    }
}

/// That a drill begins or ends, on the console.
pub struct DrillPartial;

impl PartialView for DrillPartial {
    type Loaded = Option<Drill>;

    fn screen(&self) -> &'static str {
        SCREEN
    }

    fn topic(&self) -> &'static str {
        DRILL
    }

    async fn load(&self, conn: &mut Conn, _line: &JournalLine) -> Result<Option<Option<Drill>>> {
        Ok(Some(sql::drill::running(conn).await?))
    }

    fn show(&self, screen: &Screen, _line: &JournalLine, drill: &Option<Drill>) -> Option<String> {
        if !screen.viewer.may(Permission::SeeConsole) {
            return None;
        }
        let ends = screen.viewer.may(Permission::SendUnits);
        let line = row(&DrillLine { page: screen.page.clone(), drill: drill.clone(), ends })?;
        Some(format!(r##"<hx-partial hx-target="#gladi" hx-swap="innerMorph">{line}</hx-partial>"##))
    }
}

/// That a telephone system is not heard, or is heard again, on the console.
pub struct LinePartial;

impl PartialView for LinePartial {
    type Loaded = Vec<Switch>;

    fn screen(&self) -> &'static str {
        SCREEN
    }

    fn topic(&self) -> &'static str {
        TRUNK
    }

    async fn load(&self, conn: &mut Conn, _line: &JournalLine) -> Result<Option<Vec<Switch>>> {
        Ok(Some(sql::ami::all(conn).await?))
    }

    fn show(&self, screen: &Screen, _line: &JournalLine, switches: &Vec<Switch>) -> Option<String> {
        if !screen.viewer.may(Permission::SeeConsole) {
            return None;
        }
        let line = row(&SilentLines::of(&screen.page, switches))?;
        Some(format!(r##"<hx-partial hx-target="#sentral" hx-swap="innerMorph">{line}</hx-partial>"##))
    }
}

/// What waits with an agency, on its page of what 112 asks.
pub struct AskedPartial {
    /// Names of places and agencies.
    pub directory: Directory,
}

impl PartialView for AskedPartial {
    type Loaded = Vec<Arc<Handed>>;

    fn screen(&self) -> &'static str {
        asked::SCREEN
    }

    fn topic(&self) -> &'static str {
        INCIDENT
    }

    async fn load(&self, conn: &mut Conn, _line: &JournalLine) -> Result<Option<Vec<Arc<Handed>>>> {
        let place = self.directory.of(conn.region()).await?;
        all_waiting(conn, &place).await.map(Some)
    }

    fn show(&self, screen: &Screen, _line: &JournalLine, all: &Vec<Arc<Handed>>) -> Option<String> {
        let Scope::Agencies(own) = screen.viewer.scope(Permission::AcknowledgeHandovers) else { return None };
        let waiting = row(&AskedWaiting::of(&screen.page, all, &own))?;
        Some(format!(r##"<hx-partial hx-target="#serahan" hx-swap="innerMorph">{waiting}</hx-partial>"##))
    }
}
