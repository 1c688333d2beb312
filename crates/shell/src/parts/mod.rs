//! The components of pages: controls of forms, tags, times, pagers. Written once here, so that they look and behave
//! the same everywhere, and escaped here, so that no template has to think of it.

mod answers;
mod control;
mod form;
mod qr;
mod text;

pub use control::{Button, Choice, Control};
pub use form::{ErrorSummary, FormView};
pub use qr::Qr;
pub use text::{Banner, Confirm, DateText, Due, Empty, Icon, Pager, Rich, StatusTag, Tag, TimeText, encode_query};

/// The form's field that holds the idempotency key.
pub(crate) const KEY_FIELD: &str = "key";
