//! What a supervisor settles: types of incidents with their priorities and run cards, timers, and whom to call.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::Snapshot;
use simpul_shell::{Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render};
use uuid::Uuid;

use super::CanManageEmergency;
use super::keep::{Tabs, after, shown};
use super::parts::names::author_name;
use crate::actions::{SetContact, SetTimer, SetType};
use crate::model::field::{ContactKind, agency_of_name};
use crate::model::run_card::RunCard;
use crate::model::seed::UNIT_KINDS;
use crate::model::timer::{Timer, TimerRule};
use crate::model::{IncidentType, Priority};
use crate::sql;
use crate::sql::field::Contact;

#[derive(Template)]
#[template(path = "emergency/keep_types.html")]
struct TypesPage {
    page: Page,
    tabs: Tabs,
    types: Vec<IncidentType>,
}

impl TypesPage {
    fn card(&self, kind: &IncidentType) -> String {
        let name = |kind: &str| self.page.t(&format!("emergency.unit_kind.{kind}"));
        let level = |level: &Vec<(String, u32)>| {
            level.iter().map(|(kind, count)| format!("{count} {}", name(kind))).collect::<Vec<_>>().join(", ")
        };
        kind.run_card.levels().iter().map(level).collect::<Vec<_>>().join(" / ")
    }
}

/// Types of incidents.
pub async fn types(officer: Officer<CanManageEmergency>) -> PageResult {
    let types = sql::incident::types(&mut officer.read().await?).await?;
    let page = officer.page("emergency.keep.types").at("/112/atur");
    render(&TypesPage { tabs: Tabs::new(&page, "/112/atur/jenis"), types, page })
}

/// A version of a type: number, when, who.
struct Version {
    version: i64,
    at: Timestamp,
    who: String,
    stands: String,
}

#[derive(Template)]
#[template(path = "emergency/keep_type.html")]
struct TypePage {
    page: Page,
    form: FormView,
    code: Option<String>,
    priorities: Vec<Choice>,
    kinds: String,
    versions: Vec<Version>,
}

impl TypePage {
    fn action(&self) -> String {
        format!("/112/atur/jenis/{}", self.code.as_deref().unwrap_or("baru"))
    }
}

async fn draw_type(officer: &Officer<CanManageEmergency>, code: Option<&str>, refused: Option<FormView>) -> PageResult {
    let page = after(officer.page("emergency.keep.type").at("/112/atur"), &refused);
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    let mut versions = Vec::new();
    if let Some(code) = code {
        let mut conn = officer.read().await?;
        let types = sql::incident::types(&mut conn).await?;
        let kind = types.into_iter().find(|kind| kind.code == code).ok_or_else(PageError::not_found)?;
        versions = sql::field::type_versions(&mut conn, code).await?;
        let seen = versions.first().map_or(0, |(version, ..)| *version);
        form = form.fill("name", &kind.name).fill("group", &kind.group).fill("words", &kind.words);
        form = form
            .fill("priority", kind.priority.level().to_string())
            .fill("run_card", kind.run_card.named(|kind| kind_word(&page, kind)).text());
        form = form.fill("seen", seen.to_string());
        if kind.active && !failed {
            form = form.fill("active", "1");
        }
    }
    let version = |(version, at, author, stands): (i64, Timestamp, String, String)| {
        let who = author_name(&officer.place, &author);
        Version { version, at, who, stands: stands_line(&stands) }
    };
    let view = TypePage {
        priorities: Priority::ALL.iter().map(|one| Choice::new(one.level(), format!("P{}", one.level()))).collect(),
        kinds: UNIT_KINDS.map(|(kind, _)| kind_word(&page, kind)).join(", "),
        versions: versions.into_iter().map(version).collect(),
        code: code.map(str::to_owned),
        form,
        page,
    };
    shown(&view, failed)
}

/// How a type stood, as a line.
fn stands_line(stands: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(stands).unwrap_or_default();
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    format!("{} · P{} · {}", text("name"), value["priority"], text("run_card"))
}

/// A type that is known; `baru` is a new one.
pub async fn one_type(officer: Officer<CanManageEmergency>, Path(code): Path<String>) -> PageResult {
    draw_type(&officer, Some(code.as_str()).filter(|code| *code != "baru"), None).await
}

/// A kind of unit as a run card on a screen names it.
fn kind_word(page: &Page, kind: &str) -> String {
    page.t(&format!("emergency.unit_kind.{kind}")).to_lowercase()
}

