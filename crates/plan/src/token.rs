//! Tokens of addresses that are shown as a picture (QR): the attendance list, papers that anybody may verify.

use simpul_kernel::Env;

/// Letters of a token: none that is taken for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Letters of a token: 120 bits, few enough for a picture that a phone reads from a wall.
const TOKEN_CHARS: usize = 24;

/// A new token.
pub fn new_token(env: &Env) -> String {
    let secret = env.secret();
    secret.iter().take(TOKEN_CHARS).map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// What somebody typed or followed, as tokens are kept.
pub fn read_token(typed: &str) -> String {
    typed.trim().to_ascii_lowercase().chars().take(2 * TOKEN_CHARS).collect()
}
