//! Periods, what agencies say in them, and a person's word against the computed status.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::parse_date;
use simpul_store::{Args, Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use super::plan::OF_PLAN_MAX_COUNT;
use crate::model::{Light, Override, PartOfYear, Period, PeriodKind, Progress, ProgressState, Quantity, Told};

macro_rules! period {
    () => {
        "p.id, p.masterplan_id, p.name, p.kind, p.year, p.part, p.first_day, p.last_day, p.opens_at, p.due_at,
        p.locks_at"
    };
}

macro_rules! progress {
    () => {
        "g.id, g.programme_id, g.period_id, g.agency_id, g.state, g.sentence, g.obstacle, g.next_step, g.decision,
        g.physical, g.first_submitted_at, g.submitted_at, g.is_late, g.version"
    };
}

simpul_store::statements! {
    pub(crate) PERIODS = concat!("SELECT ", period!(), " FROM plan_period p WHERE p.region = $1
        AND p.masterplan_id = $2 ORDER BY p.year DESC, p.opens_at DESC, p.id LIMIT $3");
    pub(crate) PERIOD = concat!("SELECT ", period!(), " FROM plan_period p WHERE p.region = $1 AND p.id = $2");
    pub(crate) PERIOD_EXCEPTION = "SELECT locks_at FROM plan_period_exception
        WHERE region = $1 AND period_id = $2 AND agency_id = $3";
    pub(crate) PERIOD_EXCEPTIONS = "SELECT agency_id, locks_at, reason FROM plan_period_exception
        WHERE region = $1 AND period_id = $2 ORDER BY agency_id LIMIT $3";
    pub(crate) SET_EXCEPTION = "INSERT INTO plan_period_exception (region, period_id, agency_id, locks_at, reason,
        by_whom, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (region, period_id, agency_id) DO UPDATE SET locks_at = excluded.locks_at,
        reason = excluded.reason, by_whom = excluded.by_whom, at = excluded.at";
    pub(crate) PROGRESS = concat!("SELECT ", progress!(), " FROM plan_progress g WHERE g.region = $1 AND g.id = $2");
    pub(crate) PROGRESS_AT = concat!("SELECT ", progress!(), " FROM plan_progress g
        WHERE g.region = $1 AND g.programme_id = $2 AND g.period_id = $3");
    pub(crate) PROGRESS_OF_PERIOD = concat!("SELECT ", progress!(), " FROM plan_progress g
        WHERE g.region = $1 AND g.period_id = $2 ORDER BY g.agency_id, g.programme_id LIMIT $3");
    pub(crate) PROGRESS_OF_PROGRAMME = concat!("SELECT ", progress!(), " FROM plan_progress g
        JOIN plan_period p ON p.region = g.region AND p.id = g.period_id
        WHERE g.region = $1 AND g.programme_id = $2 ORDER BY p.year, p.opens_at, g.id LIMIT $3");
    pub(crate) SET_PROGRESS = "UPDATE plan_progress SET state = $3, sentence = $4, obstacle = $5, next_step = $6,
        decision = $7, physical = $8, first_submitted_at = $9, submitted_at = $10, is_late = $11, version = $12
        WHERE region = $1 AND id = $2 AND version = $12 - 1";
    pub(crate) VALUES_OF = "SELECT indicator_id, district, amount, why FROM plan_value
        WHERE region = $1 AND progress_id = $2 ORDER BY indicator_id, district LIMIT $3";
    pub(crate) VALUES_OF_PROGRAMME = "SELECT v.indicator_id, g.period_id, g.state, v.district, v.amount
        FROM plan_progress g CROSS JOIN plan_value v
        WHERE g.region = $1 AND g.programme_id = $2 AND v.region = g.region AND v.progress_id = g.id
        ORDER BY v.indicator_id, g.period_id, v.district LIMIT $3";
    pub(crate) VALUES_OF_YEAR = "SELECT v.indicator_id, p.id, g.state, v.amount FROM plan_period p
        JOIN plan_progress g ON g.region = p.region AND g.period_id = p.id
        JOIN plan_value v ON v.region = g.region AND v.progress_id = g.id
        WHERE p.region = $1 AND p.masterplan_id = $2 AND p.year = $3 AND v.district = 0
        ORDER BY v.indicator_id, p.opens_at LIMIT $4";
    pub(crate) SET_VALUE = "INSERT INTO plan_value (region, progress_id, indicator_id, district, amount, why)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, progress_id, indicator_id, district) DO UPDATE SET amount = excluded.amount,
        why = excluded.why";
    pub(crate) DROP_VALUE = "DELETE FROM plan_value
        WHERE region = $1 AND progress_id = $2 AND indicator_id = $3 AND district = $4";
    pub(crate) SHEET_WRITE = "SELECT made_from, version FROM plan_sheet_write
        WHERE region = $1 AND progress_id = $2 AND by_whom = $3";
    pub(crate) SET_SHEET_WRITE = "INSERT INTO plan_sheet_write (region, progress_id, made_from, version, by_whom)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, progress_id) DO UPDATE SET made_from = excluded.made_from, version = excluded.version,
        by_whom = excluded.by_whom";
    pub(crate) STEPS = "SELECT at, by_whom, state, reason FROM plan_progress_step
        WHERE region = $1 AND progress_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) OVERRIDES = "SELECT o.programme_id, o.light, o.reason, o.by_whom, o.at FROM plan_programme p
        JOIN plan_override o ON o.region = p.region AND o.programme_id = p.id
        WHERE p.region = $1 AND p.masterplan_id = $2 ORDER BY o.at, o.id LIMIT $3";
}

simpul_store::inserts! {
    pub(crate) INSERT_PERIOD = "plan_period" (id, masterplan_id, name, kind, year, part, first_day, last_day, opens_at,
        due_at, locks_at);
    pub(crate) INSERT_PROGRESS = "plan_progress" (id, programme_id, period_id, agency_id, state, sentence, obstacle,
        next_step, decision, physical, first_submitted_at, submitted_at, is_late, version);
    pub(crate) INSERT_STEP = "plan_progress_step" (id, progress_id, at, by_whom, state, reason);
    pub(crate) INSERT_OVERRIDE = "plan_override" (id, programme_id, at, by_whom, light, reason);
}

/// Most periods of a plan.
const PERIODS_MAX_COUNT: i64 = 500;
/// Most rows that hang on one programme or one report.
const OF_ONE_MAX_COUNT: i64 = 5_000;

impl FromRow for Period {
    fn from_row(row: &Row) -> Result<Period> {
        let (kind, part): (String, i64) = (row.at(3)?, row.at(5)?);
        let day = |index: usize| -> Result<time::Date> {
            let text: String = row.at(index)?;
            parse_date(&text).ok_or_else(|| Error::Broken(format!("{text:?} in a column of days")))
        };
        let unknown = || Error::Broken(format!("part {part} of a year"));
        Ok(Period {
            id: row.at(0)?,
            masterplan: row.at(1)?,
            name: row.at(2)?,
            kind: named(&kind, PeriodKind::parse)?,
            year: row.at(4)?,
            part: PartOfYear::new(part).ok_or_else(unknown)?,
            first_day: day(6)?,
            last_day: day(7)?,
            opens_at: row.at(8)?,
            due_at: row.at(9)?,
            locks_at: row.at(10)?,
        })
    }
}

impl FromRow for Progress {
    fn from_row(row: &Row) -> Result<Progress> {
        let state: String = row.at(4)?;
        Ok(Progress {
            id: row.at(0)?,
            programme: row.at(1)?,
            period: row.at(2)?,
            agency: row.at(3)?,
            state: named(&state, ProgressState::parse)?,
            sentence: row.at(5)?,
            obstacle: row.at(6)?,
            next_step: row.at(7)?,
            decision: row.at(8)?,
            physical: row.at(9)?,
            first_submitted: row.at::<Option<i64>>(10)?.map(Timestamp),
            submitted: row.at::<Option<i64>>(11)?.map(Timestamp),
            late: row.at(12)?,
            version: row.at(13)?,
        })
    }
}

impl FromRow for Told {
    fn from_row(row: &Row) -> Result<Told> {
        Ok(Told { indicator: row.at(0)?, district: row.at(1)?, amount: Quantity(row.at(2)?), why: row.at(3)? })
    }
}

/// The periods of a plan, the newest first.
pub async fn periods(conn: &mut Conn, plan: Uuid) -> Result<Vec<Period>> {
    conn.all(&PERIODS, args![plan, PERIODS_MAX_COUNT]).await
}

/// The period of an id.
pub async fn period(conn: &mut Conn, id: Uuid) -> Result<Option<Period>> {
    conn.opt(&PERIOD, args![id]).await
}

pub(crate) fn insert_period(tx: &mut Tx, one: &Period) {
    let head = args![one.id, one.masterplan, &one.name, one.kind.name(), one.year, one.part.code()];
    let days = args![one.first_day.to_string(), one.last_day.to_string(), one.opens_at, one.due_at, one.locks_at];
    tx.insert(&INSERT_PERIOD, Args([head.0, days.0].concat()));
}

/// When a period locks for one agency, if that was put off.
pub async fn exception(conn: &mut Conn, period: Uuid, agency: Uuid) -> Result<Option<Timestamp>> {
    let row: Option<(Timestamp,)> = conn.opt(&PERIOD_EXCEPTION, args![period, agency]).await?;
    Ok(row.map(|(at,)| at))
}

/// For whom the lock was put off, until when, and why.
pub async fn exceptions(conn: &mut Conn, period: Uuid) -> Result<Vec<(Uuid, Timestamp, String)>> {
    conn.all(&PERIOD_EXCEPTIONS, args![period, OF_ONE_MAX_COUNT]).await
}

/// The lock of a period that is put off.
pub(crate) struct PutOff<'a> {
    pub(crate) period: Uuid,
    pub(crate) agency: Uuid,
    pub(crate) locks_at: Timestamp,
    pub(crate) reason: &'a str,
    pub(crate) by: &'a str,
    pub(crate) at: Timestamp,
}

pub(crate) async fn set_exception(tx: &mut Tx, one: PutOff<'_>) -> Result<()> {
    let PutOff { period, agency, locks_at, reason, by, at } = one;
    tx.exec(&SET_EXCEPTION, args![period, agency, locks_at, reason, by, at]).await.map(drop)
}

/// The progress report of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Progress>> {
    conn.opt(&PROGRESS, args![id]).await
}

/// What was said of a programme in a period.
pub async fn at(conn: &mut Conn, programme: Uuid, period: Uuid) -> Result<Option<Progress>> {
    conn.opt(&PROGRESS_AT, args![programme, period]).await
}

/// All that was said in a period.
pub async fn of_period(conn: &mut Conn, period: Uuid) -> Result<Vec<Progress>> {
    conn.all(&PROGRESS_OF_PERIOD, args![period, OF_PLAN_MAX_COUNT]).await
}

/// All that was said of a programme, in the order of periods.
pub async fn of_programme(conn: &mut Conn, programme: Uuid) -> Result<Vec<Progress>> {
    conn.all(&PROGRESS_OF_PROGRAMME, args![programme, OF_ONE_MAX_COUNT]).await
}

fn said(one: &Progress) -> Args {
    args![
        one.state.name(),
        &one.sentence,
        &one.obstacle,
        &one.next_step,
        &one.decision,
        one.physical,
        one.first_submitted,
        one.submitted,
        one.late,
        one.version
    ]
}

pub(crate) fn insert(tx: &mut Tx, one: &Progress) {
    let head = args![one.id, one.programme, one.period, one.agency];
    tx.insert(&INSERT_PROGRESS, Args([head.0, said(one).0].concat()));
}

/// Writes a report whose version was raised by one. `false`: another was faster.
pub(crate) async fn set(tx: &mut Tx, one: &Progress) -> Result<bool> {
    Ok(tx.exec(&SET_PROGRESS, Args([args![one.id].0, said(one).0].concat())).await? == 1)
}

/// The values that a report tells.
pub async fn values(conn: &mut Conn, progress: Uuid) -> Result<Vec<Told>> {
    conn.all(&VALUES_OF, args![progress, OF_ONE_MAX_COUNT]).await
}

/// A value that was told of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldOf {
    /// The indicator.
    pub indicator: Uuid,
    /// The period.
    pub period: Uuid,
    /// Where the report stands.
    pub state: ProgressState,
    /// The district; 0 for the whole region.
    pub district: i64,
    /// How much.
    pub amount: Quantity,
}

/// All values of a programme.
pub async fn values_of_programme(conn: &mut Conn, programme: Uuid) -> Result<Vec<ToldOf>> {
    let rows: Vec<(Uuid, Uuid, String, i64, i64)> =
        conn.all(&VALUES_OF_PROGRAMME, args![programme, OF_ONE_MAX_COUNT]).await?;
    let of = |(indicator, period, state, district, amount): (Uuid, Uuid, String, i64, i64)| {
        let state = named(&state, ProgressState::parse)?;
        Ok(ToldOf { indicator, period, state, district, amount: Quantity(amount) })
    };
    rows.into_iter().map(of).collect()
}

/// The region's values of all indicators of a plan in one year, in the order of periods.
pub async fn values_of_year(conn: &mut Conn, plan: Uuid, year: i64) -> Result<Vec<ToldOf>> {
    let rows: Vec<(Uuid, Uuid, String, i64)> = conn.all(&VALUES_OF_YEAR, args![plan, year, OF_PLAN_MAX_COUNT]).await?;
    let of = |(indicator, period, state, amount): (Uuid, Uuid, String, i64)| {
        let state = named(&state, ProgressState::parse)?;
        Ok(ToldOf { indicator, period, state, district: 0, amount: Quantity(amount) })
    };
    rows.into_iter().map(of).collect()
}

pub(crate) async fn set_value(tx: &mut Tx, progress: Uuid, told: &Told) -> Result<()> {
    let Told { indicator, district, amount, why } = told;
    tx.exec(&SET_VALUE, args![progress, *indicator, *district, amount.0, why]).await.map(drop)
}

pub(crate) async fn drop_value(tx: &mut Tx, progress: Uuid, indicator: Uuid, district: i64) -> Result<()> {
    tx.exec(&DROP_VALUE, args![progress, indicator, district]).await.map(drop)
}

/// The version that a workbook was made from with which somebody wrote the last version of a report, and that version;
/// `None` where another's did, or none.
pub async fn sheet_write(conn: &mut Conn, progress: Uuid, by: &str) -> Result<Option<(i64, i64)>> {
    conn.opt(&SHEET_WRITE, args![progress, by]).await
}

pub(crate) async fn set_sheet_write(tx: &mut Tx, progress: Uuid, made_from: i64, done: (i64, &str)) -> Result<()> {
    let (version, by) = done;
    tx.exec(&SET_SHEET_WRITE, args![progress, made_from, version, by]).await.map(drop)
}

/// A step of a progress report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepDone {
    /// When.
    pub at: Timestamp,
    /// Who, as the journal names them.
    pub by: String,
    /// Where it led.
    pub state: ProgressState,
    /// Why, where it was sent back.
    pub reason: String,
}

