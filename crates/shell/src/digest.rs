//! Digests that stand for a secret where the secret itself must not.

use sha2::{Digest, Sha256};

/// SHA-256 of a secret for one purpose: that of another purpose tells nothing of it.
pub(crate) fn digest(purpose: &str, secret: &str) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(purpose.as_bytes());
    hasher.update([0]);
    hasher.update(secret.as_bytes());
    hasher.finalize().into()
}
