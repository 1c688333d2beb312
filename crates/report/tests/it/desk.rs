//! The officer's desk: answers that somebody approves, reports of other bodies, reminders, and one level up.

use simpul_kernel::{Ctx, Role};
use simpul_people::Permission;
use simpul_report::actions::*;
use simpul_report::model::template::{Template, TemplateStep};
use simpul_report::model::{Forwarding, Level, Status};
use simpul_report::sql;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, journal};
use uuid::Uuid;

use super::rules::{Office, office, refused};

impl Office {
    async fn head(&self) -> Ctx {
        self.house.officer(Role::AgencyHead, Some("Dishub")).await.unwrap()
    }

    async fn approval(&self, on: bool) {
        self.by(&self.house.system(), SetApproval { agency: self.dishub, on }).await.unwrap();
    }

    async fn draft(&self, report: Uuid) -> Option<sql::answer::DraftAnswer> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::answer::draft_answer(&mut conn, report).await.unwrap()
    }

    async fn kinds(&self, report: Uuid) -> Vec<(String, bool, String)> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let events = sql::events(&mut conn, report).await.unwrap();
        events.into_iter().map(|event| (event.kind, event.public, event.detail.unwrap_or_default())).collect()
    }
}

#[tokio::test]
async fn an_answer_waits_for_the_head_where_the_agency_wants_it_and_the_journal_names_both() {
    let office = office().await;
    office.approval(true).await;
    let head = office.head().await;
    let sent = office.begun(1).await;
    let waiting = office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    assert_eq!(waiting.status, "in_progress");
    let report = office.report(sent.id).await;
    assert!(report.due_at().is_some(), "the deadline runs on");
    let draft = office.draft(sent.id).await.unwrap();
    assert_eq!(draft.officer, office.officer.actor.officer_id());
    let approve = |version, text: Option<&str>| ApproveAnswer { report: sent.id, version, text: text.map(Into::into) };
    let own = office.by(&office.officer, approve(draft.version, None)).await;
    assert_eq!(refused(own), "people.refused.not_allowed");
    assert_eq!(refused(office.by(&head, approve(9, None)).await), "report.approval.changed_meanwhile");
    office.by(&head, approve(draft.version, Some("Lampu menyala lagi sejak Senin"))).await.unwrap();
    let report = office.report(sent.id).await;
    assert_eq!((report.status(), report.answer()), (Status::Resolved, Some("Lampu menyala lagi sejak Senin")));
    let events = office.kinds(sent.id).await;
    assert!(events.iter().any(|(kind, public, _)| kind == "report.answer_drafted" && !public));
    let writer = office.officer.actor.officer_id().unwrap().to_string();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let lines = journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    let resolved = lines.iter().find(|line| line.kind == "report.resolved").unwrap();
    assert!(resolved.body.contains(&writer), "{}", resolved.body);
    assert_eq!(resolved.actor, head.actor.journal_name());
    assert!(lines.iter().all(|line| !line.body.contains("Senin") && !line.body.contains("diganti")));
    assert_eq!(refused(office.by(&head, approve(1, None)).await), "report.approval.nothing_waits");
    // Ten days of silence close it as any other.
    drop(conn);
    office.later(12);
    office.settle(false).await;
    assert_eq!(office.report(sent.id).await.status(), Status::Closed);
}

#[tokio::test]
async fn an_answer_that_is_given_back_is_mended_and_sent_again() {
    let office = office().await;
    office.approval(true).await;
    let head = office.head().await;
    let sent = office.begun(1).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    let back = |why: &str| ReturnAnswer { report: sent.id, version: 1, why: why.to_owned() };
    assert_eq!(refused(office.by(&head, back(" ")).await), "report.refused.words_missing");
    office.by(&head, back("Sebutkan tanggalnya")).await.unwrap();
    let returned = office.draft(sent.id).await.unwrap();
    assert_eq!(returned.returned.unwrap().why, "Sebutkan tanggalnya");
    let approve = ApproveAnswer { report: sent.id, version: 2, text: None };
    assert_eq!(refused(office.by(&head, approve.clone()).await), "report.approval.nothing_waits");
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    assert_eq!(office.draft(sent.id).await.unwrap().returned, None);
    office.by(&head, ApproveAnswer { version: 3, ..approve }).await.unwrap();
    assert_eq!(office.report(sent.id).await.status(), Status::Resolved);
}

