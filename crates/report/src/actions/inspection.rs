//! A field check: a letter sends officers out, and they write down what they found.

use serde_json::json;
use simpul_kernel::geo::Point;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of, require_in};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::officer::{ask_after_verification, category_of, check_photos, must_say};
use super::{Checked, Done, Told, load, say, write_step};
use crate::model::inspection::{LETTER_NUMBER_MAX_CHARS, LETTER_OFFICERS_MAX_COUNT};
use crate::model::support::acting;
use crate::model::within::{midnight_of, moment_of};
use crate::model::{Inspection, PhotoRef, Protocol, Report, Signer, what};
use crate::sql;
use crate::sql::inspection::Series;

/// A letter as it is typed. What is left empty is completed later; nothing is printed before that.
#[derive(Debug, Clone, Default)]
pub struct LetterText {
    /// Its number.
    pub number: String,
    /// Its day (`2026-11-25`).
    pub dated: String,
    /// First day out.
    pub from: String,
    /// Last day out.
    pub until: String,
    /// What for.
    pub purpose: String,
    /// Officers of the agency's list.
    pub officers: Vec<Uuid>,
    /// Others that are sent, one a line.
    pub others: String,
    /// Who signs.
    pub signer_name: String,
    /// NIP of who signs.
    pub signer_nip: String,
    /// Office of who signs.
    pub signer_title: String,
}

fn line(field: &'static str, typed: &str, most: usize) -> Checked<Option<String>> {
    let line = words::clean_line(field, typed, most, false)?;
    Ok((!line.is_empty()).then_some(line))
}

fn lines(field: &'static str, typed: &str) -> Checked<Option<String>> {
    let text = words::clean_text(field, typed, REPORT_TEXT_MAX_CHARS, false)?;
    Ok((!text.is_empty()).then_some(text))
}

impl LetterText {
    /// The letter as it is stored, with what `letter` knows beside the text.
    async fn read(&self, tx: &mut Tx, letter: Inspection) -> Result<Inspection> {
        let calendar = calendar_of(tx).await?;
        let dated = midnight_of("dated", &calendar, &self.dated)?;
        let mut officers = self.officers.clone();
        officers.sort_unstable();
        officers.dedup();
        if officers.len() > LETTER_OFFICERS_MAX_COUNT {
            let most = LETTER_OFFICERS_MAX_COUNT.to_string();
            return Err(Refusal::field("officers", "report.letter.too_many").with("most", most).into());
        }
        let letter = Inspection {
            year: i64::from(calendar.zone.date(dated).year()),
            number: line("number", &self.number, LETTER_NUMBER_MAX_CHARS)?,
            dated,
            from: midnight_of("from", &calendar, &self.from)?,
            until: midnight_of("until", &calendar, &self.until)?,
            purpose: must_say("purpose", &self.purpose)?,
            officers,
            others: lines("others", &self.others)?,
            signer: Signer {
                name: line("signer_name", &self.signer_name, LINE_MAX_CHARS)?,
                nip: line("signer_nip", &self.signer_nip, LETTER_NUMBER_MAX_CHARS)?,
                title: line("signer_title", &self.signer_title, LINE_MAX_CHARS)?,
            },
            ..letter
        };
        letter.check_days()?;
        if let Some(number) = &letter.number {
            refuse_taken(tx, Series::Letters, &letter, number).await?;
        }
        Ok(letter)
    }
}

/// Refuses a number that another paper of the same series has.
async fn refuse_taken(tx: &mut Tx, series: Series, own: &Inspection, number: &str) -> Result<()> {
    let taken = sql::inspection::taken(tx, series, (own.agency, own.year), number).await?;
    match taken {
        Some(other) if other != own.id => {
            Err(Refusal::field("number", "report.letter.taken").with("year", own.year.to_string()).into())
        }
        _ => Ok(()),
    }
}

/// The report, and the agency for which the actor works on it.
async fn load_acting(tx: &mut Tx, ctx: &Ctx, report: Uuid) -> Result<(Report, Uuid)> {
    let report = load(tx, report).await?;
    let supports = sql::support::of_report(tx, report.id).await?;
    let agency = acting(&ctx.actor, &report, &supports).ok_or(Error::NotFound("report"))?;
    require_in(ctx, Permission::WorkReports, agency)?;
    Ok((report, agency))
}

/// The check and its report, for the agency that sent out.
async fn load_check(tx: &mut Tx, ctx: &Ctx, inspection: Uuid) -> Result<(Inspection, Report)> {
    let found = sql::inspection::by_id(tx, inspection).await?.ok_or(Error::NotFound("inspection"))?;
    let (report, agency) = load_acting(tx, ctx, found.report).await?;
    if agency != found.agency {
        return Err(Error::NotFound("inspection"));
    }
    Ok((found, report))
}

/// Surat tugas: officers are sent to look. It moves the citizen's deadline only where that is said.
#[derive(Debug, Clone)]
pub struct OrderInspection {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which report.
    pub report: Uuid,
    /// The letter.
    pub letter: LetterText,
    /// Whether the check needs the 60 working days of a field examination; the citizen reads the new date.
    pub extend: bool,
}

