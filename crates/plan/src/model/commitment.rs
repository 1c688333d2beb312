//! What an agency or a partner has promised: a value, a day, a document, and a signature under exactly that text.

use sha2::{Digest, Sha256};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use time::Date;
use uuid::Uuid;

use super::framework::names;

/// Longest promise, in characters.
pub const PROMISE_MAX_CHARS: usize = 4_000;
/// Longest word of the party on how it goes, in characters.
pub const WORD_MAX_CHARS: usize = 2_000;
/// Largest value, in rupiah.
pub const VALUE_MAX_RUPIAH: i64 = 1_000_000_000_000_000;
/// How long before its last day the end of a document is announced, in days.
pub const EXPIRY_WARN_DAYS: i64 = 60;
/// How long before its day the party is reminded of what it promised, in days.
pub const REMIND_DAYS: i64 = 14;
/// Most signatures of one text.
pub const SIGNATURES_MAX_COUNT: usize = 20;

/// What the ticker calls the moments of a commitment.
pub mod what {
    /// The day of the promise is near.
    pub const REMIND: &str = "remind";
    /// The day of the promise has passed.
    pub const LATE: &str = "late";
    /// The document ends soon.
    pub const EXPIRY: &str = "expiry";
}

names! {
    /// Where a commitment stands.
    CommitmentState {
        /// Nobody of the party has signed this text yet.
        Draft = "draft",
        /// It is signed and owed.
        Open = "open",
        /// It was kept.
        Met = "met",
        /// It is not wanted any more, or was taken back.
        Ended = "ended",
    }
}

impl CommitmentState {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            CommitmentState::Draft => "plan.commitment.state.draft",
            CommitmentState::Open => "plan.commitment.state.open",
            CommitmentState::Met => "plan.commitment.state.met",
            CommitmentState::Ended => "plan.commitment.state.ended",
        }
    }
}

names! {
    /// In which document it stands.
    DocumentKind {
        /// In none.
        Nothing = "none",
        /// A memorandum: nota kesepakatan.
        Memorandum = "nota_kesepakatan",
        /// A contract of cooperation: perjanjian kerja sama.
        Contract = "pks",
        /// A letter or a statement.
        Letter = "letter",
    }
}

impl DocumentKind {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            DocumentKind::Nothing => "plan.commitment.document.none",
            DocumentKind::Memorandum => "plan.commitment.document.nota_kesepakatan",
            DocumentKind::Contract => "plan.commitment.document.pks",
            DocumentKind::Letter => "plan.commitment.document.letter",
        }
    }
}

names! {
    /// How a text was signed.
    SignWay {
        /// By somebody who was signed in.
        System = "system",
        /// On paper; the scan is kept as evidence.
        Scan = "scan",
    }
}

/// The text that is signed, part by part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What it is about.
    pub title: String,
    /// The agency that promises, where it is one of the region's.
    pub agency: Option<Uuid>,
    /// Who promises, in words.
    pub party: String,
    /// What is promised.
    pub promise: String,
    /// What it is worth, in rupiah.
    pub value: Option<i64>,
    /// By when.
    pub due: Timestamp,
    /// In which document.
    pub document: DocumentKind,
    /// Its number.
    pub document_number: String,
    /// Its first day.
    pub from: Option<Date>,
    /// Its last day.
    pub until: Option<Date>,
}

impl Terms {
    /// SHA-256 over every part with its length before it, and the edition: what a signature stands under.
    pub fn digest(&self, id: Uuid, edition: i64) -> [u8; 32] {
        let mut sum = Sha256::new();
        let mut put = |bytes: &[u8]| {
            sum.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            sum.update(bytes);
        };
        put(b"simpul commitment 1");
        put(id.as_bytes());
        put(&edition.to_be_bytes());
        put(self.title.as_bytes());
        put(self.agency.map(|agency| agency.to_string()).unwrap_or_default().as_bytes());
        put(self.party.as_bytes());
        put(self.promise.as_bytes());
        put(self.value.map(|value| value.to_string()).unwrap_or_default().as_bytes());
        put(&self.due.0.to_be_bytes());
        put(self.document.name().as_bytes());
        put(self.document_number.as_bytes());
        for day in [self.from, self.until] {
            put(day.map(|day| day.to_string()).unwrap_or_default().as_bytes());
        }
        sum.finalize().into()
    }

