//! The form between its steps. A draft is nobody's report yet and leaves no line in the journal.

use simpul_kernel::Ctx;
use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::limits::DRAFT_LIFETIME_HOURS;
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use crate::sql;

/// Largest draft, in bytes: the text, the place and the names of three photos.
const DRAFT_MAX_BYTES: usize = 32 * 1024;

/// Keeps a draft for a day, and forgets those whose day is over.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// The id that the browser holds.
    pub id: Uuid,
    /// The draft as JSON.
    pub body: String,
}

impl Action for SaveDraft {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        if self.body.len() > DRAFT_MAX_BYTES {
            return Err(Error::Broken(format!("a draft of {} bytes", self.body.len())));
        }
        DropOldDrafts.apply(tx, ctx).await?;
        sql::parts::save_draft(tx, self.id, &self.body, ctx.now()).await
    }
}

/// Forgets the drafts whose day is over, also where nobody saves one any more. Answers how many.
#[derive(Debug, Clone)]
pub struct DropOldDrafts;

impl Action for DropOldDrafts {
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        sql::parts::drop_old_drafts(tx, ctx.now().plus_micros(-DRAFT_LIFETIME_HOURS * HOUR_MICROS)).await
    }
}

/// Forgets a draft.
#[derive(Debug, Clone)]
pub struct DropDraft {
    /// The id that the browser holds.
    pub id: Uuid,
}

impl Action for DropDraft {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, _: &Ctx) -> Result<()> {
        sql::parts::drop_draft(tx, self.id).await
    }
}
