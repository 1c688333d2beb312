//! What stands around an incident: photos, units' reports, hand-overs, who confirmed it, and the steps of a disaster.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::field::{ContactKind, Disaster, Finding, NoteWay, PhotoFiles, VerifyWay};
use crate::model::{Dispatch, Losses, UnitStatus};

simpul_store::statements! {
    pub(crate) PHOTOS = "SELECT id, unit_id, at, large FROM emergency_photo
        WHERE region = $1 AND incident_id = $2 ORDER BY id LIMIT $3";
    pub(crate) PHOTO = "SELECT large, medium, small FROM emergency_photo WHERE region = $1 AND id = $2";
    pub(crate) IS_PHOTO = "SELECT COUNT(*) FROM emergency_photo
        WHERE region = $1 AND (large = $2 OR medium = $2 OR small = $2)";
    pub(crate) SAVE_UNIT_REPORT = "INSERT INTO emergency_unit_report (region, dispatch_id, incident_id, at, author,
        body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, dispatch_id) DO UPDATE SET at = excluded.at,
        author = excluded.author, body = excluded.body";
    pub(crate) UNIT_REPORTS = "SELECT dispatch_id, at, author, body FROM emergency_unit_report
        WHERE region = $1 AND incident_id = $2 ORDER BY dispatch_id";
    pub(crate) NOTE_WAYS = "SELECT note_id, way, unit_id FROM emergency_note_way
        WHERE region = $1 AND incident_id = $2 ORDER BY note_id";
    pub(crate) CARDS = "SELECT unit_id, base_name, crew, phone, capabilities, word, reason, has_key
        FROM emergency_unit_card WHERE region = $1";
    pub(crate) CARD = "SELECT unit_id, base_name, crew, phone, capabilities, word, reason, has_key
        FROM emergency_unit_card WHERE region = $1 AND unit_id = $2";
    pub(crate) SAVE_CARD = "INSERT INTO emergency_unit_card (region, unit_id, base_name, crew, phone, capabilities,
        word, reason, has_key) VALUES ($1, $2, $3, $4, $5, $6, '', '', FALSE) ON CONFLICT (region, unit_id) DO UPDATE
        SET base_name = excluded.base_name, crew = excluded.crew, phone = excluded.phone,
        capabilities = excluded.capabilities";
    pub(crate) SET_WORD = "INSERT INTO emergency_unit_card (region, unit_id, base_name, crew, phone, capabilities,
        word, reason, has_key) VALUES ($1, $2, '', '', '', '', $3, $4, FALSE) ON CONFLICT (region, unit_id) DO UPDATE
        SET word = excluded.word, reason = excluded.reason";
    pub(crate) SET_HAS_KEY = "INSERT INTO emergency_unit_card (region, unit_id, base_name, crew, phone, capabilities,
        word, reason, has_key) VALUES ($1, $2, '', '', '', '', '', '', $3) ON CONFLICT (region, unit_id) DO UPDATE
        SET has_key = excluded.has_key";
    pub(crate) WORDS = "SELECT id, agency_id, word, status FROM emergency_word WHERE region = $1
        ORDER BY agency_id, word LIMIT $2";
    pub(crate) DROP_WORD = "DELETE FROM emergency_word WHERE region = $1 AND id = $2";
    pub(crate) CONTACTS = "SELECT id, kind, name, phone, note, place, is_active, agency_id FROM emergency_contact
        WHERE region = $1 ORDER BY kind, place, name LIMIT $2";
    pub(crate) SAVE_CONTACT = "UPDATE emergency_contact SET kind = $3, name = $4, phone = $5, note = $6,
        is_active = $7, agency_id = $8 WHERE region = $1 AND id = $2";
    pub(crate) COUNTED_LOSSES = "SELECT at, author, dead, badly_hurt, slightly_hurt, missing, displaced, houses
        FROM emergency_loss WHERE region = $1 AND incident_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) VERIFICATIONS = "SELECT at, author, way, finding, body FROM emergency_verification
        WHERE region = $1 AND incident_id = $2 ORDER BY id";
    pub(crate) QUICK_REPORTS = "SELECT at, author, body, told_count FROM emergency_quick_report
        WHERE region = $1 AND incident_id = $2 ORDER BY id";
    pub(crate) DISASTER = "SELECT assessed_at, post_at, post_place, decree_number, decree_from, decree_until, fund_at,
        fund_rupiah FROM emergency_disaster WHERE region = $1 AND incident_id = $2";
    pub(crate) SAVE_DISASTER = "INSERT INTO emergency_disaster (region, incident_id, assessed_at, post_at, post_place,
        decree_number, decree_from, decree_until, fund_at, fund_rupiah)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (region, incident_id) DO UPDATE SET
        assessed_at = excluded.assessed_at, post_at = excluded.post_at, post_place = excluded.post_place,
        decree_number = excluded.decree_number, decree_from = excluded.decree_from,
        decree_until = excluded.decree_until, fund_at = excluded.fund_at, fund_rupiah = excluded.fund_rupiah";
    pub(crate) SAVE_TYPE = "INSERT INTO emergency_type (region, code, type_group, name, words, priority, run_card,
        is_active) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (region, code) DO UPDATE SET
        type_group = excluded.type_group, name = excluded.name, words = excluded.words, priority = excluded.priority,
        run_card = excluded.run_card, is_active = excluded.is_active";
    pub(crate) TYPE_VERSIONS = "SELECT version, at, author, body FROM emergency_type_version
        WHERE region = $1 AND code = $2 ORDER BY version DESC LIMIT $3";
    pub(crate) TYPE_LAST_VERSION = "SELECT COALESCE(MAX(version), 0) FROM emergency_type_version
        WHERE region = $1 AND code = $2";
    pub(crate) TAKERS = "SELECT officer_id, extension FROM emergency_taker WHERE region = $1 ORDER BY extension
        LIMIT $2";
    pub(crate) TAKE_TOKEN = "UPDATE emergency_unit SET token_hash = NULL WHERE region = $1 AND id = $2";
    pub(crate) SAVE_UNIT = "UPDATE emergency_unit SET agency_id = $3, call_sign = $4, kind = $5, base_lat_e7 = $6,
        base_lon_e7 = $7, is_active = $8 WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_PHOTO = "emergency_photo" (id, incident_id, unit_id, at, large, medium, small);
    pub(crate) INSERT_WAY = "emergency_note_way" (note_id, incident_id, way, unit_id);
    pub(crate) INSERT_WORD = "emergency_word" (id, agency_id, word, status);
    pub(crate) INSERT_CONTACT = "emergency_contact" (id, kind, name, phone, note, place, is_active,
        agency_id);
    pub(crate) INSERT_LOSS = "emergency_loss" (id, incident_id, at, author, dead, badly_hurt, slightly_hurt, missing,
        displaced, houses);
    pub(crate) INSERT_VERIFICATION = "emergency_verification" (id, incident_id, at, author, way, finding, body);
    pub(crate) INSERT_QUICK_REPORT = "emergency_quick_report" (id, incident_id, at, author, body, told_count);
    pub(crate) INSERT_TYPE_VERSION = "emergency_type_version" (code, version, at, author, body);
}

