//! Stylesheets, scripts, the font: built into the binary, named by their digest, compressed when the crate was built.

use std::collections::HashMap;
use std::sync::OnceLock;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::guard::Anyone;
use crate::{PageError, PageResult, Path};

/// One file as the build script left it.
#[derive(Debug)]
pub(crate) struct Asset {
    pub name: &'static str,
    pub hashed: &'static str,
    /// A service worker: its scope is the whole site, and the browser must see a new one at once.
    pub worker: bool,
    pub plain: &'static [u8],
    pub br: Option<&'static [u8]>,
    pub gz: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Assets by plain and by hashed name.
fn by_name() -> &'static HashMap<&'static str, &'static Asset> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static Asset>> = OnceLock::new();
    BY_NAME.get_or_init(|| ASSETS.iter().flat_map(|asset| [(asset.name, asset), (asset.hashed, asset)]).collect())
}

/// The address of the asset called `name`, with its digest: `simpul.css` → `/a/simpul-0123456789.css`.
/// An unknown name stops a debug build, as the page would be broken; a release build answers the plain address.
pub fn url(name: &str) -> String {
    match by_name().get(name) {
        Some(asset) => format!("/a/{}", asset.hashed),
        None if cfg!(debug_assertions) && !cfg!(test) => {
            tracing::error!(name, "no such asset");
            format!("/a/{name}")
        }
        None => format!("/a/{name}"),
    }
}

/// Every asset's plain name, for tests that look for unused or missing ones.
pub fn names() -> impl Iterator<Item = &'static str> {
    ASSETS.iter().map(|asset| asset.name)
}

/// `GET /a/{name}`: by hashed name for good, by plain name to be asked again each time.
pub(crate) async fn asset(visitor: Anyone, Path(name): Path<String>) -> PageResult {
    let asset = by_name().get(name.as_str()).ok_or_else(PageError::not_found)?;
    Ok(answer(asset, visitor.headers(), asset.hashed == name))
}

/// `GET /sw.js`: a service worker serves the folder it lies in, so it lies at the root.
pub(crate) async fn service_worker(visitor: Anyone) -> PageResult {
    let worker = ASSETS.iter().find(|asset| asset.worker).ok_or_else(PageError::not_found)?;
    Ok(answer(worker, visitor.headers(), false))
}

/// `GET /manifest.webmanifest`.
pub(crate) async fn manifest(visitor: Anyone) -> PageResult {
    let manifest = by_name().get("manifest.webmanifest").ok_or_else(PageError::not_found)?;
    Ok(answer(manifest, visitor.headers(), false))
}

/// `GET /favicon.ico`: browsers ask for it unbidden.
pub(crate) async fn favicon(visitor: Anyone) -> PageResult {
    let icon = by_name().get("favicon.svg").ok_or_else(PageError::not_found)?;
    Ok(answer(icon, visitor.headers(), false))
}

fn answer(asset: &'static Asset, asked: &HeaderMap, for_good: bool) -> Response {
    let (bytes, encoding) = pick(asset, asked);
    let keep = if for_good { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{}{}\"", asset.hashed, encoding.map(|name| format!(".{name}")).unwrap_or_default());
    let unchanged = asked.get(header::IF_NONE_MATCH).is_some_and(|seen| crate::etag::matches(seen, &tag));
    let mut answer =
        if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { Response::new(Body::from(bytes)) };
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    if !unchanged {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(asset.name)));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
    }
    answer
}

/// The smallest form that the browser takes.
fn pick(asset: &'static Asset, asked: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let takes = |coding: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(coding) && !words.any(|word| word == "q=0" || word == "q=0.0")
        })
    };
    match (asset.br, asset.gz) {
        (Some(br), _) if takes("br") => (br, Some("br")),
        (_, Some(gz)) if takes("gzip") => (gz, Some("gzip")),
        _ => (asset.plain, None),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Asset =
        Asset { name: "a.css", hashed: "a-00.css", worker: false, plain: b"plain", br: Some(b"br"), gz: Some(b"gz") };

    fn asked(encodings: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(encodings))])
    }

    #[test]
    fn a_refused_coding_is_not_sent() {
        static ASSET: Asset = SAMPLE;
        assert_eq!(pick(&ASSET, &asked("gzip, br")).1, Some("br"));
        assert_eq!(pick(&ASSET, &asked("br;q=0, gzip")).1, Some("gzip"));
        assert_eq!(pick(&ASSET, &asked("identity")).1, None);
    }

    #[test]
    fn an_asset_by_its_digest_is_kept_for_good_and_by_its_name_asked_again() {
        static ASSET: Asset = SAMPLE;
        let kept = answer(&ASSET, &asked("br"), true);
        assert!(kept.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let again = answer(&ASSET, &asked("br"), false);
        assert_eq!(again.headers()[header::CACHE_CONTROL], "no-cache");
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        static ASSET: Asset = SAMPLE;
        let mut headers = asked("br");
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"a-00.css.br\""));
        assert_eq!(answer(&ASSET, &headers, true).status(), StatusCode::NOT_MODIFIED);
    }
}
