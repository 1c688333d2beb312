//! `/bukti/{id}/ubah`: what is said of a piece of evidence is corrected; the old words stay in its history.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_people::Permission;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, render, render_refused,
};
use uuid::Uuid;

use super::CanKeepEvidence;
use super::proofs::{self, kind_key, own_agencies};
use super::words::{agency_name, day_shown, person_name};
use crate::actions::evidence::CorrectEvidence;
use crate::model::evidence::{Described, Evidence, EvidenceKind, EvidenceState, EvidenceText, day_text};
use crate::sql::evidence::Correction;

#[derive(Template)]
#[template(path = "plan/evidence_edit.html")]
struct EditPage {
    page: Page,
    id: Uuid,
    title: String,
    form: FormView,
    kinds: Vec<Choice>,
    agencies: Vec<Choice>,
    /// Whether a correction makes the secretariat look again.
    is_checked: bool,
}

impl EditPage {
    fn path(&self) -> String {
        path(self.id)
    }
}

fn path(id: Uuid) -> String {
    format!("/bukti/{id}/ubah")
}

/// Whether the officer may correct it: the same that the action asks.
pub(super) fn may_correct(me: &SignedIn, evidence: &Evidence) -> bool {
    let scope = me.scope(Permission::KeepEvidence);
    let is_own = evidence.about.agency.map_or(me.may(Permission::CheckEvidence), |agency| scope.covers(agency));
    is_own && evidence.about.kind != EvidenceKind::Figure
}

/// What was said before, in words; what has not changed since is left out.
pub(super) struct CorrectionRow {
    pub(super) at: Timestamp,
    pub(super) by: String,
    pub(super) old: Vec<(&'static str, String)>,
}

fn told(me: &SignedIn, page: &Page, about: &Described) -> [(&'static str, String); 7] {
    [
        ("plan.evidence.name", about.title.clone()),
        ("plan.evidence.kind.label", page.t(kind_key(about.kind))),
        ("plan.evidence.year", about.year.to_string()),
        ("plan.evidence.agency", agency_name(&me.place, about.agency).unwrap_or_default()),
        ("plan.evidence.owner", about.owner.clone()),
        ("plan.evidence.valid_until", day_shown(page, about.valid_until)),
        ("plan.evidence.note", about.note.clone()),
    ]
}

/// The corrections of a piece, the newest first, each with the words that it took away.
pub(super) fn correction_rows(
    me: &SignedIn,
    page: &Page,
    now: &Described,
    corrections: &[Correction],
) -> Vec<CorrectionRow> {
    let mut after = told(me, page, now);
    let mut rows = Vec::new();
    for one in corrections {
        let before = told(me, page, &one.old);
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
        let none = || page.t("plan.evidence.nothing_before");
        let old = changed.map(|((key, value), _)| (*key, if value.is_empty() { none() } else { value.clone() }));
        rows.push(CorrectionRow { at: one.at, by: person_name(&me.place, &one.by), old: old.collect() });
        after = before;
    }
    rows
}

fn edit_page(me: &SignedIn, evidence: &Evidence, form: FormView) -> EditPage {
    let page = me.page("plan.evidence.correct").at("/bukti").usual_width();
    let kinds = EvidenceKind::ALL.iter().filter(|kind| **kind != EvidenceKind::Figure);
    EditPage {
        id: evidence.id,
        title: evidence.about.title.clone(),
        kinds: kinds.map(|kind| Choice::new(kind.name(), page.t(kind_key(*kind)))).collect(),
        agencies: own_agencies(me),
        is_checked: evidence.state != EvidenceState::Unchecked && !me.may(Permission::CheckEvidence),
        page: if form.has_errors() { page.failed() } else { page },
        form,
    }
}

async fn own(me: &SignedIn, id: Uuid) -> Result<Evidence, PageError> {
    let one = proofs::piece(me, &mut me.read().await?, id).await?;
    if may_correct(me, &one) { Ok(one) } else { Err(PageError::forbidden()) }
}

/// The form, with what is said now.
pub async fn edit(me: Officer<CanKeepEvidence>, Path(id): Path<Uuid>) -> PageResult {
    let one = own(&me, id).await?;
    let about = &one.about;
    let agency = about.agency.map(|agency| agency.to_string()).unwrap_or_default();
    let form = me.form().fill("title", about.title.clone()).fill("kind", about.kind.name());
    let form = form.fill("year", about.year.to_string()).fill("agency", agency).fill("owner", about.owner.clone());
    let form = form.fill("valid_until", day_text(about.valid_until)).fill("note", about.note.clone());
    render(&edit_page(&me, &one, form))
}

/// The correction.
pub async fn correct(me: Officer<CanKeepEvidence>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let one = own(&me, id).await?;
    let text = |name: &str| form.fields.get(name).to_owned();
    let about = EvidenceText {
        title: text("title"),
        kind: text("kind"),
        year: text("year"),
        owner: text("owner"),
        agency: form.fields.uuid("agency"),
        valid_until: text("valid_until"),
        note: text("note"),
    };
    match me.write(CorrectEvidence { evidence: id, about }).await {
        Ok(()) => Ok(Redirect::to(format!("/bukti/{id}")).flash("plan.evidence.corrected").into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, &form);
            render_refused(&edit_page(&me, &one, form?))
        }
    }
}