/// Most rows of a list that a region keeps by hand.
const LIST_MAX_COUNT: i64 = 500;
/// Versions of a type that are shown.
const VERSIONS_SHOWN_COUNT: i64 = 20;

/// A photo of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// Id.
    pub id: Uuid,
    /// Whose crew took it.
    pub unit: Uuid,
    /// When it came.
    pub at: Timestamp,
}

impl FromRow for Photo {
    fn from_row(row: &Row) -> Result<Photo> {
        Ok(Photo { id: row.at(0)?, unit: row.at(1)?, at: row.at(2)? })
    }
}

/// Photos of an incident, the oldest first.
pub async fn photos(conn: &mut Conn, incident: Uuid, limit: i64) -> Result<Vec<Photo>> {
    conn.all(&PHOTOS, args![incident, limit]).await
}

impl FromRow for PhotoFiles {
    fn from_row(row: &Row) -> Result<PhotoFiles> {
        Ok(PhotoFiles { digests: [row.at(0)?, row.at(1)?, row.at(2)?] })
    }
}

/// The files of a photo.
pub async fn photo(conn: &mut Conn, id: Uuid) -> Result<Option<PhotoFiles>> {
    conn.opt(&PHOTO, args![id]).await
}

/// Whether a photo needs that file.
pub async fn is_photo(conn: &mut Conn, digest: [u8; 32]) -> Result<bool> {
    let (count,): (i64,) = conn.one(&IS_PHOTO, args![digest]).await?;
    Ok(count > 0)
}

/// Gathers a photo.
pub fn insert_photo(tx: &mut Tx, id: Uuid, dispatch: &Dispatch, at: Timestamp, files: &PhotoFiles) {
    let [large, medium, small] = files.digests;
    tx.insert(&INSERT_PHOTO, args![id, dispatch.incident, dispatch.unit, at, large, medium, small]);
}

