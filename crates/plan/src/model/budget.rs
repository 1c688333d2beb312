//! Budget lines by their code, and the money that they stand for.

use simpul_kernel::Refusal;
use simpul_kernel::format::{self, Lang};
use uuid::Uuid;

use super::framework::names;
use super::indicator::changes;

/// Longest code of a budget line, in characters.
pub const BUDGET_CODE_MAX_CHARS: usize = 40;
/// Most rupiah of one line: a hundred thousand billion.
pub const RUPIAH_MAX: i64 = 100_000_000_000_000;
/// Parts of a code: urusan, bidang urusan, program, kegiatan (two parts), subkegiatan.
const PARTS_MAX_COUNT: usize = 6;

names! {
    /// Where the money comes from.
    Fund {
        /// Pendapatan asli daerah.
        Pad = "pad",
        /// Dana alokasi umum.
        Dau = "dau",
        /// Dana alokasi khusus.
        Dak = "dak",
        /// Dana bagi hasil.
        Dbh = "dbh",
        /// Anggaran pendapatan dan belanja negara.
        Apbn = "apbn",
        /// The province's budget.
        Province = "province",
        /// A company's duty to society.
        Csr = "csr",
        /// A grant.
        Grant = "grant",
        /// Work or goods in place of money.
        InKind = "in_kind",
        /// Anything else.
        Other = "other",
    }
}

impl Fund {
    /// Whether it is the regency's own budget (APBD), transfers from the state within it included.
    pub fn is_apbd(self) -> bool {
        matches!(self, Fund::Pad | Fund::Dau | Fund::Dak | Fund::Dbh)
    }
}

names! {
    /// The document that a line stands in, in the order of the budget's year.
    Stage {
        /// Rencana Kerja Pemerintah Daerah.
        Rkpd = "rkpd",
        /// Rencana Kerja dan Anggaran.
        Rka = "rka",
        /// Dokumen Pelaksanaan Anggaran.
        Dpa = "dpa",
        /// Its change within the year.
        Dppa = "dppa",
    }
}

/// A budget line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetLine {
    /// Id.
    pub id: Uuid,
    /// The programme that it pays for.
    pub programme: Uuid,
    /// Year.
    pub year: i64,
    /// Its code as [`budget_code`] writes it.
    pub code: String,
    /// The edition of the nomenclature that the code belongs to.
    pub edition: String,
    /// What it is called there.
    pub name: String,
    /// Where the money comes from.
    pub fund: Fund,
    /// The document that it stands in.
    pub stage: Stage,
    /// Rupiah, as first set.
    pub ceiling: i64,
    /// Rupiah after the change within the year.
    pub ceiling_changed: Option<i64>,
    /// Who answers for it (PPTK): an office, never a person's name on public pages.
    pub officer_in_charge: String,
    /// Rupiah spent by month, 1 to 12.
    pub realised: Vec<(i64, i64)>,
}

impl BudgetLine {
    /// The ceiling that counts.
    pub fn ceiling_now(&self) -> i64 {
        self.ceiling_changed.unwrap_or(self.ceiling)
    }

    /// Rupiah spent up to the end of a month.
    pub fn spent_until(&self, month: i64) -> i64 {
        self.realised.iter().filter(|(of, _)| *of <= month).map(|(_, amount)| *amount).sum()
    }
}

impl BudgetLine {
    /// What of it is other in `now` but for what was spent, as the change log tells it: what, before → after.
    pub fn changes(&self, now: &BudgetLine) -> Vec<String> {
        changes([
            ("tahun", [self, now].map(|one| one.year.to_string())),
            ("kode", [self, now].map(|one| one.code.clone())),
            ("edisi", [self, now].map(|one| one.edition.clone())),
            ("nama", [self, now].map(|one| one.name.clone())),
            ("sumber dana", [self, now].map(|one| one.fund.name().to_uppercase())),
            ("tahap", [self, now].map(|one| one.stage.name().to_uppercase())),
            ("pagu", [self, now].map(|one| rupiah_text(one.ceiling))),
            ("pagu perubahan", [self, now].map(|one| one.ceiling_changed.map(rupiah_text).unwrap_or_default())),
            ("PPTK", [self, now].map(|one| one.officer_in_charge.clone())),
        ])
    }
}

/// Rupiah as papers write them.
pub fn rupiah_text(amount: i64) -> String {
    format::rupiah(Lang::Id, amount)
}

