//! The pages of the plan.

pub mod check;
pub mod evaluation;
pub mod evidence;
pub mod indicator;
pub mod keep;
pub mod plan;
pub mod programme;
pub mod progress;
pub(crate) mod view;
mod words;

use simpul_shell::{Routes, handles};

handles! {
    /// sees the plan with what is not published
    pub CanSeePlan => SeePlan;
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
}

/// What everybody reads of the plan.
fn public_routes() -> Routes {
    Routes::new()
        .get("/rencana", plan::show)
        .api_get("/rencana.json", plan::as_json)
        .get("/rencana.csv", plan::as_file)
        .get("/rencana/peran", plan::raci)
        .get("/rencana/{code}", programme::show)
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
        .get("/rencana/{code}/ubah", keep::programme)
        .post("/rencana/{code}/ubah", keep::change)
        .post("/rencana/{code}/tahap", keep::move_on)
        .post("/rencana/{code}/pihak", keep::add_party)
        .post("/rencana/{code}/pihak/{party}/hapus", keep::drop_party)
        .get("/rencana/{code}/indikator/{id}", indicator::show)
        .post("/rencana/{code}/indikator/{id}", indicator::save)
        .post("/rencana/{code}/indikator/{id}/target", indicator::aim)
        .post("/rencana/{code}/indikator/{id}/hapus", indicator::give_up)
        .get("/rencana/{code}/anggaran", indicator::budget)
        .post("/rencana/{code}/anggaran", indicator::save_budget)
}

/// What agencies say each period, and how it is checked.
fn progress_routes() -> Routes {
    Routes::new()
        .get("/kotak/laporan-kemajuan", progress::list)
        .get("/kotak/laporan-kemajuan/{code}/{period}", progress::form)
        .post("/kotak/laporan-kemajuan/{code}/{period}", progress::write)
        .get("/rencana/periksa", check::newest)
        .get("/rencana/periksa/{period}", check::show)
        .post("/rencana/periksa/buka", check::open)
        .post("/rencana/periksa/{period}/kunci", check::put_off)
        .post("/rencana/periksa/laporan/{id}", check::step)
        .post("/rencana/{code}/status", check::overrule)
}

/// The room's pages.
pub fn routes() -> Routes {
    public_routes().merge(keep_routes()).merge(progress_routes()).merge(evidence_routes()).merge(evaluation_routes())
}

/// The library of evidence.
fn evidence_routes() -> Routes {
    Routes::new()
        .get("/bukti", evidence::list)
        .get("/bukti/baru", evidence::new)
        .post("/bukti", evidence::create)
        .get("/bukti/{id}", evidence::show)
        .get("/bukti/{id}/berkas/{number}", evidence::file)
        .post("/bukti/{id}/versi", evidence::replace)
        .post("/bukti/{id}/periksa", evidence::check)
        .post("/bukti/{id}/klaim", evidence::claim)
}

/// Rounds of the evaluation.
fn evaluation_routes() -> Routes {
    use evaluation::{export, findings, published, question, round, rounds, survey};
    Routes::new()
        .get("/evaluasi", rounds::show)
        .post("/evaluasi", rounds::open)
        .get("/evaluasi/nilai", published::show)
        .get("/evaluasi/{round}", round::show)
        .post("/evaluasi/{round}/ajukan", round::submit)
        .post("/evaluasi/{round}/setujui", round::decide)
        .get("/evaluasi/{round}/simulasi", round::what_if)
        .get("/evaluasi/{round}/temuan", findings::show)
        .get("/evaluasi/{round}/buku.xlsx", export::book)
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
