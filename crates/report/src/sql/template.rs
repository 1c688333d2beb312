//! Words to begin an answer with.

use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};

use crate::model::template::{Template, TemplateStep};

simpul_store::statements! {
    pub(crate) TEMPLATES = "SELECT code, title, body, step, category, agency_id, is_active, position, version
        FROM report_template WHERE region = $1 ORDER BY position, code LIMIT $2";
    pub(crate) TEMPLATE = "SELECT code, title, body, step, category, agency_id, is_active, position, version
        FROM report_template WHERE region = $1 AND code = $2";
    pub(crate) SAVE_TEMPLATE = "INSERT INTO report_template (region, code, title, body, step, category, agency_id,
        is_active, position, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (region, code) DO UPDATE SET title = $3, body = $4, step = $5, category = $6, agency_id = $7,
        is_active = $8, position = $9, version = $10";
}

/// Most templates of a region.
pub const TEMPLATES_MAX_COUNT: i64 = 500;

impl FromRow for Template {
    fn from_row(row: &Row) -> Result<Template> {
        let step: String = row.at(3)?;
        Ok(Template {
            code: row.at(0)?,
            title: row.at(1)?,
            body: row.at(2)?,
            step: TemplateStep::parse(&step).ok_or_else(|| Error::Broken(format!("template: step {step:?}")))?,
            category: row.at(4)?,
            agency: row.at(5)?,
            active: row.at(6)?,
            position: row.at(7)?,
            version: row.at(8)?,
        })
    }
}

/// All templates of the region, in the order of lists.
pub async fn templates(conn: &mut Conn) -> Result<Vec<Template>> {
    conn.all(&TEMPLATES, args![TEMPLATES_MAX_COUNT]).await
}

/// The template of that code.
pub async fn template(conn: &mut Conn, code: &str) -> Result<Option<Template>> {
    conn.opt(&TEMPLATE, args![code]).await
}

/// Adds or changes a template.
pub async fn save_template(tx: &mut Tx, template: &Template) -> Result<()> {
    let changed = tx.exec(
        &SAVE_TEMPLATE,
        args![
            template.code.as_str(),
            template.title.as_str(),
            template.body.as_str(),
            template.step.name(),
            template.category.clone(),
            template.agency,
            template.active,
            template.position,
            template.version
        ],
    );
    changed.await?;
    Ok(())
}
