//! A report comes in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::format::Lang;
use simpul_kernel::limits::{
    LINE_MAX_CHARS, PHOTOS_PER_REPORT_MAX_COUNT, REPORT_TEXT_MAX_CHARS, STANDARD_TEXT_MAX_CHARS,
};
use simpul_kernel::{Ctx, Refusal, Timestamp, mask, words};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::secrecy::is_inspectorate;
use super::{Checked, SUBJECT, ask, body};
use crate::desk::{Desk, may_lie_in};
use crate::model::{
    Answers, Category, Level, PhotoRef, Place, Purpose, Report, ReporterMode, Source, State, Times, call, month_of,
    new_token, number, read_email, token_hash, what,
};
use crate::sql::{self, Contact};

/// A phone that knows its place to within so many metres shows where the problem is; a vaguer one shows the
/// neighbourhood.
const EXACT_MAX_M: i64 = 100;

/// Who reports, as typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reporter {
    /// How the reporter wants to be known; without one, by the contact that is given.
    pub mode: Option<ReporterMode>,
    /// Name.
    pub name: Option<String>,
    /// Telephone number in any usual form.
    pub phone: Option<String>,
    /// Address.
    pub email: Option<String>,
}

/// A citizen, or somebody for a citizen, sends a report. Reads nothing from the database: what it must know is the
/// desk.
#[derive(Debug, Clone)]
pub struct SubmitReport {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The region's rules, opened by the caller.
    pub desk: Arc<Desk>,
    /// Code of the category.
    pub category: String,
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub text: String,
    /// Photos that the file store holds already.
    pub photos: Vec<PhotoRef>,
    /// Who reports.
    pub reporter: Reporter,
    /// By which way it comes.
    pub source: Source,
    /// Its number there.
    pub foreign_id: Option<String>,
    /// A picture that lies elsewhere.
    pub media_url: Option<String>,
    /// Answers to the category's further questions, as JSON (`Answers::to_json`).
    pub attributes: Option<String>,
    /// The older report that this one follows.
    pub previous: Option<Uuid>,
}

/// What the citizen is told once it is on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// Id.
    pub id: Uuid,
    /// Number, to be kept.
    pub number: String,
    /// The key that lets its holder speak as the reporter.
    pub token: String,
    /// Who answers.
    pub agency: Option<Uuid>,
    /// Checked by then.
    pub verify_due: Timestamp,
    /// First answer by then.
    pub answer_due: Timestamp,
    /// Solved by then.
    pub resolve_due: Timestamp,
    /// Whether only the agency sees it.
    pub secret: bool,
}

impl SubmitReport {
    /// The category, if reports of it are taken.
    fn category(&self, lang: Lang) -> Checked<&Category> {
        let found = self.desk.category(&self.category).filter(|category| category.active);
        let found = found.ok_or_else(|| Refusal::field("category", "report.refused.category"))?;
        let stopped = call::stopped(found, &self.desk.place.region.settings, lang);
        stopped.map_or(Ok(found), Err)
    }

    /// The answers as they are stored, or everything that is wrong with them.
    fn answers(&self, lang: Lang) -> std::result::Result<Answers, Vec<Refusal>> {
        let questions = self.desk.category(&self.category).map(|category| category.questions.clone());
        let questions = questions.unwrap_or_default();
        // What 112 leaves has nobody left to be asked: what it does not know, the agency asks on the spot.
        let questions = if self.source == Source::Call112 { questions.forgiving() } else { questions };
        questions.take(lang, &Answers::parse(self.attributes.as_deref()))
    }

    /// Who answers. What is secret by its category is Inspektorat's where the region has named nobody.
    fn owner(&self, category: &Category) -> Option<Uuid> {
        let inspectorate = || self.desk.place.agencies.iter().find(|agency| is_inspectorate(agency));
        category.agency.or_else(|| inspectorate().filter(|_| category.secret).map(|agency| agency.id))
    }

