//! When the region's offices work. Deadlines that run already are not moved: they were fixed when they started.

use serde_json::json;
use simpul_kernel::calendar::{HolidayKind, national_holidays};
use simpul_kernel::{Ctx, Refusal, limits};
use simpul_store::{Action, Error, Result, Tx};
use time::Date;

use crate::model::{Permission, line, region_subject, require};
use crate::sql;

/// Working days and opening hours.
#[derive(Debug, Clone)]
pub struct SetHours {
    /// Which weekdays are worked, Monday first.
    pub work_days: [bool; 7],
    /// When the offices open, in minutes past midnight.
    pub open_minute: u16,
    /// When the offices close, in minutes past midnight.
    pub close_minute: u16,
}

impl Action for SetHours {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageRegion)?;
        let mut calendar = sql::calendar::calendar_of(tx).await?;
        calendar.work_days = self.work_days;
        calendar.open_minute = self.open_minute;
        calendar.close_minute = self.close_minute;
        sql::calendar::keep_hours(tx, &calendar).await?;
        let body = json!({ "work_days": self.work_days, "open": self.open_minute, "close": self.close_minute });
        tx.journal(ctx, "region", region_subject(ctx.region), "calendar.hours_changed", body);
        sql::regions::count_up(tx).await
    }
}

/// A day off, or another name for one.
#[derive(Debug, Clone)]
pub struct AddDayOff {
    /// The day.
    pub date: Date,
    /// Holiday or shared leave; `None` for a day that the region alone has.
    pub kind: Option<HolidayKind>,
    /// What is celebrated.
    pub name: String,
}

impl Action for AddDayOff {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageRegion)?;
        let name = line("name", &self.name, limits::LINE_MAX_CHARS)?;
        if name.is_empty() {
            return Err(Refusal::field("name", "people.refused.name_missing").into());
        }
        sql::calendar::keep_day(tx, self.date, true, self.kind, &name).await?;
        let body = json!({ "date": self.date.to_string(), "kind": sql::calendar::kind_name(self.kind) });
        tx.journal(ctx, "region", region_subject(ctx.region), "calendar.day_off_added", body);
        sql::regions::count_up(tx).await
    }
}

/// A day is worked after all: one of the region's own is forgotten, a national one is set aside here.
#[derive(Debug, Clone)]
pub struct RemoveDayOff {
    /// The day.
    pub date: Date,
}

impl Action for RemoveDayOff {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageRegion)?;
        let calendar = sql::calendar::calendar_of(tx).await?;
        if !calendar.holidays.contains(&self.date) {
            return Err(Error::NotFound("day off"));
        }
        match national_holidays().find(|holiday| holiday.date == self.date) {
            Some(holiday) => sql::calendar::keep_day(tx, self.date, false, Some(holiday.kind), holiday.name).await?,
            None => drop(sql::calendar::drop_day(tx, self.date).await?),
        }
        let body = json!({ "date": self.date.to_string() });
        tx.journal(ctx, "region", region_subject(ctx.region), "calendar.day_off_removed", body);
        sql::regions::count_up(tx).await
    }
}
