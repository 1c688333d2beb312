//! The house as every handler sees it.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use simpul_kernel::RegionId;
use simpul_people::{Directory, Doorman, Permission};
use simpul_store::Db;
use tokio::time::Instant;

use crate::catalogue::{Catalogue, CatalogueError, MessageSet};
use crate::figures::{FigureDesk, RoomFigures};
use crate::front::Drawer;
use crate::inbox::{DynPiece, InboxPiece};
use crate::limiter::{Limit, Limiter};
use crate::live::{Live, LiveView, PartialView};
use crate::metrics::Metrics;
use crate::news::{NewsDesk, NewsSource};
use crate::routes::RouteInfo;
use crate::{PageError, net::Net};

/// What an operator settles for the whole site.
#[derive(Debug, Clone, Default)]
pub struct SiteConfig {
    /// The address under which the site is known, such as `https://lapor.example.id`, for links in messages.
    pub base_url: Option<String>,
    /// Proxies whose word on the sender's address is believed.
    pub trusted_proxies: Vec<Net>,
    /// Whether people reach the site by https only, so that cookies get the `__Host-` prefix and browsers HSTS.
    pub https: bool,
    /// Accounts that the sign-in page lists, in a demo.
    pub demo_accounts: Vec<DemoAccount>,
    /// Who shows this token may read `/metrics` from elsewhere than the machine itself.
    pub metrics_token: Option<String>,
    /// The region of a host name that none claims.
    pub default_region: Option<RegionId>,
    /// Whether e-mails can leave the house; what needs one is not offered otherwise.
    pub sends_email: bool,
    /// Whether texts can leave the house to a telephone.
    pub sends_text: bool,
    /// Whether messages go to the page of the demo that shows them, and to nobody.
    pub sample_inbox: bool,
    /// Whether requests are counted and limited. A measurement switches it off.
    pub unlimited: bool,
}

/// An account of the demo.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Whose sign-in page shows it.
    pub region: RegionId,
    /// What is typed as login.
    pub login: String,
    /// Its password: demo accounts only.
    pub password: String,
    /// The invented person.
    pub name: String,
    /// The catalogue's name of the role, such as `shell.role.agency_officer`.
    pub role: String,
    /// The agency's short name, if the role is one of an agency.
    pub agency: Option<String>,
}

/// An entry of the officers' navigation.
#[derive(Debug, Clone, Copy)]
pub struct NavItem {
    /// Where it leads.
    pub href: &'static str,
    /// The catalogue's name for it.
    pub label: &'static str,
    /// Who sees it.
    pub need: Permission,
    /// Smaller ones come first.
    pub order: i32,
}

/// People has no pages; what it refuses is said here.
pub const PEOPLE_MESSAGES: MessageSet =
    MessageSet { room: "people", id: simpul_people::MESSAGES_ID, en: simpul_people::MESSAGES_EN };

/// What is wrong with a file that somebody sends.
pub const OFFICE_MESSAGES: MessageSet =
    MessageSet { room: "office", id: simpul_office::MESSAGES_ID, en: simpul_office::MESSAGES_EN };

/// The state of the server. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] holds.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Regions, areas, agencies, officers.
    pub directory: Directory,
    /// Sign-in.
    pub doorman: Doorman,
    /// What the operator has settled.
    pub config: SiteConfig,
    /// What screens say.
    pub catalogue: Catalogue,
    pub(crate) limiter: Limiter,
    pub(crate) metrics: Metrics,
    pub(crate) live: Live,
    pub(crate) nav: Vec<NavItem>,
    pub(crate) news: NewsDesk,
    pub(crate) inbox: Vec<Box<dyn DynPiece>>,
    pub(crate) figures: FigureDesk,
    hosts: Hosts,
    serving: OnceLock<Serving>,
}

type HostNames = Arc<Vec<(RegionId, Option<String>)>>;

/// Which region answers to which host, read anew now and then: every request asks for it.
#[derive(Default)]
struct Hosts(Mutex<Option<(Instant, HostNames)>>);

/// How long the list of regions is believed. One that is added counts a moment later.
const HOSTS_FRESH: Duration = Duration::from_millis(250);

impl Hosts {
    async fn regions(&self, directory: &Directory) -> simpul_store::Result<HostNames> {
        let now = Instant::now();
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, regions)) = kept.filter(|(read, _)| now.duration_since(*read) < HOSTS_FRESH) {
            return Ok(regions);
        }
        let regions = directory.regions().await?.into_iter().map(|region| (region.id, region.host));
        let regions = Arc::new(regions.collect::<Vec<_>>());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, regions.clone()));
        Ok(regions)
    }
}

