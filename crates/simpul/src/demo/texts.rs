//! What people write in the demo: invented complaints in the manner of the region, and what officers answer.

/// One kind of report in the demo.
pub struct Kind {
    /// The category's code.
    pub category: &'static str,
    /// How often it comes, against the others.
    pub weight: u32,
    /// What people write; `{}` is the place.
    pub texts: &'static [&'static str],
    /// What the agency answers when it is done.
    pub answers: &'static [&'static str],
    /// Which scene its photo shows.
    pub scene: Scene,
}

/// What a demo photo shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// A street with a lamp.
    Lamp,
    /// A road with a hole.
    Road,
    /// A heap of rubbish.
    Rubbish,
    /// Water: a drain, a river, a pipe.
    Water,
    /// A tree.
    Tree,
    /// A house, a school, an office.
    Building,
}

/// Places that people name, without a village.
pub const LANDMARKS: &[&str] = &[
    "dekat Masjid Nurul Iman",
    "depan SD",
    "samping pasar lama",
    "sebelah kantor desa",
    "dekat jembatan",
    "depan pustu",
    "lorong 2, belakang masjid",
    "pertigaan dekat kios bensin",
    "depan lapangan",
    "dekat gereja",
    "samping posyandu",
    "poros jalan desa, dekat dekker",
];

/// Why an agency says that something is not for the local government.
pub const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("jalan_nasional", "BBPJN Sulsel", "Ini jalan nasional. Laporan Anda kami teruskan ke balai yang mengurusnya."),
    ("jalan_provinsi", "DBMBK Sulsel", "Ini jalan provinsi. Laporan Anda kami teruskan ke dinas provinsi."),
    ("listrik", "PLN ULP Masamba", "Gangguan listrik ditangani PLN. Laporan Anda kami teruskan hari ini."),
];

/// A kind as the lists are written.
pub(super) const fn kind(
    category: &'static str,
    weight: u32,
    scene: Scene,
    texts: &'static [&'static str],
    answers: &'static [&'static str],
) -> Kind {
    Kind { category, weight, texts, answers, scene }
}

