//! The public list and map of reports. Every filter stands in the address; pages go by key.

use std::sync::LazyLock;
use std::time::Duration;

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::area::AreaCode;
use simpul_people::Snapshot;
use simpul_shell::{
    Choice, Fields, Form, FormView, Limit, Page, PageResult, Query, Redirect, Shared, Site, Tag, encode_query, render,
};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::view::PublicItem;
use crate::desk::{self, Rules};
use crate::figures::{self, Figures};
use crate::model::public::Group;
use crate::model::{Report, id_floor, read_number, span};
use crate::public_figures;
use crate::sql::{self, PublicFilter};

/// Reports on one page of the list.
pub const LIST_ROWS_COUNT: i64 = 50;

/// The figures above the list walk a whole month: everybody who looks within this time is told the same.
const FIGURES_FRESH: Duration = Duration::from_secs(10);
static FIGURES: LazyLock<Shared<Figures>> = LazyLock::new(|| Shared::new(FIGURES_FRESH));

/// The shapes of the map, in the order of a report's life.
const LEGEND: [(Tag, &str); 5] = [
    (Tag::New, "report.group.new"),
    (Tag::Work, "report.group.work"),
    (Tag::Done, "report.group.done"),
    (Tag::Late, "report.group.late"),
    (Tag::Off, "report.group.off"),
];

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    status: String,
    kategori: String,
    kecamatan: String,
    desa: String,
    masa: String,
    sesudah: String,
    tampil: String,
    nomor: String,
    terbuka: String,
}

impl Filter {
    /// The filter as the list understands it; a word that nobody knows filters nothing.
    pub fn parse(&self, place: &Snapshot, rules: &Rules) -> PublicFilter {
        let district = AreaCode::parse(&self.kecamatan).map(|code| code.number());
        let village = AreaCode::parse(&self.desa).and_then(|code| place.village(code.number()));
        let span = span::read(place.region.zone, &self.masa);
        PublicFilter {
            group: Group::parse(&self.status),
            open: !self.terbuka.is_empty(),
            category: rules.category(&self.kategori).filter(|c| !c.secret).map(|category| category.code.clone()),
            // A village of another district is meant: the district was chosen before.
            district: village.map(|village| village.district).or(district.filter(|c| place.district(*c).is_some())),
            village: village.map(|village| village.code),
            ids: span.map(|span| (id_floor(span.from), id_floor(span.to))),
            before: Uuid::parse_str(&self.sesudah).ok(),
            after: super::inbox::after(&self.sesudah),
        }
    }

    /// The query with another place in the list, or another way of showing it.
    pub(super) fn query(&self, sesudah: &str, tampil: &str) -> String {
        let parts = [
            ("status", self.status.as_str()),
            ("kategori", self.kategori.as_str()),
            ("kecamatan", self.kecamatan.as_str()),
            ("desa", self.desa.as_str()),
            ("masa", self.masa.as_str()),
            ("terbuka", self.terbuka.as_str()),
            ("tampil", tampil),
            ("sesudah", sesudah),
        ];
        let filled = parts.iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| format!("{name}={}", encode_query(value))).collect::<Vec<_>>().join("&")
    }

    /// What the filters show.
    pub(super) fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        fields.set("status", self.status.clone());
        fields.set("kategori", self.kategori.clone());
        fields.set("kecamatan", self.kecamatan.clone());
        fields.set("desa", self.desa.clone());
        fields.set("nomor", self.nomor.clone());
        fields
    }
}

