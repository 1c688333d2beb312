//! Two reports of one thing: who follows moves along and comes back, hears the news, and is forgotten in time.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Ctx, SeededEntropy};
use simpul_report::actions::*;
use simpul_report::model::Reach;
use simpul_report::sql;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Result, Tx, outbox};
use uuid::Uuid;

use super::rules::{Office, office};

/// A citizen follows, and has typed the code that came to the telephone.
struct Followed {
    report: Uuid,
    reach: Reach,
}

impl Action for Followed {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let before = sql::by_id(tx, self.report).await?.unwrap();
        assert!(sql::report::save(tx, &before, &before.followed(ctx.now())).await?);
        let id = ctx.new_id();
        sql::parts::insert_follower(tx, id, self.report, Some(&self.reach), ctx.now());
        assert!(sql::parts::confirm_follower(tx, id, self.report, &self.reach).await?);
        Ok(())
    }
}

impl Office {
    async fn follow(&self, report: Uuid, phone: &str) {
        let reach = Reach::stored(phone.to_owned());
        self.by(&self.house.citizen(), Followed { report, reach }).await.unwrap();
    }

    async fn merge(&self, report: Uuid, into: &str) {
        let merge = MergeReport { report, version: None, into: into.to_owned() };
        self.by(&self.coordinator, merge).await.unwrap();
    }

    async fn unmerge(&self, report: Uuid) {
        self.by(&self.coordinator, UnmergeReport { report, version: None }).await.unwrap();
    }

    /// Who follows the report, and how many it counts.
    async fn followers(&self, report: Uuid) -> (Vec<String>, i64) {
        let count = self.report(report).await.follower_count;
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let found = sql::parts::followers(&mut conn, report, 9).await.unwrap();
        let mut phones: Vec<String> = found.iter().map(|(_, reach)| reach.as_str().to_owned()).collect();
        phones.sort();
        (phones, count)
    }
}

const ANI: &str = "+6281300000001";
const BUDI: &str = "+6281300000002";

#[tokio::test]
async fn followers_move_with_a_merge_and_come_back_with_its_end() {
    let office = office().await;
    let (one, two) = (office.send(1).await, office.send(2).await);
    office.follow(one.id, ANI).await;
    office.follow(two.id, BUDI).await;
    office.merge(one.id, &two.number).await;
    assert_eq!(office.followers(two.id).await, (vec![ANI.to_owned(), BUDI.to_owned()], 3));
    assert_eq!(office.followers(one.id).await.0, Vec::<String>::new());
    office.unmerge(one.id).await;
    assert_eq!(office.followers(one.id).await, (vec![ANI.to_owned()], 1));
    assert_eq!(office.followers(two.id).await, (vec![BUDI.to_owned()], 1));
    // Once more, as if nothing had been.
    office.merge(one.id, &two.number).await;
    office.unmerge(one.id).await;
    assert_eq!(office.followers(one.id).await, (vec![ANI.to_owned()], 1));
}

#[tokio::test]
async fn they_come_back_from_wherever_further_merges_took_them() {
    let office = office().await;
    let (one, two, three) = (office.send(1).await, office.send(2).await, office.send(3).await);
    office.follow(one.id, ANI).await;
    office.follow(two.id, BUDI).await;
    office.merge(one.id, &two.number).await;
    office.merge(two.id, &three.number).await;
    // The reporters of both and who followed either.
    assert_eq!(office.followers(three.id).await, (vec![ANI.to_owned(), BUDI.to_owned()], 4));
    office.unmerge(one.id).await;
    assert_eq!(office.followers(one.id).await, (vec![ANI.to_owned()], 1));
    assert_eq!(office.followers(three.id).await, (vec![BUDI.to_owned()], 2));
    office.unmerge(two.id).await;
    assert_eq!(office.followers(two.id).await, (vec![BUDI.to_owned()], 1));
    assert_eq!(office.followers(three.id).await, (vec![], 0));
    assert_eq!(office.followers(one.id).await, (vec![ANI.to_owned()], 1));
}

