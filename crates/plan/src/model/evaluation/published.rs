//! Scores of regions as the ministry published them, and the index that follows from them.

use std::collections::BTreeMap;

use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;

use super::instrument::score_in;
use super::names::{region_key, section_key, section_weight};
use super::ratio::Ratio;
use super::score::{Weights, read_weight};
use super::sheet::{Sheet, at_line};
use super::{Instrument, QuestionKey};

/// One region's row of a file of scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRow {
    /// The region, as written.
    pub region: String,
    /// The score of each section that the file names, in thousandths.
    pub sections: Vec<(String, Option<i64>)>,
    /// The published index, in thousandths.
    pub index: Option<i64>,
}

/// What a file of scores holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadScores {
    /// The weights of this year and group, for every section of the instrument.
    pub weights: Weights,
    /// Its rows.
    pub rows: Vec<ScoreRow>,
    /// Columns that say nothing about scores and were left out.
    pub left_out: Vec<String>,
}

/// Columns that files of offices have beside the scores.
const BESIDE: [&str; 7] = ["no", "nomor", "kode_wilayah", "provinsi", "tahun", "catatan", "keterangan"];

/// Whether a column only stands beside the scores: a running number, a code, a remark.
fn stands_beside(head: &str, instrument: &Instrument) -> bool {
    let name = head.trim().trim_end_matches('.').to_lowercase().replace([' ', '-'], "_");
    BESIDE.contains(&name.as_str()) && instrument.section(&section_key(head)).is_none()
}

/// The regions that a file has named, by their names without a kind: each kind with its line.
#[derive(Debug, Default)]
struct Named(BTreeMap<String, Vec<(Option<&'static str>, u64)>>);

impl Named {
    /// Takes a region in, or says the line that named it already. A name without its kind may be either, so it is that
    /// of both.
    fn take(&mut self, region: &str, line: u64) -> Option<u64> {
        let key = region_key(region);
        let kinds = ["kab", "kota"].into_iter();
        let of_kind = |kind: &'static str| Some((kind, key.strip_prefix(kind)?.strip_prefix(' ')?));
        let (kind, bare) =
            kinds.filter_map(of_kind).next().map_or((None, key.as_str()), |(kind, bare)| (Some(kind), bare));
        let known = self.0.entry(bare.to_owned()).or_default();
        let same = known.iter().find(|(other, _)| kind.is_none() || other.is_none() || *other == kind);
        let earlier = same.map(|(_, line)| *line);
        if earlier.is_none() {
            known.push((kind, line));
        }
        earlier
    }
}

/// Reads scores of regions from CSV: `daerah`, a column for each section, `nilai_akhir`; a few columns that only stand
/// beside them are left out, any other is refused. `weights` are those of the
/// columns in order; without them the weights behind the columns' names count, and without those the instrument's.
///
/// # Errors
/// What is wrong, and at which line. Nothing is half-read.
pub fn read(bytes: &[u8], instrument: &Instrument, weights: Option<&[i64]>) -> Result<ReadScores, Refusal> {
    let sheet = Sheet::read(bytes)?;
    let name_at = sheet.needed("daerah")?;
    let index_at = sheet.needed("nilai_akhir")?;
    let (mut sections, mut left_out): (Vec<(usize, String)>, Vec<String>) = Default::default();
    for (at, head) in sheet.head.iter().enumerate().filter(|(at, _)| ![name_at, index_at].contains(at)) {
        if stands_beside(head, instrument) {
            left_out.push(head.clone());
            continue;
        }
        let key = section_key(head);
        if instrument.section(&key).is_none() {
            return Err(Refusal::new("plan.refused.section_unknown").with("section", head.clone()));
        }
        if sections.iter().any(|(_, known)| *known == key) {
            return Err(Refusal::new("plan.refused.section_twice").with("section", head.clone()));
        }
        sections.push((at, key));
    }
    let weights = weights_of(&sheet, &sections, instrument, weights)?;
    let mut named = Named::default();
    let mut rows = Vec::new();
    for row in &sheet.rows {
        let region = row.cells[name_at].clone();
        if region.is_empty() || region.chars().count() > LINE_MAX_CHARS {
            return Err(at_line("plan.refused.region_name", row.line));
        }
        if let Some(earlier) = named.take(&region, row.line) {
            let refusal = at_line("plan.refused.region_twice", row.line);
            return Err(refusal.with("region", region).with("earlier", earlier.to_string()));
        }
        let score = |(at, key): &(usize, String)| Ok((key.clone(), score_in(row, *at)?));
        let sections = sections.iter().map(score).collect::<Result<_, Refusal>>()?;
        rows.push(ScoreRow { region, sections, index: score_in(row, index_at)? });
    }
    Ok(ReadScores { weights, rows, left_out })
}

fn weights_of(
    sheet: &Sheet,
    sections: &[(usize, String)],
    instrument: &Instrument,
    given: Option<&[i64]>,
) -> Result<Weights, Refusal> {
    let in_head: Vec<&str> = sections.iter().filter_map(|(at, _)| section_weight(&sheet.head[*at])).collect();
    let list = match given {
        Some(given) if given.len() != sections.len() => {
            let refusal = Refusal::new("plan.refused.weights_count").with("weights", given.len().to_string());
            return Err(refusal.with("sections", sections.len().to_string()));
        }
        Some(given) => given.to_vec(),
        None if in_head.len() == sections.len() => {
            in_head.into_iter().map(read_weight).collect::<Result<Vec<_>, _>>()?
        }
        None => sections.iter().map(|(_, key)| instrument.section(key).map_or(0, |section| section.weight)).collect(),
    };
    let named: BTreeMap<&str, i64> = sections.iter().map(|(_, key)| key.as_str()).zip(list).collect();
    let weight = |key: &str| named.get(key).copied().unwrap_or(0);
    Weights::new(instrument.sections.iter().map(|section| (section.key.clone(), weight(&section.key))).collect())
}

/// A region's scores in one year as they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The region, as the file names it.
    pub name: String,
    /// The region's code, where it is one of this installation.
    pub region: Option<i64>,
    /// The year.
    pub year: i64,
    /// What the sections weighed.
    pub weights: Weights,
    /// Scores of sections, in thousandths.
    pub sections: BTreeMap<String, i64>,
    /// Scores of questions, in thousandths.
    pub questions: BTreeMap<QuestionKey, i64>,
    /// The published index, in thousandths.
    pub index: Option<i64>,
}

/// What follows from a region's scores.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The exact score of each section that has one.
    pub sections: BTreeMap<String, Ratio>,
    /// The exact index; `None` where a section that weighs something has no score.
    pub index: Option<Ratio>,
    /// How many questions have a score.
    pub scored_count: usize,
}

