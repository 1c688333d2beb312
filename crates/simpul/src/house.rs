//! The wiring: which rooms there are, and how they are put together.

use std::path::Path;

use simpul_emergency::actions::WaysOut;
use simpul_emergency::tell::Ways;
use simpul_kernel::{Actor, Ctx, Env, RegionId};
use simpul_people::{Directory, Doorman};
use simpul_report::Messenger;
use simpul_shell::{App, AppBuilder, Routes, SiteConfig};
use simpul_store::clock::system_env;
use simpul_store::outbox::Gateways;
use simpul_store::{Channel, Db, DbConfig, Migrations, ReactionSet};

use crate::config::Settings;
use crate::failure::Failure;
use crate::messages::ROOMS;

/// The file that says that `demo` has made a data directory.
pub const DEMO_MARKER: &str = "DEMO";

/// The operator's own drawing under the maps, in the data directory.
pub const BASE_MAP: &str = "basemap.geojson";

/// The rooms' tables, parents first.
pub const MIGRATIONS: &[Migrations] =
    &[simpul_people::MIGRATIONS, simpul_report::MIGRATIONS, simpul_emergency::MIGRATIONS, simpul_plan::MIGRATIONS];

/// What the rooms do when they read the journal; `gateways` say which messages can leave the house.
pub fn reactions(directory: &Directory, gateways: &Gateways, base_url: Option<String>) -> ReactionSet {
    let out = WaysOut { text: gateways.carries(Channel::Text), email: gateways.carries(Channel::Email) };
    let ways = Ways { directory: directory.clone(), out, base_url: base_url.clone() };
    let report = simpul_report::reactions(Messenger {
        directory: directory.clone(),
        text: gateways.carries(Channel::Text),
        email: gateways.carries(Channel::Email),
        base_url: base_url.clone(),
    });
    let plan = simpul_plan::reactions(simpul_plan::Messenger {
        directory: directory.clone(),
        text: gateways.carries(Channel::Text),
        email: gateways.carries(Channel::Email),
        base_url,
    });
    let emergency = simpul_emergency::reactions().and(simpul_emergency::tell::reactions(ways));
    report.and(emergency).and(plan).and(crate::crossing::reactions(directory))
}

/// The rooms' routes, without the shell's own.
pub fn room_routes() -> Routes {
    simpul_report::routes()
        .merge(simpul_emergency::routes())
        .merge(simpul_plan::routes())
        .merge(simpul_admin::routes())
        .merge(simpul_wall::routes())
}

/// Every route of the house.
pub fn routes() -> Routes {
    simpul_shell::routes().merge(room_routes())
}

/// What the rooms bring with them: messages, navigation, live views. `base_map` is the drawing under the maps.
pub fn furnish(builder: AppBuilder, base_map: Option<Vec<u8>>) -> AppBuilder {
    let builder = ROOMS.iter().fold(builder, |builder, set| builder.messages(*set));
    let rooms = simpul_plan::furnish(simpul_emergency::furnish(simpul_report::furnish(builder)));
    simpul_wall::furnish(simpul_admin::furnish(rooms), base_map)
}

/// The house as handlers see it.
///
/// # Errors
/// [`Failure::Usage`] where a room's messages contradict each other.
pub fn app(
    db: Db,
    directory: Directory,
    doorman: Doorman,
    config: SiteConfig,
    base_map: Option<Vec<u8>>,
) -> Result<App, Failure> {
    let builder = App::builder(db, directory, config).doorman(doorman);
    furnish(builder, base_map).build().map_err(|error| Failure::Usage(error.to_string()))
}

/// Opens the data of this installation. Where there are none, nothing is made.
///
/// # Errors
/// [`Failure::Usage`] where there are none; [`Failure::Store`] where they can't be read.
pub async fn open(settings: &Settings) -> Result<Db, Failure> {
    let config = settings.db()?;
    let nothing = || {
        let place = place(&config);
        Failure::Usage(format!("there are no data in {place}: `simpul migrate` makes an empty house"))
    };
    if let DbConfig::Sqlite { dir, .. } = &config
        && !simpul_store::region_file(dir, RegionId::SHARED).exists()
    {
        return Err(nothing());
    }
    let db = open_any(settings).await?;
    if db.is_migrated(RegionId::SHARED).await? { Ok(db) } else { Err(nothing()) }
}

/// Opens the data, or the place where they will be.
pub async fn open_any(settings: &Settings) -> Result<Db, Failure> {
    open_with(settings, system_env()).await
}

/// The same by another clock.
pub async fn open_with(settings: &Settings, env: Env) -> Result<Db, Failure> {
    Ok(Db::open(&settings.db()?, env, MIGRATIONS).await?)
}

fn place(config: &DbConfig) -> String {
    match config {
        DbConfig::Sqlite { dir, .. } => dir.display().to_string(),
        DbConfig::Postgres { .. } => "the PostgreSQL database".to_owned(),
    }
}

/// Whether `demo` has made this directory.
pub fn is_demo(data: &Path) -> bool {
    data.join(DEMO_MARKER).exists()
}

/// Refuses unless the regions of the database are all invented, or all real, as `invented` says. The mark in the
/// directory is not enough: `--db` may name another place than `--data`.
pub async fn refuse_mixed(directory: &Directory, invented: bool) -> Result<(), Failure> {
    match directory.regions().await?.iter().find(|region| region.demo != invented) {
        Some(region) if invented => Err(Failure::Usage(format!(
            "the database holds the real region {}: `simpul demo` needs a place of its own (--data DIR)",
            region.id
        ))),
        Some(region) => Err(Failure::Usage(format!(
            "the database holds the invented region {} of `simpul demo`: real data need a place of their own",
            region.id
        ))),
        None => Ok(()),
    }
}

/// Where citizens and officers of a region reach Simpul: its own host, if it has one, at the address of the
/// installation.
pub fn base_url(settings: &Settings, host: Option<&str>) -> String {
    let settled = settings.opt("public_url").unwrap_or_else(|| format!("http://{}", settings.get("listen")));
    simpul_people::at_host(settled.trim_end_matches('/'), host)
}

/// Reads a region's code as people write it.
pub fn region_code(text: &str) -> Result<RegionId, Failure> {
    RegionId::parse(text)
        .ok_or_else(|| Failure::Usage(format!("`{text}` is no code of a region such as 7322 or 73.22")))
}

/// An operator on the server, acting for the region.
pub fn operator(db: &Db, region: RegionId) -> Ctx {
    db.env().ctx(region, Actor::system("operator"))
}
