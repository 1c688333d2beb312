//! The filters that officers save for themselves. They are a convenience of one person, so the journal hears nothing of
//! them.

use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use crate::sql::saved::{self as sql, SavedFilter};

/// Most filters of one officer.
pub const SAVED_FILTERS_MAX_COUNT: usize = 20;
/// Longest name of one, in characters.
pub const SAVED_NAME_MAX_CHARS: usize = 60;
/// Longest query of one, in bytes: every value of a filter at its longest.
const SAVED_QUERY_MAX_BYTES: usize = 2_000;

fn owner(ctx: &Ctx) -> Result<Uuid> {
    require(ctx, Permission::SeeInbox)?;
    ctx.actor.officer_id().ok_or(Error::NotFound("officer"))
}

async fn name_of(tx: &mut Tx, officer: Uuid, but: Option<Uuid>, typed: &str) -> Result<(String, usize)> {
    let name = words::clean_line("name", typed, SAVED_NAME_MAX_CHARS, true)?;
    let most = i64::try_from(SAVED_FILTERS_MAX_COUNT).unwrap_or(i64::MAX);
    let known = sql::of(tx, officer, most).await?;
    if known.iter().any(|saved| saved.name == name && Some(saved.id) != but) {
        return Err(Refusal::field("name", "report.saved.name_taken").into());
    }
    Ok((name, known.len()))
}

/// Keeps a filter under a name.
#[derive(Debug, Clone)]
pub struct SaveFilter {
    /// What the officer calls it.
    pub name: String,
    /// The list's query, as the filter's own address writes it.
    pub query: String,
}

impl Action for SaveFilter {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        let officer = owner(ctx)?;
        let (name, count) = name_of(tx, officer, None, &self.name).await?;
        if count >= SAVED_FILTERS_MAX_COUNT {
            return Err(Refusal::new("report.saved.full").with("n", SAVED_FILTERS_MAX_COUNT.to_string()).into());
        }
        if self.query.len() > SAVED_QUERY_MAX_BYTES {
            return Err(Refusal::new("report.saved.too_long").into());
        }
        let saved = SavedFilter { id: ctx.new_id(), name, query: self.query.clone() };
        sql::insert(tx, officer, &saved, ctx.now());
        Ok(saved.id)
    }
}

/// Gives a filter another name.
#[derive(Debug, Clone)]
pub struct RenameFilter {
    /// Which.
    pub id: Uuid,
    /// What the officer calls it now.
    pub name: String,
}

impl Action for RenameFilter {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let officer = owner(ctx)?;
        let (name, _) = name_of(tx, officer, Some(self.id), &self.name).await?;
        if sql::rename(tx, self.id, officer, &name).await? { Ok(()) } else { Err(Error::NotFound("filter")) }
    }
}

/// Forgets a filter.
#[derive(Debug, Clone)]
pub struct DropFilter {
    /// Which.
    pub id: Uuid,
}

impl Action for DropFilter {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let officer = owner(ctx)?;
        if sql::drop_one(tx, self.id, officer).await? { Ok(()) } else { Err(Error::NotFound("filter")) }
    }
}
