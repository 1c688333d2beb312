//! An operator's map tiles: one `.pmtiles` file (version 3 of the format), read by browsers a part at a time.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Length of the header, in bytes.
const HEADER_BYTES: usize = 127;
/// What the file begins with.
const MAGIC: &[u8] = b"PMTiles";
/// The version of the format that is read.
const VERSION: u8 = 3;

/// What kind of tiles a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileKind {
    /// Shapes, drawn by our own style; in the schema of the Protomaps basemap.
    Vector,
    /// Pictures.
    Raster,
}

/// A file of tiles whose header was found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileFile {
    path: PathBuf,
    kind: TileKind,
}

/// Why a file can't be shown, for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TileFault {
    /// It can't be read.
    #[error("can't be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// It is too short, or does not begin as such files do.
    #[error("is no .pmtiles file: it does not begin with PMTiles")]
    Foreign,
    /// Another version.
    #[error("is version {0} of the format; only version 3 is read")]
    Version(u8),
    /// It ends before its tiles do.
    #[error("is cut off: its header speaks of {needed} bytes, the file has {there}")]
    CutOff {
        /// What the header speaks of.
        needed: u64,
        /// The length of the file.
        there: u64,
    },
    /// Browsers can't unpack it.
    #[error("is packed in a way that browsers can't unpack; gzip or nothing is read")]
    Packed,
    /// Neither MVT nor pictures.
    #[error("holds tiles of kind {0}; MVT, PNG, JPEG, WebP and AVIF are shown")]
    Kind(u8),
}

/// One for the whole program, as the operator has one setting.
static CHOSEN: OnceLock<TileFile> = OnceLock::new();

impl TileFile {
    /// Looks at the header of the file; its tiles are not read.
    ///
    /// # Errors
    /// [`TileFault`], as a sentence that goes on after the file's name.
    pub fn open(path: &Path) -> Result<TileFile, TileFault> {
        let mut file = File::open(path)?;
        let there = file.metadata()?.len();
        let mut header = Vec::with_capacity(HEADER_BYTES);
        file.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut header)?;
        let kind = read(&header, there)?;
        Ok(TileFile { path: path.to_owned(), kind })
    }

    /// Puts these tiles under all maps. The first file stays.
    pub fn choose(self) {
        // A second house in the same process, as tests build them, shows the first one's tiles.
        let _ = CHOSEN.set(self);
    }

    /// The tiles under all maps, if there are any.
    pub fn chosen() -> Option<&'static TileFile> {
        CHOSEN.get()
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What kind of tiles it has, as the maps' script is told.
    pub fn kind(&self) -> &'static str {
        match self.kind {
            TileKind::Vector => "vector",
            TileKind::Raster => "raster",
        }
    }
}

/// Reads the header of a file that is `there` bytes long.
fn read(header: &[u8], there: u64) -> Result<TileKind, TileFault> {
    if !header.starts_with(MAGIC) || header.len() < HEADER_BYTES {
        return Err(TileFault::Foreign);
    }
    if header[7] != VERSION {
        return Err(TileFault::Version(header[7]));
    }
    let number = |at: usize| header[at..at + 8].iter().rev().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    // Root directory, metadata, leaf directories, tiles: each as its place and its length.
    let end = |at: usize| number(at).saturating_add(number(at + 8));
    let needed = [8, 24, 40, 56].into_iter().map(end).max().unwrap_or(0);
    if needed > there {
        return Err(TileFault::CutOff { needed, there });
    }
    // 0: unknown, taken for none; 1: none; 2: gzip.
    if header[97] > 2 || header[98] > 2 {
        return Err(TileFault::Packed);
    }
    match header[99] {
        1 => Ok(TileKind::Vector),
        2..=5 => Ok(TileKind::Raster),
        other => Err(TileFault::Kind(other)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(version: u8, packed: u8, kind: u8, tiles: u64) -> Vec<u8> {
        let mut header = vec![0; HEADER_BYTES];
        header[..7].copy_from_slice(MAGIC);
        header[7] = version;
        header[8..16].copy_from_slice(&127u64.to_le_bytes());
        header[56..64].copy_from_slice(&127u64.to_le_bytes());
        header[64..72].copy_from_slice(&tiles.to_le_bytes());
        (header[97], header[98], header[99]) = (packed, packed, kind);
        header
    }

    #[test]
    fn a_sound_header_is_taken_and_every_other_named() {
        assert_eq!(read(&header(3, 2, 1, 73), 200).unwrap(), TileKind::Vector);
        assert_eq!(read(&header(3, 1, 2, 0), 127).unwrap(), TileKind::Raster);
        let says = |bytes: &[u8], there, part: &str| {
            let fault = read(bytes, there).unwrap_err().to_string();
            assert!(fault.contains(part), "{fault}");
        };
        says(b"", 0, "no .pmtiles");
        says(b"PMTiles\x03", 8, "no .pmtiles");
        says(&[0; HEADER_BYTES], 127, "no .pmtiles");
        says(&header(2, 2, 1, 0), 127, "version 2");
        says(&header(3, 2, 1, 74), 200, "cut off");
        says(&header(3, 2, 1, u64::MAX), 200, "cut off");
        says(&header(3, 4, 1, 0), 127, "packed");
        says(&header(3, 2, 9, 0), 127, "kind 9");
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes, bytes.len() as u64);
            let mut begun = MAGIC.to_vec();
            begun.extend(&bytes);
            let _ = read(&begun, u64::MAX);
        }
    }
}
