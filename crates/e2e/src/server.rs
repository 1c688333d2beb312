//! A real server of its own for each test: the binary as it is shipped, on a copy of the demo data.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;
use ureq::Agent;

use crate::{Browser, Look, build_dir, wait_for_up_to};

/// Longest wait for a server that fills its demo region, in seconds; a debug build on two busy cores is slow.
const FIRST_START_SECONDS: u64 = 420;
/// Longest wait for a server that finds its data, in seconds.
const START_SECONDS: u64 = 30;
/// The demo's reports lie in the last months before it was made: a copy older than this is made anew, in seconds.
const COPY_MAX_AGE_SECONDS: u64 = 3 * 3600;

/// A running server; it and its data are gone with it.
#[derive(Debug)]
pub struct Server {
    process: Child,
    data: TempDir,
    url: String,
    agent: Agent,
}

impl Server {
    /// Starts `simpul demo` on a free port of loopback and waits until it serves.
    ///
    /// # Panics
    /// The binary is not built, or it does not serve; the message holds what it said.
    pub fn start() -> Server {
        let data = tempfile::tempdir().expect("a temporary folder");
        copy_folder(&demo_data(), &data.path().join("demo"));
        Server::on(data, START_SECONDS)
    }

    fn on(data: TempDir, patience: u64) -> Server {
        let address = free_address();
        let process = spawn(&data.path().join("demo"), &address, 0);
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(patience)))
            .build()
            .into();
        let mut server = Server { process, data, url: format!("http://{address}"), agent };
        server.wait_until_it_serves(patience);
        server
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its data directory.
    pub fn data(&self) -> PathBuf {
        self.data.path().join("demo")
    }

    /// A browser before it.
    pub fn browse(&self, look: Look) -> Browser {
        Browser::open(&self.url, look)
    }

    /// Fetches `path` without a browser: status and body. Redirects are not followed.
    ///
    /// # Panics
    /// The server does not answer.
    #[track_caller]
    pub fn fetch(&self, path: &str) -> (u16, String) {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().expect("the server answers");
        let body = answer.body_mut().read_to_vec().expect("a whole body");
        (answer.status().as_u16(), String::from_utf8_lossy(&body).into_owned())
    }

    /// Runs the binary with other arguments on the same data, while the server runs, and gives what it printed.
    ///
    /// # Panics
    /// It fails.
    #[track_caller]
    pub fn command(&self, arguments: &[&str]) -> String {
        let done = Command::new(binary()).args(arguments).arg("--data").arg(self.data()).output().expect("it runs");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&done.stderr));
        said
    }

    /// Kills the server as a power cut would and starts it again on the same data and address.
    pub fn restart(&mut self) {
        self.restart_ahead(0);
    }

    /// The same with a clock that is so many days ahead of the machine's.
    pub fn restart_ahead(&mut self, days: u16) {
        self.stop();
        self.process = spawn(&self.data(), self.url.trim_start_matches("http://"), days);
        self.wait_until_it_serves(START_SECONDS);
    }

    /// Kills the server; its data stay until it is dropped.
    pub fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    fn wait_until_it_serves(&mut self, patience: u64) {
        let url = format!("{}/healthz", self.url);
        wait_for_up_to(patience, "the server", &mut || {
            if let Ok(Some(status)) = self.process.try_wait() {
                let mut said = String::new();
                let output = self.process.stderr.take();
                output.map(|mut output| output.read_to_string(&mut said));
                panic!("the server ended with {status}: {said}");
            }
            self.agent.get(&url).call().ok().filter(|answer| answer.status() == 200).map(drop)
        });
        // What it says later is of no use here, but a full pipe would stop it.
        if let Some(output) = self.process.stderr.take() {
            std::thread::spawn(move || BufReader::new(output).lines().for_each(drop));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(data: &Path, address: &str, days_ahead: u16) -> Child {
    Command::new(binary())
        .args(["demo", "--no-drill", "--listen", address, "--days-ahead", &days_ahead.to_string(), "--data"])
        .arg(data)
        .env_remove("SIMPUL_TEST_DB")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts")
}

/// The demo data of this build, made once and copied for each test: making them takes longer than most tests.
fn demo_data() -> PathBuf {
    let made = modified_seconds(&binary()).unwrap_or_default();
    let place = build_dir().with_file_name("e2e").join(format!("demo-{made}"));
    let age = std::fs::metadata(&place).and_then(|about| about.modified()).ok().and_then(|then| then.elapsed().ok());
    if age.is_some_and(|age| age.as_secs() < COPY_MAX_AGE_SECONDS) {
        return place;
    }
    // What an older build made is of no use any more.
    let all = place.parent().expect("it has a parent");
    let _ = std::fs::remove_dir_all(all);
    std::fs::create_dir_all(all).expect("the build folder is ours");
    let mut server = Server::on(tempfile::tempdir_in(all).expect("the build folder is ours"), FIRST_START_SECONDS);
    server.stop();
    std::fs::rename(server.data(), &place).expect("both lie in one folder");
    place
}

fn binary() -> PathBuf {
    let path = build_dir().join("simpul");
    assert!(path.exists(), "{} is not built: cargo build --workspace", path.display());
    path
}

fn modified_seconds(path: &Path) -> Option<u64> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    Some(modified.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs())
}

fn free_address() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
    listener.local_addr().expect("it is bound").to_string()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the temporary folder is ours");
    for entry in std::fs::read_dir(from).expect("the demo data can be read").map_while(Result::ok) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("the demo data can be copied");
        }
    }
}
