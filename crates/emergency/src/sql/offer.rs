//! What others hold for an emergency, and what incidents leave to agencies as reports.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::incident::point;
use super::named;
use crate::model::Site;
use crate::model::offer::{FollowUp, OfferSource, Offered};

macro_rules! columns {
    () => {
        "o.id, o.source, o.subject_id, o.label, o.body, o.village, o.district, o.landmark, o.lat_e7, o.lon_e7,
        o.radius_m, o.at, o.decided_at, o.incident_id, o.is_drill"
    };
}

macro_rules! follow_up {
    () => {
        "f.id, f.incident_id, f.agency_id, f.body, f.author, f.at, f.report_id, f.report_number, f.refused"
    };
}

simpul_store::statements! {
    pub(crate) OFFER = concat!("SELECT ", columns!(), " FROM emergency_offer o WHERE o.region = $1 AND o.id = $2");
    pub(crate) OFFER_OF = concat!("SELECT ", columns!(), " FROM emergency_offer o
        WHERE o.region = $1 AND o.source = $2 AND o.subject_id = $3");
    pub(crate) OFFERS_OPEN = concat!("SELECT ", columns!(), " FROM emergency_offer o
        WHERE o.region = $1 AND o.decided_at IS NULL ORDER BY o.at, o.id LIMIT $2");
    pub(crate) OFFERS_OF_INCIDENT = concat!("SELECT ", columns!(), " FROM emergency_offer o
        WHERE o.region = $1 AND o.incident_id = $2 ORDER BY o.id LIMIT $3");
    pub(crate) DECIDE_OFFER = "UPDATE emergency_offer SET decided_at = $3, incident_id = $4, body = ''
        WHERE region = $1 AND id = $2 AND decided_at IS NULL";
    pub(crate) FORGET_OFFERS = "UPDATE emergency_offer SET body = '', decided_at = $3
        WHERE region = $1 AND decided_at IS NULL AND at < $2";
    pub(crate) FOLLOW_UP = concat!("SELECT ", follow_up!(), " FROM emergency_follow_up f
        WHERE f.region = $1 AND f.id = $2");
    pub(crate) FOLLOW_UPS = concat!("SELECT ", follow_up!(), " FROM emergency_follow_up f
        WHERE f.region = $1 AND f.incident_id = $2 ORDER BY f.id LIMIT $3");
    pub(crate) ANSWER_FOLLOW_UP = "UPDATE emergency_follow_up SET report_id = $3, report_number = $4, refused = $5
        WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_OFFER = "emergency_offer" (id, source, subject_id, label, body, village, district, landmark,
        lat_e7, lon_e7, radius_m, at, is_drill);
    pub(crate) INSERT_FOLLOW_UP = "emergency_follow_up" (id, incident_id, agency_id, body, author, at);
}

/// Most offers or reports of one incident that are listed.
const LISTED_MAX_COUNT: i64 = 100;

impl FromRow for Offered {
    fn from_row(row: &Row) -> Result<Offered> {
        let source: String = row.at(1)?;
        Ok(Offered {
            id: row.at(0)?,
            source: named(&source, OfferSource::parse)?,
            subject: row.at(2)?,
            label: row.at(3)?,
            body: row.at(4)?,
            site: Site {
                village: row.at(5)?,
                district: row.at(6)?,
                landmark: row.at(7)?,
                point: point(row.at(8)?, row.at(9)?),
                radius_m: row.at(10)?,
            },
            at: row.at(11)?,
            decided: row.at(12)?,
            incident: row.at(13)?,
            drill: row.at(14)?,
        })
    }
}

/// An offer by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Offered>> {
    conn.opt(&OFFER, args![id]).await
}

/// The offer that a thing has led to.
pub async fn of_subject(conn: &mut Conn, source: OfferSource, subject: Uuid) -> Result<Option<Offered>> {
    conn.opt(&OFFER_OF, args![source.name(), subject]).await
}

/// Offers that wait, the oldest first.
pub async fn open(conn: &mut Conn, limit: i64) -> Result<Vec<Offered>> {
    conn.all(&OFFERS_OPEN, args![limit]).await
}

/// What led to an incident, beside calls.
pub async fn of_incident(conn: &mut Conn, incident: Uuid) -> Result<Vec<Offered>> {
    conn.all(&OFFERS_OF_INCIDENT, args![incident, LISTED_MAX_COUNT]).await
}

/// Gathers an offer.
pub fn insert(tx: &mut Tx, offer: &Offered) {
    let site = &offer.site;
    let (lat, lon) = (site.point.map(|point| point.lat_e7), site.point.map(|point| point.lon_e7));
    tx.insert(
        &INSERT_OFFER,
        args![
            offer.id,
            offer.source.name(),
            offer.subject,
            &offer.label,
            &offer.body,
            site.village,
            site.district,
            &site.landmark,
            lat,
            lon,
            site.radius_m,
            offer.at,
            offer.drill
        ],
    );
}

/// Keeps what became of an offer, and erases its words. Answers whether it was still open.
pub async fn decide(tx: &mut Tx, offer: Uuid, now: Timestamp, incident: Option<Uuid>) -> Result<bool> {
    Ok(tx.exec(&DECIDE_OFFER, args![offer, now, incident]).await? == 1)
}

/// Ends offers that nobody has decided on since before a moment, and erases their words.
pub async fn forget(tx: &mut Tx, before: Timestamp, now: Timestamp) -> Result<u64> {
    tx.exec(&FORGET_OFFERS, args![before, now]).await
}

impl FromRow for FollowUp {
    fn from_row(row: &Row) -> Result<FollowUp> {
        Ok(FollowUp {
            id: row.at(0)?,
            incident: row.at(1)?,
            agency: row.at(2)?,
            body: row.at(3)?,
            author: row.at(4)?,
            at: row.at(5)?,
            report: row.at::<Option<Uuid>>(6)?.zip(row.at(7)?),
            refused: row.at(8)?,
        })
    }
}

/// What was left to an agency, by its id.
pub async fn follow_up(conn: &mut Conn, id: Uuid) -> Result<Option<FollowUp>> {
    conn.opt(&FOLLOW_UP, args![id]).await
}

/// What an incident has left to agencies.
pub async fn follow_ups(conn: &mut Conn, incident: Uuid) -> Result<Vec<FollowUp>> {
    conn.all(&FOLLOW_UPS, args![incident, LISTED_MAX_COUNT]).await
}

/// Gathers what is left to an agency.
pub fn insert_follow_up(tx: &mut Tx, follow_up: &FollowUp) {
    let FollowUp { id, incident, agency, body, author, at, .. } = follow_up;
    tx.insert(&INSERT_FOLLOW_UP, args![*id, *incident, *agency, body, author, *at]);
}

/// Keeps the report that it became, or why it became none.
pub async fn answer_follow_up(
    tx: &mut Tx,
    id: Uuid,
    report: Option<(Uuid, String)>,
    refused: Option<&str>,
) -> Result<()> {
    let (report, number) = report.unzip();
    tx.exec(&ANSWER_FOLLOW_UP, args![id, report, number, refused.map(str::to_owned)]).await?;
    Ok(())
}
