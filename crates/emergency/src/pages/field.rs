//! What stands on an incident's page beside its units: the log, who confirmed it, to whom it was handed over, the quick
//! report, what was lost, what is known of it, and the steps of a disaster.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use simpul_kernel::{Refusal, Role, Timestamp};
use simpul_people::Snapshot;
use simpul_shell::{Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect};
use simpul_store::files::Digest;
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::incident::{answer, find, sees};
use super::typed::{read_site, read_type, village_label};
use super::view::{author_name, place_line, type_name, victim_choices};
use super::{CanSeeConsole, CanSendUnits, CanTakeCalls};
use crate::actions::{
    ChangeIncident, CountLosses, HandOver, LogWord, ReceiveHandover, ReportUnit, SendQuickReport, SetDisaster,
    VerifyIncident, WaysOut,
};
use crate::model::field::{
    Disaster, Finding, NoteWay, QuickFacts, VerifyWay, moment_field, quick_report, read_day, read_moment,
};
use crate::model::{Incident, IncidentType, Losses, Priority, Unit, Victims, number};
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
    let leads = |officer: &simpul_people::OfficerName| officer.grants.iter().any(|grant| grant.role == Role::Leader);
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

/// A line of the radio log.
pub async fn log(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let fields = &form.fields;
    let way = NoteWay::parse(fields.get("way")).unwrap_or(NoteWay::Note);
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let (unit, text) = (fields.uuid("unit"), fields.get("text").to_owned());
    let done = officer.write(LogWord { key, incident: incident.id, way, unit, text }).await;
    answer(&seen, incident, &form, done).await
}

/// Who confirmed it.
pub async fn verify(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let fields = &form.fields;
    let chosen = |field| Error::from(Refusal::field(field, "emergency.refused.choose"));
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match (VerifyWay::parse(fields.get("verify_way")), Finding::parse(fields.get("finding"))) {
        (Some(way), Some(finding)) => {
            let text = fields.get("said").to_owned();
            officer.write(VerifyIncident { key, incident: incident.id, way, finding, text }).await
        }
        (None, _) => Err(chosen("verify_way")),
        (_, None) => Err(chosen("finding")),
    };
    answer(&seen, incident, &form, done).await
}

/// It is handed over.
pub async fn hand_over(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let contact = form.fields.uuid("contact").unwrap_or_default();
    let asked = form.fields.raw("asked").to_owned();
    let done = officer.write(HandOver { key, incident: incident.id, contact, asked }).await;
    answer(&seen, incident, &form, done).await
}

/// It was received there.
pub async fn receive(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let handover = form.fields.uuid("handover").ok_or_else(PageError::not_found)?;
    let known = sql::handover::by_id(&mut officer.read().await?, handover).await?;
    if known.is_none_or(|known| known.incident != incident.id) {
        return Err(PageError::not_found());
    }
    let done = officer.write(ReceiveHandover { handover, by: form.fields.get("received_by").to_owned() }).await;
    answer(&seen, incident, &form, done).await
}

/// The quick report goes out.
pub async fn send_quick(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let officers = form.fields.all("officers").into_iter().filter_map(|id| id.parse().ok()).collect();
    let ways = WaysOut { text: officer.app.config.sends_text, email: officer.app.config.sends_email };
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = form.fields.get("quick").to_owned();
    let done = officer.write(SendQuickReport { key, incident: incident.id, text, officers, ways }).await;
    match done {
        Ok(told) => {
            let to = format!("/112/kejadian/{}", number::shown(incident.serial));
            let flash = if told > 0 { "emergency.more.quick_sent" } else { "emergency.more.quick_kept" };
            Ok(Redirect::to(to).flash(flash).into_response())
        }
        Err(error) => answer::<()>(&seen, incident, &form, Err(error)).await,
    }
}

