//! Personal numbers and addresses in free text, taken out before the text is shown to the public.
//!
//! Masked are Indonesian telephone numbers (however they are grouped), foreign ones that begin with `+`, runs of sixteen
//! digits and more (NIK, family card, bank card) and e-mail addresses. Dates, times, amounts and report numbers stay.

/// What stands in place of a telephone number.
pub const PHONE_MASK: &str = "[nomor telepon disamarkan]";
/// What stands in place of a NIK or another number of sixteen digits.
pub const NIK_MASK: &str = "[NIK disamarkan]";
/// What stands in place of an e-mail address.
pub const EMAIL_MASK: &str = "[surel disamarkan]";

/// Digits of a NIK.
const NIK_DIGITS: usize = 16;
/// Most characters between two groups of one number, such as `) ` or ` - `.
const GAP_MAX_CHARS: usize = 3;
/// Most groups looked at from one start, so that a text of nothing but digits and spaces stays cheap.
const GROUPS_MAX_COUNT: usize = 24;

/// The text with every personal number and address replaced. Masking a masked text changes nothing.
pub fn mask(text: &str) -> String {
    mask_numbers(&mask_emails(text))
}

/// Whether the text holds something that [`mask`] would take out.
pub fn has_personal_data(text: &str) -> bool {
    mask(text) != text
}

fn is_local_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// How many characters from the start of `domain` are a host name that ends in letters: `contoh.go.id`.
fn domain_length(domain: &[char]) -> Option<usize> {
    let run = domain
        .iter()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        .count();
    let mut best = None;
    let mut label_start = 0;
    for at in 0..=run {
        if at < run && domain[at] != '.' {
            continue;
        }
        let label = &domain[label_start..at];
        if label.is_empty() {
            break;
        }
        let ends_a_name = label_start > 0 && label.len() >= 2 && label.iter().all(|c| c.is_alphabetic());
        if ends_a_name {
            best = Some(at);
        }
        label_start = at + 1;
    }
    best
}

fn mask_emails(text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for at in 0..chars.len() {
        if chars[at] != '@' || at < done {
            continue;
        }
        let local = chars[done..at].iter().rev().take_while(|c| is_local_char(**c)).count();
        let Some(domain) = domain_length(&chars[at + 1..]) else {
            continue;
        };
        if local == 0 {
            continue;
        }
        masked.extend(&chars[done..at - local]);
        masked.push_str(EMAIL_MASK);
        done = at + 1 + domain;
    }
    masked.extend(&chars[done..]);
    masked
}

/// The value of a digit: European, or full-width as some keyboards type it.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

fn is_gap(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '.' | '-' | '_' | '\u{2010}'..='\u{2014}' | '(' | ')'
    )
}

/// Digits that stand together, and where they end.
struct Group {
    digits: String,
    /// The characters between the previous group and this one.
    gap: String,
    /// Position after the last digit.
    end: usize,
}

/// The groups of digits from `start` on that one number could have.
fn groups_from(chars: &[char], start: usize) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut at = start;
    let mut gap = String::new();
    while groups.len() < GROUPS_MAX_COUNT {
        let digits: String = chars[at..].iter().map_while(|c| digit(*c)).collect();
        if digits.is_empty() {
            break;
        }
        at += digits.chars().count();
        groups.push(Group {
            digits,
            gap: std::mem::take(&mut gap),
            end: at,
        });
        gap = chars[at..]
            .iter()
            .take_while(|c| is_gap(**c))
            .take(GAP_MAX_CHARS + 1)
            .collect();
        let gap_chars = gap.chars().count();
        if gap_chars == 0 || gap_chars > GAP_MAX_CHARS {
            break;
        }
        at += gap_chars;
    }
    groups
}

/// Amounts such as `1.250.000` or `62.812.345.678`.
fn is_amount(groups: &[Group]) -> bool {
    let first_fits = groups[0].digits.len() <= 3 && !groups[0].digits.starts_with('0');
    first_fits
        && groups.len() > 1
        && groups[1..]
            .iter()
            .all(|group| group.gap == "." && group.digits.len() == 3)
}

/// How many of the groups from the first on are a number of sixteen digits or more.
fn nik_groups(groups: &[Group]) -> Option<usize> {
    if groups[0].digits.len() >= NIK_DIGITS {
        return Some(1);
    }
    let mut joined = String::new();
    for (at, group) in groups.iter().enumerate() {
        joined.push_str(&group.digits);
        if joined.len() > NIK_DIGITS {
            return None;
        }
        if joined.len() == NIK_DIGITS {
            let parts = &groups[..=at];
            let even = parts.iter().all(|part| part.digits.len() >= 4);
            return (!is_amount(parts) && (even || looks_like_nik(&joined))).then_some(at + 1);
        }
    }
    None
}

/// A NIK: province 11 to 96, then the birthday as ddmmyy (40 added to the day for women), then a number.
fn looks_like_nik(digits: &str) -> bool {
    let two = |at: usize| {
        digits
            .get(at..at + 2)
            .and_then(|part| part.parse::<u8>().ok())
            .unwrap_or(0)
    };
    let day = two(6) % 40;
    (11..=96).contains(&two(0)) && (1..=31).contains(&day) && two(6) <= 71 && (1..=12).contains(&two(8))
}

