//! Where the call that is before its taker stands: beside its heading, and on the button that ends it.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_shell::{Page, Tag};
use uuid::Uuid;

use crate::model::{Call, CallStatus};
use crate::pages::view::call_tag;

/// The words beside the heading.
#[derive(Template)]
#[template(ext = "html", source = r#"<span id="keadaan-{{ call }}">{{ page.tag(*tag, label.as_str()) }}</span>"#)]
pub struct CallState {
    page: Page,
    call: Uuid,
    tag: Tag,
    label: String,
}
impl HtmlSafe for CallState {}

impl CallState {
    /// Of a call.
    pub fn of(page: &Page, call: &Call) -> CallState {
        let label = format!("emergency.call_status.{}", call.status.name());
        CallState { page: page.clone(), call: call.id, tag: call_tag(call.status), label }
    }
}

/// The words of the button that says what a call was.
#[derive(Template)]
#[template(ext = "html", source = r#"<span id="selesai-{{ call }}">{{ page.t(*label) }}</span>"#)]
pub struct CallEnd {
    page: Page,
    call: Uuid,
    label: &'static str,
}
impl HtmlSafe for CallEnd {}

impl CallEnd {
    /// Of a call: one that is over is done then.
    pub fn of(page: &Page, call: &Call) -> CallEnd {
        let goes_on = matches!(call.status, CallStatus::Answered | CallStatus::Held | CallStatus::Ringing);
        let label = if goes_on { "emergency.console.classify" } else { "emergency.console.finish" };
        CallEnd { page: page.clone(), call: call.id, label }
    }
}
