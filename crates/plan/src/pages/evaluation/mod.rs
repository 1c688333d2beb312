//! `/evaluasi`: rounds of the ministry's evaluation, and what was published of all regions.

pub mod answers;
pub mod compare;
pub mod export;
pub mod findings;
pub mod published;
pub mod question;
pub mod regions;
pub mod round;
pub mod rounds;
pub mod survey;