/// The kind that a word on a screen means; what is none stays, to be refused by its name.
fn kind_of(page: &Page, word: &str) -> String {
    let word = word.to_lowercase();
    let known = UNIT_KINDS.iter().find(|(kind, _)| kind_word(page, kind) == word);
    known.map_or(word, |(kind, _)| (*kind).to_owned())
}

fn read_kind(page: &Page, code: &str, form: &Form) -> Result<IncidentType, Refusal> {
    let fields = &form.fields;
    let priority = fields.int("priority").and_then(Priority::new);
    let card = RunCard::read(fields.get("run_card")).map(|card| card.named(|word| kind_of(page, word)));
    let wrong_card = || Refusal::field("run_card", "emergency.refused.run_card");
    Ok(IncidentType {
        code: code.to_owned(),
        group: fields.get("group").to_owned(),
        name: fields.get("name").to_owned(),
        words: fields.get("words").to_owned(),
        priority: priority.ok_or_else(|| Refusal::field("priority", "emergency.refused.priority"))?,
        run_card: card.ok_or_else(wrong_card)?,
        active: fields.has("active"),
    })
}

/// Keeps a type.
pub async fn keep_type(officer: Officer<CanManageEmergency>, Path(code): Path<String>, form: Form) -> PageResult {
    let is_new = code == "baru";
    let named = if is_new { form.fields.get("code").to_owned() } else { code.clone() };
    let seen = form.fields.int("seen").unwrap_or(0);
    let done = match read_kind(&officer.page("emergency.keep.types"), &named, &form) {
        Ok(kind) => officer.write(SetType { kind, is_new, seen }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/112/atur/jenis").flash("emergency.keep.kept").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw_type(&officer, Some(code.as_str()).filter(|_| !is_new), Some(refused)).await
        }
    }
}

#[derive(Template)]
#[template(path = "emergency/keep_timers.html")]
struct TimersPage {
    page: Page,
    tabs: Tabs,
    rules: Vec<TimerRule>,
}

impl TimersPage {
    fn name(&self, rule: &TimerRule) -> String {
        self.page.t(&format!("emergency.timer.{}", rule.timer.name()))
    }
}

/// Timers, each with its figures and their source.
pub async fn timers(officer: Officer<CanManageEmergency>) -> PageResult {
    let rules = sql::timer::rules(&mut officer.read().await?).await?;
    let page = officer.page("emergency.keep.timers").at("/112/atur");
    render(&TimersPage { tabs: Tabs::new(&page, "/112/atur/waktu"), rules, page })
}

#[derive(Template)]
#[template(path = "emergency/keep_timer.html")]
struct TimerPage {
    page: Page,
    form: FormView,
    rule: TimerRule,
}

impl TimerPage {
    fn name(&self) -> String {
        self.page.t(&format!("emergency.timer.{}", self.rule.timer.name()))
    }

    fn action(&self) -> String {
        format!("/112/atur/waktu/{}", self.rule.timer.name())
    }
}

async fn draw_timer(officer: &Officer<CanManageEmergency>, timer: Timer, refused: Option<FormView>) -> PageResult {
    let rules = sql::timer::rules(&mut officer.read().await?).await?;
    let rule = rules.into_iter().find(|rule| rule.timer == timer).ok_or_else(PageError::not_found)?;
    let page = after(officer.page(&format!("emergency.timer.{}", timer.name())).at("/112/atur"), &refused);
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let form = form.fill("warn", rule.warn_seconds.to_string()).fill("alarm", rule.alarm_seconds.to_string());
    let mut form = form.fill("source", &rule.source);
    if rule.active && !failed {
        form = form.fill("active", "1");
    }
    shown(&TimerPage { page, form, rule }, failed)
}

fn timer_of(code: &str) -> Result<Timer, PageError> {
    Timer::parse(code).ok_or_else(PageError::not_found)
}

/// One timer, to change.
pub async fn timer(officer: Officer<CanManageEmergency>, Path(code): Path<String>) -> PageResult {
    draw_timer(&officer, timer_of(&code)?, None).await
}

/// Settles a timer.
pub async fn keep_timer(officer: Officer<CanManageEmergency>, Path(code): Path<String>, form: Form) -> PageResult {
    let (fields, timer) = (&form.fields, timer_of(&code)?);
    let rule = TimerRule {
        timer,
        // What is no number is out of range.
        warn_seconds: fields.int("warn").unwrap_or(0),
        alarm_seconds: fields.int("alarm").unwrap_or(0),
        source: fields.get("source").to_owned(),
        active: fields.has("active"),
    };
    match officer.write(SetTimer { rule }).await {
        Ok(()) => Ok(Redirect::to("/112/atur/waktu").flash("emergency.keep.kept").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw_timer(&officer, timer, Some(refused)).await
        }
    }
}

