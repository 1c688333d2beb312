//! Ten thousand lives of reports, each drawn from a seed: whatever is tried, in whatever order, at whatever time, with
//! doubles, with clocks that jump, and with deadlines and reactions in between, the rules hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::{Ctx, Entropy, Env, Role, SeededEntropy, TestClock};
use simpul_people::testing::House;
use simpul_report::actions::{
    AcceptReport, AddNote, AnswerQuestion, AssignReport, ConfirmFixed, DirectReport, EraseReporter, FollowReport,
    HandBack, HideReport, MergeReport, PauseReport, PlanReport, Proof, RejectReport, ReopenReport, Reporter,
    ResolveReport, ResumeReport, SeedRules, SendElsewhere, ShowReport, StartWork, SubmitReport, UnmergeReport,
    VerifyReport,
};
use simpul_report::desk::Desk;
use simpul_report::import::{ImportOptions, Mapping, Reading, RefusedRow, UnknownCategory, Watcher, run};
use simpul_report::model::{Class, Place, ReporterMode, Source, Status};
use simpul_report::{Messenger, reactions, sql};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error, ReactionSet, args, journal, parked};
use uuid::Uuid;

const SEEDS_COUNT: u64 = 10_000;
const AT_ONCE_COUNT: usize = 200;
const STEPS_MAX_COUNT: u64 = 9;
/// One life of so many comes from a file.
const IMPORTED_ONE_OF: u64 = 100;

simpul_store::statements! {
    COUNTS = "SELECT COUNT(*), COUNT(DISTINCT number), COUNT(DISTINCT id) FROM report WHERE region = $1";
    OPEN_DEADLINES = "SELECT COUNT(*) FROM deadline d JOIN report r ON r.region = d.region AND r.id = d.subject_id
        WHERE d.region = $1 AND d.done_at IS NULL
        AND r.status IN ('closed', 'rejected', 'out_of_authority', 'archived', 'merged')";
    ERASED_CONTACTS = "SELECT COUNT(*) FROM report_contact c JOIN report r ON r.region = c.region AND r.id = c.report_id
        WHERE c.region = $1 AND r.body = '[dihapus atas permintaan pelapor]'";
    /// What comes from a file with its time long gone alarms nobody.
    FORGOTTEN = "SELECT COUNT(*) FROM report r WHERE r.region = $1 AND r.source <> 'import'
        AND r.status IN ('new', 'verified', 'assigned', 'in_progress') AND r.level = 0
        AND NOT EXISTS (SELECT 1 FROM deadline d
            WHERE d.region = r.region AND d.subject_id = r.id AND d.done_at IS NULL)";
    STILL_RESOLVED = "SELECT COUNT(*) FROM report WHERE region = $1 AND status = 'resolved'";
}

/// One life: its own dice, and a clock that jumps.
struct Life<'a> {
    house: &'a House,
    desk: Arc<Desk>,
    actors: &'a [Ctx],
    agencies: &'a [Uuid],
    /// Numbers of the reports so far, to be merged into.
    numbers: &'a Mutex<Vec<String>>,
    seed: u64,
    dice: SeededEntropy,
    clock: Arc<TestClock>,
}

