//! The region's rules: categories with their agencies and deadlines, and the reasons for turning a report down.

use serde::Deserialize;
use serde_json::json;
use simpul_kernel::calendar::Span;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::secrecy;
use crate::desk::Rules;
use crate::model::category::{ANSWER_SPAN, VERIFY_SPAN};
use crate::model::question::Change;
use crate::model::{Category, Class, Questions};
use crate::sql::{self, Reason};

/// What a new region begins with; agencies by their short names.
const CATEGORIES: &str = include_str!("../../data/categories.csv");
const QUESTIONS: &str = include_str!("../../data/questions.json");
const REASONS: &str = include_str!("../../data/reasons.csv");
/// Where the deadlines of a new region come from.
const SPAN_SOURCE: &str = "PermenPANRB 62/2018";
/// Longest text of a reason, in characters.
const REASON_MAX_CHARS: usize = 400;

async fn stamp(tx: &mut Tx) -> Result<()> {
    let stamp = Rules::read(tx).await?.stamp();
    sql::category::save_stamp(tx, stamp).await
}

/// The version of what does not exist yet.
pub const NOT_THERE_YET: i64 = 0;

/// Refuses where somebody else saved it meanwhile, or where a new one would take the place of another.
fn check_version(seen: Option<i64>, now: Option<i64>) -> std::result::Result<(), Refusal> {
    match (seen, now) {
        (None, _) => Ok(()),
        (Some(NOT_THERE_YET), Some(_)) => Err(Refusal::field("code", "report.refused.code_taken")),
        (Some(seen), now) if seen == now.unwrap_or(NOT_THERE_YET) => Ok(()),
        _ => Err(Refusal::new("report.refused.rule_changed")),
    }
}

/// Adds or changes a category. Reports that are in keep the deadlines they started with.
#[derive(Debug, Clone)]
pub struct SaveCategory {
    /// The category as it shall be.
    pub category: Category,
    /// The version that the officer saw, [`NOT_THERE_YET`] for a new one; `None` whatever it is.
    pub seen: Option<i64>,
}

impl Action for SaveCategory {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageCategories)?;
        let category = &self.category.cleaned();
        category.check()?;
        check_version(self.seen, sql::category::version(tx, &category.code).await?)?;
        let before = Rules::read(tx).await?.category(&category.code).cloned();
        check_agency(tx, category, before.as_ref()).await?;
        save(tx, ctx, category, before.as_ref(), json!({})).await
    }
}

/// Refuses an agency that is not there, and one that may not read what is secret as the owner of a secret category.
async fn check_agency(tx: &mut Tx, category: &Category, before: Option<&Category>) -> Result<()> {
    let same = before.is_some_and(|before| (before.agency, before.secret) == (category.agency, category.secret));
    let Some(agency) = category.agency.filter(|_| !same) else { return Ok(()) };
    if simpul_people::sql::agencies::by_id(tx, agency).await?.is_none() {
        return Err(Refusal::field("agency", "report.refused.agency").into());
    }
    if category.secret && !secrecy::holds_secrets(tx, agency).await? {
        return Err(Refusal::field("agency", "report.refused.secret_agency").into());
    }
    Ok(())
}

/// Keeps the category and tells the journal which fields changed: codes, never the words themselves.
async fn save(
    tx: &mut Tx,
    ctx: &Ctx,
    category: &Category,
    before: Option<&Category>,
    more: serde_json::Value,
) -> Result<()> {
    sql::category::save_category(tx, category).await?;
    stamp(tx).await?;
    let mut detail = json!({
        "code": category.code,
        "agency": category.agency,
        "active": category.active,
        "verify": category.verify,
        "answer": category.answer,
        "resolve": category.resolve,
        "secret": category.secret,
        "emergency": category.emergency,
        "changed": before.map_or_else(|| vec!["new"], |before| category.changed_since(before)),
    });
    if let (Some(detail), serde_json::Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    tx.journal(ctx, "category", id_of(&category.code), "category.saved", detail);
    Ok(())
}

/// Adds, changes, moves or removes a question of a category.
#[derive(Debug, Clone)]
pub struct ChangeQuestions {
    /// Code of the category.
    pub category: String,
    /// The version that the officer saw; `None` whatever it is.
    pub seen: Option<i64>,
    /// What is done.
    pub change: Change,
}

impl Action for ChangeQuestions {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageCategories)?;
        check_version(self.seen, sql::category::version(tx, &self.category).await?)?;
        let before = Rules::read(tx).await?.category(&self.category).cloned().ok_or(Error::NotFound("category"))?;
        let category = Category { questions: before.questions.after(&self.change)?, ..before.clone() };
        let more = json!({ "question": self.change.code(), "change": self.change.name() });
        save(tx, ctx, &category, Some(&before), more).await
    }
}

