//! What fills the places of the three books, and the books themselves. Papers of the government are in Indonesian,
//! whatever the officer reads.

mod specimen;

use std::collections::BTreeMap;

use simpul_kernel::format::{self, Lang};
use simpul_kernel::{Refusal, Timestamp};
use simpul_office::letter::template::{Data, Template};
use simpul_office::letter::{Block, Letter, Paper};
use simpul_office::{Cell, Column};
use simpul_people::Snapshot;
use time::Date;
use uuid::Uuid;

use crate::model::body::{Body, Member};
use crate::model::book::{Book, refused};
use crate::model::budget::Fund;
use crate::model::commitment::Commitment;
use crate::model::framework::{Framework, TermKind};
use crate::model::{
    BudgetLine, Field, Indicator, Masterplan, Programme, ProgrammeKind, ProgrammeState, Quantity, Target,
};
use crate::papers;

/// What stands where nothing is known, so that the team sees what is missing.
const GAP: &str = "(belum diisi)";
/// Most years of a roadmap that fit beside each other.
const ROADMAP_YEARS_MAX_COUNT: usize = 12;

/// A programme with all that the books say of it.
#[derive(Debug, Clone)]
pub struct ProgrammeText {
    /// The programme.
    pub programme: Programme,
    /// The agency that answers for it, as it is shown.
    pub owner: String,
    /// Who takes part beside it, as they are shown.
    pub parties: Vec<String>,
    /// What is written of it.
    pub texts: Vec<(Field, String)>,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
    /// Their targets.
    pub targets: Vec<(Uuid, Target)>,
    /// Its budget lines.
    pub budget: Vec<BudgetLine>,
}

/// What the books say of a plan.
#[derive(Debug, Clone)]
pub struct BookFacts {
    /// The region as letters name it.
    pub region: String,
    /// The plan.
    pub plan: Masterplan,
    /// Its words.
    pub framework: Framework,
    /// The strategy of each dimension, by code.
    pub strategies: Vec<(String, String)>,
    /// Its programmes.
    pub programmes: Vec<ProgrammeText>,
    /// The bodies with their members.
    pub bodies: Vec<(Body, Vec<Member>)>,
    /// What was promised, with its day.
    pub commitments: Vec<(Commitment, Date)>,
    /// The day on which the book is made.
    pub today: Date,
}

/// A word of the catalogue in Indonesian.
pub type Word<'w> = &'w dyn Fn(&str) -> String;

fn years((from, to): (i64, i64)) -> String {
    if from == to { from.to_string() } else { format!("{from}–{to}") }
}

fn state_key(state: ProgrammeState) -> &'static str {
    match state {
        ProgrammeState::Planned => "plan.state.planned",
        ProgrammeState::Running => "plan.state.running",
        ProgrammeState::Done => "plan.state.done",
        ProgrammeState::Stopped => "plan.state.stopped",
    }
}

fn kind_key(kind: ProgrammeKind) -> &'static str {
    match kind {
        ProgrammeKind::Programme => "plan.kind.programme",
        ProgrammeKind::Action => "plan.kind.action",
        ProgrammeKind::QuickWin => "plan.kind.quick_win",
    }
}

impl ProgrammeText {
    fn text(&self, field: Field) -> String {
        self.texts.iter().find(|(known, _)| *known == field).map(|(_, body)| body.clone()).unwrap_or_default()
    }

    fn indicator(&self, one: &Indicator) -> Data {
        let amount = |value: Option<Quantity>| value.map(|value| value.local(",", ".")).unwrap_or_default();
        let last = self.targets.iter().filter(|(of, _)| *of == one.id).map(|(_, target)| target);
        let last = last.max_by_key(|target| (target.year, target.part.months()));
        Data::default()
            .value("nama", one.name.clone())
            .value("satuan", one.unit.clone())
            .value("definisi", one.definition.clone())
            .value("dasar", amount(one.baseline))
            .value(
                "target",
                last.map(|target| format!("{} ({})", amount(Some(target.amount)), target.year)).unwrap_or_default(),
            )
    }

    fn data(&self, facts: &BookFacts, word: Word<'_>) -> Data {
        let one = &self.programme;
        let dimension = facts.framework.term(TermKind::Dimension, &one.dimension);
        let aspect = |field: &Field| {
            Data::default().value("nama", word(&format!("plan.field.{}", field.name()))).value("isi", self.text(*field))
        };
        let data = Data::default()
            .value("kode", one.code.clone())
            .value("nama", one.name.clone())
            .value("ringkasan", one.summary.clone())
            .value("jenis", word(kind_key(one.kind)))
            .value("dimensi", dimension.map(|term| term.name_id.clone()).unwrap_or_default())
            .value("penanggung_jawab", self.owner.clone())
            .value("pihak", self.parties.join("; "))
            .value("tahun", years(one.years))
            .value("status", word(state_key(one.state)))
            .list("aspek", Field::aspects().iter().map(aspect).collect())
            .list("indikator", self.indicators.iter().map(|one| self.indicator(one)).collect());
        PLACES.iter().fold(data, |data, (place, field)| data.value(place, self.text(*field)))
    }
}

