//! What leaves the house: the answer book, and the evidence in folders.

use std::io::{Cursor, Write};

use axum::response::Response;
use simpul_kernel::Refusal;
use simpul_shell::table::{Cell, FileKind, Head, download};
use simpul_shell::{Fields, Officer, PageError, Path, Query, SignedIn};
use simpul_store::Error;
use uuid::Uuid;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::super::CanSeeEvaluation;
use super::super::attachment::attachment;
use super::super::proofs::state_key as evidence_state_key;
use super::super::words::agency_name;
use super::round::Whole;
use crate::model::evaluation::Answer;
use crate::model::evaluation::ratio::written_hundredths;
use crate::model::evaluation::round::state_key;
use crate::model::evidence::SubjectKind;
use crate::sql::evidence;

/// Most bytes of evidence in one archive; a section is an archive of its own.
pub const ARCHIVE_MAX_BYTES: usize = 128 * 1024 * 1024;
/// Longest name of a folder, in characters.
const FOLDER_MAX_CHARS: usize = 60;

/// The line that says that the data are invented.
fn notes(me: &SignedIn) -> Vec<String> {
    if me.region().demo { vec![me.t("shell.demo")] } else { Vec::new() }
}

/// The answer book as XLSX.
pub async fn book(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let whole = Whole::read(&me, id).await?;
    let columns = [
        "section",
        "indicator",
        "code",
        "question",
        "agency",
        "state.label",
        "own_score",
        "note",
        "marked_score",
        "evidence",
    ];
    let columns = columns.iter().map(|name| me.t(&format!("plan.evaluation.{name}"))).collect();
    let head = Head { notes: notes(&me), columns, zone: me.region().zone };
    let mut rows = Vec::new();
    for answer in &whole.answers {
        rows.push(book_row(&me, &whole, answer).await?);
    }
    let name = format!("buku-jawaban-{}", whole.round.year);
    let blocks = futures_util::stream::iter([Ok(rows)]);
    Ok(download(FileKind::Xlsx, &name, &head, blocks)?)
}

async fn book_row(me: &SignedIn, whole: &Whole, answer: &Answer) -> Result<Vec<Cell>, PageError> {
    let section = whole.sections.iter().find(|section| section.key == answer.key.section);
    let claimed = if answer.claims_count > 0 {
        evidence::of_subject(&mut me.read().await?, SubjectKind::Question, answer.id).await?
    } else {
        Vec::new()
    };
    let titles: Vec<String> = claimed.into_iter().map(|one| one.about.title).collect();
    let marked = whole.marked(answer).map(|score| written_hundredths(score.to_hundredths(), ","));
    Ok(vec![
        Cell::text(section.map(|section| section.name.clone()).unwrap_or_default()),
        Cell::text(answer.key.indicator.clone()),
        Cell::text(answer.key.code.clone()),
        Cell::text(answer.body.clone()),
        Cell::text(agency_name(&me.place, answer.agency).unwrap_or_default()),
        Cell::text(me.t(state_key(answer.state))),
        answer.score.map_or(Cell::Empty, Cell::Number),
        Cell::text(answer.note.clone()),
        marked.map_or(Cell::Empty, Cell::Text),
        Cell::text(titles.join("; ")),
    ])
}

/// A name for a folder or a file: letters, digits, `-` and `.`, so that every system takes it.
fn plain_name(text: &str) -> String {
    let mut name = String::new();
    for sign in text.chars().take(FOLDER_MAX_CHARS) {
        match sign {
            sign if sign.is_ascii_alphanumeric() => name.push(sign),
            '.' if !name.is_empty() => name.push('.'),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_end_matches(['-', '.']);
    if name.is_empty() { "lain".to_owned() } else { name.to_owned() }
}

fn broken(error: impl std::fmt::Display) -> PageError {
    Error::Broken(format!("archive: {error}")).into()
}

/// The evidence of a round, or of one of its sections, in a folder for each question, with an index.
pub async fn archive(
    me: Officer<CanSeeEvaluation>,
    Path(id): Path<Uuid>,
    Query(asked): Query<Fields>,
) -> Result<Response, PageError> {
    let whole = Whole::read(&me, id).await?;
    let wanted = asked.get("bagian");
    let mut index = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for note in notes(&me) {
        index.write_record([note]).map_err(broken)?;
    }
    let columns = ["section", "indicator", "code", "question", "evidence", "year", "evidence_state", "folder", "file"];
    let head: Vec<String> = columns.iter().map(|name| me.t(&format!("plan.evaluation.{name}"))).collect();
    index.write_record(head.iter().map(String::as_str).chain(["SHA-256"])).map_err(broken)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut bytes_count = 0;
    for answer in whole.answers.iter().filter(|answer| wanted.is_empty() || answer.key.section == wanted) {
        if answer.claims_count == 0 {
            continue;
        }
        let key = &answer.key;
        let folder = [&key.section, &key.indicator, &key.code].map(|part| plain_name(part)).join("/");
        let mut conn = me.read().await?;
        for one in evidence::of_subject(&mut conn, SubjectKind::Question, answer.id).await? {
            let Some(file) = evidence::file(&mut conn, one.id, one.current).await? else { continue };
            let bytes = me.app.db.files().get(me.region().id, &file.digest).await?;
            bytes_count += bytes.len();
            if bytes_count > ARCHIVE_MAX_BYTES {
                let most = (ARCHIVE_MAX_BYTES / 1024 / 1024).to_string();
                return Err(Error::from(Refusal::new("plan.refused.archive_large").with("most", most)).into());
            }
            let tail = &one.id.simple().to_string()[24..];
            let name = format!("{folder}/{}-{tail}.{}", plain_name(&one.about.title), file.media.extension());
            // What comes in is packed already: packing it again would only take time.
            let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
            zip.start_file(&name, stored).map_err(broken)?;
            zip.write_all(&bytes).map_err(broken)?;
            let section = whole.sections.iter().find(|section| section.key == key.section);
            let section = section.map_or(key.section.as_str(), |section| &section.name);
            let (year, state) = (one.about.year.to_string(), me.t(evidence_state_key(one.state)));
            let (title, digest) = (one.about.title.as_str(), file.digest.to_string());
            let row = [section, &key.indicator, &key.code, &answer.body, title, &year, &state, &folder, &name, &digest];
            index.write_record(row.map(simpul_shell::table::harmless)).map_err(broken)?;
        }
    }
    let index = index.into_inner().map_err(broken)?;
    zip.start_file("indeks.csv", SimpleFileOptions::default()).map_err(broken)?;
    zip.write_all(&index).map_err(broken)?;
    if me.region().demo {
        zip.start_file("DATA-CONTOH.txt", SimpleFileOptions::default()).map_err(broken)?;
        zip.write_all(me.t("shell.demo").as_bytes()).map_err(broken)?;
    }
    let bytes = zip.finish().map_err(broken)?.into_inner();
    Ok(attachment("application/zip", &format!("bukti-{}.zip", whole.round.year), bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(plain_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(plain_name("Notula: rapat (1)"), "Notula-rapat-1");
        assert_eq!(plain_name("…"), "lain");
        assert_eq!(plain_name("RA3.1.1"), "RA3.1.1");
    }
}
