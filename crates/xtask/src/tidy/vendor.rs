//! What others made stands in a `VENDOR.toml` with its licence, and is byte for byte what was taken.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};
use toml::{Table, Value};

use super::Finding;
use super::files::{Tree, resolve};
use crate::Failure;

/// Names vendored files without a row, and rows without a licence or with another digest.
///
/// A row is `[[file]]` with `name` (from the folder of its `VENDOR.toml`), `licence`, `licence_file` and `sha256`.
///
/// # Errors
/// A `VENDOR.toml` can't be read.
pub fn check(tree: &Tree) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let mut rows: BTreeMap<String, (String, Table)> = BTreeMap::new();
    for list in tree.files.iter().filter(|file| file.path.ends_with("VENDOR.toml")) {
        let table: Table = list.text.parse().map_err(|error| format!("{}: {error}", list.path))?;
        let folder = list.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let files = table.get("file").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table);
        for row in files {
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            rows.insert(resolve(folder, name), (list.path.clone(), row.clone()));
        }
    }
    for (path, (list, row)) in &rows {
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().trim();
        if text("licence").is_empty() {
            findings.push(Finding::new(list, 0, format!("{path} has no `licence`")));
        }
        let folder = list.trim_end_matches("VENDOR.toml");
        if tree.file(&resolve(folder, text("licence_file"))).is_none() {
            findings.push(Finding::new(list, 0, format!("{path} has no `licence_file` beside it")));
        }
        match tree.file(path) {
            None => findings.push(Finding::new(list, 0, format!("{path} does not exist"))),
            Some(file) if digest(&file.bytes) != text("sha256") => {
                findings.push(Finding::new(list, 0, format!("{path} has the sha256 {}", digest(&file.bytes))));
            }
            Some(_) => {}
        }
    }
    let vendored = tree.files.iter().filter(|file| file.path.split('/').any(|part| part == "vendor"));
    for file in vendored.filter(|file| !is_record(&file.path) && !rows.contains_key(&file.path)) {
        findings.push(Finding::new(&file.path, 0, "has no row in a VENDOR.toml"));
    }
    Ok(findings)
}

/// Whether `path` is the list itself or the text of a licence.
fn is_record(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_uppercase();
    name == "VENDOR.TOML" || ["LICENSE", "LICENCE", "OFL", "COPYING", "NOTICE"].iter().any(|word| name.contains(word))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(list: &str) -> usize {
        let tree = Tree::of(&[
            ("crates/shell/vendor/VENDOR.toml", list),
            ("crates/shell/vendor/a.js", "abc"),
            ("crates/shell/vendor/LICENSE-a.txt", "MIT"),
        ]);
        check(&tree).expect("the sample is TOML").len()
    }

    const SHA256: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_vendored_file_needs_a_row_a_licence_and_its_digest() {
        let row = format!(
            "[[file]]\nname = \"a.js\"\nlicence = \"MIT\"\nlicence_file = \"LICENSE-a.txt\"\nsha256 = \"{SHA256}\"\n"
        );
        assert_eq!(count(&row), 0);
        assert_eq!(count(""), 1);
        assert_eq!(count(&row.replace("\"MIT\"", "\"\"")), 1);
        assert_eq!(count(&row.replace("LICENSE-a", "LICENSE-b")), 1);
        assert_eq!(count(&row.replace("ba78", "0000")), 1);
        assert_eq!(count(&format!("{row}{}", row.replace("a.js", "gone.js"))), 1);
    }
}