impl Life<'_> {
    fn below(&self, below: u64) -> u64 {
        self.dice.next_u64() % below
    }

    fn ctx(&self) -> Ctx {
        let index = usize::try_from(self.below(self.actors.len() as u64)).unwrap();
        let env = Env { clock: self.clock.clone(), entropy: self.house.test.db.env().entropy.clone() };
        env.ctx(TEST_REGION, self.actors[index].actor.clone())
    }

    /// What is refused is no fault; anything else that goes wrong is.
    async fn tried<A: Action>(&self, action: A) -> Option<A::Output> {
        match self.house.test.db.write(&self.ctx(), action).await {
            Ok(output) => Some(output),
            Err(Error::Refused(_) | Error::NotFound(_) | Error::Forbidden(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    fn submit(&self) -> SubmitReport {
        let mut key = [0; 16];
        self.dice.fill(&mut key);
        let village = &self.desk.place.villages[usize::try_from(self.below(100)).unwrap()];
        SubmitReport {
            key: Uuid::from_bytes(key),
            desk: self.desk.clone(),
            category: ["lampu_jalan", "jalan_rusak", "sampah", "pungli_rahasia", "tidak_ada"]
                [usize::try_from(self.below(5)).unwrap()]
            .to_owned(),
            place: Place { village: Some(village.code), district: Some(village.district), ..Place::default() },
            text: "Lampu mati, hubungi 081234567890 di rumah".to_owned(),
            photos: Vec::new(),
            reporter: Reporter {
                mode: [None, Some(ReporterMode::Anonymous), Some(ReporterMode::Secret)]
                    [usize::try_from(self.below(3)).unwrap()],
                name: Some("Warga Uji Coba".to_owned()),
                phone: Some("081234567890".to_owned()),
                email: None,
            },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        }
    }

    async fn live(self) -> Option<Uuid> {
        let (id, number, token) = match self.below(IMPORTED_ONE_OF) {
            0 => self.imported().await,
            _ => self.submitted().await?,
        };
        self.numbers.lock().unwrap().push(number);
        for _ in 0..self.below(STEPS_MAX_COUNT) {
            let hours = i64::try_from(self.below(200)).unwrap() - 8;
            self.clock.advance(hours * HOUR_MICROS);
            self.step(id, &token).await;
        }
        Some(id)
    }

    async fn submitted(&self) -> Option<(Uuid, String, String)> {
        let submit = self.submit();
        let first = self.tried(submit.clone()).await?;
        if self.below(3) == 0 {
            let again = self.tried(submit).await.unwrap();
            assert_eq!((again.id, &again.number), (first.id, &first.number), "a double is the same report");
        }
        Some((first.id, first.number, first.token))
    }

    /// A report out of another system's file, which is read twice. Its reporter has no key.
    async fn imported(&self) -> (Uuid, String, String) {
        let status = ["open", "in progress", "closed"][usize::try_from(self.below(3)).unwrap()];
        let head = "id,status,category,reported_at,updated_at,text";
        let text = format!("{head}\nL{},{status},Lampu jalan,2026-01-02,2026-01-03,mati\n", self.seed);
        let options = ImportOptions {
            kind: None,
            source: Source::Import,
            prefix: None,
            mapping: Mapping::default(),
            unknown: UnknownCategory::Create,
            reading: Reading { offset: 8 * 3_600, month_first: false },
            dry_run: false,
        };
        for _ in 0..2 {
            run(&self.house.directory, TEST_REGION, text.as_bytes(), &options, &mut Unwatched).await.unwrap();
        }
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let report = sql::by_foreign(&mut conn, Source::Import, &format!("L{}", self.seed)).await.unwrap().unwrap();
        (report.id, report.number, String::new())
    }

    async fn step(&self, report: Uuid, token: &str) {
        let version = (self.below(4) == 0).then(|| i64::try_from(self.below(6)).unwrap());
        let text = "Sudah ditangani oleh petugas.".to_owned();
        let agency = self.agencies[usize::try_from(self.below(self.agencies.len() as u64)).unwrap()];
        let proof = if self.below(2) == 0 { Proof::Token(token.to_owned()) } else { Proof::Officer };
        match self.below(23) {
            0 | 1 => drop(self.tried(AcceptReport { report, version, class: None }).await),
            2 => {
                let class = Class::ALL[usize::try_from(self.below(3)).unwrap()];
                let verify = VerifyReport { report, version, class, needs_inspection: false, category: None };
                drop(self.tried(verify).await);
            }
            3 => drop(self.tried(AssignReport { report, version, agency, officer: None, instruction: None }).await),
            4 | 5 => drop(self.tried(StartWork { report, version, note: None }).await),
            6 | 7 => {
                let no_photo_reason = Some("Tidak dapat difoto pada malam hari".to_owned());
                drop(self.tried(ResolveReport { report, version, text, photos: Vec::new(), no_photo_reason }).await);
            }
            8 => drop(self.tried(RejectReport { report, version, code: "unclear".to_owned(), text }).await),
            9 => {
                let elsewhere = SendElsewhere { report, version, body: "PLN".to_owned(), agency: None, text };
                drop(self.tried(elsewhere).await);
            }
            10 => drop(self.tried(ReopenReport { report, proof, text, photos: Vec::new() }).await),
            11 => drop(self.tried(ConfirmFixed { report, proof }).await),
            12 => drop(self.tried(HandBack { report, version, reason: text, suggest: Some(agency) }).await),
            13 => drop(self.tried(PlanReport { report, version, year: 2027, reason: text }).await),
            14 => drop(self.tried(MergeReport { report, version, into: self.other_number() }).await),
            15 => drop(self.tried(UnmergeReport { report, version }).await),
            16 | 17 => {
                let (days, asks) = (u32::try_from(1 + self.below(10)).unwrap(), self.below(2) == 0);
                drop(self.tried(PauseReport { report, version, days, asks, text }).await);
            }
            18 => drop(self.tried(ResumeReport { report, version }).await),
            19 => drop(self.tried(AnswerQuestion { report, proof, text, photos: Vec::new() }).await),
            20 => {
                let officer =
                    self.actors[usize::try_from(self.below(self.actors.len() as u64)).unwrap()].actor.officer_id();
                drop(self.tried(DirectReport { report, version, officer, instruction: Some(text) }).await);
            }
            21 => self.follow_and_erase(report).await,
            _ => {
                let key = self.house.test.db.env().new_id();
                drop(self.tried(AddNote { key, report, text: text.clone(), public: true, photos: Vec::new() }).await);
                drop(self.tried(HideReport { report, reason: text }).await);
                drop(self.tried(ShowReport { report }).await);
            }
        }
    }
}

impl Life<'_> {
    fn other_number(&self) -> String {
        let numbers = self.numbers.lock().unwrap();
        numbers[usize::try_from(self.below(numbers.len() as u64)).unwrap()].clone()
    }

    /// Somebody follows it, and once in a while the person behind it is forgotten.
    async fn follow_and_erase(&self, report: Uuid) {
        let mut key = [0; 16];
        self.dice.fill(&mut key);
        let follow = FollowReport { key: Uuid::from_bytes(key), report };
        drop(self.tried(follow.clone()).await);
        drop(self.tried(follow).await);
        drop(self.tried(EraseReporter { report }).await);
    }
}

/// A file that nobody watches.
struct Unwatched;

impl Watcher for Unwatched {
    fn refused(&mut self, row: &RefusedRow) {
        panic!("{row:?}");
    }
    fn remark(&mut self, _: u64, _: &str) {}
    fn progress(&mut self, _: u64) {}
}

/// Deadlines and reactions run while the lives of a chunk go on, on a clock of their own.
async fn meddle(house: &House, reactions: &ReactionSet) {
    house.test.clock.advance(8 * HOUR_MICROS);
    house.test.settle(reactions).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_lives_break_no_rule() {
    let house = House::new(&[simpul_report::MIGRATIONS]).await.unwrap();
    let mut agencies = Vec::new();
    for short in ["Dishub", "DPUTRPKP2", "DLH", "Inspektorat"] {
        agencies.push(house.agency(short).await.unwrap());
    }
    let named = ["Dishub", "DPUTRPKP2", "DLH", "Inspektorat"].map(str::to_owned);
    let seed = SeedRules { agencies: named.into_iter().zip(agencies.clone()).collect() };
    house.directory.write(&house.system(), seed).await.unwrap();
    let mut actors = vec![house.citizen(), house.officer(Role::ReportCoordinator, None).await.unwrap()];
    for short in ["Dishub", "DPUTRPKP2", "DLH"] {
        actors.push(house.officer(Role::AgencyOfficer, Some(short)).await.unwrap());
    }
    for (role, agency) in
        [(Role::AgencyHead, Some("Dishub")), (Role::Auditor, Some("Inspektorat")), (Role::RegionAdmin, None)]
    {
        actors.push(house.officer(role, agency).await.unwrap());
    }
    let place = house.directory.of(TEST_REGION).await.unwrap();
    let desk = Arc::new(Desk::open(&mut house.test.db.read(TEST_REGION).await.unwrap(), place).await.unwrap());
    let mut submitted = BTreeSet::new();
    let numbers = Mutex::new(Vec::new());
    let messenger = Messenger { directory: house.directory.clone(), text: true, email: false, base_url: None };
    let reactions = reactions(messenger);
    let seeds: Vec<u64> = (0..SEEDS_COUNT).collect();
    for chunk in seeds.chunks(AT_ONCE_COUNT) {
        let lives = chunk.iter().map(|seed| Life {
            house: &house,
            desk: desk.clone(),
            actors: &actors,
            agencies: &agencies,
            numbers: &numbers,
            seed: *seed,
            dice: SeededEntropy::new(*seed),
            clock: Arc::new(TestClock::new(simpul_store::testing::TEST_START)),
        });
        let (ids, ()) = tokio::join!(futures_util::future::join_all(lives.map(Life::live)), meddle(&house, &reactions));
        submitted.extend(ids.into_iter().flatten());
    }
    check(&house, &submitted).await;
    house.test.clock.advance(120 * DAY_MICROS);
    house.test.settle(&reactions).await.unwrap();
    check(&house, &submitted).await;
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    let (resolved,): (i64,) = conn.one(&STILL_RESOLVED, args![]).await.unwrap();
    assert_eq!(resolved, 0, "what nobody called unfixed is closed after its ten days");
    let (forgotten,): (i64,) = conn.one(&FORGOTTEN, args![]).await.unwrap();
    assert_eq!(forgotten, 0, "what is open has a deadline ahead or is known to be late");
}

async fn check(house: &House, submitted: &BTreeSet<Uuid>) {
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    let stored: (i64, i64, i64) = conn.one(&COUNTS, args![]).await.unwrap();
    let count = i64::try_from(submitted.len()).unwrap();
    assert_eq!(stored, (count, count, count), "every report once, every number once");
    let (stray,): (i64,) = conn.one(&OPEN_DEADLINES, args![]).await.unwrap();
    assert_eq!(stray, 0, "what has ended waits for no deadline");
    let (kept,): (i64,) = conn.one(&ERASED_CONTACTS, args![]).await.unwrap();
    assert_eq!(kept, 0, "who was forgotten stays so");
    assert!(parked(&mut conn, 1).await.unwrap().is_empty(), "a reaction digests every line");
    assert!(matches!(journal::verify(&mut conn, |_| ()).await.unwrap(), journal::Verdict::Whole { .. }));
    let mut now: BTreeMap<Uuid, Status> = BTreeMap::new();
    let mut place = 0;
    loop {
        let lines = journal::lines_after(&mut conn, place, 1_000).await.unwrap();
        let Some(last) = lines.last() else { break };
        place = last.seq;
        for line in lines.iter().filter(|line| line.subject_kind == "report" && line.kind.starts_with("report.")) {
            assert!(!line.body.contains("Warga Uji") && !line.body.contains("81234567890"), "{}", line.body);
            let body: serde_json::Value = serde_json::from_str(&line.body).unwrap();
            let Some(status) = body["status"].as_str().and_then(Status::parse) else { continue };
            let before = now.insert(line.subject_id, status);
            let allowed = before.is_none_or(|before| before == status || reachable(before, status));
            assert!(allowed, "{:?} to {status:?} by {}", before, line.kind);
        }
    }
}

/// Along one arrow, or along two where one action takes both (accepting verifies and assigns).
fn reachable(from: Status, to: Status) -> bool {
    from.next().contains(&to) || from.next().iter().any(|between| between.next().contains(&to))
}
