//! Meetings: called, held, written down, and made final.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, calendar_of, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::item::NewTask;
use super::who;
use crate::agenda;
use crate::model::meeting::{
    Decision, LINE_MAX_CHARS, MINUTES_MAX_CHARS, Meeting, MeetingState, PARTS_MAX_COUNT, POINT_MAX_CHARS, Point,
    PointKind, Record, Request, Signer, SignerPart, Task,
};
use crate::sql;
use crate::token::new_token;

/// What the journal calls a meeting.
pub const MEETING: &str = "meeting";
/// Digits of a civil servant's number.
const NIP_DIGITS: usize = 18;
/// The counter of meetings of a year.
const COUNTER: &str = "plan_meeting";

pub(super) async fn load(tx: &mut Tx, id: Uuid) -> Result<Meeting> {
    sql::meeting::by_id(tx, id).await?.ok_or(Error::NotFound("meeting"))
}

fn changed_meanwhile() -> Error {
    Refusal::new("plan.meeting.refused.changed").into()
}

/// Refuses where somebody else has changed what the person saw.
fn check_version(meeting: &Meeting, seen: Option<i64>) -> Result<()> {
    if seen.is_none_or(|seen| seen == meeting.version) { Ok(()) } else { Err(changed_meanwhile()) }
}

async fn save(tx: &mut Tx, before: i64, meeting: &Meeting) -> Result<()> {
    if sql::meeting::save(tx, before, meeting).await? { Ok(()) } else { Err(changed_meanwhile()) }
}

/// Refuses one part more than a meeting may have.
fn check_count(count: usize) -> Result<()> {
    if count < PARTS_MAX_COUNT { Ok(()) } else { Err(Refusal::new("plan.meeting.refused.too_many").into()) }
}

/// What an invitation says.
#[derive(Debug, Clone, Default)]
pub struct Invitation {
    /// Its number in the office's register; may be empty.
    pub number: String,
    /// What the meeting is about.
    pub title: String,
    /// Which body meets; none for a meeting of all.
    pub body: Option<Uuid>,
    /// Where.
    pub venue: String,
    /// When it begins; none is a fault of the form's field.
    pub starts: Option<Timestamp>,
}

impl Invitation {
    async fn checked(&self, tx: &mut Tx, ctx: &Ctx) -> Result<(Invitation, Timestamp)> {
        let starts = self.starts.ok_or_else(|| Refusal::field("starts", "plan.meeting.refused.day"))?;
        Meeting::check_start(starts, ctx.now())?;
        if let Some(body) = self.body
            && sql::body::by_id(tx, body).await?.is_none_or(|body| !body.active)
        {
            return Err(Refusal::field("body", "plan.meeting.refused.body").into());
        }
        let clean = Invitation {
            number: words::clean_line("number", &self.number, LINE_MAX_CHARS, false)?,
            title: words::clean_line("title", &self.title, LINE_MAX_CHARS, true)?,
            body: self.body,
            venue: words::clean_line("venue", &self.venue, LINE_MAX_CHARS, true)?,
            starts: self.starts,
        };
        Ok((clean, starts))
    }
}

/// Calls a meeting. Its answer is the meeting's id.
#[derive(Debug, Clone)]
pub struct PlanMeeting {
    /// Makes a retry safe.
    pub key: Uuid,
    /// What the invitation says.
    pub invitation: Invitation,
}

impl Action for PlanMeeting {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageMeetings)?;
        let (invitation, starts) = self.invitation.checked(tx, ctx).await?;
        let year = i64::from(calendar_of(tx).await?.zone.date(starts).year());
        let meeting = Meeting {
            id: ctx.new_id(),
            year,
            serial: tx.next_number(&format!("{COUNTER} {year}")).await?,
            number: invitation.number,
            title: invitation.title,
            body: invitation.body,
            venue: invitation.venue,
            starts,
            state: MeetingState::Planned,
            minutes: String::new(),
            cancel_reason: String::new(),
            attend_token: new_token(&ctx.env),
            verify_token: new_token(&ctx.env),
            held: None,
            final_at: None,
            final_by: None,
            digest: None,
            version: 1,
            called: ctx.now(),
        };
        sql::meeting::insert(tx, &meeting, ctx.now(), &who(ctx));
        let body = json!({ "body": meeting.body, "starts": starts.0 });
        tx.journal(ctx, MEETING, meeting.id, "meeting.planned", body);
        Ok(meeting.id)
    }
}

