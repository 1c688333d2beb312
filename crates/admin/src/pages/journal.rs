//! The journal, line by line.

use askama::Template;
use simpul_kernel::Refusal;
use simpul_kernel::format;
use simpul_kernel::journal::{Hash, JournalLine};
use simpul_people::{Permission, Scope};
use simpul_shell::{Fields, Form, FormView, Officer, Page, PageResult, Query, Site, TimeText, render, render_refused};
use simpul_store::journal::{Verdict, head, verify};
use uuid::Uuid;

use super::{ROWS, address};
use crate::CanSeeJournal;
use crate::model::{day, kind_prefix, span};
use crate::plain::{self, Names};
use crate::sheet::Sheet;
use crate::sql::{JournalFilter, SCAN_MAX_LINES, journal_page};

const PAGE: &str = "/admin/jurnal";
const FILTERS: [&str; 4] = ["jenis", "hal", "dari", "sampai"];
/// Lines that are checked while the person waits, about a second; a longer journal is checked on the server.
const CHECK_MAX_LINES: i64 = 200_000;
/// Lines of one file.
const CSV_MAX_LINES: i64 = 10_000;
/// Beginnings of kinds that the filter proposes.
const KINDS: [&str; 12] = [
    "report",
    "officer",
    "agency",
    "calendar",
    "region",
    "areas",
    "boundaries",
    "apikey",
    "display",
    "message",
    "category",
    "deadline",
];

struct Row {
    seq: i64,
    at: TimeText,
    what: String,
    who: String,
    subject: String,
    link: Option<(String, String)>,
    subject_id: Uuid,
    kind: String,
    actor: String,
    body: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "admin/journal.html")]
