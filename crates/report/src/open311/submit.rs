//! What a client sends: a new request, or an update of one.

use simpul_kernel::Timestamp;
use simpul_kernel::limits::{LINE_MAX_CHARS, STANDARD_TEXT_MAX_CHARS};

use super::fault::Faults;
use super::form::Fields;
use super::search::Openness;
use super::when::{OffsetSeconds, parse};

/// Longest link, name or answer to a question that is looked at, in characters; the room's own limits are shorter.
const VALUE_MAX_CHARS: usize = 500;

/// Where it is, as the client says.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Degrees of latitude and longitude, in range.
    Degrees(f64, f64),
    /// The code of an area of ours.
    AddressId(String),
    /// Words.
    Words(String),
}

/// A new request, checked for shape; whether its service exists and its place lies inside is not known yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRequest {
    /// Code of the service.
    pub service: String,
    /// The best place of those that were given: degrees before an area before words.
    pub place: Place,
    /// The words for the place, given alone or beside degrees.
    pub address: Option<String>,
    /// The code of an area, given alone or beside degrees.
    pub address_id: Option<String>,
    /// What is the matter; may be empty, as the standard asks for none.
    pub description: String,
    /// Reporter's name, of first and last.
    pub name: Option<String>,
    /// Reporter's telephone number.
    pub phone: Option<String>,
    /// Reporter's e-mail.
    pub email: Option<String>,
    /// Link to a picture elsewhere; never fetched.
    pub media_url: Option<String>,
    /// Answers to the service's extra questions.
    pub attributes: Vec<(String, String)>,
    /// The client's own id of its user, given back in the answer.
    pub account_id: Option<String>,
}

/// An update that another system sends.
#[derive(Debug, Clone, PartialEq)]
pub struct NewUpdate {
    /// The sender's own id of the update: the same one twice is one.
    pub update_id: Option<String>,
    /// The request that it belongs to.
    pub request: String,
    /// The state that the sender sees.
    pub status: Option<Openness>,
    /// Whether the sender says that the thing is mended.
    pub fixed: bool,
    /// What the sender says.
    pub description: String,
    /// When the sender wrote it.
    pub at: Option<Timestamp>,
    /// Link to a picture elsewhere; never fetched.
    pub media_url: Option<String>,
}

/// Whether a link may be shown as one: anything but http and https could be a script.
pub fn is_web_address(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let clean = !url.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"".contains(c));
    clean && url.len() <= VALUE_MAX_CHARS && rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}

struct Reader<'a> {
    fields: &'a Fields,
    wrong: Vec<(&'static str, String)>,
}

impl Reader<'_> {
    fn text(&mut self, name: &'static str, max: usize) -> Option<String> {
        let text = self.fields.get(name)?;
        if text.chars().count() > max {
            self.wrong.push((name, format!("has more than {max} characters")));
            return None;
        }
        Some(text.to_owned())
    }

    fn line(&mut self, name: &'static str) -> Option<String> {
        self.line_of(name, VALUE_MAX_CHARS)
    }

    fn line_of(&mut self, name: &'static str, max: usize) -> Option<String> {
        let text = self.text(name, max)?;
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn required(&mut self, name: &'static str) -> String {
        let known = self.wrong.len();
        let text = self.line(name);
        if text.is_none() && self.wrong.len() == known {
            self.wrong.push((name, "is missing".to_owned()));
        }
        text.unwrap_or_default()
    }

    fn degrees(&mut self, name: &'static str, limit: f64) -> Option<f64> {
        let text = self.fields.get(name)?;
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number.abs() <= limit => Some(number),
            _ => {
                self.wrong.push((name, format!("must be a number from -{limit} to {limit}, in degrees (WGS 84)")));
                None
            }
        }
    }

    fn place(&mut self, address: Option<&String>, address_id: Option<&String>) -> Place {
        let known = self.wrong.len();
        let (lat, long) = (self.degrees("lat", 90.0), self.degrees("long", 180.0));
        let (has_lat, has_long) = (self.fields.get("lat").is_some(), self.fields.get("long").is_some());
        match (lat, long) {
            (Some(lat), Some(long)) => return Place::Degrees(lat, long),
            _ if has_lat && !has_long => self.wrong.push(("long", "is missing beside lat".to_owned())),
            _ if has_long && !has_lat => self.wrong.push(("lat", "is missing beside long".to_owned())),
            _ => {}
        }
        if let Some(id) = address_id {
            return Place::AddressId(id.clone());
        }
        if let Some(words) = address {
            return Place::Words(words.clone());
        }
        let in_words = ["address_string", "address_id"].iter().any(|name| self.fields.get(name).is_some());
        if self.wrong.len() == known && !in_words {
            let says = "is missing: a place is needed as lat and long, as address_string or as address_id";
            self.wrong.push(("lat", says.to_owned()));
            self.wrong.push(("long", says.to_owned()));
        }
        Place::Words(String::new())
    }

    fn email(&mut self) -> Option<String> {
        let email = self.line("email")?;
        let good = email.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.starts_with('.') && !email.contains(' ')
        });
        if !good {
            self.wrong.push(("email", "is no e-mail address".to_owned()));
        }
        good.then_some(email)
    }

    fn media_url(&mut self) -> Option<String> {
        let url = self.line("media_url")?;
        if !is_web_address(&url) {
            self.wrong.push(("media_url", "is no address that begins with http:// or https://".to_owned()));
        }
        Some(url)
    }

    fn attributes(&mut self) -> Vec<(String, String)> {
        let attributes = self.fields.attributes();
        if attributes.iter().any(|(code, value)| code.len().max(value.chars().count()) > VALUE_MAX_CHARS) {
            self.wrong.push(("attribute", format!("has more than {VALUE_MAX_CHARS} characters")));
        }
        attributes.into_iter().map(|(code, value)| (code.to_owned(), value.to_owned())).collect()
    }

    fn finish<T>(self, value: T) -> Result<T, Faults> {
        if self.wrong.is_empty() { Ok(value) } else { Err(Faults::fields(self.wrong)) }
    }
}

