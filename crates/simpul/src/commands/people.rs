//! `region`, `areas`, `boundaries`, `agency`, `officer`, `apikey`: what an operator does before there is a page.

use std::io::Read;
use std::path::{Path, PathBuf};

use simpul_emergency::actions::{SeedProtocols, SeedTypes};
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::limits::PASSWORD_MAX_CHARS;
use simpul_kernel::{Ctx, Grant, RegionId, Role};
use simpul_people::{
    AgencyKind, Directory, Doorman, ImportReport, KeyScope, NewAgency, NewApiKey, NewOfficer, NewRegion, RegionKind,
    RegionSettings, Snapshot, actions, role_needs_agency,
};
use simpul_report::actions::SeedRules;
use simpul_store::Db;

use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say, spinner};

/// The data, opened for a command that acts in one region.
pub(super) struct Desk {
    pub(super) db: Db,
    pub(super) directory: Directory,
    pub(super) ctx: Ctx,
}

impl Desk {
    pub(super) async fn open(settings: &Settings, region: &str) -> Result<Desk, Failure> {
        let region = house::region_code(region)?;
        let db = house::open(settings).await?;
        let desk = Desk { directory: Directory::new(db.clone()), ctx: house::operator(&db, region), db };
        if !desk.db.regions().await?.contains(&region) {
            return Err(Failure::Usage(format!("there is no region {region}: `simpul region add` makes it")));
        }
        Ok(desk)
    }

    /// The same for a command that need not name its region where there is one only.
    pub(super) async fn open_one(settings: &Settings, region: Option<&str>) -> Result<Desk, Failure> {
        if let Some(region) = region {
            return Desk::open(settings, region).await;
        }
        let regions = house::open(settings).await?.regions().await?;
        match regions.as_slice() {
            [one] => Desk::open(settings, &one.to_string()).await,
            _ => Err(Failure::Usage(format!("there are {} regions: name one with --region", regions.len()))),
        }
    }

    pub(super) async fn snapshot(&self) -> Result<std::sync::Arc<Snapshot>, Failure> {
        Ok(self.directory.of(self.ctx.region).await?)
    }
}

/// Adds or lists regions.
pub async fn region(settings: &Settings, word: cli::Region) -> Result<(), Failure> {
    match word {
        cli::Region::List => list_regions(settings).await,
        cli::Region::Add { code, name, kind, zone, prefix, host } => {
            let kind = RegionKind::parse(&kind)
                .ok_or_else(|| Failure::Usage(format!("`{kind}` is neither `kabupaten` nor `kota`")))?;
            let zone =
                Zone::parse(&zone).ok_or_else(|| Failure::Usage(format!("`{zone}` is none of wib, wita, wit")))?;
            let id = house::region_code(&code)?;
            if house::is_demo(settings.data()) {
                return Err(Failure::Usage(
                    "this is the demo's data: real regions need a directory of their own".into(),
                ));
            }
            let db = house::open_any(settings).await?;
            db.migrate(RegionId::SHARED).await?;
            house::refuse_mixed(&Directory::new(db.clone()), false).await?;
            let new = NewRegion { id, name, kind, zone, prefix, host: host.clone(), demo: false };
            add_region(&db, new).await?;
            say(format_args!("OK region {id}"));
            let token = Doorman::new(Directory::new(db)).make_admin_link(id).await?;
            note("The region has no administrator yet. This link makes one, once, within 48 hours:");
            say(link(settings, host.as_deref(), &token));
            Ok(())
        }
    }
}

/// The address at which a one-time link is followed.
fn link(settings: &Settings, host: Option<&str>, token: &str) -> String {
    format!("{}/mulai/{token}", house::base_url(settings, host))
}

/// A region is usable from its first minute: categories, reasons and types of incidents come with it.
async fn add_region(db: &Db, new: NewRegion) -> Result<(), Failure> {
    let ctx = house::operator(db, new.id);
    let directory = Directory::new(db.clone());
    directory.add_region(&ctx, new, RegionSettings::default()).await?;
    directory.write(&ctx, SeedRules { agencies: Vec::new() }).await?;
    directory.write(&ctx, SeedTypes).await?;
    directory.write(&ctx, SeedProtocols).await?;
    Ok(())
}

