//! Histories of other systems, taken over many rows at a time and known again by their foreign ids.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::calendar::Calendar;
use simpul_kernel::{Ctx, Timestamp};
use simpul_people::{Permission, require};
use simpul_store::{Action, Conn, Error, Result, Tx};
use uuid::Uuid;

use super::erase::ERASED;
use super::{SUBJECT, Told, ask, body, write_step};
use crate::desk::Desk;
use crate::model::origin::{Follow, follow};
use crate::model::{
    Category, Class, Level, Origin, Place, Report, ReporterMode, Source, State, Status, Times, id_at, month_of, number,
    what,
};
use crate::sql::{self, Event};

/// Most rows of one action, so that no transaction grows long.
pub const IMPORT_ROWS_MAX_COUNT: usize = 500;

/// Something that happened to an imported report.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedNote {
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub text: String,
    /// The state after it, if the source says so.
    pub status: Option<Status>,
}

/// What a row is known again by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    /// SHA-256 of everything that it says.
    pub digest: [u8; 32],
    /// Whether it says itself when it last changed, so that an older file is known as one.
    pub dated: bool,
}

/// A report with its history.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedReport {
    /// From which system.
    pub source: Source,
    /// Its id there: the same id is the same report.
    pub foreign_id: String,
    /// Code of a category of this region.
    pub category: String,
    /// Where it stands.
    pub status: Status,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// What was written.
    pub text: String,
    /// Where.
    pub place: Place,
    /// A picture that lies elsewhere.
    pub media_url: Option<String>,
    /// What else the source knows, as JSON.
    pub attributes: Option<String>,
    /// What happened to it.
    pub notes: Vec<ImportedNote>,
    /// What its row is known again by.
    pub said: Said,
    /// Its class; that of the category where the source says none.
    pub class: Option<Class>,
    /// Only its agency may see it.
    pub secret: bool,
    /// The agency that has it; that of the category where the source says none of ours.
    pub agency: Option<Uuid>,
}

impl ImportedReport {
    fn origin(&self) -> Origin {
        Origin { digest: self.said.digest, status: self.status, updated: self.updated_at }
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Imported {
    /// It is a new report.
    New(Uuid),
    /// It was known and has changed.
    Changed(Uuid),
    /// It was known and has changed, but for its state: work was done here, and no arrow leads to the state that the
    /// source sees.
    Held {
        /// The report.
        id: Uuid,
        /// Its state here.
        ours: Status,
        /// The state that the source sees.
        theirs: Status,
    },
    /// It was known and is the same.
    Same(Uuid),
    /// It was not taken, for this reason.
    Refused(String),
}

/// Takes over at most [`IMPORT_ROWS_MAX_COUNT`] rows. Twice is the same as once.
#[derive(Debug, Clone)]
pub struct ImportReports {
    /// The region's rules.
    pub desk: Arc<Desk>,
    /// The rows; the answer has one entry for each, in the same order.
    pub rows: Vec<ImportedReport>,
}

impl Action for ImportReports {
    type Output = Vec<Imported>;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Imported>> {
        require(ctx, Permission::ImportReports)?;
        if self.rows.len() > IMPORT_ROWS_MAX_COUNT {
            return Err(Error::Broken(format!("{} rows in one import", self.rows.len())));
        }
        let mut known = self.known(tx).await?;
        let mut answers = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let at = (row.source, row.foreign_id.clone());
            let answer = match (known.get(&at), self.desk.category(&row.category)) {
                (_, None) => Imported::Refused(format!("category `{}` is not known here", row.category)),
                (Some(id), Some(category)) => self.again(tx, ctx, row, *id, category).await?,
                (None, Some(category)) => match self.first(tx, ctx, row, category).await? {
                    Some(id) => {
                        known.insert(at, id);
                        Imported::New(id)
                    }
                    None => Imported::Refused("its month has no report numbers: they begin in 2000".to_owned()),
                },
            };
            answers.push(answer);
        }
        Ok(answers)
    }
}

impl ImportReports {
    /// The rows that are known already.
    async fn known(&self, tx: &mut Tx) -> Result<HashMap<(Source, String), Uuid>> {
        let mut sources: Vec<Source> = Vec::new();
        for row in &self.rows {
            if !sources.contains(&row.source) {
                sources.push(row.source);
            }
        }
        let mut known = HashMap::new();
        for source in sources {
            let ids: Vec<&str> =
                self.rows.iter().filter(|row| row.source == source).map(|row| row.foreign_id.as_str()).collect();
            for chunk in ids.chunks(32) {
                let found = sql::report::foreign_known(tx, source, chunk).await?;
                known.extend(found.into_iter().map(|(foreign, id)| ((source, foreign), id)));
                if source == Source::Lapor {
                    let linked = sql::sp4n::known(tx, chunk).await?;
                    known.extend(linked.into_iter().map(|(foreign, id)| ((source, foreign), id)));
                }
            }
        }
        Ok(known)
    }

