//! A signed head of a journal that is kept outside the house: it shows a cut tail and a rewritten whole, which the
//! chain alone cannot show.

use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use simpul_kernel::journal::Hash;
use simpul_kernel::{Entropy, RegionId, Timestamp};

use crate::journal::{head, line_at};
use crate::{Conn, Error, Result};

const TITLE: &str = "simpul journal anchor 1";

/// A signed head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Whose journal.
    pub region: RegionId,
    /// How many lines it had.
    pub seq: i64,
    /// The hash of the last.
    pub hash: Hash,
    /// When it was signed.
    pub at: Timestamp,
    key: [u8; 32],
    signature: [u8; 64],
}

/// Why an anchor is not to be trusted, or what it proves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// It is no anchor.
    #[error("line {line} of the anchor is not as it should be: {expected}")]
    Unreadable {
        /// Counted from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The signature does not fit.
    #[error("the anchor's signature is false")]
    FalseSignature,
    /// Signed by another installation.
    #[error("the anchor was signed by another key than this installation's")]
    ForeignKey,
}

/// Reads the installation's signing key from `data/anchor.key`, making one at the first call.
///
/// # Errors
/// [`Error::Store`] where the file can't be read or made.
pub fn signing_key(data: &Path, entropy: &dyn Entropy) -> Result<SigningKey> {
    let path = data.join("anchor.key");
    let failed = |error: std::io::Error| Error::Store(format!("{}: {error}", path.display()));
    match std::fs::read(&path) {
        Ok(bytes) => {
            let seed: [u8; 32] = bytes
                .try_into()
                .map_err(|_| Error::Store(format!("{} does not hold a key of 32 bytes", path.display())))?;
            Ok(SigningKey::from_bytes(&seed))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut seed = [0; 32];
            entropy.fill(&mut seed);
            write_secret(&path, &seed).map_err(failed)?;
            Ok(SigningKey::from_bytes(&seed))
        }
        Err(error) => Err(failed(error)),
    }
}

fn write_secret(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl Anchor {
    /// Signs the journal's present head.
    pub async fn sign(conn: &mut Conn, at: Timestamp, key: &SigningKey) -> Result<Anchor> {
        let (seq, hash) = head(conn).await?;
        let mut anchor =
            Anchor { region: conn.region(), seq, hash, at, key: key.verifying_key().to_bytes(), signature: [0; 64] };
        anchor.signature = key.sign(anchor.statement().as_bytes()).to_bytes();
        Ok(anchor)
    }

    fn statement(&self) -> String {
        format!(
            "{TITLE}\nregion {}\nlines {}\nhash {}\ntime {}\nkey {}\n",
            self.region,
            self.seq,
            HEXLOWER.encode(&self.hash),
            self.at.0,
            BASE64.encode(&self.key)
        )
    }

    /// Reads what [`Anchor`]'s `Display` has written and checks its signature; `own` is this installation's key.
    ///
    /// # Errors
    /// [`AnchorError`], naming the line.
    pub fn parse(text: &str, own: Option<&VerifyingKey>) -> std::result::Result<Anchor, AnchorError> {
        let mut lines = text.lines().enumerate();
        let mut field = |name: &'static str| {
            let (index, line) = lines.next().unwrap_or((0, ""));
            let value = line.strip_prefix(name).map(str::trim);
            value.ok_or(AnchorError::Unreadable { line: index + 1, expected: name })
        };
        field(TITLE)?;
        let region = number(field("region ")?, 2, "region ")?;
        let seq = number(field("lines ")?, 3, "lines ")?;
        let hash = bytes(&HEXLOWER, field("hash ")?, 4, "hash ")?;
        let at = Timestamp(number(field("time ")?, 5, "time ")?);
        let key = bytes(&BASE64, field("key ")?, 6, "key ")?;
        let signature = bytes(&BASE64, field("signature ")?, 7, "signature ")?;
        let region = RegionId(i32::try_from(region).unwrap_or(-1));
        let anchor = Anchor { region, seq, hash, at, key, signature };
        anchor.check(own)?;
        Ok(anchor)
    }

    fn check(&self, own: Option<&VerifyingKey>) -> std::result::Result<(), AnchorError> {
        let key = VerifyingKey::from_bytes(&self.key).map_err(|_| AnchorError::FalseSignature)?;
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(self.statement().as_bytes(), &signature).map_err(|_| AnchorError::FalseSignature)?;
        match own {
            Some(own) if own.to_bytes() != self.key => Err(AnchorError::ForeignKey),
            _ => Ok(()),
        }
    }

    /// Holds the journal against the anchor: `None` where it still contains all that was signed.
    pub async fn fault(&self, conn: &mut Conn) -> Result<Option<(i64, &'static str)>> {
        let (head_seq, _) = head(conn).await?;
        if head_seq < self.seq {
            return Ok(Some((head_seq + 1, "the tail that the anchor has seen is cut off")));
        }
        if self.seq == 0 {
            return Ok(None);
        }
        match line_at(conn, self.seq).await? {
            None => Ok(Some((self.seq, "the line that the anchor has signed is missing"))),
            Some(line) if line.hash != self.hash => Ok(Some((self.seq, "another line stands where the anchor signed"))),
            Some(_) => Ok(None),
        }
    }
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}signature {}", self.statement(), BASE64.encode(&self.signature))
    }
}

fn number(text: &str, line: usize, expected: &'static str) -> std::result::Result<i64, AnchorError> {
    text.parse().map_err(|_| AnchorError::Unreadable { line, expected })
}

fn bytes<const N: usize>(
    encoding: &data_encoding::Encoding,
    text: &str,
    line: usize,
    expected: &'static str,
) -> std::result::Result<[u8; N], AnchorError> {
    let unreadable = AnchorError::Unreadable { line, expected };
    let decoded = encoding.decode(text.as_bytes()).map_err(|_| unreadable.clone())?;
    decoded.try_into().map_err(|_| unreadable)
}
