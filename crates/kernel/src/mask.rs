//! Personal numbers and addresses in free text, taken out before the text is shown to the public.
//!
//! Masked are Indonesian telephone numbers (however they are grouped), foreign ones that begin with `+`, runs of
//! sixteen digits and more (NIK, family card, bank card) and e-mail addresses. Dates, times, amounts and report numbers
//! stay.

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
    let mut masked = text.to_owned();
    // A mask parts what stood together, so that an address may show only now. Every turn takes digits or an @ away.
    loop {
        let next = mask_numbers(&mask_emails(&masked));
        if next == masked {
            return masked;
        }
        masked = next;
    }
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
    let run = domain.iter().take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).count();
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
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '.' | '-' | '_' | '\u{2010}'..='\u{2014}' | '(' | ')')
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
        groups.push(Group { digits, gap: std::mem::take(&mut gap), end: at });
        gap = chars[at..].iter().take_while(|c| is_gap(**c)).take(GAP_MAX_CHARS + 1).collect();
        let gap_chars = gap.chars().count();
        if gap_chars == 0 || gap_chars > GAP_MAX_CHARS {
            break;
        }
        at += gap_chars;
    }
    groups
}

/// How many groups from the first on are one amount, if more than one are.
fn amount_groups(groups: &[Group]) -> Option<usize> {
    let joined = 1 + groups[1..].iter().take_while(|group| group.gap == ".").count();
    is_amount(&groups[..joined]).then_some(joined)
}

/// What a run of digits is, and how many of its groups belong to it. Sixteen digits without a gap are never anything
/// else; a telephone number begins as no NIK does, so it is looked for first.
fn found(groups: &[Group], after_plus: bool) -> Option<(usize, &'static str)> {
    if groups[0].digits.len() >= NIK_DIGITS {
        return Some((1, NIK_MASK));
    }
    let phone = phone_groups(groups, after_plus).map(|count| (count, PHONE_MASK));
    phone.or_else(|| nik_groups(groups).map(|count| (count, NIK_MASK)))
}

/// Amounts such as `1.250.000` or `62.812.345.678`.
fn is_amount(groups: &[Group]) -> bool {
    let first_fits = groups[0].digits.len() <= 3 && !groups[0].digits.starts_with('0');
    first_fits && groups.len() > 1 && groups[1..].iter().all(|group| group.gap == "." && group.digits.len() == 3)
}

/// How many of the groups from the first on are a number of sixteen digits in several groups.
fn nik_groups(groups: &[Group]) -> Option<usize> {
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
    let two = |at: usize| digits.get(at..at + 2).and_then(|part| part.parse::<u8>().ok()).unwrap_or(0);
    let day = two(6) % 40;
    (11..=96).contains(&two(0)) && (1..=31).contains(&day) && two(6) <= 71 && (1..=12).contains(&two(8))
}

