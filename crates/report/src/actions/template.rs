//! Words to begin an answer with: who keeps them, and what a new region begins with.

use serde::Deserialize;
use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, Scope, scope};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::category::{id_of, rows};
use crate::desk;
use crate::model::template::{Template, TemplateStep};
use crate::sql::template::{TEMPLATES_MAX_COUNT, save_template, template, templates};

/// What a new region begins with.
const TEMPLATES: &str = include_str!("../../data/templates.csv");

/// Adds or changes a template. The head of an agency keeps the agency's own.
#[derive(Debug, Clone)]
pub struct SaveTemplate {
    /// The template as it shall be; its version is the one that was seen, 0 for a new one.
    pub template: Template,
}

impl SaveTemplate {
    async fn check(&self, tx: &mut Tx, ctx: &Ctx, kept: Option<&Template>) -> Result<()> {
        let scope = scope(&ctx.actor, Permission::ManageAnswers);
        let own = |agency: Option<Uuid>| scope == Scope::WholeRegion || agency.is_some_and(|id| scope.covers(id));
        if scope == Scope::Nothing {
            let name = Permission::ManageAnswers.name();
            return Err(Refusal::new("people.refused.not_allowed").with("permission", name).into());
        }
        if !own(self.template.agency) || kept.is_some_and(|kept| !own(kept.agency)) {
            return Err(Refusal::field("agency", "report.template.own_agency").into());
        }
        match kept {
            Some(_) if self.template.version == 0 => {
                return Err(Refusal::field("code", "report.template.code_taken").into());
            }
            Some(kept) if kept.version != self.template.version => {
                return Err(Refusal::new("report.template.changed_meanwhile").into());
            }
            None if self.template.version != 0 => return Err(Error::NotFound("template")),
            None if templates(tx).await?.len() >= usize::try_from(TEMPLATES_MAX_COUNT).unwrap_or(usize::MAX) => {
                let most = TEMPLATES_MAX_COUNT.to_string();
                return Err(Refusal::new("report.template.too_many").with("most", most).into());
            }
            _ => {}
        }
        if let Some(code) = &self.template.category
            && desk::rules(tx).await?.category(code).is_none()
        {
            return Err(Refusal::field("category", "report.refused.category").into());
        }
        if let Some(agency) = self.template.agency
            && simpul_people::sql::agencies::by_id(tx, agency).await?.is_none()
        {
            return Err(Refusal::field("agency", "report.refused.agency").into());
        }
        Ok(())
    }
}

impl Action for SaveTemplate {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let kept = template(tx, &self.template.code).await?;
        self.check(tx, ctx, kept.as_ref()).await?;
        let mut next = self.template.checked()?;
        next.version += 1;
        save_template(tx, &next).await?;
        let detail = json!({
            "code": next.code,
            "step": next.step.name(),
            "category": next.category,
            "agency": next.agency,
            "active": next.active,
            "version": next.version,
        });
        tx.journal(ctx, "template", id_of(&next.code), "template.saved", detail);
        Ok(())
    }
}

#[derive(Deserialize)]
struct TemplateRow {
    code: String,
    title: String,
    step: TemplateStep,
    category: String,
    body: String,
}

/// Gives a region that has none the templates to begin with. Answers how many.
pub async fn seed_templates(tx: &mut Tx) -> Result<usize> {
    if !templates(tx).await?.is_empty() {
        return Ok(0);
    }
    let rows = rows::<TemplateRow>(TEMPLATES)?;
    for (position, row) in (1..).zip(&rows) {
        let template = Template {
            code: row.code.clone(),
            title: row.title.clone(),
            body: row.body.clone(),
            step: row.step,
            category: Some(row.category.clone()).filter(|category| !category.is_empty()),
            agency: None,
            active: true,
            position,
            version: 1,
        };
        save_template(tx, &template.checked()?).await?;
    }
    Ok(rows.len())
}
