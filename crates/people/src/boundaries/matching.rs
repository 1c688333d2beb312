//! Whose polygon a feature is.

use std::collections::{BTreeMap, HashMap, HashSet};

use simpul_kernel::RegionId;
use simpul_kernel::area::AreaCode;
use simpul_kernel::geo::Point;

use super::read::{Feature, features};
use super::{BoundaryReport, FeatureNote, Matched, MatchedBy, Prepared, clean, place};
use crate::model::AreaLevel;
use crate::model::area::dotted;

/// An area that boundaries are sought for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownArea {
    /// District or village.
    pub level: AreaLevel,
    /// The Ministry's code without dots.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// The statistics bureau's code, if known.
    pub bps: Option<String>,
    /// Where its name stands on a map, if that is known.
    pub label: Option<Point>,
    /// Whether a boundary of it is stored.
    pub has_boundary: bool,
}

/// Reads a file and prepares what can be stored; the report says what became of every feature. `centre` is where the
/// region lies, if that was settled: what lies far from it, or from the other areas, is refused.
///
/// # Errors
/// Why the file as a whole cannot be read.
pub fn prepare(
    region: RegionId,
    centre: Option<Point>,
    areas: &[KnownArea],
    text: &str,
) -> Result<(Vec<Prepared>, BoundaryReport), String> {
    let features = features(text)?;
    let known = Known::new(region, areas);
    let mut report = BoundaryReport::default();
    // A region of islands may come as several features of one code: their polygons are one.
    let mut parts: BTreeMap<i64, Vec<(&Feature, MatchedBy)>> = BTreeMap::new();
    for feature in &features {
        match known.find(feature) {
            Ok((code, by)) => match parts.get(&code) {
                Some(earlier) if by == MatchedBy::Name => {
                    let note = format!("{} was already told to be feature {}", dotted(code), earlier[0].0.number);
                    report.unmatched.push(note_of(feature, note));
                }
                _ => parts.entry(code).or_default().push((feature, by)),
            },
            Err(note) => report.unmatched.push(note_of(feature, note)),
        }
    }
    let cleaned: Vec<_> = parts.iter().filter_map(|(code, parts)| known.cleaned(*code, parts, &mut report)).collect();
    let cleaned = known.without_older(cleaned, &mut report);
    let middle = place::middle(centre, &known.places(&cleaned));
    let prepared: Vec<_> = cleaned.into_iter().filter_map(|found| found.placed(middle, &mut report)).collect();
    (report.kept, report.missing) = known.left_out(&prepared);
    report.matched.sort_by_key(|matched| matched.feature);
    Ok((prepared, report))
}

fn note_of(feature: &Feature, note: String) -> FeatureNote {
    FeatureNote { feature: feature.number, label: feature.label.clone(), note }
}

struct Known<'a> {
    region: RegionId,
    by_code: BTreeMap<i64, &'a KnownArea>,
    by_bps: HashMap<&'a str, &'a KnownArea>,
    districts_by_name: HashMap<String, Vec<i64>>,
    villages_by_name: HashMap<String, Vec<i64>>,
}

