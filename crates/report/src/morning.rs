//! The officers' morning: once a working day, when the offices open, each hears what is late, what is due today and
//! what waits for approval. Whoever has nothing to do hears nothing.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, Grant, Role, Timestamp};
use simpul_people::{Officer, Permission, Snapshot, at_host, calendar_of, may, region_subject};
use simpul_store::{Channel, Deadline, Message, Reaction, Result, Tx};
use uuid::Uuid;

use crate::messenger::Messenger;
use crate::sql;
use crate::sql::lists::{Whose, count_due};

/// The subject of the deadline that calls for a digest.
const SUBJECT: &str = "digest";
/// What is asked for.
const WHAT: &str = "digest";
/// A morning that was asked for and is this long past will not come by itself: a server that was down fires what is due
/// within seconds.
const LOST_AFTER_MICROS: i64 = DAY_MICROS;
/// Work is counted up to here.
const COUNT_MAX: i64 = 1_000;

/// Tells officers in the morning what the day asks of them.
pub struct MorningDigest(pub Messenger);

impl Reaction for MorningDigest {
    fn name(&self) -> &'static str {
        "report.morning_digest"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["report.submitted", "deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let asked = sql::marks::next_digest(tx).await?;
        match (line.kind.as_str(), asked) {
            // A region's first report is the first thing that anybody there can owe.
            ("report.submitted", None) => ask_for_next(tx, ctx).await,
            ("deadline.passed", Some(at)) if line.subject_kind == SUBJECT && at <= ctx.now() => {
                ask_for_next(tx, ctx).await?;
                self.tell_all(tx, ctx).await
            }
            _ => Ok(()),
        }
    }
}

/// Asks for the first morning of a region in which none is asked for, whether it has reports or waits for its first;
/// and again where the morning that was asked for never came. One that is due still comes by itself.
pub(crate) async fn start(tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
    let lost = ctx.now().plus_micros(-LOST_AFTER_MICROS);
    let stands = sql::marks::next_digest(tx).await?.is_some_and(|at| at > lost);
    if !stands {
        ask_for_next(tx, ctx).await?;
    }
    Ok(!stands)
}

async fn ask_for_next(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    let calendar = calendar_of(tx).await?;
    let next = calendar.next_working_day(calendar.zone.date(ctx.now()));
    let midnight = calendar.zone.instant(next, 0);
    let due_at = calendar.opening(next).map_or(midnight, |(opens, _)| opens);
    sql::marks::save_next_digest(tx, due_at).await?;
    let subject_id = region_subject(ctx.region);
    tx.deadline(ctx, Deadline { subject_kind: SUBJECT, subject_id, what: WHAT, due_at });
    Ok(())
}

/// What waits for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Owed {
    late: i64,
    today: i64,
    approvals: i64,
    reminded: i64,
    without_agency: i64,
}

impl Owed {
    fn and(self, other: Owed) -> Owed {
        Owed {
            late: self.late + other.late,
            today: self.today + other.today,
            approvals: self.approvals + other.approvals,
            reminded: self.reminded + other.reminded,
            without_agency: self.without_agency + other.without_agency,
        }
    }

    /// "2 terlambat, 3 jatuh tempo hari ini"; `None` where nothing waits. Officers' messages are in Indonesian.
    fn words(self) -> Option<String> {
        let parts = [
            (self.late, "terlambat"),
            (self.today, "jatuh tempo hari ini"),
            (self.approvals, "jawaban menunggu persetujuan Anda"),
            (self.reminded, "diingatkan pimpinan atau koordinator"),
            (self.without_agency, "belum punya perangkat daerah"),
        ];
        let said: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

impl MorningDigest {
    async fn tell_all(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let place = self.0.directory.of(ctx.region).await?;
        let zone = place.calendar.zone;
        let today = zone.date(ctx.now());
        // Simpul may have been down on the morning itself.
        if (!self.0.text && !self.0.email) || !place.calendar.is_working_day(today) {
            return Ok(());
        }
        let midnight = zone.instant(zone.date(ctx.now().plus_micros(DAY_MICROS)), 0);
        let mut agencies = BTreeMap::new();
        for officer in simpul_people::sql::officers::all(tx).await?.into_iter().filter(|officer| officer.active) {
            let mut owed = Owed::default();
            for grant in &officer.grants {
                owed = owed.and(owed_by(tx, officer.id, grant, (ctx.now(), midnight), &mut agencies).await?);
            }
            if let Some(words) = owed.words() {
                self.tell(tx, ctx, &officer, &place, &words);
            }
        }
        Ok(())
    }

    fn tell(&self, tx: &mut Tx, ctx: &Ctx, officer: &Officer, place: &Snapshot, words: &str) {
        let day = format::date_long(Lang::Id, place.calendar.zone, ctx.now());
        let link = self.0.base_url.as_deref();
        let link = link.map(|base| format!(" {}/kotak", at_host(base, place.region.host.as_deref())));
        let body = format!("{}, {day}: {words}.{}", place.region.name, link.unwrap_or_default());
        let about = Some(("officer", officer.id));
        if let (true, Some(to)) = (self.0.email, officer.email.clone()) {
            let subject = format!("Kotak laporan {day}");
            tx.outbox(ctx, Message { channel: Channel::Email, to, subject, body, about });
        } else if let (true, Some(to)) = (self.0.text, officer.phone.clone()) {
            tx.outbox(ctx, Message { channel: Channel::Text, to, subject: String::new(), body, about });
        }
    }
}

async fn due(tx: &mut Tx, whose: Whose, (now, midnight): (Timestamp, Timestamp)) -> Result<Owed> {
    let late = count_due(tx, whose, (Timestamp(i64::MIN), now), COUNT_MAX).await?;
    let today = count_due(tx, whose, (now, midnight), COUNT_MAX).await?;
    Ok(Owed { late, today, ..Owed::default() })
}

/// What one part of an officer's work asks for. `agencies`: what was counted for another officer of the same agency.
async fn owed_by(
    tx: &mut Tx,
    officer: Uuid,
    grant: &Grant,
    span: (Timestamp, Timestamp),
    agencies: &mut BTreeMap<Uuid, (Owed, i64)>,
) -> Result<Owed> {
    let agency = match (grant.role, grant.agency) {
        (Role::ReportCoordinator, _) => {
            return Ok(Owed { without_agency: sql::marks::of_nobody(tx).await?, ..Owed::default() });
        }
        (Role::FieldOfficer, agency @ Some(_)) => {
            return due(tx, Whose::Mine { officer, agency, secrets: true }, span).await;
        }
        (Role::AgencyOfficer | Role::AgencyHead, Some(agency)) => agency,
        _ => return Ok(Owed::default()),
    };
    let (owed, drafts) = match agencies.entry(agency) {
        Entry::Occupied(counted) => *counted.get(),
        Entry::Vacant(vacant) => {
            let whose = Whose::Agency { agency, secrets: true };
            let reminded = sql::marks::reminded(tx, agency).await?;
            let owed = Owed { reminded, ..due(tx, whose, span).await? };
            *vacant.insert((owed, sql::answer::count_drafts(tx, whose).await?))
        }
    };
    let approvals = if may(grant.role, Permission::ApproveAnswers) { drafts } else { 0 };
    Ok(Owed { approvals, ..owed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_is_named() {
        assert_eq!(Owed::default().words(), None);
        let owed = Owed { late: 2, approvals: 1, ..Owed::default() };
        assert_eq!(owed.words().unwrap(), "2 terlambat, 1 jawaban menunggu persetujuan Anda");
        assert_eq!(owed.and(owed).late, 4);
    }
}
