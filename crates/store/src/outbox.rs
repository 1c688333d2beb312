//! The outbox: whatever leaves the house waits here, is tried again with growing pauses, and stays visible if it fails.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde_json::json;
use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::limits::OUTBOX_ATTEMPTS_MAX_COUNT;
use simpul_kernel::{Actor, Ctx, RegionId, Timestamp, mask};
use uuid::Uuid;

use crate::{Action, Conn, Db, Error, FromRow, Result, Row, Tx, args, sql};

/// Messages that are sent at once.
const BATCH_MAX_COUNT: i64 = 16;
/// Longest wait for a mail server or gateway, in seconds.
const SEND_TIMEOUT_SECONDS: u64 = 20;
/// A message that was being sent when Simpul died is tried again after this time, in minutes.
const CLAIM_MINUTES: i64 = 5;

/// By which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// E-mail.
    Email,
    /// A short text to a telephone: SMS or WhatsApp, as the gateway does it.
    Text,
}

impl Channel {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Text => "text",
        }
    }
}

/// A message that is to leave the house.
#[derive(Debug, Clone)]
pub struct Message {
    /// By which way.
    pub channel: Channel,
    /// E-mail address or telephone number (+62…).
    pub to: String,
    /// Subject of an e-mail; empty for a text.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// The thing it is about, so that erasing a person finds it.
    pub about: Option<(&'static str, Uuid)>,
}

/// How messages leave the house; what is absent is not offered anywhere.
#[derive(Debug, Clone, Default)]
pub struct Gateways {
    /// The mail server.
    pub smtp: Option<Smtp>,
    /// The gateway for short texts.
    pub text: Option<TextGateway>,
    /// Nothing leaves the house: whoever looks at the demo reads every message in the outbox itself, where it counts as
    /// sent. An invented number may be somebody's.
    pub kept: bool,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// `smtps://user:password@host:port` (an `@` in the name is written `%40`) or `smtp://host:port?tls=required`.
    pub url: String,
    /// The sender's address.
    pub from: String,
}

/// A gateway that takes `POST {url}` with JSON `{"to", "text", "id"}` and a bearer token.
#[derive(Debug, Clone)]
pub struct TextGateway {
    /// Where to post.
    pub url: String,
    /// The token.
    pub token: Option<String>,
}

impl Gateways {
    /// Whether messages of that channel can leave.
    pub fn carries(&self, channel: Channel) -> bool {
        match channel {
            _ if self.kept => true,
            Channel::Email => self.smtp.is_some(),
            Channel::Text => self.text.is_some(),
        }
    }

    /// Reads the addresses once.
    ///
    /// # Errors
    /// [`Error::Unfit`], naming the setting that can't work.
    pub fn check(&self) -> Result<()> {
        if let Some(smtp) = &self.smtp {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&smtp.url);
            transport.map_err(|error| Error::Unfit(format!("smtp_url: {error}")))?;
            smtp.from.parse::<Mailbox>().map_err(|error| Error::Unfit(format!("smtp_from: {error}")))?;
        }
        match &self.text {
            Some(text) if !text.url.starts_with("https://") && !text.url.starts_with("http://") => {
                Err(Error::Unfit("text_gateway_url: the address begins with https:// or http://".into()))
            }
            _ => Ok(()),
        }
    }

    async fn send(&self, waiting: &WaitingMessage) -> std::result::Result<(), String> {
        if self.kept {
            return Ok(());
        }
        let limit = Duration::from_secs(SEND_TIMEOUT_SECONDS);
        let sending = async {
            match (waiting.channel.as_str(), &self.smtp, &self.text) {
                ("email", Some(smtp), _) => smtp.send(waiting).await,
                ("text", _, Some(gateway)) => gateway.send(waiting).await,
                _ => Err("no way is set up for this kind of message".to_owned()),
            }
        };
        tokio::time::timeout(limit, sending).await.unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }
}