impl<'a> Known<'a> {
    fn new(region: RegionId, areas: &'a [KnownArea]) -> Known<'a> {
        let named = |level: AreaLevel| {
            let mut names: HashMap<String, Vec<i64>> = HashMap::new();
            for area in areas.iter().filter(|area| area.level == level) {
                names.entry(name_key(&area.name)).or_default().push(area.code);
            }
            names
        };
        Known {
            region,
            by_code: areas.iter().map(|area| (area.code, area)).collect(),
            by_bps: areas.iter().filter_map(|area| Some((area.bps.as_deref()?, area))).collect(),
            districts_by_name: named(AreaLevel::District),
            villages_by_name: named(AreaLevel::Village),
        }
    }

    fn find(&self, feature: &Feature) -> Result<(i64, MatchedBy), String> {
        let naming = &feature.naming;
        if let Some(text) = &naming.code {
            return self.by_code(text).map(|code| (code, MatchedBy::Code));
        }
        if let Some(area) = naming.bps.as_deref().and_then(|bps| self.by_bps.get(bps)) {
            return Ok((area.code, MatchedBy::Bps));
        }
        match (&naming.village, &naming.district) {
            (Some(village), district) => self.village(village, district.as_deref()),
            (None, Some(district)) => self.district(district),
            (None, None) if naming.bps.is_some() => {
                Err("no area has this code of the statistics bureau, and there is no name".into())
            }
            (None, None) => Err("neither a code nor a name says which area it is".into()),
        }
        .map(|code| (code, MatchedBy::Name))
    }

    fn by_code(&self, text: &str) -> Result<i64, String> {
        let code = AreaCode::parse(text).ok_or_else(|| format!("{text} is no area code of the Ministry"))?;
        if code.region() != Some(self.region) {
            return Err(format!("{code} lies in another region"));
        }
        if self.by_code.contains_key(&code.number()) {
            Ok(code.number())
        } else {
            Err(format!("no district or village has the code {code}"))
        }
    }

    fn district(&self, name: &str) -> Result<i64, String> {
        match self.districts_by_name.get(&name_key(name)).map(Vec::as_slice) {
            Some([code]) => Ok(*code),
            Some(several) => Err(format!("{} districts are named {name}", several.len())),
            None => Err(format!("no district is named {name}{}", near(name, self.districts_by_name.keys()))),
        }
    }

    /// A district that was split since the file was made does not hinder: then a name that is unique in the region
    /// decides.
    fn village(&self, name: &str, district: Option<&str>) -> Result<i64, String> {
        let named = self.villages_by_name.get(&name_key(name));
        let named =
            named.ok_or_else(|| format!("no village is named {name}{}", near(name, self.villages_by_name.keys())))?;
        let district_code = district.and_then(|district| self.district(district).ok());
        let within: Vec<i64> = named
            .iter()
            .copied()
            .filter(|code| district_code.is_some_and(|district| code / 10_000 == district))
            .collect();
        match (within.as_slice(), named.as_slice()) {
            ([code], _) | ([], [code]) => Ok(*code),
            _ => Err(format!("{} villages are named {name}; the district decides, or a code", named.len())),
        }
    }

    fn cleaned<'f>(
        &self,
        code: i64,
        parts: &'f [(&'f Feature, MatchedBy)],
        report: &mut BoundaryReport,
    ) -> Option<Cleaned<'a, 'f>> {
        let area = *self.by_code.get(&code)?;
        let geometries: Vec<_> = parts.iter().map(|(feature, _)| &feature.geometry).collect();
        match clean::clean(&geometries) {
            Ok(clean) => Some(Cleaned { area, parts, clean }),
            Err(reason) => {
                report.refused.push(note_of(parts[0].0, reason));
                None
            }
        }
    }

    /// A polygon that holds the place of another area, which the file lacks and which keeps its own, was drawn before
    /// that one was split off: it would lie over it, and points there would be told to the wrong one.
    fn without_older<'f>(&self, cleaned: Vec<Cleaned<'a, 'f>>, report: &mut BoundaryReport) -> Vec<Cleaned<'a, 'f>> {
        let in_file: HashSet<i64> = cleaned.iter().map(|found| found.area.code).collect();
        let left_out = || self.by_code.values().filter(|area| !in_file.contains(&area.code));
        let mut kept = Vec::with_capacity(cleaned.len());
        for found in cleaned {
            let inside = |area: &&&KnownArea| area.label.is_some_and(|label| found.clean.shape.contains(label));
            match left_out().filter(|area| area.level == found.area.level).find(inside) {
                Some(other) => {
                    let note = format!(
                        "it reaches over {} {}, which the file lacks: it was drawn before that one was split off",
                        dotted(other.code),
                        other.name
                    );
                    report.refused.push(note_of(found.parts[0].0, note));
                }
                None => kept.push(found),
            }
        }
        kept
    }

    /// Where the region's areas lie, as is stored of those that the file lacks, and as the file has the others.
    fn places(&self, cleaned: &[Cleaned]) -> Vec<Point> {
        let in_file: HashSet<i64> = cleaned.iter().map(|found| found.area.code).collect();
        let stored = self.by_code.values().filter(|area| !in_file.contains(&area.code)).filter_map(|area| area.label);
        stored.chain(cleaned.iter().map(|found| found.clean.label)).collect()
    }

    /// Areas of the file's levels that it has no boundary for: those that keep theirs, and those that have none.
    fn left_out(&self, prepared: &[Prepared]) -> (Vec<String>, Vec<String>) {
        let levels: HashSet<AreaLevel> = prepared.iter().map(|shape| shape.level).collect();
        let have: HashSet<i64> = prepared.iter().map(|shape| shape.code).collect();
        let left = self.by_code.values().filter(|area| levels.contains(&area.level) && !have.contains(&area.code));
        let (kept, missing): (Vec<_>, Vec<_>) = left.partition(|area| area.has_boundary);
        let named = |area: &&KnownArea| format!("{} {}", dotted(area.code), area.name);
        (kept.iter().map(named).collect(), missing.iter().map(named).collect())
    }
}

