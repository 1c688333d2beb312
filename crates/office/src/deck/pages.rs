//! Slides become pages: one each, or several where one does not hold it all.

use super::canvas::{Canvas, Colour, Look, Paragraph, Rise};
use super::flow::flow;
use super::parts::{BODY, DATE, Frame, Layout, MARK, NUMBER, SOURCE, SlidePart, TITLE, WIDTH, frame};
use super::{Deck, DeckError, SLIDES_MAX_COUNT, Slide, Tile, table};
use crate::chart::{Anchor, Chart};
use crate::measure::{Font, fit};
use crate::package::Package;
use crate::{Cell, Column, Picture, Tone};

/// Smallest words of a slide, in points.
pub const SMALL: f64 = 18.0;
/// Sizes of headings, in points.
const TITLE_SIZES: [f64; 3] = [32.0, 28.0, 24.0];
/// Sizes of the title of a deck and of its parts, in points.
const COVER_SIZES: [f64; 3] = [44.0, 36.0, 30.0];
/// Sizes of what stands under them, in points.
const UNDER_SIZES: [f64; 2] = [24.0, 21.0];
/// Sizes of lists, in points: 21 are 28 pixels.
pub const LIST_SIZES: [f64; 3] = [28.0, 24.0, 21.0];
/// Sizes of big numbers, in points.
const VALUE_SIZES: [f64; 5] = [48.0, 40.0, 32.0, 24.0, SMALL];
/// Big numbers of one slide.
const TILES_PER_SLIDE_COUNT: usize = 6;
/// Big numbers side by side.
const TILES_PER_ROW_COUNT: usize = 3;
/// Room between big numbers, in points.
pub const TILE_GAP: f64 = 20.0;
/// Under this height a big number has narrower edges, and one line for its age, in points.
const TILE_LOW_HEIGHT: f64 = 140.0;
/// Room within the edges of a big number, in points.
const TILE_PAD: f64 = 12.0;

/// A deck as it grows.
pub struct Book<'a> {
    deck: &'a Deck,
    pub package: Package,
    slides: Vec<SlidePart>,
    /// What was shortened since the last slide, in full.
    cut: Vec<Paragraph>,
    /// What was shortened at the foot, once.
    foot: Vec<Paragraph>,
}

/// Writes the whole deck.
pub fn write(deck: &Deck) -> Result<Vec<u8>, DeckError> {
    let mut book = Book { deck, package: Package::default(), slides: Vec::new(), cut: Vec::new(), foot: Vec::new() };
    for slide in &deck.slides {
        let title = book.slide(slide)?;
        let cut = std::mem::take(&mut book.cut);
        book.in_full(&title, &cut)?;
    }
    let foot = std::mem::take(&mut book.foot);
    book.in_full(&deck.footer.source, &foot)?;
    let Book { mut package, slides, .. } = book;
    super::parts::write(&mut package, slides);
    package.describe(&deck.title, deck.lang.code(), deck.made_at);
    Ok(package.finish("ppt/media")?)
}

