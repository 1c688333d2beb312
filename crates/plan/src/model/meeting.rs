//! Coordination meetings: from the invitation to minutes that nobody changes any more.

use sha2::{Digest, Sha256};
use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::framework::names;
use super::item::Item;

/// Longest title, venue or number, in characters.
pub const LINE_MAX_CHARS: usize = 200;
/// Longest point, decision or task, in characters.
pub const POINT_MAX_CHARS: usize = 1_000;
/// Longest minutes, in characters.
pub const MINUTES_MAX_CHARS: usize = 20_000;
/// Most points, decisions or guests of a meeting.
pub const PARTS_MAX_COUNT: usize = 500;
/// How long before its time a meeting may begin, and its guests may sign the list.
pub const EARLY_MICROS: i64 = 2 * HOUR_MICROS;
/// How long after it began guests may still sign by their own phones.
pub const SIGNING_MICROS: i64 = 12 * HOUR_MICROS;
/// How far back a meeting may be entered that was held without Simpul, in days.
pub const BACK_MAX_DAYS: i64 = 3 * 366;

names! {
    /// Where a meeting stands.
    MeetingState {
        /// It is called.
        Planned = "planned",
        /// It takes place, or has; its minutes are being written.
        Held = "held",
        /// Its minutes are final.
        MinutesFinal = "minutes_final",
        /// It did not take place.
        Cancelled = "cancelled",
    }
}

impl MeetingState {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            MeetingState::Planned => "plan.meeting.state.planned",
            MeetingState::Held => "plan.meeting.state.held",
            MeetingState::MinutesFinal => "plan.meeting.state.minutes_final",
            MeetingState::Cancelled => "plan.meeting.state.cancelled",
        }
    }
}

names! {
    /// What a point of an agenda is about.
    PointKind {
        /// What somebody wrote.
        Free = "free",
        /// An action item that is not done.
        Item = "item",
        /// A progress report that asks for a decision.
        Decision = "decision",
        /// A progress report that is due and has not come.
        Late = "late",
    }
}

/// A point of an agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its id, once it is written.
    pub id: Option<Uuid>,
    /// What it is about.
    pub kind: PointKind,
    /// Its words.
    pub body: String,
    /// The thing that it is about.
    pub subject: Option<Uuid>,
}

/// A progress report that asks for a decision which nothing answers yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The report.
    pub progress: Uuid,
    /// The programme.
    pub programme: Uuid,
    /// Whose.
    pub agency: Uuid,
    /// The programme's name.
    pub name: String,
    /// What is to be decided.
    pub decision: String,
}

/// A decision that is asked for, once, however often reports repeat it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The newest report that asks.
    pub newest: Asked,
    /// Every report that asks the same, the oldest first, with its words.
    pub reports: Vec<(Uuid, String)>,
}

/// What is asked to be decided: reports of a programme that say the same, but for spaces and capitals, are one. `all`
/// stand in the order of time.
pub fn open_requests(all: Vec<Asked>) -> Vec<Request> {
    let same = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mut asks: Vec<(String, Request)> = Vec::new();
    for one in all {
        let (words, report) = (same(&one.decision), (one.progress, one.decision.clone()));
        match asks.iter_mut().find(|(known, ask)| *known == words && ask.newest.programme == one.programme) {
            Some((_, ask)) => {
                ask.reports.push(report);
                ask.newest = one;
            }
            None => asks.push((words, Request { newest: one, reports: vec![report] })),
        }
    }
    asks.into_iter().map(|(_, ask)| ask).collect()
}

names! {
    /// Which signature stands under a meeting's papers.
    SignerPart {
        /// Who invites: under the invitation.
        Inviter = "inviter",
        /// Who chairs: under the minutes.
        Chair = "chair",
        /// Who writes the minutes: under them, and under the attendance list.
        NoteTaker = "note_taker",
    }
}

impl SignerPart {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            SignerPart::Inviter => "plan.meeting.signer.inviter",
            SignerPart::Chair => "plan.meeting.signer.chair",
            SignerPart::NoteTaker => "plan.meeting.signer.note_taker",
        }
    }
}

/// Who signs the papers of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// Where.
    pub part: SignerPart,
    /// Full name.
    pub name: String,
    /// As what.
    pub post: String,
    /// Civil servant number; may be empty.
    pub nip: String,
}

/// A decision of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// Of which meeting.
    pub meeting: Uuid,
    /// What was decided.
    pub body: String,
}

/// By which way somebody came onto the attendance list.
pub use guest::{Guest, GuestWay};

mod guest {
    use simpul_kernel::Timestamp;
    use uuid::Uuid;

    use super::names;

