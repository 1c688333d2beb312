//! The import itself: read, find the category, write a batch, tell.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead, Read};
use std::sync::Arc;

use serde_json::{Map, Value};
use simpul_kernel::geo::Point;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Actor, Ctx, RegionId, Timestamp};
use simpul_people::{Directory, Snapshot};

use super::ImportError;
use super::category::{Finder, Found, UnknownCategory};
use super::csv::{CsvRows, Mapping, sheet_rows};
use super::open311::Open311Rows;
use super::row::{self, Reading, RefusedRow, SourceNote, SourceRow, Standing};
use super::why::Why;
use super::xlsx::{self, XLSX_MAX_BYTES};
use crate::actions::{ImportReports, Imported, ImportedNote, ImportedReport, Said, SaveCategory, foresee};
use crate::desk::Desk;
use crate::model::{Place, Source, Status};

/// Rows of one batch: one transaction, one wait for the disk.
const BATCH_ROWS_COUNT: usize = 500;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Values parted by commas, semicolons or tabs, with a header.
    Csv,
    /// Open311 requests as JSON.
    Open311,
    /// A workbook of Excel.
    Xlsx,
}

/// How a file is to be taken.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The kind of the file; by its first character if absent.
    pub kind: Option<FileKind>,
    /// By which way its reports had come.
    pub source: Source,
    /// Put before every foreign id, so that the ids of two systems are kept apart.
    pub prefix: Option<String>,
    /// Which column holds what, where the header does not say it.
    pub mapping: Mapping,
    /// What becomes of unknown categories.
    pub unknown: UnknownCategory,
    /// How times are to be read.
    pub reading: Reading,
    /// Tell what would be done and write nothing.
    pub dry_run: bool,
}

/// Who is told what happens, as it happens.
pub trait Watcher: Send {
    /// A record was not taken.
    fn refused(&mut self, row: &RefusedRow);
    /// Something of a record was left out.
    fn remark(&mut self, line: u64, says: &Why);
    /// A record will be taken, unless the database knows better.
    fn looks(&mut self, _row: &SourceRow) {}
    /// So many records have been looked at.
    fn progress(&mut self, rows: u64);
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Records in the file.
    pub read: u64,
    /// Taken for the first time.
    pub new: u64,
    /// Known, and changed since.
    pub changed: u64,
    /// Known and the same.
    pub same: u64,
    /// Not taken.
    pub refused: u64,
    /// Things left out of records that were taken.
    pub remarks: u64,
    /// Names of the categories that were made.
    pub categories: Vec<String>,
}

/// Takes over a file. What is written stays written if it stops half way: the next run knows it again.
///
/// # Errors
/// When the file can't be read or is not what it is said to be, or when the database fails.
pub async fn run<R: BufRead>(
    directory: &Directory,
    region: RegionId,
    from: R,
    options: &ImportOptions,
    watcher: &mut dyn Watcher,
) -> Result<Summary, ImportError> {
    let ctx = directory.db().env().ctx(region, Actor::system("import"));
    run_as(directory, ctx, from, options, watcher).await
}

/// The same in the name of whoever `ctx` says: the journal names them, and their rights are asked.
///
/// # Errors
/// As [`run`].
pub async fn run_as<R: BufRead>(
    directory: &Directory,
    ctx: Ctx,
    mut from: R,
    options: &ImportOptions,
    watcher: &mut dyn Watcher,
) -> Result<Summary, ImportError> {
    let region = ctx.region;
    let place = directory.of(region).await?;
    check_encoding(from.fill_buf()?)?;
    let kind = match options.kind {
        Some(kind) => kind,
        None => kind_of(from.fill_buf()?),
    };
    let mut import = Import::begin(directory, place, ctx, options).await?;
    let ended = import.take_all(kind, from, watcher).await;
    if matches!(ended, Err(ImportError::Store(_))) {
        return ended.map(|()| import.summary);
    }
    // What was read whole is kept, whatever came after it.
    import.flush(watcher).await?;
    if !options.dry_run && import.summary.new + import.summary.changed > 0 {
        directory.db().renew_statistics(region).await?;
    }
    match ended {
        Err(error) if import.summary.read > 0 => {
            let Summary { read, new, changed, refused, .. } = import.summary;
            Err(ImportError::Stopped { error: Box::new(error), read, new, changed, refused })
        }
        ended => ended.map(|()| import.summary),
    }
}

