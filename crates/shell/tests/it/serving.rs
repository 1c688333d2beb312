//! The listening socket: it serves, and it stops although screens hang on.

use std::time::Duration;

use axum::http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support;

async fn ask(address: std::net::SocketAddr, request: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut text = String::new();
    let mut bytes = [0u8; 4096];
    while !text.contains(wanted) {
        let count = tokio::time::timeout(Duration::from_secs(5), stream.read(&mut bytes)).await.unwrap().unwrap();
        assert!(count > 0, "ended before {wanted}: {text}");
        text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    text
}

#[tokio::test]
async fn the_server_stops_although_a_screen_listens() {
    let site = support::site().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router = simpul_shell::routes().merge(support::routes()).into_router(site.app.clone());
    let server = simpul_shell::serve(listener, router, site.app.clone(), async {
        let _ = stopped.await;
    });
    let client = async {
        let mut page = ask(address, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(read_until(&mut page, "\r\n\r\nok").await.starts_with("HTTP/1.1 200"));
        let mut live = ask(address, "GET /api/v1/live?topics=sample HTTP/1.1\r\nHost: x\r\n\r\n").await;
        read_until(&mut live, "heartbeat").await;
        stop.send(()).unwrap();
        let mut rest = Vec::new();
        tokio::time::timeout(Duration::from_secs(5), live.read_to_end(&mut rest)).await.unwrap().unwrap();
    };
    let both = async { tokio::join!(server, client) };
    tokio::time::timeout(Duration::from_secs(9), both).await.expect("the server has stopped");
    assert!(TcpStream::connect(address).await.is_err());
    assert_eq!(site.browser().get("/contoh").await.status, StatusCode::OK);
}
