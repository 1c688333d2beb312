//! Keys by which programs come.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Refusal, Timestamp, format};
use simpul_people::actions::RevokeApiKey;
use simpul_people::sql::door;
use simpul_people::{ApiKey, KeyScope, NewApiKey};
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, Typed, render, render_refused,
};
use uuid::Uuid;

use super::{ConfirmPage, SecretPage, agency_choices, agency_short};
use crate::CanManageKeys;
use crate::model::day;

const LIST: &str = "/admin/kunci";

struct Row {
    id: Uuid,
    name: String,
    agency: String,
    scopes: String,
    used: String,
    ends: String,
    state: String,
    revocable: bool,
}

#[derive(Template)]
#[template(path = "admin/keys.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

pub(super) async fn list(me: Officer<CanManageKeys>) -> PageResult {
    let mut conn = me.read().await?;
    let page = super::page(&me, "admin.key.title");
    let rows = door::api_keys(&mut conn).await?.into_iter().map(|key| row(&me, &page, key)).collect();
    render(&ListPage { page, rows })
}

fn row(me: &Officer<CanManageKeys>, page: &Page, key: ApiKey) -> Row {
    let when = |at: Timestamp| format::stamp_near(page.lang, page.zone(), page.now, at);
    let state = match (key.revoked_at, key.is_live(me.now())) {
        (Some(_), _) => "admin.key.revoked",
        (None, true) => "admin.key.live",
        (None, false) => "admin.key.ended",
    };
    Row {
        id: key.id,
        agency: key.agency.map(|agency| agency_short(me, Some(agency))).unwrap_or_default(),
        scopes: KeyScope::list_text(&key.scopes),
        used: key.used_at.map_or_else(|| me.t("admin.common.never"), when),
        ends: key.expires_at.map_or_else(|| me.t("admin.key.ends_never"), when),
        state: me.t(state),
        revocable: key.revoked_at.is_none(),
        name: key.name,
    }
}

#[derive(Template)]
#[template(path = "admin/key_new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    scopes: Vec<Choice>,
    agencies: Vec<Choice>,
}

fn drawn(me: &Officer<CanManageKeys>, form: FormView) -> NewPage {
    let page = super::page(me, "admin.key.new").usual_width();
    let scopes = KeyScope::ALL.map(|scope| {
        let name = scope.as_str();
        Choice::new(name, me.t(&format!("admin.key.scope_{name}")))
    });
    NewPage {
        page: if form.has_errors() { page.failed() } else { page },
        form,
        scopes: scopes.to_vec(),
        agencies: agency_choices(me, "admin.key.agency_none", None),
    }
}

pub(super) async fn new(me: Officer<CanManageKeys>) -> PageResult {
    render(&drawn(&me, me.form()))
}

/// What was typed; the key ends with the last instant of its last day.
fn read(me: &Officer<CanManageKeys>, fields: &Fields) -> std::result::Result<NewApiKey, Refusal> {
    let chosen = fields.all("scopes");
    let scopes: Vec<KeyScope> = KeyScope::ALL.into_iter().filter(|scope| chosen.contains(&scope.as_str())).collect();
    if scopes.is_empty() {
        return Err(Refusal::field("scopes", "admin.key.scopes_missing"));
    }
    let last = day("expires", fields.get("expires"))?;
    let expires_at = last.and_then(time::Date::next_day).map(|date| me.region().zone.instant(date, 0));
    if expires_at.is_some_and(|end| end <= me.now()) {
        return Err(Refusal::field("expires", "admin.key.expiry_past"));
    }
    let per_minute = match fields.get("per_minute") {
        "" => None,
        text => {
            let number = text.parse().ok().filter(|number| (1..=100_000).contains(number));
            Some(number.ok_or_else(|| Refusal::field("per_minute", "admin.key.per_minute_wrong"))?)
        }
    };
    Ok(NewApiKey { name: fields.get("name").to_owned(), scopes, agency: fields.uuid("agency"), expires_at, per_minute })
}

pub(super) async fn add(me: Officer<CanManageKeys>, form: Form) -> PageResult {
    let made = async {
        let new = read(&me, form.typed())?;
        me.app.doorman.new_api_key(&me.ctx, new).await
    };
    match made.await {
        Ok((_, key)) => {
            let page = SecretPage {
                page: super::page(&me, "admin.key.made"),
                heading: me.t("admin.key.made"),
                intro: me.t("admin.key.made_note"),
                secret: key,
                extra: String::new(),
                done: LIST.to_owned(),
                done_text: me.t("admin.key.done"),
            };
            page.answer()
        }
        Err(error) => render_refused(&drawn(&me, me.refused(error, &form)?)),
    }
}

async fn find(me: &Officer<CanManageKeys>, id: Uuid) -> std::result::Result<ApiKey, PageError> {
    let mut conn = me.read().await?;
    let live = door::api_keys(&mut conn).await?.into_iter().find(|key| key.id == id && key.revoked_at.is_none());
    live.ok_or_else(PageError::not_found)
}

pub(super) async fn ask_revoke(me: Officer<CanManageKeys>, Path(id): Path<Uuid>) -> PageResult {
    let key = find(&me, id).await?;
    let page = ConfirmPage {
        page: super::page(&me, "admin.key.revoke"),
        form: me.form(),
        heading: me.tx("admin.key.revoke_title", &[("name", &key.name)]),
        text: vec![me.t("admin.key.revoke_text")],
        action: format!("{LIST}/{id}/cabut"),
        button: "admin.key.revoke_button",
        back: LIST.to_owned(),
        tick: false,
    };
    page.answer()
}

pub(super) async fn revoke(me: Officer<CanManageKeys>, Path(id): Path<Uuid>, _form: Form) -> PageResult {
    let key = find(&me, id).await?;
    me.write(RevokeApiKey { id }).await?;
    Ok(Redirect::to(LIST).flash("admin.key.revoke_done").with("name", key.name).into_response())
}
