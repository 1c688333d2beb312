//! A corpus that a fuzzer has found is replayed by a test of the same name.
//!
//! `crates/CRATE/corpus/PARSER/…` holds the inputs, one a file; the test `corpus_PARSER` of that crate feeds every
//! one to the parser.

use std::collections::BTreeSet;

use super::Finding;
use super::files::Tree;

/// Names corpora that no test replays.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let folders: BTreeSet<(&str, &str)> = tree
        .own()
        .filter_map(|file| {
            let (folder, rest) = file.path.strip_prefix("crates/")?.split_once("/corpus/")?;
            Some((folder, rest.split_once('/')?.0))
        })
        .collect();
    let replayed = |folder: &str, parser: &str| {
        let name = format!("corpus_{parser}");
        tree.rust()
            .filter(|(file, _)| file.crate_folder() == Some(folder))
            .any(|(_, source)| source.functions().iter().any(|function| function.name == name))
    };
    let silent = folders.into_iter().filter(|(folder, parser)| !replayed(folder, parser));
    silent
        .map(|(folder, parser)| {
            let path = format!("crates/{folder}/corpus/{parser}");
            Finding::new(&path, 0, format!("no test `corpus_{parser}` of this crate replays it"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_without_its_test_is_found() {
        let corpus = ("crates/a/corpus/number/empty", "");
        let test = ("crates/a/src/number.rs", "#[test]\nfn corpus_number() {}");
        assert_eq!(check(&Tree::of(&[corpus])).len(), 1);
        assert_eq!(check(&Tree::of(&[corpus, ("crates/b/src/lib.rs", test.1)])).len(), 1);
        assert!(check(&Tree::of(&[corpus, test])).is_empty());
    }
}
