//! Meetings and what belongs to them: agenda, guests, decisions, who signs.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::meeting::{
    Decision, Guest, GuestWay, Meeting, MeetingState, Point, PointKind, Signer, SignerPart, Task,
};

macro_rules! meeting {
    () => {
        "SELECT id, year, serial, number, title, body_id, venue, starts_at, state, minutes, cancel_reason, attend_token,
            verify_token, held_at, final_at, final_by, digest, version, created_at FROM plan_meeting WHERE region = $1 "
    };
}

simpul_store::statements! {
    pub(crate) MEETING = concat!(meeting!(), "AND id = $2");
    pub(crate) MEETING_TO_VERIFY = concat!(meeting!(), "AND verify_token = $2");
    pub(crate) MEETINGS_AHEAD = concat!(meeting!(), "AND state IN ('planned', 'held') ORDER BY starts_at, id LIMIT $2");
    pub(crate) MEETINGS_PAST = concat!(meeting!(), "AND state IN ('minutes_final', 'cancelled')
        AND (starts_at < $2 OR (starts_at = $2 AND id < $3)) ORDER BY starts_at DESC, id DESC LIMIT $4");
    pub(crate) SAVE_MEETING = "UPDATE plan_meeting SET number = $4, title = $5, body_id = $6, venue = $7,
        starts_at = $8, state = $9, minutes = $10, cancel_reason = $11, held_at = $12, final_at = $13, final_by = $14,
        digest = $15, version = $16 WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) AGENDA = "SELECT id, kind, body, subject_id FROM plan_agenda
        WHERE region = $1 AND meeting_id = $2 ORDER BY place, id LIMIT $3";
    pub(crate) DROP_POINT = "DELETE FROM plan_agenda WHERE region = $1 AND meeting_id = $2 AND id = $3";
    pub(crate) GUESTS = "SELECT id, meeting_id, at, way, name, post, organisation, is_outside FROM plan_attendance
        WHERE region = $1 AND meeting_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) COUNT_GUESTS = "SELECT COUNT(*) FROM plan_attendance WHERE region = $1 AND meeting_id = $2";
    pub(crate) DROP_GUEST = "DELETE FROM plan_attendance WHERE region = $1 AND meeting_id = $2 AND id = $3";
    pub(crate) DECISIONS = "SELECT id, meeting_id, body FROM plan_decision
        WHERE region = $1 AND meeting_id = $2 ORDER BY place, id LIMIT $3";
    pub(crate) DECISION = "SELECT id, meeting_id, body FROM plan_decision WHERE region = $1 AND id = $2";
    pub(crate) SIGNERS = "SELECT part, name, post, nip FROM plan_meeting_signer
        WHERE region = $1 AND meeting_id = $2 ORDER BY part";
    pub(crate) SAVE_SIGNER = "INSERT INTO plan_meeting_signer (region, meeting_id, part, name, post, nip)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, meeting_id, part) DO UPDATE SET name = excluded.name, post = excluded.post,
        nip = excluded.nip";
    pub(crate) FINAL_TASKS = "SELECT item_id, body, agency_id, due_at FROM plan_minutes_task
        WHERE region = $1 AND meeting_id = $2 ORDER BY place, item_id LIMIT $3";
    pub(crate) MEETINGS_OF_BODY = concat!(meeting!(), "AND body_id = $2 AND starts_at >= $3
        AND state IN ('planned', 'held', 'minutes_final') ORDER BY starts_at, id LIMIT $4");
}

simpul_store::inserts! {
    pub(crate) INSERT_MEETING = "plan_meeting" (id, year, serial, number, title, body_id, venue, starts_at, state,
        minutes, cancel_reason, attend_token, verify_token, version, created_at, created_by);
    pub(crate) INSERT_POINT = "plan_agenda" (id, meeting_id, place, kind, body, subject_id);
    pub(crate) INSERT_GUEST = "plan_attendance" (id, meeting_id, at, way, name, post, organisation, is_outside);
    pub(crate) INSERT_DECISION = "plan_decision" (id, meeting_id, place, body);
    pub(crate) INSERT_FINAL_TASK = "plan_minutes_task" (meeting_id, item_id, place, body, agency_id, due_at);
}

