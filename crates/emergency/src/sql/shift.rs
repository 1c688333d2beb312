//! Duties, shifts, and what the room keeps in mind.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::shift::{Duty, Item, ItemKind, Shift};

simpul_store::statements! {
    pub(crate) DUTIES = "SELECT id, officer_id, begins_at, ends_at, part FROM emergency_duty
        WHERE region = $1 AND ends_at > $2 AND begins_at < $3 ORDER BY begins_at, part, id LIMIT $4";
    pub(crate) DROP_DUTY = "DELETE FROM emergency_duty WHERE region = $1 AND id = $2";
    pub(crate) STANDING = "SELECT body, at, author FROM emergency_standing_note WHERE region = $1";
    pub(crate) SAVE_STANDING = "INSERT INTO emergency_standing_note (region, body, at, author)
        VALUES ($1, $2, $3, $4) ON CONFLICT (region) DO UPDATE SET body = excluded.body, at = excluded.at,
        author = excluded.author";
    pub(crate) SHIFT = "SELECT id, begins_at, handed_at, handed_by, body, accepted_at, accepted_by
        FROM emergency_shift WHERE region = $1 AND id = $2";
    pub(crate) SHIFTS = "SELECT id, begins_at, handed_at, handed_by, body, accepted_at, accepted_by
        FROM emergency_shift WHERE region = $1 ORDER BY handed_at DESC, id DESC LIMIT $2";
    pub(crate) ACCEPT_SHIFT = "UPDATE emergency_shift SET accepted_at = $3, accepted_by = $4
        WHERE region = $1 AND id = $2 AND accepted_at IS NULL";
    pub(crate) SHIFT_ITEMS = "SELECT id, kind, about, body, accepted_at FROM emergency_shift_item
        WHERE region = $1 AND shift_id = $2 ORDER BY id";
    pub(crate) ACCEPT_ITEMS = "UPDATE emergency_shift_item SET accepted_at = $3
        WHERE region = $1 AND shift_id = $2 AND accepted_at IS NULL";
}

simpul_store::inserts! {
    pub(crate) INSERT_DUTY = "emergency_duty" (id, officer_id, begins_at, ends_at, part);
    pub(crate) INSERT_SHIFT = "emergency_shift" (id, begins_at, handed_at, handed_by, body);
    pub(crate) INSERT_ITEM = "emergency_shift_item" (id, shift_id, kind, about, body);
}

/// Most duties that one page shows.
const DUTIES_MAX_COUNT: i64 = 500;

impl FromRow for Duty {
    fn from_row(row: &Row) -> Result<Duty> {
        Ok(Duty { id: row.at(0)?, officer: row.at(1)?, begins: row.at(2)?, ends: row.at(3)?, part: row.at(4)? })
    }
}

/// Duties that touch the time between two moments, by their beginning.
pub async fn duties(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<Duty>> {
    conn.all(&DUTIES, args![from, until, DUTIES_MAX_COUNT]).await
}

/// Gathers a duty.
pub fn insert_duty(tx: &mut Tx, duty: &Duty) {
    tx.insert(&INSERT_DUTY, args![duty.id, duty.officer, duty.begins, duty.ends, &duty.part]);
}

/// Drops a duty. Answers whether it was there.
pub async fn drop_duty(tx: &mut Tx, id: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_DUTY, args![id]).await? == 1)
}

/// What the room keeps in mind, with when and who wrote it.
pub async fn standing(conn: &mut Conn) -> Result<Option<(String, Timestamp, String)>> {
    conn.opt(&STANDING, args![]).await
}

/// Keeps it.
pub async fn save_standing(tx: &mut Tx, text: &str, at: Timestamp, author: &str) -> Result<()> {
    tx.exec(&SAVE_STANDING, args![text, at, author]).await?;
    Ok(())
}

impl FromRow for Shift {
    fn from_row(row: &Row) -> Result<Shift> {
        let (at, by): (Option<Timestamp>, Option<Uuid>) = (row.at(5)?, row.at(6)?);
        Ok(Shift {
            id: row.at(0)?,
            begins: row.at(1)?,
            handed: row.at(2)?,
            handed_by: row.at(3)?,
            text: row.at(4)?,
            accepted: at.zip(by),
        })
    }
}

/// One shift.
pub async fn shift(conn: &mut Conn, id: Uuid) -> Result<Option<Shift>> {
    conn.opt(&SHIFT, args![id]).await
}

/// Shifts, the newest first.
pub async fn shifts(conn: &mut Conn, limit: i64) -> Result<Vec<Shift>> {
    conn.all(&SHIFTS, args![limit]).await
}

/// Gathers a shift with what it leaves open.
pub fn insert(tx: &mut Tx, shift: &Shift, items: &[Item]) {
    tx.insert(&INSERT_SHIFT, args![shift.id, shift.begins, shift.handed, shift.handed_by, &shift.text]);
    for item in items {
        tx.insert(&INSERT_ITEM, args![item.id, shift.id, item.kind.name(), item.about, &item.text]);
    }
}

/// It was taken over, with everything that it left open. Answers whether nobody had before.
pub async fn accept(tx: &mut Tx, shift: Uuid, at: Timestamp, by: Uuid) -> Result<bool> {
    let taken = tx.exec(&ACCEPT_SHIFT, args![shift, at, by]).await? == 1;
    if taken {
        tx.exec(&ACCEPT_ITEMS, args![shift, at]).await?;
    }
    Ok(taken)
}

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Item> {
        let kind: String = row.at(1)?;
        Ok(Item {
            id: row.at(0)?,
            kind: named(&kind, ItemKind::parse)?,
            about: row.at(2)?,
            text: row.at(3)?,
            accepted: row.at(4)?,
        })
    }
}

/// What a shift left open.
pub async fn items(conn: &mut Conn, shift: Uuid) -> Result<Vec<Item>> {
    conn.all(&SHIFT_ITEMS, args![shift]).await
}
