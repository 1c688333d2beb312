//! The planning offices' forms as workbooks, gathered from a plan.

use std::collections::{BTreeMap, HashMap};

use simpul_kernel::Timestamp;
use simpul_office::sheet_out::{SheetBook, SheetColumn, SheetPage};
use simpul_people::Snapshot;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::file::packed;
use crate::model::form::{FormKind, FormProgramme, FormSpan, Measure, Money, columns, form_years, rows};
use crate::model::indicator::reached;
use crate::model::programme::TraceLevel;
use crate::model::{Indicator, Masterplan, Period, Programme, Quantity, Target, Trajectory};
use crate::sql;
use crate::sql::progress::ToldOf;

/// All that forms tell of a plan.
pub(crate) struct Gathered {
    indicators: Vec<Indicator>,
    targets: HashMap<Uuid, Vec<Target>>,
    values: BTreeMap<i64, Vec<ToldOf>>,
    periods: Vec<Period>,
    money: HashMap<Uuid, BTreeMap<(String, &'static str), Money>>,
}

/// Gathers a plan; `year` is the one whose money is told by quarter.
pub(crate) async fn gather(conn: &mut Conn, plan: &Masterplan, year: i64) -> Result<Gathered> {
    let (from, to) = plan.years;
    let mut targets: HashMap<Uuid, Vec<Target>> = HashMap::new();
    for (indicator, target) in sql::indicator::targets_of_years(conn, plan.id, (from - 1, to)).await? {
        targets.entry(indicator).or_default().push(target);
    }
    let (mut values, mut money) = (BTreeMap::new(), HashMap::new());
    for each in form_years(plan.years) {
        values.insert(each, sql::progress::values_of_year(conn, plan.id, each).await?);
        for line in sql::indicator::budget_of_year(conn, plan.id, each).await? {
            let lines: &mut BTreeMap<_, Money> = money.entry(line.programme).or_default();
            let one = lines.entry((line.code.clone(), line.fund.name())).or_insert_with(|| Money::of(&line));
            one.add(&line, year);
        }
    }
    Ok(Gathered {
        indicators: sql::indicator::of_plan(conn, plan.id).await?,
        periods: sql::progress::periods(conn, plan.id).await?,
        targets,
        values,
        money,
    })
}

impl Gathered {
    /// The values of an indicator in a year, each with the month in which its period ends. Only published values count:
    /// a form goes to other offices.
    fn published(&self, one: &Indicator, year: i64) -> Vec<(i64, Quantity)> {
        let told = self.values.get(&year).into_iter().flatten().filter(|told| told.indicator == one.id);
        let ends = |told: &ToldOf| self.periods.iter().find(|period| period.id == told.period).map(|p| p.part.months());
        told.filter(|told| crate::read::Sees::Published.shows(told.state))
            .filter_map(|told| Some((ends(told)?, told.amount)))
            .collect()
    }

    /// What was reached of an indicator in a year by the end of so many months.
    fn reached(&self, one: &Indicator, year: i64, months: i64) -> Option<Quantity> {
        let known = self.published(one, year).into_iter().filter(|(ends, _)| *ends <= months);
        let amounts: Vec<Quantity> = known.map(|(_, amount)| amount).collect();
        reached(one.counting, &amounts)
    }

    /// The same by the end of the quarter that ends with that month; nothing where nobody told of that quarter.
    fn in_quarter(&self, one: &Indicator, year: i64, months: i64) -> Option<Quantity> {
        let told = self.published(one, year).iter().any(|(ends, _)| (months - 2..=months).contains(ends));
        if told { self.reached(one, year, months) } else { None }
    }

    /// The indicator of a programme by its name.
    pub(crate) fn indicator(&self, programme: Uuid, name: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|one| one.programme == programme && one.name.eq_ignore_ascii_case(name))
    }

    /// The result of an indicator as forms tell it.
    pub(crate) fn result(&self, one: &Indicator, span: FormSpan) -> Option<Quantity> {
        match span {
            FormSpan::Year(year) => self.reached(one, year, 12),
            FormSpan::Quarter(year, _) => self.in_quarter(one, year, span.months().1),
        }
    }

    fn measure(&self, one: &Indicator, year: i64) -> Measure {
        let by_year = |year: &i64| Some((*year, self.result(one, FormSpan::Year(*year))?));
        Measure {
            line: Trajectory::new(self.targets.get(&one.id).cloned().unwrap_or_default()),
            reached: self.values.keys().filter_map(by_year).collect(),
            quarters: [1, 2, 3, 4].map(|quarter| self.result(one, FormSpan::Quarter(year, quarter))),
            indicator: one.clone(),
        }
    }
}

