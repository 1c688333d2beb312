//! Periods open; agencies say how their programmes go; what they say is checked, sent back, published.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, Timestamp, words};
use simpul_people::{Permission, require, require_in};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use time::{Date, Duration};
use uuid::Uuid;

use super::evidence::{AddEvidence, KeptFile};
use super::plan::{PROGRAMME, plan, programme, stale};
use super::who;
use crate::model::completeness::REMINDERS;
use crate::model::evidence::{EvidenceText, SubjectKind};
use crate::model::figure::Taken;
use crate::model::indicator::{Trajectory, asks};
use crate::model::period::{self, PeriodDays, REMINDER_DAYS};
use crate::model::progress::{self, SENTENCE_MAX_CHARS, Step, WHOLE_POINTS};
use crate::model::{Indicator, Light, Period, PeriodKind, Programme, Progress, ProgressState, Quantity, Told, Written};
use crate::sql;
use crate::sql::progress::{PutOff, StepDone};

/// What the journal calls a period.
pub const PERIOD: &str = "plan_period";
/// What the journal calls a progress report.
pub const PROGRESS: &str = "progress";
/// Most values of one report.
const VALUES_MAX_COUNT: usize = 1_000;
/// Most days from today for which a lock is put off.
const PUT_OFF_MAX_DAYS: i64 = 366;

/// Opens the periods of a year that are not yet past their due day: nobody could have reported of the others in time.
#[derive(Debug, Clone)]
pub struct OpenPeriods {
    /// The plan.
    pub plan: Uuid,
    /// The year that they count for.
    pub year: i64,
    /// Months or quarters.
    pub kind: PeriodKind,
    /// The month that the year begins with.
    pub first_month: u8,
    /// The region's calendar: what is due on a day off is due when offices next close.
    pub calendar: Calendar,
    /// On which days they open, are due and lock.
    pub days: PeriodDays,
}

impl Action for OpenPeriods {
    type Output = usize;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        require(ctx, Permission::ManagePlan)?;
        plan(tx, self.plan).await?;
        self.days.check()?;
        let known = sql::progress::periods(tx, self.plan).await?;
        period::one_kind(&known, self.year, self.kind)?;
        let most = match self.kind {
            PeriodKind::Month => 12,
            PeriodKind::Quarter => 4,
        };
        let (mut opened, mut past) = (0, 0);
        for number in 1..=most {
            let one = self.period(ctx, number)?;
            if known.iter().any(|other| (other.year, other.part) == (one.year, one.part)) {
                continue;
            }
            if one.due_at <= ctx.now() {
                past += 1;
                continue;
            }
            sql::progress::insert_period(tx, &one);
            remind(tx, ctx, &one);
            let body = json!({ "year": one.year, "part": one.part.code(), "due_at": one.due_at.0 });
            tx.journal(ctx, PERIOD, one.id, "period.opened", body);
            opened += 1;
        }
        if opened == 0 && past > 0 {
            return Err(Refusal::field("year", "plan.refused.periods_past").with("year", self.year.to_string()).into());
        }
        Ok(opened)
    }
}

impl OpenPeriods {
    fn period(&self, ctx: &Ctx, number: i64) -> Result<Period, Refusal> {
        let (first_day, last_day) = period::days(self.year, self.kind, number, self.first_month)?;
        let zone = self.calendar.zone;
        let opens_at = zone.instant(after(last_day, -self.days.opens_before), 0);
        let due_at = closing(&self.calendar, after(last_day, self.days.due_after));
        let locks_at = closing(&self.calendar, after(last_day, self.days.locks_after));
        period::in_order(opens_at, due_at, locks_at)?;
        Ok(Period {
            id: ctx.new_id(),
            masterplan: self.plan,
            name: name(self.kind, number, self.year),
            kind: self.kind,
            year: self.year,
            part: period::part(self.kind, number)?,
            first_day,
            last_day,
            opens_at,
            due_at,
            locks_at,
        })
    }
}

fn after(day: Date, days: i64) -> Date {
    day.checked_add(Duration::days(days)).unwrap_or(Date::MAX)
}

/// When the offices close on a day, or on the next that is worked.
fn closing(calendar: &Calendar, day: Date) -> Timestamp {
    let day = if calendar.is_working_day(day) { day } else { calendar.next_working_day(day) };
    calendar.opening(day).map_or_else(|| calendar.zone.instant(day, 16 * 60), |(_, close)| close)
}