impl Book<'_> {
    /// Writes a slide and returns its title.
    fn slide(&mut self, slide: &Slide) -> Result<String, DeckError> {
        match slide {
            Slide::Title { title, subtitle, lines } => self.cover((title, subtitle), lines, Colour::Brand)?,
            Slide::Section { title, text } => self.cover((title, text), &[], Colour::Brand)?,
            Slide::Bullets { title, points } => {
                let points: Vec<Paragraph> = points.iter().map(|point| Paragraph::bullet(point)).collect();
                self.list(title, &points)?;
            }
            Slide::Table { title, columns, rows } => self.table(title, columns, rows)?,
            Slide::Tiles { title, tiles } => self.tiles(title, tiles)?,
            Slide::Chart { title, chart, note, with_table } => self.chart(title, chart, note, *with_table)?,
            Slide::Photo { title, picture, caption } => self.photo(title, picture, caption)?,
            Slide::OnePager(page) => self.one_pager(page)?,
        }
        Ok(match slide {
            Slide::Title { title, .. }
            | Slide::Section { title, .. }
            | Slide::Bullets { title, .. }
            | Slide::Table { title, .. }
            | Slide::Tiles { title, .. }
            | Slide::Chart { title, .. }
            | Slide::Photo { title, .. } => title.clone(),
            Slide::OnePager(page) => page.title.clone(),
        })
    }

    /// Begins a page with its heading; its foot comes when it is done.
    pub fn page(&mut self, title: &str) -> Canvas {
        let mut canvas = Canvas::new(self.deck.lang, Layout::Content, None);
        let (text, size) = self.fitted(title, (TITLE.width, TITLE.height), true, &TITLE_SIZES);
        let look = Look { rise: Rise::Middle, ..Look::bold(size) };
        canvas.place("title", "Judul", TITLE, look, &text);
        canvas
    }

    /// A title with the word that it goes on, where it does.
    fn going_on(&self, title: &str, index: usize) -> String {
        if index == 0 { title.to_owned() } else { self.continued(title) }
    }

    /// The title of a slide on which something goes on.
    pub(super) fn continued(&self, title: &str) -> String {
        with_word(title, &self.deck.words.continued)
    }

    /// Puts foot and mark on a page and keeps it.
    pub fn done(&mut self, mut canvas: Canvas) -> Result<(), DeckError> {
        if self.slides.len() >= SLIDES_MAX_COUNT {
            return Err(DeckError::TooManySlides);
        }
        let footer = &self.deck.footer;
        let colour = if canvas.is_title() { Colour::Light } else { Colour::Soft };
        let look = Look::plain(SMALL).in_colour(colour);
        let right = Look { anchor: Anchor::End, ..look };
        let mut cut = Vec::new();
        let mut short = |text: &str, place: Frame, lines: f64| {
            let fit = fit(text, (place.width, SMALL * 1.2 * lines), false, &[SMALL]);
            if fit.end == text.len() {
                return text.to_owned();
            }
            cut.push(Paragraph::plain(text));
            shortened(&text[..fit.end])
        };
        let source = short(&footer.source, SOURCE, 2.0);
        let date = [short(&footer.date, DATE, 1.0), short(&footer.position, DATE, 1.0)].join("\n");
        canvas.place("ftr", "Sumber", SOURCE, look, &source);
        canvas.place("dt", "Waktu", DATE, right, date.trim_matches('\n'));
        let number = (self.slides.len() + 1).to_string();
        canvas.place("sldNum", "Nomor", NUMBER, right, &number);
        if let Some(mark) = &footer.mark {
            let text = short(mark, MARK, 1.0);
            canvas.rect("Tanda data contoh", MARK, Colour::Mark);
            let look = Look { anchor: Anchor::Middle, rise: Rise::Middle, ..Look::bold(SMALL) };
            canvas.words("Tanda data contoh", MARK, look, &text);
        }
        if self.foot.is_empty() {
            self.foot = cut;
        }
        self.slides.push(canvas.finish());
        Ok(())
    }

    /// The words as they fit, and their size; what is shortened is kept to be told in full.
    pub fn fitted(&mut self, text: &str, room: (f64, f64), bold: bool, sizes: &[f64]) -> (String, f64) {
        let text = text.trim().replace("\r\n", "\n");
        let fit = fit(&text, room, bold, sizes);
        if fit.end == text.len() {
            return (text, fit.size);
        }
        let whole = Paragraph::bullet(&text);
        if !self.cut.contains(&whole) {
            self.cut.push(whole);
        }
        (shortened(&text[..fit.end]), fit.size)
    }

    /// Tells in full what was shortened.
    fn in_full(&mut self, title: &str, cut: &[Paragraph]) -> Result<(), DeckError> {
        if cut.is_empty() {
            return Ok(());
        }
        let heading = with_word(title, &self.deck.words.in_full);
        self.list(&heading, cut)?;
        self.cut.clear();
        Ok(())
    }

    fn cover(&mut self, (title, under): (&str, &str), lines: &[String], ground: Colour) -> Result<(), DeckError> {
        let mut canvas = Canvas::new(self.deck.lang, Layout::Title, Some(ground));
        let place = frame(BODY.x, 120.0, BODY.width, 160.0);
        let (text, size) = self.fitted(title, (place.width, place.height), true, &COVER_SIZES);
        let look = Look { rise: Rise::Bottom, ..Look::bold(size).in_colour(Colour::Light) };
        canvas.place("title", "Judul", place, look, &text);
        let place = frame(BODY.x, 292.0, BODY.width, 60.0);
        let (text, size) = self.fitted(under, (place.width, place.height), false, &UNDER_SIZES);
        canvas.words("Anak judul", place, Look::plain(size).in_colour(Colour::Light), &text);
        let place = frame(BODY.x, 364.0, BODY.width, 108.0);
        let (text, size) = self.fitted(&lines.join("\n"), (place.width, place.height), false, &[21.0, SMALL]);
        canvas.words("Keterangan", place, Look::plain(size).in_colour(Colour::Light), &text);
        self.done(canvas)
    }

    /// Paragraphs under a heading, on as many pages as they need.
    pub fn list(&mut self, title: &str, paragraphs: &[Paragraph]) -> Result<(), DeckError> {
        let nothing = [Paragraph::plain(&self.deck.words.nothing)];
        let paragraphs = if paragraphs.is_empty() { &nothing } else { paragraphs };
        let room = (BODY.width, BODY.height);
        let (size, pages) = flow(paragraphs, room, room, &LIST_SIZES);
        for (index, page) in pages.iter().enumerate() {
            let title = self.going_on(title, index);
            let mut canvas = self.page(&title);
            canvas.paragraphs("Isi", BODY, Look::plain(size), page);
            self.done(canvas)?;
        }
        Ok(())
    }

    fn table(&mut self, title: &str, columns: &[Column], rows: &[Vec<Cell>]) -> Result<(), DeckError> {
        if columns.is_empty() || rows.is_empty() {
            return self.list(title, &[]);
        }
        let (parts, cut) = table::parts(columns, rows, (BODY.width, BODY.height));
        self.cut.extend(cut.iter().map(|name| Paragraph::bullet(name)));
        if self.slides.len() + parts.len() > SLIDES_MAX_COUNT {
            return Err(DeckError::TooManySlides);
        }
        for (index, part) in parts.iter().enumerate() {
            let title = self.going_on(title, index);
            let mut canvas = self.page(&title);
            let height = part.rows.iter().map(|row| row.height).sum();
            canvas.table(Frame { height, ..BODY }, &part.columns, &part.rows, part.size);
            self.done(canvas)?;
        }
        Ok(())
    }

    pub(super) fn tiles(&mut self, title: &str, tiles: &[Tile]) -> Result<(), DeckError> {
        if tiles.is_empty() {
            return self.list(title, &[]);
        }
        for (index, page) in tiles.chunks(TILES_PER_SLIDE_COUNT).enumerate() {
            let title = self.going_on(title, index);
            let mut canvas = self.page(&title);
            let across = page.len().min(TILES_PER_ROW_COUNT) as f64;
            let width = (BODY.width - (across - 1.0) * TILE_GAP) / across;
            let height = (BODY.height - TILE_GAP) / 2.0;
            for (at, tile) in page.iter().enumerate() {
                let x = BODY.x + (at % TILES_PER_ROW_COUNT) as f64 * (width + TILE_GAP);
                let y = BODY.y + (at / TILES_PER_ROW_COUNT) as f64 * (height + TILE_GAP);
                self.tile(&mut canvas, frame(x, y, width, height), tile);
            }
            self.done(canvas)?;
        }
        Ok(())
    }

    /// One big number in its box: what it is, the number, its age.
    pub(super) fn tile(&mut self, canvas: &mut Canvas, place: Frame, tile: &Tile) {
        canvas.rect("Kotak angka", place, Colour::Ground);
        let inner =
            |from: f64, height: f64| frame(place.x + TILE_PAD, place.y + from, place.width - 2.0 * TILE_PAD, height);
        let line = Font::plain(SMALL).height(1);
        let (edge, age_lines) = if place.height < TILE_LOW_HEIGHT { (TILE_PAD / 2.0, 1.0) } else { (TILE_PAD, 2.0) };
        let (lines, age) = (line * 2.0, line * age_lines);
        let label = inner(edge, lines);
        let (text, size) = self.fitted(&tile.label, (label.width, label.height), false, &[SMALL]);
        canvas.words("Nama angka", label, Look::plain(size), &text);
        let foot = inner(place.height - edge - age, age);
        let value = inner(edge + lines, place.height - 2.0 * edge - lines - age);
        let said = tile.tone.say(&tile.value);
        let (text, size) = self.fitted(&said, (value.width, value.height), true, &VALUE_SIZES);
        let look = Look { rise: Rise::Middle, ..Look::bold(size).in_colour(Colour::State(tile.tone)) };
        canvas.words("Angka", value, look, &text);
        let (text, size) = self.fitted(&tile.age, (foot.width, foot.height), false, &[SMALL]);
        canvas.words("Umur angka", foot, Look::plain(size).in_colour(Colour::Soft), &text);
    }

    /// The chart with its words shortened to what a slide holds, which are kept to be told in full.
    pub(super) fn short_chart(&mut self, chart: &Chart) -> Chart {
        let mut chart = chart.clone();
        let mut cut = Vec::new();
        for (word, most) in chart.words_mut() {
            *word = word.replace("\r\n", "\n").replace(['\n', '\r', '\t'], " ");
            if let Some((end, _)) = word.char_indices().nth(most) {
                cut.push(Paragraph::bullet(word));
                *word = shortened(&word[..end]);
            }
        }
        cut.retain(|whole| !self.cut.contains(whole));
        self.cut.extend(cut);
        chart
    }

    pub(super) fn chart(&mut self, title: &str, whole: &Chart, note: &str, with_table: bool) -> Result<(), DeckError> {
        let chart = self.short_chart(whole);
        let note_height = if note.trim().is_empty() { 0.0 } else { Font::plain(SMALL).height(2) };
        let room = BODY.height - note_height - if note_height > 0.0 { 6.0 } else { 0.0 };
        for (index, drawing) in chart.split(BODY.width, room, SMALL).iter().enumerate() {
            let title = self.going_on(title, index);
            let mut canvas = self.page(&title);
            canvas.drawing((BODY.x, BODY.y), drawing, chart.title(), chart.summary());
            let place = frame(BODY.x, BODY.y + BODY.height - note_height, BODY.width, note_height);
            let (text, size) = self.fitted(note, (place.width, place.height.max(1.0)), false, &[SMALL]);
            canvas.words("Catatan", place, Look::plain(size).in_colour(Colour::Soft), &text);
            self.done(canvas)?;
        }
        if with_table || !chart.tells_all(BODY.width, SMALL) {
            let data = whole.table();
            let column = |(at, name): (usize, &String)| Column {
                name: name.clone(),
                share: if at == 0 { 2 } else { 1 },
                right: at > 0 && !matches!(whole, Chart::Roadmap(_)),
            };
            let columns: Vec<Column> = data.columns.iter().enumerate().map(column).collect();
            let rows: Vec<Vec<Cell>> = data.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
            self.table(chart.title(), &columns, &rows)?;
        }
        Ok(())
    }

    /// A photo in the middle of a box, as large as it goes.
    pub(super) fn picture(&mut self, canvas: &mut Canvas, picture: &Picture, place: Frame, caption: &str) {
        let (width, height) = picture.within(place.width, place.height);
        let x = place.x + (place.width - width) / 2.0;
        let file = self.package.picture(picture);
        canvas.photo(&file, frame(x, place.y, width, height), caption);
    }

    fn photo(&mut self, title: &str, picture: &Picture, caption: &str) -> Result<(), DeckError> {
        let mut canvas = self.page(title);
        let words = if caption.trim().is_empty() { 0.0 } else { Font::plain(SMALL).height(2) };
        let place = Frame { height: BODY.height - words - 6.0, ..BODY };
        self.picture(&mut canvas, picture, place, caption);
        let under = frame(BODY.x, BODY.y + BODY.height - words, BODY.width, words);
        let (text, size) = self.fitted(caption, (under.width, under.height.max(1.0)), false, &[SMALL]);
        let look = Look { anchor: Anchor::Middle, ..Look::plain(size) };
        canvas.words("Keterangan foto", under, look, &text);
        self.done(canvas)
    }

    /// A state as words, in its colour.
    pub(super) fn status(&mut self, canvas: &mut Canvas, place: Frame, status: &Cell) {
        let (text, size) =
            self.fitted(&status.tone.say(&status.text), (place.width, place.height), true, &[21.0, SMALL]);
        let colour = Colour::State(status.tone);
        let look = Look { rise: Rise::Middle, ..Look::bold(size).in_colour(colour) };
        canvas.words("Status", place, look, &text);
        if status.tone != Tone::Plain {
            canvas.rect("Tanda status", frame(0.0, place.y, WIDTH / 60.0, place.height), colour);
        }
    }
}

/// A title that takes one line at most, and a word behind it: it must not ask for a page of its own again.
fn with_word(title: &str, word: &str) -> String {
    let title = title.trim().replace("\r\n", "\n");
    let fit = fit(&title, (TITLE.width, 30.0), true, &[TITLE_SIZES[2]]);
    if fit.end == title.len() {
        format!("{title} ({word})")
    } else {
        format!("{} ({word})", shortened(&title[..fit.end]))
    }
}

/// A part of a text, with the sign that there is more.
fn shortened(part: &str) -> String {
    format!("{}…", part.trim_end())
}
