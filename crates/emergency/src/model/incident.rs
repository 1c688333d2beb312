//! Something that happens in the world and needs units. Many calls may point at one.

use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::call::Call;
use super::dispatch::{Dispatch, DispatchStatus};
use super::run_card::RunCard;
use super::{Victims, named};

named! {
    /// Where an incident stands.
    pub enum IncidentStatus {
        /// Known; no unit was sent.
        Open = "open",
        /// A unit was sent.
        Dispatched = "dispatched",
        /// A unit is there.
        OnScene = "on_scene",
        /// It is under control.
        Controlled = "controlled",
        /// Over, with its result.
        Closed = "closed",
        /// It was none.
        Cancelled = "cancelled",
        /// It is the same as another.
        Merged = "merged",
    }
}

impl IncidentStatus {
    /// Whether it still asks for somebody.
    pub fn is_active(self) -> bool {
        matches!(
            self,
            IncidentStatus::Open | IncidentStatus::Dispatched | IncidentStatus::OnScene | IncidentStatus::Controlled
        )
    }
}

/// How urgent: 1 (life in danger) to 5 (can wait).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// The most urgent.
    pub const FIRST: Priority = Priority(1);
    /// All, the most urgent first.
    pub const ALL: [Priority; 5] = [Priority(1), Priority(2), Priority(3), Priority(4), Priority(5)];

    /// A priority of that level; `None` outside 1 to 5.
    pub fn new(level: i64) -> Option<Priority> {
        Priority::ALL.into_iter().find(|priority| priority.level() == level)
    }

    /// 1 to 5.
    pub fn level(self) -> i64 {
        i64::from(self.0)
    }
}

/// A kind of incident, as the region keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentType {
    /// Code.
    pub code: String,
    /// Kinds that one event may be told as; two calls of one group may be about the same.
    pub group: String,
    /// Name on screens.
    pub name: String,
    /// Other words that takers type for it, separated by spaces.
    pub words: String,
    /// How urgent it is if nothing else is known.
    pub priority: Priority,
    /// What is sent, by level of alarm.
    pub run_card: RunCard,
    /// Whether takers may choose it.
    pub active: bool,
}

impl IncidentType {
    /// Whether each word that was typed begins one of its words.
    pub fn fits(&self, typed: &str) -> bool {
        let typed = typed.to_lowercase();
        let all = format!("{} {} {}", self.code, self.name, self.words).to_lowercase();
        let begins = |part: &str| all.split([' ', '_', '/']).any(|word| word.starts_with(part));
        let mut parts = typed.split([' ', '_', '/']).filter(|part| !part.is_empty()).peekable();
        parts.peek().is_some() && parts.all(begins)
    }
}

/// The name of a type; its code where the region keeps it no more.
pub fn type_name(types: &[IncidentType], code: &str) -> String {
    types.iter().find(|kind| kind.code == code).map_or_else(|| code.to_owned(), |kind| kind.name.clone())
}

/// The highest level of alarm of a type; the first where the region keeps it no more.
pub fn alarm_top(types: &[IncidentType], code: &str) -> i64 {
    types.iter().find(|kind| kind.code == code).map_or(1, |kind| kind.run_card.top())
}

/// Where it happens: only this and the type are needed to send somebody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Site {
    /// Village.
    pub village: Option<i64>,
    /// District.
    pub district: Option<i64>,
    /// Words that lead there.
    pub landmark: String,
    /// Coordinates.
    pub point: Option<Point>,
    /// How exact they are, in metres.
    pub radius_m: Option<i64>,
}

impl Site {
    /// Refuses a place that leads nowhere.
    ///
    /// # Errors
    /// `emergency.refused.place` of the field `place`.
    pub fn check(&self) -> Result<(), Refusal> {
        let known = self.village.is_some()
            || self.district.is_some()
            || self.point.is_some()
            || !self.landmark.trim().is_empty();
        if known { Ok(()) } else { Err(Refusal::field("place", "emergency.refused.place")) }
    }
}

/// Who and what came to harm, as it becomes known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// Meninggal.
    pub dead: i64,
    /// Luka berat.
    pub badly_hurt: i64,
    /// Luka ringan.
    pub slightly_hurt: i64,
    /// Hilang.
    pub missing: i64,
    /// Mengungsi.
    pub displaced: i64,
    /// Houses.
    pub houses: i64,
}

