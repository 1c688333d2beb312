//! `/evaluasi`: rounds of the ministry's evaluation, and what was published of all regions.

pub mod published;
pub mod question;
pub mod round;
pub mod rounds;
