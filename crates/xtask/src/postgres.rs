//! A private PostgreSQL: on a free port of loopback, in a temporary folder, gone when its owner is gone.

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{Failure, tools};

/// Ports that are tried: between the choice of a free one and the server's start another program may take it.
const TRIES: usize = 3;

/// A test may pull a process or a cable away, never the machine's power, so that nothing rests on `fsync`; with it a
/// test would wait for the thousand files of its own database, twice. A vacuum that looks after all databases, one each
/// tenth of a second, only takes the tests' time.
const OPTIONS: &str = "-c max_connections=300 -c fsync=off -c autovacuum=off -c checkpoint_timeout=1h \
    -c max_wal_size=2GB -c shared_buffers=256MB";

/// A running server. Dropping it stops the server and removes its data.
#[derive(Debug)]
pub struct Postgres {
    port: u16,
    /// Waits for the end of its standard input, then stops the server. It closes whatever way this process ends,
    /// SIGKILL and Ctrl-C included, for which no `Drop` runs.
    warden: Child,
}

impl Postgres {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// There is no PostgreSQL on this machine, or it does not start; the message carries its log.
    pub fn start() -> Result<Postgres, Failure> {
        let bin = tools::postgres_bin().ok_or("no PostgreSQL under /usr/lib/postgresql")?;
        let folder = PathBuf::from(output(&mut as_owner("mktemp", &["-d", "/tmp/simpul-pg-XXXXXXXX"]))?.trim());
        let data = text(&folder.join("data"));
        // Started before the server, so that there is no moment at which a kill would leave it behind.
        let mut warden = warden(&bin, &folder)?;
        let initdb = ["-D", &data, "-U", "postgres", "-A", "trust", "--no-locale", "-E", "UTF8", "--no-instructions"];
        output(&mut as_owner(&text(&bin.join("initdb")), &initdb))?;
        let mut last = Failure::from("not tried");
        for _ in 0..TRIES {
            let port = free_port()?;
            match start_server(&bin, &folder, port) {
                Ok(()) => return Ok(Postgres { port, warden }),
                Err(failure) => last = failure,
            }
        }
        drop(warden.stdin.take());
        warden.wait()?;
        Err(last)
    }

    /// The address for `SIMPUL_TEST_PG`; its user may create databases.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.warden.stdin.take());
        // Nothing can be done about a warden that can't be waited for: it stops the server all the same.
        let _ = self.warden.wait();
    }
}

fn start_server(bin: &Path, folder: &Path, port: u16) -> Result<(), Failure> {
    let (data, log) = (text(&folder.join("data")), text(&folder.join("log")));
    let options =
        format!("-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} {OPTIONS}", text(folder));
    let pg_ctl = text(&bin.join("pg_ctl"));
    let started = as_owner(&pg_ctl, &["start", "-w", "-s", "-D", &data, "-l", &log, "-o", &options])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()?;
    if started.success() {
        return Ok(());
    }
    Err(format!("PostgreSQL did not start:\n{}", std::fs::read_to_string(&log).unwrap_or_default()).into())
}

fn warden(bin: &Path, folder: &Path) -> Result<Child, Failure> {
    let script =
        r#"trap "" INT TERM HUP; cat >/dev/null; "$1" stop -m immediate -s -D "$2/data" 2>/dev/null; rm -rf "$2""#;
    let pg_ctl = text(&bin.join("pg_ctl"));
    // A process group of its own: Ctrl-C goes to the whole group of the terminal.
    let warden = as_owner("sh", &["-c", script, "sh", &pg_ctl, &text(folder)])
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    Ok(warden)
}

/// `program` as the user `postgres` where we are root, since a PostgreSQL refuses to run as root.
fn as_owner(program: &str, arguments: &[&str]) -> Command {
    let mut command = if tools::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        command
    } else {
        Command::new(program)
    };
    // The working folder may be closed to that user.
    command.args(arguments).current_dir("/tmp");
    command
}

fn output(command: &mut Command) -> Result<String, Failure> {
    let done = command.stdin(Stdio::null()).output()?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    Err(format!("{:?} failed: {}", command.get_program(), String::from_utf8_lossy(&done.stderr)).into())
}

fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
