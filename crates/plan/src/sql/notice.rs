//! Reminders that went out, and letters to agencies that have not reported.

use simpul_kernel::Timestamp;
use simpul_store::{Args, Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::plan::OF_PLAN_MAX_COUNT;
use crate::model::notice::{Notice, NoticeForm, lines_of, missing_of};

macro_rules! notice {
    ($rest:literal) => {
        concat!(
            "SELECT id, year, serial, number, period_id, agency_id, missing, at, by_whom, locks_at FROM plan_notice
            WHERE region = $1 ",
            $rest
        )
    };
}

simpul_store::statements! {
    pub(crate) REMIND = "INSERT INTO plan_reminder (region, period_id, agency_id, what, at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (region, period_id, agency_id, what) DO NOTHING";
    pub(crate) LAST_REMINDERS = "SELECT agency_id, CAST(MAX(at) AS BIGINT) FROM plan_reminder
        WHERE region = $1 AND period_id = $2 GROUP BY agency_id LIMIT $3";
    pub(crate) NOTICE = notice!("AND id = $2");
    pub(crate) NOTICE_OF = notice!("AND period_id = $2 AND agency_id = $3");
    pub(crate) NOTICES_OF_PERIOD = notice!("AND period_id = $2 ORDER BY year, serial LIMIT $3");
    pub(crate) NOTICES = notice!("ORDER BY year DESC, serial DESC LIMIT $2");
    pub(crate) FORM = "SELECT body, number_form, signer_name, signer_post, signer_rank, signer_nip, version
        FROM plan_notice_form WHERE region = $1 AND id = 1";
    /// `false` where another was faster: its version is then no longer the one before.
    pub(crate) SET_FORM = "INSERT INTO plan_notice_form (region, id, body, number_form, signer_name, signer_post,
        signer_rank, signer_nip, version) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (region, id) DO UPDATE SET body = excluded.body, number_form = excluded.number_form,
        signer_name = excluded.signer_name, signer_post = excluded.signer_post, signer_rank = excluded.signer_rank,
        signer_nip = excluded.signer_nip, version = excluded.version
        WHERE plan_notice_form.version = excluded.version - 1";
}

simpul_store::inserts! {
    pub(crate) INSERT_NOTICE = "plan_notice" (id, year, serial, number, period_id, agency_id, missing, at, by_whom,
        locks_at);
}

/// Most letters of the register that are shown.
const REGISTER_MAX_COUNT: i64 = 1_000;

impl FromRow for Notice {
    fn from_row(row: &Row) -> Result<Notice> {
        let missing: String = row.at(6)?;
        Ok(Notice {
            id: row.at(0)?,
            year: row.at(1)?,
            serial: row.at(2)?,
            number: row.at(3)?,
            period: row.at(4)?,
            agency: row.at(5)?,
            missing: missing_of(&missing),
            at: row.at(7)?,
            by: row.at(8)?,
            locks_at: row.at(9)?,
        })
    }
}

impl FromRow for NoticeForm {
    fn from_row(row: &Row) -> Result<NoticeForm> {
        Ok(NoticeForm {
            body: row.at(0)?,
            number_form: row.at(1)?,
            signer_name: row.at(2)?,
            signer_post: row.at(3)?,
            signer_rank: row.at(4)?,
            signer_nip: row.at(5)?,
            version: row.at(6)?,
        })
    }
}

/// Keeps that an agency is reminded. `false`: it was before.
pub(crate) async fn remind(tx: &mut Tx, (period, agency): (Uuid, Uuid), (what, at): (&str, Timestamp)) -> Result<bool> {
    Ok(tx.exec(&REMIND, args![period, agency, what, at]).await? == 1)
}

/// When agencies were reminded of a period last.
pub async fn last_reminders(conn: &mut Conn, period: Uuid) -> Result<Vec<(Uuid, Timestamp)>> {
    conn.all(&LAST_REMINDERS, args![period, OF_PLAN_MAX_COUNT]).await
}

/// The letter of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Notice>> {
    conn.opt(&NOTICE, args![id]).await
}

/// The letter to an agency about a period.
pub async fn of(conn: &mut Conn, period: Uuid, agency: Uuid) -> Result<Option<Notice>> {
    conn.opt(&NOTICE_OF, args![period, agency]).await
}

/// The letters about a period.
pub async fn of_period(conn: &mut Conn, period: Uuid) -> Result<Vec<Notice>> {
    conn.all(&NOTICES_OF_PERIOD, args![period, OF_PLAN_MAX_COUNT]).await
}

/// The register of letters, the newest first.
pub async fn register(conn: &mut Conn) -> Result<Vec<Notice>> {
    conn.all(&NOTICES, args![REGISTER_MAX_COUNT]).await
}

pub(crate) fn insert(tx: &mut Tx, one: &Notice) {
    let head = args![one.id, one.year, one.serial, &one.number, one.period, one.agency];
    tx.insert(&INSERT_NOTICE, Args([head.0, args![lines_of(&one.missing), one.at, &one.by, one.locks_at].0].concat()));
}

/// What letters look like; the house's own form where the region has set none.
pub async fn form(conn: &mut Conn) -> Result<NoticeForm> {
    Ok(conn.opt(&FORM, args![]).await?.unwrap_or_default())
}

/// Sets what letters look like, with a version that was raised by one. `false`: another was faster.
pub(crate) async fn set_form(tx: &mut Tx, one: &NoticeForm) -> Result<bool> {
    let NoticeForm { body, number_form, signer_name, signer_post, signer_rank, signer_nip, version } = one;
    let row = args![body, number_form, signer_name, signer_post, signer_rank, signer_nip, *version];
    Ok(tx.exec(&SET_FORM, row).await? == 1)
}
