//! GeoJSON files as others write them: which properties name an area.

use serde_json::{Map, Value};
use simpul_kernel::area::{AreaCode, bps_code};

/// How the file says which area a feature is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Naming {
    /// The Ministry's code as it stands in the file.
    pub code: Option<String>,
    /// The statistics bureau's code of a village (10 digits) or a district (7 digits).
    pub bps: Option<String>,
    /// The name of a village.
    pub village: Option<String>,
    /// The name of a district: of the feature itself if it has no village's name, of its parent otherwise.
    pub district: Option<String>,
}

/// A feature of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Feature {
    /// Its place in the file, counted from 1.
    pub number: usize,
    /// How messages call it.
    pub label: String,
    /// How the file says which area it is.
    pub naming: Naming,
    /// Its geometry as GeoJSON.
    pub geometry: Value,
}

const CODE_KEYS: [&str; 5] = ["code", "kode", "kode_wilayah", "kode_kemendagri", "kemendagri_code"];
const BPS_VILLAGE_KEYS: [&str; 4] = ["bps_village", "bps_code", "kode_bps", "adm4_pcode"];
const BPS_DISTRICT_KEYS: [&str; 4] = ["bps_district", "bps_code", "kode_bps", "adm3_pcode"];
const VILLAGE_KEYS: [&str; 6] = ["village", "desa", "kelurahan", "village_name", "nama_desa", "adm4_en"];
const DISTRICT_KEYS: [&str; 5] = ["district", "kecamatan", "district_name", "nama_kecamatan", "adm3_en"];
const PARENT_KEYS: [&str; 3] = ["parent", "parent_name", "induk"];
const NAME_KEYS: [&str; 3] = ["name", "nama", "wilayah"];

/// Reads a `FeatureCollection` or a single `Feature`.
///
/// # Errors
/// Why the file as a whole cannot be read: no JSON, no GeoJSON, or coordinates that are no degrees.
pub(super) fn features(text: &str) -> Result<Vec<Feature>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let file: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    refuse_foreign_crs(&file)?;
    let list = match file.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => {
            file.get("features").and_then(Value::as_array).cloned().ok_or("a FeatureCollection without features")?
        }
        Some("Feature") => vec![file],
        Some(other) => return Err(format!("a FeatureCollection is needed, not a {other}")),
        None => return Err("not GeoJSON: the member type is missing".into()),
    };
    Ok(list.iter().enumerate().map(|(index, feature)| one(index + 1, feature)).collect())
}

/// Old GeoJSON could name another coordinate system; metres read as degrees would put a village into the sea.
fn refuse_foreign_crs(file: &Value) -> Result<(), String> {
    let Some(name) = file.pointer("/crs/properties/name").and_then(Value::as_str) else {
        return Ok(());
    };
    let known = name.ends_with("CRS84") || name.ends_with(":4326");
    if known { Ok(()) } else { Err(format!("coordinates are in {name}; export the file as WGS 84 (EPSG:4326)")) }
}

fn one(number: usize, feature: &Value) -> Feature {
    let empty = Map::new();
    let properties = feature.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let naming = naming(properties);
    let label = [&naming.code, &naming.bps, &naming.village, &naming.district].into_iter().flatten();
    let label = label.map(String::as_str).collect::<Vec<_>>().join(" ");
    Feature {
        number,
        label: if label.is_empty() { format!("feature {number}") } else { label },
        naming,
        geometry: feature.get("geometry").cloned().unwrap_or(Value::Null),
    }
}

fn naming(properties: &Map<String, Value>) -> Naming {
    let lower: Map<String, Value> =
        properties.iter().map(|(key, value)| (key.trim().to_lowercase(), value.clone())).collect();
    let first = |keys: &[&str]| keys.iter().find_map(|key| text_of(lower.get(*key)?));
    let code = first(&CODE_KEYS);
    let bps_of = |keys: &[&str], digits: usize| {
        let found = keys.iter().filter_map(|key| text_of(lower.get(*key)?));
        found.filter_map(|text| bps_code(text.trim_start_matches("ID"))).find(|code| code.len() == digits)
    };
    let bps = bps_of(&BPS_VILLAGE_KEYS, 10).or_else(|| bps_of(&BPS_DISTRICT_KEYS, 7));
    let (mut village, mut district) = (first(&VILLAGE_KEYS), first(&DISTRICT_KEYS));
    if let Some(name) = first(&NAME_KEYS) {
        let parent = first(&PARENT_KEYS);
        let is_district = match (&code, &bps) {
            (Some(code), _) => matches!(AreaCode::parse(code), Some(AreaCode::District(_))),
            (None, Some(bps)) => bps.len() == 7,
            (None, None) => parent.is_none() && district.is_none() && village.is_none(),
        };
        if is_district {
            district = district.or(Some(name));
        } else {
            village = village.or(Some(name));
            district = district.or(parent);
        }
    }
    Naming { code, bps, village, district }
}

fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn naming_of(properties: Value) -> Naming {
        one(1, &json!({ "type": "Feature", "properties": properties, "geometry": null })).naming
    }

    #[test]
    fn the_ministry_and_the_bureau_are_never_mixed_up() {
        let ministry = naming_of(json!({ "code": "73.22.01.2001", "name": "Pattimang" }));
        assert_eq!((ministry.code.as_deref(), ministry.bps.as_deref()), (Some("73.22.01.2001"), None));
        assert_eq!(ministry.village.as_deref(), Some("Pattimang"));
        let bureau = naming_of(json!({
            "bps_village": "7322031006", "village": "Arusu",
            "bps_district": "7322031", "district": "Malangke Barat",
        }));
        assert_eq!((bureau.code.as_deref(), bureau.bps.as_deref()), (None, Some("7322031006")));
        assert_eq!(bureau.district.as_deref(), Some("Malangke Barat"));
    }

    #[test]
    fn a_district_is_told_by_its_code_by_the_bureau_and_by_its_bare_name() {
        assert_eq!(naming_of(json!({ "code": "73.22.01", "name": "Malangke" })).district.as_deref(), Some("Malangke"));
        assert_eq!(
            naming_of(json!({ "bps_district": 7322030, "district": "Malangke" })).bps.as_deref(),
            Some("7322030")
        );
        assert_eq!(naming_of(json!({ "NAMA": "Malangke" })).district.as_deref(), Some("Malangke"));
        let village = naming_of(json!({ "name": "Arusu", "parent": "Malangke Barat" }));
        assert_eq!((village.village.as_deref(), village.district.as_deref()), (Some("Arusu"), Some("Malangke Barat")));
    }

    #[test]
    fn the_united_nations_prefix_is_taken_off_a_bureau_code() {
        assert_eq!(naming_of(json!({ "ADM3_PCODE": "ID7322030" })).bps.as_deref(), Some("7322030"));
    }

    #[test]
    fn metres_are_refused() {
        let text = r#"{"type":"FeatureCollection","features":[],
            "crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32751"}}}"#;
        assert!(features(text).unwrap_err().contains("32751"));
        assert!(features("{}").is_err());
        assert!(features("[1").is_err());
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,200}") {
            let _ = features(&text);
        }
    }
}
