//! The recap that the ministry asks for, in the words of SP4N-LAPOR!: how many of each class stand where, by which way
//! they came, who has them, and how many days the follow-up took.

use std::collections::BTreeMap;

use simpul_kernel::Timestamp;
use uuid::Uuid;

use super::category::Class;
use super::report::Source;
use super::status::Status;

/// Where a report stands, as LAPOR! says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stand {
    /// Belum terverifikasi.
    Unverified,
    /// Belum ditindaklanjuti: verified and with an agency, which has not begun.
    Waiting,
    /// Diproses.
    Processed,
    /// Tunda: the deadlines stand still.
    Paused,
    /// Selesai.
    Done,
    /// Bukan kewenangan: never counted as done.
    Elsewhere,
    /// Arsip: laid down, or turned down with a reason.
    Archived,
    /// Digabung with another report, which is counted itself.
    Merged,
}

impl Stand {
    /// Every stand, in the order of the table.
    pub const ALL: [Stand; 8] = [
        Stand::Unverified,
        Stand::Waiting,
        Stand::Processed,
        Stand::Paused,
        Stand::Done,
        Stand::Elsewhere,
        Stand::Archived,
        Stand::Merged,
    ];

    /// The stand of a report in that state, paused or not.
    pub fn of(status: Status, paused: bool) -> Stand {
        if paused && status.is_open() {
            return Stand::Paused;
        }
        match status {
            Status::New => Stand::Unverified,
            Status::Verified | Status::Assigned => Stand::Waiting,
            Status::InProgress | Status::Planned => Stand::Processed,
            Status::Resolved | Status::Closed => Stand::Done,
            Status::OutOfAuthority => Stand::Elsewhere,
            Status::Rejected | Status::Archived => Stand::Archived,
            Status::Merged => Stand::Merged,
        }
    }

    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Stand::Unverified => "report.recap.unverified",
            Stand::Waiting => "report.recap.waiting",
            Stand::Processed => "report.recap.processed",
            Stand::Paused => "report.recap.paused",
            Stand::Done => "report.recap.done",
            Stand::Elsewhere => "report.recap.elsewhere",
            Stand::Archived => "report.recap.archived",
            Stand::Merged => "report.recap.merged",
        }
    }
}

/// Reports that are alike in everything that the recap tells apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// Class.
    pub class: Class,
    /// Where they stand.
    pub stand: Stand,
    /// By which way they came.
    pub source: Source,
    /// Who has them.
    pub agency: Option<Uuid>,
    /// How many.
    pub count: i64,
    /// How many had a first answer, and in how many microseconds altogether.
    pub answered: (i64, i64),
    /// How many were solved, and in how many microseconds altogether.
    pub solved: (i64, i64),
}

/// One row of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Row {
    /// How many stand where, in the order of [`Stand::ALL`].
    pub stands: [i64; 8],
    /// All of them.
    pub total: i64,
    answered: (i64, i64),
    solved: (i64, i64),
}

impl Row {
    fn add(&mut self, group: &Group) {
        for (count, stand) in self.stands.iter_mut().zip(Stand::ALL) {
            if stand == group.stand {
                *count += group.count;
            }
        }
        self.total += group.count;
        self.answered = (self.answered.0 + group.answered.0, self.answered.1 + group.answered.1);
        self.solved = (self.solved.0 + group.solved.0, self.solved.1 + group.solved.1);
    }

    /// Mean days from the report to the first answer; `None` where nobody was answered.
    pub fn answer_days(&self) -> Option<f64> {
        days(self.answered)
    }

    /// Mean days from the report to its solution; `None` where nothing was solved.
    pub fn solve_days(&self) -> Option<f64> {
        days(self.solved)
    }
}

fn days((count, micros): (i64, i64)) -> Option<f64> {
    (count > 0).then(|| micros as f64 / simpul_kernel::clock::DAY_MICROS as f64 / count as f64)
}

/// The recap of a span of time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recap {
    /// By class, every class.
    pub classes: Vec<(Class, Row)>,
    /// By way, those by which something came.
    pub sources: Vec<(Source, Row)>,
    /// By agency, most first; `None` is the coordinator's.
    pub agencies: Vec<(Option<Uuid>, Row)>,
    /// All.
    pub total: Row,
}

impl Recap {
    /// Adds the groups up.
    pub fn of(groups: &[Group]) -> Recap {
        let sum = |fits: &dyn Fn(&Group) -> bool| {
            let mut row = Row::default();
            groups.iter().filter(|group| fits(group)).for_each(|group| row.add(group));
            row
        };
        let mut agencies: BTreeMap<Option<Uuid>, Row> = BTreeMap::new();
        groups.iter().for_each(|group| agencies.entry(group.agency).or_default().add(group));
        let mut agencies: Vec<(Option<Uuid>, Row)> = agencies.into_iter().collect();
        agencies.sort_by_key(|(agency, row)| (std::cmp::Reverse(row.total), *agency));
        let sources = Source::ALL.into_iter().map(|source| (source, sum(&|group| group.source == source)));
        Recap {
            classes: Class::ALL.into_iter().map(|class| (class, sum(&|group| group.class == class))).collect(),
            sources: sources.filter(|(_, row)| row.total > 0).collect(),
            agencies,
            total: sum(&|_| true),
        }
    }
}

