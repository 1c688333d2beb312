//! What a meeting's decision asks for: one owner, one deadline, and its proof.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::framework::names;

/// Longest answer of an owner, in characters.
pub const DONE_MAX_CHARS: usize = 2_000;
/// Longest address of a proof, in characters.
pub const LINK_MAX_CHARS: usize = 500;
/// How far ahead a deadline may lie, in days.
pub const AHEAD_MAX_DAYS: i64 = 5 * 366;
/// How long before its deadline the owner is reminded, in days.
pub const REMIND_DAYS: i64 = 3;

/// What the ticker calls the moments of an item.
pub mod what {
    /// The deadline is near.
    pub const REMIND: &str = "remind";
    /// The deadline has passed.
    pub const LATE: &str = "late";
}

names! {
    /// Where an item stands.
    ItemState {
        /// It is owed.
        Open = "open",
        /// Its owner has done it.
        Done = "done",
        /// It is not wanted any more.
        Dropped = "dropped",
    }
}

impl ItemState {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            ItemState::Open => "plan.item.state.open",
            ItemState::Done => "plan.item.state.done",
            ItemState::Dropped => "plan.item.state.dropped",
        }
    }
}

/// An action item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id.
    pub id: Uuid,
    /// The year that it is counted in.
    pub year: i64,
    /// Its place in that year.
    pub serial: i64,
    /// The meeting that decided it.
    pub meeting: Uuid,
    /// The decision.
    pub decision: Uuid,
    /// The body whose meeting it was.
    pub of_body: Option<Uuid>,
    /// What is to be done.
    pub body: String,
    /// The one agency that owns it.
    pub agency: Uuid,
    /// Who of that agency, if somebody is named.
    pub officer: Option<Uuid>,
    /// Until when.
    pub due: Timestamp,
    /// Where it stands.
    pub state: ItemState,
    /// When its deadline passed while it was open. It stays, also when it is done.
    pub late: Option<Timestamp>,
    /// When it was done.
    pub done: Option<Timestamp>,
    /// What was done.
    pub done_text: String,
    /// Where the proof lies; may be empty.
    pub done_link: String,
    /// Counts changes.
    pub version: i64,
}

/// What is asked for in a line of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What: `made`, `late`, `done`, `reopened`, `moved`, `dropped`.
    pub what: String,
    /// In words.
    pub body: String,
}

fn wrong_state(state: ItemState) -> Refusal {
    Refusal::new("plan.item.refused.state").with_words("state", [state.key()])
}

/// Refuses a deadline that has passed, or that lies beyond any plan.
///
/// # Errors
/// A refusal that names the field `due`.
pub fn check_due(due: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let ahead = now.plus_micros(AHEAD_MAX_DAYS * DAY_MICROS);
    if due > now && due <= ahead { Ok(()) } else { Err(Refusal::field("due", "plan.item.refused.due")) }
}

/// Reads the address of a proof.
///
/// # Errors
/// A refusal that names the field `link`.
pub fn check_link(link: &str) -> Result<(), Refusal> {
    let known = link.is_empty() || link.starts_with("https://") || link.starts_with("http://");
    if known { Ok(()) } else { Err(Refusal::field("link", "plan.item.refused.link")) }
}

impl Item {
    /// How it is called: `TL-12/2026`.
    pub fn shown(&self) -> String {
        format!("TL-{}/{}", self.serial, self.year)
    }

    fn changed(self) -> Item {
        Item { version: self.version + 1, ..self }
    }

    /// Whether its deadline has passed and it is not done.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.state == ItemState::Open && self.due <= now
    }

    /// Whether it was done after its deadline.
    pub fn was_late(&self) -> bool {
        self.state == ItemState::Done && self.late.is_some()
    }

    /// When its owner is reminded, if that lies ahead.
    pub fn remind_at(&self, now: Timestamp) -> Option<Timestamp> {
        Some(self.due.plus_micros(-REMIND_DAYS * DAY_MICROS)).filter(|at| *at > now)
    }

    /// Its owner has done it.
    ///
    /// # Errors
    /// That it is not open.
    pub fn finish(self, text: String, link: String, now: Timestamp) -> Result<Item, Refusal> {
        match self.state {
            ItemState::Open => Ok(Item {
                state: ItemState::Done,
                late: self.late.or_else(|| (self.due <= now).then_some(now)),
                done: Some(now),
                done_text: text,
                done_link: link,
                ..self.changed()
            }),
            other => Err(wrong_state(other)),
        }
    }

    /// What was done is not enough.
    ///
    /// # Errors
    /// That it is not done, or that the new deadline has passed.
    pub fn reopen(self, due: Timestamp, now: Timestamp) -> Result<Item, Refusal> {
        match self.state {
            ItemState::Done => {
                check_due(due, now)?;
                let late = None;
                Ok(Item { state: ItemState::Open, due, late, done: None, ..self.changed() })
            }
            other => Err(wrong_state(other)),
        }
    }

    /// Another owner, or another deadline.
    ///
    /// # Errors
    /// That it is not open, or that the new deadline has passed.
    pub fn moved(self, agency: Uuid, officer: Option<Uuid>, due: Timestamp, now: Timestamp) -> Result<Item, Refusal> {
        match self.state {
            ItemState::Open => {
                check_due(due, now)?;
                let late = self.late.filter(|_| due <= now);
                Ok(Item { agency, officer, due, late, ..self.changed() })
            }
            other => Err(wrong_state(other)),
        }
    }

    /// It is not wanted any more.
    ///
    /// # Errors
    /// That it is not open.
    pub fn drop_it(self) -> Result<Item, Refusal> {
        match self.state {
            ItemState::Open => Ok(Item { state: ItemState::Dropped, ..self.changed() }),
            other => Err(wrong_state(other)),
        }
    }

    /// Its deadline has passed. Nothing where it is not open, was marked before, or was moved meanwhile.
    pub fn mark_late(self, now: Timestamp) -> Option<Item> {
        let late = self.is_late(now) && self.late.is_none();
        late.then(|| Item { late: Some(now), ..self.changed() })
    }
}

