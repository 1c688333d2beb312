//! The way of a meeting: it is called, its agenda holds what is still open, it decides, and what it decides is owed by
//! one agency until it is done.

use axum::http::StatusCode;
use simpul_kernel::Role;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::format::iso;
use simpul_people::Directory;
use simpul_plan::model::item::ItemState;
use simpul_plan::sql;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::commitments::bank;

pub(crate) struct Hall {
    pub(crate) site: TestSite,
    pub(crate) dishub: Uuid,
    pub(crate) dlh: Uuid,
    pub(crate) clerk: Browser,
}

fn messenger(directory: &Directory) -> simpul_plan::Messenger {
    simpul_plan::Messenger {
        directory: directory.clone(),
        text: true,
        email: true,
        base_url: Some("https://contoh.test".to_owned()),
    }
}

pub(crate) async fn hall() -> Hall {
    let site = TestSite::new(&[simpul_plan::MIGRATIONS], simpul_plan::routes(), |builder| {
        simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES))
    });
    let site = site.await.unwrap();
    let (dishub, dlh) = (site.agency("Dishub").await.unwrap(), site.agency("DLH").await.unwrap());
    let clerk = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    Hall { site, dishub, dlh, clerk }
}

/// A key of the catalogue that stands where a sentence should.
fn key_in(text: &str) -> Option<&str> {
    let at = text.match_indices("plan.").map(|(at, _)| &text[at..]);
    at.filter(|rest| rest[5..].starts_with(|c: char| c.is_ascii_lowercase())).map(|rest| rest.get(..40)).next()?
}

pub(crate) async fn reads(browser: &mut Browser, path: &str) -> String {
    for language in ["en", "id"] {
        let answer = browser.clone().with("accept-language", language).get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        assert_eq!(key_in(&answer.text), None, "{path} {language}");
        if language == "id" {
            return answer.text;
        }
    }
    unreachable!()
}

pub(crate) async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {fields:?}: {}", answer.text);
    answer.location().to_owned()
}

impl Hall {
    pub(crate) fn day(&self, ahead: i64) -> String {
        let at = self.site.db.db.env().now().plus_micros(ahead * DAY_MICROS);
        iso(at, simpul_kernel::calendar::Zone::Wita)[..10].to_owned()
    }

    fn moment(&self) -> String {
        iso(self.site.db.db.env().now(), simpul_kernel::calendar::Zone::Wita)[..16].to_owned()
    }

    async fn called(&mut self, title: &str) -> String {
        let starts = self.moment();
        let fields = [("title", title), ("starts", &starts), ("venue", "Aula"), ("number", "005/1/Bappeda")];
        done(&mut self.clerk, "/rapat/baru", &fields).await
    }

    pub(crate) async fn held(&mut self, title: &str) -> String {
        let meeting = self.called(title).await;
        done(&mut self.clerk, &format!("{meeting}/laksana"), &[]).await;
        meeting
    }

    pub(crate) async fn decided(&mut self, meeting: &str, task: &str, agency: Uuid, ahead: i64) -> Uuid {
        let (agency_text, due) = (agency.to_string(), self.day(ahead));
        let fields = [("decision", "Jalan utama terang"), ("task", task), ("agency", &agency_text), ("due", &due)];
        done(&mut self.clerk, &format!("{meeting}/keputusan"), &fields).await;
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let all = sql::item::open_of(&mut conn, agency).await.unwrap();
        all.iter().find(|item| item.body == task).unwrap().id
    }

    async fn item(&self, id: Uuid) -> simpul_plan::model::item::Item {
        sql::item::by_id(&mut self.site.db.db.read(TEST_REGION).await.unwrap(), id).await.unwrap().unwrap()
    }

    pub(crate) async fn settle(&self) {
        let reactions = simpul_plan::reactions(messenger(&self.site.app.directory));
        self.site.db.settle(&reactions).await.unwrap();
    }
}

