//! The harness of the browser tests: a real server with demo data, and a real browser before it.
//!
//! The tests stand in `tests/it`, one file a journey. They speak the W3C WebDriver protocol through [`Browser`], a few
//! dozen lines of our own: the libraries for it lack what these tests are about (the browser's console, the bytes on
//! the wire, emulated phones), and bring a hundred crates.
#![expect(clippy::expect_used, clippy::panic, reason = "a browser test that can't go on stops with what is wrong")]

mod audit;
mod browser;
mod look;
mod protocol;
mod server;

pub use browser::{Browser, Element};
pub use look::Look;
pub use server::Server;

use std::path::PathBuf;
use std::time::Duration;

/// The Enter key, for [`Browser::press`].
pub const ENTER: &str = "\u{E007}";
/// The Escape key, for [`Browser::press`].
pub const ESCAPE: &str = "\u{E00C}";
/// The key that moves the focus on.
pub const TAB: &str = "\u{E004}";

/// Longest wait for something that a page should show, in seconds.
pub const PATIENCE_SECONDS: u64 = 10;

/// The folder that cargo builds into, `target/debug`; the tests lie in its `deps`.
fn build_dir() -> PathBuf {
    let exe = std::env::current_exe().expect("a test knows where it lies");
    exe.ancestors().nth(2).expect("it lies in deps of the build folder").to_path_buf()
}

/// Asks until `ready` has an answer, for [`PATIENCE_SECONDS`] at most.
///
/// # Panics
/// There is none; the message says that `what` did not come.
#[track_caller]
pub fn wait_for<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    wait_for_up_to(PATIENCE_SECONDS, what, &mut ready)
}

/// [`wait_for`] with a patience of its own.
///
/// # Panics
/// As [`wait_for`].
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "the outside of a process can only be waited for by asking again")]
pub fn wait_for_up_to<T>(seconds: u64, what: &str, ready: &mut impl FnMut() -> Option<T>) -> T {
    const STEP: Duration = Duration::from_millis(50);
    for _ in 0..seconds * 20 {
        if let Some(answer) = ready() {
            return answer;
        }
        std::thread::sleep(STEP);
    }
    panic!("{what} did not come within {seconds} s")
}
