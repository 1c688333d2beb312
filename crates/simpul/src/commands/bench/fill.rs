//! A region full of reports: a year of them, in every village, category and state, through the import's own action,
//! written without waiting for the disk.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Ctx, Timestamp};
use simpul_people::data;
use simpul_report::actions::{ImportReports, Imported, ImportedNote, ImportedReport, Said};
use simpul_report::model::{Place, Source, Status, month_of, number};
use simpul_store::{Action, Result, Tx, raw};

use super::{House, REGION};
use crate::demo;
use crate::failure::Failure;
use crate::terminal::{note, progress};

/// Reports of one action, as the import has them.
const ACTION_ROWS_COUNT: usize = 500;
/// Actions of one commit.
const COMMIT_ACTIONS_COUNT: usize = 20;
/// The year that is filled.
const DAYS: i64 = 365;
/// Work that is older is mostly done.
const YOUNG_DAYS: i64 = 30;
/// How far a report lies from the middle of its district, in 10⁻⁷ degrees.
const SPREAD_E7: i64 = 900_000;

/// Dice that fall the same way in every run (SplitMix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that begin at `seed`.
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// A number below `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let sides = sides.max(1) as u64;
        ((mixed ^ (mixed >> 31)) % sides) as usize
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

/// What a full region holds, for those who ask it.
#[derive(Debug, Default)]
pub struct Filled {
    /// How many reports each month has.
    months: Vec<(i64, usize)>,
    /// Codes of the categories in it.
    pub categories: Vec<String>,
    /// The districts' middles.
    pub centres: Vec<(i64, Point)>,
    prefix: String,
}

impl Filled {
    /// The number of any report.
    pub fn number(&self, dice: &mut Dice) -> String {
        let (month, count) = *dice.pick(&self.months);
        let serial = i64::try_from(dice.below(count)).unwrap_or(0) + 1;
        number::number(&self.prefix, month, serial).unwrap_or_default()
    }
}

/// An import that has read all its counters before it gathers its first row, so that it can be captured.
struct Fill {
    import: ImportReports,
    months: Vec<i64>,
}

impl Action for Fill {
    type Output = Vec<Imported>;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<Imported>> {
        for month in &self.months {
            tx.next_numbers(&format!("report:{month}"), 0).await?;
        }
        self.import.apply(tx, ctx).await
    }
}

/// Fills the region with that many reports.
pub async fn fill(house: &House, reports: usize) -> std::result::Result<Filled, Failure> {
    let rules = &house.desk.rules;
    let mut filled = Filled {
        categories: rules.active().filter(|category| !category.secret).map(|c| c.code.clone()).collect(),
        centres: data::district_centres(data::DISTRICT_CENTRES_LUWU_UTARA),
        prefix: house.desk.place.region.prefix.clone(),
        ..Filled::default()
    };
    note(format_args!("filling a region with {reports} reports"));
    let bar = progress(reports as u64, "reports");
    raw::run(&house.db, REGION).await?;
    let ctx = house.db.env().ctx(REGION, Actor::system("bench"));
    let start = ctx.now().plus_micros(-DAYS * DAY_MICROS);
    let step = DAYS * DAY_MICROS / i64::try_from(reports.max(1)).unwrap_or(i64::MAX);
    let mut dice = Dice::new(7322);
    let mut next = 0;
    while next < reports {
        let mut actions = Vec::with_capacity(COMMIT_ACTIONS_COUNT);
        while next < reports && actions.len() < COMMIT_ACTIONS_COUNT {
            let end = reports.min(next + ACTION_ROWS_COUNT);
            let at = |index: usize| start.plus_micros(step * i64::try_from(index).unwrap_or(0));
            let rows = (next..end).map(|index| report(house, &mut filled, &mut dice, index, (at(index), ctx.now())));
            let import = ImportReports { rows: rows.collect(), desk: house.desk.clone() };
            actions.push(Fill { import, months: filled.months.iter().map(|(month, _)| *month).collect() });
            next = end;
        }
        let captured = raw::capture(&house.db, &ctx, actions).await?;
        raw::write(&house.db, &ctx, captured, COMMIT_ACTIONS_COUNT).await?;
        bar.set_position(next as u64);
    }
    bar.finish_and_clear();
    raw::walk(&house.db, REGION).await?;
    house.db.renew_statistics(REGION).await?;
    Ok(filled)
}

