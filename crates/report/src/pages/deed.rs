//! What an officer may do with a report, each deed on a page of its own: one thing, its words, one button.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, Form, FormView, Handle, Officer, Page, PageError, PageResult, Path, Query, Redirect, SignedIn, Typed,
    Upload, render, render_refused,
};
use simpul_store::{Action, Error};
use uuid::Uuid;

use super::citizen::take_photos;
use super::find::find;
pub use super::offer::Deed;
use super::template::Offered;
use super::{
    CanAssignReports, CanEscalateReports, CanHideReports, CanRemindAgencies, CanSeeInbox, CanVerifyReports,
    CanWorkReports,
};
use crate::actions::{self, Done, STEP_PHOTOS_MAX_COUNT};
use crate::desk::{self, Rules};
use crate::model::{Class, Forwarding, Report, public};
use crate::sql;
use crate::sql::answer::DraftAnswer;

#[derive(Template)]
#[template(path = "report/deed.html")]
struct DeedPage {
    page: Page,
    form: FormView,
    report: Report,
    deed: Deed,
    category: String,
    agencies: Vec<Choice>,
    outside: Vec<Choice>,
    categories: Vec<Choice>,
    classes: Vec<Choice>,
    reasons: Vec<Choice>,
    has_contact: bool,
    waits: Vec<Choice>,
    templates: Vec<Offered>,
    /// Somebody approves the answer before the citizen reads it.
    is_approved_first: bool,
    /// Why an answer was given back.
    returned: Option<String>,
}

impl DeedPage {
    fn action(&self) -> String {
        format!("/kotak/{}/{}", self.report.number, self.deed.name())
    }

    /// The page itself, which a chosen template opens anew.
    fn here(&self) -> String {
        format!("/kotak/{}/langkah/{}", self.report.number, self.deed.name())
    }

    /// The field that a template fills.
    fn fills(&self) -> &'static str {
        self.deed.template().map_or("", |(_, field)| field)
    }

    fn uploads(&self) -> bool {
        matches!(self.deed, Deed::Resolve | Deed::Note)
    }
}

async fn page(me: &SignedIn, report: Report, deed: Deed, form: FormView) -> Result<DeedPage, PageError> {
    let mut conn = me.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let has_contact = crate::sql::contact(&mut conn, report.id).await?.is_some();
    let mut page = me.page(deed.key()).at("/kotak").usual_width().script("umum.js");
    let chosen = form.typed("templat").to_owned();
    let templates = super::template::offered(&mut conn, me, &page, &report, deed, &chosen).await?;
    let (is_approved_first, returned) = super::approval::before_answer(&mut conn, me, &report, deed).await?;
    drop(conn);
    if !templates.is_empty() {
        page = page.script("templat.js");
    }
    if form.has_errors() {
        page = page.failed();
    }
    let place = &me.place;
    let choice = |agency: &simpul_people::Agency| Choice::new(agency.id, format!("{} – {}", agency.short, agency.name));
    let inside = place.agencies.iter().filter(|agency| agency.active && !agency.outside);
    let outside = place.agencies.iter().filter(|agency| agency.active && agency.outside);
    let suggested = if report.class == Class::Complaint { "complaint" } else { report.class.name() };
    let form = form.fill("class", suggested).fill("category", report.category.clone());
    let form = match templates.iter().find(|template| template.chosen) {
        Some(template) => form.fill(deed.template().map_or("", |(_, field)| field), template.text.clone()),
        None => fill_returned(form, returned.as_ref()),
    };
    Ok(DeedPage {
        form,
        templates,
        is_approved_first,
        returned: returned.and_then(|draft| draft.returned).map(|returned| returned.why),
        category: name_of(&rules, &report.category, &page),
        agencies: inside.map(choice).collect(),
        outside: outside.map(choice).collect(),
        categories: rules.active().map(|c| Choice::new(&c.code, c.name(page.lang))).collect(),
        classes: Class::ALL.iter().map(|class| Choice::new(class.name(), page.t(class.key()))).collect(),
        reasons: reasons(&rules, &page),
        waits: vec![
            Choice::new("citizen", page.t("report.pause.for_citizen")),
            Choice::new("other", page.t("report.pause.for_other")),
        ],
        has_contact,
        page,
        report,
        deed,
    })
}

