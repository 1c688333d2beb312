//! What Asterisk's manager interface says, put into the words of a call: a pure function of what is known of the
//! switch's calls and the next thing that it says.
//!
//! A call's id is the `Linkedid`: the first channel's id, which every further channel of the call bears. A taker has
//! answered when a channel that is not the caller's stands in one bridge with the caller's; so it is told alike of
//! queues, of ring groups, and of a taker who had to press a key before the call was put through.

pub mod frame;

use std::collections::{BTreeMap, BTreeSet};

use simpul_kernel::{Refusal, Timestamp};

use self::frame::Frame;
use super::cti::{BLIND, WORD_MAX_CHARS};
use super::{CtiEvent, CtiKind};

/// Most calls of one switch that are followed at the same time.
pub const CALLS_MAX_COUNT: usize = 2_000;
/// Most channels in bridges that are followed at the same time.
pub const CHANNELS_MAX_COUNT: usize = 10_000;

/// Longest name of a telephone line, in bytes.
pub const TRUNK_MAX_BYTES: usize = 40;

/// The name of a telephone line, as it stands in the webhook's address.
///
/// # Errors
/// `emergency.refused.trunk_name` of the field `trunk`.
pub fn trunk_name(typed: &str) -> Result<String, Refusal> {
    let name = typed.trim();
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    if name.is_empty() || name.len() > TRUNK_MAX_BYTES || !name.bytes().all(known) {
        let refusal = Refusal::field("trunk", "emergency.refused.trunk_name");
        return Err(refusal.with("most", TRUNK_MAX_BYTES.to_string()));
    }
    Ok(name.to_owned())
}

/// Which of a switch's calls are emergency calls: those that came in at one of these numbers or contexts, and those
/// that join one of these queues.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Called numbers.
    pub numbers: Vec<String>,
    /// Contexts of the dialplan in which such calls come in.
    pub contexts: Vec<String>,
    /// Queues.
    pub queues: Vec<String>,
}

impl Rules {
    /// Whether a call that comes in at `number` in `context` counts. Where both are named, both must fit.
    pub fn takes(&self, number: &str, context: &str) -> bool {
        let fits = |list: &[String], word: &str| list.is_empty() || list.iter().any(|one| one == word);
        let named = !(self.numbers.is_empty() && self.contexts.is_empty());
        named && fits(&self.numbers, number) && fits(&self.contexts, context)
    }
}

/// A word about one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The call's id at the switch.
    pub call_id: String,
    /// What is told.
    pub event: CtiEvent,
}

/// What is known of one call.
#[derive(Debug, Clone, Default)]
struct Line {
    /// The caller's channel.
    caller: String,
    answered: bool,
    /// Whether it was passed on to where nobody has picked it up yet.
    passed: bool,
    /// Whether it was told that the caller left.
    abandoned: bool,
    /// Whether it has waited in a queue.
    queued: bool,
    /// The extension that has it.
    agent: Option<String>,
    /// That extension's channel.
    agent_channel: String,
    /// How the last attempt to reach somebody ended.
    last_dial: String,
    /// Why it ended, as the queue says.
    reason: String,
}

impl Line {
    /// Whether the caller gave up, rather than that nobody was found. A queue says so itself.
    fn gave_up(&self) -> bool {
        match self.last_dial.as_str() {
            "CANCEL" => true,
            "" => !self.queued,
            _ => false,
        }
    }
}

/// A channel in a bridge.
#[derive(Debug, Clone)]
struct Member {
    bridge: String,
    extension: Option<String>,
}

/// What is known of a switch's calls.
#[derive(Debug, Clone, Default)]
pub struct Board {
    rules: Rules,
    lines: BTreeMap<String, Line>,
    /// Channels that stand in a bridge.
    members: BTreeMap<String, Member>,
    /// While the switch lists what is going on: the calls that it has named.
    listed: Option<BTreeSet<String>>,
}

impl Board {
    /// Nothing is known yet.
    pub fn new(rules: Rules) -> Board {
        Board { rules, ..Board::default() }
    }

