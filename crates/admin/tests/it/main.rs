//! The administrator's pages from the outside: rendered in both languages, guarded, and firm against hostile input.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't be set up has failed")]

mod guards;
mod hostile;
mod render;
mod ways;

use simpul_admin::MESSAGES;
use simpul_kernel::Role;
use simpul_shell::testing::{Browser, TestSite};

/// A site with this room alone.
async fn site() -> TestSite {
    TestSite::new(&[], simpul_admin::routes(), |app| simpul_admin::furnish(app.messages(MESSAGES))).await.unwrap()
}

/// The region's administrator.
async fn admin(site: &TestSite) -> Browser {
    site.sign_in_as(Role::RegionAdmin, None).await.unwrap()
}

/// What stands between two marks of a page.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let start = text.find(before).unwrap_or_else(|| panic!("no {before:?} in {text}")) + before.len();
    let rest = &text[start..];
    &rest[..rest.find(after).unwrap_or_else(|| panic!("no {after:?} after {before:?}"))]
}

#[tokio::test]
async fn every_statement_is_understood_by_the_engine() {
    let site = site().await;
    let count =
        simpul_store::testing::prepare_all(&site.db.db, simpul_admin::ALL_STATEMENTS, simpul_admin::ALL_INSERTS);
    assert!(count.await.unwrap() >= 3);
}