#[tokio::test]
async fn whose_report_was_merged_hears_the_same_news() {
    let office = office().await;
    let (one, two) = (office.send(1).await, office.send(2).await);
    office.merge(one.id, &two.number).await;
    office.by(&office.officer, AcceptReport { report: two.id, version: None, class: None }).await.unwrap();
    office.by(&office.officer, StartWork { report: two.id, version: None, note: None }).await.unwrap();
    office.settle(true).await;
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let messages = outbox::list(&mut conn, Uuid::max(), None, 50).await.unwrap();
    let started = messages.iter().filter(|message| message.body.contains("sedang ditangani"));
    assert_eq!(started.count(), 2, "both reporters, each once");
}

#[tokio::test]
async fn the_contact_of_a_merged_report_is_forgotten_on_the_regions_term() {
    let office = office().await;
    let (one, two) = (office.send(1).await, office.send(2).await);
    office.follow(one.id, ANI).await;
    office.merge(one.id, &two.number).await;
    let has_contact = async || {
        let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
        sql::contact(&mut conn, one.id).await.unwrap().is_some()
    };
    let forget = ForgetReporters { kept_days: 30 };
    office.house.test.clock.advance(29 * DAY_MICROS);
    office.by(&office.house.system(), forget.clone()).await.unwrap();
    assert!(has_contact().await);
    office.house.test.clock.advance(2 * DAY_MICROS);
    assert_eq!(office.by(&office.house.system(), forget).await.unwrap(), 1);
    assert!(!has_contact().await);
}

/// The report in which a chain of merges ends.
fn end(parents: &[Option<usize>], of: usize) -> usize {
    parents[of].map_or(of, |next| end(parents, next))
}

/// Whoever follows a report, and its reporter, count where its chain of merges ends.
fn counted(parents: &[Option<usize>], at: usize) -> i64 {
    let joined = (0..parents.len()).filter(|one| parents[*one] == Some(at));
    1 + joined.map(|one| 1 + counted(parents, one)).sum::<i64>()
}

#[tokio::test]
async fn in_any_order_of_merges_everybody_follows_where_the_own_report_ends_up() {
    const REPORTS_COUNT: usize = 6;
    for seed in 1..=4 {
        let dice = SeededEntropy::new(seed);
        let below = |below: u64| usize::try_from(dice.next_u64() % below).unwrap();
        let office = office().await;
        let mut sent = Vec::new();
        for number in 0..REPORTS_COUNT {
            let report = office.send(1 + number as u128).await;
            office.follow(report.id, &format!("+628130000000{number}")).await;
            sent.push(report);
        }
        let mut parents = [None; REPORTS_COUNT];
        for _ in 0..40 {
            let (one, other) = (below(REPORTS_COUNT as u64), below(REPORTS_COUNT as u64));
            let tried = match parents[one] {
                Some(_) => office.by(&office.coordinator, UnmergeReport { report: sent[one].id, version: None }).await,
                None => {
                    let into = sent[other].number.clone();
                    office.by(&office.coordinator, MergeReport { report: sent[one].id, version: None, into }).await
                }
            };
            if tried.is_ok() {
                parents[one] = if parents[one].is_some() { None } else { Some(other) };
            }
            for (at, report) in sent.iter().enumerate() {
                let (phones, count) = office.followers(report.id).await;
                let here = (0..REPORTS_COUNT).filter(|number| end(&parents, *number) == at);
                let expected: Vec<String> = here.map(|number| format!("+628130000000{number}")).collect();
                assert_eq!(phones, expected, "seed {seed}: {parents:?} at {at}");
                if parents[at].is_none() {
                    assert_eq!(count, counted(&parents, at), "seed {seed}: {parents:?} at {at}");
                }
            }
        }
    }
}
