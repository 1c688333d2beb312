//! The forms in which planning offices tell of a plan (Permendagri 86/2017): T-C.14 the programmes with their targets
//! and indicative ceilings by year, E.78 how the plan's years went, E.79 how one year goes by quarter. They are sheets
//! of rows that are read back as well, so that no two columns have one name.

use std::collections::BTreeMap;

use simpul_office::sheet_in::Value;

use super::budget::{BudgetLine, Fund};
use super::cell::{number, text};
use super::framework::names;
use super::indicator::{Indicator, PartOfYear, Trajectory, share_reached};
use super::quantity::Quantity;

/// Most years of a form; a medium-term plan has five or six.
pub const FORM_YEARS_MAX_COUNT: usize = 10;
/// Quarters of a year.
const QUARTERS_COUNT: usize = 4;
/// Months of a quarter.
const QUARTER_MONTHS: i64 = 3;

names! {
    /// Which form.
    FormKind {
        /// Programmes with targets and indicative ceilings.
        Tc14 = "t-c-14",
        /// The results of the plan's years.
        E78 = "e-78",
        /// The results of one year by quarter.
        E79 = "e-79",
    }
}

/// An indicator with all its years.
#[derive(Debug, Clone)]
pub struct Measure {
    /// The indicator.
    pub indicator: Indicator,
    /// Its targets.
    pub line: Trajectory,
    /// What was reached by year.
    pub reached: BTreeMap<i64, Quantity>,
    /// What was reached by the end of each quarter of the year that is told of.
    pub quarters: [Option<Quantity>; QUARTERS_COUNT],
}

/// Money under one code and from one source, in all years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The code.
    pub code: String,
    /// Where it comes from.
    pub fund: Fund,
    /// Rupiah by year: the ceiling as first set, the one that counts, and what was spent.
    pub years: BTreeMap<i64, (i64, i64, i64)>,
    /// Rupiah spent in each quarter of the year that is told of; nothing where no month was told.
    pub quarters: [Option<i64>; QUARTERS_COUNT],
}

impl FormKind {
    /// As planning offices call it.
    pub fn title(self) -> &'static str {
        match self {
            FormKind::Tc14 => "T-C.14",
            FormKind::E78 => "E.78",
            FormKind::E79 => "E.79",
        }
    }
}

/// A year of the plan, or a quarter of one: what a result or what was spent belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormSpan {
    /// The whole year.
    Year(i64),
    /// Of a year its quarter, from 1.
    Quarter(i64, i64),
}

impl FormSpan {
    /// The year.
    pub fn year(self) -> i64 {
        match self {
            FormSpan::Year(year) | FormSpan::Quarter(year, _) => year,
        }
    }

    /// Its first and last month, from 1.
    pub fn months(self) -> (i64, i64) {
        match self {
            FormSpan::Year(_) => (1, 12),
            FormSpan::Quarter(_, quarter) => ((quarter - 1) * QUARTER_MONTHS + 1, quarter * QUARTER_MONTHS),
        }
    }
}

impl Money {
    /// Under the code of a line and from its source, still without any year.
    pub fn of(line: &BudgetLine) -> Money {
        Money { code: line.code.clone(), fund: line.fund, years: BTreeMap::new(), quarters: [None; QUARTERS_COUNT] }
    }

    /// Adds the year of a line; by quarter where it is the year that is told of.
    pub fn add(&mut self, line: &BudgetLine, told_year: i64) {
        self.years.insert(line.year, (line.ceiling, line.ceiling_now(), line.spent_until(12)));
        for (month, amount) in line.realised.iter().filter(|_| line.year == told_year) {
            let quarter = usize::try_from((month - 1) / QUARTER_MONTHS).unwrap_or_default();
            if let Some(sum) = self.quarters.get_mut(quarter) {
                *sum = Some(sum.unwrap_or_default() + amount);
            }
        }
    }
}

/// What a form tells of one programme.
#[derive(Debug, Clone)]
pub struct FormProgramme {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// The target of the RPJMD that it serves.
    pub goal: String,
    /// Who answers for it.
    pub owner: String,
    /// Its indicators.
    pub measures: Vec<Measure>,
    /// Its money.
    pub money: Vec<Money>,
}

