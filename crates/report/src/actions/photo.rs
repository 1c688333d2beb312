//! A photo on its way in: kept in three sizes before any report names it.

use simpul_kernel::RegionId;
use simpul_store::Db;
use simpul_store::darkroom::{self, KeptPhoto, in_turn};
use simpul_store::picture::{self, Picture};

pub use simpul_store::darkroom::PhotoFault;

use crate::model::PhotoRef;
use crate::model::cover::Pixels;

/// Draws black boxes on a photo when it is its turn.
pub(super) async fn paint(bytes: Vec<u8>, boxes: Vec<Pixels>) -> Result<Picture, PhotoFault> {
    in_turn(move || picture::cover(&bytes, &boxes)).await
}

/// Keeps a photo in the region's file store. The same photo is kept once.
pub async fn keep_photo(db: &Db, region: RegionId, bytes: Vec<u8>) -> Result<PhotoRef, PhotoFault> {
    Ok(named(darkroom::keep_photo(db, region, bytes).await?))
}

/// Keeps a picture in all its sizes.
pub(super) async fn keep(db: &Db, region: RegionId, picture: Picture) -> Result<PhotoRef, PhotoFault> {
    Ok(named(darkroom::keep_picture(db, region, picture).await?))
}

/// The photo as a report names it.
fn named(kept: KeptPhoto) -> PhotoRef {
    let [digest, medium, small] = kept.digests;
    PhotoRef { digest, medium, small, width: i64::from(kept.width), height: i64::from(kept.height) }
}
