//! A complaint about an official goes secretly to Inspektorat and leaves its hands for nobody who may not read secrets.

use std::sync::Arc;

use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_report::actions::{
    AcceptReport, AssignReport, DirectReport, HandBack, MergeReport, Reporter, SaveCategory, SeedRules, SendElsewhere,
    SubmitReport, VerifyReport,
};
use simpul_report::desk::Desk;
use simpul_report::model::{Category, Class, Forwarding, Place, Report, ReporterMode, Source, public};
use simpul_report::sql;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error};
use uuid::Uuid;

struct Office {
    house: House,
    dishub: Uuid,
    inspectorate: Uuid,
    system: Ctx,
    inspector: Ctx,
}

/// `named`: whether the rules were seeded with the region's agencies.
async fn office(named: bool) -> Office {
    let house = House::new(&[simpul_report::MIGRATIONS]).await.unwrap();
    let place = house.directory.of(TEST_REGION).await.unwrap();
    let agencies = place.agencies.iter().map(|agency| (agency.short.clone(), agency.id));
    let agencies = if named { agencies.collect() } else { Vec::new() };
    let system = house.system();
    house.test.db.write(&system, SeedRules { agencies }).await.unwrap();
    Office {
        dishub: house.agency("Dishub").await.unwrap(),
        inspectorate: house.agency("Inspektorat").await.unwrap(),
        inspector: house.officer(Role::AgencyOfficer, Some("Inspektorat")).await.unwrap(),
        system,
        house,
    }
}

impl Office {
    async fn by<A: Action>(&self, ctx: &Ctx, action: A) -> Result<A::Output, Error> {
        self.house.test.db.write(ctx, action).await
    }

    async fn sent(&self, category: &str, mode: ReporterMode) -> Uuid {
        let place = self.house.directory.of(TEST_REGION).await.unwrap();
        let village = place.villages[0].code;
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let desk = Arc::new(Desk::open(&mut conn, place).await.unwrap());
        drop(conn);
        let report = SubmitReport {
            key: self.house.test.db.env().new_id(),
            desk,
            category: category.to_owned(),
            place: Place { village: Some(village), ..Place::default() },
            text: "Dimintai uang".to_owned(),
            photos: Vec::new(),
            reporter: Reporter { mode: Some(mode), ..Reporter::default() },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        };
        self.by(&self.house.citizen(), report).await.unwrap().id
    }

    async fn report(&self, id: Uuid) -> Report {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::by_id(&mut conn, id).await.unwrap().unwrap()
    }

    fn verify(&self, report: Uuid, category: &str) -> VerifyReport {
        let category = Some(category.to_owned());
        VerifyReport { report, version: None, class: Class::Complaint, needs_inspection: false, category }
    }

    fn assign(&self, report: Uuid, agency: Uuid, officer: Option<Uuid>) -> AssignReport {
        AssignReport { report, version: None, agency, officer, instruction: None }
    }
}