/// Most of anything that is counted as lost; more is a slip of the finger.
pub const LOSSES_MAX_COUNT: i64 = 1_000_000;

impl Losses {
    /// Refuses what can't be counted.
    ///
    /// # Errors
    /// `emergency.refused.losses` of the field `losses`.
    pub fn check(&self) -> Result<(), Refusal> {
        let all = [self.dead, self.badly_hurt, self.slightly_hurt, self.missing, self.displaced, self.houses];
        let good = all.iter().all(|count| (0..=LOSSES_MAX_COUNT).contains(count));
        let refusal = || Refusal::field("losses", "emergency.refused.losses");
        if good { Ok(()) } else { Err(refusal().with("most", LOSSES_MAX_COUNT.to_string())) }
    }

    /// Persons who came to harm, without those who only left their houses.
    pub fn persons(&self) -> i64 {
        [self.dead, self.badly_hurt, self.slightly_hurt, self.missing]
            .iter()
            .fold(0, |sum, one| sum.saturating_add(*one))
    }
}

/// An incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Id.
    pub id: Uuid,
    /// Its serial number in the region.
    pub serial: i64,
    /// Code of its type.
    pub kind: String,
    /// How urgent.
    pub priority: Priority,
    /// Where it stands.
    pub status: IncidentStatus,
    /// Where it happens.
    pub site: Site,
    /// When the first call about it began to ring, or when it was opened.
    pub received: Timestamp,
    /// When the first call about it was answered.
    pub answered: Option<Timestamp>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When the first unit was sent.
    pub sent: Option<Timestamp>,
    /// When the first unit was there.
    pub arrived: Option<Timestamp>,
    /// When it was under control.
    pub controlled: Option<Timestamp>,
    /// When it was over.
    pub closed: Option<Timestamp>,
    /// What was done (*hasil penanganan*), or why it was none.
    pub result: Option<String>,
    /// What callers say of victims.
    pub victims: Victims,
    /// Harm.
    pub losses: Losses,
    /// The one that it is the same as.
    pub merged_into: Option<Uuid>,
    /// Where it stood before it was merged.
    pub before_merge: Option<IncidentStatus>,
    /// Whether it belongs to a drill.
    pub drill: bool,
    /// Counts its changes.
    pub version: i64,
    /// The level of alarm, from 1.
    pub alarm: i64,
}

fn wrong_state(status: IncidentStatus) -> Refusal {
    let key = format!("emergency.incident_status.{}", status.name());
    Refusal::new("emergency.refused.incident_state").with_words("status", [key])
}

/// A first moment after some of what it may come from has left.
fn first_left(known: Option<Timestamp>, left: &[Timestamp], leaving: &[Timestamp]) -> Option<Timestamp> {
    match known {
        Some(at) if leaving.contains(&at) && !left.contains(&at) => left.iter().copied().min(),
        own => own,
    }
}

impl Incident {
    /// Refuses an incident that is over.
    ///
    /// # Errors
    /// `emergency.refused.incident_state` with its state.
    pub fn must_be_active(&self) -> Result<(), Refusal> {
        if self.status.is_active() { Ok(()) } else { Err(wrong_state(self.status)) }
    }

    /// Refuses a call that tells of another incident already, and one for an incident that is another now.
    ///
    /// # Errors
    /// `emergency.refused.call_has_incident`; `emergency.refused.incident_state` where it was merged or called off.
    pub fn must_take(&self, call: &Call) -> Result<(), Refusal> {
        if call.incident.is_some_and(|known| known != self.id) {
            return Err(Refusal::new("emergency.refused.call_has_incident"));
        }
        match self.status {
            IncidentStatus::Merged | IncidentStatus::Cancelled => Err(wrong_state(self.status)),
            _ => Ok(()),
        }
    }

    /// It needs more than was sent for: the next level of alarm, of `top` that its type has.
    ///
    /// # Errors
    /// As [`Incident::must_be_active`]; `emergency.refused.alarm_top` at the highest level.
    pub fn raise(&self, top: i64) -> Result<Incident, Refusal> {
        self.must_be_active()?;
        if self.alarm >= top {
            return Err(Refusal::new("emergency.refused.alarm_top").with("level", self.alarm.to_string()));
        }
        Ok(Incident { alarm: self.alarm + 1, ..self.next(self.status) })
    }