/// Two bytes a letter, with a mark at its beginning or without: a bracket or a letter of a header with a zero beside.
fn check_encoding(start: &[u8]) -> Result<(), ImportError> {
    if matches!(start, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..]) {
        let says = "the file is UTF-16; save it as UTF-8 (in Excel: \"CSV UTF-8\") and import it again";
        return Err(ImportError::Unreadable(says.to_owned()));
    }
    Ok(())
}

/// JSON begins with a bracket, a header never does.
fn kind_of(start: &[u8]) -> FileKind {
    let start = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'[' | b'{') => FileKind::Open311,
        _ if start.starts_with(b"PK\x03\x04") => FileKind::Xlsx,
        _ => FileKind::Csv,
    }
}

struct Import<'a> {
    directory: &'a Directory,
    ctx: Ctx,
    options: &'a ImportOptions,
    desk: Arc<Desk>,
    finder: Finder,
    /// Rows that wait for the next batch, with their lines.
    batch: Vec<(u64, ImportedReport)>,
    /// Their ids: the same record twice in one batch would meet itself.
    ids: HashSet<String>,
    /// In a dry run, what each record of the file said last: a second one meets it, as it will in the database.
    foreseen: HashMap<String, ([u8; 32], Timestamp)>,
    summary: Summary,
}

