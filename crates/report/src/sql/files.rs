//! Which files of the file store the room's rows name.

use std::collections::HashSet;

use simpul_store::{Conn, Digest, Result, Value, args};

macro_rules! named {
    ($table:literal, $size:literal) => {
        concat!(
            "SELECT ",
            $size,
            " FROM ",
            $table,
            " WHERE region = $1 AND ",
            $size,
            " IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)"
        )
    };
}

simpul_store::statements! {
    pub(crate) NAMED_LARGE = named!("report_photo", "digest");
    pub(crate) KEPT_LARGE = named!("report_redaction", "digest");
    pub(crate) NAMED_MEDIUM = named!("report_photo", "medium");
    pub(crate) KEPT_MEDIUM = named!("report_redaction", "medium");
    pub(crate) NAMED_SMALL = named!("report_photo", "small");
    pub(crate) KEPT_SMALL = named!("report_redaction", "small");
    pub(crate) DRAFT_BODIES = "SELECT body FROM report_draft WHERE region = $1";
}

/// Places for digests in one statement.
const PLACES_COUNT: usize = 32;

/// Those of the files that a report's photo names, in any of its sizes, as it is shown or as it was.
pub async fn in_reports(conn: &mut Conn, files: &[Digest]) -> Result<HashSet<Digest>> {
    let mut named = HashSet::new();
    for chunk in files.chunks(PLACES_COUNT) {
        for statement in [&NAMED_LARGE, &NAMED_MEDIUM, &NAMED_SMALL, &KEPT_LARGE, &KEPT_MEDIUM, &KEPT_SMALL] {
            // The first digest fills the places that are left.
            let places = (0..PLACES_COUNT).map(|at| Value::from(*chunk.get(at).unwrap_or(&chunk[0])));
            let mut args = args![];
            args.0.extend(places);
            let found: Vec<([u8; 32],)> = conn.all(statement, args).await?;
            named.extend(found.into_iter().map(|(digest,)| Digest(digest)));
        }
    }
    Ok(named)
}

/// All drafts as they were saved.
pub async fn draft_bodies(conn: &mut Conn) -> Result<Vec<String>> {
    let bodies: Vec<(String,)> = conn.all(&DRAFT_BODIES, args![]).await?;
    Ok(bodies.into_iter().map(|(body,)| body).collect())
}
