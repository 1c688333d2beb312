//! What a supervisor keeps: units, types with their run cards, agencies' own words, and whom to call.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::known_kind;
use super::{UNIT, load_unit, who};
use crate::model::field::{CONTACTS, PHONE_MAX_CHARS};
use crate::model::unit::{CALL_SIGN_MAX_CHARS, WORD_MAX_CHARS};
use crate::model::{IncidentType, Unit, UnitStatus};
use crate::sql;
use crate::sql::field::{Contact, OwnWord, UnitCard};

/// What addresses call a type that is not there yet; none may be called so.
const NEW: &str = "baru";
/// Longest code of a type, in characters.
const CODE_MAX_CHARS: usize = 40;

/// What is known of a unit changes.
#[derive(Debug, Clone)]
pub struct SetUnit {
    /// The unit as it will be; what it does and where it is stay as they are.
    pub unit: Unit,
    /// What else is known.
    pub card: UnitCard,
}

impl Action for SetUnit {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let before = sql::unit::by_id(tx, self.unit.id).await?.ok_or(Error::NotFound("unit"))?;
        let call_sign = words::clean_line("call_sign", &self.unit.call_sign, CALL_SIGN_MAX_CHARS, true)?.to_uppercase();
        known_kind(&self.unit.kind)?;
        if agencies::by_id(tx, self.unit.agency).await?.is_none_or(|agency| !agency.active) {
            return Err(Refusal::field("agency", "emergency.refused.agency").into());
        }
        if sql::unit::by_call_sign(tx, &call_sign).await?.is_some_and(|other| other.id != before.id) {
            return Err(Refusal::field("call_sign", "emergency.refused.call_sign").into());
        }
        if !self.unit.active && sql::incident::out_for(tx, before.id).await?.is_some() {
            return Err(Refusal::field("active", "emergency.refused.unit_out").with("unit", before.call_sign).into());
        }
        let line = |field, text: &str| words::clean_line(field, text, LINE_MAX_CHARS, false);
        let card = UnitCard {
            unit: before.id,
            base_name: line("base_name", &self.card.base_name)?,
            crew: line("crew", &self.card.crew)?,
            phone: words::clean_line("phone", &self.card.phone, PHONE_MAX_CHARS, false)?,
            capabilities: line("capabilities", &self.card.capabilities)?,
            ..self.card.clone()
        };
        let after = Unit { call_sign, ..self.unit.clone() };
        sql::field::save_unit(tx, &after).await?;
        sql::field::save_card(tx, &card).await?;
        if !after.active {
            sql::field::set_has_key(tx, after.id, false).await?;
        }
        let body = json!({ "kind": after.kind, "agency": after.agency, "active": after.active });
        tx.journal(ctx, UNIT, after.id, "unit.changed", body);
        Ok(())
    }
}

/// The crew's key opens nothing any more.
#[derive(Debug, Clone)]
pub struct TakeUnitKey {
    /// Which unit.
    pub unit: Uuid,
}

impl Action for TakeUnitKey {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let unit = load_unit(tx, self.unit).await?;
        sql::field::set_has_key(tx, unit.id, false).await?;
        tx.journal(ctx, UNIT, unit.id, "unit.key_taken", json!({}));
        Ok(())
    }
}

/// The room says what a unit does that is not out, in its agency's own word if it has one.
#[derive(Debug, Clone)]
pub struct SayUnit {
    /// Which unit.
    pub unit: Uuid,
    /// What it does now.
    pub status: UnitStatus,
    /// The agency's own word for it.
    pub word: String,
    /// Why it can't be sent.
    pub reason: String,
}

impl Action for SayUnit {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let unit = load_unit(tx, self.unit).await?;
        super::crew::say(tx, ctx, unit, self.status, &self.word, &self.reason).await
    }
}

/// A type of incidents, with its priority and run card. How it stood before is kept.
#[derive(Debug, Clone)]
pub struct SetType {
    /// The type as it will be.
    pub kind: IncidentType,
    /// Whether it must not be there yet.
    pub is_new: bool,
    /// The version that whoever changes it has seen.
    pub seen: i64,
}

impl Action for SetType {
    type Output = i64;

    /// Answers its new version.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<i64> {
        require(ctx, Permission::ManageEmergency)?;
        let kind = clean_type(&self.kind)?;
        let known = sql::incident::types(tx).await?.into_iter().find(|known| known.code == kind.code);
        if self.is_new && known.is_some() {
            return Err(Refusal::field("code", "emergency.refused.type_code").into());
        }
        if !self.is_new && known.is_none() {
            return Err(Error::NotFound("type"));
        }
        let last = sql::field::type_version(tx, &kind.code).await?;
        if last != self.seen {
            return Err(Refusal::new("emergency.refused.type_changed").into());
        }
        sql::field::save_type(tx, &kind).await?;
        let version = last + 1;
        let stands = json!({ "group": kind.group, "name": kind.name, "words": kind.words, "active": kind.active,
            "priority": kind.priority.level(), "run_card": kind.run_card.text() });
        sql::field::insert_type_version(tx, &kind.code, version, ctx.now(), &who(ctx), &stands.to_string());
        let body = json!({ "type": kind.code, "version": version, "priority": kind.priority.level(),
            "run_card": kind.run_card.text(), "active": kind.active });
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.type_set", body);
        Ok(version)
    }
}

