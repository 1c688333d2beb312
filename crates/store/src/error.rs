//! What can go wrong on the ground floor, and whom it concerns.

use simpul_kernel::Refusal;

/// The store's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a read or an action failed. Cheap to clone, as one cause may fail a whole group of actions.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The action may not be done as things stand; the sentence says what the person can do.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// What was asked for is not there, or not for this viewer.
    #[error("not found: {0}")]
    NotFound(&'static str),
    /// The actor lacks the right.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// This action alone is broken: a bug or data that no rule foresaw. Goes to the log.
    #[error("broken: {0}")]
    Broken(String),
    /// What an operator asked for can't be meant so: a place that is taken, a directory that is no backup.
    #[error("{0}")]
    Unfit(String),
    /// The database could not do it for anybody: try again later.
    #[error("store: {0}")]
    Store(String),
    /// The commit's outcome is unknown: a retry with the same idempotency key finds out.
    #[error("commit outcome unknown: {0}")]
    Unknown(String),
    /// Simpul is closing down and takes no more work.
    #[error("closing")]
    Closing,
}

impl Error {
    /// Whether the same request may succeed later without a change.
    pub fn is_passing(&self) -> bool {
        matches!(self, Error::Store(_) | Error::Unknown(_) | Error::Closing)
    }

    /// Whether this concerns one action and not its whole group.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Error::Refused(_) | Error::NotFound(_) | Error::Forbidden(_) | Error::Broken(_))
    }

    /// Whether the action gave up by its own decision, so that what it wrote may be trusted to be nothing.
    pub(crate) fn is_decision(&self) -> bool {
        matches!(self, Error::Refused(_) | Error::NotFound(_) | Error::Forbidden(_))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Broken(format!("json: {error}"))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        let text = error.to_string();
        match &error {
            sqlx::Error::Database(database) if concerns_one_action(database.as_ref()) => Error::Broken(text),
            sqlx::Error::Database(_) => Error::Store(text),
            sqlx::Error::RowNotFound
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Encode(_)
            | sqlx::Error::Decode(_)
            | sqlx::Error::InvalidArgument(_) => Error::Broken(text),
            _ => Error::Store(text),
        }
    }
}

/// PostgreSQL tells it by the SQLSTATE class, SQLite by the primary code.
fn concerns_one_action(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() {
        return matches!(code.get(..2), Some("22" | "23" | "42" | "21"));
    }
    // 1 error in the statement, 18 too big, 19 constraint, 20 mismatch, 25 range.
    matches!(code.parse::<i32>().map(|code| code & 0xff), Ok(1 | 18 | 19 | 20 | 25))
}
