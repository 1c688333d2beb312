//! "Atas nama": an officer enters what a citizen said at the counter, by letter, by telephone or in a message. One
//! dense page, since whoever uses it does so many times a day; and the slip that the citizen takes home.

use std::sync::Arc;

use askama::Template;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use simpul_kernel::area::AreaCode;
use simpul_kernel::geo::Point;
use simpul_kernel::limits::PHOTOS_PER_REPORT_MAX_COUNT;
use simpul_kernel::{Refusal, Timestamp, words};
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageError, PageResult, Path, Qr, Redirect, Upload, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::CanFileForCitizen;
use super::near::similar_to;
use super::questions::{self, ASKED, Asked};
use super::view::{PublicItem, agency_full, place_name};
use crate::actions::{self, FileReport, FollowReport, PhotoFault, Reporter, SaveDraft, SubmitReport, Submitted};
use crate::desk::Desk;
use crate::model::filed::Filed;
use crate::model::question::FIELD;
use crate::model::{Category, PhotoRef, Place, ReporterMode, Source, public, whatsapp};
use crate::open311::when;
use crate::sql;

/// Most similar reports shown.
const SIMILAR_MAX_COUNT: usize = 5;

type Me = Officer<CanFileForCitizen>;

/// What is kept for a day between the steps of one entry: photos that were sent already, and the slip once it is done.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    photos: Vec<PhotoRef>,
    slip: Option<Slip>,
}

/// What stands on the slip.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Slip {
    number: String,
    token: String,
    category: String,
    place: String,
    agency: Option<Uuid>,
    source: Source,
    verify_due: Timestamp,
    answer_due: Timestamp,
    resolve_due: Timestamp,
    secret: bool,
    told: bool,
    emergency: bool,
}

impl Kept {
    /// Where it is kept: nobody but this officer has the place of this entry.
    fn id(me: &Me, key: Uuid) -> Uuid {
        let digest = Sha256::new().chain_update(b"simpul counter").chain_update(me.id()).chain_update(key).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    async fn read(me: &Me, key: Uuid) -> Result<Kept, PageError> {
        let kept = sql::parts::draft(&mut me.read().await?, Kept::id(me, key)).await?;
        Ok(kept.and_then(|(body, _)| serde_json::from_str(&body).ok()).unwrap_or_default())
    }

    async fn save(&self, me: &Me, key: Uuid) -> Result<(), PageError> {
        let body = serde_json::to_string(self).map_err(Error::from)?;
        Ok(me.write(SaveDraft { id: Kept::id(me, key), body }).await?)
    }
}

#[derive(Template)]
#[template(path = "report/counter.html")]
struct CounterPage<'a> {
    page: Page,
    form: FormView,
    sources: Vec<Choice>,
    categories: Vec<Choice>,
    places: Vec<Choice>,
    modes: Vec<Choice>,
    similar: Vec<PublicItem>,
    photo_count: usize,
    /// The category that was chosen, for its questions.
    category: Option<&'a Category>,
    /// What the officer is to look at: what was made of a pasted message, or that there is more to ask.
    says: Option<String>,
}

impl CounterPage<'_> {
    fn asked(&self) -> Option<Asked<'_>> {
        Asked::of(&self.page, &self.form, self.category?)
    }
}

fn page<'a>(me: &Me, desk: &'a Desk, form: FormView, kept: &Kept) -> CounterPage<'a> {
    let mut page = me.page("report.counter.title").usual_width().script("umum.js").script("loket.js");
    if form.has_errors() {
        page = page.failed();
    }
    let zone = page.zone();
    let categories = desk.rules.active();
    CounterPage {
        category: desk.category(form.typed("category")).filter(|category| category.active),
        form: form.fill("said_on", zone.date(page.now).to_string()),
        sources: Source::SPOKEN.iter().map(|source| Choice::new(source.name(), page.t(source.key()))).collect(),
        categories: categories.map(|c| Choice::new(&c.code, c.name(page.lang))).collect(),
        places: places(&page, desk),
        modes: [
            ("named", "report.counter.mode_named"),
            ("anonymous", "report.form.mode_anonymous"),
            ("secret", "report.form.mode_secret"),
        ]
        .map(|(mode, key)| Choice::new(mode, page.t(key)))
        .to_vec(),
        similar: Vec::new(),
        photo_count: kept.photos.len(),
        says: None,
        page,
    }
}

