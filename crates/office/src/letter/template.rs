//! Papers that a regency writes itself: a text file with headings, lists, tables and places for what Simpul knows.
//!
//! ```text
//! # Bab I Pendahuluan                 a heading; ## and ### are lower ones
//! Words, until an empty line, are one paragraph. {{daerah}} is a place for a value.
//! - an item                           a list with bullets
//! 1. an item                          a list with numbers
//! | Program | Target |                a table; its first row is the heading
//! {{#program}}                        what stands up to {{/program}} is repeated for each programme
//! | {{nama}} | {{target}} |
//! {{/program}}
//! {{*grafik}}                         alone in its line: a part that Simpul draws (tables, photos, signatures)
//! ===                                 a new page
//! ```
//!
//! What fills a place is never read as a mark: a programme called `# A` is a programme called `# A`. A place without
//! a value shows the gap that the caller chose, so that a reader sees what is missing. Mistakes are told all at once,
//! each with its line.

use std::collections::{BTreeMap, BTreeSet};

use simpul_kernel::Refusal;

use super::Block;
use crate::{Cell, Column};

/// Largest template, in bytes.
pub const TEMPLATE_MAX_BYTES: usize = 256 * 1024;
/// Most lines of a filled template.
pub const TEMPLATE_LINES_MAX_COUNT: usize = 50_000;
/// Longest name that is told in a fault, in characters.
const SHOWN_MAX_CHARS: usize = 60;
/// Deepest repetition within repetitions.
const DEPTH_MAX_COUNT: usize = 3;

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateFault {
    /// In which line, from 1.
    pub line: usize,
    /// What.
    pub kind: TemplateFaultKind,
}

/// Kinds of mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateFaultKind {
    /// The file is larger than a template may be, or becomes so.
    TooLong,
    /// `{{` without `}}`, or a name with other than letters, digits, `_` and `.`.
    BadPlace(String),
    /// `{{/a}}` without `{{#a}}`, or the reverse.
    Unpaired(String),
    /// Repetitions stand too deep in each other.
    TooDeep(String),
    /// Nothing fills this place here; these names are known.
    Unknown(String, Vec<String>),
}

impl TemplateFault {
    /// What is wrong, in words of the catalogue.
    pub fn refusal(&self) -> Refusal {
        let refusal = match &self.kind {
            TemplateFaultKind::TooLong => Refusal::new("office.template.too_long"),
            TemplateFaultKind::BadPlace(name) => Refusal::new("office.template.bad_place").with("name", shown(name)),
            TemplateFaultKind::Unpaired(name) => Refusal::new("office.template.unpaired").with("name", shown(name)),
            TemplateFaultKind::TooDeep(name) => Refusal::new("office.template.too_deep").with("name", shown(name)),
            TemplateFaultKind::Unknown(name, known) => {
                Refusal::new("office.template.unknown").with("name", shown(name)).with("known", known.join(", "))
            }
        };
        refusal.with("line", self.line.to_string())
    }
}

/// A name as it is told: a place that is never closed is as long as its line.
fn shown(name: &str) -> String {
    name.chars().take(SHOWN_MAX_CHARS).collect()
}

/// What fills a template.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Data {
    values: BTreeMap<String, String>,
    parts: BTreeMap<String, Vec<Block>>,
    lists: BTreeMap<String, Vec<Data>>,
}

impl Data {
    /// Fills the place `{{name}}`.
    #[must_use]
    pub fn value(mut self, name: &str, value: impl Into<String>) -> Data {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Fills the place `{{*name}}`.
    #[must_use]
    pub fn part(mut self, name: &str, blocks: Vec<Block>) -> Data {
        self.parts.insert(name.to_owned(), blocks);
        self
    }

    /// Fills `{{#name}} … {{/name}}`, once for each.
    #[must_use]
    pub fn list(mut self, name: &str, entries: Vec<Data>) -> Data {
        self.lists.insert(name.to_owned(), entries);
        self
    }

    /// The places that this fills, for whoever writes a template: first those of the whole, then those within each
    /// repetition, which is named with the ones around it. Of a list's entries the first is looked at.
    pub fn places(&self) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        self.gather("", &mut found);
        found
    }

