//! Help between agencies: asked for by who leads, found in the helping agency's list, and answered there.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, Typed, Upload, render,
    render_refused,
};
use simpul_store::{Action, Error};
use uuid::Uuid;

use super::citizen::take_photos;
use super::find::{find, seen};
use super::together::{self, Row, SupportView, support_tag, support_view};
use super::view::{agency_name, place_short};
use super::{CanSeeInbox, CanWorkReports};
use crate::actions::{
    AcceptSupport, AskSupport, Done, EndSupport, FinishSupport, ReturnSupport, STEP_PHOTOS_MAX_COUNT, TellSupport,
};
use crate::desk;
use crate::model::{Report, Support, public, public_text};
use crate::sql;

/// Most help that the list shows: what is due last waits until the rest is done.
const LIST_MAX_COUNT: i64 = 100;
/// Longest text of a row, in characters.
const TEXT_MAX_CHARS: usize = 110;

/// "Dukungan": what the officer's agencies are asked to help with.
pub async fn list(officer: Officer<CanSeeInbox>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let mut found = Vec::new();
    for agency in together::helpers(&officer) {
        found.extend(sql::support::inbox(&mut conn, agency, LIST_MAX_COUNT).await?);
    }
    let ways = together::ways(&officer, &mut conn).await?;
    drop(conn);
    found.sort_by_key(|line| (line.support.due, line.support.id));
    let page = officer.page("report.support.tab");
    let place = &officer.place;
    let row = |line: &sql::support::SupportLine| {
        let view = support_view(place, &page, &line.support);
        let category = rules.category(&line.category).map_or(line.category.as_str(), |c| c.name(page.lang));
        let (helper, lead) = (agency_name(place, Some(line.support.agency)), agency_name(place, line.lead));
        Row {
            href: format!("/kotak/{}", line.number),
            number: line.number.clone(),
            tag: support_tag(&line.support, page.now),
            state: view.stage,
            late: line.support.is_late(page.now),
            text: public::excerpt(&format!("{category}: {}", line.support.instruction), TEXT_MAX_CHARS),
            place: format!("{} · {lead} → {helper}", place_short(place, line.village, line.district)),
            due: Some(line.support.due),
            day: line.support.asked,
        }
    };
    let rows = found.iter().map(row).collect();
    together::draw(page, ("report.support.tab", "report.support.list_empty", "/kotak/dukungan"), ways, rows, None)
}

#[derive(Template)]
#[template(path = "report/support_ask.html")]
struct AskPage {
    page: Page,
    form: FormView,
    report: Report,
    agencies: Vec<Choice>,
    until: String,
}

impl AskPage {
    fn action(&self) -> String {
        format!("/kotak/{}/dukungan", self.report.number)
    }
}

fn ask_page(me: &SignedIn, report: Report, form: FormView) -> AskPage {
    let mut page = me.page("report.support.ask").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let others = me.place.active_agencies().filter(|agency| !agency.outside && Some(agency.id) != report.agency);
    let until = simpul_kernel::format::date_long(page.lang, page.zone(), report.deadlines.resolve);
    AskPage {
        agencies: others.map(|a| Choice::new(a.id, format!("{} – {}", a.short, a.name))).collect(),
        until: page.t1("report.together.until_hint", "date", until),
        form,
        page,
        report,
    }
}

/// The form.
pub async fn ask_form(officer: Officer<CanSeeInbox>, Path(number): Path<String>) -> PageResult {
    let report = find(&officer, &number).await?;
    if !report.may_be_helped() {
        let back = Redirect::to(format!("/kotak/{}", report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    render(&ask_page(&officer, report, officer.form()))
}

/// Asks.
pub async fn ask(officer: Officer<CanSeeInbox>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&officer, &number).await?;
    let Some(agency) = form.fields.uuid("agency") else {
        let refusal = Error::Refused(Refusal::field("agency", "report.refused.agency"));
        let form = officer.refused(refusal, &form)?;
        return render_refused(&ask_page(&officer, report, form));
    };
    let action = AskSupport {
        report: report.id,
        version: form.fields.int("version"),
        agency,
        instruction: form.fields.get("instruction").to_owned(),
        day: form.fields.get("due").to_owned(),
    };
    match officer.write(action).await {
        Ok(_) => Ok(back(&report, "report.support.flash_asked")),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&ask_page(&officer, report, form))
        }
    }
}

fn back(report: &Report, flash: &'static str) -> axum::response::Response {
    let to = Redirect::to(format!("/kotak/{}", report.number));
    to.flash(flash).with("number", report.number.clone()).into_response()
}

/// What the helping agency does, each on a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HelpDeed {
    Tell,
    Finish,
    Return,
}

impl HelpDeed {
    fn name(self) -> &'static str {
        match self {
            HelpDeed::Tell => "kabar",
            HelpDeed::Finish => "selesai",
            HelpDeed::Return => "kembalikan",
        }
    }

    fn key(self) -> &'static str {
        match self {
            HelpDeed::Tell => "report.support.tell",
            HelpDeed::Finish => "report.support.finish",
            HelpDeed::Return => "report.support.return",
        }
    }
}

#[derive(Template)]
#[template(path = "report/support_deed.html")]
struct HelpPage {
    page: Page,
    form: FormView,
    report: Report,
    text: String,
    help: SupportView,
    deed: HelpDeed,
}

impl HelpPage {
    fn action(&self) -> String {
        format!("/kotak/{}/dukungan/{}/{}", self.report.number, self.help.id, self.deed.name())
    }
}