/// Villages under the heading of their district, and the district itself where the village is not known.
fn places(page: &Page, desk: &Desk) -> Vec<Choice> {
    let dotted = |code: i64| AreaCode::from_number(code).map(|code| code.to_string()).unwrap_or_default();
    let mut choices = Vec::new();
    for district in &desk.place.districts {
        let mut villages: Vec<_> = desk.place.villages_of(district.code).collect();
        villages.sort_by(|a, b| a.name.cmp(&b.name));
        let all = villages.iter().map(|village| Choice::new(dotted(village.code), village.name.clone()));
        let unknown =
            Choice::new(dotted(district.code), page.t1("report.counter.only_district", "name", &district.name));
        choices.extend(all.chain([unknown]).map(|choice| choice.group(district.name.clone())));
    }
    choices
}

/// The empty page.
pub async fn show(me: Me) -> PageResult {
    let mut conn = me.read().await?;
    let desk = Desk::open(&mut conn, me.place.clone()).await?;
    drop(conn);
    render(&page(&me, &desk, me.form(), &Kept::default()))
}

/// What was typed, as the action wants it.
struct Typed<'a> {
    me: &'a Me,
    fields: &'a Fields,
}

impl Typed<'_> {
    fn filled(&self, name: &str) -> Option<String> {
        Some(self.fields.get(name).to_owned()).filter(|text| !text.is_empty())
    }

    /// Latitude and longitude as maps write them, or as they stand in a link to a map.
    fn point(&self) -> Result<Option<Point>, Refusal> {
        let typed = self.fields.get("point");
        if typed.is_empty() {
            return Ok(None);
        }
        let refused = || Refusal::field("point", "report.counter.point_unreadable");
        let tail = typed.rsplit(['=', '@']).next().unwrap_or(typed);
        let mut numbers = tail.split([',', ' ', ';', '&']).filter(|part| !part.is_empty());
        let (Some(lat), Some(lon)) = (numbers.next(), numbers.next()) else { return Err(refused()) };
        Point::parse(lat, lon).map(Some).map_err(|_| refused())
    }

    fn place(&self, point: Option<Point>) -> Place {
        let code = AreaCode::parse(self.fields.get("village")).map(|code| code.number());
        let district = code.filter(|code| self.me.place.district(*code).is_some());
        Place {
            village: code.filter(|_| district.is_none()),
            district,
            point,
            accuracy_m: None,
            landmark: self.fields.get("landmark").to_owned(),
        }
    }

    /// The day, and the time if one is known; without one, the day's beginning.
    fn said(&self) -> Result<Timestamp, Refusal> {
        let (day, time) = (self.fields.get("said_on"), self.fields.get("said_time"));
        let offset = i32::from(self.me.place.calendar.zone.offset_hours()) * 3_600;
        let text = if time.is_empty() { day.to_owned() } else { format!("{day}T{}", time.replace('.', ":")) };
        let day_alone = when::parse(day, offset).ok_or_else(|| Refusal::field("said_on", "report.counter.said_on_bad"));
        day_alone?;
        when::parse(&text, offset).ok_or_else(|| Refusal::field("said_time", "report.counter.said_time_bad"))
    }

    /// The answers to the category's questions, as they are stored.
    fn answers(&self, desk: &Desk) -> Option<String> {
        questions::typed(&desk.category(self.fields.get("category"))?.questions, self.fields).to_json()
    }

    /// The action with everything that is refused.
    fn action(&self, desk: &Arc<Desk>, key: Uuid, photos: Vec<PhotoRef>) -> (FileReport, Vec<Refusal>) {
        let mut faults = Vec::new();
        let point = self.point().unwrap_or_else(|fault| {
            faults.push(fault);
            None
        });
        let said = self.said().unwrap_or_else(|fault| {
            faults.push(fault);
            self.me.now()
        });
        let reporter = Reporter {
            mode: ReporterMode::parse(self.fields.get("mode")),
            name: self.filled("name"),
            phone: self.filled("phone"),
            email: self.filled("email"),
        };
        let report = SubmitReport {
            key,
            desk: desk.clone(),
            category: self.fields.get("category").to_owned(),
            place: self.place(point),
            text: self.fields.get("text").to_owned(),
            photos,
            reporter,
            // What is no source at all is refused with those that no officer enters.
            source: Source::parse(self.fields.get("source")).unwrap_or(Source::Web),
            foreign_id: None,
            media_url: None,
            attributes: self.answers(desk),
            previous: None,
        };
        let action = FileReport { report, filed: Filed { said, reference: self.filled("reference") } };
        faults.extend(action.faults(&self.me.ctx, self.me.lang));
        (action, faults.into_iter().map(at_own_field).collect())
    }
}

