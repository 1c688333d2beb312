//! Indicators, targets and budget lines are written.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, FigureKey, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::plan::{Over, PROGRAMME, log_of, log_why, programme};
use crate::model::budget::{self, BUDGET_CODE_MAX_CHARS, RUPIAH_MAX};
use crate::model::indicator::{self, INDICATORS_MAX_COUNT, UNIT_MAX_CHARS};
use crate::model::programme::{BODY_MAX_CHARS, NAME_MAX_CHARS, YEAR_FIRST, YEAR_LAST};
use crate::model::{BudgetLine, Indicator, PartOfYear, Quantity, Target};
use crate::sql;

/// Most targets that are set at once.
const TARGETS_MAX_COUNT: usize = 200;

/// Writes an indicator: a new one, or one that is there. Its answer is its id.
#[derive(Debug, Clone)]
pub struct SaveIndicator {
    /// Makes a retry safe.
    pub key: Uuid,
    /// As it was typed; the id is nil for a new one.
    pub indicator: Indicator,
    /// What is said where it is there already.
    pub over: Over,
}

impl Action for SaveIndicator {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        let about = programme(tx, self.indicator.programme).await?;
        let known = sql::indicator::of(tx, about.id).await?;
        let is_new = self.indicator.id.is_nil();
        let id = if is_new { ctx.new_id() } else { self.indicator.id };
        let one = self.cleaned(id, i64::try_from(known.len()).unwrap_or_default())?;
        indicator::check(&one)?;
        if is_new && known.len() >= INDICATORS_MAX_COUNT {
            return Err(Refusal::new("plan.refused.indicators_full").into());
        }
        if is_new {
            sql::indicator::insert(tx, &one);
            log_of(tx, ctx, one.programme, ("plan.log.indicator", &one.name)).await?;
        } else {
            let before = known.iter().find(|other| other.id == id).ok_or(Error::NotFound("indicator"))?;
            self.over.must_be(before)?;
            sql::indicator::set(tx, &one).await?;
            let told = before.changes(&one);
            if !told.is_empty() {
                let told = format!("{}: {}", before.name, told.join("; "));
                log_why(tx, ctx, &about, ("plan.log.indicator", &self.over.why, &told)).await?;
            }
        }
        let body = json!({ "indicator": id, "new": is_new, "counting": one.counting.name(), "live": one.live });
        tx.journal(ctx, PROGRAMME, one.programme, "programme.indicator_set", body);
        Ok(id)
    }
}

impl SaveIndicator {
    /// One that is new.
    pub fn new(key: Uuid, indicator: Indicator) -> SaveIndicator {
        SaveIndicator { key, indicator, over: Over::default() }
    }

    fn cleaned(&self, id: Uuid, place: i64) -> Result<Indicator, Refusal> {
        let one = &self.indicator;
        Ok(Indicator {
            id,
            place,
            name: words::clean_line("name", &one.name, NAME_MAX_CHARS, true)?,
            definition: words::clean_text("definition", &one.definition, BODY_MAX_CHARS, false)?,
            unit: words::clean_line("unit", &one.unit, UNIT_MAX_CHARS, true)?,
            source: words::clean_line("source", &one.source, LINE_MAX_CHARS, false)?,
            numerator: words::clean_line("numerator", &one.numerator, LINE_MAX_CHARS, false)?,
            denominator: words::clean_line("denominator", &one.denominator, LINE_MAX_CHARS, false)?,
            live: live(&one.live)?,
            responsible: words::clean_line("responsible", &one.responsible, LINE_MAX_CHARS, false)?,
            library: words::clean_line("library", &one.library, LINE_MAX_CHARS, false)?,
            ..one.clone()
        })
    }
}

/// The key of a figure as it is written; empty where an agency tells the value. Whether a room counts it, the page has
/// asked.
fn live(text: &str) -> Result<String, Refusal> {
    match text.trim() {
        "" => Ok(String::new()),
        key => match FigureKey::parse(key) {
            Ok(key) => Ok(key.to_string()),
            Err(why) => Err(Refusal { field: Some("figure"), ..why }),
        },
    }
}

