//! The citizen's form: one `<form>` of five parts that the script shows one at a time, then "Periksa jawaban", then
//! sent.
//! What was typed is kept for a day under the visitor's id, photos too, so that nothing is asked twice.

use std::sync::Arc;

use askama::Template;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use simpul_kernel::geo::Point;
use simpul_kernel::limits::PHOTOS_PER_REPORT_MAX_COUNT;
use simpul_kernel::{Refusal, Timestamp, words};
use simpul_people::{District, Village};
use simpul_shell::{
    Fields, Form, FormView, Lang, Limit, Page, PageError, PageResult, Path, Query, Redirect, Site, Upload, render,
    render_refused,
};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::near::{SIMILAR_MAX_COUNT, similar_to};
use super::questions::{self, ASKED, Asked, is_answer};
use super::view::{PublicItem, agency_full, photo_path, place_name};
use crate::actions::{self, PhotoFault, Reporter, SaveDraft, SubmitFrom, SubmitReport, Submitted};
use crate::desk::Desk;
use crate::gate;
use crate::model::question::FIELD;
use crate::model::{Answers, Category, PhotoRef, Place, ReporterMode, Source};
use crate::sql;

/// Longest text in the form, in characters; the counter counts down from here.
pub const FORM_TEXT_MAX_CHARS: usize = 500;
/// Answers that a draft keeps: every question of a category, with all that may be chosen.
const ANSWERS_KEPT_MAX_COUNT: usize = 100;
/// Sent reports that a draft remembers, for their confirmation pages.
const SENT_KEPT_MAX_COUNT: usize = 10;
/// Followed reports that a draft remembers, so that their pages do not offer it again.
const FOLLOWED_KEPT_MAX_COUNT: usize = 50;

/// What a visitor has typed so far, and what was sent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Idempotency key of the report that it becomes.
    pub key: Option<Uuid>,
    /// Code of the category.
    pub category: String,
    /// Code of the district, as chosen.
    pub district: String,
    /// Code of the village, as chosen.
    pub village: String,
    /// Degrees, as the phone said.
    pub lat: String,
    /// Degrees, as the phone said.
    pub lon: String,
    /// Metres, as the phone said.
    pub accuracy: String,
    /// What stands near.
    pub landmark: String,
    /// What is wrong.
    pub text: String,
    /// How the reporter wants to be known.
    pub mode: String,
    /// Telephone number, as typed.
    pub phone: String,
    /// E-mail address, as typed.
    pub email: String,
    /// Code of the category whose questions were shown.
    pub asked: String,
    /// Answers to them by the names of their controls, as typed.
    pub answers: Vec<(String, String)>,
    /// Photos kept so far.
    pub photos: Vec<PhotoRef>,
    /// Reports sent from this browser today.
    pub sent: Vec<Sent>,
    /// Numbers of the reports that this browser follows since today.
    pub followed: Vec<String>,
}

/// A report that was sent, for its confirmation page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// Idempotency key under which it was sent.
    #[serde(default)]
    pub key: Option<Uuid>,
    /// Number.
    pub number: String,
    /// The reporter's key.
    pub token: String,
    /// Who answers.
    pub agency: Option<Uuid>,
    /// Checked by then.
    pub verify_due: Timestamp,
    /// Answered by then.
    pub answer_due: Timestamp,
    /// Whether only the agency sees it.
    pub secret: bool,
}

/// The fields that a draft keeps as they were typed.
const FIELDS: [&str; 12] =
    ["category", "district", "village", "lat", "lon", "accuracy", "landmark", "text", "mode", "phone", "email", ASKED];

/// What no field may hold is cut, so that a draft stays small; the check tells the person.
fn cut(typed: &str) -> String {
    typed.trim().chars().take(4 * FORM_TEXT_MAX_CHARS).collect()
}

