//! The Asterisk Manager Interface on the wire: lines `Key: Value`, and an empty one after each thing that is said.
//!
//! A switch's words come in pieces of any length, and whoever stands in its place may send anything. Therefore bytes
//! are taken one after another, and every part has a longest length.

/// Longest line, in bytes.
pub const LINE_MAX_BYTES: usize = 8 * 1024;
/// Most lines of one thing that is said.
pub const FIELDS_MAX_COUNT: usize = 200;

/// One thing that was said: an event, or the answer to something that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frame {
    fields: Vec<(String, String)>,
}

impl Frame {
    /// The first value of that name, whatever its case; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        let named = |field: &&(String, String)| field.0.eq_ignore_ascii_case(name);
        self.fields.iter().find(named).map_or("", |(_, value)| value.as_str())
    }

    /// The event's name in small letters; empty for an answer.
    pub fn event(&self) -> String {
        self.get("Event").to_ascii_lowercase()
    }
}

/// Why a switch can't be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A line is longer than [`LINE_MAX_BYTES`].
    #[error("a line is longer than {LINE_MAX_BYTES} bytes")]
    LongLine,
    /// More lines than [`FIELDS_MAX_COUNT`] without an end.
    #[error("more than {FIELDS_MAX_COUNT} lines without an end")]
    ManyFields,
}

/// What came so far of the thing that is being said.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    line: Vec<u8>,
    frame: Frame,
}

impl Reader {
    /// Takes what has just come and answers what is complete.
    ///
    /// # Errors
    /// Where no switch would speak so; the connection is of no use then.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<Frame>, FrameError> {
        let mut frames = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                if self.line.len() == LINE_MAX_BYTES {
                    return Err(FrameError::LongLine);
                }
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches('\r');
            if line.is_empty() {
                let frame = std::mem::take(&mut self.frame);
                if !frame.fields.is_empty() {
                    frames.push(frame);
                }
                continue;
            }
            // The greeting has no colon, and nobody needs it.
            let Some((name, value)) = line.split_once(':') else { continue };
            if self.frame.fields.len() == FIELDS_MAX_COUNT {
                return Err(FrameError::ManyFields);
            }
            self.frame.fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(frames)
    }
}

/// A thing that is said to the switch. A line end in a value would be a line of its own: what has one is not said.
pub fn action(name: &str, fields: &[(&str, &str)]) -> Option<String> {
    let mut text = format!("Action: {name}\r\n");
    for (key, value) in fields {
        if value.contains(['\r', '\n']) {
            return None;
        }
        text.push_str(&format!("{key}: {value}\r\n"));
    }
    text.push_str("\r\n");
    Some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SAID: &[u8] = b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nChallenge: 840415273\r\n\r\n\
        Event: Hold\r\nLinkedid: 1.2\r\nMusicClass: a: b\r\n\r\n";

    #[test]
    fn what_is_said_is_read_line_by_line_and_the_greeting_is_left_out() {
        let frames = Reader::default().take(SAID).unwrap();
        assert_eq!(frames.len(), 2);
        assert_eq!((frames[0].get("challenge"), frames[0].event().as_str()), ("840415273", ""));
        assert_eq!((frames[1].event().as_str(), frames[1].get("MusicClass")), ("hold", "a: b"));
    }

    #[test]
    fn what_no_switch_says_ends_the_talk() {
        let long = vec![b'a'; LINE_MAX_BYTES + 1];
        assert_eq!(Reader::default().take(&long), Err(FrameError::LongLine));
        let many = "A: b\r\n".repeat(FIELDS_MAX_COUNT + 1);
        assert_eq!(Reader::default().take(many.as_bytes()), Err(FrameError::ManyFields));
    }

    #[test]
    fn a_value_can_t_smuggle_a_second_line_to_the_switch() {
        assert_eq!(action("Ping", &[]).unwrap(), "Action: Ping\r\n\r\n");
        assert!(action("Originate", &[("Exten", "0812\r\nAction: Command")]).is_none());
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_same_is_read(cuts in proptest::collection::vec(0..SAID.len(), 0..8)) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let (mut reader, mut frames, mut from) = (Reader::default(), Vec::new(), 0);
            for cut in cuts.into_iter().chain([SAID.len()]) {
                frames.extend(reader.take(&SAID[from..cut]).unwrap());
                from = cut;
            }
            prop_assert_eq!(frames, Reader::default().take(SAID).unwrap());
        }

        #[test]
        fn nothing_that_comes_breaks_it(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let _ = Reader::default().take(&bytes);
        }
    }
}
