//! Several reports of the inbox at once: the same deed for each that is ticked. Each that refuses is named with its
//! reason, and the rest is done.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::Permission;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Redirect, render, render_refused,
};
use simpul_store::{Action, Error};
use uuid::Uuid;

use super::CanSeeInbox;
use super::offer::Deed;
use crate::actions::{self, Done, Once};
use crate::desk::{self, Rules};
use crate::model::{Class, Report, public};
use crate::outside::key_of;
use crate::sql;

/// Most reports at once: a page of the inbox.
const REPORTS_MAX_COUNT: usize = 50;
/// What can be done with several at once, each with its key.
const DEEDS: [(Deed, &str); 6] = [
    (Deed::Accept, "t"),
    (Deed::Verify, "v"),
    (Deed::Assign, "s"),
    (Deed::Direct, "p"),
    (Deed::InternalNote, "c"),
    (Deed::Remind, "i"),
];

/// A button under the inbox.
pub struct Act {
    /// The deed in forms.
    pub name: &'static str,
    /// The key that presses it while the list has the focus.
    pub key: &'static str,
    /// What it says.
    pub label: String,
}

/// What the viewer may do with several reports.
pub fn acts(page: &Page) -> Vec<Act> {
    let may = DEEDS.into_iter().filter(|(deed, _)| allowed(*deed, |permission| page.may(permission)));
    may.map(|(deed, key)| Act { name: deed.name(), key, label: page.t(deed.key()) }).collect()
}

/// Whether it can be done at all by whom these permissions describe; the action asks again, for each report.
fn allowed(deed: Deed, may: impl Fn(Permission) -> bool) -> bool {
    may(deed.permission()) || (deed == Deed::Verify && may(Permission::VerifyOwnReports))
}

/// What was ticked.
struct Chosen {
    deed: Deed,
    reports: Vec<Report>,
    /// How many are not there, or not for this officer.
    gone: usize,
    /// The page of the inbox on which it was ticked.
    from: String,
}

fn from(fields: &Fields) -> String {
    let from = fields.get("from");
    if from.starts_with("/kotak?") { from.to_owned() } else { "/kotak".to_owned() }
}

enum Choosing {
    Chosen(Chosen),
    /// Nothing can be done with what was ticked: what is said instead.
    Nothing(&'static str),
}

async fn chosen(officer: &Officer<CanSeeInbox>, fields: &Fields) -> Result<Choosing, PageError> {
    let known = DEEDS.into_iter().find(|(deed, _)| deed.name() == fields.get("deed"));
    let (deed, _) = known.ok_or_else(PageError::not_found)?;
    if !allowed(deed, |permission| officer.may(permission)) {
        return Err(PageError::forbidden());
    }
    let mut ids: Vec<Uuid> = fields.all("id").iter().filter_map(|id| id.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Choosing::Nothing("report.bulk.none_ticked"));
    }
    if ids.len() > REPORTS_MAX_COUNT {
        return Ok(Choosing::Nothing("report.bulk.too_many"));
    }
    let mut conn = officer.read().await?;
    let mut reports = Vec::new();
    for id in &ids {
        let report = sql::by_id(&mut conn, *id).await?;
        reports.extend(report.filter(|report| public::may_see(&officer.ctx.actor, report)));
    }
    Ok(Choosing::Chosen(Chosen { deed, gone: ids.len() - reports.len(), reports, from: from(fields) }))
}

struct Item {
    number: String,
    category: String,
    id: Uuid,
}

#[derive(Template)]
#[template(path = "report/bulk.html")]
struct ChoosePage {
    page: Page,
    from: String,
    form: FormView,
    deed: Deed,
    items: Vec<Item>,
    title: String,
    classes: Vec<Choice>,
    agencies: Vec<Choice>,
    officers: Vec<Choice>,
}

