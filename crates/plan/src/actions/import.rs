//! Programmes come from a file.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::Ctx;
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::plan::{agency, free_code, plan};
use crate::model::draft::Draft;
use crate::model::framework::TermKind;
use crate::model::programme::{self, PlanState};
use crate::model::{Field, Masterplan, Part, Party, Programme, ProgrammeKind, ProgrammeState};
use crate::sql;

/// The horizon of a quick win, where the framework has it.
const QUICK_WIN: &str = "quick_win";

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// New programmes, by their codes.
    pub new: Vec<String>,
    /// Programmes of the same name, in years that touch, that stood there already, and were left as they are.
    pub known: usize,
}

/// Adds the quick wins that a file tells of. One of the same name in years that touch is there already and is left
/// alone, so that the same file twice is the same as once.
#[derive(Debug, Clone)]
pub struct ImportDrafts {
    /// The plan.
    pub plan: Uuid,
    /// What the file tells.
    pub drafts: Vec<Draft>,
}

impl Action for ImportDrafts {
    type Output = Imported;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Imported> {
        require(ctx, Permission::ManagePlan)?;
        let plan = plan(tx, self.plan).await?;
        let framework = sql::framework::by_id(tx, plan.framework).await?;
        let horizon = framework.is_some_and(|framework| framework.term(TermKind::Horizon, QUICK_WIN).is_some());
        let mut known: Vec<(String, (i64, i64))> = sql::plan::programmes(tx, self.plan)
            .await?
            .into_iter()
            .map(|one| (one.name.to_lowercase(), one.years))
            .collect();
        let mut done = Imported::default();
        for draft in &self.drafts {
            let same = (draft.name.to_lowercase(), draft.years);
            if known.iter().any(|known| is_known(known, &same)) {
                done.known += 1;
                continue;
            }
            known.push(same);
            done.new.push(self.add(tx, ctx, draft, if horizon { QUICK_WIN } else { "" }).await?);
        }
        let body = json!({ "new": done.new.len(), "known": done.known });
        tx.journal(ctx, super::plan::PLAN, self.plan, "plan.imported", body);
        Ok(done)
    }
}

/// Whether a programme is the one of a file: of the same name, and their years touch. A file tells of the year in which
/// a quick win was agreed; the plan may let it run longer.
fn is_known((name, years): &(String, (i64, i64)), (other, span): &(String, (i64, i64))) -> bool {
    name == other && years.0 <= span.1 && span.0 <= years.1
}

impl ImportDrafts {
    async fn add(&self, tx: &mut Tx, ctx: &Ctx, draft: &Draft, horizon: &str) -> Result<String> {
        let owner = agency(tx, "agency", &draft.agency).await;
        // The file was read against the region's agencies; one that was closed since is kept as text.
        let owner = owner.or_else(|error| if error.is_passing() { Err(error) } else { Ok(None) })?;
        let kind = draft.kind.unwrap_or(ProgrammeKind::QuickWin);
        let is_free = !draft.code.is_empty() && sql::plan::programme_by_code(tx, &draft.code).await?.is_none();
        let code = if is_free { draft.code.clone() } else { free_code(tx, kind, draft.years.0).await? };
        let horizon = if kind == ProgrammeKind::QuickWin { horizon } else { "" };
        let new = Programme {
            code,
            state: draft.state.unwrap_or(ProgrammeState::Planned),
            name: draft.name.clone(),
            summary: draft.summary.clone(),
            dimension: draft.dimension.clone(),
            inferred: draft.inferred,
            horizon: horizon.to_owned(),
            years: draft.years,
            agency: owner,
            agency_text: draft.agency_text.clone(),
            source: draft.source.clone(),
            ..Programme::new(ctx.new_id(), self.plan, kind)
        };
        sql::plan::insert_programme(tx, &new, ctx.now());
        if !draft.earlier_report.is_empty() {
            sql::plan::insert_text(tx, new.id, Field::EarlierReport, &draft.earlier_report);
        }
        for name in &draft.partners {
            let (id, name) = (ctx.new_id(), name.clone());
            let party = Party { id, part: Part::Partner, agency: None, name, duty: String::new() };
            sql::plan::insert_party(tx, new.id, &party);
        }
        tx.journal(
            ctx,
            super::plan::PROGRAMME,
            new.id,
            "programme.added",
            json!({ "code": new.code, "agency": owner }),
        );
        Ok(new.code)
    }
}

/// The name of a plan that is made for a file, until somebody writes its own.
const USUAL_NAME: &str = "Masterplan Smart City";
/// The framework that such a plan is made in.
const USUAL_FRAMEWORK: &str = "enam-dimensi";

/// Answers the plan in force; a region that has none gets one, so that a file finds where to go.
#[derive(Debug, Clone)]
pub struct EnsurePlan {
    /// The years of the new one.
    pub years: (i64, i64),
}

impl Action for EnsurePlan {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        if let Some(plan) = sql::plan::in_force(tx).await? {
            return Ok(plan.id);
        }
        let framework = super::framework::framework(tx, ctx, USUAL_FRAMEWORK).await?;
        let plan = Masterplan {
            id: ctx.new_id(),
            framework,
            name: USUAL_NAME.to_owned(),
            edition: String::new(),
            legal_basis: String::new(),
            vision: String::new(),
            years: programme::years(self.years.0, self.years.1)?,
            state: PlanState::InForce,
            replaces: None,
            version: 1,
        };
        sql::plan::insert(tx, &plan, ctx.now());
        tx.journal(
            ctx,
            super::plan::PLAN,
            plan.id,
            "plan.started",
            json!({ "from": plan.years.0, "to": plan.years.1 }),
        );
        tx.journal(ctx, super::plan::PLAN, plan.id, "plan.in_force", json!({ "replaces": null }));
        Ok(plan.id)
    }
}
