//! Commitments: promised, signed under exactly that text, reported on by the party, and found kept.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp, words};
use simpul_people::sql::{agencies, officers};
use simpul_people::{Permission, calendar_of, permits_in, require, require_in};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use time::Date;
use uuid::Uuid;

use super::evidence::{AddEvidence, KeptFile};
use super::who;
use crate::model::commitment::{
    Commitment, CommitmentState, DocumentKind, PROMISE_MAX_CHARS, SignWay, Signature, Terms, VALUE_MAX_RUPIAH,
    WORD_MAX_CHARS, Word,
};
use crate::model::evidence::{EvidenceKind, EvidenceText, SubjectKind};
use crate::model::item::{LINK_MAX_CHARS, check_due, check_link};
use crate::model::meeting::{LINE_MAX_CHARS, shown_digest};
use crate::sql;
use crate::token::new_token;

/// What the journal and the ticker call a commitment.
pub const COMMITMENT: &str = "commitment";
/// The counter of commitments of a year.
const COUNTER: &str = "plan_commitment";
/// The last minute of a day.
const LAST_MINUTE: u16 = 24 * 60 - 1;

async fn load(tx: &mut Tx, id: Uuid) -> Result<Commitment> {
    sql::commitment::by_id(tx, id).await?.ok_or(Error::NotFound("commitment"))
}

async fn save(tx: &mut Tx, before: i64, one: &Commitment) -> Result<()> {
    if sql::commitment::save(tx, before, one).await? {
        Ok(())
    } else {
        Err(Refusal::new("plan.commitment.refused.changed").into())
    }
}

fn tell(tx: &mut Tx, ctx: &Ctx, one: &Commitment, what: &str, (body, value): (&str, Option<i64>)) {
    let word = Word { at: ctx.now(), by: who(ctx), what: what.to_owned(), body: body.to_owned(), value };
    sql::commitment::insert_word(tx, ctx.new_id(), one.id, &word);
}

/// Asks for the moments of a commitment anew.
async fn ask(tx: &mut Tx, ctx: &Ctx, one: &Commitment) -> Result<()> {
    tx.cancel_deadlines(ctx, one.id, None).await?;
    let zone = calendar_of(tx).await?.zone;
    let end = one.terms.until.map(|day| zone.instant(day, LAST_MINUTE));
    for (what, due_at) in one.moments(end, ctx.now()) {
        tx.deadline(ctx, Deadline { subject_kind: COMMITMENT, subject_id: one.id, what, due_at });
    }
    Ok(())
}

/// What a form says of a commitment.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it is about.
    pub title: String,
    /// The agency that promises, where it is one of the region's.
    pub agency: Option<Uuid>,
    /// Who promises, where it is none of them.
    pub party: String,
    /// What is promised.
    pub promise: String,
    /// What it is worth, in rupiah.
    pub value: Option<i64>,
    /// By when; none is a fault of the form's field.
    pub due: Option<Timestamp>,
    /// In which document.
    pub document: DocumentKind,
    /// Its number.
    pub document_number: String,
    /// Its first day.
    pub from: Option<Date>,
    /// Its last day.
    pub until: Option<Date>,
}

impl Draft {
    async fn terms(&self, tx: &mut Tx) -> Result<Terms> {
        let party = match self.agency {
            Some(agency) => {
                let known = agencies::by_id(tx, agency).await?.filter(|agency| agency.active);
                known.ok_or_else(|| Refusal::field("agency", "plan.commitment.refused.agency"))?.name
            }
            None => words::clean_line("party", &self.party, LINE_MAX_CHARS, true)?,
        };
        let terms = Terms {
            title: words::clean_line("title", &self.title, LINE_MAX_CHARS, true)?,
            agency: self.agency,
            party,
            promise: words::clean_text("promise", &self.promise, PROMISE_MAX_CHARS, true)?,
            value: self.value,
            due: self.due.ok_or_else(|| Refusal::field("due", "plan.item.refused.due"))?,
            document: self.document,
            document_number: words::clean_line("document_number", &self.document_number, LINE_MAX_CHARS, false)?,
            from: self.from,
            until: self.until,
        };
        terms.check()?;
        Ok(terms)
    }
}

