//! `/pimpinan`: one sheet for the leader, A4 across. What needs a direction comes first, then whose work is late, what
//! changed, and what the figures don't know.

use std::collections::HashMap;

use askama::Template;
use serde::Deserialize;
use simpul_kernel::format;
use simpul_people::{Agency, Snapshot};
use simpul_report::desk::{self, Rules};
use simpul_report::figures::{self, Figures, Flow, LateAgency};
use simpul_report::model::Level;
use simpul_report::sql::Line;
use simpul_shell::{Officer, Page, PageResult, Query, Tag, render};
use uuid::Uuid;

use super::{CanSeeLeader, agency_name, where_in_full};
use crate::model::{change, two_weeks};

/// Most matters that a leader is asked to decide at a time.
const DIRECTIONS_COUNT: usize = 5;
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
    title: String,
    as_of: String,
    office: String,
    directions: Vec<Direction>,
    more_directions: bool,
    agencies: Vec<AgencyRow>,
    more_agencies: usize,
    late: i64,
    month: String,
    figures: Figures,
    changes: Vec<Change>,
    gaps: Vec<String>,
}

/// A report that has gone up to the Regional Secretary.
struct Direction {
    number: String,
    category: String,
    place: String,
    agency: String,
    overdue: String,
    since: simpul_kernel::Timestamp,
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
}

/// The sheet.
pub async fn show(officer: Officer<CanSeeLeader>, Query(asked): Query<Asked>) -> PageResult {
    let now = officer.now();
    let place = officer.place.clone();
    let month = figures::month_of(&place.calendar, now);
    let [this_week, last_week] = two_weeks(now);
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let figures = figures::between(&mut conn, month, now).await?;
    let escalated = figures::escalated(&mut conn, Level::Secretary, now, DIRECTIONS_COUNT as i64 + 1).await?;
    let late = figures::late_by_agency(&mut conn, now).await?;
    let open = figures::open_by_agency(&mut conn).await?;
    let weeks = [figures::flow(&mut conn, this_week).await?, figures::flow(&mut conn, last_week).await?];
    let placeless = figures::without_place(&mut conn, month).await?;
    drop(conn);
    let page = sheet(&officer, &asked);
    let words = Words { page: &page, place: &place, rules: &rules };
    let zone = place.region.zone;
    let date = zone.date(now);
    // The year of an ISO week is that of its Thursday.
    let (week_year, week, _) = date.to_iso_week_date();
    let (region, week, week_year) = (place.region.full_name(), week.to_string(), week_year.to_string());
    let title = page.tx("wall.leader.heading", [("region", &*region), ("week", &*week), ("year", &*week_year)]);
    render(&LeaderPage {
        title,
        as_of: format::stamp_near(page.lang, zone, now, now),
        office: place.region.settings.office_name.clone(),
        more_directions: escalated.len() > DIRECTIONS_COUNT,
        directions: escalated.iter().take(DIRECTIONS_COUNT).map(|line| words.direction(line)).collect(),
        more_agencies: late.len().saturating_sub(AGENCIES_COUNT),
        agencies: words.agencies(&late, &open),
        late: figures.late,
        month: format!("{} {}", format::month(page.lang, date.month().into()), date.year()),
        changes: words.changes(&weeks),
        gaps: words.gaps(placeless),
        figures,
        page,
    })
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

    fn direction(&self, line: &Line) -> Direction {
        let category = self.rules.category(&line.category);
        let due = line.due.unwrap_or(line.reported);
        Direction {
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
                Some(id) => format!("/kotak?tab=terlambat&perangkat={id}"),
                None => "/kotak?tab=terlambat&perangkat=tanpa".to_owned(),
            },
            late: late.count,
            open: open.get(&late.agency).copied().unwrap_or(late.count),
            overdue: self.page.remaining(late.oldest_due),
        });
        rows.collect()
    }

    fn changes(&self, [this, last]: &[Flow; 2]) -> Vec<Change> {
        let figure = |label, now, before| Change {
            label,
            now,
            before,
            change: match change(now, before) {
                Some(percent) if percent > 0.0 => format!("+{}", self.page.percent(percent)),
                Some(percent) => self.page.percent(percent),
                None => self.page.t("wall.leader.no_comparison"),
            },
        };
        vec![
            figure("wall.leader.received", this.received, last.received),
            figure("wall.leader.resolved", this.resolved, last.resolved),
            figure("wall.leader.became_late", this.became_late, last.became_late),
        ]
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
