//! The records that Asterisk keeps of each call (CDR), as CSV: `Master.csv`, or a table with column names as Issabel
//! and FreePBX give it out. After an outage they say which calls came that nobody heard of.

use std::collections::{BTreeMap, HashMap};

use simpul_kernel::calendar::{Zone, parse_date};
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS, SECOND_MICROS};
use simpul_kernel::{Refusal, Timestamp};

use super::ami::Rules;
use super::cti::{AHEAD_MAX_HOURS, WORD_MAX_CHARS};

/// Largest file of records, in bytes.
pub const CDR_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most records of one file.
pub const CDR_ROWS_MAX_COUNT: usize = 50_000;
/// How old a record may be, in days.
pub const CDR_BEHIND_MAX_DAYS: i64 = 366;
/// Longest call that a switch has, in hours.
const CALL_MAX_HOURS: i64 = 24;

/// A call as the records tell of it; all legs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CdrCall {
    /// The switch's id.
    pub call_id: String,
    /// When it came.
    pub started: Timestamp,
    /// When it was answered.
    pub answered: Option<Timestamp>,
    /// When it was over.
    pub ended: Timestamp,
    /// Who called; absent where it was withheld.
    pub caller: Option<String>,
    /// Which number was called.
    pub called: Option<String>,
    /// The extension that answered.
    pub agent: Option<String>,
}

/// A line that is none, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: u64,
    /// Why.
    pub why: Refusal,
}

/// What stands in a file of records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cdr {
    /// The calls that count, by their beginning.
    pub calls: Vec<CdrCall>,
    /// Lines that can't be read.
    pub bad: Vec<BadLine>,
    /// Records of other calls.
    pub others: u64,
}

/// Where a record keeps what.
enum Columns {
    /// As Asterisk writes `Master.csv`, which has no names.
    Master,
    /// By name.
    Named(HashMap<String, usize>),
}

/// Places in `Master.csv`, as `cdr_csv` writes them.
const MASTER: [(&str, usize); 10] = [
    ("src", 1),
    ("dst", 2),
    ("dcontext", 3),
    ("dstchannel", 6),
    ("lastapp", 7),
    ("lastdata", 8),
    ("start", 9),
    ("answer", 10),
    ("end", 11),
    ("disposition", 14),
];
/// Columns of `Master.csv` before the ids that are there on demand.
const MASTER_COUNT: usize = 16;

impl Columns {
    fn of(record: &csv::StringRecord) -> Columns {
        let names: HashMap<String, usize> =
            record.iter().enumerate().map(|(place, name)| (name.trim().to_lowercase(), place)).collect();
        match names.contains_key("disposition") || names.contains_key("uniqueid") {
            true => Columns::Named(names),
            false => Columns::Master,
        }
    }

    fn get<'r>(&self, record: &'r csv::StringRecord, name: &str) -> &'r str {
        let place = match self {
            Columns::Named(names) => names.get(name).copied(),
            Columns::Master => match name {
                // `newcdrcolumns` adds three: the account of the other side, the id of the whole call, a serial.
                "linkedid" if (MASTER_COUNT + 3..=MASTER_COUNT + 5).contains(&record.len()) => Some(record.len() - 2),
                "uniqueid" if matches!(record.len(), 17 | 18 | 20 | 21) => Some(MASTER_COUNT),
                _ => MASTER.iter().find(|(known, _)| *known == name).map(|(_, place)| *place),
            },
        };
        place.and_then(|place| record.get(place)).unwrap_or("").trim()
    }
}

/// One record.
struct Row {
    call_id: String,
    counts: bool,
    call: CdrCall,
}

fn refused(key: &'static str) -> Refusal {
    Refusal::new(key)
}

/// `2026-11-22 14:05:09` on a clock of that zone.
fn instant(text: &str, zone: Zone) -> Option<Timestamp> {
    let (date, time) = text.split_once(' ')?;
    let date = parse_date(date)?;
    let mut parts = time.trim().splitn(3, ':').map(|part| part.parse::<u16>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(zone.instant(date, hour * 60 + minute).plus_micros(i64::from(second) * SECOND_MICROS))
}

fn word(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(WORD_MAX_CHARS).collect();
    Some(clean).filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("anonymous") && text != "<unknown>")
}

