//! Who acts, and what they may.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A person's part in the work; what each may do stands in `people::model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// warga
    Citizen,
    /// penerima panggilan 112
    CallTaker,
    /// petugas pengarah
    Dispatcher,
    /// petugas lapangan
    FieldOfficer,
    /// pejabat penghubung perangkat daerah
    AgencyOfficer,
    /// kepala perangkat daerah
    AgencyHead,
    /// perencana (Bapperida)
    Planner,
    /// pimpinan: Bupati, Wakil Bupati, Asisten
    Leader,
    /// Sekretaris Daerah, who is a leader too and approves what leaves the house
    RegionSecretary,
    /// Inspektorat (APIP)
    Auditor,
    /// admin koordinator aduan
    ReportCoordinator,
    /// supervisor 112
    Supervisor,
    /// perwira jaga COC
    DutyOfficer,
    /// sekretariat smart city
    Secretariat,
    /// admin instansi (Dinas Kominfo SP)
    RegionAdmin,
    /// asesor
    Assessor,
    /// evaluator kementerian
    Evaluator,
    /// mitra
    Partner,
}

impl Role {
    /// Every role, in the order in which screens list them.
    pub const ALL: [Role; 18] = [
        Role::Citizen,
        Role::CallTaker,
        Role::Dispatcher,
        Role::FieldOfficer,
        Role::AgencyOfficer,
        Role::AgencyHead,
        Role::Planner,
        Role::Leader,
        Role::RegionSecretary,
        Role::Auditor,
        Role::ReportCoordinator,
        Role::Supervisor,
        Role::DutyOfficer,
        Role::Secretariat,
        Role::RegionAdmin,
        Role::Assessor,
        Role::Evaluator,
        Role::Partner,
    ];

    /// The name in tables, commands and the API.
    pub fn name(self) -> &'static str {
        match self {
            Role::Citizen => "citizen",
            Role::CallTaker => "call_taker",
            Role::Dispatcher => "dispatcher",
            Role::FieldOfficer => "field_officer",
            Role::AgencyOfficer => "agency_officer",
            Role::AgencyHead => "agency_head",
            Role::Planner => "planner",
            Role::Leader => "leader",
            Role::RegionSecretary => "region_secretary",
            Role::Auditor => "auditor",
            Role::ReportCoordinator => "report_coordinator",
            Role::Supervisor => "supervisor",
            Role::DutyOfficer => "duty_officer",
            Role::Secretariat => "secretariat",
            Role::RegionAdmin => "region_admin",
            Role::Assessor => "assessor",
            Role::Evaluator => "evaluator",
            Role::Partner => "partner",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A role in one agency, or in the whole region where `agency` is absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What part the officer has.
    pub role: Role,
    /// The agency whose work it is; `None` for the whole region.
    pub agency: Option<Uuid>,
}

/// What kind of actor stands behind an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorKind {
    /// A citizen, unknown to the system or known by a contact that the rooms keep.
    Citizen,
    /// An officer who is signed in.
    Officer(Uuid),
    /// A program with an API key.
    ApiKey(Uuid),
    /// A screen with a display token.
    Display(Uuid),
    /// The crew of a unit, by the key of its page. It is granted nothing: a room lets it do what concerns its own unit.
    Unit(Uuid),
    /// Simpul itself: the ticker, a reaction, a command on the server. The name says which.
    System(&'static str),
}

/// Whoever acts, with what they were granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who it is.
    pub kind: ActorKind,
    /// Roles held, by agency.
    pub grants: Vec<Grant>,
}

impl Actor {
    /// A citizen without sign-in.
    pub fn citizen() -> Actor {
        Actor { kind: ActorKind::Citizen, grants: vec![Grant { role: Role::Citizen, agency: None }] }
    }

    /// The crew of that unit.
    pub fn unit(id: Uuid) -> Actor {
        Actor { kind: ActorKind::Unit(id), grants: Vec::new() }
    }

    /// Simpul itself, under the name of the part that acts.
    pub fn system(name: &'static str) -> Actor {
        Actor { kind: ActorKind::System(name), grants: Vec::new() }
    }

    /// How the journal names the actor: a kind and an id, never a person's name.
    pub fn journal_name(&self) -> String {
        match &self.kind {
            ActorKind::Citizen => "citizen".to_owned(),
            ActorKind::Officer(id) => format!("officer:{id}"),
            ActorKind::ApiKey(id) => format!("apikey:{id}"),
            ActorKind::Display(id) => format!("display:{id}"),
            ActorKind::Unit(id) => format!("unit:{id}"),
            ActorKind::System(name) => format!("system:{name}"),
        }
    }

    /// The officer's id, if an officer acts.
    pub fn officer_id(&self) -> Option<Uuid> {
        match self.kind {
            ActorKind::Officer(id) => Some(id),
            _ => None,
        }
    }

    /// Whether the actor holds `role` anywhere.
    pub fn has_role(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// The agencies in which the actor holds any role.
    pub fn agencies(&self) -> impl Iterator<Item = Uuid> + '_ {
        self.grants.iter().filter_map(|grant| grant.agency)
    }
}