/// The help of that id with that report, for whoever works for the helping agency.
async fn help_of(officer: &SignedIn, number: &str, id: &str) -> Result<(Report, Support), PageError> {
    let seen = seen(officer, number).await?;
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let help = seen.supports.iter().find(|support| support.id == id).cloned().ok_or_else(PageError::not_found)?;
    Ok((seen.report, help))
}

fn help_page(me: &SignedIn, report: Report, help: &Support, deed: HelpDeed, form: FormView) -> HelpPage {
    let mut page = me.page(deed.key()).at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let text = public::excerpt(&public_text(&report.body), 240);
    HelpPage { help: support_view(&me.place, &page, help), text, form, page, report, deed }
}

async fn deed_form(officer: Officer<CanWorkReports>, number: &str, id: &str, deed: HelpDeed) -> PageResult {
    let (report, help) = help_of(&officer, number, id).await?;
    if !officer.scope(simpul_people::Permission::WorkReports).covers(help.agency) {
        return Err(PageError::forbidden());
    }
    if !help.stage.is_open() {
        let back = Redirect::to(format!("/kotak/{}", report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    render(&help_page(&officer, report, &help, deed, officer.form()))
}

type Ids = Path<(String, String)>;

/// The form for news.
pub async fn tell_form(officer: Officer<CanWorkReports>, Path((number, id)): Ids) -> PageResult {
    deed_form(officer, &number, &id, HelpDeed::Tell).await
}

/// The form that says it is done.
pub async fn finish_form(officer: Officer<CanWorkReports>, Path((number, id)): Ids) -> PageResult {
    deed_form(officer, &number, &id, HelpDeed::Finish).await
}

/// The form that hands it back.
pub async fn return_form(officer: Officer<CanWorkReports>, Path((number, id)): Ids) -> PageResult {
    deed_form(officer, &number, &id, HelpDeed::Return).await
}

async fn done<A: Action<Output = Done>>(
    officer: &SignedIn,
    (report, help): (Report, Support),
    (deed, flash): (HelpDeed, &'static str),
    typed: &impl Typed,
    action: A,
) -> PageResult {
    match officer.write(action).await {
        Ok(_) if deed == HelpDeed::Return => {
            // It is no longer this agency's: its page may not be shown any more.
            let to = Redirect::to("/kotak/dukungan").flash(flash).with("number", report.number);
            Ok(to.into_response())
        }
        Ok(_) => Ok(back(&report, flash)),
        Err(error) => {
            let form = officer.refused(error, typed)?;
            render_refused(&help_page(officer, report, &help, deed, form))
        }
    }
}

/// Terima.
pub async fn accept(officer: Officer<CanWorkReports>, Path((number, id)): Ids, _form: Form) -> PageResult {
    let (report, help) = help_of(&officer, &number, &id).await?;
    match officer.write(AcceptSupport { support: help.id }).await {
        Ok(_) => Ok(back(&report, "report.support.flash_accepted")),
        Err(Error::Refused(refusal)) => {
            let to = Redirect::to(format!("/kotak/{}", report.number)).flash("report.flash.refused");
            Ok(to.with("why", officer.says(&refusal)).warning().into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// Beri kabar.
pub async fn tell(officer: Officer<CanWorkReports>, Path((number, id)): Ids, upload: Upload) -> PageResult {
    let (report, help) = help_of(&officer, &number, &id).await?;
    let photos = match take_photos(&officer, &upload, STEP_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => {
            let form = officer.refused(Error::Refused(refusal), &upload)?;
            return render_refused(&help_page(&officer, report, &help, HelpDeed::Tell, form));
        }
    };
    let key = upload.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = upload.fields.get("text").to_owned();
    let action = TellSupport { key, support: help.id, text, photos };
    done(&officer, (report, help), (HelpDeed::Tell, "report.support.flash_told"), &upload, action).await
}

/// Selesai.
pub async fn finish(officer: Officer<CanWorkReports>, Path((number, id)): Ids, upload: Upload) -> PageResult {
    let (report, help) = help_of(&officer, &number, &id).await?;
    let photos = match take_photos(&officer, &upload, STEP_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => {
            let form = officer.refused(Error::Refused(refusal), &upload)?;
            return render_refused(&help_page(&officer, report, &help, HelpDeed::Finish, form));
        }
    };
    let action = FinishSupport { support: help.id, text: upload.fields.get("text").to_owned(), photos };
    done(&officer, (report, help), (HelpDeed::Finish, "report.support.flash_done"), &upload, action).await
}

/// Kembalikan.
pub async fn hand_back(officer: Officer<CanWorkReports>, Path((number, id)): Ids, form: Form) -> PageResult {
    let (report, help) = help_of(&officer, &number, &id).await?;
    let action = ReturnSupport { support: help.id, reason: form.fields.get("reason").to_owned() };
    done(&officer, (report, help), (HelpDeed::Return, "report.support.flash_returned"), &form, action).await
}

/// Not needed any more.
pub async fn end(officer: Officer<CanSeeInbox>, Path((number, id)): Ids, _form: Form) -> PageResult {
    let (report, help) = help_of(&officer, &number, &id).await?;
    match officer.write(EndSupport { support: help.id }).await {
        Ok(_) => Ok(back(&report, "report.support.flash_ended")),
        Err(Error::Refused(refusal)) => {
            let to = Redirect::to(format!("/kotak/{}", report.number)).flash("report.flash.refused");
            Ok(to.with("why", officer.says(&refusal)).warning().into_response())
        }
        Err(error) => Err(error.into()),
    }
}
