//! The crew's page, on a phone, without sign-in: the key in the address is the unit's. It shows the unit's own
//! dispatches and nothing else, works by its forms alone, and with its script keeps what is pressed without a signal.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use simpul_kernel::clock::{HOUR_MICROS, SECOND_MICROS};
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Ctx, Refusal, Timestamp};
use simpul_shell::{
    ApiGuard, App, Choice, Fields, Form, FormView, Guard, Limit, Need, Page, PageError, PageResult, Problem, Query,
    Redirect, Site, Tag, Upload, render, render_refused,
};
use simpul_store::darkroom::{PhotoFault, keep_photo};
use simpul_store::{Action, Conn};
use uuid::Uuid;

use super::view::{place_line, type_name, unit_tag};
use crate::actions::{AddPhoto, CrewMoves, CrewNotes, CrewSays, CrewSteps, ReportUnit};
use crate::model::{Dispatch, DispatchStatus, Incident, PhotoFiles, Position, Unit, UnitStatus, number};
use crate::sql;
use crate::sql::field::OwnWord;
use crate::sql::incident::Note;

/// Where OsmAnd and Traccar's client tell where a unit is.
const OSMAND: &str = "/112/osmand";
/// How the crew's own page tells it: what its address ends with.
const PLACE: &str = "/posisi";
/// Dispatches of so many hours stand on the page.
const SHOWN_HOURS: i64 = 24;
/// Most dispatches on the page.
const SHOWN_MAX_COUNT: i64 = 20;

/// The crew of a unit: whoever holds the key that stands in the address. A wrong key is not there.
#[derive(Debug, Clone)]
pub struct Crew {
    /// The site.
    pub site: Site,
    /// The crew as an actor.
    pub ctx: Ctx,
    /// Its unit.
    pub unit: Unit,
    /// The key, for links of its own page.
    pub key: String,
}

impl Guard for Crew {
    const NEED: Need = Need::Public;
}

/// No cookie opens it: the key is in the address, so no form of another site can ride on it.
impl ApiGuard for Crew {}

impl FromRequestParts<App> for Crew {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Crew, PageError> {
        let site = Site::opened(parts, app).await?;
        let places = axum::extract::Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, app);
        let in_path = places.await.ok().and_then(|mut places| places.remove("token"));
        let key = match in_path {
            Some(key) => key,
            None => Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?.get("id").to_owned(),
        };
        let found = match key.is_empty() {
            true => None,
            false => sql::unit::by_token(&mut site.read().await?, key_hash(&key)).await?,
        };
        let Some(unit) = found else {
            // Whoever guesses is slowed down.
            site.limit(Limit::Code)?;
            return Err(PageError::not_found());
        };
        // Phones of one network share an address: each unit is counted by itself, as officers are by name.
        if parts.method != Method::GET || site.path == OSMAND {
            let tells_place = site.path == OSMAND || site.path.ends_with(PLACE);
            let limit = if tells_place { Limit::Position } else { Limit::Form };
            app.limit(limit, &unit.id.to_string())?;
        }
        let ctx = app.db.env().ctx(site.region().id, Actor::unit(unit.id));
        Ok(Crew { site, ctx, unit, key })
    }
}

/// What is kept of a key.
pub fn key_hash(key: &str) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(key.trim().as_bytes()).into()
}

impl Crew {
    async fn write<A: Action>(&self, action: A) -> simpul_store::Result<A::Output> {
        self.site.app.db.write(&self.ctx, action).await
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/unit/{}{deed}", self.key)
    }
}

/// A dispatch as its crew sees it.
struct Job {
    dispatch: Dispatch,
    incident: Incident,
    kind: String,
    place: String,
    notes: Vec<Note>,
    others: Vec<(String, DispatchStatus)>,
    reported: bool,
}

impl Job {
    fn number(&self) -> String {
        number::shown(self.incident.serial)
    }

    /// The next steps, without being called back: that is the room's to say.
    fn next(&self) -> impl Iterator<Item = &DispatchStatus> {
        self.dispatch.status.next().iter().filter(|next| **next != DispatchStatus::Cancelled)
    }

