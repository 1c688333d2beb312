//! How the plan stands: every programme with its status and the reasons, read at once.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::DAY_MICROS;
use simpul_store::{Conn, Result};
use time::{Date, Month};
use uuid::Uuid;

use crate::model::completeness::Roll;
use crate::model::indicator::{PartOfYear, reached, share_reached};
use crate::model::period::{newest_due, told_year};
use crate::model::programme::{Gap, YEAR_FIRST, YEAR_LAST, gaps};
use crate::model::status::{Facts, status};
use crate::model::{
    Field, Framework, Indicator, Light, Masterplan, Override, Party, Period, Programme, ProgrammeKind, ProgrammeState,
    ProgressState, Quantity, Status, Target, Trajectory,
};
use crate::sql;
use crate::sql::progress::ToldOf;

/// Who reads: everybody sees what was published, staff what was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sees {
    /// What was published.
    Published,
    /// What was handed in.
    HandedIn,
}

impl Sees {
    /// Whether a report that stands there is shown.
    pub fn shows(self, state: ProgressState) -> bool {
        match self {
            Sees::Published => state == ProgressState::Published,
            Sees::HandedIn => state.is_handed_in(),
        }
    }
}

/// How an indicator stands in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The indicator.
    pub indicator: Indicator,
    /// The year that it tells of: the one that is looked at, or the one before where nothing was told of that yet.
    pub year: i64,
    /// What the year amounts to so far.
    pub actual: Option<Quantity>,
    /// Until which part of the year.
    pub until: Option<PartOfYear>,
    /// What should be reached by then.
    pub expected: Option<Quantity>,
    /// The target of the year.
    pub target: Option<Quantity>,
    /// Share of what should be reached, in hundredths of a per cent.
    pub share: Option<i64>,
}

impl Standing {
    /// What the year amounts to so far, for people.
    pub fn shown(&self) -> Option<Quantity> {
        self.actual.map(|value| self.indicator.shown(value))
    }
}

/// A programme and how it stands.
#[derive(Debug, Clone)]
pub struct Stand {
    /// The programme.
    pub programme: Programme,
    /// Its indicators.
    pub indicators: Vec<Standing>,
    /// Who takes part.
    pub parties: Vec<Party>,
    /// What is empty or double in who does what.
    pub gaps: Vec<Gap>,
    /// Aspects of its card that nobody has written, for a quick win.
    pub missing: Vec<Field>,
    /// What is known.
    pub facts: Facts,
    /// How it stands by that.
    pub status: Status,
    /// A person's word against it.
    pub overridden: Option<Override>,
}

impl Stand {
    /// How it is shown to stand: a person's word where there is one.
    pub fn light(&self) -> Option<Light> {
        self.overridden.as_ref().map(|word| word.light).or(self.status.light)
    }
}

/// The plan that counts, and how it stands.
#[derive(Debug, Clone)]
pub struct Overview {
    /// The plan.
    pub plan: Masterplan,
    /// The words that it is made of.
    pub framework: Framework,
    /// Its periods, the newest first.
    pub periods: Vec<Period>,
    /// The year that is looked at.
    pub year: i64,
    /// Its programmes by dimension and code.
    pub stands: Vec<Stand>,
}

/// How the plan that counts stands at `now`; `None` where no plan counts.
///
/// # Errors
/// The store's.
pub async fn overview(conn: &mut Conn, now: Timestamp, zone: Zone, sees: Sees) -> Result<Option<Overview>> {
    let Some(plan) = sql::plan::in_force(conn).await? else { return Ok(None) };
    of_plan(conn, plan, now, zone, sees).await
}

/// How one plan stands at `now`, by the year of its newest period that has opened.
///
/// # Errors
/// The store's.
pub async fn of_plan(
    conn: &mut Conn,
    plan: Masterplan,
    now: Timestamp,
    zone: Zone,
    sees: Sees,
) -> Result<Option<Overview>> {
    let Some(framework) = sql::framework::by_id(conn, plan.framework).await? else { return Ok(None) };
    let today = zone.date(now);
    let roll = sql::plan::roll(conn, plan.id).await?;
    let periods = sql::progress::periods(conn, plan.id).await?;
    let year = told_year(&periods, now, today.year().into());
    let mut known = Known::read(conn, (&plan, &roll), (periods.clone(), year), now, sees).await?;
    let stands = roll.programmes.into_iter().map(|one| known.stand(one, today, now)).collect();
    Ok(Some(Overview { plan, framework, periods, year, stands }))
}

