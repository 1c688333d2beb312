//! Rounds beside each other and beside published scores, and the evaluator's view over regions.

use axum::http::StatusCode;
use simpul_kernel::{Actor, RegionId, Role};
use simpul_people::{NewRegion, RegionSettings};
use simpul_plan::actions::evaluation::{
    CheckAnswer, DecideRound, GiveAnswer, GiveMark, ImportCohorts, ImportInstrument, ImportScores, OpenRound,
    SubmitRound,
};
use simpul_plan::actions::evidence::{AddEvidence, CheckEvidence, keep_file};
use simpul_plan::actions::{
    AddBody, AddGuest, AddMember, Attendee, Charter, FinishMinutes, HoldMeeting, Invitation, PlanMeeting, Seat,
    WriteMinutes,
};
use simpul_plan::model::body::BodyKind;
use simpul_plan::model::evaluation::{cohort, instrument};
use simpul_plan::model::evidence::EvidenceText;
use simpul_plan::sql;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::books::paper;
use crate::meetings::{Hall, hall, reads};

const TWO: &str = "bagian,bobot,indikator,subindikator,kode,pertanyaan\nBaseline,40,A,a,1.1,Sudah ada Perbup?\n\
    Output,60,B,b,2.1,Dewan berjalan?\n";
const SCORES: &str = "daerah,Baseline,Output,nilai_akhir\nKab. Contoh Jauh,4,1,2.2\nKab. Contoh Dekat,3,3,3\n\
    Kota Contoh,2,,\n";

impl Hall {
    async fn furnish_shared(&self) {
        let db = &self.site.db.db;
        let ctx = db.env().ctx(RegionId::SHARED, Actor::system("test"));
        let read = instrument::read(TWO.as_bytes()).unwrap();
        db.write(&ctx, ImportInstrument { name: "Uji".into(), read, regions: Vec::new() }).await.unwrap();
        let (instrument, bytes) = ("Uji".to_owned(), SCORES.as_bytes().to_vec());
        let scores = ImportScores { instrument, year: 2025, weights: None, bytes, regions: Vec::new() };
        db.write(&ctx, scores).await.unwrap();
        let rows = cohort::read(b"daerah,tahun\nKabupaten Contoh Jauh,2017\nKab. Contoh Jauh,2021\n").unwrap();
        db.write(&ctx, ImportCohorts { rows, regions: Vec::new() }).await.unwrap();
    }

    async fn round(&self, region: RegionId, name: &str, year: &str, score: Option<i64>) -> Uuid {
        let db = &self.site.db.db;
        let ctx = db.env().ctx(region, Actor::system("test"));
        let open = OpenRound {
            key: None,
            name: name.into(),
            year: year.into(),
            due: String::new(),
            instrument_name: "Uji".into(),
            instrument: instrument::read(TWO.as_bytes()).unwrap().instrument,
        };
        let round = db.write(&ctx, open).await.unwrap();
        let answers = sql::round::answers(&mut db.read(region).await.unwrap(), round).await.unwrap();
        let note = "Ada".to_owned();
        db.write(&ctx, GiveAnswer { answer: answers[0].id, score, note, version: None }).await.unwrap();
        round
    }
}

#[tokio::test]
async fn a_round_stands_beside_the_one_before_and_beside_published_scores() {
    let mut hall = hall().await;
    hall.furnish_shared().await;
    hall.round(TEST_REGION, "Putaran lalu", "2025", Some(1)).await;
    let now = hall.round(TEST_REGION, "Putaran ini", "2026", Some(3)).await;
    assert!(reads(&mut hall.clerk, &format!("/evaluasi/{now}")).await.contains(&format!("/evaluasi/{now}/banding")));
    let shown = reads(&mut hall.clerk, &format!("/evaluasi/{now}/banding")).await;
    assert!(
        shown.contains("<svg") && shown.contains("Putaran lalu (2025, Nilai mandiri)"),
        "the one before is chosen by itself"
    );
    assert!(shown.contains(">2,00<"), "3 less 1");
    assert!(shown.contains("tidak ada data"), "Output was answered in neither");
    let words = paper(&mut hall.clerk, &format!("/evaluasi/{now}/buku.docx")).await;
    assert!(words.contains("Sudah ada Perbup?") && words.contains("belum dijawab") && words.contains("1 dari 2"));
    let word = "terbit%202025%20Kab.%20Contoh%20Jauh%20Uji";
    let shown = reads(&mut hall.clerk, &format!("/evaluasi/{now}/banding?dengan={word}")).await;
    assert!(shown.contains("Kab. Contoh Jauh (2025)") && shown.contains(">-1,00<"), "3 less 4: {shown}");
}

