//! Every statement of the room is understood by the engine under test.

use simpul_store::testing::{TestDb, plans, prepare_all};

#[tokio::test]
async fn every_statement_prepares() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_plan::MIGRATIONS]).await.unwrap();
    let statements = simpul_plan::sql::all_statements();
    let inserts = simpul_plan::sql::all_inserts();
    assert!(prepare_all(&db.db, &statements, &inserts).await.unwrap() >= statements.len());
}

/// What is read of one programme is found by it: no step walks a region's rows from the first to the last.
#[tokio::test]
async fn what_is_read_of_one_programme_walks_no_other_s_rows() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_plan::MIGRATIONS]).await.unwrap();
    let of_one = ["TARGETS", "REALISED", "VALUES_OF_PROGRAMME", "PROGRESS_OF_PROGRAMME", "INDICATORS", "BUDGET"];
    let plans = plans(&db.db, &simpul_plan::sql::all_statements()).await.unwrap();
    for (name, steps) in plans.into_iter().filter(|(name, _)| of_one.contains(name)) {
        let walks = steps.iter().any(|step| step.ends_with("(region=?)") || step.starts_with("SCAN"));
        assert!(!walks, "{name}: {steps:?}");
    }
}
