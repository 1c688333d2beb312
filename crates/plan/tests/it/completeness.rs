//! Who owes a period's reports: reminded while it can still be told, counted, and written to with a number that stays.

use axum::http::StatusCode;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Ctx, Role, Timestamp};
use simpul_plan::actions::{
    AddProgramme, ChangeProgramme, IssueNotice, MoveProgramme, OpenPeriods, ProgrammeHead, PutOffLock, WriteProgress,
};
use simpul_plan::model::{Period, PeriodKind, ProgrammeKind, ProgrammeState, Written};
use simpul_plan::sql;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

pub(crate) struct Town {
    pub(crate) site: TestSite,
    pub(crate) dishub: Uuid,
    pub(crate) dlh: Uuid,
    pub(crate) clerk: Browser,
}

const YEARS: [(&str, &str); 2] = [("from_year", "2026"), ("to_year", "2026")];

/// A plan with two programmes of Dishub and one of DLH, and the quarters of 2026.
pub(crate) async fn town() -> Town {
    let build = |builder: simpul_shell::AppBuilder| simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES));
    let site = TestSite::new(&[simpul_plan::MIGRATIONS], simpul_plan::routes(), build).await.unwrap();
    let (dishub, dlh) = (site.agency("Dishub").await.unwrap(), site.agency("DLH").await.unwrap());
    let mut clerk = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let head = [("name", "Kota Contoh Cerdas"), ("framework", "enam-dimensi")];
    let plan = clerk.post("/rencana/atur", &[&head[..], &YEARS[..]].concat()).await.location().to_owned();
    assert_eq!(clerk.post(&format!("{plan}/berlaku"), &[]).await.status, StatusCode::SEE_OTHER);
    for (name, agency) in [("Penerangan jalan", "Dishub"), ("Parkir tertib", "Dishub"), ("Taman kota", "DLH")] {
        let one = [("kind", "quick_win"), ("name", name), ("agency", agency), ("dimension", "living")];
        let added = clerk.post(&format!("{plan}/program"), &[&one[..], &YEARS[..]].concat()).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    }
    let calendar = site.app.directory.of(TEST_REGION).await.unwrap().calendar.clone();
    let plan = plan.rsplit('/').next().unwrap().parse().unwrap();
    let open =
        OpenPeriods { plan, year: 2026, kind: PeriodKind::Quarter, first_month: 1, calendar, days: Default::default() };
    site.db.db.write(&site.db.ctx(Actor::system("test")), open).await.unwrap();
    Town { site, dishub, dlh, clerk }
}

impl Town {
    fn system(&self) -> Ctx {
        self.site.db.ctx(Actor::system("test"))
    }

    /// The fourth quarter: it is not due when the test begins.
    pub(crate) async fn period(&self) -> Period {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let plan = sql::plan::in_force(&mut conn).await.unwrap().unwrap().id;
        let all = sql::progress::periods(&mut conn, plan).await.unwrap();
        all.into_iter().find(|period| period.name == "Triwulan IV 2026").unwrap()
    }

    async fn settle(&self) {
        let messenger = simpul_plan::Messenger {
            directory: self.site.app.directory.clone(),
            text: false,
            email: true,
            base_url: None,
        };
        self.site.db.settle(&simpul_plan::reactions(messenger)).await.unwrap();
    }

    /// Every message about the period: to whom, and what.
    async fn told(&self) -> Vec<String> {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let all = simpul_store::outbox::list(&mut conn, Uuid::max(), None, 100).await.unwrap();
        let told = all.into_iter().rev().map(|line| format!("{} {}", line.recipient, line.body));
        told.filter(|line| line.contains("laporan kemajuan")).collect()
    }

    async fn programme(&self, name: &str, period: &Period) -> Uuid {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let all = sql::plan::programmes(&mut conn, period.masterplan).await.unwrap();
        all.into_iter().find(|one| one.name == name).unwrap().id
    }

