//! The words of evidence and of an evaluation: what is typed comes back as it was, and nothing of it runs; a survey
//! counts a person once.

use simpul_kernel::{Actor, RegionId, Role};
use simpul_people::KeyScope;
use simpul_plan::actions::evaluation::ImportInstrument;
use simpul_plan::model::evaluation::instrument;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};

use super::html::{Token, tokens};
use super::naughty::{HARD, assert_harmless, assert_kept, known, texts};
use super::town;

/// The fields of the room's forms that are tried here, by template.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("plan/evidence_new.html", &["title", "owner", "note"]),
    ("plan/evidence_edit.html", &["title", "owner", "note"]),
    ("plan/evidence.html", &["check_note"]),
    ("plan/figure_new.html", &["title", "note"]),
    ("plan/rounds.html", &["name"]),
    ("plan/question.html", &["note", "reason", "mark_note"]),
    ("plan/surveys.html", &["service"]),
];

const INSTRUMENT: &str = "bagian,bobot,indikator,subindikator,kode,pertanyaan\nBaseline,40,A,a,1.1,Sudah ada Perbup?\n\
    Impact (survei),60,Smart Living,Kesehatan,4.1.1,daftar daring\n\
    Impact (survei),60,Smart Living,Kesehatan,4.1.2,cepat\n";

async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert!(answer.status.is_redirection(), "{path} {fields:?}: {} {}", answer.status, plain(&answer));
    answer.location().to_owned()
}

fn plain(answer: &TestAnswer) -> String {
    let text = |token| if let Token::Text(text) = token { Some(text) } else { None };
    tokens(&answer.text).into_iter().filter_map(text).collect::<Vec<_>>().join(" ")
}

async fn holds(browser: &mut Browser, path: &str, least: usize) {
    let page = browser.get(path).await.text;
    assert_harmless(&page, path, &known());
    let found = texts(path, &page);
    assert_kept(&found, HARD, path);
    let count = found.iter().filter(|text| text.contains(HARD)).count();
    assert!(count >= least, "{path}: {count} of {least}");
}

/// A site with an instrument and a round that bears the hostile name.
async fn with_round() -> (TestSite, Browser, String) {
    let site = town().await;
    let read = instrument::read(INSTRUMENT.as_bytes()).unwrap();
    let shared = site.app.db.env().ctx(RegionId::SHARED, Actor::system("test"));
    site.db.db.write(&shared, ImportInstrument { name: HARD.to_owned(), read, regions: Vec::new() }).await.unwrap();
    let mut secretariat = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let round = [("name", HARD), ("instrument", HARD), ("year", "2026"), ("due", "")];
    let round = done(&mut secretariat, "/evaluasi", &round).await;
    (site, secretariat, round)
}

/// The addresses of a round's questions, in order.
async fn questions(browser: &mut Browser, round: &str) -> Vec<String> {
    let page = browser.get(&format!("{round}/soal?bagian=")).await.text;
    let link = format!("href=\"{round}/soal/");
    let links = page.split(&link).skip(1);
    links.filter_map(|rest| rest.split('"').next()).map(|id| format!("{round}/soal/{id}")).collect()
}

