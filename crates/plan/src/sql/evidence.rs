//! Evidence, its files, and what it is claimed for.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Digest, FromRow, Result, Row, Tx, Value, args};
use uuid::Uuid;

use super::named;
use crate::model::evidence::{
    Described, Evidence, EvidenceKind, EvidenceState, Media, SubjectKind, day_text, read_day,
};

macro_rules! listed {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.title, e.kind, e.year, e.owner, e.agency_id, e.valid_until, e.note, e.state, e.check_note,
            e.current_number,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM plan_claim c WHERE c.region = e.region AND c.evidence_id = e.id)
            FROM plan_evidence e ",
            $rest
        )
    };
}

simpul_store::statements! {
    pub(crate) LIST = listed!("WHERE e.region = $1 ORDER BY e.id DESC LIMIT $2");
    pub(crate) ONE = listed!("WHERE e.region = $1 AND e.id = $2");
    pub(crate) OF_SUBJECT = listed!("JOIN plan_claim s ON s.region = e.region AND s.evidence_id = e.id
        WHERE e.region = $1 AND s.subject_kind = $2 AND s.subject_id = $3 ORDER BY s.at, e.id LIMIT $4");
    pub(crate) FILES = "SELECT number, digest, media, file_name, size_bytes, at, by_whom FROM plan_evidence_file
        WHERE region = $1 AND evidence_id = $2 ORDER BY number DESC LIMIT $3";
    pub(crate) FILE = "SELECT number, digest, media, file_name, size_bytes, at, by_whom FROM plan_evidence_file
        WHERE region = $1 AND evidence_id = $2 AND number = $3";
    pub(crate) SAME_FILE = "SELECT evidence_id FROM plan_evidence_file
        WHERE region = $1 AND digest = $2 AND evidence_id <> $3 ORDER BY evidence_id LIMIT 1";
    pub(crate) CLAIMS = "SELECT subject_kind, subject_id FROM plan_claim
        WHERE region = $1 AND evidence_id = $2 ORDER BY at, subject_id LIMIT $3";
    pub(crate) ALL_CLAIMS = "SELECT subject_kind, subject_id, evidence_id FROM plan_claim
        WHERE region = $1 AND subject_kind <> 'question' ORDER BY subject_kind, subject_id, evidence_id LIMIT $2";
    pub(crate) CLAIMED_PROGRAMMES = "SELECT p.id, c.evidence_id FROM plan_programme p
        JOIN plan_claim c ON c.region = p.region AND c.subject_id = p.id AND c.subject_kind = 'programme'
        WHERE p.region = $1 AND p.masterplan_id = $2 LIMIT $3";
    pub(crate) CLAIMED_REPORTS = "SELECT p.id, c.evidence_id FROM plan_programme p
        JOIN plan_progress g ON g.region = p.region AND g.programme_id = p.id
        JOIN plan_claim c ON c.region = g.region AND c.subject_id = g.id AND c.subject_kind = 'progress'
        WHERE p.region = $1 AND p.masterplan_id = $2 LIMIT $3";
    pub(crate) DROP_CLAIM = "DELETE FROM plan_claim
        WHERE region = $1 AND evidence_id = $2 AND subject_kind = $3 AND subject_id = $4";
    pub(crate) CLAIM = "INSERT INTO plan_claim (region, subject_kind, subject_id, evidence_id, at, by_whom)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, subject_kind, subject_id, evidence_id) DO NOTHING";
    pub(crate) CORRECTIONS = "SELECT at, by_whom, title, kind, year, owner, agency_id, valid_until, note
        FROM plan_evidence_change WHERE region = $1 AND evidence_id = $2 ORDER BY at DESC, id DESC LIMIT $3";
    pub(crate) SET_ABOUT = "UPDATE plan_evidence SET title = $3, kind = $4, year = $5, owner = $6, agency_id = $7,
        valid_until = $8, note = $9, version = version + 1 WHERE region = $1 AND id = $2";
    pub(crate) SET_STATE = "UPDATE plan_evidence SET state = $3, check_note = $4, checked_by = $5,
        version = version + 1 WHERE region = $1 AND id = $2";
    pub(crate) SET_CURRENT = "UPDATE plan_evidence SET current_number = $3, state = 'unchecked', check_note = '',
        checked_by = '', version = version + 1 WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_EVIDENCE = "plan_evidence" (
        id, title, kind, year, owner, agency_id, valid_until, note, state, check_note, checked_by, current_number,
        version, created_at
    );
    pub(crate) INSERT_CORRECTION = "plan_evidence_change" (
        id, evidence_id, at, by_whom, title, kind, year, owner, agency_id, valid_until, note
    );
    pub(crate) INSERT_FILE = "plan_evidence_file" (
        evidence_id, number, digest, media, file_name, size_bytes, at, by_whom
    );
}

/// Most corrections of one piece that are shown.
const CORRECTIONS_MAX_COUNT: i64 = 100;
/// Most evidence of a list.
pub const EVIDENCE_LIST_MAX_COUNT: i64 = 2_000;
/// Most claims of a region that are looked through for what a partner may see.
const ALL_CLAIMS_MAX_COUNT: i64 = 10_000;
/// Most versions of one piece that are shown.
const VERSIONS_MAX_COUNT: i64 = 100;
/// Most claims of one piece that are shown.
const CLAIMS_SHOWN_MAX_COUNT: i64 = crate::model::evidence::CLAIMS_MAX_COUNT;

impl FromRow for Evidence {
    fn from_row(row: &Row) -> Result<Evidence> {
        let (kind, valid_until, state): (String, String, String) = (row.at(2)?, row.at(6)?, row.at(8)?);
        Ok(Evidence {
            id: row.at(0)?,
            about: Described {
                title: row.at(1)?,
                kind: named(&kind, EvidenceKind::parse)?,
                year: row.at(3)?,
                owner: row.at(4)?,
                agency: row.at(5)?,
                valid_until: read_day("valid_until", &valid_until)?,
                note: row.at(7)?,
            },
            state: named(&state, EvidenceState::parse)?,
            check_note: row.at(9)?,
            current: row.at(10)?,
            claims_count: row.at(11)?,
        })
    }
}

/// A file of a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// Its number, from 1.
    pub number: i64,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What it is.
    pub media: Media,
    /// What it was called.
    pub name: String,
    /// Its size in bytes.
    pub size_bytes: i64,
    /// When it came in.
    pub at: Timestamp,
    /// Who put it in.
    pub by: String,
}