#[derive(Template)]
#[template(path = "emergency/keep_contacts.html")]
struct ContactsPage {
    page: Page,
    tabs: Tabs,
    form: FormView,
    contacts: Vec<Contact>,
    kinds: Vec<Choice>,
    agencies: Vec<Choice>,
    /// Short names of the agencies whose officers acknowledge, by contact.
    owners: Vec<String>,
    id: String,
}

impl ContactsPage {
    fn is_new(&self) -> bool {
        self.id == "baru"
    }

    fn action(&self) -> String {
        format!("/112/atur/kontak/{}", self.id)
    }

    fn rows(&self) -> impl Iterator<Item = (&Contact, &String)> {
        self.contacts.iter().zip(&self.owners)
    }

    fn kind(&self, contact: &Contact) -> String {
        self.page.t(&format!("emergency.contact.{}", contact.kind.name()))
    }
}

async fn draw_contacts(
    officer: &Officer<CanManageEmergency>,
    id: Option<Uuid>,
    refused: Option<FormView>,
) -> PageResult {
    let contacts = sql::field::contacts(&mut officer.read().await?).await?;
    let page = after(officer.page("emergency.keep.contacts").at("/112/atur"), &refused);
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    if let Some(id) = id {
        let one = contacts.iter().find(|contact| contact.id == id).ok_or_else(PageError::not_found)?;
        form = form.fill("kind", one.kind.name()).fill("name", &one.name).fill("phone", &one.phone);
        form = form.fill("note", &one.note);
        form = form.fill("agency", one.agency.map(|id| id.to_string()).unwrap_or_default());
        if one.active && !failed {
            form = form.fill("active", "1");
        }
    }
    let kinds = ContactKind::ALL.iter();
    let view = ContactsPage {
        tabs: Tabs::new(&page, "/112/atur/kontak"),
        kinds: kinds
            .map(|kind| Choice::new(kind.name(), page.t(&format!("emergency.contact.{}", kind.name()))))
            .collect(),
        agencies: officer.place.active_agencies().map(|one| Choice::new(one.id, one.name.clone())).collect(),
        owners: contacts.iter().map(|contact| owner_of(&officer.place, contact)).collect(),
        id: id.map_or_else(|| "baru".to_owned(), |id| id.to_string()),
        contacts,
        form,
        page,
    };
    shown(&view, failed)
}

/// The agency whose officers acknowledge what is handed over to a body: the one that was settled, or that its name
/// means.
fn owner_of(place: &Snapshot, contact: &Contact) -> String {
    let named = || agency_of_name(&contact.name, place.active_agencies().map(|one| (one.id, one.short.as_str())));
    let agency = contact.agency.or_else(named).and_then(|id| place.agency(id));
    agency.map_or_else(String::new, |agency| agency.short.clone())
}

/// Whom to call.
pub async fn contacts(officer: Officer<CanManageEmergency>) -> PageResult {
    draw_contacts(&officer, None, None).await
}

/// One of them, to change.
pub async fn contact(officer: Officer<CanManageEmergency>, Path(id): Path<String>) -> PageResult {
    draw_contacts(&officer, Some(id.parse().map_err(|_| PageError::not_found())?), None).await
}

/// Keeps a body to call.
pub async fn keep_contact(officer: Officer<CanManageEmergency>, Path(id): Path<String>, form: Form) -> PageResult {
    let known: Option<Uuid> = match id.as_str() {
        "baru" => None,
        id => Some(id.parse().map_err(|_| PageError::not_found())?),
    };
    let fields = &form.fields;
    let text = |name: &str| fields.get(name).to_owned();
    let chosen = || Refusal::field("kind", "emergency.refused.choose");
    let done = match ContactKind::parse(fields.get("kind")) {
        Some(kind) => {
            let contact = Contact {
                id: known.unwrap_or_default(),
                kind,
                name: text("name"),
                phone: text("phone"),
                note: text("note"),
                place: 0,
                active: known.is_none() || fields.has("active"),
                agency: fields.uuid("agency"),
            };
            officer.write(SetContact { contact }).await
        }
        None => Err(chosen().into()),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/112/atur/kontak").flash("emergency.keep.kept").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw_contacts(&officer, known, Some(refused)).await
        }
    }
}
