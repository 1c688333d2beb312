//! `/rencana/atur/{id}/berkas`: quick wins come from a file.

use askama::Template;
use simpul_kernel::Refusal;
use simpul_shell::{FormView, Officer, Page, PageError, PageResult, Path, Upload, render, render_refused};
use simpul_store::{Error, Result};
use uuid::Uuid;

use super::{CanManagePlan, attachment};
use crate::actions::{ImportDrafts, Imported};
use crate::file::{ReadFile, read_file};
use crate::model::Masterplan;
use crate::model::draft::agency_names;
use crate::sql;

#[derive(Template)]
#[template(path = "plan/draft_file.html")]
struct FilePage {
    page: Page,
    form: FormView,
    plan: Masterplan,
    faults: Vec<String>,
    done: Option<Done>,
}

impl FilePage {
    fn here(&self) -> String {
        format!("/rencana/atur/{}/berkas", self.plan.id)
    }
}

/// What became of a file, with what was noted at its rows.
struct Done {
    summary: String,
    remarks: Vec<String>,
}

fn page(officer: &Officer<CanManagePlan>) -> Page {
    officer.page("plan.draft_file.title").at("/rencana/atur").usual_width()
}

async fn plan(officer: &Officer<CanManagePlan>, id: Uuid) -> std::result::Result<Masterplan, PageError> {
    sql::plan::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)
}

/// The form for the file.
pub async fn show(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>) -> PageResult {
    let plan = plan(&officer, id).await?;
    render(&FilePage { page: page(&officer), form: officer.form(), plan, faults: Vec::new(), done: None })
}

/// Reads the file against the words of the plan and the region's agencies.
async fn read(officer: &Officer<CanManagePlan>, plan: &Masterplan, upload: &Upload) -> Result<Read> {
    let bytes = attachment::sent_file(upload)?;
    let framework = sql::framework::by_id(&mut officer.read().await?, plan.framework).await?;
    let framework = framework.ok_or(Error::NotFound("framework"))?;
    let agencies = officer.place.active_agencies().map(|agency| (agency.short.as_str(), agency.name.as_str()));
    let (agencies, region) = (agency_names(agencies), officer.region().id);
    let read = tokio::task::spawn_blocking(move || read_file(&bytes, region, &framework, &agencies)).await;
    read.map_err(|error| Error::Broken(error.to_string()))
}

type Read = std::result::Result<ReadFile, Vec<simpul_office::sheet_in::Fault>>;

fn at_row(officer: &Officer<CanManagePlan>, line: u64, why: &Refusal) -> String {
    let row = officer.says(&Refusal::new("plan.draft_file.row").with("line", line.to_string()));
    format!("{row} {}", officer.says(why))
}

fn told(officer: &Officer<CanManagePlan>, file: &ReadFile, done: &Imported) -> Done {
    let summary = Refusal::new("plan.draft_file.done")
        .with("new", done.new.len().to_string())
        .with("known", done.known.to_string())
        .with("others", file.others.to_string())
        .with("bad", file.bad.len().to_string());
    let remarks = file.drafts.iter().flat_map(|draft| draft.remarks.iter().map(move |remark| (draft.line, remark)));
    let bad = file.bad.iter().map(|(line, why)| at_row(officer, *line, why));
    let remarks = remarks.map(|(line, remark)| at_row(officer, line, &remark.said()));
    Done { summary: officer.says(&summary), remarks: bad.chain(remarks).collect() }
}

/// Takes the file: all of it or nothing, or all but the rows that are wrong where that was ticked.
pub async fn take(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, upload: Upload) -> PageResult {
    let plan = plan(&officer, id).await?;
    let refused = |form: FormView, plan: Masterplan, faults: Vec<String>| {
        render_refused(&FilePage { page: page(&officer).failed(), form, plan, faults, done: None })
    };
    let file = match read(&officer, &plan, &upload).await {
        Ok(Ok(file)) => file,
        Ok(Err(faults)) => {
            let faults = faults.iter().map(|fault| officer.says(&fault.refusal)).collect();
            return refused(officer.form_of(&upload), plan, faults);
        }
        Err(error) => return refused(officer.refused(error, &upload)?, plan, Vec::new()),
    };
    if !file.bad.is_empty() && !upload.fields.has("skip_bad") {
        let faults = file.bad.iter().map(|(line, why)| at_row(&officer, *line, why)).collect();
        return refused(officer.form_of(&upload), plan, faults);
    }
    match officer.write(ImportDrafts { plan: id, drafts: file.drafts.clone() }).await {
        Ok(done) => {
            let done = Some(told(&officer, &file, &done));
            render(&FilePage { page: page(&officer), form: officer.form(), plan, faults: Vec::new(), done })
        }
        Err(error) => refused(officer.refused(error, &upload)?, plan, Vec::new()),
    }
}
