//! One thing on one slide: facts at the left; numbers, and a photo or a chart at the right.

use super::canvas::{Canvas, Look, Paragraph};
use super::flow::flow;
use super::pages::{Book, SMALL, TILE_GAP};
use super::parts::{BODY, Frame, frame};
use super::{DeckError, OnePager, Visual};
use crate::measure::Font;

/// Width of the facts, in points.
const FACTS_WIDTH: f64 = 430.0;
/// Height of the line that tells the state, in points.
const STATUS_HEIGHT: f64 = 44.0;
/// Height of a big number, in points.
const TILE_HEIGHT: f64 = 118.0;
/// Big numbers on the slide itself.
const TILES_COUNT: usize = 2;
/// Sizes of facts, in points.
const FACT_SIZES: [f64; 2] = [21.0, SMALL];

impl Book<'_> {
    pub(super) fn one_pager(&mut self, page: &OnePager) -> Result<(), DeckError> {
        let mut canvas = self.page(&page.title);
        self.status(&mut canvas, Frame { height: STATUS_HEIGHT, ..BODY }, &page.status);
        let top = BODY.y + STATUS_HEIGHT + 6.0;
        let height = BODY.y + BODY.height - top;
        let has_right = !page.tiles.is_empty() || page.visual.is_some();
        let facts: Vec<Paragraph> = page.facts.iter().map(|(heading, text)| Paragraph::headed(heading, text)).collect();
        let width = if has_right { FACTS_WIDTH } else { BODY.width };
        let (size, mut pages) = flow(&facts, (width, height), (BODY.width, BODY.height), &FACT_SIZES);
        let first = pages.drain(..1).next().unwrap_or_default();
        canvas.paragraphs("Fakta", frame(BODY.x, top, width, height), Look::plain(size), &first);
        let right = frame(BODY.x + FACTS_WIDTH + 20.0, top, BODY.width - FACTS_WIDTH - 20.0, height);
        let told = self.right(&mut canvas, right, page);
        self.done(canvas)?;
        let rest: Vec<Paragraph> = pages.into_iter().flatten().collect();
        let title = self.continued(&page.title);
        if !rest.is_empty() {
            self.list(&title, &rest)?;
        }
        if let Some(more) = page.tiles.get(TILES_COUNT..).filter(|more| !more.is_empty()) {
            self.tiles(&title, more)?;
        }
        match &page.visual {
            Some(Visual::Chart(chart)) if !told => self.chart(&title, chart, "", false),
            _ => Ok(()),
        }
    }

    /// Draws the right half; whether it tells all that it shows.
    fn right(&mut self, canvas: &mut Canvas, place: Frame, page: &OnePager) -> bool {
        let tiles = &page.tiles[..page.tiles.len().min(TILES_COUNT)];
        let mut top = place.y;
        // Beside a photo or a chart the numbers share a row.
        let across = if page.visual.is_some() { tiles.len().max(1) } else { 1 };
        let width = (place.width - (across as f64 - 1.0) * TILE_GAP) / across as f64;
        for row in tiles.chunks(across) {
            for (at, tile) in row.iter().enumerate() {
                let x = place.x + at as f64 * (width + TILE_GAP);
                self.tile(canvas, frame(x, top, width, TILE_HEIGHT), tile);
            }
            top += TILE_HEIGHT + TILE_GAP / 2.0;
        }
        let rest = Frame { y: top, height: place.y + place.height - top, ..place };
        match &page.visual {
            Some(Visual::Photo(picture, caption)) => {
                let words = if caption.trim().is_empty() { 0.0 } else { Font::plain(SMALL).height(2) };
                let photo = Frame { height: rest.height - words - 4.0, ..rest };
                self.picture(canvas, picture, photo, caption);
                let under = Frame { y: rest.y + rest.height - words, height: words.max(1.0), ..rest };
                let (text, size) = self.fitted(caption, (under.width, under.height), false, &[SMALL]);
                canvas.words("Keterangan foto", under, Look::plain(size), &text);
                true
            }
            Some(Visual::Chart(chart)) => {
                let short = self.short_chart(chart);
                let drawings = short.split(rest.width, rest.height, SMALL);
                if let Some(drawing) = drawings.first() {
                    canvas.drawing((rest.x, rest.y), drawing, short.title(), short.summary());
                }
                drawings.len() == 1 && short.tells_all(rest.width, SMALL)
            }
            None => true,
        }
    }
}
