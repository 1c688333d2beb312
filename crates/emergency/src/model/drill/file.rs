//! The file of a scenario: TOML, read strictly. Whatever is wrong is named by its line and field, all of it at once.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use simpul_kernel::geo::Point;
use toml::{Spanned, Table, Value};

use super::{
    AWAY_MAX_KM, Deed, DrillUnit, Place, STEP_MAX_SECONDS, STEPS_MAX_COUNT, Scenario, Spot, Step, UNITS_MAX_COUNT,
};
use crate::model::unit::CALL_SIGN_MAX_CHARS;
use crate::model::{CallClass, CallOutcome, DispatchStatus, Losses, Priority};

/// What every name of a scenario begins with.
pub const NAME_BEGINS: &str = "GLADI";
/// Longest line of text in a scenario, in characters.
const LINE_MAX_CHARS: usize = 200;
/// Longest text in a scenario, in characters.
const TEXT_MAX_CHARS: usize = 2_000;

/// Something that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The field; empty where the line is no TOML at all.
    pub field: String,
    /// What is wrong.
    pub reason: String,
}

impl Fault {
    /// A fault.
    pub fn new(line: usize, field: &str, reason: impl Into<String>) -> Fault {
        Fault { line, field: field.to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.is_empty() {
            true => write!(f, "line {}: {}", self.line, self.reason),
            false => write!(f, "line {}: {}: {}", self.line, self.field, self.reason),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: Spanned<String>,
    about: String,
    #[serde(default)]
    sources: Vec<String>,
    region: Option<i64>,
    ends: Option<Spanned<String>>,
    #[serde(default)]
    unit: Vec<Spanned<Table>>,
    #[serde(default)]
    step: Vec<Spanned<Table>>,
}

/// Reads a scenario.
///
/// # Errors
/// Every fault of the file, in its order. Nothing of a file with a fault is played.
pub fn read(text: &str) -> Result<Scenario, Vec<Fault>> {
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        vec![Fault::new(line, "", error.message())]
    })?;
    let mut reader = Reader { text, faults: Vec::new(), calls: BTreeSet::new(), incidents: BTreeSet::new() };
    let scenario = reader.scenario(raw);
    reader.faults.sort_by_key(|fault| fault.line);
    if reader.faults.is_empty() { Ok(scenario) } else { Err(reader.faults) }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

/// `1:30` or `1:02:30` as seconds.
fn read_clock(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let digits = |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(digits) {
        return None;
    }
    let numbers: Vec<i64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let rest_is_small = numbers.iter().skip(1).all(|number| *number < 60);
    rest_is_small.then(|| numbers.iter().fold(0, |sum, number| sum * 60 + number))
}

struct Reader<'a> {
    text: &'a str,
    faults: Vec<Fault>,
    calls: BTreeSet<String>,
    incidents: BTreeSet<String>,
}

/// One `[[unit]]` or `[[step]]` that is being read: what is taken out of it was known.
struct Entry<'a> {
    text: &'a str,
    span: Range<usize>,
    table: Table,
    faults: Vec<Fault>,
}

