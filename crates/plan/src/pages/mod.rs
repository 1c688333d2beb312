//! The pages of the plan.

pub mod plan;

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
    Routes::new().get("/rencana", plan::show)
}
