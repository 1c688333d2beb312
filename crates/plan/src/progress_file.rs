//! Progress reports of a period as a workbook that an agency fills in and sends back: a row for each indicator, and one
//! for each of its districts where it is told by them. What comes back is read row by row, each fault told with its
//! cell; what was not changed changes nothing.

use simpul_kernel::{Refusal, Timestamp, words};
use simpul_office::sheet_in::{Fault, Sheet, TableRow, Value, Want};
use simpul_office::sheet_out::{SheetBook, SheetColumn, SheetPage};
use uuid::Uuid;

use crate::model::cell::{self, number, text};
use crate::model::progress::{SENTENCE_MAX_CHARS, WHOLE_POINTS};
use crate::model::{Quantity, Written};

/// What stands in the key of a row without an indicator.
const NO_INDICATOR: &str = "-";

/// An indicator as a row of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetIndicator {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Whether the system counts it, so that nobody types its value.
    pub live: bool,
    /// What was told last.
    pub last: Option<Quantity>,
    /// What should be reached by now.
    pub expected: Option<Quantity>,
    /// What is told now.
    pub value: Option<Quantity>,
    /// Why it is lower than before or far from the trajectory.
    pub why: String,
    /// The districts, where it is told by them.
    pub districts: Vec<SheetDistrict>,
}

/// A district of an indicator as a row of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetDistrict {
    /// Its code.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// What is told of it now.
    pub value: Option<Quantity>,
}

/// A programme of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetProgramme {
    /// Its id.
    pub id: Uuid,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The version of its report; 0 where there is none.
    pub version: i64,
    /// The version that the workbook was made from with which its reader wrote this one; none where he did not.
    pub own: Option<i64>,
    /// Whether its report can still be written.
    pub open: bool,
    /// What is written.
    pub written: Written,
    /// Its indicators.
    pub indicators: Vec<SheetIndicator>,
}

/// What an agency owes in a period, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressSheet {
    /// The period.
    pub period: Uuid,
    /// What the period is called.
    pub period_name: String,
    /// Until when it is in time, in words.
    pub due: String,
    /// What marks a sample; empty for a real region.
    pub mark: String,
    /// Its programmes.
    pub programmes: Vec<SheetProgramme>,
}

/// A report as a workbook tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadProgress {
    /// The first of its rows.
    pub row: u32,
    /// The programme.
    pub programme: Uuid,
    /// The version that the workbook was made from.
    pub made_from: i64,
    /// The version that it is written over.
    pub version: i64,
    /// The texts.
    pub written: Written,
    /// The values of the indicators that stand in the file: district, or 0 for the region, amount, and why.
    pub values: Vec<ReadValue>,
    /// Whether anything is other than it stands.
    pub changed: bool,
    /// Whether the report can still be written.
    pub open: bool,
}

/// Indicator, district (0 for the region), amount, and why it is so.
pub type ReadValue = (Uuid, i64, Option<Quantity>, String);

struct Shape {
    name: &'static str,
    width: u16,
    locked: bool,
    note: &'static str,
}

const fn shape(name: &'static str, width: u16, note: &'static str) -> Shape {
    Shape { name, width, locked: note.is_empty(), note }
}

/// The columns in their order. A heading without a note is one that nobody fills in.
const SHAPES: [Shape; 15] = [
    shape("Kode program", 14, ""),
    shape("Program", 32, ""),
    shape("Indikator", 32, ""),
    shape("Kecamatan", 18, ""),
    shape("Satuan", 12, ""),
    shape("Nilai terakhir", 14, ""),
    shape("Seharusnya sekarang", 14, ""),
    shape("Nilai sekarang", 14, "Angka saja, misalnya 87,5. Kosongkan bila dihitung dari sistem."),
    shape("Penjelasan angka", 32, "Wajib bila angkanya mundur atau jauh dari rencana."),
    shape("Realisasi fisik (%)", 12, "0 sampai 100. Cukup pada baris pertama tiap program."),
    shape("Kemajuan", 40, "Satu kalimat. Cukup pada baris pertama tiap program."),
    shape("Kendala", 32, "Boleh kosong."),
    shape("Langkah berikutnya", 32, "Boleh kosong."),
    shape("Perlu keputusan", 32, "Tulis apa yang harus diputuskan. Masuk ke agenda rapat berikutnya."),
    shape("Kunci", 24, ""),
];

