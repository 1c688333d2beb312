//! Agencies: bodies that can own work.

use serde::{Deserialize, Serialize};
use simpul_kernel::{Refusal, limits};
use uuid::Uuid;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, outside $outside:literal),+ $(,)?) => {
        /// What kind of body an agency is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum AgencyKind {
            $($(#[$doc])* $variant,)+
        }

        impl AgencyKind {
            /// Every kind, in the order in which screens list them.
            pub const ALL: &'static [AgencyKind] = &[$(AgencyKind::$variant),+];

            /// The name in tables and files.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(AgencyKind::$variant => $name,)+
                }
            }

            /// Whether such a body stands outside the regency's government: it receives work by letter or call.
            pub fn is_outside(self) -> bool {
                match self {
                    $(AgencyKind::$variant => $outside,)+
                }
            }
        }
    };
}

kinds! {
    /// Sekretariat.
    Sekretariat = "sekretariat", outside false,
    /// Inspektorat.
    Inspektorat = "inspektorat", outside false,
    /// Dinas.
    Dinas = "dinas", outside false,
    /// Badan.
    Badan = "badan", outside false,
    /// Satuan, such as Satpol PP.
    Satuan = "satuan", outside false,
    /// Kecamatan.
    Kecamatan = "kecamatan", outside false,
    /// Kelurahan, an office of the regency.
    Kelurahan = "kelurahan", outside false,
    /// Rumah sakit umum daerah.
    Rsud = "rsud", outside false,
    /// A unit of another agency (UPT, PSC 119).
    Unit = "unit", outside false,
    /// Pemerintah desa: governs itself.
    Desa = "desa", outside true,
    /// A body of the central government in the regency (instansi vertikal).
    Vertikal = "vertikal", outside true,
    /// A body of the province.
    Provinsi = "provinsi", outside true,
    /// Badan usaha milik daerah.
    Bumd = "bumd", outside true,
    /// Badan usaha milik negara.
    Bumn = "bumn", outside true,
    /// A partner outside government.
    Mitra = "mitra", outside true,
    /// Anything else.
    Lain = "lain", outside false,
}

impl AgencyKind {
    /// Reads the name, or a longer way to say it, as in `instansi vertikal`, `dinas provinsi`, `unit dinkes`.
    pub fn parse(text: &str) -> Option<AgencyKind> {
        let text = text.trim().to_lowercase();
        if let Some(kind) = AgencyKind::ALL.iter().copied().find(|kind| kind.as_str() == text) {
            return Some(kind);
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            ["instansi", "vertikal"] => Some(AgencyKind::Vertikal),
            [_, "provinsi"] => Some(AgencyKind::Provinsi),
            ["unit" | "upt" | "upte" | "uptd", ..] => Some(AgencyKind::Unit),
            ["pemerintah", "desa"] => Some(AgencyKind::Desa),
            ["rumah", "sakit", ..] => Some(AgencyKind::Rsud),
            _ => None,
        }
    }
}

/// A body that can own work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Id.
    pub id: Uuid,
    /// Short name, unique in the region whatever its case: `Dishub`.
    pub short: String,
    /// Full name.
    pub name: String,
    /// What kind of body.
    pub kind: AgencyKind,
    /// Whether it stands outside the regency's government.
    pub outside: bool,
    /// The agency that it is a part of.
    pub parent: Option<Uuid>,
    /// The district that it is the office of.
    pub district: Option<i64>,
    /// What it is there for, for whoever assigns work.
    pub duties: String,
    /// How the public reaches it.
    pub contact: String,
    /// Whether it can be given work.
    pub active: bool,
}

/// An agency as a form or a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgency {
    /// Short name.
    pub short: String,
    /// Full name.
    pub name: String,
    /// What kind of body.
    pub kind: AgencyKind,
    /// Whether it stands outside the regency's government.
    pub outside: bool,
    /// The agency that it is a part of.
    pub parent: Option<Uuid>,
    /// The district that it is the office of.
    pub district: Option<i64>,
    /// What it is there for.
    pub duties: String,
    /// How the public reaches it.
    pub contact: String,
    /// Whether it can be given work.
    pub active: bool,
}

impl NewAgency {
    /// An active agency of a kind, with the rest left empty.
    pub fn new(short: &str, name: &str, kind: AgencyKind) -> NewAgency {
        NewAgency {
            short: short.to_owned(),
            name: name.to_owned(),
            kind,
            outside: kind.is_outside(),
            parent: None,
            district: None,
            duties: String::new(),
            contact: String::new(),
            active: true,
        }
    }

