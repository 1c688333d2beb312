//! Words that say a thing is unfinished, switched off, or not ours to name.

use super::Finding;
use super::files::{File, Tree};
use super::rust::Source;

/// What says that something is unfinished. Written in two halves, so that this file does not name itself.
const UNFINISHED: [(&str, &str); 6] =
    [("TO", "DO"), ("FIX", "ME"), ("XX", "X:"), ("to", "do!("), ("unimple", "mented!("), ("#[ign", "ore")];

/// Hosts of package registries and the like: where packages come from is the machine's affair.
const REGISTRY_HOSTS: [(&str, &str); 9] = [
    ("crates", ".io"),
    ("pypi", ".org"),
    ("python", "hosted.org"),
    ("npm", "js.org"),
    ("npm", "js.com"),
    ("deb.", "debian.org"),
    ("un", "pkg.com"),
    ("js", "delivr.net"),
    ("docker", ".io"),
];

/// Names unfinished work, silenced lints without a reason, and registry hosts.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own() {
        findings.extend(unfinished(file));
        findings.extend(hosts(file));
        if let Some(source) = &file.rust {
            findings.extend(silenced(file, source));
        }
    }
    findings
}

fn unfinished(file: &File) -> impl Iterator<Item = Finding> {
    let marks = UNFINISHED.map(|(one, two)| format!("{one}{two}"));
    file.text.lines().enumerate().filter_map(move |(index, line)| {
        let mark = marks.iter().find(|mark| has_word(line, mark))?;
        Some(Finding::new(&file.path, index + 1, format!("`{mark}`: finish it, or file it where open work is kept")))
    })
}

fn hosts(file: &File) -> impl Iterator<Item = Finding> {
    let hosts = REGISTRY_HOSTS.map(|(one, two)| format!("{one}{two}"));
    file.text.lines().enumerate().filter_map(move |(index, line)| {
        let host = hosts.iter().find(|host| line.contains(host.as_str()))?;
        Some(Finding::new(&file.path, index + 1, format!("`{host}`: the project names no registry host")))
    })
}

/// `#[allow]` and `#[expect]` without a reason. What they silence without one, nobody can judge later.
fn silenced(file: &File, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, mark) in ["allow(", "expect("].iter().flat_map(|mark| source.code.match_indices(mark)) {
        let before = source.code[..at].trim_end();
        if !(before.ends_with("#[") || before.ends_with("#![")) {
            continue;
        }
        let attribute = source.code[at..].split(']').next().unwrap_or_default();
        if !attribute.contains("reason") {
            let line = super::rust::line_of(&source.code, at);
            let message = format!("`#[{})]` without `reason = \"…\"`", mark.trim_end_matches('('));
            findings.push(Finding::new(&file.path, line, message));
        }
    }
    findings
}

/// Whether `line` holds `mark` and not as a part of a longer word.
fn has_word(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let before = letter(line[..at].chars().next_back());
        let after = mark.ends_with(char::is_alphanumeric) && letter(line[at + mark.len()..].chars().next());
        !before && !after
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn unfinished_work_is_found_everywhere() {
        for (one, two) in UNFINISHED {
            assert_eq!(count("crates/a/src/lib.rs", &format!("// {one}{two}")), 1, "{one}{two}");
        }
        assert_eq!(count("docs/a.md", &format!("{}{} later", "TO", "DO")), 1);
        assert_eq!(count("a.rs", &format!("// {}{}S is a Spanish word", "TO", "DO")), 0);
    }

    #[test]
    fn a_registry_host_is_found() {
        assert_eq!(count("README.md", &format!("see {}{}/simpul", "crates", ".io")), 1);
    }

    #[test]
    fn a_silenced_lint_needs_a_reason() {
        assert_eq!(count("a.rs", "#[allow(dead_code)]\nfn a() {}"), 1);
        assert_eq!(count("a.rs", "#![expect(clippy::all)]"), 1);
        assert_eq!(
            count("a.rs", "#[expect(clippy::unwrap_used, reason = \"a constant\")]\nfn a() { b.expect(\"c\"); }"),
            0
        );
    }
}