    names! {
        /// By which way somebody came onto the list.
        GuestWay {
            /// The note-taker wrote it.
            List = "list",
            /// The guest did, by the picture on the wall.
            Qr = "qr",
        }
    }

    /// Somebody who was there.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Guest {
        /// Id.
        pub id: Uuid,
        /// Of which meeting.
        pub meeting: Uuid,
        /// When it was written.
        pub at: Timestamp,
        /// By which way.
        pub way: GuestWay,
        /// Who.
        pub name: String,
        /// As what; may be empty.
        pub post: String,
        /// From where.
        pub organisation: String,
        /// Whether that stands outside the government.
        pub outside: bool,
    }
}

/// A meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Id.
    pub id: Uuid,
    /// The year that it is counted in.
    pub year: i64,
    /// Its place in that year.
    pub serial: i64,
    /// The invitation's number, as the office's register gives it; may be empty.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// Which body meets; none for a meeting of all.
    pub body: Option<Uuid>,
    /// Where.
    pub venue: String,
    /// When it begins.
    pub starts: Timestamp,
    /// Where it stands.
    pub state: MeetingState,
    /// What was said.
    pub minutes: String,
    /// Why it did not take place.
    pub cancel_reason: String,
    /// Whoever has it may sign the attendance list.
    pub attend_token: String,
    /// Whoever has it may see whether a paper is the final one.
    pub verify_token: String,
    /// When it began.
    pub held: Option<Timestamp>,
    /// When its minutes became final.
    pub final_at: Option<Timestamp>,
    /// Who made them so.
    pub final_by: Option<String>,
    /// The digest of the final minutes.
    pub digest: Option<[u8; 32]>,
    /// Counts changes.
    pub version: i64,
    /// When it was called: the day of its invitation.
    pub called: Timestamp,
}

fn wrong_state(state: MeetingState) -> Refusal {
    Refusal::new("plan.meeting.refused.state").with_words("state", [state.key()])
}

impl Meeting {
    /// How it is called: `R-3/2026`.
    pub fn shown(&self) -> String {
        format!("R-{}/{}", self.serial, self.year)
    }

    fn changed(self) -> Meeting {
        Meeting { version: self.version + 1, ..self }
    }

    /// Refuses a time that no meeting is entered for.
    ///
    /// # Errors
    /// A refusal that names the field `starts`.
    pub fn check_start(starts: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let back = now.plus_micros(-BACK_MAX_DAYS * simpul_kernel::clock::DAY_MICROS);
        let ahead = now.plus_micros(BACK_MAX_DAYS * simpul_kernel::clock::DAY_MICROS);
        let known = (back..=ahead).contains(&starts);
        if known { Ok(()) } else { Err(Refusal::field("starts", "plan.meeting.refused.day")) }
    }

    /// Refuses unless it is still being prepared.
    ///
    /// # Errors
    /// That it is over or cancelled.
    pub fn must_be_planned(&self) -> Result<(), Refusal> {
        if self.state == MeetingState::Planned { Ok(()) } else { Err(wrong_state(self.state)) }
    }

    /// Refuses unless its minutes are being written.
    ///
    /// # Errors
    /// That it has not begun, or that nothing is changed any more.
    pub fn must_be_held(&self) -> Result<(), Refusal> {
        if self.state == MeetingState::Held { Ok(()) } else { Err(wrong_state(self.state)) }
    }

    /// It begins.
    ///
    /// # Errors
    /// That it is not planned, or that its time is far.
    pub fn hold(self, now: Timestamp) -> Result<Meeting, Refusal> {
        self.must_be_planned()?;
        if now.plus_micros(EARLY_MICROS) < self.starts {
            return Err(Refusal::new("plan.meeting.refused.too_early"));
        }
        Ok(Meeting { state: MeetingState::Held, held: Some(now), ..self.changed() })
    }

    /// It does not take place.
    ///
    /// # Errors
    /// That it is not planned.
    pub fn cancel(self, reason: String) -> Result<Meeting, Refusal> {
        self.must_be_planned()?;
        Ok(Meeting { state: MeetingState::Cancelled, cancel_reason: reason, ..self.changed() })
    }

    /// What was said, as it is written down so far.
    ///
    /// # Errors
    /// That it is not held, or that its minutes are final.
    pub fn with_minutes(self, minutes: String) -> Result<Meeting, Refusal> {
        self.must_be_held()?;
        Ok(Meeting { minutes, ..self.changed() })
    }

