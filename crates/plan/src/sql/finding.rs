//! What the checks of an evaluation look at.

use std::collections::{BTreeMap, HashMap};

use simpul_store::{Conn, Result, args};
use time::Date;
use uuid::Uuid;

use super::{evidence, named, plan, round};
use crate::model::budget::Fund;
use crate::model::evaluation::finding::{Facts, PlanFacts, ProgrammeFacts};
use crate::model::evaluation::{QuestionKey, Round};
use crate::model::programme::Field;

simpul_store::statements! {
    pub(crate) FUNDS = "SELECT fund, CAST(SUM(ceiling) AS BIGINT) FROM plan_budget
        WHERE region = $1 AND year = $2 GROUP BY fund ORDER BY fund";
    pub(crate) RECOMMENDATIONS = "SELECT a.section, a.indicator, a.code, m.note FROM plan_mark m
        JOIN plan_answer a ON a.region = m.region AND a.id = m.answer_id
        JOIN plan_round r ON r.region = a.region AND r.id = a.round_id
        WHERE m.region = $1 AND m.note <> '' AND m.mark < 4 AND r.year = (
            SELECT MAX(l.year) FROM plan_round l WHERE l.region = $1 AND l.state = 'approved' AND l.year < $2
        ) ORDER BY a.place, m.at LIMIT $3";
}

/// Most recommendations that are read.
const RECOMMENDATIONS_MAX_COUNT: i64 = 5_000;

/// The facts of a round; `agencies` are the regency's own.
pub async fn facts(conn: &mut Conn, held: &Round, today: Date, agencies: Vec<(Uuid, String)>) -> Result<Facts> {
    let in_force = plan::in_force(conn).await?;
    let mut programmes = Vec::new();
    if let Some(in_force) = &in_force {
        let mut aspects: HashMap<Uuid, usize> = HashMap::new();
        for (id, _) in
            plan::written(conn, in_force.id).await?.iter().filter(|(_, field)| Field::aspects().contains(field))
        {
            *aspects.entry(*id).or_default() += 1;
        }
        programmes =
            plan::programmes(conn, in_force.id).await?.into_iter().map(|one| facts_of(one, &aspects)).collect();
    }
    let funds: Vec<(String, i64)> = conn.all(&FUNDS, args![held.year]).await?;
    let funds = funds.into_iter().map(|(fund, sum)| Ok((named(&fund, Fund::parse)?, sum))).collect::<Result<_>>()?;
    let rows: Vec<(String, String, String, String)> =
        conn.all(&RECOMMENDATIONS, args![held.year, RECOMMENDATIONS_MAX_COUNT]).await?;
    let recommendations: BTreeMap<QuestionKey, String> = rows
        .into_iter()
        .map(|(section, indicator, code, note)| (QuestionKey { section, indicator, code }, note))
        .collect();
    Ok(Facts {
        today,
        round: held.id,
        year: held.year,
        plan: in_force.map(|plan| PlanFacts { legal_basis: plan.legal_basis }),
        programmes,
        agencies,
        funds,
        answers: round::answers(conn, held.id).await?,
        evidence: evidence::list(conn).await?,
        recommendations,
    })
}

fn facts_of(one: crate::model::Programme, aspects: &HashMap<Uuid, usize>) -> ProgrammeFacts {
    ProgrammeFacts {
        aspects_count: aspects.get(&one.id).copied().unwrap_or(0),
        code: one.code,
        name: one.name,
        kind: one.kind,
        agency: one.agency,
        years: one.years,
        state: one.state,
        state_reason: one.state_reason,
    }
}
