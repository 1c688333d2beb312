//! The demo: two regions with invented people and a year of invented reports each, made by the real actions.

mod answers;
mod calls;
mod cast;
mod channel;
mod citizen;
mod collaboration;
mod desks;
mod dice;
pub mod gentle;
mod leader;
pub mod magetan;
pub mod photos;
pub mod place;
mod plan;
mod stage;
mod story;
pub mod texts;
mod together;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use simpul_kernel::{Actor, Ctx, Env, Grant, RegionId, Role, TestClock, Timestamp};
use simpul_people::model::agency::read_csv;
use simpul_people::{AreaLevel, Directory, Doorman, KeyScope, NewApiKey, NewOfficer, Region, actions, data};
use simpul_report::actions::{SaveCategory, SeedRules, keep_photo};
use simpul_report::desk::Desk;
use simpul_report::model::PhotoRef;
use simpul_shell::DemoAccount;
use simpul_store::clock::{OsEntropy, env_ahead, system_env};
use simpul_store::outbox::Gateways;
use simpul_store::{Db, DbConfig};
use uuid::Uuid;

use crate::commands::people;
use crate::config::Settings;
use crate::failure::Failure;
use crate::house::{self, DEMO_MARKER};
use crate::server;
use crate::terminal::{note, progress};
use place::{DemoRegion, LUWU_UTARA};
use texts::Scene;

/// All regions of the demo, the first one first.
pub static ALL: [&DemoRegion; 2] = [&LUWU_UTARA, &magetan::MAGETAN];

/// The demo's first region.
pub const REGION: RegionId = RegionId(7322);

/// What the marker says once the demo's data are whole.
const WHOLE: &str = "whole\n";

/// Makes the demo where there is none yet, then serves it by a clock that runs so many days ahead. With `drill`, a
/// gentle one runs in the 112 room.
pub async fn demo(settings: &Settings, days_ahead: u16, drill: bool) -> Result<(), Failure> {
    refuse_public_address(settings)?;
    let data = settings.data();
    let marker = data.join(DEMO_MARKER);
    let state = std::fs::read_to_string(&marker).ok();
    match state.as_deref() {
        Some(WHOLE) => {}
        Some(_) => return Err(half_made(data)),
        None => {
            refuse_foreign(settings, data).await?;
            // Found taken now, and not after a minute of making.
            drop(server::bind(settings).await?);
            std::fs::create_dir_all(data).map_err(Failure::io(data))?;
            std::fs::write(&marker, "being made\n").map_err(Failure::io(&marker))?;
            make(&settings.db()?).await?;
            std::fs::write(&marker, WHOLE).map_err(Failure::io(&marker))?;
        }
    }
    let ahead = i64::from(days_ahead) * simpul_kernel::clock::DAY_MICROS;
    let db = house::open_with(settings, env_ahead(ahead)).await?;
    server::migrate_all(&db).await?;
    let directory = Directory::patient(db.clone(), server::PATIENCE);
    house::refuse_mixed(&directory, true).await?;
    let doorman = Doorman::new(directory.clone());
    let listener = server::bind(settings).await?;
    greet(settings, &directory.regions().await?);
    server::run(settings, listener, directory, doorman, server::Kind::Demo { accounts: accounts(), drill }).await
}

/// The passwords of the demo are printed in the manual: only whoever says so on the command line shows it to others.
fn refuse_public_address(settings: &Settings) -> Result<(), Failure> {
    let listen = settings.listen()?;
    if listen.ip().is_loopback() || settings.is_flag("listen") {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "the demo has known passwords and listens beyond this machine only if told so: simpul demo --listen {listen}"
    )))
}

fn half_made(data: &Path) -> Failure {
    Failure::Usage(format!(
        "the demo in {} was interrupted while it was being made: remove the directory, or name another with --data",
        data.display()
    ))
}

/// Never mixes invented data with what somebody else has put there.
async fn refuse_foreign(settings: &Settings, data: &Path) -> Result<(), Failure> {
    let occupied = holds_files(data) || house::open_any(settings).await?.is_migrated(RegionId::SHARED).await?;
    if occupied {
        return Err(Failure::Usage(format!(
            "{} holds data that `simpul demo` has not made: name an empty directory with --data",
            data.display()
        )));
    }
    Ok(())
}

/// Empty directories are no data.
fn holds_files(dir: &Path) -> bool {
    let entries = std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.path()).any(|path| !path.is_dir() || holds_files(&path))
}

/// Names the address and the accounts of each region that is there: a demo of an earlier Simpul has one.
fn greet(settings: &Settings, there: &[Region]) {
    note("DATA CONTOH – BUKAN DATA RESMI (invented data)");
    note(format_args!("Password of every account: {}", cast::PASSWORD));
    for region in ALL.iter().filter(|region| there.iter().any(|found| found.id == region.id)) {
        let url = house::base_url(settings, region.host);
        note(format_args!("Kabupaten {}: open {url}/ and sign in at {url}/masuk", region.name));
        for member in region.cast {
            note(format_args!("  {:28} {:20} {}", member.email, member.role.name(), member.agency.unwrap_or("–")));
        }
    }
}

