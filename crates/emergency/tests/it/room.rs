//! A region with types and units, and those who work at its console.

use simpul_emergency::actions::*;
use simpul_emergency::model::{Call, CtiEvent, CtiKind, Incident, Site, Unit, Victims};
use simpul_emergency::sql;
use simpul_kernel::clock::SECOND_MICROS;
use simpul_kernel::geo::Point;
use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error};
use uuid::Uuid;

/// The room and its people.
pub(crate) struct Room {
    pub(crate) house: House,
    pub(crate) rina: Ctx,
    pub(crate) tono: Ctx,
    pub(crate) supervisor: Ctx,
    pub(crate) units: Vec<Uuid>,
}

pub(crate) async fn room() -> Room {
    let house = House::new(&[simpul_emergency::MIGRATIONS]).await.unwrap();
    let ctx = house.system();
    house.test.db.write(&ctx, SeedTypes).await.unwrap();
    let agency = house.agency("Damkarmat").await.unwrap();
    let agency = if agency.is_nil() { house.agency("BPBD").await.unwrap() } else { agency };
    let mut units = Vec::new();
    for (call_sign, kind, lat) in [("DK-1", "fire", -2.55), ("DK-2", "fire", -2.60), ("AMB-1", "ambulance", -2.56)] {
        let base = Some(Point::from_degrees(lat, 120.33).unwrap());
        let add = AddUnit { agency, call_sign: call_sign.to_owned(), kind: kind.to_owned(), base };
        units.push(house.test.db.write(&ctx, add).await.unwrap());
    }
    Room {
        rina: house.officer(Role::CallTaker, None).await.unwrap(),
        tono: house.officer(Role::Dispatcher, None).await.unwrap(),
        supervisor: house.officer(Role::Supervisor, None).await.unwrap(),
        units,
        house,
    }
}

impl Room {
    pub(crate) async fn by<A: Action>(&self, ctx: &Ctx, action: A) -> Result<A::Output, Error> {
        self.house.test.db.write(ctx, action).await
    }

    /// The telephone system says something of the call `id`.
    pub(crate) async fn hears(&self, id: &str, event: CtiEvent) -> CallDone {
        let hear = HearCti { trunk: "utama".to_owned(), call_id: id.to_owned(), event, drill: false };
        self.by(&self.house.system(), hear).await.unwrap()
    }

    pub(crate) fn says(&self, kind: CtiKind) -> CtiEvent {
        let number = Some("081234567890".to_owned());
        CtiEvent { caller_number: number, ..CtiEvent::new(kind, self.house.test.db.env().now()) }
    }

    pub(crate) fn later(&self, seconds: i64) {
        self.house.test.clock.advance(seconds * SECOND_MICROS);
    }

    pub(crate) async fn call(&self, id: Uuid) -> Call {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::call::by_id(&mut conn, id).await.unwrap().unwrap()
    }

    pub(crate) async fn incident(&self, id: Uuid) -> Incident {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::incident::by_id(&mut conn, id).await.unwrap().unwrap()
    }

    pub(crate) async fn unit(&self, id: Uuid) -> Unit {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::unit::by_id(&mut conn, id).await.unwrap().unwrap()
    }

    pub(crate) fn fire(&self, key: u128, call: Option<Uuid>) -> OpenIncident {
        OpenIncident {
            key: Uuid::from_u128(key),
            call,
            kind: "structure_fire".to_owned(),
            priority: None,
            site: Site { point: Some(Point::from_degrees(-2.55, 120.33).unwrap()), ..Site::default() },
            victims: Victims::Unknown,
            note: "Api dari dapur".to_owned(),
        }
    }

    /// The kinds of the journal's lines about a thing.
    pub(crate) async fn lines(&self, about: Uuid) -> Vec<String> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
        lines.into_iter().filter(|line| line.subject_id == about).map(|line| line.kind).collect()
    }
}

/// The key of what was refused.
pub(crate) fn refused<T: std::fmt::Debug>(answer: Result<T, Error>) -> &'static str {
    match answer {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("not refused: {other:?}"),
    }
}
