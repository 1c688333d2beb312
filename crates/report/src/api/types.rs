//! What the API says and takes. The field comments are the documentation that `/api/openapi.json` shows.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, IntoResponses, ToSchema};
use uuid::Uuid;

pub use simpul_shell::{FieldProblem, Problem};

/// Where a report stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StatusName {
    /// Came in; nobody has read it yet.
    New,
    /// Read and found complete.
    Verified,
    /// Given to an agency.
    Assigned,
    /// Being worked on.
    InProgress,
    /// Needs budget first.
    Planned,
    /// Done, as the agency says.
    Resolved,
    /// Over.
    Closed,
    /// Can't be acted on.
    Rejected,
    /// Belongs to another body.
    OutOfAuthority,
    /// The same as another one.
    Merged,
    /// Laid down without an end.
    Archived,
}

/// What a report is.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClassName {
    /// Something is wrong.
    Complaint,
    /// Something is wished for.
    Aspiration,
    /// Something is asked.
    Information,
}

/// How a reporter wants to be known.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModeName {
    /// The contact is kept for the agency.
    Named,
    /// Nothing of a person is kept.
    Anonymous,
    /// Only the agency sees the report.
    Secret,
}

/// What a photo shows.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PurposeName {
    /// How it was when it was reported.
    Before,
    /// How it is after the work.
    After,
    /// With a word in between.
    Note,
}

/// A code with its name in the language asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    /// The key.
    #[schema(example = "lampu_jalan")]
    pub code: String,
    /// Its name.
    #[schema(example = "Lampu jalan")]
    pub name: String,
}

/// A village or district.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AreaName {
    /// The Ministry of Home Affairs' code without dots.
    #[schema(example = 7322012001i64)]
    pub code: i64,
    /// Its name.
    pub name: String,
}

/// Where a report is, as well as it is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaceView {
    /// The village.
    pub village: Option<AreaName>,
    /// The district.
    pub district: Option<AreaName>,
    /// Latitude in degrees (WGS 84).
    pub lat: Option<f64>,
    /// Longitude in degrees (WGS 84).
    pub lon: Option<f64>,
    /// What stands near, or an address in words.
    pub landmark: Option<String>,
}

/// A body that answers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgencyView {
    /// Its id.
    pub id: Uuid,
    /// Its short name.
    #[schema(example = "Dishub")]
    pub short: String,
    /// Its name.
    pub name: String,
    /// Whether it stands outside the local government.
    pub outside: bool,
}

/// A report as one item of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportItem {
    /// The number that the citizen keeps.
    #[schema(example = "LUTRA-2611-0042")]
    pub number: String,
    /// Where it stands.
    #[schema(value_type = StatusName, example = "in_progress")]
    pub status: String,
    /// Whether somebody still has to act.
    pub open: bool,
    /// What it is about.
    pub category: Named,
    /// Who answers for it, where the region names agencies in public.
    pub agency: Option<AgencyView>,
    /// What the citizen wrote; telephone numbers, NIK and e-mail addresses are masked.
    pub text: String,
    /// Where.
    pub place: PlaceView,
    /// When it came in.
    #[schema(format = DateTime)]
    pub reported_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
    /// By when it must be solved.
    #[schema(format = DateTime)]
    pub resolve_due: String,
    /// Whether it is open past that moment.
    pub late: bool,
    /// Whether work is owed and nothing has happened for eight weeks.
    pub status_unknown: bool,
    /// Address of its first photo.
    pub photo_url: Option<String>,
    /// Address of its page for people.
    pub page_url: String,
}

/// One step or word in a report's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// What happened.
    #[schema(example = "report.resolved")]
    pub kind: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What was said, masked like the report's own text.
    pub text: Option<String>,
}

/// A photo.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoView {
    /// Address of the photo, 1600 pixels on its longer side.
    pub url: String,
    /// What it shows.
    #[schema(value_type = PurposeName)]
    pub purpose: String,
    /// Width in pixels.
    pub width: i64,
    /// Height in pixels.
    pub height: i64,
}

