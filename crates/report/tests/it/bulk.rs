//! The pages of the officer's desk: several reports at once, templates, an answer that waits.

use axum::http::StatusCode;
use simpul_kernel::{Actor, Role};
use simpul_report::actions::SetApproval;
use simpul_report::model::{Report, Status};
use simpul_report::sql;
use simpul_shell::testing::Browser;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::pages::{Town, town, upload};

/// A white picture of one pixel, as PNG: another than the citizen's.
const WHITE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0xf8, 0x0f, 0, 1, 1,
    1, 0, 0xb1, 0x38, 0xf6, 0x14, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

impl Town {
    async fn found(&self, number: &str) -> Report {
        let mut conn = self.site.app.db.read(TEST_REGION).await.unwrap();
        sql::by_number(&mut conn, number).await.unwrap().unwrap()
    }

    async fn three(&self) -> Vec<Report> {
        let mut reports = Vec::new();
        for text in ["Lampu mati satu", "Lampu mati dua", "Lampu mati tiga"] {
            let (number, _) = self.sent(&mut self.site.browser(), text).await;
            reports.push(self.found(&number).await);
        }
        reports
    }

    async fn approves(&self) {
        let ctx = self.site.db.ctx(Actor::system("test"));
        self.site.app.directory.write(&ctx, SetApproval { agency: self.dishub, on: true }).await.unwrap();
    }
}

/// The fields of a form for these reports.
fn ticked<'a>(ids: &'a [String], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    ids.iter().map(|id| ("id", id.as_str())).chain(more.iter().copied()).collect()
}

fn ids(reports: &[Report]) -> Vec<String> {
    reports.iter().map(|report| report.id.to_string()).collect()
}

async fn post(browser: &mut Browser, path: &str, fields: Vec<(&str, &str)>) -> simpul_shell::testing::TestAnswer {
    browser.post(path, &fields).await
}

#[tokio::test]
async fn what_is_ticked_is_done_and_what_refuses_is_named_with_its_reason() {
    let town = town().await;
    let reports = town.three().await;
    let ids = ids(&reports);
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    officer.post(&format!("/kotak/{}/terima", reports[1].number), &[]).await;
    let key = Uuid::from_u128(7).to_string();
    let fields = [("deed", "terima"), ("key", key.as_str())];
    let first = post(&mut officer, "/kotak/banyak", ticked(&ids, &fields)).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert!(first.text.contains("Terima: 2 dari 3 laporan"), "{}", first.text);
    let refused = first.text.split("dan mengapa").nth(1).unwrap().split("</ul>").next().unwrap();
    assert!(refused.contains(&reports[1].number) && refused.contains("Didisposisikan"), "{refused}");
    assert!(!refused.contains(&reports[0].number));
    // Sent twice by a nervous finger: done once, and the same is said.
    let again = post(&mut officer, "/kotak/banyak", ticked(&ids, &fields)).await;
    assert!(again.text.contains("Terima: 2 dari 3 laporan"), "{}", again.text);
    for report in &reports {
        assert_eq!(town.found(&report.number).await.status(), Status::Assigned);
    }
}

#[tokio::test]
async fn nothing_ticked_too_much_ticked_and_what_is_not_yours_changes_nothing() {
    let town = town().await;
    let reports = town.three().await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let none = post(&mut officer, "/kotak/banyak", vec![("deed", "terima")]).await;
    assert_eq!(none.location(), "/kotak");
    let many: Vec<String> = (0..51).map(|n| Uuid::from_u128(n).to_string()).chain(ids(&reports)).collect();
    let most = post(&mut officer, "/kotak/banyak", ticked(&many, &[("deed", "terima")])).await;
    assert_eq!(most.location(), "/kotak");
    let other = town.site.agency("DLH").await.unwrap();
    let mut stranger = town.site.sign_in_as(Role::AgencyOfficer, Some(other)).await.unwrap();
    let own = ids(&reports);
    let told = post(&mut stranger, "/kotak/banyak", ticked(&own, &[("deed", "terima")])).await;
    assert!(told.text.contains("3 laporan tidak ditemukan"), "{}", told.text);
    assert!(!told.text.contains(&reports[0].number), "not even the number of another's report is told");
    let denied = post(&mut officer, "/kotak/banyak", ticked(&own, &[("deed", "serahkan")])).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&mut officer, "/kotak/banyak", ticked(&own, &[("deed", "hapus")])).await.status, 404);
    for report in &reports {
        assert_eq!(town.found(&report.number).await.status(), Status::New);
    }
}

