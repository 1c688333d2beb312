//! Rows and reports as the API says them.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{Lang, iso};
use simpul_people::Agency;
use simpul_shell::Site;
use uuid::Uuid;

use super::types::{
    AgencyView, AnsweredView, AreaName, CategoryView, DistrictView, EventView, Named, PhotoView, PlaceView,
    QuestionView, ReportItem, ReportView,
};
use crate::desk::Desk;
use crate::model::question::Choice;
use crate::model::silence::is_silent;
use crate::model::{Answers, Category, Question, Report, Status, hex, public_text};
use crate::open311::sql::PublicRow;
use crate::sql::{Event, Photo};

/// What views are made with.
pub struct Viewing<'a> {
    desk: &'a Desk,
    lang: Lang,
    zone: Zone,
    now: Timestamp,
    base_url: String,
}

impl<'a> Viewing<'a> {
    /// Views for whoever asked this site.
    pub fn new(site: &Site, desk: &'a Desk) -> Viewing<'a> {
        Viewing { desk, lang: site.lang, zone: site.region().zone, now: site.now(), base_url: site.base_url() }
    }

    /// An instant with the region's offset.
    pub fn at(&self, at: Timestamp) -> String {
        iso(at, self.zone)
    }

    /// Address of a report's page for people.
    pub fn page_url(&self, number: &str) -> String {
        format!("{}/laporan/{number}", self.base_url)
    }

    fn photo_url(&self, digest: &[u8]) -> String {
        format!("{}/foto/{}/besar", self.base_url, hex(digest))
    }

    /// An agency by its id.
    pub fn agency(&self, id: Option<Uuid>) -> Option<AgencyView> {
        id.and_then(|id| self.desk.place.agency(id)).map(agency)
    }

    fn named(&self, code: &str) -> Named {
        let name = self.desk.category(code).map_or(code, |category| category.name(self.lang));
        Named { code: code.to_owned(), name: name.to_owned() }
    }

    fn place(&self, village: Option<i64>, district: Option<i64>, point: Option<(i32, i32)>, words: &str) -> PlaceView {
        let map = &self.desk.place;
        let village = village.and_then(|code| map.village(code));
        let district = district.and_then(|code| map.district(code));
        PlaceView {
            village: village.map(|found| AreaName { code: found.code, name: found.name.clone() }),
            district: district.map(|found| AreaName { code: found.code, name: found.name.clone() }),
            lat: point.map(|(lat, _)| f64::from(lat) / 1e7),
            lon: point.map(|(_, lon)| f64::from(lon) / 1e7),
            landmark: Some(public_text(words)).filter(|words| !words.is_empty()),
        }
    }

    /// A row of a list.
    pub fn item(&self, row: &PublicRow) -> ReportItem {
        let status = Status::parse(&row.status).unwrap_or(Status::New);
        ReportItem {
            number: row.number.clone(),
            status: status.name().to_owned(),
            open: status.is_open(),
            category: self.named(&row.category),
            agency: self.agency(row.agency.filter(|_| self.desk.place.region.settings.public_agency_names)),
            text: public_text(&row.body),
            place: self.place(row.village, row.district, row.point, &row.landmark),
            reported_at: self.at(row.reported_at),
            updated_at: self.at(row.updated_at),
            resolve_due: self.at(row.resolve_due),
            status_unknown: is_silent(status, row.paused_until.is_some(), row.updated_at, self.now),
            late: status.is_open() && row.paused_until.is_none() && row.resolve_due < self.now,
            photo_url: row.photo.as_deref().map(|digest| self.photo_url(digest)),
            page_url: self.page_url(&row.number),
        }
    }

    /// A report with its history.
    pub fn report(
        &self,
        row: &PublicRow,
        report: &Report,
        helpers: &[Uuid],
        (events, photos): (&[Event], &[Photo]),
    ) -> ReportView {
        // A photo that came with words among staff is theirs.
        let told = |event: Uuid| events.iter().any(|known| known.id == event && known.public);
        let public = photos.iter().filter(|photo| photo.event.is_none_or(told));
        ReportView {
            item: self.item(row),
            version: report.version,
            class: report.class.name().to_owned(),
            verify_due: self.at(report.deadlines.verify),
            answer_due: self.at(report.deadlines.answer),
            answer: report.answer().map(public_text),
            resolved_at: report.times.resolved.map(|at| self.at(at)),
            closed_at: report.times.closed.map(|at| self.at(at)),
            followers: report.follower_count,
            answers: self.answers(report),
            supporting: helpers.iter().filter_map(|id| self.agency(Some(*id))).collect(),
            events: self.events(events),
            photos: public.map(|photo| self.photo(photo)).collect(),
        }
    }

    /// The public part of a history.
    pub fn events(&self, events: &[Event]) -> Vec<EventView> {
        let public = events.iter().filter(|event| event.public);
        let view = |event: &Event| EventView {
            id: event.id,
            kind: event.kind.clone(),
            at: self.at(event.at),
            text: event.note.as_deref().map(public_text),
        };
        public.map(view).collect()
    }

    fn photo(&self, photo: &Photo) -> PhotoView {
        PhotoView {
            url: self.photo_url(&photo.files.digest),
            purpose: photo.purpose.name().to_owned(),
            width: photo.files.width,
            height: photo.files.height,
        }
    }

    /// A category; its agency where agencies are `named`.
    pub fn category(&self, category: &Category, named: bool) -> CategoryView {
        CategoryView {
            code: category.code.clone(),
            name: category.name(self.lang).to_owned(),
            description: category.description.clone(),
            keywords: category.keywords.clone(),
            group: category.tile.clone(),
            agency: self.agency(category.agency.filter(|_| named)),
            class: category.class.name().to_owned(),
            resolve_within: format!("{} {}", category.resolve.count, category.resolve.unit.as_str()),
            rule: category.span_source.clone(),
            secret: category.secret,
            stop: category.stop(self.lang).map(str::to_owned),
            questions: category.questions.iter().map(|question| self.question(question)).collect(),
        }
    }

    fn question(&self, question: &Question) -> QuestionView {
        let named = |choice: &Choice| Named { code: choice.key.clone(), name: choice.name(self.lang).to_owned() };
        QuestionView {
            code: question.code.clone(),
            datatype: question.datatype.name().to_owned(),
            required: question.required,
            text: question.text(self.lang).to_owned(),
            hint: question.hint.clone(),
            values: question.values.iter().map(named).collect(),
        }
    }

    /// What was chosen from lists.
    fn answers(&self, report: &Report) -> Vec<AnsweredView> {
        let Some(category) = self.desk.category(&report.category) else { return Vec::new() };
        let told = category.questions.told(self.lang, &Answers::parse(report.attributes.as_deref()), true);
        told.into_iter().map(|(question, answer)| AnsweredView { question, answer }).collect()
    }

    /// Districts with their villages.
    pub fn districts(&self) -> Vec<DistrictView> {
        let map = &self.desk.place;
        let villages = |district: i64| {
            let villages = map.villages_of(district);
            villages.map(|village| AreaName { code: village.code, name: village.name.clone() }).collect()
        };
        let district = |found: &simpul_people::District| DistrictView {
            code: found.code,
            name: found.name.clone(),
            villages: villages(found.code),
        };
        map.districts.iter().map(district).collect()
    }

    /// The agencies that are active, by short name.
    pub fn agencies(&self) -> Vec<AgencyView> {
        let mut found: Vec<AgencyView> = self.desk.place.active_agencies().map(agency).collect();
        found.sort_by(|a, b| a.short.cmp(&b.short));
        found
    }
}

fn agency(agency: &Agency) -> AgencyView {
    AgencyView { id: agency.id, short: agency.short.clone(), name: agency.name.clone(), outside: agency.outside }
}
