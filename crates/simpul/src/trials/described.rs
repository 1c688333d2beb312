//! The description of the JSON API is whole, and the committed copy is the one that the program gives out.

use serde_json::Value;
use simpul_shell::Need;

use super::town;

/// The version changes with every release without a word of the API changing.
fn without_version(mut document: Value) -> Value {
    document["info"]["version"] = "0".into();
    document
}

/// Set `SIMPUL_UPDATE_SNAPSHOTS=1` to write the document anew.
#[tokio::test(flavor = "multi_thread")]
async fn the_described_api_is_the_one_that_is_committed() {
    let site = town().await;
    let document = site.browser().get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", document["openapi"]);
    // Every route of the API is described, with what can become of any request.
    for route in site.table.iter().filter(|route| route.path.starts_with("/api/v1/")) {
        let method = route.method.as_str().to_lowercase();
        let described = &document["paths"][route.path][&method];
        assert!(described.is_object(), "{method} {}", route.path);
        let by_key: &[&str] = if matches!(route.need, Need::Public) { &[] } else { &["401", "403"] };
        let with_body: &[&str] = if described["requestBody"].is_object() { &["400", "413", "415"] } else { &[] };
        for status in [&["429", "503"], by_key, with_body].concat() {
            assert!(described["responses"][status].is_object(), "{method} {} has {status}", route.path);
        }
    }
    let written = serde_json::to_string_pretty(&without_version(document)).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    if std::env::var_os("SIMPUL_UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == written,
        "docs/openapi.json is old: run this test with SIMPUL_UPDATE_SNAPSHOTS=1 and look at the difference"
    );
}
