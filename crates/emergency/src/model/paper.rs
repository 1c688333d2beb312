//! Calls that were written down on paper while Simpul was away, entered afterwards with the times that stand there.

use simpul_kernel::calendar::{Zone, parse_date};
use simpul_kernel::clock::{DAY_MICROS, MINUTE_MICROS};
use simpul_kernel::{Refusal, Timestamp};

use super::cti::BEHIND_MAX_DAYS;

/// The times of a call as they stand on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaperTimes {
    /// When it came.
    pub started: Timestamp,
    /// When it was answered; absent where nobody did.
    pub answered: Option<Timestamp>,
    /// When it was over.
    pub ended: Timestamp,
}

/// Minutes of a day from `14.05` or `14:05`.
fn clock(field: &'static str, typed: &str) -> Result<u16, Refusal> {
    let wrong = || Refusal::field(field, "emergency.refused.clock");
    let (hour, minute) = typed.trim().split_once([':', '.']).ok_or_else(wrong)?;
    let number = |text: &str| match text.len() {
        1 | 2 if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse::<u16>().map_err(|_| wrong()),
        _ => Err(wrong()),
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    if hour > 23 || minute > 59 {
        return Err(wrong());
    }
    Ok(hour * 60 + minute)
}

/// Reads date and times of a paper form in the region's zone. What is before the time that it came is of the next day.
///
/// # Errors
/// `emergency.refused.date` of the field `date` and `emergency.refused.clock` of the field of a time that is none;
/// `emergency.refused.paper_time` where it lies ahead or more than 31 days ago; `emergency.refused.paper_order` of the
/// field `answered` where it was over before it was answered.
pub fn read_times(
    [date, started, answered, ended]: [&str; 4],
    zone: Zone,
    now: Timestamp,
) -> Result<PaperTimes, Refusal> {
    let day = parse_date(date).ok_or_else(|| Refusal::field("date", "emergency.refused.date"))?;
    let start = clock("started", started)?;
    let from = zone.instant(day, start);
    let after = |field: &'static str, typed: &str| {
        let minutes = i64::from(clock(field, typed)?) - i64::from(start);
        let overnight = if minutes < 0 { DAY_MICROS } else { 0 };
        Ok::<Timestamp, Refusal>(from.plus_micros(minutes * MINUTE_MICROS + overnight))
    };
    let answered = if answered.trim().is_empty() { None } else { Some(after("answered", answered)?) };
    let ended = after("ended", ended)?;
    if answered.is_some_and(|answered| answered > ended) {
        return Err(Refusal::field("answered", "emergency.refused.paper_order"));
    }
    if ended > now || now.micros_since(from) > BEHIND_MAX_DAYS * DAY_MICROS {
        let refusal = Refusal::field("date", "emergency.refused.paper_time");
        return Err(refusal.with("days", BEHIND_MAX_DAYS.to_string()));
    }
    Ok(PaperTimes { started: from, answered, ended })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn now() -> Timestamp {
        Zone::Wita.instant(parse_date("2026-11-22").unwrap(), 600)
    }

    fn read(times: [&str; 4]) -> Result<PaperTimes, Refusal> {
        read_times(times, Zone::Wita, now())
    }

    #[test]
    fn times_are_read_as_they_are_written_and_run_over_midnight() {
        let times = read(["2026-11-21", "23.58", "23:59", "0.10"]).unwrap();
        assert_eq!(times.answered.unwrap().micros_since(times.started), MINUTE_MICROS);
        assert_eq!(times.ended.micros_since(times.started), 12 * MINUTE_MICROS);
        assert!(read(["2026-11-21", "8.00", "", "8.01"]).unwrap().answered.is_none());
    }

    #[test]
    fn a_time_that_can_t_be_names_its_field() {
        for (times, field) in [
            (["kemarin", "8.00", "", "8.01"], "date"),
            (["2026-11-21", "24.00", "", "8.01"], "started"),
            (["2026-11-21", "8.00", "pagi", "8.01"], "answered"),
            (["2026-11-21", "8.00", "8.05", "8.01"], "answered"),
            (["2026-11-21", "8.00", "", "8"], "ended"),
            (["2026-11-22", "11.00", "", "11.05"], "date"),
            (["2026-10-01", "8.00", "", "8.01"], "date"),
        ] {
            assert_eq!(read(times).unwrap_err().field, Some(field), "{times:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(date in "\\PC{0,12}", time in "[0-9:. a]{0,6}") {
            let _ = read([&date, &time, &time, &time]);
        }
    }
}
