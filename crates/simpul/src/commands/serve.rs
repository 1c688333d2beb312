//! `serve`, `migrate`, and the server that `demo` shares with them.

use simpul_kernel::RegionId;
use simpul_people::{Directory, Doorman};
use simpul_shell::{DemoAccount, Net, SiteConfig};
use simpul_store::Db;
use tokio::net::TcpListener;

use crate::config::Settings;
use crate::demo;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};
use crate::upkeep;

/// How old the names of areas, agencies and officers on a page may be. Keys and sessions are always looked up.
pub const PATIENCE: std::time::Duration = std::time::Duration::from_millis(50);

/// Runs the server on real data.
pub async fn serve(settings: &Settings, check_config: bool) -> Result<(), Failure> {
    if check_config {
        settings.listen()?;
        settings.db()?;
        settings.gateways()?;
        site_config(settings)?;
        say(settings.printed().trim_end());
        return Ok(());
    }
    if house::is_demo(settings.data()) {
        return Err(Failure::Usage(format!(
            "{} holds invented data made by `simpul demo`; real data need a directory of their own (--data DIR)",
            settings.data().display()
        )));
    }
    let db = house::open_any(settings).await?;
    migrate_all(&db).await?;
    let directory = Directory::patient(db.clone(), PATIENCE);
    let doorman = Doorman::new(directory.clone());
    welcome(settings, &db, &doorman).await?;
    run(settings, db, directory, doorman, Vec::new()).await
}

/// Brings all regions up to date.
pub async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let db = house::open_any(settings).await?;
    let steps = migrate_all(&db).await?;
    say(format_args!("OK {} regions, {steps} new steps", db.regions().await?.len()));
    Ok(())
}

/// The shared tables first, then every region's.
pub async fn migrate_all(db: &Db) -> Result<usize, Failure> {
    let mut steps = db.migrate(RegionId::SHARED).await?;
    for region in db.regions().await? {
        steps += db.migrate(region).await?;
    }
    Ok(steps)
}

/// Tells a new installation how to begin: never with a default password.
async fn welcome(settings: &Settings, db: &Db, doorman: &Doorman) -> Result<(), Failure> {
    let regions = db.regions().await?;
    if regions.is_empty() {
        note("There is no region yet. Add one, also while this runs:");
        note("  simpul region add 7322 \"Luwu Utara\" --zone wita --prefix LUTRA");
    }
    let base = settings.opt("public_url").unwrap_or_else(|| format!("http://{}", settings.get("listen")));
    for region in regions {
        if !doorman.has_administrator(region).await? {
            let token = doorman.make_admin_link(region).await?;
            note(format_args!("Region {region} has no administrator. This link makes one, once, within 48 hours:"));
            note(format_args!("  {}/mulai/{token}", base.trim_end_matches('/')));
        }
    }
    Ok(())
}

fn site_config(settings: &Settings) -> Result<SiteConfig, Failure> {
    let mut trusted_proxies = Vec::new();
    for text in settings.get("trusted_proxies").split(',').map(str::trim).filter(|text| !text.is_empty()) {
        let net = Net::parse(text);
        trusted_proxies.push(net.ok_or_else(|| Failure::Usage(format!("trusted_proxies: `{text}` is no network")))?);
    }
    let default_region = settings.opt("default_region").map(|code| house::region_code(&code)).transpose()?;
    let base_url = settings.opt("public_url");
    let https = base_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    let metrics_token = settings.opt("metrics_token");
    let sends_email = settings.gateways()?.carries(simpul_store::Channel::Email);
    Ok(SiteConfig {
        base_url,
        trusted_proxies,
        https,
        metrics_token,
        default_region,
        sends_email,
        ..SiteConfig::default()
    })
}

/// The drawing under the maps: the operator's own `basemap.geojson` in the data directory, or the demo's.
fn base_map(settings: &Settings) -> Result<Option<Vec<u8>>, Failure> {
    let own = settings.data().join("basemap.geojson");
    if own.exists() {
        return std::fs::read(&own).map(Some).map_err(Failure::io(&own));
    }
    Ok(house::is_demo(settings.data()).then(|| demo::BASE_MAP.to_vec()))
}

/// Serves until it is told to stop, then finishes what it has begun.
pub async fn run(
    settings: &Settings,
    db: Db,
    directory: Directory,
    doorman: Doorman,
    demo_accounts: Vec<DemoAccount>,
) -> Result<(), Failure> {
    let listen = settings.listen()?;
    let config = SiteConfig { demo_accounts, ..site_config(settings)? };
    let app = house::app(db.clone(), directory.clone(), doorman, config, base_map(settings)?)?;
    let router = house::routes().into_router(app.clone());
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::Usage(format!("{listen} can't be listened on: {error}; another address: --listen 127.0.0.1:8113"))
    })?;
    let gateways = settings.gateways()?;
    let reactions = house::reactions(&directory, &gateways, settings.opt("public_url"));
    note(format_args!("Simpul listens on http://{}", listener.local_addr().unwrap_or(listen)));
    tokio::select! {
        () = simpul_shell::serve(listener, router, app, told_to_stop()) => {}
        () = db.run_background(reactions, gateways) => {}
        () = upkeep::run(db.clone(), directory) => {}
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