fn items(page: &Page, rules: &Rules, reports: &[Report]) -> Vec<Item> {
    let item = |report: &Report| Item {
        number: report.number.clone(),
        category: rules
            .category(&report.category)
            .map_or_else(|| report.category.clone(), |category| category.name(page.lang).to_owned()),
        id: report.id,
    };
    reports.iter().map(item).collect()
}

async fn choose_page(officer: &Officer<CanSeeInbox>, chosen: &Chosen, form: FormView) -> Result<ChoosePage, PageError> {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    drop(conn);
    let mut page = officer.page(chosen.deed.key()).at("/kotak").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let inside = officer.place.agencies.iter().filter(|agency| agency.active && !agency.outside);
    let agencies = inside.map(|agency| Choice::new(agency.id, format!("{} – {}", agency.short, agency.name)));
    let mut owners: Vec<Uuid> = chosen.reports.iter().filter_map(|report| report.agency).collect();
    owners.sort_unstable();
    owners.dedup();
    let officers = owners.iter().flat_map(|agency| {
        let group = super::view::agency_name(&officer.place, Some(*agency));
        officer.place.officers_of(*agency).map(move |one| Choice::new(one.id, one.name.clone()).group(group.clone()))
    });
    Ok(ChoosePage {
        items: items(&page, &rules, &chosen.reports),
        title: page.tn("report.bulk.count", i64::try_from(chosen.reports.len()).unwrap_or(i64::MAX)),
        classes: Class::ALL.iter().map(|class| Choice::new(class.name(), page.t(class.key()))).collect(),
        agencies: agencies.collect(),
        officers: officers.collect(),
        deed: chosen.deed,
        from: chosen.from.clone(),
        form: form.fill("class", Class::Complaint.name()),
        page,
    })
}

/// The page between the inbox and the deed; a deed of one tap is done at once.
pub async fn choose(officer: Officer<CanSeeInbox>, form: Form) -> PageResult {
    match chosen(&officer, &form.fields).await? {
        Choosing::Nothing(why) => Ok(Redirect::to(from(&form.fields)).flash(why).warning().into_response()),
        Choosing::Chosen(chosen) if chosen.deed.is_direct() => perform(&officer, chosen, &form).await,
        Choosing::Chosen(chosen) => render(&choose_page(&officer, &chosen, officer.form()).await?),
    }
}

/// What is wrong with the words that go for all.
fn check(deed: Deed, fields: &Fields, officer: &Officer<CanSeeInbox>) -> Option<Refusal> {
    match deed {
        Deed::Verify if Class::parse(fields.get("class")).is_none() => {
            Some(Refusal::field("class", "report.bulk.class"))
        }
        Deed::Assign => {
            let known = fields.uuid("agency").and_then(|id| officer.place.agency(id)).filter(|agency| agency.active);
            known.is_none().then(|| Refusal::field("agency", "report.refused.agency"))
        }
        Deed::Direct => {
            let known = fields.uuid("officer").and_then(|id| officer.place.officer(id)).filter(|one| one.active);
            known.is_none().then(|| Refusal::field("officer", "report.refused.officer"))
        }
        Deed::InternalNote if fields.get("text").trim().is_empty() => {
            Some(Refusal::field("text", "report.refused.words_missing"))
        }
        _ => None,
    }
}

/// Does it.
pub async fn send(officer: Officer<CanSeeInbox>, form: Form) -> PageResult {
    let chosen = match chosen(&officer, &form.fields).await? {
        Choosing::Nothing(why) => return Ok(Redirect::to(from(&form.fields)).flash(why).warning().into_response()),
        Choosing::Chosen(chosen) => chosen,
    };
    if let Some(refusal) = check(chosen.deed, &form.fields, &officer) {
        let form = officer.refused(Error::Refused(refusal), &form)?;
        return render_refused(&choose_page(&officer, &chosen, form).await?);
    }
    perform(&officer, chosen, &form).await
}

