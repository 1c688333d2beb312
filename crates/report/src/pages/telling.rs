//! How the history tells of work inside and between agencies: to staff by name, to citizens in plain words.

use serde_json::Value;
use simpul_kernel::Timestamp;
use simpul_kernel::format::date_long;
use simpul_people::Snapshot;
use simpul_shell::Page;
use uuid::Uuid;

use super::view::{agency_full, agency_name};
use crate::model::Verdict;
use crate::sql::Photo;

/// For whom a history is told.
pub struct Teller<'a> {
    /// Words and formats.
    pub page: &'a Page,
    /// Names of agencies and officers.
    pub place: &'a Snapshot,
    /// Photos of the report.
    pub photos: &'a [Photo],
    /// What stands behind photo addresses.
    pub key: &'a str,
    /// Staff see everything, by name, unmasked.
    pub staff: bool,
}

/// The sentence and the shape of a kind.
pub fn entry_key(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "report.disposition_done" => ("report.telling.disposition_done", "done"),
        "report.support_asked" => ("report.telling.support_asked", "work"),
        "report.support_accepted" => ("report.telling.support_accepted", "work"),
        "report.support_told" => ("report.telling.support_told", "work"),
        "report.support_done" => ("report.telling.support_done", "done"),
        "report.support_returned" => ("report.telling.support_returned", "off"),
        "report.support_ended" => ("report.telling.support_ended", "off"),
        "report.support_warned" => ("report.telling.support_warned", "late"),
        "report.support_late" => ("report.telling.support_late", "late"),
        "report.inspection_ordered" => ("report.telling.inspection_ordered", "work"),
        "report.inspected" => ("report.telling.inspected", "work"),
        "report.inspection_recorded" => ("report.telling.inspection_recorded", "work"),
        "report.letter_changed" => ("report.telling.letter_changed", "work"),
        "report.examination_set" => ("report.telling.examination_set", "work"),
        "report.site_checked" => ("report.telling.site_checked", "work"),
        _ => return None,
    })
}

fn id(detail: &Value, field: &str) -> Option<Uuid> {
    detail.get(field)?.as_str()?.parse().ok()
}

fn day(teller: &Teller<'_>, detail: &Value, field: &str) -> String {
    let at = detail.get(field).and_then(Value::as_i64).map(Timestamp);
    at.map(|at| date_long(teller.page.lang, teller.page.zone(), at)).unwrap_or_default()
}

/// The title of what has names or days in it; `None` for any other kind.
pub fn title(teller: &Teller<'_>, kind: &str, detail: &Value) -> Option<String> {
    let page = teller.page;
    Some(match kind {
        "report.directed" => {
            let to = id(detail, "officer").and_then(|id| teller.place.officer(id))?;
            page.t1("report.telling.directed", "officer", &to.name)
        }
        "report.support_asked" if !teller.staff => {
            let named = teller.place.region.settings.public_agency_names;
            let helper = id(detail, "to").filter(|_| named).map(|id| agency_full(teller.place, Some(id)));
            match helper.filter(|name| !name.is_empty()) {
                Some(name) => page.t1("report.telling.helped_by", "agency", name),
                None => page.t("report.telling.helped"),
            }
        }
        "report.inspected" => page.t1("report.telling.inspected", "date", day(teller, detail, "at")),
        "report.examination_set" => {
            page.t1("report.telling.examination_set", "date", day(teller, detail, "resolve_due"))
        }
        "report.site_checked" => {
            let verdict = detail.get("verdict").and_then(Value::as_str).and_then(Verdict::parse)?;
            page.t1("report.telling.site_checked", "verdict", page.t(verdict.key()))
        }
        other if other.starts_with("report.support_") => {
            let (key, _) = entry_key(other)?;
            page.t1(key, "agency", agency_name(teller.place, id(detail, "to")))
        }
        _ => return None,
    })
}

/// Whether an event is for an agency that helps: what the public reads, and what concerns the help.
pub fn is_for_helpers(kind: &str, detail: Option<&str>, agencies: &[Uuid]) -> bool {
    let detail: Value = detail.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let own = id(&detail, "to").is_some_and(|to| agencies.contains(&to));
    own && (kind.starts_with("report.support_") || kind == "report.instructed")
}
