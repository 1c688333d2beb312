//! What every request of Open311 has in common: its format, its region, and how its answer or its faults are sent.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use simpul_people::Region;
use simpul_shell::{ApiError, PageError, Site};
use simpul_store::Conn;

use super::doc::{Doc, Format};
use super::fault::Faults;
use super::form::Fields;
use super::view::Viewing;
use crate::desk::Desk;
use crate::outside::{DEMO_HEADER, DEMO_TEXT};

/// Which of the two endpoints was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// What is sent becomes a report.
    Production,
    /// What is sent is checked like any other and kept by nobody.
    Test,
}

impl Endpoint {
    /// The path below which it lies.
    pub fn path(self) -> &'static str {
        match self {
            Endpoint::Production => "/open311/v2",
            Endpoint::Test => "/open311/test/v2",
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// The client did something wrong, said in the standard's shape.
    Faults(Faults),
    /// The shell or the store could not do it; drawn by `super::draw`.
    Trouble(ApiError),
}

impl From<Faults> for Failure {
    fn from(faults: Faults) -> Failure {
        Failure::Faults(faults)
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Failure {
        Failure::Trouble(error)
    }
}

impl From<PageError> for Failure {
    fn from(error: PageError) -> Failure {
        Failure::Trouble(error.into())
    }
}

impl From<simpul_store::Error> for Failure {
    fn from(error: simpul_store::Error) -> Failure {
        Failure::Trouble(error.into())
    }
}

/// One request of Open311.
#[derive(Debug)]
pub struct Call {
    /// Which endpoint.
    pub endpoint: Endpoint,
    /// The language of the answer.
    pub format: Format,
    /// The last part of the path without its suffix.
    pub name: String,
    /// The query, and for a POST the form behind it.
    pub fields: Fields,
    /// Whether the region is a demonstration.
    pub is_demo: bool,
}

impl Call {
    /// Reads path and query. A suffix that the standard does not know is not found.
    pub fn read(site: &Site, endpoint: Endpoint, file: &str) -> Result<Call, (Format, Faults)> {
        let accept = site.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        let Some((name, format)) = Format::split(file, accept) else {
            return Err((Format::Xml, Faults::one(404, "format: only xml and json are spoken here")));
        };
        let query = site.visit.uri.query().unwrap_or_default();
        let fields = simpul_shell::Fields::parse(query.as_bytes());
        let unreadable = || (format, Faults::one(400, "query: is not readable, or has too many fields"));
        let fields = fields.as_ref().map(Fields::from).map_err(|_| unreadable())?;
        Ok(Call { endpoint, format, name: name.to_owned(), fields, is_demo: site.region().demo })
    }

    /// Refuses a `jurisdiction_id` that is not this region's. None at all is as good as the right one, since the host
    /// name has chosen the region already.
    pub fn check_jurisdiction(&self, region: &Region) -> Result<(), Faults> {
        match self.fields.get("jurisdiction_id") {
            Some(given) if !is_of(region, given) => Err(Faults::not_found("jurisdiction_id")),
            _ => Ok(()),
        }
    }

    /// Whether the client asks for our own fields beside the standard's.
    pub fn is_extended(&self) -> bool {
        matches!(self.fields.get("extensions").or(self.fields.get("extended_attributes")), Some("true" | "1" | "v1"))
    }

    /// The answer, or what was wrong.
    pub fn answer(&self, result: Result<Doc, Failure>) -> Response {
        match result {
            Ok(doc) => {
                let mut answer = send(StatusCode::OK, self.format, &doc);
                if self.is_demo {
                    answer.headers_mut().insert(DEMO_HEADER, DEMO_TEXT);
                }
                answer
            }
            Err(Failure::Faults(faults)) => fault(self.format, &faults),
            Err(Failure::Trouble(error)) => error.into_response(),
        }
    }
}

/// Whether `given` names the region: by its code, with or without dots, by its prefix or by its host name.
fn is_of(region: &Region, given: &str) -> bool {
    let code = region.id.to_string();
    given.replace('.', "") == code
        || given.eq_ignore_ascii_case(&region.prefix)
        || region.host.as_deref().is_some_and(|host| given.eq_ignore_ascii_case(host))
}

/// Faults as an answer.
pub fn fault(format: Format, faults: &Faults) -> Response {
    let status = StatusCode::from_u16(faults.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut answer = send(status, format, &faults.doc());
    if status == StatusCode::METHOD_NOT_ALLOWED {
        answer.headers_mut().entry(header::ALLOW).or_insert(HeaderValue::from_static("GET, HEAD"));
    }
    answer
}

/// A tree as an answer. Any page may read it: nothing in it depends on who asks.
pub fn send(status: StatusCode, format: Format, doc: &Doc) -> Response {
    let mut answer = Response::new(Body::from(doc.render(format)));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer
}

/// The desk of the site's region.
pub async fn desk(site: &Site, conn: &mut Conn) -> simpul_store::Result<Desk> {
    Desk::open(conn, site.place.clone()).await
}

/// What views of this request are made with.
pub fn viewing<'a>(site: &Site, desk: &'a Desk) -> Viewing<'a> {
    Viewing {
        desk,
        lang: site.lang,
        base_url: site.base_url(),
        notice: site.tx("report.open311.notice", &[("date", "{date}")]),
    }
}
