//! The secretariat's page of a period: what was handed in, what is missing, and what is done with it.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::parse_date;
use simpul_people::{Permission, Snapshot};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, StatusTag, Tag, render,
    render_refused,
};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::asked::Place;
use super::told::{self, Steps, ToldLine};
use super::words::progress_tag;
use super::{CanSeeWholePlan, CanVerifyProgress, progress, view};
use crate::actions::{CheckProgress, OpenPeriods, OverrideStatus, PutOffLock};
use crate::model::completeness::AgencyStand;
use crate::model::evidence::SubjectKind;
use crate::model::period::PeriodDays;
use crate::model::progress::{Step, Timeliness};
use crate::model::status::Light;
use crate::model::{Period, PeriodKind, Programme, Progress};
use crate::sql;

struct Row {
    programme: Programme,
    agency: String,
    told: Option<ToldRow>,
}

/// A report that was handed in, with all that its check needs.
struct ToldRow {
    progress: Progress,
    lines: Vec<ToldLine>,
    steps: Steps,
    proofs: Vec<(Uuid, String)>,
}

struct AgencyRow {
    agency: String,
    timeliness: Timeliness,
}

#[derive(Template)]
#[template(path = "plan/check.html")]
struct CheckPage {
    page: Page,
    form: FormView,
    periods: Vec<Period>,
    period: Option<Period>,
    rows: Vec<Row>,
    agencies: Vec<AgencyRow>,
    whole: Timeliness,
    exceptions: Vec<(String, Timestamp, String)>,
    choices: Vec<Choice>,
    verifies: bool,
}

impl CheckPage {
    fn period_tag(&self, period: &Period) -> StatusTag {
        progress::period_tag(&self.page, period.stand(self.page.now, None))
    }

    fn state(&self, row: &Row) -> StatusTag {
        match &row.told {
            Some(one) => progress_tag(&self.page, one.progress.state),
            None => self.page.tag(Tag::Late, "plan.progress.missing"),
        }
    }

    fn is_current(&self, one: &Period) -> bool {
        self.period.as_ref().is_some_and(|period| period.id == one.id)
    }

    fn share(&self, points: Option<i64>) -> String {
        view::points(&self.page, points)
    }

    fn physical(&self, told: &ToldRow) -> String {
        view::points(&self.page, told.progress.physical)
    }

    fn step_path(&self, one: &Progress) -> String {
        format!("/rencana/periksa/laporan/{}", one.id)
    }

    fn may(&self, one: &Progress, step: &str) -> bool {
        let step = match step {
            "verify" => Step::Verify,
            "publish" => Step::Publish,
            _ => Step::Return,
        };
        self.verifies && one.state.after(step).is_ok()
    }
}

/// The newest period, or the one that is asked for.
pub async fn newest(officer: Officer<CanSeeWholePlan>) -> PageResult {
    draw(&officer, None, None).await
}

/// One period.
pub async fn show(officer: Officer<CanSeeWholePlan>, Path(period): Path<Uuid>) -> PageResult {
    draw(&officer, Some(period), None).await
}

