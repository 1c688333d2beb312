//! Figures and the lists behind them: over random lives, every number is the length of its list, for whoever asks.

use std::sync::Arc;

use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::{Actor, ActorKind, Entropy, Grant, Role, SeededEntropy};
use simpul_people::testing::House;
use simpul_report::actions::{
    AcceptReport, HideReport, MergeReport, PlanReport, Proof, RejectReport, ReopenReport, Reporter, ResolveReport,
    SeedRules, SendElsewhere, StartWork, SubmitReport,
};
use simpul_report::desk::Desk;
use simpul_report::figures::table;
use simpul_report::model::filter::{Days, Sight, Standing};
use simpul_report::model::{Dimension, Filter, Forwarding, Measure, Place, ReporterMode, Source};
use simpul_report::sql::filter::{Asker, Place as ListPlace, Question};
use simpul_report::{Messenger, reactions};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error};
use uuid::Uuid;

/// Why a report is turned down.
const REASON: &str = "unclear";
/// Reports of one town: enough that every measure takes some.
const REPORTS_COUNT: u64 = 100;

struct Town {
    house: House,
    dice: SeededEntropy,
    agencies: Vec<Uuid>,
}

impl Town {
    async fn new(seed: u64) -> Town {
        let house = House::new(&[simpul_report::MIGRATIONS]).await.unwrap();
        let mut agencies = Vec::new();
        for short in ["Dishub", "DPUTRPKP2", "DLH", "Inspektorat"] {
            agencies.push(house.agency(short).await.unwrap());
        }
        let named = ["Dishub", "DPUTRPKP2", "DLH", "Inspektorat"].map(str::to_owned);
        let rules = SeedRules { agencies: named.into_iter().zip(agencies.clone()).collect() };
        house.directory.write(&house.system(), rules).await.unwrap();
        Town { house, dice: SeededEntropy::new(seed), agencies }
    }

    fn below(&self, below: u64) -> u64 {
        self.dice.next_u64() % below
    }

    async fn tried<A: Action>(&self, action: A) -> Option<A::Output> {
        match self.house.directory.write(&self.house.system(), action).await {
            Ok(output) => Some(output),
            Err(Error::Refused(_) | Error::NotFound(_) | Error::Forbidden(_)) => None,
            Err(error) => panic!("{error}"),
        }
    }

    async fn desk(&self) -> Arc<Desk> {
        let place = self.house.directory.of(TEST_REGION).await.unwrap();
        Arc::new(Desk::open(&mut self.house.test.db.read(TEST_REGION).await.unwrap(), place).await.unwrap())
    }

    async fn live(&self, desk: &Arc<Desk>, numbers: &mut Vec<String>) {
        let mut key = [0; 16];
        self.dice.fill(&mut key);
        let villages = &desk.place.villages;
        let village = &villages[usize::try_from(self.below(villages.len() as u64)).unwrap()];
        let place = match self.below(6) {
            0 => Place::default(),
            _ => Place { village: Some(village.code), district: Some(village.district), ..Place::default() },
        };
        let category =
            ["lampu_jalan", "jalan_rusak", "sampah", "pungli_rahasia"][usize::try_from(self.below(4)).unwrap()];
        let submit = SubmitReport {
            key: Uuid::from_bytes(key),
            desk: desk.clone(),
            category: category.to_owned(),
            place,
            text: format!("Lampu mati di lorong {}", self.below(9)),
            photos: Vec::new(),
            reporter: Reporter {
                mode: [None, Some(ReporterMode::Anonymous), Some(ReporterMode::Secret)]
                    [usize::try_from(self.below(3)).unwrap()],
                ..Reporter::default()
            },
            source: [Source::Web, Source::Counter, Source::Whatsapp][usize::try_from(self.below(3)).unwrap()],
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        };
        let Some(sent) = self.tried(submit).await else { return };
        // A few end so for certain, whatever the dice say of the others.
        let certain: &[u64] = match numbers.len() {
            5..=9 => &[0, 12],
            10..=19 => &[11],
            20..=21 => &[13],
            22..=23 => &[14],
            24..=27 => &[0, 3, 5],
            28..=29 => &[0, 3, 5, 9],
            _ => &[],
        };
        for which in certain {
            self.step(sent.id, *which, numbers).await;
        }
        if !certain.is_empty() {
            return numbers.push(sent.number);
        }
        // Most lives go on as they should, and something gets in the way of some.
        for usual in 0..self.below(6) {
            self.house.test.clock.advance(i64::try_from(self.below(30)).unwrap() * HOUR_MICROS);
            let which =
                if self.below(4) == 0 { self.below(15) } else { [0, 3, 5, 9, 5][usize::try_from(usual).unwrap()] };
            self.step(sent.id, which, numbers).await;
        }
        numbers.push(sent.number);
    }

