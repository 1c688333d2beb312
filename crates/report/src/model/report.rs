//! The report itself, with what each state knows.

use serde::{Deserialize, Serialize};
use simpul_kernel::Timestamp;
use uuid::Uuid;

use super::category::{Class, Deadlines};
use super::place::Place;
use super::status::{Shape, Status};

/// How the reporter wants to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReporterMode {
    /// Contact kept for the agency, name never shown in public.
    Named,
    /// No name and no number kept.
    Anonymous,
    /// Only the agency sees the report at all.
    Secret,
}

impl ReporterMode {
    /// The name in tables and forms.
    pub fn name(self) -> &'static str {
        match self {
            ReporterMode::Named => "named",
            ReporterMode::Anonymous => "anonymous",
            ReporterMode::Secret => "secret",
        }
    }

    /// The mode of that name.
    pub fn parse(name: &str) -> Option<ReporterMode> {
        [ReporterMode::Named, ReporterMode::Anonymous, ReporterMode::Secret]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// By which way a report came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The form of Simpul.
    Web,
    /// SP4N-LAPOR!
    Lapor,
    /// WhatsApp.
    Whatsapp,
    /// SMS.
    Sms,
    /// A counter in an office.
    Counter,
    /// A telephone call to an office.
    Phone,
    /// A letter.
    Letter,
    /// Social media.
    SocialMedia,
    /// A development meeting (musrenbang).
    Musrenbang,
    /// A call to 112 that was no emergency.
    Call112,
    /// An Open311 client.
    Open311,
    /// A program through our own API.
    Api,
    /// A history brought in from a file.
    Import,
}

impl Source {
    /// Every source.
    pub const ALL: [Source; 13] = [
        Source::Web,
        Source::Lapor,
        Source::Whatsapp,
        Source::Sms,
        Source::Counter,
        Source::Phone,
        Source::Letter,
        Source::SocialMedia,
        Source::Musrenbang,
        Source::Call112,
        Source::Open311,
        Source::Api,
        Source::Import,
    ];

    /// The name in tables and API.
    pub fn name(self) -> &'static str {
        match self {
            Source::Web => "web",
            Source::Lapor => "lapor",
            Source::Whatsapp => "whatsapp",
            Source::Sms => "sms",
            Source::Counter => "counter",
            Source::Phone => "phone",
            Source::Letter => "letter",
            Source::SocialMedia => "social_media",
            Source::Musrenbang => "musrenbang",
            Source::Call112 => "call112",
            Source::Open311 => "open311",
            Source::Api => "api",
            Source::Import => "import",
        }
    }

    /// The source of that name.
    pub fn parse(name: &str) -> Option<Source> {
        Source::ALL.into_iter().find(|source| source.name() == name)
    }

    /// The ways by which a citizen reaches an officer, who then enters the report.
    pub const SPOKEN: [Source; 8] = [
        Source::Counter,
        Source::Letter,
        Source::Phone,
        Source::Whatsapp,
        Source::Sms,
        Source::SocialMedia,
        Source::Musrenbang,
        Source::Call112,
    ];

    /// What the public reads of a report that an officer entered, such as "disampaikan lewat loket"; `None` where the
    /// citizen, a program or a file brought it.
    pub fn told_key(self) -> Option<&'static str> {
        Some(match self {
            Source::Counter => "report.told.counter",
            Source::Letter => "report.told.letter",
            Source::Phone => "report.told.phone",
            Source::Whatsapp => "report.told.whatsapp",
            Source::Sms => "report.told.sms",
            Source::SocialMedia => "report.told.social_media",
            Source::Musrenbang => "report.told.musrenbang",
            Source::Call112 => "report.told.call112",
            _ => return None,
        })
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Source::Web => "report.source.web",
            Source::Lapor => "report.source.lapor",
            Source::Whatsapp => "report.source.whatsapp",
            Source::Sms => "report.source.sms",
            Source::Counter => "report.source.counter",
            Source::Phone => "report.source.phone",
            Source::Letter => "report.source.letter",
            Source::SocialMedia => "report.source.social_media",
            Source::Musrenbang => "report.source.musrenbang",
            Source::Call112 => "report.source.call112",
            Source::Open311 => "report.source.open311",
            Source::Api => "report.source.api",
            Source::Import => "report.source.import",
        }
    }
}

