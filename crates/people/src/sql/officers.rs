//! Officers, their grants, and apart from them their secrets.

use std::collections::HashMap;

use simpul_kernel::{Grant, Role, Timestamp};
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::unknown;
use crate::model::{Login, Officer, OfficerDetails};

simpul_store::statements! {
    ALL = "SELECT o.id, o.name, o.email, o.nip, o.phone, o.active, o.created_at, o.signed_in_at, o.erased_at,
        s.must_change, s.password_hash IS NOT NULL, s.totp_secret IS NOT NULL FROM officer o
        JOIN officer_secret s ON s.region = o.region AND s.officer = o.id WHERE o.region = $1 ORDER BY o.name, o.id";
    BY_ID = "SELECT o.id, o.name, o.email, o.nip, o.phone, o.active, o.created_at, o.signed_in_at, o.erased_at,
        s.must_change, s.password_hash IS NOT NULL, s.totp_secret IS NOT NULL FROM officer o
        JOIN officer_secret s ON s.region = o.region AND s.officer = o.id WHERE o.region = $1 AND o.id = $2";
    BY_EMAIL = "SELECT id FROM officer WHERE region = $1 AND email = $2";
    BY_NIP = "SELECT id FROM officer WHERE region = $1 AND nip = $2";
    BY_PHONE = "SELECT id FROM officer WHERE region = $1 AND phone = $2";
    GRANTS = "SELECT officer, role, agency FROM officer_grant WHERE region = $1 ORDER BY officer, role, agency";
    GRANTS_OF = "SELECT role, agency FROM officer_grant WHERE region = $1 AND officer = $2 ORDER BY role, agency";
    ADMINISTRATORS = "SELECT o.id FROM officer o JOIN officer_grant g ON g.region = o.region AND g.officer = o.id
        WHERE o.region = $1 AND o.active AND g.role = 'region_admin' ORDER BY o.id";
    SET = "UPDATE officer SET name = $3, email = $4, nip = $5, phone = $6 WHERE region = $1 AND id = $2";
    SET_ACTIVE = "UPDATE officer SET active = $3 WHERE region = $1 AND id = $2";
    SIGNED_IN = "UPDATE officer SET signed_in_at = $3 WHERE region = $1 AND id = $2";
    ERASE = "UPDATE officer SET name = '', email = NULL, nip = NULL, phone = NULL, active = $3, erased_at = $4
        WHERE region = $1 AND id = $2";
    DROP_GRANTS = "DELETE FROM officer_grant WHERE region = $1 AND officer = $2";
    SECRETS = "SELECT password_hash, must_change, totp_secret, totp_pending, totp_step FROM officer_secret
        WHERE region = $1 AND officer = $2";
    SET_PASSWORD = "UPDATE officer_secret SET password_hash = $3, must_change = $4 WHERE region = $1 AND officer = $2";
    SET_PENDING = "UPDATE officer_secret SET totp_pending = $3 WHERE region = $1 AND officer = $2";
    ENROL = "UPDATE officer_secret SET totp_secret = totp_pending, totp_pending = NULL, totp_step = $3
        WHERE region = $1 AND officer = $2 AND totp_pending IS NOT NULL";
    DROP_FACTOR = "UPDATE officer_secret SET totp_secret = NULL, totp_pending = NULL
        WHERE region = $1 AND officer = $2";
    MOVE_STEP = "UPDATE officer_secret SET totp_step = $3 WHERE region = $1 AND officer = $2 AND totp_step < $3";
    ERASE_SECRETS = "UPDATE officer_secret SET password_hash = NULL, must_change = $3, totp_secret = NULL,
        totp_pending = NULL WHERE region = $1 AND officer = $2";
    DROP_RECOVERY = "DELETE FROM officer_recovery WHERE region = $1 AND officer = $2";
    USE_RECOVERY = "UPDATE officer_recovery SET used_at = $4
        WHERE region = $1 AND officer = $2 AND code_hash = $3 AND used_at IS NULL";
    COUNT_RECOVERY = "SELECT COUNT(*) FROM officer_recovery WHERE region = $1 AND officer = $2 AND used_at IS NULL";
}