    async fn step(&self, report: Uuid, which: u64, numbers: &[String]) {
        let (version, text) = (None, "Sudah ditangani oleh petugas.".to_owned());
        match which {
            0..=2 => drop(self.tried(AcceptReport { report, version, class: None }).await),
            3..=4 => drop(self.tried(StartWork { report, version, note: None }).await),
            5..=8 => {
                let no_photo_reason = Some("Tidak dapat difoto pada malam hari".to_owned());
                let resolve = ResolveReport { report, version, text, photos: Vec::new(), no_photo_reason };
                drop(self.tried(resolve).await);
            }
            9 => {
                let reopen = ReopenReport { report, proof: Proof::Officer, text, photos: Vec::new() };
                drop(self.tried(reopen).await);
            }
            10 => drop(self.tried(HideReport { report, reason: text }).await),
            11 => {
                let into = numbers.first().cloned().unwrap_or_default();
                drop(self.tried(MergeReport { report, version, into }).await);
            }
            12 => drop(self.tried(PlanReport { report, version, year: 2027, reason: text }).await),
            13 => {
                let reject = RejectReport { report, version, code: REASON.into(), text };
                drop(self.tried(reject).await);
            }
            _ => {
                let body = "Dinas Bina Marga Provinsi".to_owned();
                drop(
                    self.tried(SendElsewhere {
                        report,
                        version,
                        body,
                        agency: None,
                        text,
                        forwarding: Forwarding::default(),
                    })
                    .await,
                );
            }
        }
    }

    fn asker(&self, role: Role, agency: Option<Uuid>) -> Asker {
        let officer = Uuid::from_u128(9);
        let actor = Actor { kind: ActorKind::Officer(officer), grants: vec![Grant { role, agency }] };
        let now = self.house.test.db.env().now();
        let zone = simpul_kernel::calendar::Zone::Wita;
        Asker { sight: Sight::of(&actor), officer: Some(officer), agencies: agency.into_iter().collect(), now, zone }
    }
}

fn address(filter: &Filter) -> Filter {
    let pairs = filter.pairs();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (read, wrong) = Filter::read(&pairs);
    assert_eq!((&read, wrong), (filter, Vec::new()));
    read
}

/// The list of a filter, page after page, and what its count says: counted, and listed.
async fn list(town: &Town, filter: &Filter, asker: &Asker) -> (Vec<Uuid>, (i64, i64)) {
    let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
    let question = Question::new(&mut conn, filter, asker).await.unwrap();
    let (mut found, mut place) = (Vec::new(), None);
    loop {
        let rows = question.rows(&mut conn, place, 23, false).await.unwrap();
        let Some(last) = rows.last() else { break };
        place = Some(ListPlace { due: last.fact.due, id: last.fact.id });
        found.extend(rows.iter().map(|row| row.fact.id));
        for row in &rows {
            assert!(asker.sight.lists(row.fact.agency, row.secret, row.public), "{row:?}");
        }
    }
    (found, question.count(&mut conn, i64::MAX).await.unwrap())
}

#[tokio::test]
async fn every_number_is_the_length_of_the_list_behind_it() {
    let town = Town::new(1).await;
    let desk = town.desk().await;
    let mut numbers = Vec::new();
    let messenger = Messenger { directory: town.house.directory.clone(), text: false, email: false, base_url: None };
    let reactions = reactions(messenger);
    for _ in 0..REPORTS_COUNT {
        town.live(&desk, &mut numbers).await;
        if town.below(10) == 0 {
            town.house.test.settle(&reactions).await.unwrap();
        }
    }
    town.house.test.clock.advance(3 * DAY_MICROS);
    check(&town).await;
}

async fn check(town: &Town) {
    let calendar = town.house.directory.of(TEST_REGION).await.unwrap().calendar.clone();
    let askers = [
        town.asker(Role::Auditor, Some(town.agencies[3])),
        town.asker(Role::AgencyOfficer, Some(town.agencies[0])),
        town.asker(Role::Planner, None),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for asker in &askers {
        let today = asker.zone.date(asker.now);
        let first = calendar.zone.date(simpul_store::testing::TEST_START);
        let base = Filter { reported: Days::between(first, today), ..Filter::default() };
        let open = Filter { standing: Some(Standing::Open), ..base.clone() };
        for (filter, dimensions) in [(&base, &Dimension::ALL[..]), (&open, &[Dimension::Class])] {
            for dimension in dimensions {
                let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
                let figures = table(&mut conn, filter, *dimension, (asker, &calendar)).await.unwrap();
                drop(conn);
                let rows = figures.rows.iter().map(|(group, figures)| (group.narrow(filter), figures));
                for (row, figures) in rows.chain([(filter.clone(), &figures.all)]) {
                    for measure in Measure::ALL {
                        let Some(behind) = measure.narrow(&row) else { continue };
                        let (found, (counted, listed)) = list(town, &address(&behind), asker).await;
                        let count = figures.count(measure);
                        assert_eq!(count, counted, "{measure:?} of {behind:?}");
                        assert_eq!(i64::try_from(found.len()).unwrap(), listed, "{measure:?} of {behind:?}");
                        assert!(listed <= counted);
                        if count > 0 {
                            seen.insert(measure);
                        }
                    }
                }
            }
        }
    }
    let missing: Vec<&Measure> = Measure::ALL.iter().filter(|measure| !seen.contains(measure)).collect();
    // Only a silent citizen's report is archived, and nobody was asked anything here, nor how content they are.
    let unseen = |measure: &Measure| matches!(measure, Measure::Archived | Measure::Rated);
    assert!(missing.iter().all(|measure| unseen(measure)), "{missing:?}");
}
