//! Every text field takes the strings that break things, and gives them back to the letter and harmless, in every
//! format that tells of it. A new field is a row of [`FIELDS`].
//!
//! What "to the letter" means was decided once, in `crates/kernel/src/words.rs`: white space before and after a text
//! and marks of direction go, line ends become one kind; in a field of one line they become spaces; in names of the
//! directory, white space is one space. Control characters and what is too long are refused by name. Nothing else is
//! ever changed.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use naughty_strings::BLNS;
use serde_json::{Value, json};
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::{Actor, Role, mask};
use simpul_people::KeyScope;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;

use super::html::{Token, tokens};
use super::{sent, town};

/// What breaks pages, files and eyes, in one short line: it fits into every field.
pub(super) const HARD: &str = "\"'><\u{73}cript>alert(1)</script>&amp;%0aé👩\u{200d}👧";

/// How a field treats white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Several lines.
    Text,
    /// One line.
    Line,
    /// Several lines, each of which is shown for itself.
    Lines,
    /// A name of the directory.
    Name,
}

/// A text field of a form.
pub(super) struct Field {
    /// The template of the form.
    pub(super) form: &'static str,
    /// Where the form is sent.
    path: &'static str,
    /// The field.
    pub(super) name: &'static str,
    shape: Shape,
    max_chars: usize,
    /// What else the form needs; `#` is a running number.
    fixed: &'static [(&'static str, &'static str)],
    /// Where it can be read afterwards.
    pages: &'static [&'static str],
    /// Whether each value takes the place of the one before.
    replaces: bool,
}

const SETTINGS: &[(&str, &str)] = &[
    ("name", "Luwu Utara"),
    ("kind", "kabupaten"),
    ("zone", "wita"),
    ("zone", "WITA"),
    ("prefix", "LUTRA"),
    ("reporter_days", "730"),
    ("access_log_days", "730"),
    ("session_days", "30"),
    ("outbox_days", "90"),
];
const CATEGORY: &[(&str, &str)] = &[
    ("new", "0"),
    ("code", "lampu_jalan"),
    ("name_id", "Lampu"),
    ("name_en", "Light"),
    ("tile", "lampu"),
    ("icon", "lampu"),
    ("class", "complaint"),
    ("span_source", "PermenPANRB 62/2018"),
    ("seen", SEEN),
    ("verify", "3"),
    ("answer", "5"),
    ("resolve", "7"),
    ("active", "1"),
    // A text that stops the form stands in both languages or in none.
    ("stop_id", "Telepon"),
    ("stop_en", "Call"),
];
/// Stands for the version that the form was shown with.
const SEEN: &str = "@seen";
const CATEGORY_PAGE: &[&str] = &["/admin/report/kategori/lampu_jalan"];
const AGENCIES: &[&str] = &["/admin/perangkat-daerah.csv"];

const fn adds(
    form: &'static str,
    path: &'static str,
    name: &'static str,
    fixed: &'static [(&'static str, &'static str)],
    pages: &'static [&'static str],
) -> Field {
    Field { form, path, name, shape: Shape::Name, max_chars: LINE_MAX_CHARS, fixed, pages, replaces: false }
}

const fn keeps(
    form: &'static str,
    path: &'static str,
    (name, shape): (&'static str, Shape),
    fixed: &'static [(&'static str, &'static str)],
    pages: &'static [&'static str],
) -> Field {
    Field { form, path, name, shape, max_chars: LINE_MAX_CHARS, fixed, pages, replaces: true }
}

