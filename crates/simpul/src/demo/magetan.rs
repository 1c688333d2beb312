//! The demo's second region: Kabupaten Magetan, small, at a host of its own. Its people and reports are invented.

use simpul_kernel::{RegionId, Role};
use simpul_people::{RegionSettings, data};

use super::cast::{Member, member};
use super::place::DemoRegion;
use super::texts::{Kind, Scene, kind};

/// The host that its pages answer to: browsers lead every name under `localhost` to this machine.
pub const HOST: &str = "magetan.localhost";

/// The second region.
pub static MAGETAN: DemoRegion = DemoRegion {
    id: RegionId(3520),
    name: "Magetan",
    prefix: "MGT",
    host: Some(HOST),
    areas: data::AREAS_MAGETAN,
    centres: data::DISTRICT_CENTRES_MAGETAN,
    agencies: data::AGENCIES_MAGETAN,
    owners: &[
        ("DPUTRPKP2", "DPUPR"),
        ("DBMBK Sulsel", "DPU Bina Marga Jatim"),
        ("BBPJN Sulsel", "BBPJN Jatim Bali"),
        ("PLN ULP Masamba", "PLN ULP Magetan"),
        ("DLH", "DLHP"),
        ("PDAM Tirta Bukae", "PDAM Lawu Tirta"),
        ("Dinas Kominfo SP", "Diskominfo"),
        ("RSUD Andi Djemma", "RSUD dr. Sayidiman"),
        ("Disdikbud", "Dikpora"),
        ("DP2KUKM", "Disperindag"),
    ],
    renamed: &[
        (
            "jalan_provinsi",
            "Jalan provinsi (Maospati–Magetan–Sarangan)",
            "Provincial road (Maospati–Magetan–Sarangan)",
            "Kerusakan atau longsor di jalan provinsi",
            "jalan provinsi,longsor,sarangan",
        ),
        (
            "jalan_nasional",
            "Jalan nasional (Ngawi–Maospati–Madiun)",
            "National road (Ngawi–Maospati–Madiun)",
            "Kerusakan di jalan nasional",
            "jalan nasional,ngawi,madiun",
        ),
        (
            "layanan_rs",
            "Rumah sakit",
            "Hospital",
            "Pelayanan RSUD dr. Sayidiman",
            "rsud,rumah sakit,antri,obat,sayidiman",
        ),
    ],
    cast: CAST,
    mail: "magetan.contoh",
    kinds: KINDS,
    landmarks: LANDMARKS,
    elsewhere: &[
        (
            "jalan_nasional",
            "BBPJN Jatim Bali",
            "Ini jalan nasional. Laporan Anda kami teruskan ke balai yang mengurusnya.",
        ),
        ("jalan_provinsi", "DPU Bina Marga Jatim", "Ini jalan provinsi. Laporan Anda kami teruskan ke dinas provinsi."),
    ],
    quick_wins: "",
    reports_count: 200,
    beat_hours: 48,
    settings,
};

/// The accounts that the sign-in page at [`HOST`] shows.
pub const CAST: &[Member] = &[
    member("admin@magetan.contoh", "Sri Wahyuni Contoh", Role::RegionAdmin, Some("Diskominfo")),
    member("koordinator@magetan.contoh", "Bambang Purnomo Contoh", Role::ReportCoordinator, Some("Diskominfo")),
    member("dishub@magetan.contoh", "Agus Riyanto Contoh", Role::AgencyOfficer, Some("Dishub")),
    member("dpupr@magetan.contoh", "Endang Lestari Contoh", Role::AgencyOfficer, Some("DPUPR")),
    member("kadpupr@magetan.contoh", "Suprapto Contoh", Role::AgencyHead, Some("DPUPR")),
    member("pimpinan@magetan.contoh", "Pimpinan Magetan Contoh", Role::Leader, None),
    member("sekda@magetan.contoh", "Sekda Magetan Contoh", Role::RegionSecretary, None),
    member("inspektorat@magetan.contoh", "Titik Handayani Contoh", Role::Auditor, Some("Inspektorat")),
];

const LANDMARKS: &[&str] = &[
    "depan balai desa",
    "dekat Masjid Al-Huda",
    "sebelah utara lapangan",
    "perempatan dekat warung pecel",
    "belakang pasar",
    "dekat jembatan kali Gandong",
    "depan SDN 1",
    "samping pos kamling",
    "gang 3, dekat musala",
    "pertigaan arah telaga",
];

