//! Instruments and scores come in; rounds are held.

pub mod cohorts;
pub mod instrument;
pub mod round;
pub mod sample;
pub mod scores;
pub mod survey;

pub use cohorts::{ImportCohorts, ImportedCohorts};
pub use instrument::{ImportInstrument, ImportedInstrument};
pub use round::{AssignAnswer, CheckAnswer, DecideRound, GiveAnswer, GiveMark, OpenRound, SubmitRound};
pub use scores::{ImportScores, ImportedScores, KnownRegion};
pub use survey::{AnswerSurvey, ApplySurvey, OpenSurvey, SetSurveyOpen};

use simpul_kernel::{ActorKind, Ctx, RegionId};
use simpul_people::{Permission, require};
use simpul_store::{Error, Result};

/// What the journal calls an instrument.
pub const INSTRUMENT: &str = "plan_instrument";

/// What belongs to all regions is imported by a command on the server only.
fn require_server(ctx: &Ctx) -> Result<()> {
    require(ctx, Permission::ManageEvaluation)?;
    if ctx.region != RegionId::SHARED {
        return Err(Error::Broken("instruments stand in the shared database".into()));
    }
    if !matches!(ctx.actor.kind, ActorKind::System(_)) {
        return Err(Error::Forbidden("instruments are imported on the server"));
    }
    Ok(())
}
