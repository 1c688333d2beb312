//! Targets and ceilings come from a form.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::indicator::{SaveBudget, SaveIndicator, SetTargets};
use super::plan::plan;
use crate::forms::{Aim, FormMoney, FormRow};
use crate::model::{BudgetLine, Indicator, PartOfYear, Programme, Stage};
use crate::sql;

/// What became of a form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FormDone {
    /// Indicators that were not there.
    pub new: usize,
    /// Indicators whose unit, baseline or targets were other.
    pub changed: usize,
    /// Ceilings that were other.
    pub ceilings: usize,
}

/// Takes T-C.14: indicators by their names, targets by year, ceilings by code, source and year. What a cell leaves
/// empty stays as it is; all rows are taken or none.
#[derive(Debug, Clone)]
pub struct ImportForm {
    /// The plan.
    pub plan: Uuid,
    /// The rows.
    pub rows: Vec<FormRow>,
}

impl Action for ImportForm {
    type Output = FormDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<FormDone> {
        require(ctx, Permission::ManagePlan)?;
        plan(tx, self.plan).await?;
        let programmes = sql::plan::programmes(tx, self.plan).await?;
        let mut done = FormDone::default();
        for row in &self.rows {
            let found = programmes.iter().find(|one| one.code.eq_ignore_ascii_case(&row.programme));
            let Some(programme) = found else {
                let refusal = Refusal::field("file", "plan.form.no_programme").with("line", row.line.to_string());
                return Err(refusal.with("code", &row.programme).into());
            };
            if let Some(aim) = &row.aim {
                take_aim(tx, ctx, (programme, aim), &mut done).await?;
            }
            if let Some(money) = &row.money {
                take_money(tx, ctx, (programme, money), &mut done).await?;
            }
        }
        let body =
            json!({ "rows": self.rows.len(), "new": done.new, "changed": done.changed, "ceilings": done.ceilings });
        tx.journal(ctx, super::plan::PLAN, self.plan, "plan.form_taken", body);
        Ok(done)
    }
}

/// Why a target became another: the planning office's own form says so.
const FORM_WHY: &str = "T-C.14";

async fn take_aim(tx: &mut Tx, ctx: &Ctx, (programme, aim): (&Programme, &Aim), done: &mut FormDone) -> Result<()> {
    let known = sql::indicator::of(tx, programme.id).await?;
    let same = known.into_iter().find(|one| one.name.eq_ignore_ascii_case(&aim.name));
    let is_new = same.is_none();
    // How an indicator is counted that a form names and the plan does not have, is for the planner to settle.
    let before = same.unwrap_or_else(|| Indicator::new(programme.id, &aim.name, &aim.unit));
    let after = Indicator { unit: aim.unit.clone(), baseline: aim.baseline.or(before.baseline), ..before.clone() };
    let mut indicator = before.id;
    let is_other = is_new || after != before;
    if is_other {
        indicator = SaveIndicator { key: ctx.new_id(), indicator: after }.apply(tx, ctx).await?;
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
    let why = FORM_WHY.to_owned();
    SetTargets { indicator, targets, why }.apply(tx, ctx).await
}

async fn take_money(
    tx: &mut Tx,
    ctx: &Ctx,
    (programme, money): (&Programme, &FormMoney),
    done: &mut FormDone,
) -> Result<()> {
    let known = sql::indicator::budget(tx, programme.id).await?;
    for (year, ceiling) in &money.ceilings {
        let same = |line: &&BudgetLine| (line.year, line.fund) == (*year, money.fund) && line.code == money.code;
        let before = known.iter().find(same);
        if before.is_some_and(|line| line.ceiling == *ceiling) {
            continue;
        }
        let line = match before {
            Some(line) => BudgetLine { ceiling: *ceiling, ..line.clone() },
            None => BudgetLine {
                id: Uuid::nil(),
                programme: programme.id,
                year: *year,
                code: money.code.clone(),
                edition: String::new(),
                name: programme.name.clone(),
                fund: money.fund,
                stage: Stage::Rkpd,
                ceiling: *ceiling,
                ceiling_changed: None,
                officer_in_charge: String::new(),
                realised: Vec::new(),
            },
        };
        SaveBudget { line }.apply(tx, ctx).await?;
        done.ceilings += 1;
    }
    Ok(())
}
