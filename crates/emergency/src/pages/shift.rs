//! Duties, the note that stays, and one shift handed over to the next; also on paper.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Refusal, Role, Timestamp};
use simpul_shell::{Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render};
use uuid::Uuid;

use super::keep::{after, shown};
use super::parts::names::author_name;
use super::{CanSeeConsole, CanSendUnits, CanSuperviseCalls};
use crate::actions::{AcceptShift, AddDuty, DropDuty, HandOverShift, WriteStanding};
use crate::model::field::read_moment;
use crate::model::number;
use crate::model::shift::{Duty, Item, ItemKind, Shift};
use crate::sql;

/// Duties of so many days back and ahead stand on the page.
const DAYS_BACK: i64 = 1;
/// Ahead.
const DAYS_AHEAD: i64 = 14;
/// Shifts on the page.
const SHIFTS_SHOWN_COUNT: i64 = 30;
/// Most lines of a shift's log.
const LOG_MAX_COUNT: i64 = 500;

struct DutyLine {
    duty: Duty,
    name: String,
    now: bool,
}

struct ShiftLine {
    shift: Shift,
    handed_by: String,
    accepted_by: String,
}

#[derive(Template)]
#[template(path = "emergency/shift.html")]
struct ShiftPage {
    page: Page,
    form: FormView,
    standing: Option<(String, Timestamp, String)>,
    duties: Vec<DutyLine>,
    shifts: Vec<ShiftLine>,
    waiting: Option<(ShiftLine, Vec<ItemLine>)>,
    officers: Vec<Choice>,
    keeps: bool,
    sends: bool,
    own: bool,
}

impl ShiftPage {
    fn accept_path(&self, line: &ShiftLine) -> String {
        format!("/112/piket/{}/terima", line.shift.id)
    }

    fn drop_path(&self, line: &DutyLine) -> String {
        format!("/112/piket/jadwal/{}/hapus", line.duty.id)
    }
}

/// An open item with where it leads.
struct ItemLine {
    item: Item,
    kind: String,
}

fn item_lines(page: &Page, items: Vec<Item>) -> Vec<ItemLine> {
    let line = |item: Item| ItemLine { kind: page.t(&format!("emergency.item.{}", item.kind.name())), item };
    items.into_iter().map(line).collect()
}

fn name_of(officer: &Officer<CanSeeConsole>, id: Uuid) -> String {
    officer.place.officer(id).map_or_else(String::new, |officer| officer.name.clone())
}

fn shift_line(officer: &Officer<CanSeeConsole>, shift: Shift) -> ShiftLine {
    ShiftLine {
        handed_by: name_of(officer, shift.handed_by),
        accepted_by: shift.accepted.map(|(_, by)| name_of(officer, by)).unwrap_or_default(),
        shift,
    }
}

/// Those who may be on duty in the room.
fn on_duty_choices(officer: &Officer<CanSeeConsole>) -> Vec<Choice> {
    const PARTS: [Role; 4] = [Role::CallTaker, Role::Dispatcher, Role::Supervisor, Role::DutyOfficer];
    let works =
        |one: &&simpul_people::OfficerName| one.active && one.grants.iter().any(|grant| PARTS.contains(&grant.role));
    let all = officer.place.officers().iter().filter(works);
    all.map(|one| Choice::new(one.id, one.name.clone())).collect()
}

async fn draw(officer: &Officer<CanSeeConsole>, refused: Option<FormView>) -> PageResult {
    let page = after(officer.page("emergency.shift.title").at("/112/piket"), &refused);
    let failed = refused.is_some();
    let now = officer.now();
    let mut conn = officer.read().await?;
    let (from, until) = (now.plus_micros(-DAYS_BACK * DAY_MICROS), now.plus_micros(DAYS_AHEAD * DAY_MICROS));
    let duties = sql::shift::duties(&mut conn, from, until).await?;
    let standing = sql::shift::standing(&mut conn).await?;
    let mut shifts = sql::shift::shifts(&mut conn, SHIFTS_SHOWN_COUNT).await?;
    let open = shifts.iter().position(|shift| shift.accepted.is_none()).map(|place| shifts.remove(place));
    let waiting = match open {
        Some(shift) => {
            let items = sql::shift::items(&mut conn, shift.id).await?;
            Some((shift_line(officer, shift), item_lines(&page, items)))
        }
        None => None,
    };
    drop(conn);
    let form = refused.unwrap_or_else(|| officer.form());
    let form = form.fill("standing", standing.as_ref().map(|(text, ..)| text.clone()).unwrap_or_default());
    let duty = |duty: Duty| DutyLine { name: name_of(officer, duty.officer), now: duty.is_now(now), duty };
    let view = ShiftPage {
        standing: standing.map(|(text, at, author)| (text, at, author_name(&officer.place, &author))),
        duties: duties.into_iter().map(duty).collect(),
        shifts: shifts.into_iter().map(|shift| shift_line(officer, shift)).collect(),
        own: waiting.as_ref().is_some_and(|(line, _)| line.shift.handed_by == officer.id()),
        waiting,
        officers: on_duty_choices(officer),
        keeps: officer.may(simpul_shell::Permission::SuperviseCalls),
        sends: officer.may(simpul_shell::Permission::SendUnits),
        form,
        page,
    };
    shown(&view, failed)
}

