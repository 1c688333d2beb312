//! An arrow between crates goes down only, and rooms do not open into each other.

use toml::Table;

use super::Finding;
use super::files::Tree;
use crate::Failure;

/// The floors from the ground up. The crates of one floor never depend on each other.
const FLOORS: [&[&str]; 8] = [
    &["kernel"],
    &["office"],
    &["store"],
    &["people"],
    &["shell"],
    &["report", "admin", "emergency", "plan", "sense", "service", "payment", "channels"],
    &["wall"],
    &["simpul"],
];

/// Crates beside the house: nothing rests on them and they rest on nothing of it.
const BESIDE: [&str; 2] = ["xtask", "e2e"];

/// Dependencies that only some crates may name, and why.
const RESERVED: [(&str, &[&str], &str); 4] = [
    ("sqlx", &["store"], "the store alone names a database driver"),
    (
        "axum",
        &["shell", "report", "admin", "emergency", "plan", "sense", "service", "payment", "channels", "wall", "simpul"],
        "below the shell nothing knows of HTTP",
    ),
    ("lettre", &["store", "shell", "simpul"], "mail leaves by the outbox"),
    (
        "tokio",
        &[
            "store",
            "people",
            "shell",
            "report",
            "admin",
            "emergency",
            "plan",
            "sense",
            "service",
            "payment",
            "channels",
            "wall",
            "simpul",
            "e2e",
        ],
        "the kernel is pure",
    ),
];

/// Names dependencies that go up or sideways.
///
/// # Errors
/// A `Cargo.toml` can't be read.
pub fn check(tree: &Tree) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    for file in tree.own().filter(|file| file.path.ends_with("/Cargo.toml")) {
        let Some(folder) = file.crate_folder() else { continue };
        let manifest: Table = file.text.parse().map_err(|error| format!("{}: {error}", file.path))?;
        let mut found = |message: String| findings.push(Finding::new(&file.path, 0, message));
        if floor(folder).is_none() && !BESIDE.contains(&folder) {
            found(format!("`{folder}` stands on no floor; give it one in crates/xtask/src/tidy/floors.rs"));
        }
        if manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool) != Some(true) {
            found("the lints of the workspace are not switched on".to_owned());
        }
        for name in dependencies(&manifest) {
            if let Some(message) = refusal(folder, &name) {
                found(message);
            }
        }
    }
    Ok(findings)
}

fn floor(folder: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&folder))
}

/// Why the crate in `folder` may not depend on `name`, if so.
fn refusal(folder: &str, name: &str) -> Option<String> {
    if let Some((_, allowed, why)) = RESERVED.iter().find(|(reserved, ..)| *reserved == name) {
        return (!allowed.contains(&folder)).then(|| format!("`{name}`: {why}"));
    }
    let other = name.strip_prefix("simpul-").or_else(|| (name == "simpul").then_some("simpul"))?;
    match (floor(folder), floor(other)) {
        (Some(own), Some(below)) if below < own => None,
        (Some(own), Some(same)) if same == own => {
            Some(format!("`{other}` is on the same floor; meet it in the journal"))
        }
        _ => Some(format!("the arrow from `{folder}` to `{other}` does not go down")),
    }
}

fn dependencies(manifest: &Table) -> Vec<String> {
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    tables.iter().filter_map(|table| manifest.get(*table)?.as_table()).flat_map(Table::keys).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(folder: &str, body: &str) -> Vec<String> {
        let path = format!("crates/{folder}/Cargo.toml");
        let tree = Tree::of(&[(&path, body)]);
        check(&tree).expect("the sample is TOML").into_iter().map(|finding| finding.message).collect()
    }

    const LINTS: &str = "[lints]\nworkspace = true\n";

    #[test]
    fn an_arrow_goes_down_only() {
        let down = format!("{LINTS}[dependencies]\nsimpul-store.workspace = true\nsimpul-people.workspace = true\n");
        assert!(messages("report", &down).is_empty());
        let sideways = format!("{LINTS}[dependencies]\nsimpul-admin.workspace = true\n");
        assert_eq!(messages("report", &sideways).len(), 1);
        let up = format!("{LINTS}[dev-dependencies]\nsimpul-shell.workspace = true\n");
        assert_eq!(messages("people", &up).len(), 1);
    }

    #[test]
    fn a_driver_below_or_above_the_store_is_found() {
        assert_eq!(messages("report", &format!("{LINTS}[dependencies]\nsqlx.workspace = true\n")).len(), 1);
        assert_eq!(messages("kernel", &format!("{LINTS}[dependencies]\ntokio.workspace = true\n")).len(), 1);
        assert!(messages("store", &format!("{LINTS}[dependencies]\nsqlx.workspace = true\n")).is_empty());
    }

    #[test]
    fn a_crate_without_floor_or_lints_is_found() {
        assert_eq!(messages("attic", LINTS).len(), 1);
        assert_eq!(messages("report", "[dependencies]\n").len(), 1);
    }
}
