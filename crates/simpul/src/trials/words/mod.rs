//! The words of officers and citizens on a report, and those that administrators keep, form by form: every text field
//! of every form takes what breaks things. Which fields there are is read from the forms themselves, so that a new
//! one without a row fails.

mod sheets;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use axum::http::StatusCode;
use futures_util::FutureExt;
use naughty_strings::BLNS;
use simpul_kernel::{Role, mask};
use simpul_report::actions::{Reporter, Submitted};
use simpul_report::model::ReporterMode;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::calls;
use super::html::{Token, tokens};
use super::meetings;
use super::naughty::{FIELDS, HARD, Shape, assert_harmless, assert_kept, expected, known, refused, seen_in, texts};
use super::plans;
use super::proof;
use super::stage;
use super::{sent_by, town};
use sheets::{NO_WORDS, SHEETS, Sheet, TEXT, Who};

/// A control character, which no text holds.
const CONTROL: &str = "a\u{7}b";

/// The text fields of the templates under a folder, each as often as it stands there.
fn fields_of(folder: &Path, name: &str) -> BTreeMap<(String, String), usize> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let template = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        let text = std::fs::read_to_string(&path).unwrap();
        let drawn = ["form.text(\"", "form.area(\""].into_iter().flat_map(|call| text.split(call).skip(1));
        let mut names: Vec<&str> = drawn.filter_map(|rest| rest.split('"').next()).collect();
        for tag in text.split(['<']).filter(|tag| tag.starts_with("input ") || tag.starts_with("textarea ")) {
            let typed = ["type=\"text\"", "type=\"search\"", "type=\"tel\"", "type=\"email\""];
            let is_text = tag.starts_with("textarea") || typed.iter().any(|kind| tag.contains(kind));
            names.extend(tag.split(" name=\"").nth(1).filter(|_| is_text).and_then(|rest| rest.split('"').next()));
        }
        for name in names {
            *found.entry((template.clone(), name.to_owned())).or_insert(0) += 1;
        }
    }
    found
}

#[test]
fn no_text_field_of_a_form_is_left_out() {
    let mut tried: BTreeMap<(String, String), usize> = BTreeMap::new();
    let sheets = SHEETS.iter().flat_map(|sheet| sheet.fields.iter().map(|(name, ..)| (sheet.form, *name)));
    for (form, name) in sheets.chain(FIELDS.iter().map(|field| (field.form, field.name))) {
        *tried.entry((form.to_owned(), name.to_owned())).or_insert(0) += 1;
    }
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut left_out = Vec::new();
    for room in ["admin", "emergency", "plan", "report", "wall"] {
        for ((form, name), count) in fields_of(&crates.join(room).join("templates").join(room), room) {
            let no_words = NO_WORDS
                .iter()
                .chain(calls::TRIED)
                .chain(stage::TRIED)
                .chain(proof::TRIED)
                .chain(plans::TRIED)
                .chain(meetings::TRIED)
                .any(|(known, names)| *known == form && names.contains(&name.as_str()));
            let rows = tried.get(&(form.clone(), name.clone())).copied().unwrap_or(0);
            if !no_words && rows < count {
                left_out.push(format!("{form} {name}: {rows} of {count}"));
            }
        }
    }
    assert!(left_out.is_empty(), "text fields without a trial:\n{}", left_out.join("\n"));
}

/// Everybody who takes part.
struct Cast {
    site: TestSite,
    browsers: BTreeMap<Who, Browser>,
    names: BTreeMap<&'static str, String>,
}

impl Cast {
    async fn new() -> Cast {
        let site = town().await;
        let place = site.app.directory.of(TEST_REGION).await.unwrap();
        let agency = |short: &str| place.agency_by_short(short).unwrap().id;
        let (dishub, dlh) = (agency("Dishub"), agency("DLH"));
        let village = &place.villages[0];
        let office = place.agencies.iter().find(|agency| agency.district == Some(village.district)).unwrap().id;
        let mut browsers = BTreeMap::from([(Who::Public, site.browser()), (Who::Citizen, site.browser())]);
        for (who, role, agency) in [
            (Who::Officer, Role::AgencyOfficer, Some(dishub)),
            (Who::Head, Role::AgencyHead, Some(dishub)),
            (Who::Helper, Role::AgencyOfficer, Some(dlh)),
            (Who::Camat, Role::AgencyOfficer, Some(office)),
            (Who::Coordinator, Role::ReportCoordinator, None),
            (Who::Leader, Role::Leader, None),
            (Who::Admin, Role::RegionAdmin, None),
        ] {
            browsers.insert(who, site.sign_in_as(role, agency).await.unwrap());
        }
        let officer = site.officer("sari@contoh.test", Role::FieldOfficer, Some(dishub)).await.unwrap();
        let code = simpul_kernel::area::AreaCode::from_number(village.code).unwrap().to_string();
        let mut names = BTreeMap::from([("dlh", dlh.to_string()), ("dishub", dishub.to_string())]);
        names.extend([("officer", officer.to_string()), ("village", code)]);
        let mut cast = Cast { site, browsers, names };
        // Who the officer is that sends the forms, as a form itself offers them.
        let report = cast.report(0).await;
        cast.send(Who::Officer, &format!("/kotak/{}/terima", report.number), &[]).await;
        let form = cast.read(Who::Officer, &format!("/kotak/{}/langkah/disposisi", report.number)).await;
        let offered = form.split("<option value=\"").filter_map(|rest| rest.split('"').next());
        let me = offered.filter(|id| id.parse::<Uuid>().is_ok()).find(|id| *id != officer.to_string()).unwrap();
        cast.names.insert("me", me.to_owned());
        cast
    }

