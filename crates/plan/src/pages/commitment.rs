//! `/komitmen`: what agencies and partners have promised, who signed it, and how it goes.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::calendar::parse_date;
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::{Permission, Scope, permits_in};
use simpul_shell::{
    Choice, Form, FormView, Handle, Officer, Page, PageError, PageResult, Path, Qr, Redirect, SignedIn, Site, Tag,
    Typed, Upload, render, render_refused,
};
use simpul_store::Conn;
use simpul_store::Result;
use uuid::Uuid;

use super::together::{Tabs, actor_name, agency_choices, partner_of, read_choice, read_due};
use super::{CanManageMeetings, CanSeePlan, CanSignCommitments};
use crate::actions::evidence::keep_file;
use crate::actions::{
    AddCommitment, ChangeCommitment, CloseCommitment, Draft, EnterSignature, ReportCommitment, Scan, SignCommitment,
};
use crate::model::commitment::{
    Commitment, CommitmentState, DocumentKind, PROMISE_MAX_CHARS, SignWay, Signature, Word, read_rupiah,
};
use crate::model::meeting::shown_digest;
use crate::sql;
use crate::sql::commitment::Edition;
use crate::token::read_token;

/// A commitment as lists show it.
struct CommitmentLine {
    one: Commitment,
    tag: Tag,
    key: &'static str,
    ends: Option<i64>,
}

impl CommitmentLine {
    fn of(one: Commitment, site: &Site) -> CommitmentLine {
        let (tag, key) = match one.state {
            CommitmentState::Draft => (Tag::New, one.state.key()),
            CommitmentState::Open if one.is_late(site.now()) => (Tag::Late, "plan.commitment.state.late"),
            CommitmentState::Open => (Tag::Work, one.state.key()),
            CommitmentState::Met => (Tag::Done, one.state.key()),
            CommitmentState::Ended => (Tag::Off, one.state.key()),
        };
        let ends = one.ends_within_days(site.region().zone.date(site.now()));
        CommitmentLine { one, tag, key, ends }
    }

    fn href(&self) -> String {
        format!("/komitmen/rinci/{}", self.one.id)
    }

    fn has_ended(&self) -> bool {
        self.ends.is_some_and(|days| days < 0)
    }
}

#[derive(Template)]
#[template(path = "plan/commitments.html")]
struct CommitmentsPage {
    page: Page,
    tabs: Tabs,
    lines: Vec<CommitmentLine>,
    late: usize,
    ending: usize,
    manages: bool,
}

/// The list.
pub async fn list(officer: Officer<CanSeePlan>) -> PageResult {
    let page = officer.page("plan.commitment.title").at("/rapat");
    let mut conn = officer.read().await?;
    let found = match partner_of(&officer) {
        None => sql::commitment::all(&mut conn).await?,
        Some(own) => {
            let mut found = Vec::new();
            for agency in own {
                found.extend(sql::commitment::of_agency(&mut conn, agency).await?);
            }
            found
        }
    };
    drop(conn);
    let mut lines: Vec<CommitmentLine> = found.into_iter().map(|one| CommitmentLine::of(one, &officer)).collect();
    // What is still owed comes first, by its day; what is over follows, the last first.
    lines.sort_by_key(|line| {
        let due = line.one.terms.due.0;
        if line.one.is_alive() { (0, due) } else { (1, due.saturating_neg()) }
    });
    render(&CommitmentsPage {
        tabs: Tabs::new(&page, &officer, "/komitmen"),
        late: lines.iter().filter(|line| line.one.is_late(officer.now())).count(),
        ending: lines.iter().filter(|line| line.ends.is_some()).count(),
        lines,
        manages: officer.may(Permission::ManageMeetings),
        page,
    })
}

#[derive(Template)]
#[template(path = "plan/commitment_form.html")]
struct TermsPage {
    page: Page,
    form: FormView,
    agencies: Vec<Choice>,
    documents: Vec<Choice>,
    one: Option<Commitment>,
}

impl TermsPage {
    fn action(&self) -> String {
        self.one.as_ref().map_or_else(|| "/komitmen/baru".to_owned(), |one| format!("/komitmen/rinci/{}/ubah", one.id))
    }

    fn most(&self) -> usize {
        PROMISE_MAX_CHARS
    }
}

