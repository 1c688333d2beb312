//! Every message that a page or a refusal names stands in both catalogues, and both say it with the same places.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::files::{File, Tree};
use super::rust::{Source, line_of};
use super::{Finding, is_test_path};
use crate::Failure;

/// Keys with their texts, of one file.
type Messages = BTreeMap<String, String>;

/// Names keys that one language lacks, places that differ, and keys in use that no catalogue has.
///
/// # Errors
/// A catalogue can't be read.
pub fn check(tree: &Tree) -> Result<Vec<Finding>, Failure> {
    let mut findings = Vec::new();
    let mut known = BTreeSet::new();
    let catalogues = tree.own().filter(|file| file.path.contains("/messages/") && file.path.ends_with(".toml"));
    for file in catalogues {
        let messages = read(file)?;
        known.extend(messages.keys().cloned());
        let other_path = match file.path.rsplit_once('/') {
            Some((folder, "id.toml")) => format!("{folder}/en.toml"),
            Some((folder, "en.toml")) => format!("{folder}/id.toml"),
            _ => continue,
        };
        let other = tree.file(&other_path).map(read).transpose()?.unwrap_or_default();
        findings.extend(compare(&file.path, &messages, &other_path, &other));
    }
    let tables = tables(&known);
    for file in tree.own() {
        let used = match &file.rust {
            Some(_) if is_test_path(&file.path) => continue,
            Some(source) => in_code(source, &tables),
            None if file.path.contains("/templates/") => in_template(&file.text, &known),
            None => continue,
        };
        let missing = used.into_iter().filter(|(_, key)| !known.contains(key));
        findings.extend(missing.map(|(line, key)| Finding::new(&file.path, line, format!("no catalogue has `{key}`"))));
    }
    Ok(findings)
}

fn read(file: &File) -> Result<Messages, Failure> {
    let table: Table = file.text.parse().map_err(|error| format!("{}: {error}", file.path))?;
    let mut messages = Messages::new();
    flatten("", &table, &mut messages);
    Ok(messages)
}

/// Writes nested tables as keys with dots.
fn flatten(prefix: &str, table: &Table, messages: &mut Messages) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            Value::Table(inner) => flatten(&key, inner, messages),
            other => drop(messages.insert(key, other.as_str().unwrap_or_default().to_owned())),
        }
    }
}

fn compare(path: &str, messages: &Messages, other_path: &str, other: &Messages) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, text) in messages {
        if text.trim().is_empty() {
            findings.push(Finding::new(path, 0, format!("`{key}` says nothing")));
        }
        match other.get(key) {
            // English has a singular, Indonesian needs none.
            None if path.ends_with("/en.toml")
                && key.strip_suffix("_one").is_some_and(|many| other.contains_key(many)) => {}
            None => findings.push(Finding::new(other_path, 0, format!("`{key}` is missing; {path} has it"))),
            Some(other_text) if places(text) != places(other_text) => {
                findings.push(Finding::new(path, 0, format!("`{key}` has other {{places}} than {other_path}")));
            }
            Some(_) => {}
        }
    }
    findings
}

/// The names in braces; doubled braces stand for themselves.
fn places(text: &str) -> BTreeSet<String> {
    let text = text.replace("{{", "").replace("}}", "");
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned())).collect()
}

/// The keys that a template names: whatever it hands over that is written as a key of a room.
fn in_template(text: &str, known: &BTreeSet<String>) -> Vec<(usize, String)> {
    let rooms: BTreeSet<&str> = known.iter().filter_map(|key| key.split('.').next()).collect();
    let is_used =
        |word: &&str| word.split_once('.').is_some_and(|(room, _)| rooms.contains(room)) && is_written_as_key(word);
    let mut used = Vec::new();
    for (at, open) in text.match_indices("{{").chain(text.match_indices("{%")) {
        let rest = &text[at + open.len()..];
        let inside = &rest[..rest.find(if open == "{{" { "}}" } else { "%}" }).unwrap_or(rest.len())];
        let words = inside.split('"').skip(1).step_by(2);
        used.extend(words.filter(is_used).map(|key| (line_of(text, at), key.to_owned())));
    }
    used
}

fn is_written_as_key(text: &str) -> bool {
    !text.ends_with('.') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c))
}

/// What asks for a message by its key.
const CALLS: [&str; 7] = [".t(", ".t1(", ".tx(", ".tn(", ".rich(", ".richx(", ".title_with("];