/// The names of months and quarters are official words: they stand in letters and files in Indonesian.
fn name(kind: PeriodKind, number: i64, year: i64) -> String {
    const MONTHS: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    const QUARTERS: [&str; 4] = ["I", "II", "III", "IV"];
    let at = usize::try_from(number - 1).unwrap_or_default();
    match kind {
        PeriodKind::Month => format!("{} {year}", MONTHS.get(at).unwrap_or(&"")),
        PeriodKind::Quarter => format!("Triwulan {} {year}", QUARTERS.get(at).unwrap_or(&"")),
    }
}

fn remind(tx: &mut Tx, ctx: &Ctx, one: &Period) {
    for (what, days) in REMINDERS.into_iter().zip(REMINDER_DAYS) {
        let due_at = one.due_at.plus_micros(days * simpul_kernel::clock::DAY_MICROS);
        if due_at > ctx.now() {
            tx.deadline(ctx, Deadline { subject_kind: PERIOD, subject_id: one.id, what, due_at });
        }
    }
}

/// A period locks later for one agency.
#[derive(Debug, Clone)]
pub struct PutOffLock {
    /// The period.
    pub period: Uuid,
    /// The agency.
    pub agency: Uuid,
    /// The last day on which it can hand in.
    pub until: Date,
    /// The region's zone.
    pub zone: Zone,
    /// Why.
    pub reason: String,
}

impl Action for PutOffLock {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::VerifyProgress)?;
        let one = sql::progress::period(tx, self.period).await?.ok_or(Error::NotFound("period"))?;
        let locks_at = self.zone.instant(after(self.until, 1), 0);
        if locks_at <= one.locks_at.max(ctx.now()) {
            return Err(Refusal::field("until", "plan.refused.not_later").into());
        }
        if locks_at > ctx.now().plus_micros(PUT_OFF_MAX_DAYS * DAY_MICROS) {
            let most = PUT_OFF_MAX_DAYS.to_string();
            return Err(Refusal::field("until", "plan.refused.too_late").with("most", most).into());
        }
        let reason = words::clean_line("reason", &self.reason, LINE_MAX_CHARS, true)?;
        let (period, agency) = (self.period, self.agency);
        let put_off = PutOff { period, agency, locks_at, reason: &reason, by: &who(ctx), at: ctx.now() };
        sql::progress::set_exception(tx, put_off).await?;
        let body = json!({ "agency": self.agency, "locks_at": locks_at.0 });
        tx.journal(ctx, PERIOD, self.period, "period.lock_put_off", body);
        Ok(())
    }
}

/// What became of a report that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: Uuid,
    /// Its version now.
    pub version: i64,
    /// Whether it was handed in past the due day.
    pub late: bool,
}

/// An agency writes how a programme goes, and hands it in or keeps it as a draft.
#[derive(Debug, Clone)]
pub struct WriteProgress {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The programme.
    pub programme: Uuid,
    /// The period.
    pub period: Uuid,
    /// As it was when the form was drawn; 0 for one that was not there.
    pub version: i64,
    /// The texts.
    pub written: Written,
    /// The values; one without an amount is taken back.
    pub values: Vec<(Uuid, i64, Option<Quantity>, String)>,
    /// What the system counted for the live indicators; it counts only when the report is handed in.
    pub live: Vec<Taken>,
    /// Whether it is handed in.
    pub submit: bool,
    /// A file that proves it.
    pub proof: Option<(EvidenceText, KeptFile)>,
}

impl Action for WriteProgress {
    type Output = Kept;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Kept> {
        let programme = programme(tx, self.programme).await?;
        let agency = programme.agency.ok_or_else(|| Refusal::new("plan.refused.nobody_accountable"))?;
        require_in(ctx, Permission::ReportProgress, agency)?;
        let period = sql::progress::period(tx, self.period).await?.ok_or(Error::NotFound("period"))?;
        if period.masterplan != programme.masterplan {
            return Err(Error::NotFound("period"));
        }
        period.takes(ctx.now(), sql::progress::exception(tx, self.period, agency).await?)?;
        let before = self.before(tx, ctx, agency).await?;
        let indicators = sql::indicator::of(tx, self.programme).await?;
        let told = self.told(&indicators)?;
        let taken = if self.submit { self.taken(&indicators, &period)? } else { Vec::new() };
        let progress = self.progress(ctx, &before, &period)?;
        if self.submit {
            self.complete(tx, &programme, &period, &indicators, &told).await?;
        }
        let is_new = before.version == 0;
        match is_new {
            true => sql::progress::insert(tx, &progress),
            false if !sql::progress::set(tx, &progress).await? => return Err(stale().into()),
            false => {}
        }
        self.keep_values(tx, progress.id, &told).await?;
        keep_taken(tx, progress.id, &taken).await?;
        if let Some((about, file)) = self.proof.clone() {
            let claim = Some((SubjectKind::Progress, progress.id));
            AddEvidence { key: None, about, file, claim }.apply(tx, ctx).await?;
        }
        if self.submit {
            step(tx, ctx, progress.id, progress.state, "");
            let body =
                json!({ "programme": programme.id, "period": period.id, "agency": agency, "late": progress.late });
            tx.journal(ctx, PROGRESS, progress.id, "progress.submitted", body);
        }
        Ok(Kept { id: progress.id, version: progress.version, late: progress.late })
    }
}

