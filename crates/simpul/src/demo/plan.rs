//! The demo's masterplan: real quick wins by their name, agency and scope, with invented progress in them.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Ctx, Grant, Role};
use simpul_plan::actions::{
    AddParty, AddProgramme, ChangeProgramme, CheckProgress, ImportDrafts, MoveProgramme, OpenPeriods, PlanHead,
    ProgrammeHead, PutInForce, SaveBudget, SaveIndicator, SetTargets, StartPlan, WriteProgress,
};
use simpul_plan::file::read_file;
use simpul_plan::model::draft::agency_names;
use simpul_plan::model::period::{OPENS_BEFORE_MAX_DAYS, PeriodDays, newest_due};
use simpul_plan::model::progress::Step;
use simpul_plan::model::{
    BudgetLine, Counting, Field, Fund, Indicator, Part, PartOfYear, Period, PeriodKind, Programme, ProgrammeKind,
    ProgrammeState, Quantity, Stage as BudgetStage, Trace, Written,
};
use simpul_plan::sql;
use simpul_store::Action;
use uuid::Uuid;

use super::stage::Stage;
use crate::failure::Failure;
use crate::messages::sentence;

/// What is invented of one quick win.
struct Story {
    /// What its name begins with.
    begins: &'static str,
    /// The agency where the source names none.
    agency: &'static str,
    state: ProgrammeState,
    indicator: &'static str,
    unit: &'static str,
    counting: Counting,
    baseline: i64,
    target: i64,
    /// One value a quarter; none where nothing is reported.
    values: [Option<i64>; 4],
    sentence: &'static str,
    obstacle: &'static str,
    next_step: &'static str,
    decision: &'static str,
    aspects: &'static [(Field, &'static str)],
    ceiling: i64,
    /// Thousandths of the ceiling that are spent by the end of each quarter.
    spent: [i64; 4],
}

/// The quick win whose use is counted by the system.
const LAMPS: &str = "Penambahan penerangan";

