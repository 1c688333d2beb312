//! `/dinding`: the wall of the operation centre. Trouble first, at most ten numbers, nothing to touch. What stands on
//! it may be seen by whoever passes: counts, kinds and villages, never a person, an address or a citizen's words.

use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Deserialize;
use simpul_emergency::board::{self, ANSWER_GOAL_SECONDS, Standing};
use simpul_emergency::model::stage::Confirmed;
use simpul_emergency::stage::InForce;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS, MINUTE_MICROS};
use simpul_kernel::{Timestamp, format};
use simpul_people::{Emergency112, RegionSettings, Snapshot};
use simpul_report::desk::{self, Rules};
use simpul_report::figures::{self, LateAgency, News};
use simpul_report::model::measure::Figures;
use simpul_report::model::{Measure, Shape, shape_of};
use simpul_report::sql::{Line, PublicFilter, public_page};
use simpul_shell::{DisplayScreen, Page, PageResult, Query, Tag, render};

use super::{agency_name, where_of};
use crate::model::{NEWS_LINES_COUNT, NEWS_MAX_COUNT, NEWS_SECONDS, Wall, news_now};

/// Agencies by name: with their sum, what waits and the month's four figures they are ten numbers at most.
const AGENCY_ROWS_COUNT: usize = 3;
/// Rows of what waits for somebody to take it.
const WAITING_ROWS_COUNT: usize = 3;
/// Rows of incidents to which nobody is on the way.
const WITHOUT_UNIT_ROWS_COUNT: usize = 3;
/// Lines of the journal that change what stands on the wall.
const TOPICS: &str = "report,incident,call,unit,stage,drill";
/// Silence after which the numbers are no longer called true, in seconds: three missed signs of life.
const STALE_SECONDS: u32 = 15;
/// What the map shows around the names of districts where no boundary was imported, in degrees.
const MARGIN_DEGREES: f64 = 0.15;

/// What the address says of the screen: `?jarak=6&lebar=2,42`, both in metres.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    jarak: String,
    lebar: String,
}

#[derive(Template)]
#[template(path = "wall/dinding.html")]
struct WallPage {
    page: Page,
    large: bool,
    title: String,
    clock: String,
    credit: String,
    part: Part,
}

/// What changes on the wall.
#[derive(Template)]
#[template(path = "wall/part.html")]
struct Part {
    page: Page,
    large: bool,
    late: i64,
    figures: Figures,
    agencies: Vec<(String, i64)>,
    more: i64,
    waiting: i64,
    oldest: Vec<Row>,
    news: Vec<Row>,
    map: MapView,
    /// The operation centre's stage, from the second on.
    stage: Option<StageRow>,
    /// How 112 stands, where the region has it.
    emergency: Option<Half>,
}
impl HtmlSafe for Part {}

/// The stage as the wall shows it.
struct StageRow {
    level: i64,
    text: String,
    since: String,
}

/// The emergency half. With it, the other half shows two numbers, so that ten stay the most.
struct Half {
    standing: Standing,
    rows: Vec<Row>,
    oldest: Option<String>,
    /// 112 is being tried out, or is not in force yet.
    note: Option<&'static str>,
}

impl Half {
    fn answered(&self, page: &Page) -> String {
        self.standing.answered_in_time.map_or_else(|| "–".to_owned(), |share| page.percent(share * 100.0))
    }

    fn goal(&self) -> i64 {
        ANSWER_GOAL_SECONDS
    }
}

/// A line of a list.
struct Row {
    tag: Tag,
    text: String,
    when: String,
}

/// Where the map looks, and what it shows.
struct MapView {
    bbox: String,
    centre: String,
    zoom: f64,
}

/// The wall.
pub async fn show(screen: DisplayScreen, Query(asked): Query<Asked>) -> PageResult {
    let wall = Wall::parse(&asked.jarak, &asked.lebar);
    let zone = screen.region().zone;
    let page = screen.page("wall.wall.title");
    let part = Part::read(&screen, page.clone(), &wall).await?;
    let page = page
        .style("maplibre-gl.css")
        .module("peta.js")
        .script("dinding.js")
        .body_data("live", format!("/api/v1/live?topics={TOPICS}"))
        .body_data("part", format!("/dinding/isi?{}&lang={}", wall.query(), screen.lang.code()))
        .body_data("part-every", NEWS_SECONDS.to_string())
        .body_data("stale-after", STALE_SECONDS.to_string())
        .body_data("distance", wall.distance_m.to_string())
        .body_data("width", wall.width_m.to_string())
        .body_data("zone", zone.name())
        .body_data("offset", (i32::from(zone.offset_hours()) * 60).to_string());
    let now = screen.now();
    let clock = format::time(screen.lang, zone, now);
    render(&WallPage {
        large: wall.is_large(),
        title: if wall.is_large() { screen.region().name.clone() } else { screen.region().full_name() },
        clock: format!("{clock}  {}", format::date_short(screen.lang, zone, now)),
        credit: page.map_credit(),
        page,
        part,
    })
}