async fn told(
    conn: &mut Conn,
    (gathered, year): (&Gathered, i64),
    place: &Snapshot,
    programme: Programme,
) -> Result<FormProgramme> {
    let traces = sql::plan::traces(conn, programme.id).await?;
    let goal = traces.into_iter().find(|trace| trace.level == TraceLevel::Target).map(|trace| trace.body);
    let agency = programme.agency.and_then(|id| place.agency(id)).map(|agency| agency.name.clone());
    let own = gathered.indicators.iter().filter(|one| one.programme == programme.id);
    let money = gathered.money.get(&programme.id);
    Ok(FormProgramme {
        goal: goal.unwrap_or_default(),
        owner: agency.unwrap_or_else(|| programme.agency_text.clone()),
        measures: own.map(|one| gathered.measure(one, year)).collect(),
        money: money.map(|lines| lines.values().cloned().collect()).unwrap_or_default(),
        code: programme.code,
        name: programme.name,
    })
}

/// A form of a plan as a workbook; `year` is the one that E.79 tells of.
///
/// # Errors
/// The store's; a text that no cell holds.
pub async fn workbook(
    conn: &mut Conn,
    (kind, plan, year): (FormKind, &Masterplan, i64),
    place: &Snapshot,
    now: Timestamp,
) -> Result<Vec<u8>> {
    let gathered = gather(conn, plan, year).await?;
    let years = form_years(plan.years);
    let mut all = Vec::new();
    for programme in sql::plan::programmes(conn, plan.id).await? {
        let told = told(conn, (&gathered, year), place, programme).await?;
        all.extend(rows(kind, &told, &years, year));
    }
    let title = match kind {
        FormKind::Tc14 => "Program dengan target dan pagu indikatif".to_owned(),
        FormKind::E78 => "Evaluasi hasil rencana per tahun".to_owned(),
        FormKind::E79 => format!("Evaluasi hasil tahun {year} per triwulan"),
    };
    let title = format!("{} {title}", kind.title());
    let mark = place.region.demo.then(|| "DATA CONTOH – BUKAN DATA RESMI".to_owned());
    let said = years.iter().enumerate().map(|(at, year)| format!("tahun ke-{} = {year}", at + 1)).collect::<Vec<_>>();
    let heading = format!("{title}. {}, {}", plan.name, place.region.full_name());
    let column = |(name, width)| SheetColumn { name, width, ..SheetColumn::default() };
    let page = SheetPage {
        name: kind.name().to_uppercase(),
        notes: mark.into_iter().chain([heading, said.join(", ")]).collect(),
        columns: columns(kind, &years).into_iter().map(column).collect(),
        rows: all,
        blank_rows: 0,
    };
    packed(SheetBook { title, made_at: now, sheets: vec![page] }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_which_nobody_told_is_empty() {
        use crate::model::{Counting, PartOfYear, PeriodKind, ProgressState};
        let period = |number: i64| {
            let (first_day, last_day) = crate::model::period::days(2026, PeriodKind::Quarter, number, 1).unwrap();
            Period {
                id: Uuid::from_u128(number.unsigned_abs().into()),
                masterplan: Uuid::nil(),
                name: String::new(),
                kind: PeriodKind::Quarter,
                year: 2026,
                part: PartOfYear::quarter(number).unwrap(),
                first_day,
                last_day,
                opens_at: Timestamp(0),
                due_at: Timestamp(1),
                locks_at: Timestamp(2),
            }
        };
        let one = Indicator { counting: Counting::Accumulative, ..Indicator::new(Uuid::nil(), "Titik", "titik") };
        let told = |number: i64, amount: i64, state| ToldOf {
            indicator: one.id,
            period: period(number).id,
            state,
            district: 0,
            amount: Quantity::whole(amount),
        };
        let (published, submitted) = (ProgressState::Published, ProgressState::Submitted);
        let told = vec![told(1, 5, published), told(3, 2, published), told(4, 9, submitted)];
        let gathered = Gathered {
            indicators: Vec::new(),
            targets: HashMap::new(),
            values: BTreeMap::from([(2026, told)]),
            periods: [1, 2, 3, 4].map(period).to_vec(),
            money: HashMap::new(),
        };
        let measure = gathered.measure(&one, 2026);
        assert_eq!(measure.quarters, [Some(5), None, Some(7), None].map(|amount| amount.map(Quantity::whole)));
        assert_eq!(measure.reached[&2026], Quantity::whole(7), "the year is what was told of it");
    }
}