impl Entry<'_> {
    /// The line of a field, or of the entry where the field is missing.
    fn line(&self, field: &str) -> usize {
        let end = self.text.len().min(self.span.end.max(self.span.start));
        let body = self.text.get(self.span.start..end).unwrap_or_default();
        let found = body.lines().position(|line| {
            let rest = line.trim_start().strip_prefix(field);
            rest.is_some_and(|rest| rest.trim_start().starts_with('='))
        });
        line_at(self.text, self.span.start) + found.unwrap_or(0)
    }

    fn wrong(&mut self, field: &str, reason: impl Into<String>) {
        let line = self.line(field);
        self.faults.push(Fault::new(line, field, reason));
    }

    fn opt_text(&mut self, field: &str, most: usize) -> Option<String> {
        match self.table.remove(field)? {
            Value::String(text) if text.trim().is_empty() => {
                self.wrong(field, "is empty");
                None
            }
            Value::String(text) if text.chars().count() > most => {
                self.wrong(field, format!("has more than {most} characters"));
                None
            }
            Value::String(text) => Some(text.trim().to_owned()),
            _ => {
                self.wrong(field, "is no text");
                None
            }
        }
    }

    fn need_text(&mut self, field: &str, most: usize) -> String {
        let there = self.table.contains_key(field);
        let text = self.opt_text(field, most);
        if !there {
            self.wrong(field, "is missing");
        }
        text.unwrap_or_default()
    }

    fn opt_int(&mut self, field: &str) -> Option<i64> {
        match self.table.remove(field)? {
            Value::Integer(number) => Some(number),
            _ => {
                self.wrong(field, "is no whole number");
                None
            }
        }
    }

    fn opt_number(&mut self, field: &str) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "degrees and kilometres")]
        match self.table.remove(field)? {
            Value::Float(number) if number.is_finite() => Some(number),
            Value::Integer(number) => Some(number as f64),
            _ => {
                self.wrong(field, "is no number");
                None
            }
        }
    }

    /// One of these names.
    fn named<T: Copy>(&mut self, field: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Option<T> {
        let text = self.need_text(field, LINE_MAX_CHARS);
        let found = all.iter().copied().find(|one| name(*one) == text);
        if found.is_none() && !text.is_empty() {
            let known: Vec<&str> = all.iter().map(|one| name(*one)).collect();
            self.wrong(field, format!("`{text}` is none of: {}", known.join(", ")));
        }
        found
    }

    /// `lat` and `lon`, or `north_km` and `east_km`.
    fn opt_spot(&mut self) -> Option<Spot> {
        let exact = (self.opt_number("lat"), self.opt_number("lon"));
        let away = (self.opt_number("north_km"), self.opt_number("east_km"));
        match (exact, away) {
            ((None, None), (None, None)) => None,
            ((Some(lat), Some(lon)), (None, None)) => match Point::from_degrees(lat, lon) {
                Ok(point) => Some(Spot::Exact(point)),
                Err(_) => {
                    self.wrong("lat", "lat and lon are no degrees");
                    None
                }
            },
            ((None, None), (Some(north_km), Some(east_km))) => {
                if north_km.abs() > AWAY_MAX_KM || east_km.abs() > AWAY_MAX_KM {
                    self.wrong("north_km", format!("is farther than {AWAY_MAX_KM} km from the seat"));
                }
                Some(Spot::FromSeat { north_km, east_km })
            }
            _ => {
                self.wrong("lat", "give lat and lon, or north_km and east_km, both of them");
                None
            }
        }
    }

    fn place(&mut self) -> Place {
        let landmark = self.opt_text("landmark", LINE_MAX_CHARS).unwrap_or_default();
        let place = Place { landmark, village: self.opt_int("village"), spot: self.opt_spot() };
        if place == Place::default() {
            self.wrong("landmark", "is missing, and so are village, lat and lon, north_km and east_km");
        }
        place
    }

    /// Whatever was not taken is not known.
    fn finish(mut self, what: &str) -> Vec<Fault> {
        for field in self.table.keys().cloned().collect::<Vec<_>>() {
            self.wrong(&field, format!("is no field of {what}"));
        }
        self.faults
    }
}

