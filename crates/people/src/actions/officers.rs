//! Officers: who they are and what they may do.

use serde_json::json;
use simpul_kernel::{Actor, ActorKind, Ctx, Grant, Refusal, Role, Timestamp};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use crate::model::link::{FOR_ADMIN, FOR_PASSWORD};
use crate::model::{NewOfficer, Officer, OfficerDetails, Permission, check_grants, require};
use crate::sql;

/// Refuses a login that another officer has. The field says which; whose it is stays unsaid.
pub(super) async fn refuse_taken(tx: &mut Tx, id: Uuid, details: &OfficerDetails) -> Result<()> {
    match sql::officers::taken(tx, id, details).await? {
        Some(field) => Err(Refusal::field(field, "people.refused.login_taken").into()),
        None => Ok(()),
    }
}

async fn refuse_unknown_agencies(tx: &mut Tx, grants: &[Grant]) -> Result<()> {
    for agency in grants.iter().filter_map(|grant| grant.agency) {
        if sql::agencies::by_id(tx, agency).await?.is_none() {
            return Err(Refusal::field("agency", "people.refused.no_such_agency").into());
        }
    }
    Ok(())
}

/// A region must keep somebody who can let others in.
async fn refuse_last_administrator(tx: &mut Tx, leaving: Uuid) -> Result<()> {
    if sql::officers::administrators(tx).await? == [leaving] {
        return Err(Refusal::new("people.refused.last_administrator").into());
    }
    Ok(())
}

/// The link for the first administrator dies as soon as there is one.
async fn close_first_door(tx: &mut Tx, grants: &[Grant]) -> Result<()> {
    if grants.iter().any(|grant| grant.role == Role::RegionAdmin) {
        sql::door::drop_links(tx, FOR_ADMIN, None).await?;
    }
    Ok(())
}

fn refuse_own_account(actor: &Actor, officer: Uuid) -> Result<()> {
    if actor.kind == ActorKind::Officer(officer) {
        return Err(Refusal::new("people.refused.own_account").into());
    }
    Ok(())
}

async fn find(tx: &mut Tx, id: Uuid) -> Result<Officer> {
    let found = sql::officers::by_id(tx, id).await?;
    found.filter(|officer| officer.erased_at.is_none()).ok_or(Error::NotFound("officer"))
}

/// Grants as the journal has them: ids and names of roles.
pub(super) fn grants_body(grants: &[Grant]) -> serde_json::Value {
    let list = grants.iter().map(|grant| json!({ "role": grant.role.name(), "agency": grant.agency }));
    json!({ "grants": list.collect::<Vec<_>>() })
}

/// An officer joins. Without a password hash the officer gets in by a link (`Doorman::make_password_link`).
#[derive(Debug, Clone)]
pub struct AddOfficer {
    /// What is known of the person.
    pub officer: NewOfficer,
    /// What part the officer has, where.
    pub grants: Vec<Grant>,
    /// What `Doorman::hash_password` made of a first password.
    pub password_hash: Option<String>,
    /// Whether that password must be changed at the first sign-in.
    pub must_change_password: bool,
}

impl Action for AddOfficer {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageOfficers)?;
        let details = self.officer.check()?;
        let grants = check_grants(&self.grants)?;
        refuse_unknown_agencies(tx, &grants).await?;
        let id = ctx.new_id();
        refuse_taken(tx, id, &details).await?;
        add(tx, ctx, id, &details, &grants, self.password_hash.clone(), self.must_change_password).await?;
        Ok(id)
    }
}

/// Writes a new officer whose details were checked.
pub(super) async fn add(
    tx: &mut Tx,
    ctx: &Ctx,
    id: Uuid,
    details: &OfficerDetails,
    grants: &[Grant],
    password_hash: Option<String>,
    must_change: bool,
) -> Result<()> {
    sql::officers::insert(tx, id, details, ctx.now());
    sql::officers::insert_secret(tx, id, password_hash, must_change);
    sql::officers::set_grants(tx, id, grants).await?;
    close_first_door(tx, grants).await?;
    tx.journal(ctx, "officer", id, "officer.added", grants_body(grants));
    sql::regions::count_up(tx).await
}

/// What is known of an officer changes.
#[derive(Debug, Clone)]
pub struct SetOfficer {
    /// Which one.
    pub id: Uuid,
    /// How the person is known from now on.
    pub officer: NewOfficer,
}

