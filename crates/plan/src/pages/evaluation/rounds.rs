//! The rounds of the region, and the form that opens one.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Refusal, RegionId};
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Redirect, SignedIn, Tag, render, render_refused,
};
use simpul_store::Result as StoreResult;
use uuid::Uuid;

use super::super::words::{day_shown, round_tag, shown, today};
use super::super::{CanManageEvaluation, CanSeeEvaluation};
use super::round::may_see;
use crate::actions::evaluation::OpenRound;
use crate::model::evaluation::Ratio;
use crate::model::evaluation::round::{result, round_state_key};
use crate::sql::{evaluation, round as sql};

struct RoundRow {
    /// Its page, where the officer may see it.
    href: Option<String>,
    name: String,
    year: i64,
    due: String,
    tag: Tag,
    state: String,
    filled: String,
    index: String,
}

#[derive(Template)]
#[template(path = "plan/rounds.html")]
struct RoundsPage {
    page: Page,
    rows: Vec<RoundRow>,
    form: Option<FormView>,
    instruments: Vec<Choice>,
    published: Vec<(String, String, i64, i64)>,
    may_compare: bool,
}

async fn rounds_page(me: &SignedIn, form: Option<FormView>) -> Result<RoundsPage, PageError> {
    let mut page = me.page("plan.evaluation.title").at("/evaluasi");
    if form.as_ref().is_some_and(FormView::has_errors) {
        page = page.failed();
    }
    let mut conn = me.read().await?;
    let mut rows = Vec::new();
    for held in sql::list(&mut conn).await? {
        let sections = sql::sections(&mut conn, held.id).await?;
        let answers = sql::answers(&mut conn, held.id).await?;
        let counted =
            result(&sections, &answers, |answer| answer.score.map(Ratio::whole)).map_err(simpul_store::Error::from)?;
        let (filled, all) = counted.completeness();
        rows.push(RoundRow {
            tag: round_tag(held.state),
            state: page.t(round_state_key(held.state)),
            due: day_shown(&page, held.due),
            filled: page.tx("plan.evaluation.filled_of", [("n", &*filled.to_string()), ("all", &*all.to_string())]),
            index: if may_see(me, &held) {
                shown(&page, counted.index)
            } else {
                page.t("plan.evaluation.not_approved")
            },
            href: may_see(me, &held).then(|| format!("/evaluasi/{}", held.id)),
            name: held.name,
            year: held.year,
        });
    }
    drop(conn);
    let mut shared = me.app.db.read(RegionId::SHARED).await?;
    let known = evaluation::instruments(&mut shared).await?;
    let mut published = Vec::new();
    for (id, name) in &known {
        let years = evaluation::years(&mut shared, *id).await?;
        published.extend(
            years.into_iter().map(|(year, count)| (simpul_shell::encode_query(name), name.clone(), year, count)),
        );
    }
    let may_open = me.may(Permission::ManageEvaluation);
    let form = form.unwrap_or_else(|| me.form()).fill("year", today(me).year().to_string());
    Ok(RoundsPage {
        page: page.usual_width(),
        rows,
        form: may_open.then_some(form),
        instruments: known.into_iter().map(|(_, name)| Choice::new(name.clone(), name)).collect(),
        published,
        may_compare: me.may(Permission::CompareRegions),
    })
}

/// The rounds.
pub async fn show(me: Officer<CanSeeEvaluation>) -> PageResult {
    render(&rounds_page(&me, None).await?)
}

async fn open_round(me: &SignedIn, form: &Form) -> StoreResult<Uuid> {
    let name = form.fields.get("instrument");
    let mut shared = me.app.db.read(RegionId::SHARED).await?;
    let known = evaluation::instrument(&mut shared, name).await?;
    drop(shared);
    let known = known.ok_or_else(|| Refusal::field("instrument", "plan.refused.choose_instrument"))?;
    let open = OpenRound {
        key: form.key(),
        name: form.fields.get("name").to_owned(),
        year: form.fields.get("year").to_owned(),
        due: form.fields.get("due").to_owned(),
        instrument_name: name.to_owned(),
        instrument: known.instrument,
    };
    me.write(open).await
}

/// Opens a round.
pub async fn open(me: Officer<CanManageEvaluation>, form: Form) -> PageResult {
    match open_round(&me, &form).await {
        Ok(id) => Ok(Redirect::to(format!("/evaluasi/{id}")).flash("plan.evaluation.opened").into_response()),
        Err(error) => {
            let view: Result<FormView, PageError> = me.refused(error, &form);
            render_refused(&rounds_page(&me, Some(view?)).await?)
        }
    }
}
