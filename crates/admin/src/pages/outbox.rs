//! Messages that leave the house: what waits, what failed and why.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::format;
use simpul_people::Permission;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, TimeText, render,
};
use simpul_store::outbox::{OutboxEntry, TryAgain, counts, list as entries};
use uuid::Uuid;

use super::{ROWS, address};
use crate::model::masked;
use crate::{CanManageOutbox, CanSeeOutbox};

const PAGE: &str = "/admin/pesan";
const STATES: [&str; 5] = ["failed", "waiting", "sent", "kept", "erased"];

struct TabRow {
    state: &'static str,
    label: String,
    count: String,
    current: bool,
}

struct Row {
    id: Uuid,
    at: TimeText,
    channel: String,
    to: String,
    subject: String,
    attempts: i64,
    error: String,
    failed: bool,
}

#[derive(Template)]
#[template(path = "admin/outbox.html")]
struct OutboxPage {
    page: Page,
    form: FormView,
    tabs: Vec<TabRow>,
    rows: Vec<Row>,
    may_manage: bool,
    previous: Option<String>,
    next: Option<String>,
}

pub(super) async fn list(me: Officer<CanSeeOutbox>, Query(fields): Query<Fields>) -> PageResult {
    let page = super::page(&me, "admin.outbox.title");
    let asked = fields.get("keadaan");
    let state = STATES.into_iter().find(|state| *state == asked).unwrap_or(STATES[0]);
    let mut conn = me.read().await?;
    let counts = counts(&mut conn).await?;
    let before = fields.uuid("sebelum").unwrap_or(Uuid::max());
    let limit = i64::try_from(ROWS).unwrap_or(50);
    let found = entries(&mut conn, before, Some(state), limit.saturating_add(1)).await?;
    let more = found.len() > ROWS;
    let rows: Vec<Row> = found.into_iter().take(ROWS).map(|entry| row(&me, &page, entry)).collect();
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| address(PAGE, &fields, &["keadaan"], Some(("sebelum", row.id.to_string()))));
    let first = fields.has("sebelum").then(|| address(PAGE, &fields, &["keadaan"], None));
    let tabs = STATES.map(|name| TabRow {
        state: name,
        label: me.t(&format!("admin.outbox.state_{name}")),
        count: page.number(counts.iter().find(|(found, _)| found == name).map_or(0, |(_, n)| *n)),
        current: name == state,
    });
    let tabs = tabs
        .into_iter()
        .filter(|tab| !["erased", "kept"].contains(&tab.state) || tab.current || tab.count != "0")
        .collect();
    let may_manage = me.may(Permission::ManageOutbox);
    render(&OutboxPage { form: me.form(), tabs, rows, may_manage, previous: first, next, page })
}

fn row(me: &Officer<CanSeeOutbox>, page: &Page, entry: OutboxEntry) -> Row {
    Row {
        id: entry.id,
        at: page.time(entry.at),
        channel: channel(|key| me.t(key), &entry.channel),
        to: masked(&entry.recipient),
        // A text has no subject, and what it says is nobody's business here.
        subject: entry.subject,
        attempts: entry.attempts,
        error: entry.last_error.unwrap_or_default(),
        failed: entry.state == "failed",
    }
}

fn channel(t: impl Fn(&str) -> String, name: &str) -> String {
    match name {
        "email" => t("admin.outbox.channel_email"),
        _ => t("admin.outbox.channel_text"),
    }
}

#[derive(Template)]
#[template(path = "admin/message.html")]
struct MessagePage {
    page: Page,
    form: FormView,
    id: Uuid,
    failed: bool,
    details: Vec<(String, String)>,
}

/// One message with its whole recipient: whoever opens it is noted first.
pub(super) async fn show(me: Officer<CanManageOutbox>, Path(id): Path<Uuid>) -> PageResult {
    let mut conn = me.read().await?;
    let above = Uuid::from_u128(id.as_u128().saturating_add(1));
    let found = entries(&mut conn, above, None, 1).await?.into_iter().next();
    drop(conn);
    let entry = found.filter(|entry| entry.id == id).ok_or_else(PageError::not_found)?;
    me.write(LogAccess { subject_kind: "message", subject_id: id, what: "recipient" }).await?;
    let page = super::page(&me, "admin.outbox.one");
    let when = |at| format::datetime(page.lang, page.zone(), at);
    let state = me.t(&format!("admin.outbox.state_{}", entry.state));
    let failed = entry.state == "failed";
    let waiting = entry.state == "waiting";
    let details = [
        ("admin.officer.state", Some(state)),
        ("admin.outbox.at", Some(when(entry.at))),
        ("admin.outbox.channel", Some(channel(|key| me.t(key), &entry.channel))),
        ("admin.outbox.to", Some(entry.recipient)),
        ("admin.outbox.subject", Some(entry.subject).filter(|subject| !subject.is_empty())),
        ("admin.outbox.attempts", Some(page.number(entry.attempts))),
        ("admin.outbox.next", waiting.then(|| when(entry.next_at))),
        ("admin.outbox.sent_at", entry.sent_at.map(when)),
        ("admin.outbox.error", entry.last_error),
    ];
    let details = details.into_iter().filter_map(|(key, value)| Some((me.t(key), value?))).collect();
    render(&MessagePage { form: me.form(), id, failed, details, page })
}

pub(super) async fn again(me: Officer<CanManageOutbox>, form: Form) -> PageResult {
    let message = form.fields.uuid("message").ok_or_else(PageError::not_found)?;
    let answer = Redirect::to(PAGE);
    let answer = if me.write(TryAgain { message }).await? {
        answer.flash("admin.outbox.again_done")
    } else {
        answer.flash("admin.outbox.again_not").warning()
    };
    Ok(answer.into_response())
}