/// The fields of officers and administrators. Those of citizens, which need a report each, are tried below.
pub(super) const FIELDS: &[Field] = &[
    adds(
        "admin/agency_form.html",
        "/admin/perangkat-daerah/baru",
        "name",
        &[("short", "K#"), ("kind", "dinas")],
        &["/admin/perangkat-daerah", "/admin/perangkat-daerah.csv", "/api/v1/agencies"],
    ),
    adds(
        "admin/agency_form.html",
        "/admin/perangkat-daerah/baru",
        "duties",
        &[("short", "D#"), ("name", "Dinas"), ("kind", "dinas")],
        AGENCIES,
    ),
    adds(
        "admin/agency_form.html",
        "/admin/perangkat-daerah/baru",
        "contact",
        &[("short", "C#"), ("name", "Dinas"), ("kind", "dinas")],
        AGENCIES,
    ),
    adds(
        "admin/officer_new.html",
        "/admin/petugas/baru",
        "name",
        &[("email", "n#@contoh.test"), ("role", "planner")],
        &["/admin/petugas"],
    ),
    keeps("admin/settings.html", "/admin/wilayah", ("office_name", Shape::Name), SETTINGS, &["/admin/wilayah"]),
    keeps("admin/settings.html", "/admin/wilayah", ("office_address", Shape::Name), SETTINGS, &["/admin/wilayah"]),
    keeps("admin/settings.html", "/admin/wilayah", ("privacy_contact", Shape::Name), SETTINGS, &["/admin/wilayah"]),
    keeps(
        "report/admin_category.html",
        "/admin/report/kategori",
        ("name_id", Shape::Line),
        CATEGORY,
        &["/admin/report/kategori/lampu_jalan", "/api/v1/categories", "/open311/v2/services.xml"],
    ),
    keeps(
        "report/admin_category.html",
        "/admin/report/kategori",
        ("description", Shape::Line),
        CATEGORY,
        CATEGORY_PAGE,
    ),
    keeps("report/admin_category.html", "/admin/report/kategori", ("name_en", Shape::Line), CATEGORY, CATEGORY_PAGE),
    keeps("report/admin_category.html", "/admin/report/kategori", ("keywords", Shape::Line), CATEGORY, CATEGORY_PAGE),
    keeps(
        "report/admin_category.html",
        "/admin/report/kategori",
        ("span_source", Shape::Line),
        CATEGORY,
        CATEGORY_PAGE,
    ),
    keeps("report/admin_category.html", "/admin/report/kategori", ("stop_id", Shape::Text), CATEGORY, CATEGORY_PAGE),
    keeps("report/admin_category.html", "/admin/report/kategori", ("stop_en", Shape::Text), CATEGORY, CATEGORY_PAGE),
    keeps("admin/settings.html", "/admin/wilayah", ("name", Shape::Name), SETTINGS, &["/admin/wilayah", "/"]),
];

pub(super) fn expected(text: &str, shape: Shape) -> String {
    let text = text.replace(simpul_kernel::words::is_direction_mark, "");
    match shape {
        Shape::Text | Shape::Lines => text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned(),
        Shape::Line => text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ").trim().to_owned(),
        Shape::Name => text.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// XML 1.0 has no place for two characters: a space stands for them.
fn in_format(page: &str, text: String) -> String {
    if page.ends_with(".xml") { text.replace(['\u{fffe}', '\u{ffff}'], " ") } else { text }
}

pub(super) fn refused(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// The strings that are kept, several in one value as far as the field has room; each value begins with a mark of its
/// own, by which it is found again.
fn values(max_chars: usize, mark: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for string in BLNS.iter().filter(|string| !refused(string)) {
        let string: String = string.chars().take(max_chars - 20).collect();
        let room = |value: &String| value.chars().count() + string.chars().count() + 3 <= max_chars;
        match values.last_mut().filter(|value| room(value)) {
            Some(value) => *value += &format!(" ¦ {string}"),
            None => values.push(format!("{mark}{} {string}", values.len())),
        }
    }
    values
}

/// Nothing of a page runs or leads away, and its tags are those that it always has.
pub(super) fn assert_harmless(html: &str, path: &str, known: &BTreeSet<String>) {
    for token in tokens(html) {
        let Token::Open(tag, attributes) = token else { continue };
        assert!(known.contains(&tag), "{path} has a <{tag}> that nobody put there");
        let source = attributes.iter().any(|(name, value)| name == "src" && value.starts_with("/a/"));
        let data = attributes.iter().any(|(name, value)| name == "type" && value.contains("json"));
        assert!(tag != "script" || source || data, "{path} has a script of its own");
        for (name, value) in attributes {
            assert!(!name.starts_with("on"), "{path}: <{tag} {name}>");
            let leads = matches!(name.as_str(), "href" | "src" | "action" | "formaction");
            let value = value.trim().to_lowercase();
            assert!(!leads || !(value.starts_with("javascript:") || value.starts_with("data:")), "{path}: {value}");
        }
    }
}

fn tags(html: &str) -> BTreeSet<String> {
    let open = |token| if let Token::Open(tag, _) = token { Some(tag) } else { None };
    tokens(html).into_iter().filter_map(open).collect()
}

/// All texts that an answer holds, as whoever reads its format gets them.
pub(super) fn texts(path: &str, answer: &str) -> Vec<String> {
    let path = path.split('?').next().unwrap_or_default();
    if path.starts_with("/api/") || path.ends_with(".json") || path.ends_with(".geojson") {
        let mut found = Vec::new();
        strings(&serde_json::from_str(answer).unwrap(), &mut found);
        return found;
    }
    if path.ends_with(".csv") {
        return cells(answer);
    }
    let mut found = Vec::new();
    for token in tokens(answer) {
        match token {
            Token::Text(text) => found.push(text),
            Token::Open(_, attributes) => found.extend(attributes.into_iter().map(|(_, value)| value)),
            Token::Close(_) => {}
        }
    }
    found
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|one| strings(one, found)),
        Value::Object(members) => members.values().for_each(|one| strings(one, found)),
        _ => {}
    }
}

/// The cells of a CSV file (RFC 4180).
fn cells(text: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        let last = cells.len() - 1;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cells[last].push('"');
            }
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(String::new()),
            c => cells[last].push(c),
        }
    }
    cells
}

