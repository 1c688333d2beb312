//! A room of one table, and what can be done in it.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_store::testing::TestDb;
use simpul_store::{Action, Error, Migrations, Result, Step, Tx, args};
use uuid::Uuid;

pub const MIGRATIONS: Migrations = Migrations {
    room: "thing",
    steps: &[Step {
        version: 1,
        sql: "CREATE TABLE thing (region INTEGER NOT NULL, id UUID NOT NULL, name TEXT NOT NULL, number BIGINT,
            PRIMARY KEY (region, id), UNIQUE (region, name));
            CREATE TABLE part (region INTEGER NOT NULL, thing UUID NOT NULL, n BIGINT NOT NULL,
            PRIMARY KEY (region, thing, n), FOREIGN KEY (region, thing) REFERENCES thing (region, id));",
    }],
};

simpul_store::statements! {
    pub COUNT = "SELECT COUNT(*) FROM thing WHERE region = $1";
    pub COUNT_PARTS = "SELECT COUNT(*) FROM part WHERE region = $1";
    pub NAMES = "SELECT name FROM thing WHERE region = $1 ORDER BY name";
    pub NUMBERS = "SELECT number FROM thing WHERE region = $1 AND number IS NOT NULL ORDER BY number";
    pub BY_NAME = "SELECT id FROM thing WHERE region = $1 AND name = $2";
    pub RENAME = "UPDATE thing SET name = $3 WHERE region = $1 AND id = $2";
    pub SPOIL = "UPDATE journal SET body = $3 WHERE region = $1 AND seq = $2";
    pub REMOVE_LINE = "DELETE FROM journal WHERE region = $1 AND seq = $2";
    pub MOVE_LINE = "UPDATE journal SET seq = $3 WHERE region = $1 AND seq = $2";
    pub DOUBLE_LINE = "INSERT INTO journal (region, seq, at, actor, subject_kind, subject_id, kind, body, hash)
        SELECT region, $3, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND seq = $2";
    pub CUT_HASH = "UPDATE journal SET hash = $3 WHERE region = $1 AND seq = $2";
    pub CUT_HEAD = "UPDATE region_head SET seq = $2, hash = $3 WHERE region = $1";
}

simpul_store::inserts! {
    pub INSERT_THING = "thing" (id, name, number);
    pub INSERT_PART = "part" (thing, n);
}

/// Adds a thing with two parts; refuses the name `bad` before it has written, `late` after, and panics on `panic`.
#[derive(Debug, Clone)]
pub struct AddThing {
    pub name: String,
    pub key: Option<Uuid>,
}

pub fn add(name: &str) -> AddThing {
    AddThing { name: name.to_owned(), key: None }
}

impl Action for AddThing {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        self.key
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        if self.name == "bad" {
            return Err(Refusal::new("thing.refused.bad").into());
        }
        let id = ctx.new_id();
        let number = tx.next_number("thing").await?;
        tx.insert(&INSERT_THING, args![id, self.name.as_str(), number]);
        tx.insert(&INSERT_PART, args![id, 1i64]);
        tx.insert(&INSERT_PART, args![id, 2i64]);
        tx.journal(ctx, "thing", id, "thing.added", json!({ "number": number }));
        match self.name.as_str() {
            "late" => {
                let _: Option<(Uuid,)> = tx.opt(&BY_NAME, args!["late"]).await?;
                Err(Refusal::new("thing.refused.late").into())
            }
            "panic" => panic!("on purpose"),
            _ => Ok(id),
        }
    }
}

/// Runs one statement, as somebody with the database's password would.
pub struct Meddle {
    pub statement: &'static simpul_store::Statement,
    pub args: fn() -> simpul_store::Args,
}

impl Action for Meddle {
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, _: &Ctx) -> Result<u64> {
        tx.exec(self.statement, (self.args)()).await
    }
}

pub async fn house() -> TestDb {
    TestDb::new(&[MIGRATIONS]).await.unwrap()
}

pub async fn count(house: &TestDb) -> i64 {
    let mut conn = house.db.read(simpul_store::testing::TEST_REGION).await.unwrap();
    conn.one::<(i64,)>(&COUNT, args![]).await.unwrap().0
}

pub fn is_refused(outcome: &Result<Uuid>) -> bool {
    matches!(outcome, Err(Error::Refused(_)))
}