const fn want(key: &'static str, names: &'static [&'static str], needed: bool) -> Want {
    Want { key, names, needed }
}

const WANTS: [Want; 10] = [
    want("code", &["Kode program"], true),
    want("indicator", &["Indikator"], false),
    want("value", &["Nilai sekarang"], true),
    want("why", &["Penjelasan angka"], false),
    want("physical", &["Realisasi fisik (%)"], false),
    want("sentence", &["Kemajuan"], true),
    want("obstacle", &["Kendala"], false),
    want("next_step", &["Langkah berikutnya"], false),
    want("decision", &["Perlu keputusan"], false),
    want("key", &["Kunci"], true),
];

/// The texts of a programme, which stand in its first row.
const TEXTS: [&str; 4] = ["sentence", "obstacle", "next_step", "decision"];

/// What a row belongs to, whatever is done to its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowKey {
    period: Uuid,
    indicator: Option<Uuid>,
    version: i64,
    /// 0 for the region.
    district: i64,
}

impl RowKey {
    /// `period/indicator/version`, and `/district` where it is a district's.
    fn text(self) -> String {
        let RowKey { period, version, district, .. } = self;
        let indicator = self.indicator.map_or_else(|| NO_INDICATOR.to_owned(), |id| id.to_string());
        let of_district = if district == 0 { String::new() } else { format!("/{district}") };
        format!("{period}/{indicator}/{version}{of_district}")
    }

    fn read(text: &str) -> Option<RowKey> {
        let mut parts = text.trim().split('/');
        let period = parts.next()?.parse().ok()?;
        let indicator = match parts.next()? {
            NO_INDICATOR => None,
            id => Some(id.parse().ok()?),
        };
        let version = parts.next()?.parse().ok()?;
        let district = parts.next().map_or(Some(0), |code| code.parse().ok())?;
        parts.next().is_none().then_some(RowKey { period, indicator, version, district })
    }
}

impl ProgressSheet {
    /// The workbook.
    pub fn book(&self, made_at: Timestamp) -> SheetBook {
        let column = |shape: &Shape| SheetColumn {
            name: shape.name.to_owned(),
            width: shape.width,
            locked: shape.locked,
            note: shape.note.to_owned(),
            ..SheetColumn::default()
        };
        let mut notes = Vec::new();
        if !self.mark.is_empty() {
            notes.push(self.mark.clone());
        }
        notes.push(format!("Laporan kemajuan {}. Batas: {}.", self.period_name, self.due));
        notes
            .push("Isi kolom yang tidak terkunci, lalu unggah berkas ini kembali. Jangan ubah kolom Kunci.".to_owned());
        let page = SheetPage {
            name: "Laporan kemajuan".to_owned(),
            notes,
            columns: SHAPES.iter().map(column).collect(),
            rows: self.programmes.iter().flat_map(|one| self.rows(one)).collect(),
            blank_rows: 0,
        };
        SheetBook { title: format!("Laporan kemajuan {}", self.period_name), made_at, sheets: vec![page] }
    }

    fn rows(&self, one: &SheetProgramme) -> Vec<Vec<Value>> {
        let mut rows: Vec<Vec<Value>> = one.indicators.iter().flat_map(|each| self.indicator_rows(one, each)).collect();
        if rows.is_empty() {
            rows.push(self.row(one, None, 0));
        }
        if let Some(first) = rows.first_mut() {
            let Written { sentence, obstacle, next_step, decision, physical } = &one.written;
            let physical = number(physical.map(Quantity::percent_of_basis_points));
            let texts = [physical, text(sentence), text(obstacle), text(next_step), text(decision)];
            for (place, value) in (9..).zip(texts) {
                first[place] = value;
            }
        }
        rows
    }

    /// The row of an indicator, and after it those of its districts.
    fn indicator_rows(&self, one: &SheetProgramme, each: &SheetIndicator) -> Vec<Vec<Value>> {
        let mut whole = self.row(one, Some(each), 0);
        whole[5] = number(each.last);
        whole[6] = number(each.expected);
        whole[7] = if each.live { Value::Empty } else { number(each.value) };
        whole[8] = if each.live { Value::Empty } else { text(&each.why) };
        let districts = each.districts.iter().filter(|_| !each.live).map(|district| {
            let mut row = self.row(one, Some(each), district.code);
            row[3] = text(&district.name);
            row[7] = number(district.value);
            row
        });
        std::iter::once(whole).chain(districts).collect()
    }

