//! Commitments and minutes: signed under exactly their text, verified by whoever holds the paper, read by programs.

use axum::http::{Method, StatusCode};
use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Role};
use simpul_people::actions::AddAgency;
use simpul_people::{AgencyKind, KeyScope, NewAgency, NewApiKey};
use simpul_plan::model::commitment::CommitmentState;
use simpul_plan::sql;
use simpul_shell::testing::Browser;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::meetings::{Hall, done, hall, messages, reads};

/// A partner of the region.
pub async fn bank(hall: &Hall) -> Uuid {
    let new = NewAgency::new("Bank", "Bank Contoh", AgencyKind::Mitra);
    let add = AddAgency { agency: NewAgency { outside: true, ..new } };
    hall.site.app.directory.write(&hall.site.db.ctx(Actor::system("test")), add).await.unwrap()
}

/// What an agency or a partner promised; its answer is its page.
pub async fn promised(hall: &mut Hall, agency: Uuid) -> String {
    let (agency, due) = (agency.to_string(), hall.day(30));
    let fields = [
        ("title", "QRIS pasar"),
        ("agency", agency.as_str()),
        ("promise", "Menyediakan 400 QRIS"),
        ("value", "Rp 250.000.000"),
        ("due", due.as_str()),
        ("document", "pks"),
    ];
    done(&mut hall.clerk, "/komitmen/baru", &fields).await
}

/// The id at the end of a page's address.
pub fn id_in(path: &str) -> Uuid {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

impl Hall {
    async fn commitment(&self, path: &str) -> simpul_plan::model::commitment::Commitment {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        sql::commitment::by_id(&mut conn, id_in(path)).await.unwrap().unwrap()
    }
}

async fn sign(browser: &mut Browser, one: &str, edition: &str) -> StatusCode {
    browser.post(&format!("{one}/tanda-tangan"), &[("edition", edition), ("post", "Kepala cabang")]).await.status
}

#[tokio::test]
async fn a_partner_signs_its_own_text_and_a_changed_text_must_be_signed_again() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let one = promised(&mut hall, bank).await;
    let mut partner = hall.site.sign_in_as(Role::Partner, Some(bank)).await.unwrap();
    let mut other = hall.site.sign_in_as(Role::AgencyHead, Some(hall.dlh)).await.unwrap();
    let tried = sign(&mut other, &one, "1").await;
    assert_eq!(tried, StatusCode::UNPROCESSABLE_ENTITY, "nobody signs for another agency");
    assert!(reads(&mut partner, "/komitmen").await.contains("QRIS pasar"));
    assert_eq!(sign(&mut partner, &one, "1").await, StatusCode::SEE_OTHER);
    assert_eq!(hall.commitment(&one).await.state, CommitmentState::Open);
    assert_eq!(sign(&mut partner, &one, "1").await, StatusCode::UNPROCESSABLE_ENTITY, "once is enough");
    let address = format!("/komitmen/{}", hall.commitment(&one).await.token);
    let seen = reads(&mut hall.site.browser(), &address).await;
    assert!(seen.contains("Asli") && seen.contains("Menyediakan 400 QRIS") && seen.contains("Kepala cabang"));
    let (agency, due) = (bank.to_string(), hall.day(30));
    let changed = [
        ("title", "QRIS pasar"),
        ("agency", agency.as_str()),
        ("promise", "Menyediakan 500 QRIS"),
        ("due", due.as_str()),
        ("document", "pks"),
    ];
    let unsaid = hall.clerk.post(&format!("{one}/ubah"), &changed).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "what was signed changes with a reason only");
    let said = [&changed[..], &[("why", "Sasaran naik")]].concat();
    done(&mut hall.clerk, &format!("{one}/ubah"), &said).await;
    let now = hall.commitment(&one).await;
    assert_eq!((now.edition, now.state), (2, CommitmentState::Draft));
    assert!(reads(&mut hall.clerk, &one).await.contains("Sasaran naik"));
    let seen = reads(&mut hall.site.browser(), &address).await;
    assert!(seen.contains("belum ditandatangani siapa pun"), "{seen}");
    let (now, before) = seen.split_once("<details>").unwrap();
    assert!(now.contains("Menyediakan 500 QRIS") && !now.contains("Kepala cabang"), "{now}");
    assert!(
        before.contains("Menyediakan 400 QRIS") && before.contains("Kepala cabang"),
        "the signed paper can be read"
    );
    assert_eq!(sign(&mut partner, &one, "1").await, StatusCode::UNPROCESSABLE_ENTITY, "they read another text");
    assert_eq!(sign(&mut partner, &one, "2").await, StatusCode::SEE_OTHER);
    done(&mut partner, &format!("{one}/kabar"), &[("text", "120 sudah jalan"), ("given", "75.000.000")]).await;
    let shown = reads(&mut hall.clerk, &one).await;
    assert!(shown.contains("120 sudah jalan") && shown.contains("75.000.000"));
    done(&mut hall.clerk, &format!("{one}/terpenuhi"), &[("closing", "500 QRIS jalan")]).await;
    assert_eq!(hall.commitment(&one).await.state, CommitmentState::Met);
}

