//! Published scores of many regions come in from a file.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_store::{Action, Result, Tx};

use super::{INSTRUMENT, require_server};
use crate::model::evaluation::Published;
use crate::model::evaluation::names::{YEAR_MAX, YEAR_MIN, means_region, region_key};
use crate::model::evaluation::published;
use crate::sql::evaluation as sql;

/// A region of this installation: its code and its name with its kind.
pub type KnownRegion = (i64, String);

/// The code of the one region that a name means; `None` where none or several are meant.
pub(crate) fn region_named(known: &[KnownRegion], name: &str) -> Option<i64> {
    let mut meant = known.iter().filter(|(_, full_name)| means_region(name, full_name));
    let first = meant.next().map(|(code, _)| *code);
    if meant.next().is_some() { None } else { first }
}

/// The key under which a region's scores stand: that of its full name where it is one of this installation, so that
/// `Magetan` and `Kab. Magetan` of two files are one.
pub(crate) fn published_key(known: &[KnownRegion], region: Option<i64>, name: &str) -> String {
    let full = region.and_then(|code| known.iter().find(|(own, _)| *own == code));
    region_key(full.map_or(name, |(_, full_name)| full_name))
}

/// Keeps a year's published scores. What was published of the same region and year before is replaced.
#[derive(Debug, Clone)]
pub struct ImportScores {
    /// The instrument's name.
    pub instrument: String,
    /// The year.
    pub year: i64,
    /// The weights of the file's columns in order, where they are not the instrument's.
    pub weights: Option<Vec<i64>>,
    /// The file.
    pub bytes: Vec<u8>,
    /// The regions of this installation.
    pub regions: Vec<KnownRegion>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedScores {
    /// Regions that had no scores of that year.
    pub new_count: usize,
    /// Regions that had.
    pub changed_count: usize,
    /// Names that mean no region of this installation; they are kept as text.
    pub unmatched: Vec<String>,
    /// Columns that say nothing about scores and were left out.
    pub left_out: Vec<String>,
}

impl Action for ImportScores {
    type Output = ImportedScores;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<ImportedScores> {
        require_server(ctx)?;
        if !(YEAR_MIN..=YEAR_MAX).contains(&self.year) {
            return Err(Refusal::new("plan.refused.year").with("text", self.year.to_string()).into());
        }
        let known = sql::instrument(tx, &self.instrument).await?;
        let unknown = || Refusal::new("plan.refused.no_instrument").with("name", self.instrument.clone());
        let known = known.ok_or_else(unknown)?;
        let read = published::read(&self.bytes, &known.instrument, self.weights.as_deref())?;
        let mut done = ImportedScores { left_out: read.left_out.clone(), ..ImportedScores::default() };
        for row in &read.rows {
            let region = region_named(&self.regions, &row.region);
            if region.is_none() {
                done.unmatched.push(row.region.clone());
            }
            let kept = Published {
                name: row.region.clone(),
                region,
                year: self.year,
                weights: read.weights.clone(),
                sections: row.sections.iter().filter_map(|(key, score)| Some((key.clone(), (*score)?))).collect(),
                questions: Default::default(),
                index: row.index,
            };
            let key = published_key(&self.regions, region, &row.region);
            let own = match sql::published_id(tx, known.id, self.year, &key).await? {
                Some(own) => {
                    sql::set_published(tx, own, &kept).await?;
                    done.changed_count += 1;
                    own
                }
                None => {
                    let own = ctx.new_id();
                    sql::insert_published(tx, own, known.id, &kept, &key);
                    done.new_count += 1;
                    own
                }
            };
            sql::set_sections(tx, own, &kept).await?;
        }
        let body = json!({ "year": self.year, "regions": read.rows.len() });
        tx.journal(ctx, INSTRUMENT, known.id, "plan.scores_imported", body);
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_several_regions_bear_means_none_of_them() {
        let known = [(3507, "Kabupaten Malang".to_owned()), (3573, "Kota Malang".to_owned())];
        assert_eq!(region_named(&known, "Kab. Malang"), Some(3507));
        assert_eq!(region_named(&known, "Kota Malang"), Some(3573));
        assert_eq!(region_named(&known, "Malang"), None);
        assert_eq!(region_named(&known, "Kab. Batu"), None);
    }
}
