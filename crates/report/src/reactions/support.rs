//! A moment of help has passed.

use serde::Deserialize;
use simpul_kernel::Ctx;
use simpul_kernel::journal::JournalLine;
use simpul_store::{Reaction, Result, Tx};

use crate::actions::{self, SUPPORT_SUBJECT};

/// Tells it to the Kabid and the head of the helping agency.
pub(super) struct HelpIsDue;

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for HelpIsDue {
    fn name(&self) -> &'static str {
        "report.help_is_due"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != SUPPORT_SUBJECT {
            return Ok(());
        }
        let passed: Passed = serde_json::from_str(&line.body)?;
        actions::support_deadline_passed(tx, ctx, line.subject_id, &passed.what).await
    }
}
