//! What the demo's year is played with.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, TestClock, Timestamp};
use simpul_people::Snapshot;
use simpul_report::desk::Desk;
use simpul_report::model::PhotoRef;
use simpul_store::{Db, ReactionSet};
use uuid::Uuid;

use super::place::DemoRegion;
use super::texts::Scene;

/// Everything that a story needs to be played.
pub struct Stage {
    /// Whose year it is.
    pub region: &'static DemoRegion,
    /// Where it is written.
    pub db: Db,
    /// Its clock, which the play moves.
    pub clock: Arc<TestClock>,
    /// Region, villages, agencies.
    pub snapshot: Arc<Snapshot>,
    /// Categories.
    pub desk: Arc<Desk>,
    /// Who verifies.
    pub coordinator: Actor,
    /// Who works, by agency.
    pub officers: BTreeMap<Uuid, Actor>,
    /// Photos by scene and whether they were taken after the work.
    pub photos: Vec<(Scene, bool, PhotoRef)>,
    /// Centres of the districts, by code.
    pub centres: BTreeMap<i64, Point>,
    /// What happens by itself.
    pub reactions: ReactionSet,
    /// The present: nothing is played after it.
    pub now: Timestamp,
    /// The newest report of each category that anybody may see: what a double of it is merged into.
    pub newest: Mutex<BTreeMap<&'static str, String>>,
}
