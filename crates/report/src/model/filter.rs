//! What a list of reports is asked for: one filter for the officers' list, its files, the figures and what an officer
//! saves. It is read from an address and written into one again, so that every list has an address.

use simpul_kernel::area::AreaCode;
use simpul_kernel::calendar::{Zone, parse_date};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Refusal, Timestamp};
use simpul_people::{Permission, Scope, scope};
use time::Date;
use uuid::Uuid;

use super::category::Class;
use super::report::Source;
use super::status::Status;

/// Longest text that is sought, in characters.
pub const SEARCH_MAX_CHARS: usize = 100;
/// Most words of it that count.
pub const SEARCH_WORDS_MAX_COUNT: usize = 3;
/// What stands for "none" where an address asks for reports without an agency or a district.
const NOBODY: &str = "tanpa";
/// What stands for the officer's own.
const MINE: &str = "saya";

/// Where reports stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In one state.
    In(Status),
    /// Somebody still owes work.
    Open,
    /// The work was done: solved, or closed after it was solved. Never what was turned down, passed on or archived.
    Fixed,
}

impl Standing {
    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Standing::In(status) => status.name(),
            Standing::Open => "terbuka",
            Standing::Fixed => "beres",
        }
    }

    /// The standing of that word.
    pub fn parse(name: &str) -> Option<Standing> {
        match name {
            "terbuka" => Some(Standing::Open),
            "beres" => Some(Standing::Fixed),
            _ => Status::parse(name).map(Standing::In),
        }
    }

    /// The states in it.
    pub fn statuses(self) -> Vec<Status> {
        let of = |is: fn(Status) -> bool| Status::ALL.into_iter().filter(|status| is(*status)).collect();
        match self {
            Standing::In(status) => vec![status],
            Standing::Open => of(Status::is_open),
            Standing::Fixed => of(Status::is_fixed),
        }
    }
}

/// Whose or where: one, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of<T> {
    /// That one.
    One(T),
    /// Those of nobody, or of no place.
    Nobody,
    /// Those of the officer who asks, or of the officer's agencies.
    Mine,
}

impl<T: Copy> Of<T> {
    fn parse(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Of<T>> {
        match text {
            NOBODY => Some(Of::Nobody),
            MINE => Some(Of::Mine),
            _ => read(text).map(Of::One),
        }
    }

    fn write(self, text: impl Fn(T) -> String) -> String {
        match self {
            Of::One(one) => text(one),
            Of::Nobody => NOBODY.to_owned(),
            Of::Mine => MINE.to_owned(),
        }
    }

    /// That one, if it is one.
    pub fn one(self) -> Option<T> {
        match self {
            Of::One(one) => Some(one),
            Of::Nobody | Of::Mine => None,
        }
    }
}

/// A step that a report has come to at least once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// Checked.
    Verified,
    /// The citizen had a first answer.
    Answered,
    /// Solved, also where the citizen sent it back.
    Solved,
}

impl Reached {
    const ALL: [(Reached, &'static str); 3] =
        [(Reached::Verified, "diperiksa"), (Reached::Answered, "dijawab"), (Reached::Solved, "diselesaikan")];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        Reached::ALL.into_iter().find(|(each, _)| *each == self).map_or("", |(_, name)| name)
    }

    fn parse(text: &str) -> Option<Reached> {
        Reached::ALL.into_iter().find(|(_, name)| *name == text).map(|(each, _)| each)
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What came in last stands first.
    #[default]
    Newest,
    /// What has waited longest stands first.
    Oldest,
    /// Least time left first; only what is open.
    Due,
}

impl Sort {
    /// Every order.
    pub const ALL: [Sort; 3] = [Sort::Newest, Sort::Oldest, Sort::Due];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Sort::Newest => "terbaru",
            Sort::Oldest => "terlama",
            Sort::Due => "batas",
        }
    }

    fn parse(text: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.name() == text)
    }
}

/// A span of days, both ends counted; an end that is not set is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Days {
    /// The first.
    pub from: Option<Date>,
    /// The last.
    pub to: Option<Date>,
}

impl Days {
    /// From one day to another.
    pub fn between(from: Date, to: Date) -> Days {
        Days { from: Some(from), to: Some(to) }
    }

    /// The instants between which it lies; the second is the first one after it.
    pub fn instants(self, zone: Zone) -> (Option<Timestamp>, Option<Timestamp>) {
        let end = |date: Date| zone.instant(date, 0).plus_micros(DAY_MICROS);
        (self.from.map(|date| zone.instant(date, 0)), self.to.map(end))
    }

