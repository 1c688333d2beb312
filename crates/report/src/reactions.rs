//! What this room does when it reads a line of the journal: a moment has passed, or the reporter must hear of
//! something.

use serde::Deserialize;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Directory, Snapshot, at_host};
use simpul_store::{Channel, Error, Message, Reaction, ReactionSet, Result, Tx};

use crate::actions::{self, SUBJECT};
use crate::model::{Report, State, Status, what};
use crate::sql::{self, Contact};

/// Most followers that hear of a step by text message.
const FOLLOWERS_TOLD_MAX_COUNT: i64 = 200;

/// Which ways out there are. Without one, nothing is written that nobody could send.
#[derive(Debug, Clone)]
pub struct Messenger {
    /// Names of regions and agencies.
    pub directory: Directory,
    /// Whether text messages can be sent.
    pub text: bool,
    /// Whether mail can be sent.
    pub email: bool,
    /// Where citizens reach Simpul, such as `https://lapor.luwuutarakab.go.id`; without it messages hold no link.
    pub base_url: Option<String>,
}

/// The room's reactions.
pub fn reactions(messenger: Messenger) -> ReactionSet {
    ReactionSet::new().add(TimeIsUp).add(ForgetFilters).add(TellReporter(messenger))
}

/// An officer's data were erased: the names that the officer gave to filters go with them.
struct ForgetFilters;

impl Reaction for ForgetFilters {
    fn name(&self) -> &'static str {
        "report.forget_filters"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["officer.erased"]
    }

    async fn react(&self, tx: &mut Tx, _: &Ctx, line: &JournalLine) -> Result<()> {
        sql::saved::drop_all(tx, line.subject_id).await?;
        Ok(())
    }
}

/// A deadline has passed: mark it, go up the ladder, or close.
struct TimeIsUp;

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for TimeIsUp {
    fn name(&self) -> &'static str {
        "report.time_is_up"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != SUBJECT {
            return Ok(());
        }
        let passed: Passed = serde_json::from_str(&line.body)?;
        let Some(report) = sql::by_id(tx, line.subject_id).await? else { return Ok(()) };
        if !report.owes(&passed.what) || too_early(ctx, &report, &passed.what) {
            return Ok(());
        }
        match passed.what.as_str() {
            what::CLOSE => match actions::close_in_silence(tx, ctx, &report).await {
                // Reopened or confirmed between the ticker and now: nothing is left to do.
                Err(Error::Refused(Refusal { .. })) => Ok(()),
                other => other.map(|_| ()),
            },
            what::PAUSE => actions::pause_is_over(tx, ctx, &report).await.map(|_| ()),
            what::WARN => actions::warn_kabid(tx, ctx, &report).await,
            deadline => actions::mark_late(tx, ctx, &report, deadline).await,
        }
    }
}

/// A deadline that was moved after the ticker had called for it.
fn too_early(ctx: &Ctx, report: &Report, deadline: &str) -> bool {
    let now = ctx.now();
    match deadline {
        what::VERIFY => report.deadlines.verify > now,
        what::ANSWER => report.deadlines.answer > now,
        what::RESOLVE => report.deadlines.resolve > now,
        what::PAUSE => report.pause.is_some_and(|pause| pause.until > now),
        what::LADDER => !report.is_late(now),
        _ => false,
    }
}

/// The reporter hears of each step, if a contact was left and there is a way out.
struct TellReporter(Messenger);