/// The years of a form: those of the plan, no more than a form has room for.
pub fn form_years((from, to): (i64, i64)) -> Vec<i64> {
    (from..=to).take(FORM_YEARS_MAX_COUNT).collect()
}

fn rupiah(amount: Option<i64>) -> Value {
    amount.map_or(Value::Empty, |amount| Value::Number(amount as f64))
}

/// A share in per cent with two places.
fn share(points: Option<i64>) -> Value {
    points.map_or(Value::Empty, |points| Value::Number(points as f64 / 100.0))
}

/// Rupiah of a whole, in hundredths of a per cent.
fn share_of(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (i128::from(part) * 10_000 / i128::from(whole)).try_into().unwrap_or(i64::MAX))
}

/// The columns of a form with their widths in characters.
pub fn columns(kind: FormKind, years: &[i64]) -> Vec<(String, u16)> {
    let fixed = |names: &[(&str, u16)]| names.iter().map(|(name, width)| ((*name).to_owned(), *width)).collect();
    let head: Vec<(String, u16)> = match kind {
        FormKind::Tc14 => fixed(&[
            ("Kode rekening", 20),
            ("Sumber dana", 12),
            ("Program", 40),
            ("Kode program", 14),
            ("Indikator kinerja program", 40),
            ("Satuan", 12),
            ("Kondisi awal", 12),
        ]),
        FormKind::E78 => fixed(&[
            ("Sasaran", 40),
            ("Kode rekening", 20),
            ("Sumber dana", 12),
            ("Program", 40),
            ("Kode program", 14),
            ("Indikator kinerja", 40),
            ("Satuan", 12),
            ("Data capaian awal", 12),
            ("Target akhir (K)", 12),
            ("Target akhir (Rp)", 18),
        ]),
        FormKind::E79 => fixed(&[
            ("Tahun", 8),
            ("Sasaran", 40),
            ("Kode rekening", 20),
            ("Sumber dana", 12),
            ("Program", 40),
            ("Kode program", 14),
            ("Indikator kinerja", 40),
            ("Satuan", 12),
            ("Target akhir RPJMD (K)", 14),
            ("Realisasi s.d. tahun lalu (K)", 14),
            ("Realisasi s.d. tahun lalu (Rp)", 18),
        ]),
    };
    let by_year = |name: &'static str, of: &'static str, width: u16| {
        (1..=years.len()).map(move |at| (format!("{name} tahun ke-{at} ({of})"), width))
    };
    let body: Vec<(String, u16)> = match kind {
        FormKind::Tc14 => (1..=years.len())
            .flat_map(|at| [(format!("Target tahun ke-{at}"), 12), (format!("Rp tahun ke-{at}"), 18)])
            .chain([("Kondisi akhir".to_owned(), 12)])
            .collect(),
        FormKind::E78 => by_year("Target", "K", 12)
            .chain(by_year("Target", "Rp", 18))
            .chain(by_year("Capaian", "K", 12))
            .chain(by_year("Capaian", "Rp", 18))
            .chain(by_year("Tingkat capaian", "K, %", 12))
            .chain(by_year("Tingkat capaian", "Rp, %", 12))
            .collect(),
        FormKind::E79 => [("Target tahun ini (K)".to_owned(), 12), ("Anggaran tahun ini (Rp)".to_owned(), 18)]
            .into_iter()
            .chain((1..=QUARTERS_COUNT).flat_map(|quarter| {
                [(format!("Realisasi triwulan {quarter} (K)"), 12), (format!("Realisasi triwulan {quarter} (Rp)"), 18)]
            }))
            .chain([
                ("Realisasi tahun ini (K)".to_owned(), 12),
                ("Realisasi tahun ini (Rp)".to_owned(), 18),
                ("Tingkat capaian (K, %)".to_owned(), 12),
                ("Tingkat capaian (Rp, %)".to_owned(), 12),
            ])
            .collect(),
    };
    head.into_iter().chain(body).chain([("Perangkat daerah penanggung jawab".to_owned(), 30)]).collect()
}

