//! `/bukti/angka`: a figure that the system counts becomes evidence, with its definition, its days and the journal's
//! place.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::calendar::parse_date;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::{FigureKey, FigureSpan, Refusal};
use simpul_people::Permission;
use simpul_shell::{
    Choice, Fields, FigureAsked, Form, FormView, Officer, Page, PageError, PageResult, Query, Redirect, SignedIn,
    render, render_refused,
};
use simpul_store::{Error, Result as StoreResult, journal};

use super::CanKeepEvidence;
use super::figure::{self, FigureFields, span_text};
use crate::actions::evidence::{AddFigure, keep_snapshot};
use crate::model::evidence::SubjectKind;
use crate::model::figure::{JournalPlace, Snapshot, amount, hexadecimal};
use crate::sql;

#[derive(Template)]
#[template(path = "plan/figure_new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    figure_fields: FigureFields,
    agencies: Vec<Choice>,
    programme: Option<(String, String)>,
}

async fn draw(me: &SignedIn, form: FormView, code: &str) -> Result<NewPage, PageError> {
    let mut page = me.page("plan.figure.attach").at("/bukti").usual_width();
    if form.has_errors() {
        page = page.failed();
    }
    let mut conn = me.read().await?;
    let programme = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let scope = me.scope(Permission::KeepEvidence);
    let own: Vec<_> = me.place.active_agencies().filter(|agency| scope.covers(agency.id)).collect();
    // Who keeps the evidence of one agency only need not choose it; else it is the programme's.
    let usual = match own.as_slice() {
        [agency] => Some(agency.id),
        _ => programme.as_ref().and_then(|one| one.agency),
    };
    let form = match usual {
        Some(agency) => form.fill("agency", agency.to_string()),
        None => form,
    };
    Ok(NewPage {
        figure_fields: FigureFields::read(&mut conn, me, &page).await?,
        agencies: own.into_iter().map(|agency| Choice::new(agency.id, agency.short.clone())).collect(),
        programme: programme.map(|one| (one.code, one.name)),
        form,
        page,
    })
}

/// The form, filled with what the address asks for.
pub async fn new(me: Officer<CanKeepEvidence>, Query(asked): Query<Fields>) -> PageResult {
    let mut form = me.form();
    if let Ok(key) = FigureKey::parse(asked.get("figure")) {
        form = figure::fill(form, &key);
    }
    for name in ["from", "to"] {
        if parse_date(asked.get(name)).is_some() {
            form = form.fill(name, asked.get(name));
        }
    }
    render(&draw(&me, form, asked.get("program")).await?)
}

fn day(fields: &Fields, name: &'static str) -> Result<time::Date, Refusal> {
    parse_date(fields.get(name)).ok_or_else(|| Refusal::field(name, "plan.refused.day"))
}

/// Counts the figure now. What it says is in Indonesian: evidence is an official paper.
async fn snapshot(me: &SignedIn, key: &FigureKey, span: FigureSpan) -> StoreResult<Snapshot> {
    let mut page = me.page("plan.figure.attach");
    page.lang = Lang::Id;
    let mut conn = me.read().await?;
    let asked = FigureAsked { key, span, place: &me.place, now: me.now() };
    let counted = me.app.count_figure(&mut conn, asked).await?;
    let words = me.app.figure_words(&mut conn, &me.place, (&page, key)).await?;
    let line = journal::line_at(&mut conn, counted.seq).await?;
    let zone = me.region().zone;
    Ok(Snapshot {
        region: me.region().id.0,
        region_name: me.region().full_name(),
        sample: if me.region().demo { page.t("shell.demo") } else { String::new() },
        figure: key.to_string(),
        title: words.title,
        definition: words.definition,
        unit: words.unit,
        first_day: span.from().to_string(),
        last_day: span.to().to_string(),
        zone: zone.name().to_owned(),
        value: amount(counted.count).map(|value| value.plain()),
        fraction: counted.count.value,
        cases: counted.count.cases,
        counted_at: counted.at.0,
        counted_at_text: format::stamp(Lang::Id, zone, counted.at),
        journal: JournalPlace { seq: counted.seq, hash: line.map(|line| hexadecimal(&line.hash)).unwrap_or_default() },
    })
}

async fn add(me: &SignedIn, fields: &Fields) -> StoreResult<uuid::Uuid> {
    let key = figure::chosen(me, fields).await?;
    let key = key.ok_or_else(|| Refusal::field("figure", "plan.figure.refused.none"))?;
    let span = FigureSpan::new(day(fields, "from")?, day(fields, "to")?)?;
    if span.from() > me.region().zone.date(me.now()) {
        return Err(Refusal::field("from", "plan.figure.refused.future").into());
    }
    let claim = match fields.get("program") {
        "" => None,
        code => {
            let found = sql::plan::programme_by_code(&mut me.read().await?, &code.to_uppercase()).await?;
            Some((SubjectKind::Programme, found.ok_or(Error::NotFound("programme"))?.id))
        }
    };
    let snapshot = snapshot(me, &key, span).await?;
    let title = match fields.get("title") {
        "" => short(&format!("{}, {}", snapshot.title, span_text(Lang::Id, span))),
        typed => typed.to_owned(),
    };
    let file = keep_snapshot(&me.app.db, &me.ctx, &snapshot).await?;
    let (agency, note) = (fields.uuid("agency"), fields.get("note").to_owned());
    me.write(AddFigure { key: fields.key(), title, agency, note, snapshot, file, claim }).await
}

/// A name that fits into a line.
fn short(text: &str) -> String {
    text.chars().take(LINE_MAX_CHARS).collect()
}

/// A figure is counted and kept.
pub async fn create(me: Officer<CanKeepEvidence>, form: Form) -> PageResult {
    match add(&me, &form.fields).await {
        Ok(id) => Ok(Redirect::to(format!("/bukti/{id}")).flash("plan.evidence.added").into_response()),
        Err(error) => {
            let refused = me.refused(error, &form.fields)?;
            render_refused(&draw(&me, refused, form.fields.get("program")).await?)
        }
    }
}
