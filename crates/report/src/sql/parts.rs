//! What hangs on a report: contact, events, photos, followers; and drafts.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::{PhotoRef, Purpose, Reach};

simpul_store::statements! {
    pub(crate) CONTACT = "SELECT name, phone, email FROM report_contact WHERE region = $1 AND report_id = $2";
    pub(crate) ERASE_CONTACT = "DELETE FROM report_contact WHERE region = $1 AND report_id = $2";
    pub(crate) REPORTS_OF_PHONE = "SELECT report_id FROM report_contact WHERE region = $1 AND phone = $2
        AND phone IS NOT NULL ORDER BY report_id DESC LIMIT $3";
    pub(crate) REPORTS_OF_EMAIL = "SELECT report_id FROM report_contact WHERE region = $1 AND email = $2
        AND email IS NOT NULL ORDER BY report_id DESC LIMIT $3";
    pub(crate) EVENTS = "SELECT id, report_id, at, kind, actor, officer_id, is_public, note, detail FROM report_event
        WHERE region = $1 AND report_id = $2 ORDER BY id LIMIT $3";
    /// What happened to any report in a span of time, by the order in which it happened.
    pub(crate) EVENTS_BETWEEN = "SELECT e.id, e.report_id, e.at, e.kind, e.actor, e.officer_id, e.is_public, e.note,
        e.detail FROM report_event e JOIN report r ON r.region = e.region AND r.id = e.report_id
        WHERE e.region = $1 AND e.id >= $2 AND e.id < $3 AND e.is_public AND r.is_public ORDER BY e.id LIMIT $4";
    pub(crate) ERASE_NOTES = "UPDATE report_event SET note = NULL
        WHERE region = $1 AND report_id = $2 AND officer_id IS NULL";
    pub(crate) PHOTOS = "SELECT digest, medium, small, width, height, event_id, purpose FROM report_photo
        WHERE region = $1 AND report_id = $2 ORDER BY ordinal, digest LIMIT $3";
    /// A photo that came with words among staff is no more public than they are.
    pub(crate) PHOTO_OWNERS = "SELECT r.id, r.is_public AND COALESCE((SELECT e.is_public FROM report_event e
        WHERE e.region = p.region AND e.id = p.event_id), p.event_id IS NULL), p.digest, p.medium, p.small, p.event_id
        FROM report_photo p JOIN report r ON r.region = p.region AND r.id = p.report_id
        WHERE p.region = $1 AND p.digest = $2 LIMIT 20";
    /// Photos that the reporter sent: with the report, and later with a word of their own.
    pub(crate) OWN_PHOTOS = "SELECT digest, medium, small, width, height, event_id, purpose FROM report_photo
        WHERE region = $1 AND report_id = $2 AND (event_id IS NULL OR event_id IN (
            SELECT id FROM report_event
            WHERE region = $1 AND report_id = $2 AND officer_id IS NULL AND actor = 'citizen'))
        ORDER BY ordinal, digest";
    pub(crate) ERASE_PHOTOS = "DELETE FROM report_photo
        WHERE region = $1 AND report_id = $2 AND (event_id IS NULL OR event_id IN (
            SELECT id FROM report_event
            WHERE region = $1 AND report_id = $2 AND officer_id IS NULL AND actor = 'citizen'))";
    pub(crate) FOLLOWERS = "SELECT id, phone, email FROM report_follower WHERE region = $1 AND report_id = $2
        AND (phone IS NOT NULL OR email IS NOT NULL) AND NOT pending LIMIT $3";
    pub(crate) FOLLOWER = "SELECT report_id FROM report_follower WHERE region = $1 AND id = $2";
    pub(crate) CONFIRM_FOLLOWER = "UPDATE report_follower SET pending = FALSE
        WHERE region = $1 AND id = $2 AND pending AND (phone IS NOT NULL OR email IS NOT NULL)";
    pub(crate) SAME_FOLLOWERS = "UPDATE report_follower SET phone = NULL, email = NULL
        WHERE region = $1 AND report_id = $2 AND id <> $3 AND (phone = $4 OR email = $4)";
    pub(crate) STOP_FOLLOWER = "UPDATE report_follower SET phone = NULL, email = NULL
        WHERE region = $1 AND id = $2 AND (phone IS NOT NULL OR email IS NOT NULL)";
    /// The reports that a person follows.
    pub(crate) FOLLOWED_BY = "SELECT report_id, created_at, id FROM report_follower
        WHERE region = $1 AND phone = $2 AND phone IS NOT NULL AND NOT pending ORDER BY report_id DESC LIMIT $3";
    pub(crate) FOLLOWED_BY_EMAIL = "SELECT report_id, created_at, id FROM report_follower
        WHERE region = $1 AND email = $2 AND email IS NOT NULL AND NOT pending ORDER BY report_id DESC LIMIT $3";
    pub(crate) FOLLOWS = "SELECT report_id, created_at FROM report_follower WHERE region = $1 AND report_id = $2
        AND (phone = $3 OR email = $4) AND NOT pending ORDER BY created_at LIMIT 1";
    pub(crate) ERASE_FOLLOWER = "UPDATE report_follower SET phone = NULL, email = NULL
        WHERE region = $1 AND report_id = $2 AND (phone = $3 OR email = $3)";
    /// Each move of a follower, so that it can be undone.
    pub(crate) NOTE_MOVES = "INSERT INTO report_follower_move (region, follower_id, from_report, step)
        SELECT f.region, f.id, f.report_id, (SELECT COUNT(*) FROM report_follower_move m
            WHERE m.region = f.region AND m.follower_id = f.id)
        FROM report_follower f WHERE f.region = $1 AND f.report_id = $2";
    pub(crate) MOVE_BACK = "UPDATE report_follower SET report_id = $2 WHERE region = $1 AND id IN (
        SELECT follower_id FROM report_follower_move WHERE region = $1 AND from_report = $2)";
    /// The moves from that report, and what came after each: the follower is where it was before.
    pub(crate) FORGET_MOVES = "DELETE FROM report_follower_move WHERE region = $1 AND EXISTS (
        SELECT 1 FROM report_follower_move o WHERE o.region = $1 AND o.from_report = $2
        AND o.follower_id = report_follower_move.follower_id AND o.step <= report_follower_move.step)";
    pub(crate) MOVE_FOLLOWERS = "UPDATE report_follower SET report_id = $3 WHERE region = $1 AND report_id = $2";
    pub(crate) ERASE_FOLLOWERS = "UPDATE report_follower SET phone = NULL, email = NULL
        WHERE region = $1 AND report_id = $2";
    pub(crate) DRAFT = "SELECT body, updated_at FROM report_draft WHERE region = $1 AND id = $2";
    pub(crate) SAVE_DRAFT = "INSERT INTO report_draft (region, id, body, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, id) DO UPDATE SET body = $3, updated_at = $4";
    pub(crate) DROP_DRAFT = "DELETE FROM report_draft WHERE region = $1 AND id = $2";
    pub(crate) FORGET_CONTACTS = "DELETE FROM report_contact WHERE region = $1 AND report_id IN (
        SELECT id FROM report WHERE region = $1 AND updated_at < $2
        AND status IN ('closed', 'rejected', 'out_of_authority', 'archived', 'merged'))";
    pub(crate) FORGET_FOLLOWERS = "UPDATE report_follower SET phone = NULL, email = NULL
        WHERE region = $1 AND (phone IS NOT NULL OR email IS NOT NULL) AND report_id IN (
        SELECT id FROM report WHERE region = $1 AND updated_at < $2
        AND status IN ('closed', 'rejected', 'out_of_authority', 'archived', 'merged'))";
    pub(crate) FORGET_UNANSWERED = "UPDATE report_follower SET phone = NULL, email = NULL
        WHERE region = $1 AND (phone IS NOT NULL OR email IS NOT NULL) AND pending AND created_at < $2";
    pub(crate) DROP_OLD_DRAFTS = "DELETE FROM report_draft WHERE region = $1 AND updated_at < $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_CONTACT = "report_contact" (report_id, name, phone, email, created_at);
    pub(crate) INSERT_EVENT = "report_event" (id, report_id, at, kind, actor, officer_id, is_public, note, detail);
    pub(crate) INSERT_PHOTO = "report_photo" (report_id, digest, medium, small, event_id, purpose, ordinal, width,
        height, created_at);
    pub(crate) INSERT_FOLLOWER = "report_follower" (id, report_id, phone, email, pending, created_at);
}

