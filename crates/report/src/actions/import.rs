//! Histories of other systems, taken over many rows at a time and known again by their foreign ids.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{SUBJECT, Told, ask, body, load, write_step};
use crate::desk::Desk;
use crate::model::{
    Category, Level, Place, Report, ReporterMode, Source, State, Status, Times, id_at, month_of, number, what,
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
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Imported {
    /// It is a new report.
    New(Uuid),
    /// It was known and has changed.
    Changed(Uuid),
    /// It was known and is the same.
    Same(Uuid),
    /// It was not taken; the key says why.
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
                (_, None) => Imported::Refused("report.refused.category".to_owned()),
                (Some(id), Some(_)) => self.again(tx, ctx, row, *id).await?,
                (None, Some(category)) => {
                    let id = self.first(tx, ctx, row, category).await?;
                    known.insert(at, id);
                    Imported::New(id)
                }
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
            }
        }
        Ok(known)
    }

    async fn first(&self, tx: &mut Tx, ctx: &Ctx, row: &ImportedReport, category: &Category) -> Result<Uuid> {
        let place = &self.desk.place;
        let month = month_of(place.calendar.zone, row.reported_at);
        let count = tx.next_number(&format!("report:{month}")).await?;
        let number = number::number(&place.region.prefix, month, count)
            .ok_or_else(|| Refusal::new("report.refused.too_old").with("foreign_id", row.foreign_id.clone()))?;
        let report = self.report(ctx, row, category, number);
        sql::report::insert_imported(tx, &report);
        for note in &row.notes {
            sql::parts::insert_event(tx, &event(ctx, &report, note));
        }
        // Only work that can still be done in time gets a deadline: a history brings no flood of escalations.
        if report.status().is_open() && report.deadlines.resolve > ctx.now() {
            ask(tx, ctx, report.id, what::RESOLVE, report.deadlines.resolve);
        }
        let detail = json!({ "source": row.source.name(), "foreign_id": row.foreign_id, "notes": row.notes.len() });
        tx.journal(ctx, SUBJECT, report.id, "report.imported", body(&report, Some(&detail)));
        Ok(report.id)
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
            class: category.class,
            needs_inspection: false,
            category: category.code.clone(),
            agency: category.agency,
            officer: None,
            place: row.place.clone(),
            body: row.text.clone(),
            attributes: row.attributes.clone(),
            source: row.source,
            foreign_id: Some(row.foreign_id.clone()),
            media_url: row.media_url.clone(),
            mode: ReporterMode::Anonymous,
            secret: category.secret,
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
    async fn again(&self, tx: &mut Tx, ctx: &Ctx, row: &ImportedReport, id: Uuid) -> Result<Imported> {
        let before = load(tx, id).await?;
        let newer = row.updated_at > before.times.updated;
        let differs = row.status != before.status() || row.text != before.body || !row.notes.is_empty();
        if !newer || !differs {
            return Ok(Imported::Same(id));
        }
        let mut after = before.clone();
        after.version += 1;
        after.body = row.text.clone();
        after.state = state(row);
        after.times.updated = row.updated_at;
        let ended = row.closed_at.unwrap_or(row.updated_at);
        after.times.closed = (!row.status.is_open()).then_some(ended);
        after.times.resolved = row.status.is_fixed().then_some(ended);
        for note in row.notes.iter().filter(|note| note.at > before.times.updated) {
            sql::parts::insert_event(tx, &event(ctx, &after, note));
        }
        let detail = json!({ "source": row.source.name(), "foreign_id": row.foreign_id });
        let told = Told { kind: "report.imported", detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await?;
        Ok(Imported::Changed(id))
    }
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
