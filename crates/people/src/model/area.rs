//! Districts and villages, and how a file of areas is read.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use simpul_kernel::RegionId;
use simpul_kernel::area::{AreaCode, VillageKind, bps_code};
use simpul_kernel::geo::Point;

use super::table::{Table, TableRow};
use super::{ImportReport, RefusedRow};

/// Which of the two levels below a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// Kecamatan.
    District,
    /// Desa and kelurahan.
    Village,
}

impl AreaLevel {
    /// The name in tables and addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            AreaLevel::District => "district",
            AreaLevel::Village => "village",
        }
    }

    /// Reads what [`AreaLevel::as_str`] writes.
    pub fn parse(text: &str) -> Option<AreaLevel> {
        [AreaLevel::District, AreaLevel::Village].into_iter().find(|level| level.as_str() == text)
    }
}

/// Kecamatan.
#[derive(Debug, Clone, PartialEq)]
pub struct District {
    /// The Ministry's code without dots: `732201`.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// The statistics bureau's code, which is another.
    pub bps: Option<String>,
    /// Where its name stands on a map.
    pub label: Option<Point>,
    /// Whether a boundary was imported.
    pub has_boundary: bool,
}

/// Desa or kelurahan.
#[derive(Debug, Clone, PartialEq)]
pub struct Village {
    /// The Ministry's code without dots: `7322012001`.
    pub code: i64,
    /// The district's code.
    pub district: i64,
    /// Its name.
    pub name: String,
    /// The statistics bureau's code, which is another.
    pub bps: Option<String>,
    /// Where its name stands on a map.
    pub label: Option<Point>,
    /// Whether a boundary was imported.
    pub has_boundary: bool,
}

impl Village {
    /// Desa or kelurahan, as the code tells.
    pub fn kind(&self) -> VillageKind {
        AreaCode::from_number(self.code).and_then(AreaCode::village_kind).unwrap_or(VillageKind::Desa)
    }
}

/// The code of a district or village with its dots, as the Ministry writes it.
pub fn dotted(code: i64) -> String {
    AreaCode::from_number(code).map_or_else(|| code.to_string(), |code| code.to_string())
}

/// A district or village as a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaRow {
    /// Its line in the file.
    pub line: u64,
    /// The Ministry's code, a district's or a village's.
    pub code: AreaCode,
    /// Its name.
    pub name: String,
    /// The statistics bureau's code, if the file has it.
    pub bps: Option<String>,
}

/// What the files of an import hold for one region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AreaRows {
    /// Districts and villages of the region, in the order of the files.
    pub rows: Vec<AreaRow>,
    /// Rows of other regions.
    pub elsewhere: u64,
    /// Rows that could not be read.
    pub refused: Vec<RefusedRow>,
}

/// Reads files of `idn-area-data`: `code,parent_code,name`, or the package's own `districts.csv`
/// (`code,regency_code,name`) and `villages.csv` (`code,district_code,name`), for the whole country or for one region.
/// A column `bps_code` is taken where there is one.
pub fn read_csv(region: RegionId, texts: &[&str]) -> AreaRows {
    let mut read = AreaRows::default();
    for text in texts {
        read_one(region, text, &mut read);
    }
    read
}

fn read_one(region: RegionId, text: &str, into: &mut AreaRows) {
    let table = match Table::read(text) {
        Ok(table) => table,
        Err(reason) => return into.refused.push(RefusedRow { line: 1, reason }),
    };
    if let Some(missing) = table.missing(&["code", "name"]) {
        let reason = format!("column {missing} is missing");
        return into.refused.push(RefusedRow { line: 1, reason });
    }
    let parents = ["parent_code", "district_code", "regency_code", "province_code"];
    let parent = parents.into_iter().find(|column| table.has(column));
    for row in table.rows {
        match row.and_then(|row| area_of_row(region, &row, parent).map_err(|reason| (row.line, reason))) {
            Ok(Some(area)) => into.rows.push(area),
            Ok(None) => into.elsewhere += 1,
            Err((line, reason)) => into.refused.push(RefusedRow { line, reason }),
        }
    }
}

/// `None` for an area of another region, or of a level that is not kept (provinces and regions).
fn area_of_row(region: RegionId, row: &TableRow, parent: Option<&str>) -> Result<Option<AreaRow>, String> {
    let text = row.get("code");
    let code = AreaCode::parse(text).ok_or_else(|| format!("{text:?} is no area code"))?;
    if code.region() != Some(region) || matches!(code, AreaCode::Region(_)) {
        return Ok(None);
    }
    let parent_text = parent.map_or("", |column| row.get(column));
    if !parent_text.is_empty() && AreaCode::parse(parent_text) != code.parent() {
        return Err(format!("{code} does not lie in {parent_text}"));
    }
    let name = super::line("name", row.get("name"), 100).map_err(|refusal| refusal.to_string())?;
    if name.is_empty() {
        return Err(format!("{code} has no name"));
    }
    let bps_text = row.get("bps_code");
    let bps = if bps_text.is_empty() {
        None
    } else {
        Some(bps_code(bps_text).ok_or_else(|| format!("{bps_text:?} is no code of the statistics bureau"))?)
    };
    Ok(Some(AreaRow { line: row.line, code, name, bps }))
}

/// An area as it is stored: name and bureau's code, by the Ministry's code.
pub type Stored = HashMap<i64, (String, Option<String>)>;

