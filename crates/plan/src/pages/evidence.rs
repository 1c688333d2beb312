//! `/bukti`: the library of evidence.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_people::Permission;
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, SignedIn, Tag, Upload,
    UploadedFile, render, render_refused,
};
use simpul_store::{Error, Result as StoreResult};
use time::Date;
use uuid::Uuid;

use super::evaluation::round::may_see;
use super::evidence_edit::{CorrectionRow, correction_rows, may_correct};
use super::proofs::{self, EvidenceRow, kind_key, own_agencies, row, state_key, subject_key};
use super::words::{agencies, day_shown, person_name, today};
use super::{CanCheckEvidence, CanKeepEvidence, CanSeePlan, view};
use crate::actions::evidence::{AddEvidence, CheckEvidence, ClaimEvidence, KeptFile, ReplaceEvidence, keep_file};
use crate::model::evaluation::RoundState;
use crate::model::evidence::{Evidence, EvidenceKind, EvidenceState, EvidenceText, Media, SubjectKind};
use crate::model::figure::Snapshot;
use crate::sql::evidence::{self as sql, EvidenceFile};
use crate::sql::round;
use crate::subject::{self, Subject};

/// Files that the control offers; the bytes decide.
pub const ACCEPT: &str = ".pdf,.docx,.xlsx,.csv,.jpg,.jpeg,.png,.webp";

#[derive(Template)]
#[template(path = "plan/evidence_list.html")]
struct ListPage {
    page: Page,
    form: FormView,
    rows: Vec<EvidenceRow>,
    kinds: Vec<Choice>,
    agencies: Vec<Choice>,
    states: Vec<Choice>,
    signs: Vec<Choice>,
    may_keep: bool,
}

/// Whether a piece is asked for.
fn is_asked(evidence: &Evidence, asked: &Fields, today: Date) -> bool {
    let is = |name: &str, value: &str| asked.get(name).is_empty() || asked.get(name) == value;
    let year = evidence.about.year.to_string();
    let agency = evidence.about.agency.map(|agency| agency.to_string()).unwrap_or_default();
    let sign = match asked.get("tanda") {
        "lepas" => evidence.claims_count == 0,
        "lama" => evidence.is_old(today),
        "banyak" => evidence.is_claimed_by_many(),
        _ => true,
    };
    is("jenis", evidence.about.kind.name())
        && is("status", evidence.state.name())
        && is("tahun", &year)
        && is("perangkat", &agency)
        && sign
}

/// The library.
pub async fn list(me: Officer<CanSeePlan>, Query(asked): Query<Fields>) -> PageResult {
    let page = me.page("plan.evidence.title");
    let today = today(&me);
    let all = proofs::library(&me, &mut me.read().await?).await?;
    let rows = all.iter().filter(|one| is_asked(one, &asked, today)).map(|one| row(&me, &page, one, today)).collect();
    let sign = |name: &str, key: &str| Choice::new(name, page.t(key));
    render(&ListPage {
        form: me.form_with(&Typed(asked), &[]),
        rows,
        kinds: EvidenceKind::ALL.iter().map(|kind| Choice::new(kind.name(), page.t(kind_key(*kind)))).collect(),
        agencies: agencies(&me.place),
        states: EvidenceState::ALL.iter().map(|one| Choice::new(one.name(), page.t(state_key(*one)))).collect(),
        signs: vec![
            sign("lepas", "plan.evidence.sign.unclaimed"),
            sign("lama", "plan.evidence.sign.old"),
            sign("banyak", "plan.evidence.sign.many"),
        ],
        may_keep: me.may(Permission::KeepEvidence),
        page,
    })
}

/// Fields that came in an address.
struct Typed(Fields);

impl simpul_shell::Typed for Typed {
    fn typed(&self) -> &Fields {
        &self.0
    }
}

#[derive(Template)]
#[template(path = "plan/evidence_new.html")]
struct NewPage {
    page: Page,
    form: FormView,
    kinds: Vec<Choice>,
    agencies: Vec<Choice>,
    question: Option<(Uuid, String)>,
    subject: Option<(String, Subject)>,
}

/// For what a new piece is claimed at once.
#[derive(Debug, Clone, Copy, Default)]
struct Claims {
    question: Option<Uuid>,
    subject: Option<(SubjectKind, Uuid)>,
}

