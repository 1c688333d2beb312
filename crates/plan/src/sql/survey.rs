//! Impact surveys and what people answered.

use std::collections::HashMap;

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::evaluation::survey::{RESPONSES_MAX_COUNT, Response, Survey};

simpul_store::statements! {
    pub(crate) SURVEYS = "SELECT id, round_id, section, indicator, service, users_count, token, is_open FROM plan_survey
        WHERE region = $1 AND round_id = $2 ORDER BY id LIMIT $3";
    pub(crate) SURVEY = "SELECT id, round_id, section, indicator, service, users_count, token, is_open FROM plan_survey
        WHERE region = $1 AND id = $2";
    pub(crate) BY_TOKEN = "SELECT id, round_id, section, indicator, service, users_count, token, is_open
        FROM plan_survey WHERE region = $1 AND token = $2";
    pub(crate) RESPONSES = "SELECT survey_id, person, is_user, marks FROM plan_survey_response
        WHERE region = $1 AND survey_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) COUNT = "SELECT CAST(COUNT(*) AS BIGINT) FROM plan_survey_response WHERE region = $1 AND survey_id = $2";
    pub(crate) ANSWERED = "SELECT id FROM plan_survey_response WHERE region = $1 AND survey_id = $2 AND person = $3";
    pub(crate) SECRET = "SELECT secret FROM plan_survey_secret WHERE region = $1 AND round_id = $2";
    pub(crate) SET_OPEN = "UPDATE plan_survey SET is_open = $3 WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_SURVEY = "plan_survey" (
        id, round_id, section, indicator, service, users_count, token, is_open, created_at
    );
    pub(crate) INSERT_SECRET = "plan_survey_secret" (round_id, secret);
    pub(crate) INSERT_RESPONSE = "plan_survey_response" (id, survey_id, person, is_user, marks, at);
}

/// Most surveys of a round.
pub const SURVEYS_MAX_COUNT: i64 = 100;

impl FromRow for Survey {
    fn from_row(row: &Row) -> Result<Survey> {
        Ok(Survey {
            id: row.at(0)?,
            round: row.at(1)?,
            section: row.at(2)?,
            indicator: row.at(3)?,
            service: row.at(4)?,
            users_count: row.at(5)?,
            token: row.at(6)?,
            is_open: row.at(7)?,
        })
    }
}

/// The surveys of a round.
pub async fn of_round(conn: &mut Conn, round: Uuid) -> Result<Vec<Survey>> {
    conn.all(&SURVEYS, args![round, SURVEYS_MAX_COUNT]).await
}

/// The survey of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Survey>> {
    conn.opt(&SURVEY, args![id]).await
}

/// The survey of an address.
pub async fn by_token(conn: &mut Conn, token: &str) -> Result<Option<Survey>> {
    conn.opt(&BY_TOKEN, args![token]).await
}

/// What people answered in these surveys.
pub async fn responses(conn: &mut Conn, surveys: &[Survey]) -> Result<HashMap<Uuid, Vec<Response>>> {
    let mut found: HashMap<Uuid, Vec<Response>> = HashMap::new();
    for survey in surveys {
        let rows: Vec<(Uuid, Vec<u8>, bool, String)> =
            conn.all(&RESPONSES, args![survey.id, RESPONSES_MAX_COUNT]).await?;
        for (id, person, is_user, marks) in rows {
            let marks = marks.chars().filter_map(|digit| digit.to_digit(10)).map(i64::from).collect();
            found.entry(id).or_default().push(Response { person, is_user, marks });
        }
    }
    Ok(found)
}

/// How many have answered.
pub async fn count(conn: &mut Conn, survey: Uuid) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&COUNT, args![survey]).await?.0)
}

/// Whether that person has answered.
pub async fn has_answered(conn: &mut Conn, survey: Uuid, person: &[u8; 32]) -> Result<bool> {
    Ok(conn.opt::<(Uuid,)>(&ANSWERED, args![survey, *person]).await?.is_some())
}

/// By what the persons of a round's surveys are hashed.
pub async fn secret(conn: &mut Conn, round: Uuid) -> Result<Option<Vec<u8>>> {
    Ok(conn.opt::<(Vec<u8>,)>(&SECRET, args![round]).await?.map(|(secret,)| secret))
}

/// Keeps a round's secret.
pub(crate) fn insert_secret(tx: &mut Tx, round: Uuid, secret: [u8; 32]) {
    tx.insert(&INSERT_SECRET, args![round, secret]);
}

/// Adds a survey.
pub(crate) fn insert(tx: &mut Tx, survey: &Survey, at: Timestamp) {
    let Survey { id, round, section, indicator, service, users_count, token, is_open } = survey;
    let row = args![*id, *round, section, indicator, service, *users_count, token, *is_open, at];
    tx.insert(&INSERT_SURVEY, row);
}

/// Adds one person's answers.
pub(crate) fn insert_response(
    tx: &mut Tx,
    id: Uuid,
    survey: Uuid,
    person: [u8; 32],
    response: &Response,
    at: Timestamp,
) {
    let marks: String = response.marks.iter().map(i64::to_string).collect();
    tx.insert(&INSERT_RESPONSE, args![id, survey, person, response.is_user, marks, at]);
}

/// Opens or closes a survey.
pub(crate) async fn set_open(tx: &mut Tx, id: Uuid, is_open: bool) -> Result<()> {
    tx.exec(&SET_OPEN, args![id, is_open]).await.map(drop)
}
