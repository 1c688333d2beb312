//! What needs a hand, and the way to every page of this room.

use askama::Template;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::format;
use simpul_people::sql::{calendar, door, officers};
use simpul_people::{Emergency112, Permission};
use simpul_shell::{Officer, Page, PageResult, TimeText, render};
use simpul_store::{Conn, Result, journal, outbox};
use time::{Date, Month};

use crate::{CanSeeJournal, CanSeeOperations};

/// Something that needs a hand, and where.
struct Todo {
    href: &'static str,
    text: String,
}

/// A page: its address, the catalogue's section that names it, and who may see it.
type Entry = (&'static str, &'static str, Permission);

struct Link {
    href: &'static str,
    title: String,
    text: String,
}

struct Group {
    title: String,
    links: Vec<Link>,
}

#[derive(Template)]
#[template(path = "admin/home.html")]
struct HomePage {
    page: Page,
    todo: Vec<Todo>,
    groups: Vec<Group>,
    facts: Vec<(String, String)>,
    head: String,
}

pub(super) async fn overview(me: Officer<CanSeeJournal>) -> PageResult {
    let mut conn = me.read().await?;
    let page = super::page(&me, "admin.home.title");
    let todo = todo(&me, &page, &mut conn).await?;
    let (lines, hash) = journal::head(&mut conn).await?;
    let (facts, groups) = (facts(&me, &page, lines), groups(&me));
    render(&HomePage { page, todo, groups, facts, head: super::journal::hex(&hash) })
}

async fn todo(me: &Officer<CanSeeJournal>, page: &Page, conn: &mut Conn) -> Result<Vec<Todo>> {
    let mut todo = Vec::new();
    let mut count = |href: &'static str, key: &str, n: usize| {
        if n > 0 {
            todo.push(Todo { href, text: page.tn(key, i64::try_from(n).unwrap_or(i64::MAX)) });
        }
    };
    if me.may(Permission::SeeOutbox) {
        let counts = outbox::counts(conn).await?;
        let failed = counts.iter().find(|(state, _)| state == "failed").map_or(0, |(_, n)| *n);
        count("/admin/pesan?keadaan=failed", "admin.home.failed", usize::try_from(failed).unwrap_or(0));
    }
    if me.may(Permission::SeeOperations) {
        count("/admin/tertahan", "admin.home.parked", simpul_store::parked(conn, 1_000).await?.len());
    }
    if me.may(Permission::ManageOfficers) {
        let all = officers::all(conn).await?;
        let active: Vec<_> = all.iter().filter(|officer| officer.active).collect();
        let mine =
            |agency| active.iter().any(|officer| officer.grants.iter().any(|grant| grant.agency == Some(agency)));
        let own = me.place.agencies.iter().filter(|agency| agency.active && !agency.outside);
        count("/admin/perangkat-daerah", "admin.home.agencies_empty", own.filter(|agency| !mine(agency.id)).count());
        let no_password = active.iter().filter(|officer| !officer.has_password).count();
        count("/admin/petugas", "admin.home.no_password", no_password);
        // The demo's accounts are meant to be tried without a second device.
        let no_factor = active.iter().filter(|officer| !officer.has_second_factor && !me.region().demo).count();
        count("/admin/petugas", "admin.home.no_factor", no_factor);
    }
    if me.may(Permission::ManageKeys) {
        let soon = me.now().plus_micros(30 * DAY_MICROS);
        let keys = door::api_keys(conn).await?;
        let ending = keys.iter().filter(|key| key.is_live(me.now()) && key.expires_at.is_some_and(|end| end < soon));
        count("/admin/kunci", "admin.home.keys_ending", ending.count());
    }
    if me.may(Permission::ManageRegion) {
        todo.extend(of_region(me, page, conn).await?);
    }
    Ok(todo)
}

async fn of_region(me: &Officer<CanSeeJournal>, page: &Page, conn: &mut Conn) -> Result<Vec<Todo>> {
    let mut todo = Vec::new();
    let today = me.region().zone.date(me.now());
    // From November on the next year's decree is out, and deadlines begin to reach into it.
    let year = today.year() + i32::from(today.month() as u8 >= 11);
    let ends = (Date::from_calendar_date(year, Month::January, 1), Date::from_calendar_date(year, Month::December, 31));
    if let (Ok(first), Ok(last)) = ends {
        let days = calendar::days_off(conn, first, last).await?;
        if days.is_empty() || days.iter().any(|day| !day.confirmed) {
            todo.push(Todo { href: "/admin/kalender", text: page.t1("admin.home.holidays_missing", "year", year) });
        }
    }
    let settings = &me.region().settings;
    if settings.office_name.is_empty() || settings.office_phone.is_empty() {
        todo.push(Todo { href: "/admin/wilayah", text: page.t("admin.home.no_office") });
    }
    if !me.place.has_boundaries() {
        todo.push(Todo { href: "/admin/wilayah/batas", text: page.t("admin.home.no_boundaries") });
    }
    if settings.emergency_112 == Emergency112::Trial {
        todo.push(Todo { href: "/admin/wilayah", text: page.t("admin.home.trial") });
    }
    Ok(todo)
}

