//! `/bukti/untuk/{kind}/{id}`: what proves a programme, a progress report, a meeting or a commitment, and the forms
//! that claim more for it.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::{Permission, Scope};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, Tag, render, render_refused,
};
use uuid::Uuid;

use super::proofs::{EvidenceRow, href, library, path, row, sees, subject_key, word};
use super::words::today;
use super::{CanKeepEvidence, CanSeePlan};
use crate::actions::evidence::ClaimEvidence;
use crate::model::evidence::SubjectKind;
use crate::sql::evidence as sql;
use crate::subject::{self, Subject};

#[derive(Template)]
#[template(path = "plan/claims.html")]
struct ClaimsPage {
    page: Page,
    kind: SubjectKind,
    id: Uuid,
    subject: Subject,
    href: String,
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
        href: href(me, &subject),
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
