//! The leader's page, as it goes to a meeting: one sheet of paper.

use simpul_e2e::Look;

use crate::{LEADER, begin, sign_in};

#[test]
fn the_leaders_page_is_one_sheet_of_paper() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, LEADER, "/pimpinan");
    for path in ["/pimpinan", "/pimpinan?cetak=1"] {
        browser.go(path);
        assert_eq!(browser.sheets("pimpinan-cetak"), 1, "{path} takes one sheet");
    }
    assert!(browser.text().contains("DATA CONTOH"), "{}", browser.text());
}