struct JournalPage {
    page: Page,
    form: FormView,
    verdict: Option<(&'static str, String)>,
    lines: String,
    head: String,
    kinds: [&'static str; 12],
    rows: Vec<Row>,
    partial: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    csv: String,
    csv_limit: String,
}

/// A hash as hexadecimal digits.
pub(super) fn hex(hash: &Hash) -> String {
    simpul_store::Digest(*hash).to_string()
}

fn read(site: &Site, fields: &Fields) -> Result<JournalFilter, Refusal> {
    let from = day("dari", fields.get("dari"))?;
    let until = day("sampai", fields.get("sampai"))?;
    let (from, until) = span(site.region().zone, from, until);
    let subject = match fields.get("hal") {
        "" => None,
        text => Some(text.parse().map_err(|_| Refusal::field("hal", "admin.journal.subject_wrong"))?),
    };
    Ok(JournalFilter { kind: kind_prefix(fields.get("jenis")), subject, from, until })
}

pub(super) async fn list(me: Officer<CanSeeJournal>, Query(fields): Query<Fields>) -> PageResult {
    match read(&me, &fields) {
        Ok(filter) => render(&drawn(&me, &fields, Some(filter), me.form_of(&fields), None).await?),
        Err(refusal) => {
            let form = me.form_with(&fields, &[refusal]);
            render_refused(&drawn(&me, &fields, None, form, None).await?)
        }
    }
}

async fn drawn(
    me: &Officer<CanSeeJournal>,
    fields: &Fields,
    filter: Option<JournalFilter>,
    form: FormView,
    verdict: Option<(&'static str, String)>,
) -> simpul_store::Result<JournalPage> {
    let page = super::page(me, "admin.journal.title");
    let mut conn = me.read().await?;
    let (seq, hash) = head(&mut conn).await?;
    let limit = i64::try_from(ROWS).unwrap_or(50);
    let found = match &filter {
        Some(filter) => Some(journal_page(&mut conn, filter, fields.int("sebelum"), limit).await?),
        None => None,
    };
    let names = Names::read(&mut conn).await?;
    let (lines, next, cut_short) =
        found.map_or((Vec::new(), None, false), |page| (page.lines, page.next, page.cut_short));
    let next = next.map(|next| address(PAGE, fields, &FILTERS, Some(("sebelum", next.to_string()))));
    let first = fields.int("sebelum").map(|_| address(PAGE, fields, &FILTERS, None));
    let number = |n: i64| format::number(me.lang, n);
    Ok(JournalPage {
        verdict,
        lines: page.tn("admin.journal.lines", seq),
        head: hex(&hash),
        kinds: KINDS,
        rows: lines.iter().map(|line| row(me, &page, &names, line)).collect(),
        partial: cut_short.then(|| page.t1("admin.journal.filtered_far", "n", number(SCAN_MAX_LINES))),
        previous: first,
        next,
        csv: address("/admin/jurnal.csv", fields, &FILTERS, None),
        csv_limit: page.t1("admin.journal.csv_limit", "n", number(CSV_MAX_LINES)),
        page: if form.has_errors() { page.failed() } else { page },
        form,
    })
}

/// Whether the line tells of a secret report to somebody who may not read one. Every line about a report says in its
/// body whether the report is secret; number, category, agency and place stand there too, and the link leads to it.
fn is_withheld(me: &Officer<CanSeeJournal>, line: &JournalLine) -> bool {
    says_secret(line) && me.scope(Permission::SeeSecretReports) != Scope::WholeRegion
}

fn says_secret(line: &JournalLine) -> bool {
    let body: Option<serde_json::Value> = serde_json::from_str(&line.body).ok();
    line.subject_kind == "report" && body.is_none_or(|body| body["secret"] == true)
}

fn row(me: &Officer<CanSeeJournal>, page: &Page, names: &Names, line: &JournalLine) -> Row {
    let withheld = is_withheld(me, line);
    Row {
        seq: line.seq,
        at: page.time(line.at),
        what: plain::what(me, &line.kind),
        who: names.who(me, &line.actor),
        subject: plain::subject(me, &line.subject_kind),
        link: if withheld { None } else { plain::link(me, line).filter(|_| may_open(page, &line.subject_kind)) },
        subject_id: line.subject_id,
        kind: line.kind.clone(),
        actor: line.actor.clone(),
        body: if withheld { page.t("admin.journal.withheld") } else { line.body.clone() },
        hash: hex(&line.hash),
    }
}

/// Whether the reader of the journal may also open the page of its subject.
fn may_open(page: &Page, subject_kind: &str) -> bool {
    match subject_kind {
        "officer" => page.may(Permission::ManageOfficers),
        "agency" => page.may(Permission::ManageAgencies),
        _ => true,
    }
}

pub(super) async fn check(me: Officer<CanSeeJournal>, _form: Form) -> PageResult {
    let mut conn = me.read().await?;
    let (lines, _) = head(&mut conn).await?;
    let number = |n: i64| format::number(me.lang, n);
    let verdict = if lines > CHECK_MAX_LINES {
        ("warn", me.tx("admin.journal.check_long", &[("lines", &number(lines))]))
    } else {
        match verify(&mut conn, |_| {}).await? {
            Verdict::Whole { lines } => ("ok", me.tx("admin.journal.check_whole", &[("lines", &number(lines))])),
            Verdict::Bad { seq, reason } => {
                let args = [("seq", number(seq)), ("reason", me.t(reason_key(reason)))];
                let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
                ("late", me.tx("admin.journal.check_bad", &args))
            }
        }
    };
    drop(conn);
    let fields = Fields::new();
    let all = read(&me, &fields)?;
    render(&drawn(&me, &fields, Some(all), me.form(), Some(verdict)).await?)
}

/// The store speaks English, as it goes to a log; the page says it in the reader's language.
fn reason_key(reason: &str) -> &'static str {
    if reason.contains("missing") {
        "admin.bad.missing"
    } else if reason.contains("after the head") {
        "admin.bad.beyond"
    } else if reason.starts_with("the head") {
        "admin.bad.head"
    } else {
        "admin.bad.changed"
    }
}

pub(super) async fn export(me: Officer<CanSeeJournal>, Query(fields): Query<Fields>) -> PageResult {
    let filter = read(&me, &fields)?;
    let mut conn = me.read().await?;
    let columns = ["region", "seq", "at", "kind", "what", "actor", "subject_kind", "subject_id", "body", "hash"];
    let mut sheet = Sheet::new(me.region().demo, &columns)?;
    let (mut before, mut left) = (None, CSV_MAX_LINES);
    while left > 0 {
        let page = journal_page(&mut conn, &filter, before, left.min(500)).await?;
        for line in &page.lines {
            add_line(&me, &mut sheet, line)?;
        }
        left -= i64::try_from(page.lines.len()).unwrap_or(left);
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    sheet.answer("jurnal")
}

fn add_line(me: &Officer<CanSeeJournal>, sheet: &mut Sheet, line: &JournalLine) -> Result<(), simpul_shell::PageError> {
    let at = format::iso(line.at, me.region().zone);
    let (region, seq, subject_id) = (line.region.to_string(), line.seq.to_string(), line.subject_id.to_string());
    let (what, hash) = (plain::what(me, &line.kind), hex(&line.hash));
    let body = if is_withheld(me, line) { "" } else { line.body.as_str() };
    sheet.row(&[&region, &seq, &at, &line.kind, &what, &line.actor, &line.subject_kind, &subject_id, body, &hash])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_that_the_store_names_has_its_sentence() {
        for (reason, key) in [
            ("the line is missing", "admin.bad.missing"),
            ("the head holds another hash than the last line", "admin.bad.head"),
            ("the line stands after the head", "admin.bad.beyond"),
            ("the line's hash does not follow from the line before", "admin.bad.changed"),
        ] {
            assert_eq!(reason_key(reason), key);
        }
    }
}
