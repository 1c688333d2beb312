//! The operation centre's stage is confirmed, its checklists are kept, and what they opened is done.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, permits, permits_in, region_subject, require};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use uuid::Uuid;

use super::who;
use crate::model::stage::{self, ActionItem, Confirmed, PROTOCOL_MAX_MINUTES, PROTOCOLS, Protocol, Stage};
use crate::sql;

/// What the journal calls a stage that was confirmed.
pub const STAGE: &str = "stage";
/// What the journal calls an item of a checklist.
pub const ITEM: &str = "action_item";
/// Longest text of a guide, in characters.
pub const GUIDE_MAX_CHARS: usize = 1_000;
/// Longest step of a checklist, in characters.
pub const PROTOCOL_MAX_CHARS: usize = 300;

/// A stage that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageDone {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub level: i64,
    /// How many steps it opened.
    pub opened: usize,
}

/// An officer on duty confirms a stage.
#[derive(Debug, Clone)]
pub struct ConfirmStage {
    /// Makes a retry safe.
    pub key: Uuid,
    /// For which district; none for the whole region.
    pub district: Option<i64>,
    /// Which stage.
    pub stage: Stage,
    /// Why, in words that the public may read.
    pub note: String,
}

impl Action for ConfirmStage {
    type Output = StageDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<StageDone> {
        require(ctx, Permission::ConfirmStage)?;
        let is_told = self.stage.is_public();
        let note = words::clean_line("note", &self.note, LINE_MAX_CHARS, is_told)?;
        let before = crate::stage::in_force(tx).await?.of(self.district);
        let proposal = crate::stage::proposal(tx, self.district, ctx.now()).await?;
        let confirmed = Confirmed {
            id: ctx.new_id(),
            district: self.district,
            stage: self.stage,
            proposed: proposal.stage,
            reasons: proposal.reasons,
            note,
            at: ctx.now(),
            by: who(ctx),
        };
        sql::stage::confirm(tx, &confirmed).await?;
        let opened = self.open(tx, ctx, &confirmed, before).await?;
        let dropped = drop_above(tx, ctx, self.district, self.stage).await?;
        let body = json!({
            "level": self.stage.level(),
            "before": before.level(),
            "proposed": confirmed.proposed.level(),
            "district": self.district,
            "opened": opened,
            "dropped": dropped,
        });
        tx.journal(ctx, STAGE, confirmed.id, "stage.confirmed", body);
        Ok(StageDone { id: confirmed.id, level: self.stage.level(), opened })
    }
}

impl ConfirmStage {
    /// Opens the steps of every stage that is passed on the way up. A step whose agency the region does not have is
    /// done by whoever confirms.
    async fn open(&self, tx: &mut Tx, ctx: &Ctx, confirmed: &Confirmed, before: Stage) -> Result<usize> {
        let protocols = sql::stage::protocols(tx).await?;
        let steps: Vec<Protocol> = stage::opened(&protocols, before, confirmed.stage).cloned().collect();
        for step in &steps {
            let agency = match step.owner.is_empty() {
                true => None,
                false => agencies::by_short(tx, &step.owner).await?.filter(|agency| agency.active),
            };
            let agency = agency.map(|agency| agency.id);
            let item = ActionItem {
                id: ctx.new_id(),
                stage: confirmed.id,
                body: step.body.clone(),
                agency,
                officer: ctx.actor.officer_id().filter(|_| agency.is_none()),
                due: stage::due(step, ctx.now()),
                ended: None,
                done: false,
                ended_by: None,
            };
            sql::stage::insert_item(tx, &item);
            tx.deadline(ctx, Deadline { subject_kind: ITEM, subject_id: item.id, what: "done", due_at: item.due });
        }
        Ok(steps.len())
    }
}

/// What a higher stage asked for is no longer asked for.
async fn drop_above(tx: &mut Tx, ctx: &Ctx, district: Option<i64>, stage: Stage) -> Result<usize> {
    let items = sql::stage::items_above(tx, district, stage).await?;
    for item in &items {
        sql::stage::end_item(tx, item.id, ctx.now(), false, &who(ctx)).await?;
        tx.cancel_deadlines(ctx, item.id, None).await?;
    }
    Ok(items.len())
}

/// A step of a checklist is done.
#[derive(Debug, Clone)]
pub struct EndItem {
    /// Which.
    pub item: Uuid,
}

impl Action for EndItem {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let item = sql::stage::item(tx, self.item).await?.ok_or(Error::NotFound("action item"))?;
        if !may_end(ctx, &item) {
            require(ctx, Permission::ConfirmStage)?;
        }
        if !sql::stage::end_item(tx, item.id, ctx.now(), true, &who(ctx)).await? {
            return Err(Refusal::new("emergency.refused.item_over").into());
        }
        tx.cancel_deadlines(ctx, item.id, None).await?;
        tx.journal(ctx, ITEM, item.id, "action_item.done", json!({ "stage": item.stage }));
        Ok(())
    }
}

