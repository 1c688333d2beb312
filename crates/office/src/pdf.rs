//! Whether a PDF is whole, and what it holds that does more than show pages (ISO 32000-1): scripts and commands
//! (12.6.4), files within the file (7.11.4), or a password (7.6). Their names stand in the file itself or in its packed
//! object streams (7.5.7).

use std::io::Read;

use flate2::read::ZlibDecoder;

use crate::OpenFault;

/// Names, and what a file is that has them.
const NAMES: [(&[u8], OpenFault); 4] = [
    (b"/Encrypt", OpenFault::Locked),
    (b"/JavaScript", OpenFault::Macro),
    (b"/Launch", OpenFault::Macro),
    (b"/EmbeddedFile", OpenFault::Program),
];
/// Most bytes that one object stream is unpacked to.
const UNPACKED_MAX_BYTES: u64 = 8 * 1024 * 1024;
/// Most object streams that are unpacked.
const STREAMS_MAX_COUNT: usize = 2_000;
/// Bytes before a stream in which its own words stand.
const STREAM_HEAD_BYTES: usize = 400;
/// Bytes at the beginning of a PDF within which its header stands.
const PDF_HEAD_BYTES: usize = 1_024;
/// Bytes at its end within which the place of its table and its end mark stand.
const PDF_TAIL_BYTES: usize = 4_096;

/// Whether a PDF has its header, and at its end the place of its table and its end mark (ISO 32000-1, 7.5): a file that
/// was cut off while it was sent has none.
#[must_use]
pub fn is_whole_pdf(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(PDF_HEAD_BYTES)];
    let tail = &bytes[bytes.len().saturating_sub(PDF_TAIL_BYTES)..];
    let start = tail.windows(9).rposition(|window| window == b"startxref").map(|at| &tail[at + 9..]);
    let placed = start.is_some_and(|rest| {
        let rest = rest.trim_ascii_start();
        rest.first().is_some_and(u8::is_ascii_digit) && holds(rest, b"%%EOF")
    });
    holds(head, b"%PDF-") && placed
}

/// Looks into a PDF whose head and end are whole.
///
/// # Errors
/// What is wrong with it.
pub fn look_into_pdf(bytes: &[u8]) -> Result<(), OpenFault> {
    named(bytes)?;
    for (count, at) in places(bytes, b"stream").enumerate() {
        if count >= STREAMS_MAX_COUNT * 4 {
            return Err(OpenFault::TooLarge);
        }
        let head = &bytes[at.saturating_sub(STREAM_HEAD_BYTES)..at];
        let own = head.windows(3).rposition(|window| window == b"obj").map_or(head, |from| &head[from..]);
        if holds(own, b"/ObjStm") && holds(own, b"/FlateDecode") {
            named(&unpacked(&bytes[at + b"stream".len()..]))?;
        }
    }
    Ok(())
}

/// As much of a packed stream as can be read; what is broken shows nothing in a reader either.
fn unpacked(rest: &[u8]) -> Vec<u8> {
    let packed = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    let mut text = Vec::new();
    // What was read before a fault is kept in `text`.
    let _ = ZlibDecoder::new(packed).take(UNPACKED_MAX_BYTES).read_to_end(&mut text);
    text
}

fn named(bytes: &[u8]) -> Result<(), OpenFault> {
    match NAMES.iter().find(|(name, _)| holds(bytes, name)) {
        Some((_, fault)) => Err(*fault),
        None => Ok(()),
    }
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn places<'a>(bytes: &'a [u8], part: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(part.len()).enumerate().filter(move |(_, window)| *window == part).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn packed(text: &str) -> Vec<u8> {
        let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        let body = packer.finish().unwrap();
        let head = "%PDF-1.7\n4 0 obj\n<< /Type /ObjStm /Filter /FlateDecode /N 1 >>\nstream\n";
        [head.as_bytes(), &body, b"\nendstream\nendobj\nstartxref\n9\n%%EOF"].concat()
    }

    #[test]
    fn a_pdf_that_only_shows_pages_is_kept() {
        assert_eq!(look_into_pdf(b"%PDF-1.4\n1 0 obj\n<< /Type /Page /Contents 2 0 R >>\nendobj"), Ok(()));
        assert_eq!(look_into_pdf(&packed("<< /Type /Page >>")), Ok(()));
    }

    #[test]
    fn what_runs_what_holds_files_and_what_is_locked_is_named_also_where_it_is_packed() {
        for (text, fault) in [
            ("<< /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>", OpenFault::Macro),
            ("<< /S /Launch /F (a.exe) >>", OpenFault::Macro),
            ("<< /Type /EmbeddedFile >>", OpenFault::Program),
            ("<< /Encrypt 5 0 R >>", OpenFault::Locked),
        ] {
            assert_eq!(look_into_pdf(text.as_bytes()), Err(fault), "{text}");
            assert_eq!(look_into_pdf(&packed(text)), Err(fault), "{text}, packed");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let head = b"1 0 obj << /ObjStm /FlateDecode >> stream\n".to_vec();
            let _ = look_into_pdf(&[head, bytes].concat());
        }
    }
}