    /// Refuses what can't be promised.
    ///
    /// # Errors
    /// A refusal that names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.value.is_some_and(|value| !(0..=VALUE_MAX_RUPIAH).contains(&value)) {
            return Err(Refusal::field("value", "plan.commitment.refused.value"));
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => Err(Refusal::field("until", "plan.commitment.refused.until")),
            _ => Ok(()),
        }
    }
}

/// A signature under one edition of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Id.
    pub id: Uuid,
    /// Of which commitment.
    pub commitment: Uuid,
    /// Under which edition.
    pub edition: i64,
    /// When.
    pub at: Timestamp,
    /// Who was signed in.
    pub by: String,
    /// The name that stands under it.
    pub name: String,
    /// As what.
    pub post: String,
    /// For whom.
    pub organisation: String,
    /// Whether the party itself signed, and not its counterpart.
    pub of_party: bool,
    /// How.
    pub way: SignWay,
    /// Where the scan lies; empty for a signature in the system.
    pub scan: String,
    /// The digest of what was signed.
    pub digest: [u8; 32],
}

/// A commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// Id.
    pub id: Uuid,
    /// The year that it is counted in.
    pub year: i64,
    /// Its place in that year.
    pub serial: i64,
    /// What is promised.
    pub terms: Terms,
    /// Which programme it is for.
    pub programme: Option<Uuid>,
    /// Counts the texts: a changed one needs new signatures.
    pub edition: i64,
    /// Where it stands.
    pub state: CommitmentState,
    /// When its day passed while it was owed.
    pub late: Option<Timestamp>,
    /// When it was found kept.
    pub met: Option<Timestamp>,
    /// What was kept, or why it ended.
    pub closing: String,
    /// Whoever has it may see whether a paper is the signed one.
    pub token: String,
    /// Counts changes.
    pub version: i64,
}

/// A line of its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What: `made`, `changed`, `signed`, `reported`, `met`, `reopened`, `ended`, `late`.
    pub what: String,
    /// In words.
    pub body: String,
    /// What is given so far, in rupiah.
    pub value: Option<i64>,
}

fn wrong_state(state: CommitmentState) -> Refusal {
    Refusal::new("plan.commitment.refused.state").with_words("state", [state.key()])
}

impl Commitment {
    /// How it is called: `K-4/2026`.
    pub fn shown(&self) -> String {
        format!("K-{}/{}", self.serial, self.year)
    }

    fn changed(self) -> Commitment {
        Commitment { version: self.version + 1, ..self }
    }

    /// The digest of the text as it is now.
    pub fn digest(&self) -> [u8; 32] {
        self.terms.digest(self.id, self.edition)
    }

