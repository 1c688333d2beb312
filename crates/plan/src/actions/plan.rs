//! The masterplan is started, changed, put in force and carried on; its programmes are written.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, require};
use simpul_store::{Action, Digest, Error, Result, Tx};
use uuid::Uuid;

use super::who;
use crate::model::completeness::Duty;
use crate::model::framework::TermKind;
use crate::model::programme::{self, BODY_MAX_CHARS, Change, NAME_MAX_CHARS, PlanState};
use crate::model::{Field, Masterplan, Part, Party, Programme, ProgrammeKind, ProgrammeState, Trace};
use crate::sql;

/// What the journal calls a masterplan.
pub const PLAN: &str = "masterplan";
/// What the journal calls a programme, an action or a quick win.
pub const PROGRAMME: &str = "programme";
/// Most bodies that take part in one programme.
const PARTIES_MAX_COUNT: usize = 40;

/// The head of a plan as it was typed.
#[derive(Debug, Clone, Default)]
pub struct PlanHead {
    /// What it is called.
    pub name: String,
    /// Its edition.
    pub edition: String,
    /// The number of the regulation of the Bupati.
    pub legal_basis: String,
    /// The vision.
    pub vision: String,
    /// Its first and its last year.
    pub years: (i64, i64),
}

impl PlanHead {
    fn onto(&self, plan: Masterplan) -> Result<Masterplan> {
        Ok(Masterplan {
            name: words::clean_line("name", &self.name, NAME_MAX_CHARS, true)?,
            edition: words::clean_line("edition", &self.edition, LINE_MAX_CHARS, false)?,
            legal_basis: words::clean_line("legal_basis", &self.legal_basis, LINE_MAX_CHARS, false)?,
            vision: words::clean_text("vision", &self.vision, BODY_MAX_CHARS, false)?,
            years: programme::years(self.years.0, self.years.1)?,
            ..plan
        })
    }
}

/// Starts a masterplan in a framework. Its answer is the plan's id.
#[derive(Debug, Clone)]
pub struct StartPlan {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The code of the framework; one that comes with Simpul is put into the region.
    pub framework: String,
    /// What was typed.
    pub head: PlanHead,
}

impl Action for StartPlan {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        let framework = super::framework::framework(tx, ctx, &self.framework).await?;
        let empty = Masterplan {
            id: ctx.new_id(),
            framework,
            name: String::new(),
            edition: String::new(),
            legal_basis: String::new(),
            vision: String::new(),
            years: (0, 0),
            state: PlanState::Draft,
            replaces: None,
            version: 1,
        };
        let plan = self.head.onto(empty)?;
        sql::plan::insert(tx, &plan, ctx.now());
        tx.journal(ctx, PLAN, plan.id, "plan.started", json!({ "from": plan.years.0, "to": plan.years.1 }));
        Ok(plan.id)
    }
}

/// Changes the head of a plan, or what it plans in a dimension.
#[derive(Debug, Clone)]
pub struct ChangePlan {
    /// The plan.
    pub plan: Uuid,
    /// As it was when the form was drawn.
    pub version: i64,
    /// What was typed.
    pub head: PlanHead,
    /// Strategies by dimension.
    pub strategies: Vec<(String, String)>,
    /// Why, for the change log.
    pub why: String,
}

impl Action for ChangePlan {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let plan = plan(tx, self.plan).await?;
        let why = words::clean_line("why", &self.why, LINE_MAX_CHARS, plan.state == PlanState::InForce)?;
        let framework = sql::framework::by_id(tx, plan.framework).await?.ok_or_else(|| broken("framework"))?;
        let changed = Masterplan { version: self.version + 1, ..self.head.onto(plan)? };
        if !sql::plan::set(tx, &changed).await? {
            return Err(stale().into());
        }
        for (dimension, body) in &self.strategies {
            if framework.term(TermKind::Dimension, dimension).is_none() {
                return Err(Refusal::new("plan.refused.no_dimension").with("code", dimension).into());
            }
            let body = words::clean_text("strategy", body, BODY_MAX_CHARS, false)?;
            sql::plan::set_strategy(tx, self.plan, dimension, &body).await?;
        }
        log(tx, ctx, self.plan, None, ("plan.log.head", &why));
        tx.journal(ctx, PLAN, self.plan, "plan.changed", json!({ "version": changed.version }));
        Ok(())
    }
}