/// Writes down what somebody promises. Its answer is the commitment's id.
#[derive(Debug, Clone)]
pub struct AddCommitment {
    /// Makes a retry safe.
    pub key: Uuid,
    /// What is promised.
    pub draft: Draft,
    /// Which programme it is for.
    pub programme: Option<Uuid>,
}

impl Action for AddCommitment {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageMeetings)?;
        let terms = self.draft.terms(tx).await?;
        check_due(terms.due, ctx.now())?;
        let year = i64::from(calendar_of(tx).await?.zone.date(ctx.now()).year());
        let one = Commitment {
            id: ctx.new_id(),
            year,
            serial: tx.next_number(&format!("{COUNTER} {year}")).await?,
            terms,
            programme: self.programme,
            edition: 1,
            state: CommitmentState::Draft,
            late: None,
            met: None,
            closing: String::new(),
            token: new_token(&ctx.env),
            version: 1,
        };
        sql::commitment::insert(tx, &one, ctx.now());
        sql::commitment::insert_edition(tx, &one, ctx.now(), &who(ctx));
        tell(tx, ctx, &one, "made", ("", None));
        ask(tx, ctx, &one).await?;
        let body = json!({ "agency": one.terms.agency, "due": one.terms.due.0 });
        tx.journal(ctx, COMMITMENT, one.id, "commitment.made", body);
        Ok(one.id)
    }
}

/// Changes the text: a new edition, which needs new signatures.
#[derive(Debug, Clone)]
pub struct ChangeCommitment {
    /// Which one.
    pub commitment: Uuid,
    /// The version that the person saw.
    pub version: Option<i64>,
    /// What is promised now.
    pub draft: Draft,
    /// Why, where the text was signed.
    pub why: String,
}

impl Action for ChangeCommitment {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.commitment).await?;
        if self.version.is_some_and(|seen| seen != before.version) {
            return Err(Refusal::new("plan.commitment.refused.changed").into());
        }
        let terms = self.draft.terms(tx).await?;
        if terms.due != before.terms.due {
            check_due(terms.due, ctx.now())?;
        }
        let (version, edition) = (before.version, before.edition);
        let known = sql::commitment::signatures(tx, before.id).await?;
        let is_signed = known.iter().any(|signature| signature.edition == edition);
        let one = before.with_terms(terms)?;
        if one.edition == edition {
            return Ok(());
        }
        let why = words::clean_line("why", &self.why, LINE_MAX_CHARS, is_signed)?;
        save(tx, version, &one).await?;
        sql::commitment::insert_edition(tx, &one, ctx.now(), &who(ctx));
        tell(tx, ctx, &one, "changed", (&why, None));
        ask(tx, ctx, &one).await?;
        let body = json!({ "agency": one.terms.agency, "edition": one.edition, "due": one.terms.due.0 });
        tx.journal(ctx, COMMITMENT, one.id, "commitment.changed", body);
        Ok(())
    }
}

async fn keep_signature(tx: &mut Tx, ctx: &Ctx, before: Commitment, signature: &Signature) -> Result<()> {
    let known = sql::commitment::signatures(tx, before.id).await?;
    let version = before.version;
    let one = before.sign(signature, &known)?;
    save(tx, version, &one).await?;
    sql::commitment::insert_signature(tx, signature);
    tell(tx, ctx, &one, "signed", (&signature.name, None));
    let body = json!({
        "signature": signature.id,
        "edition": signature.edition,
        "of_party": signature.of_party,
        "way": signature.way.name(),
        "digest": shown_digest(&signature.digest),
    });
    tx.journal(ctx, COMMITMENT, one.id, "commitment.signed", body);
    Ok(())
}