impl<'a> Reader<'a> {
    fn entry(&self, table: Spanned<Table>) -> Entry<'a> {
        let span = self.span_of(table.span());
        Entry { text: self.text, span, table: table.into_inner(), faults: Vec::new() }
    }

    /// The whole of an entry, up to the next header: a span may hold its header alone.
    fn span_of(&self, span: Range<usize>) -> Range<usize> {
        let rest = self.text.get(span.start..).unwrap_or_default();
        let body = rest.find('\n').unwrap_or(rest.len());
        let next = rest.get(body..).and_then(|rest| rest.find("\n[[")).map_or(rest.len(), |at| body + at + 1);
        span.start..span.end.max(span.start + next)
    }

    fn wrong(&mut self, line: usize, field: &str, reason: impl Into<String>) {
        self.faults.push(Fault::new(line, field, reason));
    }

    fn scenario(&mut self, raw: Raw) -> Scenario {
        let name_line = line_at(self.text, raw.name.span().start);
        let name = raw.name.into_inner().trim().to_owned();
        if !name.starts_with(NAME_BEGINS) || name.chars().count() > LINE_MAX_CHARS {
            let reason = format!("begins with {NAME_BEGINS} and has at most {LINE_MAX_CHARS} characters");
            self.wrong(name_line, "name", reason);
        }
        if raw.step.is_empty() || raw.step.len() > STEPS_MAX_COUNT {
            self.wrong(1, "step", format!("there are 1 to {STEPS_MAX_COUNT} steps"));
        }
        if raw.unit.len() > UNITS_MAX_COUNT {
            self.wrong(1, "unit", format!("there are at most {UNITS_MAX_COUNT} units"));
        }
        let mut units: Vec<DrillUnit> = Vec::new();
        for table in raw.unit {
            let unit = self.unit(table);
            if units.iter().any(|known| known.call_sign == unit.call_sign) {
                self.wrong(unit.line, "call_sign", format!("`{}` is there twice", unit.call_sign));
            }
            units.push(unit);
        }
        let mut steps: Vec<Step> = Vec::new();
        for table in raw.step {
            let last = steps.last().map_or(0, |step| step.at);
            let Some(step) = self.step(table, &units) else { continue };
            if step.at < last {
                self.wrong(step.line, "at", "is earlier than the step before");
            }
            steps.push(step);
        }
        let last = steps.last().map_or(0, |step| step.at);
        let ends = raw.ends.map_or(last, |ends| self.ends(ends, last));
        Scenario { name, about: raw.about, sources: raw.sources, region: raw.region, units, steps, ends }
    }

    fn ends(&mut self, ends: Spanned<String>, last: i64) -> i64 {
        let line = line_at(self.text, ends.span().start);
        match read_clock(ends.get_ref()).filter(|seconds| (last..=STEP_MAX_SECONDS).contains(seconds)) {
            Some(seconds) => seconds,
            None => {
                self.wrong(line, "ends", "is a time such as 1:05:00, not before the last step and within a day");
                last
            }
        }
    }

    fn unit(&mut self, table: Spanned<Table>) -> DrillUnit {
        let mut entry = self.entry(table);
        let unit = DrillUnit {
            line: entry.line("call_sign"),
            call_sign: entry.need_text("call_sign", CALL_SIGN_MAX_CHARS).to_uppercase(),
            kind: entry.need_text("kind", LINE_MAX_CHARS),
            agency: entry.opt_text("agency", LINE_MAX_CHARS).unwrap_or_default(),
            base: entry.opt_spot().unwrap_or(Spot::FromSeat { north_km: 0.0, east_km: 0.0 }),
        };
        self.faults.extend(entry.finish("a unit"));
        unit
    }

    fn step(&mut self, table: Spanned<Table>, units: &[DrillUnit]) -> Option<Step> {
        let mut entry = self.entry(table);
        let line = entry.line("do");
        let clock = entry.need_text("at", LINE_MAX_CHARS);
        let at = read_clock(&clock).filter(|seconds| *seconds <= STEP_MAX_SECONDS);
        if at.is_none() && !clock.is_empty() {
            entry.wrong("at", format!("`{clock}` is no time such as 2:30 or 1:02:30 within a day"));
        }
        let word = entry.need_text("do", LINE_MAX_CHARS);
        let deed = self.deed(&word, &mut entry, units);
        let known = deed.is_some() || WORDS.contains(&word.as_str());
        if !known && !word.is_empty() {
            entry.wrong("do", format!("`{word}` is none of: {}", WORDS.join(", ")));
            entry.table.clear();
        }
        self.faults.extend(entry.finish(&format!("`{word}`")));
        Some(Step { line, at: at?, deed: deed? })
    }

    /// A call or an incident that an earlier step has named.
    fn known(entry: &mut Entry<'_>, names: &BTreeSet<String>, field: &str) -> String {
        let name = entry.need_text(field, LINE_MAX_CHARS);
        if !name.is_empty() && !names.contains(&name) {
            entry.wrong(field, format!("no earlier step has named `{name}`"));
        }
        name
    }

    fn new_name(entry: &mut Entry<'_>, names: &mut BTreeSet<String>, field: &str) -> String {
        let name = entry.need_text(field, LINE_MAX_CHARS);
        if !name.is_empty() && !names.insert(name.clone()) {
            entry.wrong(field, format!("`{name}` is named twice"));
        }
        name
    }

    fn a_unit(entry: &mut Entry<'_>, units: &[DrillUnit], field: &str, name: &str) -> String {
        let name = name.trim().to_uppercase();
        if !name.is_empty() && !units.iter().any(|unit| unit.call_sign == name) {
            entry.wrong(field, format!("`{name}` is no [[unit]] of this file"));
        }
        name
    }

    fn deed(&mut self, word: &str, entry: &mut Entry<'_>, units: &[DrillUnit]) -> Option<Deed> {
        match word {
            "call" | "answer" | "hang_up" | "classify" => self.of_call(word, entry),
            "incident" | "report" => Some(self.open(word == "report", entry)),
            "send" | "unit" | "move" => self.of_unit(word, entry, units),
            _ => self.of_incident(word, entry),
        }
    }

    fn of_call(&mut self, word: &str, entry: &mut Entry<'_>) -> Option<Deed> {
        if word == "call" {
            return Some(Deed::Call {
                call: Self::new_name(entry, &mut self.calls, "call"),
                number: entry.opt_text("number", LINE_MAX_CHARS),
                queue: entry.opt_text("queue", LINE_MAX_CHARS),
            });
        }
        let call = Self::known(entry, &self.calls, "call");
        match word {
            "answer" => Some(Deed::Answer { call }),
            "hang_up" => Some(Deed::HangUp { call }),
            _ => {
                let classes: Vec<CallClass> = CallClass::choices().collect();
                let class = entry.named("class", &classes, CallClass::name);
                let outcome = entry.named("outcome", CallOutcome::ALL, CallOutcome::name);
                Some(Deed::Classify { call, class: class?, outcome: outcome? })
            }
        }
    }

    fn open(&mut self, report: bool, entry: &mut Entry<'_>) -> Deed {
        let call = match report || !entry.table.contains_key("call") {
            true => None,
            false => Some(Self::known(entry, &self.calls, "call")),
        };
        let level = entry.opt_int("priority");
        let priority = level.and_then(Priority::new);
        if level.is_some() && priority.is_none() {
            entry.wrong("priority", "is 1 to 5");
        }
        Deed::Open {
            incident: Self::new_name(entry, &mut self.incidents, "incident"),
            call,
            report,
            kind: entry.need_text("type", LINE_MAX_CHARS),
            priority,
            place: entry.place(),
            text: match report {
                true => entry.need_text("text", TEXT_MAX_CHARS),
                false => entry.opt_text("text", TEXT_MAX_CHARS).unwrap_or_default(),
            },
        }
    }

    fn of_unit(&mut self, word: &str, entry: &mut Entry<'_>, units: &[DrillUnit]) -> Option<Deed> {
        if word == "send" {
            let incident = Self::known(entry, &self.incidents, "incident");
            let names = match entry.table.remove("units") {
                Some(Value::Array(list)) if !list.is_empty() && list.iter().all(Value::is_str) => list,
                _ => {
                    entry.wrong("units", "is a list of call signs such as [\"G-AMB-1\"]");
                    Vec::new()
                }
            };
            let names = names.iter().filter_map(Value::as_str);
            let units = names.map(|name| Self::a_unit(entry, units, "units", name)).collect();
            return Some(Deed::Send { incident, units });
        }
        let name = entry.need_text("unit", LINE_MAX_CHARS);
        let unit = Self::a_unit(entry, units, "unit", &name);
        if word == "unit" {
            let status = entry.named("status", DispatchStatus::ALL, DispatchStatus::name);
            return Some(Deed::Unit { unit, status: status? });
        }
        let spot = entry.opt_spot();
        if spot.is_none() && entry.faults.is_empty() {
            entry.wrong("lat", "is missing: give lat and lon, or north_km and east_km");
        }
        Some(Deed::Move { unit, spot: spot? })
    }

    fn of_incident(&mut self, word: &str, entry: &mut Entry<'_>) -> Option<Deed> {
        if !WORDS.contains(&word) {
            return None;
        }
        let incident = Self::known(entry, &self.incidents, "incident");
        Some(match word {
            "attach" => Deed::Attach { call: Self::known(entry, &self.calls, "call"), incident },
            "note" => Deed::Note { incident, text: entry.need_text("text", TEXT_MAX_CHARS) },
            "control" => Deed::Control { incident },
            "close" => Deed::Close { incident, result: entry.need_text("text", TEXT_MAX_CHARS) },
            "cancel" => Deed::Cancel { incident, reason: entry.need_text("text", TEXT_MAX_CHARS) },
            "merge" => Deed::Merge { incident, into: Self::known(entry, &self.incidents, "into") },
            _ => Deed::Count { incident, losses: losses(entry) },
        })
    }
}

