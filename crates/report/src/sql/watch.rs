//! Places that people follow, and what is new there.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::Reach;
use crate::model::watching::{PlaceNews, WatchedPlace};

macro_rules! watch {
    ($more:literal) => {
        concat!(
            "SELECT id, reach, district, village, category, pending, created_at, digest_due FROM report_watch
            WHERE region = $1 ",
            $more
        )
    };
}

simpul_store::statements! {
    pub(crate) WATCH = watch!("AND id = $2");
    pub(crate) WATCHES_OF = watch!("AND reach = $2 ORDER BY id DESC LIMIT $3");
    /// Who follows the place in which a report lies.
    pub(crate) WATCHES_AT = watch!("AND district = $2 AND NOT pending
        AND (village IS NULL OR village = $3) AND (category IS NULL OR category = $4) AND id > $5
        ORDER BY id LIMIT $6");
    pub(crate) CONFIRM_WATCH = "UPDATE report_watch SET pending = FALSE WHERE region = $1 AND id = $2 AND pending";
    pub(crate) DROP_SAME_WATCHES = "DELETE FROM report_watch WHERE region = $1 AND reach = $2 AND id <> $3
        AND district = $4 AND (village = $5 OR (village IS NULL AND CAST($5 AS BIGINT) IS NULL))
        AND (category = $6 OR (category IS NULL AND CAST($6 AS TEXT) IS NULL))";
    pub(crate) DROP_WATCH = "DELETE FROM report_watch WHERE region = $1 AND id = $2";
    pub(crate) DROP_WATCHES_OF = "DELETE FROM report_watch WHERE region = $1 AND reach = $2";
    pub(crate) DROP_UNANSWERED = "DELETE FROM report_watch WHERE region = $1 AND created_at < $2 AND pending";
    pub(crate) DROP_OLD_WATCHES = "DELETE FROM report_watch WHERE region = $1 AND created_at < $2";
    pub(crate) SET_DIGEST = "UPDATE report_watch SET digest_due = $3 WHERE region = $1 AND id = $2";
    pub(crate) KEEP_NEWS = "INSERT INTO report_watch_news (region, watch_id, report_id, kind, at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (region, watch_id, report_id, kind) DO NOTHING";
    /// What is new for a person, the newest first; what was hidden or became secret meanwhile is left out.
    pub(crate) NEWS_OF = "SELECT r.number, r.category, r.village, r.district, n.kind FROM report_watch_news n
        JOIN report_watch w ON w.region = n.region AND w.id = n.watch_id
        JOIN report r ON r.region = n.region AND r.id = n.report_id
        WHERE n.region = $1 AND w.reach = $2 AND NOT w.pending AND r.is_public AND r.status <> 'merged'
        GROUP BY r.number, r.category, r.village, r.district, n.kind, r.id ORDER BY n.kind DESC, r.id DESC LIMIT $3";
    pub(crate) TOLD = "DELETE FROM report_watch_news WHERE region = $1 AND watch_id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_WATCH = "report_watch" (id, reach, district, village, category, pending, created_at);
}

/// Somebody follows a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    /// Id.
    pub id: Uuid,
    /// Whom to tell.
    pub reach: Reach,
    /// Which place.
    pub place: WatchedPlace,
    /// The code was not typed yet.
    pub pending: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// When what is new is told, if something is.
    pub digest_due: Option<Timestamp>,
}

impl FromRow for Watch {
    fn from_row(row: &Row) -> Result<Watch> {
        Ok(Watch {
            id: row.at(0)?,
            reach: Reach::stored(row.at(1)?),
            place: WatchedPlace { district: row.at(2)?, village: row.at(3)?, category: row.at(4)? },
            pending: row.at(5)?,
            created_at: row.at(6)?,
            digest_due: row.at(7)?,
        })
    }
}

/// A watch by its id.
pub async fn watch(conn: &mut Conn, id: Uuid) -> Result<Option<Watch>> {
    conn.opt(&WATCH, args![id]).await
}

