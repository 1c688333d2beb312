//! Every statement of the room is understood by the engine under test.

use simpul_store::testing::{TestDb, prepare_all};

#[tokio::test]
async fn every_statement_prepares() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_plan::MIGRATIONS]).await.unwrap();
    let statements = simpul_plan::sql::all_statements();
    let inserts = simpul_plan::sql::all_inserts();
    assert!(prepare_all(&db.db, &statements, &inserts).await.unwrap() >= statements.len());
}