/// When the call of a record came, was answered and was over.
fn times(
    get: &impl Fn(&str) -> String,
    zone: Zone,
    now: Timestamp,
) -> Result<(Timestamp, Option<Timestamp>, Timestamp), Refusal> {
    let wrong = || refused("emergency.cdr.time");
    let begun = Some(get("start")).filter(|text| !text.is_empty()).unwrap_or_else(|| get("calldate"));
    let started = instant(&begun, zone).ok_or_else(wrong)?;
    let seconds = |name: &str| get(name).parse::<i64>().ok().filter(|count| *count >= 0);
    let ended = match get("end").as_str() {
        "" => started.plus_micros(seconds("duration").ok_or_else(wrong)?.saturating_mul(SECOND_MICROS)),
        text => instant(text, zone).ok_or_else(wrong)?,
    };
    // A queue answers for the switch: only with a channel at the other end has somebody taken the call.
    let is_answered = get("disposition").eq_ignore_ascii_case("answered") && !get("dstchannel").is_empty();
    let answered = match (is_answered, get("answer").as_str()) {
        (false, _) => None,
        (true, "") => Some(ended.plus_micros(-seconds("billsec").unwrap_or(0).saturating_mul(SECOND_MICROS))),
        (true, text) => Some(instant(text, zone).ok_or_else(wrong)?),
    };
    let long = ended.micros_since(started) > CALL_MAX_HOURS * HOUR_MICROS;
    if ended < started || long || answered.is_some_and(|answered| answered < started || answered > ended) {
        return Err(refused("emergency.cdr.order"));
    }
    let behind = now.micros_since(started) > CDR_BEHIND_MAX_DAYS * DAY_MICROS;
    if behind || ended.micros_since(now) > AHEAD_MAX_HOURS * HOUR_MICROS {
        return Err(refused("emergency.cdr.far").with("days", CDR_BEHIND_MAX_DAYS.to_string()));
    }
    Ok((started, answered, ended))
}

fn row(
    columns: &Columns,
    record: &csv::StringRecord,
    rules: &Rules,
    zone: Zone,
    now: Timestamp,
) -> Result<Row, Refusal> {
    if matches!(columns, Columns::Master) && record.len() < MASTER_COUNT {
        let refusal = refused("emergency.cdr.columns").with("count", record.len().to_string());
        return Err(refusal.with("least", MASTER_COUNT.to_string()));
    }
    let get = |name: &str| columns.get(record, name).to_owned();
    let call_id = [get("linkedid"), get("uniqueid")].into_iter().find_map(|id| word(&id));
    let call_id = call_id.ok_or_else(|| refused("emergency.cdr.no_id"))?;
    let (started, answered, ended) = times(&get, zone, now)?;
    let queue = get("lastdata").split(',').next().unwrap_or_default().to_owned();
    let in_queue = get("lastapp").eq_ignore_ascii_case("queue") && rules.queues.contains(&queue);
    let called = [get("did"), get("dst")].into_iter().find_map(|number| word(&number));
    let counts = in_queue || rules.takes(called.as_deref().unwrap_or_default(), &get("dcontext"));
    let agent = super::ami::extension_of(&get("dstchannel")).filter(|_| answered.is_some());
    let caller = [get("cnum"), get("src")].into_iter().find_map(|number| word(&number));
    Ok(Row {
        call_id: call_id.clone(),
        counts,
        call: CdrCall { call_id, started, answered, ended, caller, called, agent },
    })
}

/// Two legs of one call.
fn together(one: CdrCall, other: CdrCall) -> CdrCall {
    let (first, second) = if other.started < one.started { (other, one) } else { (one, other) };
    CdrCall {
        call_id: first.call_id,
        started: first.started,
        answered: [first.answered, second.answered].into_iter().flatten().min(),
        ended: first.ended.max(second.ended),
        caller: first.caller.or(second.caller),
        called: first.called.or(second.called),
        agent: second.agent.or(first.agent),
    }
}