    /// The text as it is stored.
    fn text(&self) -> Checked<String> {
        if self.text.trim().is_empty() {
            return Err(Refusal::field("text", "report.refused.text_missing"));
        }
        let most = if self.source == Source::Open311 { STANDARD_TEXT_MAX_CHARS } else { REPORT_TEXT_MAX_CHARS };
        words::clean_text("text", &self.text, most, true)
    }

    /// The contact as it is stored; nothing of an anonymous reporter.
    fn contact(&self) -> Checked<(ReporterMode, Contact)> {
        let Reporter { mode, name, phone, email } = &self.reporter;
        let filled =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
        let (name, phone, email) = (filled(name), filled(phone), filled(email));
        let given = name.is_some() || phone.is_some() || email.is_some();
        let mode = mode.unwrap_or(if given { ReporterMode::Named } else { ReporterMode::Anonymous });
        if mode == ReporterMode::Anonymous {
            return Ok((mode, Contact::default()));
        }
        let name = name.map(|name| words::clean_line("name", &name, LINE_MAX_CHARS, false)).transpose()?;
        let phone = phone
            .map(|typed| mask::normalise_phone(&typed).ok_or_else(|| Refusal::field("phone", "report.refused.phone")));
        let email = email.map(|typed| read_email(&typed));
        Ok((mode, Contact { name, phone: phone.transpose()?, email: email.transpose()? }))
    }

    /// The place with what the region's map adds to it. A crew must be able to find it: a person says at least the
    /// district, and without a village either an exact point or what stands near.
    fn place(&self) -> Checked<Place> {
        let map = &self.desk.place;
        // Programs know their places otherwise, and may know them in words alone, as Open311 allows.
        let by_program = matches!(self.source, Source::Open311 | Source::Api);
        let mut place = self.place.clone();
        place.landmark = words::clean_line("landmark", &place.landmark, LINE_MAX_CHARS, false)?;
        let exact = place.point.filter(|_| place.accuracy_m.is_none_or(|meters| meters <= EXACT_MAX_M));
        let elsewhere = |point| if by_program { map.inside(point) == Some(false) } else { !may_lie_in(map, point) };
        if place.point.is_some_and(elsewhere) {
            return Err(Refusal::field("point", "report.refused.outside"));
        }
        if let Some(point) = exact {
            place.village = place.village.or_else(|| map.village_at(point).map(|village| village.code));
            place.district = place.district.or_else(|| map.district_at(point).map(|district| district.code));
        }
        if let Some(code) = place.village {
            let village = map.village(code).ok_or_else(|| Refusal::field("village", "report.refused.village"))?;
            place.district = Some(village.district);
        }
        if place.district.is_some_and(|code| map.district(code).is_none()) {
            return Err(Refusal::field("district", "report.refused.district"));
        }
        let (district, words) = (place.district.is_some(), !place.landmark.is_empty());
        let known = place.village.is_some()
            || (district && (words || exact.is_some()))
            || (by_program && (district || words || place.point.is_some()));
        match known {
            true => Ok(place),
            false if district => Err(Refusal::field("landmark", "report.refused.landmark_missing")),
            false => Err(Refusal::field("village", "report.refused.village_missing")),
        }
    }

    fn report(&self, ctx: &Ctx, number: String, token: &str, parts: Parts) -> Result<Report> {
        let category = self.category(Lang::Id)?;
        let now = ctx.now();
        let deadlines = category.deadlines(&self.desk.place.calendar, now);
        Ok(Report {
            id: ctx.new_id(),
            number,
            token_hash: token_hash(token),
            version: 1,
            state: State::New,
            class: category.class,
            needs_inspection: false,
            category: category.code.clone(),
            agency: self.owner(category),
            officer: None,
            place: parts.place,
            body: parts.text,
            attributes: parts.answers.to_json(),
            source: self.source,
            foreign_id: self.foreign_id.clone(),
            media_url: self.media_url.clone(),
            mode: parts.mode,
            secret: category.secret || parts.mode == ReporterMode::Secret,
            wish: !category.secret && parts.mode == ReporterMode::Secret,
            hidden: false,
            photo_count: i64::try_from(self.photos.len()).unwrap_or(0),
            deadlines,
            times: Times {
                reported: now,
                verified: None,
                assigned: None,
                started: None,
                answered: None,
                resolved: None,
                closed: None,
                updated: now,
            },
            level: Level::None,
            reopened_count: 0,
            follower_count: 0,
            pause: None,
            pause_count: 0,
            previous: self.previous,
        })
    }

