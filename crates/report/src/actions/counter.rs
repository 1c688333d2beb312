//! An officer enters what a citizen said at the counter, by letter, by telephone, or in a message ("atas nama").

use simpul_kernel::format::Lang;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Checked, SubmitReport, Submitted};
use crate::model::Source;
use crate::model::filed::{Filed, REFERENCE_MAX_CHARS, check_said};
use crate::sql;

/// A report that an officer enters for a citizen. Its deadlines start now: an office must not lose days to a letter.
#[derive(Debug, Clone)]
pub struct FileReport {
    /// What the citizen says; its source is one of [`Source::SPOKEN`].
    pub report: SubmitReport,
    /// When it was said, and what it is known by elsewhere.
    pub filed: Filed,
}

impl FileReport {
    fn reference(&self) -> Checked<Option<String>> {
        let typed = self.filed.reference.as_deref().unwrap_or_default();
        let clean = words::clean_line("reference", typed, REFERENCE_MAX_CHARS, false)?;
        Ok(Some(clean).filter(|reference| !reference.is_empty()))
    }

    /// Everything that is refused, in the order of the form.
    pub fn faults(&self, ctx: &Ctx, lang: Lang) -> Vec<Refusal> {
        let source = match Source::SPOKEN.contains(&self.report.source) {
            true => Ok(()),
            false => Err(Refusal::field("source", "report.counter.source_missing")),
        };
        let own = [source, check_said(self.filed.said, ctx.now())];
        let more = self.reference().map(|_| ());
        own.into_iter().filter_map(Result::err).chain(self.report.faults(lang)).chain(more.err()).collect()
    }
}

impl Action for FileReport {
    type Output = Submitted;

    fn key(&self) -> Option<Uuid> {
        self.report.key()
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Submitted> {
        require(ctx, Permission::FileForCitizen)?;
        if let Some(fault) = self.faults(ctx, Lang::Id).into_iter().next() {
            return Err(fault.into());
        }
        let submitted = self.report.apply(tx, ctx).await?;
        let filed = Filed { reference: self.reference()?, ..self.filed.clone() };
        sql::filed::insert(tx, submitted.id, ctx.actor.officer_id(), &filed);
        Ok(submitted)
    }
}
