//! Pieces that are drawn on a page and again as they change. A piece answers no form and draws no page: pages and
//! answers stand above, so that an arrow between them goes one way.

pub mod asked_waiting;
pub mod call_state;
pub mod call_story;
pub mod help_row;
pub mod names;
pub mod offer_row;
pub mod send_panel;
pub mod silent_lines;
pub mod tried;