/// What an import changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AreaPlan {
    /// Areas that are new.
    pub add: Vec<AreaRow>,
    /// Areas whose name or bureau's code changes.
    pub change: Vec<AreaRow>,
    /// The counts and refusals.
    pub report: ImportReport,
}

/// Compares what was read with what is stored. A village is refused when its district is neither stored nor in the
/// files; an area that comes twice with different names is refused the second time.
pub fn plan(read: &AreaRows, stored: &Stored) -> AreaPlan {
    let mut plan = AreaPlan::default();
    plan.report.elsewhere = read.elsewhere;
    plan.report.refused = read.refused.clone();
    let mut seen: BTreeMap<i64, &AreaRow> = BTreeMap::new();
    for row in &read.rows {
        match seen.get(&row.code.number()) {
            Some(first) if first.name == row.name => continue,
            Some(first) => {
                let reason = format!("{} comes twice: as {:?} and as {:?}", row.code, first.name, row.name);
                plan.report.refused.push(RefusedRow { line: row.line, reason });
            }
            None => drop(seen.insert(row.code.number(), row)),
        }
    }
    for (code, row) in &seen {
        let parent = row.code.district().map_or(0, AreaCode::number);
        if parent != *code && !seen.contains_key(&parent) && !stored.contains_key(&parent) {
            let reason = format!("the district of {} is not known", row.code);
            plan.report.refused.push(RefusedRow { line: row.line, reason });
            continue;
        }
        match stored.get(code) {
            None => plan.add.push((*row).clone()),
            Some((name, bps)) if *name != row.name || (row.bps.is_some() && *bps != row.bps) => {
                plan.change.push(AreaRow { bps: row.bps.clone().or_else(|| bps.clone()), ..(*row).clone() });
            }
            Some(_) => plan.report.unchanged += 1,
        }
    }
    plan.report.added = plan.add.len() as u64;
    plan.report.changed = plan.change.len() as u64;
    plan
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LUWU: RegionId = RegionId(7322);

    #[test]
    fn both_shapes_of_the_package_read_alike() {
        let one =
            read_csv(LUWU, &["code,parent_code,name\n73.22.01,73.22,Malangke\n73.22.01.2001,73.22.01,Pattimang\n"]);
        let two = read_csv(
            LUWU,
            &[
                "code,regency_code,name\n732201,7322,Malangke\n",
                "code,district_code,name\n7322012001,732201,Pattimang\n",
            ],
        );
        assert_eq!(one.rows.len(), 2);
        assert_eq!(
            one.rows.iter().map(|r| (r.code, r.name.clone())).collect::<Vec<_>>(),
            two.rows.iter().map(|r| (r.code, r.name.clone())).collect::<Vec<_>>()
        );
    }

    #[test]
    fn other_regions_are_passed_over_and_bad_rows_named() {
        let text = "code,parent_code,name\n73.22,73,Luwu Utara\n35.20.01,35.20,Poncol\n\
            73.22.01,73.21,Malangke\nx,,y\n73.22.02,73.22,\n";
        let read = read_csv(LUWU, &[text]);
        assert_eq!((read.rows.len(), read.elsewhere), (0, 2));
        assert_eq!(read.refused.iter().map(|r| r.line).collect::<Vec<_>>(), [4, 5, 6]);
    }

    #[test]
    fn a_village_needs_its_district() {
        let read = read_csv(LUWU, &["code,name\n73.22.01.2001,Pattimang\n"]);
        let refused = plan(&read, &Stored::new());
        assert_eq!(refused.report.added, 0);
        assert!(refused.report.refused[0].reason.contains("district"));
        let stored = Stored::from([(732_201, ("Malangke".into(), None))]);
        assert_eq!(plan(&read, &stored).report.added, 1);
    }

    #[test]
    fn a_bureau_code_already_known_is_kept_when_the_file_has_none() {
        let stored = Stored::from([(732_201, ("Malangke".into(), Some("7322030".into())))]);
        let read = read_csv(LUWU, &["code,name\n73.22.01,Malangke Baru\n"]);
        assert_eq!(plan(&read, &stored).change[0].bps.as_deref(), Some("7322030"));
    }

    #[test]
    fn corpus_areas() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/areas");
        for file in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let _ = plan(&read_csv(LUWU, &[&String::from_utf8_lossy(&bytes)]), &Stored::new());
        }
    }

    proptest! {
        #[test]
        fn importing_twice_changes_nothing_the_second_time(
            codes in proptest::collection::vec((1u32..5, 1u32..4, "[a-c]{1,2}"), 0..12)
        ) {
            let mut text = "code,name\n".to_owned();
            for (district, village, name) in &codes {
                text += &format!("73.22.{district:02},D{district}\n73.22.{district:02}.200{village},{name}\n");
            }
            let read = read_csv(LUWU, &[&text]);
            let first = plan(&read, &Stored::new());
            let stored: Stored = first.add.iter().map(|r| (r.code.number(), (r.name.clone(), r.bps.clone()))).collect();
            let second = plan(&read, &stored);
            prop_assert!(second.add.is_empty() && second.change.is_empty());
            prop_assert_eq!(second.report.unchanged, first.report.added);
            prop_assert_eq!(second.report.refused, first.report.refused);
        }

        #[test]
        fn any_text_gets_an_answer(text in "[\\PC\n,]{0,200}") {
            let _ = plan(&read_csv(LUWU, &[&text]), &Stored::new());
        }
    }
}