/// A month or a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    year: i32,
    /// The first month, from 1.
    first: u8,
    /// One or three.
    months: u8,
}

impl Period {
    /// The month of that year.
    pub fn month(year: i32, month: u8) -> Option<Period> {
        ((2_000..2_100).contains(&year) && (1..=12).contains(&month)).then_some(Period {
            year,
            first: month,
            months: 1,
        })
    }

    /// The quarter in which that month lies.
    pub fn quarter(year: i32, month: u8) -> Option<Period> {
        let Period { year, first, .. } = Period::month(year, month)?;
        Some(Period { year, first: (first - 1) / 3 * 3 + 1, months: 3 })
    }

    /// `2026-11`, or `2026-T4` for a quarter.
    pub fn code(self) -> String {
        match self.months {
            1 => format!("{:04}-{:02}", self.year, self.first),
            _ => format!("{:04}-T{}", self.year, self.first / 3 + 1),
        }
    }

    /// The period of that code.
    pub fn parse(code: &str) -> Option<Period> {
        let (year, rest) = code.split_once('-')?;
        let year = year.parse().ok()?;
        let period = match rest.strip_prefix('T') {
            Some(quarter) => {
                let quarter: u8 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
                Period::quarter(year, quarter * 3)
            }
            None => Period::month(year, rest.parse().ok()?),
        };
        period.filter(|period| period.code() == code)
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Option<Period> {
        let (year, first) = if self.first > self.months {
            (self.year, self.first - self.months)
        } else {
            (self.year - 1, self.first + 12 - self.months)
        };
        Period::month(year, first).map(|month| Period { months: self.months, ..month })
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Its first month, from 1.
    pub fn first_month(self) -> u8 {
        self.first
    }

    /// The quarter's number, if it is one.
    pub fn quarter_number(self) -> Option<u8> {
        (self.months == 3).then_some(self.first / 3 + 1)
    }

    /// Its first day and the day after its last, as `2026-11-01`.
    pub fn days(self) -> (String, String) {
        let next = u16::from(self.first) + u16::from(self.months);
        let (year, month) = if next > 12 { (self.year + 1, next - 12) } else { (self.year, next) };
        (format!("{:04}-{:02}-01", self.year, self.first), format!("{year:04}-{month:02}-01"))
    }
}

/// From when to when, the end left out.
pub type Span = (Timestamp, Timestamp);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_state_stands_somewhere_and_only_work_can_be_paused() {
        for status in Status::ALL {
            let paused = Stand::of(status, true);
            assert_eq!(paused == Stand::Paused, status.is_open(), "{status:?}");
            assert_ne!(Stand::of(status, false), Stand::Paused);
        }
        assert_ne!(Stand::of(Status::OutOfAuthority, false), Stand::Done);
        assert_ne!(Stand::of(Status::Rejected, false), Stand::Done);
    }

    #[test]
    fn a_month_and_a_quarter_are_told_by_their_codes() {
        let december = Period::parse("2026-12").unwrap();
        assert_eq!(december.days(), ("2026-12-01".to_owned(), "2027-01-01".to_owned()));
        let last = Period::parse("2026-T4").unwrap();
        assert_eq!(last.days(), ("2026-10-01".to_owned(), "2027-01-01".to_owned()));
        assert_eq!(last.quarter_number(), Some(4));
        for wrong in ["", "2026", "2026-13", "2026-00", "2026-T0", "2026-T5", "1999-12", "2100-01", "2026-1", "x-T1"] {
            assert_eq!(Period::parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn periods_follow_each_other_without_a_gap(year in 2_001i32..2_100, month in 1u8..=12, quarter: bool) {
            let of = if quarter { Period::quarter } else { Period::month };
            let period = of(year, month).unwrap();
            let before = period.before().unwrap();
            prop_assert_eq!(before.days().1, period.days().0);
            prop_assert_eq!(Period::parse(&period.code()), Some(period));
        }

        #[test]
        fn every_report_is_counted_once_in_each_table(
            groups in proptest::collection::vec((0usize..3, 0usize..8, 0usize..13, 0u128..4, 0i64..50), 0..30),
        ) {
            let groups: Vec<Group> = groups.into_iter().map(|(class, stand, source, agency, count)| Group {
                class: Class::ALL[class],
                stand: Stand::ALL[stand],
                source: Source::ALL[source],
                agency: (agency > 0).then(|| Uuid::from_u128(agency)),
                count,
                answered: (count, 0),
                solved: (0, 0),
            }).collect();
            let recap = Recap::of(&groups);
            let all: i64 = groups.iter().map(|group| group.count).sum();
            let sum = |rows: Vec<Row>| rows.iter().map(|row| row.total).sum::<i64>();
            prop_assert_eq!(recap.total.total, all);
            prop_assert_eq!(sum(recap.classes.iter().map(|(_, row)| *row).collect()), all);
            prop_assert_eq!(sum(recap.sources.iter().map(|(_, row)| *row).collect()), all);
            prop_assert_eq!(sum(recap.agencies.iter().map(|(_, row)| *row).collect()), all);
            prop_assert_eq!(recap.total.stands.iter().sum::<i64>(), all);
            prop_assert_eq!(recap.total.solve_days(), None);
        }
    }
}
