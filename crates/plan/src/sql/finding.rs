//! What the checks of an evaluation look at.

use std::collections::{BTreeMap, HashMap};

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_store::{Conn, FromRow, Result, Row, args};
use time::{Date, Month};
use uuid::Uuid;

use super::{body, evidence, framework, named, plan, round};
use crate::model::budget::Fund;
use crate::model::evaluation::finding::{BodyFacts, Facts, MeetingFacts, PlanFacts, ProgrammeFacts};
use crate::model::evaluation::{QuestionKey, Round};
use crate::model::meeting::MeetingState;
use crate::model::programme::Field;
use crate::model::{Masterplan, TermKind};

simpul_store::statements! {
    pub(crate) FUNDS = "SELECT fund, CAST(SUM(ceiling) AS BIGINT) FROM plan_budget
        WHERE region = $1 AND year = $2 GROUP BY fund ORDER BY fund";
    pub(crate) RECOMMENDATIONS = "SELECT a.section, a.indicator, a.code, m.note FROM plan_mark m
        JOIN plan_answer a ON a.region = m.region AND a.id = m.answer_id
        JOIN plan_round r ON r.region = a.region AND r.id = a.round_id
        WHERE m.region = $1 AND m.note <> '' AND m.mark < 4 AND r.year = (
            SELECT MAX(l.year) FROM plan_round l WHERE l.region = $1 AND l.state = 'approved' AND l.year < $2
        ) ORDER BY a.place, m.at LIMIT $3";
    pub(crate) OUTSIDE_MEMBERS = "SELECT body_id, CAST(COUNT(*) AS BIGINT) FROM plan_body_member
        WHERE region = $1 AND is_outside GROUP BY body_id ORDER BY body_id";
    pub(crate) BODIES_MET = "SELECT m.body_id, m.id, m.starts_at, m.state, CAST(COUNT(a.id) AS BIGINT),
        CAST(SUM(CASE WHEN a.is_outside THEN 1 ELSE 0 END) AS BIGINT) FROM plan_meeting m
        LEFT JOIN plan_attendance a ON a.region = m.region AND a.meeting_id = m.id
        WHERE m.region = $1 AND m.starts_at >= $2 AND m.state IN ('held', 'minutes_final') AND m.body_id IS NOT NULL
        GROUP BY m.body_id, m.id, m.starts_at, m.state ORDER BY m.starts_at, m.id LIMIT $3";
    pub(crate) CURRENT_FILES = "SELECT f.digest, e.id FROM plan_evidence e
        JOIN plan_evidence_file f ON f.region = e.region AND f.evidence_id = e.id AND f.number = e.current_number
        WHERE e.region = $1 ORDER BY e.id LIMIT $2";
}

/// Most recommendations that are read.
const RECOMMENDATIONS_MAX_COUNT: i64 = 5_000;
/// Most meetings of two years that are read.
const MEETINGS_MAX_COUNT: i64 = 2_000;

/// A meeting that took place, and of which body.
struct Met {
    body: Uuid,
    id: Uuid,
    starts: Timestamp,
    state: MeetingState,
    guests: i64,
    outside: i64,
}

impl FromRow for Met {
    fn from_row(row: &Row) -> Result<Met> {
        let state: String = row.at(3)?;
        Ok(Met {
            body: row.at(0)?,
            id: row.at(1)?,
            starts: row.at(2)?,
            state: named(&state, MeetingState::parse)?,
            guests: row.at(4)?,
            outside: row.at(5)?,
        })
    }
}

impl Met {
    fn facts(&self, zone: Zone) -> MeetingFacts {
        let count = |many: i64| usize::try_from(many).unwrap_or(0);
        MeetingFacts {
            id: self.id,
            day: zone.date(self.starts),
            has_minutes: self.state == MeetingState::MinutesFinal,
            guests_count: count(self.guests),
            outside_count: count(self.outside),
        }
    }
}