/// Most events that a page shows of one report.
pub const EVENTS_MAX_COUNT: i64 = 500;
/// Most photos of one report, with those of the work.
pub const PHOTOS_MAX_COUNT: i64 = 60;

/// Who reported: personal data, read only where a permission says so.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contact {
    /// Name.
    pub name: Option<String>,
    /// `+62…`
    pub phone: Option<String>,
    /// Address.
    pub email: Option<String>,
}

impl Contact {
    /// Wherever the person can be told something.
    pub fn reaches(&self) -> Vec<Reach> {
        let phone = self.phone.clone().map(Reach::Phone);
        phone.into_iter().chain(self.email.clone().map(Reach::Email)).collect()
    }
}

impl FromRow for Contact {
    fn from_row(row: &Row) -> Result<Contact> {
        Ok(Contact { name: row.at(0)?, phone: row.at(1)?, email: row.at(2)? })
    }
}

/// Something that happened to a report after it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// UUIDv7 of `at`.
    pub id: Uuid,
    /// To which report.
    pub report: Uuid,
    /// When.
    pub at: Timestamp,
    /// The journal's kind.
    pub kind: String,
    /// Who, as the journal names it.
    pub actor: String,
    /// The officer, if one did it.
    pub officer: Option<Uuid>,
    /// Whether the public may read it.
    pub public: bool,
    /// What was said.
    pub note: Option<String>,
    /// Ids and codes, as JSON.
    pub detail: Option<String>,
}

