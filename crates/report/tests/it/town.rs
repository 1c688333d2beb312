//! The site on which most tests of whole ways stand: a region with its areas, one agency and the usual categories.

use simpul_kernel::Actor;
use simpul_kernel::area::AreaCode;
use simpul_report::actions::SeedRules;
use simpul_shell::SiteConfig;
use simpul_shell::testing::TestSite;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

/// A site with what most tests need to know of it.
pub(crate) struct Founded {
    pub(crate) site: TestSite,
    pub(crate) dishub: Uuid,
    /// The code of a village, as forms send it.
    pub(crate) village: String,
}

pub(crate) async fn founded() -> Founded {
    founded_with(SiteConfig::default()).await
}

pub(crate) async fn founded_with(config: SiteConfig) -> Founded {
    let build = |builder: simpul_shell::AppBuilder| builder.messages(simpul_report::MESSAGES);
    let site = TestSite::with_config(&[simpul_report::MIGRATIONS], simpul_report::routes(), config, build);
    let site = site.await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.import_areas(&ctx, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
    let dishub = site.agency("Dishub").await.unwrap();
    let seed = SeedRules { agencies: vec![("Dishub".to_owned(), dishub)] };
    site.app.directory.write(&ctx, seed).await.unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let village = AreaCode::from_number(place.villages[0].code).unwrap().to_string();
    Founded { site, dishub, village }
}
