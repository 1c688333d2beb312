//! Evidence of a programme, a progress report, a meeting, a commitment: claimed by who takes part, for what is there.
//! And an indicator that is chosen from a list.

use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use simpul_kernel::{Actor, Role};
use simpul_plan::actions::evidence::{AddEvidence, ClaimEvidence, keep_file};
use simpul_plan::actions::{AddProgramme, ImportLibrary, ProgrammeHead};
use simpul_plan::model::evidence::{EvidenceText, SubjectKind};
use simpul_plan::model::{Counting, ProgrammeKind, library};
use simpul_plan::sql;
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::commitments::{bank, id_in, promised};
use crate::meetings::{Hall, done, hall, reads};

impl Hall {
    async fn programme(&self) -> (Uuid, String) {
        self.with_plan().await;
        let ctx = self.site.db.ctx(Actor::system("test"));
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let plan = sql::plan::in_force(&mut conn).await.unwrap().unwrap().id;
        let head = ProgrammeHead {
            name: "Lampu jalan".into(),
            dimension: "living".into(),
            years: (2026, 2026),
            agency: "Dishub".into(),
            public: true,
            ..ProgrammeHead::default()
        };
        let (kind, code, source) = (ProgrammeKind::QuickWin, String::new(), String::new());
        let add = AddProgramme { key: Uuid::from_u128(8), plan, kind, code, head, source };
        let code = self.site.app.directory.write(&ctx, add).await.unwrap();
        let id = sql::plan::programme_by_code(&mut conn, &code).await.unwrap().unwrap().id;
        (id, code)
    }

    async fn evidence(&self, title: &str) -> Uuid {
        let ctx = self.site.db.ctx(Actor::system("test"));
        let file = keep_file(&self.site.db.db, &ctx, "bukti.pdf", crate::rounds::pdf(title), false).await.unwrap();
        let about =
            EvidenceText { title: title.into(), kind: "photo".into(), year: "2026".into(), ..Default::default() };
        let add = AddEvidence { key: None, about, file, claim: None };
        self.site.app.directory.write(&ctx, add).await.unwrap()
    }
}

