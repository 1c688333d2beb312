//! `cargo xtask test`: the steps in order, and the count at the end.

mod junit;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::postgres::Postgres;
use crate::{Failure, tidy, tools};
use junit::Tally;

/// The steps of the suite. Every one counts: a check as one test, a run of tests as its tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Fmt,
    Clippy,
    Tidy,
    Build,
    Sqlite,
    Postgres,
    Browser,
    Generated,
}

impl Step {
    const ALL: [Step; 8] = [
        Step::Fmt,
        Step::Clippy,
        Step::Tidy,
        Step::Build,
        Step::Sqlite,
        Step::Postgres,
        Step::Browser,
        Step::Generated,
    ];

    fn named(name: &str) -> Option<Step> {
        match name {
            "fmt" => Some(Step::Fmt),
            "clippy" => Some(Step::Clippy),
            "tidy" => Some(Step::Tidy),
            "sqlite" => Some(Step::Sqlite),
            "postgres" => Some(Step::Postgres),
            "browser" => Some(Step::Browser),
            _ => None,
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Step::Fmt => "Format",
            Step::Clippy => "Clippy, warnings denied",
            Step::Tidy => "Tidy",
            Step::Build => "Build",
            Step::Sqlite => "Tests on SQLite",
            Step::Postgres => "Tests on PostgreSQL",
            Step::Browser => "Browser tests",
            Step::Generated => "What is generated is what is committed",
        }
    }

    fn tools(self) -> &'static [tools::Tool] {
        match self {
            Step::Postgres => &[tools::POSTGRES],
            Step::Browser => &[tools::BROWSER],
            _ => &[],
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work<'a> {
    /// Every step.
    Everything,
    /// Every step where nothing is built yet and nothing will be built again: Clippy compiles in the compiler's place,
    /// so that no crate is read twice, and nothing is kept for a next build.
    Fresh,
    /// The step of that name.
    Only(&'a str),
}

impl Work<'_> {
    fn steps(self) -> Result<Vec<Step>, Failure> {
        match self {
            Work::Everything => Ok(Step::ALL.to_vec()),
            Work::Fresh => Ok(Step::ALL.into_iter().filter(|step| *step != Step::Clippy).collect()),
            Work::Only(name) => {
                let step = Step::named(name).ok_or_else(|| format!("no step is called {name}"))?;
                Ok(if tests(step) { vec![Step::Build, step] } else { vec![step] })
            }
        }
    }
}

/// Does the work and prints the counts. `Ok(false)`: something failed.
///
/// # Errors
/// A step is named that is none, or a tool is missing.
pub fn run(root: &Path, work: Work<'_>) -> Result<bool, Failure> {
    let steps = work.steps()?;
    let is_fresh = work == Work::Fresh;
    let needed: Vec<tools::Tool> = steps.iter().flat_map(|step| step.tools()).copied().collect();
    tools::need(&needed)?;
    if steps.contains(&Step::Build) {
        tools::need_nextest()?;
    }
    let mut rows = Vec::new();
    for step in steps {
        println!("\n== {} ==", step.heading());
        let (tally, took) = timed(|| run_step(Cargo { root, is_fresh }, step));
        let tally = tally.unwrap_or_else(|failure| {
            println!("{failure}");
            Tally::check(false)
        });
        println!("-- {}: {tally}, {}", step.heading(), seconds(took));
        let stop = step == Step::Build && tally.failed > 0;
        rows.push((step, tally, took));
        if stop {
            println!("Nothing runs without a build.");
            break;
        }
    }
    Ok(report(&rows))
}

fn tests(step: Step) -> bool {
    matches!(step, Step::Sqlite | Step::Postgres | Step::Browser)
}

/// The table of the steps, and the counts as the last line.
fn report(rows: &[(Step, Tally, Duration)]) -> bool {
    println!("\n== Summary ==");
    let mut total = Tally::default();
    for (step, tally, took) in rows {
        let mark = if tally.failed == 0 { "ok    " } else { "FAILED" };
        println!("{mark} {:<40} {tally}, {}", step.heading(), seconds(*took));
        total += *tally;
    }
    if total.corpus > 0 {
        println!("Of these, {} replayed a fuzz corpus.", total.corpus);
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    total.failed == 0
}

/// How cargo is called.
#[derive(Debug, Clone, Copy)]
struct Cargo<'a> {
    root: &'a Path,
    is_fresh: bool,
}

fn run_step(cargo: Cargo<'_>, step: Step) -> Result<Tally, Failure> {
    let root = cargo.root;
    match step {
        Step::Fmt => check(cargo.command().args(["fmt", "--all", "--check"])),
        Step::Clippy => check(cargo.command().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
        Step::Tidy => {
            let findings = tidy::run(root)?;
            findings.iter().for_each(|finding| println!("{finding}"));
            Ok(Tally::check(findings.is_empty()))
        }
        // All targets at once and always the whole workspace: the features of the dependencies then are the same in
        // every later step, and nothing is built twice. It also builds the server that the browser tests start.
        Step::Build => check(cargo.command().args(["build", "--workspace", "--all-targets"])),
        Step::Sqlite => nextest(cargo, EXCEPT_BROWSER, &[("SIMPUL_TEST_DB", "sqlite")]),
        Step::Postgres => {
            let server = Postgres::start()?;
            nextest(cargo, OF_AN_ENGINE, &[("SIMPUL_TEST_DB", "postgres"), ("SIMPUL_TEST_PG", &server.url())])
        }
        Step::Browser => nextest(cargo, "package(simpul-e2e)", &[("SIMPUL_E2E", "1")]),
        Step::Generated => generated(root),
    }
}

const EXCEPT_BROWSER: &str = "not package(simpul-e2e)";
/// What may know the engine: `kernel`, `office` and every `model` are pure, and `tidy` sees to it that they stay so.
const OF_AN_ENGINE: &str = "not package(simpul-e2e) & not package(simpul-kernel) & not package(simpul-office) \
    & not test(/(^|::)model::/)";

/// Runs the tests that `filter` selects and counts them.
fn nextest(cargo: Cargo<'_>, filter: &str, environment: &[(&str, &str)]) -> Result<Tally, Failure> {
    // Nextest keeps its reports under the root, wherever cargo builds.
    let report = cargo.root.join("target/nextest/default/junit.xml");
    // An old report must not be counted in place of one that was never written.
    if report.exists() {
        std::fs::remove_file(&report)?;
    }
    let mut command = cargo.command();
    command.args(["nextest", "run", "--workspace", "--filterset", filter]).envs(environment.iter().copied());
    let ran = command.status()?;
    let tally = std::fs::read_to_string(&report).map_or_else(|_| Tally::default(), |text| junit::tally(&text));
    // A run that ended badly without a failed test: nothing selected, a crash, a setup that failed.
    Ok(if ran.success() || tally.failed > 0 { tally } else { tally + Tally::check(false) })
}

/// A test that writes a generated document leaves the tree dirty when the committed one was old. On a developer's
/// machine the tree is dirty for other reasons, so only continuous integration asks.
fn generated(root: &Path) -> Result<Tally, Failure> {
    if std::env::var_os("CI").is_none() {
        println!("not asked outside continuous integration");
        return Ok(Tally::default());
    }
    let status = Command::new("git").args(["status", "--porcelain"]).current_dir(root).output()?;
    let dirty = String::from_utf8_lossy(&status.stdout);
    print!("{dirty}");
    Ok(Tally::check(status.status.success() && dirty.is_empty()))
}

fn check(command: &mut Command) -> Result<Tally, Failure> {
    Ok(Tally::check(command.status()?.success()))
}

/// Clippy's arguments as cargo hands them to it where it compiles in the compiler's place.
const CLIPPY_ARGS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

impl Cargo<'_> {
    fn command(self) -> Command {
        let mut command = Command::new("cargo");
        command.current_dir(self.root);
        // What `cargo run` told us about this crate would look like a change to build scripts that ask for it.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        if self.is_fresh {
            // Every later step sets the same, or it would build all anew.
            command.env("CARGO_INCREMENTAL", "0");
            command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", CLIPPY_ARGS);
        }
        command
    }
}