    fn is_out(&self) -> bool {
        self.dispatch.status.is_out()
    }

    /// Where maps of a phone lead.
    fn map(&self) -> Option<String> {
        let point = self.incident.site.point?;
        Some(format!("geo:{:.6},{:.6}?q={:.6},{:.6}", point.lat(), point.lon(), point.lat(), point.lon()))
    }
}

#[derive(Template)]
#[template(path = "emergency/crew.html")]
struct CrewPage {
    page: Page,
    form: FormView,
    unit: Unit,
    base: String,
    jobs: Vec<Job>,
    words: Vec<Choice>,
    word: String,
    reason: String,
}

impl CrewPage {
    fn tag(&self) -> Tag {
        unit_tag(self.unit.status)
    }

    fn status(&self) -> String {
        self.page.t(&format!("emergency.unit_status.{}", self.unit.status.name()))
    }

    fn path(&self, deed: &str) -> String {
        format!("{}{deed}", self.base)
    }

    fn step(&self, status: &DispatchStatus) -> String {
        self.page.t(&format!("emergency.dispatch_status.{}", status.name()))
    }

    fn deed(&self, status: &DispatchStatus) -> String {
        self.page.t(&format!("emergency.crew.step.{}", status.name()))
    }

    fn step_tag(&self, status: &DispatchStatus) -> Tag {
        unit_tag(status.unit_status())
    }

    fn is_free(&self) -> bool {
        !self.jobs.iter().any(Job::is_out)
    }
}

async fn job(conn: &mut Conn, crew: &Crew, dispatch: Dispatch) -> simpul_store::Result<Option<Job>> {
    let Some(incident) = sql::incident::by_id(conn, dispatch.incident).await? else { return Ok(None) };
    let types = sql::incident::types(conn).await?;
    // What is over is known by its number; its words are no longer the crew's.
    let notes = match dispatch.status.is_out() {
        true => sql::incident::notes(conn, incident.id).await?,
        false => Vec::new(),
    };
    let reports = sql::field::reports(conn, incident.id).await?;
    let mut others = Vec::new();
    for other in sql::incident::dispatches(conn, incident.id).await? {
        if other.status.is_out() && other.unit != dispatch.unit {
            let unit = sql::unit::by_id(conn, other.unit).await?;
            others.extend(unit.map(|unit| (unit.call_sign, other.status)));
        }
    }
    Ok(Some(Job {
        kind: type_name(&types, &incident.kind),
        place: place_line(&crew.site.place, &incident),
        reported: reports.iter().any(|report| report.dispatch == dispatch.id),
        notes,
        others,
        dispatch,
        incident,
    }))
}

/// The states that a crew may choose from: its agency's own words where it has some, and those of all.
pub(super) fn word_choices(page: &Page, words: &[OwnWord], agency: Uuid) -> Vec<Choice> {
    let own = words.iter().filter(|word| word.agency == agency && word.status.is_by_hand());
    let own = own.map(|word| {
        let meaning = page.t(&format!("emergency.unit_status.{}", word.status.name()));
        Choice::new(format!("{}:{}", word.status.name(), word.word), format!("{} ({meaning})", word.word))
    });
    let base = UnitStatus::ALL.iter().filter(|status| status.is_by_hand());
    let base =
        base.map(|status| Choice::new(status.name(), page.t(&format!("emergency.unit_status.{}", status.name()))));
    own.chain(base).collect()
}

/// What was chosen of [`word_choices`].
///
/// # Errors
/// `emergency.refused.choose` of `status`.
pub(super) fn read_word(typed: &str) -> Result<(UnitStatus, String), Refusal> {
    let (name, word) = typed.split_once(':').unwrap_or((typed, ""));
    let status = UnitStatus::parse(name).ok_or_else(|| Refusal::field("status", "emergency.refused.choose"))?;
    Ok((status, word.to_owned()))
}

