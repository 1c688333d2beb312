//! The least that speaks HTTP: one open connection, so that what is measured is the server.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::failure::Failure;

/// One open connection that posts again and again.
pub struct Client(BufReader<TcpStream>);

impl Client {
    /// Opens a connection.
    pub async fn connect(address: SocketAddr) -> std::io::Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client(BufReader::new(stream)))
    }

    /// Posts, and refuses any answer but 200, 201 and 202.
    pub async fn post(mut self, request: String) -> Result<Client, Failure> {
        self.exchange(request).await.map(|_| self)
    }

    /// The same with what came back.
    pub async fn ask(mut self, request: String) -> Result<(Client, Vec<u8>), Failure> {
        let body = self.exchange(request).await?;
        Ok((self, body))
    }

    async fn exchange(&mut self, request: String) -> Result<Vec<u8>, Failure> {
        let (status, body) = self.send(request).await.map_err(|error| Failure::Store(error.to_string()))?;
        match status.as_str() {
            "200" | "201" | "202" => Ok(body),
            other => {
                let body = String::from_utf8_lossy(&body);
                Err(Failure::Store(format!("the server answered {other}: {body}")))
            }
        }
    }

    async fn send(&mut self, request: String) -> std::io::Result<(String, Vec<u8>)> {
        self.0.write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).unwrap_or("").to_owned();
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line).await?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        Ok((status, body))
    }
}
