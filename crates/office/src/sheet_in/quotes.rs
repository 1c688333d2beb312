//! Tells whether a CSV file ends inside quotation marks: its reader would take all that follows as one cell, and say
//! nothing of it. Also makes the line ends of Windows one byte, so that lines are counted right.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Where in a cell the last byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    /// After a mark in quotation marks: the end of the cell, or the first of two that mean one.
    Closing,
}

/// Passes bytes on, and watches their quotation marks.
pub struct Quotes<R> {
    from: R,
    separator: u8,
    at: At,
    /// Whether the last byte was a carriage return, which is passed on unless a line feed follows.
    return_waits: bool,
    ended: bool,
    /// Bytes passed on.
    passed: u64,
    /// Where a cell went on behind its closing mark: the mark that should have opened another cell has closed this one.
    misplaced: VecDeque<u64>,
}

impl<R> Quotes<R> {
    /// Watches what comes from `from`.
    pub fn new(from: R, separator: u8) -> Quotes<R> {
        Quotes {
            from,
            separator,
            at: At::Start,
            return_waits: false,
            ended: false,
            passed: 0,
            misplaced: VecDeque::new(),
        }
    }

    /// Whether everything was read and a quotation mark is still open.
    pub fn are_left_open(&self) -> bool {
        self.ended && self.at == At::Quoted
    }

    /// Whether a mark before the byte `end` stands where it can't. What lies before it is forgotten.
    pub fn stand_wrong_before(&mut self, end: u64) -> bool {
        let known = self.misplaced.len();
        while self.misplaced.front().is_some_and(|at| *at < end) {
            self.misplaced.pop_front();
        }
        self.misplaced.len() < known
    }

    fn take(&mut self, byte: u8) {
        let ends = matches!(byte, b'\n' | b'\r' | b'"') || byte == self.separator;
        if self.at == At::Closing && !ends {
            self.misplaced.push_back(self.passed);
        }
        self.passed += 1;
        self.at = match (self.at, byte) {
            (At::Quoted, b'"') => At::Closing,
            (At::Quoted, _) | (At::Start | At::Closing, b'"') => At::Quoted,
            (_, b'\n' | b'\r') => At::Start,
            (_, byte) if byte == self.separator => At::Start,
            _ => At::Plain,
        };
    }
}

impl<R: Read> Quotes<R> {
    /// Makes one line feed of CR and LF, in place from the second byte on: the reader of CSV counts a line by its
    /// feed, and would count the one between the two to the row after it. Answers how many bytes there are.
    fn join_line_ends(&mut self, bytes: &mut [u8], count: usize) -> usize {
        let mut kept = 0;
        for at in 1..=count {
            let byte = bytes[at];
            if self.return_waits && byte != b'\n' {
                bytes[kept] = b'\r';
                kept += 1;
            }
            self.return_waits = byte == b'\r';
            if !self.return_waits {
                bytes[kept] = byte;
                kept += 1;
            }
        }
        kept
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.len() < 2 {
            return Err(io::Error::other("the room for what is read is too small"));
        }
        loop {
            // One byte is kept free for a carriage return that waits from before.
            let count = self.from.read(&mut into[1..])?;
            let kept = if count == 0 && self.return_waits {
                self.return_waits = false;
                into[0] = b'\r';
                1
            } else {
                self.join_line_ends(into, count)
            };
            self.ended = count == 0;
            into[..kept].iter().for_each(|byte| self.take(*byte));
            if kept > 0 || self.ended {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_left_open(text: &str) -> bool {
        let mut quotes = Quotes::new(text.as_bytes(), b',');
        io::copy(&mut quotes, &mut io::sink()).expect("read");
        quotes.are_left_open()
    }

    proptest::proptest! {
        #[test]
        fn line_ends_become_one_byte_and_nothing_else_changes(text in "[a\r\n\"]{0,60}", step in 2usize..9) {
            let mut quotes = Quotes::new(text.as_bytes(), b',');
            let (mut all, mut some) = (Vec::new(), vec![0; step]);
            loop {
                match quotes.read(&mut some).expect("read") {
                    0 => break,
                    count => all.extend(&some[..count]),
                }
            }
            proptest::prop_assert_eq!(String::from_utf8(all).expect("text"), text.replace("\r\n", "\n"));
        }
    }

    #[test]
    fn only_a_mark_that_begins_a_cell_and_is_never_closed_is_open() {
        for text in ["", "a,b", "\"a\",b", "\"a\"\"b\",c\n", "pipa 5\",b\n", "\"a\nb\"\n", "\"a\"x\"\n"] {
            assert!(!is_left_open(text), "{text:?}");
        }
        for text in ["\"", "a,\"b\nc,d\n", "\"a\"\"", "\"a\"\"\n\nb,c"] {
            assert!(is_left_open(text), "{text:?}");
        }
    }
}
