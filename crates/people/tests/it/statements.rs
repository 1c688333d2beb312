//! In place of a check at compile time.

use simpul_people::sql::{all_inserts, all_statements};
use simpul_people::testing::House;
use simpul_store::testing::prepare_all;

#[tokio::test]
async fn every_statement_prepares_on_the_engine() {
    let house = House::empty(&[], false).await.unwrap();
    let count = prepare_all(&house.test.db, &all_statements(), &all_inserts()).await.unwrap();
    assert!(count > 70, "{count}");
}

#[test]
fn every_statement_names_the_region() {
    for statement in all_statements() {
        assert!(statement.sql.contains("$1"), "{}", statement.name);
        let joins = statement.sql.matches("JOIN").count();
        assert!(statement.sql.matches(".region = ").count() >= joins, "{}", statement.name);
    }
}