impl Draft {
    /// The visitor's draft; an empty one where there is none.
    pub async fn read(conn: &mut Conn, id: Uuid) -> Result<Draft, Error> {
        let kept = sql::parts::draft(conn, id).await?;
        Ok(kept.and_then(|(body, _)| serde_json::from_str(&body).ok()).unwrap_or_default())
    }

    /// Whether this browser follows the report of that number.
    pub fn follows(&self, number: &str) -> bool {
        self.followed.iter().any(|followed| followed == number)
    }

    /// Remembers that this browser follows the report of that number.
    pub async fn follow(site: &Site, number: &str) -> Result<(), PageError> {
        let mut draft = Draft::read(&mut site.read().await?, site.visitor().id()).await?;
        if !draft.follows(number) {
            draft.followed.insert(0, number.to_owned());
            draft.followed.truncate(FOLLOWED_KEPT_MAX_COUNT);
        }
        draft.keep(site).await
    }

    /// Nothing typed; what was sent and followed stays.
    fn emptied(self) -> Draft {
        Draft { sent: self.sent, followed: self.followed, ..Draft::default() }
    }

    async fn keep(&self, site: &Site) -> Result<(), PageError> {
        let body = serde_json::to_string(self).map_err(Error::from)?;
        Ok(site.write(SaveDraft { id: site.visitor().id(), body }).await?)
    }

    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "category" => &mut self.category,
            "district" => &mut self.district,
            "village" => &mut self.village,
            "lat" => &mut self.lat,
            "lon" => &mut self.lon,
            "accuracy" => &mut self.accuracy,
            "landmark" => &mut self.landmark,
            "text" => &mut self.text,
            "mode" => &mut self.mode,
            "phone" => &mut self.phone,
            "email" => &mut self.email,
            ASKED => &mut self.asked,
            _ => return None,
        })
    }

    /// Takes over what a form sent; what it did not ask stays.
    pub fn take(&mut self, fields: &Fields) {
        for name in FIELDS {
            if let (true, Some(field)) = (fields.has(name), self.field(name)) {
                *field = cut(fields.get(name));
            }
        }
        if fields.has(ASKED) {
            let answers = fields.pairs().filter(|(name, value)| is_answer(name) && !value.is_empty());
            self.answers = answers.take(ANSWERS_KEPT_MAX_COUNT).map(|(name, value)| (cut(name), cut(value))).collect();
        }
        let dropped = fields.all("drop");
        self.photos.retain(|photo| !dropped.contains(&photo.hex().as_str()));
        self.key = self.key.or_else(|| fields.key());
    }

    /// The draft as fields of a form.
    fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut all = self.clone();
        for name in FIELDS {
            if let Some(value) = all.field(name) {
                fields.set(name, value.clone());
            }
        }
        for (name, value) in &self.answers {
            fields.add(name, value);
        }
        fields
    }

    /// Whether the category has questions that the person has not seen yet.
    fn must_be_asked(&self, desk: &Desk) -> bool {
        questions::must_be_asked(desk.category(&self.category), &self.asked)
    }

    /// The answers to the category's questions; what was typed for another category counts no more.
    fn answers(&self, category: Option<&Category>) -> Answers {
        category.map(|category| questions::typed(&category.questions, &self.fields())).unwrap_or_default()
    }

    fn is_begun(&self) -> bool {
        !self.category.is_empty() || !self.text.is_empty() || !self.photos.is_empty()
    }

    /// The draft after its report was sent: only the receipt stays.
    fn after(self, submitted: &Submitted, key: Uuid) -> Draft {
        let mut draft = self.emptied();
        let sent = &mut draft.sent;
        sent.retain(|sent| sent.number != submitted.number);
        sent.insert(
            0,
            Sent {
                key: Some(key),
                number: submitted.number.clone(),
                token: submitted.token.clone(),
                agency: submitted.agency,
                verify_due: submitted.verify_due,
                answer_due: submitted.answer_due,
                secret: submitted.secret,
            },
        );
        sent.truncate(SENT_KEPT_MAX_COUNT);
        draft
    }

    /// Where the phone was.
    pub fn point(&self) -> Option<Point> {
        Point::parse(&self.lat, &self.lon).ok()
    }

    /// The place as it was said.
    pub fn place(&self) -> Place {
        let code = |text: &str| simpul_kernel::area::AreaCode::parse(text).map(|code| code.number());
        Place {
            village: code(&self.village),
            district: code(&self.district),
            point: self.point(),
            accuracy_m: self.accuracy.parse::<f64>().ok().filter(|m| (0.0..1e6).contains(m)).map(|m| m.round() as i64),
            landmark: self.landmark.clone(),
        }
    }

    fn action(&self, desk: Arc<Desk>, key: Uuid) -> SubmitReport {
        let typed = |field: &String| Some(field.clone()).filter(|typed| !typed.is_empty());
        let (phone, email) = (typed(&self.phone), typed(&self.email));
        let attributes = self.answers(desk.category(&self.category)).to_json();
        SubmitReport {
            key,
            desk,
            category: self.category.clone(),
            place: self.place(),
            text: self.text.clone(),
            photos: self.photos.clone(),
            reporter: Reporter { mode: ReporterMode::parse(&self.mode), name: None, phone, email },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes,
            previous: None,
        }
    }

    /// Everything that the form still wants, in the order of its parts.
    fn faults(&self, desk: &Arc<Desk>, lang: Lang) -> Vec<Refusal> {
        let mut faults = self.action(desk.clone(), Uuid::nil()).faults(lang);
        if self.text.chars().count() > FORM_TEXT_MAX_CHARS {
            faults.push(Refusal::field("text", "form.too_long").with("max", FORM_TEXT_MAX_CHARS.to_string()));
        }
        faults
    }
}

