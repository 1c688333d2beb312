//! Agencies: the list, the form, and taking one out of use.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::actions::{AddAgency, SetAgency};
use simpul_people::{Agency, AgencyKind, NewAgency};
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Typed, render,
    render_refused,
};
use simpul_store::Result;
use uuid::Uuid;

use super::{ConfirmPage, understood};
use crate::CanManageAgencies;
use crate::sheet::Sheet;

const LIST: &str = "/admin/perangkat-daerah";
const WHICH: [&str; 4] = ["active", "all", "outside", "inactive"];

struct Row {
    id: Uuid,
    short: String,
    name: String,
    kind: String,
    officers: String,
    state: String,
}

#[derive(Template)]
#[template(path = "admin/agencies.html")]
struct ListPage {
    page: Page,
    form: FormView,
    which: Vec<Choice>,
    rows: Vec<Row>,
}

fn kind_name(me: &Officer<CanManageAgencies>, kind: AgencyKind) -> String {
    me.t(&format!("admin.agency_kind.{}", kind.as_str()))
}

/// Active officers with a part in the agency.
fn officers_in(me: &Officer<CanManageAgencies>, agency: Uuid) -> usize {
    let all = me.place.officers().iter().filter(|officer| officer.active);
    all.filter(|officer| officer.grants.iter().any(|grant| grant.agency == Some(agency))).count()
}

fn shows(agency: &Agency, which: &str, text: &str) -> bool {
    let state_fits = match which {
        "all" => true,
        "outside" => agency.outside,
        "inactive" => !agency.active,
        _ => agency.active,
    };
    let holds = |field: &str| field.to_lowercase().contains(text);
    state_fits && (text.is_empty() || holds(&agency.short) || holds(&agency.name) || holds(&agency.duties))
}

pub(super) async fn list(me: Officer<CanManageAgencies>, Query(fields): Query<Fields>) -> PageResult {
    let page = super::page(&me, "admin.agency.title");
    let text = fields.get("q").to_lowercase();
    let shown = me.place.agencies.iter().filter(|agency| shows(agency, fields.get("tampil"), &text));
    let rows = shown.map(|agency| Row {
        id: agency.id,
        short: agency.short.clone(),
        name: agency.name.clone(),
        kind: kind_name(&me, agency.kind),
        officers: page.number(i64::try_from(officers_in(&me, agency.id)).unwrap_or(i64::MAX)),
        state: state_of(&me, agency),
    });
    let which = WHICH.map(|name| Choice::new(name, me.t(&format!("admin.agency.which_{name}"))));
    render(&ListPage { rows: rows.collect(), form: me.form_of(&fields), which: which.to_vec(), page })
}

fn state_of(me: &Officer<CanManageAgencies>, agency: &Agency) -> String {
    let mut words = vec![me.t(if agency.active { "admin.common.active" } else { "admin.common.inactive" })];
    if agency.outside {
        words.push(me.t("admin.agency.outside"));
    }
    words.join(", ")
}

pub(super) async fn export(me: Officer<CanManageAgencies>) -> PageResult {
    let columns = ["short_name", "name", "kind", "duties", "contact", "outside", "active", "officers"];
    let mut sheet = Sheet::new(me.region().demo, &columns)?;
    for agency in &me.place.agencies {
        let officers = officers_in(&me, agency.id).to_string();
        let (outside, active) = (agency.outside.to_string(), agency.active.to_string());
        let cells = [
            &agency.short,
            &agency.name,
            agency.kind.as_str(),
            &agency.duties,
            &agency.contact,
            &outside,
            &active,
            &officers,
        ];
        sheet.row(&cells)?;
    }
    sheet.answer("perangkat-daerah")
}

#[derive(Template)]
#[template(path = "admin/agency_form.html")]
struct FormPage {
    page: Page,
    form: FormView,
    is_new: bool,
    action: String,
    start_action: String,
    is_active: bool,
    is_stopped: bool,
    kinds: Vec<Choice>,
    parents: Vec<Choice>,
    districts: Vec<Choice>,
}

fn drawn(me: &Officer<CanManageAgencies>, agency: Option<&Agency>, form: FormView) -> FormPage {
    let title = if agency.is_some() { "admin.agency.edit" } else { "admin.agency.new" };
    let page = super::page(me, title).usual_width();
    let page = if form.has_errors() { page.failed() } else { page };
    let action = agency.map_or_else(|| format!("{LIST}/baru"), |agency| format!("{LIST}/{}", agency.id));
    let parents = me.place.agencies.iter().filter(|other| Some(other.id) != agency.map(|agency| agency.id));
    let parents = parents.map(|other| Choice::new(other.id, format!("{} – {}", other.short, other.name)));
    let districts = me.place.districts.iter().map(|district| Choice::new(district.code, &district.name));
    FormPage {
        page,
        form,
        is_new: agency.is_none(),
        start_action: format!("{action}/aktif"),
        action,
        is_active: agency.is_some_and(|agency| agency.active),
        is_stopped: agency.is_some_and(|agency| !agency.active),
        kinds: AgencyKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind_name(me, *kind))).collect(),
        parents: std::iter::once(Choice::new("", me.t("admin.agency.no_parent"))).chain(parents).collect(),
        districts: std::iter::once(Choice::new("", me.t("admin.agency.no_district"))).chain(districts).collect(),
    }
}

