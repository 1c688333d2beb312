//! The report's own row: written at once, read and changed whole.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, Value, args};
use uuid::Uuid;

use crate::model::{Class, Deadlines, Level, Pause, Place, Report, ReporterMode, Source, State, Status, Times};

macro_rules! columns {
    () => {
        "id, number, token_hash, version, status, class, needs_inspection, category, agency_id, officer_id, district,
        village, lat_e7, lon_e7, accuracy_m, landmark, body, attributes, source, foreign_id, media_url, reporter_mode,
        is_secret, is_hidden, photo_count, verify_due, answer_due, resolve_due, reported_at, verified_at, assigned_at,
        started_at, answered_at, resolved_at, closed_at, updated_at, level, reason_code, reason_text, body_name,
        merged_into, planned_year, answer, confirmed, reopened_count, follower_count, previous_id,
        paused_since, paused_until, pause_asks, pause_count,
        (is_secret AND NOT EXISTS (SELECT 1 FROM category k WHERE k.region = report.region
            AND k.code = report.category AND k.is_secret)) AS is_wish"
    };
}

simpul_store::statements! {
    pub(crate) BY_ID = concat!("SELECT ", columns!(), " FROM report WHERE region = $1 AND id = $2");
    pub(crate) BY_NUMBER = concat!("SELECT ", columns!(), " FROM report WHERE region = $1 AND number = $2");
    pub(crate) BY_FOREIGN = concat!("SELECT ", columns!(), " FROM report
        WHERE region = $1 AND source = $2 AND foreign_id = $3 AND foreign_id IS NOT NULL");
    /// What was merged into a report.
    pub(crate) MERGED_INTO = concat!("SELECT ", columns!(), " FROM report
        WHERE region = $1 AND merged_into = $2 AND merged_into IS NOT NULL ORDER BY id LIMIT $3");
    /// Everything that a step may change, if nobody has changed it meanwhile.
    pub(crate) SAVE = "UPDATE report SET version = $4, status = $5, is_open = $6, is_public = $7, is_secret = $8,
        is_hidden = $9, class = $10, needs_inspection = $11, category = $12, agency_id = $13, officer_id = $14,
        token_hash = $15, lat_e7 = $16, lon_e7 = $17, cell = $18, accuracy_m = $19, landmark = $20, body = $21,
        attributes = $22, media_url = $23, photo_count = $24, verify_due = $25, answer_due = $26, resolve_due = $27,
        due_at = $28, verified_at = $29, assigned_at = $30, started_at = $31, answered_at = $32, resolved_at = $33,
        closed_at = $34, updated_at = $35, level = $36, reason_code = $37, reason_text = $38, body_name = $39,
        merged_into = $40, planned_year = $41, answer = $42, confirmed = $43, reopened_count = $44,
        follower_count = $45, paused_since = $46, paused_until = $47, pause_asks = $48, pause_count = $49,
        district = $50, village = $51
        WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) FOREIGN_KNOWN = "SELECT foreign_id, id FROM report WHERE region = $1 AND source = $2
        AND foreign_id IS NOT NULL AND foreign_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
        $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)";
}

simpul_store::inserts! {
    /// What a submit knows; the other columns begin as nothing.
    pub(crate) INSERT_NEW = "report" (id, number, token_hash, status, is_open, is_public, is_secret, reporter_mode,
        class, category, agency_id, district, village, lat_e7, lon_e7, cell, accuracy_m, landmark, body, attributes,
        source, foreign_id, media_url, photo_count, reported_at, updated_at, verify_due, answer_due, resolve_due,
        due_at, previous_id);
    /// A report that has a history already.
    pub(crate) INSERT_IMPORTED = "report" (id, number, token_hash, status, is_open, is_public, is_secret,
        reporter_mode, class, category, agency_id, district, village, lat_e7, lon_e7, cell, accuracy_m, landmark, body,
        attributes, source, foreign_id, media_url, photo_count, reported_at, updated_at, verify_due, answer_due,
        resolve_due, due_at, previous_id, verified_at, assigned_at, started_at, answered_at, resolved_at, closed_at,
        reason_code, reason_text, body_name, answer, confirmed);
}