/// A part of the form, by the word in addresses.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    ubah: String,
}

struct Villages<'a> {
    district: &'a District,
    code: String,
    villages: Vec<(&'a Village, String)>,
}

#[derive(Template)]
#[template(path = "report/form.html")]
struct FormPage<'a> {
    page: Page,
    form: FormView,
    errors: Vec<(&'static str, String)>,
    draft: Draft,
    tiles: Vec<&'a Category>,
    others: Vec<&'a Category>,
    category: Option<&'a Category>,
    districts: Vec<Villages<'a>>,
    only: String,
    center: (f64, f64),
    kept_days: String,
}

impl FormPage<'_> {
    fn shows(&self, part: &str) -> bool {
        self.only.is_empty() || self.only == part
    }

    fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|(name, _)| *name == field).map(|(_, text)| text.as_str())
    }

    fn mode(&self) -> &str {
        if self.draft.mode.is_empty() { "named" } else { &self.draft.mode }
    }

    fn name<'c>(&self, category: &'c Category) -> &'c str {
        category.name(self.page.lang)
    }

    fn stops(&self, category: &Category) -> bool {
        category.stop(self.page.lang).is_some()
    }

    fn asked(&self) -> Option<Asked<'_>> {
        Asked::of(&self.page, &self.form, self.category?)
    }

    /// Whether the questions stand on a page of their own, on the way and not for a change.
    fn on_the_way(&self) -> bool {
        self.only == "pertanyaan" && self.draft.asked != self.draft.category
    }

    fn is_other(&self) -> bool {
        self.others.iter().any(|category| category.code == self.draft.category)
    }
}

/// The first category of each tile, and the rest.
fn tiles(desk: &Desk) -> (Vec<&Category>, Vec<&Category>) {
    let mut tiles: Vec<&Category> = Vec::new();
    let mut others = Vec::new();
    for category in desk.rules.active() {
        // An emergency has a tile of its own, which leads to the telephone.
        if !category.emergency && !tiles.iter().any(|tile| tile.tile == category.tile) {
            tiles.push(category);
        } else {
            others.push(category);
        }
    }
    (tiles, others)
}

