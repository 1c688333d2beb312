//! How a command fails: a sentence for the person, a number for the script.

use std::process::ExitCode;

use simpul_store::Error;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The work was done and found something wrong: a bad journal, refused rows.
    #[error("{0}")]
    Found(String),
    /// What was asked can't be meant so: a wrong option, a setting, a directory of another kind.
    #[error("{0}")]
    Usage(String),
    /// The database or the disk could not do it.
    #[error("{0}")]
    Store(String),
}

impl Failure {
    /// The exit code: 1 found, 2 usage, 3 database or disk. 0 is success.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Found(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Store(_) => 3,
        })
    }

    /// Names the file that an error of the operating system is about.
    pub fn io(path: &std::path::Path) -> impl Fn(std::io::Error) -> Failure + '_ {
        move |error| Failure::Store(format!("{}: {error}", path.display()))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Refused(refusal) => Failure::Usage(crate::messages::sentence(&refusal)),
            Error::Unfit(what) => Failure::Usage(what),
            Error::Store(what) => Failure::Store(what),
            Error::NotFound(what) => Failure::Usage(format!("not found: {what}")),
            Error::Forbidden(what) => Failure::Usage(format!("not allowed: {what}")),
            other => Failure::Store(other.to_string()),
        }
    }
}
