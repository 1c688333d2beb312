//! Duties, and one shift handed over to the next.

use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, Timestamp, words};
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::incident::NOTE_MAX_CHARS;
use crate::model::shift::{Duty, ITEMS_MAX_COUNT, Item, ItemKind, PART_MAX_CHARS, Shift};
use crate::model::{UnitStatus, number};
use crate::sql;

/// What the journal calls a shift.
pub const SHIFT: &str = "shift";
/// Most incidents, calls, and hand-overs of each kind that are left to the next shift.
const EACH_MAX_COUNT: i64 = 50;

/// Somebody is on duty.
#[derive(Debug, Clone)]
pub struct AddDuty {
    /// Who.
    pub officer: Uuid,
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
    /// As what.
    pub part: String,
}

impl Action for AddDuty {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEmergency)?;
        let part = words::clean_line("part", &self.part, PART_MAX_CHARS, false)?;
        let officer = simpul_people::sql::officers::by_id(tx, self.officer).await?;
        if officer.is_none_or(|officer| !officer.active) {
            return Err(Refusal::field("officer", "emergency.refused.officer").into());
        }
        let duty = Duty { id: ctx.new_id(), officer: self.officer, begins: self.begins, ends: self.ends, part };
        duty.check()?;
        sql::shift::insert_duty(tx, &duty);
        let body = json!({ "officer": duty.officer, "begins": duty.begins.0, "ends": duty.ends.0 });
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.duty_added", body);
        Ok(duty.id)
    }
}

/// Somebody is not on duty after all.
#[derive(Debug, Clone)]
pub struct DropDuty {
    /// Which duty.
    pub duty: Uuid,
}

impl Action for DropDuty {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        if !sql::shift::drop_duty(tx, self.duty).await? {
            return Err(Error::NotFound("duty"));
        }
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.duty_dropped", json!({ "duty": self.duty }));
        Ok(())
    }
}

/// What the room keeps in mind from shift to shift.
#[derive(Debug, Clone)]
pub struct WriteStanding {
    /// All of it.
    pub text: String,
}

impl Action for WriteStanding {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let text = words::clean_text("standing", &self.text, NOTE_MAX_CHARS, false)?;
        sql::shift::save_standing(tx, &text, ctx.now(), &super::who(ctx)).await?;
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.standing_written", json!({}));
        Ok(())
    }
}

/// A shift is handed over: whoever does it signs with their own sign-in.
#[derive(Debug, Clone)]
pub struct HandOverShift {
    /// Makes a retry safe.
    pub key: Uuid,
    /// What happened.
    pub text: String,
    /// What else the next shift must accept, a line each.
    pub items: String,
}

impl Action for HandOverShift {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::SendUnits)?;
        let officer = ctx.actor.officer_id().ok_or(Error::NotFound("officer"))?;
        let text = words::clean_text("text", &self.text, NOTE_MAX_CHARS, false)?;
        let written = words::clean_text("items", &self.items, NOTE_MAX_CHARS, false)?;
        let last = sql::shift::shifts(tx, 1).await?.pop();
        if last.as_ref().is_some_and(|last| last.accepted.is_none()) {
            return Err(Refusal::new("emergency.refused.shift_waits").into());
        }
        let begins = last.and_then(|last| last.accepted).map_or(ctx.now(), |(at, _)| at);
        let id = ctx.new_id();
        let shift = Shift { id, begins, handed: ctx.now(), handed_by: officer, text, accepted: None };
        let mut items = left_open(tx, ctx).await?;
        for line in written.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let text = words::clean_line("items", line, LINE_MAX_CHARS, true)?;
            items.push(item(ctx, ItemKind::Written, None, text));
        }
        items.truncate(ITEMS_MAX_COUNT);
        sql::shift::insert(tx, &shift, &items);
        tx.journal(ctx, SHIFT, shift.id, "shift.handed_over", json!({ "items": items.len() }));
        Ok(shift.id)
    }
}

fn item(ctx: &Ctx, kind: ItemKind, about: Option<Uuid>, text: String) -> Item {
    Item { id: ctx.new_id(), kind, about, text, accepted: None }
}

/// What is open by itself: incidents, calls, hand-overs that nobody confirmed, units that can't be sent. No numbers of
/// callers stand in it.
async fn left_open(tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    let types = sql::incident::types(tx).await?;
    let name = |code: &str| types.iter().find(|kind| kind.code == code).map_or(code.to_owned(), |k| k.name.clone());
    for incident in sql::incident::active(tx, EACH_MAX_COUNT).await? {
        let text =
            format!("{} P{} {}", number::shown(incident.serial), incident.priority.level(), name(&incident.kind));
        items.push(item(ctx, ItemKind::Incident, Some(incident.id), text));
    }
    let since = ctx.now().plus_micros(-DAY_MICROS);
    let mut calls = sql::call::open(tx, EACH_MAX_COUNT).await?;
    calls.extend(sql::call::lost(tx, since, EACH_MAX_COUNT).await?);
    for call in calls {
        items.push(item(ctx, ItemKind::Call, Some(call.id), call.trunk.clone()));
    }
    let contacts = sql::field::contacts(tx).await?;
    for open in sql::handover::open(tx).await? {
        let contact = contacts.iter().find(|contact| contact.id == open.contact);
        let text = contact.map_or_else(String::new, |contact| contact.name.clone());
        items.push(item(ctx, ItemKind::Handover, Some(open.incident), text));
    }
    for unit in sql::unit::all(tx).await?.into_iter().filter(|unit| unit.status == UnitStatus::OutOfService) {
        let reason = sql::field::card(tx, unit.id).await?.reason;
        let text = if reason.is_empty() { unit.call_sign } else { format!("{}: {reason}", unit.call_sign) };
        items.push(item(ctx, ItemKind::Unit, Some(unit.id), text));
    }
    Ok(items)
}

/// The next shift takes over, with everything that is open accepted by name.
#[derive(Debug, Clone)]
pub struct AcceptShift {
    /// Which.
    pub shift: Uuid,
    /// The items that were ticked.
    pub items: Vec<Uuid>,
}

impl Action for AcceptShift {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let officer = ctx.actor.officer_id().ok_or(Error::NotFound("officer"))?;
        let before = sql::shift::shift(tx, self.shift).await?.ok_or(Error::NotFound("shift"))?;
        let items = sql::shift::items(tx, before.id).await?;
        let after = before.accept(officer, &items, &self.items, ctx.now())?;
        sql::shift::accept(tx, after.id, ctx.now(), officer).await?;
        tx.journal(ctx, SHIFT, after.id, "shift.accepted", json!({ "items": items.len() }));
        Ok(())
    }
}
