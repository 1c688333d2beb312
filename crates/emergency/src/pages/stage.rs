//! The operation centre's stage: what citizens read of it, how it is confirmed, and its checklists.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::Snapshot;
use simpul_shell::{
    Choice, Form, FormView, Handle, Officer, Page, PageError, PageResult, Path, Redirect, Site, Tag, render,
    render_refused,
};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::{CanConfirmStage, CanManageEmergency, CanSeeWall};
use crate::actions::{ConfirmStage, DropProtocol, EndItem, SaveGuide, SaveProtocol, may_end};
use crate::model::stage::{ActionItem, Confirmed, Proposal, Protocol, Reason, Stage};
use crate::sql;
use crate::stage::{self, InForce};

/// Days of the history that are shown.
const HISTORY_DAYS: i64 = 90;
/// Most rows of the history.
const HISTORY_MAX_COUNT: i64 = 100;
/// What was done in so many days stands below the list.
const ENDED_DAYS: i64 = 2;

/// What a stage means and what citizens should do.
pub struct Guide {
    /// The stage.
    pub stage: Stage,
    /// What it means.
    pub meaning: String,
    /// What citizens should do.
    pub advice: String,
}

/// The guides of all stages: the region's own words where it has any. These are Indonesian in either language.
pub async fn guides(conn: &mut Conn, page: &Page) -> Result<Vec<Guide>> {
    let own = sql::stage::guides(conn).await?;
    let guide = |stage: Stage| {
        let level = stage.level();
        let found = own.iter().find(|(known, ..)| *known == stage);
        let usual = |what: &str| page.t(&format!("emergency.stage.{what}_{level}"));
        Guide {
            stage,
            meaning: found.map_or_else(|| usual("meaning"), |(_, meaning, _)| meaning.clone()),
            advice: found.map_or_else(|| usual("advice"), |(.., advice)| advice.clone()),
        }
    };
    Ok(Stage::ALL.into_iter().map(guide).collect())
}

/// A reason in the reader's language.
pub fn reason_text(page: &Page, reason: &Reason) -> String {
    let (first, second) = reason.numbers();
    let second = match reason {
        #[expect(clippy::cast_precision_loss, reason = "calls of an hour")]
        Reason::Calls { .. } => page.decimal(second as f64 / 10.0, 1),
        _ => page.number(second),
    };
    page.tx(reason.key(), [("n", page.number(first).as_str()), ("m", second.as_str())])
}

/// The name of the district that a stage is for.
pub fn district_name(place: &Snapshot, code: Option<i64>) -> String {
    let district = code.and_then(|code| place.district(code));
    district.map_or_else(String::new, |district| format!("Kec. {}", district.name))
}

/// "Tingkat kesiagaan COC: 2 dari 5", with why and since when, as a line of a page. Nothing at stage 1.
#[derive(Template, Clone)]
#[template(path = "emergency/stage_line.html")]
pub struct StageLine {
    /// The page that it stands on.
    pub page: Page,
    /// Whether it is shown at stage 1 as well.
    pub always: bool,
    /// The region's stage.
    pub stage: Stage,
    /// Why.
    pub note: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Districts with a stage of their own: name and stage.
    pub districts: Vec<(String, Stage)>,
    /// What is proposed where it differs, for those who work here.
    pub proposed: Option<Stage>,
    /// What citizens should do.
    pub advice: String,
    /// Where more is said of it.
    pub href: &'static str,
}
impl HtmlSafe for StageLine {}

impl StageLine {
    /// For citizens: with what they should do. Nothing while all is normal.
    pub async fn public(conn: &mut Conn, page: &Page, place: &Snapshot) -> Result<StageLine> {
        let found = stage::in_force(conn).await?;
        let highest = found.districts.iter().map(|one| one.stage).max().unwrap_or(found.stage()).max(found.stage());
        let guides = guides(conn, page).await?;
        let advice = guides.into_iter().find(|guide| guide.stage == highest).map(|guide| guide.advice);
        Ok(StageLine { advice: advice.unwrap_or_default(), ..StageLine::of(page, place, &found, "/kesiagaan") })
    }

