//! The operator's file of map tiles.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_wall::TileFile;

use crate::scene::Scene;

/// A file of version 3 with one vector tile in it, as the format's description lays it out.
fn one_tile() -> Vec<u8> {
    let (directory, metadata, tile) = (&[1u8, 0, 1, 4, 1][..], &b"{}"[..], &b"tile"[..]);
    let mut file = vec![0; 127];
    file[..7].copy_from_slice(b"PMTiles");
    file[7] = 3;
    let mut place = 127u64;
    for (at, part) in [(8, directory), (24, metadata), (40, &[][..]), (56, tile)] {
        file[at..at + 8].copy_from_slice(&place.to_le_bytes());
        file[at + 8..at + 16].copy_from_slice(&(part.len() as u64).to_le_bytes());
        place += part.len() as u64;
    }
    (file[96], file[97], file[98], file[99]) = (1, 1, 1, 1);
    [&file, directory, metadata, tile].concat()
}

#[tokio::test]
async fn an_operators_tiles_are_served_by_ranges_and_told_to_the_maps() {
    let (scene, _) = Scene::filled().await;
    let mut browser = scene.site.browser();
    assert_eq!(browser.get("/peta/dasar.pmtiles").await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/peta/dasar.geojson").await.json()["tiles"].is_null());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("peta.pmtiles");
    let file = one_tile();
    std::fs::write(&path, &file).unwrap();
    TileFile::open(&path).unwrap().choose();
    let base = browser.get("/peta/dasar.geojson").await;
    assert_eq!(base.json()["tiles"]["url"], "/peta/dasar.pmtiles");
    assert_eq!(base.json()["tiles"]["kind"], "vector");
    assert!(base.json()["features"].is_array());
    let part =
        browser.clone().with("range", "bytes=0-6").with("accept-encoding", "br, gzip").get("/peta/dasar.pmtiles").await;
    assert_eq!((part.status, part.text.as_str()), (StatusCode::PARTIAL_CONTENT, "PMTiles"));
    assert_eq!(part.headers["content-range"], format!("bytes 0-6/{}", file.len()).as_str());
    assert_eq!(part.headers["content-type"], "application/vnd.pmtiles");
    assert!(part.headers.get("content-encoding").is_none());
    let whole = browser.clone().with("accept-encoding", "br, gzip").get("/peta/dasar.pmtiles").await;
    assert!(whole.headers.get("content-encoding").is_none(), "bytes are counted as they lie on disk");
    let head = browser.send(Method::HEAD, "/peta/dasar.pmtiles", None, Body::empty()).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.headers["content-length"], file.len().to_string().as_str());
    let beyond = browser.clone().with("range", "bytes=9999-").get("/peta/dasar.pmtiles").await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    // Nothing of a request becomes a path.
    for path in ["/peta/..%2fpeta.pmtiles", "/peta/dasar.pmtiles/../x", "/peta/other.pmtiles"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