    /// What stands in every row: of what it tells, and its key.
    fn row(&self, one: &SheetProgramme, indicator: Option<&SheetIndicator>, district: i64) -> Vec<Value> {
        let mut row = vec![Value::Empty; SHAPES.len()];
        row[0] = text(&one.code);
        row[1] = text(&one.name);
        if let Some(each) = indicator {
            row[2] = text(&each.name);
            row[4] = text(&each.unit);
        }
        let indicator = indicator.map(|each| each.id);
        row[14] = text(&RowKey { period: self.period, indicator, version: one.version, district }.text());
        row
    }

    /// Reads a workbook that came back, and what of it is other than it stands.
    ///
    /// # Errors
    /// Every fault with its row and cell; then nothing is taken.
    pub fn read(&self, sheet: &Sheet) -> Result<Vec<ReadProgress>, Vec<Fault>> {
        let table = sheet.table(&WANTS)?;
        let mut reading = Reading { sheet: self, found: Vec::new(), faults: Vec::new() };
        for row in table.rows() {
            reading.take(&row);
        }
        if reading.found.is_empty() && reading.faults.is_empty() {
            return Err(vec![Fault { row: 0, refusal: Refusal::field("file", "office.sheet.empty") }]);
        }
        let Reading { found, mut faults, .. } = reading;
        let all: Vec<ReadProgress> = found.into_iter().map(|found| found.done(&mut faults)).collect();
        if faults.is_empty() { Ok(all) } else { Err(faults) }
    }
}

/// The rows of a programme while they are read.
struct Found<'a> {
    one: &'a SheetProgramme,
    row: u32,
    version: i64,
    texts: [Option<String>; 4],
    physical: Option<i64>,
    values: Vec<ReadValue>,
}

struct Reading<'a> {
    sheet: &'a ProgressSheet,
    found: Vec<Found<'a>>,
    faults: Vec<Fault>,
}

fn wrong(key: &'static str) -> Refusal {
    Refusal::field("file", key)
}

impl<'a> Reading<'a> {
    fn fault(&mut self, row: &TableRow<'_>, column: &str, why: Refusal) {
        let fault = row.fault(column, Refusal { field: Some("file"), ..why });
        simpul_office::sheet_in::add(&mut self.faults, fault);
    }

    fn take(&mut self, row: &TableRow<'_>) {
        let code = row.text("code").unwrap_or_default().to_uppercase();
        let sheet = self.sheet;
        let Some(one) = sheet.programmes.iter().find(|one| one.code == code) else {
            return self.fault(row, "code", wrong("plan.sheet.refused.programme"));
        };
        let Some(key) = row.text("key").as_deref().and_then(RowKey::read) else {
            return self.fault(row, "key", wrong("plan.sheet.refused.key"));
        };
        if key.period != sheet.period {
            return self.fault(row, "key", wrong("plan.sheet.refused.period").with("period", &sheet.period_name));
        }
        let place = self.found.iter().position(|found| found.one.id == one.id).unwrap_or_else(|| {
            let (texts, values, version) = (Default::default(), Vec::new(), key.version);
            self.found.push(Found { one, row: row.number(), version, texts, physical: None, values });
            self.found.len() - 1
        });
        self.texts(place, row);
        self.physical(place, row);
        if let Some(id) = key.indicator {
            self.value(place, row, (id, key.district));
        }
    }

    fn texts(&mut self, place: usize, row: &TableRow<'_>) {
        for (at, column) in TEXTS.into_iter().enumerate() {
            let Some(typed) = row.text(column) else { continue };
            match words::clean_text("file", &typed, SENTENCE_MAX_CHARS, false) {
                Ok(typed) => match &mut self.found[place].texts[at] {
                    Some(known) if *known != typed => {
                        self.fault(row, column, wrong("plan.sheet.refused.two_texts"));
                    }
                    known => *known = Some(typed),
                },
                Err(why) => self.fault(row, column, why),
            }
        }
    }