    fn is_backwards(self) -> bool {
        self.from.zip(self.to).is_some_and(|(from, to)| to < from)
    }
}

/// What a list is asked for. Everything that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Where it stands.
    pub standing: Option<Standing>,
    /// Past the moment that counts.
    pub late: bool,
    /// Silent: open and without a step for [`super::silence::SILENT_AFTER_DAYS`].
    pub unknown: bool,
    /// Whose.
    pub agency: Option<Of<Uuid>>,
    /// Which officer has it in hand.
    pub officer: Option<Of<Uuid>>,
    /// Code of the category.
    pub category: Option<String>,
    /// Code of the district.
    pub district: Option<Of<i64>>,
    /// Code of the village.
    pub village: Option<i64>,
    /// What kind of wish.
    pub class: Option<Class>,
    /// By which way it came.
    pub source: Option<Source>,
    /// When it came in.
    pub reported: Days,
    /// When it was solved.
    pub resolved: Days,
    /// The citizen sent it back at least once.
    pub reopened: bool,
    /// The reporter said how content they are.
    pub rated: bool,
    /// Solved in time, or solved too late.
    pub on_time: Option<bool>,
    /// Has come so far at least.
    pub reached: Option<Reached>,
    /// A number, or words of the citizen's text.
    pub text: Option<String>,
    /// In which order.
    pub sort: Sort,
}

const STANDING: &str = "status";
const LATE: &str = "terlambat";
const UNKNOWN: &str = "diam";
const AGENCY: &str = "perangkat";
const OFFICER: &str = "petugas";
const CATEGORY: &str = "kategori";
const DISTRICT: &str = "kecamatan";
const VILLAGE: &str = "desa";
const CLASS: &str = "kelas";
const SOURCE: &str = "sumber";
const FROM: &str = "dari";
const TO: &str = "sampai";
const RESOLVED_FROM: &str = "selesai_dari";
const RESOLVED_TO: &str = "selesai_sampai";
const REOPENED: &str = "kembali";
const RATED: &str = "dinilai";
const ON_TIME: &str = "tepat";
const REACHED: &str = "tahap";
const TEXT: &str = "cari";
const SORT: &str = "urut";

fn area(text: &str) -> Option<i64> {
    AreaCode::parse(text).map(AreaCode::number)
}

fn area_text(code: i64) -> String {
    AreaCode::from_number(code).map_or_else(|| code.to_string(), |code| code.to_string())
}

/// Reads the values of an address and gathers what is wrong with them.
struct Reader<'p> {
    pairs: &'p [(&'p str, &'p str)],
    wrong: Vec<Refusal>,
}

