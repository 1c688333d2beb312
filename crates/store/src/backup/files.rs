//! The files of a backup: copied beside the running store, and held against their names.

use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::Digest as _;

use super::failed;
use crate::{Error, Result};

/// How the name of a file begins that is still being written.
const SCRATCH: &str = ".new-";

/// SHA-256 of a file, in hexadecimal.
pub(super) fn file_digest(path: &Path) -> Result<String> {
    let mut file = std::fs::File::open(path).map_err(failed(path))?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).map_err(failed(path))? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(HEXLOWER.encode(&hasher.finalize()))
}

/// All files below a directory; none where there is no directory.
pub(super) fn files_below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(dir) = dirs.pop() {
        let entries = match std::fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed(&dir)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed(&dir))?;
            if entry.file_type().map_err(failed(&dir))?.is_dir() {
                dirs.push(entry.path());
            } else if !entry.file_name().to_string_lossy().starts_with(SCRATCH) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies files from below `from` to the same places below `to`. Files never change under their name, so a copy beside
/// the running store is safe. One that is swept away meanwhile is named by no row of the copied databases either.
pub(super) fn copy_files(files: &[PathBuf], from: &Path, to: &Path, mut seen: impl FnMut(u64)) -> Result<u64> {
    let mut count = 0;
    for path in files {
        let target = to.join(path.strip_prefix(from).unwrap_or(path));
        if let Some(dir) = target.parent() {
            std::fs::create_dir_all(dir).map_err(failed(dir))?;
        }
        match std::fs::copy(path, &target) {
            Ok(_) => count += 1,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !path.exists() => {}
            Err(error) => return Err(failed(&target)(error)),
        }
        seen(count);
    }
    Ok(count)
}

/// Checks that each file still is what its name says: the SHA-256 of its bytes, two digits in the name of its shelf.
///
/// # Errors
/// [`Error::Unfit`], naming the first that is not.
pub(super) fn check_files(files: &[PathBuf]) -> Result<()> {
    for path in files {
        let part = |path: Option<&Path>| {
            path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        };
        let name = part(path.parent()) + &part(Some(path));
        if file_digest(path)? != name {
            return Err(Error::Unfit(format!("{} has changed since the backup was taken", path.display())));
        }
    }
    Ok(())
}
