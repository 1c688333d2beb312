use simpul_kernel::{Actor, ActorKind, Grant, Role};
use simpul_people::actions::{AddOfficer, EraseOfficer, LogAccess, Purge, SetActive, SetGrants, SetOfficer};
use simpul_people::model::Login;
use simpul_people::testing::House;
use simpul_people::{NewOfficer, Permission, Retention, permits, sql};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::{lines, refusal};

fn person(name: &str, email: &str) -> NewOfficer {
    NewOfficer {
        name: name.into(),
        email: email.into(),
        nip: "198503172010011002".into(),
        phone: "0812 3456 7890".into(),
    }
}

fn add(officer: NewOfficer, grants: Vec<Grant>) -> AddOfficer {
    AddOfficer { officer, grants, password_hash: None, must_change_password: false }
}

#[tokio::test]
async fn an_officer_is_found_by_each_of_the_three_logins() {
    let house = House::new(&[]).await.unwrap();
    let agency = house.agency("Dishub").await.unwrap();
    let grants =
        vec![Grant { role: Role::AgencyOfficer, agency: Some(agency) }, Grant { role: Role::Leader, agency: None }];
    let id =
        house.directory.write(&house.system(), add(person("Andi", "Andi@Contoh.id"), grants.clone())).await.unwrap();
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    for login in ["andi@contoh.id", "19850317 201001 1 002", "+62 812 3456 7890"] {
        assert_eq!(sql::officers::by_login(&mut conn, &Login::read(login)).await.unwrap(), Some(id), "{login}");
    }
    assert_eq!(sql::officers::by_login(&mut conn, &Login::read("andi")).await.unwrap(), None);
    let mut kept = sql::officers::by_id(&mut conn, id).await.unwrap().unwrap().grants;
    kept.sort_by_key(|grant| grant.role);
    assert_eq!(kept, grants);
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!(snapshot.officers_of(agency).count(), 1);
    assert_eq!(snapshot.officer(id).unwrap().name, "Andi");
}

#[tokio::test]
async fn a_login_belongs_to_one_officer() {
    let house = House::empty(&[], false).await.unwrap();
    let ctx = house.system();
    house.directory.write(&ctx, add(person("Andi", "a@contoh.id"), vec![])).await.unwrap();
    let twin = NewOfficer { email: "b@contoh.id".into(), phone: String::new(), ..person("Budi", "") };
    assert_eq!(refusal(house.directory.write(&ctx, add(twin, vec![])).await).field, Some("nip"));
    let other = NewOfficer { nip: String::new(), phone: String::new(), ..person("Budi", "b@contoh.id") };
    let id = house.directory.write(&ctx, add(other.clone(), vec![])).await.unwrap();
    let taken = NewOfficer { email: "A@contoh.id".into(), ..other.clone() };
    assert_eq!(refusal(house.directory.write(&ctx, SetOfficer { id, officer: taken }).await).field, Some("email"));
    house.directory.write(&ctx, SetOfficer { id, officer: other }).await.unwrap();
}

#[tokio::test]
async fn a_grant_needs_an_agency_that_exists() {
    let house = House::empty(&[], false).await.unwrap();
    let stray = vec![Grant { role: Role::AgencyHead, agency: Some(Uuid::from_u128(9)) }];
    let outcome = house.directory.write(&house.system(), add(person("Andi", "a@contoh.id"), stray)).await;
    assert_eq!(refusal(outcome).key, "people.refused.no_such_agency");
}

#[tokio::test]
async fn nobody_but_an_administrator_makes_officers_or_gives_roles() {
    let house = House::new(&[]).await.unwrap();
    let agency = house.agency("Dishub").await.unwrap();
    for role in Role::ALL.into_iter().filter(|role| !matches!(role, Role::Citizen | Role::RegionAdmin)) {
        let in_agency = simpul_people::role_needs_agency(role).then_some("Dishub");
        let ctx = house.officer(role, in_agency).await.unwrap();
        let own = ctx.actor.officer_id().unwrap();
        let grants = vec![Grant { role: Role::RegionAdmin, agency: Some(agency) }];
        let outcome = house.directory.write(&ctx, SetGrants { officer: own, grants: grants.clone() }).await;
        assert_eq!(refusal(outcome).key, "people.refused.not_allowed", "{role:?}");
        let outcome = house.directory.write(&ctx, add(person("X", "x@contoh.id"), grants)).await;
        assert_eq!(refusal(outcome).key, "people.refused.not_allowed", "{role:?}");
    }
}

#[tokio::test]
async fn the_last_administrator_stays_and_nobody_disables_the_own_account() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let id = admin.actor.officer_id().unwrap();
    let off = SetActive { officer: id, active: false };
    assert_eq!(refusal(house.directory.write(&admin, off.clone()).await).key, "people.refused.own_account");
    assert_eq!(
        refusal(house.directory.write(&house.system(), off.clone()).await).key,
        "people.refused.last_administrator"
    );
    let demoted = SetGrants { officer: id, grants: vec![Grant { role: Role::Leader, agency: None }] };
    assert_eq!(refusal(house.directory.write(&admin, demoted.clone()).await).key, "people.refused.last_administrator");
    let second = house.officer(Role::RegionAdmin, None).await.unwrap();
    house.directory.write(&second, off).await.unwrap();
    house.directory.write(&second, demoted).await.unwrap();
}