/// What a unit reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitReport {
    /// Of which dispatch.
    pub dispatch: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: String,
    /// What was done.
    pub text: String,
}

impl FromRow for UnitReport {
    fn from_row(row: &Row) -> Result<UnitReport> {
        Ok(UnitReport { dispatch: row.at(0)?, at: row.at(1)?, author: row.at(2)?, text: row.at(3)? })
    }
}

/// Keeps what a unit reports; a later word takes the place of the one before.
pub async fn save_report(tx: &mut Tx, dispatch: &Dispatch, author: &str, at: Timestamp, text: &str) -> Result<()> {
    tx.exec(&SAVE_UNIT_REPORT, args![dispatch.id, dispatch.incident, at, author, text]).await?;
    Ok(())
}

/// What units reported of an incident.
pub async fn reports(conn: &mut Conn, incident: Uuid) -> Result<Vec<UnitReport>> {
    conn.all(&UNIT_REPORTS, args![incident]).await
}

/// Gathers the way that a line of the log came.
pub fn insert_way(tx: &mut Tx, note: Uuid, incident: Uuid, (way, unit): (NoteWay, Option<Uuid>)) {
    tx.insert(&INSERT_WAY, args![note, incident, way.name(), unit]);
}

/// The ways of an incident's lines that are not plain notes.
pub async fn ways(conn: &mut Conn, incident: Uuid) -> Result<Vec<(Uuid, NoteWay, Option<Uuid>)>> {
    let rows: Vec<(Uuid, String, Option<Uuid>)> = conn.all(&NOTE_WAYS, args![incident]).await?;
    rows.into_iter().map(|(note, way, unit)| Ok((note, named(&way, NoteWay::parse)?, unit))).collect()
}

/// What else is known of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnitCard {
    /// Which.
    pub unit: Uuid,
    /// Where it stands when it is not out.
    pub base_name: String,
    /// Who is in it.
    pub crew: String,
    /// How it is called by telephone.
    pub phone: String,
    /// What it can do.
    pub capabilities: String,
    /// Its agency's word for what it does.
    pub word: String,
    /// Why it can't be sent.
    pub reason: String,
    /// Whether its crew has a key.
    pub has_key: bool,
}

impl FromRow for UnitCard {
    fn from_row(row: &Row) -> Result<UnitCard> {
        Ok(UnitCard {
            unit: row.at(0)?,
            base_name: row.at(1)?,
            crew: row.at(2)?,
            phone: row.at(3)?,
            capabilities: row.at(4)?,
            word: row.at(5)?,
            reason: row.at(6)?,
            has_key: row.at(7)?,
        })
    }
}

/// The cards of all units.
pub async fn cards(conn: &mut Conn) -> Result<Vec<UnitCard>> {
    conn.all(&CARDS, args![]).await
}

/// The card of one unit.
pub async fn card(conn: &mut Conn, unit: Uuid) -> Result<UnitCard> {
    let found = conn.opt(&CARD, args![unit]).await?;
    Ok(found.unwrap_or(UnitCard { unit, ..UnitCard::default() }))
}

/// Keeps what is known of a unit.
pub async fn save_card(tx: &mut Tx, card: &UnitCard) -> Result<()> {
    let values = args![card.unit, &card.base_name, &card.crew, &card.phone, &card.capabilities];
    tx.exec(&SAVE_CARD, values).await?;
    Ok(())
}

/// The agency's word for what a unit does, and why it can't be sent.
pub async fn set_word(tx: &mut Tx, unit: Uuid, word: &str, reason: &str) -> Result<()> {
    tx.exec(&SET_WORD, args![unit, word, reason]).await?;
    Ok(())
}

/// Whether the crew has a key now; without one the old key opens nothing.
pub async fn set_has_key(tx: &mut Tx, unit: Uuid, has_key: bool) -> Result<()> {
    if !has_key {
        tx.exec(&TAKE_TOKEN, args![unit]).await?;
    }
    tx.exec(&SET_HAS_KEY, args![unit, has_key]).await?;
    Ok(())
}

/// Saves whose a unit is, what it is called, what it is, and where it stands.
pub async fn save_unit(tx: &mut Tx, unit: &crate::model::Unit) -> Result<()> {
    let (lat, lon) = (unit.base.map(|base| base.lat_e7), unit.base.map(|base| base.lon_e7));
    let values = args![unit.id, unit.agency, &unit.call_sign, &unit.kind, lat, lon, unit.active];
    tx.exec(&SAVE_UNIT, values).await?;
    Ok(())
}

