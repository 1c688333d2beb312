//! What each role may do. The table of rights stands in [`may`] and nowhere else.

use simpul_kernel::{Actor, ActorKind, Ctx, Refusal, Role};
use uuid::Uuid;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// One thing that an actor may be allowed to do or to see.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission {
            $($(#[$doc])* $variant,)+
        }

        impl Permission {
            /// Every permission, in the order of the table of rights.
            pub const ALL: &'static [Permission] = &[$(Permission::$variant),+];

            /// The name in the table of rights and in refusals.
            pub fn name(self) -> &'static str {
                match self {
                    $(Permission::$variant => $name,)+
                }
            }
        }
    };
}

permissions! {
    /// Enter a report that a citizen brought by telephone, letter or in person.
    FileForCitizen = "file_for_citizen",
    /// See the inbox of the agencies in scope.
    SeeInbox = "see_inbox",
    /// Find a new report complete, reject it, merge it, or pass it to the body that is competent.
    VerifyReports = "verify_reports",
    /// Find a new report of one's own agency complete, or turn it down.
    VerifyOwnReports = "verify_own_reports",
    /// Give a verified report to an agency.
    AssignReports = "assign_reports",
    /// Start, answer, resolve or hand back the reports of one's own agency.
    WorkReports = "work_reports",
    /// Approve an agency's answer before the citizen sees it.
    ApproveAnswers = "approve_answers",
    /// Keep the words that answers begin with, and say whether an agency's answers are approved first.
    ManageAnswers = "manage_answers",
    /// Remind an agency of what it owes.
    RemindAgencies = "remind_agencies",
    /// Take a report one level up before its time.
    EscalateReports = "escalate_reports",
    /// See who reported, and how to reach them.
    SeeReporter = "see_reporter",
    /// See reports that are secret, such as those about officials.
    SeeSecretReports = "see_secret_reports",
    /// Take a report off the public pages, or put it back.
    HideReports = "hide_reports",
    /// Keep whoever sends abuse from sending reports for a while.
    BarSenders = "bar_senders",
    /// Change categories, their agencies and their deadlines.
    ManageCategories = "manage_categories",
    /// Load reports from files.
    ImportReports = "import_reports",
    /// Take lists of reports out as files.
    ExportReports = "export_reports",
    /// See the 112 console: who calls, what happens, which units are out.
    SeeConsole = "see_console",
    /// Take 112 calls and open incidents.
    TakeCalls = "take_calls",
    /// Send units to incidents, and close these.
    SendUnits = "send_units",
    /// Take over another's call, block a number.
    SuperviseCalls = "supervise_calls",
    /// See what 112 has handed over to the own agency, and say that it was received.
    AcknowledgeHandovers = "acknowledge_handovers",
    /// Confirm the operation centre's stage.
    ConfirmStage = "confirm_stage",
    /// Keep units, types of incidents and telephone lines.
    ManageEmergency = "manage_emergency",
    /// See the wall.
    SeeWall = "see_wall",
    /// See the leader's page.
    SeeLeader = "see_leader",
    /// Direct what an agency does about a late report.
    GiveDirections = "give_directions",
    /// See figures by agency.
    SeeFigures = "see_figures",
    /// Change the region's settings and calendar.
    ManageRegion = "manage_region",
    /// Load areas and boundaries.
    ManageAreas = "manage_areas",
    /// Add and change agencies.
    ManageAgencies = "manage_agencies",
    /// Add, change, disable officers, and say what they may do.
    ManageOfficers = "manage_officers",
    /// Make and revoke API keys and display tokens.
    ManageKeys = "manage_keys",
    /// Read the journal.
    SeeJournal = "see_journal",
    /// See messages that wait or failed.
    SeeOutbox = "see_outbox",
    /// Send a failed message again, or give it up.
    ManageOutbox = "manage_outbox",
    /// See who looked at what.
    SeeAccessLog = "see_access_log",
    /// Hand out or erase a person's data.
    ErasePersons = "erase_persons",
    /// See health, storage and backups.
    SeeOperations = "see_operations",
    /// Take part in the plan: its meetings, tasks, commitments and evidence; for partners, their own.
    SeePlan = "see_plan",
    /// See the plan with what is not published yet: for agencies, what they owe.
    SeeWholePlan = "see_whole_plan",
    /// Change the masterplan, its programmes, indicators, budget lines and periods.
    ManagePlan = "manage_plan",
    /// Say how a programme of one's own agency goes.
    ReportProgress = "report_progress",
    /// Find progress reports in order, send them back, publish them.
    VerifyProgress = "verify_progress",
    /// Put documents and photos into the evidence library, and claim them for something.
    KeepEvidence = "keep_evidence",
    /// Find evidence to be what it says.
    CheckEvidence = "check_evidence",
    /// Keep bodies, meetings, decisions and what follows from them.
    ManageMeetings = "manage_meetings",
    /// Say that an action item of one's own agency is done.
    WorkItems = "work_items",
    /// Sign a commitment for one's own agency or for the region.
    SignCommitments = "sign_commitments",
    /// Keep evaluation rounds, check answers, take the books out.
    ManageEvaluation = "manage_evaluation",
    /// Answer questions of an evaluation.
    AnswerEvaluation = "answer_evaluation",
    /// Approve an evaluation before it leaves the house.
    ApproveEvaluation = "approve_evaluation",
    /// Give scores as an assessor.
    ScoreEvaluation = "score_evaluation",
    /// See evaluation rounds, answers and scores, once they are approved.
    SeeEvaluation = "see_evaluation",
    /// See them while they are filled in.
    SeeOpenRounds = "see_open_rounds",
    /// See how the evaluation stands in every region that shows it to evaluators.
    CompareRegions = "compare_regions",
}