    /// What is known of victims: what was counted, else what callers say.
    pub fn victims_known(&self) -> Victims {
        match self.losses.persons() {
            0 => self.victims,
            counted => Victims::Some(Some(counted)),
        }
    }

    /// The incident after one more caller has told of it. Whoever says nothing of victims takes nothing back, and
    /// whoever saw none does not undo what another saw.
    #[must_use]
    pub fn told(&self, victims: Victims) -> Incident {
        let victims = match (self.victims, victims) {
            (known, Victims::Unknown) => known,
            (Victims::Some(known), Victims::Some(count)) => Victims::Some(known.max(count)),
            (Victims::Some(known), Victims::None) => Victims::Some(known),
            (Victims::Unknown | Victims::None, told) => told,
        };
        Incident { victims, ..self.clone() }
    }

    fn next(&self, status: IncidentStatus) -> Incident {
        Incident { status, version: self.version + 1, ..self.clone() }
    }

    /// A unit was sent.
    ///
    /// # Errors
    /// As [`Incident::must_be_active`].
    pub fn dispatched(&self, now: Timestamp) -> Result<Incident, Refusal> {
        self.must_be_active()?;
        let status = if self.status == IncidentStatus::Open { IncidentStatus::Dispatched } else { self.status };
        Ok(Incident { sent: self.sent.or(Some(now)), ..self.next(status) })
    }

    /// A unit came to a new step.
    pub fn moved(&self, step: DispatchStatus, now: Timestamp) -> Incident {
        let arrives = step == DispatchStatus::OnScene;
        let status = match self.status {
            IncidentStatus::Dispatched if arrives => IncidentStatus::OnScene,
            other => other,
        };
        let arrived = if arrives { self.arrived.or(Some(now)) } else { self.arrived };
        Incident { arrived, ..self.next(status) }
    }

    /// It is under control.
    ///
    /// # Errors
    /// `emergency.refused.incident_state` where no unit is there.
    pub fn control(&self, now: Timestamp) -> Result<Incident, Refusal> {
        if self.status != IncidentStatus::OnScene {
            return Err(wrong_state(self.status));
        }
        Ok(Incident { controlled: Some(now), ..self.next(IncidentStatus::Controlled) })
    }

    /// It is over: with its result, and after every unit has cleared.
    ///
    /// # Errors
    /// `emergency.refused.incident_state` where no unit was ever there; `emergency.refused.result` without a result;
    /// `emergency.refused.units_out` while units are out.
    pub fn close(&self, result: &str, dispatches: &[Dispatch], now: Timestamp) -> Result<Incident, Refusal> {
        if !matches!(self.status, IncidentStatus::OnScene | IncidentStatus::Controlled) {
            return Err(wrong_state(self.status));
        }
        self.end(IncidentStatus::Closed, result, dispatches, now)
    }

    /// It was none.
    ///
    /// # Errors
    /// `emergency.refused.incident_state` where it is over; `emergency.refused.result` without a reason;
    /// `emergency.refused.units_out` while units are out.
    pub fn cancel(&self, reason: &str, dispatches: &[Dispatch], now: Timestamp) -> Result<Incident, Refusal> {
        self.must_be_active()?;
        self.end(IncidentStatus::Cancelled, reason, dispatches, now)
    }

    fn end(
        &self,
        status: IncidentStatus,
        result: &str,
        dispatches: &[Dispatch],
        now: Timestamp,
    ) -> Result<Incident, Refusal> {
        if result.trim().is_empty() {
            return Err(Refusal::field("result", "emergency.refused.result"));
        }
        let out = dispatches.iter().filter(|dispatch| dispatch.status.is_out()).count();
        if out > 0 {
            return Err(Refusal::new("emergency.refused.units_out").with("count", out.to_string()));
        }
        Ok(Incident { closed: Some(now), result: Some(result.to_owned()), ..self.next(status) })
    }

