//! What stands on an incident's page beside its units: the log, who confirmed it, to whom it was handed over, the quick
//! report, what was lost, what is known of it, and the steps of a disaster.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::{Role, Timestamp};
use simpul_people::Snapshot;
use simpul_shell::{Choice, FormView, Officer, Page};
use simpul_store::Conn;
use uuid::Uuid;

use super::CanSeeConsole;
use super::parts::names::author_name;
use super::typed::village_label;
use super::view::{place_line, type_name, victim_choices};
use crate::model::field::{Disaster, Finding, NoteWay, QuickFacts, VerifyWay, moment_field, quick_report};
use crate::model::{Incident, IncidentType, Losses, Priority, Unit, number};
use crate::read::Whole;
use crate::sql;
use crate::sql::field::{Contact, Counted, Photo, QuickReport, UnitReport, Verification};
use crate::sql::handover::Handover;

/// Photos of an incident's page.
const PHOTOS_SHOWN_COUNT: i64 = 50;

/// Everything around an incident, as its page shows it below the units.
#[derive(Template)]
#[template(path = "emergency/incident_more.html")]
pub(super) struct More {
    page: Page,
    form: FormView,
    incident: Incident,
    paper: bool,
    sends: bool,
    takes: bool,
    units: Vec<Unit>,
    silent: Vec<(Uuid, String)>,
    reports: Vec<(UnitReport, String)>,
    photos: Vec<Photo>,
    contacts: Vec<Contact>,
    handovers: Vec<Handover>,
    verifications: Vec<(Verification, String)>,
    quick: Vec<(QuickReport, String)>,
    counted: Vec<(Counted, String)>,
    hearers: Vec<Choice>,
    disaster: Option<Disaster>,
    types: Vec<IncidentType>,
    villages: Vec<String>,
}
impl HtmlSafe for More {}

impl More {
    /// What was lost, as it became known.
    fn losses_table(&self) -> LossesTable<'_> {
        LossesTable { page: &self.page, counted: &self.counted }
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/kejadian/{}/{deed}", number::shown(self.incident.serial))
    }

    fn is_active(&self) -> bool {
        self.incident.status.is_active()
    }

    fn ways(&self) -> Vec<Choice> {
        let word = |way: NoteWay| self.page.t(&format!("emergency.way.{}", way.name()));
        NoteWay::CHOICES.iter().map(|way| Choice::new(way.name(), word(*way))).collect()
    }

    fn unit_choices(&self) -> Vec<Choice> {
        self.units.iter().map(|unit| Choice::new(unit.id, unit.call_sign.clone())).collect()
    }

    fn victim_words(&self) -> Vec<Choice> {
        victim_choices(&self.page)
    }

    fn verify_ways(&self) -> Vec<Choice> {
        let word = |way: VerifyWay| self.page.t(&format!("emergency.verify.{}", way.name()));
        VerifyWay::ALL.iter().map(|way| Choice::new(way.name(), word(*way))).collect()
    }

    fn findings(&self) -> Vec<Choice> {
        let word = |finding: Finding| self.page.t(&format!("emergency.finding.{}", finding.name()));
        Finding::ALL.iter().map(|finding| Choice::new(finding.name(), word(*finding))).collect()
    }

    fn verify_line(&self, one: &Verification) -> String {
        let way = self.page.t(&format!("emergency.verify.{}", one.way.name()));
        format!("{way}: {}", self.page.t(&format!("emergency.finding.{}", one.finding.name())))
    }

    fn contact_choices(&self) -> Vec<Choice> {
        let offered = self.contacts.iter().filter(|contact| contact.active);
        offered
            .map(|contact| {
                let group = self.page.t(&format!("emergency.contact.{}", contact.kind.name()));
                Choice::new(contact.id, contact.name.clone()).group(group)
            })
            .collect()
    }

    /// Partners and neighbours are called: their numbers stand beside.
    fn call_list(&self) -> impl Iterator<Item = &Contact> {
        let called = |contact: &&Contact| contact.active && !contact.phone.is_empty();
        self.contacts.iter().filter(called)
    }

    fn contact(&self, id: &Uuid) -> String {
        let found = self.contacts.iter().find(|contact| contact.id == *id);
        found.map_or_else(String::new, |contact| contact.name.clone())
    }

    fn contact_kind(&self, contact: &Contact) -> String {
        self.page.t(&format!("emergency.contact.{}", contact.kind.name()))
    }

    fn unit_name(&self, id: &Uuid) -> String {
        self.units.iter().find(|unit| unit.id == *id).map_or_else(String::new, |unit| unit.call_sign.clone())
    }

    fn report_unit(&self, report: &UnitReport) -> String {
        report
            .author
            .strip_prefix("unit:")
            .and_then(|id| id.parse().ok())
            .map_or_else(String::new, |id: Uuid| self.unit_name(&id))
    }

    fn priorities(&self) -> Vec<Choice> {
        Priority::ALL.iter().map(|one| Choice::new(one.level(), format!("P{}", one.level()))).collect()
    }
}

