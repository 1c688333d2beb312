//! The pages of the plan.

mod asked;
pub mod attachment;
pub mod body;
pub mod book;
pub mod carry;
pub mod check;
pub mod claim;
pub mod commitment;
pub mod completeness;
pub mod draft_file;
pub mod evaluation;
pub mod evidence;
pub mod evidence_edit;
mod figure;
pub mod figure_evidence;
pub mod form;
pub mod framework;
pub mod guest;
pub mod indicator;
pub mod item;
pub mod keep;
pub mod library;
pub mod meeting;
pub mod notice;
pub mod owed;
pub mod paper;
pub mod plan;
pub mod programme;
pub mod progress;
pub mod progress_file;
mod proofs;
pub mod sheet;
pub mod slides;
pub mod together;
mod told;
pub mod verify;
pub(crate) mod view;
mod words;

use simpul_shell::{Routes, handles};

handles! {
    /// takes part in the plan's meetings, tasks, commitments and evidence
    pub CanSeePlan => SeePlan;
    /// sees the plan with what is not published
    pub CanSeeWholePlan => SeeWholePlan;
    /// changes the plan
    pub CanManagePlan => ManagePlan;
    /// says how a programme goes
    pub CanReportProgress => ReportProgress;
    /// checks progress reports
    pub CanVerifyProgress => VerifyProgress;
    /// puts evidence into the library
    pub CanKeepEvidence => KeepEvidence;
    /// checks evidence
    pub CanCheckEvidence => CheckEvidence;
    /// keeps meetings and what follows from them
    pub CanManageMeetings => ManageMeetings;
    /// does what a meeting decided
    pub CanWorkItems => WorkItems;
    /// signs commitments
    pub CanSignCommitments => SignCommitments;
    /// keeps evaluation rounds
    pub CanManageEvaluation => ManageEvaluation;
    /// answers an evaluation's questions
    pub CanAnswerEvaluation => AnswerEvaluation;
    /// approves an evaluation
    pub CanApproveEvaluation => ApproveEvaluation;
    /// gives scores
    pub CanScoreEvaluation => ScoreEvaluation;
    /// sees evaluations
    pub CanSeeEvaluation => SeeEvaluation;
    /// sees how the evaluation stands in other regions
    pub CanCompareRegions => CompareRegions;
}

/// What everybody reads of the plan.
fn public_routes() -> Routes {
    Routes::new()
        .get("/rencana", plan::show)
        .api_get("/rencana.json", plan::as_json)
        .get("/rencana.csv", plan::as_file)
        .get("/rencana/peran", plan::raci)
        .get("/rencana/peta-jalan", sheet::roadmap)
        .get("/rencana/{code}", programme::show)
        .get("/rencana/lengkap", plan::whole)
        .get("/rencana/{code}/lengkap", programme::whole)
        .get("/rencana/{code}/lengkap/lembar", sheet::whole)
        .get("/rencana/{code}/lengkap/lembar.pptx", sheet::whole_deck)
        .get("/rencana/{code}/lembar", sheet::show)
        .get("/rencana/{code}/lembar.pptx", sheet::deck)
}

/// Where the plan is written.
fn keep_routes() -> Routes {
    Routes::new()
        .get("/rencana/atur", keep::plans)
        .post("/rencana/atur", keep::start)
        .get("/rencana/atur/{id}", keep::plan)
        .post("/rencana/atur/{id}", keep::change_plan)
        .post("/rencana/atur/{id}/berlaku", keep::put_in_force)
        .post("/rencana/atur/{id}/program", keep::add)
        .get("/rencana/kerangka", framework::list)
        .post("/rencana/kerangka", framework::add)
        .get("/rencana/atur/{id}/terusan", carry::show)
        .post("/rencana/atur/{id}/terusan", carry::make)
        .get("/rencana/atur/{id}/berkas", draft_file::show)
        .post("/rencana/atur/{id}/berkas", draft_file::take)
        .get("/rencana/atur/{id}/formulir", form::show)
        .post("/rencana/atur/{id}/formulir", form::take)
        .get("/rencana/atur/{id}/formulir/{file}", form::file)
        .get("/rencana/buku", book::list)
        .get("/rencana/buku/{book}", book::file)
        .get("/rencana/buku/{book}/naskah", book::edit)
        .post("/rencana/buku/{book}/naskah", book::save)
        .post("/rencana/buku/{book}/bawaan", book::take_back)
        .get("/rencana/{code}/ubah", keep::programme)
        .post("/rencana/{code}/ubah", keep::change)
        .post("/rencana/{code}/tahap", keep::move_on)
        .post("/rencana/{code}/pihak", keep::add_party)
        .post("/rencana/{code}/pihak/{party}/hapus", keep::drop_party)
        .get("/rencana/{code}/indikator/{id}", indicator::show)
        .post("/rencana/{code}/indikator/{id}", indicator::save)
        .post("/rencana/{code}/indikator/{id}/target", indicator::aim)
        .post("/rencana/{code}/indikator/{id}/hapus", indicator::give_up)
        .get("/rencana/{code}/pustaka", library::show)
        .post("/rencana/{code}/pustaka", library::choose)
        .get("/rencana/{code}/anggaran", indicator::budget)
        .post("/rencana/{code}/anggaran", indicator::save_budget)
        .post("/rencana/{code}/anggaran/{line}/hapus", indicator::drop_budget)
}