impl FromRow for Event {
    fn from_row(row: &Row) -> Result<Event> {
        Ok(Event {
            id: row.at(0)?,
            report: row.at(1)?,
            at: row.at(2)?,
            kind: row.at(3)?,
            actor: row.at(4)?,
            officer: row.at(5)?,
            public: row.at(6)?,
            note: row.at(7)?,
            detail: row.at(8)?,
        })
    }
}

/// A photo of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Photo {
    /// Its files.
    pub files: PhotoRef,
    /// The event it came with; `None` for the reporter's own.
    pub event: Option<Uuid>,
    /// Before, after or in between.
    pub purpose: Purpose,
}

impl FromRow for Photo {
    fn from_row(row: &Row) -> Result<Photo> {
        let purpose: String = row.at(6)?;
        Ok(Photo {
            files: PhotoRef {
                digest: row.at(0)?,
                medium: row.at(1)?,
                small: row.at(2)?,
                width: row.at(3)?,
                height: row.at(4)?,
            },
            event: row.at(5)?,
            purpose: Purpose::parse(&purpose),
        })
    }
}

/// A report that shows a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoOwner {
    /// The report.
    pub report: Uuid,
    /// Whether anybody may see the report.
    pub public: bool,
    /// The photo's files, from large to small.
    pub files: [[u8; 32]; 3],
    /// The event it came with.
    pub event: Option<Uuid>,
}

impl FromRow for PhotoOwner {
    fn from_row(row: &Row) -> Result<PhotoOwner> {
        Ok(PhotoOwner {
            report: row.at(0)?,
            public: row.at(1)?,
            files: [row.at(2)?, row.at(3)?, row.at(4)?],
            event: row.at(5)?,
        })
    }
}

/// Who reported, if a contact was left.
pub async fn contact(conn: &mut Conn, report: Uuid) -> Result<Option<Contact>> {
    conn.opt(&CONTACT, args![report]).await
}

/// The reports of a person, newest first, by telephone number and address.
pub async fn reports_of(conn: &mut Conn, phone: Option<&str>, email: Option<&str>, limit: i64) -> Result<Vec<Uuid>> {
    let mut found: Vec<(Uuid,)> = Vec::new();
    if let Some(phone) = phone {
        found.extend(conn.all::<(Uuid,)>(&REPORTS_OF_PHONE, args![phone, limit]).await?);
    }
    if let Some(email) = email {
        found.extend(conn.all::<(Uuid,)>(&REPORTS_OF_EMAIL, args![email, limit]).await?);
    }
    let mut ids: Vec<Uuid> = found.into_iter().map(|(id,)| id).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    Ok(ids)
}

/// A report that a person follows and wants to hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Followed {
    /// Which report.
    pub report: Uuid,
    /// Since when.
    pub since: Timestamp,
    /// The row.
    pub id: Uuid,
}

