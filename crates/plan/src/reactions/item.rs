//! Action items: their owner hears of them, is reminded, and learns that they are late.

use serde::Deserialize;
use simpul_kernel::Ctx;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::journal::JournalLine;
use simpul_people::Permission;
use simpul_store::{Reaction, Result, Tx};

use crate::actions::item::{ITEM, mark_late};
use crate::messenger::{Messenger, News};
use crate::model::item::{Item, ItemState, what};
use crate::sql;

/// Longest part of a task in a message, in characters.
const TASK_MAX_CHARS: usize = 160;

/// A moment of an item has come: its owner is reminded, or it is marked as late.
pub(super) struct ItemIsDue(pub(super) Messenger);

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for ItemIsDue {
    fn name(&self) -> &'static str {
        "plan.item_is_due"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != ITEM {
            return Ok(());
        }
        let passed: Passed = serde_json::from_str(&line.body)?;
        match passed.what.as_str() {
            what::LATE => mark_late(tx, ctx, line.subject_id).await.map(|_| ()),
            what::REMIND => {
                let item = sql::item::by_id(tx, line.subject_id).await?;
                // A deadline that was moved has a reminder of its own.
                let near = |item: &Item| {
                    item.state == ItemState::Open && !item.is_late(ctx.now()) && item.remind_at(ctx.now()).is_none()
                };
                match item.filter(near) {
                    Some(item) => tell(&self.0, tx, ctx, &item, "jatuh tempo").await,
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

/// The owner hears of what is owed.
pub(super) struct TellOwner(pub(super) Messenger);

impl Reaction for TellOwner {
    fn name(&self) -> &'static str {
        "plan.tell_owner"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["action_item.made", "action_item.moved", "action_item.reopened", "action_item.late"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let Some(item) = sql::item::by_id(tx, line.subject_id).await? else { return Ok(()) };
        if item.state != ItemState::Open {
            return Ok(());
        }
        let word = match line.kind.as_str() {
            "action_item.late" => "TERLAMBAT, batasnya",
            "action_item.reopened" => "belum cukup, kerjakan lagi, batas",
            _ => "batas",
        };
        tell(&self.0, tx, ctx, &item, word).await
    }
}

/// Officers' messages are in Indonesian.
async fn tell(messenger: &Messenger, tx: &mut Tx, ctx: &Ctx, item: &Item, word: &str) -> Result<()> {
    if messenger.is_mute() {
        return Ok(());
    }
    let zone = messenger.directory.of(ctx.region).await?.calendar.zone;
    let day = format::date_long(Lang::Id, zone, item.due);
    let task: String = item.body.chars().take(TASK_MAX_CHARS).collect();
    let news = News {
        about: (ITEM, item.id),
        subject: format!("Tindak lanjut {}", item.shown()),
        text: format!("tindak lanjut rapat {} {word} {day}: {task}", item.shown()),
        path: &format!("/rapat/tindak-lanjut/{}", item.id),
    };
    messenger.tell_agency(tx, ctx, (item.agency, item.officer), Permission::WorkItems, &news).await
}