    /// Takes the next thing that the switch says and answers what it means. `now` is its time unless it bears one.
    pub fn hear(&mut self, frame: &Frame, now: Timestamp) -> Vec<Told> {
        let at = timestamp(frame.get("Timestamp")).unwrap_or(now);
        match frame.event().as_str() {
            "newchannel" => self.comes(frame, at),
            "queuecallerjoin" => self.joins(frame, at),
            "queuecallerabandon" => self.leaves(frame, at),
            "agentconnect" => self.connects(frame, at),
            "bridgeenter" => self.enters(frame, at),
            "bridgeleave" => {
                self.members.remove(frame.get("Uniqueid"));
                Vec::new()
            }
            "dialend" => self.note(frame, |line| line.last_dial = frame.get("DialStatus").to_ascii_uppercase()),
            "agentringnoanswer" => self.note(frame, |line| line.last_dial = "NOANSWER".to_owned()),
            "agentcomplete" => self.note(frame, |line| line.reason = frame.get("Reason").to_owned()),
            "hold" => self.holds(frame, CtiKind::Held, at),
            "unhold" => self.holds(frame, CtiKind::Resumed, at),
            "blindtransfer" => self.passes(frame, at),
            "attendedtransfer" => self.hands_over(frame, at),
            "hangup" => self.hangs_up(frame, at),
            "coreshowchannel" => self.lists(frame, at),
            _ => Vec::new(),
        }
    }

    /// From now on the switch lists what is going on: `open` are the calls that were going on when it last spoke.
    pub fn begin_list(&mut self, open: &[String]) {
        self.members.clear();
        for call_id in open.iter().take(CALLS_MAX_COUNT) {
            self.lines.entry(call_id.clone()).or_insert_with(|| Line { caller: call_id.clone(), ..Line::default() });
        }
        self.listed = Some(BTreeSet::new());
    }

    /// The list is complete: what was going on and is not in it has ended unheard.
    pub fn end_list(&mut self, now: Timestamp) -> Vec<Told> {
        let Some(listed) = self.listed.take() else { return Vec::new() };
        let gone: Vec<String> = self.lines.keys().filter(|call_id| !listed.contains(*call_id)).cloned().collect();
        let told = gone.into_iter().map(|call_id| {
            self.lines.remove(&call_id);
            let event = CtiEvent { reason: Some("lost".to_owned()), ..CtiEvent::new(CtiKind::Ended, now) };
            Told { call_id, event }
        });
        told.collect()
    }

    /// The list can't be had: nothing is concluded from it.
    pub fn no_list(&mut self) {
        self.listed = None;
    }

    fn begin(&mut self, call_id: &str, line: Line) {
        // A switch that never tells of an end must not fill the memory: the oldest call is let go.
        if self.lines.len() >= CALLS_MAX_COUNT {
            self.lines.pop_first();
        }
        self.lines.insert(call_id.to_owned(), line);
        // What begins while the switch lists is not in its list, and goes on all the same.
        if let Some(listed) = self.listed.as_mut() {
            listed.insert(call_id.to_owned());
        }
    }

    fn comes(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let (channel, call_id) = (frame.get("Uniqueid"), frame.get("Linkedid"));
        let fits = self.rules.takes(frame.get("Exten"), frame.get("Context"));
        if channel.is_empty() || channel != call_id || !fits || self.lines.contains_key(call_id) {
            return Vec::new();
        }
        self.begin(call_id, Line { caller: channel.to_owned(), ..Line::default() });
        let called_number = word(frame.get("Exten"));
        told(call_id, CtiEvent { called_number, ..from(frame, CtiKind::Ringing, at) })
    }

    fn joins(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let (call_id, queue) = (call_of(frame), frame.get("Queue"));
        if call_id.is_empty() {
            return Vec::new();
        }
        if !self.lines.contains_key(&call_id) {
            if !self.rules.queues.iter().any(|one| one == queue) {
                return Vec::new();
            }
            self.begin(&call_id, Line { caller: frame.get("Uniqueid").to_owned(), ..Line::default() });
        }
        if let Some(line) = self.lines.get_mut(&call_id) {
            line.queued = true;
        }
        told(&call_id, CtiEvent { queue: word(queue), ..from(frame, CtiKind::Ringing, at) })
    }

    fn leaves(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let call_id = call_of(frame);
        let Some(line) = self.lines.get_mut(&call_id).filter(|line| !line.answered) else { return Vec::new() };
        line.abandoned = true;
        told(&call_id, CtiEvent { queue: word(frame.get("Queue")), ..CtiEvent::new(CtiKind::Abandoned, at) })
    }