#[tokio::test]
async fn findings_of_the_council_go_away_as_it_meets_with_minutes_and_outsiders() {
    let mut hall = hall().await;
    let year = hall.day(0)[..4].to_owned();
    let round = hall.round(TEST_REGION, "Putaran", &year, Some(1)).await;
    let path = format!("/evaluasi/{round}/temuan");
    assert!(reads(&mut hall.clerk, &path).await.contains("Belum ada Dewan Smart City"));
    let charter = Charter {
        kind: BodyKind::Council,
        name: "Dewan".into(),
        decree_number: "188/5".into(),
        decree_day: None,
        duty_months: 0,
        active: true,
    };
    let ctx = hall.site.db.ctx(Actor::system("test"));
    let add = AddBody { key: Uuid::from_u128(5), charter };
    let body = hall.site.app.directory.write(&ctx, add).await.unwrap();
    let seat = Seat { name: "Rektor".into(), organisation: "Universitas".into(), outside: true, ..Seat::default() };
    hall.site.app.directory.write(&ctx, AddMember { key: Uuid::from_u128(6), body, seat }).await.unwrap();
    let shown = reads(&mut hall.clerk, &path).await;
    assert!(shown.contains("Dewan belum bertemu") && !shown.contains("anggota dari luar pemerintah"), "{shown}");
    let invitation = Invitation {
        number: String::new(),
        title: "Rapat Dewan".into(),
        body: Some(body),
        venue: "Aula".into(),
        starts: Some(ctx.now()),
    };
    let plan = PlanMeeting { key: Uuid::from_u128(7), invitation };
    let meeting = hall.site.app.directory.write(&ctx, plan).await.unwrap();
    hall.site.app.directory.write(&ctx, HoldMeeting { meeting }).await.unwrap();
    assert!(reads(&mut hall.clerk, &path).await.contains("belum memiliki notula final"));
    let attendee =
        Attendee { name: "A".into(), organisation: "Universitas".into(), outside: true, ..Attendee::default() };
    let guest = AddGuest { key: Uuid::from_u128(8), meeting, attendee };
    hall.site.app.directory.write(&ctx, guest).await.unwrap();
    let minutes = WriteMinutes { meeting, version: None, text: "Dibuka".into() };
    hall.site.app.directory.write(&ctx, minutes).await.unwrap();
    hall.site.app.directory.write(&ctx, FinishMinutes { meeting, version: None }).await.unwrap();
    let shown = reads(&mut hall.clerk, &path).await;
    assert!(!shown.contains("notula final") && !shown.contains("Dewan belum bertemu"), "{shown}");
    assert!(!shown.contains("tidak dihadiri"), "somebody came from outside");
}

#[tokio::test]
async fn an_evaluator_sees_regions_that_allow_it_and_places_only_among_whole_scores() {
    let hall = hall().await;
    hall.furnish_shared().await;
    let directory = &hall.site.app.directory;
    for (code, name, prefix, share_evaluation) in
        [(9_902, "Terbuka", "BUKA", true), (9_903, "Tertutup", "TUTUP", false)]
    {
        let ctx = hall.site.db.db.env().ctx(RegionId(code), Actor::system("test"));
        let new = NewRegion { host: Some(format!("r{code}.test")), ..NewRegion::new(RegionId(code), name, prefix) };
        let settings = RegionSettings { share_evaluation, ..RegionSettings::default() };
        directory.add_region(&ctx, new, settings).await.unwrap();
        hall.round(RegionId(code), &format!("Putaran {name}"), "2026", Some(3)).await;
    }
    let mut evaluator = hall.site.sign_in_as(Role::Evaluator, None).await.unwrap();
    let shown = reads(&mut evaluator, "/evaluasi/daerah").await;
    assert!(shown.contains("Kabupaten Terbuka") && !shown.contains("Tertutup"), "a region decides itself");
    assert!(shown.contains("1 dari 2"), "one of two answered");
    assert!(shown.contains("1 dari 2 Kabupaten") && shown.contains("2 dari 2 Kabupaten"), "{shown}");
    assert!(shown.contains("tanpa peringkat"), "the city has no whole scores");
    assert!(shown.contains("2017, 2021") && shown.contains("191 daerah"));
    let cohort = reads(&mut evaluator, "/evaluasi/daerah?angkatan=2017").await;
    assert!(cohort.contains("Contoh Jauh") && !cohort.contains("Contoh Dekat"));
    let city = reads(&mut evaluator, "/evaluasi/daerah?kelompok=city").await;
    assert!(city.contains("Kota Contoh") && !city.contains("Contoh Dekat"));
    let file = evaluator.get("/evaluasi/daerah.csv").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.text.contains("Kota Contoh,") && file.text.contains("2.20"), "{}", file.text);
    let mut clerk = hall.clerk.clone();
    assert_eq!(clerk.get("/evaluasi/daerah").await.status, StatusCode::FORBIDDEN);
}

