//! `/admin/report/impor`: a file of SP4N-LAPOR! or another system comes in. First it is shown what would be taken and
//! what would not, line by line; only a second button takes it.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{Refusal, Timestamp};
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageError, PageResult, Redirect, Upload, render, render_refused,
};
use simpul_store::Digest;

use super::CanImportReports;
use crate::import::{
    ImportError, ImportOptions, Mapping, Reading, RefusedRow, SourceRow, Summary, UnknownCategory, Watcher, Why, run_as,
};
use crate::model::{Source, public};

type Me = Officer<CanImportReports>;

/// Most refused lines, and most remarks, that the page lists; the rest is counted.
const TOLD_MAX_COUNT: usize = 200;
/// First records that the page shows as they would come in.
const SHOWN_MAX_COUNT: usize = 20;
/// Longest beginning of a text, in characters.
const EXCERPT_MAX_CHARS: usize = 120;

/// One line of the file and what is said of it.
struct Told {
    line: u64,
    id: String,
    says: String,
}

/// A record as it would come in.
struct Shown {
    line: u64,
    id: String,
    category: String,
    reported: Timestamp,
    text: String,
    secret: bool,
}

/// Keeps what the import says, in the officer's words.
struct Listener<'a> {
    me: &'a Me,
    refused: Vec<Told>,
    remarks: Vec<Told>,
    shown: Vec<Shown>,
}

impl Listener<'_> {
    fn told(&self, line: u64, id: &str, why: &Why) -> Told {
        Told { line, id: id.to_owned(), says: self.me.says(&why.says) }
    }
}

impl Watcher for Listener<'_> {
    fn refused(&mut self, row: &RefusedRow) {
        if self.refused.len() < TOLD_MAX_COUNT {
            let told = self.told(row.line, row.foreign_id.as_deref().unwrap_or_default(), &row.reason);
            self.refused.push(told);
        }
    }

    fn remark(&mut self, line: u64, says: &Why) {
        if self.remarks.len() < TOLD_MAX_COUNT {
            let told = self.told(line, "", says);
            self.remarks.push(told);
        }
    }

    fn progress(&mut self, _: u64) {}

    fn looks(&mut self, row: &SourceRow) {
        if self.shown.len() < SHOWN_MAX_COUNT {
            self.shown.push(Shown {
                line: row.line,
                id: row.foreign_id.clone(),
                category: row.category.clone(),
                reported: row.reported_at,
                text: public::excerpt(&row.text, EXCERPT_MAX_CHARS),
                secret: row.secret,
            });
        }
    }
}

/// What came of a file, or would.
struct Outcome {
    summary: Summary,
    refused: Vec<Told>,
    remarks: Vec<Told>,
    shown: Vec<Shown>,
    /// It is written, and not only foreseen.
    done: bool,
}

#[derive(Template)]
#[template(path = "report/import.html")]
struct ImportPage {
    page: Page,
    form: FormView,
    sources: Vec<Choice>,
    unknown: Vec<Choice>,
    outcome: Option<Outcome>,
    /// The file that was sent already, by its digest, and what it was called.
    file: Option<(String, String)>,
}

impl ImportPage {
    /// The choices of the first form, for the second one.
    fn kept(&self) -> Vec<(&'static str, String)> {
        KEPT.iter().map(|name| (*name, self.form.typed(name).to_owned())).collect()
    }
}

/// Choices that both forms hold.
const KEPT: [&str; 4] = ["source", "unknown", "mapping", "month_first"];

fn page(me: &Me, form: FormView, outcome: Option<Outcome>, file: Option<(String, String)>) -> ImportPage {
    let mut page = me.page("report.import.title").at("/admin/report").script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let source = |source: Source| Choice::new(source.name(), page.t(source.key()));
    let unknown =
        [("other", "report.import.to_other"), ("create", "report.import.make"), ("refuse", "report.import.refuse")];
    ImportPage {
        form: form.fill("source", Source::Lapor.name()).fill("unknown", "other"),
        sources: vec![source(Source::Lapor), source(Source::Import)],
        unknown: unknown.map(|(value, key)| Choice::new(value, page.t(key))).to_vec(),
        outcome,
        file,
        page,
    }
}

/// The empty page.
pub async fn show(me: Me) -> PageResult {
    render(&page(&me, me.form(), None, None))
}

