//! The words of a meeting, of a body and of a commitment: what is typed comes back as it was, on every page that shows
//! it, and nothing of it runs.

use simpul_kernel::Role;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_people::KeyScope;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;

use super::naughty::{HARD, assert_harmless, known, texts};
use super::town;

/// The fields of the room's forms that are tried here, by template.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("plan/meeting_form.html", &["title", "starts", "venue", "number"]),
    ("plan/meeting.html", &["point", "decision", "task", "due", "minutes", "cancel"]),
    ("plan/item_new.html", &["task", "due"]),
    ("plan/item.html", &["text", "link", "due", "reason"]),
    ("plan/guests.html", &["name", "post", "organisation"]),
    ("plan/sign.html", &["name", "post", "organisation"]),
    ("plan/signers.html", &["name", "post", "nip"]),
    ("plan/body_form.html", &["name", "decree", "decree_day", "duty"]),
    ("plan/body.html", &["name", "post", "organisation"]),
    (
        "plan/commitment_form.html",
        &["why", "title", "party", "promise", "value", "due", "document_number", "from", "until"],
    ),
    ("plan/commitment.html", &["post", "text", "given", "name", "organisation", "scan", "closing"]),
];

async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert!(answer.status.is_redirection(), "{path} {fields:?}: {} {}", answer.status, answer.text);
    answer.location().to_owned()
}

/// The page holds what was typed at least so often, and nothing of it runs.
async fn holds(browser: &mut Browser, path: &str, least: usize) -> String {
    let page = browser.get(path).await.text;
    assert_harmless(&page, path, &known());
    let count = texts(path, &page).iter().filter(|found| found.contains(HARD)).count();
    assert!(count >= least, "{path}: {count} of {least}");
    page
}

fn part<'a>(page: &'a str, start: &str) -> &'a str {
    page.split(start).nth(1).unwrap().split(['"', '<']).next().unwrap()
}

struct Cast {
    site: TestSite,
    clerk: Browser,
    owner: Browser,
    agency: String,
    now: String,
}

