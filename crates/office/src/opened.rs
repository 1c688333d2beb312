//! What a file of an office program is, by what is really in it (ECMA-376 part 2): a name or the first bytes say
//! nothing, so its table of contents is read, its parts are unpacked once, and what could do harm is named.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::sheet_in::{GuardError, GuardLimits, guard};

/// Most parts of a document or workbook that is kept.
const PARTS_MAX_COUNT: usize = 4_000;
/// Most bytes that its parts may unpack to, altogether.
const UNPACKED_MAX_BYTES: u64 = 192 * 1024 * 1024;
/// Longest name of a part, in bytes.
const PART_NAME_MAX_BYTES: usize = 400;
/// Bytes of a main part in which its first tag must stand.
const FIRST_TAG_WITHIN_BYTES: u64 = 16 * 1024;
/// Bytes of an embedded object that are looked at.
const OBJECT_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Most bytes of the list of content types.
const TYPES_MAX_BYTES: u64 = 1024 * 1024;
/// Where the list of content types stands.
const TYPES: &str = "[Content_Types].xml";
/// Ends of names of what a computer runs.
const PROGRAMS: [&str; 20] = [
    "exe", "dll", "com", "scr", "msi", "bat", "cmd", "ps1", "vbs", "vbe", "js", "jse", "wsf", "hta", "jar", "lnk",
    "reg", "sh", "apk", "pif",
];
/// Parts of names that hold macros or controls.
const MACROS: [&str; 4] = ["vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/"];

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// A Word document.
    Document,
    /// An Excel workbook.
    Workbook,
}

/// Why it is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFault {
    /// It can't be unpacked: cut off, changed, or no ZIP at all.
    Damaged,
    /// A ZIP, but neither a document nor a workbook.
    Archive,
    /// It holds macros or controls.
    Macro,
    /// A program stands in it.
    Program,
    /// A password is needed.
    Locked,
    /// Too many parts, or they unpack to too much.
    TooLarge,
}

/// Looks into a document or workbook.
///
/// # Errors
/// What is wrong with it.
pub fn look_into(bytes: &[u8]) -> Result<Opened, OpenFault> {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(|_| OpenFault::Damaged)?;
    if parts.len() > PARTS_MAX_COUNT {
        return Err(OpenFault::TooLarge);
    }
    let mut names = Vec::new();
    for index in 0..parts.len() {
        let part = parts.by_index_raw(index).map_err(|_| OpenFault::Damaged)?;
        let name = part.name().map_err(|_| OpenFault::Damaged)?.into_owned();
        check_name(&name)?;
        if part.encrypted() {
            return Err(OpenFault::Locked);
        }
        names.push(name);
    }
    let has = |name: &str| names.iter().any(|own| own == name);
    let (kind, main, tag) = match () {
        () if !has(TYPES) => return Err(OpenFault::Archive),
        () if has("word/document.xml") => (Opened::Document, "word/document.xml", "document"),
        () if has("xl/workbook.xml") => (Opened::Workbook, "xl/workbook.xml", "workbook"),
        () => return Err(OpenFault::Archive),
    };
    unpacks(bytes)?;
    for name in names.iter().filter(|name| name.to_lowercase().ends_with(".bin")) {
        if is_program(&mut parts, name)? {
            return Err(OpenFault::Program);
        }
    }
    if text_of(&mut parts, TYPES, TYPES_MAX_BYTES)?.to_lowercase().contains("macroenabled") {
        return Err(OpenFault::Macro);
    }
    if begins_with(&text_of(&mut parts, main, FIRST_TAG_WITHIN_BYTES)?, tag) {
        Ok(kind)
    } else {
        Err(OpenFault::Damaged)
    }
}

