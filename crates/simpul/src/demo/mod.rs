//! The demo: a region with invented people and a year of invented reports, made by the real actions.

mod cast;
mod desks;
mod photos;
mod story;
pub mod texts;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;
use std::sync::Arc;

use simpul_kernel::{Actor, Ctx, Env, Grant, RegionId, Role, TestClock};
use simpul_people::model::agency::read_csv;
use simpul_people::{
    AreaLevel, Directory, Doorman, KeyScope, NewApiKey, NewOfficer, NewRegion, RegionSettings, actions, data,
};
use simpul_report::actions::{SeedRules, keep_photo};
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
use texts::Scene;

/// The demo's region.
pub const REGION: RegionId = RegionId(7322);

/// What the marker says once the demo's data are whole.
const WHOLE: &str = "whole\n";

/// Makes the demo where there is none yet, then serves it by a clock that runs so many days ahead.
pub async fn demo(settings: &Settings, days_ahead: u16) -> Result<(), Failure> {
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
    greet(settings);
    server::run(settings, listener, directory, doorman, server::Kind::Demo(accounts())).await
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

fn greet(settings: &Settings) {
    note("DATA CONTOH – BUKAN DATA RESMI (invented data)");
    note(format_args!(
        "Open http://{}/ and sign in at http://{}/masuk",
        settings.get("listen"),
        settings.get("listen")
    ));
    note(format_args!("Password of every account: {}", cast::PASSWORD));
    for member in cast::CAST {
        note(format_args!("  {:28} {:20} {}", member.email, member.role.name(), member.agency.unwrap_or("–")));
    }
}

fn accounts() -> Vec<DemoAccount> {
    let account = |member: &cast::Member| DemoAccount {
        login: member.email.to_owned(),
        password: cast::PASSWORD.to_owned(),
        name: member.name.to_owned(),
        role: format!("shell.role.{}", member.role.name()),
        agency: member.agency.map(str::to_owned),
    };
    cast::CAST.iter().map(account).collect()
}

/// Makes the region and plays its year with a clock that runs ahead of the real one.
async fn make(config: &DbConfig) -> Result<(), Failure> {
    let now = system_env().now();
    let start = now.plus_micros(-366 * simpul_kernel::clock::DAY_MICROS);
    let clock = Arc::new(TestClock::new(start));
    let env = Env { clock: clock.clone(), entropy: Arc::new(OsEntropy) };
    let db = Db::open(config, env, house::MIGRATIONS).await?;
    let directory = Directory::new(db.clone());
    note("Making the demo region: this happens once.");
    furnish_region(&db, &directory).await?;
    let officers = hire(&db, &directory).await?;
    let stage = story::Stage {
        snapshot: directory.of(REGION).await?,
        desk: desk(&db, &directory).await?,
        coordinator: officer_actor(&officers.coordinator, Grant { role: Role::ReportCoordinator, agency: None }),
        officers: officers.by_agency,
        photos: take_photos(&db).await?,
        centres: data::district_centres_luwu_utara().into_iter().collect(),
        reactions: house::reactions(&directory, &Gateways::default(), None),
        now,
        clock,
        newest: std::sync::Mutex::default(),
        db: db.clone(),
    };
    let bar = progress(story::REPORTS_COUNT as u64, "reports");
    stage.play(|sent| bar.set_position(sent)).await?;
    if let Some(head) = &officers.head {
        desks::furnish(&stage, head).await?;
    }
    bar.finish_and_clear();
    db.close().await;
    Ok(())
}

/// Region, areas, agencies and categories, without people and reports.
pub async fn furnish_region(db: &Db, directory: &Directory) -> Result<(), Failure> {
    let ctx = house::operator(db, REGION);
    let region = NewRegion { demo: true, ..NewRegion::new(REGION, "Luwu Utara", "LUTRA") };
    directory.add_region(&ctx, region, region_settings()).await?;
    directory.import_areas(&ctx, &[data::AREAS_LUWU_UTARA], false).await?;
    let labels = data::district_centres_luwu_utara();
    directory.write(&ctx, actions::PlaceLabels { level: AreaLevel::District, labels }).await?;
    let (agencies, refused) = read_csv(data::AGENCIES_LUWU_UTARA);
    directory.write(&ctx, actions::ImportAgencies { agencies, refused, dry_run: false }).await?;
    directory.write(&ctx, actions::AddDistrictOffices).await?;
    let agencies = people::agencies_by_short(directory, REGION).await?;
    directory.write(&ctx, SeedRules { agencies }).await?;
    Ok(())
}

/// What a report needs to know when it comes in.
pub async fn desk(db: &Db, directory: &Directory) -> Result<Arc<Desk>, Failure> {
    let place = directory.of(REGION).await?;
    Ok(Arc::new(Desk::open(&mut db.read(REGION).await?, place).await?))
}

/// Where the demo's maps come from; the licences stand in docs/data-sources.md.
const MAP_SOURCES: &str = "Garis pantai dan sungai: GSHHG. Nama tempat: GeoNames (CC BY 4.0). \
                           Pusat kecamatan: GeoNames dan Simpul (CC BY 4.0).";

fn region_settings() -> RegionSettings {
    RegionSettings {
        public_agency_names: true,
        phone_psc: "119".to_owned(),
        phone_fire: "113".to_owned(),
        phone_police: "110".to_owned(),
        office_name: "Dinas Kominfo SP (contoh)".to_owned(),
        map_attribution: MAP_SOURCES.to_owned(),
        center: Some((-2.55, 120.33)),
        ..RegionSettings::default()
    }
}

/// The demo's working officers.
struct Officers {
    coordinator: Uuid,
    by_agency: BTreeMap<Uuid, Actor>,
    /// Who approves answers.
    head: Option<Actor>,
}

fn officer_actor(id: &Uuid, grant: Grant) -> Actor {
    Actor { kind: simpul_kernel::ActorKind::Officer(*id), grants: vec![grant] }
}

/// The cast, and one officer for every other agency, so that no agency is without a person.
async fn hire(db: &Db, directory: &Directory) -> Result<Officers, Failure> {
    let doorman = Doorman::new(directory.clone());
    let hash = doorman.hash_password(cast::PASSWORD, &[]).await?;
    let ctx = house::operator(db, REGION);
    let agencies = directory.of(REGION).await?.agencies.clone();
    let mut by_agency = BTreeMap::new();
    let mut coordinator = Uuid::nil();
    let mut head = None;
    for member in cast::CAST {
        let agency =
            agencies.iter().find(|agency| Some(agency.short.as_str()) == member.agency).map(|agency| agency.id);
        let whole_region = !simpul_people::role_needs_agency(member.role);
        let grant = Grant { role: member.role, agency: agency.filter(|_| !whole_region) };
        let id = add_officer(directory, &ctx, member.name, member.email, grant.clone(), &hash).await?;
        match (member.role, agency) {
            (Role::ReportCoordinator, _) => coordinator = id,
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
            let email = format!("petugas{:02}@contoh.simpul", index + 1);
            let grant = Grant { role: Role::AgencyOfficer, agency: Some(agency.id) };
            let id = add_officer(directory, &ctx, &name, &email, grant.clone(), &hash).await?;
            vacant.insert(officer_actor(&id, grant));
        }
    }
    Ok(Officers { coordinator, by_agency, head })
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

async fn take_photos(db: &Db) -> Result<Vec<(Scene, bool, PhotoRef)>, Failure> {
    let mut taken = Vec::new();
    for scene in [Scene::Lamp, Scene::Road, Scene::Rubbish, Scene::Water, Scene::Tree, Scene::Building] {
        for after in [false, true] {
            for variant in 0..2 {
                let bytes = photos::draw(scene, after, variant * 2);
                let photo = keep_photo(db, REGION, bytes).await;
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
