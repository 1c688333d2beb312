//! Who is told of what: a code proves a telephone or an address, opens its owner's list, begins news; a key ends them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS};
use simpul_kernel::format::{self, Lang};
use simpul_kernel::{Ctx, Refusal};
use simpul_people::Snapshot;
use simpul_store::{Action, Channel, Error, Message, Result, Tx};
use uuid::Uuid;

use super::{SUBJECT, load};
use crate::desk::Rules;
use crate::model::code::{
    CODE_LIFETIME_MINUTES, CODE_TRIES_MAX_COUNT, CODES_PER_HOUR_MAX_COUNT, LIST_LIFETIME_MINUTES, code_hash, key_from,
    new_code, read_code,
};
use crate::model::watching::{PENDING_LIFETIME_HOURS, WATCHES_PER_PERSON_MAX_COUNT, WatchedPlace};
use crate::model::{Reach, Status, new_token, token_hash};
use crate::sql::keys::{self, Code, Subscriber};
use crate::sql::{self, watch};

/// Of what the journal's lines about a followed place are.
pub const WATCH: &str = "watch";

/// Most reports of one person that a code opens.
pub const LIST_ROWS_MAX_COUNT: i64 = 50;

/// What a code is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wants {
    /// The list of one's own reports and of what one follows.
    List,
    /// News of a report.
    Follow(Uuid),
    /// News of a place.
    Watch(WatchedPlace),
}

impl Wants {
    fn name(&self) -> &'static str {
        match self {
            Wants::List => "list",
            Wants::Follow(_) => "follow",
            Wants::Watch(_) => "watch",
        }
    }
}

/// Somebody asks for a code. It is sent where it can be of use; the answer is the same where it is not, so that nobody
/// learns who has reported.
#[derive(Debug, Clone)]
pub struct RequestCode {
    /// Makes a second tap harmless.
    pub key: Uuid,
    /// Whom it proves.
    pub reach: Reach,
    /// What it is for.
    pub wants: Wants,
    /// The region's name, zone and areas.
    pub place: Arc<Snapshot>,
    /// Its categories.
    pub rules: Arc<Rules>,
    /// Where citizens reach Simpul, if that is settled.
    pub base_url: Option<String>,
}

