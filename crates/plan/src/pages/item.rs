//! `/rapat/tindak-lanjut`: what meetings have asked for, by whom it is owed, and how it stands.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_people::{Permission, Scope, permits_in};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, render, render_refused,
};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::together::{ItemLine, Tabs, actor_name, agency_choices, officer_choices, partner_of, read_choice, read_due};
use super::{CanManageMeetings, CanSeePlan, CanWorkItems};
use crate::actions::{DropItem, FinishItem, MoveItem, ReopenItem};
use crate::model::item::{Item, ItemState, Step};
use crate::model::meeting::{Decision, Meeting};
use crate::sql;

/// Items that are over on one page.
const ENDED_ROWS_COUNT: i64 = 100;
/// The word of the address for everybody's items.
const ALL: &str = "semua";

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    perangkat: String,
    tampil: String,
}

#[derive(Template)]
#[template(path = "plan/items.html")]
struct ItemsPage {
    page: Page,
    form: FormView,
    tabs: Tabs,
    lines: Vec<ItemLine>,
    agencies: Vec<Choice>,
    late: usize,
    ended: bool,
    shown: String,
    wide: bool,
}

impl ItemsPage {
    fn tab(&self) -> &'static str {
        if self.ended { "selesai" } else { "terbuka" }
    }

    fn href(&self, tampil: &str) -> String {
        format!("/rapat/tindak-lanjut?tampil={tampil}&perangkat={}", simpul_shell::encode_query(&self.shown))
    }
}

/// Whose items are shown: those of these agencies, or all.
fn wanted(officer: &Officer<CanSeePlan>, asked: &Asked) -> Option<Vec<Uuid>> {
    if let Some(own) = partner_of(officer) {
        return Some(own);
    }
    match (asked.perangkat.as_str(), asked.perangkat.parse(), officer.scope(Permission::WorkItems)) {
        (ALL, ..) => None,
        (_, Ok(agency), _) => Some(vec![agency]),
        (_, _, Scope::Agencies(own)) => Some(own),
        _ => None,
    }
}

async fn items(conn: &mut Conn, wanted: Option<&[Uuid]>, ended: bool) -> Result<Vec<Item>> {
    let Some(agencies) = wanted else {
        return if ended { sql::item::ended(conn, ENDED_ROWS_COUNT).await } else { sql::item::open(conn).await };
    };
    let mut found = Vec::new();
    for agency in agencies {
        found.extend(match ended {
            true => sql::item::ended_of(conn, *agency, ENDED_ROWS_COUNT).await?,
            false => sql::item::open_of(conn, *agency).await?,
        });
    }
    found.sort_by_key(|item| item.due);
    if ended {
        found.reverse();
    }
    Ok(found)
}

/// The list.
pub async fn list(officer: Officer<CanSeePlan>, Query(asked): Query<Asked>) -> PageResult {
    let page = officer.page("plan.item.title").at("/rapat");
    let whose = wanted(&officer, &asked);
    let ended = asked.tampil == "selesai";
    let found = items(&mut officer.read().await?, whose.as_deref(), ended).await?;
    let lines: Vec<ItemLine> =
        found.into_iter().map(|item| ItemLine::of(item, &officer.place, officer.now())).collect();
    let shown = match whose.as_deref() {
        None => ALL.to_owned(),
        Some([one]) => one.to_string(),
        Some(_) => String::new(),
    };
    render(&ItemsPage {
        tabs: Tabs::new(&page, &officer, "/rapat/tindak-lanjut"),
        form: officer.form().fill("perangkat", shown.clone()),
        late: lines.iter().filter(|line| line.item.is_late(officer.now())).count(),
        lines,
        agencies: officer.place.active_agencies().map(|one| Choice::new(one.id, one.short.clone())).collect(),
        ended,
        shown,
        wide: partner_of(&officer).is_none(),
        page,
    })
}

struct StepLine {
    step: Step,
    by: String,
    key: String,
}

#[derive(Template)]
#[template(path = "plan/item.html")]
struct ItemPage {
    page: Page,
    form: FormView,
    line: ItemLine,
    agency: String,
    decision: Decision,
    meeting: Meeting,
    steps: Vec<StepLine>,
    agencies: Vec<Choice>,
    officers: Vec<Choice>,
    works: bool,
    manages: bool,
}

impl ItemPage {
    fn path(&self, deed: &str) -> String {
        format!("/rapat/tindak-lanjut/{}/{deed}", self.line.item.id)
    }

