//! The regions of the demo: where they are, who works there, and what people there write.

use simpul_kernel::RegionId;
use simpul_people::{NewRegion, RegionSettings, data};

use super::cast::{self, Member};
use super::texts::{self, Kind};

/// A category that bears another name here than in a new region: code, Indonesian, English, description, keywords.
pub type Renamed = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// One region of the demo.
pub struct DemoRegion {
    /// The Ministry's code.
    pub id: RegionId,
    /// Its name without its kind.
    pub name: &'static str,
    /// What its numbers begin with.
    pub prefix: &'static str,
    /// The host that its pages answer to; the region without one answers to every other.
    pub host: Option<&'static str>,
    /// Districts and villages.
    pub areas: &'static str,
    /// One point for each district.
    pub centres: &'static str,
    /// Agencies of and around it.
    pub agencies: &'static str,
    /// The agencies that a new region's categories name otherwise: as the categories have it, as it is called here.
    pub owners: &'static [(&'static str, &'static str)],
    /// Categories that are called otherwise here.
    pub renamed: &'static [Renamed],
    /// Its accounts.
    pub cast: &'static [Member],
    /// What stands behind the `@` of the accounts that are not listed.
    pub mail: &'static str,
    /// What people report.
    pub kinds: &'static [Kind],
    /// Places that they name.
    pub landmarks: &'static [&'static str],
    /// What is not the local government's: category, body, what the citizen is told.
    pub elsewhere: &'static [(&'static str, &'static str, &'static str)],
    /// The quick wins that its masterplan begins with; nothing where it has none.
    pub quick_wins: &'static str,
    /// How many reports its year has.
    pub reports_count: usize,
    /// Reactions and deadlines run after each such span of the played year, in hours.
    pub beat_hours: i64,
    /// What it has settled.
    pub settings: fn() -> RegionSettings,
}

/// The demo's first region, at every address that is not another's.
pub static LUWU_UTARA: DemoRegion = DemoRegion {
    id: super::REGION,
    name: "Luwu Utara",
    prefix: "LUTRA",
    host: None,
    areas: data::AREAS_LUWU_UTARA,
    centres: data::DISTRICT_CENTRES_LUWU_UTARA,
    agencies: data::AGENCIES_LUWU_UTARA,
    owners: &[],
    renamed: &[],
    cast: cast::CAST,
    mail: "contoh.simpul",
    kinds: texts::KINDS,
    landmarks: texts::LANDMARKS,
    elsewhere: texts::ELSEWHERE,
    quick_wins: include_str!("../../demo/quickwins.csv"),
    reports_count: 2_000,
    beat_hours: 12,
    settings: luwu_utara,
};

impl DemoRegion {
    /// The region as it is added.
    pub fn as_new(&self) -> NewRegion {
        let host = self.host.map(str::to_owned);
        NewRegion { demo: true, host, ..NewRegion::new(self.id, self.name, self.prefix) }
    }
}

/// Where the demo's maps come from; the licences stand in docs/data-sources.md.
const MAP_SOURCES: &str = "Garis pantai dan sungai: GSHHG. Nama tempat: GeoNames (CC BY 4.0). \
                           Pusat kecamatan: GeoNames dan Simpul (CC BY 4.0).";

fn luwu_utara() -> RegionSettings {
    RegionSettings {
        public_agency_names: true,
        share_evaluation: true,
        phone_psc: "119".to_owned(),
        phone_fire: "113".to_owned(),
        phone_police: "110".to_owned(),
        office_name: "Dinas Kominfo SP (contoh)".to_owned(),
        map_attribution: MAP_SOURCES.to_owned(),
        center: Some((-2.55, 120.33)),
        ..RegionSettings::default()
    }
}
