//! An instrument comes in from a file, with the scores that it holds.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::scores::{KnownRegion, published_key, region_named};
use super::{INSTRUMENT, require_server};
use crate::model::evaluation::instrument::ColumnOfScores;
use crate::model::evaluation::{Instrument, Published, ReadInstrument, Weights};
use crate::sql::evaluation as sql;

/// Takes an instrument over. The same file again changes nothing; other questions under the same name are refused, as
/// answers and scores belong to the questions that were asked.
#[derive(Debug, Clone)]
pub struct ImportInstrument {
    /// What it is called; commands ask for it by this name.
    pub name: String,
    /// What the file holds.
    pub read: ReadInstrument,
    /// The regions of this installation.
    pub regions: Vec<KnownRegion>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedInstrument {
    /// It was not there before.
    pub is_new: bool,
    /// Its questions.
    pub questions_count: usize,
    /// Its sections.
    pub sections_count: usize,
    /// Regions whose scores were kept: name, year, count of scores, and whether it is a region of this installation.
    pub scores: Vec<(String, i64, usize, bool)>,
}

impl Action for ImportInstrument {
    type Output = ImportedInstrument;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<ImportedInstrument> {
        require_server(ctx)?;
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > LINE_MAX_CHARS {
            return Err(Refusal::new("plan.refused.instrument_name").into());
        }
        let instrument = &self.read.instrument;
        let known = sql::instrument(tx, name).await?;
        let is_new = known.is_none();
        let (id, question_ids) = match known {
            Some(known) if known.instrument == *instrument => (known.id, known.question_ids),
            Some(_) => return Err(Refusal::new("plan.refused.instrument_differs").with("name", name).into()),
            None => {
                let ids: Vec<Uuid> = instrument.questions.iter().map(|_| ctx.new_id()).collect();
                let id = ctx.new_id();
                sql::insert(tx, id, name, instrument, &ids, ctx.now());
                (id, ids)
            }
        };
        let mut scores = Vec::new();
        for column in &self.read.columns {
            scores.push(self.keep(tx, ctx, (id, &question_ids), column).await?);
        }
        let (questions_count, sections_count) = (instrument.questions.len(), instrument.sections.len());
        let body = json!({ "questions": questions_count, "sections": sections_count, "regions": scores.len() });
        tx.journal(ctx, INSTRUMENT, id, "plan.instrument_imported", body);
        Ok(ImportedInstrument { is_new, questions_count, sections_count, scores })
    }
}

impl ImportInstrument {
    async fn keep(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (id, question_ids): (Uuid, &[Uuid]),
        column: &ColumnOfScores,
    ) -> Result<(String, i64, usize, bool)> {
        let instrument: &Instrument = &self.read.instrument;
        let region = region_named(&self.regions, &column.region);
        let weights: Weights = instrument.weights()?;
        let row = Published {
            name: column.region.clone(),
            region,
            year: column.year,
            weights,
            sections: Default::default(),
            questions: Default::default(),
            index: None,
        };
        let key = published_key(&self.regions, region, &row.name);
        let own = match sql::published_id(tx, id, row.year, &key).await? {
            Some(own) => own,
            None => {
                let own = ctx.new_id();
                sql::insert_published(tx, own, id, &row, &key);
                sql::set_sections(tx, own, &row).await?;
                own
            }
        };
        let scores: Vec<(Uuid, i64)> = question_ids
            .iter()
            .zip(&column.scores)
            .filter_map(|(question, score)| Some((*question, (*score)?)))
            .collect();
        sql::set_questions(tx, own, &scores).await?;
        Ok((row.name, row.year, scores.len(), region.is_some()))
    }
}
