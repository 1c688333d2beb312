//! A photo on its way in: sniffed, decoded, turned upright, stripped, and kept in three sizes before any report
//! names it.

use simpul_kernel::RegionId;
use simpul_store::picture::{self, PictureError};
use simpul_store::{Db, Error};

use crate::model::PhotoRef;

/// Why a photo was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PhotoFault {
    /// It is no picture that can be kept; the person may choose another.
    #[error("picture: {0}")]
    Picture(PictureError),
    /// The file store could not do it.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Keeps a photo in the region's file store. The same photo is kept once.
pub async fn keep_photo(db: &Db, region: RegionId, bytes: Vec<u8>) -> Result<PhotoRef, PhotoFault> {
    let decoded = tokio::task::spawn_blocking(move || picture::intake(&bytes)).await;
    let picture = decoded.map_err(|error| Error::Broken(format!("picture: {error}")))?.map_err(PhotoFault::Picture)?;
    let files = db.files();
    let [large, medium, small] = &picture.jpegs;
    let digest = files.put(region, large).await?;
    let medium = files.put(region, medium).await?;
    let small = files.put(region, small).await?;
    Ok(PhotoRef {
        digest: digest.0,
        medium: medium.0,
        small: small.0,
        width: i64::from(picture.width),
        height: i64::from(picture.height),
    })
}