    /// For those who work here: with what is proposed where it differs.
    pub async fn staff(conn: &mut Conn, page: &Page, place: &Snapshot) -> Result<StageLine> {
        let found = stage::in_force(conn).await?;
        let proposed = stage::proposal(conn, None, page.now).await?.stage;
        Ok(StageLine::at_work(page, place, &found, proposed))
    }

    /// The same of what was read already.
    pub fn at_work(page: &Page, place: &Snapshot, found: &InForce, proposed: Stage) -> StageLine {
        let proposed = Some(proposed).filter(|stage| *stage != found.stage());
        StageLine { always: true, proposed, ..StageLine::of(page, place, found, "/112/kesiagaan") }
    }

    fn of(page: &Page, place: &Snapshot, found: &InForce, href: &'static str) -> StageLine {
        let districts = found.districts.iter();
        StageLine {
            page: page.clone(),
            always: false,
            stage: found.stage(),
            note: found.region.as_ref().map_or_else(String::new, |confirmed| confirmed.note.clone()),
            since: found.region.as_ref().map(|confirmed| confirmed.at),
            districts: districts.map(|one| (district_name(place, one.district), one.stage)).collect(),
            proposed: None,
            advice: String::new(),
            href,
        }
    }

    /// The colour that stands beside the number.
    fn tone(&self) -> &'static str {
        let highest = self.districts.iter().map(|(_, stage)| *stage).max().unwrap_or(self.stage).max(self.stage);
        match highest.level() {
            1 => "",
            2 | 3 => " warn",
            _ => " late",
        }
    }

    /// Whether there is anything to show.
    pub fn is_shown(&self) -> bool {
        self.always || self.stage.is_public() || !self.districts.is_empty()
    }
}

/// What citizens read.
#[derive(Template)]
#[template(path = "emergency/stage_public.html")]
struct PublicPage {
    page: Page,
    line: StageLine,
    guides: Vec<Guide>,
    history: Vec<(Confirmed, String)>,
}

/// The stage for everybody: what it means, what to do, and what it was. At stage 1 it says that all is normal.
pub async fn public(site: Site) -> PageResult {
    let page = site.page("emergency.stage.title").style("konsol.css").without_news();
    let mut conn = site.read().await?;
    let line = StageLine { always: true, ..StageLine::public(&mut conn, &page, &site.place).await? };
    let guides = guides(&mut conn, &page).await?;
    let history = history(&mut conn, &site.place, site.now()).await?;
    render(&PublicPage { page, line, guides, history })
}

async fn history(conn: &mut Conn, place: &Snapshot, now: Timestamp) -> Result<Vec<(Confirmed, String)>> {
    let since = now.plus_micros(-HISTORY_DAYS * DAY_MICROS);
    let found = sql::stage::history(conn, since, HISTORY_MAX_COUNT).await?;
    Ok(found.into_iter().map(|one| (one.clone(), district_name(place, one.district))).collect())
}

/// An item of a checklist as it is shown.
struct ItemRow {
    item: ActionItem,
    owner: String,
    late: bool,
    may_end: bool,
}

impl ItemRow {
    fn tag(&self) -> Tag {
        match (self.item.done, self.late, self.item.ended.is_some()) {
            (true, ..) => Tag::Done,
            (_, _, true) => Tag::Off,
            (_, true, _) => Tag::Late,
            _ => Tag::Work,
        }
    }

    fn label(&self) -> &'static str {
        match self.tag() {
            Tag::Done => "emergency.stage.item_done",
            Tag::Off => "emergency.stage.item_dropped",
            Tag::Late => "emergency.stage.item_late",
            _ => "emergency.stage.item_open",
        }
    }
}

#[derive(Template)]
#[template(path = "emergency/stage.html")]
struct StagePage {
    page: Page,
    form: FormView,
    line: StageLine,
    proposal: Proposal,
    items: Vec<ItemRow>,
    ended: Vec<ItemRow>,
    history: Vec<(Confirmed, String)>,
    guides: Vec<Guide>,
    levels: Vec<Choice>,
    districts: Vec<Choice>,
    console: bool,
    confirms: bool,
    manages: bool,
}

