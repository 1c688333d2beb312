//! The table: every form with its text fields, what is done before it, and where its words are read afterwards. A new
//! field is a row here.

use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};

use super::super::naughty::Shape::{self, Line, Lines, Name, Text};

/// Who sends a form, or reads a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Officer,
    Head,
    Helper,
    Camat,
    Coordinator,
    Leader,
    Admin,
    Citizen,
    Public,
}

/// A form with its text fields. In paths and fixed values `{number}`, `{id}`, `{token}`, `{seen}`, `{run}`, `{filed}`
/// and the names of those who take part stand for what they are in that try.
pub(super) struct Sheet {
    /// The template that shows it.
    pub(super) form: &'static str,
    pub(super) who: Who,
    pub(super) path: &'static str,
    pub(super) fixed: &'static [(&'static str, &'static str)],
    pub(super) fields: &'static [(&'static str, usize, Shape)],
    /// What is done before: who, where to, with what.
    pub(super) before: &'static [Step],
    /// Where the words are read afterwards, besides the report's page.
    pub(super) pages: &'static [(Who, &'static str)],
}

pub(super) type Step = (Who, &'static str, &'static [(&'static str, &'static str)]);

pub(super) const TEXT: usize = REPORT_TEXT_MAX_CHARS;
const LINE: usize = LINE_MAX_CHARS;
const ACCEPTED: &[Step] = &[(Who::Officer, "/kotak/{number}/terima", &[])];
const BEGUN: &[Step] = &[(Who::Officer, "/kotak/{number}/terima", &[]), (Who::Officer, "/kotak/{number}/mulai", &[])];
const SUPPORT: (&str, &[(&str, &str)]) =
    ("/kotak/{number}/dukungan", &[("agency", "{dlh}"), ("instruction", "Pinjamkan alat")]);
const HELPED: &[Step] = &[
    BEGUN[0],
    BEGUN[1],
    (Who::Officer, SUPPORT.0, SUPPORT.1),
    (Who::Helper, "/kotak/{number}/dukungan/{id}/terima", &[]),
];
const LETTER: &[(&str, &str)] = &[
    ("dated", "2026-11-02"),
    ("from", "2026-11-02"),
    ("until", "2026-11-03"),
    ("officers", "{officer}"),
    ("purpose", "Memeriksa tiang"),
    ("number", "800/{number}"),
    ("signer_name", "Budi"),
    ("signer_nip", "197001011990031001"),
    ("signer_title", "Kepala Dinas"),
];
const DONE: &[Step] = &[
    BEGUN[0],
    BEGUN[1],
    (Who::Officer, "/kotak/{number}/selesai", &[("text", "Sudah"), ("no_photo_reason", "Malam hari")]),
];
const INSPECTED: &[Step] = &[BEGUN[0], BEGUN[1], (Who::Officer, "/kotak/{number}/surat-tugas", LETTER)];
const RECORDED: &[Step] = &[
    INSPECTED[0],
    INSPECTED[1],
    INSPECTED[2],
    (
        Who::Officer,
        "/kotak/{number}/berita-acara/{id}/isi",
        &[("day", "2026-11-02"), ("time", "08:00"), ("findings", "Tiang miring"), ("attendees", "Budi")],
    ),
];
const PUBLIC: &[(Who, &str)] = &[(Who::Public, "/laporan/{number}"), (Who::Public, "/api/v1/reports/{number}")];

const fn deed(
    who: Who,
    path: &'static str,
    fixed: &'static [(&'static str, &'static str)],
    fields: &'static [(&'static str, usize, Shape)],
    before: &'static [Step],
    pages: &'static [(Who, &'static str)],
) -> Sheet {
    Sheet { form: "report/deed.html", who, path, fixed, fields, before, pages }
}