impl Published {
    /// The mean of a section's questions where they are known, else the section's own published score; and the index.
    pub fn standing(&self) -> Standing {
        let mut sections: BTreeMap<String, Ratio> =
            self.sections.iter().map(|(key, score)| (key.clone(), Ratio::thousandths(*score))).collect();
        let mut by_section: BTreeMap<&str, Vec<Ratio>> = BTreeMap::new();
        for (key, score) in &self.questions {
            by_section.entry(&key.section).or_default().push(Ratio::thousandths(*score));
        }
        for (section, scores) in by_section {
            if let Some(mean) = Ratio::mean(scores) {
                sections.insert(section.to_owned(), mean);
            }
        }
        let index = self.weights.index(|section| sections.get(section).copied());
        Standing { sections, index, scored_count: self.questions.len() }
    }

    /// The computed index as it is shown, less the published one, in thousandths.
    pub fn difference(&self) -> Option<i64> {
        Some(self.standing().index?.to_hundredths() * 10 - self.index?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::instrument;
    use super::*;

    const INSTRUMENT: &str = "bagian,bobot,indikator,subindikator,kode,pertanyaan\nBaseline,10,i,s,1,x\n\
        Output,20,i,s,1,x\nOutcome,20,i,s,1,x\nImpact (survei),20,i,s,1,x\n\
        Quick Win,20,i,s,1,x\nKolaborasi,10,i,s,1,x\n";

    fn instrument() -> Instrument {
        instrument::read(INSTRUMENT.as_bytes()).unwrap().instrument
    }

    const HEAD: &str = "daerah,Baseline_10,output_20,OUTCOME_30,impact_10,quickwin_30,nilai_akhir\n";

    fn read_rows(rows: &str, weights: Option<&[i64]>) -> Result<ReadScores, Refusal> {
        read(format!("{HEAD}{rows}").as_bytes(), &instrument(), weights)
    }

    fn kept(read: &ReadScores, at: usize) -> Published {
        let row = &read.rows[at];
        Published {
            name: row.region.clone(),
            region: None,
            year: 2022,
            weights: read.weights.clone(),
            sections: row.sections.iter().filter_map(|(key, score)| Some((key.clone(), (*score)?))).collect(),
            questions: BTreeMap::new(),
            index: row.index,
        }
    }

    #[test]
    fn what_stands_beside_the_scores_is_left_out_and_anything_else_refused() {
        let rows = "1,73.22,Kab. Contoh,3,2,3,4,3,3,baik\n";
        let head =
            "No.,Kode Wilayah,daerah,Baseline_10,output_20,OUTCOME_30,impact_10,quickwin_30,nilai_akhir,Catatan\n";
        let given = [1_000, 2_000, 3_000, 1_000, 3_000];
        let read = read(format!("{head}{rows}").as_bytes(), &instrument(), Some(&given)).unwrap();
        assert_eq!(read.left_out, ["No.", "Kode Wilayah", "Catatan"]);
        assert_eq!((read.weights.of("outcome"), read.rows[0].index), (3_000, Some(3_000)));
        let other = head.replace("Catatan", "Rahasia");
        let refused = super::read(format!("{other}{rows}").as_bytes(), &instrument(), None).unwrap_err();
        assert_eq!((refused.key, refused.args[0].1.as_str()), ("plan.refused.section_unknown", "Rahasia"));
    }

    #[test]
    fn a_region_that_is_named_with_and_without_its_kind_is_one() {
        let row = |name: &str| format!("{name},3,2,3,4,3,3\n");
        let twice = |one: &str, other: &str| read_rows(&(row(one) + &row(other)), None).map_err(|refusal| refusal.args);
        let lines = |one: &str, other: &str| {
            let args = twice(one, other).unwrap_err();
            let value = |name: &str| args.iter().find(|(own, _)| *own == name).unwrap().1.clone();
            (value("line"), value("earlier"))
        };
        for (one, other) in [("Kab. Magetan", "Magetan"), ("Magetan", "Kota Magetan"), ("KAB MAGETAN", "kab. magetan")]
        {
            assert_eq!(lines(one, other), ("3".to_owned(), "2".to_owned()), "{one} and {other}");
        }
        assert!(twice("Kab. Malang", "Kota Malang").is_ok(), "these are two");
        assert!(twice("Kab. Kotawaringin", "Kotabaru").is_ok());
    }

    #[test]
    fn absent_sections_weigh_nothing_and_columns_bear_their_weights() {
        let given = [1_000, 2_000, 3_000, 1_000, 3_000];
        let rows = "Kab. Contoh,3,2,\"2,5\",4,3,2.75\nKota Contoh,3,2,,4,3,2.75\n";
        for weights in [Some(&given[..]), None] {
            let read = read_rows(rows, weights).unwrap();
            assert_eq!(read.weights.of("kolaborasi"), 0);
            let one = kept(&read, 0);
            assert_eq!(one.standing().index, Some(Ratio::thousandths(2_750)));
            assert_eq!(one.difference(), Some(0));
            assert_eq!(kept(&read, 1).standing().index, None, "a section without a score is not counted as 0");
        }
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused_whole() {
        let refused = |text: &str, weights: Option<&[i64]>| read(text.as_bytes(), &instrument(), weights).unwrap_err();
        assert_eq!(refused(&format!("{HEAD}A,1,1,1,1,1,1\n"), Some(&[5_000, 5_000])).key, "plan.refused.weights_count");
        let sum = refused(&format!("{HEAD}A,1,1,1,1,1,1\n"), Some(&[1_000, 2_000, 3_000, 1_000, 2_000]));
        assert_eq!((sum.key, sum.args[0].1.as_str()), ("plan.refused.weights_sum", "90"));
        assert_eq!(refused("daerah,lain_100,nilai_akhir\nA,1,1\n", None).key, "plan.refused.section_unknown");
        assert_eq!(refused("daerah,output,Output_20,nilai_akhir\nA,1,1,1\n", None).key, "plan.refused.section_twice");
        assert_eq!(
            refused(&format!("{HEAD}Kab. A,1,1,1,1,1,1\nkabupaten a,1,1,1,1,1,1\n"), None).key,
            "plan.refused.region_twice"
        );
        assert_eq!(refused(&format!("{HEAD}A,1,1,1,1,5,1\n"), None).key, "plan.refused.score");
    }
}