/// A feature whose area is told and whose polygon is sound; where it lies is still to be asked.
struct Cleaned<'a, 'f> {
    area: &'a KnownArea,
    parts: &'f [(&'f Feature, MatchedBy)],
    clean: clean::Clean,
}

impl Cleaned<'_, '_> {
    fn placed(self, middle: Option<place::Middle>, report: &mut BoundaryReport) -> Option<Prepared> {
        let Cleaned { area, parts, clean } = self;
        let first = parts[0].0;
        if let Err(reason) = place::refuse_far(&clean.shape, middle) {
            report.refused.push(note_of(first, reason));
            return None;
        }
        if !clean.repairs.is_empty() {
            report.repaired.push(note_of(first, clean.repairs.join("; ")));
        }
        for (feature, by) in parts {
            let name = area.name.clone();
            report.matched.push(Matched { feature: feature.number, code: area.code, name, by: *by });
        }
        let digits = if area.level == AreaLevel::Village { 10 } else { 7 };
        let bps = first.naming.bps.clone().filter(|bps| bps.len() == digits);
        Some(Prepared { level: area.level, code: area.code, bps, shape: clean.shape, label: clean.label })
    }
}

/// Names as they are compared: letters and digits only, without the word for their kind.
fn name_key(name: &str) -> String {
    let lower = name.to_lowercase();
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    if words.len() > 1 && ["kecamatan", "kec.", "desa", "kelurahan", "kel."].contains(&words[0]) {
        words.remove(0);
    }
    // The Ministry numbers villages with Roman numerals, the bureau often with words.
    for word in &mut words {
        *word = match *word {
            "i" | "satu" => "1",
            "ii" | "dua" => "2",
            "iii" | "tiga" => "3",
            "iv" | "empat" => "4",
            other => other,
        };
    }
    words.concat().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Names that differ by a letter or two, to be looked at by a person: a guess would put a border where it is not.
fn near<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let wanted = name_key(name);
    let letters = wanted.chars().count();
    let most = if letters < 6 { 1 } else { 2 };
    let as_long = |key: &&String| key.chars().count().abs_diff(letters) <= most;
    let known = known.filter(as_long).filter(|key| distance(&wanted, key) <= most);
    let mut found: Vec<&str> = known.map(String::as_str).collect();
    found.sort_unstable();
    if found.is_empty() { String::new() } else { format!(" (but {})", found.join(", ")) }
}