/// Whether `role` carries `permission`. For roles that work for one agency, within that agency only: see [`reach`].
pub fn may(role: Role, permission: Permission) -> bool {
    rights(role).contains(&permission) || plan_rights(role).contains(&permission)
}

/// Who administers the region sees to everything but the work itself.
const REGION_ADMIN: &[Permission] = &[
    Permission::SeeInbox,
    Permission::ManageAnswers,
    Permission::HideReports,
    Permission::BarSenders,
    Permission::ManageCategories,
    Permission::ImportReports,
    Permission::ExportReports,
    Permission::ManageEmergency,
    Permission::SeeWall,
    Permission::SeeFigures,
    Permission::ManageRegion,
    Permission::ManageAreas,
    Permission::ManageAgencies,
    Permission::ManageOfficers,
    Permission::ManageKeys,
    Permission::SeeJournal,
    Permission::SeeOutbox,
    Permission::ManageOutbox,
    Permission::SeeAccessLog,
    Permission::ErasePersons,
    Permission::SeeOperations,
];

/// Who checks what citizens report and gives it to agencies.
const REPORT_COORDINATOR: &[Permission] = &[
    Permission::FileForCitizen,
    Permission::SeeInbox,
    Permission::VerifyReports,
    Permission::AssignReports,
    Permission::ManageAnswers,
    Permission::RemindAgencies,
    Permission::EscalateReports,
    Permission::SeeReporter,
    Permission::HideReports,
    Permission::BarSenders,
    Permission::ManageCategories,
    Permission::ImportReports,
    Permission::ExportReports,
    Permission::SeeWall,
    Permission::SeeFigures,
];

