//! The files of the repository: what git holds, and what it would hold.

use std::path::Path;
use std::process::Command;

use super::rust::Source;
use crate::Failure;

/// All files of the repository, without what git ignores.
#[derive(Debug, Default)]
pub struct Tree {
    /// Sorted by path.
    pub files: Vec<File>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// As stored.
    pub bytes: Vec<u8>,
    /// As text; empty for a binary file.
    pub text: String,
    /// Taken apart, for Rust.
    pub rust: Option<Source>,
}

impl File {
    /// A file of `path` that holds `bytes`.
    pub fn new(path: &str, bytes: Vec<u8>) -> File {
        let text =
            if bytes.contains(&0) { String::new() } else { String::from_utf8(bytes.clone()).unwrap_or_default() };
        let rust = path.ends_with(".rs").then(|| Source::new(&text));
        File { path: path.to_owned(), bytes, text, rust }
    }

    /// The folder of the crate that the file belongs to: `report` for `crates/report/src/lib.rs`.
    pub fn crate_folder(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split_once('/').map(|(folder, _)| folder)
    }

    /// Whether others made it, or it is the record of a tool.
    pub fn is_foreign(&self) -> bool {
        self.path == "Cargo.lock" || self.path.split('/').any(|part| part == "vendor")
    }
}

impl Tree {
    /// The file of `path`, if there is one.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &self.files[at])
    }

    /// The text of `path`, if there is such a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.file(path).map(|file| file.text.as_str())
    }

    /// Whether `path` is a file or a folder of the repository.
    pub fn holds(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.file(path).is_some() || self.files.iter().any(|file| file.path.starts_with(&folder))
    }

    /// The Rust files that the project wrote, each with its parts.
    pub fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.own().filter_map(|file| Some((file, file.rust.as_ref()?)))
    }

    /// The files that the project wrote.
    pub fn own(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| !file.is_foreign())
    }

    /// A tree of small samples.
    #[cfg(test)]
    pub fn of(samples: &[(&str, &str)]) -> Tree {
        let mut files: Vec<File> =
            samples.iter().map(|(path, text)| File::new(path, text.as_bytes().to_vec())).collect();
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Tree { files }
    }
}

/// The path from the root of what `name` means in `folder`.
pub fn resolve(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Reads the repository at `root`: what is committed and what is not yet.
///
/// # Errors
/// Git does not answer.
pub fn read(root: &Path) -> Result<Tree, Failure> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()?;
    if !listed.status.success() {
        return Err(format!("git ls-files: {}", String::from_utf8_lossy(&listed.stderr)).into());
    }
    let mut paths: Vec<String> =
        String::from_utf8_lossy(&listed.stdout).split_terminator('\0').map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    // A file that was removed but not yet from the index is no file any more.
    let files = paths.iter().filter_map(|path| Some(File::new(path, std::fs::read(root.join(path)).ok()?))).collect();
    Ok(Tree { files })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_its_files_and_folders() {
        let tree = Tree::of(&[("docs/a.md", "# A"), ("crates/kernel/src/lib.rs", "")]);
        assert!(tree.holds("docs") && tree.holds("docs/") && tree.holds("docs/a.md") && tree.holds("crates/kernel"));
        assert!(!tree.holds("doc") && !tree.holds("docs/b.md"));
        assert_eq!(tree.files[0].crate_folder(), Some("kernel"));
        assert_eq!(tree.files[1].crate_folder(), None);
    }

    #[test]
    fn a_path_is_resolved_from_its_folder() {
        assert_eq!(resolve("docs/a", "../b/./c.md"), "docs/b/c.md");
        assert_eq!(resolve("", "README.md"), "README.md");
    }

    #[test]
    fn a_binary_file_has_no_text() {
        assert_eq!(File::new("a.png", vec![0, 1, 2]).text, "");
    }
}
