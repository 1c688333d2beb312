use simpul_kernel::calendar::{HolidayKind, parse_date};
use simpul_kernel::{Role, Timestamp};
use simpul_people::actions::{
    AddAgency, AddDayOff, AddDistrictOffices, ImportAgencies, PlaceLabels, RemoveDayOff, SetAgency, SetHours,
};
use simpul_people::model::agency;
use simpul_people::testing::House;
use simpul_people::{AgencyKind, AreaLevel, NewAgency, calendar_of, data, sql};
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;

use crate::{kinds, refusal};

#[tokio::test]
async fn importing_areas_twice_changes_nothing_the_second_time() {
    let house = House::empty(&[], false).await.unwrap();
    let ctx = house.system();
    let dry = house.directory.import_areas(&ctx, &[data::AREAS_LUWU_UTARA], true).await.unwrap();
    assert_eq!((dry.added, house.directory.of(TEST_REGION).await.unwrap().districts.len()), (188, 0));
    let first = house.directory.import_areas(&ctx, &[data::AREAS_LUWU_UTARA], false).await.unwrap();
    assert_eq!((first.added, first.unchanged), (188, 0));
    let again =
        house.directory.import_areas(&ctx, &[data::AREAS_LUWU_UTARA, data::AREAS_MAGETAN], false).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged, again.elsewhere), (0, 0, 188, 253));
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!((snapshot.districts.len(), snapshot.villages.len()), (15, 173));
    assert_eq!(snapshot.village(7_322_012_001).unwrap().name, "Pattimang");
    assert_eq!(snapshot.villages_of(732_201).count(), 14);
    assert_eq!(kinds(&house).await.iter().filter(|kind| *kind == "areas.imported").count(), 1);
}

#[tokio::test]
async fn the_planner_knows_how_many_areas_came_in() {
    let house = House::empty(&[], false).await.unwrap();
    house.directory.import_areas(&house.system(), &[data::AREAS_LUWU_UTARA], true).await.unwrap();
    assert!(house.test.believed_rows("village").await.unwrap().is_none_or(|rows| rows < 0.0), "a dry run");
    house.directory.import_areas(&house.system(), &[data::AREAS_LUWU_UTARA], false).await.unwrap();
    assert!(house.test.believed_rows("village").await.unwrap().is_none_or(|rows| rows == 173.0));
}

#[tokio::test]
async fn a_village_may_be_renamed_and_a_stray_one_is_refused() {
    let house = House::new(&[]).await.unwrap();
    let text = "code,name\n73.22.01.2001,Pattimang Baru\n73.22.99.2001,Nirgend\n";
    let report = house.directory.import_areas(&house.system(), &[text], false).await.unwrap();
    assert_eq!((report.changed, report.refused[0].line), (1, 3));
    assert_eq!(house.directory.of(TEST_REGION).await.unwrap().village(7_322_012_001).unwrap().name, "Pattimang Baru");
}

#[tokio::test]
async fn only_who_may_manage_areas_imports_them() {
    let house = House::empty(&[], false).await.unwrap();
    let coordinator = house.officer(Role::ReportCoordinator, None).await.unwrap();
    let outcome = house.directory.import_areas(&coordinator, &[data::AREAS_LUWU_UTARA], false).await;
    assert_eq!(refusal(outcome).key, "people.refused.not_allowed");
}

#[tokio::test]
async fn labels_are_placed_where_no_boundary_is() {
    let house = House::new(&[]).await.unwrap();
    let labels = data::district_centres(data::DISTRICT_CENTRES_LUWU_UTARA);
    let placed = house.directory.write(&house.system(), PlaceLabels { level: AreaLevel::District, labels }).await;
    assert_eq!(placed.unwrap(), 15);
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert!(snapshot.districts.iter().all(|district| district.label.is_some() && !district.has_boundary));
}

#[tokio::test]
async fn agencies_import_once_and_every_district_has_its_office() {
    let house = House::new(&[]).await.unwrap();
    let ctx = house.system();
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    assert_eq!(snapshot.agencies.len(), 38 + 15);
    assert!(snapshot.agency_by_short("polres").unwrap().outside);
    assert!(!snapshot.agency_by_short("DISHUB").unwrap().outside);
    let (agencies, refused) = agency::read_csv(data::AGENCIES_LUWU_UTARA);
    let again = house.directory.write(&ctx, ImportAgencies { agencies, refused, dry_run: false }).await.unwrap();
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 38));
    assert_eq!(house.directory.write(&ctx, AddDistrictOffices).await.unwrap(), 0);
}

#[tokio::test]
async fn an_office_that_is_there_by_name_alone_is_told_its_district() {
    let house = House::new(&[]).await.unwrap();
    let ctx = house.system();
    let office = |snapshot: &simpul_people::Snapshot| snapshot.agency_by_short("Kec. Masamba").unwrap().clone();
    let known = office(&house.directory.of(TEST_REGION).await.unwrap());
    let nameless = NewAgency::new(&known.short, &known.name, known.kind);
    house.directory.write(&ctx, SetAgency { id: known.id, agency: nameless }).await.unwrap();
    assert_eq!(office(&house.directory.of(TEST_REGION).await.unwrap()).district, None);
    assert_eq!(house.directory.write(&ctx, AddDistrictOffices).await.unwrap(), 0);
    assert_eq!(office(&house.directory.of(TEST_REGION).await.unwrap()).district, known.district);
}