/// The rows of a programme: its indicators and its money side by side, as many as the longer of both; one that has
/// neither still stands there.
pub fn rows(kind: FormKind, told: &FormProgramme, years: &[i64], year: i64) -> Vec<Vec<Value>> {
    let count = told.measures.len().max(told.money.len()).max(1);
    (0..count).map(|at| row(kind, told, (told.measures.get(at), told.money.get(at)), (years, year))).collect()
}

type Pair<'a> = (Option<&'a Measure>, Option<&'a Money>);

fn row(kind: FormKind, told: &FormProgramme, pair: Pair<'_>, (years, year): (&[i64], i64)) -> Vec<Value> {
    let (measure, money) = pair;
    let code = text(money.map_or("", |money| &money.code));
    let fund = text(&money.map_or("", |money| money.fund.name()).to_uppercase());
    let (name, program) = (text(&told.name), text(&told.code));
    let indicator = text(measure.map_or("", |one| &one.indicator.name));
    let unit = text(measure.map_or("", |one| &one.indicator.unit));
    let baseline = number(measure.and_then(|one| one.indicator.baseline));
    let last = years.last().copied().unwrap_or(year);
    let end = number(measure.and_then(|one| one.line.of_year(last)));
    let (head, body) = match kind {
        FormKind::Tc14 => {
            let by_year = years.iter().flat_map(|year| {
                let ceiling = money.and_then(|money| money.years.get(year)).map(|(first, _, _)| *first);
                [number(measure.and_then(|one| one.line.of_year(*year))), rupiah(ceiling)]
            });
            (vec![code, fund, name, program, indicator, unit, baseline], by_year.chain([end]).collect())
        }
        FormKind::E78 => {
            let all = money.map(|money| money.years.values().map(|(_, ceiling, _)| ceiling).sum());
            let head = vec![text(&told.goal), code, fund, name, program, indicator, unit, baseline, end, rupiah(all)];
            (head, years_of(pair, years))
        }
        FormKind::E79 => {
            let before = measure.and_then(|one| one.reached.range(..year).next_back()).map(|(_, amount)| *amount);
            let spent = money.map(|money| money.years.range(..year).map(|(_, (_, _, spent))| spent).sum());
            let year_cell = Value::Number(year as f64);
            let head = vec![year_cell, text(&told.goal), code, fund, name, program, indicator, unit, end];
            (head.into_iter().chain([number(before), rupiah(spent)]).collect(), quarters_of(pair, year))
        }
    };
    head.into_iter().chain(body).chain([text(&told.owner)]).collect::<Vec<Value>>()
}

/// Target, result and share of each year: first all of one, then all of the next, as the form has them.
fn years_of((measure, money): Pair<'_>, years: &[i64]) -> Vec<Value> {
    let aim = |year: &i64| measure.and_then(|one| one.line.of_year(*year));
    let done = |year: &i64| measure.and_then(|one| one.reached.get(year).copied());
    let cash = |year: &i64| money.and_then(|money| money.years.get(year)).map(|(_, ceiling, spent)| (*ceiling, *spent));
    let points = |year: &i64| {
        let indicator = &measure?.indicator;
        share_reached(indicator.counting, indicator.baseline, aim(year)?, done(year)?)
    };
    let groups: [Vec<Value>; 6] = [
        years.iter().map(|year| number(aim(year))).collect(),
        years.iter().map(|year| rupiah(cash(year).map(|(ceiling, _)| ceiling))).collect(),
        years.iter().map(|year| number(done(year))).collect(),
        years.iter().map(|year| rupiah(cash(year).map(|(_, spent)| spent))).collect(),
        years.iter().map(|year| share(points(year))).collect(),
        years.iter().map(|year| share(cash(year).and_then(|(ceiling, spent)| share_of(spent, ceiling)))).collect(),
    ];
    groups.concat()
}

