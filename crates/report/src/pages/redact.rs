//! Boxes over faces: a report's photos, and the page on which boxes are drawn on one of them. Without the script the
//! boxes are typed in percent.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::actions::LogAccess;
use simpul_shell::{Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused};

use super::CanSeeInbox;
use super::find::find;
use super::view::photo_path;
use crate::actions::{CoverPhoto, PhotoFault, cover_photo, may_cover, may_see_original};
use crate::desk;
use crate::model::cover::{BOXES_MAX_COUNT, Cover};
use crate::model::{PhotoRef, Report, hex, unhex};
use crate::sql;

type Me = Officer<CanSeeInbox>;

/// One photo of the list.
struct Item {
    digest: String,
    small: String,
    after: bool,
    /// The photo as it was, where one is kept and the officer may see it.
    original: Option<String>,
    covered_at: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "report/photos.html")]
struct PhotosPage {
    page: Page,
    report: Report,
    category: String,
    photos: Vec<Item>,
    may_cover: bool,
}

/// The report's photos, those of later steps too.
pub async fn list(me: Me, Path(number): Path<String>) -> PageResult {
    let report = find(&me, &number).await?;
    if !may_see_original(&me.ctx.actor, &report) {
        return Err(PageError::forbidden());
    }
    let mut conn = me.read().await?;
    let photos = sql::photos(&mut conn, report.id).await?;
    let originals = sql::cover::originals_of(&mut conn, report.id).await?;
    let rules = desk::rules(&mut conn).await?;
    drop(conn);
    let page = me.page("report.cover.list_title").title_with("report.cover.list_title", "number", &report.number);
    let items = photos.iter().map(|photo| {
        let digest = photo.files.digest;
        // A photo that was covered twice leads back to what it was before the first box.
        let mut original = originals.iter().find(|original| original.covered == digest);
        let covered_at = original.map(|original| original.at);
        while let Some(earlier) = original.and_then(|at| originals.iter().find(|o| o.covered == at.files[0])) {
            original = Some(earlier);
        }
        Item {
            digest: hex(&digest),
            small: photo_path(&digest, "kecil"),
            after: photo.purpose == crate::model::Purpose::After,
            original: original.map(|original| photo_path(&original.files[0], "besar")),
            covered_at,
        }
    });
    render(&PhotosPage {
        photos: items.collect(),
        category: rules.category(&report.category).map_or_else(String::new, |c| c.name(page.lang).to_owned()),
        page: page.at("/kotak").usual_width(),
        may_cover: may_cover(&me.ctx.actor, &report),
        report,
    })
}

#[derive(Template)]
#[template(path = "report/redact.html")]
struct RedactPage {
    page: Page,
    form: FormView,
    number: String,
    photo: String,
    width: i64,
    height: i64,
    action: String,
    rows: Vec<usize>,
}

impl RedactPage {
    /// What was typed into a field of a row.
    fn typed(&self, side: &str, row: &usize) -> &str {
        self.form.typed(&format!("{side}{row}"))
    }
}

/// The report and its photo of that name, where the officer may cover it.
async fn wanted(me: &Me, number: &str, digest: &str) -> Result<(Report, PhotoRef), PageError> {
    let report = find(me, number).await?;
    if !may_cover(&me.ctx.actor, &report) {
        return Err(PageError::forbidden());
    }
    let digest = unhex(digest).ok_or_else(PageError::not_found)?;
    let photos = sql::photos(&mut me.read().await?, report.id).await?;
    let photo = photos.iter().find(|photo| photo.files.digest == digest).ok_or_else(PageError::not_found)?;
    Ok((report, photo.files))
}

fn redact_page(me: &Me, report: &Report, photo: &PhotoRef, form: FormView) -> RedactPage {
    let mut page = me.page("report.cover.title").at("/kotak").usual_width().script("umum.js").module("sensor.js");
    if form.has_errors() {
        page = page.failed();
    }
    RedactPage {
        page,
        form,
        number: report.number.clone(),
        photo: photo_path(&photo.digest, "besar"),
        width: photo.width,
        height: photo.height,
        action: format!("/kotak/{}/foto/{}/sensor", report.number, photo.hex()),
        rows: (1..=BOXES_MAX_COUNT).collect(),
    }
}

/// The page on which boxes are drawn.
pub async fn show(me: Me, Path((number, digest)): Path<(String, String)>) -> PageResult {
    let (report, photo) = wanted(&me, &number, &digest).await?;
    render(&redact_page(&me, &report, &photo, me.form()))
}

/// The boxes of the form, and all that is wrong with them.
fn boxes(form: &Form) -> (Vec<Cover>, Vec<Refusal>) {
    let (mut boxes, mut faults) = (Vec::new(), Vec::new());
    for row in 1..=BOXES_MAX_COUNT {
        let names = ["x", "y", "w", "h"].map(|side| format!("{side}{row}"));
        match Cover::read(names.each_ref().map(|name| form.fields.get(name)), row) {
            Ok(cover) => boxes.extend(cover),
            Err(fault) => faults.push(fault),
        }
    }
    if boxes.is_empty() && faults.is_empty() {
        faults.push(Refusal::field("boxes", "report.cover.boxes_missing"));
    }
    (boxes, faults)
}

/// Covers the photo: from this answer on the public sees nothing but the new one.
pub async fn take(me: Me, Path((number, digest)): Path<(String, String)>, form: Form) -> PageResult {
    let (report, photo) = wanted(&me, &number, &digest).await?;
    let (boxes, faults) = boxes(&form);
    if !faults.is_empty() {
        return render_refused(&redact_page(&me, &report, &photo, me.form_with(&form, &faults)));
    }
    let covered = match cover_photo(&me.app.db, me.region().id, &photo, &boxes).await {
        Ok(covered) => covered,
        Err(PhotoFault::Picture(_)) => {
            let faults = [Refusal::field("boxes", "report.cover.unreadable")];
            return render_refused(&redact_page(&me, &report, &photo, me.form_with(&form, &faults)));
        }
        Err(PhotoFault::Store(error)) => return Err(error.into()),
    };
    let action = CoverPhoto { report: report.id, digest: photo.digest, covered, boxes: boxes.len() };
    match me.write(action).await {
        Ok(_) => Ok(Redirect::to(format!("/kotak/{}/foto", report.number)).flash("report.cover.flash").into_response()),
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&redact_page(&me, &report, &photo, form))
        }
    }
}

/// Notes that an officer looks at a photo as it was, before it is shown.
pub(super) async fn log_original(site: &simpul_shell::Site, report: &Report) -> Result<(), PageError> {
    let Some(me) = &site.signed_in else { return Ok(()) };
    let ctx = site.app.db.env().ctx(site.region().id, me.actor.clone());
    let seen = LogAccess { subject_kind: "report", subject_id: report.id, what: "photo_original" };
    Ok(site.app.directory.write(&ctx, seen).await?)
}
