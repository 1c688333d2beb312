//! The planning offices' forms: taken out as workbooks, and taken in again.

use askama::Template;
use simpul_shell::{
    FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Upload, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use axum::response::IntoResponse;

use super::CanManagePlan;
use super::attachment::{XLSX_TYPE, attachment, sent_file};
use crate::actions::{FormDone, ImportForm};
use crate::form_file;
use crate::forms;
use crate::model::Masterplan;
use crate::model::form::FormKind;
use crate::sql;

#[derive(Template)]
#[template(path = "plan/form.html")]
struct FormPage {
    page: Page,
    form: FormView,
    plan: Masterplan,
    year: i64,
    faults: Vec<String>,
}

impl FormPage {
    fn files(&self) -> Vec<(String, String)> {
        let href = |kind: &FormKind| {
            let year = if *kind == FormKind::E79 { format!("?tahun={}", self.year) } else { String::new() };
            format!("/rencana/atur/{}/formulir/{}.xlsx{year}", self.plan.id, kind.name())
        };
        let name = |kind: &FormKind| self.page.t(&format!("plan.form.kind.{}", kind.name()));
        FormKind::ALL.iter().map(|kind| (href(kind), name(kind))).collect()
    }

    fn here(&self) -> String {
        format!("/rencana/atur/{}/formulir", self.plan.id)
    }
}

async fn plan(officer: &Officer<CanManagePlan>, id: Uuid) -> Result<Masterplan, PageError> {
    let found = sql::plan::by_id(&mut officer.read().await?, id).await?;
    found.ok_or_else(PageError::not_found)
}

fn this_year(officer: &Officer<CanManagePlan>) -> i64 {
    i64::from(officer.region().zone.date(officer.now()).year())
}

fn page(officer: &Officer<CanManagePlan>) -> Page {
    officer.page("plan.form.title").at("/rencana/atur").usual_width()
}

/// The forms.
pub async fn show(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>) -> PageResult {
    let plan = plan(&officer, id).await?;
    let (page, form, year) = (page(&officer), officer.form(), this_year(&officer));
    render(&FormPage { page, form, plan, year, faults: Vec::new() })
}

/// What is asked of E.79.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    tahun: Option<i64>,
}

/// A form as a workbook.
pub async fn file(
    officer: Officer<CanManagePlan>,
    Path((id, name)): Path<(Uuid, String)>,
    Query(asked): Query<Asked>,
) -> PageResult {
    let kind = name.strip_suffix(".xlsx").and_then(FormKind::parse).ok_or_else(PageError::not_found)?;
    let plan = plan(&officer, id).await?;
    let year = asked.tahun.unwrap_or_else(|| this_year(&officer)).clamp(plan.years.0, plan.years.1);
    let mut conn = officer.read().await?;
    let bytes = forms::workbook(&mut conn, (kind, &plan, year), &officer.place, officer.now()).await?;
    Ok(attachment(XLSX_TYPE, &format!("{}-{year}.xlsx", kind.name()), bytes)?)
}

/// A form comes back.
pub async fn take(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, upload: Upload) -> PageResult {
    let plan = plan(&officer, id).await?;
    match taken(&officer, &plan, &upload).await {
        Ok(Ok(done)) => {
            let FormDone { new, changed, lines, mended } = done;
            let flash = if mended == 0 { "plan.form.done" } else { "plan.form.done_mended" };
            let told =
                Redirect::to(format!("/rencana/atur/{id}/formulir")).flash(flash).with("mended", mended.to_string());
            let said = |count: usize| count.to_string();
            let told = told.with("new", said(new)).with("changed", said(changed)).with("lines", said(lines));
            Ok(told.into_response())
        }
        Ok(Err(faults)) => {
            let faults =
                faults.iter().map(|fault| officer.app.catalogue.refusal(officer.lang, &fault.refusal)).collect();
            let (page, form, year) = (page(&officer).failed(), officer.form(), this_year(&officer));
            render_refused(&FormPage { page, form, plan, year, faults })
        }
        Err(error) => {
            let form: Result<FormView, PageError> = officer.refused(error, &upload);
            let (page, form, year) = (page(&officer).failed(), form?, this_year(&officer));
            render_refused(&FormPage { page, form, plan, year, faults: Vec::new() })
        }
    }
}

type Taken = Result<FormDone, Vec<simpul_office::sheet_in::Fault>>;

async fn taken(officer: &Officer<CanManagePlan>, plan: &Masterplan, upload: &Upload) -> simpul_store::Result<Taken> {
    let (bytes, years) = (sent_file(upload)?, plan.years);
    let read = tokio::task::spawn_blocking(move || form_file::read_form(&bytes, years)).await;
    match read.map_err(|error| Error::Broken(error.to_string()))? {
        Ok(file) => officer.write(ImportForm { plan: plan.id, file }).await.map(Ok),
        Err(faults) => Ok(Err(faults)),
    }
}
