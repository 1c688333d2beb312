//! What an agency owes each period: the list, and the short form.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_people::{Permission, Scope, Snapshot};
use simpul_shell::{
    Fields, FormView, Officer, Page, PageError, PageResult, Path, Redirect, StatusTag, Tag, Upload, UploadedFile,
    render, render_refused,
};
use simpul_store::{Conn, Digest, Error};
use uuid::Uuid;

use super::asked::{Asked, Place, asked, place};
use super::evidence::ACCEPT;
use super::figure::{self, LiveNow};
use super::told::{self, Steps, ToldLine};
use super::words::progress_tag;
use super::{CanReportProgress, view};
use crate::actions::evidence::{KeptFile, keep_file};
use crate::actions::{Kept, WriteProgress};
use crate::model::completeness::Roll;
use crate::model::evidence::{EvidenceKind, EvidenceText, Media, SubjectKind};
use crate::model::period::Stand;
use crate::model::progress::{SENTENCE_MAX_CHARS, Step};
use crate::model::{Indicator, Period, Programme, Progress, ProgressState, Quantity, Written};
use crate::sql;

/// Periods of which the list tells, the newest first.
const PERIODS_SHOWN_COUNT: usize = 4;

/// Where a period stands.
pub(super) fn period_tag(page: &Page, stand: Stand) -> StatusTag {
    match stand {
        Stand::Coming => page.tag(Tag::New, "plan.period.coming"),
        Stand::Open => page.tag(Tag::Work, "plan.period.open"),
        Stand::Late => page.tag(Tag::Late, "plan.period.late"),
        Stand::Locked => page.tag(Tag::Off, "plan.period.locked"),
    }
}

struct Owed {
    programme: Programme,
    agency: String,
    progress: Option<Progress>,
    open: bool,
}

struct PeriodGroup {
    period: Period,
    stand: Stand,
    owed: Vec<Owed>,
}

#[derive(Template)]
#[template(path = "plan/owed.html")]
struct OwedPage {
    page: Page,
    groups: Vec<PeriodGroup>,
    /// The period that opens next.
    next: Option<Period>,
}

impl OwedPage {
    fn period_tag(&self, group: &PeriodGroup) -> StatusTag {
        period_tag(&self.page, group.stand)
    }

    fn state(&self, owed: &Owed) -> StatusTag {
        match &owed.progress {
            Some(progress) => progress_tag(&self.page, progress.state),
            None => self.page.tag(Tag::New, "plan.progress.missing"),
        }
    }

    /// Whether nothing can be told of now.
    fn is_idle(&self) -> bool {
        !self.groups.iter().any(|group| self.takes_file(group))
    }

    /// Whether anything of the group can be filled in as a workbook.
    fn takes_file(&self, group: &PeriodGroup) -> bool {
        group.owed.iter().any(|owed| owed.open)
    }

    fn form_path(&self, group: &PeriodGroup, owed: &Owed) -> String {
        format!("/kotak/laporan-kemajuan/{}/{}", owed.programme.code, group.period.id)
    }
}

/// What the officer's agencies owe.
pub async fn list(officer: Officer<CanReportProgress>) -> PageResult {
    let page = officer.page("plan.progress.title");
    let scope = officer.scope(Permission::ReportProgress);
    let mut conn = officer.read().await?;
    let (mut groups, mut next) = (Vec::new(), None);
    if let Some(plan) = sql::plan::in_force(&mut conn).await? {
        let roll = sql::plan::roll(&mut conn, plan.id).await?;
        let periods = sql::progress::periods(&mut conn, plan.id).await?;
        let (begun, coming): (Vec<Period>, Vec<Period>) =
            periods.into_iter().partition(|period| period.opens_at <= page.now);
        next = coming.into_iter().min_by_key(|period| period.opens_at);
        for period in begun.into_iter().take(PERIODS_SHOWN_COUNT) {
            groups.push(group(&mut conn, &officer, period, (&roll, &scope)).await?);
        }
    }
    drop(conn);
    render(&OwedPage { page, groups, next })
}