/// A plan counts from now on; the one that did before is replaced.
#[derive(Debug, Clone)]
pub struct PutInForce {
    /// The plan.
    pub plan: Uuid,
}

impl Action for PutInForce {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let plan = plan(tx, self.plan).await?;
        if plan.state != PlanState::Draft {
            return Err(Refusal::new("plan.refused.not_a_draft").into());
        }
        let before = sql::plan::in_force(tx).await?;
        if let Some(old) = &before {
            let replaced = Masterplan { state: PlanState::Replaced, version: old.version + 1, ..old.clone() };
            if !sql::plan::set(tx, &replaced).await? {
                return Err(stale().into());
            }
        }
        let counts = Masterplan { state: PlanState::InForce, version: plan.version + 1, ..plan };
        if !sql::plan::set(tx, &counts).await? {
            return Err(stale().into());
        }
        log(tx, ctx, self.plan, None, ("plan.log.in_force", &counts.legal_basis));
        let body = json!({ "replaces": before.map(|old| old.id) });
        tx.journal(ctx, PLAN, self.plan, "plan.in_force", body);
        Ok(())
    }
}

/// A programme as it was typed.
#[derive(Debug, Clone, Default)]
pub struct ProgrammeHead {
    /// What it is called.
    pub name: String,
    /// What it does.
    pub summary: String,
    /// The programme that it is a part of, by its code; empty without one.
    pub parent: String,
    /// The dimension's code.
    pub dimension: String,
    /// The code of its part.
    pub subdimension: String,
    /// The horizon's code.
    pub horizon: String,
    /// The code of its family of action.
    pub family: String,
    /// Its years.
    pub years: (i64, i64),
    /// The accountable agency's short name; empty where it is still to be found.
    pub agency: String,
    /// Whether it stands on the public pages.
    pub public: bool,
}

impl ProgrammeHead {
    async fn onto(&self, tx: &mut Tx, plan: &Masterplan, one: Programme) -> Result<Programme> {
        let framework = sql::framework::by_id(tx, plan.framework).await?.ok_or_else(|| broken("framework"))?;
        for (field, kind, code) in [
            ("dimension", TermKind::Dimension, &self.dimension),
            ("subdimension", TermKind::Subdimension, &self.subdimension),
            ("horizon", TermKind::Horizon, &self.horizon),
            ("family", TermKind::Family, &self.family),
        ] {
            if !code.is_empty() && framework.term(kind, code).is_none() {
                return Err(Refusal::field(field, "plan.refused.no_term").into());
            }
        }
        let part_of = framework.term(TermKind::Subdimension, &self.subdimension).map(|term| term.parent.as_str());
        if part_of.is_some_and(|dimension| dimension != self.dimension) {
            return Err(Refusal::field("subdimension", "plan.refused.other_dimension").into());
        }
        let years = programme::years(self.years.0, self.years.1)?;
        Ok(Programme {
            name: words::clean_line("name", &self.name, NAME_MAX_CHARS, true)?,
            summary: words::clean_text("summary", &self.summary, BODY_MAX_CHARS, false)?,
            parent: parent(tx, &self.parent, &one).await?,
            dimension: self.dimension.clone(),
            subdimension: self.subdimension.clone(),
            inferred: one.inferred && one.dimension == self.dimension,
            horizon: self.horizon.clone(),
            family: self.family.clone(),
            years,
            agency: agency(tx, "agency", &self.agency).await?,
            public: self.public,
            ..one
        })
    }
}

