//! Commitments: the party is reminded, learns that its day has passed, and hears before a document ends.

use serde::Deserialize;
use simpul_kernel::Ctx;
use simpul_kernel::format::{self, Lang};
use simpul_kernel::journal::JournalLine;
use simpul_people::Permission;
use simpul_store::{Reaction, Result, Tx};

use crate::actions::commitment::{COMMITMENT, mark_late};
use crate::messenger::{Messenger, News};
use crate::model::commitment::{Commitment, CommitmentState, what};
use crate::sql;

/// A moment of a commitment has come.
pub(super) struct CommitmentIsDue(pub(super) Messenger);

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for CommitmentIsDue {
    fn name(&self) -> &'static str {
        "plan.commitment_is_due"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != COMMITMENT {
            return Ok(());
        }
        let passed: Passed = serde_json::from_str(&line.body)?;
        let found = match passed.what.as_str() {
            what::LATE => mark_late(tx, ctx, line.subject_id).await?,
            _ => sql::commitment::by_id(tx, line.subject_id).await?,
        };
        let Some(one) = found else { return Ok(()) };
        let zone = self.0.directory.of(ctx.region).await?.calendar.zone;
        let due = format::date_long(Lang::Id, zone, one.terms.due);
        let open = one.state == CommitmentState::Open && !one.is_late(ctx.now());
        let text = match passed.what.as_str() {
            what::LATE => format!("komitmen {} TERLAMBAT, batasnya {due}: {}", one.shown(), one.terms.title),
            what::REMIND if open => format!("komitmen {} jatuh tempo {due}: {}", one.shown(), one.terms.title),
            what::EXPIRY => match one.ends_within_days(zone.date(ctx.now())) {
                Some(days) => {
                    format!("dokumen komitmen {} berakhir dalam {days} hari: {}", one.shown(), one.terms.title)
                }
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        self.tell(tx, ctx, &one, text).await
    }
}

impl CommitmentIsDue {
    /// Officers' messages are in Indonesian. A party that does not sign in hears nothing from us.
    async fn tell(&self, tx: &mut Tx, ctx: &Ctx, one: &Commitment, text: String) -> Result<()> {
        let Some(agency) = one.terms.agency else { return Ok(()) };
        let path = format!("/komitmen/rinci/{}", one.id);
        let subject = format!("Komitmen {}", one.shown());
        let news = News { about: (COMMITMENT, one.id), subject, text, path: &path };
        self.0.tell_agency(tx, ctx, (agency, None), Permission::WorkItems, &news).await
    }
}
