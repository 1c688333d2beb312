//! One report as the public sees it; its reporter, who holds the key, sees their own words and may answer.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::format::duration;
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Form, FormView, Limit, Page, PageError, PageResult, Path, Query, Redirect, Site, Upload, render,
    render_refused,
};
use simpul_store::Error;

use super::form::Draft;
use super::questions::all_told;
use super::telling::Teller;
use super::view::{Entry, PhotoItem, agency_full, agency_public, citizen_words, place_name, short_words, tag};
use crate::actions::{
    self, AnswerQuestion, ConfirmFixed, FollowReport, PhotoFault, Proof, REASON_MAX_CHARS, RateReport, ReopenReport,
};
use crate::desk;
use crate::model::{
    Answers, Category, Level, PhotoRef, Rating, Report, State, Status, public, public_text, rating, read_number,
};
use crate::outside::key_of;
use crate::sql;

/// Most photos that come with "Belum, masih rusak".
const REOPEN_PHOTOS_MAX_COUNT: usize = 3;

/// The reporter's key.
#[derive(Debug, Default, Deserialize)]
pub struct Key {
    #[serde(default)]
    kunci: String,
}

#[derive(Template)]
#[template(path = "report/citizen.html")]
struct CitizenPage {
    page: Page,
    form: FormView,
    report: Report,
    text: String,
    /// What was asked further and what was said: all of it for the reporter, only what was chosen from lists for
    /// others.
    answers: Vec<(String, String)>,
    category: String,
    place: String,
    agency: String,
    words: String,
    tag: simpul_shell::Tag,
    late: Option<Late>,
    photos: Vec<PhotoItem>,
    history: Vec<Entry>,
    key: String,
    asked: Option<String>,
    may_answer: bool,
    answer_until: Option<Timestamp>,
    into: Option<String>,
    staff_link: bool,
    follows: bool,
    news: bool,
    may_rate: bool,
    rating: Option<Rating>,
    silent: Option<Timestamp>,
    /// When an officer last edited the text.
    edited: Option<Timestamp>,
}

/// The word for so many stars.
pub(super) fn star_key(stars: i64) -> &'static str {
    match stars {
        ..=1 => "report.rating.stars_1",
        2 => "report.rating.stars_2",
        3 => "report.rating.stars_3",
        4 => "report.rating.stars_4",
        5.. => "report.rating.stars_5",
    }
}

/// How late, and who has heard of it.
struct Late {
    time: String,
    level: Option<String>,
}

impl Late {
    fn of(page: &Page, report: &Report) -> Option<Late> {
        let due = report.due_at().filter(|due| *due < page.now)?;
        let time = duration(page.lang, page.now.micros_since(due));
        Some(Late { time, level: (report.level >= Level::Assistant).then(|| page.t(report.level.key())) })
    }
}

/// The form with the rating that was given before.
fn with_rating(form: FormView, rating: Option<&Rating>) -> FormView {
    match rating {
        Some(rating) => form.fill("stars", rating.stars.to_string()).fill("reason", rating.reason.clone()),
        None => form,
    }
}

impl CitizenPage {
    fn is_open(&self) -> bool {
        self.report.status().is_open()
    }

    fn is_merged(&self) -> bool {
        self.report.status() == Status::Merged
    }

    /// The officers' moment; what waits for the reporter says its own date.
    fn due(&self) -> Option<Timestamp> {
        self.report.due_at().filter(|_| self.report.status() != Status::Resolved)
    }

    /// When the officers said that it is solved, as long as the reporter's word is missing.
    fn resolved_at(&self) -> Option<Timestamp> {
        self.report.times.resolved.filter(|_| self.report.status() == Status::Resolved)
    }

    /// The newest photo of how it is after the work.
    fn photo_after(&self) -> Option<&PhotoItem> {
        self.history.iter().rev().flat_map(|entry| entry.photos.iter().rev()).find(|photo| photo.after)
    }

    fn can_follow(&self) -> bool {
        self.report.is_public() && self.is_open() && self.key.is_empty() && !self.follows
    }

    /// Whether the visitor may ask for news of it.
    fn can_hear(&self) -> bool {
        self.report.is_public() && self.is_open() && self.key.is_empty() && self.news
    }

