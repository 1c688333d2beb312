//! Boundaries from a file: looked at first, stored only once an administrator has seen what would happen.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::boundaries::{BoundaryReport, FeatureNote, MatchedBy};
use simpul_people::model::area::dotted;
use simpul_shell::{Form, FormView, Officer, Page, PageResult, Redirect, Upload, render, render_refused};
use simpul_store::{Digest, Error, Result};

use crate::CanManageAreas;

#[derive(Template)]
#[template(path = "admin/boundaries.html")]
struct UploadPage {
    page: Page,
    form: FormView,
}

struct Part {
    title: String,
    open: bool,
    rows: Vec<(usize, String, String)>,
}

#[derive(Template)]
#[template(path = "admin/boundaries_report.html")]
struct ReportPage {
    page: Page,
    form: FormView,
    counts: Vec<String>,
    savable: bool,
    file: String,
    parts: Vec<Part>,
    left_out: Vec<(String, Vec<String>)>,
}

pub(super) async fn show(me: Officer<CanManageAreas>) -> PageResult {
    render(&UploadPage { page: super::page(&me, "admin.boundaries.title"), form: me.form() })
}

pub(super) async fn check(me: Officer<CanManageAreas>, upload: Upload) -> PageResult {
    match looked_at(&me, &upload).await {
        Ok((digest, report)) => render(&drawn(&me, digest, report)),
        Err(error) => {
            let form = me.refused(error, &upload)?;
            render_refused(&UploadPage { page: super::page(&me, "admin.boundaries.title").failed(), form })
        }
    }
}

/// The file is kept by its digest, so that what is stored later is to the byte what was shown.
async fn looked_at(me: &Officer<CanManageAreas>, upload: &Upload) -> Result<(Digest, BoundaryReport)> {
    let refused = |key| Error::from(Refusal::field("file", key));
    let file =
        upload.files.iter().find(|file| file.field == "file").ok_or_else(|| refused("admin.boundaries.choose"))?;
    if file.too_big {
        return Err(refused("admin.boundaries.too_big"));
    }
    let report = import(me, &file.bytes, true).await?;
    let digest = me.app.db.files().put(me.region().id, &file.bytes).await?;
    Ok((digest, report))
}

async fn import(me: &Officer<CanManageAreas>, bytes: &[u8], dry_run: bool) -> Result<BoundaryReport> {
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::field("file", "admin.boundaries.not_text"))?;
    me.app.directory.import_boundaries(&me.ctx, text.to_owned(), dry_run).await
}

fn drawn(me: &Officer<CanManageAreas>, digest: Digest, report: BoundaryReport) -> ReportPage {
    let page = super::page(me, "admin.boundaries.report");
    let count = |key: &str, n: usize| page.tn(key, i64::try_from(n).unwrap_or(i64::MAX));
    let by = |by: MatchedBy| match by {
        MatchedBy::Code => page.t("admin.boundaries.by_code"),
        MatchedBy::Bps => page.t("admin.boundaries.by_bps"),
        MatchedBy::Name => page.t("admin.boundaries.by_name"),
    };
    let matched = report.matched.iter().map(|row| {
        let area = format!("{} {}", dotted(row.code), row.name);
        (row.feature, area, by(row.by))
    });
    let part =
        |key: &str, open: bool, rows: Vec<(usize, String, String)>| Part { title: count(key, rows.len()), open, rows };
    let parts = [
        part("admin.boundaries.refused", true, notes(report.refused)),
        part("admin.boundaries.unmatched", true, notes(report.unmatched)),
        part("admin.boundaries.repaired", false, notes(report.repaired)),
        part("admin.boundaries.matched", false, matched.collect()),
    ];
    let left_out = [("admin.boundaries.kept", report.kept), ("admin.boundaries.missing", report.missing)];
    let left_out = left_out.into_iter().filter(|(_, areas)| !areas.is_empty());
    let left_out: Vec<_> = left_out.map(|(key, areas)| (count(key, areas.len()), areas)).collect();
    let parts: Vec<Part> = parts.into_iter().filter(|part| !part.rows.is_empty()).collect();
    let titles = parts.iter().map(|part| &part.title).chain(left_out.iter().map(|(title, _)| title));
    let counts: Vec<String> = titles.cloned().collect();
    ReportPage {
        form: me.form(),
        counts,
        savable: !report.matched.is_empty(),
        file: digest.to_string(),
        parts,
        left_out,
        page,
    }
}

fn notes(notes: Vec<FeatureNote>) -> Vec<(usize, String, String)> {
    notes.into_iter().map(|note| (note.feature, note.label, note.note)).collect()
}

pub(super) async fn save(me: Officer<CanManageAreas>, form: Form) -> PageResult {
    match keep(&me, form.fields.get("file")).await {
        Ok(count) => {
            let flash = Redirect::to("/admin/wilayah/daftar").flash("admin.boundaries.saved");
            Ok(flash.with("n", count.to_string()).into_response())
        }
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&UploadPage { page: super::page(&me, "admin.boundaries.title").failed(), form })
        }
    }
}

async fn keep(me: &Officer<CanManageAreas>, file: &str) -> Result<usize> {
    let gone = || Error::from(Refusal::field("file", "admin.boundaries.gone"));
    let digest = Digest::parse(file).ok_or_else(gone)?;
    let bytes = me.app.db.files().get(me.region().id, &digest).await.map_err(|error| match error {
        Error::NotFound(_) => gone(),
        other => other,
    })?;
    let report = import(me, &bytes, false).await?;
    if report.matched.is_empty() {
        return Err(Refusal::field("file", "admin.boundaries.nothing").into());
    }
    // What is stored now stands in its own table; the file was only kept for the look at it.
    me.app.db.files().remove(me.region().id, &digest).await?;
    Ok(report.matched.len())
}
