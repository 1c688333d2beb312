//! The reports of a workbook are taken, all or none.

use simpul_kernel::Ctx;
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::progress::WriteProgress;
use super::who;
use crate::sql;

/// A report as a workbook tells it.
#[derive(Debug, Clone)]
pub struct SheetReport {
    /// Its row.
    pub row: u32,
    /// The version that the workbook was made from.
    pub made_from: i64,
    /// What is written.
    pub report: WriteProgress,
}

/// Writes the reports that a workbook tells. Where one is refused, none is written, and the refusal names its row.
#[derive(Debug, Clone)]
pub struct ImportProgress {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The reports with their places in the file.
    pub reports: Vec<SheetReport>,
}

/// Under this name a refusal holds the row of the file.
pub const ROW: &str = "row";

impl Action for ImportProgress {
    type Output = usize;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        let by = who(ctx);
        for SheetReport { row, made_from, report } in &self.reports {
            let kept = report.apply(tx, ctx).await.map_err(|error| match error {
                Error::Refused(refusal) => Error::Refused(refusal.with(ROW, row.to_string())),
                other => other,
            })?;
            sql::progress::set_sheet_write(tx, kept.id, *made_from, (kept.version, &by)).await?;
        }
        Ok(self.reports.len())
    }
}