/// Rights to reports, 112 and the house.
fn rights(role: Role) -> &'static [Permission] {
    use Permission::*;
    match role {
        Role::Citizen | Role::Partner => &[],
        Role::CallTaker | Role::Dispatcher => &[FileForCitizen, SeeConsole, TakeCalls, SendUnits, SeeWall],
        Role::FieldOfficer => &[FileForCitizen, SeeInbox, WorkReports],
        Role::AgencyOfficer => &[
            FileForCitizen,
            SeeInbox,
            VerifyOwnReports,
            WorkReports,
            SeeReporter,
            ExportReports,
            AcknowledgeHandovers,
            SeeWall,
            SeeFigures,
        ],
        Role::AgencyHead => &[
            FileForCitizen,
            SeeInbox,
            VerifyOwnReports,
            WorkReports,
            ApproveAnswers,
            ManageAnswers,
            EscalateReports,
            SeeReporter,
            ExportReports,
            AcknowledgeHandovers,
            SeeWall,
            SeeFigures,
        ],
        Role::Planner => &[ExportReports, SeeWall, SeeFigures],
        Role::Leader | Role::RegionSecretary => {
            &[SeeInbox, RemindAgencies, EscalateReports, ExportReports, SeeWall, SeeLeader, GiveDirections, SeeFigures]
        }
        Role::Auditor => &[
            SeeInbox,
            SeeReporter,
            SeeSecretReports,
            ExportReports,
            SeeWall,
            SeeLeader,
            SeeFigures,
            SeeJournal,
            SeeAccessLog,
        ],
        Role::ReportCoordinator => REPORT_COORDINATOR,
        Role::Supervisor => {
            &[FileForCitizen, SeeConsole, TakeCalls, SendUnits, SuperviseCalls, ManageEmergency, SeeWall, SeeFigures]
        }
        Role::DutyOfficer => &[FileForCitizen, SeeInbox, SeeConsole, SendUnits, ConfirmStage, SeeWall, SeeFigures],
        Role::Secretariat => &[SeeInbox, ExportReports, SeeWall, SeeLeader, SeeFigures],
        Role::RegionAdmin => REGION_ADMIN,
        Role::Assessor | Role::Evaluator => &[SeeFigures],
    }
}

/// Rights to the plan, its evidence and its evaluation.
fn plan_rights(role: Role) -> &'static [Permission] {
    use Permission::*;
    match role {
        Role::Partner => &[SeePlan, ReportProgress, KeepEvidence, WorkItems, SignCommitments],
        Role::AgencyOfficer => &[
            SeePlan,
            SeeWholePlan,
            ReportProgress,
            KeepEvidence,
            WorkItems,
            AnswerEvaluation,
            SeeEvaluation,
            SeeOpenRounds,
        ],
        Role::AgencyHead => &[
            SeePlan,
            SeeWholePlan,
            ReportProgress,
            KeepEvidence,
            WorkItems,
            SignCommitments,
            AnswerEvaluation,
            SeeEvaluation,
            SeeOpenRounds,
        ],
        Role::Planner => &[
            SeePlan,
            SeeWholePlan,
            ManagePlan,
            VerifyProgress,
            KeepEvidence,
            ManageMeetings,
            AnswerEvaluation,
            SeeEvaluation,
            SeeOpenRounds,
        ],
        Role::Secretariat => &[
            SeePlan,
            SeeWholePlan,
            ManagePlan,
            VerifyProgress,
            KeepEvidence,
            CheckEvidence,
            ManageMeetings,
            ManageEvaluation,
            AnswerEvaluation,
            SeeEvaluation,
            SeeOpenRounds,
        ],
        Role::Leader => &[SeePlan, SeeWholePlan, SignCommitments, SeeEvaluation, SeeOpenRounds],
        Role::RegionSecretary => {
            &[SeePlan, SeeWholePlan, SignCommitments, ApproveEvaluation, SeeEvaluation, SeeOpenRounds]
        }
        Role::Assessor => &[SeePlan, SeeWholePlan, ScoreEvaluation, SeeEvaluation, SeeOpenRounds],
        Role::Auditor => &[SeePlan, SeeWholePlan, SeeEvaluation, SeeOpenRounds],
        // Dinas Kominfo keeps the evidence; whether it proves something is the secretariat's word.
        Role::RegionAdmin => &[SeePlan, SeeWholePlan, KeepEvidence, SeeEvaluation, SeeOpenRounds],
        Role::Evaluator => &[SeePlan, SeeWholePlan, SeeEvaluation, CompareRegions],
        _ => &[],
    }
}

/// How far a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The work of the agency that the grant names.
    Agency,
    /// The whole region, whatever agency the officer belongs to.
    Region,
}

