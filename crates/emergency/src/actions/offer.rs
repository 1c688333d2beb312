//! Where this room meets others: what they hold for an emergency comes in as an offer, and what an incident leaves to
//! an agency goes out. Both ways the journal's line holds ids, and the words stand in this room's tables.

use serde_json::json;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::incident::{IncidentDone, NOTE_MAX_CHARS, OpenIncident, write_note};
use super::{INCIDENT, load_incident, unmixed, who};
use crate::model::offer::{FollowUp, OfferSource, Offered};
use crate::model::{NoteWay, Priority, Site, Victims};
use crate::sql;

/// What the journal calls an offer.
pub const OFFER: &str = "offer";

/// Another room, or a sensor's rule, holds something for an emergency: it is offered to the call takers. The same thing
/// is offered once.
#[derive(Debug, Clone)]
pub struct OfferIncident {
    /// Who holds it for one.
    pub source: OfferSource,
    /// Which report or alert.
    pub subject: Uuid,
    /// What it is called.
    pub label: String,
    /// What is said.
    pub body: String,
    /// Where.
    pub site: Site,
    /// Whether it belongs to a drill.
    pub drill: bool,
}

impl Action for OfferIncident {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::TakeCalls)?;
        if let Some(known) = sql::offer::of_subject(tx, self.source, self.subject).await? {
            return Ok(known.id);
        }
        let body: String = self.body.chars().take(NOTE_MAX_CHARS).collect();
        let offer = Offered {
            id: ctx.new_id(),
            source: self.source,
            subject: self.subject,
            label: self.label.clone(),
            body,
            site: self.site.clone(),
            at: ctx.now(),
            decided: None,
            incident: None,
            drill: self.drill,
        };
        sql::offer::insert(tx, &offer);
        tx.journal(ctx, OFFER, offer.id, "offer.raised", json!({ "source": offer.source.name(), "of": offer.subject }));
        Ok(offer.id)
    }
}

/// A taker holds an offer for an emergency, too: it opens an incident, or belongs to one that is known.
#[derive(Debug, Clone)]
pub struct TakeOffer {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which.
    pub offer: Uuid,
    /// Code of the type of the incident that it opens.
    pub kind: String,
    /// How urgent, where it differs from what the type says.
    pub priority: Option<Priority>,
    /// The incident that it belongs to; without one it opens its own.
    pub into: Option<Uuid>,
}

impl Action for TakeOffer {
    type Output = IncidentDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<IncidentDone> {
        require(ctx, Permission::TakeCalls)?;
        let offer = sql::offer::by_id(tx, self.offer).await?.ok_or(Error::NotFound("offer"))?;
        offer.must_be_open()?;
        let note: String = format!("{}: {}", offer.label, offer.body).chars().take(NOTE_MAX_CHARS).collect();
        let done = match self.into {
            Some(into) => {
                let incident = load_incident(tx, into).await?;
                unmixed(offer.drill, incident.drill)?;
                write_note(tx, ctx, incident.id, note, (NoteWay::Note, None));
                tx.journal(ctx, INCIDENT, incident.id, "incident.noted", json!({}));
                IncidentDone::of(&incident)
            }
            None => {
                let (key, site) = (self.key, offer.site.clone());
                let (kind, priority) = (self.kind.clone(), self.priority);
                let victims = Victims::Unknown;
                let open = OpenIncident { key, call: None, kind, priority, site, victims, note };
                open.open(tx, ctx, offer.drill).await?
            }
        };
        sql::offer::decide(tx, offer.id, ctx.now(), Some(done.id)).await?;
        let body = json!({ "source": offer.source.name(), "of": offer.subject, "incident": done.id });
        tx.journal(ctx, OFFER, offer.id, "offer.taken", body);
        Ok(done)
    }
}

/// A taker holds an offer for no emergency. The report goes its own way.
#[derive(Debug, Clone)]
pub struct DismissOffer {
    /// Which.
    pub offer: Uuid,
}

impl Action for DismissOffer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let offer = sql::offer::by_id(tx, self.offer).await?.ok_or(Error::NotFound("offer"))?;
        offer.must_be_open()?;
        sql::offer::decide(tx, offer.id, ctx.now(), None).await?;
        let body = json!({ "source": offer.source.name(), "of": offer.subject });
        tx.journal(ctx, OFFER, offer.id, "offer.dismissed", body);
        Ok(())
    }
}

/// An incident leaves something to the agency that owns it: *pohon sudah dipindah, jalan berlubang*.
#[derive(Debug, Clone)]
pub struct LeaveToAgency {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// Which agency.
    pub agency: Uuid,
    /// What is left to do.
    pub text: String,
}

impl Action for LeaveToAgency {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::TakeCalls)?;
        let incident = load_incident(tx, self.incident).await?;
        if incident.drill {
            return Err(Refusal::new("emergency.refused.drill_leaves").into());
        }
        if agencies::by_id(tx, self.agency).await?.is_none_or(|agency| !agency.active) {
            return Err(Refusal::field("agency", "emergency.refused.agency").into());
        }
        let body = words::clean_text("left", &self.text, REPORT_TEXT_MAX_CHARS, true)?;
        let id = ctx.new_id();
        let follow_up = FollowUp {
            id,
            incident: incident.id,
            agency: self.agency,
            body,
            author: who(ctx),
            at: ctx.now(),
            report: None,
            refused: None,
        };
        sql::offer::insert_follow_up(tx, &follow_up);
        let line = json!({ "follow_up": id, "agency": self.agency });
        tx.journal(ctx, INCIDENT, incident.id, "incident.left", line);
        Ok(id)
    }
}

/// The other room says what became of what was left to an agency.
#[derive(Debug, Clone)]
pub struct AnswerFollowUp {
    /// Which.
    pub follow_up: Uuid,
    /// The report's id and number, or the key of the sentence that says why there is none.
    pub answer: std::result::Result<(Uuid, String), String>,
}

impl Action for AnswerFollowUp {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let kept = sql::offer::follow_up(tx, self.follow_up).await?.ok_or(Error::NotFound("follow_up"))?;
        let (report, refused) = match &self.answer {
            Ok(report) => (Some(report.clone()), None),
            Err(key) => (None, Some(key.as_str())),
        };
        sql::offer::answer_follow_up(tx, kept.id, report.clone(), refused).await?;
        let line = json!({ "follow_up": kept.id, "report": report.map(|(id, _)| id) });
        tx.journal(ctx, INCIDENT, kept.incident, "incident.left_answered", line);
        Ok(())
    }
}
