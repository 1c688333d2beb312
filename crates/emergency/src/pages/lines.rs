//! The telephone systems that are listened to, and whether they are heard.

use askama::Template;
use simpul_shell::{Officer, Page, PageResult, Tag, render};

use super::CanManageEmergency;
use crate::sql;
use crate::sql::ami::Switch;

#[derive(Template)]
#[template(path = "emergency/lines.html")]
struct LinesPage {
    page: Page,
    switches: Vec<Switch>,
}

impl LinesPage {
    fn tag(&self, switch: &Switch) -> Tag {
        match switch.state.as_str() {
            "up" => Tag::Done,
            "down" => Tag::Late,
            _ => Tag::New,
        }
    }

    fn state(&self, switch: &Switch) -> String {
        let known = ["up", "down"].into_iter().find(|state| *state == switch.state);
        format!("emergency.lines.{}", known.unwrap_or("new"))
    }
}

/// Which switches there are; the command `simpul trunk ami` sets them.
pub async fn list(me: Officer<CanManageEmergency>) -> PageResult {
    let switches = sql::ami::all(&mut me.read().await?).await?;
    render(&LinesPage { page: me.page("emergency.lines.title").at("/112"), switches })
}
