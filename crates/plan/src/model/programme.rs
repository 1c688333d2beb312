//! The masterplan, its programmes, actions and quick wins: what they are, and what is missing of them.

use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::framework::names;

/// Longest name of a plan, programme or indicator, in characters.
pub const NAME_MAX_CHARS: usize = 200;
/// Longest of the longer texts of a programme, in characters.
pub const BODY_MAX_CHARS: usize = 4_000;
/// Longest code of a programme, in characters.
pub const CODE_MAX_CHARS: usize = 30;
/// The first year that a plan may name.
pub const YEAR_FIRST: i64 = 2_000;
/// The last year that a plan may name.
pub const YEAR_LAST: i64 = 2_100;
/// Most years of one plan: a masterplan looks ten years ahead, an RPJPD twenty.
pub const PLAN_YEARS_MAX_COUNT: i64 = 20;

names! {
    /// Where a masterplan stands.
    PlanState {
        /// Being written.
        Draft = "draft",
        /// The one that counts.
        InForce = "in_force",
        /// Another took its place.
        Replaced = "replaced",
    }
}

names! {
    /// What kind of work.
    ProgrammeKind {
        /// Several actions over years.
        Programme = "programme",
        /// One action of a programme.
        Action = "action",
        /// What citizens feel within a year.
        QuickWin = "quick_win",
    }
}

impl ProgrammeKind {
    /// What codes that are made here begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            ProgrammeKind::Programme => "P",
            ProgrammeKind::Action => "RA",
            ProgrammeKind::QuickWin => "QW",
        }
    }
}

names! {
    /// Where a programme stands.
    ProgrammeState {
        /// Agreed, not begun.
        Planned = "planned",
        /// Being done.
        Running = "running",
        /// Done.
        Done = "done",
        /// Given up, with the reason.
        Stopped = "stopped",
    }
}

impl ProgrammeState {
    /// The states that may follow.
    pub fn next(self) -> &'static [ProgrammeState] {
        use ProgrammeState::*;
        match self {
            Planned => &[Running, Stopped],
            Running => &[Done, Stopped],
            Done => &[Running],
            Stopped => &[Planned, Running],
        }
    }
}

names! {
    /// What is written of a programme. The first twelve are the aspects that the ministry's evaluators score on the
    /// card of a quick win (Evaluasi Gerakan Menuju Smart City 2023, section Quick Win).
    Field {
        /// Formulated with all parties on a problem of the RPJMD.
        Formulation = "formulation",
        /// What draws people.
        Attraction = "attraction",
        /// What they get.
        Benefit = "benefit",
        /// What others do not have.
        Uniqueness = "uniqueness",
        /// Who takes part.
        Partnership = "partnership",
        /// What it may become.
        Potential = "potential",
        /// Why it will last.
        Sustainability = "sustainability",
        /// People, money, equipment.
        Resources = "resources",
        /// What may go wrong.
        Risk = "risk",
        /// What is done against it.
        Mitigation = "mitigation",
        /// How last year's goes on.
        Continued = "continued",
        /// What is new this year.
        Renewed = "renewed",
        /// The problem that it solves.
        Problem = "problem",
        /// Where the RPJMD names it.
        Reference = "reference",
        /// Where.
        Location = "location",
        /// For whom.
        Beneficiaries = "beneficiaries",
        /// The address of the digital product.
        Product = "product",
        /// The law, decree or letter that it rests on.
        LegalBasis = "legal_basis",
        /// What was reported of it before Simpul, with its source.
        EarlierReport = "earlier_report",
    }
}

/// How many of [`Field`] are aspects of a quick win's card.
pub const ASPECTS_COUNT: usize = 12;

impl Field {
    /// The aspects of a quick win's card, in the evaluators' order.
    pub fn aspects() -> &'static [Field] {
        Field::ALL.get(..ASPECTS_COUNT).unwrap_or(Field::ALL)
    }

    /// What stands beside the aspects.
    pub fn others() -> &'static [Field] {
        Field::ALL.get(ASPECTS_COUNT..).unwrap_or_default()
    }
}

names! {
    /// A level of the regional plans that a programme serves, from the top.
    TraceLevel {
        /// Visi RPJMD.
        Vision = "vision",
        /// Misi.
        Mission = "mission",
        /// Tujuan.
        Goal = "goal",
        /// Sasaran.
        Target = "target",
        /// Program RPJMD.
        Programme = "programme",
        /// Renstra of the agency.
        Renstra = "renstra",
    }
}

names! {
    /// What part a body has beside the one that is accountable.
    Part {
        /// Does some of the work (R).
        Responsible = "responsible",
        /// Is asked (C).
        Consulted = "consulted",
        /// Is told (I).
        Informed = "informed",
        /// A body outside government that takes part.
        Partner = "partner",
    }
}

/// A masterplan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masterplan {
    /// Id.
    pub id: Uuid,
    /// The framework that it is made in.
    pub framework: Uuid,
    /// What it is called, such as the brand of a term of office.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// The number of the regulation of the Bupati; empty without one.
    pub legal_basis: String,
    /// The vision.
    pub vision: String,
    /// Its first and its last year.
    pub years: (i64, i64),
    /// Where it stands.
    pub state: PlanState,
    /// The plan that it takes the place of.
    pub replaces: Option<Uuid>,
    /// Guards against two at once.
    pub version: i64,
}