fn accounts() -> Vec<DemoAccount> {
    let account = |region: RegionId, member: &cast::Member| DemoAccount {
        region,
        login: member.email.to_owned(),
        password: cast::PASSWORD.to_owned(),
        name: member.name.to_owned(),
        role: format!("shell.role.{}", member.role.name()),
        agency: member.agency.map(str::to_owned),
    };
    ALL.iter().flat_map(|region| region.cast.iter().map(|member| account(region.id, member))).collect()
}

/// Makes the regions one after the other, each through a database whose clock runs through that region's year.
async fn make(config: &DbConfig) -> Result<(), Failure> {
    let now = system_env().now();
    note("Making the demo regions: this happens once.");
    let total: usize = ALL.iter().map(|region| region.reports_count).sum();
    let bar = progress(total as u64, "reports");
    for region in ALL {
        let before = bar.position();
        make_region(config, region, now, |sent| bar.set_position(before + sent)).await?;
    }
    bar.finish_and_clear();
    Ok(())
}

/// Makes a region and plays its year with a clock that runs ahead of the real one.
async fn make_region(
    config: &DbConfig,
    region: &'static DemoRegion,
    now: Timestamp,
    seen: impl FnMut(u64),
) -> Result<(), Failure> {
    let start = now.plus_micros(-366 * simpul_kernel::clock::DAY_MICROS);
    let clock = Arc::new(TestClock::new(start));
    let env = Env { clock: clock.clone(), entropy: Arc::new(OsEntropy) };
    let db = Db::open(config, env, house::MIGRATIONS).await?;
    let directory = Directory::new(db.clone());
    furnish(&db, &directory, region).await?;
    let officers = hire(&db, &directory, region).await?;
    let stage = stage::Stage {
        region,
        snapshot: directory.of(region.id).await?,
        desk: desk_of(&db, &directory, region.id).await?,
        coordinator: officer_actor(&officers.coordinator, Grant { role: Role::ReportCoordinator, agency: None }),
        officers: officers.by_agency,
        photos: take_photos(&db, region.id).await?,
        centres: data::district_centres(region.centres).into_iter().collect(),
        reactions: house::reactions(&directory, &Gateways::default(), None),
        now,
        clock,
        newest: std::sync::Mutex::default(),
        db: db.clone(),
    };
    plan::furnish(&stage).await?;
    collaboration::furnish(&stage).await?;
    stage.play(seen).await?;
    stage.work_together().await?;
    if let Some(head) = &officers.head {
        desks::furnish(&stage, head).await?;
    }
    stage.enter_for_citizens().await?;
    leader::direct(&db, &directory, region.id).await?;
    if let Some(dispatcher) = &officers.dispatcher {
        calls::furnish(&stage, dispatcher).await?;
    }
    db.close().await;
    Ok(())
}

/// The first region with areas, agencies and categories, without people and reports.
pub async fn furnish_region(db: &Db, directory: &Directory) -> Result<(), Failure> {
    furnish(db, directory, &LUWU_UTARA).await
}

/// A region with areas, agencies and categories, without people and reports.
pub async fn furnish(db: &Db, directory: &Directory, region: &DemoRegion) -> Result<(), Failure> {
    directory.add_region(&house::operator(db, region.id), region.as_new(), (region.settings)()).await?;
    equip(db, directory, region).await
}

/// Areas, agencies and categories for a region that is there.
pub async fn equip(db: &Db, directory: &Directory, region: &DemoRegion) -> Result<(), Failure> {
    let ctx = house::operator(db, region.id);
    directory.import_areas(&ctx, &[region.areas], false).await?;
    let labels = data::district_centres(region.centres);
    directory.write(&ctx, actions::PlaceLabels { level: AreaLevel::District, labels }).await?;
    let (agencies, refused) = read_csv(region.agencies);
    directory.write(&ctx, actions::ImportAgencies { agencies, refused, dry_run: false }).await?;
    directory.write(&ctx, actions::AddDistrictOffices).await?;
    let mut agencies = people::agencies_by_short(directory, region.id).await?;
    for (named, here) in region.owners {
        let found = agencies.iter().find(|(short, _)| short == here).map(|(_, id)| *id);
        agencies.extend(found.map(|id| ((*named).to_owned(), id)));
    }
    directory.write(&ctx, SeedRules { agencies }).await?;
    let desk = desk_of(db, directory, region.id).await?;
    for (code, name_id, name_en, description, keywords) in region.renamed {
        let Some(mut category) = desk.category(code).cloned() else { continue };
        category.name_id = (*name_id).to_owned();
        category.name_en = (*name_en).to_owned();
        category.description = (*description).to_owned();
        category.keywords = (*keywords).to_owned();
        directory.write(&ctx, SaveCategory { category, seen: None }).await?;
    }
    Ok(())
}

