//! Units are sent, and tell how far they are.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::unmixed;
use super::{INCIDENT, UNIT, load_incident, load_unit};
use crate::model::{Dispatch, DispatchStatus, Incident, Unit};
use crate::sql;

/// Most units that are sent at once.
pub const SENT_MAX_COUNT: usize = 20;

/// Where a dispatch stands after something was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchDone {
    /// Its id.
    pub id: Uuid,
    /// Its unit.
    pub unit: Uuid,
    /// The unit's call sign.
    pub call_sign: String,
    /// The name of its state.
    pub status: String,
}

impl DispatchDone {
    fn of(dispatch: &Dispatch, unit: &Unit) -> DispatchDone {
        DispatchDone {
            id: dispatch.id,
            unit: unit.id,
            call_sign: unit.call_sign.clone(),
            status: dispatch.status.name().to_owned(),
        }
    }
}

/// Units are sent to an incident: all of them, or none.
#[derive(Debug, Clone)]
pub struct SendUnits {
    /// Makes a retry safe.
    pub key: Uuid,
    /// To which incident.
    pub incident: Uuid,
    /// Which units.
    pub units: Vec<Uuid>,
}

impl Action for SendUnits {
    type Output = Vec<DispatchDone>;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<DispatchDone>> {
        require(ctx, Permission::SendUnits)?;
        if self.units.is_empty() || self.units.len() > SENT_MAX_COUNT {
            let refusal = Refusal::field("units", "emergency.refused.units");
            return Err(refusal.with("most", SENT_MAX_COUNT.to_string()).into());
        }
        let incident = load_incident(tx, self.incident).await?.dispatched(ctx.now())?;
        let mut units = Vec::new();
        let asked: BTreeSet<Uuid> = self.units.iter().copied().collect();
        for id in &asked {
            let unit = free(tx, *id).await?;
            unmixed(unit.drill, incident.drill)?;
            units.push(unit);
        }
        super::after::advise(tx, ctx, &incident, &units).await?;
        let mut done = Vec::new();
        for unit in &units {
            let dispatch = Dispatch::new(ctx.new_id(), incident.id, unit.id, ctx.now());
            sql::incident::insert_dispatch(tx, &dispatch);
            sql::unit::set_status(tx, unit.id, dispatch.status.unit_status(), unit.rested).await?;
            let state = incident.status.name();
            let body = json!({ "unit": unit.id, "dispatch": dispatch.id, "state": state });
            tx.journal(ctx, INCIDENT, incident.id, "incident.dispatched", body);
            done.push(DispatchDone::of(&dispatch, unit));
        }
        sql::incident::save(tx, &incident).await?;
        Ok(done)
    }
}

/// A unit that is out for nothing. One that says it is busy may be sent, by a dispatcher who knows better; none is sent
/// to two places.
async fn free(tx: &mut Tx, id: Uuid) -> Result<Unit> {
    let unit = load_unit(tx, id).await?;
    if sql::incident::out_for(tx, unit.id).await?.is_some() {
        return Err(Refusal::field("units", "emergency.refused.unit_out").with("unit", unit.call_sign).into());
    }
    Ok(unit)
}

/// A unit comes to its next step, or is called back.
#[derive(Debug, Clone)]
pub struct StepDispatch {
    /// Which dispatch.
    pub dispatch: Uuid,
    /// Which step.
    pub to: DispatchStatus,
}

impl Action for StepDispatch {
    type Output = DispatchDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<DispatchDone> {
        require(ctx, Permission::SendUnits)?;
        let before = sql::incident::dispatch(tx, self.dispatch).await?.ok_or(Error::NotFound("dispatch"))?;
        let after = before.step(self.to, ctx.now())?;
        stepped(tx, ctx, &before, after).await
    }
}

/// The unit of an incident that was merged moves for the one that stayed.
async fn moved_for(tx: &mut Tx, ctx: &Ctx, (into, dispatch): (Uuid, &Dispatch), at: Timestamp) -> Result<()> {
    let into = load_incident(tx, into).await?.moved(dispatch.status, at);
    sql::incident::save(tx, &into).await?;
    let body = json!({ "dispatch": dispatch.id, "status": dispatch.status.name(), "state": into.status.name() });
    tx.journal(ctx, INCIDENT, into.id, "incident.unit_moved", body);
    Ok(())
}

/// Keeps a step: the dispatch, its unit and its incident, and tells of it.
pub(super) async fn stepped(tx: &mut Tx, ctx: &Ctx, before: &Dispatch, after: Dispatch) -> Result<DispatchDone> {
    let unit = load_unit(tx, before.unit).await?;
    if after == *before {
        return Ok(DispatchDone::of(&after, &unit));
    }
    sql::incident::save_dispatch(tx, &after).await?;
    let rested = if after.status.is_out() { unit.rested } else { Some(ctx.now()) };
    sql::unit::set_status(tx, unit.id, after.status.unit_status(), rested).await?;
    let at = if after.status == before.status { ctx.now() } else { after.last_told() };
    let incident: Incident = load_incident(tx, after.incident).await?.moved(after.status, at);
    sql::incident::save(tx, &incident).await?;
    if let Some(into) = incident.merged_into {
        moved_for(tx, ctx, (into, &after), at).await?;
    }
    let (status, state) = (after.status.name(), incident.status.name());
    let body = json!({ "unit": unit.id, "dispatch": after.id, "status": status, "state": state });
    tx.journal(ctx, INCIDENT, incident.id, "incident.unit_moved", body);
    tx.journal(ctx, UNIT, unit.id, "unit.status", json!({ "status": after.status.unit_status().name() }));
    Ok(DispatchDone::of(&after, &unit))
}
