//! A regency writes its own text of a book, or takes it back.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};

use super::who;
use crate::books;
use crate::model::book::{Book, check_text};
use crate::sql;

/// What the journal calls a book's text.
const TEMPLATE: &str = "plan_template";

/// Keeps a text of a book.
#[derive(Debug, Clone)]
pub struct SaveTemplate {
    /// Which book.
    pub book: Book,
    /// The version that the person saw; 0 where it was the shipped text.
    pub version: i64,
    /// The text.
    pub body: String,
}

impl Action for SaveTemplate {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let body = check_text(&self.body)?;
        books::check_places(&body)?;
        let known = sql::template::of(tx, self.book.name()).await?.map_or(0, |(_, version)| version);
        if known != self.version {
            return Err(Refusal::new("plan.book.refused_changed").into());
        }
        sql::template::set(tx, self.book.name(), &body, (ctx.now(), &who(ctx)), known + 1).await?;
        tx.journal(ctx, TEMPLATE, ctx.new_id(), "plan.template_saved", json!({ "book": self.book.name() }));
        Ok(())
    }
}

/// The text that Simpul brings counts again.
#[derive(Debug, Clone)]
pub struct DropTemplate {
    /// Which book.
    pub book: Book,
}

impl Action for DropTemplate {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        if sql::template::remove(tx, self.book.name()).await? {
            tx.journal(ctx, TEMPLATE, ctx.new_id(), "plan.template_dropped", json!({ "book": self.book.name() }));
        }
        Ok(())
    }
}