async fn parent(tx: &mut Tx, code: &str, child: &Programme) -> Result<Option<Uuid>> {
    if code.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || Error::from(Refusal::field("parent", "plan.refused.no_parent").with("code", code.trim()));
    let found = sql::plan::programme_by_code(tx, &code.trim().to_uppercase()).await?.ok_or_else(wrong)?;
    // A programme holds actions and quick wins, and nothing holds a programme: the tree is two levels deep.
    let fits = found.kind == ProgrammeKind::Programme
        && child.kind != ProgrammeKind::Programme
        && found.masterplan == child.masterplan;
    if fits { Ok(Some(found.id)) } else { Err(wrong()) }
}

/// The agency of a short name; `None` of an empty one.
pub(crate) async fn agency(tx: &mut Tx, field: &'static str, short: &str) -> Result<Option<Uuid>> {
    if short.trim().is_empty() {
        return Ok(None);
    }
    let found = agencies::by_short(tx, short).await?.filter(|agency| agency.active);
    let unknown = || Refusal::field(field, "plan.refused.no_agency").with("name", short.trim());
    found.map(|agency| Some(agency.id)).ok_or_else(|| unknown().into())
}

/// Adds a programme, an action or a quick win. Its answer is the code.
#[derive(Debug, Clone)]
pub struct AddProgramme {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The plan.
    pub plan: Uuid,
    /// What kind.
    pub kind: ProgrammeKind,
    /// Its code; empty for the next free one.
    pub code: String,
    /// What was typed.
    pub head: ProgrammeHead,
    /// Where what is known of it comes from.
    pub source: String,
}

impl Action for AddProgramme {
    type Output = String;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<String> {
        require(ctx, Permission::ManagePlan)?;
        let plan = plan(tx, self.plan).await?;
        if plan.state == PlanState::Replaced {
            return Err(Refusal::new("plan.refused.plan_replaced").into());
        }
        let empty = Programme::new(ctx.new_id(), self.plan, self.kind);
        let head = self.head.onto(tx, &plan, empty).await?;
        let code = match self.code.trim().is_empty() {
            true => free_code(tx, self.kind, head.years.0).await?,
            false => taken_code(tx, &self.code).await?,
        };
        let source = words::clean_line("source", &self.source, NAME_MAX_CHARS, false)?;
        let new = Programme { code, source, ..head };
        sql::plan::insert_programme(tx, &new, ctx.now());
        log(tx, ctx, self.plan, Some(new.id), ("plan.log.added", ""));
        let body = json!({ "code": new.code, "kind": self.kind.name(), "agency": new.agency });
        tx.journal(ctx, PROGRAMME, new.id, "programme.added", body);
        Ok(new.code)
    }
}

pub(crate) async fn free_code(tx: &mut Tx, kind: ProgrammeKind, year: i64) -> Result<String> {
    let known = sql::plan::codes(tx, &format!("{}-{year}-", kind.prefix())).await?;
    Ok(programme::next_code(kind, year, known.iter().map(String::as_str)))
}

async fn taken_code(tx: &mut Tx, typed: &str) -> Result<String> {
    let code = programme::code(typed)?;
    match sql::plan::programme_by_code(tx, &code).await? {
        Some(_) => Err(Refusal::field("code", "plan.refused.code_taken").with("code", code).into()),
        None => Ok(code),
    }
}

/// Changes a programme: its head, what is written of it, what it serves.
#[derive(Debug, Clone)]
pub struct ChangeProgramme {
    /// The programme.
    pub programme: Uuid,
    /// As it was when the form was drawn.
    pub version: i64,
    /// What was typed.
    pub head: ProgrammeHead,
    /// What is written of it; an empty text takes a field back.
    pub texts: Vec<(Field, String)>,
    /// What of the regional plans it serves.
    pub traces: Vec<Trace>,
    /// Why, for the change log.
    pub why: String,
}