impl Action for OrderInspection {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (before, agency) = load_acting(tx, ctx, self.report).await?;
        if !before.may_be_inspected() {
            return Err(before.status().wrong_state().into());
        }
        let now = ctx.now();
        let bare = Inspection {
            id: ctx.new_id(),
            report: before.id,
            agency,
            year: 0,
            number: None,
            dated: now,
            from: now,
            until: now,
            purpose: String::new(),
            officers: Vec::new(),
            others: None,
            signer: Signer::default(),
            ordered_by: ctx.actor.officer_id(),
            ordered: now,
            protocol: None,
        };
        let letter = self.letter.read(tx, bare).await?;
        let after = if self.extend && before.agency == Some(agency) {
            let category = category_of(tx, &before.category).await?;
            before.set_examination(now, &calendar_of(tx).await?, &category)?
        } else {
            before.note(now, false)
        };
        sql::inspection::insert(tx, &letter);
        let detail = json!({ "inspection": letter.id, "from": letter.from.0, "until": letter.until.0 });
        let told = Told { kind: "report.inspection_ordered", detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        if after.deadlines.resolve != before.deadlines.resolve {
            // Three quarters of the old time are no longer three quarters.
            tx.cancel_deadlines(ctx, after.id, Some(what::WARN)).await?;
            ask_after_verification(tx, ctx, &before, &after).await?;
            let detail = json!({ "resolve_due": after.deadlines.resolve.0 });
            let told = Told { kind: "report.examination_set", public: true, detail: Some(detail), ..Told::default() };
            say(tx, ctx, &after, told);
        }
        Ok(done)
    }
}

/// A letter is completed or corrected, as long as nobody was there on it or it still lacks something.
#[derive(Debug, Clone)]
pub struct SetLetter {
    /// Which check.
    pub inspection: Uuid,
    /// The letter.
    pub letter: LetterText,
}

impl Action for SetLetter {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (found, before) = load_check(tx, ctx, self.inspection).await?;
        if !found.may_change_letter() {
            return Err(Refusal::new("report.letter.used").into());
        }
        let letter = self.letter.read(tx, found).await?;
        sql::inspection::save_letter(tx, &letter).await?;
        let after = before.note(ctx.now(), false);
        let detail = json!({ "inspection": letter.id });
        let told = Told { kind: "report.letter_changed", detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// Berita acara: what was found, with photos. The public reads that somebody was there, and nothing of the rest.
#[derive(Debug, Clone)]
pub struct RecordInspection {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which check.
    pub inspection: Uuid,
    /// The number of the berita acara; may be given later.
    pub number: String,
    /// The day they were there (`2026-11-25`).
    pub day: String,
    /// The time (`14:30`).
    pub time: String,
    /// What they saw.
    pub findings: String,
    /// Who else was there, one a line.
    pub attendees: String,
    /// Where, in words.
    pub place: String,
    /// Where, by GPS.
    pub point: Option<Point>,
    /// Photos from there.
    pub photos: Vec<PhotoRef>,
}

impl Action for RecordInspection {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (found, before) = load_check(tx, ctx, self.inspection).await?;
        if found.protocol.is_some() {
            return Err(Refusal::new("report.letter.used").into());
        }
        check_photos(&self.photos)?;
        let calendar = calendar_of(tx).await?;
        let at = moment_of("day", &calendar, &self.day, &self.time)?;
        if at > ctx.now() || at < found.from {
            return Err(Refusal::field("day", "report.letter.not_then").into());
        }
        let number = line("number", &self.number, LETTER_NUMBER_MAX_CHARS)?;
        if let Some(number) = &number {
            refuse_taken(tx, Series::Protocols, &found, number).await?;
        }
        let mut protocol = Protocol {
            at,
            number,
            findings: must_say("findings", &self.findings)?,
            attendees: lines("attendees", &self.attendees)?,
            place: line("place", &self.place, LINE_MAX_CHARS)?,
            point: self.point,
            event: None,
        };
        let after = before.note(ctx.now(), false);
        let detail = json!({ "inspection": found.id, "at": at.0 });
        let told = Told { kind: "report.inspected", public: true, detail: Some(detail.clone()), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        let told =
            Told { kind: "report.inspection_recorded", detail: Some(detail), photos: &self.photos, ..Told::default() };
        protocol.event = Some(say(tx, ctx, &after, told));
        sql::inspection::save_protocol(tx, found.id, &protocol).await?;
        Ok(done)
    }
}

/// A berita acara gets the number that it was written without.
#[derive(Debug, Clone)]
pub struct NumberProtocol {
    /// Which check.
    pub inspection: Uuid,
    /// The number.
    pub number: String,
}

impl Action for NumberProtocol {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (found, before) = load_check(tx, ctx, self.inspection).await?;
        let unnumbered = found.protocol.clone().filter(|protocol| protocol.number.is_none());
        let protocol = unnumbered.ok_or_else(|| Refusal::new("report.letter.used"))?;
        let number = words::clean_line("number", &self.number, LETTER_NUMBER_MAX_CHARS, true)?;
        refuse_taken(tx, Series::Protocols, &found, &number).await?;
        sql::inspection::save_protocol(tx, found.id, &Protocol { number: Some(number), ..protocol }).await?;
        let after = before.note(ctx.now(), false);
        let told =
            Told { kind: "report.letter_changed", detail: Some(json!({ "inspection": found.id })), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}
