//! How the plan's words look on a page.

use simpul_people::Snapshot;
use simpul_shell::{Lang, Page, StatusTag, Tag};
use uuid::Uuid;

use crate::model::framework::{Framework, Term, TermKind};
use crate::model::status::{Light, Reason};
use crate::model::{Programme, ProgrammeState, Quantity};

/// A value as people here write it.
pub fn quantity(page: &Page, value: Quantity) -> String {
    match page.lang {
        Lang::Id => value.local(",", "."),
        Lang::En => value.local(".", ","),
    }
}

/// A value with its unit; a dash where there is none.
pub fn with_unit(page: &Page, value: Option<Quantity>, unit: &str) -> String {
    match value {
        Some(value) => format!("{} {unit}", quantity(page, value)).trim_end().to_owned(),
        None => "–".to_owned(),
    }
}

/// Hundredths of a per cent, as per cent.
pub fn points(page: &Page, points: Option<i64>) -> String {
    match points {
        Some(points) => format!("{} %", quantity(page, Quantity::percent_of_basis_points(points))),
        None => "–".to_owned(),
    }
}

/// A word of the framework in the reader's language.
pub fn term<'t>(page: &Page, term: &'t Term) -> &'t str {
    match page.lang {
        Lang::Id => &term.name_id,
        Lang::En => &term.name_en,
    }
}

/// The dimension's name; the code where the framework does not know it, and a word where there is none.
pub fn dimension(page: &Page, framework: &Framework, code: &str) -> String {
    if code.is_empty() {
        return page.t("plan.no_dimension");
    }
    framework.term(TermKind::Dimension, code).map_or_else(|| code.to_owned(), |found| term(page, found).to_owned())
}

/// Who answers for a programme.
pub fn owner(page: &Page, place: &Snapshot, programme: &Programme) -> String {
    match programme.agency.and_then(|id| place.agency(id)) {
        Some(agency) => agency.short.clone(),
        None if !programme.agency_text.is_empty() => programme.agency_text.clone(),
        None => page.t("plan.nobody"),
    }
}

/// The short name of an agency.
pub fn agency(place: &Snapshot, id: Uuid) -> String {
    place.agency(id).map(|agency| agency.short.clone()).unwrap_or_default()
}

/// A light as shape, word and colour.
pub fn light(page: &Page, light: Option<Light>) -> StatusTag {
    match light {
        Some(Light::Green) => page.tag(Tag::Done, "plan.light.green"),
        Some(Light::Yellow) => page.tag(Tag::Work, "plan.light.yellow"),
        Some(Light::Red) => page.tag(Tag::Late, "plan.light.red"),
        None => page.tag(Tag::Off, "plan.light.none"),
    }
}

/// A reason in the reader's language.
pub fn reason(page: &Page, reason: &Reason) -> String {
    match reason {
        Reason::Behind { points: reached } => page.t1(reason.key(), "share", points(page, Some(*reached))),
        Reason::NotReported { days } | Reason::Overdue { days } => page.tn(reason.key(), *days),
        Reason::NoValue { count } => page.tn(reason.key(), *count),
        Reason::NoEvidence => page.t(reason.key()),
        Reason::Underspent { spent, year } => {
            let (spent, year) = (points(page, Some(*spent)), points(page, Some(*year)));
            page.tx(reason.key(), [("spent", spent.as_str()), ("year", &year)])
        }
    }
}

/// Where a programme stands, as shape, word and colour.
pub fn state(page: &Page, state: ProgrammeState) -> StatusTag {
    match state {
        ProgrammeState::Planned => page.tag(Tag::New, "plan.state.planned"),
        ProgrammeState::Running => page.tag(Tag::Work, "plan.state.running"),
        ProgrammeState::Done => page.tag(Tag::Done, "plan.state.done"),
        ProgrammeState::Stopped => page.tag(Tag::Off, "plan.state.stopped"),
    }
}

/// `2025`, or `2025–2029`.
pub fn years((from, to): (i64, i64)) -> String {
    if from == to { from.to_string() } else { format!("{from}–{to}") }
}