/// Old work is done but for a few; of the last month's most is open.
fn status(dice: &mut Dice, is_young: bool) -> Status {
    match (is_young, dice.below(100)) {
        (true, 0..30) => Status::New,
        (true, 30..65) => Status::InProgress,
        (true, 65..70) => Status::Resolved,
        (true, 70..96) | (false, 0..90) => Status::Closed,
        (false, 90..94) => Status::Rejected,
        (false, 94..97) => Status::Archived,
        (false, 97..99) => Status::InProgress,
        _ => Status::New,
    }
}

fn report(
    house: &House,
    filled: &mut Filled,
    dice: &mut Dice,
    index: usize,
    (at, now): (Timestamp, Timestamp),
) -> ImportedReport {
    let place = &house.desk.place;
    let month = month_of(place.calendar.zone, at);
    match filled.months.last_mut() {
        Some((last, count)) if *last == month => *count += 1,
        _ => filled.months.push((month, 1)),
    }
    let village = dice.pick(&place.villages);
    let centre = filled.centres.iter().find(|(code, _)| *code == village.district).map(|(_, centre)| *centre);
    let point = centre.and_then(|centre| beside(dice, centre));
    let status = status(dice, now.micros_since(at) < YOUNG_DAYS * DAY_MICROS);
    let days = i64::try_from(dice.below(9) + 1).unwrap_or(1);
    let updated = Timestamp(at.plus_micros(days * DAY_MICROS).0.min(now.0)).plus_micros(-1_000_000);
    let kind = dice.pick(demo::texts::KINDS);
    let text = dice.pick(kind.texts).replace("{}", &village.name);
    let answer = kind.answers.get(dice.below(kind.answers.len())).copied().unwrap_or("Sudah kami periksa.");
    let said = ImportedNote { at: updated, text: answer.to_owned(), status: Some(status) };
    let notes = if status == Status::New { Vec::new() } else { vec![said] };
    ImportedReport {
        class: None,
        secret: false,
        agency: None,
        source: Source::Import,
        foreign_id: index.to_string(),
        category: dice.pick(&filled.categories).clone(),
        status,
        reported_at: at,
        updated_at: if status == Status::New { at } else { updated },
        closed_at: (!status.is_open()).then_some(updated),
        text,
        place: Place {
            village: Some(village.code),
            district: Some(village.district),
            point,
            accuracy_m: Some(20),
            landmark: (*dice.pick(demo::texts::LANDMARKS)).to_owned(),
        },
        media_url: None,
        attributes: None,
        notes,
        said: Said::default(),
    }
}

fn beside(dice: &mut Dice, centre: Point) -> Option<Point> {
    let mut away = || i64::try_from(dice.below(2 * SPREAD_E7 as usize)).unwrap_or(0) - SPREAD_E7;
    Point::from_e7(i64::from(centre.lat_e7) + away(), i64::from(centre.lon_e7) + away()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dice_fall_the_same_way_and_on_every_side() {
        let mut seen = [0; 6];
        let (mut one, mut other) = (Dice::new(1), Dice::new(1));
        for _ in 0..6_000 {
            let side = one.below(6);
            assert_eq!(side, other.below(6));
            seen[side] += 1;
        }
        assert!(seen.iter().all(|count| (800..1_200).contains(count)), "{seen:?}");
    }

    #[test]
    fn most_old_work_is_done_and_most_young_work_is_not() {
        let mut dice = Dice::new(2);
        let open = |dice: &mut Dice, young| (0..1_000).filter(|_| status(dice, young).is_open()).count();
        assert!(open(&mut dice, false) < 60);
        assert!(open(&mut dice, true) > 500);
    }
}