/// Most parts of one meeting that are read.
pub const PARTS_MAX_COUNT: i64 = 500;
/// Most meetings that are ahead, or whose minutes are being written.
pub const AHEAD_MAX_COUNT: i64 = 200;

impl FromRow for Meeting {
    fn from_row(row: &Row) -> Result<Meeting> {
        let state: String = row.at(8)?;
        Ok(Meeting {
            id: row.at(0)?,
            year: row.at(1)?,
            serial: row.at(2)?,
            number: row.at(3)?,
            title: row.at(4)?,
            body: row.at(5)?,
            venue: row.at(6)?,
            starts: row.at(7)?,
            state: named(&state, MeetingState::parse)?,
            minutes: row.at(9)?,
            cancel_reason: row.at(10)?,
            attend_token: row.at(11)?,
            verify_token: row.at(12)?,
            held: row.at(13)?,
            final_at: row.at(14)?,
            final_by: row.at(15)?,
            digest: row.at(16)?,
            version: row.at(17)?,
            called: row.at(18)?,
        })
    }
}

impl FromRow for Point {
    fn from_row(row: &Row) -> Result<Point> {
        let kind: String = row.at(1)?;
        Ok(Point { id: Some(row.at(0)?), kind: named(&kind, PointKind::parse)?, body: row.at(2)?, subject: row.at(3)? })
    }
}

impl FromRow for Guest {
    fn from_row(row: &Row) -> Result<Guest> {
        let way: String = row.at(3)?;
        Ok(Guest {
            id: row.at(0)?,
            meeting: row.at(1)?,
            at: row.at(2)?,
            way: named(&way, GuestWay::parse)?,
            name: row.at(4)?,
            post: row.at(5)?,
            organisation: row.at(6)?,
            outside: row.at(7)?,
        })
    }
}

impl FromRow for Decision {
    fn from_row(row: &Row) -> Result<Decision> {
        Ok(Decision { id: row.at(0)?, meeting: row.at(1)?, body: row.at(2)? })
    }
}

impl FromRow for Task {
    fn from_row(row: &Row) -> Result<Task> {
        Ok(Task { id: row.at(0)?, body: row.at(1)?, agency: row.at(2)?, due: row.at(3)? })
    }
}

impl FromRow for Signer {
    fn from_row(row: &Row) -> Result<Signer> {
        let part: String = row.at(0)?;
        Ok(Signer { part: named(&part, SignerPart::parse)?, name: row.at(1)?, post: row.at(2)?, nip: row.at(3)? })
    }
}

/// The meeting of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Meeting>> {
    conn.opt(&MEETING, args![id]).await
}

/// The meeting whose papers bear that token.
pub async fn to_verify(conn: &mut Conn, token: &str) -> Result<Option<Meeting>> {
    conn.opt(&MEETING_TO_VERIFY, args![token]).await
}

/// Meetings that are called, or whose minutes are being written, the next first.
pub async fn ahead(conn: &mut Conn) -> Result<Vec<Meeting>> {
    conn.all(&MEETINGS_AHEAD, args![AHEAD_MAX_COUNT]).await
}

/// Meetings that are over, the last first; those before `(time, id)`.
pub async fn past(conn: &mut Conn, before: (Timestamp, Uuid), limit: i64) -> Result<Vec<Meeting>> {
    conn.all(&MEETINGS_PAST, args![before.0, before.1, limit]).await
}

/// The meetings of a body from `since` on, the first first.
pub async fn of_body(conn: &mut Conn, body: Uuid, since: Timestamp) -> Result<Vec<Meeting>> {
    conn.all(&MEETINGS_OF_BODY, args![body, since, PARTS_MAX_COUNT]).await
}

/// Adds a meeting.
pub(crate) fn insert(tx: &mut Tx, meeting: &Meeting, at: Timestamp, by: &str) {
    let one = meeting.clone();
    tx.insert(
        &INSERT_MEETING,
        args![
            one.id,
            one.year,
            one.serial,
            one.number,
            one.title,
            one.body,
            one.venue,
            one.starts,
            one.state.name(),
            one.minutes,
            one.cancel_reason,
            one.attend_token,
            one.verify_token,
            one.version,
            at,
            by
        ],
    );
}

