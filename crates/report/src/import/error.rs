//! Why an import stopped.

/// What stops a whole import; a single record that is wrong is a [`super::RefusedRow`] instead.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file can't be read from disk.
    #[error("the file can't be read: {0}")]
    Io(#[from] std::io::Error),
    /// The file is not what it is said to be.
    #[error("{0}")]
    Unreadable(String),
    /// A column that every record needs is not there.
    #[error("no column holds `{name}`; name it as {name}=COLUMN, one of: {}", .seen.join(", "))]
    NoColumn {
        /// The field that it would hold.
        name: &'static str,
        /// The headers that are there.
        seen: Vec<String>,
    },
    /// A flag names a field or a column wrongly.
    #[error("{0}")]
    Mapping(String),
    /// The file could be read so far and no further; what was read before is in.
    #[error("{error}; before it: {read} read, {new} new, {changed} changed, {refused} refused")]
    Stopped {
        /// Why.
        error: Box<ImportError>,
        /// Records read.
        read: u64,
        /// Taken for the first time.
        new: u64,
        /// Known, and changed since.
        changed: u64,
        /// Not taken.
        refused: u64,
    },
    /// The database refused or failed; what was written before it stays.
    #[error("{0}")]
    Store(#[from] simpul_store::Error),
}

impl From<csv::Error> for ImportError {
    fn from(error: csv::Error) -> ImportError {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => ImportError::Io(error),
            other => ImportError::Unreadable(format!("the file is no CSV: {other:?}")),
        }
    }
}
