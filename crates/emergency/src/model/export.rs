//! What the ministry's monitoring centre wants to be sent: columns whose names differ from year to year, so that they
//! stand in a file of the installation and not in the program.
//!
//! ```text
//! # Baris: nama kolom = angka. Teks tetap berdiri dalam tanda kutip.
//! Kode Wilayah = region.code
//! Bulan = month
//! Panggilan Masuk = calls.received
//! Prank Call = class.prank
//! Rata-rata Tanggap (menit) = time.response.p50.minutes
//! Keterangan = "Layanan 112"
//! ```

use super::figures::{By, MonthFigures, Part, Span, calls_by, overall};
use super::{CallClass, CallStatus};

/// The file's name in the data directory.
pub const FILE: &str = "ekspor-112.txt";
/// Most columns.
pub const COLUMNS_MAX_COUNT: usize = 200;
/// Longest line, in characters.
const LINE_MAX_CHARS: usize = 400;

/// What stands in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The same in every file.
    Fixed(String),
    /// A figure, by its name.
    Field(String),
}

/// The columns, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping(pub Vec<(String, Value)>);

/// Why a mapping can't be used: the line, counted from 1, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line.
    pub line: usize,
    /// What is wrong, in English: it is the operator's log and terminal that say it.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Whether a figure of that name can be written.
pub fn is_known(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["month"] | ["region", "code" | "name"] | ["incidents"] => true,
        ["calls", what] => ["received", "abandoned", "missed", "ringing", "answered"].contains(what),
        ["class", class] => CallClass::parse(class).is_some(),
        ["status", status] => CallStatus::parse(status).is_some(),
        ["type" | "incident_type", code] => !code.is_empty(),
        ["district" | "hour", number] => number.parse::<i64>().is_ok(),
        ["time", span, what] => Span::parse(span).is_some() && ["count", "within"].contains(what),
        ["time", span, rank, unit] => {
            Span::parse(span).is_some() && ["p50", "p90", "p95"].contains(rank) && ["seconds", "minutes"].contains(unit)
        }
        _ => false,
    }
}

impl Mapping {
    /// Reads the file.
    ///
    /// # Errors
    /// Every line that is wrong.
    pub fn read(text: &str) -> Result<Mapping, Vec<Fault>> {
        let (mut columns, mut faults): (Vec<(String, Value)>, Vec<Fault>) = (Vec::new(), Vec::new());
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line_no = at + 1;
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match column(line) {
                Ok((name, _)) if columns.iter().any(|(known, _)| *known == name) => {
                    faults.push(Fault { line: line_no, what: format!("the column `{name}` stands twice") });
                }
                Ok(_) if columns.len() == COLUMNS_MAX_COUNT => {
                    faults.push(Fault { line: line_no, what: format!("more than {COLUMNS_MAX_COUNT} columns") });
                }
                Ok(column) => columns.push(column),
                Err(what) => faults.push(Fault { line: line_no, what }),
            }
        }
        if columns.is_empty() && faults.is_empty() {
            faults.push(Fault { line: 1, what: "there is no column".to_owned() });
        }
        if faults.is_empty() { Ok(Mapping(columns)) } else { Err(faults) }
    }

    /// The row of a month: one value for each column; empty where there is no figure.
    pub fn row(&self, figures: &MonthFigures, region: (&str, &str)) -> Vec<String> {
        let value = |value: &Value| match value {
            Value::Fixed(text) => text.clone(),
            Value::Field(name) => field(name, figures, region),
        };
        self.0.iter().map(|(_, one)| value(one)).collect()
    }
}

fn column(line: &str) -> Result<(String, Value), String> {
    if line.chars().count() > LINE_MAX_CHARS {
        return Err(format!("longer than {LINE_MAX_CHARS} characters"));
    }
    let (name, value) = line.rsplit_once('=').ok_or("`Column = figure` is expected")?;
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() {
        return Err("the column has no name".to_owned());
    }
    let fixed = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match fixed {
        Some(text) => Ok((name.to_owned(), Value::Fixed(text.to_owned()))),
        None if is_known(value) => Ok((name.to_owned(), Value::Field(value.to_owned()))),
        None => Err(format!("the figure `{value}` is not known")),
    }
}

