use std::time::Duration;

use simpul_kernel::calendar::Zone;
use simpul_kernel::{Actor, RegionId, Role};
use simpul_people::actions::{AddAgency, AddRegion};
use simpul_people::testing::House;
use simpul_people::{AgencyKind, Directory, Emergency112, NewAgency, NewRegion, RegionSettings};
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;

use crate::{kinds, lines, refusal};

#[tokio::test]
async fn a_change_by_another_server_counts_at_once() {
    let house = House::empty(&[], false).await.unwrap();
    let other = Directory::new(house.test.db.clone());
    assert_eq!(other.of(TEST_REGION).await.unwrap().agencies.len(), 0);
    let agency = NewAgency::new("Dishub", "Dinas Perhubungan", AgencyKind::Dinas);
    house.test.db.write(&house.system(), AddAgency { agency }).await.unwrap();
    assert_eq!(other.of(TEST_REGION).await.unwrap().agencies.len(), 1);
}

#[tokio::test]
async fn an_unchanged_region_is_not_read_again() {
    let house = House::new(&[]).await.unwrap();
    let first = house.directory.of(TEST_REGION).await.unwrap();
    let second = house.directory.of(TEST_REGION).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second));
}

#[tokio::test]
async fn a_patient_directory_sees_its_own_writes_at_once() {
    let house = House::empty(&[], false).await.unwrap();
    let patient = Directory::patient(house.test.db.clone(), Duration::from_secs(3600));
    assert_eq!(patient.of(TEST_REGION).await.unwrap().agencies.len(), 0);
    let agency = |short: &str| AddAgency { agency: NewAgency::new(short, short, AgencyKind::Dinas) };
    house.test.db.write(&house.system(), agency("Dishub")).await.unwrap();
    assert_eq!(patient.of(TEST_REGION).await.unwrap().agencies.len(), 0, "may be an hour old");
    patient.write(&house.system(), agency("Dinkes")).await.unwrap();
    assert_eq!(patient.of(TEST_REGION).await.unwrap().agencies.len(), 2);
}

#[tokio::test]
async fn a_region_joins_once_and_with_names_of_its_own() {
    let house = House::empty(&[], false).await.unwrap();
    let found = house.directory.regions().await.unwrap().remove(0);
    assert_eq!((found.id, found.full_name().as_str(), found.zone), (TEST_REGION, "Kabupaten Luwu Utara", Zone::Wita));
    let magetan =
        NewRegion { host: Some("lapor.magetan.go.id".into()), ..NewRegion::new(RegionId(3520), "Magetan", "MGT") };
    house.directory.add_region(&house.system(), magetan.clone(), RegionSettings::default()).await.unwrap();
    let again = house.directory.add_region(&house.system(), magetan.clone(), RegionSettings::default()).await;
    assert_eq!(refusal(again).key, "people.refused.region_exists");
    let same_prefix = NewRegion { prefix: "mgt".into(), ..NewRegion::new(RegionId(3521), "Ngawi", "NGW") };
    let taken = house.directory.add_region(&house.system(), same_prefix, RegionSettings::default()).await;
    assert_eq!(refusal(taken).field, Some("prefix"));
    let known = house.test.db.all_regions().await.unwrap();
    assert_eq!(known, [RegionId(3520), TEST_REGION], "what was refused leaves nothing behind");
    assert!(matches!(house.directory.of(RegionId(1101)).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn only_the_server_adds_regions() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let shared = admin.env.ctx(RegionId::SHARED, admin.actor.clone());
    let add =
        AddRegion { region: NewRegion::new(RegionId(3520), "Magetan", "MGT"), settings: RegionSettings::default() };
    assert!(matches!(house.test.db.write(&shared, add).await, Err(Error::Forbidden(_))));
}

#[tokio::test]
async fn settings_are_the_regions_own_and_the_journal_names_fields_not_values() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let settings = RegionSettings {
        whatsapp: "0812 3456 7890".into(),
        emergency_112: Emergency112::Trial,
        ..RegionSettings::default()
    };
    let fields = house.directory.set_settings(&admin, settings.clone()).await.unwrap();
    assert_eq!(fields, ["emergency_112", "whatsapp"]);
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!(snapshot.region.settings.whatsapp, "+6281234567890");
    let kept = snapshot.region.settings.clone();
    assert_eq!(house.directory.set_settings(&admin, kept).await.unwrap(), Vec::<String>::new());
    let journal = lines(&house).await;
    let line = journal.iter().rfind(|line| line.kind == "region.settings_changed").unwrap();
    assert!(line.body.contains("whatsapp") && !line.body.contains("6281"));
    let leader = house.officer(Role::Leader, None).await.unwrap();
    assert_eq!(refusal(house.directory.set_settings(&leader, settings).await).key, "people.refused.not_allowed");
}

#[tokio::test]
async fn a_region_that_moves_its_zone_moves_its_calendar() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let moved = NewRegion { zone: Zone::Wit, ..NewRegion::new(RegionId(9999), "Luwu Utara", "LUTRA") };
    house.directory.set_region(&admin, moved).await.unwrap();
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!((snapshot.region.zone, snapshot.calendar.zone), (Zone::Wit, Zone::Wit));
    assert!(kinds(&house).await.contains(&"region.settings_changed".to_owned()));
}

#[tokio::test]
async fn another_regions_admin_changes_nothing_here() {
    let house = House::empty(&[], false).await.unwrap();
    let magetan = NewRegion::new(RegionId(3520), "Magetan", "MGT");
    house.directory.add_region(&house.system(), magetan, RegionSettings::default()).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let name = NewRegion::new(RegionId(3520), "Lain", "LAIN");
    house.directory.set_region(&admin, name).await.unwrap();
    let there = house.directory.of(RegionId(3520)).await.unwrap();
    assert_eq!(there.region.name, "Magetan", "an action touches the region of its context, whatever it is told");
    assert_eq!(house.directory.of(TEST_REGION).await.unwrap().region.name, "Lain");
    let nobody = house.test.db.env().ctx(RegionId(3520), Actor::citizen());
    let settings = RegionSettings::default();
    assert_eq!(refusal(house.directory.set_settings(&nobody, settings).await).key, "people.refused.not_allowed");
}
