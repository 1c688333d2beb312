//! Many random lives of a region's people, with a clock that jumps: whatever happens, some things stay true.

use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS};
use simpul_kernel::{Actor, ActorKind, Ctx, Grant, Role, SeededEntropy};
use simpul_people::actions::{AddOfficer, EraseOfficer, RevokeSessionsOf, SetActive, SetGrants};
use simpul_people::testing::House;
use simpul_people::{NewOfficer, SignIn, SignInAnswer, sql};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, journal};
use uuid::Uuid;

const PASSWORD: &str = "hujan deras di masamba";
const LIVES: u64 = 8;
const STEPS: u64 = 40;

struct Life {
    house: House,
    dice: SeededEntropy,
    hash: String,
    people: Vec<(Uuid, String)>,
    tokens: Vec<(Uuid, String)>,
    counter: u64,
}

impl Life {
    fn roll(&self, sides: usize) -> usize {
        usize::try_from(self.dice.next_u64() % sides as u64).unwrap()
    }

    fn somebody(&self) -> (Uuid, String) {
        self.people[self.roll(self.people.len())].clone()
    }

    fn ctx(&self) -> Ctx {
        let own = Actor { kind: ActorKind::Officer(self.somebody().0), grants: vec![grant(Role::RegionAdmin)] };
        if self.roll(2) == 0 { self.house.system() } else { self.house.test.ctx(own) }
    }

    async fn step(&mut self) -> Result<(), Error> {
        let ctx = self.ctx();
        let (id, email) = self.somebody();
        let directory = &self.house.directory;
        match self.roll(8) {
            0 => {
                self.counter += 1;
                let email = format!("p{}@contoh.id", self.counter);
                let role = [Role::RegionAdmin, Role::Leader][self.roll(2)];
                let id = add(&self.house, &email, role, &self.hash).await?;
                self.people.push((id, email));
            }
            1 => directory.write(&ctx, SetActive { officer: id, active: self.roll(3) > 0 }).await?,
            2 => {
                let role = [Role::RegionAdmin, Role::Leader, Role::Auditor][self.roll(3)];
                directory.write(&ctx, SetGrants { officer: id, grants: vec![grant(role)] }).await?;
            }
            3 if self.roll(4) == 0 => directory.write(&ctx, EraseOfficer { officer: id }).await?,
            4 => drop(directory.write(&ctx, RevokeSessionsOf { officer: id, except: None }).await?),
            5 => {
                let jumps = [MINUTE_MICROS, 5 * HOUR_MICROS, -HOUR_MICROS, 30 * HOUR_MICROS];
                self.house.test.clock.advance(jumps[self.roll(jumps.len())]);
            }
            _ => {
                let password = if self.roll(4) == 0 { "hujan deras di palopo" } else { PASSWORD };
                let typed = SignIn {
                    login: email,
                    password: password.into(),
                    address: "10.0.0.1".into(),
                    agent: String::new(),
                };
                if let SignInAnswer::Welcome(session) = self.house.doorman.sign_in(TEST_REGION, typed).await? {
                    self.tokens.push((id, session.token));
                }
            }
        }
        Ok(())
    }

    async fn check(&self) {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let officers = sql::officers::all(&mut conn).await.unwrap();
        let administers = |grant: &Grant| grant.role == Role::RegionAdmin;
        assert!(officers.iter().any(|o| o.active && o.grants.iter().any(administers)), "nobody administers");
        for officer in &officers {
            let open = sql::door::sessions_of(&mut conn, officer.id).await.unwrap().len();
            assert!(officer.active || open == 0, "a disabled officer has a session");
            if officer.erased_at.is_some() {
                assert!(!officer.active && officer.name.is_empty() && officer.email.is_none() && !officer.has_password);
            }
        }
        drop(conn);
        for (id, token) in &self.tokens {
            if let Some(signed_in) = self.house.doorman.session(TEST_REGION, token).await.unwrap() {
                let now = officers.iter().find(|officer| officer.id == *id).unwrap();
                assert!(signed_in.officer.id == *id && now.active);
                assert_eq!(signed_in.actor.grants, now.grants, "rights are those of this moment");
            }
        }
    }
}

fn grant(role: Role) -> Grant {
    Grant { role, agency: None }
}

async fn add(house: &House, email: &str, role: Role, hash: &str) -> Result<Uuid, Error> {
    let officer = NewOfficer { name: "Nama".into(), email: email.into(), ..NewOfficer::default() };
    let add = AddOfficer {
        officer,
        grants: vec![grant(role)],
        password_hash: Some(hash.to_owned()),
        must_change_password: false,
    };
    house.directory.write(&house.system(), add).await
}

#[tokio::test]
async fn whatever_happens_somebody_administers_and_nobody_disabled_is_in() {
    for seed in 0..LIVES {
        let house = House::empty(&[], true).await.unwrap();
        let hash = house.doorman.hash_password(PASSWORD, &[]).await.unwrap();
        let first = add(&house, "p0@contoh.id", Role::RegionAdmin, &hash).await.unwrap();
        let people = vec![(first, "p0@contoh.id".to_owned())];
        let mut life = Life { house, dice: SeededEntropy::new(seed), hash, people, tokens: Vec::new(), counter: 0 };
        for step in 0..STEPS {
            match life.step().await {
                Ok(()) | Err(Error::Refused(_) | Error::NotFound(_)) => {}
                Err(error) => panic!("seed {seed}, step {step}: {error}"),
            }
            if step % 8 == 7 {
                life.check().await;
            }
        }
        let mut conn = life.house.test.db.read(TEST_REGION).await.unwrap();
        let verdict = journal::verify(&mut conn, |_| ()).await.unwrap();
        assert!(matches!(verdict, journal::Verdict::Whole { .. }), "seed {seed}: {verdict:?}");
    }
}