/// One form's deed with one report has one key: sent twice it is done once, and answers the same.
async fn once<A: Action<Output = Done>>(officer: &Officer<CanSeeInbox>, key: Uuid, action: A) -> Result<Done, Error> {
    officer.write(Once { key, action }).await
}

async fn one(officer: &Officer<CanSeeInbox>, deed: Deed, report: &Report, form: &Form) -> Result<Done, Error> {
    let fields = &form.fields;
    let words = ["class", "needs_inspection", "agency", "officer", "instruction", "text"].map(|name| fields.get(name));
    let asked = format!("{} {} {}", deed.name(), report.id, words.join("\n"));
    let key = key_of(form.key().unwrap_or_else(|| officer.ctx.new_id()), "bulk", &asked);
    let instruction = Some(fields.get("instruction").to_owned()).filter(|text| !text.trim().is_empty());
    let (report, version, agency) = (report.id, None, report.agency);
    match deed {
        Deed::Verify => {
            let class = Class::parse(fields.get("class")).unwrap_or(Class::Complaint);
            let needs_inspection = fields.get("needs_inspection") == "1";
            let action = actions::VerifyReport { report, version, class, needs_inspection, category: None };
            once(officer, key, action).await
        }
        Deed::Assign => {
            let agency = fields.uuid("agency").ok_or_else(|| Refusal::field("agency", "report.refused.agency"))?;
            let action = actions::AssignReport { report, version, agency, officer: None, instruction };
            once(officer, key, action).await
        }
        Deed::Direct => {
            let to = fields.uuid("officer");
            let own = agency.is_some_and(|agency| officer.place.officers_of(agency).any(|one| Some(one.id) == to));
            if !own {
                return Err(Refusal::new("report.bulk.other_agency").into());
            }
            let (orders, day, agenda) = (Vec::new(), String::new(), None);
            let action = actions::DirectReport { report, version, officer: to, orders, instruction, day, agenda };
            once(officer, key, action).await
        }
        Deed::InternalNote => {
            let text = fields.get("text").to_owned();
            // The note's own key is the form's: no other key is needed.
            officer.write(actions::AddNote { key, report, text, public: false, photos: Vec::new() }).await
        }
        Deed::Remind => once(officer, key, actions::RemindAgency { report }).await,
        _ => once(officer, key, actions::AcceptReport { report, version, class: None }).await,
    }
}

#[derive(Template)]
#[template(path = "report/bulk_done.html")]
struct DonePage {
    page: Page,
    from: String,
    deed: Deed,
    done: Vec<String>,
    refused: Vec<(String, String)>,
    gone: usize,
    said: String,
}

async fn perform(officer: &Officer<CanSeeInbox>, chosen: Chosen, form: &Form) -> PageResult {
    let (mut done, mut refused, mut gone) = (Vec::new(), Vec::new(), chosen.gone);
    for report in &chosen.reports {
        match one(officer, chosen.deed, report, form).await {
            Ok(_) => done.push(report.number.clone()),
            Err(Error::Refused(refusal)) => refused.push((report.number.clone(), officer.says(&refusal))),
            Err(Error::NotFound(_) | Error::Forbidden(_)) => gone += 1,
            Err(error) => return Err(error.into()),
        }
    }
    let deed = officer.t(chosen.deed.key());
    let count = done.len().to_string();
    if refused.is_empty() && gone == 0 {
        let back = Redirect::to(chosen.from).flash("report.bulk.all_done").with("deed", deed);
        return Ok(back.with("count", count).into_response());
    }
    let page = officer.page("report.bulk.result").at("/kotak").usual_width();
    let of = (done.len() + refused.len() + gone).to_string();
    let said = page.tx("report.bulk.some_done", [("deed", deed.as_str()), ("count", &count), ("of", &of)]);
    render(&DonePage { page, from: chosen.from, deed: chosen.deed, done, refused, gone, said })
}
