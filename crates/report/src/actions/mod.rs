//! Everything that can be done with a report: who may, read, decide, write, journal. The only code that writes.

mod answers;
mod category;
mod citizen;
mod direction;
mod draft;
mod erase;
mod import;
mod merge;
mod news;
mod officer;
mod pause;
mod photo;
mod rate;
mod retention;
mod saved;
mod submit;
mod system;

pub use answers::{PlanReport, RejectReport, ResolveReport, SendElsewhere};
pub use category::{SaveCategory, SaveReason, SeedRules};
pub use citizen::{AddOutsideNote, ConfirmFixed, FollowReport, Proof, ReopenReport};
pub use direction::GiveDirection;
pub use draft::{DropDraft, DropOldDrafts, SaveDraft};
pub use erase::{EraseFollower, EraseReporter, EraseWatcher, Erased, export};
pub use import::{ImportReports, Imported, ImportedNote, ImportedReport, Said, foresee};
pub use merge::{MergeReport, UnmergeReport};
pub use news::{LIST_ROWS_MAX_COUNT, RequestCode, Stop, StopNews, TypeCode, Typed, WATCH, Wants};
pub use officer::{
    AcceptReport, AddNote, AssignReport, DirectReport, HandBack, HideReport, ShowReport, StartWork, VerifyReport,
};
pub(crate) use pause::pause_is_over;
pub use pause::{AnswerQuestion, PauseReport, ResumeReport};
pub use photo::{PhotoFault, keep_photo};
pub use rate::{REASON_MAX_CHARS, RateReport};
pub use retention::ForgetReporters;
pub use saved::{DropFilter, RenameFilter, SAVED_FILTERS_MAX_COUNT, SAVED_NAME_MAX_CHARS, SaveFilter};
pub use submit::{Reporter, SubmitReport, Submitted};
pub use system::CloseReport;
pub(crate) use system::{close_in_silence, mark_late, warn_kabid};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require_in};
use simpul_store::{Deadline, Error, Result, Tx};
use uuid::Uuid;

use crate::model::{PhotoRef, Purpose, Report, public, what};
use crate::sql::{self, Event};

/// The subject of this room's journal lines.
pub const SUBJECT: &str = "report";

/// A rule's answer: what it lets through, or why not.
pub(crate) type Checked<T> = std::result::Result<T, Refusal>;

/// What the caller of a step learns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The report.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// The name of its state now.
    pub status: String,
    /// Its version now.
    pub version: i64,
}

impl Done {
    pub(crate) fn of(report: &Report) -> Done {
        Done {
            id: report.id,
            number: report.number.clone(),
            status: report.status().name().to_owned(),
            version: report.version,
        }
    }
}

/// What is told of a step, beside the report's own change.
#[derive(Default)]
pub(crate) struct Told<'a> {
    /// The journal's kind.
    pub kind: &'static str,
    /// Whether the public may read it.
    pub public: bool,
    /// What was said: stands in the room's tables only.
    pub note: Option<&'a str>,
    /// Ids and codes: stand in the journal too.
    pub detail: Option<Value>,
    /// Photos that come with it.
    pub photos: &'a [PhotoRef],
    /// What the photos show.
    pub purpose: Option<Purpose>,
}

pub(crate) async fn load(tx: &mut Tx, id: Uuid) -> Result<Report> {
    sql::by_id(tx, id).await?.ok_or(Error::NotFound("report"))
}

/// The report as it is, where the actor may do this with it. What the actor may not see is not there.
pub(crate) async fn load_for(tx: &mut Tx, ctx: &Ctx, id: Uuid, permission: Permission) -> Result<Report> {
    let report = load(tx, id).await?;
    if !public::may_see(&ctx.actor, &report) {
        return Err(Error::NotFound("report"));
    }
    may(ctx, permission, report.agency)?;
    Ok(report)
}

