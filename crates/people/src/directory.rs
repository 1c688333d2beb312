//! What every page asks about, from memory: a snapshot of each region, renewed when something changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use simpul_kernel::calendar::Calendar;
use simpul_kernel::geo::Point;
use simpul_kernel::{Ctx, Grant, Refusal, RegionId};
use simpul_store::{Action, Db, Error, Result};
use tokio::sync::Semaphore;
use tokio::time::Instant;
use uuid::Uuid;

use crate::actions::{
    AddRegion, ImportAreas, ImportBoundaries, NoteRegionChange, SetRegion, SetRegionSettings, refuse_known,
};
use crate::boundaries::{self, BoundaryIndex, BoundaryReport, KnownArea, Prepared};
use crate::model::agency::short_key;
use crate::model::area::{dotted, read_csv};
use crate::model::{
    Agency, AreaLevel, District, ImportReport, NewRegion, OfficerName, Permission, Region, RegionSettings, Village,
    require,
};
use crate::sql;
use crate::sql::regions::Version;

/// Polygons are drawn for a whole region at once: districts to some 100 m, villages to some 10 m.
const DISTRICT_DECIMALS: i32 = 3;
const VILLAGE_DECIMALS: i32 = 4;

/// A region as it stood at one moment. Cheap to hand on; a page keeps the one that it began with.
#[derive(Debug)]
pub struct Snapshot {
    /// The region itself.
    pub region: Region,
    /// Kecamatan, by code.
    pub districts: Vec<District>,
    /// Desa and kelurahan, by code.
    pub villages: Vec<Village>,
    /// Agencies by short name, inactive ones included.
    pub agencies: Vec<Agency>,
    /// When its offices work.
    pub calendar: Calendar,
    officers: Vec<OfficerName>,
    index: Arc<BoundaryIndex>,
    version: Version,
    drawn: [OnceLock<Option<Arc<str>>>; 2],
}

impl Snapshot {
    /// The district of that code.
    pub fn district(&self, code: i64) -> Option<&District> {
        self.districts.binary_search_by_key(&code, |district| district.code).ok().map(|place| &self.districts[place])
    }

    /// The village of that code.
    pub fn village(&self, code: i64) -> Option<&Village> {
        self.villages.binary_search_by_key(&code, |village| village.code).ok().map(|place| &self.villages[place])
    }

    /// The villages of a district, by code.
    pub fn villages_of(&self, district: i64) -> impl Iterator<Item = &Village> {
        self.villages.iter().filter(move |village| village.district == district)
    }

    /// The agency of that id.
    pub fn agency(&self, id: Uuid) -> Option<&Agency> {
        self.agencies.iter().find(|agency| agency.id == id)
    }

    /// The agency of that short name, whatever its case.
    pub fn agency_by_short(&self, short: &str) -> Option<&Agency> {
        let key = short_key(short);
        self.agencies.iter().find(|agency| short_key(&agency.short) == key)
    }

    /// The agencies that can be given work.
    pub fn active_agencies(&self) -> impl Iterator<Item = &Agency> {
        self.agencies.iter().filter(|agency| agency.active)
    }

    /// All officers by name, disabled ones included.
    pub fn officers(&self) -> &[OfficerName] {
        &self.officers
    }

    /// The officer of that id.
    pub fn officer(&self, id: Uuid) -> Option<&OfficerName> {
        self.officers.iter().find(|officer| officer.id == id)
    }

    /// The active officers who hold a role in that agency.
    pub fn officers_of(&self, agency: Uuid) -> impl Iterator<Item = &OfficerName> {
        let holds = move |grant: &Grant| grant.agency == Some(agency);
        self.officers.iter().filter(move |officer| officer.active && officer.grants.iter().any(holds))
    }

    /// Whether any boundary was imported.
    pub fn has_boundaries(&self) -> bool {
        !self.index.is_empty()
    }

