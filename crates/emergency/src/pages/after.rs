//! The after-action part of an incident's page: what happened when, times against their goals, what was recommended and
//! what was sent, what the callers were asked, recordings, and what is learned of it.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::{Timestamp, format};
use simpul_people::Snapshot;
use simpul_shell::{Choice, FormView, Page};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::parts::call_story::CallStory;
use super::parts::names::time_of_day;
use super::protocol;
use super::sketch::SketchView;
use crate::model::after::{Advice, Advised, Happened, Lesson, Measured, measured, timeline};
use crate::model::offer::{FollowUp, Offered};
use crate::model::{Call, Unit, number};
use crate::read::Whole;
use crate::sql;

/// A call about the incident, without who called.
struct Told {
    call: Call,
    recorded: bool,
    answers: Vec<(String, String)>,
    story: CallStory,
}

/// What belongs to the incident afterwards.
#[derive(Template)]
#[template(path = "emergency/after.html")]
pub struct AfterAction {
    page: Page,
    form: FormView,
    number: String,
    timeline: Vec<Happened>,
    measured: Vec<Measured>,
    advices: Vec<Advice>,
    calls: Vec<Told>,
    offers: Vec<Offered>,
    follow_ups: Vec<(FollowUp, String)>,
    lessons: Vec<(Lesson, String)>,
    agencies: Vec<Choice>,
    has_point: bool,
    sketch: Option<SketchView>,
    credit: String,
    centre: String,
    takes: bool,
    reviews: bool,
}
impl HtmlSafe for AfterAction {}

/// What is asked of the page: which forms it has.
pub struct Look {
    /// Whether whoever looks takes calls.
    pub takes: bool,
    /// Whether they look back at incidents.
    pub reviews: bool,
    /// Whether it is for paper.
    pub paper: bool,
}

impl AfterAction {
    /// Reads it.
    pub async fn of(
        conn: &mut Conn,
        page: &Page,
        place: &Snapshot,
        whole: &Whole,
        units: &[Unit],
        form: &FormView,
        look: Look,
    ) -> Result<AfterAction> {
        let incident = &whole.incident;
        let sign = |id: Uuid| units.iter().find(|unit| unit.id == id).map(|unit| unit.call_sign.clone());
        let sign = |id: Uuid| sign(id).unwrap_or_default();
        let mut calls = Vec::new();
        for call in &whole.calls {
            let recorded = sql::call::caller(conn, call.id).await?.recording_url.is_some();
            let answers = protocol::told(conn, call.id).await?;
            let story = CallStory::of(conn, page, place, call.id).await?;
            calls.push(Told { call: call.clone(), recorded, answers, story });
        }
        let name = |agency: Uuid| place.agency(agency).map(|agency| agency.short.clone()).unwrap_or_default();
        let follow_ups = sql::offer::follow_ups(conn, incident.id).await?;
        let lessons = sql::after::lessons(conn, incident.id).await?;
        let agencies = place.active_agencies().map(|agency| Choice::new(agency.id, agency.name.clone()));
        Ok(AfterAction {
            number: number::shown(incident.serial),
            timeline: timeline(incident, &whole.calls, &whole.dispatches, sign),
            measured: measured(incident, &whole.dispatches, sign),
            advices: sql::after::advices(conn, incident.id).await?,
            offers: sql::offer::of_incident(conn, incident.id).await?,
            follow_ups: follow_ups.into_iter().map(|left| (left.clone(), name(left.agency))).collect(),
            lessons: lessons.into_iter().map(|lesson| (lesson.clone(), name(lesson.agency))).collect(),
            agencies: agencies.collect(),
            has_point: incident.site.point.is_some() && !look.paper,
            sketch: look.paper.then(|| SketchView::of(page, place, whole, units)).flatten(),
            credit: page.map_credit(),
            centre: incident.site.point.map(|at| format!("{},{}", at.lat(), at.lon())).unwrap_or_default(),
            calls,
            page: page.clone(),
            form: form.clone(),
            takes: look.takes,
            reviews: look.reviews,
        })
    }

    /// Goals are seconds: so are the times.
    fn clock(&self, at: &Timestamp) -> String {
        let day = format::date_long(self.page.lang, self.page.zone(), *at);
        format!("{day} {}", time_of_day(&self.page, *at))
    }

    fn what(&self, happened: &Happened) -> String {
        self.page.t(&format!("emergency.after.what.{}", happened.what))
    }

    fn span(&self, measured: &Measured) -> String {
        self.page.t(&format!("emergency.after.span.{}", measured.name))
    }

    /// Minutes and seconds.
    fn took(&self, micros: &Option<i64>) -> String {
        micros.map_or_else(|| "–".to_owned(), clock)
    }

    fn advised(&self, advised: &Advised) -> String {
        let kind = |kind: &str| self.page.t(&format!("emergency.unit_kind.{kind}"));
        let units = advised.units.iter().map(|unit| match unit.way_m {
            #[expect(clippy::cast_precision_loss, reason = "metres within a region")]
            Some(metres) => format!("{} ({} km)", unit.sign, self.page.decimal(metres as f64 / 1000.0, 1)),
            None => unit.sign.clone(),
        });
        let short = advised.short.iter().map(|short| {
            let (found, wanted, kind) = (short.found.to_string(), short.wanted.to_string(), kind(&short.kind));
            let args = [("found", found.as_str()), ("wanted", wanted.as_str()), ("kind", kind.as_str())];
            let unfit = short.unfit.iter().map(|(sign, why, value)| format!("{sign}: {}", self.why(why, *value)));
            let unfit: Vec<String> = unfit.collect();
            format!("{} {}", self.page.tx("emergency.incident.short", args), unfit.join("; ")).trim().to_owned()
        });
        let all: Vec<String> = units.chain(short).collect();
        if all.is_empty() { "–".to_owned() } else { all.join(" · ") }
    }

    fn why(&self, why: &str, value: i64) -> String {
        match why {
            "stale" => self.page.t1("emergency.unfit.stale", "minutes", value),
            "far" => self.page.t1("emergency.unfit.far", "km", value),
            "nowhere" => self.page.t("emergency.unfit.nowhere"),
            status => self.page.t(&format!("emergency.unit_status.{status}")),
        }
    }

    fn is_late(&self, lesson: &Lesson) -> bool {
        lesson.is_late(self.page.now)
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/kejadian/{}/{deed}", self.number)
    }
}

/// A span as `4:07` or `1:04:07`.
pub fn clock(micros: i64) -> String {
    let seconds = micros / simpul_kernel::clock::SECOND_MICROS;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn a_span_is_told_as_a_clock_tells_it() {
        assert_eq!((clock(7_400_000).as_str(), clock(247_000_000).as_str()), ("0:07", "4:07"));
        assert_eq!(clock(3_847_000_000), "1:04:07");
    }
}