    async fn hand_in(&self, name: &str, period: &Period) {
        let programme = self.programme(name, period).await;
        let report = WriteProgress {
            key: self.site.app.db.env().new_id(),
            programme,
            period: period.id,
            version: 0,
            written: Written { sentence: "Sudah berjalan".to_owned(), ..Written::default() },
            values: Vec::new(),
            live: Vec::new(),
            submit: true,
            proof: None,
        };
        self.site.db.db.write(&self.system(), report).await.unwrap();
    }

    pub(crate) async fn at(&mut self, moment: Timestamp) {
        self.site.db.clock.set(moment);
        self.settle().await;
        // The session has ended meanwhile.
        self.clerk = self.site.sign_in_as(Role::Secretariat, None).await.unwrap();
    }
}

fn days(period: &Period, days: i64) -> Timestamp {
    period.due_at.plus_micros(days * DAY_MICROS)
}

#[tokio::test]
async fn who_still_owes_is_reminded_before_and_after_and_who_has_reported_is_not() {
    let mut town = town().await;
    town.site.officer("lampu@contoh.test", Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    town.site.officer("taman@contoh.test", Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let period = town.period().await;
    town.settle().await;
    let before = town.told().await.len();
    town.at(days(&period, -7)).await;
    let told = town.told().await;
    assert_eq!(told.len() - before, 2, "one a agency: {told:?}");
    let lamps = told.iter().rfind(|line| line.contains("lampu@contoh.test")).unwrap();
    assert!(lamps.contains("7 hari lagi") && lamps.contains("2 program: Penerangan jalan; Parkir tertib"), "{lamps}");
    town.settle().await;
    assert_eq!(town.told().await.len() - before, 2, "each moment speaks once");
    town.hand_in("Taman kota", &period).await;
    town.hand_in("Penerangan jalan", &period).await;
    town.at(days(&period, -3)).await;
    let told = town.told().await;
    assert_eq!(told.len() - before, 3, "DLH owes nothing more");
    assert!(told.last().unwrap().contains("1 program: Parkir tertib"), "{told:?}");
    town.at(days(&period, -1)).await;
    town.at(days(&period, 1)).await;
    let told = town.told().await;
    assert!(told.last().unwrap().contains("TERLAMBAT 1 hari"), "{told:?}");
    town.at(days(&period, 3)).await;
    town.at(days(&period, 7)).await;
    assert_eq!(town.told().await.len() - before, 7);
    town.at(period.locks_at.plus_micros(DAY_MICROS)).await;
    assert_eq!(town.told().await.len() - before, 7, "six moments, and then silence");
}

#[tokio::test]
async fn who_took_a_programme_over_after_the_due_day_is_reminded_of_what_is_still_missing() {
    let mut town = town().await;
    town.site.officer("lampu@contoh.test", Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    town.site.officer("taman@contoh.test", Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let period = town.period().await;
    town.at(days(&period, -7)).await;
    town.hand_in("Taman kota", &period).await;
    town.hand_in("Penerangan jalan", &period).await;
    town.at(days(&period, 1)).await;
    let before = town.told().await;
    assert!(before.last().unwrap().contains("lampu@contoh.test"), "{before:?}");
    let change = ChangeProgramme {
        programme: town.programme("Parkir tertib", &period).await,
        version: 1,
        head: ProgrammeHead {
            name: "Parkir tertib".to_owned(),
            dimension: "living".to_owned(),
            years: (2026, 2026),
            agency: "DLH".to_owned(),
            ..ProgrammeHead::default()
        },
        texts: Vec::new(),
        traces: Vec::new(),
        why: "Tugas pindah".to_owned(),
    };
    town.site.db.db.write(&town.system(), change).await.unwrap();
    town.at(days(&period, 3)).await;
    let told = town.told().await;
    assert_eq!(told.len() - before.len(), 1, "{told:?}");
    let last = told.last().unwrap();
    assert!(last.contains("taman@contoh.test") && last.contains("Parkir tertib"), "{last}");
}

#[tokio::test]
async fn a_server_that_was_away_reminds_once_and_not_for_each_day_that_it_missed() {
    let mut town = town().await;
    town.site.officer("lampu@contoh.test", Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let period = town.period().await;
    town.settle().await;
    let before = town.told().await.len();
    town.at(days(&period, 2)).await;
    let told = town.told().await;
    assert_eq!(told.len() - before, 1, "{told:?}");
    assert!(told.last().unwrap().contains("TERLAMBAT 1 hari"), "{told:?}");
}

#[tokio::test]
async fn the_page_counts_what_is_owed_in_time_late_and_missing_and_so_does_its_file() {
    let mut town = town().await;
    let period = town.period().await;
    town.at(days(&period, -1)).await;
    town.hand_in("Penerangan jalan", &period).await;
    town.at(days(&period, 1)).await;
    town.hand_in("Taman kota", &period).await;
    let path = format!("/rencana/kelengkapan/{}", period.id);
    let page = town.clerk.get(&path).await.text;
    assert!(page.contains("Parkir tertib") && !page.contains(">Taman kota<"), "{page}");
    let file = town.clerk.get(&format!("{path}/unduh?jenis=csv")).await.text;
    let line = |agency: &str| file.lines().find(|line| line.starts_with(agency)).unwrap().to_owned();
    assert!(line("Dishub").starts_with("Dishub,2,1,0,1,"), "{file}");
    assert!(line("DLH").starts_with("DLH,1,0,1,0,"), "{file}");
    assert!(file.contains("DATA CONTOH") && file.contains("Triwulan IV 2026"), "{file}");
    for (figure, value) in [("plan.timeliness", "33,33 %"), ("plan.completeness", "66,67 %")] {
        let (day, dlh) = (simpul_kernel::calendar::Zone::Wita.date(period.due_at).to_string(), town.dlh.to_string());
        let fields = [("figure", figure), ("from", day.as_str()), ("to", day.as_str()), ("agency", dlh.as_str())];
        let made = town.clerk.post("/bukti/angka", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        let evidence = town.clerk.get(made.location()).await.text;
        assert!(evidence.contains(value), "the figure is that of the page: {evidence}");
    }
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let own = officer.get(&path).await.text;
    assert!(!own.contains("Parkir tertib"), "an agency sees its own");
    let refused = officer.post(&format!("{path}/surat"), &[("agency", &town.dlh.to_string())]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_letter_has_a_number_of_its_year_and_keeps_it() {
    let mut town = town().await;
    let period = town.period().await;
    let issue = format!("/rencana/kelengkapan/{}/surat", period.id);
    let (dishub, dlh) = (town.dishub.to_string(), town.dlh.to_string());
    let early = town.clerk.post(&issue, &[("agency", &dishub)]).await;
    assert!(early.text.contains("setelah batas laporan lewat"), "{}", early.text);
    town.at(days(&period, 1)).await;
    let unsigned = town.clerk.post(&issue, &[("agency", &dishub)]).await;
    assert!(unsigned.text.contains("nama penanda tangan"), "{}", unsigned.text);
    let form = town.clerk.get("/rencana/kelengkapan/templat").await.text;
    assert!(form.contains("{{*tanda_tangan}}") && form.contains("Sekretaris Daerah"), "{form}");
    let words = [("signer_name", "Baso Contoh"), ("signer_post", "Sekretaris Daerah"), ("version", "0")];
    let number = [("number_form", "800/{nomor}/{tahun}")];
    let wrong = [&words[..], &number[..], &[("body", "{{*kop}}\n{{siapa}}\n{{#program}}")]].concat();
    let wrong = town.clerk.post("/rencana/kelengkapan/templat", &wrong).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let body = [("body", "{{*kop}}\nNomor {{nomor}}\n{{#program}}\n- {{nama}}\n{{/program}}\n{{*tanda_tangan}}")];
    let twins = [&words[..], &body[..], &[("number_form", "800/{tahun}")]].concat();
    let twins = town.clerk.post("/rencana/kelengkapan/templat", &twins).await;
    assert!(twins.text.contains("nomor kembar"), "{}", twins.text);
    let good = [&words[..], &number[..], &body[..]].concat();
    let set = town.clerk.post("/rencana/kelengkapan/templat", &good).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    let again = town.clerk.post("/rencana/kelengkapan/templat", &good).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "another was faster");

    assert_eq!(town.clerk.post(&issue, &[("agency", &dishub)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(town.clerk.post(&issue, &[("agency", &dlh)]).await.status, StatusCode::SEE_OTHER);
    let zone = simpul_kernel::calendar::Zone::Wita;
    let same = IssueNotice { period: period.id, agency: town.dishub, zone };
    let first = town.site.db.db.write(&town.system(), same.clone()).await.unwrap();
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let all = sql::notice::of_period(&mut conn, period.id).await.unwrap();
    let numbers: Vec<&str> = all.iter().map(|one| one.number.as_str()).collect();
    assert_eq!(numbers, ["800/1/2027", "800/2/2027"], "one each, and the second asking made none");
    drop(conn);
    // What comes in afterwards does not change the letter.
    town.hand_in("Parkir tertib", &period).await;
    assert_eq!(town.site.db.db.write(&town.system(), same).await.unwrap(), first);
    let letter = town.clerk.get(&format!("/rencana/kelengkapan/surat/{first}")).await;
    assert_eq!(letter.status, StatusCode::OK);
    assert!(letter.text.starts_with("PK"), "a DOCX");
    let register = town.clerk.get("/rencana/kelengkapan/surat").await.text;
    assert!(register.contains("800/1/2027") && register.contains("Triwulan IV 2026"), "{register}");
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let kept = sql::notice::by_id(&mut conn, first).await.unwrap().unwrap();
    assert_eq!(kept.missing.len(), 2, "what was missing on that day");
}

#[tokio::test]
async fn a_letter_keeps_until_when_that_agency_could_still_hand_in() {
    let mut town = town().await;
    let period = town.period().await;
    town.at(days(&period, 1)).await;
    let words = [("signer_name", "Baso Contoh"), ("signer_post", "Sekretaris Daerah"), ("version", "0")];
    let form = [&words[..], &[("number_form", "800/{nomor}/{tahun}"), ("body", "{{permintaan}}")]].concat();
    let set = town.clerk.post("/rencana/kelengkapan/templat", &form).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    let zone = simpul_kernel::calendar::Zone::Wita;
    let (db, until) = (&town.site.db.db, zone.date(period.locks_at.plus_micros(5 * DAY_MICROS)));
    let reason = "Banjir".to_owned();
    let put_off = PutOffLock { period: period.id, agency: town.dishub, until, zone, reason };
    db.write(&town.system(), put_off).await.unwrap();
    let mut locks = Vec::new();
    for agency in [town.dishub, town.dlh] {
        let id = db.write(&town.system(), IssueNotice { period: period.id, agency, zone }).await.unwrap();
        let mut conn = db.read(TEST_REGION).await.unwrap();
        locks.push(sql::notice::by_id(&mut conn, id).await.unwrap().unwrap().locks_at);
    }
    let later = zone.instant(until.next_day().unwrap(), 0);
    assert_eq!(locks, [Some(later), Some(period.locks_at)]);
}

#[tokio::test]
async fn what_is_added_or_ended_after_the_due_day_changes_nothing_of_the_period() {
    let mut town = town().await;
    let period = town.period().await;
    let kinds = ["running", "done"].map(|to| ProgrammeState::parse(to).unwrap());
    town.at(days(&period, -1)).await;
    town.hand_in("Taman kota", &period).await;
    town.at(days(&period, 1)).await;
    let head = ProgrammeHead {
        name: "Hutan kota".to_owned(),
        dimension: "living".to_owned(),
        years: (2026, 2026),
        agency: "DLH".to_owned(),
        public: true,
        ..ProgrammeHead::default()
    };
    let (key, kind, plan) = (town.site.app.db.env().new_id(), ProgrammeKind::QuickWin, period.masterplan);
    let (code, source) = (String::new(), String::new());
    let db = &town.site.db.db;
    db.write(&town.system(), AddProgramme { key, plan, kind, code, head, source }).await.unwrap();
    let mut conn = db.read(TEST_REGION).await.unwrap();
    let all = sql::plan::programmes(&mut conn, plan).await.unwrap();
    drop(conn);
    for name in ["Taman kota", "Parkir tertib"] {
        let programme = all.iter().find(|one| one.name == name).unwrap().id;
        for to in kinds {
            db.write(&town.system(), MoveProgramme { programme, to, reason: String::new() }).await.unwrap();
        }
    }
    let path = format!("/rencana/kelengkapan/{}", period.id);
    let file = town.clerk.get(&format!("{path}/unduh?jenis=csv")).await.text;
    let line = |agency: &str| file.lines().find(|line| line.starts_with(agency)).unwrap().to_owned();
    assert!(line("DLH").starts_with("DLH,1,1,0,0,"), "the new one owes nothing, the done one reported: {file}");
    assert!(line("Dishub").starts_with("Dishub,2,0,0,2,"), "what was done after the due day is still missing: {file}");
    let checked = town.clerk.get(&format!("/rencana/periksa/{}", period.id)).await.text;
    assert!(checked.contains("Taman kota") && !checked.contains("Hutan kota"), "{checked}");
    let form = sql::notice::form(&mut db.read(TEST_REGION).await.unwrap()).await.unwrap();
    let (signer_name, signer_post) = ("Baso Contoh".to_owned(), "Sekretaris Daerah".to_owned());
    let form = simpul_plan::model::notice::NoticeForm { signer_name, signer_post, ..form };
    db.write(&town.system(), simpul_plan::actions::SetNoticeForm { form }).await.unwrap();
    let issue = IssueNotice { period: period.id, agency: town.dlh, zone: simpul_kernel::calendar::Zone::Wita };
    assert!(db.write(&town.system(), issue).await.is_err(), "no letter accuses of what did not exist");
}

#[tokio::test]
async fn a_report_that_is_due_and_has_not_come_stands_on_the_agenda_until_it_comes() {
    let mut town = town().await;
    let period = town.period().await;
    town.at(days(&period, -1)).await;
    let starts = format!(
        "{}T09:00",
        town.site.app.directory.of(TEST_REGION).await.unwrap().calendar.zone.date(days(&period, 8))
    );
    let call = [("title", "Rakor"), ("starts", starts.as_str()), ("venue", "Aula")];
    let made = town.clerk.post("/rapat/baru", &call).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let meeting = made.location().to_owned();
    let early = town.clerk.get(&meeting).await.text;
    assert!(!early.contains("laporan kemajuan Triwulan IV 2026 belum ada"), "it is not due: {early}");
    town.at(days(&period, 1)).await;
    let late = town.clerk.get(&meeting).await.text;
    assert!(late.contains("Parkir tertib (Dishub): laporan kemajuan Triwulan IV 2026 belum ada"), "{late}");
    town.hand_in("Parkir tertib", &period).await;
    let after = town.clerk.get(&meeting).await.text;
    assert!(!after.contains("Parkir tertib (Dishub)") && after.contains("Taman kota (DLH)"), "{after}");
    town.at(days(&period, 9)).await;
    assert_eq!(town.clerk.post(&format!("{meeting}/laksana"), &[]).await.status, StatusCode::SEE_OTHER);
    town.hand_in("Taman kota", &period).await;
    let held = town.clerk.get(&meeting).await.text;
    assert!(held.contains("Taman kota (DLH)"), "what was talked about stays in the meeting that was held: {held}");
}
