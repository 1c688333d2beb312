//! The words of the plan: what is typed comes back as it was, and nothing of it runs.

use simpul_kernel::Role;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_plan::actions::OpenPeriods;
use simpul_plan::model::PeriodKind;
use simpul_plan::sql;
use simpul_shell::testing::Browser;
use simpul_store::testing::TEST_REGION;

use super::html::{Token, tokens};
use super::naughty::{HARD, assert_harmless, assert_kept, known, texts};
use super::proof::upload;
use super::town;

/// The fields of the plan's forms that are tried here, by template.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("plan/keep.html", &["name", "legal_basis", "vision"]),
    ("plan/frameworks.html", &["name", "source"]),
    ("plan/carry.html", &["name"]),
    ("plan/keep_plan.html", &["plan_name", "edition", "legal_basis", "vision", "why", "name", "summary"]),
    ("plan/keep_programme.html", &["name", "summary", "why", "party_name", "duty", "reason"]),
    (
        "plan/indicator.html",
        &[
            "why",
            "why_change",
            "why_drop",
            "responsible",
            "name",
            "unit",
            "definition",
            "numerator",
            "denominator",
            "source",
            "library",
        ],
    ),
    ("plan/budget.html", &["name", "edition", "officer_in_charge", "why", "why_drop"]),
    ("plan/progress.html", &["sentence", "obstacle", "next_step", "decision"]),
    ("plan/check.html", &["reason"]),
    ("plan/notice_form.html", &["signer_name", "signer_post", "signer_rank"]),
    ("plan/book_text.html", &["body"]),
];

/// The hostile text, cut to what a short field takes.
fn short() -> String {
    HARD.chars().take(40).collect()
}

async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    let said = tokens(&answer.text).into_iter().filter_map(|token| match token {
        Token::Text(text) => Some(text),
        _ => None,
    });
    let said = said.collect::<Vec<_>>().join(" ");
    assert!(answer.status.is_redirection(), "{path} {fields:?}: {} {said}", answer.status);
    answer.location().to_owned()
}

