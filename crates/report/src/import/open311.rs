//! Histories in Open311 JSON, with the notes of Chicago's extension: an array, or one object after another.
//!
//! The file is cut into its objects by their braces, so that it is never held whole, every object has a line, and a
//! broken one is refused without losing the next.

use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;

use super::ImportError;
use super::row::{self, Reading, RefusedRow, SourceNote, SourceRow, Standing};

/// Largest object that is looked at, in bytes; Chicago's largest has 2,600.
const OBJECT_MAX_BYTES: usize = 256 * 1024;

/// Cuts a file into its outermost objects.
struct Objects<R> {
    from: R,
    line: u64,
    /// Whether anything of JSON has been seen: what follows is then refused line by line and not as a whole.
    begun: bool,
}

/// What stands in a file, with the line in which it begins.
struct Object {
    line: u64,
    body: Body,
}

enum Body {
    Whole(Vec<u8>),
    /// It has too many bytes and ends in this line.
    TooLong(u64),
    /// The file ends inside it, in this line.
    CutOff(u64),
    /// Something between objects that is none, from this byte on.
    Stray(u8),
}

/// Where in an object the cutter stands.
#[derive(Default)]
struct Cutter {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl Cutter {
    /// Takes one byte; true if it ends the object.
    fn ends(&mut self, byte: u8) -> bool {
        match (self.in_text, self.escaped, byte) {
            (true, true, _) => self.escaped = false,
            (true, false, b'\\') => self.escaped = true,
            (true, false, b'"') => self.in_text = false,
            (false, _, b'"') => self.in_text = true,
            (false, _, b'{') => self.depth += 1,
            (false, _, b'}') => {
                self.depth -= 1;
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

impl<R: BufRead> Objects<R> {
    /// The next byte, or `None` at the end.
    fn byte(&mut self) -> Result<Option<u8>, ImportError> {
        let Some(byte) = self.from.fill_buf()?.first().copied() else { return Ok(None) };
        self.from.consume(1);
        self.line += u64::from(byte == b'\n');
        Ok(Some(byte))
    }

    fn next(&mut self) -> Result<Option<Object>, ImportError> {
        loop {
            match self.byte()? {
                None => return Ok(None),
                Some(b'{') => return self.object().map(Some),
                Some(b'[') => self.begun = true,
                // A byte order mark is three bytes that mean nothing here.
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | 0xEF | 0xBB | 0xBF) => {}
                Some(byte) if self.begun => {
                    let line = self.line;
                    self.pass_over()?;
                    return Ok(Some(Object { line, body: Body::Stray(byte) }));
                }
                Some(byte) => {
                    let says = format!("line {}: `{}` is no start of an object", self.line, byte.escape_ascii());
                    return Err(ImportError::Unreadable(says));
                }
            }
        }
    }

    /// Goes on to the next object.
    fn pass_over(&mut self) -> Result<(), ImportError> {
        while self.from.fill_buf()?.first().is_some_and(|byte| *byte != b'{') {
            self.byte()?;
        }
        Ok(())
    }

    fn object(&mut self) -> Result<Object, ImportError> {
        self.begun = true;
        let line = self.line;
        let mut bytes = vec![b'{'];
        let mut cutter = Cutter { depth: 1, ..Cutter::default() };
        let mut too_long = false;
        while let Some(byte) = self.byte()? {
            if bytes.len() < OBJECT_MAX_BYTES {
                bytes.push(byte);
            } else {
                too_long = true;
            }
            if cutter.ends(byte) {
                let body = if too_long { Body::TooLong(self.line) } else { Body::Whole(bytes) };
                return Ok(Object { line, body });
            }
        }
        Ok(Object { line, body: Body::CutOff(self.line) })
    }
}

/// A request as the standard and Chicago's extension write it. Everything may be missing; ids may be numbers.
#[derive(Debug, Deserialize)]
struct Request {
    service_request_id: Option<Value>,
    status: Option<String>,
    status_notes: Option<String>,
    service_name: Option<String>,
    service_code: Option<Value>,
    description: Option<String>,
    agency_responsible: Option<String>,
    requested_datetime: Option<String>,
    updated_datetime: Option<String>,
    address: Option<String>,
    address_id: Option<Value>,
    lat: Option<Value>,
    long: Option<Value>,
    media_url: Option<String>,
    attributes: Option<Value>,
    extended_attributes: Option<Value>,
    notes: Option<Vec<Note>>,
}

#[derive(Debug, Deserialize)]
struct Note {
    datetime: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// Reads records from Open311 JSON, one at a time.
pub struct Open311Rows<R> {
    objects: Objects<R>,
    reading: Reading,
    done: bool,
}

impl<R: BufRead> Open311Rows<R> {
    /// Reads from `from`; nothing is read yet.
    pub fn new(from: R, reading: Reading) -> Open311Rows<R> {
        Open311Rows { objects: Objects { from, line: 1, begun: false }, reading, done: false }
    }

    fn row(&self, object: Object) -> Result<SourceRow, RefusedRow> {
        let line = object.line;
        let refuse = |reason: String| RefusedRow { line, foreign_id: None, reason: reason.into() };
        let bytes = match object.body {
            Body::Whole(bytes) => bytes,
            Body::TooLong(last) => {
                let says =
                    format!("has more than {OBJECT_MAX_BYTES} bytes, to line {last}: is a quotation mark missing?");
                return Err(refuse(says));
            }
            Body::CutOff(last) => {
                return Err(refuse(format!("the file ends in line {last}, inside the object that begins here")));
            }
            Body::Stray(byte) => {
                let says = format!("`{}` is no start of an object: passed over to the next one", byte.escape_ascii());
                return Err(refuse(says));
            }
        };
        let request: Request = serde_json::from_slice(&bytes).map_err(|error| refuse(unreadable(&error, line)))?;
        source_row(line, request, self.reading)
    }
}

impl<R: BufRead> Iterator for Open311Rows<R> {
    type Item = Result<Result<SourceRow, RefusedRow>, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.objects.next() {
            Ok(Some(object)) => Some(Ok(self.row(object))),
            Ok(None) => None,
            Err(error) => {
                self.done = true;
                Some(Err(error))
            }
        }
    }
}

/// What the reader of JSON says, with the line of the file in place of the line of the object.
fn unreadable(error: &serde_json::Error, line: u64) -> String {
    let text = error.to_string();
    let says = text.rsplit_once(" at line ").map_or(text.as_str(), |(says, _)| says);
    let at = line + u64::try_from(error.line()).unwrap_or(1).max(1) - 1;
    format!("is not readable: {says} (line {at})")
}

fn text_of(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => row::clean(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn cleaned(text: Option<String>) -> Option<String> {
    text.map(|text| row::clean(&text)).filter(|text| !text.is_empty())
}

fn source_row(line: u64, request: Request, reading: Reading) -> Result<SourceRow, RefusedRow> {
    let foreign_id = text_of(request.service_request_id.as_ref()).unwrap_or_default();
    let refuse = |reason: String| RefusedRow {
        line,
        foreign_id: (!foreign_id.is_empty()).then(|| row::shown(&foreign_id)),
        reason: reason.into(),
    };
    let instant = |name: &str, text: Option<&String>| match text {
        None => Ok(None),
        Some(text) => row::instant(text, reading)
            .map(Some)
            .ok_or_else(|| refuse(format!("{name} `{}` is no date", row::shown(text)))),
    };
    let status = request.status.as_deref().ok_or_else(|| refuse("has no status".to_owned()))?;
    let standing =
        row::standing(status).ok_or_else(|| refuse(format!("status `{}` is not known", row::shown(status))))?;
    let reported_at = instant("requested_datetime", request.requested_datetime.as_ref())?
        .ok_or_else(|| refuse("has no requested_datetime".to_owned()))?;
    let updated_at =
        instant("updated_datetime", request.updated_datetime.as_ref())?.unwrap_or(reported_at).max(reported_at);
    let mut notes = Vec::new();
    for (note, at) in request.notes.unwrap_or_default().into_iter().zip(1..) {
        let when = instant(&format!("note {at}"), note.datetime.as_ref())?.unwrap_or(reported_at);
        notes.extend(source_note(note, when));
    }
    let closed_at = (standing == Standing::Closed).then(|| last_close(&notes).unwrap_or(updated_at));
    if let Some(said) =
        cleaned(request.status_notes).filter(|said| !notes.iter().any(|note| note.text.contains(said.as_str())))
    {
        notes.push(SourceNote { at: updated_at, text: said, standing: None });
    }
    let mut remarks = Vec::new();
    let point =
        row::point(text_of(request.lat.as_ref()).as_deref(), text_of(request.long.as_ref()).as_deref(), &mut remarks);
    let mut attributes = Vec::new();
    attributes.extend(cleaned(request.agency_responsible).map(|agency| ("agency_responsible".to_owned(), agency)));
    flatten(request.attributes.as_ref(), &mut attributes);
    flatten(request.extended_attributes.as_ref(), &mut attributes);
    let category = cleaned(request.service_name).or_else(|| text_of(request.service_code.as_ref())).unwrap_or_default();
    row::checked(SourceRow {
        line,
        category_code: text_of(request.service_code.as_ref()),
        text: cleaned(request.description).unwrap_or_else(|| category.clone()),
        category,
        standing,
        reported_at,
        updated_at,
        dated: request.updated_datetime.is_some(),
        closed_at,
        point,
        village: text_of(request.address_id.as_ref()).and_then(|code| code.replace('.', "").parse().ok()),
        address: cleaned(request.address),
        class: None,
        secret: false,
        agency: None,
        media_url: cleaned(request.media_url),
        attributes,
        notes,
        remarks,
        foreign_id: foreign_id.clone(),
    })
}

/// A note as one text. That the request was opened is what the report itself says, so it is no note.
fn source_note(note: Note, at: simpul_kernel::Timestamp) -> Option<SourceNote> {
    let kind = note.kind.as_deref().unwrap_or_default();
    let (summary, description) = (cleaned(note.summary), cleaned(note.description));
    if kind == "opened" && description.is_none() {
        return None;
    }
    let text = match (summary, description) {
        (Some(summary), Some(description)) => format!("{summary}: {description}"),
        (summary, description) => summary.or(description)?,
    };
    let standing = (kind == "closed").then_some(Standing::Closed);
    Some(SourceNote { at, text, standing })
}

fn last_close(notes: &[SourceNote]) -> Option<simpul_kernel::Timestamp> {
    notes.iter().rev().find(|note| note.standing == Some(Standing::Closed)).map(|note| note.at)
}

/// Named answers, from an object or from the list of name and label that some servers send.
fn flatten(value: Option<&Value>, into: &mut Vec<(String, String)>) {
    match value {
        Some(Value::Object(map)) => {
            for (name, value) in map {
                let text = text_of(Some(value)).or_else(|| (!value.is_null()).then(|| value.to_string()));
                into.extend(text.map(|text| (name.clone(), text)));
            }
        }
        Some(Value::Array(list)) => {
            for item in list {
                let name = text_of(item.get("code")).or_else(|| text_of(item.get("label")));
                let value = text_of(item.get("value")).or_else(|| text_of(item.get("name")));
                into.extend(name.zip(value));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CHICAGO: Reading = Reading { offset: -6 * 3600, month_first: false };

    fn read(text: &str) -> Vec<Result<SourceRow, RefusedRow>> {
        Open311Rows::new(text.as_bytes(), CHICAGO).map(|row| row.expect("file")).collect()
    }

    const ONE: &str = r#"{"service_request_id":"14-1","status":"closed","status_notes":"Survey done",
        "service_name":"Pothole in \"Street\" }","service_code":"4fd",
        "requested_datetime":"2014-05-09T19:02:21-05:00","updated_datetime":"2015-10-10T10:15:40-05:00",
        "address":"1200 W 81ST ST","lat":41.74,"long":-87.65,"attributes":{"WHEREIST":"TRAFFIC"},"notes":[
        {"datetime":"2014-05-09T19:02:21-05:00","summary":"Request opened","type":"opened"},
        {"datetime":"2014-07-29T14:11:00-05:00","summary":"Final Outcome","description":"Survey done",
        "type":"activity"},
        {"datetime":"2015-10-10T10:15:40-05:00","summary":"Request closed","type":"closed"}]}"#;

    #[test]
    fn notes_become_history_and_the_closing_note_gives_the_time() {
        let rows = read(&format!("[\n{ONE}\n]"));
        let row = rows[0].as_ref().expect("good");
        assert_eq!((row.line, row.category.as_str()), (2, "Pothole in \"Street\" }"));
        let texts: Vec<&str> = row.notes.iter().map(|note| note.text.as_str()).collect();
        assert_eq!(texts, ["Final Outcome: Survey done", "Request closed"]);
        assert_eq!(row.closed_at, Some(row.updated_at));
        assert_eq!(row.attributes, [("WHEREIST".to_owned(), "TRAFFIC".to_owned())]);
    }

    #[test]
    fn a_broken_object_is_refused_by_line_and_the_next_is_read() {
        let rows = read(&format!("[{{\"service_request_id\": }},\n{{\"status\":\"open\"}},\n{ONE}]"));
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].as_ref().err().map(|r| r.line), Some(1));
        assert_eq!(rows[1].as_ref().err().map(|r| (r.line, &*r.reason)), Some((2, "has no requested_datetime")));
        assert_eq!(rows[2].as_ref().map(|row| row.line), Ok(3));
    }

    #[test]
    fn lines_of_objects_without_an_array_are_read_too() {
        assert_eq!(read(&format!("{ONE}\n{ONE}\n")).len(), 2);
    }

    #[test]
    fn a_file_that_is_no_json_says_where() {
        let last = |text: &str| Open311Rows::new(text.as_bytes(), CHICAGO).last().and_then(Result::err);
        assert!(last("<xml>").is_some_and(|error| error.to_string().contains("line 1")));
    }

    #[test]
    fn a_file_that_ends_early_keeps_what_was_whole_and_names_the_rest() {
        let rows = read(&format!("[\n{ONE},\n{{\"a\":1"));
        assert!(rows[0].is_ok() && rows.len() == 2, "{rows:?}");
        assert!(rows[1].as_ref().is_err_and(|refused| refused.line > 2 && refused.reason.contains("ends")), "{rows:?}");
    }

    #[test]
    fn a_stray_word_between_objects_is_refused_by_line_and_the_next_object_is_read() {
        let rows = read(&format!("[{ONE},\noops, oops\n{ONE}]"));
        assert_eq!(rows.len(), 3, "{rows:?}");
        assert!(rows[0].is_ok() && rows[2].is_ok());
        assert!(rows[1].as_ref().is_err_and(|refused| refused.reason.contains("`o`")), "{rows:?}");
    }

    #[test]
    fn what_is_not_readable_is_told_by_the_line_of_the_file() {
        let rows = read("[\n{\"status\":\"open\",\n\"service_request_id\": }]");
        let reason = &rows[0].as_ref().expect_err("broken").reason;
        assert!(reason.ends_with("(line 3)") && !reason.contains("column"), "{reason}");
    }

    #[test]
    fn an_object_too_large_to_be_a_request_is_passed_over() {
        let large = format!("{{\"description\":\"{}\"}}", "x".repeat(OBJECT_MAX_BYTES));
        let rows = read(&format!("[{large},{ONE}]"));
        assert!(rows[0].is_err() && rows[1].is_ok());
    }

    /// What a fuzzer or a bad day has found, fed again.
    #[test]
    fn corpus_import_json() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/import_json");
        for entry in std::fs::read_dir(folder).expect("folder") {
            let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
            assert!(Open311Rows::new(bytes.as_slice(), CHICAGO).take(1000).count() < 1000);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Open311Rows::new(bytes.as_slice(), CHICAGO).take(1000).count() < 1000);
        }

        #[test]
        fn no_json_breaks_the_reader(text in "[\\[\\]{}\":,a-z0-9\\\\ ]{0,120}") {
            prop_assert!(Open311Rows::new(text.as_bytes(), CHICAGO).take(1000).count() < 1000);
        }
    }
}
