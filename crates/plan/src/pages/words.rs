//! What pages of evidence, progress and evaluation say alike.

use simpul_kernel::format;
use simpul_people::Snapshot;
use simpul_shell::{Choice, Lang, Page, SignedIn, StatusTag, Tag};
use time::Date;
use uuid::Uuid;

use crate::model::ProgressState;
use crate::model::evaluation::ratio::written_hundredths;
use crate::model::evaluation::{Ratio, RoundState};

/// Today where the region is.
pub(super) fn today(me: &SignedIn) -> Date {
    me.region().zone.date(me.now())
}

/// A day as people read it; empty where there is none.
pub(super) fn day_shown(page: &Page, day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| format::day_medium(page.lang, day))
}

/// An agency's short name.
pub(super) fn agency_name(place: &Snapshot, id: Option<Uuid>) -> Option<String> {
    place.agency(id?).map(|agency| agency.short.clone())
}

/// Every active agency to choose from.
pub(super) fn agencies(place: &Snapshot) -> Vec<Choice> {
    place.active_agencies().map(|agency| Choice::new(agency.id, agency.short.clone())).collect()
}

/// The name of an officer whom a table names as the journal does; anybody else is Simpul.
pub(super) fn person_name(place: &Snapshot, by: &str) -> String {
    let id = by.strip_prefix("officer:").and_then(|id| id.parse().ok());
    id.and_then(|id| place.officer(id)).map_or_else(|| "Simpul".to_owned(), |officer| officer.name.clone())
}

/// A score as it is told; what is unknown is no 0.
pub(super) fn told(page: &Page, score: Option<Ratio>) -> String {
    score.map_or_else(|| page.t("plan.evaluation.no_data"), |score| shown(page, score))
}

/// A score with two digits, as the reader writes it.
pub(super) fn shown(page: &Page, score: Ratio) -> String {
    written_hundredths(score.to_hundredths(), if page.lang == Lang::Id { "," } else { "." })
}

/// The shape and colour of a round's state.
pub(super) fn round_tag(state: RoundState) -> Tag {
    match state {
        RoundState::Open => Tag::Work,
        RoundState::Submitted => Tag::New,
        RoundState::Approved => Tag::Done,
    }
}

/// Where a report stands, as shape, word and colour.
pub(super) fn progress_tag(page: &Page, state: ProgressState) -> StatusTag {
    let tag = match state {
        ProgressState::Draft => Tag::New,
        ProgressState::Submitted | ProgressState::Verified => Tag::Work,
        ProgressState::Returned => Tag::Late,
        ProgressState::Published => Tag::Done,
    };
    page.tag(tag, state.key())
}
