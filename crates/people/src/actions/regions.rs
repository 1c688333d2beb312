//! Regions. They stand in the shared database, so an action of theirs runs there; what the region's own journal and
//! calendar must know follows in the region itself ([`NoteRegionChange`]).

use serde_json::{Value, json};
use simpul_kernel::calendar::Zone;
use simpul_kernel::{ActorKind, Ctx, Refusal, RegionId};
use simpul_store::{Action, Conn, Error, Result, Tx};

use crate::model::{NewRegion, Permission, RegionSettings, region_subject, require};
use crate::sql;

fn require_shared(ctx: &Ctx) -> Result<()> {
    if ctx.region == RegionId::SHARED {
        Ok(())
    } else {
        Err(Error::Broken("regions stand in the shared database".into()))
    }
}

/// Refuses a region that is there already, or that bears another's prefix or host.
pub(crate) async fn refuse_known(conn: &mut Conn, new: &NewRegion) -> Result<()> {
    if sql::regions::all(conn).await?.iter().any(|region| region.id == new.id) {
        return Err(Refusal::field("id", "people.refused.region_exists").with("region", new.id.to_string()).into());
    }
    refuse_taken(conn, new).await
}

/// Refuses a prefix or a host that another region has: numbers and addresses must lead to one region.
async fn refuse_taken(conn: &mut Conn, new: &NewRegion) -> Result<()> {
    for other in sql::regions::all(conn).await?.into_iter().filter(|other| other.id != new.id) {
        if other.prefix == new.prefix {
            return Err(Refusal::field("prefix", "people.refused.prefix_taken")
                .with("region", other.full_name())
                .into());
        }
        if other.host.is_some() && other.host == new.host {
            return Err(Refusal::field("host", "people.refused.host_taken").with("region", other.full_name()).into());
        }
    }
    Ok(())
}

/// A region joins the installation. Only a command on the server does this; use `Directory::add_region`.
#[derive(Debug, Clone)]
pub struct AddRegion {
    /// What is known of it.
    pub region: NewRegion,
    /// What it starts with.
    pub settings: RegionSettings,
}

impl Action for AddRegion {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require_shared(ctx)?;
        if !matches!(ctx.actor.kind, ActorKind::System(_)) {
            return Err(Error::Forbidden("regions are added on the server"));
        }
        let new = self.region.check()?;
        let settings = self.settings.clone().check()?;
        refuse_known(tx, &new).await?;
        sql::regions::insert(tx, &new, ctx.now(), &settings)?;
        let body = json!({ "region": new.id.0, "demo": new.demo });
        tx.journal(ctx, "region", region_subject(new.id), "region.added", body);
        sql::regions::count_up(tx).await
    }
}

/// Name, kind, zone, prefix or host of a region change. Made by `Directory::set_region`, which checks who may.
#[derive(Debug, Clone)]
pub(crate) struct SetRegion {
    pub(crate) region: NewRegion,
}

impl Action for SetRegion {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require_shared(ctx)?;
        let new = self.region.check()?;
        refuse_taken(tx, &new).await?;
        if sql::regions::set(tx, &new).await? == 0 {
            return Err(Error::NotFound("region"));
        }
        tx.journal(ctx, "region", region_subject(new.id), "region.changed", json!({ "region": new.id.0 }));
        sql::regions::count_up(tx).await
    }
}

/// What a region has settled for itself changes. Made by `Directory::set_settings`, which checks who may.
/// The output names the fields that changed.
#[derive(Debug, Clone)]
pub(crate) struct SetRegionSettings {
    pub(crate) id: RegionId,
    pub(crate) settings: RegionSettings,
}

impl Action for SetRegionSettings {
    type Output = Vec<String>;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Vec<String>> {
        require_shared(ctx)?;
        let settings = self.settings.clone().check()?;
        let regions = sql::regions::all(tx).await?;
        let before = regions.iter().find(|region| region.id == self.id).ok_or(Error::NotFound("region"))?;
        let fields = changed_fields(&before.settings, &settings)?;
        if fields.is_empty() {
            return Ok(fields);
        }
        sql::regions::set_settings(tx, self.id, &settings).await?;
        let body = json!({ "region": self.id.0, "fields": fields });
        tx.journal(ctx, "region", region_subject(self.id), "region.settings_changed", body);
        sql::regions::count_up(tx).await?;
        Ok(fields)
    }
}

/// The names of the fields that differ; the journal takes names, not values.
fn changed_fields(before: &RegionSettings, after: &RegionSettings) -> Result<Vec<String>> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    let Value::Object(after) = after else {
        return Ok(Vec::new());
    };
    Ok(after.into_iter().filter(|(name, value)| before.get(name) != Some(value)).map(|(name, _)| name).collect())
}

/// In the region itself: its journal says what changed about it, its calendar follows its zone, and every server's
/// snapshot is renewed.
#[derive(Debug, Clone)]
pub struct NoteRegionChange {
    /// The zone that the region has now.
    pub zone: Zone,
    /// Names of what changed.
    pub fields: Vec<String>,
}

impl Action for NoteRegionChange {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageRegion)?;
        let mut calendar = sql::calendar::calendar_of(tx).await?;
        calendar.zone = self.zone;
        sql::calendar::keep_hours(tx, &calendar).await?;
        let body = json!({ "fields": self.fields });
        tx.journal(ctx, "region", region_subject(ctx.region), "region.settings_changed", body);
        sql::regions::count_up(tx).await
    }
}
