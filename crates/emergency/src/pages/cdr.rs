//! A file of the telephone system's own records comes in after an outage.

use askama::Template;
use simpul_kernel::Refusal;
use simpul_kernel::clock::DAY_MICROS;
use simpul_shell::{FormView, Officer, Page, PageError, PageResult, Upload, render, render_refused};

use super::CanSuperviseCalls;
use crate::actions::{CdrDone, ImportCdr};
use crate::model::ami::Rules;
use crate::model::cdr::{CDR_BEHIND_MAX_DAYS, read};
use crate::model::cti::BEHIND_MAX_DAYS;
use crate::model::{Call, CallClass, CallOutcome};
use crate::sql;

type Me = Officer<CanSuperviseCalls>;

/// Most bad lines that the page names; the rest is counted.
const BAD_MAX_COUNT: usize = 100;
/// Most calls that wait to be classified and are listed.
const UNSAID_MAX_COUNT: i64 = 100;

/// What came of a file.
struct Outcome {
    done: Option<CdrDone>,
    others: u64,
    bad: Vec<(u64, String)>,
    bad_count: usize,
}

#[derive(Template)]
#[template(path = "emergency/cdr.html")]
struct CdrPage {
    page: Page,
    form: FormView,
    outcome: Option<Outcome>,
    unsaid: Vec<Call>,
    classes: Vec<(&'static str, String)>,
    outcomes: Vec<(&'static str, String)>,
}

impl CdrPage {
    fn path(&self, call: &Call) -> String {
        format!("/112/panggilan/{}/selesai", call.id)
    }

    fn days(&self) -> i64 {
        CDR_BEHIND_MAX_DAYS
    }
}

/// Names of a list that was typed with commas.
pub fn names(typed: &str) -> Vec<String> {
    typed.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

async fn drawn(me: &Me, form: FormView, outcome: Option<Outcome>) -> Result<CdrPage, PageError> {
    let page = me.page("emergency.cdr.title").at("/112").script("umum.js");
    let page = if form.has_errors() { page.failed() } else { page };
    let since = me.now().plus_micros(-BEHIND_MAX_DAYS * DAY_MICROS);
    let unsaid = sql::call::unsaid(&mut me.read().await?, since, UNSAID_MAX_COUNT).await?;
    let label = |kind: &str, name: &'static str| (name, page.t(&format!("emergency.{kind}.{name}")));
    let classes = CallClass::choices().map(|one| label("class", one.name()));
    let outcomes = CallOutcome::ALL.iter().map(|one| label("outcome", one.name()));
    let (classes, outcomes) = (classes.collect(), outcomes.collect());
    Ok(CdrPage { page, form, outcome, unsaid, classes, outcomes })
}

/// The form, with the line and the numbers of the switch that is listened to.
pub async fn show(me: Me) -> PageResult {
    let switches = sql::ami::all(&mut me.read().await?).await?;
    let (trunk, rules) = match switches.into_iter().next() {
        Some(switch) => (switch.trunk, switch.rules),
        None => (String::new(), Rules { numbers: vec!["112".to_owned()], ..Rules::default() }),
    };
    let form = me.form().fill("trunk", trunk).fill("numbers", rules.numbers.join(", "));
    let form = form.fill("queues", rules.queues.join(", "));
    render(&drawn(&me, form, None).await?)
}

/// Takes the calls of a file: all, or none where a line is bad and the officer has not said to leave bad lines out.
pub async fn import(me: Me, upload: Upload) -> PageResult {
    match taken(&me, &upload).await {
        Ok(outcome) if outcome.done.is_some() => render(&drawn(&me, me.form_of(&upload), Some(outcome)).await?),
        Ok(outcome) => render_refused(&drawn(&me, me.form_of(&upload), Some(outcome)).await?),
        Err(error) => {
            let form = me.refused(error, &upload)?;
            render_refused(&drawn(&me, form, None).await?)
        }
    }
}

async fn taken(me: &Me, upload: &Upload) -> simpul_store::Result<Outcome> {
    let field = |key: &'static str| Refusal::field("file", key);
    let file = upload.files.iter().find(|file| file.field == "file").ok_or_else(|| field("emergency.cdr.no_file"))?;
    if file.too_big {
        return Err(field("emergency.cdr.large").with("most", "8").into());
    }
    let text = std::str::from_utf8(&file.bytes).map_err(|_| field("emergency.cdr.no_text"))?;
    let numbers = names(upload.fields.get("numbers"));
    let queues = names(upload.fields.get("queues"));
    if numbers.is_empty() && queues.is_empty() {
        return Err(Refusal::field("numbers", "emergency.refused.no_rule").into());
    }
    let rules = Rules { numbers, contexts: Vec::new(), queues };
    let cdr = read(text, &rules, me.region().zone, me.now())?;
    let bad: Vec<_> = cdr.bad.iter().take(BAD_MAX_COUNT).map(|bad| (bad.line, me.says(&bad.why))).collect();
    let (others, bad_count) = (cdr.others, cdr.bad.len());
    if bad_count > 0 && !upload.fields.has("skip") {
        return Ok(Outcome { done: None, others, bad, bad_count });
    }
    let import = ImportCdr { trunk: upload.fields.get("trunk").to_owned(), calls: cdr.calls };
    let done = Some(me.write(import).await?);
    Ok(Outcome { done, others, bad, bad_count })
}
