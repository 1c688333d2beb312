//! An instrument and published scores come in, and the index follows from them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use simpul_kernel::{Actor, Ctx, RegionId};
use simpul_plan::actions::evaluation::{ImportInstrument, ImportScores};
use simpul_plan::model::evaluation::{Published, Ratio, ReadInstrument, instrument};
use simpul_plan::sql::evaluation as sql;
use simpul_store::Error;
use simpul_store::testing::TestDb;

/// The shape of the ministry's instrument of 2023 with invented names and scores.
pub const TWIN: &str = include_str!("../../data/instrument-contoh.csv");

const TWIN_SECTIONS: [(&str, usize, i64); 6] = [
    ("baseline", 5, 265),
    ("output", 7, 246),
    ("outcome", 33, 250),
    ("impact", 54, 248),
    ("quickwin", 12, 251),
    ("kolaborasi", 6, 222),
];
const TWIN_INDEX: i64 = 248;

/// Scores of two regions in a year before: one of this house, one of nowhere.
const SCORES: &str = "daerah,baseline_10,output_20,outcome_30,impact_10,quickwin_30,nilai_akhir\n\
    Kab. Luwu Utara,2,\"2,5\",3,3.5,2,2.55\nKab. Antah Berantah,1,1,1,1,1,\n";

fn weights() -> Vec<i64> {
    vec![1_000, 2_000, 3_000, 1_000, 3_000]
}

async fn shared() -> (TestDb, Ctx) {
    let test = TestDb::new(&[simpul_people::MIGRATIONS, simpul_plan::MIGRATIONS]).await.unwrap();
    let ctx = test.db.env().ctx(RegionId::SHARED, Actor::system("test"));
    (test, ctx)
}

fn twin() -> ImportInstrument {
    let read = instrument::read(TWIN.as_bytes()).unwrap();
    ImportInstrument { name: "Contoh 2023".into(), read, regions: vec![(7322, "Kabupaten Luwu Utara".into())] }
}

fn scores(text: &str) -> ImportScores {
    ImportScores {
        instrument: "Contoh 2023".into(),
        year: 2022,
        weights: Some(weights()),
        bytes: text.as_bytes().to_vec(),
        regions: vec![(7322, "Kabupaten Luwu Utara".into())],
    }
}

/// Section means and index of the one region whose scores a file of an instrument holds, in hundredths.
fn results(read: &ReadInstrument) -> (BTreeMap<String, (usize, i64)>, i64) {
    let column = &read.columns[0];
    let questions = read.instrument.questions.iter().zip(&column.scores);
    let published = Published {
        name: column.region.clone(),
        region: None,
        year: column.year,
        weights: read.instrument.weights().unwrap(),
        sections: BTreeMap::new(),
        questions: questions.filter_map(|(question, score)| Some((question.key.clone(), (*score)?))).collect(),
        index: None,
    };
    let standing = published.standing();
    let count = |key: &str| published.questions.keys().filter(|question| question.section == key).count();
    let section = |(key, mean): (String, Ratio)| {
        let row = (count(&key), mean.to_hundredths());
        (key, row)
    };
    (standing.sections.into_iter().map(section).collect(), standing.index.unwrap().to_hundredths())
}

#[test]
fn the_synthetic_twin_comes_out_as_it_was_counted_by_hand() {
    let read = instrument::read(TWIN.as_bytes()).unwrap();
    assert_eq!(read.instrument.questions.len(), 117);
    let codes = read.instrument.questions.iter().filter(|question| question.key.code == "4.1.1").count();
    assert_eq!(codes, 6, "a code alone is no key");
    let (sections, index) = results(&read);
    for (key, count, mean) in TWIN_SECTIONS {
        assert_eq!(sections[key], (count, mean), "{key}");
    }
    assert_eq!(index, TWIN_INDEX);
}

#[test]
fn the_ministrys_own_file_comes_out_as_it_was_published() {
    let root = std::env::var_os("SIMPUL_SHARED").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let path = root.join("data/evaluation/instrument-2023.csv");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there; the synthetic twin holds the same rule", path.display());
        return;
    };
    let (sections, index) = results(&instrument::read(&bytes).unwrap());
    let means: Vec<(usize, i64)> =
        ["baseline", "output", "outcome", "impact", "quickwin", "kolaborasi"].map(|key| sections[key]).to_vec();
    assert_eq!(means, [(5, 360), (7, 229), (33, 341), (54, 281), (12, 313), (6, 253)]);
    assert_eq!(index, 294);
}

