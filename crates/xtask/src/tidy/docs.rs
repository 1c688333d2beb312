//! A document has one title, and what it names exists.

use super::Finding;
use super::files::{File, Tree, resolve};

/// Names documents without one title, and paths in them that do not exist.
pub fn check(tree: &Tree) -> Vec<Finding> {
    tree.own().filter(|file| file.path.ends_with(".md")).flat_map(|file| document(tree, file)).collect()
}

fn document(tree: &Tree, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut titles = 0;
    let mut fenced = false;
    for (index, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            titles += usize::from(line.starts_with("# "));
            let named = ticked(line).filter(|name| is_path(tree, name)).chain(linked(line));
            for name in named.filter(|name| !exists(tree, &file.path, name)) {
                findings.push(Finding::new(&file.path, index + 1, format!("`{name}` does not exist")));
            }
        }
    }
    if titles != 1 {
        findings.push(Finding::new(&file.path, 0, format!("{titles} titles (`# …`); a document has one")));
    }
    findings
}

/// What stands in backticks.
fn ticked(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Where links lead inside the repository.
fn linked(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#', ' ']).next()?;
        (!target.is_empty() && !target.contains(':') && !target.starts_with('/')).then_some(target)
    })
}

/// Whether `name` is meant as a path of the repository: it begins as one does, and holds no placeholder.
fn is_path(tree: &Tree, name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let first = name.split('/').next().unwrap_or_default();
    let at_root = name.contains('/') && tree.holds(first);
    plain && (at_root || name.ends_with(".md"))
}

fn exists(tree: &Tree, document: &str, name: &str) -> bool {
    let folder = document.rsplit_once('/').map_or("", |(folder, _)| folder);
    tree.holds(name) || tree.holds(&resolve(folder, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Tree::of(&[("docs/a.md", text), ("docs/b.md", "# B"), ("crates/kernel/src/lib.rs", "")])).len()
    }

    #[test]
    fn a_document_has_one_title() {
        assert_eq!(count("# A\n```sh\n# a comment\n```\n## B\n"), 0);
        assert_eq!(count("text"), 1);
        assert_eq!(count("# A\n# B"), 1);
    }

    #[test]
    fn a_path_that_does_not_exist_is_found() {
        assert_eq!(
            count("# A\n`crates/kernel/src/lib.rs`, `crates/kernel`, [b](b.md#x), `b.md`, [up](../docs/b.md)"),
            0
        );
        assert_eq!(count("# A\n`crates/kernel/src/no.rs`"), 1);
        assert_eq!(count("# A\n[no](no.md)"), 1);
        assert_eq!(count("# A\n`gone.md`"), 1);
    }

    #[test]
    fn what_is_no_path_of_the_repository_is_not_asked_for() {
        assert_eq!(count("# A\n`/laporan/{number}`, `crates/*/x`, `text/xml`, `a/b`, [w](https://example.org)"), 0);
    }
}