    /// The stars, best first, each with its word.
    fn choices(&self) -> Vec<Choice> {
        let word = |stars| self.page.t(star_key(stars));
        rating::STARS.rev().map(|stars| Choice::new(stars, word(stars))).collect()
    }

    /// Whether the stars wait behind a line: first comes the question whether it is fixed, and who has given stars
    /// already seldom changes them.
    fn rates_later(&self) -> bool {
        self.may_answer || self.rating.is_some()
    }

    fn rate_title(&self) -> &'static str {
        if self.rating.is_some() { "report.rating.change" } else { "report.rating.title" }
    }

    fn rate_button(&self) -> &'static str {
        if self.rating.is_some() { "report.rating.change" } else { "report.rating.send" }
    }

    /// What stands above the question, or above the reason of a pause.
    fn asked_title(&self) -> &'static str {
        if self.report.asks_citizen() { "report.pause.asked_title" } else { "report.pause.why_title" }
    }

    /// Where a form of this page goes.
    fn deed(&self, name: &str) -> String {
        format!("/laporan/{}/{name}", self.report.number)
    }
}

/// Who looks at the report.
struct Looker {
    /// The reporter's key, where it is right.
    key: String,
    /// An officer who may see it as staff do.
    staff: bool,
}

/// The report, if the visitor may see it in any way.
async fn find(site: &Site, number: &str, key: &str) -> Result<(Report, Looker), PageError> {
    let number = read_number(&site.region().prefix, number).ok_or_else(PageError::not_found)?;
    let mut conn = site.read().await?;
    let report = sql::by_number(&mut conn, &number).await?.ok_or_else(PageError::not_found)?;
    let holds = sql::is_key(&mut conn, &report, key).await?;
    let staff = site.signed_in.as_ref().is_some_and(|me| public::may_see(&me.actor, &report));
    if !report.is_public() && !holds && !staff {
        return Err(PageError::not_found());
    }
    Ok((report, Looker { key: if holds { key.trim().to_owned() } else { String::new() }, staff }))
}

/// The page of a report.
pub async fn show(site: Site, Path(number): Path<String>, Query(key): Query<Key>) -> PageResult {
    let (report, looker) = find(&site, &number, &key.kunci).await?;
    if report.number != number {
        return Ok(Redirect::to(format!("/laporan/{}", report.number)).into_response());
    }
    let private = !looker.key.is_empty() || looker.staff;
    if report.secret && looker.key.is_empty() {
        log_look(&site, &report).await?;
    }
    let answer = render(&page(&site, report, looker, site.form()).await?)?;
    Ok(if private { no_store(answer) } else { answer })
}

/// An officer looks at a secret report: that is kept before it is shown.
async fn log_look(site: &Site, report: &Report) -> Result<(), PageError> {
    let Some(me) = &site.signed_in else { return Ok(()) };
    let ctx = site.app.db.env().ctx(site.region().id, me.actor.clone());
    let seen = LogAccess { subject_kind: "report", subject_id: report.id, what: "report" };
    Ok(site.app.db.write(&ctx, seen).await?)
}

/// An answer that nobody keeps: it holds what is for one person only.
pub(super) fn no_store(mut answer: axum::response::Response) -> axum::response::Response {
    let value = axum::http::HeaderValue::from_static("private, no-store");
    answer.headers_mut().insert(axum::http::header::CACHE_CONTROL, value);
    answer
}

/// The number of the report that this one was merged into, where anybody may see that.
async fn merged_into(conn: &mut simpul_store::Conn, report: &Report) -> simpul_store::Result<Option<String>> {
    let State::Merged { into } = &report.state else { return Ok(None) };
    Ok(sql::by_id(conn, *into).await?.filter(Report::is_public).map(|other| other.number))
}

