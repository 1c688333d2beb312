//! What happens by itself once in a while: what was kept long enough is forgotten, region by region.

use std::time::Duration;

use simpul_kernel::clock::DAY_MICROS;
use simpul_people::{Directory, actions::Purge};
use simpul_report::actions::ForgetReporters;
use simpul_store::outbox::ForgetSent;
use simpul_store::{Db, Result};

use crate::house;

/// How often it is looked at.
const PAUSE: Duration = Duration::from_secs(6 * 3_600);
/// The server starts first, then it cleans.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// Keeps every region to its own terms of retention, for as long as the program runs.
pub async fn run(db: Db, directory: Directory) {
    tokio::time::sleep(FIRST_PAUSE).await;
    loop {
        for region in db.regions().await.unwrap_or_default() {
            if let Err(error) = forget(&db, &directory, region).await {
                tracing::warn!(%region, %error, "what was kept long enough can't be forgotten just now");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Forgets what one region has kept long enough.
pub async fn forget(db: &Db, directory: &Directory, region: simpul_kernel::RegionId) -> Result<()> {
    let retention = directory.of(region).await?.region.settings.retention.clone();
    let ctx = house::operator(db, region);
    db.write(&ctx, ForgetReporters { kept_days: retention.reporter_days }).await?;
    let before = ctx.now().plus_micros(retention.outbox_days.saturating_mul(-DAY_MICROS));
    db.write(&ctx, ForgetSent { before }).await?;
    db.write(&ctx, Purge { retention }).await?;
    Ok(())
}