    fn is(&self, state: ItemState) -> bool {
        self.line.item.state == state
    }
}

async fn find<H: simpul_shell::Handle>(officer: &Officer<H>, id: Uuid) -> std::result::Result<Item, PageError> {
    let item = sql::item::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let hidden = partner_of(officer).is_some_and(|own| !own.contains(&item.agency));
    if hidden { Err(PageError::not_found()) } else { Ok(item) }
}

async fn draw(officer: &Officer<CanSeePlan>, item: Item, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let decision = sql::meeting::decision(&mut conn, item.decision).await?.ok_or_else(PageError::not_found)?;
    let meeting = sql::meeting::by_id(&mut conn, item.meeting).await?.ok_or_else(PageError::not_found)?;
    let steps = sql::item::steps(&mut conn, item.id).await?;
    drop(conn);
    let page = officer.page("plan.item.title").title_text(item.shown()).at("/rapat").usual_width();
    let failed = refused.is_some();
    let day = officer.region().zone.date(item.due).to_string();
    let form = refused.unwrap_or_else(|| officer.form());
    let form = form.fill("agency", item.agency.to_string()).fill("due", day);
    let form = form.fill("officer", item.officer.map(|id| id.to_string()).unwrap_or_default());
    let line = |step: Step| StepLine {
        by: actor_name(&officer.place, &step.by),
        key: format!("plan.item.step.{}", step.what),
        step,
    };
    let view = ItemPage {
        form,
        agency: officer.place.agency(item.agency).map(|agency| agency.name.clone()).unwrap_or_default(),
        works: permits_in(&officer.ctx.actor, Permission::WorkItems, item.agency),
        manages: officer.may(Permission::ManageMeetings),
        line: ItemLine::of(item, &officer.place, officer.now()),
        decision,
        meeting,
        steps: steps.into_iter().map(line).collect(),
        agencies: agency_choices(&officer.place),
        officers: officer_choices(&officer.place),
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// One item.
pub async fn show(officer: Officer<CanSeePlan>, Path(id): Path<Uuid>) -> PageResult {
    let item = find(&officer, id).await?;
    draw(&officer, item, None).await
}

async fn answer<H: simpul_shell::Handle>(
    officer: &Officer<H>,
    id: Uuid,
    form: &Form,
    (done, flash): (Result<()>, &'static str),
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/rapat/tindak-lanjut/{id}")).flash(flash).into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            let seen = officer.also::<CanSeePlan>().ok_or_else(PageError::forbidden)?;
            let item = find(&seen, id).await?;
            draw(&seen, item, Some(refused)).await
        }
    }
}

/// The owner has done it.
pub async fn finish(officer: Officer<CanWorkItems>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let item = find(&officer, id).await?;
    let finish = FinishItem {
        key: form.key().unwrap_or_else(|| officer.ctx.new_id()),
        item: item.id,
        text: form.fields.raw("text").to_owned(),
        link: form.fields.get("link").to_owned(),
    };
    let done = officer.write(finish).await;
    answer(&officer, id, &form, (done, "plan.item.flash_done")).await
}

/// What was done is not enough.
pub async fn reopen(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let due = read_due(officer.region().zone, form.fields.get("due"));
    let done = officer.write(ReopenItem { item: id, due, reason: form.fields.raw("reason").to_owned() }).await;
    answer(&officer, id, &form, (done, "plan.item.flash_saved")).await
}

/// Another owner or deadline.
pub async fn shift(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let owner = read_choice(fields.get("agency"), "agency", "plan.item.refused.agency");
    let person = read_choice(fields.get("officer"), "officer", "plan.item.refused.officer");
    let done = match (owner, person) {
        (Ok(agency), Ok(person)) => {
            let due = read_due(officer.region().zone, fields.get("due"));
            let reason = fields.raw("reason").to_owned();
            officer.write(MoveItem { item: id, agency, officer: person, due, reason }).await
        }
        (Err(refusal), _) | (_, Err(refusal)) => Err(refusal.into()),
    };
    answer(&officer, id, &form, (done, "plan.item.flash_saved")).await
}

/// It is not wanted any more.
pub async fn give_up(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = officer.write(DropItem { item: id, reason: form.fields.raw("reason").to_owned() }).await;
    answer(&officer, id, &form, (done, "plan.item.flash_saved")).await
}
