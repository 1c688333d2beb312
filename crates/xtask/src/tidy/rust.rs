//! Rust text taken apart far enough for the rules: code without comments and literals, and the literals by line.
//!
//! A light reader, not a parser: it knows comments, strings, raw strings, characters and lifetimes, and it matches
//! braces. What the compiler accepts, it reads right; what it can't read, the compiler refuses anyway.

use std::ops::Range;

/// A Rust file, taken apart.
#[derive(Debug, Default)]
pub struct Source {
    /// The text with comments and the insides of literals blanked; every line and column stays where it was.
    pub code: String,
    /// The strings, in order.
    pub strings: Vec<Literal>,
    /// The lines that only tests see, counted from 1.
    test_lines: Vec<Range<usize>>,
}

/// A string in the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Where its opening quote stands in `code`, in bytes.
    pub at: usize,
    /// What stands between the quotes, escapes as written.
    pub text: String,
}

/// A function and the lines it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of `fn`, counted from 1.
    pub line: usize,
    /// Lines from `fn` to its closing brace.
    pub lines: usize,
}

impl Source {
    /// Takes `text` apart.
    pub fn new(text: &str) -> Source {
        let (code, strings) = Reader::new(text).read();
        let test_lines = test_lines(&code);
        Source { code, strings, test_lines }
    }

    /// Whether only tests see `line` (counted from 1).
    pub fn is_test_line(&self, line: usize) -> bool {
        self.test_lines.iter().any(|range| range.contains(&line))
    }

    /// The functions that have a body.
    pub fn functions(&self) -> Vec<Function> {
        words(&self.code)
            .filter(|(_, word)| *word == "fn")
            .filter_map(|(at, _)| {
                let name = words(&self.code[at + 2..]).next()?.1.to_owned();
                let body = body(&self.code, at)?;
                let line = line_of(&self.code, at);
                Some(Function { name, line, lines: line_of(&self.code, body.end - 1) - line + 1 })
            })
            .collect()
    }
}

/// The words of `code`, each with its place in bytes.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + code[at..].find(is_word)?;
        let end = code[start..].find(|c| !is_word(c)).map_or(code.len(), |length| start + length);
        at = end;
        Some((start, &code[start..end]))
    })
}