impl WriteProgress {
    async fn before(&self, tx: &mut Tx, ctx: &Ctx, agency: Uuid) -> Result<Progress> {
        let known = sql::progress::at(tx, self.programme, self.period).await?;
        let before = known.unwrap_or_else(|| Progress {
            id: ctx.new_id(),
            programme: self.programme,
            period: self.period,
            agency,
            state: ProgressState::Draft,
            sentence: String::new(),
            obstacle: String::new(),
            next_step: String::new(),
            decision: String::new(),
            physical: None,
            first_submitted: None,
            submitted: None,
            late: false,
            version: 0,
        });
        if before.version != self.version {
            return Err(stale().into());
        }
        Ok(before)
    }

    fn progress(&self, ctx: &Ctx, before: &Progress, period: &Period) -> Result<Progress, Refusal> {
        let Written { sentence, obstacle, next_step, decision, physical } = &self.written;
        if physical.is_some_and(|points| !(0..=WHOLE_POINTS).contains(&points)) {
            return Err(Refusal::field("physical", "plan.refused.physical"));
        }
        let line = |field, text: &str| words::clean_text(field, text, SENTENCE_MAX_CHARS, false);
        let written = Progress {
            state: before.state.after(Step::Write)?,
            sentence: line("sentence", sentence)?,
            obstacle: line("obstacle", obstacle)?,
            next_step: line("next_step", next_step)?,
            decision: line("decision", decision)?,
            physical: *physical,
            ..before.clone()
        };
        if self.submit {
            return progress::submitted(&written, ctx.now(), period.due_at);
        }
        Ok(Progress { version: before.version + 1, ..written })
    }

    fn told(&self, indicators: &[Indicator]) -> Result<Vec<(Told, bool)>> {
        if self.values.len() > VALUES_MAX_COUNT {
            return Err(Refusal::new("plan.refused.values_full").into());
        }
        let mut told = Vec::new();
        for (indicator, district, amount, why) in &self.values {
            let known = indicators.iter().find(|one| one.id == *indicator).ok_or(Error::NotFound("indicator"))?;
            if !known.live.is_empty() {
                let refusal = Refusal::field("value", "plan.figure.refused.typed").entry(indicator.to_string());
                return Err(refusal.with("name", &known.name).into());
            }
            if *district != 0 && !known.by_district {
                return Err(Refusal::field("value", "plan.refused.not_by_district")
                    .entry(indicator.to_string())
                    .into());
            }
            let why = words::clean_line("why", why, SENTENCE_MAX_CHARS, false)?;
            let (indicator, district) = (*indicator, *district);
            told.push((Told { indicator, district, amount: amount.unwrap_or_default(), why }, amount.is_some()));
        }
        Ok(told)
    }

    /// What the system counted for every live indicator, over the days of the period or until the day of counting. One
    /// that was set to another figure meanwhile is counted again by whoever sends again.
    fn taken(&self, indicators: &[Indicator], period: &Period) -> Result<Vec<Taken>> {
        let mut all = Vec::new();
        for one in indicators.iter().filter(|one| !one.live.is_empty()) {
            let fits = |taken: &&Taken| {
                let days = taken.first_day == period.first_day && taken.last_day <= period.last_day;
                taken.indicator == one.id && taken.figure == one.live && days
            };
            all.push(self.live.iter().find(fits).ok_or_else(stale)?.clone());
        }
        Ok(all)
    }