/// Whoever owns an item says that it is done, and whoever confirms stages says it for all.
pub fn may_end(ctx: &Ctx, item: &ActionItem) -> bool {
    let owns = item.officer.is_some() && item.officer == ctx.actor.officer_id();
    let of_agency = item.agency.is_some_and(|agency| permits_in(&ctx.actor, Permission::WorkReports, agency));
    owns || of_agency || permits(&ctx.actor, Permission::ConfirmStage)
}

/// What a stage means and what citizens should do, in the region's own words.
#[derive(Debug, Clone)]
pub struct SaveGuide {
    /// Which stage.
    pub stage: Stage,
    /// What it means.
    pub meaning: String,
    /// What citizens should do.
    pub advice: String,
}

impl Action for SaveGuide {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let meaning = words::clean_text("meaning", &self.meaning, GUIDE_MAX_CHARS, true)?;
        let advice = words::clean_text("advice", &self.advice, GUIDE_MAX_CHARS, true)?;
        sql::stage::save_guide(tx, self.stage, &meaning, &advice).await?;
        let body = json!({ "level": self.stage.level() });
        tx.journal(ctx, "region", region_subject(ctx.region), "stage.guide_saved", body);
        Ok(())
    }
}

/// A step of a checklist is added or changed. What was opened from it stays as it was.
#[derive(Debug, Clone)]
pub struct SaveProtocol {
    /// Which; none for a new one.
    pub id: Option<Uuid>,
    /// The stage that it belongs to.
    pub stage: Stage,
    /// What is to be done.
    pub body: String,
    /// Short name of the agency that does it; empty for whoever confirms the stage.
    pub owner: String,
    /// How long it may take, in minutes.
    pub minutes: i64,
}

impl Action for SaveProtocol {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEmergency)?;
        let body = words::clean_line("body", &self.body, PROTOCOL_MAX_CHARS, true)?;
        if !(1..=PROTOCOL_MAX_MINUTES).contains(&self.minutes) {
            let refusal = Refusal::field("minutes", "emergency.refused.minutes");
            return Err(refusal.with("most", PROTOCOL_MAX_MINUTES.to_string()).into());
        }
        let owner = words::clean_line("owner", &self.owner, LINE_MAX_CHARS, false)?;
        if !owner.is_empty() && agencies::by_short(tx, &owner).await?.is_none() {
            return Err(Refusal::field("owner", "emergency.refused.agency").into());
        }
        let known = sql::stage::protocols(tx).await?;
        let before = self.id.map(|id| known.iter().find(|one| one.id == id).ok_or(Error::NotFound("protocol")));
        let before = before.transpose()?;
        let last = known.iter().filter(|one| one.stage == self.stage).map(|one| one.position).max();
        let protocol = Protocol {
            id: before.map_or_else(|| ctx.new_id(), |one| one.id),
            stage: self.stage,
            position: before.filter(|one| one.stage == self.stage).map_or(last.unwrap_or(0) + 1, |one| one.position),
            body,
            owner,
            minutes: self.minutes,
        };
        match before {
            Some(_) => drop(sql::stage::save_protocol(tx, &protocol).await?),
            None if known.len() as i64 >= sql::stage::PROTOCOLS_MAX_COUNT => {
                return Err(Refusal::new("emergency.refused.protocols").into());
            }
            None => sql::stage::insert_protocol(tx, &protocol),
        }
        let body = json!({ "level": self.stage.level(), "protocol": protocol.id });
        tx.journal(ctx, "region", region_subject(ctx.region), "stage.protocol_saved", body);
        Ok(protocol.id)
    }
}

/// A step of a checklist is taken out.
#[derive(Debug, Clone)]
pub struct DropProtocol {
    /// Which.
    pub id: Uuid,
}

impl Action for DropProtocol {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        if !sql::stage::drop_protocol(tx, self.id).await? {
            return Err(Error::NotFound("protocol"));
        }
        let subject = region_subject(ctx.region);
        tx.journal(ctx, "region", subject, "stage.protocol_dropped", json!({ "protocol": self.id }));
        Ok(())
    }
}

/// The checklists that a new region begins with; a region that has any keeps its own.
#[derive(Debug, Clone)]
pub struct SeedProtocols;

impl Action for SeedProtocols {
    type Output = usize;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        require(ctx, Permission::ManageEmergency)?;
        if !sql::stage::protocols(tx).await?.is_empty() {
            return Ok(0);
        }
        for (place, (level, body, owner, minutes)) in PROTOCOLS.into_iter().enumerate() {
            let protocol = Protocol {
                id: ctx.new_id(),
                stage: Stage::new(i64::from(level)).ok_or(Error::NotFound("stage"))?,
                position: i64::try_from(place).unwrap_or_default() + 1,
                body: body.to_owned(),
                owner: owner.to_owned(),
                minutes,
            };
            sql::stage::insert_protocol(tx, &protocol);
        }
        Ok(PROTOCOLS.len())
    }
}
