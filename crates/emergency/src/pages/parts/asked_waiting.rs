//! What was handed over to an agency and waits there, as its page and its live stream draw it.

use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_people::Snapshot;
use simpul_shell::{Page, Tag};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::model::{Incident, IncidentType, number};
use crate::pages::view::{incident_tag, place_line, type_name};
use crate::sql;
use crate::sql::handover::Handover;

/// Something that was handed over, as its agency sees it.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The hand-over.
    pub one: Handover,
    /// Of which incident.
    pub incident: Incident,
    /// What kind that is.
    pub kind: String,
    /// Where.
    pub place: String,
    /// To whom: the agency's short name.
    pub agency: String,
}

impl Handed {
    /// A hand-over to an agency with what it is about; `None` where the incident is gone.
    ///
    /// # Errors
    /// The store's.
    pub async fn read(
        conn: &mut Conn,
        (place, types): (&Snapshot, &[IncidentType]),
        one: Handover,
    ) -> Result<Option<Handed>> {
        let Some(incident) = sql::incident::by_id(conn, one.incident).await? else { return Ok(None) };
        let agency = one.agency.and_then(|id| place.agency(id)).map(|agency| agency.short.clone());
        let (kind, where_it_is) = (type_name(types, &incident.kind), place_line(place, &incident));
        Ok(Some(Handed { one, incident, kind, place: where_it_is, agency: agency.unwrap_or_default() }))
    }

    /// The incident's number.
    pub fn number(&self) -> String {
        number::shown(self.incident.serial)
    }

    /// The shape and colour of where the incident stands.
    pub fn tag(&self) -> Tag {
        incident_tag(self.incident.status)
    }

    /// Where it stands, as a word's key.
    pub fn status(&self) -> String {
        format!("emergency.incident_status.{}", self.incident.status.name())
    }
}

/// All that waits with any agency.
///
/// # Errors
/// The store's.
pub async fn all_waiting(conn: &mut Conn, place: &Snapshot) -> Result<Vec<Arc<Handed>>> {
    let types = sql::incident::types(conn).await?;
    let mut all = Vec::new();
    for one in sql::handover::open(conn).await? {
        all.extend(Handed::read(conn, (place, &types), one).await?.map(Arc::new));
    }
    Ok(all)
}

/// What waits with these agencies.
#[derive(Template)]
#[template(path = "emergency/asked_waiting.html")]
pub struct AskedWaiting {
    page: Page,
    waiting: Vec<Arc<Handed>>,
}
impl HtmlSafe for AskedWaiting {}

impl AskedWaiting {
    /// What of `all` waits with one of `agencies`.
    pub fn of(page: &Page, all: &[Arc<Handed>], agencies: &[Uuid]) -> AskedWaiting {
        let own = |handed: &&Arc<Handed>| handed.one.agency.is_some_and(|agency| agencies.contains(&agency));
        AskedWaiting { page: page.clone(), waiting: all.iter().filter(own).cloned().collect() }
    }
}
