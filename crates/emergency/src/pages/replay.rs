//! `/112/kejadian/{number}/putar` and `/112/putar`: an incident, or the whole room between two moments, as it happened.
//! Each step is a row that says how things stood after it, so that it can be read without a script; with one, the rows
//! follow a slider.

use std::collections::BTreeMap;

use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::{Zone, parse_date};
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::format;
use simpul_kernel::journal::JournalLine;
use simpul_shell::{ApiResult, FormView, Officer, Page, PageError, PageResult, Path, Query, etag, render};
use uuid::Uuid;

use super::CanSeeConsole;
use super::parts::names::time_of_day;
use super::view::type_name;
use crate::actions::INCIDENT;
use crate::board::spots_of;
use crate::model::replay::{IncidentThen, Picture, SPEEDS};
use crate::model::{Incident, number};
use crate::replay::{self, Reel};
use crate::sql;

/// Longest span that is played at once, in hours.
pub const SPAN_MAX_HOURS: i64 = 24;

/// One step.
struct StepRow {
    at: Timestamp,
    /// Since the beginning, as a timer.
    since: String,
    what: String,
    drill: bool,
    /// How things stood after it.
    state: Vec<String>,
}

#[derive(Template)]
#[template(path = "emergency/replay.html")]
struct ReplayPage {
    page: Page,
    form: FormView,
    heading: String,
    back: Option<String>,
    is_room: bool,
    from: Timestamp,
    until: Timestamp,
    columns: Vec<String>,
    /// How things stood when it begins.
    begins: Vec<String>,
    rows: Vec<StepRow>,
    is_cut: bool,
    points: String,
    bbox: String,
    centre: String,
}

impl ReplayPage {
    fn speeds(&self) -> [i64; 5] {
        SPEEDS
    }

    fn seconds(&self, at: &Timestamp) -> i64 {
        at.micros_since(self.from).max(0) / SECOND_MICROS
    }

    fn clock(&self, at: &Timestamp) -> String {
        time_of_day(&self.page, *at)
    }
}

/// What says the steps in the reader's language.
struct Words<'a> {
    page: &'a Page,
    signs: BTreeMap<Uuid, String>,
    numbers: BTreeMap<Uuid, String>,
}

impl Words<'_> {
    /// What a line says, where it says something to people: that a moment passed, or that a row is drawn anew, is none.
    fn did(&self, line: &JournalLine) -> Option<String> {
        let body: Value = serde_json::from_str(&line.body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default();
        let key = format!("emergency.did.{}", line.kind);
        let mut parts = vec![self.page.knows(&key).then(|| self.page.t(&key))?];
        let unit = text("unit").parse::<Uuid>().ok().unwrap_or(line.subject_id);
        parts.extend(self.signs.get(&unit).cloned());
        parts.extend(self.numbers.get(&line.subject_id).cloned());
        match line.kind.as_str() {
            "incident.unit_moved" => parts.push(self.page.t(&format!("emergency.dispatch_status.{}", text("status")))),
            "unit.status" => parts.push(self.page.t(&format!("emergency.unit_status.{}", text("status")))),
            "call.classified" => parts.push(self.page.t(&format!("emergency.class.{}", text("class")))),
            _ => {}
        }
        Some(parts.join(" · "))
    }

    /// Columns of an incident: its state, its units, its calls.
    fn of_incident(&self, picture: &Picture, id: Uuid) -> Vec<String> {
        let Some(incident) = picture.incidents.get(&id) else {
            return vec!["–".to_owned(), "–".to_owned(), picture.calls.len().to_string()];
        };
        let state = self.page.t(&format!("emergency.incident_status.{}", incident.status.name()));
        let units: Vec<String> = picture.incidents.values().flat_map(|one| self.out_of(one)).collect();
        let units = if units.is_empty() { "–".to_owned() } else { units.join(", ") };
        vec![format!("P{} {state}", incident.priority.level()), units, picture.calls.len().to_string()]
    }

    fn out_of(&self, incident: &IncidentThen) -> Vec<String> {
        let out = incident.dispatches.values().filter(|(_, status)| status.is_out());
        let one = |(unit, status): &(Uuid, crate::model::DispatchStatus)| {
            let sign = self.signs.get(unit).cloned().unwrap_or_default();
            format!("{sign} {}", self.page.t(&format!("emergency.dispatch_status.{}", status.name())))
        };
        out.map(one).collect()
    }

    /// Columns of the room: what the wall counted.
    fn of_room(&self, picture: &Picture) -> Vec<String> {
        let board = picture.board();
        let units = format!("{} / {} / {}", board.free, board.busy, board.out_of_service);
        let counts = [picture.ringing(), board.active, board.first, picture.without_unit()];
        counts.iter().map(ToString::to_string).chain([units, board.drill.to_string()]).collect()
    }

    fn rows(&self, reel: &Reel, from: Timestamp, state: impl Fn(&Picture) -> Vec<String>) -> Vec<StepRow> {
        let mut rows = Vec::new();
        reel.walk(|line, picture| {
            let Some(what) = self.did(line) else { return };
            rows.push(StepRow {
                at: line.at,
                since: format::timer(line.at.micros_since(from).max(0)),
                what,
                drill: is_drill(line, picture),
                state: state(picture),
            });
        });
        rows
    }
}