/// The part that follows the stream.
pub async fn part(screen: DisplayScreen, Query(asked): Query<Asked>) -> PageResult {
    let wall = Wall::parse(&asked.jarak, &asked.lebar);
    render(&Part::read(&screen, screen.page("wall.wall.title"), &wall).await?)
}

impl Part {
    /// Whose work is late, without its numbers.
    fn agency_names(&self) -> String {
        self.agencies.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    }

    async fn read(screen: &DisplayScreen, page: Page, wall: &Wall) -> simpul_store::Result<Part> {
        let (now, place) = (screen.now(), &screen.place);
        let month = figures::month_of_wall(place, now, async || screen.read().await).await?;
        let mut conn = screen.read().await?;
        let rules = desk::rules(&mut conn).await?;
        let late = figures::public_late_by_agency(&mut conn, now).await?;
        let waiting = figures::waiting(&mut conn).await?;
        let oldest = figures::oldest_waiting(&mut conn, WAITING_ROWS_COUNT as i64).await?;
        let steps = figures::latest(&mut conn, NEWS_MAX_COUNT as i64).await?;
        let new = public_page(&mut conn, &PublicFilter::default(), now, NEWS_MAX_COUNT as i64).await?;
        let standing = board::standing(&mut conn, place, now).await?;
        let in_force = simpul_emergency::stage::in_force(&mut conn).await?;
        drop(conn);
        let words = Words { page: &page, place, rules: &rules };
        let rows = wall.rows();
        let named = rows.min(AGENCY_ROWS_COUNT);
        let all_late = late.iter().map(|late| late.count).sum::<i64>();
        // What is not shown by its agency stays in the sum.
        let more = all_late - late.iter().take(named).map(|late| late.count).sum::<i64>();
        Ok(Part {
            large: wall.is_large(),
            agencies: late.iter().take(named).map(|late| words.agency(late)).collect(),
            more,
            oldest: oldest.iter().take(rows).map(|line| words.waiting(line)).collect(),
            news: words.news(&new, &steps, if wall.is_large() { 1 } else { NEWS_LINES_COUNT }),
            map: MapView::of(place, &screen.region().settings),
            stage: words.stage(&in_force),
            emergency: words.half(standing, screen.region().settings.emergency_112, rows),
            late: all_late,
            figures: month.all.clone(),
            waiting,
            page: page.clone(),
        })
    }
}

/// What says things in the viewer's language.
struct Words<'a> {
    page: &'a Page,
    place: &'a Arc<Snapshot>,
    rules: &'a Rules,
}

