//! The operation centre's stage, its checklists, and what was opened from them.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::stage::{ActionItem, Confirmed, Protocol, Stage};

macro_rules! stage {
    () => {
        "s.id, s.district, s.level, s.proposed, s.reasons, s.note, s.at, s.confirmed_by"
    };
}

macro_rules! item {
    () => {
        "a.id, a.stage_id, a.body, a.agency_id, a.officer_id, a.due_at, a.ended_at, a.is_done, a.ended_by"
    };
}

simpul_store::statements! {
    pub(crate) CURRENT_STAGES = concat!("SELECT ", stage!(), " FROM emergency_stage s
        WHERE s.region = $1 AND s.is_current = TRUE ORDER BY s.district LIMIT $2");
    pub(crate) STAGE_HISTORY = concat!("SELECT ", stage!(), " FROM emergency_stage s
        WHERE s.region = $1 AND s.at >= $2 ORDER BY s.at DESC, s.id DESC LIMIT $3");
    pub(crate) STAGE_PASSES = "UPDATE emergency_stage SET is_current = FALSE
        WHERE region = $1 AND district = $2 AND is_current = TRUE";
    pub(crate) GUIDES = "SELECT level, meaning, advice FROM emergency_stage_guide
        WHERE region = $1 ORDER BY level LIMIT 5";
    pub(crate) SAVE_GUIDE = "INSERT INTO emergency_stage_guide (region, level, meaning, advice)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, level) DO UPDATE SET meaning = excluded.meaning, advice = excluded.advice";
    pub(crate) PROTOCOLS = "SELECT id, level, place, body, owner, minutes FROM emergency_protocol
        WHERE region = $1 ORDER BY level, place, id LIMIT $2";
    pub(crate) SAVE_PROTOCOL = "UPDATE emergency_protocol SET level = $3, place = $4, body = $5, owner = $6,
        minutes = $7 WHERE region = $1 AND id = $2";
    pub(crate) DROP_PROTOCOL = "DELETE FROM emergency_protocol WHERE region = $1 AND id = $2";
    pub(crate) OPEN_ITEMS = concat!("SELECT ", item!(), " FROM emergency_action_item a
        WHERE a.region = $1 AND a.ended_at IS NULL ORDER BY a.due_at, a.id LIMIT $2");
    pub(crate) ITEM = concat!("SELECT ", item!(), " FROM emergency_action_item a WHERE a.region = $1 AND a.id = $2");
    pub(crate) ENDED_ITEMS = concat!("SELECT ", item!(), " FROM emergency_action_item a
        WHERE a.region = $1 AND a.ended_at >= $2 ORDER BY a.ended_at DESC, a.id LIMIT $3");
    pub(crate) END_ITEM = "UPDATE emergency_action_item SET ended_at = $3, is_done = $4, ended_by = $5
        WHERE region = $1 AND id = $2 AND ended_at IS NULL";
    pub(crate) ITEMS_OF_DISTRICT = concat!("SELECT ", item!(), " FROM emergency_action_item a
        JOIN emergency_stage s ON s.region = a.region AND s.id = a.stage_id
        WHERE a.region = $1 AND s.district = $2 AND s.level > $3 AND a.ended_at IS NULL ORDER BY a.id LIMIT $4");
    pub(crate) ITEMS_OF_AGENCY = concat!("SELECT ", item!(), " FROM emergency_action_item a
        WHERE a.region = $1 AND a.agency_id = $2 AND a.ended_at IS NULL ORDER BY a.due_at, a.id LIMIT $3");
    pub(crate) CALLS_SINCE = "SELECT COUNT(*) FROM emergency_call
        WHERE region = $1 AND started_at >= $2 AND started_at < $3 AND NOT is_drill";
    pub(crate) CALLS_OF_THIS_HOUR = "SELECT COUNT(*) FROM emergency_call
        WHERE region = $1 AND started_at >= $2 AND started_at < $3 AND NOT is_drill
        AND ($3 - started_at) % $4 <= $5";
    pub(crate) FIRST_CALL = "SELECT started_at FROM emergency_call
        WHERE region = $1 AND started_at >= $2 AND NOT is_drill ORDER BY started_at LIMIT 1";
}

simpul_store::inserts! {
    pub(crate) INSERT_STAGE = "emergency_stage" (id, district, level, proposed, reasons, note, at, confirmed_by,
        is_current);
    pub(crate) INSERT_PROTOCOL = "emergency_protocol" (id, level, place, body, owner, minutes);
    pub(crate) INSERT_ITEM = "emergency_action_item" (id, stage_id, body, agency_id, officer_id, due_at, is_done);
}

/// Most districts that have a stage of their own, and the region.
const STAGES_MAX_COUNT: i64 = 200;
/// Most steps of all checklists.
pub const PROTOCOLS_MAX_COUNT: i64 = 500;
/// Most items that are read.
pub const ITEMS_MAX_COUNT: i64 = 500;
/// The usual number of calls is that of so many days.
const USUAL_DAYS: i64 = 28;
/// So many days have to be known before anything is usual.
const USUAL_LEAST_DAYS: i64 = 7;
/// What stands for the whole region.
const WHOLE_REGION: i64 = 0;

fn level(level: i64) -> Result<Stage> {
    Stage::new(level).ok_or_else(|| Error::Broken(format!("stage {level}")))
}

impl FromRow for Confirmed {
    fn from_row(row: &Row) -> Result<Confirmed> {
        let (district, reasons): (i64, String) = (row.at(1)?, row.at(4)?);
        Ok(Confirmed {
            id: row.at(0)?,
            district: Some(district).filter(|district| *district != WHOLE_REGION),
            stage: level(row.at(2)?)?,
            proposed: level(row.at(3)?)?,
            reasons: serde_json::from_str(&reasons).map_err(|error| Error::Broken(error.to_string()))?,
            note: row.at(5)?,
            at: row.at(6)?,
            by: row.at(7)?,
        })
    }
}

impl FromRow for Protocol {
    fn from_row(row: &Row) -> Result<Protocol> {
        Ok(Protocol {
            id: row.at(0)?,
            stage: level(row.at(1)?)?,
            position: row.at(2)?,
            body: row.at(3)?,
            owner: row.at(4)?,
            minutes: row.at(5)?,
        })
    }
}

impl FromRow for ActionItem {
    fn from_row(row: &Row) -> Result<ActionItem> {
        Ok(ActionItem {
            id: row.at(0)?,
            stage: row.at(1)?,
            body: row.at(2)?,
            agency: row.at(3)?,
            officer: row.at(4)?,
            due: row.at(5)?,
            ended: row.at(6)?,
            done: row.at(7)?,
            ended_by: row.at(8)?,
        })
    }
}

/// The stages in force: the region's first, then those of districts.
pub async fn current(conn: &mut Conn) -> Result<Vec<Confirmed>> {
    conn.all(&CURRENT_STAGES, args![STAGES_MAX_COUNT]).await
}

/// What was confirmed since a moment, the newest first.
pub async fn history(conn: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<Confirmed>> {
    conn.all(&STAGE_HISTORY, args![since, limit]).await
}

/// Puts a stage in force; the one before it stays in the history.
pub async fn confirm(tx: &mut Tx, stage: &Confirmed) -> Result<()> {
    let district = stage.district.unwrap_or(WHOLE_REGION);
    tx.exec(&STAGE_PASSES, args![district]).await?;
    let reasons = serde_json::to_string(&stage.reasons).map_err(|error| Error::Broken(error.to_string()))?;
    let (level, proposed) = (stage.stage.level(), stage.proposed.level());
    let (note, by) = (stage.note.as_str(), stage.by.as_str());
    tx.insert(&INSERT_STAGE, args![stage.id, district, level, proposed, reasons, note, stage.at, by, true]);
    Ok(())
}

/// What a stage means and what citizens should do, where the region says it in its own words.
pub async fn guides(conn: &mut Conn) -> Result<Vec<(Stage, String, String)>> {
    let rows: Vec<(i64, String, String)> = conn.all(&GUIDES, args![]).await?;
    rows.into_iter().map(|(number, meaning, advice)| Ok((level(number)?, meaning, advice))).collect()
}

/// Keeps the region's own words.
pub async fn save_guide(tx: &mut Tx, stage: Stage, meaning: &str, advice: &str) -> Result<()> {
    tx.exec(&SAVE_GUIDE, args![stage.level(), meaning, advice]).await?;
    Ok(())
}

/// All checklists, by stage and place.
pub async fn protocols(conn: &mut Conn) -> Result<Vec<Protocol>> {
    conn.all(&PROTOCOLS, args![PROTOCOLS_MAX_COUNT]).await
}

/// Gathers a new step.
pub fn insert_protocol(tx: &mut Tx, protocol: &Protocol) {
    let Protocol { id, stage, position, body, owner, minutes } = protocol;
    tx.insert(&INSERT_PROTOCOL, args![*id, stage.level(), *position, body.as_str(), owner.as_str(), *minutes]);
}

/// Saves a step as it is now. Answers whether it was there.
pub async fn save_protocol(tx: &mut Tx, protocol: &Protocol) -> Result<bool> {
    let Protocol { id, stage, position, body, owner, minutes } = protocol;
    let values = args![*id, stage.level(), *position, body.as_str(), owner.as_str(), *minutes];
    Ok(tx.exec(&SAVE_PROTOCOL, values).await? == 1)
}

/// Takes a step out of its list. Answers whether it was there.
pub async fn drop_protocol(tx: &mut Tx, id: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_PROTOCOL, args![id]).await? == 1)
}

/// Gathers an item.
pub fn insert_item(tx: &mut Tx, item: &ActionItem) {
    let ActionItem { id, stage, body, agency, officer, due, .. } = item;
    tx.insert(&INSERT_ITEM, args![*id, *stage, body.as_str(), *agency, *officer, *due, false]);
}

/// An item by its id.
pub async fn item(conn: &mut Conn, id: Uuid) -> Result<Option<ActionItem>> {
    conn.opt(&ITEM, args![id]).await
}

/// Items that wait, by deadline.
pub async fn open_items(conn: &mut Conn) -> Result<Vec<ActionItem>> {
    conn.all(&OPEN_ITEMS, args![ITEMS_MAX_COUNT]).await
}

/// Items of an agency that wait, by deadline.
pub async fn items_of_agency(conn: &mut Conn, agency: Uuid) -> Result<Vec<ActionItem>> {
    conn.all(&ITEMS_OF_AGENCY, args![agency, ITEMS_MAX_COUNT]).await
}

/// Items that ended since a moment, the latest first.
pub async fn ended_items(conn: &mut Conn, since: Timestamp) -> Result<Vec<ActionItem>> {
    conn.all(&ENDED_ITEMS, args![since, ITEMS_MAX_COUNT]).await
}

/// Open items of stages above that one, of the region or of a district.
pub async fn items_above(conn: &mut Conn, district: Option<i64>, stage: Stage) -> Result<Vec<ActionItem>> {
    conn.all(&ITEMS_OF_DISTRICT, args![district.unwrap_or(WHOLE_REGION), stage.level(), ITEMS_MAX_COUNT]).await
}

/// An item is done, or given up. Answers whether it was open.
pub async fn end_item(tx: &mut Tx, id: Uuid, at: Timestamp, done: bool, by: &str) -> Result<bool> {
    Ok(tx.exec(&END_ITEM, args![id, at, done, by]).await? == 1)
}

/// Calls of the last hour, and how many this hour of the day usually has: the mean of four weeks, `None` while less
/// than a week is known. Drills are left out.
pub async fn calls(conn: &mut Conn, now: Timestamp) -> Result<(i64, Option<f64>)> {
    let hour_ago = now.plus_micros(-HOUR_MICROS);
    let (last,): (i64,) = conn.opt(&CALLS_SINCE, args![hour_ago, now]).await?.unwrap_or_default();
    let since = now.plus_micros(-(USUAL_DAYS + 1) * DAY_MICROS);
    let first: Option<(Timestamp,)> = conn.opt(&FIRST_CALL, args![since]).await?;
    let Some((first,)) = first else { return Ok((last, None)) };
    let days = (now.micros_since(first) / DAY_MICROS).min(USUAL_DAYS);
    if days < USUAL_LEAST_DAYS {
        return Ok((last, None));
    }
    // The hour that is compared is none of those that are compared with.
    let until = now.plus_micros(-DAY_MICROS);
    let from = until.plus_micros(-days * DAY_MICROS);
    let found: Option<(i64,)> = conn.opt(&CALLS_OF_THIS_HOUR, args![from, until, DAY_MICROS, HOUR_MICROS]).await?;
    #[expect(clippy::cast_precision_loss, reason = "calls of four weeks")]
    Ok((last, Some(found.map_or(0, |(count,)| count) as f64 / days as f64)))
}
