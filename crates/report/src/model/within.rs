//! A day that an officer names for somebody else: it must lie inside the time that the citizen was promised.

use simpul_kernel::calendar::{Calendar, parse_date};
use simpul_kernel::{Refusal, Timestamp};

/// A day in the order in which every reader of Indonesian and English takes it: `25-11-2026`.
fn day(calendar: &Calendar, at: Timestamp) -> String {
    let date = calendar.zone.date(at);
    format!("{:02}-{:02}-{}", date.day(), u8::from(date.month()), date.year())
}

/// The first moment of a day as a form's date field has it (`2026-11-25`).
pub fn midnight_of(field: &'static str, calendar: &Calendar, typed: &str) -> Result<Timestamp, Refusal> {
    let date = parse_date(typed.trim()).ok_or_else(|| Refusal::field(field, "report.together.day_unread"))?;
    Ok(calendar.zone.instant(date, 0))
}

/// A moment as a form's fields for day and time have it (`2026-11-25`, `14:30`).
pub fn moment_of(field: &'static str, calendar: &Calendar, day: &str, time: &str) -> Result<Timestamp, Refusal> {
    let midnight = midnight_of(field, calendar, day)?;
    let read = |text: &str, below: u16| text.parse::<u16>().ok().filter(|number| *number < below);
    let minutes = time.trim().split_once([':', '.']).and_then(|(hour, minute)| {
        // A browser may send seconds behind the minutes.
        let minute = minute.get(..2).unwrap_or(minute);
        Some(read(hour, 24)? * 60 + read(minute, 60)?)
    });
    let minutes = minutes.ok_or_else(|| Refusal::field("time", "report.together.time_unread"))?;
    Ok(calendar.zone.instant(calendar.zone.date(midnight), minutes))
}

/// When what is asked for until the typed day is due: when the offices close on it, or at its last minute if they do
/// not open; never after `resolve`, the moment that the citizen was promised. `None` where nothing was typed.
///
/// # Errors
/// Names the days between which it must lie; none is left once `resolve` has passed.
pub fn within(
    field: &'static str,
    calendar: &Calendar,
    now: Timestamp,
    typed: &str,
    resolve: Timestamp,
) -> Result<Option<Timestamp>, Refusal> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let midnight = midnight_of(field, calendar, typed)?;
    if resolve <= now {
        return Err(Refusal::field(field, "report.together.day_late").with("to", day(calendar, resolve)));
    }
    let date = calendar.zone.date(midnight);
    let closes = calendar.opening(date).map_or_else(|| calendar.zone.instant(date, 23 * 60 + 59), |(_, close)| close);
    let due = if date == calendar.zone.date(resolve) { closes.min(resolve).max(now.min(resolve)) } else { closes };
    if due > resolve || due < now {
        let refusal = Refusal::field(field, "report.together.day_outside");
        return Err(refusal.with("from", day(calendar, now)).with("to", day(calendar, resolve)));
    }
    Ok(Some(due))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::calendar::Zone;
    use simpul_kernel::clock::DAY_MICROS;

    use super::*;

    /// Monday 2 November 2026, 09.00 in Makassar.
    const MONDAY: Timestamp = Timestamp(1_793_581_200_000_000);

    #[test]
    fn a_moment_is_a_day_and_a_time_of_the_region() {
        let calendar = Calendar::standard(Zone::Wita);
        assert_eq!(moment_of("day", &calendar, "2026-11-02", "09:00").unwrap(), MONDAY);
        assert_eq!(moment_of("day", &calendar, "2026-11-02", "09.00").unwrap(), MONDAY);
        for time in ["", "24:00", "9", "09:60", "-1:30", "é:éé"] {
            assert_eq!(moment_of("day", &calendar, "2026-11-02", time).unwrap_err().key, "report.together.time_unread");
        }
    }

    #[test]
    fn a_day_beyond_the_citizens_deadline_is_refused_with_the_days_that_are_left() {
        let calendar = Calendar::standard(Zone::Wita);
        let resolve = MONDAY.plus_micros(4 * DAY_MICROS);
        let named = |typed: &str| within("due", &calendar, MONDAY, typed, resolve);
        assert_eq!(named("").unwrap(), None);
        assert!(named("2026-11-04").unwrap().unwrap() < resolve);
        for typed in ["2026-11-07", "2026-11-01"] {
            let refusal = named(typed).unwrap_err();
            assert_eq!(refusal.key, "report.together.day_outside");
            assert_eq!(refusal.args[1], ("to", "06-11-2026".to_owned()));
        }
        assert_eq!(named("besok").unwrap_err().key, "report.together.day_unread");
        let late = within("due", &calendar, resolve.plus_micros(1), "2026-11-09", resolve).unwrap_err();
        assert_eq!(late.key, "report.together.day_late");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_due_between_now_and_the_citizens_deadline(
            now in 0i64..60 * DAY_MICROS, span in 1i64..90 * DAY_MICROS, day in -5i64..100
        ) {
            let calendar = Calendar::standard(Zone::Wita);
            let now = MONDAY.plus_micros(now);
            let resolve = now.plus_micros(span);
            let date = calendar.zone.date(now.plus_micros(day * DAY_MICROS));
            let typed = format!("{}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day());
            if let Ok(Some(due)) = within("due", &calendar, now, &typed, resolve) {
                prop_assert!(now <= due && due <= resolve);
                prop_assert_eq!(calendar.zone.date(due), date);
            }
        }

        #[test]
        fn a_moment_is_read_or_refused(day in "\\PC{0,12}", time in "\\PC{0,8}") {
            let calendar = Calendar::standard(Zone::Wita);
            let _ = moment_of("day", &calendar, &day, &time);
        }

        #[test]
        fn no_text_is_more_than_refused(typed in "\\PC{0,40}") {
            let calendar = Calendar::standard(Zone::Wita);
            let _ = within("due", &calendar, MONDAY, &typed, MONDAY.plus_micros(DAY_MICROS));
        }
    }
}
