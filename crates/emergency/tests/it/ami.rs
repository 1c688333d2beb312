//! Asterisk's manager interface, played by a switch that is none: sign-in, transcripts cut into pieces, a connection
//! that breaks in the middle of a call.

use std::future::Future;
use std::time::Duration;

use md5::{Digest, Md5};
use simpul_emergency::actions::*;
use simpul_emergency::ami::listen;
use simpul_emergency::model::ami::Rules;
use simpul_emergency::model::ami::frame::{Frame, Reader};
use simpul_emergency::model::{Call, CallStatus, CtiKind};
use simpul_emergency::sql;
use simpul_kernel::Timestamp;
use simpul_store::testing::TEST_REGION;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::room::{Room, room};

const ANSWERED: &str = include_str!("../ami/queue_answered.txt");
const RING_GROUP: &str = include_str!("../ami/ring_group.txt");
const ABANDONED: &str = include_str!("../ami/queue_abandoned.txt");
const NOBODY: &str = include_str!("../ami/ring_group_nobody.txt");
const BLIND: &str = include_str!("../ami/blind_transfer.txt");
const ATTENDED: &str = include_str!("../ami/attended_transfer.txt");
const OTHER: &str = include_str!("../ami/other_number.txt");
const SECRET: &str = "rahasia sentral";
const CHALLENGE: &str = "840415273";

/// A region with a switch that is to be listened to, and the switch's own end.
struct Line {
    room: Room,
    switch: TcpListener,
}

async fn line() -> Line {
    line_by(None).await
}

/// The same, spoken to by TLS where it is said who vouches for the switch.
async fn line_by(tls: Option<&str>) -> Line {
    let room = room().await;
    let switch = TcpListener::bind("127.0.0.1:0").await.unwrap();
    room.house.test.clock.set(Timestamp(1_795_307_100_000_000));
    let set = SetSwitch {
        trunk: "utama".to_owned(),
        host: "127.0.0.1".to_owned(),
        port: switch.local_addr().unwrap().port(),
        username: "simpul".to_owned(),
        secret: SECRET.to_owned(),
        rules: Rules { numbers: vec!["112".to_owned()], contexts: vec!["from-112".to_owned()], queues: Vec::new() },
        dial_context: "from-internal".to_owned(),
        tls: tls.map(str::to_owned),
    };
    room.by(&room.house.system(), set).await.unwrap();
    Line { room, switch }
}

/// Listens to the switch while `play` plays it.
async fn listening<T>(line: &Line, play: impl Future<Output = T>) -> T {
    let mut conn = line.room.house.test.db.read(TEST_REGION).await.unwrap();
    let known = sql::ami::all(&mut conn).await.unwrap().pop().unwrap();
    drop(conn);
    let play = tokio::time::timeout(Duration::from_secs(60), play);
    tokio::select! {
        () = listen(line.room.house.test.db.clone(), TEST_REGION, known) => panic!("nobody listens any more"),
        played = play => played.unwrap(),
    }
}

/// The switch's end of a connection.
struct Wire<S = TcpStream> {
    stream: S,
    reader: Reader,
    asked: Vec<Frame>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    async fn asked(&mut self) -> Frame {
        loop {
            if !self.asked.is_empty() {
                return self.asked.remove(0);
            }
            let mut bytes = [0; 512];
            let count = self.stream.read(&mut bytes).await.unwrap();
            assert!(count > 0, "the listener went away");
            self.asked.extend(self.reader.take(&bytes[..count]).unwrap());
        }
    }

