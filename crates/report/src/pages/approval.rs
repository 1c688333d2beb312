//! `/kotak/{number}/jawaban`: an answer that waits for the Kabid or Kepala; and whose answers do.

use askama::Template;
use axum::response::{IntoResponse, Response};
use simpul_kernel::Timestamp;
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, render, render_refused,
};
use simpul_store::files::Digest;
use simpul_store::{Action, Conn, Error};
use uuid::Uuid;

use super::find::find;
use super::offer::Deed;
use super::{CanApproveAnswers, CanManageAnswers, CanSeeInbox, CanWorkReports};
use crate::actions::{ApproveAnswer, Done, ReturnAnswer, SetApproval, WithdrawAnswer};
use crate::desk;
use crate::model::{Answer, PhotoRef, Report, hex, public, unhex};
use crate::sql;
use crate::sql::answer::DraftAnswer;

/// The deed that an answer is.
fn deed_of(answer: &Answer) -> Deed {
    match answer {
        Answer::Resolve { .. } => Deed::Resolve,
        Answer::Plan { .. } => Deed::Plan,
        Answer::Reject { .. } => Deed::Reject,
        Answer::SendElsewhere { .. } => Deed::SendElsewhere,
    }
}

/// Whether somebody approves the officer's answer first, and the officer's own one of that kind that was given back.
pub async fn before_answer(
    conn: &mut Conn,
    me: &SignedIn,
    report: &Report,
    deed: Deed,
) -> Result<(bool, Option<DraftAnswer>), Error> {
    let answers = matches!(deed, Deed::Resolve | Deed::Plan | Deed::Reject | Deed::SendElsewhere);
    let (true, Some(agency)) = (answers, report.agency) else { return Ok((false, None)) };
    let alone = [Permission::ApproveAnswers, Permission::VerifyReports];
    let alone = alone.into_iter().any(|permission| public::covers(&me.ctx.actor, permission, Some(agency)));
    let first = !alone && sql::answer::needs_approval(conn, agency).await?;
    let draft = sql::answer::draft_answer(conn, report.id).await?;
    let returned = draft.filter(|draft| draft.returned.is_some() && deed_of(&draft.answer) == deed);
    Ok((first, returned))
}

/// What the report's page says of an answer that waits or was given back.
pub struct Notice {
    /// What it is.
    pub deed: Deed,
    /// Why it was given back.
    pub returned: Option<String>,
}

/// The notice of that report.
pub async fn notice(conn: &mut Conn, report: Uuid) -> Result<Option<Notice>, Error> {
    let draft = sql::answer::draft_answer(conn, report).await?;
    Ok(draft
        .map(|draft| Notice { deed: deed_of(&draft.answer), returned: draft.returned.map(|returned| returned.why) }))
}

struct PhotoView {
    large: String,
    medium: String,
}

#[derive(Template)]
#[template(path = "report/approval.html")]
struct ApprovalPage {
    page: Page,
    form: FormView,
    report: Report,
    category: String,
    deed: Deed,
    answer: Answer,
    version: i64,
    writer: String,
    written: Timestamp,
    returned: Option<String>,
    reason: String,
    photos: Vec<PhotoView>,
    may_approve: bool,
    may_withdraw: bool,
}

impl ApprovalPage {
    fn action(&self, name: &str) -> String {
        format!("/kotak/{}/jawaban/{name}", self.report.number)
    }

    fn waits(&self) -> bool {
        self.returned.is_none()
    }
}

async fn page(me: &SignedIn, report: Report, form: FormView) -> Result<ApprovalPage, PageError> {
    let mut conn = me.read().await?;
    let draft = sql::answer::draft_answer(&mut conn, report.id).await?.ok_or_else(PageError::not_found)?;
    let rules = desk::rules(&mut conn).await?;
    drop(conn);
    let mut page = me.page("report.approval.title").at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let writer = draft.officer.and_then(|id| me.place.officer(id)).map(|officer| officer.name.clone());
    let english = page.lang == simpul_kernel::format::Lang::En;
    let reason = match &draft.answer {
        Answer::Reject { code, .. } => rules.reason(code),
        _ => None,
    };
    let photos = draft.answer.photos().iter().map(|photo| {
        let path = |size: &str| format!("/kotak/{}/jawaban/foto/{}/{size}", report.number, hex(&photo.digest));
        PhotoView { large: path("besar"), medium: path("sedang") }
    });
    Ok(ApprovalPage {
        photos: photos.collect(),
        category: rules.category(&report.category).map_or(report.category.clone(), |c| c.name(page.lang).to_owned()),
        deed: deed_of(&draft.answer),
        form: form.fill("text", draft.answer.text()),
        version: draft.version,
        writer: writer.unwrap_or_else(|| page.t("report.who.program")),
        written: draft.written,
        returned: draft.returned.map(|returned| returned.why),
        reason: reason.map(|r| if english { r.text_en.clone() } else { r.text_id.clone() }).unwrap_or_default(),
        may_approve: public::covers(&me.ctx.actor, Permission::ApproveAnswers, report.agency),
        may_withdraw: public::covers(&me.ctx.actor, Permission::WorkReports, report.agency),
        answer: draft.answer,
        report,
        page,
    })
}