    /// Nothing of it is changed any more: from here on its papers bear the digest of all that it was.
    ///
    /// # Errors
    /// That it is not held, that nothing was written, or that nobody was there.
    pub fn finalise(self, record: &Record<'_>, by: String, now: Timestamp) -> Result<Meeting, Refusal> {
        self.must_be_held()?;
        if self.minutes.is_empty() {
            return Err(Refusal::field("minutes", "plan.meeting.refused.no_minutes"));
        }
        if record.guests.is_empty() {
            return Err(Refusal::new("plan.meeting.refused.no_guests"));
        }
        let digest = Some(record.digest(&self));
        let state = MeetingState::MinutesFinal;
        Ok(Meeting { state, digest, final_at: Some(now), final_by: Some(by), ..self.changed() })
    }

    /// Whether guests may sign the list by their own phones now.
    pub fn takes_signatures(&self, now: Timestamp) -> bool {
        let open = matches!(self.state, MeetingState::Planned | MeetingState::Held);
        let since = now.micros_since(self.starts);
        open && (-EARLY_MICROS..=SIGNING_MICROS).contains(&since)
    }

    /// Refuses unless the note-taker may still write the list.
    ///
    /// # Errors
    /// That it is cancelled, or that its minutes are final.
    pub fn must_take_guests(&self) -> Result<(), Refusal> {
        let open = matches!(self.state, MeetingState::Planned | MeetingState::Held);
        if open { Ok(()) } else { Err(wrong_state(self.state)) }
    }
}

/// All that a meeting was, for the digest of its final minutes.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// What was talked about.
    pub agenda: &'a [Point],
    /// Who was there. Only their ids go into the digest: a name may be erased later.
    pub guests: &'a [Guest],
    /// What was decided.
    pub decisions: &'a [Decision],
    /// What is to be done, as it was when the minutes became final.
    pub tasks: &'a [Task],
}

/// An action item as the minutes hold it: its owner and deadline may be moved later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: Uuid,
    /// What is to be done.
    pub body: String,
    /// Who owned it.
    pub agency: Uuid,
    /// Until when.
    pub due: Timestamp,
}

impl Task {
    /// The item as it is now.
    pub fn of(item: &Item) -> Task {
        Task { id: item.id, body: item.body.clone(), agency: item.agency, due: item.due }
    }
}

impl Record<'_> {
    /// SHA-256 over every part with its length before it, so that no two meetings have the same.
    pub fn digest(&self, meeting: &Meeting) -> [u8; 32] {
        let mut sum = Sha256::new();
        let mut put = |bytes: &[u8]| {
            sum.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            sum.update(bytes);
        };
        put(b"simpul minutes 1");
        put(meeting.id.as_bytes());
        put(&meeting.starts.0.to_be_bytes());
        for text in [&meeting.number, &meeting.title, &meeting.venue, &meeting.minutes] {
            put(text.as_bytes());
        }
        for (count, name) in [(self.agenda.len(), "agenda"), (self.guests.len(), "guests")] {
            put(name.as_bytes());
            put(&u64::try_from(count).unwrap_or(u64::MAX).to_be_bytes());
        }
        self.agenda.iter().for_each(|point| put(point.body.as_bytes()));
        self.guests.iter().for_each(|guest| put(guest.id.as_bytes()));
        put(b"decisions");
        for decision in self.decisions {
            put(decision.id.as_bytes());
            put(decision.body.as_bytes());
        }
        put(b"tasks");
        for task in self.tasks {
            put(task.id.as_bytes());
            put(task.body.as_bytes());
            put(task.agency.as_bytes());
            put(&task.due.0.to_be_bytes());
        }
        sum.finalize().into()
    }
}

