//! Rows of the console: what a call, an incident and a unit look like in a list, on the page and as they change.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_people::{Permission, Snapshot};
use simpul_shell::{Choice, Page, Tag};
use uuid::Uuid;

use super::parts::names::holder_name;
use super::parts::tried::{Tried, tried};
use crate::model::attempt::list_of;
pub use crate::model::incident::type_name;
use crate::model::timer::{Level, Timer};
use crate::model::{
    Attempt, AttemptKind, Call, CallList, CallStatus, Dispatch, DispatchStatus, Incident, IncidentStatus, IncidentType,
    Site, Unit, UnitStatus, Victims, number,
};
use crate::sql::timer::Run;

/// Village and district as a line.
pub fn place_line(place: &Snapshot, incident: &Incident) -> String {
    site_line(place, &incident.site)
}

/// A place as a line.
pub fn site_line(place: &Snapshot, site: &Site) -> String {
    let village = site.village.and_then(|code| place.village(code)).map(|village| village.name.clone());
    let district = site.district.and_then(|code| place.district(code)).map(|district| district.name.clone());
    let landmark = Some(site.landmark.clone()).filter(|landmark| !landmark.is_empty());
    [landmark, village, district].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What is known of victims, in words.
pub fn victims_word(page: &Page, victims: Victims) -> String {
    match victims {
        Victims::Unknown => page.t("emergency.victims.unknown"),
        Victims::Some(None) => page.t("emergency.victims.some"),
        Victims::Some(Some(count)) => page.t1("emergency.victims.count", "n", page.number(count)),
        Victims::None => page.t("emergency.victims.none"),
    }
}

/// What can be said of victims.
pub fn victim_choices(page: &Page) -> Vec<Choice> {
    let choice = |word: &&str| Choice::new(word, page.t(&format!("emergency.victims.say_{word}")));
    Victims::NAMES.iter().map(choice).collect()
}

/// The shape and colour of a call's state.
pub fn call_tag(status: CallStatus) -> Tag {
    match status {
        CallStatus::Ringing => Tag::New,
        CallStatus::Answered | CallStatus::Held => Tag::Work,
        CallStatus::WrapUp | CallStatus::Abandoned | CallStatus::Missed => Tag::Late,
        CallStatus::Ended => Tag::Done,
    }
}

/// The shape and colour of an incident's state.
pub fn incident_tag(status: IncidentStatus) -> Tag {
    match status {
        IncidentStatus::Open => Tag::Late,
        IncidentStatus::Dispatched | IncidentStatus::OnScene | IncidentStatus::Controlled => Tag::Work,
        IncidentStatus::Closed => Tag::Done,
        IncidentStatus::Cancelled | IncidentStatus::Merged => Tag::Off,
    }
}

/// The shape and colour of a unit's state.
pub fn unit_tag(status: UnitStatus) -> Tag {
    match status {
        UnitStatus::Available | UnitStatus::Returning => Tag::Done,
        UnitStatus::Delayed | UnitStatus::Unavailable | UnitStatus::OutOfService => Tag::Off,
        _ => Tag::Work,
    }
}

/// What is late about a call or an incident: a shape and a word for each timer that has warned or alarmed.
#[derive(Template, Clone)]
#[template(path = "emergency/slow.html")]
pub struct Late {
    page: Page,
    told: Vec<(Timer, Level)>,
}
impl HtmlSafe for Late {}

impl Late {
    fn none(page: &Page) -> Late {
        Late { page: page.clone(), told: Vec::new() }
    }

    /// Each timer once, as loud as its loudest.
    fn of(page: &Page, owner: Uuid, runs: &[Run]) -> Late {
        let own = runs.iter().filter(|run| run.owner == owner);
        let mut told: Vec<(Timer, Level)> = own.filter_map(|run| Some((run.running.timer, run.level()?))).collect();
        told.sort_unstable_by_key(|(timer, level)| (*timer, std::cmp::Reverse(*level)));
        told.dedup_by_key(|(timer, _)| *timer);
        Late { page: page.clone(), told }
    }

    fn tag(&self, level: &Level) -> Tag {
        match level {
            Level::Warning => Tag::Work,
            Level::Alarm => Tag::Late,
        }
    }

    fn word(&self, timer: &Timer, level: &Level) -> String {
        let what = self.page.t(&format!("emergency.slow.{}", timer.name()));
        self.page.t1(&format!("emergency.level.{}", level.name()), "what", what)
    }
}

/// A call as a row of the queue. It bears its number while it rings only, for those who take calls; what is known of
/// the number comes after the claim.
#[derive(Template, Clone)]
#[template(path = "emergency/call_row.html")]
pub struct CallRow {
    /// The page that it stands on.
    pub page: Page,
    /// Id.
    pub id: Uuid,
    /// Where it stands.
    pub status: CallStatus,
    /// Which line.
    pub trunk: String,
    /// Since when it counts: the ring, or the end of what is not yet classified.
    pub since: Timestamp,
    /// Whether whoever looks has it.
    pub own: bool,
    /// Whether another has it and is there.
    pub taken: bool,
    /// Whether it belongs to a drill.
    pub drill: bool,
    /// Whether nobody knows the number to call back.
    pub withheld: bool,
    /// What is late about it.
    pub late: Late,
    /// Who has it and is there.
    pub holder: Option<String>,
    /// Whether the caller is to be called back.
    pub back: bool,
    /// What was last done to reach the caller.
    pub tried: Option<Tried>,
    /// Who calls, while it rings.
    pub number: Option<String>,
}
impl HtmlSafe for CallRow {}

impl CallRow {
    /// The row as `viewer` (a journal name) sees it.
    pub fn of(page: &Page, call: &Call, viewer: &str) -> CallRow {
        let held = call.claim.as_ref().filter(|claim| !claim.is_stale(page.now));
        CallRow {
            page: page.clone(),
            id: call.id,
            status: call.status,
            trunk: call.trunk.clone(),
            since: call.started,
            own: call.is_with(viewer),
            taken: held.is_some_and(|claim| claim.by != viewer),
            drill: call.drill,
            withheld: call.withheld,
            late: Late::none(page),
            holder: None,
            back: false,
            tried: None,
            number: None,
        }
    }

    /// The row with who calls, where whoever looks takes calls.
    #[must_use]
    pub fn numbered(self, number: Option<&str>) -> CallRow {
        let shown = number.filter(|_| self.page.may(Permission::TakeCalls));
        CallRow { number: shown.map(str::to_owned), ..self }
    }

    fn rings(&self) -> bool {
        self.status == CallStatus::Ringing
    }

    /// Whether whoever looks may take it from another.
    fn supervises(&self) -> bool {
        self.page.may(Permission::SuperviseCalls)
    }

    /// The row with what is late about it.
    #[must_use]
    pub fn late(self, runs: &[Run]) -> CallRow {
        CallRow { late: Late::of(&self.page, self.id, runs), ..self }
    }

    /// The same with who has it, and what was done to reach the caller of a call that is to be called back.
    #[must_use]
    pub fn seen(mut self, place: &Snapshot, call: &Call, attempts: Vec<Attempt>) -> CallRow {
        let held = call.claim.as_ref().filter(|claim| !claim.is_stale(self.page.now));
        self.holder = held.and_then(|claim| holder_name(place, &claim.by));
        self.back = list_of(call, &attempts, false) == CallList::CallBack;
        let back = attempts.into_iter().filter(|one| one.kind == AttemptKind::CallBack).take(1).collect();
        self.tried = tried(&self.page, place, back).pop();
        self
    }

    /// Whether it broke off: nobody can take it any more, and its caller is still to be reached.
    fn is_cut_off(&self) -> bool {
        self.back && self.status == CallStatus::Ended
    }

    fn label(&self) -> String {
        match self.is_cut_off() {
            true => "emergency.class.disconnected".to_owned(),
            false => format!("emergency.call_status.{}", self.status.name()),
        }
    }

    fn tag(&self) -> Tag {
        if self.is_cut_off() { Tag::Late } else { call_tag(self.status) }
    }
}

/// An incident as a row of the board.
#[derive(Template, Clone)]
#[template(path = "emergency/incident_row.html")]
pub struct IncidentRow {
    /// The page that it stands on.
    pub page: Page,
    /// The incident.
    pub incident: Incident,
    /// Name of its type.
    pub kind: String,
    /// Where.
    pub place: String,
    /// Units that are out for it: call sign and state.
    pub units: Vec<(String, DispatchStatus)>,
    /// Whether nobody at a console has looked at it yet: it sounds until somebody has.
    pub is_unseen: bool,
    /// Whether whoever looks may say that they have seen it.
    pub sends: bool,
    /// What is late about it.
    pub late: Late,
}
impl HtmlSafe for IncidentRow {}

impl IncidentRow {
    /// The row of an incident with its dispatches.
    pub fn of(
        page: &Page,
        place: &Snapshot,
        types: &[IncidentType],
        units: &[Unit],
        incident: &Incident,
        dispatches: &[Dispatch],
    ) -> IncidentRow {
        let sign = |id: Uuid| units.iter().find(|unit| unit.id == id).map(|unit| unit.call_sign.clone());
        let out = dispatches.iter().filter(|dispatch| dispatch.status.is_out());
        IncidentRow {
            page: page.clone(),
            kind: type_name(types, &incident.kind),
            place: place_line(place, incident),
            units: out.filter_map(|dispatch| Some((sign(dispatch.unit)?, dispatch.status))).collect(),
            late: Late::none(page),
            incident: incident.clone(),
            is_unseen: false,
            sends: false,
        }
    }

    /// The same row of an incident that nobody has looked at.
    #[must_use]
    pub fn unseen(self, is_unseen: bool, sends: bool) -> IncidentRow {
        IncidentRow { is_unseen: is_unseen && self.incident.status == IncidentStatus::Open, sends, ..self }
    }

    /// The row with what is late about it.
    #[must_use]
    pub fn late(self, runs: &[Run]) -> IncidentRow {
        IncidentRow { late: Late::of(&self.page, self.incident.id, runs), ..self }
    }

    fn number(&self) -> String {
        number::shown(self.incident.serial)
    }

    fn label(&self) -> String {
        format!("emergency.incident_status.{}", self.incident.status.name())
    }

    fn tag(&self) -> Tag {
        incident_tag(self.incident.status)
    }

    /// What is known of victims; nothing while nobody knows, so that a row stays short.
    fn victims(&self) -> Option<String> {
        let known = self.incident.victims_known();
        (known != Victims::Unknown).then(|| victims_word(&self.page, known))
    }

    fn has_victims(&self) -> bool {
        matches!(self.incident.victims_known(), Victims::Some(_))
    }

    fn step_label(&self, status: &DispatchStatus) -> String {
        format!("emergency.dispatch_status.{}", status.name())
    }
}

/// A unit as a row of the board.
#[derive(Template, Clone)]
#[template(path = "emergency/unit_row.html")]
pub struct UnitRow {
    /// The page that it stands on.
    pub page: Page,
    /// The unit.
    pub unit: Unit,
    /// Name of its agency.
    pub agency: String,
}
impl HtmlSafe for UnitRow {}

impl UnitRow {
    /// The row of a unit.
    pub fn of(page: &Page, place: &Snapshot, unit: &Unit) -> UnitRow {
        let agency = place.agency(unit.agency).map(|agency| agency.short.clone());
        UnitRow { page: page.clone(), unit: unit.clone(), agency: agency.unwrap_or_default() }
    }

    fn label(&self) -> String {
        format!("emergency.unit_status.{}", self.unit.status.name())
    }

    fn tag(&self) -> Tag {
        unit_tag(self.unit.status)
    }

    fn kind(&self) -> String {
        format!("emergency.unit_kind.{}", self.unit.kind)
    }

    /// Whether whoever looks may say what it does.
    fn sends(&self) -> bool {
        self.page.may(Permission::SendUnits)
    }
}
