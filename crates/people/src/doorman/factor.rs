//! Enrolling a second factor.

use simpul_kernel::Ctx;
use simpul_store::{Error, Result};

use super::{Doorman, officer_logins};
use crate::actions::door::{BeginEnrolment, Enrol};
use crate::model::secret::{recovery_codes, recovery_hash};
use crate::second_factor::{self, Enrolment};
use crate::sql;

/// How many recovery codes an officer gets.
const RECOVERY_CODES_COUNT: usize = 10;

impl Doorman {
    /// Chooses a second factor for the officer of `ctx`; it counts after [`Doorman::finish_enrolment`].
    ///
    /// # Errors
    /// `people.refused.already_enrolled`: an administrator removes the old one first.
    pub async fn begin_enrolment(&self, ctx: &Ctx) -> Result<Enrolment> {
        let id = ctx.actor.officer_id().ok_or(Error::Forbidden("only an officer enrols a second factor"))?;
        let snapshot = self.directory.of(ctx.region).await?;
        let officer = sql::officers::by_id(&mut self.db().read(ctx.region).await?, id).await?;
        let officer = officer.ok_or(Error::NotFound("officer"))?;
        let secret = second_factor::new_secret(self.db().env());
        self.db().write(ctx, BeginEnrolment { officer: id, secret: secret.clone() }).await?;
        let account = officer_logins(&officer).next().unwrap_or("petugas").to_owned();
        Ok(second_factor::enrolment(&secret, &format!("Simpul {}", snapshot.region.name), &account))
    }

    /// Proves the second factor with a code. Answers the recovery codes, which are shown this once.
    ///
    /// # Errors
    /// `people.sign_in.wrong_code` on the field `code`.
    pub async fn finish_enrolment(&self, ctx: &Ctx, code: &str) -> Result<Vec<String>> {
        let officer = ctx.actor.officer_id().ok_or(Error::Forbidden("only an officer enrols a second factor"))?;
        let codes = recovery_codes(self.db().env(), RECOVERY_CODES_COUNT);
        let recovery = codes.iter().map(|code| recovery_hash(code)).collect();
        self.db().write(ctx, Enrol { officer, code: code.to_owned(), recovery }).await?;
        Ok(codes)
    }
}
