//! The figures of reports, each defined once: what is counted, by what it is grouped, and which list stands behind it.
//!
//! Every figure is about the reports that *came in* during a span of days, as they stand when it is counted. So each
//! number is the length of a list that [`Measure::narrow`] names, and what was sent back is not counted twice.

use std::collections::BTreeMap;

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Calendar;
use time::Date;
use uuid::Uuid;

use super::category::Class;
use super::filter::{Days, Filter, Of, Reached, Standing};
use super::report::Source;
use super::silence::is_silent;
use super::status::Status;
use super::worktime::WorkingTime;

/// What the figures know of one report.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub status: Status,
    /// Code of its category.
    pub category: String,
    /// In whose inbox.
    pub agency: Option<Uuid>,
    /// District.
    pub district: Option<i64>,
    /// What kind of wish.
    pub class: Class,
    /// By which way it came.
    pub source: Source,
    /// Came in.
    pub reported: Timestamp,
    /// Found complete.
    pub verified: Option<Timestamp>,
    /// The citizen had the first answer.
    pub answered: Option<Timestamp>,
    /// Done.
    pub resolved: Option<Timestamp>,
    /// Done by then, as it was promised.
    pub resolve_due: Timestamp,
    /// The moment that counts now.
    pub due: Option<Timestamp>,
    /// Last changed.
    pub updated: Timestamp,
    /// How often the citizen sent it back.
    pub reopened_count: i64,
    /// Its deadlines stand still.
    pub paused: bool,
    /// How content the reporter is, from 1 to 5, where that was said and asked for.
    pub stars: Option<i64>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Measure {
    /// Came in.
    Received,
    /// Somebody still owes work.
    Open,
    /// The work was done.
    Fixed,
    /// Past the moment that counts.
    Late,
    /// Open, and nobody has heard of it for eight weeks.
    Unknown,
    /// Can't be acted on.
    Rejected,
    /// Belongs to another body.
    OutOfAuthority,
    /// The same as another one.
    Merged,
    /// Needs a budget first.
    Planned,
    /// Laid down without an end.
    Archived,
    /// Of the fixed: in time.
    OnTime,
    /// Sent back by the citizen at least once.
    Reopened,
    /// Checked at least once.
    Verified,
    /// Answered at least once.
    Answered,
    /// Solved at least once, also where the citizen sent it back.
    Solved,
    /// The reporter said how content they are.
    Rated,
}

impl Measure {
    /// Every measure, in the order of tables.
    pub const ALL: [Measure; 16] = [
        Measure::Received,
        Measure::Open,
        Measure::Fixed,
        Measure::Late,
        Measure::Unknown,
        Measure::Rejected,
        Measure::OutOfAuthority,
        Measure::Merged,
        Measure::Planned,
        Measure::Archived,
        Measure::OnTime,
        Measure::Reopened,
        Measure::Verified,
        Measure::Answered,
        Measure::Solved,
        Measure::Rated,
    ];

    /// Those that stand in a table as counts; the others are the base of a rate or a time.
    pub const COUNTS: [Measure; 10] = [
        Measure::Received,
        Measure::Open,
        Measure::Fixed,
        Measure::Late,
        Measure::Unknown,
        Measure::Planned,
        Measure::Rejected,
        Measure::OutOfAuthority,
        Measure::Merged,
        Measure::Archived,
    ];

