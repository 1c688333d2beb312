//! `/bukti/untuk/{kind}/{id}`: what proves a programme, a progress report, a meeting or a commitment, and the forms
//! that claim more for it.

use std::collections::HashSet;

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::{Permission, Scope};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, Tag, render, render_refused,
};
use simpul_store::{Conn, Result as StoreResult};
use uuid::Uuid;

use super::evidence::{EvidenceRow, row, subject_key};
use super::together::partner_of;
use super::words::today;
use super::{CanKeepEvidence, CanSeePlan};
use crate::actions::evidence::ClaimEvidence;
use crate::model::evidence::{Evidence, SubjectKind};
use crate::sql::evidence as sql;
use crate::subject::{self, Subject};

#[derive(Template)]
#[template(path = "plan/claims.html")]
struct ClaimsPage {
    page: Page,
    kind: SubjectKind,
    id: Uuid,
    subject: Subject,
    kind_word: String,
    proofs: Vec<EvidenceRow>,
    library: Vec<Choice>,
    form: Option<FormView>,
}

impl ClaimsPage {
    fn path(&self) -> String {
        path(self.kind, self.id)
    }

    fn new_path(&self) -> String {
        format!("/bukti/baru?untuk={}", word(self.kind, self.id))
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

/// Whether the officer may claim for it: the same that the action asks.
fn may_claim(me: &SignedIn, kind: SubjectKind, subject: &Subject) -> bool {
    let scope = me.scope(Permission::KeepEvidence);
    match kind {
        // A question's own page knows whether its round is still open.
        SubjectKind::Question => false,
        SubjectKind::Meeting => me.may(Permission::ManageMeetings),
        _ => scope == Scope::WholeRegion || subject.agencies.iter().any(|agency| scope.covers(*agency)),
    }
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

async fn draw(me: &SignedIn, kind: SubjectKind, id: Uuid, refused: Option<FormView>) -> PageResult {
    let mut conn = me.read().await?;
    let found = subject::find(&mut conn, kind, id).await?.filter(|found| sees(me, found));
    let subject = found.ok_or_else(PageError::not_found)?;
    let claimed = sql::of_subject(&mut conn, kind, id).await?;
    let may_claim = may_claim(me, kind, &subject);
    let all = if may_claim { library(me, &mut conn).await? } else { Vec::new() };
    drop(conn);
    let page = me.page("plan.evidence.of").at("/bukti").usual_width();
    let today = today(me);
    let free = all.into_iter().filter(|one| claimed.iter().all(|known| known.id != one.id));
    let failed = refused.is_some();
    let page = if failed { page.failed() } else { page };
    let view = ClaimsPage {
        kind,
        id,
        kind_word: page.t(subject_key(kind)),
        proofs: claimed.iter().map(|one| row(me, &page, one, today)).collect(),
        library: free.map(|one| Choice::new(one.id, format!("{} ({})", one.about.title, one.about.year))).collect(),
        form: refused.or_else(|| may_claim.then(|| me.form())),
        subject,
        page,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

fn kind_of(name: &str) -> Result<SubjectKind, PageError> {
    SubjectKind::parse(name).ok_or_else(PageError::not_found)
}

/// What proves it.
pub async fn show(me: Officer<CanSeePlan>, Path((kind, id)): Path<(String, Uuid)>) -> PageResult {
    draw(&me, kind_of(&kind)?, id, None).await
}

/// A claim, or its end.
pub async fn change(me: Officer<CanKeepEvidence>, Path((kind, id)): Path<(String, Uuid)>, form: Form) -> PageResult {
    let kind = kind_of(&kind)?;
    let claimed = form.fields.get("deed") != "drop";
    let done = match form.fields.uuid("evidence") {
        Some(evidence) => me.write(ClaimEvidence { evidence, subject: (kind, id), claimed }).await,
        None => Err(Refusal::field("evidence", "plan.meeting.refused.evidence").into()),
    };
    let flash = if claimed { "plan.evidence.claimed" } else { "plan.evidence.unclaimed" };
    match done {
        Ok(()) => Ok(Redirect::to(path(kind, id)).flash(flash).into_response()),
        Err(error) => draw(&me, kind, id, Some(me.refused(error, &form)?)).await,
    }
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
