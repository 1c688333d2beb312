//! Beside the call that a taker has: where the caller may be, how to reach a caller who is silent or cut off, the
//! recording, and the end of a call that the switch does not tell.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_people::Permission;
use simpul_shell::{FormView, Page};
use simpul_store::{Conn, Result};

use super::parts::call_story::CallStory;
use super::parts::tried::{Tried, tried};
use crate::model::attempt::{AttemptKind, AttemptResult};
use crate::model::help::goes_on;
use crate::model::{Attempt, Call, CallSource, CallStatus, Candidate};
use crate::sql;

/// Where the caller may be, as it stands on the page and as it changes.
#[derive(Template)]
#[template(path = "emergency/places.html")]
pub struct Places {
    page: Page,
    call: uuid::Uuid,
    candidates: Vec<Candidate>,
}
impl HtmlSafe for Places {}

impl Places {
    /// The candidates of a call.
    pub fn of(page: &Page, call: &Call, candidates: Vec<Candidate>) -> Places {
        Places { page: page.clone(), call: call.id, candidates }
    }

    fn source(&self, candidate: &Candidate) -> String {
        format!("emergency.place_source.{}", candidate.source.name())
    }

    fn point(&self, candidate: &Candidate) -> Option<String> {
        candidate.point.map(|point| format!("{:.5}, {:.5}", point.lat(), point.lon()))
    }
}

/// What stands beside the call.
#[derive(Template)]
#[template(path = "emergency/tools.html")]
pub struct Tools {
    page: Page,
    form: FormView,
    call: Call,
    places: Places,
    tried: Vec<Tried>,
    story: CallStory,
    has_number: bool,
    has_recording: bool,
    sends_text: bool,
    supervises: bool,
}
impl HtmlSafe for Tools {}

impl Tools {
    /// What can be done with `call` beside the form.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(conn: &mut Conn, officer: &simpul_shell::SignedIn, page: &Page, call: &Call) -> Result<Tools> {
        let caller = sql::call::caller(conn, call.id).await?;
        let attempts: Vec<Attempt> = sql::attempt::of_call(conn, call.id).await?;
        Ok(Tools {
            form: officer.form(),
            places: Places::of(page, call, sql::place::of_call(conn, call.id).await?),
            tried: tried(page, &officer.place, attempts),
            story: CallStory::of(conn, page, &officer.place, call.id).await?,
            has_number: caller.number.is_some(),
            has_recording: caller.recording_url.is_some(),
            sends_text: officer.app.config.sends_text,
            supervises: officer.may(Permission::SuperviseCalls),
            call: call.clone(),
            page: page.clone(),
        })
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/panggilan/{}/{deed}", self.call.id)
    }

    /// Whether the taker can say that it is over.
    fn can_end(&self) -> bool {
        self.call.source == CallSource::Cti
            && self.call.ended.is_none()
            && !matches!(self.call.status, CallStatus::Ringing)
    }

    /// Whether the taker can ask for a supervisor.
    fn can_ask(&self) -> bool {
        goes_on(&self.call)
    }

    fn source(&self) -> Option<String> {
        (self.call.source != CallSource::Cti).then(|| format!("emergency.source.{}", self.call.source.name()))
    }

    fn press_one(&self) -> &'static [AttemptResult] {
        AttemptKind::PressOne.results()
    }

    fn result(&self, result: &AttemptResult) -> String {
        format!("emergency.attempt_result.{}", result.name())
    }
}
