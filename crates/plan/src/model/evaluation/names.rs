//! Names of sections and regions as files write them.

/// A section's name as files are compared by it: small letters and digits only, without what stands in brackets and
/// without a weight behind it (`quickwin_30`, `Quick Win`).
pub fn section_key(text: &str) -> String {
    let bare = text.split('(').next().unwrap_or_default().trim().to_lowercase();
    let bare = match bare.rsplit_once(['_', ' ', '-']) {
        Some((name, weight)) if is_number(weight) && !name.trim().is_empty() => name.to_owned(),
        _ => bare,
    };
    bare.chars().filter(|sign| sign.is_alphanumeric()).collect()
}

/// The weight behind a section's name in a header, if one stands there.
pub fn section_weight(text: &str) -> Option<&str> {
    let (name, weight) = text.trim().rsplit_once(['_', ' '])?;
    (is_number(weight) && !name.trim().is_empty()).then_some(weight)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|sign| sign.is_ascii_digit() || sign == '.')
}

/// A section's name and what stands behind it in brackets.
pub fn section_name(text: &str) -> (String, String) {
    let (name, note) = text.split_once('(').unwrap_or((text, ""));
    (name.trim().to_owned(), note.trim().trim_end_matches(')').trim().to_owned())
}

/// Words for the kind of a region, as files write them.
const REGENCY: [&str; 3] = ["kabupaten", "kab", "kab."];
/// The same of a city.
const CITY: [&str; 2] = ["kota", "kota."];

/// A region's name as files are compared by it: `kab malang`, `kota malang`, or `malang` where no kind is said.
pub fn region_key(text: &str) -> String {
    let lower = text.to_lowercase().replace(['_', '-'], " ").replace("kab.", "kab ");
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    let kind = match words.first() {
        Some(first) if words.len() > 1 && REGENCY.contains(first) => Some("kab"),
        Some(first) if words.len() > 1 && CITY.contains(first) => Some("kota"),
        _ => None,
    };
    if let Some(kind) = kind {
        words[0] = kind;
    }
    words.join(" ")
}

/// Whether a name from a file means the region of that full name. A name without a kind means either kind.
pub fn means_region(text: &str, full_name: &str) -> bool {
    let (text, full) = (region_key(text), region_key(full_name));
    let bare = full.split_once(' ').filter(|(kind, _)| ["kab", "kota"].contains(kind)).map(|(_, name)| name);
    text == full || bare == Some(text.as_str())
}

/// The region and year of a column of scores: `nilai_kab_malang_2023(0-4)` is Kab. Malang in 2023.
pub fn score_column(header: &str) -> Option<(String, Option<i64>)> {
    let bare = header.split('(').next().unwrap_or_default().trim().to_lowercase();
    let rest = bare.strip_prefix("nilai_")?;
    let mut words: Vec<&str> = rest.split(['_', ' ']).filter(|word| !word.is_empty()).collect();
    let year = words.last().and_then(|last| read_year(last));
    if year.is_some() {
        words.pop();
    }
    if words.is_empty() {
        return None;
    }
    let named = words.iter().enumerate().map(|(at, word)| match *word {
        "kab" | "kabupaten" if at == 0 && words.len() > 1 => "Kab.".to_owned(),
        word => capital(word),
    });
    Some((named.collect::<Vec<_>>().join(" "), year))
}

fn capital(word: &str) -> String {
    let mut signs = word.chars();
    signs.next().map_or_else(String::new, |first| first.to_uppercase().chain(signs).collect())
}

/// Earliest year of an evaluation.
pub const YEAR_MIN: i64 = 2_000;
/// Latest one.
pub const YEAR_MAX: i64 = 2_100;

/// A year of four digits.
pub fn read_year(text: &str) -> Option<i64> {
    let year = text.trim().parse().ok().filter(|_| text.trim().len() == 4)?;
    (YEAR_MIN..=YEAR_MAX).contains(&year).then_some(year)
}

/// The year and the group that a header of weights names: `bobot_bagian_2023_KPPN_IKN` is 2023, `KPPN IKN`.
pub fn weight_column(header: &str) -> Option<(Option<i64>, String)> {
    let bare = header.trim();
    if !bare.to_lowercase().starts_with("bobot") {
        return None;
    }
    let words: Vec<&str> = bare.split(['_', ' ']).collect();
    let at = words.iter().position(|word| read_year(word).is_some());
    let year = at.and_then(|at| read_year(words[at]));
    let group = at.map_or_else(String::new, |at| words[at + 1..].join(" "));
    Some((year, group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_match_without_case_spaces_brackets_and_weight() {
        for text in ["Quick Win", "quickwin_30", "QUICK_WIN", "quick win 30", "QuickWin"] {
            assert_eq!(section_key(text), "quickwin", "{text}");
        }
        assert_eq!(section_key("Impact (survei 50 responden pengguna per dimensi)"), "impact");
        assert_eq!(section_key("impact_12.5"), "impact");
        assert_eq!(section_weight("quickwin_30"), Some("30"));
        assert_eq!(section_weight("quick_win"), None);
        assert_eq!(section_name("Impact (survei)"), ("Impact".to_owned(), "survei".to_owned()));
    }

    #[test]
    fn a_region_is_meant_with_its_kind_however_it_is_written() {
        for text in ["Kab. Malang", "kabupaten malang", "KAB.MALANG", "Kab Malang", "kab_malang", "Malang"] {
            assert!(means_region(text, "Kabupaten Malang"), "{text}");
        }
        assert!(!means_region("Kota Malang", "Kabupaten Malang"));
        assert!(!means_region("Kab. Malang", "Kota Malang"));
        assert!(means_region("Kota Malang", "Kota Malang"));
    }

    #[test]
    fn a_column_of_scores_says_region_and_year() {
        let column = score_column("nilai_kab_malang_2023(0-4)");
        assert_eq!(column, Some(("Kab. Malang".to_owned(), Some(2023))));
        assert_eq!(score_column("nilai_kota_batu"), Some(("Kota Batu".to_owned(), None)));
        assert_eq!(score_column("nilai_2023"), None);
        assert_eq!(score_column("kode"), None);
        assert_eq!(weight_column("bobot_bagian_2023_KPPN_IKN"), Some((Some(2023), "KPPN IKN".to_owned())));
        assert_eq!(weight_column("bobot"), Some((None, String::new())));
    }
}
