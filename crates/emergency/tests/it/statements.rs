//! Every statement of the room is understood by the engine under test.

use simpul_store::testing::{TestDb, plans, prepare_all};

#[tokio::test]
async fn every_statement_prepares() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_emergency::MIGRATIONS]).await.unwrap();
    let statements = simpul_emergency::sql::all_statements();
    let inserts = simpul_emergency::sql::all_inserts();
    assert!(prepare_all(&db.db, &statements, &inserts).await.unwrap() >= statements.len());
}

/// Tables that grow with every call.
const LARGE: [&str; 8] =
    ["c", "i", "d", "p", "emergency_call", "emergency_call_event", "emergency_caller", "emergency_note"];

#[tokio::test]
async fn no_statement_walks_a_whole_table() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_emergency::MIGRATIONS]).await.unwrap();
    for (name, steps) in plans(&db.db, &simpul_emergency::sql::all_statements()).await.unwrap() {
        for step in &steps {
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            assert!(!table.is_some_and(|table| LARGE.contains(&table)), "{name}: {steps:?}");
            let open = step.contains("_open ") || step.contains("_active ") || step.contains("_out ");
            let of_large = LARGE.iter().any(|table| step.starts_with(&format!("SEARCH {table} ")));
            assert!(open || !of_large || !step.ends_with("(region=?)"), "{name}: {steps:?}");
        }
    }
}
