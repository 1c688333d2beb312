//! Random secrets: how they look, and what of them is stored.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use sha2::{Digest, Sha256};
use simpul_kernel::Env;

/// What an API key begins with, so that a scanner for leaked secrets knows one.
pub const API_KEY_PREFIX: &str = "simpul_";

/// A random secret of 256 bits and the only thing that is stored of it.
/// Fast hashing is right here: nobody can try 2²⁵⁶ keys, as one can try a person's passwords.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// What the holder is shown, once.
    pub shown: String,
    /// SHA-256 of what is shown.
    pub hash: Vec<u8>,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A new secret whose text begins with `prefix`.
    pub fn new(env: &Env, prefix: &str) -> Secret {
        let shown = format!("{prefix}{}", BASE64URL_NOPAD.encode(&env.secret()));
        let hash = hash(&shown);
        Secret { shown, hash }
    }
}

/// SHA-256 of a secret as presented.
pub fn hash(shown: &str) -> Vec<u8> {
    Sha256::digest(shown.trim().as_bytes()).to_vec()
}

/// Codes that stand in for the second factor, once each; 80 bits, in groups of four for paper.
pub fn recovery_codes(env: &Env, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| {
            let text = BASE32_NOPAD.encode(&env.secret()[..10]);
            text.as_bytes()
                .chunks(4)
                .map(|group| String::from_utf8_lossy(group).into_owned())
                .collect::<Vec<_>>()
                .join("-")
        })
        .collect()
}

/// SHA-256 of a recovery code, however it was typed: case, hyphens and spaces do not count.
pub fn recovery_hash(typed: &str) -> Vec<u8> {
    let normal: String = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    Sha256::digest(normal.as_bytes()).to_vec()
}

/// A name for a counter of failures that does not give away whose it is: `kind` and a digest of `text`.
pub fn counter_name(kind: &str, text: &str) -> String {
    let digest = Sha256::digest(format!("{kind}\0{text}").as_bytes());
    format!("{kind}:{}", BASE32_NOPAD.encode(&digest[..20]))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use simpul_kernel::{SeededEntropy, TestClock, Timestamp};

    use super::*;

    fn env() -> Env {
        Env { clock: Arc::new(TestClock::new(Timestamp(0))), entropy: Arc::new(SeededEntropy::new(1)) }
    }

    #[test]
    fn a_secret_is_stored_only_as_its_hash() {
        let secret = Secret::new(&env(), API_KEY_PREFIX);
        assert_eq!(secret.shown.len(), API_KEY_PREFIX.len() + 43);
        assert_eq!(secret.hash, hash(&format!(" {}\n", secret.shown)), "surrounding space does not count");
        assert!(!format!("{secret:?}").contains(&secret.shown));
    }

    #[test]
    fn a_recovery_code_counts_however_it_is_typed() {
        let codes = recovery_codes(&env(), 10);
        assert_eq!(codes.len(), 10);
        assert_eq!(codes[0].len(), 19);
        assert_eq!(recovery_hash(&codes[0]), recovery_hash(&codes[0].to_lowercase().replace('-', " ")));
        assert_ne!(codes[0], codes[1]);
    }
}
