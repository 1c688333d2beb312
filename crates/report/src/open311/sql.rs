//! What Open311 reads, and rows to views. Writing goes through the room's actions.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Statement, Value, args};
use uuid::Uuid;

use super::search::{Openness, SERVICES_MAX_COUNT, Search, UpdateSearch};
use crate::model::{id_ceiling, id_floor};

/// The columns of a report that the world may see, with what was last said and its first photo, and the rest of the
/// statement after the condition that anybody may see it.
macro_rules! select_public {
    ($($rest:expr),+ $(,)?) => {
        concat!(
            "SELECT r.id, r.number, r.status, r.category, r.agency_id, r.district, r.village, r.lat_e7, r.lon_e7,
            r.landmark, r.body, r.media_url, r.reported_at, r.updated_at, r.verify_due, r.resolve_due,
            r.paused_until,
            (SELECT e.note FROM report_event e WHERE e.region = $1 AND e.report_id = r.id AND e.is_public
                AND e.note IS NOT NULL ORDER BY e.id DESC LIMIT 1) AS said,
            CASE WHEN r.photo_count > 0 THEN (SELECT p.digest FROM report_photo p WHERE p.region = $1
                AND p.report_id = r.id AND p.purpose = 'before' ORDER BY p.ordinal LIMIT 1) END AS photo
            FROM report r WHERE r.region = $1 AND r.is_public ",
            $($rest),+
        )
    };
}
pub(crate) use select_public;

/// The filters of a search beside its service.
macro_rules! filters {
    ($service:expr, $order:literal) => {
        select_public!(
            "AND r.id >= $2 AND r.id <= $3 AND r.updated_at >= $4 AND r.updated_at <= $5
                AND ($6 OR r.is_open = $7) AND ",
            $service,
            " ORDER BY ",
            $order,
            " LIMIT $8 OFFSET $9"
        )
    };
}

/// One of the services named, in sixty-four places.
macro_rules! any_service {
    () => {
        "r.category IN ($10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
            $27, $28, $29,
            $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49,
            $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69,
            $70, $71, $72, $73)"
    };
}

macro_rules! update {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT e.id, e.kind, e.at, e.note, e.detail, r.number, r.status,
            (SELECT p.digest FROM report_photo p WHERE p.region = $1 AND p.report_id = r.id AND p.event_id = e.id
                ORDER BY p.ordinal LIMIT 1) AS photo FROM ",
            $from,
            " WHERE r.region = $1 AND e.region = $1 AND e.is_public AND r.is_public AND ",
            $rest
        )
    };
}

simpul_store::statements! {
    /// By time of report, newest first: the order of ids.
    REQUESTS = filters!("TRUE", "r.id DESC");
    /// The same of one service, whose index leads.
    REQUESTS_OF_SERVICE = filters!("r.category = $10", "r.id DESC");
    /// The same of several services.
    REQUESTS_OF_SERVICES = filters!(any_service!(), "r.id DESC");
    /// By time of change, for who follows changes.
    CHANGES = filters!("TRUE", "r.updated_at DESC, r.id DESC");
    /// The same of some services.
    CHANGES_OF_SERVICES = filters!(any_service!(), "r.updated_at DESC, r.id DESC");
    /// One by its number.
    REQUEST = select_public!("AND r.number = $2");
    /// Whose token it is. A secret report's token is known to its sender alone, who may have its number.
    TOKEN = "SELECT number FROM report WHERE region = $1 AND id = $2";
    /// What was said in a span of time about reports that anybody may see; an event's id is its time.
    UPDATES = update!(
        "report_event e JOIN report r ON r.region = e.region AND r.id = e.report_id",
        "e.id >= $2 AND e.id <= $3 ORDER BY e.id LIMIT $4 OFFSET $5"
    );
    /// The same of one report.
    UPDATES_OF = update!(
        "report r JOIN report_event e ON e.region = r.region AND e.report_id = r.id",
        "r.number = $2 AND e.id >= $3 AND e.id <= $4 ORDER BY e.id LIMIT $5 OFFSET $6"
    );
}

