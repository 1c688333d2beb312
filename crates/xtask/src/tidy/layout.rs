//! Lines, functions and files stay short enough to be read at once.

use std::collections::BTreeMap;

use toml::Table;

use super::Finding;
use super::files::Tree;
use crate::Failure;

/// Longest line, in characters. It holds for what is read as code: Rust, SQL, CSS, scripts. Not for Markdown, whose
/// tables and addresses can't be broken, and not for templates, where a line break is white space that the reader sees.
const LINE_MAX_CHARS: usize = 120;
/// Longest function, in lines from `fn` to its closing brace.
const FUNCTION_MAX_LINES: usize = 70;
/// Longest file, in lines.
const FILE_MAX_LINES: usize = 800;

/// The functions and files that may be longer, each with its reason: `crates/xtask/tidy.toml`.
#[derive(Debug, Default)]
pub struct Exceptions {
    functions: BTreeMap<String, String>,
    files: BTreeMap<String, String>,
}

impl Exceptions {
    /// Reads `[long-functions]` (`"path::name" = "reason"`) and `[long-files]` (`"path" = "reason"`).
    ///
    /// # Errors
    /// The text is no TOML of this form.
    pub fn parse(text: &str) -> Result<Exceptions, Failure> {
        let table: Table = text.parse().map_err(|error| format!("crates/xtask/tidy.toml: {error}"))?;
        let read = |name: &str| -> BTreeMap<String, String> {
            let rows = table.get(name).and_then(toml::Value::as_table).into_iter().flatten();
            rows.map(|(key, reason)| (key.clone(), reason.as_str().unwrap_or_default().trim().to_owned())).collect()
        };
        Ok(Exceptions { functions: read("long-functions"), files: read("long-files") })
    }
}

/// Names what is too long, and exceptions that nothing needs or that give no reason.
pub fn check(tree: &Tree, exceptions: &Exceptions) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut used = Vec::new();
    for file in tree.own().filter(|file| has_lines(&file.path)) {
        for (index, line) in file.text.lines().enumerate() {
            let length = line.chars().count();
            if length > LINE_MAX_CHARS {
                findings.push(Finding::new(
                    &file.path,
                    index + 1,
                    format!("{length} characters; {LINE_MAX_CHARS} are the most"),
                ));
            }
        }
    }
    for (file, source) in tree.rust() {
        let lines = file.text.lines().count();
        if lines > FILE_MAX_LINES && !excused(&exceptions.files, &file.path, &mut used) {
            let message = format!("{lines} lines; a file over {FILE_MAX_LINES} becomes a folder of the same name");
            findings.push(Finding::new(&file.path, 0, message));
        }
        for function in source.functions().into_iter().filter(|function| function.lines > FUNCTION_MAX_LINES) {
            if !excused(&exceptions.functions, &format!("{}::{}", file.path, function.name), &mut used) {
                let message =
                    format!("`{}` has {} lines; {FUNCTION_MAX_LINES} are the most", function.name, function.lines);
                findings.push(Finding::new(&file.path, function.line, message));
            }
        }
    }
    let unused = exceptions.functions.keys().chain(exceptions.files.keys()).filter(|key| !used.contains(*key));
    findings.extend(
        unused.map(|key| Finding::new("crates/xtask/tidy.toml", 0, format!("nothing needs the exception of {key}"))),
    );
    findings
}

fn has_lines(path: &str) -> bool {
    [".rs", ".sql", ".css", ".js", ".sh"].iter().any(|end| path.ends_with(end)) || path == ".ci/run"
}

/// Whether `key` is named with a reason; remembers that it was asked for.
fn excused(exceptions: &BTreeMap<String, String>, key: &str, used: &mut Vec<String>) -> bool {
    let Some(reason) = exceptions.get(key) else {
        return false;
    };
    used.push(key.to_owned());
    !reason.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str, exceptions: &str) -> usize {
        let exceptions = Exceptions::parse(exceptions).expect("the sample is TOML");
        check(&Tree::of(&[(path, text)]), &exceptions).len()
    }

    #[test]
    fn a_long_line_is_found_in_code_and_not_in_prose() {
        let line = "é".repeat(121);
        assert_eq!(count("crates/a/src/lib.rs", &line, ""), 1);
        assert_eq!(count("crates/a/assets/a.css", &line[..240], ""), 0);
        assert_eq!(count("docs/a.md", &line, ""), 0);
        assert_eq!(count("crates/a/vendor/a.js", &line, ""), 0);
    }

    #[test]
    fn a_long_function_needs_a_reason() {
        let text = format!("fn long() {{\n{}}}\n", "a();\n".repeat(69));
        assert_eq!(count("a.rs", &text, ""), 1);
        assert_eq!(count("a.rs", &text, "[long-functions]\n\"a.rs::long\" = \"one table\""), 0);
        assert_eq!(count("a.rs", &text, "[long-functions]\n\"a.rs::long\" = \" \""), 1);
    }

    #[test]
    fn a_long_file_needs_a_reason_and_an_exception_a_need() {
        let text = "\n".repeat(801);
        assert_eq!(count("a.rs", &text, ""), 1);
        assert_eq!(count("a.rs", &text, "[long-files]\n\"a.rs\" = \"one table\""), 0);
        assert_eq!(count("a.rs", "", "[long-files]\n\"a.rs\" = \"one table\""), 1);
    }
}