/// Refuses names that lead out of the package, and those of what runs.
fn check_name(name: &str) -> Result<(), OpenFault> {
    let leads_out = name.starts_with(['/', '\\']) || name.split(['/', '\\']).any(|step| step == "..");
    if leads_out || name.contains([':', '\0']) || name.len() > PART_NAME_MAX_BYTES {
        return Err(OpenFault::Archive);
    }
    let lower = format!("/{}", name.to_lowercase());
    if MACROS.iter().any(|part| lower.contains(part)) {
        return Err(OpenFault::Macro);
    }
    let end = lower.rsplit_once('.').map_or("", |(_, end)| end);
    if PROGRAMS.contains(&end) { Err(OpenFault::Program) } else { Ok(()) }
}

/// Unpacks everything once; sizes that a header promises are not believed.
fn unpacks(bytes: &[u8]) -> Result<(), OpenFault> {
    let limits =
        GuardLimits { unpacked_bytes: UNPACKED_MAX_BYTES, parts_count: PARTS_MAX_COUNT, texts_count: usize::MAX };
    guard(bytes, limits).map_err(|error| match error {
        GuardError::Damaged(_) => OpenFault::Damaged,
        GuardError::TooManyParts | GuardError::TooManyBytes | GuardError::TooManyTexts => OpenFault::TooLarge,
    })
}

