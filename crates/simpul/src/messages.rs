//! What the rooms say, gathered; and their refusals as sentences for the command line.

use std::sync::OnceLock;

use simpul_kernel::Refusal;
use simpul_kernel::format::Lang;
use simpul_shell::{Catalogue, MessageSet};

/// The rooms' messages, without the shell's own.
pub const ROOMS: &[MessageSet] = &[
    simpul_report::MESSAGES,
    simpul_emergency::MESSAGES,
    simpul_plan::MESSAGES,
    simpul_admin::MESSAGES,
    simpul_wall::MESSAGES,
];

/// A refusal as a sentence for the command line.
pub fn sentence(refusal: &Refusal) -> String {
    static CATALOGUE: OnceLock<Option<Catalogue>> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| {
        let below = [simpul_shell::MESSAGES, simpul_shell::PEOPLE_MESSAGES, simpul_shell::OFFICE_MESSAGES];
        let sets: Vec<MessageSet> = below.into_iter().chain(ROOMS.iter().copied()).collect();
        Catalogue::load(&sets).ok()
    });
    match catalogue {
        Some(catalogue) if catalogue.has(refusal.key) => catalogue.refusal(Lang::En, refusal),
        _ => refusal.to_string(),
    }
}
