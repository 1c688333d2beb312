//! A picture that a phone's camera reads (QR code, ISO/IEC 18004), drawn as SVG: no script and no file of its own.

use std::fmt::Write;

use askama::Template;
use askama::filters::HtmlSafe;
use qrcodegen::{QrCode, QrCodeEcc};

/// The light border that the standard asks for, in modules.
const QUIET_MODULES: i32 = 4;

/// A QR picture.
#[derive(Debug, Clone, Template)]
#[template(path = "shell/qr.html")]
pub struct Qr {
    label: String,
    side: i32,
    path: String,
}
impl HtmlSafe for Qr {}

impl Qr {
    /// The picture of `text`; nothing where it is too long for one (2,331 bytes) or empty.
    pub fn of(text: &str, label: String) -> Option<Qr> {
        if text.is_empty() {
            return None;
        }
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET_MODULES, y + QUIET_MODULES);
            }
        }
        Some(Qr { label, side: code.size() + 2 * QUIET_MODULES, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_stands_in_the_corner_inside_the_quiet_border() {
        let qr = Qr::of("otpauth://totp/Simpul:a@b.id?secret=ABC", "kode".into()).unwrap();
        // Each corner but one begins with a dark ring seven modules wide (ISO/IEC 18004, 6.3.3).
        for x in 4..11 {
            assert!(qr.path.contains(&format!("M{x},4h1v1h-1z")), "{x}");
        }
        assert!(!qr.path.contains("M11,4h"), "a light separator follows the ring");
        let html = qr.render().unwrap();
        assert!(html.contains(&format!("viewBox=\"0 0 {0} {0}\"", qr.side)) && !html.contains("style="), "{html}");
    }

    #[test]
    fn what_fits_in_no_picture_is_left_out() {
        assert!(Qr::of("", String::new()).is_none());
        assert!(Qr::of(&"x".repeat(2332), String::new()).is_none());
        assert!(Qr::of(&"x".repeat(2331), String::new()).is_some());
    }
}