/// The keys that code names: in a call that takes one, or as a text that begins as the keys of one table do.
fn in_code(source: &Source, tables: &BTreeSet<&str>) -> Vec<(usize, String)> {
    let literals = source.strings.iter().filter(|literal| !source.is_test_line(literal.line));
    literals
        .filter(|literal| {
            let before = source.code[..literal.at].trim_end();
            CALLS.iter().any(|call| before.ends_with(call))
                || before.ends_with("Refusal::new(")
                || is_field_refusal(before)
                || is_in_a_table(&literal.text, tables)
        })
        .map(|literal| (literal.line, literal.text.clone()))
        .collect()
}

/// The tables of the catalogues, at least two names deep: `report.refused` of `report.refused.village`. What is less
/// deep is also the name of a journal line.
fn tables(known: &BTreeSet<String>) -> BTreeSet<&str> {
    let above = |key: &'_ str| key.match_indices('.').map(|(at, _)| at).collect::<Vec<_>>();
    known
        .iter()
        .flat_map(|key| above(key).into_iter().map(|at| &key[..at]))
        .filter(|table| table.contains('.'))
        .collect()
}

/// Whether `text` is written as a key of one of `tables`. The name of a table itself is put together with the rest
/// elsewhere.
fn is_in_a_table(text: &str, tables: &BTreeSet<&str>) -> bool {
    let table = text.rsplit_once('.').map(|(table, _)| table);
    is_written_as_key(text) && !tables.contains(text) && table.is_some_and(|table| tables.contains(table))
}

/// Whether the next argument is the second of `Refusal::field("field", "key")`.
fn is_field_refusal(before: &str) -> bool {
    let call = "Refusal::field(";
    let Some(at) = before.rfind(call) else { return false };
    let between = before[at + call.len()..].trim();
    between.strip_suffix(',').is_some_and(|field| !field.contains([',', '(', ')', ';']))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "[report.sent]\ntitle = \"Laporan {number} terkirim\"\nhint = \"Simpan\"\n";
    const EN: &str = "report.sent.title = \"Report {number} sent\"\nreport.sent.hint = \"Keep it\"\n";

    fn messages(id: &str, en: &str, path: &str, text: &str) -> Vec<String> {
        let tree =
            Tree::of(&[("crates/report/messages/id.toml", id), ("crates/report/messages/en.toml", en), (path, text)]);
        check(&tree).expect("the samples are TOML").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn both_languages_have_the_same_keys_and_places() {
        assert!(messages(ID, EN, "a", "").is_empty());
        assert_eq!(messages(ID, "report.sent.title = \"Report {number} sent\"", "a", "").len(), 1);
        assert_eq!(messages(ID, &EN.replace("{number}", "{no}"), "a", "").len(), 2, "seen from both");
        assert_eq!(messages(&ID.replace("Simpan", ""), EN, "a", "").len(), 1);
        assert!(messages("a = \"{n} {{x}}\"", "a = \"{n} s\"\na_one = \"{n}\"", "a", "").is_empty());
    }

    #[test]
    fn a_key_that_a_page_names_must_stand_in_the_catalogue() {
        let template = "crates/report/templates/sent.html";
        assert!(messages(ID, EN, template, "{{ page.t1(\"report.sent.title\", \"number\", n) }}").is_empty());
        assert_eq!(messages(ID, EN, template, "<h1>{{ page.t(\"report.sent.no\") }}</h1>").len(), 1);
        let field = "<p class=\"report.x\">{{ form.text(\"a\", \"report.sent.hint\").hint(\"report.no\") }}";
        assert_eq!(messages(ID, EN, template, field).len(), 1);
    }

    #[test]
    fn a_key_that_a_refusal_names_must_stand_in_the_catalogue() {
        let model = "crates/report/src/model.rs";
        assert!(messages(ID, EN, model, "fn a() { Refusal::field(\"village\", \"report.sent.hint\") }").is_empty());
        assert_eq!(messages(ID, EN, model, "fn a() { Refusal::field(\n  FIELD,\n  \"report.no\",\n) }").len(), 1);
        assert_eq!(messages(ID, EN, model, "fn a() { Refusal::new(\"report.no\") }").len(), 1);
        assert!(messages(ID, EN, model, "#[cfg(test)]\nmod tests { fn a() { Refusal::new(\"a.b\") } }").is_empty());
    }
}
