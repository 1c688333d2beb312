//! What was not done by its day: it is said once in the journal, where others act on it.

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_store::{Result, Tx};
use uuid::Uuid;

use super::{INCIDENT, ITEM};
use crate::sql;

/// A step of a checklist whose time has passed.
pub(crate) async fn item_is_late(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    let Some(item) = sql::stage::item(tx, id).await? else { return Ok(()) };
    if item.is_late(ctx.now()) {
        let body = json!({ "stage": item.stage, "agency": item.agency, "due_at": item.due.0 });
        tx.journal(ctx, ITEM, item.id, "action_item.late", body);
    }
    Ok(())
}

/// A lesson whose day has passed.
pub(crate) async fn lesson_is_late(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    let Some(lesson) = sql::after::lesson(tx, id).await? else { return Ok(()) };
    if lesson.is_late(ctx.now()) {
        let body = json!({ "lesson": lesson.id, "agency": lesson.agency, "due_at": lesson.due.0 });
        tx.journal(ctx, INCIDENT, lesson.incident, "incident.lesson_late", body);
    }
    Ok(())
}