    /// It is the same as `into`. What it has of its own stays with it, so that this can be undone.
    ///
    /// # Errors
    /// `emergency.refused.merge_self`; `emergency.refused.incident_state` where either is over.
    pub fn merge(&self, into: &Incident) -> Result<Incident, Refusal> {
        if self.id == into.id {
            return Err(Refusal::field("into", "emergency.refused.merge_self"));
        }
        self.must_be_active()?;
        into.must_be_active()?;
        let before_merge = Some(self.status);
        Ok(Incident { merged_into: Some(into.id), before_merge, ..self.next(IncidentStatus::Merged) })
    }

    /// The state that follows from when units were sent and there; what people said of it stays.
    fn settled(&self) -> IncidentStatus {
        match self.status {
            IncidentStatus::Open | IncidentStatus::Dispatched | IncidentStatus::OnScene => {
                match (self.arrived, self.sent) {
                    (Some(_), _) => IncidentStatus::OnScene,
                    (None, Some(_)) => IncidentStatus::Dispatched,
                    (None, None) => IncidentStatus::Open,
                }
            }
            other => other,
        }
    }

    /// The incident after another became a part of it: the units of that one are out for this one now.
    #[must_use]
    pub fn joined(&self, coming: &[Dispatch]) -> Incident {
        let sent = coming.iter().map(|dispatch| dispatch.assigned).chain(self.sent).min();
        let arrived = coming.iter().filter_map(|dispatch| dispatch.on_scene).chain(self.arrived).min();
        let joined = Incident { sent, arrived, ..self.clone() };
        Incident { status: joined.settled(), version: self.version + 1, ..joined }
    }

    /// The incident after a part of it is one of its own again: what came from the units of that part goes with them.
    #[must_use]
    pub fn parted(&self, left: &[Dispatch], leaving: &[Dispatch]) -> Incident {
        let sent_of = |some: &[Dispatch]| some.iter().map(|one| one.assigned).collect::<Vec<_>>();
        let there_of = |some: &[Dispatch]| some.iter().filter_map(|one| one.on_scene).collect::<Vec<_>>();
        let sent = first_left(self.sent, &sent_of(left), &sent_of(leaving));
        let arrived = first_left(self.arrived, &there_of(left), &there_of(leaving));
        let parted = Incident { sent, arrived, ..self.clone() };
        Incident { status: parted.settled(), version: self.version + 1, ..parted }
    }