#[tokio::test]
async fn evidence_is_claimed_from_the_pages_of_what_it_proves_by_who_takes_part() {
    let mut hall = hall().await;
    let (programme, code) = hall.programme().await;
    let photo = hall.evidence("Foto lampu").await.to_string();
    let path = format!("/bukti/untuk/programme/{programme}");
    let shown = reads(&mut hall.clerk, &format!("/rencana/{code}")).await;
    assert!(shown.contains(&path), "the programme leads to it: {shown}");
    assert!(!reads(&mut hall.site.browser(), &format!("/rencana/{code}")).await.contains(&path));
    let mut owner = hall.site.sign_in_as(Role::AgencyOfficer, Some(hall.dishub)).await.unwrap();
    done(&mut owner, &path, &[("evidence", &photo)]).await;
    assert!(reads(&mut owner, &path).await.contains("Foto lampu"));
    assert!(reads(&mut owner, &format!("/bukti/{photo}")).await.contains("Lampu jalan"), "the evidence leads back");
    let mut other = hall.site.sign_in_as(Role::AgencyOfficer, Some(hall.dlh)).await.unwrap();
    assert!(!reads(&mut other, &path).await.contains("name=\"deed\""), "another agency reads only");
    let tried = other.post(&path, &[("evidence", &photo), ("deed", "drop")]).await;
    assert_eq!(tried.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", tried.text);
    assert!(tried.text.contains("perangkat daerah yang terlibat"), "{}", tried.text);
    done(&mut owner, &path, &[("evidence", &photo), ("deed", "drop")]).await;
    let link = format!("href=\"/bukti/{photo}\"");
    assert!(!reads(&mut owner, &path).await.contains(&link), "it is offered again and claimed no more");
    let empty = owner.post(&path, &[("evidence", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let meeting = hall.held("Rakor").await;
    let own = format!("/bukti/untuk/meeting/{}", meeting.rsplit('/').next().unwrap());
    assert!(reads(&mut hall.clerk, &meeting).await.contains(&own));
    done(&mut hall.clerk, &own, &[("evidence", &photo)]).await;
    assert_ne!(owner.post(&own, &[("evidence", &photo), ("deed", "drop")]).await.status, StatusCode::SEE_OTHER);
    let form = reads(&mut owner, &format!("/bukti/baru?untuk=programme.{programme}")).await;
    assert!(form.contains("Untuk Lampu jalan") && form.contains(&format!("value=\"programme.{programme}\"")));
}

#[tokio::test]
async fn nothing_is_claimed_for_what_is_not_there() {
    let hall = hall().await;
    let evidence = hall.evidence("Foto").await;
    let ctx = hall.site.db.ctx(Actor::system("test"));
    for kind in SubjectKind::ALL {
        let claim = ClaimEvidence { evidence, subject: (*kind, Uuid::from_u128(404)), claimed: true };
        let done = hall.site.app.directory.write(&ctx, claim).await;
        assert!(matches!(done, Err(Error::NotFound(_))), "{kind:?}: {done:?}");
        let mut clerk = hall.clerk.clone();
        let page = clerk.get(&format!("/bukti/untuk/{}/{}", kind.name(), Uuid::from_u128(404))).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_partner_sees_no_evidence_of_meetings_and_commitments_that_are_not_its_own() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let (ours, theirs) = (hall.held("Rapat dengan bank").await, hall.held("Rapat dalam").await);
    hall.decided(&ours, "Sediakan QRIS", bank, 7).await;
    let mut partner = hall.site.sign_in_as(Role::Partner, Some(bank)).await.unwrap();
    let of = |meeting: &str| format!("/bukti/untuk/meeting/{}", meeting.rsplit('/').next().unwrap());
    assert_eq!(partner.get(&of(&ours)).await.status, StatusCode::OK);
    assert_eq!(partner.get(&of(&theirs)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_partner_sees_what_is_published_and_the_evidence_of_what_it_takes_part_in() {
    let mut hall = hall().await;
    let (programme, code) = hall.programme().await;
    let bank = bank(&hall).await;
    let meeting = hall.held("Rapat dengan bank").await;
    hall.decided(&meeting, "Sediakan QRIS", bank, 7).await;
    let (ours, theirs) = (hall.evidence("Foto rapat").await.to_string(), hall.evidence("Rahasia dinas").await);
    let at = format!("/bukti/untuk/meeting/{}", meeting.rsplit('/').next().unwrap());
    done(&mut hall.clerk, &at, &[("evidence", &ours)]).await;
    let claim = ClaimEvidence { evidence: theirs, subject: (SubjectKind::Programme, programme), claimed: true };
    let ctx = hall.site.db.ctx(Actor::system("test"));
    hall.site.app.directory.write(&ctx, claim).await.unwrap();
    let mut partner = hall.site.sign_in_as(Role::Partner, Some(bank)).await.unwrap();
    let library = reads(&mut partner, "/bukti").await;
    assert!(library.contains("Foto rapat") && !library.contains("Rahasia dinas"), "{library}");
    assert_eq!(partner.get(&format!("/bukti/{ours}/berkas/1")).await.status, StatusCode::OK);
    for closed in
        [format!("/bukti/{theirs}"), format!("/bukti/{theirs}/berkas/1"), format!("/bukti/untuk/programme/{programme}")]
    {
        assert_eq!(partner.get(&closed).await.status, StatusCode::NOT_FOUND, "{closed}");
    }
    for inside in ["/rencana/lengkap", "/rencana/periksa", "/rencana/kelengkapan", "/evaluasi"] {
        assert_eq!(partner.get(inside).await.status, StatusCode::FORBIDDEN, "{inside}");
    }
    let public = reads(&mut partner, &format!("/rencana/{code}")).await;
    assert!(!public.contains("/bukti/untuk/programme/") && !public.contains("/lengkap"), "{public}");
    assert!(reads(&mut partner, "/kotak/laporan-kemajuan").await.contains("Laporan kemajuan"));
}

#[tokio::test]
async fn a_partner_claims_no_evidence_that_it_does_not_see() {
    let mut hall = hall().await;
    let bank = bank(&hall).await;
    let promise = promised(&mut hall, bank).await;
    let subject = id_in(&promise);
    let theirs = hall.evidence("Rahasia dinas").await.to_string();
    let mut partner = hall.site.sign_in_as(Role::Partner, Some(bank)).await.unwrap();
    let own = format!("/bukti/untuk/commitment/{subject}");
    assert_eq!(partner.post(&own, &[("evidence", &theirs)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(partner.get(&format!("/bukti/{theirs}/berkas/1")).await.status, StatusCode::NOT_FOUND);
    done(&mut hall.clerk, &own, &[("evidence", &theirs)]).await;
    assert_eq!(partner.get(&format!("/bukti/{theirs}/berkas/1")).await.status, StatusCode::OK, "it was shared");
    let second = promised(&mut hall, bank).await;
    done(&mut partner, &format!("/bukti/untuk/commitment/{}", id_in(&second)), &[("evidence", &theirs)]).await;
}

/// The real list of 91 indicators, which may not be carried into the repository.
#[test]
fn the_real_list_of_u4ssc_is_read_whole() {
    let root = std::env::var_os("SIMPUL_SHARED").map(PathBuf::from);
    let root = root.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"));
    let path = root.join("data/plan/u4ssc_kpi91.csv");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not here", path.display());
        return;
    };
    let list = library::read(&bytes, "U4SSC").unwrap();
    assert_eq!(list.len(), 91);
    let less = list.iter().filter(|one| one.direction == library::Direction::Less).count();
    assert_eq!((less, list[0].code.as_str(), list[0].unit.as_str()), (25, "EC: ICT: ICT: 1C", "%"));
    assert!(list.iter().all(|one| !one.name.is_empty() && !one.dimension.is_empty()));
}

#[tokio::test]
async fn an_indicator_is_chosen_from_a_list_once_and_completed() {
    let mut hall = hall().await;
    let (programme, code) = hall.programme().await;
    let path = format!("/rencana/{code}/pustaka");
    let shipped = reads(&mut hall.clerk, &path).await;
    assert!(shipped.contains("SDG") && shipped.contains("Tanpa kemiskinan: target 1.1"), "{shipped}");
    let list = "kode,nama,satuan,arah,dimensi\nA1,Lampu padam,titik,-,Living\nA2,Warga daring,%,+,Society\n";
    let rows = library::read(list.as_bytes(), "Contoh").unwrap();
    let ctx = hall.site.db.ctx(Actor::system("test"));
    let import = ImportLibrary { name: "Contoh".into(), rows };
    let first = hall.site.app.directory.write(&ctx, import.clone()).await.unwrap();
    let again = hall.site.app.directory.write(&ctx, import).await.unwrap();
    assert_eq!((first.is_new, again.is_new, again.count), (true, false, 2));
    let shown = reads(&mut hall.clerk, &path).await;
    assert!(shown.contains("Lampu padam") && shown.contains("Warga daring"));
    let found = reads(&mut hall.clerk, &format!("{path}?cari=padam")).await;
    assert!(found.contains("Lampu padam") && !found.contains("Warga daring"));
    let mut conn = hall.site.db.db.read(TEST_REGION).await.unwrap();
    let library = sql::library::all(&mut conn).await.unwrap()[0].0.to_string();
    let at = done(&mut hall.clerk, &path, &[("daftar", &library), ("kode", "A1")]).await;
    assert!(at.starts_with(&format!("/rencana/{code}/indikator/")), "it is completed there");
    let own = sql::indicator::of(&mut conn, programme).await.unwrap();
    assert_eq!(
        (own[0].library.as_str(), own[0].counting, own[0].unit.as_str()),
        ("Contoh A1", Counting::Negative, "titik")
    );
    assert!(reads(&mut hall.clerk, &path).await.contains("sudah dipakai"));
    let gone = hall.clerk.post(&path, &[("daftar", &library), ("kode", "A9")]).await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(gone.text.contains("tidak ada lagi"), "{}", gone.text);
}
