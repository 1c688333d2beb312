//! What rooms tell on every page of a region: a line above the page of citizens, and how much waits behind an entry of
//! the officers' navigation. It is remembered for a moment, so that no request asks the database for it.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use simpul_kernel::RegionId;
use simpul_people::Snapshot;
use simpul_store::{Conn, Db, Result};
use tokio::time::Instant;
use uuid::Uuid;

/// How long news are believed.
const FRESH: Duration = Duration::from_secs(2);

/// A line that stands on every page for citizens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsLine {
    /// The catalogue's sentence.
    pub key: &'static str,
    /// The values of its places.
    pub args: Vec<(&'static str, String)>,
    /// Where more is said of it.
    pub href: &'static str,
    /// Whether it is drawn as a trouble rather than as a warning.
    pub is_grave: bool,
}

/// How much of an agency's waits behind an entry of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Where the entry leads.
    pub href: &'static str,
    /// Whose it is.
    pub agency: Uuid,
    /// How much.
    pub count: i64,
}

/// What a room tells on every page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// Lines for citizens.
    pub lines: Vec<NewsLine>,
    /// What waits for officers.
    pub waiting: Vec<Waiting>,
}

/// A room's news of a region.
pub trait NewsSource: Send + Sync + 'static {
    /// Reads them.
    fn read(&self, conn: &mut Conn, place: &Snapshot) -> impl Future<Output = Result<News>> + Send;
}

type Reading<'a> = Pin<Box<dyn Future<Output = Result<News>> + Send + 'a>>;

/// A source without its type.
trait DynSource: Send + Sync {
    fn read<'a>(&'a self, conn: &'a mut Conn, place: &'a Snapshot) -> Reading<'a>;
}

impl<S: NewsSource> DynSource for S {
    fn read<'a>(&'a self, conn: &'a mut Conn, place: &'a Snapshot) -> Reading<'a> {
        Box::pin(NewsSource::read(self, conn, place))
    }
}

type Kept = HashMap<RegionId, (Instant, Arc<News>)>;

/// Every room's news, remembered by region.
pub(crate) struct NewsDesk {
    sources: Vec<Box<dyn DynSource>>,
    kept: Mutex<Kept>,
    patience: Duration,
}

impl Default for NewsDesk {
    fn default() -> NewsDesk {
        NewsDesk { sources: Vec::new(), kept: Mutex::default(), patience: FRESH }
    }
}

impl NewsDesk {
    pub(crate) fn add(&mut self, source: impl NewsSource) {
        self.sources.push(Box::new(source));
    }

    /// Reads them for every request: tests set no clock of the machine.
    pub(crate) fn forget_at_once(&mut self) {
        self.patience = Duration::ZERO;
    }

    /// The region's news. Whoever finds them old reads them; all others go on with the old ones meanwhile. A page is
    /// drawn without them rather than not at all.
    pub(crate) async fn of(&self, db: &Db, place: &Snapshot) -> Arc<News> {
        if self.sources.is_empty() {
            return Arc::default();
        }
        let (region, now) = (place.region.id, Instant::now());
        let before = {
            let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            let before = kept.get(&region).map(|(_, news)| news.clone()).unwrap_or_default();
            let is_fresh = kept.get(&region).is_some_and(|(at, _)| now.duration_since(*at) < self.patience);
            if is_fresh {
                return before;
            }
            kept.insert(region, (now, before.clone()));
            before
        };
        match self.read(db, place).await {
            Ok(news) => {
                let news = Arc::new(news);
                self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(region, (now, news.clone()));
                news
            }
            Err(error) => {
                tracing::warn!(%error, "what rooms tell on every page can't be read");
                before
            }
        }
    }

    async fn read(&self, db: &Db, place: &Snapshot) -> Result<News> {
        let mut conn = db.read(place.region.id).await?;
        let mut all = News::default();
        for source in &self.sources {
            let News { lines, waiting } = source.read(&mut conn, place).await?;
            all.lines.extend(lines);
            all.waiting.extend(waiting);
        }
        Ok(all)
    }
}
