//! A photo on its way in: sniffed, decoded, turned upright, stripped, and kept in three sizes before any report
//! names it.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use simpul_kernel::RegionId;
use simpul_kernel::limits::{PHOTO_DECODES_MAX_COUNT, PHOTO_WAIT_SECONDS};
use simpul_store::picture::{self, Picture, PictureError};
use simpul_store::{Db, Error};
use tokio::sync::Semaphore;

use crate::model::PhotoRef;
use crate::model::cover::Pixels;

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

/// Turns at decoding, shared by the whole server.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(cores.min(PHOTO_DECODES_MAX_COUNT)))
});

/// Decodes a photo when it is its turn.
async fn decoded(turns: &Arc<Semaphore>, bytes: Vec<u8>) -> Result<Picture, PhotoFault> {
    in_turn(turns, move || picture::intake(&bytes)).await
}

/// Draws black boxes on a photo when it is its turn.
pub(super) async fn paint(bytes: Vec<u8>, boxes: Vec<Pixels>) -> Result<Picture, PhotoFault> {
    in_turn(&TURNS, move || picture::cover(&bytes, &boxes)).await
}

/// Works on a picture when it is its turn.
async fn in_turn(
    turns: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<Picture, PictureError> + Send + 'static,
) -> Result<Picture, PhotoFault> {
    let wait = Duration::from_secs(PHOTO_WAIT_SECONDS);
    let Ok(Ok(turn)) = tokio::time::timeout(wait, turns.clone().acquire_owned()).await else {
        return Err(Error::Store("too many photos wait to be decoded".to_owned()).into());
    };
    let decoding = tokio::task::spawn_blocking(move || {
        // Given back when the work ends, also where nobody waits for it any more.
        let _turn = turn;
        work()
    });
    let picture = decoding.await.map_err(|error| Error::Broken(format!("picture: {error}")))?;
    picture.map_err(PhotoFault::Picture)
}

/// Keeps a photo in the region's file store. The same photo is kept once.
pub async fn keep_photo(db: &Db, region: RegionId, bytes: Vec<u8>) -> Result<PhotoRef, PhotoFault> {
    let picture = decoded(&TURNS, bytes).await?;
    keep(db, region, picture).await
}

/// Keeps a picture in all its sizes.
pub(super) async fn keep(db: &Db, region: RegionId, picture: Picture) -> Result<PhotoRef, PhotoFault> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_photo_waits_for_its_turn_and_not_for_ever() {
        let turns = Arc::new(Semaphore::new(1));
        let taken = turns.clone().acquire_owned().await.unwrap();
        let waited = decoded(&turns, b"no photo".to_vec()).await;
        assert!(matches!(waited, Err(PhotoFault::Store(Error::Store(_)))), "{waited:?}");
        drop(taken);
        for _ in 0..2 {
            let refused = decoded(&turns, b"no photo".to_vec()).await;
            assert!(matches!(refused, Err(PhotoFault::Picture(PictureError::WrongKind))), "{refused:?}");
        }
    }
}