    /// Whether its day has passed and it is still owed.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.state == CommitmentState::Open && self.terms.due <= now
    }

    /// Whether it is owed or may become so.
    pub fn is_alive(&self) -> bool {
        matches!(self.state, CommitmentState::Draft | CommitmentState::Open)
    }

    /// Days until its document ends, where that is near or past and the commitment is alive. `today` is the region's.
    pub fn ends_within_days(&self, today: Date) -> Option<i64> {
        let left = (self.terms.until? - today).whole_days();
        (self.is_alive() && left <= EXPIRY_WARN_DAYS).then_some(left)
    }

    /// Another text: a new edition, which nobody has signed.
    ///
    /// # Errors
    /// That it is over, or what the terms refuse.
    pub fn with_terms(self, terms: Terms) -> Result<Commitment, Refusal> {
        if !self.is_alive() {
            return Err(wrong_state(self.state));
        }
        terms.check()?;
        if terms == self.terms {
            return Ok(self);
        }
        let (edition, state) = (self.edition + 1, CommitmentState::Draft);
        Ok(Commitment { terms, edition, state, late: None, ..self.changed() })
    }

    /// Somebody signs the text as it is now; `seen` is the digest of what they read.
    ///
    /// # Errors
    /// That it is over, that the text is another one, or that they have signed it before.
    pub fn sign(self, signature: &Signature, before: &[Signature]) -> Result<Commitment, Refusal> {
        if !self.is_alive() {
            return Err(wrong_state(self.state));
        }
        if signature.digest != self.digest() {
            return Err(Refusal::new("plan.commitment.refused.other_text"));
        }
        let mut current = before.iter().filter(|one| one.edition == self.edition);
        if current.clone().count() >= SIGNATURES_MAX_COUNT {
            return Err(Refusal::new("plan.commitment.refused.too_many"));
        }
        if current.any(|one| one.name == signature.name && one.organisation == signature.organisation) {
            return Err(Refusal::new("plan.commitment.refused.signed"));
        }
        let state = if signature.of_party { CommitmentState::Open } else { self.state };
        Ok(Commitment { state, ..self.changed() })
    }

    /// It was kept.
    ///
    /// # Errors
    /// That it is not owed.
    pub fn meet(self, closing: String, now: Timestamp) -> Result<Commitment, Refusal> {
        match self.state {
            CommitmentState::Open => {
                let late = self.late.or_else(|| self.is_late(now).then_some(now));
                Ok(Commitment { state: CommitmentState::Met, met: Some(now), late, closing, ..self.changed() })
            }
            other => Err(wrong_state(other)),
        }
    }

    /// It is not wanted any more.
    ///
    /// # Errors
    /// That it is over.
    pub fn end(self, closing: String) -> Result<Commitment, Refusal> {
        match self.is_alive() {
            true => Ok(Commitment { state: CommitmentState::Ended, closing, ..self.changed() }),
            false => Err(wrong_state(self.state)),
        }
    }

    /// Refuses a word on how it goes, where it is not owed.
    ///
    /// # Errors
    /// That it is a draft, or over.
    pub fn must_be_open(&self) -> Result<(), Refusal> {
        if self.state == CommitmentState::Open { Ok(()) } else { Err(wrong_state(self.state)) }
    }

    /// Its day has passed. Nothing where it is not owed or was marked before.
    pub fn mark_late(self, now: Timestamp) -> Option<Commitment> {
        let late = self.is_late(now) && self.late.is_none();
        late.then(|| Commitment { late: Some(now), ..self.changed() })
    }

    /// The moments to ask the ticker for: what, and when. `until_end` is the last moment of the document.
    pub fn moments(&self, until_end: Option<Timestamp>, now: Timestamp) -> Vec<(&'static str, Timestamp)> {
        let remind = self.terms.due.plus_micros(-REMIND_DAYS * DAY_MICROS);
        let expiry = until_end.map(|end| end.plus_micros(-EXPIRY_WARN_DAYS * DAY_MICROS));
        let all =
            [Some((what::REMIND, remind)), Some((what::LATE, self.terms.due)), expiry.map(|at| (what::EXPIRY, at))];
        all.into_iter().flatten().filter(|(what, at)| *at > now || *what == what::LATE).collect()
    }
}

