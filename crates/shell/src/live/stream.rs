//! One open stream. It is pulled by the connection: a viewer who does not read holds nothing but its place.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use simpul_kernel::RegionId;
use simpul_kernel::calendar::Zone;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::limits::{
    LIVE_ASK_AGAIN_SECONDS, LIVE_HEARTBEAT_SECONDS, LIVE_PUBLIC_GAP_MAX_LINES, LIVE_RIGHTS_FRESH_MILLIS,
};
use simpul_store::{Conn, Result, Subscription, journal};
use tokio::sync::watch;
use tokio::time::Instant;

use super::event;
use super::view::{DynPartial, Screen};
use super::{Seat, topic_of};
use crate::guard::Watcher;
use crate::limiter::Place;
use crate::page::Frame;
use crate::{Fields, Page, PageError, PageResult, Query};

/// Bytes that are put together for one write; a long gap goes out in pieces.
const CHUNK_BYTES: usize = 32 * 1024;
/// After a failed read a stream waits so long before the next.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(500);

const ASK_AGAIN: Duration = Duration::from_secs(LIVE_ASK_AGAIN_SECONDS);
const RIGHTS_FRESH: Duration = Duration::from_millis(LIVE_RIGHTS_FRESH_MILLIS);

/// What a stream shows of its lines.
enum Shows {
    Events { topics: Vec<String> },
    Partials { views: Vec<(usize, Arc<dyn DynPartial>)>, screen: Box<Screen> },
}

/// An open stream.
struct Open {
    watcher: Watcher,
    lines: Subscription,
    shows: Shows,
    waiting: VecDeque<Arc<JournalLine>>,
    /// The last line that was looked at, shown or not.
    place: i64,
    /// When the viewer's rights were last looked up.
    asked: Instant,
    greeted: bool,
    ended: watch::Receiver<bool>,
    _seat: Seat,
    _place: Option<Place>,
}

/// `GET /api/v1/live?topics=report,incident`: one event for each line that the viewer may see.
pub(crate) async fn events(watcher: Watcher, Query(query): Query<Fields>) -> PageResult {
    let topics: Vec<String> = query.get("topics").split(',').map(|topic| topic.trim().to_owned()).collect();
    let known: Vec<String> = topics.into_iter().filter(|topic| watcher.app.live.knows_topic(topic)).collect();
    if known.is_empty() {
        return Err(PageError::bad_request("shell.trouble.topics"));
    }
    open(watcher, &query, Shows::Events { topics: known }).await
}

/// `GET /langsung?layar=SCREEN`: pieces of a page, as htmx swaps them in.
pub(crate) async fn partials(watcher: Watcher, Query(query): Query<Fields>) -> PageResult {
    let all = watcher.app.live.partials.iter().enumerate();
    let views: Vec<_> = all
        .filter(|(_, view)| view.screen() == query.get("layar"))
        .map(|(index, view)| (index, view.clone()))
        .collect();
    if views.is_empty() {
        return Err(PageError::not_found());
    }
    if watcher.viewer.is_public() && !views.iter().any(|(_, view)| view.is_public()) {
        return Err(PageError::status(StatusCode::UNAUTHORIZED, "shell.trouble.sign_in"));
    }
    let page = Page::new(&watcher.site, Frame::Staff, "shell.live");
    let screen = Screen { viewer: watcher.viewer.clone(), page, params: query.clone() };
    open(watcher, &query, Shows::Partials { views, screen: Box::new(screen) }).await
}

