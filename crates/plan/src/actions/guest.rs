//! Who was at a meeting: written by the note-taker, or by the guests themselves.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::meeting::{MEETING, load};
use crate::model::meeting::{Guest, GuestWay, LINE_MAX_CHARS, Meeting, PARTS_MAX_COUNT};
use crate::sql;
use crate::token::read_token;

/// Somebody as the list has them.
#[derive(Debug, Clone, Default)]
pub struct Attendee {
    /// Who.
    pub name: String,
    /// As what; may be empty.
    pub post: String,
    /// From where.
    pub organisation: String,
    /// Whether that stands outside the government.
    pub outside: bool,
}

async fn write(tx: &mut Tx, ctx: &Ctx, meeting: &Meeting, who: &Attendee, way: GuestWay) -> Result<()> {
    let known = sql::meeting::guests(tx, meeting.id).await?;
    if known.len() >= PARTS_MAX_COUNT {
        return Err(Refusal::new("plan.meeting.refused.too_many").into());
    }
    let guest = Guest {
        id: ctx.new_id(),
        meeting: meeting.id,
        at: ctx.now(),
        way,
        name: words::clean_line("name", &who.name, LINE_MAX_CHARS, true)?,
        post: words::clean_line("post", &who.post, LINE_MAX_CHARS, false)?,
        organisation: words::clean_line("organisation", &who.organisation, LINE_MAX_CHARS, true)?,
        outside: who.outside,
    };
    let same = |one: &Guest| one.name == guest.name && one.organisation == guest.organisation;
    if known.iter().any(same) {
        return Err(Refusal::field("name", "plan.meeting.refused.guest_known").into());
    }
    sql::meeting::insert_guest(tx, &guest);
    let body = json!({ "guest": guest.id, "way": way.name(), "outside": guest.outside });
    tx.journal(ctx, MEETING, meeting.id, "meeting.guest_added", body);
    Ok(())
}

/// The note-taker writes somebody onto the list.
#[derive(Debug, Clone)]
pub struct AddGuest {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which meeting.
    pub meeting: Uuid,
    /// Who.
    pub attendee: Attendee,
}

impl Action for AddGuest {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let meeting = load(tx, self.meeting).await?;
        meeting.must_take_guests()?;
        write(tx, ctx, &meeting, &self.attendee, GuestWay::List).await
    }
}

/// A guest signs the list on the own phone. The token of the picture on the wall is the permission.
#[derive(Debug, Clone)]
pub struct SignAttendance {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which meeting.
    pub meeting: Uuid,
    /// The token of the address.
    pub token: String,
    /// Who.
    pub attendee: Attendee,
}

impl Action for SignAttendance {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let meeting = load(tx, self.meeting).await?;
        if meeting.attend_token != read_token(&self.token) {
            return Err(Error::NotFound("meeting"));
        }
        if !meeting.takes_signatures(ctx.now()) {
            return Err(Refusal::new("plan.meeting.refused.list_closed").into());
        }
        write(tx, ctx, &meeting, &self.attendee, GuestWay::Qr).await
    }
}

/// Takes somebody off the list who was not there.
#[derive(Debug, Clone)]
pub struct DropGuest {
    /// Which meeting.
    pub meeting: Uuid,
    /// Who.
    pub guest: Uuid,
}

impl Action for DropGuest {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let meeting = load(tx, self.meeting).await?;
        meeting.must_take_guests()?;
        if !sql::meeting::drop_guest(tx, meeting.id, self.guest).await? {
            return Err(Error::NotFound("guest"));
        }
        tx.journal(ctx, MEETING, meeting.id, "meeting.guest_dropped", json!({ "guest": self.guest }));
        Ok(())
    }
}