#[tokio::test]
async fn an_import_keeps_what_was_set_by_hand() {
    let house = House::new(&[]).await.unwrap();
    let ctx = house.system();
    let id = house.agency("Dishub").await.unwrap();
    let parent = Some(house.agency("Setda").await.unwrap());
    let by_hand = NewAgency {
        contact: "0812".into(),
        active: false,
        parent,
        ..NewAgency::new("Dishub", "Dinas Perhubungan", AgencyKind::Dinas)
    };
    house.directory.write(&ctx, SetAgency { id, agency: by_hand }).await.unwrap();
    let (agencies, refused) =
        agency::read_csv("short_name,name,kind,duties\nDISHUB,Dinas Perhubungan Baru,dinas,x\nDishub,y,dinas,\n");
    let report = house.directory.write(&ctx, ImportAgencies { agencies, refused, dry_run: false }).await.unwrap();
    assert_eq!((report.changed, report.refused[0].line), (1, 3));
    let snapshot = house.directory.of(TEST_REGION).await.unwrap();
    let agency = snapshot.agency(id).unwrap();
    assert_eq!(
        (agency.name.as_str(), agency.contact.as_str(), agency.active, agency.parent),
        ("Dinas Perhubungan Baru", "0812", false, parent)
    );
    assert!(snapshot.active_agencies().all(|agency| agency.id != id));
}

#[tokio::test]
async fn a_short_name_is_unique_whatever_its_case_and_no_agency_is_its_own_parent() {
    let house = House::new(&[]).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let twin = NewAgency::new("dIsHuB", "Dinas lain", AgencyKind::Dinas);
    assert_eq!(
        refusal(house.directory.write(&admin, AddAgency { agency: twin }).await).key,
        "people.refused.short_taken"
    );
    let unit = NewAgency {
        parent: Some(house.agency("Dishub").await.unwrap()),
        ..NewAgency::new("UPT Parkir", "UPT Parkir", AgencyKind::Unit)
    };
    let unit = house.directory.write(&admin, AddAgency { agency: unit }).await.unwrap();
    let circle = NewAgency { parent: Some(unit), ..NewAgency::new("Dishub", "Dinas Perhubungan", AgencyKind::Dinas) };
    let id = house.agency("Dishub").await.unwrap();
    assert_eq!(refusal(house.directory.write(&admin, SetAgency { id, agency: circle }).await).field, Some("parent"));
}

#[tokio::test]
async fn the_region_may_take_more_days_off_and_work_on_national_ones() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let own = parse_date("2026-11-04").unwrap();
    let christmas = parse_date("2026-12-25").unwrap();
    let add = AddDayOff { date: own, kind: None, name: "Hari jadi".into() };
    house.directory.write(&admin, add.clone()).await.unwrap();
    house.directory.write(&admin, RemoveDayOff { date: christmas }).await.unwrap();
    let calendar = calendar_of(&mut house.test.db.read(TEST_REGION).await.unwrap()).await.unwrap();
    assert!(!calendar.is_working_day(own) && calendar.is_working_day(christmas));
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    let year = (parse_date("2026-01-01").unwrap(), parse_date("2026-12-31").unwrap());
    let days = sql::calendar::days_off(&mut conn, year.0, year.1).await.unwrap();
    drop(conn);
    assert!(
        days.iter().any(|day| day.date == own && day.kind.is_none()) && days.iter().all(|day| day.date != christmas)
    );
    house.directory.write(&admin, RemoveDayOff { date: own }).await.unwrap();
    let again = AddDayOff { date: christmas, kind: Some(HolidayKind::National), name: "Natal".into() };
    house.directory.write(&admin, again).await.unwrap();
    let calendar = &house.directory.of(TEST_REGION).await.unwrap().calendar;
    assert!(calendar.is_working_day(own) && !calendar.is_working_day(christmas));
    assert!(matches!(house.directory.write(&admin, RemoveDayOff { date: own }).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn deadlines_follow_the_regions_hours() {
    let house = House::empty(&[], false).await.unwrap();
    let admin = house.officer(Role::RegionAdmin, None).await.unwrap();
    let hours =
        SetHours { work_days: [true, true, true, true, true, true, false], open_minute: 7 * 60, close_minute: 14 * 60 };
    house.directory.write(&admin, hours.clone()).await.unwrap();
    let calendar = house.directory.of(TEST_REGION).await.unwrap().calendar.clone();
    assert_eq!(calendar.close_minute, 14 * 60);
    assert!(calendar.is_working_day(parse_date("2026-11-07").unwrap()), "a Saturday");
    let never = SetHours { work_days: [false; 7], ..hours.clone() };
    assert_eq!(refusal(house.directory.write(&admin, never).await).key, "people.refused.calendar");
    let backwards = SetHours { open_minute: 15 * 60, ..hours };
    assert_eq!(refusal(house.directory.write(&admin, backwards).await).key, "people.refused.calendar");
    let due =
        calendar.due(Timestamp(simpul_store::testing::TEST_START.0), simpul_kernel::calendar::Span::working_days(1));
    assert_eq!(calendar.zone.local(due).hour(), 14);
}