impl RequestCode {
    /// What the code confirms, and about what the message is. `None` where nothing is known of the person: no message.
    async fn prepare(&self, tx: &mut Tx, ctx: &Ctx) -> Result<(Option<Uuid>, Option<(&'static str, Uuid)>)> {
        match &self.wants {
            Wants::List => {
                let (phone, email) = (self.reach.phone(), self.reach.email());
                let own = sql::parts::reports_of(tx, phone, email, 1).await?;
                let followed = sql::parts::followed_by(tx, &self.reach, 1).await?;
                let report = own.first().copied().or_else(|| followed.first().map(|followed| followed.report));
                if let Some(report) = report {
                    return Ok((None, Some((SUBJECT, report))));
                }
                let watches = watch::watches_of(tx, &self.reach, LIST_ROWS_MAX_COUNT).await?;
                let watched = watches.iter().find(|watch| !watch.pending);
                Ok((None, watched.map(|watch| (WATCH, watch.id))))
            }
            Wants::Follow(report) => {
                let report = load(tx, *report).await?;
                if !report.is_public() || report.status() == Status::Merged {
                    return Err(Error::NotFound("report"));
                }
                let id = ctx.new_id();
                sql::parts::insert_follower(tx, id, report.id, Some(&self.reach), ctx.now());
                Ok((Some(id), Some((SUBJECT, report.id))))
            }
            Wants::Watch(place) => {
                self.check_place(place)?;
                let watches = watch::watches_of(tx, &self.reach, LIST_ROWS_MAX_COUNT).await?;
                let kept = watches.iter().filter(|watch| !watch.pending && watch.place != *place).count();
                if i64::try_from(kept).unwrap_or(i64::MAX) >= WATCHES_PER_PERSON_MAX_COUNT {
                    // To say so here would tell a stranger that this number follows places.
                    return Ok((None, None));
                }
                let id = ctx.new_id();
                watch::insert_watch(tx, id, &self.reach, place, ctx.now());
                Ok((Some(id), Some((WATCH, id))))
            }
        }
    }

    fn check_place(&self, place: &WatchedPlace) -> Result<(), Refusal> {
        if self.place.district(place.district).is_none() {
            return Err(Refusal::field("district", "report.refused.district"));
        }
        let village = place.village.map(|code| self.place.village(code).map(|village| village.district));
        if village.is_some_and(|district| district != Some(place.district)) {
            return Err(Refusal::field("village", "report.refused.village"));
        }
        let secret = |code: &String| self.rules.category(code).is_none_or(|category| category.secret);
        if place.category.as_ref().is_some_and(secret) {
            return Err(Refusal::field("category", "report.refused.category"));
        }
        Ok(())
    }

    /// What the message says. Citizens' messages are in Indonesian, as the ministry's are.
    fn message(&self, code: &Code, digits: &str, about: (&'static str, Uuid)) -> Message {
        let region = &self.place.region;
        let until = format::time(Lang::Id, region.zone, code.ends_at);
        let link = self.base_url.as_deref().map(|base| {
            let base = simpul_people::at_host(base, region.host.as_deref());
            format!(" {base}/cek/kode/{}", code.id)
        });
        let body = format!(
            "{}: kode Anda {digits}, berlaku sampai {until}. Jangan beri tahu siapa pun.{}",
            region.name,
            link.unwrap_or_default()
        );
        let channel = if self.reach.phone().is_some() { Channel::Text } else { Channel::Email };
        let subject = if channel == Channel::Email { format!("Kode {}", region.name) } else { String::new() };
        Message { channel, to: self.reach.as_str().to_owned(), subject, body, about: Some(about) }
    }
}

impl Action for RequestCode {
    /// The id of the code, under which it is typed.
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        let now = ctx.now();
        forget_unanswered(tx, ctx).await?;
        let asked = keys::codes_since(tx, &self.reach, now.plus_micros(-HOUR_MICROS)).await?;
        if asked >= CODES_PER_HOUR_MAX_COUNT {
            return Err(Refusal::field("reach", "report.track.refused_often").into());
        }
        let (target, about) = self.prepare(tx, ctx).await?;
        let (id, digits) = (ctx.new_id(), new_code(&ctx.env));
        let code = Code {
            id,
            reach: self.reach.clone(),
            purpose: self.wants.name().to_owned(),
            target,
            hash: code_hash(id, &digits).to_vec(),
            tries: 0,
            created_at: now,
            ends_at: now.plus_micros(CODE_LIFETIME_MINUTES * MINUTE_MICROS),
            used_at: None,
        };
        keys::insert_code(tx, &code);
        if let Some(about) = about {
            let message = self.message(&code, &digits, about);
            tx.outbox(ctx, message);
        }
        Ok(id)
    }
}

/// Forgets codes that nobody can use any more, and addresses whose owners never typed theirs.
pub(super) async fn forget_unanswered(tx: &mut Tx, ctx: &Ctx) -> Result<()> {
    let before = ctx.now().plus_micros(-PENDING_LIFETIME_HOURS * HOUR_MICROS);
    keys::drop_old_codes(tx, before).await?;
    watch::drop_unanswered(tx, before).await?;
    sql::parts::forget_unanswered(tx, before).await
}

/// Somebody types a code.
#[derive(Debug, Clone)]
pub struct TypeCode {
    /// The id under which it was asked for.
    pub id: Uuid,
    /// What was typed.
    pub typed: String,
}

/// What a typed code did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Typed {
    /// It was wrong; so many more may be typed.
    Wrong {
        /// Tries left.
        left: i64,
    },
    /// It is over: too old, used, or too often wrong.
    Over,
    /// The list opens with this key.
    List {
        /// The key.
        pass: String,
    },
    /// News of this report begin.
    Follows {
        /// Its number.
        number: String,
    },
    /// News of a place begin.
    Watches,
}

impl Action for TypeCode {
    type Output = Typed;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Typed> {
        let now = ctx.now();
        let Some(code) = keys::code(tx, self.id).await? else { return Ok(Typed::Over) };
        if code.used_at.is_some() || code.ends_at <= now || code.tries >= CODE_TRIES_MAX_COUNT {
            return Ok(Typed::Over);
        }
        let right = read_code(&self.typed).is_some_and(|typed| code_hash(code.id, &typed).as_slice() == code.hash);
        if !right {
            keys::count_try(tx, code.id).await?;
            let left = CODE_TRIES_MAX_COUNT - code.tries - 1;
            return Ok(if left > 0 { Typed::Wrong { left } } else { Typed::Over });
        }
        match (code.purpose.as_str(), code.target) {
            ("list", _) => open_list(tx, ctx, &code).await,
            ("follow", Some(follower)) => begin_following(tx, ctx, &code, follower).await,
            ("watch", Some(watch)) => begin_watching(tx, ctx, &code, watch).await,
            _ => Ok(Typed::Over),
        }
    }
}

