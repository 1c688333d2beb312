//! A list's filter as its address says it.

use simpul_kernel::Refusal;
use simpul_shell::{Fields, encode_query};

use crate::model::Filter;

/// A filter as a query.
pub fn query_of(filter: &Filter) -> String {
    let pairs = filter.pairs();
    pairs.iter().map(|(name, value)| format!("{name}={}", encode_query(value))).collect::<Vec<_>>().join("&")
}

/// The filter that an address asks for, and what is wrong with it.
pub fn filter_of(fields: &Fields) -> (Filter, Vec<Refusal>) {
    let pairs: Vec<(&str, &str)> = fields.pairs().collect();
    Filter::read(&pairs)
}
