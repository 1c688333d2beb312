//! What the person or program is told when something does not work, in words that say what to do.
//!
//! A handler only says what is wrong. How it is drawn (page, piece of a page, problem+json) the front decides when it
//! knows who asked, so that no handler answers with a bare error.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use simpul_kernel::Refusal;

/// Something that does not work, ready to be drawn.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The answer's status.
    pub status: StatusCode,
    /// The sentence.
    pub says: Refusal,
    /// Sentences that belong to fields.
    pub fields: Vec<Refusal>,
    /// When to try again, in seconds.
    pub retry_after: Option<u64>,
    /// What the log says; never shown.
    pub log: Option<String>,
    /// Where to sign in, if that would help: the address to come back to.
    pub sign_in: Option<String>,
}

/// Seconds after which to try again when the database is away.
const RETRY_SECONDS: u64 = 5;

impl Trouble {
    /// A trouble of that status that says the catalogue's sentence `key`.
    pub fn new(status: StatusCode, key: &'static str) -> Trouble {
        Trouble { status, says: Refusal::new(key), fields: Vec::new(), retry_after: None, log: None, sign_in: None }
    }

    /// What a broken part of Simpul says; `log` tells the operator why.
    pub(crate) fn broken(log: String) -> Trouble {
        Trouble { log: Some(log), ..Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "shell.trouble.broken") }
    }

    fn passing(key: &'static str, log: String) -> Trouble {
        Trouble {
            log: Some(log),
            retry_after: Some(RETRY_SECONDS),
            ..Trouble::new(StatusCode::SERVICE_UNAVAILABLE, key)
        }
    }
}

impl From<simpul_store::Error> for Trouble {
    fn from(error: simpul_store::Error) -> Trouble {
        use simpul_store::Error;
        match error {
            Error::Refused(refusal) => Trouble::from(refusal),
            Error::NotFound(_) => Trouble::new(StatusCode::NOT_FOUND, "shell.trouble.not_found"),
            Error::Forbidden(_) => Trouble::new(StatusCode::FORBIDDEN, "shell.trouble.forbidden"),
            Error::Unknown(_) => Trouble::passing("shell.trouble.unknown", error.to_string()),
            Error::Store(_) | Error::Unfit(_) | Error::Closing => {
                Trouble::passing("shell.trouble.unavailable", error.to_string())
            }
            Error::Broken(text) => Trouble::broken(text),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Trouble {
        let status = match refusal.key {
            "people.refused.not_allowed" => StatusCode::FORBIDDEN,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let fields = if refusal.field.is_some() { vec![refusal.clone()] } else { Vec::new() };
        Trouble { says: refusal, fields, ..Trouble::new(status, "shell.trouble.broken") }
    }
}

/// The answer carries the trouble; [`crate::front`] draws it.
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(self);
        answer
    }
}

macro_rules! trouble_type {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Box<Trouble>);

        impl $name {
            /// An error of that status that says the catalogue's sentence `key`.
            pub fn status(status: StatusCode, key: &'static str) -> $name {
                $name(Box::new(Trouble::new(status, key)))
            }

            /// 400: the request has not the shape that it must have.
            pub fn bad_request(key: &'static str) -> $name {
                $name::status(StatusCode::BAD_REQUEST, key)
            }

            /// 404: it is not there, or not for this viewer; which of the two is not told.
            pub fn not_found() -> $name {
                $name::status(StatusCode::NOT_FOUND, "shell.trouble.not_found")
            }

            /// 403: the person may not.
            pub fn forbidden() -> $name {
                $name::status(StatusCode::FORBIDDEN, "shell.trouble.forbidden")
            }

            /// 410: it was there.
            pub fn gone() -> $name {
                $name::status(StatusCode::GONE, "shell.trouble.gone")
            }

            /// 413: more bytes than are taken.
            pub fn too_large() -> $name {
                $name::status(StatusCode::PAYLOAD_TOO_LARGE, "shell.trouble.too_large")
            }

            /// 415: a media type that is not read here.
            pub fn unsupported_media() -> $name {
                $name::status(StatusCode::UNSUPPORTED_MEDIA_TYPE, "shell.trouble.media_type")
            }

            /// 429: too often; `seconds` to wait.
            pub fn too_many(seconds: u64) -> $name {
                let mut error = $name::status(StatusCode::TOO_MANY_REQUESTS, "shell.trouble.too_many")
                    .with("seconds", seconds.to_string());
                error.0.retry_after = Some(seconds);
                error
            }

            /// 403: the form's token does not fit this browser, or the form came from elsewhere.
            pub fn stale_form() -> $name {
                $name::status(StatusCode::FORBIDDEN, "shell.trouble.stale_form")
            }

            /// The same error with a value for a place of its sentence.
            #[must_use]
            pub fn with(mut self, name: &'static str, value: impl Into<String>) -> $name {
                self.0.says.args.push((name, value.into()));
                self
            }

            /// The same error, naming a field and what is wrong with it.
            #[must_use]
            pub fn with_field(mut self, field: &'static str, key: &'static str) -> $name {
                self.0.fields.push(Refusal::field(field, key));
                self
            }

            /// The trouble in it.
            pub fn trouble(&self) -> &Trouble {
                &self.0
            }
        }

        impl From<simpul_store::Error> for $name {
            fn from(error: simpul_store::Error) -> $name {
                $name(Box::new(error.into()))
            }
        }

        impl From<Refusal> for $name {
            fn from(refusal: Refusal) -> $name {
                $name(Box::new(refusal.into()))
            }
        }

        impl From<askama::Error> for $name {
            fn from(error: askama::Error) -> $name {
                $name(Box::new(Trouble::broken(format!("template: {error}"))))
            }
        }

        impl IntoResponse for $name {
            fn into_response(self) -> Response {
                self.0.into_response()
            }
        }
    };
}

trouble_type! {
    /// Why a page can't be shown.
    PageError
}
trouble_type! {
    /// Why a program does not get what it asked for.
    ApiError
}

impl From<PageError> for ApiError {
    fn from(error: PageError) -> ApiError {
        ApiError(error.0)
    }
}

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> PageError {
        PageError(error.0)
    }
}

/// What a page's handler answers.
pub type PageResult = std::result::Result<Response, PageError>;
/// What a handler of the API answers.
pub type ApiResult = std::result::Result<Response, ApiError>;
