//! Data that ship with Simpul; where they come from and under which licence stands in `data/NOTICE`.

use simpul_kernel::RegionId;
use simpul_kernel::area::AreaCode;
use simpul_kernel::geo::Point;

use crate::model::table::Table;

/// Districts and villages of Luwu Utara (idn-area-data, ODbL).
pub const AREAS_LUWU_UTARA: &str = include_str!("../data/areas-luwu-utara.csv");
/// Districts and villages of Magetan (idn-area-data, ODbL).
pub const AREAS_MAGETAN: &str = include_str!("../data/areas-magetan.csv");
/// Agencies of and around Luwu Utara.
pub const AGENCIES_LUWU_UTARA: &str = include_str!("../data/agencies-luwu-utara.csv");
/// Agencies as a regency like Magetan usually has them: still to be confirmed by it.
pub const AGENCIES_MAGETAN: &str = include_str!("../data/agencies-magetan.csv");
/// One point for each district of Luwu Utara, with its source.
pub const DISTRICT_CENTRES_LUWU_UTARA: &str = include_str!("../data/district-centres-luwu-utara.csv");
/// One point for each district of Magetan, with its source.
pub const DISTRICT_CENTRES_MAGETAN: &str = include_str!("../data/district-centres-magetan.csv");
/// All regencies and cities (idn-area-data, ODbL).
const REGENCIES: &str = include_str!("../data/regencies.csv");

/// The districts' points of such a file as [`crate::actions::PlaceLabels`] takes them.
pub fn district_centres(csv: &str) -> Vec<(i64, Point)> {
    let Ok(table) = Table::read(csv) else {
        return Vec::new();
    };
    let points = table.rows.into_iter().flatten().filter_map(|row| {
        let code = AreaCode::parse(row.get("code"))?.number();
        Some((code, Point::parse(row.get("lat"), row.get("lon")).ok()?))
    });
    points.collect()
}

/// The name of a regency or city without its kind, as in the Ministry's list: `Luwu Utara`.
pub fn region_name(region: RegionId) -> Option<String> {
    let table = Table::read(REGENCIES).ok()?;
    let row = table.rows.into_iter().flatten().find(|row| RegionId::parse(row.get("code")) == Some(region))?;
    let name = row.get("name");
    let bare = ["KABUPATEN ADMINISTRASI ", "KOTA ADMINISTRASI ", "KABUPATEN ", "KOTA ", "KAB. ", "ADM. "]
        .into_iter()
        .find_map(|kind| name.strip_prefix(kind))
        .unwrap_or(name);
    Some(bare.split_whitespace().map(capitalised).collect::<Vec<_>>().join(" "))
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    first + &chars.as_str().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::agency;
    use crate::model::area::{Stored, plan, read_csv};

    #[test]
    fn the_demo_has_its_fifteen_districts_and_173_villages() {
        let read = read_csv(RegionId(7322), &[AREAS_LUWU_UTARA]);
        assert_eq!(read.refused, []);
        let villages = read.rows.iter().filter(|row| row.code.village_kind().is_some()).count();
        assert_eq!((read.rows.len() - villages, villages), (15, 173));
        assert_eq!(plan(&read, &Stored::new()).report.added, 188);
    }

    #[test]
    fn every_line_of_the_demo_agencies_is_taken() {
        let (agencies, refused) = agency::read_csv(AGENCIES_LUWU_UTARA);
        assert_eq!(refused, []);
        assert_eq!(agencies.len(), 38);
        assert!(agencies.iter().any(|(_, agency)| agency.outside));
    }

    #[test]
    fn every_district_of_the_demo_has_its_point() {
        assert_eq!(district_centres(DISTRICT_CENTRES_LUWU_UTARA).len(), 15);
        assert_eq!(district_centres(DISTRICT_CENTRES_MAGETAN).len(), 18);
    }

    #[test]
    fn the_second_region_has_its_eighteen_districts_and_235_villages() {
        let read = read_csv(RegionId(3520), &[AREAS_MAGETAN]);
        assert_eq!(read.refused, []);
        let villages = read.rows.iter().filter(|row| row.code.village_kind().is_some()).count();
        assert_eq!((read.rows.len() - villages, villages), (18, 235));
        let (agencies, refused) = agency::read_csv(AGENCIES_MAGETAN);
        assert_eq!((agencies.len(), refused), (38, vec![]));
    }

    #[test]
    fn a_region_is_named_by_its_code() {
        assert_eq!(region_name(RegionId(7322)).as_deref(), Some("Luwu Utara"));
        assert_eq!(region_name(RegionId(3520)).as_deref(), Some("Magetan"));
        assert_eq!(region_name(RegionId(7373)).as_deref(), Some("Palopo"));
        assert_eq!(region_name(RegionId(1199)), None);
    }
}
