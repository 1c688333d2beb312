//! `/rencana/kelengkapan`: who owes a period's reports, who handed them in and when, and what is missing, by name.

use std::collections::HashMap;

use askama::Template;
use futures_util::stream;
use simpul_kernel::Timestamp;
use simpul_people::Permission;
use simpul_shell::table::{self, Cell, FileKind, Head};
use simpul_shell::{
    Fields, FormView, Officer, Page, PageError, PageResult, Path, Query, StatusTag, render, render_refused,
};
use simpul_store::Error;
use uuid::Uuid;

use super::{CanSeeWholePlan, progress, view};
use crate::model::completeness::AgencyStand;
use crate::model::notice::Notice;
use crate::model::progress::Timeliness;
use crate::model::{Period, Programme};
use crate::sql;

/// One agency's line.
struct Row {
    id: Uuid,
    agency: String,
    stand: AgencyStand,
    missing: Vec<(String, String)>,
    returned: Vec<(String, String)>,
    reminded: Option<Timestamp>,
    notice: Option<Notice>,
}

#[derive(Template)]
#[template(path = "plan/completeness.html")]
struct CompletenessPage {
    page: Page,
    form: FormView,
    periods: Vec<Period>,
    period: Option<Period>,
    rows: Vec<Row>,
    whole: Timeliness,
    missing_count: usize,
    verifies: bool,
    is_due: bool,
}

impl CompletenessPage {
    fn period_tag(&self, period: &Period) -> StatusTag {
        progress::period_tag(&self.page, period.stand(self.page.now, None))
    }

    fn is_current(&self, one: &Period) -> bool {
        self.period.as_ref().is_some_and(|period| period.id == one.id)
    }

    fn share(&self, points: Option<i64>) -> String {
        view::points(&self.page, points)
    }

    fn whole_late(&self) -> i64 {
        self.whole.handed_in - self.whole.in_time
    }

    /// Whether a letter can be issued that was not.
    fn may_issue(&self, row: &Row) -> bool {
        self.verifies && self.is_due && row.notice.is_none() && row.stand.outstanding().next().is_some()
    }
}

fn named(programmes: &[Programme], ids: &[Uuid]) -> Vec<(String, String)> {
    let meant = programmes.iter().filter(|one| ids.contains(&one.id));
    meant.map(|one| (one.code.clone(), one.name.clone())).collect()
}

/// The agencies that the officer may see, by name.
async fn rows(officer: &Officer<CanSeeWholePlan>, period: &Period) -> Result<Vec<Row>, PageError> {
    let scope = officer.scope(Permission::SeeWholePlan);
    let mut conn = officer.read().await?;
    let roll = sql::plan::roll(&mut conn, period.masterplan).await?;
    let said = sql::progress::of_period(&mut conn, period.id).await?;
    let reminded: HashMap<Uuid, Timestamp> =
        sql::notice::last_reminders(&mut conn, period.id).await?.into_iter().collect();
    let notices = sql::notice::of_period(&mut conn, period.id).await?;
    let row = |(id, stand): (Uuid, AgencyStand)| Row {
        id,
        agency: view::agency(&officer.place, id),
        missing: named(&roll.programmes, &stand.missing),
        returned: named(&roll.programmes, &stand.returned),
        reminded: reminded.get(&id).copied(),
        notice: notices.iter().find(|notice| notice.agency == id).cloned(),
        stand,
    };
    let stands = roll.by_agency(period, &said).into_iter().filter(|(id, _)| scope.covers(*id));
    let mut rows: Vec<Row> = stands.map(row).collect();
    rows.sort_by_key(|row| row.agency.to_lowercase());
    Ok(rows)
}

/// The page, or what was refused on it.
pub(super) async fn draw(
    officer: &Officer<CanSeeWholePlan>,
    asked: Option<Uuid>,
    refused: Option<FormView>,
) -> PageResult {
    let mut conn = officer.read().await?;
    let periods = match sql::plan::in_force(&mut conn).await? {
        Some(plan) => sql::progress::periods(&mut conn, plan.id).await?,
        None => Vec::new(),
    };
    drop(conn);
    let begun = || periods.iter().find(|period| period.opens_at <= officer.now());
    let period = match asked {
        Some(id) => Some(periods.iter().find(|period| period.id == id).ok_or(Error::NotFound("period"))?.clone()),
        None => begun().or(periods.first()).cloned(),
    };
    let rows = match &period {
        Some(period) => rows(officer, period).await?,
        None => Vec::new(),
    };
    let page = officer.page("plan.completeness.title").wide();
    let failed = refused.is_some();
    let view = CompletenessPage {
        form: refused.unwrap_or_else(|| officer.form()),
        whole: rows.iter().fold(Timeliness::default(), |sum, row| sum.plus(row.stand.timeliness())),
        missing_count: rows.iter().map(|row| row.missing.len()).sum(),
        verifies: officer.may(Permission::VerifyProgress),
        is_due: period.as_ref().is_some_and(|period| officer.now() >= period.due_at),
        page: if failed { page.failed() } else { page },
        periods,
        period,
        rows,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The newest period that has begun.
pub async fn newest(officer: Officer<CanSeeWholePlan>) -> PageResult {
    draw(&officer, None, None).await
}

/// One period.
pub async fn show(officer: Officer<CanSeeWholePlan>, Path(period): Path<Uuid>) -> PageResult {
    draw(&officer, Some(period), None).await
}

/// The same as a file: a line for each agency, and the names of what is missing.
pub async fn download(
    officer: Officer<CanSeeWholePlan>,
    Path(period): Path<Uuid>,
    Query(asked): Query<Fields>,
) -> PageResult {
    let period = sql::progress::period(&mut officer.read().await?, period).await?.ok_or(Error::NotFound("period"))?;
    let rows = rows(&officer, &period).await?;
    let mut page = officer.page("plan.completeness.title");
    page.lang = simpul_shell::Lang::Id;
    let columns = [
        "plan.column.agency",
        "plan.check.wanted",
        "plan.completeness.in_time",
        "plan.completeness.late",
        "plan.completeness.missing_count",
        "plan.completeness.missing",
        "plan.completeness.notice",
    ];
    let notes = page.is_demo().then(|| page.t("shell.demo")).into_iter().chain([period.name.clone()]).collect();
    let head = Head { notes, columns: columns.map(|key| page.t(key)).to_vec(), zone: officer.place.calendar.zone };
    let line = |row: Row| {
        let missing = row.missing.iter().map(|(code, name)| format!("{code} {name}"));
        let back = page.t("plan.completeness.returned");
        let returned = row.returned.iter().map(|(code, name)| format!("{code} {name} ({back})"));
        let missing: Vec<String> = missing.chain(returned).collect();
        let number = row.notice.map(|notice| notice.number).unwrap_or_default();
        vec![
            Cell::text(row.agency),
            Cell::Number(row.stand.owed),
            Cell::Number(row.stand.in_time),
            Cell::Number(row.stand.late),
            Cell::Number(i64::try_from(row.missing.len()).unwrap_or(i64::MAX)),
            Cell::text(missing.join("; ")),
            Cell::text(number),
        ]
    };
    let lines: Vec<Vec<Cell>> = rows.into_iter().map(line).collect();
    let name = format!("kelengkapan-{}-{}", period.year, period.part.code());
    Ok(table::download(FileKind::parse(asked.get("jenis")), &name, &head, stream::iter([Ok(lines)]))?)
}
