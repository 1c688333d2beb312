//! The operation centre's stage as other screens show it, and what Simpul proposes.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result};

use crate::board::ACTIVE_MAX_COUNT;
use crate::model::stage::{Confirmed, Proposal, Signs, Stage, propose};
use crate::model::{UnitStatus, lacks_unit};
use crate::sql;

/// The stages in force.
#[derive(Debug, Clone, Default)]
pub struct InForce {
    /// The region's; `None` before one was ever confirmed, which is stage 1.
    pub region: Option<Confirmed>,
    /// Those of districts that are higher than normal.
    pub districts: Vec<Confirmed>,
}

impl InForce {
    /// The region's stage.
    pub fn stage(&self) -> Stage {
        self.region.as_ref().map_or(Stage::NORMAL, |confirmed| confirmed.stage)
    }

    /// The stage of the region or of one district.
    pub fn of(&self, district: Option<i64>) -> Stage {
        match district {
            None => self.stage(),
            Some(code) => {
                let own = self.districts.iter().find(|confirmed| confirmed.district == Some(code));
                own.map_or(Stage::NORMAL, |confirmed| confirmed.stage)
            }
        }
    }

    /// Whether the public is told of anything.
    pub fn is_public(&self) -> bool {
        self.stage().is_public() || !self.districts.is_empty()
    }
}

/// Reads the stages in force.
pub async fn in_force(conn: &mut Conn) -> Result<InForce> {
    let mut found = InForce::default();
    for confirmed in sql::stage::current(conn).await? {
        match confirmed.district {
            None => found.region = Some(confirmed),
            Some(_) if confirmed.stage.is_public() => found.districts.push(confirmed),
            Some(_) => {}
        }
    }
    Ok(found)
}

/// What Simpul proposes for the region, or for one district by its own incidents alone.
pub async fn proposal(conn: &mut Conn, district: Option<i64>, now: Timestamp) -> Result<Proposal> {
    let mut incidents = sql::incident::active(conn, ACTIVE_MAX_COUNT).await?;
    let out = sql::board::out_by_incident(conn).await?;
    if district.is_some() {
        incidents.retain(|incident| incident.site.district == district);
        return Ok(propose(&Signs::of_incidents(&incidents, |incident| lacks_unit(incident, &out))));
    }
    let mut units = sql::unit::all(conn).await?;
    units.retain(|unit| !unit.drill);
    let in_service = units.iter().filter(|unit| unit.status != UnitStatus::OutOfService);
    let (calls, usual) = sql::stage::calls(conn, now).await?;
    let signs = Signs {
        calls,
        usual,
        free: units.iter().filter(|unit| unit.status.is_free()).count(),
        units: in_service.count(),
        ..Signs::of_incidents(&incidents, |incident| lacks_unit(incident, &out))
    };
    Ok(propose(&signs))
}