fn read(fields: &Fields, active: bool) -> std::result::Result<NewAgency, Refusal> {
    let kind = AgencyKind::ALL.iter().copied().find(|kind| kind.as_str() == fields.get("kind"));
    let kind = kind.ok_or_else(|| Refusal::field("kind", "admin.agency.kind_missing"))?;
    Ok(NewAgency {
        outside: fields.get("outside") == "1",
        parent: fields.uuid("parent"),
        district: fields.int("district"),
        // What the duties say stands on one line; a person may have pressed Enter.
        duties: fields.get("duties").replace(['\r', '\n'], " "),
        contact: fields.get("contact").to_owned(),
        active,
        ..NewAgency::new(fields.get("short"), fields.get("name"), kind)
    })
}

/// The form as it stands in the database.
fn filled(agency: &Agency) -> Fields {
    let mut fields = Fields::new();
    fields.add("short", &agency.short);
    fields.add("name", &agency.name);
    fields.add("kind", agency.kind.as_str());
    if agency.outside {
        fields.add("outside", "1");
    }
    fields.add("parent", agency.parent.map(|id| id.to_string()).unwrap_or_default());
    fields.add("district", agency.district.map(|code| code.to_string()).unwrap_or_default());
    fields.add("duties", &agency.duties);
    fields.add("contact", &agency.contact);
    fields
}

pub(super) async fn new(me: Officer<CanManageAgencies>) -> PageResult {
    render(&drawn(&me, None, me.form()))
}

pub(super) async fn add(me: Officer<CanManageAgencies>, form: Form) -> PageResult {
    let added = async {
        let agency = read(form.typed(), true)?;
        let name = agency.short.clone();
        me.write(AddAgency { agency }).await?;
        Result::Ok(name)
    };
    match added.await {
        Ok(name) => Ok(Redirect::to(LIST).flash("admin.agency.added").with("name", name).into_response()),
        Err(error) => render_refused(&drawn(&me, None, me.refused(error, &form)?)),
    }
}

fn find(me: &Officer<CanManageAgencies>, id: Uuid) -> std::result::Result<Agency, PageError> {
    me.place.agency(id).cloned().ok_or_else(PageError::not_found)
}

pub(super) async fn edit(me: Officer<CanManageAgencies>, Path(id): Path<Uuid>) -> PageResult {
    let agency = find(&me, id)?;
    let form = me.form_of(&filled(&agency));
    render(&drawn(&me, Some(&agency), form))
}

pub(super) async fn save(me: Officer<CanManageAgencies>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let before = find(&me, id)?;
    let saved = async {
        let agency = read(form.typed(), before.active)?;
        let name = agency.short.clone();
        me.write(SetAgency { id, agency }).await?;
        Result::Ok(name)
    };
    match saved.await {
        Ok(name) => Ok(Redirect::to(LIST).flash("admin.agency.saved").with("name", name).into_response()),
        Err(error) => render_refused(&drawn(&me, Some(&before), me.refused(error, &form)?)),
    }
}

fn confirm(me: &Officer<CanManageAgencies>, agency: &Agency, form: FormView) -> ConfirmPage {
    let page = super::page(me, "admin.agency.stop");
    let mut text = vec![me.t("admin.agency.stop_text")];
    let officers = officers_in(me, agency.id);
    if officers > 0 {
        text.push(page.tn("admin.agency.stop_officers", i64::try_from(officers).unwrap_or(i64::MAX)));
    }
    ConfirmPage {
        heading: me.tx("admin.agency.stop_title", &[("name", &agency.short)]),
        text,
        action: format!("{LIST}/{}/nonaktif", agency.id),
        button: "admin.agency.stop_button",
        back: format!("{LIST}/{}", agency.id),
        tick: true,
        page,
        form,
    }
}

pub(super) async fn ask_stop(me: Officer<CanManageAgencies>, Path(id): Path<Uuid>) -> PageResult {
    let agency = find(&me, id)?;
    confirm(&me, &agency, me.form()).answer()
}

pub(super) async fn stop(me: Officer<CanManageAgencies>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let agency = find(&me, id)?;
    let stopped = async {
        understood(form.typed())?;
        set_active(&me, &agency, false).await
    };
    match stopped.await {
        Ok(()) => Ok(Redirect::to(LIST).flash("admin.agency.stopped").with("name", agency.short).into_response()),
        Err(error) => confirm(&me, &agency, me.refused(error, &form)?).answer(),
    }
}

pub(super) async fn start(me: Officer<CanManageAgencies>, Path(id): Path<Uuid>, _form: Form) -> PageResult {
    let agency = find(&me, id)?;
    set_active(&me, &agency, true).await?;
    Ok(Redirect::to(LIST).flash("admin.agency.started").with("name", agency.short).into_response())
}

async fn set_active(me: &Officer<CanManageAgencies>, agency: &Agency, active: bool) -> Result<()> {
    let new = NewAgency {
        short: agency.short.clone(),
        name: agency.name.clone(),
        kind: agency.kind,
        outside: agency.outside,
        parent: agency.parent,
        district: agency.district,
        duties: agency.duties.clone(),
        contact: agency.contact.clone(),
        active,
    };
    me.write(SetAgency { id: agency.id, agency: new }).await
}
