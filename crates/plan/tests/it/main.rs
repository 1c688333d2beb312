//! The whole way of the plan: it is written, agencies say how it goes, and it is proven; on either engine.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod books;
mod carry;
mod checked;
mod claims;
mod commitments;
mod completeness;
mod evaluation;
mod forms;
mod kept;
mod meetings;
mod progress_file;
mod regions;
mod rounds;
mod statements;
mod whole;