    fn gather(&self, within: &str, found: &mut Vec<(String, Vec<String>)>) {
        let values = self.values.keys().map(|name| format!("{{{{{name}}}}}"));
        let parts = self.parts.keys().map(|name| format!("{{{{*{name}}}}}"));
        found.push((within.to_owned(), values.chain(parts).collect()));
        for (name, entries) in &self.lists {
            let inner = format!("{within}{{{{#{name}}}}}");
            match entries.first() {
                Some(first) => first.gather(&inner, found),
                None => found.push((inner, Vec::new())),
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Place(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    Empty,
    Heading(u8),
    Bullet,
    Number,
    Row,
    Break,
    Words,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// A line: its cells if it is a row, else one.
    Line(usize, Kind, Vec<Vec<Piece>>),
    Part(usize, String),
    Repeat(usize, String, Vec<Node>),
}

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Node>);

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.'))
}

/// The pieces of a text, or the place that is wrong.
fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}").ok_or_else(|| after.to_owned())?;
        if !is_name(name.trim()) {
            return Err(name.to_owned());
        }
        if !before.is_empty() {
            pieces.push(Piece::Words(before.to_owned()));
        }
        pieces.push(Piece::Place(name.trim().to_owned()));
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}

/// The kind of a line, and its words without the mark.
fn kind(line: &str) -> (Kind, Vec<&str>) {
    let marked = |mark: &str| line.strip_prefix(mark).and_then(|rest| rest.strip_prefix(' ')).map(str::trim);
    if line.is_empty() {
        return (Kind::Empty, Vec::new());
    }
    if line.len() >= 3 && line.chars().all(|sign| sign == '=') {
        return (Kind::Break, Vec::new());
    }
    for (level, mark) in (1u8..).zip(["#", "##", "###"]) {
        if let Some(words) = marked(mark) {
            return (Kind::Heading(level), vec![words]);
        }
    }
    if let Some(words) = marked("-").or_else(|| marked("*")) {
        return (Kind::Bullet, vec![words]);
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(words) = line.get(digits..).filter(|_| digits > 0).and_then(|rest| rest.strip_prefix(". ")) {
        return (Kind::Number, vec![words.trim()]);
    }
    if let Some(inner) = line.strip_prefix('|').filter(|rest| rest.contains('|')) {
        let inner = inner.strip_suffix('|').unwrap_or(inner);
        return (Kind::Row, inner.split('|').map(str::trim).collect());
    }
    (Kind::Words, vec![line])
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// Every mistake with its line.
    pub fn parse(text: &str) -> Result<Template, Vec<TemplateFault>> {
        if text.len() > TEMPLATE_MAX_BYTES {
            return Err(vec![TemplateFault { line: 1, kind: TemplateFaultKind::TooLong }]);
        }
        let mut faults = Vec::new();
        let mut open: Vec<(usize, String, Vec<Node>)> = vec![(0, String::new(), Vec::new())];
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let line = line.trim();
            let alone = line.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
            let mut found = |kind| faults.push(TemplateFault { line: number, kind });
            let node = match alone
                .and_then(|inner| inner.chars().next().map(|mark| (mark, inner[mark.len_utf8()..].trim())))
            {
                Some((mark @ ('#' | '/' | '*'), name)) => {
                    if !is_name(name) {
                        found(TemplateFaultKind::BadPlace(name.to_owned()));
                        continue;
                    }
                    match mark {
                        '*' => Some(Node::Part(number, name.to_owned())),
                        '#' => {
                            if open.len() > DEPTH_MAX_COUNT {
                                found(TemplateFaultKind::TooDeep(name.to_owned()));
                            }
                            open.push((number, name.to_owned(), Vec::new()));
                            None
                        }
                        _ => match open.pop_if(|(_, opened, _)| opened == name) {
                            Some((start, name, nodes)) => Some(Node::Repeat(start, name, nodes)),
                            None => {
                                found(TemplateFaultKind::Unpaired(name.to_owned()));
                                None
                            }
                        },
                    }
                }
                _ => {
                    let (kind, cells) = kind(line);
                    match cells.into_iter().map(pieces).collect() {
                        Ok(cells) => Some(Node::Line(number, kind, cells)),
                        Err(place) => {
                            found(TemplateFaultKind::BadPlace(place));
                            None
                        }
                    }
                }
            };
            if let (Some(node), Some((.., nodes))) = (node, open.last_mut()) {
                nodes.push(node);
            }
        }
        let unclosed =
            open.drain(1..).map(|(line, name, _)| TemplateFault { line, kind: TemplateFaultKind::Unpaired(name) });
        faults.extend(unclosed.collect::<Vec<_>>());
        faults.sort_by_key(|fault| fault.line);
        match (open.pop(), faults.is_empty()) {
            (Some((.., nodes)), true) => Ok(Template(nodes)),
            _ => Err(faults),
        }
    }

    /// The blocks of the filled template; `gap` stands where a value is empty.
    ///
    /// # Errors
    /// Places that nothing fills, each with its line, and a paper that becomes too long.
    pub fn fill(&self, data: &Data, gap: &str) -> Result<Vec<Block>, Vec<TemplateFault>> {
        let mut filling = Filling { gap, lines: Vec::new(), faults: Vec::new() };
        filling.nodes(&self.0, &[data]);
        if filling.faults.is_empty() { Ok(blocks(filling.lines)) } else { Err(filling.faults) }
    }
}