/// Reads rupiah as people write it: `Rp 250.000.000`, `250000000`, with or without cents of zero.
pub fn read_rupiah(text: &str) -> Option<i64> {
    let bare = text.trim();
    let bare = bare.strip_prefix("Rp").or_else(|| bare.strip_prefix("rp")).unwrap_or(bare);
    let bare = bare.strip_prefix('.').unwrap_or(bare);
    let bare = bare.trim().strip_suffix(",00").or_else(|| bare.trim().strip_suffix(",-")).unwrap_or(bare.trim());
    let digits: String = bare.chars().filter(|c| !matches!(c, '.' | ' ' | '\u{a0}')).collect();
    let known = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|value| known && (0..=VALUE_MAX_RUPIAH).contains(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::meeting::tests::NOON;

    fn terms() -> Terms {
        Terms {
            title: "QRIS pasar".into(),
            agency: Some(Uuid::from_u128(7)),
            party: "Bank Contoh".into(),
            promise: "Menyediakan 400 QRIS".into(),
            value: Some(250_000_000),
            due: NOON,
            document: DocumentKind::Contract,
            document_number: "PKS-1".into(),
            from: None,
            until: None,
        }
    }

    fn commitment() -> Commitment {
        Commitment {
            id: Uuid::from_u128(1),
            year: 2026,
            serial: 4,
            terms: terms(),
            programme: None,
            edition: 1,
            state: CommitmentState::Draft,
            late: None,
            met: None,
            closing: String::new(),
            token: "t".into(),
            version: 1,
        }
    }

    fn signature(of: &Commitment, name: &str, of_party: bool) -> Signature {
        Signature {
            id: Uuid::from_u128(2),
            commitment: of.id,
            edition: of.edition,
            at: NOON,
            by: "officer:1".into(),
            name: name.into(),
            post: "Kepala cabang".into(),
            organisation: "Bank Contoh".into(),
            of_party,
            way: SignWay::System,
            scan: String::new(),
            digest: of.digest(),
        }
    }

    #[test]
    fn it_is_owed_once_the_party_itself_has_signed() {
        let one = commitment();
        let counter = one.clone().sign(&signature(&one, "Bupati", false), &[]).unwrap();
        assert_eq!(counter.state, CommitmentState::Draft, "the counterpart's signature binds nobody else");
        let open = counter.clone().sign(&signature(&counter, "Ani", true), &[]).unwrap();
        assert_eq!(open.state, CommitmentState::Open);
        assert!(one.meet("x".into(), NOON).is_err(), "a draft can't be kept");
        assert_eq!(open.meet("x".into(), NOON).unwrap().state, CommitmentState::Met);
    }

    #[test]
    fn a_changed_text_is_a_new_edition_that_nobody_has_signed() {
        let one = commitment();
        let first = signature(&one, "Ani", true);
        let open = one.sign(&first, &[]).unwrap();
        let same = open.clone().with_terms(terms()).unwrap();
        assert_eq!((same.edition, same.state), (1, CommitmentState::Open), "nothing was changed");
        let other = open.with_terms(Terms { value: Some(1), ..terms() }).unwrap();
        assert_eq!((other.edition, other.state), (2, CommitmentState::Draft));
        let old = other.clone().sign(&first, std::slice::from_ref(&first)).unwrap_err();
        assert_eq!(old.key, "plan.commitment.refused.other_text", "the old signature is not under the new text");
        let again = other.clone().sign(&signature(&other, "Ani", true), &[first]);
        assert_eq!(again.unwrap().state, CommitmentState::Open);
    }

    #[test]
    fn nobody_signs_the_same_text_twice() {
        let one = commitment();
        let first = signature(&one, "Ani", true);
        let refused = one.sign(&first, std::slice::from_ref(&first)).unwrap_err();
        assert_eq!(refused.key, "plan.commitment.refused.signed");
    }

    #[test]
    fn a_document_that_ends_is_announced_while_the_promise_lives() {
        let day = |text| simpul_kernel::calendar::parse_date(text).unwrap();
        let one = Commitment { terms: Terms { until: Some(day("2026-12-31")), ..terms() }, ..commitment() };
        assert_eq!(one.ends_within_days(day("2026-11-01")), Some(60));
        assert_eq!(one.ends_within_days(day("2026-10-31")), None);
        assert_eq!(one.ends_within_days(day("2027-01-02")), Some(-2));
        let met = Commitment { state: CommitmentState::Met, ..one };
        assert_eq!(met.ends_within_days(day("2026-12-30")), None);
    }

    #[test]
    fn rupiah_are_read_as_people_write_them() {
        for text in ["250000000", "250.000.000", "Rp 250.000.000", "Rp250.000.000,00", "rp. 250 000 000"] {
            assert_eq!(read_rupiah(text), Some(250_000_000), "{text}");
        }
        for text in ["", "Rp", "-1", "dua juta", "1e9", "99999999999999999999", "2,5"] {
            assert_eq!(read_rupiah(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn two_texts_have_one_digest_only_where_they_are_the_same(
            title in "\\PC{0,6}",
            promise in "\\PC{0,6}",
            other in "\\PC{0,6}",
        ) {
            let of = |title: &str, promise: &str| {
                Terms { title: title.into(), promise: promise.into(), ..terms() }.digest(Uuid::nil(), 1)
            };
            prop_assert_eq!(of(&title, &promise) == of(&title, &other), promise == other);
            prop_assert_eq!(of(&title, &promise) == of(&promise, &title), title == promise);
            prop_assert_ne!(terms().digest(Uuid::nil(), 1), terms().digest(Uuid::nil(), 2));
        }

        #[test]
        fn any_text_is_rupiah_or_none_without_a_panic(text in "\\PC{0,20}") {
            let _ = read_rupiah(&text);
        }
    }
}