    async fn report(&self, run: usize) -> Submitted {
        let reporter = Reporter {
            mode: Some(ReporterMode::Named),
            name: Some("Sitti".into()),
            phone: Some(format!("0813 0000 {:04}", 1000 + run)),
            email: None,
        };
        sent_by(&self.site, TEST_REGION, &format!("Lampu mati di tiang {run}"), Vec::new(), reporter).await
    }

    async fn send(&mut self, who: Who, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.browsers.get_mut(&who).unwrap().post(path, fields).await;
        let done = answer.status.is_success() || answer.status == StatusCode::SEE_OTHER;
        assert!(done, "{who:?} {path} {fields:?}: {} {}", answer.status, plain(&answer.text));
        answer.location().to_owned()
    }

    async fn read(&mut self, who: Who, path: &str) -> String {
        let answer = self.browsers.get_mut(&who).unwrap().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{who:?} {path}: {}", plain(&answer.text));
        answer.text
    }

    /// The id in a link of the page that `who` sees, where the path has one.
    async fn id(&mut self, who: Who, page: &str, path: &str) -> Option<String> {
        let start = path.split("{id}").next().filter(|_| path.contains("{id}"))?;
        let text = self.read(who, page).await;
        let ids = text.split(start).skip(1).filter_map(|rest| rest.split(['"', '/']).next());
        ids.map(str::to_owned).find(|id| id.parse::<Uuid>().is_ok())
    }

