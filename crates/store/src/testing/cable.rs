//! A way to PostgreSQL that a test can cut: what a server in the next room is when the cable is pulled, or its process
//! is gone.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::{Error, Result};

/// Bytes that are passed on at a time.
const PIECE_BYTES: usize = 16 * 1024;

/// How the way is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It is whole.
    Whole,
    /// Connections break, and new ones are closed at once: the server's process has ended.
    Broken,
    /// Connections stay and nothing comes through: the cable is pulled.
    Silent,
}

/// The way. It is gone with this value.
pub struct Cable {
    address: SocketAddr,
    cut: watch::Sender<Cut>,
    laying: tokio::task::JoinHandle<()>,
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.laying.abort();
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::Store(error.to_string())
}

/// Host and port of an address like `postgres://user@host:port`.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let rest = rest.split('/').next()?;
    Some(rest.rsplit_once('@').map_or(rest, |(_, host)| host))
}

impl Cable {
    /// Lays a way to the server at `server`, `postgres://user@host:port`.
    #[expect(clippy::disallowed_methods, reason = "a test's cable ends with the test")]
    pub(super) async fn lay(server: &str) -> Result<Cable> {
        let host = host_of(server).ok_or_else(|| Error::Store("SIMPUL_TEST_PG names no host".into()))?.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (cut, state) = watch::channel(Cut::Whole);
        let laying = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, host.clone(), state.clone()));
            }
        });
        Ok(Cable { address, cut, laying })
    }

    /// The same address by this way.
    pub(super) fn url(&self, url: &str) -> String {
        match host_of(url) {
            Some(host) => url.replacen(host, &self.address.to_string(), 1),
            None => url.to_owned(),
        }
    }

    /// Cuts the way, or makes it whole again.
    pub fn cut(&self, how: Cut) {
        self.cut.send_replace(how);
    }
}

async fn carry(near: TcpStream, host: String, mut state: watch::Receiver<Cut>) {
    // Whoever knocks while the cable is pulled waits for an answer.
    if *state.borrow_and_update() == Cut::Broken || state.wait_for(|cut| *cut != Cut::Silent).await.is_err() {
        return;
    }
    let Ok(far) = TcpStream::connect(&host).await else { return };
    let ((from_near, to_near), (from_far, to_far)) = (near.into_split(), far.into_split());
    tokio::select! {
        _ = pump(from_near, to_far, state.clone()) => {}
        _ = pump(from_far, to_near, state.clone()) => {}
        _ = state.wait_for(|cut| *cut == Cut::Broken) => {}
    }
}

/// Passes on what comes; while the cable is pulled it is held, as a network holds and repeats what was not received.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut state: watch::Receiver<Cut>) -> std::io::Result<()> {
    let mut bytes = vec![0; PIECE_BYTES];
    loop {
        let read = from.read(&mut bytes).await?;
        let Some(piece) = bytes.get(..read).filter(|piece| !piece.is_empty()) else { return Ok(()) };
        if state.wait_for(|cut| *cut != Cut::Silent).await.is_err() {
            return Ok(());
        }
        to.write_all(piece).await?;
    }
}
