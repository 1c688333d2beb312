//! What lies on the officers' desks on the demo's last day: answers that wait for their head, reminders, and a report
//! that was sent up by hand.

use simpul_kernel::{Actor, Timestamp};
use simpul_report::actions::{EscalateReport, RemindAgency, ResolveReport, ReturnAnswer, SetApproval};
use simpul_report::model::{Level, PhotoRef, Status};
use simpul_report::sql::{Line, Whose, inbox_due, inbox_status};
use simpul_store::{Action, Error, Result};
use uuid::Uuid;

use super::stage::Stage;
use super::texts::Scene;

/// The agency whose head approves its answers.
pub const APPROVED_FIRST: &str = "DPUTRPKP2";
/// Answers that wait, one of which is given back.
const DRAFTS_COUNT: i64 = 3;
/// Late reports of which the agency is reminded.
const REMINDED_COUNT: i64 = 4;

const ANSWER: &str = "Lubang ditambal dan dipadatkan. Jalan dapat dilalui lagi.";
const WHY: &str = "Sebutkan ruas jalannya, supaya warga tahu lubang mana yang ditambal.";
const REASON: &str = "Warga sudah datang ke kantor dua kali. Perlu alat dari bidang lain.";

/// Lays it there.
pub async fn furnish(stage: &Stage, head: &Actor) -> Result<()> {
    let Some(agency) = stage.snapshot.agency_by_short(APPROVED_FIRST).map(|agency| agency.id) else { return Ok(()) };
    let Some(officer) = stage.officers.get(&agency) else { return Ok(()) };
    act(stage, head, SetApproval { agency, on: true }).await?;
    let mut conn = stage.db.read(stage.snapshot.region.id).await?;
    let whose = Whose::Agency { agency, secrets: false };
    let begun = inbox_status(&mut conn, whose, Status::InProgress, None, DRAFTS_COUNT).await?;
    let everybody = Whose::All { secrets: false };
    let span = (Timestamp(i64::MIN), stage.now);
    let late: Vec<Line> = inbox_due(&mut conn, everybody, span, None, REMINDED_COUNT * 4).await?;
    drop(conn);
    for line in &begun {
        act(stage, officer, resolve(line.id, photo(stage))).await?;
    }
    if let Some(line) = begun.last() {
        act(stage, head, ReturnAnswer { report: line.id, version: 1, why: WHY.to_owned() }).await?;
    }
    let owned = late.iter().filter(|line| line.agency.is_some());
    for line in owned.take(usize::try_from(REMINDED_COUNT).unwrap_or_default()) {
        act(stage, &stage.coordinator, RemindAgency { report: line.id }).await?;
    }
    if let Some(line) = late.iter().find(|line| line.level < Level::Secretary) {
        let escalate = EscalateReport { report: line.id, version: None, reason: REASON.to_owned() };
        act(stage, &stage.coordinator, escalate).await?;
    }
    Ok(())
}

fn photo(stage: &Stage) -> Vec<PhotoRef> {
    let after = stage.photos.iter().find(|(scene, after, _)| *scene == Scene::Road && *after);
    after.map(|(_, _, photo)| *photo).into_iter().collect()
}

fn resolve(report: Uuid, photos: Vec<PhotoRef>) -> ResolveReport {
    ResolveReport { report, version: None, text: ANSWER.to_owned(), photos, no_photo_reason: None }
}

/// What the rules refuse on that day is left out: a report may be paused, or have nobody who owes anything.
async fn act<A: Action>(stage: &Stage, who: &Actor, action: A) -> Result<()> {
    let ctx = stage.db.env().ctx(stage.snapshot.region.id, who.clone());
    match stage.db.write(&ctx, action).await {
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