const STORIES: &[Story] = &[
    Story {
        begins: "Pembenahan tugu",
        agency: "",
        state: ProgrammeState::Running,
        indicator: "Tugu batas kota yang selesai dibenahi",
        unit: "tugu",
        counting: Counting::ProgressPositive,
        baseline: 0,
        target: 4,
        values: [Some(1), Some(2), Some(3), Some(4)],
        sentence: "Tugu dibenahi satu per satu; yang di batas utara sudah dicat dan diberi lampu.",
        obstacle: "",
        next_step: "Membenahi tugu berikutnya setelah musim hujan.",
        decision: "",
        aspects: &[
            (Field::Benefit, "Pengunjung tahu kapan mereka masuk kota (contoh)."),
            (Field::Partnership, "Pemerintah kelurahan ikut merawat tanaman (contoh)."),
            (Field::Risk, "Vandalisme (contoh)."),
            (Field::Mitigation, "Lampu dan ronda warga (contoh)."),
        ],
        ceiling: 240_000_000,
        spent: [200, 450, 700, 950],
    },
    Story {
        begins: LAMPS,
        agency: "",
        state: ProgrammeState::Running,
        indicator: "Titik lampu hias yang menyala",
        unit: "titik",
        counting: Counting::ProgressPositive,
        baseline: 60,
        target: 300,
        values: [Some(90), Some(140), Some(150), Some(170)],
        sentence: "Pemasangan berhenti di simpang pasar karena kabel tanah belum datang.",
        obstacle: "Kabel tanah terlambat dua bulan.",
        next_step: "Memasang tiang di ruas tugu sampai taman.",
        decision: "Boleh memakai sisa pagu pemeliharaan untuk kabel?",
        aspects: &[
            (Field::Formulation, "Dirumuskan dalam musrenbang kecamatan (contoh)."),
            (Field::Attraction, "Ruas tugu selamat datang terang sampai malam (contoh)."),
            (Field::Benefit, "Warga berani lewat pada malam hari (contoh)."),
            (Field::Resources, "Tim lampu tiga orang, satu truk tangga (contoh)."),
        ],
        ceiling: 480_000_000,
        spent: [60, 180, 220, 300],
    },
    Story {
        begins: "Penataan Sungai",
        agency: "",
        state: ProgrammeState::Running,
        indicator: "Panjang bantaran yang tertata",
        unit: "meter",
        counting: Counting::ProgressPositive,
        baseline: 0,
        target: 700,
        values: [Some(80), Some(210), Some(390), Some(560)],
        sentence: "Bronjong sisi timur terpasang; balai menyetujui gambar kerja.",
        obstacle: "",
        next_step: "Mengukur sisi barat bersama balai.",
        decision: "",
        aspects: &[
            (Field::Partnership, "Balai wilayah sungai memeriksa gambar kerja (contoh)."),
            (Field::Sustainability, "Kelompok warga merawat bantaran (contoh)."),
        ],
        ceiling: 2_750_000_000,
        spent: [80, 300, 520, 760],
    },
    Story {
        begins: "Dokumen lanskap",
        agency: "",
        state: ProgrammeState::Done,
        indicator: "Dokumen yang disetujui",
        unit: "dokumen",
        counting: Counting::ProgressPositive,
        baseline: 0,
        target: 1,
        values: [None, Some(1), None, None],
        sentence: "Dokumen selesai dan disetujui tim teknis.",
        obstacle: "",
        next_step: "",
        decision: "",
        aspects: &[],
        ceiling: 150_000_000,
        spent: [300, 980, 980, 980],
    },
    Story {
        begins: "Desain tugu banjir",
        agency: "",
        state: ProgrammeState::Planned,
        indicator: "Desain yang disepakati",
        unit: "desain",
        counting: Counting::ProgressPositive,
        baseline: 0,
        target: 1,
        values: [None, None, None, None],
        sentence: "",
        obstacle: "",
        next_step: "",
        decision: "",
        aspects: &[],
        ceiling: 75_000_000,
        spent: [0, 0, 0, 0],
    },
    Story {
        begins: "Super apps",
        agency: "",
        state: ProgrammeState::Running,
        indicator: "Layanan yang tersambung",
        unit: "layanan",
        counting: Counting::ProgressPositive,
        baseline: 2,
        target: 12,
        values: [Some(4), Some(6), Some(9), Some(11)],
        sentence: "Layanan kependudukan dan perizinan tersambung; uji coba di dua kecamatan.",
        obstacle: "Dua perangkat daerah belum membuka datanya.",
        next_step: "Perjanjian berbagi data dengan dua perangkat daerah.",
        decision: "",
        aspects: &[(Field::Uniqueness, "Satu pintu untuk semua layanan (contoh).")],
        ceiling: 900_000_000,
        spent: [150, 380, 610, 840],
    },
    Story {
        begins: "Call Center 112",
        agency: "",
        state: ProgrammeState::Running,
        indicator: "Panggilan yang dijawab dalam 10 detik",
        unit: "%",
        counting: Counting::Positive,
        baseline: 0,
        target: 90,
        values: [Some(70), Some(81), Some(86), Some(91)],
        sentence: "Tiga regu piket sudah lengkap; jawaban makin cepat tiap bulan.",
        obstacle: "",
        next_step: "Gladi bersama PSC 119 dan Damkar.",
        decision: "Boleh menambah satu regu piket 112 untuk malam hari?",
        aspects: &[
            (Field::Formulation, "Dirumuskan bersama PSC 119, Damkar, Polres, dan BPBD (contoh)."),
            (Field::Benefit, "Satu nomor gratis untuk semua keadaan darurat (contoh)."),
            (Field::Partnership, "PLN, PMI, dan Basarnas ada di daftar panggil (contoh)."),
        ],
        ceiling: 1_200_000_000,
        spent: [220, 470, 720, 960],
    },
    Story {
        begins: "Penggunaan QRIS",
        agency: "DP2KUKM",
        state: ProgrammeState::Running,
        indicator: "Pedagang pasar yang memakai QRIS",
        unit: "pedagang",
        counting: Counting::ProgressPositive,
        baseline: 35,
        target: 400,
        values: [Some(120), Some(230), Some(330), Some(412)],
        sentence: "Pendampingan di pasar berjalan tiap pekan bersama bank daerah.",
        obstacle: "",
        next_step: "Pendampingan di pasar kecamatan.",
        decision: "",
        aspects: &[(Field::Benefit, "Pedagang mencatat penjualan tanpa buku (contoh).")],
        ceiling: 60_000_000,
        spent: [250, 500, 750, 990],
    },
];

/// The place of the story of which the last due period's report has not come.
const MISSING_PLACE: usize = 7;
/// Where the money of the demo's programmes comes from by their order.
const FUNDS: [Fund; 4] = [Fund::Dau, Fund::Pad, Fund::Dau, Fund::Csr];

struct Play<'s> {
    stage: &'s Stage,
    year: i64,
}