fn form_page<'a>(site: &Site, desk: &'a Desk, draft: Draft, faults: &[Refusal], only: &str) -> FormPage<'a> {
    let (tiles, others) = tiles(desk);
    let dotted =
        |code: i64| simpul_kernel::area::AreaCode::from_number(code).map(|c| c.to_string()).unwrap_or_default();
    let districts = desk.place.districts.iter().map(|district| {
        let mut villages: Vec<_> = desk.place.villages_of(district.code).map(|v| (v, dotted(v.code))).collect();
        villages.sort_by(|a, b| a.0.name.cmp(&b.0.name));
        Villages { district, code: dotted(district.code), villages }
    });
    let mut page = site.page("report.form.title").narrow().script("umum.js").script("lapor.js");
    if !faults.is_empty() {
        page = page.failed();
    }
    let center = desk.place.region.settings.center.unwrap_or((-2.55, 120.33));
    FormPage {
        form: site.form_with(&Form { value: (), fields: draft.fields() }, faults),
        errors: faults.iter().map(|fault| (fault.field.unwrap_or_default(), site.says(fault))).collect(),
        page,
        category: desk.category(&draft.category).filter(|category| category.active),
        draft,
        tiles,
        others,
        districts: districts.collect(),
        only: only.to_owned(),
        center,
        kept_days: desk.place.region.settings.retention.reporter_days.to_string(),
    }
}

async fn desk(site: &Site, conn: &mut Conn) -> Result<Arc<Desk>, PageError> {
    Ok(Arc::new(Desk::open(conn, site.place.clone()).await?))
}

fn no_store(mut answer: axum::response::Response) -> axum::response::Response {
    let value = axum::http::HeaderValue::from_static("private, no-store");
    answer.headers_mut().insert(axum::http::header::CACHE_CONTROL, value);
    answer
}

/// The form, with what was typed before; one part alone where an answer is to be changed.
pub async fn show(site: Site, Query(which): Query<Which>) -> PageResult {
    let mut conn = site.read().await?;
    let desk = desk(&site, &mut conn).await?;
    let draft = Draft::read(&mut conn, site.visitor().id()).await?;
    let begun = draft.is_begun();
    let answer = render(&form_page(&site, &desk, draft, &[], &which.ubah))?;
    // An empty form may be kept for places without signal; one with a person's words may not.
    Ok(if begun { no_store(answer) } else { answer })
}

/// Keeps the photos that a form brought. Answers what is wrong with them, if something is.
async fn take_photos(site: &Site, draft: &mut Draft, upload: &Upload) -> Result<Vec<Refusal>, PageError> {
    let mut faults = Vec::new();
    for file in upload.files.iter().filter(|file| file.field == "photos") {
        if file.too_big {
            faults.push(Refusal::field("photos", "report.refused.photo"));
            continue;
        }
        if draft.photos.len() >= PHOTOS_PER_REPORT_MAX_COUNT {
            faults.push(Refusal::field("photos", "report.refused.photo_count"));
            break;
        }
        match actions::keep_photo(&site.app.db, site.region().id, file.bytes.to_vec()).await {
            Ok(photo) if draft.photos.contains(&photo) => {}
            Ok(photo) => draft.photos.push(photo),
            Err(PhotoFault::Picture(_)) => faults.push(Refusal::field("photos", "report.refused.photo")),
            Err(PhotoFault::Store(error)) => return Err(error.into()),
        }
    }
    faults.dedup();
    Ok(faults)
}

