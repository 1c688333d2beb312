//! Screens that look across rooms: the citizen's home `/`, the wall of the operation centre `/dinding`, the leader's
//! page `/pimpinan`, and the maps under all maps.
//!
//! The wall reads what the rooms offer and writes nothing: it has no tables and no actions. `simpul` wires [`routes`],
//! [`MESSAGES`] and [`furnish`].

mod areas;
mod base_map;
mod model;
mod pages;
mod tiles;

pub use pages::routes;
pub use tiles::{TileFault, TileFile};

use base_map::BaseMap;
use simpul_people::Permission;
use simpul_shell::{AppBuilder, MessageSet, NavItem};

/// What these pages say.
pub const MESSAGES: MessageSet =
    MessageSet { room: "wall", id: include_str!("../messages/id.toml"), en: include_str!("../messages/en.toml") };

/// Adds the entries of the officers' navigation, and puts `base_map` under all maps: the bytes of a GeoJSON
/// FeatureCollection, which says of each feature what `kind` it is (`land`, `sea`, `coast`, `river`, `lake`, `place`).
#[must_use]
pub fn furnish(builder: AppBuilder, base_map: Option<Vec<u8>>) -> AppBuilder {
    match base_map.map(BaseMap::read) {
        Some(Some(map)) => map.choose(),
        Some(None) => tracing::warn!("the base map is no GeoJSON FeatureCollection: maps show areas and points only"),
        None => {}
    }
    builder
        .nav(NavItem { href: "/pimpinan", label: "wall.nav.leader", need: Permission::SeeLeader, order: 60 })
        .nav(NavItem { href: "/dinding", label: "wall.nav.wall", need: Permission::SeeWall, order: 70 })
}
