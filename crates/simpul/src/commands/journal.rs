//! `journal verify` and `journal anchor`.

use std::path::Path;

use simpul_kernel::RegionId;
use simpul_store::Db;
use simpul_store::anchor::{Anchor, signing_key};
use simpul_store::journal::{Verdict, head, verify};

use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{progress, say};

/// Walks the journals and, with an anchor, holds one of them against it.
pub async fn check(settings: &Settings, region: Option<&str>, anchor: Option<&Path>) -> Result<(), Failure> {
    let db = house::open(settings).await?;
    let anchor = anchor.map(|path| read_anchor(settings, &db, path)).transpose()?;
    let mut regions = match region {
        Some(code) => vec![known_region(&db, code).await?],
        None => std::iter::once(RegionId::SHARED).chain(db.all_regions().await?).collect(),
    };
    // A region that was struck off the list is still the one that the anchor has seen.
    if let Some(anchor) = anchor.as_ref().filter(|anchor| !regions.contains(&anchor.region)) {
        regions.push(anchor.region);
    }
    let mut lines = 0;
    for region in regions {
        lines += check_region(&db, region).await?;
    }
    if let Some(anchor) = anchor {
        let mut conn = db.read(anchor.region).await?;
        if let Some((seq, reason)) = anchor.fault(&mut conn).await? {
            return Err(Failure::Found(format!("region {} seq {seq}: {reason}", anchor.region)));
        }
    }
    say(format_args!("OK {lines} lines"));
    Ok(())
}

async fn known_region(db: &Db, code: &str) -> Result<RegionId, Failure> {
    let region = house::region_code(code)?;
    if region == RegionId::SHARED || db.all_regions().await?.contains(&region) {
        return Ok(region);
    }
    Err(Failure::Usage(format!("there is no region {region}: `simpul region list` names those there are")))
}

async fn check_region(db: &Db, region: RegionId) -> Result<i64, Failure> {
    if !db.is_migrated(region).await.is_ok_and(|there| there) {
        return Err(Failure::Found(format!("region {region} seq 1: there is no journal any more")));
    }
    let mut conn = db.read(region).await?;
    // A head that can't be read is no total; the walk finds it.
    let total = head(&mut conn).await.map_or(0, |(seq, _)| u64::try_from(seq).unwrap_or(0));
    let bar = progress(total, "journal");
    let verdict = verify(&mut conn, |seq| bar.set_position(u64::try_from(seq).unwrap_or(0))).await?;
    bar.finish_and_clear();
    match verdict {
        Verdict::Whole { lines } => Ok(lines),
        Verdict::Bad { seq, reason } => Err(Failure::Found(format!("region {region} seq {seq}: {reason}"))),
    }
}

fn read_anchor(settings: &Settings, db: &Db, path: &Path) -> Result<Anchor, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let key = signing_key(settings.data(), db.env().entropy.as_ref())?;
    let anchor = Anchor::parse(&text, Some(&key.verifying_key()));
    anchor.map_err(|error| Failure::Found(format!("{}: {error}", path.display())))
}

/// Prints a signed head.
pub async fn anchor(settings: &Settings, region: &str) -> Result<(), Failure> {
    let db = house::open(settings).await?;
    let region = known_region(&db, region).await?;
    let key = signing_key(settings.data(), db.env().entropy.as_ref())?;
    let anchor = Anchor::sign(&mut db.read(region).await?, db.env().now(), &key).await?;
    say(anchor.to_string().trim_end());
    Ok(())
}
