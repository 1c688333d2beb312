//! The operation centre's own stage, 1 to 5 (*tingkat kesiagaan COC*). It is a number: the words that others use for
//! theirs are not ours. Simpul proposes with its reasons; an officer on duty confirms.

use serde::{Deserialize, Serialize};
use simpul_kernel::Timestamp;
use simpul_kernel::clock::MINUTE_MICROS;
use uuid::Uuid;

use super::{Incident, IncidentStatus, Priority};

/// A stage: 1 normal, 2 risk, 3 impact, 4 severe in several districts, 5 beyond what the region can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stage(u8);

impl Stage {
    /// Nothing out of the ordinary.
    pub const NORMAL: Stage = Stage(1);
    /// The public is told from this stage on.
    pub const RISK: Stage = Stage(2);
    /// All, the calmest first.
    pub const ALL: [Stage; 5] = [Stage(1), Stage(2), Stage(3), Stage(4), Stage(5)];

    /// The stage of that number; `None` outside 1 to 5.
    pub fn new(level: i64) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.level() == level)
    }

    /// 1 to 5.
    pub fn level(self) -> i64 {
        i64::from(self.0)
    }

    /// Whether the public is told.
    pub fn is_public(self) -> bool {
        self >= Stage::RISK
    }
}

/// So many open incidents of the first priority are a risk.
pub const FIRST_RISK_COUNT: usize = 2;
/// So many are an impact.
pub const FIRST_IMPACT_COUNT: usize = 4;
/// An impact in so many districts is severe.
pub const SEVERE_DISTRICTS_COUNT: usize = 3;
/// So many incidents of the first priority without any unit left are more than the region can do.
pub const BEYOND_WAITING_COUNT: usize = 3;
/// Calls of an hour are a risk from so many times the usual on …
pub const CALLS_RISK_TIMES: f64 = 2.0;
/// … and an impact from so many times on …
pub const CALLS_IMPACT_TIMES: f64 = 4.0;
/// … if there are at least so many: three calls instead of one say nothing.
pub const CALLS_LEAST_COUNT: i64 = 10;
/// Units are scarce when no more than one of so many is free.
pub const SCARCE_ONE_OF: usize = 4;
/// A region with fewer units always has few free.
pub const SCARCE_LEAST_COUNT: usize = 4;

/// A warning of others that bears on the stage: heavy rain, a river that rises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What warns.
    pub kind: WarningKind,
    /// Which stage it asks for.
    pub stage: Stage,
}

/// What warns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Rain.
    Rain,
    /// A river.
    River,
}

/// What a proposal is made from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signs {
    /// Districts of the open incidents of the first priority, one for each; `None` where it is not known.
    pub first: Vec<Option<i64>>,
    /// How many of these no unit is on the way to.
    pub first_waiting: usize,
    /// Calls of the last hour.
    pub calls: i64,
    /// Calls that this hour of the day usually has; `None` while too little is known.
    pub usual: Option<f64>,
    /// Units that can be sent.
    pub free: usize,
    /// All units in service.
    pub units: usize,
    /// Warnings of others.
    pub warnings: Vec<Warning>,
}

impl Signs {
    /// The signs of incidents: those of drills count nothing. `lacks` says to which of them nobody is on the way.
    pub fn of_incidents(incidents: &[Incident], lacks: impl Fn(&Incident) -> bool) -> Signs {
        let is_first = |incident: &&Incident| {
            let open = incident.status.is_active() && incident.status != IncidentStatus::Controlled;
            open && !incident.drill && incident.priority == Priority::FIRST
        };
        let first = incidents.iter().filter(is_first);
        Signs {
            first: first.clone().map(|incident| incident.site.district).collect(),
            first_waiting: first.filter(|incident| lacks(incident)).count(),
            ..Signs::default()
        }
    }

    fn districts(&self) -> usize {
        let mut known: Vec<i64> = self.first.iter().flatten().copied().collect();
        known.sort_unstable();
        known.dedup();
        known.len()
    }
}

/// Why a stage is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// So many incidents of the first priority are open.
    First {
        /// How many.
        count: usize,
    },
    /// They are in so many districts.
    Districts {
        /// How many.
        count: usize,
    },
    /// More calls than usual.
    Calls {
        /// Of the last hour.
        count: i64,
        /// What this hour of the day usually has, in tenths of a call.
        usual_tenths: i64,
    },
    /// Few units are free.
    Scarce {
        /// Free ones.
        free: usize,
        /// All in service.
        units: usize,
    },
    /// No unit is free.
    NoUnit {
        /// All in service.
        units: usize,
    },
    /// Incidents of the first priority wait for a unit, and none is free.
    Waiting {
        /// How many.
        count: usize,
    },
    /// Others warn.
    Warned {
        /// What warns.
        kind: WarningKind,
    },
}

