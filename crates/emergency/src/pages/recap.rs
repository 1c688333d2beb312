//! `/112/rekap`: the recap of a month, as a page that prints and as a file. Numbers of callers are none of it.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use simpul_kernel::format;
use simpul_shell::{Choice, FormView, Officer, Page, PageResult, Query, render};
use simpul_store::{Conn, Result};

use super::CanSeeFigures;
use crate::model::CallClass;
use crate::model::recap::{ANSWER_GOALS_SECONDS, Month, Recap};
use crate::sql::figures;

/// Months to choose from.
const MONTHS_COUNT: usize = 24;
/// Most calls of a month whose waits are looked at.
const WAITS_MAX_COUNT: i64 = 200_000;

/// Which month, as `2026-11`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    bulan: String,
}

/// The recap of a month.
pub async fn of_month(conn: &mut Conn, month: Month, zone: simpul_kernel::calendar::Zone) -> Result<Recap> {
    let (from, until) = month.span(zone);
    let counts = figures::by_class(conn, from, until).await?;
    Ok(Recap::new(&counts, figures::waits(conn, from, until, WAITS_MAX_COUNT).await?))
}

#[derive(Template)]
#[template(path = "emergency/recap.html")]
struct RecapPage {
    page: Page,
    form: FormView,
    months: Vec<Choice>,
    month: Month,
    recap: Recap,
}

impl RecapPage {
    fn name(&self) -> String {
        name_of(&self.page, self.month)
    }

    fn class(&self, class: &CallClass) -> String {
        self.page.t(&format!("emergency.class.{}", class.name()))
    }

    fn seconds(&self, percent: &usize) -> String {
        self.recap.answer_seconds(*percent).map_or_else(|| "–".to_owned(), |seconds| self.page.decimal(seconds, 1))
    }

    fn share(&self, share: Option<f64>) -> String {
        share.map_or_else(|| "–".to_owned(), |share| self.page.percent(share * 100.0))
    }

    fn goals(&self) -> [i64; 3] {
        ANSWER_GOALS_SECONDS
    }
}

fn name_of(page: &Page, month: Month) -> String {
    format!("{} {}", format::month(page.lang, u8::from(month.month())), month.year())
}

fn asked_for(officer: &Officer<CanSeeFigures>, asked: &Asked) -> Month {
    Month::parse(&asked.bulan).unwrap_or_else(|| Month::of(officer.now(), officer.region().zone))
}

/// The page.
pub async fn show(officer: Officer<CanSeeFigures>, Query(asked): Query<Asked>) -> PageResult {
    let zone = officer.region().zone;
    let month = asked_for(&officer, &asked);
    let recap = of_month(&mut officer.read().await?, month, zone).await?;
    let page = officer.page("emergency.recap.title").print().style("konsol.css");
    let mut each = Month::of(officer.now(), zone);
    let mut months = Vec::new();
    for _ in 0..MONTHS_COUNT {
        months.push(Choice::new(each.text(), name_of(&page, each)));
        each = each.previous();
    }
    let form = officer.form().fill("bulan", month.text());
    render(&RecapPage { page, form, months, month, recap })
}

/// The same as CSV, as Excel in Indonesia reads it.
pub async fn file(officer: Officer<CanSeeFigures>, Query(asked): Query<Asked>) -> PageResult {
    let month = asked_for(&officer, &asked);
    let recap = of_month(&mut officer.read().await?, month, officer.region().zone).await?;
    let page = officer.page("emergency.recap.title");
    let label = |key: &str| page.t(&format!("emergency.recap.{key}"));
    let mut lines = vec![
        (label("received"), recap.received),
        (label("abandoned"), recap.abandoned),
        (label("missed"), recap.missed),
        (label("ringing"), recap.ringing),
        (label("answered"), recap.answered),
    ];
    let class = |class: &CallClass| page.t(&format!("emergency.class.{}", class.name()));
    lines.extend(recap.classes.iter().map(|(known, count)| (class(known), *count)));
    let mut text = format!("\u{feff}{};{}\r\n", label("what"), name_of(&page, month));
    if page.is_demo() {
        text.insert_str('\u{feff}'.len_utf8(), "DATA CONTOH – BUKAN DATA RESMI\r\n");
    }
    for (name, count) in lines {
        text += &format!("{name};{count}\r\n");
    }
    Ok(csv(text, &format!("rekap-112-{}.csv", month.text())))
}

fn csv(text: String, name: &str) -> Response {
    let mut answer = text.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    answer
}
