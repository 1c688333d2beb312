//! Which regions were taken up when comes in from a file.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::Ctx;
use simpul_store::{Action, Result, Tx};

use super::require_server;
use super::scores::{KnownRegion, region_named};
use crate::model::evaluation::cohort::CohortRegion;
use crate::sql::cohort;

/// What the journal calls the cohorts.
const COHORTS: &str = "plan_cohorts";

/// Keeps which regions were taken up in which year; what is known already stays.
#[derive(Debug, Clone)]
pub struct ImportCohorts {
    /// What the file says.
    pub rows: Vec<CohortRegion>,
    /// The regions of this installation.
    pub regions: Vec<KnownRegion>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedCohorts {
    /// Rows that were kept.
    pub kept_count: usize,
    /// Names that mean no region of this installation; they are kept as text.
    pub unmatched: Vec<String>,
}

impl Action for ImportCohorts {
    type Output = ImportedCohorts;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<ImportedCohorts> {
        require_server(ctx)?;
        let mut done = ImportedCohorts::default();
        for row in &self.rows {
            let code = region_named(&self.regions, &row.name);
            if code.is_none() {
                done.unmatched.push(row.name.clone());
            }
            cohort::set(tx, row.year, &row.name, code).await?;
            done.kept_count += 1;
        }
        tx.journal(ctx, COHORTS, ctx.new_id(), "plan.cohorts_imported", json!({ "rows": done.kept_count }));
        Ok(done)
    }
}
