//! Everything that can be done in this room, and the only code that writes.

mod after;
mod ami;
mod attempt;
mod block;
mod call;
mod card;
mod cdr;
mod crew;
mod cti;
mod dispatch;
mod drill;
mod field;
mod handover;
mod help;
mod incident;
mod keep;
pub(crate) mod late;
mod link;
mod offer;
mod paper;
mod place;
mod recording;
mod retention;
mod shift;
mod silence;
mod stage;
pub(crate) mod timer;
mod unit;

pub use after::{AddLesson, FinishLesson, LESSON, NoticeIncident};
pub use ami::{DropSwitch, SetSwitch, TRUNK, TellSwitch};
pub use attempt::{AskCallBack, BACK_ASKED, CallBack, HangUp, TakeCallBack, TellAttempt};
pub use block::{BLOCK, BlockNumber, LiftBlock};
pub use call::{BeatClaims, CallDone, ClaimCall, ClassifyCall, KeepField, OpenCall, SitAt, UnclassifyCall};
pub use card::{AnswerCard, SaveCard};
pub use cdr::{CdrDone, ImportCdr};
pub use crew::{AddPhoto, CREW_LATE_MAX_HOURS, CrewMoves, CrewNotes, CrewSays, CrewSteps, ReportUnit};
pub use cti::HearCti;
pub use dispatch::{DispatchDone, SendUnits, StepDispatch};
pub use drill::{BeatDrill, DRILL, DrillStarted, DrillUnitHere, EndDrill, OpenDrillIncident, StartDrill, TellInbox};
pub use field::{LogWord, SendQuickReport, SetDisaster, VerifyIncident, WaysOut};
pub use handover::{AcknowledgeHandover, HandOver, ReceiveHandover};
pub use help::{AskHelp, ComeToHelp, EndHelp, HelpEnds};
pub use incident::{
    AddNote, AttachCall, CancelIncident, ChangeIncident, CloseIncident, ControlIncident, CountLosses, IncidentDone,
    MergeIncident, NOTE_MAX_CHARS, OpenIncident, RaiseAlarm, UnmergeIncident,
};
pub use keep::{AddWord, DropWord, SayUnit, SetContact, SetType, SetUnit, TakeUnitKey};
pub use link::{LinkIncidents, UnlinkIncidents};
pub use offer::{AnswerFollowUp, DismissOffer, LeaveToAgency, OFFER, OfferIncident, TakeOffer};
pub use paper::EnterPaperCall;
pub use place::{FollowPlaceLink, LOCATED, NotePlace, SendPlaceLink};
pub use recording::OpenRecording;
pub use retention::{CALLER_KEPT_DAYS, ForgetCallers};
pub use shift::{AcceptShift, AddDuty, DropDuty, HandOverShift, SHIFT, WriteStanding};
pub use silence::{LineFellSilent, SILENCE};
pub use stage::{
    ConfirmStage, DropProtocol, EndItem, ITEM, STAGE, SaveGuide, SaveProtocol, SeedProtocols, StageDone, may_end,
};
pub use timer::SetTimer;
pub use unit::{AddUnit, GiveUnitKey, MoveUnit, SeedTypes};

use simpul_kernel::{Ctx, Refusal};
use simpul_store::{Error, Result, Tx};
use uuid::Uuid;

use crate::model::seed::UNIT_KINDS;
use crate::model::{Call, CallStatus, Incident, Unit};
use crate::sql;

/// What the journal calls a call.
pub const CALL: &str = "call";
/// What the journal calls an incident.
pub const INCIDENT: &str = "incident";
/// What the ticker calls a dispatch; the journal tells of it under its incident.
pub const DISPATCH: &str = "dispatch";
/// What the journal calls a unit.
pub const UNIT: &str = "unit";

async fn load_call(tx: &mut Tx, id: Uuid) -> Result<Call> {
    sql::call::by_id(tx, id).await?.ok_or(Error::NotFound("call"))
}

async fn load_incident(tx: &mut Tx, id: Uuid) -> Result<Incident> {
    sql::incident::by_id(tx, id).await?.ok_or(Error::NotFound("incident"))
}

async fn load_unit(tx: &mut Tx, id: Uuid) -> Result<Unit> {
    sql::unit::by_id(tx, id).await?.filter(|unit| unit.active).ok_or(Error::NotFound("unit"))
}

/// Who acts, as a claim and a note name them.
fn who(ctx: &Ctx) -> String {
    ctx.actor.journal_name()
}

/// The kind of the journal line that tells where a call stands now.
fn kind_of(status: CallStatus) -> &'static str {
    match status {
        CallStatus::Ringing => "call.ringing",
        CallStatus::Answered => "call.answered",
        CallStatus::Held => "call.held",
        CallStatus::WrapUp | CallStatus::Ended => "call.over",
        CallStatus::Abandoned => "call.abandoned",
        CallStatus::Missed => "call.missed",
    }
}

/// Refuses what would mix a drill with what is real.
///
/// # Errors
/// `emergency.refused.drill_mix`.
fn unmixed(one: bool, other: bool) -> Result<()> {
    if one == other { Ok(()) } else { Err(Refusal::new("emergency.refused.drill_mix").into()) }
}

/// Refuses a kind of units that there is not.
fn known_kind(kind: &str) -> std::result::Result<(), Refusal> {
    let known = UNIT_KINDS.iter().any(|(known, _)| *known == kind);
    if known { Ok(()) } else { Err(Refusal::field("kind", "emergency.refused.kind")) }
}
