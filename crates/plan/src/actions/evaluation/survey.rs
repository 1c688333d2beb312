//! Surveys are opened, answered by users of the service, closed, and their results become answers.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, mask};
use simpul_people::{Permission, require};
use simpul_store::{Action, Digest, Error, Result, Tx};
use uuid::Uuid;

use super::super::who;
use super::round::put;
use crate::model::evaluation::ratio::told_mean;
use crate::model::evaluation::survey::{
    RESPONSES_MAX_COUNT, Response, STATEMENTS_MAX_COUNT, Survey, check_marks, check_new, means,
};
use crate::model::evaluation::{Answer, AnswerState};
use crate::sql::{round, survey as sql};

/// What the journal calls a survey.
pub const SURVEY: &str = "plan_survey";
/// Bytes of the random part of a survey's address.
const TOKEN_BYTES: usize = 16;

async fn load(tx: &mut Tx, id: Uuid) -> Result<Survey> {
    sql::by_id(tx, id).await?.ok_or(Error::NotFound("survey"))
}

/// The statements of a survey: the questions of its indicator, in order.
pub fn statements<'a>(survey: &Survey, answers: &'a [Answer]) -> Vec<&'a Answer> {
    let own = |answer: &&Answer| answer.key.section == survey.section && answer.key.indicator == survey.indicator;
    answers.iter().filter(own).take(STATEMENTS_MAX_COUNT).collect()
}

/// Opens a survey of a service for a dimension. Its answer is the survey's id.
#[derive(Debug, Clone)]
pub struct OpenSurvey {
    /// The form's idempotency key.
    pub key: Option<Uuid>,
    /// The round.
    pub round: Uuid,
    /// Any question of the dimension.
    pub question: Option<Uuid>,
    /// The service whose users are asked.
    pub service: String,
    /// How many users it has, as typed.
    pub users: String,
}

impl Action for OpenSurvey {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        self.key
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManageEvaluation)?;
        let held = round::by_id(tx, self.round).await?.ok_or(Error::NotFound("round"))?;
        held.must_be_open()?;
        let question = match self.question {
            Some(id) => round::answer(tx, id).await?.filter(|answer| answer.round == held.id),
            None => None,
        };
        let question = question.ok_or_else(|| Refusal::field("question", "plan.refused.survey_dimension"))?;
        let (service, users_count) = check_new(&self.service, &self.users)?;
        if sql::secret(tx, held.id).await?.is_none() {
            sql::insert_secret(tx, held.id, ctx.env.secret());
        }
        let token = Digest(ctx.env.secret()).to_string()[..2 * TOKEN_BYTES].to_owned();
        let (section, indicator) = (question.key.section, question.key.indicator);
        let id = ctx.new_id();
        let survey = Survey { id, round: held.id, section, indicator, service, users_count, token, is_open: true };
        sql::insert(tx, &survey, ctx.now());
        tx.journal(ctx, SURVEY, id, "plan.survey_opened", json!({ "round": held.id }));
        Ok(id)
    }
}

/// Closes a survey, or opens it again.
#[derive(Debug, Clone)]
pub struct SetSurveyOpen {
    /// Which survey.
    pub survey: Uuid,
    /// Whether answers come in.
    pub is_open: bool,
}

impl Action for SetSurveyOpen {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEvaluation)?;
        let survey = load(tx, self.survey).await?;
        sql::set_open(tx, survey.id, self.is_open).await?;
        let kind = if self.is_open { "plan.survey_reopened" } else { "plan.survey_closed" };
        tx.journal(ctx, SURVEY, survey.id, kind, json!({ "round": survey.round }));
        Ok(())
    }
}

/// A person answers a survey, once. The number is not kept: only a hash of it, with the round's own secret.
#[derive(Debug, Clone)]
pub struct AnswerSurvey {
    /// The form's idempotency key.
    pub key: Option<Uuid>,
    /// What the survey's address ends with.
    pub token: String,
    /// The person's telephone number, as typed.
    pub phone: String,
    /// Whether the person uses the service; `None` where nothing was chosen.
    pub is_user: Option<bool>,
    /// A mark for each statement.
    pub marks: Vec<Option<i64>>,
}

impl Action for AnswerSurvey {
    type Output = ();

    fn key(&self) -> Option<Uuid> {
        self.key
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let survey = sql::by_token(tx, &self.token).await?.ok_or(Error::NotFound("survey"))?;
        if !survey.is_open || sql::count(tx, survey.id).await? >= RESPONSES_MAX_COUNT {
            return Err(Refusal::new("plan.refused.survey_closed").into());
        }
        let is_user = self.is_user.ok_or_else(|| Refusal::field("is_user", "plan.refused.survey_user"))?;
        let answers = round::answers(tx, survey.round).await?;
        let marks = check_marks(&self.marks, statements(&survey, &answers).len())?;
        let phone = mask::normalise_phone(self.phone.trim());
        let phone = phone.ok_or_else(|| Refusal::field("phone", "plan.refused.survey_phone"))?;
        let secret = sql::secret(tx, survey.round).await?;
        let secret = secret.ok_or_else(|| Error::Broken("a survey without a secret".into()))?;
        let person = Digest::of(&[secret.as_slice(), phone.as_bytes()].concat()).0;
        if sql::has_answered(tx, survey.id, &person).await? {
            return Err(Refusal::field("phone", "plan.refused.survey_twice").into());
        }
        let response = Response { person: person.to_vec(), is_user, marks };
        let id = ctx.new_id();
        sql::insert_response(tx, id, survey.id, person, &response, ctx.now());
        tx.journal(ctx, SURVEY, survey.id, "plan.survey_answered", json!({ "response": id }));
        Ok(())
    }
}

/// Writes a survey's means into the answers of its dimension, rounded once; the mean itself stands in the explanation.
#[derive(Debug, Clone)]
pub struct ApplySurvey {
    /// Which survey.
    pub survey: Uuid,
    /// The explanation, with `{mean}` and `{n}` in it: a sentence of the catalogue.
    pub sentence: String,
}

impl Action for ApplySurvey {
    type Output = usize;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        require(ctx, Permission::ManageEvaluation)?;
        let survey = load(tx, self.survey).await?;
        let held = round::by_id(tx, survey.round).await?.ok_or(Error::NotFound("round"))?;
        held.must_be_open()?;
        let answers = round::answers(tx, held.id).await?;
        let own = statements(&survey, &answers);
        let responses = sql::responses(tx, std::slice::from_ref(&survey)).await?.remove(&survey.id).unwrap_or_default();
        let users = responses.iter().filter(|response| response.is_user).count();
        let mut changed = 0;
        for (answer, mean) in own.iter().zip(means(&responses, own.len())) {
            let mean = mean.ok_or_else(|| Refusal::new("plan.refused.survey_empty"))?;
            let told = told_mean(mean, ",");
            let note = self.sentence.replace("{mean}", &told).replace("{n}", &users.to_string());
            let open = answer.state != AnswerState::Checked;
            if !open {
                continue;
            }
            let after = answer.answer(Some(mean.to_whole()), &note)?;
            put(tx, &after).await?;
            let step = round::Step::new(ctx.now(), who(ctx), after.state);
            round::insert_step(tx, ctx.new_id(), answer.id, &step);
            changed += 1;
        }
        let body = json!({ "round": held.id, "answers": changed, "users": users });
        tx.journal(ctx, SURVEY, survey.id, "plan.survey_applied", body);
        Ok(changed)
    }
}
