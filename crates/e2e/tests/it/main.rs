//! Journeys through Simpul in a real browser.

mod harness;
