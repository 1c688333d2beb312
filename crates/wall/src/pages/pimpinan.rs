//! `/pimpinan`: one sheet for the leader, A4 across. What needs a direction comes first, then whose work is late, what
//! changed, and what the figures don't know.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use serde::Deserialize;
use simpul_emergency::pages::stage::StageLine;
use simpul_kernel::format;
use simpul_people::{Agency, Snapshot};
use simpul_plan::leader::{self, LeaderPlan};
use simpul_report::desk::{self, Rules};
use simpul_report::figures::{self, LateAgency};
use simpul_report::model::filter::{Days, Standing};
use simpul_report::model::measure::Figures;
use simpul_report::model::{Dimension, Filter, Level, Measure};
use simpul_report::pages::worklist::{address, asker};
use simpul_report::sql::Line;
use simpul_report::sql::direction::{self, Direction};
use simpul_shell::{Officer, Page, PageResult, Query, Tag, render};
use simpul_store::Conn;
use uuid::Uuid;

use super::{CanSeeLeader, agency_name, where_in_full};
use crate::model::{change, two_weeks};

/// Most matters that a leader is asked to decide at a time.
const DIRECTIONS_COUNT: usize = 3;
/// Rows of agencies; one sheet has room for no more.
const AGENCIES_COUNT: usize = 8;
/// Names in a sentence about a gap; the rest is counted.
const NAMES_COUNT: usize = 4;

/// `?cetak=1` leaves out what is not for paper.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    cetak: String,
}

#[derive(Template)]
#[template(path = "wall/pimpinan.html")]
struct LeaderPage {
    page: Page,
    stage: StageLine,
    plan: Option<LeaderPlan>,
    title: String,
    as_of: String,
    office: String,
    directions: Vec<Matter>,
    more_directions: bool,
    agencies: Vec<AgencyRow>,
    more_agencies: usize,
    late: i64,
    late_href: &'static str,
    month: String,
    rows: Vec<Figure>,
    changes: Vec<Change>,
    gaps: Vec<String>,
}