impl<'a> Import<'a> {
    async fn begin(
        directory: &'a Directory,
        place: Arc<Snapshot>,
        ctx: Ctx,
        options: &'a ImportOptions,
    ) -> Result<Import<'a>, ImportError> {
        let mut conn = directory.db().read(ctx.region).await?;
        let desk = Arc::new(Desk::open(&mut conn, place).await?);
        let finder = Finder::new(&desk.rules.categories, options.unknown);
        let (batch, ids) = (Vec::with_capacity(BATCH_ROWS_COUNT), HashSet::new());
        let (foreseen, summary) = (HashMap::new(), Summary::default());
        Ok(Import { directory, ctx, options, desk, finder, batch, ids, foreseen, summary })
    }

    async fn take_all<R: BufRead>(
        &mut self,
        kind: FileKind,
        from: R,
        watcher: &mut dyn Watcher,
    ) -> Result<(), ImportError> {
        match kind {
            FileKind::Csv => {
                for row in CsvRows::new(from, &self.options.mapping, self.options.reading)? {
                    self.take(row?, watcher).await?;
                }
            }
            FileKind::Xlsx => {
                let mut bytes = Vec::new();
                from.take(XLSX_MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
                let rows = tokio::task::spawn_blocking(move || xlsx::rows(&bytes)).await;
                let rows = rows.map_err(|_| ImportError::Unreadable("the workbook is damaged".to_owned()))??;
                for row in sheet_rows(rows, &self.options.mapping, self.options.reading)? {
                    self.take(row, watcher).await?;
                }
            }
            FileKind::Open311 => {
                for row in Open311Rows::new(from, self.options.reading) {
                    self.take(row?, watcher).await?;
                }
            }
        }
        Ok(())
    }

    async fn take(&mut self, row: Result<SourceRow, RefusedRow>, watcher: &mut dyn Watcher) -> Result<(), ImportError> {
        self.summary.read += 1;
        let row = match row {
            Ok(row) => row,
            Err(refused) => {
                self.refuse(&refused, watcher);
                return Ok(());
            }
        };
        for remark in &row.remarks {
            self.summary.remarks += 1;
            watcher.remark(row.line, remark);
        }
        // Before a category is made for it: a row that is refused leaves nothing behind.
        let checked = row::check_times(&row, self.ctx.now()).map_err(|reason| refused(&row, reason));
        let place = match checked.and_then(|()| self.place(&row, watcher)) {
            Ok(place) => place,
            Err(refused) => {
                self.refuse(&refused, watcher);
                return Ok(());
            }
        };
        let category = match self.finder.find(&row) {
            Found::Code(code) => code,
            Found::Make(category) => self.make(*category).await?,
            Found::Refused => {
                let reason = Why::new(
                    "report.import.category_unknown",
                    format!("category `{}` is not known here", row.category),
                );
                let reason = reason.with("value", row::shown(&row.category));
                self.refuse(&refused(&row, reason), watcher);
                return Ok(());
            }
        };
        watcher.looks(&row);
        let report = self.report(&row, category, place);
        if self.ids.contains(&report.foreign_id) {
            self.flush(watcher).await?;
        }
        self.ids.insert(report.foreign_id.clone());
        self.batch.push((row.line, report));
        if self.batch.len() >= BATCH_ROWS_COUNT {
            self.flush(watcher).await?;
        }
        Ok(())
    }

    fn refuse(&mut self, row: &RefusedRow, watcher: &mut dyn Watcher) {
        self.summary.refused += 1;
        watcher.refused(row);
    }

    /// Makes a category; a dry run only names it.
    async fn make(&mut self, category: crate::model::Category) -> Result<String, ImportError> {
        let code = category.code.clone();
        self.summary.categories.push(category.name_id.clone());
        if !self.options.dry_run {
            self.directory.write(&self.ctx, SaveCategory { category, seen: None }).await?;
            let mut conn = self.directory.db().read(self.ctx.region).await?;
            self.desk = Arc::new(Desk::open(&mut conn, self.desk.place.clone()).await?);
        }
        Ok(code)
    }

    fn report(&self, row: &SourceRow, category: String, place: Place) -> ImportedReport {
        let foreign_id = match &self.options.prefix {
            Some(prefix) => format!("{prefix}:{}", row.foreign_id),
            None => row.foreign_id.clone(),
        };
        ImportedReport {
            source: self.options.source,
            foreign_id,
            category,
            status: status(row.standing),
            class: row.class,
            secret: row.secret,
            agency: row.agency.as_deref().and_then(|name| self.agency(name)),
            reported_at: row.reported_at,
            updated_at: row.updated_at,
            closed_at: row.closed_at,
            text: row.text.clone(),
            place,
            media_url: row.media_url.clone(),
            attributes: attributes(row),
            notes: row.notes.iter().map(note).collect(),
            said: Said { digest: row.digest(), dated: row.dated },
        }
    }

    /// The agency of that name; a record of one that is none of ours stays with its category's.
    fn agency(&self, name: &str) -> Option<uuid::Uuid> {
        let name = name.trim().to_lowercase();
        let own = |agency: &&simpul_people::Agency| {
            agency.active && [&agency.name, &agency.short].iter().any(|known| known.to_lowercase() == name)
        };
        self.desk.place.agencies.iter().find(own).map(|agency| agency.id)
    }

    /// The place as far as this region knows it. A village of elsewhere is left out, with a remark; a point outside a
    /// known boundary means that the record belongs to another region.
    fn place(&mut self, row: &SourceRow, watcher: &mut dyn Watcher) -> Result<Place, RefusedRow> {
        let map = &self.desk.place;
        let point = row.point.and_then(|(lat, lon)| Point::from_degrees(lat, lon).ok());
        if point.and_then(|point| map.inside(point)) == Some(false) {
            return Err(refused(row, Why::new("report.import.outside", "lies outside the boundary of this region")));
        }
        let named = row.village.and_then(|code| map.village(code));
        if let (Some(code), None) = (row.village, named) {
            self.summary.remarks += 1;
            let english = format!("village {code} is none of this region: taken without it");
            watcher.remark(row.line, &Why::new("report.import.village_unknown", english).with("value", code));
        }
        let village = named.or_else(|| point.and_then(|point| map.village_at(point)));
        let district = village.map(|village| village.district);
        let district = district.or_else(|| point.and_then(|point| map.district_at(point)).map(|found| found.code));
        let landmark = row.address.as_deref().unwrap_or_default();
        let landmark = landmark.split_whitespace().collect::<Vec<_>>().join(" ");
        if landmark.chars().count() > LINE_MAX_CHARS {
            let english = format!("has an address of more than {LINE_MAX_CHARS} characters");
            let why = Why::new("report.import.too_long", english).with("field", "address").with("max", LINE_MAX_CHARS);
            return Err(refused(row, why));
        }
        Ok(Place { village: village.map(|village| village.code), district, point, accuracy_m: None, landmark })
    }

    /// Writes what waits.
    async fn flush(&mut self, watcher: &mut dyn Watcher) -> Result<(), ImportError> {
        let (lines, rows): (Vec<u64>, Vec<ImportedReport>) = self.batch.drain(..).unzip();
        self.ids.clear();
        if rows.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = rows.iter().map(|row| row.foreign_id.clone()).collect();
        let answers = if self.options.dry_run {
            self.foresee(rows).await?
        } else {
            self.directory.write(&self.ctx, ImportReports { desk: self.desk.clone(), rows }).await?
        };
        for ((answer, line), id) in answers.into_iter().zip(lines).zip(ids) {
            match answer {
                Imported::New(_) => self.summary.new += 1,
                Imported::Changed(_) => self.summary.changed += 1,
                Imported::Same(_) => self.summary.same += 1,
                Imported::Held { ours, theirs, .. } => {
                    self.summary.changed += 1;
                    self.summary.remarks += 1;
                    let (ours, theirs) = (ours.name(), theirs.name());
                    let says = format!("state `{theirs}` is not taken: here it is `{ours}`, and work was done on it");
                    let says = Why::new("report.import.held", says).with("theirs", theirs).with("ours", ours);
                    watcher.remark(line, &says);
                }
                Imported::Refused(reason) => {
                    self.refuse(&RefusedRow { line, foreign_id: Some(id), reason: reason.into() }, watcher);
                }
            }
        }
        watcher.progress(self.summary.read);
        Ok(())
    }

    /// What a batch would become, without writing.
    async fn foresee(&mut self, rows: Vec<ImportedReport>) -> Result<Vec<Imported>, ImportError> {
        let mut conn = self.directory.db().read(self.ctx.region).await?;
        let mut answers = Vec::with_capacity(rows.len());
        for row in rows {
            let said = (row.said.digest, row.updated_at);
            let answer = match self.foreseen.get(&row.foreign_id) {
                Some((digest, at)) if *digest == said.0 || (row.said.dated && row.updated_at < *at) => {
                    answers.push(Imported::Same(uuid::Uuid::nil()));
                    continue;
                }
                Some(_) => Imported::Changed(uuid::Uuid::nil()),
                None => foresee(&mut conn, &self.desk, &row, self.ctx.now()).await?,
            };
            self.foreseen.insert(row.foreign_id, said);
            answers.push(answer);
        }
        Ok(answers)
    }
}