/// What agencies say each period, and how it is checked.
fn progress_routes() -> Routes {
    Routes::new()
        .get("/kotak/laporan-kemajuan", progress::list)
        .get("/kotak/laporan-kemajuan/lembar/{period}", progress_file::show)
        .get("/kotak/laporan-kemajuan/lembar/{period}/unduh", progress_file::download)
        .post("/kotak/laporan-kemajuan/lembar/{period}", progress_file::take)
        .get("/kotak/laporan-kemajuan/{code}/{period}", progress::form)
        .post("/kotak/laporan-kemajuan/{code}/{period}", progress::write)
        .get("/rencana/periksa", check::newest)
        .get("/rencana/periksa/{period}", check::show)
        .post("/rencana/periksa/buka", check::open)
        .post("/rencana/periksa/{period}/kunci", check::put_off)
        .post("/rencana/periksa/laporan/{id}", check::step)
        .post("/rencana/{code}/status", check::overrule)
        .get("/rencana/kelengkapan", completeness::newest)
        .get("/rencana/kelengkapan/templat", notice::edit)
        .post("/rencana/kelengkapan/templat", notice::set)
        .get("/rencana/kelengkapan/surat", notice::register)
        .get("/rencana/kelengkapan/surat/{id}", notice::file)
        .get("/rencana/kelengkapan/{period}", completeness::show)
        .get("/rencana/kelengkapan/{period}/unduh", completeness::download)
        .post("/rencana/kelengkapan/{period}/surat", notice::issue)
}

/// The room's pages.
pub fn routes() -> Routes {
    let plan = public_routes().merge(keep_routes()).merge(progress_routes());
    let together = collaboration().merge(commitments());
    plan.merge(together).merge(evidence_routes()).merge(evaluation_routes())
}

/// The library of evidence.
fn evidence_routes() -> Routes {
    Routes::new()
        .get("/bukti", evidence::list)
        .get("/bukti/baru", evidence::new)
        .get("/bukti/angka", figure_evidence::new)
        .post("/bukti/angka", figure_evidence::create)
        .post("/bukti", evidence::create)
        .get("/bukti/untuk/{kind}/{id}", claim::show)
        .post("/bukti/untuk/{kind}/{id}", claim::change)
        .get("/bukti/{id}", evidence::show)
        .get("/bukti/{id}/berkas/{number}", evidence::file)
        .get("/bukti/{id}/ubah", evidence_edit::edit)
        .post("/bukti/{id}/ubah", evidence_edit::correct)
        .post("/bukti/{id}/versi", evidence::replace)
        .post("/bukti/{id}/periksa", evidence::check)
        .post("/bukti/{id}/klaim", evidence::claim)
}

