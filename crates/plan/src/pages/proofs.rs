//! What an officer sees of the library of evidence, and how a piece of it and what it is claimed for are named.

use std::collections::HashSet;

use simpul_people::Permission;
use simpul_shell::{Choice, Page, PageError, SignedIn, Tag};
use simpul_store::{Conn, Result as StoreResult};
use time::Date;
use uuid::Uuid;

use super::together::partner_of;
use super::words::agency_name;
use crate::model::evidence::{Evidence, EvidenceKind, EvidenceState, SubjectKind};
use crate::sql::evidence as sql;
use crate::subject::{self, Subject};

/// The key of a kind's word.
pub(super) fn kind_key(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Decree => "plan.evidence.kind.decree",
        EvidenceKind::Minutes => "plan.evidence.kind.minutes",
        EvidenceKind::Photo => "plan.evidence.kind.photo",
        EvidenceKind::Screenshot => "plan.evidence.kind.screenshot",
        EvidenceKind::Statement => "plan.evidence.kind.statement",
        EvidenceKind::Survey => "plan.evidence.kind.survey",
        EvidenceKind::Data => "plan.evidence.kind.data",
        EvidenceKind::Figure => "plan.evidence.kind.figure",
        EvidenceKind::Other => "plan.evidence.kind.other",
    }
}

/// The key of a state's word.
pub(super) fn state_key(state: EvidenceState) -> &'static str {
    match state {
        EvidenceState::Unchecked => "plan.evidence.state.unchecked",
        EvidenceState::Accepted => "plan.evidence.state.accepted",
        EvidenceState::Refused => "plan.evidence.state.refused",
    }
}

/// The shape and colour of a state.
pub(super) fn state_tag(state: EvidenceState) -> Tag {
    match state {
        EvidenceState::Unchecked => Tag::New,
        EvidenceState::Accepted => Tag::Done,
        EvidenceState::Refused => Tag::Off,
    }
}

/// The key of what evidence can be claimed for.
pub(super) fn subject_key(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Question => "plan.evidence.subject.question",
        SubjectKind::Programme => "plan.evidence.subject.programme",
        SubjectKind::Progress => "plan.evidence.subject.progress",
        SubjectKind::Commitment => "plan.evidence.subject.commitment",
        SubjectKind::Meeting => "plan.evidence.subject.meeting",
    }
}

/// Where the evidence of a subject stands.
pub(super) fn path(kind: SubjectKind, id: Uuid) -> String {
    format!("/bukti/untuk/{}/{id}", kind.name())
}

/// A subject in one word of an address or a form.
pub(super) fn word(kind: SubjectKind, id: Uuid) -> String {
    format!("{}.{id}", kind.name())
}

/// What [`word`] wrote.
pub(super) fn read_word(text: &str) -> Option<(SubjectKind, Uuid)> {
    let (kind, id) = text.split_once('.')?;
    Some((SubjectKind::parse(kind)?, id.parse().ok()?))
}

/// One line of the library.
pub(super) struct EvidenceRow {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) kind: String,
    pub(super) year: i64,
    pub(super) agency: String,
    pub(super) tag: Tag,
    pub(super) state: String,
    pub(super) claims_count: i64,
    pub(super) is_old: bool,
    pub(super) is_claimed_by_many: bool,
}

/// The line of a piece of evidence.
pub(super) fn row(me: &SignedIn, page: &Page, evidence: &Evidence, today: Date) -> EvidenceRow {
    EvidenceRow {
        id: evidence.id,
        title: evidence.about.title.clone(),
        kind: page.t(kind_key(evidence.about.kind)),
        year: evidence.about.year,
        agency: agency_name(&me.place, evidence.about.agency).unwrap_or_default(),
        tag: state_tag(evidence.state),
        state: page.t(state_key(evidence.state)),
        claims_count: evidence.claims_count,
        is_old: evidence.is_old(today),
        is_claimed_by_many: evidence.is_claimed_by_many(),
    }
}

/// The agencies whose evidence the officer may keep.
pub(super) fn own_agencies(me: &SignedIn) -> Vec<Choice> {
    let scope = me.scope(Permission::KeepEvidence);
    let own = me.place.active_agencies().filter(|agency| scope.covers(agency.id));
    own.map(|agency| Choice::new(agency.id, agency.short.clone())).collect()
}

/// The page of a subject that the officer is led to: where they work on it, if they do.
pub(super) fn href(me: &SignedIn, subject: &Subject) -> String {
    let works = me.may(Permission::ReportProgress);
    subject.work_href.clone().filter(|_| works).unwrap_or_else(|| subject.href.clone())
}

/// Whether the officer may know of it: a partner sees what it takes part in.
pub(super) fn sees(me: &SignedIn, subject: &Subject) -> bool {
    partner_of(me).is_none_or(|own| subject.agencies.iter().any(|agency| own.contains(agency)))
}

/// The evidence that the officer may see; `None` where that is all. A partner sees its own, and what is claimed for
/// what it takes part in.
pub(super) async fn visible(me: &SignedIn, conn: &mut Conn) -> StoreResult<Option<Visible>> {
    let Some(own) = partner_of(me) else { return Ok(None) };
    let mut claimed = HashSet::new();
    let mut last: Option<((SubjectKind, Uuid), bool)> = None;
    for (at, evidence) in sql::all_claims(conn).await? {
        let seen = match last {
            Some((known, seen)) if known == at => seen,
            _ => subject::find(conn, at.0, at.1).await?.is_some_and(|subject| sees(me, &subject)),
        };
        last = Some((at, seen));
        if seen {
            claimed.insert(evidence);
        }
    }
    Ok(Some(Visible { own, claimed }))
}

/// What a partner sees of the library.
pub(super) struct Visible {
    own: Vec<Uuid>,
    claimed: HashSet<Uuid>,
}

impl Visible {
    /// Whether a piece is among it.
    pub(super) fn has(&self, evidence: &Evidence) -> bool {
        evidence.about.agency.is_some_and(|agency| self.own.contains(&agency)) || self.claimed.contains(&evidence.id)
    }
}

/// The library, as far as the officer sees it.
pub(super) async fn library(me: &SignedIn, conn: &mut Conn) -> StoreResult<Vec<Evidence>> {
    let all = sql::list(conn).await?;
    Ok(match visible(me, conn).await? {
        Some(visible) => all.into_iter().filter(|one| visible.has(one)).collect(),
        None => all,
    })
}

/// The piece of an id, where the officer sees it.
pub(super) async fn piece(me: &SignedIn, conn: &mut Conn, id: Uuid) -> Result<Evidence, PageError> {
    let one = sql::by_id(conn, id).await?.ok_or_else(PageError::not_found)?;
    let seen = visible(me, conn).await?.is_none_or(|visible| visible.has(&one));
    if seen { Ok(one) } else { Err(PageError::not_found()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_read_as_it_was_written() {
        for kind in SubjectKind::ALL {
            let id = Uuid::from_u128(7);
            assert_eq!(read_word(&word(*kind, id)), Some((*kind, id)));
        }
        for text in ["", "programme", "programme.", "lain.00000000-0000-0000-0000-000000000007", "programme.7"] {
            assert_eq!(read_word(text), None, "{text}");
        }
    }
}