impl FromRow for Report {
    fn from_row(row: &Row) -> Result<Report> {
        let state = state_of(row)?;
        let class: String = row.get("class")?;
        let source: String = row.get("source")?;
        let mode: String = row.get("reporter_mode")?;
        let (lat, lon): (Option<i32>, Option<i32>) = (row.get("lat_e7")?, row.get("lon_e7")?);
        Ok(Report {
            id: row.get("id")?,
            number: row.get("number")?,
            token_hash: row.get("token_hash")?,
            version: row.get("version")?,
            state,
            class: Class::parse(&class).ok_or_else(|| unknown("class", &class))?,
            needs_inspection: row.get("needs_inspection")?,
            category: row.get("category")?,
            agency: row.get("agency_id")?,
            officer: row.get("officer_id")?,
            place: Place {
                village: row.get("village")?,
                district: row.get("district")?,
                point: point_of(lat, lon),
                accuracy_m: row.get("accuracy_m")?,
                landmark: row.get("landmark")?,
            },
            body: row.get("body")?,
            attributes: row.get("attributes")?,
            source: Source::parse(&source).ok_or_else(|| unknown("source", &source))?,
            foreign_id: row.get("foreign_id")?,
            media_url: row.get("media_url")?,
            mode: ReporterMode::parse(&mode).ok_or_else(|| unknown("reporter_mode", &mode))?,
            secret: row.get("is_secret")?,
            wish: row.get("is_wish")?,
            hidden: row.get("is_hidden")?,
            photo_count: row.get("photo_count")?,
            deadlines: Deadlines {
                verify: row.get("verify_due")?,
                answer: row.get("answer_due")?,
                resolve: row.get("resolve_due")?,
            },
            times: times_of(row)?,
            level: Level::of(row.get("level")?),
            reopened_count: row.get("reopened_count")?,
            follower_count: row.get("follower_count")?,
            pause: pause_of(row)?,
            pause_count: row.get("pause_count")?,
            previous: row.get("previous_id")?,
        })
    }
}

fn unknown(column: &str, value: &str) -> Error {
    Error::Broken(format!("report.{column} holds {value:?}"))
}

fn point_of(lat: Option<i32>, lon: Option<i32>) -> Option<Point> {
    Point::from_e7(i64::from(lat?), i64::from(lon?)).ok()
}

fn pause_of(row: &Row) -> Result<Option<Pause>> {
    let (since, until): (Option<Timestamp>, Option<Timestamp>) = (row.get("paused_since")?, row.get("paused_until")?);
    let asks: Option<bool> = row.get("pause_asks")?;
    Ok(since.zip(until).map(|(since, until)| Pause { since, until, asks: asks.unwrap_or(false) }))
}

fn times_of(row: &Row) -> Result<Times> {
    Ok(Times {
        reported: row.get("reported_at")?,
        verified: row.get("verified_at")?,
        assigned: row.get("assigned_at")?,
        started: row.get("started_at")?,
        answered: row.get("answered_at")?,
        resolved: row.get("resolved_at")?,
        closed: row.get("closed_at")?,
        updated: row.get("updated_at")?,
    })
}

fn state_of(row: &Row) -> Result<State> {
    let name: String = row.get("status")?;
    let status = Status::parse(&name).ok_or_else(|| unknown("status", &name))?;
    let text = |column: &str| -> Result<String> { Ok(row.get::<Option<String>>(column)?.unwrap_or_default()) };
    Ok(match status {
        Status::New => State::New,
        Status::Verified => State::Verified,
        Status::Assigned => State::Assigned,
        Status::InProgress => State::InProgress,
        Status::Planned => State::Planned {
            year: row.get::<Option<i64>>("planned_year")?.unwrap_or_default(),
            reason: text("reason_text")?,
        },
        Status::Resolved => State::Resolved { answer: text("answer")? },
        Status::Closed => {
            State::Closed { answer: text("answer")?, confirmed: row.get::<Option<bool>>("confirmed")?.unwrap_or(false) }
        }
        Status::Rejected => State::Rejected { code: text("reason_code")?, text: text("reason_text")? },
        Status::OutOfAuthority => State::OutOfAuthority { body: text("body_name")?, text: text("reason_text")? },
        Status::Merged => State::Merged {
            into: row.get::<Option<Uuid>>("merged_into")?.ok_or_else(|| unknown("merged_into", "nothing"))?,
        },
        Status::Archived => State::Archived { reason: text("reason_text")? },
    })
}

/// What the columns of a state hold.
#[derive(Default)]
struct StateColumns {
    reason_code: Option<String>,
    reason_text: Option<String>,
    body_name: Option<String>,
    merged_into: Option<Uuid>,
    planned_year: Option<i64>,
    answer: Option<String>,
    confirmed: Option<bool>,
}

impl StateColumns {
    fn of(state: &State) -> StateColumns {
        let none = StateColumns::default();
        match state.clone() {
            State::New | State::Verified | State::Assigned | State::InProgress => none,
            State::Planned { year, reason } => {
                StateColumns { planned_year: Some(year), reason_text: Some(reason), ..none }
            }
            State::Resolved { answer } => StateColumns { answer: Some(answer), ..none },
            State::Closed { answer, confirmed } => {
                StateColumns { answer: Some(answer), confirmed: Some(confirmed), ..none }
            }
            State::Rejected { code, text } => StateColumns { reason_code: Some(code), reason_text: Some(text), ..none },
            State::OutOfAuthority { body, text } => {
                StateColumns { body_name: Some(body), reason_text: Some(text), ..none }
            }
            State::Merged { into } => StateColumns { merged_into: Some(into), ..none },
            State::Archived { reason } => StateColumns { reason_text: Some(reason), ..none },
        }
    }
}