/// Forms that belong to a report.
pub(super) const SHEETS: &[Sheet] = &[
    deed(
        Who::Coordinator,
        "/kotak/{number}/serahkan",
        &[("agency", "{dlh}")],
        &[("instruction", TEXT, Text)],
        &[(Who::Coordinator, "/kotak/{number}/verifikasi", &[("class", "complaint")])],
        &[],
    ),
    deed(Who::Officer, "/kotak/{number}/kembalikan", &[("suggest", "{dlh}")], &[("reason", TEXT, Text)], &[], &[]),
    deed(Who::Officer, "/kotak/{number}/mulai", &[], &[("note", TEXT, Text)], ACCEPTED, PUBLIC),
    deed(Who::Officer, "/kotak/{number}/kabar", &[], &[("text", TEXT, Text)], BEGUN, PUBLIC),
    deed(Who::Officer, "/kotak/{number}/catatan", &[], &[("text", TEXT, Text)], BEGUN, &[]),
    deed(Who::Officer, "/kotak/{number}/rencana", &[("year", "2027")], &[("reason", TEXT, Text)], ACCEPTED, PUBLIC),
    deed(
        Who::Officer,
        "/kotak/{number}/selesai",
        &[],
        &[("text", TEXT, Text), ("no_photo_reason", LINE, Line)],
        BEGUN,
        PUBLIC,
    ),
    deed(Who::Coordinator, "/kotak/{number}/tolak", &[("code", "unclear")], &[("text", TEXT, Text)], &[], PUBLIC),
    deed(
        Who::Officer,
        "/kotak/{number}/teruskan",
        &[("letter_date", "2026-11-01")],
        &[("text", TEXT, Text), ("body", LINE, Line), ("letter_number", LINE, Line), ("foreign_number", LINE, Line)],
        ACCEPTED,
        PUBLIC,
    ),
    deed(
        Who::Officer,
        "/kotak/{number}/tunda",
        &[("waits_for", "other"), ("days", "3")],
        &[("text", TEXT, Text)],
        BEGUN,
        PUBLIC,
    ),
    deed(Who::Head, "/kotak/{number}/naikkan", &[], &[("reason", TEXT, Text)], ACCEPTED, &[]),
    deed(Who::Coordinator, "/kotak/{number}/sembunyikan", &[], &[("reason", TEXT, Text)], &[], &[]),
    Sheet {
        form: "report/direct.html",
        who: Who::Officer,
        path: "/kotak/{number}/disposisi",
        fixed: &[("officer", "{officer}"), ("orders", "act")],
        fields: &[("instruction", TEXT, Text), ("agenda", LINE, Line)],
        before: ACCEPTED,
        pages: &[(Who::Officer, "/kotak/{number}/lembar-disposisi")],
    },
    Sheet {
        form: "report/step_done.html",
        who: Who::Officer,
        path: "/kotak/{number}/disposisi/{id}/selesai",
        fixed: &[],
        fields: &[("note", TEXT, Text)],
        before: &[
            ACCEPTED[0],
            (
                Who::Officer,
                "/kotak/{number}/disposisi",
                &[("officer", "{me}"), ("orders", "act"), ("instruction", "x")],
            ),
        ],
        pages: &[],
    },
    Sheet {
        form: "report/direction.html",
        who: Who::Leader,
        path: "/kotak/{number}/arahan",
        fixed: &[("kind", "finish"), ("by", "2026-11-04")],
        fields: &[("text", TEXT, Text)],
        before: ACCEPTED,
        pages: &[],
    },
    Sheet {
        form: "report/edit.html",
        who: Who::Coordinator,
        path: "/kotak/{number}/sunting",
        fixed: &[],
        fields: &[("text", TEXT, Text), ("reason", TEXT, Text)],
        before: ACCEPTED,
        pages: &[],
    },
    Sheet {
        form: "report/ban.html",
        who: Who::Coordinator,
        path: "/kotak/{number}/larang",
        fixed: &[("by", "phone"), ("days", "1")],
        fields: &[("reason", LINE, Line)],
        before: &[],
        pages: &[(Who::Admin, "/admin/report/larangan")],
    },
    Sheet {
        form: "report/support_ask.html",
        who: Who::Officer,
        path: SUPPORT.0,
        fixed: &[("agency", "{dlh}")],
        fields: &[("instruction", TEXT, Text)],
        before: BEGUN,
        pages: &[(Who::Helper, "/kotak/{number}")],
    },
    Sheet {
        form: "report/support_deed.html",
        who: Who::Helper,
        path: "/kotak/{number}/dukungan/{id}/kabar",
        fixed: &[],
        fields: &[("text", TEXT, Text)],
        before: HELPED,
        pages: &[],
    },
    Sheet {
        form: "report/support_deed.html",
        who: Who::Helper,
        path: "/kotak/{number}/dukungan/{id}/kembalikan",
        fixed: &[],
        fields: &[("reason", TEXT, Text)],
        before: HELPED,
        pages: &[],
    },
    Sheet {
        form: "report/letter_form.html",
        who: Who::Officer,
        path: "/kotak/{number}/surat-tugas",
        fixed: LETTER,
        fields: &[
            ("number", 60, Line),
            ("purpose", TEXT, Text),
            ("others", TEXT, Lines),
            ("signer_name", LINE, Line),
            ("signer_nip", 60, Line),
            ("signer_title", LINE, Line),
        ],
        before: BEGUN,
        pages: &[(Who::Officer, "/kotak/{number}/surat-tugas/{id}")],
    },
    Sheet {
        form: "report/protocol_form.html",
        who: Who::Officer,
        path: "/kotak/{number}/berita-acara/{id}/isi",
        fixed: &[("day", "2026-11-02"), ("time", "08:00")],
        fields: &[("findings", TEXT, Text), ("place", LINE, Line), ("attendees", TEXT, Lines), ("number", 60, Line)],
        before: INSPECTED,
        pages: &[(Who::Officer, "/kotak/{number}/berita-acara/{id}")],
    },
    Sheet {
        form: "report/protocol_form.html",
        who: Who::Officer,
        path: "/kotak/{number}/berita-acara/{id}/isi",
        fixed: &[],
        fields: &[("number", 60, Line)],
        before: RECORDED,
        pages: &[(Who::Officer, "/kotak/{number}/berita-acara/{id}")],
    },
    Sheet {
        form: "report/onsite.html",
        who: Who::Camat,
        path: "/kotak/{number}/cek-lokasi",
        fixed: &[("verdict", "true")],
        fields: &[("text", TEXT, Text)],
        before: BEGUN,
        pages: PUBLIC,
    },
    Sheet {
        form: "report/citizen.html",
        who: Who::Citizen,
        path: "/laporan/{number}/jawab",
        fixed: &[("kunci", "{token}")],
        fields: &[("text", TEXT, Text)],
        before: &[
            BEGUN[0],
            BEGUN[1],
            (
                Who::Officer,
                "/kotak/{number}/tunda",
                &[("waits_for", "citizen"), ("days", "3"), ("text", "Tiang yang mana?")],
            ),
        ],
        pages: PUBLIC,
    },
    Sheet {
        form: "report/citizen.html",
        who: Who::Citizen,
        path: "/laporan/{number}/belum",
        fixed: &[("kunci", "{token}")],
        fields: &[("text", TEXT, Text)],
        before: DONE,
        pages: PUBLIC,
    },
    Sheet {
        form: "report/citizen.html",
        who: Who::Citizen,
        path: "/laporan/{number}/nilai",
        fixed: &[("kunci", "{token}"), ("stars", "2")],
        fields: &[("reason", 500, Text)],
        before: &[DONE[0], DONE[1], DONE[2], (Who::Citizen, "/laporan/{number}/benar", &[("kunci", "{token}")])],
        pages: &[],
    },
    Sheet {
        form: "report/bulk.html",
        who: Who::Coordinator,
        path: "/kotak/banyak/kirim",
        fixed: &[("deed", "serahkan"), ("id", "{report}"), ("agency", "{dlh}"), ("from", "/kotak")],
        fields: &[("instruction", TEXT, Text)],
        before: &[(Who::Coordinator, "/kotak/{number}/verifikasi", &[("class", "complaint")])],
        pages: &[],
    },
    Sheet {
        form: "report/bulk.html",
        who: Who::Officer,
        path: "/kotak/banyak/kirim",
        fixed: &[("deed", "disposisi"), ("id", "{report}"), ("officer", "{officer}"), ("from", "/kotak")],
        fields: &[("instruction", TEXT, Text)],
        before: ACCEPTED,
        pages: &[],
    },
    Sheet {
        form: "report/bulk.html",
        who: Who::Officer,
        path: "/kotak/banyak/kirim",
        fixed: &[("deed", "catatan"), ("id", "{report}"), ("from", "/kotak")],
        fields: &[("text", TEXT, Text)],
        before: ACCEPTED,
        pages: &[],
    },
    Sheet {
        form: "report/counter.html",
        who: Who::Officer,
        path: "/kotak/baru",
        fixed: &[
            ("source", "counter"),
            ("said_on", "2026-10-30"),
            ("category", "lampu_jalan"),
            ("village", "{village}"),
            ("mode", "named"),
            ("phone", "0812 3456 7890"),
            ("different", "1"),
        ],
        fields: &[("landmark", LINE, Line), ("text", TEXT, Text), ("reference", 300, Line), ("name", LINE, Line)],
        before: &[],
        pages: &[(Who::Admin, "/kotak/{filed}"), (Who::Officer, "/kotak/{filed}")],
    },
    Sheet {
        form: "report/form.html",
        who: Who::Public,
        path: "/lapor",
        fixed: &[("category", "lampu_jalan"), ("village", "{village}"), ("mode", "anonymous"), ("different", "1")],
        fields: &[("landmark", LINE, Line), ("text", 500, Text)],
        before: &[],
        pages: &[(Who::Public, "/lapor")],
    },
    Sheet {
        form: "report/worklist.html",
        who: Who::Officer,
        path: "/kotak/saringan",
        fixed: &[("query", "terlambat=1")],
        fields: &[("name", 60, Line)],
        before: &[],
        pages: &[(Who::Officer, "/kotak"), (Who::Officer, "/kotak/saringan")],
    },
    Sheet {
        form: "report/saved.html",
        who: Who::Officer,
        path: "/kotak/saringan/{id}",
        fixed: &[],
        fields: &[("name", 60, Line)],
        before: &[(Who::Officer, "/kotak/saringan", &[("name", "Lama {run}"), ("query", "terlambat=1")])],
        pages: &[(Who::Officer, "/kotak/saringan")],
    },
    Sheet {
        form: "report/template_form.html",
        who: Who::Coordinator,
        path: "/admin/report/templat",
        fixed: &[("new", "1"), ("code", "templat_{run}"), ("step", "resolve"), ("active", "1"), ("position", "1")],
        fields: &[("title", LINE, Line), ("body", TEXT, Text)],
        before: &[],
        pages: &[(Who::Coordinator, "/admin/report/templat/templat_{run}")],
    },
    Sheet {
        form: "report/admin_reason.html",
        who: Who::Admin,
        path: "/admin/report/alasan",
        fixed: &[("new", "1"), ("code", "alasan_{run}"), ("active", "0"), ("position", "9")],
        fields: &[("text_id", 400, Text), ("text_en", 400, Text)],
        before: &[],
        pages: &[(Who::Admin, "/admin/report/alasan/alasan_{run}")],
    },
    Sheet {
        form: "report/admin_question.html",
        who: Who::Admin,
        path: "/admin/report/kategori/sampah/pertanyaan",
        fixed: &[("new", "1"), ("code", "tanya_{run}"), ("datatype", "singlevaluelist"), ("seen", "{seen}")],
        fields: &[
            ("description", LINE, Line),
            ("description_en", LINE, Line),
            ("hint", LINE, Line),
            ("values", LINE, Lines),
        ],
        before: &[],
        pages: &[
            (Who::Admin, "/admin/report/kategori/sampah/pertanyaan/tanya_{run}"),
            (Who::Public, "/lapor/pertanyaan?category=sampah"),
        ],
    },
    Sheet {
        form: "report/bans.html",
        who: Who::Admin,
        path: "/admin/report/larangan",
        fixed: &[("sender", "0857 1111 22{run}"), ("days", "1")],
        fields: &[("reason", LINE, Line)],
        before: &[],
        pages: &[(Who::Admin, "/admin/report/larangan")],
    },
    Sheet {
        form: "admin/calendar.html",
        who: Who::Admin,
        path: "/admin/kalender",
        fixed: &[("date", "2026-12-{run}"), ("kind", "national")],
        fields: &[("name", LINE, Name)],
        before: &[],
        pages: &[(Who::Admin, "/admin/kalender")],
    },
    Sheet {
        form: "admin/displays.html",
        who: Who::Admin,
        path: "/admin/layar",
        fixed: &[],
        fields: &[("name", LINE, Name)],
        before: &[],
        pages: &[(Who::Admin, "/admin/layar")],
    },
    Sheet {
        form: "admin/key_new.html",
        who: Who::Admin,
        path: "/admin/kunci/baru",
        fixed: &[("scopes", "read")],
        fields: &[("name", LINE, Name)],
        before: &[],
        pages: &[(Who::Admin, "/admin/kunci")],
    },
    Sheet {
        form: "admin/officer_edit.html",
        who: Who::Admin,
        path: "/admin/petugas/{officer}/ubah",
        fixed: &[("email", "ubah{run}@contoh.test")],
        fields: &[("name", LINE, Name)],
        before: &[],
        pages: &[(Who::Admin, "/admin/petugas/{officer}")],
    },
    // These wait for the head, which the last sheets switch on.
    Sheet {
        form: "report/approval.html",
        who: Who::Head,
        path: "/kotak/{number}/jawaban/setujui",
        fixed: &[("version", "1")],
        fields: &[("text", TEXT, Text)],
        before: &[(Who::Head, "/admin/report/persetujuan", &[("agency", "{dishub}")]), DONE[0], DONE[1], DONE[2]],
        pages: PUBLIC,
    },
    Sheet {
        form: "report/approval.html",
        who: Who::Head,
        path: "/kotak/{number}/jawaban/kembalikan",
        fixed: &[("version", "1")],
        fields: &[("why", TEXT, Text)],
        before: DONE,
        pages: &[(Who::Officer, "/kotak/{number}/langkah/selesai")],
    },
];

