//! Which regions were taken up when. They stand under region 0, as scores do.

use simpul_store::{Conn, Result, Tx, args};

use crate::model::evaluation::names::region_key;

simpul_store::statements! {
    pub(crate) COHORT_REGIONS = "SELECT year, name, region_code FROM plan_cohort_region
        WHERE region = $1 ORDER BY name_key, year LIMIT $2";
    pub(crate) SET_COHORT_REGION = "INSERT INTO plan_cohort_region (region, year, name_key, name, region_code)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, year, name_key) DO UPDATE SET name = excluded.name, region_code = excluded.region_code";
}

/// Most regions of all cohorts that are read: each may stand in several.
const COHORT_REGIONS_MAX_COUNT: i64 = 10_000;

/// A region of a cohort as it is kept: year, name, and its code where it is one of this installation.
pub type KeptCohortRegion = (i64, String, Option<i64>);

/// Every region of every cohort, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<KeptCohortRegion>> {
    conn.all(&COHORT_REGIONS, args![COHORT_REGIONS_MAX_COUNT]).await
}

/// Keeps a region of a cohort; the same again changes its name only.
pub(crate) async fn set(tx: &mut Tx, year: i64, name: &str, code: Option<i64>) -> Result<()> {
    tx.exec(&SET_COHORT_REGION, args![year, region_key(name), name, code]).await.map(drop)
}