fn is_drill(line: &JournalLine, picture: &Picture) -> bool {
    let id = &line.subject_id;
    picture.calls.get(id).is_some_and(|call| call.drill)
        || picture.incidents.get(id).is_some_and(|incident| incident.drill)
        || picture.units.get(id).is_some_and(|(_, drill)| *drill)
}

async fn words<'a>(
    conn: &mut simpul_store::Conn,
    page: &'a Page,
    incidents: impl IntoIterator<Item = Uuid>,
) -> simpul_store::Result<(Words<'a>, Vec<Incident>)> {
    let mut found = Vec::new();
    for id in incidents {
        found.extend(sql::incident::by_id(conn, id).await?);
    }
    let signs = sql::replay::signs(conn).await?.into_iter().collect();
    let numbers = found.iter().map(|one| (one.id, number::shown(one.serial))).collect();
    Ok((Words { page, signs, numbers }, found))
}

/// All incidents that a reel tells of.
fn incidents_of(reel: &Reel) -> Vec<Uuid> {
    let later = reel.lines.iter().filter(|line| line.subject_kind == INCIDENT).map(|line| line.subject_id);
    let mut ids: Vec<Uuid> = reel.before.incidents.keys().copied().chain(later).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// An incident from its first call to its end.
pub async fn incident(officer: Officer<CanSeeConsole>, Path(typed): Path<String>) -> PageResult {
    let serial = number::read(&typed).ok_or_else(PageError::not_found)?;
    let mut conn = officer.read().await?;
    let found = sql::incident::by_serial(&mut conn, serial).await?.ok_or_else(PageError::not_found)?;
    let reel = replay::of_incident(&mut conn, &found).await?;
    let page = officer.page("emergency.replay.title").at("/112").module("putar.js").style("konsol.css");
    let (words, _) = words(&mut conn, &page, incidents_of(&reel)).await?;
    let types = sql::incident::types(&mut conn).await?;
    drop(conn);
    let from = reel.lines.first().map_or(found.received, |line| line.at);
    let rows = words.rows(&reel, from, |picture| words.of_incident(picture, found.id));
    let shown = number::shown(found.serial);
    let heading = format!("{shown} {}", type_name(&types, &found.kind));
    let columns = ["state", "units", "calls"].map(|name| page.t(&format!("emergency.replay.{name}")));
    render(&ReplayPage {
        form: officer.form(),
        heading: heading.clone(),
        back: Some(format!("/112/kejadian/{shown}")),
        is_room: false,
        until: rows.last().map_or(from, |row| row.at),
        from,
        columns: columns.to_vec(),
        begins: vec!["–".to_owned(); columns.len()],
        rows,
        is_cut: reel.is_cut,
        points: String::new(),
        bbox: String::new(),
        centre: String::new(),
        page: page.clone().title_with("emergency.replay.of", "what", &heading),
    })
}

/// Which span: a day, and two times of it. A span that ends before it begins ends on the next day.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    hari: String,
    dari: String,
    sampai: String,
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().replace('.', ":").split_once(':').map(|(h, m)| (h.to_owned(), m.to_owned()))?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl Asked {
    /// The span; the last hour where nothing, or nothing that can be read, is asked.
    fn span(&self, zone: Zone, now: Timestamp) -> (Timestamp, Timestamp) {
        let usual = (now.plus_micros(-HOUR_MICROS), now);
        let Some(date) = parse_date(&self.hari) else { return usual };
        let Some((from, until)) = minute(&self.dari).zip(minute(&self.sampai)) else { return usual };
        let (from, mut end) = (zone.instant(date, from), zone.instant(date, until));
        if end <= from {
            end = end.plus_micros(DAY_MICROS);
        }
        (from, end.min(from.plus_micros(SPAN_MAX_HOURS * HOUR_MICROS)))
    }

    /// The same as a form has it.
    fn shown(zone: Zone, (from, until): (Timestamp, Timestamp)) -> Asked {
        let clock = |at: Timestamp| {
            let local = zone.local(at);
            format!("{:02}:{:02}", local.hour(), local.minute())
        };
        let date = zone.date(from);
        // A span's last minute is whole.
        let until = until.plus_micros(MINUTE_MICROS - 1);
        Asked {
            hari: format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()),
            dari: clock(from),
            sampai: clock(until),
        }
    }

    fn query(&self) -> String {
        format!("hari={}&dari={}&sampai={}", self.hari, self.dari, self.sampai)
    }
}

