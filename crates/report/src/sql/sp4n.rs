//! Numbers of SP4N-LAPOR! for reports that came by another way.

use simpul_store::{Conn, Result, Tx, Value, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) SP4N_OF = "SELECT sp4n_id FROM report_sp4n WHERE region = $1 AND report_id = $2";
    pub(crate) BY_SP4N = "SELECT report_id FROM report_sp4n WHERE region = $1 AND sp4n_id = $2";
    pub(crate) SP4N_KNOWN = "SELECT sp4n_id, report_id FROM report_sp4n WHERE region = $1
        AND sp4n_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
        $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)";
    pub(crate) SET_SP4N = "INSERT INTO report_sp4n (region, report_id, sp4n_id) VALUES ($1, $2, $3)
        ON CONFLICT (region, report_id) DO UPDATE SET sp4n_id = $3";
}

/// LAPOR!'s number for a report.
pub async fn of(conn: &mut Conn, report: Uuid) -> Result<Option<String>> {
    Ok(conn.opt::<(String,)>(&SP4N_OF, args![report]).await?.map(|(id,)| id))
}

/// The report that has LAPOR!'s number.
pub async fn report(conn: &mut Conn, sp4n_id: &str) -> Result<Option<Uuid>> {
    Ok(conn.opt::<(Uuid,)>(&BY_SP4N, args![sp4n_id]).await?.map(|(id,)| id))
}

/// Which of these numbers (at most 32 are looked at) reports have.
pub async fn known(conn: &mut Conn, ids: &[&str]) -> Result<Vec<(String, Uuid)>> {
    let Some(fill) = ids.first().copied() else { return Ok(Vec::new()) };
    let mut args = args![];
    // The statement has 32 places; the first id fills those that are left.
    args.0.extend((0..32).map(|at| Value::from(ids.get(at).copied().unwrap_or(fill))));
    conn.all(&SP4N_KNOWN, args).await
}

/// Keeps LAPOR!'s number for a report.
pub async fn set(tx: &mut Tx, report: Uuid, sp4n_id: &str) -> Result<()> {
    tx.exec(&SET_SP4N, args![report, sp4n_id]).await?;
    Ok(())
}