/// A programme, action or quick win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Id.
    pub id: Uuid,
    /// The plan that it is a part of.
    pub masterplan: Uuid,
    /// What kind.
    pub kind: ProgrammeKind,
    /// Its code, unique in the region.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// What it does, in a sentence or two.
    pub summary: String,
    /// The programme that an action is a part of.
    pub parent: Option<Uuid>,
    /// The dimension's code; empty where nobody has said.
    pub dimension: String,
    /// The code of its part; empty where nobody has said.
    pub subdimension: String,
    /// Whether the dimension was inferred and not stated by the source.
    pub inferred: bool,
    /// The horizon's code.
    pub horizon: String,
    /// The code of its family of action.
    pub family: String,
    /// Its first and its last year.
    pub years: (i64, i64),
    /// The one agency that answers for it.
    pub agency: Option<Uuid>,
    /// The agency as a file named it, where no agency of the region is meant.
    pub agency_text: String,
    /// Where it stands.
    pub state: ProgrammeState,
    /// Why it was stopped.
    pub state_reason: String,
    /// Where what is known of it comes from.
    pub source: String,
    /// Whether it stands on the public pages.
    pub public: bool,
    /// Guards against two at once.
    pub version: i64,
}

impl Programme {
    /// A planned one of which nothing is settled yet.
    pub fn new(id: Uuid, masterplan: Uuid, kind: ProgrammeKind) -> Programme {
        Programme {
            id,
            masterplan,
            kind,
            code: String::new(),
            name: String::new(),
            summary: String::new(),
            parent: None,
            dimension: String::new(),
            subdimension: String::new(),
            inferred: false,
            horizon: String::new(),
            family: String::new(),
            years: (0, 0),
            agency: None,
            agency_text: String::new(),
            state: ProgrammeState::Planned,
            state_reason: String::new(),
            source: String::new(),
            public: true,
            version: 1,
        }
    }
}

/// A body beside the accountable one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Id.
    pub id: Uuid,
    /// Its part.
    pub part: Part,
    /// The agency, if it is one of the region's.
    pub agency: Option<Uuid>,
    /// Its name, if it is not.
    pub name: String,
    /// What it does.
    pub duty: String,
}

/// A step of the regional plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Which level.
    pub level: TraceLevel,
    /// Its code there.
    pub code: String,
    /// What it says.
    pub body: String,
}

/// An entry of the change log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who, as the journal names them.
    pub by: String,
    /// Of which programme; none for the plan itself.
    pub programme: Option<Uuid>,
    /// What was changed.
    pub what: String,
    /// Why.
    pub why: String,
}

/// The span of years that a person typed.
///
/// # Errors
/// `plan.refused.years` where it ends before it begins or lies outside [`YEAR_FIRST`] to [`YEAR_LAST`].
pub fn years(from: i64, to: i64) -> Result<(i64, i64), Refusal> {
    let fits = from >= YEAR_FIRST && to <= YEAR_LAST && from <= to && to - from < PLAN_YEARS_MAX_COUNT;
    if fits { Ok((from, to)) } else { Err(Refusal::field("from_year", "plan.refused.years")) }
}

/// A code that a person typed: capital letters, digits, points and dashes.
///
/// # Errors
/// `plan.refused.code`.
pub fn code(text: &str) -> Result<String, Refusal> {
    let text = text.trim().to_uppercase();
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    let begins = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    if begins && text.len() <= CODE_MAX_CHARS && text.chars().all(plain) {
        return Ok(text);
    }
    Err(Refusal::field("code", "plan.refused.code"))
}

/// The next free code of a kind and year: `QW-2023-09` after `QW-2023-08`.
pub fn next_code<'c>(kind: ProgrammeKind, year: i64, known: impl Iterator<Item = &'c str>) -> String {
    let prefix = format!("{}-{year}-", kind.prefix());
    let serial = known.filter_map(|code| code.strip_prefix(&prefix)?.parse::<u32>().ok()).max().unwrap_or(0);
    format!("{prefix}{:02}", serial.saturating_add(1))
}

/// Moves a programme on.
///
/// # Errors
/// `plan.refused.state` with the state and the allowed ones; `plan.refused.no_reason` for one that stops without one.
pub fn moved(from: ProgrammeState, to: ProgrammeState, reason: &str) -> Result<ProgrammeState, Refusal> {
    if !from.next().contains(&to) {
        let allowed: Vec<&str> = from.next().iter().map(|state| state.name()).collect();
        let refusal = Refusal::new("plan.refused.state").with("state", from.name());
        return Err(refusal.with("allowed", allowed.join(", ")));
    }
    if to == ProgrammeState::Stopped && reason.trim().is_empty() {
        return Err(Refusal::field("reason", "plan.refused.no_reason"));
    }
    Ok(to)
}

