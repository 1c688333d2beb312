//! Photos on their way in, for every room: looked at, decoded when it is their turn, and kept in their sizes.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use simpul_kernel::RegionId;
use simpul_kernel::limits::{PHOTO_DECODES_MAX_COUNT, PHOTO_WAIT_SECONDS};
use tokio::sync::Semaphore;

use crate::picture::{self, Picture, PictureError};
use crate::{Db, Error};

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

/// A photo in the file store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptPhoto {
    /// Digests of its files, the largest first.
    pub digests: [[u8; 32]; 3],
    /// Width of the largest, in pixels.
    pub width: u32,
    /// Height of the largest, in pixels.
    pub height: u32,
}

/// Turns at decoding, shared by the whole server.
static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(cores.min(PHOTO_DECODES_MAX_COUNT)))
});

/// Keeps a photo in the region's file store. The same photo is kept once.
///
/// # Errors
/// [`PhotoFault`] for what is no picture, and where the store fails.
pub async fn keep_photo(db: &Db, region: RegionId, bytes: Vec<u8>) -> Result<KeptPhoto, PhotoFault> {
    let picture = decoded(&TURNS, bytes).await?;
    keep_picture(db, region, picture).await
}

/// Keeps a picture in all its sizes.
///
/// # Errors
/// Where the store fails.
pub async fn keep_picture(db: &Db, region: RegionId, picture: Picture) -> Result<KeptPhoto, PhotoFault> {
    let files = db.files();
    let [large, medium, small] = &picture.jpegs;
    let large = files.put(region, large).await?;
    let medium = files.put(region, medium).await?;
    let small = files.put(region, small).await?;
    Ok(KeptPhoto { digests: [large.0, medium.0, small.0], width: picture.width, height: picture.height })
}

/// Decodes a photo when it is its turn.
async fn decoded(turns: &Arc<Semaphore>, bytes: Vec<u8>) -> Result<Picture, PhotoFault> {
    wait_for(turns, move || picture::intake(&bytes)).await
}

/// Works on a picture when it is its turn.
///
/// # Errors
/// What the work says, and [`Error::Store`] where too many wait.
pub async fn in_turn(
    work: impl FnOnce() -> Result<Picture, PictureError> + Send + 'static,
) -> Result<Picture, PhotoFault> {
    wait_for(&TURNS, work).await
}

async fn wait_for(
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
