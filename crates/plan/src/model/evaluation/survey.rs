//! The impact survey: nine statements of a dimension, answered from 0 to 4 by those who use a service.

use std::collections::{HashMap, HashSet};

use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::words::clean_line;
use uuid::Uuid;

use super::finding::Finding;
use super::ratio::Ratio;
use super::score::{MARK_MAX, MARK_MIN};

/// Users who must answer for a dimension, as the ministry asks.
pub const RESPONDENTS_WANTED_COUNT: usize = 50;
/// Most statements of a survey.
pub const STATEMENTS_MAX_COUNT: usize = 20;
/// Most responses of a survey.
pub const RESPONSES_MAX_COUNT: i64 = 5_000;
/// Most users that a service is said to have.
const USERS_MAX_COUNT: i64 = 10_000_000;

/// A survey of one service for one dimension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Its id.
    pub id: Uuid,
    /// The round.
    pub round: Uuid,
    /// The section's key.
    pub section: String,
    /// The indicator, which is the dimension.
    pub indicator: String,
    /// The service whose users are asked.
    pub service: String,
    /// How many users it has.
    pub users_count: i64,
    /// What its address ends with.
    pub token: String,
    /// Whether answers come in.
    pub is_open: bool,
}

/// One person's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Who, as a keyed hash: the same person has the same one in every survey of the round.
    pub person: Vec<u8>,
    /// Whether the person says to use the service.
    pub is_user: bool,
    /// The mark of each statement.
    pub marks: Vec<i64>,
}

/// Checks what is typed when a survey is opened: the service and how many users it has.
///
/// # Errors
/// The field that is wrong.
pub fn check_new(service: &str, users: &str) -> Result<(String, i64), Refusal> {
    let service = clean_line("service", service, LINE_MAX_CHARS, true)?;
    let users: String = users.chars().filter(|sign| !sign.is_whitespace() && *sign != '.').collect();
    let count = users.parse().ok().filter(|count| (1..=USERS_MAX_COUNT).contains(count));
    let count = count.ok_or_else(|| Refusal::field("users", "plan.refused.survey_users"))?;
    Ok((service, count))
}

/// Checks one person's marks.
///
/// # Errors
/// `plan.refused.survey_marks` where a statement has none of 0 to 4.
pub fn check_marks(marks: &[Option<i64>], statements_count: usize) -> Result<Vec<i64>, Refusal> {
    let refused = |at: usize| Refusal::field("mark", "plan.refused.survey_marks").entry(at.to_string());
    let mut kept = Vec::new();
    for at in 0..statements_count {
        let mark = marks.get(at).copied().flatten().filter(|mark| (MARK_MIN..=MARK_MAX).contains(mark));
        kept.push(mark.ok_or_else(|| refused(at))?);
    }
    Ok(kept)
}

/// The exact mean of each statement over those who use the service; `None` where nobody does.
pub fn means(responses: &[Response], statements_count: usize) -> Vec<Option<Ratio>> {
    let users: Vec<&Response> = responses.iter().filter(|response| response.is_user).collect();
    (0..statements_count)
        .map(|at| {
            Ratio::mean(users.iter().filter_map(|response| response.marks.get(at)).map(|mark| Ratio::whole(*mark)))
        })
        .collect()
}

