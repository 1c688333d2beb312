//! The server that `serve` and `demo` share: the house with its doors open, until it is told to stop.

use simpul_emergency::actions::{SeedProtocols, SeedTypes};
use simpul_kernel::RegionId;
use simpul_people::{Directory, Doorman};
use simpul_shell::{DemoAccount, Net, SiteConfig};
use simpul_store::outbox::Gateways;
use simpul_store::{Channel, Db};
use tokio::net::TcpListener;

use crate::config::Settings;
use crate::demo::gentle;
use crate::failure::Failure;
use crate::house;
use crate::terminal::note;
use crate::upkeep;

/// How old the names of areas, agencies and officers on a page may be. Keys and sessions are always looked up.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_millis(50);

/// Coast, rivers and places around the demo's region (GSHHG, GeoNames: see `demo/NOTICE`).
const DEMO_BASE_MAP: &[u8] = include_bytes!("../demo/basemap.geojson");

/// Land and two places around the demo's second region, drawn into the same map.
const DEMO_BASE_MAP_MAGETAN: &[u8] = include_bytes!("../demo/basemap-magetan.geojson");

/// The shared tables first, then every region's.
pub async fn migrate_all(db: &Db) -> Result<usize, Failure> {
    let mut steps = db.migrate(RegionId::SHARED).await?;
    for region in db.regions().await? {
        let taken = db.migrate(region).await?;
        if taken > 0 {
            // A region of an earlier Simpul gets what a new one begins with.
            db.write(&house::operator(db, region), SeedTypes).await?;
            db.write(&house::operator(db, region), SeedProtocols).await?;
        }
        steps += taken;
    }
    Ok(steps)
}

/// What pages and guards need to know of this installation.
pub fn site_config(settings: &Settings) -> Result<SiteConfig, Failure> {
    let mut trusted_proxies = Vec::new();
    for text in settings.get("trusted_proxies").split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let net = Net::parse(text);
        trusted_proxies.push(net.ok_or_else(|| Failure::Usage(format!("trusted_proxies: `{text}` is no network")))?);
    }
    let default_region = settings.opt("default_region").map(|code| house::region_code(&code)).transpose()?;
    let base_url = settings.opt("public_url");
    let https = base_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let metrics_token = settings.opt("metrics_token");
    Ok(SiteConfig { base_url, trusted_proxies, https, metrics_token, default_region, ..SiteConfig::default() })
}

/// The drawing under the maps: the operator's own `basemap.geojson` in the data directory, or the demo's.
fn base_map(settings: &Settings) -> Result<Option<Vec<u8>>, Failure> {
    let own = settings.data().join(house::BASE_MAP);
    if own.exists() {
        return std::fs::read(&own).map(Some).map_err(Failure::io(&own));
    }
    Ok(if house::is_demo(settings.data()) { demo_base_map() } else { None })
}

/// One map for both regions of the demo.
fn demo_base_map() -> Option<Vec<u8>> {
    let mut map: serde_json::Value = serde_json::from_slice(DEMO_BASE_MAP).ok()?;
    let further: serde_json::Value = serde_json::from_slice(DEMO_BASE_MAP_MAGETAN).ok()?;
    map["features"].as_array_mut()?.extend(further["features"].as_array()?.iter().cloned());
    serde_json::to_vec(&map).ok()
}

/// Puts the operator's tiles under the maps. A file that can't be shown is named, and the maps go on without it: the
/// rest of the house must not stand still for them.
fn lay_tiles(settings: &Settings) {
    let Some(path) = settings.opt("map_tiles") else { return };
    match simpul_wall::TileFile::open(std::path::Path::new(&path)) {
        Ok(tiles) => tiles.choose(),
        Err(fault) => note(format_args!("warning: map_tiles: {path} {fault}; maps are shown without it")),
    }
}

/// What the ministry's monitoring centre wants to be sent of 112: the operator's own file in the data directory. Each
/// line that is wrong is named, and the house goes on without it.
fn read_ministry_columns(settings: &Settings) {
    let path = settings.data().join(simpul_emergency::model::export::FILE);
    if !path.exists() {
        return;
    }
    for fault in simpul_emergency::pages::recap::choose_mapping(&path).err().unwrap_or_default() {
        note(format_args!("warning: {}: {fault}", path.display()));
    }
}

/// Whose data are served.
pub enum Kind {
    /// A real region's; messages leave the house through these.
    Real(Gateways),
    /// Invented ones, with the accounts that the sign-in page shows. No message leaves: a page shows them.
    Demo {
        /// The accounts.
        accounts: Vec<DemoAccount>,
        /// Whether a gentle drill runs in the 112 room.
        drill: bool,
    },
}

/// Takes the address, so that nothing is promised that can't be reached.
///
/// # Errors
/// [`Failure::Usage`] where it is no address of this machine or is in use.
pub async fn bind(settings: &Settings) -> Result<TcpListener, Failure> {
    let listen = settings.listen()?;
    TcpListener::bind(listen).await.map_err(|error| {
        Failure::Usage(format!("{listen} can't be listened on: {error}; another address: --listen 127.0.0.1:8113"))
    })
}

/// Serves until it is told to stop, then finishes what it has begun.
pub async fn run(
    settings: &Settings,
    listener: TcpListener,
    directory: Directory,
    doorman: Doorman,
    kind: Kind,
) -> Result<(), Failure> {
    let db = directory.db().clone();
    let (gateways, demo_accounts, drill) = match kind {
        Kind::Real(gateways) => (gateways, Vec::new(), None),
        Kind::Demo { accounts, drill } => (Gateways { kept: true, ..Gateways::default() }, accounts, Some(drill)),
    };
    let sample_inbox = gateways.kept;
    let (sends_email, sends_text) = (gateways.carries(Channel::Email), gateways.carries(Channel::Text));
    let config = SiteConfig { demo_accounts, sends_email, sends_text, sample_inbox, ..site_config(settings)? };
    lay_tiles(settings);
    read_ministry_columns(settings);
    let app = house::app(db.clone(), directory.clone(), doorman, config, base_map(settings)?)?;
    let (routes, base_url) = match sample_inbox {
        // Real data have no such page. Its links lead to where this program listens.
        true => (house::routes().merge(simpul_shell::sample_routes()), Some(house::base_url(settings, None))),
        false => (house::routes(), settings.opt("public_url")),
    };
    let router = routes.into_router(app.clone());
    let reactions = house::reactions(&directory, &gateways, base_url);
    if let Ok(address) = listener.local_addr() {
        note(format_args!("Simpul listens on http://{address}"));
    }
    tokio::select! {
        () = simpul_shell::serve(listener, router, app, told_to_stop()) => {}
        () = db.run_background(reactions, gateways) => {}
        () = upkeep::run(db.clone(), directory.clone()) => {}
        () = gentle::run(&db, &directory, drill) => {}
        () = simpul_emergency::ami::run(db.clone()) => {}
    }
    db.close().await;
    Ok(())
}

async fn told_to_stop() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    let terminated = async {
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
        }
    };
    tokio::select! { () = interrupted => {}, () = terminated => {} }
}