#[derive(Template)]
#[template(path = "report/list.html")]
struct ListPage {
    page: Page,
    form: FormView,
    items: Vec<PublicItem>,
    groups: Vec<Choice>,
    categories: Vec<Choice>,
    districts: Vec<Choice>,
    villages: Vec<Choice>,
    masa: String,
    feed_query: String,
    figures: Figures,
    first: Option<String>,
    next: Option<String>,
    as_map: bool,
    map_query: String,
    list_query: String,
    points: String,
    bbox: String,
    centre: String,
    credit: String,
    missing: String,
    example: String,
    legend: [(Tag, &'static str); 5],
}

/// The number of the report that was meant. What is secret opens with its link alone.
async fn found(site: &Site, conn: &mut Conn, typed: &str) -> Result<Option<String>, Error> {
    let Some(number) = read_number(&site.region().prefix, typed) else { return Ok(None) };
    let report = sql::by_number(conn, &number).await?;
    Ok(report.filter(Report::is_public).map(|report| report.number))
}

/// The list, or the same as a map; a number that was typed leads to its report.
pub async fn show(site: Site, Query(filter): Query<Filter>) -> PageResult {
    if site.visit.uri.query().is_some_and(|query| !query.is_empty()) {
        site.limit(Limit::Search)?;
    }
    let mut conn = site.read().await?;
    let typed = filter.nomor.trim();
    if let Some(number) = found(&site, &mut conn, typed).await? {
        return Ok(Redirect::to(format!("/laporan/{number}")).into_response());
    }
    let rules = desk::rules(&mut conn).await?;
    let now = site.now();
    let wanted = filter.parse(&site.place, &rules);
    let lines = sql::public_page(&mut conn, &wanted, now, LIST_ROWS_COUNT + 1).await?;
    drop(conn);
    let month = figures::month_of(&site.place.calendar, now);
    let count = async || public_figures::between(&mut site.read().await?, month, now).await;
    let figures = FIGURES.get(&site.place, String::new(), count).await?;
    let as_map = filter.tampil == "peta";
    let query = Some(filter.query("", "")).filter(|query| !query.is_empty()).map(|query| format!("?{query}"));
    let feed_query = query.unwrap_or_default();
    let mut page = site.page("report.list.title").script("umum.js").usual_width();
    page = page.alternate(format!("/laporan.atom{feed_query}"), "application/atom+xml");
    page = page.alternate(format!("/laporan.rss{feed_query}"), "application/rss+xml");
    if as_map {
        page = page.style("maplibre-gl.css").module("peta.js");
    }
    let shown = lines.len().min(usize::try_from(LIST_ROWS_COUNT).unwrap_or(usize::MAX));
    let items = lines[..shown].iter().map(|line| PublicItem::of(&page, &site.place, &rules, line, now)).collect();
    let key = |line: &sql::Line| match wanted.moment(line) {
        Some(moment) if wanted.by_moment() => format!("{}.{}", moment.0, line.id),
        _ => line.id.to_string(),
    };
    let next = (lines.len() > shown).then(|| filter.query(&key(&lines[shown - 1]), &filter.tampil));
    let districts = site.place.districts.iter();
    let center = site.region().settings.center.unwrap_or((-2.55, 120.33));
    render(&ListPage {
        form: site.form_with(&Form { value: (), fields: filter.fields() }, &[]),
        items,
        groups: Group::ALL.iter().map(|group| Choice::new(group.name(), page.t(group.key()))).collect(),
        categories: rules
            .active()
            .filter(|category| !category.secret)
            .map(|category| Choice::new(&category.code, category.name(site.lang)))
            .collect(),
        districts: districts
            .filter_map(|d| Some(Choice::new(AreaCode::from_number(d.code)?, d.name.clone())))
            .collect(),
        figures,
        first: (!filter.sesudah.is_empty()).then(|| format!("/laporan?{}", filter.query("", &filter.tampil))),
        next: next.map(|query| format!("/laporan?{query}")),
        villages: wanted.district.map(|code| villages_of(&site, code)).unwrap_or_default(),
        masa: filter.masa.clone(),
        feed_query,
        as_map,
        map_query: filter.query("", "peta"),
        list_query: filter.query("", ""),
        points: format!("/peta/laporan.geojson?{}", filter.query("", "")),
        bbox: site.place.bbox().map(|[w, s, e, n]| format!("{w},{s},{e},{n}")).unwrap_or_default(),
        centre: format!("{},{}", center.0, center.1),
        credit: page.map_credit(),
        missing: typed.to_owned(),
        legend: LEGEND,
        example: format!("{}-2611-0042", site.region().prefix),
        page,
    })
}

/// The villages of one district: all of the region's would make a long page.
fn villages_of(site: &Site, district: i64) -> Vec<Choice> {
    let mut villages: Vec<_> = site.place.villages_of(district).collect();
    villages.sort_by(|a, b| a.name.cmp(&b.name));
    let choice = |village: &&simpul_people::Village| {
        Some(Choice::new(AreaCode::from_number(village.code)?, village.name.clone()))
    };
    villages.iter().filter_map(choice).collect()
}
