//! What PostgreSQL's planner believes about the tables.
//!
//! Every key begins with the region, so that a planner which knows nothing takes any index for as good as another and
//! walks the whole region for one row: in a young database each check of a foreign key did. PostgreSQL looks at a
//! table by itself within minutes; a region fills faster than that in an import or on its first day.

use simpul_kernel::RegionId;

use crate::{Db, Engine, Result};

/// First length of a journal at which the tables are looked at.
const FIRST_LOOK_LINES: i64 = 512;

/// Every table of this database, one after the other; `to_look` is a condition on what is known.
fn look_at_all(to_look: &str) -> String {
    format!(
        "DO $$ DECLARE name TEXT; BEGIN
        IF {to_look} THEN
            FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()
                ORDER BY tablename LOOP
                EXECUTE 'ANALYZE ' || name;
            END LOOP;
        END IF;
        END $$"
    )
}

/// Whether the journal has just grown past 512, 1,024, 2,048 … lines.
pub(crate) fn is_time_to_look(first_seq: i64, last_seq: i64) -> bool {
    let doublings = |seq: i64| (seq / FIRST_LOOK_LINES).checked_ilog2();
    doublings(first_seq - 1) != doublings(last_seq)
}

impl Db {
    /// Lets PostgreSQL look at its tables now: after an import, or after rows came back from a backup. SQLite plans by
    /// its rules and needs no look.
    pub async fn renew_statistics(&self, region: RegionId) -> Result<()> {
        self.look(region, "TRUE").await
    }

    /// The same, if PostgreSQL believes that the journal is less than half as long as it is.
    pub(crate) async fn renew_young_statistics(&self, region: RegionId, lines: i64) -> Result<()> {
        let believed = "(SELECT reltuples FROM pg_class WHERE oid = to_regclass('journal'))";
        self.look(region, &format!("{believed} * 2 < {lines}")).await
    }

    async fn look(&self, region: RegionId, to_look: &str) -> Result<()> {
        match self.engine() {
            Engine::Sqlite => Ok(()),
            Engine::Postgres => self.raw_writer(region, false).await?.script(look_at_all(to_look)).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use simpul_kernel::{Actor, Ctx};

    use super::*;
    use crate::testing::TestDb;
    use crate::{Action, Tx};

    struct ManyLines;

    impl Action for ManyLines {
        type Output = ();

        async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
            for _ in 0..FIRST_LOOK_LINES {
                tx.journal(ctx, "thing", ctx.new_id(), "thing.added", serde_json::json!({}));
            }
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_region_that_fills_is_known_to_the_planner_at_once() {
        let house = TestDb::new(&[]).await.unwrap();
        if house.db.engine() == Engine::Sqlite {
            return;
        }
        let known = format!(
            "DO $$ BEGIN IF (SELECT reltuples FROM pg_class WHERE oid = to_regclass('journal')) < {FIRST_LOOK_LINES}
            THEN RAISE EXCEPTION 'not looked at yet'; END IF; END $$"
        );
        let ctx = house.ctx(Actor::system("test"));
        let mut conn = house.db.raw_writer(ctx.region, false).await.unwrap();
        assert!(conn.script(known.clone()).await.is_err(), "an empty journal");
        house.db.write(&ctx, ManyLines).await.unwrap();
        for _ in 0..100 {
            if conn.script(known.clone()).await.is_ok() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL still believes that the journal is empty");
    }

    #[test]
    fn a_journal_is_looked_at_whenever_it_has_doubled() {
        assert!(!is_time_to_look(1, 511));
        assert!(is_time_to_look(500, 512));
        assert!(!is_time_to_look(513, 1_023));
        assert!(is_time_to_look(900, 1_024));
        assert!(is_time_to_look(1, 5_000));
        assert!(!is_time_to_look(5_001, 5_100));
    }
}