/// The kinds of the demo, most frequent first.
pub const KINDS: &[Kind] = &[
    kind(
        "lampu_jalan",
        16,
        Scene::Lamp,
        &[
            "Lampu jalan di {} mati 3 biji sdh 2 minggu. gelap sekali klo malam, anak2 pulang mengaji takut lewat",
            "tolong pak lampu jalan {} kedip2 terus baru mati total. sdh ada yg jatuh dari motor karena gelap",
            "dari {} sampai ujung kampung tdk ada satupun lampu jalan yg menyala",
            "tiang lampu {} miring dan lampunya mati sejak angin kencang minggu lalu",
        ],
        &[
            "Lampu sudah diganti dan menyala. Terima kasih atas laporannya.",
            "Kabel diperbaiki dan dua lampu diganti. Sudah kami uji pada malam hari.",
        ],
    ),
    kind(
        "jalan_rusak",
        18,
        Scene::Road,
        &[
            "jalan {} rusak parah mi, lubangnya dalam sekali klo hujan tdk kelihatan. tolong ditimbun dulu",
            "lubang besar di jalan {}, kemarin ada lagi ibu2 jatuh dr motor bawa jualan",
            "aspal di {} terkelupas sepanjang kira2 50 meter, mobil harus ambil jalur sebelah",
            "jalan tani dekat {} putus digerus air, hasil panen tdk bisa keluar",
        ],
        &[
            "Lubang sudah ditambal. Perbaikan menyeluruh kami usulkan tahun depan.",
            "Jalan sudah ditimbun dan dipadatkan. Kami pantau sampai dua minggu ke depan.",
        ],
    ),
    kind(
        "sampah",
        13,
        Scene::Rubbish,
        &[
            "sampah di {} tdk diangkut2 dari hari senin, baunya sampai ke rumah",
            "ada yg buang sampah sembarangan di {}, sdh jadi tumpukan besar",
            "bak sampah {} rusak dan penuh, anjing bongkar tiap malam",
        ],
        &[
            "Sampah sudah diangkut. Jadwal angkut di tempat ini: Senin dan Kamis pagi.",
            "Tumpukan sudah dibersihkan dan papan larangan dipasang.",
        ],
    ),
    kind(
        "air_bersih",
        9,
        Scene::Water,
        &[
            "Air pdam 2 hari tdk mengalir di {}, keluar ji tp keruh kayak kopi susu",
            "pipa bocor di {}, air terbuang terus ke jalan",
            "meteran air di {} rusak, tagihan naik terus padahal air jarang jalan",
        ],
        &["Pipa yang bocor sudah diganti, air kembali mengalir.", "Saringan sudah dibersihkan, air sudah jernih."],
    ),
    kind(
        "drainase",
        8,
        Scene::Water,
        &[
            "selokan {} mampet penuh sampah, hujan sedikit langsung naik ke jalan",
            "got di {} tdk ada penutupnya, anak kecil hampir jatuh",
        ],
        &["Selokan sudah dikeruk sepanjang 80 meter.", "Penutup selokan sudah dipasang."],
    ),
    kind(
        "pohon",
        4,
        Scene::Tree,
        &[
            "pohon besar di {} miring ke kabel listrik, akarnya sdh terangkat. mohon dipangkas",
            "dahan pohon {} patah dan menghalangi setengah jalan",
        ],
        &["Pohon sudah dipangkas bersama petugas PLN.", "Dahan sudah disingkirkan dari jalan."],
    ),
    kind(
        "hewan_ternak",
        5,
        Scene::Road,
        &[
            "Sapi berkeliaran di jalan {} tiap subuh, hampir sy tabrak tadi krn gelap",
            "kambing masuk kebun di {} tiap hari, pemiliknya tdk peduli",
        ],
        &["Pemilik sudah ditemui dan membuat pernyataan. Patroli kami tambah."],
    ),
    kind(
        "irigasi",
        5,
        Scene::Water,
        &[
            "Saluran irigasi {} jebol, air tdk sampai ke sawah paling ujung. sdh seminggu",
            "pintu air di {} rusak, sawah kekeringan",
        ],
        &["Saluran yang jebol sudah ditutup dan dinding diperkuat."],
    ),
    kind(
        "jembatan",
        3,
        Scene::Road,
        &["Jembatan kayu di {} papannya banyak yg lepas, mobil tdk bisa lewat mi"],
        &["Papan jembatan sudah diganti. Batas muatan 2 ton."],
    ),
    kind(
        "kependudukan",
        5,
        Scene::Building,
        &[
            "sy urus KK dari bulan lalu blm jadi2, katanya jaringan gangguan. rumah di {}, jauh ke Masamba",
            "KTP saya rusak, bisa ganti di kecamatan tdk? sy di {}",
        ],
        &["KK Anda sudah terbit dan dapat diambil di kantor camat.", "Perekaman dan cetak ulang bisa di kantor camat."],
    ),
    kind(
        "bantuan_sosial",
        4,
        Scene::Building,
        &["mama sy sdh tua tinggal sendiri di {}, tdk pernah dapat bantuan. bagaimana caranya diusulkan?"],
        &["Petugas sudah datang dan mengusulkan ke data terpadu. Hasilnya diumumkan desa."],
    ),
    kind(
        "kesehatan",
        4,
        Scene::Building,
        &["pustu di {} lebih sering tutup, buka 2x seminggu saja. klo anak demam harus ke puskesmas jauh"],
        &["Jadwal pustu sudah diatur: Senin sampai Jumat pukul 08.00–12.00."],
    ),
    kind(
        "sekolah",
        3,
        Scene::Building,
        &["Atap kelas SD di {} bocor 2 ruangan, klo hujan anak2 belajarnya digabung"],
        &["Atap dua ruang kelas sudah diperbaiki."],
    ),
    kind(
        "internet_sinyal",
        3,
        Scene::Building,
        &["sinyal hilang lagi di {} sdh 4 hari, mau daftar sekolah anak secara online tdk bisa"],
        &["Menara sudah menyala kembali setelah catu daya diperbaiki operator."],
    ),
    kind(
        "rambu_jalan",
        3,
        Scene::Road,
        &["depan sekolah {} tdk ada zebra cross sama rambunya, mobil kencang2 semua"],
        &["Zebra cross sudah dicat dan dua rambu dipasang."],
    ),
    kind(
        "pasar",
        2,
        Scene::Building,
        &["Lapak di dalam pasar {} kosong krn penjual pindah semua ke pinggir jalan. macet tiap hari pasar"],
        &["Penjual sudah ditata kembali ke dalam pasar."],
    ),
    kind(
        "pertanian",
        2,
        Scene::Tree,
        &["pupuk subsidi blm masuk di kios {} padahal sdh waktunya mupuk"],
        &["Pupuk sudah tersedia di kios sejak Senin."],
    ),
    kind(
        "ketertiban",
        3,
        Scene::Building,
        &["tetangga di {} pasang musik sampai jam 2 malam tiap malam minggu, ada bayi tdk bisa tidur"],
        &["Pemilik rumah sudah ditegur dan bersedia berhenti pukul 22.00."],
    ),
    kind(
        "lpg",
        2,
        Scene::Building,
        &["gas 3 kilo kosong di pangkalan {} sdh seminggu"],
        &["Pangkalan sudah diisi kembali."],
    ),
    kind(
        "jalan_nasional",
        2,
        Scene::Road,
        &["jalan trans sulawesi dekat {} berlubang besar, truk menghindar ke jalur sebelah"],
        &[],
    ),
    kind(
        "jalan_provinsi",
        2,
        Scene::Road,
        &["longsor di jalan poros provinsi dekat {} dari subuh, mobil antri panjang"],
        &[],
    ),
    kind("listrik", 2, Scene::Lamp, &["Listrik mati hidup terus di {} dari kemarin sore, takutnya rusak kulkas"], &[]),
    kind(
        "pungli_rahasia",
        1,
        Scene::Building,
        &["laporan rahasia ya. waktu urus surat di {} sy diminta uang administrasi 50rb tp tdk dikasih kwitansi"],
        &["Laporan sudah diperiksa. Terima kasih, nama Anda tidak kami sebut."],
    ),
];