fn facts(me: &Officer<CanSeeJournal>, page: &Page, lines: i64) -> Vec<(String, String)> {
    let (region, place) = (me.region(), &me.place);
    let count = |n: usize| page.number(i64::try_from(n).unwrap_or(i64::MAX));
    let (districts, villages) = (count(place.districts.len()), count(place.villages.len()));
    let have = count(place.villages.iter().filter(|village| village.has_boundary).count());
    let areas = me.tx("admin.home.areas_value", &[("districts", &districts), ("villages", &villages)]);
    let boundaries = me.tx("admin.home.boundaries_value", &[("have", &have), ("all", &villages)]);
    let emergency = page.t(&format!("admin.emergency.{}", region.settings.emergency_112.as_str()));
    vec![
        (page.t("admin.home.region"), format!("{} ({})", region.full_name(), region.id)),
        (page.t("admin.home.zone"), format!("{} ({})", region.zone.name(), region.zone.iana())),
        (page.t("admin.home.emergency"), emergency),
        (page.t("admin.home.areas"), areas),
        (page.t("admin.home.boundaries"), boundaries),
        (page.t("admin.home.journal"), page.t1("admin.home.journal_value", "lines", format::number(page.lang, lines))),
    ]
}

fn groups(me: &Officer<CanSeeJournal>) -> Vec<Group> {
    use Permission::*;
    let table: [(&str, &[Entry]); 4] = [
        (
            "admin.home.people",
            &[
                ("/admin/petugas", "admin.officer", ManageOfficers),
                ("/admin/perangkat-daerah", "admin.agency", ManageAgencies),
                ("/admin/peran", "admin.roles", SeeJournal),
            ],
        ),
        (
            "admin.home.house",
            &[("/admin/wilayah", "admin.settings", ManageRegion), ("/admin/kalender", "admin.calendar", ManageRegion)],
        ),
        (
            "admin.home.doors",
            &[("/admin/kunci", "admin.key", ManageKeys), ("/admin/layar", "admin.display", ManageKeys)],
        ),
        (
            "admin.home.trace",
            &[
                ("/admin/jurnal", "admin.journal", SeeJournal),
                ("/admin/pesan", "admin.outbox", SeeOutbox),
                ("/admin/akses", "admin.access", SeeAccessLog),
            ],
        ),
    ];
    let group = |(title, links): (&str, &[Entry])| {
        let mine = links.iter().filter(|(_, _, need)| me.may(*need));
        let links = mine.map(|(href, key, _)| Link {
            href,
            title: me.t(&format!("{key}.title")),
            text: me.t(&format!("{key}.link")),
        });
        Group { title: me.t(title), links: links.collect() }
    };
    let mut groups: Vec<Group> = table.into_iter().map(group).collect();
    groups.insert(2, Group { title: me.t("admin.home.rooms"), links: of_rooms(me) });
    groups.retain(|group| !group.links.is_empty());
    groups
}

/// The pages that other rooms bring below this one.
fn of_rooms(me: &Officer<CanSeeJournal>) -> Vec<Link> {
    let items = me.app.nav_items().iter().filter(|item| item.href.starts_with("/admin/") && me.may(item.need));
    items.map(|item| Link { href: item.href, title: me.t(item.label), text: String::new() }).collect()
}

struct ParkedRow {
    at: TimeText,
    name: String,
    seq: i64,
    before: i64,
    error: String,
}

#[derive(Template)]
#[template(path = "admin/parked.html")]
struct ParkedPage {
    page: Page,
    rows: Vec<ParkedRow>,
}

pub(super) async fn parked(me: Officer<CanSeeOperations>) -> PageResult {
    let mut conn = me.read().await?;
    let page = super::page(&me, "admin.parked.title");
    let rows = simpul_store::parked(&mut conn, 100).await?.into_iter().map(|line| ParkedRow {
        at: page.time(line.at),
        name: line.name,
        seq: line.seq,
        before: line.seq.saturating_add(1),
        error: line.error,
    });
    render(&ParkedPage { rows: rows.collect(), page })
}
