//! The report that an officer's page is about.

use simpul_shell::{PageError, SignedIn};

use crate::model::{Report, public, read_number};
use crate::sql;

/// The report of that number, if the officer may see it.
pub async fn find(officer: &SignedIn, number: &str) -> Result<Report, PageError> {
    let number = read_number(&officer.region().prefix, number).ok_or_else(PageError::not_found)?;
    let mut conn = officer.read().await?;
    let report = sql::by_number(&mut conn, &number).await?;
    report.filter(|report| public::may_see(&officer.ctx.actor, report)).ok_or_else(PageError::not_found)
}
