//! `/rapat/badan`: the bodies that carry the plan, who sits in them, and whether they meet as often as they must.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::parse_date;
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Handle, Officer, Page, PageError, PageResult, Path, Redirect, Tag, render, render_refused,
};
use simpul_store::{Conn, Result};
use time::{Date, Month};
use uuid::Uuid;

use super::together::{Tabs, agency_choices, partner_of, read_choice};
use super::{CanManageMeetings, CanSeePlan};
use crate::actions::{AddBody, AddMember, ChangeBody, Charter, DropMember, Seat};
use crate::model::body::{Body, BodyKind, Duty, Member};
use crate::model::meeting::{Meeting, MeetingState};
use crate::sql;

/// A body with how it meets.
struct BodyLine {
    body: Body,
    duty: Option<Duty>,
    members: usize,
    outside: usize,
}

impl BodyLine {
    /// The shape and word of its duty; none where it has none.
    fn tag(&self) -> Option<(Tag, &'static str)> {
        let duty = self.duty.as_ref()?;
        Some(if !duty.is_met() {
            (Tag::Late, "plan.body.duty_missed")
        } else if duty.is_done() {
            (Tag::Done, "plan.body.duty_done")
        } else {
            (Tag::Work, "plan.body.duty_met")
        })
    }

    fn held(&self) -> i64 {
        self.duty.as_ref().map_or(0, |duty| duty.held)
    }

    fn wanted(&self) -> i64 {
        self.duty.as_ref().map_or(0, |duty| duty.whole_year)
    }
}

fn first_of_year(day: Date) -> Date {
    Date::from_calendar_date(day.year(), Month::January, 1).unwrap_or(day)
}

async fn line<H: Handle>(conn: &mut Conn, officer: &Officer<H>, body: Body) -> Result<BodyLine> {
    let zone = officer.region().zone;
    let today = zone.date(officer.now());
    let since: Timestamp = zone.instant(first_of_year(today), 0);
    let met = sql::meeting::of_body(conn, body.id, since).await?;
    let held = |one: &&Meeting| matches!(one.state, MeetingState::Held | MeetingState::MinutesFinal);
    let days: Vec<Date> = met.iter().filter(held).map(|one| zone.date(one.starts)).collect();
    let members = sql::body::members(conn, body.id).await?;
    Ok(BodyLine {
        duty: Duty::of(body.duty_months, &days, today),
        outside: members.iter().filter(|member| member.outside).count(),
        members: members.len(),
        body,
    })
}

#[derive(Template)]
#[template(path = "plan/bodies.html")]
struct BodiesPage {
    page: Page,
    tabs: Tabs,
    lines: Vec<BodyLine>,
    manages: bool,
}

/// Partners see no bodies: their members' names are not for them.
fn must_be_of_the_house<H: Handle>(officer: &Officer<H>) -> std::result::Result<(), PageError> {
    if partner_of(officer).is_none() { Ok(()) } else { Err(PageError::not_found()) }
}

/// The list.
pub async fn list(officer: Officer<CanSeePlan>) -> PageResult {
    must_be_of_the_house(&officer)?;
    let page = officer.page("plan.body.title").at("/rapat");
    let mut conn = officer.read().await?;
    let mut lines = Vec::new();
    for body in sql::body::all(&mut conn).await? {
        lines.push(line(&mut conn, &officer, body).await?);
    }
    drop(conn);
    let tabs = Tabs::new(&page, &officer, "/rapat/badan");
    render(&BodiesPage { page, tabs, lines, manages: officer.may(Permission::ManageMeetings) })
}

#[derive(Template)]
#[template(path = "plan/body_form.html")]
struct BodyForm {
    page: Page,
    form: FormView,
    kinds: Vec<Choice>,
    body: Option<Body>,
}

impl BodyForm {
    fn action(&self) -> String {
        self.body.as_ref().map_or_else(|| "/rapat/badan/baru".to_owned(), |one| format!("/rapat/badan/{}/ubah", one.id))
    }
}

fn form_page(officer: &Officer<CanManageMeetings>, body: Option<Body>, refused: Option<FormView>) -> PageResult {
    let page = officer.page("plan.body.new").at("/rapat").usual_width();
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    if let Some(one) = &body {
        let day = one.decree_day.map(|day| day.to_string()).unwrap_or_default();
        form = form.fill("kind", one.kind.name()).fill("name", one.name.clone());
        form = form.fill("decree", one.decree_number.clone()).fill("decree_day", day);
        form = form.fill("duty", one.duty_months.to_string()).fill("active", if one.active { "1" } else { "" });
    }
    let kinds = BodyKind::ALL.iter().map(|kind| Choice::new(kind.name(), page.t(kind.key()))).collect();
    let page = if failed { page.failed() } else { page };
    let view = BodyForm { page, form, kinds, body };
    if failed { render_refused(&view) } else { render(&view) }
}

