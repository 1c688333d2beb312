//! Places in a list, as an opaque text that a client hands back: keyset paging without page numbers, so that the
//! thousandth page costs as much as the first.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use simpul_kernel::limits::OPAQUE_TEXT_MAX_CHARS;

use crate::ApiError;

/// Bytes of the checksum: enough to refuse a cut or altered text by name instead of with a strange list.
const CHECK_BYTES: usize = 4;

/// The text for the place `key`, such as `(updated_at, id)` of the last row shown.
pub fn encode<T: Serialize>(key: &T) -> String {
    let mut bytes = serde_json::to_vec(key).unwrap_or_default();
    let check = check(&bytes);
    bytes.extend_from_slice(&check);
    BASE64URL_NOPAD.encode(&bytes)
}

/// The place that `text` stands for.
///
/// # Errors
/// A bad request when the text was not made by [`encode`] for the same kind of list.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, ApiError> {
    read(text).ok_or_else(|| ApiError::bad_request("shell.trouble.cursor"))
}

/// Like [`decode`], for an optional parameter: an absent or empty one is the list's beginning.
///
/// # Errors
/// As [`decode`].
pub fn decode_opt<T: DeserializeOwned>(text: Option<&str>) -> Result<Option<T>, ApiError> {
    text.filter(|text| !text.is_empty()).map(decode).transpose()
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    if text.len() > OPAQUE_TEXT_MAX_CHARS {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (json, given) = bytes.split_at_checked(bytes.len().checked_sub(CHECK_BYTES)?)?;
    if check(json) != given {
        return None;
    }
    serde_json::from_slice(json).ok()
}

fn check(json: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new_with_prefix(b"simpul cursor").chain_update(json).finalize();
    let mut check = [0; CHECK_BYTES];
    check.copy_from_slice(&digest[..CHECK_BYTES]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    proptest! {
        #[test]
        fn a_place_comes_back_as_it_was(at: i64, id: u128) {
            let text = encode(&(at, Uuid::from_u128(id)));
            prop_assert_eq!(decode::<(i64, Uuid)>(&text).unwrap(), (at, Uuid::from_u128(id)));
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text in "\\PC{0,80}") {
            prop_assert!(decode::<(i64, Uuid)>(&text).is_err());
        }

        #[test]
        fn an_altered_letter_is_refused(at: i64, index in 0usize..20) {
            let mut text = encode(&(at, Uuid::nil())).into_bytes();
            let index = index % text.len();
            text[index] = if text[index] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(text).unwrap();
            let back = decode::<(i64, Uuid)>(&text);
            prop_assert!(back.is_err() || back.unwrap() == (at, Uuid::nil()));
        }
    }

    #[test]
    fn corpus_cursor() {
        crate::testing::replay("cursor", |bytes| {
            assert!(decode::<(i64, Uuid)>(&String::from_utf8_lossy(bytes)).is_err());
        });
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        assert!(decode::<(i64, Uuid)>(&encode(&"a name")).is_err());
    }
}