/// How far `role` reaches. An overseer's grant names the home agency, but oversight covers the region.
pub fn reach(role: Role) -> Reach {
    match role {
        Role::FieldOfficer | Role::AgencyOfficer | Role::AgencyHead | Role::Partner => Reach::Agency,
        _ => Reach::Region,
    }
}

/// Whether a grant of `role` must name an agency.
pub fn role_needs_agency(role: Role) -> bool {
    reach(role) == Reach::Agency
}

/// Whose work an actor may see or do under one permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Nobody's.
    Nothing,
    /// That of these agencies, sorted.
    Agencies(Vec<Uuid>),
    /// That of the whole region.
    WholeRegion,
}

impl Scope {
    /// Whether the work of `agency` lies within.
    pub fn covers(&self, agency: Uuid) -> bool {
        match self {
            Scope::Nothing => false,
            Scope::Agencies(agencies) => agencies.contains(&agency),
            Scope::WholeRegion => true,
        }
    }
}

/// Whose work `actor` may see or do under `permission`.
pub fn scope(actor: &Actor, permission: Permission) -> Scope {
    match actor.kind {
        ActorKind::System(_) => return Scope::WholeRegion,
        ActorKind::Display(_) if permission == Permission::SeeWall => return Scope::WholeRegion,
        _ => {}
    }
    let mut agencies = Vec::new();
    for grant in actor.grants.iter().filter(|grant| may(grant.role, permission)) {
        match (reach(grant.role), grant.agency) {
            (Reach::Region, _) => return Scope::WholeRegion,
            (Reach::Agency, Some(agency)) => agencies.push(agency),
            // A grant that should name an agency and names none gives nothing, rather than everything.
            (Reach::Agency, None) => {}
        }
    }
    agencies.sort_unstable();
    agencies.dedup();
    if agencies.is_empty() { Scope::Nothing } else { Scope::Agencies(agencies) }
}

/// Whether `actor` holds `permission` for anything at all.
pub fn permits(actor: &Actor, permission: Permission) -> bool {
    scope(actor, permission) != Scope::Nothing
}

/// Whether `actor` holds `permission` for the work of `agency`.
pub fn permits_in(actor: &Actor, permission: Permission, agency: Uuid) -> bool {
    scope(actor, permission).covers(agency)
}

/// Refuses unless the actor of `ctx` holds `permission`.
///
/// # Errors
/// `people.refused.not_allowed` with the permission's name.
pub fn require(ctx: &Ctx, permission: Permission) -> Result<(), Refusal> {
    if permits(&ctx.actor, permission) { Ok(()) } else { Err(not_allowed(permission)) }
}

/// Refuses unless the actor of `ctx` holds `permission` for the work of `agency`.
///
/// # Errors
/// `people.refused.not_allowed` with the permission's name.
pub fn require_in(ctx: &Ctx, permission: Permission, agency: Uuid) -> Result<(), Refusal> {
    if permits_in(&ctx.actor, permission, agency) { Ok(()) } else { Err(not_allowed(permission)) }
}

