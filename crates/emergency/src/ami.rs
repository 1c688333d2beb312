//! Listens to the regency's own telephone systems by Asterisk's manager interface, for as long as the program runs.
//!
//! A switch that falls silent or goes away is called again with growing pauses. Once it is back, it is asked what is
//! going on: calls whose end nobody heard are over, and those that go on are followed further. What it tells waits
//! until the database takes it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use md5::{Digest, Md5};
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Actor, Ctx, RegionId};
use simpul_store::{Db, Error, Result, Subscription};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::actions::{BACK_ASKED, CALL, CallBack, HearCti, TakeCallBack, TellSwitch};
use crate::model::ami::frame::{Frame, FrameError, Reader, action};
use crate::model::ami::{Board, Told};
use crate::sql;
use crate::sql::ami::Switch;
use crate::tls::connector;

/// How often it is looked which switches are to be listened to, in seconds.
const LOOK_SECONDS: u64 = 5;
/// Longest wait for a connection and for the answer to the sign-in, in seconds.
const CONNECT_SECONDS: u64 = 10;
/// After so much silence the switch is asked whether it is there, in seconds.
const PING_SECONDS: u64 = 15;
/// After so many questions without a word it is not.
const PINGS_MAX_COUNT: u32 = 2;
/// The first pause before a switch is called again, in milliseconds; each further one is twice as long.
const PAUSE_FIRST_MILLIS: u64 = 500;
/// The longest of these pauses, in milliseconds.
const PAUSE_MAX_MILLIS: u64 = 30_000;
/// Words that wait for the database; a switch that says more meanwhile is let go and asked anew afterwards.
const WAITING_MAX_COUNT: usize = 20_000;
/// Pause before a word that the database could not take is brought again, in milliseconds.
const AGAIN_MILLIS: u64 = 500;
/// Most calls of a line that may be going on at once.
const OPEN_MAX_COUNT: i64 = 1_000;
/// How much is read at once, in bytes.
const READ_BYTES: usize = 16 * 1024;
/// What the switch is asked to tell of: calls, and the takers of queues.
const EVENT_MASK: &str = "call,agent,reporting";

