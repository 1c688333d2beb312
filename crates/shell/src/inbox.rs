//! What several rooms put above one inbox: the page is one room's, and no room knows another.

use std::future::Future;
use std::pin::Pin;

use askama::filters::HtmlSafe;
use simpul_store::{Conn, Result};

use crate::{App, Page, SignedIn};

/// A room's piece above the officers' inbox: what it asks of whoever looks.
pub trait InboxPiece: Send + Sync + 'static {
    /// The HTML of it, as a template drew it. `None`: this officer owes the room nothing.
    fn draw(
        &self,
        conn: &mut Conn,
        officer: &SignedIn,
        page: &Page,
    ) -> impl Future<Output = Result<Option<String>>> + Send;
}

type Drawing<'a> = Pin<Box<dyn Future<Output = Result<Option<String>>> + Send + 'a>>;

/// A piece without its type.
pub(crate) trait DynPiece: Send + Sync {
    fn draw<'a>(&'a self, conn: &'a mut Conn, officer: &'a SignedIn, page: &'a Page) -> Drawing<'a>;
}

impl<P: InboxPiece> DynPiece for P {
    fn draw<'a>(&'a self, conn: &'a mut Conn, officer: &'a SignedIn, page: &'a Page) -> Drawing<'a> {
        Box::pin(InboxPiece::draw(self, conn, officer, page))
    }
}

/// A piece as it is put into the inbox's page.
#[derive(Debug, Clone)]
pub struct DrawnPiece(String);

impl DrawnPiece {
    /// HTML that a template drew: nothing else may come here.
    pub fn of_template(html: String) -> DrawnPiece {
        DrawnPiece(html)
    }
}

impl std::fmt::Display for DrawnPiece {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for DrawnPiece {}

impl App {
    /// What the other rooms ask of this officer, in the order in which the rooms were built.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn inbox_pieces(&self, conn: &mut Conn, officer: &SignedIn, page: &Page) -> Result<Vec<DrawnPiece>> {
        let mut drawn = Vec::new();
        for piece in &self.inbox {
            drawn.extend(piece.draw(conn, officer, page).await?.map(DrawnPiece));
        }
        Ok(drawn)
    }
}