impl<'p> Reader<'p> {
    fn get(&self, name: &str) -> Option<&'p str> {
        let found = self.pairs.iter().find(|(each, _)| *each == name).map(|(_, value)| value.trim());
        found.filter(|value| !value.is_empty())
    }

    fn read<T>(&mut self, name: &'static str, key: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.get(name)?;
        let value = read(text);
        if value.is_none() {
            self.wrong.push(Refusal::field(name, key));
        }
        value
    }

    fn one_of<T>(&mut self, name: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.read(name, "report.filter.unknown_choice", read)
    }

    fn days(&mut self, from: &'static str, to: &'static str) -> Days {
        let date = "report.filter.bad_date";
        let days = Days { from: self.read(from, date, parse_date), to: self.read(to, date, parse_date) };
        if days.is_backwards() {
            self.wrong.push(Refusal::field(to, "report.filter.backwards"));
        }
        days
    }

    fn ticked(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

impl Filter {
    /// Reads the values of an address. What is not understood is left out and named by a refusal of its field.
    pub fn read(pairs: &[(&str, &str)]) -> (Filter, Vec<Refusal>) {
        let mut reader = Reader { pairs, wrong: Vec::new() };
        let uuid = |text: &str| text.parse::<Uuid>().ok();
        let code = |text: &str| (text.len() <= 60).then(|| text.to_owned());
        let yes_no = |text: &str| match text {
            "ya" => Some(true),
            "tidak" => Some(false),
            _ => None,
        };
        let short = |text: &str| (text.chars().count() <= SEARCH_MAX_CHARS).then(|| text.to_owned());
        let filter = Filter {
            standing: reader.one_of(STANDING, Standing::parse),
            late: reader.ticked(LATE),
            unknown: reader.ticked(UNKNOWN),
            agency: reader.one_of(AGENCY, |text| Of::parse(text, uuid)),
            officer: reader.one_of(OFFICER, |text| Of::parse(text, uuid)),
            category: reader.one_of(CATEGORY, code),
            district: reader.one_of(DISTRICT, |text| Of::parse(text, area).filter(|of| *of != Of::Mine)),
            village: reader.one_of(VILLAGE, area),
            class: reader.one_of(CLASS, Class::parse),
            source: reader.one_of(SOURCE, Source::parse),
            reported: reader.days(FROM, TO),
            resolved: reader.days(RESOLVED_FROM, RESOLVED_TO),
            reopened: reader.ticked(REOPENED),
            rated: reader.ticked(RATED),
            on_time: reader.one_of(ON_TIME, yes_no),
            reached: reader.one_of(REACHED, Reached::parse),
            text: reader.read(TEXT, "report.filter.text_too_long", short),
            sort: reader.one_of(SORT, Sort::parse).unwrap_or_default(),
        };
        (filter, reader.wrong)
    }

    /// The values of its address: what [`Filter::read`] reads as the same filter.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let tick = |set: bool| set.then(|| "1".to_owned());
        let date = |date: Option<Date>| date.map(|date| date.to_string());
        let all = [
            (STANDING, self.standing.map(|standing| standing.name().to_owned())),
            (LATE, tick(self.late)),
            (UNKNOWN, tick(self.unknown)),
            (AGENCY, self.agency.map(|of| of.write(|id| id.to_string()))),
            (OFFICER, self.officer.map(|of| of.write(|id| id.to_string()))),
            (CATEGORY, self.category.clone()),
            (DISTRICT, self.district.map(|of| of.write(area_text))),
            (VILLAGE, self.village.map(area_text)),
            (CLASS, self.class.map(|class| class.name().to_owned())),
            (SOURCE, self.source.map(|source| source.name().to_owned())),
            (FROM, date(self.reported.from)),
            (TO, date(self.reported.to)),
            (RESOLVED_FROM, date(self.resolved.from)),
            (RESOLVED_TO, date(self.resolved.to)),
            (REOPENED, tick(self.reopened)),
            (RATED, tick(self.rated)),
            (ON_TIME, self.on_time.map(|yes| if yes { "ya" } else { "tidak" }.to_owned())),
            (REACHED, self.reached.map(|reached| reached.name().to_owned())),
            (TEXT, self.text.clone()),
            (SORT, (self.sort != Sort::Newest).then(|| self.sort.name().to_owned())),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Whether nothing is asked for but an order.
    pub fn is_empty(&self) -> bool {
        Filter { sort: Sort::Newest, ..self.clone() } == Filter::default()
    }

    /// The words that are sought, in small letters, and no more of them than count.
    pub fn words(&self) -> Vec<String> {
        let text = self.text.as_deref().unwrap_or_default().to_lowercase();
        text.split_whitespace().take(SEARCH_WORDS_MAX_COUNT).map(str::to_owned).collect()
    }
}

/// What an officer may count and see of reports that are not everybody's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sight {
    /// The inbox of every agency, without what is secret.
    pub region: bool,
    /// What is secret, whoever's it is.
    pub secrets: bool,
    /// Everything of these agencies.
    pub own: Vec<Uuid>,
}

impl Sight {
    fn is_own(&self, agency: Option<Uuid>) -> bool {
        agency.is_some_and(|agency| self.own.contains(&agency))
    }

    /// What an actor may see under its roles.
    pub fn of(actor: &Actor) -> Sight {
        let (region, own) = match scope(actor, Permission::SeeInbox) {
            Scope::WholeRegion => (true, Vec::new()),
            Scope::Agencies(own) => (false, own),
            Scope::Nothing => (false, Vec::new()),
        };
        Sight { region, secrets: scope(actor, Permission::SeeSecretReports) == Scope::WholeRegion, own }
    }

    /// Whether the officer sees it as staff do: as [`super::public::may_see_of`].
    pub fn reads(&self, agency: Option<Uuid>, secret: bool) -> bool {
        self.is_own(agency) || if secret { self.secrets } else { self.region }
    }

    /// Whether it is counted for the officer: a secret report only where it may be read, since a count of secret ones
    /// tells that there are any.
    pub fn counts(&self, agency: Option<Uuid>, secret: bool) -> bool {
        !secret || self.reads(agency, secret)
    }

    /// Whether it stands in the officer's list: what may be read, and what anybody may see.
    pub fn lists(&self, agency: Option<Uuid>, secret: bool, public: bool) -> bool {
        public || self.reads(agency, secret)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::option::of;
    use proptest::prelude::*;

    use super::*;

    fn date() -> impl Strategy<Value = Date> {
        (2_440_588i32..2_500_000).prop_map(|day| Date::from_julian_day(day).unwrap())
    }

    fn days() -> impl Strategy<Value = Days> {
        (of(date()), of(date())).prop_map(|(from, to)| match (from, to) {
            (Some(a), Some(b)) => Days::between(a.min(b), a.max(b)),
            (from, to) => Days { from, to },
        })
    }

    fn whose<T: Copy + std::fmt::Debug + 'static>(
        one: impl Strategy<Value = T> + 'static,
    ) -> impl Strategy<Value = Of<T>> {
        prop_oneof![one.prop_map(Of::One), Just(Of::Nobody), Just(Of::Mine)]
    }

    /// Any filter that a page may write.
    pub(crate) fn filter() -> impl Strategy<Value = Filter> {
        let standing = prop_oneof![
            Just(Standing::Open),
            Just(Standing::Fixed),
            prop::sample::select(Status::ALL.to_vec()).prop_map(Standing::In)
        ];
        let uuid = || any::<u128>().prop_map(Uuid::from_u128);
        let district = prop_oneof![(732_201i64..732_215).prop_map(Of::One), Just(Of::Nobody)];
        let first = (of(standing), any::<bool>(), any::<bool>(), of(whose(uuid())), of(whose(uuid())));
        let second = (of("[a-z_]{1,12}"), of(district), of(7_322_031_001i64..7_322_032_010));
        let third = (
            of(prop::sample::select(Class::ALL.to_vec())),
            of(prop::sample::select(Source::ALL.to_vec())),
            days(),
            days(),
        );
        let reached = prop::sample::select(vec![Reached::Verified, Reached::Answered, Reached::Solved]);
        let sort = prop::sample::select(Sort::ALL.to_vec());
        let fourth = (any::<(bool, bool)>(), of(any::<bool>()), of(reached), of("\\PC{0,30}"), sort);
        (first, second, third, fourth).prop_map(|(first, second, third, fourth)| Filter {
            standing: first.0,
            late: first.1,
            unknown: first.2,
            agency: first.3,
            officer: first.4,
            category: second.0,
            district: second.1,
            village: second.2,
            class: third.0,
            source: third.1,
            reported: third.2,
            resolved: third.3,
            reopened: fourth.0.0,
            rated: fourth.0.1,
            on_time: fourth.1,
            reached: fourth.2,
            text: fourth.3.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            sort: fourth.4,
        })
    }

    proptest! {
        #[test]
        fn a_filter_comes_back_from_its_address_as_it_was(filter in filter()) {
            let pairs = filter.pairs();
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
            prop_assert_eq!(Filter::read(&pairs), (filter, Vec::new()));
        }

        #[test]
        fn any_address_is_read_or_its_fault_is_named(values in prop::collection::vec("\\PC{0,20}", 20)) {
            let names = [STANDING, LATE, UNKNOWN, AGENCY, OFFICER, CATEGORY, DISTRICT, VILLAGE, CLASS, SOURCE, FROM, TO,
                RESOLVED_FROM, RESOLVED_TO, REOPENED, RATED, ON_TIME, REACHED, TEXT, SORT];
            let pairs: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
            let (_, wrong) = Filter::read(&pairs);
            prop_assert!(wrong.iter().all(|refusal| refusal.field.is_some_and(|field| names.contains(&field))));
        }
    }

    #[test]
    fn a_span_that_ends_before_it_begins_is_refused_at_its_end() {
        let (_, wrong) = Filter::read(&[("dari", "2026-11-02"), ("sampai", "2026-11-01")]);
        assert_eq!((wrong[0].field, wrong[0].key), (Some("sampai"), "report.filter.backwards"));
        let (_, wrong) = Filter::read(&[("dari", "31-12-2026")]);
        assert_eq!((wrong[0].field, wrong[0].key), (Some("dari"), "report.filter.bad_date"));
    }

    #[test]
    fn fixed_is_work_that_was_done_and_nothing_else() {
        assert_eq!(Standing::Fixed.statuses(), [Status::Resolved, Status::Closed]);
        assert!(Standing::Open.statuses().into_iter().all(Status::is_open));
    }
}
