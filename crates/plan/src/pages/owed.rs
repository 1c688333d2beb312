//! What an agency owes to the collaboration, above its inbox of reports.

use askama::Template;
use simpul_people::{Permission, Scope};
use simpul_shell::{DrawnPiece, InboxPiece, Page, SignedIn};
use simpul_store::{Conn, Error, Result};

use super::together::ItemLine;
use crate::sql;

/// Items above the inbox; the rest stands in their list.
const ITEMS_SHOWN_COUNT: usize = 5;

/// The action items that the officer's agencies owe.
pub struct OwedItems;

#[derive(Template)]
#[template(path = "plan/owed_items.html")]
struct Owed<'a> {
    page: &'a Page,
    lines: Vec<ItemLine>,
    count: usize,
    late: usize,
}

async fn html(conn: &mut Conn, officer: &SignedIn, page: &Page) -> Result<Option<String>> {
    let Scope::Agencies(own) = officer.scope(Permission::WorkItems) else { return Ok(None) };
    let mut items = Vec::new();
    for agency in own {
        items.extend(sql::item::open_of(conn, agency).await?);
    }
    if items.is_empty() {
        return Ok(None);
    }
    items.sort_by_key(|item| item.due);
    let (count, late) = (items.len(), items.iter().filter(|item| item.is_late(officer.now())).count());
    items.truncate(ITEMS_SHOWN_COUNT);
    let lines = items.into_iter().map(|item| ItemLine::of(item, &officer.place, officer.now())).collect();
    let drawn = Owed { page, lines, count, late }.render();
    drawn.map(Some).map_err(|error| Error::Broken(error.to_string()))
}

/// The same piece on a page of this room.
pub(super) async fn draw(conn: &mut Conn, officer: &SignedIn, page: &Page) -> Result<Option<DrawnPiece>> {
    Ok(html(conn, officer, page).await?.map(DrawnPiece::of_template))
}

impl InboxPiece for OwedItems {
    async fn draw(&self, conn: &mut Conn, officer: &SignedIn, page: &Page) -> Result<Option<String>> {
        html(conn, officer, page).await
    }
}
