//! A report as its officers see it: everything, and what may be done next.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Timestamp, mask};
use simpul_people::Permission;
use simpul_people::actions::LogAccess;
use simpul_shell::{FormView, Officer, Page, PageResult, Path, Redirect, Tag, render};

use super::CanSeeInbox;
use super::citizen::star_key;
use super::deed::Deed;
use super::find::find;
use super::view::{Entry, PhotoItem, Teller, agency_full, place_name, tag};
use crate::desk;
use crate::model::{Category, Level, Report, Source, State, public};
use crate::open311::view::questions;
use crate::sql::{self, Contact};

#[derive(Template)]
#[template(path = "report/staff.html")]
struct StaffPage {
    page: Page,
    form: FormView,
    report: Report,
    category: String,
    place: String,
    agency: String,
    officer: String,
    state: String,
    tag: Tag,
    level: String,
    contact: Option<Contact>,
    contact_hidden: bool,
    photos: Vec<PhotoItem>,
    history: Vec<Entry>,
    first: Vec<Deed>,
    further: Vec<Deed>,
    into: Option<String>,
    answer_until: Option<Timestamp>,
    /// What the reporter thinks of the work: the word for the stars, and why.
    rating: Option<(String, String)>,
    public_link: bool,
    /// Answers to extra questions and what else came with it: what was asked, and what was said.
    answers: Vec<(String, String)>,
}

impl StaffPage {
    /// The report's number at its sender. A program's has the id of its key before it, which tells an officer nothing.
    fn foreign_id(&self) -> Option<&str> {
        let id = self.report.foreign_id.as_deref()?;
        let own = if self.report.source == Source::Api { id.split_once(':') } else { None };
        Some(own.map_or(id, |(_, own)| own))
    }

    fn coordinates(&self) -> Option<String> {
        let point = self.report.place.point?;
        let accuracy = self.report.place.accuracy_m.map(|m| format!(" ± {m} m")).unwrap_or_default();
        Some(format!("{:.5}, {:.5}{accuracy}", point.lat(), point.lon()))
    }

    fn phone(&self) -> Option<String> {
        Some(mask::phone_local(self.contact.as_ref()?.phone.as_ref()?))
    }
}

/// The state's word, with the pause where there is one.
fn staff_words(page: &Page, report: &Report) -> String {
    let state = page.t(report.status().staff_key());
    let Some(pause) = report.pause else { return state };
    let until = simpul_kernel::format::date_long(page.lang, page.zone(), pause.until);
    let key = if pause.asks { "report.pause.staff_asked" } else { "report.pause.staff_paused" };
    format!("{state} · {}", page.t1(key, "date", until))
}

/// A number that can get no news stands among the answers; it is the reporter's all the same.
const PHONE: &str = "phone";

/// What stands in the report's attributes, with the words of the category's questions where it has them.
fn answers(page: &Page, report: &Report, category: Option<&Category>, with_phone: bool) -> Vec<(String, String)> {
    let kept = report.attributes.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let kept: serde_json::Map<String, serde_json::Value> = kept.unwrap_or_default();
    let questions = category.and_then(|category| category.questions.as_deref()).map(questions).unwrap_or_default();
    let shown = kept.iter().filter(|(name, _)| with_phone || *name != PHONE);
    let answer = |(name, value): (&String, &serde_json::Value)| {
        let question = questions.iter().find(|question| question.code == *name);
        let asked = match (question, name.as_str()) {
            (Some(question), _) if !question.description.is_empty() => question.description.clone(),
            (None, PHONE) => page.t("report.staff_page.answer_phone"),
            (None, "category") => page.t("report.staff_page.answer_category"),
            _ => name.clone(),
        };
        let said = |value: &serde_json::Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let chosen = question.and_then(|question| question.values.iter().find(|(key, _)| *key == text));
            chosen.map_or(text, |(_, name)| name.clone())
        };
        let said = match value {
            serde_json::Value::Array(list) => list.iter().map(said).collect::<Vec<_>>().join(", "),
            one => said(one),
        };
        (asked, said)
    };
    shown.map(answer).collect()
}

/// The page.
pub async fn show(officer: Officer<CanSeeInbox>, Path(number): Path<String>) -> PageResult {
    let report = find(&officer, &number).await?;
    if report.number != number {
        return Ok(Redirect::to(format!("/kotak/{}", report.number)).into_response());
    }
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let photos = sql::photos(&mut conn, report.id).await?;
    let events = sql::events(&mut conn, report.id).await?;
    let contact = sql::contact(&mut conn, report.id).await?;
    let into = match &report.state {
        State::Merged { into } => sql::by_id(&mut conn, *into).await?.map(|other| other.number),
        _ => None,
    };
    let rating = sql::rating::rating(&mut conn, report.id).await?;
    drop(conn);
    let may_see_reporter = public::covers(&officer.ctx.actor, Permission::SeeReporter, report.agency);
    // Who looked at a person's number, or at a secret report, is kept (UU 27/2022).
    let has_phone = report.attributes.as_deref().is_some_and(|kept| kept.contains("\"phone\""));
    let saw_person = (contact.is_some() || has_phone) && may_see_reporter;
    let seen = if saw_person { Some("reporter") } else { report.secret.then_some("report") };
    if let Some(what) = seen {
        officer.write(LogAccess { subject_kind: "report", subject_id: report.id, what }).await?;
    }
    let page = officer.page("report.staff_page.title").title_with("report.staff_page.title", "number", &report.number);
    let page = page.htmx().at("/kotak");
    let now = officer.now();
    let teller = Teller { page: &page, place: &officer.place, photos: &photos, key: "", staff: true };
    let history = teller.history(&report, &events);
    let (first, further) = Deed::offered(&officer.ctx.actor, &report);
    let holder = report.officer.and_then(|id| officer.place.officer(id)).map(|found| found.name.clone());
    let category = rules.category(&report.category);
    render(&StaffPage {
        answers: answers(&page, &report, category, may_see_reporter),
        form: officer.form(),
        category: category.map_or(report.category.clone(), |c| c.name(page.lang).to_owned()),
        place: place_name(&officer.place, report.place.village, report.place.district),
        agency: agency_full(&officer.place, report.agency),
        officer: holder.unwrap_or_default(),
        state: staff_words(&page, &report),
        tag: tag(report.shape(now)),
        level: if report.level > Level::None { page.t(report.level.key()) } else { String::new() },
        contact_hidden: contact.is_some() && !may_see_reporter,
        contact: contact.filter(|_| may_see_reporter),
        photos: photos.iter().filter(|photo| photo.event.is_none()).map(|photo| PhotoItem::of(photo, "")).collect(),
        history,
        first,
        further,
        into,
        answer_until: report.answer_back_until(&officer.place.calendar),
        rating: rating.map(|rating| (page.t(star_key(rating.stars)), rating.reason)),
        public_link: report.is_public(),
        page,
        report,
    })
}
