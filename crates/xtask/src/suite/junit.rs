//! The counts of a run, read from the report that nextest leaves behind.

use std::fmt;
use std::ops::{Add, AddAssign};

/// How many tests passed and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    /// Of all these, how many replayed a fuzz corpus (`corpus_…`).
    pub corpus: usize,
}

impl Tally {
    /// A check that is no test counts as one.
    pub fn check(passed: bool) -> Tally {
        Tally { passed: usize::from(passed), failed: usize::from(!passed), corpus: 0 }
    }
}

impl Add for Tally {
    type Output = Tally;
    fn add(self, other: Tally) -> Tally {
        Tally {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            corpus: self.corpus + other.corpus,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        *self = *self + other;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Counts the test cases of a JUnit report. Nextest writes one `<testcase>` a test and, inside it, a `<failure>` or
/// `<error>` for each that failed.
pub fn tally(report: &str) -> Tally {
    let mut tally = Tally::default();
    for case in report.split("<testcase ").skip(1) {
        let (head, rest) = case.split_once('>').unwrap_or((case, ""));
        let body = if head.ends_with('/') { "" } else { rest.split("</testcase>").next().unwrap_or_default() };
        // What a test printed is escaped in the report, so these can only be the report's own elements.
        let failed = body.contains("<failure") || body.contains("<error");
        tally += Tally::check(!failed);
        let name = head.split("name=\"").nth(1).and_then(|name| name.split('"').next()).unwrap_or_default();
        tally.corpus += usize::from(name.rsplit("::").next().is_some_and(|last| last.starts_with("corpus_")));
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="4" failures="1" errors="0" time="0.1">
    <testsuite name="simpul-kernel" tests="3" disabled="0" errors="0" failures="1">
        <testcase name="area::tests::a_code_reads_back" classname="simpul-kernel" time="0.006"/>
        <testcase name="words::tests::corpus_clean_text" classname="simpul-kernel" time="0.006">
        </testcase>
        <testcase name="tests::b" classname="simpul-kernel" time="0.006">
            <failure message="no" type="test failure with exit code 101">left: 1</failure>
            <system-out>&lt;error&gt; a &gt; b</system-out>
        </testcase>
    </testsuite>
    <testsuite name="x"><testcase name="it::says_error" classname="x"><system-err>&lt;failure</system-err></testcase>
    </testsuite>
</testsuites>"#;

    #[test]
    fn passed_failed_and_corpus_are_counted() {
        assert_eq!(tally(REPORT), Tally { passed: 3, failed: 1, corpus: 1 });
    }

    #[test]
    fn an_empty_report_counts_nothing() {
        assert_eq!(tally(""), Tally::default());
    }
}
