//! The room's figures for whoever shows them beside other things, such as an indicator of the plan. They are those of
//! `/112/rekap`; drills and merged incidents are in none of them.

use std::sync::Arc;

use simpul_kernel::{FigureCount, FigureKey};
use simpul_people::Snapshot;
use simpul_shell::{FigureAsked, FigureChoice, FigureKind, FigureParameter, RoomFigures};
use simpul_store::{Conn, Error, Result};

use crate::model::figures::{Sample, Span, within};
use crate::model::recap::ANSWER_GOALS_SECONDS;
use crate::read::{self, Between};
use crate::sql;

const TYPE: &str = "type";
const DISTRICT: &str = "district";

const OF_TYPE: FigureParameter = FigureParameter { name: TYPE, label: "emergency.offered.type" };
const OF_DISTRICT: FigureParameter = FigureParameter { name: DISTRICT, label: "emergency.offered.district" };

const CALLS: &str = "emergency.offered.unit_calls";
const INCIDENTS: &str = "emergency.offered.unit_incidents";
const PERCENT: &str = "emergency.offered.unit_percent";

/// Calls belong to no place before they are an incident.
const NOTHING: &[FigureParameter] = &[];
const KIND_ONLY: &[FigureParameter] = &[OF_TYPE];
const BOTH: &[FigureParameter] = &[OF_TYPE, OF_DISTRICT];

const fn kind(
    name: &'static str,
    unit: &'static str,
    (title, definition): (&'static str, &'static str),
    parameters: &'static [FigureParameter],
) -> FigureKind {
    FigureKind { name, title, definition, unit, parameters }
}

const KINDS: &[FigureKind] = &[
    kind("call.count", CALLS, ("emergency.offered.calls", "emergency.offered.calls_is"), NOTHING),
    kind("call.answer_time", PERCENT, ("emergency.offered.answer_time", "emergency.offered.answer_time_is"), NOTHING),
    kind(
        "call.abandon_rate",
        PERCENT,
        ("emergency.offered.abandon_rate", "emergency.offered.abandon_rate_is"),
        NOTHING,
    ),
    kind("call.prank_rate", PERCENT, ("emergency.offered.prank_rate", "emergency.offered.prank_rate_is"), NOTHING),
    kind("incident.count", INCIDENTS, ("emergency.offered.incidents", "emergency.offered.incidents_is"), KIND_ONLY),
    kind(
        "incident.dispatch_time",
        PERCENT,
        ("emergency.offered.dispatch_time", "emergency.offered.dispatch_time_is"),
        BOTH,
    ),
    kind(
        "incident.turnout_time",
        PERCENT,
        ("emergency.offered.turnout_time", "emergency.offered.turnout_time_is"),
        BOTH,
    ),
    kind(
        "incident.response_time",
        PERCENT,
        ("emergency.offered.response_time", "emergency.offered.response_time_is"),
        BOTH,
    ),
];

/// The room's figures.
pub struct EmergencyFigures;

fn share(part: usize, whole: usize) -> FigureCount {
    let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
    FigureCount::percent(number(part), number(whole))
}

fn is_meant(sample: &Sample, span: Span, key: &FigureKey) -> bool {
    let district = sample.district.map(|code| code.to_string());
    sample.span == span
        && key.get(TYPE).is_none_or(|code| sample.kind.as_deref() == Some(code))
        && key.get(DISTRICT).is_none_or(|code| district.as_deref() == Some(code))
}

fn within_goal(span: Span, counted: &Between, key: &FigureKey) -> FigureCount {
    let meant = counted.samples.iter().filter(|sample| is_meant(sample, span, key));
    let micros: Vec<i64> = meant.map(|sample| sample.micros).collect();
    share(within(span, &micros).unwrap_or_default(), micros.len())
}