/// What was typed before it was given back.
fn fill_returned(form: FormView, draft: Option<&DraftAnswer>) -> FormView {
    use crate::model::Answer;
    let Some(draft) = draft else { return form };
    match draft.answer.clone() {
        Answer::Resolve { text, no_photo_reason, .. } => {
            form.fill("text", text).fill("no_photo_reason", no_photo_reason)
        }
        Answer::Plan { year, reason } => form.fill("year", year.to_string()).fill("reason", reason),
        Answer::Reject { code, text } => form.fill("code", code).fill("text", text),
        Answer::SendElsewhere { body, agency, text, forwarding } => form
            .fill("body", body)
            .fill("agency", agency.map(|id| id.to_string()).unwrap_or_default())
            .fill("text", text)
            .fill("letter_number", forwarding.letter_number)
            .fill("letter_date", forwarding.letter_date)
            .fill("foreign_number", forwarding.foreign_number),
    }
}

fn name_of(rules: &Rules, code: &str, page: &Page) -> String {
    rules.category(code).map_or(code.to_owned(), |category| category.name(page.lang).to_owned())
}

fn reasons(rules: &Rules, page: &Page) -> Vec<Choice> {
    let english = page.lang == simpul_kernel::format::Lang::En;
    let active = rules.reasons.iter().filter(|reason| reason.active);
    active.map(|r| Choice::new(&r.code, if english { r.text_en.clone() } else { r.text_id.clone() })).collect()
}

/// The page of a deed.
pub async fn show(
    officer: Officer<CanSeeInbox>,
    Path((number, deed)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> PageResult {
    let deed = Deed::parse(&deed).ok_or_else(PageError::not_found)?;
    let report = find(&officer, &number).await?;
    if !deed.allowed(&officer.ctx.actor, &report) {
        return Err(PageError::forbidden());
    }
    if !deed.fits(&report) {
        // Somebody else was faster: the report's own page shows what may be done now.
        return Ok(Redirect::to(format!("/kotak/{}", report.number))
            .flash("report.flash.already")
            .warning()
            .into_response());
    }
    render(&page(&officer, report, deed, officer.form().fill("templat", asked.templat)).await?)
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    templat: String,
}

/// Does it, and goes back to the report; or shows the deed's page again with what was refused.
async fn done<A: Action<Output = Done>>(
    me: &SignedIn,
    report: Report,
    deed: Deed,
    typed: &impl Typed,
    action: A,
) -> PageResult {
    match me.write(action).await {
        Ok(done) => {
            let now = sql::by_id(&mut me.read().await?, report.id).await?;
            // What became secret or went to others has left this officer's sight.
            let seen = now.is_some_and(|now| public::may_see(&me.ctx.actor, &now));
            let to = if seen { format!("/kotak/{}", report.number) } else { "/kotak".to_owned() };
            let flash = said_of(deed, &report, &done);
            Ok(Redirect::to(to).flash(flash).with("number", done.number).into_response())
        }
        Err(error) if deed.is_direct() => {
            let Error::Refused(refusal) = error else { return Err(error.into()) };
            Ok(Redirect::to(format!("/kotak/{}", report.number))
                .flash("report.flash.refused")
                .with("why", me.says(&refusal))
                .warning()
                .into_response())
        }
        Err(error) => {
            let form = me.refused(error, typed)?;
            render_refused(&page(me, report, deed, form).await?)
        }
    }
}

/// An answer that left the report where it was waits for somebody's approval.
fn said_of(deed: Deed, before: &Report, after: &Done) -> &'static str {
    let answers = matches!(deed, Deed::Resolve | Deed::Plan | Deed::Reject | Deed::SendElsewhere);
    if answers && after.status == before.status().name() { "report.approval.flash_waits" } else { deed.done_key() }
}

/// A report with the form that came for it.
struct Wanted<T> {
    report: Report,
    version: Option<i64>,
    form: Form<T>,
}

async fn wanted<H: Handle, T>(officer: &Officer<H>, number: &str, form: Form<T>) -> Result<Wanted<T>, PageError> {
    let report = find(officer, number).await?;
    Ok(Wanted { report, version: form.fields.int("version"), form })
}

/// What the forms of deeds hold; each uses some of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeedForm {
    class: String,
    category: String,
    needs_inspection: String,
    agency: String,
    instruction: String,
    reason: String,
    suggest: String,
    note: String,
    text: String,
    year: String,
    code: String,
    body: String,
    into: String,
    waits_for: String,
    days: String,
    letter_number: String,
    letter_date: String,
    foreign_number: String,
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

type Number = Path<String>;

/// Terima.
pub async fn accept(officer: Officer<CanWorkReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let class = Class::parse(&form.value.class);
    let action = actions::AcceptReport { report: report.id, version, class };
    done(&officer, report, Deed::Accept, &form, action).await
}

/// Verifikasi.
pub async fn verify(officer: Officer<CanSeeInbox>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let action = actions::VerifyReport {
        report: report.id,
        version,
        class: Class::parse(&form.value.class).unwrap_or(report.class),
        needs_inspection: form.value.needs_inspection == "1",
        category: filled(&form.value.category),
    };
    done(&officer, report, Deed::Verify, &form, action).await
}

/// Serahkan ke perangkat daerah.
pub async fn assign(officer: Officer<CanAssignReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let agency: Option<Uuid> = form.value.agency.parse().ok();
    let known = agency.filter(|id| officer.place.agency(*id).is_some_and(|agency| agency.active));
    let Some(agency) = known else {
        let refusal = Error::Refused(Refusal::field("agency", "report.refused.agency"));
        let form = officer.refused(refusal, &form)?;
        return render_refused(&page(&officer, report, Deed::Assign, form).await?);
    };
    let instruction = filled(&form.value.instruction);
    let action = actions::AssignReport { report: report.id, version, agency, officer: None, instruction };
    done(&officer, report, Deed::Assign, &form, action).await
}

/// Bukan kewenangan kami.
pub async fn hand_back(officer: Officer<CanWorkReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let suggest = form.value.suggest.parse().ok();
    let action = actions::HandBack { report: report.id, version, reason: form.value.reason.clone(), suggest };
    match officer.write(action).await {
        // It is no longer this officer's: back to the inbox, as its page may not be shown any more.
        Ok(done) => {
            Ok(Redirect::to("/kotak").flash(Deed::HandBack.done_key()).with("number", done.number).into_response())
        }
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&page(&officer, report, Deed::HandBack, form).await?)
        }
    }
}

