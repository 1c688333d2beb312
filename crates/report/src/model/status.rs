//! The states of a report, the arrows between them, and the words for them.

use serde::{Deserialize, Serialize};
use simpul_kernel::Refusal;

/// Where a report stands. The names are those of tables, journal and API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Belum diverifikasi
    New,
    /// Terverifikasi
    Verified,
    /// Didisposisikan
    Assigned,
    /// Diproses
    InProgress,
    /// Direncanakan: needs budget; not counted as fixed.
    Planned,
    /// Selesai, menunggu tanggapan
    Resolved,
    /// Selesai
    Closed,
    /// Tidak dapat ditindaklanjuti
    Rejected,
    /// Bukan kewenangan
    OutOfAuthority,
    /// Digabung
    Merged,
    /// Diarsipkan
    Archived,
}

/// The five shapes in which a state is drawn, so that it is never told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// ● received
    New,
    /// ◐ being worked on
    Work,
    /// ✔ done
    Done,
    /// ▲ past its deadline
    Late,
    /// ■ turned down or passed on
    Off,
}

impl Status {
    /// Every state, in the order of a report's life.
    pub const ALL: [Status; 11] = [
        Status::New,
        Status::Verified,
        Status::Assigned,
        Status::InProgress,
        Status::Planned,
        Status::Resolved,
        Status::Closed,
        Status::Rejected,
        Status::OutOfAuthority,
        Status::Merged,
        Status::Archived,
    ];

    /// The name in tables, journal and API.
    pub fn name(self) -> &'static str {
        match self {
            Status::New => "new",
            Status::Verified => "verified",
            Status::Assigned => "assigned",
            Status::InProgress => "in_progress",
            Status::Planned => "planned",
            Status::Resolved => "resolved",
            Status::Closed => "closed",
            Status::Rejected => "rejected",
            Status::OutOfAuthority => "out_of_authority",
            Status::Merged => "merged",
            Status::Archived => "archived",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The states that may follow (domain.md, lifecycles).
    pub fn next(self) -> &'static [Status] {
        match self {
            Status::New => {
                &[Status::Verified, Status::Rejected, Status::OutOfAuthority, Status::Merged, Status::Archived]
            }
            Status::Verified => {
                &[Status::Assigned, Status::Rejected, Status::OutOfAuthority, Status::Merged, Status::Archived]
            }
            Status::Assigned => &[Status::InProgress, Status::Verified, Status::Planned, Status::Archived],
            Status::InProgress => &[Status::Resolved, Status::Planned, Status::Archived],
            Status::Planned => &[Status::InProgress],
            Status::Resolved => &[Status::Closed, Status::InProgress],
            Status::Merged => &[Status::New, Status::Verified],
            Status::Closed | Status::Rejected | Status::OutOfAuthority | Status::Archived => &[],
        }
    }

    /// Whether somebody still owes work on it.
    pub fn is_open(self) -> bool {
        matches!(self, Status::New | Status::Verified | Status::Assigned | Status::InProgress | Status::Planned)
    }

    /// Whether the work was done; a report that was turned down or passed on never counts as fixed.
    pub fn is_fixed(self) -> bool {
        matches!(self, Status::Resolved | Status::Closed)
    }

    /// The shape in which it is drawn when it is not late.
    pub fn shape(self) -> Shape {
        match self {
            Status::New | Status::Verified | Status::Assigned => Shape::New,
            Status::InProgress | Status::Planned => Shape::Work,
            Status::Resolved | Status::Closed => Shape::Done,
            Status::Rejected | Status::OutOfAuthority | Status::Merged | Status::Archived => Shape::Off,
        }
    }

    /// Catalogue key of the word that staff see.
    pub fn staff_key(self) -> &'static str {
        match self {
            Status::New => "report.staff.new",
            Status::Verified => "report.staff.verified",
            Status::Assigned => "report.staff.assigned",
            Status::InProgress => "report.staff.in_progress",
            Status::Planned => "report.staff.planned",
            Status::Resolved => "report.staff.resolved",
            Status::Closed => "report.staff.closed",
            Status::Rejected => "report.staff.rejected",
            Status::OutOfAuthority => "report.staff.out_of_authority",
            Status::Merged => "report.staff.merged",
            Status::Archived => "report.staff.archived",
        }
    }

    /// Catalogue key of the word that the citizen sees, where nothing has to be filled in.
    pub fn citizen_key(self) -> &'static str {
        match self {
            Status::New => "report.citizen.new",
            Status::Verified => "report.citizen.verified",
            Status::Assigned => "report.citizen.assigned",
            Status::InProgress => "report.citizen.in_progress",
            Status::Planned => "report.citizen.planned",
            Status::Resolved => "report.citizen.resolved",
            Status::Closed => "report.citizen.closed",
            Status::Rejected => "report.citizen.rejected",
            Status::OutOfAuthority => "report.citizen.out_of_authority",
            Status::Merged => "report.citizen.merged",
            Status::Archived => "report.citizen.archived",
        }
    }

    /// Catalogue key of the sentence that names this state and what may follow.
    fn wrong_state_key(self) -> &'static str {
        match self {
            Status::New => "report.refused.from_new",
            Status::Verified => "report.refused.from_verified",
            Status::Assigned => "report.refused.from_assigned",
            Status::InProgress => "report.refused.from_in_progress",
            Status::Planned => "report.refused.from_planned",
            Status::Resolved => "report.refused.from_resolved",
            Status::Closed => "report.refused.from_closed",
            Status::Rejected => "report.refused.from_rejected",
            Status::OutOfAuthority => "report.refused.from_out_of_authority",
            Status::Merged => "report.refused.from_merged",
            Status::Archived => "report.refused.from_archived",
        }
    }

    /// The refusal of an arrow that does not exist: it names this state and the allowed next ones.
    pub fn wrong_state(self) -> Refusal {
        let allowed: Vec<&str> = self.next().iter().map(|status| status.name()).collect();
        Refusal::new(self.wrong_state_key()).with("state", self.name()).with("allowed", allowed.join(", "))
    }

    /// Goes along the arrow to `next`, or refuses.
    pub fn go(self, next: Status) -> Result<Status, Refusal> {
        if self.next().contains(&next) { Ok(next) } else { Err(self.wrong_state()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_from_its_name() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.name()), Some(status));
        }
    }

    #[test]
    fn a_refusal_names_the_state_and_what_may_follow() {
        let refusal = Status::Assigned.go(Status::Closed).unwrap_err();
        assert_eq!(refusal.key, "report.refused.from_assigned");
        assert_eq!(refusal.args[1], ("allowed", "in_progress, verified, planned, archived".to_owned()));
    }

    #[test]
    fn closed_never_counts_as_open_and_nothing_leaves_an_end() {
        for status in Status::ALL.into_iter().filter(|status| status.next().is_empty()) {
            assert!(!status.is_open(), "{status:?}");
        }
    }
}
