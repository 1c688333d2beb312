//! Which switches are listened to, and whether they are heard.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};

use crate::model::ami::{Rules, trunk_name};
use crate::model::cti::WORD_MAX_CHARS;
use crate::sql;
use crate::sql::ami::Switch;
use crate::tls::connector;

/// What the journal calls a line of the telephone system.
pub const TRUNK: &str = "trunk";
/// Longest list of numbers, contexts or queues, each.
const NAMES_MAX_COUNT: usize = 50;
/// Longest reason why a switch is not heard, in characters.
const FAULT_MAX_CHARS: usize = 200;

/// Listens to a switch by its manager interface from now on; what was set before is replaced.
#[derive(Clone)]
pub struct SetSwitch {
    /// Which line.
    pub trunk: String,
    /// Where it is.
    pub host: String,
    /// At which port.
    pub port: u16,
    /// As whom Simpul signs in.
    pub username: String,
    /// What the switch asks for.
    pub secret: String,
    /// Which of its calls count.
    pub rules: Rules,
    /// The context in which an extension dials out; empty where Simpul dials for nobody.
    pub dial_context: String,
    /// Who vouches for the switch (PEM) where it is spoken to by TLS; empty for those that browsers know.
    pub tls: Option<String>,
}

impl std::fmt::Debug for SetSwitch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SetSwitch").field("trunk", &self.trunk).field("host", &self.host).finish_non_exhaustive()
    }
}

fn line(field: &'static str, text: &str, required: bool) -> std::result::Result<String, Refusal> {
    words::clean_line(field, text, WORD_MAX_CHARS, required)
}

/// The names of a list; a comma parts them in the table.
fn names(field: &'static str, list: &[String]) -> std::result::Result<Vec<String>, Refusal> {
    if list.len() > NAMES_MAX_COUNT {
        return Err(Refusal::field(field, "emergency.refused.names").with("most", NAMES_MAX_COUNT.to_string()));
    }
    let name = |text: &String| match line(field, text, true) {
        Ok(name) if name.contains(',') => Err(Refusal::field(field, "emergency.refused.comma")),
        other => other,
    };
    list.iter().map(name).collect()
}

impl Action for SetSwitch {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let rules = Rules {
            numbers: names("numbers", &self.rules.numbers)?,
            contexts: names("contexts", &self.rules.contexts)?,
            queues: names("queues", &self.rules.queues)?,
        };
        if rules == Rules::default() {
            return Err(Refusal::field("numbers", "emergency.refused.no_rule").into());
        }
        let trunk = trunk_name(&self.trunk)?;
        let ca = self.tls.as_deref().unwrap_or_default();
        connector(ca)?;
        let known = sql::ami::id(tx, &trunk).await?;
        let switch = Switch {
            trunk,
            id: known.unwrap_or_else(|| ctx.new_id()),
            host: line("host", &self.host, true)?,
            port: i64::from(self.port),
            username: line("username", &self.username, true)?,
            rules,
            dial_context: line("dial_context", &self.dial_context, false)?,
            version: 1,
            state: String::new(),
            state_at: ctx.now(),
            fault: String::new(),
            tls: self.tls.is_some(),
        };
        let secret = line("secret", &self.secret, true)?;
        sql::ami::keep(tx, &switch, &secret, ca).await?;
        tx.journal(ctx, TRUNK, switch.id, "trunk.set", json!({ "trunk": switch.trunk }));
        Ok(())
    }
}

/// Listens to a switch no more.
#[derive(Debug, Clone)]
pub struct DropSwitch {
    /// Which line.
    pub trunk: String,
}

impl Action for DropSwitch {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let id = sql::ami::id(tx, &self.trunk).await?.ok_or(Error::NotFound("trunk"))?;
        sql::ami::forget(tx, &self.trunk).await?;
        tx.journal(ctx, TRUNK, id, "trunk.dropped", json!({ "trunk": self.trunk }));
        Ok(())
    }
}

/// A switch is heard, or is heard no more.
#[derive(Debug, Clone)]
pub struct TellSwitch {
    /// Which line.
    pub trunk: String,
    /// Why it is not heard; `None` where it is.
    pub fault: Option<String>,
}

impl Action for TellSwitch {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let Some(id) = sql::ami::id(tx, &self.trunk).await? else { return Ok(()) };
        let fault: String = self.fault.clone().unwrap_or_default().chars().take(FAULT_MAX_CHARS).collect();
        let (state, kind) = match self.fault {
            None => ("up", "trunk.heard"),
            Some(_) => ("down", "trunk.silent"),
        };
        if sql::ami::set_state(tx, &self.trunk, state, ctx.now(), &fault).await? {
            tx.journal(ctx, TRUNK, id, kind, json!({ "trunk": self.trunk }));
        }
        Ok(())
    }
}
