//! Districts, villages and their boundaries.

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_kernel::geo::Point;
use simpul_store::{Action, Error, Result, Tx};

use crate::boundaries::Prepared;
use crate::model::area::{AreaRows, plan};
use crate::model::{AreaLevel, ImportReport, Permission, region_subject, require};
use crate::sql;

/// Districts and villages from files. Nothing is ever removed: reports stand in villages that a newer file lacks.
#[derive(Debug, Clone)]
pub struct ImportAreas {
    /// What [`crate::model::area::read_csv`] read.
    pub read: AreaRows,
    /// Only says what would happen.
    pub dry_run: bool,
}

impl Action for ImportAreas {
    type Output = ImportReport;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<ImportReport> {
        require(ctx, Permission::ManageAreas)?;
        let plan = plan(&self.read, &sql::areas::stored(tx).await?);
        let report = plan.report;
        if self.dry_run || report.added + report.changed == 0 {
            return Ok(report);
        }
        for row in &plan.add {
            sql::areas::insert(tx, row);
        }
        for row in &plan.change {
            sql::areas::change(tx, row).await?;
        }
        let body = json!({ "added": report.added, "changed": report.changed, "refused": report.refused.len() });
        tx.journal(ctx, "region", region_subject(ctx.region), "areas.imported", body);
        sql::regions::count_up(tx).await?;
        Ok(report)
    }
}

/// Polygons of districts or villages. Each takes the place of the earlier one of its area; areas that the file lacks
/// keep theirs, so that a file of one village does not leave the others without a border.
#[derive(Debug, Clone)]
pub struct ImportBoundaries {
    /// What [`crate::boundaries::prepare`] made of a file.
    pub prepared: Vec<Prepared>,
}

impl Action for ImportBoundaries {
    type Output = u64;

    /// Answers how many polygons were stored.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ManageAreas)?;
        let stored = sql::areas::stored(tx).await?;
        if let Some(unknown) = self.prepared.iter().find(|shape| !stored.contains_key(&shape.code)) {
            return Err(Error::Broken(format!("a boundary for {}, which is no area here", unknown.code)));
        }
        let mut count = 0;
        for level in [AreaLevel::District, AreaLevel::Village] {
            let shapes: Vec<&Prepared> = self.prepared.iter().filter(|shape| shape.level == level).collect();
            if shapes.is_empty() {
                continue;
            }
            for shape in &shapes {
                count += u64::from(sql::areas::keep_shape(tx, shape, ctx.now()).await?);
            }
            let body = json!({ "level": level.as_str(), "count": shapes.len() });
            tx.journal(ctx, "region", region_subject(ctx.region), "boundaries.imported", body);
        }
        if count > 0 {
            sql::regions::count_up_boundaries(tx).await?;
        }
        Ok(count)
    }
}

/// Points where districts' or villages' names stand on a map that has no boundaries.
#[derive(Debug, Clone)]
pub struct PlaceLabels {
    /// District or village.
    pub level: AreaLevel,
    /// The Ministry's code without dots, and the point.
    pub labels: Vec<(i64, Point)>,
}

impl Action for PlaceLabels {
    type Output = u64;

    /// Answers how many areas were found.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ManageAreas)?;
        let mut count = 0;
        for (code, label) in &self.labels {
            count += u64::from(sql::areas::keep_label(tx, self.level, *code, *label).await?);
        }
        let body = json!({ "level": self.level.as_str(), "count": count });
        tx.journal(ctx, "region", region_subject(ctx.region), "areas.labelled", body);
        sql::regions::count_up(tx).await?;
        Ok(count)
    }
}
