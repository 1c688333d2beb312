//! What another room holds for an emergency, as a row of the console.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_people::Snapshot;
use simpul_shell::Page;

use crate::model::offer::Offered;
use crate::pages::view::site_line;

/// An offer as a row of the console.
#[derive(Template, Clone)]
#[template(path = "emergency/offer_row.html")]
pub struct OfferRow {
    page: Page,
    offer: Offered,
    place: String,
    takes: bool,
}
impl HtmlSafe for OfferRow {}

impl OfferRow {
    /// The row of an offer; whoever takes calls may decide.
    pub fn of(page: &Page, place: &Snapshot, offer: &Offered, takes: bool) -> OfferRow {
        let line = site_line(place, &offer.site);
        OfferRow { page: page.clone(), offer: offer.clone(), place: line, takes }
    }

    fn source(&self) -> String {
        self.page.t(&format!("emergency.offer.source.{}", self.offer.source.name()))
    }
}