#[tokio::test]
async fn a_draft_goes_when_the_report_goes_another_way_or_its_person_is_forgotten() {
    let office = office().await;
    office.approval(true).await;
    let head = office.head().await;
    let (one, two, three) = (office.begun(1).await, office.begun(2).await, office.begun(3).await);
    for sent in [&one, &two, &three] {
        office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    }
    // The head answers alone, whatever waits.
    office.by(&head, office.resolve(one.id)).await.unwrap();
    assert_eq!(office.report(one.id).await.status(), Status::Resolved);
    office.by(&office.house.system(), EraseReporter { report: two.id }).await.unwrap();
    office.by(&office.officer, WithdrawAnswer { report: three.id }).await.unwrap();
    for sent in [&one, &two, &three] {
        assert_eq!(office.draft(sent.id).await, None);
        assert!(
            office.kinds(sent.id).await.iter().any(|(kind, public, _)| kind == "report.answer_withdrawn" && !public)
        );
    }
    let none = office.by(&office.officer, WithdrawAnswer { report: three.id }).await;
    assert_eq!(refused(none), "report.approval.nothing_waits");
}

#[tokio::test]
async fn without_the_switch_nothing_waits_and_others_never_see_a_draft() {
    let office = office().await;
    let sent = office.begun(1).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    assert_eq!(office.report(sent.id).await.status(), Status::Resolved);
    let stranger = office.house.officer(Role::AgencyHead, Some("DLH")).await.unwrap();
    let set = office.by(&stranger, SetApproval { agency: office.dishub, on: true }).await;
    assert_eq!(refused(set), "people.refused.not_allowed");
    office.approval(true).await;
    let second = office.begun(2).await;
    office.by(&office.officer, office.resolve(second.id)).await.unwrap();
    let approve = ApproveAnswer { report: second.id, version: 1, text: None };
    assert!(matches!(office.by(&stranger, approve).await, Err(Error::NotFound(_))));
    office.approval(false).await;
    assert!(office.draft(second.id).await.is_some(), "what waits stays until somebody has looked at it");
}

#[tokio::test]
async fn a_bad_answer_is_refused_before_it_becomes_a_draft() {
    let office = office().await;
    office.approval(true).await;
    let sent = office.begun(1).await;
    let mut without = office.resolve(sent.id);
    without.no_photo_reason = None;
    assert_eq!(refused(office.by(&office.officer, without).await), "report.refused.photo_after");
    let plan = PlanReport { report: sent.id, version: None, year: 1999, reason: "anggaran".to_owned() };
    assert_eq!(refused(office.by(&office.officer, plan).await), "report.refused.year");
    assert_eq!(office.draft(sent.id).await, None);
}

#[tokio::test]
async fn what_belongs_to_another_body_says_by_which_letter_it_went() {
    let office = office().await;
    let sent = office.send(1).await;
    let elsewhere = |number: &str, date: &str| SendElsewhere {
        report: sent.id,
        version: None,
        body: "PLN UP3 Palopo".to_owned(),
        agency: None,
        text: "Tiang ini milik PLN.".to_owned(),
        forwarding: Forwarding {
            letter_number: number.to_owned(),
            letter_date: date.to_owned(),
            foreign_number: "5539283".to_owned(),
        },
    };
    let future = office.by(&office.officer, elsewhere("671/12/Dishub", "2027-01-01")).await;
    assert_eq!(refused(future), "report.forwarding.date");
    office.by(&office.officer, elsewhere("671/12/Dishub", "2026-11-02")).await.unwrap();
    let report = office.report(sent.id).await;
    let said =
        "Tiang ini milik PLN. Surat nomor 671/12/Dishub tanggal 2 November 2026. Nomor laporan di sana: 5539283.";
    assert_eq!((report.status(), report.answer()), (Status::OutOfAuthority, Some(said)));
    assert!(!report.status().is_fixed(), "never counted as done");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let kept = sql::answer::forwarding(&mut conn, sent.id).await.unwrap().unwrap();
    assert_eq!(kept.letter_date, "2026-11-02");
}