impl FromRow for Followed {
    fn from_row(row: &Row) -> Result<Followed> {
        Ok(Followed { report: row.at(0)?, since: row.at(1)?, id: row.at(2)? })
    }
}

/// The reports that somebody with that number or address follows, newest first.
pub async fn followed_by(conn: &mut Conn, reach: &Reach, limit: i64) -> Result<Vec<Followed>> {
    let statement = if reach.phone().is_some() { &FOLLOWED_BY } else { &FOLLOWED_BY_EMAIL };
    conn.all(statement, args![reach.as_str(), limit]).await
}

/// Since when somebody with that number or address follows the report.
pub async fn follows_since(conn: &mut Conn, report: Uuid, contact: &Contact) -> Result<Option<Timestamp>> {
    let args = args![report, contact.phone.clone(), contact.email.clone()];
    Ok(conn.opt::<(Uuid, Timestamp)>(&FOLLOWS, args).await?.map(|(_, since)| since))
}

/// What happened to a report, oldest first.
pub async fn events(conn: &mut Conn, report: Uuid) -> Result<Vec<Event>> {
    let mut events: Vec<Event> = conn.all(&EVENTS, args![report, EVENTS_MAX_COUNT]).await?;
    events.sort_by_key(|event| (event.at, place_in_action(&event.kind)));
    Ok(events)
}

/// One action may leave several events at one instant; their ids do not say which came first, but their kinds do.
fn place_in_action(kind: &str) -> u8 {
    match kind {
        "report.verified" | "report.late" => 0,
        "report.instructed" | "report.examination_set" => 2,
        _ => 1,
    }
}

/// What the public may read of what happened to any report, by time.
pub async fn events_between(conn: &mut Conn, from: Uuid, to: Uuid, limit: i64) -> Result<Vec<Event>> {
    conn.all(&EVENTS_BETWEEN, args![from, to, limit]).await
}

/// A report's photos, the reporter's first.
pub async fn photos(conn: &mut Conn, report: Uuid) -> Result<Vec<Photo>> {
    conn.all(&PHOTOS, args![report, PHOTOS_MAX_COUNT]).await
}

/// The photos that the reporter sent, those with the report first.
pub async fn own_photos(conn: &mut Conn, report: Uuid) -> Result<Vec<Photo>> {
    conn.all(&OWN_PHOTOS, args![report]).await
}

/// The reports that show a photo.
pub async fn photo_owners(conn: &mut Conn, digest: [u8; 32]) -> Result<Vec<PhotoOwner>> {
    conn.all(&PHOTO_OWNERS, args![digest]).await
}

/// Those who follow a report and have said by a code that they want news.
pub async fn followers(conn: &mut Conn, report: Uuid, limit: i64) -> Result<Vec<(Uuid, Reach)>> {
    let rows: Vec<(Uuid, Option<String>, Option<String>)> = conn.all(&FOLLOWERS, args![report, limit]).await?;
    let reach =
        |(id, phone, email): (Uuid, Option<String>, Option<String>)| Some((id, Reach::stored(phone.or(email)?)));
    Ok(rows.into_iter().filter_map(reach).collect())
}

/// The report that one follows.
pub async fn follower(conn: &mut Conn, id: Uuid) -> Result<Option<Uuid>> {
    Ok(conn.opt::<(Uuid,)>(&FOLLOWER, args![id]).await?.map(|(report,)| report))
}

/// The code was typed: news are wanted, once for each report. Answers whether the row still waited for it.
pub async fn confirm_follower(tx: &mut Tx, id: Uuid, report: Uuid, reach: &Reach) -> Result<bool> {
    tx.exec(&SAME_FOLLOWERS, args![report, id, reach.as_str()]).await?;
    Ok(tx.exec(&CONFIRM_FOLLOWER, args![id]).await? == 1)
}

/// One who follows wants no more news; that somebody follows stays counted. Answers whether there was an address.
pub async fn stop_follower(tx: &mut Tx, id: Uuid) -> Result<bool> {
    Ok(tx.exec(&STOP_FOLLOWER, args![id]).await? == 1)
}

/// Forgets the addresses of those who never typed the code.
pub async fn forget_unanswered(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&FORGET_UNANSWERED, args![before]).await?;
    Ok(())
}

