//! The real binary as a test runs it.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use simpul_kernel::RegionId;
use simpul_store::Digest;
use simpul_store::testing::{TestDb, rows};

/// An installation: a data directory and, with PostgreSQL, a database of its own.
pub struct Installation {
    pub test: TestDb,
}

/// A running server; it is killed when the test lets go of it.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Installation {
    pub async fn empty() -> Installation {
        Installation { test: TestDb::empty(&[]).await.unwrap() }
    }

    /// An installation with the region 7322, its areas and a few agencies.
    pub async fn with_region() -> Installation {
        let house = Installation::empty().await;
        house.ok(&["migrate"]);
        house.ok(&["region", "add", "7322", "Luwu Utara", "--zone", "wita", "--prefix", "LUTRA"]);
        let areas = data("people/data/areas-luwu-utara.csv");
        house.ok(&["areas", "import", "--region", "7322", areas.to_str().unwrap()]);
        house.ok(&["agency", "add", "--region", "73.22", "--short", "Dishub", "Dinas Perhubungan"]);
        house
    }

    /// Every row of a region that the commands have written, by its table.
    pub async fn rows(&self, region: RegionId) -> BTreeMap<String, Digest> {
        rows(&self.test.db, region).await.unwrap()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simpul"));
        command.arg("--data").arg(self.test.dir.path()).stdin(Stdio::null());
        command.env("SIMPUL_CONFIG", self.config());
        if let Some(url) = self.test.postgres_url() {
            command.arg("--db").arg(url);
        }
        command
    }

    /// An empty file, so that a `simpul.toml` that lies about does not count.
    fn config(&self) -> PathBuf {
        let path = self.test.dir.path().with_extension("toml");
        std::fs::write(&path, "").unwrap();
        path
    }

    pub fn run(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }

    /// The same in another data directory, and there with SQLite.
    pub fn run_at(&self, data: &str, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simpul"));
        command.arg("--data").arg(data).env("SIMPUL_CONFIG", self.config()).stdin(Stdio::null());
        command.args(args).output().unwrap()
    }

    pub fn run_with_env(&self, args: &[&str], name: &str, value: &str) -> Output {
        self.command().args(args).env(name, value).output().unwrap()
    }

    pub fn run_with_input(&self, args: &[&str], input: &str) -> Output {
        let mut child = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Standard output of a command that must succeed.
    pub fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let (out, err) = texts(&output);
        assert!(output.status.success(), "{args:?}: {out}{err}");
        out
    }

    /// Starts the server and waits until it can serve.
    pub fn serve(&self) -> Server {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let child = self.command().args(["serve", "--listen", &listen]).env("SIMPUL_LOG", "error").spawn().unwrap();
        let server = Server { child, address: listen.parse().unwrap() };
        server.wait_until_healthy();
        server
    }
}

pub fn texts(output: &Output) -> (String, String) {
    (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
}

pub fn data(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

impl Server {
    #[expect(clippy::disallowed_methods, reason = "a test waits for another process")]
    fn wait_until_healthy(&self) {
        let begun = Instant::now();
        while get(self.address, "/healthz").is_none_or(|(status, body)| status != 200 || body.trim() != "ok") {
            assert!(begun.elapsed() < Duration::from_secs(30), "the server does not answer");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends it as a power cut would: without a word.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// One request on a connection of its own; nothing if the server went away meanwhile.
pub fn exchange(address: SocketAddr, request: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

pub fn get(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    exchange(address, &format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"))
}
