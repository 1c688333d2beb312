//! `/112/protokol`: the question cards, for whoever keeps them. Each change is a version; the older ones can be read.

use askama::Template;
use axum::response::IntoResponse;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, handles, render,
    render_refused,
};

use super::view::type_name;
use crate::actions::SaveCard;
use crate::model::IncidentType;
use crate::model::card::{Answer, Next};
use crate::model::seed_cards::{COMMON_CODES, COMMON_UNKNOWN};
use crate::sql;
use crate::sql::card::KeptCard;

handles! {
    /// keeps question cards
    pub CanKeepCards => ManageEmergency;
}

#[derive(Template)]
#[template(path = "emergency/cards.html")]
struct CardsPage {
    page: Page,
    rows: Vec<(IncidentType, Option<KeptCard>)>,
}

/// The types with their cards.
pub async fn list(officer: Officer<CanKeepCards>) -> PageResult {
    let mut conn = officer.read().await?;
    let types = sql::incident::types(&mut conn).await?;
    let cards = sql::card::newest(&mut conn).await?;
    drop(conn);
    let page = officer.page("emergency.card.title").at("/112/protokol");
    let card = |kind: &IncidentType| cards.iter().find(|card| card.kind == kind.code).cloned();
    let rows = types.into_iter().map(|kind| (kind.clone(), card(&kind))).collect();
    render(&CardsPage { page, rows })
}

#[derive(Template)]
#[template(path = "emergency/card.html")]
struct CardPage {
    page: Page,
    form: FormView,
    kind: IncidentType,
    types: Vec<IncidentType>,
    shown: Option<KeptCard>,
    newest: i64,
    versions: Vec<(KeptCard, String)>,
    common: Vec<Choice>,
}

impl CardPage {
    fn path(&self) -> String {
        format!("/112/protokol/{}", self.kind.code)
    }

    /// What an answer does, beside what it says.
    fn effect(&self, answer: &Answer) -> String {
        let mut parts = Vec::new();
        if answer.points > 0 {
            parts.push(self.page.t1("emergency.card.points", "points", answer.points));
        }
        parts.extend(answer.votes.iter().map(|(code, weight)| format!("{} +{weight}", type_name(&self.types, code))));
        match &answer.next {
            Some(Next::Question(code)) => parts.push(format!("→ {code}")),
            Some(Next::End) => parts.push(self.page.t("emergency.card.ends")),
            None => {}
        }
        parts.extend(answer.tell.clone());
        parts.join(" · ")
    }
}

async fn draw(
    officer: &Officer<CanKeepCards>,
    code: &str,
    version: Option<i64>,
    refused: Option<FormView>,
) -> PageResult {
    let mut conn = officer.read().await?;
    let types = sql::incident::types(&mut conn).await?;
    let kind = types.iter().find(|kind| kind.code == code).cloned().ok_or_else(PageError::not_found)?;
    let versions = sql::card::versions(&mut conn, code).await?;
    drop(conn);
    let newest = versions.first().map_or(0, |card| card.version);
    let shown = match version {
        Some(version) => Some(versions.iter().find(|card| card.version == version).ok_or_else(PageError::not_found)?),
        None => versions.first(),
    };
    let shown = shown.cloned();
    let common = shown.as_ref().map_or(COMMON_UNKNOWN, |card| card.common.as_str());
    let form = refused.clone().unwrap_or_else(|| officer.form());
    let form = form.fill("common", common).fill("from", newest.to_string());
    let form = form.fill("body", shown.as_ref().map(|card| card.card.write()).unwrap_or_default());
    let author = |card: &KeptCard| {
        let id = card.author.strip_prefix("officer:").and_then(|id| id.parse().ok());
        id.and_then(|id| officer.place.officer(id)).map_or_else(|| "Simpul".to_owned(), |known| known.name.clone())
    };
    let page = officer.page("emergency.card.title").at("/112/protokol").title_text(kind.name.clone());
    let view = CardPage {
        form,
        types,
        shown,
        newest,
        versions: versions.into_iter().map(|card| (card.clone(), author(&card))).collect(),
        common: COMMON_CODES.iter().map(|code| Choice::new(*code, *code)).collect(),
        kind,
        page: if refused.is_some() { page.failed() } else { page },
    };
    if refused.is_some() { render_refused(&view) } else { render(&view) }
}

/// A type's card, or an older version of it.
pub async fn show(officer: Officer<CanKeepCards>, Path(code): Path<String>, Query(query): Query<Fields>) -> PageResult {
    draw(&officer, &code, query.int("versi"), None).await
}

/// A new version.
pub async fn save(officer: Officer<CanKeepCards>, Path(code): Path<String>, form: Form) -> PageResult {
    let fields = &form.fields;
    let action = SaveCard {
        kind: code.clone(),
        from: fields.int("from").unwrap_or_default(),
        common: fields.get("common").to_owned(),
        body: fields.raw("body").to_owned(),
    };
    match officer.write(action).await {
        Ok(_) => Ok(Redirect::to(format!("/112/protokol/{code}")).flash("emergency.card.saved").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, &code, None, Some(refused)).await
        }
    }
}
