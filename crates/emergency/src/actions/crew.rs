//! What a crew does from its page: it is known by the key of its unit and does what concerns that unit only.

use serde_json::json;
use simpul_kernel::clock::{HOUR_MICROS, SECOND_MICROS};
use simpul_kernel::{ActorKind, Ctx, Refusal, Timestamp, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::incident::{NOTE_MAX_CHARS, write_note};
use super::{DispatchDone, INCIDENT, UNIT, load_incident, load_unit, who};
use crate::model::unit::POSITION_AHEAD_MAX_SECONDS;
use crate::model::{Dispatch, DispatchStatus, NoteWay, PhotoFiles, Position, Unit, UnitStatus};
use crate::sql;

/// How old a step may be that waited for a signal, in hours; an older one counts from when it came.
pub const CREW_LATE_MAX_HOURS: i64 = 12;
/// Most photos of one incident.
const PHOTOS_MAX_COUNT: i64 = 50;

/// The unit whose crew acts.
fn crew(ctx: &Ctx) -> Result<Uuid> {
    match ctx.actor.kind {
        ActorKind::Unit(unit) => Ok(unit),
        _ => Err(Error::NotFound("unit")),
    }
}

/// The time that a phone told, if it can be true.
fn believed(at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let oldest = now.plus_micros(-CREW_LATE_MAX_HOURS * HOUR_MICROS);
    let latest = now.plus_micros(POSITION_AHEAD_MAX_SECONDS * SECOND_MICROS);
    match at {
        Some(at) if (oldest..=latest).contains(&at) => at.min(now),
        _ => now,
    }
}

/// A dispatch of the crew's own unit.
async fn own_dispatch(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<Dispatch> {
    let unit = crew(ctx)?;
    let found = sql::incident::dispatch(tx, id).await?;
    found.filter(|dispatch| dispatch.unit == unit).ok_or(Error::NotFound("dispatch"))
}

/// The crew's step, with the time at which it was pressed.
#[derive(Debug, Clone)]
pub struct CrewSteps {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which dispatch.
    pub dispatch: Uuid,
    /// Which step.
    pub to: DispatchStatus,
    /// When it was pressed, by the phone's clock.
    pub at: Option<Timestamp>,
}

impl Action for CrewSteps {
    type Output = DispatchDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<DispatchDone> {
        let before = own_dispatch(tx, ctx, self.dispatch).await?;
        if self.to == DispatchStatus::Cancelled {
            // A crew asks its dispatcher to be called back.
            return Err(Refusal::field("state", "emergency.refused.step").into());
        }
        let after = before.told(self.to, believed(self.at, ctx.now()), ctx.now())?;
        super::dispatch::stepped(tx, ctx, &before, after).await
    }
}

/// The crew writes a line of the incident's log.
#[derive(Debug, Clone)]
pub struct CrewNotes {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Of which dispatch.
    pub dispatch: Uuid,
    /// What.
    pub text: String,
}

impl Action for CrewNotes {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let dispatch = own_dispatch(tx, ctx, self.dispatch).await?;
        let text = words::clean_text("text", &self.text, NOTE_MAX_CHARS, true)?;
        write_note(tx, ctx, dispatch.incident, text, (NoteWay::Field, Some(dispatch.unit)));
        tx.journal(ctx, INCIDENT, dispatch.incident, "incident.noted", json!({ "unit": dispatch.unit }));
        Ok(())
    }
}

/// The crew adds a photo.
#[derive(Debug, Clone)]
pub struct AddPhoto {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Of which dispatch.
    pub dispatch: Uuid,
    /// Its files.
    pub files: PhotoFiles,
}

impl Action for AddPhoto {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let dispatch = own_dispatch(tx, ctx, self.dispatch).await?;
        let known = sql::field::photos(tx, dispatch.incident, PHOTOS_MAX_COUNT).await?;
        if i64::try_from(known.len()).is_ok_and(|count| count >= PHOTOS_MAX_COUNT) {
            let refusal = Refusal::field("photo", "emergency.refused.photos");
            return Err(refusal.with("most", PHOTOS_MAX_COUNT.to_string()).into());
        }
        sql::field::insert_photo(tx, ctx.new_id(), &dispatch, ctx.now(), &self.files);
        tx.journal(ctx, INCIDENT, dispatch.incident, "incident.photo", json!({ "unit": dispatch.unit }));
        Ok(())
    }
}

/// What the unit did, for the papers: its crew or the room writes it when it has cleared.
#[derive(Debug, Clone)]
pub struct ReportUnit {
    /// Of which dispatch.
    pub dispatch: Uuid,
    /// What was done.
    pub text: String,
}

impl Action for ReportUnit {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let dispatch = match ctx.actor.kind {
            ActorKind::Unit(_) => own_dispatch(tx, ctx, self.dispatch).await?,
            _ => {
                require(ctx, Permission::SendUnits)?;
                sql::incident::dispatch(tx, self.dispatch).await?.ok_or(Error::NotFound("dispatch"))?
            }
        };
        let text = words::clean_text("report", &self.text, NOTE_MAX_CHARS, true)?;
        let incident = load_incident(tx, dispatch.incident).await?;
        incident.must_be_active()?;
        sql::field::save_report(tx, &dispatch, &who(ctx), ctx.now(), &text).await?;
        tx.journal(ctx, INCIDENT, incident.id, "incident.unit_report", json!({ "dispatch": dispatch.id }));
        Ok(())
    }
}

/// The crew says what its unit does while it is not out.
#[derive(Debug, Clone)]
pub struct CrewSays {
    /// What it does now.
    pub status: UnitStatus,
    /// The agency's own word for it.
    pub word: String,
    /// Why it can't be sent.
    pub reason: String,
}

impl Action for CrewSays {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let unit = load_unit(tx, crew(ctx)?).await?;
        say(tx, ctx, unit, self.status, &self.word, &self.reason).await
    }
}

/// A unit that is not out does something else now. One that can't be sent says why.
pub(super) async fn say(
    tx: &mut Tx,
    ctx: &Ctx,
    unit: Unit,
    status: UnitStatus,
    word: &str,
    reason: &str,
) -> Result<()> {
    let word = words::clean_line("word", word, crate::model::unit::WORD_MAX_CHARS, false)?;
    let reason = words::clean_line("reason", reason, simpul_kernel::limits::LINE_MAX_CHARS, false)?;
    if !status.is_by_hand() {
        return Err(Refusal::field("status", "emergency.refused.unit_status").into());
    }
    if status == UnitStatus::OutOfService && reason.is_empty() {
        return Err(Refusal::field("reason", "emergency.refused.out_reason").into());
    }
    if sql::incident::out_for(tx, unit.id).await?.is_some() {
        return Err(Refusal::field("status", "emergency.refused.unit_out").with("unit", unit.call_sign).into());
    }
    sql::unit::set_status(tx, unit.id, status, unit.rested).await?;
    sql::field::set_word(tx, unit.id, &word, &reason).await?;
    tx.journal(ctx, UNIT, unit.id, "unit.status", json!({ "status": status.name() }));
    Ok(())
}

/// The crew's phone tells where it is. Positions come each second and are no line of the journal; what comes faster
/// changes nothing.
#[derive(Debug, Clone)]
pub struct CrewMoves {
    /// Where.
    pub position: Position,
}

impl Action for CrewMoves {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        self.position.check(ctx.now())?;
        sql::unit::set_position(tx, crew(ctx)?, &self.position).await
    }
}
