//! What this room tells on every page: the operation centre's stage to citizens, and to agencies what waits for them.

use simpul_people::Snapshot;
use simpul_shell::{News, NewsLine, NewsSource, Waiting};
use simpul_store::{Conn, Result};

use crate::model::stage::Stage;
use crate::pages::stage::district_name;
use crate::sql;
use crate::stage::{self, InForce};

/// Where an agency finds what 112 asks of it.
pub const AGENCY_PAGE: &str = "/112/serahan";
/// From this stage on the line is drawn as a trouble.
const GRAVE_LEVEL: i64 = 4;

/// The room's news.
pub struct RoomNews;

impl NewsSource for RoomNews {
    async fn read(&self, conn: &mut Conn, place: &Snapshot) -> Result<News> {
        let lines = stage_line(&stage::in_force(conn).await?, place).into_iter().collect();
        let waiting = sql::handover::waiting(conn).await?.into_iter();
        let waiting = waiting.map(|(agency, count)| Waiting { href: AGENCY_PAGE, agency, count }).collect();
        Ok(News { lines, waiting })
    }
}

/// The highest stage that holds anywhere, from the second on: the region's own, or that of the districts above it.
fn stage_line(found: &InForce, place: &Snapshot) -> Option<NewsLine> {
    let own = found.stage();
    let highest = found.districts.iter().map(|one| one.stage).max().filter(|stage| *stage > own);
    let line = |stage: Stage, key, mut args: Vec<(&'static str, String)>| {
        args.push(("n", stage.level().to_string()));
        NewsLine { key, args, href: "/kesiagaan", is_grave: stage.level() >= GRAVE_LEVEL }
    };
    let Some(stage) = highest else {
        return own.is_public().then(|| line(own, "emergency.stage.news", Vec::new()));
    };
    let names = found.districts.iter().filter(|one| one.stage == stage);
    let names: Vec<String> = names.map(|one| district_name(place, one.district)).collect();
    Some(line(stage, "emergency.stage.news_district", vec![("district", names.join(", "))]))
}
