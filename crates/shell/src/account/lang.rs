//! `/bahasa`: the language of the site, kept in a cookie.

use axum::response::IntoResponse;
use simpul_kernel::format::Lang;

use crate::cookie::{CookieName, LANG_SECONDS};
use crate::guard::Anyone;
use crate::{Fields, PageResult, Query, Redirect};

/// Keeps the choice and leads back.
pub(super) async fn choose(asker: Anyone, Query(query): Query<Fields>) -> PageResult {
    if let Some(lang) = Lang::parse(query.get("lang")) {
        asker.visit.set_cookie(CookieName::Lang, lang.code(), Some(LANG_SECONDS));
    }
    Ok(Redirect::to(query.get("ke")).into_response())
}