/// How many letters must be changed, added or taken away to make one word of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const LUWU: RegionId = RegionId(7322);

    fn areas() -> Vec<KnownArea> {
        let area = |level, code, name: &str| KnownArea {
            level,
            code,
            name: name.into(),
            bps: None,
            label: None,
            has_boundary: false,
        };
        vec![
            area(AreaLevel::District, 732_201, "Malangke"),
            area(AreaLevel::District, 732_202, "Bone-Bone"),
            area(AreaLevel::Village, 7_322_012_001, "Pattimang"),
            area(AreaLevel::Village, 7_322_012_002, "Tolada"),
            area(AreaLevel::Village, 7_322_022_001, "Tolada"),
        ]
    }

    fn square(properties: serde_json::Value) -> serde_json::Value {
        let ring = json!([[120.0, -3.0], [121.0, -3.0], [121.0, -2.0], [120.0, -2.0], [120.0, -3.0]]);
        let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
        json!({ "type": "Feature", "properties": properties, "geometry": geometry })
    }

    fn report(features: Vec<serde_json::Value>) -> (Vec<Prepared>, BoundaryReport) {
        let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
        prepare(LUWU, None, &areas(), &text).unwrap()
    }

    #[test]
    fn what_did_not_match_is_named_with_its_reason() {
        let (prepared, report) = report(vec![
            square(json!({ "code": "73.22.01.2001", "name": "Pattimang" })),
            square(json!({ "code": "35.20.01.2001", "name": "Alastuwo" })),
            square(json!({ "code": "73.22.09.2001", "name": "Nirgend" })),
            square(json!({ "village": "Tolada" })),
            square(json!({})),
        ]);
        assert_eq!(prepared.len(), 1);
        let notes: Vec<_> = report.unmatched.iter().map(|n| (n.feature, n.note.as_str())).collect();
        assert_eq!(notes.iter().map(|n| n.0).collect::<Vec<_>>(), [2, 3, 4, 5]);
        assert!(notes[0].1.contains("another region") && notes[2].1.contains("2 villages"));
        assert_eq!(report.missing, ["73.22.01.2002 Tolada", "73.22.02.2001 Tolada"]);
    }

    #[test]
    fn names_are_told_apart_by_their_district_and_the_bureau_code_is_kept() {
        let (prepared, report) = report(vec![
            square(json!({ "bps_village": "7322050001", "village": "TOLADA", "district": "Bone Bone" })),
            square(json!({ "district": "Kecamatan Malangke", "bps_district": "7322030" })),
        ]);
        assert_eq!(report.unmatched, []);
        assert_eq!(prepared[0].code, 732_201);
        assert_eq!(prepared[0].bps.as_deref(), Some("7322030"));
        assert_eq!((prepared[1].code, prepared[1].bps.as_deref()), (7_322_022_001, Some("7322050001")));
    }

    #[test]
    fn a_village_of_a_district_split_since_is_found_by_its_unique_name() {
        let (_, report) = report(vec![square(json!({ "village": "Pattimang", "district": "Induk Lama" }))]);
        assert_eq!(report.matched[0].code, 7_322_012_001);
    }

    #[test]
    fn numbers_in_names_match_as_words_and_as_roman_numerals() {
        assert_eq!(name_key("Cendana Putih Dua"), name_key("CENDANA PUTIH II"));
        assert_ne!(name_key("Cendana Putih Dua"), name_key("Cendana Putih I"));
    }

    #[test]
    fn a_name_that_is_almost_one_is_suggested_but_never_taken() {
        assert_eq!(distance("katulungan", "ketulungan"), 1);
        let (prepared, report) = report(vec![square(json!({ "village": "Patimang" }))]);
        assert!(prepared.is_empty());
        assert_eq!(report.unmatched[0].note, "no village is named Patimang (but pattimang)");
    }

    #[test]
    fn a_bad_polygon_is_refused_by_name_and_the_rest_is_taken() {
        let mut bow = square(json!({ "code": "73.22.01.2001", "name": "Pattimang" }));
        bow["geometry"]["coordinates"] =
            json!([[[120.0, -3.0], [121.0, -2.0], [121.0, -3.0], [120.0, -2.0], [120.0, -3.0]]]);
        let (prepared, report) = report(vec![bow, square(json!({ "code": "73.22.01" }))]);
        assert_eq!(prepared.len(), 1);
        assert!(report.refused[0].label.contains("Pattimang"));
    }

    #[test]
    fn features_of_one_code_become_one_shape() {
        let mut island = square(json!({ "code": "73.22.01" }));
        island["geometry"]["coordinates"] = json!([[[122.0, -3.0], [122.5, -3.0], [122.5, -2.5], [122.0, -3.0]]]);
        let (prepared, report) = report(vec![square(json!({ "code": "73.22.01" })), island]);
        assert_eq!(prepared[0].shape.polygons().len(), 2);
        assert_eq!(report.matched.len(), 2);
    }

    #[test]
    fn a_polygon_far_from_its_siblings_is_refused_by_name_and_what_is_stored_is_kept() {
        let mut areas = areas();
        areas[1].label = Some(Point::from_degrees(-2.5, 121.5).unwrap());
        areas[1].has_boundary = true;
        let mut abroad = square(json!({ "code": "73.22.01", "name": "Malangke" }));
        abroad["geometry"]["coordinates"] = json!([[[110.0, -7.0], [110.2, -7.0], [110.2, -6.8], [110.0, -7.0]]]);
        let (prepared, report) = prepare(LUWU, None, &areas, &abroad.to_string()).unwrap();
        assert!(prepared.is_empty() && report.matched.is_empty());
        assert_eq!((report.refused[0].feature, report.refused[0].label.as_str()), (1, "73.22.01 Malangke"));
        assert!(report.refused[0].note.contains("km away from the region's other areas"), "{:?}", report.refused);
        let here = square(json!({ "code": "73.22.01", "name": "Malangke" }));
        let (prepared, report) = prepare(LUWU, None, &areas, &here.to_string()).unwrap();
        assert_eq!((prepared.len(), report.kept, report.missing), (1, vec!["73.22.02 Bone-Bone".to_owned()], vec![]));
    }

    #[test]
    fn a_polygon_over_a_district_that_the_file_lacks_is_of_before_the_split() {
        let mut areas = areas();
        areas[1].label = Some(Point::from_degrees(-2.5, 120.5).unwrap());
        let malangke = square(json!({ "code": "73.22.01" }));
        let (prepared, report) = prepare(LUWU, None, &areas, &malangke.to_string()).unwrap();
        assert!(prepared.is_empty() && report.refused[0].note.contains("reaches over 73.22.02 Bone-Bone"));
        // With the other in the file, both take the place of what was there.
        let mut other = square(json!({ "code": "73.22.02" }));
        other["geometry"]["coordinates"] = json!([[[121.0, -3.0], [122.0, -3.0], [122.0, -2.0], [121.0, -3.0]]]);
        let both = json!({ "type": "FeatureCollection", "features": [malangke, other] }).to_string();
        assert_eq!(prepare(LUWU, None, &areas, &both).unwrap().0.len(), 2);
    }

    proptest! {
        #[test]
        fn distance_is_a_distance(a in "[a-c]{0,5}", b in "[a-c]{0,5}") {
            prop_assert_eq!(distance(&a, &b) == 0, a == b);
            prop_assert_eq!(distance(&a, &b), distance(&b, &a));
            prop_assert!(distance(&a, &b) <= a.len().max(b.len()));
        }

        #[test]
        fn every_feature_is_spoken_of_exactly_once(codes in proptest::collection::vec(0usize..6, 0..10)) {
            let named = ["73.22.01", "73.22.02", "73.22.01.2001", "73.22.77", "35.20.01", "kacau"];
            let features: Vec<_> = codes.iter().enumerate().map(|(at, i)| {
                let mut feature = square(json!({ "code": named[*i] }));
                let west = 120.0 + at as f64 / 10.0;
                let ring = json!([[west, -3.0], [west + 0.05, -3.0], [west, -2.5], [west, -3.0]]);
                feature["geometry"]["coordinates"] = json!([ring]);
                if *i == 1 {
                    feature["geometry"] = json!(null);
                }
                feature
            }).collect();
            let (_, report) = report(features);
            let bad = usize::from(codes.contains(&1));
            prop_assert_eq!(report.refused.len(), bad);
            let spoken = report.matched.len() + report.unmatched.len() + codes.iter().filter(|i| **i == 1).count();
            prop_assert_eq!(spoken, codes.len());
        }
    }
}

#[cfg(test)]
mod corpus {
    use super::*;

    #[test]
    fn corpus_boundaries() {
        let area = |code| KnownArea {
            level: AreaLevel::District,
            code,
            name: "Malangke".into(),
            bps: None,
            label: None,
            has_boundary: false,
        };
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/boundaries");
        for file in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let _ = prepare(RegionId(7322), None, &[area(732_201)], &String::from_utf8_lossy(&bytes));
        }
    }
}
