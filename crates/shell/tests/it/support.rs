//! A sample room: pages, a form, an upload, an API and live views, as a room would write them.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::Permission;
use simpul_shell::testing::TestSite;
use simpul_shell::{
    ApiBody, ApiClient, ApiJson, ApiResult, DisplayScreen, Form, FormView, IdempotencyKey, KeyLater, Limit, LiveView,
    MessageSet, NavItem, Officer, Open311Scope, Page, PageResult, PartialView, Path, Query, ReadScope, Redirect,
    Routes, Screen, Site, Upload, Viewer, WriteScope, json, render, render_refused,
};
use simpul_store::{Action, Conn, Tx};
use uuid::Uuid;

simpul_shell::handles! {
    /// Sees the sample inbox.
    pub CanSeeInbox => SeeInbox;
}

pub const MESSAGES: MessageSet =
    MessageSet { room: "sample", id: include_str!("messages/id.toml"), en: include_str!("messages/en.toml") };

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% extends "layout.html" %}{% block content %}{{ form.errors() }}<h1>{{ name }}</h1>
{{ page.number(1234567) }} {{ page.tn("sample.reports", 1) }} {{ page.percent(87.3) }} {{ page.rupiah(1250000) }}
{{ page.time(page.now) }} {{ page.due(page.now) }} {{ page.date(page.now) }} {{ page.stamp(page.now) }}
{{ page.date_short(page.now) }}
{{ page.tag(simpul_shell::Tag::Late, "sample.title") }} {{ page.icon("lampu") }} {{ page.empty("sample.list") }}
{{ page.pager(back, next) }} {{ page.confirm("sample.title", "sample.name", name) }} {{ page.rich("sample.title") }}
{{ form.begin("/contoh") }}
{{ form.text("name", "sample.name").hint("sample.hint").width(20).max(200).autocomplete("name").inputmode("text") }}
{{ form.area("story", "sample.name").rows(3).max(500).optional() }}
{{ form.select("village", "sample.village").options(villages).prompt("shell.choose") }}
{{ form.radios("age", "sample.age").choice("1", "sample.name").choice("2", "sample.title").inline() }}
{{ form.tiles("kind", "sample.age").options(villages) }}
{{ form.checks("many", "sample.age").options(villages).value("7") }}
{{ form.check("agree", "sample.agree") }} {{ form.file("photo", "sample.photo").accept("image/*").multiple() }}
{{ form.password("secret", "sample.name") }} {{ form.hidden("step", 3) }}
{{ form.button("sample.send") }} {{ form.button("sample.send").secondary().small().named("go", "back").to("/lain") }}
{{ form.end() }}{{ form.filters("/contoh") }}{{ form.end() }}{{ form.find("/contoh") }}{{ form.end() }}
{% endblock %}"#
)]
pub struct SamplePage {
    page: Page,
    form: FormView,
    name: String,
    villages: Vec<simpul_shell::Choice>,
    back: Option<String>,
    next: Option<String>,
}

fn sample(page: Page, form: FormView, name: &str) -> SamplePage {
    let villages = vec![
        simpul_shell::Choice::new(7, "Kappuna").group("Masamba").icon("lampu").hint("x"),
        simpul_shell::Choice::new(8, "Baliase").group("Masamba"),
        simpul_shell::Choice::new(9, "Rongkong").group("Rongkong"),
    ];
    SamplePage { page, form, name: name.to_owned(), villages, back: None, next: Some("/contoh?next=1".into()) }
}

#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    pub name: String,
    pub number: Option<i64>,
}

pub async fn page(site: Site, Query(filter): Query<Filter>) -> PageResult {
    let number = filter.number.map(|number| number.to_string()).unwrap_or_default();
    let form = site.form();
    render(&sample(site.page("sample.title").narrow(), form, &format!("{}{number}", filter.name)))
}

#[derive(Debug, Deserialize)]
pub struct SampleForm {
    #[serde(default)]
    name: String,
}

/// Notes a thing in the journal, refusing an empty name.
pub struct Note {
    pub name: String,
    pub key: Option<Uuid>,
    pub kind: &'static str,
}

impl Action for Note {
    type Output = ();
    fn key(&self) -> Option<Uuid> {
        self.key
    }
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> simpul_store::Result<()> {
        if self.name.trim().is_empty() {
            return Err(Refusal::field("name", "sample.empty").into());
        }
        tx.journal(ctx, "sample", ctx.new_id(), self.kind, json!({}));
        Ok(())
    }
}

/// Notes that many things.
pub struct Many(pub i64);

impl Action for Many {
    type Output = ();
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> simpul_store::Result<()> {
        for _ in 0..self.0 {
            tx.journal(ctx, "sample", ctx.new_id(), "sample.noted", json!({}));
        }
        Ok(())
    }
}

