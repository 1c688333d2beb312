//! Telephone systems that are not heard: new calls don't come by themselves.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_shell::Page;

use crate::sql::ami::Switch;

/// That a telephone system is not heard, and since when. Nothing where all are.
#[derive(Template)]
#[template(path = "emergency/silent_lines.html")]
pub struct SilentLines {
    page: Page,
    lines: Vec<(String, Timestamp)>,
}
impl HtmlSafe for SilentLines {}

impl SilentLines {
    /// Those of all switches that are not heard.
    pub fn of(page: &Page, switches: &[Switch]) -> SilentLines {
        let silent = switches.iter().filter(|switch| switch.is_down());
        let lines = silent.map(|switch| (switch.trunk.clone(), switch.state_at)).collect();
        SilentLines { page: page.clone(), lines }
    }
}
