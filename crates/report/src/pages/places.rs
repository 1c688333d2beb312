//! "Laporan per kecamatan": what came in where and what became of it, in numbers that each lead to the reports behind
//! them; and the form by which somebody follows a place.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::area::AreaCode;
use simpul_people::model::area::dotted;
use simpul_shell::{Choice, Form, FormView, Page, PageResult, Query, Redirect, Shared, Site, render, render_refused};
use simpul_store::Error;

use super::track::{Ways, request};
use super::view::agency_full;
use crate::actions::Wants;
use crate::desk;
use crate::model::span;
use crate::model::watching::WatchedPlace;
use crate::public_figures::{self, Counted};

/// Counting walks all reports of a year: everybody who looks within this time is told the same.
const FIGURES_FRESH: Duration = Duration::from_secs(60);

/// What was counted, by district and, where the region shows it, by agency.
#[derive(Clone)]
struct All {
    districts: Vec<(Option<i64>, Counted)>,
    /// The median time to the first answer by district, in working hours.
    answers: HashMap<Option<i64>, f64>,
    agencies: Vec<(Option<uuid::Uuid>, Counted)>,
}

static FIGURES: LazyLock<Shared<All>> = LazyLock::new(|| Shared::new(FIGURES_FRESH));

/// Which span is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    masa: String,
}

/// A row of the table.
struct Row {
    name: String,
    /// The list behind the numbers, without the state; empty where there is none.
    list: String,
    figures: Counted,
    /// The median time to the first answer, in working hours.
    answer: Option<f64>,
}

#[derive(Template)]
#[template(path = "report/places.html")]
struct PlacesPage {
    page: Page,
    tabs: [(String, &'static str, bool); 2],
    rows: Vec<Row>,
    agencies: Vec<Row>,
}

/// The table of districts.
pub async fn show(site: Site, Query(asked): Query<Asked>) -> PageResult {
    let (zone, now) = (site.region().zone, site.now());
    let (month, year) = (span::month_text(zone, now), span::year_text(zone, now));
    let named = span::read(zone, &asked.masa).map(|span| (asked.masa.clone(), span));
    let Some((text, span)) = named.or_else(|| Some((month.clone(), span::read(zone, &month)?))) else {
        return Ok(Redirect::to("/laporan").into_response());
    };
    let named = site.region().settings.public_agency_names;
    let count = async || {
        let mut conn = site.read().await?;
        let districts = public_figures::by_district(&mut conn, (span.from, span.to), now).await?;
        let calendar = &site.place.calendar;
        let answers = public_figures::answer_hours(&mut conn, (span.from, span.to), (calendar, now)).await?;
        let agencies = match named {
            true => public_figures::by_agency(&mut conn, (span.from, span.to), now).await?,
            false => Vec::new(),
        };
        Ok::<_, Error>(All { districts, answers, agencies })
    };
    let all = FIGURES.get(&site.place, text.clone(), count).await?;
    let page = site.page("report.places.title").usual_width();
    render(&PlacesPage {
        rows: districts(&site, &all, &text),
        agencies: agencies(&site, &all),
        tabs: [
            (format!("/laporan/kecamatan?masa={month}"), "report.places.month", text == month),
            (format!("/laporan/kecamatan?masa={year}"), "report.places.year", text == year),
        ],
        page,
    })
}

/// Every district by name, those without reports too: a zero is an answer. What has no district stands at the end.
fn districts(site: &Site, all: &All, span: &str) -> Vec<Row> {
    let figures: HashMap<Option<i64>, Counted> = all.districts.iter().copied().collect();
    let row = |district: &simpul_people::District| Row {
        name: district.name.clone(),
        list: format!("/laporan?kecamatan={}&masa={span}", dotted(district.code)),
        figures: figures.get(&Some(district.code)).copied().unwrap_or_default(),
        answer: all.answers.get(&Some(district.code)).copied(),
    };
    let mut rows: Vec<Row> = site.place.districts.iter().map(row).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(figures) = figures.get(&None) {
        let answer = all.answers.get(&None).copied();
        rows.push(Row { name: site.t("report.places.without"), list: String::new(), figures: *figures, answer });
    }
    rows
}

fn agencies(site: &Site, all: &All) -> Vec<Row> {
    let row = |(id, figures): &(Option<uuid::Uuid>, Counted)| {
        let name = agency_full(&site.place, *id);
        (!name.is_empty()).then(|| Row { name, list: String::new(), figures: *figures, answer: None })
    };
    let mut rows: Vec<Row> = all.agencies.iter().filter_map(row).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}

#[derive(Template)]
#[template(path = "report/watch.html")]
struct WatchPage {
    page: Page,
    form: FormView,
    ways: Ways,
    districts: Vec<Choice>,
    villages: Vec<Choice>,
    categories: Vec<Choice>,
}

async fn watch_page(site: &Site, form: FormView) -> Result<WatchPage, Error> {
    let rules = desk::rules(&mut site.read().await?).await?;
    let place = &site.place;
    let mut page = site.page("report.watch.title").narrow().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let open = rules.active().filter(|category| !category.secret && !category.emergency);
    Ok(WatchPage {
        ways: Ways::of(site),
        districts: place.districts.iter().map(|d| Choice::new(dotted(d.code), d.name.clone())).collect(),
        villages: villages(site),
        categories: open.map(|category| Choice::new(&category.code, category.name(site.lang))).collect(),
        form,
        page,
    })
}

/// Every village under its district's name.
pub(super) fn villages(site: &Site) -> Vec<Choice> {
    let of = |district: &simpul_people::District| {
        let mut villages: Vec<_> = site.place.villages_of(district.code).collect();
        villages.sort_by(|a, b| a.name.cmp(&b.name));
        let choice = |village: &simpul_people::Village| {
            Choice::new(dotted(village.code), village.name.clone()).group(district.name.clone())
        };
        villages.into_iter().map(choice).collect::<Vec<_>>()
    };
    site.place.districts.iter().flat_map(of).collect()
}

/// The form by which somebody follows a place, filled in as the list was filtered.
pub async fn watch(site: Site, Query(filter): Query<super::list::Filter>) -> PageResult {
    let form = site.form_of(&Form { value: (), fields: filter.fields() });
    render(&watch_page(&site, form).await?)
}

/// Asks for a code; the place is followed once it was typed.
pub async fn follow(site: Site, form: Form) -> PageResult {
    let code = |name| AreaCode::parse(form.fields.get(name)).map(|code| code.number());
    let village = code("desa").and_then(|code| site.place.village(code));
    let district = village.map(|village| village.district).or_else(|| code("kecamatan"));
    let category = Some(form.fields.get("kategori").to_owned()).filter(|category| !category.is_empty());
    let wanted = district.map(|district| WatchedPlace { district, village: village.map(|v| v.code), category });
    let asked = match wanted {
        Some(place) => request(&site, &form, Wants::Watch(place)).await?,
        None => Err(simpul_kernel::Refusal::field("kecamatan", "report.watch.refused_place").into()),
    };
    match asked {
        Ok(id) => Ok(Redirect::to(format!("/cek/kode/{id}")).into_response()),
        Err(error) => {
            let view = site.refused(error, &form)?;
            render_refused(&watch_page(&site, view).await?)
        }
    }
}
