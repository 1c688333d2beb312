//! A drill begins and ends. What is played between is done by the same actions as everything else.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::geo::Point;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::call::hang_up;
use super::{CALL, INCIDENT, IncidentDone, NOTE_MAX_CHARS, OFFER, OpenIncident, UNIT, load_call};
use crate::board::ACTIVE_MAX_COUNT;
use crate::model::drill::{CitizenTold, Drill};
use crate::model::{Call, CallClass, CallOutcome, CallStatus, DispatchStatus, Incident, Verdict};
use crate::sql;

/// What the journal calls a drill.
pub const DRILL: &str = "drill";
/// Most calls of a drill that are ended with it.
const CALLS_MAX_COUNT: i64 = 2_000;
/// Most offers of a drill that are ended with it.
const OFFERS_MAX_COUNT: i64 = 500;
/// What an incident of a drill is closed with when the drill ends before it.
const RESULT: &str = "GLADI selesai";

/// A unit of a drill, where it stands in this region.
#[derive(Debug, Clone)]
pub struct DrillUnitHere {
    /// What it is called.
    pub call_sign: String,
    /// Its kind.
    pub kind: String,
    /// Its agency.
    pub agency: Uuid,
    /// Where it stands.
    pub base: Point,
}

/// A drill that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillStarted {
    /// Its id.
    pub id: Uuid,
    /// Its units: call sign and id.
    pub units: Vec<(String, Uuid)>,
}

/// A drill begins: its units come into being.
#[derive(Debug, Clone)]
pub struct StartDrill {
    /// The scenario's name.
    pub name: String,
    /// How many steps it has.
    pub steps: i64,
    /// Its units.
    pub units: Vec<DrillUnitHere>,
}

impl Action for StartDrill {
    type Output = DrillStarted;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<DrillStarted> {
        require(ctx, Permission::ManageEmergency)?;
        if let Some(running) = sql::drill::running(tx).await? {
            return Err(Refusal::new("emergency.refused.drill_running").with("name", running.name).into());
        }
        let now = ctx.now();
        let name = self.name.clone();
        let drill =
            Drill { id: ctx.new_id(), name, started: now, ended: None, steps: self.steps, played: 0, beat: now };
        sql::drill::insert(tx, &drill);
        let mut units = Vec::new();
        for unit in &self.units {
            let id = bring(tx, ctx, unit).await?;
            tx.journal(ctx, UNIT, id, "unit.added", json!({ "kind": unit.kind, "drill": true }));
            units.push((unit.call_sign.clone(), id));
        }
        tx.journal(ctx, DRILL, drill.id, "drill.started", json!({ "steps": self.steps }));
        Ok(DrillStarted { id: drill.id, units })
    }
}

/// A unit of an earlier drill is used again; a real one never is.
async fn bring(tx: &mut Tx, ctx: &Ctx, unit: &DrillUnitHere) -> Result<Uuid> {
    let DrillUnitHere { call_sign, kind, agency, base } = unit;
    let Some(known) = sql::unit::by_call_sign(tx, call_sign).await? else {
        let id = ctx.new_id();
        sql::drill::insert_unit(tx, id, *agency, call_sign, kind, *base);
        return Ok(id);
    };
    if sql::drill::revive_unit(tx, known.id, *agency, kind, *base).await? {
        return Ok(known.id);
    }
    let refusal = Refusal::field("call_sign", "emergency.refused.drill_call_sign");
    Err(refusal.with("unit", call_sign.clone()).into())
}

/// The drill goes on. It is no line of the journal: what it does is.
#[derive(Debug, Clone)]
pub struct BeatDrill {
    /// Which.
    pub drill: Uuid,
    /// Steps that were played.
    pub played: i64,
}

impl Action for BeatDrill {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        require(ctx, Permission::ManageEmergency)?;
        sql::drill::beat(tx, self.drill, self.played, ctx.now()).await
    }
}

/// A citizen would report something now: the citizens' inbox takes it, and offers it to the call takers.
#[derive(Debug, Clone)]
pub struct TellInbox {
    /// What is reported.
    pub told: CitizenTold,
}

