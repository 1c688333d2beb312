//! Types, states and decisions of the room, as pure functions.

pub mod body;
pub mod book;
pub mod budget;
pub mod carry;
pub mod cell;
pub mod commitment;
pub mod completeness;
pub mod draft;
pub mod evaluation;
pub mod evidence;
pub mod figure;
pub mod form;
pub mod framework;
pub mod indicator;
pub mod item;
pub mod library;
pub mod meeting;
pub mod notice;
pub mod period;
pub mod programme;
pub mod progress;
pub mod quantity;
pub mod status;

pub use budget::{BudgetLine, Fund, Stage};
pub use framework::{Framework, Term, TermKind};
pub use indicator::{Counting, Frequency, Indicator, PartOfYear, Target, Trajectory};
pub use period::{Period, PeriodDays, PeriodKind};
pub use programme::{Field, Masterplan, Part, Party, Programme, ProgrammeKind, ProgrammeState, Trace};
pub use progress::{Progress, ProgressState, Told, Written};
pub use quantity::Quantity;
pub use status::{Facts, Light, Override, Status};