/// A report with its history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportView {
    /// What a list says too.
    #[serde(flatten)]
    pub item: ReportItem,
    /// Grows by one with each change; send it back with a step so that nobody's work is overwritten.
    pub version: i64,
    /// What it is.
    #[schema(value_type = ClassName)]
    pub class: String,
    /// By when it is checked.
    #[schema(format = DateTime)]
    pub verify_due: String,
    /// By when there is a first answer.
    #[schema(format = DateTime)]
    pub answer_due: String,
    /// What the citizen was told when it ended, whichever way.
    pub answer: Option<String>,
    /// When it was solved.
    #[schema(format = DateTime)]
    pub resolved_at: Option<String>,
    /// When it was closed.
    #[schema(format = DateTime)]
    pub closed_at: Option<String>,
    /// How many others said "the same here".
    pub followers: i64,
    /// What was chosen from the lists of the category's questions.
    pub answers: Vec<AnsweredView>,
    /// Agencies that help the one that answers, where the region names agencies in public; else none.
    pub supporting: Vec<AgencyView>,
    /// The public history, oldest first.
    pub events: Vec<EventView>,
    /// Its photos.
    pub photos: Vec<PhotoView>,
}

/// A page of reports.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportList {
    /// The reports, newest first.
    pub items: Vec<ReportItem>,
    /// Path of the next page; absent on the last.
    pub next: Option<String>,
}

/// Categories.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CategoryList {
    /// In the order of the form.
    pub items: Vec<CategoryView>,
}

/// A category.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CategoryView {
    /// The key; also the Open311 service code.
    pub code: String,
    /// Its name in the language asked for.
    pub name: String,
    /// What belongs here.
    pub description: String,
    /// Words that lead to it.
    pub keywords: String,
    /// What it stands with.
    pub group: String,
    /// Who answers.
    pub agency: Option<AgencyView>,
    /// What it usually is.
    #[schema(value_type = ClassName)]
    pub class: String,
    /// How long it may take at most.
    #[schema(example = "14 working_day")]
    pub resolve_within: String,
    /// Which rule says so.
    pub rule: String,
    /// Reports of it are seen by the agency alone.
    pub secret: bool,
    /// Why no reports of it are taken and somebody must be called instead; absent where they are.
    pub stop: Option<String>,
    /// What a report of it is asked further, in that order.
    pub questions: Vec<QuestionView>,
}

/// A question of a category.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QuestionView {
    /// The key of its answer.
    pub code: String,
    /// What an answer looks like: one of the data types of GeoReport v2.
    #[schema(example = "singlevaluelist")]
    pub datatype: String,
    /// Whether a report needs an answer.
    pub required: bool,
    /// The question in the language asked for.
    pub text: String,
    /// What helps to answer it.
    pub hint: String,
    /// The answers of a list: what is sent, and what it is called.
    pub values: Vec<Named>,
}

/// What was asked and what was chosen from a list. Words that somebody wrote are never shown in public.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnsweredView {
    /// The question.
    pub question: String,
    /// The answer; several are parted by commas.
    pub answer: String,
}

/// Districts and villages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AreaList {
    /// Districts in the order of their codes.
    pub items: Vec<DistrictView>,
}

/// A district.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DistrictView {
    /// The Ministry's code without dots.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// Its villages.
    pub villages: Vec<AreaName>,
}

/// The villages of a district.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VillageList {
    /// In the order of their names.
    pub items: Vec<AreaName>,
}

/// Where a point lies.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaceAt {
    /// Whether it may be here: true where no boundary is known.
    pub inside: bool,
    /// Code of the district.
    #[schema(example = 732201)]
    pub district_code: Option<i64>,
    /// Its name.
    pub district: Option<String>,
    /// Code of the village.
    #[schema(example = 7322012001i64)]
    pub village_code: Option<i64>,
    /// Its name.
    pub village: Option<String>,
}

/// Bodies that answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgencyList {
    /// In the order of their short names.
    pub items: Vec<AgencyView>,
}

