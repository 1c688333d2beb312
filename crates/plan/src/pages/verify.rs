//! `/notula/{token}`: whether a paper is the final minutes of a meeting, for whoever holds it.

use askama::Template;
use simpul_shell::{Limit, Page, PageError, PageResult, Path, Site, Tag, render};

use crate::model::meeting::{Meeting, Record, shown_digest};
use crate::sql;
use crate::token::read_token;

#[derive(Template)]
#[template(path = "plan/minutes_verify.html")]
struct VerifyPage {
    page: Page,
    meeting: Meeting,
    decisions: usize,
    guests: usize,
    digest: String,
    sound: bool,
}

/// The page. Names and what was said stay inside; the digest says whether nothing was changed.
pub async fn minutes(site: Site, Path(token): Path<String>) -> PageResult {
    site.limit(Limit::Search)?;
    let mut conn = site.read().await?;
    let meeting = sql::meeting::to_verify(&mut conn, &read_token(&token)).await?.ok_or_else(PageError::not_found)?;
    let digest = meeting.digest.ok_or_else(PageError::not_found)?;
    let agenda = sql::meeting::agenda(&mut conn, meeting.id).await?;
    let guests = sql::meeting::guests(&mut conn, meeting.id).await?;
    let decisions = sql::meeting::decisions(&mut conn, meeting.id).await?;
    let tasks = sql::meeting::final_tasks(&mut conn, meeting.id).await?;
    drop(conn);
    let record = Record { agenda: &agenda, guests: &guests, decisions: &decisions, tasks: &tasks };
    render(&VerifyPage {
        page: site.page("plan.meeting.verify.title").narrow(),
        sound: record.digest(&meeting) == digest,
        digest: shown_digest(&digest),
        decisions: decisions.len(),
        guests: guests.len(),
        meeting,
    })
}