    async fn say(&mut self, text: &str) {
        self.stream.write_all(text.replace('\n', "\r\n").as_bytes()).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Says it in pieces of that many bytes.
    async fn say_cut(&mut self, text: &str, bytes: usize) {
        for piece in text.replace('\n', "\r\n").as_bytes().chunks(bytes) {
            self.stream.write_all(piece).await.unwrap();
            self.stream.flush().await.unwrap();
            tokio::task::yield_now().await;
        }
    }
}

/// Takes a call of the listener, up to the list of what is going on.
async fn taken(switch: &TcpListener, secret: &str, listed: &str) -> Option<Wire> {
    let (stream, _) = switch.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    greeted(stream, secret, listed).await
}

/// The same on a connection that stands.
async fn greeted<S: AsyncRead + AsyncWrite + Unpin>(stream: S, secret: &str, listed: &str) -> Option<Wire<S>> {
    let mut wire = Wire { stream, reader: Reader::default(), asked: Vec::new() };
    wire.say("Asterisk Call Manager/9.0.0\n").await;
    let asked = wire.asked().await;
    assert_eq!((asked.get("Action"), asked.get("AuthType")), ("Challenge", "MD5"));
    wire.say(&format!("Response: Success\nActionID: {}\nChallenge: {CHALLENGE}\n\n", asked.get("ActionID"))).await;
    let asked = wire.asked().await;
    let digest = Md5::new().chain_update(CHALLENGE).chain_update(secret).finalize();
    let key: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((asked.get("Username"), asked.get("Secret")), ("simpul", ""), "the secret itself is never said");
    assert!(asked.get("Events").contains("call") && asked.get("Events").contains("agent"));
    let id = asked.get("ActionID").to_owned();
    if asked.get("Key") != key {
        wire.say(&format!("Response: Error\nActionID: {id}\nMessage: Authentication failed\n\n")).await;
        return None;
    }
    wire.say(&format!("Response: Success\nActionID: {id}\nMessage: Authentication accepted\n\n")).await;
    let asked = wire.asked().await;
    assert_eq!(asked.get("Action"), "CoreShowChannels");
    let id = asked.get("ActionID").to_owned();
    wire.say(&format!("Response: Success\nActionID: {id}\nEventList: start\n\n{listed}")).await;
    wire.say(&format!("Event: CoreShowChannelsComplete\nActionID: {id}\nEventList: Complete\n\n")).await;
    Some(wire)
}

impl Line {
    async fn heard(&self, call_id: &str) -> Option<Call> {
        let mut conn = self.room.house.test.db.read(TEST_REGION).await.unwrap();
        sql::call::of_trunk(&mut conn, "utama", call_id).await.unwrap()
    }