    fn physical(&mut self, place: usize, row: &TableRow<'_>) {
        match cell_quantity(row.value("physical")) {
            Ok(None) => {}
            Ok(Some(value)) => {
                let points = value.share_of(Quantity::whole(100)).filter(|points| (0..=WHOLE_POINTS).contains(points));
                match (points, self.found[place].physical) {
                    (None, _) => self.fault(row, "physical", wrong("plan.refused.physical")),
                    (Some(points), Some(known)) if points != known => {
                        self.fault(row, "physical", wrong("plan.sheet.refused.two_texts"));
                    }
                    (points, _) => self.found[place].physical = points,
                }
            }
            Err(why) => self.fault(row, "physical", why),
        }
    }

    fn value(&mut self, place: usize, row: &TableRow<'_>, (id, district): (Uuid, i64)) {
        let one = self.found[place].one;
        let Some(indicator) = one.indicators.iter().find(|each| each.id == id) else {
            return self.fault(row, "key", wrong("plan.sheet.refused.indicator"));
        };
        if self.found[place].values.iter().any(|(known, of, ..)| (*known, *of) == (id, district)) {
            return self.fault(row, "key", wrong("plan.sheet.refused.doubled"));
        }
        let why = row.text("why").unwrap_or_default();
        if indicator.live {
            if *row.value("value") != Value::Empty {
                self.fault(row, "value", wrong("plan.sheet.refused.live"));
            }
            return;
        }
        if district != 0 && indicator.value_of(district).is_none() {
            return self.fault(row, "key", wrong("plan.sheet.refused.district"));
        }
        if district != 0 && !why.is_empty() {
            return self.fault(row, "why", wrong("plan.sheet.refused.district_why"));
        }
        let read = cell_quantity(row.value("value"))
            .and_then(|value| Ok((value, words::clean_text("file", &why, SENTENCE_MAX_CHARS, false)?)));
        match read {
            Ok((value, why)) => self.found[place].values.push((id, district, value, why)),
            Err(why) => self.fault(row, "value", why),
        }
    }
}

impl SheetIndicator {
    /// What is told of a district, or of the region by 0, as it stands; `None` where it is not told of it.
    fn value_of(&self, district: i64) -> Option<(Option<Quantity>, &str)> {
        match district {
            0 => Some((self.value, &self.why)),
            code => self.districts.iter().find(|one| one.code == code).map(|one| (one.value, "")),
        }
    }
}

/// What a cell says as a value; `None` for an empty one.
fn cell_quantity(value: &Value) -> Result<Option<Quantity>, Refusal> {
    cell::quantity(value).map_err(|_| wrong("plan.sheet.refused.number"))
}

