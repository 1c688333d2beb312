//! The console's command line: what a dispatcher types in one line, read into one deed. Nothing here knows what is in
//! the tables but the call signs, so that a slip is told before anything is done.

use simpul_kernel::Refusal;

use super::{DispatchStatus, Priority, UnitStatus, number};

/// Longest line that is read, in characters.
pub const COMMAND_MAX_CHARS: usize = 500;
/// Most completions that are offered.
pub const COMPLETIONS_MAX_COUNT: usize = 20;
/// Most call signs that a refusal names.
const NAMED_MAX_COUNT: usize = 6;

/// What a line asks for. Incidents are named by their serial number, units by their call sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `871`: its page.
    Show(i64),
    /// `871 +amb1 +dk2`: send these.
    Send(i64, Vec<String>),
    /// `871 -amb1`: call these back.
    Recall(i64, Vec<String>),
    /// `871 catat api padam`: a line of its log.
    Note(i64, String),
    /// `871 terkendali`.
    Control(i64),
    /// `871 p1`.
    Prioritise(i64, Priority),
    /// `871 sama 869`: the first is the same as the second.
    Merge(i64, i64),
    /// `tutup 869 palsu`: it is over, with its result.
    End(i64, String),
    /// `unit dk1 tiba`, `unit sar1 rusak ban bocor`: with the reason where it is out of service.
    Unit(String, UnitWord, String),
}

/// What a unit says, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitWord {
    /// A step of what it is out for.
    Step(DispatchStatus),
    /// What it does while it is out for nothing.
    Set(UnitStatus),
}

/// The words of a unit, in the order in which they are offered.
pub const UNIT_WORDS: [(&str, UnitWord); 12] = [
    ("terima", UnitWord::Step(DispatchStatus::Acknowledged)),
    ("menuju", UnitWord::Step(DispatchStatus::EnRoute)),
    ("tiba", UnitWord::Step(DispatchStatus::OnScene)),
    ("bawa", UnitWord::Step(DispatchStatus::Transporting)),
    ("rs", UnitWord::Step(DispatchStatus::AtDestination)),
    ("selesai", UnitWord::Step(DispatchStatus::Cleared)),
    ("batal", UnitWord::Step(DispatchStatus::Cancelled)),
    ("siap", UnitWord::Set(UnitStatus::Available)),
    ("kembali", UnitWord::Set(UnitStatus::Returning)),
    ("tunda", UnitWord::Set(UnitStatus::Delayed)),
    ("sibuk", UnitWord::Set(UnitStatus::Unavailable)),
    ("rusak", UnitWord::Set(UnitStatus::OutOfService)),
];

/// The word that a line about a unit begins with.
const UNIT: &str = "unit";
/// The word that ends an incident.
const END: &str = "tutup";
/// Words that may follow an incident's number.
const AFTER_NUMBER: [&str; 9] = ["catat", "terkendali", "p1", "p2", "p3", "p4", "p5", "sama", END];
/// What may follow an incident's number, as it is shown.
const NUMBER_FORMS: &str = "+UNIT · -UNIT · catat TEKS · terkendali · p1–p5 · sama NOMOR · tutup HASIL";
/// What a line may be, as it is shown.
const FORMS: &str = "NOMOR +UNIT · NOMOR catat TEKS · NOMOR terkendali · NOMOR p1 · NOMOR sama NOMOR · \
                     tutup NOMOR HASIL · unit NAMA KEADAAN";

