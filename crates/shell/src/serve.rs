//! The listening socket: connections with limits, and an end that finishes what was begun.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use simpul_kernel::limits::{
    CONNECTION_BUFFER_MAX_BYTES, CONNECTIONS_MAX_COUNT, HEADERS_TIMEOUT_SECONDS, STOP_TIMEOUT_SECONDS,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::App;

/// Where no connection can be accepted (no file handles, say) the next try waits so long.
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(100);

/// Serves until `stop` comes, then ends the live streams and waits for what was begun.
pub async fn serve(listener: TcpListener, router: Router, app: App, stop: impl Future<Output = ()> + Send) {
    let seats = Arc::new(Semaphore::new(CONNECTIONS_MAX_COUNT));
    let ending = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener, &seats) => accepted,
            Some(_) = connections.join_next(), if !connections.is_empty() => continue,
        };
        let (stream, peer, seat) = accepted;
        let connection = connection(stream, peer, router.clone());
        let watched = ending.watch(connection);
        connections.spawn(async move {
            // A client that goes away in the middle is no error of ours.
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(seat);
        });
    }
    drop(listener);
    app.end_streams();
    if tokio::time::timeout(Duration::from_secs(STOP_TIMEOUT_SECONDS), ending.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    connections.shutdown().await;
}

/// The next connection, once there is room for it.
async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    loop {
        let seat = seats.clone().acquire_owned().await.ok();
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, seat),
            Err(error) => {
                tracing::warn!(%error, "a connection can't be accepted just now");
                tokio::time::sleep(PAUSE_AFTER_ERROR).await;
            }
        }
    }
}

type Connection<S> = http1::Connection<TokioIo<TcpStream>, S>;

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> Connection<impl hyper::service::HttpService<Incoming, ResBody = Body, Error = Infallible, Future: Send> + Send> {
    // Small answers and live lines go out at once instead of waiting for more.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.oneshot(request).await
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(HEADERS_TIMEOUT_SECONDS));
    builder.max_buf_size(CONNECTION_BUFFER_MAX_BYTES);
    builder.serve_connection(TokioIo::new(stream), service)
}