/// The page asks for village and district in one list.
fn at_own_field(fault: Refusal) -> Refusal {
    match fault.field {
        Some("district") => Refusal { field: Some("village"), ..fault },
        _ => fault,
    }
}

/// Keeps the photos that came, whatever else is wrong with the entry.
async fn take_photos(me: &Me, upload: &Upload, kept: &mut Kept) -> Result<Vec<Refusal>, PageError> {
    let mut faults = Vec::new();
    for file in upload.files.iter().filter(|file| file.field == "photos") {
        if file.too_big {
            faults.push(Refusal::field("photos", "report.refused.photo"));
            continue;
        }
        if kept.photos.len() >= PHOTOS_PER_REPORT_MAX_COUNT {
            faults.push(Refusal::field("photos", "report.refused.photo_count"));
            break;
        }
        match actions::keep_photo(&me.app.db, me.region().id, file.bytes.to_vec()).await {
            Ok(photo) if kept.photos.contains(&photo) => {}
            Ok(photo) => kept.photos.push(photo),
            Err(PhotoFault::Picture(_)) => faults.push(Refusal::field("photos", "report.refused.photo")),
            Err(PhotoFault::Store(error)) => return Err(error.into()),
        }
    }
    faults.dedup();
    Ok(faults)
}

/// Takes the entry: fills it from a pasted message, shows what may be the same, or files it.
pub async fn take(me: Me, upload: Upload) -> PageResult {
    let mut conn = me.read().await?;
    let desk = Arc::new(Desk::open(&mut conn, me.place.clone()).await?);
    drop(conn);
    let key = upload.key().unwrap_or_else(|| me.ctx.new_id());
    let mut kept = Kept::read(&me, key).await?;
    if kept.slip.is_some() {
        // A second tap on the button, and the first one filed it.
        return Ok(slip_of(key));
    }
    if upload.fields.has("drop") {
        kept.photos.clear();
    }
    let mut faults = take_photos(&me, &upload, &mut kept).await?;
    if !kept.photos.is_empty() || upload.fields.has("drop") {
        kept.save(&me, key).await?;
    }
    if upload.fields.has("fill") {
        return fill(&me, &desk, upload.fields, &kept);
    }
    if upload.fields.has("follow") {
        return follow(&me, &desk, &upload, key, &kept).await;
    }
    let (action, more) = Typed { me: &me, fields: &upload.fields }.action(&desk, key, kept.photos.clone());
    faults.extend(more);
    let unasked = questions::must_be_asked(desk.category(&action.report.category), upload.fields.get(ASKED));
    if unasked {
        // What was never asked is asked next, and no mistake.
        faults.retain(|fault| fault.field != Some(FIELD));
    }
    if !faults.is_empty() {
        return render_refused(&page(&me, &desk, me.form_with(&upload, &faults), &kept));
    }
    let similar = if upload.fields.has("different") { Vec::new() } else { similar(&me, &desk, &action).await? };
    if unasked || !similar.is_empty() {
        let page = page(&me, &desk, me.form_of(&upload), &kept);
        let says = unasked.then(|| page.page.t("report.counter.answer_first"));
        return render(&CounterPage { similar, says, ..page });
    }
    let (place, body) = (action.report.place.clone(), action.report.text.clone());
    let (category, source) = (action.report.category.clone(), action.report.source);
    let submitted = match me.write(action).await {
        Ok(submitted) => submitted,
        Err(error) => return render_refused(&page(&me, &desk, me.refused(error, &upload)?, &kept)),
    };
    let found = desk.category(&category);
    let emergency = words::looks_like_emergency(&body) || found.is_some_and(|category| category.emergency);
    let name = found.map_or(category.clone(), |category| category.name(me.lang).to_owned());
    let told = ["phone", "email"].iter().any(|field| !upload.fields.get(field).is_empty())
        && upload.fields.get("mode") != ReporterMode::Anonymous.name();
    let slip = slip(&me, submitted, (name, source), &place);
    Kept { photos: Vec::new(), slip: Some(Slip { told, emergency, ..slip }) }.save(&me, key).await?;
    Ok(slip_of(key))
}

fn slip_of(key: Uuid) -> axum::response::Response {
    Redirect::to(format!("/kotak/baru/{key}/tanda-terima")).into_response()
}

