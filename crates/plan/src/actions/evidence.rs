//! Evidence comes in, is checked, and is claimed for what it proves.

use serde_json::json;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::words::{clean_line, clean_text};
use simpul_kernel::{Ctx, Refusal, RegionId};
use simpul_people::{Permission, Scope, permits, require, require_in, scope};
use simpul_store::darkroom::{self, PhotoFault};
use simpul_store::files::KeepFile;
use simpul_store::{Action, Db, Digest, Error, Result, Tx};
use uuid::Uuid;

use super::evaluation::round::evidence_changed;
use super::who;
use crate::model::evaluation::round::EvidenceDeed;
use crate::model::evidence::{
    CLAIMS_MAX_COUNT, Described, Evidence, EvidenceKind, EvidenceState, EvidenceText, Media, SubjectKind, look_at,
    read_day,
};
use crate::model::figure::Snapshot;
use crate::sql::evidence::{self as sql, EvidenceFile};
use crate::sql::round;
use crate::subject;

/// What the journal calls a piece of evidence.
pub const EVIDENCE: &str = "plan_evidence";

/// A file in the file store, before a piece of evidence names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What it is.
    pub media: Media,
    /// What it was called.
    pub name: String,
    /// Its size in bytes.
    pub size_bytes: i64,
}

/// Looks at a file that was sent and keeps it; a photo is made anew, so that neither place nor camera survives.
///
/// # Errors
/// What [`look_at`] refuses, `plan.refused.evidence_photo` for a photo that can't be read, and the store's own.
pub async fn keep_file(db: &Db, ctx: &Ctx, name: &str, bytes: Vec<u8>, too_big: bool) -> Result<KeptFile> {
    let (media, bytes) = looked_at(name, bytes, too_big).await?;
    let name = clean_line("file", name, LINE_MAX_CHARS, false)?;
    if media != Media::Photo {
        return keep_bytes(db, ctx, name, media, &bytes).await;
    }
    let photo = darkroom::keep_photo(db, ctx.region, bytes).await.map_err(|fault| match fault {
        PhotoFault::Picture(_) => Error::Refused(Refusal::field("file", "plan.refused.evidence_photo")),
        PhotoFault::Store(error) => error,
    })?;
    let bytes = db.files().get(ctx.region, &Digest(photo.digests[0])).await?;
    keep_bytes(db, ctx, name, media, &bytes).await
}

/// [`look_at`] where it may take its time: a document is unpacked.
async fn looked_at(name: &str, bytes: Vec<u8>, too_big: bool) -> Result<(Media, Vec<u8>)> {
    let name = name.to_owned();
    let looking = tokio::task::spawn_blocking(move || look_at(&name, &bytes, too_big).map(|media| (media, bytes)));
    Ok(looking.await.map_err(|_| Error::Broken("the look at a file of evidence was broken off".into()))??)
}

async fn keep_bytes(db: &Db, ctx: &Ctx, name: String, media: Media, bytes: &[u8]) -> Result<KeptFile> {
    let region: RegionId = ctx.region;
    let digest = db.files().put(region, bytes).await?;
    let size_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    db.write(ctx, KeepFile { digest, media_type: media.name(), size_bytes }).await?;
    Ok(KeptFile { digest, media, name, size_bytes })
}

/// Keeps a figure's snapshot, which nobody sent.
///
/// # Errors
/// The store's own.
pub async fn keep_snapshot(db: &Db, ctx: &Ctx, snapshot: &Snapshot) -> Result<KeptFile> {
    let bytes = snapshot.to_bytes()?;
    keep_bytes(db, ctx, format!("{}.json", snapshot.figure), Media::Snapshot, &bytes).await
}

impl KeptFile {
    fn numbered(&self, number: i64, ctx: &Ctx) -> EvidenceFile {
        EvidenceFile {
            number,
            digest: self.digest,
            media: self.media,
            name: self.name.clone(),
            size_bytes: self.size_bytes,
            at: ctx.now(),
            by: who(ctx),
        }
    }
}