impl Action for ChangeProgramme {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let one = programme(tx, self.programme).await?;
        let plan = plan(tx, one.masterplan).await?;
        let why = words::clean_line("why", &self.why, LINE_MAX_CHARS, plan.state == PlanState::InForce)?;
        let before = Duty::of(&one, ctx.now());
        let head = self.head.onto(tx, &plan, one).await?;
        let agency_text = if head.agency.is_some() { String::new() } else { head.agency_text.clone() };
        let changed = Programme { version: self.version + 1, agency_text, ..head };
        if !sql::plan::set_programme(tx, &changed).await? {
            return Err(stale().into());
        }
        keep_duty(tx, before, &changed).await?;
        for (field, body) in &self.texts {
            let body = words::clean_text(field.name(), body, BODY_MAX_CHARS, false)?;
            sql::plan::set_text(tx, self.programme, *field, &body).await?;
        }
        for trace in &self.traces {
            let code = words::clean_line("trace_code", &trace.code, LINE_MAX_CHARS, false)?;
            let body = words::clean_line("trace_body", &trace.body, BODY_MAX_CHARS, false)?;
            sql::plan::set_trace(tx, self.programme, &Trace { level: trace.level, code, body }).await?;
        }
        log(tx, ctx, plan.id, Some(self.programme), ("plan.log.changed", &why));
        let body = json!({ "version": changed.version, "agency": changed.agency });
        tx.journal(ctx, PROGRAMME, self.programme, "programme.changed", body);
        Ok(())
    }
}

/// A programme begins, is done, or is stopped.
#[derive(Debug, Clone)]
pub struct MoveProgramme {
    /// The programme.
    pub programme: Uuid,
    /// Where to.
    pub to: ProgrammeState,
    /// Why, for one that is stopped.
    pub reason: String,
}

impl Action for MoveProgramme {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        let one = programme(tx, self.programme).await?;
        let reason = words::clean_line("reason", &self.reason, LINE_MAX_CHARS, false)?;
        let before = one.state;
        let state = programme::moved(before, self.to, &reason)?;
        let (version, plan, duty) = (one.version + 1, one.masterplan, Duty::of(&one, ctx.now()));
        let moved = Programme { state, state_reason: reason, version, ..one };
        if !sql::plan::set_programme(tx, &moved).await? {
            return Err(stale().into());
        }
        keep_duty(tx, duty, &moved).await?;
        log(tx, ctx, plan, Some(self.programme), ("plan.log.moved", &moved.state_reason));
        let body = json!({ "from": before.name(), "to": state.name() });
        tx.journal(ctx, PROGRAMME, self.programme, "programme.moved", body);
        Ok(())
    }
}

/// Keeps from when on another answers for a programme, or in other years, or that it goes on no more.
async fn keep_duty(tx: &mut Tx, before: Duty, changed: &Programme) -> Result<()> {
    let duty = Duty::of(changed, before.since);
    if duty == before { Ok(()) } else { sql::plan::set_duty(tx, changed.id, &duty).await }
}

/// Somebody takes part in a programme.
#[derive(Debug, Clone)]
pub struct AddParty {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The programme.
    pub programme: Uuid,
    /// The part.
    pub part: Part,
    /// The short name of an agency of the region; empty where it is none.
    pub agency: String,
    /// The name of a body outside.
    pub name: String,
    /// What it does.
    pub duty: String,
}

impl Action for AddParty {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        programme(tx, self.programme).await?;
        if sql::plan::parties(tx, self.programme).await?.len() >= PARTIES_MAX_COUNT {
            return Err(Refusal::new("plan.refused.parties_full").into());
        }
        let agency = agency(tx, "agency", &self.agency).await?;
        let name = words::clean_line("name", &self.name, NAME_MAX_CHARS, agency.is_none())?;
        let duty = words::clean_line("duty", &self.duty, LINE_MAX_CHARS, false)?;
        let party = Party { id: ctx.new_id(), part: self.part, agency, name, duty };
        sql::plan::insert_party(tx, self.programme, &party);
        let body = json!({ "party": party.id, "part": party.part.name(), "agency": agency });
        log_of(tx, ctx, self.programme, ("plan.log.parties", &party.name)).await?;
        tx.journal(ctx, PROGRAMME, self.programme, "programme.party_added", body);
        Ok(party.id)
    }
}

