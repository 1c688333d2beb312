//! The map under the map: coast, rivers and places from a file of the operator's, or none.

use std::sync::{Arc, OnceLock};

use crate::areas::collection;
use crate::tiles::TileFile;

/// A GeoJSON FeatureCollection whose features have a `kind`: `land`, `sea`, `coast`, `river`, `lake` or `place`.
#[derive(Debug)]
pub struct BaseMap {
    text: Arc<str>,
    tag: String,
}

/// One for the whole program, as the operator has one data directory.
static CHOSEN: OnceLock<BaseMap> = OnceLock::new();

impl BaseMap {
    /// Takes the bytes of a FeatureCollection; `None` where they are none.
    pub fn read(bytes: Vec<u8>) -> Option<BaseMap> {
        let text = String::from_utf8(bytes).ok()?;
        let read: serde_json::Value = serde_json::from_str(&text).ok()?;
        let whole = read["type"] == "FeatureCollection" && read["features"].is_array();
        whole.then(|| BaseMap::keep(text.into()))
    }

    fn keep(text: Arc<str>) -> BaseMap {
        let tag = simpul_shell::etag::of(text.as_bytes());
        BaseMap { text, tag }
    }

    /// Puts this map under all maps. The first one stays.
    pub fn choose(self) {
        // A second house in the same process, as tests build them, draws on the first one's map.
        let _ = CHOSEN.set(self);
    }

    /// The map under all maps; without one there is only the colour of the sea.
    pub fn chosen() -> &'static BaseMap {
        static NONE: OnceLock<BaseMap> = OnceLock::new();
        CHOSEN.get().unwrap_or_else(|| NONE.get_or_init(|| BaseMap::keep(collection(&[]).into())))
    }

    /// The same as maps get it: with word of the operator's tiles, if there are any, so that the script need not ask.
    pub fn drawn() -> &'static BaseMap {
        static WITH_TILES: OnceLock<BaseMap> = OnceLock::new();
        let base = BaseMap::chosen();
        let Some(tiles) = TileFile::chosen() else { return base };
        WITH_TILES.get_or_init(|| {
            let told = serde_json::json!({ "url": "/peta/dasar.pmtiles", "kind": tiles.kind() });
            match serde_json::from_str::<serde_json::Value>(base.text()) {
                Ok(mut map) => {
                    map["tiles"] = told;
                    BaseMap::keep(map.to_string().into())
                }
                Err(_) => BaseMap::keep(base.text().into()),
            }
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tag of these bytes.
    pub fn tag(&self) -> &str {
        &self.tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_collection_is_a_base_map() {
        let empty = collection(&[]);
        assert_eq!(BaseMap::read(empty.clone().into_bytes()).unwrap().text(), empty);
        for wrong in ["", "{}", "[]", r#"{"type":"FeatureCollection"}"#, "<html>"] {
            assert!(BaseMap::read(wrong.as_bytes().to_vec()).is_none(), "{wrong}");
        }
        assert!(BaseMap::read(vec![0xff, 0xfe]).is_none());
    }
}
