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
    let regions = match region {
        Some(code) => vec![house::region_code(code)?],
        None => std::iter::once(RegionId::SHARED).chain(db.regions().await?).collect(),
    };
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

async fn check_region(db: &Db, region: RegionId) -> Result<i64, Failure> {
    let mut conn = db.read(region).await?;
    let total = u64::try_from(head(&mut conn).await?.0).unwrap_or(0);
    let bar = progress(total, "journal");
    let verdict = verify(&mut conn, |seq| bar.set_position(u64::try_from(seq).unwrap_or(0))).await?;
    bar.finish_and_clear();
    match verdict {
        Verdict::Whole { lines } => Ok(lines),
        Verdict::Bad { seq, reason } => Err(Failure::Found(format!("region {region} seq {seq}: {reason}"))),
    }
}

fn read_anchor(settings: &Settings, db: &Db, path: &Path) -> Result<Anchor, Failure> {
    let text = std::fs::read_to_string(path).map_err(Failure::io(path))?;
    let key = signing_key(settings.data(), db.env().entropy.as_ref())?;
    let anchor = Anchor::parse(&text, Some(&key.verifying_key()));
    anchor.map_err(|error| Failure::Found(format!("{}: {error}", path.display())))
}

/// Prints a signed head.
pub async fn anchor(settings: &Settings, region: &str) -> Result<(), Failure> {
    let region = house::region_code(region)?;
    let db = house::open(settings).await?;
    let key = signing_key(settings.data(), db.env().entropy.as_ref())?;
    let anchor = Anchor::sign(&mut db.read(region).await?, db.env().now(), &key).await?;
    say(anchor.to_string().trim_end());
    Ok(())
}