/// A line of the filled template.
enum Line {
    Words(Kind, Vec<String>),
    Part(Vec<Block>),
}

struct Filling<'a> {
    gap: &'a str,
    lines: Vec<Line>,
    faults: Vec<TemplateFault>,
}

impl Filling<'_> {
    fn unknown(&mut self, line: usize, name: &str, known: BTreeSet<&String>) {
        let kind = TemplateFaultKind::Unknown(name.to_owned(), known.into_iter().cloned().collect());
        let fault = TemplateFault { line, kind };
        // A list of a hundred entries lacks the same place a hundred times.
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    /// `data` from the whole to the innermost entry: a place is looked for from within.
    fn nodes(&mut self, nodes: &[Node], data: &[&Data]) {
        for node in nodes {
            if self.lines.len() >= TEMPLATE_LINES_MAX_COUNT {
                let fault = TemplateFault { line: 1, kind: TemplateFaultKind::TooLong };
                if !self.faults.contains(&fault) {
                    self.faults.push(fault);
                }
                return;
            }
            match node {
                Node::Line(line, kind, cells) => {
                    let cells = cells.iter().map(|cell| self.words(*line, cell, data)).collect();
                    self.lines.push(Line::Words(kind.clone(), cells));
                }
                Node::Part(line, name) => match data.iter().rev().find_map(|data| data.parts.get(name)) {
                    Some(blocks) => self.lines.push(Line::Part(blocks.clone())),
                    None => self.unknown(*line, name, data.iter().flat_map(|data| data.parts.keys()).collect()),
                },
                Node::Repeat(line, name, inner) => match data.iter().rev().find_map(|data| data.lists.get(name)) {
                    Some(entries) => {
                        for entry in entries {
                            let within: Vec<&Data> = data.iter().copied().chain([entry]).collect();
                            self.nodes(inner, &within);
                        }
                    }
                    None => self.unknown(*line, name, data.iter().flat_map(|data| data.lists.keys()).collect()),
                },
            }
        }
    }

    fn words(&mut self, line: usize, pieces: &[Piece], data: &[&Data]) -> String {
        let mut out = String::new();
        for piece in pieces {
            match piece {
                Piece::Words(words) => out.push_str(words),
                Piece::Place(name) => match data.iter().rev().find_map(|data| data.values.get(name)) {
                    Some(value) if value.trim().is_empty() => out.push_str(self.gap),
                    Some(value) => out.push_str(value),
                    None => self.unknown(line, name, data.iter().flat_map(|data| data.values.keys()).collect()),
                },
            }
        }
        out
    }
}

