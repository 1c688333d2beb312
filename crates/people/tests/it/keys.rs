use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::{RegionId, Role};
use simpul_people::actions::{RevokeApiKey, RevokeDisplay};
use simpul_people::testing::House;
use simpul_people::{KeyScope, NewApiKey, NewRegion, Permission, RegionSettings, permits, sql};
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;

use crate::{lines, refusal};

fn new_key(scopes: &str) -> NewApiKey {
    NewApiKey {
        name: "Aplikasi Android".into(),
        scopes: KeyScope::parse_list(scopes).unwrap(),
        agency: None,
        expires_at: None,
        per_minute: Some(600),
    }
}

#[tokio::test]
async fn a_key_counts_at_once_is_stored_as_a_hash_and_stops_when_revoked() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let (id, key) = house.doorman.new_api_key(&admin, new_key("open311,read")).await.unwrap();
    assert!(key.starts_with("simpul_") && key.len() == 50);
    let found = house.doorman.api_key(TEST_REGION, &key).await.unwrap().unwrap();
    assert_eq!((found.id, found.per_minute), (id, Some(600)));
    assert!(found.has(KeyScope::Open311) && !found.has(KeyScope::Write));
    assert!(house.doorman.api_key(TEST_REGION, &key[..49]).await.unwrap().is_none());
    assert!(house.doorman.api_key(TEST_REGION, "").await.unwrap().is_none());
    for line in lines(&house).await {
        assert!(!line.body.contains(&key) && !line.body.contains("Android"));
    }
    house.directory.write(&admin, RevokeApiKey { id }).await.unwrap();
    assert!(house.doorman.api_key(TEST_REGION, &key).await.unwrap().is_none());
    assert!(matches!(house.directory.write(&admin, RevokeApiKey { id }).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_key_ends_at_its_end_and_notes_its_use_to_the_hour() {
    let house = House::empty(&[], false).await.unwrap();
    let ctx = house.system();
    let past = NewApiKey { expires_at: Some(ctx.now()), ..new_key("read") };
    assert_eq!(refusal(house.doorman.new_api_key(&ctx, past).await).field, Some("expires_at"));
    let none = NewApiKey { scopes: vec![], ..new_key("read") };
    assert_eq!(refusal(house.doorman.new_api_key(&ctx, none).await).field, Some("scopes"));
    let end = ctx.now().plus_micros(DAY_MICROS);
    let (_, key) =
        house.doorman.new_api_key(&ctx, NewApiKey { expires_at: Some(end), ..new_key("read") }).await.unwrap();
    let start = ctx.now();
    for hours in [0, 0, 2] {
        house.test.clock.advance(hours * HOUR_MICROS);
        assert!(house.doorman.api_key(TEST_REGION, &key).await.unwrap().is_some());
    }
    let kept = sql::door::api_keys(&mut house.test.db.read(TEST_REGION).await.unwrap()).await.unwrap();
    assert_eq!(kept[0].used_at, Some(start.plus_micros(2 * HOUR_MICROS)));
    house.test.clock.set(end);
    assert!(house.doorman.api_key(TEST_REGION, &key).await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_of_one_region_opens_nothing_in_another() {
    let house = House::empty(&[], false).await.unwrap();
    let magetan = NewRegion::new(RegionId(3520), "Magetan", "MGT");
    house.directory.add_region(&house.system(), magetan, RegionSettings::default()).await.unwrap();
    let (_, key) = house.doorman.new_api_key(&house.system(), new_key("write")).await.unwrap();
    assert!(house.doorman.api_key(RegionId(3520), &key).await.unwrap().is_none());
}

#[tokio::test]
async fn a_screen_sees_the_wall_and_nothing_else_until_its_token_is_revoked() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let (id, token) = house.doorman.new_display(&admin, "Dinding utama").await.unwrap();
    let display = house.doorman.display(TEST_REGION, &token).await.unwrap().unwrap();
    assert_eq!(display.name, "Dinding utama");
    let seen = Permission::ALL.iter().filter(|permission| permits(&display.actor(), **permission));
    assert_eq!(seen.collect::<Vec<_>>(), [&Permission::SeeWall]);
    house.directory.write(&admin, RevokeDisplay { id }).await.unwrap();
    assert!(house.doorman.display(TEST_REGION, &token).await.unwrap().is_none());
}

#[tokio::test]
async fn only_an_administrator_makes_and_revokes_keys() {
    let house = House::new(&[]).await.unwrap();
    let (id, _) = house.doorman.new_api_key(&house.system(), new_key("read")).await.unwrap();
    let (screen, _) = house.doorman.new_display(&house.system(), "Dinding").await.unwrap();
    for (role, agency) in [(Role::ReportCoordinator, None), (Role::AgencyHead, Some("Dishub")), (Role::Auditor, None)] {
        let ctx = house.officer(role, agency).await.unwrap();
        let outcomes = [
            refusal(house.doorman.new_api_key(&ctx, new_key("read")).await),
            refusal(house.doorman.new_display(&ctx, "x").await),
            refusal(house.directory.write(&ctx, RevokeApiKey { id }).await),
            refusal(house.directory.write(&ctx, RevokeDisplay { id: screen }).await),
        ];
        assert!(outcomes.iter().all(|refusal| refusal.key == "people.refused.not_allowed"), "{role:?}");
    }
}
