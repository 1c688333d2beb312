//! What evaluators would find wrong, found by ourselves.

use askama::Template;
use simpul_shell::{Officer, Page, PageResult, Path, render};
use uuid::Uuid;

use super::super::CanSeeEvaluation;
use super::round::seen;
use crate::model::evaluation::Round;
use crate::model::evaluation::finding::{Finding, findings};
use crate::model::evaluation::survey::{checks, of_other_dimensions};
use crate::sql::{finding, survey};

/// A finding as a sentence with its link.
pub(super) struct FindingRow {
    pub(super) text: String,
    pub(super) href: String,
}

/// The sentence of a finding.
pub(super) fn told(page: &Page, finding: &Finding) -> FindingRow {
    let args: Vec<(&str, &str)> = finding.args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    FindingRow { text: page.tx(finding.key, args), href: finding.href.clone() }
}

#[derive(Template)]
#[template(path = "plan/findings.html")]
struct FindingsPage {
    page: Page,
    round: Round,
    rows: Vec<FindingRow>,
}

/// The findings of a round.
pub async fn show(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>) -> PageResult {
    let mut conn = me.read().await?;
    let held = seen(&me, &mut conn, id).await?;
    let inside = me.place.active_agencies().filter(|agency| !agency.kind.is_outside());
    let agencies = inside.map(|agency| (agency.id, agency.short.clone())).collect();
    let facts = finding::facts(&mut conn, &held, (me.now(), me.region().zone), agencies).await?;
    let mut found = findings(&facts);
    let surveys = survey::of_round(&mut conn, id).await?;
    let responses = survey::responses(&mut conn, &surveys).await?;
    for one in &surveys {
        let own = responses.get(&one.id).cloned().unwrap_or_default();
        found.extend(checks(one, &own, &of_other_dimensions(one, &surveys, &responses)));
    }
    let page = me.page("plan.evaluation.finding.title").at("/evaluasi").usual_width();
    let rows = found.iter().map(|finding| told(&page, finding)).collect();
    render(&FindingsPage { page, round: held, rows })
}
