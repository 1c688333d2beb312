//! The pages, one file each, and what several of them share.

mod access;
mod agencies;
mod areas;
mod boundaries;
mod calendar;
mod displays;
mod home;
mod journal;
mod keys;
mod officer;
mod officers;
mod outbox;
mod person;
mod roles;
mod settings;

use askama::Template;
use simpul_kernel::{Refusal, Role};
use simpul_shell::{
    Choice, Fields, FormView, Handle, Officer, Page, PageResult, Routes, Site, encode_query, render, render_refused,
};
use uuid::Uuid;

/// Rows of a list page.
const ROWS: usize = 50;

/// All pages of this room.
pub fn routes() -> Routes {
    Routes::new()
        .get("/admin", home::overview)
        .get("/admin/tertahan", home::parked)
        .get("/admin/wilayah", settings::show)
        .post("/admin/wilayah", settings::save)
        .get("/admin/wilayah/daftar", areas::list)
        .get("/admin/wilayah/batas", boundaries::show)
        .post("/admin/wilayah/batas", boundaries::check)
        .post("/admin/wilayah/batas/simpan", boundaries::save)
        .get("/admin/perangkat-daerah", agencies::list)
        .get("/admin/perangkat-daerah.csv", agencies::export)
        .get("/admin/perangkat-daerah/baru", agencies::new)
        .post("/admin/perangkat-daerah/baru", agencies::add)
        .get("/admin/perangkat-daerah/{id}", agencies::edit)
        .post("/admin/perangkat-daerah/{id}", agencies::save)
        .get("/admin/perangkat-daerah/{id}/nonaktif", agencies::ask_stop)
        .post("/admin/perangkat-daerah/{id}/nonaktif", agencies::stop)
        .post("/admin/perangkat-daerah/{id}/aktif", agencies::start)
        .get("/admin/petugas", officers::list)
        .get("/admin/petugas/baru", officers::new)
        .post("/admin/petugas/baru", officers::add)
        .get("/admin/petugas/{id}", officer::show)
        .get("/admin/petugas/{id}/ubah", officer::edit)
        .post("/admin/petugas/{id}/ubah", officer::save)
        .post("/admin/petugas/{id}/peran", officer::set_grants)
        .post("/admin/petugas/{id}/sesi", officer::end_sessions)
        .post("/admin/petugas/{id}/tautan", officer::make_link)
        .post("/admin/petugas/{id}/aktif", officer::enable)
        .get("/admin/petugas/{id}/nonaktif", officer::ask_disable)
        .post("/admin/petugas/{id}/nonaktif", officer::disable)
        .get("/admin/petugas/{id}/kode", officer::ask_reset)
        .post("/admin/petugas/{id}/kode", officer::reset)
        .get("/admin/petugas/{id}/hapus", officer::ask_erase)
        .post("/admin/petugas/{id}/hapus", officer::erase)
        .get("/admin/peran", roles::matrix)
        .get("/admin/kalender", calendar::show)
        .post("/admin/kalender", calendar::add)
        .post("/admin/kalender/hapus", calendar::remove)
        .get("/admin/kalender/jam", calendar::hours)
        .post("/admin/kalender/jam", calendar::save_hours)
        .get("/admin/jurnal", journal::list)
        .get("/admin/jurnal.csv", journal::export)
        .post("/admin/jurnal/periksa", journal::check)
        .get("/admin/pesan", outbox::list)
        .get("/admin/pesan/{id}", outbox::show)
        .post("/admin/pesan/ulang", outbox::again)
        .get("/admin/kunci", keys::list)
        .get("/admin/kunci/baru", keys::new)
        .post("/admin/kunci/baru", keys::add)
        .get("/admin/kunci/{id}/cabut", keys::ask_revoke)
        .post("/admin/kunci/{id}/cabut", keys::revoke)
        .get("/admin/layar", displays::list)
        .post("/admin/layar", displays::add)
        .get("/admin/layar/{id}/cabut", displays::ask_revoke)
        .post("/admin/layar/{id}/cabut", displays::revoke)
        .get("/admin/akses", access::list)
}

/// A page for officers whose forms are not sent twice by a second press.
fn page<H: Handle>(me: &Officer<H>, title: &str) -> Page {
    me.page(title).script("umum.js")
}

/// What is asked before something that can't be undone, or that others will notice.
#[derive(Template)]
#[template(path = "admin/confirm.html")]
struct ConfirmPage {
    page: Page,
    form: FormView,
    heading: String,
    text: Vec<String>,
    action: String,
    button: &'static str,
    back: String,
    tick: bool,
}

impl ConfirmPage {
    /// 200, or 422 once something was refused.
    fn answer(mut self) -> PageResult {
        self.page = self.page.title_text(self.heading.clone()).usual_width();
        if self.form.has_errors() {
            self.page = self.page.failed();
            return render_refused(&self);
        }
        render(&self)
    }
}

/// Refuses until the box above the button is ticked.
fn understood(fields: &Fields) -> Result<(), Refusal> {
    if fields.get("understood") == "1" {
        Ok(())
    } else {
        Err(Refusal::field("understood", "admin.common.tick_missing"))
    }
}

/// A secret that is shown once.
#[derive(Template)]
#[template(path = "admin/secret.html")]
struct SecretPage {
    page: Page,
    heading: String,
    intro: String,
    secret: String,
    extra: String,
    done: String,
    done_text: String,
}

impl SecretPage {
    fn answer(mut self) -> PageResult {
        self.page = self.page.title_text(self.heading.clone());
        render(&self)
    }
}

/// The region's active agencies, after a first choice that names none; `chosen` stands there though it is inactive.
fn agency_choices(site: &Site, none: &str, chosen: Option<Uuid>) -> Vec<Choice> {
    let shown = site.place.agencies.iter().filter(|agency| agency.active || Some(agency.id) == chosen);
    let named = shown.map(|agency| Choice::new(agency.id, format!("{} – {}", agency.short, agency.name)));
    std::iter::once(Choice::new("", site.t(none))).chain(named).collect()
}

/// The short name of an agency; the whole region where there is none.
fn agency_short(site: &Site, agency: Option<Uuid>) -> String {
    match agency {
        None => site.t("admin.officer.whole_region"),
        Some(id) => site.place.agency(id).map_or_else(|| site.t("admin.common.unknown"), |agency| agency.short.clone()),
    }
}

/// What a role is called.
fn role_name(site: &Site, role: Role) -> String {
    site.t(simpul_shell::role_key(role))
}

/// The roles that an officer can have.
fn role_choices(site: &Site) -> Vec<Choice> {
    let roles = Role::ALL.into_iter().filter(|role| *role != Role::Citizen);
    roles.map(|role| Choice::new(role.name(), role_name(site, role))).collect()
}

/// `PATH?name=value&…` of the filled fields, with one more pair.
fn address(path: &str, fields: &Fields, names: &[&str], more: Option<(&str, String)>) -> String {
    let kept = names.iter().map(|name| (*name, fields.get(name).to_owned()));
    let pairs = kept.chain(more).filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode_query(&value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}
