//! Units, the types of incidents, and where units are.

use serde_json::json;
use simpul_kernel::geo::Point;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{UNIT, load_unit};
use crate::model::run_card::RunCard;
use crate::model::seed::TYPES;
use crate::model::unit::CALL_SIGN_MAX_CHARS;
use crate::model::{IncidentType, Position, Priority, Unit, UnitStatus};
use crate::sql;

/// The types that a new region begins with; what it has already stays as it is.
#[derive(Debug, Clone)]
pub struct SeedTypes;

impl Action for SeedTypes {
    type Output = usize;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        require(ctx, Permission::ManageEmergency)?;
        let known = sql::incident::types(tx).await?;
        let missing = TYPES.iter().filter(|seed| !known.iter().any(|kind| kind.code == seed.0));
        let mut count = 0;
        for (code, group, name, words, priority, card) in missing {
            let kind = IncidentType {
                code: (*code).to_owned(),
                group: (*group).to_owned(),
                name: (*name).to_owned(),
                words: (*words).to_owned(),
                priority: Priority::new(*priority).ok_or(Error::NotFound("priority"))?,
                run_card: RunCard::read(card).ok_or(Error::NotFound("run card"))?,
                active: true,
            };
            sql::incident::insert_type(tx, &kind);
            count += 1;
        }
        super::card::sow(tx, ctx).await?;
        super::keep::seed_contacts(tx, ctx).await?;
        Ok(count)
    }
}

/// A unit is added.
#[derive(Debug, Clone)]
pub struct AddUnit {
    /// Whose it is.
    pub agency: Uuid,
    /// What it is called on the radio.
    pub call_sign: String,
    /// What kind it is.
    pub kind: String,
    /// Where it stands when it is not out.
    pub base: Option<Point>,
}

impl Action for AddUnit {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEmergency)?;
        let call_sign = words::clean_line("call_sign", &self.call_sign, CALL_SIGN_MAX_CHARS, true)?.to_uppercase();
        super::known_kind(&self.kind)?;
        if agencies::by_id(tx, self.agency).await?.is_none_or(|agency| !agency.active) {
            return Err(Refusal::field("agency", "emergency.refused.agency").into());
        }
        if sql::unit::by_call_sign(tx, &call_sign).await?.is_some() {
            return Err(Refusal::field("call_sign", "emergency.refused.call_sign").into());
        }
        let unit = Unit {
            id: ctx.new_id(),
            agency: self.agency,
            call_sign,
            kind: self.kind.clone(),
            base: self.base,
            status: UnitStatus::Available,
            position: None,
            rested: None,
            active: true,
            drill: false,
        };
        sql::unit::insert(tx, &unit);
        tx.journal(ctx, UNIT, unit.id, "unit.added", json!({ "kind": unit.kind }));
        Ok(unit.id)
    }
}

/// The crew's page gets a new key; the old one opens nothing any more.
#[derive(Debug, Clone)]
pub struct GiveUnitKey {
    /// Which unit.
    pub unit: Uuid,
    /// SHA-256 of the key.
    pub key_hash: [u8; 32],
}

impl Action for GiveUnitKey {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let unit = load_unit(tx, self.unit).await?;
        sql::unit::set_token(tx, unit.id, self.key_hash).await?;
        sql::field::set_has_key(tx, unit.id, true).await?;
        tx.journal(ctx, UNIT, unit.id, "unit.key_given", json!({}));
        Ok(())
    }
}

/// A unit tells where it is. Positions come each second and are no line of the journal.
#[derive(Debug, Clone)]
pub struct MoveUnit {
    /// Which unit.
    pub unit: Uuid,
    /// Where.
    pub position: Position,
}

impl Action for MoveUnit {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        require(ctx, Permission::SendUnits)?;
        self.position.check(ctx.now())?;
        let news = sql::unit::set_position(tx, self.unit, &self.position).await?;
        if !news {
            // Only who is not there is told so; that is asked where nothing changed.
            load_unit(tx, self.unit).await?;
        }
        Ok(news)
    }
}