async fn list_regions(settings: &Settings) -> Result<(), Failure> {
    let db = house::open(settings).await?;
    for region in Directory::new(db).regions().await? {
        let host = region.host.as_deref().unwrap_or("–");
        say(format_args!(
            "{}  {:32} {:5} {:8} {host}",
            region.id,
            region.full_name(),
            region.zone.name(),
            region.prefix
        ));
    }
    Ok(())
}

pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        Failure::Usage(format!("{}: line {} is not UTF-8 text", path.display(), line + 1))
    })
}

/// Imports districts and villages.
pub async fn import_areas(settings: &Settings, region: &str, files: &[PathBuf], dry_run: bool) -> Result<(), Failure> {
    let desk = Desk::open(settings, region).await?;
    let texts = files.iter().map(|path| read_text(path)).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let waiting = spinner("areas");
    let report = desk.directory.import_areas(&desk.ctx, &texts, dry_run).await;
    waiting.finish_and_clear();
    let report = report?;
    told(&report, dry_run)
}

fn told(report: &ImportReport, dry_run: bool) -> Result<(), Failure> {
    for row in &report.refused {
        note(format_args!("line {}: {}", row.line, row.reason));
    }
    say(format_args!(
        "{}{} added, {} changed, {} unchanged, {} of other regions, {} refused",
        if dry_run { "dry run: " } else { "" },
        report.added,
        report.changed,
        report.unchanged,
        report.elsewhere,
        report.refused.len()
    ));
    match report.refused.len() {
        0 => Ok(()),
        count => Err(Failure::Found(format!("{count} rows were refused"))),
    }
}

/// Imports boundaries.
pub async fn import_boundaries(settings: &Settings, region: &str, file: &Path, dry_run: bool) -> Result<(), Failure> {
    let desk = Desk::open(settings, region).await?;
    let waiting = spinner("boundaries");
    let report = desk.directory.import_boundaries(&desk.ctx, read_text(file)?, dry_run).await;
    waiting.finish_and_clear();
    let report = report?;
    let groups = [("no area of this region", &report.unmatched), ("repaired", &report.repaired)];
    for (what, features) in groups.into_iter().chain([("refused", &report.refused)]) {
        for feature in features {
            note(format_args!("feature {} {}: {what}: {}", feature.feature, feature.label, feature.note));
        }
    }
    for area in &report.missing {
        note(format_args!("no boundary for {area}"));
    }
    say(format_args!(
        "{}{} matched, {} unmatched, {} repaired, {} refused, {} others kept, {} areas without a boundary",
        if dry_run { "dry run: " } else { "" },
        report.matched.len(),
        report.unmatched.len(),
        report.repaired.len(),
        report.refused.len(),
        report.kept.len(),
        report.missing.len()
    ));
    match (report.refused.len(), report.matched.len()) {
        (0, 0) => Err(Failure::Found(format!("no feature of the file is an area of region {region}"))),
        (0, _) => Ok(()),
        (count, _) => Err(Failure::Found(format!("{count} boundaries were refused"))),
    }
}

/// Adds an agency.
pub async fn agency(settings: &Settings, word: cli::Agency) -> Result<(), Failure> {
    let cli::Agency::Add { region, short, name, kind, outside } = word;
    let kind = AgencyKind::parse(&kind).ok_or_else(|| {
        let known: Vec<&str> = AgencyKind::ALL.iter().map(|kind| kind.as_str()).collect();
        Failure::Usage(format!("`{kind}` is no kind of agency; there are: {}", known.join(", ")))
    })?;
    let desk = Desk::open(settings, &region).await?;
    if desk.snapshot().await?.agency_by_short(&short).is_some() {
        return Err(Failure::Usage(format!("there is an agency {short} already")));
    }
    let agency = NewAgency { outside, ..NewAgency::new(&short, &name, kind) };
    let id = desk.directory.write(&desk.ctx, actions::AddAgency { agency }).await?;
    // Categories that name this agency by its short name find their owner now; the others keep theirs.
    let agencies = vec![(short.clone(), id)];
    desk.directory.write(&desk.ctx, SeedRules { agencies }).await?;
    say(format_args!("OK agency {short}"));
    Ok(())
}