#[tokio::test]
async fn a_disabled_officer_has_no_rights_left() {
    let house = House::empty(&[], false).await.unwrap();
    let leader = house.officer(Role::Leader, None).await.unwrap().actor.officer_id().unwrap();
    house.directory.write(&house.system(), SetActive { officer: leader, active: false }).await.unwrap();
    let officer =
        sql::officers::by_id(&mut house.test.db.read(TEST_REGION).await.unwrap(), leader).await.unwrap().unwrap();
    assert!(!permits(&officer.actor(), Permission::SeeLeader));
    assert_eq!(house.directory.of(TEST_REGION).await.unwrap().officers_of(leader).count(), 0);
}

#[tokio::test]
async fn erasing_a_person_leaves_the_journal_whole_and_nothing_of_the_person() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let hash = house.doorman.hash_password("kopi-toraja-wangi", &[]).await.unwrap();
    let new = AddOfficer {
        officer: person("Andi Rahasia", "andi.rahasia@contoh.id"),
        grants: vec![Grant { role: Role::Leader, agency: None }],
        password_hash: Some(hash),
        must_change_password: false,
    };
    let id = house.directory.write(&admin, new).await.unwrap();
    let before = lines(&house).await;
    house.directory.write(&admin, EraseOfficer { officer: id }).await.unwrap();
    let officer = sql::officers::by_id(&mut house.test.db.read(TEST_REGION).await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((officer.name.as_str(), &officer.email, &officer.nip, &officer.phone), ("", &None, &None, &None));
    assert!(!officer.active && !officer.has_password && officer.grants.is_empty() && officer.erased_at.is_some());
    let after = lines(&house).await;
    assert_eq!(after[..before.len()], before[..], "no earlier line changed");
    for line in &after {
        let text = format!("{} {}", line.actor, line.body).to_lowercase();
        assert!(!text.contains("andi") && !text.contains("198503172010011002") && !text.contains("62812"), "{text}");
    }
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    assert!(matches!(
        simpul_store::journal::verify(&mut conn, |_| ()).await.unwrap(),
        simpul_store::journal::Verdict::Whole { .. }
    ));
    drop(conn);
    // The logins are free again for somebody else.
    house.directory.write(&admin, add(person("Baru", "andi.rahasia@contoh.id"), vec![])).await.unwrap();
}

#[tokio::test]
async fn who_looked_at_what_is_logged_read_back_and_purged_in_time() {
    let house = House::empty(&[], false).await.unwrap();
    let officer = house.officer(Role::Auditor, None).await.unwrap();
    let report = Uuid::from_u128(77);
    for what in ["reporter", "export", "reporter"] {
        house.test.db.write(&officer, LogAccess { subject_kind: "report", subject_id: report, what }).await.unwrap();
        house.test.clock.advance(1_000_000);
    }
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    let page = sql::access::recent(&mut conn, None, 2).await.unwrap();
    assert_eq!(page.len(), 2);
    let rest = sql::access::of_subject(&mut conn, report, Some(page[1].id), 10).await.unwrap();
    assert_eq!((rest.len(), rest[0].officer), (1, officer.actor.officer_id()));
    drop(conn);
    house.test.clock.advance(800 * simpul_kernel::clock::DAY_MICROS);
    let purge = Purge { retention: Retention::default() };
    assert_eq!(refusal(house.test.db.write(&officer, purge.clone()).await).key, "people.refused.not_allowed");
    let purged = house.test.db.write(&house.system(), purge).await.unwrap();
    assert_eq!(purged.access_lines, 3);
}

#[tokio::test]
async fn a_person_gets_all_that_is_kept_and_no_secret() {
    let house = House::empty(&[], true).await.unwrap();
    let hash = house.doorman.hash_password("kopi-toraja-wangi", &[]).await.unwrap();
    let new = AddOfficer {
        officer: person("Andi", "andi@contoh.id"),
        grants: vec![Grant { role: Role::Leader, agency: None }],
        password_hash: Some(hash),
        must_change_password: false,
    };
    let id = house.directory.write(&house.system(), new).await.unwrap();
    let typed = simpul_people::SignIn {
        login: "andi@contoh.id".into(),
        password: "kopi-toraja-wangi".into(),
        address: "10.0.0.9".into(),
        agent: "test".into(),
    };
    house.doorman.sign_in(TEST_REGION, typed).await.unwrap();
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    let zone = simpul_kernel::calendar::Zone::Wita;
    let data = simpul_people::privacy::officer_data(&mut conn, zone, id).await.unwrap().unwrap();
    assert_eq!(
        (data["nip"].as_str(), data["sessions"][0]["address"].as_str()),
        (Some("198503172010011002"), Some("10.0.0.9"))
    );
    assert_eq!(data["last_sign_in"].as_str(), Some("2026-11-02T09:00:00+08:00"));
    assert!(!data.to_string().contains("argon2"));
    assert!(simpul_people::privacy::officer_data(&mut conn, zone, Uuid::from_u128(1)).await.unwrap().is_none());
}

#[test]
fn an_officer_of_two_agencies_works_in_both() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let grants = [one, two].map(|agency| Grant { role: Role::AgencyOfficer, agency: Some(agency) });
    let actor = Actor { kind: ActorKind::Officer(Uuid::nil()), grants: grants.to_vec() };
    assert!(simpul_people::permits_in(&actor, Permission::WorkReports, one));
    assert!(simpul_people::permits_in(&actor, Permission::WorkReports, two));
}