/// Somebody takes part no more.
#[derive(Debug, Clone)]
pub struct DropParty {
    /// The programme.
    pub programme: Uuid,
    /// Who.
    pub party: Uuid,
}

impl Action for DropParty {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManagePlan)?;
        if !sql::plan::drop_party(tx, self.programme, self.party).await? {
            return Err(Error::NotFound("party"));
        }
        log_of(tx, ctx, self.programme, ("plan.log.parties", "")).await?;
        tx.journal(ctx, PROGRAMME, self.programme, "programme.party_left", json!({ "party": self.party }));
        Ok(())
    }
}

pub(crate) async fn plan(tx: &mut Tx, id: Uuid) -> Result<Masterplan> {
    sql::plan::by_id(tx, id).await?.ok_or(Error::NotFound("masterplan"))
}

pub(crate) async fn programme(tx: &mut Tx, id: Uuid) -> Result<Programme> {
    sql::plan::programme(tx, id).await?.ok_or(Error::NotFound("programme"))
}

pub(crate) fn stale() -> Refusal {
    Refusal::new("plan.refused.stale")
}

fn broken(what: &str) -> Error {
    Error::Broken(format!("a plan without its {what}"))
}

/// Longest line of the change log, in characters.
const LOG_MAX_CHARS: usize = 500;

/// Writes into the change log of the plan in force what was changed of a programme.
pub(crate) async fn log_of(tx: &mut Tx, ctx: &Ctx, programme: Uuid, (what, why): (&str, &str)) -> Result<()> {
    let Some(one) = sql::plan::programme(tx, programme).await? else { return Ok(()) };
    if plan(tx, one.masterplan).await?.state == PlanState::InForce {
        let why: String = why.chars().take(LOG_MAX_CHARS).collect();
        log(tx, ctx, one.masterplan, Some(programme), (what, &why));
    }
    Ok(())
}

/// What somebody says who changes or drops what is there already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Over {
    /// The mark of what the form was drawn from ([`mark_of`]); empty where no form was.
    pub seen: String,
    /// Why, for the change log of a plan in force.
    pub why: String,
}

impl Over {
    /// Refuses where another changed meanwhile what is there.
    pub(crate) fn must_be(&self, stands: &impl std::fmt::Debug) -> Result<(), Refusal> {
        if self.seen.is_empty() || self.seen == mark_of(stands) { Ok(()) } else { Err(stale()) }
    }
}

/// Tells a row from what another made of it.
pub fn mark_of(row: &impl std::fmt::Debug) -> String {
    Digest::of(format!("{row:?}").as_bytes()).to_string()
}

/// Writes into the change log of the plan in force what became another, with the reason that it asks for: nobody moves
/// what was published without a word.
pub(crate) async fn log_why(
    tx: &mut Tx,
    ctx: &Ctx,
    about: &Programme,
    (what, why, told): (&str, &str, &str),
) -> Result<()> {
    if plan(tx, about.masterplan).await?.state != PlanState::InForce {
        return Ok(());
    }
    let why = words::clean_line("why", why, LINE_MAX_CHARS, true)?;
    let told: String = format!("{why} ({told})").chars().take(LOG_MAX_CHARS).collect();
    log(tx, ctx, about.masterplan, Some(about.id), (what, &told));
    Ok(())
}

/// Writes into the change log what was changed and why.
pub(crate) fn log(tx: &mut Tx, ctx: &Ctx, plan: Uuid, programme: Option<Uuid>, (what, why): (&str, &str)) {
    let change = Change { at: ctx.now(), by: who(ctx), programme, what: what.to_owned(), why: why.to_owned() };
    sql::plan::insert_change(tx, ctx.new_id(), plan, &change);
}
