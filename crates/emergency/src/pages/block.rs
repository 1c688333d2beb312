//! Numbers that are turned away for a while: a supervisor's decision, with its reason and its end.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Timestamp, mask};
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Tag, render, render_refused,
};
use uuid::Uuid;

use super::CanSuperviseCalls;
use super::parts::names::holder_name;
use crate::actions::{BLOCK, BlockNumber, CALL, LiftBlock};
use crate::model::block::{BLOCK_DEFAULT_HOURS, BLOCK_MAX_HOURS, BLOCK_REASON_MAX_CHARS};
use crate::sql;

type Me = Officer<CanSuperviseCalls>;

/// Most blocks on the list.
const BLOCKS_MAX_COUNT: i64 = 100;

struct Row {
    id: Uuid,
    number: Option<String>,
    reason: String,
    by: String,
    from: Timestamp,
    until: Timestamp,
    calls: i64,
    live: bool,
    tag: Tag,
    state: String,
}

#[derive(Template)]
#[template(path = "emergency/blocks.html")]
struct BlocksPage {
    page: Page,
    form: FormView,
    rows: Vec<Row>,
}

impl BlocksPage {
    fn most(&self) -> String {
        BLOCK_MAX_HOURS.to_string()
    }

    fn lift_path(&self, row: &Row) -> String {
        format!("/112/blokir/{}/cabut", row.id)
    }

    fn reason_most(&self) -> usize {
        BLOCK_REASON_MAX_CHARS
    }
}

async fn drawn(me: &Me, form: FormView) -> Result<BlocksPage, PageError> {
    let page = me.page("emergency.block.title").at("/112").script("umum.js");
    let page = if form.has_errors() { page.failed() } else { page };
    me.write(LogAccess { subject_kind: BLOCK, subject_id: Uuid::nil(), what: "numbers" }).await?;
    let mut conn = me.read().await?;
    let mut rows = Vec::new();
    for block in sql::block::list(&mut conn, BLOCKS_MAX_COUNT).await? {
        let live = block.is_live(me.now());
        let (tag, key) = match (live, block.lifted) {
            (true, _) => (Tag::Work, "emergency.block.live"),
            (false, Some(_)) => (Tag::Off, "emergency.block.lifted"),
            (false, None) => (Tag::Off, "emergency.block.over"),
        };
        rows.push(Row {
            id: block.id,
            calls: sql::block::count(&mut conn, block.id).await?,
            number: block.number.as_deref().map(mask::phone_local),
            reason: block.reason,
            by: holder_name(&me.place, &block.by).unwrap_or_default(),
            from: block.created,
            until: block.lifted.unwrap_or(block.ends),
            live,
            tag,
            state: page.t(key),
        });
    }
    Ok(BlocksPage { page, form, rows })
}

/// Which numbers are turned away; from a call, its number is written into the form.
pub async fn list(me: Me, Query(query): Query<Fields>) -> PageResult {
    let mut form = me.form().fill("hours", BLOCK_DEFAULT_HOURS.to_string());
    if let Some(call) = query.uuid("panggilan") {
        me.write(LogAccess { subject_kind: CALL, subject_id: call, what: "caller" }).await?;
        let number = sql::call::caller(&mut me.read().await?, call).await?.number;
        form = form.fill("number", number.unwrap_or_default());
    }
    render(&drawn(&me, form).await?)
}

async fn done(me: &Me, done: simpul_store::Result<()>, form: &Form, flash: &'static str) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to("/112/blokir").flash(flash).into_response()),
        Err(error) => {
            let form = me.refused(error, form)?;
            render_refused(&drawn(me, form).await?)
        }
    }
}

/// Turns a number away.
pub async fn add(me: Me, form: Form) -> PageResult {
    let block = BlockNumber {
        key: form.key().unwrap_or_else(|| me.ctx.new_id()),
        number: form.fields.get("number").to_owned(),
        reason: form.fields.get("reason").to_owned(),
        hours: form.fields.int("hours").unwrap_or(0),
    };
    let written = me.write(block).await.map(drop);
    done(&me, written, &form, "emergency.block.set").await
}

/// Lets a number through again.
pub async fn lift(me: Me, Path(id): Path<String>, form: Form) -> PageResult {
    let block = id.parse().map_err(|_| PageError::not_found())?;
    let written = me.write(LiftBlock { block }).await;
    done(&me, written, &form, "emergency.block.let_through").await
}
