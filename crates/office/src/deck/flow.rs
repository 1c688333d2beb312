//! Paragraphs that go on where they have room.

use std::ops::Range;

use super::canvas::{BULLET_INDENT, PARAGRAPH_GAP, Paragraph};
use crate::measure::{Font, wrap_some};

impl Paragraph {
    /// Plain words.
    pub fn plain(text: &str) -> Paragraph {
        Paragraph { text: text.replace("\r\n", "\n"), bold_to: 0, bullet: false }
    }

    /// Words behind a bullet.
    pub fn bullet(text: &str) -> Paragraph {
        Paragraph { bullet: true, ..Paragraph::plain(text) }
    }

    /// A heading in bold, and its text behind it.
    pub fn headed(heading: &str, text: &str) -> Paragraph {
        let all = Paragraph::plain(&format!("{heading}: {text}"));
        let bold_to = heading.replace("\r\n", "\n").len() + 1;
        Paragraph { bold_to, ..all }
    }

    fn lines(&self, width: f64, size: f64, most: usize) -> Vec<Range<usize>> {
        let indent = if self.bullet { size * BULLET_INDENT } else { 0.0 };
        wrap_some(&self.text, width - indent, Font { size, bold: self.bold_to > 0 }, most)
    }

    /// The part before a byte, and what follows from another.
    fn split(&self, end: usize, next: usize) -> (Paragraph, Paragraph) {
        let head = Paragraph { text: self.text[..end].to_owned(), bold_to: self.bold_to.min(end), ..self.clone() };
        let text = self.text[next..].to_owned();
        let tail = Paragraph { text, bold_to: self.bold_to.saturating_sub(next), bullet: false };
        (head, tail)
    }
}

/// The paragraphs, page by page, and their size: the largest at which one page holds all, or the smallest. `first` is
/// the height of the first page, `next` that of the others; both widths are the boxes' own.
pub fn flow(
    paragraphs: &[Paragraph],
    first: (f64, f64),
    next: (f64, f64),
    sizes: &[f64],
) -> (f64, Vec<Vec<Paragraph>>) {
    let mut last = (0.0, Vec::new());
    for size in sizes {
        last = (*size, pages(paragraphs, first, next, *size));
        if last.1.len() <= 1 {
            break;
        }
    }
    last
}

fn pages(paragraphs: &[Paragraph], first: (f64, f64), next: (f64, f64), size: f64) -> Vec<Vec<Paragraph>> {
    let line = Font::plain(size).height(1);
    let (mut pages, mut page): (Vec<Vec<Paragraph>>, Vec<Paragraph>) = (Vec::new(), Vec::new());
    let ((mut width, mut left), mut is_new) = (first, true);
    for paragraph in paragraphs {
        let mut rest = paragraph.clone();
        loop {
            let room = ((left + 0.01) / line).floor().max(0.0) as usize;
            let room = if is_new { room.max(1) } else { room };
            let lines = rest.lines(width, size, room);
            if lines.len() <= room {
                left -= lines.len() as f64 * line + size * PARAGRAPH_GAP;
                page.push(rest);
                is_new = false;
                break;
            }
            // One line of a paragraph alone is hard to read, unless the page has no more.
            if room >= 2 || is_new {
                let (head, tail) = rest.split(lines[room - 1].end, lines[room].start);
                page.push(head);
                rest = tail;
            }
            pages.push(std::mem::take(&mut page));
            ((width, left), is_new) = (next, true);
        }
    }
    pages.push(page);
    pages
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_short_list_is_large_and_a_long_one_goes_on() {
        let short = [Paragraph::bullet("satu"), Paragraph::bullet("dua")];
        assert_eq!(flow(&short, (400.0, 200.0), (400.0, 200.0), &[28.0, 21.0]).0, 28.0);
        let long: Vec<Paragraph> = (0..30).map(|at| Paragraph::bullet(&format!("butir {at}"))).collect();
        let (size, pages) = flow(&long, (400.0, 200.0), (400.0, 200.0), &[28.0, 21.0]);
        assert_eq!(size, 21.0);
        assert!(pages.len() > 3 && pages.iter().all(|page| page.len() <= 7 && !page.is_empty()));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_between_pages(
            texts in prop::collection::vec("[a-z \n]{0,300}", 0..8),
            width in 60.0..500.0f64,
            height in 10.0..300.0f64,
        ) {
            let all: Vec<Paragraph> = texts.iter().map(|text| Paragraph::headed("Kendala", text)).collect();
            let (_, pages) = flow(&all, (width, height), (width * 1.5, height), &[21.0]);
            let solid = |paragraphs: &mut dyn Iterator<Item = &Paragraph>| -> String {
                paragraphs.flat_map(|one| one.text.chars()).filter(|sign| !sign.is_whitespace()).collect()
            };
            prop_assert_eq!(solid(&mut pages.iter().flatten()), solid(&mut all.iter()));
            prop_assert!(pages.iter().flatten().all(|one| one.text.is_char_boundary(one.bold_to)));
        }
    }
}
