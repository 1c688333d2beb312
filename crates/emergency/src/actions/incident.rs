//! What is done with an incident.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::unmixed;
use super::{CALL, INCIDENT, load_call, load_incident, who};
use crate::model::incident::alarm_top;
use crate::model::place::radius_of;
use crate::model::{
    Dispatch, Incident, IncidentStatus, IncidentType, Losses, NoteWay, Priority, Site, Victims, number,
};
use crate::sql;
use crate::sql::field::Counted;
use crate::sql::incident::Note;

/// Longest note or result, in characters.
pub const NOTE_MAX_CHARS: usize = 2_000;
/// The counter from which incidents get their numbers.
const COUNTER: &str = "emergency.incident";

/// Where an incident stands after something was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentDone {
    /// Its id.
    pub id: Uuid,
    /// Its number, such as `112-0871`.
    pub number: String,
    /// The name of its state.
    pub status: String,
    /// Counts its changes.
    pub version: i64,
}

impl IncidentDone {
    pub(crate) fn of(incident: &Incident) -> IncidentDone {
        IncidentDone {
            id: incident.id,
            number: number::shown(incident.serial),
            status: incident.status.name().to_owned(),
            version: incident.version,
        }
    }
}

async fn type_of(tx: &mut Tx, code: &str) -> Result<IncidentType> {
    let types = sql::incident::types(tx).await?;
    let known = types.into_iter().find(|kind| kind.code == code && kind.active);
    known.ok_or_else(|| Refusal::field("type", "emergency.refused.type").into())
}

fn clean(site: &Site) -> Result<Site> {
    let landmark = words::clean_line("landmark", &site.landmark, LINE_MAX_CHARS, false)?;
    let site = Site { landmark, ..site.clone() };
    site.check()?;
    Ok(site)
}

/// Saves the incident and tells of it.
async fn tell(
    tx: &mut Tx,
    ctx: &Ctx,
    after: &Incident,
    kind: &'static str,
    body: serde_json::Value,
) -> Result<IncidentDone> {
    sql::incident::save(tx, after).await?;
    tx.journal(ctx, INCIDENT, after.id, kind, body);
    Ok(IncidentDone::of(after))
}

/// Something happens that needs units. Only place and type are needed.
#[derive(Debug, Clone)]
pub struct OpenIncident {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The call that tells of it.
    pub call: Option<Uuid>,
    /// Code of its type.
    pub kind: String,
    /// How urgent, where it differs from what its type says.
    pub priority: Option<Priority>,
    /// Where.
    pub site: Site,
    /// What the caller says of victims.
    pub victims: Victims,
    /// What else is known.
    pub note: String,
}

impl Action for OpenIncident {
    type Output = IncidentDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        self.open(tx, ctx, false).await
    }
}

impl OpenIncident {
    /// Opens it; without a call, `drill` says whether it belongs to one.
    pub(super) async fn open(&self, tx: &mut Tx, ctx: &Ctx, drill: bool) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let kind = type_of(tx, &self.kind).await?;
        let site = clean(&self.site)?;
        let note = words::clean_text("note", &self.note, NOTE_MAX_CHARS, false)?;
        let call = match self.call {
            Some(id) => Some(load_call(tx, id).await?.worked_by(&who(ctx), ctx.now())?),
            None => None,
        };
        if call.as_ref().is_some_and(|call| call.incident.is_some()) {
            return Err(Refusal::new("emergency.refused.call_has_incident").into());
        }
        let site = match (&call, site.point) {
            (Some(call), Some(point)) if site.radius_m.is_none() => {
                let radius_m = radius_of(&sql::place::of_call(tx, call.id).await?, point);
                Site { radius_m, ..site }
            }
            _ => site,
        };
        let incident = Incident {
            id: ctx.new_id(),
            serial: tx.next_number(COUNTER).await?,
            priority: self.priority.unwrap_or(kind.priority),
            kind: kind.code,
            status: IncidentStatus::Open,
            site,
            received: call.as_ref().map_or(ctx.now(), |call| call.started),
            answered: call.as_ref().and_then(|call| call.answered),
            opened: ctx.now(),
            sent: None,
            arrived: None,
            controlled: None,
            closed: None,
            result: None,
            victims: self.victims,
            losses: Losses::default(),
            merged_into: None,
            before_merge: None,
            drill: call.as_ref().map_or(drill, |call| call.drill),
            version: 1,
            alarm: 1,
        };
        sql::incident::insert(tx, &incident);
        if !note.is_empty() {
            write_note(tx, ctx, incident.id, note, (NoteWay::Note, None));
        }
        if let Some(call) = call {
            attach(tx, ctx, call, incident.id).await?;
        }
        let body = json!({
            "type": incident.kind,
            "priority": incident.priority.level(),
            "drill": incident.drill,
            "village": incident.site.village,
            "district": incident.site.district,
        });
        tx.journal(ctx, INCIDENT, incident.id, "incident.opened", body);
        Ok(IncidentDone::of(&incident))
    }
}

