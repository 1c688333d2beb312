//! What several pages show of a report, in the viewer's words.

use simpul_kernel::Timestamp;
use simpul_people::Snapshot;
use simpul_shell::{Page, Tag};

use crate::desk::Rules;
use crate::model::{PhotoRef, Purpose, Report, Shape, State, Status, hex, public, public_text};
use crate::sql::{Line, Photo};

/// The tag in which a shape is drawn.
pub fn tag(shape: Shape) -> Tag {
    match shape {
        Shape::New => Tag::New,
        Shape::Work => Tag::Work,
        Shape::Done => Tag::Done,
        Shape::Late => Tag::Late,
        Shape::Off => Tag::Off,
    }
}

/// "Kappuna, Kec. Masamba"; empty where nothing is known.
pub fn place_name(place: &Snapshot, village: Option<i64>, district: Option<i64>) -> String {
    let district = district.and_then(|code| place.district(code)).map(|district| district.name.clone());
    let village = village.and_then(|code| place.village(code)).map(|village| village.name.clone());
    match (village, district) {
        (Some(village), Some(district)) => format!("{village}, Kec. {district}"),
        (None, Some(district)) => format!("Kec. {district}"),
        (Some(village), None) => village,
        (None, None) => String::new(),
    }
}

/// "Kappuna, Masamba": for a row, where room is scarce.
pub fn place_short(place: &Snapshot, village: Option<i64>, district: Option<i64>) -> String {
    let village = village.and_then(|code| place.village(code)).map(|village| village.name.as_str());
    let district = district.and_then(|code| place.district(code)).map(|district| district.name.as_str());
    [village, district].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The agency's everyday name; empty where there is none.
pub fn agency_name(place: &Snapshot, agency: Option<uuid::Uuid>) -> String {
    agency.and_then(|id| place.agency(id)).map(|agency| agency.short.clone()).unwrap_or_default()
}

/// The agency's name as the public reads it: in full.
pub fn agency_full(place: &Snapshot, agency: Option<uuid::Uuid>) -> String {
    agency.and_then(|id| place.agency(id)).map(|agency| agency.name.clone()).unwrap_or_default()
}

/// The agency's name where the region shows it to everybody; empty elsewhere (domain.md: agencies are not shamed in
/// public unless the region wants them named).
pub fn agency_public(place: &Snapshot, agency: Option<uuid::Uuid>) -> String {
    if place.region.settings.public_agency_names { agency_full(place, agency) } else { String::new() }
}

/// What the citizen sees in place of the state's name (domain.md); `own` where it is the reporter who reads.
pub fn citizen_words(page: &Page, place: &Snapshot, report: &Report, own: bool) -> String {
    if let Some(pause) = report.pause {
        let until = simpul_kernel::format::date_long(page.lang, page.zone(), pause.until);
        let key = match (pause.asks, own) {
            (true, true) => "report.pause.citizen_asked",
            (true, false) => "report.pause.public_asked",
            (false, _) => "report.pause.citizen_paused",
        };
        return page.t1(key, "date", until);
    }
    let key = report.status().citizen_key();
    match &report.state {
        State::Assigned => {
            let agency = if own { agency_full(place, report.agency) } else { agency_public(place, report.agency) };
            if agency.is_empty() { short_words(page, Status::Assigned) } else { page.t1(key, "agency", agency) }
        }
        State::Planned { year, .. } => page.t1(key, "year", year),
        State::OutOfAuthority { body, .. } => page.t1(key, "body", body),
        _ => page.t(key),
    }
}

/// The short word of a state for lists, where nothing is filled in.
pub fn short_words(page: &Page, status: Status) -> String {
    page.t(match status {
        Status::Assigned => "report.citizen_short.assigned",
        Status::Planned => "report.citizen_short.planned",
        Status::OutOfAuthority => "report.citizen_short.out_of_authority",
        Status::Rejected => "report.citizen_short.rejected",
        Status::Archived => "report.citizen_short.archived",
        Status::Resolved => "report.citizen_short.resolved",
        other => other.citizen_key(),
    })
}

/// A report in the public list.
pub struct PublicItem {
    /// Number.
    pub number: String,
    /// Beginning of the masked text.
    pub text: String,
    /// Category in the viewer's language.
    pub category: String,
    /// Icon of the category.
    pub icon: String,
    /// Where.
    pub place: String,
    /// When it came in.
    pub reported: Timestamp,
    /// Which shape.
    pub tag: Tag,
    /// The word of its state.
    pub state: String,
    /// Address of its first photo, small.
    pub photo: Option<String>,
    /// How many others said "the same here".
    pub followers: i64,
    /// How far it is, where a place was asked for, in metres.
    pub distance_m: Option<i64>,
}

/// Longest beginning of a text in a list, in characters.
const EXCERPT_MAX_CHARS: usize = 90;

impl PublicItem {
    /// Where "the same here" goes.
    pub fn follow_path(&self) -> String {
        format!("/laporan/{}/ikuti", self.number)
    }

    /// The item of a line.
    pub fn of(page: &Page, place: &Snapshot, rules: &Rules, line: &Line, now: Timestamp) -> PublicItem {
        let category = rules.category(&line.category);
        let late = line.is_late(now);
        PublicItem {
            number: line.number.clone(),
            text: public::excerpt(&public_text(&line.body), EXCERPT_MAX_CHARS),
            category: category.map_or_else(|| line.category.clone(), |c| c.name(page.lang).to_owned()),
            icon: category.map_or_else(|| "lainnya".to_owned(), |category| category.icon.clone()),
            place: place_name(place, line.village, line.district),
            reported: line.reported,
            tag: tag(crate::model::shape_of(line.status, line.due, now)),
            state: if line.is_silent(now) {
                page.t("report.silence.short")
            } else if late {
                page.t("report.group.late")
            } else if line.is_paused() {
                page.t("report.pause.short")
            } else {
                short_words(page, line.status)
            },
            photo: line.photo.map(|digest| photo_path(&digest, "kecil")),
            followers: line.followers,
            distance_m: None,
        }
    }
}

/// The address of a photo in one of its sizes: `besar`, `sedang`, `kecil`.
pub fn photo_path(digest: &[u8; 32], size: &str) -> String {
    format!("/foto/{}/{size}", hex(digest))
}

/// A photo with its two addresses.
pub struct PhotoItem {
    /// The large one.
    pub large: String,
    /// The one shown.
    pub medium: String,
    /// Width of the one shown, in pixels.
    pub width: i64,
    /// Its height.
    pub height: i64,
    /// Whether it shows how it is after the work.
    pub after: bool,
}

impl PhotoItem {
    /// The item of a photo, with `key` behind its address where the report is not public.
    pub fn of(photo: &Photo, key: &str) -> PhotoItem {
        let PhotoRef { digest, width, height, .. } = photo.files;
        let scale = |side: i64| if width.max(height) > 960 { side * 960 / width.max(height).max(1) } else { side };
        PhotoItem {
            large: format!("{}{key}", photo_path(&digest, "besar")),
            medium: format!("{}{key}", photo_path(&digest, "sedang")),
            width: scale(width),
            height: scale(height),
            after: photo.purpose == Purpose::After,
        }
    }
}

/// One entry of the history.
pub struct Entry {
    /// The shape's name, for the style sheet.
    pub state: &'static str,
    /// What happened.
    pub title: String,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub text: String,
    /// Who, where staff look.
    pub who: String,
    /// Photos that came with it.
    pub photos: Vec<PhotoItem>,
    /// Whether only staff see it.
    pub internal: bool,
}
