//! Officers of agencies hear of what 112 asks of them: what was handed over to them, and what they have let pass. What
//! is told holds the type and the place, no caller and no number but the incident's own.

use serde::Deserialize;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, Role};
use simpul_people::{Directory, Officer, Snapshot, at_host};
use simpul_store::{Channel, Message, Reaction, ReactionSet, Result, Tx};
use uuid::Uuid;

use crate::actions::{INCIDENT, ITEM, WaysOut};
use crate::model::number;
use crate::news::AGENCY_PAGE;
use crate::pages::view::{place_line, type_name};
use crate::sql;

/// Longest message, in characters: three text messages.
const MESSAGE_MAX_CHARS: usize = 450;
/// Most officers of an agency that hear of one thing.
const HEARERS_MAX_COUNT: usize = 30;

/// How officers are told.
#[derive(Debug, Clone)]
pub struct Ways {
    /// Names of places and agencies.
    pub directory: Directory,
    /// Which messages can leave.
    pub out: WaysOut,
    /// Where officers reach Simpul; without it messages hold no link.
    pub base_url: Option<String>,
}

/// What is told to officers as the journal grows.
pub fn reactions(ways: Ways) -> ReactionSet {
    ReactionSet::new().add(TellOwners(ways))
}

/// The owner of what waits or is late hears of it, once.
struct TellOwners(Ways);

#[derive(Deserialize)]
struct HandedOver {
    handover: Uuid,
}

#[derive(Deserialize)]
struct LessonLate {
    lesson: Uuid,
}

/// Whose it is.
enum Owner {
    Agency(Uuid),
    Officer(Uuid),
}

impl Reaction for TellOwners {
    fn name(&self) -> &'static str {
        "emergency.tell_owners"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["incident.handed_over", "action_item.late", "incident.lesson_late"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if !self.0.out.text && !self.0.out.email {
            return Ok(());
        }
        let place = self.0.directory.of(ctx.region).await?;
        match line.kind.as_str() {
            "incident.handed_over" => self.handed_over(tx, ctx, &place, line).await,
            "action_item.late" => self.item_late(tx, ctx, &place, line.subject_id).await,
            _ => self.lesson_late(tx, ctx, &place, line).await,
        }
    }
}

impl TellOwners {
    async fn handed_over(&self, tx: &mut Tx, ctx: &Ctx, place: &Snapshot, line: &JournalLine) -> Result<()> {
        let said: HandedOver = serde_json::from_str(&line.body)?;
        let Some(one) = sql::handover::by_id(tx, said.handover).await? else { return Ok(()) };
        let Some(incident) = sql::incident::by_id(tx, one.incident).await? else { return Ok(()) };
        let Some(agency) = one.agency.filter(|_| !incident.drill && one.received.is_none()) else { return Ok(()) };
        let types = sql::incident::types(tx).await?;
        let (number, kind) = (number::shown(incident.serial), type_name(&types, &incident.kind));
        let asked = if one.asked.is_empty() { String::new() } else { format!(" Diminta: {}", one.asked) };
        let text = format!("112 meneruskan {number} {kind}, {}.{asked}", place_line(place, &incident));
        self.tell(tx, ctx, place, (&Owner::Agency(agency), (INCIDENT, incident.id)), &text).await
    }

    async fn item_late(&self, tx: &mut Tx, ctx: &Ctx, place: &Snapshot, id: Uuid) -> Result<()> {
        let Some(item) = sql::stage::item(tx, id).await? else { return Ok(()) };
        let owner = item.agency.map(Owner::Agency).or(item.officer.map(Owner::Officer));
        let Some(owner) = owner.filter(|_| item.ended.is_none()) else { return Ok(()) };
        let text = format!("Tindak lanjut 112 lewat batas waktu: {}", item.body);
        self.tell(tx, ctx, place, (&owner, (ITEM, item.id)), &text).await
    }

    async fn lesson_late(&self, tx: &mut Tx, ctx: &Ctx, place: &Snapshot, line: &JournalLine) -> Result<()> {
        let said: LessonLate = serde_json::from_str(&line.body)?;
        let Some(lesson) = sql::after::lesson(tx, said.lesson).await? else { return Ok(()) };
        if lesson.done.is_some() {
            return Ok(());
        }
        let text = format!("Tindak lanjut evaluasi 112 lewat batas waktu: {}", lesson.body);
        let owner = Owner::Agency(lesson.agency);
        self.tell(tx, ctx, place, (&owner, (INCIDENT, lesson.incident)), &text).await
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        place: &Snapshot,
        (owner, about): (&Owner, (&'static str, Uuid)),
        text: &str,
    ) -> Result<()> {
        let Ways { out, base_url, .. } = &self.0;
        let link = base_url.as_deref().map(|base| {
            let base = at_host(base.trim_end_matches('/'), place.region.host.as_deref());
            let page = if matches!(owner, Owner::Agency(_)) { AGENCY_PAGE } else { "/112/kesiagaan" };
            format!(" {base}{page}")
        });
        let said: String = format!("{}: {text}", place.region.name).chars().take(MESSAGE_MAX_CHARS).collect();
        let body = format!("{said}{}", link.unwrap_or_default());
        for officer in owners(tx, owner).await? {
            let (phone, email) = (officer.phone.filter(|_| out.text), officer.email.filter(|_| out.email));
            let way = phone.map(|to| (Channel::Text, to)).or(email.map(|to| (Channel::Email, to)));
            let Some((channel, to)) = way else { continue };
            let subject = if channel == Channel::Email { "112".to_owned() } else { String::new() };
            tx.outbox(ctx, Message { channel, to, subject, body: body.clone(), about: Some(about) });
        }
        Ok(())
    }
}

/// Those who hear of it: the agency's officers and head, or the one officer.
async fn owners(tx: &mut Tx, owner: &Owner) -> Result<Vec<Officer>> {
    let all = simpul_people::sql::officers::all(tx).await?.into_iter().filter(|officer| officer.active);
    let is_owner = |officer: &Officer| match owner {
        Owner::Officer(id) => officer.id == *id,
        Owner::Agency(agency) => officer
            .grants
            .iter()
            .any(|grant| matches!(grant.role, Role::AgencyOfficer | Role::AgencyHead) && grant.agency == Some(*agency)),
    };
    Ok(all.filter(is_owner).take(HEARERS_MAX_COUNT).collect())
}