impl Reaction for TellReporter {
    fn name(&self) -> &'static str {
        "report.tell_reporter"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "report.submitted",
            "report.started",
            "report.planned",
            "report.resolved",
            "report.rejected",
            "report.out_of_authority",
            "report.merged",
            "report.closed",
            "report.paused",
            "report.archived",
        ]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if !self.0.text && !self.0.email {
            return Ok(());
        }
        let Some(report) = sql::by_id(tx, line.subject_id).await? else { return Ok(()) };
        let Some(contact) = sql::contact(tx, report.id).await? else { return Ok(()) };
        let place = self.0.directory.of(ctx.region).await?;
        let text = self.sentence(&report, &place, &line.kind);
        let body = self.with_link(&report, &place, text);
        self.send(tx, ctx, &report, &contact, &body);
        if line.kind != "report.submitted" && self.0.text {
            for phone in sql::parts::follower_phones(tx, report.id, FOLLOWERS_TOLD_MAX_COUNT).await? {
                self.send(tx, ctx, &report, &Contact { phone: Some(phone), ..Contact::default() }, &body);
            }
        }
        Ok(())
    }
}

impl TellReporter {
    fn with_link(&self, report: &Report, place: &Snapshot, text: String) -> String {
        match self.0.base_url.as_deref() {
            Some(base) => format!("{text} {}/laporan/{}", at_host(base, place.region.host.as_deref()), report.number),
            None => text,
        }
    }

    fn send(&self, tx: &mut Tx, ctx: &Ctx, report: &Report, contact: &Contact, body: &str) {
        let about = Some((SUBJECT, report.id));
        let subject = format!("Laporan {}", report.number);
        let body = body.to_owned();
        if let (true, Some(phone)) = (self.0.text, &contact.phone) {
            let message = Message { channel: Channel::Text, to: phone.clone(), subject: String::new(), body, about };
            tx.outbox(ctx, message);
        } else if let (true, Some(email)) = (self.0.email, &contact.email) {
            let message = Message { channel: Channel::Email, to: email.clone(), subject, body, about };
            tx.outbox(ctx, message);
        }
    }

    /// What the reporter reads. Citizens' messages are in Indonesian, as the ministry's are.
    fn sentence(&self, report: &Report, place: &Snapshot, kind: &str) -> String {
        let number = &report.number;
        let region = &place.region.name;
        let agency = report.agency.and_then(|id| place.agency(id)).map_or("Petugas", |agency| agency.short.as_str());
        let day = |at| format::date_long(Lang::Id, place.calendar.zone, at);
        match (&report.state, kind) {
            (_, "report.submitted") => format!(
                "{region}: laporan Anda diterima. Nomor {number}. Kami periksa paling lambat {}. {agency} menjawab \
                 paling lambat {}.",
                day(report.deadlines.verify),
                day(report.deadlines.answer)
            ),
            (_, "report.paused") => match report.pause {
                Some(pause) if pause.asks => {
                    format!(
                        "{number}: kami perlu data dari Anda sampai {}. Jawab di halaman laporan.",
                        day(pause.until)
                    )
                }
                Some(pause) => format!("{number}: ditunda sampai {}. Alasannya di halaman laporan.", day(pause.until)),
                None => format!("{number}: ada perkembangan."),
            },
            (State::Archived { reason }, _) => format!("{number}: diarsipkan. {reason}"),
            (State::Resolved { answer }, _) => {
                format!("{number}: sudah ditangani. {answer} Sudah benar? Jawab dalam 10 hari di halaman laporan.")
            }
            (State::Closed { .. }, _) => format!("{number}: laporan selesai dan ditutup."),
            (State::Rejected { text, .. }, _) => format!("{number}: tidak dapat ditindaklanjuti. {text}"),
            (State::OutOfAuthority { body, text }, _) => format!("{number}: diteruskan ke {body}. {text}"),
            (State::Planned { year, reason }, _) => format!("{number}: direncanakan tahun {year}. {reason}"),
            (State::Merged { .. }, _) => {
                format!("{number}: digabung dengan laporan lain karena masalahnya sama. Anda mendapat kabar yang sama.")
            }
            _ if report.status() == Status::InProgress => {
                format!("{number}: sedang ditangani {agency}. Selesai paling lambat {}.", day(report.deadlines.resolve))
            }
            _ => format!("{number}: ada perkembangan."),
        }
    }
}
