//! Trials of the whole house: two regions that must not see each other, hostile input at every door, and every text
//! field with strings that break things.

mod calls;
mod crossing;
mod described;
mod figures;
mod hostile;
mod html;
mod meetings;
mod naughty;
mod plans;
mod proof;
mod regions;
mod stage;
mod words;

use std::sync::Arc;

use simpul_kernel::{Actor, RegionId};
use simpul_report::actions::{Reporter, SubmitReport, Submitted, keep_photo};
use simpul_report::desk::Desk;
use simpul_report::model::{PhotoRef, Place, ReporterMode, Source};
use simpul_shell::RouteInfo;
use simpul_shell::testing::TestSite;

use crate::demo::{self, place, texts::Scene};
use crate::house;

/// A site with all rooms, and the demo's first region with areas, agencies and categories.
pub(crate) async fn town() -> TestSite {
    let furnish = |builder| house::furnish(builder, None);
    let site = TestSite::new(
        &[simpul_report::MIGRATIONS, simpul_emergency::MIGRATIONS, simpul_plan::MIGRATIONS],
        house::room_routes(),
        furnish,
    )
    .await
    .unwrap();
    demo::equip(&site.db.db, &site.app.directory, &place::LUWU_UTARA).await.unwrap();
    site
}

/// A photo of that region.
pub(crate) async fn photo(site: &TestSite, region: RegionId, variant: u32) -> PhotoRef {
    keep_photo(&site.db.db, region, demo::photos::draw(Scene::Lamp, false, variant)).await.unwrap()
}

/// A report of that region, as its citizens send one.
pub(crate) async fn sent(site: &TestSite, region: RegionId, text: &str, photos: Vec<PhotoRef>) -> Submitted {
    let reporter = Reporter { mode: Some(ReporterMode::Anonymous), name: None, phone: None, email: None };
    sent_by(site, region, text, photos, reporter).await
}

/// The same from somebody who says who it is.
pub(crate) async fn sent_by(
    site: &TestSite,
    region: RegionId,
    text: &str,
    photos: Vec<PhotoRef>,
    reporter: Reporter,
) -> Submitted {
    let place = site.app.directory.of(region).await.unwrap();
    let village = &place.villages[0];
    let mut conn = site.db.db.read(region).await.unwrap();
    let point = place.district(village.district).and_then(|district| district.label);
    let place = Place { village: Some(village.code), district: Some(village.district), point, ..Place::default() };
    let desk = Arc::new(Desk::open(&mut conn, site.app.directory.of(region).await.unwrap()).await.unwrap());
    drop(conn);
    let report = SubmitReport {
        key: site.app.db.env().new_id(),
        desk,
        category: "lampu_jalan".to_owned(),
        place,
        text: text.to_owned(),
        photos,
        reporter,
        source: Source::Web,
        foreign_id: None,
        media_url: None,
        attributes: None,
        previous: None,
    };
    let ctx = site.app.db.env().ctx(region, Actor::citizen());
    site.db.db.write(&ctx, report).await.unwrap()
}

/// A route's path with its places filled by `place`, which is given a place's name.
pub(crate) fn filled(route: &RouteInfo, place: impl Fn(&str) -> String) -> String {
    let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => place(name.trim_start_matches('*')),
        None => part.to_owned(),
    };
    route.path.split('/').map(fill).collect::<Vec<_>>().join("/")
}