/// What a list of reports is asked for. A filter that is named must have a value.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only of this state.
    #[param(value_type = Option<StatusName>, inline)]
    pub status: Option<String>,
    /// Only those that somebody still has to act on (`true`), or not (`false`).
    pub open: Option<bool>,
    /// `true`: only those on which work is owed and to which nothing has happened for eight weeks.
    pub status_unknown: Option<bool>,
    /// Only of this category.
    #[param(min_length = 1, max_length = 60, pattern = "^[a-z0-9_.-]+$")]
    pub category: Option<String>,
    /// Only of this district.
    #[param(minimum = 0)]
    pub district: Option<i64>,
    /// Only of this village.
    #[param(minimum = 0)]
    pub village: Option<i64>,
    /// Reported at or after: date and time (RFC 3339); a date alone is its first moment in the region.
    #[param(format = DateTime)]
    pub from: Option<String>,
    /// Reported at or before.
    #[param(format = DateTime)]
    pub to: Option<String>,
    /// Changed at or after.
    #[param(format = DateTime)]
    pub updated_after: Option<String>,
    /// Rows of a page, 1 to 100; 50 if absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
    /// Where the page before ended, as its `next` gives it.
    pub cursor: Option<Uuid>,
}

/// The largest number that every reader of JSON takes for itself.
const WHOLE_MAX: i64 = (1 << 53) - 1;

/// A whole number that is not negative. `7.0` is one too, as JSON has it.
pub(super) fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(from)? else { return Ok(None) };
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
    let of_float = |float: f64| (float.fract() == 0.0 && float.abs() <= WHOLE_MAX as f64).then_some(float as i64);
    let whole = number.as_i64().or_else(|| number.as_f64().and_then(of_float));
    let known = whole.filter(|whole| (0..=WHOLE_MAX).contains(whole));
    known.map(Some).ok_or_else(|| D::Error::custom(format!("{number} is no whole number from 0 to {WHOLE_MAX}")))
}

/// A whole number that must be there.
pub(super) fn whole_number<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    whole(from)?.ok_or_else(|| D::Error::custom("a whole number is needed"))
}

/// A new report.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// Code of the category.
    #[schema(example = "lampu_jalan", min_length = 1, max_length = 60, pattern = "^[a-z0-9_.-]+$")]
    pub category: String,
    /// What is wrong, at most 2,000 characters.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
    /// Latitude in degrees; with `lon`, or else a village, a district or a landmark.
    #[schema(minimum = -90, maximum = 90)]
    pub lat: Option<f64>,
    /// Longitude in degrees.
    #[schema(minimum = -180, maximum = 180)]
    pub lon: Option<f64>,
    /// Code of the village.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub village: Option<i64>,
    /// Code of the district.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub district: Option<i64>,
    /// What stands near, or an address in words.
    #[schema(max_length = 200, pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
    pub landmark: Option<String>,
    /// Answers to the category's questions, by their codes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, Answer>,
    /// Who reports; absent for nobody.
    pub reporter: Option<NewReporter>,
    /// The sender's own number of it: sent again, it gives the report that came before.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub foreign_id: Option<String>,
    /// Address of a picture that lies elsewhere; it is not fetched.
    #[schema(pattern = r#"^[hH][tT][tT][pP][sS]?://[!#-.0-;=?-~][!#-;=?-~]*$"#, max_length = 500)]
    pub media_url: Option<String>,
}

/// An answer to a question, or several where it takes several.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Answer {
    /// One.
    One(String),
    /// Several of a list.
    Many(Vec<String>),
}

/// Who reports.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReporter {
    /// How the reporter wants to be known; by the contact that is given if absent.
    #[schema(value_type = Option<ModeName>)]
    pub mode: Option<String>,
    /// Name; never shown in public.
    #[schema(max_length = 200, pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
    pub name: Option<String>,
    /// Telephone number; never shown in public. Gaps between its digits are forgiven.
    #[schema(max_length = 40, example = "081234567890", pattern = r"^(|(\+62|0)8[0-9]{8,11}|\+[13-57-9][0-9]{7,14})$")]
    pub phone: Option<String>,
    /// E-mail address; never shown in public.
    #[schema(
        max_length = 254,
        example = "warga@contoh.id",
        pattern = r"^(|[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)$"
    )]
    pub email: Option<String>,
}

