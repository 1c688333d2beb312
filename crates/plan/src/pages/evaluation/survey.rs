//! Impact surveys: the public form behind a link or QR, and the secretariat's page with its checks.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Limit, Officer, Page, PageError, PageResult, Path, Qr, Redirect, SignedIn, Site, Tag,
    render, render_refused,
};
use simpul_store::Result as StoreResult;
use uuid::Uuid;

use super::super::words::shown;
use super::super::{CanManageEvaluation, CanSeeEvaluation};
use super::findings::{FindingRow, told};
use super::round::Whole;
use crate::actions::evaluation::survey::{AnswerSurvey, ApplySurvey, OpenSurvey, SetSurveyOpen, statements};
use crate::model::evaluation::score::{MARK_MAX, MARK_MIN};
use crate::model::evaluation::survey::{Survey, checks, means, of_other_dimensions};
use crate::model::evaluation::{Answer, Round, RoundState};
use crate::sql::{round, survey as sql};

struct SurveyRow {
    survey: Survey,
    address: String,
    picture: Option<Qr>,
    count: usize,
    users: usize,
    means: Vec<(String, String)>,
    findings: Vec<FindingRow>,
}

#[derive(Template)]
#[template(path = "plan/surveys.html")]
struct SurveysPage {
    page: Page,
    round: Round,
    rows: Vec<SurveyRow>,
    form: Option<FormView>,
    deed_form: Option<FormView>,
    dimensions: Vec<Choice>,
}

impl SurveysPage {
    fn path(&self, survey: &Survey, deed: &str) -> String {
        format!("/evaluasi/{}/survei/{}/{deed}", self.round.id, survey.id)
    }

    fn open_path(&self) -> String {
        format!("/evaluasi/{}/survei", self.round.id)
    }
}

/// One choice for each indicator of a section that is held as a survey: its first question stands for it.
fn dimensions(whole: &Whole) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut last: Option<&Answer> = None;
    for answer in &whole.answers {
        let section = whole.sections.iter().find(|section| section.key == answer.key.section);
        let is_survey = section.is_some_and(|section| section.key == "impact" || section.note.contains("survei"));
        let is_new = last
            .is_none_or(|last| last.key.indicator != answer.key.indicator || last.key.section != answer.key.section);
        if is_survey && is_new {
            choices.push(Choice::new(answer.id, answer.key.indicator.clone()));
            last = Some(answer);
        }
    }
    choices
}

async fn surveys_page(me: &SignedIn, id: Uuid, form: Option<FormView>) -> Result<SurveysPage, PageError> {
    let whole = Whole::read(me, id).await?;
    let mut conn = me.read().await?;
    let surveys = sql::of_round(&mut conn, id).await?;
    let responses = sql::responses(&mut conn, &surveys).await?;
    drop(conn);
    let mut page = me.page("plan.evaluation.survey.title").at("/evaluasi");
    if form.as_ref().is_some_and(FormView::has_errors) {
        page = page.failed();
    }
    let mut rows = Vec::new();
    for survey in &surveys {
        let own = responses.get(&survey.id).cloned().unwrap_or_default();
        let asked = statements(survey, &whole.answers);
        let others = of_other_dimensions(survey, &surveys, &responses);
        let none = || page.t("plan.evaluation.no_score");
        let mean = |(answer, mean): (&&Answer, Option<crate::model::evaluation::Ratio>)| {
            (answer.body.clone(), mean.map_or_else(none, |mean| shown(&page, mean)))
        };
        let address = format!("{}/survei/{}", me.base_url(), survey.token);
        rows.push(SurveyRow {
            picture: Qr::of(&address, page.t("plan.evaluation.survey.picture")),
            address,
            count: own.len(),
            users: own.iter().filter(|response| response.is_user).count(),
            means: asked.iter().zip(means(&own, asked.len())).map(mean).collect(),
            findings: checks(survey, &own, &others).iter().map(|finding| told(&page, finding)).collect(),
            survey: survey.clone(),
        });
    }
    let manages = me.may(Permission::ManageEvaluation) && whole.round.state == RoundState::Open;
    Ok(SurveysPage {
        rows,
        form: manages.then(|| form.unwrap_or_else(|| me.form())),
        deed_form: manages.then(|| me.form()),
        dimensions: dimensions(&whole),
        round: whole.round,
        page: page.usual_width(),
    })
}

/// The surveys of a round.
pub async fn list(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>) -> PageResult {
    render(&surveys_page(&me, id, None).await?)
}

