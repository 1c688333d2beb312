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
    let manifest = backup::backup(&house.db, &dest, |_| ()).await.unwrap();
    assert_eq!((manifest.databases.len(), manifest.files), (2, 1));
    let empty = TestDb::empty(&[things::MIGRATIONS]).await.unwrap();
    backup::restore(&empty.db, &dest, |_| ()).await.unwrap();
    is_the_same(&empty.db, &house, &photo).await;
    assert!(empty.believed_rows("thing").await.unwrap().is_none_or(|rows| rows == 150.0), "the planner knows");
    assert!(backup::restore(&empty.db, &dest, |_| ()).await.is_err(), "data that are there are not overwritten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_either_engine_restores_into_sqlite() {
    let (house, photo) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    backup::backup(&house.db, &dest, |_| ()).await.unwrap();
    let config = DbConfig::Sqlite(scratch.path().join("data"));
    let db = Db::open(&config, house.db.env().clone(), &[things::MIGRATIONS]).await.unwrap();
    backup::restore(&db, &dest, |_| ()).await.unwrap();
    is_the_same(&db, &house, &photo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_before_anything_is_written() {
    let (house, _) = filled().await;
    let scratch = tempfile::tempdir().unwrap();
    let dest = scratch.path().join("backup");
    backup::backup(&house.db, &dest, |_| ()).await.unwrap();
    assert!(backup::backup(&house.db, &dest, |_| ()).await.is_err(), "a backup is not overwritten");
    let file = simpul_store::region_file(&dest, TEST_REGION);
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let empty = TestDb::empty(&[things::MIGRATIONS]).await.unwrap();
    let error = backup::restore(&empty.db, &dest, |_| ()).await.unwrap_err().to_string();
    assert!(error.contains("7322.sqlite has changed"), "{error}");
    assert!(!empty.db.is_migrated(RegionId::SHARED).await);
}