#[tokio::test]
async fn a_partner_sees_no_commitment_of_another_and_a_stranger_none_without_its_token() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let dishub = hall.dishub;
    let (own, other) = (promised(&mut hall, bank).await, promised(&mut hall, dishub).await);
    let mut partner = hall.site.sign_in_as(Role::Partner, Some(bank)).await.unwrap();
    assert_eq!(partner.get(&own).await.status, StatusCode::OK);
    assert_eq!(partner.get(&other).await.status, StatusCode::NOT_FOUND);
    let told = partner.post(&format!("{other}/kabar"), &[("text", "x")]).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert_eq!(hall.site.browser().get(&format!("/komitmen/{}", "a".repeat(24))).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_commitment_is_reminded_of_and_marked_late() {
    let mut hall = hall().await;
    hall.site.officer("lampu@contoh.test", Role::AgencyHead, Some(hall.dishub)).await.unwrap();
    let dishub = hall.dishub;
    let one = promised(&mut hall, dishub).await;
    let mut head = hall.site.sign_in_as(Role::AgencyHead, Some(hall.dishub)).await.unwrap();
    assert_eq!(sign(&mut head, &one, "1").await, StatusCode::SEE_OTHER);
    hall.site.db.clock.advance(20 * DAY_MICROS);
    hall.settle().await;
    assert!(messages(&hall).await.last().unwrap().contains("jatuh tempo"));
    hall.site.db.clock.advance(12 * DAY_MICROS);
    hall.settle().await;
    assert!(hall.commitment(&one).await.late.is_some());
    assert!(messages(&hall).await.last().unwrap().contains("TERLAMBAT"));
}

#[tokio::test]
async fn whoever_holds_the_minutes_can_verify_them_and_a_stored_change_shows() {
    let mut hall = hall().await;
    let meeting = hall.held("Rakor").await;
    done(&mut hall.clerk, &format!("{meeting}/notula"), &[("minutes", "Rapat dibuka.")]).await;
    done(&mut hall.clerk, &format!("{meeting}/hadir"), &[("name", "Sitti"), ("organisation", "Dishub")]).await;
    let item = hall.decided(&meeting, "Pasang lampu", hall.dishub, 7).await;
    let token = || async {
        let mut conn = hall.site.db.db.read(TEST_REGION).await.unwrap();
        sql::meeting::by_id(&mut conn, id_in(&meeting)).await.unwrap().unwrap().verify_token
    };
    let address = format!("/notula/{}", token().await);
    assert_eq!(hall.site.browser().get(&address).await.status, StatusCode::NOT_FOUND, "nothing is final yet");
    done(&mut hall.clerk.clone(), &format!("{meeting}/final"), &[]).await;
    let seen = reads(&mut hall.site.browser(), &address).await;
    assert!(seen.contains("Asli") && !seen.contains("Sitti") && !seen.contains("Rapat dibuka"), "{seen}");
    let mut clerk = hall.clerk.clone();
    let (agency, due) = (hall.dlh.to_string(), hall.day(20));
    let moved = [("agency", agency.as_str()), ("due", due.as_str()), ("reason", "DLH lebih dekat")];
    done(&mut clerk, &format!("/rapat/tindak-lanjut/{item}/pindah"), &moved).await;
    let seen = reads(&mut hall.site.browser(), &address).await;
    assert!(seen.contains("Asli"), "the item goes on, the minutes stay what they were");
}

async fn program(hall: &Hall, scopes: &[KeyScope], agency: Option<Uuid>) -> Browser {
    let new = NewApiKey { name: "uji".into(), scopes: scopes.to_vec(), agency, expires_at: None, per_minute: None };
    let key = hall.site.app.doorman.new_api_key(&hall.site.db.ctx(Actor::system("test")), new).await.unwrap().1;
    hall.site.browser().with("authorization", &format!("Bearer {key}"))
}

#[tokio::test]
async fn a_program_reads_what_was_decided_and_only_the_owners_key_closes_an_item() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let meeting = hall.held("Rakor").await;
    let item = hall.decided(&meeting, "Pasang lampu", hall.dishub, 7).await;
    promised(&mut hall, bank).await;
    let mut reader = program(&hall, &[KeyScope::Read], None).await;
    let all = reader.get("/api/v1/plan/meetings").await.json();
    assert_eq!(all["meetings"][0]["state"], "held");
    let whole = reader.get(&format!("/api/v1/plan/meetings/{}", id_in(&meeting))).await.json();
    assert_eq!(whole["decisions"][0]["action_items"][0]["agency_name"], "Dishub");
    assert_eq!(whole["minutes"], json!(null), "what is not final is not told");
    let items = reader.get("/api/v1/plan/action-items?agency=dishub").await.json();
    assert_eq!(items["action_items"][0]["id"], json!(item));
    let wrong = reader.get("/api/v1/plan/action-items?state=foo").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let none = reader.get("/api/v1/plan/action-items?agency=DLH").await.json();
    assert_eq!(none["action_items"], json!([]));
    assert_eq!(reader.get("/api/v1/plan/commitments").await.json()["commitments"][0]["value"], 250_000_000);
    let mut partner = program(&hall, &[KeyScope::Read], Some(bank)).await;
    assert_eq!(
        partner.get("/api/v1/plan/meetings").await.json()["meetings"],
        json!([]),
        "a partner's key sees its own"
    );
    let path = format!("/api/v1/plan/action-items/{item}/finish");
    let body = json!({ "text": "Terpasang" });
    let mut other = program(&hall, &[KeyScope::Write], Some(hall.dlh)).await;
    assert_eq!(other.send_json(Method::POST, &path, &body).await.status, StatusCode::FORBIDDEN);
    let mut owner = program(&hall, &[KeyScope::Write], Some(hall.dishub)).await.with("idempotency-key", "satu");
    for _ in 0..2 {
        let answer = owner.send_json(Method::POST, &path, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json()["state"], "done");
    }
    let mut again = program(&hall, &[KeyScope::Write], Some(hall.dishub)).await;
    assert_eq!(again.send_json(Method::POST, &path, &body).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_paper_is_signed_by_its_scan_which_becomes_evidence_of_the_commitment() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let one = promised(&mut hall, bank).await;
    let token = hall.clerk.token();
    let mut body = String::new();
    let words = [
        ("edition", "1"),
        ("name", "Ibu Sari"),
        ("post", "Kepala cabang"),
        ("organisation", "Bank"),
        ("of_party", "1"),
    ];
    for (field, value) in words.iter().chain(&[("csrf", token.as_str())]) {
        body += &format!("--tepi\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
    }
    let head =
        |name: &str| format!("--tepi\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let send = |file: &str| {
        (Some("multipart/form-data; boundary=tepi"), format!("{body}{}{file}\r\n--tepi--\r\n", head("naskah.pdf")))
    };
    let path = format!("{one}/naskah");
    let (kind, wrong) = send("MZ program");
    let refused = hall.clerk.send(axum::http::Method::POST, &path, kind, wrong.into()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "it is not what it says");
    let (kind, good) = send("%PDF-1.4\nstartxref\n0\n%%EOF\n");
    let signed = hall.clerk.send(axum::http::Method::POST, &path, kind, good.into()).await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    assert_eq!(hall.commitment(&one).await.state, CommitmentState::Open);
    let page = reads(&mut hall.clerk, &one).await;
    let scan = page.split("href=\"/bukti/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let evidence = reads(&mut hall.clerk, &format!("/bukti/{scan}")).await;
    assert!(evidence.contains("Ibu Sari") && evidence.contains("QRIS pasar"), "claimed for what it proves: {evidence}");
}