async fn page(site: &Site, report: Report, looker: Looker, form: FormView) -> Result<CitizenPage, PageError> {
    let mut conn = site.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let photos = sql::photos(&mut conn, report.id).await?;
    let events = sql::events(&mut conn, report.id).await?;
    let into = merged_into(&mut conn, &report).await?;
    let may_follow = report.is_public() && report.status().is_open() && looker.key.is_empty();
    let follows = may_follow && Draft::read(&mut conn, site.visitor().id()).await?.follows(&report.number);
    let rating = sql::rating::rating(&mut conn, report.id).await?.filter(|_| !looker.key.is_empty());
    drop(conn);
    let now = site.now();
    let mut page =
        site.page("report.citizen_page.title").title_with("report.citizen_page.title", "number", &report.number);
    page = page.narrow();
    if !looker.key.is_empty() {
        // Only the reporter has forms here that must not be sent twice; everybody else's page has no script.
        page = page.script("umum.js");
    }
    if form.has_errors() {
        page = page.failed();
    }
    let photo_key =
        if report.is_public() || looker.key.is_empty() { String::new() } else { format!("?kunci={}", looker.key) };
    let teller = Teller { page: &page, place: &site.place, photos: &photos, key: &photo_key, staff: false };
    let history = teller.history(&report, &events);
    let late = Late::of(&page, &report);
    let own = !looker.key.is_empty();
    let answer_until = report.answer_back_until(&site.place.calendar).filter(|until| *until >= now);
    let may_answer = own && answer_until.is_some();
    let may_rate = own && rating::rate_until(&report, rating.as_ref()).is_some_and(|until| until >= now);
    let form = with_rating(form, rating.as_ref());
    // Only who may answer is asked.
    let asks_nobody = report.status() == Status::Resolved && !may_answer;
    let words = if asks_nobody {
        short_words(&page, Status::Resolved)
    } else {
        citizen_words(&page, &site.place, &report, own)
    };
    let category = rules.category(&report.category);
    Ok(CitizenPage {
        edited: events.iter().rfind(|event| event.kind == "report.edited").map(|event| event.at),
        form,
        answers: told(&page, category, &report, own),
        text: if own { report.body.clone() } else { public_text(&report.body) },
        category: category.map_or(report.category.clone(), |c| c.name(site.lang).to_owned()),
        place: place_name(&site.place, report.place.village, report.place.district),
        agency: if own { agency_full(&site.place, report.agency) } else { agency_public(&site.place, report.agency) },
        words,
        tag: tag(report.shape(now)),
        late,
        photos: photos.iter().filter(|p| p.event.is_none()).map(|p| PhotoItem::of(p, &photo_key)).collect(),
        history,
        key: looker.key,
        asked: asked(&report, &events, own),
        may_answer,
        answer_until,
        into,
        staff_link: looker.staff,
        follows,
        news: site.app.config.sends_text || site.app.config.sends_email,
        may_rate,
        rating,
        silent: report.is_silent(now).then_some(report.times.updated),
        page,
        report,
    })
}

fn told(page: &Page, category: Option<&Category>, report: &Report, own: bool) -> Vec<(String, String)> {
    if own {
        return all_told(page, category, report.attributes.as_deref(), true);
    }
    let answers = Answers::parse(report.attributes.as_deref());
    category.map(|category| category.questions.told(page.lang, &answers, true)).unwrap_or_default()
}

/// "Ya": it is fixed.
pub async fn confirm(site: Site, Path(number): Path<String>, form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    let key = form.fields.get("kunci").to_owned();
    let (report, looker) = find(&site, &number, &key).await?;
    let back = format!("/laporan/{}?kunci={key}", report.number);
    let action = ConfirmFixed { report: report.id, proof: Proof::Token(key) };
    match site.write(action).await {
        Ok(_) => Ok(Redirect::to(back).flash("report.flash.confirmed").into_response()),
        Err(error) => refused(&site, report, looker, error, &form).await,
    }
}

/// "Belum, masih rusak": it is not, and this is what is still wrong.
pub async fn reopen(site: Site, Path(number): Path<String>, upload: Upload) -> PageResult {
    site.limit(Limit::Submit)?;
    let key = upload.fields.get("kunci").to_owned();
    let (report, looker) = find(&site, &number, &key).await?;
    if looker.key.is_empty() {
        let refusal = Error::Refused(Refusal::new("report.refused.not_the_reporter"));
        return refused(&site, report, looker, refusal, &upload).await;
    }
    let photos = match take_photos(&site, &upload, REOPEN_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => return refused(&site, report, looker, Error::Refused(refusal), &upload).await,
    };
    let back = format!("/laporan/{}?kunci={key}", report.number);
    let text = upload.fields.get("text").to_owned();
    match site.write(ReopenReport { report: report.id, proof: Proof::Token(key), text, photos }).await {
        Ok(_) => Ok(Redirect::to(back).flash("report.flash.reopened").into_response()),
        Err(error) => refused(&site, report, looker, error, &upload).await,
    }
}