#[expect(clippy::disallowed_methods, reason = "a step's time is measured, no rule depends on it")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

fn seconds(took: Duration) -> String {
    let all = took.as_secs();
    if all < 60 { format!("{:.1} s", took.as_secs_f64()) } else { format!("{} min {} s", all / 60, all % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_that_a_developer_may_name_is_a_step() {
        for name in ["fmt", "clippy", "tidy", "sqlite", "postgres", "browser"] {
            assert!(Step::named(name).is_some_and(|step| Step::ALL.contains(&step)), "{name}");
        }
        assert_eq!(Step::named("build"), None, "it comes by itself");
    }

    #[test]
    fn a_fresh_machine_lints_as_it_builds_and_leaves_nothing_else_out() {
        let (all, fresh) = (Work::Everything.steps().unwrap(), Work::Fresh.steps().unwrap());
        let left_out: Vec<Step> = all.into_iter().filter(|step| !fresh.contains(step)).collect();
        assert_eq!(left_out, [Step::Clippy]);
        assert!(fresh.contains(&Step::Build));
        assert!(Work::Only("lunch").steps().is_err());
    }

    #[test]
    fn one_failed_step_fails_the_suite() {
        let took = Duration::from_secs(61);
        let passed = (Step::Fmt, Tally::check(true), took);
        assert!(report(&[passed]));
        assert!(!report(&[passed, (Step::Sqlite, Tally::check(false), took)]));
        assert_eq!(seconds(took), "1 min 1 s");
    }
}