fn losses(entry: &mut Entry<'_>) -> Losses {
    let mut count = |field: &str| entry.opt_int(field).unwrap_or_default();
    let losses = Losses {
        dead: count("dead"),
        badly_hurt: count("badly_hurt"),
        slightly_hurt: count("slightly_hurt"),
        missing: count("missing"),
        displaced: count("displaced"),
        houses: count("houses"),
    };
    if losses.check().is_err() {
        entry.wrong("dead", "a count is negative or far too large");
    }
    losses
}

/// What a step can do.
pub const WORDS: [&str; 16] = [
    "call", "answer", "hang_up", "classify", "incident", "report", "attach", "send", "unit", "move", "note", "count",
    "control", "close", "cancel", "merge",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = r#"
name = "GLADI: uji"
about = "Untuk uji."
ends = "10:00"

[[unit]]
call_sign = "g-amb-1"
kind = "ambulance"
north_km = 1.5
east_km = 0

[[step]]
at = "0:05"
do = "call"
call = "ibu"
number = "0800-000001"

[[step]]
at = "0:10"
do = "answer"
call = "ibu"

[[step]]
at = "0:40"
do = "incident"
call = "ibu"
incident = "sakit"
type = "medical"
landmark = "depan pasar"
text = "Sesak napas."

[[step]]
at = "1:10"
do = "send"
incident = "sakit"
units = ["G-AMB-1"]

[[step]]
at = "5:00"
do = "unit"
unit = "G-AMB-1"
status = "on_scene"
"#;

    fn faults(text: &str) -> Vec<String> {
        read(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_is_read_whole() {
        let scenario = read(GOOD).unwrap();
        assert_eq!((scenario.units.len(), scenario.steps.len(), scenario.ends), (1, 5, 600));
        assert_eq!(scenario.units[0].call_sign, "G-AMB-1");
        assert_eq!(scenario.steps[3].deed, Deed::Send { incident: "sakit".into(), units: vec!["G-AMB-1".into()] });
        assert_eq!(scenario.steps.iter().filter(|step| step.deed.is_from_outside()).count(), 1);
    }

    #[test]
    fn every_fault_is_named_by_line_and_field() {
        let cases = [
            ("name = \"GLADI: uji\"", "name = \"Banjir\"", "line 2: name: begins with GLADI"),
            ("do = \"answer\"\ncall = \"ibu\"", "do = \"answer\"\ncall = \"bapak\"", "line 21: call: no earlier step"),
            ("at = \"0:10\"", "at = \"sepuluh\"", "line 19: at: `sepuluh` is no time"),
            ("at = \"0:10\"", "at = \"0:01\"", "at: is earlier than the step before"),
            ("type = \"medical\"", "jenis = \"medical\"", "line 28: jenis: is no field of `incident`"),
            ("units = [\"G-AMB-1\"]", "units = [\"G-AMB-9\"]", "line 36: units: `G-AMB-9` is no [[unit]]"),
            ("status = \"on_scene\"", "status = \"there\"", "line 42: status: `there` is none of: assigned"),
            ("do = \"send\"", "do = \"kirim\"", "line 34: do: `kirim` is none of: call"),
            ("east_km = 0\n", "", "give lat and lon, or north_km and east_km"),
            ("ends = \"10:00\"", "ends = \"1:00\"", "line 4: ends: is a time"),
            ("call = \"ibu\"\nnumber", "call = 7\nnumber", "line 15: call: is no text"),
        ];
        for (from, to, said) in cases {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let found = faults(&text);
            assert!(found.iter().any(|fault| fault.contains(said)), "{said}: {found:?}");
        }
    }

    #[test]
    fn a_report_without_its_words_is_a_fault_before_anything_is_played() {
        let report = GOOD.replacen("do = \"incident\"\ncall = \"ibu\"", "do = \"report\"", 1);
        assert_eq!(read(&report).map(|scenario| scenario.steps.len()), Ok(5));
        let found = faults(&report.replacen("\ntext = \"Sesak napas.\"", "", 1));
        assert!(found.iter().any(|fault| fault.contains("text: ")), "{found:?}");
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line_and_several_faults_at_once() {
        let found = faults("name = \"GLADI\"\nabout = \n");
        assert!(found[0].starts_with("line 2: "), "{found:?}");
        assert!(faults("name = \"GLADI\"\nabout = \"x\"\nkota = 1\n")[0].starts_with("line 3: "));
        let text =
            GOOD.replacen("at = \"0:10\"", "at = \"x\"", 1).replacen("status = \"on_scene\"", "status = \"x\"", 1);
        assert_eq!(faults(&text).len(), 2);
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!((read_clock("0:05"), read_clock("90:00"), read_clock("1:02:30")), (Some(5), Some(5400), Some(3750)));
        for wrong in ["", "5", "1:60", "1:2:3:4", "-1:00", "1:", "x:1", "99999:00"] {
            assert_eq!(read_clock(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_scenarios_that_are_shipped_are_whole() {
        for (name, text) in crate::model::drill::SHIPPED {
            let scenario = read(text).unwrap_or_else(|faults| panic!("{name}: {faults:?}"));
            assert!(!scenario.steps.is_empty() && !scenario.units.is_empty(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "\\PC{0,200}", cut in 0..700usize) {
            let _ = read(&text);
            let cut = GOOD.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(GOOD.len());
            let _ = read(&GOOD[..cut]);
            let _ = read(&GOOD[cut..]);
        }
    }
}