/// Somebody who is signed in signs the text that they have read.
#[derive(Debug, Clone)]
pub struct SignCommitment {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which one.
    pub commitment: Uuid,
    /// The edition that the person has read.
    pub edition: Option<i64>,
    /// As what they sign.
    pub post: String,
    /// For whom they sign who are not of the party: the region's government, as its papers name it.
    pub region: String,
}

impl Action for SignCommitment {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SignCommitments)?;
        let before = load(tx, self.commitment).await?;
        if self.edition != Some(before.edition) {
            return Err(Refusal::new("plan.commitment.refused.other_text").into());
        }
        let id = ctx.actor.officer_id().ok_or_else(|| Refusal::new("plan.commitment.refused.nobody"))?;
        let signer = officers::by_id(tx, id).await?.ok_or(Error::NotFound("officer"))?;
        let of_agency = |grant: &simpul_kernel::Grant| grant.agency == before.terms.agency && grant.agency.is_some();
        let of_party = signer.grants.iter().any(of_agency);
        // Whoever signs for one agency signs for no other; the region's leader signs as its counterpart.
        if let Some(agency) = before.terms.agency {
            require_in(ctx, Permission::SignCommitments, agency)?;
        } else {
            require_region(ctx)?;
        }
        let organisation = match (of_party, before.terms.agency) {
            (true, Some(_)) => before.terms.party.clone(),
            _ => self.region.clone(),
        };
        let signature = Signature {
            id: ctx.new_id(),
            commitment: before.id,
            edition: before.edition,
            at: ctx.now(),
            by: who(ctx),
            name: signer.name,
            post: words::clean_line("post", &self.post, LINE_MAX_CHARS, true)?,
            organisation,
            of_party,
            way: SignWay::System,
            scan: String::new(),
            digest: before.digest(),
        };
        keep_signature(tx, ctx, before, &signature).await
    }
}

/// Refuses whoever signs for one agency only.
fn require_region(ctx: &Ctx) -> Result<()> {
    let whole = simpul_people::scope(&ctx.actor, Permission::SignCommitments) == simpul_people::Scope::WholeRegion;
    if whole { Ok(()) } else { Err(Refusal::new("plan.commitment.refused.not_party").into()) }
}

/// A signature on paper is entered; its scan is kept as evidence.
#[derive(Debug, Clone)]
pub struct EnterSignature {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which one.
    pub commitment: Uuid,
    /// The edition that stands on the paper.
    pub edition: Option<i64>,
    /// The name under it.
    pub name: String,
    /// As what.
    pub post: String,
    /// For whom.
    pub organisation: String,
    /// Whether the party itself signed, and not its counterpart.
    pub of_party: bool,
    /// The scan.
    pub scan: Scan,
}

/// A scan of a signed paper.
#[derive(Debug, Clone)]
pub enum Scan {
    /// It lies elsewhere, at this address.
    Link(String),
    /// It was sent: it becomes evidence of the commitment.
    File(KeptFile),
}

impl EnterSignature {
    /// Where the scan lies from now on.
    async fn kept(&self, tx: &mut Tx, ctx: &Ctx, before: &Commitment) -> Result<String> {
        let file = match &self.scan {
            Scan::Link(link) => {
                let link = words::clean_line("scan", link, LINK_MAX_CHARS, true)?;
                check_link(&link).map_err(|refusal| Refusal { field: Some("scan"), ..refusal })?;
                return Ok(link);
            }
            Scan::File(file) => file.clone(),
        };
        let title: String = format!("{} {}", before.shown(), self.name).chars().take(LINE_MAX_CHARS).collect();
        let about = EvidenceText {
            title,
            kind: EvidenceKind::Statement.name().to_owned(),
            year: calendar_of(tx).await?.zone.date(ctx.now()).year().to_string(),
            owner: self.organisation.clone(),
            agency: before.terms.agency,
            valid_until: String::new(),
            note: String::new(),
        };
        let claim = Some((SubjectKind::Commitment, before.id));
        let evidence = AddEvidence { key: None, about, file, claim }.apply(tx, ctx).await?;
        Ok(format!("/bukti/{evidence}"))
    }
}

