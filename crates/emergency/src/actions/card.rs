//! Question cards are kept, and answered during a call.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{load_call, who};
use crate::model::card::{CARD_MAX_CHARS, Card};
use crate::model::seed_cards::{CARDS, COMMON_CODES};
use crate::sql;
use crate::sql::card::{KeptAnswer, KeptCard};

/// The cards that a new region begins with; what it has already stays as it is.
pub(super) async fn sow(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    let known = sql::card::newest(tx).await?;
    for (kind, common, text) in CARDS.iter().filter(|seed| !known.iter().any(|card| card.kind == seed.0)) {
        let card = Card::read(text)?;
        let (kind, common) = ((*kind).to_owned(), (*common).to_owned());
        sql::card::insert(tx, &KeptCard { kind, version: 1, common, card, author: who(ctx), at: ctx.now() });
    }
    Ok(())
}

/// A card is changed: the version before it stays for what was asked with it.
#[derive(Debug, Clone)]
pub struct SaveCard {
    /// Code of the type.
    pub kind: String,
    /// The version that was changed; 0 where the type has no card yet.
    pub from: i64,
    /// The type's code for exchange.
    pub common: String,
    /// The card as it is written.
    pub body: String,
}

impl Action for SaveCard {
    type Output = i64;

    /// Answers the new version.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<i64> {
        require(ctx, Permission::ManageEmergency)?;
        let types = sql::incident::types(tx).await?;
        if !types.iter().any(|kind| kind.code == self.kind) {
            return Err(Error::NotFound("type"));
        }
        if !COMMON_CODES.contains(&self.common.as_str()) {
            return Err(Refusal::field("common", "emergency.refused.common").into());
        }
        if self.body.chars().count() > CARD_MAX_CHARS {
            let refusal = Refusal::field("body", "emergency.refused.card_long");
            return Err(refusal.with("most", CARD_MAX_CHARS.to_string()).into());
        }
        let card = Card::read(&self.body)?;
        let votes = card.questions.iter().flat_map(|question| &question.answers).flat_map(|answer| &answer.votes);
        for (code, _) in votes {
            if !types.iter().any(|kind| kind.code == *code) {
                return Err(Refusal::field("body", "emergency.refused.card_type").with("type", code.clone()).into());
            }
        }
        let before = sql::card::of_type(tx, &self.kind).await?.map_or(0, |card| card.version);
        if before != self.from {
            return Err(Refusal::field("body", "emergency.refused.card_changed").into());
        }
        let version = before + 1;
        let (kind, common) = (self.kind.clone(), self.common.clone());
        sql::card::insert(tx, &KeptCard { kind, version, common, card, author: who(ctx), at: ctx.now() });
        let body = json!({ "type": self.kind, "version": version });
        tx.journal(ctx, "region", region_subject(ctx.region), "card.saved", body);
        Ok(version)
    }
}

/// The caller answers a question of a card. It is no line of the journal, like the fields of the call.
#[derive(Debug, Clone)]
pub struct AnswerCard {
    /// During which call.
    pub call: Uuid,
    /// Code of the type whose card asks.
    pub kind: String,
    /// The card's version.
    pub version: i64,
    /// The question's code.
    pub question: String,
    /// Which answer, counted from 0; none takes it back.
    pub answer: Option<usize>,
}

impl Action for AnswerCard {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let call = load_call(tx, self.call).await?;
        if !call.is_with(&who(ctx)) {
            return Err(Refusal::new("emergency.refused.not_yours").into());
        }
        let kept = sql::card::version(tx, &self.kind, self.version).await?.ok_or(Error::NotFound("card"))?;
        let question = kept.card.questions.iter().find(|question| question.code == self.question);
        let question = question.ok_or(Error::NotFound("question"))?;
        let Some(answer) = self.answer else {
            return sql::card::drop_answer(tx, call.id, &self.kind, &self.question).await;
        };
        if answer >= question.answers.len() {
            return Err(Refusal::field("answer", "emergency.refused.choose").into());
        }
        let (kind, question) = (self.kind.clone(), self.question.clone());
        let kept = KeptAnswer { kind, question, version: self.version, answer, at: ctx.now() };
        sql::card::keep_answer(tx, call.id, &kept).await
    }
}
