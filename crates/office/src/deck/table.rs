//! Tables that go on on further slides, their heading repeated.

use super::canvas::{CELL_EDGE, CELL_SIDE, Row};
use crate::measure::{Font, LINE_HEIGHT, fit, wrap_some};
use crate::{Cell, Column, Tone};

/// Most columns of one slide; the rest follow on further slides, the first column repeated.
const COLUMNS_MAX_COUNT: usize = 7;
/// Most lines of a column's heading.
const HEAD_LINES_MAX_COUNT: f64 = 3.0;
/// Sizes of words in a table, in points: the first at which all stands on one slide, else the last.
const SIZES: [f64; 2] = [21.0, 18.0];

/// One slide's part of a table.
pub struct Part {
    /// The columns' widths, and whether numbers stand in them.
    pub columns: Vec<(f64, bool)>,
    /// The rows, the heading first.
    pub rows: Vec<Row>,
    /// Points.
    pub size: f64,
}

/// The parts of a table, and the headings that were too long.
pub fn parts(columns: &[Column], rows: &[Vec<Cell>], (width, height): (f64, f64)) -> (Vec<Part>, Vec<String>) {
    let (mut parts, mut cut) = (Vec::new(), Vec::new());
    for group in groups(columns.len()) {
        let own: Vec<&Column> = group.iter().map(|at| &columns[*at]).collect();
        let nothing = Cell::default();
        let rows: Vec<Vec<&Cell>> =
            rows.iter().map(|row| group.iter().map(|at| row.get(*at).unwrap_or(&nothing)).collect()).collect();
        let mut best = None;
        for size in SIZES {
            let (found, shortened) = parts_of(&own, &rows, (width, height), size);
            let is_one = found.len() == 1 && shortened.is_empty();
            best = Some((found, shortened));
            if is_one {
                break;
            }
        }
        let (found, shortened) = best.unwrap_or_default();
        parts.extend(found);
        cut.extend(shortened);
    }
    (parts, cut)
}

/// The columns of each slide.
fn groups(count: usize) -> Vec<Vec<usize>> {
    if count <= COLUMNS_MAX_COUNT {
        return vec![(0..count).collect()];
    }
    let others: Vec<usize> = (1..count).collect();
    others
        .chunks(COLUMNS_MAX_COUNT - 1)
        .map(|group| std::iter::once(0).chain(group.iter().copied()).collect())
        .collect()
}

