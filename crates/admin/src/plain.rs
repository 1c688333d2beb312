//! Lines of the journal in words that an administrator reads.

use std::collections::HashMap;

use simpul_kernel::journal::JournalLine;
use simpul_people::sql::door;
use simpul_shell::Site;
use simpul_store::{Conn, Result};
use uuid::Uuid;

/// Names of what acts besides officers, for one page.
#[derive(Debug, Default)]
pub(crate) struct Names {
    keys: HashMap<Uuid, String>,
    displays: HashMap<Uuid, String>,
}

impl Names {
    /// Reads the names of keys and screens.
    pub(crate) async fn read(conn: &mut Conn) -> Result<Names> {
        let keys = door::api_keys(conn).await?.into_iter().map(|key| (key.id, key.name)).collect();
        let displays = door::displays(conn).await?.into_iter().map(|display| (display.id, display.name)).collect();
        Ok(Names { keys, displays })
    }

    /// Who acted, by the journal's name for the actor.
    pub(crate) fn who(&self, site: &Site, actor: &str) -> String {
        let (kind, rest) = actor.split_once(':').unwrap_or((actor, ""));
        let unknown = || site.t("admin.common.unknown");
        let id = rest.parse::<Uuid>().ok();
        let named = |names: &HashMap<Uuid, String>| id.and_then(|id| names.get(&id).cloned()).unwrap_or_else(unknown);
        match kind {
            "citizen" => site.t("admin.actor.citizen"),
            "officer" => {
                let name = id.map_or_else(unknown, |id| officer_name(site, id));
                site.tx("admin.actor.officer", &[("name", &name)])
            }
            "apikey" => site.tx("admin.actor.apikey", &[("name", &named(&self.keys))]),
            "display" => site.tx("admin.actor.display", &[("name", &named(&self.displays))]),
            "system" => site.tx("admin.actor.system", &[("name", rest)]),
            _ => actor.to_owned(),
        }
    }
}

/// An officer's name; an erased one is called so, as the id leads to nobody any more.
pub(crate) fn officer_name(site: &Site, id: Uuid) -> String {
    match site.place.officer(id) {
        Some(officer) if officer.name.is_empty() => site.t("admin.officer.erased_name"),
        Some(officer) => officer.name.clone(),
        None => site.t("admin.common.unknown"),
    }
}

/// What happened, in the catalogue's words; a kind that it does not know stands as it is.
/// A room may bring the words for its own kinds under `ROOM.did.KIND`.
pub(crate) fn what(site: &Site, kind: &str) -> String {
    let own = format!("admin.did.{kind}");
    if site.app.catalogue.has(&own) {
        return site.t(&own);
    }
    let of_room = kind.split_once('.').map(|(room, rest)| format!("{room}.did.{rest}"));
    match of_room.filter(|key| site.app.catalogue.has(key)) {
        Some(key) => site.t(&key),
        None => kind.to_owned(),
    }
}

/// What kind of thing a line is about.
pub(crate) fn subject(site: &Site, kind: &str) -> String {
    let key = format!("admin.subject.{kind}");
    if site.app.catalogue.has(&key) { site.t(&key) } else { kind.to_owned() }
}

/// Where the thing of a line is looked at, and what it is called there. These addresses are promised to stay.
pub(crate) fn link(site: &Site, line: &JournalLine) -> Option<(String, String)> {
    let id = line.subject_id;
    match line.subject_kind.as_str() {
        "report" => {
            let body: serde_json::Value = serde_json::from_str(&line.body).ok()?;
            let number = body.get("number")?.as_str()?;
            let plain = number.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            plain.then(|| (format!("/laporan/{number}"), number.to_owned()))
        }
        "officer" => site.place.officer(id).map(|_| (format!("/admin/petugas/{id}"), officer_name(site, id))),
        "agency" => {
            let agency = site.place.agency(id)?;
            Some((format!("/admin/perangkat-daerah/{id}"), agency.short.clone()))
        }
        _ => None,
    }
}
