//! Numbers, money, dates and times as Chromium prints them for `id-ID`, and their English fellows.
//!
//! The day stands before the month in both languages, because an English page is read in Indonesia; English months keep
//! three letters. A time of day is always followed by its zone, except in [`datetime_bare`].

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::calendar::Zone;
use crate::clock::{DAY_MICROS, HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS, Timestamp};

/// The no-break space that stands between `Rp` and the amount, and before a unit.
pub const NO_BREAK_SPACE: char = '\u{a0}';

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

impl Lang {
    /// Every language, the first one first.
    pub const ALL: [Lang; 2] = [Lang::Id, Lang::En];

    /// The code for `lang` attributes and file names.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Id => "id",
            Lang::En => "en",
        }
    }

    /// Reads `id`, `en`, and tags that begin so (`id-ID`, `en_GB`).
    pub fn parse(text: &str) -> Option<Lang> {
        let first = text.trim().split(['-', '_']).next()?;
        Lang::ALL
            .into_iter()
            .find(|lang| first.eq_ignore_ascii_case(lang.code()))
    }

    fn pick<T>(self, id: T, en: T) -> T {
        match self {
            Lang::Id => id,
            Lang::En => en,
        }
    }
}

/// Digits in groups of three: `1.234.567`.
fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A whole number: `1.234.567`, in English `1,234,567`.
pub fn number(lang: Lang, value: i64) -> String {
    let digits = grouped(&value.unsigned_abs().to_string(), lang.pick('.', ','));
    if value < 0 { format!("-{digits}") } else { digits }
}

/// Whole and fractional digits of `value`, rounded half up to `places`, as browsers do from the shortest decimal text.
fn rounded(value: f64, places: usize) -> (String, String) {
    let text = format!("{}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if fraction.as_bytes().get(places).is_some_and(|digit| *digit >= b'5') {
        let mut carry = true;
        for digit in digits.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
        if carry {
            digits.insert(0, b'1');
        }
    }
    let text: String = digits.into_iter().map(char::from).collect();
    let (whole, fraction) = text.split_at(text.len() - places);
    (whole.to_owned(), fraction.to_owned())
}

/// A number with exactly `places` (0 to 20) digits after the comma: `1.234.567,89`.
/// What is no number is a dash, so that a figure without data never reads as zero.
pub fn decimal(lang: Lang, value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let (whole, fraction) = rounded(value, places.min(20));
    let is_zero = whole.bytes().chain(fraction.bytes()).all(|digit| digit == b'0');
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    let whole = grouped(&whole, lang.pick('.', ','));
    if fraction.is_empty() {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}{}{fraction}", lang.pick(',', '.'))
}

/// A number with at most `places` digits after the comma, without zeros at its end: `87,3` and `87`.
pub fn decimal_short(lang: Lang, value: f64, places: usize) -> String {
    let text = decimal(lang, value, places);
    let comma = lang.pick(',', '.');
    if places == 0 || !value.is_finite() {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches(comma).to_owned()
}

/// An amount of rupiah: `Rp 1.250.000` with a no-break space.
pub fn rupiah(lang: Lang, amount: i64) -> String {
    let digits = grouped(&amount.unsigned_abs().to_string(), lang.pick('.', ','));
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}Rp{NO_BREAK_SPACE}{digits}")
}

/// A share in hundredths with at most one digit after the comma: `percent(lang, 87.3)` is `87,3%`.
pub fn percent(lang: Lang, hundredths: f64) -> String {
    let text = decimal_short(lang, hundredths, 1);
    if hundredths.is_finite() {
        format!("{text}%")
    } else {
        text
    }
}

