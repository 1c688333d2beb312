//! What a request brings in its body: fields, files, JSON. Each way of reading has its limit, and where a cookie
//! stands for the person, each looks for the form's token.

mod api;
mod fields;
mod form;
pub(crate) use form::media_type;
mod upload;

pub use api::{ApiBody, ApiJson};
pub use fields::{Fields, Typed};
pub use form::Form;
pub use upload::{Upload, UploadedFile};

/// A body that proves that the form came from our own page. [`crate::Routes::post`] takes no handler without one.
pub trait CheckedBody {}
impl<T> CheckedBody for Form<T> {}
impl CheckedBody for Upload {}
