//! Everything that can be done in the room, and the only code that writes.

pub mod body;
mod carry;
pub mod commitment;
pub mod evaluation;
pub mod evidence;
pub mod form;
pub mod framework;
pub mod guest;
pub mod import;
pub mod indicator;
pub mod item;
pub mod library;
pub mod meeting;
pub mod notice;
pub mod plan;
pub mod progress;
pub mod progress_file;
pub mod template;

pub use body::{AddBody, AddMember, ChangeBody, Charter, DropMember, Seat};
pub use carry::{Carried, CarryOver};
pub use commitment::{
    AddCommitment, ChangeCommitment, CloseCommitment, Draft, EnterSignature, ReportCommitment, Scan, SignCommitment,
};
pub use form::{FormDone, ImportForm};
pub use framework::{AddFramework, SeedFramework};
pub use guest::{AddGuest, Attendee, DropGuest, SignAttendance};
pub use import::{EnsurePlan, ImportDrafts, Imported};
pub use indicator::{DropBudget, DropIndicator, SaveBudget, SaveIndicator, SetTargets, as_set};
pub use item::{AddItem, DropItem, FinishItem, MoveItem, NewTask, ReopenItem};
pub use library::{ImportLibrary, ImportedLibrary};
pub use meeting::{
    AddPoint, CancelMeeting, ChangeMeeting, Decide, DropPoint, FinishMinutes, HoldMeeting, Invitation, NameSigner,
    PlanMeeting, WriteMinutes,
};
pub use notice::{IssueNotice, SetNoticeForm};
pub use plan::{
    AddParty, AddProgramme, ChangePlan, ChangeProgramme, DropParty, MoveProgramme, Over, PlanHead, ProgrammeHead,
    PutInForce, StartPlan, mark_of,
};
pub use progress::{CheckProgress, Kept, OpenPeriods, OverrideStatus, PutOffLock, WriteProgress};
pub use progress_file::ImportProgress;
pub use template::{DropTemplate, SaveTemplate};

use simpul_kernel::Ctx;

/// Who acts, as tables and the journal name them.
pub(crate) fn who(ctx: &Ctx) -> String {
    ctx.actor.journal_name()
}
