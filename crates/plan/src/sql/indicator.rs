//! Indicators, their targets, and budget lines.

use simpul_store::{Args, Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use super::plan::OF_PLAN_MAX_COUNT;
use crate::model::{BudgetLine, Counting, Frequency, Fund, Indicator, PartOfYear, Quantity, Stage, Target};

macro_rules! indicator {
    () => {
        "i.id, i.programme_id, i.place, i.name, i.definition, i.unit, i.source, i.frequency, i.counting, i.numerator,
        i.denominator, i.baseline, i.baseline_year, i.live, i.library, i.by_district, i.responsible"
    };
}

macro_rules! budget {
    () => {
        "b.id, b.programme_id, b.year, b.code, b.edition, b.name, b.fund, b.stage, b.ceiling, b.ceiling_changed,
        b.officer_in_charge"
    };
}

// Where one programme is asked for, `CROSS JOIN` keeps SQLite from walking all targets or months of the region in the
// order that is asked for: it reads the left table first. To PostgreSQL it is a join like any other.
simpul_store::statements! {
    pub(crate) INDICATORS = concat!("SELECT ", indicator!(), " FROM plan_indicator i
        WHERE i.region = $1 AND i.programme_id = $2 ORDER BY i.place, i.id LIMIT $3");
    pub(crate) INDICATORS_OF_PLAN = concat!("SELECT ", indicator!(), " FROM plan_programme p
        JOIN plan_indicator i ON i.region = p.region AND i.programme_id = p.id
        WHERE p.region = $1 AND p.masterplan_id = $2 ORDER BY i.programme_id, i.place, i.id LIMIT $3");
    pub(crate) INDICATOR = concat!("SELECT ", indicator!(), " FROM plan_indicator i WHERE i.region = $1 AND i.id = $2");
    pub(crate) SET_INDICATOR = "UPDATE plan_indicator SET name = $3, definition = $4, unit = $5, source = $6,
        frequency = $7, counting = $8, numerator = $9, denominator = $10, baseline = $11, baseline_year = $12,
        live = $13, library = $14, by_district = $15, responsible = $16 WHERE region = $1 AND id = $2";
    pub(crate) DROP_INDICATOR = "DELETE FROM plan_indicator WHERE region = $1 AND id = $2";
    pub(crate) TARGETS = "SELECT t.indicator_id, t.year, t.part, t.amount FROM plan_indicator i CROSS JOIN plan_target t
        WHERE i.region = $1 AND i.programme_id = $2 AND t.region = i.region AND t.indicator_id = i.id
        ORDER BY t.indicator_id, t.year, t.part LIMIT $3";
    pub(crate) TARGETS_OF_YEARS = "SELECT t.indicator_id, t.year, t.part, t.amount FROM plan_programme p
        JOIN plan_indicator i ON i.region = p.region AND i.programme_id = p.id
        JOIN plan_target t ON t.region = i.region AND t.indicator_id = i.id
        WHERE p.region = $1 AND p.masterplan_id = $2 AND t.year >= $3 AND t.year <= $4
        ORDER BY t.indicator_id, t.year, t.part LIMIT $5";
    pub(crate) SET_TARGET = "INSERT INTO plan_target (region, indicator_id, year, part, amount)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, indicator_id, year, part) DO UPDATE SET amount = excluded.amount";
    pub(crate) DROP_TARGET = "DELETE FROM plan_target
        WHERE region = $1 AND indicator_id = $2 AND year = $3 AND part = $4";
    pub(crate) BUDGET = concat!("SELECT ", budget!(), " FROM plan_budget b
        WHERE b.region = $1 AND b.programme_id = $2 ORDER BY b.year, b.code, b.fund LIMIT $3");
    pub(crate) BUDGET_OF_YEAR = concat!("SELECT ", budget!(), " FROM plan_programme p
        JOIN plan_budget b ON b.region = p.region AND b.programme_id = p.id
        WHERE p.region = $1 AND p.masterplan_id = $2 AND b.year = $3 ORDER BY b.code, b.fund, b.id LIMIT $4");
    pub(crate) BUDGET_SUMS = "SELECT b.programme_id, CAST(SUM(COALESCE(b.ceiling_changed, b.ceiling)) AS BIGINT)
        FROM plan_programme p JOIN plan_budget b ON b.region = p.region AND b.programme_id = p.id
        WHERE p.region = $1 AND p.masterplan_id = $2 AND b.year = $3 GROUP BY b.programme_id LIMIT $4";
    pub(crate) SPENT_SUMS = "SELECT b.programme_id, CAST(SUM(r.amount) AS BIGINT) FROM plan_programme p
        JOIN plan_budget b ON b.region = p.region AND b.programme_id = p.id
        JOIN plan_realised r ON r.region = b.region AND r.budget_id = b.id
        WHERE p.region = $1 AND p.masterplan_id = $2 AND b.year = $3 GROUP BY b.programme_id LIMIT $4";
    pub(crate) REALISED = "SELECT r.budget_id, r.month, r.amount FROM plan_budget b CROSS JOIN plan_realised r
        WHERE b.region = $1 AND b.programme_id = $2 AND r.region = b.region AND r.budget_id = b.id
        ORDER BY r.budget_id, r.month LIMIT $3";
    pub(crate) REALISED_OF_YEAR = "SELECT r.budget_id, r.month, r.amount FROM plan_programme p
        JOIN plan_budget b ON b.region = p.region AND b.programme_id = p.id
        JOIN plan_realised r ON r.region = b.region AND r.budget_id = b.id
        WHERE p.region = $1 AND p.masterplan_id = $2 AND b.year = $3 ORDER BY r.budget_id, r.month LIMIT $4";
    pub(crate) DROP_BUDGET = "DELETE FROM plan_budget WHERE region = $1 AND id = $2";
    pub(crate) SET_REALISED = "INSERT INTO plan_realised (region, budget_id, month, amount) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, budget_id, month) DO UPDATE SET amount = excluded.amount";
}

simpul_store::inserts! {
    pub(crate) INSERT_INDICATOR = "plan_indicator" (id, programme_id, place, name, definition, unit, source, frequency,
        counting, numerator, denominator, baseline, baseline_year, live, library, by_district, responsible);
    pub(crate) INSERT_TARGET = "plan_target" (indicator_id, year, part, amount);
    pub(crate) INSERT_BUDGET = "plan_budget" (id, programme_id, year, code, edition, name, fund, stage, ceiling,
        ceiling_changed, officer_in_charge);
}

/// Most targets, budget lines or months that are read of one programme.
const OF_PROGRAMME_MAX_COUNT: i64 = 5_000;

impl FromRow for Indicator {
    fn from_row(row: &Row) -> Result<Indicator> {
        let (frequency, counting): (String, String) = (row.at(7)?, row.at(8)?);
        Ok(Indicator {
            id: row.at(0)?,
            programme: row.at(1)?,
            place: row.at(2)?,
            name: row.at(3)?,
            definition: row.at(4)?,
            unit: row.at(5)?,
            source: row.at(6)?,
            frequency: named(&frequency, Frequency::parse)?,
            counting: named(&counting, Counting::parse)?,
            numerator: row.at(9)?,
            denominator: row.at(10)?,
            baseline: row.at::<Option<i64>>(11)?.map(Quantity),
            baseline_year: row.at(12)?,
            live: row.at(13)?,
            library: row.at(14)?,
            by_district: row.at(15)?,
            responsible: row.at(16)?,
        })
    }
}

struct TargetOf(Uuid, Target);

impl FromRow for TargetOf {
    fn from_row(row: &Row) -> Result<TargetOf> {
        let part: i64 = row.at(2)?;
        let unknown = || simpul_store::Error::Broken(format!("part {part} of a year"));
        let part = PartOfYear::new(part).ok_or_else(unknown)?;
        Ok(TargetOf(row.at(0)?, Target { year: row.at(1)?, part, amount: Quantity(row.at(3)?) }))
    }
}

impl FromRow for BudgetLine {
    fn from_row(row: &Row) -> Result<BudgetLine> {
        let (fund, stage): (String, String) = (row.at(6)?, row.at(7)?);
        Ok(BudgetLine {
            id: row.at(0)?,
            programme: row.at(1)?,
            year: row.at(2)?,
            code: row.at(3)?,
            edition: row.at(4)?,
            name: row.at(5)?,
            fund: named(&fund, Fund::parse)?,
            stage: named(&stage, Stage::parse)?,
            ceiling: row.at(8)?,
            ceiling_changed: row.at(9)?,
            officer_in_charge: row.at(10)?,
            realised: Vec::new(),
        })
    }
}

fn body_of(one: &Indicator) -> Args {
    args![
        &one.name,
        &one.definition,
        &one.unit,
        &one.source,
        one.frequency.name(),
        one.counting.name(),
        &one.numerator,
        &one.denominator,
        one.baseline.map(|value| value.0),
        one.baseline_year,
        &one.live,
        &one.library,
        one.by_district,
        &one.responsible
    ]
}

/// The indicators of a programme, in their order.
pub async fn of(conn: &mut Conn, programme: Uuid) -> Result<Vec<Indicator>> {
    conn.all(&INDICATORS, args![programme, OF_PROGRAMME_MAX_COUNT]).await
}

/// The indicators of all programmes of a plan.
pub async fn of_plan(conn: &mut Conn, plan: Uuid) -> Result<Vec<Indicator>> {
    conn.all(&INDICATORS_OF_PLAN, args![plan, OF_PLAN_MAX_COUNT]).await
}

/// The indicator of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Indicator>> {
    conn.opt(&INDICATOR, args![id]).await
}

pub(crate) fn insert(tx: &mut Tx, one: &Indicator) {
    let head = args![one.id, one.programme, one.place];
    tx.insert(&INSERT_INDICATOR, Args([head.0, body_of(one).0].concat()));
}

pub(crate) async fn set(tx: &mut Tx, one: &Indicator) -> Result<()> {
    tx.exec(&SET_INDICATOR, Args([args![one.id].0, body_of(one).0].concat())).await.map(drop)
}

pub(crate) async fn drop_one(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.exec(&DROP_INDICATOR, args![id]).await.map(drop)
}

/// The targets of a programme's indicators.
pub async fn targets(conn: &mut Conn, programme: Uuid) -> Result<Vec<(Uuid, Target)>> {
    let rows: Vec<TargetOf> = conn.all(&TARGETS, args![programme, OF_PROGRAMME_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|TargetOf(id, target)| (id, target)).collect())
}

/// The targets of all indicators of a plan, within some years.
pub async fn targets_of_years(conn: &mut Conn, plan: Uuid, (from, to): (i64, i64)) -> Result<Vec<(Uuid, Target)>> {
    let rows: Vec<TargetOf> = conn.all(&TARGETS_OF_YEARS, args![plan, from, to, OF_PLAN_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|TargetOf(id, target)| (id, target)).collect())
}

/// Adds a target to an indicator that has none for that time.
pub(crate) fn insert_target(tx: &mut Tx, indicator: Uuid, target: &Target) {
    tx.insert(&INSERT_TARGET, args![indicator, target.year, target.part.code(), target.amount.0]);
}

/// Sets a target, or takes it back.
pub(crate) async fn set_target(
    tx: &mut Tx,
    indicator: Uuid,
    (year, part): (i64, PartOfYear),
    amount: Option<Quantity>,
) -> Result<()> {
    let done = match amount {
        Some(amount) => tx.exec(&SET_TARGET, args![indicator, year, part.code(), amount.0]).await,
        None => tx.exec(&DROP_TARGET, args![indicator, year, part.code()]).await,
    };
    done.map(drop)
}

fn with_months(mut lines: Vec<BudgetLine>, months: Vec<(Uuid, i64, i64)>) -> Vec<BudgetLine> {
    let places: std::collections::HashMap<Uuid, usize> =
        lines.iter().enumerate().map(|(place, line)| (line.id, place)).collect();
    for (line, month, amount) in months {
        if let Some(line) = places.get(&line).and_then(|place| lines.get_mut(*place)) {
            line.realised.push((month, amount));
        }
    }
    lines
}

/// The budget lines of a programme, of all years.
pub async fn budget(conn: &mut Conn, programme: Uuid) -> Result<Vec<BudgetLine>> {
    let lines = conn.all(&BUDGET, args![programme, OF_PROGRAMME_MAX_COUNT]).await?;
    let months = conn.all(&REALISED, args![programme, OF_PROGRAMME_MAX_COUNT]).await?;
    Ok(with_months(lines, months))
}

/// The budget lines of a plan in one year.
pub async fn budget_of_year(conn: &mut Conn, plan: Uuid, year: i64) -> Result<Vec<BudgetLine>> {
    let lines = conn.all(&BUDGET_OF_YEAR, args![plan, year, OF_PLAN_MAX_COUNT]).await?;
    let months = conn.all(&REALISED_OF_YEAR, args![plan, year, OF_PLAN_MAX_COUNT]).await?;
    Ok(with_months(lines, months))
}

/// Rupiah planned and spent in a year, by programme.
pub async fn money(conn: &mut Conn, plan: Uuid, year: i64) -> Result<Vec<(Uuid, i64, i64)>> {
    let planned: Vec<(Uuid, i64)> = conn.all(&BUDGET_SUMS, args![plan, year, OF_PLAN_MAX_COUNT]).await?;
    let spent: Vec<(Uuid, i64)> = conn.all(&SPENT_SUMS, args![plan, year, OF_PLAN_MAX_COUNT]).await?;
    let spent: std::collections::HashMap<Uuid, i64> = spent.into_iter().collect();
    let of = |(id, planned): (Uuid, i64)| (id, planned, spent.get(&id).copied().unwrap_or_default());
    Ok(planned.into_iter().map(of).collect())
}

/// Writes a budget line; one of the same programme, year, code and fund is written over. Its answer is the line's id.
pub(crate) fn insert_budget(tx: &mut Tx, line: &BudgetLine) {
    let BudgetLine { id, programme, year, code, edition, name, fund, stage, ceiling, ceiling_changed, .. } = line;
    let (fund, stage) = (fund.name(), stage.name());
    let head = args![*id, *programme, *year, code, edition, name, fund, stage, *ceiling, *ceiling_changed];
    tx.insert(&INSERT_BUDGET, Args([head.0, args![&line.officer_in_charge].0].concat()));
}

/// Takes a budget line back, with its months.
pub(crate) async fn drop_budget(tx: &mut Tx, line: Uuid) -> Result<()> {
    tx.exec(&DROP_BUDGET, args![line]).await.map(drop)
}

pub(crate) async fn set_realised(tx: &mut Tx, line: Uuid, month: i64, amount: i64) -> Result<()> {
    tx.exec(&SET_REALISED, args![line, month, amount]).await.map(drop)
}
