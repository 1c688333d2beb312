//! A plan is carried over to the next, in the same words or in others.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::framework::framework;
use super::plan::{PLAN, plan};
use crate::model::carry::{self, Mapping};
use crate::model::framework::{Framework, TermKind};
use crate::model::programme::{self, BODY_MAX_CHARS, NAME_MAX_CHARS, PlanState};
use crate::model::{Indicator, Masterplan, Party, Programme, ProgrammeKind, Target};
use crate::sql;

/// The words of one framework become those of another, and a plan is carried over: a new draft with the strategies, the
/// programmes that are not over, who takes part in them, and what they are measured by, under new codes and in the
/// dimensions that the mapping names. What is told, spent and traced to the old RPJMD stays with the old plan.
#[derive(Debug, Clone)]
pub struct CarryOver {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The plan that is carried over.
    pub plan: Uuid,
    /// The code of the framework that the new one is made in.
    pub framework: String,
    /// What the new one is called.
    pub name: String,
    /// Its years.
    pub years: (i64, i64),
    /// What its words become.
    pub mapping: Mapping,
}

/// What became of a plan that was carried over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The new plan.
    pub plan: Uuid,
    /// So many programmes came along.
    pub programmes: usize,
    /// So many stayed: done, or given up.
    pub over: usize,
    /// So many of those that came along have no dimension in the new framework, and show as missing one.
    pub without_dimension: usize,
}

impl Action for CarryOver {
    type Output = Carried;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Carried> {
        require(ctx, Permission::ManagePlan)?;
        let old = plan(tx, self.plan).await?;
        let to = framework(tx, ctx, &self.framework).await?;
        let into = sql::framework::by_id(tx, to).await?.ok_or(Error::NotFound("framework"))?;
        for (kind, from, here) in &self.mapping.0 {
            if !Mapping::may_become(&into, *kind, here) {
                return Err(Refusal::new("plan.refused.no_term").with("code", here).into());
            }
            sql::framework::set_mapping(tx, old.framework, to, (*kind, from, here)).await?;
        }
        let new = Masterplan {
            id: ctx.new_id(),
            framework: to,
            name: words::clean_line("name", &self.name, NAME_MAX_CHARS, true)?,
            years: programme::years(self.years.0, self.years.1)?,
            edition: String::new(),
            legal_basis: String::new(),
            state: PlanState::Draft,
            replaces: Some(old.id),
            version: 1,
            ..old.clone()
        };
        sql::plan::insert(tx, &new, ctx.now());
        let strategies = sql::plan::strategies(tx, old.id).await?;
        for (dimension, body) in self.mapping.strategies(&into, &strategies) {
            let body = words::clean_text("strategy", &body, BODY_MAX_CHARS, false)?;
            sql::plan::set_strategy(tx, new.id, &dimension, &body).await?;
        }
        let carried = self.programmes(tx, ctx, &old, &new, &into).await?;
        let body = json!({ "from": old.id, "programmes": carried.programmes });
        tx.journal(ctx, PLAN, new.id, "plan.carried_over", body);
        Ok(carried)
    }
}

impl CarryOver {
    async fn programmes(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        old: &Masterplan,
        new: &Masterplan,
        into: &Framework,
    ) -> Result<Carried> {
        let all = sql::plan::programmes(tx, old.id).await?;
        let count = all.len();
        let programmes: Vec<Programme> = all.into_iter().filter(carry::goes_on).collect();
        let ids: HashMap<Uuid, Uuid> = programmes.iter().map(|one| (one.id, ctx.new_id())).collect();
        let measures = Measures::of(tx, old, new.years).await?;
        let mut serials: HashMap<ProgrammeKind, u32> = HashMap::new();
        let mut without_dimension = 0;
        // Programmes first, so that what is a part of one finds it.
        let (heads, parts): (Vec<&Programme>, Vec<&Programme>) =
            programmes.iter().partition(|one| one.parent.is_none());
        for one in heads.into_iter().chain(parts) {
            let (dimension, subdimension) = self.mapping.place(into, &one.dimension, &one.subdimension);
            without_dimension += usize::from(dimension.is_empty());
            let serial = serials.entry(one.kind).or_default();
            *serial += 1;
            let carried = Programme {
                id: ids.get(&one.id).copied().unwrap_or_else(|| ctx.new_id()),
                masterplan: new.id,
                code: carried_code(tx, one.kind, new.years.0, serial).await?,
                parent: one.parent.and_then(|parent| ids.get(&parent).copied()),
                dimension,
                subdimension,
                horizon: self.mapping.becomes(into, TermKind::Horizon, &one.horizon),
                family: self.mapping.becomes(into, TermKind::Family, &one.family),
                years: carry::years_within(one.years, new.years),
                version: 1,
                ..one.clone()
            };
            sql::plan::insert_programme(tx, &carried, ctx.now());
            for (field, body) in sql::plan::texts(tx, one.id).await? {
                sql::plan::insert_text(tx, carried.id, field, &body);
            }
            for party in sql::plan::parties(tx, one.id).await? {
                sql::plan::insert_party(tx, carried.id, &Party { id: ctx.new_id(), ..party });
            }
            measures.carry(tx, ctx, one.id, carried.id);
        }
        let programmes = programmes.len();
        Ok(Carried { plan: new.id, programmes, over: count - programmes, without_dimension })
    }
}

/// What a plan is measured by, and the targets that lie in the years of the next one.
struct Measures {
    indicators: BTreeMap<Uuid, Vec<Indicator>>,
    targets: BTreeMap<Uuid, Vec<Target>>,
}

impl Measures {
    async fn of(tx: &mut Tx, old: &Masterplan, years: (i64, i64)) -> Result<Measures> {
        let mut indicators: BTreeMap<Uuid, Vec<Indicator>> = BTreeMap::new();
        for one in sql::indicator::of_plan(tx, old.id).await? {
            indicators.entry(one.programme).or_default().push(one);
        }
        let mut targets: BTreeMap<Uuid, Vec<Target>> = BTreeMap::new();
        for (of, target) in sql::indicator::targets_of_years(tx, old.id, years).await? {
            targets.entry(of).or_default().push(target);
        }
        Ok(Measures { indicators, targets })
    }

    fn carry(&self, tx: &mut Tx, ctx: &Ctx, from: Uuid, to: Uuid) {
        for one in self.indicators.get(&from).into_iter().flatten() {
            let new = Indicator { id: ctx.new_id(), programme: to, ..one.clone() };
            sql::indicator::insert(tx, &new);
            for target in self.targets.get(&one.id).into_iter().flatten() {
                sql::indicator::insert_target(tx, new.id, target);
            }
        }
    }
}

/// The next code that nobody has, from `serial` on.
async fn carried_code(tx: &mut Tx, kind: ProgrammeKind, year: i64, serial: &mut u32) -> Result<String> {
    loop {
        let code = format!("{}-{year}-{:02}", kind.prefix(), *serial);
        if sql::plan::programme_by_code(tx, &code).await?.is_none() {
            return Ok(code);
        }
        *serial += 1;
    }
}
