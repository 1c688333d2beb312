//! Who asks: the first argument of every handler. What a handler may do, it may because of the guard it was handed.

mod client;
mod counted;
mod display;
mod officer;
mod site;
mod watcher;

pub use client::{
    ApiClient, ApiScope, IdempotencyKey, KeyLater, MoveScope, Open311Scope, ReadScope, Reader, TrunkScope, WriteScope,
};
pub use display::DisplayScreen;
pub use officer::{Handle, Officer, Settling, SignedIn};
pub use site::{Anyone, Site};
pub use watcher::Watcher;
