//! What a link that is used once is for.

/// The purpose of a link that makes the first administrator.
pub(crate) const FOR_ADMIN: &str = "admin";
/// The purpose of a link by which an officer sets a password.
pub(crate) const FOR_PASSWORD: &str = "password";
