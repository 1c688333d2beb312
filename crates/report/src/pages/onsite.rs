//! The district's office looks at the place: what waits for it, and the form that says what is to be seen.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, SignedIn, Upload, render,
    render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::citizen::take_photos;
use super::find::seen;
use super::together::{self, Row};
use super::view::{agency_name, place_short, tag};
use super::{CanSeeInbox, CanWorkReports};
use crate::actions::{CheckOnSite, STEP_PHOTOS_MAX_COUNT};
use crate::desk;
use crate::model::onsite::districts_of;
use crate::model::{Report, Verdict, public, public_text, shape_of};
use crate::sql;

/// Rows of one page.
const ROWS_COUNT: i64 = 50;
/// Longest text of a row, in characters.
const TEXT_MAX_CHARS: usize = 110;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    sesudah: String,
}

/// "Cek lokasi": what of the own district nobody has looked at yet.
pub async fn list(officer: Officer<CanSeeInbox>, Query(filter): Query<Filter>) -> PageResult {
    let districts = districts_of(&officer.ctx.actor, &officer.place.agencies);
    let before: Option<Uuid> = filter.sesudah.parse().ok();
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let mut found = Vec::new();
    for own in districts {
        found.extend(sql::onsite::waiting(&mut conn, own, before, ROWS_COUNT + 1).await?);
    }
    let ways = together::ways(&officer, &mut conn).await?;
    drop(conn);
    found.sort_by_key(|line| std::cmp::Reverse(line.id));
    let shown = found.len().min(usize::try_from(ROWS_COUNT).unwrap_or(usize::MAX));
    let more = found.len() > shown;
    let next = found[..shown].last().filter(|_| more).map(|line| format!("/kotak/lokasi?sesudah={}", line.id));
    let page = officer.page("report.onsite.tab");
    let row = |line: &sql::Line| {
        let category = rules.category(&line.category).map_or(line.category.as_str(), |c| c.name(page.lang));
        let place = place_short(&officer.place, line.village, line.district);
        Row {
            href: format!("/kotak/{}/cek-lokasi", line.number),
            number: line.number.clone(),
            tag: tag(shape_of(line.status, None, page.now)),
            state: page.t(line.status.staff_key()),
            late: false,
            text: public::excerpt(&format!("{category}: {}", public_text(&line.body)), TEXT_MAX_CHARS),
            place: format!("{place} · {}", agency_name(&officer.place, line.agency)),
            due: None,
            day: line.reported,
        }
    };
    let rows = found[..shown].iter().map(row).collect();
    together::draw(page, ("report.onsite.tab", "report.onsite.list_empty", "/kotak/lokasi"), ways, rows, next)
}

#[derive(Template)]
#[template(path = "report/onsite.html")]
struct CheckPage {
    page: Page,
    form: FormView,
    report: Report,
    text: String,
    place: String,
    verdicts: Vec<Choice>,
}

impl CheckPage {
    fn action(&self) -> String {
        format!("/kotak/{}/cek-lokasi", self.report.number)
    }
}

fn check_page(me: &SignedIn, report: Report, form: FormView) -> CheckPage {
    let mut page = me.page("report.onsite.check").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let place = place_short(&me.place, report.place.village, report.place.district);
    let place = [place, report.place.landmark.clone()].into_iter().filter(|part| !part.is_empty());
    CheckPage {
        text: public_text(&report.body),
        place: place.collect::<Vec<_>>().join(" · "),
        verdicts: Verdict::ALL.iter().map(|verdict| Choice::new(verdict.name(), page.t(verdict.key()))).collect(),
        form,
        page,
        report,
    }
}

/// The report, for an officer of its district's office.
async fn here(officer: &SignedIn, number: &str) -> Result<Report, PageError> {
    let seen = seen(officer, number).await?;
    seen.office.ok_or_else(PageError::forbidden)?;
    Ok(seen.report)
}

/// The form.
pub async fn show(officer: Officer<CanWorkReports>, Path(number): Path<String>) -> PageResult {
    let report = here(&officer, &number).await?;
    render(&check_page(&officer, report, officer.form()))
}

/// Says what is to be seen.
pub async fn check(officer: Officer<CanWorkReports>, Path(number): Path<String>, upload: Upload) -> PageResult {
    let report = here(&officer, &number).await?;
    let refused = |refusal: Error| -> PageResult {
        let form = officer.refused(refusal, &upload)?;
        render_refused(&check_page(&officer, report.clone(), form))
    };
    let Some(verdict) = Verdict::parse(upload.fields.get("verdict")) else {
        return refused(Error::Refused(Refusal::field("verdict", "report.onsite.choose")));
    };
    let photos = match take_photos(&officer, &upload, STEP_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => return refused(Error::Refused(refusal)),
    };
    let action = CheckOnSite {
        key: upload.key().unwrap_or_else(|| officer.ctx.new_id()),
        report: report.id,
        verdict,
        text: upload.fields.get("text").to_owned(),
        photos,
    };
    match officer.write(action).await {
        Ok(done) => Ok(Redirect::to("/kotak/lokasi")
            .flash("report.onsite.flash_checked")
            .with("number", done.number)
            .into_response()),
        Err(error) => refused(error),
    }
}
