//! Boxes over faces: the photo is drawn anew in every size, and the one with the face is shown to nobody any more but
//! those who may see it.

use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Ctx, Refusal, RegionId};
use simpul_people::{Permission, require};
use simpul_store::{Action, Db, Digest, Error, Result, Tx};
use uuid::Uuid;

use super::photo::{PhotoFault, keep, paint};
use super::{Done, Told, load, load_for, write_step};
use crate::model::cover::{Cover, ORIGINAL_KEPT_DAYS, Pixels};
use crate::model::{PhotoRef, Report, public};
use crate::sql;

/// Whether the actor may put boxes over the photos of a report: whoever may hide it, and those of its own agency who
/// also see who reported.
pub fn may_cover(actor: &Actor, report: &Report) -> bool {
    let own = [Permission::WorkReports, Permission::SeeReporter];
    public::may_see(actor, report)
        && (public::covers(actor, Permission::HideReports, report.agency)
            || own.into_iter().all(|permission| public::covers(actor, permission, report.agency)))
}

/// Whether the actor may see a photo as it was: whoever may cover it, and the auditor.
pub fn may_see_original(actor: &Actor, report: &Report) -> bool {
    may_cover(actor, report)
        || (public::may_see(actor, report) && public::covers(actor, Permission::SeeAccessLog, report.agency))
}

/// Draws the boxes on a photo of the file store and keeps the new one in every size.
///
/// # Errors
/// [`PhotoFault`] when the photo can't be read any more or the store fails.
pub async fn cover_photo(
    db: &Db,
    region: RegionId,
    photo: &PhotoRef,
    boxes: &[Cover],
) -> std::result::Result<PhotoRef, PhotoFault> {
    let bytes = db.files().get(region, &Digest(photo.digest)).await?;
    let side = |pixels: i64| u32::try_from(pixels).unwrap_or(0);
    let (width, height) = (side(photo.width), side(photo.height));
    let pixels: Vec<Pixels> = boxes.iter().map(|cover| cover.pixels(width, height)).collect();
    keep(db, region, paint(bytes, pixels).await?).await
}

/// Shows the covered photo in place of the one with the face, wherever that stands.
#[derive(Debug, Clone)]
pub struct CoverPhoto {
    /// The report on whose page it was covered.
    pub report: Uuid,
    /// The photo as it was.
    pub digest: [u8; 32],
    /// What [`cover_photo`] made of it.
    pub covered: PhotoRef,
    /// How many boxes.
    pub boxes: usize,
}

impl Action for CoverPhoto {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::SeeInbox).await?;
        if !may_cover(&ctx.actor, &before) {
            return Err(Error::Forbidden("photo"));
        }
        if self.boxes == 0 || self.covered.digest == self.digest {
            return Err(Refusal::field("boxes", "report.cover.boxes_missing").into());
        }
        let photos = sql::photos(tx, before.id).await?;
        let original = photos.iter().find(|photo| photo.files.digest == self.digest).map(|photo| photo.files);
        let original = original.ok_or(Error::NotFound("photo"))?;
        let done = self.tell(tx, ctx, &before, &original).await?;
        // The same face may stand with another report, of another agency too: it is covered there as well.
        let mut owners: Vec<Uuid> =
            sql::parts::photo_owners(tx, self.digest).await?.into_iter().map(|owner| owner.report).collect();
        owners.retain(|owner| *owner != before.id);
        owners.sort_unstable();
        owners.dedup();
        for owner in owners {
            let other = load(tx, owner).await?;
            self.tell(tx, ctx, &other, &original).await?;
        }
        sql::cover::replace(tx, self.digest, &self.covered).await?;
        Ok(done)
    }
}

impl CoverPhoto {
    /// The history says that a photo was made unrecognisable; the original is kept for its term.
    async fn tell(&self, tx: &mut Tx, ctx: &Ctx, before: &Report, original: &PhotoRef) -> Result<Done> {
        let after = before.note(ctx.now(), false);
        let detail = json!({ "boxes": self.boxes });
        let told = Told { kind: "report.photo_covered", public: true, detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, before, &after, told).await?;
        sql::cover::insert(tx, before.id, original, self.covered.digest, ctx.now());
        Ok(done)
    }
}

/// Forgets the originals whose term is over; the sweep of the file store then removes their files. Answers how many.
#[derive(Debug, Clone)]
pub struct ForgetOriginals;

impl Action for ForgetOriginals {
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ErasePersons)?;
        sql::cover::drop_old(tx, ctx.now().plus_micros(-ORIGINAL_KEPT_DAYS * DAY_MICROS)).await
    }
}