simpul_store::inserts! {
    INSERT = "officer" (id, name, email, nip, phone, active, created_at);
    INSERT_SECRET = "officer_secret" (officer, password_hash, must_change, totp_step);
    INSERT_GRANT = "officer_grant" (officer, role, agency);
    INSERT_RECOVERY = "officer_recovery" (officer, code_hash);
}

impl FromRow for Officer {
    fn from_row(row: &Row) -> Result<Officer> {
        Ok(Officer {
            id: row.at(0)?,
            name: row.at(1)?,
            email: row.at(2)?,
            nip: row.at(3)?,
            phone: row.at(4)?,
            active: row.at(5)?,
            created_at: row.at(6)?,
            signed_in_at: row.at(7)?,
            erased_at: row.at(8)?,
            must_change_password: row.at(9)?,
            has_password: row.at(10)?,
            has_second_factor: row.at(11)?,
            grants: Vec::new(),
        })
    }
}

fn grant(role: &str, agency: Uuid) -> Result<Grant> {
    let role = Role::parse(role).ok_or_else(|| unknown("role", role))?;
    Ok(Grant { role, agency: (!agency.is_nil()).then_some(agency) })
}

/// All officers with their grants by name, disabled and erased ones included.
pub async fn all(conn: &mut Conn) -> Result<Vec<Officer>> {
    let mut officers: Vec<Officer> = conn.all(&ALL, args![]).await?;
    let mut grants: HashMap<Uuid, Vec<Grant>> = HashMap::new();
    for (officer, role, agency) in conn.all::<(Uuid, String, Uuid)>(&GRANTS, args![]).await? {
        grants.entry(officer).or_default().push(grant(&role, agency)?);
    }
    for officer in &mut officers {
        officer.grants = grants.remove(&officer.id).unwrap_or_default();
    }
    Ok(officers)
}

/// The officer of that id, with grants.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Officer>> {
    let Some(mut officer) = conn.opt::<Officer>(&BY_ID, args![id]).await? else {
        return Ok(None);
    };
    for (role, agency) in conn.all::<(String, Uuid)>(&GRANTS_OF, args![id]).await? {
        officer.grants.push(grant(&role, agency)?);
    }
    Ok(Some(officer))
}

/// The officer who signs in under that name.
pub async fn by_login(conn: &mut Conn, login: &Login) -> Result<Option<Uuid>> {
    let (statement, text) = match login {
        Login::Email(text) => (&BY_EMAIL, text),
        Login::Nip(text) => (&BY_NIP, text),
        Login::Phone(text) => (&BY_PHONE, text),
        Login::Unknown(_) => return Ok(None),
    };
    Ok(conn.opt::<(Uuid,)>(statement, args![text]).await?.map(|(id,)| id))
}

