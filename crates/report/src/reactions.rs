//! What this room does when it reads a line of the journal: a moment has passed, or the reporter must hear of
//! something.

mod support;

use serde::Deserialize;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::Snapshot;
use simpul_store::{Error, Reaction, ReactionSet, Result, Tx};

use crate::actions::{self, SUBJECT};
use crate::digest;
use crate::messenger::Messenger;
use crate::model::{Report, State, Status, new_token, token_hash, what};
use crate::morning::MorningDigest;
use crate::sql;
use crate::sql::keys::Subscriber;

/// Most followers that hear of a step by text message.
const FOLLOWERS_TOLD_MAX_COUNT: i64 = 200;

/// The room's reactions.
pub fn reactions(messenger: Messenger) -> ReactionSet {
    let set = ReactionSet::new().add(TimeIsUp).add(support::HelpIsDue).add(ForgetFilters);
    let set = set.add(TellReporter(messenger.clone())).add(digest::NewsOfPlaces(messenger.clone()));
    set.add(digest::TellDigest(messenger.clone())).add(MorningDigest(messenger))
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
            "report.examination_set",
        ]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if self.0.is_mute() {
            return Ok(());
        }
        let Some(report) = sql::by_id(tx, line.subject_id).await? else { return Ok(()) };
        let place = self.0.directory.of(ctx.region).await?;
        let text = self.sentence(&report, &place, &line.kind);
        self.tell_reporter(tx, ctx, &report, &place, &text).await?;
        if line.kind == "report.submitted" {
            return Ok(());
        }
        // Whoever sent the same has been promised the same news; of a secret one each hears only their own.
        if !report.secret {
            for other in sql::report::merged_into(tx, report.id, FOLLOWERS_TOLD_MAX_COUNT).await? {
                self.tell_reporter(tx, ctx, &other, &place, &text).await?;
            }
        }
        if report.is_public() {
            self.tell_followers(tx, ctx, &report, &place, &text).await?;
        }
        Ok(())
    }
}

impl TellReporter {
    /// The reporter's message has a key of its own, so that a tap on its link opens the reporter's view.
    async fn tell_reporter(&self, tx: &mut Tx, ctx: &Ctx, report: &Report, place: &Snapshot, text: &str) -> Result<()> {
        let Some(contact) = sql::contact(tx, report.id).await? else { return Ok(()) };
        for reach in contact.reaches() {
            let link = self.0.base(place).map(|base| {
                let key = new_token(&ctx.env);
                sql::keys::insert_key(tx, report.id, token_hash(&key), ctx.now());
                format!(" {base}/laporan/{}?kunci={key}", report.number)
            });
            self.0.send(tx, ctx, report, &reach, format!("{text}{}", link.unwrap_or_default()));
        }
        Ok(())
    }

    /// Those who follow learn the public page, and a key that only ends their news.
    async fn tell_followers(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        report: &Report,
        place: &Snapshot,
        text: &str,
    ) -> Result<()> {
        for (id, reach) in sql::parts::followers(tx, report.id, FOLLOWERS_TOLD_MAX_COUNT).await? {
            let link = self.0.base(place).map(|base| {
                let key = new_token(&ctx.env);
                sql::keys::insert_stop(tx, Subscriber::Follower(id), token_hash(&key), ctx.now());
                format!(" {base}/laporan/{} Berhenti: {base}/berhenti/{key}", report.number)
            });
            self.0.send(tx, ctx, report, &reach, format!("{text}{}", link.unwrap_or_default()));
        }
        Ok(())
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
            (_, "report.examination_set") => format!(
                "{number}: perlu pemeriksaan lapangan. Selesai paling lambat {}.",
                day(report.deadlines.resolve)
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