impl Reason {
    /// Its name in the catalogue.
    pub fn key(&self) -> &'static str {
        match self {
            Reason::First { .. } => "emergency.stage.why.first",
            Reason::Districts { .. } => "emergency.stage.why.districts",
            Reason::Calls { .. } => "emergency.stage.why.calls",
            Reason::Scarce { .. } => "emergency.stage.why.scarce",
            Reason::NoUnit { .. } => "emergency.stage.why.no_unit",
            Reason::Waiting { .. } => "emergency.stage.why.waiting",
            Reason::Warned { kind: WarningKind::Rain } => "emergency.stage.why.rain",
            Reason::Warned { kind: WarningKind::River } => "emergency.stage.why.river",
        }
    }

    /// Its two numbers for the catalogue's places.
    pub fn numbers(&self) -> (i64, i64) {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        match *self {
            Reason::First { count: n } | Reason::Districts { count: n } | Reason::Waiting { count: n } => (count(n), 0),
            Reason::Calls { count, usual_tenths } => (count, usual_tenths),
            Reason::Scarce { free, units } => (count(free), count(units)),
            Reason::NoUnit { units } => (0, count(units)),
            Reason::Warned { .. } => (0, 0),
        }
    }
}

/// A stage with what speaks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The stage.
    pub stage: Stage,
    /// Each reason with the stage that it asks for, the strongest first. None for stage 1.
    pub reasons: Vec<(Stage, Reason)>,
}

/// The stage that the signs ask for: the highest of what each of them asks for.
pub fn propose(signs: &Signs) -> Proposal {
    let mut reasons: Vec<(Stage, Reason)> = Vec::new();
    let mut add = |level: u8, reason: Reason| reasons.push((Stage(level), reason));
    let count = signs.first.len();
    if count >= FIRST_RISK_COUNT {
        add(if count >= FIRST_IMPACT_COUNT { 3 } else { 2 }, Reason::First { count });
    }
    let districts = signs.districts();
    if count >= FIRST_IMPACT_COUNT && districts >= SEVERE_DISTRICTS_COUNT {
        add(4, Reason::Districts { count: districts });
    }
    if let Some((level, reason)) = calls(signs) {
        add(level, reason);
    }
    if let Some((level, reason)) = units(signs) {
        add(level, reason);
    }
    for warning in &signs.warnings {
        add(warning.stage.0, Reason::Warned { kind: warning.kind });
    }
    reasons.retain(|(stage, _)| *stage > Stage::NORMAL);
    reasons.sort_by_key(|(stage, _)| std::cmp::Reverse(*stage));
    let stage = reasons.first().map_or(Stage::NORMAL, |(stage, _)| *stage);
    Proposal { stage, reasons }
}

fn calls(signs: &Signs) -> Option<(u8, Reason)> {
    let usual = signs.usual.filter(|_| signs.calls >= CALLS_LEAST_COUNT)?;
    #[expect(clippy::cast_precision_loss, reason = "calls of an hour")]
    let times = signs.calls as f64 / usual.max(1.0);
    let level = if times >= CALLS_IMPACT_TIMES { 3 } else { 2 };
    #[expect(clippy::cast_possible_truncation, reason = "calls of an hour")]
    let usual_tenths = (usual * 10.0).round() as i64;
    (times >= CALLS_RISK_TIMES).then_some((level, Reason::Calls { count: signs.calls, usual_tenths }))
}

fn units(signs: &Signs) -> Option<(u8, Reason)> {
    let Signs { free, units, first_waiting, .. } = *signs;
    if units == 0 {
        return None;
    }
    if free == 0 && first_waiting > 0 {
        let level = if first_waiting >= BEYOND_WAITING_COUNT { 5 } else { 4 };
        return Some((level, Reason::Waiting { count: first_waiting }));
    }
    if free == 0 {
        return Some((3, Reason::NoUnit { units }));
    }
    (units >= SCARCE_LEAST_COUNT && free * SCARCE_ONE_OF <= units).then_some((2, Reason::Scarce { free, units }))
}

/// A confirmed stage, of the region or of one district.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirmed {
    /// Id.
    pub id: Uuid,
    /// The district; `None` for the whole region.
    pub district: Option<i64>,
    /// The stage.
    pub stage: Stage,
    /// What Simpul proposed at that moment.
    pub proposed: Stage,
    /// Its reasons.
    pub reasons: Vec<(Stage, Reason)>,
    /// Why, in words that the public may read.
    pub note: String,
    /// When it was confirmed.
    pub at: Timestamp,
    /// By whom, as the journal names them.
    pub by: String,
}

