//! One officer: data, roles, sessions, and what can be done to the account.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Grant;
use simpul_people::actions::{
    EraseOfficer, LogAccess, RemoveSecondFactor, RevokeSession, RevokeSessionsOf, SetActive, SetGrants, SetOfficer,
};
use simpul_people::sql::{door, officers as rows};
use simpul_people::{Officer as Person, Permission, SessionRow};
use simpul_shell::{
    Choice, Fields, Form, FormView, Handle, Officer, Page, PageError, PageResult, Path, Redirect, TimeText, Typed,
    render, render_refused,
};
use simpul_store::Result;
use uuid::Uuid;

use super::person::{Id, LIST, read, read_grant, shown_name};
use super::{ConfirmPage, SecretPage, agency_choices, agency_short, role_choices, role_name, understood};
use crate::actions::MailLink;
use crate::model::OfficerState;
use crate::{CanErasePersons, CanManageOfficers};

struct GrantRow {
    role: String,
    agency: String,
    value: String,
}

struct SessionLine {
    id: Uuid,
    since: TimeText,
    seen: TimeText,
    address: String,
    agent: String,
    waits: bool,
}

#[derive(Template)]
#[template(path = "admin/officer.html")]
struct OfficerPage {
    page: Page,
    form: FormView,
    base: String,
    name: String,
    is_self: bool,
    erased: bool,
    active: bool,
    has_factor: bool,
    may_erase: bool,
    details: Vec<(String, String)>,
    grants: Vec<GrantRow>,
    grants_action: String,
    roles: Vec<Choice>,
    agencies: Vec<Choice>,
    sessions: Vec<SessionLine>,
    sessions_action: String,
    link_action: String,
    enable_action: String,
}

async fn find<H: Handle>(me: &Officer<H>, id: Uuid) -> std::result::Result<Person, PageError> {
    let mut conn = me.read().await?;
    rows::by_id(&mut conn, id).await?.ok_or_else(PageError::not_found)
}

/// As [`find`], but an erased officer can no longer be changed.
async fn find_present<H: Handle>(me: &Officer<H>, id: Uuid) -> std::result::Result<Person, PageError> {
    let person = find(me, id).await?;
    if person.erased_at.is_some() { Err(PageError::gone()) } else { Ok(person) }
}

/// Kept before a colleague's numbers and network addresses are shown, or forgotten; one's own are one's own.
async fn log_look<H: Handle>(me: &Officer<H>, id: Uuid, what: &'static str) -> Result<()> {
    if me.id() == id {
        return Ok(());
    }
    me.write(LogAccess { subject_kind: "officer", subject_id: id, what }).await
}

pub(super) async fn show(me: Officer<CanManageOfficers>, Path(id): Id) -> PageResult {
    let person = find(&me, id).await?;
    log_look(&me, id, "officer").await?;
    let form = me.form();
    render(&drawn(&me, &person, form).await?)
}

async fn drawn(me: &Officer<CanManageOfficers>, person: &Person, form: FormView) -> Result<OfficerPage> {
    let mut conn = me.read().await?;
    let sessions = door::sessions_of(&mut conn, person.id).await?;
    let name = shown_name(me, &person.name);
    let page = super::page(me, "admin.officer.title").title_text(&name);
    let page = if form.has_errors() { page.failed() } else { page };
    let base = format!("{LIST}/{}", person.id);
    let now = me.now();
    let sessions = sessions.into_iter().filter(|session| session.ends_at > now).map(|row| line(&page, row)).collect();
    Ok(OfficerPage {
        name,
        is_self: me.id() == person.id,
        erased: person.erased_at.is_some(),
        active: person.active,
        has_factor: person.has_second_factor,
        may_erase: me.may(Permission::ErasePersons) && me.id() != person.id,
        details: details(me, &page, person),
        grants: person.grants.iter().map(|grant| grant_row(me, grant)).collect(),
        grants_action: format!("{base}/peran"),
        roles: role_choices(me),
        agencies: agency_choices(me, "admin.officer.whole_region", None),
        sessions,
        sessions_action: format!("{base}/sesi"),
        link_action: format!("{base}/tautan"),
        enable_action: format!("{base}/aktif"),
        base,
        page,
        form,
    })
}

fn line(page: &Page, session: SessionRow) -> SessionLine {
    SessionLine {
        id: session.id,
        since: page.time(session.created_at),
        seen: page.time(session.seen_at),
        address: session.address,
        agent: session.agent,
        waits: session.waits_for_code,
    }
}