/// Whether an embedded object is or wraps what Windows runs: that begins with its mark, or holds the words of its stub.
fn is_program(parts: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<bool, OpenFault> {
    const STUB: &[u8] = b"This program cannot be run";
    let part = parts.by_name(name).map_err(|_| OpenFault::Damaged)?;
    let mut bytes = Vec::new();
    part.take(OBJECT_MAX_BYTES).read_to_end(&mut bytes).map_err(|_| OpenFault::Damaged)?;
    Ok(bytes.starts_with(b"MZ") || bytes.windows(STUB.len()).any(|window| window == STUB))
}

fn text_of(parts: &mut ZipArchive<Cursor<&[u8]>>, name: &str, most: u64) -> Result<String, OpenFault> {
    let part = parts.by_name(name).map_err(|_| OpenFault::Damaged)?;
    let mut text = Vec::new();
    part.take(most).read_to_end(&mut text).map_err(|_| OpenFault::Damaged)?;
    // Office programs may write UTF-16; its letters are those of ASCII with zeros between.
    text.retain(|byte| *byte != 0);
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Whether the first tag of an XML text is that, in whatever namespace.
fn begins_with(text: &str, tag: &str) -> bool {
    let tags = text.split('<').skip(1);
    let first = tags.map(str::trim_start).find(|one| !one.starts_with(['?', '!']));
    let name = first.and_then(|one| one.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next());
    name.is_some_and(|name| name == tag || name.rsplit_once(':').is_some_and(|(_, local)| local == tag))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::Timestamp;
    use simpul_kernel::format::Lang;

    use super::*;
    use crate::letter::{Block, Letter, Paper};
    use crate::sheet_in::tests::zip_of;

    const WORD_TYPES: &str =
        "<Types><Override PartName=\"/word/document.xml\" ContentType=\"x.document.main+xml\"/></Types>";
    const WORD: &str = "<?xml version=\"1.0\"?><!-- x --><w:document xmlns:w=\"w\"/>";

    fn letter() -> Vec<u8> {
        let letter = Letter {
            title: "Notula".into(),
            lang: Lang::Id,
            made_at: Timestamp(0),
            paper: Paper::Upright,
            mark: None,
            footer: String::new(),
            blocks: vec![Block::words("Rapat dibuka")],
        };
        letter.to_bytes().unwrap()
    }

    fn workbook() -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet().write_string(0, 0, "Program").unwrap();
        book.save_to_buffer().unwrap()
    }

    fn with(name: &str) -> Vec<u8> {
        zip_of(&[(TYPES, WORD_TYPES.to_owned()), ("word/document.xml", WORD.to_owned()), (name, "x".to_owned())])
    }

    #[test]
    fn what_the_house_writes_is_what_it_says() {
        assert_eq!(look_into(&letter()), Ok(Opened::Document));
        assert_eq!(look_into(&workbook()), Ok(Opened::Workbook));
        assert_eq!(look_into(&with("word/media/foto.png")), Ok(Opened::Document));
    }

    #[test]
    fn first_bytes_and_names_alone_are_no_document() {
        assert_eq!(look_into(b"PK\x03\x04 word/document.xml"), Err(OpenFault::Damaged));
        let evil = zip_of(&[("evil.exe", "MZ".into()), ("word/document.xml", WORD.into())]);
        assert_eq!(look_into(&evil), Err(OpenFault::Program));
        assert_eq!(look_into(&zip_of(&[("word/document.xml", WORD.into())])), Err(OpenFault::Archive));
        assert_eq!(look_into(&zip_of(&[(TYPES, "<Types/>".into()), ("a.txt", "x".into())])), Err(OpenFault::Archive));
        let empty = zip_of(&[(TYPES, WORD_TYPES.into()), ("word/document.xml", "hanya kata".into())]);
        assert_eq!(look_into(&empty), Err(OpenFault::Damaged));
    }

    #[test]
    fn what_could_run_or_lead_elsewhere_is_named() {
        for name in ["word/vbaProject.bin", "xl/macrosheets/sheet1.xml", "word/activeX/activeX1.xml"] {
            assert_eq!(look_into(&with(name)), Err(OpenFault::Macro), "{name}");
        }
        for name in ["word/embeddings/a.EXE", "b.js", "word/run.lnk"] {
            assert_eq!(look_into(&with(name)), Err(OpenFault::Program), "{name}");
        }
        let object = |text: &str| {
            zip_of(&[
                (TYPES, WORD_TYPES.to_owned()),
                ("word/document.xml", WORD.to_owned()),
                ("word/embeddings/oleObject1.bin", text.to_owned()),
            ])
        };
        assert_eq!(look_into(&object("MZ and more")), Err(OpenFault::Program));
        assert_eq!(look_into(&object("x This program cannot be run in DOS mode.")), Err(OpenFault::Program));
        assert_eq!(look_into(&object("an equation")), Ok(Opened::Document));
        for name in ["../../etc/passwd", "/etc/passwd", "C:/x", "a\\..\\b"] {
            assert_eq!(look_into(&with(name)), Err(OpenFault::Archive), "{name}");
        }
        let types = "<Types ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/>";
        let hidden = zip_of(&[(TYPES, types.into()), ("word/document.xml", WORD.into())]);
        assert_eq!(look_into(&hidden), Err(OpenFault::Macro));
    }

    #[test]
    fn a_bomb_and_a_locked_file_are_refused() {
        let parts: Vec<(String, String)> =
            (0..4).map(|at| (format!("word/{at}.xml"), " ".repeat(64 * 1024 * 1024))).collect();
        let mut all = vec![(TYPES, WORD_TYPES.to_owned()), ("word/document.xml", WORD.to_owned())];
        all.extend(parts.iter().map(|(name, text)| (name.as_str(), text.clone())));
        assert_eq!(look_into(&zip_of(&all)), Err(OpenFault::TooLarge));
        // Bit 0 of the flags, in the table of contents, says that a part needs a password.
        let mut locked = with("word/a.xml");
        let table = locked.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
        locked[table + 8] |= 1;
        assert_eq!(look_into(&locked), Err(OpenFault::Locked));
    }

    proptest! {
        #[test]
        fn a_cut_or_garbled_document_is_never_taken_for_another_and_never_panics(
            is_letter: bool, cut in 0usize..100, at in 0usize..10_000, byte: u8,
        ) {
            let (whole, kind) =
                if is_letter { (letter(), Opened::Document) } else { (workbook(), Opened::Workbook) };
            let shorter = &whole[..whole.len() * cut / 100];
            prop_assert!(look_into(shorter).is_err(), "the table of contents stands at the end");
            let mut garbled = whole.clone();
            let at = at % garbled.len();
            garbled[at] = byte;
            let found = look_into(&garbled);
            prop_assert!(found.is_err() || found == Ok(kind));
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = look_into(&bytes);
        }
    }
}