/// A state with what only that state knows.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Came in; nobody has read it yet.
    New,
    /// Read and found complete.
    Verified,
    /// Given to an agency.
    Assigned,
    /// Being worked on.
    InProgress,
    /// Needs budget first.
    Planned {
        /// The budget year it is proposed for.
        year: i64,
        /// Why, in the words that the citizen reads.
        reason: String,
    },
    /// Done, as the agency says; the citizen has ten days to say otherwise.
    Resolved {
        /// What was done, in the words that the citizen reads.
        answer: String,
    },
    /// Over.
    Closed {
        /// What was done.
        answer: String,
        /// Whether the citizen said so; `false` when the ten days passed in silence.
        confirmed: bool,
    },
    /// Can't be acted on.
    Rejected {
        /// Which reason of the region's list.
        code: String,
        /// The reason in the words that the citizen reads.
        text: String,
    },
    /// Belongs to another body.
    OutOfAuthority {
        /// The body's name.
        body: String,
        /// What the citizen reads.
        text: String,
    },
    /// The same as another one.
    Merged {
        /// That other report.
        into: Uuid,
    },
    /// Laid down without an end.
    Archived {
        /// Why, in the words that the citizen reads.
        reason: String,
    },
}

impl State {
    /// The state's name without its data.
    pub fn status(&self) -> Status {
        match self {
            State::New => Status::New,
            State::Verified => Status::Verified,
            State::Assigned => Status::Assigned,
            State::InProgress => Status::InProgress,
            State::Planned { .. } => Status::Planned,
            State::Resolved { .. } => Status::Resolved,
            State::Closed { .. } => Status::Closed,
            State::Rejected { .. } => Status::Rejected,
            State::OutOfAuthority { .. } => Status::OutOfAuthority,
            State::Merged { .. } => Status::Merged,
            State::Archived { .. } => Status::Archived,
        }
    }
}

/// When each step was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Came in.
    pub reported: Timestamp,
    /// Found complete.
    pub verified: Option<Timestamp>,
    /// Given to an agency.
    pub assigned: Option<Timestamp>,
    /// Work began.
    pub started: Option<Timestamp>,
    /// The citizen had the first answer.
    pub answered: Option<Timestamp>,
    /// Done.
    pub resolved: Option<Timestamp>,
    /// Over.
    pub closed: Option<Timestamp>,
    /// Last changed.
    pub updated: Timestamp,
}

/// How far up a late report has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nowhere yet.
    None,
    /// Kepala bidang.
    Kabid,
    /// Kepala perangkat daerah.
    Head,
    /// Asisten Sekretaris Daerah.
    Assistant,
    /// Sekretaris Daerah.
    Secretary,
}

impl Level {
    /// Every level from the bottom up; the place is the number in tables.
    pub const ALL: [Level; 5] = [Level::None, Level::Kabid, Level::Head, Level::Assistant, Level::Secretary];

    /// The number in tables.
    pub fn number(self) -> i64 {
        match self {
            Level::None => 0,
            Level::Kabid => 1,
            Level::Head => 2,
            Level::Assistant => 3,
            Level::Secretary => 4,
        }
    }

    /// The level of that number; one beyond the ladder is its end.
    pub fn of(number: i64) -> Level {
        Level::ALL.into_iter().rev().find(|level| level.number() <= number).unwrap_or(Level::None)
    }

    /// The next one up; the top stays the top.
    pub fn up(self) -> Level {
        Level::of(self.number() + 1)
    }

    /// Catalogue key of its short word, for a row.
    pub fn short_key(self) -> &'static str {
        match self {
            Level::None => "report.level_short.none",
            Level::Kabid => "report.level_short.kabid",
            Level::Head => "report.level_short.head",
            Level::Assistant => "report.level_short.assistant",
            Level::Secretary => "report.level_short.secretary",
        }
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Level::None => "report.level.none",
            Level::Kabid => "report.level.kabid",
            Level::Head => "report.level.head",
            Level::Assistant => "report.level.assistant",
            Level::Secretary => "report.level.secretary",
        }
    }
}