impl Smtp {
    async fn send(&self, waiting: &WaitingMessage) -> std::result::Result<(), String> {
        let from: Mailbox = self.from.parse().map_err(|error| format!("sender: {error}"))?;
        let to: Mailbox = waiting.recipient.parse().map_err(|error| format!("recipient: {error}"))?;
        let mail = lettre::Message::builder()
            .from(from)
            .to(to)
            .subject(waiting.subject.as_str())
            .message_id(Some(format!("<{}@simpul>", waiting.id)))
            .body(waiting.body.clone())
            .map_err(|error| error.to_string())?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&self.url);
        let transport = transport.map_err(|error| error.to_string())?.build();
        transport.send(mail).await.map(|_| ()).map_err(|error| error.to_string())
    }
}

impl TextGateway {
    async fn send(&self, waiting: &WaitingMessage) -> std::result::Result<(), String> {
        let (url, token) = (self.url.clone(), self.token.clone());
        let body = json!({ "to": waiting.recipient, "text": waiting.body, "id": waiting.id }).to_string();
        let posting = tokio::task::spawn_blocking(move || post(&url, token.as_deref(), body));
        posting.await.map_err(|error| error.to_string())?
    }
}

fn post(url: &str, token: Option<&str>, body: String) -> std::result::Result<(), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(SEND_TIMEOUT_SECONDS)))
        .max_redirects(0)
        .build()
        .into();
    let mut request = agent.post(url).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", &format!("Bearer {token}"));
    }
    request.send(body).map(|_| ()).map_err(|error| error.to_string())
}

struct WaitingMessage {
    id: Uuid,
    channel: String,
    recipient: String,
    subject: String,
    body: String,
    attempts: i64,
}

impl FromRow for WaitingMessage {
    fn from_row(row: &Row) -> Result<WaitingMessage> {
        Ok(WaitingMessage {
            id: row.at(0)?,
            channel: row.at(1)?,
            recipient: row.at(2)?,
            subject: row.at(3)?,
            body: row.at(4)?,
            attempts: row.at(5)?,
        })
    }
}

/// A line of the administrator's outbox page.
#[derive(Debug, Clone)]
pub struct OutboxEntry {
    /// Its id.
    pub id: Uuid,
    /// When it was put in.
    pub at: Timestamp,
    /// `email` or `text`.
    pub channel: String,
    /// To whom; empty once erased.
    pub recipient: String,
    /// Subject of an e-mail.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// `waiting`, `sent`, `failed` or `erased`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// When it left.
    pub sent_at: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
}

impl FromRow for OutboxEntry {
    fn from_row(row: &Row) -> Result<OutboxEntry> {
        Ok(OutboxEntry {
            id: row.get("id")?,
            at: row.get("at")?,
            channel: row.get("channel")?,
            recipient: row.get("recipient")?,
            subject: row.get("subject")?,
            body: row.get("body")?,
            state: row.get("state")?,
            attempts: row.get("attempts")?,
            next_at: row.get("next_at")?,
            sent_at: row.get("sent_at")?,
            last_error: row.get("last_error")?,
        })
    }
}

/// The newest messages before `before` (an id; `Uuid::max()` for the newest of all), of one state or of all.
pub async fn list(conn: &mut Conn, before: Uuid, state: Option<&str>, limit: i64) -> Result<Vec<OutboxEntry>> {
    conn.all(&sql::OUTBOX_LIST, args![before, state, limit]).await
}

/// How many messages there are in each state.
pub async fn counts(conn: &mut Conn) -> Result<Vec<(String, i64)>> {
    conn.all(&sql::OUTBOX_COUNTS, args![]).await
}

/// An administrator tries a failed message again.
#[derive(Debug)]
pub struct TryAgain {
    /// Which message.
    pub message: Uuid,
}

impl Action for TryAgain {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        let changed = tx.exec(&sql::OUTBOX_AGAIN, args![self.message, ctx.now()]).await?;
        if changed > 0 {
            tx.journal(ctx, "message", self.message, "message.retried", json!({}));
        }
        Ok(changed > 0)
    }
}

