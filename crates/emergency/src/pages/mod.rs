//! The pages of 112: the console, and one incident.

pub mod attempt;
pub mod block;
pub mod board;
pub mod cdr;
pub mod console;
pub mod drill;
pub mod incident;
pub mod lines;
pub mod looks;
pub mod paper;
pub mod place;
pub mod recap;
pub mod replay;
pub mod similar;
pub mod stage;
pub mod tools;
pub mod typed;
pub mod view;

use simpul_shell::{Routes, handles};

handles! {
    /// sees the console
    pub CanSeeConsole => SeeConsole;
    /// takes calls and opens incidents
    pub CanTakeCalls => TakeCalls;
    /// sends units
    pub CanSendUnits => SendUnits;
    /// takes over calls and blocks numbers
    pub CanSuperviseCalls => SuperviseCalls;
    /// sees the wall and the operation centre's stage
    pub CanSeeWall => SeeWall;
    /// confirms the operation centre's stage
    pub CanConfirmStage => ConfirmStage;
    /// keeps checklists, units, types and telephone lines
    pub CanManageEmergency => ManageEmergency;
    /// sees figures
    pub CanSeeFigures => SeeFigures;
}

/// Pages around the telephone.
fn telephony() -> Routes {
    Routes::new()
        .get("/lokasi/{token}", place::ask)
        .post("/lokasi/{token}", place::tell)
        .post("/112/panggilan/{id}/lokasi", place::send)
        .get("/112/panggilan/{id}/telepon-balik", attempt::show)
        .post("/112/panggilan/{id}/telepon-balik", attempt::call_back)
        .post("/112/panggilan/{id}/hasil", attempt::tell)
        .post("/112/panggilan/{id}/akhiri", attempt::hang_up)
        .get("/112/panggilan/{id}/rekaman", looks::recording)
        .get("/112/akses", looks::list)
        .get("/112/blokir", block::list)
        .post("/112/blokir", block::add)
        .post("/112/blokir/{id}/cabut", block::lift)
        .get("/112/formulir", paper::sheet)
        .get("/112/susulan", paper::late)
        .post("/112/susulan", paper::enter)
        .get("/112/catatan-sentral", cdr::show)
        .post("/112/catatan-sentral", cdr::import)
        .get("/112/telepon", lines::list)
}

/// The room's pages.
pub fn routes() -> Routes {
    telephony()
        .get("/112", console::show)
        .api_get("/peta/kejadian.geojson", board::points)
        .get("/112/kejadian/{number}/putar", replay::incident)
        .get("/112/putar", replay::room)
        .api_get("/112/putar/peta.geojson", replay::points)
        .get("/112/gladi", drill::show)
        .post("/112/gladi/berhenti", drill::end)
        .get("/kesiagaan", stage::public)
        .get("/112/kesiagaan", stage::show)
        .post("/112/kesiagaan", stage::confirm)
        .post("/112/kesiagaan/tindakan/{id}/selesai", stage::end_item)
        .get("/112/kesiagaan/daftar", stage::lists)
        .post("/112/kesiagaan/daftar", stage::save_protocol)
        .post("/112/kesiagaan/daftar/{id}/hapus", stage::drop_protocol)
        .post("/112/kesiagaan/panduan", stage::save_guide)
        .get("/112/rekap", recap::show)
        .get("/112/rekap.csv", recap::file)
        .post("/112/panggilan", console::open_call)
        .post("/112/ekstensi", console::sit)
        .post("/112/panggilan/{id}/ambil", console::claim)
        .post("/112/panggilan/{id}/denyut", console::beat)
        .post("/112/panggilan/{id}/isian", console::keep_field)
        .get("/112/panggilan/{id}/mirip", similar::piece)
        .post("/112/panggilan/{id}/kejadian", console::open_incident)
        .post("/112/panggilan/{id}/gabung", console::attach)
        .post("/112/panggilan/{id}/selesai", console::classify)
        .post("/112/panggilan/{id}/urung", console::undo)
        .get("/112/kejadian/{number}", incident::show)
        .post("/112/kejadian/{number}/kirim", incident::send)
        .post("/112/kejadian/{number}/catat", incident::note)
        .post("/112/kejadian/{number}/langkah", incident::step)
        .post("/112/kejadian/{number}/terkendali", incident::control)
        .post("/112/kejadian/{number}/tutup", incident::close)
        .post("/112/kejadian/{number}/batal", incident::cancel)
        .post("/112/kejadian/{number}/gabung", incident::merge)
        .post("/112/kejadian/{number}/pisah", incident::unmerge)
}
