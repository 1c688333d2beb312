//! Action items: made by a decision, done by their one owner.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp, words};
use simpul_people::sql::{agencies, officers};
use simpul_people::{Permission, calendar_of, require, require_in};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use uuid::Uuid;

use super::who;
use crate::model::item::{DONE_MAX_CHARS, Item, ItemState, LINK_MAX_CHARS, Step, check_due, check_link, what};
use crate::model::meeting::{Meeting, PARTS_MAX_COUNT, POINT_MAX_CHARS};
use crate::sql;

/// What the journal and the ticker call an action item.
pub const ITEM: &str = "action_item";
/// The counter of items of a year.
const COUNTER: &str = "plan_item";

async fn load(tx: &mut Tx, id: Uuid) -> Result<Item> {
    sql::item::by_id(tx, id).await?.ok_or(Error::NotFound("action item"))
}

async fn save(tx: &mut Tx, before: i64, item: &Item) -> Result<()> {
    if sql::item::save(tx, before, item).await? {
        Ok(())
    } else {
        Err(Refusal::new("plan.item.refused.changed").into())
    }
}

fn tell(tx: &mut Tx, ctx: &Ctx, item: &Item, what: &str, body: &str) {
    let step = Step { at: ctx.now(), by: who(ctx), what: what.to_owned(), body: body.to_owned() };
    sql::item::insert_step(tx, ctx.new_id(), item.id, &step);
}

/// Asks for the moments of an open item.
fn ask(tx: &mut Tx, ctx: &Ctx, item: &Item) {
    let moment = |what, due_at| Deadline { subject_kind: ITEM, subject_id: item.id, what, due_at };
    if let Some(at) = item.remind_at(ctx.now()) {
        tx.deadline(ctx, moment(what::REMIND, at));
    }
    tx.deadline(ctx, moment(what::LATE, item.due));
}

/// The one owner: an agency that can be given work, and an officer of that agency if one is named.
async fn check_owner(tx: &mut Tx, agency: Option<Uuid>, officer: Option<Uuid>) -> Result<Uuid> {
    let refused = || Refusal::field("agency", "plan.item.refused.agency");
    let agency = agency.ok_or_else(refused)?;
    if agencies::by_id(tx, agency).await?.is_none_or(|agency| !agency.active) {
        return Err(refused().into());
    }
    if let Some(officer) = officer {
        let found = officers::by_id(tx, officer).await?.filter(|officer| officer.active);
        let works_there = found.is_some_and(|one| one.grants.iter().any(|grant| grant.agency == Some(agency)));
        if !works_there {
            return Err(Refusal::field("officer", "plan.item.refused.officer").into());
        }
    }
    Ok(agency)
}

fn given(due: Option<Timestamp>, now: Timestamp) -> Result<Timestamp> {
    let due = due.ok_or_else(|| Refusal::field("due", "plan.item.refused.due"))?;
    check_due(due, now)?;
    Ok(due)
}

/// What a decision asks for.
#[derive(Debug, Clone, Default)]
pub struct NewTask {
    /// What is to be done.
    pub text: String,
    /// The one agency that owns it; none is a fault of the form's field.
    pub agency: Option<Uuid>,
    /// Who of that agency.
    pub officer: Option<Uuid>,
    /// Until when; none is a fault of the form's field.
    pub due: Option<Timestamp>,
}

impl NewTask {
    /// Makes the item. The caller has asked whether the actor may, and whether the meeting decides.
    pub(super) async fn add(&self, tx: &mut Tx, ctx: &Ctx, meeting: &Meeting, decision: Uuid) -> Result<Uuid> {
        if sql::item::of_meeting(tx, meeting.id).await?.len() >= PARTS_MAX_COUNT {
            return Err(Refusal::new("plan.meeting.refused.too_many").into());
        }
        let body = words::clean_text("task", &self.text, POINT_MAX_CHARS, true)?;
        let agency = check_owner(tx, self.agency, self.officer).await?;
        let due = given(self.due, ctx.now())?;
        let year = i64::from(calendar_of(tx).await?.zone.date(ctx.now()).year());
        let item = Item {
            id: ctx.new_id(),
            year,
            serial: tx.next_number(&format!("{COUNTER} {year}")).await?,
            meeting: meeting.id,
            decision,
            of_body: meeting.body,
            body,
            agency,
            officer: self.officer,
            due,
            state: ItemState::Open,
            late: None,
            done: None,
            done_text: String::new(),
            done_link: String::new(),
            version: 1,
        };
        sql::item::insert(tx, &item, ctx.now());
        tell(tx, ctx, &item, "made", "");
        ask(tx, ctx, &item);
        let body = json!({ "meeting": meeting.id, "agency": agency, "due": due.0 });
        tx.journal(ctx, ITEM, item.id, "action_item.made", body);
        Ok(item.id)
    }
}