/// The facts of a round at that moment; `agencies` are the regency's own.
pub async fn facts(
    conn: &mut Conn,
    held: &Round,
    (now, zone): (Timestamp, Zone),
    agencies: Vec<(Uuid, String)>,
) -> Result<Facts> {
    let in_force = plan::in_force(conn).await?;
    let (programmes, dimensions) = match &in_force {
        Some(plan) => (programmes(conn, plan).await?, dimensions(conn, plan).await?),
        None => Default::default(),
    };
    let funds: Vec<(String, i64)> = conn.all(&FUNDS, args![held.year]).await?;
    let funds = funds.into_iter().map(|(fund, sum)| Ok((named(&fund, Fund::parse)?, sum))).collect::<Result<_>>()?;
    let rows: Vec<(String, String, String, String)> =
        conn.all(&RECOMMENDATIONS, args![held.year, RECOMMENDATIONS_MAX_COUNT]).await?;
    let recommendations: BTreeMap<QuestionKey, String> = rows
        .into_iter()
        .map(|(section, indicator, code, note)| (QuestionKey { section, indicator, code }, note))
        .collect();
    let today = zone.date(now);
    Ok(Facts {
        today,
        round: held.id,
        year: held.year,
        plan: in_force.map(|plan| PlanFacts { legal_basis: plan.legal_basis }),
        programmes,
        dimensions,
        bodies: bodies(conn, held.year, today, zone).await?,
        agencies,
        funds,
        answers: round::answers(conn, held.id).await?,
        evidence: evidence::list(conn).await?,
        same_files: same_files(conn).await?,
        recommendations,
    })
}

async fn programmes(conn: &mut Conn, in_force: &Masterplan) -> Result<Vec<ProgrammeFacts>> {
    let mut aspects: HashMap<Uuid, usize> = HashMap::new();
    for (id, _) in plan::written(conn, in_force.id).await?.iter().filter(|(_, field)| Field::aspects().contains(field))
    {
        *aspects.entry(*id).or_default() += 1;
    }
    let mut parties: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (id, party) in plan::parties_of_plan(conn, in_force.id).await? {
        parties.entry(id).or_default().extend(party.agency);
    }
    let all = plan::programmes(conn, in_force.id).await?;
    Ok(all.into_iter().map(|one| facts_of(one, &aspects, &mut parties)).collect())
}

fn facts_of(
    one: crate::model::Programme,
    aspects: &HashMap<Uuid, usize>,
    parties: &mut HashMap<Uuid, Vec<Uuid>>,
) -> ProgrammeFacts {
    ProgrammeFacts {
        aspects_count: aspects.get(&one.id).copied().unwrap_or(0),
        parties: parties.remove(&one.id).unwrap_or_default(),
        dimension: one.dimension,
        has_parent: one.parent.is_some(),
        code: one.code,
        name: one.name,
        kind: one.kind,
        agency: one.agency,
        years: one.years,
        state: one.state,
        state_reason: one.state_reason,
    }
}

/// The dimensions in the masterplan's order.
async fn dimensions(conn: &mut Conn, in_force: &Masterplan) -> Result<Vec<(String, String)>> {
    let framework = framework::by_id(conn, in_force.framework).await?;
    let words = framework.iter().flat_map(|framework| framework.of(TermKind::Dimension));
    Ok(words.map(|term| (term.code.clone(), term.name_id.clone())).collect())
}

/// Bodies that still meet, with their meetings since the beginning of the year before.
async fn bodies(conn: &mut Conn, year: i64, today: Date, zone: Zone) -> Result<Vec<BodyFacts>> {
    let first = i32::try_from(year).unwrap_or(today.year()).min(today.year()) - 1;
    let since = Date::from_calendar_date(first, Month::January, 1).map_or(Timestamp(0), |day| zone.instant(day, 0));
    let met: Vec<Met> = conn.all(&BODIES_MET, args![since, MEETINGS_MAX_COUNT]).await?;
    let outside: HashMap<Uuid, i64> = conn.all::<(Uuid, i64)>(&OUTSIDE_MEMBERS, args![]).await?.into_iter().collect();
    let known = body::all(conn).await?.into_iter().filter(|body| body.active);
    let facts = known.map(|body| BodyFacts {
        outside_members_count: outside.get(&body.id).and_then(|count| usize::try_from(*count).ok()).unwrap_or(0),
        meetings: met.iter().filter(|one| one.body == body.id).map(|one| one.facts(zone)).collect(),
        id: body.id,
        kind: body.kind,
        name: body.name,
        has_decree: !body.decree_number.trim().is_empty(),
        duty_months: body.duty_months,
    });
    Ok(facts.collect())
}

/// Evidence with the same bytes: the first of them, and how many there are.
async fn same_files(conn: &mut Conn) -> Result<Vec<(Uuid, i64)>> {
    let files: Vec<([u8; 32], Uuid)> = conn.all(&CURRENT_FILES, args![evidence::EVIDENCE_LIST_MAX_COUNT]).await?;
    let mut same: Vec<(Uuid, i64)> = Vec::new();
    let mut places: HashMap<[u8; 32], usize> = HashMap::new();
    for (digest, id) in files {
        let place = *places.entry(digest).or_insert_with(|| {
            same.push((id, 0));
            same.len() - 1
        });
        same[place].1 += 1;
    }
    same.retain(|(_, count)| *count > 1);
    Ok(same)
}