fn slip(me: &Me, submitted: Submitted, (category, source): (String, Source), place: &Place) -> Slip {
    let village = place.village.and_then(|code| me.place.village(code));
    let district = village.map(|village| village.district).or(place.district);
    Slip {
        number: submitted.number,
        token: submitted.token,
        category,
        place: place_name(&me.place, place.village, district),
        agency: submitted.agency,
        source,
        verify_due: submitted.verify_due,
        answer_due: submitted.answer_due,
        resolve_due: submitted.resolve_due,
        secret: submitted.secret,
        told: false,
        emergency: false,
    }
}

/// Fills the page from a pasted message: nothing is sent. What was typed into name and number already stays.
fn fill(me: &Me, desk: &Desk, mut fields: Fields, kept: &Kept) -> PageResult {
    let read = whatsapp::read(fields.raw("paste"));
    if read.text.is_empty() {
        let faults = [Refusal::field("paste", "report.counter.paste_empty")];
        return render_refused(&page(me, desk, me.form_with(&fields, &faults), kept));
    }
    fields.set("text", read.text.clone());
    fields.set("source", Source::Whatsapp.name());
    for (name, value) in [("name", &read.name), ("phone", &read.phone)] {
        if let (true, Some(value)) = (fields.get(name).is_empty(), value) {
            fields.set(name, value.clone());
        }
    }
    if let Some(at) = read.at {
        fields.set("said_on", at.date());
        fields.set("said_time", at.time());
    }
    fields.set("paste", "");
    let mut page = page(me, desk, me.form_of(&fields), kept);
    let key = if read.at.is_some() { "report.counter.filled" } else { "report.counter.filled_text" };
    let mut says = page.page.t(key);
    if read.left_out > 0 {
        says = format!("{says} {}", page.page.tn("report.counter.left_out", read.left_out));
    }
    page.says = Some(says);
    render(&page)
}

/// The citizen means a report that is there already: counted as one more. News of it the citizen asks for, as only a
/// code to the citizen's own telephone proves that it is theirs.
async fn follow(me: &Me, desk: &Desk, upload: &Upload, key: Uuid, kept: &Kept) -> PageResult {
    let number = upload.fields.get("follow");
    let found = sql::by_number(&mut me.read().await?, number).await?;
    let report = found.filter(|report| report.is_public()).ok_or_else(PageError::not_found)?;
    match me.write(FollowReport { key, report: report.id }).await {
        Ok(done) => {
            let done = Redirect::to("/kotak/baru").flash("report.counter.followed").with("number", done.number);
            Ok(done.into_response())
        }
        Err(error) => render_refused(&page(me, desk, me.refused(error, upload)?, kept)),
    }
}

/// What the citizen's form would offer as well; nothing where the citizen wants the report to be secret.
async fn similar(me: &Me, desk: &Desk, action: &FileReport) -> Result<Vec<PublicItem>, PageError> {
    let report = &action.report;
    if report.reporter.mode == Some(ReporterMode::Secret) {
        return Ok(Vec::new());
    }
    let (page, wanted) = (me.page("report.counter.title"), (report.category.as_str(), &report.place));
    similar_to(me, &mut me.read().await?, desk, &page, wanted, SIMILAR_MAX_COUNT).await
}

#[derive(Template)]
#[template(path = "report/slip.html")]
struct SlipPage {
    page: Page,
    slip: Slip,
    agency: String,
    address: String,
    picture: Option<Qr>,
    officer: String,
    link: Option<String>,
}

/// The slip ("tanda terima") with number and key, for a day and for the officer who filed it.
pub async fn receipt(me: Me, Path(key): Path<String>) -> PageResult {
    let key: Uuid = key.parse().map_err(|_| PageError::not_found())?;
    let slip = Kept::read(&me, key).await?.slip.ok_or_else(PageError::not_found)?;
    let report = sql::by_number(&mut me.read().await?, &slip.number).await?.ok_or_else(PageError::not_found)?;
    let link = public::may_see(&me.ctx.actor, &report).then(|| format!("/kotak/{}", slip.number));
    let page = me.page("report.counter.slip_title").title_with("report.counter.slip_title", "number", &slip.number);
    let base = me.base_url();
    let address = format!("{base}/laporan/{}?kunci={}", slip.number, slip.token);
    render(&SlipPage {
        agency: agency_full(&me.place, slip.agency),
        picture: Qr::of(&address, page.t("report.counter.slip_picture")),
        page: page.at("/kotak/baru").usual_width().script("umum.js"),
        address,
        officer: me.me.officer.name.clone(),
        link,
        slip,
    })
}
