//! Rows as the world may see them: names for codes, masked words, addresses of photos.

use simpul_kernel::format::{Lang, date_long};
use simpul_people::Snapshot;

use super::answer::{Question, RequestView, ServiceView, UpdateView};
use super::search::Openness;
use super::sql::{PublicEvent, PublicRow};
use crate::desk::Desk;
use crate::model::{Category, Status, hex, public_text};

/// What views are made with.
pub struct Viewing<'a> {
    /// Categories and the region's areas and agencies.
    pub desk: &'a Desk,
    /// The visitor's language.
    pub lang: Lang,
    /// `https://host`, without a slash at its end.
    pub base_url: String,
    /// The sentence for a report that waits to be checked, with `{date}` for the day.
    pub notice: String,
}

impl Viewing<'_> {
    fn snapshot(&self) -> &Snapshot {
        &self.desk.place
    }

    /// A category as a service.
    pub fn service(&self, category: &Category) -> ServiceView {
        ServiceView {
            code: category.code.clone(),
            name: category.name(self.lang).to_owned(),
            description: category.description.clone(),
            keywords: category.keywords.clone(),
            group: category.tile.clone(),
            questions: category.questions.as_deref().map(questions).unwrap_or_default(),
        }
    }

    /// A report as a request.
    pub fn request(&self, row: &PublicRow) -> RequestView {
        let status = Status::parse(&row.status).unwrap_or(Status::New);
        let service = self.desk.category(&row.category);
        let name = service.map_or(row.category.as_str(), |category| category.name(self.lang));
        let named = self.snapshot().region.settings.public_agency_names;
        let agency = row.agency.filter(|_| named).and_then(|id| self.snapshot().agency(id));
        RequestView {
            number: row.number.clone(),
            openness: openness(status),
            status_notes: row.said.as_deref().map(public_text),
            service: (name.to_owned(), row.category.clone()),
            description: public_text(&row.body),
            agency: agency.map(|agency| agency.name.clone()),
            notice: (status == Status::New).then(|| self.notice(row.verify_due)),
            requested: row.reported_at,
            updated: row.updated_at,
            expected: Some(row.resolve_due),
            address: self.address(row),
            address_id: row.village.map(|code| code.to_string()),
            point: row.point,
            media_url: self.photo(row.photo.as_deref()).or_else(|| row.media_url.clone()),
            state: status.name(),
        }
    }

    /// The sentence that says by which day a report is checked.
    pub fn notice(&self, due: simpul_kernel::Timestamp) -> String {
        self.notice.replace("{date}", &date_long(self.lang, self.snapshot().region.zone, due))
    }

    /// An event as an update. A word in between leaves the state as it is now.
    pub fn update(&self, event: &PublicEvent) -> UpdateView {
        let now = Status::parse(&event.status).unwrap_or(Status::New);
        let status = status_after(&event.kind).unwrap_or(now);
        UpdateView {
            id: given_id(event).unwrap_or_else(|| event.id.to_string()),
            number: event.number.clone(),
            openness: openness(status),
            state: status.name(),
            description: event.note.as_deref().map(public_text).unwrap_or_default(),
            at: event.at,
            media_url: self.photo(event.photo.as_deref()),
        }
    }

    fn address(&self, row: &PublicRow) -> Option<String> {
        let village = row.village.and_then(|code| self.snapshot().village(code)).map(|village| village.name.clone());
        let district =
            row.district.and_then(|code| self.snapshot().district(code)).map(|district| district.name.clone());
        let landmark = Some(public_text(&row.landmark)).filter(|text| !text.is_empty());
        let parts: Vec<String> = [landmark, village, district].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn photo(&self, digest: Option<&[u8]>) -> Option<String> {
        digest.map(|digest| format!("{}/foto/{}/besar", self.base_url, hex(digest)))
    }
}

/// The id that the sender of an update was given, if the event is one.
fn given_id(event: &PublicEvent) -> Option<String> {
    let detail: serde_json::Value = serde_json::from_str(event.detail.as_deref()?).ok()?;
    detail.get(crate::outside::UPDATE_ID)?.as_str().map(str::to_owned)
}

/// Open or closed, as the standard counts: what nobody has to act on any more is closed.
pub fn openness(status: Status) -> Openness {
    if status.is_open() { Openness::Open } else { Openness::Closed }
}

/// The state that an event of that kind leaves behind; `None` for a mere word.
fn status_after(kind: &str) -> Option<Status> {
    let step = kind.rsplit('.').next().unwrap_or(kind);
    Some(match step {
        "handed_back" | "unmerged" => Status::Verified,
        "started" | "reopened" => Status::InProgress,
        "confirmed" => Status::Closed,
        other => return Status::parse(other),
    })
}

/// A category's extra questions, from the JSON in which they are kept: the standard's own attribute objects.
pub fn questions(json: &str) -> Vec<Question> {
    let text = |value: &serde_json::Value, name: &str| value.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let list: Vec<serde_json::Value> = serde_json::from_str(json).unwrap_or_default();
    let read = |question: &serde_json::Value| {
        let values = question.get("values").and_then(|values| values.as_array()).map_or(&[][..], Vec::as_slice);
        Some(Question {
            code: text(question, "code")?,
            datatype: text(question, "datatype").unwrap_or_else(|| "string".to_owned()),
            required: question.get("required").and_then(serde_json::Value::as_bool).unwrap_or(false),
            description: text(question, "description").unwrap_or_default(),
            hint: text(question, "datatype_description"),
            values: values.iter().filter_map(|value| Some((text(value, "key")?, text(value, "name")?))).collect(),
        })
    };
    list.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_is_what_nobody_has_to_act_on() {
        let open: Vec<&str> =
            Status::ALL.into_iter().filter(|s| openness(*s) == Openness::Open).map(Status::name).collect();
        assert_eq!(open, ["new", "verified", "assigned", "in_progress", "planned"]);
    }

    #[test]
    fn an_event_tells_the_state_it_left_behind() {
        assert_eq!(status_after("report.started"), Some(Status::InProgress));
        assert_eq!(status_after("report.resolved"), Some(Status::Resolved));
        assert_eq!(status_after("resolved"), Some(Status::Resolved));
        assert_eq!(status_after("report.noted"), None);
    }

    #[test]
    fn questions_are_read_from_the_standards_own_objects() {
        let read =
            questions(r#"[{"code":"A","required":true,"description":"?","values":[{"key":"1","name":"Satu"}]},{}]"#);
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].datatype.as_str(), read[0].required), ("string", true));
        assert_eq!(read[0].values, [("1".to_owned(), "Satu".to_owned())]);
        assert!(questions("nonsense").is_empty());
    }
}