/// One of the figures of what was counted; `None` for a name that is none.
fn figure(key: &FigureKey, counted: &Between) -> Option<FigureCount> {
    let recap = &counted.recap;
    Some(match key.name() {
        "call.count" => FigureCount::number(recap.received),
        "call.answer_time" => {
            let (good, all) = recap.within_count(ANSWER_GOALS_SECONDS[0]);
            share(good, all)
        }
        "call.abandon_rate" => FigureCount::percent(recap.abandoned, recap.received),
        "call.prank_rate" => FigureCount::percent(recap.prank_count(), recap.answered),
        "incident.dispatch_time" => within_goal(Span::Process, counted, key),
        "incident.turnout_time" => within_goal(Span::Turnout, counted, key),
        "incident.response_time" => within_goal(Span::Response, counted, key),
        _ => return None,
    })
}

impl RoomFigures for EmergencyFigures {
    fn kinds(&self) -> &'static [FigureKind] {
        KINDS
    }

    async fn choices(&self, conn: &mut Conn, place: &Arc<Snapshot>, parameter: &str) -> Result<Vec<FigureChoice>> {
        Ok(match parameter {
            TYPE => {
                let types = sql::incident::types(conn).await?;
                types.into_iter().map(|one| FigureChoice::named(one.code, one.name)).collect()
            }
            DISTRICT => place.districts.iter().map(|one| FigureChoice::named(one.code, &one.name)).collect(),
            _ => Vec::new(),
        })
    }

    async fn count(&self, conn: &mut Conn, asked: FigureAsked<'_>) -> Result<FigureCount> {
        let zone = asked.place.calendar.zone;
        let (from, until) = asked.span.instants(zone);
        if asked.key.name() == "incident.count" {
            let by_type = sql::figures::incidents(conn, from, until).await?;
            let meant = by_type.iter().filter(|(code, _)| asked.key.get(TYPE).is_none_or(|kind| kind == code));
            return Ok(FigureCount::number(meant.map(|(_, count)| count).sum()));
        }
        let counted = read::between(conn, (from, until), zone).await?;
        figure(asked.key, &counted).ok_or(Error::NotFound("figure"))
    }
}

#[cfg(test)]
mod tests {
    use simpul_kernel::clock::SECOND_MICROS;

    use super::*;
    use crate::model::recap::Recap;

    fn counted(samples: Vec<Sample>) -> Between {
        Between { recap: Recap::new(&[], Vec::new()), counted: Vec::new(), samples }
    }

    fn sample(seconds: i64, kind: &str, district: i64) -> Sample {
        let micros = seconds * SECOND_MICROS;
        Sample {
            span: Span::Process,
            micros,
            hour: 8,
            kind: Some(kind.to_owned()),
            district: Some(district),
            agency: None,
        }
    }

    #[test]
    fn every_offered_figure_can_be_counted_and_says_nothing_of_nothing() {
        for kind in KINDS.iter().filter(|kind| kind.name != "incident.count") {
            let empty = figure(&FigureKey::new(kind.name).unwrap(), &counted(Vec::new()));
            let empty = empty.unwrap_or_else(|| panic!("{}", kind.name));
            assert_eq!(empty.value, (kind.name == "call.count").then_some((0, 1)), "{}", kind.name);
        }
    }

    #[test]
    fn a_figure_counts_what_it_is_narrowed_to_and_nothing_else() {
        let all = counted(vec![sample(30, "banjir", 1), sample(90, "banjir", 2), sample(20, "longsor", 1)]);
        let of = |text| figure(&FigureKey::parse(text).unwrap(), &all).unwrap();
        assert_eq!(of("incident.dispatch_time"), FigureCount::percent(2, 3));
        assert_eq!(of("incident.dispatch_time{type=banjir}"), FigureCount::percent(1, 2));
        assert_eq!(of("incident.dispatch_time{type=banjir,district=1}"), FigureCount::percent(1, 1));
        assert_eq!(of("incident.dispatch_time{district=9}").value, None);
    }
}
