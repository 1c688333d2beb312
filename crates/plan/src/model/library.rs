//! Lists of indicators that others have written: smart-city lists of standards bodies, goals, a ministry's outcomes. A
//! region brings in the lists that it may use. Of an ISO standard only the clause numbers are kept: its words are not
//! ours to hand on.

use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;
use uuid::Uuid;

use super::evaluation::instrument::{Instrument, Question};
use super::evaluation::sheet::{Sheet, SheetRow, at_line};
use super::framework::names;
use super::indicator::UNIT_MAX_CHARS;
use super::programme::NAME_MAX_CHARS;
use super::{Counting, Frequency, Indicator};

/// Most indicators of a list.
pub const LIBRARY_MAX_COUNT: usize = 2_000;
/// Most lists of a region.
pub const LIBRARIES_MAX_COUNT: i64 = 50;
/// Longest code, in characters.
pub const LIBRARY_CODE_MAX_CHARS: usize = 60;
/// The unit of what a list gives none.
const NO_UNIT: &str = "nilai";

/// The section of an instrument that asks of outcomes.
const OUTCOME: &str = "outcome";

/// How columns are called, the first that is there counts.
const CODE: [&str; 6] = ["kode", "code", "kode_u4ssc", "klausul", "clause", "kode_sdg"];
const NAME: [&str; 5] = ["nama", "name", "nama_ringkas", "indikator", "judul"];
const UNIT: [&str; 2] = ["satuan", "unit"];
const DIRECTION: [&str; 2] = ["arah", "direction"];
const DIMENSION: [&str; 3] = ["dimensi", "dimension", "dimensi_ri_usulan"];

names! {
    /// Which value is the better one.
    Direction {
        /// More.
        More = "more",
        /// Less.
        Less = "less",
        /// The list does not say.
        Unsaid = "unsaid",
    }
}

impl Direction {
    /// As files write it.
    fn read(text: &str) -> Option<Direction> {
        match text.trim().to_lowercase().as_str() {
            "+" | "naik" | "up" | "more" => Some(Direction::More),
            "-" | "−" | "–" | "turun" | "down" | "less" => Some(Direction::Less),
            "" | "0" | "±" => Some(Direction::Unsaid),
            _ => None,
        }
    }

    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            Direction::More => "plan.library.more",
            Direction::Less => "plan.library.less",
            Direction::Unsaid => "plan.library.unsaid",
        }
    }
}

/// An indicator of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryIndicator {
    /// Its code in the list, or the number of its clause.
    pub code: String,
    /// What it is called; empty where only its number may be kept.
    pub name: String,
    /// Its unit; may be empty.
    pub unit: String,
    /// Which value is the better one.
    pub direction: Direction,
    /// The dimension that the list proposes; may be empty.
    pub dimension: String,
}

impl LibraryIndicator {
    /// Of which only the code is known.
    fn bare(code: String) -> LibraryIndicator {
        let (name, unit, dimension) = (String::new(), String::new(), String::new());
        LibraryIndicator { code, name, unit, direction: Direction::Unsaid, dimension }
    }

    /// What it is called where it has no name: the list and its number.
    pub fn shown(&self, library: &str) -> String {
        if self.name.is_empty() { format!("{library} {}", self.code) } else { self.name.clone() }
    }

    /// How it is named in an indicator that was chosen from the list.
    pub fn mark(&self, library: &str) -> String {
        format!("{library} {}", self.code).chars().take(LINE_MAX_CHARS).collect()
    }

    /// An indicator of a programme, to be completed by whoever chose it.
    pub fn as_indicator(&self, programme: Uuid, library: &str) -> Indicator {
        let counting = if self.direction == Direction::Less { Counting::Negative } else { Counting::Positive };
        let unit = if self.unit.is_empty() { NO_UNIT } else { &self.unit };
        let (frequency, library_mark) = (Frequency::Yearly, self.mark(library));
        Indicator { frequency, counting, library: library_mark, ..Indicator::new(programme, self.shown(library), unit) }
    }

