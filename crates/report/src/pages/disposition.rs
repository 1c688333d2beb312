//! Disposisi: the form that hands down, the one that says it is done, the list of what an officer has in hand, and the
//! sheet on paper.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_kernel::format::Lang;
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, Tag, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::find::find;
use super::letter::{Letterhead, lacks, name_and_nip, person};
use super::offer::Deed;
use super::together::{self, Row, StepView, steps};
use super::view::place_name;
use super::{CanSeeInbox, CanWorkReports};
use crate::actions::{DirectReport, FinishDisposition};
use crate::desk;
use crate::model::{Disposition, Missing, Order, Report, public, public_text};
use crate::sql;

/// Most steps in hand that the list shows.
const IN_HAND_MAX_COUNT: i64 = 100;
/// Longest beginning of the citizen's text in a list or on the sheet, in characters.
const TEXT_MAX_CHARS: usize = 110;
const SHEET_TEXT_MAX_CHARS: usize = 600;

#[derive(Template)]
#[template(path = "report/direct.html")]
struct DirectPage {
    page: Page,
    form: FormView,
    report: Report,
    officers: Vec<Choice>,
    orders: Vec<Choice>,
    until: String,
    booked: bool,
}

impl DirectPage {
    fn action(&self) -> String {
        format!("/kotak/{}/disposisi", self.report.number)
    }
}

async fn direct_page(me: &SignedIn, report: Report, form: FormView) -> Result<DirectPage, PageError> {
    let mut page = me.page("report.deed.direct").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let own = report.agency.map(|agency| me.place.officers_of(agency).collect::<Vec<_>>()).unwrap_or_default();
    let mut conn = me.read().await?;
    let booked = match report.agency {
        Some(agency) => sql::disposition::agenda(&mut conn, report.id, agency).await?.is_some(),
        None => false,
    };
    drop(conn);
    let until = simpul_kernel::format::date_long(page.lang, page.zone(), report.deadlines.resolve);
    Ok(DirectPage {
        officers: own.iter().map(|officer| Choice::new(officer.id, &officer.name)).collect(),
        orders: Order::ALL.iter().map(|order| Choice::new(order.name(), page.t(order.key()))).collect(),
        until: page.t1("report.together.until_hint", "date", until),
        booked,
        form,
        page,
        report,
    })
}