/// Reads a file of records: which calls of the emergency number it tells of.
///
/// # Errors
/// `emergency.cdr.large` and `emergency.cdr.rows` of the field `file` for more than one file may hold.
pub fn read(text: &str, rules: &Rules, zone: Zone, now: Timestamp) -> Result<Cdr, Refusal> {
    if text.len() > CDR_MAX_BYTES {
        let most = (CDR_MAX_BYTES / (1024 * 1024)).to_string();
        return Err(Refusal::field("file", "emergency.cdr.large").with("most", most));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut columns: Option<Columns> = None;
    let (mut calls, mut counting): (BTreeMap<String, CdrCall>, BTreeMap<String, bool>) = Default::default();
    let (mut cdr, mut rows) = (Cdr::default(), 0_usize);
    for record in reader.records() {
        rows += 1;
        if rows > CDR_ROWS_MAX_COUNT {
            let most = CDR_ROWS_MAX_COUNT.to_string();
            return Err(Refusal::field("file", "emergency.cdr.rows").with("most", most));
        }
        let Ok(record) = record.inspect_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            cdr.bad.push(BadLine { line, why: refused("emergency.cdr.unreadable") });
        }) else {
            continue;
        };
        let line = record.position().map_or(0, csv::Position::line);
        let known = columns.get_or_insert_with(|| Columns::of(&record));
        if rows == 1 && matches!(known, Columns::Named(_)) {
            continue;
        }
        match row(known, &record, rules, zone, now) {
            Err(why) => cdr.bad.push(BadLine { line, why }),
            Ok(row) => {
                *counting.entry(row.call_id.clone()).or_default() |= row.counts;
                cdr.others += u64::from(!row.counts);
                let call = match calls.remove(&row.call_id) {
                    Some(before) => together(before, row.call),
                    None => row.call,
                };
                calls.insert(row.call_id, call);
            }
        }
    }
    cdr.calls = calls.into_values().filter(|call| counting.get(&call.call_id) == Some(&true)).collect();
    cdr.calls.sort_by(|one, other| (one.started, &one.call_id).cmp(&(other.started, &other.call_id)));
    Ok(cdr)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MASTER_CSV: &str = include_str!("../../tests/cdr/Master.csv");

    fn rules() -> Rules {
        Rules { numbers: vec!["112".to_owned()], ..Rules::default() }
    }

    fn now() -> Timestamp {
        Zone::Wita.instant(parse_date("2026-11-22").unwrap(), 600)
    }

    fn read_at_ten(text: &str) -> Cdr {
        read(text, &rules(), Zone::Wita, now()).unwrap()
    }

    #[test]
    fn master_csv_tells_of_the_calls_to_the_emergency_number() {
        let cdr = read_at_ten(MASTER_CSV);
        assert_eq!((cdr.calls.len(), cdr.bad.len(), cdr.others), (2, 0, 1));
        let first = &cdr.calls[0];
        assert_eq!(first.call_id, "1795306200.16");
        assert_eq!(first.answered.unwrap().micros_since(first.started), 7 * SECOND_MICROS);
        assert_eq!((first.agent.as_deref(), first.caller.as_deref()), (Some("201"), Some("081234567890")));
        assert!(cdr.calls[1].answered.is_none());
    }

    #[test]
    fn a_table_with_names_is_read_by_them_and_legs_of_one_call_are_one() {
        let text = "calldate,src,dst,dcontext,dstchannel,duration,billsec,disposition,uniqueid,did,linkedid\n\
            2026-11-22 08:00:00,0812,600,ext-queues,PJSIP/202-0000000a,20,0,NO ANSWER,1.1,112,1.1\n\
            2026-11-22 08:00:00,0812,600,ext-queues,PJSIP/201-0000000b,60,50,ANSWERED,1.2,,1.1\n";
        let cdr = read_at_ten(text);
        assert_eq!(cdr.calls.len(), 1);
        let call = &cdr.calls[0];
        assert_eq!(call.answered.unwrap().micros_since(call.started), 10 * SECOND_MICROS);
        assert_eq!((call.ended.micros_since(call.started), call.agent.as_deref()), (60 * SECOND_MICROS, Some("201")));
    }

    #[test]
    fn bad_lines_are_named_with_their_number_and_reason() {
        let lines: Vec<String> = MASTER_CSV.lines().map(str::to_owned).collect();
        let no_id = lines[0].rsplitn(3, ',').nth(2).unwrap().to_owned();
        let text = [
            lines[0].clone(),
            "a,b,c".to_owned(),
            no_id,
            lines[1].replace("08:05:00", "25:00:00"),
            lines[1].replace("2026-11-22 08:05:30", "2026-11-22 08:04:00"),
            lines[1].replace("2026-11-22", "2036-11-22"),
        ];
        let cdr = read_at_ten(&text.join("\n"));
        let bad: Vec<_> = cdr.bad.iter().map(|bad| (bad.line, bad.why.key)).collect();
        let wanted = [
            (2, "emergency.cdr.columns"),
            (3, "emergency.cdr.no_id"),
            (4, "emergency.cdr.time"),
            (5, "emergency.cdr.order"),
            (6, "emergency.cdr.far"),
        ];
        assert_eq!(bad, wanted);
        assert_eq!(cdr.calls.len(), 1);
    }

    #[test]
    fn more_than_one_file_may_hold_is_refused_before_anything_is_read() {
        let many = "a\n".repeat(CDR_ROWS_MAX_COUNT + 1);
        assert_eq!(read(&many, &rules(), Zone::Wita, now()).unwrap_err().key, "emergency.cdr.rows");
        let large = "a".repeat(CDR_MAX_BYTES + 1);
        assert_eq!(read(&large, &rules(), Zone::Wita, now()).unwrap_err().key, "emergency.cdr.large");
    }

    proptest! {
        #[test]
        fn no_file_breaks_it(text in "[\\PC\n\",]{0,400}") {
            let _ = read(&text, &rules(), Zone::Wita, now());
        }
    }
}
