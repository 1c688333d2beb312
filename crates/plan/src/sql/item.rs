//! Action items.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::item::{Item, ItemState, Step};

macro_rules! item {
    () => {
        "SELECT id, year, serial, meeting_id, decision_id, body_id, body, agency_id, officer_id, due_at, state, late_at,
            done_at, done_text, done_link, version FROM plan_item WHERE region = $1 "
    };
}

simpul_store::statements! {
    pub(crate) ITEM = concat!(item!(), "AND id = $2");
    pub(crate) ITEMS_OF_MEETING = concat!(item!(), "AND meeting_id = $2 ORDER BY serial LIMIT $3");
    pub(crate) OPEN_ITEMS = concat!(item!(), "AND state = 'open' ORDER BY due_at, id LIMIT $2");
    pub(crate) OPEN_ITEMS_OF = concat!(item!(), "AND agency_id = $2 AND state = 'open' ORDER BY due_at, id LIMIT $3");
    pub(crate) ENDED_ITEMS = concat!(item!(), "AND state IN ('done', 'dropped') ORDER BY due_at DESC, id LIMIT $2");
    pub(crate) ENDED_ITEMS_OF = concat!(item!(), "AND agency_id = $2 AND state IN ('done', 'dropped')
        ORDER BY due_at DESC, id LIMIT $3");
    pub(crate) SAVE_ITEM = "UPDATE plan_item SET agency_id = $4, officer_id = $5, due_at = $6, state = $7, late_at = $8,
        done_at = $9, done_text = $10, done_link = $11, version = $12
        WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) ITEM_STEPS = "SELECT at, by_whom, what, body FROM plan_item_step
        WHERE region = $1 AND item_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) MEETINGS_OF_AGENCY = "SELECT DISTINCT meeting_id FROM plan_item
        WHERE region = $1 AND agency_id = $2 LIMIT $3";
}

simpul_store::inserts! {
    pub(crate) INSERT_ITEM = "plan_item" (id, year, serial, meeting_id, decision_id, body_id, body, agency_id,
        officer_id, due_at, state, done_text, done_link, version, created_at);
    pub(crate) INSERT_ITEM_STEP = "plan_item_step" (id, item_id, at, by_whom, what, body);
}

/// Most items of a list.
pub const ITEMS_MAX_COUNT: i64 = 500;
/// Most lines of an item's history.
const STEPS_MAX_COUNT: i64 = 200;

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Item> {
        let state: String = row.at(10)?;
        Ok(Item {
            id: row.at(0)?,
            year: row.at(1)?,
            serial: row.at(2)?,
            meeting: row.at(3)?,
            decision: row.at(4)?,
            of_body: row.at(5)?,
            body: row.at(6)?,
            agency: row.at(7)?,
            officer: row.at(8)?,
            due: row.at(9)?,
            state: named(&state, ItemState::parse)?,
            late: row.at(11)?,
            done: row.at(12)?,
            done_text: row.at(13)?,
            done_link: row.at(14)?,
            version: row.at(15)?,
        })
    }
}

impl FromRow for Step {
    fn from_row(row: &Row) -> Result<Step> {
        Ok(Step { at: row.at(0)?, by: row.at(1)?, what: row.at(2)?, body: row.at(3)? })
    }
}

/// An item by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Item>> {
    conn.opt(&ITEM, args![id]).await
}

/// What a meeting asked for, in the order in which it did.
pub async fn of_meeting(conn: &mut Conn, meeting: Uuid) -> Result<Vec<Item>> {
    conn.all(&ITEMS_OF_MEETING, args![meeting, ITEMS_MAX_COUNT]).await
}

/// What is owed in the whole region, the longest late first.
pub async fn open(conn: &mut Conn) -> Result<Vec<Item>> {
    conn.all(&OPEN_ITEMS, args![ITEMS_MAX_COUNT]).await
}

/// What an agency owes, the longest late first.
pub async fn open_of(conn: &mut Conn, agency: Uuid) -> Result<Vec<Item>> {
    conn.all(&OPEN_ITEMS_OF, args![agency, ITEMS_MAX_COUNT]).await
}

/// What is done or dropped, the last first.
pub async fn ended(conn: &mut Conn, limit: i64) -> Result<Vec<Item>> {
    conn.all(&ENDED_ITEMS, args![limit]).await
}

/// What an agency has done, the last first.
pub async fn ended_of(conn: &mut Conn, agency: Uuid, limit: i64) -> Result<Vec<Item>> {
    conn.all(&ENDED_ITEMS_OF, args![agency, limit]).await
}

/// The meetings that asked an agency for something.
pub async fn meetings_of(conn: &mut Conn, agency: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = conn.all(&MEETINGS_OF_AGENCY, args![agency, ITEMS_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Adds an item.
pub(crate) fn insert(tx: &mut Tx, item: &Item, at: Timestamp) {
    let one = item.clone();
    tx.insert(
        &INSERT_ITEM,
        args![
            one.id,
            one.year,
            one.serial,
            one.meeting,
            one.decision,
            one.of_body,
            one.body,
            one.agency,
            one.officer,
            one.due,
            one.state.name(),
            one.done_text,
            one.done_link,
            one.version,
            at
        ],
    );
}

/// Saves an item that was read as `before`. Answers whether nobody else had changed it.
pub(crate) async fn save(tx: &mut Tx, before: i64, item: &Item) -> Result<bool> {
    let one = item.clone();
    let changed = tx.exec(
        &SAVE_ITEM,
        args![
            one.id,
            before,
            one.agency,
            one.officer,
            one.due,
            one.state.name(),
            one.late,
            one.done,
            one.done_text,
            one.done_link,
            one.version
        ],
    );
    Ok(changed.await? == 1)
}

/// What happened with an item, in order.
pub async fn steps(conn: &mut Conn, item: Uuid) -> Result<Vec<Step>> {
    conn.all(&ITEM_STEPS, args![item, STEPS_MAX_COUNT]).await
}

/// Keeps what happened with an item.
pub(crate) fn insert_step(tx: &mut Tx, id: Uuid, item: Uuid, step: &Step) {
    let Step { at, by, what, body } = step;
    tx.insert(&INSERT_ITEM_STEP, args![id, item, *at, by, what, body]);
}
