//! Timers: what a region has settled, and what runs.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Statement, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::timer::{Heard, Level, Running, Timer, TimerRule};

simpul_store::statements! {
    pub(crate) TIMERS = "SELECT code, warn_seconds, alarm_seconds, source, is_active FROM emergency_timer
        WHERE region = $1 ORDER BY code";
    pub(crate) SET_TIMER = "INSERT INTO emergency_timer (region, code, warn_seconds, alarm_seconds, source, is_active)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, code) DO UPDATE SET
        warn_seconds = excluded.warn_seconds, alarm_seconds = excluded.alarm_seconds, source = excluded.source,
        is_active = excluded.is_active";
    pub(crate) OPEN_RUNS_OF = "SELECT id, timer, subject_id, since, warn_at, alarm_at, warned_at, alarmed_at, owner_id
        FROM emergency_run WHERE region = $1 AND owner_id = $2 AND stopped_at IS NULL ORDER BY id";
    pub(crate) OPEN_RUNS = "SELECT id, timer, subject_id, since, warn_at, alarm_at, warned_at, alarmed_at, owner_id
        FROM emergency_run WHERE region = $1 AND stopped_at IS NULL AND warned_at IS NOT NULL ORDER BY id LIMIT $2";
    pub(crate) RUNS_OF_SUBJECT = "SELECT id, timer, subject_id, since, warn_at, alarm_at, warned_at, alarmed_at,
        owner_id FROM emergency_run WHERE region = $1 AND subject_id = $2 AND timer = $3 AND stopped_at IS NULL";
    pub(crate) START_RUN = "INSERT INTO emergency_run (region, id, timer, subject_id, owner_id, since, warn_at,
        alarm_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (region, subject_id, timer, since) DO UPDATE SET stopped_at = NULL, owner_id = excluded.owner_id";
    pub(crate) STOP_RUN = "UPDATE emergency_run SET stopped_at = $3
        WHERE region = $1 AND id = $2 AND stopped_at IS NULL";
    pub(crate) WARN_RUN = "UPDATE emergency_run SET warned_at = $3
        WHERE region = $1 AND id = $2 AND warned_at IS NULL";
    pub(crate) ALARM_RUN = "UPDATE emergency_run SET alarmed_at = $3, warned_at = COALESCE(warned_at, $3)
        WHERE region = $1 AND id = $2 AND alarmed_at IS NULL";
    pub(crate) LAST_NOTE = "SELECT MAX(at) FROM emergency_note WHERE region = $1 AND incident_id = $2";
    pub(crate) LAST_LOSS = "SELECT MAX(at) FROM emergency_loss WHERE region = $1 AND incident_id = $2";
    pub(crate) LAST_PHOTO = "SELECT MAX(at) FROM emergency_photo WHERE region = $1 AND incident_id = $2";
    pub(crate) LAST_UNIT_REPORT = "SELECT MAX(at) FROM emergency_unit_report WHERE region = $1 AND incident_id = $2";
    pub(crate) LAST_VERIFICATION = "SELECT MAX(at) FROM emergency_verification
        WHERE region = $1 AND incident_id = $2";
    pub(crate) LAST_QUICK_REPORT = "SELECT MAX(at) FROM emergency_quick_report
        WHERE region = $1 AND incident_id = $2";
}

/// Most alarms that a console shows.
const ALARMS_MAX_COUNT: i64 = 500;

/// A running timer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Id.
    pub id: Uuid,
    /// What runs.
    pub running: Running,
    /// The call or the incident on whose row it is shown.
    pub owner: Uuid,
    /// When it warns and when it alarms.
    pub due: [Timestamp; 2],
    /// When it warned and when it alarmed.
    pub told: [Option<Timestamp>; 2],
}

impl Run {
    /// How loud it is now; `None` where nobody was told yet.
    pub fn level(&self) -> Option<Level> {
        match self.told {
            [_, Some(_)] => Some(Level::Alarm),
            [Some(_), None] => Some(Level::Warning),
            [None, None] => None,
        }
    }
}