/// What evaluators would find wrong with a survey, while it can still be mended. `others` are the responses of the
/// round's surveys of other dimensions.
pub fn checks(survey: &Survey, responses: &[Response], others: &[Response]) -> Vec<Finding> {
    let href = format!("/evaluasi/{}/survei", survey.round);
    let found = |key: &'static str, count: usize| Finding {
        key,
        args: vec![("n", count.to_string()), ("service", survey.service.clone())],
        href: href.clone(),
    };
    let mut findings = Vec::new();
    let users_count = responses.iter().filter(|response| response.is_user).count();
    if users_count < RESPONDENTS_WANTED_COUNT {
        findings.push(found("plan.evaluation.finding.survey_few", RESPONDENTS_WANTED_COUNT - users_count));
    }
    if users_count < responses.len() {
        findings.push(found("plan.evaluation.finding.survey_non_users", responses.len() - users_count));
    }
    if i64::try_from(users_count).is_ok_and(|count| count > survey.users_count) {
        findings.push(found("plan.evaluation.finding.survey_too_many", users_count));
    }
    let equal = |response: &&Response| response.marks.windows(2).all(|pair| pair[0] == pair[1]);
    let equal_count = responses.iter().filter(equal).count();
    if equal_count > 0 {
        findings.push(found("plan.evaluation.finding.survey_all_equal", equal_count));
    }
    let elsewhere: HashSet<&[u8]> = others.iter().map(|response| response.person.as_slice()).collect();
    let reused = responses.iter().filter(|response| elsewhere.contains(response.person.as_slice())).count();
    if reused > 0 {
        findings.push(found("plan.evaluation.finding.survey_reused", reused));
    }
    findings
}

/// The responses of other dimensions than that of a survey.
pub fn of_other_dimensions(survey: &Survey, all: &[Survey], responses: &HashMap<Uuid, Vec<Response>>) -> Vec<Response> {
    let others = all.iter().filter(|other| other.indicator != survey.indicator);
    others.filter_map(|other| responses.get(&other.id)).flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(users_count: i64) -> Survey {
        Survey {
            id: Uuid::nil(),
            round: Uuid::nil(),
            section: "impact".into(),
            indicator: "Smart Living".into(),
            service: "Puskesmas daring".into(),
            users_count,
            token: String::new(),
            is_open: true,
        }
    }

    fn response(person: u8, is_user: bool, marks: &[i64]) -> Response {
        Response { person: vec![person], is_user, marks: marks.to_vec() }
    }

    fn fifty() -> Vec<Response> {
        (0..50).map(|person| response(person, true, &[3, 2, 4])).collect()
    }

    fn keys(survey: &Survey, responses: &[Response], others: &[Response]) -> Vec<&'static str> {
        let found = checks(survey, responses, others);
        found.into_iter().map(|one| one.key.rsplit('.').next().unwrap()).collect()
    }

    #[test]
    fn fifty_users_of_the_service_are_enough() {
        assert!(keys(&survey(500), &fifty(), &[]).is_empty());
    }

    #[test]
    fn every_fault_of_a_survey_is_found_while_it_can_be_mended() {
        assert_eq!(keys(&survey(500), &fifty()[..49], &[]), ["survey_few"]);
        assert_eq!(keys(&survey(49), &fifty(), &[]), ["survey_too_many"]);
        assert_eq!(keys(&survey(500), &fifty(), &[response(7, true, &[1])]), ["survey_reused"]);
        let mut with = fifty();
        with.push(response(99, false, &[0, 1, 2]));
        assert_eq!(keys(&survey(500), &with, &[]), ["survey_non_users"]);
        with[50] = response(99, true, &[4, 4, 4]);
        assert_eq!(keys(&survey(500), &with, &[]), ["survey_all_equal"]);
    }

    #[test]
    fn only_users_count_for_the_mean() {
        let responses = [response(1, true, &[4, 0]), response(2, false, &[0, 4]), response(3, true, &[3, 1])];
        let means = means(&responses, 2);
        assert_eq!(means, [Some(Ratio::thousandths(3_500)), Some(Ratio::thousandths(500))]);
        assert_eq!(super::means(&responses[1..2], 1), [None]);
    }

    #[test]
    fn every_statement_wants_its_mark() {
        assert_eq!(check_marks(&[Some(0), Some(4)], 2), Ok(vec![0, 4]));
        let refusal = check_marks(&[Some(0), Some(5)], 2).unwrap_err();
        assert_eq!(refusal.control().as_deref(), Some("mark-1"));
        assert!(check_marks(&[Some(0)], 2).is_err());
        assert!(check_new("Layanan", "1.250").is_ok_and(|(_, count)| count == 1_250));
        assert!(check_new("Layanan", "0").is_err() && check_new("", "5").is_err());
    }
}