fn stays<T>(result: Result<T, Error>) {
    match result {
        Err(Error::Refused(refusal)) => assert_eq!(refusal.key, "report.refused.secret_stays"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it went"),
    }
}

const PUNGLI: &str = "pungli_rahasia";

#[tokio::test]
async fn it_is_inspektorats_even_where_the_region_has_named_nobody() {
    let office = office(false).await;
    let report = office.report(office.sent(PUNGLI, ReporterMode::Named).await).await;
    assert!(report.secret);
    assert_eq!(report.agency, Some(office.inspectorate));
    let later = office.sent("lampu_jalan", ReporterMode::Named).await;
    office.by(&office.system, office.verify(later, PUNGLI)).await.unwrap();
    let found_out = office.report(later).await;
    assert_eq!((found_out.secret, found_out.agency), (true, Some(office.inspectorate)), "found out at verification");
}

#[tokio::test]
async fn no_other_category_leads_it_to_the_agency_complained_of() {
    let office = office(true).await;
    let id = office.sent(PUNGLI, ReporterMode::Anonymous).await;
    office.by(&office.system, office.verify(id, "lampu_jalan")).await.unwrap();
    let report = office.report(id).await;
    assert_eq!((report.secret, report.agency), (true, Some(office.inspectorate)));
    let complained_of = office.house.officer(Role::AgencyHead, Some("Dishub")).await.unwrap();
    assert!(!public::may_see(&complained_of.actor, &report));
}

#[tokio::test]
async fn it_is_neither_assigned_nor_handed_back_nor_sent_nor_merged_away() {
    let office = office(true).await;
    let id = office.sent(PUNGLI, ReporterMode::Named).await;
    office.by(&office.system, office.verify(id, PUNGLI)).await.unwrap();
    stays(office.by(&office.system, office.assign(id, office.dishub, None)).await);
    let elsewhere = |agency| SendElsewhere {
        report: id,
        version: None,
        body: "Dishub".to_owned(),
        agency,
        forwarding: Forwarding::default(),
        text: "Surat 1/2026".to_owned(),
    };
    for agency in [None, Some(office.dishub)] {
        stays(office.by(&office.inspector, elsewhere(agency)).await);
    }
    let back = HandBack { report: id, version: None, reason: "Bukan kami".to_owned(), suggest: Some(office.dishub) };
    stays(office.by(&office.inspector, back).await);
    // A secret of another agency's own is not the same secret.
    let other = office.report(office.sent("lampu_jalan", ReporterMode::Secret).await).await;
    let merge = MergeReport { report: id, version: None, into: other.number };
    assert!(office.by(&office.system, merge).await.is_err());
    assert_eq!(office.report(id).await.agency, Some(office.inspectorate));
}

/// What a reporter wished to be secret is no complaint about an official: its agency may write to who is competent.
#[tokio::test]
async fn a_wish_for_secrecy_ties_no_agencys_hands() {
    let office = office(true).await;
    let id = office.sent("lampu_jalan", ReporterMode::Secret).await;
    let officer = office.house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let (body, text) = ("PLN".to_owned(), "Surat 1/2026".to_owned());
    let forwarding = Forwarding::default();
    let elsewhere = SendElsewhere { report: id, version: None, body, agency: None, text, forwarding };
    office.by(&officer, elsewhere).await.unwrap();
    let report = office.report(id).await;
    assert_eq!((report.secret, report.agency), (true, Some(office.dishub)));
}

#[tokio::test]
async fn it_may_go_to_another_body_whose_officers_may_read_secrets() {
    let office = office(true).await;
    let id = office.sent(PUNGLI, ReporterMode::Named).await;
    office.by(&office.system, office.verify(id, PUNGLI)).await.unwrap();
    office.house.officer(Role::Auditor, Some("BPBD")).await.unwrap();
    let auditing = office.house.agency("BPBD").await.unwrap();
    office.by(&office.system, office.assign(id, auditing, None)).await.unwrap();
    assert_eq!(office.report(id).await.agency, Some(auditing));
}

#[tokio::test]
async fn inside_inspektorat_it_goes_only_to_an_officer_of_inspektorat() {
    let office = office(true).await;
    let id = office.sent(PUNGLI, ReporterMode::Named).await;
    office.by(&office.inspector, AcceptReport { report: id, version: None, class: None }).await.unwrap();
    let foreign = office.house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap().actor.officer_id();
    let colleague = office.house.officer(Role::FieldOfficer, Some("Inspektorat")).await.unwrap().actor.officer_id();
    let direct = |officer| DirectReport {
        report: id,
        version: None,
        officer,
        orders: Vec::new(),
        instruction: Some("Periksa berkasnya".to_owned()),
        day: String::new(),
        agenda: None,
    };
    assert!(office.by(&office.inspector, direct(foreign)).await.is_err());
    office.by(&office.inspector, direct(colleague)).await.unwrap();
    assert_eq!(office.report(id).await.officer, colleague);
}

#[tokio::test]
async fn no_rule_gives_a_secret_category_to_an_agency_that_may_not_read_secrets() {
    let office = office(true).await;
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let known = sql::categories(&mut conn).await.unwrap().into_iter().find(|c| c.code == PUNGLI).unwrap();
    drop(conn);
    let save = |agency| SaveCategory { category: Category { agency, ..known.clone() }, seen: None };
    let refused = office.by(&office.system, save(Some(office.dishub))).await;
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.key == "report.refused.secret_agency"));
    office.by(&office.system, save(Some(office.inspectorate))).await.unwrap();
}