/// How many groups from the first on are a telephone number.
fn phone_groups(groups: &[Group], after_plus: bool) -> Option<usize> {
    let (least, most) = phone_lengths(groups, after_plus)?;
    let mut total = 0;
    let mut best = None;
    for (at, group) in groups.iter().enumerate() {
        // What follows a complete number after a space, and is short, is a word of the sentence: "… 2 orang".
        if best.is_some() && group.digits.len() < 3 && !uniform(&groups[..=at]) {
            break;
        }
        total += group.digits.len();
        if total > most {
            break;
        }
        if total >= least {
            best = Some(at + 1);
        }
    }
    best
}

/// Whether all groups have the same size and the same gap, as in `08 12 34 56 78 90`.
fn uniform(groups: &[Group]) -> bool {
    let size = groups[0].digits.len();
    let same_gap = groups
        .get(2..)
        .unwrap_or(&[])
        .iter()
        .all(|group| group.gap == groups[1].gap);
    same_gap && groups.iter().rev().skip(1).all(|group| group.digits.len() == size)
}

/// Least and most digits of a telephone number that begins as these groups do; `None` if none does.
fn phone_lengths(groups: &[Group], after_plus: bool) -> Option<(usize, usize)> {
    let first = groups[0].digits.as_str();
    let start: String = groups.iter().flat_map(|group| group.digits.chars()).take(5).collect();
    if after_plus {
        let foreign_amount = is_amount(groups) && !start.starts_with("62");
        return (!first.starts_with('0') && !foreign_amount).then_some((8, 15));
    }
    if first.starts_with("628") || (first == "62" && start.starts_with("628")) {
        return (!is_amount(groups)).then_some((10, 14));
    }
    let area_code = first.len() >= 3 && first.starts_with('0') && !first.starts_with("00") && !first.starts_with("01");
    if area_code {
        // 0800 and 0804 are numbers of companies, not of people, but the caller's number may well look so.
        return Some((9, 13));
    }
    if first.starts_with("00628") {
        return Some((12, 16));
    }
    // Spelled out in ones and twos; dates and times have fewer groups.
    let spelled = groups.len() >= 5 && first.len() <= 2 && start.starts_with("08") && uniform(&groups[..5]);
    spelled.then_some((10, 13))
}

fn mask_numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if digit(chars[at]).is_none() {
            masked.push(chars[at]);
            at += 1;
            continue;
        }
        let groups = groups_from(&chars, at);
        let after_plus = masked.ends_with(['+', '＋']) || masked.ends_with("+(");
        let found = nik_groups(&groups)
            .map(|count| (count, NIK_MASK))
            .or_else(|| phone_groups(&groups, after_plus).map(|count| (count, PHONE_MASK)));
        match found {
            Some((count, mask)) => {
                drop_prefix(&mut masked, &groups[..count]);
                masked.push_str(mask);
                at = groups[count - 1].end;
            }
            None => {
                masked.extend(&chars[at..groups[0].end]);
                at = groups[0].end;
            }
        }
    }
    masked
}

/// Takes a `+` and a bracket that belong to the number off the end of what is already written.
fn drop_prefix(masked: &mut String, groups: &[Group]) {
    let closes = groups
        .iter()
        .any(|group| group.gap.contains(')') && !group.gap.contains('('));
    if closes && masked.ends_with('(') {
        masked.pop();
    }
    if masked.ends_with(['+', '＋']) {
        masked.pop();
    }
    if closes && masked.ends_with('(') {
        masked.pop();
    }
}

/// A telephone number as it is stored, `+6281234567890`, from whatever a person typed: `0812-3456-7890`,
/// `62 812 3456 7890`, `(0473) 21234`, `+60 12 345 6789`. `None` if it can be none (`112` is none either: nobody is
/// reached there).
pub fn normalise_phone(text: &str) -> Option<String> {
    let text = text.trim();
    let strange = |c: char| digit(c).is_none() && !is_gap(c) && !matches!(c, '+' | '＋' | '/');
    let plus = text.starts_with(['+', '＋']) || text.starts_with("(+");
    if text.chars().any(strange) || text.chars().skip(2).any(|c| matches!(c, '+' | '＋')) {
        return None;
    }
    let digits: String = text.chars().filter_map(digit).collect();
    let digits = if plus {
        digits.as_str()
    } else {
        digits.strip_prefix("00").unwrap_or(&digits)
    };
    let abroad = plus || text.starts_with("00");
    let national = match digits.strip_prefix("62") {
        Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
        None if abroad => return (8..=15).contains(&digits.len()).then(|| format!("+{digits}")),
        None => match digits.strip_prefix('0') {
            Some(rest) => rest,
            None if digits.starts_with('8') => digits,
            None => return None,
        },
    };
    let mobile = national.starts_with('8') && (9..=12).contains(&national.len());
    let fixed = national.starts_with(['2', '3', '4', '5', '6', '7', '9']) && (7..=11).contains(&national.len());
    (mobile || fixed).then(|| format!("+62{national}"))
}

/// The beginning of a stored number, for a person who must recognise it but not read it: `0812-34…`.
pub fn phone_shown(stored: &str) -> String {
    let local = phone_local(stored);
    let shown: String = local.chars().take(7).collect();
    format!("{}…", shown.trim_end_matches('-'))
}

/// A stored number as Indonesians write it: `0812-3456-7890`; a foreign one unchanged.
pub fn phone_local(stored: &str) -> String {
    let Some(national) = stored.strip_prefix("+62") else {
        return stored.to_owned();
    };
    let digits: Vec<char> = std::iter::once('0').chain(national.chars()).collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}
