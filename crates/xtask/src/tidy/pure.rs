//! `kernel` and every `model.rs` decide; they touch nothing outside themselves.

use super::files::Tree;
use super::rust::{Source, line_of, words};
use super::{Finding, is_test_path};

/// Crates and modules that reach outside, or that stand on a floor which does.
const OUTSIDE: [&str; 22] = [
    "sqlx",
    "axum",
    "tokio",
    "hyper",
    "tower",
    "reqwest",
    "ureq",
    "lettre",
    "getrandom",
    "rand",
    "askama",
    "simpul_store",
    "simpul_shell",
    "std::fs",
    "std::net",
    "std::env",
    "std::io",
    "std::process",
    "std::thread",
    "std::os",
    "std::time::SystemTime",
    "std::time::Instant",
];

/// Names what reaches outside in `kernel` and in the models.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| must_be_pure(&file.path)) {
        for (line, path) in paths(source).filter(|(line, _)| !source.is_test_line(*line)) {
            let outside = OUTSIDE.iter().find(|outside| path == **outside || path.starts_with(&format!("{outside}::")));
            if let Some(outside) = outside {
                findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("`{outside}` reaches outside; this file is pure"),
                ));
            }
        }
        for (at, word) in words(&source.code).filter(|(_, word)| *word == "async") {
            let line = line_of(&source.code, at);
            if !source.is_test_line(line) {
                findings.push(Finding::new(
                    &file.path,
                    line,
                    format!("`{word}` waits for something outside; this file is pure"),
                ));
            }
        }
    }
    findings
}

fn must_be_pure(path: &str) -> bool {
    let model = path.ends_with("/src/model.rs") || path.contains("/src/model/");
    (model || path.starts_with("crates/kernel/src/")) && !is_test_path(path)
}

/// Every path that the code names, imports in braces written out: `use std::{fs, net::IpAddr}` names `std::fs` and
/// `std::net::IpAddr`.
fn paths(source: &Source) -> impl Iterator<Item = (usize, String)> {
    let code = &source.code;
    let mut found = Vec::new();
    let mut import_end = 0;
    for (at, word) in words(code) {
        let line = line_of(code, at);
        if at < import_end {
            // Written out already.
        } else if word == "use" {
            let tree = code[at + 3..].split(';').next().unwrap_or_default();
            import_end = at + 3 + tree.len();
            expand("", tree.trim(), &mut |path| found.push((line, path)));
        } else if !code[..at].ends_with("::") {
            let length = code[at..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(0);
            if code[at..at + length].contains("::") {
                found.push((line, code[at..at + length].trim_end_matches(':').to_owned()));
            }
        }
    }
    found.into_iter()
}

/// Writes out the import `tree` under `prefix`.
fn expand(prefix: &str, tree: &str, each: &mut impl FnMut(String)) {
    let tree = tree.trim();
    let Some((head, rest)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim().trim_end_matches("::self");
        each(format!("{prefix}{path}").trim_start_matches("::").trim_end_matches("::self").to_owned());
        return;
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let prefix = format!("{prefix}{}", head.trim());
    let (mut depth, mut start) = (0, 0);
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                expand(&prefix, &inside[start..at], each);
                start = at + 1;
            }
            _ => {}
        }
    }
    if !inside[start..].trim().is_empty() {
        expand(&prefix, &inside[start..], each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_model_that_reaches_outside_is_found_however_it_is_written() {
        let model = "crates/report/src/model.rs";
        for text in [
            "use std::fs;",
            "use std::{fmt, fs::File};",
            "use std::{collections::{BTreeMap, BTreeSet}, net};",
            "use tokio::time as t;",
            "fn a() { let b = std::time::SystemTime::now(); }",
            "use simpul_store::Conn;",
            "pub async fn a() {}",
        ] {
            assert_eq!(findings(model, text).len(), 1, "{text}");
        }
    }

    #[test]
    fn tests_words_in_text_and_other_files_may() {
        assert!(findings("crates/report/src/sql.rs", "use tokio::time;").is_empty());
        let kernel = "crates/kernel/src/area.rs";
        for text in [
            "// std::fs is not used\nconst A: &str = \"std::fs\";",
            "#[cfg(test)]\nmod tests { use std::fs; }",
            "use std::{fmt, time::Duration};",
        ] {
            assert!(findings(kernel, text).is_empty(), "{text}");
        }
    }
}
