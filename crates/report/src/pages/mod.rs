//! The pages of reports: for citizens, for officers, and for whoever keeps the rules.

pub mod admin;
pub mod approval;
mod asked;
pub mod ban;
pub mod bulk;
pub mod citizen;
pub mod counter;
pub mod deed;
pub mod direction;
pub mod disposition;
pub mod edit;
pub mod emergency;
pub mod export;
pub mod feed;
pub mod figures;
mod find;
pub mod form;
mod history;
pub mod import;
pub mod inbox;
pub mod inspection;
pub mod letter;
pub mod list;
pub mod map;
mod more;
mod near;
pub mod offer;
pub mod onsite;
pub mod person;
pub mod photo;
pub mod places;
pub mod question;
pub mod questions;
pub mod recap;
pub mod redact;
pub mod rule;
pub mod saved;
pub mod similar;
pub mod sp4n;
pub mod staff;
pub mod support;
mod telling;
pub mod template;
pub mod together;
pub mod track;
pub mod view;
pub mod worklist;

use simpul_shell::{Routes, handles};

handles! {
    /// sees the work of an agency, or of all
    pub CanSeeInbox => SeeInbox;
    /// finds a report complete, or turns it down
    pub CanVerifyReports => VerifyReports;
    /// gives a report to an agency
    pub CanAssignReports => AssignReports;
    /// works on what its agency was given
    pub CanWorkReports => WorkReports;
    /// takes a report out of public view
    pub CanHideReports => HideReports;
    /// keeps categories and their deadlines
    pub CanManageCategories => ManageCategories;
    /// hands out or erases a person's data
    pub CanErasePersons => ErasePersons;
    /// directs what an agency does about a late report
    pub CanGiveDirections => GiveDirections;
    /// sees figures by agency
    pub CanSeeFigures => SeeFigures;
    /// takes lists out as files
    pub CanExportReports => ExportReports;
    /// approves what an agency answers
    pub CanApproveAnswers => ApproveAnswers;
    /// keeps the words that answers begin with
    pub CanManageAnswers => ManageAnswers;
    /// reminds an agency of what it owes
    pub CanRemindAgencies => RemindAgencies;
    /// takes a report one level up
    pub CanEscalateReports => EscalateReports;
    /// writes down what a citizen said
    pub CanFileForCitizen => FileForCitizen;
    /// loads reports from files
    pub CanImportReports => ImportReports;
    /// keeps whoever sends abuse from sending for a while
    pub CanBarSenders => BarSenders;
}

/// The room's pages and the small answers that its scripts ask for.
pub fn routes() -> Routes {
    let staff = staff_routes().merge(list_routes()).merge(together_routes()).merge(channel_routes());
    citizen_routes().merge(staff).merge(admin_routes())
}

fn citizen_routes() -> Routes {
    Routes::new()
        .get("/lapor", form::show)
        .post("/lapor", form::take)
        .get("/lapor/periksa", form::review)
        .post("/lapor/kirim", form::send)
        .post("/lapor/hapus", form::forget)
        .get("/lapor/mirip", similar::piece)
        .get("/lapor/pertanyaan", questions::piece)
        .get("/lapor/berhenti/{code}", emergency::stop)
        .get("/lapor/terkirim/{number}", form::sent)
        .get("/darurat", emergency::show)
        .get("/laporan", list::show)
        .get("/laporan.atom", feed::atom)
        .get("/laporan.rss", feed::rss)
        .get("/laporan/kecamatan", places::show)
        .get("/ikuti", places::watch)
        .post("/ikuti", places::follow)
        .get("/laporan/{number}", citizen::show)
        .post("/laporan/{number}/benar", citizen::confirm)
        .post("/laporan/{number}/belum", citizen::reopen)
        .post("/laporan/{number}/ikuti", citizen::follow)
        .post("/laporan/{number}/jawab", citizen::answer)
        .post("/laporan/{number}/nilai", citizen::rate)
        .post("/laporan/{number}/kabar", track::ask_for_news)
        .get("/cek", track::show)
        .post("/cek", track::ask)
        .get("/cek/kode/{id}", track::code)
        .post("/cek/kode/{id}", track::type_code)
        .get("/cek/laporan", track::own)
        .post("/cek/berhenti", track::stop_entry)
        .get("/berhenti/{key}", track::stop)
        .post("/berhenti/{key}", track::stop_now)
        .get("/foto/{digest}/{size}", photo::show)
        .api_get("/peta/laporan.geojson", map::points)
}

