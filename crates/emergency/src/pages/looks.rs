//! Who looked at a caller's number or listened to a recording, and the recording itself.

use askama::Template;
use simpul_people::actions::LogAccess;
use simpul_shell::{Fields, Officer, Page, PageError, PageResult, Path, Query, TimeText, render};
use uuid::Uuid;

use super::parts::names::holder_name;
use super::typed::id_of;
use super::{CanSuperviseCalls, CanTakeCalls};
use crate::actions::{CALL, OpenRecording};
use crate::sql;

/// Rows of one page.
const ROWS_COUNT: usize = 100;

struct Row {
    at: TimeText,
    who: String,
    what: String,
    call: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "emergency/looks.html")]
struct LooksPage {
    page: Page,
    rows: Vec<Row>,
    next: Option<String>,
}

/// Who looked at whose call. It holds no numbers.
pub async fn list(me: Officer<CanSuperviseCalls>, Query(query): Query<Fields>) -> PageResult {
    let page = me.page("emergency.looks.title").at("/112");
    let limit = i64::try_from(ROWS_COUNT).unwrap_or(i64::MAX) + 1;
    let mut conn = me.read().await?;
    let mut lines = sql::access::looks(&mut conn, query.uuid("sebelum"), limit).await?;
    let keys = simpul_people::sql::door::api_keys(&mut conn).await?;
    drop(conn);
    let program = |actor: &str| {
        let id: Option<Uuid> = actor.strip_prefix("apikey:").and_then(|id| id.parse().ok());
        let name = keys.iter().find(|key| Some(key.id) == id).map_or("", |key| key.name.as_str());
        format!("{} {name}", page.t("emergency.looks.program")).trim_end().to_owned()
    };
    let more = lines.len() > ROWS_COUNT;
    lines.truncate(ROWS_COUNT);
    let last = lines.last().filter(|_| more).map(|line| format!("/112/akses?sebelum={}", line.id));
    let what = |what: &str| match what {
        "recording" => page.t("emergency.looks.recording"),
        _ => page.t("emergency.looks.caller"),
    };
    let rows = lines.iter().map(|line| Row {
        at: page.time(line.at),
        who: holder_name(&me.place, &line.actor).unwrap_or_else(|| program(&line.actor)),
        what: what(&line.what),
        call: Some(line.subject_id).filter(|id| !id.is_nil()),
    });
    render(&LooksPage { rows: rows.collect(), next: last, page })
}

#[derive(Template)]
#[template(path = "emergency/recording.html")]
struct RecordingPage {
    page: Page,
    url: String,
}

impl RecordingPage {
    /// Whether it is an address that a browser may be led to.
    fn leads(&self) -> bool {
        self.url.starts_with("https://") || self.url.starts_with("http://")
    }
}

/// Where the recording of a call lies. That it was opened is written down before it is shown.
pub async fn recording(officer: Officer<CanTakeCalls>, Path(id): Path<String>) -> PageResult {
    let call = id_of(&id)?;
    let url = officer.write(OpenRecording { call }).await.map_err(|error| match error {
        simpul_store::Error::Refused(_) => PageError::forbidden(),
        other => other.into(),
    })?;
    officer.write(LogAccess { subject_kind: CALL, subject_id: call, what: "recording" }).await?;
    render(&RecordingPage { page: officer.page("emergency.looks.recording").at("/112").usual_width(), url })
}