/// Saves a meeting that was read as `before`. Answers whether nobody else had changed it.
pub(crate) async fn save(tx: &mut Tx, before: i64, meeting: &Meeting) -> Result<bool> {
    let one = meeting.clone();
    let digest = one.digest.map(|digest| digest.to_vec());
    let changed = tx.exec(
        &SAVE_MEETING,
        args![
            one.id,
            before,
            one.number,
            one.title,
            one.body,
            one.venue,
            one.starts,
            one.state.name(),
            one.minutes,
            one.cancel_reason,
            one.held,
            one.final_at,
            one.final_by,
            digest,
            one.version
        ],
    );
    Ok(changed.await? == 1)
}

/// The points that are written.
pub async fn agenda(conn: &mut Conn, meeting: Uuid) -> Result<Vec<Point>> {
    conn.all(&AGENDA, args![meeting, PARTS_MAX_COUNT]).await
}

/// Writes a point.
pub(crate) fn insert_point(tx: &mut Tx, id: Uuid, meeting: Uuid, place: i64, point: &Point) {
    let body = point.body.as_str();
    tx.insert(&INSERT_POINT, args![id, meeting, place, point.kind.name(), body, point.subject]);
}

/// Takes a point off. Answers whether it stood there.
pub(crate) async fn drop_point(tx: &mut Tx, meeting: Uuid, point: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_POINT, args![meeting, point]).await? == 1)
}

/// Who was there.
pub async fn guests(conn: &mut Conn, meeting: Uuid) -> Result<Vec<Guest>> {
    conn.all(&GUESTS, args![meeting, PARTS_MAX_COUNT]).await
}

/// How many were there.
pub async fn count_guests(conn: &mut Conn, meeting: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = conn.opt(&COUNT_GUESTS, args![meeting]).await?;
    Ok(found.map_or(0, |(count,)| count))
}

/// Writes somebody onto the list.
pub(crate) fn insert_guest(tx: &mut Tx, guest: &Guest) {
    let Guest { id, meeting, at, way, name, post, organisation, outside } = guest;
    tx.insert(&INSERT_GUEST, args![*id, *meeting, *at, way.name(), name, post, organisation, *outside]);
}

/// Takes somebody off the list. Answers whether they stood there.
pub(crate) async fn drop_guest(tx: &mut Tx, meeting: Uuid, guest: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_GUEST, args![meeting, guest]).await? == 1)
}

/// What was decided.
pub async fn decisions(conn: &mut Conn, meeting: Uuid) -> Result<Vec<Decision>> {
    conn.all(&DECISIONS, args![meeting, PARTS_MAX_COUNT]).await
}

/// A decision by its id.
pub async fn decision(conn: &mut Conn, id: Uuid) -> Result<Option<Decision>> {
    conn.opt(&DECISION, args![id]).await
}

/// Writes a decision.
pub(crate) fn insert_decision(tx: &mut Tx, decision: &Decision, place: i64) {
    tx.insert(&INSERT_DECISION, args![decision.id, decision.meeting, place, decision.body.as_str()]);
}

/// Who signs.
pub async fn signers(conn: &mut Conn, meeting: Uuid) -> Result<Vec<Signer>> {
    conn.all(&SIGNERS, args![meeting]).await
}

/// Says who signs.
pub(crate) async fn save_signer(tx: &mut Tx, meeting: Uuid, signer: &Signer) -> Result<()> {
    let Signer { part, name, post, nip } = signer;
    tx.exec(&SAVE_SIGNER, args![meeting, part.name(), name, post, nip]).await.map(drop)
}

/// What was to be done when the minutes became final.
pub async fn final_tasks(conn: &mut Conn, meeting: Uuid) -> Result<Vec<Task>> {
    conn.all(&FINAL_TASKS, args![meeting, PARTS_MAX_COUNT]).await
}

/// Keeps what is to be done as the final minutes hold it.
pub(crate) fn insert_final_task(tx: &mut Tx, meeting: Uuid, place: i64, task: &Task) {
    tx.insert(&INSERT_FINAL_TASK, args![meeting, task.id, place, task.body.as_str(), task.agency, task.due]);
}
