//! `serve` and `migrate`.

use simpul_people::{Directory, Doorman};

use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::server;
use crate::terminal::{note, say};

/// Runs the server on real data.
pub async fn serve(settings: &Settings, check_config: bool) -> Result<(), Failure> {
    if check_config {
        settings.listen()?;
        settings.db()?;
        settings.gateways()?;
        server::site_config(settings)?;
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
    server::migrate_all(&db).await?;
    let directory = Directory::patient(db.clone(), server::PATIENCE);
    house::refuse_mixed(&directory, false).await?;
    let doorman = Doorman::new(directory.clone());
    // Whoever is told of a link must be able to follow it: the address first.
    let listener = server::bind(settings).await?;
    welcome(settings, &directory, &doorman).await?;
    let gateways = settings.gateways()?;
    server::run(settings, listener, directory, doorman, server::Kind::Real(gateways)).await
}

/// Brings all regions up to date.
pub async fn migrate(settings: &Settings) -> Result<(), Failure> {
    let db = house::open_any(settings).await?;
    let steps = server::migrate_all(&db).await?;
    say(format_args!("OK {} regions, {steps} new steps", db.regions().await?.len()));
    Ok(())
}

/// Tells a new installation how to begin: never with a default password.
async fn welcome(settings: &Settings, directory: &Directory, doorman: &Doorman) -> Result<(), Failure> {
    let regions = directory.regions().await?;
    if regions.is_empty() {
        note("There is no region yet. Add one, also while this runs:");
        note("  simpul region add 7322 \"Luwu Utara\" --zone wita --prefix LUTRA");
    }
    for region in regions {
        if !doorman.has_administrator(region.id).await? {
            let token = doorman.make_admin_link(region.id).await?;
            note(format_args!(
                "Region {} has no administrator. This link makes one, once, within 48 hours:",
                region.id
            ));
            note(format_args!("  {}/mulai/{token}", house::base_url(settings, region.host.as_deref())));
        }
    }
    Ok(())
}
