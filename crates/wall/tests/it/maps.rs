//! What maps are drawn from.

use axum::http::StatusCode;
use simpul_kernel::clock::DAY_MICROS;

use crate::scene::Scene;

/// Two districts side by side.
const TWO: &str = r#"{"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"code":"73.22.03","name":"Masamba"},"geometry":{"type":"Polygon","coordinates":
        [[[120.2,-2.7],[120.5,-2.7],[120.5,-2.4],[120.2,-2.4],[120.2,-2.7]]]}},
    {"type":"Feature","properties":{"code":"73.22.01","name":"Malangke"},"geometry":{"type":"Polygon","coordinates":
        [[[120.5,-2.7],[120.8,-2.7],[120.8,-2.4],[120.5,-2.4],[120.5,-2.7]]]}}]}"#;

#[tokio::test]
async fn maps_are_sent_once_and_then_answered_with_unchanged() {
    let (scene, _) = Scene::filled().await;
    for path in ["/peta/dasar.geojson", "/peta/kecamatan.geojson", "/peta/desa.geojson"] {
        let first = scene.site.browser().get(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        assert_eq!(first.headers["content-type"], "application/geo+json", "{path}");
        assert_eq!(first.json()["type"], "FeatureCollection", "{path}: {}", first.text);
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let again = scene.site.browser().with("if-none-match", &tag).get(path).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
}

#[tokio::test]
async fn a_district_carries_its_late_work() {
    let (scene, _) = Scene::filled().await;
    let fresh = scene.site.browser().get("/peta/kecamatan.geojson").await;
    scene.site.app.directory.import_boundaries(&scene.system(), TWO.to_owned(), false).await.unwrap();
    scene.pass(40 * DAY_MICROS).await;
    let map = scene.site.browser().get("/peta/kecamatan.geojson").await;
    assert_ne!(map.headers["etag"], fresh.headers["etag"]);
    let map = map.json();
    let features = map["features"].as_array().unwrap();
    let of = |kind: &str| {
        let masamba = |one: &&serde_json::Value| one["properties"]["code"] == "73.22.03";
        let named = features.iter().filter(masamba);
        named.filter(|one| one["geometry"]["type"].as_str().is_some_and(|t| t.contains(kind))).count()
    };
    assert_eq!((of("Polygon"), of("Point")), (1, 1), "{map}");
    let masamba = features.iter().find(|one| one["properties"]["code"] == "73.22.03").unwrap();
    assert!(masamba["properties"]["late"].as_i64().unwrap() > 0, "{masamba}");
    assert_eq!(masamba["properties"]["url"], "/laporan?kecamatan=73.22.03");
}

#[tokio::test]
async fn imported_boundaries_are_drawn_on_the_home_page_with_the_months_counts() {
    let (scene, _) = Scene::filled().await;
    assert!(!scene.site.browser().get("/").await.text.contains("<svg viewBox"));
    scene.site.app.directory.import_boundaries(&scene.system(), TWO.to_owned(), false).await.unwrap();
    let home = scene.site.browser().get("/").await.text;
    assert_eq!(home.matches("<path").count(), 2, "{home}");
    assert!(home.contains(">3</text>") && home.contains("<title id=\"gambar\">"), "{home}");
}