fn not_allowed(permission: Permission) -> Refusal {
    Refusal::new("people.refused.not_allowed").with("permission", permission.name())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::Grant;

    use super::*;

    fn officer(grants: Vec<Grant>) -> Actor {
        Actor { kind: ActorKind::Officer(Uuid::from_u128(1)), grants }
    }

    #[test]
    fn a_citizen_and_an_empty_officer_may_nothing() {
        for permission in Permission::ALL {
            assert!(!permits(&Actor::citizen(), *permission));
            assert!(!permits(&officer(vec![]), *permission));
        }
    }

    #[test]
    fn a_partner_sees_nothing_of_citizens_and_calls() {
        use Permission::*;
        let held = Permission::ALL.iter().filter(|permission| may(Role::Partner, **permission));
        let own = [SeePlan, ReportProgress, KeepEvidence, WorkItems, SignCommitments];
        assert_eq!(held.copied().collect::<Vec<_>>(), own);
    }

    #[test]
    fn the_system_may_everything_and_a_display_only_the_wall() {
        let display = Actor { kind: ActorKind::Display(Uuid::nil()), grants: vec![] };
        for permission in Permission::ALL {
            assert!(permits(&Actor::system("test"), *permission));
            assert_eq!(permits(&display, *permission), *permission == Permission::SeeWall);
        }
    }

    #[test]
    fn an_agency_officer_works_in_the_own_agency_only() {
        let (own, other) = (Uuid::from_u128(10), Uuid::from_u128(11));
        let actor = officer(vec![Grant { role: Role::AgencyOfficer, agency: Some(own) }]);
        assert!(permits_in(&actor, Permission::WorkReports, own));
        assert!(!permits_in(&actor, Permission::WorkReports, other));
        assert!(!permits(&actor, Permission::VerifyReports));
    }

    #[test]
    fn an_agency_role_without_agency_gives_nothing() {
        let actor = officer(vec![Grant { role: Role::AgencyHead, agency: None }]);
        assert_eq!(scope(&actor, Permission::WorkReports), Scope::Nothing);
    }

    #[test]
    fn oversight_covers_the_region_though_the_grant_names_the_home_agency() {
        let actor = officer(vec![Grant { role: Role::Auditor, agency: Some(Uuid::from_u128(3)) }]);
        assert_eq!(scope(&actor, Permission::SeeInbox), Scope::WholeRegion);
        assert!(!permits(&actor, Permission::WorkReports));
    }

    #[test]
    fn only_the_region_administrator_administers() {
        use Permission::*;
        for permission in [ManageRegion, ManageAreas, ManageAgencies, ManageOfficers, ManageKeys, ErasePersons] {
            for role in Role::ALL {
                assert_eq!(may(role, permission), role == Role::RegionAdmin, "{role:?} {permission:?}");
            }
        }
    }

    #[test]
    fn only_the_regional_secretary_approves_an_evaluation_and_is_else_a_leader() {
        for role in Role::ALL {
            assert_eq!(may(role, Permission::ApproveEvaluation), role == Role::RegionSecretary, "{role:?}");
        }
        for permission in Permission::ALL.iter().filter(|one| **one != Permission::ApproveEvaluation) {
            let (leader, secretary) = (may(Role::Leader, *permission), may(Role::RegionSecretary, *permission));
            assert_eq!(leader, secretary, "{permission:?}");
        }
    }

    #[test]
    fn an_evaluator_waits_for_the_approval_and_a_partner_for_the_publication() {
        for role in Role::ALL {
            let (sees, opens) = (may(role, Permission::SeeEvaluation), may(role, Permission::SeeOpenRounds));
            assert_eq!(opens, sees && role != Role::Evaluator, "{role:?}");
            let (sees, whole) = (may(role, Permission::SeePlan), may(role, Permission::SeeWholePlan));
            assert_eq!(whole, sees && role != Role::Partner, "{role:?}");
        }
    }

    #[test]
    fn secret_reports_are_for_the_inspectorate_alone() {
        for role in Role::ALL {
            assert_eq!(may(role, Permission::SeeSecretReports), role == Role::Auditor);
        }
    }

    #[test]
    fn every_permission_is_held_by_some_role_and_named_once() {
        let mut names: Vec<_> = Permission::ALL.iter().map(|p| p.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            assert!(Role::ALL.into_iter().any(|role| may(role, *permission)), "{permission:?}");
        }
    }

    fn grants() -> impl Strategy<Value = Vec<Grant>> {
        let role = (0..Role::ALL.len()).prop_map(|i| Role::ALL[i]);
        let agency = proptest::option::of((0u128..3).prop_map(Uuid::from_u128));
        proptest::collection::vec((role, agency).prop_map(|(role, agency)| Grant { role, agency }), 0..5)
    }

    proptest! {
        #[test]
        fn more_grants_never_take_anything_away(first in grants(), second in grants(), agency in 0u128..3) {
            let agency = Uuid::from_u128(agency);
            let few = officer(first.clone());
            let many = officer([first, second].concat());
            for permission in Permission::ALL {
                prop_assert!(!permits_in(&few, *permission, agency) || permits_in(&many, *permission, agency));
                prop_assert_eq!(permits(&few, *permission), scope(&few, *permission) != Scope::Nothing);
            }
        }
    }
}
