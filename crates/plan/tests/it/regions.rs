//! Rounds beside each other and beside published scores, and the evaluator's view over regions.

use axum::http::StatusCode;
use simpul_kernel::{Actor, RegionId, Role};
use simpul_people::{NewRegion, RegionSettings};
use simpul_plan::actions::evaluation::{GiveAnswer, ImportCohorts, ImportInstrument, ImportScores, OpenRound};
use simpul_plan::actions::{
    AddBody, AddGuest, AddMember, Attendee, Charter, FinishMinutes, HoldMeeting, Invitation, PlanMeeting, Seat,
    WriteMinutes,
};
use simpul_plan::model::body::BodyKind;
use simpul_plan::model::evaluation::{cohort, instrument};
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
        db.write(&ctx, GiveAnswer { answer: answers[0].id, score, note }).await.unwrap();
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
    assert!(shown.contains("<svg") && shown.contains("Putaran lalu (2025)"), "the one before is chosen by itself");
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