/// All that is known of a plan's programmes, by their ids.
struct Known {
    year: i64,
    periods: Vec<Period>,
    indicators: HashMap<Uuid, Vec<Indicator>>,
    targets: HashMap<Uuid, Vec<Target>>,
    /// By indicator and year: of the year that is looked at, and of the one before.
    values: HashMap<(Uuid, i64), Vec<ToldOf>>,
    money: HashMap<Uuid, (i64, i64)>,
    parties: HashMap<Uuid, Vec<Party>>,
    written: HashMap<Uuid, Vec<Field>>,
    overrides: HashMap<Uuid, Override>,
    evidence: HashMap<Uuid, i64>,
    /// The newest period that is due, and the programmes of which nothing has come for it.
    due: Option<(Period, HashSet<Uuid>)>,
}

fn grouped<K: Eq + Hash, T>(rows: Vec<(K, T)>) -> HashMap<K, Vec<T>> {
    let mut groups: HashMap<K, Vec<T>> = HashMap::new();
    for (id, row) in rows {
        groups.entry(id).or_default().push(row);
    }
    groups
}

impl Known {
    async fn read(
        conn: &mut Conn,
        (plan, roll): (&Masterplan, &Roll),
        (periods, year): (Vec<Period>, i64),
        now: Timestamp,
        sees: Sees,
    ) -> Result<Known> {
        let due = match newest_due(&periods, now) {
            Some(period) => {
                let said = sql::progress::of_period(conn, period.id).await?;
                Some((period.clone(), roll.missing(period, &said)))
            }
            None => None,
        };
        let mut values = Vec::new();
        for year in [year, year - 1] {
            let all = sql::progress::values_of_year(conn, plan.id, year).await?;
            let seen = all.into_iter().filter(|told| sees.shows(told.state));
            values.extend(seen.map(|told| ((told.indicator, year), told)));
        }
        let indicators = sql::indicator::of_plan(conn, plan.id).await?;
        let money = sql::indicator::money(conn, plan.id, year).await?;
        Ok(Known {
            year,
            indicators: grouped(indicators.into_iter().map(|one| (one.programme, one)).collect()),
            // All years: the line runs from target to target, however far apart they are.
            targets: grouped(sql::indicator::targets_of_years(conn, plan.id, (YEAR_FIRST, YEAR_LAST)).await?),
            values: grouped(values),
            money: money.into_iter().map(|(id, planned, spent)| (id, (planned, spent))).collect(),
            parties: grouped(sql::plan::parties_of_plan(conn, plan.id).await?),
            written: grouped(sql::plan::written(conn, plan.id).await?),
            overrides: sql::progress::overrides(conn, plan.id).await?,
            evidence: sql::evidence::of_plan(conn, plan.id).await?,
            due,
            periods,
        })
    }

    fn standing(&mut self, indicator: Indicator) -> Standing {
        let targets = self.targets.remove(&indicator.id).unwrap_or_default();
        let of = |year: i64| self.values.get(&(indicator.id, year)).filter(|told| !told.is_empty());
        let told = [self.year, self.year - 1].into_iter().find_map(|year| Some((year, of(year)?.clone())));
        let (year, values) = told.unwrap_or_else(|| (self.year, Vec::new()));
        standing(indicator, &Trajectory::new(targets), year, &values, &self.periods)
    }

    fn stand(&mut self, programme: Programme, today: Date, now: Timestamp) -> Stand {
        let id = programme.id;
        let indicators = self.indicators.remove(&id).unwrap_or_default();
        let indicators: Vec<Standing> = indicators.into_iter().map(|one| self.standing(one)).collect();
        let parties = self.parties.remove(&id).unwrap_or_default();
        let written = self.written.remove(&id).unwrap_or_default();
        let aspects = Field::aspects().iter().copied();
        let missing = match programme.kind {
            ProgrammeKind::QuickWin => aspects.filter(|aspect| !written.contains(aspect)).collect(),
            _ => Vec::new(),
        };
        let facts = self.facts(&programme, &indicators, today, now);
        Stand {
            gaps: gaps(&programme, &parties),
            status: status(&facts),
            overridden: self.overrides.remove(&id),
            programme,
            indicators,
            parties,
            missing,
            facts,
        }
    }

