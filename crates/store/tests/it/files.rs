use simpul_store::testing::TEST_REGION;
use simpul_store::{Digest, Error};

use crate::things::house;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_found_by_its_digest_and_by_its_region_only() {
    let house = house().await;
    let files = house.db.files();
    let digest = files.put(TEST_REGION, b"photo").await.unwrap();
    assert_eq!(digest, files.put(TEST_REGION, b"photo").await.unwrap());
    assert_eq!(files.get(TEST_REGION, &digest).await.unwrap(), b"photo");
    let elsewhere = files.get(simpul_kernel::RegionId(3520), &digest).await;
    assert!(matches!(elsewhere, Err(Error::NotFound(_))));
    assert_eq!(Digest::parse(&digest.to_string()), Some(digest));
    assert_eq!(Digest::parse("../../etc/passwd"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_changed_on_disk_is_not_served() {
    let house = house().await;
    let digest = house.db.files().put(TEST_REGION, b"photo").await.unwrap();
    let name = digest.to_string();
    let path = house.db.files().root().join("7322").join(&name[..2]).join(&name[2..]);
    std::fs::write(path, b"forged").unwrap();
    assert!(matches!(house.db.files().get(TEST_REGION, &digest).await, Err(Error::Store(_))));
}
