//! The question card beside the call: what to ask, one key an answer, and what the answers propose. It holds nothing
//! up.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::IntoResponse;
use simpul_shell::{Fields, Form, Officer, Page, PageError, PageResult, Path, Query, Redirect, partial};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::CanTakeCalls;
use super::typed::read_type;
use super::view::type_name;
use crate::actions::{AnswerCard, ChangeIncident, KeepField};
use crate::model::card::Proposal;
use crate::model::{Call, IncidentType};
use crate::sql;
use crate::sql::card::KeptCard;

/// One question as it is shown.
struct Asked {
    code: String,
    text: String,
    /// What may be answered, and whether it was.
    answers: Vec<(String, bool)>,
    /// The one that the keys answer.
    is_next: bool,
}

/// The card of the type that is typed.
#[derive(Template)]
#[template(path = "emergency/protocol.html")]
pub struct Protocol {
    page: Page,
    call: Uuid,
    kind: String,
    kept: KeptCard,
    questions: Vec<Asked>,
    proposal: Proposal,
    /// Name of the type that is proposed.
    other: Option<String>,
}
impl HtmlSafe for Protocol {}

impl Protocol {
    fn proposes(&self) -> bool {
        self.proposal.kind.is_some() || self.proposal.priority.is_some()
    }

    fn is_answered(&self, asked: &Asked) -> bool {
        asked.answers.iter().any(|(_, given)| *given)
    }

    fn level(&self) -> String {
        self.proposal.priority.map(|priority| format!("P{}", priority.level())).unwrap_or_default()
    }
}

/// The card of a type for a call: the version with which its questions were begun, or the newest.
async fn card_of(conn: &mut Conn, call: Uuid, kind: &str) -> Result<Option<(KeptCard, Vec<(String, usize)>)>> {
    let answers = sql::card::answers(conn, call).await?;
    let own: Vec<_> = answers.into_iter().filter(|answer| answer.kind == kind).collect();
    let kept = match own.iter().map(|answer| answer.version).max() {
        Some(version) => sql::card::version(conn, kind, version).await?,
        None => sql::card::of_type(conn, kind).await?,
    };
    let given = |version: i64| {
        let of = own.iter().filter(|answer| answer.version == version);
        of.map(|answer| (answer.question.clone(), answer.answer)).collect()
    };
    Ok(kept.map(|kept| {
        let given = given(kept.version);
        (kept, given)
    }))
}

/// The card for what is typed so far; nothing where no type is.
pub async fn of_call(
    conn: &mut Conn,
    page: &Page,
    call: &Call,
    types: &[IncidentType],
    typed: &str,
) -> Result<Option<Protocol>> {
    let Ok(kind) = read_type(types, typed) else { return Ok(None) };
    let Some((kept, given)) = card_of(conn, call.id, &kind.code).await? else { return Ok(None) };
    let way = kept.card.way(&given);
    let next = way.iter().position(|(_, given)| given.is_none());
    let questions = way.iter().enumerate().map(|(at, (question, given))| Asked {
        code: question.code.clone(),
        text: question.text.clone(),
        answers: (0..).zip(&question.answers).map(|(at, answer)| (answer.text.clone(), *given == Some(at))).collect(),
        is_next: Some(at) == next,
    });
    let questions = questions.collect();
    let proposal = kept.card.proposal(&given);
    let other = proposal.kind.as_ref().map(|code| type_name(types, code));
    let (page, kind) = (page.clone(), kind.name.clone());
    Ok(Some(Protocol { page, call: call.id, kind, questions, proposal, other, kept }))
}

async fn own_call(officer: &Officer<CanTakeCalls>, id: &str) -> std::result::Result<Call, PageError> {
    let id = id.parse().map_err(|_| PageError::not_found())?;
    let call = sql::call::by_id(&mut officer.read().await?, id).await?;
    call.filter(|call| call.is_with(&officer.ctx.actor.journal_name())).ok_or_else(PageError::not_found)
}

async fn draw(officer: &Officer<CanTakeCalls>, call: &Call, typed: &str) -> PageResult {
    let page = officer.page("emergency.console.title");
    let mut conn = officer.read().await?;
    let types = sql::incident::types(&mut conn).await?;
    match of_call(&mut conn, &page, call, &types, typed).await? {
        Some(protocol) => partial(&protocol),
        None => Ok(simpul_shell::html(axum::http::StatusCode::OK, String::new())),
    }
}

/// The card for the type that is typed: asked by the page's script.
pub async fn piece(officer: Officer<CanTakeCalls>, Path(id): Path<String>, Query(typed): Query<Fields>) -> PageResult {
    let call = own_call(&officer, &id).await?;
    draw(&officer, &call, typed.get("type")).await
}

/// What is proposed goes into the call's fields, or into its incident once that is open, if the taker wants it.
async fn use_proposal(officer: &Officer<CanTakeCalls>, call: &Call, kind: &str) -> std::result::Result<(), PageError> {
    let mut conn = officer.read().await?;
    let types = sql::incident::types(&mut conn).await?;
    let Some((kept, given)) = card_of(&mut conn, call.id, kind).await? else { return Ok(()) };
    drop(conn);
    let proposal = kept.card.proposal(&given);
    if let Some(incident) = call.incident {
        let change = ChangeIncident { incident, kind: proposal.kind, priority: proposal.priority, site: None };
        return Ok(officer.write(change).await.map(drop)?);
    }
    let keep = |name: &str, value: String| KeepField { call: call.id, name: name.to_owned(), value };
    if let Some(code) = &proposal.kind {
        officer.write(keep("type", type_name(&types, code))).await?;
    }
    if let Some(priority) = proposal.priority {
        officer.write(keep("priority", priority.level().to_string())).await?;
    }
    Ok(())
}

/// A question is answered, or what is proposed is taken. The script gets the card anew; a form leads back to the call.
pub async fn answer(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = own_call(&officer, &id).await?;
    let fields = &form.fields;
    let kind = fields.get("kind").to_owned();
    if fields.get("use") == "1" {
        use_proposal(&officer, &call, &kind).await?;
    } else {
        let (question, answer) = fields.get("answer").rsplit_once(':').unwrap_or_default();
        let version = fields.int("version").ok_or_else(PageError::not_found)?;
        let (question, answer) = (question.to_owned(), answer.parse().ok());
        officer.write(AnswerCard { call: call.id, kind: kind.clone(), version, question, answer }).await?;
    }
    if fields.get("langsung") == "1" {
        return draw(&officer, &call, &kind).await;
    }
    Ok(Redirect::to(format!("/112?panggilan={}", call.id)).into_response())
}

/// Names of the kept answers of a call, for papers: question and answer as the card said them.
pub async fn told(conn: &mut Conn, call: Uuid) -> Result<Vec<(String, String)>> {
    let mut told = Vec::new();
    for kept in sql::card::answers(conn, call).await? {
        let Some(card) = sql::card::version(conn, &kept.kind, kept.version).await? else { continue };
        let question = card.card.questions.into_iter().find(|question| question.code == kept.question);
        let Some(question) = question else { continue };
        let Some(answer) = question.answers.get(kept.answer) else { continue };
        told.push((question.text.clone(), answer.text.clone()));
    }
    Ok(told)
}