fn details(me: &Officer<CanManageOfficers>, page: &Page, person: &Person) -> Vec<(String, String)> {
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    let mut rows = vec![("admin.officer.state", me.t(OfficerState::of(person).key()))];
    if person.erased_at.is_none() {
        rows.extend([
            ("admin.officer.email", or_none(&person.email)),
            ("admin.officer.nip", or_none(&person.nip)),
            ("admin.officer.phone", or_none(&person.phone)),
        ]);
        let password = if person.has_password { "admin.officer.password_yes" } else { "admin.officer.password_no" };
        let factor = if person.has_second_factor { "admin.officer.factor_yes" } else { "admin.officer.factor_no" };
        rows.push(("admin.officer.password", me.t(password)));
        rows.push(("admin.officer.factor", me.t(factor)));
    }
    let when = |at| simpul_kernel::format::datetime(page.lang, page.zone(), at);
    rows.push(("admin.officer.since", when(person.created_at)));
    rows.push(("admin.officer.seen", person.signed_in_at.map_or_else(|| me.t("admin.common.never"), when)));
    rows.into_iter().map(|(key, value)| (me.t(key), value)).collect()
}

/// How a grant stands in the form that takes it away.
fn grant_value(grant: &Grant) -> String {
    format!("{}:{}", grant.role.name(), grant.agency.map(|id| id.to_string()).unwrap_or_default())
}

fn grant_row(me: &Officer<CanManageOfficers>, grant: &Grant) -> GrantRow {
    GrantRow { role: role_name(me, grant.role), agency: agency_short(me, grant.agency), value: grant_value(grant) }
}

#[derive(Template)]
#[template(path = "admin/officer_edit.html")]
struct EditPage {
    page: Page,
    form: FormView,
    name: String,
    action: String,
    back: String,
}

fn edit_page(me: &Officer<CanManageOfficers>, person: &Person, form: FormView) -> EditPage {
    let page = super::page(me, "admin.officer.edit").usual_width();
    EditPage {
        page: if form.has_errors() { page.failed() } else { page },
        form,
        name: person.name.clone(),
        action: format!("{LIST}/{}/ubah", person.id),
        back: format!("{LIST}/{}", person.id),
    }
}

pub(super) async fn edit(me: Officer<CanManageOfficers>, Path(id): Id) -> PageResult {
    let person = find_present(&me, id).await?;
    log_look(&me, id, "officer").await?;
    let mut fields = Fields::new();
    fields.add("name", &person.name);
    fields.add("email", person.email.clone().unwrap_or_default());
    fields.add("nip", person.nip.clone().unwrap_or_default());
    fields.add("phone", person.phone.clone().unwrap_or_default());
    let form = me.form_of(&fields);
    render(&edit_page(&me, &person, form))
}

pub(super) async fn save(me: Officer<CanManageOfficers>, Path(id): Id, form: Form) -> PageResult {
    let person = find_present(&me, id).await?;
    match me.write(SetOfficer { id, officer: read(form.typed()) }).await {
        Ok(()) => Ok(back_to(id, "admin.officer.saved")),
        Err(error) => render_refused(&edit_page(&me, &person, me.refused(error, &form)?)),
    }
}

fn back_to(id: Uuid, flash: &'static str) -> axum::response::Response {
    Redirect::to(format!("{LIST}/{id}")).flash(flash).into_response()
}

pub(super) async fn set_grants(me: Officer<CanManageOfficers>, Path(id): Id, form: Form) -> PageResult {
    let person = find_present(&me, id).await?;
    let written = async {
        let mut grants = person.grants.clone();
        match form.fields.get("remove") {
            "" => grants.push(read_grant(form.typed())?),
            value => grants.retain(|grant| grant_value(grant) != value),
        }
        me.write(SetGrants { officer: id, grants }).await
    };
    match written.await {
        Ok(()) => Ok(back_to(id, "admin.officer.grants_saved")),
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&drawn(&me, &person, form).await?)
        }
    }
}

pub(super) async fn end_sessions(me: Officer<CanManageOfficers>, Path(id): Id, form: Form) -> PageResult {
    find_present(&me, id).await?;
    match form.fields.uuid("session") {
        Some(session) => {
            me.write(RevokeSession { session }).await?;
            Ok(back_to(id, "admin.officer.session_ended"))
        }
        None => {
            // Whoever ends all of their own stays signed in here, or would not see what happened.
            let except = (me.id() == id).then_some(me.me.session);
            me.write(RevokeSessionsOf { officer: id, except }).await?;
            Ok(back_to(id, "admin.officer.sessions_ended"))
        }
    }
}

pub(super) async fn make_link(me: Officer<CanManageOfficers>, Path(id): Id, _form: Form) -> PageResult {
    link_page(&me, id, "admin.officer.link_title").await
}