    /// Whether the point lies in the region, or hardly outside (100 m); `None` where no boundary was imported, so that
    /// nothing can be said.
    pub fn inside(&self, point: Point) -> Option<bool> {
        self.index.inside(point)
    }

    /// The village that the point lies in.
    pub fn village_at(&self, point: Point) -> Option<&Village> {
        self.index.find(AreaLevel::Village, point).and_then(|code| self.village(code))
    }

    /// The district that the point lies in: its village's, or by the district's own boundary.
    pub fn district_at(&self, point: Point) -> Option<&District> {
        let by_village = self.village_at(point).map(|village| village.district);
        let code = by_village.or_else(|| self.index.find(AreaLevel::District, point));
        code.and_then(|code| self.district(code))
    }

    /// West, south, east and north of all boundaries, in degrees.
    pub fn bbox(&self) -> Option<[f64; 4]> {
        self.index.bbox().map(|b| [b.min.lon(), b.min.lat(), b.max.lon(), b.max.lat()])
    }

    /// The boundaries of one level as a GeoJSON FeatureCollection for maps, simplified: `code`, `name`, `district`,
    /// `label_lon`, `label_lat`. `None` where none was imported. Made at the first call and kept.
    pub fn geojson(&self, level: AreaLevel) -> Option<Arc<str>> {
        let place = usize::from(level == AreaLevel::Village);
        self.drawn[place].get_or_init(|| self.draw(level)).clone()
    }

    fn draw(&self, level: AreaLevel) -> Option<Arc<str>> {
        let mut features = Vec::new();
        for shape in self.index.of_level(level) {
            let (name, district, label) = match level {
                AreaLevel::District => self.district(shape.code).map(|d| (&d.name, d.code, d.label))?,
                AreaLevel::Village => self.village(shape.code).map(|v| (&v.name, v.district, v.label))?,
            };
            let decimals = if level == AreaLevel::District { DISTRICT_DECIMALS } else { VILLAGE_DECIMALS };
            let label = label.unwrap_or_else(|| shape.polygon.centre());
            features.push(json!({
                "type": "Feature",
                "properties": {
                    "code": dotted(shape.code), "name": name, "district": dotted(district),
                    "label_lon": label.lon(), "label_lat": label.lat(),
                },
                "geometry": simplified(shape.polygon.to_geojson(), decimals),
            }));
        }
        let drawn = !features.is_empty();
        drawn.then(|| json!({ "type": "FeatureCollection", "features": features }).to_string().into())
    }

    /// The version that the snapshot was read at: for an `ETag`.
    pub fn version(&self) -> i64 {
        self.version.all
    }
}

/// Rounds every corner and drops those that fall together. Neighbours share their corners, so their borders stay one
/// line, as they would not with a method that looks at one polygon at a time.
fn simplified(mut geometry: Value, decimals: i32) -> Value {
    let factor = 10f64.powi(decimals);
    let rounded = |value: &Value| Value::from((value.as_f64().unwrap_or(0.0) * factor).round() / factor);
    let Some(polygons) = geometry.get_mut("coordinates").and_then(Value::as_array_mut) else {
        return geometry;
    };
    for polygon in polygons.iter_mut().filter_map(Value::as_array_mut) {
        for ring in polygon.iter_mut().filter_map(Value::as_array_mut) {
            for corner in ring.iter_mut() {
                *corner = json!([rounded(&corner[0]), rounded(&corner[1])]);
            }
            ring.dedup();
        }
        polygon.retain(|ring| ring.as_array().is_some_and(|ring| ring.len() >= 4));
    }
    polygons.retain(|polygon| polygon.as_array().is_some_and(|rings| !rings.is_empty()));
    geometry
}

#[derive(Debug, Clone)]
struct Kept {
    snapshot: Arc<Snapshot>,
    looked_at: Instant,
}

