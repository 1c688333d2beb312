//! Who comes without a person's sign-in: programs with keys, screens with tokens; and a person's sessions.

use serde::{Deserialize, Serialize};
use simpul_kernel::{Actor, ActorKind, Grant, Role, Timestamp};
use uuid::Uuid;

/// What an API key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyScope {
    /// Send reports and updates through Open311.
    Open311,
    /// Read what the public may see, and figures.
    Read,
    /// Act as the report coordinator and the 112 dispatcher, or as the officer of the agency that the key is bound to.
    Write,
    /// Tell of 112 calls, as the telephone system that the key is named after.
    Trunk,
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [KeyScope; 4] = [KeyScope::Open311, KeyScope::Read, KeyScope::Write, KeyScope::Trunk];

    /// The name in commands and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyScope::Open311 => "open311",
            KeyScope::Read => "read",
            KeyScope::Write => "write",
            KeyScope::Trunk => "trunk",
        }
    }

    /// Reads `open311,read,write`; the error is the first word that is no scope.
    pub fn parse_list(text: &str) -> Result<Vec<KeyScope>, String> {
        let mut scopes = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let found = KeyScope::ALL.into_iter().find(|scope| scope.as_str() == word);
            let scope = found.ok_or_else(|| word.to_owned())?;
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes.sort_unstable();
        Ok(scopes)
    }

    /// What [`KeyScope::parse_list`] reads.
    pub fn list_text(scopes: &[KeyScope]) -> String {
        scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",")
    }
}

/// A key by which a program comes; the key itself is not known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// Id, as in the journal.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<KeyScope>,
    /// The agency that it acts for.
    pub agency: Option<Uuid>,
    /// Requests a minute; `None` for the house's own limit.
    pub per_minute: Option<i64>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the hour.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether the key opens `scope`.
    pub fn has(&self, scope: KeyScope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether the key counts at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// The key as an actor: a citizen, and with [`KeyScope::Write`] also whoever it writes for.
    pub fn actor(&self) -> Actor {
        let mut grants = vec![Grant { role: Role::Citizen, agency: None }];
        if self.has(KeyScope::Write) {
            let grant = |role, agency| Grant { role, agency };
            match self.agency {
                Some(agency) => grants.push(grant(Role::AgencyOfficer, Some(agency))),
                None => grants.extend([grant(Role::ReportCoordinator, None), grant(Role::Dispatcher, None)]),
            }
        }
        Actor { kind: ActorKind::ApiKey(self.id), grants }
    }
}

/// A token by which a screen comes; the token itself is not known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisplayToken {
    /// Id, as in the journal.
    pub id: Uuid,
    /// Which screen.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to the hour.
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl DisplayToken {
    /// The screen as an actor.
    pub fn actor(&self) -> Actor {
        Actor { kind: ActorKind::Display(self.id), grants: Vec::new() }
    }
}

/// One of an officer's sessions, as a page lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// Id.
    pub id: Uuid,
    /// Whose.
    pub officer: Uuid,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends in any case.
    pub ends_at: Timestamp,
    /// Whether it waits for the second factor.
    pub waits_for_code: bool,
    /// From which network address.
    pub address: String,
    /// With which browser, as it called itself.
    pub agent: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Permission, permits, permits_in};

    fn key(scopes: &str, agency: Option<Uuid>) -> ApiKey {
        ApiKey {
            id: Uuid::nil(),
            name: "x".into(),
            scopes: KeyScope::parse_list(scopes).unwrap(),
            agency,
            per_minute: None,
            created_at: Timestamp(0),
            expires_at: Some(Timestamp(10)),
            used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn scopes_read_what_they_write_and_name_what_they_do_not_know() {
        let scopes = KeyScope::parse_list("write, open311,read,read").unwrap();
        assert_eq!(KeyScope::list_text(&scopes), "open311,read,write");
        assert_eq!(KeyScope::parse_list("read,admin"), Err("admin".into()));
    }

    #[test]
    fn a_key_ends_at_its_end_and_when_revoked() {
        let mut key = key("read", None);
        assert!(key.is_live(Timestamp(9)));
        assert!(!key.is_live(Timestamp(10)));
        key.revoked_at = Some(Timestamp(1));
        assert!(!key.is_live(Timestamp(2)));
    }

    #[test]
    fn only_a_writing_key_may_work_and_a_bound_one_for_its_agency_only() {
        let agency = Uuid::from_u128(5);
        assert!(!permits(&key("open311,read", None).actor(), Permission::SeeInbox));
        assert!(permits(&key("write", None).actor(), Permission::VerifyReports));
        let bound = key("write", Some(agency)).actor();
        assert!(permits_in(&bound, Permission::WorkReports, agency));
        assert!(!permits_in(&bound, Permission::WorkReports, Uuid::from_u128(6)));
        assert!(!permits(&bound, Permission::VerifyReports));
        assert!(!permits(&key("write", None).actor(), Permission::ManageOfficers));
    }
}