/// A number short enough for a tile: `1,3 jt` (rb, jt, M, T), in English `1.3M` (K, M, B, T).
pub fn compact(lang: Lang, value: i64) -> String {
    const POWERS: [(u64, &str, &str); 4] = [
        (1_000, "rb", "K"),
        (1_000_000, "jt", "M"),
        (1_000_000_000, "M", "B"),
        (1_000_000_000_000, "T", "T"),
    ];
    let size = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    for (at, (power, id, en)) in POWERS.into_iter().enumerate() {
        let whole = (size + power / 2) / power;
        let more_follow = at + 1 < POWERS.len();
        if size < 1_000 || (more_follow && whole >= 1_000) {
            continue;
        }
        let tenths = (size + power / 20) / (power / 10);
        let text = if tenths < 100 {
            decimal_short(lang, tenths as f64 / 10.0, 1)
        } else if whole < 10_000 {
            whole.to_string()
        } else {
            grouped(&whole.to_string(), lang.pick('.', ','))
        };
        return lang.pick(format!("{sign}{text}{NO_BREAK_SPACE}{id}"), format!("{sign}{text}{en}"));
    }
    number(lang, value)
}

/// A distance: `80 meter`, `1,2 km`; whole kilometres from 10 km on.
pub fn distance(lang: Lang, meters: f64) -> String {
    if !meters.is_finite() {
        return "–".to_owned();
    }
    let meters = meters.max(0.0);
    if meters.round() < 1_000.0 {
        let text = decimal(lang, meters, 0);
        let unit = lang.pick("meter", if text == "1" { "metre" } else { "metres" });
        return format!("{text}{NO_BREAK_SPACE}{unit}");
    }
    let places = usize::from(meters < 9_950.0);
    format!("{}{NO_BREAK_SPACE}km", decimal_short(lang, meters / 1_000.0, places))
}

/// The size of a file: `347 KB`, `3,6 MB`, in steps of 1 024 as phones show it.
pub fn file_size(lang: Lang, bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(1_024);
    if kilobytes < 1_024 {
        return format!("{kilobytes}{NO_BREAK_SPACE}KB");
    }
    format!(
        "{}{NO_BREAK_SPACE}MB",
        decimal_short(lang, bytes as f64 / 1_048_576.0, 1)
    )
}

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
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

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
    if date.year() == zone.date(now).year() {
        short
    } else {
        format!("{short} {}", date.year())
    }
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
    let times: Vec<String> = std::iter::once(zone)
        .chain(others)
        .map(|zone| time(lang, zone, at))
        .collect();
    times.join(" / ")
}

/// Date and time without a zone, exactly as the browser prints it: `Minggu, 22 November 2026 pukul 08.10`.
pub fn datetime_bare(lang: Lang, zone: Zone, at: Timestamp) -> String {
    let local = zone.local(at);
    format!(
        "{} {} {}",
        day_long(lang, local.date()),
        lang.pick("pukul", "at"),
        clock(lang, local)
    )
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
    lang.pick(
        format!("{} {id}", number(lang, count)),
        format!("{} {en}{plural}", number(lang, count)),
    )
}

/// How long ago something was, by the rule of every list: under a minute `baru saja`, under an hour `3 menit lalu`, under
/// a day `3 jam lalu`, then date and time as [`stamp_near`]. What lies ahead: `3 menit lagi`, `3 jam lagi`.
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

/// As the browser's `Intl.RelativeTimeFormat(lang, {numeric: "auto"})`: -3 hours is `3 jam yang lalu`, -1 day `kemarin`.
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
        return lang.pick(
            format!("sisa {}", duration(lang, left)),
            format!("{} left", duration(lang, left)),
        );
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
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// An instant for machines, to the second, with the zone's offset: `2026-11-22T08:10:00+08:00` (RFC 3339).
pub fn iso(at: Timestamp, zone: Zone) -> String {
    let local = zone.local(at);
    let (date, hour) = (local.date(), local.hour());
    format!(
        "{date}T{hour:02}:{:02}:{:02}+{:02}:00",
        local.minute(),
        local.second(),
        zone.offset_hours()
    )
}

/// Reads an instant as RFC 3339 writes it, with any offset; what is finer than a microsecond is cut off.
pub fn parse_iso(text: &str) -> Option<Timestamp> {
    let instant = OffsetDateTime::parse(text.trim(), &Rfc3339).ok()?;
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000))
        .ok()
        .map(Timestamp)
}