/// A report that has gone up to the Regional Secretary.
struct Matter {
    number: String,
    category: String,
    place: String,
    agency: String,
    overdue: String,
    since: simpul_kernel::Timestamp,
    /// What the leader has said of it: the word, and by when.
    given: Option<(&'static str, simpul_kernel::Timestamp)>,
}

/// A figure of the month with the list that it counts.
struct Figure {
    label: &'static str,
    text: String,
    href: Option<String>,
}

/// Late work of an agency beside all that it owes.
struct AgencyRow {
    name: String,
    href: String,
    late: i64,
    open: i64,
    overdue: String,
}

impl AgencyRow {
    /// Length of the bar, of 100.
    fn share(&self) -> i64 {
        (self.late * 100) / self.open.max(self.late).max(1)
    }
}

/// A figure of the last seven days beside that of the seven before.
struct Change {
    label: &'static str,
    now: i64,
    before: i64,
    change: String,
    /// The lists of both.
    hrefs: [String; 2],
}

/// The sheet.
pub async fn show(officer: Officer<CanSeeLeader>, Query(asked): Query<Asked>) -> PageResult {
    let now = officer.now();
    let place = officer.place.clone();
    let month = figures::month_of(&place.calendar, now);
    let asker = asker(&officer);
    let secrets = asker.sight.secrets;
    let mut conn = officer.read().await?;
    let (rules, listed, all) = counted(&mut conn, &officer).await?;
    let escalated = figures::escalated(&mut conn, Level::Secretary, now, DIRECTIONS_COUNT as i64 + 1).await?;
    let given = directions_on(&mut conn, &escalated).await?;
    let late = figures::late_by_agency(&mut conn, now, secrets).await?;
    let open = figures::open_by_agency(&mut conn, secrets).await?;
    let weeks = two_weeks(place.calendar.zone.date(now));
    let mut counts = Vec::new();
    for filter in weeks.iter().flat_map(|week| week_filters(*week)) {
        counts.push((figures::count(&mut conn, &filter, &asker).await?, address("/kotak/daftar", &filter)));
    }
    let placeless = figures::without_place(&mut conn, month).await?;
    let page = sheet(&officer, &asked);
    let stage = StageLine { always: true, ..StageLine::public(&mut conn, &page, &place).await? };
    let plan = leader::plan(&mut conn, &page, &place, now).await?;
    drop(conn);
    let words = Words { page: &page, place: &place, rules: &rules };
    let zone = place.region.zone;
    let date = zone.date(now);
    // The year of an ISO week is that of its Thursday.
    let (week_year, week, _) = date.to_iso_week_date();
    let (region, week, week_year) = (place.region.full_name(), week.to_string(), week_year.to_string());
    let title = page.tx("wall.leader.heading", [("region", &*region), ("week", &*week), ("year", &*week_year)]);
    render(&LeaderPage {
        stage,
        plan,
        title,
        as_of: format::stamp_near(page.lang, zone, now, now),
        office: place.region.settings.office_name.clone(),
        more_directions: escalated.len() > DIRECTIONS_COUNT,
        directions: escalated.iter().take(DIRECTIONS_COUNT).map(|line| words.direction(line, &given)).collect(),
        more_agencies: late.len().saturating_sub(AGENCIES_COUNT),
        agencies: words.agencies(&late, &open),
        late: late.iter().map(|late| late.count).sum(),
        late_href: "/kotak/daftar?terlambat=1&urut=batas",
        month: month_name(&page, &officer),
        changes: words.changes(&counts),
        gaps: words.gaps(placeless),
        rows: words.figures(&all, &listed),
        page,
    })
}

/// The reports of this month, and what they are counted by.
async fn counted(
    conn: &mut Conn,
    officer: &Officer<CanSeeLeader>,
) -> simpul_store::Result<(Arc<Rules>, Filter, Figures)> {
    let calendar = &officer.place.calendar;
    let listed = Filter { reported: figures::month_days(calendar, officer.now()), ..Filter::default() };
    let rules = desk::rules(conn).await?;
    let table = figures::table(conn, &listed, Dimension::Class, (&asker(officer), calendar)).await?;
    Ok((rules, listed, table.all))
}

/// "November 2026".
fn month_name(page: &Page, officer: &Officer<CanSeeLeader>) -> String {
    let date = officer.place.calendar.zone.date(officer.now());
    format!("{} {}", format::month(page.lang, date.month().into()), date.year())
}

/// The month's name, and its figures as the sheet says them.
pub(super) async fn month(
    conn: &mut Conn,
    officer: &Officer<CanSeeLeader>,
    page: &Page,
) -> simpul_store::Result<(String, Vec<(String, String)>)> {
    let (rules, listed, all) = counted(conn, officer).await?;
    let words = Words { page, place: &officer.place, rules: &rules };
    let rows = words.figures(&all, &listed).into_iter().map(|row| (page.t(row.label), row.text)).collect();
    Ok((month_name(page, officer), rows))
}

/// What came in and what was solved during these days.
fn week_filters(days: Days) -> [Filter; 2] {
    let fixed = Filter { standing: Some(Standing::Fixed), resolved: days, ..Filter::default() };
    [Filter { reported: days, ..Filter::default() }, fixed]
}

/// What the leader has said of these reports.
async fn directions_on(conn: &mut Conn, lines: &[Line]) -> simpul_store::Result<HashMap<Uuid, Direction>> {
    let mut given = HashMap::new();
    for line in lines.iter().take(DIRECTIONS_COUNT) {
        if let Some(direction) = direction::of(conn, line.id).await? {
            given.insert(line.id, direction);
        }
    }
    Ok(given)
}

fn sheet(officer: &Officer<CanSeeLeader>, asked: &Asked) -> Page {
    let page = officer.page("wall.leader.title").style("lembar.css").script("umum.js");
    if asked.cetak.is_empty() { page } else { page.print() }
}

/// What says things in the reader's language.
struct Words<'a> {
    page: &'a Page,
    place: &'a Snapshot,
    rules: &'a Rules,
}