    /// Its fixed name, as in domain.md.
    pub fn name(self) -> &'static str {
        match self {
            Measure::Received => "report.received",
            Measure::Open => "report.open",
            Measure::Fixed => "report.fixed",
            Measure::Late => "report.late",
            Measure::Unknown => "report.unknown",
            Measure::Rejected => "report.rejected",
            Measure::OutOfAuthority => "report.out_of_authority",
            Measure::Merged => "report.merged",
            Measure::Planned => "report.planned",
            Measure::Archived => "report.archived",
            Measure::OnTime => "report.on_time",
            Measure::Reopened => "report.reopened",
            Measure::Verified => "report.verified",
            Measure::Answered => "report.answered",
            Measure::Solved => "report.solved",
            Measure::Rated => "report.rated",
        }
    }

    /// Whether the report is counted.
    pub fn takes(self, fact: &Fact, now: Timestamp) -> bool {
        match self {
            Measure::Received => true,
            Measure::Open => fact.status.is_open(),
            Measure::Fixed => fact.status.is_fixed(),
            Measure::Late => fact.due.is_some_and(|due| due < now),
            Measure::Unknown => is_silent(fact.status, fact.paused, fact.updated, now),
            Measure::Rejected => fact.status == Status::Rejected,
            Measure::OutOfAuthority => fact.status == Status::OutOfAuthority,
            Measure::Merged => fact.status == Status::Merged,
            Measure::Planned => fact.status == Status::Planned,
            Measure::Archived => fact.status == Status::Archived,
            Measure::OnTime => fact.status.is_fixed() && fact.resolved.is_some_and(|at| at <= fact.resolve_due),
            Measure::Reopened => fact.reopened_count > 0,
            Measure::Verified => fact.verified.is_some(),
            Measure::Answered => fact.answered.is_some(),
            Measure::Solved => fact.status.is_fixed() || fact.reopened_count > 0,
            Measure::Rated => fact.stars.is_some(),
        }
    }

    /// The list behind the number, within that of the table. `None` where the table's own filter already says something
    /// of the same thing, and that may be something else: such a number has no list of its own.
    pub fn narrow(self, table: &Filter) -> Option<Filter> {
        let mut list = table.clone();
        let standing = match self {
            Measure::Open => Some(Standing::Open),
            Measure::Fixed | Measure::OnTime => Some(Standing::Fixed),
            Measure::Rejected => Some(Standing::In(Status::Rejected)),
            Measure::OutOfAuthority => Some(Standing::In(Status::OutOfAuthority)),
            Measure::Merged => Some(Standing::In(Status::Merged)),
            Measure::Planned => Some(Standing::In(Status::Planned)),
            Measure::Archived => Some(Standing::In(Status::Archived)),
            _ => None,
        };
        if let Some(standing) = standing {
            match list.standing {
                None => list.standing = Some(standing),
                // A state within what is counted narrows nothing further; one beside it leaves nothing.
                Some(given) if given.statuses().iter().all(|status| standing.statuses().contains(status)) => {}
                Some(given) if standing.statuses().iter().all(|status| given.statuses().contains(status)) => {
                    list.standing = Some(standing);
                }
                Some(_) => return None,
            }
        }
        match self {
            Measure::Late => list.late = true,
            Measure::Unknown => list.unknown = true,
            Measure::Reopened => list.reopened = true,
            Measure::Rated => list.rated = true,
            Measure::OnTime if list.on_time == Some(false) => return None,
            Measure::OnTime => list.on_time = Some(true),
            Measure::Verified | Measure::Answered | Measure::Solved => {
                let reached = match self {
                    Measure::Verified => Reached::Verified,
                    Measure::Answered => Reached::Answered,
                    _ => Reached::Solved,
                };
                if list.reached.is_some_and(|given| given != reached) {
                    return None;
                }
                list.reached = Some(reached);
            }
            _ => {}
        }
        Some(list)
    }
}

/// By what figures are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Dimension {
    /// Who answers.
    #[default]
    Agency,
    /// What it is about.
    Category,
    /// Where.
    District,
    /// When it came in.
    Month,
    /// By which way it came.
    Source,
    /// What kind of wish.
    Class,
}

impl Dimension {
    /// Every dimension.
    pub const ALL: [Dimension; 6] = [
        Dimension::Agency,
        Dimension::Category,
        Dimension::District,
        Dimension::Month,
        Dimension::Source,
        Dimension::Class,
    ];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Agency => "perangkat",
            Dimension::Category => "kategori",
            Dimension::District => "kecamatan",
            Dimension::Month => "bulan",
            Dimension::Source => "sumber",
            Dimension::Class => "kelas",
        }
    }

    /// The dimension of that word.
    pub fn parse(name: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|dimension| dimension.name() == name)
    }

    /// In which group a report falls.
    pub fn group(self, fact: &Fact, calendar: &Calendar) -> Group {
        match self {
            Dimension::Agency => Group::Agency(fact.agency),
            Dimension::Category => Group::Category(fact.category.clone()),
            Dimension::District => Group::District(fact.district),
            Dimension::Month => {
                let date = calendar.zone.date(fact.reported);
                Group::Month(date.replace_day(1).unwrap_or(date))
            }
            Dimension::Source => Group::Source(fact.source.name()),
            Dimension::Class => Group::Class(fact.class.name()),
        }
    }
}

/// One row of a table of figures.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// An agency's, or the coordinator's own.
    Agency(Option<Uuid>),
    /// Of a category.
    Category(String),
    /// In a district, or in none.
    District(Option<i64>),
    /// Came in during the month that begins so.
    Month(Date),
    /// By its source's name.
    Source(&'static str),
    /// By its class's name.
    Class(&'static str),
}

impl Group {
    /// The list behind the whole row, within that of the table.
    pub fn narrow(&self, table: &Filter) -> Filter {
        let mut list = table.clone();
        match self {
            Group::Agency(agency) => list.agency = Some(agency.map_or(Of::Nobody, Of::One)),
            Group::Category(code) => list.category = Some(code.clone()),
            Group::District(district) => list.district = Some(district.map_or(Of::Nobody, Of::One)),
            Group::Month(first) => {
                let last = last_day(*first);
                let from = list.reported.from.map_or(*first, |from| from.max(*first));
                let to = list.reported.to.map_or(last, |to| to.min(last));
                list.reported = Days::between(from, to);
            }
            Group::Source(name) => list.source = Source::parse(name),
            Group::Class(name) => list.class = Class::parse(name),
        }
        list
    }
}

/// The last day of a month.
pub fn last_day(first: Date) -> Date {
    Date::from_calendar_date(first.year(), first.month(), first.month().length(first.year())).unwrap_or(first)
}

/// Times of one kind, in working minutes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Durations {
    minutes: Vec<i64>,
    sorted: bool,
}