/// Mulai dikerjakan.
pub async fn start(officer: Officer<CanWorkReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let action = actions::StartWork { report: report.id, version, note: filled(&form.value.note) };
    done(&officer, report, Deed::Start, &form, action).await
}

/// Beri kabar ke pelapor.
pub async fn note(officer: Officer<CanSeeInbox>, Path(number): Number, upload: Upload) -> PageResult {
    let report = find(&officer, &number).await?;
    let photos = match take_photos(&officer, &upload, STEP_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => {
            let form = officer.refused(Error::Refused(refusal), &upload)?;
            return render_refused(&page(&officer, report, Deed::Note, form).await?);
        }
    };
    let key = upload.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = upload.fields.get("text").to_owned();
    let action = actions::AddNote { key, report: report.id, text, public: true, photos };
    done(&officer, report, Deed::Note, &upload, action).await
}

/// Catatan dalam.
pub async fn internal_note(officer: Officer<CanSeeInbox>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, form, .. } = wanted(&officer, &number, form).await?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = form.value.text.clone();
    let action = actions::AddNote { key, report: report.id, text, public: false, photos: Vec::new() };
    done(&officer, report, Deed::InternalNote, &form, action).await
}

/// Rencanakan.
pub async fn plan(officer: Officer<CanWorkReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let year = form.value.year.trim().parse().unwrap_or(0);
    let action = actions::PlanReport { report: report.id, version, year, reason: form.value.reason.clone() };
    done(&officer, report, Deed::Plan, &form, action).await
}

/// Selesai.
pub async fn resolve(officer: Officer<CanWorkReports>, Path(number): Number, upload: Upload) -> PageResult {
    let report = find(&officer, &number).await?;
    let photos = match take_photos(&officer, &upload, STEP_PHOTOS_MAX_COUNT).await? {
        Ok(photos) => photos,
        Err(refusal) => {
            let form = officer.refused(Error::Refused(refusal), &upload)?;
            return render_refused(&page(&officer, report, Deed::Resolve, form).await?);
        }
    };
    let action = actions::ResolveReport {
        report: report.id,
        version: upload.fields.int("version"),
        text: upload.fields.get("text").to_owned(),
        photos,
        no_photo_reason: filled(upload.fields.get("no_photo_reason")),
    };
    done(&officer, report, Deed::Resolve, &upload, action).await
}