    /// The call once it stands so.
    async fn becomes(&self, call_id: &str, status: CallStatus) -> Call {
        for _ in 0..500 {
            if let Some(call) = self.heard(call_id).await.filter(|call| call.status == status) {
                return call;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{call_id} is {:?}", self.heard(call_id).await);
    }

    /// How the switch is noted once it is so.
    async fn noted(&self, state: &str) -> String {
        for _ in 0..500 {
            let mut conn = self.room.house.test.db.read(TEST_REGION).await.unwrap();
            let known = sql::ami::all(&mut conn).await.unwrap().pop().unwrap();
            if known.state == state {
                return known.fault;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("never {state}");
    }
}

#[tokio::test]
async fn what_the_switch_tells_in_pieces_of_any_length_becomes_calls() {
    for bytes in [3, 64, 5_000] {
        let line = line().await;
        line.room.by(&line.room.rina, SitAt { extension: "201".to_owned() }).await.unwrap();
        listening(&line, async {
            let mut wire = taken(&line.switch, SECRET, "").await.unwrap();
            for text in [ANSWERED, RING_GROUP, ABANDONED, NOBODY, BLIND, ATTENDED, OTHER] {
                wire.say_cut(text, bytes).await;
            }
            let answered = line.becomes("1795306200.16", CallStatus::WrapUp).await;
            assert_eq!((answered.waited_micros(), answered.held_micros), (Some(7_000_000), 30_000_000));
            assert!(answered.claim.is_some(), "who sits at 201 has it");
            assert_eq!(line.becomes("1795306400.32", CallStatus::WrapUp).await.agent.as_deref(), Some("202"));
            line.becomes("1795306500.48", CallStatus::Abandoned).await;
            line.becomes("1795306600.64", CallStatus::Missed).await;
            assert_eq!(line.becomes("1795306800.96", CallStatus::WrapUp).await.agent.as_deref(), Some("203"));
            assert_eq!(line.becomes("1795306900.112", CallStatus::WrapUp).await.agent.as_deref(), Some("204"));
            assert!(line.heard("1795307000.128").await.is_none(), "not a call to 112");
        })
        .await;
    }
}

#[tokio::test]
async fn a_wrong_secret_is_told_and_once_it_is_right_calls_are_heard() {
    let line = line().await;
    listening(&line, async {
        assert!(taken(&line.switch, "lain", "").await.is_none());
        assert!(line.noted("down").await.contains("Authentication failed"));
        let mut wire = taken(&line.switch, SECRET, "").await.unwrap();
        assert_eq!(line.noted("up").await, "");
        wire.say(ABANDONED).await;
        line.becomes("1795306500.48", CallStatus::Abandoned).await;
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_middle_of_a_call_is_taken_up_where_the_calls_are() {
    let line = line().await;
    let (talks, rest) = ANSWERED.split_at(ANSWERED.find("Event: Hold").unwrap());
    let (rings, _) = ABANDONED.split_at(ABANDONED.find("Event: QueueCallerAbandon").unwrap());
    let going_on = "Event: CoreShowChannel\nChannel: PJSIP/telkom-00000010\nUniqueid: 1795306200.16\n\
        Linkedid: 1795306200.16\nBridgeId: 7b2a\n\nEvent: CoreShowChannel\nChannel: PJSIP/201-00000012\n\
        Uniqueid: 1795306204.18\nLinkedid: 1795306200.16\nBridgeId: 7b2a\n\n";
    listening(&line, async {
        let mut wire = taken(&line.switch, SECRET, "").await.unwrap();
        // It breaks in the middle of a word.
        wire.say_cut(&format!("{talks}{rings}Event: Hang"), 100).await;
        line.becomes("1795306200.16", CallStatus::Answered).await;
        line.becomes("1795306500.48", CallStatus::Ringing).await;
        drop(wire);
        line.noted("down").await;
        let mut wire = taken(&line.switch, SECRET, going_on).await.unwrap();
        line.becomes("1795306500.48", CallStatus::Missed).await;
        assert_eq!(line.heard("1795306200.16").await.unwrap().status, CallStatus::Answered);
        wire.say_cut(rest, 100).await;
        let over = line.becomes("1795306200.16", CallStatus::WrapUp).await;
        assert_eq!((over.waited_micros(), over.held_micros), (Some(7_000_000), 30_000_000));
        assert_eq!(over.agent.as_deref(), Some("201"));
    })
    .await;
}

#[tokio::test]
async fn a_press_on_the_console_lets_the_switch_connect_taker_and_caller_once() {
    let line = line().await;
    line.room.by(&line.room.rina, SitAt { extension: "201".to_owned() }).await.unwrap();
    listening(&line, async {
        let mut wire = taken(&line.switch, SECRET, "").await.unwrap();
        wire.say(ABANDONED).await;
        let call = line.becomes("1795306500.48", CallStatus::Abandoned).await;
        let ask = AskCallBack { key: uuid::Uuid::from_u128(7), call: call.id };
        let attempt = line.room.by(&line.room.rina, ask.clone()).await.unwrap();
        let asked = wire.asked().await;
        assert_eq!((asked.get("Action"), asked.get("Exten")), ("Originate", "082100000001"));
        assert_eq!(asked.get("Channel"), "Local/201@from-internal");
        assert_eq!(line.room.by(&line.room.rina, ask).await.unwrap(), attempt, "a second press is the first");
        let body = format!(r#"{{"attempt":"{attempt}"}}"#);
        let again = TakeCallBack { call: call.id, body, trunk: "utama".to_owned() };
        let again = line.room.by(&line.room.house.system(), again).await.unwrap();
        assert!(again.is_none(), "a second server dials no second time");
    })
    .await;
}

#[tokio::test]
async fn what_the_switch_says_again_after_a_break_changes_nothing() {
    let line = line().await;
    listening(&line, async {
        for (last, status) in [(ABANDONED, CallStatus::Abandoned), (NOBODY, CallStatus::Missed)] {
            let mut wire = taken(&line.switch, SECRET, "").await.unwrap();
            wire.say(ANSWERED).await;
            wire.say(last).await;
            let call_id = if last == NOBODY { "1795306600.64" } else { "1795306500.48" };
            line.becomes(call_id, status).await;
        }
        let call = line.heard("1795306200.16").await.unwrap();
        let mut conn = line.room.house.test.db.read(TEST_REGION).await.unwrap();
        let events = sql::call::events(&mut conn, call.id).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.kind == CtiKind::Answered).count(), 1);
    })
    .await;
}

const CA: &str = include_str!("../ami/tls/ca.pem");

/// The switch's own certificate and key.
fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("../ami/tls/switch.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../ami/tls/switch.key")).unwrap();
    let config = ServerConfig::builder_with_provider(std::sync::Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    TlsAcceptor::from(std::sync::Arc::new(config.with_single_cert(vec![certificate], key).unwrap()))
}

#[tokio::test]
async fn a_switch_that_is_vouched_for_is_heard_by_tls_and_another_is_told_nothing() {
    let line = line_by(Some(CA)).await;
    listening(&line, async {
        let (stream, _) = line.switch.accept().await.unwrap();
        let stream = acceptor().accept(stream).await.unwrap();
        let mut wire = greeted(stream, SECRET, "").await.unwrap();
        assert_eq!(line.noted("up").await, "");
        wire.say_cut(ANSWERED, 100).await;
        let over = line.becomes("1795306200.16", CallStatus::WrapUp).await;
        assert_eq!(over.waited_micros(), Some(7_000_000));
    })
    .await;
    // Nobody that browsers know vouches for it: it is not spoken to.
    let line = line_by(Some("")).await;
    listening(&line, async {
        let (stream, _) = line.switch.accept().await.unwrap();
        assert!(acceptor().accept(stream).await.is_err());
        let fault = line.noted("down").await;
        assert!(fault.contains("certificate"), "{fault}");
    })
    .await;
}
