//! What the pages of the collaboration have in common: who sees what, names, moments as forms have them.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::calendar::{Zone, parse_date};
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::{Permission, Scope, Snapshot};
use simpul_shell::{Choice, Page, SignedIn, Tag};
use uuid::Uuid;

use crate::model::item::{Item, ItemState};
use crate::model::meeting::MeetingState;

/// The last minute of a day: the day itself still belongs to the owner.
const LAST_MINUTE: u16 = 24 * 60 - 1;
/// Letters of a day as forms send it: `2026-11-27`.
const DAY_CHARS: usize = 10;

/// The parts of the collaboration, as tabs.
#[derive(Template)]
#[template(path = "plan/together_tabs.html")]
pub struct Tabs {
    page: Page,
    current: &'static str,
    partner: bool,
}
impl HtmlSafe for Tabs {}

impl Tabs {
    /// The tabs of a page that belongs to `current`.
    pub fn new(page: &Page, officer: &SignedIn, current: &'static str) -> Tabs {
        Tabs { page: page.clone(), current, partner: partner_of(officer).is_some() }
    }

    fn all(&self) -> Vec<(&'static str, &'static str)> {
        let house = [("/rapat/badan", "plan.body.title")].into_iter().filter(|_| !self.partner);
        let all = [
            ("/rapat", "plan.meeting.title"),
            ("/rapat/tindak-lanjut", "plan.item.title"),
            ("/komitmen", "plan.commitment.title"),
        ];
        all.into_iter().chain(house).collect()
    }
}

/// Partners see what asks them, and nothing else of the house: the agencies that they act for. `None` for whoever is of
/// the house.
pub fn partner_of(officer: &SignedIn) -> Option<Vec<Uuid>> {
    match officer.scope(Permission::SeePlan) {
        Scope::Agencies(own) => {
            let outside = |id: &Uuid| officer.place.agency(*id).is_some_and(|agency| agency.outside);
            own.iter().all(outside).then_some(own)
        }
        Scope::Nothing => Some(Vec::new()),
        Scope::WholeRegion => None,
    }
}

/// The name behind an actor of a row or a line.
pub fn actor_name(place: &Snapshot, actor: &str) -> String {
    let id = actor.strip_prefix("officer:").and_then(|id| id.parse().ok());
    match id.and_then(|id: Uuid| place.officer(id)) {
        Some(officer) => officer.name.clone(),
        None => "Simpul".to_owned(),
    }
}

/// An agency's short name.
pub fn agency_short(place: &Snapshot, id: Uuid) -> String {
    place.agency(id).map_or_else(|| "–".to_owned(), |agency| agency.short.clone())
}

/// Agencies that can be given work.
pub fn agency_choices(place: &Snapshot) -> Vec<Choice> {
    place.active_agencies().map(|agency| Choice::new(agency.id, agency.name.clone())).collect()
}

/// Officers who may be named as the one who does it, under their agencies.
pub fn officer_choices(place: &Snapshot) -> Vec<Choice> {
    let of = |agency: &simpul_people::Agency| {
        let group = agency.short.clone();
        let works = place.officers_of(agency.id);
        let choice = move |one: &simpul_people::OfficerName| Choice::new(one.id, one.name.clone()).group(group.clone());
        works.map(choice).collect::<Vec<_>>()
    };
    place.active_agencies().flat_map(of).collect()
}

/// A day and a minute as a form's control sends them: `2026-11-27T08:30`.
pub fn read_moment(zone: Zone, text: &str) -> Option<Timestamp> {
    let day = parse_date(text.get(..DAY_CHARS)?)?;
    let (hours, minutes) = text.get(DAY_CHARS..)?.strip_prefix(['T', ' '])?.split_once([':', '.'])?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then(|| zone.instant(day, hours * 60 + minutes))
}

/// The same the other way round.
pub fn shown_moment(zone: Zone, at: Timestamp) -> String {
    simpul_kernel::format::iso(at, zone).chars().take(DAY_CHARS + 6).collect()
}

/// The end of a day as a form's control sends it.
pub fn read_due(zone: Zone, text: &str) -> Option<Timestamp> {
    parse_date(text).map(|day| zone.instant(day, LAST_MINUTE))
}

/// The id that a list of choices sent: nothing where none was chosen.
///
/// # Errors
/// `key` at the field, where it is no id.
pub fn read_choice(text: &str, field: &'static str, key: &'static str) -> Result<Option<Uuid>, Refusal> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Refusal::field(field, key)),
    }
}

/// The shape and colour of a meeting's state.
pub fn meeting_tag(state: MeetingState) -> Tag {
    match state {
        MeetingState::Planned => Tag::New,
        MeetingState::Held => Tag::Work,
        MeetingState::MinutesFinal => Tag::Done,
        MeetingState::Cancelled => Tag::Off,
    }
}

/// An item as lists show it.
pub struct ItemLine {
    /// The item.
    pub item: Item,
    /// Its owner's short name.
    pub agency: String,
    /// Who of the owner.
    pub officer: String,
    /// Its shape.
    pub tag: Tag,
    /// Its word.
    pub key: &'static str,
}

impl ItemLine {
    /// The item as it stands now.
    pub fn of(item: Item, place: &Snapshot, now: Timestamp) -> ItemLine {
        let (tag, key) = match item.state {
            ItemState::Open if item.is_late(now) => (Tag::Late, "plan.item.state.late"),
            ItemState::Open => (Tag::Work, item.state.key()),
            ItemState::Done if item.was_late() => (Tag::Done, "plan.item.state.done_late"),
            ItemState::Done => (Tag::Done, item.state.key()),
            ItemState::Dropped => (Tag::Off, item.state.key()),
        };
        let name = |id| place.officer(id).map(|officer| officer.name.clone());
        let officer = item.officer.and_then(name).unwrap_or_default();
        ItemLine { agency: agency_short(place, item.agency), officer, tag, key, item }
    }

    /// Whether something is still owed.
    pub fn is_open(&self) -> bool {
        self.item.state == ItemState::Open
    }

    /// Where it is shown.
    pub fn href(&self) -> String {
        format!("/rapat/tindak-lanjut/{}", self.item.id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_comes_back_as_it_was_typed() {
        let at = read_moment(Zone::Wita, "2026-11-27T08:30").unwrap();
        assert_eq!(shown_moment(Zone::Wita, at), "2026-11-27T08:30");
        for wrong in ["", "2026-11-27", "2026-11-27T25:00", "2026-13-01T08:00", "2026-11-27T08:6", "2026-11-27T8h30"] {
            assert_eq!(read_moment(Zone::Wita, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_deadline_is_the_end_of_its_day() {
        let due = read_due(Zone::Wita, "2026-11-27").unwrap();
        assert_eq!(shown_moment(Zone::Wita, due), "2026-11-27T23:59");
    }

    proptest! {
        #[test]
        fn any_text_is_a_moment_or_none_without_a_panic(text in "\\PC{0,24}") {
            let _ = read_moment(Zone::Wib, &text);
        }
    }
}