fn refused(row: &SourceRow, reason: Why) -> RefusedRow {
    RefusedRow { line: row.line, foreign_id: Some(row.foreign_id.clone()), reason }
}

fn status(standing: Standing) -> Status {
    match standing {
        Standing::New => Status::New,
        Standing::InProgress => Status::InProgress,
        Standing::Closed => Status::Closed,
        Standing::Rejected => Status::Rejected,
        Standing::Archived => Status::Archived,
        // With whom it is, is known only where its agency is one of ours.
        Standing::Waiting => Status::Verified,
    }
}

fn note(note: &SourceNote) -> ImportedNote {
    ImportedNote { at: note.at, text: note.text.clone(), status: note.standing.map(status) }
}

/// What else the file said, and the category in its own words. A name that stands twice keeps both values.
fn attributes(row: &SourceRow) -> Option<String> {
    let mut map = Map::new();
    map.insert("category".to_owned(), Value::from(row.category.as_str()));
    if let Some(agency) = &row.agency {
        map.insert("instansi".to_owned(), Value::from(agency.as_str()));
    }
    for (name, value) in &row.attributes {
        let value = match map.remove(name) {
            Some(Value::String(before)) => Value::from(format!("{before} | {value}")),
            _ => Value::from(value.as_str()),
        };
        map.insert(name.clone(), value);
    }
    Some(Value::Object(map).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_two_bytes_a_letter_is_named_as_one() {
        for start in [&b"\xFF\xFEi\0"[..], b"\xFE\xFF\0i", b"i\0d\0", b"\0["] {
            assert!(check_encoding(start).is_err_and(|error| error.to_string().contains("UTF-16")));
        }
        assert!(
            check_encoding(b"id").is_ok() && check_encoding(b"").is_ok() && check_encoding(b"\xEF\xBB\xBFid").is_ok()
        );
    }

    #[test]
    fn a_file_is_known_by_its_first_character() {
        assert_eq!(kind_of(b"\xEF\xBB\xBF \n[{"), FileKind::Open311);
        assert_eq!(kind_of(b"{\"a\":1}"), FileKind::Open311);
        assert_eq!(kind_of(b"id,status"), FileKind::Csv);
        assert_eq!(kind_of(b""), FileKind::Csv);
    }
}
