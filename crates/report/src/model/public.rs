//! What anybody may read of a report, and who may read the rest.

use simpul_kernel::{Actor, mask};
use simpul_people::{Permission, Scope, scope};
use uuid::Uuid;

use super::report::{Report, Source};
use super::silence;
use super::status::{Shape, Status};

/// A citizen's text with telephone numbers, NIK and e-mail addresses masked.
pub fn public_text(text: &str) -> String {
    mask::mask(text)
}

/// The beginning of a text, cut at a word: at most `max_chars` characters and a mark that more follows.
pub fn excerpt(text: &str, max_chars: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max_chars {
        return line;
    }
    let cut: String = line.chars().take(max_chars).collect();
    let end = cut.rfind(' ').filter(|end| *end > 0).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end_matches([',', '.', ' ']))
}

/// Whether `actor` may see the report as staff do. A secret one is for those of its agency and for Inspektorat alone:
/// whoever oversees the whole region by another role is left out. Where no agency has it yet, whoever assigns the
/// region's reports holds what its reporter wished to be secret, or nobody could ever give it to one; but never a
/// complaint about an official.
pub fn may_see(actor: &Actor, report: &Report) -> bool {
    may_see_of(actor, report.agency, (report.secret, report.wish))
}

/// The same, where only the agency is known, whether it is secret, and whether only by its reporter's wish.
pub fn may_see_of(actor: &Actor, agency: Option<Uuid>, (secret, wish): (bool, bool)) -> bool {
    if secret && wish && agency.is_none() && assigns(actor) {
        return true;
    }
    if secret {
        let oversees = scope(actor, Permission::SeeSecretReports) == Scope::WholeRegion;
        let own = match scope(actor, Permission::SeeInbox) {
            Scope::Agencies(own) => agency.is_some_and(|agency| own.contains(&agency)),
            // A region-wide grant may name the home agency; secrets of another are none of its business.
            Scope::WholeRegion | Scope::Nothing => false,
        };
        return oversees || own;
    }
    covers(actor, Permission::SeeInbox, agency)
}

/// Whether `actor` is a person who gives the whole region's reports to agencies. A program with a key is not trusted
/// with what a citizen wished to be secret.
pub fn assigns(actor: &Actor) -> bool {
    actor.officer_id().is_some() && scope(actor, Permission::AssignReports) == Scope::WholeRegion
}

/// Whether `actor` holds `permission` for the work of `agency`; without one the work is the coordinator's.
pub fn covers(actor: &Actor, permission: Permission, agency: Option<Uuid>) -> bool {
    match (scope(actor, permission), agency) {
        (Scope::WholeRegion, _) => true,
        (other, Some(agency)) => other.covers(agency),
        _ => false,
    }
}

/// The groups in which the public list sorts the states: one word, one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Received.
    New,
    /// Being worked on.
    Work,
    /// Done.
    Done,
    /// Past the deadline.
    Late,
    /// Turned down or passed on.
    Off,
    /// Open, and without a step for eight weeks.
    Unknown,
}

impl Group {
    /// Every group, in the order of the filter.
    pub const ALL: [Group; 6] = [Group::New, Group::Work, Group::Done, Group::Late, Group::Off, Group::Unknown];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Group::New => "baru",
            Group::Work => "dikerjakan",
            Group::Done => "selesai",
            Group::Late => "terlambat",
            Group::Off => "lainnya",
            Group::Unknown => "tidak-diketahui",
        }
    }

    /// The group of that name.
    pub fn parse(name: &str) -> Option<Group> {
        Group::ALL.into_iter().find(|group| group.name() == name)
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Group::New => "report.group.new",
            Group::Work => "report.group.work",
            Group::Done => "report.group.done",
            Group::Late => "report.group.late",
            Group::Off => "report.group.off",
            Group::Unknown => "report.silence.short",
        }
    }

    /// The states in it. Merged ones stand under the report that they were merged into.
    pub fn statuses(self) -> &'static [Status] {
        match self {
            Group::New => &[Status::New, Status::Verified, Status::Assigned],
            Group::Work => &[Status::InProgress, Status::Planned],
            Group::Done => &[Status::Resolved, Status::Closed],
            Group::Late => &[Status::New, Status::Verified, Status::Assigned, Status::InProgress],
            Group::Off => &[Status::Rejected, Status::OutOfAuthority, Status::Archived],
            Group::Unknown => &silence::SILENT_STATES,
        }
    }
}

