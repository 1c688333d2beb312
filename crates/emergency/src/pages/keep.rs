//! What a supervisor keeps: units with their crews and keys, agencies' own words, telephone lines and extensions.

use askama::Template;
use axum::response::IntoResponse;
use simpul_people::model::secret::Secret;
use simpul_people::{Agency, KeyScope};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, Tag, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::typed::read_point;
use super::view::unit_tag;
use super::{CanManageEmergency, CanSendUnits};
use crate::actions::{AddUnit, AddWord, DropWord, GiveUnitKey, SayUnit, SetUnit, TakeUnitKey};
use crate::model::seed::UNIT_KINDS;
use crate::model::{Unit, UnitStatus};
use crate::pages::crew::{key_hash, read_word, word_choices};
use crate::sql;
use crate::sql::ami::Switch;
use crate::sql::field::{OwnWord, UnitCard};

/// The tabs of what is kept: address and name.
pub(super) const TABS: [(&str, &str); 6] = [
    ("/112/atur", "emergency.keep.units"),
    ("/112/atur/jenis", "emergency.keep.types"),
    ("/112/atur/waktu", "emergency.keep.timers"),
    ("/112/atur/kata", "emergency.keep.words"),
    ("/112/atur/kontak", "emergency.keep.contacts"),
    ("/112/atur/saluran", "emergency.keep.lines"),
];

/// The row of tabs with the one that is open.
#[derive(Template, Clone)]
#[template(path = "emergency/keep_tabs.html")]
pub(super) struct Tabs {
    page: Page,
    at: &'static str,
}
impl askama::filters::HtmlSafe for Tabs {}

impl Tabs {
    pub(super) fn new(page: &Page, at: &'static str) -> Tabs {
        Tabs { page: page.clone(), at }
    }

    fn all(&self) -> &'static [(&'static str, &'static str)] {
        &TABS
    }

    fn is_open(&self, href: &str) -> bool {
        self.at == href
    }
}

/// A page of the list, whole or with what was refused.
pub(super) fn shown(view: &impl Template, failed: bool) -> PageResult {
    if failed { render_refused(view) } else { render(view) }
}

/// The page as it stands after a refusal.
pub(super) fn after(page: Page, refused: &Option<FormView>) -> Page {
    if refused.is_some() { page.failed() } else { page }
}

struct UnitLine {
    unit: Unit,
    card: UnitCard,
    agency: String,
}

#[derive(Template)]
#[template(path = "emergency/keep_units.html")]
struct UnitsPage {
    page: Page,
    tabs: Tabs,
    lines: Vec<UnitLine>,
}

impl UnitsPage {
    fn kind(&self, unit: &Unit) -> String {
        self.page.t(&format!("emergency.unit_kind.{}", unit.kind))
    }

    fn status(&self, unit: &Unit) -> String {
        self.page.t(&format!("emergency.unit_status.{}", unit.status.name()))
    }

    fn tag(&self, unit: &Unit) -> Tag {
        unit_tag(unit.status)
    }
}

/// All units, those out of use as well.
pub async fn units(officer: Officer<CanManageEmergency>) -> PageResult {
    let mut conn = officer.read().await?;
    let units = sql::unit::every(&mut conn).await?;
    let cards = sql::field::cards(&mut conn).await?;
    drop(conn);
    let line = |unit: Unit| UnitLine {
        card: cards.iter().find(|card| card.unit == unit.id).cloned().unwrap_or_default(),
        agency: officer.place.agency(unit.agency).map(|agency| agency.short.clone()).unwrap_or_default(),
        unit,
    };
    let page = officer.page("emergency.keep.units").at("/112/atur");
    let tabs = Tabs::new(&page, "/112/atur");
    render(&UnitsPage { lines: units.into_iter().map(line).collect(), tabs, page })
}

#[derive(Template)]
#[template(path = "emergency/keep_unit.html")]
struct UnitPage {
    page: Page,
    form: FormView,
    unit: Option<Uuid>,
    has_key: bool,
    /// The address of the crew's page, shown once.
    address: Option<String>,
    agencies: Vec<Choice>,
    kinds: Vec<Choice>,
}