async fn group(
    conn: &mut Conn,
    officer: &Officer<CanReportProgress>,
    period: Period,
    (roll, scope): (&Roll, &Scope),
) -> Result<PeriodGroup, PageError> {
    let said = sql::progress::of_period(conn, period.id).await?;
    let mut owed = Vec::new();
    // Who answers for a programme now can hand in what another left undone.
    for (programme, _, progress) in roll.owed(&period, &said) {
        let Some(agency) = programme.agency.filter(|agency| scope.covers(*agency)) else { continue };
        let exception = sql::progress::exception(conn, period.id, agency).await?;
        owed.push(Owed {
            progress: progress.cloned(),
            agency: view::agency(&officer.place, agency),
            open: period.takes(officer.now(), exception).is_ok(),
            programme: programme.clone(),
        });
    }
    Ok(PeriodGroup { stand: period.stand(officer.now(), None), period, owed })
}

#[derive(Template)]
#[template(path = "plan/progress.html")]
struct ProgressPage {
    page: Page,
    form: FormView,
    programme: Programme,
    period: Period,
    progress: Option<Progress>,
    returned: Option<String>,
    steps: Steps,
    /// The evidence that is claimed for it: id and title.
    proofs: Vec<(Uuid, String)>,
    asked: Vec<Asked>,
    live: Vec<LiveNow>,
    districts: Vec<(i64, String)>,
    stand: Stand,
    /// Why nothing can be written; nothing where it can.
    closed: Option<String>,
    /// What the report tells, where nothing can be written.
    lines: Vec<ToldLine>,
    /// Where what another wrote meanwhile is other than what was typed: which field, and what stands.
    others: Vec<(String, String)>,
    /// What was typed into a report that can no longer be written.
    typed: Vec<(String, String)>,
}

impl ProgressPage {
    fn period_tag(&self) -> StatusTag {
        period_tag(&self.page, self.stand)
    }

    fn value_name(&self, asked: &Asked) -> String {
        format!("value-{}", asked.indicator.id)
    }

    fn district_name(&self, asked: &Asked, code: &i64) -> String {
        format!("district-{}_{code}", asked.indicator.id)
    }

    fn why_name(&self, asked: &Asked) -> String {
        format!("why-{}", asked.indicator.id)
    }

    fn label(&self, asked: &Asked) -> String {
        format!("{} ({})", asked.indicator.name, asked.indicator.unit)
    }

    /// What was told last and what should be reached by now, while one types.
    fn hint(&self, asked: &Asked) -> String {
        told::beside(&self.page, &asked.indicator.unit, asked.last_shown(), asked.expected)
    }

    fn max(&self) -> usize {
        SENTENCE_MAX_CHARS
    }

    fn version(&self) -> i64 {
        self.progress.as_ref().map_or(0, |progress| progress.version)
    }

    fn state(&self) -> Option<StatusTag> {
        self.progress.as_ref().map(|progress| progress_tag(&self.page, progress.state))
    }

    /// The texts of the report as it stands, those that are empty left out.
    fn texts(&self) -> Vec<(String, String)> {
        let stands = self.progress.iter().flat_map(|one| written(&self.page, one));
        stands.filter(|(_, text)| !text.is_empty()).map(|(name, text)| (label(&self.page, name), text)).collect()
    }
}

