//! What is secret stays in the hands of those who may read it. A complaint about an official that reached the agency
//! complained of would be a danger to whoever wrote it.

use simpul_kernel::{Refusal, Role};
use simpul_people::{Agency, AgencyKind};
use simpul_store::{Conn, Result, Tx};
use uuid::Uuid;

use crate::desk;
use crate::model::{Category, Report};

/// Whether the body itself is there to examine officials.
pub(crate) fn is_inspectorate(agency: &Agency) -> bool {
    agency.active && agency.kind == AgencyKind::Inspektorat
}

/// Whether the agency may be given what is secret: Inspektorat, or a body in which somebody is an auditor.
pub(crate) async fn holds_secrets(conn: &mut Conn, agency: Uuid) -> Result<bool> {
    let Some(found) = simpul_people::sql::agencies::by_id(conn, agency).await? else { return Ok(false) };
    if is_inspectorate(&found) {
        return Ok(true);
    }
    let officers = simpul_people::sql::officers::all(conn).await?;
    let audits = |role: Role, of: Option<Uuid>| role == Role::Auditor && of == Some(agency);
    Ok(found.active && officers.iter().any(|o| o.active && o.grants.iter().any(|g| audits(g.role, g.agency))))
}

/// Whether the report is secret since it complains of an official, and not only because its reporter wished so.
async fn is_complaint(conn: &mut Conn, report: &Report) -> Result<bool> {
    let rules = desk::rules(conn).await?;
    if rules.category(&report.category).is_some_and(|category| category.secret) {
        return Ok(report.secret);
    }
    match report.agency {
        Some(agency) => Ok(report.secret && holds_secrets(conn, agency).await?),
        None => Ok(false),
    }
}

/// Refuses to let a complaint about an official be sent to a body that may not hold it. `field` is where it was named.
pub(crate) async fn keep_complaint(tx: &mut Tx, report: &Report, to: Option<Uuid>, field: &'static str) -> Result<()> {
    if is_complaint(tx, report).await? { keep_secret(tx, report, to, field).await } else { Ok(()) }
}

/// Refuses to let a secret report go anywhere but to a body that may hold it. `field` is where the other one was named.
pub(crate) async fn keep_secret(tx: &mut Tx, report: &Report, to: Option<Uuid>, field: &'static str) -> Result<()> {
    if !report.secret || (to.is_some() && to == report.agency) {
        return Ok(());
    }
    match to {
        Some(agency) if holds_secrets(tx, agency).await? => Ok(()),
        _ => Err(Refusal::field(field, "report.refused.secret_stays").into()),
    }
}

/// Refuses to give a secret report to an officer who does not belong to the agency that holds it.
pub(crate) async fn keep_inside(tx: &mut Tx, secret: bool, agency: Option<Uuid>, officer: Option<Uuid>) -> Result<()> {
    let Some(officer) = officer.filter(|_| secret) else { return Ok(()) };
    let found = simpul_people::sql::officers::by_id(tx, officer).await?;
    let belongs = found.is_some_and(|found| found.grants.iter().any(|grant| grant.agency == agency));
    if belongs { Ok(()) } else { Err(Refusal::field("officer", "report.refused.officer").into()) }
}

/// The category with its owner: a secret one without an agency is Inspektorat's.
pub(crate) async fn owned(conn: &mut Conn, mut category: Category) -> Result<Category> {
    if category.secret && category.agency.is_none() {
        let agencies = simpul_people::sql::agencies::all(conn).await?;
        category.agency = agencies.into_iter().find(is_inspectorate).map(|agency| agency.id);
    }
    Ok(category)
}