async fn holds(browser: &mut Browser, path: &str, least: usize) {
    let page = browser.get(path).await.text;
    assert_harmless(&page, path, &known());
    let found = texts(path, &page);
    assert_kept(&found, HARD, path);
    let count = found.iter().filter(|text| text.contains(HARD)).count();
    assert!(count >= least, "{path}: {count} of {least}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_of_a_plan_comes_back_as_it_was_and_nothing_runs() {
    let site = town().await;
    let (short, years) = (short(), [("from_year", "2026"), ("to_year", "2026")]);
    let mut planner = site.sign_in_as(Role::Planner, None).await.unwrap();
    let head = [("name", HARD), ("framework", "enam-dimensi"), ("legal_basis", HARD), ("vision", HARD)];
    let plan = done(&mut planner, "/rencana/atur", &[&head[..], &years[..]].concat()).await;
    done(&mut planner, &format!("{plan}/berlaku"), &[]).await;
    let head = [("plan_name", HARD), ("edition", HARD), ("legal_basis", HARD), ("vision", HARD), ("why", HARD)];
    let head = [&head[..], &years[..], &[("version", "2"), ("strategy-living", HARD)]].concat();
    done(&mut planner, &plan, &head).await;
    let one = [("kind", "quick_win"), ("name", HARD), ("summary", HARD), ("agency", "Dishub"), ("dimension", "living")];
    let edit = done(&mut planner, &format!("{plan}/program"), &[&one[..], &years[..]].concat()).await;
    let one = edit.trim_end_matches("/ubah").to_owned();
    let party = [("part", "partner"), ("party_name", HARD), ("duty", HARD)];
    done(&mut planner, &format!("{one}/pihak"), &party).await;
    let indicator = [("name", HARD), ("unit", short.as_str()), ("counting", "positive"), ("definition", HARD)];
    let more = [("numerator", HARD), ("denominator", HARD), ("source", HARD), ("library", HARD), ("responsible", HARD)];
    let told = [&indicator[..], &more[..]].concat();
    let indicator = done(&mut planner, &format!("{one}/indikator/baru"), &told).await;
    let other = [&told[..], &[("frequency", "monthly"), ("why_change", HARD)]].concat();
    done(&mut planner, &indicator, &other).await;
    let second = done(&mut planner, &format!("{one}/indikator/baru"), &told).await;
    done(&mut planner, &format!("{second}/hapus"), &[("why_drop", HARD)]).await;
    let line = [("year", "2026"), ("code", "2.15.03.2.02.0005"), ("name", HARD), ("ceiling", "1.000")];
    let line = [&line[..], &[("edition", short.as_str()), ("officer_in_charge", HARD)]].concat();
    let money = format!("{one}/anggaran");
    done(&mut planner, &money, &line).await;
    let rows = planner.get(&money).await.text;
    let id = rows.split("?baris=").nth(1).and_then(|rest| rest.split('#').next()).unwrap().to_owned();
    let dearer = [&line[..], &[("line", id.as_str()), ("ceiling_changed", "2.000"), ("why", HARD)]].concat();
    done(&mut planner, &money, &dearer).await;
    holds(&mut planner, &format!("{money}?baris={id}"), 3).await;
    done(&mut planner, &format!("{money}/{id}/hapus"), &[("why_drop", HARD)]).await;
    done(&mut planner, &money, &line).await;
    holds(&mut planner, &format!("{one}/lengkap"), 6).await;
    let change = [("name", HARD), ("summary", HARD), ("agency", "Dishub"), ("dimension", "living"), ("why", HARD)];
    let change = [&change[..], &years[..], &[("version", "1"), ("text-benefit", HARD), ("public", "on")]].concat();
    done(&mut planner, &edit, &change).await;
    done(&mut planner, &format!("{one}/tahap"), &[("to", "stopped"), ("reason", HARD)]).await;
    done(&mut planner, &format!("{one}/tahap"), &[("to", "running"), ("reason", HARD)]).await;
    for (path, least) in [(plan.as_str(), 2), (&edit, 2), (&indicator, 2), (&format!("{one}/anggaran"), 2), (&one, 4)] {
        holds(&mut planner, path, least).await;
    }
    let text = "/rencana/buku/ringkasan-eksekutif/naskah";
    done(&mut planner, text, &[("version", "0"), ("body", HARD)]).await;
    holds(&mut planner, text, 1).await;
    holds(&mut site.browser(), "/rencana", 2).await;
    holds(&mut site.browser(), &format!("{one}/lembar"), 2).await;
    holds(&mut site.browser(), "/rencana/peta-jalan", 1).await;
    holds(&mut planner, &format!("{plan}/formulir"), 1).await;
    carried(&mut planner, &plan).await;
    let mut leader = site.sign_in_as(Role::Leader, None).await.unwrap();
    holds(&mut leader, "/pimpinan/paparan?cetak=1", 3).await;
    assert!(leader.get("/pimpinan/paparan.pptx").await.body.starts_with(b"PK"));
    holds(&mut site.browser(), "/rencana/peran", 1).await;
    report(&site, &one).await;
}

/// A framework comes from a file, and the plan goes on in it.
async fn carried(planner: &mut Browser, plan: &str) {
    let mut words = csv::Writer::from_writer(Vec::new());
    words.write_record(["jenis", "kode", "induk", "nama"]).unwrap();
    words.write_record(["dimensi", "kota", "", HARD]).unwrap();
    let (words, about) = (words.into_inner().unwrap(), [("name", HARD), ("code", "kami"), ("source", HARD)]);
    let answer = upload(planner, "/rencana/kerangka", &about, "kerangka.csv", &words).await;
    assert!(answer.status.is_redirection(), "{}", answer.text);
    holds(planner, "/rencana/kerangka", 3).await;
    holds(planner, &format!("{plan}/terusan?kerangka=kami"), 3).await;
    let chosen = [("kerangka", "kami"), ("name", HARD), ("from_year", "2027"), ("to_year", "2031")];
    let chosen = [&chosen[..], &[("term-dimension-living", "kota")]].concat();
    let next = done(planner, &format!("{plan}/terusan"), &chosen).await;
    holds(planner, &next, 2).await;
    assert_harmless(&planner.get(&format!("{plan}/berkas")).await.text, "berkas", &known());
}

/// The agency tells, the secretariat sends back.
async fn report(site: &simpul_shell::testing::TestSite, one: &str) {
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let plan = sql::plan::in_force(&mut conn).await.unwrap().unwrap().id;
    drop(conn);
    let system = site.db.ctx(simpul_kernel::Actor::system("test"));
    let (kind, first_month, calendar) = (PeriodKind::Month, 1, Calendar::standard(Zone::Wita));
    site.db
        .db
        .write(&system, OpenPeriods { plan, year: 2026, kind, first_month, calendar, days: Default::default() })
        .await
        .unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let dishub = place.agency_by_short("Dishub").unwrap().id;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let owed = officer.get("/kotak/laporan-kemajuan").await.text;
    let mut form = owed.split("href=\"").filter_map(|rest| rest.split('"').next());
    let form = form.find(|href| href.starts_with("/kotak/laporan-kemajuan/QW")).unwrap().to_owned();
    let page = officer.get(&form).await.text;
    let mut value = page.split("name=\"").filter_map(|rest| rest.split('"').next());
    let value = value.find(|name| name.starts_with("value-")).unwrap().to_owned();
    let said = [("sentence", HARD), ("obstacle", HARD), ("next_step", HARD), ("decision", HARD), ("version", "0")];
    done(&mut officer, &form, &[&said[..], &[(value.as_str(), "7"), ("submit", "1")]].concat()).await;
    let mut secretary = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    holds(&mut secretary, "/rencana/periksa", 3).await;
    holds(&mut secretary, &format!("{one}/lengkap"), 4).await;
    let page = secretary.get("/rencana/periksa").await.text;
    let mut step = page.split("action=\"").filter_map(|rest| rest.split('"').next());
    let step = step.find(|path| path.starts_with("/rencana/periksa/laporan/")).unwrap().to_owned();
    done(&mut secretary, &step, &[("step", "return"), ("reason", HARD), ("version", "1")]).await;
    let letters = "/rencana/kelengkapan/templat";
    let signer = [("signer_name", HARD), ("signer_post", HARD), ("signer_rank", HARD), ("version", "0")];
    let letter = [("number_form", "800/{nomor}/{tahun}"), ("body", "{{*kop}}\n{{*tanda_tangan}}")];
    done(&mut secretary, letters, &[&signer[..], &letter[..]].concat()).await;
    holds(&mut secretary, letters, 3).await;
    for page in ["/rencana/kelengkapan", "/rencana/kelengkapan/surat"] {
        assert_harmless(&secretary.get(page).await.text, page, &known());
    }
    holds(&mut officer, &form, 2).await;
}