    /// A row that comes for the first time; `None` where no number can be given in its month.
    async fn first(&self, tx: &mut Tx, ctx: &Ctx, row: &ImportedReport, category: &Category) -> Result<Option<Uuid>> {
        let place = &self.desk.place;
        let month = month_of(place.calendar.zone, row.reported_at);
        // Asked before a number is drawn: a month without numbers must not leave a count behind.
        if number::number(&place.region.prefix, month, 1).is_none() {
            return Ok(None);
        }
        let count = tx.next_number(&format!("report:{month}")).await?;
        let Some(number) = number::number(&place.region.prefix, month, count) else { return Ok(None) };
        let report = self.report(ctx, row, category, number);
        sql::report::insert_imported(tx, &report);
        sql::origin::insert(tx, report.id, &row.origin());
        for note in &row.notes {
            sql::parts::insert_event(tx, &event(ctx, &report, note));
        }
        // Only work that can still be done in time gets a deadline: a history brings no flood of escalations.
        if report.status().is_open() && report.deadlines.resolve > ctx.now() {
            ask(tx, ctx, report.id, what::RESOLVE, report.deadlines.resolve);
        }
        let detail = json!({ "source": row.source.name(), "foreign_id": row.foreign_id, "notes": row.notes.len() });
        tx.journal(ctx, SUBJECT, report.id, "report.imported", body(&report, Some(&detail)));
        Ok(Some(report.id))
    }

    fn report(&self, ctx: &Ctx, row: &ImportedReport, category: &Category, number: String) -> Report {
        let began = (row.status != Status::New).then_some(row.updated_at);
        let fixed = row.status.is_fixed().then_some(row.closed_at.unwrap_or(row.updated_at));
        let ended = (!row.status.is_open()).then_some(row.closed_at.unwrap_or(row.updated_at));
        let answered = row.notes.iter().map(|note| note.at).min().or(ended);
        Report {
            id: id_at(&ctx.env, row.reported_at),
            number,
            // Nobody holds a key to a report that came with a history.
            token_hash: [0; 32],
            version: 1,
            state: state(row),
            class: row.class.unwrap_or(category.class),
            needs_inspection: false,
            category: category.code.clone(),
            agency: row.agency.or(category.agency),
            officer: None,
            place: row.place.clone(),
            body: row.text.clone(),
            attributes: row.attributes.clone(),
            source: row.source,
            foreign_id: Some(row.foreign_id.clone()),
            media_url: row.media_url.clone(),
            mode: ReporterMode::Anonymous,
            secret: category.secret || row.secret,
            wish: !category.secret && row.secret,
            hidden: false,
            photo_count: 0,
            deadlines: category.deadlines(&self.desk.place.calendar, row.reported_at),
            times: Times {
                reported: row.reported_at,
                verified: began,
                assigned: began,
                started: began,
                answered,
                resolved: fixed,
                closed: ended,
                updated: row.updated_at,
            },
            level: Level::None,
            reopened_count: 0,
            follower_count: 0,
            pause: None,
            pause_count: 0,
            previous: None,
        }
    }