fn options(me: &Me, fields: &Fields, dry_run: bool) -> Result<ImportOptions, Refusal> {
    let mut mapping = Mapping::default();
    for line in fields.get("mapping").lines().map(str::trim).filter(|line| !line.is_empty()) {
        let refused = || Refusal::field("mapping", "report.import.mapping_bad").with("line", line.to_owned());
        mapping.add(line).map_err(|_| refused())?;
    }
    let source = Source::parse(fields.get("source")).filter(|source| matches!(source, Source::Lapor | Source::Import));
    let unknown = match fields.get("unknown") {
        "create" => UnknownCategory::Create,
        "refuse" => UnknownCategory::Refuse,
        _ => UnknownCategory::Other,
    };
    let offset = i32::from(me.place.calendar.zone.offset_hours()) * 3_600;
    Ok(ImportOptions {
        kind: None,
        source: source.ok_or_else(|| Refusal::field("source", "report.import.source_missing"))?,
        prefix: None,
        mapping,
        unknown,
        reading: Reading { offset, month_first: fields.get("month_first") == "1" },
        dry_run,
    })
}

/// The file that this form brought, or that an earlier one did.
async fn file_of(me: &Me, upload: &Upload) -> Result<Result<(Digest, String, Vec<u8>), Refusal>, PageError> {
    let missing = || Refusal::field("file", "report.import.file_missing");
    if let Some(file) = upload.files.iter().find(|file| file.field == "file") {
        if file.too_big {
            return Ok(Err(Refusal::field("file", "report.import.file_too_large")));
        }
        let digest = me.app.db.files().put(me.region().id, &file.bytes).await?;
        return Ok(Ok((digest, file.name.clone(), file.bytes.to_vec())));
    }
    let Some(digest) = Digest::parse(upload.fields.get("kept")) else { return Ok(Err(missing())) };
    match me.app.db.files().get(me.region().id, &digest).await {
        Ok(bytes) => Ok(Ok((digest, upload.fields.get("kept_name").to_owned(), bytes))),
        // Swept away after some hours.
        Err(simpul_store::Error::NotFound(_)) => Ok(Err(missing())),
        Err(error) => Err(error.into()),
    }
}

/// Why a whole file was not taken, at the field that can mend it.
fn stopped(error: ImportError) -> Result<Refusal, PageError> {
    Ok(match error {
        ImportError::Store(error) => return Err(error.into()),
        ImportError::Stopped { error, read, .. } => {
            return stopped(*error).map(|refusal| refusal.with("read", read.to_string()));
        }
        ImportError::NoColumn { name, seen } => {
            Refusal::field("mapping", "report.import.no_column").with("name", name).with("seen", seen.join(", "))
        }
        other => Refusal::field("file", "report.import.unreadable").with("why", other.to_string()),
    })
}

/// Runs the import, in earnest or not.
async fn import(me: &Me, bytes: &[u8], options: &ImportOptions) -> Result<Outcome, ImportError> {
    let mut listener = Listener { me, refused: Vec::new(), remarks: Vec::new(), shown: Vec::new() };
    let summary = run_as(&me.app.directory, me.ctx.clone(), bytes, options, &mut listener).await?;
    let Listener { refused, remarks, shown, .. } = listener;
    Ok(Outcome { summary, refused, remarks, shown, done: !options.dry_run })
}

/// Shows what would be taken; or takes it, if that was confirmed.
pub async fn take(me: Me, upload: Upload) -> PageResult {
    let confirmed = upload.fields.get("confirm") == "1";
    if upload.fields.has("drop") {
        if let Some(digest) = Digest::parse(upload.fields.get("kept")) {
            forget(&me, digest).await?;
        }
        return Ok(Redirect::to("/admin/report/impor").into_response());
    }
    let (digest, name, bytes) = match file_of(&me, &upload).await? {
        Ok(found) => found,
        Err(fault) => return render_refused(&page(&me, me.form_with(&upload, &[fault]), None, None)),
    };
    let file = Some((digest.to_string(), name));
    let options = match options(&me, &upload.fields, !confirmed) {
        Ok(options) => options,
        Err(fault) => return render_refused(&page(&me, me.form_with(&upload, &[fault]), None, file)),
    };
    match import(&me, &bytes, &options).await {
        Ok(outcome) if confirmed => {
            // It may hold names of reporters, which nobody needs any more.
            forget(&me, digest).await?;
            render(&page(&me, me.form(), Some(outcome), None))
        }
        Ok(outcome) => render(&page(&me, me.form_of(&upload), Some(outcome), file)),
        Err(error) => {
            let fault = stopped(error)?;
            render_refused(&page(&me, me.form_with(&upload, &[fault]), None, file))
        }
    }
}

/// Removes a file that waited for the second button, unless a report shows the same bytes as its photo.
async fn forget(me: &Me, digest: Digest) -> Result<(), PageError> {
    let named = crate::files::in_reports(&mut me.read().await?, &[digest]).await?;
    if named.is_empty() {
        me.app.db.files().remove(me.region().id, &digest).await?;
    }
    Ok(())
}