impl Claims {
    fn of(question: Option<Uuid>, word: &str) -> Claims {
        Claims { question, subject: proofs::read_word(word) }
    }

    fn first(self) -> Option<(SubjectKind, Uuid)> {
        self.question.map(|id| (SubjectKind::Question, id)).or(self.subject)
    }
}

async fn new_page(me: &SignedIn, form: FormView, claims: Claims) -> Result<NewPage, PageError> {
    let mut conn = me.read().await?;
    let answer = match claims.question {
        Some(id) => round::answer(&mut conn, id).await?,
        None => None,
    };
    let subject = match claims.subject {
        Some((kind, id)) => subject::find(&mut conn, kind, id).await?.map(|found| (proofs::word(kind, id), found)),
        None => None,
    };
    drop(conn);
    let mut page = me.page("plan.evidence.new").at("/bukti");
    if form.has_errors() {
        page = page.failed();
    }
    let kinds = EvidenceKind::ALL.iter().filter(|kind| **kind != EvidenceKind::Figure);
    let agencies = own_agencies(me);
    // Who keeps the evidence of one agency only need not choose it.
    let only = me.place.active_agencies().filter(|one| me.scope(Permission::KeepEvidence).covers(one.id));
    let form = match only.map(|one| one.id).collect::<Vec<_>>().as_slice() {
        [agency] => form.fill("agency", agency.to_string()),
        _ => form,
    };
    Ok(NewPage {
        kinds: kinds.map(|kind| Choice::new(kind.name(), page.t(kind_key(*kind)))).collect(),
        agencies,
        question: answer.map(|answer| (answer.id, format!("{} {}", answer.key.code, answer.subindicator))),
        subject,
        form: form.fill("year", today(me).year().to_string()),
        page: page.usual_width(),
    })
}

/// The form for a new piece.
pub async fn new(me: Officer<CanKeepEvidence>, Query(asked): Query<Fields>) -> PageResult {
    render(&new_page(&me, me.form(), Claims::of(asked.uuid("soal"), asked.get("untuk"))).await?)
}

/// The one file of a form, kept; refused where none came.
async fn take_file(me: &SignedIn, files: Vec<UploadedFile>) -> StoreResult<KeptFile> {
    let file = files.into_iter().find(|file| file.field == "file").unwrap_or_else(|| UploadedFile {
        field: "file".into(),
        name: String::new(),
        bytes: Default::default(),
        too_big: false,
    });
    keep_file(&me.app.db, &me.ctx, &file.name, file.bytes.to_vec(), file.too_big).await
}

async fn add(me: &SignedIn, upload: &mut Upload, claim: Option<(SubjectKind, Uuid)>) -> StoreResult<Uuid> {
    let fields = upload.fields.clone();
    let about = EvidenceText {
        title: fields.get("title").to_owned(),
        kind: fields.get("kind").to_owned(),
        year: fields.get("year").to_owned(),
        owner: fields.get("owner").to_owned(),
        agency: fields.uuid("agency"),
        valid_until: fields.get("valid_until").to_owned(),
        note: fields.get("note").to_owned(),
    };
    about.check()?;
    let file = take_file(me, std::mem::take(&mut upload.files)).await?;
    me.write(AddEvidence { key: upload.key(), about, file, claim }).await
}

/// Puts a piece into the library.
pub async fn create(me: Officer<CanKeepEvidence>, mut upload: Upload) -> PageResult {
    let claims = Claims::of(upload.fields.uuid("question"), upload.fields.get("subject"));
    match add(&me, &mut upload, claims.first()).await {
        Ok(id) => {
            let to = match claims.first() {
                Some((SubjectKind::Question, question)) => question_path(&me, question).await?,
                Some((kind, subject)) => proofs::path(kind, subject),
                None => format!("/bukti/{id}"),
            };
            Ok(Redirect::to(to).flash("plan.evidence.added").into_response())
        }
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, &upload);
            render_refused(&new_page(&me, form?, claims).await?)
        }
    }
}