/// Tidak dapat ditindaklanjuti.
pub async fn reject(officer: Officer<CanSeeInbox>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let DeedForm { code, text, .. } = &form.value;
    let action = actions::RejectReport { report: report.id, version, code: code.clone(), text: text.clone() };
    done(&officer, report, Deed::Reject, &form, action).await
}

/// Teruskan ke badan lain.
pub async fn send_elsewhere(officer: Officer<CanSeeInbox>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let chosen: Option<Uuid> = form.value.agency.parse().ok();
    let known = chosen.and_then(|id| officer.place.agency(id)).map(|agency| agency.name.clone());
    let body = filled(&form.value.body).or(known).unwrap_or_default();
    let text = form.value.text.clone();
    let DeedForm { letter_number, letter_date, foreign_number, .. } = &form.value;
    let forwarding = Forwarding {
        letter_number: letter_number.clone(),
        letter_date: letter_date.clone(),
        foreign_number: foreign_number.clone(),
    };
    let action = actions::SendElsewhere { report: report.id, version, body, agency: chosen, text, forwarding };
    done(&officer, report, Deed::SendElsewhere, &form, action).await
}

/// Gabungkan.
pub async fn merge(officer: Officer<CanVerifyReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let typed = &form.value.into;
    let into = crate::model::read_number(&officer.region().prefix, typed).unwrap_or_else(|| typed.clone());
    let action = actions::MergeReport { report: report.id, version, into };
    done(&officer, report, Deed::Merge, &form, action).await
}

/// Pisahkan lagi.
pub async fn unmerge(officer: Officer<CanVerifyReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let action = actions::UnmergeReport { report: report.id, version };
    done(&officer, report, Deed::Unmerge, &form, action).await
}

/// Sembunyikan dari publik.
pub async fn hide(officer: Officer<CanHideReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, form, .. } = wanted(&officer, &number, form).await?;
    let action = actions::HideReport { report: report.id, reason: form.value.reason.clone() };
    done(&officer, report, Deed::Hide, &form, action).await
}

/// Tampilkan lagi.
pub async fn unhide(officer: Officer<CanHideReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, form, .. } = wanted(&officer, &number, form).await?;
    let action = actions::ShowReport { report: report.id };
    done(&officer, report, Deed::Unhide, &form, action).await
}

/// Tanya pelapor, atau tunda.
pub async fn pause(officer: Officer<CanSeeInbox>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let asks = match form.value.waits_for.as_str() {
        "citizen" => true,
        "other" => false,
        _ => {
            let refusal = Error::Refused(Refusal::field("waits_for", "report.pause.choose"));
            let form = officer.refused(refusal, &form)?;
            return render_refused(&page(&officer, report, Deed::Pause, form).await?);
        }
    };
    let days = form.value.days.trim().parse().unwrap_or(0);
    let text = form.value.text.clone();
    let action = actions::PauseReport { report: report.id, version, days, asks, text };
    done(&officer, report, Deed::Pause, &form, action).await
}

/// Lanjutkan.
pub async fn resume(officer: Officer<CanSeeInbox>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let action = actions::ResumeReport { report: report.id, version };
    done(&officer, report, Deed::Resume, &form, action).await
}

/// Ingatkan.
pub async fn remind(officer: Officer<CanRemindAgencies>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, form, .. } = wanted(&officer, &number, form).await?;
    let action = actions::RemindAgency { report: report.id };
    done(&officer, report, Deed::Remind, &form, action).await
}

/// Naikkan.
pub async fn escalate(officer: Officer<CanEscalateReports>, Path(number): Number, form: Form<DeedForm>) -> PageResult {
    let Wanted { report, version, form } = wanted(&officer, &number, form).await?;
    let action = actions::EscalateReport { report: report.id, version, reason: form.value.reason.clone() };
    done(&officer, report, Deed::Escalate, &form, action).await
}