impl Hall {
    /// Checks all answers of a round and has it approved.
    async fn approve(&self, round: Uuid) {
        let ctx = self.site.db.ctx(Actor::system("test"));
        let directory = &self.site.app.directory;
        let db = &self.site.db.db;
        let file = keep_file(db, &ctx, "sptjm.pdf", crate::rounds::pdf("SPTJM"), false).await.unwrap();
        let about =
            EvidenceText { title: "SPTJM".into(), kind: "statement".into(), year: "2026".into(), ..Default::default() };
        let statement = directory.write(&ctx, AddEvidence { key: None, about, file, claim: None }).await.unwrap();
        let note = String::new();
        let check = CheckEvidence { evidence: statement, number: 1, accept: true, note };
        directory.write(&ctx, check).await.unwrap();
        for answer in sql::round::answers(&mut db.read(TEST_REGION).await.unwrap(), round).await.unwrap() {
            let give = GiveAnswer { answer: answer.id, score: Some(3), note: "Ada".into(), version: None };
            directory.write(&ctx, give).await.unwrap();
            let now = sql::round::answer(&mut db.read(TEST_REGION).await.unwrap(), answer.id).await.unwrap().unwrap();
            let check = CheckAnswer { answer: answer.id, version: now.version, accept: true, reason: String::new() };
            directory.write(&ctx, check).await.unwrap();
        }
        directory.write(&ctx, SubmitRound { round, statement: Some(statement) }).await.unwrap();
        directory.write(&ctx, DecideRound { round, approve: true }).await.unwrap();
    }

    async fn share(&self, share_evaluation: bool) {
        let now = self.site.app.directory.of(TEST_REGION).await.unwrap().region.settings.clone();
        let settings = RegionSettings { share_evaluation, ..now };
        self.site.app.directory.set_settings(&self.site.db.ctx(Actor::system("test")), settings).await.unwrap();
    }
}

#[tokio::test]
async fn scores_leave_the_house_once_the_round_is_approved_and_the_region_shows_it() {
    let hall = hall().await;
    let round = hall.round(TEST_REGION, "Putaran", "2026", Some(3)).await;
    hall.share(true).await;
    let mut evaluator = hall.site.sign_in_as(Role::Evaluator, None).await.unwrap();
    let key = hall.site.api_key(&[simpul_people::KeyScope::Read], None).await.unwrap();
    let mut program = hall.site.browser().with("authorization", &format!("Bearer {key}"));
    let own = format!("/evaluasi/{round}");
    let api = format!("/api/v1/evaluation/rounds/{round}");
    assert!(reads(&mut evaluator, "/evaluasi").await.contains("setelah disetujui"));
    for part in ["", "/soal", "/simulasi", "/banding", "/temuan", "/buku.xlsx", "/buku.docx", "/bukti.zip", "/survei"] {
        assert_eq!(evaluator.get(&format!("{own}{part}")).await.status, StatusCode::FORBIDDEN, "{part}");
    }
    let told = program.get(&api).await.json();
    assert!(told["round"]["index"].is_null() && told["answers"][0]["score"].is_null(), "{told}");
    assert!(told["sections"][0]["score"].is_null() && told["round"]["scored"] == 1, "{told}");
    assert!(program.get("/api/v1/evaluation/rounds").await.json()["rounds"][0]["index"].is_null());
    hall.approve(round).await;
    assert!(reads(&mut evaluator, &own).await.contains("3,00"));
    let told = program.get(&api).await.json();
    assert_eq!((told["round"]["index"].as_f64(), told["answers"][0]["score"].as_i64()), (Some(3.0), Some(3)));
    hall.share(false).await;
    assert_eq!(evaluator.get(&own).await.status, StatusCode::FORBIDDEN, "the region decides itself");
    assert!(program.get(&api).await.json()["round"]["index"].is_null());
    let mut clerk = hall.clerk.clone();
    assert_eq!(clerk.get(&own).await.status, StatusCode::OK, "the house sees its own");
}

#[tokio::test]
async fn half_a_marking_tells_how_much_of_it_there_is_and_no_index() {
    let hall = hall().await;
    let round = hall.round(TEST_REGION, "Putaran", "2026", Some(3)).await;
    hall.share(true).await;
    hall.approve(round).await;
    let answers = sql::round::answers(&mut hall.site.db.db.read(TEST_REGION).await.unwrap(), round).await.unwrap();
    let ctx = hall.site.db.ctx(Actor::system("test"));
    let mark = |at: usize, mark| GiveMark { answer: answers[at].id, mark: Some(mark), note: String::new() };
    hall.site.app.directory.write(&ctx, mark(0, 4)).await.unwrap();
    let mut clerk = hall.clerk.clone();
    let own = format!("/evaluasi/{round}");
    let shown = reads(&mut clerk, &own).await;
    assert!(shown.contains("1 dari 2 dinilai") && shown.contains("tidak ada data"), "{shown}");
    assert!(!shown.contains("1,60"), "what is not marked is no 0");
    let mut evaluator = hall.site.sign_in_as(Role::Evaluator, None).await.unwrap();
    assert!(reads(&mut evaluator, "/evaluasi/daerah").await.contains("3,00 (Nilai mandiri)"));
    hall.site.app.directory.write(&ctx, mark(1, 2)).await.unwrap();
    let shown = reads(&mut clerk, &own).await;
    assert!(shown.contains("2,80") && !shown.contains("dinilai</dd>"), "40 % of 4 and 60 % of 2: {shown}");
    assert!(reads(&mut evaluator, "/evaluasi/daerah").await.contains("2,80 (Nilai asesor)"));
}
