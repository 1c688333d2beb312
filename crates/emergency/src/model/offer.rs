//! What others hold for an emergency, and what an incident leaves to others.

use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::{Site, named};

named! {
    /// Who holds something for an emergency.
    pub enum OfferSource {
        /// A citizen's report.
        Report = "report",
        /// A rule over what sensors measure.
        Alert = "alert",
    }
}

/// Something that may be an emergency, until a taker says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// Id.
    pub id: Uuid,
    /// Who holds it for one.
    pub source: OfferSource,
    /// Which report or alert.
    pub subject: Uuid,
    /// What it is called, such as the report's number.
    pub label: String,
    /// What is said; empty once it is decided.
    pub body: String,
    /// Where.
    pub site: Site,
    /// When it came in.
    pub at: Timestamp,
    /// When it was decided.
    pub decided: Option<Timestamp>,
    /// The incident that it led to.
    pub incident: Option<Uuid>,
    /// Whether it belongs to a drill.
    pub drill: bool,
}

impl Offered {
    /// Refuses what somebody has decided already.
    ///
    /// # Errors
    /// `emergency.refused.offer_decided`.
    pub fn must_be_open(&self) -> Result<(), Refusal> {
        if self.decided.is_none() { Ok(()) } else { Err(Refusal::new("emergency.refused.offer_decided")) }
    }
}

/// What an incident leaves to the agency that owns it: a report, once the other room has taken it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Id.
    pub id: Uuid,
    /// Of which incident.
    pub incident: Uuid,
    /// Which agency.
    pub agency: Uuid,
    /// What is left to do.
    pub body: String,
    /// Who wrote it, as the journal names them.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// The report's id and number.
    pub report: Option<(Uuid, String)>,
    /// Key of the sentence that says why it became none.
    pub refused: Option<String>,
}
