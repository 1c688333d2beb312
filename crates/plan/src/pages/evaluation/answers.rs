//! The answer book as DOCX: every question with what the region gives itself, why, and by what it is proven. Papers of
//! the government are in Indonesian, whatever the officer reads.

use std::collections::HashMap;

use axum::response::Response;
use simpul_kernel::format::{self, Lang};
use simpul_office::letter::{Block, Letter, Paper};
use simpul_office::{Cell, Column};
use simpul_shell::{Officer, PageError, Path, SignedIn};
use uuid::Uuid;

use super::super::CanSeeEvaluation;
use super::super::book::as_file;
use super::super::words::agency_name;
use super::round::Whole;
use crate::model::evaluation::ratio::written_hundredths;
use crate::model::evaluation::round::{RoundResult, result, state_key};
use crate::model::evaluation::score::shown_weight;
use crate::model::evaluation::{Answer, Ratio, Section};
use crate::model::evidence::SubjectKind;
use crate::papers::letterhead;
use crate::sql::evidence;

/// Digits of a file's digest that stand in the book: enough to find it in the archive.
const DIGEST_SHOWN_CHARS: usize = 12;

fn score(score: Ratio) -> String {
    written_hundredths(score.to_hundredths(), ",")
}

/// What proves an answer, a line each.
async fn proofs(me: &SignedIn, answer: &Answer) -> Result<Vec<String>, PageError> {
    if answer.claims_count == 0 {
        return Ok(Vec::new());
    }
    let mut conn = me.read().await?;
    let mut proofs = Vec::new();
    for one in evidence::of_subject(&mut conn, SubjectKind::Question, answer.id).await? {
        let file = evidence::file(&mut conn, one.id, one.current).await?;
        let digest: String =
            file.map(|file| file.digest.to_string().chars().take(DIGEST_SHOWN_CHARS).collect()).unwrap_or_default();
        proofs.push(format!("{} ({}; SHA-256 {digest}…)", one.about.title, one.about.year));
    }
    Ok(proofs)
}

struct Book<'a> {
    me: &'a SignedIn,
    whole: &'a Whole,
    proofs: HashMap<Uuid, Vec<String>>,
}

impl Book<'_> {
    fn word(&self, key: &str) -> String {
        self.me.app.catalogue.text(Lang::Id, key, &[])
    }

    /// Sections with their scores, and the index under them.
    fn summary(&self, counted: &RoundResult) -> Block {
        let column = |name: &str, share, right| Column { name: name.to_owned(), share, right };
        let row = |row: &crate::model::evaluation::round::SectionResult| {
            let filled = format!("{} dari {}", row.scored_count, row.questions_count);
            [row.section.name.clone(), shown_weight(row.section.weight), filled, score(row.score)]
                .map(Cell::text)
                .to_vec()
        };
        let mut rows: Vec<Vec<Cell>> = counted.sections.iter().map(row).collect();
        let (filled, all) = counted.completeness();
        let sum = ["Indeks mandiri".to_owned(), "100".to_owned(), format!("{filled} dari {all}"), score(counted.index)];
        rows.push(sum.map(Cell::text).to_vec());
        let columns = vec![
            column("Bagian", 3, false),
            column("Bobot", 1, true),
            column("Terisi", 2, false),
            column("Nilai mandiri", 1, true),
        ];
        Block::Table { columns, rows, row_height_mm: 0 }
    }

    fn question(&self, answer: &Answer) -> Vec<Block> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let marked = self.whole.marked(answer).map(score);
        let mut rows = vec![
            pair("Penjawab", agency_name(&self.me.place, answer.agency).unwrap_or_else(|| "Sekretariat".to_owned())),
            pair("Status", self.word(state_key(answer.state))),
            pair("Nilai mandiri", answer.score.map_or_else(|| "belum dijawab".to_owned(), |score| score.to_string())),
            pair("Penjelasan", if answer.note.is_empty() { "–".to_owned() } else { answer.note.clone() }),
        ];
        rows.extend(marked.map(|marked| pair("Nilai asesor", marked)));
        let mut blocks = vec![
            Block::heading(3, format!("{} {}", answer.key.code, answer.subindicator)),
            Block::words(answer.body.clone()),
            Block::Fields(rows),
        ];
        match self.proofs.get(&answer.id) {
            Some(proofs) if !proofs.is_empty() => {
                blocks.push(Block::words("Bukti:"));
                blocks.push(Block::Bullets(proofs.clone()));
            }
            _ => blocks.push(Block::words("Bukti: belum ada.")),
        }
        blocks
    }

    fn section(&self, section: &Section) -> Vec<Block> {
        let mut blocks = vec![Block::PageBreak, Block::heading(1, section.name.clone())];
        let mut indicator = "";
        for answer in self.whole.answers.iter().filter(|answer| answer.key.section == section.key) {
            if answer.key.indicator != indicator {
                indicator = &answer.key.indicator;
                blocks.push(Block::heading(2, indicator));
            }
            blocks.extend(self.question(answer));
        }
        blocks
    }

    fn letter(&self, counted: &RoundResult) -> Letter {
        let region = self.me.region();
        let round = &self.whole.round;
        let title = "BUKU JAWABAN EVALUASI SMART CITY".to_owned();
        let mut blocks = vec![
            letterhead(&self.me.place),
            Block::Title { text: title.clone(), under: format!("{}, tahun {}", round.name, round.year) },
            Block::words("Pertanyaan yang belum dijawab dihitung 0, sebagaimana dihitung kementerian."),
            self.summary(counted),
        ];
        blocks.extend(self.whole.sections.iter().flat_map(|section| self.section(section)));
        Letter {
            title,
            lang: Lang::Id,
            made_at: self.me.now(),
            paper: Paper::Upright,
            mark: region.demo.then(|| self.me.t("shell.demo")),
            footer: format!("{} – {}", region.full_name(), format::date_long(Lang::Id, region.zone, self.me.now())),
            blocks,
        }
    }
}

/// The answer book.
pub async fn book(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let whole = Whole::read(&me, id).await?;
    let counted = result(&whole.sections, &whole.answers, Whole::own).map_err(simpul_store::Error::from)?;
    let mut known = HashMap::new();
    for answer in &whole.answers {
        known.insert(answer.id, proofs(&me, answer).await?);
    }
    let letter = Book { me: &me, whole: &whole, proofs: known }.letter(&counted);
    as_file(&letter, &format!("buku-jawaban-{}.docx", whole.round.year))
}