/// The fields of a report and what stands in them, as its form has them.
fn written(page: &Page, one: &Progress) -> [(&'static str, String); 5] {
    let points = one.physical.map(|points| view::quantity(page, Quantity::percent_of_basis_points(points)));
    [
        ("sentence", one.sentence.clone()),
        ("obstacle", one.obstacle.clone()),
        ("next_step", one.next_step.clone()),
        ("decision", one.decision.clone()),
        ("physical", points.unwrap_or_default()),
    ]
}

fn label(page: &Page, name: &str) -> String {
    page.t(&format!("plan.progress.{name}"))
}

/// The fields of a form and what was typed into them.
fn typed(page: &Page, form: &FormView, asked: &[Asked]) -> Vec<(String, String)> {
    let texts = ["sentence", "obstacle", "next_step", "decision", "physical"];
    let texts = texts.into_iter().map(|name| (label(page, name), form.typed(name).to_owned()));
    let value =
        |one: &Asked| (one.indicator.name.clone(), form.typed(&format!("value-{}", one.indicator.id)).to_owned());
    asked.iter().map(value).chain(texts).filter(|(_, text)| !text.is_empty()).collect()
}

/// Where a report as it stands is other than what was typed.
fn others(page: &Page, form: &FormView, progress: Option<&Progress>, asked: &[Asked]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut hold = |name: &str, shown: String, stands: String| {
        if form.typed(name).trim() != stands.trim() {
            all.push((shown, if stands.is_empty() { "–".to_owned() } else { stands }));
        }
    };
    for one in asked {
        let (id, name) = (one.indicator.id, &one.indicator.name);
        let told = one.told.as_ref();
        let amount = told.map(|told| view::quantity(page, told.amount)).unwrap_or_default();
        hold(&format!("value-{id}"), name.clone(), amount);
        let why = told.map(|told| told.why.clone()).unwrap_or_default();
        hold(&format!("why-{id}"), format!("{} · {name}", label(page, "why")), why);
    }
    for (name, text) in progress.iter().flat_map(|one| written(page, one)) {
        hold(name, label(page, name), text);
    }
    all
}

/// Why a report can't be written, if so: it was handed in, or its period takes nothing.
fn closed(
    page: &Page,
    progress: Option<&Progress>,
    period: &Period,
    takes: Result<(), simpul_kernel::Refusal>,
) -> Option<String> {
    match progress.map(|one| one.state) {
        Some(ProgressState::Published) => Some(page.t("plan.progress.is_published")),
        Some(ProgressState::Submitted | ProgressState::Verified) => Some(page.t("plan.progress.is_handed_in")),
        _ => takes.err().map(|why| page.t1(why.key, "name", period.name.as_str())),
    }
}

async fn draw(officer: &Officer<CanReportProgress>, code: &str, period: Uuid, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let at = place(&mut conn, &code.to_uppercase(), period).await?;
    let agency = at.programme.agency.filter(|agency| officer.scope(Permission::ReportProgress).covers(*agency));
    let agency = agency.ok_or(Error::NotFound("programme"))?;
    let progress = sql::progress::at(&mut conn, at.programme.id, period).await?;
    let indicators = sql::indicator::of(&mut conn, at.programme.id).await?;
    let periods = sql::progress::periods(&mut conn, at.programme.masterplan).await?;
    let asked = asked(&mut conn, &at, &indicators, (progress.as_ref(), &periods)).await?;
    let returned = match &progress {
        Some(one) if one.state == ProgressState::Returned => {
            sql::progress::steps(&mut conn, one.id).await?.pop().map(|step| step.reason)
        }
        _ => None,
    };
    let exception = sql::progress::exception(&mut conn, period, agency).await?;
    let page = officer.page("plan.progress.form_title").narrow();
    let failed = refused.is_some();
    let takes = at.period.takes(officer.now(), exception);
    let mut closed = closed(&page, progress.as_ref(), &at.period, takes);
    let mut steps = Steps::none(&page);
    let (mut lines, mut proofs) = (Vec::new(), Vec::new());
    if let Some(one) = &progress {
        let claimed = sql::evidence::of_subject(&mut conn, SubjectKind::Progress, one.id).await?;
        proofs.extend(claimed.into_iter().map(|proof| (proof.id, proof.about.title)));
        steps = Steps::read(&mut conn, (&page, &officer.place), one.id).await?;
        lines = told::lines(&mut conn, (&page, &officer.place), &at, (one, &indicators, &periods)).await?;
    }
    drop(conn);
    // What was typed while the period closed stays in its fields: the lock may be put off.
    let writable = progress.as_ref().is_none_or(|one| one.state.after(Step::Write).is_ok());
    closed = closed.filter(|_| !failed || !writable);
    let live = match closed {
        Some(_) => Vec::new(),
        None => figure::live_in(officer, &page, &indicators, &at.period).await?,
    };
    let version = progress.as_ref().map_or(0, |one| one.version);
    let (others, typed) = match &refused {
        Some(form) if !writable => (Vec::new(), typed(&page, form, &asked)),
        Some(form) if form.typed("version") != version.to_string() => {
            (others(&page, form, progress.as_ref(), &asked), Vec::new())
        }
        _ => (Vec::new(), Vec::new()),
    };
    let form = filled(&page, refused.unwrap_or_else(|| officer.form()), progress.as_ref(), &asked);
    let view = ProgressPage {
        page: if failed { page.failed() } else { page },
        form,
        stand: at.period.stand(officer.now(), exception),
        programme: at.programme,
        period: at.period,
        progress,
        returned,
        steps,
        proofs,
        asked,
        live,
        closed,
        lines,
        others,
        typed,
        districts: officer.place.districts.iter().map(|one| (one.code, one.name.clone())).collect(),
    };
    if failed { render_refused(&view) } else { render(&view) }
}

fn filled(page: &Page, form: FormView, progress: Option<&Progress>, asked: &[Asked]) -> FormView {
    let mut form = form;
    if let Some(one) = progress {
        for (name, text) in written(page, one) {
            form = form.fill(name, text);
        }
    }
    for (id, told) in asked.iter().filter_map(|one| Some((one.indicator.id, one.told.as_ref()?))) {
        form = form.fill(&format!("value-{id}"), view::quantity(page, told.amount));
        form = form.fill(&format!("why-{id}"), &told.why);
    }
    for told in asked.iter().flat_map(|one| &one.by_district) {
        let name = format!("district-{}_{}", told.indicator, told.district);
        form = form.fill(&name, view::quantity(page, told.amount));
    }
    form
}

/// The short form: the value now, one sentence, obstacle, next step, whether somebody has to decide.
pub async fn form(officer: Officer<CanReportProgress>, Path((code, period)): Path<(String, Uuid)>) -> PageResult {
    draw(&officer, &code, period, None).await
}

/// What is typed for one indicator.
type Value = (Uuid, i64, Option<Quantity>, String);

/// What is typed for the districts of one indicator: `district-INDICATOR_CODE`. A district that is none of the region's
/// stands in no form of ours.
fn district_values(fields: &Fields, place: &Snapshot) -> Result<Vec<Value>, simpul_kernel::Refusal> {
    let mut values = Vec::new();
    for (name, typed) in fields.pairs() {
        let Some(at) = name.strip_prefix("district-") else { continue };
        let parts = at.split_once('_').and_then(|(id, code)| Some((Uuid::parse_str(id).ok()?, code.parse().ok()?)));
        let Some((id, code)) = parts.filter(|(_, code)| place.district(*code).is_some()) else { continue };
        let refused = |why| simpul_kernel::Refusal { field: Some("district"), ..why };
        let amount = match typed.trim() {
            "" => None,
            text => Some(Quantity::parse(text).map_err(|why| refused(why).entry(at))?),
        };
        values.push((id, code, amount, String::new()));
    }
    Ok(values)
}

fn values(fields: &Fields, place: &Snapshot) -> Result<Vec<Value>, simpul_kernel::Refusal> {
    let mut values = Vec::new();
    for (name, typed) in fields.pairs() {
        let Some(id) = name.strip_prefix("value-").and_then(|id| Uuid::parse_str(id).ok()) else { continue };
        let amount = match typed.trim() {
            "" => None,
            text => Some(Quantity::parse(text).map_err(|why| at_field(why, id))?),
        };
        values.push((id, 0, amount, fields.get(&format!("why-{id}")).to_owned()));
    }
    values.extend(district_values(fields, place)?);
    Ok(values)
}

/// The refusal of a value, at the field in which it was typed.
fn at_field(why: simpul_kernel::Refusal, id: Uuid) -> simpul_kernel::Refusal {
    simpul_kernel::Refusal { field: Some("value"), ..why }.entry(id.to_string())
}

fn physical(fields: &Fields) -> Result<Option<i64>, simpul_kernel::Refusal> {
    match fields.get("physical").trim() {
        "" => Ok(None),
        text => {
            let value =
                Quantity::parse(text).map_err(|why| simpul_kernel::Refusal { field: Some("physical"), ..why })?;
            Ok(value.share_of(Quantity::whole(100)))
        }
    }
}

/// Keeps what was typed, or hands it in.
pub async fn write(
    officer: Officer<CanReportProgress>,
    Path((code, period)): Path<(String, Uuid)>,
    upload: Upload,
) -> PageResult {
    let mut conn = officer.read().await?;
    let at = place(&mut conn, &code.to_uppercase(), period).await?;
    let indicators = sql::indicator::of(&mut conn, at.programme.id).await?;
    drop(conn);
    let fields = &upload.fields;
    let submit = fields.has("submit");
    let done = match read(&officer, fields, &at, submit) {
        Ok(action) => tell(&officer, &at, &indicators, (action, &upload)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(_) if submit => Ok(Redirect::to("/kotak/laporan-kemajuan").flash("plan.progress.handed_in").into_response()),
        Ok(_) => {
            let here = format!("/kotak/laporan-kemajuan/{}/{period}", at.programme.code);
            Ok(Redirect::to(here).flash("plan.progress.kept").into_response())
        }
        Err(error) => draw(&officer, &code, period, Some(officer.refused(error, fields)?)).await,
    }
}

/// Writes a report with the file that proves it, if one came.
async fn tell(
    officer: &Officer<CanReportProgress>,
    at: &Place,
    indicators: &[Indicator],
    (action, upload): (WriteProgress, &Upload),
) -> simpul_store::Result<Kept> {
    let proof = match upload.files.iter().find(|file| file.field == "file") {
        Some(file) => Some(proof(officer, at, file).await?),
        None => None,
    };
    hand_in(officer, at, indicators, WriteProgress { proof, ..action }).await
}

/// A file as evidence of a report: named by what it proves, of the agency that tells.
async fn proof(
    officer: &Officer<CanReportProgress>,
    at: &Place,
    file: &UploadedFile,
) -> simpul_store::Result<(EvidenceText, KeptFile)> {
    let kept = keep_file(&officer.app.db, &officer.ctx, &file.name, file.bytes.to_vec(), file.too_big).await?;
    let kind = if kept.media == Media::Photo { EvidenceKind::Photo } else { EvidenceKind::Other };
    let title = format!("{}: {} ({})", at.period.name, at.programme.name, file.name);
    let about = EvidenceText {
        title: title.chars().take(LINE_MAX_CHARS).collect(),
        kind: kind.name().to_owned(),
        year: at.period.year.to_string(),
        owner: String::new(),
        agency: at.programme.agency,
        valid_until: String::new(),
        note: String::new(),
    };
    Ok((about, kept))
}

/// What was sent once under a key is not sent again; other words under the same key are another sending.
fn key_of(fields: &Fields, key: Uuid) -> Uuid {
    let mut said: Vec<(&str, &str)> = fields.pairs().filter(|(name, _)| *name != "csrf").collect();
    said.sort_unstable();
    let digest = Digest::of(format!("{key} {said:?}").as_bytes());
    Uuid::from_slice(&digest.0[..16]).unwrap_or(key)
}

/// Writes a report; for one that is handed in the system counts what it has to count at this moment. Whoever may not
/// write it costs no counting.
async fn hand_in(
    officer: &Officer<CanReportProgress>,
    at: &Place,
    indicators: &[Indicator],
    mut action: WriteProgress,
) -> simpul_store::Result<Kept> {
    let scope = officer.scope(Permission::ReportProgress);
    if action.submit && at.programme.agency.is_some_and(|agency| scope.covers(agency)) {
        action.live = figure::take(officer, indicators, &at.period).await?;
    }
    officer.write(action).await
}

fn read(
    officer: &Officer<CanReportProgress>,
    fields: &Fields,
    at: &Place,
    submit: bool,
) -> Result<WriteProgress, simpul_kernel::Refusal> {
    let text = |name: &str| fields.get(name).to_owned();
    Ok(WriteProgress {
        key: fields.key().map_or_else(|| officer.ctx.new_id(), |key| key_of(fields, key)),
        programme: at.programme.id,
        period: at.period.id,
        version: fields.int("version").unwrap_or_default(),
        written: Written {
            sentence: text("sentence"),
            obstacle: text("obstacle"),
            next_step: text("next_step"),
            decision: text("decision"),
            physical: physical(fields)?,
        },
        values: values(fields, &officer.place)?,
        live: Vec::new(),
        submit,
        proof: None,
    })
}
