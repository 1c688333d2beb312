//! Texts and values in the cells of workbooks: what is written is read as the same.

use simpul_office::sheet_in::Value;

use super::quantity::{QUANTITY_MAX, Quantity};

/// Parts of one, as values are counted in.
const SCALE: f64 = 1_000_000.0;

/// A text as a cell holds it.
pub fn text(text: &str) -> Value {
    if text.is_empty() { Value::Empty } else { Value::Text(text.to_owned()) }
}

/// A value as a cell holds it: a number where Excel's numbers can hold it, else its digits.
pub fn number(value: Option<Quantity>) -> Value {
    match value {
        Some(value) if of_number(value.as_f64()) == Some(value) => Value::Number(value.as_f64()),
        Some(value) => Value::Text(value.local(",", "")),
        None => Value::Empty,
    }
}

/// A cell says no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoValue;

/// What a cell says as a value; `None` for an empty one.
///
/// # Errors
/// For what is neither a number nor a text that is read as one.
pub fn quantity(value: &Value) -> Result<Option<Quantity>, NoValue> {
    match value {
        Value::Empty => Ok(None),
        Value::Number(number) => of_number(*number).map(Some).ok_or(NoValue),
        Value::Text(typed) => Quantity::parse(typed).map(Some).map_err(|_| NoValue),
        _ => Err(NoValue),
    }
}

/// The value that a number of Excel's means.
fn of_number(number: f64) -> Option<Quantity> {
    let scaled = (number * SCALE).round();
    #[expect(clippy::cast_precision_loss, reason = "the limit is far within what is exact here")]
    let good = scaled.is_finite() && scaled.abs() <= QUANTITY_MAX.0 as f64;
    #[expect(clippy::cast_possible_truncation, reason = "it was held against the limit")]
    good.then_some(Quantity(scaled as i64))
}