    /// Whether it is looked for: a part of its code, name or dimension.
    pub fn is_asked(&self, asked: &str) -> bool {
        let asked = asked.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&asked);
        has(&self.code) || has(&self.name) || has(&self.dimension)
    }
}

/// What the list of the goals is called.
pub const SDG: &str = "SDG";

/// The goals by their Indonesian names (Perpres 111/2022), and of each the targets with a number and those with a
/// letter (United Nations, A/RES/70/1: 169 targets).
const GOALS: [(&str, u8, u8); 17] = [
    ("Tanpa kemiskinan", 5, 2),
    ("Tanpa kelaparan", 5, 3),
    ("Kehidupan sehat dan sejahtera", 9, 4),
    ("Pendidikan berkualitas", 7, 3),
    ("Kesetaraan gender", 6, 3),
    ("Air bersih dan sanitasi layak", 6, 2),
    ("Energi bersih dan terjangkau", 3, 2),
    ("Pekerjaan layak dan pertumbuhan ekonomi", 10, 2),
    ("Industri, inovasi, dan infrastruktur", 5, 3),
    ("Berkurangnya kesenjangan", 7, 3),
    ("Kota dan permukiman yang berkelanjutan", 7, 3),
    ("Konsumsi dan produksi yang bertanggung jawab", 8, 3),
    ("Penanganan perubahan iklim", 3, 2),
    ("Ekosistem lautan", 7, 3),
    ("Ekosistem daratan", 9, 3),
    ("Perdamaian, keadilan, dan kelembagaan yang tangguh", 10, 2),
    ("Kemitraan untuk mencapai tujuan", 19, 0),
];

/// The codes of the Sustainable Development Goals' targets. Their words are long; the goal's name stands for them.
pub fn sdg() -> Vec<LibraryIndicator> {
    let of_goal = |(goal, (name, numbers, letters)): (usize, &(&str, u8, u8))| {
        let numbers = (1..=*numbers).map(|number| number.to_string());
        let letters = (b'a'..b'a' + *letters).map(|letter| char::from(letter).to_string());
        let name = (*name).to_owned();
        let target = move |part: String| {
            let code = format!("{}.{part}", goal + 1);
            LibraryIndicator { name: format!("{name}: target {code}"), ..LibraryIndicator::bare(code) }
        };
        numbers.chain(letters).map(target).collect::<Vec<_>>()
    };
    GOALS.iter().enumerate().flat_map(of_goal).collect()
}

/// The outcomes that an instrument of the ministry asks of: the questions of its section of that name.
pub fn outcomes(instrument: &Instrument) -> Vec<LibraryIndicator> {
    let own = instrument.questions.iter().filter(|question| question.key.section == OUTCOME);
    let indicator = |question: &Question| LibraryIndicator {
        name: question.body.chars().take(NAME_MAX_CHARS).collect(),
        dimension: question.subindicator.clone(),
        ..LibraryIndicator::bare(question.key.code.chars().take(LIBRARY_CODE_MAX_CHARS).collect())
    };
    own.map(indicator).collect()
}

/// Whether only numbers are kept of the list of that name.
pub fn numbers_only(library: &str) -> bool {
    let name = library.trim().to_lowercase();
    name.starts_with("iso") && !name.chars().nth(3).is_some_and(char::is_alphabetic)
}

/// The column of the first of those names that is there.
fn column(sheet: &Sheet, names: &[&str]) -> Option<usize> {
    let at = |name: &str| sheet.head.iter().position(|head| head.trim().to_lowercase() == name);
    names.iter().find_map(|name| at(name))
}

