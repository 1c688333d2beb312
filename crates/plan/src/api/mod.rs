//! The room's JSON API under `/api/v1/plan` and `/api/v1/evaluation`.

use simpul_shell::Routes;

/// The routes with their description.
pub fn routes() -> Routes {
    Routes::new()
}