#[tokio::test]
async fn an_instrument_comes_in_once_and_its_scores_with_it() {
    let (test, ctx) = shared().await;
    let first = test.db.write(&ctx, twin()).await.unwrap();
    assert!(first.is_new);
    assert_eq!(first.scores, [("Kab. Contoh".to_owned(), 2023, 117, false)]);
    let again = test.db.write(&ctx, twin()).await.unwrap();
    assert!(!again.is_new);
    let mut conn = test.db.read(RegionId::SHARED).await.unwrap();
    let kept = sql::instrument(&mut conn, "Contoh 2023").await.unwrap().unwrap();
    assert_eq!(kept.instrument, twin().read.instrument);
    let published = sql::published(&mut conn, kept.id, 2023).await.unwrap();
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].standing().index.unwrap().to_hundredths(), TWIN_INDEX);
    assert_eq!(published[0].difference(), None, "nothing was published to differ from");
    let mut other = twin();
    other.read.instrument.questions.pop();
    let refused = test.db.write(&ctx, other).await;
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.key == "plan.refused.instrument_differs"));
}

#[tokio::test]
async fn published_scores_keep_their_own_weights_and_unknown_names_as_text() {
    let (test, ctx) = shared().await;
    let missing = test.db.write(&ctx, scores(SCORES)).await;
    assert!(matches!(missing, Err(Error::Refused(refusal)) if refusal.key == "plan.refused.no_instrument"));
    test.db.write(&ctx, twin()).await.unwrap();
    let done = test.db.write(&ctx, scores(SCORES)).await.unwrap();
    assert_eq!((done.new_count, done.changed_count), (2, 0));
    assert_eq!(done.unmatched, ["Kab. Antah Berantah"]);
    let done = test.db.write(&ctx, scores(SCORES)).await.unwrap();
    assert_eq!((done.new_count, done.changed_count), (0, 2), "the same file again adds nobody");
    let mut conn = test.db.read(RegionId::SHARED).await.unwrap();
    let kept = sql::instrument(&mut conn, "Contoh 2023").await.unwrap().unwrap();
    let published = sql::published(&mut conn, kept.id, 2022).await.unwrap();
    let luwu_utara = published.iter().find(|one| one.region == Some(7322)).unwrap();
    assert_eq!(luwu_utara.standing().index, Some(Ratio::thousandths(2_550)));
    assert_eq!(luwu_utara.difference(), Some(0));
    let nowhere = published.iter().find(|one| one.region.is_none()).unwrap();
    assert_eq!((nowhere.index, nowhere.difference()), (None, None));
    let again = SCORES.replace("Kab. Luwu Utara", "Luwu Utara");
    let done = test.db.write(&ctx, scores(&again)).await.unwrap();
    assert_eq!((done.new_count, done.changed_count), (0, 2), "the name without its kind is the same region");
}

#[tokio::test]
async fn a_file_with_one_bad_row_changes_nothing() {
    let (test, ctx) = shared().await;
    test.db.write(&ctx, twin()).await.unwrap();
    let refused = test.db.write(&ctx, scores(&format!("{SCORES}Kab. Lain,1,1,1,1,9,1\n"))).await;
    let Err(Error::Refused(refusal)) = refused else { panic!("{refused:?}") };
    assert_eq!((refusal.key, refusal.args[0].1.as_str()), ("plan.refused.score", "4"));
    let mut conn = test.db.read(RegionId::SHARED).await.unwrap();
    let kept = sql::instrument(&mut conn, "Contoh 2023").await.unwrap().unwrap();
    assert!(sql::published(&mut conn, kept.id, 2022).await.unwrap().is_empty());
}

#[tokio::test]
async fn only_a_command_on_the_server_imports_for_all_regions() {
    let (test, ctx) = shared().await;
    let officer = Actor {
        kind: simpul_kernel::ActorKind::Officer(test.db.env().new_id()),
        grants: vec![simpul_kernel::Grant { role: simpul_kernel::Role::Secretariat, agency: None }],
    };
    let refused = test.db.write(&Ctx { actor: officer, ..ctx }, twin()).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
}