/// Whether a report of that source was written by the citizen's own hand, so that the words are theirs.
pub fn is_own_hand(source: Source) -> bool {
    matches!(source, Source::Web | Source::Whatsapp | Source::Sms | Source::Lapor | Source::Open311 | Source::Api)
}

/// The name of a shape in style sheets and pictures.
pub fn shape_name(shape: Shape) -> &'static str {
    match shape {
        Shape::New => "new",
        Shape::Work => "work",
        Shape::Done => "done",
        Shape::Late => "late",
        Shape::Off => "off",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::{ActorKind, Grant, Role};

    use super::*;

    fn officer(role: Role, agency: Option<Uuid>) -> Actor {
        Actor { kind: ActorKind::Officer(Uuid::from_u128(9)), grants: vec![Grant { role, agency }] }
    }

    #[test]
    fn a_secret_report_is_for_its_agency_and_inspektorat_only() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert!(may_see_of(&officer(Role::AgencyOfficer, Some(own)), Some(own), (true, false)));
        assert!(may_see_of(&officer(Role::Auditor, Some(other)), Some(own), (true, false)));
        for role in [Role::ReportCoordinator, Role::RegionAdmin, Role::Leader, Role::DutyOfficer] {
            assert!(!may_see_of(&officer(role, Some(own)), Some(own), (true, false)), "{role:?}");
        }
        assert!(!may_see_of(&officer(Role::AgencyOfficer, Some(other)), Some(own), (true, false)));
    }

    #[test]
    fn a_wish_for_secrecy_that_no_agency_has_is_for_whoever_can_give_it_to_one() {
        let own = Uuid::from_u128(1);
        let (wish, complaint) = ((true, true), (true, false));
        assert!(may_see_of(&officer(Role::ReportCoordinator, None), None, wish));
        assert!(may_see_of(&officer(Role::Auditor, None), None, wish));
        assert!(!may_see_of(&officer(Role::ReportCoordinator, None), Some(own), wish), "then it is the agency's");
        assert!(
            !may_see_of(&officer(Role::ReportCoordinator, None), None, complaint),
            "it may complain of a colleague"
        );
        for role in [Role::RegionAdmin, Role::Leader, Role::DutyOfficer, Role::Secretariat, Role::AgencyOfficer] {
            assert!(!may_see_of(&officer(role, Some(own)), None, wish), "{role:?}");
        }
    }

    #[test]
    fn work_without_an_agency_is_the_coordinators() {
        let own = Uuid::from_u128(1);
        assert!(may_see_of(&officer(Role::ReportCoordinator, None), None, (false, false)));
        assert!(!may_see_of(&officer(Role::AgencyOfficer, Some(own)), None, (false, false)));
    }

    #[test]
    fn every_state_but_merged_is_in_a_group() {
        for status in Status::ALL.into_iter().filter(|status| *status != Status::Merged) {
            assert!(Group::ALL.iter().any(|group| group.statuses().contains(&status)), "{status:?}");
        }
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        assert_eq!(excerpt("Lampu jalan mati, gelap sekali", 18), "Lampu jalan mati…");
        assert_eq!(excerpt("Lampu\njalan", 18), "Lampu jalan");
    }

    proptest! {
        #[test]
        fn an_excerpt_is_never_longer_than_asked(text in "\\PC{0,80}", max in 1usize..40) {
            prop_assert!(excerpt(&text, max).chars().count() <= max + 1);
        }
    }
}