/// Removes messages that left before a moment, or that could not leave and were put in before it: how long they are
/// kept is the region's own term.
#[derive(Debug)]
pub struct ForgetSent {
    /// The moment.
    pub before: Timestamp,
}

impl Action for ForgetSent {
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, _: &Ctx) -> Result<u64> {
        tx.exec(&sql::OUTBOX_PURGE, args![self.before]).await
    }
}

/// Forgets what was written to whom about one thing: part of erasing a person.
pub async fn forget_about(tx: &mut Tx, subject: Uuid) -> Result<u64> {
    tx.exec(&sql::OUTBOX_FORGET, args![subject]).await
}

/// The same for one of those to whom it was written.
pub async fn forget_about_to(tx: &mut Tx, subject: Uuid, recipient: &str) -> Result<u64> {
    tx.exec(&sql::OUTBOX_FORGET_TO, args![subject, recipient]).await
}

/// Takes a message for sending: whoever's claim changes the row may send it.
struct Claim {
    message: Uuid,
    attempts: i64,
}

impl Action for Claim {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        let until = ctx.now().plus_micros(CLAIM_MINUTES * MINUTE_MICROS);
        Ok(tx.exec(&sql::OUTBOX_CLAIM, args![self.message, until, self.attempts]).await? == 1)
    }
}

struct Settle {
    message: Uuid,
    attempts: i64,
    failure: Option<String>,
}

impl Action for Settle {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        match &self.failure {
            None => {
                tx.exec(&sql::OUTBOX_SENT, args![self.message, ctx.now()]).await?;
                tx.journal(ctx, "message", self.message, "message.sent", json!({}));
            }
            Some(error) => {
                let state = if self.attempts >= i64::from(OUTBOX_ATTEMPTS_MAX_COUNT) { "failed" } else { "waiting" };
                let next = ctx.now().plus_micros(pause_micros(self.attempts));
                // A server's answer names whom it refused: that stands in the recipient alone, where it can be erased.
                let error = mask::mask(error);
                let kept = tx.exec(&sql::OUTBOX_FAILED, args![self.message, state, next, error]).await?;
                if kept > 0 && state == "failed" {
                    tx.journal(ctx, "message", self.message, "message.failed", json!({}));
                }
            }
        }
        Ok(())
    }
}

/// 30 s after the first failure, then twice as long each time, an hour at most.
fn pause_micros(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 8) - 1).unwrap_or(0);
    (30 * SECOND_MICROS * 2i64.pow(doublings)).min(60 * MINUTE_MICROS)
}

/// Sends what is due in a region. Answers how many messages were tried.
pub(crate) async fn send_due(db: &Db, region: RegionId, gateways: &Gateways) -> Result<usize> {
    let mut conn = db.read(region).await?;
    let due: Vec<WaitingMessage> = conn.all(&sql::OUTBOX_DUE, args![db.env().now(), BATCH_MAX_COUNT]).await?;
    drop(conn);
    let ctx = db.env().ctx(region, Actor::system("outbox"));
    for message in &due {
        let claim = Claim { message: message.id, attempts: message.attempts };
        if db.write(&ctx, claim).await? {
            let failure = gateways.send(message).await.err();
            let settle = Settle { message: message.id, attempts: message.attempts + 1, failure };
            db.write(&ctx, settle).await?;
        }
    }
    Ok(due.len())
}

/// Sends the outbox of all regions for as long as Simpul runs.
pub(crate) async fn run(db: Db, gateways: Gateways) {
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        for region in db.regions().await.unwrap_or_default() {
            match send_due(&db, region, &gateways).await {
                Ok(_) => {}
                Err(Error::Closing) => return,
                Err(error) => tracing::warn!(%region, %error, "the outbox can't be looked at just now"),
            }
        }
    }
}