/// Writes a line of the log, with the way it came and the unit that it came from.
pub(super) fn write_note(tx: &mut Tx, ctx: &Ctx, incident: Uuid, body: String, how: (NoteWay, Option<Uuid>)) {
    let note = Note { id: ctx.new_id(), at: ctx.now(), author: who(ctx), body };
    sql::incident::insert_note(tx, incident, &note);
    if how != (NoteWay::Note, None) {
        sql::field::insert_way(tx, note.id, incident, how);
    }
}

async fn attach(tx: &mut Tx, ctx: &Ctx, call: crate::model::Call, incident: Uuid) -> Result<()> {
    let after = crate::model::Call { incident: Some(incident), version: call.version + 1, ..call };
    sql::call::save(tx, &after).await?;
    let by = after.claim.as_ref().map(|claim| claim.by.as_str());
    tx.journal(ctx, CALL, after.id, "call.attached", json!({ "incident": incident, "by": by }));
    Ok(())
}

/// Another caller tells of an incident that is known.
#[derive(Debug, Clone)]
pub struct AttachCall {
    /// Which call.
    pub call: Uuid,
    /// To which incident.
    pub incident: Uuid,
}

impl Action for AttachCall {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let incident = load_incident(tx, self.incident).await?;
        let call = load_call(tx, self.call).await?.worked_by(&who(ctx), ctx.now())?;
        unmixed(call.drill, incident.drill)?;
        incident.must_take(&call)?;
        let fields = sql::call::fields(tx, call.id).await?;
        attach(tx, ctx, call, incident.id).await?;
        let typed = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
        let told = incident.told(Victims::read(typed("victims"), typed("victims_count")));
        if told == incident {
            return Ok(IncidentDone::of(&incident));
        }
        let told = Incident { version: incident.version + 1, ..told };
        tell(tx, ctx, &told, "incident.counted", json!({})).await
    }
}

/// What is known of an incident changes.
#[derive(Debug, Clone)]
pub struct ChangeIncident {
    /// Which.
    pub incident: Uuid,
    /// Code of its type.
    pub kind: Option<String>,
    /// How urgent.
    pub priority: Option<Priority>,
    /// Where.
    pub site: Option<Site>,
}

impl Action for ChangeIncident {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let before = load_incident(tx, self.incident).await?;
        before.must_be_active()?;
        let kind = match &self.kind {
            Some(code) => type_of(tx, code).await?.code,
            None => before.kind.clone(),
        };
        let site = match &self.site {
            Some(site) => clean(site)?,
            None => before.site.clone(),
        };
        let priority = self.priority.unwrap_or(before.priority);
        let after = Incident { kind, site, priority, version: before.version + 1, ..before };
        let (village, district) = (after.site.village, after.site.district);
        let level = after.priority.level();
        let body = json!({ "type": after.kind, "priority": level, "village": village, "district": district });
        tell(tx, ctx, &after, "incident.changed", body).await
    }
}

/// A line of the incident's log.
#[derive(Debug, Clone)]
pub struct AddNote {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// What.
    pub text: String,
}

impl Action for AddNote {
    type Output = IncidentDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let incident = load_incident(tx, self.incident).await?;
        let text = words::clean_text("text", &self.text, NOTE_MAX_CHARS, true)?;
        write_note(tx, ctx, incident.id, text, (NoteWay::Note, None));
        tx.journal(ctx, INCIDENT, incident.id, "incident.noted", json!({}));
        Ok(IncidentDone::of(&incident))
    }
}

/// Harm as it becomes known.
#[derive(Debug, Clone)]
pub struct CountLosses {
    /// Which incident.
    pub incident: Uuid,
    /// What is known now.
    pub losses: Losses,
    /// What is said of victims now, where that changes.
    pub victims: Option<Victims>,
}

impl Action for CountLosses {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        self.losses.check()?;
        let before = load_incident(tx, self.incident).await?;
        let victims = self.victims.unwrap_or(before.victims);
        let after = Incident { losses: self.losses, victims, version: before.version + 1, ..before };
        let counted = Counted { at: ctx.now(), author: who(ctx), losses: self.losses };
        sql::field::insert_counted(tx, ctx.new_id(), after.id, &counted);
        tell(tx, ctx, &after, "incident.counted", json!({})).await
    }
}

/// It needs more than was sent for: the next level of alarm.
#[derive(Debug, Clone)]
pub struct RaiseAlarm {
    /// Which.
    pub incident: Uuid,
}