/// Writes the plan of a region that brings quick wins, and plays the periods of this year.
pub async fn furnish(stage: &Stage) -> Result<(), Failure> {
    if stage.region.quick_wins.is_empty() {
        return Ok(());
    }
    let began = stage.db.env().now();
    let year = i64::from(stage.snapshot.region.zone.date(stage.now).year());
    let play = Play { stage, year };
    let plan = play.write_plan().await?;
    play.tell_stories(plan).await?;
    play.report(plan).await?;
    play.count_lamps(plan).await?;
    // The reports of the year are played from its beginning.
    stage.clock.set(began);
    Ok(())
}

impl Play<'_> {
    fn ctx(&self, role: Role, agency: Option<Uuid>) -> Ctx {
        let actor = agency.and_then(|agency| self.stage.officers.get(&agency).cloned()).unwrap_or_else(|| {
            let Actor { kind, .. } = Actor::system("demo");
            Actor { kind, grants: vec![Grant { role, agency }] }
        });
        self.stage.db.env().ctx(self.stage.region.id, actor)
    }

    async fn does<A: Action>(&self, action: A) -> Result<A::Output, Failure> {
        Ok(self.stage.db.write(&self.ctx(Role::Secretariat, None), action).await?)
    }

    fn key(&self) -> Uuid {
        self.stage.db.env().new_id()
    }

    async fn write_plan(&self) -> Result<Uuid, Failure> {
        let head = PlanHead {
            name: format!("Masterplan Smart City {} (contoh)", self.stage.region.name),
            edition: "Edisi contoh".to_owned(),
            vision: "Daerah yang tanggap, terbuka, dan nyaman ditinggali (contoh).".to_owned(),
            legal_basis: String::new(),
            years: (2023, self.year + 2),
        };
        let start = StartPlan { key: self.key(), framework: "enam-dimensi".to_owned(), head };
        let plan = self.does(start).await?;
        self.does(PutInForce { plan }).await?;
        let mut conn = self.stage.db.read(self.stage.region.id).await?;
        let found = sql::plan::by_id(&mut conn, plan).await?;
        let framework = match found {
            Some(plan) => sql::framework::by_id(&mut conn, plan.framework).await?,
            None => None,
        };
        drop(conn);
        let framework = framework.ok_or_else(|| Failure::Store("the demo's plan has no framework".to_owned()))?;
        let agencies = self.stage.snapshot.active_agencies().map(|one| (one.short.as_str(), one.name.as_str()));
        let agencies = agency_names(agencies);
        let file = self.stage.region.quick_wins.as_bytes();
        let read = read_file(file, self.stage.region.id, &framework, &agencies);
        let read = read.map_err(|faults| {
            let all: Vec<String> = faults.iter().map(|fault| sentence(&fault.refusal)).collect();
            Failure::Store(all.join("; "))
        })?;
        self.does(ImportDrafts { plan, drafts: read.drafts }).await?;
        Ok(plan)
    }

    async fn programmes(&self, plan: Uuid) -> Result<Vec<Programme>, Failure> {
        let mut conn = self.stage.db.read(self.stage.region.id).await?;
        Ok(sql::plan::programmes(&mut conn, plan).await?)
    }

    async fn tell_stories(&self, plan: Uuid) -> Result<(), Failure> {
        for (programme, story) in told(&self.programmes(plan).await?) {
            self.complete(&programme, story).await?;
            self.measure(&programme, story).await?;
            self.pay(&programme, story).await?;
        }
        self.add_programme(plan).await
    }

    /// The programme that the quick wins of the river belong to is invented.
    async fn add_programme(&self, plan: Uuid) -> Result<(), Failure> {
        let head = ProgrammeHead {
            name: "Wajah kota dan tepi sungai (contoh)".to_owned(),
            summary: "Program induk yang dikarang untuk contoh.".to_owned(),
            dimension: "branding".to_owned(),
            subdimension: "appearance".to_owned(),
            horizon: "medium".to_owned(),
            family: "infrastructure".to_owned(),
            years: (self.year, self.year + 2),
            agency: String::new(),
            public: true,
            ..ProgrammeHead::default()
        };
        let (code, source) = (String::new(), "Dikarang untuk contoh".to_owned());
        let kind = ProgrammeKind::Programme;
        self.does(AddProgramme { key: self.key(), plan, kind, code, head, source }).await.map(drop)
    }

    async fn complete(&self, programme: &Programme, story: &Story) -> Result<(), Failure> {
        let agency = programme.agency.and_then(|id| self.stage.snapshot.agency(id)).map(|one| one.short.clone());
        let head = ProgrammeHead {
            name: programme.name.clone(),
            summary: programme.summary.clone(),
            dimension: programme.dimension.clone(),
            horizon: programme.horizon.clone(),
            family: programme.family.clone(),
            years: (programme.years.0, self.year),
            agency: agency.unwrap_or_else(|| story.agency.to_owned()),
            public: true,
            ..ProgrammeHead::default()
        };
        self.does(ChangeProgramme {
            programme: programme.id,
            version: programme.version,
            head,
            texts: story.aspects.iter().map(|(field, body)| (*field, (*body).to_owned())).collect(),
            traces: Vec::<Trace>::new(),
            why: "Dilanjutkan tahun ini (contoh)".to_owned(),
        })
        .await?;
        if story.state != ProgrammeState::Planned {
            let (programme, reason) = (programme.id, String::new());
            self.does(MoveProgramme { programme, to: ProgrammeState::Running, reason }).await?;
        }
        if story.begins == "Call Center 112" {
            let (agency, name, duty) = ("PSC 119".to_owned(), String::new(), "Mengirim ambulans".to_owned());
            let (key, part) = (self.key(), Part::Responsible);
            self.does(AddParty { key, programme: programme.id, part, agency, name, duty }).await?;
        }
        Ok(())
    }

    fn indicator(&self, programme: &Programme, story: &Story) -> Indicator {
        Indicator {
            definition: "Definisi contoh.".to_owned(),
            source: "Laporan perangkat daerah".to_owned(),
            counting: story.counting,
            baseline: Some(Quantity::whole(story.baseline)),
            baseline_year: Some(self.year - 1),
            ..Indicator::new(programme.id, story.indicator, story.unit)
        }
    }

    async fn measure(&self, programme: &Programme, story: &Story) -> Result<(), Failure> {
        let indicator = self.indicator(programme, story);
        let indicator = self.does(SaveIndicator::new(self.key(), indicator)).await?;
        let targets = vec![(self.year, PartOfYear::YEAR, Some(Quantity::whole(story.target)))];
        self.does(SetTargets { indicator, targets, why: String::new() }).await
    }

    /// Whether more lamps mean fewer dark streets is counted by Simpul itself.
    async fn count_lamps(&self, plan: Uuid) -> Result<(), Failure> {
        let all = self.programmes(plan).await?;
        let found = told(&all).into_iter().find(|(_, story)| story.begins == LAMPS);
        let Some((programme, _)) = found else { return Ok(()) };
        let indicator = Indicator {
            definition: "Laporan warga berkategori lampu jalan, dihitung dari sistem (contoh).".to_owned(),
            source: "Simpul".to_owned(),
            counting: Counting::Negative,
            live: "report.received{category=lampu_jalan}".to_owned(),
            ..Indicator::new(programme.id, "Laporan lampu jalan padam yang masuk", "laporan")
        };
        self.does(SaveIndicator::new(self.key(), indicator)).await.map(drop)
    }

    async fn pay(&self, programme: &Programme, story: &Story) -> Result<(), Failure> {
        let place = STORIES.iter().position(|one| one.begins == story.begins).unwrap_or_default();
        let month = i64::from(u8::from(self.stage.snapshot.region.zone.date(self.stage.now).month()));
        let mut before = 0;
        let mut realised = Vec::new();
        for (until, spent) in [3, 6, 9, 12].into_iter().zip(story.spent) {
            if until <= month {
                realised.push((until, story.ceiling / 1_000 * (spent - before)));
            }
            before = spent;
        }
        let line = BudgetLine {
            id: Uuid::nil(),
            programme: programme.id,
            year: self.year,
            code: format!("1.03.03.2.02.{:04}", place + 1),
            edition: "contoh".to_owned(),
            name: format!("Subkegiatan {} (contoh)", programme.name.to_lowercase()),
            fund: FUNDS.get(place % FUNDS.len()).copied().unwrap_or(Fund::Other),
            stage: BudgetStage::Dpa,
            ceiling: story.ceiling,
            ceiling_changed: None,
            officer_in_charge: "Kepala bidang (contoh)".to_owned(),
            realised,
        };
        self.does(SaveBudget::new(line)).await.map(drop)
    }

    async fn report(&self, plan: Uuid) -> Result<(), Failure> {
        let calendar = self.stage.snapshot.calendar.clone();
        // Open from its first day on, so that there is always a period to tell of.
        let days = PeriodDays { opens_before: OPENS_BEFORE_MAX_DAYS, ..PeriodDays::default() };
        let (year, kind, first_month) = (self.year, PeriodKind::Quarter, 1);
        let open = OpenPeriods { plan, year, kind, first_month, calendar, days };
        self.does(open).await?;
        let mut conn = self.stage.db.read(self.stage.region.id).await?;
        let mut periods = sql::progress::periods(&mut conn, plan).await?;
        drop(conn);
        periods.retain(|period| period.opens_at < self.stage.now);
        periods.sort_by_key(|period| period.opens_at);
        let newest = periods.last().map(|period| period.id);
        let due = newest_due(&periods, self.stage.now).map(|period| period.id);
        for period in &periods {
            let (newest, due) = (Some(period.id) == newest, Some(period.id) == due);
            self.report_period(plan, period, (newest, due)).await?;
        }
        let done = told(&self.programmes(plan).await?);
        for (programme, _) in done.iter().filter(|(_, story)| story.state == ProgrammeState::Done) {
            let (to, reason) = (ProgrammeState::Done, String::new());
            self.does(MoveProgramme { programme: programme.id, to, reason }).await?;
        }
        Ok(())
    }

    /// All but the newest period are published; of the newest some reports wait, some were sent back, some are missing.
    /// Of the last one that was due one has not come.
    async fn report_period(&self, plan: Uuid, period: &Period, (newest, due): (bool, bool)) -> Result<(), Failure> {
        let quarter = usize::try_from(period.part.code() - 1).unwrap_or_default();
        for (place, (programme, story)) in told(&self.programmes(plan).await?).into_iter().enumerate() {
            let Some(value) = story.values.get(quarter).copied().flatten() else { continue };
            if newest && place % 3 == 2 || due && place == MISSING_PLACE {
                continue;
            }
            // One agency is late every time.
            let days = if story.begins.starts_with("Penambahan") { 2 } else { -3 };
            let at = period.due_at.plus_micros(days * DAY_MICROS).max(period.opens_at);
            if at > self.stage.now {
                self.stage.clock.set(self.stage.now.max(period.opens_at));
            } else {
                self.stage.clock.set(at);
            }
            let Some(id) = self.tell(&programme, story, period, value).await? else { continue };
            match (newest, place % 3) {
                (false, _) => {
                    self.check(id, Step::Verify, "").await?;
                    self.check(id, Step::Publish, "").await?;
                }
                (true, 1) => self.check(id, Step::Return, "Lampirkan foto keadaan terakhir.").await?,
                _ => {}
            }
        }
        Ok(())
    }

    async fn tell(
        &self,
        programme: &Programme,
        story: &Story,
        period: &Period,
        value: i64,
    ) -> Result<Option<Uuid>, Failure> {
        let Some(agency) = programme.agency else { return Ok(None) };
        let mut conn = self.stage.db.read(self.stage.region.id).await?;
        let indicators = sql::indicator::of(&mut conn, programme.id).await?;
        drop(conn);
        let why = "Sesuai keadaan di lapangan (contoh).".to_owned();
        let values = indicators.iter().map(|one| (one.id, 0, Some(Quantity::whole(value)), why.clone()));
        let report = WriteProgress {
            key: self.key(),
            programme: programme.id,
            period: period.id,
            version: 0,
            written: Written {
                sentence: story.sentence.to_owned(),
                obstacle: story.obstacle.to_owned(),
                next_step: story.next_step.to_owned(),
                decision: story.decision.to_owned(),
                physical: Quantity::whole(value).share_of(Quantity::whole(story.target)).map(|share| share.min(10_000)),
            },
            values: values.collect(),
            live: Vec::new(),
            submit: true,
            proof: None,
        };
        let ctx = self.ctx(Role::AgencyOfficer, Some(agency));
        Ok(Some(self.stage.db.write(&ctx, report).await?.id))
    }

    async fn check(&self, progress: Uuid, step: Step, reason: &str) -> Result<(), Failure> {
        let mut conn = self.stage.db.read(self.stage.region.id).await?;
        let version = sql::progress::by_id(&mut conn, progress).await?.map(|one| one.version).unwrap_or_default();
        drop(conn);
        self.does(CheckProgress { progress, version, step, reason: reason.to_owned() }).await
    }
}

/// The programmes of which something is invented, in the order of the stories.
fn told(programmes: &[Programme]) -> Vec<(Programme, &'static Story)> {
    let of = |story: &'static Story| {
        let found = programmes.iter().find(|one| one.name.starts_with(story.begins))?;
        Some((found.clone(), story))
    };
    STORIES.iter().filter_map(of).collect()
}