/// The history of a report, oldest first.
pub async fn steps(conn: &mut Conn, progress: Uuid) -> Result<Vec<StepDone>> {
    let rows: Vec<(Timestamp, String, String, String)> = conn.all(&STEPS, args![progress, OF_ONE_MAX_COUNT]).await?;
    let of = |(at, by, state, reason): (Timestamp, String, String, String)| {
        Ok(StepDone { at, by, state: named(&state, ProgressState::parse)?, reason })
    };
    rows.into_iter().map(of).collect()
}

pub(crate) fn insert_step(tx: &mut Tx, id: Uuid, progress: Uuid, step: &StepDone) {
    tx.insert(&INSERT_STEP, args![id, progress, step.at, &step.by, step.state.name(), &step.reason]);
}

/// The last word of a person against the computed status, by programme. A word without a light takes it back.
pub async fn overrides(conn: &mut Conn, plan: Uuid) -> Result<std::collections::HashMap<Uuid, Override>> {
    let rows: Vec<(Uuid, String, String, String, Timestamp)> =
        conn.all(&OVERRIDES, args![plan, OF_PLAN_MAX_COUNT]).await?;
    let mut last = std::collections::HashMap::new();
    for (programme, light, reason, by, at) in rows {
        match Light::parse(&light) {
            Some(light) => last.insert(programme, Override { light, reason, by, at }),
            None => last.remove(&programme),
        };
    }
    Ok(last)
}

pub(crate) fn insert_override(
    tx: &mut Tx,
    id: Uuid,
    programme: Uuid,
    light: Option<Light>,
    word: (&str, &str, Timestamp),
) {
    let (reason, by, at) = word;
    tx.insert(&INSERT_OVERRIDE, args![id, programme, at, by, light.map_or("", Light::name), reason]);
}
