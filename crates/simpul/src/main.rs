//! Simpul: the binary. Command line, configuration and wiring; no rules of its own.

mod cli;
mod commands;
mod config;
mod crossing;
mod demo;
mod failure;
mod house;
mod messages;
#[cfg(test)]
mod permissions;
mod server;
mod terminal;
#[cfg(test)]
mod trials;
mod upkeep;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use cli::{Cli, Command};
use commands::{backup, bench, drill, evaluation, journal, people, plan, reports, serve, trunk};
use config::Settings;
use failure::Failure;

fn main() -> ExitCode {
    // What Simpul writes is people's data: whoever else has an account on the machine reads none of it.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let cli = Cli::parse();
    let outcome = settings(&cli).and_then(|settings| {
        // A line in the log for each of many thousand requests would be measured too.
        let quiet = matches!(cli.command, Some(Command::Bench(_)));
        start_log(if quiet { "error" } else { settings.get("log") })?;
        let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::Store(error.to_string()))?;
        runtime.block_on(run(cli.command.unwrap_or(Command::Demo(cli::Demo::default())), &settings))
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::note(&failure);
            failure.exit_code()
        }
    }
}

fn settings(cli: &Cli) -> Result<Settings, Failure> {
    let listen = match &cli.command {
        Some(Command::Demo(demo)) => demo.listen.listen.clone(),
        Some(Command::Serve(serve)) => serve.listen.listen.clone(),
        _ => None,
    };
    let listen = listen.or_else(|| cli.listen.listen.clone());
    Settings::read(&[("data", cli.place.data.clone()), ("db", cli.place.db.clone()), ("listen", listen)])
}

/// What is logged besides the setting, which stands behind it and so counts more: the geometry library warns of every
/// odd corner of an imported border, and what matters of it the import itself says.
const LOG_BEFORE: &str = "geo=error";

fn log_filter(filter: &str) -> Result<EnvFilter, Failure> {
    EnvFilter::try_new(format!("{LOG_BEFORE},{filter}")).map_err(|error| Failure::Usage(format!("log: {error}")))
}

/// The log goes to standard error, so that standard output holds answers only.
fn start_log(filter: &str) -> Result<(), Failure> {
    let filter = log_filter(filter)?;
    let coloured = std::io::IsTerminal::is_terminal(&std::io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(coloured).init();
    Ok(())
}

async fn run(command: Command, settings: &Settings) -> Result<(), Failure> {
    match command {
        Command::Demo(options) => demo::demo(settings, options.days_ahead, !options.no_drill).await,
        Command::Drill(word) => drill::drill(settings, word).await,
        Command::Serve(options) => serve::serve(settings, options.check_config).await,
        Command::Migrate => serve::migrate(settings).await,
        Command::Region(word) => people::region(settings, word).await,
        Command::Areas(cli::Areas::Import { region, files, dry_run }) => {
            people::import_areas(settings, &region, &files, dry_run).await
        }
        Command::Boundaries(cli::Boundaries::Import { region, file, dry_run }) => {
            people::import_boundaries(settings, &region, &file, dry_run).await
        }
        Command::Agency(word) => people::agency(settings, word).await,
        Command::Officer(word) => people::officer(settings, word).await,
        Command::Apikey(word) => people::apikey(settings, word).await,
        Command::Trunk(word) => trunk::trunk(settings, word).await,
        Command::Reports(word) => reports::import(settings, word).await,
        Command::Evaluation(word) => evaluation::evaluation(settings, word).await,
        Command::Plan(word) => plan::plan(settings, word).await,
        Command::Journal(cli::Journal::Verify { region, anchor }) => {
            journal::check(settings, region.as_deref(), anchor.as_deref()).await
        }
        Command::Journal(cli::Journal::Anchor { region }) => journal::anchor(settings, &region).await,
        Command::Backup { dest } => backup::take(settings, &dest).await,
        Command::Restore { src } => backup::put_back(settings, &src).await,
        Command::Bench(options) => bench::bench(settings, &options).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_does_not_fill_the_log_unless_that_is_wanted() {
        let written = |filter: &str| log_filter(filter).unwrap().to_string();
        assert_eq!(written("info"), "geo=error,info");
        assert_eq!(written("info,geo=debug"), "geo=debug,info");
        assert!(log_filter("not=a=filter").is_err());
    }
}