/// The list's own key, and one to each of the person's reports that follows from it.
async fn open_list(tx: &mut Tx, ctx: &Ctx, code: &Code) -> Result<Typed> {
    let now = ctx.now();
    let pass = new_token(&ctx.env);
    let ends_at = now.plus_micros(LIST_LIFETIME_MINUTES * MINUTE_MICROS);
    if !keys::use_code(tx, code.id, now, Some((token_hash(&pass), ends_at))).await? {
        return Ok(Typed::Over);
    }
    let (phone, email) = (code.reach.phone(), code.reach.email());
    for report in sql::parts::reports_of(tx, phone, email, LIST_ROWS_MAX_COUNT).await? {
        keys::insert_key(tx, report, token_hash(&key_from(&pass, report)), now);
    }
    Ok(Typed::List { pass })
}

async fn begin_following(tx: &mut Tx, ctx: &Ctx, code: &Code, follower: Uuid) -> Result<Typed> {
    keys::use_code(tx, code.id, ctx.now(), None).await?;
    let Some(report) = sql::parts::follower(tx, follower).await? else { return Ok(Typed::Over) };
    let report = load(tx, report).await?;
    if !sql::parts::confirm_follower(tx, follower, report.id, &code.reach).await? {
        return Ok(Typed::Over);
    }
    tx.journal(ctx, SUBJECT, report.id, "report.news_wanted", json!({ "public": false }));
    Ok(Typed::Follows { number: report.number })
}

async fn begin_watching(tx: &mut Tx, ctx: &Ctx, code: &Code, id: Uuid) -> Result<Typed> {
    keys::use_code(tx, code.id, ctx.now(), None).await?;
    let Some(found) = watch::watch(tx, id).await? else { return Ok(Typed::Over) };
    if !watch::confirm_watch(tx, &found).await? {
        return Ok(Typed::Over);
    }
    let WatchedPlace { district, village, category } = &found.place;
    let body = json!({ "district": district, "village": village, "category": category });
    tx.journal(ctx, WATCH, id, "watch.begun", body);
    Ok(Typed::Watches)
}

/// By what somebody ends news.
#[derive(Debug, Clone)]
pub enum Stop {
    /// The key in a message.
    Key(String),
    /// The key to one's own list, and which entry of it.
    Entry(String, Subscriber),
}

/// "Berhenti ikuti": no more news of a report or a place.
#[derive(Debug, Clone)]
pub struct StopNews {
    /// By what, and of what.
    pub by: Stop,
}

impl StopNews {
    async fn whose(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Option<Subscriber>> {
        let (pass, entry) = match &self.by {
            Stop::Key(key) => return keys::stop(tx, token_hash(key)).await,
            Stop::Entry(pass, entry) => (pass, *entry),
        };
        let Some(reach) = keys::pass(tx, token_hash(pass), ctx.now()).await? else { return Ok(None) };
        let own = match entry {
            Subscriber::Watch(id) => watch::watch(tx, id).await?.is_some_and(|watch| watch.reach == reach),
            Subscriber::Follower(id) => {
                let followed = sql::parts::followed_by(tx, &reach, LIST_ROWS_MAX_COUNT).await?;
                followed.iter().any(|followed| followed.id == id)
            }
        };
        Ok(own.then_some(entry))
    }
}

impl Action for StopNews {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        match self.whose(tx, ctx).await?.ok_or(Error::NotFound("news"))? {
            Subscriber::Follower(id) => {
                // A second tap finds nothing left to end, and that is as it should be.
                if let (true, Some(report)) =
                    (sql::parts::stop_follower(tx, id).await?, sql::parts::follower(tx, id).await?)
                {
                    tx.journal(ctx, SUBJECT, report, "report.news_ended", json!({ "public": false }));
                }
            }
            Subscriber::Watch(id) => {
                let Some(found) = watch::watch(tx, id).await? else { return Ok(()) };
                // A message tells of all places that a person follows, and so its key ends them all.
                let ends = match self.by {
                    Stop::Key(_) => watch::watches_of(tx, &found.reach, LIST_ROWS_MAX_COUNT).await?,
                    Stop::Entry(..) => vec![found],
                };
                for watch in ends {
                    end_watch(tx, ctx, watch.id).await?;
                }
            }
        }
        Ok(())
    }
}

async fn end_watch(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    tx.cancel_deadlines(ctx, id, None).await?;
    if watch::drop_watch(tx, id).await? > 0 {
        tx.journal(ctx, WATCH, id, "watch.ended", json!({}));
    }
    Ok(())
}
