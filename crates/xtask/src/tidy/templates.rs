//! Every template is used.

use std::collections::BTreeSet;

use super::Finding;
use super::files::Tree;

/// Names templates that no page and no other template names.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let used = used(tree);
    let templates = tree.own().filter_map(|file| {
        let (folder, name) = file.path.strip_prefix("crates/")?.split_once("/templates/")?;
        Some((file, folder, name))
    });
    templates
        .filter(|(_, folder, name)| {
            // A room finds its own templates and the shell's.
            let by_own = used.contains(&((*folder).to_owned(), (*name).to_owned()));
            let by_all = *folder == "shell" && used.iter().any(|(_, used)| used == name);
            !by_own && !by_all
        })
        .map(|(file, ..)| Finding::new(&file.path, 0, "no page and no template uses it"))
        .collect()
}

/// The templates that are named, each with the crate that names it.
fn used(tree: &Tree) -> BTreeSet<(String, String)> {
    let mut used = BTreeSet::new();
    for file in tree.own() {
        let Some(folder) = file.crate_folder() else { continue };
        let named: Vec<&str> = if file.path.ends_with(".rs") {
            after(&file.text, "path = \"").chain(after(&file.text, "path=\"")).collect()
        } else if file.path.contains("/templates/") {
            ["extends \"", "include \"", "import \""].iter().flat_map(|mark| after(&file.text, mark)).collect()
        } else {
            Vec::new()
        };
        used.extend(named.into_iter().map(|name| (folder.to_owned(), name.to_owned())));
    }
    used
}

/// What stands between each `mark` and the next quote.
fn after<'text>(text: &'text str, mark: &str) -> impl Iterator<Item = &'text str> {
    text.match_indices(mark)
        .filter_map(|(at, mark)| text[at + mark.len()..].split('"').next())
        .collect::<Vec<_>>()
        .into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unused_template_is_found() {
        let page = "#[derive(Template)]\n#[template(path = \"home.html\")]\nstruct Home;";
        let tree = Tree::of(&[
            ("crates/wall/src/pages.rs", page),
            ("crates/wall/templates/home.html", "{% extends \"layout.html\" %}{% include \"part.html\" %}"),
            ("crates/wall/templates/part.html", ""),
            ("crates/shell/templates/layout.html", ""),
            ("crates/report/templates/home.html", ""),
            ("crates/wall/templates/old.html", ""),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(found, ["crates/report/templates/home.html", "crates/wall/templates/old.html"]);
    }
}