/// Refuses unless the actor may keep evidence of that agency; what belongs to none is the secretariat's.
fn require_own(ctx: &Ctx, agency: Option<Uuid>) -> Result<()> {
    match agency {
        Some(agency) => require_in(ctx, Permission::KeepEvidence, agency)?,
        None => require(ctx, Permission::CheckEvidence)?,
    }
    Ok(())
}

async fn load(tx: &mut Tx, id: Uuid) -> Result<Evidence> {
    sql::by_id(tx, id).await?.ok_or(Error::NotFound("evidence"))
}

/// Puts a piece of evidence into the library, and claims it at once where that is wanted. Its answer is its id.
#[derive(Debug, Clone)]
pub struct AddEvidence {
    /// The form's idempotency key.
    pub key: Option<Uuid>,
    /// What is said of it.
    pub about: EvidenceText,
    /// Its first file.
    pub file: KeptFile,
    /// For what it is claimed.
    pub claim: Option<(SubjectKind, Uuid)>,
}

impl Action for AddEvidence {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        self.key
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::KeepEvidence)?;
        let about = self.about.check()?;
        require_own(ctx, about.agency).map_err(|error| match error {
            Error::Refused(_) => Error::Refused(Refusal::field("agency", "plan.refused.evidence_agency")),
            other => other,
        })?;
        add(tx, ctx, &about, &self.file, self.claim).await
    }
}

/// Puts a figure that the system counted into the library. Its answer is its id.
#[derive(Debug, Clone)]
pub struct AddFigure {
    /// The form's idempotency key.
    pub key: Option<Uuid>,
    /// What it is called.
    pub title: String,
    /// Whose evidence it is.
    pub agency: Option<Uuid>,
    /// What to look at in it.
    pub note: String,
    /// What was counted.
    pub snapshot: Snapshot,
    /// The snapshot in the file store.
    pub file: KeptFile,
    /// For what it is claimed.
    pub claim: Option<(SubjectKind, Uuid)>,
}

impl Action for AddFigure {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        self.key
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::KeepEvidence)?;
        require_own(ctx, self.agency).map_err(|error| match error {
            Error::Refused(_) => Error::Refused(Refusal::field("agency", "plan.refused.evidence_agency")),
            other => other,
        })?;
        let last_day = read_day("to", &self.snapshot.last_day)?;
        let about = Described {
            title: clean_line("title", &self.title, LINE_MAX_CHARS, true)?,
            kind: EvidenceKind::Figure,
            year: last_day.map_or(0, |day| i64::from(day.year())),
            owner: OWNER.to_owned(),
            agency: self.agency,
            valid_until: None,
            note: clean_text("note", &self.note, REPORT_TEXT_MAX_CHARS, false)?,
        };
        add(tx, ctx, &about, &self.file, self.claim).await
    }
}

/// Who holds the original of a figure.
const OWNER: &str = "Simpul";

async fn add(
    tx: &mut Tx,
    ctx: &Ctx,
    about: &Described,
    file: &KeptFile,
    claim: Option<(SubjectKind, Uuid)>,
) -> Result<Uuid> {
    let id = ctx.new_id();
    sql::insert(tx, id, about, ctx.now());
    sql::insert_file(tx, id, &file.numbered(1, ctx));
    let body = json!({ "kind": about.kind.name(), "digest": file.digest.to_string() });
    tx.journal(ctx, EVIDENCE, id, "plan.evidence_added", body);
    if let Some(subject) = claim {
        put_claim(tx, ctx, id, subject).await?;
    }
    Ok(id)
}

/// Adds a newer file. What was said of the one before no longer counts; the old file stays.
#[derive(Debug, Clone)]
pub struct ReplaceEvidence {
    /// Which piece.
    pub evidence: Uuid,
    /// The newer file.
    pub file: KeptFile,
}