#[derive(Debug, Clone)]
struct KeptRegions {
    regions: Arc<Vec<Region>>,
    version: Version,
    looked_at: Instant,
}

#[derive(Debug)]
struct Inner {
    db: Db,
    /// How old an answer may be before the version is looked at again.
    patience: Duration,
    kept: Mutex<HashMap<RegionId, Kept>>,
    regions: Mutex<Option<KeptRegions>>,
    /// One reader renews a snapshot while the others wait for it.
    renewing: tokio::sync::Mutex<()>,
    /// One file of boundaries is looked at at a time: it may take a processor for a second.
    importing: Arc<Semaphore>,
}

/// The directory of all regions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Directory(Arc<Inner>);

impl Directory {
    /// A directory that looks at the version with every question: one look-up by key.
    pub fn new(db: Db) -> Directory {
        Directory::patient(db, Duration::ZERO)
    }

    /// A directory that may answer from a snapshot up to `patience` old, for servers under load.
    /// What is written through [`Directory::write`] counts at once all the same.
    pub fn patient(db: Db, patience: Duration) -> Directory {
        let kept = Mutex::new(HashMap::new());
        Directory(Arc::new(Inner {
            db,
            patience,
            kept,
            regions: Mutex::new(None),
            renewing: tokio::sync::Mutex::new(()),
            importing: Arc::new(Semaphore::new(1)),
        }))
    }

    /// The database behind it.
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// Every region of this installation, by code.
    pub async fn regions(&self) -> Result<Vec<Region>> {
        Ok(self.all_regions().await?.to_vec())
    }

    async fn all_regions(&self) -> Result<Arc<Vec<Region>>> {
        let kept = self.0.regions.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(kept) = kept.as_ref().filter(|kept| kept.looked_at.elapsed() < self.0.patience) {
            return Ok(Arc::clone(&kept.regions));
        }
        let looked_at = Instant::now();
        let mut conn = self.0.db.read(RegionId::SHARED).await?;
        let version = sql::regions::version(&mut conn).await?;
        let regions = match kept {
            Some(kept) if kept.version == version => kept.regions,
            _ => Arc::new(sql::regions::all(&mut conn).await?),
        };
        let fresh = KeptRegions { regions: Arc::clone(&regions), version, looked_at };
        *self.0.regions.lock().unwrap_or_else(PoisonError::into_inner) = Some(fresh);
        Ok(regions)
    }

    /// The region as it stands now.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no such region.
    pub async fn of(&self, region: RegionId) -> Result<Arc<Snapshot>> {
        if let Some(kept) = self.fresh(region) {
            return Ok(kept);
        }
        if self.0.patience.is_zero() {
            // Without patience many ask at once; only a changed version needs the turn below.
            let version = self.version_of(region).await?;
            if let Some(kept) = self.kept(region).filter(|kept| kept.snapshot.version == version) {
                return Ok(kept.snapshot);
            }
        }
        let _turn = self.0.renewing.lock().await;
        if let Some(kept) = self.fresh(region) {
            return Ok(kept);
        }
        let looked_at = Instant::now();
        let version = self.version_of(region).await?;
        let before = self.kept(region).map(|kept| kept.snapshot);
        let snapshot = match before {
            Some(snapshot) if snapshot.version == version => snapshot,
            before => Arc::new(self.load(region, before.as_deref()).await?),
        };
        self.keep(region, Kept { snapshot: Arc::clone(&snapshot), looked_at });
        Ok(snapshot)
    }

