//! A report as its officers see it: everything, and what may be done next.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Timestamp, mask};
use simpul_people::Permission;
use simpul_people::actions::LogAccess;
use simpul_shell::{FormView, Officer, Page, PageError, PageResult, Path, Redirect, Tag, render};
use simpul_store::Conn;

use super::CanSeeInbox;
use super::citizen::star_key;
use super::deed::Deed;
use super::find::{How, Seen, seen};
use super::more::More;
use super::questions::{PHONE, all_told};
use super::telling::{Teller, is_for_helpers};
use super::together::{self, Mine, Together};
use super::view::{Entry, PhotoItem, agency_full, place_name, tag};
use crate::desk;
use crate::model::{Answers, Forwarding, Level, Report, Source, State, public, public_text};
use crate::sql::direction::Direction;
use crate::sql::{self, Contact, Event};

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
    /// An answer that waits for approval, or was given back.
    draft: Option<super::approval::Notice>,
    /// By which letter or number it went to another body.
    forwarding: Option<Forwarding>,
    direction: Option<Direction>,
    may_direct: bool,
    /// Answers to extra questions and what else came with it: what was asked, and what was said.
    answers: Vec<(String, String)>,
    mine: Mine,
    together: Together,
    /// What the citizen wrote; masked where the reporter is none of the viewer's business.
    text: String,
    more: More,
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

/// What of the history is for the viewer: all of it where the report is the own agency's; else what anybody may read,
/// as anybody reads it, and what concerns the help that was asked for.
fn told_to(officer: &Officer<CanSeeInbox>, seen: &Seen, events: Vec<Event>) -> Vec<Event> {
    if seen.how == How::Own {
        return events;
    }
    let scope = officer.scope(Permission::SeeInbox);
    let own = seen.supports.iter().map(|support| support.agency).filter(|agency| scope.covers(*agency));
    let own: Vec<_> = own.collect();
    let told = |event: Event| {
        if event.public {
            return Some(Event { note: event.note.as_deref().map(public_text), ..event });
        }
        is_for_helpers(&event.kind, event.detail.as_deref(), &own).then_some(event)
    };
    events.into_iter().filter_map(told).collect()
}

/// The number of the report that this one was merged into.
async fn merged_into(conn: &mut Conn, report: &Report) -> simpul_store::Result<Option<String>> {
    let State::Merged { into } = &report.state else { return Ok(None) };
    Ok(sql::by_id(conn, *into).await?.map(|other| other.number))
}

/// Who looked at a person's number, or at a secret report, is kept (UU 27/2022).
async fn log_look(
    officer: &Officer<CanSeeInbox>,
    report: &Report,
    saw_contact: bool,
    sees_reporter: bool,
) -> Result<(), PageError> {
    let has_phone = || !Answers::parse(report.attributes.as_deref()).of(PHONE).is_empty();
    let saw_person = saw_contact || (sees_reporter && has_phone());
    let looked = if saw_person { Some("reporter") } else { report.secret.then_some("report") };
    if let Some(what) = looked {
        officer.write(LogAccess { subject_kind: "report", subject_id: report.id, what }).await?;
    }
    Ok(())
}

/// The page.
pub async fn show(officer: Officer<CanSeeInbox>, Path(number): Path<String>) -> PageResult {
    let seen = seen(&officer, &number).await?;
    let (report, own) = (seen.report.clone(), seen.how == How::Own);
    if report.number != number {
        return Ok(Redirect::to(format!("/kotak/{}", report.number)).into_response());
    }
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let photos = sql::photos(&mut conn, report.id).await?;
    let events = sql::events(&mut conn, report.id).await?;
    let contact = sql::contact(&mut conn, report.id).await?;
    let draft = super::approval::notice(&mut conn, report.id).await?;
    let forwarding = sql::answer::forwarding(&mut conn, report.id).await?;
    let more = More::read(&mut conn, &officer.ctx.actor, &report).await?;
    let direction = sql::direction::of(&mut conn, report.id).await?;
    let into = merged_into(&mut conn, &report).await?;
    let rating = sql::rating::rating(&mut conn, report.id).await?.filter(|_| own);
    let page = officer.page("report.staff_page.title").title_with("report.staff_page.title", "number", &report.number);
    let page = page.htmx().at("/kotak");
    let (mine, together) = together::parts(&officer, &mut conn, &page, &seen, &photos).await?;
    drop(conn);
    let may_see_reporter = own && public::covers(&officer.ctx.actor, Permission::SeeReporter, report.agency);
    log_look(&officer, &report, contact.is_some() && may_see_reporter, may_see_reporter).await?;
    let now = officer.now();
    let events = told_to(&officer, &seen, events);
    let teller = Teller { page: &page, place: &officer.place, photos: &photos, key: "", staff: true };
    let history = teller.history(&report, &events);
    let (first, further) = if own { Deed::offered(&officer.ctx.actor, &report) } else { Default::default() };
    let holder = report.officer.and_then(|id| officer.place.officer(id)).map(|found| found.name.clone());
    let category = rules.category(&report.category);
    render(&StaffPage {
        more,
        answers: if own {
            all_told(&page, category, report.attributes.as_deref(), may_see_reporter)
        } else {
            Vec::new()
        },
        text: if own { report.body.clone() } else { public_text(&report.body) },
        mine,
        together,
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
        draft,
        forwarding,
        first,
        further,
        into,
        answer_until: report.answer_back_until(&officer.place.calendar),
        rating: rating.map(|rating| (page.t(star_key(rating.stars)), rating.reason)),
        public_link: report.is_public(),
        direction: direction.filter(|_| report.status().is_open()),
        may_direct: officer.may(Permission::GiveDirections) && report.status().is_open(),
        page,
        report,
    })
}
