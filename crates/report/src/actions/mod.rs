//! Everything that can be done with a report: who may, read, decide, write, journal. The only code that writes.

mod answers;
mod approval;
mod ban;
mod category;
mod citizen;
mod counter;
mod cover;
mod direction;
mod disposition;
mod draft;
mod drill;
mod edit;
mod erase;
mod held;
mod import;
mod inspection;
mod merge;
mod news;
mod officer;
mod onsite;
mod pause;
mod photo;
mod rate;
mod remind;
mod retention;
mod saved;
pub(crate) mod secrecy;
mod sp4n;
mod submit;
mod support;
mod system;
mod template;

pub use answers::{PlanReport, RejectReport, ResolveReport, SendElsewhere};
pub use approval::{ApproveAnswer, ReturnAnswer, SetApproval, WithdrawAnswer};
pub use ban::{BAN_SHOWN_DAYS, BarSender, ForgetSenders, LiftBan, MakeBanKey, SubmitFrom};
pub(crate) use category::id_of as category_subject;
pub use category::{ChangeQuestions, NOT_THERE_YET, SaveCategory, SaveReason, SeedRules};
pub use citizen::{AddOutsideNote, ConfirmFixed, FollowReport, Proof, ReopenReport};
pub use counter::FileReport;
pub use cover::{CoverPhoto, ForgetOriginals, cover_photo, may_cover, may_see_original};
pub use direction::GiveDirection;
pub use disposition::{DirectReport, FinishDisposition};
pub use draft::{DropDraft, DropOldDrafts, SaveDraft};
pub use drill::{DRILL_SUBJECT, EndDrillReports, SubmitDrillReport};
pub use edit::EditText;
pub use erase::{EraseFollower, EraseReporter, EraseWatcher, Erased, export};
pub use import::{ImportReports, Imported, ImportedNote, ImportedReport, Said, foresee};
pub use inspection::{LetterText, NumberProtocol, OrderInspection, RecordInspection, SetLetter};
pub use merge::{MergeReport, UnmergeReport};
pub use news::{LIST_ROWS_MAX_COUNT, RequestCode, Stop, StopNews, TypeCode, Typed, WATCH, Wants};
pub(crate) use officer::STEP_PHOTOS_MAX_COUNT;
pub use officer::{AcceptReport, AddNote, AssignReport, HandBack, HideReport, ShowReport, StartWork, VerifyReport};
pub use onsite::CheckOnSite;
pub(crate) use pause::pause_is_over;
pub use pause::{AnswerQuestion, PauseReport, ResumeReport};
pub use photo::{PhotoFault, keep_photo};
pub use rate::{REASON_MAX_CHARS, RateReport};
pub use remind::{EscalateReport, RemindAgency};
pub use retention::ForgetReporters;
pub use saved::{DropFilter, RenameFilter, SAVED_FILTERS_MAX_COUNT, SAVED_NAME_MAX_CHARS, SaveFilter};
pub use sp4n::SetSp4nId;
pub use submit::{Reporter, SubmitReport, Submitted};
pub use support::{AcceptSupport, AskSupport, EndSupport, FinishSupport, ReturnSupport, TellSupport};
pub(crate) use support::{SUPPORT_SUBJECT, support_deadline_passed};
pub use system::{CloseReport, StartMornings};
pub(crate) use system::{close_in_silence, mark_late, warn_kabid};
pub use template::SaveTemplate;
pub(crate) use template::seed_templates;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require_in};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use uuid::Uuid;

use crate::model::{PhotoRef, Purpose, Report, public, what};
use crate::sql::{self, Event};

/// The subject of this room's journal lines.
pub const SUBJECT: &str = "report";

/// A rule's answer: what it lets through, or why not.
pub(crate) type Checked<T> = std::result::Result<T, Refusal>;

/// An action that is done once for a key, however often it is sent.
pub(crate) struct Once<A> {
    /// The key.
    pub key: Uuid,
    /// What is done.
    pub action: A,
}

impl<A: Action> Action for Once<A> {
    type Output = A::Output;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<A::Output> {
        self.action.apply(tx, ctx).await
    }
}

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

/// Refuses unless the actor checks new reports: anybody's, or those of the own agency. Answers whether anybody's.
pub(crate) fn may_verify(ctx: &Ctx, agency: Option<Uuid>) -> Checked<bool> {
    if public::covers(&ctx.actor, Permission::VerifyReports, agency) {
        return Ok(true);
    }
    may(ctx, Permission::VerifyOwnReports, agency)?;
    Ok(false)
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
    if before.status() != after.status() || before.agency != after.agency {
        held::withdraw(tx, ctx, after).await?;
    }
    forget_deadlines(tx, ctx, before, after).await?;
    support::leave_behind(tx, ctx, before, after).await?;
    Ok(Done::of(after))
}

/// A further event beside a step, without a change of its own: words that are not for everybody who reads the step, or
/// the other way round. Answers the event's id.
pub(crate) fn say(tx: &mut Tx, ctx: &Ctx, report: &Report, told: Told<'_>) -> Uuid {
    let event = tell(tx, ctx, report, told);
    sql::parts::insert_event(tx, &event);
    event.id
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