/// A report as it is read for the world.
#[derive(Debug, Clone)]
pub struct PublicRow {
    /// Its id.
    pub id: Uuid,
    /// `LUTRA-2611-0042`
    pub number: String,
    /// Name of its state.
    pub status: String,
    /// Code of its category.
    pub category: String,
    /// Who answers for it.
    pub agency: Option<Uuid>,
    /// Code of the district.
    pub district: Option<i64>,
    /// Code of the village.
    pub village: Option<i64>,
    /// Latitude and longitude in units of 1e-7 degrees.
    pub point: Option<(i32, i32)>,
    /// What stands near.
    pub landmark: String,
    /// What the citizen wrote, not masked yet.
    pub body: String,
    /// A picture that lies elsewhere.
    pub media_url: Option<String>,
    /// When it was sent.
    pub reported_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// By when it is checked.
    pub verify_due: Timestamp,
    /// By when it is solved.
    pub resolve_due: Timestamp,
    /// Until when that time stands still.
    pub paused_until: Option<Timestamp>,
    /// What was last said in public, not masked yet.
    pub said: Option<String>,
    /// Digest of its first photo.
    pub photo: Option<Vec<u8>>,
}

impl FromRow for PublicRow {
    fn from_row(row: &Row) -> Result<PublicRow> {
        let (lat, lon): (Option<i32>, Option<i32>) = (row.get("lat_e7")?, row.get("lon_e7")?);
        Ok(PublicRow {
            id: row.get("id")?,
            number: row.get("number")?,
            status: row.get("status")?,
            category: row.get("category")?,
            agency: row.get("agency_id")?,
            district: row.get("district")?,
            village: row.get("village")?,
            point: lat.zip(lon),
            landmark: row.get("landmark")?,
            body: row.get("body")?,
            media_url: row.get("media_url")?,
            reported_at: row.get("reported_at")?,
            updated_at: row.get("updated_at")?,
            verify_due: row.get("verify_due")?,
            resolve_due: row.get("resolve_due")?,
            paused_until: row.get("paused_until")?,
            said: row.get("said")?,
            photo: row.get("photo")?,
        })
    }
}

/// An event as it is read for the world.
#[derive(Debug, Clone)]
pub struct PublicEvent {
    /// Its id.
    pub id: Uuid,
    /// What happened: `report.resolved`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// What was said, not masked yet.
    pub note: Option<String>,
    /// Ids and codes, as JSON.
    pub detail: Option<String>,
    /// The report's number.
    pub number: String,
    /// Name of the report's present state.
    pub status: String,
    /// Digest of its first photo.
    pub photo: Option<Vec<u8>>,
}

impl FromRow for PublicEvent {
    fn from_row(row: &Row) -> Result<PublicEvent> {
        Ok(PublicEvent {
            id: row.get("id")?,
            kind: row.get("kind")?,
            at: row.get("at")?,
            note: row.get("note")?,
            detail: row.get("detail")?,
            number: row.get("number")?,
            status: row.get("status")?,
            photo: row.get("photo")?,
        })
    }
}

/// The reports that a search finds.
pub async fn requests(conn: &mut Conn, search: &Search) -> Result<Vec<PublicRow>> {
    let by_change = search.updated_after.is_some();
    let (statement, places): (&'static Statement, usize) = match (by_change, search.services.len()) {
        (false, 0) => (&REQUESTS, 0),
        (false, 1) => (&REQUESTS_OF_SERVICE, 1),
        (false, _) => (&REQUESTS_OF_SERVICES, SERVICES_MAX_COUNT),
        (true, 0) => (&CHANGES, 0),
        (true, _) => (&CHANGES_OF_SERVICES, SERVICES_MAX_COUNT),
    };
    let mut args = args![
        id_floor(search.from),
        id_ceiling(search.until),
        search.updated_after.unwrap_or(Timestamp(0)),
        search.updated_before.unwrap_or(Timestamp(i64::MAX)),
        search.status.is_none(),
        search.status == Some(Openness::Open),
        search.limit,
        search.skip,
    ];
    // Places that are left over repeat the first code, which changes nothing.
    let first = search.services.first().map_or("", String::as_str);
    args.0.extend((0..places).map(|at| Value::from(search.services.get(at).map_or(first, String::as_str))));
    conn.all(statement, args).await
}

/// The report of that number, if anybody may see it.
pub async fn request(conn: &mut Conn, number: &str) -> Result<Option<PublicRow>> {
    conn.opt(&REQUEST, args![number]).await
}

/// The number of the report that a token stands for.
pub async fn number_of_token(conn: &mut Conn, token: Uuid) -> Result<Option<String>> {
    Ok(conn.opt::<(String,)>(&TOKEN, args![token]).await?.map(|(number,)| number))
}

/// The updates that a search finds, oldest first.
pub async fn updates(conn: &mut Conn, search: &UpdateSearch) -> Result<Vec<PublicEvent>> {
    let (from, until) = (id_floor(search.from), id_ceiling(search.until));
    match &search.id {
        None => conn.all(&UPDATES, args![from, until, search.limit, search.skip]).await,
        Some(number) => conn.all(&UPDATES_OF, args![number.as_str(), from, until, search.limit, search.skip]).await,
    }
}
