//! Which files of the file store this room needs; whoever sweeps the store asks here first.

use std::collections::HashSet;

use simpul_store::{Conn, Digest, Result};

use crate::model::Answer;
use crate::pages::form::Draft;
use crate::sql::answer::draft_answer_bodies;
use crate::sql::files;

pub use crate::sql::files::in_reports;

/// The files that drafts of reports and of answers name. Read before [`in_reports`]: a draft that has become a report
/// or an answer by then is found there.
pub async fn in_drafts(conn: &mut Conn) -> Result<HashSet<Digest>> {
    let bodies = files::draft_bodies(conn).await?;
    let drafts = bodies.iter().filter_map(|body| serde_json::from_str::<Draft>(body).ok());
    let answers = draft_answer_bodies(conn).await?;
    let answers = answers.iter().filter_map(|answer| serde_json::from_str::<Answer>(answer).ok());
    let waiting = answers.flat_map(|answer| answer.photos().to_vec());
    let photos = drafts.flat_map(|draft| draft.photos).chain(waiting);
    Ok(photos.flat_map(|photo| [photo.digest, photo.medium, photo.small]).map(Digest).collect())
}
