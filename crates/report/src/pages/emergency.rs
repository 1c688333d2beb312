//! "Darurat": whom to call, before any form, and where a category ends the form with the same numbers. 112 stands first
//! only where the region says that it works.

use askama::Template;
use simpul_people::{Emergency112, RegionSettings};
use simpul_shell::{Page, PageError, PageResult, Path, Site, render};

use crate::desk;
use crate::model::{Category, call};

/// Whom to call in the region.
pub struct Calls {
    /// 112 works here.
    pub active: bool,
    /// 112 is tried here.
    pub trial: bool,
    /// The region's own numbers with the names of their bodies.
    pub numbers: Vec<(String, String)>,
}

impl Calls {
    /// The region's numbers in the visitor's words.
    pub fn of(page: &Page, settings: &RegionSettings) -> Calls {
        let state = settings.emergency_112;
        let numbers = call::numbers(settings).into_iter();
        Calls {
            active: state == Emergency112::Active,
            trial: state == Emergency112::Trial,
            numbers: numbers.map(|(service, number)| (page.t(service.key()), number.to_owned())).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "report/emergency.html")]
struct EmergencyPage {
    page: Page,
    calls: Calls,
}

/// The numbers of the region.
pub async fn show(site: Site) -> PageResult {
    let page = site.page("report.emergency.title").narrow();
    render(&EmergencyPage { calls: Calls::of(&page, &site.region().settings), page })
}

#[derive(Template)]
#[template(path = "report/category_stop.html")]
struct StopPage {
    page: Page,
    calls: Calls,
    name: String,
    text: String,
}

/// The page on which the form ends for such a category.
pub fn stop_page(site: &Site, category: &Category) -> Option<impl Template + use<>> {
    let text = category.stop(site.lang)?.to_owned();
    let page = site.page("report.emergency.title").narrow();
    let calls = Calls::of(&page, &site.region().settings);
    Some(StopPage { page, calls, name: category.name(site.lang).to_owned(), text })
}

/// Where the form ends: why, and whom to call.
pub async fn stop(site: Site, Path(code): Path<String>) -> PageResult {
    let rules = desk::rules(&mut site.read().await?).await?;
    let category = rules.category(&code).filter(|category| category.active);
    let stop = category.and_then(|category| stop_page(&site, category)).ok_or_else(PageError::not_found)?;
    render(&stop)
}
