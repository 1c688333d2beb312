//! Agencies that help the one that leads: each with a deadline of its own inside the citizen's. None of them ends the
//! report; that is the leading agency's alone.

use simpul_kernel::calendar::Calendar;
use simpul_kernel::{Actor, Refusal, Timestamp};
use simpul_people::{Permission, scope};
use uuid::Uuid;

use super::public::covers;
use super::report::{Level, Report};
use super::status::Status;
use super::within::within;

/// Most agencies that help with one report at the same time: beyond it nobody leads any more.
pub const SUPPORTS_MAX_COUNT: usize = 8;

/// How far a helping agency has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Asked; it has not said anything yet.
    Asked,
    /// It helps.
    Accepted,
    /// Its part is done.
    Done,
    /// Not its business, with a reason.
    HandedBack,
    /// Not needed any more: the report went on without it.
    Ended,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Stage; 5] = [Stage::Asked, Stage::Accepted, Stage::Done, Stage::HandedBack, Stage::Ended];

    /// The name in tables and API.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Asked => "asked",
            Stage::Accepted => "accepted",
            Stage::Done => "done",
            Stage::HandedBack => "handed_back",
            Stage::Ended => "ended",
        }
    }

    /// The stage of that name.
    pub fn parse(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Stage::Asked => "report.support.asked",
            Stage::Accepted => "report.support.accepted",
            Stage::Done => "report.support.done",
            Stage::HandedBack => "report.support.handed_back",
            Stage::Ended => "report.support.ended",
        }
    }

    /// Whether the agency still owes something.
    pub fn is_open(self) -> bool {
        matches!(self, Stage::Asked | Stage::Accepted)
    }
}

/// One agency's help with one report.
#[derive(Debug, Clone, PartialEq)]
pub struct Support {
    /// Id.
    pub id: Uuid,
    /// With which report.
    pub report: Uuid,
    /// Who helps.
    pub agency: Uuid,
    /// How far it has come.
    pub stage: Stage,
    /// What it is asked to do; only staff read it.
    pub instruction: String,
    /// Until when; never after the citizen's deadline.
    pub due: Timestamp,
    /// The moment passed while it was open.
    pub late: bool,
    /// How far up it has gone in the helping agency: the Kabid, then its head.
    pub level: Level,
    /// Who asked; `None` for a program.
    pub asked_by: Option<Uuid>,
    /// When it was asked.
    pub asked: Timestamp,
    /// When it said yes.
    pub accepted: Option<Timestamp>,
    /// When it was over, whichever way.
    pub ended: Option<Timestamp>,
    /// What was said at the end: what was done, or why not.
    pub note: Option<String>,
}

impl Report {
    /// Whether other agencies may be asked to help now: somebody leads and has taken it.
    pub fn may_be_helped(&self) -> bool {
        !self.secret && self.agency.is_some() && matches!(self.status(), Status::Assigned | Status::InProgress)
    }

    /// Another agency is asked to help until the typed day, or until the citizen's deadline where none is typed.
    pub fn ask_support(
        &self,
        now: Timestamp,
        calendar: &Calendar,
        agency: Uuid,
        day: &str,
        others: &[Support],
    ) -> Result<Timestamp, Refusal> {
        if self.secret {
            return Err(Refusal::new("report.refused.secret_stays"));
        }
        if !self.may_be_helped() {
            return Err(self.status().wrong_state());
        }
        let open: Vec<&Support> = others.iter().filter(|other| other.stage.is_open()).collect();
        if self.agency == Some(agency) || open.iter().any(|other| other.agency == agency) {
            return Err(Refusal::field("agency", "report.support.already"));
        }
        if open.len() >= SUPPORTS_MAX_COUNT {
            let refusal = Refusal::field("agency", "report.support.too_many");
            return Err(refusal.with("most", SUPPORTS_MAX_COUNT.to_string()));
        }
        let due = within("due", calendar, now, day, self.deadlines.resolve)?;
        Ok(due.unwrap_or(self.deadlines.resolve))
    }
}

impl Support {
    fn only_from(&self, from: &[Stage]) -> Result<(), Refusal> {
        if from.contains(&self.stage) { Ok(()) } else { Err(Refusal::new("report.support.over")) }
    }

    fn over(&self, now: Timestamp, stage: Stage, note: Option<String>) -> Support {
        Support { stage, ended: Some(now), note, ..self.clone() }
    }

