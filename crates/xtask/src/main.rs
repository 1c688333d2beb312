//! The project's own chores: `cargo xtask test`, `cargo xtask tidy`, `cargo xtask pg`.
//!
//! No dependency of Simpul itself is built for them, so that a chore starts in a moment.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a chore speaks to the terminal")]

mod postgres;
mod suite;
mod tidy;
mod tools;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use suite::Work;

/// The end of a chore that could not do its work; what the tests found is no such end.
type Failure = Box<dyn std::error::Error>;

const HELP: &str = "\
Chores of Simpul.

  cargo xtask test               everything that continuous integration runs
  cargo xtask test --fresh       the same on a machine that builds once: the build is linted as it goes
  cargo xtask test --only STEP   one step of it: fmt, clippy, tidy, sqlite, postgres or browser
  cargo xtask tidy               the rules of the house that a machine can hold
  cargo xtask pg                 a private PostgreSQL until Ctrl-C; prints its address

Exit codes: 0 all passed, 1 something failed, 2 the chore itself could not run.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => suite::run(&root(), Work::Everything),
        ["test", "--fresh"] => suite::run(&root(), Work::Fresh),
        ["test", "--only", step] => suite::run(&root(), Work::Only(step)),
        ["tidy"] => tidy_alone(&root()),
        ["pg"] => serve_postgres(),
        [] | ["help" | "-h" | "--help"] | [_, "-h" | "--help"] => {
            println!("{HELP}");
            Ok(true)
        }
        _ => Err(format!("unknown chore: {}\n\n{HELP}", words.join(" ")).into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::from(2)
        }
    }
}

/// The root of the repository: two floors above this crate.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

fn tidy_alone(root: &Path) -> Result<bool, Failure> {
    let findings = tidy::run(root)?;
    for finding in &findings {
        println!("{finding}");
    }
    println!("{}", if findings.is_empty() { "tidy".to_owned() } else { format!("{} to mend", findings.len()) });
    Ok(findings.is_empty())
}

fn serve_postgres() -> Result<bool, Failure> {
    tools::need(&[tools::POSTGRES])?;
    let server = postgres::Postgres::start()?;
    println!("SIMPUL_TEST_DB=postgres SIMPUL_TEST_PG={}", server.url());
    println!("It and its data are gone when this ends (Ctrl-C).");
    loop {
        std::thread::park();
    }
}
