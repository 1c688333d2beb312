//! Who looked at whose data.

use askama::Template;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageResult, Query, Site, TimeText, render, render_refused,
};
use uuid::Uuid;

use super::person::shown_name;
use super::{ROWS, address};
use crate::CanSeeAccessLog;
use crate::model::{day, kind_prefix, span};
use crate::plain::{self, Names};
use crate::sql::{AccessFilter, access_page};

const PAGE: &str = "/admin/akses";
const FILTERS: [&str; 4] = ["petugas", "jenis", "dari", "sampai"];
const KINDS: [&str; 6] = ["report", "message", "officer", "category", "call", "block"];

struct Row {
    at: TimeText,
    who: String,
    what: String,
    subject: String,
    subject_id: Uuid,
}

#[derive(Template)]
#[template(path = "admin/access.html")]
struct AccessPage {
    page: Page,
    form: FormView,
    officers: Vec<Choice>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
    previous: Option<String>,
    next: Option<String>,
}

fn read(site: &Site, fields: &Fields) -> Result<AccessFilter, Refusal> {
    let (from, until) = (day("dari", fields.get("dari"))?, day("sampai", fields.get("sampai"))?);
    let (from, until) = span(site.region().zone, from, until);
    Ok(AccessFilter { officer: fields.uuid("petugas"), kind: kind_prefix(fields.get("jenis")), from, until })
}

pub(super) async fn list(me: Officer<CanSeeAccessLog>, Query(fields): Query<Fields>) -> PageResult {
    match read(&me, &fields) {
        Ok(filter) => render(&drawn(&me, &fields, Some(filter), me.form_of(&fields)).await?),
        Err(refusal) => {
            let form = me.form_with(&fields, &[refusal]);
            render_refused(&drawn(&me, &fields, None, form).await?)
        }
    }
}

async fn drawn(
    me: &Officer<CanSeeAccessLog>,
    fields: &Fields,
    filter: Option<AccessFilter>,
    form: FormView,
) -> simpul_store::Result<AccessPage> {
    let page = super::page(me, "admin.access.title");
    let mut conn = me.read().await?;
    let names = Names::read(&mut conn).await?;
    let limit = i64::try_from(ROWS).unwrap_or(50);
    let found = match &filter {
        Some(filter) => access_page(&mut conn, filter, fields.uuid("sebelum"), limit.saturating_add(1)).await?,
        None => Vec::new(),
    };
    let more = found.len() > ROWS;
    let last = found.get(ROWS.saturating_sub(1)).filter(|_| more).map(|line| line.id);
    let rows = found.into_iter().take(ROWS).map(|line| Row {
        at: page.time(line.at),
        who: names.who(me, &line.actor),
        what: what(me, &line.what),
        subject: plain::subject(me, &line.subject_kind),
        subject_id: line.subject_id,
    });
    let next = last.map(|id| address(PAGE, fields, &FILTERS, Some(("sebelum", id.to_string()))));
    let first = fields.has("sebelum").then(|| address(PAGE, fields, &FILTERS, None));
    let officers = me.place.officers().iter().map(|officer| Choice::new(officer.id, shown_name(me, &officer.name)));
    let any = |key: &str| std::iter::once(Choice::new("", me.t(key)));
    Ok(AccessPage {
        officers: any("admin.access.any_officer").chain(officers).collect(),
        kinds: any("admin.access.any_kind")
            .chain(KINDS.map(|kind| Choice::new(kind, plain::subject(me, kind))))
            .collect(),
        rows: rows.collect(),
        previous: first,
        next,
        page: if form.has_errors() { page.failed() } else { page },
        form,
    })
}

/// What was looked at, in the catalogue's words where it has them.
fn what(site: &Site, name: &str) -> String {
    let key = format!("admin.access.saw_{name}");
    if site.app.catalogue.has(&key) { site.t(&key) } else { name.to_owned() }
}