/// Takes the form: keeps it as a draft and leads to "Periksa jawaban", or back with what is missing. A report from the
/// queue of a phone without signal was confirmed there and is sent at once.
pub async fn take(site: Site, upload: Upload) -> PageResult {
    let mut conn = site.read().await?;
    let desk = desk(&site, &mut conn).await?;
    let mut draft = Draft::read(&mut conn, site.visitor().id()).await?;
    drop(conn);
    let queued = upload.fields.get("confirm") == "1";
    let kept = draft.clone();
    if queued {
        // What waited on the phone is whole in itself: it is not mixed with a draft begun since.
        draft = draft.emptied();
    }
    draft.take(&upload.fields);
    let mut faults = take_photos(&site, &mut draft, &upload).await?;
    faults.extend(draft.faults(&desk, site.lang));
    let stop = desk.category(&draft.category).filter(|category| !queued && category.stop(site.lang).is_some());
    if let Some(category) = stop {
        return Ok(Redirect::to(format!("/lapor/berhenti/{}", category.code)).into_response());
    }
    if !queued && draft.must_be_asked(&desk) {
        // What was never asked is asked next, and no mistake.
        faults.retain(|fault| fault.field != Some(FIELD));
    }
    if queued && faults.is_empty() {
        let key = upload.key().unwrap_or_else(|| site.ctx.new_id());
        let submitted = send_now(&site, &draft, &desk, key).await?;
        let rest = Draft { sent: kept.clone().after(&submitted, key).sent, ..kept };
        rest.keep(&site).await?;
        return Ok(Redirect::to(format!("/lapor/terkirim/{}", submitted.number)).into_response());
    }
    if !queued {
        draft.keep(&site).await?;
    }
    if faults.is_empty() {
        // Said before the person looks through all answers; what was typed is kept.
        gate::visitor(&site, &draft.phone, &draft.email).await?;
        return Ok(Redirect::to("/lapor/periksa").into_response());
    }
    let only = if upload.fields.get("ubah").is_empty() { String::new() } else { first_part(&faults).to_owned() };
    Ok(no_store(render_refused(&form_page(&site, &desk, draft, &faults, &only))?))
}

/// The part of the form in which the first mistake stands.
fn first_part(faults: &[Refusal]) -> &'static str {
    match faults.first().and_then(|fault| fault.field) {
        Some("category") => "masalah",
        Some("answers") => "pertanyaan",
        Some("photos") => "foto",
        Some("text") => "cerita",
        Some("phone" | "mode" | "name" | "email") => "pelapor",
        _ => "tempat",
    }
}

async fn send_now(site: &Site, draft: &Draft, desk: &Arc<Desk>, key: Uuid) -> Result<Submitted, PageError> {
    site.limit(Limit::Submit)?;
    let senders = gate::visitor(site, &draft.phone, &draft.email).await?;
    Ok(site.write(SubmitFrom { report: draft.action(desk.clone(), key), senders }).await?)
}

#[derive(Template)]
#[template(path = "report/review.html")]
struct ReviewPage {
    page: Page,
    form: FormView,
    draft: Draft,
    category: String,
    place: String,
    agency: String,
    secret: bool,
    emergency: bool,
    similar: Vec<PublicItem>,
    answers: Vec<(String, String)>,
    asks: bool,
    photos: Vec<String>,
    kept_days: String,
    key: Uuid,
}