pub(super) fn assert_kept(found: &[String], wanted: &str, path: &str) {
    if found.iter().any(|text| text.contains(wanted)) {
        return;
    }
    // The text that comes nearest says where it was changed.
    let mark: String = wanted.chars().take(5).collect();
    let alike = |text: &str| text.chars().zip(wanted.chars()).take_while(|(one, other)| one == other).count();
    let begun = found.iter().filter_map(|text| text.find(&mark).map(|at| &text[at..]));
    let nearest = begun.max_by_key(|text| alike(text)).unwrap_or_default();
    let same = alike(nearest);
    let rest = |text: &str| text.chars().skip(same).take(40).collect::<String>();
    panic!("{path} has changed or lost a text at character {same}: {:?} for {:?}", rest(nearest), rest(wanted));
}

/// The version in the form that is to be sent; empty where it holds none.
async fn seen(browser: &mut Browser, field: &Field) -> String {
    if !field.fixed.iter().any(|(_, given)| *given == SEEN) {
        return String::new();
    }
    seen_in(&browser.get(field.pages[0]).await.text)
}

/// The version that a form holds.
pub(super) fn seen_in(form: &str) -> String {
    let after = form.split("name=\"seen\" value=\"").nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

async fn try_field(site: &TestSite, browser: &mut Browser, field: &Field, place: usize) {
    let mut known = BTreeSet::new();
    for page in field.pages {
        known.extend(tags(&browser.get(page).await.text));
    }
    // What comes with the first change, such as its line in a history.
    known.extend("em strong time span a li ul table caption thead tbody tr th td".split(' ').map(str::to_owned));
    let values = values(field.max_chars, &format!("k{place}x"));
    for (index, value) in values.iter().enumerate() {
        let number = format!("{place}{index}");
        let seen = seen(browser, field).await;
        let fixed: Vec<(&str, String)> =
            field.fixed.iter().map(|(name, given)| (*name, given.replace('#', &number).replace(SEEN, &seen))).collect();
        let mut fields: Vec<(&str, &str)> =
            fixed.iter().filter(|(name, _)| *name != field.name).map(|(name, given)| (*name, given.as_str())).collect();
        fields.push((field.name, value));
        let answer = browser.post(field.path, &fields).await;
        let done = answer.status.is_success() || answer.status == StatusCode::SEE_OTHER;
        assert!(done, "{} {} refused {value:?}: {}", field.path, field.name, answer.text);
        if field.replaces {
            read_back(site, browser, field, &known, std::slice::from_ref(value)).await;
        }
    }
    if !field.replaces {
        read_back(site, browser, field, &known, &values).await;
    }
    for string in BLNS.iter().filter(|string| refused(string)) {
        let mut fields: Vec<(&str, &str)> =
            field.fixed.iter().copied().filter(|(name, _)| *name != field.name).collect();
        let value = format!("a{string}b");
        fields.push((field.name, &value));
        let answer = browser.post(field.path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{} {}: {value:?}", field.path, field.name);
    }
}

async fn read_back(site: &TestSite, browser: &mut Browser, field: &Field, known: &BTreeSet<String>, values: &[String]) {
    for page in field.pages {
        let mut reader = if page.starts_with("/admin") { browser.clone() } else { site.browser() };
        let mut answer = reader.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        let mut found = texts(page, &answer.text);
        // A long list goes on over several pages.
        let mut number = 1;
        while answer.text.contains(&format!("halaman={number}")) {
            answer = reader.get(&format!("{page}?halaman={number}")).await;
            found.extend(texts(page, &answer.text));
            number += 1;
        }
        for value in values {
            let wanted = in_format(page, expected(value, field.shape));
            assert_kept(&found, &wanted, &format!("{page} ({})", field.name));
        }
        if answer.headers["content-type"].to_str().unwrap().starts_with("text/html") {
            assert_harmless(&answer.text, page, known);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_officers_gives_back_what_was_typed_and_nothing_runs() {
    let site = town().await;
    // Agencies are named to programs only where the region names them at all.
    let mut settings = site.app.directory.of(TEST_REGION).await.unwrap().region.settings.clone();
    settings.public_agency_names = true;
    site.app.directory.set_settings(&site.db.ctx(Actor::system("test")), settings).await.unwrap();
    let mut browser = site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    for (place, field) in FIELDS.iter().enumerate() {
        try_field(&site, &mut browser, field, place).await;
    }
}

/// Lists and the start page, which tell of many reports at once.
async fn assert_lists_harmless(staff: &mut Browser) {
    let known = known();
    for page in ["/laporan", "/kotak", "/"] {
        assert_harmless(&staff.get(page).await.text, page, &known);
    }
}

/// What our pages are made of.
pub(super) fn known() -> BTreeSet<String> {
    TAGS.split(' ').map(str::to_owned).collect()
}

const TAGS: &str = "html head meta title link script body a header nav main div p span ul li ol h1 h2 h3 table thead \
    tbody tr th td form input button label select option svg use path circle time details summary footer \
    section article strong em small img noscript fieldset legend textarea dl dt dd text g figure \
    figcaption caption output template aside br b i abbr !doctype mark hr rect line polyline polygon \
    datalist optgroup dialog code kbd picture source desc tspan blockquote tfoot hx-partial";

/// What citizens write, and what officers answer to it.
#[tokio::test(flavor = "multi_thread")]
async fn every_text_of_a_report_gives_back_what_was_typed_and_nothing_runs() {
    let site = town().await;
    let key = site.api_key(&KeyScope::ALL, Some(i64::from(i32::MAX))).await.unwrap();
    let mut staff = site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dishub = place.agency_by_short("Dishub").unwrap().id;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let lines = values(LINE_MAX_CHARS, "garis");
    let mut landmarks = lines.iter().cycle();
    let mut known = BTreeSet::new();
    for (index, text) in
        [vec!["Lampu mati".to_owned()], values(REPORT_TEXT_MAX_CHARS, "teks")].concat().iter().enumerate()
    {
        let program = site.browser().with("authorization", &format!("Bearer {key}"));
        let mut program = program.with("idempotency-key", &site.app.db.env().new_id().to_string());
        let landmark = landmarks.next().unwrap();
        let body = json!({ "category": "lampu_jalan", "text": text, "district": 732_201, "landmark": landmark });
        let sent = program.send_json(axum::http::Method::POST, "/api/v1/reports", &body).await;
        assert_eq!(sent.status, StatusCode::CREATED, "{text:?}: {}", sent.text);
        let number = sent.json()["number"].as_str().unwrap().to_owned();
        for step in ["terima", "mulai"] {
            officer.post(&format!("/kotak/{number}/{step}"), &[]).await;
        }
        for deed in ["kabar", "catatan"] {
            let id = site.app.db.env().new_id().to_string();
            let answer = officer.post(&format!("/kotak/{number}/{deed}"), &[("text", text), ("key", &id)]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{deed} {text:?}: {}", answer.text);
        }
        let pages = [
            (format!("/kotak/{number}"), true),
            (format!("/laporan/{number}"), false),
            (format!("/api/v1/reports/{number}"), false),
            (format!("/open311/v2/requests/{number}.json"), false),
            (format!("/open311/v2/requests/{number}.xml"), false),
        ];
        for (page, inside) in pages {
            let answer = if inside { staff.get(&page).await } else { site.browser().get(&page).await };
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            let kept = expected(text, Shape::Text);
            // The public reads no numbers and no addresses of anybody.
            let wanted = if inside { kept } else { mask::mask(&kept) };
            let found = texts(&page, &answer.text);
            assert_kept(&found, &in_format(&page, wanted), &page);
            if !page.starts_with("/open311") {
                let landmark = expected(landmark, Shape::Line);
                assert_kept(&found, &if inside { landmark } else { mask::mask(&landmark) }, &page);
            }
            if answer.headers["content-type"].to_str().unwrap().starts_with("text/html") {
                if index == 0 {
                    known.extend(tags(&answer.text));
                }
                assert_harmless(&answer.text, &page, &known);
            }
        }
    }
    assert_lists_harmless(&mut staff).await;
    for string in BLNS.iter().filter(|string| refused(string)) {
        let mut program = site.browser().with("authorization", &format!("Bearer {key}"));
        let body =
            json!({ "category": "lampu_jalan", "text": format!("a{string}b"), "district": 732_201, "landmark": "x" });
        let sent = program.send_json(axum::http::Method::POST, "/api/v1/reports", &body).await;
        assert!(sent.status.is_client_error(), "{string:?}: {}", sent.text);
    }
}

/// The cells of a file for spreadsheets, and whether one of them is calculated.
fn sheet_cells(kind: &str, bytes: Vec<u8>) -> (Vec<String>, bool) {
    use calamine::{Data, Reader, Xlsx};
    if kind == "xlsx" {
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let calculates = !book.worksheet_formula("Sheet1").unwrap().is_empty();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let texts = sheet
            .cells()
            .filter_map(|(_, _, cell)| if let Data::String(text) = cell { Some(text.clone()) } else { None });
        return (texts.collect(), calculates);
    }
    let delimiter = if kind == "csv" { b',' } else { b';' };
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(&bytes[..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let cells: Vec<String> = rows.iter().flat_map(|row| row.iter().map(str::to_owned)).collect();
    let calculates =
        cells.iter().any(|cell| cell.trim_start_matches(' ').starts_with(['=', '+', '-', '@', '\t', '\r']));
    (cells, calculates)
}

/// Files and feeds tell of many reports at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_as_a_file_or_a_feed_is_to_the_letter_and_calculates_nothing() {
    const FORMULAS: [&str; 7] =
        ["=1+1", "+62812", "-2+3", "@SUM(A1)", "＝1", "=HYPERLINK(\"http://evil.test\",\"lampu\")", "_x000D_ =_x0041_"];
    let site = town().await;
    let mut admin = site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dishub = place.agency_by_short("Dishub").unwrap().id;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let named: Vec<(&str, String)> = CATEGORY.iter().map(|(name, given)| (*name, (*given).to_owned())).collect();
    let mut named: Vec<(&str, &str)> = named.iter().map(|(name, given)| (*name, given.as_str())).collect();
    let seen = seen_in(&admin.get(CATEGORY_PAGE[0]).await.text);
    named.retain(|(name, _)| !["name_id", "seen", "stop_id", "stop_en"].contains(name));
    named.extend([("name_id", HARD), ("seen", seen.as_str())]);
    assert_eq!(admin.post("/admin/report/kategori", &named).await.status, StatusCode::SEE_OTHER);
    let texts_sent = [FORMULAS.map(str::to_owned).to_vec(), values(REPORT_TEXT_MAX_CHARS, "teks")].concat();
    for text in &texts_sent {
        let number = sent(&site, TEST_REGION, text, Vec::new()).await.number;
        officer.post(&format!("/kotak/{number}/terima"), &[]).await;
    }
    for kind in ["csv", "csv-excel", "xlsx"] {
        let path = format!("/kotak/daftar/unduh?jenis={kind}");
        let (status, _, body) = admin.open(Method::GET, &path, None, Body::empty()).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        let bytes = axum::body::to_bytes(body, 8 * 1024 * 1024).await.unwrap();
        let (found, calculates) = sheet_cells(kind, bytes.to_vec());
        assert!(!calculates, "{path} has a cell that is calculated");
        for text in &texts_sent {
            let wanted = expected(text, Shape::Text);
            assert_kept(&found, &wanted, &path);
            let alone = found.iter().any(|cell| *cell == wanted || cell.strip_prefix('\'') == Some(&wanted));
            assert!(alone, "{path} adds something to {wanted:?}");
        }
        assert!(found.iter().any(|cell| cell == HARD), "{path}: the category's name");
    }
    for path in ["/laporan.rss", "/laporan.atom"] {
        let answer = site.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let found = texts(path, &answer.text);
        for text in &texts_sent {
            // A feed tells the beginning, as the public reads it, in one line.
            let masked = mask::mask(&expected(text, Shape::Text));
            let line = masked.split_whitespace().collect::<Vec<_>>().join(" ");
            let start: String = line.chars().take(60).collect();
            let found: Vec<String> =
                found.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
            assert_kept(&found, start.trim_end(), path);
        }
        assert_kept(&found, HARD, path);
    }
}