/// What is written of a programme, by the name of its place.
const PLACES: [(&str, Field); 9] = [
    ("masalah", Field::Problem),
    ("acuan_rpjmd", Field::Reference),
    ("lokasi", Field::Location),
    ("penerima", Field::Beneficiaries),
    ("produk", Field::Product),
    ("risiko", Field::Risk),
    ("mitigasi", Field::Mitigation),
    ("keberlanjutan", Field::Sustainability),
    ("manfaat", Field::Benefit),
];

impl BookFacts {
    fn of_kind(&self, is_quick_win: bool) -> impl Iterator<Item = &ProgrammeText> {
        self.programmes.iter().filter(move |one| (one.programme.kind == ProgrammeKind::QuickWin) == is_quick_win)
    }

    fn dimension(&self, code: &str, name: &str, word: Word<'_>) -> Data {
        let own = || self.programmes.iter().filter(|one| one.programme.dimension == code);
        let strategy = self.strategies.iter().find(|(of, _)| of == code).map(|(_, body)| body.clone());
        let parts = self.framework.parts(code).map(|part| Data::default().value("nama", part.name_id.clone()));
        Data::default()
            .value("nama", name)
            .value("strategi", strategy.unwrap_or_default())
            .value("jumlah", own().count().to_string())
            .list("subdimensi", parts.collect())
            .list("program", own().map(|one| one.data(self, word)).collect())
    }

    /// The agencies that answer for something, with how much.
    fn owners(&self) -> Vec<Data> {
        let mut owners: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for one in self.programmes.iter().filter(|one| !one.owner.is_empty()) {
            let at = usize::from(one.programme.kind == ProgrammeKind::QuickWin);
            owners.entry(&one.owner).or_default()[at] += 1;
        }
        let row = |(name, [programmes, quick_wins]): (&str, [usize; 2])| {
            Data::default()
                .value("nama", name)
                .value("jumlah_program", programmes.to_string())
                .value("jumlah_quick_win", quick_wins.to_string())
        };
        owners.into_iter().map(row).collect()
    }

    fn body((body, members): &(Body, Vec<Member>), word: Word<'_>) -> Data {
        let member = |one: &Member| {
            Data::default()
                .value("nama", one.name.clone())
                .value("kedudukan", one.post.clone())
                .value("asal", one.organisation.clone())
        };
        Data::default()
            .value("nama", body.name.clone())
            .value("jenis", word(body.kind.key()))
            .value("keputusan", body.decree_number.clone())
            .list("anggota", members.iter().map(member).collect())
    }

    fn commitment((one, due): &(Commitment, Date), word: Word<'_>) -> Data {
        Data::default()
            .value("nomor", one.shown())
            .value("judul", one.terms.title.clone())
            .value("pihak", one.terms.party.clone())
            .value("isi", one.terms.promise.clone())
            .value("batas", format::day_medium(Lang::Id, *due))
            .value("status", word(one.state.key()))
    }

    /// Money by year and by where it comes from.
    fn money(&self, word: Word<'_>) -> Vec<Block> {
        let mut sums: BTreeMap<(i64, &str), (Fund, i64)> = BTreeMap::new();
        for line in self.programmes.iter().flat_map(|one| &one.budget) {
            let sum = &mut sums.entry((line.year, line.fund.name())).or_insert((line.fund, 0)).1;
            *sum = sum.saturating_add(line.ceiling_now());
        }
        if sums.is_empty() {
            return vec![Block::words(GAP)];
        }
        let column = |name: &str, share, right| Column { name: name.to_owned(), share, right };
        let row = |((year, name), (fund, sum)): ((i64, &str), (Fund, i64))| {
            let part = if fund.is_apbd() { "APBD" } else { "di luar APBD" };
            let words = [year.to_string(), word(&format!("plan.fund.{name}")), part.to_owned()];
            words.into_iter().map(Cell::text).chain([Cell::text(format::rupiah(Lang::Id, sum))]).collect()
        };
        vec![Block::Table {
            columns: vec![
                column("Tahun", 1, false),
                column("Sumber", 2, false),
                column("Bagian", 2, false),
                column("Pagu", 2, true),
            ],
            rows: sums.into_iter().map(row).collect(),
            row_height_mm: 0,
        }]
    }

