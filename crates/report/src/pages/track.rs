//! "Cek laporan": by number, or by telephone or e-mail with a code that is sent there; news of a report; and the end of
//! news. Nobody learns here whether a number has reported anything.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::Refusal;
use simpul_shell::{
    Form, FormView, Limit, Page, PageError, PageResult, Path, Query, Redirect, Site, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::citizen::no_store;
use super::view::{PublicItem, place_name};
use crate::actions::{LIST_ROWS_MAX_COUNT, RequestCode, Stop, StopNews, TypeCode, Typed, Wants};
use crate::desk;
use crate::model::code::key_from;
use crate::model::{Reach, read_number, token_hash};
use crate::outside::key_of;
use crate::sql::{self, keys, keys::Subscriber, watch};

/// What was typed into "Cek laporan".
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    nomor: String,
}

/// By which ways this installation reaches people.
pub(super) struct Ways {
    pub(super) text: bool,
    pub(super) email: bool,
}

impl Ways {
    pub(super) fn of(site: &Site) -> Ways {
        Ways { text: site.app.config.sends_text, email: site.app.config.sends_email }
    }

    /// Whether anybody can be told anything.
    pub(super) fn any(&self) -> bool {
        self.text || self.email
    }

    /// What may be typed: a number, an address, or either.
    pub(super) fn label(&self) -> &'static str {
        match (self.text, self.email) {
            (true, true) => "report.track.reach",
            (true, false) => "report.track.reach_phone",
            (false, _) => "report.track.reach_email",
        }
    }

    /// The number or address that was typed, if something can be sent there.
    pub(super) fn read(&self, typed: &str) -> Result<Reach, Refusal> {
        let refused = |key| Err(Refusal::field("reach", key));
        match Reach::parse(typed) {
            Some(Reach::Phone(_)) if !self.text => refused("report.track.refused_no_text"),
            Some(Reach::Email(_)) if !self.email => refused("report.track.refused_no_email"),
            Some(reach) => Ok(reach),
            None => refused("report.track.refused_reach"),
        }
    }
}

#[derive(Template)]
#[template(path = "report/track.html")]
struct TrackPage {
    page: Page,
    form: FormView,
    ways: Ways,
    typed: String,
    missing: String,
    example: String,
    office: String,
}

fn track_page(site: &Site, form: FormView, typed: String, missing: String) -> TrackPage {
    let mut page = site.page("report.track.title").narrow().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let settings = &site.region().settings;
    let office = [settings.office_name.as_str(), &settings.office_address, &settings.office_phone];
    let office = office.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
    let example = format!("{}-2611-0042", site.region().prefix);
    TrackPage { page, form, ways: Ways::of(site), typed, missing, example, office }
}

/// The page; a number that was typed leads to its report.
pub async fn show(site: Site, Query(asked): Query<Asked>) -> PageResult {
    let typed = asked.nomor.trim().to_owned();
    if typed.is_empty() {
        return render(&track_page(&site, site.form(), String::new(), String::new()));
    }
    site.limit(Limit::Search)?;
    if let Some(number) = read_number(&site.region().prefix, &typed) {
        let mut conn = site.read().await?;
        // What is secret opens with its link alone.
        let found = sql::by_number(&mut conn, &number).await?.filter(|report| report.is_public());
        drop(conn);
        return match found {
            Some(report) => Ok(Redirect::to(format!("/laporan/{}", report.number)).into_response()),
            None => render(&track_page(&site, site.form(), typed.clone(), typed)),
        };
    }
    match Reach::parse(&typed) {
        // The telephone is sent by a form of ours, and not by whoever made this address.
        Some(_) => {
            let form = site.form().fill("reach", typed);
            Ok(no_store(render(&track_page(&site, form, String::new(), String::new()))?))
        }
        None => render(&track_page(&site, site.form(), typed.clone(), typed)),
    }
}

