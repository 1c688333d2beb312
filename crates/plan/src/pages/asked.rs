//! What a report of a programme tells of each indicator in a period, beside what was told last and what was to be
//! reached.

use simpul_shell::PageError;
use simpul_store::{Conn, Error};
use uuid::Uuid;

use crate::model::{Indicator, Period, Programme, Progress, Quantity, Told, Trajectory};
use crate::sql;

/// A programme in a period.
pub(super) struct Place {
    pub(super) programme: Programme,
    pub(super) period: Period,
}

/// The programme of a code in a period of its own plan.
pub(super) async fn place(conn: &mut Conn, code: &str, period: Uuid) -> Result<Place, PageError> {
    let programme = sql::plan::programme_by_code(conn, code).await?.ok_or(Error::NotFound("programme"))?;
    let period = sql::progress::period(conn, period).await?.ok_or(Error::NotFound("period"))?;
    if period.masterplan != programme.masterplan {
        return Err(Error::NotFound("period").into());
    }
    Ok(Place { programme, period })
}

/// An indicator as the form asks for it.
pub(super) struct Asked {
    pub(super) indicator: Indicator,
    pub(super) last: Option<(String, Quantity)>,
    pub(super) expected: Option<Quantity>,
    pub(super) told: Option<Told>,
    /// What was told of districts.
    pub(super) by_district: Vec<Told>,
}

impl Asked {
    /// What was told last, for people: the period's name and the value.
    pub(super) fn last_shown(&self) -> Option<(&str, Quantity)> {
        self.last.as_ref().map(|(period, value)| (period.as_str(), self.indicator.shown(*value)))
    }
}

/// What a report of that programme is asked for in that period, but for what the system counts.
pub(super) async fn asked(
    conn: &mut Conn,
    at: &Place,
    indicators: &[Indicator],
    (progress, periods): (Option<&Progress>, &[Period]),
) -> Result<Vec<Asked>, PageError> {
    let mut all = measured(conn, at, indicators, (progress, periods)).await?;
    all.retain(|asked| asked.indicator.live.is_empty());
    Ok(all)
}

/// What a report of that programme tells in that period, beside what was told last and what was to be reached.
pub(super) async fn measured(
    conn: &mut Conn,
    at: &Place,
    indicators: &[Indicator],
    (progress, periods): (Option<&Progress>, &[Period]),
) -> Result<Vec<Asked>, PageError> {
    let targets = sql::indicator::targets(conn, at.programme.id).await?;
    let values = sql::progress::values_of_programme(conn, at.programme.id).await?;
    let told = match progress {
        Some(progress) => sql::progress::values(conn, progress.id).await?,
        None => Vec::new(),
    };
    let here = (at.period.year, at.period.part.months());
    let earlier: Vec<&Period> = periods.iter().filter(|other| (other.year, other.part.months()) < here).collect();
    let ask = |indicator: &Indicator| {
        let of_one = || values.iter().filter(|value| value.indicator == indicator.id && value.district == 0);
        let last = earlier.iter().find_map(|period| {
            let value = of_one().find(|value| value.period == period.id && value.state.is_handed_in())?;
            Some((period.name.clone(), value.amount))
        });
        let own = targets.iter().filter(|(id, _)| *id == indicator.id).map(|(_, target)| *target);
        Asked {
            expected: Trajectory::new(own).expected(indicator, at.period.year, at.period.part),
            told: told.iter().find(|told| told.indicator == indicator.id && told.district == 0).cloned(),
            by_district: told
                .iter()
                .filter(|told| told.indicator == indicator.id && told.district != 0)
                .cloned()
                .collect(),
            last,
            indicator: indicator.clone(),
        }
    };
    Ok(indicators.iter().map(ask).collect())
}
