//! What the office of a district sees on site: camat, lurah and kepala desa know their area, whoever leads the work.

use simpul_kernel::{Actor, Timestamp};
use simpul_people::{Agency, Permission, scope};
use uuid::Uuid;

use super::report::Report;
use super::status::Status;

/// What was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Benar: it is as reported.
    True,
    /// Tidak ditemukan.
    NotFound,
    /// Sudah baik.
    Fixed,
}

impl Verdict {
    /// Every verdict, in the order of the form.
    pub const ALL: [Verdict; 3] = [Verdict::True, Verdict::NotFound, Verdict::Fixed];

    /// The name in tables and forms.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::True => "true",
            Verdict::NotFound => "not_found",
            Verdict::Fixed => "fixed",
        }
    }

    /// The verdict of that name.
    pub fn parse(name: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::True => "report.onsite.true",
            Verdict::NotFound => "report.onsite.not_found",
            Verdict::Fixed => "report.onsite.fixed",
        }
    }
}

/// One look at the place.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteCheck {
    /// Id.
    pub id: Uuid,
    /// Of which report.
    pub report: Uuid,
    /// Whose office looked.
    pub agency: Uuid,
    /// Which officer.
    pub officer: Option<Uuid>,
    /// What was seen.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
}

impl Report {
    /// Whether there is something to look at.
    pub fn may_be_checked_on_site(&self) -> bool {
        let there = matches!(
            self.status(),
            Status::New | Status::Verified | Status::Assigned | Status::InProgress | Status::Resolved
        );
        there && self.is_public()
    }
}

/// The districts whose office an officer works for.
pub fn districts_of<'a>(actor: &Actor, agencies: impl IntoIterator<Item = &'a Agency>) -> Vec<(Uuid, i64)> {
    let own = scope(actor, Permission::WorkReports);
    let mine = agencies.into_iter().filter(|agency| agency.active && own.covers(agency.id));
    mine.filter_map(|agency| Some((agency.id, agency.district?))).collect()
}

/// The office by which `actor` may say what is to be seen there.
pub fn office_of(districts: &[(Uuid, i64)], report: &Report) -> Option<Uuid> {
    let here = report.place.district?;
    let office = districts.iter().find(|(_, district)| *district == here)?;
    report.is_public().then_some(office.0)
}

#[cfg(test)]
mod tests {
    use super::super::life::report;
    use super::*;

    #[test]
    fn a_verdict_reads_back_from_its_name() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.name()), Some(verdict));
        }
    }

    #[test]
    fn an_office_looks_at_its_own_district_and_at_nothing_secret_or_hidden() {
        let (masamba, sabbang) = ((Uuid::from_u128(1), 732_201), (Uuid::from_u128(2), 732_202));
        let mut here = report(1);
        assert_eq!(office_of(&[masamba], &here), None, "nobody knows where it is");
        here.place.district = Some(732_202);
        assert_eq!(office_of(&[masamba, sabbang], &here), Some(sabbang.0));
        assert_eq!(office_of(&[masamba], &here), None);
        for (secret, hidden) in [(true, false), (false, true)] {
            let kept = Report { secret, hidden, ..here.clone() };
            assert_eq!(office_of(&[sabbang], &kept), None);
            assert!(!kept.may_be_checked_on_site());
        }
    }
}