    fn kept(&self, region: RegionId) -> Option<Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&region).cloned()
    }

    fn fresh(&self, region: RegionId) -> Option<Arc<Snapshot>> {
        let fresh = |kept: &Kept| kept.looked_at.elapsed() < self.0.patience;
        self.kept(region).filter(fresh).map(|kept| kept.snapshot)
    }

    fn keep(&self, region: RegionId, kept: Kept) {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(region, kept);
    }

    /// A region that is not listed has no data to ask, which must not look like a database in trouble.
    async fn version_of(&self, region: RegionId) -> Result<Version> {
        let asked = match self.0.db.read(region).await {
            Ok(mut conn) => sql::regions::version(&mut conn).await,
            Err(error) => Err(error),
        };
        if asked.is_err() && !self.all_regions().await?.iter().any(|listed| listed.id == region) {
            return Err(Error::NotFound("region"));
        }
        asked
    }

    async fn load(&self, id: RegionId, before: Option<&Snapshot>) -> Result<Snapshot> {
        // Read anew: the version that says that something changed is the region's own, not that of the list.
        let listed = sql::regions::all(&mut self.0.db.read(RegionId::SHARED).await?).await?;
        let region = listed.into_iter().find(|region| region.id == id).ok_or(Error::NotFound("region"))?;
        let mut conn = self.0.db.read(id).await?;
        // The version first: a change that comes in between is then read again, never missed.
        let version = sql::regions::version(&mut conn).await?;
        let index = match before {
            Some(before) if before.version.boundaries == version.boundaries => Arc::clone(&before.index),
            _ => {
                let shapes = sql::areas::shapes(&mut conn).await?;
                let work = tokio::task::spawn_blocking(move || BoundaryIndex::new(shapes));
                Arc::new(work.await.map_err(|error| Error::Broken(format!("boundaries: {error}")))?)
            }
        };
        let officers = sql::officers::all(&mut conn).await?.into_iter().map(|officer| OfficerName {
            id: officer.id,
            name: officer.name,
            active: officer.active,
            grants: officer.grants,
        });
        Ok(Snapshot {
            region,
            districts: sql::areas::districts(&mut conn).await?,
            villages: sql::areas::villages(&mut conn).await?,
            agencies: sql::agencies::all(&mut conn).await?,
            calendar: sql::calendar::calendar_of(&mut conn).await?,
            officers: officers.collect(),
            index,
            version,
            drawn: Default::default(),
        })
    }

    /// Does an action, after which the next [`Directory::of`] sees what it changed.
    pub async fn write<A: Action>(&self, ctx: &Ctx, action: A) -> Result<A::Output> {
        let done = self.0.db.write(ctx, action).await;
        self.forget(ctx.region);
        done
    }

    /// Looks at the version again with the next question about that region.
    fn forget(&self, region: RegionId) {
        *self.0.regions.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.get_mut(&region) {
            kept.looked_at = kept.looked_at.checked_sub(self.0.patience).unwrap_or(kept.looked_at);
        }
    }

    /// Adds a region with its tables, its calendar and its settings. Only a command on the server does this.
    pub async fn add_region(&self, ctx: &Ctx, new: NewRegion, settings: RegionSettings) -> Result<()> {
        let checked = new.check()?;
        self.0.db.migrate(RegionId::SHARED).await?;
        // Before its tables are made, so that a refused region leaves nothing behind; the action asks again.
        refuse_known(&mut self.0.db.read(RegionId::SHARED).await?, &checked).await?;
        self.0.db.migrate(checked.id).await?;
        let shared = ctx.env.ctx(RegionId::SHARED, ctx.actor.clone());
        self.0.db.write(&shared, AddRegion { region: checked.clone(), settings }).await?;
        self.note(ctx, &checked, vec!["all".to_owned()]).await
    }

    /// Changes name, kind, zone, prefix or host of the region of `ctx`; whether it is a demo never changes.
    pub async fn set_region(&self, ctx: &Ctx, new: NewRegion) -> Result<()> {
        require(ctx, Permission::ManageRegion)?;
        let new = NewRegion { id: ctx.region, ..new };
        let shared = ctx.env.ctx(RegionId::SHARED, ctx.actor.clone());
        self.0.db.write(&shared, SetRegion { region: new.clone() }).await?;
        self.note(ctx, &new, vec!["profile".to_owned()]).await
    }

    /// Changes what the region of `ctx` has settled for itself. Answers the names of the fields that changed.
    pub async fn set_settings(&self, ctx: &Ctx, settings: RegionSettings) -> Result<Vec<String>> {
        require(ctx, Permission::ManageRegion)?;
        let zone = self.of(ctx.region).await?.region.zone;
        let shared = ctx.env.ctx(RegionId::SHARED, ctx.actor.clone());
        let fields = self.0.db.write(&shared, SetRegionSettings { id: ctx.region, settings }).await?;
        if !fields.is_empty() {
            self.write(ctx, NoteRegionChange { zone, fields: fields.clone() }).await?;
        }
        Ok(fields)
    }

    async fn note(&self, ctx: &Ctx, region: &NewRegion, fields: Vec<String>) -> Result<()> {
        let own = ctx.env.ctx(region.id, ctx.actor.clone());
        self.write(&own, NoteRegionChange { zone: region.zone, fields }).await
    }

    /// Reads files of areas and takes over those of the region of `ctx`; a dry run only says what would happen.
    pub async fn import_areas(&self, ctx: &Ctx, texts: &[&str], dry_run: bool) -> Result<ImportReport> {
        let read = read_csv(ctx.region, texts);
        let report = self.write(ctx, ImportAreas { read, dry_run }).await?;
        if !dry_run {
            self.db().renew_statistics(ctx.region).await?;
        }
        Ok(report)
    }

    /// Reads a GeoJSON file of boundaries and takes over what matches and is sound; a dry run only says what would
    /// happen.
    ///
    /// # Errors
    /// `people.refused.boundary_file` with the reason where the file as a whole cannot be read, and
    /// `people.refused.boundary_busy` while another file is looked at.
    pub async fn import_boundaries(&self, ctx: &Ctx, text: String, dry_run: bool) -> Result<BoundaryReport> {
        require(ctx, Permission::ManageAreas)?;
        let turn = Arc::clone(&self.0.importing).try_acquire_owned();
        let turn = turn.map_err(|_| Refusal::field("file", "people.refused.boundary_busy"))?;
        let snapshot = self.of(ctx.region).await?;
        // Checking polygons is work for the processor, which must not hold up whoever else is served.
        let work = tokio::task::spawn_blocking(move || {
            // The work goes on when whoever asked has gone away; so does its turn.
            let _turn = turn;
            prepared_here(&snapshot, &text)
        });
        let prepared = work.await.map_err(|error| Error::Broken(format!("boundaries: {error}")))?;
        let (prepared, report) =
            prepared.map_err(|reason| Refusal::field("file", "people.refused.boundary_file").with("reason", reason))?;
        if !dry_run && !prepared.is_empty() {
            self.write(ctx, ImportBoundaries { prepared }).await?;
            self.db().renew_statistics(ctx.region).await?;
        }
        Ok(report)
    }
}

fn prepared_here(snapshot: &Snapshot, text: &str) -> std::result::Result<(Vec<Prepared>, BoundaryReport), String> {
    let centre = snapshot.region.settings.center.and_then(|(lat, lon)| Point::from_degrees(lat, lon).ok());
    boundaries::prepare(snapshot.region.id, centre, &known_areas(snapshot), text)
}

fn known_areas(snapshot: &Snapshot) -> Vec<KnownArea> {
    let districts = snapshot.districts.iter().map(|d| KnownArea {
        level: AreaLevel::District,
        code: d.code,
        name: d.name.clone(),
        bps: d.bps.clone(),
        label: d.label,
        has_boundary: d.has_boundary,
    });
    let villages = snapshot.villages.iter().map(|v| KnownArea {
        level: AreaLevel::Village,
        code: v.code,
        name: v.name.clone(),
        bps: v.bps.clone(),
        label: v.label,
        has_boundary: v.has_boundary,
    });
    districts.chain(villages).collect()
}