async fn draw(crew: &Crew, refused: Option<FormView>) -> PageResult {
    let mut conn = crew.site.read().await?;
    let since = crew.site.now().plus_micros(-SHOWN_HOURS * HOUR_MICROS);
    let mut jobs = Vec::new();
    let mut own = sql::incident::dispatches_of_unit(&mut conn, crew.unit.id, since, SHOWN_MAX_COUNT).await?;
    let out = sql::incident::out_for(&mut conn, crew.unit.id).await?;
    own.extend(out.filter(|out| out.assigned < since));
    for dispatch in own {
        jobs.extend(job(&mut conn, crew, dispatch).await?);
    }
    jobs.sort_by_key(|job| (!job.is_out(), std::cmp::Reverse(job.dispatch.assigned)));
    let unit = sql::unit::by_id(&mut conn, crew.unit.id).await?.ok_or_else(PageError::not_found)?;
    let card = sql::field::card(&mut conn, unit.id).await?;
    let words = sql::field::words(&mut conn).await?;
    drop(conn);
    let page = crew.site.page("emergency.crew.title").title_text(unit.call_sign.clone()).module("awak.js").narrow();
    let failed = refused.is_some();
    let view = CrewPage {
        words: word_choices(&page, &words, unit.agency),
        page: if failed { page.failed() } else { page },
        form: refused.unwrap_or_else(|| crew.site.form()),
        base: crew.path(""),
        jobs,
        word: card.word,
        reason: card.reason,
        unit,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The crew's page.
pub async fn show(crew: Crew) -> PageResult {
    draw(&crew, None).await
}

/// Back to the page, or the page with what was refused; a queued word gets no page.
async fn answer<T>(
    crew: &Crew,
    typed: &impl simpul_shell::Typed,
    done: simpul_store::Result<T>,
    flash: &'static str,
) -> PageResult {
    match done {
        Ok(_) if typed.typed().has("queued") => Ok(StatusCode::NO_CONTENT.into_response()),
        Ok(_) => Ok(Redirect::to(crew.path("")).flash(flash).into_response()),
        Err(error) => {
            let refused = crew.site.refused(error, typed)?;
            draw(crew, Some(refused)).await
        }
    }
}

fn key_of(crew: &Crew, key: Option<Uuid>) -> Uuid {
    key.unwrap_or_else(|| crew.ctx.new_id())
}

fn dispatch_of(fields: &Fields) -> Result<Uuid, PageError> {
    fields.uuid("dispatch").ok_or_else(PageError::not_found)
}

/// The moment at which something was pressed, in milliseconds of the phone's clock.
fn pressed(fields: &Fields) -> Option<Timestamp> {
    fields.int("pressed").map(|millis| Timestamp(millis.saturating_mul(1_000)))
}

/// A step.
pub async fn step(crew: Crew, form: Form) -> PageResult {
    let fields = &form.fields;
    let to = DispatchStatus::parse(fields.get("state")).ok_or_else(PageError::not_found)?;
    let (dispatch, at) = (dispatch_of(fields)?, pressed(fields));
    let done = crew.write(CrewSteps { key: key_of(&crew, form.key()), dispatch, to, at }).await;
    answer(&crew, &form, done, "emergency.crew.told").await
}

/// A line of the log.
pub async fn note(crew: Crew, form: Form) -> PageResult {
    let (dispatch, text) = (dispatch_of(&form.fields)?, form.fields.get("text").to_owned());
    let done = crew.write(CrewNotes { key: key_of(&crew, form.key()), dispatch, text }).await;
    answer(&crew, &form, done, "emergency.crew.noted").await
}

/// What the unit did.
pub async fn report(crew: Crew, form: Form) -> PageResult {
    let (dispatch, text) = (dispatch_of(&form.fields)?, form.fields.get("report").to_owned());
    let done = crew.write(ReportUnit { dispatch, text }).await;
    answer(&crew, &form, done, "emergency.crew.reported").await
}

/// What the unit does while it is not out.
pub async fn say(crew: Crew, form: Form) -> PageResult {
    let done = match read_word(form.fields.get("status")) {
        Ok((status, word)) => crew.write(CrewSays { status, word, reason: form.fields.get("reason").to_owned() }).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&crew, &form, done, "emergency.crew.told").await
}

/// A photo. Nothing of the place or the camera stays in it.
pub async fn photo(crew: Crew, upload: Upload) -> PageResult {
    let dispatch = dispatch_of(&upload.fields)?;
    let wrong = || Refusal::field("photo", "emergency.refused.photo");
    let Some(file) = upload.files.first().filter(|file| !file.too_big) else {
        return answer::<()>(&crew, &upload, Err(wrong().into()), "").await;
    };
    let done = match keep_photo(&crew.site.app.db, crew.site.region().id, file.bytes.to_vec()).await {
        Ok(kept) => {
            let files = PhotoFiles { digests: kept.digests };
            crew.write(AddPhoto { key: key_of(&crew, upload.key()), dispatch, files }).await
        }
        Err(PhotoFault::Picture(_)) => Err(wrong().into()),
        Err(PhotoFault::Store(error)) => return Err(error.into()),
    };
    answer(&crew, &upload, done, "emergency.crew.noted").await
}

/// A position from the crew's own page.
pub async fn moves(crew: Crew, form: Form) -> PageResult {
    let position = read_position(&form.fields, crew.site.now())?;
    crew.write(CrewMoves { position }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Where a unit is, as OsmAnd and Traccar's client tell it: by GET or POST, everything in the address. A position that
/// is older than the known one, or follows it within a second, changes nothing.
#[utoipa::path(
    method(get, post),
    path = "/112/osmand",
    tag = "emergency",
    params(
        ("id" = String, Query, description = "The unit's key"),
        ("lat" = f64, Query, description = "Degrees north"),
        ("lon" = f64, Query, description = "Degrees east"),
        ("accuracy" = Option<f64>, Query, description = "How exact, in metres"),
        ("timestamp" = Option<String>, Query, description = "Seconds or milliseconds since 1970, or RFC 3339; now"),
    ),
    responses(
        (status = 200, description = "Taken"),
        (status = 404, description = "No unit has that key"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
        (status = 429, description = "More than one a second"),
    ),
)]
pub async fn osmand(crew: Crew, Query(fields): Query<Fields>) -> Result<Response, simpul_shell::ApiError> {
    let position = read_position(&fields, crew.site.now())?;
    crew.write(CrewMoves { position }).await?;
    Ok(StatusCode::OK.into_response())
}

/// Reads `lat`, `lon`, `accuracy` in metres and `timestamp` in seconds, milliseconds or RFC 3339, as such programs
/// send it.
fn read_position(fields: &Fields, now: Timestamp) -> Result<Position, Refusal> {
    let point = fields.float("lat").zip(fields.float("lon"));
    let point = point.and_then(|(lat, lon)| Point::from_degrees(lat, lon).ok());
    let point = point.ok_or_else(|| Refusal::field("lat", "emergency.refused.point"))?;
    #[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and the check refuses what is too much")]
    let accuracy_m = fields.float("accuracy").map(|metres| metres.round() as i64);
    let at = match fields.get("timestamp") {
        "" => now,
        typed => read_time(typed).ok_or_else(|| Refusal::field("timestamp", "emergency.refused.instant"))?,
    };
    Ok(Position { point, accuracy_m, at })
}

/// Seconds have ten digits until the year 2286; what is longer counts milliseconds.
fn read_time(typed: &str) -> Option<Timestamp> {
    const MILLIS_FROM: i64 = 100_000_000_000;
    match typed.parse::<i64>() {
        Ok(number) if number >= MILLIS_FROM => Some(Timestamp(number.saturating_mul(1_000))),
        Ok(number) => Some(Timestamp(number.saturating_mul(SECOND_MICROS))),
        Err(_) => simpul_kernel::format::parse_iso(typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_such_programs_send_it() {
        let at = Timestamp(1_795_000_000_000_000);
        for typed in ["1795000000", "1795000000000", "2026-11-18T11:06:40Z"] {
            assert_eq!(read_time(typed).map(|at| at.0 / 1_000_000), Some(at.0 / 1_000_000), "{typed}");
        }
        assert_eq!(read_time("kemarin"), None);
    }
}