/// Asks for a code in a form's name; answers the code's id.
pub(super) async fn request(site: &Site, form: &Form, wants: Wants) -> Result<Result<Uuid, Error>, PageError> {
    site.limit(Limit::Code)?;
    let reach = match Ways::of(site).read(form.fields.get("reach")) {
        Ok(reach) => reach,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    let rules = desk::rules(&mut site.read().await?).await?;
    // A form that comes back with another number asks for another code.
    let sender = form.key().unwrap_or_else(|| site.ctx.new_id());
    let key = key_of(sender, "code", reach.as_str());
    let base_url = site.app.config.base_url.clone();
    let action = RequestCode { key, reach, wants, place: site.place.clone(), rules, base_url };
    Ok(site.write(action).await)
}

/// A telephone or an address asks for the list of its reports.
pub async fn ask(site: Site, form: Form) -> PageResult {
    match request(&site, &form, Wants::List).await? {
        Ok(id) => Ok(Redirect::to(format!("/cek/kode/{id}")).into_response()),
        Err(error) => {
            let view = site.refused(error, &form)?;
            render_refused(&track_page(&site, view, String::new(), String::new()))
        }
    }
}

/// Somebody wants news of a report: a code proves the telephone or the address.
pub async fn ask_for_news(site: Site, Path(number): Path<String>, form: Form) -> PageResult {
    let number = read_number(&site.region().prefix, &number).ok_or_else(PageError::not_found)?;
    let report = sql::by_number(&mut site.read().await?, &number).await?.ok_or_else(PageError::not_found)?;
    match request(&site, &form, Wants::Follow(report.id)).await? {
        Ok(id) => Ok(Redirect::to(format!("/cek/kode/{id}")).into_response()),
        Err(error) => super::citizen::refused_news(&site, report, error, &form).await,
    }
}

#[derive(Template)]
#[template(path = "report/code.html")]
struct CodePage {
    page: Page,
    form: FormView,
    id: Uuid,
}

impl CodePage {
    fn action(&self) -> String {
        format!("/cek/kode/{}", self.id)
    }
}

fn code_page(site: &Site, form: FormView, id: Uuid) -> CodePage {
    let mut page = site.page("report.track.code_title").narrow().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    CodePage { page, form, id }
}

/// Where the code is typed. It says the same whether one was sent or not.
pub async fn code(site: Site, Path(id): Path<Uuid>) -> PageResult {
    Ok(no_store(render(&code_page(&site, site.form(), id))?))
}

/// The typed code.
pub async fn type_code(site: Site, Path(id): Path<Uuid>, form: Form) -> PageResult {
    site.limit(Limit::Code)?;
    let typed = form.fields.get("code").to_owned();
    let refusal = match site.write(TypeCode { id, typed }).await? {
        Typed::List { pass } => return Ok(Redirect::to(format!("/cek/laporan?kunci={pass}")).into_response()),
        Typed::Follows { number } => {
            return Ok(Redirect::to(format!("/laporan/{number}")).flash("report.news.flash").into_response());
        }
        Typed::Watches => return Ok(Redirect::to("/laporan").flash("report.watch.flash").into_response()),
        Typed::Wrong { left } => Refusal::field("code", "report.track.refused_code").with("left", left.to_string()),
        Typed::Over => Refusal::field("code", "report.track.refused_over"),
    };
    let view = site.form_with(&form, &[refusal]);
    Ok(no_store(render_refused(&code_page(&site, view, id))?))
}

/// The key to one's own list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Pass {
    kunci: String,
}

struct Entry {
    item: PublicItem,
    link: String,
    /// Whose news end with "Berhenti"; `None` for one's own reports.
    follower: Option<Uuid>,
}

struct WatchEntry {
    id: Uuid,
    name: String,
}

#[derive(Template)]
#[template(path = "report/own.html")]
struct OwnPage {
    page: Page,
    form: FormView,
    pass: String,
    hint: String,
    own: Vec<Entry>,
    followed: Vec<Entry>,
    watches: Vec<WatchEntry>,
}