fn quarters_of((measure, money): Pair<'_>, year: i64) -> Vec<Value> {
    let cash = money.and_then(|money| money.years.get(&year)).map(|(_, ceiling, spent)| (*ceiling, *spent));
    let aim = measure.and_then(|one| one.line.of_year(year));
    let done = measure.and_then(|one| one.reached.get(&year).copied());
    let points = measure.and_then(|one| {
        let due = one.line.expected(&one.indicator, year, PartOfYear::YEAR)?;
        share_reached(one.indicator.counting, one.indicator.baseline, due, done?)
    });
    let quarters = (0..QUARTERS_COUNT).flat_map(|at| {
        let reached = measure.and_then(|one| one.quarters.get(at).copied().flatten());
        [number(reached), rupiah(money.and_then(|money| money.quarters.get(at).copied().flatten()))]
    });
    let money_share = cash.and_then(|(ceiling, spent)| share_of(spent, ceiling));
    [number(aim), rupiah(cash.map(|(ceiling, _)| ceiling))]
        .into_iter()
        .chain(quarters)
        .chain([number(done), rupiah(cash.map(|(_, spent)| spent)), share(points), share(money_share)])
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::indicator::{Counting, Target};

    fn measure() -> Measure {
        let indicator = Indicator {
            counting: Counting::Positive,
            baseline: Some(Quantity::whole(100)),
            baseline_year: Some(2024),
            ..Indicator::new(Uuid::nil(), "Titik lampu", "titik")
        };
        let target = |year, amount| Target { year, part: PartOfYear::YEAR, amount: Quantity::whole(amount) };
        Measure {
            indicator,
            line: Trajectory::new([target(2025, 200), target(2026, 400)]),
            reached: BTreeMap::from([(2025, Quantity::whole(150)), (2026, Quantity::whole(300))]),
            quarters: [Some(Quantity::whole(160)), Some(Quantity::whole(300)), None, None],
        }
    }

    fn money() -> Money {
        Money {
            code: "1.03.03.2.02.0002".into(),
            fund: Fund::Pad,
            years: BTreeMap::from([(2025, (100, 100, 90)), (2026, (200, 250, 50))]),
            quarters: [Some(20), Some(30), None, None],
        }
    }

    fn told() -> FormProgramme {
        FormProgramme {
            code: "QW-1".into(),
            name: "Lampu".into(),
            goal: "Kota terang".into(),
            owner: "Dishub".into(),
            measures: vec![measure()],
            money: vec![money(), Money { fund: Fund::Csr, ..money() }],
        }
    }

    #[test]
    fn every_row_is_as_wide_as_its_columns() {
        for kind in FormKind::ALL {
            let all = columns(*kind, &[2025, 2026]);
            for row in rows(*kind, &told(), &[2025, 2026], 2026) {
                assert_eq!(row.len(), all.len(), "{kind:?}");
            }
        }
        let bare = FormProgramme { measures: Vec::new(), money: Vec::new(), ..told() };
        assert_eq!(
            rows(FormKind::Tc14, &bare, &[2025], 2025).len(),
            1,
            "a programme without either still stands there"
        );
    }

    #[test]
    fn a_year_s_shares_are_those_of_the_plan_s_pages_and_of_the_changed_ceiling() {
        let names: Vec<String> = columns(FormKind::E79, &[2025, 2026]).into_iter().map(|(name, _)| name).collect();
        let row = &rows(FormKind::E79, &told(), &[2025, 2026], 2026)[0];
        let of = |name: &str| row[names.iter().position(|known| known == name).unwrap()].clone();
        assert_eq!(of("Target tahun ini (K)"), Value::Number(400.0));
        assert_eq!(of("Anggaran tahun ini (Rp)"), Value::Number(250.0));
        assert_eq!(of("Realisasi s.d. tahun lalu (K)"), Value::Number(150.0));
        assert_eq!(of("Realisasi s.d. tahun lalu (Rp)"), Value::Number(90.0));
        assert_eq!(of("Realisasi triwulan 2 (K)"), Value::Number(300.0));
        assert_eq!(of("Tingkat capaian (K, %)"), Value::Number(75.0));
        assert_eq!(of("Tingkat capaian (Rp, %)"), Value::Number(20.0));
    }

    #[test]
    fn a_form_has_no_more_years_than_room() {
        assert_eq!(form_years((2025, 2029)), [2025, 2026, 2027, 2028, 2029]);
        assert_eq!(form_years((2025, 2099)).len(), FORM_YEARS_MAX_COUNT);
    }
}
