//! Frameworks come into a region, and plans are carried from one to the next.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use crate::model::framework::{Framework, SHIPPED, TermKind};
use crate::model::programme::{self, NAME_MAX_CHARS, PlanState};
use crate::model::{Masterplan, Party, Programme, ProgrammeKind};
use crate::sql;

/// What the journal calls a framework.
pub const FRAMEWORK: &str = "plan_framework";

/// Puts a framework that comes with Simpul into the region, if it is not there. Its answer is the framework's id.
#[derive(Debug, Clone)]
pub struct SeedFramework {
    /// Which one.
    pub code: String,
}

impl Action for SeedFramework {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        framework(tx, ctx, &self.code).await
    }
}

/// The framework of a code; one that comes with Simpul is put into the region.
pub(crate) async fn framework(tx: &mut Tx, ctx: &Ctx, code: &str) -> Result<Uuid> {
    if let Some(known) = sql::framework::by_code(tx, code).await? {
        return Ok(known.id);
    }
    let shipped = SHIPPED.iter().find(|one| one.code == code);
    let shipped = shipped.ok_or_else(|| Refusal::new("plan.refused.no_framework").with("code", code))?;
    let framework = Framework {
        id: ctx.new_id(),
        code: shipped.code.to_owned(),
        name: shipped.name.to_owned(),
        source: shipped.source.to_owned(),
        terms: shipped.terms(),
    };
    sql::framework::insert(tx, &framework, ctx.now());
    let body = json!({ "code": framework.code, "terms": framework.terms.len() });
    tx.journal(ctx, FRAMEWORK, framework.id, "plan.framework_added", body);
    Ok(framework.id)
}

/// The words of one framework become those of another, and a plan is carried over: a new draft with the same
/// programmes, under new codes, in the dimensions that the mapping names. What the mapping does not name keeps no
/// dimension, and shows as missing one.
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
    /// What a word becomes: kind, code there, code here.
    pub mapping: Vec<(TermKind, String, String)>,
}

/// What became of a plan that was carried over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The new plan.
    pub plan: Uuid,
    /// So many programmes came along.
    pub programmes: usize,
    /// So many of them have no dimension in the new framework.
    pub without_dimension: usize,
}

impl Action for CarryOver {
    type Output = Carried;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Carried> {
        require(ctx, Permission::ManagePlan)?;
        let old = super::plan::plan(tx, self.plan).await?;
        let to = framework(tx, ctx, &self.framework).await?;
        let into = sql::framework::by_id(tx, to).await?.ok_or(Error::NotFound("framework"))?;
        for (kind, from, here) in &self.mapping {
            if into.term(*kind, here).is_none() {
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
        let carried = self.programmes(tx, ctx, &old, &new, &into).await?;
        let body = json!({ "from": old.id, "programmes": carried.programmes });
        tx.journal(ctx, super::plan::PLAN, new.id, "plan.carried_over", body);
        Ok(carried)
    }
}

impl CarryOver {
    fn becomes(&self, into: &Framework, kind: TermKind, code: &str) -> String {
        let mapped = self.mapping.iter().find(|(of, from, _)| *of == kind && from == code).map(|(.., here)| here);
        let same = into.term(kind, code).map(|term| &term.code);
        mapped.or(same).cloned().unwrap_or_default()
    }

    async fn programmes(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        old: &Masterplan,
        new: &Masterplan,
        into: &Framework,
    ) -> Result<Carried> {
        let programmes = sql::plan::programmes(tx, old.id).await?;
        let ids: HashMap<Uuid, Uuid> = programmes.iter().map(|one| (one.id, ctx.new_id())).collect();
        let mut serials: HashMap<ProgrammeKind, u32> = HashMap::new();
        let mut without_dimension = 0;
        // Programmes first, so that what is a part of one finds it.
        let (heads, parts): (Vec<&Programme>, Vec<&Programme>) =
            programmes.iter().partition(|one| one.parent.is_none());
        for one in heads.into_iter().chain(parts) {
            let dimension = self.becomes(into, TermKind::Dimension, &one.dimension);
            without_dimension += usize::from(dimension.is_empty());
            let serial = serials.entry(one.kind).or_default();
            *serial += 1;
            let carried = Programme {
                id: ids.get(&one.id).copied().unwrap_or_else(|| ctx.new_id()),
                masterplan: new.id,
                code: carried_code(tx, one.kind, new.years.0, serial).await?,
                parent: one.parent.and_then(|parent| ids.get(&parent).copied()),
                dimension,
                subdimension: self.becomes(into, TermKind::Subdimension, &one.subdimension),
                horizon: self.becomes(into, TermKind::Horizon, &one.horizon),
                family: self.becomes(into, TermKind::Family, &one.family),
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
        }
        Ok(Carried { plan: new.id, programmes: programmes.len(), without_dimension })
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