    /// Whether its moment has passed and it still owes something.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.stage.is_open() && self.due < now
    }

    /// "Terima": it helps.
    pub fn accept(&self, now: Timestamp) -> Result<Support, Refusal> {
        self.only_from(&[Stage::Asked])?;
        Ok(Support { stage: Stage::Accepted, accepted: Some(now), ..self.clone() })
    }

    /// Its part is done. Who finishes at once has accepted at once.
    pub fn finish(&self, now: Timestamp, note: String) -> Result<Support, Refusal> {
        self.only_from(&[Stage::Asked, Stage::Accepted])?;
        let done = self.over(now, Stage::Done, Some(note));
        Ok(Support { accepted: self.accepted.or(Some(now)), ..done })
    }

    /// Not its business, or it cannot.
    pub fn hand_back(&self, now: Timestamp, reason: String) -> Result<Support, Refusal> {
        self.only_from(&[Stage::Asked, Stage::Accepted])?;
        Ok(self.over(now, Stage::HandedBack, Some(reason)))
    }

    /// Not needed any more: taken back by who leads, or the report went on without it.
    pub fn end(&self, now: Timestamp) -> Result<Support, Refusal> {
        self.only_from(&[Stage::Asked, Stage::Accepted])?;
        Ok(self.over(now, Stage::Ended, None))
    }

    /// It is told further up in its own agency; `None` where it is that high already or owes nothing.
    pub fn raise(&self, level: Level, late: bool) -> Option<Support> {
        let next = Support { level: self.level.max(level), late: self.late || late, ..self.clone() };
        (self.stage.is_open() && next != *self).then_some(next)
    }
}

/// Whether help that was asked for has lost its ground between two states of a report: it is over, or another leads.
pub fn is_left_behind(before: &Report, after: &Report) -> bool {
    before.may_be_helped() && (!after.may_be_helped() || before.agency != after.agency)
}

/// The help by which `actor` may see the report, though it is not the actor's own: asked of one of the actor's agencies
/// and not turned down. A secret report is none of a helper's business without the right to secrets.
pub fn helps<'a>(actor: &Actor, report: &Report, supports: &'a [Support]) -> Option<&'a Support> {
    if report.secret && !covers(actor, Permission::SeeSecretReports, None) {
        return None;
    }
    let own = scope(actor, Permission::SeeInbox);
    let helping =
        |support: &&Support| !matches!(support.stage, Stage::HandedBack | Stage::Ended) && own.covers(support.agency);
    supports.iter().filter(helping).max_by_key(|support| (support.stage.is_open(), support.asked))
}

/// For which agency `actor` works on the report: the one that leads, or one that helps.
pub fn acting(actor: &Actor, report: &Report, supports: &[Support]) -> Option<Uuid> {
    if super::public::may_see(actor, report) && covers(actor, Permission::WorkReports, report.agency) {
        return report.agency;
    }
    let helping = helps(actor, report, supports)?;
    scope(actor, Permission::WorkReports).covers(helping.agency).then_some(helping.agency)
}

/// Which agencies help or have helped with a report, each once, those that turned it down left out.
pub fn helpers(supports: &[Support]) -> Vec<Uuid> {
    let mut found = Vec::new();
    for support in supports.iter().filter(|s| !matches!(s.stage, Stage::HandedBack | Stage::Ended)) {
        if !found.contains(&support.agency) {
            found.push(support.agency);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use simpul_kernel::{ActorKind, Grant, Role};

    use super::*;

    fn support(stage: Stage) -> Support {
        Support {
            id: Uuid::from_u128(1),
            report: Uuid::from_u128(2),
            agency: Uuid::from_u128(3),
            stage,
            instruction: "pinjamkan alat".into(),
            due: Timestamp(100),
            late: false,
            level: Level::None,
            asked_by: None,
            asked: Timestamp(1),
            accepted: None,
            ended: None,
            note: None,
        }
    }

    #[test]
    fn what_is_over_stays_over() {
        for stage in [Stage::Done, Stage::HandedBack, Stage::Ended] {
            let over = support(stage);
            let refused = [
                over.accept(Timestamp(5)).unwrap_err(),
                over.finish(Timestamp(5), "x".into()).unwrap_err(),
                over.hand_back(Timestamp(5), "x".into()).unwrap_err(),
                over.end(Timestamp(5)).unwrap_err(),
            ];
            assert!(refused.iter().all(|refusal| refusal.key == "report.support.over"));
            assert!(!over.is_late(Timestamp(500)) && over.raise(Level::Head, true).is_none());
        }
        assert!(support(Stage::Accepted).accept(Timestamp(5)).is_err());
    }

    #[test]
    fn late_help_goes_up_once_and_never_down() {
        let late = support(Stage::Asked).raise(Level::Head, true).unwrap();
        assert!(late.late && late.level == Level::Head);
        assert_eq!(late.raise(Level::Kabid, false), None);
    }

    #[test]
    fn a_stage_reads_back_from_its_name() {
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.name()), Some(stage));
        }
    }

    #[test]
    fn only_the_agency_that_helps_sees_by_it_and_never_a_secret() {
        let report = super::super::life::report(1);
        let of = |agency| Actor {
            kind: ActorKind::Officer(Uuid::from_u128(9)),
            grants: vec![Grant { role: Role::AgencyOfficer, agency: Some(Uuid::from_u128(agency)) }],
        };
        let asked = [support(Stage::Asked)];
        assert!(helps(&of(3), &report, &asked).is_some());
        assert!(helps(&of(4), &report, &asked).is_none());
        assert!(helps(&of(3), &report, &[support(Stage::HandedBack)]).is_none());
        let secret = Report { secret: true, ..report };
        assert!(helps(&of(3), &secret, &asked).is_none());
    }
}