/// What the agency waits for, in its own words; masked unless the reporter reads.
fn asked(report: &Report, events: &[sql::Event], own: bool) -> Option<String> {
    report.pause?;
    let said = events.iter().rev().find(|event| event.kind == "report.paused")?.note.clone()?;
    Some(if own { said } else { public_text(&said) })
}

/// The answer to what the agency asked.
pub async fn answer(site: Site, Path(number): Path<String>, upload: Upload) -> PageResult {
    site.limit(Limit::Submit)?;
    let key = upload.fields.get("kunci").to_owned();
    let (report, looker) = find(&site, &number, &key).await?;
    if looker.key.is_empty() {
        let refusal = Error::Refused(Refusal::new("report.refused.not_the_reporter"));
        return refused(&site, report, looker, refusal, &upload).await;
    }
    let photos = match take_photos(&site, &upload, REOPEN_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => return refused(&site, report, looker, Error::Refused(refusal), &upload).await,
    };
    let back = format!("/laporan/{}?kunci={key}", report.number);
    let text = upload.fields.get("text").to_owned();
    match site.write(AnswerQuestion { report: report.id, proof: Proof::Token(key), text, photos }).await {
        Ok(_) => Ok(Redirect::to(back).flash("report.pause.flash_answered").into_response()),
        Err(error) => refused(&site, report, looker, error, &upload).await,
    }
}

/// "Ya, ini sama": another citizen follows the report.
pub async fn follow(site: Site, Path(number): Path<String>, form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    let (report, looker) = find(&site, &number, "").await?;
    // One browser counts once, however often it is pressed.
    let key = key_of(site.visitor().id(), "follow", &report.number);
    match site.write(FollowReport { key, report: report.id }).await {
        Ok(_) => {
            Draft::follow(&site, &report.number).await?;
            Ok(Redirect::to(format!("/laporan/{}", report.number)).flash("report.flash.followed").into_response())
        }
        Err(error) => refused(&site, report, looker, error, &form).await,
    }
}

/// One to five stars, and why.
pub async fn rate(site: Site, Path(number): Path<String>, form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    let key = form.fields.get("kunci").to_owned();
    let (report, looker) = find(&site, &number, &key).await?;
    let back = format!("/laporan/{}?kunci={key}", report.number);
    let stars = form.fields.get("stars").parse().unwrap_or(0);
    let reason = form.fields.get("reason").to_owned();
    match site.write(RateReport { report: report.id, proof: Proof::Token(key), stars, reason }).await {
        Ok(_) => Ok(Redirect::to(back).flash("report.rating.flash").into_response()),
        Err(error) => refused(&site, report, looker, error, &form).await,
    }
}

async fn refused(
    site: &Site,
    report: Report,
    looker: Looker,
    error: Error,
    typed: &impl simpul_shell::Typed,
) -> PageResult {
    let form = site.refused(error, typed)?;
    render_refused(&page(site, report, looker, form).await?)
}

/// The page again, with what was refused when somebody asked for news of the report.
pub(super) async fn refused_news(site: &Site, report: Report, error: Error, form: &Form) -> PageResult {
    if !report.is_public() {
        return Err(PageError::not_found());
    }
    let looker = Looker { key: String::new(), staff: false };
    refused(site, report, looker, error, form).await
}

/// Keeps the photos of a form; answers a refusal where one is no photo.
pub async fn take_photos(
    site: &Site,
    upload: &Upload,
    most: usize,
) -> Result<Result<Vec<PhotoRef>, Refusal>, PageError> {
    let mut photos: Vec<PhotoRef> = Vec::new();
    for file in &upload.files {
        if file.too_big {
            return Ok(Err(Refusal::field("photo", "report.refused.photo")));
        }
        if photos.len() >= most {
            return Ok(Err(Refusal::field("photo", "report.refused.step_photo_count")));
        }
        match actions::keep_photo(&site.app.db, site.region().id, file.bytes.to_vec()).await {
            Ok(photo) if photos.contains(&photo) => {}
            Ok(photo) => photos.push(photo),
            Err(PhotoFault::Picture(_)) => return Ok(Err(Refusal::field("photo", "report.refused.photo"))),
            Err(PhotoFault::Store(error)) => return Err(error.into()),
        }
    }
    Ok(Ok(photos))
}