#[tokio::test]
async fn an_agency_is_reminded_once_a_day_and_only_of_what_it_owes() {
    let office = office().await;
    let sent = office.begun(1).await;
    let remind = RemindAgency { report: sent.id };
    assert_eq!(refused(office.by(&office.officer, remind.clone()).await), "people.refused.not_allowed");
    office.by(&office.coordinator, remind.clone()).await.unwrap();
    let leader = office.house.officer(Role::Leader, None).await.unwrap();
    assert_eq!(refused(office.by(&leader, remind.clone()).await), "report.remind.today");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let marks = sql::marks::marks(&mut conn, &[sent.id, Uuid::nil()]).await.unwrap();
    assert_eq!(marks.keys(sent.id, true), ["report.mark.reminded"]);
    assert!(marks.keys(sent.id, false).is_empty() && marks.keys(Uuid::nil(), true).is_empty());
    drop(conn);
    office.later(1);
    office.by(&leader, remind.clone()).await.unwrap();
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    office.later(1);
    assert_eq!(refused(office.by(&leader, remind).await), "report.remind.nothing_owed");
    let events = office.kinds(sent.id).await;
    assert_eq!(events.iter().filter(|(kind, public, _)| kind == "report.reminded" && !public).count(), 2);
}

#[tokio::test]
async fn a_report_goes_up_by_hand_before_its_time_and_the_ladder_goes_on_from_there() {
    let office = office().await;
    let sent = office.begun(1).await;
    let up = |reason: &str| EscalateReport { report: sent.id, version: None, reason: reason.to_owned() };
    assert_eq!(refused(office.by(&office.officer, up("x")).await), "people.refused.not_allowed");
    let head = office.head().await;
    assert_eq!(refused(office.by(&head, up("")).await), "report.refused.words_missing");
    office.by(&head, up("Perlu alat berat")).await.unwrap();
    office.by(&office.coordinator, up("Warga datang tiga kali")).await.unwrap();
    assert_eq!(office.report(sent.id).await.level, Level::Head);
    assert!(office.kinds(sent.id).await.iter().all(|(kind, public, _)| kind != "report.escalated" || !public));
    // Past the deadline it does not stay with the head: a working day later the Asisten has it, then the Sekda.
    for _ in 0..20 {
        office.later(1);
        office.settle(false).await;
    }
    assert_eq!(office.report(sent.id).await.level, Level::Secretary);
    let top = office.by(&office.coordinator, up("lagi")).await;
    assert_eq!(refused(top), "report.remind.top");
}

fn template(agency: Option<Uuid>, body: &str) -> SaveTemplate {
    SaveTemplate {
        template: Template {
            code: "lampu_kami".to_owned(),
            title: "Lampu".to_owned(),
            body: body.to_owned(),
            step: TemplateStep::Resolve,
            category: Some("lampu_jalan".to_owned()),
            agency,
            active: true,
            position: 50,
            version: 0,
        },
    }
}

#[tokio::test]
async fn templates_are_the_coordinators_and_an_agencys_own_its_heads() {
    let office = office().await;
    let head = office.head().await;
    assert_eq!(refused(office.by(&head, template(None, "Sudah")).await), "report.template.own_agency");
    let unknown = office.by(&head, template(Some(office.dishub), "Halo {nama}")).await;
    assert_eq!(refused(unknown), "report.template.unknown_place");
    let officer = office.by(&office.officer, template(Some(office.dishub), "Sudah")).await;
    assert_eq!(refused(officer), "people.refused.not_allowed");
    office.by(&head, template(Some(office.dishub), "Lampu di {desa} menyala")).await.unwrap();
    let again = office.by(&head, template(Some(office.dishub), "Lampu")).await;
    assert_eq!(refused(again), "report.template.code_taken");
    let stranger = office.house.officer(Role::AgencyHead, Some("DLH")).await.unwrap();
    let mut stolen = template(Some(office.house.agency("DLH").await.unwrap()), "Milik kami");
    stolen.template.version = 1;
    assert_eq!(refused(office.by(&stranger, stolen).await), "report.template.own_agency");
    let mut changed = template(Some(office.dishub), "Lampu di {desa} sudah menyala");
    changed.template.version = 1;
    office.by(&office.coordinator, changed.clone()).await.unwrap();
    assert_eq!(refused(office.by(&head, changed).await), "report.template.changed_meanwhile");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let all = sql::template::templates(&mut conn).await.unwrap();
    assert!(all.len() > 5, "a new region begins with some");
    let lines = journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    let saved: Vec<_> = lines.iter().filter(|line| line.kind == "template.saved").collect();
    assert_eq!(saved.len(), 2);
    assert!(saved.iter().all(|line| !line.body.contains("menyala")), "codes only");
    assert!(simpul_people::may(Role::RegionAdmin, Permission::ManageAnswers));
}
