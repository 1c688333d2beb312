//! Dates, times and lengths of time.

use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};

use super::{Lang, number};
use crate::calendar::Zone;
use crate::clock::{DAY_MICROS, HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS, Timestamp};

const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS_ID: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The weekday's name: `Minggu`.
pub fn weekday(lang: Lang, date: Date) -> &'static str {
    lang.pick(DAYS_ID, DAYS_EN)[usize::from(date.weekday().number_days_from_monday())]
}

/// The month's name: `November`. Months count from 1; another number is the nearest month.
pub fn month(lang: Lang, month: u8) -> &'static str {
    lang.pick(MONTHS_ID, MONTHS_EN)[usize::from(month.clamp(1, 12) - 1)]
}

/// The first three letters, as Indonesian and English shorten weekdays and months.
fn three(name: &'static str) -> &'static str {
    name.get(..3).unwrap_or(name)
}

/// A date: `Minggu, 22 November 2026`.
pub fn day_long(lang: Lang, date: Date) -> String {
    format!("{}, {}", weekday(lang, date), day_medium(lang, date))
}

/// A date without its weekday: `22 November 2026`.
pub fn day_medium(lang: Lang, date: Date) -> String {
    format!("{} {} {}", date.day(), month(lang, date.month().into()), date.year())
}

/// A date without its year: `Min 22 Nov`.
pub fn day_short(lang: Lang, date: Date) -> String {
    let (weekday, month) = (three(weekday(lang, date)), three(month(lang, date.month().into())));
    format!("{weekday} {} {month}", date.day())
}

/// The date of an instant: `Rabu, 25 November 2026`.
pub fn date_long(lang: Lang, zone: Zone, at: Timestamp) -> String {
    day_long(lang, zone.date(at))
}

/// The date of an instant without its year: `Rab 25 Nov`.
pub fn date_short(lang: Lang, zone: Zone, at: Timestamp) -> String {
    day_short(lang, zone.date(at))
}

/// The date of an instant, with its year only if that is not the year of `now`: `Rab 25 Nov`, `Sel 25 Nov 2025`.
pub fn date_near(lang: Lang, zone: Zone, now: Timestamp, at: Timestamp) -> String {
    let date = zone.date(at);
    let short = day_short(lang, date);
    if date.year() == zone.date(now).year() { short } else { format!("{short} {}", date.year()) }
}

fn clock(lang: Lang, local: OffsetDateTime) -> String {
    format!("{:02}{}{:02}", local.hour(), lang.pick('.', ':'), local.minute())
}

/// The time of day with its zone: `08.10 WITA`, in English `08:10 WITA`.
pub fn time(lang: Lang, zone: Zone, at: Timestamp) -> String {
    format!("{} {}", clock(lang, zone.local(at)), zone.name())
}

/// The time of day in all three zones, `zone` first and then from west to east: `08.44 WITA / 07.44 WIB / 09.44 WIT`.
pub fn time_in_all_zones(lang: Lang, zone: Zone, at: Timestamp) -> String {
    let others = Zone::ALL.into_iter().filter(|other| *other != zone);
    let times: Vec<String> = std::iter::once(zone).chain(others).map(|zone| time(lang, zone, at)).collect();
    times.join(" / ")
}

/// Date and time without a zone, exactly as the browser prints it: `Minggu, 22 November 2026 pukul 08.10`.
pub fn datetime_bare(lang: Lang, zone: Zone, at: Timestamp) -> String {
    let local = zone.local(at);
    format!("{} {} {}", day_long(lang, local.date()), lang.pick("pukul", "at"), clock(lang, local))
}

/// Date and time: `Minggu, 22 November 2026 pukul 08.10 WITA`.
pub fn datetime(lang: Lang, zone: Zone, at: Timestamp) -> String {
    format!("{} {}", datetime_bare(lang, zone, at), zone.name())
}

/// Date and time for lists: `Min 22 Nov, 08.10 WITA`.
pub fn stamp(lang: Lang, zone: Zone, at: Timestamp) -> String {
    format!("{}, {}", date_short(lang, zone, at), time(lang, zone, at))
}

/// As [`stamp`], with the year if that is not the year of `now`: `Sen 22 Des 2025, 08.10 WITA`.
pub fn stamp_near(lang: Lang, zone: Zone, now: Timestamp, at: Timestamp) -> String {
    format!("{}, {}", date_near(lang, zone, now, at), time(lang, zone, at))
}

/// A count with its unit, English in the plural where it must be: `3 hari`, `1 day`.
fn counted(lang: Lang, count: i64, id: &str, en: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    lang.pick(format!("{} {id}", number(lang, count)), format!("{} {en}{plural}", number(lang, count)))
}

/// How long ago something was, by the rule of every list: under a minute `baru saja`, under an hour `3 menit lalu`,
/// under a day `3 jam lalu`, then date and time as [`stamp_near`]. What lies ahead: `3 menit lagi`, `3 jam lagi`.
pub fn relative(lang: Lang, zone: Zone, now: Timestamp, then: Timestamp) -> String {
    let past = now.micros_since(then);
    let size = past.saturating_abs();
    let span = match size {
        _ if size < MINUTE_MICROS => return lang.pick("baru saja", "just now").to_owned(),
        _ if size < HOUR_MICROS => counted(lang, size / MINUTE_MICROS, "menit", "minute"),
        _ if size < DAY_MICROS => counted(lang, size / HOUR_MICROS, "jam", "hour"),
        _ => return stamp_near(lang, zone, now, then),
    };
    if past >= 0 {
        return lang.pick(format!("{span} lalu"), format!("{span} ago"));
    }
    lang.pick(format!("{span} lagi"), format!("in {span}"))
}

/// A unit of [`relative_unit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum TimeUnit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// As the browser's `Intl.RelativeTimeFormat(lang, {numeric: "auto"})`: -3 hours is `3 jam yang lalu`, -1 day
/// `kemarin`.
pub fn relative_unit(lang: Lang, value: i64, unit: TimeUnit) -> String {
    let named = match (unit, value) {
        (TimeUnit::Second, 0) => Some(("sekarang", "now")),
        (TimeUnit::Minute, 0) => Some(("menit ini", "this minute")),
        (TimeUnit::Hour, 0) => Some(("jam ini", "this hour")),
        (TimeUnit::Day, -1) => Some(("kemarin", "yesterday")),
        (TimeUnit::Day, 0) => Some(("hari ini", "today")),
        (TimeUnit::Day, 1) => Some(("besok", "tomorrow")),
        (TimeUnit::Day, -2) if lang == Lang::Id => Some(("kemarin dulu", "")),
        (TimeUnit::Day, 2) if lang == Lang::Id => Some(("lusa", "")),
        (TimeUnit::Week, -1) => Some(("minggu lalu", "last week")),
        (TimeUnit::Week, 0) => Some(("minggu ini", "this week")),
        (TimeUnit::Week, 1) => Some(("minggu depan", "next week")),
        (TimeUnit::Month, -1) => Some(("bulan lalu", "last month")),
        (TimeUnit::Month, 0) => Some(("bulan ini", "this month")),
        (TimeUnit::Month, 1) => Some(("bulan depan", "next month")),
        (TimeUnit::Year, -1) => Some(("tahun lalu", "last year")),
        (TimeUnit::Year, 0) => Some(("tahun ini", "this year")),
        (TimeUnit::Year, 1) => Some(("tahun depan", "next year")),
        _ => None,
    };
    if let Some((id, en)) = named {
        return lang.pick(id, en).to_owned();
    }
    let (id, en) = match unit {
        TimeUnit::Second => ("detik", "second"),
        TimeUnit::Minute => ("menit", "minute"),
        TimeUnit::Hour => ("jam", "hour"),
        TimeUnit::Day => ("hari", "day"),
        TimeUnit::Week => ("minggu", "week"),
        TimeUnit::Month => ("bulan", "month"),
        TimeUnit::Year => ("tahun", "year"),
    };
    let span = counted(lang, value.saturating_abs(), id, en);
    if value < 0 {
        return lang.pick(format!("{span} yang lalu"), format!("{span} ago"));
    }
    lang.pick(format!("dalam {span}"), format!("in {span}"))
}

/// How long ago, for running text: `3 jam yang lalu` on the same day of the zone, then `kemarin`, `3 hari yang lalu`.
pub fn ago(lang: Lang, zone: Zone, now: Timestamp, then: Timestamp) -> String {
    let days = i64::from(zone.date(then).to_julian_day()) - i64::from(zone.date(now).to_julian_day());
    let micros = then.micros_since(now);
    if days != 0 && micros.saturating_abs() >= HOUR_MICROS {
        return relative_unit(lang, days, TimeUnit::Day);
    }
    match micros.saturating_abs() {
        size if size < MINUTE_MICROS => lang.pick("baru saja", "just now").to_owned(),
        size if size < HOUR_MICROS => relative_unit(lang, micros / MINUTE_MICROS, TimeUnit::Minute),
        _ => relative_unit(lang, micros / HOUR_MICROS, TimeUnit::Hour),
    }
}

/// A length of time in its two largest units: `2 hari 3 jam`, `3 jam 20 menit`, `5 menit`, `kurang dari 1 menit`.
/// A day is 24 hours here. Negative lengths are shown by their size.
pub fn duration(lang: Lang, micros: i64) -> String {
    let size = micros.saturating_abs();
    let days = counted(lang, size / DAY_MICROS, "hari", "day");
    let hours = counted(lang, size % DAY_MICROS / HOUR_MICROS, "jam", "hour");
    let minutes = counted(lang, size % HOUR_MICROS / MINUTE_MICROS, "menit", "minute");
    let has_hours = size % DAY_MICROS >= HOUR_MICROS;
    let has_minutes = size % HOUR_MICROS >= MINUTE_MICROS;
    match size {
        _ if size >= DAY_MICROS && has_hours => format!("{days} {hours}"),
        _ if size >= DAY_MICROS => days,
        _ if has_hours && has_minutes => format!("{hours} {minutes}"),
        _ if has_hours => hours,
        _ if has_minutes => minutes,
        _ => lang.pick("kurang dari 1 menit", "less than 1 minute").to_owned(),
    }
}

/// What remains until `due`: `sisa 2 hari 3 jam`; afterwards how late it is, in its largest unit: `lewat 2 hari`.
pub fn remaining(lang: Lang, now: Timestamp, due: Timestamp) -> String {
    let left = due.micros_since(now);
    if left >= 0 {
        return lang.pick(format!("sisa {}", duration(lang, left)), format!("{} left", duration(lang, left)));
    }
    let late = lateness(lang, left.saturating_abs());
    lang.pick(format!("lewat {late}"), format!("{late} late"))
}

/// A length of time in its largest unit only: `2 hari`.
fn lateness(lang: Lang, micros: i64) -> String {
    let whole = if micros >= DAY_MICROS {
        micros - micros % DAY_MICROS
    } else if micros >= HOUR_MICROS {
        micros - micros % HOUR_MICROS
    } else {
        micros
    };
    duration(lang, whole)
}

/// A counter for calls: `0:07`, `12:07`, `1:02:07`.
pub fn timer(micros: i64) -> String {
    let seconds = micros.max(0) / SECOND_MICROS;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// An instant for machines, to the second, with the zone's offset: `2026-11-22T08:10:00+08:00` (RFC 3339).
pub fn iso(at: Timestamp, zone: Zone) -> String {
    let local = zone.local(at);
    let (date, hour) = (local.date(), local.hour());
    format!("{date}T{hour:02}:{:02}:{:02}+{:02}:00", local.minute(), local.second(), zone.offset_hours())
}

/// Reads an instant as RFC 3339 writes it, with any offset; what is finer than a microsecond is cut off.
pub fn parse_iso(text: &str) -> Option<Timestamp> {
    let instant = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000)).ok().map(Timestamp)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::calendar::parse_date;

    const NOW: Timestamp = Timestamp(1_795_306_200 * SECOND_MICROS);

    fn before(micros: i64) -> Timestamp {
        NOW.plus_micros(-micros)
    }

    fn relative_id(then: Timestamp) -> String {
        relative(Lang::Id, Zone::Wita, NOW, then)
    }

    #[test]
    fn dates_are_those_the_browser_prints() {
        assert_eq!(datetime_bare(Lang::Id, Zone::Wita, NOW), "Minggu, 22 November 2026 pukul 08.10");
        assert_eq!(datetime(Lang::Id, Zone::Wita, NOW), "Minggu, 22 November 2026 pukul 08.10 WITA");
        assert_eq!(datetime(Lang::En, Zone::Wita, NOW), "Sunday, 22 November 2026 at 08:10 WITA");
        assert_eq!(date_long(Lang::Id, Zone::Wita, NOW), "Minggu, 22 November 2026");
        assert_eq!(date_short(Lang::Id, Zone::Wita, NOW), "Min 22 Nov");
        assert_eq!(stamp(Lang::Id, Zone::Wita, NOW), "Min 22 Nov, 08.10 WITA");
        assert_eq!(day_long(Lang::Id, date!(2026 - 11 - 25)), "Rabu, 25 November 2026");
        assert_eq!(day_short(Lang::Id, date!(2026 - 11 - 25)), "Rab 25 Nov");
        assert_eq!(day_medium(Lang::En, date!(2026 - 08 - 17)), "17 August 2026");
    }

    #[test]
    fn short_names_are_those_the_browser_prints() {
        let months: Vec<_> = (1..=12).map(|at| three(month(Lang::Id, at))).collect();
        assert_eq!(months.join(" "), "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des");
        let days: Vec<_> = (23..=29).map(|day| parse_date(&format!("2026-11-{day}")).unwrap()).collect();
        let names: Vec<_> = days.iter().map(|day| three(weekday(Lang::Id, *day))).collect();
        assert_eq!(names.join(" "), "Sen Sel Rab Kam Jum Sab Min");
        assert_eq!(month(Lang::Id, 0), "Januari");
        assert_eq!(month(Lang::Id, 99), "Desember");
    }

    #[test]
    fn a_time_carries_its_zone() {
        let at = NOW.plus_micros(34 * MINUTE_MICROS);
        assert_eq!(time_in_all_zones(Lang::Id, Zone::Wita, at), "08.44 WITA / 07.44 WIB / 09.44 WIT");
        assert_eq!(time(Lang::Id, Zone::Wit, NOW), "09.10 WIT");
        assert_eq!(time(Lang::En, Zone::Wib, NOW), "07:10 WIB");
    }

    #[test]
    fn a_year_is_named_only_when_it_is_another() {
        let last_year = before(365 * DAY_MICROS);
        assert_eq!(date_near(Lang::Id, Zone::Wita, NOW, last_year), "Sab 22 Nov 2025");
        assert_eq!(date_near(Lang::Id, Zone::Wita, NOW, before(40 * DAY_MICROS)), "Sel 13 Okt");
    }

    #[test]
    fn lists_say_how_long_ago_and_after_a_day_the_date() {
        assert_eq!(relative_id(NOW), "baru saja");
        assert_eq!(relative_id(before(59 * SECOND_MICROS)), "baru saja");
        assert_eq!(relative_id(before(MINUTE_MICROS)), "1 menit lalu");
        assert_eq!(relative_id(before(HOUR_MICROS - 1)), "59 menit lalu");
        assert_eq!(relative_id(before(HOUR_MICROS)), "1 jam lalu");
        assert_eq!(relative_id(before(DAY_MICROS - 1)), "23 jam lalu");
        assert_eq!(relative_id(before(DAY_MICROS)), "Sab 21 Nov, 08.10 WITA");
        assert_eq!(relative_id(before(-3 * HOUR_MICROS)), "3 jam lagi");
        // A clock that is a little ahead of ours is no prophecy.
        assert_eq!(relative_id(before(-30 * SECOND_MICROS)), "baru saja");
        assert_eq!(relative(Lang::En, Zone::Wita, NOW, before(MINUTE_MICROS)), "1 minute ago");
        assert_eq!(relative(Lang::En, Zone::Wita, NOW, before(-2 * HOUR_MICROS)), "in 2 hours");
    }

    #[test]
    fn relative_units_are_those_the_browser_prints() {
        for (value, unit, id, en) in [
            (-3, TimeUnit::Hour, "3 jam yang lalu", "3 hours ago"),
            (-1, TimeUnit::Minute, "1 menit yang lalu", "1 minute ago"),
            (0, TimeUnit::Second, "sekarang", "now"),
            (0, TimeUnit::Hour, "jam ini", "this hour"),
            (-3, TimeUnit::Day, "3 hari yang lalu", "3 days ago"),
            (-2, TimeUnit::Day, "kemarin dulu", "2 days ago"),
            (-1, TimeUnit::Day, "kemarin", "yesterday"),
            (0, TimeUnit::Day, "hari ini", "today"),
            (1, TimeUnit::Day, "besok", "tomorrow"),
            (2, TimeUnit::Day, "lusa", "in 2 days"),
            (3, TimeUnit::Day, "dalam 3 hari", "in 3 days"),
            (-1, TimeUnit::Week, "minggu lalu", "last week"),
            (1, TimeUnit::Month, "bulan depan", "next month"),
            (-2, TimeUnit::Year, "2 tahun yang lalu", "2 years ago"),
        ] {
            assert_eq!(relative_unit(Lang::Id, value, unit), id);
            assert_eq!(relative_unit(Lang::En, value, unit), en);
        }
    }

    #[test]
    fn running_text_says_yesterday_by_the_regions_calendar() {
        let said = |hours: i64| ago(Lang::Id, Zone::Wita, NOW, before(hours * HOUR_MICROS));
        assert_eq!(said(3), "3 jam yang lalu");
        assert_eq!(said(8), "8 jam yang lalu");
        assert_eq!(said(9), "kemarin");
        assert_eq!(said(24 * 5), "5 hari yang lalu");
        assert_eq!(ago(Lang::Id, Zone::Wita, NOW, before(5)), "baru saja");
        // Ten minutes before midnight is not yesterday at ten past.
        let midnight = Zone::Wita.instant(date!(2026 - 11 - 22), 10);
        assert_eq!(
            ago(Lang::Id, Zone::Wita, midnight, midnight.plus_micros(-20 * MINUTE_MICROS)),
            "20 menit yang lalu"
        );
    }

    #[test]
    fn a_deadline_says_what_is_left_or_how_late_it_is() {
        let said = |micros: i64| remaining(Lang::Id, NOW, NOW.plus_micros(micros));
        assert_eq!(said(2 * DAY_MICROS + 3 * HOUR_MICROS + 59 * MINUTE_MICROS), "sisa 2 hari 3 jam");
        assert_eq!(said(2 * DAY_MICROS + 59 * MINUTE_MICROS), "sisa 2 hari");
        assert_eq!(said(3 * HOUR_MICROS + 20 * MINUTE_MICROS), "sisa 3 jam 20 menit");
        assert_eq!(said(0), "sisa kurang dari 1 menit");
        assert_eq!(said(-2 * DAY_MICROS - 3 * HOUR_MICROS), "lewat 2 hari");
        assert_eq!(said(-3 * HOUR_MICROS - 5 * MINUTE_MICROS), "lewat 3 jam");
        assert_eq!(said(-5 * MINUTE_MICROS), "lewat 5 menit");
        assert_eq!(said(-1), "lewat kurang dari 1 menit");
        assert_eq!(remaining(Lang::En, NOW, before(2 * DAY_MICROS)), "2 days late");
        assert_eq!(remaining(Lang::En, before(DAY_MICROS), NOW), "1 day left");
    }

    #[test]
    fn machines_get_the_offset() {
        assert_eq!(iso(NOW, Zone::Wita), "2026-11-22T08:10:00+08:00");
        assert_eq!(parse_iso("2026-11-22T08:10:00+08:00"), Some(NOW));
        assert_eq!(parse_iso("2026-11-22T00:10:00Z"), Some(NOW));
        assert_eq!(parse_iso("2026-11-22T00:10:00.5Z"), Some(NOW.plus_micros(500_000)));
        assert_eq!(parse_iso("2026-11-22 00:10"), None);
        assert_eq!(parse_iso(""), None);
    }

    #[test]
    fn a_call_is_timed_by_the_second() {
        assert_eq!(timer(7 * SECOND_MICROS), "0:07");
        assert_eq!(timer(3_727 * SECOND_MICROS), "1:02:07");
        assert_eq!(timer(-5), "0:00");
    }

    proptest! {
        #[test]
        fn no_instant_breaks_a_page(
            now in any::<i64>(), then in any::<i64>(), zone in prop::sample::select(Zone::ALL.to_vec()),
        ) {
            let (now, then) = (Timestamp(now), Timestamp(then));
            for lang in Lang::ALL {
                prop_assert!(!relative(lang, zone, now, then).is_empty());
                prop_assert!(!ago(lang, zone, now, then).is_empty());
                prop_assert!(!remaining(lang, now, then).is_empty());
                prop_assert!(!datetime(lang, zone, then).is_empty());
                prop_assert!(!iso(then, zone).is_empty());
                prop_assert!(!duration(lang, then.0).is_empty());
            }
        }

        #[test]
        fn an_instant_of_these_centuries_reads_back(
            seconds in -2_000_000_000i64..20_000_000_000, zone in prop::sample::select(Zone::ALL.to_vec()),
        ) {
            let at = Timestamp(seconds * SECOND_MICROS);
            prop_assert_eq!(parse_iso(&iso(at, zone)), Some(at));
        }

        #[test]
        fn no_text_breaks_the_reader_of_instants(text in ".{0,40}") {
            let _ = parse_iso(&text);
        }
    }
}