    /// Everything that is refused, in the order of the form: the pages show it all at once. Questions and stop texts
    /// are the region's own words, in that language.
    pub fn faults(&self, lang: Lang) -> Vec<Refusal> {
        let photos = if self.photos.len() > PHOTOS_PER_REPORT_MAX_COUNT {
            Err(Refusal::field("photos", "report.refused.photo_count"))
        } else {
            Ok(())
        };
        let first = [self.category(lang).map(|_| ()), self.place().map(|_| ())];
        let last = [photos, self.text().map(|_| ()), self.contact().map(|_| ())];
        let answers = self.answers(lang).err().unwrap_or_default();
        let faults = |checks: Vec<Checked<()>>| checks.into_iter().filter_map(Result::err);
        faults(first.into()).chain(answers).chain(faults(last.into())).collect()
    }

    /// Refuses what must not be stored: the first fault.
    pub fn check(&self) -> Checked<()> {
        self.faults(Lang::Id).into_iter().next().map_or(Ok(()), Err)
    }
}

/// What was typed, cleaned.
struct Parts {
    place: Place,
    text: String,
    answers: Answers,
    mode: ReporterMode,
}

impl Action for SubmitReport {
    type Output = Submitted;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Submitted> {
        self.check()?;
        let (mode, contact) = self.contact()?;
        let answers = self.answers(Lang::Id).unwrap_or_default();
        let parts = Parts { place: self.place()?, text: self.text()?, answers, mode };
        let prefix = &self.desk.place.region.prefix;
        let month = month_of(self.desk.place.calendar.zone, ctx.now());
        let count = tx.next_number(&format!("report:{month}")).await?;
        let number = number::number(prefix, month, count)
            .ok_or_else(|| Error::Broken(format!("no number from {prefix:?}, {month}, {count}")))?;
        let token = new_token(&ctx.env);
        let report = self.report(ctx, number, &token, parts)?;
        sql::report::insert_new(tx, &report);
        if contact != Contact::default() {
            sql::parts::insert_contact(tx, report.id, &contact, ctx.now());
        }
        sql::parts::insert_photos(tx, report.id, None, Purpose::Before, &self.photos, ctx.now());
        let deadlines = report.deadlines;
        ask(tx, ctx, report.id, what::VERIFY, deadlines.verify);
        ask(tx, ctx, report.id, what::ANSWER, deadlines.answer);
        ask(tx, ctx, report.id, what::RESOLVE, deadlines.resolve);
        let emergency = words::looks_like_emergency(&report.body)
            || self.category(Lang::Id).is_ok_and(|category| category.emergency);
        let detail = json!({
            "source": report.source.name(),
            "emergency": emergency,
            "photos": self.photos.iter().map(PhotoRef::hex).collect::<Vec<_>>(),
            "verify_due": deadlines.verify.0,
            "answer_due": deadlines.answer.0,
            "resolve_due": deadlines.resolve.0,
        });
        tx.journal(ctx, SUBJECT, report.id, "report.submitted", body(&report, Some(&detail)));
        Ok(Submitted {
            id: report.id,
            number: report.number,
            token,
            agency: report.agency,
            verify_due: deadlines.verify,
            answer_due: deadlines.answer,
            resolve_due: deadlines.resolve,
            secret: report.secret,
        })
    }
}