/// The first field of `details` that another officer than `id` already uses.
pub(crate) async fn taken(conn: &mut Conn, id: Uuid, details: &OfficerDetails) -> Result<Option<&'static str>> {
    let fields = [
        ("email", details.email.clone().map(Login::Email)),
        ("nip", details.nip.clone().map(Login::Nip)),
        ("phone", details.phone.clone().map(Login::Phone)),
    ];
    for (field, login) in fields {
        if let Some(login) = login
            && by_login(conn, &login).await?.is_some_and(|other| other != id)
        {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

/// The active officers who administer the region.
pub async fn administrators(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = conn.all(&ADMINISTRATORS, args![]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

pub(crate) fn insert(tx: &mut Tx, id: Uuid, new: &OfficerDetails, at: Timestamp) {
    let row = args![id, &new.name, new.email.clone(), new.nip.clone(), new.phone.clone(), true, at];
    tx.insert(&INSERT, row);
}

pub(crate) fn insert_secret(tx: &mut Tx, id: Uuid, password_hash: Option<String>, must_change: bool) {
    tx.insert(&INSERT_SECRET, args![id, password_hash, must_change, 0i64]);
}

pub(crate) async fn set(tx: &mut Tx, id: Uuid, new: &OfficerDetails) -> Result<u64> {
    let row = args![id, &new.name, new.email.clone(), new.nip.clone(), new.phone.clone()];
    tx.exec(&SET, row).await
}

pub(crate) async fn set_active(tx: &mut Tx, id: Uuid, active: bool) -> Result<u64> {
    tx.exec(&SET_ACTIVE, args![id, active]).await
}

pub(crate) async fn signed_in(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<u64> {
    tx.exec(&SIGNED_IN, args![id, at]).await
}

pub(crate) async fn set_grants(tx: &mut Tx, id: Uuid, grants: &[Grant]) -> Result<()> {
    tx.exec(&DROP_GRANTS, args![id]).await?;
    for grant in grants {
        tx.insert(&INSERT_GRANT, args![id, grant.role.name(), grant.agency.unwrap_or_default()]);
    }
    Ok(())
}

/// Removes everything that tells who the person is; the id stays, since the journal names it.
pub(crate) async fn erase(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<u64> {
    tx.exec(&DROP_GRANTS, args![id]).await?;
    tx.exec(&DROP_RECOVERY, args![id]).await?;
    tx.exec(&ERASE_SECRETS, args![id, false]).await?;
    tx.exec(&ERASE, args![id, false, at]).await
}

/// What proves that somebody is the officer. Never leaves this crate.
pub(crate) struct Secrets {
    pub password_hash: Option<String>,
    pub totp_secret: Option<Vec<u8>>,
    pub totp_pending: Option<Vec<u8>>,
    pub totp_step: i64,
}

impl FromRow for Secrets {
    fn from_row(row: &Row) -> Result<Secrets> {
        Ok(Secrets {
            password_hash: row.at(0)?,
            totp_secret: row.at(2)?,
            totp_pending: row.at(3)?,
            totp_step: row.at(4)?,
        })
    }
}

pub(crate) async fn secrets(conn: &mut Conn, id: Uuid) -> Result<Option<Secrets>> {
    conn.opt(&SECRETS, args![id]).await
}

pub(crate) async fn set_password(tx: &mut Tx, id: Uuid, hash: &str, must_change: bool) -> Result<u64> {
    tx.exec(&SET_PASSWORD, args![id, hash, must_change]).await
}

pub(crate) async fn set_pending_factor(tx: &mut Tx, id: Uuid, secret: Vec<u8>) -> Result<u64> {
    tx.exec(&SET_PENDING, args![id, secret]).await
}

/// Makes the pending second factor the one that counts, and replaces the recovery codes.
pub(crate) async fn enrol(tx: &mut Tx, id: Uuid, step: i64, recovery: &[Vec<u8>]) -> Result<bool> {
    if tx.exec(&ENROL, args![id, step]).await? == 0 {
        return Ok(false);
    }
    tx.exec(&DROP_RECOVERY, args![id]).await?;
    for hash in recovery {
        tx.insert(&INSERT_RECOVERY, args![id, hash.clone()]);
    }
    Ok(true)
}

pub(crate) async fn drop_factor(tx: &mut Tx, id: Uuid) -> Result<u64> {
    tx.exec(&DROP_RECOVERY, args![id]).await?;
    tx.exec(&DROP_FACTOR, args![id]).await
}

/// Marks a step of the second factor as used; answers false if it, or a later one, was used before.
pub(crate) async fn move_step(tx: &mut Tx, id: Uuid, step: i64) -> Result<bool> {
    Ok(tx.exec(&MOVE_STEP, args![id, step]).await? == 1)
}

/// Marks a recovery code as used; answers false if there is none such.
pub(crate) async fn use_recovery(tx: &mut Tx, id: Uuid, hash: Vec<u8>, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&USE_RECOVERY, args![id, hash, at]).await? == 1)
}

/// How many recovery codes are left.
pub async fn recovery_left(conn: &mut Conn, id: Uuid) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&COUNT_RECOVERY, args![id]).await?.0)
}