/// Why a switch is not heard.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("no connection: {0}")]
    Connection(#[from] std::io::Error),
    #[error("the name of the switch or the certificates that vouch for it can't be read")]
    Vouched,
    #[error("no answer in time")]
    Silent,
    #[error("the switch closed the connection")]
    Closed,
    #[error("the switch refuses the name or the secret: {0}")]
    Refused(String),
    #[error("this is no manager interface: {0}")]
    Strange(#[from] FrameError),
    #[error("too much waits for the database")]
    Flooded,
    #[error("the database does not answer: {0}")]
    Store(#[from] Error),
}

/// Listens to all switches of all regions until it is dropped.
pub async fn run(db: Db) {
    let mut listeners = JoinSet::new();
    let mut running: HashMap<(RegionId, String), (i64, AbortHandle)> = HashMap::new();
    loop {
        match wanted(&db).await {
            Ok(wanted) => {
                let keys: HashSet<_> = wanted.iter().map(|(region, one)| (*region, one.trunk.clone())).collect();
                running.retain(|key, (_, task)| {
                    let stays = keys.contains(key);
                    if !stays {
                        task.abort();
                    }
                    stays
                });
                for (region, switch) in wanted {
                    let key = (region, switch.trunk.clone());
                    let version = switch.version;
                    if running.get(&key).is_some_and(|(known, task)| *known == version && !task.is_finished()) {
                        continue;
                    }
                    let task = listeners.spawn(listen(db.clone(), region, switch));
                    if let Some((_, old)) = running.insert(key, (version, task)) {
                        old.abort();
                    }
                }
            }
            Err(Error::Closing) => return,
            Err(error) => tracing::warn!(%error, "it can't be looked which switches are listened to"),
        }
        while listeners.try_join_next().is_some() {}
        tokio::time::sleep(Duration::from_secs(LOOK_SECONDS)).await;
    }
}

async fn wanted(db: &Db) -> Result<Vec<(RegionId, Switch)>> {
    let mut wanted = Vec::new();
    for region in db.regions().await? {
        let switches = sql::ami::all(&mut db.read(region).await?).await?;
        wanted.extend(switches.into_iter().map(|switch| (region, switch)));
    }
    Ok(wanted)
}

/// Listens to one switch until it is dropped.
pub async fn listen(db: Db, region: RegionId, switch: Switch) {
    let ctx = db.env().ctx(region, Actor::system("ami"));
    let (sender, waiting) = mpsc::channel(WAITING_MAX_COUNT);
    tokio::select! {
        () = call_again(&db, &ctx, &switch, sender) => {}
        () = bring(&db, &ctx, &switch.trunk, waiting) => {}
    }
}

/// Calls the switch, and calls it again, with growing pauses while it is not heard.
async fn call_again(db: &Db, ctx: &Ctx, switch: &Switch, sender: mpsc::Sender<Told>) {
    let mut board = Board::new(switch.rules.clone());
    let mut pause = PAUSE_FIRST_MILLIS;
    loop {
        let mut heard = false;
        let fault = match session(db, ctx, switch, (&mut board, &sender), &mut heard).await {
            Ok(never) => match never {},
            Err(fault) => fault,
        };
        tracing::warn!(trunk = switch.trunk, %fault, "a telephone switch is not heard");
        let tell = TellSwitch { trunk: switch.trunk.clone(), fault: Some(fault.to_string()) };
        if let Err(error) = db.write(ctx, tell).await {
            tracing::warn!(%error, "that a switch is not heard can't be noted");
        }
        if heard {
            pause = PAUSE_FIRST_MILLIS;
        }
        tokio::time::sleep(Duration::from_millis(pause)).await;
        pause = (pause * 2).min(PAUSE_MAX_MILLIS);
    }
}

/// What is read and written, in the clear or by TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// The switch's side of a connection.
struct Wire {
    stream: Box<dyn Stream>,
    reader: Reader,
    waiting: VecDeque<Frame>,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects. By TLS the switch shows by whom it is vouched for, under the name or address that it was set with.
    async fn open(switch: &Switch, ca: &str) -> std::result::Result<Wire, Fault> {
        let port = u16::try_from(switch.port).unwrap_or_default();
        let connecting = async {
            let stream = TcpStream::connect((switch.host.as_str(), port)).await?;
            if !switch.tls {
                return Ok::<Box<dyn Stream>, Fault>(Box::new(stream));
            }
            let unread = |_| Fault::Vouched;
            let name = ServerName::try_from(switch.host.clone()).map_err(|_| Fault::Vouched)?;
            Ok(Box::new(connector(ca).map_err(unread)?.connect(name, stream).await?))
        };
        let stream = timeout(Duration::from_secs(CONNECT_SECONDS), connecting).await.map_err(|_| Fault::Silent)??;
        let buffer = vec![0; READ_BYTES];
        Ok(Wire { stream, reader: Reader::default(), waiting: VecDeque::new(), buffer })
    }

    async fn say(&mut self, name: &str, fields: &[(&str, &str)]) -> std::result::Result<(), Fault> {
        // What can't be said in one line each is not said; the switch then answers nothing, which shows.
        let text = action(name, fields).unwrap_or_default();
        self.stream.write_all(text.as_bytes()).await?;
        // What is written by TLS goes out as a whole.
        self.stream.flush().await?;
        Ok(())
    }

    /// The next thing that is said. It may be dropped while it waits: nothing is lost.
    async fn next(&mut self) -> std::result::Result<Frame, Fault> {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return Ok(frame);
            }
            let count = self.stream.read(&mut self.buffer).await?;
            if count == 0 {
                return Err(Fault::Closed);
            }
            self.waiting.extend(self.reader.take(&self.buffer[..count])?);
        }
    }

    /// The answer to what was asked as `id`.
    async fn answer(&mut self, id: &str) -> std::result::Result<Frame, Fault> {
        let answered = async {
            loop {
                let frame = self.next().await?;
                if frame.get("ActionID") == id && !frame.get("Response").is_empty() {
                    return Ok(frame);
                }
            }
        };
        timeout(Duration::from_secs(CONNECT_SECONDS), answered).await.map_err(|_| Fault::Silent)?
    }

    /// Signs in without saying the secret: what is said is MD5 of a challenge and the secret, as the interface has it.
    async fn sign_in(&mut self, username: &str, secret: &str) -> std::result::Result<(), Fault> {
        self.say("Challenge", &[("ActionID", "1"), ("AuthType", "MD5")]).await?;
        let challenge = self.answer("1").await?;
        let digest = Md5::new().chain_update(challenge.get("Challenge")).chain_update(secret).finalize();
        let key: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let fields = [
            ("ActionID", "2"),
            ("AuthType", "MD5"),
            ("Username", username),
            ("Key", key.as_str()),
            ("Events", EVENT_MASK),
        ];
        self.say("Login", &fields).await?;
        let answer = self.answer("2").await?;
        match answer.get("Response") {
            "Success" => Ok(()),
            _ => Err(Fault::Refused(answer.get("Message").to_owned())),
        }
    }
}

impl Wire {
    /// The taker's own telephone rings first, and then the caller's.
    async fn dial(&mut self, context: &str, extension: &str, number: &str) -> std::result::Result<(), Fault> {
        let channel = format!("Local/{extension}@{context}");
        let fields = [
            ("ActionID", "5"),
            ("Channel", channel.as_str()),
            ("Context", context),
            ("Exten", number),
            ("Priority", "1"),
            ("CallerID", number),
            ("Async", "true"),
        ];
        self.say("Originate", &fields).await
    }
}

/// Nothing: a session ends by a fault only.
enum Never {}

