//! What an officer copied or exported from WhatsApp: who wrote, when, and what, read as well as it can be. An officer
//! looks at it before anything is sent.

use simpul_kernel::mask;

/// Longest text that is read, in characters: an exported conversation of some days. What stands behind is left out.
pub const PASTE_MAX_CHARS: usize = 20_000;

/// A day and a time as the message says it, in the zone of whoever copied it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock {
    /// Year, such as 2026.
    pub year: u16,
    /// Month from 1.
    pub month: u8,
    /// Day from 1.
    pub day: u8,
    /// Hour from 0.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
}

impl Clock {
    /// `2026-11-22`, as a field of a form holds a date.
    pub fn date(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `08:10`.
    pub fn time(self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pasted {
    /// What the first writer wrote, message after message.
    pub text: String,
    /// The name under which the officer's phone knows the writer.
    pub name: Option<String>,
    /// The number, where the phone had no name for it: `+62…`
    pub phone: Option<String>,
    /// When the first message was written.
    pub at: Option<Clock>,
    /// Messages of others, which were left out.
    pub left_out: usize,
}

/// One message: its head's moment and writer, and its lines.
struct Message<'a> {
    at: Clock,
    who: &'a str,
    lines: Vec<&'a str>,
}

/// Reads pasted text. Without a single head of WhatsApp's all of it is the citizen's text.
pub fn read(pasted: &str) -> Pasted {
    let cut: String = pasted.chars().filter(|c| !is_mark(*c)).take(PASTE_MAX_CHARS).collect();
    let cut = cut.replace("\r\n", "\n").replace('\r', "\n");
    let mut messages: Vec<Message> = Vec::new();
    for line in cut.lines() {
        match head(line) {
            Some(Head::Said(at, who, text)) => messages.push(Message { at, who, lines: vec![text] }),
            // WhatsApp's own word, such as that messages are encrypted.
            Some(Head::System) => {}
            None => match messages.last_mut() {
                Some(message) => message.lines.push(line),
                None if line.trim().is_empty() => {}
                None => return Pasted { text: cut.trim().to_owned(), ..Pasted::default() },
            },
        }
    }
    let Some(first) = messages.first() else {
        return Pasted::default();
    };
    let (who, at) = (first.who, first.at);
    let (own, others): (Vec<&Message>, Vec<&Message>) = messages.iter().partition(|message| message.who == who);
    let texts = own.iter().map(|message| words(&message.lines)).filter(|text| !text.is_empty());
    let phone = mask::normalise_phone(who);
    Pasted {
        text: texts.collect::<Vec<_>>().join("\n"),
        name: phone.is_none().then(|| who.to_owned()),
        phone,
        at: Some(at),
        left_out: others.len(),
    }
}

/// Marks of writing direction that WhatsApp puts around names and dates.
fn is_mark(c: char) -> bool {
    c == '\u{feff}' || simpul_kernel::words::is_direction_mark(c)
}

/// A message's words, without what stands in place of a picture.
fn words(lines: &[&str]) -> String {
    let kept = lines.iter().filter(|line| !is_placeholder(line.trim())).copied();
    kept.collect::<Vec<_>>().join("\n").trim().to_owned()
}

fn is_placeholder(line: &str) -> bool {
    let lower = line.to_lowercase();
    let inner = lower.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(&lower);
    let ends = ["omitted", "tidak disertakan", "(file attached)", "(file terlampir)"];
    ends.iter().any(|end| inner.ends_with(end)) && inner.split_whitespace().count() <= 4
}

enum Head<'a> {
    /// When, who, and the first line.
    Said(Clock, &'a str, &'a str),
    /// A line of WhatsApp's own.
    System,
}

/// The head of a message: `[22/11/26 08.10.15] Nama: ` or `22/11/2026, 08:10 - Nama: `.
fn head(line: &str) -> Option<Head<'_>> {
    let line = line.trim_start();
    let (stamp, rest) = match line.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?,
        None => line.split_once(" - ")?,
    };
    let at = stamp_of(stamp)?;
    let Some((who, text)) = rest.split_once(": ").or_else(|| rest.trim_end().strip_suffix(':').map(|who| (who, "")))
    else {
        return Some(Head::System);
    };
    // A tilde stands before a name that the writer chose, unknown to the phone.
    let who = who.trim().trim_start_matches('~').trim();
    if who.is_empty() {
        return None;
    }
    Some(Head::Said(at, who, text))
}

fn stamp_of(stamp: &str) -> Option<Clock> {
    let stamp = stamp.trim().replace(['\u{202f}', '\u{a0}'], " ");
    let (date, clock) = stamp.split_once([' ', ','])?;
    let (day, month, year) = date_of(date.trim_end_matches(','))?;
    let (hour, minute) = clock_of(clock.trim_start_matches([',', ' ']))?;
    Some(Clock { year, month, day, hour, minute })
}

