//! What a taker types, read as a taker means it: a village by its name, a type by two letters.

use simpul_kernel::Refusal;
use simpul_kernel::geo::Point;
use simpul_people::Snapshot;
use simpul_shell::PageError;
use uuid::Uuid;

use crate::model::{IncidentType, Site};

/// Most types that a refusal names.
const NAMED_MAX_COUNT: usize = 8;

/// How a village is written in the field: `Kappuna, Masamba`.
pub fn village_label(place: &Snapshot, code: i64) -> Option<String> {
    let village = place.village(code)?;
    let district = place.district(village.district)?;
    Some(format!("{}, {}", village.name, district.name))
}

/// The id in an address.
///
/// # Errors
/// What is no id leads nowhere.
pub fn id_of(typed: &str) -> Result<Uuid, PageError> {
    typed.parse().map_err(|_| PageError::not_found())
}

/// The village and district that were typed: by name with its district, by a name that only one has, or a district.
///
/// # Errors
/// `emergency.refused.village` of the field `village` for what names none, or several.
pub fn read_place(place: &Snapshot, typed: &str) -> Result<(Option<i64>, Option<i64>), Refusal> {
    let typed = plain(typed);
    if typed.is_empty() {
        return Ok((None, None));
    }
    let villages = || place.villages.iter();
    let is_label = |code| village_label(place, code).is_some_and(|label| plain(&label) == typed);
    let by_label = villages().find(|village| is_label(village.code));
    let named: Vec<_> = villages().filter(|village| plain(&village.name) == typed).collect();
    let alone = if let [one] = named.as_slice() { Some(*one) } else { None };
    if let Some(village) = by_label.or(alone) {
        return Ok((Some(village.code), Some(village.district)));
    }
    let district = place.districts.iter().find(|district| plain(&district.name) == typed);
    match district.filter(|_| named.is_empty()) {
        Some(district) => Ok((None, Some(district.code))),
        None if named.len() > 1 => {
            let labels: Vec<String> = named.iter().filter_map(|village| village_label(place, village.code)).collect();
            Err(Refusal::field("village", "emergency.refused.village_many").with("known", labels.join("; ")))
        }
        None => Err(Refusal::field("village", "emergency.refused.village")),
    }
}

/// Words that a taker may put before a name.
const KINDS_OF_PLACE: [&str; 7] = ["desa ", "kelurahan ", "kel. ", "kel ", "kecamatan ", "kec. ", "kec "];

/// A name as it is compared: small letters, one space between words and after a comma, without the kind of place.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase().replace(',', ", ");
    let parts = lower.split(", ").map(|part| {
        let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
        KINDS_OF_PLACE.iter().find_map(|kind| part.strip_prefix(kind)).map_or(part.clone(), str::to_owned)
    });
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The type that was typed: its name, its code, or letters that begin a word of one type only.
///
/// # Errors
/// Of the field `type`: `emergency.refused.type` for what names none, `emergency.refused.type_many` with the candidates
/// for what fits several.
pub fn read_type<'t>(types: &'t [IncidentType], typed: &str) -> Result<&'t IncidentType, Refusal> {
    let typed = typed.trim().to_lowercase();
    let active = || types.iter().filter(|kind| kind.active);
    let exact = active().find(|kind| kind.name.to_lowercase() == typed || kind.code == typed);
    let fitting: Vec<&IncidentType> = active().filter(|kind| kind.fits(&typed)).collect();
    match (exact, fitting.as_slice()) {
        (Some(kind), _) => Ok(kind),
        (None, [one]) => Ok(*one),
        (None, []) => Err(Refusal::field("type", "emergency.refused.type")),
        (None, several) => {
            let names: Vec<&str> = several.iter().take(NAMED_MAX_COUNT).map(|kind| kind.name.as_str()).collect();
            let refusal = Refusal::field("type", "emergency.refused.type_many");
            Err(refusal.with("typed", typed).with("known", names.join(", ")))
        }
    }
}

/// The place that was typed. A village that is none of the region's holds nobody up where a landmark or coordinates
/// lead there: what was typed stays as words.
///
/// # Errors
/// Those of [`read_place`], and `emergency.refused.point` of the field `point` for what are no coordinates.
pub fn read_site(place: &Snapshot, village: &str, landmark: &str, point: &str) -> Result<Site, Refusal> {
    let point = read_point(point)?;
    let leads = point.is_some() || !landmark.trim().is_empty();
    let (read, landmark) = match read_place(place, village) {
        Err(_) if leads => {
            let words = [village.trim(), landmark.trim()].into_iter().filter(|words| !words.is_empty());
            ((None, None), words.collect::<Vec<_>>().join(", "))
        }
        read => (read?, landmark.trim().to_owned()),
    };
    let (village, district) = match (read, point) {
        ((None, None), Some(point)) => {
            let known = place.village_at(point);
            (known.map(|village| village.code), known.map(|village| village.district))
        }
        (typed, _) => typed,
    };
    Ok(Site { village, district, landmark, point, radius_m: None })
}

