//! The room's own figures for evidence and indicators: how complete and timely the reports of agencies are, as
//! `/rencana/kelengkapan` counts them.

use std::sync::Arc;

use simpul_kernel::FigureCount;
use simpul_people::Snapshot;
use simpul_shell::{FigureAsked, FigureChoice, FigureKind, FigureParameter, RoomFigures};
use simpul_store::{Conn, Error, Result};
use uuid::Uuid;

use crate::model::progress::Timeliness;
use crate::sql;

const AGENCY: &str = "agency";
const PERCENT: &str = "plan.offered.unit_percent";
const PARAMETERS: &[FigureParameter] = &[FigureParameter { name: AGENCY, label: "plan.column.agency" }];

const fn kind(name: &'static str, title: &'static str, definition: &'static str) -> FigureKind {
    FigureKind { name, title, definition, unit: PERCENT, parameters: PARAMETERS }
}

const KINDS: &[FigureKind] = &[
    kind("plan.timeliness", "plan.offered.timeliness", "plan.offered.timeliness_is"),
    kind("plan.completeness", "plan.offered.completeness", "plan.offered.completeness_is"),
];

/// The room's figures.
pub struct PlanFigures;

/// How the reports of the periods stand that were due in the span, of one agency or of all.
async fn timeliness(conn: &mut Conn, asked: FigureAsked<'_>) -> Result<Timeliness> {
    let (from, until) = asked.span.instants(asked.place.calendar.zone);
    let until = until.min(asked.now);
    let agency: Option<Uuid> = asked.key.get(AGENCY).and_then(|id| id.parse().ok());
    let Some(plan) = sql::plan::in_force(conn).await? else { return Ok(Timeliness::default()) };
    let roll = sql::plan::roll(conn, plan.id).await?;
    let mut sum = Timeliness::default();
    for period in sql::progress::periods(conn, plan.id).await? {
        if period.due_at < from || period.due_at >= until {
            continue;
        }
        let said = sql::progress::of_period(conn, period.id).await?;
        let stands = roll.by_agency(&period, &said).into_iter();
        let meant = stands.filter(|(id, _)| agency.is_none_or(|agency| agency == *id));
        sum = meant.fold(sum, |sum, (_, stand)| sum.plus(stand.timeliness()));
    }
    Ok(sum)
}

impl RoomFigures for PlanFigures {
    fn kinds(&self) -> &'static [FigureKind] {
        KINDS
    }

    async fn choices(&self, _: &mut Conn, place: &Arc<Snapshot>, parameter: &str) -> Result<Vec<FigureChoice>> {
        let agency = |one: &simpul_people::Agency| FigureChoice::named(one.id, &one.short);
        Ok(if parameter == AGENCY { place.agencies.iter().map(agency).collect() } else { Vec::new() })
    }

    async fn count(&self, conn: &mut Conn, asked: FigureAsked<'_>) -> Result<FigureCount> {
        let sum = timeliness(conn, asked).await?;
        match asked.key.name() {
            "plan.timeliness" => Ok(FigureCount::percent(sum.in_time, sum.wanted)),
            "plan.completeness" => Ok(FigureCount::percent(sum.handed_in, sum.wanted)),
            _ => Err(Error::NotFound("figure")),
        }
    }
}