/// A pause of the deadlines that lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// Since when the deadlines stand still.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// The citizen was asked something; silence ends in the archive.
    pub asks: bool,
}

/// The shape in which a report of that state and with that moment is drawn.
pub fn shape_of(status: Status, due: Option<Timestamp>, now: Timestamp) -> Shape {
    if due.is_some_and(|due| due < now) { Shape::Late } else { status.shape() }
}

/// A citizen's report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// UUIDv7 of the moment it was reported.
    pub id: Uuid,
    /// `LUTRA-2611-0042`.
    pub number: String,
    /// SHA-256 of the reporter's key.
    pub token_hash: [u8; 32],
    /// Grows by one with each change, so that two officers don't overwrite each other.
    pub version: i64,
    /// Where it stands.
    pub state: State,
    /// Complaint, aspiration or request for information.
    pub class: Class,
    /// Needs a field examination, or has oversight content: 60 working days.
    pub needs_inspection: bool,
    /// Code of its category.
    pub category: String,
    /// In whose inbox it is; `None` is the report coordinator's.
    pub agency: Option<Uuid>,
    /// The officer who has it in hand, if one is named.
    pub officer: Option<Uuid>,
    /// Where it is.
    pub place: Place,
    /// What the citizen wrote.
    pub body: String,
    /// Answers to the category's further questions, as JSON.
    pub attributes: Option<String>,
    /// By which way it came.
    pub source: Source,
    /// Its number there.
    pub foreign_id: Option<String>,
    /// A picture that lies elsewhere.
    pub media_url: Option<String>,
    /// How the reporter wants to be known.
    pub mode: ReporterMode,
    /// Only the agency sees it.
    pub secret: bool,
    /// Secret since its reporter wished so, and not since it complains of an official.
    pub wish: bool,
    /// Taken out of public view by an officer.
    pub hidden: bool,
    /// Photos of the reporter.
    pub photo_count: i64,
    /// What it is held to.
    pub deadlines: Deadlines,
    /// When each step was taken.
    pub times: Times,
    /// How far up it has gone.
    pub level: Level,
    /// How often the citizen said that it is not fixed.
    pub reopened_count: i64,
    /// How many others said "the same here".
    pub follower_count: i64,
    /// Its deadlines stand still.
    pub pause: Option<Pause>,
    /// How often they have.
    pub pause_count: i64,
    /// An older report that this one follows.
    pub previous: Option<Uuid>,
}

impl Report {
    /// The state's name.
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// Whether anybody may see it (its text masked).
    pub fn is_public(&self) -> bool {
        !self.secret && !self.hidden
    }

    /// The moment that counts now; `None` where nobody owes anything.
    pub fn due_at(&self) -> Option<Timestamp> {
        if self.is_paused() {
            return None;
        }
        let first_answer = self.times.answered.is_none().then_some(self.deadlines.answer);
        match self.status() {
            Status::New => Some(self.deadlines.verify),
            Status::Verified | Status::Assigned | Status::InProgress => {
                Some(first_answer.unwrap_or(self.deadlines.resolve).min(self.deadlines.resolve))
            }
            _ => None,
        }
    }

    /// Whether that moment has passed.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.due_at().is_some_and(|due| due < now)
    }

    /// Whether it was solved in time; `None` while it is not solved. Turned down or passed on is neither.
    pub fn on_time(&self) -> Option<bool> {
        match self.status() {
            Status::Resolved | Status::Closed => self.times.resolved.map(|at| at <= self.deadlines.resolve),
            _ => None,
        }
    }

    /// The shape in which it is drawn.
    pub fn shape(&self, now: Timestamp) -> Shape {
        shape_of(self.status(), self.due_at(), now)
    }

    /// What the citizen was told when it ended, whichever way.
    pub fn answer(&self) -> Option<&str> {
        match &self.state {
            State::Resolved { answer } | State::Closed { answer, .. } => Some(answer),
            State::Rejected { text, .. } | State::OutOfAuthority { text, .. } => Some(text),
            State::Planned { reason, .. } | State::Archived { reason } => Some(reason),
            _ => None,
        }
    }
}