/// A code is small letters, digits and underscores; a run card names kinds that there are.
fn clean_type(kind: &IncidentType) -> Result<IncidentType> {
    let code = kind.code.trim().to_owned();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if code.is_empty() || code == NEW || code.len() > CODE_MAX_CHARS || !code.chars().all(good) {
        return Err(Refusal::field("code", "emergency.refused.code").into());
    }
    let group = kind.group.trim().to_owned();
    if group.is_empty() || group.len() > CODE_MAX_CHARS || !group.chars().all(good) {
        return Err(Refusal::field("group", "emergency.refused.code").into());
    }
    for (unit_kind, _) in kind.run_card.levels().iter().flatten() {
        known_kind(unit_kind).map_err(|_| Refusal::field("run_card", "emergency.refused.run_card"))?;
    }
    let name = words::clean_line("name", &kind.name, LINE_MAX_CHARS, true)?;
    let words = words::clean_line("words", &kind.words, LINE_MAX_CHARS, false)?;
    Ok(IncidentType { code, group, name, words, ..kind.clone() })
}

/// An agency's own word for what its units do.
#[derive(Debug, Clone)]
pub struct AddWord {
    /// Whose.
    pub agency: Uuid,
    /// The word.
    pub word: String,
    /// What it means.
    pub status: UnitStatus,
}

impl Action for AddWord {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEmergency)?;
        let word = words::clean_line("word", &self.word, WORD_MAX_CHARS, true)?;
        if agencies::by_id(tx, self.agency).await?.is_none_or(|agency| !agency.active) {
            return Err(Refusal::field("agency", "emergency.refused.agency").into());
        }
        let same = |known: &OwnWord| known.agency == self.agency && known.word == word;
        if sql::field::words(tx).await?.iter().any(same) {
            return Err(Refusal::field("word", "emergency.refused.word").into());
        }
        let one = OwnWord { id: ctx.new_id(), agency: self.agency, word, status: self.status };
        sql::field::insert_word(tx, &one);
        let body = json!({ "agency": self.agency, "status": self.status.name() });
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.word_added", body);
        Ok(one.id)
    }
}

/// An agency uses a word no more.
#[derive(Debug, Clone)]
pub struct DropWord {
    /// Which.
    pub word: Uuid,
}

impl Action for DropWord {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        if !sql::field::drop_word(tx, self.word).await? {
            return Err(Error::NotFound("word"));
        }
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.word_dropped", json!({ "word": self.word }));
        Ok(())
    }
}

/// A body to call, new or changed.
#[derive(Debug, Clone)]
pub struct SetContact {
    /// The body as it will be; a new one has the id of nobody.
    pub contact: Contact,
}

impl Action for SetContact {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEmergency)?;
        let known = sql::field::contacts(tx).await?;
        let name = words::clean_line("name", &self.contact.name, LINE_MAX_CHARS, true)?;
        let same = |one: &&Contact| one.kind == self.contact.kind && one.name == name && one.id != self.contact.id;
        if known.iter().any(|one| same(&one)) {
            return Err(Refusal::field("name", "emergency.refused.contact_name").into());
        }
        if let Some(agency) = self.contact.agency
            && agencies::by_id(tx, agency).await?.is_none_or(|agency| !agency.active)
        {
            return Err(Refusal::field("agency", "emergency.refused.agency").into());
        }
        let is_new = self.contact.id.is_nil();
        let next = i64::try_from(known.len()).unwrap_or(i64::MAX);
        let contact = Contact {
            id: if is_new { ctx.new_id() } else { self.contact.id },
            name,
            phone: words::clean_line("phone", &self.contact.phone, PHONE_MAX_CHARS, false)?,
            note: words::clean_line("note", &self.contact.note, LINE_MAX_CHARS, false)?,
            place: if is_new { next } else { self.contact.place },
            ..self.contact.clone()
        };
        if is_new {
            sql::field::insert_contact(tx, &contact);
        } else if !sql::field::save_contact(tx, &contact).await? {
            return Err(Error::NotFound("contact"));
        }
        let body = json!({ "contact": contact.id, "kind": contact.kind.name(), "active": contact.active });
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.contact_set", body);
        Ok(contact.id)
    }
}

/// The bodies that a new region begins with; what it has already stays as it is.
pub(super) async fn seed_contacts(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    if !sql::field::contacts(tx).await?.is_empty() {
        return Ok(());
    }
    for (place, (kind, name)) in CONTACTS.into_iter().enumerate() {
        let place = i64::try_from(place).unwrap_or(i64::MAX);
        let name = name.to_owned();
        let (phone, note) = (String::new(), String::new());
        let one = Contact { id: ctx.new_id(), kind, name, phone, note, place, active: true, agency: None };
        sql::field::insert_contact(tx, &one);
    }
    Ok(())
}
