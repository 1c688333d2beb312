//! The one door by which words of people get into XML.

/// Whether XML 1.0 can hold the sign at all.
fn is_held(sign: char) -> bool {
    matches!(sign, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && !matches!(sign, '\u{7f}'..='\u{9f}')
}

/// A text as the content of an element or of an attribute in double quotes. Control signs, which no office program
/// shows and some refuse a file for, go; a line end stays one.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for sign in text.chars().filter(|sign| is_held(*sign)) {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// A text as one line: line ends and tabs become spaces.
pub fn line(value: &str) -> String {
    text(&value.replace("\r\n", " ").replace(['\n', '\r', '\t'], " "))
}

/// Whether the text reads from right to left: its first letter of a known direction does.
pub fn is_rtl(text: &str) -> bool {
    let first = text.chars().find(|sign| sign.is_alphabetic());
    first.is_some_and(|sign| matches!(sign, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'))
}

/// The beginning of every part.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_xml_means_is_said_and_what_it_cannot_hold_goes() {
        assert_eq!(text("<a b=\"c\">&'\u{0}\u{1b}\u{fffe}x"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;x");
        assert_eq!(line("a\r\nb\tc"), "a b c");
    }

    #[test]
    fn the_first_letter_gives_the_direction() {
        assert!(is_rtl("١. سلام"));
        assert!(is_rtl("\"שלום\""));
        assert!(!is_rtl("Luwu سلام"));
        assert!(!is_rtl("123"));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_xml(words in any::<String>()) {
            let part = format!("<a b=\"{}\">{}</a>", line(&words), text(&words));
            let mut reader = quick_xml::Reader::from_str(&part);
            loop {
                match reader.read_event() {
                    Ok(quick_xml::events::Event::Eof) => break,
                    Ok(_) => {}
                    Err(error) => return Err(TestCaseError::fail(format!("{error}: {part:?}"))),
                }
            }
        }
    }
}
