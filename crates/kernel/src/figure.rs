//! Figures of the house by name: which one, of what, over which days, and what was counted.

use std::collections::BTreeMap;
use std::fmt;

use time::Date;

use crate::calendar::Zone;
use crate::clock::DAY_MICROS;
use crate::{Refusal, Timestamp};

/// Longest name of a figure, of a parameter or of its value, in characters.
const PART_MAX_CHARS: usize = 60;
/// Most parameters of one figure.
const PARAMETERS_MAX_COUNT: usize = 6;
/// Longest span over which a figure is counted, in days: two years, as many as a budget and its forerunner.
pub const FIGURE_SPAN_MAX_DAYS: i64 = 731;

/// A figure and what it is narrowed to, as it is written: `report.on_time_rate{category=lampu_jalan}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FigureKey {
    name: String,
    parameters: BTreeMap<String, String>,
}

fn is_part(text: &str, signs: &[char]) -> bool {
    let good = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || signs.contains(&sign);
    !text.is_empty() && text.chars().count() <= PART_MAX_CHARS && text.chars().all(good)
}

impl FigureKey {
    /// The figure of everything.
    ///
    /// # Errors
    /// `shell.figure.refused.shape` where that is no name.
    pub fn new(name: &str) -> Result<FigureKey, Refusal> {
        if !is_part(name, &['_', '.']) {
            return Err(Refusal::new("shell.figure.refused.shape"));
        }
        Ok(FigureKey { name: name.to_owned(), parameters: BTreeMap::new() })
    }

    /// The same narrowed to one value of a parameter.
    ///
    /// # Errors
    /// `shell.figure.refused.shape` where parameter or value can't stand in a key.
    pub fn with(mut self, parameter: &str, value: &str) -> Result<FigureKey, Refusal> {
        let full = self.parameters.len() >= PARAMETERS_MAX_COUNT && !self.parameters.contains_key(parameter);
        if full || !is_part(parameter, &['_']) || !is_part(value, &['_', '.', '-']) {
            return Err(Refusal::new("shell.figure.refused.shape"));
        }
        self.parameters.insert(parameter.to_owned(), value.to_owned());
        Ok(self)
    }

    /// Reads what [`FigureKey`]'s `Display` writes, in any order of the parameters.
    ///
    /// # Errors
    /// `shell.figure.refused.shape`.
    pub fn parse(text: &str) -> Result<FigureKey, Refusal> {
        let shape = || Refusal::new("shell.figure.refused.shape");
        let text = text.trim();
        let Some((name, rest)) = text.split_once('{') else { return FigureKey::new(text) };
        let inner = rest.strip_suffix('}').ok_or_else(shape)?;
        let mut key = FigureKey::new(name)?;
        for pair in inner.split(',') {
            let (parameter, value) = pair.split_once('=').ok_or_else(shape)?;
            if key.parameters.contains_key(parameter.trim()) {
                return Err(shape());
            }
            key = key.with(parameter.trim(), value.trim())?;
        }
        Ok(key)
    }

    /// The figure's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is narrowed to.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of one parameter.
    pub fn get(&self, parameter: &str) -> Option<&str> {
        self.parameters.get(parameter).map(String::as_str)
    }
}

impl fmt::Display for FigureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (place, (name, value)) in self.parameters.iter().enumerate() {
            write!(f, "{}{name}={value}", if place == 0 { '{' } else { ',' })?;
        }
        if self.parameters.is_empty() { Ok(()) } else { f.write_str("}") }
    }
}

/// The days over which a figure is counted, both ends with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FigureSpan {
    from: Date,
    to: Date,
}

impl FigureSpan {
    /// From one day to another.
    ///
    /// # Errors
    /// `shell.figure.refused.span` for days that stand backwards or too far apart.
    pub fn new(from: Date, to: Date) -> Result<FigureSpan, Refusal> {
        let days = (to - from).whole_days();
        if !(0..FIGURE_SPAN_MAX_DAYS).contains(&days) {
            return Err(
                Refusal::field("to", "shell.figure.refused.span").with("most", FIGURE_SPAN_MAX_DAYS.to_string())
            );
        }
        Ok(FigureSpan { from, to })
    }