async fn session(
    db: &Db,
    ctx: &Ctx,
    switch: &Switch,
    (board, sender): (&mut Board, &mpsc::Sender<Told>),
    heard: &mut bool,
) -> std::result::Result<Never, Fault> {
    let mut conn = db.read(ctx.region).await?;
    let (secret, ca) = sql::ami::secret(&mut conn, &switch.trunk).await?.unwrap_or_default();
    drop(conn);
    let mut wire = Wire::open(switch, &ca).await?;
    wire.sign_in(&switch.username, &secret).await?;
    *heard = true;
    db.write(ctx, TellSwitch { trunk: switch.trunk.clone(), fault: None }).await?;
    let mut conn = db.read(ctx.region).await?;
    let open = sql::call::open_of_trunk(&mut conn, &switch.trunk, OPEN_MAX_COUNT).await?;
    drop(conn);
    board.begin_list(&open);
    wire.say("CoreShowChannels", &[("ActionID", "3")]).await?;
    let mut news = db.subscribe(ctx.region, None).await?;
    let pause = Duration::from_secs(PING_SECONDS);
    let mut ping = tokio::time::interval_at(tokio::time::Instant::now() + pause, pause);
    let mut unanswered = 0;
    loop {
        tokio::select! {
            frame = wire.next() => {
                unanswered = 0;
                for told in hear(board, &frame?, ctx) {
                    sender.try_send(told).map_err(|_| Fault::Flooded)?;
                }
            }
            _ = ping.tick() => {
                if unanswered == PINGS_MAX_COUNT {
                    return Err(Fault::Silent);
                }
                unanswered += 1;
                wire.say("Ping", &[("ActionID", "4")]).await?;
            }
            lines = lines(&mut news) => {
                for line in lines {
                    if let Some((extension, number)) = asked_back(db, ctx, switch, &line).await {
                        wire.dial(&switch.dial_context, &extension, &number).await?;
                    }
                }
            }
        }
    }
}

/// The next lines of the journal. While it can't be read, calls are heard all the same.
async fn lines(news: &mut Subscription) -> Vec<Arc<JournalLine>> {
    match news.next().await {
        Ok(lines) => lines,
        Err(error) => {
            tracing::debug!(%error, "the journal can't be read just now");
            tokio::time::sleep(Duration::from_millis(AGAIN_MILLIS)).await;
            Vec::new()
        }
    }
}

/// What a frame means, the list of what is going on among it.
fn hear(board: &mut Board, frame: &Frame, ctx: &Ctx) -> Vec<Told> {
    match frame.event().as_str() {
        "coreshowchannelscomplete" => board.end_list(ctx.now()),
        // Whoever may not list goes on without.
        "" if frame.get("ActionID") == "3" && frame.get("Response") == "Error" => {
            board.no_list();
            Vec::new()
        }
        _ => board.hear(frame, ctx.now()),
    }
}

/// The extension and the number that a taker has asked this switch to connect. Of several servers one does it.
async fn asked_back(db: &Db, ctx: &Ctx, switch: &Switch, line: &JournalLine) -> Option<(String, String)> {
    if line.kind != BACK_ASKED || line.subject_kind != CALL || switch.dial_context.is_empty() {
        return None;
    }
    let take = TakeCallBack { call: line.subject_id, body: line.body.clone(), trunk: switch.trunk.clone() };
    let asked =
        db.write(ctx, take).await.inspect_err(|error| tracing::warn!(%error, "nobody is called back by itself"));
    let CallBack { extension, number } = asked.ok()??;
    diallable(&extension).zip(diallable(&number))
}

/// A number or an extension as it is dialled: what else stands in it would be read by the dialplan.
fn diallable(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')')).collect();
    let fits = |c: char| c.is_ascii_digit() || matches!(c, '+' | '*' | '#');
    (!clean.is_empty() && clean.chars().all(fits)).then_some(clean)
}

/// Brings what was told to the database, one after the other, and again while the database does not take it.
async fn bring(db: &Db, ctx: &Ctx, trunk: &str, mut waiting: mpsc::Receiver<Told>) {
    while let Some(Told { call_id, event }) = waiting.recv().await {
        let word = HearCti { trunk: trunk.to_owned(), call_id, event, drill: false };
        loop {
            match db.write(ctx, word.clone()).await {
                Ok(_) => break,
                Err(Error::Closing) => return,
                Err(error) if !error.is_passing() => {
                    tracing::warn!(trunk, %error, "a word of a telephone switch is not taken");
                    break;
                }
                Err(error) => {
                    tracing::warn!(trunk, %error, "a word of a telephone switch waits for the database");
                    tokio::time::sleep(Duration::from_millis(AGAIN_MILLIS)).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dialled_is_a_number_and_no_piece_of_a_dialplan() {
        assert_eq!(diallable("0812-3456 7890").as_deref(), Some("081234567890"));
        assert_eq!(diallable("+62812").as_deref(), Some("+62812"));
        for wrong in ["", "0812&Local/999", "112@from-internal", "abc"] {
            assert!(diallable(wrong).is_none(), "{wrong}");
        }
    }
}
