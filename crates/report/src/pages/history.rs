//! The history of a report, as its reader may know it.

use super::telling::{self, Teller};
use super::view::{Entry, PhotoItem, agency_name, agency_public, short_words};
use crate::model::steps::what;
use crate::model::{Level, Report, Status, public_text};
use crate::sql::Event;

fn entry_key(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "report.verified" => ("report.event.verified", "new"),
        "report.assigned" => ("report.event.assigned", "new"),
        "report.handed_back" => ("report.event.handed_back", "off"),
        "report.started" => ("report.event.started", "work"),
        "report.noted" => ("report.event.noted", "work"),
        "report.instructed" => ("report.event.instructed", "work"),
        "report.leader_directed" => ("report.direction.event", "late"),
        "report.directed" => ("report.event.directed", "work"),
        "report.planned" => ("report.event.planned", "work"),
        "report.resolved" => ("report.event.resolved", "done"),
        "report.reopened" => ("report.event.reopened", "late"),
        "report.confirmed" => ("report.event.confirmed", "done"),
        "report.closed" => ("report.event.closed", "done"),
        "report.rejected" => ("report.event.rejected", "off"),
        "report.out_of_authority" => ("report.event.out_of_authority", "off"),
        "report.merged" => ("report.event.merged", "off"),
        "report.joined" => ("report.event.joined", "work"),
        "report.unmerged" => ("report.event.unmerged", "new"),
        "report.parted" => ("report.remind.event_parted", "new"),
        "report.hidden" => ("report.event.hidden", "off"),
        "report.shown" => ("report.event.shown", "new"),
        "report.late" => ("report.event.late", "late"),
        "report.escalated" => ("report.event.escalated", "late"),
        "report.followed" => ("report.event.followed", "new"),
        "report.erased" => ("report.event.erased", "off"),
        "report.paused" => ("report.pause.event_paused", "off"),
        "report.resumed" => ("report.pause.event_resumed", "work"),
        "report.question_answered" => ("report.pause.event_answered", "new"),
        "report.archived" => ("report.pause.event_archived", "off"),
        "report.photo_covered" => ("report.cover.event", "off"),
        "report.edit_reason" => ("report.edit.event_reason", "off"),
        "report.sp4n_set" => ("report.sp4n.event", "new"),
        "report.edited" => ("report.edit.event", "off"),
        "report.imported" => ("report.event.imported", "new"),
        "report.rated" => ("report.rating.event", "done"),
        "report.reminded" => ("report.remind.event", "late"),
        "report.answer_drafted" => ("report.approval.event_drafted", "work"),
        "report.answer_returned" => ("report.approval.event_returned", "off"),
        "report.answer_withdrawn" => ("report.approval.event_withdrawn", "off"),
        other => return telling::entry_key(other),
    })
}

/// Which of its deadlines a report passed: three lines of the same words would tell a citizen nothing.
fn late_key(deadline: Option<&str>) -> &'static str {
    match deadline {
        Some(what::VERIFY) => "report.event.late_verify",
        Some(what::ANSWER) => "report.event.late_answer",
        Some(what::RESOLVE) => "report.event.late_resolve",
        _ => "report.event.late",
    }
}

impl Teller<'_> {
    /// The history, oldest first, from the day it came in.
    pub fn history(&self, report: &Report, events: &[Event]) -> Vec<Entry> {
        let first = Entry {
            state: "new",
            title: self.page.t("report.event.submitted"),
            at: report.times.reported,
            text: String::new(),
            who: self.page.t(report.source.told_key().filter(|_| !self.staff).unwrap_or(report.source.key())),
            photos: Vec::new(),
            internal: false,
        };
        std::iter::once(first).chain(events.iter().filter_map(|event| self.entry(event))).collect()
    }

    fn entry(&self, event: &Event) -> Option<Entry> {
        if !event.public && !self.staff {
            return None;
        }
        let (key, state) = entry_key(&event.kind)?;
        let detail: serde_json::Value =
            event.detail.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        let said = event.note.clone().unwrap_or_default();
        let photos = self.photos.iter().filter(|photo| photo.event == Some(event.id));
        Some(Entry {
            state,
            title: self.title(key, &event.kind, &detail),
            at: event.at,
            text: if self.staff { said } else { public_text(&said) },
            who: if self.staff { self.who(event, &detail) } else { String::new() },
            photos: photos.map(|photo| PhotoItem::of(photo, self.key)).collect(),
            internal: !event.public,
        })
    }

    fn title(&self, key: &str, kind: &str, detail: &serde_json::Value) -> String {
        if let Some(title) = telling::title(self, kind, detail) {
            return title;
        }
        let agency = |field: &str| {
            let id = detail.get(field).and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok());
            if self.staff { agency_name(self.place, id) } else { agency_public(self.place, id) }
        };
        match kind {
            "report.assigned" if agency("to").is_empty() => short_words(self.page, Status::Assigned),
            "report.assigned" => self.page.t1(key, "agency", agency("to")),
            "report.handed_back" => self.page.t1(key, "agency", agency("suggest")),
            "report.planned" => {
                self.page.t1(key, "year", detail.get("year").map(ToString::to_string).unwrap_or_default())
            }
            "report.merged" => {
                let into = detail.get("into_number").and_then(serde_json::Value::as_str).unwrap_or_default();
                self.page.t1(key, "number", into)
            }
            "report.joined" | "report.parted" => {
                let from = detail.get("from_number").and_then(serde_json::Value::as_str).unwrap_or_default();
                self.page.t1(key, "number", from)
            }
            "report.rated" => {
                self.page.t1(key, "stars", detail.get("stars").map(ToString::to_string).unwrap_or_default())
            }
            "report.escalated" => {
                let level = Level::of(detail.get("level").and_then(serde_json::Value::as_i64).unwrap_or(0));
                self.page.t1(key, "level", self.page.t(level.key()))
            }
            "report.late" => self.page.t(late_key(detail.get("what").and_then(serde_json::Value::as_str))),
            "report.imported" => {
                let theirs = detail.get("theirs").and_then(serde_json::Value::as_str).and_then(Status::parse);
                theirs.map_or_else(
                    || self.page.t(key),
                    |theirs| self.page.t1("report.event.imported_held", "state", self.page.t(theirs.staff_key())),
                )
            }
            _ => self.page.t(key),
        }
    }

    fn who(&self, event: &Event, detail: &serde_json::Value) -> String {
        let drafted_by = detail.get("drafted_by").and_then(serde_json::Value::as_str).and_then(|id| id.parse().ok());
        let writer = drafted_by.and_then(|id| self.place.officer(id)).map(|officer| officer.name.as_str());
        match event.officer {
            Some(id) if writer.is_some() => {
                let approver = self.place.officer(id).map(|officer| officer.name.as_str()).unwrap_or_default();
                let names = [("name", approver), ("writer", writer.unwrap_or_default())];
                self.page.tx("report.approval.who", names)
            }
            Some(id) => self.place.officer(id).map(|officer| officer.name.clone()).unwrap_or_default(),
            None if event.actor == "citizen" => self.page.t("report.who.citizen"),
            None if event.actor.starts_with("apikey") => self.page.t("report.who.program"),
            None => self.page.t("report.who.simpul"),
        }
    }
}
