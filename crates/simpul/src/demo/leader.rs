//! What the demo's leader said of reports that went up to the Regional Secretary, so that the sheet shows both: what is
//! directed, and what still waits for a word.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, ActorKind, RegionId, Role};
use simpul_people::Directory;
use simpul_report::actions::GiveDirection;
use simpul_report::figures;
use simpul_report::model::Level;
use simpul_report::model::direction::DirectionKind;
use simpul_store::{Db, Error};

use crate::failure::Failure;

/// What is said: the kind, for how many days, the words.
const SAID: [(DirectionKind, i64, &str); 2] = [
    (DirectionKind::Finish, 7, "Kerjakan minggu ini dan laporkan dengan foto."),
    (DirectionKind::Study, 5, "Sampaikan telaahan tertulis: apa kendalanya dan berapa biayanya."),
];

/// The leader's directions on the reports that are late for longest.
pub async fn direct(db: &Db, directory: &Directory, region: RegionId) -> Result<(), Failure> {
    let place = directory.of(region).await?;
    let leads = |grants: &[simpul_kernel::Grant]| grants.iter().any(|grant| grant.role == Role::Leader);
    let Some(leader) = place.officers().iter().find(|officer| leads(&officer.grants)) else { return Ok(()) };
    let actor = Actor { kind: ActorKind::Officer(leader.id), grants: leader.grants.clone() };
    let ctx = db.env().ctx(region, actor);
    let mut conn = db.read(region).await?;
    let late = figures::escalated(&mut conn, Level::Secretary, ctx.now(), SAID.len() as i64).await?;
    drop(conn);
    for (line, (kind, days, text)) in late.iter().zip(SAID) {
        let by = place.calendar.zone.date(ctx.now().plus_micros(days * DAY_MICROS));
        let give = GiveDirection { report: line.id, version: None, kind, by: Some(by), text: text.to_owned() };
        match directory.write(&ctx, give).await {
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