/// Changes what an invitation says.
#[derive(Debug, Clone)]
pub struct ChangeMeeting {
    /// Which meeting.
    pub meeting: Uuid,
    /// The version that the person saw.
    pub version: Option<i64>,
    /// What the invitation says now.
    pub invitation: Invitation,
}

impl Action for ChangeMeeting {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.meeting).await?;
        check_version(&before, self.version)?;
        before.must_be_planned()?;
        let (invitation, starts) = self.invitation.checked(tx, ctx).await?;
        let Invitation { number, title, body, venue, .. } = invitation;
        let version = before.version + 1;
        let after = Meeting { number, title, body, venue, starts, version, ..before };
        save(tx, after.version - 1, &after).await?;
        let body = json!({ "body": after.body, "starts": starts.0 });
        tx.journal(ctx, MEETING, after.id, "meeting.changed", body);
        Ok(())
    }
}

/// Puts a point of one's own onto the agenda.
#[derive(Debug, Clone)]
pub struct AddPoint {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which meeting.
    pub meeting: Uuid,
    /// What is to be talked about.
    pub text: String,
}

impl Action for AddPoint {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let meeting = load(tx, self.meeting).await?;
        meeting.must_be_planned()?;
        let written = sql::meeting::agenda(tx, meeting.id).await?.len();
        check_count(written)?;
        let body = words::clean_text("point", &self.text, POINT_MAX_CHARS, true)?;
        let point = Point { id: None, kind: PointKind::Free, body, subject: None };
        let id = ctx.new_id();
        sql::meeting::insert_point(tx, id, meeting.id, place(written), &point);
        tx.journal(ctx, MEETING, meeting.id, "meeting.point_added", json!({ "point": id }));
        Ok(())
    }
}

fn place(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Takes a point of one's own off the agenda.
#[derive(Debug, Clone)]
pub struct DropPoint {
    /// Which meeting.
    pub meeting: Uuid,
    /// Which point.
    pub point: Uuid,
}

impl Action for DropPoint {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let meeting = load(tx, self.meeting).await?;
        meeting.must_be_planned()?;
        if !sql::meeting::drop_point(tx, meeting.id, self.point).await? {
            return Err(Error::NotFound("point"));
        }
        tx.journal(ctx, MEETING, meeting.id, "meeting.point_dropped", json!({ "point": self.point }));
        Ok(())
    }
}

/// The meeting begins: its agenda is written down as it stands at this moment, with everything that is still open.
#[derive(Debug, Clone)]
pub struct HoldMeeting {
    /// Which meeting.
    pub meeting: Uuid,
}

impl Action for HoldMeeting {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.meeting).await?;
        let version = before.version;
        let meeting = before.hold(ctx.now())?;
        let agencies = agencies::all(tx).await?;
        let zone = calendar_of(tx).await?.zone;
        let open = agenda::open_points(tx, meeting.body, &agencies, (zone, ctx.now())).await?;
        let written = sql::meeting::agenda(tx, meeting.id).await?.len();
        let room = PARTS_MAX_COUNT.saturating_sub(written);
        for (at, point) in open.iter().take(room).enumerate() {
            sql::meeting::insert_point(tx, ctx.new_id(), meeting.id, place(written + at), point);
        }
        save(tx, version, &meeting).await?;
        tx.journal(ctx, MEETING, meeting.id, "meeting.held", json!({ "points": written + open.len() }));
        Ok(())
    }
}

/// The meeting does not take place.
#[derive(Debug, Clone)]
pub struct CancelMeeting {
    /// Which meeting.
    pub meeting: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for CancelMeeting {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.meeting).await?;
        let version = before.version;
        let reason = words::clean_text("cancel", &self.reason, POINT_MAX_CHARS, true)?;
        let meeting = before.cancel(reason)?;
        save(tx, version, &meeting).await?;
        tx.journal(ctx, MEETING, meeting.id, "meeting.cancelled", json!({}));
        Ok(())
    }
}

/// What was said is written down, again and again until the minutes are final.
#[derive(Debug, Clone)]
pub struct WriteMinutes {
    /// Which meeting.
    pub meeting: Uuid,
    /// The version that the note-taker saw.
    pub version: Option<i64>,
    /// What was said.
    pub text: String,
}

impl Action for WriteMinutes {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.meeting).await?;
        check_version(&before, self.version)?;
        let version = before.version;
        let minutes = words::clean_text("minutes", &self.text, MINUTES_MAX_CHARS, true)?;
        let meeting = before.with_minutes(minutes)?;
        save(tx, version, &meeting).await?;
        tx.journal(ctx, MEETING, meeting.id, "meeting.minutes_written", json!({}));
        Ok(())
    }
}