/// An indicator is given up, with its targets and values.
#[derive(Debug, Clone)]
pub struct DropIndicator {
    /// Which.
    pub indicator: Uuid,
    /// What is said of it.
    pub over: Over,
}

impl Action for DropIndicator {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let one = sql::indicator::by_id(tx, self.indicator).await?.ok_or(Error::NotFound("indicator"))?;
        let told = sql::progress::values_of_programme(tx, one.programme).await?;
        if told.iter().any(|value| value.indicator == one.id && value.state.is_handed_in()) {
            return Err(Refusal::new("plan.refused.indicator_told").into());
        }
        self.over.must_be(&one)?;
        let about = programme(tx, one.programme).await?;
        sql::indicator::drop_one(tx, one.id).await?;
        log_why(tx, ctx, &about, ("plan.log.indicator_dropped", &self.over.why, &one.name)).await?;
        tx.journal(ctx, PROGRAMME, one.programme, "programme.indicator_dropped", json!({ "indicator": one.id }));
        Ok(())
    }
}

/// Sets the targets of an indicator: its trajectory.
#[derive(Debug, Clone)]
pub struct SetTargets {
    /// The indicator.
    pub indicator: Uuid,
    /// Year, part of it, and how much; none takes the target back.
    pub targets: Vec<(i64, PartOfYear, Option<Quantity>)>,
    /// Why, where a target of the plan in force becomes another: nobody moves the goal without a word.
    pub why: String,
}

impl Action for SetTargets {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let one = sql::indicator::by_id(tx, self.indicator).await?.ok_or(Error::NotFound("indicator"))?;
        if self.targets.len() > TARGETS_MAX_COUNT {
            return Err(Refusal::new("plan.refused.targets_full").into());
        }
        let standing = sql::indicator::targets(tx, one.programme).await?;
        let mut moved = Vec::new();
        for (year, part, amount) in &self.targets {
            if !(YEAR_FIRST..=YEAR_LAST).contains(year) {
                return Err(Refusal::field("year", "plan.refused.years").into());
            }
            let same = |(id, target): &&(Uuid, Target)| *id == one.id && (target.year, target.part) == (*year, *part);
            let before = standing.iter().find(same).map(|(_, target)| target.amount);
            if before == *amount {
                continue;
            }
            sql::indicator::set_target(tx, one.id, (*year, *part), *amount).await?;
            moved.extend(before.map(|before| shown_move(*year, *part, (before, *amount))));
        }
        if !moved.is_empty() {
            let about = programme(tx, one.programme).await?;
            let told = format!("{}: {}", one.name, moved.join("; "));
            log_why(tx, ctx, &about, ("plan.log.targets", &self.why, &told)).await?;
        }
        let body = json!({ "indicator": one.id, "targets": self.targets.len() });
        tx.journal(ctx, PROGRAMME, one.programme, "programme.targets_set", body);
        Ok(())
    }
}

/// How the log tells of a target that moved: `2026-Q2 100 → 40`.
fn shown_move(year: i64, part: PartOfYear, (before, after): (Quantity, Option<Quantity>)) -> String {
    let part = if part == PartOfYear::YEAR { String::new() } else { format!("-{}", part.code()) };
    format!("{year}{part} {} → {}", before.plain(), after.map_or_else(|| "–".to_owned(), Quantity::plain))
}

/// The targets of an indicator as [`SetTargets`] takes them.
pub fn as_set(targets: &[Target]) -> Vec<(i64, PartOfYear, Option<Quantity>)> {
    targets.iter().map(|target| (target.year, target.part, Some(target.amount))).collect()
}

/// Writes a budget line with what was spent by month: a new one, or, where its id is that of one that is there, that
/// one whole. There is one line of a programme, year, code and fund.
#[derive(Debug, Clone)]
pub struct SaveBudget {
    /// The line; its code is read by [`budget::budget_code`], and its id is nil for a new one.
    pub line: BudgetLine,
    /// What is said where it is there already. What was spent is told every month and needs no reason.
    pub over: Over,
}

impl SaveBudget {
    /// One that is new.
    pub fn new(line: BudgetLine) -> SaveBudget {
        SaveBudget { line, over: Over::default() }
    }
}

