use simpul_kernel::{Actor, RegionId};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Db, DbConfig, Digest, args, backup, journal};

use crate::things::{self, add, house};

async fn filled() -> (TestDb, Digest) {
    let house = house().await;
    for n in 0..150 {
        house.db.write(&house.ctx(Actor::citizen()), add(&format!("thing {n}"))).await.unwrap();
    }
    let photo = house.db.files().put(TEST_REGION, b"photo").await.unwrap();
    (house, photo)
}

async fn is_the_same(db: &Db, house: &TestDb, photo: &Digest) {
    let (mut copy, mut original) = (db.read(TEST_REGION).await.unwrap(), house.db.read(TEST_REGION).await.unwrap());
    assert_eq!(journal::head(&mut copy).await.unwrap(), journal::head(&mut original).await.unwrap());
    assert_eq!(journal::verify(&mut copy, |_| ()).await.unwrap(), journal::Verdict::Whole { lines: 150 });
    let there: Vec<(String,)> = copy.all(&things::NAMES, args![]).await.unwrap();
    let here: Vec<(String,)> = original.all(&things::NAMES, args![]).await.unwrap();
    assert_eq!(there, here);
    assert_eq!(db.files().get(TEST_REGION, photo).await.unwrap(), b"photo");
    // The copy goes on where the original stood.
    db.write(&db.env().ctx(TEST_REGION, Actor::citizen()), add("after the restore")).await.unwrap();
    assert_eq!(journal::head(&mut copy).await.unwrap().0, 151);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_restores_into_an_empty_house_of_the_same_engine() {
    let (house, photo) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    let manifest = backup::backup(&house.db, &dest, &[], |_| ()).await.unwrap();
    assert_eq!((manifest.databases.len(), manifest.files), (2, 1));
    let empty = TestDb::empty(&[things::MIGRATIONS]).await.unwrap();
    backup::restore(&empty.db, &dest, &[], |_| ()).await.unwrap();
    is_the_same(&empty.db, &house, &photo).await;
    assert!(empty.believed_rows("thing").await.unwrap().is_none_or(|rows| rows == 150.0), "the planner knows");
    assert!(backup::restore(&empty.db, &dest, &[], |_| ()).await.is_err(), "data that are there are not overwritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_either_engine_restores_into_sqlite() {
    let (house, photo) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    backup::backup(&house.db, &dest, &[], |_| ()).await.unwrap();
    let config = DbConfig::sqlite(&scratch.path().join("data"));
    let db = Db::open(&config, house.db.env().clone(), &[things::MIGRATIONS]).await.unwrap();
    backup::restore(&db, &dest, &[], |_| ()).await.unwrap();
    is_the_same(&db, &house, &photo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_before_anything_is_written() {
    let (house, _) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    backup::backup(&house.db, &dest, &[], |_| ()).await.unwrap();
    assert!(backup::backup(&house.db, &dest, &[], |_| ()).await.is_err(), "a backup is not overwritten");
    let file = simpul_store::region_file(&dest, TEST_REGION);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let empty = TestDb::empty(&[things::MIGRATIONS]).await.unwrap();
    let error = backup::restore(&empty.db, &dest, &[], |_| ()).await.unwrap_err().to_string();
    assert!(error.contains("7322.sqlite has changed"), "{error}");
    assert!(!empty.db.is_migrated(RegionId::SHARED).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_that_is_gone_or_changed_is_found_before_anything_is_written() {
    let (house, photo) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    backup::backup(&house.db, &dest, &[], |_| ()).await.unwrap();
    let (shelf, rest) = (photo.to_string()[..2].to_owned(), photo.to_string()[2..].to_owned());
    let file = dest.join("files").join("7322").join(shelf).join(rest);
    let empty = TestDb::empty(&[things::MIGRATIONS]).await.unwrap();
    std::fs::write(&file, b"another").unwrap();
    let changed = backup::restore(&empty.db, &dest, &[], |_| ()).await.unwrap_err().to_string();
    assert!(changed.contains("has changed since"), "{changed}");
    std::fs::remove_file(&file).unwrap();
    let gone = backup::restore(&empty.db, &dest, &[], |_| ()).await.unwrap_err().to_string();
    assert!(gone.contains("1 files are named and 0 are there"), "{gone}");
    assert!(!empty.db.is_migrated(RegionId::SHARED).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_overwritten() {
    let (house, _) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    backup::backup(&house.db, &dest, &[], |_| ()).await.unwrap();
    let data = scratch.path().join("data");
    let db = Db::open(&DbConfig::sqlite(&data), house.db.env().clone(), &[things::MIGRATIONS]).await.unwrap();
    for left in ["shared.sqlite", "regions/7322.sqlite-wal"] {
        std::fs::write(data.join(left), b"all that is left").unwrap();
        let error = backup::restore(&db, &dest, &[], |_| ()).await.unwrap_err().to_string();
        assert!(error.contains("is there already"), "{error}");
        assert_eq!(std::fs::read(data.join(left)).unwrap(), b"all that is left");
        std::fs::remove_file(data.join(left)).unwrap();
    }
    backup::restore(&db, &dest, &[], |_| ()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_restore_opens_for_nothing_else() {
    let (house, _) = filled().await;
    let data = house.dir.path();
    std::fs::write(data.join("RESTORING"), b"").unwrap();
    let error = Db::open(&DbConfig::sqlite(data), house.db.env().clone(), &[]).await.unwrap_err().to_string();
    assert!(error.contains("was interrupted"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_beside_the_photos_is_carried_along() {
    let (house, _) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    std::fs::write(house.dir.path().join("basemap.geojson"), b"{}").unwrap();
    let beside = ["anchor.key", "basemap.geojson"];
    backup::backup(&house.db, &dest, &beside, |_| ()).await.unwrap();
    let empty = TestDb::empty(&[things::MIGRATIONS]).await.unwrap();
    backup::restore(&empty.db, &dest, &beside, |_| ()).await.unwrap();
    assert_eq!(std::fs::read(empty.dir.path().join("basemap.geojson")).unwrap(), b"{}");
    assert!(!empty.dir.path().join("anchor.key").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_does_not_copy_itself() {
    let (house, _) = filled().await;
    let inside = house.db.files().root().join("deep").join("backup");
    let error = backup::backup(&house.db, &inside, &[], |_| ()).await.unwrap_err().to_string();
    assert!(error.contains("among the photos"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_whose_data_are_gone_is_not_made_anew() {
    let (house, _) = filled().await;
    if house.db.engine() == simpul_store::Engine::Postgres {
        return;
    }
    let data = house.dir.path();
    std::fs::remove_file(data.join("regions/7322.sqlite")).unwrap();
    let config = DbConfig::sqlite(data);
    let db = Db::open(&config, house.db.env().clone(), &[things::MIGRATIONS]).await.unwrap();
    let error = db.migrate(TEST_REGION).await.unwrap_err().to_string();
    assert!(error.contains("7322.sqlite holds no data of it any more"), "{error}");
    assert!(!data.join("regions/7322.sqlite").exists());
    assert!(db.is_ready().await.is_err(), "and it does not call itself ready");
}