impl Words<'_> {
    fn agency(&self, late: &LateAgency) -> (String, i64) {
        let name = agency_name(self.place, late.agency).unwrap_or_else(|| self.page.t("wall.coordinator"));
        (name, late.count)
    }

    /// "Lampu jalan, Kappuna".
    fn what_and_where(&self, category: &str, village: Option<i64>, district: Option<i64>) -> String {
        let name = self.rules.category(category).map_or(category, |category| category.name(self.page.lang));
        let parts = [name.to_owned(), where_of(self.place, village, district)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    fn waiting(&self, line: &Line) -> Row {
        let age = self.page.now.micros_since(line.reported);
        // The largest unit alone is enough from six metres.
        let unit = if age >= DAY_MICROS { DAY_MICROS } else { HOUR_MICROS };
        let age = if age >= HOUR_MICROS { age - age % unit } else { age };
        Row {
            tag: tag(shape_of(line.status, line.due, self.page.now)),
            text: self.what_and_where(&line.category, line.village, line.district),
            when: format::duration(self.page.lang, age),
        }
    }

    /// "hujan lebat Rongkong, Seko. Kec. Seko: 3 dari 5": nothing while all is normal.
    fn stage(&self, found: &InForce) -> Option<StageRow> {
        let district = |one: &Confirmed| {
            let name = where_of(self.place, None, one.district);
            let level = one.stage.level().to_string();
            self.page.tx("wall.wall.stage_of", [("district", name.as_str()), ("n", level.as_str())])
        };
        let own = found.region.as_ref().filter(|one| one.stage.is_public());
        let since = own.or(found.districts.first())?.at;
        let note = own.map(|one| one.note.clone()).filter(|note| !note.is_empty());
        let parts = note.into_iter().chain(found.districts.iter().map(district));
        Some(StageRow {
            level: found.stage().level(),
            text: parts.collect::<Vec<_>>().join(" · "),
            since: format::stamp_near(self.page.lang, self.place.region.zone, self.page.now, since),
        })
    }

    /// The emergency half: where 112 is in force or tried out, or where units are kept already.
    fn half(&self, standing: Standing, state: Emergency112, rows: usize) -> Option<Half> {
        if state == Emergency112::Inactive && !standing.has_units && standing.board.active == 0 {
            return None;
        }
        let shown = standing.waiting.iter().take(rows.min(WITHOUT_UNIT_ROWS_COUNT)).map(|waiting| {
            let parts = [waiting.kind.clone(), waiting.place.clone()];
            let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            let text = format!("P{} {text}", waiting.priority.level());
            Row { tag: Tag::Late, text, when: self.age(waiting.since) }
        });
        Some(Half {
            rows: shown.collect(),
            oldest: standing.board.oldest.map(|oldest| self.age(oldest)),
            note: match state {
                Emergency112::Active => None,
                Emergency112::Trial => Some("wall.wall.trial"),
                Emergency112::Inactive => Some("wall.wall.inactive"),
            },
            standing,
        })
    }

    /// How long ago, in the largest unit alone: that is enough from six metres.
    fn age(&self, since: Timestamp) -> String {
        let age = self.page.now.micros_since(since).max(0);
        let unit = match age {
            age if age >= DAY_MICROS => DAY_MICROS,
            age if age >= HOUR_MICROS => HOUR_MICROS,
            _ => MINUTE_MICROS,
        };
        format::duration(self.page.lang, age - age % unit)
    }

    /// The lines whose turn it is, of new reports and of steps together.
    fn news(&self, new: &[Line], steps: &[News], lines: usize) -> Vec<Row> {
        let came = new.iter().map(|line| {
            let what = self.what_and_where(&line.category, line.village, line.district);
            (line.reported, Tag::New, self.page.t1("wall.news.submitted", "what", what))
        });
        let stepped = steps.iter().filter_map(|news| {
            let what = self.what_and_where(&news.category, news.village, news.district);
            let (tag, key) = step_words(&news.kind)?;
            Some((news.at, tag, self.page.t1(key, "what", what)))
        });
        let mut all: Vec<(Timestamp, Tag, String)> = came.chain(stepped).collect();
        all.sort_by_key(|(at, _, _)| std::cmp::Reverse(*at));
        all.truncate(NEWS_MAX_COUNT);
        let times: Vec<Timestamp> = all.iter().map(|(at, _, _)| *at).collect();
        let shown = news_now(&times, self.page.now, lines);
        let (lang, zone) = (self.page.lang, self.page.zone());
        let rows = all.drain(shown).map(|(at, tag, text)| {
            let today = zone.date(at) == zone.date(self.page.now);
            let when = if today { format::time(lang, zone, at) } else { format::stamp(lang, zone, at) };
            Row { tag, text, when }
        });
        rows.collect()
    }
}

/// The sentence for a step and its shape; `None` for steps that are no news to those who pass by.
fn step_words(kind: &str) -> Option<(Tag, &'static str)> {
    Some(match kind {
        "report.verified" => (Tag::New, "wall.news.verified"),
        "report.assigned" => (Tag::New, "wall.news.assigned"),
        "report.started" => (Tag::Work, "wall.news.started"),
        "report.planned" => (Tag::Work, "wall.news.planned"),
        "report.reopened" => (Tag::Work, "wall.news.reopened"),
        "report.resolved" => (Tag::Done, "wall.news.resolved"),
        "report.closed" | "report.confirmed" => (Tag::Done, "wall.news.closed"),
        "report.late" => (Tag::Late, "wall.news.late"),
        "report.out_of_authority" => (Tag::Off, "wall.news.out_of_authority"),
        _ => return None,
    })
}

fn tag(shape: Shape) -> Tag {
    match shape {
        Shape::New => Tag::New,
        Shape::Work => Tag::Work,
        Shape::Done => Tag::Done,
        Shape::Late => Tag::Late,
        Shape::Off => Tag::Off,
    }
}

impl MapView {
    /// The boundaries, or the names of the districts with a margin, or where the region has set it.
    fn of(place: &Snapshot, settings: &RegionSettings) -> MapView {
        let labels = place.districts.iter().filter_map(|district| district.label);
        let around = labels
            .map(|label| [label.lon(), label.lat(), label.lon(), label.lat()])
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
        let margin = MARGIN_DEGREES;
        let around = around.map(|[w, s, e, n]| [w - margin, s - margin, e + margin, n + margin]);
        let bbox = place.bbox().or(around);
        let bbox = bbox.map(|edges| edges.map(|edge| format!("{edge:.4}")).join(","));
        let centre = settings.center.map(|(lat, lon)| format!("{lat},{lon}"));
        MapView { bbox: bbox.unwrap_or_default(), centre: centre.unwrap_or_default(), zoom: settings.zoom }
    }

    /// Whether there is anywhere to look at.
    fn is_known(&self) -> bool {
        !self.bbox.is_empty() || !self.centre.is_empty()
    }
}
