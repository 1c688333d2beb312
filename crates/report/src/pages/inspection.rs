//! Surat tugas and berita acara: their forms, and both on paper.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{Lang, date_long, time};
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp};
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, Upload, render,
    render_refused,
};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::citizen::take_photos;
use super::find::{How, Seen, seen};
use super::letter::{Letterhead, date, head_of, head_title, lacks, name_and_nip, paper, person};
use super::view::{PhotoItem, place_name};
use super::{CanSeeInbox, CanWorkReports};
use crate::actions::{LetterText, NumberProtocol, OrderInspection, RecordInspection, STEP_PHOTOS_MAX_COUNT, SetLetter};
use crate::desk;
use crate::model::{Inspection, Protocol, Report};
use crate::sql;

/// A day as a form's date field has it.
fn iso_day(zone: Zone, at: Timestamp) -> String {
    let day = zone.date(at);
    format!("{}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

#[derive(Template)]
#[template(path = "report/letter_form.html")]
struct LetterPage {
    page: Page,
    form: FormView,
    report: Report,
    /// The letter that is completed; none for a new one.
    id: Option<Uuid>,
    officers: Vec<Choice>,
    /// The date to which a field examination moves the citizen's deadline, where it may.
    extend: Option<String>,
}

impl LetterPage {
    fn action(&self) -> String {
        match self.id {
            Some(id) => format!("/kotak/{}/surat-tugas/{id}/ubah", self.report.number),
            None => format!("/kotak/{}/surat-tugas", self.report.number),
        }
    }
}

/// The report and the agency for which the officer works on it.
async fn working(officer: &SignedIn, number: &str) -> Result<(Seen, Uuid), PageError> {
    let seen = seen(officer, number).await?;
    let agency = seen.acting.ok_or_else(PageError::forbidden)?;
    Ok((seen, agency))
}

/// The check of that id, of that report.
async fn check_of(officer: &SignedIn, seen: &Seen, id: &str) -> Result<Inspection, PageError> {
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let mut conn = officer.read().await?;
    let found = sql::inspection::by_id(&mut conn, id).await?;
    let shown = |check: &Inspection| {
        check.report == seen.report.id && (seen.how == How::Own || seen.acting == Some(check.agency))
    };
    found.filter(shown).ok_or_else(PageError::not_found)
}

async fn letter_page(
    me: &SignedIn,
    report: Report,
    agency: Uuid,
    id: Option<Uuid>,
    form: FormView,
) -> Result<LetterPage, PageError> {
    let mut page = me.page("report.letter.letter").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let mut conn = me.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let due = rules
        .category(&report.category)
        .filter(|_| id.is_none() && report.agency == Some(agency))
        .and_then(|category| report.examination_due(page.now, &me.place.calendar, category));
    let extend = due.map(|due| page.t1("report.letter.extend", "date", date_long(page.lang, page.zone(), due)));
    let head = match head_of(&me.place, agency) {
        Some(head) => person(&mut conn, head).await?,
        None => None,
    };
    drop(conn);
    let (name, nip) = head.as_ref().map(name_and_nip).unwrap_or_default();
    let today = iso_day(page.zone(), page.now);
    let form = form
        .fill("dated", today.clone())
        .fill("from", today.clone())
        .fill("until", today)
        .fill("signer_name", name)
        .fill("signer_nip", nip)
        .fill("signer_title", head_title(&me.place, agency));
    let officers = me.place.officers_of(agency).map(|officer| Choice::new(officer.id, &officer.name)).collect();
    Ok(LetterPage { page, form, report, id, officers, extend })
}

/// The form of a new surat tugas.
pub async fn order_form(officer: Officer<CanWorkReports>, Path(number): Path<String>) -> PageResult {
    let (seen, agency) = working(&officer, &number).await?;
    if !seen.report.may_be_inspected() {
        let back = Redirect::to(format!("/kotak/{}", seen.report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    render(&letter_page(&officer, seen.report, agency, None, officer.form()).await?)
}

fn letter_text(fields: &Fields) -> LetterText {
    let get = |name: &str| fields.get(name).to_owned();
    LetterText {
        number: get("number"),
        dated: get("dated"),
        from: get("from"),
        until: get("until"),
        purpose: get("purpose"),
        officers: fields.all("officers").into_iter().filter_map(|id| id.parse().ok()).collect(),
        others: get("others"),
        signer_name: get("signer_name"),
        signer_nip: get("signer_nip"),
        signer_title: get("signer_title"),
    }
}

/// Sends officers out.
pub async fn order(officer: Officer<CanWorkReports>, Path(number): Path<String>, form: Form) -> PageResult {
    let (seen, agency) = working(&officer, &number).await?;
    let action = OrderInspection {
        key: form.key().unwrap_or_else(|| officer.ctx.new_id()),
        report: seen.report.id,
        letter: letter_text(&form.fields),
        extend: form.fields.get("extend") == "1",
    };
    match officer.write(action).await {
        Ok(_) => Ok(back(&seen.report, "report.letter.flash_ordered")),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&letter_page(&officer, seen.report, agency, None, form).await?)
        }
    }
}

fn back(report: &Report, flash: &'static str) -> axum::response::Response {
    Redirect::to(format!("/kotak/{}", report.number)).flash(flash).into_response()
}

type Ids = Path<(String, String)>;

/// The letter as its form has it.
fn as_typed(officer: &SignedIn, letter: &Inspection) -> FormView {
    let zone = officer.place.calendar.zone;
    let mut fields = Fields::new();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    for (name, value) in [
        ("number", text(&letter.number)),
        ("dated", iso_day(zone, letter.dated)),
        ("from", iso_day(zone, letter.from)),
        ("until", iso_day(zone, letter.until)),
        ("purpose", letter.purpose.clone()),
        ("others", text(&letter.others)),
    ] {
        fields.set(name, value);
    }
    for (name, value) in [
        ("signer_name", &letter.signer.name),
        ("signer_nip", &letter.signer.nip),
        ("signer_title", &letter.signer.title),
    ] {
        if let Some(value) = value {
            fields.set(name, value.clone());
        }
    }
    for id in &letter.officers {
        fields.add("officers", id.to_string());
    }
    officer.form_of(&Form { value: (), fields })
}

/// The form that completes a letter.
pub async fn letter_form(officer: Officer<CanWorkReports>, Path((number, id)): Ids) -> PageResult {
    let (seen, agency) = working(&officer, &number).await?;
    let check = check_of(&officer, &seen, &id).await?;
    if !check.may_change_letter() || check.agency != agency {
        let back = Redirect::to(format!("/kotak/{}", seen.report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    let form = as_typed(&officer, &check);
    render(&letter_page(&officer, seen.report, agency, Some(check.id), form).await?)
}

/// Completes a letter.
pub async fn set_letter(officer: Officer<CanWorkReports>, Path((number, id)): Ids, form: Form) -> PageResult {
    let (seen, agency) = working(&officer, &number).await?;
    let check = check_of(&officer, &seen, &id).await?;
    match officer.write(SetLetter { inspection: check.id, letter: letter_text(&form.fields) }).await {
        Ok(_) => Ok(back(&seen.report, "report.letter.flash_changed")),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&letter_page(&officer, seen.report, agency, Some(check.id), form).await?)
        }
    }
}

/// A person on a paper.
struct Named {
    name: String,
    nip: String,
}

async fn named(conn: &mut Conn, check: &Inspection) -> Result<Vec<Named>, Error> {
    let mut all = Vec::new();
    for id in &check.officers {
        if let Some(found) = person(conn, *id).await? {
            let (name, nip) = name_and_nip(&found);
            all.push(Named { name, nip });
        }
    }
    let others = check.others.as_deref().unwrap_or_default().lines().map(str::trim).filter(|name| !name.is_empty());
    all.extend(others.map(|name| Named { name: name.to_owned(), nip: String::new() }));
    Ok(all)
}

/// "Lampu jalan, Kappuna, Kec. Masamba".
async fn about(conn: &mut Conn, officer: &SignedIn, report: &Report) -> Result<String, Error> {
    let rules = desk::rules(conn).await?;
    let category = rules.category(&report.category).map_or(report.category.as_str(), |c| c.name(Lang::Id)).to_owned();
    let place = place_name(&officer.place, report.place.village, report.place.district);
    Ok([category, place].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
}

#[derive(Template)]
#[template(path = "report/letter.html")]
struct PaperPage {
    page: Page,
    head: Letterhead,
    number: String,
    letter_number: String,
    officers: Vec<Named>,
    purpose: String,
    about: String,
    from: String,
    until: String,
    dated: String,
    signer: Named,
    signer_title: String,
}

/// Surat tugas on paper: whole, or a page that says what is missing.
pub async fn letter(officer: Officer<CanSeeInbox>, Path((number, id)): Ids) -> PageResult {
    let seen = seen(&officer, &number).await?;
    let check = check_of(&officer, &seen, &id).await?;
    let missing = check.letter_lacks();
    if !missing.is_empty() {
        let fix = format!("/kotak/{}/surat-tugas/{}/ubah", seen.report.number, check.id);
        return lacks(&officer, "report.letter.letter", &seen.report.number, &missing, fix);
    }
    let mut conn = officer.read().await?;
    let (officers, about) = (named(&mut conn, &check).await?, about(&mut conn, &officer, &seen.report).await?);
    drop(conn);
    let page = paper(&officer, "report.letter.letter");
    let signer = check.signer;
    render(&PaperPage {
        head: Letterhead::of(&officer.place, check.agency),
        number: seen.report.number,
        letter_number: check.number.unwrap_or_default(),
        officers,
        purpose: check.purpose,
        about,
        from: date(&page, check.from),
        until: date(&page, check.until),
        dated: date(&page, check.dated),
        signer: Named { name: signer.name.unwrap_or_default(), nip: signer.nip.unwrap_or_default() },
        signer_title: signer.title.unwrap_or_default(),
        page,
    })
}

#[derive(Template)]
#[template(path = "report/protocol_form.html")]
struct RecordPage {
    page: Page,
    form: FormView,
    report: Report,
    check: Inspection,
}

impl RecordPage {
    fn action(&self) -> String {
        format!("/kotak/{}/berita-acara/{}/isi", self.report.number, self.check.id)
    }

    /// Only its number is missing.
    fn only_number(&self) -> bool {
        self.check.protocol.is_some()
    }
}

fn record_page(me: &SignedIn, report: Report, check: Inspection, form: FormView) -> RecordPage {
    let mut page = me.page("report.letter.record").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let place = place_name(&me.place, report.place.village, report.place.district);
    let place = [report.place.landmark.clone(), place].into_iter().filter(|part| !part.is_empty());
    let form = form.fill("day", iso_day(page.zone(), page.now)).fill("place", place.collect::<Vec<_>>().join(", "));
    RecordPage { page, form, report, check }
}

/// The form of a berita acara.
pub async fn record_form(officer: Officer<CanWorkReports>, Path((number, id)): Ids) -> PageResult {
    let (seen, agency) = working(&officer, &number).await?;
    let check = check_of(&officer, &seen, &id).await?;
    let over = check.protocol.as_ref().is_some_and(|protocol| protocol.number.is_some());
    if over || check.agency != agency {
        let back = Redirect::to(format!("/kotak/{}", seen.report.number)).flash("report.flash.already");
        return Ok(back.warning().into_response());
    }
    render(&record_page(&officer, seen.report, check, officer.form()))
}

/// A point as people copy it from a map: `-2.5512, 120.3334`.
fn read_point(typed: &str) -> Result<Option<Point>, Refusal> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let read = || {
        let (lat, lon) = typed.split_once(',')?;
        Point::from_degrees(lat.trim().parse().ok()?, lon.trim().parse().ok()?).ok()
    };
    read().map(Some).ok_or_else(|| Refusal::field("gps", "report.letter.gps_unread"))
}

/// Writes down what was found, or adds the number.
pub async fn record(officer: Officer<CanWorkReports>, Path((number, id)): Ids, upload: Upload) -> PageResult {
    let (seen, _) = working(&officer, &number).await?;
    let check = check_of(&officer, &seen, &id).await?;
    let get = |name: &str| upload.fields.get(name).to_owned();
    let refused = |error: Error| -> PageResult {
        let form = officer.refused(error, &upload)?;
        render_refused(&record_page(&officer, seen.report.clone(), check.clone(), form))
    };
    if check.protocol.is_some() {
        let action = NumberProtocol { inspection: check.id, number: get("number") };
        return match officer.write(action).await {
            Ok(_) => Ok(back(&seen.report, "report.letter.flash_changed")),
            Err(error) => refused(error),
        };
    }
    let taken = match (read_point(&get("gps")), take_photos(&officer, &upload, STEP_PHOTOS_MAX_COUNT).await?) {
        (Ok(point), Ok(photos)) => (point, photos),
        (Err(refusal), _) | (_, Err(refusal)) => return refused(Error::Refused(refusal)),
    };
    let action = RecordInspection {
        key: upload.key().unwrap_or_else(|| officer.ctx.new_id()),
        inspection: check.id,
        number: get("number"),
        day: get("day"),
        time: get("time"),
        findings: get("findings"),
        attendees: get("attendees"),
        place: get("place"),
        point: taken.0,
        photos: taken.1,
    };
    match officer.write(action).await {
        Ok(_) => Ok(back(&seen.report, "report.letter.flash_recorded")),
        Err(error) => refused(error),
    }
}

#[derive(Template)]
#[template(path = "report/protocol.html")]
struct ProtocolPage {
    page: Page,
    head: Letterhead,
    number: String,
    protocol_number: String,
    letter_number: String,
    letter_dated: String,
    day: String,
    time: String,
    about: String,
    place: String,
    point: String,
    officers: Vec<Named>,
    attendees: Vec<String>,
    findings: String,
    photos: Vec<PhotoItem>,
    secret: bool,
}

/// Berita acara on paper: whole, or a page that says what is missing.
pub async fn protocol(officer: Officer<CanSeeInbox>, Path((number, id)): Ids) -> PageResult {
    let seen = seen(&officer, &number).await?;
    let check = check_of(&officer, &seen, &id).await?;
    let Protocol { at, number, findings, attendees, place, point, event } =
        check.protocol.clone().ok_or_else(PageError::not_found)?;
    let report = seen.report;
    let letter_lacks = check.letter_lacks();
    if !letter_lacks.is_empty() {
        // It names the letter that it rests on.
        let fix = format!("/kotak/{}/surat-tugas/{}/ubah", report.number, check.id);
        return lacks(&officer, "report.letter.letter", &report.number, &letter_lacks, fix);
    }
    let missing = check.protocol_lacks();
    if !missing.is_empty() {
        let fix = format!("/kotak/{}/berita-acara/{}/isi", report.number, check.id);
        return lacks(&officer, "report.letter.protocol", &report.number, &missing, fix);
    }
    let mut conn = officer.read().await?;
    let (officers, about) = (named(&mut conn, &check).await?, about(&mut conn, &officer, &report).await?);
    let photos = sql::photos(&mut conn, report.id).await?;
    drop(conn);
    let page = paper(&officer, "report.letter.protocol");
    let own = photos.iter().filter(|photo| event.is_some() && photo.event == event);
    render(&ProtocolPage {
        head: Letterhead::of(&officer.place, check.agency),
        number: report.number,
        protocol_number: number.unwrap_or_default(),
        letter_number: check.number.unwrap_or_default(),
        letter_dated: date(&page, check.dated),
        day: date_long(Lang::Id, page.zone(), at),
        time: time(Lang::Id, page.zone(), at),
        about,
        place: place.unwrap_or_default(),
        point: point.map(|point| format!("{:.5}, {:.5}", point.lat(), point.lon())).unwrap_or_default(),
        officers,
        attendees: attendees.unwrap_or_default().lines().map(str::to_owned).filter(|name| !name.is_empty()).collect(),
        findings,
        photos: own.map(|photo| PhotoItem::of(photo, "")).collect(),
        secret: report.secret,
        page,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_as_people_copy_it() {
        assert_eq!(read_point(" ").unwrap(), None);
        assert!(read_point("-2.5512, 120.3334").unwrap().is_some());
        for typed in ["-2.5512", "a, b", "95, 120", "1,2,3", "NaN, NaN"] {
            assert_eq!(read_point(typed).unwrap_err().key, "report.letter.gps_unread", "{typed}");
        }
    }
}