async fn after(me: &SignedIn, id: Uuid, done: StoreResult<()>, form: &Form, flash: &'static str) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/evaluasi/{id}/survei")).flash(flash).into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, form);
            render_refused(&surveys_page(me, id, Some(form?)).await?)
        }
    }
}

/// Opens a survey.
pub async fn open(me: Officer<CanManageEvaluation>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let open = OpenSurvey {
        key: form.key(),
        round: id,
        question: form.fields.uuid("question"),
        service: form.fields.get("service").to_owned(),
        users: form.fields.get("users").to_owned(),
    };
    let done = me.write(open).await.map(drop);
    after(&me, id, done, &form, "plan.evaluation.survey.opened").await
}

/// Closes a survey, or opens it again.
pub async fn close(me: Officer<CanManageEvaluation>, Path((id, survey)): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let is_open = form.fields.get("deed") == "open";
    let done = me.write(SetSurveyOpen { survey, is_open }).await;
    let flash = if is_open { "plan.evaluation.survey.reopened" } else { "plan.evaluation.survey.closed" };
    after(&me, id, done, &form, flash).await
}

/// The means become answers.
pub async fn apply(me: Officer<CanManageEvaluation>, Path((id, survey)): Path<(Uuid, Uuid)>, form: Form) -> PageResult {
    let sentence = me.tx("plan.evaluation.survey.sentence", &[("mean", "{mean}"), ("n", "{n}")]);
    let done = me.write(ApplySurvey { survey, sentence }).await.map(drop);
    after(&me, id, done, &form, "plan.evaluation.survey.applied").await
}

#[derive(Template)]
#[template(path = "plan/survey.html")]
struct SurveyPage {
    page: Page,
    form: FormView,
    survey: Survey,
    statements: Vec<(String, String)>,
    marks: Vec<Choice>,
    yes_no: Vec<Choice>,
}

impl SurveyPage {
    fn path(&self) -> String {
        format!("/survei/{}", self.survey.token)
    }
}

async fn survey_page(site: &Site, token: &str, form: FormView) -> Result<SurveyPage, PageError> {
    let mut conn = site.read().await?;
    let survey = sql::by_token(&mut conn, token).await?.ok_or_else(PageError::not_found)?;
    let answers = round::answers(&mut conn, survey.round).await?;
    let mut page = site.page("plan.evaluation.survey.public_title").narrow();
    if form.has_errors() {
        page = page.failed();
    }
    let asked = statements(&survey, &answers).into_iter().enumerate();
    Ok(SurveyPage {
        statements: asked.map(|(at, answer)| (format!("mark-{at}"), answer.body.clone())).collect(),
        marks: (MARK_MIN..=MARK_MAX).map(|mark| Choice::new(mark, page.t(agree_key(mark)))).collect(),
        yes_no: vec![
            Choice::new("1", page.t("plan.evaluation.survey.yes")),
            Choice::new("0", page.t("plan.evaluation.survey.no")),
        ],
        form,
        survey,
        page,
    })
}

/// The key of what a mark means to a citizen.
fn agree_key(mark: i64) -> &'static str {
    match mark {
        0 => "plan.evaluation.survey.m0",
        1 => "plan.evaluation.survey.m1",
        2 => "plan.evaluation.survey.m2",
        3 => "plan.evaluation.survey.m3",
        _ => "plan.evaluation.survey.m4",
    }
}

/// The form behind the link.
pub async fn ask(site: Site, Path(token): Path<String>) -> PageResult {
    let form = site.form();
    render(&survey_page(&site, &token, form).await?)
}

#[derive(Template)]
#[template(path = "plan/survey_sent.html")]
struct SentPage {
    page: Page,
}

/// One person's answers.
pub async fn answer(site: Site, Path(token): Path<String>, form: Form) -> PageResult {
    site.limit(Limit::Submit)?;
    let view = survey_page(&site, &token, site.form_of(&form)).await?;
    let marks = view.statements.iter().map(|(name, _)| form.fields.int(name)).collect();
    let is_user = form.fields.int("is_user").map(|uses| uses == 1);
    let phone = form.fields.get("phone").to_owned();
    match site.write(AnswerSurvey { key: form.key(), token, phone, is_user, marks }).await {
        Ok(()) => Ok(Redirect::to("/survei/terima-kasih").into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = site.refused(error, &form);
            render_refused(&SurveyPage { page: view.page.failed(), form: form?, ..view })
        }
    }
}

/// What is said once it was sent.
pub async fn sent(site: Site) -> PageResult {
    render(&SentPage { page: site.page("plan.evaluation.survey.sent").narrow() })
}
