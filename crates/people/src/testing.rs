//! A region to test in: Luwu Utara with its areas and agencies, and officers as a test needs them.

use simpul_kernel::{Actor, Ctx, Grant, Role};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Migrations, Result};
use uuid::Uuid;

use crate::actions::{AddDistrictOffices, AddOfficer, ImportAgencies};
use crate::model::{NewOfficer, NewRegion, RegionSettings, agency};
use crate::{Directory, Doorman, data};

/// A database with one region in it.
pub struct House {
    /// The database and its clock.
    pub test: TestDb,
    /// The directory, which looks at the version with every question.
    pub directory: Directory,
    /// The doorman.
    pub doorman: Doorman,
}

impl House {
    /// Region 7322, no demo, with districts, villages, agencies and district offices; `more` are the tables of the
    /// rooms above.
    pub async fn new(more: &[Migrations]) -> Result<House> {
        let house = House::empty(more, false).await?;
        let ctx = house.system();
        house.directory.import_areas(&ctx, &[data::AREAS_LUWU_UTARA], false).await?;
        let (agencies, refused) = agency::read_csv(data::AGENCIES_LUWU_UTARA);
        house.directory.write(&ctx, ImportAgencies { agencies, refused, dry_run: false }).await?;
        house.directory.write(&ctx, AddDistrictOffices).await?;
        Ok(house)
    }

    /// Region 7322 without areas and agencies.
    pub async fn empty(more: &[Migrations], demo: bool) -> Result<House> {
        let migrations: Vec<Migrations> = std::iter::once(crate::MIGRATIONS).chain(more.iter().copied()).collect();
        let test = TestDb::new(&migrations).await?;
        let directory = Directory::new(test.db.clone());
        let doorman = Doorman::new(directory.clone());
        let house = House { test, directory, doorman };
        let region = NewRegion { demo, ..NewRegion::new(TEST_REGION, "Luwu Utara", "LUTRA") };
        house.directory.add_region(&house.system(), region, RegionSettings::default()).await?;
        Ok(house)
    }

    /// The context of Simpul itself in the region.
    pub fn system(&self) -> Ctx {
        self.test.ctx(Actor::system("test"))
    }

    /// The context of a citizen in the region.
    pub fn citizen(&self) -> Ctx {
        self.test.ctx(Actor::citizen())
    }

    /// The id of the agency of that short name; the nil id if there is none.
    pub async fn agency(&self, short: &str) -> Result<Uuid> {
        let found = crate::sql::agencies::by_short(&mut self.test.db.read(TEST_REGION).await?, short).await?;
        Ok(found.map_or(Uuid::nil(), |agency| agency.id))
    }

    /// Adds an officer with that role, in the agency of that short name if one is named. Answers the officer's context.
    pub async fn officer(&self, role: Role, agency: Option<&str>) -> Result<Ctx> {
        let agency = match agency {
            Some(short) => Some(self.agency(short).await?),
            None => None,
        };
        let grants = vec![Grant { role, agency }];
        let id = self.add_officer(grants.clone(), None).await?;
        Ok(self.test.ctx(Actor { kind: simpul_kernel::ActorKind::Officer(id), grants }))
    }

    /// Adds an officer with a made-up address, and a password hash if one is given.
    pub async fn add_officer(&self, grants: Vec<Grant>, password_hash: Option<String>) -> Result<Uuid> {
        let tag = self.test.db.env().new_id().simple().to_string();
        let officer = NewOfficer {
            name: format!("Petugas {}", &tag[20..]),
            email: format!("{tag}@contoh.id"),
            ..NewOfficer::default()
        };
        let add = AddOfficer { officer, grants, password_hash, must_change_password: false };
        self.directory.write(&self.system(), add).await
    }
}