/// A step of a stage's checklist, as the region keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// Id.
    pub id: Uuid,
    /// The stage that it belongs to.
    pub stage: Stage,
    /// Its place in the list.
    pub position: i64,
    /// What is to be done.
    pub body: String,
    /// Short name of the agency that does it; empty for whoever confirms the stage.
    pub owner: String,
    /// How long it may take, in minutes.
    pub minutes: i64,
}

/// Longest time that a step may take, in minutes: a week.
pub const PROTOCOL_MAX_MINUTES: i64 = 7 * 24 * 60;

/// What a step of a checklist has become: one owner, one deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionItem {
    /// Id.
    pub id: Uuid,
    /// The confirmation that opened it.
    pub stage: Uuid,
    /// What is to be done.
    pub body: String,
    /// The agency that does it.
    pub agency: Option<Uuid>,
    /// The officer who does it, where no agency does.
    pub officer: Option<Uuid>,
    /// Until when.
    pub due: Timestamp,
    /// When it was done, or given up because the stage was over.
    pub ended: Option<Timestamp>,
    /// Whether it was done.
    pub done: bool,
    /// Who said so.
    pub ended_by: Option<String>,
}

impl ActionItem {
    /// Whether it waits and its time is up.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.ended.is_none() && self.due <= now
    }
}

/// The steps that a change from one stage to another opens: on the way up those of every stage passed, none on the way
/// down.
pub fn opened(protocols: &[Protocol], from: Stage, to: Stage) -> impl Iterator<Item = &Protocol> {
    protocols.iter().filter(move |protocol| protocol.stage > from && protocol.stage <= to)
}

/// Until when a step has to be done.
pub fn due(protocol: &Protocol, now: Timestamp) -> Timestamp {
    now.plus_micros(protocol.minutes.clamp(1, PROTOCOL_MAX_MINUTES) * MINUTE_MICROS)
}

