//! How much room a text takes in Arial, so that slides and charts know before they are drawn.
//!
//! The widths are those of Arial and of Liberation Sans, which is metrically the same; what no table holds is taken as
//! wide. A program that has neither font may break a line elsewhere: [`SAFETY`] leaves room for that.

use std::ops::Range;

/// Height of a line in parts of the font's size.
pub const LINE_HEIGHT: f64 = 1.2;
/// Lines are filled to this part of their width.
const SAFETY: f64 = 0.96;
/// How much wider bold is.
const BOLD: f64 = 1.08;

/// Widths of U+0020 to U+007E in thousandths of the size.
const ASCII: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

/// A font's size in points, and whether it is bold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Font {
    /// Points.
    pub size: f64,
    /// Bold.
    pub bold: bool,
}

impl Font {
    /// The plain font of that size.
    pub fn plain(size: f64) -> Font {
        Font { size, bold: false }
    }

    /// The bold font of that size.
    pub fn bold(size: f64) -> Font {
        Font { size, bold: true }
    }

    /// Height of so many lines, in points.
    pub fn height(self, lines: usize) -> f64 {
        lines as f64 * self.size * LINE_HEIGHT
    }

    fn advance(self, sign: char) -> f64 {
        let thousandths = match sign {
            ' '..='~' => f64::from(ASCII[sign as usize - 32]),
            '\u{a0}' => 278.0,
            sign if is_joined(sign) || sign.is_control() => 0.0,
            '\u{2013}' | '\u{2010}' | '\u{2011}' => 556.0,
            '\u{2018}' | '\u{2019}' => 222.0,
            '\u{a1}'..='\u{1fff}' => 700.0,
            _ => 1000.0,
        };
        thousandths / 1000.0 * self.size * if self.bold { BOLD } else { 1.0 }
    }

    /// Width of a text in one line, in points.
    pub fn width(self, text: &str) -> f64 {
        text.chars().map(|sign| self.advance(sign)).sum::<f64>() / SAFETY
    }
}

/// Signs that belong to the one before them: no line may begin with one.
fn is_joined(sign: char) -> bool {
    matches!(sign, '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{64b}'..='\u{65f}' | '\u{591}'..='\u{5bd}')
}

fn is_gap(sign: char) -> bool {
    sign.is_whitespace() && !matches!(sign, '\u{a0}' | '\u{202f}')
}

/// The lines of a text in that width, as parts of it. Between two lines nothing is left out but white space; a word
/// that is longer than a line is broken.
pub fn wrap(text: &str, width: f64, font: Font) -> Vec<Range<usize>> {
    wrap_some(text, width, font, usize::MAX)
}

/// As [`wrap`], but no more lines than `most` and the beginning of the next: whoever fills a page needs no more.
pub fn wrap_some(text: &str, width: f64, font: Font, most: usize) -> Vec<Range<usize>> {
    let width = width * SAFETY;
    let (mut lines, mut start, mut used) = (Vec::new(), 0, 0.0);
    // Where the last word ended, where the next one begins, and what the line took up to there.
    let mut gap: Option<(usize, usize, f64)> = None;
    for (at, sign) in text.char_indices() {
        if lines.len() > most {
            return lines;
        }
        let next = at + sign.len_utf8();
        if sign == '\n' {
            lines.push(start..at);
            (start, used, gap) = (next, 0.0, None);
            continue;
        }
        let advance = font.advance(sign);
        while used + advance > width && at > start && !is_gap(sign) && !is_joined(sign) {
            match gap.take() {
                Some((end, word, before)) => {
                    lines.push(start..end);
                    (start, used) = (word, used - before);
                }
                None => {
                    lines.push(start..at);
                    (start, used) = (at, 0.0);
                }
            }
        }
        used += advance;
        if is_gap(sign) {
            let end = gap.filter(|(_, word, _)| *word == at).map_or(at, |(end, ..)| end);
            gap = Some((end, next, used));
        }
    }
    lines.push(start..text.len());
    lines
}

/// What of a text fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// At this size, in points.
    pub size: f64,
    /// Up to this byte.
    pub end: usize,
    /// In so many lines.
    pub lines: usize,
}

/// The largest of `sizes` (falling) at which the text stands in the box, or as much of it as does at the smallest. One
/// line always stands.
pub fn fit(text: &str, (width, height): (f64, f64), bold: bool, sizes: &[f64]) -> Fit {
    let mut last = Fit { size: 0.0, end: 0, lines: 0 };
    for size in sizes {
        let font = Font { size: *size, bold };
        let most = ((height + 0.01) / font.height(1)).floor().max(1.0) as usize;
        let lines = wrap_some(text, width, font, most);
        if lines.len() <= most {
            return Fit { size: *size, end: text.len(), lines: lines.len() };
        }
        last = Fit { size: *size, end: lines[most - 1].end, lines: most };
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_break_between_words_and_long_words_within() {
        let font = Font::plain(10.0);
        let parts = |text: &str, width: f64| -> Vec<String> {
            wrap(text, width, font).into_iter().map(|line| text[line].to_owned()).collect()
        };
        assert_eq!(parts("satu dua  tiga", 45.0), ["satu dua", "tiga"]);
        assert_eq!(parts("mmmmmmmmmm", 30.0), ["mmm", "mmm", "mmm", "m"]);
        assert_eq!(parts("a\nb", 30.0), ["a", "b"]);
        assert_eq!(parts("", 30.0), [""]);
    }

    #[test]
    fn a_text_shrinks_before_it_is_cut() {
        let text = "Penataan Sungai Masamba tahap pertama";
        let sizes = [40.0, 20.0, 10.0];
        assert_eq!(fit(text, (1_000.0, 50.0), false, &sizes).size, 40.0);
        assert_eq!(fit(text, (400.0, 50.0), false, &sizes).size, 20.0);
        let cut = fit(text, (60.0, 13.0), false, &sizes);
        assert!(cut.size == 10.0 && cut.end < text.len() && cut.lines == 1);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_white_space(text in any::<String>(), width in 5.0..200.0f64) {
            let lines = wrap(&text, width, Font::plain(12.0));
            let solid = |text: &str| text.chars().filter(|sign| !sign.is_whitespace()).collect::<String>();
            let kept: String = lines.iter().map(|line| solid(&text[line.clone()])).collect();
            prop_assert_eq!(kept, solid(&text));
            prop_assert!(lines.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}
