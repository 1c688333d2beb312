//! What the chores need from outside the workspace, and how it comes onto the machine.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;

/// Something that Debian packages bring.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The Debian packages.
    packages: &'static [&'static str],
    /// Whether it is there.
    present: fn() -> bool,
}

/// A PostgreSQL server; its version is the distribution's.
pub const POSTGRES: Tool = Tool { packages: &["postgresql"], present: || postgres_bin().is_some() };
/// A headless browser, its driver, and a font, without which every text has no width.
pub const BROWSER: Tool = Tool {
    packages: &["chromium", "chromium-driver", "fonts-liberation"],
    present: || {
        on_path("chromium") && on_path("chromedriver") && Path::new("/usr/share/fonts/truetype/liberation").exists()
    },
};

/// Brings what is missing of `tools`: by Debian's package manager for root, otherwise by telling what to install.
///
/// # Errors
/// Something is missing and may not, or could not, be installed.
pub fn need(tools: &[Tool]) -> Result<(), Failure> {
    let missing: Vec<&str> =
        tools.iter().filter(|tool| !(tool.present)()).flat_map(|tool| tool.packages).copied().collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !is_root() {
        return Err(format!("please install first: apt-get install --no-install-recommends {packages}").into());
    }
    println!("Installing from Debian's packages: {packages}");
    apt_get(&["update", "-q"])?;
    apt_get(&[&["install", "-q", "-y", "--no-install-recommends"][..], &missing[..]].concat())
}

/// Builds cargo-nextest unless it is there.
///
/// # Errors
/// It did not build.
pub fn need_nextest() -> Result<(), Failure> {
    if succeeds(Command::new("cargo").args(["nextest", "--version"])) {
        return Ok(());
    }
    println!("Installing cargo-nextest");
    let done = Command::new("cargo").args(["install", "--locked", "cargo-nextest@0.9.143"]).status()?;
    if done.success() { Ok(()) } else { Err("cargo-nextest did not install".into()) }
}

/// The folder of the newest PostgreSQL server's programs, as Debian lays them.
pub fn postgres_bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin): &(u32, PathBuf)| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().map(|(_, bin)| bin)
}

/// Whether this process may install packages, and must not start a PostgreSQL under its own name.
pub fn is_root() -> bool {
    std::fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t")))
}

fn apt_get(arguments: &[&str]) -> Result<(), Failure> {
    let done = Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive").status()?;
    if done.success() { Ok(()) } else { Err(format!("apt-get {} failed", arguments.join(" ")).into()) }
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
