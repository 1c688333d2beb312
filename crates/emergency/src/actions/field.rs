//! What is done around an incident beside sending units.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, Role, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Channel, Message, Result, Tx};
use uuid::Uuid;

use super::incident::{NOTE_MAX_CHARS, write_note};
use super::{INCIDENT, load_incident, load_unit, who};
use crate::model::NoteWay;
use crate::model::field::{DECREE_MAX_CHARS, Disaster, Finding, QUICK_REPORT_MAX_CHARS, VerifyWay};
use crate::sql;
use crate::sql::field::{QuickReport, Verification};

/// A line of the radio log, of a telephone call, or a note, with its unit.
#[derive(Debug, Clone)]
pub struct LogWord {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// By which way.
    pub way: NoteWay,
    /// Which unit spoke or was spoken to.
    pub unit: Option<Uuid>,
    /// What.
    pub text: String,
}

impl Action for LogWord {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let incident = load_incident(tx, self.incident).await?;
        let text = words::clean_text("text", &self.text, NOTE_MAX_CHARS, true)?;
        let unit = match self.unit {
            Some(unit) => Some(load_unit(tx, unit).await?.id),
            None => None,
        };
        if !NoteWay::CHOICES.contains(&self.way) {
            return Err(Refusal::field("way", "emergency.refused.choose").into());
        }
        write_note(tx, ctx, incident.id, text, (self.way, unit));
        tx.journal(ctx, INCIDENT, incident.id, "incident.noted", json!({ "way": self.way.name(), "unit": unit }));
        Ok(())
    }
}

/// Somebody was asked whether it is so. It holds nothing up: what may be done with an incident never depends on it.
#[derive(Debug, Clone)]
pub struct VerifyIncident {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// Who was asked.
    pub way: VerifyWay,
    /// What was said.
    pub finding: Finding,
    /// In words.
    pub text: String,
}

impl Action for VerifyIncident {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let incident = load_incident(tx, self.incident).await?;
        let text = words::clean_line("said", &self.text, LINE_MAX_CHARS, false)?;
        let (way, finding) = (self.way, self.finding);
        let one = Verification { at: ctx.now(), author: who(ctx), way, finding, text };
        sql::field::insert_verification(tx, ctx.new_id(), incident.id, &one);
        let body = json!({ "way": self.way.name(), "finding": self.finding.name() });
        tx.journal(ctx, INCIDENT, incident.id, "incident.verified", body);
        Ok(())
    }
}

/// Which messages can leave the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WaysOut {
    /// Text messages.
    pub text: bool,
    /// Mail.
    pub email: bool,
}

/// The quick report goes to the leaders and to the disaster agency. That of a drill is kept and never leaves the house.
#[derive(Debug, Clone)]
pub struct SendQuickReport {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// What it says.
    pub text: String,
    /// The officers who are told.
    pub officers: Vec<Uuid>,
    /// Which messages can leave.
    pub ways: WaysOut,
}

impl Action for SendQuickReport {
    type Output = i64;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    /// Answers how many were told.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<i64> {
        require(ctx, Permission::SendUnits)?;
        let incident = load_incident(tx, self.incident).await?;
        let text = words::clean_text("quick", &self.text, QUICK_REPORT_MAX_CHARS, true)?;
        let mut told = 0;
        for officer in &self.officers {
            let officer = simpul_people::sql::officers::by_id(tx, *officer).await?;
            let officer = officer.filter(|officer| officer.active && may_hear(&officer.grants));
            let officer = officer.ok_or_else(|| Refusal::field("officers", "emergency.refused.leader"))?;
            let (phone, email) = (officer.phone.filter(|_| self.ways.text), officer.email.filter(|_| self.ways.email));
            let way = phone.map(|to| (Channel::Text, to)).or(email.map(|to| (Channel::Email, to)));
            let Some((channel, to)) = way.filter(|_| !incident.drill) else { continue };
            let subject = match channel {
                Channel::Email => text.lines().next().unwrap_or_default().to_owned(),
                Channel::Text => String::new(),
            };
            let message = Message { channel, to, subject, body: text.clone(), about: Some((INCIDENT, incident.id)) };
            tx.outbox(ctx, message);
            told += 1;
        }
        let report = QuickReport { at: ctx.now(), author: who(ctx), text, told };
        sql::field::insert_quick_report(tx, ctx.new_id(), incident.id, &report);
        tx.journal(ctx, INCIDENT, incident.id, "incident.quick_report", json!({ "told": told }));
        Ok(told)
    }
}

/// Whether an officer may be sent what happens: leaders, heads and officers of agencies, and the room itself. A citizen
/// or a partner may not.
fn may_hear(grants: &[simpul_kernel::Grant]) -> bool {
    const HEARERS: [Role; 7] = [
        Role::Leader,
        Role::RegionSecretary,
        Role::AgencyHead,
        Role::AgencyOfficer,
        Role::DutyOfficer,
        Role::Supervisor,
        Role::FieldOfficer,
    ];
    grants.iter().any(|grant| HEARERS.contains(&grant.role))
}

/// The steps of a disaster, as far as they are taken.
#[derive(Debug, Clone)]
pub struct SetDisaster {
    /// Which incident.
    pub incident: Uuid,
    /// The steps.
    pub steps: Disaster,
}

impl Action for SetDisaster {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let incident = load_incident(tx, self.incident).await?;
        let post_place = words::clean_line("post_place", &self.steps.post_place, LINE_MAX_CHARS, false)?;
        let decree_number = words::clean_line("decree_number", &self.steps.decree_number, DECREE_MAX_CHARS, false)?;
        let steps = Disaster { post_place, decree_number, ..self.steps.clone() };
        steps.check()?;
        sql::field::save_disaster(tx, incident.id, &steps).await?;
        let body = json!({ "assessed": steps.assessed.is_some(), "post": steps.post.is_some(),
            "decree": !steps.decree_number.is_empty(), "fund": steps.fund_rupiah.is_some() });
        tx.journal(ctx, INCIDENT, incident.id, "incident.disaster", body);
        Ok(())
    }
}