async fn cast() -> Cast {
    let site = town().await;
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let agency = place.agency_by_short("Dishub").unwrap().id;
    let clerk = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let owner = site.sign_in_as(Role::AgencyHead, Some(agency)).await.unwrap();
    let now = iso(site.db.db.env().now(), Zone::Wita)[..16].to_owned();
    Cast { site, clerk, owner, agency: agency.to_string(), now }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_around_a_meeting_comes_back_as_it_was_and_nothing_runs() {
    let Cast { site, mut clerk, mut owner, agency, now } = cast().await;
    let body = [("kind", "council"), ("name", HARD), ("decree", HARD), ("decree_day", "2026-01-05"), ("duty", "6")];
    let body = done(&mut clerk, "/rapat/badan/baru", &body).await;
    let words = ["name", "post", "organisation"].map(|name| (name, HARD));
    done(&mut clerk, &format!("{body}/anggota"), &words).await;
    holds(&mut clerk, &body, 5).await;
    holds(&mut clerk, &format!("{body}/ubah"), 2).await;
    let id = body.rsplit('/').next().unwrap().to_owned();
    let call = [("title", HARD), ("venue", HARD), ("number", HARD), ("starts", now.as_str()), ("body", &id)];
    let meeting = done(&mut clerk, "/rapat/baru", &call).await;
    holds(&mut clerk, &format!("{meeting}/ubah"), 3).await;
    done(&mut clerk, &format!("{meeting}/agenda"), &[("point", HARD)]).await;
    let list = holds(&mut clerk, &format!("{meeting}/hadir"), 1).await;
    let token = part(&list, &format!("{meeting}/hadir/")).to_owned();
    done(&mut clerk, &format!("{meeting}/hadir"), &words).await;
    let other = [("name", "Tamu"), ("post", HARD), ("organisation", HARD)];
    let mut phone = site.browser();
    let signing = format!("{meeting}/hadir/{token}");
    done(&mut phone, &signing, &other).await;
    holds(&mut phone, &signing, 2).await;
    holds(&mut clerk, &format!("{meeting}/hadir"), 6).await;
    let signer = [("part", "chair"), ("name", HARD), ("post", HARD), ("nip", "197001011990031001")];
    done(&mut clerk, &format!("{meeting}/penanda"), &signer).await;
    holds(&mut clerk, &format!("{meeting}/penanda"), 3).await;
    done(&mut clerk, &format!("{meeting}/laksana"), &[]).await;
    done(&mut clerk, &format!("{meeting}/notula"), &[("minutes", HARD)]).await;
    let task = [("task", HARD), ("agency", agency.as_str()), ("due", "2029-01-05")];
    let decided = [&[("decision", HARD)], &task[..]].concat();
    done(&mut clerk, &format!("{meeting}/keputusan"), &decided).await;
    let page = holds(&mut clerk, &meeting, 8).await;
    let more = format!("/rapat/keputusan/{}", part(&page, "/rapat/keputusan/"));
    holds(&mut clerk, &more, 1).await;
    done(&mut clerk, &more, &task).await;
    let item = format!("/rapat/tindak-lanjut/{}", part(&page, "/rapat/tindak-lanjut/"));
    let moved = [("agency", agency.as_str()), ("due", "2029-02-05"), ("reason", HARD)];
    done(&mut clerk, &format!("{item}/pindah"), &moved).await;
    holds(&mut owner, "/kotak", 2).await;
    holds(&mut owner, "/rapat", 4).await;
    let link = format!("https://contoh.test/{HARD}");
    done(&mut owner, &format!("{item}/selesai"), &[("text", HARD), ("link", &link)]).await;
    holds(&mut owner, &item, 6).await;
    holds(&mut owner, "/rapat/tindak-lanjut?tampil=selesai", 1).await;
    done(&mut clerk, &format!("{meeting}/final"), &[]).await;
    let key = site.api_key(&[KeyScope::Read], None).await.unwrap();
    let mut program = site.browser().with("authorization", &format!("Bearer {key}"));
    let id = meeting.rsplit('/').next().unwrap();
    let json = program.get(&format!("/api/v1/plan/meetings/{id}")).await.json();
    let said = (json["meeting"]["title"].as_str(), json["minutes"].as_str(), json["decisions"][0]["text"].as_str());
    assert_eq!(said, (Some(HARD), Some(HARD), Some(HARD)));
    let cancelled = done(&mut clerk, "/rapat/baru", &call).await;
    done(&mut clerk, &format!("{cancelled}/batal"), &[("cancel", HARD)]).await;
    holds(&mut clerk, &cancelled, 5).await;
    holds(&mut clerk, "/rapat", 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_of_a_commitment_comes_back_as_it_was_and_nothing_runs() {
    let Cast { site, mut clerk, .. } = cast().await;
    let mut leader = site.sign_in_as(Role::Leader, None).await.unwrap();
    let promise = [
        ("title", HARD),
        ("party", HARD),
        ("promise", HARD),
        ("value", "Rp 250.000.000"),
        ("due", "2029-01-05"),
        ("document", "pks"),
        ("document_number", HARD),
        ("from", "2026-01-05"),
        ("until", "2029-01-05"),
    ];
    let one = done(&mut clerk, "/komitmen/baru", &promise).await;
    holds(&mut clerk, &format!("{one}/ubah"), 4).await;
    done(&mut leader, &format!("{one}/tanda-tangan"), &[("edition", "1"), ("post", HARD)]).await;
    let scan = format!("https://contoh.test/{HARD}");
    let words = ["name", "post", "organisation"].map(|name| (name, HARD));
    let paper = [&words[..], &[("edition", "1"), ("of_party", "1"), ("scan", scan.as_str())]].concat();
    done(&mut clerk, &format!("{one}/naskah"), &paper).await;
    done(&mut clerk, &format!("{one}/kabar"), &[("text", HARD), ("given", "100.000.000")]).await;
    done(&mut clerk, &format!("{one}/terpenuhi"), &[("closing", HARD)]).await;
    let page = holds(&mut clerk, &one, 8).await;
    let token = part(&page, "//lutra.test/komitmen/").to_owned();
    holds(&mut site.browser(), &format!("/komitmen/{token}"), 6).await;
    holds(&mut clerk, "/komitmen", 2).await;
    let key = site.api_key(&[KeyScope::Read], None).await.unwrap();
    let mut program = site.browser().with("authorization", &format!("Bearer {key}"));
    let json = program.get("/api/v1/plan/commitments").await.json();
    let found = &json["commitments"][0];
    assert_eq!((found["title"].as_str(), found["promise"].as_str()), (Some(HARD), Some(HARD)));
}