impl Action for SetOfficer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageOfficers)?;
        let details = self.officer.check()?;
        let before = find(tx, self.id).await?;
        refuse_taken(tx, self.id, &details).await?;
        let fields = [
            ("name", before.name != details.name),
            ("email", before.email != details.email),
            ("nip", before.nip != details.nip),
            ("phone", before.phone != details.phone),
        ];
        let changed: Vec<&str> = fields.into_iter().filter_map(|(name, changed)| changed.then_some(name)).collect();
        sql::officers::set(tx, self.id, &details).await?;
        tx.journal(ctx, "officer", self.id, "officer.changed", json!({ "fields": changed }));
        sql::regions::count_up(tx).await
    }
}

/// An officer's roles are replaced. They count at the next request, in sessions that are open too.
#[derive(Debug, Clone)]
pub struct SetGrants {
    /// Whose.
    pub officer: Uuid,
    /// What part the officer has from now on, where.
    pub grants: Vec<Grant>,
}

impl Action for SetGrants {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageOfficers)?;
        let grants = check_grants(&self.grants)?;
        find(tx, self.officer).await?;
        refuse_unknown_agencies(tx, &grants).await?;
        if !grants.iter().any(|grant| grant.role == Role::RegionAdmin) {
            refuse_last_administrator(tx, self.officer).await?;
        }
        sql::officers::set_grants(tx, self.officer, &grants).await?;
        close_first_door(tx, &grants).await?;
        tx.journal(ctx, "officer", self.officer, "officer.grants_changed", grants_body(&grants));
        sql::regions::count_up(tx).await
    }
}

/// An officer may no longer sign in, or may again. Disabling ends every session at once.
#[derive(Debug, Clone)]
pub struct SetActive {
    /// Whom.
    pub officer: Uuid,
    /// Whether the officer may sign in from now on.
    pub active: bool,
}

impl Action for SetActive {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageOfficers)?;
        let before = find(tx, self.officer).await?;
        if before.active == self.active {
            return Ok(());
        }
        if !self.active {
            refuse_own_account(&ctx.actor, self.officer)?;
            refuse_last_administrator(tx, self.officer).await?;
            shut_out(tx, self.officer, ctx.now()).await?;
        }
        sql::officers::set_active(tx, self.officer, self.active).await?;
        let kind = if self.active { "officer.enabled" } else { "officer.disabled" };
        tx.journal(ctx, "officer", self.officer, kind, json!({}));
        sql::regions::count_up(tx).await
    }
}

/// Ends the officer's sessions and unused links.
async fn shut_out(tx: &mut Tx, officer: Uuid, at: Timestamp) -> Result<()> {
    sql::door::end_sessions_of(tx, officer, None, at).await?;
    sql::door::drop_links(tx, FOR_PASSWORD, Some(officer)).await?;
    Ok(())
}

/// The person's data are erased (UU 27/2022, article 8): name, logins, secrets, roles, addresses of sessions. What the
/// officer did stays in the journal under the id, which then leads to nobody.
#[derive(Debug, Clone)]
pub struct EraseOfficer {
    /// Whose.
    pub officer: Uuid,
}

impl Action for EraseOfficer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ErasePersons)?;
        refuse_own_account(&ctx.actor, self.officer)?;
        find(tx, self.officer).await?;
        refuse_last_administrator(tx, self.officer).await?;
        shut_out(tx, self.officer, ctx.now()).await?;
        sql::door::forget_addresses(tx, self.officer).await?;
        sql::officers::erase(tx, self.officer, ctx.now()).await?;
        tx.journal(ctx, "officer", self.officer, "officer.erased", json!({}));
        sql::regions::count_up(tx).await
    }
}

/// An officer who lost the second factor may enrol a new one at the next sign-in.
#[derive(Debug, Clone)]
pub struct RemoveSecondFactor {
    /// Whose.
    pub officer: Uuid,
}

impl Action for RemoveSecondFactor {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageOfficers)?;
        refuse_own_account(&ctx.actor, self.officer)?;
        find(tx, self.officer).await?;
        sql::officers::drop_factor(tx, self.officer).await?;
        sql::door::end_sessions_of(tx, self.officer, None, ctx.now()).await?;
        tx.journal(ctx, "officer", self.officer, "officer.second_factor_removed", json!({}));
        Ok(())
    }
}
