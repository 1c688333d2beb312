//! The report that an officer's page is about.

use simpul_kernel::Actor;
use simpul_shell::{PageError, SignedIn};
use simpul_store::Conn;
use uuid::Uuid;

use crate::model::onsite::{districts_of, office_of};
use crate::model::support::{acting, helps};
use crate::model::{Report, Support, public, read_number};
use crate::sql;

/// The report of that number, if the officer may see it.
pub async fn find(officer: &SignedIn, number: &str) -> Result<Report, PageError> {
    let number = read_number(&officer.region().prefix, number).ok_or_else(PageError::not_found)?;
    let mut conn = officer.read().await?;
    let report = sql::by_number(&mut conn, &number).await?;
    report.filter(|report| public::may_see(&officer.ctx.actor, report)).ok_or_else(PageError::not_found)
}

/// By what an officer sees a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is the own agency's, or the officer oversees all.
    Own,
    /// The own agency was asked to help: what it needs for that, and nothing of the reporter.
    Helps,
    /// It lies in the own district: what anybody may see.
    OnSite,
}

/// A report with the ground on which an officer sees it.
pub struct Seen {
    /// The report.
    pub report: Report,
    /// By what it is seen.
    pub how: How,
    /// Who helps or has helped.
    pub supports: Vec<Support>,
    /// The agency for which the officer works on it, if any.
    pub acting: Option<Uuid>,
    /// The district office by which the officer may say what is to be seen there.
    pub office: Option<Uuid>,
}

/// The report of that number, if the officer may see it in any way.
pub async fn seen(officer: &SignedIn, number: &str) -> Result<Seen, PageError> {
    let number = read_number(&officer.region().prefix, number).ok_or_else(PageError::not_found)?;
    let mut conn = officer.read().await?;
    let report = sql::by_number(&mut conn, &number).await?.ok_or_else(PageError::not_found)?;
    let supports = sql::support::of_report(&mut conn, report.id).await?;
    drop(conn);
    let actor = &officer.ctx.actor;
    let office = office_of(&districts_of(actor, &officer.place.agencies), &report);
    let how = if public::may_see(actor, &report) {
        How::Own
    } else if helps(actor, &report, &supports).is_some() {
        How::Helps
    } else if office.is_some() {
        How::OnSite
    } else {
        return Err(PageError::not_found());
    };
    let office = office.filter(|_| report.may_be_checked_on_site());
    Ok(Seen { acting: acting(actor, &report, &supports), how, supports, office, report })
}

/// Whether somebody who is signed in may see a report's photos.
pub async fn may_look(conn: &mut Conn, actor: &Actor, report: &Report) -> Result<bool, simpul_store::Error> {
    if public::may_see(actor, report) {
        return Ok(true);
    }
    let supports = sql::support::of_report(conn, report.id).await?;
    Ok(helps(actor, report, &supports).is_some())
}