pub async fn send(site: Site, form: Form<SampleForm>) -> PageResult {
    site.limit(Limit::Submit)?;
    let note = Note { name: form.value.name.clone(), key: form.key(), kind: "sample.noted" };
    match site.write(note).await {
        Ok(()) => {
            let to = Redirect::to("/contoh").flash("sample.saved").with("name", form.fields.get("name"));
            Ok(to.into_response())
        }
        Err(error) => {
            let form = site.refused(error, &form)?;
            render_refused(&sample(site.page("sample.title").failed(), form, ""))
        }
    }
}

pub async fn upload(_: Site, upload: Upload) -> PageResult {
    let files =
        upload.files.iter().map(|file| format!("{}:{}:{}:{}", file.field, file.name, file.bytes.len(), file.too_big));
    Ok(json(&json!({ "name": upload.fields.get("name"), "files": files.collect::<Vec<_>>() })))
}

pub async fn inbox(officer: Officer<CanSeeInbox>) -> PageResult {
    let form = officer.form();
    render(&sample(officer.page("sample.title").at("/kotak"), form, officer.me.officer.name.as_str()))
}

pub async fn by_number(_: Site, Path(number): Path<i64>) -> PageResult {
    Ok(json(&number))
}

pub async fn wall(screen: DisplayScreen) -> PageResult {
    let form = screen.form();
    render(&sample(screen.page("sample.title").body_data("live", "/api/v1/live?topics=sample"), form, ""))
}

pub async fn print(site: Site) -> PageResult {
    let form = site.form();
    render(&sample(site.page("sample.title").print(), form, ""))
}

pub async fn breaks(_: Site) -> PageResult {
    panic!("a bug")
}

pub async fn read(client: ApiClient<ReadScope>) -> ApiResult {
    Ok(json(&client.key.name))
}

/// What anybody may read.
pub async fn open(_: Site) -> ApiResult {
    Ok(json(&"open"))
}

pub async fn write(
    client: ApiClient<WriteScope>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<SampleForm>,
) -> ApiResult {
    client.write(Note { name: body.name, key: key.uuid(client.key.id), kind: "sample.noted" }).await?;
    Ok(json(&json!({ "key": key.uuid(client.key.id) })))
}

pub async fn later(later: KeyLater<Open311Scope>, body: ApiBody) -> ApiResult {
    let client = later.client(Some(body.fields.get("api_key"))).await?;
    Ok(json(&client.key.name))
}

/// Lines of the sample room: `sample.secret` is for officers only, `sample.hidden` for nobody.
pub struct SampleLive;

impl LiveView for SampleLive {
    type Loaded = String;
    fn topic(&self) -> &'static str {
        "sample"
    }
    async fn load(&self, _: &mut Conn, line: &JournalLine) -> simpul_store::Result<Option<String>> {
        Ok((line.kind != "sample.hidden").then(|| format!("loaded {}", line.kind)))
    }
    fn show(&self, viewer: &Viewer, line: &JournalLine, loaded: &String) -> Option<serde_json::Value> {
        let secret = line.kind == "sample.secret";
        (!secret || viewer.may(Permission::SeeInbox))
            .then(|| json!({ "text": loaded, "seq": "never in place of ours" }))
    }
}

pub struct SamplePartial;

impl PartialView for SamplePartial {
    type Loaded = ();
    fn screen(&self) -> &'static str {
        "contoh"
    }
    fn topic(&self) -> &'static str {
        "sample"
    }
    async fn load(&self, _: &mut Conn, _: &JournalLine) -> simpul_store::Result<Option<()>> {
        Ok(Some(()))
    }
    fn show(&self, screen: &Screen, line: &JournalLine, (): &()) -> Option<String> {
        if line.kind == "sample.secret" && !screen.viewer.may(Permission::SeeInbox) {
            return None;
        }
        Some(format!(
            "<hx-partial hx-target=\"#s-{}\">\n{}</hx-partial>",
            line.subject_id,
            screen.page.t("sample.title")
        ))
    }
}

pub fn routes() -> Routes {
    Routes::new()
        .get("/", page)
        .get("/contoh", page)
        .post("/contoh", send)
        .post("/unggah", upload)
        .get("/kotak", inbox)
        .get("/nomor/{number}", by_number)
        .get("/dinding", wall)
        .get("/cetak", print)
        .get("/rusak", breaks)
        .api_get("/api/v1/sample", read)
        .api_get("/api/v1/open", open)
        .api_post("/api/v1/sample", write)
        .api_post("/lain/v2/requests", later)
}

pub async fn site() -> TestSite {
    TestSite::new(&[], routes(), |builder| {
        builder
            .messages(MESSAGES)
            .nav(NavItem { href: "/kotak", label: "sample.title", need: Permission::SeeInbox, order: 1 })
            .live(SampleLive)
            .partial(SamplePartial)
    })
    .await
    .unwrap()
}