/// Victims, houses and losses, a row for each time that somebody counted.
#[derive(Template)]
#[template(path = "emergency/losses.html")]
struct LossesTable<'m> {
    page: &'m Page,
    counted: &'m [(Counted, String)],
}
impl HtmlSafe for LossesTable<'_> {}

/// The lines of the log with the way each came and who wrote it.
pub(super) async fn log_lines(
    conn: &mut Conn,
    page: &Page,
    place: &Snapshot,
    units: &[Unit],
    incident: Uuid,
) -> simpul_store::Result<Vec<(sql::incident::Note, String)>> {
    let ways = sql::field::ways(conn, incident).await?;
    let notes = sql::incident::notes(conn, incident).await?;
    let sign = |id: Uuid| units.iter().find(|unit| unit.id == id).map(|unit| unit.call_sign.clone());
    let line = |note: sql::incident::Note| {
        let author = author_name(place, &note.author);
        let way = ways.iter().find(|(id, ..)| *id == note.id);
        let unit = way.and_then(|(.., unit)| *unit).and_then(sign);
        let way = way.map(|(_, way, _)| page.t(&format!("emergency.way.{}", way.name())));
        let author = Some(author).filter(|author| !author.is_empty());
        let who = [way, unit, author].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        (note, who)
    };
    Ok(notes.into_iter().map(line).collect())
}

/// Reads everything around an incident.
pub(super) async fn more(
    conn: &mut Conn,
    officer: &Officer<CanSeeConsole>,
    page: &Page,
    form: &FormView,
    whole: &Whole,
    (types, units, paper): (&[IncidentType], &[Unit], bool),
) -> simpul_store::Result<More> {
    let incident = &whole.incident;
    let place = &officer.place;
    let contacts = sql::field::contacts(conn).await?;
    let reports = sql::field::reports(conn, incident.id).await?;
    let reported = |id: Uuid| reports.iter().any(|report| report.dispatch == id);
    let sign = |id: Uuid| units.iter().find(|unit| unit.id == id).map_or_else(String::new, |u| u.call_sign.clone());
    let there = whole.dispatches.iter().filter(|dispatch| dispatch.on_scene.is_some() && !reported(dispatch.id));
    let silent = there.map(|dispatch| (dispatch.id, sign(dispatch.unit))).collect();
    let disaster = sql::field::disaster(conn, incident.id).await?;
    let sends = officer.may(simpul_shell::Permission::SendUnits) && !paper;
    let quick = sql::field::quick_reports(conn, incident.id).await?;
    let handovers = sql::handover::of_incident(conn, incident.id).await?;
    let verifications = sql::field::verifications(conn, incident.id).await?;
    let counted = sql::field::counted(conn, incident.id).await?;
    let photos = sql::field::photos(conn, incident.id, PHOTOS_SHOWN_COUNT).await?;
    let form = filled(form, officer, page, whole, types, units, disaster.as_ref());
    let name = |author: &str| author_name(place, author);
    Ok(More {
        silent,
        reports: reports.iter().map(|report| (report.clone(), name(&report.author))).collect(),
        photos,
        contacts,
        handovers,
        verifications: verifications.iter().map(|one| (one.clone(), name(&one.author))).collect(),
        quick: quick.iter().map(|one| (one.clone(), name(&one.author))).collect(),
        counted: counted.iter().map(|one| (one.clone(), name(&one.author))).collect(),
        hearers: hearers(place),
        disaster,
        types: types.to_vec(),
        villages: place.villages.iter().filter_map(|village| village_label(place, village.code)).collect(),
        takes: officer.may(simpul_shell::Permission::TakeCalls) && !paper,
        paper,
        sends,
        units: units.to_vec(),
        incident: incident.clone(),
        form,
        page: page.clone(),
    })
}