impl ReviewPage {
    /// What was typed, for the phone: should the server forget the draft before there is a signal again, the person
    /// need not write it anew.
    fn typed(&self) -> Vec<(String, String)> {
        let fields = self.draft.fields();
        let filled = fields.pairs().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// "Periksa jawaban": everything once more, each answer with "Ubah"; who will see it; and only then "Kirim laporan".
pub async fn review(site: Site) -> PageResult {
    let mut conn = site.read().await?;
    let desk = desk(&site, &mut conn).await?;
    let draft = Draft::read(&mut conn, site.visitor().id()).await?;
    let faults = draft.faults(&desk, site.lang);
    if !faults.is_empty() && !faults.iter().all(|fault| fault.field == Some(FIELD)) {
        return Ok(Redirect::to("/lapor").into_response());
    }
    // Without a script the questions come here, once the category is known; with one they were a step of the form.
    if !faults.is_empty() || draft.must_be_asked(&desk) {
        return Ok(Redirect::to("/lapor?ubah=pertanyaan").into_response());
    }
    let Some(category) = desk.category(&draft.category).cloned() else {
        return Ok(Redirect::to("/lapor").into_response());
    };
    let page = site.page("report.review.title").narrow().script("umum.js").script("lapor.js");
    let place = draft.place();
    let district = place.village.and_then(|code| site.place.village(code)).map(|v| v.district).or(place.district);
    let wanted = (draft.category.as_str(), &place);
    let similar = similar_to(&site, &mut conn, &desk, &page, wanted, SIMILAR_MAX_COUNT).await?;
    let secret = category.secret || draft.mode == ReporterMode::Secret.name();
    let form = site.form();
    Ok(no_store(render(&ReviewPage {
        key: draft.key.unwrap_or_else(|| form.key()),
        form,
        category: category.name(site.lang).to_owned(),
        place: place_name(&site.place, place.village, district),
        agency: agency_full(&site.place, category.agency),
        secret,
        emergency: category.emergency || words::looks_like_emergency(&draft.text),
        answers: category.questions.told(site.lang, &draft.answers(Some(&category)), false),
        asks: !category.questions.is_empty(),
        similar: if secret { Vec::new() } else { similar },
        photos: draft.photos.iter().map(|photo| photo_path(&photo.digest, "kecil")).collect(),
        kept_days: site.place.region.settings.retention.reporter_days.to_string(),
        page,
        draft,
    })?))
}

/// Sends the draft. What waited on a phone without signal says by its key which draft it means.
pub async fn send(site: Site, form: Upload) -> PageResult {
    let mut conn = site.read().await?;
    let desk = desk(&site, &mut conn).await?;
    let draft = Draft::read(&mut conn, site.visitor().id()).await?;
    drop(conn);
    let asked = form.key();
    let done = draft.sent.iter().find(|sent| asked.is_none() || sent.key == asked);
    let other = asked.is_some() && draft.key.is_some() && asked != draft.key;
    if !draft.is_begun() || other || (asked.is_some() && done.is_some()) {
        // A second tap on "Kirim", and the first one sent it; or the draft is not there any more.
        let to = done.map_or("/lapor".to_owned(), |sent| format!("/lapor/terkirim/{}", sent.number));
        return Ok(Redirect::to(to).into_response());
    }
    let faults = draft.faults(&desk, site.lang);
    if !faults.is_empty() {
        return Ok(no_store(render_refused(&form_page(&site, &desk, draft, &faults, ""))?));
    }
    let key = draft.key.or(asked).unwrap_or_else(|| site.ctx.new_id());
    let submitted = send_now(&site, &draft, &desk, key).await?;
    draft.after(&submitted, key).keep(&site).await?;
    Ok(Redirect::to(format!("/lapor/terkirim/{}", submitted.number)).into_response())
}

/// Forgets the draft: a shared phone is not a safe place.
pub async fn forget(site: Site, _form: Form) -> PageResult {
    let mut conn = site.read().await?;
    let draft = Draft::read(&mut conn, site.visitor().id()).await?;
    drop(conn);
    draft.emptied().keep(&site).await?;
    Ok(Redirect::to("/lapor").flash("report.flash.forgotten").into_response())
}

#[derive(Template)]
#[template(path = "report/sent.html")]
struct SentPage {
    page: Page,
    sent: Sent,
    agency: String,
    address: String,
}

/// The confirmation: the number, what happens next and when, and the way back to it.
pub async fn sent(site: Site, Path(number): Path<String>) -> PageResult {
    let mut conn = site.read().await?;
    let draft = Draft::read(&mut conn, site.visitor().id()).await?;
    let Some(sent) = draft.sent.into_iter().find(|sent| sent.number == number) else {
        return Ok(Redirect::to(format!("/laporan/{number}")).into_response());
    };
    let agency = agency_full(&site.place, sent.agency);
    let page = site.page("report.sent.title").narrow().script("umum.js").script("lapor.js");
    let address = format!("{}/laporan/{}?kunci={}", site.base_url(), sent.number, sent.token);
    Ok(no_store(render(&SentPage { page, sent, agency, address })?))
}