async fn draw(officer: &Officer<CanSeeWholePlan>, asked: Option<Uuid>, refused: Option<FormView>) -> PageResult {
    let scope = officer.scope(Permission::SeeWholePlan);
    let mut conn = officer.read().await?;
    let plan = sql::plan::in_force(&mut conn).await?;
    let periods = match &plan {
        Some(plan) => sql::progress::periods(&mut conn, plan.id).await?,
        None => Vec::new(),
    };
    let begun = || periods.iter().find(|period| period.opens_at <= officer.now());
    let period = match asked {
        Some(id) => Some(periods.iter().find(|period| period.id == id).ok_or(Error::NotFound("period"))?.clone()),
        None => begun().or(periods.first()).cloned(),
    };
    let page = officer.page("plan.check.title").wide();
    let (mut rows, mut exceptions, mut agencies) = (Vec::new(), Vec::new(), Vec::new());
    if let (Some(plan), Some(period)) = (&plan, &period) {
        let roll = sql::plan::roll(&mut conn, plan.id).await?;
        let said = sql::progress::of_period(&mut conn, period.id).await?;
        let stands = roll.by_agency(period, &said).into_iter().filter(|(agency, _)| scope.covers(*agency));
        agencies = agency_rows(&officer.place, stands.collect());
        let own = roll.owed(period, &said).filter(|(_, agency, _)| scope.covers(*agency));
        let own = own.map(|(one, _, progress)| (one, progress.filter(|one| one.first_submitted.is_some())));
        rows = read_rows(&mut conn, &page, officer, (period, &periods), own.collect()).await?;
        let put_off = sql::progress::exceptions(&mut conn, period.id).await?;
        exceptions = put_off.into_iter().map(|(id, at, why)| (view::agency(&officer.place, id), at, why)).collect();
    }
    drop(conn);
    let failed = refused.is_some();
    let view = CheckPage {
        form: usual_days(refused.unwrap_or_else(|| officer.form())),
        whole: agencies.iter().fold(Timeliness::default(), |sum, row| sum.plus(row.timeliness)),
        choices: officer.place.active_agencies().map(|one| Choice::new(one.id, one.short.clone())).collect(),
        verifies: officer.may(Permission::VerifyProgress),
        page: if failed { page.failed() } else { page },
        agencies,
        exceptions,
        periods,
        period,
        rows,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The form with the days on which periods usually open, are due and lock.
fn usual_days(form: FormView) -> FormView {
    let PeriodDays { opens_before, due_after, locks_after } = PeriodDays::default();
    [("opens_before", opens_before), ("due_after", due_after), ("locks_after", locks_after)]
        .into_iter()
        .fold(form, |form, (name, days)| form.fill(name, days.to_string()))
}

async fn read_rows(
    conn: &mut Conn,
    page: &Page,
    officer: &Officer<CanSeeWholePlan>,
    (period, periods): (&Period, &[Period]),
    owed: Vec<(&Programme, Option<&Progress>)>,
) -> Result<Vec<Row>, PageError> {
    let mut rows = Vec::new();
    for (programme, handed_in) in owed {
        let agency = view::owner(page, &officer.place, programme);
        let at = Place { programme: programme.clone(), period: period.clone() };
        let told = match handed_in {
            Some(one) => Some(told_row(conn, (page, &officer.place), &at, (one, periods)).await?),
            None => None,
        };
        rows.push(Row { agency, told, programme: at.programme });
    }
    Ok(rows)
}

async fn told_row(
    conn: &mut Conn,
    (page, place): (&Page, &Snapshot),
    at: &Place,
    (one, periods): (&Progress, &[Period]),
) -> Result<ToldRow, PageError> {
    let indicators = sql::indicator::of(conn, at.programme.id).await?;
    let proofs = sql::evidence::of_subject(conn, SubjectKind::Progress, one.id).await?;
    Ok(ToldRow {
        lines: told::lines(conn, (page, place), at, (one, &indicators, periods)).await?,
        steps: Steps::read(conn, (page, place), one.id).await?,
        proofs: proofs.into_iter().map(|proof| (proof.id, proof.about.title)).collect(),
        progress: one.clone(),
    })
}

/// Agencies by their names.
fn agency_rows(place: &Snapshot, stands: BTreeMap<Uuid, AgencyStand>) -> Vec<AgencyRow> {
    let row = |(id, stand): (Uuid, AgencyStand)| AgencyRow {
        agency: view::agency(place, id),
        timeliness: stand.timeliness(),
    };
    let mut rows: Vec<AgencyRow> = stands.into_iter().map(row).collect();
    rows.sort_by(|one, other| one.agency.cmp(&other.agency));
    rows
}

/// A report is found in order, sent back, or published.
pub async fn step(officer: Officer<CanVerifyProgress>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let step = match fields.get("step") {
        "verify" => Step::Verify,
        "publish" => Step::Publish,
        _ => Step::Return,
    };
    let version = fields.int("version").unwrap_or_default();
    let reason = fields.get("reason").to_owned();
    let mut conn = officer.read().await?;
    let period = sql::progress::by_id(&mut conn, id).await?.ok_or(Error::NotFound("progress"))?.period;
    drop(conn);
    let done = officer.write(CheckProgress { progress: id, version, step, reason }).await;
    after(&officer, done, period, fields, "plan.check.done").await
}

async fn after(
    officer: &Officer<CanVerifyProgress>,
    done: simpul_store::Result<()>,
    period: Uuid,
    fields: &simpul_shell::Fields,
    flash: &'static str,
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/rencana/periksa/{period}")).flash(flash).into_response()),
        Err(error) => {
            let form = officer.refused(error, fields)?;
            let seer = officer.also::<CanSeeWholePlan>().ok_or(Error::Forbidden("see_whole_plan"))?;
            draw(&seer, Some(period), Some(form)).await
        }
    }
}

/// The lock of a period is put off for one agency.
pub async fn put_off(officer: Officer<CanVerifyProgress>, Path(period): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let zone = officer.region().zone;
    let done = match (fields.uuid("agency"), parse_date(fields.get("until"))) {
        (Some(agency), Some(until)) => {
            let reason = fields.get("reason").to_owned();
            officer.write(PutOffLock { period, agency, until, zone, reason }).await
        }
        (None, _) => Err(simpul_kernel::Refusal::field("agency", "plan.refused.choose_agency").into()),
        (_, None) => Err(simpul_kernel::Refusal::field("until", "plan.refused.no_day").into()),
    };
    after(&officer, done, period, fields, "plan.check.put_off").await
}

/// The periods of a year are opened.
pub async fn open(officer: Officer<CanVerifyProgress>, form: Form) -> PageResult {
    let fields = &form.fields;
    let mut conn = officer.read().await?;
    let plan = sql::plan::in_force(&mut conn).await?.ok_or(Error::NotFound("masterplan"))?;
    drop(conn);
    let usual = PeriodDays::default();
    let days = |name: &str, usual: i64| if fields.get(name).trim().is_empty() { Some(usual) } else { fields.int(name) };
    let days = PeriodDays {
        opens_before: days("opens_before", usual.opens_before).unwrap_or(-1),
        due_after: days("due_after", usual.due_after).unwrap_or(-1),
        locks_after: days("locks_after", usual.locks_after).unwrap_or(-1),
    };
    let action = OpenPeriods {
        days,
        plan: plan.id,
        year: fields.int("year").unwrap_or_default(),
        kind: PeriodKind::parse(fields.get("kind")).unwrap_or(PeriodKind::Quarter),
        first_month: fields.int("first_month").and_then(|month| u8::try_from(month).ok()).unwrap_or(1),
        calendar: officer.place.calendar.clone(),
    };
    match officer.write(action).await {
        Ok(_) => Ok(Redirect::to("/rencana/periksa").flash("plan.check.opened").into_response()),
        Err(error) => {
            let form = officer.refused(error, fields)?;
            let seer = officer.also::<CanSeeWholePlan>().ok_or(Error::Forbidden("see_whole_plan"))?;
            draw(&seer, None, Some(form)).await
        }
    }
}

/// A person says how a programme stands against what is computed.
pub async fn overrule(officer: Officer<CanVerifyProgress>, Path(code): Path<String>, form: Form) -> PageResult {
    let mut conn = officer.read().await?;
    let one =
        sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?.ok_or(Error::NotFound("programme"))?;
    drop(conn);
    let light = Light::parse(form.fields.get("light"));
    let reason = form.fields.get("reason").to_owned();
    let here = format!("/rencana/{}/lengkap", one.code);
    match officer.write(OverrideStatus { programme: one.id, light, reason }).await {
        Ok(_) => Ok(Redirect::to(here).flash("plan.programme.overruled").into_response()),
        // The form is one line of a long page: what was wrong with it is said on top of that page.
        Err(Error::Refused(refusal)) if refusal.field == Some("reason") => {
            Ok(Redirect::to(here).flash("plan.programme.overrule_why").warning().into_response())
        }
        Err(error) => Err(error.into()),
    }
}
