//! What happens by itself once in a while, region by region: what was kept long enough is forgotten, and the officers'
//! mornings begin where they have not.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use simpul_emergency::actions::ForgetCallers;
use simpul_kernel::RegionId;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::{Directory, actions::Purge};
use simpul_report::actions::{DropOldDrafts, ForgetOriginals, ForgetReporters, ForgetSenders, StartMornings};
use simpul_store::outbox::ForgetSent;
use simpul_store::{Db, Digest, Result, files};

use crate::house;

/// How often it is looked at.
const PAUSE: Duration = Duration::from_secs(6 * 3_600);
/// The server starts first, then it cleans.
const FIRST_PAUSE: Duration = Duration::from_secs(60);

/// Keeps every region to its own terms of retention, for as long as the program runs.
pub async fn run(db: Db, directory: Directory) {
    let mut unused: HashMap<RegionId, HashSet<Digest>> = HashMap::new();
    tokio::time::sleep(FIRST_PAUSE).await;
    loop {
        for region in db.regions().await.unwrap_or_default() {
            if let Err(error) = db.write(&house::operator(&db, region), StartMornings).await {
                tracing::warn!(%region, %error, "the officers' mornings can't begin just now");
            }
            if let Err(error) = forget(&db, &directory, region).await {
                tracing::warn!(%region, %error, "what was kept long enough can't be forgotten just now");
            }
            match sweep_files(&db, region, &unused.remove(&region).unwrap_or_default()).await {
                Ok(found) => drop(unused.insert(region, found)),
                Err(error) => tracing::warn!(%region, %error, "files that nobody names can't be removed just now"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Forgets what one region has kept long enough.
pub async fn forget(db: &Db, directory: &Directory, region: RegionId) -> Result<()> {
    let retention = directory.of(region).await?.region.settings.retention.clone();
    let ctx = house::operator(db, region);
    db.write(&ctx, ForgetReporters { kept_days: retention.reporter_days }).await?;
    db.write(&ctx, ForgetCallers { kept_days: retention.reporter_days }).await?;
    let before = ctx.now().plus_micros(retention.outbox_days.saturating_mul(-DAY_MICROS));
    db.write(&ctx, ForgetSent { before }).await?;
    db.write(&ctx, DropOldDrafts).await?;
    db.write(&ctx, ForgetSenders).await?;
    db.write(&ctx, ForgetOriginals).await?;
    db.write(&ctx, Purge { retention }).await?;
    Ok(())
}

/// Removes the files that nobody names, if nobody named them at the look before either: whoever was just then about to
/// name one has done so since. Answers what nobody names now, for the next look.
pub async fn sweep_files(db: &Db, region: RegionId, before: &HashSet<Digest>) -> Result<HashSet<Digest>> {
    let (gone, found): (HashSet<Digest>, HashSet<Digest>) =
        unused_files(db, region).await?.into_iter().partition(|digest| before.contains(digest));
    let gone: Vec<Digest> = gone.into_iter().collect();
    let count = db.files().remove_old(region, &gone).await?;
    if count > 0 {
        tracing::info!(%region, count, "files that nobody named were removed");
    }
    Ok(found)
}

/// The files older than their grace that no row names. A room that puts files into the store is asked here.
async fn unused_files(db: &Db, region: RegionId) -> Result<HashSet<Digest>> {
    let in_drafts = simpul_report::files::in_drafts(&mut db.read(region).await?).await?;
    let mut unused = HashSet::new();
    for shelf in 0..files::SHELVES_COUNT {
        let mut old = db.files().old(region, shelf).await?;
        old.retain(|digest| !in_drafts.contains(digest));
        if old.is_empty() {
            continue;
        }
        let mut conn = db.read(region).await?;
        let in_reports = simpul_report::files::in_reports(&mut conn, &old).await?;
        for digest in old.into_iter().filter(|digest| !in_reports.contains(digest)) {
            let in_field = simpul_emergency::sql::field::is_photo(&mut conn, digest.0).await?;
            if !in_field && files::kept(&mut conn, &digest).await?.is_none() {
                unused.insert(digest);
            }
        }
    }
    Ok(unused)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::SystemTime;

    use simpul_kernel::clock::HOUR_MICROS;
    use simpul_people::testing::House;
    use simpul_report::actions::{Reporter, SaveDraft, SeedRules, SubmitReport};
    use simpul_report::desk::Desk;
    use simpul_report::model::{PhotoRef, Place, Source};
    use simpul_store::files::KeepFile;
    use simpul_store::testing::TEST_REGION;

    use super::*;

    struct Town {
        house: House,
        desk: Arc<Desk>,
    }

    async fn town() -> Town {
        let house = House::new(&[simpul_report::MIGRATIONS, simpul_emergency::MIGRATIONS, simpul_plan::MIGRATIONS])
            .await
            .unwrap();
        let dishub = house.agency("Dishub").await.unwrap();
        let seed = SeedRules { agencies: vec![("Dishub".to_owned(), dishub)] };
        house.directory.write(&house.system(), seed).await.unwrap();
        let place = house.directory.of(TEST_REGION).await.unwrap();
        let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
        let desk = Arc::new(Desk::open(&mut conn, place).await.unwrap());
        Town { house, desk }
    }

    impl Town {
        fn db(&self) -> &Db {
            &self.house.test.db
        }

        async fn photo(&self, name: &str) -> PhotoRef {
            let mut digests = Vec::new();
            for size in ["large", "medium", "small"] {
                let bytes = format!("{name} {size}");
                digests.push(self.db().files().put(TEST_REGION, bytes.as_bytes()).await.unwrap().0);
            }
            PhotoRef { digest: digests[0], medium: digests[1], small: digests[2], width: 1, height: 1 }
        }

        async fn draft(&self, photos: &[PhotoRef]) {
            let body = serde_json::json!({ "text": "belum selesai", "photos": photos }).to_string();
            let save = SaveDraft { id: self.db().env().new_id(), body };
            self.db().write(&self.house.citizen(), save).await.unwrap();
        }

        async fn submit(&self, photos: Vec<PhotoRef>) {
            let village = &self.desk.place.villages[0];
            let report = SubmitReport {
                key: self.db().env().new_id(),
                desk: self.desk.clone(),
                category: "lampu_jalan".to_owned(),
                place: Place {
                    village: Some(village.code),
                    district: Some(village.district),
                    landmark: "dekat lapangan".to_owned(),
                    ..Place::default()
                },
                text: "Lampu jalan mati sudah dua minggu".to_owned(),
                photos,
                reporter: Reporter::default(),
                source: Source::Web,
                foreign_id: None,
                media_url: None,
                attributes: None,
                previous: None,
            };
            self.db().write(&self.house.citizen(), report).await.unwrap();
        }

        /// Every file was last put two hours ago.
        fn age_files(&self) {
            let root = self.db().files().root().join(TEST_REGION.to_string());
            let old = std::fs::metadata(&root).unwrap().modified().unwrap() - Duration::from_secs(2 * 3_600);
            self.each_file(|path| set_modified(path, old));
        }

        fn each_file(&self, mut visit: impl FnMut(&std::path::Path)) {
            let root = self.db().files().root().join(TEST_REGION.to_string());
            for shelf in std::fs::read_dir(root).unwrap() {
                for file in std::fs::read_dir(shelf.unwrap().path()).unwrap() {
                    visit(&file.unwrap().path());
                }
            }
        }

        fn count(&self) -> usize {
            let mut count = 0;
            self.each_file(|_| count += 1);
            count
        }

        async fn has(&self, photo: &PhotoRef) -> bool {
            let mut there = 0;
            for digest in [photo.digest, photo.medium, photo.small] {
                there += usize::from(self.db().files().get(TEST_REGION, &Digest(digest)).await.is_ok());
            }
            assert!(there == 0 || there == 3, "a photo goes or stays in all its sizes");
            there == 3
        }

        async fn sweep(&self, before: &HashSet<Digest>) -> HashSet<Digest> {
            sweep_files(self.db(), TEST_REGION, before).await.unwrap()
        }
    }

    fn set_modified(path: &std::path::Path, time: SystemTime) {
        std::fs::File::options().append(true).open(path).unwrap().set_modified(time).unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn photos_of_a_draft_whose_day_is_over_go_and_all_others_stay() {
        let town = town().await;
        let (lost, sent, young) = (town.photo("lost").await, town.photo("sent").await, town.photo("young").await);
        let shared = town.photo("shared").await;
        town.draft(&[lost, shared]).await;
        town.submit(vec![sent, shared]).await;
        town.house.test.clock.advance(25 * HOUR_MICROS);
        town.draft(&[young]).await;
        let noted = town.db().files().put(TEST_REGION, b"noted by another room").await.unwrap();
        let note = KeepFile { digest: noted, media_type: "image/jpeg", size_bytes: 21 };
        town.db().write(&town.house.system(), note).await.unwrap();
        town.age_files();
        forget(town.db(), &town.house.directory, TEST_REGION).await.unwrap();
        let first = town.sweep(&HashSet::new()).await;
        assert_eq!(first.len(), 3);
        assert!(town.has(&lost).await, "one look is not enough");
        assert!(town.sweep(&first).await.is_empty());
        assert!(!town.has(&lost).await);
        for kept in [sent, young, shared] {
            assert!(town.has(&kept).await);
        }
        assert_eq!(town.db().files().get(TEST_REGION, &noted).await.unwrap(), b"noted by another room");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_photo_that_is_sent_again_while_the_store_is_swept_stays() {
        let town = town().await;
        let lost = town.photo("lost").await;
        assert!(town.sweep(&HashSet::new()).await.is_empty(), "nobody names it yet, but it has just come");
        town.age_files();
        let first = town.sweep(&HashSet::new()).await;
        assert_eq!(first.len(), 3);
        // The form has the photo in the store already and is about to say so.
        assert_eq!(town.photo("lost").await, lost);
        assert!(town.sweep(&first).await.is_empty());
        town.submit(vec![lost]).await;
        town.age_files();
        assert!(town.sweep(&first).await.is_empty());
        assert!(town.has(&lost).await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_a_crash_left_half_written_goes() {
        let town = town().await;
        town.submit(vec![town.photo("sent").await]).await;
        let mut shelf = None;
        town.each_file(|path| shelf = path.parent().map(|dir| dir.join(".new-abc")));
        std::fs::write(shelf.unwrap(), b"half").unwrap();
        town.sweep(&HashSet::new()).await;
        assert_eq!(town.count(), 4, "it may still be written");
        town.age_files();
        town.sweep(&HashSet::new()).await;
        assert_eq!(town.count(), 3);
    }
}
