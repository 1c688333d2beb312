//! Pages hold no script, no style and no handler of their own: the content security policy would refuse them.

use super::files::Tree;
use super::{Finding, is_test_path};

/// Names inline scripts, styles, handlers, and resources of other hosts in templates and in strings of markup.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.own().filter(|file| file.path.contains("/templates/") || file.path.ends_with(".svg")) {
        findings.extend(scan(&file.path, 1, &file.text));
    }
    for (file, source) in
        tree.rust().filter(|(file, _)| file.crate_folder() != Some("xtask") && !is_test_path(&file.path))
    {
        let markup =
            source.strings.iter().filter(|literal| literal.text.contains('<') && !source.is_test_line(literal.line));
        findings.extend(markup.flat_map(|literal| scan(&file.path, literal.line, &literal.text.replace("\\\"", "\""))));
    }
    findings
}

fn scan(path: &str, first_line: usize, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut found = |at: usize, message: &str| {
        findings.push(Finding::new(path, first_line + text[..at].matches('\n').count(), message));
    };
    for (at, tag) in tags(text) {
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "style" => found(at, "a style belongs in the style sheet"),
            "script" => {
                // A block of data is not run.
                let body = text[at + 1 + tag.len()..].trim_start_matches('>').split("</").next().unwrap_or_default();
                if !tag.contains("application/json") && (!tag.contains("src=") || !body.trim().is_empty()) {
                    found(at, "a script belongs in a file of its own");
                }
            }
            _ => {}
        }
        for (attribute, value) in attributes(tag) {
            let attribute = attribute.to_ascii_lowercase();
            if attribute == "style" {
                found(at, "`style=` is refused by the browser; use a class");
            } else if attribute.starts_with("on") || attribute.starts_with("hx-on") {
                found(at, "a handler in an attribute is refused by the browser; put it into a script file");
            } else if value.trim_start().starts_with("javascript:") {
                found(at, "an address is no script");
            } else if is_loaded(&name, &attribute) && value.contains("//") {
                found(at, "loaded from another host; keep a copy under vendor");
            }
        }
    }
    findings
}

/// Whether the browser loads what `attribute` of a `<name>` holds.
fn is_loaded(name: &str, attribute: &str) -> bool {
    attribute == "src" || attribute == "srcset" || (name == "link" && attribute == "href")
}

/// The opening tags of `text`, without their angle brackets, each with its place.
fn tags(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('<').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        rest.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| (at, &rest[..tag_end(rest)]))
    })
}

/// Where the tag ends: at the first `>` outside quotes and outside `{{ … }}` or `{% … %}`.
fn tag_end(rest: &str) -> usize {
    outside(rest).find(|at| rest[*at..].starts_with('>')).unwrap_or(rest.len())
}

/// The attributes of a tag that have a value.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    outside(tag).filter(|at| tag[*at..].starts_with('=')).filter_map(|at| {
        let name = tag[..at].rsplit(|c: char| c.is_whitespace() || "\"'}".contains(c)).next()?;
        let rest = &tag[at + 1..];
        let value = match rest.chars().next()? {
            quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
            _ => rest.split(char::is_whitespace).next()?,
        };
        Some((name, value))
    })
}

/// The places of `text` that stand in no quotes and in no `{{ … }}` or `{% … %}`.
fn outside(text: &str) -> impl Iterator<Item = usize> {
    let (mut quote, mut depth) = (None, 0_i32);
    text.char_indices().filter_map(move |(at, next)| {
        match next {
            '{' => depth += 1,
            '}' => depth -= 1,
            '"' | '\'' if depth <= 0 => {
                quote = match quote {
                    None => Some(next),
                    Some(open) if open == next => None,
                    open => open,
                };
            }
            _ if quote.is_none() && depth <= 0 => return Some(at),
            _ => {}
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        check(&Tree::of(&[("crates/wall/templates/a.html", text)])).len()
    }

    #[test]
    fn what_the_policy_refuses_is_found() {
        for text in [
            "<p style=\"color:red\">",
            "<p\n class=\"a\"\n style='x'>",
            "<style>p{}</style>",
            "<script>go()</script>",
            "<script src=\"/a.js\">go()</script>",
            "<button onclick=\"go()\">",
            "<a href=\"javascript:go()\">",
            "<div hx-on:click=\"go()\">",
            "<img src=\"https://example.org/a.png\">",
            "<script src=\"//example.org/a.js\"></script>",
        ] {
            assert_eq!(count(text), 1, "{text}");
        }
    }

    #[test]
    fn what_it_allows_is_not() {
        for text in [
            "<p class=\"style\">one=1 <a href=\"https://example.org\">style=2</a>",
            "<script src=\"{{ page.asset(\"a.js\") }}\" defer></script>",
            "<script type=\"application/json\">{\"a\": 1}</script>",
            "<option value=\"1\"{% if a > 1 %} selected{% endif %}>",
            "<input name=\"only\" value=\"on=1\">",
        ] {
            assert_eq!(count(text), 0, "{text}");
        }
    }

    #[test]
    fn markup_in_strings_is_read_too() {
        let text = "fn a() -> String { format!(\"<g style=\\\"fill:red\\\">\") }";
        assert_eq!(check(&Tree::of(&[("crates/wall/src/chart.rs", text)])).len(), 1);
    }
}
