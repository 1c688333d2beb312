//! A person's right over what is kept of them (UU 27/2022): hand it out, and forget it. The journal stays whole, since
//! it never held a name, a number or a word of theirs.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::Ctx;
use simpul_people::{Permission, require};
use simpul_store::{Action, Conn, Error, Result, Tx, outbox};
use uuid::Uuid;

use super::held::withdraw;
use super::{Done, Told, WATCH, load, write_step};
use crate::model::{Reach, hex};
use crate::sql;

/// What stands in place of an erased text.
pub const ERASED: &str = "[dihapus atas permintaan pelapor]";

/// Forgets who reported and what they wrote. Dates, states and counts stay.
#[derive(Debug, Clone)]
pub struct EraseReporter {
    /// Which report.
    pub report: Uuid,
}

/// What was forgotten, and which files nobody names any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    /// The report.
    pub done: Done,
    /// Digests of photo files that the caller removes from the file store after the commit.
    pub files: Vec<[u8; 32]>,
}

impl Action for EraseReporter {
    type Output = Erased;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Erased> {
        require(ctx, Permission::ErasePersons)?;
        let before = load(tx, self.report).await?;
        let photos = sql::parts::own_photos(tx, before.id).await?;
        let mut files = Vec::new();
        for photo in &photos {
            let shared = sql::parts::photo_owners(tx, photo.files.digest).await?.len() > 1;
            if !shared {
                files.extend([photo.files.digest, photo.files.medium, photo.files.small]);
            }
        }
        if let Some(contact) = sql::contact(tx, before.id).await? {
            for reach in contact.reaches() {
                sql::keys::drop_codes_of(tx, &reach).await?;
            }
        }
        for original in sql::cover::originals_of(tx, before.id).await? {
            let elsewhere = sql::cover::original(tx, original.files[0]).await?;
            if elsewhere.iter().all(|other| other.report == before.id) {
                files.extend(original.files);
            }
        }
        sql::cover::erase(tx, before.id).await?;
        sql::parts::erase_person(tx, before.id).await?;
        sql::keys::end_keys(tx, before.id).await?;
        sql::rating::forget_reason(tx, before.id).await?;
        sql::inspection::erase(tx, before.id).await?;
        withdraw(tx, ctx, &before).await?;
        sql::filed::erase_reference(tx, before.id).await?;
        sql::ban::erase_senders(tx, before.id).await?;
        sql::original::erase(tx, before.id).await?;
        outbox::forget_about(tx, before.id).await?;
        let after = before.erase(ctx.now(), ERASED);
        let told = Told { kind: "report.erased", detail: Some(json!({ "photos": photos.len() })), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        Ok(Erased { done, files })
    }
}

/// Forgets the number or address of somebody who follows a report, and what was written to it. The report is another's
/// and stays.
#[derive(Debug, Clone)]
pub struct EraseFollower {
    /// Which report.
    pub report: Uuid,
    /// The number or address, as it is stored: `+62…`, or in small letters.
    pub reach: String,
}

impl Action for EraseFollower {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ErasePersons)?;
        let report = load(tx, self.report).await?;
        if sql::parts::erase_follower(tx, report.id, &self.reach).await? == 0 {
            return Err(Error::NotFound("follower"));
        }
        outbox::forget_about_to(tx, report.id, &self.reach).await?;
        tx.journal(ctx, "report", report.id, "report.follower_erased", json!({}));
        Ok(())
    }
}

/// Forgets somebody who follows places, with what was written to the number or address about them.
#[derive(Debug, Clone)]
pub struct EraseWatcher {
    /// The number or address.
    pub reach: Reach,
}

impl Action for EraseWatcher {
    /// How many places were followed.
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ErasePersons)?;
        let watches = sql::watch::watches_of(tx, &self.reach, WATCHES_ERASED_MAX_COUNT).await?;
        for watch in &watches {
            outbox::forget_about(tx, watch.id).await?;
            tx.cancel_deadlines(ctx, watch.id, None).await?;
            tx.journal(ctx, WATCH, watch.id, "watch.erased", json!({}));
        }
        sql::keys::drop_codes_of(tx, &self.reach).await?;
        sql::watch::drop_watches_of(tx, &self.reach).await
    }
}

/// Most places of one person that are erased at once: more than anybody may follow, with those that wait for a code.
const WATCHES_ERASED_MAX_COUNT: i64 = 1_000;

/// Everything that is kept of a reporter in one report, as JSON for the person.
pub async fn export(conn: &mut Conn, report: Uuid) -> Result<Option<serde_json::Value>> {
    let Some(found) = sql::by_id(conn, report).await? else { return Ok(None) };
    let contact = sql::contact(conn, report).await?.unwrap_or_default();
    let photos = sql::parts::own_photos(conn, report).await?;
    let own: Vec<String> = photos.iter().map(|photo| hex(&photo.files.digest)).collect();
    let follows = sql::parts::follows_since(conn, report, &contact).await?;
    let rating = sql::rating::rating(conn, report).await?;
    let mut places = Vec::new();
    for reach in contact.reaches() {
        places.extend(sql::watch::watches_of(conn, &reach, WATCHES_ERASED_MAX_COUNT).await?);
    }
    let filed = sql::filed::filed(conn, report).await?;
    let original = sql::original::original(conn, report).await?;
    let events = sql::events(conn, report).await?;
    let checks = sql::inspection::of_report(conn, report).await?;
    let present: Vec<String> =
        checks.into_iter().filter_map(|check| check.protocol).filter_map(|protocol| protocol.attendees).collect();
    let said: Vec<serde_json::Value> = events
        .iter()
        .filter(|event| event.officer.is_none() && event.note.is_some())
        .map(|event| json!({ "at": event.at.0, "kind": event.kind, "text": event.note }))
        .collect();
    // Answers to extra questions, and what else came with the report.
    let answers: serde_json::Value =
        found.attributes.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    Ok(Some(json!({
        "number": found.number,
        "reported_at": found.times.reported.0,
        "status": found.status().name(),
        "text": found.body,
        "text_before_edit": original.map(|(text, _)| text),
        "landmark": found.place.landmark,
        "village": found.place.village,
        "lat": found.place.point.map(|point| point.lat()),
        "lon": found.place.point.map(|point| point.lon()),
        "name": contact.name,
        "phone": contact.phone,
        "email": contact.email,
        "answers": answers,
        "media_url": found.media_url,
        "said_at": filed.as_ref().map(|filed| filed.said.0),
        "reference": filed.and_then(|filed| filed.reference),
        "follows_since": follows.map(|since| since.0),
        "rating": rating.map(|rating| json!({ "stars": rating.stars, "reason": rating.reason,
            "at": rating.changed_at.0 })),
        "places_followed": places.iter().map(|watch| json!({ "district": watch.place.district,
            "village": watch.place.village, "category": watch.place.category, "since": watch.created_at.0 }))
            .collect::<Vec<_>>(),
        "photos": own,
        "said": said,
        "present_at_checks": present,
    })))
}