fn cell(row: &SheetRow, at: Option<usize>) -> String {
    at.and_then(|at| row.cells.get(at)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
}

/// A cell of at most so many characters.
fn line(row: &SheetRow, at: Option<usize>, most: usize) -> Result<String, Refusal> {
    let text = cell(row, at);
    let fits = text.chars().count() <= most && !text.chars().any(char::is_control);
    if fits { Ok(text) } else { Err(at_line("plan.library.refused.cell", row.line).with("most", most.to_string())) }
}

/// Reads a list from CSV: a column with the code, and, where the list has them, name, unit, direction and dimension.
///
/// # Errors
/// What is wrong, and at which line. Nothing is half-read.
pub fn read(bytes: &[u8], library: &str) -> Result<Vec<LibraryIndicator>, Refusal> {
    let sheet = Sheet::read(bytes)?;
    let code_at = column(&sheet, &CODE)
        .ok_or_else(|| Refusal::new("plan.library.refused.no_code").with("names", CODE.join(", ")))?;
    let bare = numbers_only(library);
    let name_at = column(&sheet, &NAME).filter(|_| !bare);
    if name_at.is_none() && !bare {
        return Err(Refusal::new("plan.library.refused.no_name").with("names", NAME.join(", ")));
    }
    if sheet.rows.len() > LIBRARY_MAX_COUNT {
        return Err(Refusal::new("plan.library.refused.count").with("most", LIBRARY_MAX_COUNT.to_string()));
    }
    let [unit_at, direction_at, dimension_at] = [&UNIT[..], &DIRECTION, &DIMENSION].map(|names| column(&sheet, names));
    let mut seen = std::collections::BTreeMap::new();
    let mut read = Vec::new();
    for row in &sheet.rows {
        let code = line(row, Some(code_at), LIBRARY_CODE_MAX_CHARS)?;
        let name = line(row, name_at, NAME_MAX_CHARS)?;
        if code.is_empty() || (name.is_empty() && !bare) {
            return Err(at_line("plan.library.refused.empty", row.line));
        }
        if let Some(earlier) = seen.insert(code.clone(), row.line) {
            let refusal = at_line("plan.library.refused.twice", row.line).with("code", code);
            return Err(refusal.with("earlier", earlier.to_string()));
        }
        let said = cell(row, direction_at);
        let direction = Direction::read(&said)
            .ok_or_else(|| at_line("plan.library.refused.direction", row.line).with("text", said))?;
        let (unit, dimension) = (line(row, unit_at, UNIT_MAX_CHARS)?, line(row, dimension_at, LINE_MAX_CHARS)?);
        read.push(LibraryIndicator { code, name, unit, direction, dimension });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIST: &str = "kode_u4ssc,satuan,arah,nama_ringkas,dimensi_ri_usulan,inti_lanjutan\n\
        EC: 1C,%,+,Akses internet,Living,inti\nEN: 2C,ton,-,Gas rumah kaca,Environment,inti\nSC: 3,,0,Lain,,\n";

    #[test]
    fn a_list_is_read_by_the_names_of_its_columns() {
        let list = read(LIST.as_bytes(), "U4SSC").unwrap();
        let told: Vec<_> = list.iter().map(|one| (one.code.as_str(), one.direction, one.dimension.as_str())).collect();
        assert_eq!(
            told,
            [
                ("EC: 1C", Direction::More, "Living"),
                ("EN: 2C", Direction::Less, "Environment"),
                ("SC: 3", Direction::Unsaid, ""),
            ]
        );
        let chosen = list[1].as_indicator(Uuid::from_u128(1), "U4SSC");
        assert_eq!((chosen.counting, chosen.unit.as_str()), (Counting::Negative, "ton"));
        assert_eq!((chosen.name.as_str(), chosen.library.as_str()), ("Gas rumah kaca", "U4SSC EN: 2C"));
        assert_eq!(list[2].as_indicator(Uuid::nil(), "U4SSC").unit, NO_UNIT);
        assert!(list[0].is_asked("INTERNET") && list[0].is_asked("1c") && !list[0].is_asked("gas"));
    }

    #[test]
    fn of_an_iso_standard_only_the_numbers_of_clauses_are_kept() {
        let list = read(b"klausul,nama\n5.1,Words of the standard\n5.2,Others\n", "ISO 37122").unwrap();
        assert!(list.iter().all(|one| one.name.is_empty()));
        assert_eq!(list[0].as_indicator(Uuid::nil(), "ISO 37122").name, "ISO 37122 5.1");
        assert!(read(b"klausul\n5.1\n", "ISO 37120").is_ok());
        for (name, bare) in
            [("ISO 37120", true), ("iso37122", true), ("ISO", true), ("Isolasi", false), ("U4SSC", false)]
        {
            assert_eq!(numbers_only(name), bare, "{name}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_nothing_is_half_read() {
        let refused = |text: &str| read(text.as_bytes(), "Daftar").unwrap_err().key;
        assert_eq!(refused("nama\nA\n"), "plan.library.refused.no_code");
        assert_eq!(refused("kode\n1\n"), "plan.library.refused.no_name");
        assert_eq!(refused("kode,nama\n"), "plan.refused.sheet_empty");
        assert_eq!(refused("kode,nama\n1,A\n1,B\n"), "plan.library.refused.twice");
        assert_eq!(refused("kode,nama\n1,\n"), "plan.library.refused.empty");
        assert_eq!(refused("kode,nama,arah\n1,A,miring\n"), "plan.library.refused.direction");
        let long = format!("kode,nama\n{},A\n", "9".repeat(LIBRARY_CODE_MAX_CHARS + 1));
        assert_eq!(refused(&long), "plan.library.refused.cell");
        let many: String = (0..=LIBRARY_MAX_COUNT).map(|at| format!("{at},A\n")).collect();
        assert_eq!(refused(&format!("kode,nama\n{many}")), "plan.library.refused.count");
    }

    #[test]
    fn the_goals_have_the_targets_that_the_united_nations_agreed() {
        let all = sdg();
        assert_eq!(all.len(), 169);
        for code in ["1.1", "1.b", "11.7", "11.c", "16.10", "17.19"] {
            assert!(all.iter().any(|one| one.code == code), "{code}");
        }
        for code in ["1.6", "1.c", "17.a", "18.1"] {
            assert!(!all.iter().any(|one| one.code == code), "{code}");
        }
        assert_eq!(all[0].as_indicator(Uuid::nil(), SDG).library, "SDG 1.1");
    }

    #[test]
    fn the_outcomes_of_an_instrument_are_a_list() {
        let file = "bagian,bobot,indikator,subindikator,kode,pertanyaan\n\
            Baseline,50,Perencanaan,Payung hukum,1.1.1,Ada dasar hukum?\n\
            Outcome,50,Program,Kesejahteraan,3.10.2,IPM tahun terakhir\n";
        let list = outcomes(&crate::model::evaluation::instrument::read(file.as_bytes()).unwrap().instrument);
        let told: Vec<_> = list.iter().map(|one| (one.code.as_str(), one.name.as_str())).collect();
        assert_eq!(told, [("3.10.2", "IPM tahun terakhir")]);
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_be_chosen(
            rows in prop::collection::btree_map("[0-9.]{1,8}", "[a-zA-Z ]{1,20}", 1..20),
        ) {
            let text: String = rows.iter().map(|(code, name)| format!("{code},x{name}\n")).collect();
            let list = read(format!("kode,nama\n{text}").as_bytes(), "Daftar").unwrap();
            prop_assert_eq!(list.len(), rows.len());
            for one in list {
                let chosen = one.as_indicator(Uuid::nil(), "Daftar");
                prop_assert!(super::super::indicator::check(&chosen).is_ok());
                prop_assert!(!chosen.name.is_empty() && !chosen.unit.is_empty());
            }
        }
    }
}