/// A code as the nomenclature writes it, and whether it had to be put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetCode {
    /// `2.16.03.2.02.0005`.
    pub code: String,
    /// Whether what was typed was spelt otherwise.
    pub mended: bool,
}

/// Reads a code of urusan.bidang.program.kegiatan.subkegiatan: `2.16.3.2.02.5`, `2-16-03-2.02-0005` and
/// `2.16.03.2.02.0005` are one code. The nomenclature writes the kegiatan in two parts (Permendagri 90/2019 and the
/// decrees that follow it).
///
/// # Errors
/// `plan.refused.budget_code` with what was typed.
pub fn budget_code(text: &str) -> Result<BudgetCode, Refusal> {
    let wrong = || {
        let shown: String = text.chars().take(BUDGET_CODE_MAX_CHARS).collect();
        Refusal::field("code", "plan.refused.budget_code").with("text", shown)
    };
    let bare: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| if "-_/,".contains(c) { '.' } else { c }).collect();
    let bare = bare.trim_matches('.');
    let parts: Vec<&str> = bare.split('.').collect();
    let digits = |part: &&str| !part.is_empty() && part.len() <= 4 && part.chars().all(|c| c.is_ascii_digit());
    if !(2..=PARTS_MAX_COUNT).contains(&parts.len()) || !parts.iter().all(digits) {
        return Err(wrong());
    }
    let widths = [1, 2, 2, 1, 2, 4];
    let padded = |(place, part): (usize, &&str)| -> Option<String> {
        let number: u32 = part.parse().ok()?;
        let width = *widths.get(place)?;
        let text = format!("{number:0width$}");
        (text.len() == width).then_some(text)
    };
    let parts: Option<Vec<String>> = parts.iter().enumerate().map(padded).collect();
    let code = parts.ok_or_else(wrong)?.join(".");
    Ok(BudgetCode { mended: code != text, code })
}

/// Rupiah as a person types them: `Rp 340.000.000`, `340000000`, `340.000.000,00`.
///
/// # Errors
/// `plan.refused.rupiah` with what was typed.
pub fn rupiah(text: &str) -> Result<i64, Refusal> {
    let wrong = || {
        let shown: String = text.chars().take(BUDGET_CODE_MAX_CHARS).collect();
        Refusal::new("plan.refused.rupiah").with("text", shown)
    };
    let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = bare.strip_prefix("Rp.").or(bare.strip_prefix("Rp")).or(bare.strip_prefix("rp")).unwrap_or(&bare);
    let bare = bare.strip_suffix(",00").or(bare.strip_suffix(",-")).unwrap_or(bare);
    let groups: Vec<&str> = bare.split('.').collect();
    let grouped = groups.iter().skip(1).all(|group| group.len() == 3);
    let joined = groups.concat();
    if !grouped || joined.is_empty() || !joined.chars().all(|c| c.is_ascii_digit()) {
        return Err(wrong());
    }
    joined.parse().ok().filter(|amount| *amount <= RUPIAH_MAX).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_code_in_every_spelling() {
        for text in ["2.16.3.2.2.5", "2-16-03-2.02-0005", " 2.16.03.2.02.0005 ", "2.16.03.2.02.0005."] {
            let read = budget_code(text).unwrap();
            assert_eq!((read.code.as_str(), read.mended), ("2.16.03.2.02.0005", true), "{text}");
        }
        assert!(!budget_code("2.16.03.2.02.0005").unwrap().mended);
        assert_eq!(budget_code("2.16.03").unwrap().code, "2.16.03");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "2", "2.16.x", "22.16.03", "2.16.03.2.02.0005.1", "2..16", "2.99999"] {
            assert!(budget_code(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rupiah_are_read_as_they_are_written() {
        for (text, amount) in [("Rp 340.000.000", 340_000_000), ("340000000", 340_000_000), ("340.000,00", 340_000)] {
            assert_eq!(rupiah(text), Ok(amount), "{text}");
        }
        for text in ["", "Rp", "-5", "3.40", "1,5", "999999999999999999"] {
            assert!(rupiah(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_code_that_was_read_reads_as_itself(text in "[0-9.\\- ]{0,30}") {
            if let Ok(read) = budget_code(&text) {
                let again = budget_code(&read.code).unwrap();
                prop_assert_eq!(&again.code, &read.code);
                prop_assert!(!again.mended);
            }
        }

        #[test]
        fn what_is_typed_never_panics(text in ".{0,50}") {
            let _ = (budget_code(&text), rupiah(&text));
        }
    }
}