const KINDS: &[Kind] = &[
    kind(
        "jalan_rusak",
        18,
        Scene::Road,
        &[
            "dalan neng {} rusak parah pak, jeglongane jero. wingi bengi ana sing tiba",
            "jalan {} berlubang besar, sudah ditandai warga pakai ban bekas. mohon ditambal",
            "aspal di {} ambles dekat gorong-gorong, mobil harus gantian",
        ],
        &[
            "Lubang sudah ditambal. Perbaikan menyeluruh kami usulkan tahun depan.",
            "Jalan sudah dilapis ulang 60 meter.",
        ],
    ),
    kind(
        "lampu_jalan",
        15,
        Scene::Lamp,
        &[
            "lampu penerangan {} mati 4 titik, peteng ndhedhet. kalau malam rawan",
            "PJU di {} byar pet sejak hujan angin kemarin",
        ],
        &["Lampu sudah diganti dan menyala.", "Kabel yang putus sudah disambung dan diuji malam hari."],
    ),
    kind(
        "sampah",
        11,
        Scene::Rubbish,
        &[
            "sampah neng {} wis 5 dina ora dijupuk, mambu tekan omah",
            "ada yang buang sampah di pinggir sungai {}, makin lama makin banyak",
        ],
        &["Sampah sudah diangkut. Jadwal di tempat ini: Selasa dan Jumat pagi."],
    ),
    kind(
        "air_bersih",
        8,
        Scene::Water,
        &["air PDAM di {} mati dari subuh, cuma keluar angin", "pipa bocor {}, air meluber ke jalan"],
        &["Pipa sudah diganti, air kembali mengalir."],
    ),
    kind(
        "irigasi",
        7,
        Scene::Water,
        &["saluran irigasi {} ambrol, sawah sebelah kidul ora kebagian banyu"],
        &["Dinding saluran sudah diperbaiki dan air sudah sampai ke petak paling ujung."],
    ),
    kind(
        "drainase",
        6,
        Scene::Water,
        &["got {} mampet, kalau hujan air masuk ke teras rumah warga"],
        &["Selokan sudah dikeruk 120 meter."],
    ),
    kind(
        "pohon",
        6,
        Scene::Tree,
        &["pohon mahoni {} miring ke jalan, takut roboh kena kendaraan", "dahan trembesi patah di {}"],
        &["Pohon sudah dipangkas bersama petugas PLN."],
    ),
    kind(
        "rambu_jalan",
        5,
        Scene::Road,
        &["tikungan {} sering kecelakaan, butuh cermin cembung sama rambu"],
        &["Cermin cembung dan dua rambu sudah dipasang."],
    ),
    kind(
        "kependudukan",
        5,
        Scene::Building,
        &["KTP sudah rekam 3 bulan belum jadi, rumah saya {}. kapan bisa diambil?"],
        &["KTP Anda sudah tercetak dan dapat diambil di kantor kecamatan."],
    ),
    kind(
        "pasar",
        4,
        Scene::Building,
        &["atap los pasar {} bocor, dagangan sayur basah semua kalau hujan"],
        &["Atap los sudah diganti."],
    ),
    kind(
        "pertanian",
        4,
        Scene::Tree,
        &["pupuk subsidi di kios {} durung ana, padahal pari wis wayahe dipupuk"],
        &["Pupuk sudah tersedia di kios sejak Rabu."],
    ),
    kind(
        "jalan_provinsi",
        3,
        Scene::Road,
        &["jalan provinsi dekat {} longsor separuh, kendaraan arah Sarangan harus antri"],
        &[],
    ),
    kind("jalan_nasional", 2, Scene::Road, &["jalan raya Maospati dekat {} bergelombang, truk sering oleng"], &[]),
    kind(
        "pungli_rahasia",
        1,
        Scene::Building,
        &["laporan rahasia. waktu urus surat di {} saya dimintai uang 100rb tanpa kuitansi"],
        &["Laporan sudah diperiksa. Nama Anda tidak kami sebut."],
    ),
];

fn settings() -> RegionSettings {
    RegionSettings {
        public_agency_names: true,
        share_evaluation: true,
        phone_psc: "119".to_owned(),
        phone_fire: "113".to_owned(),
        phone_police: "110".to_owned(),
        office_name: "Diskominfo (contoh)".to_owned(),
        map_attribution: "Nama tempat: GeoNames (CC BY 4.0). Pusat kecamatan: GeoNames dan Simpul (CC BY 4.0). \
                          Daratan: kira-kira."
            .to_owned(),
        center: Some((-7.65, 111.35)),
        ..RegionSettings::default()
    }
}