impl FromRow for TimerRule {
    fn from_row(row: &Row) -> Result<TimerRule> {
        let code: String = row.at(0)?;
        Ok(TimerRule {
            timer: named(&code, Timer::parse)?,
            warn_seconds: row.at(1)?,
            alarm_seconds: row.at(2)?,
            source: row.at(3)?,
            active: row.at(4)?,
        })
    }
}

impl FromRow for Run {
    fn from_row(row: &Row) -> Result<Run> {
        let timer: String = row.at(1)?;
        let running = Running { timer: named(&timer, Timer::parse)?, subject: row.at(2)?, since: row.at(3)? };
        Ok(Run {
            id: row.at(0)?,
            running,
            due: [row.at(4)?, row.at(5)?],
            told: [row.at(6)?, row.at(7)?],
            owner: row.at(8)?,
        })
    }
}

/// Every timer as the region has it: what it has settled, else what the field knows.
pub async fn rules(conn: &mut Conn) -> Result<Vec<TimerRule>> {
    let settled: Vec<TimerRule> = conn.all(&TIMERS, args![]).await?;
    let of = |timer: Timer| settled.iter().find(|rule| rule.timer == timer).cloned().unwrap_or_else(|| timer.usual());
    Ok(Timer::ALL.iter().copied().map(of).collect())
}

/// Settles a timer.
pub async fn set_rule(tx: &mut Tx, rule: &TimerRule) -> Result<()> {
    let values = args![rule.timer.name(), rule.warn_seconds, rule.alarm_seconds, &rule.source, rule.active];
    tx.exec(&SET_TIMER, values).await?;
    Ok(())
}

/// What runs for a call or an incident.
pub async fn runs_of(conn: &mut Conn, owner: Uuid) -> Result<Vec<Run>> {
    conn.all(&OPEN_RUNS_OF, args![owner]).await
}

/// What has warned or alarmed and still runs, for the whole board.
pub async fn loud(conn: &mut Conn) -> Result<Vec<Run>> {
    conn.all(&OPEN_RUNS, args![ALARMS_MAX_COUNT]).await
}

/// The one that runs for a subject.
pub async fn run(conn: &mut Conn, subject: Uuid, timer: Timer) -> Result<Option<Run>> {
    conn.opt(&RUNS_OF_SUBJECT, args![subject, timer.name()]).await
}

/// Keeps that a timer runs; one that ran and runs again since the same moment is the same.
pub async fn start(tx: &mut Tx, id: Uuid, owner: Uuid, run: &Running, due: [Timestamp; 2]) -> Result<()> {
    let [warn, alarm] = due;
    let values = args![id, run.timer.name(), run.subject, owner, run.since, warn, alarm];
    tx.exec(&START_RUN, values).await?;
    Ok(())
}

/// It runs no more.
pub async fn stop(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    tx.exec(&STOP_RUN, args![id, now]).await?;
    Ok(())
}

/// It warns, or alarms. Answers whether it had not before.
pub async fn tell(tx: &mut Tx, id: Uuid, level: Level, now: Timestamp) -> Result<bool> {
    let statement = match level {
        Level::Warning => &WARN_RUN,
        Level::Alarm => &ALARM_RUN,
    };
    Ok(tx.exec(statement, args![id, now]).await? == 1)
}

/// What timers ask about an incident beside what it is. News are whatever anybody told from there: a line of the log,
/// a photo, what was lost, a unit's report, who confirmed it.
pub async fn heard(conn: &mut Conn, incident: Uuid) -> Result<Heard> {
    let mut noted = None;
    for statement in [&LAST_NOTE, &LAST_LOSS, &LAST_PHOTO, &LAST_UNIT_REPORT, &LAST_VERIFICATION] {
        noted = noted.max(last(conn, statement, incident).await?);
    }
    Ok(Heard { noted, reported: last(conn, &LAST_QUICK_REPORT, incident).await? })
}

async fn last(conn: &mut Conn, statement: &'static Statement, incident: Uuid) -> Result<Option<Timestamp>> {
    let found: Option<(Option<Timestamp>,)> = conn.opt(statement, args![incident]).await?;
    Ok(found.and_then(|(at,)| at))
}