async fn question_path(me: &SignedIn, question: Uuid) -> Result<String, PageError> {
    let answer = round::answer(&mut me.read().await?, question).await?;
    Ok(answer.map_or_else(|| "/bukti".to_owned(), |answer| format!("/evaluasi/{}/soal/{}", answer.round, answer.id)))
}

/// One of a piece's files.
struct FileRow {
    file: EvidenceFile,
    media: String,
    by: String,
}

/// What a piece is claimed for.
struct ClaimRow {
    kind: SubjectKind,
    id: Uuid,
    title: String,
    href: String,
}

#[derive(Template)]
#[template(path = "plan/evidence.html")]
struct EvidencePage {
    page: Page,
    row: EvidenceRow,
    evidence: Evidence,
    valid_until: String,
    files: Vec<FileRow>,
    claims: Vec<ClaimRow>,
    same: Option<Uuid>,
    version_form: Option<FormView>,
    check_form: Option<FormView>,
    claim_form: Option<FormView>,
    questions: Vec<Choice>,
    snapshot: Option<Snapshot>,
    corrections: Vec<CorrectionRow>,
    may_correct: bool,
}

impl EvidencePage {
    fn snapshot_value(&self, one: &Snapshot) -> String {
        view::with_unit(&self.page, one.amount().map(crate::model::Quantity::told), &one.unit)
    }

    fn path(&self, deed: &str) -> String {
        format!("/bukti/{}/{deed}", self.evidence.id)
    }

    fn forms(&self) -> impl Iterator<Item = &FormView> {
        [&self.version_form, &self.check_form, &self.claim_form].into_iter().flatten()
    }
}

/// Questions of open rounds for which the officer may claim evidence.
async fn open_questions(me: &SignedIn) -> Result<Vec<Choice>, PageError> {
    let mut conn = me.read().await?;
    let scope = me.scope(Permission::AnswerEvaluation);
    let manages = me.may(Permission::ManageEvaluation);
    let mut choices = Vec::new();
    for held in round::list(&mut conn).await?.into_iter().filter(|held| held.state == RoundState::Open) {
        for answer in round::answers(&mut conn, held.id).await? {
            if manages || answer.agency.is_some_and(|agency| scope.covers(agency)) {
                let words = format!("{} {}: {}", answer.key.code, answer.key.indicator, answer.body);
                choices.push(Choice::new(answer.id, words).group(held.name.clone()));
            }
        }
    }
    Ok(choices)
}

async fn evidence_page(me: &SignedIn, id: Uuid) -> Result<EvidencePage, PageError> {
    let mut conn = me.read().await?;
    let evidence = proofs::piece(me, &mut conn, id).await?;
    let files = sql::files(&mut conn, id).await?;
    let corrections = sql::corrections(&mut conn, id).await?;
    let same = match files.first() {
        Some(newest) => sql::same_file(&mut conn, newest.digest, id).await?,
        None => None,
    };
    let snapshot = match files.first().filter(|file| file.media == Media::Snapshot) {
        Some(newest) => Snapshot::read(&me.app.db.files().get(me.region().id, &newest.digest).await?),
        None => None,
    };
    let page = me.page("plan.evidence.title").title_text(evidence.about.title.clone()).at("/bukti").usual_width();
    let mut claims = Vec::new();
    for (kind, subject) in sql::claims(&mut conn, id).await? {
        let found = subject::find(&mut conn, kind, subject).await?.filter(|found| proofs::sees(me, found));
        let (title, href) = match found {
            Some(found) if kind == SubjectKind::Question => {
                let answer = round::answer(&mut conn, subject).await?;
                let seen = match answer {
                    Some(answer) => round::by_id(&mut conn, answer.round).await?.is_some_and(|held| may_see(me, &held)),
                    None => false,
                };
                (found.title, if seen { found.href } else { String::new() })
            }
            Some(found) => (format!("{}: {}", page.t(subject_key(kind)), found.title), proofs::href(me, &found)),
            None => (page.t(subject_key(kind)), String::new()),
        };
        claims.push(ClaimRow { kind, id: subject, title, href });
    }
    drop(conn);
    let scope = me.scope(Permission::KeepEvidence);
    let is_own = evidence.about.agency.map_or(me.may(Permission::CheckEvidence), |agency| scope.covers(agency));
    let questions = if me.may(Permission::KeepEvidence) { open_questions(me).await? } else { Vec::new() };
    let files = files.into_iter().map(|file| {
        let (media, by) = (page.t(file.media.word()), person_name(&me.place, &file.by));
        FileRow { file, media, by }
    });
    Ok(EvidencePage {
        row: row(me, &page, &evidence, today(me)),
        valid_until: day_shown(&page, evidence.about.valid_until),
        corrections: correction_rows(me, &page, &evidence.about, &corrections),
        may_correct: may_correct(me, &evidence),
        files: files.collect(),
        claims,
        same,
        version_form: (is_own && evidence.about.kind != EvidenceKind::Figure).then(|| me.form()),
        check_form: me.may(Permission::CheckEvidence).then(|| me.form()),
        claim_form: (!questions.is_empty()).then(|| me.form()),
        questions,
        snapshot,
        evidence,
        page,
    })
}

