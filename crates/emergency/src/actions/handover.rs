//! An incident is handed over to a body, and the body takes it: the room writes down who said so, or an officer of the
//! agency says so by signing in.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require, require_in};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{INCIDENT, load_incident, who};
use crate::model::field::{ASKED_MAX_CHARS, agency_of_name};
use crate::sql;
use crate::sql::handover::{Handover, Received};

/// An incident is handed over to a body (*diteruskan pukul*).
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// To whom.
    pub contact: Uuid,
    /// What is asked of them.
    pub asked: String,
}

impl Action for HandOver {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::SendUnits)?;
        let incident = load_incident(tx, self.incident).await?;
        incident.must_be_active()?;
        let asked = words::clean_text("asked", &self.asked, ASKED_MAX_CHARS, false)?;
        let contacts = sql::field::contacts(tx).await?;
        let contact = contacts.into_iter().find(|contact| contact.id == self.contact && contact.active);
        let contact = contact.ok_or_else(|| Refusal::field("contact", "emergency.refused.contact"))?;
        let agency = match contact.agency {
            Some(agency) => Some(agency),
            None => {
                let agencies = simpul_people::sql::agencies::all(tx).await?;
                let known = agencies.iter().filter(|agency| agency.active);
                agency_of_name(&contact.name, known.map(|agency| (agency.id, agency.short.as_str())))
            }
        };
        let (id, forwarded, forwarded_by) = (ctx.new_id(), ctx.now(), who(ctx));
        let (incident, contact) = (incident.id, contact.id);
        let one = Handover { id, incident, contact, agency, asked, forwarded, forwarded_by, received: None };
        sql::handover::insert(tx, &one);
        let body = json!({ "contact": contact, "handover": id, "agency": agency });
        tx.journal(ctx, INCIDENT, incident, "incident.handed_over", body);
        Ok(id)
    }
}

/// The body has taken it (*diterima oleh, pukul*), as the room was told.
#[derive(Debug, Clone)]
pub struct ReceiveHandover {
    /// Which hand-over.
    pub handover: Uuid,
    /// Who took it there.
    pub by: String,
}

impl Action for ReceiveHandover {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let by = words::clean_line("received_by", &self.by, LINE_MAX_CHARS, true)?;
        receive(tx, ctx, self.handover, Received { by, at: ctx.now(), officer: None }).await
    }
}

/// An officer of the agency takes it, in their own name.
#[derive(Debug, Clone)]
pub struct AcknowledgeHandover {
    /// Which hand-over.
    pub handover: Uuid,
}

impl Action for AcknowledgeHandover {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let one = sql::handover::by_id(tx, self.handover).await?.ok_or(Error::NotFound("handover"))?;
        // What belongs to no agency, or to another, is not known to whoever asks.
        let agency = one.agency.ok_or(Error::NotFound("handover"))?;
        require_in(ctx, Permission::AcknowledgeHandovers, agency)?;
        let officer = ctx.actor.officer_id().ok_or(Error::NotFound("officer"))?;
        let known = simpul_people::sql::officers::by_id(tx, officer).await?.ok_or(Error::NotFound("officer"))?;
        receive(tx, ctx, one.id, Received { by: known.name, at: ctx.now(), officer: Some(officer) }).await
    }
}

async fn receive(tx: &mut Tx, ctx: &Ctx, handover: Uuid, received: Received) -> Result<()> {
    let one = sql::handover::by_id(tx, handover).await?.ok_or(Error::NotFound("handover"))?;
    if !sql::handover::receive(tx, one.id, &received).await? {
        return Err(Refusal::new("emergency.refused.handover_received").into());
    }
    let body = json!({ "contact": one.contact, "handover": one.id, "own": received.officer.is_some() });
    tx.journal(ctx, INCIDENT, one.incident, "incident.handover_received", body);
    Ok(())
}