/// How many groups from the first on are a telephone number.
fn phone_groups(groups: &[Group], after_plus: bool) -> Option<usize> {
    let (least, most) = phone_lengths(groups, after_plus)?;
    let mut total = 0;
    let mut best = None;
    for (at, group) in groups.iter().enumerate() {
        // What follows a complete number and is short belongs to the sentence ("… 2 orang"), unless pairs are spelled
        // out.
        let like_the_one_before = at > 0 && groups[at - 1].digits.len() == group.digits.len();
        if best.is_some() && group.digits.len() < 3 && !like_the_one_before {
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
    let same_gap = groups.get(2..).unwrap_or(&[]).iter().all(|group| group.gap == groups[1].gap);
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
        match found(&groups, after_plus) {
            Some((count, mask)) => {
                drop_prefix(&mut masked, &groups[..count]);
                masked.push_str(mask);
                at = groups[count - 1].end;
            }
            None => {
                let end = groups[amount_groups(&groups).unwrap_or(1) - 1].end;
                masked.extend(&chars[at..end]);
                at = end;
            }
        }
    }
    masked
}

/// Takes a `+` and a bracket that belong to the number off the end of what is already written.
fn drop_prefix(masked: &mut String, groups: &[Group]) {
    let closes = groups.iter().any(|group| group.gap.contains(')') && !group.gap.contains('('));
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
    let digits = if plus { digits.as_str() } else { digits.strip_prefix("00").unwrap_or(&digits) };
    let abroad = plus || text.starts_with("00");
    let national = match digits.strip_prefix("62") {
        Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
        None if abroad => {
            let possible = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
            return possible.then(|| format!("+{digits}"));
        }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn telephone_numbers_are_masked_however_they_are_grouped() {
        for number in [
            "081234567890",
            "0812 3456 7890",
            "0812-3456-7890",
            "0812.3456.7890",
            "0812 - 3456 - 7890",
            "08123456789",
            "+6281234567890",
            "+62 812 3456 7890",
            "+62-812-3456-7890",
            "+62 (812) 3456 7890",
            "+62 0812 3456 7890",
            "62812345678901",
            "62 812 3456 7890",
            "62-812-3456-7890",
            "(0812) 3456 7890",
            "(+62) 812 3456 7890",
            "08 12 34 56 78 90",
            "08-12-34-56-78-90",
            "0 8 1 2 3 4 5 6 7 8 9 0",
            "0812 3456 789",
            "0812_3456_7890",
            "0473 21234",
            "(0473) 21234",
            "0473-212345",
            "021 3456789",
            "021-345-6789",
            "+60 12 345 6789",
            "006281234567890",
            "０８１２３４５６７８９０",
            "0812\u{a0}3456\u{a0}7890",
            "+1 202 555 0143",
            "0812–3456–7890",
            "081.234.567.890",
        ] {
            assert_eq!(mask(&format!("Hubungi {number}, ya.")), format!("Hubungi {PHONE_MASK}, ya."), "{number}");
            assert_eq!(mask(number), PHONE_MASK, "{number}");
        }
    }

    #[test]
    fn a_number_stuck_to_a_word_is_masked_too() {
        assert_eq!(mask("WA081234567890"), format!("WA{PHONE_MASK}"));
        assert_eq!(mask("NIK7322010101900001x"), format!("NIK{NIK_MASK}x"));
        assert_eq!(mask("wa.me/6281234567890"), format!("wa.me/{PHONE_MASK}"));
        assert_eq!(mask("tel:+6281234567890"), format!("tel:{PHONE_MASK}"));
    }

    #[test]
    fn two_numbers_are_two_masks_and_words_between_them_stay() {
        let text = "0812 3456 7890 / 0813-1111-2222 atau 0812 3456 7890 0813 3456 7891";
        assert_eq!(mask(text), format!("{PHONE_MASK} / {PHONE_MASK} atau {PHONE_MASK} {PHONE_MASK}"));
        assert_eq!(mask("0812 3456 7890 2 orang"), format!("{PHONE_MASK} 2 orang"));
        assert_eq!(mask("0812 34 56 78 90 2 orang"), format!("{PHONE_MASK} 2 orang"));
        assert_eq!(mask("RT 03 0812 3456 7890"), format!("RT 03 {PHONE_MASK}"));
    }

    #[test]
    fn sixteen_digits_are_masked() {
        for number in [
            "7322010101900001",
            "7322 0101 0190 0001",
            "7322.0101.0190.0001",
            "732201-010190-0001",
            "73.22.01.010190.0001",
            "732201 410190 0001",
            "73220101019000012345",
            "5264 2212 3887 7000",
            "７３２２０１０１０１９００００１",
        ] {
            assert_eq!(mask(&format!("NIK: {number}.")), format!("NIK: {NIK_MASK}."), "{number}");
        }
    }

    #[test]
    fn email_addresses_are_masked() {
        for (text, masked) in [
            ("budi@contoh.id", EMAIL_MASK.to_owned()),
            ("Surel: budi.s+lapor@mail.contoh.go.id.", format!("Surel: {EMAIL_MASK}.")),
            ("<budi@contoh.id>", format!("<{EMAIL_MASK}>")),
            ("081234567890@contoh.com", EMAIL_MASK.to_owned()),
            ("mailto:a@b.co,c@d.co", format!("mailto:{EMAIL_MASK},{EMAIL_MASK}")),
            ("büdi@müller.de", EMAIL_MASK.to_owned()),
        ] {
            assert_eq!(mask(text), masked);
        }
        for text in ["@lutra_official", "harga @ 5.000", "a@b", "budi@", "@", "a@.id", "a@b.1", "x @y.id"] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn an_address_that_shows_only_behind_a_mask_is_masked_too() {
        assert_eq!(mask(".com@a.com0000000000000000"), format!("{EMAIL_MASK}{NIK_MASK}"));
    }

    #[test]
    fn ordinary_numbers_stay() {
        for text in [
            "RT 03 RW 05",
            "RT.03/RW.05",
            "RT 003 / RW 005",
            "Rp 1.250.000",
            "Rp\u{a0}12.500.000.000",
            "Rp1.250.000.000.000",
            "Rp 62.812.345.678",
            "22 November 2026",
            "22-11-2026",
            "22.11.2026",
            "2026-11-22",
            "08-11-2026",
            "08/11/2026",
            "08.10 WITA",
            "pukul 08.00-16.00",
            "pukul 08.00 - 16.00 WITA",
            "08-11-2026 08.10",
            "08.11.2026 - 09.11.2026",
            "LUTRA-2611-0042",
            "LUTRA-2608-0812",
            "BYR-0042",
            "112-0871",
            "telepon 112 atau 110",
            "119",
            "jalan 5 km",
            "-2.5489, 120.3244",
            "120.3244123",
            "73.22.01.2001",
            "kode pos 92961",
            "tahun 2025-2026",
            "UU 27/2022",
            "62 orang",
            "0 rupiah",
            "100000000",
            "1234567890",
            "1.234.567,89",
            "3 4 5 6 7 8 9 10 11 12",
            "0,5 meter",
            "DD 1234 AB",
            "+2.500.000",
            "+5%",
            "No. 62 RT 08",
            "0800",
            "2026-11-22T08:10:00+08:00",
            "PermenPANRB 62/2018",
            "",
            "km 08 + 200",
            "Rp 645.020.000.000",
            "1 2 3 4 5 6 7 8 9 1 2 3 4 5 6 7 8",
        ] {
            assert_eq!(mask(text), text);
            assert!(!has_personal_data(text));
        }
    }

    #[test]
    fn what_is_around_a_number_stays() {
        assert_eq!(mask("(hubungi 081234567890)"), format!("(hubungi {PHONE_MASK})"));
        assert_eq!(mask("(081234567890)"), format!("({PHONE_MASK})"));
        assert_eq!(mask("baris 1\n081234567890\nbaris 3"), format!("baris 1\n{PHONE_MASK}\nbaris 3"));
        assert!(has_personal_data("081234567890"));
    }

    #[test]
    fn a_typed_number_is_stored_in_one_way() {
        for text in [
            "081234567890",
            "0812-3456-7890",
            "62 812 3456 7890",
            "+62 812.3456.7890",
            "+62 0812 3456 7890",
            "81234567890",
            "0062 812 3456 7890",
            " (0812) 3456 7890 ",
            "０８１２３４５６７８９０",
            "(+62) 812 3456 7890",
        ] {
            assert_eq!(normalise_phone(text).as_deref(), Some("+6281234567890"), "{text}");
        }
        assert_eq!(normalise_phone("(0473) 21234").as_deref(), Some("+6247321234"));
        assert_eq!(normalise_phone("+60 12-345 6789").as_deref(), Some("+60123456789"));
        for text in [
            "",
            "112",
            "0812",
            "081234",
            "08123456789012345",
            "budi",
            "0812x34567890",
            "12345678",
            "+",
            "+62",
            "+00000000",
            "0812+3456789",
            "+1",
        ] {
            assert_eq!(normalise_phone(text), None, "{text}");
        }
    }

    #[test]
    fn a_stored_number_is_shown_in_part_or_in_groups() {
        assert_eq!(phone_local("+6281234567890"), "0812-3456-7890");
        assert_eq!(phone_shown("+6281234567890"), "0812-34…");
        assert_eq!(phone_local("+60123456789"), "+60123456789");
        assert_eq!(phone_shown(""), "…");
    }

    fn digits_of(text: &str) -> String {
        text.chars().map(|c| digit(c).unwrap_or(' ')).collect()
    }

    fn longest_run(text: &str) -> usize {
        digits_of(text).split(' ').map(str::len).max().unwrap_or(0)
    }

    /// Texts in the alphabet that the masks look at, so that odd neighbourhoods are found.
    fn odd_texts() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[0-9]{1,6}",
            "[0-9]{10,20}",
            "[-. ()+_/,]{1,3}",
            "[a-zA-Z]{1,4}",
            "@",
            "\\.com",
            "0812",
            "62",
            "\\+62",
            "７３",
            "\n",
            "é",
            "\u{a0}",
        ];
        prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn masking_twice_is_the_same_as_once(text in odd_texts()) {
            let once = mask(&text);
            prop_assert_eq!(mask(&once), once);
        }

        #[test]
        fn masking_any_text_twice_is_the_same_as_once(text in "\\PC{0,80}") {
            let once = mask(&text);
            prop_assert_eq!(mask(&once), once);
        }

        #[test]
        fn no_run_of_sixteen_digits_survives(text in odd_texts()) {
            prop_assert!(longest_run(&mask(&text)) < NIK_DIGITS);
        }

        #[test]
        fn no_nik_survives_in_any_sentence(
            before in "[a-zA-Z ,:/\n]{0,10}", after in "[a-zA-Z ,:/\n]{0,10}",
            nik in "(1[1-9]|[2-8][0-9]|9[1-6])[0-9]{14}",
        ) {
            let masked = mask(&format!("{before}{nik}{after}"));
            prop_assert_eq!(masked, format!("{before}{NIK_MASK}{after}"));
        }

        #[test]
        fn no_mobile_number_survives_in_any_sentence(
            before in "([a-zA-Z ,:\n]{0,9}[a-zA-Z,:\n])?", after in "([,:\n][a-zA-Z ,:\n]{0,9})?",
            prefix in prop::sample::select(vec!["08", "+628", "628", "+62 8", "+62-8", "62 8"]),
            rest in "[1-9][0-9]([-. ]?[0-9]{3,4}){2}",
        ) {
            let masked = mask(&format!("{before}{prefix}{rest}{after}"));
            prop_assert_eq!(masked, format!("{before}{PHONE_MASK}{after}"));
        }

        #[test]
        fn no_email_address_survives(local in "[a-z0-9._]{1,12}", domain in "[a-z]{2,8}\\.(com|co\\.id|go\\.id|id)") {
            let masked = mask(&format!("kirim ke {local}@{domain} ya"));
            prop_assert!(!masked.contains('@'));
        }

        #[test]
        fn text_without_digits_and_at_signs_stays(text in "[^0-9０-９@]{0,60}") {
            prop_assert_eq!(mask(&text), text);
        }

        #[test]
        fn dates_amounts_and_report_numbers_stay(
            year in 2020u16..2035, month in 1u8..=12, day in 1u8..=28, amount in 0i64..1_000_000_000_000,
            serial in 1u32..9_999,
        ) {
            for text in [
                format!("{year}-{month:02}-{day:02}"),
                format!("{day:02}-{month:02}-{year}"),
                format!("{day:02}.{month:02}.{year} pukul {month:02}.{day:02}"),
                format!("LUTRA-{:02}{month:02}-{serial:04}", year % 100),
                crate::format::rupiah(crate::format::Lang::Id, amount),
                format!("RT {day:02} RW {month:02}"),
            ] {
                prop_assert_eq!(mask(&text), text);
            }
        }

        #[test]
        fn a_normalised_number_stays_as_it_is(text in "[-+0-9 .()]{0,20}") {
            if let Some(stored) = normalise_phone(&text) {
                prop_assert_eq!(normalise_phone(&stored), Some(stored.clone()));
                prop_assert_eq!(normalise_phone(&phone_local(&stored)), Some(stored.clone()));
                prop_assert!(has_personal_data(&stored));
            }
        }
    }
}
