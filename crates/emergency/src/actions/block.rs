//! A supervisor turns a number away for a while, or lets it through again.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::who;
use crate::model::Block;
use crate::model::block::{BLOCK_REASON_MAX_CHARS, block_end, number_key};
use crate::model::cti::WORD_MAX_CHARS;
use crate::sql;

/// Fewest digits of a number that can be blocked: shorter ones are services such as 112.
const NUMBER_MIN_DIGITS: usize = 6;

/// What the journal calls a block.
pub const BLOCK: &str = "block";

/// Turns a number away for some hours. The journal keeps that it was done, not which number.
#[derive(Debug, Clone)]
pub struct BlockNumber {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which number.
    pub number: String,
    /// Why.
    pub reason: String,
    /// For how long, in hours.
    pub hours: i64,
}

impl Action for BlockNumber {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::SuperviseCalls)?;
        let typed = words::clean_line("number", &self.number, WORD_MAX_CHARS, true)?;
        let number = number_key(&typed).ok_or_else(|| Refusal::field("number", "form.missing"))?;
        if number.chars().filter(char::is_ascii_digit).count() < NUMBER_MIN_DIGITS {
            return Err(Refusal::field("number", "emergency.refused.block_number").into());
        }
        let reason = words::clean_line("reason", &self.reason, BLOCK_REASON_MAX_CHARS, true)?;
        let ends = block_end(self.hours, ctx.now())?;
        if sql::block::live(tx, &number, ctx.now()).await?.is_some() {
            return Err(Refusal::field("number", "emergency.refused.blocked").into());
        }
        let id = ctx.new_id();
        let block = Block { id, number: Some(number), reason, created: ctx.now(), by: who(ctx), ends, lifted: None };
        sql::block::insert(tx, &block);
        tx.journal(ctx, BLOCK, id, "number.blocked", json!({ "hours": self.hours }));
        Ok(id)
    }
}

/// Lets a number through again before the block ends.
#[derive(Debug, Clone)]
pub struct LiftBlock {
    /// Which block.
    pub block: Uuid,
}

impl Action for LiftBlock {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SuperviseCalls)?;
        let block = sql::block::by_id(tx, self.block).await?.ok_or(Error::NotFound("block"))?;
        if !block.is_live(ctx.now()) {
            return Err(Refusal::new("emergency.refused.block_over").into());
        }
        if sql::block::lift(tx, block.id, ctx.now(), &who(ctx)).await? {
            tx.journal(ctx, BLOCK, block.id, "number.unblocked", json!({}));
        }
        Ok(())
    }
}