impl Action for RaiseAlarm {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::SendUnits)?;
        let before = load_incident(tx, self.incident).await?;
        let types = sql::incident::types(tx).await?;
        let after = before.raise(alarm_top(&types, &before.kind))?;
        tell(tx, ctx, &after, "incident.alarm_raised", json!({ "level": after.alarm })).await
    }
}

/// It is under control.
#[derive(Debug, Clone)]
pub struct ControlIncident {
    /// Which.
    pub incident: Uuid,
}

impl Action for ControlIncident {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::SendUnits)?;
        let after = load_incident(tx, self.incident).await?.control(ctx.now())?;
        tell(tx, ctx, &after, "incident.controlled", json!({})).await
    }
}

/// It is over, with its result.
#[derive(Debug, Clone)]
pub struct CloseIncident {
    /// Which.
    pub incident: Uuid,
    /// What was done (*hasil penanganan*).
    pub result: String,
}

impl Action for CloseIncident {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::SendUnits)?;
        let before = load_incident(tx, self.incident).await?;
        let result = words::clean_text("result", &self.result, NOTE_MAX_CHARS, false)?;
        let dispatches = sql::incident::whole_dispatches(tx, before.id).await?;
        let after = before.close(&result, &dispatches, ctx.now())?;
        must_be_reported(tx, &dispatches).await?;
        tell(tx, ctx, &after, "incident.closed", json!({})).await
    }
}

/// Every unit that was there has reported what it did.
async fn must_be_reported(tx: &mut Tx, dispatches: &[Dispatch]) -> Result<()> {
    let incidents: BTreeSet<Uuid> = dispatches.iter().map(|dispatch| dispatch.incident).collect();
    let mut reports = Vec::new();
    for incident in incidents {
        reports.extend(sql::field::reports(tx, incident).await?);
    }
    let mut silent = Vec::new();
    for dispatch in dispatches.iter().filter(|dispatch| dispatch.on_scene.is_some()) {
        if !reports.iter().any(|report| report.dispatch == dispatch.id) {
            let unit = sql::unit::by_id(tx, dispatch.unit).await?;
            silent.push(unit.map_or_else(String::new, |unit| unit.call_sign));
        }
    }
    if silent.is_empty() {
        return Ok(());
    }
    Err(Refusal::field("report", "emergency.refused.unit_report").with("units", silent.join(", ")).into())
}

/// It was none.
#[derive(Debug, Clone)]
pub struct CancelIncident {
    /// Which.
    pub incident: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for CancelIncident {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::SendUnits)?;
        let before = load_incident(tx, self.incident).await?;
        let reason = words::clean_text("result", &self.reason, NOTE_MAX_CHARS, false)?;
        let dispatches = sql::incident::whole_dispatches(tx, before.id).await?;
        let after = before.cancel(&reason, &dispatches, ctx.now())?;
        tell(tx, ctx, &after, "incident.cancelled", json!({})).await
    }
}

/// Two incidents are the same.
#[derive(Debug, Clone)]
pub struct MergeIncident {
    /// The one that goes.
    pub incident: Uuid,
    /// The number or id of the one that stays.
    pub into: Uuid,
}

impl Action for MergeIncident {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let before = load_incident(tx, self.incident).await?;
        let into = load_incident(tx, self.into).await?;
        if !sql::incident::merged_into(tx, before.id).await?.is_empty() {
            return Err(Refusal::new("emergency.refused.merge_chain").into());
        }
        unmixed(before.drill, into.drill)?;
        let after = before.merge(&into)?;
        let joined = into.joined(&sql::incident::dispatches(tx, before.id).await?);
        // Its timers stop before those of the one that stays begin.
        let done = tell(tx, ctx, &after, "incident.merged", json!({ "into": into.id })).await?;
        let body = json!({ "from": after.id, "state": joined.status.name() });
        tell(tx, ctx, &joined, "incident.joined", body).await?;
        Ok(done)
    }
}

/// They are not the same after all.
#[derive(Debug, Clone)]
pub struct UnmergeIncident {
    /// The one that was merged.
    pub incident: Uuid,
}

impl Action for UnmergeIncident {
    type Output = IncidentDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let before = load_incident(tx, self.incident).await?;
        let after = before.unmerge()?;
        let into = before.merged_into.ok_or(Error::NotFound("incident"))?;
        let leaving = sql::incident::dispatches(tx, before.id).await?;
        let left: Vec<Dispatch> = sql::incident::whole_dispatches(tx, into).await?;
        let left: Vec<Dispatch> = left.into_iter().filter(|one| one.incident != before.id).collect();
        let parted = load_incident(tx, into).await?.parted(&left, &leaving);
        let body = json!({ "from": after.id, "state": parted.status.name() });
        tell(tx, ctx, &parted, "incident.parted", body).await?;
        let body = json!({ "from": into, "state": after.status.name() });
        tell(tx, ctx, &after, "incident.unmerged", body).await
    }
}