/// Gathers an event.
pub fn insert_event(tx: &mut Tx, event: &Event) {
    tx.insert(
        &INSERT_EVENT,
        args![
            event.id,
            event.report,
            event.at,
            event.kind.as_str(),
            event.actor.as_str(),
            event.officer,
            event.public,
            event.note.clone(),
            event.detail.clone()
        ],
    );
}

/// Gathers photos of a report from `first` on.
pub fn insert_photos(
    tx: &mut Tx,
    report: Uuid,
    event: Option<Uuid>,
    purpose: Purpose,
    photos: &[PhotoRef],
    at: Timestamp,
) {
    // The reporter's photos come first, then those of the work in the order of time.
    let base = if event.is_some() { at.unix_seconds() } else { 0 };
    for (ordinal, photo) in (base..).zip(photos) {
        tx.insert(
            &INSERT_PHOTO,
            args![
                report,
                photo.digest,
                photo.medium,
                photo.small,
                event,
                purpose.name(),
                ordinal,
                photo.width,
                photo.height,
                at
            ],
        );
    }
}

/// Gathers a contact.
pub fn insert_contact(tx: &mut Tx, report: Uuid, contact: &Contact, at: Timestamp) {
    let Contact { name, phone, email } = contact.clone();
    tx.insert(&INSERT_CONTACT, args![report, name, phone, email, at]);
}

/// Gathers a follower: one who is counted, or with `reach` one who wants news once the code was typed.
pub fn insert_follower(tx: &mut Tx, id: Uuid, report: Uuid, reach: Option<&Reach>, at: Timestamp) {
    let phone = reach.and_then(Reach::phone).map(str::to_owned);
    let email = reach.and_then(Reach::email).map(str::to_owned);
    tx.insert(&INSERT_FOLLOWER, args![id, report, phone, email, reach.is_some(), at]);
}

/// The followers of `from` follow `to` from now on.
pub async fn move_followers(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<u64> {
    tx.exec(&NOTE_MOVES, args![from]).await?;
    tx.exec(&MOVE_FOLLOWERS, args![from, to]).await
}

/// Those whom a merge of `report` moved follow it again, wherever they are by now.
pub async fn move_followers_back(tx: &mut Tx, report: Uuid) -> Result<u64> {
    let back = tx.exec(&MOVE_BACK, args![report]).await?;
    tx.exec(&FORGET_MOVES, args![report]).await?;
    Ok(back)
}

/// Forgets the person behind a report: contact, followers' numbers, what was written without an officer, photos that
/// the reporter sent.
pub async fn erase_person(tx: &mut Tx, report: Uuid) -> Result<()> {
    for statement in [&ERASE_CONTACT, &ERASE_FOLLOWERS, &ERASE_NOTES, &ERASE_PHOTOS] {
        tx.exec(statement, args![report]).await?;
    }
    Ok(())
}

/// Forgets the number or address of one who follows a report; that somebody follows it stays counted. Answers how many
/// rows had it.
pub async fn erase_follower(tx: &mut Tx, report: Uuid, reach: &str) -> Result<u64> {
    tx.exec(&ERASE_FOLLOWER, args![report, reach]).await
}

/// A draft's content and when it was last saved.
pub async fn draft(conn: &mut Conn, id: Uuid) -> Result<Option<(String, Timestamp)>> {
    conn.opt(&DRAFT, args![id]).await
}

/// Keeps a draft.
pub async fn save_draft(tx: &mut Tx, id: Uuid, body: &str, at: Timestamp) -> Result<()> {
    tx.exec(&SAVE_DRAFT, args![id, body, at]).await?;
    Ok(())
}

/// Forgets a draft.
pub async fn drop_draft(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.exec(&DROP_DRAFT, args![id]).await?;
    Ok(())
}

/// Forgets drafts that were last saved before `before`.
pub async fn drop_old_drafts(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.exec(&DROP_OLD_DRAFTS, args![before]).await
}

/// Forgets the contacts, and the followers' numbers, of reports that have ended and have not changed since `before`.
/// Answers how many.
pub async fn forget_contacts(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let contacts = tx.exec(&FORGET_CONTACTS, args![before]).await?;
    Ok(contacts + tx.exec(&FORGET_FOLLOWERS, args![before]).await?)
}