/// A decision asks for something more. Its answer is the item's id.
#[derive(Debug, Clone)]
pub struct AddItem {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which decision.
    pub decision: Uuid,
    /// What it asks for.
    pub task: NewTask,
}

impl Action for AddItem {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageMeetings)?;
        let decision = sql::meeting::decision(tx, self.decision).await?.ok_or(Error::NotFound("decision"))?;
        let meeting = sql::meeting::by_id(tx, decision.meeting).await?.ok_or(Error::NotFound("meeting"))?;
        meeting.must_be_held()?;
        self.task.add(tx, ctx, &meeting, decision.id).await
    }
}

/// The owner has done it.
#[derive(Debug, Clone)]
pub struct FinishItem {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which item.
    pub item: Uuid,
    /// What was done.
    pub text: String,
    /// Where the proof lies; may be empty.
    pub link: String,
}

impl Action for FinishItem {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let before = load(tx, self.item).await?;
        require_in(ctx, Permission::WorkItems, before.agency)?;
        let version = before.version;
        let text = words::clean_text("text", &self.text, DONE_MAX_CHARS, true)?;
        let link = words::clean_line("link", &self.link, LINK_MAX_CHARS, false)?;
        check_link(&link)?;
        let item = before.finish(text, link, ctx.now())?;
        save(tx, version, &item).await?;
        tx.cancel_deadlines(ctx, item.id, None).await?;
        tell(tx, ctx, &item, "done", &item.done_text);
        let body = json!({ "agency": item.agency, "late": item.late.is_some() });
        tx.journal(ctx, ITEM, item.id, "action_item.done", body);
        Ok(())
    }
}

/// What was done is not enough: it is owed again, with a new deadline.
#[derive(Debug, Clone)]
pub struct ReopenItem {
    /// Which item.
    pub item: Uuid,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

impl Action for ReopenItem {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.item).await?;
        let version = before.version;
        let reason = words::clean_text("reason", &self.reason, POINT_MAX_CHARS, true)?;
        let item = before.reopen(given(self.due, ctx.now())?, ctx.now())?;
        save(tx, version, &item).await?;
        ask(tx, ctx, &item);
        tell(tx, ctx, &item, "reopened", &reason);
        let body = json!({ "agency": item.agency, "due": item.due.0 });
        tx.journal(ctx, ITEM, item.id, "action_item.reopened", body);
        Ok(())
    }
}

/// Another owner, or another deadline, with a reason that stays in the history.
#[derive(Debug, Clone)]
pub struct MoveItem {
    /// Which item.
    pub item: Uuid,
    /// The agency that owns it now.
    pub agency: Option<Uuid>,
    /// Who of that agency.
    pub officer: Option<Uuid>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

impl Action for MoveItem {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.item).await?;
        let version = before.version;
        let reason = words::clean_text("reason", &self.reason, POINT_MAX_CHARS, true)?;
        let agency = check_owner(tx, self.agency, self.officer).await?;
        let (from, was_due) = (before.agency, before.due);
        let item = before.moved(agency, self.officer, given(self.due, ctx.now())?, ctx.now())?;
        save(tx, version, &item).await?;
        tx.cancel_deadlines(ctx, item.id, None).await?;
        ask(tx, ctx, &item);
        tell(tx, ctx, &item, "moved", &reason);
        let body = json!({ "agency": item.agency, "from": from, "due": item.due.0, "was_due": was_due.0 });
        tx.journal(ctx, ITEM, item.id, "action_item.moved", body);
        Ok(())
    }
}

/// It is not wanted any more, with a reason that stays in the history.
#[derive(Debug, Clone)]
pub struct DropItem {
    /// Which item.
    pub item: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for DropItem {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.item).await?;
        let version = before.version;
        let reason = words::clean_text("reason", &self.reason, POINT_MAX_CHARS, true)?;
        let item = before.drop_it()?;
        save(tx, version, &item).await?;
        tx.cancel_deadlines(ctx, item.id, None).await?;
        tell(tx, ctx, &item, "dropped", &reason);
        tx.journal(ctx, ITEM, item.id, "action_item.dropped", json!({ "agency": item.agency }));
        Ok(())
    }
}

/// The deadline of an item has passed. Answers the item where it is late now.
pub(crate) async fn mark_late(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<Option<Item>> {
    let Some(before) = sql::item::by_id(tx, id).await? else { return Ok(None) };
    let version = before.version;
    let Some(item) = before.mark_late(ctx.now()) else { return Ok(None) };
    save(tx, version, &item).await?;
    tell(tx, ctx, &item, "late", "");
    tx.journal(ctx, ITEM, item.id, "action_item.late", json!({ "agency": item.agency }));
    Ok(Some(item))
}
