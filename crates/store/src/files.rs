//! The file store: content-addressed, one directory a region. A file's name is the SHA-256 of its bytes, so the same
//! photo is kept once and a changed one shows.

use std::fs::{File, FileTimes};
use std::io::{Error as IoError, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::Digest as _;
use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::limits::UNUSED_FILE_GRACE_HOURS;
use simpul_kernel::{Clock, Ctx, RegionId};
use tokio::io::AsyncWriteExt;

use crate::clock::SystemClock;
use crate::{Action, Conn, Error, Result, Tx, args, sql};

/// SHA-256 of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// Reads 64 lower-case hexadecimal digits.
    pub fn parse(hex: &str) -> Option<Digest> {
        let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok()?;
        Some(Digest(bytes.try_into().ok()?))
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl From<Digest> for crate::Value {
    fn from(digest: Digest) -> crate::Value {
        crate::Value::from(digest.0)
    }
}

/// How many directories a region's files are spread over: the first two digits of their names.
pub const SHELVES_COUNT: u16 = 256;
/// How the name of a file begins that is still being written.
const SCRATCH: &str = ".new-";

/// The files of all regions.
#[derive(Debug, Clone)]
pub struct FileStore {
    root: PathBuf,
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::Store(format!("{}: {error}", path.display()))
}

impl FileStore {
    /// Opens the store, making its directory where there is none.
    pub async fn open(root: &Path) -> Result<FileStore> {
        tokio::fs::create_dir_all(root).await.map_err(|error| failed(root, &error))?;
        Ok(FileStore { root: root.to_owned() })
    }

    fn path(&self, region: RegionId, digest: &Digest) -> PathBuf {
        let name = digest.to_string();
        self.root.join(region.to_string()).join(&name[..2]).join(&name[2..])
    }

    /// Writes the bytes, so that they are on disk when this answers. The same bytes are kept once.
    ///
    /// # Errors
    /// [`Error::Store`] where the disk is full or can't be written; nothing half-written is left behind.
    pub async fn put(&self, region: RegionId, bytes: &[u8]) -> Result<Digest> {
        let digest = Digest::of(bytes);
        let path = self.path(region, &digest);
        if self.renewed(&path).await? {
            return Ok(digest);
        }
        let Some(dir) = path.parent() else {
            return Err(Error::Broken("a file without a directory".into()));
        };
        self.make_dir(dir).await.map_err(|error| failed(dir, &error))?;
        let written = write_durably(dir, &path, bytes).await;
        written.map_err(|error| failed(&path, &error))?;
        Ok(digest)
    }

    /// Makes a file that is there already as young as a new one, so that no sweep takes it from whoever puts it now.
    async fn renewed(&self, path: &Path) -> Result<bool> {
        let (lock, file) = (self.lock_path(), path.to_owned());
        blocking(path, move || {
            if !file.exists() {
                return Ok(false);
            }
            let lock = File::create(lock)?;
            held(lock.lock_shared())?;
            match File::options().append(true).open(&file) {
                Ok(file) => file.set_times(FileTimes::new().set_modified(now())).map(|()| true),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                Err(error) => Err(error),
            }
        })
        .await
    }

    /// The files of one of a region's [`SHELVES_COUNT`] shelves that were last put longer than
    /// [`UNUSED_FILE_GRACE_HOURS`] ago. What a crash left half-written is removed on the way.
    pub async fn old(&self, region: RegionId, shelf: u16) -> Result<Vec<Digest>> {
        let start = format!("{shelf:02x}");
        let dir = self.root.join(region.to_string()).join(&start);
        let path = dir.clone();
        blocking(&path, move || {
            let entries = match std::fs::read_dir(&dir) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
                Err(error) => return Err(error),
            };
            let mut found = Vec::new();
            for entry in entries {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if !is_old(&entry.path())? {
                    continue;
                }
                if name.starts_with(SCRATCH) {
                    std::fs::remove_file(entry.path())?;
                }
                found.extend(Digest::parse(&format!("{start}{name}")));
            }
            Ok(found)
        })
        .await
    }

    /// Removes those of the files that nobody has put again within [`UNUSED_FILE_GRACE_HOURS`]. Answers how many.
    pub async fn remove_old(&self, region: RegionId, digests: &[Digest]) -> Result<u64> {
        let paths: Vec<PathBuf> = digests.iter().map(|digest| self.path(region, digest)).collect();
        let lock = self.lock_path();
        blocking(&self.root, move || {
            let lock = File::create(lock)?;
            let mut count = 0;
            for path in paths {
                // Between the look at its age and its end nobody may make it young again.
                held(lock.lock())?;
                let removed = is_old(&path)? && std::fs::remove_file(&path).map(|()| true)?;
                held(lock.unlock())?;
                count += u64::from(removed);
            }
            Ok(count)
        })
        .await
    }

    /// The lock stands beside the files, as a backup copies all that stands among them.
    fn lock_path(&self) -> PathBuf {
        self.root.with_extension("lock")
    }

    /// A new directory is only safe once its parents know of it on disk.
    async fn make_dir(&self, dir: &Path) -> std::io::Result<()> {
        if tokio::fs::try_exists(dir).await? {
            return Ok(());
        }
        tokio::fs::create_dir_all(dir).await?;
        for parent in dir.ancestors().skip(1).take_while(|parent| parent.starts_with(&self.root)) {
            tokio::fs::File::open(parent).await?.sync_all().await?;
        }
        Ok(())
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none; [`Error::Store`] where its bytes are no longer what they were.
    pub async fn get(&self, region: RegionId, digest: &Digest) -> Result<Vec<u8>> {
        let path = self.path(region, digest);
        let bytes = match tokio::fs::read(&path).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::NotFound("file")),
            Err(error) => return Err(failed(&path, &error)),
        };
        if Digest::of(&bytes) != *digest {
            return Err(Error::Store(format!("{} has changed on disk", path.display())));
        }
        Ok(bytes)
    }

    /// Removes a file: for erasure, once no row names it any more.
    pub async fn remove(&self, region: RegionId, digest: &Digest) -> Result<()> {
        let path = self.path(region, digest);
        match tokio::fs::remove_file(&path).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(&path, &error)),
            _ => Ok(()),
        }
    }

    /// The directory of the store, for a backup.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

