//! The pages of 112: the console, and one incident.

pub mod after;
pub mod asked;
pub mod attempt;
pub mod block;
pub mod board;
pub mod call;
pub mod card;
pub mod cdr;
pub mod command;
pub mod console;
pub mod crew;
pub mod deeds;
pub mod drill;
pub mod field;
pub mod help;
pub mod incident;
pub mod keep;
pub mod lessons;
pub mod looks;
pub mod map;
pub mod offer;
pub mod paper;
pub mod parts;
pub mod place;
pub mod protocol;
pub mod recap;
pub mod replay;
pub mod rules;
pub mod shift;
pub mod similar;
pub mod sketch;
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
    /// sees what was handed over to the own agency, and takes it
    pub CanAcknowledge => AcknowledgeHandovers;
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
        .post("/112/panggilan/{id}/bantuan", help::ask)
        .post("/112/panggilan/{id}/bantuan/datang", help::come)
        .post("/112/panggilan/{id}/bantuan/selesai", help::end)
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
        .get("/112/rekap.kementerian.csv", recap::ministry)
        .post("/112/panggilan", call::open_call)
        .post("/112/perintah", command::run)
        .get("/112/perintah", command::offers)
        .post("/112/ekstensi", call::sit)
        .post("/112/panggilan/{id}/ambil", call::claim)
        .post("/112/denyut", call::beat)
        .get("/112/ringkas", console::summary)
        .post("/112/panggilan/{id}/isian", call::keep_field)
        .get("/112/panggilan/{id}/mirip", similar::piece)
        .get("/112/panggilan/{id}/protokol", protocol::piece)
        .post("/112/panggilan/{id}/protokol", protocol::answer)
        .get("/112/protokol", card::list)
        .get("/112/protokol/{code}", card::show)
        .post("/112/protokol/{code}", card::save)
        .post("/112/panggilan/{id}/kejadian", call::open_incident)
        .post("/112/panggilan/{id}/titik", call::locate)
        .post("/112/panggilan/{id}/gabung", call::attach)
        .post("/112/panggilan/{id}/selesai", call::classify)
        .post("/112/panggilan/{id}/urung", call::undo)
        .get("/112/kejadian/{number}", incident::show)
        .post("/112/kejadian/{number}/kirim", incident::send)
        .post("/112/kejadian/{number}/catat", incident::note)
        .post("/112/kejadian/{number}/langkah", incident::step)
        .post("/112/kejadian/{number}/terkendali", incident::control)
        .post("/112/kejadian/{number}/tutup", incident::close)
        .post("/112/kejadian/{number}/batal", incident::cancel)
        .post("/112/kejadian/{number}/gabung", incident::merge)
        .post("/112/kejadian/{number}/pisah", incident::unmerge)
        .post("/112/kejadian/{number}/alarm", incident::raise)
        .post("/112/kejadian/{number}/kait", incident::link)
        .post("/112/kejadian/{number}/lepas", incident::unlink)
        .post("/112/panggilan/{id}/kait", call::link)
        .merge(field_routes())
        .merge(crew_routes())
        .merge(keep_routes())
        .merge(shift_routes())
        .merge(paper_routes())
}

/// Around an incident that is over, and what others hold for one.
fn paper_routes() -> Routes {
    Routes::new()
        .post("/112/kejadian/{number}/lihat", lessons::notice)
        .post("/112/kejadian/{number}/tindak-lanjut", offer::leave)
        .post("/112/kejadian/{number}/pelajaran", lessons::learn)
        .post("/112/kejadian/{number}/pelajaran-selesai", lessons::finish)
        .post("/112/tawaran/{id}/ambil", offer::take)
        .post("/112/tawaran/{id}/bukan", offer::dismiss)
        .get("/112/serahan", asked::show)
        .post("/112/serahan/{id}/terima", asked::take)
        .post("/112/serahan/tindak-lanjut/{id}/selesai", asked::finish)
        .get("/112/peta.geojson", map::points)
        .get("/112/sambungan", console::connection)
}

/// What stands around an incident.
fn field_routes() -> Routes {
    Routes::new()
        .get("/112/panggilan/{id}/ambil-alih", call::take_over)
        .get("/112/keadaan/{id}", keep::state)
        .post("/112/keadaan/{id}", keep::say_state)
        .get("/112/foto/{digest}/{size}", deeds::photo)
        .post("/112/kejadian/{number}/radio", deeds::log)
        .post("/112/kejadian/{number}/verifikasi", deeds::verify)
        .post("/112/kejadian/{number}/teruskan", deeds::hand_over)
        .post("/112/kejadian/{number}/diterima", deeds::receive)
        .post("/112/kejadian/{number}/laporan-cepat", deeds::send_quick)
        .post("/112/kejadian/{number}/laporan-unit", deeds::report)
        .post("/112/kejadian/{number}/korban", deeds::count)
        .post("/112/kejadian/{number}/ubah", deeds::change)
        .post("/112/kejadian/{number}/bencana", deeds::disaster)
}

/// The crew's page, and where its phone is.
fn crew_routes() -> Routes {
    Routes::new()
        .get("/112/unit/{token}", crew::show)
        .post("/112/unit/{token}/langkah", crew::step)
        .post("/112/unit/{token}/catat", crew::note)
        .post("/112/unit/{token}/foto", crew::photo)
        .post("/112/unit/{token}/laporan", crew::report)
        .post("/112/unit/{token}/keadaan", crew::say)
        .post("/112/unit/{token}/posisi", crew::moves)
        .api_get("/112/osmand", crew::osmand)
        .api_post("/112/osmand", crew::osmand)
}

/// What a supervisor keeps.
fn keep_routes() -> Routes {
    Routes::new()
        .get("/112/atur", keep::units)
        .get("/112/atur/unit/{id}", keep::unit)
        .post("/112/atur/unit/{id}", keep::keep_unit)
        .post("/112/atur/unit/{id}/kunci", keep::give_key)
        .post("/112/atur/unit/{id}/cabut", keep::take_key)
        .get("/112/atur/jenis", rules::types)
        .get("/112/atur/jenis/{code}", rules::one_type)
        .post("/112/atur/jenis/{code}", rules::keep_type)
        .get("/112/atur/waktu", rules::timers)
        .get("/112/atur/waktu/{code}", rules::timer)
        .post("/112/atur/waktu/{code}", rules::keep_timer)
        .get("/112/atur/kata", keep::words)
        .post("/112/atur/kata", keep::add_word)
        .post("/112/atur/kata/{id}/hapus", keep::drop_word)
        .get("/112/atur/kontak", rules::contacts)
        .get("/112/atur/kontak/{id}", rules::contact)
        .post("/112/atur/kontak/{id}", rules::keep_contact)
        .get("/112/atur/saluran", keep::lines)
}

/// Duties and shifts.
fn shift_routes() -> Routes {
    Routes::new()
        .get("/112/piket", shift::show)
        .post("/112/piket/catatan", shift::write)
        .post("/112/piket/serah", shift::hand_over)
        .post("/112/piket/jadwal", shift::add_duty)
        .post("/112/piket/jadwal/{id}/hapus", shift::drop_duty)
        .get("/112/piket/{id}", shift::paper)
        .post("/112/piket/{id}/terima", shift::accept)
}