/// The answer, with what may be done with it.
pub async fn show(officer: Officer<CanSeeInbox>, Path(number): Path<String>) -> PageResult {
    let report = find(&officer, &number).await?;
    let mut conn = officer.read().await?;
    let there = sql::answer::draft_answer(&mut conn, report.id).await?.is_some();
    drop(conn);
    if !there {
        let back = Redirect::to(format!("/kotak/{}", report.number));
        return Ok(back.flash("report.flash.already").warning().into_response());
    }
    render(&page(&officer, report, officer.form()).await?)
}

/// A photo of an answer that waits: for those who may see the report as staff do.
pub async fn photo(
    officer: Officer<CanSeeInbox>,
    Path((number, digest, size)): Path<(String, String, String)>,
) -> Result<Response, PageError> {
    let report = find(&officer, &number).await?;
    let digest = unhex(&digest).ok_or_else(PageError::not_found)?;
    let mut conn = officer.read().await?;
    let draft = sql::answer::draft_answer(&mut conn, report.id).await?;
    drop(conn);
    let photos = draft.map(|draft| draft.answer.photos().to_vec()).unwrap_or_default();
    let found: Option<PhotoRef> = photos.into_iter().find(|photo| photo.digest == digest);
    let photo = found.ok_or_else(PageError::not_found)?;
    let file = match size.as_str() {
        "besar" => photo.digest,
        "sedang" => photo.medium,
        "kecil" => photo.small,
        _ => return Err(PageError::not_found()),
    };
    let bytes = officer.app.db.files().get(officer.region().id, &Digest(file)).await?;
    Ok(super::photo::jpeg(bytes, false))
}

async fn finish<A: Action<Output = Done>>(
    me: &SignedIn,
    report: Report,
    form: &Form,
    action: A,
    key: &'static str,
) -> PageResult {
    match me.write(action).await {
        Ok(done) => {
            let back = Redirect::to(format!("/kotak/{}", report.number));
            Ok(back.flash(key).with("number", done.number).into_response())
        }
        Err(Error::Refused(refusal)) if refusal.field.is_none() => {
            // Nothing on this page can mend it: the report's own shows how it stands.
            let back = Redirect::to(format!("/kotak/{}", report.number));
            Ok(back.flash("report.flash.refused").with("why", me.says(&refusal)).warning().into_response())
        }
        Err(error) => {
            let form = me.refused(error, form)?;
            render_refused(&page(me, report, form).await?)
        }
    }
}

/// Setujui.
pub async fn approve(officer: Officer<CanApproveAnswers>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&officer, &number).await?;
    let version = form.fields.int("version").unwrap_or(0);
    let text = Some(form.fields.get("text").to_owned());
    let action = ApproveAnswer { report: report.id, version, text };
    finish(&officer, report, &form, action, "report.approval.flash_approved").await
}

/// Kembalikan.
pub async fn give_back(officer: Officer<CanApproveAnswers>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&officer, &number).await?;
    let version = form.fields.int("version").unwrap_or(0);
    let action = ReturnAnswer { report: report.id, version, why: form.fields.get("why").to_owned() };
    finish(&officer, report, &form, action, "report.approval.flash_returned").await
}

/// Tarik.
pub async fn take_back(officer: Officer<CanWorkReports>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&officer, &number).await?;
    let action = WithdrawAnswer { report: report.id };
    finish(&officer, report, &form, action, "report.approval.flash_withdrawn").await
}

#[derive(Template)]
#[template(path = "report/approval_settings.html")]
struct SettingsPage {
    page: Page,
    form: FormView,
    agencies: Vec<Choice>,
}

/// The agencies whose switch the officer may turn.
fn own(officer: &Officer<CanManageAnswers>) -> Vec<Uuid> {
    let scope = officer.scope(Permission::ManageAnswers);
    let inside = officer.place.agencies.iter().filter(|agency| agency.active && !agency.outside);
    inside.map(|agency| agency.id).filter(|id| scope.covers(*id)).collect()
}

/// Whose answers are approved first.
pub async fn settings(officer: Officer<CanManageAnswers>) -> PageResult {
    let mut conn = officer.read().await?;
    let on = sql::answer::approvals(&mut conn).await?;
    drop(conn);
    let mut fields = simpul_shell::Fields::new();
    for agency in on {
        fields.add("agency", agency.to_string());
    }
    let page = officer.page("report.approval.settings").at("/admin/report/templat").usual_width().script("umum.js");
    let named = own(&officer).into_iter().filter_map(|id| officer.place.agency(id));
    let agencies = named.map(|agency| Choice::new(agency.id, format!("{} – {}", agency.short, agency.name)));
    render(&SettingsPage { agencies: agencies.collect(), form: officer.form_of(&fields), page })
}

/// Turns the switches: those that are ticked are on, the officer's others off.
pub async fn save_settings(officer: Officer<CanManageAnswers>, form: Form) -> PageResult {
    let ticked: Vec<Uuid> = form.fields.all("agency").iter().filter_map(|id| id.parse().ok()).collect();
    let mut conn = officer.read().await?;
    let on = sql::answer::approvals(&mut conn).await?;
    drop(conn);
    for agency in own(&officer) {
        let wanted = ticked.contains(&agency);
        if wanted != on.contains(&agency) {
            officer.write(SetApproval { agency, on: wanted }).await?;
        }
    }
    Ok(Redirect::to("/admin/report/persetujuan").flash("report.approval.flash_settings").into_response())
}