#[tokio::test]
async fn a_decision_is_owed_by_one_agency_and_comes_back_in_the_next_agenda_until_it_is_done() {
    let mut hall = hall().await;
    let meeting = hall.held("Rakor lampu jalan").await;
    let item = hall.decided(&meeting, "Pasang 40 lampu", hall.dishub, 7).await;
    let next = hall.called("Rakor berikutnya").await;
    assert!(reads(&mut hall.clerk, &next).await.contains("Pasang 40 lampu"), "it comes back by itself");
    let mut owner = hall.site.sign_in_as(Role::AgencyOfficer, Some(hall.dishub)).await.unwrap();
    assert!(reads(&mut owner, "/rapat").await.contains("Pasang 40 lampu"), "it stands with its owner");
    let own = format!("/rapat/tindak-lanjut/{item}");
    assert!(reads(&mut owner, &own).await.contains("name=\"text\""));
    let words = [("text", "Terpasang 40 lampu"), ("link", "https://foto.contoh.test/40")];
    done(&mut owner, &format!("{own}/selesai"), &words).await;
    assert_eq!(hall.item(item).await.state, ItemState::Done);
    assert!(!reads(&mut hall.clerk, &next).await.contains("Pasang 40 lampu"), "what is done does not come back");
    let shown = reads(&mut hall.clerk, &own).await;
    assert!(shown.contains("Terpasang 40 lampu") && shown.contains("https://foto.contoh.test/40"));
    assert!(!reads(&mut owner, "/rapat").await.contains("Pasang 40 lampu"));
}

#[tokio::test]
async fn another_agency_neither_does_nor_moves_what_is_not_its_own() {
    let mut hall = hall().await;
    let meeting = hall.held("Rakor").await;
    let item = hall.decided(&meeting, "Pasang 40 lampu", hall.dishub, 7).await;
    let mut other = hall.site.sign_in_as(Role::AgencyHead, Some(hall.dlh)).await.unwrap();
    assert!(!reads(&mut other, &format!("/rapat/tindak-lanjut/{item}")).await.contains("name=\"text\""));
    let tried = other.post(&format!("/rapat/tindak-lanjut/{item}/selesai"), &[("text", "Sudah")]).await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", tried.text);
    assert!(tried.text.contains("Peran Anda tidak mencakup"), "{}", tried.text);
    let tried = other.post(&format!("/rapat/tindak-lanjut/{item}/hentikan"), &[("reason", "x")]).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN);
    assert_eq!(hall.item(item).await.state, ItemState::Open);
}

