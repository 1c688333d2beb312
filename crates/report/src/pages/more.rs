//! What an officer may do with a report beside the steps of the work, as links at the foot of its page; and what is
//! known of how it came.

use simpul_kernel::Actor;
use simpul_people::Permission;
use simpul_store::{Conn, Result};

use crate::actions::may_see_original;
use crate::model::filed::Filed;
use crate::model::{Report, Source, public};
use crate::sql;

/// Links and facts.
#[derive(Debug, Default)]
pub struct More {
    /// Addresses with the catalogue keys of their words.
    pub links: Vec<(String, &'static str)>,
    /// When it was said, where an officer entered it.
    pub filed: Option<Filed>,
    /// LAPOR!'s number, where the report came by another way.
    pub sp4n_id: Option<String>,
}

impl More {
    /// Reads them.
    pub async fn read(conn: &mut Conn, actor: &Actor, report: &Report) -> Result<More> {
        let filed = sql::filed::filed(conn, report.id).await?;
        let sp4n_id = sql::sp4n::of(conn, report.id).await?;
        let has_photos = !sql::photos(conn, report.id).await?.is_empty();
        Ok(More { links: links(actor, report, has_photos), filed, sp4n_id })
    }
}

fn links(actor: &Actor, report: &Report, has_photos: bool) -> Vec<(String, &'static str)> {
    let may = |permission| public::covers(actor, permission, report.agency);
    let all = [
        (has_photos && may_see_original(actor, report), "foto", "report.cover.link"),
        (may(Permission::HideReports), "sunting", "report.edit.link"),
        (may(Permission::VerifyReports) && report.source != Source::Lapor, "sp4n", "report.sp4n.link"),
        (may(Permission::BarSenders), "larang", "report.ban.link"),
    ];
    let offered = all.into_iter().filter(|(may, _, _)| *may);
    offered.map(|(_, path, key)| (format!("/kotak/{}/{path}", report.number), key)).collect()
}
