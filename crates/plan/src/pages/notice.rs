//! Letters to agencies that have not reported: issuing one, its file, the register, and what they look like.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_shell::{
    Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::attachment::{DOCX_TYPE, attachment};
use super::{CanSeeWholePlan, CanVerifyProgress, completeness, view};
use crate::actions::{IssueNotice, SetNoticeForm};
use crate::model::notice::{NUMBER_FORM_MAX_CHARS, Notice, NoticeForm, TEMPLATE_MAX_CHARS};
use crate::notice::{Pack, check_template};
use crate::sql;

/// Issues the letter to an agency; one that was issued before is the same one.
pub async fn issue(officer: Officer<CanVerifyProgress>, Path(period): Path<Uuid>, form: Form) -> PageResult {
    let zone = officer.region().zone;
    let done = match form.fields.uuid("agency") {
        Some(agency) => officer.write(IssueNotice { period, agency, zone }).await,
        None => Err(Refusal::new("plan.refused.choose_agency").into()),
    };
    match done {
        Ok(_) => {
            let here = format!("/rencana/kelengkapan/{period}");
            Ok(Redirect::to(here).flash("plan.notice.issued").into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            let seer = officer.also::<CanSeeWholePlan>().ok_or(Error::Forbidden("see_whole_plan"))?;
            completeness::draw(&seer, Some(period), Some(refused)).await
        }
    }
}

/// The letter as a file. It always says what was missing when it was issued.
pub async fn file(officer: Officer<CanVerifyProgress>, Path(id): Path<Uuid>) -> PageResult {
    let mut conn = officer.read().await?;
    let notice = sql::notice::by_id(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
    let period = sql::progress::period(&mut conn, notice.period).await?.ok_or(Error::NotFound("period"))?;
    let form = sql::notice::form(&mut conn).await?;
    drop(conn);
    let mark = officer.region().demo.then(|| officer.t("shell.demo"));
    let pack = Pack { place: &officer.place, notice: &notice, period: &period, form: &form, mark };
    // What is kept as a template was whole when it was kept.
    let letter = pack.letter().map_err(|faults| Error::Broken(format!("{faults:?}")))?;
    let bytes = letter.to_bytes().map_err(|error| Error::Broken(error.to_string()))?;
    Ok(attachment(DOCX_TYPE, &format!("belum-melapor-{}-{}.docx", notice.serial, notice.year), bytes)?)
}

struct Line {
    notice: Notice,
    agency: String,
    period: String,
}

#[derive(Template)]
#[template(path = "plan/notices.html")]
struct RegisterPage {
    page: Page,
    lines: Vec<Line>,
}

/// The register: every letter with its number.
pub async fn register(officer: Officer<CanVerifyProgress>) -> PageResult {
    let mut conn = officer.read().await?;
    let mut lines = Vec::new();
    for notice in sql::notice::register(&mut conn).await? {
        let period = sql::progress::period(&mut conn, notice.period).await?;
        lines.push(Line {
            agency: view::agency(&officer.place, notice.agency),
            period: period.map(|period| period.name).unwrap_or_default(),
            notice,
        });
    }
    drop(conn);
    let page = officer.page("plan.notice.register").at("/rencana/kelengkapan");
    render(&RegisterPage { page, lines })
}

#[derive(Template)]
#[template(path = "plan/notice_form.html")]
struct FormPage {
    page: Page,
    form: FormView,
    version: i64,
}

async fn draw(officer: &Officer<CanVerifyProgress>, refused: Option<FormView>) -> PageResult {
    let known = sql::notice::form(&mut officer.read().await?).await?;
    let page = officer.page("plan.notice.form_title").at("/rencana/kelengkapan").usual_width();
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    for (name, value) in [
        ("body", &known.body),
        ("number_form", &known.number_form),
        ("signer_name", &known.signer_name),
        ("signer_post", &known.signer_post),
        ("signer_rank", &known.signer_rank),
        ("signer_nip", &known.signer_nip),
    ] {
        form = form.fill(name, value);
    }
    let view = FormPage { page: if failed { page.failed() } else { page }, form, version: known.version };
    if failed { render_refused(&view) } else { render(&view) }
}

/// What letters look like, how they are numbered, and who signs them.
pub async fn edit(officer: Officer<CanVerifyProgress>) -> PageResult {
    draw(&officer, None).await
}

fn read(fields: &Fields) -> NoticeForm {
    let text = |name: &str| fields.get(name).to_owned();
    NoticeForm {
        body: text("body"),
        number_form: text("number_form"),
        signer_name: text("signer_name"),
        signer_post: text("signer_post"),
        signer_rank: text("signer_rank"),
        signer_nip: text("signer_nip"),
        version: fields.int("version").unwrap_or_default(),
    }
}

/// Sets it. Every mistake of the template is told at once.
pub async fn set(officer: Officer<CanVerifyProgress>, form: Form) -> PageResult {
    let wanted = read(&form.fields);
    let faults = check_template(&wanted.body);
    if !faults.is_empty() {
        let refused = officer.form_with(&form, &faults);
        return draw(&officer, Some(refused)).await;
    }
    match officer.write(SetNoticeForm { form: wanted }).await {
        Ok(()) => Ok(Redirect::to("/rencana/kelengkapan/templat").flash("plan.keep.saved").into_response()),
        Err(error) => draw(&officer, Some(officer.refused(error, &form)?)).await,
    }
}
