//! News of places: what comes in and what is solved is kept for those who follow the place, and told once a day.

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_kernel::format::Lang;
use simpul_kernel::journal::JournalLine;
use simpul_people::Snapshot;
use simpul_store::{Deadline, Message, Reaction, Result, Tx};
use uuid::Uuid;

use crate::actions::WATCH;
use crate::desk::{self, Rules};
use crate::messenger::Messenger;
use crate::model::watching::{PlaceNews, WATCHES_PER_PERSON_MAX_COUNT, WatchedPlace, next_digest};
use crate::model::{new_token, token_hash};
use crate::pages::view::place_short;
use crate::sql;
use crate::sql::keys::{self, Subscriber};
use crate::sql::watch::{self, NewsLine};

/// Reports that a digest names; the others are counted.
const DIGEST_LINES_MAX_COUNT: usize = 8;
/// Reports that are looked at for a digest.
const DIGEST_NEWS_MAX_COUNT: i64 = 1_000;
/// Watches that are read at once.
const WATCHES_PAGE_COUNT: i64 = 500;
/// The deadline at which a watch has its digest.
const DIGEST: &str = "digest";

/// Something happened in a place: whoever follows it will be told.
pub struct NewsOfPlaces(pub Messenger);

impl Reaction for NewsOfPlaces {
    fn name(&self) -> &'static str {
        "report.news_of_places"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["report.submitted", "report.resolved"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let Some(news) = PlaceNews::of_line(&line.kind).filter(|_| !self.0.is_mute()) else { return Ok(()) };
        let Some(report) = sql::by_id(tx, line.subject_id).await?.filter(|report| report.is_public()) else {
            return Ok(());
        };
        let Some(district) = report.place.district else { return Ok(()) };
        let zone = self.0.directory.of(ctx.region).await?.region.zone;
        let place = WatchedPlace { district, village: report.place.village, category: Some(report.category.clone()) };
        let due = next_digest(zone, ctx.now());
        let mut last = Uuid::nil();
        loop {
            let watches = watch::watches_at(tx, &place, last, WATCHES_PAGE_COUNT).await?;
            let Some(end) = watches.last() else { return Ok(()) };
            last = end.id;
            for found in watches {
                watch::keep_news(tx, found.id, report.id, news, ctx.now()).await?;
                if found.digest_due.is_none() {
                    watch::set_digest(tx, found.id, Some(due)).await?;
                    let deadline = Deadline { subject_kind: WATCH, subject_id: found.id, what: DIGEST, due_at: due };
                    tx.deadline(ctx, deadline);
                }
            }
        }
    }
}

/// It is seven in the morning: one message with all that is new in all places that a person follows.
pub struct TellDigest(pub Messenger);

impl Reaction for TellDigest {
    fn name(&self) -> &'static str {
        "report.tell_digest"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != WATCH {
            return Ok(());
        }
        // Another watch of the same person may have told it already.
        let Some(found) = watch::watch(tx, line.subject_id).await?.filter(|watch| watch.digest_due.is_some()) else {
            return Ok(());
        };
        let news = watch::news_of(tx, &found.reach, DIGEST_NEWS_MAX_COUNT).await?;
        let watches = watch::watches_of(tx, &found.reach, 2 * WATCHES_PER_PERSON_MAX_COUNT).await?;
        for watch in &watches {
            watch::told(tx, watch.id).await?;
            watch::set_digest(tx, watch.id, None).await?;
        }
        let place = self.0.directory.of(ctx.region).await?;
        let rules = desk::rules(tx).await?;
        // What was hidden since is no news.
        if news.is_empty() {
            return Ok(());
        }
        let mut body = text(&place, &rules, &news);
        if let Some(base) = self.0.base(&place) {
            let key = new_token(&ctx.env);
            keys::insert_stop(tx, Subscriber::Watch(found.id), token_hash(&key), ctx.now());
            body.push_str(&format!("\n{base}/laporan\nBerhenti: {base}/berhenti/{key}"));
        }
        if let Some(message) = self.0.message(&found.reach, format!("Kabar {}", place.region.name), body) {
            tx.outbox(ctx, Message { about: Some((WATCH, found.id)), ..message });
            tx.journal(ctx, WATCH, found.id, "watch.told", json!({ "count": news.len() }));
        }
        Ok(())
    }
}

/// What the message says: numbers, kinds and places, and no word of a citizen.
fn text(place: &Snapshot, rules: &Rules, news: &[NewsLine]) -> String {
    let line = |news: &NewsLine| {
        let name = rules.category(&news.category).map_or(news.category.as_str(), |category| category.name(Lang::Id));
        let word = if news.solved { "selesai" } else { "baru" };
        format!("{}: {name}, {} ({word})", news.number, place_short(place, news.village, news.district))
    };
    let mut lines = vec![format!("{}: kabar dari tempat yang Anda ikuti.", place.region.name)];
    lines.extend(news.iter().take(DIGEST_LINES_MAX_COUNT).map(line));
    if news.len() > DIGEST_LINES_MAX_COUNT {
        lines.push(format!("dan {} laporan lagi.", news.len() - DIGEST_LINES_MAX_COUNT));
    }
    lines.join("\n")
}