impl FromRow for EvidenceFile {
    fn from_row(row: &Row) -> Result<EvidenceFile> {
        let media: String = row.at(2)?;
        Ok(EvidenceFile {
            number: row.at(0)?,
            digest: Digest(row.at(1)?),
            media: named(&media, Media::parse)?,
            name: row.at(3)?,
            size_bytes: row.at(4)?,
            at: row.at(5)?,
            by: row.at(6)?,
        })
    }
}

/// A correction: what was said before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// When it was corrected.
    pub at: Timestamp,
    /// By whom, as the journal names it.
    pub by: String,
    /// The words that were there before.
    pub old: Described,
}

impl FromRow for Correction {
    fn from_row(row: &Row) -> Result<Correction> {
        let (kind, valid_until): (String, String) = (row.at(3)?, row.at(7)?);
        let old = Described {
            title: row.at(2)?,
            kind: named(&kind, EvidenceKind::parse)?,
            year: row.at(4)?,
            owner: row.at(5)?,
            agency: row.at(6)?,
            valid_until: read_day("valid_until", &valid_until)?,
            note: row.at(8)?,
        };
        Ok(Correction { at: row.at(0)?, by: row.at(1)?, old })
    }
}

/// The corrections of a piece of evidence, the newest first.
pub async fn corrections(conn: &mut Conn, id: Uuid) -> Result<Vec<Correction>> {
    conn.all(&CORRECTIONS, args![id, CORRECTIONS_MAX_COUNT]).await
}

/// The newest evidence.
pub async fn list(conn: &mut Conn) -> Result<Vec<Evidence>> {
    conn.all(&LIST, args![EVIDENCE_LIST_MAX_COUNT]).await
}

/// The evidence of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Evidence>> {
    conn.opt(&ONE, args![id]).await
}

/// What is claimed for a subject, the first claim first.
pub async fn of_subject(conn: &mut Conn, kind: SubjectKind, id: Uuid) -> Result<Vec<Evidence>> {
    conn.all(&OF_SUBJECT, args![kind.name(), id, CLAIMS_SHOWN_MAX_COUNT]).await
}

/// The files of a piece of evidence, the newest first.
pub async fn files(conn: &mut Conn, id: Uuid) -> Result<Vec<EvidenceFile>> {
    conn.all(&FILES, args![id, VERSIONS_MAX_COUNT]).await
}

/// One of its files.
pub async fn file(conn: &mut Conn, id: Uuid, number: i64) -> Result<Option<EvidenceFile>> {
    conn.opt(&FILE, args![id, number]).await
}

/// Other evidence with the same bytes.
pub async fn same_file(conn: &mut Conn, digest: Digest, other_than: Uuid) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = conn.opt(&SAME_FILE, args![digest, other_than]).await?;
    Ok(row.map(|(id,)| id))
}