impl FromIterator<i64> for Durations {
    fn from_iter<T: IntoIterator<Item = i64>>(minutes: T) -> Durations {
        let mut all = Durations { minutes: minutes.into_iter().collect(), sorted: false };
        all.sort();
        all
    }
}

impl Durations {
    fn add(&mut self, minutes: i64) {
        self.minutes.push(minutes);
        self.sorted = false;
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.minutes.len()
    }

    fn sort(&mut self) {
        self.minutes.sort_unstable();
        self.sorted = true;
    }

    /// The one at which so many hundredths are reached (nearest rank), in working minutes; `None` of none.
    fn rank_minutes(&self, percent: usize) -> Option<i64> {
        debug_assert!(self.sorted || self.minutes.is_empty());
        let place = (self.minutes.len() * percent).div_ceil(100).max(1) - 1;
        self.minutes.get(place).copied()
    }

    /// The same in working hours.
    fn rank(&self, percent: usize) -> Option<f64> {
        self.rank_minutes(percent).map(|minutes| minutes as f64 / 60.0)
    }

    /// The middle one, in working minutes.
    pub fn median_minutes(&self) -> Option<i64> {
        self.rank_minutes(50)
    }

    /// The middle one, in working hours.
    pub fn median(&self) -> Option<f64> {
        self.rank(50)
    }

    /// The one that nine of ten don't exceed, in working hours.
    pub fn p90(&self) -> Option<f64> {
        self.rank(90)
    }
}

/// The figures of one group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    counts: BTreeMap<Measure, i64>,
    stars: i64,
    /// `report.verify_time`
    pub verify_time: Durations,
    /// `report.answer_time`
    pub answer_time: Durations,
    /// `report.resolve_time`
    pub resolve_time: Durations,
}

impl Figures {
    /// Takes a report in.
    pub fn add(&mut self, fact: &Fact, working: &WorkingTime, now: Timestamp) {
        for measure in Measure::ALL.into_iter().filter(|measure| measure.takes(fact, now)) {
            *self.counts.entry(measure).or_default() += 1;
        }
        self.stars += fact.stars.unwrap_or(0);
        let minutes = |until: Option<Timestamp>| until.map(|until| working.minutes(fact.reported, until));
        if let Some(minutes) = minutes(fact.verified) {
            self.verify_time.add(minutes);
        }
        if let Some(minutes) = minutes(fact.answered) {
            self.answer_time.add(minutes);
        }
        if let Some(minutes) = minutes(fact.resolved.filter(|_| fact.status.is_fixed())) {
            self.resolve_time.add(minutes);
        }
    }

    /// No more reports will come.
    pub fn close(&mut self) {
        [&mut self.verify_time, &mut self.answer_time, &mut self.resolve_time].into_iter().for_each(Durations::sort);
    }

    /// How many.
    pub fn count(&self, measure: Measure) -> i64 {
        self.counts.get(&measure).copied().unwrap_or(0)
    }

    fn share(&self, part: Measure, whole: Measure) -> Option<f64> {
        let whole = self.count(whole);
        (whole > 0).then(|| self.count(part) as f64 / whole as f64)
    }

    /// `report.on_time_rate`: of the fixed, those that were solved in time; from 0 to 1. `None` where none is fixed.
    pub fn on_time_rate(&self) -> Option<f64> {
        self.share(Measure::OnTime, Measure::Fixed)
    }

    /// `report.satisfaction`: the mean of the stars, from 1 to 5; `None` where nobody gave any.
    pub fn satisfaction(&self) -> Option<f64> {
        let rated = self.count(Measure::Rated);
        (rated > 0).then(|| self.stars as f64 / rated as f64)
    }

    /// Stars of all who gave any.
    pub fn stars(&self) -> i64 {
        self.stars
    }

    /// `report.reopen_rate`: sent back at least once, of all that were solved at least once; `None` where none was.
    pub fn reopen_rate(&self) -> Option<f64> {
        self.share(Measure::Reopened, Measure::Solved)
    }
}

/// A table of figures: its rows by group, and all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FigureTable {
    /// The rows.
    pub rows: BTreeMap<Group, Figures>,
    /// Everything in it.
    pub all: Figures,
}

impl FigureTable {
    /// Takes a report in.
    pub fn add(
        &mut self,
        fact: &Fact,
        dimension: Dimension,
        (calendar, working): (&Calendar, &WorkingTime),
        now: Timestamp,
    ) {
        self.rows.entry(dimension.group(fact, calendar)).or_default().add(fact, working, now);
        self.all.add(fact, working, now);
    }

    /// No more reports will come.
    pub fn close(&mut self) {
        self.rows.values_mut().chain([&mut self.all]).for_each(Figures::close);
    }
}