/// Fields that take no words of one's own: a day, a number, a code, an address, a secret. What is wrong in them is
/// refused by its own rule.
pub(super) const NO_WORDS: &[(&str, &[&str])] = &[
    ("admin/access.html", &["dari", "sampai"]),
    ("admin/agencies.html", &["q"]),
    ("admin/calendar.html", &["date"]),
    ("admin/hours.html", &["open_minute", "close_minute"]),
    ("admin/journal.html", &["jenis", "hal", "dari", "sampai"]),
    ("admin/key_new.html", &["expires", "per_minute"]),
    ("admin/officer_edit.html", &["email", "nip", "phone"]),
    ("admin/officer_new.html", &["email", "nip", "phone"]),
    ("admin/officers.html", &["q"]),
    ("admin/settings.html", SETTINGS_NUMBERS),
    ("report/admin_category.html", &["code", "tile", "verify", "answer", "resolve", "position"]),
    ("report/admin_question.html", &["code"]),
    ("report/admin_reason.html", &["code", "position"]),
    ("report/ban.html", &["days"]),
    ("report/bans.html", &["sender", "days"]),
    ("report/citizen.html", &["reach"]),
    ("report/code.html", &["code"]),
    // Pasted text is only taken apart into the other fields.
    ("report/counter.html", &["said_on", "said_time", "point", "phone", "email", "paste"]),
    ("report/deed.html", &["year", "letter_date", "into", "days"]),
    ("report/direct.html", &["due"]),
    ("report/direction.html", &["by"]),
    ("report/figures.html", &["dari", "sampai"]),
    ("report/form.html", &["phone", "email"]),
    ("report/import.html", &["mapping"]),
    ("report/letter_form.html", &["dated", "from", "until"]),
    ("report/list.html", &["nomor"]),
    ("report/person.html", &["cari"]),
    ("report/protocol_form.html", &["day", "time", "gps"]),
    // The corners of a box on a photo.
    ("report/redact.html", &["{{ side }}{{ row }}"]),
    ("report/sp4n.html", &["sp4n_id"]),
    ("report/support_ask.html", &["due"]),
    ("report/template_form.html", &["code", "position"]),
    ("report/track.html", &["nomor", "reach"]),
    ("report/watch.html", &["reach"]),
    ("report/worklist.html", &["dari", "sampai", "cari", "selesai_dari", "selesai_sampai"]),
];
const SETTINGS_NUMBERS: &[&str] = &[
    "phone_psc",
    "phone_fire",
    "phone_police",
    "office_phone",
    "office_email",
    "whatsapp",
    "reporter_days",
    "access_log_days",
    "session_days",
    "outbox_days",
];