/// The meeting decides. Its answer is the decision's id.
#[derive(Debug, Clone)]
pub struct Decide {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which meeting.
    pub meeting: Uuid,
    /// What is decided.
    pub text: String,
    /// What it asks for, if it asks at once.
    pub task: Option<NewTask>,
    /// The progress report whose question it answers; all that ask the same are answered.
    pub answers: Option<Uuid>,
}

impl Action for Decide {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageMeetings)?;
        let meeting = load(tx, self.meeting).await?;
        meeting.must_be_held()?;
        let written = sql::meeting::decisions(tx, meeting.id).await?.len();
        check_count(written)?;
        let body = words::clean_text("decision", &self.text, POINT_MAX_CHARS, true)?;
        let decision = Decision { id: ctx.new_id(), meeting: meeting.id, body };
        let ask = match self.answers {
            Some(progress) => Some(asked(tx, progress).await?),
            None => None,
        };
        sql::meeting::insert_decision(tx, &decision, place(written));
        for (progress, words) in ask.iter().flat_map(|ask| &ask.reports) {
            sql::agenda::insert_answer(tx, *progress, decision.id, words);
        }
        let body = json!({ "decision": decision.id, "answers": self.answers });
        tx.journal(ctx, MEETING, meeting.id, "meeting.decided", body);
        if let Some(task) = &self.task {
            task.add(tx, ctx, &meeting, decision.id).await?;
        }
        Ok(decision.id)
    }
}

/// What a report asks to be decided, while nothing answers it.
async fn asked(tx: &mut Tx, progress: Uuid) -> Result<Request> {
    let all = sql::agenda::asked(tx).await?;
    let meant = all.into_iter().find(|ask| ask.reports.iter().any(|(id, _)| *id == progress));
    meant.ok_or_else(|| Refusal::field("answers", "plan.meeting.refused.answered").into())
}

/// The minutes become final: nothing of the meeting is changed any more, and its papers bear the digest.
#[derive(Debug, Clone)]
pub struct FinishMinutes {
    /// Which meeting.
    pub meeting: Uuid,
    /// The version that the person saw.
    pub version: Option<i64>,
}

impl Action for FinishMinutes {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.meeting).await?;
        check_version(&before, self.version)?;
        let (version, id) = (before.version, before.id);
        let agenda = sql::meeting::agenda(tx, id).await?;
        let guests = sql::meeting::guests(tx, id).await?;
        let decisions = sql::meeting::decisions(tx, id).await?;
        let tasks: Vec<Task> = sql::item::of_meeting(tx, id).await?.iter().map(Task::of).collect();
        let record = Record { agenda: &agenda, guests: &guests, decisions: &decisions, tasks: &tasks };
        let meeting = before.finalise(&record, who(ctx), ctx.now())?;
        for (at, task) in tasks.iter().enumerate() {
            sql::meeting::insert_final_task(tx, id, place(at), task);
        }
        save(tx, version, &meeting).await?;
        let digest = meeting.digest.map(|digest| crate::model::meeting::shown_digest(&digest));
        let body = json!({ "digest": digest, "guests": guests.len(), "decisions": decisions.len() });
        tx.journal(ctx, MEETING, id, "meeting.minutes_final", body);
        Ok(())
    }
}

/// Says who signs a meeting's papers.
#[derive(Debug, Clone)]
pub struct NameSigner {
    /// Which meeting.
    pub meeting: Uuid,
    /// Which signature; none is a fault of the form's field.
    pub part: Option<SignerPart>,
    /// Full name.
    pub name: String,
    /// As what.
    pub post: String,
    /// Civil servant number; may be empty.
    pub nip: String,
}

impl Action for NameSigner {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let meeting = load(tx, self.meeting).await?;
        meeting.must_take_guests()?;
        let nip: String = self.nip.chars().filter(|sign| !sign.is_whitespace()).collect();
        if !nip.is_empty() && (nip.len() != NIP_DIGITS || !nip.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(Refusal::field("nip", "plan.meeting.refused.nip").into());
        }
        let part = self.part.ok_or_else(|| Refusal::field("part", "plan.meeting.refused.part"))?;
        let signer = Signer {
            part,
            name: words::clean_line("name", &self.name, LINE_MAX_CHARS, true)?,
            post: words::clean_line("post", &self.post, LINE_MAX_CHARS, true)?,
            nip,
        };
        sql::meeting::save_signer(tx, meeting.id, &signer).await?;
        tx.journal(ctx, MEETING, meeting.id, "meeting.signer_named", json!({ "part": part.name() }));
        Ok(())
    }
}
