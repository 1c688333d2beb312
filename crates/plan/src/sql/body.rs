//! Bodies and who sits in them.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::parse_date;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::body::{Body, BodyKind, Member};

macro_rules! body {
    () => {
        "SELECT id, kind, name, decree_number, decree_day, duty_months, is_active, version FROM plan_body
            WHERE region = $1 "
    };
}

simpul_store::statements! {
    pub(crate) BODY = concat!(body!(), "AND id = $2");
    pub(crate) BODIES = concat!(body!(), "ORDER BY created_at, id LIMIT $2");
    pub(crate) SAVE_BODY = "UPDATE plan_body SET kind = $4, name = $5, decree_number = $6, decree_day = $7,
        duty_months = $8, is_active = $9, version = $10 WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) MEMBERS = "SELECT id, body_id, name, post, organisation, agency_id, is_outside FROM plan_body_member
        WHERE region = $1 AND body_id = $2 ORDER BY place, id LIMIT $3";
    pub(crate) DROP_MEMBER = "DELETE FROM plan_body_member WHERE region = $1 AND body_id = $2 AND id = $3";
}

simpul_store::inserts! {
    pub(crate) INSERT_BODY = "plan_body" (id, kind, name, decree_number, decree_day, duty_months, is_active, version,
        created_at);
    pub(crate) INSERT_MEMBER = "plan_body_member" (id, body_id, place, name, post, organisation, agency_id,
        is_outside);
}

/// Most bodies of a region.
pub const BODIES_MAX_COUNT: i64 = 100;
/// Most members that are read.
const MEMBERS_READ_COUNT: i64 = 500;

impl FromRow for Body {
    fn from_row(row: &Row) -> Result<Body> {
        let (kind, day): (String, String) = (row.at(1)?, row.at(4)?);
        Ok(Body {
            id: row.at(0)?,
            kind: named(&kind, BodyKind::parse)?,
            name: row.at(2)?,
            decree_number: row.at(3)?,
            decree_day: parse_date(&day),
            duty_months: row.at(5)?,
            active: row.at(6)?,
            version: row.at(7)?,
        })
    }
}

impl FromRow for Member {
    fn from_row(row: &Row) -> Result<Member> {
        Ok(Member {
            id: row.at(0)?,
            body: row.at(1)?,
            name: row.at(2)?,
            post: row.at(3)?,
            organisation: row.at(4)?,
            agency: row.at(5)?,
            outside: row.at(6)?,
        })
    }
}

fn day_of(body: &Body) -> String {
    body.decree_day.map(|day| day.to_string()).unwrap_or_default()
}

/// The body of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Body>> {
    conn.opt(&BODY, args![id]).await
}

/// Every body, the oldest first.
pub async fn all(conn: &mut Conn) -> Result<Vec<Body>> {
    conn.all(&BODIES, args![BODIES_MAX_COUNT]).await
}

/// Adds a body.
pub(crate) fn insert(tx: &mut Tx, body: &Body, at: Timestamp) {
    let Body { id, kind, name, decree_number, duty_months, active, version, .. } = body;
    let kind = kind.name();
    tx.insert(&INSERT_BODY, args![*id, kind, name, decree_number, day_of(body), *duty_months, *active, *version, at]);
}

/// Saves a body that was read as `before`. Answers whether nobody else had changed it.
pub(crate) async fn save(tx: &mut Tx, before: i64, body: &Body) -> Result<bool> {
    let Body { id, kind, name, decree_number, duty_months, active, version, .. } = body;
    let kind = kind.name();
    let args = args![*id, before, kind, name, decree_number, day_of(body), *duty_months, *active, *version];
    Ok(tx.exec(&SAVE_BODY, args).await? == 1)
}

/// Who sits in a body, in order.
pub async fn members(conn: &mut Conn, body: Uuid) -> Result<Vec<Member>> {
    conn.all(&MEMBERS, args![body, MEMBERS_READ_COUNT]).await
}

/// Adds a member at the end.
pub(crate) fn insert_member(tx: &mut Tx, member: &Member, place: i64) {
    let Member { id, body, name, post, organisation, agency, outside } = member;
    tx.insert(&INSERT_MEMBER, args![*id, *body, place, name, post, organisation, *agency, *outside]);
}

/// Takes a member out. Answers whether there was one.
pub(crate) async fn drop_member(tx: &mut Tx, body: Uuid, member: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_MEMBER, args![body, member]).await? == 1)
}
