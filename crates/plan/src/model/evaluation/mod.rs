//! The ministry's evaluation: an instrument of questions in sections, scores of regions, and an index of both.

pub mod cohort;
pub mod compare;
pub mod finding;
pub mod instrument;
pub mod names;
pub mod published;
pub mod ratio;
pub mod region_line;
pub mod round;
pub mod score;
pub mod sheet;
pub mod survey;

pub use instrument::{Instrument, Question, QuestionKey, ReadInstrument, Section};
pub use published::{Published, ReadScores, Standing};
pub use ratio::Ratio;
pub use round::{Answer, AnswerState, Round, RoundState};
pub use score::{ASSESSORS_MAX_COUNT, Weights};

/// Most sections of an instrument.
pub const SECTIONS_MAX_COUNT: usize = 10;
/// Most questions of a section.
pub const QUESTIONS_PER_SECTION_MAX_COUNT: usize = 500;
