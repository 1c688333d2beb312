//! Photos: for everybody where the report is public, else for whoever may see the report or wrote the draft.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use simpul_shell::{PageError, Path, Query, Site};
use simpul_store::files::Digest;

use super::form::Draft;
use crate::model::{public, unhex};
use crate::sql;

/// The reporter's key.
#[derive(Debug, Default, Deserialize)]
pub struct Key {
    #[serde(default)]
    kunci: String,
}

/// A photo in one of its sizes: `besar`, `sedang`, `kecil`.
pub async fn show(
    site: Site,
    Path((digest, size)): Path<(String, String)>,
    Query(key): Query<Key>,
) -> Result<Response, PageError> {
    let digest = unhex(&digest).ok_or_else(PageError::not_found)?;
    let size = match size.as_str() {
        "besar" => 0,
        "sedang" => 1,
        "kecil" => 2,
        _ => return Err(PageError::not_found()),
    };
    let mut conn = site.read().await?;
    let owners = sql::parts::photo_owners(&mut conn, digest).await?;
    let mut found = owners.iter().find(|owner| owner.public).map(|owner| (owner.files[size], true));
    for owner in &owners {
        if found.is_some() {
            break;
        }
        let report = sql::by_id(&mut conn, owner.report).await?;
        let Some(report) = report else { continue };
        let staff = site.signed_in.as_ref().is_some_and(|me| public::may_see(&me.actor, &report));
        if staff || sql::is_key(&mut conn, &report, &key.kunci).await? {
            found = Some((owner.files[size], false));
        }
    }
    if found.is_none() {
        let draft = Draft::read(&mut conn, site.visitor().id()).await?;
        let own = draft.photos.iter().find(|photo| photo.digest == digest);
        found = own.map(|photo| ([photo.digest, photo.medium, photo.small][size], false));
    }
    drop(conn);
    let (file, public) = found.ok_or_else(PageError::not_found)?;
    let bytes = site.app.db.files().get(site.region().id, &Digest(file)).await?;
    Ok(jpeg(bytes, public))
}

fn jpeg(bytes: Vec<u8>, public: bool) -> Response {
    // A report may be hidden later, so even a public photo is asked for again after an hour.
    let cache = if public { "public, max-age=3600" } else { "private, no-store" };
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    headers.insert("content-security-policy", HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if public {
        // Open311 names the photo's address to clients whose pages stand elsewhere.
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    }
    response
}
