//! WebDriver over HTTP: one driver process, one session.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

/// Longest answer of the driver, in bytes: a screenshot of a wall.
const ANSWER_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Longest wait for an answer of the driver, in seconds.
const ANSWER_SECONDS: u64 = 60;

/// A driver with one open session; both end with it.
#[derive(Debug)]
pub struct Session {
    driver: Child,
    /// The browser's profile: a new one each time, so that nothing is cached or remembered.
    profile: TempDir,
    agent: Agent,
    url: String,
}

impl Session {
    /// Starts the driver on a free port and opens a session with a browser.
    pub fn open() -> Session {
        let mut driver = Command::new("chromedriver")
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts; Debian's package chromium-driver brings it");
        let port = announced_port(&mut driver);
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(ANSWER_SECONDS)))
            .build()
            .into();
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut session = Session { driver, profile, agent, url: format!("http://127.0.0.1:{port}/session") };
        let opened = session.post("", &session.capabilities());
        let id = opened["sessionId"].as_str().expect("a new session has an id").to_owned();
        session.url = format!("{}/{id}", session.url);
        session
    }

    /// Sends a command and gives its value.
    ///
    /// # Panics
    /// The driver refuses it.
    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Value {
        self.try_post(path, body).unwrap_or_else(|refused| panic!("{path} {body}: {refused}"))
    }

    /// Sends a command and gives its value, or what the driver says against it.
    pub fn try_post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let sent = self.agent.post(format!("{}{path}", self.url)).send(body.to_string());
        value(sent.expect("the driver answers"))
    }

    /// Asks for a value.
    ///
    /// # Panics
    /// The driver refuses.
    #[track_caller]
    pub fn get(&self, path: &str) -> Value {
        self.try_get(path).unwrap_or_else(|refused| panic!("{path}: {refused}"))
    }

    /// Asks for a value, or what the driver says against it.
    pub fn try_get(&self, path: &str) -> Result<Value, String> {
        let got = self.agent.get(format!("{}{path}", self.url)).call();
        value(got.expect("the driver answers"))
    }

    /// A command of the browser's own protocol.
    #[track_caller]
    pub fn devtools(&self, command: &str, params: &Value) -> Value {
        self.post("/goog/cdp/execute", &json!({"cmd": command, "params": params}))
    }

    fn capabilities(&self) -> Value {
        let profile = format!("--user-data-dir={}", self.profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--lang=id-ID",
            "--accept-lang=id-ID,id",
            // Maps draw with WebGL, here without a graphics card.
            "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader",
            "--ignore-gpu-blocklist",
            &profile,
        ];
        json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": "/usr/bin/chromium", "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}})
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Closes the browser; a driver that is killed leaves it running. What fails here fails no test.
        let _ = self.agent.delete(&self.url).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Reads the port that the driver took from what it says.
fn announced_port(driver: &mut Child) -> u16 {
    let output = driver.stdout.take().expect("the output is piped");
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let port = lines.find_map(|line| line.split("successfully on port ").nth(1)?.trim_end_matches('.').parse().ok());
    port.expect("chromedriver says on which port it listens")
}

fn value(mut answer: ureq::http::Response<ureq::Body>) -> Result<Value, String> {
    let text = answer.body_mut().with_config().limit(ANSWER_MAX_BYTES).read_to_string().expect("an answer in UTF-8");
    let mut body: Value = serde_json::from_str(&text).map_err(|error| format!("{error}: {text}"))?;
    let value = body["value"].take();
    if answer.status().is_success() {
        return Ok(value);
    }
    Err(format!("{}: {}", value["error"].as_str().unwrap_or_default(), value["message"].as_str().unwrap_or_default()))
}
