//! Bans, the key of their hashes, and from where reports came.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, Value, args};
use uuid::Uuid;

use crate::model::ban::{Ban, Sender, SenderKind};

macro_rules! columns {
    () => {
        "id, kind, reason, officer_id, report_id, from_at, until_at, lifted_at"
    };
}

simpul_store::statements! {
    pub(crate) SECRET = "SELECT secret FROM report_ban_key WHERE region = $1";
    pub(crate) KEEP_SECRET = "INSERT INTO report_ban_key (region, secret) VALUES ($1, $2)
        ON CONFLICT (region) DO NOTHING";
    /// The latest end among the bans that hold for any of four senders.
    pub(crate) HELD = "SELECT until_at FROM report_ban WHERE region = $1 AND hash IN ($2, $3, $4, $5)
        AND until_at > $6 AND lifted_at IS NULL ORDER BY until_at DESC LIMIT 1";
    pub(crate) BANS = concat!("SELECT ", columns!(), " FROM report_ban WHERE region = $1
        ORDER BY until_at DESC, id DESC LIMIT $2");
    pub(crate) BAN = concat!("SELECT ", columns!(), " FROM report_ban WHERE region = $1 AND id = $2");
    pub(crate) LIFT = "UPDATE report_ban SET lifted_at = $3 WHERE region = $1 AND id = $2 AND lifted_at IS NULL";
    pub(crate) SENDERS = "SELECT kind, hash FROM report_sender WHERE region = $1 AND report_id = $2 ORDER BY kind";
    pub(crate) ERASE_SENDERS = "DELETE FROM report_sender WHERE region = $1 AND report_id = $2";
    pub(crate) DROP_OLD_SENDERS = "DELETE FROM report_sender WHERE region = $1 AND sent_at < $2";
    pub(crate) DROP_OLD_BANS = "DELETE FROM report_ban WHERE region = $1 AND until_at < $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_BAN = "report_ban" (id, kind, hash, reason, officer_id, report_id, from_at, until_at);
    pub(crate) INSERT_SENDER = "report_sender" (report_id, kind, hash, sent_at);
}

fn kind_of(name: &str) -> Result<SenderKind> {
    SenderKind::parse(name).ok_or_else(|| Error::Broken(format!("a sender's kind is {name:?}")))
}

impl FromRow for Ban {
    fn from_row(row: &Row) -> Result<Ban> {
        Ok(Ban {
            id: row.at(0)?,
            kind: kind_of(&row.at::<String>(1)?)?,
            reason: row.at(2)?,
            officer: row.at(3)?,
            report: row.at(4)?,
            from: row.at(5)?,
            until: row.at(6)?,
            lifted: row.at(7)?,
        })
    }
}

/// The region's key, where one was made.
pub async fn secret(conn: &mut Conn) -> Result<Option<[u8; 32]>> {
    Ok(conn.opt::<([u8; 32],)>(&SECRET, args![]).await?.map(|(secret,)| secret))
}

/// Keeps a key, unless there is one.
pub async fn keep_secret(tx: &mut Tx, secret: [u8; 32]) -> Result<()> {
    tx.exec(&KEEP_SECRET, args![secret]).await?;
    Ok(())
}

/// Until when any of the senders is barred; at most four are looked at, one of each kind.
pub async fn held(conn: &mut Conn, senders: &[Sender], now: Timestamp) -> Result<Option<Timestamp>> {
    let Some(first) = senders.first() else { return Ok(None) };
    let mut args = args![];
    args.0.extend((0..SenderKind::ALL.len()).map(|at| Value::from(senders.get(at).unwrap_or(first).hash)));
    args.0.push(Value::from(now));
    Ok(conn.opt::<(Timestamp,)>(&HELD, args).await?.map(|(until,)| until))
}

/// Bans, those with the latest end first.
pub async fn bans(conn: &mut Conn, limit: i64) -> Result<Vec<Ban>> {
    conn.all(&BANS, args![limit]).await
}

/// The ban of that id.
pub async fn ban(conn: &mut Conn, id: Uuid) -> Result<Option<Ban>> {
    conn.opt(&BAN, args![id]).await
}

/// Gathers a ban.
pub fn insert(tx: &mut Tx, ban: &Ban, hash: [u8; 32]) {
    let reason = ban.reason.as_str();
    let args = args![ban.id, ban.kind.name(), hash, reason, ban.officer, ban.report, ban.from, ban.until];
    tx.insert(&INSERT_BAN, args);
}

/// Ends a ban now. Answers whether it was not lifted before.
pub async fn lift(tx: &mut Tx, ban: Uuid, now: Timestamp) -> Result<bool> {
    Ok(tx.exec(&LIFT, args![ban, now]).await? == 1)
}

/// From where a report came.
pub async fn senders(conn: &mut Conn, report: Uuid) -> Result<Vec<Sender>> {
    let rows: Vec<(String, [u8; 32])> = conn.all(&SENDERS, args![report]).await?;
    rows.into_iter().map(|(kind, hash)| Ok(Sender { kind: kind_of(&kind)?, hash })).collect()
}

/// Gathers from where a report came.
pub fn insert_sender(tx: &mut Tx, report: Uuid, sender: &Sender, now: Timestamp) {
    tx.insert(&INSERT_SENDER, args![report, sender.kind.name(), sender.hash, now]);
}

/// Forgets from where a report came.
pub async fn erase_senders(tx: &mut Tx, report: Uuid) -> Result<()> {
    tx.exec(&ERASE_SENDERS, args![report]).await?;
    Ok(())
}

/// Forgets from where older reports came, and bans that ended before that. Answers how many rows went.
pub async fn drop_old(tx: &mut Tx, senders: Timestamp, bans: Timestamp) -> Result<u64> {
    Ok(tx.exec(&DROP_OLD_SENDERS, args![senders]).await? + tx.exec(&DROP_OLD_BANS, args![bans]).await?)
}