impl Action for TellInbox {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let running = sql::drill::running(tx).await?.filter(|drill| drill.id == self.told.drill);
        let drill = running.ok_or(Error::NotFound("drill"))?;
        let text = words::clean_text("text", &self.told.text, NOTE_MAX_CHARS, true)?;
        sql::drill::insert_told(tx, &CitizenTold { text, ..self.told.clone() });
        tx.journal(ctx, DRILL, drill.id, "drill.reported", json!({ "report": self.told.id }));
        Ok(())
    }
}

/// An incident of a drill that no call tells of.
#[derive(Debug, Clone)]
pub struct OpenDrillIncident {
    /// What is opened.
    pub open: OpenIncident,
}

impl Action for OpenDrillIncident {
    type Output = IncidentDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.open.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        self.open.open(tx, ctx, true).await
    }
}

/// A drill ends, and with it every call, incident and unit of it. Whoever may send units may end it: when something
/// really happens, nobody waits for a supervisor.
#[derive(Debug, Clone)]
pub struct EndDrill {
    /// Which.
    pub drill: Uuid,
}

impl Action for EndDrill {
    type Output = bool;

    /// Answers whether it was running.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        require(ctx, Permission::SendUnits)?;
        if !sql::drill::end(tx, self.drill, ctx.now()).await? {
            return Ok(false);
        }
        let incidents = sql::incident::active(tx, ACTIVE_MAX_COUNT).await?;
        for incident in incidents.into_iter().filter(|incident| incident.drill) {
            end_incident(tx, ctx, incident).await?;
        }
        for unit in sql::unit::all(tx).await?.into_iter().filter(|unit| unit.drill) {
            sql::drill::retire_unit(tx, unit.id).await?;
            tx.journal(ctx, UNIT, unit.id, "unit.retired", json!({ "drill": true }));
        }
        for offer in sql::offer::open(tx, OFFERS_MAX_COUNT).await?.into_iter().filter(|offer| offer.drill) {
            sql::offer::decide(tx, offer.id, ctx.now(), None).await?;
            let body = json!({ "source": offer.source.name(), "of": offer.subject });
            tx.journal(ctx, OFFER, offer.id, "offer.dismissed", body);
        }
        let open = sql::call::open(tx, CALLS_MAX_COUNT).await?;
        let lost =
            sql::call::lost(tx, ctx.now().plus_micros(-simpul_kernel::clock::DAY_MICROS), CALLS_MAX_COUNT).await?;
        for call in open.into_iter().chain(lost).filter(|call| call.drill) {
            end_call(tx, ctx, call.id).await?;
        }
        tx.journal(ctx, DRILL, self.drill, "drill.ended", json!({}));
        Ok(true)
    }
}

async fn end_incident(tx: &mut Tx, ctx: &Ctx, incident: Incident) -> Result<()> {
    for before in sql::incident::dispatches(tx, incident.id).await? {
        if !before.status.is_out() {
            continue;
        }
        let called_back = before.status.next().contains(&DispatchStatus::Cancelled);
        let to = if called_back { DispatchStatus::Cancelled } else { DispatchStatus::Cleared };
        let after = before.step(to, ctx.now())?;
        super::dispatch::stepped(tx, ctx, &before, after).await?;
    }
    let incident = sql::incident::by_id(tx, incident.id).await?.ok_or(Error::NotFound("incident"))?;
    let after = incident.cancel(RESULT, &[], ctx.now())?;
    sql::incident::save(tx, &after).await?;
    tx.journal(ctx, INCIDENT, after.id, "incident.cancelled", json!({ "status": after.status.name() }));
    Ok(())
}

async fn end_call(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    let call = load_call(tx, id).await?;
    let call = hang_up(tx, ctx, call).await?;
    let status = if call.status == CallStatus::WrapUp { CallStatus::Ended } else { call.status };
    let verdict = Some(Verdict { class: CallClass::Test, outcome: CallOutcome::None, at: ctx.now() });
    let after = Call { status, verdict, version: call.version + 1, ..call };
    sql::call::save(tx, &after).await?;
    tx.cancel_deadlines(ctx, after.id, None).await?;
    let body = json!({ "class": "test", "outcome": "none", "status": status.name() });
    tx.journal(ctx, CALL, after.id, "call.classified", body);
    Ok(())
}