#[tokio::test]
async fn the_coordinator_verifies_and_hands_over_and_the_agency_gives_to_one_officer() {
    let town = town().await;
    let reports = town.three().await;
    let ids = ids(&reports);
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let page = post(&mut coordinator, "/kotak/banyak", ticked(&ids, &[("deed", "verifikasi")])).await;
    assert!(page.status == StatusCode::OK && page.text.contains(&reports[2].number), "{}", page.text);
    let wrong = post(&mut coordinator, "/kotak/banyak/kirim", ticked(&ids, &[("deed", "verifikasi")])).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    assert!(wrong.text.contains(&reports[2].number), "what was ticked stays ticked");
    let class = [("deed", "verifikasi"), ("class", "information")];
    let done = post(&mut coordinator, "/kotak/banyak/kirim", ticked(&ids, &class)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let agency = town.dishub.to_string();
    let assign = [("deed", "serahkan"), ("agency", agency.as_str())];
    let done = post(&mut coordinator, "/kotak/banyak/kirim", ticked(&ids, &assign)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let own = town.site.officer("budi@contoh.id", Role::FieldOfficer, Some(town.dishub)).await.unwrap();
    let other = town.site.agency("DLH").await.unwrap();
    let strange = town.site.officer("sari@contoh.id", Role::FieldOfficer, Some(other)).await.unwrap();
    let (own_id, strange_id) = (own.to_string(), strange.to_string());
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let direct = [("deed", "disposisi"), ("officer", strange_id.as_str())];
    let refused = post(&mut officer, "/kotak/banyak/kirim", ticked(&ids, &direct)).await;
    assert!(refused.text.contains("bukan dari perangkat daerah laporan ini"), "{}", refused.text);
    let direct = [("deed", "disposisi"), ("officer", own_id.as_str()), ("instruction", "Bawa tangga")];
    let done = post(&mut officer, "/kotak/banyak/kirim", ticked(&ids, &direct)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    for report in &reports {
        let report = town.found(&report.number).await;
        assert_eq!(
            (report.status(), report.class.name(), report.officer),
            (Status::Assigned, "information", Some(own))
        );
    }
    let note = [("deed", "catatan"), ("text", "Rapat hari Senin")];
    assert_eq!(post(&mut officer, "/kotak/banyak/kirim", ticked(&ids, &note)).await.status, StatusCode::SEE_OTHER);
    let remind = [("deed", "ingatkan")];
    assert_eq!(post(&mut coordinator, "/kotak/banyak", ticked(&ids, &remind)).await.status, StatusCode::SEE_OTHER);
    let inbox = officer.get("/kotak").await.text;
    assert_eq!(inbox.matches("[diingatkan]").count(), 3, "{inbox}");
    let public = town.site.browser().get(&format!("/laporan/{}", reports[0].number)).await.text;
    assert!(!public.contains("Rapat") && !public.contains("iingatkan"), "{public}");
}

#[tokio::test]
async fn my_work_is_what_was_given_to_me_and_the_keys_stand_in_the_help() {
    let town = town().await;
    let reports = town.three().await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    officer.post(&format!("/kotak/{}/terima", reports[0].number), &[]).await;
    let mine = officer.get("/kotak?punya=saya").await.text;
    assert!(mine.contains(&reports[0].number) && !mine.contains(&reports[1].number), "{mine}");
    assert!(officer.get("/kotak").await.text.contains(&reports[1].number));
    let help = mine.split("<dialog").nth(1).unwrap();
    for words in ["j / k", "<kbd>t</kbd>", "<kbd>v</kbd>", "<kbd>p</kbd>", "<kbd>?</kbd>"] {
        assert!(help.contains(words), "{words}: {help}");
    }
    assert!(!help.contains("<kbd>s</kbd>"), "what this officer may not do has no key: {help}");
}

#[tokio::test]
async fn a_chosen_template_fills_the_text_and_may_be_changed() {
    let town = town().await;
    let (number, _) = town.sent(&mut town.site.browser(), "Lampu mati").await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    officer.post(&format!("/kotak/{number}/terima"), &[]).await;
    officer.post(&format!("/kotak/{number}/mulai"), &[]).await;
    let page = officer.get(&format!("/kotak/{number}/langkah/selesai")).await.text;
    assert!(page.contains("Lampu diganti") && !page.contains("Jalan ditambal"), "by category: {page}");
    assert!(page.contains("data-text=\"Lampu jalan di"), "with its facts: {page}");
    let filled = officer.get(&format!("/kotak/{number}/langkah/selesai?templat=selesai_lampu")).await.text;
    let text = filled.split("<textarea").nth(1).unwrap().split("</textarea>").next().unwrap();
    assert!(text.contains("sudah diganti dan menyala lagi") && !text.contains("{desa}"), "{text}");
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let fields = [
        ("new", "1"),
        ("code", "baru_sekali"),
        ("title", "Coba"),
        ("step", "resolve"),
        ("body", "Halo {nama}"),
        ("active", "1"),
        ("position", "9"),
    ];
    let refused = coordinator.post("/admin/report/templat", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Ganti {nama}") && refused.text.contains("Halo {nama}"), "{}", refused.text);
    let mut fields = fields;
    fields[4] = ("body", "Halo {dinas}");
    assert_eq!(coordinator.post("/admin/report/templat", &fields).await.location(), "/admin/report/templat");
    assert!(coordinator.get("/admin/report/templat").await.text.contains("baru_sekali"));
    assert!(coordinator.get("/admin/report/templat/baru_sekali").await.text.contains("Halo {dinas}"));
    assert_eq!(officer.get("/admin/report/templat").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_answer_that_waits_is_seen_by_its_head_and_by_nobody_outside() {
    let town = town().await;
    town.approves().await;
    let (number, link) = town.sent(&mut town.site.browser(), "Lampu mati").await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    officer.post(&format!("/kotak/{number}/terima"), &[]).await;
    officer.post(&format!("/kotak/{number}/mulai"), &[]).await;
    let form = officer.get(&format!("/kotak/{number}/langkah/selesai")).await.text;
    assert!(form.contains("setelah disetujui Kepala"), "{form}");
    let answer = [("text", "Sudah menyala lagi")];
    let sent = upload(&mut officer, &format!("/kotak/{number}/selesai"), &answer, &[WHITE], "photo").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(town.found(&number).await.status(), Status::InProgress);
    assert!(officer.get(&format!("/kotak/{number}")).await.text.contains("Jawaban menunggu persetujuan"));

    let mut head = town.site.sign_in_as(Role::AgencyHead, Some(town.dishub)).await.unwrap();
    let tab = head.get("/kotak?tab=persetujuan").await.text;
    assert!(tab.contains(&number) && tab.contains("[menunggu persetujuan]"), "{tab}");
    let page = head.get(&format!("/kotak/{number}/jawaban")).await.text;
    assert!(page.contains("Sudah menyala lagi"), "{page}");
    let photo = page.split("/jawaban/foto/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let photo = format!("/kotak/{number}/jawaban/foto/{photo}");
    assert_eq!(head.get(&photo).await.status, StatusCode::OK);
    let public_photo = format!("/foto/{}", photo.split("/foto/").nth(1).unwrap());
    let mut citizen = town.site.browser();
    assert_eq!(citizen.get(&public_photo).await.status, StatusCode::NOT_FOUND);
    let addresses = [link.clone(), format!("/laporan/{number}"), "/laporan".to_owned()];
    for address in &addresses {
        let text = citizen.get(address).await.text;
        assert!(!text.contains("menyala lagi") && !text.contains("persetujuan"), "{address}: {text}");
    }
    let other = town.site.agency("DLH").await.unwrap();
    let mut stranger = town.site.sign_in_as(Role::AgencyHead, Some(other)).await.unwrap();
    assert_eq!(stranger.get(&photo).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("/kotak/{number}/jawaban")).await.status, StatusCode::NOT_FOUND);
    assert!(!stranger.get("/kotak?tab=persetujuan").await.text.contains(&number));

    let back = [("version", "1"), ("why", "Sebutkan tanggalnya")];
    head.post(&format!("/kotak/{number}/jawaban/kembalikan"), &back).await;
    let again = officer.get(&format!("/kotak/{number}/langkah/selesai")).await.text;
    assert!(again.contains("Sebutkan tanggalnya") && again.contains("Sudah menyala lagi"), "{again}");
    // The photo that came with it stays until another comes.
    let answer = [("text", "Sudah menyala lagi sejak Senin")];
    let sent = upload(&mut officer, &format!("/kotak/{number}/selesai"), &answer, &[], "photo").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let approve = [("version", "3"), ("text", "Menyala lagi sejak Senin")];
    let done = head.post(&format!("/kotak/{number}/jawaban/setujui"), &approve).await;
    assert_eq!(done.location(), format!("/kotak/{number}"), "{}", done.text);
    assert_eq!(town.found(&number).await.status(), Status::Resolved);
    let public = citizen.get(&format!("/laporan/{number}")).await.text;
    assert!(public.contains("Menyala lagi sejak Senin"), "{public}");
    assert_eq!(citizen.get(&public_photo).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_switch_is_the_heads_own_and_the_coordinators() {
    let town = town().await;
    let mut head = town.site.sign_in_as(Role::AgencyHead, Some(town.dishub)).await.unwrap();
    let page = head.get("/admin/report/persetujuan").await.text;
    assert!(page.contains(&town.dishub.to_string()) && page.matches("type=\"checkbox\"").count() == 1, "{page}");
    let agency = town.dishub.to_string();
    head.post("/admin/report/persetujuan", &[("agency", &agency)]).await;
    let on = async || {
        let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
        sql::answer::approvals(&mut conn).await.unwrap()
    };
    assert_eq!(on().await, [town.dishub]);
    assert!(head.get("/admin/report/persetujuan").await.text.contains("checked"));
    let other = town.site.agency("DLH").await.unwrap();
    let mut stranger = town.site.sign_in_as(Role::AgencyHead, Some(other)).await.unwrap();
    stranger.post("/admin/report/persetujuan", &[]).await;
    assert_eq!(on().await, [town.dishub], "nobody turns another agency's switch");
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    coordinator.post("/admin/report/persetujuan", &[]).await;
    assert!(on().await.is_empty());
}