    fn filled(&self, text: &str, own: &BTreeMap<&str, String>) -> String {
        let all = self.names.iter().chain(own);
        all.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// The path with everything in its place; the id of a part of the report is read from the report's page.
    async fn path(&mut self, who: Who, path: &str, own: &BTreeMap<&'static str, String>) -> String {
        let path = self.filled(path, own);
        let page =
            if path.starts_with("/kotak/saringan") { "/kotak/saringan" } else { &format!("/kotak/{}", own["number"]) };
        match self.id(who, page, &path).await {
            Some(id) => path.replace("{id}", &id),
            None => path,
        }
    }

    async fn fields(
        &self,
        fixed: &[(&'static str, &str)],
        own: &BTreeMap<&'static str, String>,
    ) -> Vec<(&'static str, String)> {
        fixed.iter().map(|(name, value)| (*name, self.filled(value, own))).collect()
    }
}

/// What a page says, for whoever reads why a trial failed.
fn plain(html: &str) -> String {
    let said =
        tokens(html).into_iter().filter_map(|token| if let Token::Text(text) = token { Some(text) } else { None });
    said.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).take(60).collect::<Vec<_>>().join(" | ")
}

/// Strings for fields of that length, in turn: all of them pass once through all fields together.
struct Pool {
    next: usize,
    strings: Vec<&'static str>,
}

impl Pool {
    fn take(&mut self, mark: &str, max_chars: usize) -> String {
        let mut value = mark.to_owned();
        for _ in 0..self.strings.len() {
            let string = self.strings[self.next % self.strings.len()];
            let fits = value.chars().count() + string.chars().count() + 3 <= max_chars;
            let alone = string.chars().count() + mark.chars().count() + 3 > TEXT;
            if !fits && !alone {
                break;
            }
            if fits {
                value += &format!(" ¦ {string}");
            }
            self.next += 1;
        }
        value
    }
}

/// A control character is refused in each of the fields, whatever stands in the others.
async fn assert_control_refused(
    cast: &mut Cast,
    (who, path): (Who, &str),
    fixed: &[(&'static str, String)],
    values: &[(&str, String, Shape)],
) {
    for (name, ..) in values {
        let mut wrong: Vec<(&str, &str)> = fixed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        wrong.extend(values.iter().map(|(other, value, _)| (*other, if other == name { CONTROL } else { value })));
        let answer = cast.browsers.get_mut(&who).unwrap().post(path, &wrong).await;
        // Of several reports at once each is told for itself, on a page that is no error.
        let told = if path.starts_with("/kotak/banyak") { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!(answer.status, told, "{path} {name} takes a control character");
    }
}

async fn try_sheet(
    cast: &mut Cast,
    sheet: &Sheet,
    run: usize,
    value_of: &mut impl FnMut(&str, usize, Shape) -> String,
) {
    let report = cast.report(run).await;
    let mut own =
        BTreeMap::from([("number", report.number), ("token", report.token), ("run", (10 + run % 15).to_string())]);
    own.insert("report", report.id.to_string());
    for (who, path, fixed) in sheet.before {
        let path = cast.path(*who, path, &own).await;
        let fields = cast.fields(fixed, &own).await;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        cast.send(*who, &path, &fields).await;
    }
    if sheet.fixed.iter().any(|(_, value)| *value == "{seen}") {
        let page = cast.read(sheet.who, sheet.path.rsplit_once('/').unwrap().0).await;
        own.insert("seen", seen_in(&page));
    }
    let path = cast.path(sheet.who, sheet.path, &own).await;
    let mut fields = cast.fields(sheet.fixed, &own).await;
    fields.retain(|(name, _)| sheet.fields.iter().all(|(field, ..)| field != name));
    let values: Vec<(&str, String, Shape)> = sheet
        .fields
        .iter()
        .enumerate()
        .map(|(at, (name, max, shape))| (*name, value_of(&format!("q{run}z{at}w"), *max, *shape), *shape))
        .collect();
    assert_control_refused(cast, (sheet.who, &path), &fields, &values).await;
    let mut whole: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    whole.extend(values.iter().map(|(name, value, _)| (*name, value.as_str())));
    let to = cast.send(sheet.who, &path, &whole).await;
    if sheet.pages.iter().any(|(_, page)| page.contains("{filed}")) {
        let slip = texts(&to, &cast.read(sheet.who, &to).await);
        own.insert("filed", slip.iter().find(|text| text.starts_with("LUTRA-")).cloned().unwrap_or_default());
    }
    let of_report = sheet.path.contains("{number}") || sheet.path.starts_with("/kotak/banyak");
    let usual = (Who::Admin, "/kotak/{number}");
    let pages: Vec<(Who, &str)> = sheet.pages.iter().copied().chain(of_report.then_some(usual)).collect();
    let mut inside: Vec<String> = Vec::new();
    for (who, page) in pages {
        let page = cast.path(who, page, &own).await;
        let text = cast.read(who, &page).await;
        if !page.starts_with("/api/") {
            assert_harmless(&text, &page, &known());
        }
        let found = texts(&page, &text);
        if who == Who::Public && page.starts_with("/laporan") || page.starts_with("/api/") {
            for (_, value, shape) in values.iter().filter(|(name, ..)| *name == "text") {
                let wanted = expected(value, *shape);
                let masked = mask::mask(&wanted);
                assert_kept(
                    &found,
                    if found.iter().any(|text| text.contains(&wanted)) { &wanted } else { &masked },
                    &page,
                );
            }
        }
        inside.extend(found);
    }
    for (name, value, shape) in values {
        assert_kept(&inside, &expected(&value, shape), &format!("{} {name}", sheet.path));
    }
}

/// Tries the sheet; what is wrong with it is told with all others at the end.
async fn fault_of(
    cast: &mut Cast,
    sheet: &Sheet,
    run: usize,
    value_of: &mut impl FnMut(&str, usize, Shape) -> String,
) -> Option<String> {
    let tried = AssertUnwindSafe(try_sheet(cast, sheet, run, value_of)).catch_unwind().await;
    let panic = tried.err()?;
    let says =
        panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
    Some(format!("{} {}: {}", sheet.form, sheet.path, says.unwrap_or_default()))
}

/// The hard string, as much of it as a field takes.
fn hard(mark: &str, max_chars: usize) -> String {
    format!("{mark}{HARD}").chars().take(max_chars).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_word_on_a_report_and_every_rule_gives_back_what_was_typed_and_nothing_runs() {
    let mut cast = Cast::new().await;
    let strings = BLNS.iter().filter(|string| !refused(string)).copied().collect();
    let mut pool = Pool { next: 0, strings };
    let mut faults = Vec::new();
    for (at, sheet) in SHEETS.iter().enumerate() {
        faults.extend(fault_of(&mut cast, sheet, 2 * at + 1, &mut |mark, max, _| hard(mark, max)).await);
        // A template's braces name what it fills in, and other braces are refused by name.
        if sheet.form == "report/template_form.html" {
            continue;
        }
        let mut next = |mark: &str, max, shape| match shape {
            Shape::Lines => hard(mark, max),
            _ => pool.take(mark, max),
        };
        faults.extend(fault_of(&mut cast, sheet, 2 * at + 2, &mut next).await);
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    let all = pool.strings.len();
    assert!(pool.next >= all, "only {} of {all} strings were tried", pool.next);
}