/// Other ways in: what officers enter for citizens.
fn channel_routes() -> Routes {
    Routes::new()
        .get("/kotak/baru", counter::show)
        .post("/kotak/baru", counter::take)
        .get("/kotak/baru/{key}/tanda-terima", counter::receipt)
        .get("/kotak/{number}/larang", ban::show)
        .post("/kotak/{number}/larang", ban::bar)
        .get("/kotak/{number}/sunting", edit::show)
        .post("/kotak/{number}/sunting", edit::take)
        .get("/kotak/{number}/sp4n", sp4n::show)
        .post("/kotak/{number}/sp4n", sp4n::take)
        .get("/kotak/{number}/foto", redact::list)
        .get("/kotak/{number}/foto/{digest}/sensor", redact::show)
        .post("/kotak/{number}/foto/{digest}/sensor", redact::take)
        .get("/admin/report/impor", import::show)
        .post("/admin/report/impor", import::take)
        .get("/admin/report/rekap-lapor", recap::show)
        .get("/admin/report/rekap-lapor.csv", recap::file)
        .get("/admin/report/larangan", ban::list)
        .post("/admin/report/larangan", ban::add)
        .post("/admin/report/larangan/{id}/cabut", ban::lift)
}

fn staff_routes() -> Routes {
    Routes::new()
        .get("/kotak", inbox::show)
        .post("/kotak/banyak", bulk::choose)
        .post("/kotak/banyak/kirim", bulk::send)
        .get("/kotak/{number}", staff::show)
        .get("/kotak/{number}/langkah/{deed}", deed::show)
        .post("/kotak/{number}/terima", deed::accept)
        .post("/kotak/{number}/verifikasi", deed::verify)
        .post("/kotak/{number}/serahkan", deed::assign)
        .post("/kotak/{number}/kembalikan", deed::hand_back)
        .post("/kotak/{number}/mulai", deed::start)
        .post("/kotak/{number}/kabar", deed::note)
        .post("/kotak/{number}/catatan", deed::internal_note)
        .post("/kotak/{number}/rencana", deed::plan)
        .post("/kotak/{number}/selesai", deed::resolve)
        .post("/kotak/{number}/tolak", deed::reject)
        .post("/kotak/{number}/teruskan", deed::send_elsewhere)
        .post("/kotak/{number}/gabung", deed::merge)
        .post("/kotak/{number}/pisah", deed::unmerge)
        .post("/kotak/{number}/sembunyikan", deed::hide)
        .post("/kotak/{number}/tampilkan", deed::unhide)
        .post("/kotak/{number}/tunda", deed::pause)
        .post("/kotak/{number}/lanjutkan", deed::resume)
        .post("/kotak/{number}/ingatkan", deed::remind)
        .post("/kotak/{number}/naikkan", deed::escalate)
        .get("/kotak/{number}/jawaban", approval::show)
        .get("/kotak/{number}/jawaban/foto/{digest}/{size}", approval::photo)
        .post("/kotak/{number}/jawaban/setujui", approval::approve)
        .post("/kotak/{number}/jawaban/kembalikan", approval::give_back)
        .post("/kotak/{number}/jawaban/tarik", approval::take_back)
}

