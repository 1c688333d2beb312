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
    /// A flag names a field or a column wrongly.
    #[error("{0}")]
    Mapping(String),
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
