//! Tokens that stand in links: what is sent, and the only thing that is kept of it.

use sha2::{Digest, Sha256};
use simpul_kernel::Env;

/// Letters of a token: none that is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a token: 120 bits, few enough for a short message.
const TOKEN_CHARS: usize = 24;

/// A new token.
pub fn new_token(env: &Env) -> String {
    let secret = env.secret();
    secret.iter().take(TOKEN_CHARS).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// SHA-256 of a token as it came.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.trim().to_ascii_lowercase().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use simpul_kernel::{SeededEntropy, TestClock, Timestamp};

    use super::*;

    #[test]
    fn a_token_is_its_own_and_counts_however_it_is_written() {
        let env = Env { clock: Arc::new(TestClock::new(Timestamp(0))), entropy: Arc::new(SeededEntropy::new(1)) };
        let (one, other) = (new_token(&env), new_token(&env));
        assert!(one != other && one.len() == TOKEN_CHARS);
        assert_eq!(token_hash(&one), token_hash(&format!(" {} ", one.to_uppercase())));
    }
}