fn list_routes() -> Routes {
    Routes::new()
        .get("/kotak/daftar", worklist::of_inbox)
        .get("/kotak/daftar/unduh", export::list)
        .get("/kotak/{number}/arahan", direction::show)
        .post("/kotak/{number}/arahan", direction::give)
        .get("/kotak/saringan", saved::show)
        .post("/kotak/saringan", saved::save)
        .post("/kotak/saringan/{id}", saved::rename)
        .post("/kotak/saringan/{id}/hapus", saved::delete)
        .get("/angka", figures::show)
        .get("/angka/unduh", figures::download)
        .get("/angka/daftar", worklist::of_figures)
}

/// Work inside and between agencies.
fn together_routes() -> Routes {
    Routes::new()
        .get("/kotak/disposisi", disposition::list)
        .get("/kotak/{number}/langkah/disposisi", disposition::show)
        .post("/kotak/{number}/disposisi", disposition::direct)
        .get("/kotak/{number}/disposisi/{step}/selesai", disposition::finish_form)
        .post("/kotak/{number}/disposisi/{step}/selesai", disposition::finish)
        .get("/kotak/{number}/lembar-disposisi", disposition::sheet)
        .get("/kotak/dukungan", support::list)
        .get("/kotak/{number}/dukungan", support::ask_form)
        .post("/kotak/{number}/dukungan", support::ask)
        .post("/kotak/{number}/dukungan/{help}/terima", support::accept)
        .get("/kotak/{number}/dukungan/{help}/kabar", support::tell_form)
        .post("/kotak/{number}/dukungan/{help}/kabar", support::tell)
        .get("/kotak/{number}/dukungan/{help}/selesai", support::finish_form)
        .post("/kotak/{number}/dukungan/{help}/selesai", support::finish)
        .get("/kotak/{number}/dukungan/{help}/kembalikan", support::return_form)
        .post("/kotak/{number}/dukungan/{help}/kembalikan", support::hand_back)
        .post("/kotak/{number}/dukungan/{help}/akhiri", support::end)
        .get("/kotak/{number}/surat-tugas", inspection::order_form)
        .post("/kotak/{number}/surat-tugas", inspection::order)
        .get("/kotak/{number}/surat-tugas/{check}", inspection::letter)
        .get("/kotak/{number}/surat-tugas/{check}/ubah", inspection::letter_form)
        .post("/kotak/{number}/surat-tugas/{check}/ubah", inspection::set_letter)
        .get("/kotak/{number}/berita-acara/{check}", inspection::protocol)
        .get("/kotak/{number}/berita-acara/{check}/isi", inspection::record_form)
        .post("/kotak/{number}/berita-acara/{check}/isi", inspection::record)
        .get("/kotak/lokasi", onsite::list)
        .get("/kotak/{number}/cek-lokasi", onsite::show)
        .post("/kotak/{number}/cek-lokasi", onsite::check)
}

fn admin_routes() -> Routes {
    Routes::new()
        .get("/admin/report", admin::show)
        .get("/admin/report/kategori/{code}", rule::show)
        .post("/admin/report/kategori", rule::save)
        .get("/admin/report/kategori/{code}/pratinjau", rule::preview)
        .get("/admin/report/kategori/{code}/pertanyaan/{question}", question::show)
        .post("/admin/report/kategori/{code}/pertanyaan", question::save)
        .post("/admin/report/kategori/{code}/susunan", question::arrange)
        .get("/admin/report/alasan/{code}", admin::reason)
        .post("/admin/report/alasan", admin::save_reason)
        .get("/admin/report/templat", template::list)
        .post("/admin/report/templat", template::save)
        .get("/admin/report/templat/{code}", template::show)
        .get("/admin/report/persetujuan", approval::settings)
        .post("/admin/report/persetujuan", approval::save_settings)
        .get("/admin/report/pelapor", person::show)
        .get("/admin/report/pelapor/{number}/salinan", person::export)
        .post("/admin/report/pelapor/{number}/hapus", person::erase)
        .post("/admin/report/pelapor/tempat/hapus", person::erase_places)
}
