//! What a report needs to know when it comes in: the region's categories and what `people` knows of the region.
//!
//! A submit reads nothing inside the writer's turn: whoever builds one opens a desk first. The categories are cached
//! by the hash of their content, so a cached desk is never an old one.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use simpul_kernel::geo::{BBox, Point};
use simpul_people::Snapshot;
use simpul_store::{Conn, Result};

use crate::model::Category;
use crate::sql::{self, Reason};

/// Most sets of categories kept in memory: one a region and some that are about to be forgotten.
const SETS_MAX_COUNT: usize = 600;

/// How far beyond the centres of its districts a region may reach, in metres: the widest district of Luwu Utara is
/// 60 km across.
const REACH_METERS: f64 = 50_000.0;

/// Whether the point may lie in the region: by its boundaries, or where none were imported, by a generous box around
/// its own centre and those of its districts. Nothing is refused where nothing is known.
pub fn may_lie_in(place: &Snapshot, point: Point) -> bool {
    let centre = place.region.settings.center.and_then(|(lat, lon)| Point::from_degrees(lat, lon).ok());
    let labels = place.districts.iter().filter_map(|district| district.label);
    let reach = labels.chain(centre).map(|centre| BBox::around(centre, REACH_METERS)).reduce(BBox::union);
    place.inside(point).unwrap_or_else(|| reach.is_none_or(|reach| reach.contains(point)))
}

/// Categories and reasons of a region.
#[derive(Debug, Default, PartialEq)]
pub struct Rules {
    /// Every category, in the order of lists.
    pub categories: Vec<Category>,
    /// Every reason for turning a report down.
    pub reasons: Vec<Reason>,
}

impl Rules {
    /// SHA-256 over all of them.
    pub fn stamp(&self) -> [u8; 32] {
        let text = serde_json::to_vec(&(&self.categories, &self.reasons)).unwrap_or_default();
        Sha256::digest(text).into()
    }

    /// Reads them from the tables.
    pub async fn read(conn: &mut Conn) -> Result<Rules> {
        Ok(Rules { categories: sql::categories(conn).await?, reasons: sql::reasons(conn).await? })
    }
}

static SETS: LazyLock<Mutex<HashMap<[u8; 32], Arc<Rules>>>> = LazyLock::new(Mutex::default);

/// The rules of the connection's region, from memory where they have not changed.
pub async fn rules(conn: &mut Conn) -> Result<Arc<Rules>> {
    let Some(stamp) = sql::category::stamp(conn).await? else {
        return Ok(Arc::default());
    };
    let known = SETS.lock().unwrap_or_else(PoisonError::into_inner).get(&stamp).cloned();
    if let Some(rules) = known {
        return Ok(rules);
    }
    let rules = Arc::new(Rules::read(conn).await?);
    let mut sets = SETS.lock().unwrap_or_else(PoisonError::into_inner);
    if sets.len() >= SETS_MAX_COUNT {
        sets.clear();
    }
    // Stamped by what was read: a change between the two reads must not be filed under the older stamp.
    sets.insert(rules.stamp(), rules.clone());
    Ok(rules)
}

/// The rules and the region.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Areas, agencies, calendar.
    pub place: Arc<Snapshot>,
    /// Categories and reasons.
    pub rules: Arc<Rules>,
}

impl Desk {
    /// Opens the desk of the connection's region.
    pub async fn open(conn: &mut Conn, place: Arc<Snapshot>) -> Result<Desk> {
        Ok(Desk { place, rules: rules(conn).await? })
    }

    /// The category of that code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.rules.category(code)
    }
}

impl Rules {
    /// The category of that code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.code == code)
    }

    /// The categories that the form offers.
    pub fn active(&self) -> impl Iterator<Item = &Category> {
        self.categories.iter().filter(|category| category.active)
    }

    /// The reason of that code.
    pub fn reason(&self, code: &str) -> Option<&Reason> {
        self.reasons.iter().find(|reason| reason.code == code)
    }
}