/// What was lost, as far as it is known.
pub async fn count(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = match read_losses(&form) {
        Ok(losses) => {
            let said = |word: &str| Victims::read(word, form.fields.get("victims_count"));
            let victims = Some(form.fields.get("victims")).filter(|word| !word.is_empty()).map(said);
            officer.write(CountLosses { incident: incident.id, losses, victims }).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&seen, incident, &form, done).await
}

fn read_losses(form: &Form) -> Result<Losses, Refusal> {
    let count = |name: &'static str| match form.fields.get(name) {
        "" => Ok(0),
        typed => {
            let refusal = Refusal::field(name, "emergency.refused.losses");
            let most = crate::model::incident::LOSSES_MAX_COUNT;
            typed.parse().ok().filter(|count| (0..=most).contains(count)).ok_or(refusal.with("most", most.to_string()))
        }
    };
    Ok(Losses {
        dead: count("dead")?,
        badly_hurt: count("badly_hurt")?,
        slightly_hurt: count("slightly_hurt")?,
        missing: count("missing")?,
        displaced: count("displaced")?,
        houses: count("houses")?,
    })
}

/// What is known of it changes.
pub async fn change(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let fields = &form.fields;
    let types = sql::incident::types(&mut officer.read().await?).await?;
    let priority = fields.int("priority").and_then(Priority::new);
    let read = read_type(&types, fields.get("type")).and_then(|kind| {
        let mut site = read_site(&officer.place, fields.get("village"), fields.get("landmark"), fields.get("point"))?;
        // A point that stayed as it was keeps how exact it is.
        site.radius_m = incident.site.radius_m.filter(|_| is_near(&incident, &site));
        Ok((kind.code.clone(), site))
    });
    let done = match read {
        Ok((kind, site)) => {
            let change = ChangeIncident { incident: incident.id, kind: Some(kind), priority, site: Some(site) };
            officer.write(change).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&seen, incident, &form, done).await
}

/// Whether the place stays within what five decimals say.
fn is_near(incident: &Incident, site: &crate::model::Site) -> bool {
    const SAME_METRES: f64 = 2.0;
    let both = incident.site.point.zip(site.point);
    both.is_some_and(|(before, after)| before.haversine_m(after) < SAME_METRES)
}

/// What a unit did, written in the room.
pub async fn report(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let dispatch = form.fields.uuid("dispatch").ok_or_else(PageError::not_found)?;
    let known = sql::incident::dispatch(&mut officer.read().await?, dispatch).await?;
    if known.is_none_or(|known| known.incident != incident.id) {
        return Err(PageError::not_found());
    }
    let done = officer.write(ReportUnit { dispatch, text: form.fields.get("report").to_owned() }).await;
    answer(&seen, incident, &form, done).await
}

/// The steps of a disaster.
pub async fn disaster(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = match read_disaster(&form, officer.region().zone) {
        Ok(steps) => officer.write(SetDisaster { incident: incident.id, steps }).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&seen, incident, &form, done).await
}

fn read_disaster(form: &Form, zone: simpul_kernel::calendar::Zone) -> Result<Disaster, Refusal> {
    let fields = &form.fields;
    let moment = |name: &'static str| match fields.get(name) {
        "" => Ok(None),
        typed => {
            let refusal = || Refusal::field(name, "emergency.refused.moment");
            read_moment(typed, zone).map(Some).ok_or_else(refusal)
        }
    };
    let day = |name: &'static str| match fields.get(name) {
        "" => Ok(None),
        typed => read_day(typed, zone).map(Some).ok_or_else(|| Refusal::field(name, "emergency.refused.day")),
    };
    let digits: String = fields.get("fund_rupiah").chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    let fund_rupiah = match digits.as_str() {
        "" => None,
        typed => {
            let refusal = || Refusal::field("fund_rupiah", "emergency.refused.fund");
            Some(typed.parse().map_err(|_| refusal())?)
        }
    };
    Ok(Disaster {
        assessed: moment("assessed")?,
        post: moment("post")?,
        post_place: fields.get("post_place").to_owned(),
        decree_number: fields.get("decree_number").to_owned(),
        decree_from: day("decree_from")?,
        decree_until: day("decree_until")?,
        fund: moment("fund")?,
        fund_rupiah,
    })
}

/// A photo of the field, in one of its sizes.
pub async fn photo(
    officer: Officer<CanSeeConsole>,
    Path((id, size)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let size = ["besar", "sedang", "kecil"].iter().position(|known| *known == size).ok_or_else(PageError::not_found)?;
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let files = sql::field::photo(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let bytes = officer.app.db.files().get(officer.region().id, &Digest(files.digests[size])).await?;
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("content-security-policy", HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    Ok(response)
}