/// One piece with its files and what it is claimed for.
pub async fn show(me: Officer<CanSeePlan>, Path(id): Path<Uuid>) -> PageResult {
    render(&evidence_page(&me, id).await?)
}

/// Back to the piece, or its page with what was refused in one of its forms.
async fn after(
    me: &SignedIn,
    id: Uuid,
    done: StoreResult<()>,
    typed: &impl simpul_shell::Typed,
    flash: &'static str,
    place: impl FnOnce(&mut EvidencePage, FormView),
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/bukti/{id}")).flash(flash).into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, typed);
            let form = form?;
            let mut view = evidence_page(me, id).await?;
            view.page = view.page.failed();
            place(&mut view, form);
            render_refused(&view)
        }
    }
}

/// A newer file.
pub async fn replace(me: Officer<CanKeepEvidence>, Path(id): Path<Uuid>, mut upload: Upload) -> PageResult {
    let done = match take_file(&me, std::mem::take(&mut upload.files)).await {
        Ok(file) => me.write(ReplaceEvidence { evidence: id, file }).await,
        Err(error) => Err(error),
    };
    after(&me, id, done, &upload, "plan.evidence.replaced", |view, form| view.version_form = Some(form)).await
}

/// The secretariat's word.
pub async fn check(me: Officer<CanCheckEvidence>, Path(id): Path<Uuid>, form: simpul_shell::Form) -> PageResult {
    let number = form.fields.int("number").unwrap_or(0);
    let accept = form.fields.get("deed") == "accept";
    let note = form.fields.get("check_note").to_owned();
    let done = me.write(CheckEvidence { evidence: id, number, accept, note }).await;
    after(&me, id, done, &form, "plan.evidence.checked", |view, form| view.check_form = Some(form)).await
}

/// A claim, or its end.
pub async fn claim(me: Officer<CanKeepEvidence>, Path(id): Path<Uuid>, form: simpul_shell::Form) -> PageResult {
    let kind = SubjectKind::parse(form.fields.get("subject")).unwrap_or(SubjectKind::Question);
    let subject = form.fields.uuid("question");
    let claimed = form.fields.get("deed") != "drop";
    let missing = || Error::Refused(simpul_kernel::Refusal::field("question", "plan.refused.evidence_subject"));
    let done = match subject.ok_or_else(missing) {
        Ok(subject) => me.write(ClaimEvidence { evidence: id, subject: (kind, subject), claimed }).await,
        Err(error) => Err(error),
    };
    let flash = if claimed { "plan.evidence.claimed" } else { "plan.evidence.unclaimed" };
    after(&me, id, done, &form, flash, |view, form| view.claim_form = Some(form)).await
}

/// A file as it was put in.
pub async fn file(me: Officer<CanSeePlan>, Path((id, number)): Path<(Uuid, i64)>) -> Result<Response, PageError> {
    let mut conn = me.read().await?;
    proofs::piece(&me, &mut conn, id).await?;
    let file = sql::file(&mut conn, id, number).await?.ok_or_else(PageError::not_found)?;
    drop(conn);
    let bytes = me.app.db.files().get(me.region().id, &file.digest).await?;
    let name = format!("bukti-{}-{number}.{}", &id.simple().to_string()[20..], file.media.extension());
    let mut answer = Body::from(bytes).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.media.name()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("content-security-policy", HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(answer)
}