/// Lines of one kind that follow each other are one block.
fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // Whether the line before belongs to the same paragraph.
    let mut goes_on = false;
    for line in lines {
        let (kind, mut cells) = match line {
            Line::Words(kind, cells) => (kind, cells),
            Line::Part(part) => {
                blocks.extend(part);
                goes_on = false;
                continue;
            }
        };
        let words = if kind == Kind::Row { String::new() } else { cells.pop().unwrap_or_default() };
        let last = blocks.last_mut().filter(|_| goes_on);
        goes_on = kind != Kind::Empty;
        match (kind, last) {
            (Kind::Empty, _) => {}
            (Kind::Heading(level), _) => blocks.push(Block::Heading { level, text: words }),
            (Kind::Break, _) => blocks.push(Block::PageBreak),
            (Kind::Bullet, Some(Block::Bullets(items))) | (Kind::Number, Some(Block::Numbered(items))) => {
                items.push(words)
            }
            (Kind::Bullet, _) => blocks.push(Block::Bullets(vec![words])),
            (Kind::Number, _) => blocks.push(Block::Numbered(vec![words])),
            (Kind::Row, Some(Block::Table { rows, .. })) => rows.push(cells.into_iter().map(Cell::text).collect()),
            (Kind::Row, _) => {
                let columns = cells.into_iter().map(|name| Column { name, share: 1, right: false }).collect();
                blocks.push(Block::Table { columns, rows: Vec::new(), row_height_mm: 0 });
            }
            (Kind::Words, Some(Block::Paragraph { text, .. })) => {
                text.push(' ');
                text.push_str(&words);
            }
            (Kind::Words, _) => blocks.push(Block::words(words)),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOOK: &str = "# Masterplan {{daerah}}\n\nVisi:\n{{visi}}\n\n## Program\n| Program | Target |\n{{#program}}\n\
        | {{nama}} | {{target}} |\n{{/program}}\n\n{{#program}}\n### {{nama}} di {{daerah}}\n- satu\n- dua\n\n\
        1. pertama\n2. kedua\n{{/program}}\n===\n{{*grafik}}\n";

    fn data() -> Data {
        let entry = |name: &str, target: &str| Data::default().value("nama", name).value("target", target);
        Data::default()
            .value("daerah", "Luwu Utara")
            .value("visi", "")
            .list("program", vec![entry("# Sungai | Masamba", "700 m"), entry("{{daerah}}", "")])
            .part("grafik", vec![Block::words("gambar")])
    }

    #[test]
    fn a_template_becomes_blocks_and_values_are_no_marks() {
        let blocks = Template::parse(BOOK).unwrap().fill(&data(), "……").unwrap();
        assert_eq!(blocks[0], Block::heading(1, "Masterplan Luwu Utara"));
        assert_eq!(blocks[1], Block::words("Visi: ……"));
        let Block::Table { columns, rows, .. } = &blocks[3] else { panic!("{blocks:?}") };
        assert_eq!(columns[1].name, "Target");
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(|cell| cell.text.as_str()).collect()).collect();
        assert_eq!(rows, [["# Sungai | Masamba", "700 m"], ["{{daerah}}", "……"]]);
        assert_eq!(blocks[4], Block::heading(3, "# Sungai | Masamba di Luwu Utara"));
        assert_eq!(blocks[5], Block::Bullets(vec!["satu".into(), "dua".into()]));
        assert_eq!(blocks[6], Block::Numbered(vec!["pertama".into(), "kedua".into()]));
        assert_eq!(blocks[7], Block::heading(3, "{{daerah}} di Luwu Utara"));
        assert_eq!(blocks[10..], [Block::PageBreak, Block::words("gambar")]);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let wrong = "{{a b}}\n{{/x}}\n{{#y}}\nteks {{belum\n{{#a}}\n{{#b}}\n{{#c}}\n{{/c}}\n{{/b}}\n{{/a}}\n";
        let faults = Template::parse(wrong).unwrap_err();
        let told: Vec<(usize, &str)> = faults
            .iter()
            .map(|fault| (fault.line, fault.refusal().key.trim_start_matches("office.template.")))
            .collect();
        assert_eq!(told, [(1, "bad_place"), (2, "unpaired"), (3, "unpaired"), (4, "bad_place"), (7, "too_deep")]);
        let unknown = Template::parse("a\n{{deerah}}\n{{#program}}\n{{nma}}\n{{/program}}\n{{*foto}}").unwrap();
        let faults = unknown.fill(&data(), "").unwrap_err();
        assert_eq!(faults.iter().map(|fault| fault.line).collect::<Vec<_>>(), [2, 4, 6]);
        let TemplateFaultKind::Unknown(name, known) = &faults[0].kind else { panic!("{faults:?}") };
        assert_eq!((name.as_str(), known.as_slice()), ("deerah", &["daerah".to_owned(), "visi".to_owned()][..]));
    }

    #[test]
    fn whoever_writes_a_template_is_told_every_place() {
        let within = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let whole = (String::new(), within(&["{{daerah}}", "{{visi}}", "{{*grafik}}"]));
        let each = ("{{#program}}".to_owned(), within(&["{{nama}}", "{{target}}"]));
        assert_eq!(data().places(), [whole, each]);
    }

    #[test]
    fn what_grows_without_end_is_refused() {
        let many = Data::default().list("a", vec![Data::default().list("b", vec![Data::default(); 1_000]); 1_000]);
        let faults = Template::parse("{{#a}}\n{{#b}}\nteks\n{{/b}}\n{{/a}}").unwrap().fill(&many, "").unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(Template::parse(&"a".repeat(TEMPLATE_MAX_BYTES + 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_a_template_or_is_refused(text in "[a#/*{}|= .\n1-]{0,80}|\\PC{0,60}") {
            if let Ok(template) = Template::parse(&text) {
                let _ = template.fill(&data(), "…");
            }
        }
    }
}