impl UnitPage {
    fn key_path(&self, id: &Uuid, deed: &str) -> String {
        format!("/112/atur/unit/{id}/{deed}")
    }

    fn action(&self) -> String {
        format!("/112/atur/unit/{}", self.unit.map_or_else(|| "baru".to_owned(), |id| id.to_string()))
    }
}

pub(super) fn agency_choices<'a>(agencies: impl Iterator<Item = &'a Agency>) -> Vec<Choice> {
    agencies.map(|agency| Choice::new(agency.id, agency.short.clone())).collect()
}

async fn draw_unit(
    officer: &Officer<CanManageEmergency>,
    id: Option<Uuid>,
    refused: Option<FormView>,
    address: Option<String>,
) -> PageResult {
    let page = after(officer.page("emergency.keep.unit").at("/112/atur"), &refused);
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    let mut has_key = false;
    if let Some(id) = id {
        let mut conn = officer.read().await?;
        let unit = sql::unit::by_id(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
        let card = sql::field::card(&mut conn, id).await?;
        has_key = card.has_key;
        let base = unit.base.map(|base| format!("{:.5}, {:.5}", base.lat(), base.lon())).unwrap_or_default();
        form = form.fill("call_sign", unit.call_sign).fill("agency", unit.agency.to_string()).fill("kind", unit.kind);
        form = form.fill("point", base).fill("base_name", card.base_name).fill("crew", card.crew);
        form = form.fill("phone", card.phone).fill("capabilities", card.capabilities);
        // A box that is not ticked does not come: what was typed wins over what is kept.
        if unit.active && !failed {
            form = form.fill("active", "1");
        }
    }
    let kinds = UNIT_KINDS.iter().map(|(kind, _)| Choice::new(kind, page.t(&format!("emergency.unit_kind.{kind}"))));
    let view = UnitPage {
        agencies: agency_choices(officer.place.active_agencies()),
        kinds: kinds.collect(),
        unit: id,
        has_key,
        address,
        form,
        page,
    };
    shown(&view, failed)
}

fn id_of(typed: &str) -> Result<Uuid, PageError> {
    typed.parse().map_err(|_| PageError::not_found())
}

/// The unit that an address names; `baru` is a new one.
fn named_unit(typed: &str) -> Result<Option<Uuid>, PageError> {
    if typed == "baru" { Ok(None) } else { id_of(typed).map(Some) }
}

/// A unit that is known, or a new one.
pub async fn unit(officer: Officer<CanManageEmergency>, Path(id): Path<String>) -> PageResult {
    draw_unit(&officer, named_unit(&id)?, None, None).await
}

fn card_of(unit: Uuid, form: &Form) -> UnitCard {
    let text = |name| form.fields.get(name).to_owned();
    UnitCard {
        unit,
        base_name: text("base_name"),
        crew: text("crew"),
        phone: text("phone"),
        capabilities: text("capabilities"),
        ..UnitCard::default()
    }
}

async fn save_unit(officer: &Officer<CanManageEmergency>, id: Option<Uuid>, form: &Form) -> simpul_store::Result<()> {
    let fields = &form.fields;
    let base = read_point(fields.get("point"))?;
    let agency = fields.uuid("agency").unwrap_or_default();
    let (call_sign, kind) = (fields.get("call_sign").to_owned(), fields.get("kind").to_owned());
    let (id, active) = match id {
        Some(id) => (id, fields.has("active")),
        None => {
            let add = AddUnit { agency, call_sign: call_sign.clone(), kind: kind.clone(), base };
            (officer.write(add).await?, true)
        }
    };
    let known = sql::unit::by_id(&mut officer.read().await?, id).await?.ok_or(Error::NotFound("unit"))?;
    let unit = Unit { agency, call_sign, kind, base, active, ..known };
    officer.write(SetUnit { unit, card: card_of(id, form) }).await
}

/// Keeps a unit.
pub async fn keep_unit(officer: Officer<CanManageEmergency>, Path(id): Path<String>, form: Form) -> PageResult {
    let known = named_unit(&id)?;
    match save_unit(&officer, known, &form).await {
        Ok(()) => Ok(Redirect::to("/112/atur").flash("emergency.keep.kept").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw_unit(&officer, known, Some(refused), None).await
        }
    }
}

/// The crew gets a key: the address of its page is shown this once and is kept nowhere.
pub async fn give_key(officer: Officer<CanManageEmergency>, Path(id): Path<String>, _form: Form) -> PageResult {
    let unit = id_of(&id)?;
    let key = Secret::new(&officer.ctx.env, "").shown;
    officer.write(GiveUnitKey { unit, key_hash: key_hash(&key) }).await?;
    let address = format!("{}/112/unit/{key}", officer.base_url());
    draw_unit(&officer, Some(unit), None, Some(address)).await
}

/// The crew's key opens nothing any more.
pub async fn take_key(officer: Officer<CanManageEmergency>, Path(id): Path<String>, _form: Form) -> PageResult {
    let unit = id_of(&id)?;
    officer.write(TakeUnitKey { unit }).await?;
    Ok(Redirect::to(format!("/112/atur/unit/{unit}")).flash("emergency.keep.key_taken").into_response())
}

#[derive(Template)]
#[template(path = "emergency/unit_state.html")]
struct StatePage {
    page: Page,
    form: FormView,
    unit: Unit,
    card: UnitCard,
    words: Vec<Choice>,
}

impl StatePage {
    fn action(&self) -> String {
        format!("/112/keadaan/{}", self.unit.id)
    }

    fn tag(&self) -> Tag {
        unit_tag(self.unit.status)
    }

    fn status(&self) -> String {
        self.page.t(&format!("emergency.unit_status.{}", self.unit.status.name()))
    }
}

async fn draw_state(officer: &Officer<CanSendUnits>, id: Uuid, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let unit = sql::unit::by_id(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
    let card = sql::field::card(&mut conn, id).await?;
    let words = sql::field::words(&mut conn).await?;
    drop(conn);
    let page = officer.page("emergency.state.title").at("/112").narrow();
    let page = after(page.title_text(unit.call_sign.clone()), &refused);
    let failed = refused.is_some();
    let view = StatePage {
        words: word_choices(&page, &words, unit.agency),
        form: refused.unwrap_or_else(|| officer.form()),
        unit,
        card,
        page,
    };
    shown(&view, failed)
}

/// What a unit does, from the console.
pub async fn state(officer: Officer<CanSendUnits>, Path(id): Path<String>) -> PageResult {
    draw_state(&officer, id_of(&id)?, None).await
}

/// Says what a unit does.
pub async fn say_state(officer: Officer<CanSendUnits>, Path(id): Path<String>, form: Form) -> PageResult {
    let unit = id_of(&id)?;
    let done = match read_word(form.fields.get("status")) {
        Ok((status, word)) => {
            let reason = form.fields.get("reason").to_owned();
            officer.write(SayUnit { unit, status, word, reason }).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/112").flash("emergency.state.said").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw_state(&officer, unit, Some(refused)).await
        }
    }
}

#[derive(Template)]
#[template(path = "emergency/keep_words.html")]
struct WordsPage {
    page: Page,
    tabs: Tabs,
    form: FormView,
    words: Vec<(OwnWord, String)>,
    agencies: Vec<Choice>,
    states: Vec<Choice>,
}

impl WordsPage {
    fn drop_path(&self, word: &OwnWord) -> String {
        format!("/112/atur/kata/{}/hapus", word.id)
    }

    fn meaning(&self, word: &OwnWord) -> String {
        self.page.t(&format!("emergency.unit_status.{}", word.status.name()))
    }
}

async fn draw_words(officer: &Officer<CanManageEmergency>, refused: Option<FormView>) -> PageResult {
    let words = sql::field::words(&mut officer.read().await?).await?;
    let page = after(officer.page("emergency.keep.words").at("/112/atur"), &refused);
    let failed = refused.is_some();
    let agency = |word: &OwnWord| officer.place.agency(word.agency).map(|agency| agency.short.clone());
    let states = UnitStatus::ALL.iter();
    let view = WordsPage {
        tabs: Tabs::new(&page, "/112/atur/kata"),
        words: words.into_iter().map(|word| (word.clone(), agency(&word).unwrap_or_default())).collect(),
        agencies: agency_choices(officer.place.active_agencies()),
        states: states
            .map(|status| Choice::new(status.name(), page.t(&format!("emergency.unit_status.{}", status.name()))))
            .collect(),
        form: refused.unwrap_or_else(|| officer.form()),
        page,
    };
    shown(&view, failed)
}

/// Agencies' own words.
pub async fn words(officer: Officer<CanManageEmergency>) -> PageResult {
    draw_words(&officer, None).await
}

/// A further word.
pub async fn add_word(officer: Officer<CanManageEmergency>, form: Form) -> PageResult {
    let fields = &form.fields;
    let chosen = || simpul_kernel::Refusal::field("status", "emergency.refused.choose");
    let done = match UnitStatus::parse(fields.get("status")) {
        Some(status) => {
            let agency = fields.uuid("agency").unwrap_or_default();
            officer.write(AddWord { agency, word: fields.get("word").to_owned(), status }).await
        }
        None => Err(chosen().into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/112/atur/kata").flash("emergency.keep.kept").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw_words(&officer, Some(refused)).await
        }
    }
}

/// A word that is used no more.
pub async fn drop_word(officer: Officer<CanManageEmergency>, Path(id): Path<String>, _form: Form) -> PageResult {
    officer.write(DropWord { word: id_of(&id)? }).await?;
    Ok(Redirect::to("/112/atur/kata").flash("emergency.keep.kept").into_response())
}

/// A line that tells of its calls by the webhook.
struct Line {
    name: String,
    used: Option<simpul_kernel::Timestamp>,
    made: simpul_kernel::Timestamp,
}

#[derive(Template)]
#[template(path = "emergency/keep_lines.html")]
struct LinesPage {
    page: Page,
    tabs: Tabs,
    switches: Vec<Switch>,
    lines: Vec<Line>,
    takers: Vec<(String, String)>,
}

impl LinesPage {
    fn tag(&self, switch: &Switch) -> Tag {
        match switch.state.as_str() {
            "up" => Tag::Done,
            "down" => Tag::Late,
            _ => Tag::New,
        }
    }

    fn state(&self, switch: &Switch) -> String {
        let known = ["up", "down"].into_iter().find(|state| *state == switch.state);
        format!("emergency.lines.{}", known.unwrap_or("new"))
    }
}

/// Telephone systems that are listened to and whether they are heard, lines that tell by themselves, and who sits
/// where. Switches and keys are set by the command `simpul trunk`; whoever administers the region revokes keys.
pub async fn lines(officer: Officer<CanManageEmergency>) -> PageResult {
    let mut conn = officer.read().await?;
    let keys = simpul_people::sql::door::api_keys(&mut conn).await?;
    let takers = sql::field::takers(&mut conn).await?;
    let switches = sql::ami::all(&mut conn).await?;
    drop(conn);
    let keys = keys.into_iter().filter(|key| key.has(KeyScope::Trunk) && key.revoked_at.is_none());
    let name = |id| officer.place.officer(id).map(|officer| officer.name.clone()).unwrap_or_default();
    let page = officer.page("emergency.keep.lines").at("/112/atur");
    render(&LinesPage {
        tabs: Tabs::new(&page, "/112/atur/saluran"),
        switches,
        lines: keys.map(|key| Line { name: key.name, used: key.used_at, made: key.created_at }).collect(),
        takers: takers.into_iter().map(|(officer, extension)| (extension, name(officer))).collect(),
        page,
    })
}