    /// It is not the same after all.
    ///
    /// # Errors
    /// `emergency.refused.incident_state` where it was not merged.
    pub fn unmerge(&self) -> Result<Incident, Refusal> {
        let before = self.before_merge.ok_or_else(|| wrong_state(self.status))?;
        let own = Incident { merged_into: None, before_merge: None, ..self.next(before) };
        // Its units may have arrived meanwhile.
        Ok(Incident { status: own.settled(), ..own })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::call::tests::at;
    use crate::model::dispatch::tests::dispatch;

    pub(crate) fn incident() -> Incident {
        Incident {
            id: Uuid::from_u128(1),
            serial: 871,
            kind: "structure_fire".to_owned(),
            priority: Priority::FIRST,
            status: IncidentStatus::Open,
            site: Site { landmark: "depan SD 101".to_owned(), ..Site::default() },
            received: at(0),
            answered: Some(at(7)),
            opened: at(40),
            sent: None,
            arrived: None,
            controlled: None,
            closed: None,
            result: None,
            victims: Victims::Unknown,
            losses: Losses::default(),
            merged_into: None,
            before_merge: None,
            drill: false,
            version: 1,
            alarm: 1,
        }
    }

    #[test]
    fn the_first_unit_sent_and_the_first_unit_there_give_the_times() {
        let sent = incident().dispatched(at(60)).unwrap().dispatched(at(90)).unwrap();
        assert_eq!((sent.status, sent.sent), (IncidentStatus::Dispatched, Some(at(60))));
        let there = sent.moved(DispatchStatus::OnScene, at(600)).moved(DispatchStatus::OnScene, at(700));
        assert_eq!((there.status, there.arrived), (IncidentStatus::OnScene, Some(at(600))));
    }

    #[test]
    fn closing_needs_a_result_a_unit_that_was_there_and_no_unit_out() {
        assert_eq!(incident().close("padam", &[], at(9)).unwrap_err().key, "emergency.refused.incident_state");
        let there = incident().dispatched(at(1)).unwrap().moved(DispatchStatus::OnScene, at(2));
        assert_eq!(there.close(" ", &[], at(9)).unwrap_err().field, Some("result"));
        let out = [dispatch(DispatchStatus::OnScene)];
        assert_eq!(there.close("padam", &out, at(9)).unwrap_err().key, "emergency.refused.units_out");
        let closed = there.close("padam", &[dispatch(DispatchStatus::Cleared)], at(9)).unwrap();
        assert_eq!((closed.status, closed.closed), (IncidentStatus::Closed, Some(at(9))));
        assert!(closed.cancel("salah", &[], at(10)).is_err() && closed.dispatched(at(10)).is_err());
    }

    #[test]
    fn an_alarm_goes_up_by_one_level_and_no_higher_than_its_type_has() {
        let raised = incident().raise(3).unwrap().raise(3).unwrap();
        assert_eq!(raised.alarm, 3);
        assert_eq!(raised.raise(3).unwrap_err().key, "emergency.refused.alarm_top");
        let over = Incident { status: IncidentStatus::Closed, ..incident() };
        assert!(over.raise(3).is_err());
    }

    #[test]
    fn what_units_did_for_a_part_goes_with_the_part() {
        let out = Dispatch { assigned: at(30), on_scene: Some(at(90)), ..dispatch(DispatchStatus::OnScene) };
        let joined = incident().joined(std::slice::from_ref(&out));
        assert_eq!((joined.status, joined.sent, joined.arrived), (IncidentStatus::OnScene, Some(at(30)), Some(at(90))));
        let parted = joined.parted(&[], &[out]);
        assert_eq!((parted.status, parted.sent, parted.arrived), (IncidentStatus::Open, None, None));
    }

    #[test]
    fn what_was_merged_stands_after_the_undo_where_it_stood_before() {
        let other = Incident { id: Uuid::from_u128(2), ..incident() };
        let one = incident().dispatched(at(60)).unwrap();
        let merged = one.merge(&other).unwrap();
        assert_eq!((merged.status, merged.merged_into), (IncidentStatus::Merged, Some(other.id)));
        assert!(merged.must_be_active().is_err() && other.merge(&merged).is_err());
        let back = merged.unmerge().unwrap();
        assert_eq!(Incident { version: one.version, ..back.clone() }, one);
        assert!(back.unmerge().is_err());
        assert_eq!(one.merge(&one).unwrap_err().key, "emergency.refused.merge_self");
    }

    #[test]
    fn two_letters_find_a_type() {
        let kind = IncidentType {
            code: "structure_fire".to_owned(),
            group: "fire".to_owned(),
            name: "Kebakaran rumah".to_owned(),
            words: "api terbakar".to_owned(),
            priority: Priority::FIRST,
            run_card: RunCard::default(),
            active: true,
        };
        for typed in ["ke", "RU", "ap", "structure"] {
            assert!(kind.fits(typed), "{typed}");
        }
        assert!(!kind.fits("") && !kind.fits("banjir"));
    }

    #[test]
    fn what_was_counted_goes_before_what_callers_say_and_no_caller_undoes_another_s_victims() {
        assert_eq!(incident().victims_known(), Victims::Unknown);
        let told = incident().told(Victims::Some(Some(2)));
        for less in [Victims::Unknown, Victims::None, Victims::Some(None), Victims::Some(Some(1))] {
            assert_eq!(told.told(less).victims, Victims::Some(Some(2)), "{less:?}");
        }
        assert_eq!(incident().told(Victims::None).told(Victims::Some(None)).victims, Victims::Some(None));
        assert_eq!(told.told(Victims::Some(Some(5))).victims_known(), Victims::Some(Some(5)));
        let counted = Incident { losses: Losses { dead: 1, missing: 2, displaced: 40, ..Losses::default() }, ..told };
        assert_eq!(counted.victims_known(), Victims::Some(Some(3)));
    }

    #[test]
    fn a_place_that_leads_nowhere_is_refused() {
        assert_eq!(Site::default().check().unwrap_err().field, Some("place"));
        assert!(Site { village: Some(1), ..Site::default() }.check().is_ok());
    }
}
