//! The words of the operation centre's stage: what the officer on duty writes, and what the region says a stage means,
//! come back as they were typed wherever citizens and officers read them, and nothing of it runs.

use simpul_emergency::actions::SeedProtocols;
use simpul_kernel::{Actor, Role};

use super::naughty::{HARD, assert_harmless, assert_kept, known, texts};
use super::town;

/// The fields of the forms that are tried here, by template; a day, times and minutes are no words.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("emergency/stage.html", &["note"]),
    ("emergency/stage_lists.html", &["meaning", "advice", "body", "minutes"]),
    ("emergency/replay.html", &["hari", "dari", "sampai"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_of_a_stage_comes_back_as_it_was_and_nothing_runs() {
    let site = town().await;
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedProtocols).await.unwrap();
    let mut duty = site.sign_in_as(Role::DutyOfficer, None).await.unwrap();
    let mut keeper = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let done = duty.post("/112/kesiagaan", &[("level", "2"), ("district", ""), ("note", HARD)]).await;
    assert!(done.status.is_redirection(), "{} {}", done.status, done.text);
    let words = [("level", "2"), ("meaning", HARD), ("advice", HARD)];
    assert!(keeper.post("/112/kesiagaan/panduan", &words).await.status.is_redirection());
    let step = [("level", "3"), ("body", HARD), ("owner", ""), ("minutes", "10")];
    assert!(keeper.post("/112/kesiagaan/daftar", &step).await.status.is_redirection());
    let mut public = site.browser();
    let mut screen = site.display().await.unwrap();
    for (path, page) in [
        ("/112/kesiagaan", duty.get("/112/kesiagaan").await.text),
        ("/112/kesiagaan/daftar", keeper.get("/112/kesiagaan/daftar").await.text),
        ("/112", duty.get("/112").await.text),
        ("/kesiagaan", public.get("/kesiagaan").await.text),
        ("/", public.get("/").await.text),
        ("/dinding/isi", screen.get("/dinding/isi").await.text),
    ] {
        assert_harmless(&page, path, &known());
        assert_kept(&texts(path, &page), HARD, path);
    }
    let answer = public.get("/112/putar?hari=%22%3E%3Cscript%3E&dari=%00&sampai=9").await;
    assert!(answer.status.is_redirection(), "a stranger signs in first: {}", answer.status);
    let page = duty.get("/112/putar?hari=%22%3E%3Cscript%3E&dari=x&sampai=9").await.text;
    assert_harmless(&page, "/112/putar", &known());
}