fn read_charter(form: &Form, is_new: bool) -> Result<Charter> {
    let fields = &form.fields;
    let refused = |field, key| simpul_kernel::Refusal::field(field, key);
    let day = fields.get("decree_day");
    let decree_day = parse_date(day);
    if decree_day.is_none() && !day.is_empty() {
        return Err(refused("decree_day", "plan.body.refused.day").into());
    }
    let duty = match fields.get("duty") {
        "" => 0,
        text => text.parse().map_err(|_| refused("duty", "plan.body.refused.duty"))?,
    };
    Ok(Charter {
        kind: BodyKind::parse(fields.get("kind")).ok_or_else(|| refused("kind", "plan.body.refused.kind"))?,
        name: fields.get("name").to_owned(),
        decree_number: fields.get("decree").to_owned(),
        decree_day,
        duty_months: duty,
        active: is_new || fields.get("active") == "1",
    })
}

/// The form of a new body.
pub async fn new(officer: Officer<CanManageMeetings>) -> PageResult {
    form_page(&officer, None, None)
}

/// Adds a body.
pub async fn add(officer: Officer<CanManageMeetings>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match read_charter(&form, true) {
        Ok(charter) => officer.write(AddBody { key, charter }).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(Redirect::to(format!("/rapat/badan/{id}")).flash("plan.body.flash_saved").into_response()),
        Err(error) => form_page(&officer, None, Some(officer.refused(error, &form)?)),
    }
}

async fn find<H: Handle>(officer: &Officer<H>, id: Uuid) -> std::result::Result<Body, PageError> {
    must_be_of_the_house(officer)?;
    sql::body::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)
}

/// The form of a body.
pub async fn edit(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>) -> PageResult {
    let body = find(&officer, id).await?;
    form_page(&officer, Some(body), None)
}

/// Changes a body.
pub async fn change(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let body = find(&officer, id).await?;
    let done = match read_charter(&form, false) {
        Ok(charter) => officer.write(ChangeBody { body: id, charter }).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(format!("/rapat/badan/{id}")).flash("plan.body.flash_saved").into_response()),
        Err(error) => form_page(&officer, Some(body), Some(officer.refused(error, &form)?)),
    }
}

#[derive(Template)]
#[template(path = "plan/body.html")]
struct BodyPage {
    page: Page,
    form: FormView,
    line: BodyLine,
    members: Vec<Member>,
    agencies: Vec<Choice>,
    manages: bool,
}

impl BodyPage {
    fn path(&self, deed: &str) -> String {
        format!("/rapat/badan/{}/{deed}", self.line.body.id)
    }

    fn decree_day(&self) -> String {
        let day = self.line.body.decree_day;
        day.map(|day| simpul_kernel::format::day_long(self.page.lang, day)).unwrap_or_default()
    }
}

async fn draw(officer: &Officer<CanSeePlan>, body: Body, refused: Option<FormView>) -> PageResult {
    let page = officer.page("plan.body.title").title_text(body.name.clone()).at("/rapat").usual_width();
    let mut conn = officer.read().await?;
    let members = sql::body::members(&mut conn, body.id).await?;
    let line = line(&mut conn, officer, body).await?;
    drop(conn);
    let failed = refused.is_some();
    let view = BodyPage {
        form: refused.unwrap_or_else(|| officer.form()),
        line,
        members,
        agencies: agency_choices(&officer.place),
        manages: officer.may(Permission::ManageMeetings),
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// One body with who sits in it.
pub async fn show(officer: Officer<CanSeePlan>, Path(id): Path<Uuid>) -> PageResult {
    let body = find(&officer, id).await?;
    draw(&officer, body, None).await
}

async fn answer(officer: &Officer<CanManageMeetings>, id: Uuid, form: &Form, done: Result<()>) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/rapat/badan/{id}")).flash("plan.body.flash_saved").into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            let seen = officer.also::<CanSeePlan>().ok_or_else(PageError::forbidden)?;
            let body = find(&seen, id).await?;
            draw(&seen, body, Some(refused)).await
        }
    }
}

/// Adds a member.
pub async fn add_member(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let done = match read_choice(fields.get("agency"), "agency", "plan.body.refused.agency") {
        Ok(agency) => {
            let seat = Seat {
                name: fields.get("name").to_owned(),
                post: fields.get("post").to_owned(),
                organisation: fields.get("organisation").to_owned(),
                agency,
                outside: fields.has("outside"),
            };
            let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
            officer.write(AddMember { key, body: id, seat }).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&officer, id, &form, done).await
}

/// Takes a member out.
pub async fn drop_member(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let member = form.fields.uuid("id").ok_or_else(PageError::not_found)?;
    let done = officer.write(DropMember { body: id, member }).await;
    answer(&officer, id, &form, done).await
}
