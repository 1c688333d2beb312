//! Targets and money come from a form.

use std::collections::BTreeSet;

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::indicator::{SaveBudget, SaveIndicator, SetTargets};
use super::plan::{Over, plan};
use crate::form_file::{Aim, FormFile, FormMoney, FormRow};
use crate::forms::{Gathered, gather};
use crate::model::form::{FormKind, FormSpan};
use crate::model::{BudgetLine, Indicator, PartOfYear, Programme, Stage};
use crate::sql;

/// What became of a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FormDone {
    /// Indicators that were not there.
    pub new: usize,
    /// Indicators whose unit, baseline or targets were other.
    pub changed: usize,
    /// Budget lines whose ceiling or whose spending was other.
    pub lines: usize,
    /// Rows whose budget code was spelt otherwise and was put right.
    pub mended: usize,
}

/// Takes a form: indicators by their names, targets by year, money by code, source and year. What a cell leaves empty
/// stays as it is; all rows are taken or none. Results are not taken but must be those that stand: they come from what
/// agencies report, the secretariat checks and proofs stand behind.
#[derive(Debug, Clone)]
pub struct ImportForm {
    /// The plan.
    pub plan: Uuid,
    /// What was read.
    pub file: FormFile,
}

impl Action for ImportForm {
    type Output = FormDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<FormDone> {
        require(ctx, Permission::ManagePlan)?;
        let plan = plan(tx, self.plan).await?;
        let programmes = sql::plan::programmes(tx, self.plan).await?;
        let gathered = gather(tx, &plan, plan.years.0).await?;
        let (kind, rows) = (self.file.kind, &self.file.rows);
        let mut done = FormDone::default();
        for row in rows {
            let found = programmes.iter().find(|one| one.code.eq_ignore_ascii_case(&row.programme));
            let Some(programme) = found else {
                return Err(refused(row, "plan.form.no_programme").with("code", &row.programme).into());
            };
            if let Some(aim) = &row.aim {
                check_results(row, aim, (programme, &gathered))?;
                take_aim(tx, ctx, (programme, kind, aim), &mut done).await?;
            }
            if let Some(money) = &row.money {
                done.mended += usize::from(money.mended);
                take_money(tx, ctx, (programme, kind, row, money), &mut done).await?;
            }
        }
        let body = json!({
            "form": kind.name(), "rows": rows.len(), "new": done.new, "changed": done.changed, "lines": done.lines
        });
        tx.journal(ctx, super::plan::PLAN, self.plan, "plan.form_taken", body);
        Ok(done)
    }
}

/// Why something became another: the planning office's own form says so.
fn over(kind: FormKind) -> Over {
    Over { seen: String::new(), why: kind.title().to_owned() }
}

fn refused(row: &FormRow, key: &'static str) -> Refusal {
    Refusal::field("file", key).with("line", row.line.to_string())
}

/// A span for people: a year, or a quarter of one.
fn span_name(span: FormSpan) -> String {
    match span {
        FormSpan::Year(year) => year.to_string(),
        FormSpan::Quarter(year, quarter) => format!("{year}/{quarter}"),
    }
}

fn check_results(row: &FormRow, aim: &Aim, (programme, gathered): (&Programme, &Gathered)) -> Result<()> {
    let known = gathered.indicator(programme.id, &aim.name);
    let stands = |span: FormSpan| known.and_then(|known| gathered.result(known, span));
    match aim.results.iter().find(|(span, amount)| stands(*span) != Some(*amount)) {
        Some((span, _)) => {
            Err(refused(row, "plan.form.result").with("name", &aim.name).with("span", span_name(*span)).into())
        }
        None => Ok(()),
    }
}

