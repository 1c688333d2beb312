//! SQL stands in `sql.rs`, in migrations and in the store, and nowhere else.

use super::files::Tree;
use super::{Finding, is_test_path};

/// Names strings that are SQL in files that should hold none.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, source) in tree.rust().filter(|(file, _)| !may_hold_sql(&file.path)) {
        for literal in
            source.strings.iter().filter(|literal| is_sql(&literal.text) && !source.is_test_line(literal.line))
        {
            let start: String = literal.text.trim().chars().take(30).collect();
            findings.push(Finding::new(&file.path, literal.line, format!("SQL (\"{start}…\") belongs in sql.rs")));
        }
    }
    findings
}

fn may_hold_sql(path: &str) -> bool {
    path.ends_with("/sql.rs")
        || path.contains("/sql/")
        || path.contains("/migrations/")
        || path.starts_with("crates/store/")
        || is_test_path(path)
}

/// Whether `text` begins as a statement does. Statements are written in capitals throughout the project; words of a
/// sentence are not.
fn is_sql(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let (first, second, third) = (words.next(), words.next(), words.next());
    match (first.unwrap_or_default(), second.unwrap_or_default()) {
        ("SELECT", next) => !next.is_empty(),
        ("INSERT" | "REPLACE", "INTO" | "OR") | ("DELETE", "FROM") | ("TRUNCATE", "TABLE") => true,
        ("CREATE" | "ALTER" | "DROP", what) => {
            ["TABLE", "INDEX", "UNIQUE", "VIEW", "DATABASE", "ROLE", "VIRTUAL", "TRIGGER"].contains(&what)
        }
        ("UPDATE", next) => !next.is_empty() && third == Some("SET"),
        ("WITH", next) => !next.is_empty() && third.is_some_and(|third| third.starts_with("AS")),
        ("PRAGMA" | "VACUUM" | "ANALYZE" | "LISTEN" | "NOTIFY", next) => !next.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_in_a_page_is_found() {
        for text in [
            "SELECT id FROM report",
            " INSERT INTO a VALUES ($1)",
            "UPDATE a SET b = 1",
            "DELETE FROM a",
            "WITH x AS (SELECT 1) SELECT 1",
            "PRAGMA journal_mode",
            "CREATE TABLE a (b INTEGER)",
        ] {
            let page = format!("fn a() {{ f(\"{text}\"); }}");
            assert_eq!(check(&Tree::of(&[("crates/report/src/pages.rs", &page)])).len(), 1, "{text}");
            assert!(check(&Tree::of(&[("crates/report/src/sql.rs", &page)])).is_empty());
            assert!(check(&Tree::of(&[("crates/report/src/sql/inbox.rs", &page)])).is_empty());
        }
    }

    #[test]
    fn a_sentence_is_not_sql() {
        for text in ["Select a village", "UPDATE", "With AS a word", "DELETE", "SELECT"] {
            assert!(!is_sql(text), "{text}");
        }
    }
}