/// A person's own reports, each with the reporter's key, and what the person follows.
pub async fn own(site: Site, Query(pass): Query<Pass>) -> PageResult {
    let mut conn = site.read().await?;
    let Some(reach) = keys::pass(&mut conn, token_hash(&pass.kunci), site.now()).await? else {
        return Ok(Redirect::to("/cek").flash("report.track.flash_over").warning().into_response());
    };
    let page = site.page("report.track.own_title").narrow().script("umum.js");
    let rules = desk::rules(&mut conn).await?;
    let ids = sql::parts::reports_of(&mut conn, reach.phone(), reach.email(), LIST_ROWS_MAX_COUNT).await?;
    let mut own = Vec::new();
    for id in &ids {
        let Some(line) = sql::line(&mut conn, *id).await? else { continue };
        let item = PublicItem::of(&page, &site.place, &rules, &line, site.now());
        let link = format!("/laporan/{}?kunci={}", item.number, key_from(pass.kunci.trim(), *id));
        own.push(Entry { item, link, follower: None });
    }
    let mut followed = Vec::new();
    for one in sql::parts::followed_by(&mut conn, &reach, LIST_ROWS_MAX_COUNT).await? {
        let Some(line) = sql::line(&mut conn, one.report).await?.filter(|line| line.public) else { continue };
        let item = PublicItem::of(&page, &site.place, &rules, &line, site.now());
        let link = format!("/laporan/{}", item.number);
        followed.push(Entry { item, link, follower: Some(one.id) });
    }
    let watched = watch::watches_of(&mut conn, &reach, LIST_ROWS_MAX_COUNT).await?;
    drop(conn);
    let name = |watch: &watch::Watch| {
        let place = place_name(&site.place, watch.place.village, Some(watch.place.district));
        let category = watch.place.category.as_ref().and_then(|code| rules.category(code));
        let category = category.map(|category| format!(": {}", category.name(site.lang))).unwrap_or_default();
        WatchEntry { id: watch.id, name: format!("{place}{category}") }
    };
    let watches = watched.iter().filter(|watch| !watch.pending).map(name).collect();
    let (form, hint, pass) = (site.form(), reach.hint(), pass.kunci);
    Ok(no_store(render(&OwnPage { page, form, pass, hint, own, followed, watches })?))
}

/// "Berhenti ikuti" in one's own list.
pub async fn stop_entry(site: Site, form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    let pass = form.fields.get("kunci").to_owned();
    let id = |name| Uuid::parse_str(form.fields.get(name)).ok();
    let entry = id("laporan").map(Subscriber::Follower).or_else(|| id("tempat").map(Subscriber::Watch));
    let entry = entry.ok_or_else(PageError::not_found)?;
    let back = format!("/cek/laporan?kunci={pass}");
    site.write(StopNews { by: Stop::Entry(pass, entry) }).await?;
    Ok(Redirect::to(back).flash("report.news.flash_stopped").into_response())
}

#[derive(Template)]
#[template(path = "report/stop.html")]
struct StopPage {
    page: Page,
    form: FormView,
    what: String,
    key: String,
}

impl StopPage {
    fn action(&self) -> String {
        format!("/berhenti/{}", self.key)
    }
}

/// The link in a message: what would end. Nothing ends before the button is pressed, as mail servers look at links.
pub async fn stop(site: Site, Path(key): Path<String>) -> PageResult {
    site.limit(Limit::Search)?;
    let mut conn = site.read().await?;
    let whose = keys::stop(&mut conn, token_hash(&key)).await?.ok_or_else(PageError::not_found)?;
    let page = site.page("report.news.stop_title").narrow();
    let what = match whose {
        Subscriber::Follower(id) => {
            let report = sql::parts::follower(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
            let line = sql::line(&mut conn, report).await?.ok_or_else(PageError::not_found)?;
            page.t1("report.news.stop_report", "number", line.number)
        }
        Subscriber::Watch(_) => page.t("report.news.stop_places"),
    };
    Ok(no_store(render(&StopPage { form: site.form(), what, key, page })?))
}

/// No more news.
pub async fn stop_now(site: Site, Path(key): Path<String>, _form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    site.write(StopNews { by: Stop::Key(key) }).await?;
    Ok(Redirect::to("/laporan").flash("report.news.flash_stopped").into_response())
}