async fn open(watcher: Watcher, query: &Fields, shows: Shows) -> PageResult {
    let place = watcher.place()?;
    let Some(seat) = Seat::take(&watcher.app) else {
        let mut full = PageError::status(StatusCode::SERVICE_UNAVAILABLE, "shell.trouble.streams");
        full.0.retry_after = Some(30);
        return Err(full);
    };
    let region = watcher.region().id;
    let last = watcher.headers().get("last-event-id").and_then(|id| id.to_str().ok());
    let asked = last.or(Some(query.get("after")).filter(|after| !after.is_empty()));
    let after = match asked {
        Some(text) => {
            Some(event::parse_place(text, region).ok_or_else(|| PageError::bad_request("shell.trouble.place"))?)
        }
        None => None,
    };
    // What runs on the machine itself could read the journal's file as well.
    if let Some(after) = after.filter(|_| watcher.viewer.is_public() && !watcher.site.visit.is_local()) {
        let (head, _) = journal::head(&mut watcher.read().await?).await?;
        if head.saturating_sub(after) > LIVE_PUBLIC_GAP_MAX_LINES {
            return Err(PageError::status(StatusCode::GONE, "shell.trouble.place_far"));
        }
    }
    let lines = watcher.app.db.subscribe(region, after).await?;
    let open = Open {
        place: lines.place(),
        lines,
        shows,
        waiting: VecDeque::new(),
        asked: Instant::now(),
        greeted: false,
        ended: watcher.app.live.ended(),
        _seat: seat,
        _place: place,
        watcher,
    };
    Ok(answer(open))
}

fn answer(open: Open) -> Response {
    let body = stream::unfold(open, |mut open| async move {
        let bytes = open.next().await?;
        Some((Ok::<Bytes, std::convert::Infallible>(bytes), open))
    });
    let mut answer = Body::from_stream(body).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store, no-transform"));
    // A proxy that gathers the answer before it passes it on would hold every line back.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    answer
}

impl Open {
    fn region(&self) -> RegionId {
        self.watcher.region().id
    }

