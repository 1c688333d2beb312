//! The region's calendar: the national one, and what the region says otherwise.

use simpul_kernel::Refusal;
use simpul_kernel::calendar::{Calendar, HolidayKind, Zone, national_holidays, parse_date};
use simpul_store::{Conn, Result, Tx, args};
use time::Date;

use super::unknown;
use crate::model::zone_of;

simpul_store::statements! {
    HOURS = "SELECT zone, work_days, open_minute, close_minute FROM calendar_hours WHERE region = $1";
    KEEP_HOURS = "INSERT INTO calendar_hours (region, zone, work_days, open_minute, close_minute)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region) DO UPDATE SET zone = $2, work_days = $3, open_minute = $4, close_minute = $5";
    DAYS = "SELECT date, is_off, kind, name FROM calendar_day WHERE region = $1 ORDER BY date";
    KEEP_DAY = "INSERT INTO calendar_day (region, date, is_off, kind, name) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, date) DO UPDATE SET is_off = $3, kind = $4, name = $5";
    DROP_DAY = "DELETE FROM calendar_day WHERE region = $1 AND date = $2";
}

/// A day off as the calendar's page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOff {
    /// The day.
    pub date: Date,
    /// Holiday or shared leave; `None` for a day that the region alone has.
    pub kind: Option<HolidayKind>,
    /// What is celebrated.
    pub name: String,
    /// Whether the year's decree was at hand.
    pub confirmed: bool,
}

/// A line of the region's own: a day off more, or a national one that is worked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OwnDay {
    date: Date,
    is_off: bool,
    kind: Option<HolidayKind>,
    name: String,
}

/// The name of a kind of day off in tables and files.
pub fn kind_name(kind: Option<HolidayKind>) -> &'static str {
    match kind {
        Some(HolidayKind::National) => "national",
        Some(HolidayKind::SharedLeave) => "shared_leave",
        None => "regional",
    }
}

/// Reads what [`kind_name`] writes.
pub fn parse_kind(text: &str) -> Option<Option<HolidayKind>> {
    [Some(HolidayKind::National), Some(HolidayKind::SharedLeave), None]
        .into_iter()
        .find(|kind| kind_name(*kind) == text)
}

async fn own_days(conn: &mut Conn) -> Result<Vec<OwnDay>> {
    let rows: Vec<(String, bool, String, String)> = conn.all(&DAYS, args![]).await?;
    rows.into_iter()
        .map(|(date, is_off, kind, name)| {
            let kind = parse_kind(&kind).ok_or_else(|| unknown("kind of day", &kind))?;
            let date = parse_date(&date).ok_or_else(|| unknown("date", &date))?;
            Ok(OwnDay { date, is_off, kind, name })
        })
        .collect()
}

/// The calendar of the connection's region: for deadlines, also inside an action.
pub async fn calendar_of(conn: &mut Conn) -> Result<Calendar> {
    let hours: Option<(String, i64, i64, i64)> = conn.opt(&HOURS, args![]).await?;
    let mut calendar = match hours {
        None => Calendar::standard(zone_of(conn.region())),
        Some((zone, days, open, close)) => {
            let zone = Zone::parse(&zone).ok_or_else(|| unknown("zone", &zone))?;
            let mut calendar = Calendar::standard(zone);
            calendar.work_days = std::array::from_fn(|day| days >> day & 1 == 1);
            calendar.open_minute = u16::try_from(open).unwrap_or(0);
            calendar.close_minute = u16::try_from(close).unwrap_or(0);
            calendar
        }
    };
    for day in own_days(conn).await? {
        if day.is_off {
            calendar.holidays.insert(day.date);
        } else {
            calendar.holidays.remove(&day.date);
        }
    }
    Ok(calendar)
}

/// The days off from `from` to `to` with their names, in order.
pub async fn days_off(conn: &mut Conn, from: Date, to: Date) -> Result<Vec<DayOff>> {
    let own = own_days(conn).await?;
    let national =
        national_holidays().filter(|holiday| !own.iter().any(|day| day.date == holiday.date)).map(|holiday| DayOff {
            date: holiday.date,
            kind: Some(holiday.kind),
            name: holiday.name.to_owned(),
            confirmed: holiday.confirmed,
        });
    let own_off = own.iter().filter(|day| day.is_off);
    let own_off = own_off.map(|day| DayOff { date: day.date, kind: day.kind, name: day.name.clone(), confirmed: true });
    let mut days: Vec<DayOff> = national.chain(own_off).filter(|day| (from..=to).contains(&day.date)).collect();
    days.sort_by_key(|day| day.date);
    Ok(days)
}

/// Stores zone, working days and hours of a usable calendar.
pub(crate) async fn keep_hours(tx: &mut Tx, calendar: &Calendar) -> Result<()> {
    calendar.check().map_err(|_| Refusal::field("open_minute", "people.refused.calendar"))?;
    let days = (0..7).filter(|day| calendar.work_days[*day]).fold(0i64, |bits, day| bits | 1 << day);
    let row = args![calendar.zone.name(), days, i64::from(calendar.open_minute), i64::from(calendar.close_minute)];
    tx.exec(&KEEP_HOURS, row).await.map(|_| ())
}

pub(crate) async fn keep_day(
    tx: &mut Tx,
    date: Date,
    is_off: bool,
    kind: Option<HolidayKind>,
    name: &str,
) -> Result<()> {
    tx.exec(&KEEP_DAY, args![date.to_string(), is_off, kind_name(kind), name]).await.map(|_| ())
}

pub(crate) async fn drop_day(tx: &mut Tx, date: Date) -> Result<u64> {
    tx.exec(&DROP_DAY, args![date.to_string()]).await
}