/// What is known once the routes are complete.
struct Serving {
    openapi: String,
    drawers: Vec<(&'static str, Drawer)>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Begins a house.
    pub fn builder(db: Db, directory: Directory, config: SiteConfig) -> AppBuilder {
        let doorman = Doorman::new(directory.clone());
        AppBuilder {
            db,
            directory,
            doorman,
            config,
            messages: vec![crate::MESSAGES, PEOPLE_MESSAGES, OFFICE_MESSAGES],
            live: Live::default(),
            nav: Vec::new(),
            news: NewsDesk::default(),
            inbox: Vec::new(),
            figures: FigureDesk::default(),
            metrics: Metrics::default(),
        }
    }

    /// The entries of the officers' navigation, in order: for a page that lists a part of them in another place.
    pub fn nav_items(&self) -> &[NavItem] {
        &self.nav
    }

    pub(crate) fn start_serving(&self, openapi: String, drawers: Vec<(&'static str, Drawer)>, table: &[RouteInfo]) {
        self.metrics.know(table);
        let _ = self.serving.set(Serving { openapi, drawers });
    }

    pub(crate) fn openapi(&self) -> &str {
        self.serving.get().map_or("{}", |serving| serving.openapi.as_str())
    }

    pub(crate) fn drawer_for(&self, path: &str) -> Option<Drawer> {
        let drawers = self.serving.get().map(|serving| serving.drawers.as_slice()).unwrap_or_default();
        drawers.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, drawer)| *drawer)
    }

    /// Takes one request of `limit` by `who`.
    ///
    /// # Errors
    /// 429 with the time to wait when there were too many.
    pub fn limit(&self, limit: Limit, who: &str) -> Result<(), PageError> {
        if self.config.unlimited {
            return Ok(());
        }
        self.limiter.take(limit, who, self.db.env().now()).map_err(PageError::too_many)
    }

    /// The region of a host name. One region alone answers to any; of several, an unclaimed host gets the default one,
    /// or the one that has no host of its own. `None`: there is no such region.
    pub(crate) async fn region_of_host(&self, host: &str) -> simpul_store::Result<Option<RegionId>> {
        let regions = self.hosts.regions(&self.directory).await?;
        Ok(simpul_people::choose_region(&regions, host, self.config.default_region))
    }

    /// Ends all live streams: the server is about to stop, and they would never end by themselves.
    pub fn end_streams(&self) {
        self.live.end();
    }

    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        self.config.trusted_proxies.iter().any(|net| net.holds(address))
    }
}

/// A house that is being built.
pub struct AppBuilder {
    db: Db,
    directory: Directory,
    doorman: Doorman,
    config: SiteConfig,
    messages: Vec<MessageSet>,
    live: Live,
    nav: Vec<NavItem>,
    news: NewsDesk,
    inbox: Vec<Box<dyn DynPiece>>,
    figures: FigureDesk,
    metrics: Metrics,
}

impl AppBuilder {
    /// What people know of the regions: for views that show names.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Adds a room's sentences.
    #[must_use]
    pub fn messages(mut self, set: MessageSet) -> AppBuilder {
        self.messages.push(set);
        self
    }

    /// Uses this doorman instead of a new one, so that the queue for argon2 is one.
    #[must_use]
    pub fn doorman(mut self, doorman: Doorman) -> AppBuilder {
        self.doorman = doorman;
        self
    }

    /// Adds an entry to the officers' navigation.
    #[must_use]
    pub fn nav(mut self, item: NavItem) -> AppBuilder {
        self.nav.push(item);
        self
    }

    /// Adds what a room tells on every page.
    #[must_use]
    pub fn news(mut self, source: impl NewsSource) -> AppBuilder {
        self.news.add(source);
        self
    }

    /// Reads what rooms tell on every page, and counts their figures, anew for each request.
    #[must_use]
    pub(crate) fn forgetful(mut self) -> AppBuilder {
        self.news.forget_at_once();
        self.figures.forget_at_once();
        self
    }

    /// Adds a room's piece above the officers' inbox.
    #[must_use]
    pub fn inbox_piece(mut self, piece: impl InboxPiece) -> AppBuilder {
        self.inbox.push(Box::new(piece));
        self
    }

    /// Adds a room's figures, for whoever shows them beside other things.
    #[must_use]
    pub fn figures(mut self, room: impl RoomFigures) -> AppBuilder {
        self.figures.add(room);
        self
    }

    /// Adds a room's view of live lines.
    #[must_use]
    pub fn live(mut self, view: impl LiveView) -> AppBuilder {
        self.live.add_view(view);
        self
    }

    /// Adds a room's pieces of pages for live lines.
    #[must_use]
    pub fn partial(mut self, view: impl PartialView) -> AppBuilder {
        self.live.add_partial(view);
        self
    }

    /// Adds lines to `/metrics`.
    #[must_use]
    pub fn metric(mut self, write: impl Fn(&mut String) + Send + Sync + 'static) -> AppBuilder {
        self.metrics.add(write);
        self
    }

    /// The house.
    ///
    /// # Errors
    /// When the sentences of the rooms do not match.
    pub fn build(mut self) -> Result<App, CatalogueError> {
        self.nav.sort_by_key(|item| item.order);
        let catalogue = Catalogue::load(&self.messages)?;
        let parts = Parts {
            db: self.db,
            directory: self.directory,
            doorman: self.doorman,
            config: self.config,
            catalogue,
            limiter: Limiter::default(),
            metrics: self.metrics,
            live: self.live,
            nav: self.nav,
            news: self.news,
            inbox: self.inbox,
            figures: self.figures,
            hosts: Hosts::default(),
            serving: OnceLock::new(),
        };
        Ok(App(Arc::new(parts)))
    }
}