impl Words<'_> {
    fn agency(&self, id: Option<Uuid>) -> String {
        agency_name(self.place, id).unwrap_or_else(|| self.page.t("wall.coordinator"))
    }

    fn direction(&self, line: &Line, given: &HashMap<Uuid, Direction>) -> Matter {
        let category = self.rules.category(&line.category);
        let due = line.due.unwrap_or(line.reported);
        Matter {
            given: given.get(&line.id).map(|direction| (direction.kind.key(), direction.by)),
            number: line.number.clone(),
            category: category.map_or_else(|| line.category.clone(), |c| c.name(self.page.lang).to_owned()),
            place: where_in_full(self.place, line),
            agency: self.agency(line.agency),
            overdue: self.page.remaining(due),
            since: line.reported,
        }
    }

    /// Those with late work, longest overdue first: a ranking by bare counts would punish whoever has most to do.
    fn agencies(&self, late: &[LateAgency], open: &[(Option<Uuid>, i64)]) -> Vec<AgencyRow> {
        let open: HashMap<Option<Uuid>, i64> = open.iter().copied().collect();
        let mut late: Vec<&LateAgency> = late.iter().collect();
        late.sort_by_key(|late| late.oldest_due);
        let rows = late.into_iter().take(AGENCIES_COUNT).map(|late| AgencyRow {
            name: self.agency(late.agency),
            href: match late.agency {
                Some(id) => format!("/kotak/daftar?terlambat=1&perangkat={id}&urut=batas"),
                None => "/kotak/daftar?terlambat=1&perangkat=tanpa&urut=batas".to_owned(),
            },
            late: late.count,
            open: open.get(&late.agency).copied().unwrap_or(late.count),
            overdue: self.page.remaining(late.oldest_due),
        });
        rows.collect()
    }

    /// The month's figures, each with its list; what is not known is said so, never a zero.
    fn figures(&self, figures: &Figures, list: &Filter) -> Vec<Figure> {
        let page = self.page;
        let href = |measure: Measure| measure.narrow(list).map(|list| address("/kotak/daftar", &list));
        let count =
            |label, measure: Measure| Figure { label, text: page.number(figures.count(measure)), href: href(measure) };
        let known = |label, text: Option<String>, measure: Measure| Figure {
            label,
            href: text.as_ref().and_then(|_| href(measure)),
            text: text.unwrap_or_else(|| page.t("wall.leader.unknown")),
        };
        let percent = |rate: Option<f64>| rate.map(|rate| page.percent(rate * 100.0));
        let median = figures.answer_time.median();
        let median = median.map(|hours| page.t1("wall.leader.hours", "hours", page.decimal(hours, 1)));
        vec![
            count("wall.leader.received", Measure::Received),
            count("wall.leader.fixed", Measure::Fixed),
            known("wall.leader.on_time", percent(figures.on_time_rate()), Measure::OnTime),
            known("wall.leader.median", median, Measure::Answered),
            count("wall.leader.reopened", Measure::Reopened),
            count("wall.leader.silent", Measure::Unknown),
            Figure {
                label: "wall.leader.satisfaction",
                href: figures.satisfaction().and_then(|_| href(Measure::Rated)),
                text: figures
                    .satisfaction()
                    .map_or_else(|| page.t("wall.leader.no_ratings"), |stars| page.decimal(stars, 1)),
            },
        ]
    }

    fn changes(&self, counts: &[(i64, String)]) -> Vec<Change> {
        let labels = ["wall.leader.received", "wall.leader.resolved"];
        let rows = labels.into_iter().enumerate().filter_map(|(at, label)| {
            let ((now, this), (before, last)) = (counts.get(at)?, counts.get(at + labels.len())?);
            let change = match change(*now, *before) {
                Some(percent) if percent > 0.0 => format!("+{}", self.page.percent(percent)),
                Some(percent) => self.page.percent(percent),
                None => self.page.t("wall.leader.no_comparison"),
            };
            Some(Change { label, now: *now, before: *before, change, hrefs: [this.clone(), last.clone()] })
        });
        rows.collect()
    }

    /// What the figures don't know.
    fn gaps(&self, placeless: i64) -> Vec<String> {
        let place = self.place;
        let unmanned = place.active_agencies().filter(|agency| needs_officer(place, agency));
        let unmanned: Vec<&str> = unmanned.map(|agency| agency.short.as_str()).collect();
        let unowned = self.rules.active().filter(|category| category.agency.is_none());
        let unowned: Vec<&str> = unowned.map(|category| category.name(self.page.lang)).collect();
        let bare = place.districts.iter().filter(|district| !district.has_boundary).count();
        let mut gaps = Vec::new();
        if !unmanned.is_empty() {
            gaps.push(self.named("wall.leader.gap_officers", &unmanned));
        }
        if !unowned.is_empty() {
            gaps.push(self.named("wall.leader.gap_categories", &unowned));
        }
        if bare > 0 {
            let count = |count: usize| self.page.number(i64::try_from(count).unwrap_or(i64::MAX));
            let (bare, all) = (count(bare), count(place.districts.len()));
            gaps.push(self.page.tx("wall.leader.gap_boundaries", [("n", &*bare), ("all", &*all)]));
        }
        if placeless > 0 {
            gaps.push(self.page.tn("wall.leader.gap_places", placeless));
        }
        gaps
    }

    /// "3 perangkat daerah …: A, B, C": the first few by name.
    fn named(&self, key: &str, names: &[&str]) -> String {
        let mut shown = names.iter().take(NAMES_COUNT).copied().collect::<Vec<_>>().join(", ");
        if names.len() > NAMES_COUNT {
            shown.push_str(", …");
        }
        let count = self.page.number(i64::try_from(names.len()).unwrap_or(i64::MAX));
        self.page.tx(key, [("n", count.as_str()), ("names", shown.as_str())])
    }
}

/// Bodies outside the government get their work by letter; offices below another one by that one's officer.
fn needs_officer(place: &Snapshot, agency: &Agency) -> bool {
    !agency.outside && agency.parent.is_none() && place.officers_of(agency.id).next().is_none()
}