/// Makes a link by which the officer sets a password, and shows it once.
pub(super) async fn link_page(me: &Officer<CanManageOfficers>, id: Uuid, heading: &str) -> PageResult {
    let person = find_present(me, id).await?;
    let token = me.app.doorman.make_password_link(&me.ctx, id).await?;
    let secret = format!("{}/mulai/{token}", me.base_url());
    let extra = mail_link(me, &person, &secret).await?;
    let page = SecretPage {
        page: super::page(me, "admin.officer.title"),
        heading: me.tx(heading, &[("name", &person.name)]),
        intro: me.t("admin.officer.link_intro"),
        secret,
        extra,
        done: format!("{LIST}/{id}"),
        done_text: me.t("admin.officer.link_done"),
    };
    page.answer()
}

/// Sends the link where a letter can leave the house and the officer has an address; says so.
async fn mail_link(me: &Officer<CanManageOfficers>, person: &Person, link: &str) -> Result<String> {
    let Some(email) = person.email.clone().filter(|_| me.app.config.sends_email) else { return Ok(String::new()) };
    let said = me.tx("admin.officer.link_mailed", &[("email", &email)]);
    let mail = MailLink {
        officer: person.id,
        to: email,
        subject: me.t("admin.officer.link_subject"),
        body: me.tx("admin.officer.link_mail", &[("link", link)]),
    };
    me.write(mail).await?;
    Ok(said)
}

pub(super) async fn enable(me: Officer<CanManageOfficers>, Path(id): Id, _form: Form) -> PageResult {
    find_present(&me, id).await?;
    me.write(SetActive { officer: id, active: true }).await?;
    Ok(back_to(id, "admin.officer.enabled"))
}

/// One of the three deeds that are asked about first.
struct Deed {
    heading: &'static str,
    text: &'static str,
    path: &'static str,
    button: &'static str,
}

const DISABLE: Deed = Deed {
    heading: "admin.officer.disable_title",
    text: "admin.officer.disable_text",
    path: "nonaktif",
    button: "admin.officer.disable",
};
const RESET: Deed = Deed {
    heading: "admin.officer.reset_title",
    text: "admin.officer.reset_text",
    path: "kode",
    button: "admin.officer.reset",
};
const ERASE: Deed = Deed {
    heading: "admin.officer.erase_title",
    text: "admin.officer.erase_text",
    path: "hapus",
    button: "admin.officer.erase",
};

impl Deed {
    fn page<H: Handle>(&self, me: &Officer<H>, person: &Person, form: FormView) -> PageResult {
        let back = format!("{LIST}/{}", person.id);
        let page = ConfirmPage {
            page: super::page(me, "admin.officer.title"),
            form,
            heading: me.tx(self.heading, &[("name", &person.name)]),
            text: vec![me.t(self.text)],
            action: format!("{back}/{}", self.path),
            button: self.button,
            back,
            tick: true,
        };
        page.answer()
    }

    async fn ask<H: Handle>(&self, me: &Officer<H>, id: Uuid) -> PageResult {
        let person = find_present(me, id).await?;
        self.page(me, &person, me.form())
    }

    /// Does `action` once the box is ticked, or asks again with what was refused.
    async fn done<H: Handle, A: simpul_store::Action<Output = ()>>(
        &self,
        me: &Officer<H>,
        id: Uuid,
        form: &Form,
        action: A,
        flash: &'static str,
    ) -> PageResult {
        let person = find_present(me, id).await?;
        let written = async {
            understood(form.typed())?;
            me.write(action).await
        };
        match written.await {
            Ok(()) => Ok(back_to(id, flash)),
            Err(error) => self.page(me, &person, me.refused(error, form)?),
        }
    }
}

pub(super) async fn ask_disable(me: Officer<CanManageOfficers>, Path(id): Id) -> PageResult {
    DISABLE.ask(&me, id).await
}

pub(super) async fn disable(me: Officer<CanManageOfficers>, Path(id): Id, form: Form) -> PageResult {
    DISABLE.done(&me, id, &form, SetActive { officer: id, active: false }, "admin.officer.disabled").await
}

pub(super) async fn ask_reset(me: Officer<CanManageOfficers>, Path(id): Id) -> PageResult {
    RESET.ask(&me, id).await
}

pub(super) async fn reset(me: Officer<CanManageOfficers>, Path(id): Id, form: Form) -> PageResult {
    RESET.done(&me, id, &form, RemoveSecondFactor { officer: id }, "admin.officer.reset_done").await
}

pub(super) async fn ask_erase(me: Officer<CanErasePersons>, Path(id): Id) -> PageResult {
    ERASE.ask(&me, id).await
}

pub(super) async fn erase(me: Officer<CanErasePersons>, Path(id): Id, form: Form) -> PageResult {
    find_present(&me, id).await?;
    if understood(form.typed()).is_ok() {
        log_look(&me, id, "officer_erase").await?;
    }
    ERASE.done(&me, id, &form, EraseOfficer { officer: id }, "admin.officer.erased").await
}
