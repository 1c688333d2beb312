//! Tunda: nothing is late while somebody else is waited for, and a silent citizen's report is archived.

use simpul_kernel::Role;
use simpul_report::actions::*;
use simpul_report::model::{Level, Status};
use simpul_report::sql::lists::{Whose, paused};
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;

use super::rules::{office, refused};

fn pause(report: uuid::Uuid, days: u32, asks: bool) -> PauseReport {
    PauseReport { report, version: None, days, asks, text: "Di tiang nomor berapa?".to_owned() }
}

#[tokio::test]
async fn an_answer_lets_the_deadlines_go_on_moved_by_what_was_paused() {
    let office = office().await;
    let sent = office.begun(1).await;
    let before = office.report(sent.id).await;
    office.by(&office.officer, pause(sent.id, 8, true)).await.unwrap();
    assert_eq!(refused(office.by(&office.officer, office.resolve(sent.id)).await), "report.refused.paused");
    assert_eq!(refused(office.by(&office.officer, pause(sent.id, 8, true)).await), "report.refused.paused");
    for _ in 0..9 {
        office.later(1);
        office.settle(false).await;
    }
    let waiting = office.report(sent.id).await;
    assert_eq!((waiting.due_at(), waiting.level, waiting.status()), (None, Level::None, Status::InProgress));
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let own = paused(&mut conn, Whose::Agency { agency: sent.agency.unwrap(), secrets: true }, None, 9).await.unwrap();
    assert!(own.len() == 1 && own[0].is_paused());
    let other = Whose::Agency { agency: uuid::Uuid::nil(), secrets: true };
    assert!(paused(&mut conn, other, None, 9).await.unwrap().is_empty());
    drop(conn);
    let citizen = office.house.citizen();
    let answer = |token: &str| AnswerQuestion {
        report: sent.id,
        proof: Proof::Token(token.to_owned()),
        text: "Tiang nomor 7".to_owned(),
        photos: Vec::new(),
    };
    assert_eq!(refused(office.by(&citizen, answer("0000")).await), "report.refused.not_the_reporter");
    office.by(&citizen, answer(&sent.token)).await.unwrap();
    assert_eq!(refused(office.by(&citizen, answer(&sent.token)).await), "report.refused.not_asked");
    let after = office.report(sent.id).await;
    assert!(after.deadlines.resolve > before.deadlines.resolve && after.due_at().is_some());
    assert!(!after.is_late(office.house.citizen().now()));
    // The ladder still works once time goes on.
    office.later(40);
    office.settle(false).await;
    assert!(office.report(sent.id).await.level >= Level::Head);
}

#[tokio::test]
async fn silence_archives_what_was_asked_and_any_other_pause_just_ends() {
    let office = office().await;
    let (asked, other) = (office.begun(1).await, office.begun(2).await);
    office.by(&office.officer, pause(asked.id, 3, true)).await.unwrap();
    office.by(&office.officer, pause(other.id, 3, false)).await.unwrap();
    office.later(6);
    office.settle(false).await;
    assert_eq!(office.report(asked.id).await.status(), Status::Archived);
    let other_now = office.report(other.id).await;
    assert_eq!((other_now.status(), other_now.is_paused()), (Status::InProgress, false));
    office.by(&office.officer, pause(other.id, 3, false)).await.unwrap();
    office.by(&office.officer, ResumeReport { report: other.id, version: None }).await.unwrap();
    assert_eq!(refused(office.by(&office.officer, pause(other.id, 3, false)).await), "report.refused.pauses");
}

#[tokio::test]
async fn a_pause_has_a_limit_and_needs_the_right() {
    let office = office().await;
    let sent = office.begun(1).await;
    assert_eq!(refused(office.by(&office.officer, pause(sent.id, 11, true)).await), "report.refused.pause_days");
    assert_eq!(refused(office.by(&office.officer, pause(sent.id, 0, true)).await), "report.refused.pause_days");
    let stranger = office.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
    let tried = office.by(&stranger, pause(sent.id, 3, true)).await;
    assert!(matches!(tried, Err(Error::NotFound(_))), "{tried:?}");
}

#[tokio::test]
async fn what_became_late_while_simpul_was_down_at_the_end_of_a_pause_is_marked_all_the_same() {
    let office = office().await;
    let sent = office.begun(1).await;
    office.by(&office.officer, pause(sent.id, 2, false)).await.unwrap();
    // The pause and, behind it, the deadline pass before anybody looks.
    office.later(60);
    office.settle(false).await;
    let report = office.report(sent.id).await;
    assert!(!report.is_paused() && report.is_late(office.house.citizen().now()));
    assert!(report.level >= Level::Head, "{:?}", report.level);
}