fn filled(form: FormView, one: &Commitment, zone: simpul_kernel::calendar::Zone) -> FormView {
    let terms = &one.terms;
    let day = |day: Option<time::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let form = form.fill("title", terms.title.clone()).fill("promise", terms.promise.clone());
    let form = form.fill("agency", terms.agency.map(|id| id.to_string()).unwrap_or_default());
    let form = form.fill("party", if terms.agency.is_some() { String::new() } else { terms.party.clone() });
    let form = form.fill("value", terms.value.map(|value| value.to_string()).unwrap_or_default());
    let form = form.fill("due", zone.date(terms.due).to_string()).fill("document", terms.document.name());
    let form = form.fill("document_number", terms.document_number.clone());
    form.fill("from", day(terms.from)).fill("until", day(terms.until))
}

fn terms_page(officer: &Officer<CanManageMeetings>, one: Option<Commitment>, refused: Option<FormView>) -> PageResult {
    let page = officer.page("plan.commitment.new").at("/rapat").usual_width();
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let form = match &one {
        Some(one) => filled(form, one, officer.region().zone),
        None => form.fill("document", DocumentKind::Nothing.name()),
    };
    let documents = DocumentKind::ALL.iter().map(|kind| Choice::new(kind.name(), page.t(kind.key()))).collect();
    let page = if failed { page.failed() } else { page };
    let view = TermsPage { page, form, agencies: agency_choices(&officer.place), documents, one };
    if failed { render_refused(&view) } else { render(&view) }
}

fn read_value(text: &str, field: &'static str) -> Result<Option<i64>> {
    match text {
        "" => Ok(None),
        text => {
            let refused = || Refusal::field(field, "plan.commitment.refused.value");
            Ok(Some(read_rupiah(text).ok_or_else(refused)?))
        }
    }
}

fn read_day(text: &str, field: &'static str) -> Result<Option<time::Date>> {
    match (text, parse_date(text)) {
        ("", _) => Ok(None),
        (_, Some(day)) => Ok(Some(day)),
        _ => Err(Refusal::field(field, "plan.commitment.refused.day").into()),
    }
}

fn read_draft(officer: &Officer<CanManageMeetings>, form: &Form) -> Result<Draft> {
    let fields = &form.fields;
    Ok(Draft {
        title: fields.get("title").to_owned(),
        agency: read_choice(fields.get("agency"), "agency", "plan.commitment.refused.agency")?,
        party: fields.get("party").to_owned(),
        promise: fields.raw("promise").to_owned(),
        value: read_value(fields.get("value"), "value")?,
        due: read_due(officer.region().zone, fields.get("due")),
        document: DocumentKind::parse(fields.get("document")).unwrap_or(DocumentKind::Nothing),
        document_number: fields.get("document_number").to_owned(),
        from: read_day(fields.get("from"), "from")?,
        until: read_day(fields.get("until"), "until")?,
    })
}

/// The form of a new one.
pub async fn new(officer: Officer<CanManageMeetings>) -> PageResult {
    terms_page(&officer, None, None)
}

/// Writes down what somebody promises.
pub async fn add(officer: Officer<CanManageMeetings>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match read_draft(&officer, &form) {
        Ok(draft) => officer.write(AddCommitment { key, draft, programme: None }).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(Redirect::to(format!("/komitmen/rinci/{id}")).flash("plan.commitment.flash_made").into_response()),
        Err(error) => terms_page(&officer, None, Some(officer.refused(error, &form)?)),
    }
}