/// Coordinates as maps give them: `-2.5489, 120.3278`, `2.5489 S 120.3278 E`, `2°32'56"S 120°19'40"E`.
///
/// # Errors
/// `emergency.refused.point` of the field `point`.
pub fn read_point(typed: &str) -> Result<Option<Point>, Refusal> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let parts: Vec<&str> = typed.split([',', ' ', ';']).filter(|part| !part.is_empty()).collect();
    let plain = if let [lat, lon] = parts.as_slice() { Point::parse(lat, lon).ok() } else { None };
    plain.or_else(|| by_letters(typed)).map(Some).ok_or_else(|| Refusal::field("point", "emergency.refused.point"))
}

/// Degrees, minutes and seconds with the letters of the directions behind them; LS, LU and BT are those of Indonesian
/// maps.
fn by_letters(typed: &str) -> Option<Point> {
    let typed = typed.to_uppercase().replace("LS", "S").replace("LU", "N").replace("BT", "E");
    let lat_end = typed.find(['N', 'S'])?;
    let (lat, rest) = typed.split_at(lat_end);
    let (south, lon) = (rest.starts_with('S'), rest[1..].trim().strip_suffix('E')?);
    let lat = degrees(lat)?;
    Point::parse(&format!("{:.7}", if south { -lat } else { lat }), &format!("{:.7}", degrees(lon)?)).ok()
}

/// `2°32'56.5"` or `2.5489` as degrees.
fn degrees(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(|sign: char| !sign.is_ascii_digit() && sign != '.').collect();
    let parts: Vec<f64> =
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let sixtieths = |part: f64| (0.0..60.0).contains(&part).then_some(part);
    match parts.as_slice() {
        [whole] => Some(*whole),
        [whole, minutes] => Some(whole + sixtieths(*minutes)? / 60.0),
        [whole, minutes, seconds] => Some(whole + sixtieths(*minutes)? / 60.0 + sixtieths(*seconds)? / 3_600.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::incident::Priority;
    use crate::model::run_card::RunCard;
    use crate::model::seed::TYPES;

    fn types() -> Vec<IncidentType> {
        let of = |seed: &crate::model::seed::SeedType| IncidentType {
            code: seed.0.to_owned(),
            group: seed.1.to_owned(),
            name: seed.2.to_owned(),
            words: seed.3.to_owned(),
            priority: Priority::new(seed.4).unwrap(),
            run_card: RunCard::read(seed.5).unwrap(),
            active: true,
        };
        TYPES.iter().map(of).collect()
    }

    #[test]
    fn two_letters_are_enough_where_they_mean_one_type() {
        let types = types();
        assert_eq!(read_type(&types, "Banjir").unwrap().code, "flood");
        assert_eq!(read_type(&types, "lo").unwrap().code, "landslide");
        let several = read_type(&types, "ke").unwrap_err();
        assert_eq!((several.field, several.key), (Some("type"), "emergency.refused.type_many"));
        let known = several.args.iter().find(|(name, _)| *name == "known").unwrap();
        assert!(known.1.contains("Kebakaran kendaraan") && known.1.contains("Kebocoran gas"), "{}", known.1);
        assert_eq!(read_type(&types, "").unwrap_err().field, Some("type"));
    }

    #[test]
    fn more_of_a_type_s_own_words_means_it_too() {
        let types = types();
        for (typed, code) in [
            ("kebakaran rumah", "structure_fire"),
            ("rumah kebak", "structure_fire"),
            ("henti jantung", "cardiac_arrest"),
            ("lalu lintas", "traffic_accident"),
            ("Kebakaran rumah/bangunan", "structure_fire"),
        ] {
            assert_eq!(read_type(&types, typed).map(|kind| kind.code.as_str()), Ok(code), "{typed}");
        }
        assert_eq!(read_type(&types, "kebakaran sungai").unwrap_err().key, "emergency.refused.type");
    }

    #[test]
    fn a_place_is_the_same_with_its_kind_and_without_a_space() {
        for typed in ["Kappuna, Masamba", "kappuna,masamba", " Desa  Kappuna ,  Kec. Masamba"] {
            assert_eq!(plain(typed), "kappuna, masamba", "{typed:?}");
        }
        assert_eq!((plain("Desa"), plain(" , ")), ("desa".to_owned(), String::new()));
    }

    #[test]
    fn coordinates_are_read_as_maps_write_them() {
        let point = read_point("-2.5489, 120.3278").unwrap().unwrap();
        assert_eq!((point.lat_e7, point.lon_e7), (-25_489_000, 1_203_278_000));
        assert_eq!(read_point("-2.5489 120.3278").unwrap(), Some(point));
        for typed in ["2°33'00\"S 120°19'48\"E", "2.55 S 120.33 E", "2.55 LS, 120.33 BT", "2° 33.0' S, 120° 19.8' E"]
        {
            let point = read_point(typed).unwrap().unwrap();
            assert_eq!((point.lat_e7, point.lon_e7), (-25_500_000, 1_203_300_000), "{typed}");
        }
        assert!(read_point("2°75'00\"S 120°19'48\"E").is_err() && read_point("S E").is_err());
        assert!(read_point("").unwrap().is_none() && read_point("100, 200").is_err() && read_point("sini").is_err());
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,40}") {
            let _ = (read_point(&typed), read_type(&types(), &typed));
        }
    }
}