    /// The first day.
    pub fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub fn to(self) -> Date {
        self.to
    }

    /// From its first instant to before that of the day after.
    pub fn instants(self, zone: Zone) -> (Timestamp, Timestamp) {
        (zone.instant(self.from, 0), zone.instant(self.to, 0).plus_micros(DAY_MICROS))
    }
}

/// What was counted: an exact fraction in the figure's unit, and on how many cases it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureCount {
    /// Above the line, below it; `None` where there is nothing to count, which is never 0.
    pub value: Option<(i64, i64)>,
    /// How many cases were looked at.
    pub cases: i64,
}

impl FigureCount {
    /// A number of things.
    pub fn number(count: i64) -> FigureCount {
        FigureCount { value: Some((count, 1)), cases: count }
    }

    /// So many of so many, as per cent; none of none.
    pub fn percent(part: i64, whole: i64) -> FigureCount {
        FigureCount { value: (whole > 0).then(|| (part.saturating_mul(100), whole)), cases: whole }
    }

    /// A mean, a median or another value over cases; none where there are no cases.
    pub fn measured(value: Option<(i64, i64)>, cases: i64) -> FigureCount {
        FigureCount { value: value.filter(|(_, below)| *below > 0), cases }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written_whatever_the_order() {
        let key = FigureKey::parse("report.on_time_rate{district=732201, category=lampu_jalan}").unwrap();
        assert_eq!(key.to_string(), "report.on_time_rate{category=lampu_jalan,district=732201}");
        assert_eq!(
            (key.name(), key.get("category"), key.get("agency")),
            ("report.on_time_rate", Some("lampu_jalan"), None)
        );
        assert_eq!(FigureKey::parse("call.count").unwrap().to_string(), "call.count");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in
            ["", "Report.x", "report.x{", "report.x{}", "report.x{a}", "report.x{a=}", "report.x{a=1,a=2}", "a b"]
        {
            assert_eq!(FigureKey::parse(text).unwrap_err().key, "shell.figure.refused.shape", "{text:?}");
        }
    }

    #[test]
    fn of_nothing_there_is_no_share() {
        assert_eq!(FigureCount::percent(0, 0), FigureCount { value: None, cases: 0 });
        assert_eq!(FigureCount::percent(2, 3), FigureCount { value: Some((200, 3)), cases: 3 });
        assert_eq!(FigureCount::number(0).value, Some((0, 1)), "that nothing came in is a figure");
    }

    #[test]
    fn a_span_has_its_days_in_order_and_an_end() {
        let day = |text| crate::calendar::parse_date(text).unwrap();
        let zone = Zone::Wita;
        let one = FigureSpan::new(day("2026-10-01"), day("2026-10-01")).unwrap().instants(zone);
        assert_eq!(one.1.micros_since(one.0), DAY_MICROS);
        assert!(FigureSpan::new(day("2026-10-02"), day("2026-10-01")).is_err());
        assert!(FigureSpan::new(day("2024-01-01"), day("2025-12-31")).is_ok());
        assert!(FigureSpan::new(day("2023-12-31"), day("2026-01-01")).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            name in "[a-z][a-z_.]{0,20}",
            parameters in proptest::collection::btree_map("[a-z_]{1,10}", "[a-z0-9_.-]{1,10}", 0..5),
        ) {
            let mut key = FigureKey::new(&name).unwrap();
            for (parameter, value) in &parameters {
                key = key.with(parameter, value).unwrap();
            }
            prop_assert_eq!(FigureKey::parse(&key.to_string()), Ok(key));
        }

        #[test]
        fn any_text_is_a_key_or_refused(text: String) {
            let _ = FigureKey::parse(&text);
        }
    }
}
