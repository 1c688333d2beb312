//! Where a caller is: asked for by a link, typed, or told by others.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp, mask};
use simpul_people::{Permission, require};
use simpul_store::{Action, Channel, Error, Message, Result, Tx};
use uuid::Uuid;

use super::{CALL, load_call, who};
use crate::model::place::{LINKS_MAX_COUNT, is_known};
use crate::model::{PlaceLink, PlaceSource, Spot};
use crate::sql;

/// The kind of the journal line that tells that a caller's place became known.
pub const LOCATED: &str = "call.located";

/// Sends the caller a link by which the telephone's position comes back, once.
#[derive(Clone)]
pub struct SendPlaceLink {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which call.
    pub call: Uuid,
    /// SHA-256 of the link's token.
    pub hash: [u8; 32],
    /// What is sent, the link among it.
    pub text: String,
}

impl std::fmt::Debug for SendPlaceLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SendPlaceLink").field("call", &self.call).finish_non_exhaustive()
    }
}

impl Action for SendPlaceLink {
    type Output = Timestamp;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    /// Answers until when the link can be followed.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Timestamp> {
        require(ctx, Permission::TakeCalls)?;
        let call = load_call(tx, self.call).await?;
        if !call.is_with(&who(ctx)) {
            return Err(Refusal::new("emergency.refused.not_yours").into());
        }
        let number = sql::call::caller(tx, call.id).await?.number;
        let to = number.as_deref().and_then(mask::normalise_phone);
        let to = to.ok_or_else(|| Refusal::new("emergency.refused.no_number"))?;
        let most = i64::try_from(LINKS_MAX_COUNT).unwrap_or(i64::MAX);
        if sql::place::links(tx, call.id, most).await?.len() >= LINKS_MAX_COUNT {
            return Err(Refusal::new("emergency.refused.links").with("most", LINKS_MAX_COUNT.to_string()).into());
        }
        let link = PlaceLink { id: ctx.new_id(), call: call.id, expires: PlaceLink::end(ctx.now()), used: None };
        sql::place::insert_link(tx, &link, &self.hash, ctx.now());
        let body = self.text.clone();
        let about = Some((CALL, call.id));
        let message = Message { channel: Channel::Text, to, subject: String::new(), body, about };
        // A message of a drill never leaves the house.
        if call.drill {
            tx.outbox_kept(ctx, message)
        } else {
            tx.outbox(ctx, message)
        };
        tx.journal(ctx, CALL, call.id, "call.link_sent", json!({}));
        Ok(link.expires)
    }
}

/// The caller sends a position by the link: once.
#[derive(Debug, Clone)]
pub struct FollowPlaceLink {
    /// SHA-256 of the link's token.
    pub hash: [u8; 32],
    /// Where the caller is.
    pub spot: Spot,
}

impl Action for FollowPlaceLink {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let link = sql::place::link(tx, &self.hash).await?.ok_or(Error::NotFound("link"))?;
        link.check(ctx.now())?;
        if !sql::place::use_link(tx, link.id, ctx.now()).await? {
            return Err(Refusal::new("emergency.refused.link_used").into());
        }
        keep(tx, ctx, link.call, PlaceSource::Link, &self.spot).await
    }
}

/// Somebody else says where the caller is: a taker who types it, the network, a list of villages.
#[derive(Debug, Clone)]
pub struct NotePlace {
    /// Which call.
    pub call: Uuid,
    /// Who says so.
    pub source: PlaceSource,
    /// Where.
    pub spot: Spot,
}

impl Action for NotePlace {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        if self.source == PlaceSource::Link {
            return Err(Refusal::field("source", "emergency.refused.place_source").into());
        }
        let call = load_call(tx, self.call).await?;
        keep(tx, ctx, call.id, self.source, &self.spot).await
    }
}

async fn keep(tx: &mut Tx, ctx: &Ctx, call: Uuid, source: PlaceSource, spot: &Spot) -> Result<()> {
    let known = sql::place::of_call(tx, call).await?;
    if is_known(&known, source, spot) {
        return Ok(());
    }
    sql::place::insert(tx, ctx.new_id(), call, source, spot, ctx.now());
    tx.journal(ctx, CALL, call, LOCATED, json!({ "source": source.name() }));
    Ok(())
}
