//! Shifts: who is on duty, and what one shift leaves to the next.

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::named;

/// Longest duty, in hours.
pub const DUTY_MAX_HOURS: i64 = 24;
/// Longest name of the part that somebody has in a shift, in characters.
pub const PART_MAX_CHARS: usize = 60;
/// Most open items that one shift leaves to the next.
pub const ITEMS_MAX_COUNT: usize = 200;

/// Somebody's duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Id.
    pub id: Uuid,
    /// Who.
    pub officer: Uuid,
    /// From when.
    pub begins: Timestamp,
    /// Until when.
    pub ends: Timestamp,
    /// As what, such as *penerima panggilan 1*.
    pub part: String,
}

impl Duty {
    /// Refuses a duty that ends before it begins, or never.
    ///
    /// # Errors
    /// `emergency.refused.duty` of `ends`.
    pub fn check(&self) -> Result<(), Refusal> {
        let lasts = self.ends.micros_since(self.begins);
        if (1..=DUTY_MAX_HOURS * HOUR_MICROS).contains(&lasts) {
            return Ok(());
        }
        Err(Refusal::field("ends", "emergency.refused.duty").with("most", DUTY_MAX_HOURS.to_string()))
    }

    /// Whether it is now.
    pub fn is_now(&self, now: Timestamp) -> bool {
        self.begins <= now && now < self.ends
    }
}

named! {
    /// What a shift leaves open.
    pub enum ItemKind {
        /// An incident that is not over.
        Incident = "incident",
        /// A call of which nobody has said what it was, or that nobody called back.
        Call = "call",
        /// Something handed over that nobody has confirmed.
        Handover = "handover",
        /// A unit that can't be sent.
        Unit = "unit",
        /// What the shift wrote itself.
        Written = "written",
    }
}

/// One thing that the next shift must accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id.
    pub id: Uuid,
    /// What kind.
    pub kind: ItemKind,
    /// The incident, call or unit.
    pub about: Option<Uuid>,
    /// What is to be known.
    pub text: String,
    /// When the next shift accepted it.
    pub accepted: Option<Timestamp>,
}

/// A shift that was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Id.
    pub id: Uuid,
    /// When it began: when the one before was accepted.
    pub begins: Timestamp,
    /// When it was handed over.
    pub handed: Timestamp,
    /// Who signed that.
    pub handed_by: Uuid,
    /// What happened, in words.
    pub text: String,
    /// When the next one took it, and who signed that.
    pub accepted: Option<(Timestamp, Uuid)>,
}

impl Shift {
    /// The next one takes it over: another person than who hands it over, and every open item is accepted by name.
    ///
    /// # Errors
    /// `emergency.refused.shift_taken` where it was taken; `emergency.refused.shift_own` for who handed it over;
    /// `emergency.refused.shift_items` of `items` with how many are left.
    pub fn accept(&self, by: Uuid, items: &[Item], ticked: &[Uuid], now: Timestamp) -> Result<Shift, Refusal> {
        if self.accepted.is_some() {
            return Err(Refusal::new("emergency.refused.shift_taken"));
        }
        if self.handed_by == by {
            return Err(Refusal::new("emergency.refused.shift_own"));
        }
        let left = items.iter().filter(|item| !ticked.contains(&item.id)).count();
        if left > 0 {
            return Err(Refusal::field("items", "emergency.refused.shift_items").with("count", left.to_string()));
        }
        Ok(Shift { accepted: Some((now, by)), ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::tests::at;

    #[test]
    fn a_shift_is_taken_by_another_with_every_item_accepted_and_once() {
        let (rina, tono) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let item = |id| Item {
            id: Uuid::from_u128(id),
            kind: ItemKind::Written,
            about: None,
            text: "genset".to_owned(),
            accepted: None,
        };
        let items = [item(10), item(11)];
        let all: Vec<Uuid> = items.iter().map(|item| item.id).collect();
        let begins = at(0);
        let shift = Shift {
            id: Uuid::from_u128(9),
            begins,
            handed: at(10),
            handed_by: rina,
            text: String::new(),
            accepted: None,
        };
        assert_eq!(shift.accept(rina, &items, &all, at(20)).unwrap_err().key, "emergency.refused.shift_own");
        let left = shift.accept(tono, &items, &all[..1], at(20)).unwrap_err();
        assert_eq!((left.field, left.args), (Some("items"), vec![("count", "1".to_owned())]));
        let taken = shift.accept(tono, &items, &all, at(20)).unwrap();
        assert_eq!(taken.accepted, Some((at(20), tono)));
        assert_eq!(taken.accept(tono, &items, &all, at(30)).unwrap_err().key, "emergency.refused.shift_taken");
    }

    #[test]
    fn a_duty_ends_after_it_begins_and_within_a_day() {
        let duty = |ends| Duty { id: Uuid::nil(), officer: Uuid::nil(), begins: at(0), ends, part: String::new() };
        assert!(duty(at(8 * 3_600)).check().is_ok() && duty(at(86_400)).check().is_ok());
        assert!(duty(at(0)).check().is_err() && duty(at(86_401)).check().is_err());
        assert!(duty(at(10)).is_now(at(0)) && !duty(at(10)).is_now(at(10)));
    }
}