    /// A row that came before: what changed since is taken over, what was done here is kept.
    async fn again(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        row: &ImportedReport,
        id: Uuid,
        category: &Category,
    ) -> Result<Imported> {
        let Some(change) = Change::of(tx, &self.desk, row, id, category, ctx.now()).await? else {
            return Ok(Imported::Same(id));
        };
        let Change { before, after, fresh, held } = &change;
        sql::origin::save(tx, id, &row.origin()).await?;
        for note in fresh {
            sql::parts::insert_event(tx, &event(ctx, after, note));
        }
        let mut detail = json!({ "source": row.source.name(), "foreign_id": row.foreign_id });
        if let Some(theirs) = held {
            detail["theirs"] = json!(theirs.name());
        }
        let told = Told { kind: "report.imported", detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, before, after, told).await?;
        if before.deadlines.resolve != after.deadlines.resolve
            || before.owes(what::RESOLVE) != after.owes(what::RESOLVE)
        {
            tx.cancel_deadlines(ctx, id, Some(what::RESOLVE)).await?;
            if after.owes(what::RESOLVE) && after.deadlines.resolve > ctx.now() {
                ask(tx, ctx, id, what::RESOLVE, after.deadlines.resolve);
            }
        }
        Ok(change.answer())
    }
}

/// What a row would become, without writing: the mirror of [`ImportReports`] for a dry run.
pub async fn foresee(conn: &mut Conn, desk: &Desk, row: &ImportedReport, now: Timestamp) -> Result<Imported> {
    let linked = match row.source {
        Source::Lapor => sql::sp4n::report(conn, &row.foreign_id).await?,
        _ => None,
    };
    let known = match linked {
        Some(id) => sql::by_id(conn, id).await?,
        None => sql::by_foreign(conn, row.source, &row.foreign_id).await?,
    };
    let Some(known) = known else { return Ok(Imported::New(Uuid::nil())) };
    // A category that is to be made is not there yet, so the row can't be the one that came before.
    let Some(category) = desk.category(&row.category) else { return Ok(Imported::Changed(known.id)) };
    let change = Change::of(conn, desk, row, known.id, category, now).await?;
    Ok(change.map_or(Imported::Same(known.id), |change| change.answer()))
}

/// How a report changes by what its source says now.
struct Change<'a> {
    before: Report,
    after: Report,
    /// Notes that are not in its history yet.
    fresh: Vec<&'a ImportedNote>,
    /// The state that the source sees and that is not taken.
    held: Option<Status>,
}

impl<'a> Change<'a> {
    /// `None` where the source says what it said before, or where the row is older than that.
    async fn of(
        conn: &mut Conn,
        desk: &Desk,
        row: &'a ImportedReport,
        id: Uuid,
        category: &Category,
        now: Timestamp,
    ) -> Result<Option<Change<'a>>> {
        let origin = sql::origin::origin(conn, id).await?;
        if origin.is_some_and(|origin| {
            origin.digest == row.said.digest || (row.said.dated && row.updated_at < origin.updated)
        }) {
            return Ok(None);
        }
        let before = sql::by_id(conn, id).await?.ok_or(Error::NotFound("report"))?;
        let events = sql::events(conn, id).await?;
        let said_before = origin.map(|origin| origin.status);
        // A report of ours that LAPOR! knows as well: its words are the citizen's, and its state goes along the arrows.
        let linked = before.source != row.source;
        let done_here = linked || events.iter().any(is_work) || said_before.is_some_and(|said| said != before.status());
        let mut after = before.clone();
        after.version += 1;
        after.times.updated = if done_here || !row.said.dated { now } else { row.updated_at };
        // What was erased or edited here stays so, whatever the source still says.
        let own_words = linked || before.body == ERASED || sql::original::original(conn, id).await?.is_some();
        if !own_words {
            take_words(&mut after, row);
        }
        if !done_here && category.code != before.category {
            take_category(&mut after, category, &desk.place.calendar);
        }
        if !done_here {
            after.class = row.class.unwrap_or(after.class);
            after.agency = row.agency.or(after.agency);
        }
        // What the source keeps secret is secret here from now on, whoever works on it.
        after.secret |= row.secret;
        let follow = follow(&before, said_before, row.status, done_here);
        if follow == Follow::Go {
            take_state(&mut after, row);
        }
        let held = (follow == Follow::Hold).then_some(row.status);
        let fresh = row.notes.iter().filter(|note| is_fresh(note, &events)).collect();
        Ok(Some(Change { before, after, fresh, held }))
    }

    fn answer(&self) -> Imported {
        match self.held {
            Some(theirs) => Imported::Held { id: self.before.id, ours: self.before.status(), theirs },
            None => Imported::Changed(self.before.id),
        }
    }
}