/// A category's code as a journal subject: the code itself stands in the line.
pub fn id_of(code: &str) -> Uuid {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(code.as_bytes());
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Adds or changes a reason for turning a report down.
#[derive(Debug, Clone)]
pub struct SaveReason {
    /// The reason as it shall be.
    pub reason: Reason,
    /// The version that the officer saw, [`NOT_THERE_YET`] for a new one; `None` whatever it is.
    pub seen: Option<i64>,
}

impl Action for SaveReason {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageCategories)?;
        let mut reason = self.reason.clone();
        let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if reason.code.is_empty() || reason.code.len() > 40 || !reason.code.chars().all(ok) {
            return Err(Refusal::field("code", "report.refused.category_code").into());
        }
        reason.text_id = words::clean_text("text_id", &reason.text_id, REASON_MAX_CHARS, true)?;
        reason.text_en = words::clean_text("text_en", &reason.text_en, REASON_MAX_CHARS, true)?;
        check_version(self.seen, sql::category::reason_version(tx, &reason.code).await?)?;
        let before = Rules::read(tx).await?.reason(&reason.code).cloned();
        sql::category::save_reason(tx, &reason).await?;
        stamp(tx).await?;
        let changed = before.map_or_else(|| vec!["new"], |before| reason.changed_since(&before));
        let detail = json!({ "code": reason.code, "active": reason.active, "changed": changed });
        tx.journal(ctx, "category", id_of(&reason.code), "category.reason_saved", detail);
        Ok(())
    }
}

/// Gives a new region the categories and reasons to begin with. Those it has already stay as they are, but that one
/// without an agency finds its owner when that agency is among [`SeedRules::agencies`].
#[derive(Debug, Clone)]
pub struct SeedRules {
    /// The region's agencies: short name and id. A category whose agency is not among them is the coordinator's.
    pub agencies: Vec<(String, Uuid)>,
}

#[derive(Deserialize)]
struct CategoryRow {
    code: String,
    name_id: String,
    name_en: String,
    tile: String,
    icon: String,
    agency: String,
    class: String,
    resolve_days: u32,
    emergency: bool,
    secret: bool,
    keywords: String,
    description: String,
    stop_id: String,
    stop_en: String,
}

#[derive(Deserialize)]
struct ReasonRow {
    code: String,
    text_id: String,
    text_en: String,
}

pub(super) fn rows<T: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<T>> {
    let rows: std::result::Result<Vec<T>, csv::Error> =
        csv::Reader::from_reader(text.as_bytes()).deserialize().collect();
    rows.map_err(|error| Error::Broken(format!("shipped rules: {error}")))
}

impl SeedRules {
    fn categories(&self) -> Result<Vec<Category>> {
        let rows = rows::<CategoryRow>(CATEGORIES)?;
        let questions: serde_json::Map<String, serde_json::Value> = serde_json::from_str(QUESTIONS)?;
        let find = |short: &str| self.agencies.iter().find(|(s, _)| s.eq_ignore_ascii_case(short)).map(|(_, id)| *id);
        Ok((1..)
            .zip(rows)
            .map(|(position, row)| Category {
                agency: find(&row.agency),
                class: Class::parse(&row.class).unwrap_or(Class::Complaint),
                name_id: row.name_id,
                name_en: row.name_en,
                description: row.description,
                keywords: row.keywords,
                tile: row.tile,
                icon: row.icon,
                verify: VERIFY_SPAN,
                answer: ANSWER_SPAN,
                resolve: Span::working_days(row.resolve_days),
                span_source: SPAN_SOURCE.to_owned(),
                emergency: row.emergency,
                secret: row.secret,
                active: true,
                position,
                questions: questions.get(&row.code).map(|list| Questions::parse(&list.to_string())).unwrap_or_default(),
                stop_id: row.stop_id,
                stop_en: row.stop_en,
                code: row.code,
            })
            .collect())
    }
}

impl Action for SeedRules {
    type Output = usize;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        require(ctx, Permission::ManageCategories)?;
        let known = Rules::read(tx).await?;
        let mut added = 0;
        for category in self.categories()? {
            let category = match known.category(&category.code) {
                None => category,
                Some(kept) if kept.agency.is_none() && category.agency.is_some() => {
                    Category { agency: category.agency, ..kept.clone() }
                }
                Some(_) => continue,
            };
            sql::category::save_category(tx, &category).await?;
            added += 1;
        }
        for (position, row) in (1..).zip(rows::<ReasonRow>(REASONS)?) {
            if known.reason(&row.code).is_none() {
                let ReasonRow { code, text_id, text_en } = row;
                let reason = Reason { code, text_id, text_en, active: true, position };
                sql::category::save_reason(tx, &reason).await?;
                added += 1;
            }
        }
        added += super::seed_templates(tx).await?;
        if added > 0 {
            stamp(tx).await?;
            tx.journal(ctx, "category", id_of("seed"), "category.seeded", json!({ "added": added }));
        }
        Ok(added)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_shipped_categories_are_sound_and_need_at_most_twelve_tiles() {
        let categories = SeedRules { agencies: Vec::new() }.categories().unwrap();
        for category in &categories {
            assert_eq!(category.check(), Ok(()), "{}", category.code);
        }
        let tiles: BTreeSet<&str> = categories.iter().map(|category| category.tile.as_str()).collect();
        assert!((8..=12).contains(&tiles.len()), "{tiles:?}");
        assert!(categories.iter().any(|category| category.secret));
        let asked: Vec<&str> = categories.iter().filter(|c| !c.questions.is_empty()).map(|c| c.code.as_str()).collect();
        let shipped: serde_json::Map<String, serde_json::Value> = serde_json::from_str(QUESTIONS).unwrap();
        assert_eq!(asked.len(), shipped.len(), "every list of questions has its category: {asked:?}");
        let required = categories.iter().flat_map(|category| category.questions.iter()).any(|q| q.required);
        assert!(!required, "nobody is turned away for what they do not know");
        assert!(categories.iter().any(|category| category.stop(simpul_kernel::format::Lang::Id).is_some()));
        assert!(!rows::<ReasonRow>(REASONS).unwrap().is_empty());
    }
}
