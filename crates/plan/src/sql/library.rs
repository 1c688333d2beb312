//! Lists of indicators to choose from.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::library::{Direction, LIBRARIES_MAX_COUNT, LIBRARY_MAX_COUNT, LibraryIndicator};

simpul_store::statements! {
    pub(crate) LIBRARIES = "SELECT id, name FROM plan_library WHERE region = $1 ORDER BY name, id LIMIT $2";
    pub(crate) LIBRARY_BY_NAME = "SELECT id FROM plan_library WHERE region = $1 AND name = $2";
    pub(crate) LIBRARY_INDICATORS = "SELECT code, name, unit, direction, dimension FROM plan_library_indicator
        WHERE region = $1 AND library_id = $2 ORDER BY place, code LIMIT $3";
    pub(crate) SET_LIBRARY = "UPDATE plan_library SET at = $3 WHERE region = $1 AND id = $2";
    pub(crate) DROP_INDICATORS = "DELETE FROM plan_library_indicator WHERE region = $1 AND library_id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_LIBRARY = "plan_library" (id, name, at);
    pub(crate) INSERT_LIBRARY_INDICATOR = "plan_library_indicator" (
        library_id, code, place, name, unit, direction, dimension
    );
}

impl FromRow for LibraryIndicator {
    fn from_row(row: &Row) -> Result<LibraryIndicator> {
        let direction: String = row.at(3)?;
        Ok(LibraryIndicator {
            code: row.at(0)?,
            name: row.at(1)?,
            unit: row.at(2)?,
            direction: named(&direction, Direction::parse)?,
            dimension: row.at(4)?,
        })
    }
}

/// Every list by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<(Uuid, String)>> {
    conn.all(&LIBRARIES, args![LIBRARIES_MAX_COUNT]).await
}

/// The list of a name.
pub async fn by_name(conn: &mut Conn, name: &str) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = conn.opt(&LIBRARY_BY_NAME, args![name]).await?;
    Ok(row.map(|(id,)| id))
}

/// The indicators of a list, in its order.
pub async fn indicators(conn: &mut Conn, library: Uuid) -> Result<Vec<LibraryIndicator>> {
    let most = i64::try_from(LIBRARY_MAX_COUNT).unwrap_or(i64::MAX);
    conn.all(&LIBRARY_INDICATORS, args![library, most]).await
}

/// Adds a list without its indicators.
pub(crate) fn insert(tx: &mut Tx, id: Uuid, name: &str, at: Timestamp) {
    tx.insert(&INSERT_LIBRARY, args![id, name, at]);
}

/// Puts indicators in the place of those that the list had.
pub(crate) async fn replace(tx: &mut Tx, id: Uuid, rows: &[LibraryIndicator], at: Timestamp) -> Result<()> {
    tx.exec(&SET_LIBRARY, args![id, at]).await?;
    tx.exec(&DROP_INDICATORS, args![id]).await?;
    for (place, one) in (0i64..).zip(rows) {
        let LibraryIndicator { code, name, unit, direction, dimension } = one;
        tx.insert(&INSERT_LIBRARY_INDICATOR, args![id, code, place, name, unit, direction.name(), dimension]);
    }
    Ok(())
}
