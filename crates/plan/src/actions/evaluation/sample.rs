//! A half-filled round with invented questions, answers and evidence, for a demonstration region.

use serde_json::json;
use simpul_kernel::{Ctx, RegionId};
use simpul_people::{Permission, require};
use simpul_store::{Action, Db, Result, Tx};
use uuid::Uuid;

use super::super::evidence::{AddEvidence, CheckEvidence, keep_file};
use super::super::who;
use super::round::{ANSWER, OpenRound};
use super::{AnswerSurvey, ImportInstrument, OpenSurvey};
use crate::model::evaluation::{Answer, AnswerState, instrument};
use crate::model::evidence::{EvidenceText, SubjectKind};
use crate::sql::{round as sql, survey};

/// An instrument in the shape of the ministry's, with invented questions and scores.
pub const SAMPLE_INSTRUMENT: &str = include_str!("../../../data/instrument-contoh.csv");
/// What the invented instrument is called.
pub const SAMPLE_INSTRUMENT_NAME: &str = "Contoh 2026";
/// Every so many questions one has evidence.
const EVIDENCE_EVERY_COUNT: usize = 6;
/// People who answer the sample survey.
const RESPONDENTS_COUNT: usize = 12;

/// Puts the sample into a region, if it has no round yet: agencies take turns at the questions, half of which are
/// answered. Answers the round's id.
///
/// # Errors
/// The store's own.
pub async fn seed_sample(db: &Db, ctx: &Ctx, agencies: &[Uuid], year: i64) -> Result<Option<Uuid>> {
    if !sql::list(&mut db.read(ctx.region).await?).await?.is_empty() {
        return Ok(None);
    }
    let read = instrument::read(SAMPLE_INSTRUMENT.as_bytes())?;
    let shared = ctx.env.ctx(RegionId::SHARED, ctx.actor.clone());
    let name = SAMPLE_INSTRUMENT_NAME.to_owned();
    let import = ImportInstrument { name: name.clone(), read: read.clone(), regions: Vec::new() };
    db.write(&shared, import).await?;
    let open = OpenRound {
        key: None,
        name: format!("Evaluasi contoh {year}"),
        year: year.to_string(),
        due: format!("{year}-12-11"),
        instrument_name: name,
        instrument: read.instrument,
    };
    let round = db.write(ctx, open).await?;
    db.write(ctx, FillSample { round, agencies: agencies.to_vec() }).await?;
    let answers = sql::answers(&mut db.read(ctx.region).await?, round).await?;
    for (at, answer) in answers.iter().enumerate().filter(|(at, _)| at % EVIDENCE_EVERY_COUNT == 0) {
        evidence(db, ctx, (at, answer), year).await?;
    }
    sample_survey(db, ctx, round, &answers).await?;
    Ok(Some(round))
}

async fn evidence(db: &Db, ctx: &Ctx, (at, answer): (usize, &Answer), year: i64) -> Result<()> {
    let text = format!("keterangan;nilai\nDATA CONTOH, bukan data resmi;{}\n", answer.key.code);
    let file = keep_file(db, ctx, "contoh.csv", text.into_bytes(), false).await?;
    let kind = ["decree", "minutes", "data"][at / EVIDENCE_EVERY_COUNT % 3];
    let about = EvidenceText {
        title: format!("Contoh bukti {}: {}", answer.key.code, answer.subindicator),
        kind: kind.to_owned(),
        // Some of it is old, as it is in life.
        year: (year - i64::try_from(at % 4).unwrap_or(0)).to_string(),
        agency: answer.agency,
        ..EvidenceText::default()
    };
    let claim = Some((SubjectKind::Question, answer.id));
    let id = db.write(ctx, AddEvidence { key: None, about, file, claim }).await?;
    if at % (2 * EVIDENCE_EVERY_COUNT) == 0 {
        db.write(ctx, CheckEvidence { evidence: id, number: 1, accept: true, note: String::new() }).await?;
    }
    Ok(())
}

async fn sample_survey(db: &Db, ctx: &Ctx, round: Uuid, answers: &[Answer]) -> Result<()> {
    let Some(statement) = answers.iter().find(|answer| answer.key.section == "impact") else { return Ok(()) };
    let (question, service) = (Some(statement.id), "Layanan contoh".to_owned());
    let id = db.write(ctx, OpenSurvey { key: None, round, question, service, users: "400".into() }).await?;
    let Some(known) = survey::by_id(&mut db.read(ctx.region).await?, id).await? else { return Ok(()) };
    let own = |answer: &&Answer| answer.key.indicator == known.indicator && answer.key.section == known.section;
    let count = answers.iter().filter(own).count();
    for person in 0..RESPONDENTS_COUNT {
        let mark = |at: usize| i64::try_from((person * 7 + at * 3) % 5).ok();
        let marks = (0..count).map(mark).collect();
        let phone = format!("08000000{person:04}");
        let token = known.token.clone();
        db.write(ctx, AnswerSurvey { key: None, token, phone, is_user: Some(person % 5 != 4), marks }).await?;
    }
    Ok(())
}

/// Gives every question an agency and answers half of them.
#[derive(Debug, Clone)]
struct FillSample {
    round: Uuid,
    agencies: Vec<Uuid>,
}

impl Action for FillSample {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEvaluation)?;
        let answers = sql::answers(tx, self.round).await?;
        for (at, answer) in answers.into_iter().enumerate() {
            let agency = self.agencies.get(at % self.agencies.len().max(1)).copied();
            let effort = i64::try_from(at % 3 + 1).unwrap_or(1);
            let assigned = Answer { agency, effort, ..answer };
            let score = i64::try_from(at * 5 % 4 + 1).ok();
            let after = match at % 4 {
                0 => assigned.answer(score, "Jawaban contoh, bukan jawaban resmi.")?.check(assigned.version)?,
                1 => assigned.answer(score, "Jawaban contoh, bukan jawaban resmi.")?,
                _ => assigned,
            };
            sql::set_answer(tx, &after).await?;
            if after.state != AnswerState::Draft {
                let step = sql::Step::new(ctx.now(), who(ctx), after.state);
                sql::insert_step(tx, ctx.new_id(), after.id, &step);
            }
        }
        tx.journal(ctx, ANSWER, self.round, "plan.sample_filled", json!({ "round": self.round }));
        Ok(())
    }
}