impl Action for ReplaceEvidence {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let evidence = load(tx, self.evidence).await?;
        require_own(ctx, evidence.about.agency)?;
        if evidence.about.kind == EvidenceKind::Figure {
            return Err(Refusal::field("file", "plan.refused.evidence_figure").into());
        }
        let now = sql::file(tx, evidence.id, evidence.current).await?;
        if now.is_some_and(|now| now.digest == self.file.digest) {
            return Err(Refusal::field("file", "plan.refused.evidence_same").into());
        }
        let number = evidence.current + 1;
        sql::insert_file(tx, evidence.id, &self.file.numbered(number, ctx));
        sql::set_current(tx, evidence.id, number).await?;
        let body = json!({ "number": number, "digest": self.file.digest.to_string() });
        tx.journal(ctx, EVIDENCE, evidence.id, "plan.evidence_replaced", body);
        for subject in sql::claims(tx, evidence.id).await? {
            evidence_changed(tx, ctx, subject, (EvidenceDeed::Replaced, &evidence.about.title)).await?;
        }
        Ok(())
    }
}

/// Corrects what is said of a piece; the old words stay in its history. The secretariat's word on it no longer counts,
/// unless the secretariat itself corrects.
#[derive(Debug, Clone)]
pub struct CorrectEvidence {
    /// Which piece.
    pub evidence: Uuid,
    /// What is said of it now.
    pub about: EvidenceText,
}

impl Action for CorrectEvidence {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let evidence = load(tx, self.evidence).await?;
        require_own(ctx, evidence.about.agency)?;
        if evidence.about.kind == EvidenceKind::Figure {
            return Err(Refusal::new("plan.refused.evidence_figure").into());
        }
        let about = self.about.check()?;
        require_own(ctx, about.agency).map_err(|error| match error {
            Error::Refused(_) => Error::Refused(Refusal::field("agency", "plan.refused.evidence_agency")),
            other => other,
        })?;
        if about == evidence.about {
            return Ok(());
        }
        let by = who(ctx);
        sql::correct(tx, (evidence.id, ctx.new_id()), (&evidence.about, &about), (ctx.now(), &by)).await?;
        if evidence.state != EvidenceState::Unchecked && !permits(&ctx.actor, Permission::CheckEvidence) {
            sql::set_state(tx, evidence.id, (EvidenceState::Unchecked, ""), "").await?;
        }
        tx.journal(ctx, EVIDENCE, evidence.id, "plan.evidence_corrected", json!({ "kind": about.kind.name() }));
        Ok(())
    }
}

/// The secretariat says whether it proves what it says.
#[derive(Debug, Clone)]
pub struct CheckEvidence {
    /// Which piece.
    pub evidence: Uuid,
    /// The number of the file that was looked at.
    pub number: i64,
    /// Whether it does.
    pub accept: bool,
    /// Why not, or what is worth knowing.
    pub note: String,
}

impl Action for CheckEvidence {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::CheckEvidence)?;
        let evidence = load(tx, self.evidence).await?;
        if evidence.current != self.number {
            return Err(Refusal::new("plan.refused.evidence_newer").into());
        }
        let note = clean_text("check_note", &self.note, REPORT_TEXT_MAX_CHARS, !self.accept)?;
        let state = if self.accept { EvidenceState::Accepted } else { EvidenceState::Refused };
        sql::set_state(tx, evidence.id, (state, &note), &who(ctx)).await?;
        let body = json!({ "state": state.name(), "number": self.number });
        tx.journal(ctx, EVIDENCE, evidence.id, "plan.evidence_checked", body);
        Ok(())
    }
}

/// Claims evidence for a subject, or takes the claim back.
#[derive(Debug, Clone)]
pub struct ClaimEvidence {
    /// Which piece.
    pub evidence: Uuid,
    /// For what.
    pub subject: (SubjectKind, Uuid),
    /// Whether it is claimed; else the claim is taken back.
    pub claimed: bool,
}