async fn find<H: Handle>(officer: &Officer<H>, id: Uuid) -> std::result::Result<Commitment, PageError> {
    let one = sql::commitment::by_id(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let own = |agencies: Vec<Uuid>| one.terms.agency.is_some_and(|agency| agencies.contains(&agency));
    let hidden = partner_of(officer).is_some_and(|agencies| !own(agencies));
    if hidden { Err(PageError::not_found()) } else { Ok(one) }
}

/// The form by which a text is changed.
pub async fn edit(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>) -> PageResult {
    let one = find(&officer, id).await?;
    terms_page(&officer, Some(one), None)
}

/// Changes the text.
pub async fn change(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let one = find(&officer, id).await?;
    let done = match read_draft(&officer, &form) {
        Ok(draft) => {
            let version = form.fields.int("version");
            let why = form.fields.get("why").to_owned();
            officer.write(ChangeCommitment { commitment: id, version, draft, why }).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            Ok(Redirect::to(format!("/komitmen/rinci/{id}")).flash("plan.commitment.flash_changed").into_response())
        }
        Err(error) => terms_page(&officer, Some(one), Some(officer.refused(error, &form)?)),
    }
}

struct WordLine {
    word: Word,
    by: String,
    key: String,
}

/// The text with its signatures, as staff and the public see it.
struct Signed {
    line: CommitmentLine,
    current: Vec<Signature>,
    /// Texts before, with who signed them: a signed paper can be read as it was.
    earlier: Vec<(Edition, Vec<Signature>)>,
    digest: String,
    sound: bool,
}

impl Signed {
    async fn read(conn: &mut Conn, line: CommitmentLine) -> Result<Signed> {
        let digest = line.one.digest();
        let all = sql::commitment::signatures(conn, line.one.id).await?;
        let of = |edition: i64| all.iter().filter(|one| one.edition == edition).cloned().collect::<Vec<_>>();
        let editions = sql::commitment::earlier(conn, line.one.id, line.one.edition).await?;
        let earlier = editions.into_iter().map(|edition| (edition.clone(), of(edition.edition)));
        let current = of(line.one.edition);
        Ok(Signed {
            earlier: earlier.filter(|(_, signatures)| !signatures.is_empty()).collect(),
            sound: current.iter().all(|one| one.digest == digest),
            digest: shown_digest(&digest),
            current,
            line,
        })
    }

    fn way(&self, signature: &Signature) -> &'static str {
        match signature.way {
            SignWay::System => "plan.commitment.by_system",
            SignWay::Scan => "plan.commitment.by_scan",
        }
    }

    fn day(&self, page: &Page, day: &Option<time::Date>) -> String {
        day.map(|day| simpul_kernel::format::day_long(page.lang, day)).unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "plan/commitment.html")]
struct CommitmentPage {
    page: Page,
    form: FormView,
    signed: Signed,
    history: Vec<WordLine>,
    qr: Option<Qr>,
    address: String,
    signs: bool,
    reports: bool,
    manages: bool,
}

impl CommitmentPage {
    fn path(&self, deed: &str) -> String {
        format!("/komitmen/rinci/{}/{deed}", self.signed.line.one.id)
    }

    fn alive(&self) -> bool {
        self.signed.line.one.is_alive()
    }

    fn open(&self) -> bool {
        self.signed.line.one.state == CommitmentState::Open
    }
}

/// Whether this officer may sign it: for the own agency, or for the region.
fn may_sign(officer: &SignedIn, one: &Commitment) -> bool {
    match (officer.scope(Permission::SignCommitments), one.terms.agency) {
        (Scope::WholeRegion, _) => true,
        (scope, Some(agency)) => scope.covers(agency),
        _ => false,
    }
}