async fn blocking<T: Send + 'static>(
    about: &Path,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(IoError::other);
    done.and_then(|outcome| outcome).map_err(|error| failed(about, &error))
}

/// A network disk may know no locks: then the age alone keeps a file, which is wrong only within microseconds.
fn held(locked: std::io::Result<()>) -> std::io::Result<()> {
    match locked {
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(()),
        other => other,
    }
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_micros(SystemClock.now().0.unsigned_abs())
}

/// Whether it is there and was last put longer ago than the grace.
fn is_old(path: &Path) -> std::io::Result<bool> {
    let grace = Duration::from_micros((UNUSED_FILE_GRACE_HOURS * HOUR_MICROS).unsigned_abs());
    match std::fs::metadata(path).and_then(|known| known.modified()) {
        Ok(modified) => Ok(now().duration_since(modified).is_ok_and(|age| age > grace)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Under another name first: a crash leaves no file whose name promises other bytes.
async fn write_durably(dir: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let scratch_dir = dir.to_owned();
    let scratch =
        tokio::task::spawn_blocking(move || tempfile::Builder::new().prefix(SCRATCH).tempfile_in(scratch_dir))
            .await
            .map_err(std::io::Error::other)??;
    let mut file = tokio::fs::File::from_std(scratch.reopen()?);
    file.write_all(bytes).await?;
    file.sync_all().await?;
    scratch.persist(path).map_err(|error| error.error)?;
    let dir = tokio::fs::File::open(dir).await?;
    dir.sync_all().await
}

/// Notes what kind of file stands behind a digest, so that it is served as that and nothing else.
#[derive(Debug)]
pub struct KeepFile {
    /// The file.
    pub digest: Digest,
    /// Its media type, as it was found by looking at the bytes.
    pub media_type: &'static str,
    /// Its size in bytes.
    pub size_bytes: i64,
}

impl Action for KeepFile {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let args = args![self.digest, self.media_type, self.size_bytes, ctx.now()];
        tx.exec(&sql::FILE_KEEP, args).await?;
        Ok(())
    }
}

/// The media type and size in bytes of a file that was noted with [`KeepFile`].
pub async fn kept(conn: &mut Conn, digest: &Digest) -> Result<Option<(String, i64)>> {
    conn.opt(&sql::FILE_TYPE, args![*digest]).await
}
