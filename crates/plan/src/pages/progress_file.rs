//! The workbook of a period: it goes out with what an agency owes, and comes in again filled.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::format::{self, Lang};
use simpul_office::sheet_in::{self, Fault};
use simpul_people::{District, Permission, Snapshot};
use simpul_shell::{FormView, Officer, Page, PageError, PageResult, Path, Redirect, Upload, render, render_refused};
use simpul_store::{Conn, Error, Result as StoreResult};
use uuid::Uuid;

use super::asked::{Asked, Place, asked};
use super::attachment::{XLSX_TYPE, attachment, sent_file};
use super::{CanReportProgress, figure};
use crate::actions::WriteProgress;
use crate::actions::progress_file::{ImportProgress, ROW, SheetReport};
use crate::actions::who;
use crate::file::packed;
use crate::model::{Indicator, Period, Programme, Progress, ProgressState, Written};
use crate::progress_file::{ProgressSheet, ReadProgress, SheetDistrict, SheetIndicator, SheetProgramme};
use crate::sql;

struct Told {
    row: String,
    says: String,
}

#[derive(Template)]
#[template(path = "plan/progress_file.html")]
struct FilePage {
    page: Page,
    form: FormView,
    period: Period,
    faults: Vec<Told>,
}

async fn period(conn: &mut Conn, id: Uuid) -> Result<Period, PageError> {
    Ok(sql::progress::period(conn, id).await?.ok_or(Error::NotFound("period"))?)
}

/// The officer's programmes of which the period is told.
async fn own(conn: &mut Conn, officer: &Officer<CanReportProgress>, period: &Period) -> StoreResult<Vec<Programme>> {
    let scope = officer.scope(Permission::ReportProgress);
    let roll = sql::plan::roll(conn, period.masterplan).await?;
    let said = sql::progress::of_period(conn, period.id).await?;
    let own = |one: &Programme| one.agency.is_some_and(|agency| scope.covers(agency));
    Ok(roll.owed(period, &said).map(|(one, ..)| one).filter(|one| own(one)).cloned().collect())
}

fn written(progress: Option<&Progress>) -> Written {
    progress.map_or_else(Written::default, |one| Written {
        sentence: one.sentence.clone(),
        obstacle: one.obstacle.clone(),
        next_step: one.next_step.clone(),
        decision: one.decision.clone(),
        physical: one.physical,
    })
}

fn row(indicator: &Indicator, asked: &[Asked], place: &Snapshot) -> SheetIndicator {
    let asked = asked.iter().find(|asked| asked.indicator.id == indicator.id);
    let told = asked.and_then(|asked| asked.told.as_ref());
    SheetIndicator {
        id: indicator.id,
        name: indicator.name.clone(),
        unit: indicator.unit.clone(),
        live: !indicator.live.is_empty(),
        last: asked.and_then(|asked| asked.last.as_ref()).map(|(_, value)| *value),
        expected: asked.and_then(|asked| asked.expected),
        value: told.map(|told| told.amount),
        why: told.map(|told| told.why.clone()).unwrap_or_default(),
        districts: if indicator.by_district { districts(asked, place) } else { Vec::new() },
    }
}

fn districts(asked: Option<&Asked>, place: &Snapshot) -> Vec<SheetDistrict> {
    let told = |code: i64| asked.and_then(|asked| asked.by_district.iter().find(|told| told.district == code));
    let one = |district: &District| SheetDistrict {
        code: district.code,
        name: district.name.clone(),
        value: told(district.code).map(|told| told.amount),
    };
    place.districts.iter().map(one).collect()
}

/// What the officer's agencies owe in a period, as it stands.
async fn sheet(officer: &Officer<CanReportProgress>, period: &Period) -> Result<ProgressSheet, PageError> {
    let mut conn = officer.read().await?;
    let periods = sql::progress::periods(&mut conn, period.masterplan).await?;
    let mut programmes = Vec::new();
    for programme in own(&mut conn, officer, period).await? {
        let progress = sql::progress::at(&mut conn, programme.id, period.id).await?;
        let indicators = sql::indicator::of(&mut conn, programme.id).await?;
        let exception = sql::progress::exception(&mut conn, period.id, programme.agency.unwrap_or_default()).await?;
        let state = progress.as_ref().map_or(ProgressState::Draft, |one| one.state);
        let writable = matches!(state, ProgressState::Draft | ProgressState::Returned);
        let own = match &progress {
            Some(one) => sql::progress::sheet_write(&mut conn, one.id, &who(&officer.ctx)).await?,
            None => None,
        };
        let version = progress.as_ref().map_or(0, |one| one.version);
        let at = Place { programme, period: period.clone() };
        let asked = asked(&mut conn, &at, &indicators, (progress.as_ref(), &periods)).await?;
        programmes.push(SheetProgramme {
            id: at.programme.id,
            code: at.programme.code,
            name: at.programme.name,
            version,
            own: own.filter(|(_, written)| *written == version).map(|(made_from, _)| made_from),
            open: writable && period.takes(officer.now(), exception).is_ok(),
            written: written(progress.as_ref()),
            indicators: indicators.iter().map(|one| row(one, &asked, &officer.place)).collect(),
        });
    }
    let zone = officer.region().zone;
    Ok(ProgressSheet {
        period: period.id,
        period_name: period.name.clone(),
        due: format::day_medium(Lang::Id, zone.date(period.due_at)),
        mark: if officer.region().demo { officer.t("shell.demo") } else { String::new() },
        programmes,
    })
}