/// Adds an officer.
pub async fn officer(settings: &Settings, word: cli::Officer) -> Result<(), Failure> {
    let cli::Officer::Add { region, agency, role, email, name, nip, phone, password_stdin } = word;
    let desk = Desk::open(settings, &region).await?;
    let grant = grant(&desk, &role, agency.as_deref()).await?;
    let doorman = Doorman::new(desk.directory.clone());
    let password_hash = match password_stdin {
        true => Some(doorman.hash_password(&password_from_stdin()?, &[&email]).await?),
        false => None,
    };
    let by_link = password_hash.is_none();
    let officer = NewOfficer {
        name: name.unwrap_or_else(|| email.clone()),
        nip: nip.unwrap_or_default(),
        phone: phone.unwrap_or_default(),
        email: email.clone(),
    };
    let add = actions::AddOfficer { officer, grants: vec![grant], password_hash, must_change_password: false };
    let id = desk.directory.write(&desk.ctx, add).await?;
    say(format_args!("OK officer {email}"));
    if by_link {
        let token = doorman.make_password_link(&desk.ctx, id).await?;
        let place = desk.snapshot().await?;
        say(link(settings, place.region.host.as_deref(), &token));
    }
    Ok(())
}

async fn grant(desk: &Desk, role: &str, agency: Option<&str>) -> Result<Grant, Failure> {
    let Some(role) = Role::parse(role) else {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
        return Err(Failure::Usage(format!("`{role}` is no role; there are: {}", known.join(", "))));
    };
    let snapshot = desk.snapshot().await?;
    let agency = match agency {
        None if role_needs_agency(role) => {
            return Err(Failure::Usage(format!("the role {} needs --agency", role.name())));
        }
        None => None,
        Some(short) => match snapshot.agency_by_short(short) {
            Some(agency) => Some(agency.id),
            None => return Err(Failure::Usage(format!("there is no agency {short}: `simpul agency add` makes it"))),
        },
    };
    Ok(Grant { role, agency })
}

/// The first line of standard input; a password never stands on a command line, where others can read it.
pub(super) fn password_from_stdin() -> Result<String, Failure> {
    let mut text = String::new();
    let most = PASSWORD_MAX_CHARS as u64 * 4 + 2;
    let read = std::io::stdin().take(most).read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("standard input: {error}")))?;
    Ok(text.lines().next().unwrap_or("").to_owned())
}

/// Makes a key and prints it alone.
pub async fn apikey(settings: &Settings, word: cli::Apikey) -> Result<(), Failure> {
    let cli::Apikey::Add { region, scope, agency, name, per_minute, days } = word;
    let scopes = KeyScope::parse_list(&scope)
        .map_err(|bad| Failure::Usage(format!("`{bad}` is no scope; there are: open311, read, write, trunk")))?;
    if !(1..=3_650).contains(&days) {
        return Err(Failure::Usage("--days is 1 to 3650".into()));
    }
    let desk = Desk::open(settings, &region).await?;
    let agency = match agency {
        None => None,
        Some(short) => match desk.snapshot().await?.agency_by_short(&short) {
            Some(agency) => Some(agency.id),
            None => return Err(Failure::Usage(format!("there is no agency {short}: `simpul agency add` makes it"))),
        },
    };
    let expires_at = Some(desk.ctx.now().plus_micros(days * DAY_MICROS));
    let key = NewApiKey { name, scopes, agency, expires_at, per_minute };
    let (_, key) = Doorman::new(desk.directory.clone()).new_api_key(&desk.ctx, key).await?;
    say(key);
    Ok(())
}

/// The agencies of a region by short name, for the categories.
pub async fn agencies_by_short(directory: &Directory, region: RegionId) -> Result<Vec<(String, uuid::Uuid)>, Failure> {
    let snapshot = directory.of(region).await?;
    Ok(snapshot.agencies.iter().map(|agency| (agency.short.clone(), agency.id)).collect())
}
