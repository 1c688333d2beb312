//! What a room brings: how it fills in a line, and to whom it shows it.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;
use simpul_kernel::journal::JournalLine;
use simpul_store::{Conn, Result};

use super::Viewer;
use crate::{Fields, Page};

/// A room's view of its lines, for `/api/v1/live`.
pub trait LiveView: Send + Sync + 'static {
    /// What any viewer may need of the thing that the line is about.
    type Loaded: Send + Sync + 'static;

    /// The first word of the kinds that it claims: `report` claims `report.submitted`.
    fn topic(&self) -> &'static str;

    /// Reads the thing, once for all viewers. `None`: nobody sees the line.
    fn load(&self, conn: &mut Conn, line: &JournalLine) -> impl Future<Output = Result<Option<Self::Loaded>>> + Send;

    /// What this viewer sees of it, as an object whose fields join those that every event has. `None`: nothing.
    /// All the public, and all screens on walls, are shown the same.
    fn show(&self, viewer: &Viewer, line: &JournalLine, loaded: &Self::Loaded) -> Option<Value>;
}

/// A screen that gets pieces of its page.
pub struct Screen {
    /// Who looks.
    pub viewer: Viewer,
    /// Words and formats in the viewer's language.
    pub page: Page,
    /// The query of the stream: which agency, which filter.
    pub params: Fields,
}

/// A room's pieces of one screen's page, for `/langsung?layar=SCREEN`.
pub trait PartialView: Send + Sync + 'static {
    /// What any viewer may need of the thing that the line is about.
    type Loaded: Send + Sync + 'static;

    /// The screen's name in the address.
    fn screen(&self) -> &'static str;

    /// The first word of the kinds that it claims.
    fn topic(&self) -> &'static str;

    /// Whether the screen is one of the public's. Otherwise its stream needs somebody who is signed in.
    fn is_public(&self) -> bool {
        false
    }

    /// Reads the thing, once for all viewers. `None`: nobody sees the line.
    fn load(&self, conn: &mut Conn, line: &JournalLine) -> impl Future<Output = Result<Option<Self::Loaded>>> + Send;

    /// The HTML for this screen: one or more `<hx-partial>`. `None`: nothing changes on it.
    fn show(&self, screen: &Screen, line: &JournalLine, loaded: &Self::Loaded) -> Option<String>;
}

pub(crate) type Loaded = Arc<dyn Any + Send + Sync>;
type Loading<'a> = Pin<Box<dyn Future<Output = Result<Option<Loaded>>> + Send + 'a>>;

/// A view without its type.
pub(crate) trait DynView: Send + Sync {
    fn topic(&self) -> &'static str;
    fn load<'a>(&'a self, conn: &'a mut Conn, line: &'a JournalLine) -> Loading<'a>;
    fn show(&self, viewer: &Viewer, line: &JournalLine, loaded: &Loaded) -> Option<Value>;
}

impl<V: LiveView> DynView for V {
    fn topic(&self) -> &'static str {
        LiveView::topic(self)
    }

    fn load<'a>(&'a self, conn: &'a mut Conn, line: &'a JournalLine) -> Loading<'a> {
        Box::pin(async move { Ok(LiveView::load(self, conn, line).await?.map(|loaded| Arc::new(loaded) as Loaded)) })
    }

    fn show(&self, viewer: &Viewer, line: &JournalLine, loaded: &Loaded) -> Option<Value> {
        LiveView::show(self, viewer, line, loaded.downcast_ref()?)
    }
}

/// A partial view without its type.
pub(crate) trait DynPartial: Send + Sync {
    fn screen(&self) -> &'static str;
    fn topic(&self) -> &'static str;
    fn is_public(&self) -> bool;
    fn load<'a>(&'a self, conn: &'a mut Conn, line: &'a JournalLine) -> Loading<'a>;
    fn show(&self, screen: &Screen, line: &JournalLine, loaded: &Loaded) -> Option<String>;
}

impl<V: PartialView> DynPartial for V {
    fn screen(&self) -> &'static str {
        PartialView::screen(self)
    }

    fn topic(&self) -> &'static str {
        PartialView::topic(self)
    }

    fn is_public(&self) -> bool {
        PartialView::is_public(self)
    }

    fn load<'a>(&'a self, conn: &'a mut Conn, line: &'a JournalLine) -> Loading<'a> {
        Box::pin(async move { Ok(PartialView::load(self, conn, line).await?.map(|loaded| Arc::new(loaded) as Loaded)) })
    }

    fn show(&self, screen: &Screen, line: &JournalLine, loaded: &Loaded) -> Option<String> {
        PartialView::show(self, screen, line, loaded.downcast_ref()?)
    }
}
