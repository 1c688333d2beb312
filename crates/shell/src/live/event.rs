//! Events of a stream, as a browser's `EventSource` reads them.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{Map, Value};
use simpul_kernel::calendar::Zone;
use simpul_kernel::format;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{RegionId, Timestamp};

/// Reads `R:SEQ`, or `SEQ` alone; a place in another region's journal is none here.
pub(crate) fn parse_place(text: &str, region: RegionId) -> Option<i64> {
    let text = text.trim();
    let seq = match text.split_once(':') {
        Some((of, seq)) if of.parse::<i32>().ok()? == region.0 => seq,
        Some(_) => return None,
        None => text,
    };
    if !seq.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    seq.parse().ok()
}

/// One event. `data` may have any line breaks: each line of it becomes a `data:` line.
pub(crate) fn event(region: RegionId, seq: i64, kind: Option<&str>, data: &str) -> Bytes {
    let mut text = String::with_capacity(data.len() + 64);
    let _ = writeln!(text, "id: {region}:{seq}");
    if let Some(kind) = kind {
        let _ = writeln!(text, "event: {kind}");
    }
    for line in data.replace("\r\n", "\n").split(['\n', '\r']) {
        let _ = writeln!(text, "data: {line}");
    }
    text.push('\n');
    Bytes::from(text)
}

/// The event of a journal line: what every event has, and what the room's view adds.
pub(crate) fn of_line(line: &JournalLine, zone: Zone, shown: Value) -> Bytes {
    let mut object = Map::new();
    object.insert("seq".into(), line.seq.into());
    object.insert("at".into(), format::iso(line.at, zone).into());
    object.insert("kind".into(), line.kind.as_str().into());
    object.insert("subject".into(), line.subject_id.to_string().into());
    if let Value::Object(more) = shown {
        for (name, value) in more {
            object.entry(name).or_insert(value);
        }
    }
    event(line.region, line.seq, Some(&line.kind), &Value::Object(object).to_string())
}

/// The sign of life of a silent stream; it moves the viewer's place on past lines that were not for it.
pub(crate) fn heartbeat(region: RegionId, seq: i64, now: Timestamp, zone: Zone) -> Bytes {
    event(region, seq, Some("heartbeat"), &format!("{{\"at\":\"{}\"}}", format::iso(now, zone)))
}

/// Tells a viewer whose place lies beyond the journal's end that a backup was put back: what is on the screen may no
/// longer be so, and has to be read anew.
pub(crate) fn restored(region: RegionId, seq: i64, now: Timestamp, zone: Zone) -> Bytes {
    event(region, seq, Some("restored"), &format!("{{\"at\":\"{}\"}}", format::iso(now, zone)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HERE: RegionId = RegionId(7322);

    #[test]
    fn a_place_is_read_with_and_without_its_region() {
        assert_eq!(parse_place("7322:41", HERE), Some(41));
        assert_eq!(parse_place(" 41 ", HERE), Some(41));
        assert_eq!(parse_place("3520:41", HERE), None);
        for wrong in ["", ":", "7322:", "7322:-1", "7322:+1", "7322:4.1", "99999999999999999999"] {
            assert_eq!(parse_place(wrong, HERE).filter(|_| !wrong.is_empty()), None, "{wrong}");
        }
    }

    #[test]
    fn corpus_sse_id() {
        crate::testing::replay("sse_id", |bytes| {
            let _ = parse_place(&String::from_utf8_lossy(bytes), HERE);
        });
    }

    /// Reads an event as EventSource does.
    fn read(bytes: &Bytes) -> (String, String) {
        let text = std::str::from_utf8(bytes).unwrap();
        let of = |name: &str| {
            let lines = text.split('\n').filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            lines.collect::<Vec<_>>().join("\n")
        };
        (of("id"), of("data"))
    }

    proptest! {
        #[test]
        fn any_text_is_a_place_or_none(text in "\\PC{0,40}") {
            let _ = parse_place(&text, HERE);
        }

        #[test]
        fn every_place_comes_back(seq in 0i64..) {
            prop_assert_eq!(parse_place(&format!("{HERE}:{seq}"), HERE), Some(seq));
        }

        #[test]
        fn no_data_breaks_out_of_its_event(data in "[a-z\\r\\n:]{0,40}", seq in 0i64..) {
            let bytes = event(HERE, seq, Some("report.submitted"), &data);
            let (id, read) = read(&bytes);
            prop_assert_eq!(id, format!("{HERE}:{seq}"));
            prop_assert_eq!(read, data.replace("\r\n", "\n").replace('\r', "\n"));
            prop_assert_eq!(bytes.windows(2).filter(|pair| *pair == b"\n\n").count(), 1);
        }
    }
}
