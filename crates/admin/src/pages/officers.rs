//! Officers: who there are, and a new one.

use askama::Template;
use simpul_kernel::Role;
use simpul_people::actions::AddOfficer;
use simpul_people::sql::officers;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageResult, Query, TimeText, Typed, render, render_refused,
};
use uuid::Uuid;

use super::person::{LIST, grant_text, read, read_grant, shown_name};
use super::{ROWS, address, agency_choices, officer, role_choices};
use crate::CanManageOfficers;
use crate::model::{OfficerFilter, OfficerState, page_of};

struct Row {
    id: Uuid,
    name: String,
    login: String,
    roles: Vec<String>,
    seen: Option<TimeText>,
    factor: String,
    state: String,
}

#[derive(Template)]
#[template(path = "admin/officers.html")]
struct ListPage {
    page: Page,
    form: FormView,
    agencies: Vec<Choice>,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    count: String,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
}

pub(super) async fn list(me: Officer<CanManageOfficers>, Query(fields): Query<Fields>) -> PageResult {
    let filter = OfficerFilter {
        text: fields.get("q").to_owned(),
        agency: fields.uuid("perangkat"),
        role: Role::parse(fields.get("peran")),
        state: OfficerState::parse(fields.get("keadaan")),
    };
    let mut conn = me.read().await?;
    let all = officers::all(&mut conn).await?;
    let found: Vec<_> = all.into_iter().filter(|officer| filter.shows(officer)).collect();
    let page = super::page(&me, "admin.officer.title");
    let count = page.tn("admin.officer.count", i64::try_from(found.len()).unwrap_or(i64::MAX));
    let number = usize::try_from(fields.int("halaman").unwrap_or(0)).unwrap_or(0);
    let (shown, before, after) = page_of(found, number, ROWS);
    let to = |number: usize| {
        address(LIST, &fields, &["q", "perangkat", "peran", "keadaan"], Some(("halaman", number.to_string())))
    };
    let (previous, next) = (before.then(|| to(number.saturating_sub(1))), after.then(|| to(number.saturating_add(1))));
    let rows = shown.into_iter().map(|officer| row(&me, &page, officer)).collect();
    let any = |key: &str| Choice::new("", me.t(key));
    let states = OfficerState::ALL.map(|state| Choice::new(state.name(), me.t(state.key())));
    render(&ListPage {
        form: me.form_of(&fields),
        agencies: agency_choices(&me, "admin.officer.any_agency", filter.agency),
        roles: std::iter::once(any("admin.officer.any_role")).chain(role_choices(&me)).collect(),
        states: std::iter::once(any("admin.officer.any_state")).chain(states).collect(),
        count,
        rows,
        previous,
        next,
        page,
    })
}

fn row(me: &Officer<CanManageOfficers>, page: &Page, found: simpul_people::Officer) -> Row {
    let state = OfficerState::of(&found);
    let logins = [found.email, found.nip, found.phone];
    Row {
        id: found.id,
        name: shown_name(me, &found.name),
        login: logins.into_iter().flatten().next().unwrap_or_default(),
        roles: found.grants.iter().map(|grant| grant_text(me, grant)).collect(),
        seen: found.signed_in_at.map(|at| page.time(at)),
        factor: me.t(if found.has_second_factor { "admin.officer.factor_yes" } else { "admin.officer.factor_no" }),
        state: me.t(state.key()),
    }
}

#[derive(Template)]
#[template(path = "admin/officer_new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    roles: Vec<Choice>,
    agencies: Vec<Choice>,
}

fn drawn(me: &Officer<CanManageOfficers>, form: FormView) -> NewPage {
    let page = super::page(me, "admin.officer.new").usual_width();
    NewPage {
        page: if form.has_errors() { page.failed() } else { page },
        form,
        roles: role_choices(me),
        agencies: agency_choices(me, "admin.officer.whole_region", None),
    }
}

pub(super) async fn new(me: Officer<CanManageOfficers>, Query(fields): Query<Fields>) -> PageResult {
    let mut chosen = Fields::new();
    if !fields.get("perangkat").is_empty() {
        chosen.add("agency", fields.get("perangkat"));
    }
    render(&drawn(&me, me.form_of(&chosen)))
}

pub(super) async fn add(me: Officer<CanManageOfficers>, form: Form) -> PageResult {
    let added = async {
        let person = read(form.typed());
        // The person's mistakes come first: the page asks for them first.
        person.check()?;
        let grants = vec![read_grant(form.typed())?];
        let new = AddOfficer { officer: person, grants, password_hash: None, must_change_password: false };
        me.write(new).await
    };
    match added.await {
        Ok(id) => officer::link_page(&me, id, "admin.officer.added_title").await,
        Err(error) => render_refused(&drawn(&me, me.refused(error, &form)?)),
    }
}