    fn facts(&self, programme: &Programme, indicators: &[Standing], today: Date, now: Timestamp) -> Facts {
        let is_open = matches!(programme.state, ProgrammeState::Planned | ProgrammeState::Running);
        // Of what is done or stopped a locked period can be told no more: it stays in the figures of completeness.
        let late = self.due.as_ref().filter(|(_, missing)| is_open && missing.contains(&programme.id));
        let silent = indicators.iter().filter(|one| one.actual.is_none() && one.indicator.live.is_empty()).count();
        let told = indicators.iter().any(|one| one.actual.is_some());
        Facts {
            reached: indicators.iter().filter_map(|one| one.share).min(),
            silent_indicators: i64::try_from(silent).unwrap_or_default(),
            late_days: late.map(|(period, _)| now.micros_since(period.due_at) / DAY_MICROS),
            evidence: self.evidence.get(&programme.id).copied().unwrap_or_default(),
            told,
            budget: self.money.get(&programme.id).copied(),
            year_over: year_over(today, self.year),
            overdue_days: if is_open { days_after(today, programme.years.1) } else { None },
        }
    }
}

/// How an indicator stands in a year: its values are those of the year's periods in their order.
pub fn standing(indicator: Indicator, line: &Trajectory, year: i64, values: &[ToldOf], periods: &[Period]) -> Standing {
    let amounts: Vec<Quantity> = values.iter().map(|told| told.amount).collect();
    let actual = reached(indicator.counting, &amounts);
    let last = values.last().and_then(|told| periods.iter().find(|period| period.id == told.period));
    let until = last.map(|period| period.part);
    let expected = until.and_then(|part| line.expected(&indicator, year, part));
    let share = expected.zip(actual);
    let share = share.and_then(|(due, actual)| share_reached(indicator.counting, indicator.baseline, due, actual));
    Standing { year, actual, until, expected, target: line.of_year(year), share, indicator }
}

/// A point of an indicator's way through a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The period's name.
    pub period: String,
    /// What should be reached by its end.
    pub expected: Option<Quantity>,
    /// What the year amounts to by then; `None` where the period has no value.
    pub actual: Option<Quantity>,
}

/// An indicator's way through a year, period by period. Its last point with a value says what [`standing`] says.
pub fn course(
    indicator: &Indicator,
    line: &Trajectory,
    year: i64,
    values: &[ToldOf],
    periods: &[Period],
) -> Vec<Point> {
    let mut own: Vec<&Period> = periods.iter().filter(|period| period.year == year).collect();
    own.sort_by_key(|period| (period.opens_at, period.id));
    let mut amounts = Vec::new();
    let mut point = |period: &Period| {
        let told = values.iter().find(|told| told.period == period.id);
        amounts.extend(told.map(|told| told.amount));
        Point {
            period: period.name.clone(),
            expected: line.expected(indicator, year, period.part),
            actual: told.and_then(|_| reached(indicator.counting, &amounts)),
        }
    };
    own.into_iter().map(&mut point).collect()
}

/// Share of a year that is over, in hundredths of a per cent.
fn year_over(today: Date, year: i64) -> i64 {
    if i64::from(today.year()) > year {
        return 10_000;
    }
    i64::from(today.ordinal() - 1) * 10_000 / i64::from(time::util::days_in_year(today.year()))
}

/// Days since a year ended; `None` if it has not.
fn days_after(today: Date, year: i64) -> Option<i64> {
    let last = Date::from_calendar_date(i32::try_from(year).ok()?, Month::December, 31).ok()?;
    (today > last).then(|| (today - last).whole_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        simpul_kernel::calendar::parse_date(text).unwrap()
    }

    #[test]
    fn a_year_is_over_bit_by_bit() {
        assert_eq!(year_over(day("2026-01-01"), 2026), 0);
        assert_eq!(year_over(day("2026-07-02"), 2026), 4_986);
        assert!(year_over(day("2024-12-31"), 2024) < 10_000);
        assert_eq!(year_over(day("2027-01-07"), 2026), 10_000);
    }

    #[test]
    fn days_are_counted_from_the_end_of_the_last_year() {
        assert_eq!(days_after(day("2026-12-31"), 2026), None);
        assert_eq!(days_after(day("2027-01-01"), 2026), Some(1));
    }
}
