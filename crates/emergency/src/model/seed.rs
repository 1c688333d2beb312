//! The types of incidents that a new region begins with. All of them are data: a supervisor changes them.

/// A type as it is sown: code, group, name, other words, priority, run card.
pub type SeedType = (&'static str, &'static str, &'static str, &'static str, i64, &'static str);

/// Kinds of units that run cards name, with their names on screens.
pub const UNIT_KINDS: [(&str, &str); 7] = [
    ("ambulance", "Ambulans"),
    ("fire", "Damkar"),
    ("rescue", "SAR / penyelamatan"),
    ("police", "Polisi"),
    ("patrol", "Satpol PP"),
    ("disaster", "TRC BPBD"),
    ("power", "Listrik (PLN)"),
];

/// The types. Priorities follow what a delay costs: 1 where life is in danger now, 5 where it can wait.
pub const TYPES: [SeedType; 22] = [
    (
        "structure_fire",
        "api",
        "Kebakaran rumah / bangunan",
        "api terbakar ruko pasar",
        1,
        "fire:2,ambulance:1 / fire:2 / fire:2,rescue:1",
    ),
    ("vehicle_fire", "api", "Kebakaran kendaraan", "mobil motor terbakar", 2, "fire:1"),
    ("wildfire", "api", "Kebakaran lahan / hutan", "karhutla asap kebun", 3, "fire:1,disaster:1"),
    ("gas_leak", "api", "Kebocoran gas", "elpiji lpg", 2, "fire:1"),
    ("cardiac_arrest", "medis", "Henti jantung / tidak sadar", "pingsan jantung napas", 1, "ambulance:1"),
    ("medical", "medis", "Sakit mendadak", "sesak demam stroke kejang", 2, "ambulance:1"),
    ("childbirth", "medis", "Persalinan darurat", "melahirkan hamil bayi", 2, "ambulance:1"),
    ("injury", "medis", "Luka / jatuh", "cedera patah gigitan ular", 3, "ambulance:1"),
    (
        "traffic_accident",
        "lalu lintas",
        "Kecelakaan lalu lintas",
        "laka tabrakan motor mobil",
        2,
        "ambulance:1,police:1",
    ),
    ("vehicle_in_water", "air", "Kendaraan masuk air", "mobil jatuh sungai", 1, "rescue:1,ambulance:1"),
    ("drowning", "air", "Orang tenggelam / hanyut", "sungai laut kolam", 1, "rescue:1,ambulance:1"),
    ("flood", "air", "Banjir", "air naik genangan bandang", 2, "disaster:1,rescue:1 / rescue:2,ambulance:1"),
    ("landslide", "tanah", "Tanah longsor", "longsor tertimbun", 2, "disaster:1,rescue:1 / rescue:2,ambulance:1"),
    ("earthquake", "tanah", "Gempa bumi", "gempa guncangan", 2, "disaster:1"),
    ("storm", "tanah", "Angin kencang / puting beliung", "angin atap", 3, "disaster:1"),
    ("fallen_tree", "tanah", "Pohon tumbang", "pohon menutup jalan", 3, "disaster:1"),
    ("collapse", "tanah", "Bangunan runtuh", "ambruk jembatan tembok", 1, "rescue:1,ambulance:1"),
    ("power_line", "listrik", "Kabel listrik putus", "listrik tersengat korsleting", 2, "power:1"),
    ("crime", "kejahatan", "Tindak kejahatan", "curi rampok begal", 2, "police:1"),
    ("violence", "kejahatan", "Kekerasan / perkelahian", "tawuran kdrt ancaman", 1, "police:1,ambulance:1"),
    ("missing_person", "pencarian", "Orang hilang", "tersesat gunung anak", 3, "rescue:1,police:1"),
    ("animal", "hewan", "Hewan berbahaya", "ular tawon buaya", 4, "fire:1"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::incident::Priority;
    use crate::model::run_card::RunCard;

    #[test]
    fn every_type_has_a_priority_and_a_run_card_of_known_kinds() {
        for (code, _, _, _, priority, card) in TYPES {
            assert!(Priority::new(priority).is_some(), "{code}");
            let card = RunCard::read(card).unwrap().up_to(9);
            assert!(!card.is_empty() && card.iter().all(|(kind, _)| UNIT_KINDS.iter().any(|(known, _)| known == kind)));
            assert_eq!(TYPES.iter().filter(|kind| kind.0 == code).count(), 1, "{code}");
        }
    }
}