impl Action for ClaimEvidence {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::KeepEvidence)?;
        let evidence = load(tx, self.evidence).await?;
        if self.claimed {
            may_use(tx, ctx, &evidence).await?;
            return put_claim(tx, ctx, evidence.id, self.subject).await;
        }
        may_touch(tx, ctx, self.subject).await?;
        let (kind, subject) = self.subject;
        if sql::drop_claim(tx, self.subject, evidence.id).await? > 0 {
            let body = json!({ "subject": kind.name(), "id": subject });
            tx.journal(ctx, EVIDENCE, evidence.id, "plan.evidence_unclaimed", body);
            evidence_changed(tx, ctx, (kind, subject), (EvidenceDeed::Unclaimed, &evidence.about.title)).await?;
        }
        Ok(())
    }
}

async fn put_claim(tx: &mut Tx, ctx: &Ctx, evidence: Uuid, subject: (SubjectKind, Uuid)) -> Result<()> {
    may_touch(tx, ctx, subject).await?;
    let known = load(tx, evidence).await?;
    if known.claims_count >= CLAIMS_MAX_COUNT {
        return Err(Refusal::new("plan.refused.evidence_claims").with("most", CLAIMS_MAX_COUNT.to_string()).into());
    }
    let by = who(ctx);
    if sql::claim(tx, subject, evidence, (ctx.now(), &by)).await? > 0 {
        let (kind, id) = subject;
        tx.journal(ctx, EVIDENCE, evidence, "plan.evidence_claimed", json!({ "subject": kind.name(), "id": id }));
        evidence_changed(tx, ctx, subject, (EvidenceDeed::Claimed, &known.about.title)).await?;
    }
    Ok(())
}

/// Whoever doesn't see the whole plan claims what it keeps itself, and what is claimed already for what it takes part
/// in: a claim for a subject of one's own would else open any file whose id is known.
async fn may_use(tx: &mut Tx, ctx: &Ctx, evidence: &Evidence) -> Result<()> {
    let scope = scope(&ctx.actor, Permission::KeepEvidence);
    let is_own = evidence.about.agency.is_some_and(|agency| scope.covers(agency));
    if is_own || permits(&ctx.actor, Permission::SeeWholePlan) {
        return Ok(());
    }
    for (kind, id) in sql::claims(tx, evidence.id).await? {
        let subject = subject::find(tx, kind, id).await?;
        if subject.is_some_and(|subject| subject.agencies.iter().any(|agency| scope.covers(*agency))) {
            return Ok(());
        }
    }
    Err(Error::NotFound("evidence"))
}

/// A claim belongs to whoever works on the subject: a question's to the agency that answers, as long as its round is
/// open; a meeting's to who keeps meetings; any other to the agencies that take part, and to who oversees the region.
async fn may_touch(tx: &mut Tx, ctx: &Ctx, (kind, id): (SubjectKind, Uuid)) -> Result<()> {
    let subject = subject::find(tx, kind, id).await?.ok_or(Error::NotFound("subject"))?;
    match kind {
        SubjectKind::Question => may_answer(tx, ctx, id).await,
        SubjectKind::Meeting => Ok(require(ctx, Permission::ManageMeetings)?),
        SubjectKind::Programme | SubjectKind::Progress | SubjectKind::Commitment => {
            let scope = scope(&ctx.actor, Permission::KeepEvidence);
            let takes_part = subject.agencies.iter().any(|agency| scope.covers(*agency));
            let may = scope == Scope::WholeRegion || takes_part;
            if may { Ok(()) } else { Err(Refusal::new("plan.refused.evidence_not_yours").into()) }
        }
    }
}

async fn may_answer(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    let answer = round::answer(tx, id).await?.ok_or(Error::NotFound("question"))?;
    let held = round::by_id(tx, answer.round).await?.ok_or(Error::NotFound("round"))?;
    held.must_be_open()?;
    match answer.agency {
        Some(agency) => require_in(ctx, Permission::AnswerEvaluation, agency)?,
        None => require(ctx, Permission::ManageEvaluation)?,
    }
    Ok(())
}