impl Action for EnterSignature {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.commitment).await?;
        if self.edition != Some(before.edition) {
            return Err(Refusal::new("plan.commitment.refused.other_text").into());
        }
        let scan = self.kept(tx, ctx, &before).await?;
        let signature = Signature {
            id: ctx.new_id(),
            commitment: before.id,
            edition: before.edition,
            at: ctx.now(),
            by: who(ctx),
            name: words::clean_line("name", &self.name, LINE_MAX_CHARS, true)?,
            post: words::clean_line("post", &self.post, LINE_MAX_CHARS, true)?,
            organisation: words::clean_line("organisation", &self.organisation, LINE_MAX_CHARS, true)?,
            of_party: self.of_party,
            way: SignWay::Scan,
            scan,
            digest: before.digest(),
        };
        keep_signature(tx, ctx, before, &signature).await
    }
}

/// The party says how it goes; where the party does not sign in, the secretariat says it.
#[derive(Debug, Clone)]
pub struct ReportCommitment {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which one.
    pub commitment: Uuid,
    /// In words.
    pub text: String,
    /// What is given so far, in rupiah.
    pub value: Option<i64>,
}

impl Action for ReportCommitment {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let one = load(tx, self.commitment).await?;
        let own = |agency| permits_in(&ctx.actor, Permission::WorkItems, agency);
        if !one.terms.agency.is_some_and(own) {
            require(ctx, Permission::ManageMeetings)?;
        }
        one.must_be_open()?;
        let text = words::clean_text("text", &self.text, WORD_MAX_CHARS, true)?;
        if self.value.is_some_and(|value| !(0..=VALUE_MAX_RUPIAH).contains(&value)) {
            return Err(Refusal::field("given", "plan.commitment.refused.value").into());
        }
        tell(tx, ctx, &one, "reported", (&text, self.value));
        let body = json!({ "agency": one.terms.agency });
        tx.journal(ctx, COMMITMENT, one.id, "commitment.reported", body);
        Ok(())
    }
}

/// The secretariat finds it kept, or ends it.
#[derive(Debug, Clone)]
pub struct CloseCommitment {
    /// Which one.
    pub commitment: Uuid,
    /// Whether it was kept.
    pub met: bool,
    /// What was kept, or why it ends.
    pub text: String,
}

impl Action for CloseCommitment {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageMeetings)?;
        let before = load(tx, self.commitment).await?;
        let version = before.version;
        let text = words::clean_text("closing", &self.text, WORD_MAX_CHARS, true)?;
        let (one, what, kind) = match self.met {
            true => (before.meet(text, ctx.now())?, "met", "commitment.met"),
            false => (before.end(text)?, "ended", "commitment.ended"),
        };
        save(tx, version, &one).await?;
        tx.cancel_deadlines(ctx, one.id, None).await?;
        tell(tx, ctx, &one, what, (&one.closing, None));
        tx.journal(ctx, COMMITMENT, one.id, kind, json!({ "agency": one.terms.agency, "late": one.late.is_some() }));
        Ok(())
    }
}

/// The day of a promise has passed. Answers the commitment where it is late now.
pub(crate) async fn mark_late(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<Option<Commitment>> {
    let Some(before) = sql::commitment::by_id(tx, id).await? else { return Ok(None) };
    let version = before.version;
    let Some(one) = before.mark_late(ctx.now()) else { return Ok(None) };
    save(tx, version, &one).await?;
    tell(tx, ctx, &one, "late", ("", None));
    tx.journal(ctx, COMMITMENT, one.id, "commitment.late", json!({ "agency": one.terms.agency }));
    Ok(Some(one))
}