/// Leaders first, then the disaster agency: those who hear of an incident of the first priority.
fn hearers(place: &Snapshot) -> Vec<Choice> {
    let bpbd = place.agency_by_short("BPBD").map(|agency| agency.id);
    let leads = |officer: &simpul_people::OfficerName| {
        officer.grants.iter().any(|grant| matches!(grant.role, Role::Leader | Role::RegionSecretary))
    };
    let of_bpbd = |officer: &simpul_people::OfficerName| {
        officer.grants.iter().any(|grant| grant.agency.is_some() && grant.agency == bpbd)
    };
    let active = || place.officers().iter().filter(|officer| officer.active && !officer.name.is_empty());
    let leaders = active().filter(|officer| leads(officer));
    let others = active().filter(|officer| of_bpbd(officer) && !leads(officer));
    leaders.chain(others).map(|officer| Choice::new(officer.id, officer.name.clone())).collect()
}

/// The forms as they stand now; what was typed and refused stays.
fn filled(
    form: &FormView,
    officer: &Officer<CanSeeConsole>,
    page: &Page,
    whole: &Whole,
    types: &[IncidentType],
    units: &[Unit],
    disaster: Option<&Disaster>,
) -> FormView {
    let incident = &whole.incident;
    let place = &officer.place;
    let kind = type_name(types, &incident.kind);
    let said = |dispatch: &crate::model::Dispatch| {
        let unit = units.iter().find(|unit| unit.id == dispatch.unit)?;
        Some(format!("{} {}", unit.call_sign, page.t(&format!("emergency.dispatch_status.{}", dispatch.status.name()))))
    };
    let told: Vec<String> = whole.dispatches.iter().filter_map(said).collect();
    let line = place_line(place, incident);
    let facts = QuickFacts {
        region: &officer.region().name,
        incident,
        kind: &kind,
        place: &line,
        units: &told,
        zone: page.zone(),
        now: page.now,
    };
    let mut form = form.clone().fill("quick", quick_report(facts)).fill("type", kind.clone());
    let village = incident.site.village.and_then(|code| village_label(place, code)).unwrap_or_default();
    let point = incident.site.point.map(|point| format!("{:.5}, {:.5}", point.lat(), point.lon()));
    form = form.fill("village", village).fill("landmark", &incident.site.landmark);
    form = form.fill("point", point.unwrap_or_default()).fill("priority", incident.priority.level().to_string());
    for (name, count) in losses_fields(&incident.losses) {
        form = form.fill(name, count.to_string());
    }
    match disaster {
        Some(disaster) => fill_disaster(form, disaster, page),
        None => form,
    }
}

fn fill_disaster(form: FormView, disaster: &Disaster, page: &Page) -> FormView {
    let moment = |at: Option<Timestamp>| at.map(|at| moment_field(at, page.zone())).unwrap_or_default();
    let day = |at: Option<Timestamp>| moment(at).chars().take("2026-11-26".len()).collect::<String>();
    let form = form.fill("assessed", moment(disaster.assessed)).fill("post", moment(disaster.post));
    let form = form.fill("post_place", &disaster.post_place).fill("decree_number", &disaster.decree_number);
    let form = form.fill("decree_from", day(disaster.decree_from)).fill("decree_until", day(disaster.decree_until));
    let rupiah = disaster.fund_rupiah.map(|rupiah| rupiah.to_string()).unwrap_or_default();
    form.fill("fund", moment(disaster.fund)).fill("fund_rupiah", rupiah)
}

fn losses_fields(losses: &Losses) -> [(&'static str, i64); 6] {
    [
        ("dead", losses.dead),
        ("badly_hurt", losses.badly_hurt),
        ("slightly_hurt", losses.slightly_hurt),
        ("missing", losses.missing),
        ("displaced", losses.displaced),
        ("houses", losses.houses),
    ]
}