async fn take_aim(
    tx: &mut Tx,
    ctx: &Ctx,
    (programme, kind, aim): (&Programme, FormKind, &Aim),
    done: &mut FormDone,
) -> Result<()> {
    let known = sql::indicator::of(tx, programme.id).await?;
    let same = known.into_iter().find(|one| one.name.eq_ignore_ascii_case(&aim.name));
    let is_new = same.is_none();
    // How an indicator is counted that a form names and the plan does not have, is for the planner to settle.
    let before = same.unwrap_or_else(|| Indicator::new(programme.id, &aim.name, &aim.unit));
    let after = Indicator { unit: aim.unit.clone(), baseline: aim.baseline.or(before.baseline), ..before.clone() };
    let mut indicator = before.id;
    let is_other = is_new || after != before;
    if is_other {
        indicator = SaveIndicator { key: ctx.new_id(), indicator: after, over: over(kind) }.apply(tx, ctx).await?;
    }
    let standing = sql::indicator::targets(tx, programme.id).await?;
    let stands = |year: i64| {
        let own = standing.iter().filter(|(id, target)| *id == indicator && target.part == PartOfYear::YEAR);
        own.map(|(_, target)| target).find(|target| target.year == year).map(|target| target.amount)
    };
    let other: Vec<_> = aim.targets.iter().filter(|(year, amount)| stands(*year) != Some(*amount)).collect();
    done.new += usize::from(is_new);
    done.changed += usize::from(!is_new && (is_other || !other.is_empty()));
    if other.is_empty() {
        return Ok(());
    }
    let targets = other.into_iter().map(|(year, amount)| (*year, PartOfYear::YEAR, Some(*amount))).collect();
    SetTargets { indicator, targets, why: over(kind).why }.apply(tx, ctx).await
}

async fn take_money(
    tx: &mut Tx,
    ctx: &Ctx,
    (programme, kind, row, money): (&Programme, FormKind, &FormRow, &FormMoney),
    done: &mut FormDone,
) -> Result<()> {
    let known = sql::indicator::budget(tx, programme.id).await?;
    let years = money.ceilings.iter().map(|(year, _)| *year).chain(money.spent.iter().map(|(span, _)| span.year()));
    for year in years.collect::<BTreeSet<i64>>() {
        let same = |line: &&BudgetLine| (line.year, line.fund) == (year, money.fund) && line.code == money.code;
        let before = known.iter().find(same);
        let ceiling = money.ceilings.iter().find(|(of, _)| *of == year).map(|(_, rupiah)| *rupiah);
        let Some(mut line) = with_ceiling(before, (programme, kind, money), (year, ceiling)) else {
            if money.spent.iter().any(|(span, rupiah)| span.year() == year && *rupiah > 0) {
                return Err(refused(row, "plan.form.no_ceiling").with("year", year.to_string()).into());
            }
            continue;
        };
        for (span, rupiah) in money.spent.iter().filter(|(span, _)| span.year() == year) {
            if !spend(&mut line, *span, *rupiah) {
                return Err(refused(row, "plan.form.by_month").with("span", span_name(*span)).into());
            }
        }
        if before != Some(&line) {
            SaveBudget { line, over: over(kind) }.apply(tx, ctx).await?;
            done.lines += 1;
        }
    }
    Ok(())
}

/// The line with the ceiling that the form has for it; none where neither of both is there.
fn with_ceiling(
    before: Option<&BudgetLine>,
    (programme, kind, money): (&Programme, FormKind, &FormMoney),
    (year, ceiling): (i64, Option<i64>),
) -> Option<BudgetLine> {
    match (before, ceiling) {
        (Some(line), None) => Some(line.clone()),
        (Some(line), Some(ceiling)) if kind == FormKind::Tc14 => Some(BudgetLine { ceiling, ..line.clone() }),
        (Some(line), Some(ceiling)) if line.ceiling_now() == ceiling => Some(line.clone()),
        (Some(line), Some(ceiling)) => {
            Some(BudgetLine { ceiling_changed: Some(ceiling).filter(|now| *now != line.ceiling), ..line.clone() })
        }
        (None, Some(ceiling)) => Some(BudgetLine {
            id: Uuid::nil(),
            programme: programme.id,
            year,
            code: money.code.clone(),
            edition: String::new(),
            name: programme.name.clone(),
            fund: money.fund,
            stage: Stage::Rkpd,
            ceiling,
            ceiling_changed: None,
            officer_in_charge: String::new(),
            realised: Vec::new(),
        }),
        (None, None) => None,
    }
}

/// Sets what was spent in a span: in its last month where nothing was told of it yet. Months that were told are more
/// than a sum, which does not say in which of them it is other: then it says no.
fn spend(line: &mut BudgetLine, span: FormSpan, rupiah: i64) -> bool {
    let (first, last) = span.months();
    let told: Vec<i64> =
        line.realised.iter().filter(|(month, _)| (first..=last).contains(month)).map(|(_, one)| *one).collect();
    if told.iter().sum::<i64>() == rupiah {
        return true;
    }
    if told.is_empty() {
        line.realised.push((last, rupiah));
        line.realised.sort_unstable();
    }
    told.is_empty()
}
