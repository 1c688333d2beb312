//! Boundaries: reading files of polygons, telling whose they are, and finding the village of a point. Pure.

mod clean;
mod crossings;
mod dissolve;
mod index;
mod matching;
mod place;
mod read;
mod sound;

use serde::{Deserialize, Serialize};

use crate::model::AreaLevel;

pub use index::{BoundaryIndex, Shape};
pub use matching::{KnownArea, prepare};

/// How a feature of a file was told to be an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// By the Ministry's code.
    Code,
    /// By the statistics bureau's code, known from an earlier import.
    Bps,
    /// By its name and its district's.
    Name,
}

/// A feature that was told to be an area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matched {
    /// Which feature of the file, counted from 1.
    pub feature: usize,
    /// The Ministry's code without dots.
    pub code: i64,
    /// The area's name as it is stored.
    pub name: String,
    /// How it was told.
    pub by: MatchedBy,
}

/// Something to say of a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureNote {
    /// Which feature of the file, counted from 1.
    pub feature: usize,
    /// How the file names it.
    pub label: String,
    /// What there is to say, in English: it goes to whoever runs the import.
    pub note: String,
}

/// What an import of boundaries did, or would do in a dry run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundaryReport {
    /// Features that were told to be an area and whose polygon is sound.
    pub matched: Vec<Matched>,
    /// Features that are no area of this region.
    pub unmatched: Vec<FeatureNote>,
    /// Matched features whose polygon was put right, and how.
    pub repaired: Vec<FeatureNote>,
    /// Matched features whose polygon could not be put right, and why.
    pub refused: Vec<FeatureNote>,
    /// Areas of the file's levels that the file has no boundary for and that keep the one they have, as
    /// `73.22.01.2001 Pattimang`.
    pub kept: Vec<String>,
    /// Areas of the file's levels that have no boundary after it either.
    pub missing: Vec<String>,
}

/// A polygon that is told and sound, ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// District or village.
    pub level: AreaLevel,
    /// The Ministry's code without dots.
    pub code: i64,
    /// The statistics bureau's code, if the file gave one.
    pub bps: Option<String>,
    /// The polygon.
    pub shape: simpul_kernel::geo::MultiPolygon,
    /// Where its name stands on a map: a point inside.
    pub label: simpul_kernel::geo::Point,
}
