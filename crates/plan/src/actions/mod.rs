//! Everything that can be done in the room, and the only code that writes.

pub mod framework;

pub use framework::SeedFramework;

use simpul_kernel::Ctx;

/// Who acts, as tables and the journal name them.
pub(crate) fn who(ctx: &Ctx) -> String {
    ctx.actor.journal_name()
}