async fn draw(officer: &Officer<CanSeePlan>, one: Commitment, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let history = sql::commitment::history(&mut conn, one.id).await?;
    let signed = Signed::read(&mut conn, CommitmentLine::of(one.clone(), officer)).await?;
    drop(conn);
    let page = officer.page("plan.commitment.title").title_text(one.terms.title.clone()).at("/rapat").usual_width();
    let failed = refused.is_some();
    let address = format!("{}/komitmen/{}", officer.base_url(), one.token);
    let manages = officer.may(Permission::ManageMeetings);
    let owns = one.terms.agency.is_some_and(|agency| permits_in(&officer.ctx.actor, Permission::WorkItems, agency));
    let line = |word: Word| WordLine {
        by: actor_name(&officer.place, &word.by),
        key: format!("plan.commitment.step.{}", word.what),
        word,
    };
    let view = CommitmentPage {
        form: refused.unwrap_or_else(|| officer.form()),
        history: history.into_iter().map(line).collect(),
        qr: Qr::of(&address, page.t("plan.commitment.qr")),
        address,
        signs: may_sign(officer, &one),
        reports: manages || owns,
        manages,
        signed,
        page: if failed { page.failed() } else { page },
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// One commitment.
pub async fn show(officer: Officer<CanSeePlan>, Path(id): Path<Uuid>) -> PageResult {
    let one = find(&officer, id).await?;
    draw(&officer, one, None).await
}

async fn answer<H: Handle>(
    officer: &Officer<H>,
    id: Uuid,
    form: &impl Typed,
    (done, flash): (Result<()>, &'static str),
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/komitmen/rinci/{id}")).flash(flash).into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            let seen = officer.also::<CanSeePlan>().ok_or_else(PageError::forbidden)?;
            let one = find(&seen, id).await?;
            draw(&seen, one, Some(refused)).await
        }
    }
}

/// Somebody signs the text that they have read.
pub async fn sign(officer: Officer<CanSignCommitments>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    find(&officer, id).await?;
    let sign = SignCommitment {
        key: form.key().unwrap_or_else(|| officer.ctx.new_id()),
        commitment: id,
        edition: form.fields.int("edition"),
        post: form.fields.get("post").to_owned(),
        region: format!("Pemerintah {}", officer.region().full_name()),
    };
    let done = officer.write(sign).await;
    answer(&officer, id, &form, (done, "plan.commitment.flash_signed")).await
}

/// A signature on paper.
pub async fn enter(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, upload: Upload) -> PageResult {
    let done = entered(&officer, id, &upload).await;
    answer(&officer, id, &upload, (done, "plan.commitment.flash_signed")).await
}

/// The scan that was sent; where none was, the address at which it lies.
async fn scan(officer: &Officer<CanManageMeetings>, upload: &Upload) -> Result<Scan> {
    match upload.files.iter().find(|file| file.field == "file") {
        Some(file) => {
            let bytes = file.bytes.to_vec();
            Ok(Scan::File(keep_file(&officer.app.db, &officer.ctx, &file.name, bytes, file.too_big).await?))
        }
        None => Ok(Scan::Link(upload.fields.get("scan").to_owned())),
    }
}

async fn entered(officer: &Officer<CanManageMeetings>, id: Uuid, upload: &Upload) -> Result<()> {
    let fields = &upload.fields;
    let enter = EnterSignature {
        key: upload.key().unwrap_or_else(|| officer.ctx.new_id()),
        commitment: id,
        edition: fields.int("edition"),
        name: fields.get("name").to_owned(),
        post: fields.get("post").to_owned(),
        organisation: fields.get("organisation").to_owned(),
        of_party: fields.has("of_party"),
        scan: scan(officer, upload).await?,
    };
    officer.write(enter).await
}

/// How it goes.
pub async fn report(officer: Officer<CanSeePlan>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    find(&officer, id).await?;
    let done = match read_value(form.fields.get("given"), "given") {
        Ok(value) => {
            let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
            let text = form.fields.raw("text").to_owned();
            officer.write(ReportCommitment { key, commitment: id, text, value }).await
        }
        Err(error) => Err(error),
    };
    answer(&officer, id, &form, (done, "plan.commitment.flash_reported")).await
}

async fn close(officer: &Officer<CanManageMeetings>, id: Uuid, form: &Form, met: bool) -> PageResult {
    let text = form.fields.raw("closing").to_owned();
    let done = officer.write(CloseCommitment { commitment: id, met, text }).await;
    answer(officer, id, form, (done, "plan.commitment.flash_closed")).await
}

/// It was kept.
pub async fn meet(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    close(&officer, id, &form, true).await
}

/// It is not wanted any more.
pub async fn end(officer: Officer<CanManageMeetings>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    close(&officer, id, &form, false).await
}

#[derive(Template)]
#[template(path = "plan/commitment_verify.html")]
struct VerifyPage {
    page: Page,
    signed: Signed,
    now: Timestamp,
}

/// Whether a paper is the signed one: for whoever holds it, without signing in.
pub async fn verify(site: Site, Path(token): Path<String>) -> PageResult {
    site.limit(simpul_shell::Limit::Search)?;
    let mut conn = site.read().await?;
    let found = sql::commitment::to_verify(&mut conn, &read_token(&token)).await?;
    let one = found.ok_or_else(PageError::not_found)?;
    let signed = Signed::read(&mut conn, CommitmentLine::of(one, &site)).await?;
    drop(conn);
    let page = site.page("plan.commitment.verify").narrow();
    render(&VerifyPage { signed, now: site.now(), page })
}
