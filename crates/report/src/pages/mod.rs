//! The pages of reports: for citizens, for officers, and for whoever keeps the rules.

pub mod admin;
pub mod citizen;
pub mod deed;
pub mod direction;
pub mod emergency;
pub mod export;
pub mod feed;
pub mod figures;
mod find;
pub mod form;
pub mod inbox;
pub mod list;
pub mod map;
pub mod offer;
pub mod person;
pub mod photo;
pub mod places;
pub mod saved;
pub mod staff;
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
    /// writes down what a citizen said
    pub CanFileForCitizen => FileForCitizen;
}

/// The room's pages and the small answers that its scripts ask for.
pub fn routes() -> Routes {
    citizen_routes().merge(staff_routes()).merge(list_routes()).merge(admin_routes())
}

fn citizen_routes() -> Routes {
    Routes::new()
        .get("/lapor", form::show)
        .post("/lapor", form::take)
        .get("/lapor/periksa", form::review)
        .post("/lapor/kirim", form::send)
        .post("/lapor/hapus", form::forget)
        .get("/lapor/mirip", form::similar)
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

fn staff_routes() -> Routes {
    Routes::new()
        .get("/kotak", inbox::show)
        .post("/kotak/terima", inbox::accept_many)
        .get("/kotak/{number}", staff::show)
        .get("/kotak/{number}/langkah/{deed}", deed::show)
        .post("/kotak/{number}/terima", deed::accept)
        .post("/kotak/{number}/verifikasi", deed::verify)
        .post("/kotak/{number}/serahkan", deed::assign)
        .post("/kotak/{number}/disposisi", deed::direct)
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

fn admin_routes() -> Routes {
    Routes::new()
        .get("/admin/report", admin::show)
        .get("/admin/report/kategori/{code}", admin::category)
        .post("/admin/report/kategori", admin::save_category)
        .get("/admin/report/alasan/{code}", admin::reason)
        .post("/admin/report/alasan", admin::save_reason)
        .get("/admin/report/pelapor", person::show)
        .get("/admin/report/pelapor/{number}/salinan", person::export)
        .post("/admin/report/pelapor/{number}/hapus", person::erase)
        .post("/admin/report/pelapor/tempat/hapus", person::erase_places)
}