/// A row of the page that shows who does what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gap {
    /// No agency answers for it.
    NobodyAccountable,
    /// An agency that answers for it is named once more as one that only helps.
    Twice,
    /// Nobody beside the accountable agency takes part.
    Alone,
    /// A partner without a duty.
    NoDuty,
}

impl Gap {
    /// The catalogue's key.
    pub fn key(self) -> &'static str {
        match self {
            Gap::NobodyAccountable => "plan.gap.nobody",
            Gap::Twice => "plan.gap.twice",
            Gap::Alone => "plan.gap.alone",
            Gap::NoDuty => "plan.gap.no_duty",
        }
    }
}

/// What is empty or said twice in who does what.
pub fn gaps(programme: &Programme, parties: &[Party]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if programme.agency.is_none() {
        gaps.push(Gap::NobodyAccountable);
    }
    let mut agencies: Vec<Uuid> = parties.iter().filter_map(|party| party.agency).chain(programme.agency).collect();
    let named = agencies.len();
    agencies.sort_unstable();
    agencies.dedup();
    if agencies.len() < named {
        gaps.push(Gap::Twice);
    }
    if parties.is_empty() {
        gaps.push(Gap::Alone);
    }
    if parties.iter().any(|party| party.part == Part::Partner && party.duty.is_empty()) {
        gaps.push(Gap::NoDuty);
    }
    gaps
}

/// The aspects of a card that nobody has written, in the evaluators' order.
pub fn missing_aspects(written: &[(Field, String)]) -> Vec<Field> {
    let has = |field: &Field| written.iter().any(|(known, body)| known == field && !body.trim().is_empty());
    Field::aspects().iter().copied().filter(|field| !has(field)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn programme(agency: Option<u128>) -> Programme {
        Programme {
            code: "QW-2023-01".to_owned(),
            name: "Penerangan jalan".to_owned(),
            dimension: "living".to_owned(),
            horizon: "quick_win".to_owned(),
            years: (2023, 2023),
            agency: agency.map(Uuid::from_u128),
            ..Programme::new(Uuid::nil(), Uuid::nil(), ProgrammeKind::QuickWin)
        }
    }

    fn party(part: Part, agency: Option<u128>, duty: &str) -> Party {
        let agency = agency.map(Uuid::from_u128);
        Party { id: Uuid::nil(), part, agency, name: "BBWS".to_owned(), duty: duty.to_owned() }
    }

    #[test]
    fn a_card_has_twelve_aspects_and_shows_those_that_are_missing() {
        assert_eq!(Field::aspects().len(), 12);
        let written = vec![(Field::Risk, "Banjir".to_owned()), (Field::Benefit, "  ".to_owned())];
        let missing = missing_aspects(&written);
        assert_eq!(missing.len(), 11);
        assert!(!missing.contains(&Field::Risk) && missing.contains(&Field::Benefit));
    }

    #[test]
    fn who_does_what_shows_what_is_empty_and_what_is_double() {
        assert_eq!(gaps(&programme(None), &[]), [Gap::NobodyAccountable, Gap::Alone]);
        let helps = party(Part::Responsible, Some(1), "");
        assert_eq!(gaps(&programme(Some(1)), std::slice::from_ref(&helps)), [Gap::Twice]);
        assert_eq!(gaps(&programme(Some(2)), &[helps, party(Part::Partner, None, "")]), [Gap::NoDuty]);
        assert_eq!(gaps(&programme(Some(2)), &[party(Part::Partner, None, "Menanam pohon")]), []);
    }

    #[test]
    fn what_is_stopped_says_why() {
        use ProgrammeState::*;
        assert!(moved(Running, Stopped, " ").is_err());
        assert_eq!(moved(Running, Stopped, "Anggaran dialihkan"), Ok(Stopped));
        let refusal = moved(Planned, Done, "").unwrap_err();
        assert_eq!(refusal.key, "plan.refused.state");
    }

    #[test]
    fn a_code_follows_the_last_one_of_its_year() {
        let known = ["QW-2023-08", "QW-2024-20", "P-2023-40", "QW-2023-X"];
        assert_eq!(next_code(ProgrammeKind::QuickWin, 2023, known.into_iter()), "QW-2023-09");
        assert_eq!(next_code(ProgrammeKind::Action, 2023, known.into_iter()), "RA-2023-01");
    }

    #[test]
    fn a_span_of_years_is_one() {
        assert!(years(2024, 2023).is_err() && years(1999, 2005).is_err() && years(2023, 2090).is_err());
        assert_eq!(years(2025, 2029), Ok((2025, 2029)));
    }

    proptest! {
        #[test]
        fn a_code_that_is_taken_is_kept_as_it_is(text in ".{0,40}") {
            if let Ok(taken) = code(&text) {
                prop_assert_eq!(code(&taken), Ok(taken.clone()));
                prop_assert!(!taken.is_empty() && taken.len() <= CODE_MAX_CHARS);
            }
        }

        #[test]
        fn no_arrow_leads_to_where_one_stands(from in 0usize..4) {
            let from = ProgrammeState::ALL[from];
            prop_assert!(!from.next().contains(&from));
        }
    }
}
