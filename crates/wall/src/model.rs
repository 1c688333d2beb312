//! What these pages decide: sizes, which lines of news stand on the wall, and how two weeks compare. Pure.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::SECOND_MICROS;
use simpul_report::model::filter::Days;
use time::{Date, Duration};

/// From how far a wall is read, in metres, where the address does not say it.
const DISTANCE_M: f64 = 6.0;
/// How wide it is: two by two screens of 55 inches.
const WIDTH_M: f64 = 2.42;
/// Text larger than this share of the width leaves room for half the rows.
const LARGE_TEXT_VW: f64 = 2.2;
/// Rows of a list on the wall.
const ROWS_COUNT: usize = 4;
/// Lines of news that stand on the wall at a time.
pub const NEWS_LINES_COUNT: usize = 3;
/// Lines of news that take turns.
pub const NEWS_MAX_COUNT: usize = 9;
/// How long the same lines stand, in seconds.
pub const NEWS_SECONDS: i64 = 30;

/// How large a wall is and from where it is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wall {
    /// To the farthest seat, in metres.
    pub distance_m: f64,
    /// Of the picture, in metres.
    pub width_m: f64,
}

impl Wall {
    /// Reads what the address says; what is no length, or no wall's, is the usual one.
    pub fn parse(distance: &str, width: &str) -> Wall {
        let read = |text: &str, least: f64, most: f64, usual: f64| {
            let length = text.trim().replace(',', ".").parse::<f64>().ok();
            length.filter(|length| (least..=most).contains(length)).unwrap_or(usual)
        };
        Wall { distance_m: read(distance, 0.5, 60.0, DISTANCE_M), width_m: read(width, 0.2, 40.0, WIDTH_M) }
    }

    /// Size of the text in hundredths of the picture's width: 16 arc-minutes at the farthest seat (NUREG-0700, rev. 3).
    pub fn text_vw(&self) -> f64 {
        0.665 * self.distance_m / self.width_m
    }

    /// Whether the text is so large that only what matters most has room.
    pub fn is_large(&self) -> bool {
        self.text_vw() > LARGE_TEXT_VW
    }

    /// How many rows a list may have.
    pub fn rows(&self) -> usize {
        if self.is_large() { ROWS_COUNT / 2 } else { ROWS_COUNT }
    }

    /// The same as a query.
    pub fn query(&self) -> String {
        format!("jarak={}&lebar={}", self.distance_m, self.width_m)
    }
}

/// Which `lines` of the news stand on the wall now, newest first among `times`. They take turns; what happened within
/// the time of one turn is shown at once.
pub fn news_now(times: &[Timestamp], now: Timestamp, lines: usize) -> std::ops::Range<usize> {
    let lines = lines.max(1);
    let pages = times.len().div_ceil(lines).max(1);
    let turn = now.0.div_euclid(NEWS_SECONDS * SECOND_MICROS);
    let is_fresh = times.first().is_some_and(|newest| now.micros_since(*newest) < NEWS_SECONDS * SECOND_MICROS);
    let page = if is_fresh { 0 } else { usize::try_from(turn).unwrap_or_default() % pages };
    let first = page * lines;
    first..times.len().min(first + lines)
}

/// The seven days that end with `today`, and the seven before them.
pub fn two_weeks(today: Date) -> [Days; 2] {
    let back = |days: i64| today.checked_sub(Duration::days(days)).unwrap_or(today);
    [Days::between(back(6), today), Days::between(back(13), back(7))]
}

/// By how many hundredths a figure changed; `None` where there was nothing to compare with.
pub fn change(now: i64, before: i64) -> Option<f64> {
    (before > 0).then(|| (now - before) as f64 / before as f64 * 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_text_has_sixteen_arc_minutes_at_the_farthest_seat() {
        assert!((Wall::parse("", "").text_vw() - 1.65).abs() < 0.01);
        assert!((Wall::parse("6", "1,21").text_vw() - 3.3).abs() < 0.01);
        assert_eq!(Wall::parse("6", "1.21").rows(), 2);
        assert_eq!(Wall::parse("-1", "1e9"), Wall::parse("", ""));
    }

    #[test]
    fn what_has_just_happened_is_on_the_wall() {
        let now = Timestamp(1_793_581_200_000_000);
        let mut times = vec![now.plus_micros(-SECOND_MICROS); NEWS_MAX_COUNT];
        assert_eq!(news_now(&times, now.plus_micros(10 * SECOND_MICROS), 3), 0..3);
        times.truncate(2);
        assert_eq!(news_now(&times, now.plus_micros(3_600 * SECOND_MICROS), 3), 0..2);
        assert_eq!(news_now(&[], now, 3), 0..0);
    }

    #[test]
    fn nothing_can_be_said_of_a_change_from_nothing() {
        assert_eq!(change(5, 0), None);
        assert_eq!(change(3, 4), Some(-25.0));
    }

    proptest! {
        #[test]
        fn every_line_of_news_has_its_turn(count in 0usize..12, start in 0i64..4_000_000_000) {
            let times = vec![Timestamp(0); count];
            let mut seen = vec![false; count];
            for turn in 0..4 {
                let now = Timestamp((start + turn * NEWS_SECONDS) * SECOND_MICROS + 1_000_000_000);
                let shown = news_now(&times, now, NEWS_LINES_COUNT);
                prop_assert!(shown.len() <= NEWS_LINES_COUNT);
                shown.for_each(|line| seen[line] = true);
            }
            prop_assert!(seen.iter().all(|seen| *seen));
        }

        #[test]
        fn any_address_gives_a_wall(distance in "\\PC{0,12}", width in "\\PC{0,12}") {
            let vw = Wall::parse(&distance, &width).text_vw();
            prop_assert!(vw.is_finite() && vw > 0.0);
        }
    }
}