    fn connects(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let call_id = call_of(frame);
        let agent = extension_of_interface(frame.get("Interface"))
            .or_else(|| extension_of(frame.get("DestChannel")))
            .or_else(|| word(frame.get("MemberName")));
        self.talks(&call_id, agent, frame.get("DestUniqueid"), at)
    }

    fn enters(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        // Whoever is parked stands in one bridge with all others that are, and nobody talks there.
        if frame.get("BridgeTechnology").starts_with("holding") {
            return Vec::new();
        }
        let (channel, bridge) = (frame.get("Uniqueid"), frame.get("BridgeUniqueid"));
        self.stands_in(channel, bridge, extension_of(frame.get("Channel")), at)
    }

    /// A channel stands in a bridge: whoever meets the caller there talks with them.
    fn stands_in(&mut self, channel: &str, bridge: &str, extension: Option<String>, at: Timestamp) -> Vec<Told> {
        if channel.is_empty() || bridge.is_empty() || self.members.len() >= CHANNELS_MAX_COUNT {
            return Vec::new();
        }
        self.members.insert(channel.to_owned(), Member { bridge: bridge.to_owned(), extension });
        let here: BTreeMap<&String, &Member> =
            self.members.iter().filter(|(_, member)| member.bridge == bridge).collect();
        let mut meets = Vec::new();
        for (call_id, line) in self.lines.iter().filter(|(_, line)| here.contains_key(&line.caller)) {
            // A third who joins takes nothing over while the taker is there, be it by another channel of the same
            // extension.
            let is_taker = |one: &str, member: &Member| {
                one == line.agent_channel || (one != channel && line.agent.is_some() && member.extension == line.agent)
            };
            if here.iter().any(|(one, member)| is_taker(one, member)) {
                continue;
            }
            let newcomer = here.iter().find(|(one, _)| one.as_str() == channel && **one != &line.caller);
            let other = newcomer.or_else(|| here.iter().find(|(one, _)| **one != &line.caller));
            if let Some((other, member)) = other {
                meets.push((call_id.clone(), member.extension.clone(), (*other).clone()));
            }
        }
        meets.into_iter().flat_map(|(call_id, agent, channel)| self.talks(&call_id, agent, &channel, at)).collect()
    }

    /// An extension talks with the caller: it has answered, or taken over from another.
    fn talks(&mut self, call_id: &str, agent: Option<String>, channel: &str, at: Timestamp) -> Vec<Told> {
        let Some(line) = self.lines.get_mut(call_id) else { return Vec::new() };
        line.agent_channel = channel.to_owned();
        let kind = if line.answered { CtiKind::Transferred } else { CtiKind::Answered };
        if line.answered && !line.passed && (line.agent == agent || agent.is_none()) {
            return Vec::new();
        }
        (line.answered, line.passed) = (true, false);
        line.agent.clone_from(&agent);
        told(call_id, CtiEvent { agent, ..CtiEvent::new(kind, at) })
    }

    fn holds(&mut self, frame: &Frame, kind: CtiKind, at: Timestamp) -> Vec<Told> {
        let call_id = call_of(frame);
        match self.lines.get(&call_id) {
            Some(line) if line.answered => told(&call_id, CtiEvent::new(kind, at)),
            _ => Vec::new(),
        }
    }

    /// A taker passes the call to an extension without waiting for it: nobody has it until somebody meets the caller.
    fn passes(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let agent = word(frame.get("Extension"));
        self.changes_hands(frame, ["TransfereeLinkedid", "TransfererLinkedid"], (agent, ""), BLIND, at)
    }

    /// A taker has spoken with another and hands the call over.
    fn hands_over(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let agent = extension_of(frame.get("TransferTargetChannel"));
        let channel = frame.get("TransferTargetUniqueid");
        let of = ["TransfereeLinkedid", "OrigTransfererLinkedid"];
        self.changes_hands(frame, of, (agent, channel), "attended", at)
    }

    fn changes_hands(
        &mut self,
        frame: &Frame,
        of: [&str; 2],
        (agent, channel): (Option<String>, &str),
        how: &str,
        at: Timestamp,
    ) -> Vec<Told> {
        if !frame.get("Result").eq_ignore_ascii_case("success") {
            return Vec::new();
        }
        let call_id = of.into_iter().map(|name| frame.get(name)).find(|call_id| self.lines.contains_key(*call_id));
        let Some((call_id, line)) = call_id.and_then(|id| Some((id, self.lines.get_mut(id)?))) else {
            return Vec::new();
        };
        line.answered = true;
        line.passed = how == BLIND;
        line.agent = agent.clone().filter(|_| !line.passed);
        line.agent_channel = channel.to_owned();
        told(call_id, CtiEvent { agent, reason: word(how), ..CtiEvent::new(CtiKind::Transferred, at) })
    }