/// The whole room between two moments.
pub async fn room(officer: Officer<CanSeeConsole>, Query(asked): Query<Asked>) -> PageResult {
    let zone = officer.region().zone;
    let asked = Asked::shown(zone, asked.span(zone, officer.now()));
    let (from, until) = asked.span(zone, officer.now());
    let mut conn = officer.read().await?;
    let reel = replay::of_room(&mut conn, from, until).await?;
    let page = officer.page("emergency.replay.title").at("/112").style("maplibre-gl.css").style("konsol.css");
    let page = page.module("peta.js").module("putar.js");
    let (words, _) = words(&mut conn, &page, incidents_of(&reel)).await?;
    drop(conn);
    let rows = words.rows(&reel, from, |picture| words.of_room(picture));
    let begins = words.of_room(&reel.before);
    let names = ["ringing", "active", "first", "without_unit", "unit_counts", "drill"];
    let bbox = officer.place.bbox().map(|edges| edges.map(|edge| format!("{edge:.4}")).join(","));
    let centre = officer.region().settings.center.map(|(lat, lon)| format!("{lat},{lon}"));
    render(&ReplayPage {
        form: officer.form().fill("hari", &asked.hari).fill("dari", &asked.dari).fill("sampai", &asked.sampai),
        heading: page.t("emergency.replay.title"),
        back: None,
        is_room: true,
        from,
        until,
        columns: names.iter().map(|name| page.t(&format!("emergency.replay.{name}"))).collect(),
        begins,
        rows,
        is_cut: reel.is_cut,
        points: format!("/112/putar/peta.geojson?{}", asked.query()),
        bbox: bbox.unwrap_or_default(),
        centre: centre.unwrap_or_default(),
        page: page.clone(),
    })
}

/// What goes onto the map at which second of the span: each incident once, with the moments at which it changed.
pub async fn points(officer: Officer<CanSeeConsole>, Query(asked): Query<Asked>) -> ApiResult {
    let (from, until) = asked.span(officer.region().zone, officer.now());
    let mut conn = officer.read().await?;
    let reel = replay::of_room(&mut conn, from, until).await?;
    let mut moments: BTreeMap<Uuid, Vec<(i64, &'static str)>> = BTreeMap::new();
    let mut note = |at: i64, picture: &Picture| {
        for (id, incident) in &picture.incidents {
            let list = moments.entry(*id).or_default();
            let now = mark(picture, *id, incident);
            if list.last().is_none_or(|(_, before)| *before != now) {
                list.push((at, now));
            }
        }
    };
    note(0, &reel.before);
    reel.walk(|line, picture| note(line.at.micros_since(from).max(0) / SECOND_MICROS, picture));
    let mut found = Vec::new();
    for id in moments.keys() {
        found.extend(sql::incident::by_id(&mut conn, *id).await?);
    }
    let mut features = Vec::new();
    for incident in &found {
        // One by one: what lies in one village stands beside each other as on the wall of that moment.
        for spot in spots_of(&mut conn, &officer.place, std::slice::from_ref(incident), |_| false).await? {
            let mut feature = super::board::feature(&spot);
            feature["properties"]["moments"] = json!(moments.get(&incident.id));
            features.push(feature);
        }
    }
    drop(conn);
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    Ok(etag::answer(officer.headers(), "application/geo+json", text))
}

/// How an incident is drawn.
fn mark(picture: &Picture, id: Uuid, incident: &IncidentThen) -> &'static str {
    match (incident.status.is_active(), picture.lacks_unit(id, incident)) {
        (false, _) => "gone",
        (true, true) => "trouble",
        (true, false) => "work",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_read_in_the_regions_zone_and_is_never_longer_than_a_day() {
        let now = Timestamp(1_793_581_200_000_000);
        let asked = |dari: &str, sampai: &str| Asked {
            hari: "2026-11-02".to_owned(),
            dari: dari.to_owned(),
            sampai: sampai.to_owned(),
        };
        let (from, until) = asked("14:00", "15.30").span(Zone::Wita, now);
        assert_eq!(
            (format::iso(from, Zone::Wita).as_str(), until.micros_since(from)),
            ("2026-11-02T14:00:00+08:00", 90 * MINUTE_MICROS)
        );
        let (from, until) = asked("22:00", "02:00").span(Zone::Wita, now);
        assert_eq!(until.micros_since(from), 4 * HOUR_MICROS, "over midnight");
        for (dari, sampai) in [("25:00", "26:00"), ("", ""), ("x", "1:00")] {
            assert_eq!(asked(dari, sampai).span(Zone::Wita, now), (now.plus_micros(-HOUR_MICROS), now), "{dari}");
        }
        let shown = Asked::shown(Zone::Wita, asked("14:00", "15:30").span(Zone::Wita, now));
        assert_eq!(shown.query(), "hari=2026-11-02&dari=14:00&sampai=15:30");
    }
}