impl Action for SaveBudget {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        let about = programme(tx, self.line.programme).await?;
        let line = &self.line;
        let amounts = line.realised.iter().map(|(_, amount)| *amount);
        let amounts = amounts.chain([line.ceiling]).chain(line.ceiling_changed);
        if amounts.into_iter().any(|amount| !(0..=RUPIAH_MAX).contains(&amount)) {
            return Err(Refusal::field("ceiling", "plan.refused.rupiah_range").into());
        }
        if line.realised.iter().any(|(month, _)| !(1..=12).contains(month)) {
            return Err(Refusal::field("month", "plan.refused.month").into());
        }
        if !(YEAR_FIRST..=YEAR_LAST).contains(&line.year) {
            return Err(Refusal::field("year", "plan.refused.years").into());
        }
        let before = sql::indicator::budget(tx, line.programme).await?;
        let is_new = line.id.is_nil();
        let old = before.iter().find(|known| known.id == line.id);
        match old {
            None if !is_new => return Err(Error::NotFound("budget line")),
            Some(old) => self.over.must_be(old)?,
            None => {}
        }
        let clean = BudgetLine {
            id: if is_new { ctx.new_id() } else { line.id },
            code: budget::budget_code(&line.code)?.code,
            edition: words::clean_line("edition", &line.edition, BUDGET_CODE_MAX_CHARS, false)?,
            name: words::clean_line("name", &line.name, NAME_MAX_CHARS, true)?,
            officer_in_charge: words::clean_line("officer_in_charge", &line.officer_in_charge, LINE_MAX_CHARS, false)?,
            ..line.clone()
        };
        let same = |known: &BudgetLine| {
            (known.year, &known.code, known.fund) == (clean.year, &clean.code, clean.fund) && known.id != clean.id
        };
        if before.iter().any(same) {
            return Err(Refusal::field("code", "plan.refused.budget_there").with("code", &clean.code).into());
        }
        if !is_new {
            // What stood in it is in the form that comes back: the line is written whole.
            sql::indicator::drop_budget(tx, clean.id).await?;
        }
        sql::indicator::insert_budget(tx, &clean);
        for (month, amount) in &clean.realised {
            sql::indicator::set_realised(tx, clean.id, *month, *amount).await?;
        }
        match old.map(|old| old.changes(&clean)).filter(|told| !told.is_empty()) {
            Some(told) => {
                let told = format!("{} {}: {}", clean.year, clean.code, told.join("; "));
                log_why(tx, ctx, &about, ("plan.log.budget", &self.over.why, &told)).await?;
            }
            None => {
                let told = format!("{} {}: {}", clean.year, clean.code, budget::rupiah_text(clean.ceiling_now()));
                log_of(tx, ctx, clean.programme, ("plan.log.budget", &told)).await?;
            }
        }
        let body = json!({ "line": clean.id, "year": clean.year, "code": clean.code, "fund": clean.fund.name() });
        tx.journal(ctx, PROGRAMME, clean.programme, "programme.budget_set", body);
        Ok(clean.id)
    }
}

/// A budget line is taken back, with what was spent of it.
#[derive(Debug, Clone)]
pub struct DropBudget {
    /// Of which programme.
    pub programme: Uuid,
    /// The line.
    pub line: Uuid,
    /// What is said of it.
    pub over: Over,
}

impl Action for DropBudget {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let known = sql::indicator::budget(tx, self.programme).await?;
        let line = known.iter().find(|line| line.id == self.line).ok_or(Error::NotFound("budget line"))?;
        self.over.must_be(line)?;
        let about = programme(tx, self.programme).await?;
        sql::indicator::drop_budget(tx, line.id).await?;
        let told = format!("{} {}: {} → –", line.year, line.code, budget::rupiah_text(line.ceiling_now()));
        log_why(tx, ctx, &about, ("plan.log.budget", &self.over.why, &told)).await?;
        tx.journal(ctx, PROGRAMME, self.programme, "programme.budget_dropped", json!({ "line": line.id }));
        Ok(())
    }
}