/// A digest as people compare it: in hexadecimal, parted in eights.
pub fn shown_digest(digest: &[u8; 32]) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts: Vec<&str> = (0..8).filter_map(|part| hex.get(part * 8..part * 8 + 8)).collect();
    parts.join(" ")
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use simpul_kernel::clock::MINUTE_MICROS;

    use super::*;

    pub(crate) const NOON: Timestamp = Timestamp(1_795_320_000_000_000);

    pub(crate) fn meeting() -> Meeting {
        Meeting {
            id: Uuid::from_u128(1),
            year: 2026,
            serial: 3,
            number: String::new(),
            title: "Rakor Smart City".into(),
            body: None,
            venue: "Aula Bappelitbangda".into(),
            starts: NOON,
            state: MeetingState::Planned,
            minutes: String::new(),
            cancel_reason: String::new(),
            attend_token: "a".into(),
            verify_token: "v".into(),
            held: None,
            final_at: None,
            final_by: None,
            digest: None,
            version: 1,
            called: Timestamp(0),
        }
    }

    fn guest() -> Guest {
        Guest {
            id: Uuid::from_u128(9),
            meeting: Uuid::from_u128(1),
            at: NOON,
            way: GuestWay::List,
            name: "Sitti".into(),
            post: String::new(),
            organisation: "Dishub".into(),
            outside: false,
        }
    }

    const NOTHING: Record<'static> = Record { agenda: &[], guests: &[], decisions: &[], tasks: &[] };

    #[test]
    fn a_meeting_is_planned_then_held_then_final_and_never_back() {
        let held = meeting().hold(NOON).unwrap();
        assert!(held.clone().hold(NOON).is_err() && held.clone().cancel("x".into()).is_err());
        let guests = [guest()];
        let record = Record { guests: &guests, ..NOTHING };
        let unwritten = held.clone().finalise(&record, "officer:1".into(), NOON);
        assert_eq!(unwritten.unwrap_err().key, "plan.meeting.refused.no_minutes");
        let written = held.with_minutes("Dibuka".into()).unwrap();
        let alone = written.clone().finalise(&NOTHING, "officer:1".into(), NOON);
        assert_eq!(alone.unwrap_err().key, "plan.meeting.refused.no_guests");
        let done = written.finalise(&record, "officer:1".into(), NOON).unwrap();
        assert_eq!((done.state, done.version), (MeetingState::MinutesFinal, 4));
        assert!(done.clone().with_minutes("lain".into()).is_err(), "final minutes are locked");
        assert!(done.must_take_guests().is_err() && done.must_be_held().is_err());
    }

    #[test]
    fn a_meeting_does_not_begin_days_before_its_time() {
        let early = NOON.plus_micros(-EARLY_MICROS);
        assert!(meeting().hold(early).is_ok());
        let too_early = meeting().hold(early.plus_micros(-1)).unwrap_err();
        assert_eq!(too_early.key, "plan.meeting.refused.too_early");
    }

    #[test]
    fn guests_sign_around_the_time_of_the_meeting_and_not_after_its_minutes_are_final() {
        let one = meeting();
        assert!(one.takes_signatures(NOON) && one.takes_signatures(NOON.plus_micros(-EARLY_MICROS)));
        assert!(!one.takes_signatures(NOON.plus_micros(-EARLY_MICROS - MINUTE_MICROS)));
        assert!(!one.takes_signatures(NOON.plus_micros(SIGNING_MICROS + 1)));
        let cancelled = Meeting { state: MeetingState::Cancelled, ..one };
        assert!(!cancelled.takes_signatures(NOON));
    }

    #[test]
    fn a_name_on_the_list_may_be_erased_and_the_minutes_still_verify() {
        let before = [guest()];
        let after = [Guest { name: String::new(), organisation: String::new(), ..guest() }];
        let of = |guests: &[Guest]| Record { guests, ..NOTHING }.digest(&meeting());
        assert_eq!(of(&before), of(&after));
        assert_ne!(of(&before), of(&[]), "nobody is taken off the list");
    }

    #[test]
    fn what_reports_of_a_programme_repeat_is_asked_once() {
        let asked = |progress: u128, programme: u128, decision: &str| Asked {
            progress: Uuid::from_u128(progress),
            programme: Uuid::from_u128(programme),
            agency: Uuid::nil(),
            name: "Lampu".to_owned(),
            decision: decision.to_owned(),
        };
        let all =
            vec![asked(1, 1, "Boleh pakai sisa?"), asked(2, 2, "Boleh pakai sisa?"), asked(3, 1, "boleh  PAKAI sisa?")];
        let asks = open_requests([all, vec![asked(4, 1, "Tambah staf?")]].concat());
        let newest: Vec<u128> = asks.iter().map(|ask| ask.newest.progress.as_u128()).collect();
        assert_eq!(newest, [3, 2, 4]);
        assert_eq!(asks[0].reports.len(), 2, "a decision answers both");
    }

    proptest! {
        #[test]
        fn whatever_is_changed_changes_the_digest(title in "\\PC{0,9}", minutes in "\\PC{0,9}", other in "\\PC{0,9}") {
            let of = |title: &str, minutes: &str| {
                NOTHING.digest(&Meeting { title: title.into(), minutes: minutes.into(), ..meeting() })
            };
            prop_assert_eq!(of(&title, &minutes) == of(&title, &other), minutes == other);
            prop_assert_eq!(of(&title, &minutes) == of(&other, &minutes), title == other);
            let point = |body: &str| Point { id: None, kind: PointKind::Free, body: body.into(), subject: None };
            let one = [point(&format!("{title}{other}"))];
            let two = [point(&title), point(&other)];
            let digest = |agenda: &[Point]| Record { agenda, ..NOTHING }.digest(&meeting());
            prop_assert_ne!(digest(&one), digest(&two), "where one point ends and the next begins is part of it");
        }
    }

    #[test]
    fn a_digest_is_shown_in_eight_parts() {
        let shown = shown_digest(&[0xab; 32]);
        assert_eq!((shown.split(' ').count(), shown.len()), (8, 71));
    }
}