/// A call sign as it is typed: `DK-1` is `dk1`.
fn folded(sign: &str) -> String {
    sign.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn refusal(key: &'static str) -> Refusal {
    Refusal::field("command", key)
}

/// The first word of a text, and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace).map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

/// Reads a line.
///
/// # Errors
/// Of the field `command`, with what would have been understood in its place.
pub fn parse(line: &str, signs: &[String]) -> Result<Command, Refusal> {
    let (word, rest) = split(line);
    if word.is_empty() {
        return Err(refusal("emergency.command.empty").with("known", FORMS));
    }
    match (word.to_lowercase().as_str(), number::read(word)) {
        (UNIT, _) => unit(rest, signs),
        (END, _) => end(rest),
        (_, Some(serial)) => incident(serial, rest, signs),
        _ => Err(refusal("emergency.command.unknown").with("typed", word).with("known", FORMS)),
    }
}

fn unit(rest: &str, signs: &[String]) -> Result<Command, Refusal> {
    let (typed, rest) = split(rest);
    let sign = named(typed, signs)?;
    let (word, more) = split(rest);
    let known = || UNIT_WORDS.map(|(word, _)| word).join(", ");
    let fits = |typed: &str| UNIT_WORDS.iter().find(|(word, _)| *word == typed.to_lowercase()).map(|(_, deed)| *deed);
    match fits(word) {
        // Only a unit that is out of service has a reason, and it needs one.
        Some(deed @ UnitWord::Set(UnitStatus::OutOfService)) => {
            required(more, word).map(|reason| Command::Unit(sign, deed, reason))
        }
        Some(deed) if more.is_empty() => Ok(Command::Unit(sign, deed, String::new())),
        _ => Err(refusal("emergency.command.state").with("typed", rest).with("unit", sign).with("known", known())),
    }
}

fn end(rest: &str) -> Result<Command, Refusal> {
    let (typed, result) = split(rest);
    let serial = serial(typed)?;
    required(result, END).map(|result| Command::End(serial, result))
}

fn incident(serial_no: i64, rest: &str, signs: &[String]) -> Result<Command, Refusal> {
    let (word, more) = split(rest);
    let alone = |command: Command| if more.is_empty() { Ok(command) } else { Err(after(serial_no, rest)) };
    let lower = word.to_lowercase();
    match lower.as_str() {
        "" => Ok(Command::Show(serial_no)),
        "catat" => required(more, "catat").map(|text| Command::Note(serial_no, text)),
        END => required(more, END).map(|result| Command::End(serial_no, result)),
        "terkendali" => alone(Command::Control(serial_no)),
        "sama" => {
            let into = serial(more)?;
            Ok(Command::Merge(serial_no, into))
        }
        level if level.starts_with('p') && level.len() == 2 => {
            let level = level[1..].parse().ok().and_then(Priority::new);
            alone(Command::Prioritise(serial_no, level.ok_or_else(|| after(serial_no, rest))?))
        }
        _ if word.starts_with('+') => several(rest, '+', signs, serial_no).map(|signs| Command::Send(serial_no, signs)),
        _ if word.starts_with('-') => {
            several(rest, '-', signs, serial_no).map(|signs| Command::Recall(serial_no, signs))
        }
        _ => Err(after(serial_no, rest)),
    }
}

fn after(serial_no: i64, typed: &str) -> Refusal {
    let refusal = refusal("emergency.command.after_number").with("typed", typed);
    refusal.with("number", number::shown(serial_no)).with("known", NUMBER_FORMS)
}

/// Units that each have the sign before them: `+amb1 +dk2`.
fn several(rest: &str, mark: char, signs: &[String], serial_no: i64) -> Result<Vec<String>, Refusal> {
    let mut found: Vec<String> = Vec::new();
    for word in rest.split_whitespace() {
        let typed = word.strip_prefix(mark).ok_or_else(|| after(serial_no, word))?;
        let sign = named(typed, signs)?;
        if !found.contains(&sign) {
            found.push(sign);
        }
    }
    Ok(found)
}

fn serial(typed: &str) -> Result<i64, Refusal> {
    number::read(typed).ok_or_else(|| refusal("emergency.command.number").with("typed", typed))
}

fn required(text: &str, word: &str) -> Result<String, Refusal> {
    let missing = || refusal("emergency.command.text").with("typed", word);
    if text.is_empty() { Err(missing()) } else { Ok(text.to_owned()) }
}

/// The call sign that was typed: whole, or letters that begin one only.
fn named(typed: &str, signs: &[String]) -> Result<String, Refusal> {
    let wanted = folded(typed);
    if let Some(sign) = signs.iter().find(|sign| folded(sign) == wanted).filter(|_| !wanted.is_empty()) {
        return Ok(sign.clone());
    }
    let near: Vec<&String> = signs.iter().filter(|sign| folded(sign).starts_with(&wanted)).collect();
    let list = |signs: &[&String]| {
        let named: Vec<&str> = signs.iter().take(NAMED_MAX_COUNT).map(|sign| sign.as_str()).collect();
        if named.is_empty() { "-".to_owned() } else { named.join(", ") }
    };
    match near.as_slice() {
        [one] if !wanted.is_empty() => Ok((*one).clone()),
        [] => {
            let first: String = wanted.chars().take(1).collect();
            let close: Vec<&String> = signs.iter().filter(|sign| folded(sign).starts_with(&first)).collect();
            let close = if close.is_empty() { signs.iter().collect() } else { close };
            Err(refusal("emergency.command.no_unit").with("typed", typed).with("known", list(&close)))
        }
        several => Err(refusal("emergency.command.many_units").with("typed", typed).with("known", list(several))),
    }
}

/// Whole lines that what was typed may become, the likeliest first: what Tab offers.
pub fn complete(typed: &str, signs: &[String], serials: &[i64]) -> Vec<String> {
    let at = typed.rfind(char::is_whitespace).map_or(0, |at| at + typed[at..].chars().next().map_or(1, char::len_utf8));
    let (head, part) = typed.split_at(at);
    let words: Vec<String> = head.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let numbers = || serials.iter().map(ToString::to_string).collect::<Vec<_>>();
    let begins = |all: Vec<String>| {
        let part = part.to_lowercase();
        all.into_iter().filter(|one| one.starts_with(&part)).collect::<Vec<_>>()
    };
    let of_sign = |mark: &str, part: &str| {
        let wanted = folded(part);
        let fits = signs.iter().filter(|sign| folded(sign).starts_with(&wanted));
        fits.map(|sign| format!("{mark}{sign}")).collect::<Vec<_>>()
    };
    let offers = match words.as_slice() {
        [] => begins([vec![UNIT.to_owned(), END.to_owned()], numbers()].concat()),
        ["unit"] => of_sign("", part),
        ["unit", sign] if named(sign, signs).is_ok() => begins(UNIT_WORDS.map(|(word, _)| word.to_owned()).to_vec()),
        ["tutup"] => begins(numbers()),
        [first, "sama"] if number::read(first).is_some() => begins(numbers()),
        [first, rest @ ..] if number::read(first).is_some() => {
            let marked = |mark: char| rest.iter().all(|word| word.starts_with(mark));
            match part.chars().next() {
                Some(mark @ ('+' | '-')) if marked(mark) => of_sign(&mark.to_string(), &part[1..]),
                _ if rest.is_empty() => {
                    let words = begins(AFTER_NUMBER.map(str::to_owned).to_vec());
                    if part.is_empty() { [of_sign("+", ""), words].concat() } else { words }
                }
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    };
    let whole = offers.into_iter().filter(|offer| offer != part).map(|offer| format!("{head}{offer}"));
    whole.take(COMPLETIONS_MAX_COUNT).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn signs() -> Vec<String> {
        ["DK-1", "DK-2", "AMB-1", "AMB-2", "SAR-1"].map(str::to_owned).to_vec()
    }

    fn read(line: &str) -> Result<Command, Refusal> {
        parse(line, &signs())
    }

    #[test]
    fn lines_are_read_as_dispatchers_type_them() {
        assert_eq!(read("871 +amb1"), Ok(Command::Send(871, vec!["AMB-1".into()])));
        assert_eq!(read(" 112-0871  +AMB-1 +dk2 +dk-2 "), Ok(Command::Send(871, vec!["AMB-1".into(), "DK-2".into()])));
        assert_eq!(read("871 -dk1"), Ok(Command::Recall(871, vec!["DK-1".into()])));
        assert_eq!(
            read("unit dk1 tiba"),
            Ok(Command::Unit("DK-1".into(), UnitWord::Step(DispatchStatus::OnScene), String::new()))
        );
        let broken = UnitWord::Set(UnitStatus::OutOfService);
        assert_eq!(read("unit sar rusak ban bocor"), Ok(Command::Unit("SAR-1".into(), broken, "ban bocor".into())));
        assert_eq!(read("unit sar rusak").unwrap_err().key, "emergency.command.text");
        assert_eq!(read("871 catat api padam"), Ok(Command::Note(871, "api padam".into())));
        assert_eq!(read("tutup 869 palsu"), Ok(Command::End(869, "palsu".into())));
        assert_eq!(read("869 tutup palsu"), Ok(Command::End(869, "palsu".into())));
        assert_eq!(read("871 P2"), Ok(Command::Prioritise(871, Priority::new(2).unwrap())));
        assert_eq!(read("871 sama 869"), Ok(Command::Merge(871, 869)));
        assert_eq!((read("871"), read("871 terkendali")), (Ok(Command::Show(871)), Ok(Command::Control(871))));
    }

    #[test]
    fn a_wrong_line_is_told_what_would_have_been_understood() {
        let told = |line: &str| {
            let refusal = read(line).unwrap_err();
            assert_eq!(refusal.field, Some("command"), "{line}");
            let known = refusal.args.iter().find(|(name, _)| *name == "known").map(|(_, known)| known.clone());
            (refusal.key, known.unwrap_or_default())
        };
        assert_eq!(told("").0, "emergency.command.empty");
        assert!(told("kirim amb1").1.contains("NOMOR +UNIT"));
        assert!(told("871 kirim amb1").1.contains("catat TEKS"));
        assert_eq!(told("unit amb tiba"), ("emergency.command.many_units", "AMB-1, AMB-2".into()));
        assert_eq!(told("871 +dk9"), ("emergency.command.no_unit", "DK-1, DK-2".into()));
        assert!(told("unit dk1 terbang").1.contains("tiba"));
        assert_eq!(told("tutup abc palsu").0, "emergency.command.number");
        assert_eq!(told("tutup 869").0, "emergency.command.text");
        assert_eq!(told("871 p9").0, "emergency.command.after_number");
    }

    #[test]
    fn tab_completes_signs_words_and_numbers() {
        let offered = |typed: &str| complete(typed, &signs(), &[871, 869]);
        assert_eq!(offered("u"), ["unit"]);
        assert_eq!(offered("8"), ["871", "869"]);
        assert_eq!(offered("unit dk"), ["unit DK-1", "unit DK-2"]);
        assert_eq!(offered("unit dk1 ti"), ["unit dk1 tiba"]);
        assert_eq!(offered("871 +am"), ["871 +AMB-1", "871 +AMB-2"]);
        assert_eq!(offered("871 +AMB-1 +d"), ["871 +AMB-1 +DK-1", "871 +AMB-1 +DK-2"]);
        assert_eq!(offered("871 ca"), ["871 catat"]);
        assert_eq!(offered("tutup 86"), ["tutup 869"]);
        assert!(offered("871 catat api pa").is_empty() && offered("unit dk1 tiba").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,40}") {
            let _ = (read(&typed), complete(&typed, &signs(), &[871]));
        }

        #[test]
        fn what_is_offered_begins_as_it_was_typed_and_is_never_a_dead_end(
            words in proptest::collection::vec("unit|tutup|871|dk1|tiba|catat|\\+am|\\+AMB-1|sama|p", 0..4),
            cut in 0..4usize,
        ) {
            let mut typed = words.join(" ");
            for _ in 0..cut.min(typed.len()) {
                typed.pop();
            }
            for offer in complete(&typed, &signs(), &[871, 869]) {
                let at = typed.rfind(' ').map_or(0, |at| at + 1);
                prop_assert!(offer.starts_with(&typed[..at]) && offer != typed);
                let dead = ["emergency.command.unknown", "emergency.command.no_unit", "emergency.command.number"];
                // What only wants more is none: nothing of it was misread.
                let typed_something = |refusal: &Refusal| {
                    refusal.args.iter().any(|(name, typed)| *name == "typed" && !typed.is_empty())
                };
                let misread = read(&offer).err().filter(|one| dead.contains(&one.key) && typed_something(one));
                prop_assert!(misread.is_none() || typed[..at].contains("+am"), "{offer}: {misread:?}");
            }
        }

        #[test]
        fn what_a_note_says_is_kept_to_the_letter(text in "[a-z0-9+-]{1,10}( [a-z0-9+-]{1,10}){0,4}") {
            prop_assert_eq!(read(&format!("871 catat {text}")), Ok(Command::Note(871, text)));
        }
    }
}