    /// Dimensions down, years across; a cell names what runs then.
    fn roadmap(&self) -> Vec<Block> {
        let (from, to) = self.plan.years;
        let all: Vec<i64> = (from..=to).take(ROADMAP_YEARS_MAX_COUNT).collect();
        let cell = |code: &str, year: i64| {
            let runs = |one: &&ProgrammeText| {
                let (first, last) = one.programme.years;
                one.programme.dimension == code && (first..=last).contains(&year)
            };
            let names: Vec<&str> = self.programmes.iter().filter(runs).map(|one| one.programme.code.as_str()).collect();
            Cell::text(if names.is_empty() { "–".to_owned() } else { names.join(", ") })
        };
        let row = |term: &crate::model::Term| {
            let name = Cell::text(term.name_id.clone());
            std::iter::once(name).chain(all.iter().map(|year| cell(&term.code, *year))).collect()
        };
        let head = Column { name: "Dimensi".to_owned(), share: 2, right: false };
        let columns = all.iter().map(|year| Column { name: year.to_string(), share: 2, right: false });
        vec![Block::Table {
            columns: std::iter::once(head).chain(columns).collect(),
            rows: self.framework.of(TermKind::Dimension).map(row).collect(),
            row_height_mm: 0,
        }]
    }

    /// What fills the places of a book.
    pub fn data(&self, word: Word<'_>) -> Data {
        let count = |many: usize| many.to_string();
        let dimensions: Vec<_> = self.framework.of(TermKind::Dimension).collect();
        let programmes = |is_quick_win| self.of_kind(is_quick_win).map(|one| one.data(self, word)).collect::<Vec<_>>();
        Data::default()
            .value("daerah", self.region.clone())
            .value("pemerintah", format!("Pemerintah {}", self.region))
            .value("rencana", self.plan.name.clone())
            .value("edisi", self.plan.edition.clone())
            .value("kerangka", self.framework.name.clone())
            .value("visi", self.plan.vision.clone())
            .value("dasar_hukum", self.plan.legal_basis.clone())
            .value("tahun_awal", self.plan.years.0.to_string())
            .value("tahun_akhir", self.plan.years.1.to_string())
            .value("tanggal", format::day_medium(Lang::Id, self.today))
            .value("jumlah_dimensi", count(dimensions.len()))
            .value("jumlah_program", count(self.of_kind(false).count()))
            .value("jumlah_quick_win", count(self.of_kind(true).count()))
            .list("dimensi", dimensions.iter().map(|term| self.dimension(&term.code, &term.name_id, word)).collect())
            .list("program", programmes(false))
            .list("quick_win", programmes(true))
            .list("perangkat", self.owners())
            .list("badan", self.bodies.iter().map(|one| BookFacts::body(one, word)).collect())
            .list("komitmen", self.commitments.iter().map(|one| BookFacts::commitment(one, word)).collect())
            .part("pembiayaan", self.money(word))
            .part("peta_jalan", self.roadmap())
    }
}

/// Refuses a text with a place that nothing fills: it is tried on a plan that has one of everything.
///
/// # Errors
/// The first such place, with the names that are known.
pub fn check_places(text: &str) -> Result<(), Refusal> {
    let template = Template::parse(text).map_err(|faults| refused(&faults))?;
    let data = specimen::facts().data(&str::to_owned);
    template.fill(&data, GAP).map(drop).map_err(|faults| refused(&faults))
}

/// The places that a text of a book may have, each with the repetitions that it stands in.
pub fn places() -> Vec<(String, Vec<String>)> {
    specimen::facts().data(&str::to_owned).places()
}

/// A book about to be written.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Which one.
    pub book: Book,
    /// The region with its agencies, for the letterhead.
    pub place: &'a Snapshot,
    /// What marks a sample.
    pub mark: Option<&'a str>,
    /// When.
    pub now: Timestamp,
}