    /// The next bytes to send; `None` ends the stream.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.greeted {
            self.greeted = true;
            // The first bytes tell the browser at once that the stream is open, and where it stands.
            let mut first = BytesMut::from(&b"retry: 2000\n"[..]);
            first.extend_from_slice(&self.heartbeat());
            if self.lines.was_ahead() {
                first.extend_from_slice(&event::restored(self.region(), self.place, self.watcher.now(), self.zone()));
            }
            return Some(first.freeze());
        }
        let beat = Instant::now() + Duration::from_secs(LIVE_HEARTBEAT_SECONDS);
        loop {
            if self.waiting.is_empty() {
                let next = tokio::select! {
                    _ = self.ended.wait_for(|ended| *ended) => return None,
                    next = tokio::time::timeout_at(beat.min(self.asked + ASK_AGAIN), self.lines.next()) => next,
                };
                match next {
                    Ok(Ok(lines)) => self.waiting = lines.into(),
                    Ok(Err(error)) => self.pause(&error).await,
                    Err(_) if Instant::now() >= beat => return Some(self.heartbeat()),
                    Err(_) => {}
                }
            }
            let shown = match self.still_may().await {
                Ok(true) => self.chunk().await,
                Ok(false) => return None,
                Err(error) => Err(error),
            };
            match shown {
                Ok(bytes) if !bytes.is_empty() => return Some(bytes),
                Ok(_) => {}
                Err(error) => self.pause(&error).await,
            }
            if Instant::now() >= beat {
                return Some(self.heartbeat());
            }
        }
    }

    /// Whether the viewer may still look. What it may see is looked up anew before lines go out, and now and then on a
    /// silent stream.
    async fn still_may(&mut self) -> Result<bool> {
        let fresh = if self.waiting.is_empty() { ASK_AGAIN } else { RIGHTS_FRESH };
        if self.asked.elapsed() < fresh {
            return Ok(true);
        }
        match self.watcher.renewed().await {
            Ok(Some(viewer)) => {
                if let Shows::Partials { screen, .. } = &mut self.shows {
                    screen.viewer = viewer.clone();
                }
                self.watcher.viewer = viewer;
            }
            Ok(None) => return Ok(false),
            // A database that is away ends nobody's session; but no line goes out on rights that may be gone.
            Err(_) if self.waiting.is_empty() => {}
            Err(error) => return Err(error),
        }
        self.asked = Instant::now();
        Ok(true)
    }

    async fn pause(&self, error: &simpul_store::Error) {
        tracing::warn!(%error, "a live stream can't read just now");
        tokio::time::sleep(PAUSE_AFTER_ERROR).await;
    }

    fn heartbeat(&self) -> Bytes {
        event::heartbeat(self.region(), self.place, self.watcher.now(), self.zone())
    }

    fn zone(&self) -> Zone {
        self.watcher.region().zone
    }

    /// What is to be shown of the waiting lines, up to a chunk. A line whose reading failed stays the next one.
    async fn chunk(&mut self) -> Result<Bytes> {
        let mut chunk = BytesMut::new();
        let mut conn = None;
        if let Shows::Partials { screen, .. } = &mut self.shows {
            screen.page.now = self.watcher.site.now();
        }
        while let Some(line) = self.waiting.front().cloned() {
            match self.shown(&line, &mut conn).await {
                Ok(Some(bytes)) => chunk.extend_from_slice(&bytes),
                Ok(None) => {}
                Err(error) if chunk.is_empty() && error.is_passing() => return Err(error),
                Err(error) if error.is_passing() => break,
                // A view that can't read one line must not stop the stream for ever.
                Err(error) => tracing::error!(%error, seq = line.seq, kind = line.kind, "a live line can't be shown"),
            }
            self.waiting.pop_front();
            self.place = line.seq;
            if chunk.len() >= CHUNK_BYTES {
                break;
            }
        }
        Ok(chunk.freeze())
    }

    async fn shown(&self, line: &Arc<JournalLine>, conn: &mut Option<Conn>) -> Result<Option<Bytes>> {
        match &self.shows {
            Shows::Events { topics } => self.shown_event(topics, line, conn).await,
            Shows::Partials { views, screen } => self.shown_partials(views, screen, line, conn).await,
        }
    }

    async fn shown_event(
        &self,
        topics: &[String],
        line: &Arc<JournalLine>,
        conn: &mut Option<Conn>,
    ) -> Result<Option<Bytes>> {
        if !topics.iter().any(|topic| topic == topic_of(&line.kind)) {
            return Ok(None);
        }
        let live = &self.watcher.app.live;
        let Some((index, view)) = live.view_of(line) else { return Ok(None) };
        let entry = live.cache.entry((line.region, line.seq, index));
        let loaded = entry.load(|| async { view.load(self.conn(conn).await?, line).await }).await?;
        let Some(loaded) = loaded else { return Ok(None) };
        let (viewer, zone) = (&self.watcher.viewer, self.watcher.region().zone);
        Ok(entry
            .show(viewer.class(), || view.show(viewer, line, loaded).map(|shown| event::of_line(line, zone, shown))))
    }

    async fn shown_partials(
        &self,
        views: &[(usize, Arc<dyn DynPartial>)],
        screen: &Screen,
        line: &Arc<JournalLine>,
        conn: &mut Option<Conn>,
    ) -> Result<Option<Bytes>> {
        let mut html = String::new();
        // Partial views have their own places in the cache, after those of the event views.
        let offset = self.watcher.app.live.views.len();
        for (index, view) in views.iter().filter(|(_, view)| view.topic() == topic_of(&line.kind)) {
            let entry = self.watcher.app.live.cache.entry((line.region, line.seq, offset + index));
            let loaded = entry.load(|| async { view.load(self.conn(conn).await?, line).await }).await?;
            if let Some(piece) = loaded.and_then(|loaded| view.show(screen, line, loaded)) {
                html.push_str(&piece);
            }
        }
        Ok((!html.is_empty()).then(|| event::event(line.region, line.seq, None, &html)))
    }

    /// One connection for a chunk, taken when the first line needs it.
    async fn conn<'c>(&self, conn: &'c mut Option<Conn>) -> Result<&'c mut Conn> {
        if conn.is_none() {
            *conn = Some(self.watcher.read().await?);
        }
        conn.as_mut().ok_or_else(|| simpul_store::Error::Broken("no connection".into()))
    }
}
