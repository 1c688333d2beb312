//! Files of programmes: read row by row, each fault told with its place; nothing is half taken.

use std::collections::BTreeMap;

use simpul_kernel::{Refusal, RegionId, Timestamp};
use simpul_office::sheet_in::{Fault, TableRow, Value, Want, read};
use simpul_office::sheet_out::{SheetBook, SheetColumn, SheetPage};
use simpul_people::Snapshot;
use simpul_store::{Conn, Error, Result as StoreResult};

use crate::model::draft::{DRAFT_ROWS_MAX_COUNT, Draft, DraftRow, NOT_SAID, STATED, agency_key, draft, is_of};
use crate::model::framework::TermKind;
use crate::model::{Field, Framework, Masterplan, Part, Programme};
use crate::sql;

/// What a file tells of one region.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadFile {
    /// Quick wins of the region.
    pub drafts: Vec<Draft>,
    /// Rows of other regions.
    pub others: usize,
    /// Rows that can't be taken: the line and why.
    pub bad: Vec<(u64, Refusal)>,
}

const fn want(key: &'static str, names: &'static [&'static str], needed: bool) -> Want {
    Want { key, names, needed }
}

const WANTS: [Want; 13] = [
    want("region", &["kode_wilayah"], true),
    want("year", &["tahun"], true),
    want("name", &["quick_win"], true),
    want("dimension", &["dimensi"], false),
    want("stated", &["dimensi_dasar"], false),
    want("agency", &["perangkat_daerah_penanggung_jawab"], false),
    want("partners", &["mitra"], false),
    want("summary", &["uraian_singkat"], false),
    want("progress", &["progres_dilaporkan"], false),
    want("source", &["sumber"], false),
    want("code", &["kode"], false),
    want("kind", &["jenis"], false),
    want("state", &["tahap"], false),
];

fn row_of(row: &TableRow<'_>) -> DraftRow {
    let text = |key: &str| row.text(key).unwrap_or_default();
    DraftRow {
        region: text("region"),
        year: text("year"),
        name: text("name"),
        dimension: text("dimension"),
        stated: text("stated"),
        agency: text("agency"),
        partners: text("partners"),
        summary: text("summary"),
        progress: text("progress"),
        source: text("source"),
        code: text("code"),
        kind: text("kind"),
        state: text("state"),
    }
}

/// Reads a workbook or a CSV file, its fields apart by commas or semicolons.
///
/// # Errors
/// Every fault of the file as a whole: no table, columns that are missing or doubled, merged cells, too many rows.
pub fn read_file(
    bytes: &[u8],
    region: RegionId,
    framework: &Framework,
    agencies: &BTreeMap<String, String>,
) -> Result<ReadFile, Vec<Fault>> {
    let whole = |refusal| vec![Fault { row: 0, refusal }];
    let sheet = read(bytes, None).map_err(whole)?;
    let table = sheet.table(&WANTS)?;
    let mut file = ReadFile::default();
    for (count, row) in table.rows().enumerate() {
        if count >= DRAFT_ROWS_MAX_COUNT {
            let most = DRAFT_ROWS_MAX_COUNT.to_string();
            return Err(whole(Refusal::new("plan.import.too_long").with("most", most)));
        }
        let line = u64::from(row.number());
        let row = row_of(&row);
        if !is_of(&row, region) {
            file.others += 1;
            continue;
        }
        match draft(line, &row, framework, agencies) {
            Ok(draft) => file.drafts.push(draft),
            Err(why) => file.bad.push((line, why)),
        }
    }
    Ok(file)
}

/// The columns of an export: those of a file that is read, and what stands behind them for whoever reads it.
const COLUMNS: [(&str, u16); 13] = [
    ("kode_wilayah", 12),
    ("tahun", 12),
    ("quick_win", 40),
    ("dimensi", 20),
    ("dimensi_dasar", 20),
    ("perangkat_daerah_penanggung_jawab", 30),
    ("mitra", 30),
    ("uraian_singkat", 50),
    ("progres_dilaporkan", 30),
    ("sumber", 30),
    ("kode", 14),
    ("jenis", 12),
    ("tahap", 12),
];

/// The programmes of a plan as a workbook of the same columns that a file is read by, and how many they are.
///
/// # Errors
/// The store's; a text that no cell holds.
pub async fn export(
    conn: &mut Conn,
    plan: &Masterplan,
    place: &Snapshot,
    now: Timestamp,
) -> StoreResult<(Vec<u8>, usize)> {
    let framework = sql::framework::by_id(conn, plan.framework).await?.ok_or(Error::NotFound("framework"))?;
    let programmes = sql::plan::programmes(conn, plan.id).await?;
    let mut rows = Vec::with_capacity(programmes.len());
    for one in &programmes {
        let texts = sql::plan::texts(conn, one.id).await?;
        let earlier = texts.into_iter().find(|(field, _)| *field == Field::EarlierReport).map(|(_, body)| body);
        let parties = sql::plan::parties(conn, one.id).await?;
        let partners = parties.into_iter().filter(|party| party.part == Part::Partner);
        let partners = partners.map(|party| party.name).collect::<Vec<_>>().join("; ");
        rows.push(cells(one, &framework, place, partners, earlier.unwrap_or_default()));
    }
    let count = rows.len();
    let mark = place.region.demo.then(|| "DATA CONTOH – BUKAN DATA RESMI".to_owned());
    let column =
        |(name, width): &(&str, u16)| SheetColumn { name: (*name).to_owned(), width: *width, ..SheetColumn::default() };
    let page = SheetPage {
        name: "Program".to_owned(),
        notes: mark.into_iter().collect(),
        columns: COLUMNS.iter().map(column).collect(),
        rows,
        blank_rows: 0,
    };
    let book = SheetBook { title: plan.name.clone(), made_at: now, sheets: vec![page] };
    Ok((packed(book).await?, count))
}

/// A workbook as a file, made where slow work holds nobody up.
///
/// # Errors
/// A text that no cell holds.
pub(crate) async fn packed(book: SheetBook) -> StoreResult<Vec<u8>> {
    let broken = |error: String| Error::Broken(format!("workbook: {error}"));
    let made = tokio::task::spawn_blocking(move || book.to_bytes()).await;
    let bytes = made.map_err(|error| broken(error.to_string()))?;
    bytes.map_err(|error| broken(error.to_string()))
}

fn cells(one: &Programme, framework: &Framework, place: &Snapshot, partners: String, earlier: String) -> Vec<Value> {
    let text = |text: &str| Value::Text(text.to_owned());
    let (from, to) = one.years;
    let years = if from == to { from.to_string() } else { format!("{from}-{to}") };
    let dimension = framework.term(TermKind::Dimension, &one.dimension);
    let agency = one.agency.and_then(|id| place.agency(id)).map(|agency| agency.short.as_str());
    // What the file said of the agency is kept where it says more than its name.
    let owner = match agency {
        Some(short) if one.agency_text.is_empty() || agency_key(&one.agency_text) == agency_key(short) => short,
        Some(_) => &one.agency_text,
        None if one.agency_text.is_empty() => NOT_SAID,
        None => &one.agency_text,
    };
    vec![
        text(&one_code(place)),
        text(&years),
        text(&one.name),
        text(dimension.map_or("", |term| &term.name_id)),
        text(if one.inferred { "disimpulkan" } else { STATED }),
        text(owner),
        text(&partners),
        text(&one.summary),
        text(&earlier),
        text(&one.source),
        text(&one.code),
        text(one.kind.name()),
        text(one.state.name()),
    ]
}

/// The region's code as files have it: `73.22`.
fn one_code(place: &Snapshot) -> String {
    let code = place.region.id.0;
    format!("{:02}.{:02}", code / 100, code % 100)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::model::framework::SHIPPED;

    fn framework() -> Framework {
        SHIPPED[0].framework(Uuid::nil())
    }

    fn file(text: &str) -> Result<ReadFile, Vec<Fault>> {
        read_file(text.as_bytes(), RegionId(7322), &framework(), &BTreeMap::new())
    }

    #[test]
    fn a_file_is_read_whatever_parts_its_fields() {
        for text in [
            "\u{feff}kode_wilayah,tahun,quick_win,dimensi\n73.22,2023,\"Lampu, jalan\",Smart Living\n35.07,2023,X,\n",
            "Kode_Wilayah; TAHUN ;quick_win;dimensi\n73.22;2023;Lampu, jalan;Smart Living\n35.07;2023;Lain;\n",
        ] {
            let file = file(text).unwrap();
            assert_eq!((file.drafts.len(), file.others, file.bad.len()), (1, 1, 0), "{text}");
            assert_eq!((file.drafts[0].name.as_str(), file.drafts[0].line), ("Lampu, jalan", 2));
        }
    }

    #[test]
    fn what_is_missing_is_named_and_a_bad_row_has_its_line() {
        let faults = file("tahun,nama\n2023,X\n").unwrap_err();
        let told: Vec<String> = faults.iter().map(|fault| fault.refusal.to_string()).collect();
        assert!(told.iter().any(|fault| fault.contains("kode_wilayah")), "{told:?}");
        assert!(told.iter().any(|fault| fault.contains("quick_win")), "{told:?}");
        let file = file("kode_wilayah,tahun,quick_win\n73.22,besok,Lampu\n73.22,2023,\n").unwrap();
        assert_eq!(
            file.bad.iter().map(|(line, why)| (*line, why.key)).collect::<Vec<_>>(),
            [(2, "plan.import.bad_year"), (3, "plan.import.no_name")]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = file(&text);
            let _ = file(&format!("kode_wilayah,tahun,quick_win\n{text}"));
        }
    }
}