/// Duties, the note that stays, and the shift that waits to be taken.
pub async fn show(officer: Officer<CanSeeConsole>) -> PageResult {
    draw(&officer, None).await
}

async fn answer<H: simpul_shell::Handle, T>(
    officer: &Officer<H>,
    form: &Form,
    done: simpul_store::Result<T>,
    flash: &'static str,
) -> PageResult {
    match done {
        Ok(_) => Ok(Redirect::to("/112/piket").flash(flash).into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            let seen = officer.also::<CanSeeConsole>().ok_or_else(PageError::forbidden)?;
            draw(&seen, Some(refused)).await
        }
    }
}

/// The note that stays from shift to shift.
pub async fn write(officer: Officer<CanSendUnits>, form: Form) -> PageResult {
    let done = officer.write(WriteStanding { text: form.fields.get("standing").to_owned() }).await;
    answer(&officer, &form, done, "emergency.shift.written").await
}

/// A shift is handed over.
pub async fn hand_over(officer: Officer<CanSendUnits>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = |name: &str| form.fields.get(name).to_owned();
    let done = officer.write(HandOverShift { key, text: text("text"), items: text("items") }).await;
    answer(&officer, &form, done, "emergency.shift.handed").await
}

/// The next one takes it.
pub async fn accept(officer: Officer<CanSendUnits>, Path(id): Path<String>, form: Form) -> PageResult {
    let shift = id.parse().map_err(|_| PageError::not_found())?;
    let items = form.fields.all("items").into_iter().filter_map(|id| id.parse().ok()).collect();
    let done = officer.write(AcceptShift { shift, items }).await;
    answer(&officer, &form, done, "emergency.shift.accepted").await
}

/// Somebody is on duty.
pub async fn add_duty(officer: Officer<CanSuperviseCalls>, form: Form) -> PageResult {
    let (fields, zone) = (&form.fields, officer.region().zone);
    let moment = |name: &'static str| {
        let read = read_moment(fields.get(name), zone);
        read.ok_or_else(|| Refusal::field(name, "emergency.refused.moment"))
    };
    let times = moment("begins").and_then(|begins| Ok((begins, moment("ends")?)));
    let done = match times {
        Ok((begins, ends)) => {
            let (id, part) = (fields.uuid("officer").unwrap_or_default(), fields.get("part").to_owned());
            officer.write(AddDuty { officer: id, begins, ends, part }).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&officer, &form, done, "emergency.shift.duty_added").await
}

/// Somebody is not on duty after all.
pub async fn drop_duty(officer: Officer<CanSuperviseCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let duty = id.parse().map_err(|_| PageError::not_found())?;
    let done = officer.write(DropDuty { duty }).await;
    answer(&officer, &form, done, "emergency.shift.duty_dropped").await
}

/// A line of a shift's log.
struct LogLine {
    at: Timestamp,
    number: String,
    text: String,
}

#[derive(Template)]
#[template(path = "emergency/shift_paper.html")]
struct ShiftPaper {
    page: Page,
    line: ShiftLine,
    items: Vec<ItemLine>,
    log: Vec<LogLine>,
    standing: String,
    duties: Vec<DutyLine>,
}

/// A shift on paper: what happened, what was left open, who signed when.
pub async fn paper(officer: Officer<CanSeeConsole>, Path(id): Path<String>) -> PageResult {
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let mut conn = officer.read().await?;
    let shift = sql::shift::shift(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
    let items = sql::shift::items(&mut conn, id).await?;
    let incidents = sql::incident::between(&mut conn, shift.begins, shift.handed, LOG_MAX_COUNT).await?;
    let types = sql::incident::types(&mut conn).await?;
    let standing = sql::shift::standing(&mut conn).await?.map(|(text, ..)| text).unwrap_or_default();
    let duties = sql::shift::duties(&mut conn, shift.begins, shift.handed).await?;
    drop(conn);
    let page = officer.page("emergency.shift.paper").print().usual_width().style("surat.css").script("umum.js");
    let log = incidents.iter().map(|incident| LogLine {
        at: incident.received,
        number: number::shown(incident.serial),
        text: format!(
            "P{} {}, {} ({})",
            incident.priority.level(),
            super::view::type_name(&types, &incident.kind),
            super::view::place_line(&officer.place, incident),
            page.t(&format!("emergency.incident_status.{}", incident.status.name())),
        ),
    });
    let duty = |duty: Duty| DutyLine { name: name_of(&officer, duty.officer), now: false, duty };
    render(&ShiftPaper {
        log: log.collect(),
        items: item_lines(&page, items),
        line: shift_line(&officer, shift),
        duties: duties.into_iter().map(duty).collect(),
        standing,
        page,
    })
}

impl ItemLine {
    /// Whether it is what the shift itself wrote.
    fn is_written(&self) -> bool {
        self.item.kind == ItemKind::Written
    }
}