/// What a piece of evidence is claimed for.
pub async fn claims(conn: &mut Conn, id: Uuid) -> Result<Vec<(SubjectKind, Uuid)>> {
    let rows: Vec<(String, Uuid)> = conn.all(&CLAIMS, args![id, CLAIMS_SHOWN_MAX_COUNT]).await?;
    rows.into_iter().map(|(kind, id)| Ok((named(&kind, SubjectKind::parse)?, id))).collect()
}

/// All that is claimed for anything but questions: the subject and the evidence, subject by subject.
pub async fn all_claims(conn: &mut Conn) -> Result<Vec<((SubjectKind, Uuid), Uuid)>> {
    let rows: Vec<(String, Uuid, Uuid)> = conn.all(&ALL_CLAIMS, args![ALL_CLAIMS_MAX_COUNT]).await?;
    let claim =
        |(kind, subject, evidence): (String, Uuid, Uuid)| Ok(((named(&kind, SubjectKind::parse)?, subject), evidence));
    rows.into_iter().map(claim).collect()
}

/// Adds a piece of evidence without its file.
pub(crate) fn insert(tx: &mut Tx, id: Uuid, about: &Described, at: Timestamp) {
    let Described { title, kind, year, owner, agency, valid_until, note } = about;
    let unchecked = EvidenceState::Unchecked.name();
    let agency: Value = (*agency).into();
    let row = args![
        id,
        title,
        kind.name(),
        *year,
        owner,
        agency,
        day_text(*valid_until),
        note,
        unchecked,
        "",
        "",
        1i64,
        1i64,
        at
    ];
    tx.insert(&INSERT_EVIDENCE, row);
}

/// Adds a file to a piece of evidence.
pub(crate) fn insert_file(tx: &mut Tx, id: Uuid, file: &EvidenceFile) {
    let EvidenceFile { number, digest, media, name, size_bytes, at, by } = file;
    tx.insert(&INSERT_FILE, args![id, *number, *digest, media.name(), name, *size_bytes, *at, by]);
}

/// Keeps other words for a piece, and the old ones in its history.
pub(crate) async fn correct(
    tx: &mut Tx,
    (id, own): (Uuid, Uuid),
    (old, new): (&Described, &Described),
    (at, by): (Timestamp, &str),
) -> Result<()> {
    let agency: Value = old.agency.into();
    let (kind, until) = (old.kind.name(), day_text(old.valid_until));
    tx.insert(
        &INSERT_CORRECTION,
        args![own, id, at, by, &old.title, kind, old.year, &old.owner, agency, until, &old.note],
    );
    let Described { title, kind, year, owner, agency, valid_until, note } = new;
    let row = args![id, title, kind.name(), *year, owner, *agency, day_text(*valid_until), note];
    tx.exec(&SET_ABOUT, row).await.map(drop)
}

/// Makes the file of that number the current one; what was said of the one before no longer counts.
pub(crate) async fn set_current(tx: &mut Tx, id: Uuid, number: i64) -> Result<()> {
    tx.exec(&SET_CURRENT, args![id, number]).await.map(drop)
}

/// Keeps what the secretariat says.
pub(crate) async fn set_state(tx: &mut Tx, id: Uuid, (state, note): (EvidenceState, &str), by: &str) -> Result<()> {
    tx.exec(&SET_STATE, args![id, state.name(), note, by]).await.map(drop)
}

/// Claims evidence for a subject; claimed twice is claimed once.
pub(crate) async fn claim(
    tx: &mut Tx,
    (kind, subject): (SubjectKind, Uuid),
    evidence: Uuid,
    (at, by): (Timestamp, &str),
) -> Result<u64> {
    tx.exec(&CLAIM, args![kind.name(), subject, evidence, at, by]).await
}

/// Takes a claim back.
pub(crate) async fn drop_claim(tx: &mut Tx, (kind, subject): (SubjectKind, Uuid), evidence: Uuid) -> Result<u64> {
    tx.exec(&DROP_CLAIM, args![evidence, kind.name(), subject]).await
}

/// What is claimed for the programmes of a plan and for what was said of them, by programme.
pub async fn of_plan(conn: &mut Conn, plan: Uuid) -> Result<std::collections::HashMap<Uuid, i64>> {
    let most = super::plan::OF_PLAN_MAX_COUNT;
    let mut claims: Vec<(Uuid, Uuid)> = conn.all(&CLAIMED_PROGRAMMES, args![plan, most]).await?;
    claims.extend(conn.all::<(Uuid, Uuid)>(&CLAIMED_REPORTS, args![plan, most]).await?);
    claims.sort_unstable();
    claims.dedup();
    let mut counts = std::collections::HashMap::new();
    for (programme, _) in claims {
        *counts.entry(programme).or_default() += 1;
    }
    Ok(counts)
}
