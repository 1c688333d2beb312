//! The whole way of the plan: it is written, agencies say how it goes, and it is proven; on either engine.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod books;
mod claims;
mod commitments;
mod evaluation;
mod meetings;
mod regions;
mod rounds;
mod statements;
mod whole;
