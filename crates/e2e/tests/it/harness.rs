//! The harness itself: what it must find, it finds.

use simpul_e2e::{Browser, Look};

/// A page given as an address, so that no server is needed.
fn page(body: &str) -> Browser {
    let browser = Browser::open("data:text/html,", Look::PHONE);
    browser.go(&format!(
        "<html lang=id><meta name=viewport content=width=device-width><title>T</title><main><h1>A</h1>{body}</main>"
    ));
    browser
}

#[test]
fn a_good_page_passes_every_audit() {
    let browser = page("<p>Halo</p>");
    browser.assert_accessible();
    browser.assert_fits();
    browser.assert_quiet();
    assert_eq!((browser.title().as_str(), browser.text_of("p").as_str()), ("T", "Halo"));
}

#[test]
#[should_panic(expected = "image-alt")]
fn a_picture_without_words_is_found() {
    page("<img src='data:,' width=40 height=40>").assert_accessible();
}

#[test]
#[should_panic(expected = "too wide")]
fn a_page_that_is_too_wide_is_found() {
    page("<p style='width:900px'>A</p>").assert_fits();
}

#[test]
#[should_panic(expected = "broken")]
fn a_complaint_of_the_browser_is_found() {
    page("<script>throw new Error('broken')</script>").assert_quiet();
}

#[test]
fn the_look_reaches_the_page() {
    let browser = page("<script>document.title = 'run'</script>");
    assert_eq!(browser.title(), "run");
    let asks = "return [matchMedia('(prefers-color-scheme: dark)').matches, innerWidth, \
                matchMedia('(pointer: coarse)').matches]";
    assert_eq!(browser.run(asks).to_string(), "[false,360,true]");
    browser.set_look(Look::DESK.in_the_dark());
    assert_eq!(browser.run(asks).to_string(), "[true,1366,false]");
    browser.set_look(Look::PHONE.without_scripts());
    browser.reload();
    assert_eq!(browser.title(), "T", "scripts of the page do not run");
}
