//! Boxes over faces and number plates in a photo, in thousandths of its sides, so that every size has the same boxes.

use simpul_kernel::Refusal;

/// Most boxes on one photo at a time: a crowd takes two turns.
pub const BOXES_MAX_COUNT: usize = 12;
/// A side of a photo, in the unit of a box.
pub const SIDE_THOUSANDTHS: u32 = 1_000;
/// The originals of covered photos are kept so many days for those who may see them, then removed.
pub const ORIGINAL_KEPT_DAYS: i64 = 180;

/// A box, from the left upper corner of the photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    /// Left side.
    pub left: u32,
    /// Upper side.
    pub top: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// A box in pixels: from the first two up to the last two, which lie outside it.
pub type Pixels = (u32, u32, u32, u32);

impl Cover {
    /// Reads left, top, width and height in percent, with a decimal point or comma. `None` where all are empty.
    ///
    /// # Errors
    /// At the field `boxes` where one is missing, is no number, or where the box lies outside the photo.
    pub fn read(typed: [&str; 4], row: usize) -> Result<Option<Cover>, Refusal> {
        if typed.iter().all(|text| text.trim().is_empty()) {
            return Ok(None);
        }
        let refused = || Refusal::field("boxes", "report.cover.box_bad").with("row", row.to_string());
        let mut numbers = [0; 4];
        for (number, text) in numbers.iter_mut().zip(typed) {
            *number = thousandths(text).ok_or_else(refused)?;
        }
        let [left, top, width, height] = numbers;
        let width = width.min(SIDE_THOUSANDTHS.saturating_sub(left));
        let height = height.min(SIDE_THOUSANDTHS.saturating_sub(top));
        if width == 0 || height == 0 {
            return Err(refused());
        }
        Ok(Some(Cover { left, top, width, height }))
    }

    /// The box on a photo of that size: never smaller than drawn, and within the photo.
    pub fn pixels(self, width: u32, height: u32) -> Pixels {
        let floor = |part: u32, side: u32| u64::from(part) * u64::from(side) / u64::from(SIDE_THOUSANDTHS);
        let ceil = |part: u32, side: u32| (u64::from(part) * u64::from(side)).div_ceil(u64::from(SIDE_THOUSANDTHS));
        let within = |at: u64, side: u32| u32::try_from(at).unwrap_or(u32::MAX).min(side);
        (
            within(floor(self.left, width), width),
            within(floor(self.top, height), height),
            within(ceil(self.left + self.width, width), width),
            within(ceil(self.top + self.height, height), height),
        )
    }
}

/// `12,5` as 125; `None` for what is no number from 0 to 100.
fn thousandths(text: &str) -> Option<u32> {
    let number: f64 = text.trim().trim_end_matches('%').trim().replace(',', ".").parse().ok()?;
    // Within the range the cast is exact to the unit.
    (0.0..=100.0).contains(&number).then(|| (number * 10.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_is_read_whole_or_refused_by_its_number() {
        assert_eq!(Cover::read(["", " ", "", ""], 1), Ok(None));
        let cover = Cover { left: 125, top: 0, width: 300, height: 1_000 };
        assert_eq!(Cover::read(["12,5", "0", "30%", "100"], 1), Ok(Some(cover)));
        for wrong in [
            ["1", "2", "3", ""],
            ["1", "2", "0", "4"],
            ["100", "0", "5", "5"],
            ["-1", "0", "5", "5"],
            ["NaN", "0", "5", "5"],
            ["0", "0", "101", "5"],
            ["a", "b", "c", "d"],
        ] {
            let refusal = Cover::read(wrong, 3).unwrap_err();
            assert_eq!((refusal.field, refusal.args[0].1.as_str()), (Some("boxes"), "3"), "{wrong:?}");
        }
    }

    #[test]
    fn a_box_that_reaches_beyond_the_photo_ends_at_its_side() {
        let cover = Cover::read(["90", "90", "50", "50"], 1).unwrap().unwrap();
        assert_eq!(cover.pixels(1600, 900), (1440, 810, 1600, 900));
    }

    proptest! {
        #[test]
        fn a_box_covers_at_least_what_was_drawn_and_stays_within(
            (left, top) in (0u32..1_000, 0u32..1_000), (w, h) in (1u32..=1_000, 1u32..=1_000),
            (width, height) in (1u32..20_000, 1u32..20_000),
        ) {
            let cover = Cover { left, top, width: w.min(1_000 - left), height: h.min(1_000 - top) };
            let (x0, y0, x1, y1) = cover.pixels(width, height);
            prop_assert!(x0 < x1 && y0 < y1 && x1 <= width && y1 <= height);
            prop_assert!(u64::from(x0) * 1_000 <= u64::from(left) * u64::from(width));
            prop_assert!(u64::from(x1) * 1_000 >= u64::from(left + cover.width) * u64::from(width));
            prop_assert!(u64::from(y1) * 1_000 >= u64::from(top + cover.height) * u64::from(height));
        }

        #[test]
        fn nothing_typed_breaks_the_reader(text in "\\PC{0,12}") {
            let _ = Cover::read([&text, "1", &text, "1"], 1);
        }
    }
}
