//! Barring whoever sends abuse: from a report, by a number or address, and the list of who is barred.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Refusal, Timestamp, mask};
use simpul_people::Permission;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, Tag, render, render_refused,
};
use uuid::Uuid;

use super::CanBarSenders;
use super::find::find;
use crate::actions::{BarSender, LiftBan};
use crate::gate;
use crate::model::ban::{Ban, Sender, SenderKind};
use crate::model::{Report, public};
use crate::sql::{self, Contact};

type Me = Officer<CanBarSenders>;

/// Most bans on the list.
const BANS_MAX_COUNT: i64 = 200;
/// Days that are proposed.
const DAYS_PROPOSED: i64 = 7;

/// What is known of a report's sender.
struct Known {
    /// By what, with the hash.
    senders: Vec<Sender>,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "report/ban.html")]
struct BanPage {
    page: Page,
    form: FormView,
    number: String,
    choices: Vec<Choice>,
}

impl BanPage {
    fn action(&self) -> String {
        format!("/kotak/{}/larang", self.number)
    }
}

/// By what the sender of a report can be barred. Whoever may not see who reported reads only by what.
async fn known(me: &Me, page: &Page, report: &Report) -> Result<Known, PageError> {
    let secret = gate::secret(me).await?;
    let mut conn = me.read().await?;
    let contact = sql::contact(&mut conn, report.id).await?;
    let kept = sql::ban::senders(&mut conn, report.id).await?;
    drop(conn);
    let shown = public::covers(&me.ctx.actor, Permission::SeeReporter, report.agency);
    if contact.is_some() && shown {
        me.write(LogAccess { subject_kind: "report", subject_id: report.id, what: "reporter" }).await?;
    }
    let Contact { phone, email, .. } = contact.unwrap_or_default();
    let phone_words = phone.as_deref().map(mask::phone_local);
    let named = [(SenderKind::Phone, phone, phone_words), (SenderKind::Email, email.clone(), email)];
    let mut known = Known { senders: Vec::new(), choices: Vec::new() };
    for (kind, value, words) in named {
        if let (Some(value), Some(words)) = (value, words) {
            let name = page.t(kind.key());
            let text = if shown { format!("{name}: {words}") } else { name };
            known.choices.push(Choice::new(kind.name(), text));
            known.senders.push(Sender::of(&secret, kind, &value));
        }
    }
    for sender in kept {
        known.choices.push(Choice::new(sender.kind.name(), page.t(sender.kind.key())));
        known.senders.push(sender);
    }
    Ok(known)
}

fn ban_page(me: &Me, number: &str) -> Page {
    me.page("report.ban.title").title_with("report.ban.title_of", "number", number).at("/kotak").usual_width()
}

/// The page on which a report's sender is barred.
pub async fn show(me: Me, Path(number): Path<String>) -> PageResult {
    let report = find(&me, &number).await?;
    let page = ban_page(&me, &report.number);
    let Known { choices, .. } = known(&me, &page, &report).await?;
    let form = me.form().fill("days", DAYS_PROPOSED.to_string());
    render(&BanPage { page: page.script("umum.js"), form, number: report.number, choices })
}

/// Bars the sender of a report by everything that was ticked.
pub async fn bar(me: Me, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&me, &number).await?;
    let page = ban_page(&me, &report.number);
    let known = known(&me, &page, &report).await?;
    let ticked: Vec<SenderKind> = form.fields.all("by").into_iter().filter_map(SenderKind::parse).collect();
    let chosen: Vec<Sender> = known.senders.into_iter().filter(|sender| ticked.contains(&sender.kind)).collect();
    let days = form.fields.int("days").unwrap_or(0);
    let mut refused = chosen.is_empty().then(|| Refusal::field("by", "report.ban.by_missing").into());
    for sender in chosen {
        let reason = form.fields.get("reason").to_owned();
        if let Err(error) = me.write(BarSender { sender, days, reason, report: Some(report.id) }).await {
            refused = Some(error);
            break;
        }
    }
    match refused {
        None => Ok(Redirect::to("/admin/report/larangan").flash("report.ban.flash_set").into_response()),
        Some(error) => {
            let form = me.refused(error, &form)?;
            let page = page.failed().script("umum.js");
            render_refused(&BanPage { page, form, number: report.number, choices: known.choices })
        }
    }
}

struct Row {
    id: Uuid,
    kind: String,
    reason: String,
    officer: String,
    number: Option<String>,
    from: Timestamp,
    until: Timestamp,
    holds: bool,
    tag: Tag,
    state: String,
}

#[derive(Template)]
#[template(path = "report/bans.html")]
struct BansPage {
    page: Page,
    form: FormView,
    rows: Vec<Row>,
    holding: usize,
}

async fn bans_page(me: &Me, form: FormView) -> Result<BansPage, PageError> {
    let mut page = me.page("report.ban.list_title").at("/admin/report").script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let mut conn = me.read().await?;
    let mut rows = Vec::new();
    for ban in sql::ban::bans(&mut conn, BANS_MAX_COUNT).await? {
        let report = match ban.report {
            Some(id) => sql::by_id(&mut conn, id).await?.filter(|report| public::may_see(&me.ctx.actor, report)),
            None => None,
        };
        rows.push(row(me, &page, ban, report.map(|report| report.number)));
    }
    let form = form.fill("days", DAYS_PROPOSED.to_string());
    Ok(BansPage { holding: rows.iter().filter(|row| row.holds).count(), page, form, rows })
}

fn row(me: &Me, page: &Page, ban: Ban, number: Option<String>) -> Row {
    let holds = ban.holds(me.now());
    let (tag, key) = match (holds, ban.lifted) {
        (true, _) => (Tag::Work, "report.ban.holds"),
        (false, Some(_)) => (Tag::Off, "report.ban.lifted"),
        (false, None) => (Tag::Off, "report.ban.ended"),
    };
    Row {
        id: ban.id,
        kind: page.t(ban.kind.key()),
        officer: ban.officer.and_then(|id| me.place.officer(id)).map(|found| found.name.clone()).unwrap_or_default(),
        reason: ban.reason,
        number,
        from: ban.from,
        until: ban.until,
        holds,
        tag,
        state: page.t(key),
    }
}

/// Who is barred, until when, and why.
pub async fn list(me: Me) -> PageResult {
    render(&bans_page(&me, me.form()).await?)
}

/// Bars a number or an address that an officer types.
pub async fn add(me: Me, form: Form) -> PageResult {
    let secret = gate::secret(&me).await?;
    let days = form.fields.int("days").unwrap_or(0);
    let reason = form.fields.get("reason").to_owned();
    let barred = match gate::sender_typed(&secret, form.fields.get("sender")) {
        Some(sender) => me.write(BarSender { sender, days, reason, report: None }).await,
        None => Err(Refusal::field("sender", "report.ban.sender_bad").into()),
    };
    match barred {
        Ok(_) => Ok(Redirect::to("/admin/report/larangan").flash("report.ban.flash_set").into_response()),
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&bans_page(&me, form).await?)
        }
    }
}

/// Lifts a ban.
pub async fn lift(me: Me, Path(id): Path<String>, form: Form) -> PageResult {
    let ban = id.parse().map_err(|_| PageError::not_found())?;
    match me.write(LiftBan { ban }).await {
        Ok(()) => Ok(Redirect::to("/admin/report/larangan").flash("report.ban.flash_lifted").into_response()),
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&bans_page(&me, form).await?)
        }
    }
}