/// The line of the byte `at`, counted from 1.
pub fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// The braces, with what is between them, of the item that begins at `at`; none if it ends with a semicolon.
fn body(code: &str, at: usize) -> Option<Range<usize>> {
    let mut depth = 0_i32;
    let mut start = None;
    // Inside `[u8; 32]` and `(…)` a semicolon or brace is not the item's own.
    let mut nested = 0_i32;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' if start.is_none() => nested += 1,
            b')' | b']' if start.is_none() => nested -= 1,
            b';' if start.is_none() && nested == 0 => return None,
            b'{' if nested == 0 => {
                depth += 1;
                start = start.or(Some(offset));
            }
            b'}' if nested == 0 => {
                depth -= 1;
                if depth == 0 {
                    return start.map(|start| start..offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn test_lines(code: &str) -> Vec<Range<usize>> {
    ["#[cfg(test)]", "#[test]", "#[tokio::test"]
        .iter()
        .flat_map(|mark| code.match_indices(mark))
        .filter_map(|(at, mark)| {
            // After the attribute itself, whose brackets are not the item's.
            let end = at + mark.len() + if mark.ends_with(']') { 0 } else { code[at + mark.len()..].find(']')? + 1 };
            let end = body(code, end).map_or_else(|| code[at..].find(';').map_or(code.len(), |to| at + to), |b| b.end);
            Some(line_of(code, at)..line_of(code, end.min(code.len())) + 1)
        })
        .collect()
}

/// Reads text once from the left and blanks what is not code.
struct Reader<'text> {
    text: &'text str,
    at: usize,
    code: String,
    strings: Vec<Literal>,
}

impl<'text> Reader<'text> {
    fn new(text: &'text str) -> Reader<'text> {
        Reader { text, at: 0, code: String::with_capacity(text.len()), strings: Vec::new() }
    }

    fn read(mut self) -> (String, Vec<Literal>) {
        while let Some(next) = self.rest().chars().next() {
            let raw = self.raw_string_start();
            if self.rest().starts_with("//") {
                let end = self.rest().find('\n').unwrap_or(self.rest().len());
                self.blank(end);
            } else if self.rest().starts_with("/*") {
                let end = self.block_comment_end();
                self.blank(end);
            } else if let Some((quote, hashes)) = raw {
                self.raw_string(quote, hashes);
            } else if next == '"' {
                self.keep(1);
                let end = self.escaped_end('"');
                self.literal(end, 1);
            } else if next == '\'' {
                self.character_or_lifetime();
            } else {
                self.keep(next.len_utf8());
            }
        }
        (self.code, self.strings)
    }

    fn rest(&self) -> &'text str {
        &self.text[self.at..]
    }

    fn keep(&mut self, bytes: usize) {
        self.code.push_str(&self.rest()[..bytes]);
        self.at += bytes;
    }

    fn blank(&mut self, bytes: usize) {
        for byte in self.rest()[..bytes].bytes() {
            self.code.push(if byte == b'\n' { '\n' } else { ' ' });
        }
        self.at += bytes;
    }

    /// Where an `r"`, `br#"` … begins here: how far it is to its quote, and how many hashes it has.
    fn raw_string_start(&self) -> Option<(usize, usize)> {
        if self.code.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let rest = self.rest();
        let letters = if rest.starts_with('r') { 1 } else { 2 * usize::from(rest.starts_with("br")) };
        if letters == 0 {
            return None;
        }
        let hashes = rest[letters..].bytes().take_while(|byte| *byte == b'#').count();
        rest[letters + hashes..].starts_with('"').then_some((letters + hashes, hashes))
    }

    fn raw_string(&mut self, quote: usize, hashes: usize) {
        self.keep(quote + 1);
        let close = format!("\"{}", "#".repeat(hashes));
        let end = self.rest().find(&close).unwrap_or(self.rest().len());
        self.literal(end, close.len());
    }

    /// Takes `inside` bytes as a literal and keeps the `close` bytes that end it.
    fn literal(&mut self, inside: usize, close: usize) {
        let text = self.rest()[..inside].to_owned();
        self.strings.push(Literal { line: line_of(self.text, self.at), at: self.code.len() - 1, text });
        self.blank(inside);
        self.keep(close.min(self.rest().len()));
    }

    fn escaped_end(&self, close: char) -> usize {
        let mut escaped = false;
        for (offset, next) in self.rest().char_indices() {
            if !escaped && next == close {
                return offset;
            }
            escaped = !escaped && next == '\\';
        }
        self.rest().len()
    }

    fn character_or_lifetime(&mut self) {
        self.keep(1);
        let mut next = self.rest().chars();
        let (first, second) = (next.next(), next.next());
        // `'a'` and `'\n'` are characters; `'a` and `'static` are lifetimes.
        if first == Some('\\') || (second == Some('\'') && first != Some('\'')) {
            let end = self.escaped_end('\'');
            self.blank(end);
            self.keep(1.min(self.rest().len()));
        }
    }

    fn block_comment_end(&self) -> usize {
        let rest = self.rest();
        let (mut depth, mut at) = (0_usize, 0);
        while at < rest.len() {
            if rest[at..].starts_with("/*") {
                depth += 1;
                at += 2;
            } else if rest[at..].starts_with("*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += rest[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        rest.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_and_lines_stay() {
        let text =
            "let a = \"fn { // no\"; // fn x\nlet b = '{'; /* { /* é */ */ let c: &'static str = r#\"\"}\"#;\nend";
        let source = Source::new(text);
        assert_eq!(source.code.lines().count(), 3);
        assert!(!source.code.contains('{') && !source.code.contains("fn") && source.code.ends_with("\nend"));
        assert!(source.code.contains("let b = ' '") && source.code.contains("&'static str"));
        let found: Vec<(usize, &str)> = source.strings.iter().map(|s| (s.line, s.text.as_str())).collect();
        assert_eq!(found, [(1, "fn { // no"), (2, "\"}")]);
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string_or_a_character() {
        let source = Source::new(r#"f("a\"b", '\'', b"c\\", '"')"#);
        let found: Vec<&str> = source.strings.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(found, [r#"a\"b"#, r"c\\"]);
    }

    #[test]
    fn functions_are_measured_from_fn_to_brace() {
        let source = Source::new("trait T { fn no(a: [u8; 4]); }\nfn one(a: [u8; 4]) -> u8\n{\n  if x { 1 }\n}\n");
        assert_eq!(source.functions(), [Function { name: "one".to_owned(), line: 2, lines: 4 }]);
    }

    #[test]
    fn lines_of_tests_are_known() {
        let source = Source::new(
            "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\nfn c() {}\n#[cfg(test)]\nmod d;\nfn e() {}",
        );
        let tests: Vec<usize> = (1..=9).filter(|line| source.is_test_line(*line)).collect();
        assert_eq!(tests, [2, 3, 4, 5, 7, 8]);
    }
}
