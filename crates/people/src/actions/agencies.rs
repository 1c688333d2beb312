//! Agencies.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use crate::model::agency::short_key;
use crate::model::{Agency, AgencyKind, ImportReport, NewAgency, Permission, RefusedRow, require};
use crate::sql;

async fn refuse_short_taken(tx: &mut Tx, id: Uuid, short: &str) -> Result<()> {
    match sql::agencies::by_short(tx, short).await? {
        Some(other) if other.id != id => {
            Err(Refusal::field("short", "people.refused.short_taken").with("name", other.name).into())
        }
        _ => Ok(()),
    }
}

/// A parent must be there, and no agency may be a part of itself, however many steps lie between.
async fn refuse_bad_parent(tx: &mut Tx, id: Uuid, parent: Option<Uuid>) -> Result<()> {
    let mut next = parent;
    let mut steps = 0;
    while let Some(above) = next {
        if above == id || steps > 10 {
            return Err(Refusal::field("parent", "people.refused.parent_of_itself").into());
        }
        let found = sql::agencies::by_id(tx, above).await?;
        next = found.ok_or_else(|| Refusal::field("parent", "people.refused.no_such_agency"))?.parent;
        steps += 1;
    }
    Ok(())
}

/// A body that can own work joins.
#[derive(Debug, Clone)]
pub struct AddAgency {
    /// What is known of it.
    pub agency: NewAgency,
}

impl Action for AddAgency {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageAgencies)?;
        let new = self.agency.check()?;
        let id = ctx.new_id();
        refuse_short_taken(tx, id, &new.short).await?;
        refuse_bad_parent(tx, id, new.parent).await?;
        sql::agencies::insert(tx, id, &new);
        tx.journal(ctx, "agency", id, "agency.added", json!({ "kind": new.kind.as_str(), "outside": new.outside }));
        sql::regions::count_up(tx).await?;
        Ok(id)
    }
}

/// What is known of an agency changes.
#[derive(Debug, Clone)]
pub struct SetAgency {
    /// Which one.
    pub id: Uuid,
    /// How it stands from now on.
    pub agency: NewAgency,
}

impl Action for SetAgency {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageAgencies)?;
        let new = self.agency.check()?;
        let before = sql::agencies::by_id(tx, self.id).await?.ok_or(Error::NotFound("agency"))?;
        refuse_short_taken(tx, self.id, &new.short).await?;
        refuse_bad_parent(tx, self.id, new.parent).await?;
        sql::agencies::set(tx, self.id, &new).await?;
        let body = json!({ "active": new.active, "was_active": before.active });
        tx.journal(ctx, "agency", self.id, "agency.changed", body);
        sql::regions::count_up(tx).await
    }
}

/// Agencies from a file, told apart by their short names. An existing one's contact, parent and state are kept.
#[derive(Debug, Clone)]
pub struct ImportAgencies {
    /// Agencies with their lines, as [`crate::model::agency::read_csv`] read them.
    pub agencies: Vec<(u64, NewAgency)>,
    /// Lines that could not be read.
    pub refused: Vec<RefusedRow>,
    /// Only says what would happen.
    pub dry_run: bool,
}

impl Action for ImportAgencies {
    type Output = ImportReport;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<ImportReport> {
        require(ctx, Permission::ManageAgencies)?;
        let mut report = ImportReport { refused: self.refused.clone(), ..ImportReport::default() };
        let stored = sql::agencies::all(tx).await?;
        let mut seen = std::collections::HashMap::new();
        for (at, new) in &self.agencies {
            if let Some(first) = seen.insert(short_key(&new.short), *at) {
                let reason = format!("{:?} stands on line {first} already", new.short);
                report.refused.push(RefusedRow { line: *at, reason });
                continue;
            }
            match stored.iter().find(|agency| short_key(&agency.short) == short_key(&new.short)) {
                None => {
                    report.added += 1;
                    if !self.dry_run {
                        let id = ctx.new_id();
                        sql::agencies::insert(tx, id, new);
                        let body = json!({ "kind": new.kind.as_str(), "outside": new.outside });
                        tx.journal(ctx, "agency", id, "agency.added", body);
                    }
                }
                Some(before) => self.change(tx, ctx, before, new, &mut report).await?,
            }
        }
        if !self.dry_run && report.added + report.changed > 0 {
            sql::regions::count_up(tx).await?;
        }
        Ok(report)
    }
}

impl ImportAgencies {
    async fn change(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        before: &Agency,
        new: &NewAgency,
        report: &mut ImportReport,
    ) -> Result<()> {
        let contact = if new.contact.is_empty() { &before.contact } else { &new.contact };
        let merged = NewAgency {
            parent: before.parent,
            district: before.district,
            contact: contact.clone(),
            active: before.active,
            ..new.clone()
        };
        if merged == of_agency(before) {
            report.unchanged += 1;
            return Ok(());
        }
        report.changed += 1;
        if self.dry_run {
            return Ok(());
        }
        sql::agencies::set(tx, before.id, &merged).await?;
        let body = json!({ "active": before.active, "was_active": before.active });
        tx.journal(ctx, "agency", before.id, "agency.changed", body);
        Ok(())
    }
}

fn of_agency(agency: &Agency) -> NewAgency {
    NewAgency {
        short: agency.short.clone(),
        name: agency.name.clone(),
        kind: agency.kind,
        outside: agency.outside,
        parent: agency.parent,
        district: agency.district,
        duties: agency.duties.clone(),
        contact: agency.contact.clone(),
        active: agency.active,
    }
}

/// The districts' offices, which are agencies of the regency too: one for each district that has none. One that is
/// there by its name alone is told its district.
#[derive(Debug, Clone)]
pub struct AddDistrictOffices;

impl Action for AddDistrictOffices {
    type Output = u64;

    /// Answers how many were new.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ManageAgencies)?;
        let stored = sql::agencies::all(tx).await?;
        let (mut count, mut linked_count) = (0, 0);
        for district in sql::areas::districts(tx).await? {
            let short = format!("Kec. {}", district.name);
            if stored.iter().any(|agency| agency.district == Some(district.code)) {
                continue;
            }
            // An office from a file bears the name and does not know its district yet.
            if let Some(nameless) = stored.iter().find(|agency| short_key(&agency.short) == short_key(&short)) {
                if nameless.district.is_none() {
                    let linked = NewAgency { district: Some(district.code), ..of_agency(nameless) };
                    sql::agencies::set(tx, nameless.id, &linked).await?;
                    let body = json!({ "active": nameless.active, "was_active": nameless.active });
                    tx.journal(ctx, "agency", nameless.id, "agency.changed", body);
                    linked_count += 1;
                }
                continue;
            }
            let office = NewAgency {
                district: Some(district.code),
                duties: "Pelayanan dan ketertiban umum kecamatan".to_owned(),
                ..NewAgency::new(&short, &format!("Kecamatan {}", district.name), AgencyKind::Kecamatan)
            };
            let id = ctx.new_id();
            sql::agencies::insert(tx, id, &office.check()?);
            tx.journal(ctx, "agency", id, "agency.added", json!({ "kind": "kecamatan", "outside": false }));
            count += 1;
        }
        if count + linked_count > 0 {
            sql::regions::count_up(tx).await?;
        }
        Ok(count)
    }
}