/// What the sender of a report is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Created {
    /// Its id.
    pub id: Uuid,
    /// The number to keep.
    pub number: String,
    /// Whoever holds this speaks as the reporter. Given once: absent where the report came before.
    pub token: Option<String>,
    /// Who answers.
    pub agency: Option<AgencyView>,
    /// Checked by then.
    #[schema(format = DateTime)]
    pub verify_due: String,
    /// First answer by then.
    #[schema(format = DateTime)]
    pub answer_due: String,
    /// Solved by then.
    #[schema(format = DateTime)]
    pub resolve_due: String,
    /// Whether only the agency sees it.
    pub secret: bool,
    /// Address of its page for people, without the token.
    pub page_url: String,
}

/// Where a report stands after a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepDone {
    /// Its number.
    pub number: String,
    /// Its state now.
    #[schema(value_type = StatusName)]
    pub status: String,
    /// Its version now.
    pub version: i64,
}

/// What every step of an officer may be answered with.
#[derive(IntoResponses)]
pub enum StepAnswers {
    /// Where it stands now
    #[response(status = 200)]
    Done(StepDone),
    /// The key may not
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// Not there, or not for this key
    #[response(status = 404, content_type = "application/problem+json")]
    NotThere(Problem),
    /// Not in this state, another version, nothing that this region has, or a key that was used
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// A field is wrong
    #[response(status = 422, content_type = "application/problem+json")]
    Wrong(Problem),
}

/// By what a step that is sent again is known.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct StepKey {
    /// Any text of your own that no other step has
    #[param(rename = "Idempotency-Key", min_length = 1, max_length = 512)]
    pub idempotency_key: Option<String>,
}

/// Read and found complete.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyBody {
    /// The version that was seen; absent for whatever it is.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// What it is.
    #[schema(value_type = ClassName)]
    pub class: String,
    /// Whether it has oversight content or needs a field examination.
    #[serde(default)]
    pub needs_inspection: bool,
    /// Another category, where the citizen's was wrong.
    #[schema(min_length = 1, max_length = 60, pattern = "^[a-z0-9_.-]+$")]
    pub category: Option<String>,
}

/// Given to an agency.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// Short name or id of the agency.
    #[schema(
        min_length = 1,
        max_length = 60,
        example = "Dishub",
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub agency: String,
    /// Id of an officer of it.
    pub officer: Option<Uuid>,
    /// What is to be done; only staff read it.
    #[schema(max_length = 2000, pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
    pub instruction: Option<String>,
}

/// Work has begun.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// A word to the citizen, which is then the first answer.
    #[schema(max_length = 2000, pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
    pub note: Option<String>,
}

/// Done.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// What was done, in words that the citizen reads.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
    /// Why there is no photo: by this way none can be sent.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub no_photo_reason: String,
}

/// A word about a report.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// What is said.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
    /// Whether the citizen and the public read it.
    #[serde(default)]
    pub public: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Class, Purpose, ReporterMode, Status};

    fn names<T: Serialize>(all: &[T]) -> Vec<String> {
        all.iter().map(|one| serde_json::to_value(one).unwrap().as_str().unwrap().to_owned()).collect()
    }

    /// The names that the document gives are those that are read.
    #[test]
    fn every_name_that_is_described_is_one_that_is_read() {
        use StatusName::*;
        let statuses = [
            New,
            Verified,
            Assigned,
            InProgress,
            Planned,
            Resolved,
            Closed,
            Rejected,
            OutOfAuthority,
            Merged,
            Archived,
        ];
        assert_eq!(names(&statuses), Status::ALL.map(Status::name));
        for name in names(&[ClassName::Complaint, ClassName::Aspiration, ClassName::Information]) {
            assert!(Class::parse(&name).is_some(), "{name}");
        }
        for name in names(&[ModeName::Named, ModeName::Anonymous, ModeName::Secret]) {
            assert!(ReporterMode::parse(&name).is_some(), "{name}");
        }
        for name in names(&[PurposeName::Before, PurposeName::After, PurposeName::Note]) {
            assert_eq!(Purpose::parse(&name).name(), name);
        }
    }
}