/// The open items in the order in which a meeting talks of them: the longest late first, then by deadline.
pub fn for_agenda(items: &[Item]) -> Vec<&Item> {
    let mut open: Vec<&Item> = items.iter().filter(|item| item.state == ItemState::Open).collect();
    open.sort_by_key(|item| (item.due, item.year, item.serial));
    open
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::meeting::tests::NOON;

    pub(crate) fn item() -> Item {
        Item {
            id: Uuid::from_u128(5),
            year: 2026,
            serial: 12,
            meeting: Uuid::from_u128(1),
            decision: Uuid::from_u128(2),
            of_body: None,
            body: "Pasang 40 lampu".into(),
            agency: Uuid::from_u128(3),
            officer: None,
            due: NOON,
            state: ItemState::Open,
            late: None,
            done: None,
            done_text: String::new(),
            done_link: String::new(),
            version: 1,
        }
    }

    #[test]
    fn an_item_is_late_from_its_deadline_until_it_is_done_and_its_lateness_stays_known() {
        let (before, after) = (NOON.plus_micros(-1), NOON.plus_micros(1));
        assert!(!item().is_late(before) && item().is_late(NOON));
        let late = item().mark_late(after).unwrap();
        assert!(late.clone().mark_late(after).is_none(), "it is marked once");
        let done = late.finish("Terpasang".into(), String::new(), after).unwrap();
        assert!(!done.is_late(after) && done.was_late());
        let in_time = item().finish("Terpasang".into(), String::new(), before).unwrap();
        assert!(!in_time.was_late());
        let unmarked = item().finish("Terpasang".into(), String::new(), after).unwrap();
        assert!(unmarked.was_late(), "also where nobody had marked it yet");
    }

    #[test]
    fn what_is_done_or_dropped_is_not_done_again() {
        let done = item().finish("x".into(), String::new(), NOON).unwrap();
        assert!(done.clone().finish("y".into(), String::new(), NOON).is_err());
        assert!(done.clone().drop_it().is_err());
        let dropped = item().drop_it().unwrap();
        assert!(dropped.clone().finish("y".into(), String::new(), NOON).is_err());
        assert!(dropped.reopen(NOON.plus_micros(9), NOON).is_err());
        let again = done.reopen(NOON.plus_micros(9), NOON).unwrap();
        assert_eq!((again.state, again.done, again.late), (ItemState::Open, None, None));
    }

    #[test]
    fn a_deadline_lies_ahead_and_within_five_years() {
        assert!(check_due(NOON, NOON).is_err() && check_due(NOON.plus_micros(1), NOON).is_ok());
        assert!(check_due(NOON.plus_micros((AHEAD_MAX_DAYS + 1) * DAY_MICROS), NOON).is_err());
    }

    #[test]
    fn a_proof_is_an_address_of_the_web() {
        assert!(check_link("").is_ok() && check_link("https://drive.contoh.id/a").is_ok());
        assert!(check_link("javascript:alert(1)").is_err() && check_link("foto.jpg").is_err());
    }

    fn items() -> impl Strategy<Value = Vec<Item>> {
        let one = (0i64..50, 0usize..3, 1i64..99).prop_map(|(due, state, serial)| Item {
            due: NOON.plus_micros(due),
            state: ItemState::ALL[state],
            serial,
            ..item()
        });
        proptest::collection::vec(one, 0..20)
    }

    proptest! {
        #[test]
        fn every_open_item_comes_back_in_the_next_agenda_once_and_no_other(all in items()) {
            let agenda = for_agenda(&all);
            let open = all.iter().filter(|item| item.state == ItemState::Open).count();
            prop_assert_eq!(agenda.len(), open);
            prop_assert!(agenda.iter().all(|item| item.state == ItemState::Open));
            prop_assert!(agenda.windows(2).all(|two| two[0].due <= two[1].due), "the longest late comes first");
        }
    }
}
