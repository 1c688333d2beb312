//! Screens that come without a password.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Timestamp, format};
use simpul_people::DisplayToken;
use simpul_people::actions::RevokeDisplay;
use simpul_people::sql::door;
use simpul_shell::{Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused};
use uuid::Uuid;

use super::{ConfirmPage, SecretPage};
use crate::CanManageKeys;

const LIST: &str = "/admin/layar";

struct Row {
    id: Uuid,
    name: String,
    used: String,
    state: String,
    revocable: bool,
}

#[derive(Template)]
#[template(path = "admin/displays.html")]
struct ListPage {
    page: Page,
    form: FormView,
    rows: Vec<Row>,
}

async fn drawn(me: &Officer<CanManageKeys>, form: FormView) -> simpul_store::Result<ListPage> {
    let mut conn = me.read().await?;
    let page = super::page(me, "admin.display.title");
    let when = |at: Timestamp| format::stamp_near(page.lang, page.zone(), page.now, at);
    let rows = door::displays(&mut conn).await?.into_iter().map(|display| Row {
        id: display.id,
        used: display.used_at.map_or_else(|| me.t("admin.common.never"), when),
        state: me.t(if display.revoked_at.is_none() { "admin.display.live" } else { "admin.display.revoked" }),
        revocable: display.revoked_at.is_none(),
        name: display.name,
    });
    let rows = rows.collect();
    Ok(ListPage { page: if form.has_errors() { page.failed() } else { page }, form, rows })
}

pub(super) async fn list(me: Officer<CanManageKeys>) -> PageResult {
    render(&drawn(&me, me.form()).await?)
}

pub(super) async fn add(me: Officer<CanManageKeys>, form: Form) -> PageResult {
    let name = form.fields.get("name");
    match me.app.doorman.new_display(&me.ctx, name).await {
        Ok((_, token)) => {
            let page = SecretPage {
                page: super::page(&me, "admin.display.title"),
                heading: me.tx("admin.display.made", &[("name", name)]),
                intro: me.t("admin.display.made_note"),
                secret: format!("{}/dinding/masuk?token={token}", me.base_url()),
                extra: String::new(),
                done: LIST.to_owned(),
                done_text: me.t("admin.display.done"),
            };
            page.answer()
        }
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&drawn(&me, form).await?)
        }
    }
}

async fn find(me: &Officer<CanManageKeys>, id: Uuid) -> Result<DisplayToken, PageError> {
    let mut conn = me.read().await?;
    let all = door::displays(&mut conn).await?;
    all.into_iter().find(|display| display.id == id && display.revoked_at.is_none()).ok_or_else(PageError::not_found)
}

pub(super) async fn ask_revoke(me: Officer<CanManageKeys>, Path(id): Path<Uuid>) -> PageResult {
    let display = find(&me, id).await?;
    let page = ConfirmPage {
        page: super::page(&me, "admin.display.revoke"),
        form: me.form(),
        heading: me.tx("admin.display.revoke_title", &[("name", &display.name)]),
        text: vec![me.t("admin.display.revoke_text")],
        action: format!("{LIST}/{id}/cabut"),
        button: "admin.display.revoke_button",
        back: LIST.to_owned(),
        tick: false,
    };
    page.answer()
}

pub(super) async fn revoke(me: Officer<CanManageKeys>, Path(id): Path<Uuid>, _form: Form) -> PageResult {
    let display = find(&me, id).await?;
    me.write(RevokeDisplay { id }).await?;
    Ok(Redirect::to(LIST).flash("admin.display.revoke_done").with("name", display.name).into_response())
}