impl StagePage {
    fn reason(&self, reason: &Reason) -> String {
        reason_text(&self.page, reason)
    }
}

fn levels(page: &Page) -> Vec<Choice> {
    let text = |stage: Stage| {
        let level = stage.level();
        format!("{level} – {}", page.t(&format!("emergency.stage.short_{level}")))
    };
    Stage::ALL.into_iter().map(|stage| Choice::new(stage.level(), text(stage))).collect()
}

fn item_row<H: Handle>(officer: &Officer<H>, item: ActionItem) -> ItemRow {
    let agency = item.agency.and_then(|id| officer.place.agency(id)).map(|agency| agency.short.clone());
    let person = || item.officer.and_then(|id| officer.place.officer(id)).map(|person| person.name.clone());
    ItemRow {
        owner: agency.or_else(person).unwrap_or_default(),
        late: item.is_late(officer.now()),
        may_end: item.ended.is_none() && may_end(&officer.ctx, &item),
        item,
    }
}

async fn draw(officer: &Officer<CanSeeWall>, refused: Option<FormView>) -> PageResult {
    let page = officer.page("emergency.stage.title").style("konsol.css");
    let mut conn = officer.read().await?;
    let line = StageLine::staff(&mut conn, &page, &officer.place).await?;
    let proposal = stage::proposal(&mut conn, None, officer.now()).await?;
    let items = sql::stage::open_items(&mut conn).await?;
    let ended = sql::stage::ended_items(&mut conn, officer.now().plus_micros(-ENDED_DAYS * DAY_MICROS)).await?;
    let guides = guides(&mut conn, &page).await?;
    let history = history(&mut conn, &officer.place, officer.now()).await?;
    drop(conn);
    let whole = std::iter::once(Choice::new("", page.t("emergency.stage.whole_region")));
    let districts = officer.place.districts.iter().map(|one| Choice::new(one.code, format!("Kec. {}", one.name)));
    let failed = refused.is_some();
    let usual = || officer.form().fill("level", proposal.stage.level().to_string());
    let view = StagePage {
        form: refused.unwrap_or_else(usual),
        levels: levels(&page),
        districts: whole.chain(districts).collect(),
        items: items.into_iter().map(|item| item_row(officer, item)).collect(),
        ended: ended.into_iter().map(|item| item_row(officer, item)).collect(),
        console: officer.may(simpul_shell::Permission::SeeConsole),
        confirms: officer.may(simpul_shell::Permission::ConfirmStage),
        manages: officer.may(simpul_shell::Permission::ManageEmergency),
        page: if failed { page.failed() } else { page },
        line,
        proposal,
        history,
        guides,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The stage for those who work here.
pub async fn show(officer: Officer<CanSeeWall>) -> PageResult {
    draw(&officer, None).await
}

fn sees<H: Handle>(officer: &Officer<H>) -> std::result::Result<Officer<CanSeeWall>, PageError> {
    officer.also::<CanSeeWall>().ok_or_else(PageError::forbidden)
}

/// What the form says of a stage.
fn read_stage(form: &Form) -> std::result::Result<Stage, simpul_store::Error> {
    let unknown = || simpul_kernel::Refusal::field("level", "emergency.refused.stage").into();
    form.fields.int("level").and_then(Stage::new).ok_or_else(unknown)
}

/// The officer on duty confirms a stage.
pub async fn confirm(officer: Officer<CanConfirmStage>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let typed = form.fields.get("district");
    let known = || form.fields.int("district").filter(|code| officer.place.district(*code).is_some());
    let read = read_stage(&form).and_then(|stage| match (typed.is_empty(), known()) {
        (true, _) => Ok((stage, None)),
        (false, Some(code)) => Ok((stage, Some(code))),
        _ => Err(simpul_kernel::Refusal::field("district", "emergency.refused.district").into()),
    });
    let done = match read {
        Ok((stage, district)) => {
            let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
            let note = form.fields.get("note").to_owned();
            officer.write(ConfirmStage { key, district, stage, note }).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/112/kesiagaan").flash("emergency.stage.confirmed").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&seen, Some(refused)).await
        }
    }
}

/// An item of a checklist is done.
pub async fn end_item(officer: Officer<CanSeeWall>, Path(id): Path<String>, form: Form) -> PageResult {
    let item: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    match officer.write(EndItem { item }).await {
        Ok(()) => Ok(Redirect::to("/112/kesiagaan").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, Some(refused)).await
        }
    }
}

#[derive(Template)]
#[template(path = "emergency/stage_lists.html")]
struct ListsPage {
    page: Page,
    form: FormView,
    levels: Vec<Choice>,
    owners: Vec<Choice>,
    parts: Vec<(Guide, Vec<Protocol>)>,
    editing: Option<Uuid>,
}

impl ListsPage {
    fn owner(&self, protocol: &Protocol) -> String {
        if protocol.owner.is_empty() { self.page.t("emergency.stage.owner_none") } else { protocol.owner.clone() }
    }
}

async fn draw_lists(
    officer: &Officer<CanManageEmergency>,
    editing: Option<Uuid>,
    refused: Option<FormView>,
) -> PageResult {
    let page = officer.page("emergency.stage.lists_title").at("/112/kesiagaan").style("konsol.css");
    let mut conn = officer.read().await?;
    let protocols = sql::stage::protocols(&mut conn).await?;
    let guides = guides(&mut conn, &page).await?;
    drop(conn);
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    if let Some(edited) = protocols.iter().find(|one| Some(one.id) == editing).filter(|_| !failed) {
        form = form.fill("level", edited.stage.level().to_string()).fill("body", edited.body.clone());
        form = form.fill("owner", edited.owner.clone()).fill("minutes", edited.minutes.to_string());
    }
    let nobody = std::iter::once(Choice::new("", page.t("emergency.stage.owner_none")));
    let agencies =
        officer.place.active_agencies().map(|one| Choice::new(&one.short, format!("{} – {}", one.short, one.name)));
    let of = |stage: Stage| protocols.iter().filter(|one| one.stage == stage).cloned().collect();
    let view = ListsPage {
        form,
        levels: levels(&page),
        owners: nobody.chain(agencies).collect(),
        parts: guides
            .into_iter()
            .map(|guide| {
                let steps = of(guide.stage);
                (guide, steps)
            })
            .collect(),
        editing,
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The checklists and the words of each stage.
pub async fn lists(
    officer: Officer<CanManageEmergency>,
    simpul_shell::Query(query): simpul_shell::Query<simpul_shell::Fields>,
) -> PageResult {
    draw_lists(&officer, query.uuid("langkah"), None).await
}

async fn listed<T>(
    officer: &Officer<CanManageEmergency>,
    form: &Form,
    editing: Option<Uuid>,
    done: Result<T>,
) -> PageResult {
    match done {
        Ok(_) => Ok(Redirect::to("/112/kesiagaan/daftar").flash("emergency.stage.saved").into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            draw_lists(officer, editing, Some(refused)).await
        }
    }
}

/// A step is added or changed.
pub async fn save_protocol(officer: Officer<CanManageEmergency>, form: Form) -> PageResult {
    let id = form.fields.uuid("id");
    let done = match read_stage(&form) {
        Ok(stage) => {
            let text = |name: &str| form.fields.get(name).to_owned();
            let minutes = form.fields.int("minutes").unwrap_or_default();
            officer.write(SaveProtocol { id, stage, body: text("body"), owner: text("owner"), minutes }).await
        }
        Err(error) => Err(error),
    };
    listed(&officer, &form, id, done).await
}

/// A step is taken out.
pub async fn drop_protocol(officer: Officer<CanManageEmergency>, Path(id): Path<String>, form: Form) -> PageResult {
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let done = officer.write(DropProtocol { id }).await;
    listed(&officer, &form, None, done).await
}

/// The words of a stage are changed.
pub async fn save_guide(officer: Officer<CanManageEmergency>, form: Form) -> PageResult {
    let done = match read_stage(&form) {
        Ok(stage) => {
            let text = |name: &str| form.fields.get(name).to_owned();
            officer.write(SaveGuide { stage, meaning: text("meaning"), advice: text("advice") }).await
        }
        Err(error) => Err(error),
    };
    listed(&officer, &form, None, done).await
}