    fn hangs_up(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let channel = frame.get("Uniqueid");
        self.members.remove(channel);
        let call_id = call_of(frame);
        if self.lines.get(&call_id).is_none_or(|line| line.caller != channel) {
            return Vec::new();
        }
        let Some(line) = self.lines.remove(&call_id) else { return Vec::new() };
        let left = !line.answered && (line.abandoned || line.gave_up());
        let reason = word(&line.reason).or_else(|| word(frame.get("Cause-txt")));
        let mut told = Vec::new();
        if left && !line.abandoned {
            told.push(Told { call_id: call_id.clone(), event: CtiEvent::new(CtiKind::Abandoned, at) });
        }
        told.push(Told { call_id, event: CtiEvent { reason, ..CtiEvent::new(CtiKind::Ended, at) } });
        told
    }

    /// A channel of the list of what is going on.
    fn lists(&mut self, frame: &Frame, at: Timestamp) -> Vec<Told> {
        let call_id = call_of(frame);
        let Some(listed) = self.listed.as_mut() else { return Vec::new() };
        listed.insert(call_id);
        let mut told = self.comes(frame, at);
        let bridge = frame.get("BridgeId");
        told.extend(self.stands_in(frame.get("Uniqueid"), bridge, extension_of(frame.get("Channel")), at));
        told
    }

    fn note(&mut self, frame: &Frame, write: impl FnOnce(&mut Line)) -> Vec<Told> {
        let call_id = call_of(frame);
        if let Some(line) = self.lines.get_mut(&call_id) {
            write(line);
        }
        Vec::new()
    }
}

fn told(call_id: &str, event: CtiEvent) -> Vec<Told> {
    vec![Told { call_id: call_id.to_owned(), event }]
}

/// The call that a thing is said of. What is said of dialling bears the id at either end.
fn call_of(frame: &Frame) -> String {
    let named = ["Linkedid", "DestLinkedid"].into_iter().map(|name| frame.get(name)).find(|id| !id.is_empty());
    named.unwrap_or_default().to_owned()
}

/// A word as a call keeps it; none where it is empty or where the switch does not know.
fn word(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(WORD_MAX_CHARS).collect();
    Some(clean).filter(|text| !text.is_empty() && text != "<unknown>")
}

/// A word that names the caller, where the number is not withheld.
fn from(frame: &Frame, kind: CtiKind, at: Timestamp) -> CtiEvent {
    let withheld = ["anonymous", "restricted", "unknown", "unavailable"];
    let number = word(frame.get("CallerIDNum")).filter(|number| !withheld.contains(&number.to_lowercase().as_str()));
    CtiEvent { caller_number: number, ..CtiEvent::new(kind, at) }
}

/// The switch's own time: seconds since 1970 with a point, as `timestampevents = yes` brings it.
fn timestamp(text: &str) -> Option<Timestamp> {
    let (seconds, rest) = text.split_once('.').unwrap_or((text, ""));
    let seconds: i64 = seconds.parse().ok()?;
    if !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let micros: i64 = format!("{rest:0<6}").get(..6)?.parse().ok()?;
    seconds.checked_mul(1_000_000)?.checked_add(micros).map(Timestamp)
}

/// The extension of a member of a queue: `PJSIP/201`, `Local/201@from-queue/n`.
fn extension_of_interface(interface: &str) -> Option<String> {
    let (_, rest) = interface.split_once('/')?;
    let end = rest.find(['@', '/']).unwrap_or(rest.len());
    word(&rest[..end])
}

/// The extension of a channel: `PJSIP/201-0000002a`, `Local/201@from-queue-00000001;1`.
pub(super) fn extension_of(channel: &str) -> Option<String> {
    let (_, rest) = channel.split_once('/')?;
    if let Some((extension, _)) = rest.split_once('@') {
        return word(extension);
    }
    match rest.rsplit_once('-') {
        Some((extension, serial)) if serial.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b';') => {
            word(extension)
        }
        _ => word(rest),
    }
}

#[cfg(test)]
mod tests;