fn draw(officer: &Officer<CanReportProgress>, period: Period, form: FormView, faults: Vec<Told>) -> PageResult {
    let page = officer.page("plan.sheet.title").at("/kotak/laporan-kemajuan").usual_width();
    let failed = form.has_errors() || !faults.is_empty();
    let view = FilePage { page: if failed { page.failed() } else { page }, form, period, faults };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The page with the workbook and the form that takes it back.
pub async fn show(officer: Officer<CanReportProgress>, Path(id): Path<Uuid>) -> PageResult {
    let period = period(&mut officer.read().await?, id).await?;
    let form = officer.form();
    draw(&officer, period, form, Vec::new())
}

/// The workbook.
pub async fn download(officer: Officer<CanReportProgress>, Path(id): Path<Uuid>) -> PageResult {
    let period = period(&mut officer.read().await?, id).await?;
    let bytes = packed(sheet(&officer, &period).await?.book(officer.now())).await?;
    let name = format!("laporan-kemajuan-{}-{}.xlsx", period.year, period.part.code());
    Ok(attachment(XLSX_TYPE, &name, bytes)?)
}

/// The file of the form, read.
async fn table(upload: &Upload) -> StoreResult<sheet_in::Sheet> {
    let bytes = sent_file(upload)?;
    let read = tokio::task::spawn_blocking(move || sheet_in::read(&bytes, None)).await;
    Ok(read.map_err(|error| Error::Broken(error.to_string()))??)
}

fn told(officer: &Officer<CanReportProgress>, faults: &[Fault]) -> Vec<Told> {
    let one = |fault: &Fault| Told {
        row: if fault.row == 0 { "–".to_owned() } else { fault.row.to_string() },
        says: officer.says(&fault.refusal),
    };
    faults.iter().map(one).collect()
}

/// The reports that are to be written: those that were changed, and where all are handed in, all that can be.
async fn reports(
    officer: &Officer<CanReportProgress>,
    period: &Period,
    read: Vec<ReadProgress>,
    submit: bool,
) -> StoreResult<Vec<SheetReport>> {
    let mut reports = Vec::new();
    for one in read.into_iter().filter(|one| one.open && (one.changed || submit)) {
        let indicators = sql::indicator::of(&mut officer.read().await?, one.programme).await?;
        let live = match submit {
            true => figure::take(officer, &indicators, period).await?,
            false => Vec::new(),
        };
        let ReadProgress { programme, version, written, values, .. } = one;
        let key = officer.ctx.new_id();
        let report =
            WriteProgress { key, programme, period: period.id, version, written, values, live, submit, proof: None };
        reports.push(SheetReport { row: one.row, made_from: one.made_from, report });
    }
    Ok(reports)
}

enum Done {
    Written(usize),
    Faults(Vec<Fault>),
}

async fn import(
    officer: &Officer<CanReportProgress>,
    period: &Period,
    (upload, rows): (&Upload, &sheet_in::Sheet),
) -> Result<Done, PageError> {
    let read = match sheet(officer, period).await?.read(rows) {
        Ok(read) => read,
        Err(faults) => return Ok(Done::Faults(faults)),
    };
    let reports = reports(officer, period, read, upload.fields.has("submit")).await?;
    if reports.is_empty() {
        return Ok(Done::Written(0));
    }
    let key = upload.key().unwrap_or_else(|| officer.ctx.new_id());
    match officer.write(ImportProgress { key, reports }).await {
        Ok(count) => Ok(Done::Written(count)),
        Err(Error::Refused(refusal)) => {
            let row = refusal.args.iter().find(|(name, _)| *name == ROW).and_then(|(_, row)| row.parse().ok());
            Ok(Done::Faults(vec![Fault { row: row.unwrap_or_default(), refusal }]))
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes the workbook back: all of it or nothing.
pub async fn take(officer: Officer<CanReportProgress>, Path(id): Path<Uuid>, upload: Upload) -> PageResult {
    let period = period(&mut officer.read().await?, id).await?;
    let rows = match table(&upload).await {
        Ok(rows) => rows,
        Err(Error::Refused(refusal)) => {
            let form = officer.form_with(&upload, &[refusal]);
            return draw(&officer, period, form, Vec::new());
        }
        Err(error) => return Err(error.into()),
    };
    match import(&officer, &period, (&upload, &rows)).await? {
        Done::Written(0) => {
            let here = format!("/kotak/laporan-kemajuan/lembar/{id}");
            Ok(Redirect::to(here).flash("plan.sheet.nothing_changed").into_response())
        }
        Done::Written(_) => Ok(Redirect::to("/kotak/laporan-kemajuan").flash("plan.sheet.taken").into_response()),
        Done::Faults(faults) => {
            let told = told(&officer, &faults);
            let form = officer.form_of(&upload);
            draw(&officer, period, form, told)
        }
    }
}