/// Refuses unless the actor holds `permission` for the agency's work, or for everybody's where there is none.
pub(crate) fn may(ctx: &Ctx, permission: Permission, agency: Option<Uuid>) -> Checked<()> {
    match agency {
        Some(agency) => require_in(ctx, permission, agency),
        None if public::covers(&ctx.actor, permission, None) => Ok(()),
        None => Err(Refusal::new("people.refused.not_allowed").with("permission", permission.name())),
    }
}

/// What the journal says of a report: codes and ids, never a person's words.
pub(crate) fn body(report: &Report, detail: Option<&Value>) -> Value {
    let mut body = json!({
        "number": report.number,
        "status": report.status().name(),
        "category": report.category,
        "agency": report.agency,
        "district": report.place.district,
        "village": report.place.village,
        "secret": report.secret,
        "hidden": report.hidden,
        "version": report.version,
    });
    if let (Some(body), Some(Value::Object(detail))) = (body.as_object_mut(), detail) {
        body.extend(detail.clone());
    }
    body
}

/// Writes a step: the report's new row, the event, its photos, the journal's line.
pub(crate) async fn write_step(
    tx: &mut Tx,
    ctx: &Ctx,
    before: &Report,
    after: &Report,
    told: Told<'_>,
) -> Result<Done> {
    if !sql::report::save(tx, before, after).await? {
        let refusal = Refusal::new("report.refused.changed_meanwhile").with("number", before.number.clone());
        return Err(refusal.into());
    }
    let event = tell(tx, ctx, after, told);
    sql::parts::insert_event(tx, &event);
    forget_deadlines(tx, ctx, before, after).await?;
    Ok(Done::of(after))
}

/// Gathers photos and the journal's line of a step; answers the event.
fn tell(tx: &mut Tx, ctx: &Ctx, after: &Report, told: Told<'_>) -> Event {
    let now = ctx.now();
    let id = ctx.new_id();
    let purpose = told.purpose.unwrap_or(Purpose::Note);
    let mut detail = told.detail.unwrap_or_else(|| json!({}));
    if let Some(detail) = detail.as_object_mut() {
        detail.insert("event".to_owned(), json!(id));
        detail.insert("public".to_owned(), json!(told.public));
        if !told.photos.is_empty() {
            detail.insert("photos".to_owned(), json!(told.photos.iter().map(PhotoRef::hex).collect::<Vec<_>>()));
        }
    }
    tx.journal(ctx, SUBJECT, after.id, told.kind, body(after, Some(&detail)));
    sql::parts::insert_photos(tx, after.id, Some(id), purpose, told.photos, now);
    Event {
        id,
        report: after.id,
        at: now,
        kind: told.kind.to_owned(),
        actor: ctx.actor.journal_name(),
        officer: ctx.actor.officer_id(),
        public: told.public,
        note: told.note.map(str::to_owned),
        detail: Some(detail.to_string()),
    }
}

/// Takes back the deadlines that nobody owes any more, so that the ticker does not call for them.
async fn forget_deadlines(tx: &mut Tx, ctx: &Ctx, before: &Report, after: &Report) -> Result<()> {
    const ALL: [&str; 7] =
        [what::VERIFY, what::ANSWER, what::RESOLVE, what::WARN, what::LADDER, what::CLOSE, what::PAUSE];
    let gone: Vec<&str> = ALL.into_iter().filter(|what| before.owes(what) && !after.owes(what)).collect();
    let still_owes_any = ALL.into_iter().any(|what| after.owes(what));
    if !gone.is_empty() && !still_owes_any {
        return tx.cancel_deadlines(ctx, after.id, None).await;
    }
    for what in gone {
        tx.cancel_deadlines(ctx, after.id, Some(what)).await?;
    }
    Ok(())
}

/// Asks the ticker for a deadline of the report.
pub(crate) fn ask(tx: &mut Tx, ctx: &Ctx, report: Uuid, what: &'static str, due_at: simpul_kernel::Timestamp) {
    tx.deadline(ctx, Deadline { subject_kind: SUBJECT, subject_id: report, what, due_at });
}