/// An agency's own word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWord {
    /// Id.
    pub id: Uuid,
    /// Whose.
    pub agency: Uuid,
    /// The word.
    pub word: String,
    /// What it means.
    pub status: UnitStatus,
}

impl FromRow for OwnWord {
    fn from_row(row: &Row) -> Result<OwnWord> {
        let status: String = row.at(3)?;
        let status = named(&status, UnitStatus::parse)?;
        Ok(OwnWord { id: row.at(0)?, agency: row.at(1)?, word: row.at(2)?, status })
    }
}

/// Every agency's words.
pub async fn words(conn: &mut Conn) -> Result<Vec<OwnWord>> {
    conn.all(&WORDS, args![LIST_MAX_COUNT]).await
}

/// Gathers a word.
pub fn insert_word(tx: &mut Tx, word: &OwnWord) {
    tx.insert(&INSERT_WORD, args![word.id, word.agency, &word.word, word.status.name()]);
}

/// Drops a word. Answers whether it was there.
pub async fn drop_word(tx: &mut Tx, id: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_WORD, args![id]).await? == 1)
}

/// A body to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Id.
    pub id: Uuid,
    /// What kind.
    pub kind: ContactKind,
    /// What it is called.
    pub name: String,
    /// Its number.
    pub phone: String,
    /// What else is to be known.
    pub note: String,
    /// Its place in the list.
    pub place: i64,
    /// Whether it is offered.
    pub active: bool,
    /// The agency whose officers acknowledge what is handed over to it, where its name does not say which.
    pub agency: Option<Uuid>,
}

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Contact> {
        let kind: String = row.at(1)?;
        Ok(Contact {
            id: row.at(0)?,
            kind: named(&kind, ContactKind::parse)?,
            name: row.at(2)?,
            phone: row.at(3)?,
            note: row.at(4)?,
            place: row.at(5)?,
            active: row.at(6)?,
            agency: row.at(7)?,
        })
    }
}

/// All bodies to call, services first in their order.
pub async fn contacts(conn: &mut Conn) -> Result<Vec<Contact>> {
    let mut all: Vec<Contact> = conn.all(&CONTACTS, args![LIST_MAX_COUNT]).await?;
    // The kinds stand in the order of their use; within one the statement has ordered them.
    all.sort_by_key(|contact| ContactKind::ALL.iter().position(|kind| *kind == contact.kind));
    Ok(all)
}

/// Gathers a body to call.
pub fn insert_contact(tx: &mut Tx, contact: &Contact) {
    let Contact { id, kind, name, phone, note, place, active, agency } = contact;
    tx.insert(&INSERT_CONTACT, args![*id, kind.name(), name, phone, note, *place, *active, *agency]);
}

/// Saves a body to call. Answers whether it was there.
pub async fn save_contact(tx: &mut Tx, contact: &Contact) -> Result<bool> {
    let Contact { id, kind, name, phone, note, active, agency, .. } = contact;
    Ok(tx.exec(&SAVE_CONTACT, args![*id, kind.name(), name, phone, note, *active, *agency]).await? == 1)
}

/// What was lost, as somebody counted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// When.
    pub at: Timestamp,
    /// Who counted.
    pub author: String,
    /// What was known then.
    pub losses: Losses,
}

impl FromRow for Counted {
    fn from_row(row: &Row) -> Result<Counted> {
        let losses = Losses {
            dead: row.at(2)?,
            badly_hurt: row.at(3)?,
            slightly_hurt: row.at(4)?,
            missing: row.at(5)?,
            displaced: row.at(6)?,
            houses: row.at(7)?,
        };
        Ok(Counted { at: row.at(0)?, author: row.at(1)?, losses })
    }
}

/// What was counted of an incident, the oldest first.
pub async fn counted(conn: &mut Conn, incident: Uuid) -> Result<Vec<Counted>> {
    conn.all(&COUNTED_LOSSES, args![incident, LIST_MAX_COUNT]).await
}

/// Gathers what somebody counted.
pub fn insert_counted(tx: &mut Tx, id: Uuid, incident: Uuid, one: &Counted) {
    let Losses { dead, badly_hurt, slightly_hurt, missing, displaced, houses } = one.losses;
    let values = args![id, incident, one.at, &one.author, dead, badly_hurt, slightly_hurt, missing, displaced, houses];
    tx.insert(&INSERT_LOSS, values);
}

/// Who confirmed an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub author: String,
    /// Who was asked.
    pub way: VerifyWay,
    /// What was said.
    pub finding: Finding,
    /// In words.
    pub text: String,
}