/// The places that a person follows, newest first.
pub async fn watches_of(conn: &mut Conn, reach: &Reach, limit: i64) -> Result<Vec<Watch>> {
    conn.all(&WATCHES_OF, args![reach.as_str(), limit]).await
}

/// Some of those who follow the place of a report, from after `last` on.
pub async fn watches_at(conn: &mut Conn, place: &WatchedPlace, last: Uuid, limit: i64) -> Result<Vec<Watch>> {
    let WatchedPlace { district, village, category } = place.clone();
    // A report without a village is news of its district alone.
    conn.all(&WATCHES_AT, args![district, village, category, last, limit]).await
}

/// Gathers a watch whose owner has not typed the code yet.
pub fn insert_watch(tx: &mut Tx, id: Uuid, reach: &Reach, place: &WatchedPlace, at: Timestamp) {
    let WatchedPlace { district, village, category } = place.clone();
    tx.insert(&INSERT_WATCH, args![id, reach.as_str(), district, village, category, true, at]);
}

/// The code was typed: news are wanted, once for each place. Answers whether the watch was there.
pub async fn confirm_watch(tx: &mut Tx, watch: &Watch) -> Result<bool> {
    let WatchedPlace { district, village, category } = watch.place.clone();
    tx.exec(&DROP_SAME_WATCHES, args![watch.reach.as_str(), watch.id, district, village, category]).await?;
    Ok(tx.exec(&CONFIRM_WATCH, args![watch.id]).await? == 1)
}

/// Forgets a watch with its news and keys.
pub async fn drop_watch(tx: &mut Tx, id: Uuid) -> Result<u64> {
    tx.exec(&DROP_WATCH, args![id]).await
}

/// Forgets all watches of a person.
pub async fn drop_watches_of(tx: &mut Tx, reach: &Reach) -> Result<u64> {
    tx.exec(&DROP_WATCHES_OF, args![reach.as_str()]).await
}

/// Forgets watches whose owner never typed the code.
pub async fn drop_unanswered(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&DROP_UNANSWERED, args![before]).await?;
    Ok(())
}

/// Forgets watches from before a moment. Answers how many.
pub async fn drop_old_watches(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.exec(&DROP_OLD_WATCHES, args![before]).await
}

/// When what is new for a watch is told.
pub async fn set_digest(tx: &mut Tx, watch: Uuid, due: Option<Timestamp>) -> Result<()> {
    tx.exec(&SET_DIGEST, args![watch, due]).await?;
    Ok(())
}

/// Keeps that something about a report is news for a watch, once.
pub async fn keep_news(tx: &mut Tx, watch: Uuid, report: Uuid, news: PlaceNews, at: Timestamp) -> Result<()> {
    tx.exec(&KEEP_NEWS, args![watch, report, news.name(), at]).await?;
    Ok(())
}

/// News of one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsLine {
    /// Its number.
    pub number: String,
    /// Code of its category.
    pub category: String,
    /// Village.
    pub village: Option<i64>,
    /// District.
    pub district: Option<i64>,
    /// Whether it was solved; else it came in.
    pub solved: bool,
}

impl FromRow for NewsLine {
    fn from_row(row: &Row) -> Result<NewsLine> {
        let kind: String = row.at(4)?;
        Ok(NewsLine {
            number: row.at(0)?,
            category: row.at(1)?,
            village: row.at(2)?,
            district: row.at(3)?,
            solved: kind == PlaceNews::Solved.name(),
        })
    }
}

/// What is new for a person in all places that they follow: what was solved first, then what came in.
pub async fn news_of(conn: &mut Conn, reach: &Reach, limit: i64) -> Result<Vec<NewsLine>> {
    conn.all(&NEWS_OF, args![reach.as_str(), limit]).await
}

/// What was new for a watch was told.
pub async fn told(tx: &mut Tx, watch: Uuid) -> Result<()> {
    tx.exec(&TOLD, args![watch]).await?;
    Ok(())
}
