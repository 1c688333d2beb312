//! The live streams: every line of the journal that a viewer may see, filled in by the room that knows it, the same
//! second on every screen.
//!
//! A line goes out only if a room's view claims it and shows it to this viewer: what nobody thought of stays in.

mod cache;
mod event;
mod stream;
mod view;
mod viewer;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use simpul_kernel::journal::JournalLine;
use simpul_kernel::limits::LIVE_STREAMS_MAX_COUNT;

use cache::LineCache;
use tokio::sync::watch;
use view::{DynPartial, DynView};

pub(crate) use stream::{events, partials};
pub use view::{LiveView, PartialView, Screen};
pub use viewer::Viewer;

/// All views, and what is shared between the streams.
#[derive(Default)]
pub(crate) struct Live {
    views: Vec<Arc<dyn DynView>>,
    partials: Vec<Arc<dyn DynPartial>>,
    cache: LineCache,
    open: AtomicUsize,
    ending: watch::Sender<bool>,
}

impl Live {
    pub(crate) fn add_view(&mut self, view: impl LiveView) {
        self.views.push(Arc::new(view));
    }

    pub(crate) fn add_partial(&mut self, view: impl PartialView) {
        self.partials.push(Arc::new(view));
    }

    /// The view that claims the line: the first one whose topic is the first word of its kind.
    fn view_of(&self, line: &JournalLine) -> Option<(usize, &Arc<dyn DynView>)> {
        let topic = topic_of(&line.kind);
        self.views.iter().enumerate().find(|(_, view)| view.topic() == topic)
    }

    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Ends when the server does.
    fn ended(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }

    fn knows_topic(&self, topic: &str) -> bool {
        self.views.iter().any(|view| view.topic() == topic)
    }
}

/// `report` of `report.submitted`.
fn topic_of(kind: &str) -> &str {
    kind.split('.').next().unwrap_or_default()
}

/// A place among the streams that one server holds; given back when dropped.
pub(crate) struct Seat {
    app: crate::App,
}

impl Seat {
    /// A seat, if there is one.
    pub(crate) fn take(app: &crate::App) -> Option<Seat> {
        let open = app.live.open.fetch_add(1, Ordering::SeqCst);
        if open >= LIVE_STREAMS_MAX_COUNT {
            app.live.open.fetch_sub(1, Ordering::SeqCst);
            return None;
        }
        app.metrics.streams.fetch_add(1, Ordering::Relaxed);
        Some(Seat { app: app.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.app.live.open.fetch_sub(1, Ordering::SeqCst);
        self.app.metrics.streams.fetch_sub(1, Ordering::Relaxed);
    }
}