impl FromRow for Verification {
    fn from_row(row: &Row) -> Result<Verification> {
        let (way, finding): (String, String) = (row.at(2)?, row.at(3)?);
        Ok(Verification {
            at: row.at(0)?,
            author: row.at(1)?,
            way: named(&way, VerifyWay::parse)?,
            finding: named(&finding, Finding::parse)?,
            text: row.at(4)?,
        })
    }
}

/// Who confirmed an incident, the oldest first.
pub async fn verifications(conn: &mut Conn, incident: Uuid) -> Result<Vec<Verification>> {
    conn.all(&VERIFICATIONS, args![incident]).await
}

/// Gathers who confirmed it.
pub fn insert_verification(tx: &mut Tx, id: Uuid, incident: Uuid, one: &Verification) {
    let Verification { at, author, way, finding, text } = one;
    tx.insert(&INSERT_VERIFICATION, args![id, incident, *at, author, way.name(), finding.name(), text]);
}

/// A quick report as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuickReport {
    /// When.
    pub at: Timestamp,
    /// Who sent it.
    pub author: String,
    /// What it said.
    pub text: String,
    /// To how many.
    pub told: i64,
}

impl FromRow for QuickReport {
    fn from_row(row: &Row) -> Result<QuickReport> {
        Ok(QuickReport { at: row.at(0)?, author: row.at(1)?, text: row.at(2)?, told: row.at(3)? })
    }
}

/// The quick reports of an incident.
pub async fn quick_reports(conn: &mut Conn, incident: Uuid) -> Result<Vec<QuickReport>> {
    conn.all(&QUICK_REPORTS, args![incident]).await
}

/// Gathers a quick report.
pub fn insert_quick_report(tx: &mut Tx, id: Uuid, incident: Uuid, one: &QuickReport) {
    tx.insert(&INSERT_QUICK_REPORT, args![id, incident, one.at, &one.author, &one.text, one.told]);
}

impl FromRow for Disaster {
    fn from_row(row: &Row) -> Result<Disaster> {
        Ok(Disaster {
            assessed: row.at(0)?,
            post: row.at(1)?,
            post_place: row.at(2)?,
            decree_number: row.at(3)?,
            decree_from: row.at(4)?,
            decree_until: row.at(5)?,
            fund: row.at(6)?,
            fund_rupiah: row.at(7)?,
        })
    }
}

/// The steps of a disaster; none where it is none.
pub async fn disaster(conn: &mut Conn, incident: Uuid) -> Result<Option<Disaster>> {
    conn.opt(&DISASTER, args![incident]).await
}

/// Keeps the steps of a disaster.
pub async fn save_disaster(tx: &mut Tx, incident: Uuid, one: &Disaster) -> Result<()> {
    let values = args![
        incident,
        one.assessed,
        one.post,
        &one.post_place,
        &one.decree_number,
        one.decree_from,
        one.decree_until,
        one.fund,
        one.fund_rupiah
    ];
    tx.exec(&SAVE_DISASTER, values).await?;
    Ok(())
}

/// Keeps a type, new or changed.
pub async fn save_type(tx: &mut Tx, kind: &crate::model::IncidentType) -> Result<()> {
    let card = kind.run_card.text();
    let values = args![&kind.code, &kind.group, &kind.name, &kind.words, kind.priority.level(), card, kind.active];
    tx.exec(&SAVE_TYPE, values).await?;
    Ok(())
}

/// The versions of a type, the newest first: number, when, who, and how it stood then.
pub async fn type_versions(conn: &mut Conn, code: &str) -> Result<Vec<(i64, Timestamp, String, String)>> {
    conn.all(&TYPE_VERSIONS, args![code, VERSIONS_SHOWN_COUNT]).await
}

/// The number of a type's newest version; 0 where it was never changed.
pub async fn type_version(conn: &mut Conn, code: &str) -> Result<i64> {
    let found: Option<(i64,)> = conn.opt(&TYPE_LAST_VERSION, args![code]).await?;
    Ok(found.map_or(0, |(version,)| version))
}

/// Gathers how a type stands from now on.
pub fn insert_type_version(tx: &mut Tx, code: &str, version: i64, at: Timestamp, author: &str, body: &str) {
    tx.insert(&INSERT_TYPE_VERSION, args![code, version, at, author, body]);
}

/// Who sits at which extension.
pub async fn takers(conn: &mut Conn) -> Result<Vec<(Uuid, String)>> {
    conn.all(&TAKERS, args![LIST_MAX_COUNT]).await
}