/// A form with a PDF, as a browser sends it.
pub(super) async fn upload(
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    name: &str,
    bytes: &[u8],
) -> TestAnswer {
    const EDGE: &str = "simpul-uji";
    let token = browser.token();
    let mut body = Vec::new();
    for (field, value) in fields.iter().chain(&[("csrf", token.as_str())]) {
        let part = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend(head.into_bytes());
    body.extend_from_slice(bytes);
    body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
    let kind = format!("multipart/form-data; boundary={EDGE}");
    browser.send(axum::http::Method::POST, path, Some(&kind), body.into()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_of_evidence_and_answers_comes_back_as_it_was_and_nothing_runs() {
    let (site, mut secretariat, round) = with_round().await;
    holds(&mut secretariat, "/evaluasi", 1).await;
    holds(&mut secretariat, &round, 1).await;
    let question = questions(&mut secretariat, &round).await.remove(0);
    let place = site.app.directory.of(simpul_store::testing::TEST_REGION).await.unwrap();
    let agency = place.agency_by_short("Dishub").unwrap().id;
    let assigned = [("agency", agency.to_string()), ("due", String::new()), ("effort", "1".into())];
    let assigned: Vec<(&str, &str)> = assigned.iter().map(|(name, value)| (*name, value.as_str())).collect();
    done(&mut secretariat, &format!("{question}/tugas"), &assigned).await;
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(agency)).await.unwrap();
    done(&mut officer, &format!("{question}/jawab"), &[("score", "3"), ("note", HARD)]).await;
    let (agency, id) = (agency.to_string(), question.rsplit('/').next().unwrap().to_owned());
    let about = [
        ("title", HARD),
        ("kind", "decree"),
        ("year", "2026"),
        ("owner", HARD),
        ("agency", agency.as_str()),
        ("note", HARD),
        ("question", id.as_str()),
    ];
    let refused = upload(&mut officer, "/bukti", &about, "notula.pdf", b"MZ\x90\0 program").await;
    assert_eq!(refused.status.as_u16(), 422, "{}", plain(&refused));
    assert!(refused.text.contains("program komputer"), "it says what the file is: {}", plain(&refused));
    assert_harmless(&refused.text, "/bukti", &known());
    let kept =
        upload(&mut officer, "/bukti", &about, "notula.pdf", b"%PDF-1.7\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n").await;
    assert_eq!(kept.location(), question, "{}", plain(&kept));
    holds(&mut officer, &question, 2).await;
    holds(&mut officer, "/bukti", 1).await;
    let list = officer.get("/bukti").await.text;
    let evidence = list.split("href=\"/bukti/").filter_map(|rest| rest.split('"').next());
    let evidence = evidence.filter(|id| id.len() == 36).map(|id| format!("/bukti/{id}")).next().unwrap();
    let file = officer.get(&format!("{evidence}/berkas/1")).await;
    assert!(file.text.starts_with("%PDF-1.7"), "the file comes back as it was");
    let check = [("number", "1"), ("deed", "refuse"), ("check_note", HARD)];
    done(&mut secretariat, &format!("{evidence}/periksa"), &check).await;
    holds(&mut secretariat, &evidence, 4).await;
    holds(&mut officer, &format!("{evidence}/ubah"), 3).await;
    let (title, note) = (format!("{HARD} 2"), format!("{HARD} 3"));
    let other = [("title", title.as_str()), ("kind", "minutes"), ("year", "2025"), ("owner", HARD)];
    let other = [&other[..], &[("agency", agency.as_str()), ("note", note.as_str())]].concat();
    done(&mut officer, &format!("{evidence}/ubah"), &other).await;
    // The new words, and in the history the old ones.
    holds(&mut officer, &evidence, 5).await;
    let figure = [("figure", "report.received"), ("from", "2026-11-01"), ("to", "2026-11-30"), ("title", HARD)];
    let figure = [&figure[..], &[("agency", agency.as_str()), ("note", HARD)]].concat();
    let figure = done(&mut officer, "/bukti/angka", &figure).await;
    holds(&mut officer, &figure, 2).await;
    let page = secretariat.get(&question).await.text;
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let back = [("deed", "return"), ("reason", HARD), ("version", version.as_str())];
    done(&mut secretariat, &format!("{question}/periksa"), &back).await;
    holds(&mut officer, &question, 3).await;
    let temuan = secretariat.get(&format!("{round}/temuan")).await;
    assert_eq!(temuan.status.as_u16(), 200);
    assert_harmless(&temuan.text, "/temuan", &known());
    for (path, kind) in [("buku.xlsx", "spreadsheetml"), ("bukti.zip", "zip")] {
        let answer = secretariat.get(&format!("{round}/{path}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert!(answer.headers["content-type"].to_str().unwrap().contains(kind), "{path}");
    }
    let key = site.api_key(&[KeyScope::Read], None).await.unwrap();
    let mut program = site.browser().with("authorization", &format!("Bearer {key}"));
    let rounds = program.get("/api/v1/evaluation/rounds").await.json();
    assert_eq!((rounds["rounds"][0]["name"].as_str(), rounds["rounds"][0]["scored"].as_u64()), (Some(HARD), Some(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_answers_a_survey_once_and_the_means_become_answers() {
    let (site, mut secretariat, round) = with_round().await;
    let statement = questions(&mut secretariat, &round).await.remove(1);
    let id = statement.rsplit('/').next().unwrap().to_owned();
    let opened = [("question", id.as_str()), ("service", HARD), ("users", "1.250")];
    let surveys = done(&mut secretariat, &format!("{round}/survei"), &opened).await;
    holds(&mut secretariat, &surveys, 1).await;
    let page = secretariat.get(&surveys).await.text;
    let token = page.split("/survei/").find_map(|rest| rest.split('"').next().filter(|token| token.len() == 32));
    let survey = format!("/survei/{}", token.unwrap());
    let mut citizen = site.browser();
    holds(&mut citizen, &survey, 1).await;
    let sent = |phone: &'static str, uses: &'static str, last: &'static str| {
        [("is_user", uses), ("mark-0", "4"), ("mark-1", last), ("phone", phone)]
    };
    let missing = citizen.post(&survey, &sent("081234567890", "1", "")).await;
    assert_eq!(missing.status.as_u16(), 422, "every statement wants its answer");
    done(&mut citizen, &survey, &sent("081234567890", "1", "1")).await;
    let again = site.browser().post(&survey, &sent("+62 812-3456-7890", "1", "3")).await;
    assert_eq!(again.status.as_u16(), 422, "the same person: {}", plain(&again));
    done(&mut site.browser(), &survey, &sent("081234567891", "1", "2")).await;
    done(&mut site.browser(), &survey, &sent("081234567892", "0", "0")).await;
    let own = page.split("/survei/").find_map(|rest| rest.split('/').next().filter(|id| id.len() == 36)).unwrap();
    done(&mut secretariat, &format!("{round}/survei/{own}/hasil"), &[]).await;
    let second = questions(&mut secretariat, &round).await.remove(2);
    let page = secretariat.get(&second).await;
    assert!(plain(&page).contains("2 pengguna, rata-rata 1,50"), "{}", plain(&page));
}