/// Reads a new request; every field that is wrong is named at once.
pub fn new_request(fields: &Fields) -> Result<NewRequest, Faults> {
    let mut reader = Reader { fields, wrong: Vec::new() };
    let service = reader.required("service_code");
    let address = reader.line_of("address_string", LINE_MAX_CHARS);
    let address_id = reader.line("address_id");
    let place = reader.place(address.as_ref(), address_id.as_ref());
    let name = match (reader.line("first_name"), reader.line("last_name")) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => first.or(last),
    };
    let request = NewRequest {
        service,
        place,
        address,
        address_id,
        description: reader.text("description", STANDARD_TEXT_MAX_CHARS).unwrap_or_default(),
        name,
        phone: reader.line("phone"),
        email: reader.email(),
        media_url: reader.media_url(),
        attributes: reader.attributes(),
        account_id: reader.line("account_id"),
    };
    reader.finish(request)
}

/// Reads an update. Besides the standard's two states those of its extension are known: what is mended, refused or
/// double is closed, everything else is open.
pub fn new_update(fields: &Fields, offset: OffsetSeconds) -> Result<NewUpdate, Faults> {
    let mut reader = Reader { fields, wrong: Vec::new() };
    let request = reader.required("service_request_id");
    let status = reader.line("status").map(|word| word.to_lowercase().replace([' ', '-'], "_"));
    let openness = match status.as_deref() {
        None => None,
        Some("closed" | "fixed" | "resolved" | "duplicate" | "no_further_action" | "not_councils_responsibility") => {
            Some(Openness::Closed)
        }
        Some(
            "open" | "investigating" | "in_progress" | "planned" | "action_scheduled" | "internal_referral"
            | "acknowledged" | "confirmed" | "for_triage",
        ) => Some(Openness::Open),
        Some(_) => {
            reader.wrong.push(("status", "is none of open, closed, fixed, investigating, in_progress, planned".into()));
            None
        }
    };
    let at = reader.line("updated_datetime").and_then(|text| {
        let at = parse(&text, offset);
        if at.is_none() {
            reader.wrong.push(("updated_datetime", "is no W3C date and time".to_owned()));
        }
        at
    });
    let description = reader.text("description", STANDARD_TEXT_MAX_CHARS).unwrap_or_default();
    if description.is_empty() && openness.is_none() && reader.wrong.is_empty() {
        reader.wrong.push(("description", "is missing, and so is status: an update needs one of them".to_owned()));
    }
    let fixed = matches!(status.as_deref(), Some("fixed" | "resolved" | "closed"));
    let (update_id, media_url) = (reader.line("update_id"), reader.media_url());
    let update = NewUpdate { update_id, request, status: openness, fixed, description, at, media_url };
    reader.finish(update)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(form: &str) -> Result<NewRequest, Faults> {
        new_request(&Fields::urlencoded(form.as_bytes()).expect("readable"))
    }

    fn named(faults: &Faults) -> Vec<&str> {
        faults.faults.iter().filter_map(|fault| fault.description.split(':').next()).collect()
    }

    #[test]
    fn a_request_needs_a_service_and_a_place_and_both_are_named() {
        assert_eq!(named(&read("description=x").expect_err("empty")), ["service_code", "lat", "long"]);
        assert_eq!(named(&read("service_code=a&lat=-2.5").expect_err("half")), ["long"]);
    }

    #[test]
    fn degrees_out_of_range_or_in_words_are_refused_by_name() {
        for (form, field) in [
            ("lat=91&long=120", "lat"),
            ("lat=-2.5&long=181", "long"),
            ("lat=abc&long=120", "lat"),
            ("lat=NaN&long=120", "lat"),
            ("lat=-2.5&long=inf", "long"),
        ] {
            assert_eq!(named(&read(&format!("service_code=a&{form}")).expect_err(form)), [field], "{form}");
        }
    }

    #[test]
    fn any_of_the_three_places_is_enough() {
        assert_eq!(read("service_code=a&lat=-2.5&long=120.3").map(|r| r.place), Ok(Place::Degrees(-2.5, 120.3)));
        assert_eq!(
            read("service_code=a&address_id=7322012001").map(|r| r.place),
            Ok(Place::AddressId("7322012001".into()))
        );
        assert_eq!(read("service_code=a&address_string=Pasar").map(|r| r.place), Ok(Place::Words("Pasar".into())));
    }

    #[test]
    fn only_a_web_address_is_a_link() {
        assert!(is_web_address("http://a.id/b.jpg") && is_web_address("HTTPS://a.id"));
        for url in ["javascript:alert(1)", "http://", "https:///x", "http://a b", "data:text/html,x", "//a.id"] {
            assert!(!is_web_address(url), "{url}");
        }
        assert_eq!(
            named(&read("service_code=a&lat=1&long=1&media_url=javascript:x").expect_err("script")),
            ["media_url"]
        );
    }

    #[test]
    fn a_text_that_is_too_long_is_named_and_not_cut() {
        let form = format!("service_code=a&lat=1&long=1&description={}", "x".repeat(STANDARD_TEXT_MAX_CHARS + 1));
        assert_eq!(named(&read(&form).expect_err("long")), ["description"]);
    }

    #[test]
    fn the_words_of_the_extension_are_read_as_open_or_closed() {
        let update = |status: &str| {
            let form = format!("service_request_id=1&status={status}");
            new_update(&Fields::urlencoded(form.as_bytes()).expect("readable"), 0).map(|u| (u.status, u.fixed))
        };
        assert_eq!(update("FIXED"), Ok((Some(Openness::Closed), true)));
        assert_eq!(update("IN%20PROGRESS"), Ok((Some(Openness::Open), false)));
        assert_eq!(update("duplicate"), Ok((Some(Openness::Closed), false)));
        assert!(update("nonsense").is_err());
    }

    /// What a fuzzer or a bad day has found, fed again.
    #[test]
    fn corpus_open311_form() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/open311_form");
        for entry in std::fs::read_dir(folder).expect("folder") {
            let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
            let Some(fields) = Fields::urlencoded(&bytes) else { continue };
            let _ = (new_request(&fields), new_update(&fields, 0));
            let _ = crate::open311::search::search(&fields, simpul_kernel::Timestamp(0), 0);
            let _ = crate::open311::search::update_search(&fields, simpul_kernel::Timestamp(0), 0);
        }
    }

    proptest! {
        #[test]
        fn degrees_that_are_taken_lie_in_range(lat in any::<f64>(), long in any::<f64>()) {
            if let Ok(NewRequest { place: Place::Degrees(lat, long), .. }) =
                read(&format!("service_code=a&lat={lat}&long={long}"))
            {
                prop_assert!(lat.abs() <= 90.0 && long.abs() <= 180.0);
            }
        }

        #[test]
        fn no_form_breaks_the_reader(form in "[a-z_=&%\\[\\]0-9.+-]{0,120}") {
            if let Some(fields) = Fields::urlencoded(form.as_bytes()) {
                let _ = (new_request(&fields), new_update(&fields, 0));
            }
        }
    }
}
