//! Masterplans, their programmes, and what is written of these.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::completeness::{Duty, Roll};
use crate::model::programme::{Change, PlanState, TraceLevel};
use crate::model::{Field, Masterplan, Part, Party, Programme, ProgrammeKind, ProgrammeState, Trace};

macro_rules! plan {
    () => {
        "id, framework_id, name, edition, legal_basis, vision, from_year, to_year, state, replaces, version"
    };
}

macro_rules! programme {
    () => {
        "id, masterplan_id, kind, code, name, summary, parent_id, dimension, subdimension, is_inferred, horizon, family,
        from_year, to_year, agency_id, agency_text, state, state_reason, source, is_public, version"
    };
}

simpul_store::statements! {
    pub(crate) PLANS = concat!("SELECT ", plan!(), " FROM plan_masterplan WHERE region = $1
        ORDER BY created_at DESC, id LIMIT $2");
    pub(crate) PLAN = concat!("SELECT ", plan!(), " FROM plan_masterplan WHERE region = $1 AND id = $2");
    pub(crate) PLAN_IN_FORCE = concat!("SELECT ", plan!(), " FROM plan_masterplan WHERE region = $1
        AND state = 'in_force'");
    pub(crate) SET_PLAN = "UPDATE plan_masterplan SET name = $3, edition = $4, legal_basis = $5, vision = $6,
        from_year = $7, to_year = $8, state = $9, version = $10 WHERE region = $1 AND id = $2 AND version = $10 - 1";
    pub(crate) STRATEGIES = "SELECT dimension, body FROM plan_strategy
        WHERE region = $1 AND masterplan_id = $2 ORDER BY dimension LIMIT $3";
    pub(crate) SET_STRATEGY = "INSERT INTO plan_strategy (region, masterplan_id, dimension, body)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, masterplan_id, dimension) DO UPDATE SET body = excluded.body";
    pub(crate) CHANGES = "SELECT at, by_whom, programme_id, what, why FROM plan_change
        WHERE region = $1 AND masterplan_id = $2 ORDER BY at DESC, id DESC LIMIT $3";
    pub(crate) PROGRAMMES = concat!("SELECT ", programme!(), " FROM plan_programme
        WHERE region = $1 AND masterplan_id = $2 ORDER BY dimension, code LIMIT $3");
    pub(crate) PROGRAMME = concat!("SELECT ", programme!(), " FROM plan_programme WHERE region = $1 AND id = $2");
    pub(crate) PROGRAMME_BY_CODE = concat!("SELECT ", programme!(), " FROM plan_programme
        WHERE region = $1 AND code = $2");
    pub(crate) SET_PROGRAMME = "UPDATE plan_programme SET name = $3, summary = $4, parent_id = $5, dimension = $6,
        subdimension = $7, is_inferred = $8, horizon = $9, family = $10, from_year = $11, to_year = $12,
        agency_id = $13, agency_text = $14, state = $15, state_reason = $16, source = $17, is_public = $18,
        version = $19 WHERE region = $1 AND id = $2 AND version = $19 - 1";
    pub(crate) DUTIES = "SELECT d.programme_id, d.since, d.agency_id, d.from_year, d.to_year, d.is_open
        FROM plan_programme p JOIN plan_duty d ON d.region = p.region AND d.programme_id = p.id
        WHERE p.region = $1 AND p.masterplan_id = $2 ORDER BY d.programme_id, d.since LIMIT $3";
    pub(crate) SET_DUTY = "INSERT INTO plan_duty (region, programme_id, since, agency_id, from_year, to_year, is_open)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (region, programme_id, since) DO UPDATE SET agency_id = excluded.agency_id,
        from_year = excluded.from_year, to_year = excluded.to_year, is_open = excluded.is_open";
    pub(crate) CODES = "SELECT code FROM plan_programme WHERE region = $1 AND code >= $2 AND code < $3
        ORDER BY code LIMIT $4";
    pub(crate) TEXTS = "SELECT field, body FROM plan_text WHERE region = $1 AND programme_id = $2 LIMIT $3";
    pub(crate) TEXTS_OF_PLAN = "SELECT t.programme_id, t.field FROM plan_text t
        JOIN plan_programme p ON p.region = t.region AND p.id = t.programme_id
        WHERE t.region = $1 AND p.masterplan_id = $2 LIMIT $3";
    pub(crate) SET_TEXT = "INSERT INTO plan_text (region, programme_id, field, body) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, programme_id, field) DO UPDATE SET body = excluded.body";
    pub(crate) DROP_TEXT = "DELETE FROM plan_text WHERE region = $1 AND programme_id = $2 AND field = $3";
    pub(crate) PARTIES = "SELECT id, part, agency_id, name, duty FROM plan_party
        WHERE region = $1 AND programme_id = $2 ORDER BY id LIMIT $3";
    pub(crate) PARTIES_OF_PLAN = "SELECT y.programme_id, y.id, y.part, y.agency_id, y.name, y.duty FROM plan_party y
        JOIN plan_programme p ON p.region = y.region AND p.id = y.programme_id
        WHERE y.region = $1 AND p.masterplan_id = $2 ORDER BY y.programme_id, y.id LIMIT $3";
    pub(crate) DROP_PARTY = "DELETE FROM plan_party WHERE region = $1 AND programme_id = $2 AND id = $3";
    pub(crate) TRACES = "SELECT level, code, body FROM plan_trace WHERE region = $1 AND programme_id = $2 LIMIT $3";
    pub(crate) SET_TRACE = "INSERT INTO plan_trace (region, programme_id, level, code, body)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, programme_id, level) DO UPDATE SET code = excluded.code, body = excluded.body";
}

simpul_store::inserts! {
    pub(crate) INSERT_PLAN = "plan_masterplan" (id, framework_id, name, edition, legal_basis, vision, from_year,
        to_year, state, replaces, version, created_at);
    pub(crate) INSERT_CHANGE = "plan_change" (id, masterplan_id, programme_id, at, by_whom, what, why);
    pub(crate) INSERT_PROGRAMME = "plan_programme" (id, masterplan_id, kind, code, name, summary, parent_id, dimension,
        subdimension, is_inferred, horizon, family, from_year, to_year, agency_id, agency_text, state, state_reason,
        source, is_public, version, created_at);
    pub(crate) INSERT_DUTY = "plan_duty" (programme_id, since, agency_id, from_year, to_year, is_open);
    pub(crate) INSERT_PARTY = "plan_party" (id, programme_id, part, agency_id, name, duty);
    pub(crate) INSERT_TEXT = "plan_text" (programme_id, field, body);
}

/// Most plans of a region.
const PLANS_MAX_COUNT: i64 = 100;
/// Most programmes of one plan.
pub const PROGRAMMES_MAX_COUNT: i64 = 5_000;
/// Most rows that hang on one programme.
const OF_PROGRAMME_MAX_COUNT: i64 = 200;
/// Most rows that hang on all programmes of a plan.
pub(crate) const OF_PLAN_MAX_COUNT: i64 = 100_000;
/// Most entries of a change log that are read.
const CHANGES_MAX_COUNT: i64 = 200;

impl FromRow for Masterplan {
    fn from_row(row: &Row) -> Result<Masterplan> {
        let state: String = row.at(8)?;
        Ok(Masterplan {
            id: row.at(0)?,
            framework: row.at(1)?,
            name: row.at(2)?,
            edition: row.at(3)?,
            legal_basis: row.at(4)?,
            vision: row.at(5)?,
            years: (row.at(6)?, row.at(7)?),
            state: named(&state, PlanState::parse)?,
            replaces: row.at(9)?,
            version: row.at(10)?,
        })
    }
}

impl FromRow for Programme {
    fn from_row(row: &Row) -> Result<Programme> {
        let (kind, state): (String, String) = (row.at(2)?, row.at(16)?);
        Ok(Programme {
            id: row.at(0)?,
            masterplan: row.at(1)?,
            kind: named(&kind, ProgrammeKind::parse)?,
            code: row.at(3)?,
            name: row.at(4)?,
            summary: row.at(5)?,
            parent: row.at(6)?,
            dimension: row.at(7)?,
            subdimension: row.at(8)?,
            inferred: row.at(9)?,
            horizon: row.at(10)?,
            family: row.at(11)?,
            years: (row.at(12)?, row.at(13)?),
            agency: row.at(14)?,
            agency_text: row.at(15)?,
            state: named(&state, ProgrammeState::parse)?,
            state_reason: row.at(17)?,
            source: row.at(18)?,
            public: row.at(19)?,
            version: row.at(20)?,
        })
    }
}

impl FromRow for Change {
    fn from_row(row: &Row) -> Result<Change> {
        Ok(Change { at: row.at(0)?, by: row.at(1)?, programme: row.at(2)?, what: row.at(3)?, why: row.at(4)? })
    }
}

fn party(row: &Row, from: usize) -> Result<Party> {
    let part: String = row.at(from + 1)?;
    Ok(Party {
        id: row.at(from)?,
        part: named(&part, Part::parse)?,
        agency: row.at(from + 2)?,
        name: row.at(from + 3)?,
        duty: row.at(from + 4)?,
    })
}

impl FromRow for Party {
    fn from_row(row: &Row) -> Result<Party> {
        party(row, 0)
    }
}

struct PartyOf(Uuid, Party);

impl FromRow for PartyOf {
    fn from_row(row: &Row) -> Result<PartyOf> {
        Ok(PartyOf(row.at(0)?, party(row, 1)?))
    }
}

impl FromRow for Trace {
    fn from_row(row: &Row) -> Result<Trace> {
        let level: String = row.at(0)?;
        Ok(Trace { level: named(&level, TraceLevel::parse)?, code: row.at(1)?, body: row.at(2)? })
    }
}

/// All masterplans, the newest first.
pub async fn all(conn: &mut Conn) -> Result<Vec<Masterplan>> {
    conn.all(&PLANS, args![PLANS_MAX_COUNT]).await
}

/// The masterplan of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Masterplan>> {
    conn.opt(&PLAN, args![id]).await
}

/// The masterplan that counts.
pub async fn in_force(conn: &mut Conn) -> Result<Option<Masterplan>> {
    conn.opt(&PLAN_IN_FORCE, args![]).await
}

pub(crate) fn insert(tx: &mut Tx, plan: &Masterplan, at: Timestamp) {
    let Masterplan { id, framework, name, edition, legal_basis, vision, years, state, replaces, version } = plan;
    let head = args![*id, *framework, name, edition, legal_basis, vision, years.0, years.1];
    let rest = args![state.name(), *replaces, *version, at];
    tx.insert(&INSERT_PLAN, simpul_store::Args([head.0, rest.0].concat()));
}

/// Writes a masterplan whose version was raised by one. `false`: another was faster.
pub(crate) async fn set(tx: &mut Tx, plan: &Masterplan) -> Result<bool> {
    let Masterplan { id, name, edition, legal_basis, vision, years, state, version, .. } = plan;
    let row = args![*id, name, edition, legal_basis, vision, years.0, years.1, state.name(), *version];
    Ok(tx.exec(&SET_PLAN, row).await? == 1)
}

/// What is planned in each dimension, by its code.
pub async fn strategies(conn: &mut Conn, plan: Uuid) -> Result<Vec<(String, String)>> {
    conn.all(&STRATEGIES, args![plan, OF_PROGRAMME_MAX_COUNT]).await
}

pub(crate) async fn set_strategy(tx: &mut Tx, plan: Uuid, dimension: &str, body: &str) -> Result<()> {
    tx.exec(&SET_STRATEGY, args![plan, dimension, body]).await.map(drop)
}

/// The change log, newest first.
pub async fn changes(conn: &mut Conn, plan: Uuid) -> Result<Vec<Change>> {
    conn.all(&CHANGES, args![plan, CHANGES_MAX_COUNT]).await
}

pub(crate) fn insert_change(tx: &mut Tx, id: Uuid, plan: Uuid, change: &Change) {
    let Change { at, by, programme, what, why } = change;
    tx.insert(&INSERT_CHANGE, args![id, plan, *programme, *at, by, what, why]);
}

/// The programmes of a plan, by dimension and code.
pub async fn programmes(conn: &mut Conn, plan: Uuid) -> Result<Vec<Programme>> {
    conn.all(&PROGRAMMES, args![plan, PROGRAMMES_MAX_COUNT]).await
}

/// The programme of an id.
pub async fn programme(conn: &mut Conn, id: Uuid) -> Result<Option<Programme>> {
    conn.opt(&PROGRAMME, args![id]).await
}

/// The programme of a code.
pub async fn programme_by_code(conn: &mut Conn, code: &str) -> Result<Option<Programme>> {
    conn.opt(&PROGRAMME_BY_CODE, args![code]).await
}

/// The codes that begin with `prefix`.
pub async fn codes(conn: &mut Conn, prefix: &str) -> Result<Vec<String>> {
    // `~` follows every sign that a code may hold.
    let rows: Vec<(String,)> = conn.all(&CODES, args![prefix, format!("{prefix}~"), PROGRAMMES_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|(code,)| code).collect())
}

pub(crate) fn insert_programme(tx: &mut Tx, new: &Programme, at: Timestamp) {
    let head = args![new.id, new.masterplan, new.kind.name(), &new.code];
    let end = args![new.version, at];
    tx.insert(&INSERT_PROGRAMME, simpul_store::Args([head.0, body_of(new).0, end.0].concat()));
    tx.insert(&INSERT_DUTY, duty_row(new.id, &Duty::of(new, at)));
}

fn duty_row(programme: Uuid, duty: &Duty) -> simpul_store::Args {
    args![programme, duty.since, duty.agency, duty.years.0, duty.years.1, duty.open]
}

/// Keeps from when on a programme is owed otherwise than before.
pub(crate) async fn set_duty(tx: &mut Tx, programme: Uuid, duty: &Duty) -> Result<()> {
    tx.exec(&SET_DUTY, duty_row(programme, duty)).await.map(drop)
}

/// The programmes of a plan, and who answered for which since when.
pub async fn roll(conn: &mut Conn, plan: Uuid) -> Result<Roll> {
    let rows: Vec<(Uuid, Timestamp, Option<Uuid>, i64, i64, bool)> =
        conn.all(&DUTIES, args![plan, OF_PLAN_MAX_COUNT]).await?;
    let mut roll = Roll { programmes: programmes(conn, plan).await?, ..Roll::default() };
    for (programme, since, agency, from, to, open) in rows {
        roll.duties.entry(programme).or_default().push(Duty { since, agency, years: (from, to), open });
    }
    Ok(roll)
}

fn body_of(one: &Programme) -> simpul_store::Args {
    args![
        &one.name,
        &one.summary,
        one.parent,
        &one.dimension,
        &one.subdimension,
        one.inferred,
        &one.horizon,
        &one.family,
        one.years.0,
        one.years.1,
        one.agency,
        &one.agency_text,
        one.state.name(),
        &one.state_reason,
        &one.source,
        one.public
    ]
}

/// Writes a programme whose version was raised by one. `false`: another was faster.
pub(crate) async fn set_programme(tx: &mut Tx, one: &Programme) -> Result<bool> {
    let row = simpul_store::Args([args![one.id].0, body_of(one).0, args![one.version].0].concat());
    Ok(tx.exec(&SET_PROGRAMME, row).await? == 1)
}

/// What is written of a programme.
pub async fn texts(conn: &mut Conn, programme: Uuid) -> Result<Vec<(Field, String)>> {
    let rows: Vec<(String, String)> = conn.all(&TEXTS, args![programme, OF_PROGRAMME_MAX_COUNT]).await?;
    let mut texts = Vec::new();
    for (field, body) in rows {
        texts.push((named(&field, Field::parse)?, body));
    }
    texts.sort_by_key(|(field, _)| *field);
    Ok(texts)
}

/// Which fields are written of which programme of a plan.
pub async fn written(conn: &mut Conn, plan: Uuid) -> Result<Vec<(Uuid, Field)>> {
    let rows: Vec<(Uuid, String)> = conn.all(&TEXTS_OF_PLAN, args![plan, OF_PLAN_MAX_COUNT]).await?;
    rows.into_iter().map(|(id, field)| Ok((id, named(&field, Field::parse)?))).collect()
}

pub(crate) async fn set_text(tx: &mut Tx, programme: Uuid, field: Field, body: &str) -> Result<()> {
    if body.is_empty() {
        return tx.exec(&DROP_TEXT, args![programme, field.name()]).await.map(drop);
    }
    tx.exec(&SET_TEXT, args![programme, field.name(), body]).await.map(drop)
}

pub(crate) fn insert_text(tx: &mut Tx, programme: Uuid, field: Field, body: &str) {
    tx.insert(&INSERT_TEXT, args![programme, field.name(), body]);
}

/// Who takes part in a programme.
pub async fn parties(conn: &mut Conn, programme: Uuid) -> Result<Vec<Party>> {
    conn.all(&PARTIES, args![programme, OF_PROGRAMME_MAX_COUNT]).await
}

/// Who takes part in which programme of a plan.
pub async fn parties_of_plan(conn: &mut Conn, plan: Uuid) -> Result<Vec<(Uuid, Party)>> {
    let rows: Vec<PartyOf> = conn.all(&PARTIES_OF_PLAN, args![plan, OF_PLAN_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|PartyOf(programme, party)| (programme, party)).collect())
}

pub(crate) fn insert_party(tx: &mut Tx, programme: Uuid, party: &Party) {
    let Party { id, part, agency, name, duty } = party;
    tx.insert(&INSERT_PARTY, args![*id, programme, part.name(), *agency, name, duty]);
}

pub(crate) async fn drop_party(tx: &mut Tx, programme: Uuid, party: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_PARTY, args![programme, party]).await? == 1)
}

/// What of the regional plans a programme serves, from the top.
pub async fn traces(conn: &mut Conn, programme: Uuid) -> Result<Vec<Trace>> {
    let mut traces: Vec<Trace> = conn.all(&TRACES, args![programme, OF_PROGRAMME_MAX_COUNT]).await?;
    traces.sort_by_key(|trace| trace.level);
    Ok(traces)
}

pub(crate) async fn set_trace(tx: &mut Tx, programme: Uuid, trace: &Trace) -> Result<()> {
    let Trace { level, code, body } = trace;
    tx.exec(&SET_TRACE, args![programme, level.name(), code, body]).await.map(drop)
}
