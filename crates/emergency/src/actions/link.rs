//! Incidents that have to do with each other and are not the same.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{INCIDENT, load_incident, unmixed, who};
use crate::sql;
use crate::sql::link::LINKS_MAX_COUNT;

/// Two incidents have to do with each other. Twice is the same as once.
#[derive(Debug, Clone)]
pub struct LinkIncidents {
    /// One.
    pub incident: Uuid,
    /// The other.
    pub other: Uuid,
}

impl Action for LinkIncidents {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let (one, other) = (load_incident(tx, self.incident).await?, load_incident(tx, self.other).await?);
        if one.id == other.id {
            return Err(Refusal::field("other", "emergency.refused.link_self").into());
        }
        unmixed(one.drill, other.drill)?;
        for (from, to) in [(one.id, other.id), (other.id, one.id)] {
            let known = sql::link::of(tx, from).await?;
            if known.contains(&to) {
                continue;
            }
            if i64::try_from(known.len()).unwrap_or(i64::MAX) >= LINKS_MAX_COUNT {
                return Err(Refusal::field("other", "emergency.refused.links_full").into());
            }
            sql::link::insert(tx, (from, to), ctx.now(), &who(ctx));
            tx.journal(ctx, INCIDENT, from, "incident.linked", json!({ "other": to }));
        }
        Ok(())
    }
}

/// They have nothing to do with each other after all.
#[derive(Debug, Clone)]
pub struct UnlinkIncidents {
    /// One.
    pub incident: Uuid,
    /// The other.
    pub other: Uuid,
}

impl Action for UnlinkIncidents {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        for (from, to) in [(self.incident, self.other), (self.other, self.incident)] {
            if sql::link::drop_one(tx, (from, to)).await? {
                tx.journal(ctx, INCIDENT, from, "incident.unlinked", json!({ "other": to }));
            }
        }
        Ok(())
    }
}