/// What a report of the first region needs to know when it comes in.
pub async fn desk(db: &Db, directory: &Directory) -> Result<Arc<Desk>, Failure> {
    desk_of(db, directory, REGION).await
}

async fn desk_of(db: &Db, directory: &Directory, region: RegionId) -> Result<Arc<Desk>, Failure> {
    let place = directory.of(region).await?;
    Ok(Arc::new(Desk::open(&mut db.read(region).await?, place).await?))
}

/// The demo's working officers.
struct Officers {
    coordinator: Uuid,
    /// Who sends units.
    dispatcher: Option<Actor>,
    by_agency: BTreeMap<Uuid, Actor>,
    /// Who approves answers.
    head: Option<Actor>,
}

fn officer_actor(id: &Uuid, grant: Grant) -> Actor {
    Actor { kind: simpul_kernel::ActorKind::Officer(*id), grants: vec![grant] }
}

/// The cast, and one officer for every other agency, so that no agency is without a person.
async fn hire(db: &Db, directory: &Directory, region: &DemoRegion) -> Result<Officers, Failure> {
    let doorman = Doorman::new(directory.clone());
    let hash = doorman.hash_password(cast::PASSWORD, &[]).await?;
    let ctx = house::operator(db, region.id);
    let agencies = directory.of(region.id).await?.agencies.clone();
    let mut by_agency = BTreeMap::new();
    let mut coordinator = Uuid::nil();
    let mut head = None;
    let mut dispatcher = None;
    for member in region.cast {
        let agency =
            agencies.iter().find(|agency| Some(agency.short.as_str()) == member.agency).map(|agency| agency.id);
        let whole_region = !simpul_people::role_needs_agency(member.role);
        let grant = Grant { role: member.role, agency: agency.filter(|_| !whole_region) };
        let id = add_officer(directory, &ctx, member.name, member.email, grant.clone(), &hash).await?;
        match (member.role, agency) {
            (Role::ReportCoordinator, _) => coordinator = id,
            (Role::Dispatcher, _) => dispatcher = Some(officer_actor(&id, grant)),
            (Role::AgencyHead, Some(_)) if member.agency == Some(desks::APPROVED_FIRST) => {
                head = Some(officer_actor(&id, grant));
            }
            (Role::AgencyOfficer, Some(agency)) => drop(by_agency.insert(agency, officer_actor(&id, grant))),
            _ => {}
        }
    }
    for (index, agency) in agencies.iter().enumerate() {
        if let Entry::Vacant(vacant) = by_agency.entry(agency.id) {
            let first = cast::FIRST[index % cast::FIRST.len()];
            let name = format!("{first} {} Contoh", cast::LAST[(index / 2) % cast::LAST.len()]);
            let email = format!("petugas{:02}@{}", index + 1, region.mail);
            let grant = Grant { role: Role::AgencyOfficer, agency: Some(agency.id) };
            let id = add_officer(directory, &ctx, &name, &email, grant.clone(), &hash).await?;
            vacant.insert(officer_actor(&id, grant));
        }
    }
    Ok(Officers { coordinator, dispatcher, by_agency, head })
}

async fn add_officer(
    directory: &Directory,
    ctx: &Ctx,
    name: &str,
    email: &str,
    grant: Grant,
    hash: &str,
) -> Result<Uuid, Failure> {
    let officer =
        NewOfficer { name: name.to_owned(), email: email.to_owned(), nip: String::new(), phone: String::new() };
    let password_hash = Some(hash.to_owned());
    let action = actions::AddOfficer { officer, grants: vec![grant], password_hash, must_change_password: false };
    Ok(directory.write(ctx, action).await?)
}

async fn take_photos(db: &Db, region: RegionId) -> Result<Vec<(Scene, bool, PhotoRef)>, Failure> {
    let mut taken = Vec::new();
    for scene in [Scene::Lamp, Scene::Road, Scene::Rubbish, Scene::Water, Scene::Tree, Scene::Building] {
        for after in [false, true] {
            for variant in 0..2 {
                let bytes = photos::draw(scene, after, variant * 2);
                let photo = keep_photo(db, region, bytes).await;
                taken.push((scene, after, photo.map_err(|error| Failure::Store(error.to_string()))?));
            }
        }
    }
    Ok(taken)
}

/// A key for the measurement's own clients.
pub async fn bench_key(db: &Db, doorman: &Doorman, scopes: &[KeyScope]) -> Result<String, Failure> {
    let key = NewApiKey {
        name: "bench".to_owned(),
        scopes: scopes.to_vec(),
        agency: None,
        expires_at: None,
        per_minute: None,
    };
    Ok(doorman.new_api_key(&house::operator(db, REGION), key).await?.1)
}
