//! The pages that look across rooms, from the request to what stands on the screen, on either engine.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod maps;
mod pages;
mod paparan;
mod scene;
mod tiles;
