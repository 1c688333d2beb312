//! What evidence is claimed for: whether it is there, how it is called, where it stands, and who may claim for it.

use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::model::evidence::SubjectKind;
use crate::sql;

/// What evidence can be claimed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is called.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Where whoever works on it does so, where that is another page.
    pub work_href: Option<String>,
    /// The agencies that it asks something of.
    pub agencies: Vec<Uuid>,
}

/// The subject of a kind and id; `None` where there is none.
pub async fn find(conn: &mut Conn, kind: SubjectKind, id: Uuid) -> Result<Option<Subject>> {
    match kind {
        SubjectKind::Question => question(conn, id).await,
        SubjectKind::Programme => programme(conn, id).await,
        SubjectKind::Progress => progress(conn, id).await,
        SubjectKind::Commitment => commitment(conn, id).await,
        SubjectKind::Meeting => meeting(conn, id).await,
    }
}

async fn question(conn: &mut Conn, id: Uuid) -> Result<Option<Subject>> {
    let answer = sql::round::answer(conn, id).await?;
    Ok(answer.map(|answer| Subject {
        title: format!("{} {}", answer.key.code, answer.body),
        href: format!("/evaluasi/{}/soal/{}", answer.round, answer.id),
        work_href: None,
        agencies: answer.agency.into_iter().collect(),
    }))
}

async fn programme(conn: &mut Conn, id: Uuid) -> Result<Option<Subject>> {
    let Some(one) = sql::plan::programme(conn, id).await? else { return Ok(None) };
    let parties = sql::plan::parties(conn, id).await?;
    let agencies = one.agency.into_iter().chain(parties.into_iter().filter_map(|party| party.agency)).collect();
    Ok(Some(Subject { href: format!("/rencana/{}", one.code), work_href: None, title: one.name, agencies }))
}

async fn progress(conn: &mut Conn, id: Uuid) -> Result<Option<Subject>> {
    let Some(told) = sql::progress::by_id(conn, id).await? else { return Ok(None) };
    let Some(one) = sql::plan::programme(conn, told.programme).await? else { return Ok(None) };
    let Some(period) = sql::progress::period(conn, told.period).await? else { return Ok(None) };
    Ok(Some(Subject {
        title: format!("{}, {}", one.name, period.name),
        href: format!("/rencana/{}", one.code),
        work_href: Some(format!("/kotak/laporan-kemajuan/{}/{}", one.code, period.id)),
        agencies: vec![told.agency],
    }))
}

async fn commitment(conn: &mut Conn, id: Uuid) -> Result<Option<Subject>> {
    let one = sql::commitment::by_id(conn, id).await?;
    Ok(one.map(|one| Subject {
        href: format!("/komitmen/rinci/{id}"),
        work_href: None,
        title: format!("{} {}", one.shown(), one.terms.title),
        agencies: one.terms.agency.into_iter().collect(),
    }))
}

async fn meeting(conn: &mut Conn, id: Uuid) -> Result<Option<Subject>> {
    let Some(one) = sql::meeting::by_id(conn, id).await? else { return Ok(None) };
    let items = sql::item::of_meeting(conn, id).await?;
    Ok(Some(Subject {
        href: format!("/rapat/{id}"),
        work_href: None,
        title: format!("{} {}", one.shown(), one.title),
        agencies: items.into_iter().map(|item| item.agency).collect(),
    }))
}
