//! What invented citizens answer to the questions of a category: as its type asks, and not everything.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::format::iso;
use simpul_report::desk::Desk;
use simpul_report::model::question::DataType;
use simpul_report::model::{Answers, Question};

use super::dice::Dice;

/// How many of a hundred answer a question that they may skip.
const ANSWERED_PERCENT: u64 = 60;
/// How long ago it began at most, in days.
const SINCE_MAX_DAYS: u64 = 20;
/// The largest number that somebody writes.
const NUMBER_MAX: u64 = 30;

/// Answers to the questions of the category as a report keeps them, if it has any. `at` is when the report is sent.
pub fn invented(desk: &Desk, category: &str, at: Timestamp) -> Option<String> {
    // Dice of their own, so that a further question leaves the rest of the story as it was.
    let dice = Dice::new(at.0.unsigned_abs());
    let mut answers = Answers::default();
    for question in desk.category(category)?.questions.iter() {
        if (question.required || dice.chance(ANSWERED_PERCENT))
            && let Some(answer) = answer(&dice, question, desk, at)
        {
            answers.add(&question.code, answer);
        }
    }
    answers.to_json()
}

fn answer(dice: &Dice, question: &Question, desk: &Desk, at: Timestamp) -> Option<String> {
    Some(match question.datatype {
        DataType::Line if question.code == "tiang" => format!("LJ-{:03}", 1 + dice.below(400)),
        DataType::Number => (1 + dice.below(NUMBER_MAX)).to_string(),
        DataType::Date => {
            let days = i64::try_from(dice.below(SINCE_MAX_DAYS)).unwrap_or(0);
            iso(at.plus_micros(-days * DAY_MICROS), desk.place.region.zone).chars().take(10).collect()
        }
        DataType::One | DataType::Many => {
            let at = usize::try_from(dice.below(question.values.len() as u64)).ok()?;
            question.values.get(at)?.key.clone()
        }
        // Names of schools and markets are not invented.
        DataType::Line | DataType::Text => return None,
    })
}
