//! The pages of the plan.

pub mod evaluation;
pub mod evidence;
pub mod plan;
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

/// The room's pages.
pub fn routes() -> Routes {
    Routes::new().get("/rencana", plan::show).merge(evidence_routes()).merge(evaluation_routes())
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
    use evaluation::{published, question, round, rounds};
    Routes::new()
        .get("/evaluasi", rounds::show)
        .post("/evaluasi", rounds::open)
        .get("/evaluasi/nilai", published::show)
        .get("/evaluasi/{round}", round::show)
        .post("/evaluasi/{round}/ajukan", round::submit)
        .post("/evaluasi/{round}/setujui", round::decide)
        .get("/evaluasi/{round}/simulasi", round::what_if)
        .get("/evaluasi/{round}/soal", round::questions)
        .get("/evaluasi/{round}/soal/{id}", question::show)
        .post("/evaluasi/{round}/soal/{id}/jawab", question::answer)
        .post("/evaluasi/{round}/soal/{id}/bukti", question::claim)
        .post("/evaluasi/{round}/soal/{id}/periksa", question::check)
        .post("/evaluasi/{round}/soal/{id}/tugas", question::assign)
        .post("/evaluasi/{round}/soal/{id}/nilai", question::mark)
}
