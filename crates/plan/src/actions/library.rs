//! A list of indicators comes in from a file.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};

use crate::model::library::{LIBRARIES_MAX_COUNT, LibraryIndicator};
use crate::sql;

/// What the journal calls a list.
const LIBRARY: &str = "plan_library";

/// Takes a list over. The same name again puts the new list in the place of the old one; indicators that were chosen
/// from it stay as they are.
#[derive(Debug, Clone)]
pub struct ImportLibrary {
    /// What the list is called.
    pub name: String,
    /// Its indicators.
    pub rows: Vec<LibraryIndicator>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedLibrary {
    /// It was not there before.
    pub is_new: bool,
    /// Its indicators.
    pub count: usize,
}

impl Action for ImportLibrary {
    type Output = ImportedLibrary;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<ImportedLibrary> {
        require(ctx, Permission::ManagePlan)?;
        let name = words::clean_line("name", &self.name, LINE_MAX_CHARS, true)?;
        let known = sql::library::by_name(tx, &name).await?;
        let id = match known {
            Some(id) => id,
            None => {
                let count = sql::library::all(tx).await?.len();
                if i64::try_from(count).unwrap_or(i64::MAX) >= LIBRARIES_MAX_COUNT {
                    return Err(Refusal::new("plan.library.refused.full").into());
                }
                let id = ctx.new_id();
                sql::library::insert(tx, id, &name, ctx.now());
                id
            }
        };
        sql::library::replace(tx, id, &self.rows, ctx.now()).await?;
        tx.journal(ctx, LIBRARY, id, "plan.library_imported", json!({ "indicators": self.rows.len() }));
        Ok(ImportedLibrary { is_new: known.is_none(), count: self.rows.len() })
    }
}
