//! Links for one use: to become the first administrator, to set a password.

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Ctx, Refusal, RegionId};
use simpul_store::{Error, Result};
use uuid::Uuid;

use super::{Doorman, officer_logins};
use crate::actions::door::{MakeLink, UseAdminLink, UsePasswordLink};
use crate::model::NewOfficer;
use crate::model::link::{FOR_ADMIN, FOR_PASSWORD};
use crate::model::secret::{Secret, hash};
use crate::sql;

/// A link for one use ends after this time, in hours.
const LINK_HOURS: i64 = 48;
/// What an unused one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    /// To become the region's first administrator.
    Admin,
    /// To set this officer's password.
    Password(Uuid),
}

impl Doorman {
    /// Whether anybody administers the region.
    pub async fn has_administrator(&self, region: RegionId) -> Result<bool> {
        Ok(!sql::officers::administrators(&mut self.db().read(region).await?).await?.is_empty())
    }

    /// A link by which the region's first administrator comes in, once, within 48 hours. Answers its token.
    pub async fn make_admin_link(&self, region: RegionId) -> Result<String> {
        self.make_link(&self.system(region), FOR_ADMIN, None).await
    }

    /// A link by which an officer sets the password, once, within 48 hours. Answers its token.
    pub async fn make_password_link(&self, ctx: &Ctx, officer: Uuid) -> Result<String> {
        self.make_link(ctx, FOR_PASSWORD, Some(officer)).await
    }

    async fn make_link(&self, ctx: &Ctx, purpose: &'static str, officer: Option<Uuid>) -> Result<String> {
        let token = Secret::new(self.db().env(), "");
        let expires_at = ctx.now().plus_micros(LINK_HOURS * HOUR_MICROS);
        self.db().write(ctx, MakeLink { purpose, officer, token_hash: token.hash, expires_at }).await?;
        Ok(token.shown)
    }

    /// What an unused link is for; `None` for an unknown, used or old one.
    pub async fn link(&self, region: RegionId, token: &str) -> Result<Option<LinkFor>> {
        let link = sql::door::link(&mut self.db().read(region).await?, hash(token)).await?;
        let live = link.filter(|(_, _, _, expires_at)| *expires_at > self.db().env().now());
        Ok(live.and_then(|(_, purpose, officer, _)| match (purpose.as_str(), officer) {
            (FOR_ADMIN, _) => Some(LinkFor::Admin),
            (FOR_PASSWORD, Some(officer)) => Some(LinkFor::Password(officer)),
            _ => None,
        }))
    }

    /// The holder of the administrator's link becomes the region's administrator.
    ///
    /// # Errors
    /// `people.refused.link`, or a refusal that names the field.
    pub async fn use_admin_link(
        &self,
        region: RegionId,
        token: &str,
        officer: NewOfficer,
        password: &str,
    ) -> Result<Uuid> {
        if self.link(region, token).await? != Some(LinkFor::Admin) {
            return Err(Refusal::new("people.refused.link").into());
        }
        let details = officer.check()?;
        let logins = [&details.email, &details.nip, &details.phone].into_iter().flatten().map(String::as_str);
        let password_hash = self.hash_password(password, &logins.collect::<Vec<_>>()).await?;
        let used = UseAdminLink { token_hash: hash(token), officer, password_hash };
        self.directory.write(&self.system(region), used).await
    }

    /// The holder of an officer's link sets the password. Answers whose it is.
    ///
    /// # Errors
    /// `people.refused.link`, or a refusal of the password.
    pub async fn use_password_link(&self, region: RegionId, token: &str, password: &str) -> Result<Uuid> {
        let Some(LinkFor::Password(id)) = self.link(region, token).await? else {
            return Err(Refusal::new("people.refused.link").into());
        };
        let (officer, _) = self.officer_and_hash(region, Some(id)).await?;
        let officer = officer.ok_or(Error::NotFound("officer"))?;
        let logins: Vec<&str> = officer_logins(&officer).collect();
        let password_hash = self.hash_password(password, &logins).await?;
        self.db().write(&self.system(region), UsePasswordLink { token_hash: hash(token), password_hash }).await
    }
}
