//! What the API's list reads: the same columns as Open311's, paged by key. Each statement leads with the filter that
//! its index begins with; the other filters stand beside.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, Statement, args};
use uuid::Uuid;

use crate::model::Status;
use crate::open311::sql::{PublicRow, select_public};

macro_rules! page {
    ($category:literal, $district:literal, $status:literal) => {
        select_public!(
            "AND r.id < $2 AND r.id >= $3 AND r.updated_at >= $4 AND ($5 OR r.is_open = $6)
                AND ($7 OR r.village = $8) AND (CAST($16 AS BIGINT) IS NULL OR (r.updated_at < $16
                AND r.status IN ('new', 'verified', 'assigned', 'in_progress') AND r.paused_until IS NULL)) AND ",
            $category,
            " AND ",
            $district,
            " AND ",
            $status,
            " ORDER BY r.id DESC LIMIT $15"
        )
    };
}

simpul_store::statements! {
    /// By time alone.
    PAGE = page!("($9 OR r.category = $10)", "($11 OR r.district = $12)", "($13 OR r.status = $14)");
    /// By category first.
    PAGE_OF_CATEGORY = page!("(r.category = $10 AND NOT $9)", "($11 OR r.district = $12)", "($13 OR r.status = $14)");
    /// By district first.
    PAGE_OF_DISTRICT = page!("($9 OR r.category = $10)", "(r.district = $12 AND NOT $11)", "($13 OR r.status = $14)");
    /// By state first.
    PAGE_OF_STATUS = page!("($9 OR r.category = $10)", "($11 OR r.district = $12)", "(r.status = $14 AND NOT $13)");
}

/// What a page holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only ids below this one.
    pub below: Option<Uuid>,
    /// Only ids from this one on.
    pub from: Option<Uuid>,
    /// Only what changed at or after.
    pub updated_after: Option<Timestamp>,
    /// Only open ones, or only others.
    pub open: Option<bool>,
    /// Only of this village.
    pub village: Option<i64>,
    /// Only of this category.
    pub category: Option<String>,
    /// Only of this district.
    pub district: Option<i64>,
    /// Only of this state.
    pub status: Option<Status>,
    /// Only what is owed and has not changed since this moment.
    pub silent_since: Option<Timestamp>,
}

/// A page, newest first.
pub async fn page(conn: &mut Conn, filter: &Filter, limit: i64) -> Result<Vec<PublicRow>> {
    let statement: &'static Statement = match filter {
        Filter { category: Some(_), .. } => &PAGE_OF_CATEGORY,
        Filter { district: Some(_), .. } => &PAGE_OF_DISTRICT,
        Filter { status: Some(_), .. } => &PAGE_OF_STATUS,
        _ => &PAGE,
    };
    let args = args![
        filter.below.unwrap_or(Uuid::max()),
        filter.from.unwrap_or_default(),
        filter.updated_after.unwrap_or(Timestamp(0)),
        filter.open.is_none(),
        filter.open.unwrap_or(false),
        filter.village.is_none(),
        filter.village.unwrap_or(0),
        filter.category.is_none(),
        filter.category.as_deref().unwrap_or_default(),
        filter.district.is_none(),
        filter.district.unwrap_or(0),
        filter.status.is_none(),
        filter.status.map_or("", Status::name),
        limit,
        filter.silent_since,
    ];
    conn.all(statement, args).await
}