impl Found<'_> {
    /// The report, held against what stands; a fault where it can't be taken.
    fn done(self, faults: &mut Vec<Fault>) -> ReadProgress {
        let [sentence, obstacle, next_step, decision] = self.texts.map(Option::unwrap_or_default);
        let written = Written { sentence, obstacle, next_step, decision, physical: self.physical };
        let stands = |(id, district, value, why): &ReadValue| {
            let known = self.one.indicators.iter().find(|each| each.id == *id);
            known.and_then(|each| each.value_of(*district)) == Some((*value, why.as_str()))
        };
        let changed = written != self.one.written || !self.values.iter().all(stands);
        let refused = match () {
            () if !changed => None,
            () if !self.one.open => Some("plan.sheet.refused.handed_in"),
            () if self.version != self.one.version && Some(self.version) != self.one.own => {
                Some("plan.sheet.refused.stale")
            }
            () => None,
        };
        if let Some(why) = refused {
            let refusal = wrong(why).with("name", &self.one.name);
            simpul_office::sheet_in::add(faults, Fault { row: self.row, refusal });
        }
        ReadProgress {
            row: self.row,
            programme: self.one.id,
            made_from: self.version,
            version: self.one.version,
            written,
            values: self.values,
            changed,
            open: self.one.open,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_office::sheet_in;

    use super::*;
    use crate::model::quantity::QUANTITY_MAX;

    fn indicator(id: u128, value: Option<Quantity>, why: &str, live: bool) -> SheetIndicator {
        SheetIndicator {
            id: Uuid::from_u128(id),
            name: format!("Titik {id}"),
            unit: "titik".to_owned(),
            live,
            last: Some(Quantity::whole(3)),
            expected: None,
            value,
            why: why.to_owned(),
            districts: Vec::new(),
        }
    }

    fn district(code: i64, value: Option<Quantity>) -> SheetDistrict {
        SheetDistrict { code, name: format!("Kecamatan {code}"), value }
    }

    fn programme(id: u128, written: Written, indicators: Vec<SheetIndicator>) -> SheetProgramme {
        let (code, name) = (format!("QW-2026-{id:02}"), "Penerangan jalan".to_owned());
        SheetProgramme { id: Uuid::from_u128(id), code, name, version: 2, own: None, open: true, written, indicators }
    }

    fn sheet(programmes: Vec<SheetProgramme>) -> ProgressSheet {
        ProgressSheet {
            period: Uuid::from_u128(77),
            period_name: "Triwulan IV 2026".to_owned(),
            due: "11 Januari 2027".to_owned(),
            mark: String::new(),
            programmes,
        }
    }

    fn lamps() -> ProgressSheet {
        let written = Written { sentence: "Tiang berdiri".to_owned(), ..Written::default() };
        let indicators = vec![indicator(11, Some(Quantity::whole(480)), "", false), indicator(12, None, "", true)];
        sheet(vec![programme(1, written, indicators), programme(2, Written::default(), Vec::new())])
    }

    fn rows(sheet: &ProgressSheet) -> Sheet {
        let bytes = sheet.book(Timestamp(1_793_581_200_000_000)).to_bytes().unwrap();
        sheet_in::read(&bytes, None).unwrap()
    }

    /// The sheet with what somebody typed into one cell of its data: row from 0, column by its place.
    fn typed(sheet: &ProgressSheet, row: usize, column: u16, value: Value) -> Sheet {
        let mut rows = rows(sheet);
        let first = rows.rows.iter().position(|row| row.get(0).text() == "Kode program").unwrap() + 1;
        let cells = &mut rows.rows[first + row].cells;
        cells.retain(|(at, _)| *at != column);
        cells.push((column, value));
        cells.sort_by_key(|(at, _)| *at);
        rows
    }

    fn faults(sheet: &ProgressSheet, rows: &Sheet) -> Vec<(u32, &'static str)> {
        let faults = sheet.read(rows).err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.row, fault.refusal.key)).collect()
    }

    const FIRST_ROW: u32 = 4;

    #[test]
    fn what_is_typed_is_read_with_its_row() {
        let stands = lamps();
        let rows = typed(&stands, 0, 7, Value::Text("490,5".to_owned()));
        let read = stands.read(&rows).unwrap();
        let changed: Vec<_> = read.iter().filter(|one| one.changed).collect();
        assert_eq!(changed.len(), 1);
        assert_eq!((changed[0].row, changed[0].version), (FIRST_ROW, 2));
        assert_eq!(changed[0].values, [(Uuid::from_u128(11), 0, Some(Quantity(490_500_000)), String::new())]);
        assert_eq!(changed[0].written.sentence, "Tiang berdiri");
    }

    #[test]
    fn every_fault_is_told_with_its_row_and_nothing_is_taken() {
        let stands = lamps();
        for (row, column, value, why) in [
            (0, 7, Value::Text("banyak".to_owned()), "plan.sheet.refused.number"),
            (0, 0, Value::Text("QW-1999-01".to_owned()), "plan.sheet.refused.programme"),
            (0, 14, Value::Text("x".to_owned()), "plan.sheet.refused.key"),
            (1, 7, Value::Number(7.0), "plan.sheet.refused.live"),
            (1, 10, Value::Text("Lain".to_owned()), "plan.sheet.refused.two_texts"),
            (2, 9, Value::Number(101.0), "plan.refused.physical"),
            (2, 10, Value::Text("a".repeat(SENTENCE_MAX_CHARS + 1)), "form.too_long"),
        ] {
            let found = faults(&stands, &typed(&stands, row, column, value));
            assert_eq!(found, [(FIRST_ROW + u32::try_from(row).unwrap(), why)]);
        }
        let other = ProgressSheet { period: Uuid::from_u128(78), ..stands.clone() };
        assert!(faults(&other, &rows(&stands)).iter().all(|(_, why)| *why == "plan.sheet.refused.period"));
    }

    #[test]
    fn what_is_told_by_district_has_a_row_for_each() {
        let mut stands = lamps();
        stands.programmes[0].indicators[0].districts =
            vec![district(732_201, Some(Quantity::whole(12))), district(732_202, None)];
        let read = stands.read(&typed(&stands, 2, 7, Value::Number(30.0))).unwrap();
        assert!(read[0].changed && !read[1].changed);
        let lamp = Uuid::from_u128(11);
        let told: Vec<_> = read[0].values.iter().map(|(id, district, value, _)| (*id, *district, *value)).collect();
        let whole = |amount| Some(Quantity::whole(amount));
        assert_eq!(told, [(lamp, 0, whole(480)), (lamp, 732_201, whole(12)), (lamp, 732_202, whole(30))]);
        let why = typed(&stands, 1, 8, Value::Text("Sebab".to_owned()));
        assert_eq!(faults(&stands, &why), [(FIRST_ROW + 1, "plan.sheet.refused.district_why")]);
        let mut now = stands.clone();
        now.programmes[0].indicators[0].districts.clear();
        let gone = [1, 2].map(|row| (FIRST_ROW + row, "plan.sheet.refused.district"));
        assert_eq!(faults(&now, &rows(&stands)), gone, "it is told by district no more");
    }

    #[test]
    fn what_somebody_else_changed_meanwhile_is_not_written_over() {
        let before = lamps();
        let mut now = before.clone();
        now.programmes[0].version = 3;
        assert_eq!(faults(&now, &rows(&before)), [], "what says the same is no conflict");
        now.programmes[0].indicators[0].value = Some(Quantity::whole(481));
        assert_eq!(faults(&now, &rows(&before)), [(FIRST_ROW, "plan.sheet.refused.stale")]);
        now.programmes[0].open = false;
        assert_eq!(faults(&now, &rows(&before)), [(FIRST_ROW, "plan.sheet.refused.handed_in")]);
    }

    #[test]
    fn who_goes_on_in_the_same_file_writes_over_himself_alone() {
        let before = lamps();
        let mut now = before.clone();
        now.programmes[0].indicators[0].value = Some(Quantity::whole(481));
        now.programmes[0].version = 3;
        now.programmes[0].own = Some(2);
        let read = now.read(&rows(&before)).unwrap();
        assert_eq!((read[0].changed, read[0].made_from, read[0].version), (true, 2, 3));
        now.programmes[0].own = Some(1);
        assert_eq!(faults(&now, &rows(&before)), [(FIRST_ROW, "plan.sheet.refused.stale")], "another file did");
    }

    fn amount() -> impl Strategy<Value = Option<Quantity>> {
        let most = QUANTITY_MAX.0;
        let any =
            prop_oneof![-most..=most, -1_000_000_000i64..1_000_000_000, (-9_000i64..9_000).prop_map(|n| n * 1_000_000)];
        proptest::option::of(any.prop_map(Quantity))
    }

    /// A text as the tables hold it: without white space at its ends or control characters.
    fn sentence() -> impl Strategy<Value = String> {
        let lines = proptest::collection::vec("[ -~à-ž一-丿]{0,12}", 1..3);
        lines.prop_map(|lines| words::clean_text("x", &lines.join("\n"), 500, false).unwrap_or_default())
    }

    fn any_programme(id: u128) -> impl Strategy<Value = SheetProgramme> {
        let texts = (sentence(), sentence(), sentence(), sentence(), proptest::option::of(0i64..=10_000));
        let districts = proptest::collection::vec(amount(), 0..3);
        let values = proptest::collection::vec((amount(), sentence(), any::<bool>(), districts), 0..4);
        (texts, values).prop_map(move |((sentence, obstacle, next_step, decision, physical), values)| {
            let each = |(at, (value, why, live, districts)): (u128, (Option<Quantity>, String, bool, Vec<_>))| {
                let (value, why) = if live { (None, String::new()) } else { (value, why) };
                let districts = (732_201..).zip(districts).map(|(code, value)| district(code, value)).collect();
                SheetIndicator { districts, ..indicator(id * 100 + at, value, &why, live) }
            };
            let written = Written { sentence, obstacle, next_step, decision, physical };
            programme(id, written, (0u128..).zip(values).map(each).collect())
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn what_goes_out_and_comes_back_changes_nothing(one in any_programme(1), other in any_programme(2)) {
            let stands = sheet(vec![one, other]);
            let read = stands.read(&rows(&stands)).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
            prop_assert_eq!(read.len(), 2);
            prop_assert!(read.iter().all(|one| !one.changed), "{:?} of {:?}", read, stands);
        }
    }
}
