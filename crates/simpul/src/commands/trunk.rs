//! `trunk …`: the lines of the telephone system, how they are heard, and their records after an outage.

use std::path::Path;

use simpul_emergency::actions::{DropSwitch, ImportCdr, SetSwitch};
use simpul_emergency::model::ami::{Rules, trunk_name};
use simpul_emergency::model::cdr::read;
use simpul_emergency::sql;
use simpul_people::{Doorman, KeyScope, NewApiKey};

use super::people::{Desk, password_from_stdin, read_text};
use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;
use crate::messages::sentence;
use crate::terminal::{note, say};

/// Words a minute that one telephone line may say: a hundred a second.
const TRUNK_PER_MINUTE_MAX_COUNT: i64 = 6_000;

/// The emergency number, where nobody names another.
const EMERGENCY_NUMBER: &str = "112";

/// What is done with the lines of the telephone system.
pub async fn trunk(settings: &Settings, word: cli::Trunk) -> Result<(), Failure> {
    match word {
        cli::Trunk::Add { region, name } => add(settings, &region, name).await,
        cli::Trunk::Ami(ami) => listen(settings, ami).await,
        cli::Trunk::Drop { region, name } => {
            let desk = Desk::open(settings, &region).await?;
            desk.db.write(&desk.ctx, DropSwitch { trunk: name.clone() }).await?;
            say(format_args!("OK {name} is listened to no more"));
            Ok(())
        }
        cli::Trunk::List { region } => list(settings, &region).await,
        cli::Trunk::Cdr { region, name, numbers, file, skip_bad } => {
            let desk = Desk::open(settings, &region).await?;
            records(&desk, name, numbers, &file, skip_bad).await
        }
    }
}

fn checked(name: &str) -> Result<(), Failure> {
    trunk_name(name).map(drop).map_err(|why| Failure::Usage(format!("`{name}`: {}", sentence(&why))))
}

/// Makes the key of a telephone line and prints it alone. A second key of the same name opens the same line, so that a
/// key can be changed without a gap; the old one is revoked at `/admin/kunci`.
async fn add(settings: &Settings, region: &str, name: String) -> Result<(), Failure> {
    checked(&name)?;
    let desk = Desk::open(settings, region).await?;
    let scopes = vec![KeyScope::Trunk];
    let per_minute = Some(TRUNK_PER_MINUTE_MAX_COUNT);
    // A line that falls silent because a key ran out would cost lives: it ends when somebody revokes it.
    let key = NewApiKey { name, scopes, agency: None, expires_at: None, per_minute };
    let (_, key) = Doorman::new(desk.directory.clone()).new_api_key(&desk.ctx, key).await?;
    say(key);
    Ok(())
}

fn names(typed: &str) -> Vec<String> {
    typed.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Who vouches for a switch that is spoken to by TLS; a file that names somebody asks for it.
fn vouchers(tls: bool, ca: Option<&Path>) -> Result<Option<String>, Failure> {
    match ca {
        Some(file) => read_text(file).map(Some),
        None => Ok(tls.then(String::new)),
    }
}

/// Listens to a switch. A running server begins within seconds.
async fn listen(settings: &Settings, ami: cli::Ami) -> Result<(), Failure> {
    checked(&ami.name)?;
    let desk = Desk::open(settings, &ami.region).await?;
    let rules = Rules { numbers: names(&ami.numbers), contexts: names(&ami.contexts), queues: names(&ami.queues) };
    let set = SetSwitch {
        trunk: ami.name.clone(),
        host: ami.host,
        port: ami.port,
        username: ami.user,
        secret: password_from_stdin()?,
        rules,
        dial_context: ami.dial_context,
        tls: vouchers(ami.tls, ami.ca.as_deref())?,
    };
    desk.db.write(&desk.ctx, set).await?;
    say(format_args!("OK {}", ami.name));
    Ok(())
}

async fn list(settings: &Settings, region: &str) -> Result<(), Failure> {
    let desk = Desk::open(settings, region).await?;
    let switches = sql::ami::all(&mut desk.db.read(desk.ctx.region).await?).await?;
    for one in switches {
        let Rules { numbers, contexts, queues } = &one.rules;
        let counts = [numbers.join(","), contexts.join(","), queues.join(",")].join(" / ");
        say(format_args!(
            "{:16} {}@{}:{}{} {:4} {counts} {}",
            one.trunk,
            one.username,
            one.host,
            one.port,
            if one.tls { " TLS" } else { "" },
            one.state,
            one.fault
        ));
    }
    Ok(())
}

async fn records(
    desk: &Desk,
    name: String,
    numbers: Option<String>,
    file: &Path,
    skip_bad: bool,
) -> Result<(), Failure> {
    checked(&name)?;
    let known = sql::ami::all(&mut desk.db.read(desk.ctx.region).await?).await?;
    let known = known.into_iter().find(|switch| switch.trunk == name).map(|switch| switch.rules);
    let named = |numbers: Vec<String>| Rules { numbers, ..Rules::default() };
    let rules = match numbers {
        Some(numbers) => named(names(&numbers)),
        None => known.unwrap_or_else(|| named(vec![EMERGENCY_NUMBER.to_owned()])),
    };
    let zone = desk.snapshot().await?.region.zone;
    let cdr = read(&read_text(file)?, &rules, zone, desk.ctx.now()).map_err(|why| Failure::Usage(sentence(&why)))?;
    for bad in &cdr.bad {
        note(format_args!("line {}: {}", bad.line, sentence(&bad.why)));
    }
    if !cdr.bad.is_empty() && !skip_bad {
        let count = cdr.bad.len();
        return Err(Failure::Found(format!("{count} lines are bad; nothing was taken (--skip-bad leaves them out)")));
    }
    let done = desk.db.write(&desk.ctx, ImportCdr { trunk: name, calls: cdr.calls }).await?;
    say(format_args!(
        "{} new, {} ended, {} known, {} of other calls, {} bad",
        done.new,
        done.ended,
        done.known,
        cdr.others,
        cdr.bad.len()
    ));
    Ok(())
}
