//! `/`: what a citizen comes for. No script, no session; small enough for a slow net.

use std::collections::HashMap;

use askama::Template;
use simpul_emergency::pages::stage::StageLine;
use simpul_kernel::format;
use simpul_people::model::area::dotted;
use simpul_people::{Emergency112, RegionSettings};
use simpul_report::figures::{self, DistrictFigures, Figures};
use simpul_report::public_figures;
use simpul_shell::{Page, PageResult, Site, render};

use crate::areas::{self, Drawing};

/// Most agencies that the public list of late work names.
const AGENCIES_MAX_COUNT: usize = 12;

#[derive(Template)]
#[template(path = "wall/home.html")]
struct HomePage {
    page: Page,
    stage: StageLine,
    month: String,
    figures: Figures,
    /// Half of the month's answers came within so many working hours: the same number as on the wall.
    answer_hours: Option<f64>,
    districts: Vec<DistrictRow>,
    drawing: Option<Map>,
    agencies: Vec<(String, i64)>,
    more: i64,
    emergency: Emergency112,
    numbers: Vec<EmergencyNumber>,
    example: String,
}

/// A district in the table.
struct DistrictRow {
    name: String,
    code: String,
    figures: DistrictFigures,
}

/// The drawing with the month's counts in it.
struct Map {
    drawing: Drawing,
    areas: Vec<MapArea>,
}

struct MapArea {
    path: String,
    /// How dark, from 0 to 1; empty without reports.
    shade: String,
    x: i64,
    y: i64,
    received: i64,
}

/// A telephone number for an emergency.
struct EmergencyNumber {
    label: &'static str,
    number: String,
}

/// The numbers that work where 112 does not.
fn numbers_of(settings: &RegionSettings) -> Vec<EmergencyNumber> {
    let all = [
        ("wall.home.psc", &settings.phone_psc),
        ("wall.home.fire", &settings.phone_fire),
        ("wall.home.police", &settings.phone_police),
    ];
    let filled = all.into_iter().filter(|(_, number)| !number.is_empty());
    filled.map(|(label, number)| EmergencyNumber { label, number: number.clone() }).collect()
}

/// The home page.
pub async fn show(site: Site) -> PageResult {
    let now = site.now();
    let place = &site.place;
    let month = figures::month_of(&place.calendar, now);
    let answer_hours = figures::month_of_wall(place, now, async || site.read().await).await?.all.answer_time.median();
    let mut conn = site.read().await?;
    let figures = public_figures::between(&mut conn, month, now).await?;
    let by_district = public_figures::districts(&mut conn, month, now).await?;
    let page = site.page("wall.home.title").without_news();
    let stage = StageLine::public(&mut conn, &page, place).await?;
    let late = if site.region().settings.public_agency_names {
        figures::public_late_by_agency(&mut conn, now).await?
    } else {
        Vec::new()
    };
    drop(conn);
    let by_district: HashMap<i64, DistrictFigures> = by_district.into_iter().map(|row| (row.district, row)).collect();
    let zone = site.region().zone;
    let date = zone.date(now);
    let settings = &site.region().settings;
    let named = late.iter().filter_map(|late| Some((place.agency(late.agency?)?.name.clone(), late.count)));
    let agencies: Vec<_> = named.take(AGENCIES_MAX_COUNT).collect();
    render(&HomePage {
        month: format!("{} {}", format::month(site.lang, date.month().into()), date.year()),
        districts: districts(&site, &by_district),
        drawing: areas::of(place).drawing.clone().map(|drawing| draw(drawing, &by_district)),
        // What has no agency, and what is not shown by its agency, stays in the sum.
        more: figures.late - agencies.iter().map(|(_, count)| count).sum::<i64>(),
        agencies,
        figures,
        answer_hours,
        emergency: settings.emergency_112,
        numbers: numbers_of(settings),
        example: format!("{}-{:02}{:02}-0042", site.region().prefix, date.year() % 100, u8::from(date.month())),
        stage,
        page,
    })
}

/// Every district by name, those without reports too: a zero is an answer.
fn districts(site: &Site, by_district: &HashMap<i64, DistrictFigures>) -> Vec<DistrictRow> {
    let none = |district| DistrictFigures { district, received: 0, fixed: 0, late: 0 };
    let rows = site.place.districts.iter().map(|district| DistrictRow {
        name: district.name.clone(),
        code: dotted(district.code),
        figures: by_district.get(&district.code).cloned().unwrap_or_else(|| none(district.code)),
    });
    let mut rows: Vec<DistrictRow> = rows.collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

fn draw(drawing: Drawing, by_district: &HashMap<i64, DistrictFigures>) -> Map {
    let received = |code: i64| by_district.get(&code).map_or(0, |row| row.received);
    let most = drawing.areas.iter().map(|area| received(area.code)).max().unwrap_or(0).max(1);
    let areas = drawing.areas.iter().map(|area| {
        let count = received(area.code);
        MapArea {
            path: area.path.clone(),
            // From a tenth, which can be told from nothing, to six tenths, on which the number can be read.
            shade: if count > 0 { format!("{:.2}", 0.1 + 0.5 * count as f64 / most as f64) } else { String::new() },
            x: area.x,
            y: area.y,
            received: count,
        }
    });
    Map { areas: areas.collect(), drawing }
}