fn parts_of(
    columns: &[&Column],
    rows: &[Vec<&Cell>],
    (width, height): (f64, f64),
    size: f64,
) -> (Vec<Part>, Vec<String>) {
    let shares: f64 = columns.iter().map(|column| f64::from(column.share.max(1))).sum();
    let widths: Vec<(f64, bool)> =
        columns.iter().map(|column| (width * f64::from(column.share.max(1)) / shares, column.right)).collect();
    let words = |at: usize| widths[at].0 - 2.0 * CELL_SIDE;
    let line = size * LINE_HEIGHT;
    let (mut cut, mut head, mut head_lines) = (Vec::new(), Vec::new(), 1);
    for (at, column) in columns.iter().enumerate() {
        let fit = fit(&column.name, (words(at), line * HEAD_LINES_MAX_COUNT), true, &[size]);
        head_lines = head_lines.max(fit.lines);
        let mut name = column.name[..fit.end].to_owned();
        if fit.end < column.name.len() {
            name.push('…');
            cut.push(column.name.clone());
        }
        head.push((name, Tone::Plain));
    }
    let high = |lines: usize| lines as f64 * line + 2.0 * CELL_EDGE;
    let heading = || Row { cells: head.clone(), height: high(head_lines) };
    let mut parts = vec![Part { columns: widths.clone(), rows: vec![heading()], size }];
    let mut left = height - high(head_lines);
    for row in rows {
        let mut rest: Vec<(String, Tone)> =
            row.iter().map(|cell| (cell.tone.say(&cell.text).replace("\r\n", "\n"), cell.tone)).collect();
        loop {
            let room = ((left - 2.0 * CELL_EDGE + 0.01) / line).floor().max(1.0) as usize;
            let font = |tone: Tone| Font { size, bold: tone != Tone::Plain };
            let lines: Vec<_> = (rest.iter().enumerate())
                .map(|(at, (text, tone))| wrap_some(text, words(at), font(*tone), room))
                .collect();
            let most = lines.iter().map(Vec::len).max().unwrap_or(1);
            let page = parts.len() - 1;
            if high(most) <= left + 0.01 {
                left -= high(most);
                parts[page].rows.push(Row { cells: rest, height: high(most) });
                break;
            }
            // Only a row that no slide holds is parted.
            if parts[page].rows.len() == 1 {
                let end = |at: usize| lines[at].get(room - 1).map_or(rest[at].0.len(), |line| line.end);
                let next = |at: usize| lines[at].get(room).map_or(rest[at].0.len(), |line| line.start);
                let part = |from: &dyn Fn(usize) -> std::ops::Range<usize>| -> Vec<(String, Tone)> {
                    (0..rest.len()).map(|at| (rest[at].0[from(at)].to_owned(), rest[at].1)).collect()
                };
                let (own, tail) = (part(&|at| 0..end(at)), part(&|at| next(at)..rest[at].0.len()));
                parts[page].rows.push(Row { cells: own, height: high(room) });
                rest = tail;
            }
            parts.push(Part { columns: widths.clone(), rows: vec![heading()], size });
            left = height - high(head_lines);
        }
    }
    (parts, cut)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn columns(count: usize) -> Vec<Column> {
        (0..count).map(|at| Column { name: format!("Kolom {at}"), share: 1, right: false }).collect()
    }

    #[test]
    fn a_wide_table_repeats_its_first_column() {
        let rows = vec![(0..16).map(|at| Cell::text(at.to_string())).collect::<Vec<_>>()];
        let (parts, _) = parts(&columns(16), &rows, (880.0, 360.0));
        assert_eq!(parts.iter().map(|part| part.columns.len()).collect::<Vec<_>>(), [7, 7, 4]);
        assert!(parts.iter().all(|part| part.rows[1].cells[0].0 == "0"));
        assert_eq!(parts[2].rows[0].cells[3].0, "Kolom 15");
    }

    #[test]
    fn a_long_table_repeats_its_heading_and_a_short_one_is_larger() {
        let rows = |count: usize| vec![vec![Cell::text("a"), Cell::state(Tone::Late, "Terlambat")]; count];
        let (short, _) = parts(&columns(2), &rows(3), (880.0, 360.0));
        assert_eq!((short.len(), short[0].size), (1, 21.0));
        assert_eq!(short[0].rows[1].cells[1].0, "▲ Terlambat");
        let (long, _) = parts(&columns(2), &rows(40), (880.0, 360.0));
        assert!(long.len() > 2 && long.iter().all(|part| part.size == 18.0 && part.rows[0].cells[0].0 == "Kolom 0"));
        assert_eq!(long.iter().map(|part| part.rows.len() - 1).sum::<usize>(), 40);
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_part_is_too_high(
            rows in prop::collection::vec(prop::collection::vec("[a-zA-Z ]{0,1500}", 0..4), 0..12),
        ) {
            let cells: Vec<Vec<Cell>> = rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
            let (parts, cut) = parts(&columns(4), &cells, (880.0, 360.0));
            let solid = |text: &str| text.chars().filter(|sign| !sign.is_whitespace()).collect::<String>();
            for at in 0..4 {
                let want: String = rows.iter().filter_map(|row| row.get(at)).map(|text| solid(text)).collect();
                let have: String =
                    parts.iter().flat_map(|part| &part.rows[1..]).map(|row| solid(&row.cells[at].0)).collect();
                prop_assert_eq!(have, want);
            }
            prop_assert!(cut.is_empty());
            for part in &parts {
                prop_assert!(part.rows.iter().map(|row| row.height).sum::<f64>() <= 360.01);
            }
        }
    }
}
