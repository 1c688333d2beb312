//! The years in which the ministry's programme took regions up, and which regions these were.

use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;

use super::names::{read_year, region_key};
use super::sheet::{Sheet, at_line};

/// How many regions each year took up, as the ministry told it.
const COHORTS: &str = include_str!("../../../data/kohort.csv");

/// A year's regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cohort {
    /// The year.
    pub year: i64,
    /// How many there were.
    pub regions_count: usize,
    /// How many of them had been taken up before.
    pub repeats_count: usize,
}

/// Every cohort, the first first.
pub fn cohorts() -> Vec<Cohort> {
    let cohort = |line: &str| {
        let mut cells = line.split(',');
        let year = read_year(cells.next()?)?;
        let mut count = || cells.next()?.trim().parse().ok();
        Some(Cohort { year, regions_count: count()?, repeats_count: count()? })
    };
    COHORTS.lines().filter_map(cohort).collect()
}

/// How many regions all of them are, each counted once.
pub fn regions_count(cohorts: &[Cohort]) -> usize {
    cohorts.iter().map(|cohort| cohort.regions_count - cohort.repeats_count.min(cohort.regions_count)).sum()
}

/// A region of a cohort, as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortRegion {
    /// The year.
    pub year: i64,
    /// The region, as written.
    pub name: String,
}

/// Reads which regions were taken up when from CSV: columns `daerah` and `tahun`, a row for each region and year.
///
/// # Errors
/// What is wrong, and at which line. Nothing is half-read.
pub fn read(bytes: &[u8]) -> Result<Vec<CohortRegion>, Refusal> {
    let sheet = Sheet::read(bytes)?;
    let (name_at, year_at) = (sheet.needed("daerah")?, sheet.needed("tahun")?);
    let mut rows: Vec<CohortRegion> = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    for row in &sheet.rows {
        let name = row.cells[name_at].clone();
        if name.is_empty() || name.chars().count() > LINE_MAX_CHARS {
            return Err(at_line("plan.refused.region_name", row.line));
        }
        let year = read_year(&row.cells[year_at])
            .ok_or_else(|| at_line("plan.refused.cohort_year", row.line).with("text", row.cells[year_at].clone()))?;
        if let Some(earlier) = seen.insert((year, region_key(&name)), row.line) {
            let refusal = at_line("plan.refused.region_twice", row.line);
            return Err(refusal.with("region", name).with("earlier", earlier.to_string()));
        }
        rows.push(CohortRegion { year, name });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cohorts_are_191_regions() {
        let all = cohorts();
        assert_eq!(all.iter().map(|one| one.year).collect::<Vec<_>>(), [2017, 2018, 2019, 2021, 2022]);
        assert_eq!(all[3], Cohort { year: 2021, regions_count: 48, repeats_count: 7 });
        assert_eq!(regions_count(&all), 191);
    }

    #[test]
    fn a_region_may_be_taken_up_again_but_not_twice_in_a_year() {
        let rows = read("daerah;tahun\nKab. Contoh;2017\nkabupaten contoh;2021\n".as_bytes()).unwrap();
        assert_eq!(rows.iter().map(|row| row.year).collect::<Vec<_>>(), [2017, 2021]);
        let twice = read(b"daerah,tahun\nKab. Contoh,2017\nkabupaten contoh,2017\n").unwrap_err();
        assert_eq!(twice.key, "plan.refused.region_twice");
        assert_eq!(read(b"daerah,tahun\nKab. Contoh,17\n").unwrap_err().key, "plan.refused.cohort_year");
        assert!(read(b"daerah\nKab. Contoh\n").is_err());
    }
}
