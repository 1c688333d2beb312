//! When the region's offices work.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_kernel::calendar::{Calendar, parse_date};
use simpul_kernel::format::{self, Lang};
use simpul_people::actions::{AddDayOff, RemoveDayOff, SetHours};
use simpul_people::sql::calendar::{DayOff, days_off, kind_name, parse_kind};
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Query, Redirect, Typed, render,
    render_refused,
};
use simpul_store::Result;
use time::{Date, Month};

use crate::CanManageRegion;
use crate::model::{clock, day, minute};

const PAGE: &str = "/admin/kalender";
const KINDS: [&str; 3] = ["national", "shared_leave", "regional"];
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

struct Row {
    date: Date,
    shown: String,
    name: String,
    kind: String,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "admin/calendar.html")]
struct CalendarPage {
    page: Page,
    form: FormView,
    hours: String,
    years: Vec<(i32, bool)>,
    caption: String,
    rows: Vec<Row>,
    unsure: bool,
    kinds: Vec<Choice>,
}

pub(super) async fn show(me: Officer<CanManageRegion>, Query(fields): Query<Fields>) -> PageResult {
    let year = fields.int("tahun").and_then(|year| i32::try_from(year).ok());
    render(&drawn(&me, year, me.form()).await?)
}

async fn drawn(
    me: &Officer<CanManageRegion>,
    year: Option<i32>,
    form: FormView,
) -> std::result::Result<CalendarPage, PageError> {
    let this_year = me.region().zone.date(me.now()).year();
    // Outside of these no deadline could reach: the address was typed by hand.
    let year = year.filter(|year| (2000..=2100).contains(year)).unwrap_or(this_year);
    let ends = (Date::from_calendar_date(year, Month::January, 1), Date::from_calendar_date(year, Month::December, 31));
    let (Ok(first), Ok(last)) = ends else { return Err(PageError::not_found()) };
    let mut conn = me.read().await?;
    let days = days_off(&mut conn, first, last).await?;
    let page = super::page(me, "admin.calendar.title");
    let rows: Vec<Row> = days.into_iter().map(|day| row(me, day)).collect();
    let kinds = KINDS.map(|kind| Choice::new(kind, me.t(&format!("admin.calendar.{kind}"))));
    let mut years: Vec<i32> = (this_year - 1..=this_year + 2).chain([year]).collect();
    years.sort_unstable();
    years.dedup();
    Ok(CalendarPage {
        hours: hours_text(me, &me.place.calendar),
        years: years.into_iter().map(|one| (one, one == year)).collect(),
        caption: page.t1("admin.calendar.caption", "year", year),
        unsure: rows.iter().any(|row| !row.confirmed),
        rows,
        kinds: kinds.to_vec(),
        page: if form.has_errors() { page.failed() } else { page },
        form,
    })
}

fn row(me: &Officer<CanManageRegion>, day: DayOff) -> Row {
    Row {
        date: day.date,
        shown: format::day_long(me.lang, day.date),
        name: day.name,
        kind: me.t(&format!("admin.calendar.{}", kind_name(day.kind))),
        confirmed: day.confirmed,
    }
}

fn weekday(me: &Officer<CanManageRegion>, index: usize) -> String {
    me.t(&format!("admin.weekday.{}", WEEKDAYS[index]))
}

fn hours_text(me: &Officer<CanManageRegion>, calendar: &Calendar) -> String {
    let worked = (0..7).filter(|index| calendar.work_days[*index]).map(|index| weekday(me, index));
    let days = worked.collect::<Vec<_>>().join(", ");
    let (open, close) = (clock(calendar.open_minute), clock(calendar.close_minute));
    me.tx("admin.calendar.hours_value", &[("days", &days), ("open", &open), ("close", &close)])
}

pub(super) async fn add(me: Officer<CanManageRegion>, form: Form) -> PageResult {
    let fields = form.typed();
    let wanted = day("date", fields.get("date")).ok().flatten();
    let added = async {
        let date = wanted.ok_or_else(|| Refusal::field("date", "admin.common.date_wrong"))?;
        let kind =
            parse_kind(fields.get("kind")).ok_or_else(|| Refusal::field("kind", "admin.calendar.kind_missing"))?;
        me.write(AddDayOff { date, kind, name: fields.get("name").to_owned() }).await?;
        Result::Ok(date)
    };
    match added.await {
        Ok(date) => Ok(back_to(me.lang, date, "admin.calendar.added")),
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&drawn(&me, wanted.map(Date::year), form).await?)
        }
    }
}

fn back_to(lang: Lang, date: Date, flash: &'static str) -> axum::response::Response {
    let to = Redirect::to(format!("{PAGE}?tahun={}", date.year())).flash(flash);
    to.with("date", format::day_long(lang, date)).into_response()
}

pub(super) async fn remove(me: Officer<CanManageRegion>, form: Form) -> PageResult {
    let date = parse_date(form.fields.get("day")).ok_or_else(PageError::not_found)?;
    me.write(RemoveDayOff { date }).await?;
    Ok(back_to(me.lang, date, "admin.calendar.removed"))
}

#[derive(Template)]
#[template(path = "admin/hours.html")]
struct HoursPage {
    page: Page,
    form: FormView,
    days: Vec<Choice>,
}

fn hours_page(me: &Officer<CanManageRegion>, form: FormView) -> HoursPage {
    let page = super::page(me, "admin.calendar.hours_edit");
    HoursPage {
        page: if form.has_errors() { page.failed() } else { page },
        form,
        days: (0..7).map(|index| Choice::new(WEEKDAYS[index], weekday(me, index))).collect(),
    }
}

pub(super) async fn hours(me: Officer<CanManageRegion>) -> PageResult {
    let calendar = &me.place.calendar;
    let mut fields = Fields::new();
    for (name, worked) in WEEKDAYS.into_iter().zip(calendar.work_days) {
        if worked {
            fields.add("work_days", name);
        }
    }
    fields.add("open_minute", clock(calendar.open_minute));
    fields.add("close_minute", clock(calendar.close_minute));
    let form = me.form_of(&fields);
    render(&hours_page(&me, form))
}

pub(super) async fn save_hours(me: Officer<CanManageRegion>, form: Form) -> PageResult {
    let saved = async {
        let worked = form.fields.all("work_days");
        let work_days = WEEKDAYS.map(|name| worked.contains(&name));
        let open_minute = minute("open_minute", form.fields.get("open_minute"))?;
        let close_minute = minute("close_minute", form.fields.get("close_minute"))?;
        me.write(SetHours { work_days, open_minute, close_minute }).await
    };
    match saved.await {
        Ok(()) => Ok(Redirect::to(PAGE).flash("admin.calendar.hours_saved").into_response()),
        Err(error) => render_refused(&hours_page(&me, me.refused(error, &form)?)),
    }
}