/// The form.
pub async fn show(officer: Officer<CanSeeInbox>, Path(number): Path<String>) -> PageResult {
    let report = find(&officer, &number).await?;
    if !public::covers(&officer.ctx.actor, Permission::WorkReports, report.agency) {
        return Err(PageError::forbidden());
    }
    if !Deed::Direct.fits(&report) {
        let back = Redirect::to(format!("/kotak/{}", report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    render(&direct_page(&officer, report, officer.form()).await?)
}

/// Hands it down.
pub async fn direct(officer: Officer<CanWorkReports>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&officer, &number).await?;
    let Some(to) = form.fields.uuid("officer") else {
        let refusal = Error::Refused(Refusal::field("officer", "report.refused.officer"));
        let form = officer.refused(refusal, &form)?;
        return render_refused(&direct_page(&officer, report, form).await?);
    };
    let action = DirectReport {
        report: report.id,
        version: form.fields.int("version"),
        officer: Some(to),
        orders: form.fields.all("orders").into_iter().filter_map(Order::parse).collect(),
        instruction: Some(form.fields.get("instruction").to_owned()),
        day: form.fields.get("due").to_owned(),
        agenda: Some(form.fields.get("agenda").to_owned()),
    };
    match officer.write(action).await {
        Ok(done) => Ok(Redirect::to(format!("/kotak/{}", report.number))
            .flash("report.flash.directed")
            .with("number", done.number)
            .into_response()),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&direct_page(&officer, report, form).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "report/step_done.html")]
struct FinishPage {
    page: Page,
    form: FormView,
    number: String,
    step: StepView,
}

impl FinishPage {
    fn action(&self) -> String {
        format!("/kotak/{}/disposisi/{}/selesai", self.number, self.step.id)
    }
}

/// The step of that id, of that report.
async fn step_of(officer: &SignedIn, number: &str, id: &str) -> Result<(Report, Disposition), PageError> {
    let report = find(officer, number).await?;
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let mut conn = officer.read().await?;
    let step = sql::disposition::by_id(&mut conn, id).await?;
    let step = step.filter(|step| step.report == report.id).ok_or_else(PageError::not_found)?;
    Ok((report, step))
}

fn finish_page(me: &SignedIn, report: &Report, step: &Disposition, form: FormView) -> Result<FinishPage, PageError> {
    let mut page = me.page("report.disposition.finish").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let shown = steps(&me.place, &page, std::slice::from_ref(step), Some(me.id()));
    let step = shown.into_iter().next().ok_or_else(PageError::not_found)?;
    Ok(FinishPage { page, form, number: report.number.clone(), step })
}

/// The form that says it is done.
pub async fn finish_form(officer: Officer<CanWorkReports>, Path((number, id)): Path<(String, String)>) -> PageResult {
    let (report, step) = step_of(&officer, &number, &id).await?;
    if !step.may_finish(Some(officer.id())) {
        let back = Redirect::to(format!("/kotak/{}", report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    render(&finish_page(&officer, &report, &step, officer.form())?)
}

/// It is done.
pub async fn finish(
    officer: Officer<CanWorkReports>,
    Path((number, id)): Path<(String, String)>,
    form: Form,
) -> PageResult {
    let (report, step) = step_of(&officer, &number, &id).await?;
    let action = FinishDisposition { step: step.id, note: form.fields.get("note").to_owned() };
    match officer.write(action).await {
        Ok(done) => Ok(Redirect::to(format!("/kotak/{}", report.number))
            .flash("report.disposition.flash_done")
            .with("number", done.number)
            .into_response()),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&finish_page(&officer, &report, &step, form)?)
        }
    }
}

/// "Disposisi kepada saya".
pub async fn list(officer: Officer<CanSeeInbox>) -> PageResult {
    let mut conn = officer.read().await?;
    let found = sql::disposition::in_hand_of(&mut conn, officer.id(), IN_HAND_MAX_COUNT).await?;
    let ways = together::ways(&officer, &mut conn).await?;
    drop(conn);
    let page = officer.page("report.disposition.list");
    let rows = found.iter().map(|in_hand| {
        let step = &in_hand.step;
        let late = step.is_late(page.now);
        let mut what: Vec<String> = step.orders.iter().map(|order| page.t(order.key())).collect();
        what.extend(step.instruction.clone());
        Row {
            href: format!("/kotak/{}", in_hand.number),
            number: in_hand.number.clone(),
            tag: if late { Tag::Late } else { Tag::Work },
            state: page.t(if late { "report.inbox.late" } else { "report.disposition.is_open" }),
            late,
            text: public::excerpt(&what.join("; "), TEXT_MAX_CHARS),
            place: together::officer_name(&officer.place, &page, step.from),
            due: step.due,
            day: step.given,
        }
    });
    let rows = rows.collect();
    let words = ("report.disposition.list", "report.disposition.list_empty", "/kotak/disposisi");
    together::draw(page, words, ways, rows, None)
}

#[derive(Template)]
#[template(path = "report/sheet.html")]
struct SheetPage {
    page: Page,
    head: Letterhead,
    agenda: String,
    received: String,
    number: String,
    reported: String,
    source: String,
    about: String,
    text: String,
    due: String,
    secret: bool,
    orders: Vec<(String, bool)>,
    steps: Vec<StepView>,
    signer: String,
    signer_nip: String,
    signer_title: String,
}

impl SheetPage {
    fn date(&self, at: &simpul_kernel::Timestamp) -> String {
        super::letter::date(&self.page, *at)
    }
}

/// Lembar disposisi on paper: whole, or a page that says what is missing.
pub async fn sheet(officer: Officer<CanSeeInbox>, Path(number): Path<String>) -> PageResult {
    let report = find(&officer, &number).await?;
    let agency = report.agency.ok_or_else(PageError::not_found)?;
    if !public::covers(&officer.ctx.actor, Permission::WorkReports, Some(agency)) {
        return Err(PageError::forbidden());
    }
    let mut conn = officer.read().await?;
    let given = sql::disposition::of_report(&mut conn, report.id).await?;
    let given: Vec<Disposition> = given.into_iter().filter(|step| step.agency == agency).collect();
    let agenda = sql::disposition::agenda(&mut conn, report.id, agency).await?;
    let rules = desk::rules(&mut conn).await?;
    let first = given.first().and_then(|step| step.from);
    let giver = match first {
        Some(id) => person(&mut conn, id).await?,
        None => None,
    };
    drop(conn);
    let (Some((agenda, received)), Some(giver)) = (agenda, giver) else {
        let missing = if given.is_empty() { Missing::Steps } else { Missing::SignerName };
        let fix = format!("/kotak/{}/langkah/disposisi", report.number);
        return lacks(&officer, "report.disposition.sheet", &report.number, &[missing], fix);
    };
    let page = super::letter::paper(&officer, "report.disposition.sheet_title");
    let date = |at| super::letter::date(&page, at);
    let category = rules.category(&report.category);
    let about = category.map_or(report.category.clone(), |category| category.name(Lang::Id).to_owned());
    let place = place_name(&officer.place, report.place.village, report.place.district);
    let ticked: Vec<Order> = given.iter().flat_map(|step| step.orders.clone()).collect();
    let (signer, signer_nip) = name_and_nip(&giver);
    let head_grant = giver.grants.iter().any(|grant| grant.role == simpul_kernel::Role::AgencyHead);
    render(&SheetPage {
        head: Letterhead::of(&officer.place, agency),
        agenda,
        received: date(received),
        number: report.number.clone(),
        reported: date(report.times.reported),
        source: page.t(report.source.key()),
        about: if place.is_empty() { about } else { format!("{about}, {place}") },
        text: public::excerpt(&public_text(&report.body), SHEET_TEXT_MAX_CHARS),
        due: date(report.deadlines.resolve),
        secret: report.secret,
        orders: Order::ALL.iter().map(|order| (page.t(order.key()), ticked.contains(order))).collect(),
        steps: steps(&officer.place, &page, &given, None),
        signer,
        signer_nip,
        signer_title: if head_grant { super::letter::head_title(&officer.place, agency) } else { String::new() },
        page,
    })
}