/// Whether somebody here did more with the report than say a word.
fn is_work(event: &Event) -> bool {
    let by_somebody = event.officer.is_some() || event.actor.starts_with("apikey");
    by_somebody && !matches!(event.kind.as_str(), "report.noted" | "report.hidden" | "report.shown")
}

/// Whether a note is not in the history yet. One without a date of its own comes with a new date each time.
fn is_fresh(note: &ImportedNote, events: &[Event]) -> bool {
    let same = |event: &&Event| event.note.as_deref() == Some(note.text.as_str());
    let last = events.iter().rfind(|event| event.kind == "report.noted" && event.note.is_some());
    !events.iter().filter(same).any(|event| event.at == note.at) && last.filter(same).is_none()
}

fn take_words(after: &mut Report, row: &ImportedReport) {
    after.body = row.text.clone();
    after.place = row.place.clone();
    after.media_url = row.media_url.clone();
    after.attributes = row.attributes.clone();
}

fn take_category(after: &mut Report, category: &Category, calendar: &Calendar) {
    after.category = category.code.clone();
    // What is secret stays with the agency that holds it, whatever the file calls it now.
    if !after.secret || category.secret {
        after.agency = category.agency;
    }
    after.class = category.class;
    after.secret = after.secret || category.secret;
    after.deadlines = category.deadlines(calendar, after.times.reported);
}

fn take_state(after: &mut Report, row: &ImportedReport) {
    let ended = row.closed_at.unwrap_or(row.updated_at);
    after.state = state(row);
    if row.status != Status::New {
        for began in [&mut after.times.verified, &mut after.times.assigned, &mut after.times.started] {
            *began = began.or(Some(row.updated_at));
        }
    }
    after.times.closed = (!row.status.is_open()).then_some(ended);
    after.times.resolved = row.status.is_fixed().then_some(ended);
    after.times.answered = after.times.answered.or(after.times.closed);
}

fn state(row: &ImportedReport) -> State {
    let last = row.notes.iter().max_by_key(|note| note.at).map(|note| note.text.clone()).unwrap_or_default();
    match row.status {
        Status::New | Status::Merged => State::New,
        Status::Verified => State::Verified,
        Status::Assigned => State::Assigned,
        Status::InProgress | Status::Planned => State::InProgress,
        Status::Resolved => State::Resolved { answer: last },
        Status::Closed => State::Closed { answer: last, confirmed: false },
        Status::Rejected => State::Rejected { code: "imported".to_owned(), text: last },
        Status::OutOfAuthority => State::OutOfAuthority { body: String::new(), text: last },
        Status::Archived => State::Archived { reason: last },
    }
}

fn event(ctx: &Ctx, report: &Report, note: &ImportedNote) -> Event {
    Event {
        id: id_at(&ctx.env, note.at),
        report: report.id,
        at: note.at,
        kind: "report.noted".to_owned(),
        actor: ctx.actor.journal_name(),
        officer: None,
        public: true,
        note: Some(note.text.clone()),
        detail: note.status.map(|status| json!({ "status": status.name() }).to_string()),
    }
}