fn lat(report: &Report) -> Option<i32> {
    report.place.point.map(|point| point.lat_e7)
}

fn lon(report: &Report) -> Option<i32> {
    report.place.point.map(|point| point.lon_e7)
}

fn cell(report: &Report) -> Option<i64> {
    report.place.point.map(Point::cell)
}

/// The report of that id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Report>> {
    conn.opt(&BY_ID, args![id]).await
}

/// The report of that number, written in full.
pub async fn by_number(conn: &mut Conn, number: &str) -> Result<Option<Report>> {
    conn.opt(&BY_NUMBER, args![number]).await
}

/// The report that came from `source` under that number.
pub async fn by_foreign(conn: &mut Conn, source: Source, foreign_id: &str) -> Result<Option<Report>> {
    conn.opt(&BY_FOREIGN, args![source.name(), foreign_id]).await
}

/// Which of these foreign ids (at most 32 are looked at) are known, with their reports.
pub async fn foreign_known(conn: &mut Conn, source: Source, ids: &[&str]) -> Result<Vec<(String, Uuid)>> {
    let mut args = args![source.name()];
    // The statement has 32 places; the last id fills those that are left.
    let fill = ids.first().copied().unwrap_or_default();
    args.0.extend((0..32).map(|at| Value::from(ids.get(at).copied().unwrap_or(fill))));
    conn.all(&FOREIGN_KNOWN, args).await
}

/// Gathers the row of a new report.
pub fn insert_new(tx: &mut Tx, report: &Report) {
    tx.insert(&INSERT_NEW, new_args(report));
}

fn new_args(report: &Report) -> simpul_store::Args {
    args![
        report.id,
        report.number.as_str(),
        report.token_hash,
        report.status().name(),
        report.status().is_open(),
        report.is_public(),
        report.secret,
        report.mode.name(),
        report.class.name(),
        report.category.as_str(),
        report.agency,
        report.place.district,
        report.place.village,
        lat(report),
        lon(report),
        cell(report),
        report.place.accuracy_m,
        report.place.landmark.as_str(),
        report.body.as_str(),
        report.attributes.clone(),
        report.source.name(),
        report.foreign_id.clone(),
        report.media_url.clone(),
        report.photo_count,
        report.times.reported,
        report.times.updated,
        report.deadlines.verify,
        report.deadlines.answer,
        report.deadlines.resolve,
        report.due_at(),
        report.previous
    ]
}

/// Gathers the row of a report that has a history already.
pub fn insert_imported(tx: &mut Tx, report: &Report) {
    let state = StateColumns::of(&report.state);
    let times = &report.times;
    let mut all = new_args(report);
    all.0.extend(
        args![
            times.verified,
            times.assigned,
            times.started,
            times.answered,
            times.resolved,
            times.closed,
            state.reason_code,
            state.reason_text,
            state.body_name,
            state.answer,
            state.confirmed
        ]
        .0,
    );
    tx.insert(&INSERT_IMPORTED, all);
}

/// Writes what a step changed. Answers `false` when somebody else changed the report since it was read.
pub async fn save(tx: &mut Tx, before: &Report, after: &Report) -> Result<bool> {
    let state = StateColumns::of(&after.state);
    let times: &Times = &after.times;
    let changed = tx
        .exec(
            &SAVE,
            args![
                after.id,
                before.version,
                after.version,
                after.status().name(),
                after.status().is_open(),
                after.is_public(),
                after.secret,
                after.hidden,
                after.class.name(),
                after.needs_inspection,
                after.category.as_str(),
                after.agency,
                after.officer,
                after.token_hash,
                lat(after),
                lon(after),
                cell(after),
                after.place.accuracy_m,
                after.place.landmark.as_str(),
                after.body.as_str(),
                after.attributes.clone(),
                after.media_url.clone(),
                after.photo_count,
                after.deadlines.verify,
                after.deadlines.answer,
                after.deadlines.resolve,
                after.due_at(),
                times.verified,
                times.assigned,
                times.started,
                times.answered,
                times.resolved,
                times.closed,
                times.updated,
                after.level.number(),
                state.reason_code,
                state.reason_text,
                state.body_name,
                state.merged_into,
                state.planned_year,
                state.answer,
                state.confirmed,
                after.reopened_count,
                after.follower_count,
                after.pause.map(|pause| pause.since),
                after.pause.map(|pause| pause.until),
                after.pause.map(|pause| pause.asks),
                after.pause_count,
                after.place.district,
                after.place.village
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// The earliest moment that a list by id may begin with.
pub fn floor(at: Option<Timestamp>) -> Uuid {
    at.map_or(Uuid::nil(), crate::model::id_floor)
}

/// The reports that were merged into one, oldest first.
pub async fn merged_into(conn: &mut Conn, into: Uuid, limit: i64) -> Result<Vec<Report>> {
    conn.all(&MERGED_INTO, args![into, limit]).await
}
