//! Every statement of the room is understood by the engine under test.

use simpul_store::testing::{TestDb, plans, prepare_all};

#[tokio::test]
async fn every_statement_prepares() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_report::MIGRATIONS]).await.unwrap();
    let statements = simpul_report::sql::all_statements();
    let inserts = simpul_report::sql::all_inserts();
    assert!(prepare_all(&db.db, &statements, &inserts).await.unwrap() >= statements.len());
}

/// Tables that grow with every report.
const LARGE: [&str; 6] = ["report", "report_event", "report_photo", "report_contact", "report_follower", "r"];

#[tokio::test]
async fn no_statement_walks_a_whole_table_and_only_small_heaps_are_put_in_order() {
    let db = TestDb::new(&[simpul_people::MIGRATIONS, simpul_report::MIGRATIONS]).await.unwrap();
    for (name, steps) in plans(&db.db, &simpul_report::sql::all_statements()).await.unwrap() {
        for step in &steps {
            let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
            assert!(!table.is_some_and(|table| LARGE.contains(&table)), "{name}: {steps:?}");
            // The region alone leads nowhere: that is the whole table too, but for an index of open work only.
            let open = step.contains("_due ");
            let blind = step.ends_with("(region=?)")
                && !open
                && LARGE.iter().any(|t| step.starts_with(&format!("SEARCH {t} ")));
            assert!(!blind, "{name}: {steps:?}");
        }
        let sorts = steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
        let is_list = !name.contains("BY_AGENCY")
            && ["PUBLIC", "MAP", "INBOX", "WAITING", "ESCALATED"].iter().any(|list| name.starts_with(list));
        let is_handful = ["CORNER_DUE", "CORNER_SILENT", "_WISHES"].iter().any(|few| name.ends_with(few));
        assert!(!sorts || !is_list || is_handful, "{name}: {steps:?}");
        let by_state =
            steps.iter().any(|step| step.contains("COVERING INDEX report_by_status (region=? AND status=? AND id>?"));
        assert!(by_state || !(name.starts_with("CHOSEN") && name.ends_with("STATUS")), "{name}: {steps:?}");
        // All that no agency has is a long way to the few of it that a wish hides.
        let by_wish = steps.iter().any(|step| step.contains("report_by_wish "));
        assert!(by_wish || !name.ends_with("WISHES"), "{name}: {steps:?}");
    }
}
