//! The reports of a workbook are taken, all or none.

use simpul_kernel::Ctx;
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::progress::WriteProgress;

/// Writes the reports that a workbook tells. Where one is refused, none is written, and the refusal names its row.
#[derive(Debug, Clone)]
pub struct ImportProgress {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The row of the file and the report.
    pub reports: Vec<(u32, WriteProgress)>,
}

/// Under this name a refusal holds the row of the file.
pub const ROW: &str = "row";

impl Action for ImportProgress {
    type Output = usize;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        for (row, report) in &self.reports {
            report.apply(tx, ctx).await.map_err(|error| match error {
                Error::Refused(refusal) => Error::Refused(refusal.with(ROW, row.to_string())),
                other => other,
            })?;
        }
        Ok(self.reports.len())
    }
}
