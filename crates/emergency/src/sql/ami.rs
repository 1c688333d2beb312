//! The switches that are listened to.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::ami::Rules;

simpul_store::statements! {
    pub(crate) SWITCHES = "SELECT trunk, id, host, port, username, numbers, contexts, queues, dial_context, version,
        state, state_at, fault, is_tls FROM emergency_ami WHERE region = $1 ORDER BY trunk LIMIT $2";
    pub(crate) SWITCH_SECRET = "SELECT secret, ca FROM emergency_ami WHERE region = $1 AND trunk = $2";
    pub(crate) SWITCH_ID = "SELECT id FROM emergency_ami WHERE region = $1 AND trunk = $2";
    pub(crate) KEEP_SWITCH = "INSERT INTO emergency_ami (region, trunk, id, host, port, username, secret, numbers,
        contexts, queues, dial_context, version, state, state_at, fault, is_tls, ca)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, 'new', $12, '', $13, $14)
        ON CONFLICT (region, trunk) DO UPDATE SET host = excluded.host, port = excluded.port,
        username = excluded.username, secret = excluded.secret, numbers = excluded.numbers,
        contexts = excluded.contexts, queues = excluded.queues,
        dial_context = excluded.dial_context, version = emergency_ami.version + 1, state = excluded.state,
        state_at = excluded.state_at, fault = excluded.fault, is_tls = excluded.is_tls, ca = excluded.ca";
    pub(crate) DROP_SWITCH = "DELETE FROM emergency_ami WHERE region = $1 AND trunk = $2";
    pub(crate) SWITCH_STATE = "UPDATE emergency_ami SET state = $3, state_at = $4, fault = $5
        WHERE region = $1 AND trunk = $2 AND (state <> $3 OR fault <> $5)";
}

/// Most switches of a region.
pub const SWITCHES_MAX_COUNT: i64 = 20;

/// A switch that is listened to, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// Which line.
    pub trunk: String,
    /// Its id in the journal.
    pub id: Uuid,
    /// Where it is.
    pub host: String,
    /// At which port.
    pub port: i64,
    /// As whom Simpul signs in.
    pub username: String,
    /// Which of its calls count.
    pub rules: Rules,
    /// The context in which an extension dials out; empty where Simpul dials for nobody.
    pub dial_context: String,
    /// Counts its changes.
    pub version: i64,
    /// `new`, `up` or `down`.
    pub state: String,
    /// Since when.
    pub state_at: Timestamp,
    /// Why it is down.
    pub fault: String,
    /// Whether it is spoken to by TLS.
    pub tls: bool,
}

impl Switch {
    /// Whether it is known not to be heard.
    pub fn is_down(&self) -> bool {
        self.state == "down"
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

impl FromRow for Switch {
    fn from_row(row: &Row) -> Result<Switch> {
        let (numbers, contexts, queues): (String, String, String) = (row.at(5)?, row.at(6)?, row.at(7)?);
        Ok(Switch {
            trunk: row.at(0)?,
            id: row.at(1)?,
            host: row.at(2)?,
            port: row.at(3)?,
            username: row.at(4)?,
            rules: Rules { numbers: list(&numbers), contexts: list(&contexts), queues: list(&queues) },
            dial_context: row.at(8)?,
            version: row.at(9)?,
            state: row.at(10)?,
            state_at: row.at(11)?,
            fault: row.at(12)?,
            tls: row.at(13)?,
        })
    }
}

/// Every switch of the region.
pub async fn all(conn: &mut Conn) -> Result<Vec<Switch>> {
    conn.all(&SWITCHES, args![SWITCHES_MAX_COUNT]).await
}

/// What the switch asks for, and who vouches for it.
pub async fn secret(conn: &mut Conn, trunk: &str) -> Result<Option<(String, String)>> {
    conn.opt(&SWITCH_SECRET, args![trunk]).await
}

/// The id of a line's switch in the journal.
pub async fn id(conn: &mut Conn, trunk: &str) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = conn.opt(&SWITCH_ID, args![trunk]).await?;
    Ok(found.map(|(id,)| id))
}

/// Keeps how a switch is reached.
pub async fn keep(tx: &mut Tx, switch: &Switch, secret: &str, ca: &str) -> Result<()> {
    let Switch { trunk, id, host, port, username, rules, dial_context, state_at, tls, .. } = switch.clone();
    let (numbers, contexts, queues) = (rules.numbers.join(","), rules.contexts.join(","), rules.queues.join(","));
    let values =
        args![trunk, id, host, port, username, secret, numbers, contexts, queues, dial_context, state_at, tls, ca];
    tx.exec(&KEEP_SWITCH, values).await?;
    Ok(())
}

/// Forgets a switch. Answers whether there was one.
pub async fn forget(tx: &mut Tx, trunk: &str) -> Result<bool> {
    Ok(tx.exec(&DROP_SWITCH, args![trunk]).await? == 1)
}

/// Notes whether the switch is heard. Answers whether that is news.
pub async fn set_state(tx: &mut Tx, trunk: &str, state: &str, at: Timestamp, fault: &str) -> Result<bool> {
    Ok(tx.exec(&SWITCH_STATE, args![trunk, state, at, fault]).await? == 1)
}