/// The steps that a new region begins with: stage, what, agency, minutes.
pub const PROTOCOLS: [(u8, &str, &str, i64); 17] = [
    (2, "Periksa peringatan BMKG, tinggi muka air, dan laporan desa", "BPBD", 30),
    (2, "Pastikan setiap unit menjawab panggilan radio", "", 15),
    (2, "Hubungi petugas piket PSC 119, Damkar, BPBD, dan Polres", "", 30),
    (2, "Tambah satu penerima panggilan bila antrean lebih dari tiga", "", 30),
    (3, "Laporan cepat kepada Bupati dan Sekda", "", 30),
    (3, "Aktifkan tim reaksi cepat", "BPBD", 30),
    (3, "Siapkan tempat pengungsian dan dapur umum", "Dinsos", 120),
    (3, "Siapkan alat berat dan jalan alternatif", "DPUTRPKP2", 120),
    (3, "Siapkan puskesmas dan rumah sakit terdekat", "Dinkes", 60),
    (4, "Buka posko di setiap kecamatan yang terdampak", "BPBD", 120),
    (4, "Kaji cepat korban, rumah, jalan, dan jembatan", "BPBD", 180),
    (4, "Minta bantuan Kodim, Polres, dan Pos SAR", "", 30),
    (4, "Siapkan keterangan pers dua kali sehari", "Dinas Kominfo SP", 120),
    (4, "Siapkan usulan status keadaan darurat kepada Bupati", "BPBD", 240),
    (5, "Minta bantuan provinsi dan kabupaten tetangga", "", 30),
    (5, "Minta bantuan Basarnas dan BNPB", "BPBD", 30),
    (5, "Atur giliran istirahat petugas 112 dan unit", "", 240),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::call::tests::at;
    use crate::model::incident::tests::incident;

    fn calm() -> Signs {
        Signs { free: 8, units: 9, usual: Some(3.0), calls: 3, ..Signs::default() }
    }

    fn level(signs: &Signs) -> i64 {
        propose(signs).stage.level()
    }

    #[test]
    fn an_ordinary_hour_is_stage_one_without_a_reason() {
        assert_eq!(propose(&calm()), Proposal { stage: Stage::NORMAL, reasons: Vec::new() });
        assert_eq!(level(&Signs { first: vec![Some(1)], ..calm() }), 1, "one house on fire is a day's work");
        assert_eq!(level(&Signs::default()), 1, "a region without units and calls");
    }

    #[test]
    fn open_first_priorities_raise_the_stage_and_their_spread_raises_it_further() {
        assert_eq!(level(&Signs { first: vec![None; 2], ..calm() }), 2);
        assert_eq!(level(&Signs { first: vec![Some(1); 4], ..calm() }), 3);
        let spread = Signs { first: vec![Some(1), Some(2), Some(3), Some(3)], ..calm() };
        let proposal = propose(&spread);
        assert_eq!(proposal.stage.level(), 4);
        assert_eq!(proposal.reasons[0].1, Reason::Districts { count: 3 });
        assert_eq!(proposal.reasons.len(), 2, "the weaker reason is told as well");
    }

    #[test]
    fn calls_count_against_the_usual_and_few_of_them_say_nothing() {
        assert_eq!(level(&Signs { calls: 9, usual: Some(1.0), ..calm() }), 1);
        assert_eq!(level(&Signs { calls: 10, usual: Some(5.0), ..calm() }), 2);
        assert_eq!(level(&Signs { calls: 20, usual: Some(5.0), ..calm() }), 3);
        assert_eq!(level(&Signs { calls: 500, usual: None, ..calm() }), 1, "the usual is not known");
    }

    #[test]
    fn without_a_unit_for_those_in_danger_the_region_is_at_its_end() {
        assert_eq!(level(&Signs { free: 2, ..calm() }), 2);
        assert_eq!(level(&Signs { free: 0, ..calm() }), 3);
        let waiting = |first_waiting| Signs { first: vec![None; first_waiting], free: 0, first_waiting, ..calm() };
        assert_eq!((level(&waiting(1)), level(&waiting(2)), level(&waiting(3))), (4, 4, 5));
    }

    #[test]
    fn a_warning_of_others_asks_for_its_own_stage() {
        let warnings = vec![Warning { kind: WarningKind::River, stage: Stage(3) }];
        let proposal = propose(&Signs { warnings, ..calm() });
        assert_eq!(proposal.reasons, [(Stage(3), Reason::Warned { kind: WarningKind::River })]);
    }

    #[test]
    fn a_drill_an_incident_under_control_and_a_lesser_one_are_no_signs() {
        let first = incident();
        let drill = Incident { drill: true, ..first.clone() };
        let controlled = Incident { status: IncidentStatus::Controlled, ..first.clone() };
        let lesser = Incident { priority: Priority::new(2).unwrap(), ..first.clone() };
        let signs = Signs::of_incidents(&[first, drill, controlled, lesser], |_| true);
        assert_eq!((signs.first.len(), signs.first_waiting), (1, 1));
    }

    #[test]
    fn the_way_up_opens_every_list_that_is_passed_and_the_way_down_none() {
        let protocols: Vec<Protocol> = PROTOCOLS
            .iter()
            .map(|(level, body, owner, minutes)| Protocol {
                id: Uuid::nil(),
                stage: Stage(*level),
                position: 0,
                body: (*body).to_owned(),
                owner: (*owner).to_owned(),
                minutes: *minutes,
            })
            .collect();
        let count = |from, to| opened(&protocols, Stage(from), Stage(to)).count();
        assert_eq!((count(1, 2), count(2, 4), count(1, 5)), (4, 10, 17));
        assert_eq!((count(4, 2), count(3, 3)), (0, 0));
        assert_eq!(due(&protocols[0], at(0)), at(30 * 60));
    }

    #[test]
    fn no_step_uses_the_words_of_others_for_our_stage() {
        for (_, body, _, minutes) in PROTOCOLS {
            let words: Vec<&str> = body.split(|c: char| !c.is_alphabetic()).collect();
            assert!(!words.iter().any(|word| ["Waspada", "Siaga", "Awas"].contains(word)), "{body}");
            assert!((1..=PROTOCOL_MAX_MINUTES).contains(&minutes));
        }
    }

    fn signs() -> impl Strategy<Value = Signs> {
        let first = proptest::collection::vec(proptest::option::of(1..6i64), 0..8);
        (first, 0..200i64, proptest::option::of(0.0..40.0f64), 0..12usize, 0..12usize).prop_map(
            |(first, calls, usual, free, busy)| Signs {
                first_waiting: first.len() / 2,
                first,
                calls,
                usual,
                free,
                units: free + busy,
                warnings: Vec::new(),
            },
        )
    }

    proptest! {
        #[test]
        fn the_stage_is_that_of_its_strongest_reason_and_trouble_never_lowers_it(signs in signs(), more in 0..6i64) {
            let proposal = propose(&signs);
            let strongest = proposal.reasons.iter().map(|(stage, _)| *stage).max().unwrap_or(Stage::NORMAL);
            prop_assert_eq!(proposal.stage, strongest);
            prop_assert_eq!(proposal.stage == Stage::NORMAL, proposal.reasons.is_empty());
            let mut worse = signs.clone();
            worse.first.push(Some(more));
            prop_assert!(propose(&worse).stage >= proposal.stage);
        }
    }
}
