//! The pages of 112: the console, and one incident.

pub mod console;
pub mod incident;
pub mod recap;
pub mod similar;
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
    /// sees figures
    pub CanSeeFigures => SeeFigures;
}

/// The room's pages.
pub fn routes() -> Routes {
    Routes::new()
        .get("/112", console::show)
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
