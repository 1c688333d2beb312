//! How content the reporter is: one to five stars, by whoever holds the key, once for a report.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Refusal, Timestamp};

use super::Report;

/// A closed report can be rated so long after its end, in days.
pub const RATE_WITHIN_DAYS: i64 = 30;
/// A rating can be changed so long after it was given, in days: as long as the citizen has for "Belum".
pub const RATING_CHANGED_WITHIN_DAYS: i64 = 10;
/// The stars there are.
pub const STARS: std::ops::RangeInclusive<i64> = 1..=5;

/// What a reporter thinks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// One to five.
    pub stars: i64,
    /// Why, in the person's own words; may be empty.
    pub reason: String,
    /// When it was first given.
    pub rated_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

/// The last moment at which the report can be rated, or the rating changed. `None` where nothing was solved yet. Work
/// that was done again can be rated anew.
pub fn rate_until(report: &Report, rating: Option<&Rating>) -> Option<Timestamp> {
    let solved = report.times.resolved.filter(|_| report.status().is_fixed())?;
    let of_this_work = rating.filter(|rating| rating.rated_at >= solved);
    if let Some(rating) = of_this_work {
        return Some(rating.rated_at.plus_micros(RATING_CHANGED_WITHIN_DAYS * DAY_MICROS));
    }
    Some(report.times.closed.unwrap_or(solved).plus_micros(RATE_WITHIN_DAYS * DAY_MICROS))
}

/// Refuses a rating that comes too early or too late, or that is none.
///
/// # Errors
/// A refusal that names the field, or says until when.
pub fn check(report: &Report, rating: Option<&Rating>, stars: i64, now: Timestamp) -> Result<(), Refusal> {
    if !STARS.contains(&stars) {
        return Err(Refusal::field("stars", "report.rating.refused_stars"));
    }
    match rate_until(report, rating) {
        None => Err(Refusal::new("report.rating.refused_open")),
        Some(until) if until < now => Err(Refusal::new("report.rating.refused_over")),
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::life::report;
    use super::*;
    use crate::model::State;

    fn day(days: i64) -> Timestamp {
        Timestamp(1_793_581_200_000_000 + days * DAY_MICROS)
    }

    fn closed(resolved: i64, closed: i64) -> Report {
        let mut report = report(1);
        report.state = State::Closed { answer: "Sudah".into(), confirmed: true };
        report.times.resolved = Some(day(resolved));
        report.times.closed = Some(day(closed));
        report
    }

    fn rating(days: i64) -> Rating {
        Rating { stars: 4, reason: String::new(), rated_at: day(days), changed_at: day(days) }
    }

    fn refused(report: &Report, rating: Option<&Rating>, stars: i64, days: i64) -> Option<&'static str> {
        check(report, rating, stars, day(days)).err().map(|refusal| refusal.key)
    }

    #[test]
    fn only_what_was_solved_is_rated_and_only_for_thirty_days() {
        assert_eq!(refused(&report(1), None, 5, 1), Some("report.rating.refused_open"));
        let report = closed(10, 12);
        assert_eq!(refused(&report, None, 5, 42), None);
        assert_eq!(refused(&report, None, 5, 43), Some("report.rating.refused_over"));
        for stars in [0, 6, -1] {
            assert_eq!(refused(&report, None, stars, 13), Some("report.rating.refused_stars"));
        }
    }

    #[test]
    fn a_rating_is_changed_within_ten_days_and_work_done_again_is_rated_anew() {
        let report = closed(10, 12);
        assert_eq!(refused(&report, Some(&rating(13)), 1, 23), None);
        assert_eq!(refused(&report, Some(&rating(13)), 1, 24), Some("report.rating.refused_over"));
        assert_eq!(refused(&report, Some(&rating(5)), 1, 24), None, "that was for the first try");
    }
}
