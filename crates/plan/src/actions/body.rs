//! Bodies: set up by a decree, with members from inside and outside the government.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use time::Date;
use uuid::Uuid;

use crate::model::body::{Body, BodyKind, MEMBERS_MAX_COUNT, Member, check_duty};
use crate::model::meeting::LINE_MAX_CHARS;
use crate::sql;

/// What the journal calls a body.
pub const BODY: &str = "body";

async fn load(tx: &mut Tx, id: Uuid) -> Result<Body> {
    sql::body::by_id(tx, id).await?.ok_or(Error::NotFound("body"))
}

/// A body as a form has it.
#[derive(Debug, Clone)]
pub struct Charter {
    /// What kind.
    pub kind: BodyKind,
    /// What it is called.
    pub name: String,
    /// The number of the decree; may be empty.
    pub decree_number: String,
    /// The day of the decree.
    pub decree_day: Option<Date>,
    /// It must meet at least once in so many months; 0 is no duty.
    pub duty_months: i64,
    /// Whether it still meets.
    pub active: bool,
}

impl Charter {
    fn body(&self, id: Uuid, version: i64) -> Result<Body> {
        check_duty(self.duty_months)?;
        Ok(Body {
            id,
            kind: self.kind,
            name: words::clean_line("name", &self.name, LINE_MAX_CHARS, true)?,
            decree_number: words::clean_line("decree", &self.decree_number, LINE_MAX_CHARS, false)?,
            decree_day: self.decree_day,
            duty_months: self.duty_months,
            active: self.active,
            version,
        })
    }
}

/// Adds a body. Its answer is the body's id.
#[derive(Debug, Clone)]
pub struct AddBody {
    /// Makes a retry safe.
    pub key: Uuid,
    /// What it is.
    pub charter: Charter,
}

impl Action for AddBody {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageMeetings)?;
        let known = sql::body::all(tx).await?.len();
        if i64::try_from(known).unwrap_or(i64::MAX) >= sql::body::BODIES_MAX_COUNT {
            return Err(Refusal::new("plan.body.refused.too_many").into());
        }
        let body = self.charter.body(ctx.new_id(), 1)?;
        sql::body::insert(tx, &body, ctx.now());
        tx.journal(ctx, BODY, body.id, "body.added", json!({ "kind": body.kind.name(), "duty": body.duty_months }));
        Ok(body.id)
    }
}

/// Changes a body.
#[derive(Debug, Clone)]
pub struct ChangeBody {
    /// Which one.
    pub body: Uuid,
    /// What it is now.
    pub charter: Charter,
}

impl Action for ChangeBody {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.body).await?;
        let body = self.charter.body(before.id, before.version + 1)?;
        if !sql::body::save(tx, before.version, &body).await? {
            return Err(Refusal::new("plan.body.refused.changed").into());
        }
        tx.journal(ctx, BODY, body.id, "body.changed", json!({ "duty": body.duty_months, "active": body.active }));
        Ok(())
    }
}

/// Somebody sits in a body.
#[derive(Debug, Clone, Default)]
pub struct Seat {
    /// The person, or the post that sits there.
    pub name: String,
    /// As what; may be empty.
    pub post: String,
    /// From where; may be empty where an agency is named.
    pub organisation: String,
    /// The agency, where it is one of the region's.
    pub agency: Option<Uuid>,
    /// Whether that stands outside the government.
    pub outside: bool,
}

/// Adds a member.
#[derive(Debug, Clone)]
pub struct AddMember {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Of which body.
    pub body: Uuid,
    /// Who.
    pub seat: Seat,
}

impl Action for AddMember {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let body = load(tx, self.body).await?;
        let known = sql::body::members(tx, body.id).await?.len();
        if known >= MEMBERS_MAX_COUNT {
            return Err(Refusal::new("plan.body.refused.too_many").into());
        }
        let (mut organisation, mut outside) = (self.seat.organisation.clone(), self.seat.outside);
        if let Some(agency) = self.seat.agency {
            let known = agencies::by_id(tx, agency).await?;
            let known = known.ok_or_else(|| Refusal::field("agency", "plan.body.refused.agency"))?;
            organisation = known.name;
            outside = known.outside;
        }
        let member = Member {
            id: ctx.new_id(),
            body: body.id,
            name: words::clean_line("name", &self.seat.name, LINE_MAX_CHARS, true)?,
            post: words::clean_line("post", &self.seat.post, LINE_MAX_CHARS, false)?,
            organisation: words::clean_line("organisation", &organisation, LINE_MAX_CHARS, true)?,
            agency: self.seat.agency,
            outside,
        };
        sql::body::insert_member(tx, &member, i64::try_from(known).unwrap_or(i64::MAX));
        let line = json!({ "member": member.id, "agency": member.agency, "outside": outside });
        tx.journal(ctx, BODY, body.id, "body.member_added", line);
        Ok(())
    }
}

/// Takes a member out.
#[derive(Debug, Clone)]
pub struct DropMember {
    /// Of which body.
    pub body: Uuid,
    /// Who.
    pub member: Uuid,
}

impl Action for DropMember {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let body = load(tx, self.body).await?;
        if !sql::body::drop_member(tx, body.id, self.member).await? {
            return Err(Error::NotFound("member"));
        }
        tx.journal(ctx, BODY, body.id, "body.member_dropped", json!({ "member": self.member }));
        Ok(())
    }
}
