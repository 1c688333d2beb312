//! Periods: before and after the due day, agencies that still owe a report are reminded of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use simpul_kernel::Ctx;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::journal::JournalLine;
use simpul_people::Permission;
use simpul_store::{Reaction, Result, Tx};
use uuid::Uuid;

use crate::actions::progress::PERIOD;
use crate::messenger::{Messenger, News};
use crate::model::completeness::{Roll, is_current, reminder_days};
use crate::model::{Period, Programme, Progress};
use crate::sql;

/// Programmes that a message names; the rest is a number.
const NAMED_MAX_COUNT: usize = 3;
/// Longest name of a programme in a message, in characters.
const NAME_MAX_CHARS: usize = 60;

/// A moment before or after the due day of a period has come.
pub(super) struct PeriodIsDue(pub(super) Messenger);

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for PeriodIsDue {
    fn name(&self) -> &'static str {
        "plan.period_is_due"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != PERIOD || self.0.is_mute() {
            return Ok(());
        }
        let passed: Passed = serde_json::from_str(&line.body)?;
        let Some(days) = reminder_days(&passed.what) else { return Ok(()) };
        let Some(period) = sql::progress::period(tx, line.subject_id).await? else { return Ok(()) };
        let counts = sql::plan::in_force(tx).await?.is_some_and(|plan| plan.id == period.masterplan);
        if !counts || !is_current(period.due_at, days, ctx.now()) {
            return Ok(());
        }
        let roll = sql::plan::roll(tx, period.masterplan).await?;
        let said = sql::progress::of_period(tx, period.id).await?;
        for (agency, missing) in to_remind(&roll, &period, &said) {
            let exception = sql::progress::exception(tx, period.id, agency).await?;
            // Who can hand in nothing any more is not told to.
            if period.takes(ctx.now(), exception).is_err() {
                continue;
            }
            if sql::notice::remind(tx, (period.id, agency), (&passed.what, ctx.now())).await? {
                self.tell(tx, ctx, (&period, agency, days), missing).await?;
            }
        }
        Ok(())
    }
}

/// The programmes of which nothing has come or whose report was given back, by the agency that answers for them now: it
/// alone can still hand in, also where another owed the report on the due day and is counted.
fn to_remind<'a>(roll: &'a Roll, period: &Period, said: &[Progress]) -> BTreeMap<Uuid, Vec<&'a Programme>> {
    let missing = roll.outstanding(period, said);
    let mut all: BTreeMap<Uuid, Vec<&Programme>> = BTreeMap::new();
    for one in roll.programmes.iter().filter(|one| missing.contains(&one.id)) {
        if let Some(agency) = one.agency {
            all.entry(agency).or_default().push(one);
        }
    }
    all
}

/// The programmes of which nothing has come, by name.
fn named(missing: &[&Programme]) -> String {
    let short = |one: &&Programme| one.name.chars().take(NAME_MAX_CHARS).collect::<String>();
    let names: Vec<String> = missing.iter().take(NAMED_MAX_COUNT).map(short).collect();
    match missing.len().saturating_sub(NAMED_MAX_COUNT) {
        0 => names.join("; "),
        more => format!("{}; dan {more} lainnya", names.join("; ")),
    }
}

impl PeriodIsDue {
    /// Officers' messages are in Indonesian.
    async fn tell(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (period, agency, days): (&Period, Uuid, i64),
        missing: Vec<&Programme>,
    ) -> Result<()> {
        let zone = self.0.directory.of(ctx.region).await?.calendar.zone;
        let due = format::date_long(Lang::Id, zone, period.due_at);
        let when = match days {
            ..0 => format!("batasnya {due}, {} hari lagi", -days),
            _ => format!("TERLAMBAT {days} hari, batasnya {due}"),
        };
        let (count, names) = (missing.len(), named(&missing));
        let news = News {
            about: (PERIOD, period.id),
            subject: format!("Laporan kemajuan {}", period.name),
            text: format!("laporan kemajuan {} {when}. Belum dikirim untuk {count} program: {names}", period.name),
            path: "/kotak/laporan-kemajuan",
        };
        self.0.tell_agency(tx, ctx, (agency, None), Permission::ReportProgress, &news).await
    }
}
