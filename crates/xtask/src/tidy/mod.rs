//! The rules of the house that a machine can hold. Each is a pure function from text to findings, in a file of its own,
//! with a sample beside it that breaks the rule.

mod catalogue;
mod corpus;
mod docs;
mod files;
mod floors;
mod layout;
mod markup;
mod pure;
mod rust;
mod sql;
mod templates;
mod vendor;
mod words;

use std::fmt;
use std::path::Path;

use crate::Failure;

/// One place where the tree breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the root of the repository.
    pub path: String,
    /// The line, counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Every finding in the repository at `root`, in the order of files and lines.
///
/// # Errors
/// The files can't be listed or read, or `crates/xtask/tidy.toml` can't be understood.
pub fn run(root: &Path) -> Result<Vec<Finding>, Failure> {
    let tree = files::read(root)?;
    let exceptions = layout::Exceptions::parse(tree.text("crates/xtask/tidy.toml").unwrap_or_default())?;
    let mut findings = Vec::new();
    findings.extend(pure::check(&tree));
    findings.extend(sql::check(&tree));
    findings.extend(floors::check(&tree)?);
    findings.extend(layout::check(&tree, &exceptions));
    findings.extend(words::check(&tree));
    findings.extend(templates::check(&tree));
    findings.extend(catalogue::check(&tree)?);
    findings.extend(markup::check(&tree));
    findings.extend(vendor::check(&tree)?);
    findings.extend(corpus::check(&tree));
    findings.extend(docs::check(&tree));
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// Whether `path` holds tests alone.
fn is_test_path(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs") || path.starts_with("crates/e2e/")
}
