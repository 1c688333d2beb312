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

    /// Posts, and refuses any answer but 200 and 201.
    pub async fn post(mut self, request: String) -> Result<Client, Failure> {
        let status = self.exchange(request).await.map_err(|error| Failure::Store(error.to_string()))?;
        match status.as_str() {
            "200" | "201" => Ok(self),
            other => Err(Failure::Store(format!("the server answered {other}"))),
        }
    }

    async fn exchange(&mut self, request: String) -> std::io::Result<String> {
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
        self.0.read_exact(&mut vec![0; length]).await?;
        Ok(status)
    }
}