/// Day first, as phones in Indonesia write it; month first only where there is no other way to read it.
fn date_of(text: &str) -> Option<(u8, u8, u16)> {
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let [first, second, third] = parts.as_slice() else { return None };
    let (first, second, year) = match first.len() {
        4 => (number(third)?, number(second)?, number(first)?),
        _ => (number(first)?, number(second)?, number(third)?),
    };
    let (day, month) = if second > 12 { (second, first) } else { (first, second) };
    let year = if year < 100 { 2_000 + year } else { year };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let valid = (1..=longest).contains(&day) && (2_000..2_100).contains(&year);
    valid.then_some((u8::try_from(day).ok()?, u8::try_from(month).ok()?, year))
}

fn clock_of(text: &str) -> Option<(u8, u8)> {
    let upper = text.trim().to_ascii_uppercase();
    let (digits, half) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (upper.as_str(), None),
    };
    let parts: Vec<&str> = digits.trim().split([':', '.']).collect();
    let (2..=3) = parts.len() else { return None };
    let (hour, minute) = (number(parts[0])?, number(parts[1])?);
    if parts.get(2).is_some_and(|seconds| number(seconds).is_none_or(|seconds| seconds > 59)) {
        return None;
    }
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(noon) => hour % 12 + noon,
        None => hour,
    };
    (hour < 24 && minute < 60).then_some((u8::try_from(hour).ok()?, u8::try_from(minute).ok()?))
}

fn number(text: &str) -> Option<u16> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MORNING: Clock = Clock { year: 2026, month: 11, day: 22, hour: 8, minute: 10 };

    #[test]
    fn each_way_in_which_phones_write_a_head_is_read() {
        for head in [
            "[22/11/26 08.10] Pak Budi:",
            "[22/11/26 08.10.15] Pak Budi:",
            "\u{200e}[22/11/2026, 08:10:15] ~\u{a0}Pak Budi:",
            "22/11/2026, 08:10 - Pak Budi:",
            "22/11/26 08.10 - Pak Budi:",
            "22-11-2026 8:10 - Pak Budi:",
            "11/22/26, 8:10\u{202f}AM - Pak Budi:",
            "2026-11-22, 08:10 - Pak Budi:",
        ] {
            let read = read(&format!("{head} Lampu mati"));
            assert_eq!(read.at, Some(MORNING), "{head}");
            assert_eq!((read.name.as_deref(), read.text.as_str()), (Some("Pak Budi"), "Lampu mati"), "{head}");
        }
    }

    #[test]
    fn a_message_may_have_several_lines_and_its_writer_several_messages() {
        let read = read(
            "22/11/2026, 08:09 - Pesan dan panggilan terenkripsi secara end-to-end.\n\
             22/11/2026, 08:10 - +62 812-3456-7890: Jalan rusak\ndi depan sekolah\n\
             22/11/2026, 08:11 - Loket Masamba: Baik, di desa mana?\n\
             22/11/2026, 08:12 - +62 812-3456-7890: <Media tidak disertakan>\n\
             22/11/2026, 08:13 - +62 812-3456-7890: Desa Kappuna",
        );
        assert_eq!(read.text, "Jalan rusak\ndi depan sekolah\nDesa Kappuna");
        assert_eq!((read.phone.as_deref(), read.name), (Some("+6281234567890"), None));
        assert_eq!((read.at, read.left_out), (Some(MORNING), 1));
    }

    #[test]
    fn text_without_a_head_is_the_citizens_text() {
        let text = "Assalamualaikum, jalan - yang di 12/11 itu: rusak\nTolong";
        assert_eq!(read(text), Pasted { text: text.to_owned(), ..Pasted::default() });
        assert_eq!(read(" \n "), Pasted::default());
    }

    #[test]
    fn a_day_that_no_calendar_has_is_no_head() {
        assert_eq!(read("[31/02/26 08.10] Budi: x").at, None);
        assert_eq!(read("[01/01/26 24.10] Budi: x").at, None);
        assert!(read("[29/02/28 08.10] Budi: x").at.is_some());
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "(?s).{0,200}") {
            let _ = read(&text);
        }

        #[test]
        fn heads_in_any_disorder_do_not_break_it(parts in proptest::collection::vec(
            prop_oneof![Just("["), Just("]"), Just("22/11/26"), Just(" 08.10"), Just(" - "), Just(": "), Just("\n"),
                Just("é\u{200e}"), Just("a")], 0..40)) {
            let _ = read(&parts.concat());
        }

        #[test]
        fn what_was_written_comes_back(
            who in "[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8})?",
            text in "[a-zA-Z][a-zA-Z ,.]{0,40}[a-z](\n[a-zA-Z][a-z ]{0,20}[a-z])?",
            (year, month, day) in (2000u16..2100, 1u8..=12, 1u8..=28),
            (hour, minute) in (0u8..24, 0u8..60),
            bracket: bool,
        ) {
            let at = Clock { year, month, day, hour, minute };
            let pasted = match bracket {
                true => format!("[{day:02}/{month:02}/{year} {hour:02}.{minute:02}] {who}: {text}"),
                false => format!("{day}/{month}/{year}, {hour:02}:{minute:02} - {who}: {text}"),
            };
            let expected = Pasted { text, name: Some(who), phone: None, at: Some(at), left_out: 0 };
            prop_assert_eq!(read(&pasted), expected);
        }
    }
}