/// Rounds of the evaluation.
fn evaluation_routes() -> Routes {
    use evaluation::{answers, compare, export, findings, published, question, regions, round, rounds, survey};
    Routes::new()
        .get("/evaluasi", rounds::show)
        .post("/evaluasi", rounds::open)
        .get("/evaluasi/nilai", published::show)
        .get("/evaluasi/daerah", regions::show)
        .get("/evaluasi/daerah.csv", regions::as_file)
        .get("/evaluasi/{round}", round::show)
        .post("/evaluasi/{round}/ajukan", round::submit)
        .post("/evaluasi/{round}/setujui", round::decide)
        .get("/evaluasi/{round}/simulasi", round::what_if)
        .get("/evaluasi/{round}/banding", compare::show)
        .get("/evaluasi/{round}/temuan", findings::show)
        .get("/evaluasi/{round}/buku.xlsx", export::book)
        .get("/evaluasi/{round}/buku.docx", answers::book)
        .get("/evaluasi/{round}/bukti.zip", export::archive)
        .get("/evaluasi/{round}/survei", survey::list)
        .post("/evaluasi/{round}/survei", survey::open)
        .post("/evaluasi/{round}/survei/{id}/tutup", survey::close)
        .post("/evaluasi/{round}/survei/{id}/hasil", survey::apply)
        .get("/survei/terima-kasih", survey::sent)
        .get("/survei/{token}", survey::ask)
        .post("/survei/{token}", survey::answer)
        .get("/evaluasi/{round}/soal", round::questions)
        .get("/evaluasi/{round}/soal/{id}", question::show)
        .post("/evaluasi/{round}/soal/{id}/jawab", question::answer)
        .post("/evaluasi/{round}/soal/{id}/bukti", question::claim)
        .post("/evaluasi/{round}/soal/{id}/periksa", question::check)
        .post("/evaluasi/{round}/soal/{id}/tugas", question::assign)
        .post("/evaluasi/{round}/soal/{id}/nilai", question::mark)
}

/// Meetings and what follows from them.
fn collaboration() -> Routes {
    Routes::new()
        .get("/rapat", meeting::list)
        .get("/rapat/baru", meeting::new)
        .post("/rapat/baru", meeting::plan)
        .get("/rapat/{id}", meeting::show)
        .get("/rapat/{id}/ubah", meeting::edit)
        .post("/rapat/{id}/ubah", meeting::change)
        .post("/rapat/{id}/agenda", meeting::add_point)
        .post("/rapat/{id}/agenda/hapus", meeting::drop_point)
        .post("/rapat/{id}/laksana", meeting::hold)
        .post("/rapat/{id}/batal", meeting::cancel)
        .post("/rapat/{id}/notula", meeting::write_minutes)
        .post("/rapat/{id}/keputusan", meeting::decide)
        .post("/rapat/{id}/final", meeting::finish)
        .get("/rapat/keputusan/{id}", meeting::new_task)
        .post("/rapat/keputusan/{id}", meeting::add_task)
        .get("/rapat/{id}/penanda", paper::signers)
        .post("/rapat/{id}/penanda", paper::name)
        .post("/rapat/{id}/bukti", paper::claim)
        .get("/rapat/{id}/{paper}", paper::file)
        .get("/rapat/{id}/hadir", guest::list)
        .post("/rapat/{id}/hadir", guest::add)
        .post("/rapat/{id}/hadir/hapus", guest::remove)
        .get("/rapat/{id}/hadir/{token}", guest::sign)
        .post("/rapat/{id}/hadir/{token}", guest::signed)
        .get("/notula/{token}", verify::minutes)
        .get("/rapat/badan", body::list)
        .get("/rapat/badan/baru", body::new)
        .post("/rapat/badan/baru", body::add)
        .get("/rapat/badan/{id}", body::show)
        .get("/rapat/badan/{id}/ubah", body::edit)
        .post("/rapat/badan/{id}/ubah", body::change)
        .post("/rapat/badan/{id}/anggota", body::add_member)
        .post("/rapat/badan/{id}/anggota/hapus", body::drop_member)
        .get("/rapat/tindak-lanjut", item::list)
        .get("/rapat/tindak-lanjut/{id}", item::show)
        .post("/rapat/tindak-lanjut/{id}/selesai", item::finish)
        .post("/rapat/tindak-lanjut/{id}/buka", item::reopen)
        .post("/rapat/tindak-lanjut/{id}/pindah", item::shift)
        .post("/rapat/tindak-lanjut/{id}/hentikan", item::give_up)
}

/// What agencies and partners have promised.
fn commitments() -> Routes {
    Routes::new()
        .get("/komitmen", commitment::list)
        .get("/komitmen/baru", commitment::new)
        .post("/komitmen/baru", commitment::add)
        .get("/komitmen/{token}", commitment::verify)
        .get("/komitmen/rinci/{id}", commitment::show)
        .get("/komitmen/rinci/{id}/ubah", commitment::edit)
        .post("/komitmen/rinci/{id}/ubah", commitment::change)
        .post("/komitmen/rinci/{id}/tanda-tangan", commitment::sign)
        .post("/komitmen/rinci/{id}/naskah", commitment::enter)
        .post("/komitmen/rinci/{id}/kabar", commitment::report)
        .post("/komitmen/rinci/{id}/terpenuhi", commitment::meet)
        .post("/komitmen/rinci/{id}/akhiri", commitment::end)
}