#[tokio::test]
async fn a_partner_sees_the_meetings_that_ask_it_for_something_and_no_other() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let ours = hall.held("Rapat dengan bank").await;
    let theirs = hall.held("Rapat dalam").await;
    let asked = hall.decided(&ours, "Sediakan QRIS pasar", bank, 7).await;
    let other = hall.decided(&theirs, "Pasang lampu", hall.dishub, 7).await;
    let mut partner = hall.site.sign_in_as(Role::Partner, Some(bank)).await.unwrap();
    let list = reads(&mut partner, "/rapat").await;
    assert!(list.contains("Rapat dengan bank") && !list.contains("Rapat dalam"));
    assert!(reads(&mut partner, &ours).await.contains("Sediakan QRIS pasar"));
    for hidden in [theirs, format!("/rapat/tindak-lanjut/{other}")] {
        assert_eq!(partner.get(&hidden).await.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    let all = reads(&mut partner, "/rapat/tindak-lanjut?perangkat=semua").await;
    assert!(all.contains("Sediakan QRIS pasar") && !all.contains("Pasang lampu"));
    done(&mut partner, &format!("/rapat/tindak-lanjut/{asked}/selesai"), &[("text", "QRIS jalan")]).await;
}

#[tokio::test]
async fn final_minutes_are_locked_and_need_words_and_guests() {
    let mut hall = hall().await;
    let meeting = hall.held("Rakor").await;
    let refused = hall.clerk.post(&format!("{meeting}/final"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&mut hall.clerk, &format!("{meeting}/notula"), &[("minutes", "Rapat dibuka.")]).await;
    let refused = hall.clerk.post(&format!("{meeting}/final"), &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody is on the list");
    let guest = [("name", "Sitti"), ("organisation", "Dishub")];
    done(&mut hall.clerk, &format!("{meeting}/hadir"), &guest).await;
    let again = hall.clerk.post(&format!("{meeting}/hadir"), &guest).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody stands on the list twice");
    let item = hall.decided(&meeting, "Pasang lampu", hall.dishub, 7).await;
    done(&mut hall.clerk, &format!("{meeting}/final"), &[]).await;
    for (deed, fields) in [
        ("notula", [("minutes", "lain")]),
        ("keputusan", [("decision", "lain")]),
        ("hadir", [("name", "Lain")]),
        ("agenda", [("point", "lain")]),
        ("batal", [("cancel", "lain")]),
    ] {
        let tried = hall.clerk.post(&format!("{meeting}/{deed}"), &fields).await;
        assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY, "{deed}");
    }
    assert!(reads(&mut hall.clerk, &meeting).await.contains("SHA-256"));
    assert_eq!(hall.item(item).await.state, ItemState::Open, "what it asked for goes on");
}

#[tokio::test]
async fn a_guest_signs_by_the_picture_on_the_wall_and_nobody_without_it() {
    let mut hall = hall().await;
    let meeting = hall.called("Rakor").await;
    let list = reads(&mut hall.clerk, &format!("{meeting}/hadir")).await;
    let token = list.split(&format!("{meeting}/hadir/")).nth(1).unwrap().split(['"', '<']).next().unwrap().to_owned();
    let mut phone = hall.site.browser();
    let address = format!("{meeting}/hadir/{token}");
    assert!(reads(&mut phone, &address).await.contains("Rakor"));
    let words = [("name", "Baso"), ("organisation", "Komunitas Sungai"), ("outside", "1")];
    done(&mut phone, &address, &words).await;
    let wrong = phone.post(&format!("{meeting}/hadir/{}", "a".repeat(24)), &words).await;
    assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    let list = reads(&mut hall.clerk, &format!("{meeting}/hadir")).await;
    assert!(list.contains("Baso") && list.contains("Komunitas Sungai"));
    hall.site.db.clock.advance(DAY_MICROS);
    let late = phone.post(&address, &[("name", "Ani"), ("organisation", "PKK")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "the list is closed");
    let mut officer = hall.site.sign_in_as(Role::AgencyOfficer, Some(hall.dishub)).await.unwrap();
    assert_eq!(officer.get(&format!("{meeting}/hadir")).await.status, StatusCode::FORBIDDEN, "names are for the clerk");
}

#[tokio::test]
async fn the_owner_is_told_reminded_and_marked_late_and_a_moved_deadline_is_a_new_one() {
    let mut hall = hall().await;
    hall.site.officer("lampu@contoh.test", Role::AgencyOfficer, Some(hall.dishub)).await.unwrap();
    hall.site.officer("taman@contoh.test", Role::AgencyOfficer, Some(hall.dlh)).await.unwrap();
    let meeting = hall.held("Rakor").await;
    let item = hall.decided(&meeting, "Pasang lampu", hall.dishub, 5).await;
    hall.settle().await;
    let told = messages(&hall).await;
    assert_eq!(told.len(), 1, "the owner and nobody else: {told:?}");
    assert!(told[0].contains("lampu@contoh.test") && told[0].contains("Pasang lampu"), "{told:?}");
    hall.site.db.clock.advance(3 * DAY_MICROS);
    hall.settle().await;
    assert_eq!(messages(&hall).await.len(), 2, "three days before");
    hall.site.db.clock.advance(3 * DAY_MICROS);
    hall.settle().await;
    assert!(hall.item(item).await.late.is_some());
    assert!(messages(&hall).await.last().unwrap().contains("TERLAMBAT"));
    // The clerk's session has ended meanwhile.
    hall.clerk = hall.site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let (agency, due) = (hall.dlh.to_string(), hall.day(9));
    let fields = [("agency", agency.as_str()), ("due", due.as_str()), ("reason", "Taman dulu")];
    done(&mut hall.clerk, &format!("/rapat/tindak-lanjut/{item}/pindah"), &fields).await;
    hall.settle().await;
    let moved = hall.item(item).await;
    assert_eq!((moved.agency, moved.late, moved.state), (hall.dlh, None, ItemState::Open));
    assert!(messages(&hall).await.last().unwrap().contains("taman@contoh.test"));
}

/// Every message of the outbox: to whom, and what.
pub(crate) async fn messages(hall: &Hall) -> Vec<String> {
    let mut conn = hall.site.db.db.read(TEST_REGION).await.unwrap();
    let all = simpul_store::outbox::list(&mut conn, Uuid::max(), None, 100).await.unwrap();
    all.into_iter().rev().map(|line| format!("{} {}", line.recipient, line.body)).collect()
}

#[tokio::test]
async fn a_body_says_whether_it_meets_as_it_must_and_whether_anybody_from_outside_sits_in_it() {
    let mut hall = hall().await;
    let charter = [("kind", "council"), ("name", "Dewan Smart City"), ("duty", "1"), ("decree", "100.3/2026")];
    let body = done(&mut hall.clerk, "/rapat/badan/baru", &charter).await;
    let seat = [("name", "Bupati"), ("post", "Ketua"), ("organisation", "Pemerintah Kabupaten")];
    done(&mut hall.clerk, &format!("{body}/anggota"), &seat).await;
    let warns = "dari luar pemerintah daerah. Penilai";
    assert!(reads(&mut hall.clerk, &body).await.contains(warns));
    let seat = [("name", "Rektor"), ("organisation", "Universitas Contoh"), ("outside", "1")];
    done(&mut hall.clerk, &format!("{body}/anggota"), &seat).await;
    assert!(!reads(&mut hall.clerk, &body).await.contains(warns));
    let id = body.rsplit('/').next().unwrap().to_owned();
    let starts = hall.moment();
    let call = [("title", "Rapat Dewan"), ("starts", &starts), ("venue", "Aula"), ("body", &id)];
    let meeting = done(&mut hall.clerk, "/rapat/baru", &call).await;
    let before = reads(&mut hall.clerk, "/rapat/badan").await;
    done(&mut hall.clerk, &format!("{meeting}/laksana"), &[]).await;
    let after = reads(&mut hall.clerk, "/rapat/badan").await;
    assert!(before.contains("0/12") && after.contains("1/12"), "a meeting counts when it is held");
    let refused = hall.clerk.post("/rapat/badan/baru", &[("kind", "team"), ("name", "Tim"), ("duty", "13")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_paper_is_made_when_it_is_whole_and_says_what_is_missing_before() {
    let mut hall = hall().await;
    let meeting = hall.held("Rakor").await;
    let papers = format!("{meeting}/penanda");
    let early = hall.clerk.get(&format!("{meeting}/notula.docx")).await;
    assert_eq!(early.location(), papers, "a letter without number and signatory is none");
    assert!(reads(&mut hall.clerk, &papers).await.contains("belum lengkap"));
    for part in ["inviter", "chair", "note_taker"] {
        let words = [("part", part), ("name", "Baso Contoh"), ("post", "Kepala Bapperida"), ("nip", "")];
        done(&mut hall.clerk, &papers, &words).await;
    }
    let wrong = [("part", "chair"), ("name", "Baso"), ("post", "Kepala"), ("nip", "123")];
    let refused = hall.clerk.post(&papers, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a NIP has 18 digits");
    done(&mut hall.clerk, &format!("{meeting}/notula"), &[("minutes", "Rapat dibuka.")]).await;
    hall.decided(&meeting, "Pasang lampu", hall.dishub, 7).await;
    for paper in ["undangan", "daftar-hadir", "notula"] {
        let answer = hall.clerk.get(&format!("{meeting}/{paper}.docx")).await;
        assert_eq!(answer.status, StatusCode::OK, "{paper}");
        assert!(answer.text.starts_with("PK"), "{paper} is a DOCX");
    }
    let none = hall.clerk.get(&format!("{meeting}/dokumentasi.docx")).await;
    assert_eq!(none.location(), papers, "there are no photos yet");
    assert_eq!(hall.clerk.get(&format!("{meeting}/lain.docx")).await.status, StatusCode::NOT_FOUND);
}