    /// The same with its lines in their stored form.
    ///
    /// # Errors
    /// A refusal that names the field.
    pub fn check(&self) -> Result<NewAgency, Refusal> {
        let short = super::line("short", &self.short, 40)?;
        let name = super::line("name", &self.name, limits::LINE_MAX_CHARS)?;
        if short.is_empty() {
            return Err(Refusal::field("short", "people.refused.short_missing"));
        }
        if name.is_empty() {
            return Err(Refusal::field("name", "people.refused.name_missing"));
        }
        let duties = super::line("duties", &self.duties, 2 * limits::LINE_MAX_CHARS)?;
        let contact = super::line("contact", &self.contact, limits::LINE_MAX_CHARS)?;
        Ok(NewAgency { short, name, duties, contact, ..self.clone() })
    }
}

/// The form by which short names are compared.
pub fn short_key(short: &str) -> String {
    short.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Reads agencies from a file with the columns `short_name,name,kind,duties` and, if wanted, `outside` and `contact`.
/// Answers the agencies with their lines, and the refused lines with the reason.
pub fn read_csv(text: &str) -> (Vec<(u64, NewAgency)>, Vec<super::RefusedRow>) {
    let (mut agencies, mut refused) = (Vec::new(), Vec::new());
    let table = match super::table::Table::read(text) {
        Ok(table) => table,
        Err(reason) => return (agencies, vec![super::RefusedRow { line: 1, reason }]),
    };
    if let Some(missing) = table.missing(&["short_name", "name", "kind"]) {
        refused.push(super::RefusedRow { line: 1, reason: format!("column {missing} is missing") });
        return (agencies, refused);
    }
    for row in table.rows {
        match row
            .and_then(|row| agency_of_row(&row).map(|agency| (row.line, agency)).map_err(|reason| (row.line, reason)))
        {
            Ok(agency) => agencies.push(agency),
            Err((line, reason)) => refused.push(super::RefusedRow { line, reason }),
        }
    }
    (agencies, refused)
}

fn agency_of_row(row: &super::table::TableRow) -> Result<NewAgency, String> {
    let kind_text = row.get("kind");
    let kind = AgencyKind::parse(kind_text).ok_or_else(|| format!("unknown kind {kind_text:?}"))?;
    let outside = match row.get("outside").to_lowercase().as_str() {
        "" => kind.is_outside(),
        "true" | "ya" | "1" => true,
        "false" | "tidak" | "0" => false,
        other => return Err(format!("outside is neither true nor false: {other:?}")),
    };
    let new = NewAgency {
        outside,
        duties: row.get("duties").to_owned(),
        contact: row.get("contact").to_owned(),
        ..NewAgency::new(row.get("short_name"), row.get("name"), kind)
    };
    new.check().map_err(|refusal| refusal.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_of_the_demo_are_known() {
        for (text, kind) in [
            ("dinas", AgencyKind::Dinas),
            ("instansi vertikal", AgencyKind::Vertikal),
            ("dinas provinsi", AgencyKind::Provinsi),
            ("unit dinkes", AgencyKind::Unit),
            ("bumn", AgencyKind::Bumn),
        ] {
            assert_eq!(AgencyKind::parse(text), Some(kind));
        }
        assert_eq!(AgencyKind::parse("kerajaan"), None);
    }

    #[test]
    fn every_kind_reads_what_it_writes() {
        for kind in AgencyKind::ALL {
            assert_eq!(AgencyKind::parse(kind.as_str()), Some(*kind));
        }
    }

    #[test]
    fn a_refused_line_says_which_and_why() {
        let text = "short_name,name,kind,duties\nDishub,Dinas Perhubungan,dinas,\"Rambu, marka\"\n\
            X,Kerajaan,kerajaan,\n,Tanpa,dinas,\n";
        let (agencies, refused) = read_csv(text);
        assert_eq!(agencies.len(), 1);
        assert_eq!(agencies[0].1.duties, "Rambu, marka");
        assert_eq!(refused.iter().map(|r| r.line).collect::<Vec<_>>(), [3, 4]);
        assert!(refused[0].reason.contains("kerajaan"));
    }

    #[test]
    fn corpus_agencies() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/agencies");
        for file in std::fs::read_dir(folder).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let (agencies, refused) = read_csv(&String::from_utf8_lossy(&bytes));
            assert!(!agencies.is_empty() || !refused.is_empty());
        }
    }

    #[test]
    fn a_file_without_its_columns_is_refused_at_its_head() {
        let (agencies, refused) = read_csv("nama\nDishub\n");
        assert!(agencies.is_empty());
        assert_eq!(refused[0].line, 1);
    }
}