/// The book, filled.
///
/// # Errors
/// What is wrong with the text.
pub fn write(order: Order<'_>, text: &str, facts: &BookFacts, word: Word<'_>) -> Result<Letter, Refusal> {
    let template = Template::parse(text).map_err(|faults| refused(&faults))?;
    let filled = template.fill(&facts.data(word), GAP).map_err(|faults| refused(&faults))?;
    let under = format!("{}, {}", facts.plan.name, years(facts.plan.years));
    let mut blocks = vec![
        papers::letterhead(order.place),
        Block::Title { text: order.book.title().to_owned(), under },
        Block::PageBreak,
    ];
    blocks.extend(filled);
    Ok(Letter {
        title: order.book.title().to_owned(),
        lang: Lang::Id,
        made_at: order.now,
        paper: Paper::Upright,
        mark: order.mark.map(str::to_owned),
        footer: format!("{} – {}", facts.region, format::day_medium(Lang::Id, facts.today)),
        blocks,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(key: &str) -> String {
        key.to_owned()
    }

    fn words(blocks: &[Block]) -> String {
        format!("{blocks:?}")
    }

    fn filled(text: &str, facts: &BookFacts) -> Vec<Block> {
        Template::parse(text).unwrap().fill(&facts.data(&plain), GAP).unwrap()
    }

    #[test]
    fn every_place_of_the_shipped_texts_is_filled() {
        for book in Book::ALL {
            assert_eq!(check_places(book.shipped()), Ok(()), "{}", book.name());
        }
    }

    #[test]
    fn a_place_that_nothing_fills_is_refused_also_within_a_list() {
        for text in [
            "{{deerah}}",
            "{{#program}}\n{{nma}}\n{{/program}}",
            "{{#dimensi}}\n{{#subdimensi}}\n{{kode}}\n{{/subdimensi}}\n{{/dimensi}}",
        ] {
            let refusal = check_places(text).unwrap_err();
            assert_eq!((refusal.key, refusal.field), ("office.template.unknown", Some("body")), "{text}");
        }
    }

    #[test]
    fn a_dimension_holds_its_own_programmes_only_and_what_is_missing_is_marked() {
        let mut facts = specimen::facts();
        facts.programmes[0].programme.name = "Sungai".into();
        facts.programmes[1].programme.name = "Lampu".into();
        facts.programmes[1].programme.dimension = "lain".into();
        facts.programmes[1].texts = vec![(Field::Risk, "Kabel hilang".into())];
        let text = "{{#dimensi}}\n{{#program}}\n{{nama}}: {{risiko}}\n{{/program}}\n{{/dimensi}}\n";
        assert_eq!(filled(text, &facts), [Block::words(format!("Sungai: {GAP}"))]);
        let quick_wins = filled("{{#quick_win}}\n{{nama}}: {{risiko}}\n{{/quick_win}}\n", &facts);
        assert_eq!(quick_wins, [Block::words("Lampu: Kabel hilang")]);
        assert_eq!(filled("{{jumlah_program}} {{jumlah_quick_win}}", &facts), [Block::words("1 1")]);
    }

    #[test]
    fn the_last_target_of_an_indicator_stands_with_its_year() {
        use crate::model::PartOfYear;
        let mut facts = specimen::facts();
        let target = |year, amount| Target { year, part: PartOfYear::YEAR, amount: Quantity::whole(amount) };
        facts.programmes[0].targets =
            vec![(Uuid::nil(), target(2027, 1_500)), (Uuid::nil(), target(2026, 9)), (Uuid::max(), target(2030, 1))];
        let told = filled("{{#program}}\n{{#indikator}}\n{{target}}\n{{/indikator}}\n{{/program}}\n", &facts);
        assert_eq!(told, [Block::words("1.500 (2027)")]);
    }

    fn line(year: i64, fund: Fund, ceiling: i64) -> BudgetLine {
        BudgetLine {
            id: Uuid::nil(),
            programme: Uuid::nil(),
            year,
            code: String::new(),
            edition: String::new(),
            name: String::new(),
            fund,
            stage: crate::model::Stage::Dpa,
            ceiling,
            ceiling_changed: None,
            officer_in_charge: String::new(),
            realised: Vec::new(),
        }
    }

    #[test]
    fn a_sample_is_marked_and_a_year_names_what_runs_in_it() {
        let mut facts = specimen::facts();
        facts.programmes[0].programme.code = "P-1".into();
        facts.plan.years = (2025, 2027);
        let Block::Table { rows, .. } = &facts.roadmap()[0] else { panic!() };
        let told: Vec<&str> = rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(told, ["a", "–", "P-1, ", "–"]);
        assert!(words(&facts.money(&plain)).contains(GAP), "without money the gap shows");
    }

    proptest! {
        #[test]
        fn the_money_of_a_book_is_all_of_it(
            lines in prop::collection::vec((2025i64..2028, 0usize..4, 0i64..1_000_000_000_000), 1..20),
        ) {
            let mut facts = specimen::facts();
            for (at, (year, fund, ceiling)) in lines.iter().enumerate() {
                facts.programmes[at % 2].budget.push(line(*year, Fund::ALL[*fund], *ceiling));
            }
            let blocks = facts.money(&plain);
            let Block::Table { rows, .. } = &blocks[0] else { panic!() };
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let sum: i64 = rows.iter().map(|row| digits(&row[3].text).parse::<i64>().unwrap()).sum();
            prop_assert_eq!(sum, lines.iter().map(|(.., ceiling)| ceiling).sum::<i64>());
        }
    }
}