    /// What is handed in tells every indicator that an agency has to tell, and explains what surprises.
    async fn complete(
        &self,
        tx: &mut Tx,
        programme: &Programme,
        period: &Period,
        indicators: &[Indicator],
        told: &[(Told, bool)],
    ) -> Result<()> {
        let before = sql::progress::values_of_programme(tx, programme.id).await?;
        let order: Vec<Uuid> = sql::progress::periods(tx, programme.masterplan)
            .await?
            .into_iter()
            .filter(|other| (other.year, other.part.months()) < (period.year, period.part.months()))
            .map(|other| other.id)
            .collect();
        let targets = sql::indicator::targets(tx, programme.id).await?;
        for one in indicators.iter().filter(|one| one.live.is_empty()) {
            let value = told.iter().find(|(told, given)| *given && told.indicator == one.id && told.district == 0);
            let field = |key| Refusal::field("value", key).entry(one.id.to_string()).with("name", &one.name);
            let Some((value, _)) = value else { return Err(field("plan.refused.no_value").into()) };
            let of_one = || before.iter().filter(|known| known.indicator == one.id && known.district == 0);
            let last = order.iter().find_map(|period| of_one().find(|known| known.period == *period));
            let own = targets.iter().filter(|(id, _)| *id == one.id).map(|(_, target)| *target);
            let expected = Trajectory::new(own).expected(one, period.year, period.part);
            let asked = asks(one, last.map(|known| known.amount), expected, value.amount);
            if let Some(ask) = asked.filter(|_| value.why.is_empty()) {
                return Err(Refusal::field("why", ask.key()).entry(one.id.to_string()).with("name", &one.name).into());
            }
        }
        Ok(())
    }

    async fn keep_values(&self, tx: &mut Tx, progress: Uuid, told: &[(Told, bool)]) -> Result<()> {
        for (told, given) in told {
            match given {
                true => sql::progress::set_value(tx, progress, told).await?,
                false => sql::progress::drop_value(tx, progress, told.indicator, told.district).await?,
            }
        }
        Ok(())
    }
}

/// What the system counted is the value of that period like any other.
async fn keep_taken(tx: &mut Tx, progress: Uuid, taken: &[Taken]) -> Result<()> {
    for one in taken {
        sql::live::set(tx, progress, one).await?;
        match one.amount {
            Some(amount) => {
                let told = Told { indicator: one.indicator, district: 0, amount, why: String::new() };
                sql::progress::set_value(tx, progress, &told).await?;
            }
            None => sql::progress::drop_value(tx, progress, one.indicator, 0).await?,
        }
    }
    Ok(())
}

fn step(tx: &mut Tx, ctx: &Ctx, progress: Uuid, state: ProgressState, reason: &str) {
    let done = StepDone { at: ctx.now(), by: who(ctx), state, reason: reason.to_owned() };
    sql::progress::insert_step(tx, ctx.new_id(), progress, &done);
}

/// A progress report is found in order, sent back with a reason, or published.
#[derive(Debug, Clone)]
pub struct CheckProgress {
    /// The report.
    pub progress: Uuid,
    /// As it was when the page was drawn.
    pub version: i64,
    /// What is done.
    pub step: Step,
    /// Why it is sent back.
    pub reason: String,
}

impl Action for CheckProgress {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::VerifyProgress)?;
        let before = sql::progress::by_id(tx, self.progress).await?.ok_or(Error::NotFound("progress"))?;
        let reason = words::clean_line("reason", &self.reason, SENTENCE_MAX_CHARS, false)?;
        let allowed = matches!(self.step, Step::Verify | Step::Return | Step::Publish);
        let checked = progress::checked(&before, self.step, &reason)?;
        if !allowed || before.version != self.version || !sql::progress::set(tx, &checked).await? {
            return Err(stale().into());
        }
        step(tx, ctx, self.progress, checked.state, &reason);
        let kind = match checked.state {
            ProgressState::Verified => "progress.verified",
            ProgressState::Published => "progress.published",
            _ => "progress.returned",
        };
        let body = json!({ "programme": checked.programme, "period": checked.period, "agency": checked.agency });
        tx.journal(ctx, PROGRESS, self.progress, kind, body);
        Ok(())
    }
}

/// A person says how a programme stands against what is computed, or takes that word back.
#[derive(Debug, Clone)]
pub struct OverrideStatus {
    /// The programme.
    pub programme: Uuid,
    /// How it stands; none takes the word back.
    pub light: Option<Light>,
    /// Why.
    pub reason: String,
}

impl Action for OverrideStatus {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::VerifyProgress)?;
        programme(tx, self.programme).await?;
        let reason = words::clean_line("reason", &self.reason, LINE_MAX_CHARS, true)?;
        let word = (reason.as_str(), who(ctx));
        sql::progress::insert_override(tx, ctx.new_id(), self.programme, self.light, (word.0, &word.1, ctx.now()));
        let body = json!({ "light": self.light.map(Light::name) });
        tx.journal(ctx, PROGRAMME, self.programme, "programme.status_overridden", body);
        Ok(())
    }
}
