//! The question cards that a new region begins with, and the common code of each type. Both are data: a supervisor
//! changes them, and each change is a version of its own.
//!
//! The common codes are those of APCO ANS 2.103.1-2012, "Public Safety Communications Common Incident Types for Data
//! Exchange", as NIEM's code list and the schema of NENA-STA-021.1b (`Schema/NIEMComponents/apco.yaml`) carry them.
//! They know neither flood nor landslide: these are the major incident that they are. What the caller is told about
//! first aid follows the guidelines for laypeople (AHA 2020: compressions 100 to 120 a minute, 5 to 6 cm deep).

/// A card as it is sown: code of the type, common code, the card as it is written.
pub type SeedCard = (&'static str, &'static str, &'static str);

/// The common code of a type that nobody has mapped: an unknown trouble.
pub const COMMON_UNKNOWN: &str = "TROUBLE";

/// The common codes (APCO ANS 2.103.1-2012).
pub const COMMON_CODES: [&str; 197] = [
    "911H", "911OPN", "ABDOM", "ABDUCTF", "ABDUCTNF", "ABUSE", "ACCIND", "ADMIN", "AIR", "ALIEN", "ALLERGIC", "ALRBA",
    "ALRBOX", "ALRBS", "ALRCO", "ALRCO2", "ALRDEFIB", "ALRF", "ALRGAS", "ALRHEAT", "ALRKPAD", "ALRMED", "ALRNGAS",
    "ALRPANA", "ALRPANS", "ALRPROPN", "ALRPULL", "ALRROBA", "ALRROBS", "ALRU", "ALRVEH", "ALRWTR", "ALS", "ANIMAL",
    "ASSAULT", "ASSIST", "ATL", "BACK", "BARICADE", "BIO", "BITE", "BLDCLPSE", "BLEEDING", "BLS", "BOMB", "BRGCLPSE",
    "BURGLARY", "BURN", "CARDIAC", "CARJACK", "CHEMICAL", "CHESPAIN", "CHOKE", "CITASST", "CIVDIS", "CIVIL", "CNTRFT",
    "CRIMPS", "CRIMTRAF", "CURFEW", "DEATH", "DEATHNTF", "DIABETIC", "DISORD", "DISVEH", "DROWN", "DRUGPAR", "DRUGS",
    "DUI", "DVA", "DVNA", "EDP", "ELEC", "ELECHZD", "ELUDING", "ENTRAP", "ESCAPE", "EXPLOS", "EXPOSURE", "EXTORT",
    "EYE", "FAIRC", "FALL", "FAPT", "FARSON", "FBRUSH", "FELEC", "FFUEL", "FIGHT", "FIREWRKS", "FMARINE", "FORCENTR",
    "FOTHER", "FRAUD", "FREPORT", "FSMOKE", "FSTRU", "FTRAILER", "FTRAIN", "FTRASH", "FTRUCK", "FUNK", "FVEH",
    "GASLEAK", "HARR", "HAZMAT", "HEADACHE", "HEMRG", "HOMICIDE", "HOSTAGE", "INDECENT", "INFO", "INTERNET", "INTOX",
    "INVEST", "LARCENY", "LIQUOR", "MAJORINC", "MAYDAY", "MCI", "MISBOATR", "MISCON", "MVA", "MVAHR", "MVAINJY",
    "MVAUNK", "NEGLECT", "NOISE", "OD", "ODOR", "OPEN", "ORDERV", "PANDEMIC", "PARKING", "PERFND", "PERMISS",
    "PERSUSP", "PERUNCON", "PERWANT", "PHANDLE", "PREG", "PROPFND", "PROPLOST", "PROPSTLN", "PUBWKS", "PURSUIT",
    "RADIAT", "RECKDRV", "REPO", "RESCUE", "RESIST", "RESP", "RESPARR", "ROBBERY", "RUNAWAY", "SAR", "SEIZURE",
    "SEXOFFNS", "SHOOT", "SHOPLIFT", "SICK", "SMOKING", "STABBING", "STDBY", "STROKE", "SUBJSTP", "SUICIDE",
    "SUICTHRT", "SUSP", "TERROR", "THAZ", "THREATS", "TOW", "TRAIN", "TRAINDRL", "TRANSFER", "TRAUMA", "TRAUMAP",
    "TRESPASS", "TROUBLE", "TRUANT", "TSTOP", "VANDAL", "VEHABND", "VEHASST", "VEHLOCK", "VEHREC", "VEHSTLN",
    "VEHSUSP", "VICE", "WARRANT", "WATER", "WEAPON", "WELFARE", "WILDLIFE", "WIRES", "XTRACATE",
];

/// The cards, one for each type of [`super::seed::TYPES`].
pub const CARDS: [SeedCard; 22] = [
    (
        "structure_fire",
        "FSTRU",
        "! Keluar dari bangunan sekarang. Tutup pintu. Jangan kembali untuk mengambil barang.
= 40 P1
? api Apakah api terlihat, atau asap saja?
- Api besar | 40
- Api kecil | 20
- Asap saja | 10
- Kendaraan yang terbakar | jenis vehicle_fire 3 | ke akhir | ! Menjauh sedikitnya 25 meter.
- Kebun atau lahan | jenis wildfire 3 | 10
? orang Apakah masih ada orang di dalam?
- Ya | 60 | ! Minta mereka ke jendela dan merendah di bawah asap.
- Tidak tahu | 30
- Tidak
? luka Apakah ada yang luka bakar atau sesak?
- Ya | 40 | ! Siram luka bakar dengan air mengalir 20 menit. Jangan beri odol atau minyak.
- Tidak
? bahaya Apa yang ada di dekatnya?
- Elpiji atau bahan bakar | 30 | ! Jangan mendekat dan jangan menyalakan apa pun.
- Rumah lain yang rapat | 20
- Tidak ada",
    ),
    (
        "vehicle_fire",
        "FVEH",
        "! Menjauh sedikitnya 25 meter. Jangan buka kap mesin.
= 40 P1
? orang Apakah ada orang di dalam kendaraan?
- Ya | 60
- Tidak tahu | 30
- Tidak
? muatan Kendaraan apa?
- Tangki atau muatan berbahaya | 60 | ! Menjauh 300 meter, jauhi arah angin.
- Truk atau bus | 20
- Mobil atau motor",
    ),
    (
        "wildfire",
        "FBRUSH",
        "! Jauhi asap. Jangan memadamkan sendirian.
= 50 P1
= 20 P2
? rumah Seberapa dekat api dari rumah?
- Kurang dari 100 meter | 50
- Kurang dari 1 kilometer | 20
- Jauh
? arah Ke mana angin membawa api?
- Ke permukiman | 30
- Menjauh
- Tidak tahu | 10",
    ),
    (
        "gas_leak",
        "GASLEAK",
        "! Keluar sekarang. Jangan nyalakan atau matikan lampu. Jangan merokok.
= 40 P1
? sumber Dari mana baunya?
- Tabung elpiji di rumah | 10 | ! Bila aman, lepas regulator dan bawa tabung ke luar.
- Pabrik, tangki, atau SPBU | 50
- Tidak tahu | 20
? korban Apakah ada yang pusing atau pingsan?
- Ya | 50
- Tidak",
    ),
    (
        "cardiac_arrest",
        "CARDIAC",
        "! Baringkan telentang di lantai. Nyalakan pengeras suara telepon.
= 10 P1
? sadar Apakah ia menjawab ketika dipanggil dan bahunya ditepuk?
- Tidak | 50
- Ya | jenis medical 2 | ke keluhan
? napas Apakah ia bernapas biasa?
- Tidak, atau tersengal | 50 | ! Tekan tengah dada kuat dan cepat: 100–120 kali semenit, dalam 5–6 cm. Jangan berhenti.
- Ya | 20 | ! Miringkan badannya. Perhatikan napasnya terus.
? aed Apakah ada AED di dekat situ?
- Ya | ! Suruh orang lain mengambilnya dan ikuti suaranya.
- Tidak
? keluhan Apa yang dikeluhkan?
- Nyeri dada | 20 | ! Dudukkan bersandar. Jangan berjalan.
- Lemas atau pusing",
    ),
    (
        "medical",
        "SICK",
        "! Jangan beri makan atau minum.
= 40 P1
? sadar Apakah ia sadar dan bernapas biasa?
- Tidak | 60 | jenis cardiac_arrest 3 | ke akhir | ! Baringkan telentang di lantai; nyalakan pengeras suara.
- Ya
? keluhan Apa yang paling berat?
- Sesak napas | 40 | ! Dudukkan tegak dan longgarkan pakaian.
- Nyeri dada | 40 | ! Dudukkan bersandar. Jangan berjalan.
- Wajah mencong, bicara pelo, atau lemah sebelah | 40 | ! Catat jam mulainya.
- Kejang | 30 | ! Singkirkan benda keras. Jangan masukkan apa pun ke mulut.
- Demam atau sakit perut
- Lainnya",
    ),
    (
        "childbirth",
        "PREG",
        "! Baringkan miring ke kiri. Siapkan kain bersih.
= 40 P1
? tahap Apakah bayi sudah terlihat?
- Sudah lahir | 60 | ! Keringkan dan selimuti bayi di dada ibu. Jangan potong atau tarik tali pusat.
- Terlihat | 60 | ! Jangan ditahan. Sangga kepala bayi dengan kedua tangan.
- Belum, mulas kurang dari 5 menit sekali | 30
- Belum | 10
? darah Apakah keluar banyak darah?
- Ya | 60
- Tidak",
    ),
    (
        "injury",
        "TRAUMA",
        "! Jangan pindahkan korban kecuali ada bahaya.
= 60 P1
= 30 P2
? darah Apakah berdarah banyak?
- Ya | 60 | ! Tekan luka kuat-kuat dengan kain bersih. Jangan dilepas.
- Tidak
? sadar Apakah korban sadar?
- Tidak | 60
- Ya
? sebab Apa sebabnya?
- Jatuh dari lebih dari 3 meter | 40
- Gigitan ular | 40 | ! Diamkan anggota badan itu. Jangan diikat, disayat, atau diisap.
- Lainnya",
    ),
    (
        "traffic_accident",
        "MVAUNK",
        "! Jauhkan diri dari lalu lintas. Nyalakan lampu hazard. Jangan pindahkan korban.
= 40 P1
? korban Ada berapa korban luka?
- Tidak ada
- Satu atau dua | 20
- Tiga atau lebih | 50
- Tidak tahu | 20
? terjepit Apakah ada yang terjepit?
- Ya | 60
- Tidak
? sadar Apakah ada yang tidak sadar?
- Ya | 60 | ! Periksa napasnya. Jangan lepas helm kecuali tidak bernapas.
- Tidak
- Tidak tahu | 10
? bahaya Apa bahaya di tempat itu?
- Bahan bakar tumpah | 30 | ! Jangan merokok. Menjauh.
- Kendaraan masuk air | 60 | jenis vehicle_in_water 3
- Jalan tertutup | 10
- Tidak ada",
    ),
    (
        "vehicle_in_water",
        "WATER",
        "! Bila masih terapung: lepas sabuk, buka jendela, keluar. Jangan buka pintu.
= 10 P1
? orang Ada berapa orang di dalam?
- Tidak tahu | 40
- Satu | 40
- Lebih dari satu | 60
- Sudah keluar semua
? air Bagaimana airnya?
- Deras | 40
- Tenang | 10",
    ),
    (
        "drowning",
        "DROWN",
        "! Jangan masuk ke air. Lemparkan tali, bambu, atau jeriken kosong.
= 10 P1
? lihat Apakah korban masih terlihat?
- Ya, di permukaan | 60
- Tidak lagi | 40 | ! Tunjuk tempat terakhir terlihat dan jangan lepas pandangan.
- Sudah di darat | 50
? napas Bila sudah di darat: apakah bernapas?
- Tidak | 60 | ! Beri 5 napas buatan, lalu tekan dada 100–120 kali semenit.
- Ya | 20 | ! Miringkan badannya dan selimuti.
- Belum di darat
? lama Sudah berapa lama?
- Kurang dari 10 menit | 40
- Lebih lama | 20",
    ),
    (
        "flood",
        "MAJORINC",
        "! Pindah ke tempat tinggi. Matikan listrik bila aman. Jangan berjalan di air deras.
= 50 P1
= 20 P2
? orang Apakah ada yang terjebak atau hanyut?
- Hanyut | 60 | jenis drowning 3
- Terjebak | 50
- Tidak
? tinggi Setinggi apa air?
- Di atas dada | 40
- Di atas lutut | 20
- Di bawah lutut
? naik Apakah air naik dengan cepat?
- Ya | 30 | ! Naik sekarang juga; jangan tunggu barang.
- Tidak
? rentan Apakah ada bayi, lansia, atau orang sakit?
- Ya | 20
- Tidak",
    ),
    (
        "landslide",
        "MAJORINC",
        "! Menjauh dari lereng dan alur air. Longsor susulan mungkin datang.
= 40 P1
? orang Apakah ada yang tertimbun?
- Ya | 60
- Tidak tahu | 40
- Tidak
? rumah Apa yang terkena?
- Rumah | 40
- Jalan tertutup | 10
- Kebun
? gerak Apakah tanah masih bergerak atau retak?
- Ya | 30 | ! Suruh semua orang di bawah lereng pindah.
- Tidak",
    ),
    (
        "earthquake",
        "MAJORINC",
        "! Keluar ke tempat terbuka, jauh dari tiang dan bangunan. Dekat pantai: naik ke tempat tinggi.
= 40 P1
? orang Apakah ada yang tertimpa atau terjebak?
- Ya | 60 | jenis collapse 2
- Tidak tahu | 20
- Tidak
? rusak Apa yang rusak?
- Banyak bangunan | 50
- Satu bangunan | 20
- Tidak ada",
    ),
    (
        "storm",
        "MAJORINC",
        "! Masuk ke bangunan kokoh. Jauhi pohon, baliho, dan kabel.
= 50 P1
= 20 P2
? orang Apakah ada yang tertimpa atau luka?
- Ya | 60
- Tidak
? rusak Apa yang rusak?
- Beberapa rumah | 30
- Satu rumah | 20
- Pohon menutup jalan | jenis fallen_tree 2 | 10",
    ),
    (
        "fallen_tree",
        "PUBWKS",
        "! Jauhi pohon dan kabel. Tandai jalan dengan lampu atau dahan.
= 60 P1
= 20 P2
? orang Apakah ada yang tertimpa?
- Ya | 60
- Tidak
? kabel Apakah kabel listrik ikut putus?
- Ya | 30 | jenis power_line 2 | ! Menjauh 10 meter dari kabel.
- Tidak
? jalan Apakah jalan tertutup?
- Seluruhnya | 20
- Sebagian | 10
- Tidak",
    ),
    (
        "collapse",
        "BLDCLPSE",
        "! Jangan masuk ke reruntuhan. Diam dan dengarkan suara korban.
= 10 P1
? orang Apakah ada yang tertimbun?
- Ya | 60
- Tidak tahu | 40
- Tidak
? apa Apa yang runtuh?
- Bangunan | 20
- Jembatan | 30
- Tembok | 10
? gas Apakah tercium gas atau ada kabel putus?
- Ya | 30 | ! Jangan menyalakan apa pun.
- Tidak",
    ),
    (
        "power_line",
        "WIRES",
        "! Menjauh 10 meter. Jangan sentuh orang yang tersengat atau kendaraan yang terkena kabel.
= 60 P1
? orang Apakah ada yang tersengat?
- Ya | 60 | ! Jangan sentuh sebelum listrik diputus.
- Tidak
? tempat Di mana kabelnya?
- Di jalan atau genangan | 30
- Di atap atau pohon | 10",
    ),
    (
        "crime",
        "TROUBLE",
        "! Pergi ke tempat aman. Jangan mengejar pelaku.
= 40 P1
? masih Apakah pelaku masih di sana?
- Ya | 60 | ! Jangan bersuara. Tetap di telepon bila aman.
- Baru pergi | 20
- Sudah lama
? senjata Apakah pelaku bersenjata?
- Ya | 60
- Tidak tahu | 10
- Tidak
? luka Apakah ada yang luka?
- Ya | 40
- Tidak",
    ),
    (
        "violence",
        "FIGHT",
        "! Pergi ke tempat aman dan kunci pintu.
= 10 P1
? masih Apakah masih berlangsung?
- Ya | 60 | ! Bila tidak bisa bicara, ketuk telepon dua kali untuk ya.
- Tidak | 10
? senjata Apakah ada senjata?
- Ya | 60
- Tidak tahu | 20
- Tidak
? luka Apakah ada yang luka?
- Ya | 40 | ! Tekan luka yang berdarah dengan kain bersih.
- Tidak",
    ),
    (
        "missing_person",
        "PERMISS",
        "! Siapkan foto terakhir, ciri pakaian, dan nomor teleponnya.
= 50 P1
= 20 P2
? siapa Siapa yang hilang?
- Anak di bawah 12 tahun | 40
- Lansia atau orang sakit | 40
- Dewasa | 10
? tempat Di mana terakhir terlihat?
- Gunung atau hutan | 30
- Sungai atau laut | 40 | jenis drowning 1
- Permukiman
? lama Sejak kapan?
- Kurang dari 3 jam | 10
- Lebih dari 3 jam | 20",
    ),
    (
        "animal",
        "ANIMAL",
        "! Jauhi hewannya. Jangan mencoba menangkap.
= 60 P1
= 30 P2
? luka Apakah ada yang digigit atau disengat?
- Ya | 60 | jenis injury 2 | ! Diamkan anggota badan itu. Jangan diikat, disayat, atau diisap.
- Tidak
? hewan Hewan apa?
- Buaya | 40
- Ular di dalam rumah | 30
- Tawon | 10
- Lainnya",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::card::Card;
    use crate::model::seed::TYPES;

    #[test]
    fn every_type_has_a_card_that_reads_with_a_common_code_and_names_known_types_only() {
        for (kind, ..) in TYPES {
            let (_, common, text) = CARDS.iter().find(|card| card.0 == kind).unwrap_or_else(|| panic!("{kind}"));
            assert!(COMMON_CODES.contains(common), "{kind}: {common}");
            let card = Card::read(text).unwrap_or_else(|refusal| panic!("{kind}: {refusal:?}"));
            assert!(card.questions.len() >= 2 && !card.instructions.is_empty(), "{kind}");
            for answer in card.questions.iter().flat_map(|question| &question.answers) {
                assert!(answer.votes.iter().all(|(code, _)| TYPES.iter().any(|seed| seed.0 == code)), "{kind}");
            }
        }
    }

    #[test]
    fn a_fire_with_people_inside_is_the_most_urgent_and_a_burning_car_is_another_type() {
        let card = Card::read(CARDS[0].2).unwrap();
        let given = |code: &str, answer| vec![(code.to_owned(), answer)];
        let inside = [given("api", 2), given("orang", 0)].concat();
        assert_eq!(card.proposal(&inside).priority, crate::model::Priority::new(1));
        assert_eq!(card.proposal(&given("api", 3)).kind.as_deref(), Some("vehicle_fire"));
    }
}