fn field(name: &str, figures: &MonthFigures, (code, region): (&str, &str)) -> String {
    let recap = &figures.recap;
    let parts: Vec<&str> = name.split('.').collect();
    let of_part = |by: By, part: &Part| {
        calls_by(&figures.counted, by).into_iter().find(|(known, _)| known == part).map_or(0, |(_, count)| count)
    };
    match parts.as_slice() {
        ["month"] => figures.month.text(),
        ["region", "code"] => code.to_owned(),
        ["region", _] => region.to_owned(),
        ["incidents"] => figures.incidents.iter().map(|(_, count)| count).sum::<i64>().to_string(),
        ["calls", "received"] => recap.received.to_string(),
        ["calls", "abandoned"] => recap.abandoned.to_string(),
        ["calls", "missed"] => recap.missed.to_string(),
        ["calls", "ringing"] => recap.ringing.to_string(),
        ["calls", _] => recap.answered.to_string(),
        ["class", class] => {
            let count = recap.classes.iter().find(|(known, _)| known.name() == *class).map_or(0, |(_, count)| *count);
            count.to_string()
        }
        ["status", status] => {
            let of = figures.counted.iter().filter(|one| one.status.name() == *status);
            of.map(|one| one.count).sum::<i64>().to_string()
        }
        ["type", kind] => of_part(By::Type, &Part::Type((*kind).to_owned())).to_string(),
        ["incident_type", kind] => {
            let of = figures.incidents.iter().find(|(known, _)| known == kind);
            of.map_or(0, |(_, count)| *count).to_string()
        }
        ["district", number] => of_part(By::District, &Part::District(number.parse().unwrap_or(-1))).to_string(),
        ["hour", number] => of_part(By::Hour, &Part::Hour(number.parse().unwrap_or(-1))).to_string(),
        ["time", span, rest @ ..] => Span::parse(span).map(|span| time(span, rest, figures)).unwrap_or_default(),
        _ => String::new(),
    }
}

fn time(span: Span, what: &[&str], figures: &MonthFigures) -> String {
    let told = overall(&figures.samples, span);
    let shown = |value: Option<f64>, by: f64| value.map(|value| format!("{:.1}", value / by)).unwrap_or_default();
    match what {
        ["count"] => told.count.to_string(),
        ["within"] => shown(told.within.map(|share| share * 100.0), 1.0),
        [rank, unit] => {
            let value = match *rank {
                "p50" => told.p50,
                "p90" => told.p90,
                _ => told.p95,
            };
            shown(value, if *unit == "minutes" { 60.0 } else { 1.0 })
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::figures::{Counted, Sample};
    use crate::model::recap::{Month, Recap};

    fn figures() -> MonthFigures {
        let counted = vec![Counted {
            status: CallStatus::Ended,
            class: CallClass::Prank,
            hour: 8,
            kind: Some("flood".to_owned()),
            district: Some(732_201),
            count: 4,
        }];
        let counts: Vec<_> = counted.iter().map(|one| (one.status, one.class, one.count)).collect();
        let sample =
            Sample { span: Span::Response, micros: 630_000_000, hour: 8, kind: None, district: None, agency: None };
        MonthFigures {
            month: Month::parse("2026-11").unwrap(),
            recap: Recap::new(&counts, Vec::new()),
            counted,
            samples: vec![sample],
            incidents: vec![("flood".to_owned(), 2)],
            calls_by_agency: Vec::new(),
            dispatches: Vec::new(),
            nuisance: Vec::new(),
        }
    }

    #[test]
    fn columns_are_named_and_filled_as_the_file_says() {
        let text = "# ministry, 2026\nKode = region.code\nBulan = month\nMasuk = calls.received\nPrank=class.prank\n\
            Jam 8 = hour.8\nBanjir = incident_type.flood\nTanggap (menit) = time.response.p50.minutes\n\
            Sesuai = time.response.within\nLayanan = \"112\"\nProses = time.process.p90.seconds\n";
        let mapping = Mapping::read(text).unwrap();
        let row = mapping.row(&figures(), ("73.22", "Luwu Utara"));
        assert_eq!(row, ["73.22", "2026-11", "4", "4", "4", "2", "10.5", "100.0", "112", ""]);
        assert_eq!(mapping.0[6].0, "Tanggap (menit)");
    }

    #[test]
    fn every_wrong_line_is_named() {
        let faults =
            Mapping::read("Masuk = calls.received\nMasuk = month\nAneh\n = month\nX = calls.lost\n").unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2: the column `Masuk` stands twice",
                "line 3: `Column = figure` is expected",
                "line 4: the column has no name",
                "line 5: the figure `calls.lost` is not known",
            ]
        );
        assert_eq!(Mapping::read("# nothing").unwrap_err()[0].line, 1);
    }

    proptest! {
        #[test]
        fn nothing_in_the_file_breaks_it(text in "[a-z.=\"# \\n0-9]{0,80}|\\PC{0,60}") {
            if let Ok(mapping) = Mapping::read(&text) {
                prop_assert_eq!(mapping.row(&figures(), ("73.22", "x")).len(), mapping.0.len());
            }
        }
    }
}
