//! `bench`: what Simpul does in a second, against a ceiling measured in the same run on this machine. Ratios travel;
//! bare figures drift with the disk.

mod calls;
mod client;
mod fill;
mod live;
mod measure;
mod plans;
mod reads;
mod submit;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use simpul_kernel::{Actor, Ctx, RegionId};
use simpul_people::{Directory, Doorman, KeyScope};
use simpul_report::actions::{Reporter, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::{Place, Source};
use simpul_shell::SiteConfig;
use simpul_store::Db;
use tokio::net::TcpListener;

use crate::cli::{Bench, BenchWhat};
use crate::config::Settings;
use crate::demo;
use crate::failure::Failure;
use crate::house;
use crate::server::PATIENCE;

const REGION: RegionId = RegionId(7322);

/// Measures and prints a table.
pub async fn bench(settings: &Settings, options: &Bench) -> Result<(), Failure> {
    let scratch = tempfile::tempdir().map_err(failed)?;
    let house = House::open(settings, scratch.path()).await?;
    match options.what.unwrap_or(BenchWhat::Submit) {
        BenchWhat::Submit => submit::run(&house, options.seconds, options.rounds).await?,
        BenchWhat::Calls { consoles, units } => calls::run(&house, consoles, units, options.seconds).await?,
        BenchWhat::Live { screens } => live::run(&house, screens).await?,
        BenchWhat::Plan { programmes, indicators } => {
            plans::run(&house, (programmes, indicators), (options.seconds, options.rounds)).await?;
        }
        BenchWhat::Reads { reports } => reads::run(&house, reports, options.seconds, options.rounds).await?,
    }
    house.db.close().await;
    Ok(())
}

fn failed(error: std::io::Error) -> Failure {
    Failure::Store(error.to_string())
}

/// A furnished region in an empty database.
struct House {
    db: Db,
    directory: Directory,
    desk: Arc<Desk>,
}

impl House {
    async fn open(settings: &Settings, scratch: &std::path::Path) -> Result<House, Failure> {
        let config = match settings.opt("db").filter(|url| url.starts_with("postgres")) {
            Some(url) => simpul_store::DbConfig::Postgres { url, data: scratch.to_owned() },
            None => simpul_store::DbConfig::sqlite(scratch),
        };
        let db = Db::open(&config, simpul_store::clock::system_env(), house::MIGRATIONS).await?;
        if db.is_migrated(REGION).await? {
            return Err(Failure::Usage("bench writes: give it an empty database".into()));
        }
        let directory = Directory::patient(db.clone(), PATIENCE);
        demo::furnish_region(&db, &directory).await?;
        Ok(House { desk: demo::desk(&db, &directory).await?, directory, db })
    }

    /// The whole web server on a free port: its address, the server to be polled beside the load (it answers only
    /// when it ends), and a key with these scopes.
    async fn serve(
        &self,
        scopes: &[KeyScope],
    ) -> Result<(SocketAddr, impl Future<Output = Failure> + use<>, String), Failure> {
        let doorman = Doorman::new(self.directory.clone());
        let key = demo::bench_key(&self.db, &doorman, scopes).await?;
        let config = SiteConfig { unlimited: true, ..SiteConfig::default() };
        let app = house::app(self.db.clone(), self.directory.clone(), doorman, config, None)?;
        let router = house::routes().into_router(app.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let serving = async {
            simpul_shell::serve(listener, router, app, std::future::pending()).await;
            Failure::Store("the server ended".into())
        };
        Ok((address, serving, key))
    }

    /// A citizen's context.
    fn ctx(&self) -> Ctx {
        self.db.env().ctx(REGION, Actor::citizen())
    }

    /// A report as it comes in all day.
    fn submit(&self) -> SubmitReport {
        let village = &self.desk.place.villages[0];
        SubmitReport {
            key: self.db.env().new_id(),
            desk: self.desk.clone(),
            category: "lampu_jalan".to_owned(),
            place: Place {
                village: Some(village.code),
                district: Some(village.district),
                point: None,
                accuracy_m: None,
                landmark: "dekat Masjid Nurul Iman".to_owned(),
            },
            text: "Lampu jalan dekat lapangan mati 3 biji sdh 2 minggu. gelap sekali klo malam".to_owned(),
            photos: Vec::new(),
            reporter: Reporter { mode: None, name: None, phone: Some("081200000001".to_owned()), email: None },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        }
    }
}
