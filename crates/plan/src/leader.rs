//! The plan on a leader's sheet: a row for each dimension, always in the same order, with the quick win that stands
//! worst.

use std::sync::Arc;

use simpul_kernel::Timestamp;
use simpul_people::Snapshot;
use simpul_shell::{Page, StatusTag};
use simpul_store::{Conn, Result};

use crate::kept;
use crate::model::ProgrammeKind;
use crate::model::status::Light;
use crate::pages::view;
use crate::read::{Sees, Stand};
use crate::slides::{Telling, last_words};
use crate::sql;

/// The plan as the sheet shows it.
pub struct LeaderPlan {
    /// What programmes ask to decide, in their own words.
    pub asks: Vec<String>,
    /// One row for each dimension.
    pub rows: Vec<LeaderRow>,
}

/// A dimension with the quick win that stands worst.
pub struct LeaderRow {
    /// The dimension.
    pub dimension: String,
    /// That quick win; none where the dimension has none.
    pub win: Option<Win>,
}

/// A quick win as a leader reads it.
pub struct Win {
    /// Its code, by which its page is found.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// What is to be reached this year.
    pub target: String,
    /// What is reached.
    pub now: String,
    /// How it stands.
    pub light: StatusTag,
    /// Who answers for it.
    pub owner: String,
    /// Its last year.
    pub until: i64,
    /// Quick wins of the dimension beside it.
    pub more_count: usize,
}

/// The worst first: behind, needs attention, as planned, nothing known; and of two alike the one that reached less.
fn rank(stand: &Stand) -> (u8, Option<i64>, &str) {
    let light = match stand.light() {
        Some(Light::Red) => 0,
        Some(Light::Yellow) => 1,
        Some(Light::Green) => 2,
        None => 3,
    };
    (light, stand.facts.reached, &stand.programme.code)
}

fn win(telling: &Telling<'_>, own: &[&Stand]) -> Option<Win> {
    let (page, worst) = (telling.page, own.iter().min_by_key(|stand| rank(stand))?);
    let (target, now) = telling.target_and_actual(worst);
    Some(Win {
        code: worst.programme.code.clone(),
        name: worst.programme.name.clone(),
        target,
        now,
        light: view::light(page, worst.light()),
        owner: view::owner(page, telling.place, &worst.programme),
        until: worst.programme.years.1,
        more_count: own.len() - 1,
    })
}

/// Reads it; `None` where no plan is in force.
///
/// # Errors
/// The store's.
pub async fn plan(conn: &mut Conn, page: &Page, place: &Arc<Snapshot>, now: Timestamp) -> Result<Option<LeaderPlan>> {
    let sees = Sees::HandedIn;
    let Some(overview) = kept::overview(conn, place, now, sees).await? else { return Ok(None) };
    let said = last_words(conn, &overview, (now, sees)).await?;
    let asked = sql::agenda::asked(conn).await?;
    let telling = Telling { page, place, overview: &overview, said };
    let row = |(code, dimension): (String, String)| {
        let own = telling.of_dimension(&code).into_iter();
        let own: Vec<&Stand> = own.filter(|stand| stand.programme.kind == ProgrammeKind::QuickWin).collect();
        LeaderRow { dimension, win: win(&telling, &own) }
    };
    let rows = telling.dimensions().into_iter().map(row).collect();
    Ok(Some(LeaderPlan { asks: telling.asks(&asked), rows }))
}
