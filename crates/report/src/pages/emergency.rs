//! "Darurat": whom to call, before any form. 112 stands first only where the region says that it works.

use askama::Template;
use simpul_people::Emergency112;
use simpul_shell::{Page, PageResult, Site, render};

#[derive(Template)]
#[template(path = "report/emergency.html")]
struct EmergencyPage {
    page: Page,
    active: bool,
    trial: bool,
    numbers: Vec<(String, String)>,
}

/// The numbers of the region.
pub async fn show(site: Site) -> PageResult {
    let page = site.page("report.emergency.title").narrow();
    let settings = &site.region().settings;
    let state = settings.emergency_112;
    let known = [
        ("report.emergency.psc", settings.phone_psc.as_str()),
        ("report.emergency.fire", settings.phone_fire.as_str()),
        ("report.emergency.police", settings.phone_police.as_str()),
    ];
    let numbers = known.iter().filter(|(_, number)| !number.trim().is_empty());
    render(&EmergencyPage {
        active: state == Emergency112::Active,
        trial: state == Emergency112::Trial,
        numbers: numbers.map(|(key, number)| (page.t(key), (*number).to_owned())).collect(),
        page,
    })
}
